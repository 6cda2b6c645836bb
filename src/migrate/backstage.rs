//! The entities of Backstage's catalog among the documents of a folder.

use super::answer::Page;
use super::filled::{is_filled_in, is_made_by_template, is_made_by_templates, is_named_by_template};
use super::home::{Given, Home};
use super::own_kind::{called, own_kinds};
use super::refused::{Rules, refused};
use super::relative::{FETCHED, fetches, has_paths, plain};
use super::targets::Targets;
use super::text::{Document, DocumentPlace};
use super::way::{get, get_mut, text};
use super::{Fate, Found, Note, Prepared, Recognised};
use crate::backstage::{DEFAULT_NAMESPACE, Key, Reference, is_address};
use crate::diag::Diagnostics;
use crate::grammar::Neighbour;
use crate::model::{Address, Blueprint, Declaration, Declared, Kind, Map, Name, Value};
use crate::neighbour::{Envelopes, Holds, Loss, document, entity_name, reference, way_steps};
use crate::resolve::MemoryLoader;
use crate::source::{FileId, Origin, SourceFile, Sources};
use crate::workspace::load;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// What makes a project know the kinds of Backstage.
const USE: &str = "use \"std:backstage\"\n";

/// The blueprint of that module whose words those of other kinds are, as far as they have them.
const MODEL: &str = "component";

/// What the catalog writes into the annotations of an entity.
const INJECTED: [&str; 3] =
    ["backstage.io/managed-by-location", "backstage.io/managed-by-origin-location", "backstage.io/orphan"];

/// The entities in a document: it, each of a list, or each of an answer of the catalog's API.
pub(super) fn recognise(document: Document, recognised: &mut Recognised) {
    let place = document.place();
    value(document.value, place, recognised);
}

fn value(value: Value, place: DocumentPlace, recognised: &mut Recognised) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.into_iter().enumerate() {
                self::value(item.value, place.to(&index.to_string()), recognised);
            }
        }
        Value::Object(mut map) if map.get("kind").is_none() && map.get("items").is_some() => {
            recognised.pages.push(Page::of(&map, &place, |name| name == "items"));
            let items = map.remove("items").map_or(Value::Null, |items| items.value);
            self::value(items, place.to("items"), recognised);
        }
        Value::Object(map) if is_entity(&map) => {
            recognised.found.push(Found { kind: Kind::Entity, document: map, place });
        }
        _ => recognised.unknown(&place),
    }
}

fn is_entity(map: &Map) -> bool {
    text(map, &["apiVersion"]).is_some()
        && text(map, &["kind"]).is_some()
        && map.get("metadata").is_some_and(|metadata| metadata.as_object().is_some())
}

/// Leaves out what is no more of Backstage than any manifest of Kubernetes: kinds of one's own are known by the file that they stand in,
/// which is called as catalogs are, holds a kind of Backstage too, or is the target of a `Location`.
pub(super) fn without_manifests(recognised: &mut Recognised, sources: &Sources) {
    let path = |file: FileId| path(file, sources);
    let is_known = |one: &&Found| is_of_backstage(&one.document) || is_catalog(&sources.file(one.place.file).name);
    let files: HashSet<FileId> = recognised.found.iter().filter(is_known).map(|one| one.place.file).collect();
    let targets = Targets::of(&recognised.found, sources);
    let found = std::mem::take(&mut recognised.found);
    let is_meant = |one: &Found| files.contains(&one.place.file) || targets.has(&path(one.place.file));
    let (found, others): (Vec<_>, Vec<_>) = found.into_iter().partition(is_meant);
    recognised.found = found;
    recognised.unknown.extend(others.into_iter().map(|one| one.place));
}

/// Whether a text, be it readable or not, may be of the catalog: it says so, is called so, or a `Location` leads to it.
pub(super) fn is_told_of(file: &SourceFile, found: &[Found], sources: &Sources) -> bool {
    let is_target = || Targets::of(found, sources).has(&plain(Path::new(&file.name)));
    file.text.contains("backstage.io/") || is_catalog(&file.name) || is_target()
}

/// Leaves out what templates make others of, be it readable or not: the files in the folders that the steps of a template fetch from, as
/// the scaffolder finds them beside the template; those with braces of a template in their path; and in others the documents that have such in
/// their name, or can be read only once such are filled in, with those beside them in which something is filled in too.
pub(super) fn without_skeletons(recognised: &mut Recognised, problems: &mut Diagnostics, sources: &Sources) {
    let templates = recognised.found.iter().filter(|one| text(&one.document, &["kind"]) == Some("Template"));
    let folders: Vec<PathBuf> =
        templates.flat_map(|one| skeletons(&one.document, &path(one.place.file, sources))).collect();
    let is_skeleton = |file: FileId| {
        let path = path(file, sources);
        is_filled_in(&path.to_string_lossy()) || folders.iter().any(|folder| path.starts_with(folder))
    };
    let unreadable: Vec<FileId> = problems.iter().map(|problem| problem.primary.span().file).collect();
    let is_filled = |file: &FileId| {
        let source = sources.file(*file);
        is_told_of(source, &recognised.found, sources) && is_made_by_templates(source)
    };
    let filled: HashSet<FileId> = unreadable.iter().copied().filter(is_filled).collect();
    let found = recognised.found.iter().map(|one| &one.place).chain(&recognised.unknown).map(|place| place.file);
    recognised.skeletons = found.chain(unreadable).filter(|file| is_skeleton(*file)).collect();
    let is_of_catalog = |file: FileId| !recognised.skeletons.contains(&file);
    recognised.unknown.retain(|place| is_of_catalog(place.file));
    recognised.found.retain(|one| is_of_catalog(one.place.file));
    problems.retain(|problem| is_of_catalog(problem.primary.span().file));
    let named = recognised.found.iter().filter(|one| is_named_by_template(&one.document));
    let some: HashSet<FileId> = named.map(|one| one.place.file).chain(filled.iter().copied()).collect();
    let is_made = |one: &mut Found| some.contains(&one.place.file) && is_made_by_template(&one.document);
    let mut places: Vec<DocumentPlace> = recognised.found.extract_if(.., is_made).map(|one| one.place).collect();
    problems.retain(|problem| {
        let at = problem.primary.span();
        let is_made = filled.contains(&at.file);
        if is_made {
            let number = recognised.written.number_at(at.file, at.start);
            let place = DocumentPlace { number, ..DocumentPlace::of_file(at.file) };
            recognised.written.note_unread(place.clone(), at);
            places.push(place);
        }
        !is_made
    });
    recognised.notes.extend(places.into_iter().map(|place| Note::new(place, Fate::Unknown, MADE_BY_TEMPLATE)));
}

/// Why what a template makes others of is not taken in.
pub(super) const MADE_BY_TEMPLATE: &str = "it is what a template makes files of";

/// The folders that the steps of a template fetch from, as far as they are said without a template: those that do not hold the template itself.
fn skeletons(template: &Map, path: &Path) -> Vec<PathBuf> {
    let here = path.parent().unwrap_or(Path::new(""));
    let steps = get(template, &["spec", "steps"]).and_then(Value::as_array).unwrap_or_default();
    let fetched = steps.iter().filter_map(|step| {
        let step = step.as_object().filter(|step| fetches(step))?;
        let url = text(step, &FETCHED).filter(|url| !is_address(url))?;
        let said = match url.split_once("{{") {
            Some((said, _)) => said.rsplit_once('/').map_or("", |(folder, _)| folder),
            None => url,
        };
        Some(plain(&here.join(said)))
    });
    fetched.filter(|folder| !path.starts_with(folder)).collect()
}

/// The path of a file, without steps that lead back.
fn path(file: FileId, sources: &Sources) -> PathBuf {
    plain(Path::new(&sources.file(file).name))
}

fn is_of_backstage(document: &Map) -> bool {
    let group =
        text(document, &["apiVersion"]).and_then(|version| version.split_once('/')).map_or("", |(group, _)| group);
    group == "backstage.io" || group.ends_with(".backstage.io")
}

fn is_catalog(name: &str) -> bool {
    Path::new(name).file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| stem.starts_with("catalog-info"))
}

/// Gets entities ready to be taken in, and tells what Backstage refuses of them. The blueprints of the project come first, and those of
/// plat's module say what kinds there are no others of.
pub(super) fn prepare(found: &mut [Found], home: &Home<'_>, notes: &mut Vec<Note>) -> Prepared {
    let mut blueprints: Vec<(Address, Map)> =
        home.blueprints().map(|(address, body)| (address.clone(), body.clone())).collect();
    let there = envelopes(blueprints.iter().map(|(address, body)| (address, body)));
    let module = given();
    let mut given = Given::default();
    let is_open = |one: &Found| blueprint(&one.document, &there).is_none();
    if found.iter().any(is_open) && !module.iter().all(|of_module| blueprints.contains(of_module)) {
        given = Given { blueprints: module.to_vec(), file: Some(("backstage.kdl", USE)), ..Given::default() };
        blueprints.extend(module.iter().cloned());
    }
    let model = module.iter().find(|(address, _)| *address.name == *MODEL).map(|(_, body)| body);
    let known = self::envelopes(blueprints.iter().map(|(address, body)| (address, body)));
    let own = model.map(|model| own_kinds(found, &known, model)).unwrap_or_default();
    let envelopes = blueprints.iter().map(|(address, body)| (address, body));
    let envelopes = self::envelopes(envelopes.chain(own.iter().map(|(address, body, ..)| (address, body))));
    let validators = self::envelopes(module.iter().map(|(address, body)| (address, body)));
    for one in found.iter() {
        let rules = rules(&one.document, &envelopes, &validators);
        let refused = refused(&one.document, &rules).into_iter();
        notes.extend(refused.map(|Loss { place, reason }| Note::new(one.place.below(&place), Fate::Refused, reason)));
    }
    tell_other_paths(found, home, &envelopes, notes);
    mend(found, home, &envelopes);
    let mut prepared = Prepared { given, envelopes, ..Prepared::default() };
    for (address, body, place, unlike) in own {
        prepared.unlike.insert(address.name.clone(), unlike);
        prepared.own.push((address, body, place));
    }
    prepared
}

/// Tells where paths come beside those that the project has of an earlier import: from which folder these are said nobody knows.
fn tell_other_paths(found: &mut [Found], home: &Home<'_>, envelopes: &Envelopes, notes: &mut Vec<Note>) {
    let address = |one: &Found| {
        let (_, namespace, name) = called(&one.document)?;
        let blueprint = blueprint(&one.document, envelopes)?.clone();
        Some(Address::below(Kind::Entity, blueprint, entity_name(namespace, name).as_str().into()))
    };
    let coming: HashSet<Address> = found.iter().filter_map(address).collect();
    let Some(one) = found.iter_mut().find_map(|one| has_paths(&mut one.document).then_some(one)) else { return };
    let has_others = |(address, body): &(&Address, &Map)| {
        let envelope = envelopes.of_blueprint(&address.parent).filter(|_| !coming.contains(address));
        let made = envelope.and_then(|_| document(Neighbour::Backstage, Kind::Entity, &[], body, &|_| false, envelope));
        made.is_some_and(|mut made| has_paths(&mut made.map))
    };
    if let Some((other, _)) = home.entities().find(has_others) {
        let reason = format!(
            "it has paths, and so has {other}, which the project has already: all are read as said from one folder now; take in all folders at once"
        );
        notes.push(Note::new(one.place.clone(), Fate::Mended, reason));
    }
}

/// What Backstage's own validators ask of its kinds.
pub(super) fn validators() -> Envelopes {
    envelopes(given().iter().map(|(address, body)| (address, body)))
}

/// Whether an object is the blueprint of its name in plat's module.
pub(super) fn is_of_module(one: &(dyn Declared + Sync)) -> bool {
    let address = one.address();
    address.kind == Kind::Blueprint && given().iter().any(|(other, known)| *other == address && *known == one.body())
}

/// What an entity is held to.
pub(super) fn rules<'e>(document: &Map, envelopes: &'e Envelopes, validators: &'e Envelopes) -> Rules<'e> {
    let of = |envelopes: &'e Envelopes| envelopes.of_kind(text(document, &["kind"])?).map(|(_, envelope)| envelope);
    Rules { backstage: of(validators), own: of(envelopes) }
}

/// The blueprints of Backstage's kinds, as the module that a project uses has them.
fn given() -> &'static [(Address, Map)] {
    static GIVEN: LazyLock<Vec<(Address, Map)>> = LazyLock::new(|| {
        let loaded = load(&MemoryLoader::new([("plat.kdl", "project kinds\n"), ("backstage.kdl", USE)]));
        let declared = loaded.iter().flat_map(|loaded| loaded.project.declared());
        let blueprints = declared.filter(|one| one.address().kind == Kind::Blueprint);
        blueprints.map(|one| (one.address(), one.body())).collect()
    });
    &GIVEN
}

/// Where the entities of blueprints stand in Backstage.
fn envelopes<'b>(blueprints: impl IntoIterator<Item = (&'b Address, &'b Map)>) -> Envelopes {
    let read = |(address, body): (&Address, &Map)| {
        Blueprint::of(&Declaration {
            address: address.clone(),
            named: Origin::Nowhere,
            span: Origin::Nowhere,
            body: body.clone(),
            lifecycle: None,
        })
    };
    let blueprints: Vec<Blueprint> = blueprints.into_iter().filter_map(read).collect();
    Envelopes::of(&blueprints)
}

/// Writes each document as plat does: without what the catalog writes itself and what says nothing, and each reference as short as it can be, with
/// the name of an entity that is there as that spells it.
fn mend(found: &mut [Found], home: &Home<'_>, envelopes: &Envelopes) {
    let mut spelled: HashMap<Key, String> = HashMap::new();
    for one in found.iter_mut() {
        let annotations = inner(&mut one.document, "metadata").and_then(|metadata| {
            if text(metadata, &["namespace"]) == Some(DEFAULT_NAMESPACE) {
                metadata.remove("namespace");
            }
            inner(metadata, "annotations")
        });
        if let Some(annotations) = annotations {
            annotations.members.retain(|member| !INJECTED.contains(&&*member.name.value));
        }
        // What is in a namespace that can be none is spelled as it is.
        if let Some((kind, namespace, name)) =
            called(&one.document).filter(|(_, namespace, _)| !namespace.contains('/'))
        {
            spelled.entry(Key::of(kind, namespace, name)).or_insert_with(|| entity_name(namespace, name));
        }
    }
    // Those that are taken in take the places of those that were.
    for (Address { parent, name, .. }, _) in home.entities() {
        let Some(envelope) = envelopes.of_blueprint(parent) else { continue };
        let (namespace, own) = name.split_once('/').unwrap_or((DEFAULT_NAMESPACE, name));
        spelled.entry(Key::of(&envelope.kind, namespace, own)).or_insert_with(|| name.to_string());
    }
    for one in found {
        let Some((kind, namespace, _)) = called(&one.document) else { continue };
        let Some((_, envelope)) = envelopes.of_kind(kind) else { continue };
        let namespace = namespace.to_owned();
        let short = |text: &str, default: Option<&str>| {
            let read = Reference::read(text)?;
            let key = read.key(default, &namespace)?;
            let elsewhere = || {
                let within = read.namespace.unwrap_or(&namespace);
                // What it would be read as without its parts is another.
                let is_plain = !within.contains('/') && !read.name.contains(['/', ':']);
                is_plain.then(|| entity_name(within, read.name))
            };
            let name = spelled.get(&key).cloned().or_else(elsewhere)?;
            Some(reference(Some(key.kind()).filter(|kind| default != Some(*kind)), &name, &namespace))
        };
        let fields = envelope.fields_in(&one.document).into_iter();
        let ways = fields.filter(|(_, all)| all.iter().any(|field| matches!(field.holds, Holds::References { .. })));
        for (way, _) in ways {
            let default = envelope.default_kind(way);
            let Some(value) = get_mut(&mut one.document, &way_steps(way)) else { continue };
            let shorten = |value: &mut Value| {
                if let Some(short) = value.as_str().and_then(|text| short(text, default)) {
                    *value = Value::string(short);
                }
            };
            match value {
                Value::Array(items) => {
                    for item in items.iter_mut() {
                        shorten(&mut item.value);
                    }
                    let mut told: HashSet<Box<str>> = HashSet::new();
                    items.retain(|item| item.as_str().is_none_or(|text| told.insert(text.into())));
                }
                value => shorten(value),
            }
        }
    }
}

/// Whether an entity would be another one by its address: what parts a namespace from a name there stands in its own name.
pub(super) fn is_of_another(document: &Map, address: &Address) -> bool {
    let name = text(document, &["metadata", "name"]).filter(|_| address.kind == Kind::Entity);
    name.is_some_and(|name| name.contains('/') && *name == *address.name)
}

/// The blueprint of an entity.
pub(super) fn blueprint<'e>(document: &Map, envelopes: &'e Envelopes) -> Option<&'e Name> {
    envelopes.of_kind(text(document, &["kind"])?).map(|(name, _)| name)
}

fn inner<'m>(map: &'m mut Map, name: &str) -> Option<&'m mut Map> {
    match get_mut(map, &[name])? {
        Value::Object(inner) => Some(inner),
        _ => None,
    }
}
