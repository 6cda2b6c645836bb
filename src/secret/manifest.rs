//! What a `Secret` of Kubernetes holds where it stands in a text of YAML or JSON, as manifests are delivered.

use crate::source::HELD;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

/// What is shown in the place of a value that is one, or may be.
pub const HIDDEN: &str = "(not shown)";

/// The annotation in which `kubectl` keeps the whole of it.
const APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// What is shown in the place of a value that another text beside this one does not have.
const OTHER: &str = "(not shown: another one)";

/// Whether something of these words is a `Secret`.
pub(super) fn is_secret(api_version: Option<&str>, kind: Option<&str>) -> bool {
    (api_version, kind) == (Some("v1"), Some("Secret"))
}

/// A text as it may be shown, with as many lines: what the manifests of a `Secret` hold in it is hidden, and references to secrets stay.
pub fn without_held(text: &str) -> Cow<'_, str> {
    without_held_beside(text, None)
}

/// The same of a text that is shown beside another version of it, where there is one: a line that this one does not have does not look the same.
pub fn without_held_beside<'t>(text: &'t str, beside: Option<&str>) -> Cow<'t, str> {
    if !(text.contains("Secret") && HELD.iter().any(|name| text.contains(name))) {
        return Cow::Borrowed(text);
    }
    let lines: Vec<Line<'_>> = text.split_inclusive('\n').map(Line::of).collect();
    let secrets: Vec<Held> = (0..lines.len()).filter_map(|at| secret(&lines, at)).flatten().collect();
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    let known: Option<BTreeSet<&str>> =
        beside.filter(|text| !text.is_empty()).map(|text| text.lines().map(str::trim_end).collect());
    let mut shown: Vec<Cow<'_, str>> = lines.iter().map(|line| Cow::Borrowed(line.whole)).collect();
    for Held { line, from } in secrets {
        let whole = lines[line].whole;
        let text = whole.trim_end();
        let is_known = known.as_ref().is_none_or(|known| known.contains(text));
        let hidden = if is_known { HIDDEN } else { OTHER };
        shown[line] = Cow::Owned(format!("{}{hidden}{}", &text[..from], &whole[text.len()..]));
    }
    Cow::Owned(shown.concat())
}

/// What of a line is hidden: all from a byte on.
struct Held {
    line: usize,
    from: usize,
}

/// A line as a member of an object, where it is one.
struct Line<'t> {
    whole: &'t str,
    /// The column in which its first word begins, behind the dashes of items.
    column: usize,
    /// The column in which anything begins.
    indent: usize,
    /// The name of the member; nothing where the line is none.
    name: Option<&'t str>,
    /// The byte at which the value begins, or the line's end.
    value: usize,
}

impl<'t> Line<'t> {
    fn of(whole: &'t str) -> Self {
        let text = whole.trim_end();
        let indent = text.len() - text.trim_start_matches(' ').len();
        let mut column = indent;
        while let Some(rest) = text[column..].strip_prefix("- ") {
            column = text.len() - rest.trim_start_matches(' ').len();
        }
        let (name, value) = named(&text[column..]).map_or((None, text.len()), |(name, at)| (Some(name), column + at));
        Self { whole, column, indent, name, value }
    }

    fn text(&self) -> &'t str {
        self.whole.trim_end()
    }

    /// The value on the line, without quotes and what ends a member in JSON.
    fn word(&self) -> &'t str {
        let value = self.text()[self.value..].split(" #").next().unwrap_or_default();
        value.trim().trim_end_matches(',').trim_matches(['"', '\''])
    }

    fn is_empty(&self) -> bool {
        self.text().len() == self.indent
    }
}

/// The name of a member, and the byte at which its value begins.
fn named(text: &str) -> Option<(&str, usize)> {
    let (name, behind) = match text.chars().next().filter(|quote| matches!(quote, '"' | '\'')) {
        Some(quote) => {
            let end = text[1..].find(quote)? + 1;
            (&text[1..end], end + 1)
        }
        None => {
            let end = text.find(": ").or_else(|| text.strip_suffix(':').map(str::len))?;
            (&text[..end], end)
        }
    };
    let value = text[behind..].trim_start().strip_prefix(':')?.trim_start();
    Some((name, text.len() - value.len()))
}

/// What is held by the `Secret` whose kind a line says.
fn secret(lines: &[Line<'_>], at: usize) -> Option<Vec<Held>> {
    let line = &lines[at];
    if line.name != Some("kind") {
        return in_a_line(line, at);
    }
    if line.word() != "Secret" {
        return None;
    }
    let members = around(lines, at);
    let of = |name: &str| {
        let is_one = |line: &&Line<'_>| line.column == lines[at].column && line.name == Some(name);
        lines[members.clone()].iter().find(is_one).map(Line::word)
    };
    if !is_secret(of("apiVersion"), of("kind")) {
        return None;
    }
    let mut held = Vec::new();
    for index in members.clone() {
        let (one, inner) = (&lines[index], below(lines, index, members.end));
        if one.column == line.column && one.name.is_some_and(|name| HELD.contains(&name)) {
            values(lines, index, inner, &mut held);
        } else if one.name == Some(APPLIED) {
            held.push(Held { line: index, from: one.value });
            held.extend(inner.map(|line| Held { line, from: lines[line].indent }));
        }
    }
    Some(held)
}

/// A whole manifest in one line, as JSON has it: nothing of it is shown.
fn in_a_line(line: &Line<'_>, at: usize) -> Option<Vec<Held>> {
    let bare: String =
        line.text().chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '"' | '\'')).collect();
    let says = |what: &str| bare.match_indices(what).any(|(at, _)| bare[at + what.len()..].starts_with([',', '}']));
    let is_one = bare.contains('{') && says("kind:Secret") && says("apiVersion:v1");
    is_one.then(|| vec![Held { line: at, from: line.column }])
}

/// The lines of the object that a line is a member of.
fn around(lines: &[Line<'_>], at: usize) -> Range<usize> {
    let column = lines[at].column;
    let ends = |line: &Line<'_>| line.text().starts_with("---") || line.text() == "...";
    let is_inside = |line: &Line<'_>| line.is_empty() || line.indent >= column && !ends(line);
    // The first member may stand behind the dash of an item.
    let mut start = at;
    while lines[start].indent >= column && start > 0 {
        let before = &lines[start - 1];
        let begins = before.indent < column && before.column == column;
        if !begins && !is_inside(before) {
            break;
        }
        start -= 1;
    }
    let behind = lines[at + 1..].iter().take_while(|line| is_inside(line)).count();
    start..at + 1 + behind
}

/// The lines below a member.
fn below(lines: &[Line<'_>], at: usize, end: usize) -> Range<usize> {
    let column = lines[at].column;
    let inner = lines[at + 1..end].iter().take_while(|line| line.is_empty() || line.indent > column).count();
    at + 1..at + 1 + inner
}

/// What stands behind the names in an object, which one line begins.
fn values(lines: &[Line<'_>], at: usize, inner: Range<usize>, held: &mut Vec<Held>) {
    let is_open = |line: &Line<'_>| matches!(line.word(), "" | "{" | "{}" | "null" | "~" | "[]");
    if !is_open(&lines[at]) {
        held.push(Held { line: at, from: lines[at].value });
    }
    let Some(first) = lines[inner.clone()].iter().find(|line| !line.is_empty()).map(|line| line.indent) else { return };
    for index in inner.filter(|index| !lines[*index].is_empty()) {
        let line = &lines[index];
        let is_member = line.indent == first && line.name.is_some();
        let refers = is_member && line.text()[line.value..].starts_with("{\"$secret\":");
        if !(refers || is_member && line.word().is_empty()) {
            held.push(Held { line: index, from: if is_member { line.value } else { line.indent } });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_secret_holds_is_hidden_line_by_line() {
        let text = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: data\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"x\": \"pw\"}\nstringData:\n  key: pw\n  ref: {\"$secret\":\"a\"}\n  ca: |\n    a: pw\n    b\n\ntype: Opaque\n---\napiVersion: v1\nkind: ConfigMap\ndata:\n  a: b\n";
        let shown = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: data\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: (not shown)\n      (not shown)\nstringData:\n  key: (not shown)\n  ref: {\"$secret\":\"a\"}\n  ca: (not shown)\n    (not shown)\n    (not shown)\n\ntype: Opaque\n---\napiVersion: v1\nkind: ConfigMap\ndata:\n  a: b\n";
        assert_eq!(without_held(text), shown);
    }

    #[test]
    fn it_is_known_in_each_way_to_write_a_manifest() {
        for (text, shown) in [
            (
                "data: {a: pw}\nkind: 'Secret'\napiVersion: \"v1\"",
                "data: (not shown)\nkind: 'Secret'\napiVersion: \"v1\"",
            ),
            (
                "items:\n- apiVersion: v1\n  data:\n    a: pw\n  kind: Secret # x\n- kind: X\n  data:\n    a: b\n",
                "items:\n- apiVersion: v1\n  data:\n    a: (not shown)\n  kind: Secret # x\n- kind: X\n  data:\n    a: b\n",
            ),
            (
                "{\n  \"apiVersion\": \"v1\",\n  \"data\": {\n    \"a\": \"pw\"\n  },\n  \"kind\": \"Secret\"\n}",
                "{\n  \"apiVersion\": \"v1\",\n  \"data\": {\n    \"a\": (not shown)\n  },\n  \"kind\": \"Secret\"\n}",
            ),
            (r#"{"apiVersion":"v1","kind":"Secret","data":{"a":"pw"}}"#, "(not shown)"),
        ] {
            assert_eq!(without_held(text), shown);
        }
        for none in [
            "apiVersion: x.example/v1\nkind: Secret\ndata:\n  a: b\n",
            "apiVersion: v1\nkind: ConfigMap\ndata:\n  kind: Secret\n",
            "apiVersion: v1\nkind: Secret\ndata: {}\n",
        ] {
            assert_eq!(without_held(none), none);
        }
    }

    #[test]
    fn a_value_that_changes_does_not_look_the_same() {
        let text = |value: &str| format!("apiVersion: v1\nkind: Secret\ndata:\n  a: {value}\n  b: x\n");
        let (old, new) = (text("one"), text("two"));
        assert_eq!(without_held(&old), text("(not shown)").replace('x', "(not shown)"));
        assert_eq!(without_held_beside(&new, Some(&old)), text("(not shown: another one)").replace('x', "(not shown)"));
    }

    proptest! {
        #[test]
        fn lines_stay_lines(text in "(apiVersion|kind|data|: |Secret|v1|- |  |\\n|---|[{}\"'é:,]|\"){0,40}") {
            let shown = without_held(&text);
            prop_assert_eq!(shown.split_inclusive('\n').count(), text.split_inclusive('\n').count());
        }
    }
}
