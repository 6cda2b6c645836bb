//! What a `Secret` of Kubernetes holds where it stands in a text of YAML or JSON, as manifests are delivered.

use crate::source::HELD;
use regex::Regex;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

/// What is shown in the place of a value that is one, or may be.
pub const HIDDEN: &str = "(not shown)";

/// The annotation in which `kubectl` keeps the whole of it.
const APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// What is shown in the place of a value that another text beside this one does not have.
const OTHER: &str = "(not shown: another one)";

/// The kinds of those that hold secrets.
const KINDS: [&str; 2] = ["Secret", "SecretList"];

/// Whether something of these words is a `Secret`, or a list of them: what is of a group is none, and what does not say its version may be one.
pub(super) fn is_secret(api_version: Option<&str>, kind: Option<&str>) -> bool {
    kind.is_some_and(|kind| KINDS.contains(&kind)) && !api_version.is_some_and(|version| version.contains('/'))
}

/// Whether something of these words is a `Secret` that holds its values at a way.
pub fn is_held(api_version: Option<&str>, kind: Option<&str>, way: &[&str]) -> bool {
    let is_at = way.iter().any(|name| HELD.contains(name)) || way.join(".").contains(APPLIED);
    is_at && is_secret(api_version, kind)
}

/// A text as it may be shown, with as many lines: what the manifests of a `Secret` hold in it is hidden, and references to secrets stay.
pub fn without_held(text: &str) -> Cow<'_, str> {
    without_held_beside(text, None)
}

/// The same of a text that is shown beside another version of it, where there is one: a line that this one does not have does not look the same.
pub fn without_held_beside<'t>(text: &'t str, beside: Option<&str>) -> Cow<'t, str> {
    let beside = beside.filter(|text| !text.is_empty());
    let mut secrets = held(text);
    let others = beside.map(held).unwrap_or_default();
    if secrets.is_empty() && others.is_empty() {
        return Cow::Borrowed(text);
    }
    let lines = lines_of(text);
    secrets.extend(the_same(&lines, &secrets, beside.unwrap_or_default(), &others));
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    let known: Option<BTreeSet<&str>> = beside.map(|text| text.lines().map(str::trim_end).collect());
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

fn lines_of(text: &str) -> Vec<Line<'_>> {
    text.split_inclusive('\n').map(Line::of).collect()
}

/// What is hidden of a text.
fn held(text: &str) -> Vec<Held> {
    if !(text.contains(KINDS[0]) && HELD.iter().any(|name| text.contains(name))) {
        return Vec::new();
    }
    let lines = lines_of(text);
    let mut held: Vec<Held> = (0..lines.len()).filter_map(|at| secret(&lines, at)).flatten().collect();
    unsure(&lines, &mut held);
    held
}

/// What stands in clear in lines, and only hidden in the text beside them: a `Secret` that became something else.
fn the_same(lines: &[Line<'_>], held: &[Held], beside: &str, others: &[Held]) -> Vec<Held> {
    let before = lines_of(beside);
    let hidden: BTreeMap<usize, usize> = others.iter().map(|one| (one.line, one.from)).collect();
    let shown = before.iter().enumerate().filter(|(at, _)| !hidden.contains_key(at));
    let clear: BTreeSet<&str> = shown.map(|(_, line)| line.text().trim_start()).collect();
    let values: BTreeSet<&str> =
        hidden.iter().map(|(at, from)| word(&before[*at].text()[*from..])).filter(|word| word.len() > 1).collect();
    let known: BTreeSet<usize> = held.iter().map(|one| one.line).collect();
    let same = |(at, line): (usize, &Line<'_>)| {
        let text = line.text();
        let from = [line.value, line.indent].into_iter().find(|from| values.contains(word(&text[*from..])))?;
        (!known.contains(&at) && !clear.contains(text.trim_start())).then_some(Held { line: at, from })
    };
    lines.iter().enumerate().filter_map(same).collect()
}

/// A value without quotes, what ends a member in JSON, and a remark.
fn word(value: &str) -> &str {
    let value = value.split(" #").next().unwrap_or_default();
    value.trim().trim_end_matches(',').trim_matches(['"', '\''])
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
        word(&self.text()[self.value..])
    }

    fn is_empty(&self) -> bool {
        self.text().len() == self.indent
    }

    /// The line without blanks, quotes and escapes.
    fn bare(&self) -> String {
        let is_beside = |letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'' | '\\');
        self.text().replace("\\n", ",").replace(is_beside, "")
    }

    /// Where a remark begins that is all of the line.
    fn remark(&self) -> Option<usize> {
        self.text()[self.indent..].starts_with('#').then_some(self.indent)
    }

    /// Whether it is written as no member or item that is read for itself.
    fn is_odd(&self) -> bool {
        let text = &self.text()[self.column..];
        let is_marker = CONFLICT.iter().any(|marker| self.whole.starts_with(marker));
        let is_complex = text == "?" || text.starts_with("? ") || self.name.is_some_and(|name| name == "<<");
        let is_marked = self.text()[self.value..].starts_with(['!', '&', '*']) || text.starts_with(['!', '&', '*']);
        let is_held = self.name.is_some_and(|name| HELD.contains(&name));
        is_marker || is_complex || is_marked || text.contains('{') && is_flow(&self.bare(), is_held)
    }

    /// Where a value may begin; nothing where there is none, or the line ends a document.
    fn hidden_from(&self) -> Option<usize> {
        let text = self.text();
        let is_name = self.name.is_some_and(|name| !name.contains(['{', '[', ',', '?']));
        let from = if is_name { self.value } else { self.column };
        let is_shown = text.starts_with("---") || CONFLICT.iter().any(|marker| text.starts_with(marker));
        (from < text.len() && !is_shown).then_some(from)
    }
}

/// What stands before the sides of a conflict in a text, and behind them.
const CONFLICT: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

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
    if line.name != Some("kind") || !KINDS.contains(&line.word()) {
        return in_a_line(line, at);
    }
    let is_list = line.word() != KINDS[0];
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
        let is_at = one.column == line.column || is_list && one.column > line.column;
        if is_at && one.name.is_some_and(|name| HELD.contains(&name)) {
            values(lines, index, inner, &mut held);
        } else if let Some(from) = one.remark().filter(|_| is_put_off(&lines[index])) {
            let remarks = lines[index + 1..members.end].iter().map_while(Line::remark).enumerate();
            held.push(Held { line: index, from });
            held.extend(remarks.map(|(number, from)| Held { line: index + 1 + number, from }));
        } else if one.name == Some(APPLIED) {
            held.push(Held { line: index, from: one.value });
            held.extend(inner.map(|line| Held { line, from: lines[line].indent }));
        }
    }
    Some(held)
}

/// A whole manifest in one line, as JSON has it, also as a text in JSON: nothing of it is shown.
fn in_a_line(line: &Line<'_>, at: usize) -> Option<Vec<Held>> {
    if !line.whole.contains(KINDS[0]) {
        return None;
    }
    let bare = line.bare();
    let says = |what: &str| {
        let mut behind = bare.match_indices(what).map(|(at, _)| &bare[at + what.len()..]);
        behind.any(|rest| rest.is_empty() || rest.starts_with([',', '}']))
    };
    let is_secret = KINDS.iter().any(|kind| says(&format!("kind:{kind}")));
    let is_one = is_secret && (says("apiVersion:v1") || !bare.contains("apiVersion:") && holds(&bare));
    is_one.then(|| vec![Held { line: at, from: line.column }])
}

/// Whether a line without blanks and quotes has a member in it that holds values.
fn holds(bare: &str) -> bool {
    HELD.iter().any(|name| [",", "{"].iter().any(|before| bare.contains(&format!("{before}{name}:"))))
}

/// Whether a line without blanks and quotes has members of a manifest between braces, which it ends or not.
fn is_flow(bare: &str, is_held: bool) -> bool {
    let says = |name: &str| [",", "{"].iter().any(|before| bare.contains(&format!("{before}{name}:")));
    let is_open = bare.matches('{').count() > bare.matches('}').count();
    !is_held && holds(bare) || is_open && (says("kind") || says("apiVersion"))
}

/// Whether a line is a remark of what would be held.
fn is_put_off(line: &Line<'_>) -> bool {
    let text = line.text().trim_start().trim_start_matches(['#', ' ']);
    named(text).is_some_and(|(name, _)| HELD.contains(&name))
}

/// A kind that is said in a way of YAML: behind a tag, an anchor, or a question mark.
static SAID: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the pattern is fixed, and every test of this file makes it")]
    Regex::new(r#"(^|[\s{,"'])kind["']?\s*:\s*([!&]\S*\s+)*["']?Secret(List)?\b|^[\s-]*\?\s+["']?kind["']?$"#)
        .expect("a pattern")
});

/// Adds all values of the documents that speak of a `Secret` and cannot be read line by line.
fn unsure(lines: &[Line<'_>], held: &mut Vec<Held>) {
    let known: BTreeSet<usize> = held.iter().map(|one| one.line).collect();
    let mut start = 0;
    while start < lines.len() {
        let ends = |line: &Line<'_>| line.text().starts_with("---");
        let count = lines[start + 1..].iter().take_while(|line| !ends(line)).count();
        let document = start..start + 1 + count;
        start = document.end;
        let speaks = lines[document.clone()].iter().any(|line| SAID.is_match(line.text()));
        if speaks && document.clone().any(|at| !known.contains(&at) && lines[at].is_odd()) {
            let shown = document.filter(|at| !known.contains(at));
            held.extend(shown.filter_map(|line| Some(Held { line, from: lines[line].hidden_from()? })));
        }
    }
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
            (r#"{"kind":"Secret","data":{"a":"pw"}}"#, "(not shown)"),
            ("kind: Secret\nstringData:\n  a: pw\n", "kind: Secret\nstringData:\n  a: (not shown)\n"),
            (
                "apiversion: V1\nkind: Secret\ndata:\n  a: pw\n",
                "apiversion: V1\nkind: Secret\ndata:\n  a: (not shown)\n",
            ),
            (
                "apiVersion: v1\nkind: SecretList\nitems:\n- data:\n    a: pw\n- stringData:\n    b: pw\n",
                "apiVersion: v1\nkind: SecretList\nitems:\n- data:\n    a: (not shown)\n- stringData:\n    b: (not shown)\n",
            ),
            ("kind: Secret\n# stringData:\n#   a: pw\ntype: x\n", "kind: Secret\n(not shown)\n(not shown)\ntype: x\n"),
        ] {
            assert_eq!(without_held(text), shown);
        }
        for none in [
            "apiVersion: x.example/v1\nkind: Secret\ndata:\n  a: b\n",
            "apiVersion: v1\nkind: ConfigMap\ndata:\n  kind: Secret\n",
            "apiVersion: v1\nkind: Secret\ndata: {}\n",
            "kind: Source\ndata: 1\nref: {kind: Secret, name: a}\n",
            "kind: Secrets\ndata:\n  a: &b c\n",
        ] {
            assert_eq!(without_held(none), none);
        }
    }

    #[test]
    fn of_what_cannot_be_read_line_by_line_no_value_is_shown() {
        for text in [
            "apiVersion: v1\nkind: Secret\nstringData:\n<<<<<<< HEAD\n  a: pw1\n=======\n  a: pw2\n>>>>>>> x\n",
            "apiVersion: v1\nkind: !!str Secret\nstringData:\n  a: pw\n",
            "apiVersion: v1\n? kind\n: Secret\nstringData:\n  a: pw\n",
            "apiVersion: v1\nkind: Secret\n<<: {stringData: {a: pw}}\n",
            "x: &held\n  a: pw\n---\na: b\n---\nx: &held\n  a: pw\nkind: Secret\ndata: *held\n",
            "{kind: Secret,\n data: {a: pw}}\n",
            "{\n  \"kind\": \"Secret\", \"data\": {\"a\": \"pw\"}\n}\n",
            r#"a: "apiVersion: v1\nkind: Secret\ndata:\n  a: pw""#,
        ] {
            let shown = without_held(text.rsplit_once("---\n").map_or(text, |(_, last)| last)).into_owned();
            assert!(!shown.contains("pw") && shown.contains(HIDDEN), "{text}: {shown}");
        }
        // What another document says stays.
        let beside = "kind: !!str Secret\ndata:\n  a: pw\n---\nkind: ConfigMap\ndata:\n  a: b\n";
        assert!(without_held(beside).ends_with("---\nkind: ConfigMap\ndata:\n  a: b\n"), "{}", without_held(beside));
    }

    #[test]
    fn what_was_hidden_stays_so_where_a_secret_becomes_something_else() {
        let text = |kind: &str| {
            format!("apiVersion: v1\nkind: {kind}\nmetadata:\n  name: a1\nstringData:\n  a: pw\n  b: a1\n")
        };
        let (old, new) = (text("Secret"), text("ConfigMap").replace("stringData", "data") + "  c: new\n");
        let shown = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a1\ndata:\n  a: (not shown)\n  b: (not shown)\n  c: new\n";
        assert_eq!(without_held_beside(&new, Some(&old)), shown);
        assert_eq!(without_held(&new), new);
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
