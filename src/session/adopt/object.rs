//! One object's text with other values of some fields, kind by kind.

use super::draft::{Draft, Presence, Step, Stuck, below, plain_scalar};
use super::property::{names, set_property};
use super::scorecard;
use super::value::{Typed, block, set_member, set_names};
use crate::model::{Address, Base, Entity, Kind, Map, Project, Request, Value, fields};
use crate::source::{FileId, Span};
use crate::syntax::edit::{self, write_string};
use crate::syntax::{Entry, Node, Tree};

/// The words about a thing, in the order of their lines.
const META: [&str; 3] = ["title", "description", "icon"];

/// What is to be written into the text of one object.
pub(super) struct Order<'a> {
    /// The project, which says what types values have.
    pub(super) project: &'a Project,
    /// The object.
    pub(super) address: &'a Address,
    /// What its text says now, each part with its place in the file.
    pub(super) before: &'a Map,
    /// What it is to say.
    pub(super) after: &'a Map,
    /// The fields that differ.
    pub(super) paths: Vec<&'a str>,
    /// Where the object's text starts in its file.
    pub(super) start: u32,
}

impl Order<'_> {
    /// Edits the text.
    pub(super) fn carry_out(&self, draft: &mut Draft) -> Result<(), Stuck> {
        // What is told from places in the file goes first, as long as they are right.
        if let Some(path) = self.paths.iter().find(|path| **path == "workflow") {
            self.workflow(draft, self.sides(path))?;
        }
        if self.address.kind == Kind::Scorecard && self.paths.contains(&"levels") {
            scorecard::set_levels(draft, self.sides("levels"))?;
        }
        for path in &self.paths {
            self.field(draft, path).map_err(|stuck| Stuck(format!("`{path}`: {}", stuck.0)))?;
        }
        if self.address.kind == Kind::Scorecard && self.paths.contains(&"levels") {
            scorecard::drop_levels(draft, self.sides("levels")[1])?;
        }
        if let Some((parent, node)) = self.typed_lines() {
            self.required(draft, &parent, node)?;
        }
        Ok(())
    }

    /// What a field is now and what it is to be.
    fn sides(&self, path: &str) -> [Option<&Value>; 2] {
        [self.before, self.after]
            .map(|body| fields(body).into_iter().find(|(other, _)| other == path).map(|(_, value)| &value.value))
    }

    fn field(&self, draft: &mut Draft, path: &str) -> Result<(), Stuck> {
        let sides = self.sides(path);
        let new = sides[1];
        if let Some(index) = META.iter().position(|word| *word == path) {
            return draft.set_line(&[], META[index], new, if index == 0 { &["title"] } else { &META[..index] });
        }
        let (group, name) = path.split_once('.').unwrap_or((path, ""));
        match (self.address.kind, group) {
            (Kind::Entity, "team") => set_names(draft, &[], "team", new, &META),
            (Kind::Entity, "properties") => self.entity_property(draft, name, sides),
            (Kind::Entity, "relations") => self.entity_relation(draft, name, sides),
            (Kind::Request, "destination") => draft.set_property(&[], "destination", new),
            (Kind::Request, "spec") => grouped(draft, ("spec", Request::WORDS), name, sides, self.request_type(name)),
            (Kind::Team, "members") => set_names(draft, &[], "member", new, &META),
            (Kind::Blueprint, "properties") => {
                set_property(draft, &[], ("property", name), sides, self.is_required(name))
            }
            (Kind::Blueprint, "relations") => relation(draft, name, sides),
            (Kind::Promise, "properties") => {
                set_property(draft, &[Step::Child("api")], ("field", name), sides, self.is_required(name))
            }
            (Kind::Action, "inputs") => set_property(draft, &[], ("input", name), sides, self.is_required(name)),
            (Kind::Action, "order") => reorder(draft, "input", &names(new)),
            // The flags of the lines follow once all lines are there; levels and workflows were first.
            (Kind::Blueprint | Kind::Promise | Kind::Action, "required")
            | (Kind::Scorecard, "levels")
            | (Kind::Promise, "workflow") => Ok(()),
            (Kind::Action, "operation") => argument(draft, 1, new),
            (Kind::Action, "blueprint") => argument(draft, 2, new),
            (Kind::Action, "backend") => backend(draft, sides),
            (Kind::Scorecard, "blueprint") => draft.set_property(&[], "for", new),
            (Kind::Scorecard, "filter") => scorecard::set_filter(draft, sides),
            (Kind::Scorecard, "rules") => scorecard::set_rule(draft, name, sides),
            (Kind::Promise, "group" | "version" | "kind" | "plural") => {
                draft.set_property(&[Step::Child("api")], group, new)
            }
            (Kind::Promise, "apiDescription") => {
                draft.set_line(&[Step::Child("api")], "description", new, &["description"])
            }
            (Kind::Promise, "schedule") => pairs(draft, "schedule", new, &["title", "description", "icon", "api"]),
            (Kind::Promise, "pipeline") => draft.set_property(&[Step::Child("workflow")], "pipeline", new),
            (Kind::StateStore, "url" | "branch" | "path" | "auth") => {
                let line = ["url", "branch", "path", "auth"].into_iter().find(|line| *line == group);
                draft.set_line(&[], line.unwrap_or("url"), new, &["url", "branch", "path"])
            }
            (Kind::StateStore, "secret") => draft.set_property(&[Step::Child("auth")], "secret", new),
            (Kind::Destination, "store") => draft.set_line(&[], "store", new, &["store"]),
            (Kind::Destination, "path") => draft.set_line(&[], "path", new, &["store"]),
            (Kind::Destination, "layout") => draft.set_line(&[], "layout", new, &["store", "path", "labels"]),
            (Kind::Destination, "labels") => label(draft, name, new),
            (Kind::Destination, "strictLabels") => flag_line(draft, "strict-labels", new),
            (Kind::Destination, "encrypted") => flag_line(draft, "encrypted", new),
            (Kind::Destination, "drain") => flag_line(draft, "drain", new),
            _ => Err(Stuck::no_words("this field")),
        }
    }

    fn is_required(&self, name: &str) -> Presence {
        names(self.sides("required")[1]).contains(&name).into()
    }

    /// Where the typed lines of the object stand, which may be required.
    fn typed_lines(&self) -> Option<(Vec<Step>, &'static str)> {
        match self.address.kind {
            Kind::Blueprint => Some((Vec::new(), "property")),
            Kind::Action => Some((Vec::new(), "input")),
            Kind::Promise => Some((vec![Step::Child("api")], "field")),
            Kind::Team
            | Kind::User
            | Kind::Entity
            | Kind::Scorecard
            | Kind::StateStore
            | Kind::Destination
            | Kind::Request => None,
        }
    }

    /// Makes exactly those lines required that are to be.
    fn required(&self, draft: &mut Draft, parent: &[Step], node: &'static str) -> Result<(), Stuck> {
        let lines = |parent: Node<'_>| -> Vec<String> {
            let lines = parent.children().filter(|child| child.name() == node);
            lines.filter_map(|line| Some(line.argument(0)?.string()?.to_owned())).collect()
        };
        for name in draft.look(parent, |_, parent| lines(parent)).unwrap_or_default() {
            let presence = self.is_required(&name);
            draft.set_flag(&below(parent, Step::Named(node, name)), 2, "required", presence)?;
        }
        Ok(())
    }

    fn entity_property(&self, draft: &mut Draft, name: &str, sides: [Option<&Value>; 2]) -> Result<(), Stuck> {
        let blueprint = self.project.blueprint(&self.address.parent);
        let property = blueprint.and_then(|blueprint| blueprint.property(name));
        let typed = property.map_or(Typed::Any, |property| listed(property.schema.base));
        grouped(draft, ("properties", Entity::WORDS), name, sides, typed)
    }

    fn entity_relation(&self, draft: &mut Draft, name: &str, sides: [Option<&Value>; 2]) -> Result<(), Stuck> {
        let blueprint = self.project.blueprint(&self.address.parent);
        let many = blueprint.and_then(|blueprint| blueprint.relation(name)?.many).is_some();
        grouped(draft, ("relations", Entity::WORDS), name, sides, if many { Typed::Set } else { Typed::Any })
    }

    fn request_type(&self, name: &str) -> Typed {
        let api = self.project.promise(&self.address.parent).and_then(|promise| promise.api.as_ref());
        let field = api.and_then(|api| api.fields.iter().find(|field| *field.name.value == *name));
        field.map_or(Typed::Any, |field| listed(field.schema.base))
    }

    /// Gives the steps of a workflow other values, where only single values differ.
    fn workflow(&self, draft: &mut Draft, [old, new]: [Option<&Value>; 2]) -> Result<(), Stuck> {
        let (Some(old), Some(new)) = (old, new) else {
            return Err(Stuck("`workflow`: a whole workflow is written by hand".to_owned()));
        };
        let mut leaves = Vec::new();
        let nowhere = Span::start_of(FileId(0));
        changed_leaves(old, nowhere, new, &mut leaves)?;
        // From the last to the first, so that the places before stay right.
        leaves.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        for (span, value) in leaves {
            let moved = |place: u32| place.checked_sub(self.start);
            let (Some(start), Some(end)) = (moved(span.start), moved(span.end)) else {
                return Err(Stuck("`workflow`: the value is not written in the promise".to_owned()));
            };
            draft.set_value_at(start, end, value)?;
        }
        Ok(())
    }
}

/// The single values that differ between two values of one shape, with their places in the first.
fn changed_leaves<'v>(old: &Value, span: Span, new: &'v Value, out: &mut Vec<(Span, &'v Value)>) -> Result<(), Stuck> {
    match (old, new) {
        (old, new) if old == new => Ok(()),
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            old.iter().zip(new).try_for_each(|(old, new)| changed_leaves(old, old.span, new, out))
        }
        (Value::Object(old), Value::Object(new)) if old.members.len() == new.members.len() => {
            old.members.iter().try_for_each(|member| match new.get(&member.name.value) {
                Some(new) => changed_leaves(&member.value, member.value.span, new, out),
                None => Err(Stuck("`workflow`: steps that come or go are written by hand".to_owned())),
            })
        }
        (Value::Array(_) | Value::Object(_), _) | (_, Value::Array(_) | Value::Object(_)) => {
            Err(Stuck("`workflow`: steps that come or go are written by hand".to_owned()))
        }
        (_, new) => {
            out.push((span, new));
            Ok(())
        }
    }
}

fn listed(base: Base) -> Typed {
    match base {
        Base::Array => Typed::List,
        Base::String | Base::Number | Base::Integer | Base::Boolean | Base::Object => Typed::Any,
    }
}

/// Sets a value of an entity or a request: on a line of its own, or in the group for names that are words of the language.
fn grouped(
    draft: &mut Draft,
    (group, words): (&'static str, &[&str]),
    name: &str,
    sides: [Option<&Value>; 2],
    typed: Typed,
) -> Result<(), Stuck> {
    let path = [Step::Child(group)];
    let is_grouped = draft.has(&below(&path, Step::Member(name.to_owned())));
    if !is_grouped && !words.contains(&name) {
        return set_member(draft, &[], name, sides, typed);
    }
    if !draft.has(&path) {
        let Some(value) = sides[1] else { return Ok(()) };
        let line = super::value::member(name, value, typed);
        return draft.insert(&[], &[], &block(group, std::iter::once(line)));
    }
    set_member(draft, &path, name, sides, typed)?;
    let is_empty = draft.look(&path, |_, node| node.children().next().is_none());
    if is_empty == Some(true) { draft.remove(&path) } else { Ok(()) }
}

/// Sets, adds or removes an argument of the object's own line.
fn argument(draft: &mut Draft, index: usize, value: Option<&Value>) -> Result<(), Stuck> {
    match value {
        Some(value) => draft.set_argument(&[], index, value),
        None => draft.edit(&[], |tree, node| Ok(edit::remove_argument(tree, node, index))),
    }
}

/// Sets, adds or removes a relation of a blueprint.
fn relation(draft: &mut Draft, name: &str, [old, new]: [Option<&Value>; 2]) -> Result<(), Stuck> {
    let path = vec![Step::Named("relation", name.to_owned())];
    let Some(new) = new else { return draft.remove(&path) };
    let new = new.as_object().ok_or_else(|| Stuck::no_words("this relation"))?;
    let is = |word: &str| new.get(word).is_some_and(|value| value.value == Value::Bool(true));
    let target = new.get("target").and_then(|target| target.as_str()).ok_or_else(|| Stuck::no_words("no target"))?;
    let known = ["title", "description", "icon", "target", "many", "required"];
    if let Some(stranger) = new.members.iter().find(|member| !known.contains(&&*member.name.value)) {
        return Err(Stuck::no_words(&format!("`{}` of a relation", stranger.name.value)));
    }
    if !draft.has(&path) {
        let mut line = format!("relation {} {}", write_string(name), write_string(target));
        for word in ["required", "many"] {
            if is(word) {
                line.push_str(&format!(" {word}"));
            }
        }
        let words = META.iter().filter_map(|word| Some(super::value::member(word, new.get(word)?, Typed::Any)));
        let words: Vec<String> = words.collect();
        let text = if words.is_empty() { line } else { block(&line, words.into_iter()) };
        return draft.insert(&[], &["relation", "property", "title", "description", "icon"], &text);
    }
    draft.set_argument(&path, 1, &Value::string(target))?;
    for word in ["required", "many"] {
        draft.set_flag(&path, 2, word, is(word).into())?;
    }
    let old = old.and_then(Value::as_object);
    for (index, word) in META.into_iter().enumerate() {
        let before = old.and_then(|old| old.get(word));
        let after = new.get(word);
        if before != after {
            let behind = if index == 0 { &["title"][..] } else { &META[..index] };
            draft.set_line(&path, word, after.map(|value| &value.value), behind)?;
        }
    }
    Ok(())
}

/// Puts the lines of one sort into another order, each with its block and the comments right above it; what else stands between
/// them stays.
fn reorder(draft: &mut Draft, node: &'static str, order: &[&str]) -> Result<(), Stuck> {
    let lines = |tree: &Tree, root: Node<'_>| -> Vec<(String, Span)> {
        let lines = root.children().filter(|child| child.name() == node);
        let named = lines.map(|line| Some((line.argument(0)?.string()?.to_owned(), edit::with_comments(tree, line))));
        named.flatten().collect()
    };
    let now = draft.look(&[], lines).unwrap_or_default();
    // Lines that come or go do so for themselves.
    let wanted: Vec<&str> = order.iter().copied().filter(|name| now.iter().any(|line| line.0 == *name)).collect();
    if wanted.len() != now.len() {
        return Ok(());
    }
    draft.edit(&[], |tree, _| {
        let text = |name: &str| now.iter().find(|line| line.0 == name).map(|line| &tree.text()[line.1.range()]);
        let moved = now.iter().zip(&wanted).filter(|(line, name)| line.0 != **name);
        let edits =
            moved.filter_map(|((_, span), name)| Some(crate::diag::Edit { span: *span, text: text(name)?.to_owned() }));
        Ok(edits.collect())
    })
}

/// Sets, adds or removes a line of `key=value` pairs.
fn pairs(draft: &mut Draft, line: &'static str, new: Option<&Value>, behind: &[&str]) -> Result<(), Stuck> {
    let path = [Step::Child(line)];
    let Some(new) = new else { return draft.remove(&path) };
    let new = new.as_object().ok_or_else(|| Stuck::no_words("pairs that are none"))?;
    if !draft.has(&path) {
        let mut text = line.to_owned();
        for member in &new.members {
            text.push_str(&format!(" {}={}", write_string(&member.name.value), plain_scalar(&member.value)?));
        }
        return draft.insert(&[], behind, &text);
    }
    let keys = |node: Node<'_>| node.properties().filter_map(Entry::key).map(str::to_owned).collect::<Vec<_>>();
    for key in draft.look(&path, |_, node| keys(node)).unwrap_or_default() {
        if new.get(&key).is_none() {
            draft.set_property(&path, &key, None)?;
        }
    }
    for member in &new.members {
        draft.set_property(&path, &member.name.value, Some(&member.value))?;
    }
    Ok(())
}

fn label(draft: &mut Draft, name: &str, value: Option<&Value>) -> Result<(), Stuck> {
    let path = [Step::Child("labels")];
    match value {
        Some(value) if !draft.has(&path) => {
            let text = format!("labels {}={}", write_string(name), plain_scalar(value)?);
            draft.insert(&[], &["store", "path"], &text)
        }
        None if !draft.has(&path) => Ok(()),
        value => {
            draft.set_property(&path, name, value)?;
            let is_empty = draft.look(&path, |_, node| node.entries().next().is_none());
            if is_empty == Some(true) { draft.remove(&path) } else { Ok(()) }
        }
    }
}

/// Sets or removes a line that is a word alone.
fn flag_line(draft: &mut Draft, line: &'static str, value: Option<&Value>) -> Result<(), Stuck> {
    let path = [Step::Child(line)];
    match value {
        None => draft.remove(&path),
        Some(Value::Bool(true)) if draft.has(&path) => Ok(()),
        Some(Value::Bool(true)) => draft.insert(&[], &[], line),
        Some(_) => Err(Stuck::no_words("anything but its being there")),
    }
}

/// Sets, adds or removes what an action calls.
fn backend(draft: &mut Draft, [_, new]: [Option<&Value>; 2]) -> Result<(), Stuck> {
    let path = vec![Step::Child("backend")];
    let Some(new) = new else { return draft.remove(&path) };
    let new = new.as_object().ok_or_else(|| Stuck::no_words("this backend"))?;
    let known = ["type", "settings", "send", "reportStatus"];
    if let Some(stranger) = new.members.iter().find(|member| !known.contains(&&*member.name.value)) {
        return Err(Stuck::no_words(&format!("`{}` of a backend", stranger.name.value)));
    }
    let kind = new.get("type").map(|kind| &kind.value).ok_or_else(|| Stuck::no_words("a backend of no type"))?;
    if draft.has(&path) {
        draft.set_argument(&path, 0, kind)?;
    } else {
        draft.insert(&[], &["input", "title", "description", "icon"], &format!("backend {}", plain_scalar(kind)?))?;
    }
    let empty = Map::default();
    let group = |word: &str| new.get(word).and_then(|group| group.as_object()).unwrap_or(&empty);
    let keys = |node: Node<'_>| node.properties().filter_map(Entry::key).map(str::to_owned).collect::<Vec<_>>();
    for key in draft.look(&path, |_, node| keys(node)).unwrap_or_default() {
        if group("settings").get(&key).is_none() {
            draft.set_property(&path, &key, None)?;
        }
    }
    for setting in &group("settings").members {
        draft.set_property(&path, &setting.name.value, Some(&setting.value))?;
    }
    sends(draft, &path, group("send"))?;
    let report = below(&path, Step::Child("report-status"));
    match (new.get("reportStatus").is_some(), draft.has(&report)) {
        (true, false) => draft.insert(&path, &[], "report-status"),
        (false, true) => draft.remove(&report),
        _ => Ok(()),
    }
}

fn sends(draft: &mut Draft, path: &[Step], wanted: &Map) -> Result<(), Stuck> {
    let keys = |node: Node<'_>| -> Vec<String> {
        let lines = node.children().filter(|child| child.name() == "send");
        lines.filter_map(|line| Some(line.argument(0)?.string()?.to_owned())).collect()
    };
    for key in draft.look(path, |_, node| keys(node)).unwrap_or_default() {
        if wanted.get(&key).is_none() {
            draft.remove(&below(path, Step::Named("send", key)))?;
        }
    }
    for member in &wanted.members {
        let name = member.name.value.to_string();
        let line = below(path, Step::Named("send", name.clone()));
        let foreign = member.value.as_object().and_then(|map| match map.members.as_slice() {
            [one] => Some((one.name.value.clone(), one.value.as_str()?.to_owned())),
            _ => None,
        });
        let text = match &foreign {
            Some((language, text)) => format!("({language}){}", quoted(text)),
            None => plain_scalar(&member.value)?,
        };
        match (draft.has(&line), &foreign) {
            (false, _) => draft.insert(path, &["send"], &format!("send {} {text}", write_string(&name)))?,
            (true, None) => draft.set_argument(&line, 1, &member.value)?,
            (true, Some((language, source))) => draft.edit(&line, |_, node| {
                let Some(entry) = node.argument(1) else { return Ok(Vec::new()) };
                let same = entry.annotation() == Some(language) && entry.string() == Some(source);
                let edit = crate::diag::Edit { span: entry.span(), text: text.clone() };
                Ok(if same { Vec::new() } else { vec![edit] })
            })?,
        }
    }
    Ok(())
}

/// A text in quotes, as those of other languages are written.
fn quoted(text: &str) -> String {
    let plain = write_string(text);
    if plain.starts_with('"') { plain } else { format!("\"{plain}\"") }
}
