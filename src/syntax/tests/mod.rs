//! What the parser reads and refuses, against the specification, another parser, and its own laws.

mod build;
mod cases;
mod cost;
mod differential;
mod edit;
mod format;
mod habits;
mod laws;
mod mistakes;
mod normal_form;
mod pages;
mod soup;
mod suite;

use super::{Tree, parse};
use crate::diag::Diagnostics;
use crate::source::FileId;
use std::sync::Arc;

fn read(text: &str) -> (Tree, Diagnostics) {
    parse(FileId(0), &Arc::from(text))
}

/// Each diagnostic as `code start..end message`.
fn brief(diagnostics: &Diagnostics) -> String {
    let lines: Vec<_> = diagnostics
        .iter()
        .map(|item| {
            format!("{} {}..{} {}", item.code, item.primary.span().start, item.primary.span().end, item.message)
        })
        .collect();
    lines.join("; ")
}
