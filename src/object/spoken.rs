//! What goes along with a field: members of a group that only make sense with the list which speaks of them.

use super::table::{Row, Spoken, Table};
use crate::model::{Kind, Map, Value};
use std::collections::{BTreeSet, HashSet};

/// The fields of a third body that the lists of a second one speak of and those of a first one do not, where the second one has no such
/// fields: an input that stands in the order of inputs, the rules of a level.
pub fn goes_along<'b>(kind: Kind, [before, after]: [&Map; 2], all: &'b Map) -> Vec<(String, &'b Value)> {
    let mut found = Vec::new();
    for (row, spoken) in Table::get().of_kind(kind).iter().filter_map(|row| Some((row, row.speaks_of?))) {
        let (old, new) = (names(before, row, spoken), names(after, row, spoken));
        let there = after.get(spoken.group).and_then(|group| group.as_object());
        let group = all.get(spoken.group).and_then(|group| group.as_object());
        for member in group.into_iter().flat_map(|group| &group.members) {
            let name = spoken.called(&member.name.value, &member.value);
            let is_new = name.is_some_and(|name| new.contains(name) && !old.contains(name));
            if is_new && there.is_none_or(|there| there.get(&member.name.value).is_none()) {
                found.push((format!("{}.{}", spoken.group, member.name.value), &member.value.value));
            }
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found.dedup_by(|one, other| one.0 == other.0);
    found
}

/// Fields of two bodies that make no sense without each other: a list with each member of the group which it speaks of that comes, goes or
/// is another one to it.
pub fn hangs_together(kind: Kind, sides: [&Map; 2]) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for (row, spoken) in Table::get().of_kind(kind).iter().filter_map(|row| Some((row, row.speaks_of?))) {
        let lists = sides.map(|body| names(body, row, spoken));
        let groups = sides.map(|body| body.get(spoken.group).and_then(|group| group.as_object()));
        let all: BTreeSet<&str> =
            groups.iter().flatten().flat_map(|group| &group.members).map(|member| &*member.name.value).collect();
        for member in all {
            let called = groups.map(|group| spoken.called(member, group?.get(member)?));
            let comes_or_goes = |name: &&str| lists[0].contains(name) != lists[1].contains(name);
            if called[0] != called[1] && called.iter().flatten().any(comes_or_goes) {
                found.push((row.name, format!("{}.{member}", spoken.group)));
            }
        }
    }
    found
}

impl Spoken {
    /// The name by which a list speaks of a member of its group.
    fn called<'b>(self, name: &'b str, member: &'b Value) -> Option<&'b str> {
        match self.by {
            None => Some(name),
            Some((_, by)) => member.as_object()?.get(by)?.as_str(),
        }
    }
}

/// The names that the items of a list are, or have.
fn names<'b>(body: &'b Map, row: &Row, spoken: Spoken) -> HashSet<&'b str> {
    let items = body.get(row.name).and_then(|list| list.as_array()).unwrap_or_default();
    let name = |item: &'b Value| match spoken.by {
        None => item.as_str(),
        Some((member, _)) => item.as_object()?.get(member)?.as_str(),
    };
    items.iter().filter_map(|item| name(item)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::parse_json;

    fn along(kind: Kind, before: &str, after: &str, all: &str) -> Vec<String> {
        let [before, after, all] = [before, after, all].map(|json| parse_json(json.as_bytes()).unwrap());
        let sides = [before.as_object().unwrap(), after.as_object().unwrap()];
        goes_along(kind, sides, all.as_object().unwrap()).into_iter().map(|(path, _)| path).collect()
    }

    #[test]
    fn a_list_hangs_together_with_what_it_speaks_of_anew() {
        let together = |kind, before: &str, after: &str| {
            let [before, after] = [before, after].map(|json| parse_json(json.as_bytes()).unwrap());
            let found = hangs_together(kind, [before.as_object().unwrap(), after.as_object().unwrap()]);
            found.into_iter().map(|(list, member)| format!("{list} {member}")).collect::<Vec<_>>()
        };
        let before = r#"{"order":["a","b"],"required":["b"],"inputs":{"a":{},"b":{"x":1}}}"#;
        let after = r#"{"order":["b","c"],"required":["c"],"inputs":{"b":{"x":2},"c":{}}}"#;
        let found = together(Kind::Action, before, after);
        assert_eq!(found, ["required inputs.c", "order inputs.a", "order inputs.c"]);
        let before = r#"{"levels":[{"title":"A"},{"title":"B"}],"rules":{"r":{"level":"A"},"s":{"level":"B"}}}"#;
        let after = r#"{"levels":[{"title":"B"}],"rules":{"r":{"level":"B"},"s":{"level":"B","title":"S"}}}"#;
        assert_eq!(together(Kind::Scorecard, before, after), ["levels rules.r"]);
    }

    #[test]
    fn what_a_list_speaks_of_goes_along() {
        let all = r#"{"order":["a","b"],"required":["b"],"inputs":{"a":{},"b":{},"c":{}}}"#;
        let after = r#"{"order":["a","b"],"required":["b"],"inputs":{"a":{}}}"#;
        assert_eq!(along(Kind::Action, r#"{"inputs":{"a":{}}}"#, after, all), ["inputs.b"]);
        assert_eq!(along(Kind::Action, after, after, all), Vec::<String>::new());
        assert_eq!(
            along(Kind::Blueprint, "{}", r#"{"required":["x"]}"#, r#"{"properties":{"x":{}}}"#),
            ["properties.x"]
        );
        let all = r#"{"rules":{"r":{"level":"Top"},"s":{"level":"Gold"}}}"#;
        let (before, after) = (r#"{"levels":[{"title":"Gold"}]}"#, r#"{"levels":[{"title":"Gold"},{"title":"Top"}]}"#);
        assert_eq!(along(Kind::Scorecard, before, after, all), ["rules.r"]);
    }
}
