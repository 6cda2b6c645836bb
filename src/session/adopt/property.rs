//! Properties, inputs and fields: JSON Schema with Port's keywords to the words of a typed line.

use super::draft::{Draft, Presence, Step, Stuck, below, plain_scalar};
use super::value::{Typed, block, member, set_words};
use crate::model::{Map, Value};
use crate::source::Spanned;
use crate::syntax::edit::write_string;

/// A typed line's words, as a schema asks for them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Words {
    kind: String,
    of: Option<String>,
    /// `key=value`, in the order of [`KEYS`].
    keys: Vec<(&'static str, Option<Value>)>,
    unique: bool,
    title: Option<Value>,
    description: Option<Value>,
    icon: Option<Value>,
    pattern: Option<Value>,
    /// The values of an enum, each with its colour.
    values: Vec<(Value, Option<Value>)>,
    /// The default where it is a list or an object, which has a line of its own.
    default: Option<Value>,
    /// The fields of an object: name, schema, and whether it is required.
    fields: Vec<(String, Map, bool)>,
}

/// The keywords of a value's schema and the keys that say them.
const KEYS: [(&str, &str); 7] = [
    ("minimum", "min"),
    ("maximum", "max"),
    ("exclusiveMinimum", "above"),
    ("exclusiveMaximum", "below"),
    ("minLength", "min-length"),
    ("maxLength", "max-length"),
    ("spec", "spec"),
];

/// Those of a list's schema.
const LIST_KEYS: [(&str, &str); 2] = [("minItems", "min-items"), ("maxItems", "max-items")];

impl Words {
    fn of(schema: &Map) -> Result<Self, Stuck> {
        let mut rest = schema.clone();
        let mut words = Self {
            title: take(&mut rest, "title"),
            description: take(&mut rest, "description"),
            icon: take(&mut rest, "icon"),
            ..Self::default()
        };
        let default = take(&mut rest, "default");
        let is_list = rest.get("type").and_then(|kind| kind.as_str()) == Some("array");
        for (keyword, key) in LIST_KEYS {
            words.keys.push((key, take(&mut rest, keyword)));
        }
        words.unique = take(&mut rest, "uniqueItems") == Some(Value::Bool(true));
        let items = if is_list { take(&mut rest, "items") } else { None };
        match items {
            Some(Value::Object(items)) => {
                take(&mut rest, "type");
                leftover(&rest)?;
                "array".clone_into(&mut words.kind);
                words.of = Some(words.describe(items)?);
            }
            Some(_) => return Err(Stuck::no_words("`items`")),
            None => words.kind = words.describe(rest)?,
        }
        match default {
            Some(default @ (Value::Array(_) | Value::Object(_))) => words.default = Some(default),
            default => words.keys.push(("default", default)),
        }
        Ok(words)
    }

    /// Takes what describes one value, and gives the word of its type.
    fn describe(&mut self, mut schema: Map) -> Result<String, Stuck> {
        for (keyword, key) in KEYS {
            self.keys.push((key, take(&mut schema, keyword)));
        }
        self.pattern = take(&mut schema, "pattern");
        let base = take(&mut schema, "type").and_then(|kind| Some(kind.as_str()?.to_owned())).unwrap_or_default();
        let format = take(&mut schema, "format").and_then(|format| Some(format.as_str()?.to_owned()));
        let colors = take(&mut schema, "enumColors");
        let values = take(&mut schema, "enum");
        self.values = colored(values.as_ref(), colors.as_ref());
        let required = take(&mut schema, "required");
        let required: Vec<&str> = names(required.as_ref());
        if let Some(Value::Object(fields)) = take(&mut schema, "properties") {
            for field in fields.members {
                let Value::Object(inner) = field.value.value else { return Err(Stuck::no_words("`properties`")) };
                let is_required = required.contains(&&*field.name.value);
                self.fields.push((field.name.value.to_string(), inner, is_required));
            }
        }
        leftover(&schema)?;
        Ok(match (values, format) {
            (Some(_), _) => "enum".to_owned(),
            (None, Some(format)) => format,
            (None, None) => base,
        })
    }

    /// The line, with its block.
    fn line(&self, node: &str, name: &str, required: bool) -> Result<String, Stuck> {
        let mut head = format!("{node} {} {}", write_string(name), write_string(&self.kind));
        if required {
            head.push_str(" required");
        }
        if self.unique {
            head.push_str(" unique");
        }
        if let Some(of) = &self.of {
            head.push_str(&format!(" of={}", write_string(of)));
        }
        for (key, value) in &self.keys {
            if let Some(value) = value {
                head.push_str(&format!(" {key}={}", plain_scalar(value)?));
            }
        }
        let mut lines = Vec::new();
        for (word, value) in [("title", &self.title), ("description", &self.description), ("icon", &self.icon)] {
            lines.extend(value.as_ref().map(|value| member(word, value, Typed::Any)));
        }
        lines.extend(value_lines(&self.values)?);
        lines.extend(self.pattern.as_ref().map(|value| member("pattern", value, Typed::Any)));
        lines.extend(self.default.as_ref().map(|value| member("default", value, Typed::List)));
        for (name, schema, required) in &self.fields {
            lines.push(Self::of(schema)?.line("field", name, *required)?);
        }
        Ok(if lines.is_empty() { head } else { block(&head, lines.into_iter()) })
    }
}

fn take(schema: &mut Map, keyword: &str) -> Option<Value> {
    schema.remove(keyword).map(|value| value.value)
}

fn leftover(schema: &Map) -> Result<(), Stuck> {
    match schema.members.first() {
        Some(first) => Err(Stuck::no_words(&format!("`{}` of a value's type", first.name.value))),
        None => Ok(()),
    }
}

/// The strings of a list.
pub(super) fn names(list: Option<&Value>) -> Vec<&str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(|name| name.as_str()).collect()
}

fn colored(values: Option<&Value>, colors: Option<&Value>) -> Vec<(Value, Option<Value>)> {
    let color = |value: &Value| {
        let key = value.as_str().map_or_else(|| plain_scalar(value).unwrap_or_default(), str::to_owned);
        colors?.as_object()?.get(&key).map(|color| color.value.clone())
    };
    let values = values.and_then(Value::as_array).unwrap_or_default();
    values.iter().map(|value| (value.value.clone(), color(value))).collect()
}

/// The lines that list the values of an enum.
fn value_lines(values: &[(Value, Option<Value>)]) -> Result<Vec<String>, Stuck> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    if values.iter().all(|(_, color)| color.is_none()) {
        let words = values.iter().map(|(value, _)| plain_scalar(value)).collect::<Result<Vec<_>, _>>()?;
        return Ok(vec![format!("values {}", words.join(" "))]);
    }
    values.iter().map(value_line).collect()
}

fn value_line((value, color): &(Value, Option<Value>)) -> Result<String, Stuck> {
    let color = color.as_ref().map(|color| Ok(format!(" color={}", plain_scalar(color)?))).transpose()?;
    Ok(format!("value {}{}", plain_scalar(value)?, color.unwrap_or_default()))
}

/// Sets, adds or removes a typed line: `node` is `property`, `input` or `field`.
pub(super) fn set_property(
    draft: &mut Draft,
    parent: &[Step],
    (node, name): (&'static str, &str),
    [old, new]: [Option<&Value>; 2],
    required: Presence,
) -> Result<(), Stuck> {
    let path = below(parent, Step::Named(node, name.to_owned()));
    let Some(new) = new else { return draft.remove(&path) };
    let new = Words::of(new.as_object().ok_or_else(|| Stuck::no_words("this type"))?)?;
    if !draft.has(&path) {
        let behind = [node, "title", "description", "icon"];
        let behind = if draft.look(parent, |_, parent| parent.child(node).is_some()) == Some(true) {
            &behind[..1]
        } else {
            &behind[1..]
        };
        return draft.insert(parent, behind, &new.line(node, name, required == Presence::There)?);
    }
    let old = Words::of(old.and_then(Value::as_object).unwrap_or(&Map::default()))?;
    set_words_of(draft, &path, &old, &new)
}

fn set_words_of(draft: &mut Draft, path: &[Step], old: &Words, new: &Words) -> Result<(), Stuck> {
    if old.kind != new.kind {
        draft.set_argument(path, 1, &Value::string(new.kind.as_str()))?;
    }
    if old.of != new.of {
        draft.set_property(path, "of", new.of.as_deref().map(Value::string).as_ref())?;
    }
    if old.unique != new.unique {
        draft.set_flag(path, 2, "unique", new.unique.into())?;
    }
    for (word, [old, new], behind) in [
        ("title", [&old.title, &new.title], &["title"][..]),
        ("description", [&old.description, &new.description], &["title"]),
        ("icon", [&old.icon, &new.icon], &["title", "description"]),
        ("pattern", [&old.pattern, &new.pattern], &["title", "description", "icon", "values", "value"]),
    ] {
        if old != new {
            draft.set_line(path, word, new.as_ref(), behind)?;
        }
    }
    if old.values != new.values {
        set_values(draft, path, &old.values, &new.values)?;
    }
    set_keys(draft, path, old, new)?;
    for (name, ..) in old.fields.iter().filter(|field| !new.fields.iter().any(|other| other.0 == field.0)) {
        draft.remove(&below(path, Step::Named("field", name.clone())))?;
    }
    for (name, schema, required) in &new.fields {
        let before = old.fields.iter().find(|field| field.0 == *name);
        let sides = [before.map(|field| Value::Object(field.1.clone())), Some(Value::Object(schema.clone()))];
        if sides[0] != sides[1] {
            let sides = [sides[0].as_ref(), sides[1].as_ref()];
            set_property(draft, path, ("field", name), sides, (*required).into())?;
        }
        draft.set_flag(&below(path, Step::Named("field", name.clone())), 2, "required", (*required).into())?;
    }
    Ok(())
}

/// Sets what is written `key=value`, and the default, which may have a line of its own.
fn set_keys(draft: &mut Draft, path: &[Step], old: &Words, new: &Words) -> Result<(), Stuck> {
    let default = |words: &Words| {
        let key = words.keys.iter().find(|(key, _)| *key == "default").and_then(|(_, value)| value.clone());
        words.default.clone().or(key)
    };
    let [before, after] = [default(old), default(new)];
    if before != after {
        let line = below(path, Step::Child("default"));
        match &after {
            Some(value) if plain_scalar(value).is_ok() && !draft.has(&line) => {
                draft.set_property(path, "default", Some(value))?;
            }
            _ => {
                draft.set_property(path, "default", None)?;
                let typed = if new.kind == "array" { Typed::List } else { Typed::Any };
                super::value::set_member(draft, path, "default", [before.as_ref(), after.as_ref()], typed)?;
            }
        }
    }
    for (key, value) in new.keys.iter().filter(|(key, _)| *key != "default") {
        if old.keys.iter().find(|(other, _)| other == key).map(|(_, value)| value) != Some(value) {
            draft.set_property(path, key, value.as_ref())?;
        }
    }
    for (key, _) in old.keys.iter().filter(|(key, _)| *key != "default") {
        if !new.keys.iter().any(|(other, _)| other == key) {
            draft.set_property(path, key, None)?;
        }
    }
    Ok(())
}

type Values = [(Value, Option<Value>)];

/// Sets the values of an enum in the notation that they have: all on `values` lines, or each on a `value` line.
fn set_values(draft: &mut Draft, path: &[Step], old: &Values, new: &Values) -> Result<(), Stuck> {
    let count = |name: &str| draft.look(path, |_, node| node.children().filter(|child| child.name() == name).count());
    let (lists, lines) = (count("values").unwrap_or(0), count("value").unwrap_or(0));
    let plain = new.iter().all(|(_, color)| color.is_none());
    if lists == 1 && lines == 0 && plain && !new.is_empty() {
        let nowhere = crate::source::Span::start_of(crate::source::FileId(0));
        let items: Vec<Spanned<Value>> = new.iter().map(|(value, _)| Spanned::new(value.clone(), nowhere)).collect();
        return set_words(draft, &below(path, Step::Child("values")), &items, Typed::List);
    }
    let order: Vec<&Value> =
        new.iter().map(|(value, _)| value).filter(|value| old.iter().any(|o| o.0 == **value)).collect();
    let before: Vec<&Value> =
        old.iter().map(|(value, _)| value).filter(|value| new.iter().any(|n| n.0 == **value)).collect();
    if lists == 0 && lines > 0 && lines == old.len() && order == before && !new.is_empty() {
        return set_value_lines(draft, path, old, new);
    }
    while draft.has(&below(path, Step::Child("values"))) {
        draft.remove(&below(path, Step::Child("values")))?;
    }
    while draft.has(&below(path, Step::Child("value"))) {
        draft.remove(&below(path, Step::Child("value")))?;
    }
    let mut behind = &["title", "description", "icon"][..];
    for line in value_lines(new)? {
        draft.insert(path, behind, &line)?;
        behind = &["value"];
    }
    Ok(())
}

/// Adds, removes and colours `value` lines, the others in their order.
fn set_value_lines(draft: &mut Draft, path: &[Step], old: &Values, new: &Values) -> Result<(), Stuck> {
    let place = |draft: &Draft, value: &Value| {
        let find = |node: crate::syntax::Node<'_>| {
            node.children().position(|child| {
                child.name() == "value" && child.argument(0).is_some_and(|entry| super::draft::reads_as(entry, value))
            })
        };
        draft.look(path, |_, node| find(node)).flatten().map(|index| below(path, Step::Nth(index)))
    };
    let missing = || Stuck("a `value` line is not where it is expected".to_owned());
    let mut last = None;
    for (value, color) in new {
        match old.iter().find(|row| row.0 == *value) {
            Some((_, before)) if before == color => {}
            Some(_) => draft.set_property(&place(draft, value).ok_or_else(missing)?, "color", color.as_ref())?,
            None => {
                let line = value_line(&(value.clone(), color.clone()))?;
                match last {
                    Some(before) => draft.insert_after(&place(draft, before).ok_or_else(missing)?, &line)?,
                    None => {
                        let first = old.first().and_then(|(first, _)| place(draft, first)).ok_or_else(missing)?;
                        draft.insert_before(&first, &line)?;
                    }
                }
            }
        }
        last = Some(value);
    }
    for (value, _) in old.iter().filter(|row| !new.iter().any(|other| other.0 == row.0)) {
        draft.remove(&place(draft, value).ok_or_else(missing)?)?;
    }
    Ok(())
}
