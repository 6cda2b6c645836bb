//! Which values say the same to a neighbour, or nothing.

use super::template;
use crate::grammar::Neighbour;
use crate::model::{Name, Value};
use crate::source::Spanned;
use std::collections::{BTreeSet, HashMap};

/// The value that a neighbour's is, where it is written as that stands there.
///
/// # Errors
/// Why it cannot be said.
pub(super) fn taken_back(neighbour: Neighbour, value: &Value) -> Result<Value, String> {
    let made = template::back(neighbour, value)?;
    let is_same = template::out(neighbour, &made).is_ok_and(|written| is_within(value, &written));
    if is_same { Ok(made) } else { Err("plat would write it otherwise".to_owned()) }
}

/// Whether a value says nothing where it has no place.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// Whether lists hold the same, in whatever order.
pub(super) fn are_alike(made: &[Spanned<Value>], there: &[Spanned<Value>]) -> bool {
    if made.len() != there.len() {
        return false;
    }
    if made.iter().zip(there).all(|(made, there)| is_within(&there.value, &made.value)) {
        return true;
    }
    // Most are the very same in another order.
    let mut same: HashMap<Name, Vec<usize>> = HashMap::new();
    for (index, item) in made.iter().enumerate().rev() {
        same.entry(item.as_key()).or_default().push(index);
    }
    let mut left: BTreeSet<usize> = (0..made.len()).collect();
    there.iter().all(|item| {
        let is_twin = |index: &usize| made.get(*index).is_some_and(|other| is_within(&item.value, &other.value));
        let first =
            same.get_mut(&item.as_key()).and_then(Vec::pop).filter(|index| left.contains(index) && is_twin(index));
        let twin = first.or_else(|| left.iter().copied().find(is_twin));
        twin.is_some_and(|index| left.remove(&index))
    })
}

/// Whether a value says all that another one does.
pub(super) fn is_within(there: &Value, made: &Value) -> bool {
    #[cfg(test)]
    LOOKS.with(|looks| looks.set(looks.get() + 1));
    match (there, made) {
        (Value::Object(there), Value::Object(made)) => {
            let made = made.index();
            there.members.iter().all(|member| {
                let value = &member.value.value;
                is_empty(value) || made.get(&member.name.value).is_some_and(|made| is_within(value, &made.value))
            })
        }
        (Value::Array(there), Value::Array(made)) => are_alike(made, there),
        (Value::String(there), Value::String(made)) => template::are_alike(there, made),
        (there, made) => there == made,
    }
}

#[cfg(test)]
thread_local! {
    /// How often values were compared.
    static LOOKS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Origin;

    fn list(texts: impl Iterator<Item = usize>) -> Vec<Spanned<Value>> {
        texts.map(|text| Spanned::new(Value::string(text.to_string().as_str()), Origin::Nowhere)).collect()
    }

    #[test]
    fn lists_in_another_order_are_alike_after_a_look_at_each_item() {
        const MANY: usize = 2_000;
        LOOKS.with(|looks| looks.set(0));
        assert!(are_alike(&list((0..MANY).rev()), &list(0..MANY)));
        assert!(!are_alike(&list((1..=MANY).rev()), &list(0..MANY)));
        assert!(LOOKS.with(std::cell::Cell::get) < 5 * MANY);
        let twice = list([1, 1, 2].into_iter());
        assert!(are_alike(&twice, &list([2, 1, 1].into_iter())));
        assert!(!are_alike(&twice, &list([2, 2, 1].into_iter())));
    }
}
