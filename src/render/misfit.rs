use crate::diag::{Code, Diagnostic, code};
use crate::kubernetes::{Fault, NameRule};
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
        let (code, message, help) = self.words();
        let diagnostic = Diagnostic::error(code, place, message).help(help);
        match self {
            Self::Name(name) => {
                name.from.iter().fold(diagnostic, |diagnostic, (span, what)| diagnostic.other(*span, what))
            }
            Self::Reserved(_) | Self::Metadata(_) | Self::NoNamespace(_) => diagnostic,
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
                format!("a {kind} is an object of the cluster: it is in no namespace"),
                "take `namespace` out of its `metadata`",
            ),
            Self::Name(name) => {
                let text: String = name.text.chars().take(SHOWN).collect();
                (code::REFUSED_NAME, format!("`{text}` is no {}: {}", name.what, name.fault), name.rule.advice())
            }
        }
    }
}
