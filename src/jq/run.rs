//! What comes of an expression and a value.

use super::function::call;
use super::order::{bare, compare, list};
use super::{Operator, Stop, Term};
use crate::function::weight;
use crate::model::{Map, Number, Value, write_json};

pub(super) type Outputs = Result<Vec<Value>, Stop>;

/// Works expressions out.
pub(super) struct Runner<'l> {
    /// What may still be spent.
    pub(super) left: &'l mut usize,
}

pub(super) fn error<T>(message: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Error(message.into()))
}

/// The text of a value, as `tostring` has it.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        other => {
            let mut json = Vec::new();
            write_json(other, &mut json);
            String::from_utf8_lossy(&json).into_owned()
        }
    }
}

/// Whether a condition holds.
pub(super) fn is_true(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false))
}

impl Runner<'_> {
    /// Pays for something.
    pub(super) fn pay(&mut self, cost: usize) -> Result<(), Stop> {
        *self.left = self.left.checked_sub(cost).ok_or(Stop::Full)?;
        Ok(())
    }

    /// A value, paid for.
    fn paid(&mut self, value: Value) -> Outputs {
        self.pay(weight(&value))?;
        Ok(vec![value])
    }

    pub(super) fn run(&mut self, term: &Term, input: &Value) -> Outputs {
        self.pay(1)?;
        match term {
            Term::Identity => self.paid(input.clone()),
            Term::Literal(value) => self.paid(value.clone()),
            Term::Index(of, name) => self.index(of, name, input),
            Term::Slice(of, ends) => self.slice(of, ends, input),
            Term::Each(of) => self.each(of, input),
            Term::Try(of) => match self.run(of, input) {
                Err(Stop::Error(_)) => Ok(Vec::new()),
                outputs => outputs,
            },
            Term::Text(parts) => self.text(parts, input),
            Term::List(None) => self.paid(Value::Array(Vec::new())),
            Term::List(Some(of)) => Ok(vec![list(self.run(of, input)?)]),
            Term::Object(members) => self.object(members, input),
            Term::Negated(of) => {
                let zero = Value::integer(0);
                let outputs = self.run(of, input)?;
                outputs.into_iter().map(|value| arithmetic(Operator::Subtract, &zero, &value)).collect()
            }
            Term::Pipe(parts) => self.pipe(parts, input),
            Term::Comma(parts) => {
                let mut all = Vec::new();
                for part in parts {
                    all.extend(self.run(part, input)?);
                }
                Ok(all)
            }
            Term::Or(first, other) => {
                let mut outputs = match self.run(first, input) {
                    Err(Stop::Error(_)) => Vec::new(),
                    outputs => outputs?,
                };
                outputs.retain(is_true);
                if outputs.is_empty() { self.run(other, input) } else { Ok(outputs) }
            }
            Term::Both(ends_with, first, other) => self.both(*ends_with, [first, other], input),
            Term::Binary(operator, one, other) => self.binary(*operator, [one, other], input),
            Term::If(conditions, other) => self.choose(conditions, other.as_deref(), input),
            Term::Call(name, arguments) => call(self, name, arguments, input),
        }
    }

    fn each(&mut self, of: &Term, input: &Value) -> Outputs {
        let mut all = Vec::new();
        for value in self.run(of, input)? {
            match value {
                Value::Array(items) => all.extend(items.into_iter().map(|item| item.value)),
                Value::Object(map) => all.extend(map.members.into_iter().map(|member| member.value.value)),
                other => return error(format!("{} has no items", other.type_name())),
            }
        }
        Ok(all)
    }

    fn pipe(&mut self, parts: &[Term], input: &Value) -> Outputs {
        let Some((first, rest)) = parts.split_first() else { return Ok(Vec::new()) };
        let mut values = self.run(first, input)?;
        for part in rest {
            let mut next = Vec::new();
            for value in values {
                next.extend(self.run(part, &value)?);
            }
            values = next;
        }
        Ok(values)
    }

    fn both(&mut self, ends_with: bool, [first, other]: [&Term; 2], input: &Value) -> Outputs {
        let mut all = Vec::new();
        for one in self.run(first, input)? {
            if is_true(&one) == ends_with {
                all.push(Value::Bool(ends_with));
            } else {
                all.extend(self.run(other, input)?.iter().map(|other| Value::Bool(is_true(other))));
            }
        }
        Ok(all)
    }

    fn index(&mut self, of: &Term, name: &Term, input: &Value) -> Outputs {
        // The row itself is not copied for each of its members.
        let copied;
        let values = match of {
            Term::Identity => std::slice::from_ref(input),
            of => {
                copied = self.run(of, input)?;
                &copied[..]
            }
        };
        let mut all = Vec::new();
        for value in values {
            for name in self.run(name, input)? {
                let found = match (value, &name) {
                    (Value::Null, Value::String(_) | Value::Number(_) | Value::Null) => None,
                    (Value::Object(map), Value::String(name)) => map.get(name).map(|value| &value.value),
                    (Value::Array(items), Value::Number(number)) => {
                        place(*number, items.len()).and_then(|place| items.get(place)).map(|item| &item.value)
                    }
                    (value, name) => {
                        return error(format!("{} has nothing at {}", value.type_name(), text(name)));
                    }
                };
                all.extend(self.paid(found.cloned().unwrap_or(Value::Null))?);
            }
        }
        Ok(all)
    }

    fn slice(&mut self, of: &Term, ends: &[Option<Box<Term>>; 2], input: &Value) -> Outputs {
        let mut bounds = [None, None];
        for (bound, end) in bounds.iter_mut().zip(ends) {
            if let Some(end) = end {
                match self.run(end, input)?.as_slice() {
                    [Value::Number(number)] => *bound = Some(*number),
                    [Value::Null] => {}
                    _ => return error("a part begins and ends at one number each"),
                }
            }
        }
        let range = |length: usize| {
            let at = |bound: Option<Number>, missing| bound.map_or(missing, |bound| clamped(bound, length));
            let (start, end) = (at(bounds[0], 0), at(bounds[1], length));
            start..end.max(start)
        };
        let mut all = Vec::new();
        for value in self.run(of, input)? {
            all.push(match value {
                Value::Null => Value::Null,
                Value::Array(items) => Value::Array(items[range(items.len())].to_vec()),
                Value::String(text) => {
                    let range = range(text.chars().count());
                    Value::string(text.chars().skip(range.start).take(range.len()).collect::<String>())
                }
                other => return error(format!("{} has no parts", other.type_name())),
            });
        }
        Ok(all)
    }

    fn text(&mut self, parts: &[Term], input: &Value) -> Outputs {
        let mut all = vec![String::new()];
        for part in parts {
            let values = self.run(part, input)?;
            let mut next = Vec::with_capacity(all.len() * values.len());
            for value in &values {
                for before in &all {
                    let whole = format!("{before}{}", text(value));
                    self.pay(whole.len())?;
                    next.push(whole);
                }
            }
            all = next;
        }
        Ok(all.into_iter().map(Value::string).collect())
    }

    fn object(&mut self, members: &[(Term, Term)], input: &Value) -> Outputs {
        let mut all = vec![Map::default()];
        for (name, value) in members {
            let (names, values) = (self.run(name, input)?, self.run(value, input)?);
            let mut next = Vec::new();
            for before in &all {
                for name in &names {
                    let Value::String(name) = name else { return error("the name of a member is a text") };
                    for value in &values {
                        let mut map = before.clone();
                        map.set(
                            crate::source::Spanned::new((&**name).into(), crate::source::Origin::Nowhere),
                            bare(value.clone()),
                        );
                        self.pay(map.members.iter().map(|member| weight(&member.value.value) + 1).sum())?;
                        next.push(map);
                    }
                }
            }
            all = next;
        }
        Ok(all.into_iter().map(Value::Object).collect())
    }

    fn binary(&mut self, operator: Operator, [one, other]: [&Term; 2], input: &Value) -> Outputs {
        let (ones, others) = (self.run(one, input)?, self.run(other, input)?);
        let mut all = Vec::new();
        for other in &others {
            for one in &ones {
                self.pay(weight(one) + weight(other))?;
                all.push(arithmetic(operator, one, other)?);
            }
        }
        Ok(all)
    }

    fn choose(&mut self, conditions: &[(Term, Term)], other: Option<&Term>, input: &Value) -> Outputs {
        let Some(((condition, then), rest)) = conditions.split_first() else {
            return match other {
                Some(other) => self.run(other, input),
                None => self.paid(input.clone()),
            };
        };
        let mut all = Vec::new();
        for holds in self.run(condition, input)? {
            all.extend(if is_true(&holds) { self.run(then, input)? } else { self.choose(rest, other, input)? });
        }
        Ok(all)
    }
}

/// The place in a list of a number, which counts from the end where it is negative.
fn place(number: Number, length: usize) -> Option<usize> {
    let whole = number.as_f64().floor();
    let from_start = if whole < 0.0 { whole + length_of(length) } else { whole };
    (from_start >= 0.0 && from_start < length_of(length)).then(|| clamped(number, length))
}

/// The nearest place between the beginning and the end.
fn clamped(number: Number, length: usize) -> usize {
    let whole = number.as_f64().floor();
    let from_start = if whole < 0.0 { whole + length_of(length) } else { whole };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and a length")]
    let place = from_start.clamp(0.0, length_of(length)) as usize;
    place
}

#[expect(clippy::cast_precision_loss, reason = "no value is so long")]
fn length_of(length: usize) -> f64 {
    length as f64
}

fn arithmetic(operator: Operator, one: &Value, other: &Value) -> Result<Value, Stop> {
    let order = || compare(one, other);
    Ok(match (operator, one, other) {
        (Operator::Equal, ..) => Value::Bool(order().is_eq()),
        (Operator::Unequal, ..) => Value::Bool(order().is_ne()),
        (Operator::Less, ..) => Value::Bool(order().is_lt()),
        (Operator::AtMost, ..) => Value::Bool(order().is_le()),
        (Operator::Greater, ..) => Value::Bool(order().is_gt()),
        (Operator::AtLeast, ..) => Value::Bool(order().is_ge()),
        (_, Value::Number(one), Value::Number(other)) => Value::Number(numbers(operator, *one, *other)?),
        (Operator::Add, Value::Null, other) => other.clone(),
        (Operator::Add, one, Value::Null) => one.clone(),
        (Operator::Add, Value::String(one), Value::String(other)) => Value::string(format!("{one}{other}")),
        (Operator::Add, Value::Array(one), Value::Array(other)) => {
            Value::Array(one.iter().chain(other).cloned().collect())
        }
        (Operator::Add, Value::Object(one), Value::Object(other)) => {
            Value::Object(one.members.iter().chain(&other.members).cloned().collect())
        }
        (Operator::Subtract, Value::Array(one), Value::Array(other)) => {
            Value::Array(one.iter().filter(|item| !other.contains(item)).cloned().collect())
        }
        (Operator::Divide, Value::String(one), Value::String(other)) => super::function::parted(one, other),
        _ => return error(format!("{} and {} do not go together here", one.type_name(), other.type_name())),
    })
}

fn numbers(operator: Operator, one: Number, other: Number) -> Result<Number, Stop> {
    let whole = match (one, other) {
        (Number::Integer(one), Number::Integer(other)) => match operator {
            Operator::Add => one.checked_add(other),
            Operator::Subtract => one.checked_sub(other),
            Operator::Multiply => one.checked_mul(other),
            Operator::Divide => one.checked_rem(other).filter(|rest| *rest == 0).and_then(|_| one.checked_div(other)),
            Operator::Remainder => one.checked_rem(other),
            _ => None,
        },
        _ => None,
    };
    if let Some(whole) = whole {
        return Ok(Number::Integer(whole));
    }
    let (one, other) = (one.as_f64(), other.as_f64());
    let float = match operator {
        Operator::Add => one + other,
        Operator::Subtract => one - other,
        Operator::Multiply => one * other,
        Operator::Divide => one / other,
        _ => one.trunc() % other.trunc(),
    };
    Number::from_float(float).ok_or_else(|| Stop::Error("it divides by zero, or comes to no number".to_owned()))
}
