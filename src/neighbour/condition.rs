//! Conditions, and Port's queries: one combinator over comparisons.

use crate::grammar::{Neighbour, language};
use crate::model::{Combinator, FieldPath, Leaf, Map, Operator, Value};
use crate::source::{Origin, Spanned};

/// A condition as Port's query. `is_relation` says of a field whether it is a relation.
///
/// # Errors
/// What of it Port cannot say.
pub(super) fn out(condition: &Value, is_relation: &dyn Fn(&str) -> bool) -> Result<Value, String> {
    let (mut combinator, mut parts) = combined(condition).ok_or("it is no condition")?;
    // The lines of a block hold together; a block that is one line is what this says.
    if let (Combinator::All, [only]) = (combinator, parts)
        && let Some(inner) = combined(only)
    {
        (combinator, parts) = inner;
    }
    let word = in_port(combinator).ok_or_else(|| format!("Port does not know `{}`", combinator.word()))?;
    let conditions: Result<Vec<_>, String> = parts.iter().map(|part| comparison(part, is_relation)).collect();
    let mut query = Map::default();
    query.put("combinator", Value::string(word), Origin::Nowhere);
    query.put("conditions", Value::Array(conditions?), Origin::Nowhere);
    Ok(Value::Object(query))
}

/// Port's query as a condition; a comparison alone is taken for a query of one.
///
/// # Errors
/// What of it the language does not say.
pub(super) fn back(query: &Value) -> Result<Value, String> {
    let query = query.as_object().ok_or("it is no object")?;
    let Some(conditions) = query.get("conditions") else {
        return Ok(whole(Combinator::All, vec![condition(query)?]));
    };
    let word = query.get("combinator").map_or(Some("and"), |word| word.as_str()).unwrap_or_default();
    let combinator = [Combinator::All, Combinator::Any].into_iter().find(|one| in_port(*one) == Some(word));
    let combinator = combinator.ok_or_else(|| format!("`{word}` is no combinator"))?;
    if let Some(other) =
        query.members.iter().find(|member| !["conditions", "combinator"].contains(&&*member.name.value))
    {
        return Err(format!("plat has no place for `{}` of a query", other.name.value));
    }
    let conditions = conditions.as_array().ok_or("`conditions` is no list")?;
    let parts: Result<Vec<Value>, String> =
        conditions.iter().map(|item| condition(item.as_object().ok_or("a condition is no object")?)).collect();
    Ok(match combinator {
        Combinator::All => whole(combinator, parts?),
        _ => whole(Combinator::All, vec![whole(combinator, parts?)]),
    })
}

/// The word of Port for a combinator.
fn in_port(combinator: Combinator) -> Option<&'static str> {
    let shape = language().nodes().find(|shape| shape.id() == combinator.word())?;
    shape.elsewhere(Neighbour::Port).map(|counterpart| &*counterpart.text)
}

/// The combinator of a condition of several, and its parts.
fn combined(condition: &Value) -> Option<(Combinator, &[Spanned<Value>])> {
    let [only] = condition.as_object()?.members.as_slice() else { return None };
    Some((Combinator::from_word(&only.name.value)?, only.value.as_array()?))
}

fn whole(combinator: Combinator, parts: Vec<Value>) -> Value {
    let mut map = Map::default();
    let parts = parts.into_iter().map(|part| Spanned::new(part, Origin::Nowhere)).collect();
    map.put(combinator.word(), Value::Array(parts), Origin::Nowhere);
    Value::Object(map)
}

/// A comparison as Port's condition.
fn comparison(part: &Spanned<Value>, is_relation: &dyn Fn(&str) -> bool) -> Result<Spanned<Value>, String> {
    if combined(part).is_some() {
        return Err("Port does not know conditions within conditions".to_owned());
    }
    let test = part.as_object().ok_or("it is no condition")?;
    let word = |name: &str| test.get(name).and_then(|value| value.as_str()).unwrap_or_default();
    let (field, operator) = (word("field"), word("operator"));
    if let Some((first, _)) = field.split_once('.') {
        return Err(if FieldPath::of(field).leaf == Leaf::Count {
            format!("Port does not count `{field}` in a condition: a calculation or an aggregation can")
        } else if is_relation(first) {
            format!("Port does not follow `{field}` in a condition: a mirror property can")
        } else {
            format!("Port does not look into `{first}` for `{field}` in a condition: a calculation can")
        });
    }
    let theirs = language().operator_in_port(operator).ok_or_else(|| format!("Port does not know `{operator}`"))?;
    let mut condition = Map::default();
    let subject = if is_relation(field) { "relation" } else { "property" };
    condition.put(subject, Value::string(field), part.span);
    condition.put("operator", Value::string(theirs), part.span);
    let operands = test.get("operands").and_then(|operands| operands.as_array()).unwrap_or_default();
    if let Some(other) = operands.iter().find_map(|operand| operand.field_text()) {
        return Err(format!("Port compares `{field}` with values, and not with `{other}`: a calculation can"));
    }
    let value = match (language().operands(operator), operands) {
        (Some((_, 0)), _) => None,
        (_, [only]) if let Some(mut words) = language().operands_in_port(operator) => {
            let preset = words.find(|(ours, _)| only.value.as_str() == Some(ours));
            let (_, preset) = preset.ok_or_else(|| format!("Port has no word for this operand of `{operator}`"))?;
            let mut range = Map::default();
            range.put(PRESET, Value::string(preset), only.span);
            Some(Value::Object(range))
        }
        (Some((2, _)), [from, to]) => {
            let mut range = Map::default();
            range.put("from", from.value.clone(), from.span);
            range.put("to", to.value.clone(), to.span);
            Some(Value::Object(range))
        }
        (Some((1, 1)), [only]) => Some(only.value.clone()),
        (_, operands) => Some(Value::Array(operands.to_vec())),
    };
    if let Some(value) = value {
        condition.put("value", value, part.span);
    }
    Ok(Spanned::new(Value::Object(condition), part.span))
}

/// Port's condition as a comparison.
fn condition(theirs: &Map) -> Result<Value, String> {
    let word = |name: &str| theirs.get(name).and_then(|value| value.as_str());
    let field = word("property").or_else(|| word("relation")).ok_or("a condition without `property` and `relation`")?;
    let symbol = word("operator").ok_or("a condition without `operator`")?;
    let known = ["property", "relation", "operator", "value"];
    if let Some(other) = theirs.members.iter().find(|member| !known.contains(&&*member.name.value)) {
        return Err(format!("plat has no place for `{}` of a condition", other.name.value));
    }
    let value = theirs.get("value").filter(|value| value.value != Value::Null);
    if let Some(test) = value.and_then(|value| preset(field, symbol, value)) {
        return Ok(test);
    }
    let operator = language().operators_of_port(symbol).next().and_then(Operator::from_word);
    let operator = operator.ok_or_else(|| format!("`{symbol}` is no operator of conditions"))?;
    let operands = match (language().operands(operator.word()).unwrap_or_default(), value.map(|value| &value.value)) {
        ((0, _), None) => Vec::new(),
        ((2, _), Some(Value::Object(range))) => match (range.get("from"), range.get("to"), range.members.len()) {
            (Some(from), Some(to), 2) => vec![from.clone(), to.clone()],
            _ => return Err(range_without_word(range)),
        },
        ((1, usize::MAX), Some(Value::Array(items))) => items.clone(),
        (_, Some(Value::Object(range))) if range.get(PRESET).is_some() => return Err(range_without_word(range)),
        ((1, _), Some(Value::Array(_) | Value::Object(_)) | None) | ((0, _), Some(_)) | ((2, _), _) => {
            return Err(format!("the value does not go with `{symbol}`"));
        }
        ((_, _), Some(value)) => vec![Spanned::new(value.clone(), Origin::Nowhere)],
        ((_, _), None) => return Err(format!("`{symbol}` without a value")),
    };
    Ok(test(field, operator.word(), operands))
}

/// A comparison.
fn test(field: &str, operator: &str, operands: Vec<Spanned<Value>>) -> Value {
    let mut test = Map::default();
    test.put("field", Value::string(field), Origin::Nowhere);
    test.put("operator", Value::string(operator), Origin::Nowhere);
    if !operands.is_empty() {
        test.put("operands", Value::Array(operands), Origin::Nowhere);
    }
    Value::Object(test)
}

/// Why a range of time is none to the language.
fn range_without_word(range: &Map) -> String {
    match range.get(PRESET).and_then(|preset| preset.as_str()) {
        Some(preset) => format!("plat has no word for the range of time `{preset}`"),
        None => "plat knows ranges of time `from` one `to` another".to_owned(),
    }
}

/// The only member of a range of time that Port has a word for.
const PRESET: &str = "preset";

/// Port's comparison with a range of time that it has a word for, where an operator has an operand for that.
fn preset(field: &str, symbol: &str, value: &Value) -> Option<Value> {
    let [only] = value.as_object()?.members.as_slice() else { return None };
    let theirs = only.value.as_str().filter(|_| &*only.name.value == PRESET)?;
    language().operators_of_port(symbol).find_map(|operator| {
        let (ours, _) = language().operands_in_port(operator)?.find(|(_, word)| *word == theirs)?;
        Some(test(field, operator, vec![Spanned::new(Value::string(ours), only.value.span)]))
    })
}
