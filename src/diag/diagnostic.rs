use super::Code;
use crate::source::{Origin, Span, without_secrets};

worded! {
    /// How much a problem matters.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Severity {
        /// The project cannot be used as it is.
        Error = "error",
        /// It can be used, but probably does not say what its author means.
        Warning = "warning",
        /// Worth knowing.
        Advice = "note",
    }
}

/// A place with a word about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub origin: Origin,
    /// What to say there; may be empty.
    pub text: String,
}

impl Label {
    /// The text that it is shown at; the beginning of the first one for what is in none.
    pub fn span(&self) -> Span {
        self.origin.shown()
    }
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
    /// The one of them that it comes from, where it does.
    pub because: Option<Origin>,
    /// The declaration that lacks what it speaks of, where one does: of one that is not read completely nobody knows.
    pub lacks: Option<Origin>,
    /// The name of what is missing, where it is wrong by that.
    pub missing: Option<Box<str>>,
    /// What is said of all that it is one of, where its message says more: they are told as one.
    pub sort: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// How a tool can mend it.
    pub fixes: Vec<Fix>,
    /// How many problems it stands for: one, or all of those that are only counted.
    pub count: usize,
}

/// What problems come from: those of one cause are mended in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause<'d> {
    code: Code,
    severity: Severity,
    root: Root<'d>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Root<'d> {
    /// What is declared there.
    Declared(Origin),
    /// What is said of it.
    Said(&'d str),
}

impl Diagnostic {
    /// The same at other places: `to` says for each place which it is.
    #[must_use]
    pub fn moved(&self, to: &dyn Fn(Span) -> Span) -> Self {
        let label = |label: &Label| Label { origin: label.origin.moved(to), text: label.text.clone() };
        let mut fixes = self.fixes.clone();
        fixes.iter_mut().flat_map(|fix| &mut fix.edits).for_each(|edit| edit.span = to(edit.span));
        Self {
            primary: label(&self.primary),
            others: self.others.iter().map(label).collect(),
            because: self.because.map(|origin| origin.moved(to)),
            lacks: self.lacks.map(|origin| origin.moved(to)),
            fixes,
            ..self.clone()
        }
    }

    /// An error at a place.
    pub fn error(code: Code, place: impl Into<Origin>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: shortened(without_secrets(message.into())),
            primary: Label { origin: place.into(), text: String::new() },
            others: Vec::new(),
            because: None,
            lacks: None,
            missing: None,
            sort: None,
            help: None,
            fixes: Vec::new(),
            count: 1,
        }
    }

    /// A warning at a place.
    pub fn warning(code: Code, place: impl Into<Origin>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, place, message) }
    }

    /// Says a word at the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = shortened(without_secrets(text.into()));
        self
    }

    /// Adds another place, as long as there are not too many of them.
    #[must_use]
    pub fn other(mut self, place: impl Into<Origin>, text: impl Into<String>) -> Self {
        if self.others.len() == MOST_PLACES {
            return self;
        }
        self.others.push(Label { origin: place.into(), text: shortened(without_secrets(text.into())) });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(shortened(without_secrets(text.into())));
        self
    }

    /// Adds another place that it comes from: what is wrong at many places because of that one is mended there.
    #[must_use]
    pub fn because_of(self, place: impl Into<Origin>, text: impl Into<String>) -> Self {
        let origin = place.into();
        Self { because: Some(origin), ..self.other(origin, text) }
    }

    /// Says which declaration lacks what it speaks of, by its line.
    #[must_use]
    pub fn lacking(self, declaration: impl Into<Origin>) -> Self {
        Self { lacks: Some(declaration.into()), ..self }
    }

    /// Says what is missing, by its name.
    #[must_use]
    pub fn missing(self, name: &str) -> Self {
        Self { missing: Some(name.into()), ..self }
    }

    /// Whether something could not be read as it was meant, so that more may look wrong than is.
    pub fn is_unread(&self) -> bool {
        let is_of_words = self.code.is_of_words() && !self.code.is_of_meant_text();
        self.severity == Severity::Error && (is_of_words || self.code == super::code::FOREIGN_FILE)
    }

    /// What it comes from, as far as it says: another place, or what is missing or wrong of everything that it is said of. Nothing where
    /// it is a mistake in what is written there.
    pub fn cause(&self) -> Option<Cause<'_>> {
        let root = self.because.map_or(Root::Said(self.of_all()), Root::Declared);
        (!self.code.is_of_words()).then_some(Cause { code: self.code, severity: self.severity, root })
    }

    /// The problem as one that comes from its own place, and is met at the last of the others.
    #[must_use]
    pub fn of_its_place(self) -> Self {
        Self { because: Some(self.primary.origin), ..self }
    }

    /// Where it is met.
    pub fn met(&self) -> &Label {
        let elsewhere = self.others.last().filter(|_| self.because == Some(self.primary.origin));
        elsewhere.unwrap_or(&self.primary)
    }

    /// What it says of all that it is one of: where others of its cause say the same, nothing is to be said of them but where they are.
    pub fn of_all(&self) -> &str {
        self.sort.as_deref().unwrap_or(&self.message)
    }

    /// Offers a fix that replaces one span; an empty span inserts. One that would write a password is none to offer, and neither is one
    /// of what is in no text.
    #[must_use]
    pub fn fix(self, title: impl Into<String>, place: impl Into<Origin>, text: impl Into<String>) -> Self {
        match place.into() {
            Origin::Text(span) => self.fix_all(title, vec![Edit { span, text: text.into() }]),
            Origin::Unread(_) | Origin::Default(_) | Origin::Live { .. } | Origin::Nowhere => self,
        }
    }

    /// Offers a fix that makes several edits, which do not overlap.
    #[must_use]
    pub fn fix_all(mut self, title: impl Into<String>, edits: Vec<Edit>) -> Self {
        let is_safe = edits.iter().all(|edit| without_secrets(edit.text.clone()) == edit.text);
        if is_safe && !edits.is_empty() {
            self.fixes.push(Fix { title: shortened(without_secrets(title.into())), edits });
        }
        self
    }

    /// Suggests a likely name for a mistyped one at the primary place: as help and as a fix.
    #[must_use]
    pub fn did_you_mean(self, suggestion: Option<&str>) -> Self {
        match suggestion {
            Some(name) => {
                let place = self.primary.origin;
                self.help(format!("did you mean `{name}`?")).fix(format!("change to `{name}`"), place, name)
            }
            None => self,
        }
    }
}

/// The most bytes that one text of a problem has: what users write may be of any length, and one of them may be told many times.
const LONGEST: usize = 2_000;

/// The most other places that one problem names: nobody follows more of them.
const MOST_PLACES: usize = 100;

/// A text that ends where it would be too long.
fn shortened(mut text: String) -> String {
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn no_text_of_a_problem_is_longer_than_anybody_reads() {
        let (long, place) = ("é".repeat(5_000), Span::start_of(FileId(0)));
        let problem = Diagnostic::error(super::super::code::NOT_UTF8, place, long.as_str())
            .label(long.as_str())
            .other(place, long.as_str())
            .help(long.as_str())
            .fix(long.as_str(), place, long.as_str());
        let fix = &problem.fixes[0];
        for text in [
            &problem.message,
            &problem.primary.text,
            &problem.others[0].text,
            problem.help.as_ref().unwrap(),
            &fix.title,
        ] {
            assert!(text.len() <= LONGEST + 3 && text.ends_with("é…"), "{}", text.len());
        }
        // What is put into the text itself is whole.
        assert_eq!(fix.edits[0].text, long);
    }

    #[test]
    fn no_problem_names_more_places_than_anybody_follows() {
        let place = Span::start_of(FileId(0));
        let problem = Diagnostic::error(super::super::code::NOT_UTF8, place, "wrong");
        let problem = (0..500).fold(problem, |problem, index| problem.other(place, format!("{index}")));
        assert_eq!(problem.others.len(), MOST_PLACES);
        assert_eq!(problem.others[MOST_PLACES - 1].text, "99");
    }
}
