use super::Code;
use crate::source::{Span, without_passwords};

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The project cannot be used as it is.
    Error,
    /// It can be used, but probably does not say what its author means.
    Warning,
    /// Worth knowing.
    Advice,
}

/// A place with a word about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What to say there; may be empty.
    pub text: String,
}

/// Replaces the text at a span; an empty span inserts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// The new text.
    pub text: String,
}

/// A change that a tool can make to mend a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an order: "rename to `title`".
    pub title: String,
    /// The edits, which do not overlap.
    pub edits: Vec<Edit>,
}

/// One problem in what a user wrote. Its texts hold no password of an address that they quote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, in one line: lower case, no full stop.
    pub message: String,
    /// Where.
    pub primary: Label,
    /// Other places that explain it, in any file.
    pub others: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// How a tool can mend it.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: without_passwords(message.into()),
            primary: Label { span, text: String::new() },
            others: Vec::new(),
            help: None,
            fixes: Vec::new(),
        }
    }

    /// A warning at a place.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// Says a word at the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = without_passwords(text.into());
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn other(mut self, span: Span, text: impl Into<String>) -> Self {
        self.others.push(Label { span, text: without_passwords(text.into()) });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(without_passwords(text.into()));
        self
    }

    /// Offers a fix that replaces one span; an empty span inserts. One that would write a password is none to offer.
    #[must_use]
    pub fn fix(mut self, title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        let text = text.into();
        if without_passwords(text.clone()) == text {
            self.fixes.push(Fix { title: without_passwords(title.into()), edits: vec![Edit { span, text }] });
        }
        self
    }

    /// Suggests a likely name for a mistyped one at the primary place: as help and as a fix.
    #[must_use]
    pub fn did_you_mean(self, suggestion: Option<&str>) -> Self {
        match suggestion {
            Some(name) => {
                let span = self.primary.span;
                self.help(format!("did you mean `{name}`?")).fix(format!("change to `{name}`"), span, name)
            }
            None => self,
        }
    }
}
