use super::manual::manual;
use super::{FunctionError, Output, apply, cost};
use crate::model::{Argument, Call, Function, Value, Verb, parse_json};
use crate::resolve::template_of;
use crate::source::{Origin, Spanned};
use std::path::Path;

/// What `$more` stands for.
const MORE: &str = r#"{"b":2}"#;

/// The functions that a text says behind its bars.
fn calls(text: &str) -> Vec<Call> {
    match template_of(&format!("$value | {text}")) {
        Some(crate::model::Template::Reference(_, calls)) => calls,
        other => panic!("{text}: {other:?}"),
    }
}

fn given(json: &str, text: &str) -> Result<Value, FunctionError> {
    let (value, more) = (parse_json(json.as_bytes()).unwrap(), parse_json(MORE.as_bytes()).unwrap());
    let calls = calls(text);
    let mut output = Output::Value(&value);
    for call in &calls {
        let arguments: Vec<Output<'_>> = call
            .all_arguments()
            .map(|argument| match argument {
                Argument::Value(value) => Output::Value(value),
                Argument::Path(_) => Output::Value(&more),
            })
            .collect();
        output = apply(call, output, &arguments)?;
    }
    Ok(output.to_value(Origin::Nowhere))
}

fn comes_to(json: &str, text: &str, expected: &str) {
    let given = given(json, text).unwrap_or_else(|error| panic!("{json} | {text}: {error:?}"));
    assert_eq!(given, parse_json(expected.as_bytes()).unwrap(), "{json} | {text}");
}

#[test]
fn each_function_does_what_its_example_says() {
    for (verb, word) in Verb::ALL {
        let (value, call, result) = verb.usage().example;
        assert!(call.starts_with(word), "{word}: {call}");
        comes_to(value, call, result);
    }
}

#[test]
fn the_manual_says_each_function() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/functions.md");
    let manual = manual();
    if std::env::var_os("PLAT_BLESS").is_some() {
        std::fs::write(&path, &manual).unwrap();
    }
    assert!(std::fs::read_to_string(&path).unwrap_or_default() == manual, "run the tests with PLAT_BLESS=1");
    for word in Function::words() {
        assert!(manual.contains(&format!("| `{word}`")) || manual.contains(&format!("## `{word}`")), "{word}");
    }
}

#[test]
fn functions_keep_to_what_they_say() {
    for (json, text, expected) in [
        ("null", "default 007", r#""007""#),
        ("null", "default 7", "7"),
        ("null", "default '7'", r#""7""#),
        ("null", "default not given", r#""not given""#),
        ("null", "default #false", "false"),
        ("1.5", "default x", "1.5"),
        (r#""ÀB""#, "lower", r#""àb""#),
        ("true", "upper", r#""TRUE""#),
        (r#""--My App__2 é!""#, "slug", r#""my-app-2""#),
        (r#""äöü""#, "trunc 2", r#""äö""#),
        (r#"["a",1,true]"#, "join ', '", r#""a, 1, true""#),
        (r#""a b""#, "replace ' ' ''", r#""ab""#),
        (r#""""#, "split ','", "[]"),
        ("null", "upper", "null"),
        ("null", "upper | default x", r#""x""#),
        ("null", "length", "0"),
        ("null", "concat 1", "[1]"),
        ("null", "merge $more", MORE),
        (r#"{"b":{"c":1}}"#, "merge $more", MORE),
        (r#"{"a":{"b":1,"c":[1]},"b":3}"#, "get a | merge $more", r#"{"b":2,"c":[1]}"#),
        ("9007199254740993", "plus 0", "9007199254740993"),
        ("6", "divided-by 4", "1.5"),
        ("6", "divided-by 3", "2"),
        ("-7", "modulo 4", "1"),
        ("-2.5", "round", "-3"),
        (r#"" 1.50 ""#, "number", "1.5"),
        (r#"["b","B","a"]"#, "sort", r#"["B","a","b"]"#),
        ("[10,9,-1.5]", "sort | first", "-1.5"),
        ("[1,1.0,\"1\"]", "unique", "[1,\"1\"]"),
        ("[]", "first", "null"),
        ("[[1],2]", "concat $value", r#"[[1],2,{"b":2}]"#),
        ("[null,3,1]", "keep above 1", "[3]"),
        (r#"["x","y"]"#, "keep in x z", r#"["x"]"#),
        (r#"[{"n":"a"},{}]"#, "where n present | map get n", r#"["a"]"#),
        (r#"["a","b"]"#, "map trunc 1 | map upper | join -", r#""A-B""#),
        ("3", "between 1 3", "true"),
        (r#""prod-eu""#, "starts-with prod- | then 3 1", "3"),
        ("null", "is x", "false"),
        ("null", "absent", "true"),
        (r#"["a"]"#, "contains a | not", "false"),
    ] {
        comes_to(json, text, expected);
    }
}

#[test]
fn a_function_says_what_it_cannot_take() {
    let type_of = |found, wanted| Err(FunctionError::Type { found, wanted });
    for (json, text, expected) in [
        ("[]", "lower", type_of("a list", "a string, a number or a boolean")),
        ("3", "join ''", type_of("a number", "a list or a string")),
        (r#""3""#, "plus 1", type_of("a string", "a number")),
        ("[{}]", "join ''", type_of("an object", "a string, a number or a boolean")),
        ("[1,\"a\"]", "sort", type_of("a list of several types", "a list of texts or of numbers")),
        ("[1,\"a\"]", "sum", type_of("a string", "a list of numbers")),
        ("null", "above 1", Err(FunctionError::Missing)),
        ("1", "divided-by 0", Err(FunctionError::Impossible("no number is divided by 0".to_owned()))),
        (
            "9223372036854775807",
            "plus 1",
            Err(FunctionError::Impossible("it comes to more than a number can be".to_owned())),
        ),
        (r#""abc""#, "number", Err(FunctionError::Impossible("`abc` is no number".to_owned()))),
        (r#"{"$secret":"x"}"#, "lower", Err(FunctionError::Secret)),
        (r#"{"$secret":"x"}"#, "quote", Err(FunctionError::Secret)),
        (r#"[1,{"a":{"$secret":"x"}}]"#, "json", Err(FunctionError::Secret)),
        (r#"[{"$secret":"x"}]"#, "join ''", Err(FunctionError::Secret)),
        (r#"[{"$secret":"x"}]"#, "sort", Err(FunctionError::Secret)),
        (r#"{"$secret":"x"}"#, "is x", Err(FunctionError::Secret)),
    ] {
        assert_eq!(given(json, text), expected, "{json} | {text}");
    }
}

#[test]
fn what_stands_behind_a_bar_is_written_as_it_is_read() {
    for text in [
        "default 7",
        "default '7'",
        "default '#true'",
        "default $spec.other",
        "default '$spec'",
        "default not given",
        "replace ' ' -",
        "replace '' x y",
        "in a 'b c' 3 '3' #true",
        "map replace a b",
        "where tier is critical",
        "keep between 1 2.5",
        "concat $a.b",
    ] {
        let call = &calls(text)[0];
        assert_eq!(call.to_string(), text);
        assert_eq!(calls(&call.to_string())[0], *call, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn what_a_function_gives_is_paid_for(
        texts in proptest::collection::vec(".{0,20}", 1..5),
        between in ".{0,20}",
        from in "[ab]{1,2}",
        verb in 0..Verb::ALL.len(),
    ) {
        let verb = Verb::ALL[verb].0;
        let list = Value::Array(texts.iter().map(|text| Spanned::new(Value::string(text.as_str()), Origin::Nowhere)).collect());
        let of_each = [Value::string(texts[0].as_str()), list];
        let arguments = [Value::string(from), Value::string(between)];
        let call = Call::of(verb, arguments.clone());
        for value in &of_each {
            let arguments: Vec<Output<'_>> = arguments.iter().map(Output::Value).collect();
            let cost = cost(&call, &Output::Value(value), &arguments);
            if let Ok(given) = apply(&call, Output::Value(value), &arguments) {
                assert!(given.weight() <= 6 * cost + 64, "{verb:?}: {} for {cost}", given.weight());
            }
        }
    }
}
