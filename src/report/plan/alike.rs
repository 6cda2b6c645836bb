//! Changes that are alike: of those that do the same one is shown, and what only few do stands before what many do.

use super::change::note;
use super::counted;
use super::kdl_value;
use crate::plan::{Operation, Target};
use crate::report::fact::{lifecycle_words, sign, value_of, why};
use std::collections::BTreeMap;

/// So many changes that do the same to a thing make it usual.
const USUAL: usize = 3;
/// Lines of one file that are looked at one by one.
const MOST_LINES: usize = 200;

/// A thing that changes do: the field that they change, and what of it becomes what, where many do just that.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Trait {
    /// What is changed: the path of a field.
    pub(super) name: String,
    /// How it is changed; nothing where that differs from one to the next, or where only few do it so.
    pub(super) how: Option<String>,
}

/// Changes that do the same things.
pub(super) struct Alike<'o> {
    /// What they do.
    pub(super) traits: Vec<Trait>,
    /// The changes.
    pub(super) members: Vec<&'o Operation>,
}

impl Alike<'_> {
    /// Whether each of them does something, and all do just the same; of a file without lines nobody sees what it does.
    pub(super) fn is_same(&self) -> bool {
        let is_seen = |one: &&Operation| one.file().is_none_or(|file| file.patch.is_some());
        !self.traits.is_empty() && self.traits.iter().all(|one| one.how.is_some()) && self.members.iter().all(is_seen)
    }
}

/// Changes by what they do: what the fewest do comes first.
pub(super) fn alike<'o>(operations: &[&'o Operation]) -> Vec<Alike<'o>> {
    let done: Vec<Vec<(String, String)>> = operations.iter().map(|operation| done(operation)).collect();
    let mut times: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (name, how) in done.iter().flatten() {
        *times.entry(name).or_default().entry(how).or_default() += 1;
    }
    // Where most of those that change a thing do it in a way of their own, the way says nothing.
    let usual = |ways: &BTreeMap<&str, usize>| {
        let usual: usize = ways.values().filter(|count| **count >= USUAL).sum();
        2 * usual >= ways.values().sum()
    };
    let ways: BTreeMap<&str, &BTreeMap<&str, usize>> =
        times.iter().filter(|(_, ways)| usual(ways)).map(|(name, ways)| (*name, ways)).collect();
    let known = |(name, how): &(String, String)| Trait {
        name: name.clone(),
        how: ways.get(name.as_str()).filter(|ways| ways[how.as_str()] >= USUAL).map(|_| how.clone()),
    };
    let groups = grouped(operations.iter().zip(&done), |(operation, done)| {
        let mut traits: Vec<Trait> = done.iter().map(known).collect();
        traits.sort();
        (sign(operation), traits)
    });
    let alike = |((_, traits), members): ((char, Vec<Trait>), Vec<(&&'o Operation, _)>)| Alike {
        traits,
        members: members.into_iter().map(|(operation, _)| *operation).collect(),
    };
    let mut groups: Vec<Alike<'_>> = groups.into_iter().map(alike).collect();
    groups.sort_by_key(|group| group.members.len());
    groups
}

/// Things by what they have in common, in the order of that.
pub(super) fn grouped<T, K: Ord>(things: impl IntoIterator<Item = T>, key: impl Fn(&T) -> K) -> BTreeMap<K, Vec<T>> {
    let mut groups: BTreeMap<K, Vec<T>> = BTreeMap::new();
    for thing in things {
        groups.entry(key(&thing)).or_default().push(thing);
    }
    groups
}

/// The groups of some things, the largest first; those of one size stay in the order of what they have in common.
pub(super) fn largest_first<T, K: Ord>(things: impl IntoIterator<Item = T>, key: impl Fn(&T) -> K) -> Vec<(K, Vec<T>)> {
    let mut groups: Vec<(K, Vec<T>)> = grouped(things, key).into_iter().collect();
    groups.sort_by_key(|(_, members)| std::cmp::Reverse(members.len()));
    groups
}

/// How many changes there are of each field, the most frequent first.
pub(super) fn fields<'o>(operations: &[&'o Operation]) -> Vec<(&'o str, usize)> {
    let changed = operations.iter().filter(|operation| operation.action.changes_fields());
    let fields =
        changed.flat_map(|operation| operation.object().map(|(_, change)| change.fields()).unwrap_or_default());
    largest_first(fields, |field| &*field.path).into_iter().map(|(path, fields)| (path, fields.len())).collect()
}

/// What an operation does: names, each with how it is done.
fn done(operation: &Operation) -> Vec<(String, String)> {
    let why = Some((String::new(), why(operation))).filter(|(_, why)| !why.is_empty());
    let mut done = Vec::from_iter(why);
    match &operation.target {
        Target::Object(change) => {
            let fields = if operation.action.changes_fields() { change.fields() } else { &[] };
            done.extend(fields.iter().map(|field| {
                let [before, after] = [&field.before, &field.after].map(|side| value_of(side).map(kdl_value));
                let [before, after] = [before, after].map(Option::unwrap_or_default);
                (field.path.clone(), format!("{before} -> {after}{}", note(field.cause)))
            }));
            done.extend(lifecycle_words(operation.action, change).into_iter().map(|word| {
                let how = format!("{} -> {}", word.before.unwrap_or_default(), word.after);
                (format!("lifecycle {}", word.name), how)
            }));
        }
        Target::File(file) => {
            let lines = file.patch.as_deref().unwrap_or_default().lines().filter(|line| line.starts_with(['+', '-']));
            let lines: Vec<&str> = lines.collect();
            let (first, rest) = lines.split_at(lines.len().min(MOST_LINES));
            done.extend(first.iter().map(|line| (key(line).to_owned(), (*line).to_owned())));
            // Of so many lines the rest is one thing, by which none that differ are the same.
            done.extend((!rest.is_empty()).then(|| (counted(rest.len(), "more line"), rest.join("\n"))));
        }
    }
    done
}

/// What a line of a manifest is about: its sign, its place and its key.
fn key(line: &str) -> &str {
    line.find(": ").map_or(line, |end| &line[..end])
}

/// What is said of the groups behind the first: of how many changes in how many groups; nothing where there is none.
pub(super) fn behind<'g, T: 'g>(
    groups: impl Iterator<Item = &'g Vec<T>>,
    most: usize,
    say: impl Fn(usize, usize) -> String,
) -> String {
    let sizes: Vec<usize> = groups.skip(most).map(Vec::len).collect();
    if sizes.is_empty() { String::new() } else { say(sizes.iter().sum(), sizes.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Json, Thing, Value};
    use crate::plan::{Action, Cause, Changes, Field, ObjectChange, Phase};

    fn update(name: usize, fields: &[(&str, i64, i64)]) -> Operation {
        let field = |(path, before, after): &(&str, i64, i64)| {
            let json = |number: i64| Some(Json(Value::integer(number)));
            Field {
                path: (*path).to_owned(),
                cause: Cause::Changed,
                before: json(*before),
                veiled: None,
                after: json(*after),
                source: None,
                parts: Vec::new(),
            }
        };
        Operation {
            action: Action::Update,
            thing: Thing::parse(&format!("entity:s:{name:03}")).unwrap(),
            from: None,
            phase: Phase::Objects,
            reasons: Vec::new(),
            needs: Vec::new(),
            source: None,
            target: Target::Object(ObjectChange {
                changes: Changes::Fields(fields.iter().map(field).collect()),
                record: None,
                lifecycle_before: None,
                before: None,
                declared: None,
                apart: Vec::new(),
            }),
        }
    }

    fn told(operations: &[Operation]) -> Vec<(usize, String)> {
        let operations: Vec<&Operation> = operations.iter().collect();
        let groups = alike(&operations);
        let traits = |group: &Alike<'_>| {
            let one = |one: &Trait| format!("{} {}", one.name, one.how.as_deref().unwrap_or("?").trim());
            group.traits.iter().map(one).collect::<Vec<_>>().join(", ")
        };
        groups.iter().map(|group| (group.members.len(), traits(group))).collect()
    }

    #[test]
    fn what_few_do_comes_first() {
        let mut all: Vec<Operation> = (0..50).map(|name| update(name, &[("n", 1, 2)])).collect();
        all[30] = update(30, &[("n", 1, 2), ("owner", 1, 9)]);
        all[40] = update(40, &[("n", 1, 500)]);
        let expected = [(1, "n ?"), (1, "n 1 -> 2, owner ?"), (48, "n 1 -> 2")];
        assert_eq!(told(&all), expected.map(|(count, text)| (count, text.to_owned())));
    }

    #[test]
    fn values_that_all_differ_are_one_kind_of_change() {
        let all: Vec<Operation> =
            (0..50).map(|name| update(name, &[("slo", i64::try_from(name).unwrap(), 100)])).collect();
        assert_eq!(told(&all), [(50, "slo ?".to_owned())]);
        let operations: Vec<&Operation> = all.iter().collect();
        assert_eq!(fields(&operations), [("slo", 50)]);
    }
}
