//! The types of variables, and what values become by them.

use super::term::{Datum, Known, Term, unique};
use super::unify::unified;
use hcl_edit::expr::{Expression, FuncCall, Object, ObjectKey};
use std::rc::Rc;

/// A value as a type has it. `worked_out` is what an expression of a default comes to.
pub(super) fn converted(term: Term, of: &Expression, worked_out: &dyn Fn(&Expression) -> Term) -> Known<Term> {
    if matches!(term.datum, Datum::Null | Datum::Open(_) | Datum::Mistake(_)) {
        return Ok(term);
    }
    let place = term.place;
    let inner = |term: &Term, of: &Expression| match converted(term.clone(), of, worked_out) {
        Ok(term) | Err(term) => term,
    };
    match of {
        Expression::Variable(word) => plain(term, word.as_str()),
        Expression::String(word) => plain(term, word.as_str()),
        Expression::FuncCall(call) => match (call.name.name.as_str(), call.args.get(0)) {
            ("list", Some(of)) => {
                let items: Vec<_> = term.as_items()?.iter().map(|item| inner(item, of)).collect();
                Ok(Term::list(unified(&items), place))
            }
            ("set", Some(of)) => {
                let items: Vec<_> = term.as_items()?.iter().map(|item| inner(item, of)).collect();
                Term::set(unified(&items), place)
            }
            ("map", Some(of)) => {
                let members = term.as_members()?;
                let values: Vec<_> = members.iter().map(|(_, member)| inner(member, of)).collect();
                Ok(Term::map(members.iter().map(|(name, _)| Rc::clone(name)).zip(unified(&values)), place))
            }
            ("tuple", Some(Expression::Array(each))) => {
                let items = term.as_items()?;
                if items.len() != each.len() {
                    return Err(Term::mistake("the list has another length than its type", place));
                }
                Ok(Term::list(
                    items.iter().zip(each.iter()).map(|(item, of)| inner(item, of)).collect::<Vec<_>>(),
                    place,
                ))
            }
            ("object", Some(Expression::Object(declared))) => object(&term, declared, worked_out, &inner),
            _ => Ok(term),
        },
        _ => Ok(term),
    }
}

/// An object with the members that a type declares.
fn object(
    term: &Term,
    declared: &Object,
    worked_out: &dyn Fn(&Expression) -> Term,
    inner: &dyn Fn(&Term, &Expression) -> Term,
) -> Known<Term> {
    let place = term.place;
    let declared: Vec<(Rc<str>, &Expression)> = declared
        .iter()
        .filter_map(|(name, of)| match name {
            ObjectKey::Ident(name) => Some((Rc::from(name.as_str()), of.expr())),
            ObjectKey::Expression(name) => Some((Rc::from(name.as_str()?), of.expr())),
        })
        .collect();
    let mut members = Vec::new();
    for (name, value) in term.as_members()? {
        if let Some((_, of)) = declared.iter().find(|(declared, _)| declared == name) {
            let of = optional(of).and_then(|call| call.args.get(0)).unwrap_or(of);
            members.push((Rc::clone(name), inner(value, of)));
        }
    }
    for (name, of) in declared {
        let is_there = members.iter().any(|(there, value)| *there == name && !matches!(value.datum, Datum::Null));
        let Some(call) = optional(of).filter(|_| !is_there) else { continue };
        let default = call.args.get(1).map_or(Term::new(Datum::Null, place), worked_out);
        members.push((name, call.args.get(0).map_or(default.clone(), |of| inner(&default, of))));
    }
    Ok(Term::map(unique(members), place))
}

fn plain(term: Term, word: &str) -> Known<Term> {
    let place = term.place;
    Ok(match word {
        "string" if !matches!(term.datum, Datum::Json(_)) => Term::text(term.as_text()?, place),
        "number" => Term::new(Datum::Number(term.as_number()?), place),
        "bool" => Term::new(Datum::Bool(term.as_bool()?), place),
        _ => term,
    })
}

/// A member that need not be there: `optional(TYPE, DEFAULT)`.
fn optional(of: &Expression) -> Option<&FuncCall> {
    match of {
        Expression::FuncCall(call) if call.name.name.as_str() == "optional" => Some(call),
        _ => None,
    }
}
