//! A lifecycle as a body: what differs from the defaults.

use crate::model::{Deletion, Lifecycle, Map, OnDrift, Value};
use crate::source::{Origin, Spanned};

impl Lifecycle {
    /// What differs from the defaults, as inventories keep it.
    pub fn to_body(&self) -> Map {
        let Self { protect, on_drift, deletion, ignore } = self;
        let mut map = Map::default();
        if *protect {
            map.put("protect", Value::Bool(true), Origin::Nowhere);
        }
        if *on_drift != OnDrift::default() {
            map.put("on-drift", Value::string(on_drift.word()), Origin::Nowhere);
        }
        if *deletion != Deletion::default() {
            map.put("deletion", Value::string(deletion.word()), Origin::Nowhere);
        }
        if !ignore.is_empty() {
            let paths = ignore.iter().map(|path| Spanned::new(Value::String(path.value.clone()), Origin::Nowhere));
            map.put("ignore", Value::Array(paths.collect()), Origin::Nowhere);
        }
        map
    }

    /// What [`Lifecycle::to_body`] gave. Nothing where it says something that this plat does not know: a protection must not
    /// get lost.
    pub fn of_body(map: &Map) -> Option<Self> {
        let mut lifecycle = Self::default();
        for member in &map.members {
            let value = &member.value.value;
            match &*member.name.value {
                "protect" => lifecycle.protect = matches!(value, Value::Bool(true)).then_some(true)?,
                "on-drift" => lifecycle.on_drift = OnDrift::from_word(value.as_str()?)?,
                "deletion" => lifecycle.deletion = Deletion::from_word(value.as_str()?)?,
                "ignore" => lifecycle.ignore = paths(value)?,
                _ => return None,
            }
        }
        Some(lifecycle)
    }
}

fn paths(value: &Value) -> Option<Vec<Spanned<Box<str>>>> {
    let Value::Array(items) = value else { return None };
    items.iter().map(|item| Some(Spanned::new(item.value.as_str()?.into(), Origin::Nowhere))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifecycle_reads_back() {
        for (on_drift, _) in OnDrift::ALL {
            for (deletion, _) in Deletion::ALL {
                for ignore in [&[][..], &["properties.*", "a\"b"]] {
                    let ignore = ignore.iter().map(|path| Spanned::new((*path).into(), Origin::Nowhere)).collect();
                    let lifecycle = Lifecycle { protect: ignore != vec![], on_drift, deletion, ignore };
                    assert_eq!(Lifecycle::of_body(&lifecycle.to_body()), Some(lifecycle));
                }
            }
        }
        assert!(Lifecycle::default().to_body().members.is_empty());
    }
}
