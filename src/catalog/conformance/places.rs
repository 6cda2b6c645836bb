//! Where the texts of projects declare what they own.

use super::*;
use crate::model::DeclaredAt;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const B: &str = "entity:service:b";
const TITLE: &str = r#"{"title":"A"}"#;

fn at(line: u32) -> DeclaredAt {
    DeclaredAt::new("teams/é \"b\"\n.kdl", line, (line > 1).then_some(COMMIT))
}

/// The operation, of what a line declares.
pub(super) fn on_line(line: u32, mut operation: GuardedChange) -> GuardedChange {
    if let Change::Write { declared, .. } | Change::Make { declared, .. } = &mut operation.change {
        *declared = Some(at(line).into());
    }
    operation
}

fn place(catalog: &dyn Catalog, project: &str, text: &str) -> Option<DeclaredAt> {
    catalog.declared_at(project, &[address(text)]).unwrap().remove(0)
}

pub(crate) fn places_are_kept_and_come_with_changes_alone(catalog: &mut dyn Catalog) {
    assert_eq!(place(catalog, "demo", A), None);
    let made = [on_line(1, make(A, &map(TITLE))), on_line(2, write(B, "{}", TITLE)), make("team:t", &map("{}"))];
    apply(catalog, "demo", &made);
    let asked = ["team:t", B, "team:none", A].map(address);
    assert_eq!(catalog.declared_at("demo", &asked).unwrap(), [None, Some(at(2)), None, Some(at(1))]);
    assert_eq!(catalog.declared_at("other", &asked).unwrap(), [None, None, None, None]);
    // A line alone changes nothing.
    let once = everything(catalog, "demo");
    for operation in [on_line(8, make(A, &map(TITLE))), on_line(9, write(A, TITLE, TITLE)), write(A, TITLE, TITLE)] {
        assert_eq!(apply(catalog, "demo", &[operation]), [Outcome::Already]);
        assert_eq!((place(catalog, "demo", A), everything(catalog, "demo")), (Some(at(1)), once.clone()));
    }
    // It comes with what changes of the object, or of the record alone, and nobody knows it of a change that says none.
    let mut protected = on_line(4, write(B, TITLE, TITLE));
    if let Change::Write { lifecycle, .. } = &mut protected.change {
        *lifecycle = Some(Arc::new(Lifecycle { protect: true, ..Lifecycle::default() }));
    }
    apply(catalog, "demo", &[on_line(3, write(A, TITLE, r#"{"title":"B"}"#)), protected]);
    assert_eq!((place(catalog, "demo", A), place(catalog, "demo", B)), (Some(at(3)), Some(at(4))));
    apply(catalog, "demo", &[write(A, r#"{"title":"B"}"#, TITLE)]);
    assert_eq!(place(catalog, "demo", A), None);
}

pub(crate) fn places_go_with_the_records_that_they_are_of(catalog: &mut dyn Catalog) {
    let taken = |mut operation: GuardedChange, from: &str| {
        if let Change::Write { taken_from, .. } = &mut operation.change {
            *taken_from = Some(from.into());
        }
        operation
    };
    apply(catalog, "demo", &[on_line(1, write(A, "{}", TITLE)), on_line(2, write(B, "{}", TITLE))]);
    apply(catalog, "third", &[on_line(3, write(B, TITLE, TITLE))]);
    // What others change says nothing of where it is declared.
    apply(catalog, "other", &[write(A, "{}", r#"{"icon":"i"}"#), forget(A)]);
    assert_eq!(place(catalog, "demo", A), Some(at(1)));
    apply(catalog, "other", &[on_line(5, taken(write(B, TITLE, TITLE), "demo"))]);
    let of_b = |catalog: &dyn Catalog| ["demo", "other", "third"].map(|project| place(catalog, project, B));
    assert_eq!(of_b(catalog), [None, Some(at(5)), Some(at(3))]);
    apply(catalog, "other", &[forget(B)]);
    assert_eq!(of_b(catalog), [None, None, Some(at(3))]);
    apply(catalog, "third", &[delete(B, TITLE)]);
    assert_eq!(of_b(catalog), [None, None, None]);
    // What comes again has none of before.
    apply(catalog, "third", &[write(B, "{}", TITLE)]);
    assert_eq!(of_b(catalog), [None, None, None]);
}

pub(crate) fn a_place_goes_on_with_an_object_that_is_renamed(catalog: &mut dyn Catalog) {
    apply(catalog, "demo", &[on_line(1, write(A, "{}", TITLE))]);
    let mut moved = on_line(2, write(B, TITLE, TITLE));
    if let Change::Write { from, .. } = &mut moved.change {
        *from = Some(address(A));
    }
    assert_eq!(apply(catalog, "demo", std::slice::from_ref(&moved)), [Outcome::Done]);
    assert_eq!((place(catalog, "demo", A), place(catalog, "demo", B)), (None, Some(at(2))));
    apply(catalog, "demo", &[on_line(4, write(A, "{}", TITLE))]);
    assert_eq!((place(catalog, "demo", A), place(catalog, "demo", B)), (Some(at(4)), Some(at(2))));
}
