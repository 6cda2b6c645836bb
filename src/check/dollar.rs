//! Words that are called like a value and lack the dollar that would make them one.

use crate::diag::{Diagnostic, code};
use crate::model::Path;
use crate::source::Origin;

/// What is said of a bare word with a dot in it, such as `spec.size`, where that is the path of a value. A word without a dot may well be
/// meant, and so may what stands in quotes.
pub(super) fn forgotten(text: &str, span: Origin, is_known: impl Fn(&Path) -> bool) -> Option<Diagnostic> {
    let is_bare = span.is_bare(text);
    let is_name =
        |part: &str| !part.is_empty() && part.chars().all(|one| one.is_alphanumeric() || matches!(one, '_' | '-'));
    if !is_bare || !text.contains('.') || !text.split('.').all(is_name) {
        return None;
    }
    let path = Path { segments: text.split('.').map(Into::into).collect() };
    if !is_known(&path) {
        return None;
    }
    let message = format!("`{text}` is text, and there is a value of that name");
    let help = format!("write `${text}` for the value; where the text is meant, put it in quotes: `\"{text}\"`");
    let diagnostic = Diagnostic::warning(code::NOTHING_PUT_IN, span, message).help(help);
    Some(diagnostic.fix(format!("write `${text}`"), span, format!("${text}")))
}
