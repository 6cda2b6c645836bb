use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::HashMap;

/// The members of an object in their order; of two of one name the last.
pub(super) struct Members<'t>(pub(super) Vec<(String, &'t RawValue)>);

impl<'t> Deserialize<'t> for Members<'t> {
    fn deserialize<D: Deserializer<'t>>(from: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'t> Visitor<'t> for Reader {
            type Value = Members<'t>;

            fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                to.write_str("an object")
            }

            fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Members<'t>, A::Error> {
                let (mut members, mut places) = (Vec::<(String, _)>::new(), HashMap::<String, usize>::new());
                while let Some((name, part)) = map.next_entry::<String, &RawValue>()? {
                    match places.get(&name) {
                        Some(place) => members[*place].1 = part,
                        None => {
                            places.insert(name.clone(), members.len());
                            members.push((name, part));
                        }
                    }
                }
                Ok(Members(members))
            }
        }
        from.deserialize_map(Reader)
    }
}
