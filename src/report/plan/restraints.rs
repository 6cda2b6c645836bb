//! What restrains plans otherwise than before: policies, and the guards of the project.

use super::change::{field, paint, place, symbol};
use super::field::Bound;
use super::view::Detail;
use crate::plan::{Action, Restraint};
use crate::report::clean::one_line;
use crate::report::{Paint, Style};

/// All of them below a heading; nothing where there is none.
pub(super) fn restraints(all: &[Restraint], detail: Detail, style: Style) -> String {
    if all.is_empty() {
        return String::new();
    }
    let heading = style.paint(Paint::Changed, &format!("POLICIES AND GUARDS {}", all.len()));
    let texts: String = all.iter().map(|one| restraint(one, detail, style)).collect();
    format!("\n{heading}\n{texts}")
}

/// One, with what of it changes. Of one that comes or goes the heading says enough.
pub(super) fn restraint(one: &Restraint, detail: Detail, style: Style) -> String {
    let name = style.paint(paint(one.action), &format!("{} {}", symbol(one.action), one_line(&one.name)));
    let place = style.paint(Paint::Dim, &place(one.source.as_ref(), style));
    let bound = match (detail, one.action) {
        (Detail::Full, _) => Some(Bound::Whole),
        (Detail::Changes, Action::Update) => Some(Bound::Fitting),
        (Detail::Changes | Detail::Summary, _) => None,
    };
    let fields = bound.map(|bound| one.fields.iter().map(|one| field(one, bound, style)).collect::<String>());
    format!("{name}{place}\n{}", fields.unwrap_or_default())
}
