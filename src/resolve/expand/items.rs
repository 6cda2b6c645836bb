//! What an `each` is over, where that is known: values on its line, a list or an object, or numbers.

use super::scope::Scope;
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Control, Map, Number, Value};
use crate::resolve::template;
use crate::source::{Origin, Spanned};
use crate::syntax::{Entry, Node};

/// The items that an `each` says.
pub(super) fn items(node: Node<'_>, scope: &Scope<'_>) -> Result<Vec<Spanned<Value>>, Option<Diagnostic>> {
    let mut problems = Diagnostics::default();
    let mut read = |entry: Entry<'_>| {
        let template = template::scalar(entry, &mut problems);
        match problems.iter().next() {
            Some(problem) => Err(Some(problem.clone())),
            None => scope.evaluate(&template),
        }
    };
    let on_line: Vec<Entry<'_>> = node.arguments().skip(1).collect();
    let given = [node.property("in"), node.property("from").or(node.property("to"))];
    let ways = usize::from(!on_line.is_empty()) + given.iter().flatten().count();
    if ways != 1 {
        let message = if ways == 0 { "`each` without items" } else { "`each` with items from more than one place" };
        let help = "write them on the line, or `in=$LIST`, or `from=1 to=3`, or `of=BLUEPRINT` for its entities";
        return Err(Some(Diagnostic::error(code::NO_ITEMS, node.head_span(), message).help(help)));
    }
    if let Some(list) = given[0] {
        let value = read(list)?;
        return items_of(value, list.value_span().into());
    }
    if given[1].is_some() {
        let number = |key: &str| match node.property(key) {
            Some(entry) => Ok((read(entry)?, entry)),
            None => {
                let message = format!("`each` with numbers needs `{key}=` too");
                Err(Some(Diagnostic::error(code::NO_ITEMS, node.head_span(), message)))
            }
        };
        let mut number = number;
        return numbers(number("from")?, number("to")?);
    }
    let items: Vec<Spanned<Value>> = on_line.into_iter().map(read).collect::<Result<_, _>>()?;
    // A list on the line stands for its items.
    Ok(items
        .into_iter()
        .flat_map(|item| match item.value {
            Value::Array(items) => items,
            value => vec![Spanned::new(value, item.span)],
        })
        .collect())
}

/// The items of a list, and the members of an object, each with its `key` and its `value`.
pub(super) fn items_of(value: Spanned<Value>, at: Origin) -> Result<Vec<Spanned<Value>>, Option<Diagnostic>> {
    match value.value {
        // One that is unset has none.
        Value::Null if matches!(value.span, Origin::Unread(_)) => Err(None),
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => Ok(items),
        Value::Object(map) => Ok(map
            .members
            .into_iter()
            .map(|member| {
                let mut item = Map::default();
                item.set(
                    Spanned::new(Control::KEY.into(), member.name.span),
                    Spanned::new(Value::string(&*member.name.value), member.name.span),
                );
                let span = member.value.span;
                item.set(Spanned::new(Control::VALUE.into(), span), member.value);
                Spanned::new(Value::Object(item), member.name.span)
            })
            .collect()),
        other => {
            let message = format!("`each` needs a list, and this is {}", other.type_name());
            let problem = Diagnostic::error(code::NOT_A_LIST, at, message).other(value.span, "this is the value");
            Err(Some(problem.help(
                "a list has several values on its line: `let zones a b`; `(array)let` makes one of a single value",
            )))
        }
    }
}

/// The whole numbers between two, both of them too.
fn numbers(
    (from, first): (Spanned<Value>, Entry<'_>),
    (to, last): (Spanned<Value>, Entry<'_>),
) -> Result<Vec<Spanned<Value>>, Option<Diagnostic>> {
    /// More of them nobody means.
    const MOST: i64 = 1_000_000;
    let whole = |value: &Spanned<Value>, entry: Entry<'_>| match value.value {
        Value::Number(Number::Integer(number)) => Ok(number),
        Value::Null if matches!(value.span, Origin::Unread(_)) => Err(None),
        ref other => {
            let message = format!("`each` counts whole numbers, and this is {}", other.type_name());
            Err(Some(Diagnostic::error(code::NO_ITEMS, entry.value_span(), message)))
        }
    };
    let (from, to) = (whole(&from, first)?, whole(&to, last)?);
    if to.saturating_sub(from) >= MOST {
        let message = format!("`each` counts to {MOST} at most");
        return Err(Some(Diagnostic::error(code::TOO_LARGE, last.value_span(), message)));
    }
    let span = Origin::Text(first.value_span());
    Ok((from..=to).map(|number| Spanned::new(Value::integer(number), span)).collect())
}
