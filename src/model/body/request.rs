//! Requests.

use super::Declared;
use super::put::{name_set, put_group, put_name, put_text};
use crate::model::{Address, Kind, Lifecycle, Map, Request};
use crate::source::Origin;

impl Declared for Request {
    fn address(&self) -> Address {
        let name = format!("{}/{}", self.namespace.value, self.name.value);
        Address::below(Kind::Request, self.promise.value.clone(), name.as_str().into())
    }

    fn span(&self) -> Origin {
        self.span
    }

    fn body(&self) -> Map {
        let mut map = Map::default();
        put_text(&mut map, "title", self.title.as_ref());
        if let Some(first) = self.teams.first() {
            map.put("team", name_set(&self.teams), first.span);
        }
        put_group(&mut map, "labels", self.labels.clone(), self.span);
        if let Some(destination) = &self.destination {
            put_name(&mut map, "destination", destination);
        }
        put_group(&mut map, "spec", self.spec.clone(), self.span);
        if let Some(beyond) = &self.beyond {
            map.put("kratix", beyond.value.clone(), beyond.span);
        }
        map
    }

    fn lifecycle(&self) -> Option<&Lifecycle> {
        self.lifecycle.as_deref()
    }
}
