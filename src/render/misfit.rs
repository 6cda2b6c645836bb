use crate::diag::{Code, Diagnostic, code, suggest};
use crate::kubernetes::{Fault, Mismatch, NameRule, Sort};
use crate::source::Origin;

/// Why a resource makes no manifest that Kubernetes takes as it is meant.
#[derive(Debug)]
pub(crate) enum Misfit {
    /// The body says again what the line of the resource says.
    Reserved(String),
    /// `metadata` is of a type that it cannot be.
    Metadata(&'static str),
    /// An object of the cluster is said to be in a namespace.
    NoNamespace(String),
    /// A name that Kubernetes refuses.
    Name(Box<MisfitName>),
    /// A field, or its value, that the kind does not have.
    Field(Box<MisfitField>),
}

/// What is wrong with a field of a manifest, as its kind has it.
#[derive(Debug)]
pub(crate) struct MisfitField {
    pub(crate) kind: String,
    /// The way to it: `spec.ports[0]`; empty for the manifest itself.
    pub(crate) path: String,
    pub(crate) mismatch: Mismatch,
    /// The fields that there are, where it is none of them.
    pub(crate) names: Vec<String>,
    /// What the value is computed from, as it is written: `$spec.replicas | plus 1`.
    pub(crate) by: Option<String>,
    /// The way to an object around it that has a field of this name, where it has none.
    pub(crate) around: Option<String>,
    /// Where a request gives the value.
    pub(crate) given: Option<Origin>,
}

/// A text that is no name to Kubernetes.
#[derive(Debug)]
pub(crate) struct MisfitName {
    pub(crate) text: String,
    /// What it should be: `name of a Secret`.
    pub(crate) what: String,
    pub(crate) fault: Fault,
    pub(crate) rule: NameRule,
    /// What it is computed from: where that is written, and a word about it.
    pub(crate) from: Vec<(Origin, String)>,
}

impl MisfitName {
    /// A text that is no name of a kind by a rule; nothing where it is one.
    pub(crate) fn of(text: &str, rule: NameRule, what: impl Into<String>) -> Option<Self> {
        let fault = rule.judge(text).err()?;
        Some(Self { text: text.to_owned(), what: what.into(), fault, rule, from: Vec::new() })
    }
}

/// The most characters of a name in a message.
const SHOWN: usize = 80;

impl Misfit {
    /// The diagnostic of the misfit, at its place.
    pub(crate) fn diagnostic(&self, place: Origin) -> Diagnostic {
        let (code, message, help) = match self {
            Self::Field(field) => return field.diagnostic(place),
            other => other.words(),
        };
        let diagnostic = Diagnostic::error(code, place, message).help(help);
        match self {
            Self::Name(name) => {
                name.from.iter().fold(diagnostic, |diagnostic, (span, what)| diagnostic.other(*span, what))
            }
            Self::Reserved(_) | Self::Metadata(_) | Self::NoNamespace(_) | Self::Field(_) => diagnostic,
        }
    }

    /// Its code, what is said of it, and what helps.
    fn words(&self) -> (Code, String, &'static str) {
        match self {
            Self::Reserved(name) => (
                code::RESERVED_MEMBER,
                format!("`{name}` is said by the line of the resource already"),
                "take it out of the body",
            ),
            Self::Metadata(found) => (
                code::METADATA_MISFIT,
                format!("`metadata` is {found}, and an object is needed"),
                "it holds `labels`, `annotations` and the like, each with its value",
            ),
            Self::NoNamespace(kind) => (
                code::NO_NAMESPACE,
                format!("{} is an object of the cluster: it is in no namespace", a(kind)),
                "take `namespace` out of its `metadata`",
            ),
            Self::Name(name) => {
                let text: String = name.text.chars().take(SHOWN).collect();
                (code::REFUSED_NAME, format!("`{text}` is no {}: {}", name.what, name.fault), name.rule.advice())
            }
            Self::Field(field) => (code::UNFIT_VALUE, field.message(), ""),
        }
    }
}

/// What helps where nothing better is known.
const EXPLAINED: &str = "say what the field takes; what a field is for says `kubectl explain`";

/// The most fields that an advice names.
const MOST_NAMES: usize = 12;

impl MisfitField {
    fn message(&self) -> String {
        let Self { kind, path, mismatch, .. } = self;
        match path.as_str() {
            "" => format!("{} {mismatch}", a(kind)),
            path => format!("`{path}` of {} {mismatch}", a(kind)),
        }
    }

    fn diagnostic(&self, place: Origin) -> Diagnostic {
        let code = match self.mismatch {
            Mismatch::NoField(_) | Mismatch::NoItem { .. } => code::NO_SUCH_FIELD,
            Mismatch::Lacks(_) => code::FIELD_MISSING,
            Mismatch::NoName { .. } => code::REFUSED_NAME,
            _ => code::UNFIT_VALUE,
        };
        let diagnostic = Diagnostic::error(code, place, self.message());
        let diagnostic = match self.given {
            Some(given) => diagnostic.other(given, "the value is given here"),
            None => diagnostic,
        };
        diagnostic.help(self.help())
    }

    /// What helps.
    fn help(&self) -> String {
        let by = self.by.as_deref();
        match &self.mismatch {
            Mismatch::NoField(name) => match (suggest(name, self.names.iter().map(String::as_str)), &self.around) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, Some(around)) if around.is_empty() => format!("the {} itself has `{name}`", self.kind),
                (None, Some(around)) => format!("`{around}` has `{name}`"),
                (None, None) => self.named(),
            },
            Mismatch::NoItem { field, .. } => {
                format!("each item begins with `-` and has its fields behind it: `- {field}=...`")
            }
            Mismatch::Lacks(name) => format!("say `{name}` in it"),
            Mismatch::NoName { rule, .. } => rule.advice().to_owned(),
            Mismatch::NoBase64 => {
                "`| base64` makes it of a text; the `stringData` of a Secret takes the text itself".to_owned()
            }
            Mismatch::Type { wanted, found } => match (wanted, found, by) {
                (Sort::Text, Sort::Number | Sort::Fraction | Sort::Truth, Some(by)) if self.path.ends_with("[]") => {
                    format!("make texts of its items: `\"{by} | map text\"`")
                }
                (Sort::Text, Sort::Number | Sort::Fraction | Sort::Truth, Some(by)) if self.path.ends_with('*') => {
                    format!("make text of each of its values: `each one in={by} {{ $one.key \"${{one.value}}\"; }}`")
                }
                (Sort::Text, Sort::Number | Sort::Fraction | Sort::Truth, Some(by)) => {
                    format!("make text of it: `\"${{{}}}\"`", by.trim_start_matches('$'))
                }
                (Sort::Text, Sort::Number | Sort::Fraction | Sort::Truth, None) => "put it in quotes".to_owned(),
                (Sort::Whole | Sort::Number, Sort::Text, Some(by)) => {
                    format!("make a number of it: `\"{by} | number\"`")
                }
                (Sort::Whole | Sort::Number, Sort::Text, None) => "write a number, without quotes".to_owned(),
                (Sort::Truth, Sort::Text, None) => "write `#true` or `#false`".to_owned(),
                (Sort::List, _, Some(by)) if by.contains(' ') => format!("make it an item: `- \"{by}\"`"),
                (Sort::List, _, Some(by)) => format!("make it an item: `- {by}`"),
                (Sort::List, _, None) => "write its items as `- ITEM` in a block".to_owned(),
                _ => EXPLAINED.to_owned(),
            },
            _ => EXPLAINED.to_owned(),
        }
    }

    /// The fields that there are.
    fn named(&self) -> String {
        let names: Vec<String> = self.names.iter().take(MOST_NAMES).map(|name| format!("`{name}`")).collect();
        match self.names.len() {
            0 => "it has no fields".to_owned(),
            more if more > MOST_NAMES => format!("it has {}, and {} more", names.join(", "), more - MOST_NAMES),
            _ => format!("it has {}", names.join(", ")),
        }
    }
}

/// A kind with its article.
pub(crate) fn a(kind: &str) -> String {
    let article = if kind.starts_with(['A', 'E', 'I', 'O']) { "an" } else { "a" };
    format!("{article} {kind}")
}

/// A way into a manifest, by what each step of it is called: `spec.ports[0].name`.
pub(crate) fn way<'s>(steps: impl IntoIterator<Item = &'s str>) -> String {
    let mut text = String::new();
    for step in steps {
        if !text.is_empty() && !step.starts_with('[') {
            text.push('.');
        }
        text.push_str(step);
    }
    text
}
