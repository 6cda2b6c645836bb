//! The project that what is taken in becomes a part of.

use super::asking::{Asked, Promises};
use super::kratix::is_of_cluster;
use super::way::{at, text};
use super::{ImportError, Otherwise};
use crate::grammar::Neighbour;
use crate::model::{Address, Declared, Kind, Map, Member, Project, Value};
use crate::neighbour::pointer;
use crate::resolve::{LoadError, MemoryLoader, overlays};
use crate::source::{FileId, SourceFile, Sources, Span, Spanned};
use crate::syntax::{Node, Tree, is_canonical, parse};
use crate::workspace::{Loaded, Unwatched, Workspace};
use crate::writer::{Draft, Listings, Stuck, change};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// Reads the project as it is with some files, by name, in the place of those of the same names; what has not changed since the workspace last read it costs
/// little.
pub type Load<'l> = dyn Fn(&BTreeMap<String, String>, &mut Workspace) -> Result<Loaded, ImportError> + Sync + 'l;

/// Reads a project of which there is nothing yet but the text that names it.
pub fn alone(project: &str) -> impl Fn(&BTreeMap<String, String>, &mut Workspace) -> Result<Loaded, ImportError> {
    move |files, workspace| {
        let files = files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        Ok(workspace.load(&MemoryLoader::new(files.chain([("plat.kdl", project)])), &Unwatched)?)
    }
}

/// The project as it is before.
pub(super) struct Home<'l> {
    /// Reads it with more files.
    pub(super) load: &'l Load<'l>,
    /// Its objects.
    there: Vec<There>,
    /// Where each is among them.
    places: HashMap<Address, usize>,
    /// The texts of its files, by name.
    texts: HashMap<String, Text>,
    /// Its promises, and those of other projects that it uses; each has the version that it is here by.
    pub(super) promises: Promises,
    /// What other projects own and it uses, but entities and requests.
    of_others: HashMap<Address, Map>,
    /// The entities among that.
    entities_of_others: Vec<Address>,
}

/// An object of it.
pub(super) struct There {
    pub(super) address: Address,
    pub(super) body: Map,
    pub(super) file: String,
    /// The file, the line and the column.
    pub(super) place: String,
    span: Span,
    /// Whether the line that declares it stands there as it is, and declares nothing else.
    is_alone: bool,
    /// Where an overlay changes it.
    overlay: Option<String>,
    /// The parts of it into which values are put, by JSON pointer, each with where that is.
    put_in: Vec<(String, String)>,
    /// Whether it comes from a module that is a part of plat.
    pub(super) is_of_library: bool,
}

impl There {
    /// What else than its line says it, where it is to be another one.
    fn made_by(&self, body: &Map) -> Option<String> {
        let overlay = self.overlay.as_ref().filter(|_| self.body != *body);
        let put_in = || self.put_in.iter().find(|(pointer, _)| at(&self.body, pointer) != at(body, pointer));
        match overlay {
            Some(place) => Some(format!("an overlay changes it at {place}")),
            None => put_in().map(|(_, place)| format!("a value is put in at {place}")),
        }
    }
}

/// The parts of a body into which values were put, by JSON pointer, each with where that is. A list is one part.
fn put_in(body: &Map, around: &str, sources: &Sources) -> Vec<(String, String)> {
    let first = |value: &Spanned<Value>| {
        let span = value.span.text()?;
        let written = sources.written(span);
        let put_in = sources.put_in(span).next().or((!written.is_whole).then_some(written.span));
        put_in.map(|at| sources.location(at))
    };
    let mut found = Vec::new();
    for Member { name, value } in &body.members {
        let way = format!("{around}{}", pointer(&[&*name.value]));
        match &value.value {
            Value::Object(inner) => found.extend(put_in(inner, &way, sources)),
            Value::Array(items) => found.extend(items.iter().find_map(first).map(|at| (way, at))),
            _ => found.extend(first(value).map(|at| (way, at))),
        }
    }
    found
}

/// What asks for a promise, and what it is called; nothing for anything else.
fn asked_by((address, body): (&Address, &Map)) -> Option<((String, String), Asked)> {
    if address.kind != Kind::Promise {
        return None;
    }
    let [group, version, kind] = ["group", "version", "kind"].map(|word| text(body, &[word]));
    let kept = body.get(Neighbour::Kratix.word()).and_then(|kept| kept.as_object());
    let asked =
        Asked { promise: address.name.clone(), is_stored: true, is_of_cluster: kept.is_some_and(is_of_cluster) };
    Some(((format!("{}/{}", group?, version?), kind?.to_owned()), asked))
}

/// The names of the environments of a project.
fn environments(project: &Project) -> impl Iterator<Item = &str> {
    project.environments.iter().map(|environment| &*environment.name.value)
}

/// The text of a file.
struct Text {
    text: Arc<str>,
    /// Its tree, and whether it is in the canonical format.
    read: OnceLock<(Tree, bool)>,
}

/// What the project has; what is taken in says some of it otherwise.
#[derive(Default)]
pub(super) struct Given {
    /// Its blueprints.
    pub(super) blueprints: Vec<(Address, Map)>,
    /// Its promises.
    pub(super) promises: Vec<(Address, Map)>,
    /// Its entities.
    pub(super) entities: Vec<Address>,
    /// The file to be written that gives a part of them, with its text.
    pub(super) file: Option<(&'static str, &'static str)>,
}

impl<'l> Home<'l> {
    /// # Errors
    /// Where the project cannot be read.
    pub(super) fn read(load: &'l Load<'l>) -> Result<Self, ImportError> {
        let loaded = load(&BTreeMap::new(), &mut Workspace::default())?;
        // What else it reads is no text of its own: data, and modules, which others may use too.
        let is_kdl = |file: &SourceFile| Path::new(&file.name).extension().is_some_and(|ending| ending == "kdl");
        let is_text = |file: &&SourceFile| file.may_be_changed() && is_kdl(file);
        let files = loaded.sources.of_people().map(|(_, file)| file).filter(is_text);
        let mut texts = HashMap::new();
        for file in files {
            if file.invalid_utf8.is_some() {
                let source = std::io::Error::other("it is not UTF-8");
                return Err(LoadError::Io { path: file.name.clone(), source }.into());
            }
            texts.insert(file.name.clone(), Text { text: Arc::clone(&file.text), read: OnceLock::new() });
        }
        let overlaid = overlays(loaded.project.environment.as_deref(), &loaded.sources);
        // The text of one that is in no environment is that of all: what one of them changes is another object there.
        let elsewhere: Vec<_> = match &loaded.project.environment {
            None => environments(&loaded.project).map(|name| overlays(Some(name), &loaded.sources)).collect(),
            Some(_) => Vec::new(),
        };
        let of = |one: &(dyn Declared + Sync)| {
            let (address, body, span) = (one.address(), one.body(), one.span().shown());
            let written = loaded.sources.written(span);
            let file = loaded.sources.file(written.span.file);
            let is_made = loaded.sources.making(span.file).is_some();
            let overlay = overlaid.get(&address).filter(|_| is_made);
            let overlay = overlay.or_else(|| elsewhere.iter().find_map(|overlaid| overlaid.get(&address)));
            There {
                file: file.name.clone(),
                place: loaded.sources.location(span),
                span: written.span,
                is_alone: written.through.is_empty() && loaded.sources.put_in(span).next().is_none(),
                overlay: overlay.map(|at| loaded.sources.location(*at)),
                put_in: if is_made { put_in(&body, "", &loaded.sources) } else { Vec::new() },
                is_of_library: !file.may_be_changed(),
                address,
                body,
            }
        };
        let there: Vec<There> = loaded.project.declared().into_iter().map(of).collect();
        let places = there.iter().enumerate().map(|(index, one)| (one.address.clone(), index)).collect();
        let externs = &loaded.project.externs;
        let of_others: HashMap<Address, Map> =
            externs.objects.iter().map(|one| (one.address.clone(), one.body().clone())).collect();
        let entities_of_others = externs.entities.iter().map(Declared::address).collect();
        // Its own come last, and take the places of others.
        let own = there.iter().map(|one| (&one.address, &one.body));
        let promises = of_others.iter().chain(own).filter_map(asked_by).collect();
        Ok(Self { load, there, places, texts, promises, of_others, entities_of_others })
    }

    /// Its own objects, and those that are a part of plat.
    pub(super) fn all(&self) -> &[There] {
        &self.there
    }

    /// The object of an address.
    pub(super) fn object(&self, address: &Address) -> Option<&There> {
        self.places.get(address).and_then(|index| self.there.get(*index))
    }

    /// The text of a file, and whether it is in the canonical format.
    pub(super) fn text(&self, file: &str) -> Option<(&Tree, bool)> {
        let text = self.texts.get(file)?;
        let read = || (parse(FileId(0), &text.text).0, is_canonical(&text.text));
        let (tree, is_canonical) = text.read.get_or_init(read);
        Some((tree, *is_canonical))
    }

    /// The node that declares an object, where it stands in a file of the project.
    pub(super) fn node(&self, there: &There) -> Option<Node<'_>> {
        let node = self.text(&there.file)?.0.node_at(there.span.start).filter(|_| there.is_alone)?;
        (node.head_span().range() == there.span.range()).then_some(node)
    }

    /// The node of an object that the project has, with the smallest change that makes it what comes; nothing where it has none.
    ///
    /// # Errors
    /// What of the change the language cannot say.
    pub(super) fn changed(
        &self,
        address: &Address,
        body: &Map,
        listings: Listings<'_>,
    ) -> Option<Result<Arc<str>, Stuck>> {
        let there = self.object(address)?;
        let node = self.node(there)?;
        let mut draft = Draft::of(self.text(&there.file)?.0, node);
        let is_changed =
            if there.body == *body { Ok(()) } else { change(address, &mut draft, [&there.body, body], listings) };
        Some(is_changed.map(|()| draft.text().into()))
    }

    /// Its blueprints, its own before those that are a part of plat.
    pub(super) fn blueprints(&self) -> impl Iterator<Item = (&Address, &Map)> {
        let of = |is_of_library: bool| {
            let there = self.there.iter().filter(move |one| one.is_of_library == is_of_library);
            there.filter(|one| one.address.kind == Kind::Blueprint).map(|one| (&one.address, &one.body))
        };
        of(false).chain(of(true))
    }

    /// Its entities.
    pub(super) fn entities(&self) -> impl Iterator<Item = (&Address, &Map)> {
        let entities = self.there.iter().filter(|one| one.address.kind == Kind::Entity);
        entities.map(|one| (&one.address, &one.body))
    }

    /// Adds what it has and uses to what else there is.
    pub(super) fn give(&self, given: &mut Given) {
        let own = self.there.iter().map(|one| (&one.address, &one.body));
        for (address, body) in self.of_others.iter().chain(own) {
            match address.kind {
                Kind::Blueprint => given.blueprints.push((address.clone(), body.clone())),
                Kind::Promise => given.promises.push((address.clone(), body.clone())),
                Kind::Entity => given.entities.push(address.clone()),
                _ => {}
            }
        }
        given.entities.extend(self.entities_of_others.iter().cloned());
    }

    /// Whether another project owns what is called so, and this one uses it.
    pub(super) fn is_owned_by_another(&self, address: &Address) -> bool {
        self.of_others.contains_key(address)
    }

    /// Whether another project owns an object, and says it just so: this one uses it.
    pub(super) fn is_of_another(&self, address: &Address, body: &Map) -> bool {
        self.of_others.get(address) == Some(body)
    }

    /// Whether it has an object that no file of its own says alone, as far as what comes is another one.
    pub(super) fn is_fixed(&self, address: &Address, body: &Map) -> bool {
        self.object(address).is_some_and(|there| self.node(there).is_none() || there.made_by(body).is_some())
    }

    /// An object that it says otherwise.
    pub(super) fn otherwise(&self, address: &Address, body: &Map) -> Option<Otherwise> {
        let there = self.object(address).filter(|there| there.body != *body)?;
        let There { file, place, span, .. } = there;
        let place = there.made_by(body).map_or_else(|| place.clone(), |by| format!("{place}, where {by}"));
        Some(Otherwise { address: address.clone(), file: file.clone(), place, span: *span })
    }

    /// Its own objects that are none of some, with the file of each.
    pub(super) fn others<'h>(&'h self, read: &'h HashSet<Address>) -> impl Iterator<Item = (&'h Address, &'h str)> {
        let others = self.there.iter().filter(|one| !one.is_of_library && !read.contains(&one.address));
        others.map(|one| (&one.address, &*one.file))
    }
}
