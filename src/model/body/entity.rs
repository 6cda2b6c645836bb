//! Entities, which are many.

use super::Declared;
use super::put::{name_set, put_group, put_text};
use crate::model::json::{write_map, write_string};
use crate::model::{Address, Entity, Kind, Lifecycle, Map, Value, write_json};
use crate::source::Span;

/// Relations as the catalog holds them: the targets of one to many are a set.
fn target_sets(relations: &Map) -> Map {
    let mut sets = relations.clone();
    for member in &mut sets.members {
        if let Value::Array(targets) = &mut member.value.value {
            targets.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            targets.dedup();
        }
    }
    sets
}

impl Declared for Entity {
    fn address(&self) -> Address {
        Address::below(Kind::Entity, self.blueprint.value.clone(), self.name.value.clone())
    }

    fn span(&self) -> Span {
        self.span
    }

    fn body(&self) -> Map {
        let mut map = Map::default();
        put_text(&mut map, "title", self.title.as_ref());
        put_text(&mut map, "icon", self.icon.as_ref());
        if let Some(first) = self.teams.first() {
            map.put("team", name_set(&self.teams), first.span);
        }
        put_group(&mut map, "properties", self.properties.clone(), self.span);
        put_group(&mut map, "relations", target_sets(&self.relations), self.span);
        map
    }

    /// As the default does, without making the body: there are many entities.
    fn write_body(&self, out: &mut Vec<u8>) {
        let mut separator = b'{';
        let mut begin = |key: &[u8], out: &mut Vec<u8>| {
            out.push(std::mem::replace(&mut separator, b','));
            out.push(b'"');
            out.extend_from_slice(key);
            out.extend_from_slice(b"\":");
        };
        if let Some(icon) = &self.icon {
            begin(b"icon", out);
            write_string(icon, out);
        }
        if !self.properties.is_empty() {
            begin(b"properties", out);
            write_map(&self.properties, out);
        }
        if !self.relations.is_empty() {
            begin(b"relations", out);
            write_map(&target_sets(&self.relations), out);
        }
        if !self.teams.is_empty() {
            begin(b"team", out);
            write_json(&name_set(&self.teams), out);
        }
        if let Some(title) = &self.title {
            begin(b"title", out);
            write_string(title, out);
        }
        if separator == b'{' {
            out.push(b'{');
        }
        out.push(b'}');
    }

    fn lifecycle(&self) -> Option<&Lifecycle> {
        self.lifecycle.as_deref()
    }
}
