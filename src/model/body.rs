//! What a catalog holds of each declaration.

use super::{
    Action, Address, Api, Backend, Blueprint, Destination, Entity, EnumValue, Kind, Level, Map, Meta, Name, Piece,
    Predicate, Promise, Property, Relation, Request, Rule, Schema, Scorecard, StateStore, Step, Team, Template, User,
    Value,
    json::{write_map, write_string},
    write_json,
};
use crate::source::{Span, Spanned};

/// A declaration that becomes an object of the catalog.
pub trait Declared {
    /// What the object is called.
    fn address(&self) -> Address;

    /// The line that declares it.
    fn span(&self) -> Span;

    /// What the object holds. Every member carries the place of the line that says it.
    fn body(&self) -> Map;

    /// Where it says that deleting it needs an explicit allowance.
    fn protect(&self) -> Option<Span> {
        None
    }

    /// Appends the canonical JSON of the body.
    fn write_body(&self, out: &mut Vec<u8>) {
        write_json(&Value::Object(self.body()), out);
    }
}

fn put_text(map: &mut Map, name: &str, text: Option<&Spanned<Box<str>>>) {
    if let Some(text) = text {
        map.put(name, Value::String(text.value.clone()), text.span);
    }
}

fn put_meta(map: &mut Map, meta: &Meta) {
    put_text(map, "title", meta.title.as_ref());
    put_text(map, "description", meta.description.as_ref());
    put_text(map, "icon", meta.icon.as_ref());
}

fn put_value(map: &mut Map, name: &str, value: Option<&Spanned<Value>>) {
    if let Some(value) = value {
        map.put(name, value.value.clone(), value.span);
    }
}

fn put_count(map: &mut Map, name: &str, count: Option<Spanned<u64>>) {
    if let Some(count) = count {
        map.put(name, Value::integer(i64::try_from(count.value).unwrap_or(i64::MAX)), count.span);
    }
}

fn put_flag(map: &mut Map, name: &str, flag: Option<Span>) {
    if let Some(span) = flag {
        map.put(name, Value::Bool(true), span);
    }
}

fn put_name(map: &mut Map, name: &str, value: &Spanned<Name>) {
    map.put(name, Value::string(&*value.value), value.span);
}

fn put_group(map: &mut Map, name: &str, members: Map, span: Span) {
    if !members.is_empty() {
        map.put(name, Value::Object(members), span);
    }
}

/// The members by name, each with the place of its line.
fn keyed<'a, T: 'a>(
    items: impl IntoIterator<Item = &'a T>,
    member: impl Fn(&T) -> (Spanned<Name>, Spanned<Value>),
) -> Map {
    let mut map = Map::default();
    for item in items {
        let (name, value) = member(item);
        map.set(name, value);
    }
    map
}

/// A set of names as the catalog holds it: sorted, each once.
fn name_set(names: &[Spanned<Name>]) -> Value {
    let mut names: Vec<&Spanned<Name>> = names.iter().collect();
    names.sort_unstable_by(|a, b| a.value.cmp(&b.value));
    names.dedup_by(|a, b| a.value == b.value);
    Value::Array(names.into_iter().map(|name| Spanned::new(Value::string(&*name.value), name.span)).collect())
}

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

impl Schema {
    fn put_into(&self, map: &mut Map, span: Span) {
        let base = match self.base {
            super::Base::String => "string",
            super::Base::Number => "number",
            super::Base::Integer => "integer",
            super::Base::Boolean => "boolean",
            super::Base::Object => "object",
            super::Base::Array => "array",
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
fn plain(value: &Value) -> Name {
    let mut bytes = Vec::new();
    write_json(value, &mut bytes);
    String::from_utf8_lossy(&bytes).as_ref().into()
}

/// `properties` and `required`, as JSON Schema has them.
fn put_properties(map: &mut Map, properties: &[Property], span: Span) {
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
    fn value(&self) -> Spanned<Value> {
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

impl Relation {
    fn value(&self) -> Spanned<Value> {
        let mut map = Map::default();
        put_meta(&mut map, &self.meta);
        put_name(&mut map, "target", &self.target);
        map.put("many", Value::Bool(self.many.is_some()), self.many.unwrap_or(self.span));
        map.put("required", Value::Bool(self.required.is_some()), self.required.unwrap_or(self.span));
        Spanned::new(Value::Object(map), self.span)
    }
}

impl Declared for Blueprint {
    fn address(&self) -> Address {
        Address::new(Kind::Blueprint, self.name.value.clone())
    }

    fn span(&self) -> Span {
        self.span
    }

    fn body(&self) -> Map {
        let mut map = Map::default();
        put_meta(&mut map, &self.meta);
        put_properties(&mut map, &self.properties, self.span);
        let relations = keyed(&self.relations, |relation| (relation.name.clone(), relation.value()));
        put_group(&mut map, "relations", relations, self.span);
        map
    }

    fn protect(&self) -> Option<Span> {
        self.protect
    }
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

    fn protect(&self) -> Option<Span> {
        self.protect
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
}

impl Declared for Team {
    fn address(&self) -> Address {
        Address::new(Kind::Team, self.name.value.clone())
    }

    fn span(&self) -> Span {
        self.span
    }

    fn body(&self) -> Map {
        let mut map = Map::default();
        put_meta(&mut map, &self.meta);
        if let Some(first) = self.members.first() {
            map.put("members", name_set(&self.members), first.span);
        }
        map
    }
}

impl Declared for User {
    fn address(&self) -> Address {
        Address::new(Kind::User, self.name.value.clone())
    }

    fn span(&self) -> Span {
        self.span
    }

    fn body(&self) -> Map {
        let mut map = Map::default();
        put_meta(&mut map, &self.meta);
        map
    }
}

impl Predicate {
    fn value(&self, span: Span) -> Value {
        let group = |word: &str, parts: &[Predicate]| {
            let parts = parts.iter().map(|part| Spanned::new(part.value(span), span)).collect();
            let mut map = Map::default();
            map.put(word, Value::Array(parts), span);
            Value::Object(map)
        };
        match self {
            Self::All(parts) => group("all", parts),
            Self::Any(parts) => group("any", parts),
            Self::None(parts) => group("none", parts),
            Self::Test(test) => {
                let mut map = Map::default();
                map.put("field", Value::string(test.field.to_string()), test.field.span);
                map.put("operator", Value::string(test.operator.word()), test.operator.span);
                if !test.operands.is_empty() {
                    map.put("operands", Value::Array(test.operands.clone()), test.span);
                }
                Value::Object(map)
            }
        }
    }
}

impl Declared for Scorecard {
    fn address(&self) -> Address {
        Address::new(Kind::Scorecard, self.name.value.clone())
    }

    fn span(&self) -> Span {
        self.span
    }

    fn body(&self) -> Map {
        let mut map = Map::default();
        put_meta(&mut map, &self.meta);
        put_name(&mut map, "blueprint", &self.blueprint);
        if let Some(filter) = &self.only_for {
            map.put("filter", filter.value(self.span), self.span);
        }
        let levels = self.levels.iter().map(|level| Spanned::new(level.value(), level.span)).collect();
        map.put("levels", Value::Array(levels), self.span);
        let rules: Vec<(&Level, &Rule)> =
            self.levels.iter().flat_map(|level| level.rules.iter().map(move |rule| (level, rule))).collect();
        let rules = keyed(&rules, |(level, rule)| (rule.name.clone(), rule.value(level)));
        put_group(&mut map, "rules", rules, self.span);
        map
    }
}

impl Level {
    fn value(&self) -> Value {
        let mut map = Map::default();
        put_name(&mut map, "title", &self.name);
        put_text(&mut map, "color", self.color.as_ref());
        Value::Object(map)
    }
}

impl Rule {
    fn value(&self, level: &Level) -> Spanned<Value> {
        let mut map = Map::default();
        put_meta(&mut map, &self.meta);
        map.put("level", Value::string(&*level.name.value), level.name.span);
        map.put("query", self.predicate.value(self.span), self.span);
        Spanned::new(Value::Object(map), self.span)
    }
}

impl Template {
    /// The template as it is written: references and interpolations as text.
    fn value(&self, span: Span) -> Value {
        match self {
            Self::Literal(Value::String(text)) => Value::string(text.replace('$', "$$")),
            Self::Literal(value) => value.clone(),
            Self::Reference(path) => Value::string(path.to_string()),
            Self::Text(pieces) => Value::string(pieces.iter().map(Piece::text).collect::<String>()),
            Self::Array(items) => {
                Value::Array(items.iter().map(|item| Spanned::new(item.value(span), item.span)).collect())
            }
            Self::Object(members) => {
                let mut map = Map::default();
                for (key, value) in members {
                    let name: Name = key.value(span).as_str().unwrap_or_default().into();
                    map.set(Spanned::new(name, key.span), Spanned::new(value.value(span), value.span));
                }
                Value::Object(map)
            }
            Self::Foreign { language, text } => {
                let mut map = Map::default();
                map.put(language, Value::String(text.clone()), span);
                Value::Object(map)
            }
        }
    }
}

impl Piece {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.replace('$', "$$"),
            Self::Value { path, filters } => {
                let path = path.to_string();
                let filters: String = filters.iter().map(|filter| format!(" | {filter}")).collect();
                format!("${{{}{filters}}}", &path[1..])
            }
        }
    }
}

fn put_templates(map: &mut Map, name: &str, values: &[(Spanned<Name>, Spanned<Template>)], span: Span) {
    let members = keyed(values, |(key, value)| (key.clone(), Spanned::new(value.value(value.span), key.span)));
    put_group(map, name, members, span);
}

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
}

impl Backend {
    fn value(&self) -> Value {
        let mut map = Map::default();
        map.put("type", Value::string(self.kind.word()), self.kind.span);
        put_group(&mut map, "settings", self.settings.clone(), self.span);
        put_templates(&mut map, "send", &self.send, self.span);
        put_flag(&mut map, "reportStatus", self.report_status);
        Value::Object(map)
    }
}

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

    fn protect(&self) -> Option<Span> {
        self.protect
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
                let rows = table.rows.iter().map(|row| {
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
                    inner.put("is", Value::Array(case.values.clone()), case.span);
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
        put_group(&mut map, "spec", self.spec.clone(), self.span);
        map
    }

    fn protect(&self) -> Option<Span> {
        self.protect
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
        put_text(&mut map, "url", Some(&self.url));
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
        map
    }
}

impl std::fmt::Display for super::Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default(text) => write!(f, "default {text}"),
            Self::Lower => f.write_str("lower"),
            Self::Upper => f.write_str("upper"),
            Self::Slug => f.write_str("slug"),
            Self::Trunc(length) => write!(f, "trunc {length}"),
            Self::Join(text) => write!(f, "join {text}"),
            Self::Base64 => f.write_str("base64"),
            Self::Sha256 => f.write_str("sha256"),
            Self::Json => f.write_str("json"),
            Self::Quote => f.write_str("quote"),
        }
    }
}
