//! Actions and what they call.

use super::Declared;
use super::put::{keyed, name_set, put_flag, put_group, put_meta, put_name};
use super::template::put_templates;
use crate::model::{Action, Address, Backend, Kind, Lifecycle, Map, Name, Value, password, without_password};
use crate::source::{Span, Spanned};

impl Declared for Action {
    fn address(&self) -> Address {
        Address::new(Kind::Action, self.name.value.clone())
    }

    fn span(&self) -> Span {
        self.span
    }

    fn body(&self) -> Map {
        let mut map = Map::default();
        put_meta(&mut map, &self.meta);
        map.put("operation", Value::string(self.operation.word()), self.operation.span);
        if let Some(blueprint) = &self.blueprint {
            put_name(&mut map, "blueprint", blueprint);
        }
        let inputs = keyed(&self.inputs, |input| (input.name.clone(), input.value()));
        put_group(&mut map, "inputs", inputs, self.span);
        if !self.inputs.is_empty() {
            let order = self.inputs.iter().map(|input| Spanned::new(Value::string(&*input.name.value), input.span));
            map.put("order", Value::Array(order.collect()), self.span);
        }
        let required: Vec<Spanned<Name>> = self
            .inputs
            .iter()
            .filter_map(|input| input.required.map(|span| Spanned::new(input.name.value.clone(), span)))
            .collect();
        if let Some(first) = required.first() {
            map.put("required", name_set(&required), first.span);
        }
        if let Some(backend) = &self.backend {
            map.put("backend", backend.value(), backend.span);
        }
        map
    }

    fn lifecycle(&self) -> Option<&Lifecycle> {
        self.lifecycle.as_deref()
    }
}

impl Backend {
    /// The settings, without a password in an address: that is a mistake that is told, and nothing repeats it.
    fn shown_settings(&self) -> Map {
        let mut settings = self.settings.clone();
        for member in settings.members.iter_mut().filter(|member| *member.name.value == *"url") {
            if let Some(url) = member.value.value.as_str().filter(|url| password(url).is_some()) {
                member.value.value = Value::string(without_password(url));
            }
        }
        settings
    }

    fn value(&self) -> Value {
        let mut map = Map::default();
        map.put("type", Value::string(self.kind.word()), self.kind.span);
        put_group(&mut map, "settings", self.shown_settings(), self.span);
        put_templates(&mut map, "send", &self.send, self.span);
        put_flag(&mut map, "reportStatus", self.report_status);
        Value::Object(map)
    }
}
