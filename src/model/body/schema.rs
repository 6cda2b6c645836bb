//! Schemas and properties as JSON Schema with Port's keywords.

use super::put::{keyed, name_set, put_count, put_flag, put_group, put_meta, put_text, put_value};
use crate::model::{Base, EnumValue, Map, Name, Property, Schema, Value, write_json};
use crate::source::{Span, Spanned};

impl Schema {
    fn put_into(&self, map: &mut Map, span: Span) {
        let base = match self.base {
            Base::String => "string",
            Base::Number => "number",
            Base::Integer => "integer",
            Base::Boolean => "boolean",
            Base::Object => "object",
            Base::Array => "array",
        };
        map.put("type", Value::string(base), span);
        if let Some(format) = self.format {
            map.put("format", Value::string(format.word()), span);
        }
        if let Some(spec) = self.spec {
            map.put("spec", Value::string(spec.word()), span);
        }
        self.put_values(map);
        let limits = &self.limits;
        put_value(map, "minimum", limits.min.as_ref());
        put_value(map, "maximum", limits.max.as_ref());
        put_value(map, "exclusiveMinimum", limits.above.as_ref());
        put_value(map, "exclusiveMaximum", limits.below.as_ref());
        put_count(map, "minLength", limits.min_length);
        put_count(map, "maxLength", limits.max_length);
        put_text(map, "pattern", limits.pattern.as_ref());
        put_count(map, "minItems", limits.min_items);
        put_count(map, "maxItems", limits.max_items);
        put_flag(map, "uniqueItems", limits.unique_items);
        if let Some(items) = &self.items {
            let mut inner = Map::default();
            items.put_into(&mut inner, span);
            map.put("items", Value::Object(inner), span);
        }
        put_properties(map, &self.fields, span);
    }

    fn put_values(&self, map: &mut Map) {
        let Some(first) = self.values.first() else { return };
        let values = self.values.iter().map(|value| value.value.clone()).collect();
        map.put("enum", Value::Array(values), first.value.span);
        let colored = self.values.iter().filter_map(|EnumValue { value, color }| {
            let key = value.as_str().map_or_else(|| plain(value), Name::from);
            color.as_ref().map(|color| (Spanned::new(key, value.span), color))
        });
        let mut colors = Map::default();
        for (key, color) in colored {
            colors.set(key, Spanned::new(Value::String(color.value.clone()), color.span));
        }
        put_group(map, "enumColors", colors, first.value.span);
    }
}

/// A value as a key: its canonical JSON.
pub(super) fn plain(value: &Value) -> Name {
    let mut bytes = Vec::new();
    write_json(value, &mut bytes);
    String::from_utf8_lossy(&bytes).as_ref().into()
}

/// `properties` and `required`, as JSON Schema has them.
pub(super) fn put_properties(map: &mut Map, properties: &[Property], span: Span) {
    let members = keyed(properties, |property| (property.name.clone(), property.value()));
    put_group(map, "properties", members, span);
    let required: Vec<Spanned<Name>> = properties
        .iter()
        .filter_map(|property| property.required.map(|span| Spanned::new(property.name.value.clone(), span)))
        .collect();
    if let Some(first) = required.first() {
        map.put("required", name_set(&required), first.span);
    }
}

impl Property {
    /// The property as a JSON Schema with Port's keywords, the place of its line on each member.
    pub fn value(&self) -> Spanned<Value> {
        let mut map = Map::default();
        put_meta(&mut map, &self.meta);
        self.schema.put_into(&mut map, self.span);
        put_value(&mut map, "default", self.default.as_ref());
        Spanned::new(Value::Object(map), self.span)
    }

    /// The JSON Schema of values of these properties: `type`, `properties`, `required`.
    pub fn schema_of(properties: &[Property], span: Span) -> Value {
        let mut map = Map::default();
        map.put("type", Value::string("object"), span);
        put_properties(&mut map, properties, span);
        Value::Object(map)
    }
}
