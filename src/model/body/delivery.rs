//! Promises, requests, state stores and destinations.

use super::Declared;
use super::put::{canonical, put_flag, put_group, put_meta, put_name, put_text, value_set};
use super::schema::put_properties;
use super::template::put_templates;
use crate::model::{
    Address, Api, Destination, Kind, Lifecycle, Map, Promise, Request, Row, StateStore, Step, Value, without_password,
};
use crate::source::{Span, Spanned};

impl Declared for Promise {
    fn address(&self) -> Address {
        Address::new(Kind::Promise, self.name.value.clone())
    }

    fn span(&self) -> Span {
        self.span
    }

    fn body(&self) -> Map {
        let mut map = Map::default();
        put_meta(&mut map, &self.meta);
        if let Some(api) = &self.api {
            api.put_into(&mut map);
        }
        put_templates(&mut map, "schedule", &self.schedule, self.span);
        if let Some(workflow) = &self.configure {
            map.put("pipeline", Value::string(&*workflow.pipeline), workflow.span);
            map.put("workflow", steps_value(&workflow.steps), workflow.span);
        }
        map
    }

    fn lifecycle(&self) -> Option<&Lifecycle> {
        self.lifecycle.as_deref()
    }
}

impl Api {
    fn put_into(&self, map: &mut Map) {
        put_name(map, "group", &self.group);
        put_name(map, "version", &self.version);
        put_name(map, "kind", &self.kind);
        put_name(map, "plural", &self.plural);
        put_properties(map, &self.fields, self.span);
    }
}

fn steps_value(steps: &[Step]) -> Value {
    Value::Array(steps.iter().map(Step::value).collect())
}

impl Step {
    fn value(&self) -> Spanned<Value> {
        let mut map = Map::default();
        let span = match self {
            Self::Table(table) => {
                put_name(&mut map, "table", &table.name);
                map.put("by", Value::string(table.by.to_string()), table.by.span);
                let mut sorted: Vec<&Row> = table.rows.iter().collect();
                sorted.sort_by_cached_key(|row| canonical(&row.key));
                let rows = sorted.into_iter().map(|row| {
                    let mut inner = Map::default();
                    inner.put("is", row.key.value.clone(), row.key.span);
                    put_templates(&mut inner, "columns", &row.columns, row.span);
                    Spanned::new(Value::Object(inner), row.span)
                });
                map.put("rows", Value::Array(rows.collect()), table.span);
                table.span
            }
            Self::Match(choice) => {
                map.put("match", Value::string(choice.on.to_string()), choice.on.span);
                let cases = choice.cases.iter().map(|case| {
                    let mut inner = Map::default();
                    inner.put("is", value_set(&case.values), case.span);
                    inner.put("steps", steps_value(&case.steps), case.span);
                    Spanned::new(Value::Object(inner), case.span)
                });
                map.put("cases", Value::Array(cases.collect()), choice.span);
                if let Some(steps) = &choice.otherwise {
                    map.put("else", steps_value(steps), choice.span);
                }
                choice.span
            }
            Self::Each(each) => {
                put_name(&mut map, "each", &each.name);
                map.put("in", Value::string(each.list.to_string()), each.list.span);
                map.put("steps", steps_value(&each.steps), each.span);
                each.span
            }
            Self::Resource(resource) => {
                map.put("apiVersion", resource.api_version.value(resource.span), resource.api_version.span);
                map.put("kind", resource.kind.value(resource.span), resource.kind.span);
                map.put("name", resource.name.value(resource.span), resource.name.span);
                if let Some(file) = &resource.file {
                    map.put("file", file.value(resource.span), file.span);
                }
                map.put("body", resource.body.value.value(resource.span), resource.body.span);
                resource.span
            }
            Self::Files(files) => {
                map.put("files", Value::String(files.pattern.value.clone()), files.pattern.span);
                files.span
            }
            Self::Status { span, values } => {
                put_templates(&mut map, "status", values, *span);
                *span
            }
        };
        Spanned::new(Value::Object(map), span)
    }
}

impl Declared for Request {
    fn address(&self) -> Address {
        let name = format!("{}/{}", self.namespace.value, self.name.value);
        Address::below(Kind::Request, self.promise.value.clone(), name.as_str().into())
    }

    fn span(&self) -> Span {
        self.span
    }

    fn body(&self) -> Map {
        let mut map = Map::default();
        if let Some(destination) = &self.destination {
            put_name(&mut map, "destination", destination);
        }
        put_group(&mut map, "spec", self.spec.clone(), self.span);
        map
    }

    fn lifecycle(&self) -> Option<&Lifecycle> {
        self.lifecycle.as_deref()
    }
}

impl Declared for StateStore {
    fn address(&self) -> Address {
        Address::new(Kind::StateStore, self.name.value.clone())
    }

    fn span(&self) -> Span {
        self.span
    }

    fn body(&self) -> Map {
        let mut map = Map::default();
        // A password in it is a mistake that is told; nothing that is kept or shown repeats it.
        put_text(&mut map, "url", Some(&Spanned::new(without_password(&self.url.value).into(), self.url.span)));
        put_text(&mut map, "branch", Some(&self.branch));
        if !self.path.is_empty() {
            put_text(&mut map, "path", Some(&self.path));
        }
        if let Some(auth) = &self.auth {
            map.put("auth", Value::string(auth.method.word()), auth.span);
            if let Some(secret) = &auth.secret {
                put_name(&mut map, "secret", secret);
            }
        }
        map
    }

    fn lifecycle(&self) -> Option<&Lifecycle> {
        self.lifecycle.as_deref()
    }
}

impl Declared for Destination {
    fn address(&self) -> Address {
        Address::new(Kind::Destination, self.name.value.clone())
    }

    fn span(&self) -> Span {
        self.span
    }

    fn body(&self) -> Map {
        let mut map = Map::default();
        put_name(&mut map, "store", &self.store);
        put_text(&mut map, "path", Some(&self.path));
        put_group(&mut map, "labels", self.labels.clone(), self.span);
        map.put("layout", Value::string(self.layout.word()), self.span);
        put_flag(&mut map, "strictLabels", self.strict_labels);
        put_flag(&mut map, "encrypted", self.encrypted);
        put_flag(&mut map, "drain", self.drain);
        map
    }

    fn lifecycle(&self) -> Option<&Lifecycle> {
        self.lifecycle.as_deref()
    }
}
