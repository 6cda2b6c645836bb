//! Many things of one cause, told as one with a list of places.

use super::counted;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Up to this many things of one cause are told one by one.
const FEW: usize = 3;
/// Of more, so many are named beside the first.
const MOST_NAMED: usize = 10;

/// Things in groups of one cause, in the order of the first of each; what has no cause, or shares it with few, is alone.
pub(super) fn by_cause<'t, T, C: Ord>(
    things: impl IntoIterator<Item = &'t T>,
    cause: impl Fn(&'t T) -> Option<C>,
) -> Vec<Vec<&'t T>> {
    let mut groups: Vec<Vec<&T>> = Vec::new();
    let mut known: BTreeMap<C, usize> = BTreeMap::new();
    let mut order: Vec<(usize, &T)> = Vec::new();
    for thing in things {
        let next = groups.len();
        let at = cause(thing).map_or(next, |cause| *known.entry(cause).or_insert(next));
        if at == next {
            groups.push(Vec::new());
        }
        groups[at].push(thing);
        order.push((at, thing));
    }
    let told = order.into_iter().filter_map(|(at, thing)| match groups[at].len() {
        0 => None,
        1..=FEW => Some(vec![thing]),
        _ => Some(std::mem::take(&mut groups[at])),
    });
    told.collect()
}

/// Where the others of a group are, a line each below a heading; what differs from what is said of the first is said.
pub(super) fn elsewhere<T>(
    group: &[&T],
    place: impl Fn(&T) -> String,
    message: impl Fn(&T) -> Cow<'_, str>,
) -> Vec<String> {
    let Some((first, others)) = group.split_first().filter(|(_, others)| !others.is_empty()) else { return Vec::new() };
    let mut lines = vec![format!("the same cause in {}:", counted(others.len(), "more place"))];
    lines.extend(others.iter().take(MOST_NAMED).map(|other| match message(other) {
        same if same == message(first) => format!("  {}", place(other)),
        own => format!("  {}: {own}", place(other)),
    }));
    let more = others.len().saturating_sub(MOST_NAMED);
    lines.extend((more > 0).then(|| format!("  … {more} more")));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_of_one_cause_are_one_and_few_are_not() {
        let things: Vec<(u8, char)> = "abacaadbc".chars().zip(0..).map(|(cause, at)| (at, cause)).collect();
        let groups = by_cause(&things, |thing| (thing.1 != 'c').then_some(thing.1));
        let shown: Vec<Vec<u8>> = groups.iter().map(|group| group.iter().map(|thing| thing.0).collect()).collect();
        assert_eq!(shown, [vec![0, 2, 4, 5], vec![1], vec![3], vec![6], vec![7], vec![8]]);
        let lines = elsewhere(
            &groups[0],
            |thing| format!("at {}", thing.0),
            |thing| if thing.0 < 5 { "x".into() } else { "y".into() },
        );
        assert_eq!(lines, ["the same cause in 3 more places:", "  at 2", "  at 4", "  at 5: y"]);
        assert!(elsewhere(&groups[1], |_| String::new(), |_| "".into()).is_empty());
    }

    #[test]
    fn of_very_many_the_first_places_are_named() {
        let things: Vec<usize> = (0..40).collect();
        let groups = by_cause(&things, |_| Some(()));
        let lines = elsewhere(&groups[0], ToString::to_string, |_| "".into());
        assert_eq!((groups.len(), lines.len(), lines[0].as_str()), (1, 12, "the same cause in 39 more places:"));
        assert_eq!(lines.last().map(String::as_str), Some("  … 29 more"));
    }
}
