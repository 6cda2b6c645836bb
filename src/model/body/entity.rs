//! Entities, which are many.

use super::put::{name_set, put_group, put_text};
use super::{Declared, Visit};
use crate::model::json::{write_map, write_string};
use crate::model::{Address, Entity, Kind, Lifecycle, Map, Member, Value, write_json};
use crate::source::{Origin, Spanned};

/// Relations as the catalog holds them: the targets of one to many are a set.
fn target_sets(relations: &Map) -> Map {
    let mut sets = relations.clone();
    for member in &mut sets.members {
        if let Some(set) = target_set(&member.value) {
            member.value = set;
        }
    }
    sets
}

/// The targets of a relation to many as a set, where they are not one yet.
fn target_set(targets: &Spanned<Value>) -> Option<Spanned<Value>> {
    let Value::Array(items) = &targets.value else { return None };
    if items.is_sorted_by(|a, b| a.as_str() < b.as_str()) {
        return None;
    }
    let mut set = items.clone();
    set.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    set.dedup();
    Some(Spanned::new(Value::Array(set), targets.span))
}

impl Declared for Entity {
    fn address(&self) -> Address {
        Address::below(Kind::Entity, self.blueprint.value.clone(), self.name.value.clone())
    }

    fn span(&self) -> Origin {
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
        self.beyond.each().for_each(|(word, beyond)| map.put(word, beyond.value.clone(), beyond.span));
        map
    }

    /// As the default does, without making the body: there are many entities.
    fn each_part(&self, visit: &mut Visit<'_>) {
        for (name, text) in [("title", &self.title), ("icon", &self.icon)] {
            if let Some(text) = text {
                visit(None, name, &Spanned::new(Value::String(text.value.clone()), text.span));
            }
        }
        if let Some(first) = self.teams.first() {
            visit(None, "team", &Spanned::new(name_set(&self.teams), first.span));
        }
        self.properties.members.iter().for_each(|one| visit(Some("properties"), &one.name.value, &one.value));
        for Member { name, value } in &self.relations.members {
            match target_set(value) {
                Some(set) => visit(Some("relations"), &name.value, &set),
                None => visit(Some("relations"), &name.value, value),
            }
        }
        self.beyond.each().for_each(|(word, beyond)| visit(None, word, beyond));
    }

    /// As the default does, without making the body.
    fn write_body(&self, out: &mut Vec<u8>) {
        let mut separator = b'{';
        let mut begin = |key: &[u8], out: &mut Vec<u8>| {
            out.push(std::mem::replace(&mut separator, b','));
            out.push(b'"');
            out.extend_from_slice(key);
            out.extend_from_slice(b"\":");
        };
        let mut beyond = self.beyond.each().peekable();
        while let Some((word, value)) = beyond.next_if(|(word, _)| *word < "icon") {
            begin(word.as_bytes(), out);
            write_json(value, out);
        }
        if let Some(icon) = &self.icon {
            begin(b"icon", out);
            write_string(icon, out);
        }
        for (word, value) in beyond {
            begin(word.as_bytes(), out);
            write_json(value, out);
        }
        if !self.properties.is_empty() {
            begin(b"properties", out);
            write_map(&self.properties, out);
        }
        if !self.relations.is_empty() {
            begin(b"relations", out);
            if self.relations.members.iter().any(|member| target_set(&member.value).is_some()) {
                write_map(&target_sets(&self.relations), out);
            } else {
                write_map(&self.relations, out);
            }
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
