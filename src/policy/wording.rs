//! How conditions are spoken of in messages: as they are written.

use crate::model::{Combinator, FIELD, FieldPath, Number, Policy, Predicate, PredicateTest, Value};
use crate::scorecard::{Cell, Figure, Judge, Verdict};
use crate::secret::{HIDDEN, without_held};
use crate::source::{Spanned, names_secret};

/// Whether the field of a path holds a secret, whatever it is called.
pub(super) type Held<'h> = &'h dyn Fn(&FieldPath) -> bool;

/// A text of a message is cut behind so many characters.
const LONGEST: usize = 60;
/// The most fields of which a message says what they are.
const MOST_FIELDS: usize = 5;
/// The most bytes of a sentence, which is said of each thing that breaks a policy.
const LONGEST_SENTENCE: usize = 1_000;

/// What is wrong, in a sentence: what the policy is for, where it says so, and why that does not hold.
pub(super) fn sentence(policy: &Policy, why: &str) -> String {
    let mut sentence = whole(policy, why);
    if sentence.len() > LONGEST_SENTENCE {
        sentence.truncate(sentence.floor_char_boundary(LONGEST_SENTENCE));
        sentence.push('…');
        sentence.shrink_to_fit();
    }
    sentence
}

fn whole(policy: &Policy, why: &str) -> String {
    let description = policy.description.as_ref().map(|text| text.value.trim().trim_end_matches('.'));
    match (description.filter(|text| !text.is_empty()), why) {
        (Some(description), "") => description.to_owned(),
        (Some(description), why) => format!("{description}: {why}"),
        (None, "") if policy.on.is_empty() => "none of them may be there".to_owned(),
        (None, "") => {
            let actions: Vec<&str> = policy.on.iter().map(|action| &*action.value).collect();
            format!("no {} is allowed", actions.join(" or "))
        }
        (None, why) => why.to_owned(),
    }
}

/// Why a part that must hold does not.
pub(super) fn open<'v>(
    judge: &Judge<'_>,
    (part, verdict): (&Predicate, &Verdict),
    values: &impl Fn(&FieldPath) -> Cell<'v>,
    held: Held<'_>,
) -> String {
    let written = predicate(part);
    match (verdict, part) {
        (Verdict::Unknown(reason), _) => format!("`{written}` cannot be told: {reason}"),
        (Verdict::Pass | Verdict::Fail, Predicate::Test(test)) => {
            match judge.first(part, false, values).map_or(Cell::Missing, |(_, cell)| cell) {
                Cell::Missing => format!("`{written}` does not hold: there is no value"),
                cell => {
                    let other = |other: Spanned<FieldPath>| {
                        format!(", and `{}` is {}", other.value, shown_at(&other.value, &values(&other), held))
                    };
                    let others: String = test.others().map(other).collect();
                    format!("`{written}` does not hold: it is {}{others}", shown_at(&test.field.value, &cell, held))
                }
            }
        }
        (Verdict::Pass | Verdict::Fail, _) => {
            format!("`{written}` does not hold: {}", found(part, values, held))
        }
    }
}

/// What the fields are that a condition looks at, each once.
fn found<'v>(condition: &Predicate, values: &impl Fn(&FieldPath) -> Cell<'v>, held: Held<'_>) -> String {
    let mut told: Vec<String> = Vec::new();
    for test in condition.tests() {
        for field in std::iter::once(test.field.clone()).chain(test.others()) {
            let one = format!("`{}` is {}", field.value, shown_at(&field.value, &values(&field.value), held));
            if !told.contains(&one) {
                told.push(one);
            }
        }
    }
    let more = told.len().saturating_sub(MOST_FIELDS);
    told.truncate(MOST_FIELDS);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", told.join(", "))
}

/// What may not hold, and does.
pub(super) fn holds(when: &Predicate) -> String {
    let parts = match when {
        Predicate::Combined(Combinator::All, parts) => parts.iter().map(predicate).collect::<Vec<_>>(),
        Predicate::Combined(..) | Predicate::Test(_) => vec![predicate(when)],
    };
    match parts.as_slice() {
        [] => String::new(),
        [one] => format!("`{one}` holds"),
        several => format!("`{}` hold", several.join("; ")),
    }
}

/// A condition in one line, as it is written.
fn predicate(predicate: &Predicate) -> String {
    match predicate {
        Predicate::Combined(combinator, parts) => {
            let parts: Vec<String> = parts.iter().map(self::predicate).collect();
            format!("{} {{ {} }}", combinator.word(), parts.join("; "))
        }
        Predicate::Test(test) => self::test(test),
    }
}

fn test(test: &PredicateTest) -> String {
    let mut text = format!("{} {}", test.field.value, test.operator.word());
    for operand in &test.operands {
        text.push(' ');
        text.push_str(&self::operand(&operand.value));
    }
    text
}

fn operand(value: &Value) -> String {
    match value {
        Value::Null => "#null".to_owned(),
        Value::Bool(flag) => format!("#{flag}"),
        Value::Number(number) => number.to_string(),
        Value::String(text) => written(text),
        Value::Array(_) | Value::Object(_) | Value::Secret(_) => match value.field_text() {
            Some(path) => format!("({FIELD}){}", self::written(path)),
            None => value.type_name().to_owned(),
        },
    }
}

/// A text as KDL has it: bare where it is plainly possible.
fn written(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '@' | '$');
    let bare = text.starts_with(|first: char| first.is_alphabetic() || first == '$') && text.chars().all(plain);
    if bare { text.to_owned() } else { format!("{text:?}") }
}

/// The value of a field of a path, but for one that is called like a secret, or holds one.
fn shown_at(path: &FieldPath, cell: &Cell<'_>, held: Held<'_>) -> String {
    let is_secret = path.to_string().rsplit('.').next().is_some_and(names_secret) || held(path);
    match cell {
        Cell::Text(_) | Cell::Figure(_) | Cell::List(_) | Cell::Each(_) if is_secret => HIDDEN.to_owned(),
        cell => shown(cell),
    }
}

/// The value of a field.
fn shown(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Missing | Cell::Forgotten => "nothing".to_owned(),
        Cell::Flag(flag) => format!("#{flag}"),
        Cell::Figure(Figure::Whole(number)) => number.to_string(),
        Cell::Figure(Figure::Other(number)) => {
            Number::from_float(*number).map_or_else(|| number.to_string(), |number| number.to_string())
        }
        Cell::Text(text) => {
            let text = without_held(text);
            match text.char_indices().nth(LONGEST) {
                Some((end, _)) => format!("`{}...`", &text[..end]),
                None => format!("`{text}`"),
            }
        }
        Cell::List(items) | Cell::Each(items) if items.iter().all(|item| *item == Cell::Opaque) => {
            format!("a list of {} objects, lists or secrets", items.len())
        }
        Cell::List(items) | Cell::Each(items) => {
            let more = items.len().saturating_sub(5);
            let shown: Vec<String> = items.iter().take(5).map(self::shown).collect();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("{}{more}", shown.join(", "))
        }
        Cell::Opaque => "an object, or a secret".to_owned(),
    }
}
