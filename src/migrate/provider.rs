//! The resources of Port's provider for Terraform as what Port's API takes: the same members, of which the provider writes the names with
//! underscores, parts properties by their type, and calls an expression of jq by the name of what it works out.
//!
//! What the provider takes is said by the reference pages of its resources (`docs/resources` of `port-labs/terraform-provider-port-labs`,
//! version 2), and what becomes of it by the code that sends it (`port/action`, `port/blueprint`); what version 1 took, by its acceptance
//! tests.

use super::typed::{base_of, items, object, parsed, put_default, typed};
use crate::grammar::{Neighbour, language};
use crate::model::{Kind, Map, Member, Value};
use crate::source::{Origin, Span, Spanned};
use std::collections::HashSet;

/// A relation of a blueprint, as a resource of its own.
const RELATION: &str = "port_blueprint_relation";

/// The aggregations of a blueprint, which are a resource of their own; or one of them.
const AGGREGATIONS: &str = "port_aggregation_properties";
const AGGREGATION: &str = "port_aggregation_property";

/// What is added to a blueprint of Port's own.
const SYSTEM: &str = "port_system_blueprint";

/// What says how the provider works, and nothing of the object.
const OWN: [&str; 4] = ["force_delete_entities", "create_catalog_page", "create_missing_related_entities", "run_id"];

// The tables below say what the provider does with members, by the names that it gives them. The grammar knows the members of Port's API, and
// what they mean there: it says neither which of them the provider takes as text, nor which names in it are its own.

/// Members whose own members have names of the author's.
const NAMED: [&str; 7] =
    ["relations", "mirror_properties", "calculation_properties", "enum_colors", "colors", "headers", "titles"];

/// Members that are JSON, which is text where it is not encoded by a function.
const JSON: [&str; 10] = [
    "body",
    "payload",
    "workflow_inputs",
    "pipeline_variables",
    "condition",
    "conditions",
    "dataset",
    "page_filters",
    "query",
    "widgets",
];

/// Truth values, which Terraform takes as text too, and some of which the provider has as text, since they may be templates.
const TRUTHS: [&str; 11] = [
    "agent",
    "synchronized",
    "report_workflow_status",
    "required",
    "many",
    "union",
    "include_duplicates",
    "colorized",
    "visible",
    "disabled",
    "publish",
];

/// Whether an argument of a resource says nothing of the object.
pub(super) fn is_own(name: &str) -> bool {
    OWN.contains(&name)
}

/// What a type of the provider is, or is a part of: it is called as what Port has one of.
pub(super) fn kind(of: &str) -> Option<Kind> {
    match of {
        RELATION | AGGREGATIONS | AGGREGATION | SYSTEM => Some(Kind::Blueprint),
        of => {
            let word = of.strip_prefix("port_")?;
            language().object(word)?.elsewhere(Neighbour::Port)?;
            Kind::from_word(word)
        }
    }
}

/// Why what a type of the provider has cannot be taken in, though plat has such objects.
pub(super) fn unsaid(of: &str) -> Option<&'static str> {
    let reason = "it says what is added to a blueprint of Port's own, and not the whole of it: take in the blueprint as Port's API returns it";
    (of == SYSTEM).then_some(reason)
}

/// What a resource says. An argument that is null says nothing, as all do that Terraform writes where it makes the text of what there is; in
/// JSON a null is one.
pub(super) fn said(resource: Map, encoded: &HashSet<Span>) -> Map {
    let members = resource.members.into_iter().filter(|member| member.value.value != Value::Null);
    let inner = |Member { name, value }: Member| Member { name, value: said_in(value, encoded) };
    Map { members: members.map(inner).collect() }
}

fn said_in(value: Spanned<Value>, encoded: &HashSet<Span>) -> Spanned<Value> {
    let is_json = value.span.text().is_some_and(|span| encoded.contains(&span));
    value.map(|value| match value {
        Value::Object(map) if !is_json => Value::Object(said(map, encoded)),
        Value::Array(items) if !is_json => Value::Array(items.into_iter().map(|item| said_in(item, encoded)).collect()),
        other => other,
    })
}

/// The document of Port's API that a resource of a type is. What stands at one of the places `encoded` is JSON already.
pub(super) fn document(of: &str, resource: Map, encoded: &HashSet<Span>) -> Map {
    let translation = Translation { encoded };
    match (of, kind(of)) {
        (RELATION, _) => translation.relation(resource),
        (AGGREGATIONS, _) => translation.aggregations(resource),
        (AGGREGATION, _) => translation.aggregation(resource),
        (_, Some(Kind::Blueprint)) => translation.blueprint(resource),
        (_, Some(Kind::Entity)) => translation.entity(resource),
        (_, Some(Kind::Action)) => translation.action(resource),
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
        for Member { name, value } in map.members {
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
            Value::String(text) if JSON.contains(&name) => parsed(Value::String(text)),
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

    /// A part of a blueprint: one relation.
    fn relation(&self, mut resource: Map) -> Map {
        let (blueprint, name) = (resource.remove("blueprint"), resource.remove("identifier"));
        let mut relations = Map::default();
        if let Some(name) = name {
            relations.put(&name.as_key(), Value::Object(self.members(resource)), name.span);
        }
        part_of(blueprint, "relations", relations)
    }

    /// A part of a blueprint: what is counted and added up for its entities.
    fn aggregations(&self, mut resource: Map) -> Map {
        let mut all = Map::default();
        for Member { name, value } in object(resource.remove("properties")).members {
            let span = value.span;
            all.put(&name.value, Value::Object(self.counted(object(Some(value)), span)), span);
        }
        part_of(resource.remove("blueprint_identifier"), "aggregationProperties", all)
    }

    /// A part of a blueprint: one of these.
    fn aggregation(&self, mut resource: Map) -> Map {
        let (blueprint, name) = (resource.remove("blueprint_identifier"), resource.remove("aggregation_identifier"));
        let mut all = Map::default();
        if let Some(name) = name {
            all.put(&name.as_key(), Value::Object(self.counted(resource, name.span)), name.span);
        }
        part_of(blueprint, "aggregationProperties", all)
    }

    /// What is counted or added up, which is said at a place.
    fn counted(&self, mut said: Map, span: Origin) -> Map {
        let method = object(said.remove("method")).members.into_iter().find(|one| one.value.value != Value::Null);
        let target = said.remove("target_blueprint_identifier");
        let mut aggregation = self.members(said);
        let mut spec = Map::default();
        if let Some(Member { name, value }) = method {
            // `count_entities`, `average_by_property`: a function, which may be said in it, and of what.
            let (function, of) = name.value.split_once('_').unwrap_or((&name.value, ""));
            let of = of.trim_start_matches("by_");
            spec.put("calculationBy", Value::string(of), value.span);
            spec.members.extend(self.members(object(Some(value.clone()))).members);
            if spec.get("func").is_none() {
                spec.put("func", Value::string(function), value.span);
            }
        }
        aggregation.put("calculationSpec", Value::Object(spec), span);
        if let Some(target) = target {
            aggregation.put("target", target.value, target.span);
        }
        aggregation
    }

    fn entity(&self, mut resource: Map) -> Map {
        let properties = object(resource.remove("properties"));
        let parts = properties.members.into_iter().flat_map(|group| {
            let inner = object(Some(group.value)).members;
            match group.name.value.strip_suffix("_props") {
                Some("array") => inner.into_iter().flat_map(items).collect(),
                base => {
                    let one = |Member { name, value }| Member { name, value: typed(base, value) };
                    inner.into_iter().map(one).collect::<Vec<_>>()
                }
            }
        });
        let properties = Map { members: parts.collect() };
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
        let notices = ["webhook", "email", "none"].into_iter().find_map(|word| {
            let notice = resource.remove(&format!("approval_{word}_notification"))?;
            Some(worded(word, self.members(object(Some(notice)))))
        });
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
        let inputs = self.inputs(&mut trigger);
        let mut out = worded("self-service", self.members(trigger));
        out.put("userInputs", Value::Object(inputs), Origin::Nowhere);
        out
    }

    /// What a form asks for, taken out of what says it.
    fn inputs(&self, around: &mut Map) -> Map {
        let mut inputs = Map::default();
        let (properties, required) = self.typed(object(around.remove("user_properties")));
        inputs.put("properties", Value::Object(properties), Origin::Nowhere);
        put_list(&mut inputs, "required", required);
        for (from, to) in [("order_properties", "order"), ("titles", "titles"), ("steps", "steps")] {
            if let Some(value) = around.remove(from) {
                let Spanned { value, span } = self.member(from, value);
                inputs.put(to, value, span);
            }
        }
        if let Some(jq) = around.remove("required_jq_query") {
            inputs.put("required", Value::written_in("jqQuery", jq.as_str().unwrap_or_default(), jq.span), jq.span);
        }
        inputs
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
        let mut mapping = object(method.remove("mapping"));
        for name in ["identifier", "title", "icon", "teams"] {
            if let Some(value) = method.remove(name) {
                mapping.put(name, value.value, value.span);
            }
        }
        for member in &mut mapping.members {
            let name = match &*member.name.value {
                "teams" | "teams_jq" => "team",
                "properties" | "relations" => {
                    let said = std::mem::replace(&mut member.value.value, Value::Null);
                    member.value.value = parsed(said);
                    continue;
                }
                _ => continue,
            };
            member.name.value = name.into();
        }
        let mut out = worded(&word, self.members(method));
        out.put("mapping", Value::Object(mapping), Origin::Nowhere);
        out
    }

    /// Properties that are parted by their type, and the names of those that are required.
    fn typed(&self, groups: Map) -> (Map, Vec<Spanned<Value>>) {
        let (mut properties, mut required) = (Vec::new(), Vec::new());
        for group in groups.members {
            let base = group.name.value.strip_suffix("_props").and_then(base_of);
            for Member { name, value } in object(Some(group.value)).members {
                let span = value.span;
                let mut said = object(Some(value));
                if said.remove("required").is_some_and(|truth| is_true(&truth)) {
                    required.push(Spanned::new(Value::string(&*name.value), span));
                }
                let is_items = |name: &str| name.strip_suffix("_items").and_then(base_of).is_some();
                let items = said.members.iter().position(|member| is_items(&member.name.value));
                let items = items.map(|index| said.members.remove(index));
                if let Some(value) = said.remove("client_side_encryption") {
                    said.put("encryption", value.value, value.span);
                }
                let default = said.remove("default");
                let mut property = self.members(said);
                put_default(&mut property, base, default);
                if let Some(base) = base {
                    property.put("type", Value::string(base), Origin::Nowhere);
                }
                if let Some(Member { name, value }) = items {
                    let base = name.value.strip_suffix("_items").and_then(base_of);
                    let mut said = object(Some(value));
                    put_default(&mut property, base, said.remove("default"));
                    let mut items = self.members(said);
                    if let Some(base) = base {
                        items.put("type", Value::string(base), Origin::Nowhere);
                    }
                    property.put("items", Value::Object(items), Origin::Nowhere);
                }
                properties.push(Member { name, value: Spanned::new(Value::Object(property), span) });
            }
        }
        (properties.into_iter().collect(), required)
    }
}

fn is_true(value: &Value) -> bool {
    *value == Value::Bool(true) || value.as_str() == Some("true")
}

/// A part of a blueprint, which [`super::port`] puts into the whole.
fn part_of(blueprint: Option<Spanned<Value>>, group: &str, members: Map) -> Map {
    let mut map = Map::default();
    if let Some(Spanned { value, span }) = blueprint {
        map.put("identifier", value, span);
    }
    map.put(group, Value::Object(members), Origin::Nowhere);
    map
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
