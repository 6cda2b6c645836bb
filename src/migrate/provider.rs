//! The resources of Port's provider for Terraform as what Port's API takes: the same members, of which the provider writes the names with
//! underscores, parts properties by their type, and calls an expression of jq by the name of what it works out.

use crate::model::{Kind, Map, Member, Value, parse_json};
use crate::source::{Origin, Span, Spanned};
use std::collections::HashSet;

/// The types of the provider that are objects of the language.
const TYPES: [(&str, Kind); 6] = [
    ("port_blueprint", Kind::Blueprint),
    ("port_entity", Kind::Entity),
    ("port_scorecard", Kind::Scorecard),
    ("port_action", Kind::Action),
    ("port_team", Kind::Team),
    ("port_page", Kind::Page),
];

/// What says how the provider works, and nothing of the object.
const OWN: [&str; 4] = ["force_delete_entities", "create_catalog_page", "create_missing_related_entities", "run_id"];

/// Members whose own members have names of the author's.
const NAMED: [&str; 6] =
    ["relations", "mirror_properties", "calculation_properties", "enum_colors", "colors", "headers"];

/// Members that are JSON, which is text where it is not encoded by a function.
const JSON: [&str; 9] = [
    "body",
    "payload",
    "workflow_inputs",
    "pipeline_variables",
    "condition",
    "conditions",
    "widgets",
    "query",
    "default",
];

/// Truth values that the provider has as text, since they may be templates.
const TRUTHS: [&str; 3] = ["agent", "synchronized", "report_workflow_status"];

/// Whether an argument of a resource says nothing of the object.
pub(super) fn is_own(name: &str) -> bool {
    OWN.contains(&name)
}

/// What a type of the provider is.
pub(super) fn kind(of: &str) -> Option<Kind> {
    TYPES.iter().find(|row| row.0 == of).map(|row| row.1)
}

/// The document of Port's API that a resource is. What stands at one of the places `encoded` is JSON already.
pub(super) fn document(kind: Kind, mut resource: Map, encoded: &HashSet<Span>) -> Map {
    for name in OWN {
        resource.remove(name);
    }
    let translation = Translation { encoded };
    match kind {
        Kind::Blueprint => translation.blueprint(resource),
        Kind::Entity => translation.entity(resource),
        Kind::Action => translation.action(resource),
        _ => translation.members(resource),
    }
}

struct Translation<'e> {
    encoded: &'e HashSet<Span>,
}

impl Translation<'_> {
    /// An object whose members have names of the provider.
    fn members(&self, map: Map) -> Map {
        let mut out = Map::default();
        for Member { name, value } in map.members.into_iter().filter(|member| member.value.value != Value::Null) {
            let Spanned { value, span } = self.member(&name.value, value);
            match name.value.strip_suffix("_jq_query") {
                Some(name) => {
                    out.put(&camel(name), Value::written_in("jqQuery", value.as_str().unwrap_or_default(), span), span);
                }
                None => out.put(&camel(&name.value), value, span),
            }
        }
        out
    }

    /// The value of a member of a name.
    fn member(&self, name: &str, value: Spanned<Value>) -> Spanned<Value> {
        let Spanned { value, span } = value;
        let value = match value {
            value if span.text().is_some_and(|span| self.encoded.contains(&span)) => value,
            Value::Object(map) if NAMED.contains(&name) => {
                let each = |Member { name, value }| Member { name, value: self.member("", value) };
                Value::Object(Map { members: map.members.into_iter().map(each).collect() })
            }
            Value::Object(map) => Value::Object(self.members(map)),
            Value::Array(items) => Value::Array(items.into_iter().map(|item| self.member(name, item)).collect()),
            Value::String(text) if JSON.contains(&name) && text.trim_start().starts_with(['{', '[']) => {
                parse_json(text.as_bytes()).unwrap_or(Value::String(text))
            }
            Value::String(text) if TRUTHS.contains(&name) && matches!(&*text, "true" | "false") => {
                Value::Bool(&*text == "true")
            }
            value => value,
        };
        Spanned::new(value, span)
    }

    fn blueprint(&self, mut resource: Map) -> Map {
        let mut schema = Map::default();
        let (properties, required) = self.typed(object(resource.remove("properties")));
        schema.put("properties", Value::Object(properties), Origin::Nowhere);
        put_list(&mut schema, "required", required);
        let changes = [("kafka_changelog_destination", "KAFKA"), ("webhook_changelog_destination", "WEBHOOK")]
            .into_iter()
            .find_map(|(name, word)| Some(worded(word, self.members(object(Some(resource.remove(name)?))))));
        let mut document = self.members(resource);
        document.put("schema", Value::Object(schema), Origin::Nowhere);
        if let Some(changes) = changes {
            document.put("changelogDestination", Value::Object(changes), Origin::Nowhere);
        }
        document
    }

    fn entity(&self, mut resource: Map) -> Map {
        let properties = object(resource.remove("properties"));
        let parts = properties.members.into_iter().flat_map(|group| {
            let lists = matches!(&*group.name.value, "array_props" | "union_props");
            let inner = object(Some(group.value)).members;
            let flat = |inner: Member| if lists { object(Some(inner.value)).members } else { vec![inner] };
            inner.into_iter().flat_map(flat).collect::<Vec<_>>()
        });
        let parsed = |Member { name, value }| Member { name, value: self.member("default", value) };
        let properties = Map { members: parts.map(parsed).collect() };
        let relations = object(resource.remove("relations")).members.into_iter();
        let relations = Map { members: relations.flat_map(|group| object(Some(group.value)).members).collect() };
        let teams = resource.remove("teams");
        let mut document = self.members(resource);
        document.put("properties", Value::Object(properties), Origin::Nowhere);
        document.put("relations", Value::Object(relations), Origin::Nowhere);
        if let Some(Spanned { value, span }) = teams {
            document.put("team", value, span);
        }
        document
    }

    fn action(&self, mut resource: Map) -> Map {
        let trigger = match (resource.remove("self_service_trigger"), resource.remove("automation_trigger")) {
            (Some(trigger), _) => Some(self.form(object(Some(trigger)))),
            (None, Some(trigger)) => Some(self.event(object(Some(trigger)))),
            (None, None) => None,
        };
        let method = resource.members.iter().position(|member| member.name.value.ends_with("_method"));
        let method = method.map(|index| resource.members.remove(index));
        let notices = [("approval_webhook_notification", "webhook"), ("approval_email_notification", "email")]
            .into_iter()
            .find_map(|(name, word)| Some(worded(word, self.members(object(Some(resource.remove(name)?))))));
        let approval = resource.remove("required_approval");
        let mut document = self.members(resource);
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                document.put(name, value, Origin::Nowhere);
            }
        };
        put("trigger", trigger.map(Value::Object));
        put(
            "invocationMethod",
            method.map(|Member { name, value }| Value::Object(self.method(&name.value, object(Some(value))))),
        );
        put("approvalNotification", notices.map(Value::Object));
        put(
            "requiredApproval",
            approval.map(|approval| match approval.as_str() {
                Some("true") => Value::Bool(true),
                Some("false") => Value::Bool(false),
                Some(word) => Value::Object(worded(word, Map::default())),
                None => approval.value,
            }),
        );
        document
    }

    /// What calls an action by a form.
    fn form(&self, mut trigger: Map) -> Map {
        let mut inputs = Map::default();
        let (properties, required) = self.typed(object(trigger.remove("user_properties")));
        inputs.put("properties", Value::Object(properties), Origin::Nowhere);
        put_list(&mut inputs, "required", required);
        for (from, to) in [("order_properties", "order"), ("titles", "titles"), ("steps", "steps")] {
            if let Some(value) = trigger.remove(from) {
                let Spanned { value, span } = self.member(if from == "titles" { "relations" } else { from }, value);
                inputs.put(to, value, span);
            }
        }
        if let Some(jq) = trigger.remove("required_jq_query") {
            inputs.put("required", Value::written_in("jqQuery", jq.as_str().unwrap_or_default(), jq.span), jq.span);
        }
        let mut out = worded("self-service", self.members(trigger));
        out.put("userInputs", Value::Object(inputs), Origin::Nowhere);
        out
    }

    /// What calls an automation.
    fn event(&self, mut trigger: Map) -> Map {
        let condition = trigger.remove("jq_condition").map(|one| worded("JQ", self.members(object(Some(one)))));
        let event = trigger.members.iter().position(|member| member.name.value.ends_with("_event"));
        let event = event.map(|index| trigger.members.remove(index)).map(|Member { name, value }| {
            let word = name.value.trim_end_matches("_event").to_uppercase();
            worded(&word, self.members(object(Some(value))))
        });
        let mut out = worded("automation", self.members(trigger));
        for (name, part) in [("event", event), ("condition", condition)] {
            if let Some(part) = part {
                out.put(name, Value::Object(part), Origin::Nowhere);
            }
        }
        out
    }

    /// Who carries an action out.
    fn method(&self, name: &str, mut method: Map) -> Map {
        let word = match name.trim_end_matches("_method") {
            "azure" => "AZURE_DEVOPS".to_owned(),
            "integration" => "INTEGRATION_ACTION".to_owned(),
            word => word.to_uppercase(),
        };
        if word != "UPSERT_ENTITY" {
            return worded(&word, self.members(method));
        }
        let mut mapping = self.members(object(method.remove("mapping")));
        for (from, to) in [("identifier", "identifier"), ("title", "title"), ("icon", "icon"), ("teams", "team")] {
            if let Some(value) = method.remove(from) {
                mapping.put(to, value.value, value.span);
            }
        }
        let mut out = worded(&word, self.members(method));
        out.put("mapping", Value::Object(mapping), Origin::Nowhere);
        out
    }

    /// Properties that are parted by their type, and the names of those that are required.
    fn typed(&self, groups: Map) -> (Map, Vec<Spanned<Value>>) {
        let (mut properties, mut required) = (Map::default(), Vec::new());
        for group in groups.members {
            let base = group.name.value.strip_suffix("_props").and_then(base);
            for Member { name, value } in object(Some(group.value)).members {
                let span = value.span;
                let mut said = object(Some(value));
                if said.remove("required").is_some_and(|truth| truth.value == Value::Bool(true)) {
                    required.push(Spanned::new(Value::string(&*name.value), span));
                }
                let is_items = |name: &str| name.strip_suffix("_items").and_then(self::base).is_some();
                let items = said.members.iter().position(|member| is_items(&member.name.value));
                let items = items.map(|index| said.members.remove(index));
                let mut property = self.members(said);
                if let Some(base) = base {
                    property.put("type", Value::string(base), Origin::Nowhere);
                }
                if let Some(Member { name, value }) = items {
                    let mut items = self.members(object(Some(value)));
                    if let Some(default) = items.remove("default") {
                        property.put("default", default.value, default.span);
                    }
                    if let Some(base) = name.value.strip_suffix("_items").and_then(self::base) {
                        items.put("type", Value::string(base), Origin::Nowhere);
                    }
                    property.put("items", Value::Object(items), Origin::Nowhere);
                }
                properties.put(&name.value, Value::Object(property), span);
            }
        }
        (properties, required)
    }
}

/// The type by which the provider parts properties and items.
fn base(word: &str) -> Option<&'static str> {
    ["string", "number", "boolean", "array", "object"].into_iter().find(|base| *base == word)
}

fn object(value: Option<Spanned<Value>>) -> Map {
    match value.map(|value| value.value) {
        Some(Value::Object(map)) => map,
        _ => Map::default(),
    }
}

/// An object that says by a word what it is.
fn worded(word: &str, members: Map) -> Map {
    let mut map = Map::default();
    map.put("type", Value::string(word), Origin::Nowhere);
    map.members.extend(members.members);
    map
}

fn put_list(map: &mut Map, name: &str, items: Vec<Spanned<Value>>) {
    if !items.is_empty() {
        map.put(name, Value::Array(items), Origin::Nowhere);
    }
}

/// A name of the provider as the API has it.
fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| {
        let mut letters = part.chars();
        let upper = letters.next().map(|letter| letter.to_ascii_uppercase());
        name.chars().chain(upper).chain(letters).collect()
    })
}
