//! The guards of a project as a body: no catalog holds them, and two texts are compared by them.

use crate::model::{Guards, Map, Value};
use crate::source::Origin;

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
