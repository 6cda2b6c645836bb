use crate::model::{Map, Number, Value};
use crate::source::Spanned;
use crate::syntax::edit::write_scalar;
use crate::syntax::{Escapes, Scalar, visible_string};

/// A value in KDL's own notation, on one line. A list is its items; one of none or of one says that it is a list, and one that holds
/// lists is written as lines of `-`, as in the language. No two values are written the same.
pub fn written(value: &Value, escapes: Escapes) -> String {
    match value {
        Value::Null => write_scalar(Scalar::Null),
        Value::Bool(value) => write_scalar(Scalar::Bool(*value)),
        Value::Number(Number::Integer(value)) => write_scalar(Scalar::Integer(*value)),
        Value::Number(Number::Float(value)) => write_scalar(Scalar::Float(*value)),
        Value::String(text) => visible_string(text, escapes),
        Value::Secret(name) => format!("(secret){}", visible_string(name, escapes)),
        Value::Array(items) => list(items, escapes),
        Value::Object(map) => object(map, escapes),
    }
}

fn list(items: &[Spanned<Value>], escapes: Escapes) -> String {
    let all = || items.iter().map(|item| written(item, escapes));
    if items.iter().any(|item| item.as_array().is_some()) {
        return format!("{{ {} }}", all().map(|item| format!("- {item}")).collect::<Vec<_>>().join("; "));
    }
    match items {
        [] => "(array)".to_owned(),
        [only] => format!("(array){}", written(only, escapes)),
        _ => all().collect::<Vec<_>>().join(" "),
    }
}

fn object(map: &Map, escapes: Escapes) -> String {
    let members = map.sorted().into_iter().map(|member| {
        // A bare `-` would be an item of a list.
        let name = match &*member.name.value {
            "-" => "\"-\"".to_owned(),
            name => visible_string(name, escapes),
        };
        format!("{name} {}", written(&member.value, escapes))
    });
    let members: Vec<String> = members.collect();
    if members.is_empty() { "{ }".to_owned() } else { format!("{{ {} }}", members.join("; ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::parse_json;

    #[track_caller]
    fn writes(json: &str, kdl: &str) {
        assert_eq!(written(&parse_json(json.as_bytes()).unwrap(), Escapes::Hidden), kdl, "{json}");
    }

    #[test]
    fn a_list_says_that_it_is_one_where_its_items_do_not() {
        writes("[]", "(array)");
        writes(r#"["b"]"#, "(array)b");
        writes(r#"["a","b"]"#, "a b");
        writes(r#"[["a","b"]]"#, "{ - a b }");
        writes(r#"[["a"],["b"]]"#, "{ - (array)a; - (array)b }");
        writes(r#"[[[]],"a"]"#, "{ - { - (array) }; - a }");
        writes(r#"[{"a":1}]"#, "(array){ a 1 }");
        writes(r#"{"-":["a","b"],"c":{}}"#, r#"{ "-" a b; c { } }"#);
    }

    #[test]
    fn types_are_told_apart() {
        writes("5", "5");
        writes("\"5\"", "\"5\"");
        writes("true", "#true");
        writes("\"true\"", "\"true\"");
        writes("null", "#null");
        writes("1.5", "1.5");
        writes("\"1.5\"", "\"1.5\"");
        writes(r#"{"$secret":"db"}"#, "(secret)db");
        writes("\"(secret)db\"", "\"(secret)db\"");
    }
}
