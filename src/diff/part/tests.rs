use super::*;
use crate::diff::written;
use crate::model::parse_json;
use crate::syntax::Escapes;

fn json(text: &str) -> Spanned<Value> {
    Spanned::new(parse_json(text.as_bytes()).unwrap(), Origin::Nowhere)
}

/// The parts of a field that differ between two values written as JSON, one a line.
#[track_caller]
fn told_of(kind: Kind, field: &str, before: &str, after: &str) -> Vec<String> {
    let text = |value: &Value| written(value, Escapes::Hidden);
    let line = |part: &Part| match (&part.before, &part.after) {
        (Some(before), Some(after)) => format!("{}: {} -> {}", part.path, text(before), text(after)),
        (Some(before), None) => format!("- {}: {}", part.path, text(before)),
        (None, after) => format!("+ {}: {}", part.path, after.as_ref().map(text).unwrap()),
    };
    parts(kind, field, &json(before), &json(after)).iter().map(line).collect()
}

#[track_caller]
fn told(before: &str, after: &str) -> Vec<String> {
    told_of(Kind::Entity, "properties.p", before, after)
}

#[track_caller]
fn told_of_steps(before: &str, after: &str) -> Vec<String> {
    told_of(Kind::Promise, "workflow", before, after)
}

#[test]
fn objects_are_compared_by_member() {
    let old = r#"{"a": 1, "b": {"c": true, "d": [1]}, "e": "x"}"#;
    let new = r#"{"a": 2, "b": {"c": true, "f": null, "d": [1]}}"#;
    assert_eq!(told(old, new), ["a: 1 -> 2", "+ b.f: #null", "- e: x"]);
    assert_eq!(told(old, old), [""; 0]);
    assert_eq!(told(r#"{"a": 1}"#, "[1]"), [": { a 1 } -> (array)1"]);
    // A name with a point in it is one name.
    assert_eq!(
        told(r#"{"a": {"tls.crt": 1, "b c": 1}}"#, r#"{"a": {"tls.crt": 2, "b c": 2}}"#),
        ["a.\"b c\": 1 -> 2", "a.\"tls.crt\": 1 -> 2"]
    );
}

#[test]
fn a_list_of_scalars_is_one_part() {
    assert_eq!(told(r#"["a", "b"]"#, r#"["a", "c"]"#), [": a b -> a c"]);
    assert_eq!(told("[]", r#"["a"]"#), [": (array) -> (array)a"]);
    assert_eq!(told("\"a\"", r#"["a"]"#), [": a -> (array)a"]);
}

#[test]
fn a_list_of_named_objects_is_compared_by_name_and_tells_its_order_too() {
    let old = r#"[{"name": "app", "image": "a:1"}, {"name": "log", "image": "l"}, {"name": "b"}]"#;
    let new = r#"[{"name": "b"}, {"name": "web", "image": "w"}, {"name": "app", "image": "a:2"}]"#;
    assert_eq!(
        told(old, new),
        [
            "- [name=log]: { image l; name log }",
            "+ [name=web]: { image w; name web }",
            "[name=app].image: a:1 -> a:2",
            "(order): app b -> b app",
        ]
    );
    assert_eq!(
        told(r#"{"l": [{"id": "a"}, {"id": "b"}]}"#, r#"{"l": [{"id": "b"}, {"id": "a"}]}"#),
        ["l > (order): a b -> b a"]
    );
}

#[test]
fn a_list_of_objects_without_names_is_compared_item_by_item() {
    // Two of one name are none.
    assert_eq!(told(r#"[{"id": "a"}]"#, r#"[{"id": "a"}, {"id": "a"}]"#), ["+ [1]: { id a }"]);
    assert_eq!(told(r#"[{"x": 1, "y": 1}, {"x": 2}]"#, r#"[{"x": 1, "y": 2}, {"x": 2}]"#), ["[0].y: 1 -> 2"]);
    assert_eq!(told("[[1, 2], [3]]", "[[1, 2], [4]]"), ["[1]: (array)3 -> (array)4"]);
}

#[test]
fn a_document_in_a_text_is_compared_by_what_it_means() {
    let text = |text: &str| serde_json::to_string(text).unwrap();
    assert_eq!(told(&text(r#"{"b": 1, "a": [1]}"#), &text("{\"a\": [1],\n \"b\": 2}")), ["b: 1 -> 2"]);
    let (old, new) = (text("size: 1\nzones:\n  - a\n"), text("zones: [a, b]\nsize: 1\n"));
    assert_eq!(told(&old, &new), ["zones: (array)a -> a b"]);
    // Within a value, at any depth.
    let nested = |inner: &str| format!(r#"{{"policy": {}}}"#, text(inner));
    assert_eq!(told(&nested(r#"{"x": 1}"#), &nested(r#"{"x": 2}"#)), ["policy.x: 1 -> 2"]);
    // Only the spelling differs: then the text is what there is to see.
    assert_eq!(told(&text("a: 1\nb: 2"), &text("a: 1\nb: 2 # two")), [r#": "a: 1\nb: 2" -> "a: 1\nb: 2 # two""#]);
}

#[test]
fn aliases_of_aliases_are_not_followed_for_ever() {
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (before, after) in ('a'..='k').zip('b'..='l') {
        let items = vec![format!("*{before}"); 9].join(", ");
        bomb.push_str(&format!("{after}: &{after} [{items}]\n"));
    }
    let text = |end: &str| Value::string(format!("{bomb}z: {end}\n"));
    assert_eq!(notation(&text("1"), &text("2")), None);
    let text = |end: &str| Value::string(format!("a: &a [x, y]\nb: *a\nz: {end}\n"));
    assert_eq!(notation(&text("1"), &text("2")), Some(Notation::Yaml));
}

const TABLE: &str = r#"{"table":"t","by":"$spec.size","rows":[
    {"is":"small","columns":{"cpu":"1","mem":"1Gi"}},{"is":"large","columns":{"cpu":"4","mem":"8Gi"}}]}"#;
const MAP: &str =
    r#"{"apiVersion":"v1","kind":"ConfigMap","name":"$name","body":{"data":{"c":"$t.cpu","m":"$t.mem"}}}"#;

#[test]
fn a_cell_of_a_table_is_told_by_its_row_and_column() {
    let steps = |table: &str| format!("[{table},{MAP}]");
    assert_eq!(
        told_of_steps(&steps(TABLE), &steps(&TABLE.replace("\"4\"", "\"9\""))),
        [r#"table t > row large > cpu: "4" -> "9""#]
    );
    let taller = TABLE.replace("]}", r#",{"is":"huge","columns":{"cpu":"16"}}]}"#);
    assert_eq!(told_of_steps(&steps(TABLE), &steps(&taller)), [r#"+ table t > row huge: { cpu "16" }"#]);
    assert_eq!(
        told_of_steps(&steps(TABLE), &steps(&TABLE.replace(r#","mem":"8Gi""#, ""))),
        [r#"- table t > row large > mem: "8Gi""#]
    );
    assert_eq!(
        told_of_steps(&steps(TABLE), &steps(&TABLE.replace("$spec.size", "$spec.tier"))),
        ["table t > by: $spec.size -> $spec.tier"]
    );
}

#[test]
fn a_word_of_a_line_is_told_as_that_word() {
    let steps = |map: &str| format!("[{TABLE},{map}]");
    assert_eq!(
        told_of_steps(&steps(MAP), &steps(&MAP.replace("$name", "$name-x"))),
        ["resource v1 ConfigMap $name > name: $name -> $name-x"]
    );
    assert_eq!(
        told_of_steps(&steps(MAP), &steps(&MAP.replace("\"v1\"", "\"v2\""))),
        ["resource v1 ConfigMap $name > apiVersion: v1 -> v2"]
    );
    let renamed = TABLE.replace("\"t\"", "\"sizes\"");
    assert_eq!(told_of_steps(&steps(MAP), &format!("[{renamed},{MAP}]")), ["table t > table: t -> sizes"]);
    assert_eq!(
        told_of_steps(&steps(MAP), &format!("[{TABLE}]")),
        ["- resource v1 ConfigMap $name: { data { c $t.cpu; m $t.mem } }"]
    );
}

#[test]
fn steps_in_steps_are_told_by_all_their_lines() {
    let inner = |value: &str| {
        format!(
            r#"[{{"match":"$spec.size","cases":[{{"is":["large","huge"],"steps":[{}]}}],"else":[{}]}}]"#,
            MAP.replace("$t.cpu", value),
            MAP.replace("$t.mem", value)
        )
    };
    assert_eq!(
        told_of_steps(&inner("1"), &inner("2")),
        [
            r#"match $spec.size > case huge large > resource v1 ConfigMap $name > data.c: "1" -> "2""#,
            r#"match $spec.size > else > resource v1 ConfigMap $name > data.m: "1" -> "2""#,
        ]
    );
    let cases = |values: &str| format!(r#"[{{"match":"$spec.size","cases":[{{"is":[{values}],"steps":[{MAP}]}}]}}]"#);
    assert_eq!(
        told_of_steps(&cases("\"a\""), &cases("\"a\",\"b\"")),
        ["match $spec.size > case a > is: (array)a -> a b"]
    );
    let each =
        |list: &str| format!(r#"[{{"each":"h","in":"{list}","steps":[{MAP}]}},{{"status":{{"url":"{list}"}}}}]"#);
    assert_eq!(
        told_of_steps(&each("$spec.hosts"), &each("$spec.names")),
        ["each h > in: $spec.hosts -> $spec.names", "status > url: $spec.hosts -> $spec.names",]
    );
}

#[test]
fn the_order_of_steps_is_told_beside_what_else_changes() {
    let changed = MAP.replace("$t.cpu", "2");
    assert_eq!(
        told_of_steps(&format!("[{TABLE},{MAP}]"), &format!("[{changed},{TABLE}]")),
        [
            r#"resource v1 ConfigMap $name > data.c: $t.cpu -> "2""#,
            r#"(order): "table t" "resource v1 ConfigMap $name" -> "resource v1 ConfigMap $name" "table t""#,
        ]
    );
    // Rows are found by what they are for, so that their order says nothing.
    let turned = r#"{"table":"t","by":"$spec.size","rows":[
        {"is":"large","columns":{"cpu":"4","mem":"8Gi"}},{"is":"small","columns":{"cpu":"1","mem":"1Gi"}}]}"#;
    assert_eq!(told_of_steps(&format!("[{TABLE}]"), &format!("[{turned}]")), [""; 0]);
}

#[test]
fn steps_of_the_same_words_are_counted() {
    let steps = |second: &str| format!("[{MAP},{}]", MAP.replace("$t.cpu", second));
    assert_eq!(told_of_steps(&steps("1"), &steps("2")), [r#"resource v1 ConfigMap $name (2) > data.c: "1" -> "2""#]);
}

#[test]
fn a_step_of_another_time_is_compared_as_any_object() {
    assert_eq!(told_of_steps(r#"[{"magic":1}]"#, r#"[{"magic":2}]"#), ["[0].magic: 1 -> 2"]);
}

#[test]
fn conditions_are_told_by_their_field_and_operator() {
    let rule = |conditions: &str| format!(r#"{{"level":"gold","query":{{"all":[{conditions}]}}}}"#);
    let test = |field: &str, operator: &str, operands: &str| {
        format!(r#"{{"field":"{field}","operator":"{operator}","operands":{operands}}}"#)
    };
    let told = |before: &str, after: &str| told_of(Kind::Scorecard, "rules.r", &rule(before), &rule(after));
    let (tier, slo) = (test("tier", "in", r#"["a","b"]"#), test("slo", "above", "[99]"));
    let both = format!("{tier},{slo}");
    assert_eq!(told(&both, &format!("{tier},{}", test("slo", "above", "[99.5]"))), ["slo above: 99 -> 99.5"]);
    assert_eq!(told(&both, &format!("{},{slo}", test("tier", "in", r#"["a","c"]"#))), ["tier in: a b -> a c"]);
    assert_eq!(told(&both, &tier), ["- slo above: 99"]);
    assert_eq!(
        told(&both, &format!("{tier},{}", test("slo", "at-least", "[99]"))),
        ["slo above > operator: above -> at-least"]
    );
    let block = |word: &str, inner: &str| format!(r#"{{"{word}":[{inner}]}}"#);
    assert_eq!(told(&block("any", &both), &block("any", &tier)), ["- any > slo above: 99"]);
    assert_eq!(told(&block("any", &both), &block("none", &both)), ["any: any -> none"]);
    assert_eq!(told_of(Kind::Scorecard, "filter", &block("all", &tier), &block("all", &both)), ["+ slo above: 99"]);
    let levels = |first: &str, color: &str| {
        format!(r#"[{{"title":"{first}"}},{{"title":"gold","color":"{color}"}},{{"title":"basic"}}]"#)
    };
    assert_eq!(
        told_of(
            Kind::Scorecard,
            "levels",
            &levels("silver", "red"),
            r#"[{"title":"basic"},{"title":"gold","color":"blue"}]"#
        ),
        [
            "- level silver: { }",
            "level gold > color: red -> blue",
            r#"(order): "level gold" "level basic" -> "level basic" "level gold""#
        ]
    );
}
