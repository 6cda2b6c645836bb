//! A project's objects as what a neighbour takes.

use super::backstage::{is_of_module, validators};
use super::kratix::{self, Api};
use super::own_kind::called;
use super::refused::{Rules, refused};
use super::way::{get_mut, text};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::grammar::Neighbour;
use crate::model::{Address, Blueprint, Json, Kind, Map, Member, Name, Project, Value};
use crate::neighbour::{Carried, Envelopes, Loss, document};
use crate::source::{Origin, Spanned};
use crate::syntax::judged;
use serde::{Serialize, Serializer};
use serde_saphyr::DoubleQuoted;
use std::collections::{BTreeMap, HashMap};

/// What a project is to a neighbour.
#[derive(Debug, Default)]
pub struct Exported {
    /// The documents, in the order in which the neighbour takes them, by the file that they belong in.
    pub documents: BTreeMap<&'static str, Vec<Value>>,
    /// What has no place there, by object.
    pub losses: Vec<(Address, Origin, Loss)>,
    /// What the neighbour refuses, by object.
    pub refused: Vec<(Address, Origin, Loss)>,
    /// What the neighbour has nothing of, with how many objects there are of each.
    pub without: BTreeMap<String, usize>,
}

/// The objects of a project as a neighbour has them.
pub fn export(neighbour: Neighbour, project: &Project) -> Exported {
    let mut exported = Exported::default();
    let (envelopes, validators, defaults) = match neighbour {
        Neighbour::Backstage => (Envelopes::of(&project.blueprints), validators(), defaults(project)),
        // These have the defaults of the blueprint, and of the API.
        Neighbour::Port | Neighbour::Kratix => Default::default(),
    };
    let mut fitted = Fitted::default();
    let mut references: HashMap<String, Address> = HashMap::new();
    let declared = project.declared().into_iter();
    for one in declared.filter(|one| neighbour != Neighbour::Backstage || !is_of_module(*one)) {
        let (address, mut body) = (one.address(), one.body());
        let envelope = envelopes.of_blueprint(&address.parent);
        let blueprint = body.get("blueprint").and_then(|value| project.blueprint(value.as_str()?));
        if let Some(lacks) = lacking(neighbour, &address, &envelopes, blueprint.is_some()) {
            *exported.without.entry(lacks).or_default() += 1;
            continue;
        }
        if address.kind == Kind::Entity {
            with_defaults(&mut body, defaults.get(&address.parent).map_or(&[], Vec::as_slice));
        }
        let is_relation = |field: &str| blueprint.is_some_and(|blueprint| blueprint.relation(field).is_some());
        let names = names(&address);
        let Some(mut carried) = document(neighbour, address.kind, &names, &body, &is_relation, envelope) else {
            *exported.without.entry(address.kind.word().to_owned()).or_default() += 1;
            continue;
        };
        if let Err(reason) = fitted.fit(&address, &mut carried) {
            exported.losses.push((address, one.span(), Loss { place: String::new(), reason }));
            continue;
        }
        if neighbour == Neighbour::Backstage {
            let kind = envelope.map_or("", |envelope| &envelope.kind);
            let rules = Rules { backstage: validators.of_kind(kind).map(|(_, envelope)| envelope), own: envelope };
            let twin = twin(&mut references, &address, &carried.map);
            let refused = twin.into_iter().chain(refused(&carried.map, &rules));
            exported.refused.extend(refused.map(|loss| (address.clone(), one.span(), loss)));
        }
        exported.losses.extend(carried.losses.into_iter().map(|loss| (address.clone(), one.span(), loss)));
        exported.documents.entry(file(neighbour, address.kind)).or_default().push(Value::Object(carried.map));
    }
    if let Some(all) = exported.documents.get_mut(file(Neighbour::Kratix, Kind::Destination)) {
        kratix::name_stores(all);
    }
    exported
}

/// What has gone out that what comes after it has to fit to: the promises come before what asks for them.
#[derive(Default)]
struct Fitted {
    apis: HashMap<Name, Api>,
    /// What asks for an API of the whole cluster, by its promise and its name.
    of_cluster: HashMap<(Name, String), Address>,
}

impl Fitted {
    /// Makes the document of an object one that its neighbour takes as what it is.
    ///
    /// # Errors
    /// Why it cannot go out.
    fn fit(&mut self, address: &Address, carried: &mut Carried) -> Result<(), String> {
        match address.kind {
            Kind::Promise => {
                let asked = kratix::give(carried)?;
                self.apis.extend(asked.map(|asked| (address.name.clone(), asked)));
            }
            Kind::Request => {
                let api = self.apis.get(&address.parent);
                let lacks = || format!("`{}` is left out, or says no API that it could ask", address.parent);
                let api = api.ok_or_else(lacks)?;
                if api.is_of_cluster {
                    without_namespace(&mut self.of_cluster, address, carried)?;
                }
                carried.map = asked(api, std::mem::take(&mut carried.map), &mut carried.losses);
            }
            Kind::Scorecard => unjudged(carried)?,
            _ => {}
        }
        Ok(())
    }
}

/// Takes the namespace out of a request of an API of the whole cluster.
///
/// # Errors
/// That another one is the same without it.
fn without_namespace(
    of_cluster: &mut HashMap<(Name, String), Address>,
    address: &Address,
    request: &mut Carried,
) -> Result<(), String> {
    let (Some(namespace), name) = address.namespaced() else { return Ok(()) };
    let key = (address.parent.clone(), name.to_owned());
    if let Some(other) = of_cluster.get(&key) {
        return Err(format!("its API is of the whole cluster, where {other} has its name"));
    }
    of_cluster.insert(key, address.clone());
    if let Some(Value::Object(metadata)) = get_mut(&mut request.map, &["metadata"]) {
        metadata.remove("namespace");
    }
    if namespace != kratix::DEFAULT_NAMESPACE {
        let reason = "its API is of the whole cluster, which has no namespaces in it".to_owned();
        request.losses.push(Loss { place: "namespace".to_owned(), reason });
    }
    Ok(())
}

/// What a neighbour lacks of what an object cannot be without there: a place for a blueprint, whose kind is in the documents of its entities,
/// the kind of an entity, or the blueprint that a scorecard judges.
fn lacking(neighbour: Neighbour, address: &Address, envelopes: &Envelopes, has_blueprint: bool) -> Option<String> {
    match (neighbour, address.kind) {
        (Neighbour::Backstage, Kind::Blueprint) if envelopes.of_blueprint(&address.name).is_some() => {
            let what = "place for what a blueprint says beside its `backstage`: titles, types and what is worked out";
            Some(what.to_owned())
        }
        (Neighbour::Backstage, Kind::Entity) if envelopes.of_blueprint(&address.parent).is_none() => {
            Some(format!("kind for entities of `{}`, whose blueprint has no `backstage`", address.parent))
        }
        (Neighbour::Port, Kind::Scorecard) if !has_blueprint => {
            Some("blueprint for what a scorecard of a promise judges".to_owned())
        }
        _ => None,
    }
}

/// The values that stand in an entity of each blueprint where it says none.
fn defaults(project: &Project) -> HashMap<Name, Vec<(Name, Spanned<Value>)>> {
    let of = |blueprint: &Blueprint| {
        let all = blueprint.properties.iter().filter_map(|one| Some((one.name.value.clone(), one.default.clone()?)));
        (blueprint.name.value.clone(), all.collect())
    };
    project.blueprints.iter().map(of).collect()
}

/// Writes out the values that nobody wrote.
fn with_defaults(body: &mut Map, defaults: &[(Name, Spanned<Value>)]) {
    if defaults.is_empty() {
        return;
    }
    let mut properties = match body.remove("properties").map(|properties| properties.value) {
        Some(Value::Object(properties)) => properties,
        _ => Map::default(),
    };
    for (name, value) in defaults {
        if properties.get(name).is_none() {
            properties.put(name, value.value.clone(), Origin::Nowhere);
        }
    }
    body.put("properties", Value::Object(properties), Origin::Nowhere);
}

/// That Backstage has one reference for an entity and for one before it.
fn twin(references: &mut HashMap<String, Address>, address: &Address, document: &Map) -> Option<Loss> {
    let (kind, namespace, name) = called(document)?;
    let reference = format!("{kind}:{namespace}/{name}").to_lowercase();
    let Some(twin) = references.get(&reference) else {
        references.insert(reference, address.clone());
        return None;
    };
    let reason = format!("`{reference}` is {twin} already, and the catalog has one of a name");
    Some(Loss { place: String::new(), reason })
}

/// The names of an object, as the grammar calls them.
fn names(address: &Address) -> Vec<(&'static str, Box<str>)> {
    let (namespace, name) = address.namespaced();
    let mut names = vec![("id", name.into()), ("name", name.into())];
    names.extend(namespace.map(|namespace| ("namespace", namespace.into())));
    match address.kind {
        Kind::Entity => names.push(("blueprint", (*address.parent).into())),
        Kind::Request => names.push(("promise", (*address.parent).into())),
        _ => {}
    }
    names
}

/// Takes the rules out of a scorecard whose conditions Port cannot say.
///
/// # Errors
/// That it cannot go out at all, where it would judge entities that it does not judge here.
fn unjudged(scorecard: &mut Carried) -> Result<(), String> {
    if scorecard.map.get("filter").is_none()
        && let Some(loss) = scorecard.losses.iter().find(|loss| loss.place == "filter")
    {
        return Err(format!("without its `only-for` it would judge every entity: {}", loss.reason));
    }
    let rules = scorecard.map.members.iter_mut().find(|member| &*member.name.value == "rules");
    let Some(Value::Array(rules)) = rules.map(|member| &mut member.value.value) else { return Ok(()) };
    for loss in &mut scorecard.losses {
        let Some(name) = loss.place.strip_prefix("rules.").and_then(|rest| rest.strip_suffix(".query")) else {
            continue;
        };
        let is_bare = |rule: &Map| text(rule, &["identifier"]) == Some(name) && rule.get("query").is_none();
        let before = rules.len();
        rules.retain(|rule| !rule.as_object().is_some_and(is_bare));
        if rules.len() < before {
            *loss = Loss { place: format!("rules.{name}"), reason: loss.reason.clone() };
        }
    }
    Ok(())
}

/// The resource that asks for a promise, which says of what API it is.
fn asked(Api { version, kind, .. }: &Api, mut map: Map, losses: &mut Vec<Loss>) -> Map {
    if map.remove("kind").is_some() {
        let reason = "`only-kratix` makes it another object, and what the line says goes out".to_owned();
        losses.push(Loss { place: "/kind".to_owned(), reason });
    }
    let mut document = Map::default();
    document.put("apiVersion", Value::string(version.as_str()), Origin::Nowhere);
    document.put("kind", Value::string(kind.as_str()), Origin::Nowhere);
    map.members.into_iter().for_each(|member| document.set(member.name, member.value));
    document
}

/// Whether a neighbour has objects of a kind.
pub(super) fn has_objects(neighbour: Neighbour, kind: Kind) -> bool {
    document(neighbour, kind, &[], &Map::default(), &|_| false, None).is_some()
}

/// The file that objects of a kind belong in.
fn file(neighbour: Neighbour, kind: Kind) -> &'static str {
    match (neighbour, kind) {
        (Neighbour::Port, Kind::Blueprint) => "blueprints.json",
        (Neighbour::Port, Kind::Entity) => "entities.json",
        (Neighbour::Port, Kind::Scorecard) => "scorecards.json",
        (Neighbour::Port, Kind::Action | Kind::Automation) => "actions.json",
        (Neighbour::Port, Kind::Page) => "pages.json",
        (Neighbour::Port, _) => "teams.json",
        (Neighbour::Kratix, Kind::Promise) => "promises.yaml",
        (Neighbour::Kratix, Kind::PromiseRelease) => "releases.yaml",
        (Neighbour::Kratix, Kind::Request) => "requests.yaml",
        (Neighbour::Kratix, _) => "destinations.yaml",
        (Neighbour::Backstage, _) => "catalog-info.yaml",
    }
}

impl Exported {
    /// The files, by name: JSON with the list of objects for Port, YAML with a document for each for Kratix.
    pub fn files(&self) -> BTreeMap<String, String> {
        self.documents.iter().map(|(name, documents)| ((*name).to_owned(), written(name, documents))).collect()
    }

    /// All of it as one text: an object with the list of each kind for Port, YAML with a document for each for Kratix and Backstage.
    pub fn text(&self) -> String {
        let mut lists: BTreeMap<&str, Vec<InOrder<'_>>> = BTreeMap::new();
        for (name, all) in &self.documents {
            let Some(name) = name.strip_suffix(".json") else { return self.files().into_values().collect() };
            lists.insert(name, all.iter().map(InOrder).collect());
        }
        if lists.is_empty() { String::new() } else { json(&lists) }
    }

    /// The files of which there is nothing, by name, each as it says that.
    pub fn empty_files(&self, neighbour: Neighbour) -> BTreeMap<String, String> {
        let all =
            Kind::ALL.iter().filter(|(kind, _)| has_objects(neighbour, *kind)).map(|(kind, _)| file(neighbour, *kind));
        let open = all.filter(|name| !self.documents.contains_key(name));
        open.map(|name| (name.to_owned(), written(name, &[]))).collect()
    }

    /// What has no place there, as problems.
    pub fn problems(&self) -> Diagnostics {
        let part = |loss: &Loss| if loss.place.is_empty() { String::new() } else { format!("`{}` of ", loss.place) };
        // What is the matter with many objects of a sort is told once.
        let sort = |address: &Address, loss: &Loss| {
            Some(format!("{} {} {} {}", address.kind.word(), address.parent, loss.place, loss.reason))
        };
        let mut problems = Diagnostics::default();
        problems.extend(self.losses.iter().map(|(address, place, loss)| {
            let message = format!("{}{address} is left out: {}", part(loss), loss.reason);
            Diagnostic { sort: sort(address, loss), ..Diagnostic::warning(code::LEFT_OUT, *place, message) }
        }));
        problems.extend(self.refused.iter().map(|(address, place, loss)| {
            let message = format!("{}{address} is refused by Backstage: {}", part(loss), loss.reason);
            Diagnostic { sort: sort(address, loss), ..Diagnostic::warning(code::REFUSED_BY_NEIGHBOUR, *place, message) }
        }));
        problems.sorted().told()
    }
}

fn written(name: &str, documents: &[Value]) -> String {
    if std::path::Path::new(name).extension().is_some_and(|end| end == "json") {
        return json(&documents.iter().map(InOrder).collect::<Vec<_>>());
    }
    let texts = documents.iter().map(|one| serde_saphyr::to_string(&InOrder(one)).unwrap_or_default());
    let text: String = texts.map(|text| format!("---\n{}", with_quoted_keys(&text))).collect();
    visible(&text, |hidden, out| {
        // YAML has an escape of its own for what is beyond the first 65,536 characters.
        let number = u32::from(hidden);
        out.push_str(&if number > 0xffff { format!("\\U{number:08x}") } else { format!("\\u{number:04x}") });
    })
}

/// YAML whose keys stand in quotes where some of them is to be escaped, which says something in quotes alone: the writer puts values into them.
fn with_quoted_keys(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let mut rest = line.trim_start_matches(' ');
        while let Some(item) = rest.strip_prefix("- ") {
            rest = item.trim_start_matches(' ');
        }
        let end = rest.find(": ").or_else(|| rest.trim_end().strip_suffix(':').map(str::len));
        let key = end.map(|end| &rest[..end]).filter(|key| !key.starts_with(['"', '\'']));
        let is_hidden = |key: &&str| judged(key).any(|(one, is_hidden)| is_hidden && !is_layout(one));
        match key.filter(is_hidden) {
            None => out.push_str(line),
            Some(key) => {
                out.push_str(&line[..line.len() - rest.len()]);
                let quoted = key.replace('\\', "\\\\").replace('"', "\\\"");
                out.push_str(&format!("\"{quoted}\"{}", &rest[key.len()..]));
            }
        }
    }
    out
}

fn json(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
    visible(&text, |hidden, out| {
        hidden.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
    })
}

/// A document with an escape for all that nobody sees and that steers who reads it, which stands in quotes: it says the same, and has no power over a
/// terminal or the log of a job.
fn visible(text: &str, escape: impl Fn(char, &mut String)) -> String {
    let mut out = String::with_capacity(text.len());
    for (character, is_hidden) in judged(text) {
        if is_hidden && !is_layout(character) { escape(character, &mut out) } else { out.push(character) }
    }
    out
}

/// Whether a character parts lines and words, and has no power.
fn is_layout(character: char) -> bool {
    matches!(character, '\n' | '\t')
}

/// A text that stands in quotes where some of it is escaped, and where one of its lines would be taken for a command by the log of a job.
struct Text<'t>(&'t str);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let is_command = |line: &str| line.trim_start().starts_with("::");
        if self.0.split('\n').any(is_command) || judged(self.0).any(|(one, is_hidden)| is_hidden && !is_layout(one)) {
            DoubleQuoted(self.0).serialize(serializer)
        } else {
            serializer.serialize_str(self.0)
        }
    }
}

/// What a resource of Kubernetes and its parts begin with.
const FIRST: [&str; 6] = ["apiVersion", "kind", "metadata", "group", "name", "namespace"];

/// A value whose members are written in their own order, those of a resource in that in which people write them: it says nothing to plat, and
/// something to people.
struct InOrder<'v>(&'v Value);

impl Serialize for InOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Array(items) => serializer.collect_seq(items.iter().map(|item| InOrder(item))),
            Value::Object(map) => {
                let is_resource = map.get("apiVersion").is_some();
                let place = |Member { name, value }: &&Member| {
                    let is_first = is_resource || value.as_str().is_some();
                    let found = FIRST.iter().position(|first| is_first && *first == &*name.value);
                    found.unwrap_or(FIRST.len())
                };
                let mut members: Vec<&Member> = map.members.iter().collect();
                members.sort_by_key(place);
                let members = members.into_iter();
                serializer.collect_map(members.map(|member| (Text(&member.name.value), InOrder(&member.value))))
            }
            Value::String(text) => Text(text).serialize(serializer),
            other => Json(other.clone()).serialize(serializer),
        }
    }
}
