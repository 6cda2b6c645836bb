//! The pages of this phase's codes: the bad example has exactly that mistake, the good one has none.

use super::brief;
use crate::diag::{CODES, Diagnostics};
use crate::syntax::habits;

fn fence<'p>(page: &'p str, kind: &str) -> &'p str {
    let (_, rest) =
        page.split_once(&format!("```kdl,{kind}\n")).unwrap_or_else(|| panic!("no {kind} example in {page}"));
    rest.split_once("```").unwrap().0
}

/// What is said of a text that KDL does not have, or another language has.
fn said(text: &str) -> Diagnostics {
    let (mut tree, mut diagnostics) = super::read(text);
    diagnostics.append(habits(&mut tree));
    diagnostics
}

#[test]
fn the_examples_of_the_pages_are_what_they_say() {
    let pages = CODES.iter().filter(|code| code.id.starts_with("E01") && code.id != "E0100");
    let mut count = 0;
    for code in pages {
        let diagnostics = said(fence(code.page, "bad"));
        assert!(
            diagnostics.len() == 1 && diagnostics.iter().all(|item| item.code == *code),
            "{code}: {}",
            brief(&diagnostics)
        );
        let diagnostics = said(fence(code.page, "good"));
        assert!(diagnostics.is_empty(), "{code}: {}", brief(&diagnostics));
        count += 1;
    }
    assert_eq!(count, 26);
}
