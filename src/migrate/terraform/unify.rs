//! What values become where Terraform gives all of them one type, as to the items of a list.

use super::term::{Datum, Known, Term};
use std::borrow::Cow;
use std::rc::Rc;

/// Values as those of one type; as they are where they have none in common.
pub(super) fn unified(terms: &[Term]) -> Vec<Term> {
    common(&terms.iter().collect::<Vec<_>>()).unwrap_or_else(|| terms.to_vec())
}

fn common(terms: &[&Term]) -> Option<Vec<Term>> {
    // What is null or not known is of any type.
    let known = || {
        terms
            .iter()
            .map(|term| &term.datum)
            .filter(|datum| !matches!(datum, Datum::Null | Datum::Open(_) | Datum::Mistake(_)))
    };
    let all = |fits: fn(&Datum) -> bool| known().all(fits);
    let is_text = |datum: &Datum| matches!(datum, Datum::Text(_) | Datum::Json(_));
    if all(is_text) || all(|datum| matches!(datum, Datum::Number(_))) || all(|datum| matches!(datum, Datum::Bool(_))) {
        return Some(terms.iter().copied().cloned().collect());
    }
    if all(|datum| matches!(datum, Datum::Text(_) | Datum::Json(_) | Datum::Number(_) | Datum::Bool(_))) {
        let text = |term: &Term| match term.datum {
            Datum::Number(_) | Datum::Bool(_) => term.as_text().ok().map(|text| Term::text(text, term.place)),
            _ => Some(term.clone()),
        };
        return if known().any(is_text) { terms.iter().map(|term| text(term)).collect() } else { None };
    }
    if all(|datum| matches!(datum, Datum::List(_) | Datum::Set(_) | Datum::Map(_))) {
        return inner(terms);
    }
    None
}

/// The same of lists, or of objects: what is at one place in all of them has one type, or all that is in any of them.
fn inner(terms: &[&Term]) -> Option<Vec<Term>> {
    let mut parts: Vec<Parts<'_>> = terms.iter().map(|term| Parts::of(term)).collect();
    let mut known = parts.iter().filter(|parts| parts.keys.is_some());
    let first = known.next()?.keys.clone()?;
    let mut is_same = true;
    for keys in known.filter_map(|parts| parts.keys.as_ref()) {
        if keys.first().zip(first.first()).is_some_and(|(one, other)| one.is_some() != other.is_some()) {
            return None;
        }
        is_same &= *keys == first;
    }
    if is_same {
        for index in 0..first.len() {
            let across: Vec<&Term> =
                parts.iter().filter_map(|parts| parts.items.get(index)).map(|item| &**item).collect();
            let mut across = common(&across)?.into_iter();
            for parts in &mut parts {
                if let Some(item) = parts.items.get_mut(index)
                    && let Some(new) = across.next()
                {
                    *item = Cow::Owned(new);
                }
            }
        }
    } else {
        let all: Vec<&Term> = parts.iter().flat_map(|parts| &parts.items).map(|item| &**item).collect();
        let mut all = common(&all)?.into_iter();
        for item in parts.iter_mut().flat_map(|parts| &mut parts.items) {
            *item = Cow::Owned(all.next()?);
        }
    }
    terms.iter().zip(parts).map(|(term, parts)| parts.into(term).ok()).collect()
}

/// What is in a value, sorted by its names.
struct Parts<'t> {
    /// The names of members, or one of none for each item; nothing where it is of any type.
    keys: Option<Vec<Option<Rc<str>>>>,
    items: Vec<Cow<'t, Term>>,
}

impl<'t> Parts<'t> {
    fn of(term: &'t Term) -> Self {
        let (keys, items) = match &term.datum {
            Datum::List(items) | Datum::Set(items) => {
                (Some(vec![None; items.len()]), items.iter().map(Cow::Borrowed).collect())
            }
            Datum::Map(members) => {
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by(|(a, _), (b, _)| a.cmp(b));
                let keys = members.iter().map(|(name, _)| Some(Rc::clone(name))).collect();
                (Some(keys), members.into_iter().map(|(_, member)| Cow::Borrowed(member)).collect())
            }
            _ => (None, Vec::new()),
        };
        Self { keys, items }
    }

    fn into(self, like: &Term) -> Known<Term> {
        let items = self.items.into_iter().map(Cow::into_owned);
        match &like.datum {
            Datum::List(_) => Ok(Term::list(items, like.place)),
            Datum::Set(_) => Term::set(items, like.place),
            Datum::Map(members) => {
                let mut new: std::collections::HashMap<_, _> =
                    self.keys.into_iter().flatten().flatten().zip(items).collect();
                let named = members
                    .iter()
                    .map(|(name, old)| (Rc::clone(name), new.remove(name).unwrap_or_else(|| old.clone())));
                Ok(Term::map(named.collect::<Vec<_>>(), like.place))
            }
            _ => Ok(like.clone()),
        }
    }
}
