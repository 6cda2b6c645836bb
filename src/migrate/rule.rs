//! Rules whose conditions the language cannot say.

use super::trace::Trace;
use crate::model::{Map, Value};
use crate::source::Origin;

/// Says of the rule of a scorecard that it is judged elsewhere, in the place of conditions that a place leads into: those that would
/// stay are others.
pub(super) fn judge_elsewhere(body: &mut Map, place: &[Box<str>], trace: &mut Trace) -> bool {
    let (Some("rules"), Some(name), None | Some("query")) =
        (place.first().map(|step| &**step), place.get(1), place.get(2).map(|step| &**step))
    else {
        return false;
    };
    let Some(rules) = trace.place(body, "rules") else { return false };
    let Value::Object(rules) = &mut body.members[rules].value.value else { return false };
    let Some(rule) = trace.place(rules, name) else { return false };
    let Value::Object(rule) = &mut rules.members[rule].value.value else { return false };
    let had = rule.remove("query").is_some();
    if had {
        rule.put("judged", Value::string("elsewhere"), Origin::Nowhere);
    }
    had
}
