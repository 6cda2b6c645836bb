//! Values that are no list where their type is one: a project reads one as the list of it alone, and the neighbour has another value.

use super::moving::Moving;
use super::replaced::Schemas;
use super::said::{Said, Way};
use super::trace::Trace;
use crate::diag::code;
use crate::model::{Base, Kind, Map, Member, Value};
use crate::object::typed::INSIDE;

/// Where the types of an object's own values stand, of which each may have a default.
const TYPES: [&str; 2] = ["properties", "inputs"];

/// Takes out of the types that an object has the defaults that are no list where their type is one.
pub(super) fn without_lone_defaults(one: &mut Moving) {
    if matches!(one.address.kind, Kind::Blueprint | Kind::Promise | Kind::Action) {
        let mut search = Search::default();
        for group in TYPES {
            search.group(&one.body, group, Search::defaults);
        }
        search.take_out(one);
    }
}

/// Takes out of an entity or a request the values that are no list where their type is one.
pub(super) fn without_lone(one: &mut Moving, schemas: &Schemas) {
    let mut search = Search::default();
    let group = if one.address.kind == Kind::Request { "spec" } else { "properties" };
    search.group(&one.body, group, |search, values| search.fields(values, schemas.fields(&one.address)));
    search.group(&one.body, "relations", |search, values| {
        for Member { name, value } in &values.members {
            search.step(name, |search| match &value.value {
                Value::Array(_) | Value::Null => {}
                lone if schemas.has_many(&one.address, name) => search.note(name, lone),
                _ => {}
            });
        }
    });
    search.take_out(one);
}

/// A walk down values by their types.
#[derive(Default)]
struct Search {
    way: Way,
    /// The ways to what is no list, each with why it is none there.
    found: Vec<(Way, String)>,
}

impl Search {
    fn note(&mut self, name: &str, lone: &Value) {
        let reason = format!("`{name}` takes a list, not {} ({})", lone.type_name(), code::VALUE_OF_WRONG_TYPE);
        self.found.push((self.way.clone(), reason));
    }

    /// Takes what was found out of what was searched.
    fn take_out(self, one: &mut Moving) {
        let mut trace = Trace::default();
        let mut taken = Vec::new();
        for (way, reason) in self.found {
            let around = (1..=way.len()).rev().map(|length| Said::at(&way[..length]));
            if around.into_iter().any(|said| one.take_out(&said, false, &mut trace)) {
                taken.push((Said::at(&way), reason));
            }
        }
        one.keep_taken(&taken);
    }

    /// Looks at what stands one step further.
    fn step(&mut self, step: &str, look: impl FnOnce(&mut Self)) {
        self.way.push(step.into());
        look(self);
        self.way.pop();
    }

    fn group(&mut self, map: &Map, name: &str, look: impl FnOnce(&mut Self, &Map)) {
        if let Some(group) = map.get(name).and_then(|group| group.as_object()) {
            self.step(name, |search| look(search, group));
        }
    }

    /// Values by their names.
    fn fields(&mut self, values: &Map, types: Option<&Map>) {
        let Some(types) = types.map(Map::index) else { return };
        for Member { name, value } in &values.members {
            if let Some(own) = types.get(name).and_then(|own| own.as_object()) {
                self.step(name, |search| search.value(name, &value.value, own));
            }
        }
    }

    /// A value of a type, or what is in that of a name.
    fn value(&mut self, name: &str, value: &Value, own: &Map) {
        let inside = |name: &str| own.get(name).and_then(|inside| inside.as_object());
        match (Base::of(own), value) {
            // What is written in another language is whatever that makes of it.
            (Some(Base::Array), lone) if lone.foreign().is_some() => {}
            (Some(Base::Array), Value::Null) => {}
            (Some(Base::Array), Value::Array(items)) => {
                let Some(own) = inside("items") else { return };
                for (index, item) in items.iter().enumerate() {
                    self.step(&index.to_string(), |search| search.value(name, &item.value, own));
                }
            }
            (Some(Base::Array), lone) => self.note(name, lone),
            (Some(Base::Object), Value::Object(map)) => {
                let fields = inside("properties").map(Map::index);
                for Member { name, value } in &map.members {
                    let field = fields.as_ref().and_then(|fields| fields.get(name)?.as_object());
                    if let Some(own) = field.or_else(|| inside("additionalProperties")) {
                        self.step(name, |search| search.value(name, &value.value, own));
                    }
                }
            }
            _ => {}
        }
    }

    /// The defaults of types, by the names of what is of these.
    fn defaults(&mut self, types: &Map) {
        for Member { name, value } in &types.members {
            if let Some(own) = value.as_object() {
                self.step(name, |search| search.default_of(name, own));
            }
        }
    }

    /// The default of a type, and those of the types that it is made of.
    fn default_of(&mut self, name: &str, own: &Map) {
        if let Some(default) = own.get("default") {
            self.step("default", |search| search.value(name, &default.value, own));
        }
        self.group(own, "properties", Self::defaults);
        for inside in INSIDE {
            self.group(own, inside, |search, own| search.default_of(name, own));
        }
    }
}
