//! What restrains plans as bodies, by the words of the language: no catalog holds them, and two texts are compared by them.

use super::put::{put_name, put_text};
use crate::model::{Guards, Map, Policy, Value};
use crate::source::{Origin, Spanned};

impl Policy {
    /// What it says, each member with the place of its line. A default is a member like any other.
    pub fn body(&self) -> Map {
        let mut map = Map::default();
        put_text(&mut map, "description", self.description.as_ref());
        map.put("for", Value::string(self.subject.value.word()), self.subject.span);
        if let Some(of) = &self.of {
            put_name(&mut map, "of", of);
        }
        if let Some(first) = self.on.first() {
            let mut on: Vec<_> =
                self.on.iter().map(|word| Spanned::new(Value::String(word.value.clone()), word.span)).collect();
            on.sort_unstable_by(|one, other| one.value.as_str().cmp(&other.value.as_str()));
            on.dedup_by(|one, other| one.value == other.value);
            map.put("on", Value::Array(on), first.span);
        }
        map.put("severity", Value::string(self.severity.word()), self.span);
        for (word, conditions) in [("when", &self.when), ("require", &self.require)] {
            if let Some(conditions) = conditions {
                map.put(word, conditions.value(self.span), conditions.place().unwrap_or(self.span));
            }
        }
        map
    }
}

impl Guards {
    /// What they allow, each member with the place of the line that says it; where no line does, with none that is one.
    pub fn body(&self) -> Map {
        let mut map = Map::default();
        let span = self.span.unwrap_or(Origin::Nowhere);
        if let Some(limit) = self.max_deletes {
            map.put("max-deletes", Value::integer(i64::try_from(limit).unwrap_or(i64::MAX)), span);
        }
        map.put("adoption", Value::string(self.adoption.word()), span);
        map
    }
}
