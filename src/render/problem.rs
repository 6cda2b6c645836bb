use super::misfit::Misfit;
use crate::diag::{Code, Diagnostic, code};
use crate::model::Path;
use crate::source::Origin;

/// The most files that one request may have.
pub(super) const MOST_FILES: usize = 10_000;

/// Why a request could not be rendered; what the check of the promise could not foresee.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) span: Origin,
    pub(super) reason: Reason,
}

/// What went wrong.
#[derive(Debug)]
pub(super) enum Reason {
    /// A text needs a value that the request does not give.
    Missing(String),
    /// A value is of a type that its place does not take.
    Type { path: String, found: &'static str, wanted: &'static str },
    /// A function takes something else beside its value.
    Argument { function: &'static str, found: &'static str, wanted: &'static str },
    /// A function gives nothing for a value.
    Impossible { path: String, why: String },
    /// A secret would become a part of a text, or choose something.
    Secret(String),
    /// A table or a match has nothing for a value.
    NoChoice { path: String, value: String },
    /// The output grows beyond any manifest's size.
    TooLarge,
    /// There are more files than any request needs.
    TooManyFiles,
    /// A path of a file that is none.
    Path { path: String, fault: &'static str },
    /// Two steps deliver one file.
    SameFile(String),
    /// A member is there twice.
    Twice { name: String, first: Origin },
    /// A resource is none that Kubernetes takes as it is meant.
    Misfit(Misfit),
}

impl Problem {
    /// A problem with the value of a path.
    pub(super) fn of_type(span: Origin, path: &Path, found: &'static str, wanted: &'static str) -> Self {
        Self { span, reason: Reason::Type { path: path.to_string(), found, wanted } }
    }

    /// What a function cannot do.
    fn of_function(&self) -> (Code, String, &'static str) {
        match &self.reason {
            Reason::Argument { function, found, wanted } => (
                code::FUNCTION_ARGUMENT,
                format!("the function `{function}` is given {found} here, and takes {wanted}"),
                "look at what stands behind the function, and at what the request says",
            ),
            Reason::Impossible { path, why } => (
                code::NO_RESULT,
                format!("nothing comes of `{path}` here: {why}"),
                "let the API ask for values that work, with limits on its fields, or choose by an `if` before",
            ),
            _ => (code::NO_RESULT, "nothing comes of this here".to_owned(), "look at what the request says"),
        }
    }

    /// The diagnostic of the problem with what is at a place, which a label names.
    pub(super) fn diagnostic(&self, (span, whose): (Origin, &str)) -> Diagnostic {
        let (code, message, help) = match &self.reason {
            Reason::Missing(path) => (
                code::ABSENT_VALUE,
                format!("`{path}` has no value here"),
                "say what to take then: `${path | default ...}`, or give the field a default",
            ),
            Reason::Type { path, found, wanted } => (
                code::NOT_A_SCALAR,
                format!("`{path}` is {found} here, and {wanted} is needed"),
                "name a part of it, or use the function `join` or `json`",
            ),
            Reason::Argument { .. } | Reason::Impossible { .. } => self.of_function(),
            Reason::Secret(path) => (
                code::SECRET_IN_TEXT,
                format!("`{path}` is a secret here, and nothing can be made of a secret"),
                "give it a field of its own, as in `password $spec.password`; where a whole text is needed, keep that text as the \
                 secret",
            ),
            Reason::NoChoice { path, value } => (
                code::NO_CHOICE,
                format!("nothing is said for the case that `{path}` is {value}"),
                "add a row or a case for it, or an `else`",
            ),
            Reason::TooLarge => (
                code::TOO_LARGE,
                "the request is rendered to more than 16 MiB".to_owned(),
                "no cluster takes a manifest of this size: shorten what `each`, tables and functions multiply",
            ),
            Reason::TooManyFiles => (
                code::TOO_LARGE,
                format!("the request is rendered to more than {MOST_FILES} files"),
                "one behind another, manifests of one file are cheaper: give several resources one `file`, or shorten what `each` \
                 multiplies",
            ),
            Reason::Path { path, fault } => (
                code::BAD_FILE_PATH,
                format!("`{path}` is no path of a file below the output's folder: {fault}"),
                "use a relative path that every system can check out, without `.` and `..`",
            ),
            Reason::SameFile(path) => (
                code::SAME_FILE,
                format!("two steps deliver the file `{path}`"),
                "several resources may share a file, a file from disk may not",
            ),
            Reason::Twice { name, .. } => (
                code::SET_TWICE,
                format!("`{name}` is set twice"),
                "a name stands once in an object, also where it is computed",
            ),
            Reason::Misfit(misfit) => {
                return misfit.diagnostic(self.span).other(span, whose).of_its_place();
            }
        };
        let diagnostic = Diagnostic::error(code, self.span, message).help(help);
        let diagnostic = match &self.reason {
            Reason::Twice { first, .. } => diagnostic.other(*first, "first here"),
            _ => diagnostic,
        };
        diagnostic.other(span, whose).of_its_place()
    }
}
