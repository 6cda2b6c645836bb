use crate::kubernetes::NameRule;

/// A rule for the names of an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The name of an entity.
    Name,
    /// A namespace.
    Namespace,
    /// A kind.
    Kind,
    /// `apiVersion`: a version, or a domain and a version.
    ApiVersion,
    /// A tag.
    Tag,
    /// The key of a label or an annotation.
    Key,
    /// The value of a label.
    LabelValue,
}

/// The most characters of a name.
const LONGEST: usize = 63;

/// The most characters of a domain.
const LONGEST_DOMAIN: usize = 253;

impl Rule {
    /// Holds a text to the rule.
    ///
    /// # Errors
    /// What is wrong with it, as it reads on behind the text.
    pub fn judge(self, text: &str) -> Result<(), String> {
        let by = |rule: NameRule| rule.judge(text).map_err(|fault| fault.to_string());
        match self {
            Self::Name if text.is_empty() => Err("it is empty".to_owned()),
            Self::Name | Self::LabelValue => by(NameRule::LabelValue),
            Self::Namespace => by(NameRule::Label),
            Self::Kind => match text.chars().next() {
                Some(first) if !first.is_ascii_alphabetic() => Err("it does not begin with a letter".to_owned()),
                _ => of(text, |letter| letter.is_ascii_alphanumeric()),
            },
            Self::ApiVersion => {
                let version = match text.split_once('/') {
                    Some((domain, version)) => self::domain(domain).map(|()| version)?,
                    None => text,
                };
                of(version, |letter| letter.is_ascii_alphanumeric())
            }
            Self::Tag => tag(text),
            Self::Key => {
                let name = match text.split_once('/') {
                    Some((domain, name)) => self::domain(domain).map(|()| name)?,
                    None => text,
                };
                Self::Name.judge(name)
            }
        }
    }

    /// What is right, as an advice says it.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Name => {
                "letters of ASCII, digits, `-`, `_` and `.`, with a letter or a digit at both ends; at most 63 characters"
            }
            Self::Namespace => {
                "lower-case letters, digits and `-`, with a letter or a digit at both ends; at most 63 characters"
            }
            Self::Kind => "letters of ASCII and digits, with a letter at the beginning; at most 63 characters",
            Self::ApiVersion => {
                "a version of letters and digits such as `v1alpha1`, and perhaps a domain and `/` before it"
            }
            Self::Tag => {
                "lower-case letters, digits, `:`, `+` and `#`, with single `-` between them; at most 63 characters"
            }
            Self::Key => {
                "letters of ASCII, digits, `-`, `_` and `.`, with a letter or a digit at both ends; at most 63 characters, and perhaps a \
                 domain in lower case and `/` before them"
            }
            Self::LabelValue => "nothing, or what a name may be",
        }
    }
}

/// Whether a text is an address, as the URL standard has it, which Backstage asks.
pub fn is_address(text: &str) -> bool {
    url::Url::parse(text).is_ok()
}

/// A text of some letters, at least one and not too many.
fn of(text: &str, takes: impl Fn(char) -> bool) -> Result<(), String> {
    match text.chars().find(|letter| !takes(*letter)) {
        _ if text.is_empty() => Err("it is empty".to_owned()),
        Some(stranger) => Err(format!("it holds {stranger:?}")),
        None if text.len() > LONGEST => Err(format!("it has more than {LONGEST} characters")),
        None => Ok(()),
    }
}

fn domain(text: &str) -> Result<(), String> {
    let wrong = text.split('.').find_map(|part| NameRule::Label.judge(part).err());
    match wrong {
        Some(fault) => Err(format!("of its domain `{text}`, {fault}")),
        None if text.len() > LONGEST_DOMAIN => Err(format!("its domain has more than {LONGEST_DOMAIN} characters")),
        None => Ok(()),
    }
}

fn tag(text: &str) -> Result<(), String> {
    of(text, |letter| {
        letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '-' | ':' | '+' | '#')
    })?;
    let is_loose = text.split('-').any(str::is_empty);
    if is_loose { Err("it has a `-` with nothing before or behind it".to_owned()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::{Rule, is_address};

    /// What the catalog's own validators said of these texts.
    #[test]
    fn names_are_judged_as_the_catalog_does() {
        let most = "a".repeat(63);
        let more = "a".repeat(64);
        let rows: [(Rule, &[&str], &[&str]); 7] = [
            (
                Rule::Name,
                &["a", "A", "a.b_c-d", "a--b", "a..b", "1", &most],
                &["-a", "a-", "_a", "a b", "my:svc", "a/b", "ü", "", &more],
            ),
            (Rule::Namespace, &["default", "a-b", "a--b", "1a", &most], &["Default", "a_b", "a.b", "-a", "", &more]),
            (
                Rule::Kind,
                &["Component", "component", "API", "K8s", "AiResource", &most],
                &["My-Kind", "1Kind", "", &more],
            ),
            (
                Rule::ApiVersion,
                &["backstage.io/v1alpha1", "my-company.net/v1", "v1"],
                &["1.0", "a/b/c", "Upper.io/v1", "example.com/v1-beta", "", "a/", "/v1"],
            ),
            (
                Rule::Tag,
                &["java", "c#", "c++", "a-b", "a:b", "123", &most],
                &["Java", "a_b", "node.js", "a--b", "-a", "a-", "", &more],
            ),
            (
                Rule::Key,
                &[
                    "a",
                    "a.b/c",
                    "example.com/name",
                    "x_y",
                    "github.com/project-slug",
                    "backstage.io/techdocs-ref",
                    "jira/project-key",
                ],
                &["Example.com/name", "a/b/c", "-x", "a b", "UP.io/x", "", "a/"],
            ),
            (Rule::LabelValue, &["", "ok"], &["has space", "Random value", "a/b", "-"]),
        ];
        for (rule, right, wrong) in rows {
            for text in right {
                assert_eq!(rule.judge(text), Ok(()), "{rule:?} {text}");
            }
            for text in wrong {
                assert!(rule.judge(text).is_err(), "{rule:?} {text}");
            }
        }
    }

    #[test]
    fn an_address_has_a_scheme() {
        for text in ["https://example.com/a b", "mailto:ana@example.com", "slack:x"] {
            assert!(is_address(text), "{text}");
        }
        for text in ["", "./docs", "/docs", "example.com/docs", "https://"] {
            assert!(!is_address(text), "{text}");
        }
    }
}
