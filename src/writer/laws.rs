//! What is written reads back, and a change of what is written reads back as what it is to be.

use super::{Draft, Listing, change, write};
use crate::diag::{Edit, Severity};
use crate::model::{Address, Declared, Kind, Map, Name, Value, parse_json, write_json};
use crate::object::{canonical_body, fields, fixture, set_field};
use crate::resolve::{MemoryLoader, resolve};
use crate::source::{FileId, Span};
use crate::syntax::{Node, edit, format, parse};
use proptest::prelude::*;

fn listing(_: &str, _: &str) -> Listing {
    Listing::Any
}

fn address(kind: Kind) -> Address {
    match kind {
        Kind::Entity => Address::below(kind, "service".into(), "thing".into()),
        Kind::Request => Address::below(kind, "app".into(), "default/thing".into()),
        Kind::User => Address::new(kind, "a@b".into()),
        _ => Address::new(kind, "thing".into()),
    }
}

/// The body of the object that a text declares, and what is wrong with the text as a text of the language.
fn read(address: &Address, text: &str) -> (Option<Map>, Vec<String>) {
    let text = format!("project law\n{text}\n");
    let resolved = resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap();
    let mut body = resolved.project.declared().into_iter().find(|one| one.address() == *address).map(Declared::body);
    if let Some(body) = &mut body {
        canonical_body(address.kind, body);
    }
    let is_grammar = |code: &str| code.starts_with("E01") || code.starts_with("E02");
    let problems = resolved.diagnostics.iter().filter(|problem| problem.severity == Severity::Error);
    let problems = problems.filter(|problem| is_grammar(&problem.code.to_string()));
    (body, problems.map(|problem| format!("{}: {}", problem.code, problem.message)).collect())
}

fn json(body: &Map) -> String {
    let mut bytes = Vec::new();
    write_json(&Value::Object(body.clone()), &mut bytes);
    String::from_utf8(bytes).unwrap()
}

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(Kind::ALL.map(|(kind, _)| kind).to_vec())
}

fn noise() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 1..60)
}

/// The name that a body of a kind is made for.
fn name(kind: Kind) -> Name {
    address(kind).name
}

/// Of several steps of one title each keeps what is its own.
#[test]
fn items_that_begin_alike_are_not_taken_for_each_other() {
    let body = |steps: &str| {
        let text = format!(r#"{{"operation": "create", "backend": {{"type": "kafka"}}, "steps": [{steps}]}}"#);
        let Ok(Value::Object(body)) = parse_json(text.as_bytes()) else { panic!("{text}") };
        body
    };
    let (one, two) = (r#"{"title": "a", "visible": false}"#, r#"{"shown": ["x"], "title": "a"}"#);
    let bodies = [body(one), body(&format!("{one}, {two}")), body(two), body(&format!("{two}, {one}, {two}"))];
    for before in &bodies {
        for after in &bodies {
            becomes(&address(Kind::Action), [before, after]).unwrap();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..crate::laws::cases(1500) })]

    #[test]
    fn what_is_written_reads_back(kind in kind(), noise in noise()) {
        let address = address(kind);
        let body = fixture::body(kind, &name(kind), &noise);
        let text = write(&address, &body, &listing).map_err(|stuck| TestCaseError::fail(format!("{}: {}", stuck.reason, json(&body))))?;
        let text = text.to_string();
        let (found, problems) = read(&address, &text);
        prop_assert_eq!(problems, Vec::<String>::new(), "{}", text);
        prop_assert_eq!(found.as_ref().map(json), Some(json(&body)), "{}", text);
        let (tree, _) = parse(FileId(0), &text.as_str().into());
        let formatted = format(&tree);
        prop_assert_eq!(formatted.trim_end(), text.as_str());
    }

    #[test]
    fn one_field_that_is_another_changes_its_place_alone(
        kind in kind(),
        from in noise(),
        to in noise(),
        which in any::<prop::sample::Index>(),
    ) {
        let address = address(kind);
        let [before, other] = [from, to].map(|noise| fixture::body(kind, &name(kind), &noise));
        let paths: Vec<String> = fields(&before).into_iter().chain(fields(&other)).map(|(path, _)| path).collect();
        prop_assume!(!paths.is_empty());
        let path = which.get(&paths);
        let value = fields(&other).into_iter().find(|(other, _)| other == path).map(|(_, value)| value.value.clone());
        let mut after = before.clone();
        set_field(&mut after, path, value);
        becomes(&address, [&before, &after])?;
    }

    #[test]
    fn what_others_empty_or_take_away_is_gone_from_the_text(
        kind in kind(),
        from in noise(),
        which in any::<prop::sample::Index>(),
        is_taken_away in any::<bool>(),
    ) {
        let address = address(kind);
        let before = fixture::body(kind, &name(kind), &from);
        let count = parts(&before);
        prop_assume!(count > 0);
        let mut live = Value::Object(before.clone());
        empty(&mut live, &mut which.index(count), is_taken_away);
        let Value::Object(mut after) = live else { return Ok(()) };
        canonical_body(kind, &mut after);
        becomes(&address, [&before, &after])?;
    }

    #[test]
    fn a_body_becomes_any_other(kind in kind(), from in noise(), to in noise()) {
        let address = address(kind);
        let [before, after] = [from, to].map(|noise| fixture::body(kind, &name(kind), &noise));
        let text = write(&address, &before, &listing).unwrap().to_string();
        let now = changed(&address, &text, [&before, &after]);
        let now = now.map_err(|stuck| TestCaseError::fail(format!("{stuck} in\n{text}\nto be {}", json(&after))))?;
        let (found, problems) = read(&address, &now);
        prop_assert_eq!(problems, Vec::<String>::new(), "{}", now);
        prop_assert_eq!(found.as_ref().map(json), Some(json(&after)), "{}\nbecame\n{}", text, now);
    }

    #[test]
    fn comments_survive_and_one_line_stays_one(
        kind in kind(),
        from in noise(),
        to in noise(),
        comment in noise(),
        on_one_line in any::<bool>(),
    ) {
        let address = address(kind);
        let [before, after] = [from, to].map(|noise| fixture::body(kind, &name(kind), &noise));
        let line = write(&address, &before, &listing).unwrap();
        let text = commented(&if on_one_line { line.in_one() } else { line.to_string() }, &comment);
        let now = changed(&address, &text, [&before, &after]);
        let now = now.map_err(|stuck| TestCaseError::fail(format!("{stuck} in\n{text}\nto be {}", json(&after))))?;
        prop_assert_eq!(comments(&now), comments(&text), "{}\nbecame\n{}", text, now);
        let (found, problems) = read(&address, &now);
        prop_assert_eq!(problems, Vec::<String>::new(), "{}\nbecame\n{}", text, now);
        prop_assert_eq!(found.as_ref().map(json), Some(json(&after)), "{}\nbecame\n{}", text, now);
        let was_empty = !text.contains('{');
        prop_assert!(was_empty || text.contains('\n') || !now.contains('\n'), "{}\nbecame\n{}", text, now);
    }
}

/// A body becomes another one, where there is a text that says that one.
fn becomes(address: &Address, [before, after]: [&Map; 2]) -> Result<(), TestCaseError> {
    let text = write(address, before, &listing).unwrap().to_string();
    let whole = write(address, after, &listing).map(|line| line.to_string());
    let is_whole = whole.as_ref().is_ok_and(|text| {
        let (found, problems) = read(address, text);
        found.as_ref() == Some(after) && problems.is_empty()
    });
    // Some fields cannot be alone: a rule without its level, an argument without the one before it.
    let Ok(now) = changed(address, &text, [before, after]) else {
        prop_assert!(!is_whole, "{}\ncannot become\n{}", text, whole.unwrap_or_default());
        return Ok(());
    };
    let (found, problems) = read(address, &now);
    prop_assert!(!is_whole || problems.is_empty(), "{:?} in\n{}\nbecame\n{}", problems, text, now);
    prop_assert!(!is_whole || found.as_ref() == Some(after), "{}\nbecame\n{}\nnot {}", text, now, json(after));
    if before == after {
        prop_assert_eq!(now, text);
    }
    Ok(())
}

/// How many parts there are in a body that can be emptied.
fn parts(body: &Map) -> usize {
    fn of(value: &Value) -> usize {
        match value {
            Value::Array(items) => 1 + items.iter().map(|item| of(item)).sum::<usize>(),
            Value::Object(map) => 1 + parts(map),
            _ => 1,
        }
    }
    body.members.iter().map(|member| of(&member.value)).sum()
}

/// Empties the part of a number, or takes it away where it is a member of an object.
fn empty(value: &mut Value, left: &mut usize, is_taken_away: bool) -> bool {
    let mut done = |part: &mut Value| {
        if *left > 0 {
            *left -= 1;
            return empty(part, left, is_taken_away);
        }
        match part {
            Value::Array(items) => items.clear(),
            Value::Object(map) => map.members.clear(),
            Value::Bool(said) => *said = false,
            _ => *part = Value::Null,
        }
        true
    };
    match value {
        Value::Array(items) => items.iter_mut().any(|item| done(&mut item.value)),
        Value::Object(map) => {
            let place = map.members.iter_mut().position(|member| done(&mut member.value.value));
            let Some(place) = place else { return false };
            if is_taken_away && *left == 0 {
                map.members.remove(place);
                *left = usize::MAX;
            }
            true
        }
        _ => false,
    }
}

/// A text with comments where the noise says so: before its nodes and behind them.
fn commented(text: &str, noise: &[u8]) -> String {
    let (tree, _) = parse(FileId(0), &text.into());
    let mut noise = noise.iter().copied().cycle().zip(0..);
    let mut edits = Vec::new();
    let mut open: Vec<Node<'_>> = tree.nodes().next().unwrap().children().collect();
    while let Some(node) = open.pop() {
        let mut say = |at: u32, [few, more]: [&str; 2]| {
            let (byte, count) = noise.next().unwrap();
            let comment = match byte % 5 {
                0 => few.replace('@', &format!("c{count}")),
                1 => more.replace('@', &format!("c{count}")),
                _ => return,
            };
            edits.push(Edit { span: Span { start: at, end: at, ..node.span() }, text: comment });
        };
        let is_alone = edit::with_lines(&tree, node).is_some();
        say(node.span().start, if is_alone { ["// @\n", "/* @ */ "] } else { ["/* @ */ "; 2] });
        say(node.span().end, if is_alone { [" // @", " /* @ */"] } else { [" /* @ */"; 2] });
        open.extend(node.children());
    }
    edit::apply(text, &edits).unwrap()
}

/// The comments of a text, in the order of their names.
fn comments(text: &str) -> Vec<String> {
    let (tree, _) = parse(FileId(0), &text.into());
    let mut lines: Vec<String> = edit::comment_lines(&tree).into_iter().map(str::to_owned).collect();
    lines.sort_unstable();
    lines
}

fn changed(address: &Address, text: &str, sides: [&Map; 2]) -> Result<String, String> {
    let (tree, _) = parse(FileId(0), &text.into());
    let node = tree.nodes().next().unwrap();
    let mut draft = Draft::of(&tree, node);
    change(address, &mut draft, sides, &listing).map_err(|stuck| stuck.reason)?;
    let edits = [Edit { span: node.span(), text: draft.text().to_owned() }];
    Ok(edit::apply(text, &edits).unwrap())
}

#[test]
fn all_that_cannot_be_written_of_one_object_is_told_at_once() {
    let json = r#"{"properties": {"a": {"type": "string", "odd": 1, "other": 2}, "b": {"type": "string"}, "c": {"type": "array", "items": ["string"]}}}"#;
    let Value::Object(body) = parse_json(json.as_bytes()).unwrap() else { panic!() };
    let stuck = write(&address(Kind::Blueprint), &body, &listing).unwrap_err();
    let places: Vec<String> = stuck.each().map(|stuck| stuck.place.join(".")).collect();
    assert_eq!(places, ["properties.a.odd", "properties.a.other", "properties.c.items"]);
}
