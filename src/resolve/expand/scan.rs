//! Which names a text uses: `$name.part`, `"$name | function"`, and `${name | function}` within a text.

use crate::model::split_outside_quotes;
use crate::syntax::{Node, Scalar};
use std::ops::Range;

/// A use of a name within a text.
#[derive(Debug, PartialEq)]
pub(super) struct Use {
    /// What of the text it is.
    pub(super) range: Range<usize>,
    /// What stands between the braces, or behind the dollar of a text that is it as a whole.
    pub(super) inner: Range<usize>,
    /// Whether the text is the value as a whole, with its type.
    pub(super) is_whole: bool,
    /// Whether it only looks like one: the dollar is doubled.
    pub(super) is_escaped: bool,
    /// Whether its braces are missing.
    pub(super) is_bare: bool,
}

/// The uses of names in a text, in their order; `is_asked` says which names are looked for.
pub(super) fn uses(text: &str, is_asked: &dyn Fn(&str) -> bool) -> Vec<Use> {
    let mut found = Vec::new();
    let Some(first) = text.find('$') else { return found };
    if first == 0
        && let Some(root) = whole(&text[1..])
        && is_asked(root)
    {
        found.push(Use {
            range: 0..text.len(),
            inner: 1..text.len(),
            is_whole: true,
            is_escaped: false,
            is_bare: false,
        });
        return found;
    }
    if first == 0
        && let Some(root) = text.get(1..).and_then(|rest| whole(rest.strip_prefix('$')?))
        && is_asked(root)
    {
        found.push(Use {
            range: 0..text.len(),
            inner: 2..text.len(),
            is_whole: true,
            is_escaped: true,
            is_bare: false,
        });
        return found;
    }
    let mut at = first;
    while let Some(dollar) = text.get(at..).and_then(|rest| rest.find('$')).map(|dollar| at + dollar) {
        let (one, next) = use_at(text, dollar, is_asked);
        found.extend(one);
        at = next;
    }
    found
}

/// Whether a text uses one of the names that are looked for.
pub(in crate::resolve) fn uses_any(text: &str, is_asked: &dyn Fn(&str) -> bool) -> bool {
    uses(text, is_asked).iter().any(|one| !one.is_escaped)
}

/// The use of a name that a dollar within a text begins, where it does, and where to look on.
fn use_at(text: &str, dollar: usize, is_asked: &dyn Fn(&str) -> bool) -> (Option<Use>, usize) {
    let rest = text.get(dollar + 1..).unwrap_or_default();
    let (is_escaped, open) = match rest.as_bytes() {
        [b'$', b'{', ..] => (true, dollar + 3),
        [b'{', ..] => (false, dollar + 2),
        bytes => {
            let is_escaped = bytes.first() == Some(&b'$');
            let start = dollar + 1 + usize::from(is_escaped);
            let name = text.get(start..).unwrap_or_default();
            let name = name.get(..name_len(name)).unwrap_or_default();
            let end = start + name.len();
            let (range, inner) = (dollar..end, start..end);
            let one = Use { range, inner, is_whole: false, is_escaped, is_bare: !is_escaped };
            return ((is_path(name) && is_asked(name)).then_some(one), end);
        }
    };
    let inside = text.get(open..).unwrap_or_default();
    let end = split_outside_quotes(inside, '}').next().map_or(inside.len(), |part| part.1.len());
    let close = open + end;
    if end < inside.len() && root(inside.get(..end).unwrap_or_default()).is_some_and(is_asked) {
        let one = Use { range: dollar..close + 1, inner: open..close, is_whole: false, is_escaped, is_bare: false };
        return (Some(one), close + 1);
    }
    (None, open)
}

/// The name that a text behind its dollar begins with, where it is a path as a whole, perhaps with functions behind it.
fn whole(text: &str) -> Option<&str> {
    let path = text.split('|').next().unwrap_or_default().trim_end();
    is_path(path).then(|| path.split('.').next().unwrap_or_default())
}

/// The name that what stands in braces begins with.
fn root(inner: &str) -> Option<&str> {
    let path = inner.split('|').next().unwrap_or_default().trim();
    let path = path.strip_prefix('$').unwrap_or(path);
    is_path(path).then(|| path.split('.').next().unwrap_or_default())
}

/// How long the name is that a text begins with.
fn name_len(text: &str) -> usize {
    text.find(|one: char| !(one.is_alphanumeric() || matches!(one, '_' | '-'))).unwrap_or(text.len())
}

/// Whether a text is a path: names with dots between.
fn is_path(text: &str) -> bool {
    let is_name =
        |part: &str| !part.is_empty() && part.chars().all(|one| one.is_alphanumeric() || matches!(one, '_' | '-'));
    text.starts_with(|first: char| first.is_alphabetic() || first == '_') && text.split('.').all(is_name)
}

/// Whether a node, or one below it, uses one of the names that are looked for.
pub(super) fn mentions(node: Node<'_>, is_asked: &dyn Fn(&str) -> bool) -> bool {
    if !node.may_say('$') {
        return false;
    }
    let uses = |text: &str| text.contains('$') && !uses(text, is_asked).is_empty();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        let in_entries = || {
            node.entries().any(|entry| {
                matches!(entry.value(), Scalar::String(text) if uses(text)) || entry.key().is_some_and(uses)
            })
        };
        if uses(node.name()) || in_entries() {
            return true;
        }
        open.extend(node.children());
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, bool, bool)> {
        let uses = uses(text, &|name| ["a", "b-c"].contains(&name));
        uses.into_iter().map(|one| (&text[one.inner], one.is_whole, one.is_escaped)).collect()
    }

    #[test]
    fn names_are_found_where_they_stand() {
        for (text, expected) in [
            ("$a", vec![("a", true, false)]),
            ("$a.b", vec![("a.b", true, false)]),
            ("$a | join ', '", vec![("a | join ', '", true, false)]),
            ("$b-c", vec![("b-c", true, false)]),
            ("x ${a} y ${ b-c | lower }", vec![("a", false, false), (" b-c | lower ", false, false)]),
            ("${$a}", vec![("$a", false, false)]),
            ("$$a", vec![("a", true, true)]),
            ("$${a} ${a}", vec![("a", false, true), ("a", false, false)]),
            ("x $$a y", vec![("a", false, true)]),
            ("$other", vec![]),
            ("${other} ${{ a }} $5 ^a$", vec![]),
            ("costs $a now", vec![("a", false, false)]),
            ("costs $5 and $aa$", vec![]),
            ("${a | default '}'}", vec![("a | default '}'", false, false)]),
            ("${a", vec![]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }
}
