//! Members of a body and texts of its lists, from which one after the other is taken out.

use crate::model::{Map, Name, Value};
use crate::source::Spanned;
use std::collections::HashMap;

/// Through so few members each look goes.
const FEW: usize = 16;

/// Where the members of the maps of a body and the texts of its lists are, by where each map and list lies in memory: one that has changed otherwise
/// is looked through anew.
#[derive(Default)]
pub(super) struct Trace(HashMap<*const (), Order>);

/// Where the names in a map or a list were at first, and which of them have gone.
struct Order {
    places: HashMap<Name, usize>,
    /// How many have gone, in a Fenwick tree.
    gone: Vec<usize>,
    left: usize,
}

impl Trace {
    /// The place of the member of a name.
    pub(super) fn place(&mut self, map: &Map, name: &str) -> Option<usize> {
        let members = &map.members;
        let is_it = |place: &usize| members.get(*place).is_some_and(|member| member.is_called(name));
        if members.len() <= FEW {
            return (0..members.len()).find(is_it);
        }
        let known = self.0.get(&members.as_ptr().cast()).filter(|order| order.left == members.len());
        match known.map(|order| order.place(name)) {
            Some(None) => None,
            Some(Some(place)) if is_it(&place) => Some(place),
            _ => {
                let order = Order::of(members.iter().map(|member| member.name.value.clone()));
                let place = order.place(name);
                self.0.insert(members.as_ptr().cast(), order);
                place
            }
        }
    }

    /// Takes out the member of a name; whether it was there.
    pub(super) fn remove(&mut self, map: &mut Map, name: &str) -> bool {
        let Some(place) = self.place(map, name) else { return false };
        map.members.remove(place);
        if let Some(order) = self.0.get_mut(&map.members.as_ptr().cast()) {
            order.remove(name);
        }
        true
    }

    /// Takes a text out of a list of several texts, the last where it is there more than once; whether it was there. Nothing where the list is another.
    pub(super) fn remove_text(&mut self, items: &mut Vec<Spanned<Value>>, text: &str) -> Option<bool> {
        if items.len() < 2 {
            return None;
        }
        let (key, is_it) = (items.as_ptr().cast(), |item: &Spanned<Value>| item.as_str() == Some(text));
        let known = self.0.get(&key).filter(|order| order.left == items.len());
        let known = known.and_then(|order| order.place(text)).filter(|place| items.get(*place).is_some_and(is_it));
        let place = if let Some(place) = known {
            Some(place)
        } else {
            let names = items.iter().map(|item| item.as_str().map(Name::from)).collect::<Option<Vec<_>>>()?;
            self.0.insert(key, Order::of(names.into_iter()));
            items.iter().rposition(is_it)
        };
        let Some(place) = place else { return Some(false) };
        items.remove(place);
        self.0.get_mut(&key)?.remove(text);
        Some(true)
    }
}

impl Order {
    fn of(names: impl ExactSizeIterator<Item = Name>) -> Self {
        let left = names.len();
        Self { places: names.zip(0..).collect(), gone: vec![0; left + 1], left }
    }

    fn place(&self, name: &str) -> Option<usize> {
        let first = *self.places.get(name)?;
        let (mut before, mut at) = (0, first);
        while at > 0 {
            before += self.gone.get(at)?;
            at &= at - 1;
        }
        first.checked_sub(before)
    }

    fn remove(&mut self, name: &str) {
        let Some(first) = self.places.remove(name) else { return };
        let mut at = first + 1;
        while let Some(gone) = self.gone.get_mut(at) {
            *gone += 1;
            at += at & at.wrapping_neg();
        }
        self.left -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Origin;

    #[test]
    fn members_are_found_in_any_order_however_many_have_gone() {
        let mut map = Map::default();
        for number in 0..100 {
            map.put(&format!("m{number}"), Value::Null, Origin::Nowhere);
        }
        let mut trace = Trace::default();
        // Each number up to a prime is met once so.
        for number in (0..101).map(|step| step * 37 % 101).filter(|number| number % 3 > 0) {
            let name = format!("m{number}");
            let place = map.members.iter().position(|member| member.is_called(&name));
            assert_eq!(trace.place(&map, &name), place, "{name}");
            assert_eq!(trace.remove(&mut map, &name), place.is_some());
            assert!(!trace.remove(&mut map, &name));
        }
        assert_eq!(map.members.len(), 34);
        let mut texts: Vec<_> =
            ["a", "b", "a", "c"].map(|text| Spanned::new(Value::string(text), Origin::Nowhere)).into();
        for (text, left) in [("a", "abc"), ("b", "ac"), ("b", "ac"), ("a", "c")] {
            let was = texts.len();
            assert_eq!(trace.remove_text(&mut texts, text), Some(left.len() < was));
            assert_eq!(texts.iter().filter_map(|text| text.as_str()).collect::<String>(), left);
        }
        assert_eq!(trace.remove_text(&mut texts, "c"), None);
        // What is changed otherwise is seen.
        map.remove("m3");
        assert_eq!([trace.place(&map, "m3"), trace.place(&map, "m6")], [None, Some(1)]);
    }
}
