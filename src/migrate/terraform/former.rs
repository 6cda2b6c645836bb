//! Resources as the provider had them in its versions before 1.0, and actions as it had them before 2.0, as those of now. Then each property,
//! relation, rule and input was a block that says what it is called, and an action said itself what triggers it.

use crate::model::{Kind, Map, Member, Value, parse_json};
use crate::source::{Origin, Spanned};

/// The resource as the provider has it now.
pub(super) fn current(kind: Kind, mut resource: Map) -> Map {
    match kind {
        Kind::Blueprint => {
            typed(&mut resource, "properties");
            for name in ["relations", "mirror_properties", "calculation_properties"] {
                change(&mut resource, name, |blocks| {
                    blocks_of(blocks).map(|blocks| Value::Object(keyed(blocks, "identifier")))
                });
            }
            if let Some(Value::Object(mut changes)) = resource.remove("changelog_destination").map(|value| value.value)
            {
                let of = changes.remove("type").and_then(|of| Some(of.as_str()?.to_lowercase()));
                let name = format!("{}_changelog_destination", of.unwrap_or_default());
                resource.put(&name, Value::Object(changes), Origin::Nowhere);
            }
        }
        Kind::Entity => {
            change(&mut resource, "properties", |blocks| match blocks_of(blocks.clone()) {
                Some(blocks) => Some(grouped("string_props", values(blocks, ["items", "value"]))),
                None => groups(blocks),
            });
            change(&mut resource, "relations", |blocks| {
                Some(grouped("single_relations", values(blocks_of(blocks)?, ["identifiers", "identifier"])))
            });
        }
        Kind::Action => action(&mut resource),
        Kind::Scorecard => {
            listed(&mut resource, "levels");
            listed(&mut resource, "rules");
            let rules = resource.members.iter_mut().find(|member| &*member.name.value == "rules");
            if let Some(Value::Array(rules)) = rules.map(|rules| &mut rules.value.value) {
                for rule in rules {
                    if let Value::Object(rule) = &mut rule.value {
                        change(rule, "query", |query| match query {
                            Value::Object(mut query) => {
                                listed(&mut query, "conditions");
                                Some(Value::Object(query))
                            }
                            _ => None,
                        });
                    }
                }
            }
        }
        _ => {}
    }
    resource
}

/// An action that says itself what triggers it.
fn action(resource: &mut Map) {
    typed(resource, "user_properties");
    let method = match resource.get("invocation_method").map(|method| method.value.clone()) {
        Some(Value::Object(mut method)) => method.remove("type").map(|of| (of.value, method)),
        Some(of) => Some((of, Map::default())),
        None => None,
    };
    if let Some((Value::String(of), method)) = method {
        resource.remove("invocation_method");
        let of = of.to_lowercase();
        let of = if of.starts_with("azure") { "azure" } else { &of };
        resource.put(&format!("{of}_method"), Value::Object(method), Origin::Nowhere);
    }
    if resource.get("trigger").is_none_or(|trigger| trigger.as_str().is_none()) {
        return;
    }
    let mut trigger = Map::default();
    for (from, to) in [
        ("trigger", "operation"),
        ("blueprint", "blueprint_identifier"),
        ("blueprint_identifier", "blueprint_identifier"),
        ("user_properties", "user_properties"),
        ("order_properties", "order_properties"),
        ("required_jq_query", "required_jq_query"),
    ] {
        if let Some(value) = resource.remove(from) {
            trigger.put(to, value.value, value.span);
        }
    }
    resource.put("self_service_trigger", Value::Object(trigger), Origin::Nowhere);
}

/// Properties by their types.
fn typed(resource: &mut Map, name: &str) {
    change(resource, name, |properties| {
        let Some(blocks) = blocks_of(properties.clone()) else { return groups(properties) };
        let mut groups = Map::default();
        for (mut block, at) in blocks {
            let of = block.remove("type");
            let base = of.as_ref().and_then(|of| of.as_str()).unwrap_or("string").to_owned();
            if let Some(default) = block.remove("default") {
                let default = of_type(default, of.as_ref());
                block.put("default", default.value, default.span);
            }
            let default = block.remove("default_items");
            if let Some(Value::Object(mut items)) = block.remove("items").map(|items| items.value) {
                let of = items.remove("type");
                if let Some(default) = default {
                    items.put("default", default.value, default.span);
                }
                let of = of.as_ref().and_then(|of| of.as_str()).unwrap_or("string");
                block.put(&format!("{of}_items"), Value::Object(items), Origin::Nowhere);
            } else if let Some(default) = default {
                block.put("default", default.value, default.span);
            }
            let group = format!("{base}_props");
            let mut inner = match groups.remove(&group).map(|group| group.value) {
                Some(Value::Object(inner)) => inner,
                _ => Map::default(),
            };
            inner.members.extend(keyed(vec![(block, at)], "identifier").members);
            groups.put(&group, Value::Object(inner), at);
        }
        Some(Value::Object(groups))
    });
}

/// Groups by type, as the first version of now called them.
fn groups(properties: Value) -> Option<Value> {
    let Value::Object(mut groups) = properties else { return None };
    for group in &mut groups.members {
        if group.name.value.ends_with("_prop") {
            group.name.value = format!("{}s", group.name.value).as_str().into();
        }
    }
    Some(Value::Object(groups))
}

/// A text as the value that it stood for, where all values were texts.
fn of_type(value: Spanned<Value>, of: Option<&Spanned<Value>>) -> Spanned<Value> {
    let is_text = of.and_then(|of| of.as_str()).is_none_or(|of| of == "string");
    let Spanned { value, span } = value;
    let value = match value {
        Value::String(text) if !is_text => parse_json(text.as_bytes()).unwrap_or(Value::String(text)),
        value => value,
    };
    Spanned::new(value, span)
}

/// Blocks, each with its place; nothing of what is none: blocks say what they are called.
fn blocks_of(value: Value) -> Option<Vec<(Map, Origin)>> {
    let is_named = |map: &Map| {
        let name = map.get("identifier").or_else(|| map.get("name"));
        name.is_some_and(|name| name.as_str().is_some())
    };
    match value {
        Value::Object(map) => is_named(&map).then(|| vec![(map, Origin::Nowhere)]),
        Value::Array(items) => items
            .into_iter()
            .map(|item| match item.value {
                Value::Object(map) if is_named(&map) => Some((map, item.span)),
                _ => None,
            })
            .collect(),
        _ => None,
    }
}

/// Blocks by what they are called.
fn keyed(blocks: Vec<(Map, Origin)>, by: &str) -> Map {
    let mut keyed = Map::default();
    for (mut block, at) in blocks {
        if let Some(name) = block.remove(by) {
            keyed.put(name.as_str().unwrap_or_default(), Value::Object(block), at);
        }
    }
    keyed
}

/// What blocks say of what they are called, in one of two members.
fn values(blocks: Vec<(Map, Origin)>, [first, second]: [&str; 2]) -> Map {
    let named = blocks.into_iter().filter_map(|(mut block, _)| {
        let (name, value) = (block.remove("name")?, block.remove(first).or_else(|| block.remove(second))?);
        let value = of_type(value, block.get("type"));
        Some(Member { name: Spanned::new(name.as_str()?.into(), name.span), value })
    });
    Map { members: named.collect() }
}

fn grouped(name: &str, members: Map) -> Value {
    let mut groups = Map::default();
    groups.put(name, Value::Object(members), Origin::Nowhere);
    Value::Object(groups)
}

/// The only block of a name as a list of it.
fn listed(map: &mut Map, name: &str) {
    change(map, name, |value| match value {
        Value::Object(_) => Some(Value::Array(vec![Spanned::new(value, Origin::Nowhere)])),
        _ => None,
    });
}

/// Changes the value of a member, where something is made of it.
fn change(map: &mut Map, name: &str, into: impl FnOnce(Value) -> Option<Value>) {
    if let Some(member) = map.members.iter_mut().find(|member| *member.name.value == *name)
        && let Some(value) = into(member.value.value.clone())
    {
        member.value.value = value;
    }
}
