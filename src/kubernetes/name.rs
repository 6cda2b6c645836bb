worded! {
    /// A rule for names. Where not said otherwise it is told on
    /// <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/>.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum NameRule {
        /// A subdomain of RFC 1123: the name of most objects.
        Subdomain = "subdomain",
        /// A subdomain with room for what a `CronJob` appends to it for its jobs.
        ShortSubdomain = "short-subdomain",
        /// A label of RFC 1123: a namespace.
        Label = "label",
        /// A label of RFC 1035, which begins with a letter: a service, a version, the plural of a kind.
        LetterLabel = "letter-label",
        /// A label of RFC 1035 in letters of any case: a kind.
        Kind = "kind",
        /// A subdomain of at least two parts: the group of a custom resource.
        Group = "group",
        /// A group and a version, or a version alone: `apiVersion`.
        ApiVersion = "api-version",
        /// A part of a path: a role, which may be called `system:node`.
        PathSegment = "path-segment",
        /// The key of a label (<https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/>).
        LabelKey = "label-key",
        /// The value of a label, which may be empty.
        LabelValue = "label-value",
    }
}

/// The group of an `apiVersion`: `apps` of `apps/v1`, nothing of `v1`.
pub fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// What is wrong with a name; it reads on behind "it".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is nothing.
    Empty,
    /// There are more characters than this.
    Long(usize),
    /// A part of it has a character that it must not have.
    Character(char, Part),
    /// There is nothing between two of its dots.
    Gap,
    /// A part of it begins with a character that must not stand there.
    Beginning(char, Part),
    /// A part of it ends with a character that must not stand there.
    End(char, Part),
    /// It has no dot.
    NoDot,
    /// It stands for a folder.
    Folder,
    /// It has more slashes than one.
    Slashes,
}

/// The part of a name that a fault is of; nothing where that is the whole.
pub type Part = Option<Box<str>>;

impl NameRule {
    /// What is right, as an advice says it.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Subdomain => {
                "a name is made of lower-case letters, digits, `-` and `.`, with a letter or a digit at both ends of each part \
                 between dots; at most 253 characters"
            }
            Self::ShortSubdomain => {
                "a name is made of lower-case letters, digits, `-` and `.`, with a letter or a digit at both ends of each part \
                 between dots; here at most 52 characters, as more are appended to it"
            }
            Self::Label => {
                "such a name is a label of DNS: lower-case letters, digits and `-`, with a letter or a digit at both ends; no dots, \
                 and at most 63 characters"
            }
            Self::LetterLabel => {
                "such a name is a label of DNS: lower-case letters, digits and `-`, with a letter at its beginning and a letter or a \
                 digit at its end; no dots, and at most 63 characters"
            }
            Self::Kind => {
                "a kind is made of letters, digits and `-`, with a letter at its beginning and a letter or a digit at its end; at \
                 most 63 characters"
            }
            Self::Group => {
                "a group is a domain such as `database.example.com`: lower-case letters, digits and `-`, with a letter or a digit at \
                 both ends of each part, and a dot at least; at most 253 characters"
            }
            Self::ApiVersion => "it is a version such as `v1`, or a group and a version such as `apps/v1`",
            Self::PathSegment => "such a name takes any letters but `/` and `%`",
            Self::LabelKey => {
                "the key of a label is made of letters, digits, `-`, `_` and `.`, with a letter or a digit at both ends, at most 63 \
                 characters; a domain and `/` may stand before it"
            }
            Self::LabelValue => {
                "the value of a label is made of letters, digits, `-`, `_` and `.`, with a letter or a digit at both ends; at most \
                 63 characters"
            }
        }
    }

    /// Holds a text to the rule.
    ///
    /// # Errors
    /// What is wrong with it; of several faults the first.
    pub fn judge(self, text: &str) -> Result<(), Fault> {
        match self {
            Self::Subdomain => subdomain(text, 253),
            Self::ShortSubdomain => subdomain(text, 52),
            Self::Label => label(text, is_lower),
            Self::LetterLabel => letter_first(text).and_then(|()| label(text, is_lower)),
            Self::Kind => letter_first(text).and_then(|()| label(text, is_letter)),
            Self::Group => {
                subdomain(text, 253)?;
                if text.contains('.') { Ok(()) } else { Err(Fault::NoDot) }
            }
            Self::ApiVersion => api_version(text),
            Self::PathSegment => path_segment(text),
            Self::LabelKey => label_key(text),
            Self::LabelValue if text.is_empty() => Ok(()),
            Self::LabelValue => label(text, is_qualified),
        }
    }
}

/// The most characters of a label.
const LABEL: usize = 63;

/// The most characters of a subdomain.
const SUBDOMAIN: usize = 253;

fn is_lower(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-'
}

fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-'
}

fn is_qualified(letter: char) -> bool {
    is_letter(letter) || matches!(letter, '_' | '.')
}

/// A text of some letters with a letter or a digit at both ends.
fn label(text: &str, takes: fn(char) -> bool) -> Result<(), Fault> {
    part(text, takes, None)?;
    if text.len() > LABEL { Err(Fault::Long(LABEL)) } else { Ok(()) }
}

fn part(text: &str, takes: fn(char) -> bool, named: Option<&str>) -> Result<(), Fault> {
    let named = || named.map(|part| part.chars().take(SUBDOMAIN).collect());
    if let Some(stranger) = text.chars().find(|letter| !takes(*letter)) {
        return Err(Fault::Character(stranger, named()));
    }
    let is_end = |letter: char| letter.is_ascii_alphanumeric();
    match (text.chars().next(), text.chars().next_back()) {
        (None, _) | (_, None) => Err(Fault::Empty),
        (Some(first), _) if !is_end(first) => Err(Fault::Beginning(first, named())),
        (_, Some(last)) if !is_end(last) => Err(Fault::End(last, named())),
        (Some(_), Some(_)) => Ok(()),
    }
}

fn subdomain(text: &str, longest: usize) -> Result<(), Fault> {
    for (index, one) in text.split('.').enumerate() {
        match one {
            "" if text.is_empty() => return Err(Fault::Empty),
            "" if index == 0 => return Err(Fault::Beginning('.', None)),
            "" if text.ends_with('.') && text.split('.').count() == index + 1 => return Err(Fault::End('.', None)),
            "" => return Err(Fault::Gap),
            one => part(one, is_lower, text.contains('.').then_some(one))?,
        }
    }
    if text.len() > longest { Err(Fault::Long(longest)) } else { Ok(()) }
}

fn letter_first(text: &str) -> Result<(), Fault> {
    match text.chars().next() {
        Some(digit) if digit.is_ascii_digit() => Err(Fault::Beginning(digit, None)),
        _ => Ok(()),
    }
}

fn api_version(text: &str) -> Result<(), Fault> {
    match text.split_once('/') {
        None => NameRule::LetterLabel.judge(text),
        Some((_, version)) if version.contains('/') => Err(Fault::Slashes),
        Some((group, version)) => subdomain(group, SUBDOMAIN).and_then(|()| NameRule::LetterLabel.judge(version)),
    }
}

fn path_segment(text: &str) -> Result<(), Fault> {
    match text {
        "" => Err(Fault::Empty),
        "." | ".." => Err(Fault::Folder),
        _ => text
            .chars()
            .find(|letter| matches!(letter, '/' | '%'))
            .map_or(Ok(()), |one| Err(Fault::Character(one, None))),
    }
}

fn label_key(text: &str) -> Result<(), Fault> {
    match text.split_once('/') {
        None => label(text, is_qualified),
        Some((_, name)) if name.contains('/') => Err(Fault::Slashes),
        Some((prefix, name)) => subdomain(prefix, SUBDOMAIN).and_then(|()| label(name, is_qualified)),
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut part = |part: &Part, what: std::fmt::Arguments<'_>| match part {
            Some(part) => write!(f, "its part `{part}` {what}"),
            None => write!(f, "it {what}"),
        };
        match self {
            Self::Empty => part(&None, format_args!("is empty")),
            Self::Long(most) => part(&None, format_args!("has more than {most} characters")),
            Self::Character(letter, of) => part(of, format_args!("holds {letter:?}")),
            Self::Gap => f.write_str("there is nothing between two of its dots"),
            Self::Beginning(letter, of) => part(of, format_args!("begins with `{letter}`")),
            Self::End(letter, of) => part(of, format_args!("ends with `{letter}`")),
            Self::NoDot => part(&None, format_args!("has no dot")),
            Self::Folder => part(&None, format_args!("stands for a folder")),
            Self::Slashes => part(&None, format_args!("has more than one `/`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::NameRule;

    fn said(rule: NameRule, text: &str) -> String {
        rule.judge(text).map_or_else(|fault| fault.to_string(), |()| "right".to_owned())
    }

    #[test]
    fn a_subdomain_is_right_in_each_of_its_parts() {
        for name in ["a", "a-b.c", "0", "1.2-3", &"a".repeat(253)] {
            assert_eq!(said(NameRule::Subdomain, name), "right");
        }
        for (name, fault) in [
            ("", "it is empty"),
            ("a-", "it ends with `-`"),
            ("-a", "it begins with `-`"),
            (".a", "it begins with `.`"),
            ("a.", "it ends with `.`"),
            ("...", "it begins with `.`"),
            ("a..b", "there is nothing between two of its dots"),
            ("a.-b", "its part `-b` begins with `-`"),
            ("a-.b", "its part `a-` ends with `-`"),
            ("r1-App_1", "it holds 'A'"),
            ("a.b_c", "its part `b_c` holds '_'"),
            ("\u{e9}", "it holds '\u{e9}'"),
            (&"a".repeat(254), "it has more than 253 characters"),
        ] {
            assert_eq!(said(NameRule::Subdomain, name), fault, "{name}");
        }
    }

    #[test]
    fn labels_have_no_dots_and_63_characters() {
        assert_eq!(said(NameRule::Label, "team-1"), "right");
        assert_eq!(said(NameRule::Label, "team.a"), "it holds '.'");
        assert_eq!(said(NameRule::Label, &"a".repeat(64)), "it has more than 63 characters");
        assert_eq!(said(NameRule::LetterLabel, "1a"), "it begins with `1`");
        assert_eq!(said(NameRule::Kind, "PostgreSQL"), "right");
        assert_eq!(said(NameRule::Kind, "Postgre SQL"), "it holds ' '");
        assert_eq!(said(NameRule::ShortSubdomain, &"a".repeat(53)), "it has more than 52 characters");
    }

    #[test]
    fn groups_and_versions_are_what_an_api_is_found_by() {
        assert_eq!(said(NameRule::Group, "example.com"), "right");
        assert_eq!(said(NameRule::Group, "example"), "it has no dot");
        for (text, fault) in [
            ("v1", "right"),
            ("apps/v1beta1", "right"),
            ("", "it is empty"),
            ("apps/", "it is empty"),
            ("a/b/v1", "it has more than one `/`"),
            ("Apps/v1", "it holds 'A'"),
            ("1", "it begins with `1`"),
        ] {
            assert_eq!(said(NameRule::ApiVersion, text), fault, "{text}");
        }
    }

    #[test]
    fn roles_and_labels_have_more_letters() {
        assert_eq!(said(NameRule::PathSegment, "system:node"), "right");
        assert_eq!(said(NameRule::PathSegment, "a/b"), "it holds '/'");
        assert_eq!(said(NameRule::PathSegment, ".."), "it stands for a folder");
        assert_eq!(said(NameRule::LabelKey, "kratix.io/Some_name"), "right");
        assert_eq!(said(NameRule::LabelKey, "Kratix.io/name"), "its part `Kratix` holds 'K'");
        assert_eq!(said(NameRule::LabelKey, "a/b/c"), "it has more than one `/`");
        assert_eq!(said(NameRule::LabelKey, "a/"), "it is empty");
        assert_eq!(said(NameRule::LabelValue, ""), "right");
        assert_eq!(said(NameRule::LabelValue, "EU_1.2"), "right");
        assert_eq!(said(NameRule::LabelValue, "-x"), "it begins with `-`");
        assert_eq!(said(NameRule::LabelValue, "a b"), "it holds ' '");
    }

    #[test]
    fn each_rule_has_a_word_of_its_own() {
        for (rule, word) in NameRule::ALL {
            assert_eq!(NameRule::from_word(word), Some(rule));
        }
    }
}
