//! Texts and problems for the tests of the renderers.

use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{FileId, SourceFile, Sources, Span};

/// Sources of some named texts.
pub(super) fn sources(files: &[(&str, &str)]) -> Sources {
    let mut sources = Sources::default();
    for (name, text) in files {
        sources.add(SourceFile::new(*name, text.as_bytes().to_vec()));
    }
    sources
}

/// The first place of `word` in a file.
pub(super) fn span(sources: &Sources, file: u32, word: &str) -> Span {
    let start = sources.file(FileId(file)).text.find(word).unwrap() as u32;
    Span::new(FileId(file), start, start + word.len() as u32)
}

/// One problem.
pub(super) fn one(diagnostic: Diagnostic) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    diagnostics.push(diagnostic);
    diagnostics
}
