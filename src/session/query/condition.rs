use super::Fields;
use crate::diag::{Diagnostic, code};
use crate::diff::written;
use crate::model::{Combinator, FieldPath, Kind, Object, Operator, Predicate, PredicateTest, Value};
use crate::resolve::{LoadError, MemoryLoader};
use crate::scorecard::{Cell, Items, Judge};
use crate::syntax::Escapes;
use crate::syntax::edit::write_string;
use crate::workspace::load;
use std::collections::BTreeSet;

/// A condition on objects, in the words of the language.
#[derive(Debug)]
pub struct Condition {
    holds: Predicate,
}

impl Condition {
    /// Reads conditions on objects of a kind that must all hold: each is `FIELD=VALUE`, `FIELD!=VALUE`, or what stands in the `when` of a policy.
    ///
    /// # Errors
    /// Where one of them says nothing, what is wrong with it, in a sentence.
    pub fn parse(kind: Kind, texts: &[String]) -> Result<Self, String> {
        let parts = texts.iter().map(|text| read(kind, text)).collect::<Result<_, String>>()?;
        Ok(Self { holds: Predicate::Combined(Combinator::All, parts) })
    }

    /// The objects that it holds of, by their fields. `now`, in seconds since 1970 (UTC), is what `within`
    /// counts from.
    #[must_use]
    pub fn of(&self, objects: Vec<Object>, fields: &Fields, now: i64) -> Vec<Object> {
        let judge = Judge::new(&self.holds, Items::Every, now);
        objects.into_iter().filter(|object| judge.holds(&|path: &FieldPath| fields.cell(object, path))).collect()
    }

    /// What to ask instead, a sentence each: a list is never one value, also where it holds one, as that of teams does, and what is not
    /// there is no empty text.
    pub fn advice(&self, objects: &[Object], fields: &Fields) -> BTreeSet<String> {
        let is_list =
            |path: &FieldPath| objects.iter().any(|object| matches!(fields.cell(object, path), Cell::List(_)));
        let is_empty = |test: &PredicateTest| test.operands.iter().any(|operand| operand.value == Value::string(""));
        let told = |test: &&PredicateTest| {
            matches!(test.operator.value, Operator::Is | Operator::In) && (is_empty(test) || is_list(&test.field.value))
        };
        let advice = |test: &PredicateTest| {
            if is_empty(test) {
                let field = &test.field.value;
                return format!("no `{field}` is an empty text; where there is none: `--where '{field} absent'`");
            }
            let words: Vec<String> =
                test.operands.iter().map(|operand| written(&operand.value, Escapes::Hidden)).collect();
            let words = words.join(" ");
            let field = &test.field.value;
            let word = if test.operands.len() == 1 { "contains" } else { "contains-any" };
            format!("`{field}` is a list, which equals no single value: `--where '{field} {word} {words}'`")
        };
        self.holds.tests().into_iter().filter(told).map(advice).collect()
    }

    /// The fields that it asks for.
    pub fn fields(&self) -> BTreeSet<String> {
        self.holds.tests().into_iter().flat_map(PredicateTest::fields).map(|field| field.value.to_string()).collect()
    }
}

fn read(kind: Kind, text: &str) -> Result<Predicate, String> {
    let said = match text.split_once('=') {
        Some((field, value)) if is_field(field.trim_end_matches('!').trim()) => {
            equal(kind, field.trim(), value.strip_prefix('=').unwrap_or(value).trim())
        }
        Some(_) | None => language(kind, text),
    };
    said.map_err(|why| format!("`--where {text}` is no condition: {why}"))
}

/// Whether a text can be a field's name in front of a sign.
fn is_field(text: &str) -> bool {
    !text.is_empty() && !text.contains(|letter: char| letter.is_whitespace() || "\"{}()<>!~".contains(letter))
}

/// `FIELD=VALUE`. A number and its text are written alike on a command line, and so are a truth value and its.
fn equal(kind: Kind, field: &str, value: &str) -> Result<Predicate, String> {
    let (field, operator) = field.strip_suffix('!').map_or((field, "is"), |field| (field.trim_end(), "is-not"));
    let field = write_string(field);
    let text = language(kind, &format!("{field} {operator} {}", write_string(value)))?;
    let bare = match value {
        "true" | "false" => Some(format!("#{value}")),
        "#true" | "#false" => Some(value.to_owned()),
        _ => value.parse::<f64>().is_ok_and(f64::is_finite).then(|| value.to_owned()),
    };
    let other = bare.and_then(|bare| language(kind, &format!("{field} {operator} {bare}")).ok());
    Ok(match (other, operator) {
        (None, _) => text,
        (Some(other), "is") => Predicate::Combined(Combinator::Any, vec![text, other]),
        (Some(other), _) => Predicate::Combined(Combinator::All, vec![text, other]),
    })
}

/// A condition as it stands in a policy for objects of a kind: the language and its checks say what it may be.
fn language(kind: Kind, condition: &str) -> Result<Predicate, String> {
    let text = format!("project query\npolicy query for={} {{\n    when {{\n{condition}\n    }}\n}}\n", kind.word());
    let failed = |error: LoadError| error.to_string();
    let loaded = load(&MemoryLoader::new([("plat.kdl", text.as_str())])).map_err(failed)?;
    // What there is to ask for, the catalog knows.
    let is_of_fields = |problem: &&Diagnostic| [code::UNKNOWN_FIELD, code::ONLY_PLANNED].contains(&problem.code);
    if let Some(problem) = loaded.diagnostics.iter().find(|problem| !is_of_fields(problem)) {
        let help = problem.help.iter().map(|help| format!(" ({help})")).collect::<String>();
        return Err(format!("{}: {}{help}", problem.code, problem.message));
    }
    let mut policies = loaded.project.policies.iter();
    let when = policies.next().and_then(|policy| policy.when.clone()).filter(|_| policies.next().is_none());
    when.filter(|when| *when != Predicate::Combined(Combinator::All, Vec::new()))
        .ok_or_else(|| "it says nothing".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Address;
    use crate::model::parse_json;

    fn object(name: &str, body: &str) -> Object {
        let Value::Object(body) = parse_json(body.as_bytes()).unwrap() else { panic!("no object: {body}") };
        Object { address: Address::parse(&format!("entity:service:{name}")).unwrap(), body }
    }

    fn holds_of(conditions: &[&str]) -> String {
        let objects = vec![
            object("cart", r#"{"title":"Cart","team":["shop"],"properties":{"tier":"critical","pods":3,"port":"80"}}"#),
            object("web", r#"{"properties":{"tier":"standard","pods":"3","open":true},"relations":{"uses":["cart"]}}"#),
        ];
        let conditions: Vec<String> = conditions.iter().map(|text| (*text).to_owned()).collect();
        let fields = Fields::new(Kind::Entity, &objects, Vec::new());
        match Condition::parse(Kind::Entity, &conditions) {
            Ok(condition) => {
                let names: Vec<String> =
                    condition.of(objects, &fields, 0).iter().map(|object| object.address.name.to_string()).collect();
                names.join(" ")
            }
            Err(why) => why,
        }
    }

    #[test]
    fn conditions_are_those_of_the_language_and_signs() {
        for (conditions, names) in [
            (&["tier=critical"][..], "cart"),
            (&["tier!=critical"], "web"),
            (&["tier is critical"], "cart"),
            (&["properties.tier is-not critical"], "web"),
            (&["pods=3"], "cart web"),
            (&["pods above 2"], "cart"),
            (&["port=80"], "cart"),
            (&["open=true"], "web"),
            (&["open=#true"], "web"),
            (&["open!=#true"], "cart"),
            (&["title present"], "cart"),
            (&["pods==3"], "cart web"),
            (&["pods = 3"], "cart web"),
            (&["tier != critical"], "web"),
            (&["$title=Cart"], "cart"),
            (&["$team contains shop"], "cart"),
            (&["$title absent"], "web"),
            (&["uses contains cart"], "web"),
            (&["uses=cart"], ""),
            (&["any { tier is critical; open is #true; }"], "cart web"),
            (&["tier in critical standard", "$name starts-with w"], "web"),
            (&["nothing absent"], "cart web"),
            (&[], "cart web"),
        ] {
            assert_eq!(holds_of(conditions), names, "{conditions:?}");
        }
    }

    #[test]
    fn who_compares_a_list_with_one_value_is_told_of_contains() {
        let objects = [object("cart", r#"{"team":["shop"],"properties":{"tier":"critical","tags":["a","b"]}}"#)];
        for (condition, told) in [
            ("team=shop", "--where 'team contains shop'"),
            ("team is shop", "--where 'team contains shop'"),
            ("tags=a", "--where 'tags contains a'"),
            ("tags in a b", "--where 'tags contains-any a b'"),
            ("tier=other", ""),
            ("tier=", "--where 'tier absent'"),
            ("tags contains c", ""),
        ] {
            let fields = Fields::new(Kind::Entity, &objects, Vec::new());
            let advice = Condition::parse(Kind::Entity, &[condition.to_owned()]).unwrap().advice(&objects, &fields);
            let advice = advice.into_iter().collect::<Vec<_>>().join("\n");
            assert!(advice.contains(told) && advice.is_empty() == told.is_empty(), "{condition}: {advice}");
        }
    }

    #[test]
    fn what_is_no_condition_is_told() {
        for (condition, why) in [
            ("tier", "`--where tier` is no condition: "),
            ("tier equals critical", "`--where tier equals critical` is no condition: "),
            ("", "`--where ` is no condition: "),
            (
                "tier is critical } require { tier is x",
                "`--where tier is critical } require { tier is x` is no condition",
            ),
            ("tier matches \"[\"", "`--where tier matches \"[\"` is no condition: E0423: "),
            ("pods above x", "`--where pods above x` is no condition: E0453: "),
            ("$namespace is x", "`--where $namespace is x` is no condition: E0357: an entity has no `$namespace`"),
            (
                "pods>=2",
                "`--where pods>=2` is no condition: E0214: there is no operator between `pods>` and 2 (write `pods at-least 2`)",
            ),
            ("$nothing is x", "`--where $nothing is x` is no condition: "),
        ] {
            let told = holds_of(&[condition]);
            assert!(told.starts_with(why), "{condition:?}: {told}");
        }
    }
}
