//! What stops a plan, or needs a word: conflicts, kept drift, new hosts and guards.

use super::change::{field, lines, place};
use super::counted;
use super::field::{Bound, Heading, Sides, value};
use super::kdl_value;
use super::view::Detail;
use super::violations::violations;
use crate::model::{Json, Value};
use crate::plan::{Conflict, Declared, Drift, FieldPart, Guard, NewHost, Plan, field_parts};
use crate::report::clean::one_line;
use crate::report::columns::{cropped, cropped_apart};
use crate::report::difference::told_apart;
use crate::report::{Paint, Style};
use crate::source::{FileId, Sources, Span, Spanned};

/// More than this of a sort are only counted, but in the full report.
const MOST: usize = 50;

/// What stops a plan, or needs a look, as text: each for itself, or many of one cause together.
pub(in crate::report) struct Stops {
    /// What others changed and what stays so.
    pub(in crate::report) kept: Told,
    /// Credentials that go to servers that they were never sent to.
    pub(in crate::report) new_hosts: Told,
    /// What others changed too, each with what was written last, what is live and what is desired.
    pub(in crate::report) conflicts: Told,
    /// Policies that are broken.
    pub(in crate::report) violations: Told,
    /// Guards, each with how to allow what it stops.
    pub(in crate::report) guards: Told,
}

/// The first things of a sort as text, and how many more there are.
#[derive(Default)]
pub(in crate::report) struct Told {
    pub(in crate::report) texts: Vec<String>,
    pub(in crate::report) more: usize,
}

impl Told {
    fn of<T>(things: &[T], most: usize, text: impl Fn(&T) -> String) -> Self {
        let texts: Vec<String> = things.iter().take(most).map(text).collect();
        Self { more: things.len() - texts.len(), texts }
    }

    /// The texts, each behind a gap, and how many more there are.
    fn text(&self, gap: &str) -> String {
        let mut out: String = self.texts.iter().flat_map(|text| [gap, text]).collect();
        if self.more > 0 {
            out.push_str(&format!("\n… {} more; --full shows them\n", self.more));
        }
        out
    }
}

impl Stops {
    /// The first of each sort; all of them in the full report.
    pub(super) fn shown(plan: &Plan, detail: Detail, style: Style) -> Self {
        Self::of(plan, if detail == Detail::Full { usize::MAX } else { MOST }, detail, style)
    }

    /// At most so many of each sort.
    pub(in crate::report) fn of(plan: &Plan, most: usize, detail: Detail, style: Style) -> Self {
        Self {
            kept: Told::of(&plan.kept, most, |drift| kept(drift, style)),
            new_hosts: Told::of(&plan.new_hosts, most, |host| new_host(host, style)),
            conflicts: Told::of(&plan.conflicts, most, |conflict| conflict_text(conflict, style)),
            violations: Told::of(&violations(&plan.violations, detail, style), most, Clone::clone),
            guards: Told::of(&plan.guards, most, |guard| guard_text(guard, style)),
        }
    }

    /// What others changed and what stays so, below a heading.
    pub(super) fn kept_text(&self, style: Style) -> String {
        let count = self.kept.texts.len() + self.kept.more;
        if count == 0 {
            return String::new();
        }
        let title = style.paint(Paint::Changed, &format!("KEPT {}", counted(count, "change")));
        format!("\n{title} of others, as on-drift keep says\n{}", self.kept.text(""))
    }

    /// The others, behind one another.
    pub(super) fn text(&self) -> String {
        [&self.new_hosts, &self.conflicts, &self.violations, &self.guards].map(|sort| sort.text("\n")).concat()
    }
}

fn conflict_text(conflict: &Conflict, style: Style) -> String {
    in_conflict(conflict, style) + &waits(conflict, style)
}

/// What else of the object changes and waits until nothing of it is in conflict.
fn waits(conflict: &Conflict, style: Style) -> String {
    if conflict.waits.is_empty() {
        return String::new();
    }
    let fields: String = conflict.waits.iter().map(|one| field(one, Bound::Fitting, style)).collect();
    format!("    not carried out either while the object is in conflict:\n{fields}")
}

fn in_conflict(conflict: &Conflict, style: Style) -> String {
    let field = conflict.field.as_ref().map(|field| format!(" {}", one_line(field))).unwrap_or_default();
    let head = style.paint(Paint::Removed, &format!("CONFLICT {}{field}", one_line(&conflict.thing.to_string())));
    let head = format!("{head}{}\n", place(conflict.source.as_ref(), style));
    let way_out = format!("    {}\n", one_line(&conflict.way_out()));
    if let Some(there) = &conflict.obstacle {
        return format!("{head}    {} is in its way\n{way_out}", one_line(&there.to_string()));
    }
    let [base, live, desired] = sides([&conflict.base, &conflict.live, &conflict.desired]);
    let side = |name: &str, text: &str| format!("    {name:<8}{text}\n");
    if let Some(text) = deleted(conflict) {
        return format!("{head}    others deleted it; what is desired:\n{}{way_out}", lines("", text, style));
    }
    if conflict.thing.object().is_some() && conflict.field.is_none() && conflict.live.is_none() {
        let desired = cropped(&desired, style.width.saturating_sub(12).max(30));
        return format!("{head}    others deleted it\n{}{way_out}", side("desired", &desired));
    }
    let base = conflict.base.as_ref().map(|_| side("base", &base)).unwrap_or_default();
    let Some((what, from, to)) = compared(conflict).filter(|(_, from, to)| is_large(from) || is_large(to)) else {
        let sides = side("live", &live) + &side("desired", &desired);
        return format!("{head}{base}{sides}{way_out}");
    };
    let differs = match (from, to) {
        (Value::String(from), Value::String(to)) if conflict.field.is_none() => lines(from, to, style),
        _ => below(from, to, &parts_of(conflict, from, to), style),
    };
    let is_shown = conflict.desired.is_some() && conflict.base.as_ref().is_some_and(|base| !is_large(&base.0));
    let base = if is_shown { base } else { String::new() };
    format!("{head}{base}    {what}\n{differs}{way_out}")
}

/// What differs between two of the values of a conflict, part by part.
fn parts_of(conflict: &Conflict, from: &Value, to: &Value) -> Vec<FieldPart> {
    if conflict.live.is_some() && conflict.desired.is_some() {
        return conflict.parts.clone();
    }
    let (Some(address), Some(field)) = (conflict.thing.object(), &conflict.field) else { return Vec::new() };
    let [from, to] = [from, to].map(|value| Spanned::new(value.clone(), Span::start_of(FileId(0))));
    field_parts((address.kind, field), &from, &to, Declared::Neither, &Sources::default())
}

/// What is desired of a file that others deleted, where that is what was written, or nobody knows what was.
fn deleted(conflict: &Conflict) -> Option<&str> {
    let (None, None, Some(Json(Value::String(text)))) = (&conflict.field, &conflict.live, &conflict.desired) else {
        return None;
    };
    let differs = matches!(&conflict.base, Some(Json(Value::String(base))) if base != text);
    (!differs).then_some(&**text)
}

/// The two values of a conflict that say most side by side, and what they are; nothing where only one is known.
fn compared(conflict: &Conflict) -> Option<(&'static str, &Value, &Value)> {
    let [base, live, desired] =
        [&conflict.base, &conflict.live, &conflict.desired].map(|side| side.as_ref().map(|json| &json.0));
    match (base, live, desired) {
        (_, Some(live), Some(desired)) => Some(("from what is live to what is desired:", live, desired)),
        (Some(base), Some(live), None) => Some((
            "it is no longer declared, and others changed it; from what was written to what is live:",
            base,
            live,
        )),
        (Some(base), None, Some(desired)) => {
            Some(("others deleted it; from what was written to what is desired:", base, desired))
        }
        _ => None,
    }
}

/// Values as KDL, `(nothing)` for none, so that those that are not the same do not look so.
pub(in crate::report) fn sides<const COUNT: usize>(values: [&Option<Json>; COUNT]) -> [String; COUNT] {
    let there: Vec<&Value> = values.iter().filter_map(|value| value.as_ref().map(|json| &json.0)).collect();
    let mut texts = told_apart(&there).into_iter();
    values.map(|value| {
        let text = value.as_ref().and_then(|_| texts.next());
        text.map_or_else(|| "(nothing)".to_owned(), |text| one_line(&text).into_owned())
    })
}

/// What differs between two values, below a heading of their own.
fn below(before: &Value, after: &Value, parts: &[FieldPart], style: Style) -> String {
    let heading = Heading { name: "", note: "", source: None };
    value(&heading, Sides { before: Some(before), after: Some(after), parts }, Bound::Whole, style)
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| format!("{line}\n"))
        .collect()
}

/// Whether a value is better shown by what differs in it.
pub(in crate::report) fn is_large(value: &Value) -> bool {
    match value {
        Value::String(text) => text.len() > 100 || text.contains('\n'),
        Value::Array(_) | Value::Object(_) => kdl_value(value).len() > 60,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Secret(_) => false,
    }
}

fn kept(drift: &Drift, style: Style) -> String {
    let field = drift.field.as_ref().map(|field| format!(" {}", one_line(field))).unwrap_or_default();
    let head = style.paint(Paint::Changed, &format!("! {}{field}", one_line(&drift.thing.to_string())));
    let texts = sides([&drift.live, &drift.desired]);
    let texts = cropped_apart(&[&texts[0], &texts[1]], style.width.saturating_sub(12).max(30));
    let place = style.paint(Paint::Dim, &place(drift.source.as_ref(), style));
    let sides = match (&drift.live, &drift.desired) {
        (None, _) => "    others deleted it\n".to_owned(),
        (Some(Json(live)), Some(Json(written))) if is_large(live) || is_large(written) => {
            format!("    from what was written to what is live:\n{}", below(written, live, &drift.parts, style))
        }
        (Some(_), _) => format!("    live    {}\n    written {}\n", texts[0], texts[1]),
    };
    format!("{head}{place}\n{sides}")
}

fn new_host(host: &NewHost, style: Style) -> String {
    format!(
        "{}{}\n    {}\n",
        style.paint(Paint::Changed, &format!("NEW HOST {}", one_line(&host.address.to_string()))),
        style.paint(Paint::Dim, &place(host.source.as_ref(), style)),
        one_line(&host.message)
    )
}

fn guard_text(guard: &Guard, style: Style) -> String {
    let (word, paint) = match (guard.allowed, &guard.allow) {
        (true, Some(_)) => ("ALLOWED", Paint::Changed),
        (true, None) => ("NOTICE", Paint::Changed),
        (false, _) => ("REFUSED", Paint::Removed),
    };
    let allow = guard.allow.as_ref().filter(|_| !guard.allowed);
    let allow = allow.map(|flag| format!("\n    to allow it: {}", one_line(flag))).unwrap_or_default();
    format!("{} {}{allow}\n", style.paint(paint, word), one_line(&guard.message))
}
