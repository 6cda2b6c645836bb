//! What a catalog says as a whole.

use std::collections::hash_map::Entry as Slot;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use git2::Oid;

use super::layer::{self, Layer};
use super::record::{self, Owned};
use super::view::{Listed, Odd, View};
use super::{Fault, GitCatalog, presence, removal, text};
use crate::adapter::git::objects::tree::Spot;
use crate::catalog::{Entry, LevelRecord, Observed, Presence, Stray};
use crate::model::{Address, Digest, HandOvers, Name};

/// See [`crate::catalog::Catalog::observe`].
pub(super) fn observe(catalog: &GitCatalog, view: &View<'_>, project: &str) -> Result<Observed, Fault> {
    let live = view.list(&Layer::Objects)?;
    let own = match view.id(&Layer::Written(project.into()))? {
        // What is live and what we wrote is one and the same.
        Some(id) if Some(id) == view.id(&Layer::Objects)? => None,
        _ => Some(view.list(&Layer::Written(project.into()))?),
    };
    let (fields, lifecycles) =
        (view.list(&Layer::Fields(project.into()))?, view.list(&Layer::Lifecycles(project.into()))?);
    let mut others: Vec<(Address, Name)> = Vec::new();
    for other in view.projects().iter().filter(|other| ***other != *project) {
        let theirs = view.list(&Layer::Written(other.clone()))?.files;
        others.extend(theirs.into_iter().map(|(address, _)| (address, other.clone())));
    }
    others.sort();
    others.dedup_by(|next, first| next.0 == first.0);
    let owned = own.as_ref().unwrap_or(&live);
    let blobs: Vec<Oid> =
        live.files.iter().chain(own.iter().flat_map(|own| &own.files)).map(|(_, blob)| *blob).collect();
    catalog.known.learn(view.repository(), &blobs)?;
    let mut merge = Merge { catalog, view, project, entries: Vec::with_capacity(live.files.len()) };
    let mut rest = [&live.files[..], &owned.files[..], &fields.files[..], &lifecycles.files[..]];
    let mut others = others.into_iter().peekable();
    while let Some(address) = rest[..2].iter().filter_map(|files| files.first()).map(|(address, _)| address).min() {
        let [live, owned, fields, lifecycle] = rest.each_mut().map(|files| take(files, address));
        while others.next_if(|(other, _)| other < address).is_some() {}
        let other_owner = others.next_if(|(other, _)| other == address).map(|(_, name)| name);
        merge.add(address, (live, owned), (fields, lifecycle), other_owner)?;
    }
    let layers = [Some(&live), own.as_ref(), Some(&fields), Some(&lifecycles)];
    let strays = layers.into_iter().flatten().flat_map(|listed: &Listed| &listed.strays);
    Ok(Observed { entries: merge.entries, strays: strays.map(|odd| stray(view, odd)).collect() })
}

/// The blob of an address that is first among files, which is then behind.
fn take(files: &mut &[(Address, Oid)], address: &Address) -> Option<Oid> {
    while let [(first, blob), rest @ ..] = *files {
        match first.cmp(address) {
            std::cmp::Ordering::Less => *files = rest,
            std::cmp::Ordering::Equal => {
                *files = rest;
                return Some(*blob);
            }
            std::cmp::Ordering::Greater => return None,
        }
    }
    None
}

fn stray(view: &View<'_>, Odd { path, is_folder, what }: &Odd) -> Stray {
    let path = view.full(path);
    let what = format!("{} {path:?} {what}", if *is_folder { "the folder" } else { "the file" });
    Stray { what, removal: removal(&path, *is_folder) }
}

/// The entries so far.
struct Merge<'a, 'r> {
    catalog: &'a GitCatalog,
    view: &'a View<'r>,
    project: &'a str,
    entries: Vec<Entry>,
}

impl Merge<'_, '_> {
    fn add(
        &mut self,
        address: &Address,
        (live, owned): (Option<Oid>, Option<Oid>),
        (fields, lifecycle): (Option<Oid>, Option<Oid>),
        other_owner: Option<Name>,
    ) -> Result<(), Fault> {
        let live = live.map(|blob| self.digest(address, blob)).transpose()?;
        let owner = owned.map(|blob| self.owned(address, blob, (fields, lifecycle))).transpose()?;
        self.entries.push(Entry { address: address.clone(), live, owner, other_owner });
        Ok(())
    }

    /// The digest of a body, which is known where there is one.
    fn digest(&self, address: &Address, blob: Oid) -> Result<Presence<Digest>, Fault> {
        match self.catalog.known.of(blob) {
            Some(known) => Ok(Presence::Read(known)),
            None => Ok(presence(self.view, address, &self.view.content(blob)?).map(|body| text::digest(&body))),
        }
    }

    fn owned(
        &self,
        address: &Address,
        blob: Oid,
        (fields, lifecycle): (Option<Oid>, Option<Oid>),
    ) -> Result<crate::catalog::Owned, Fault> {
        let base = match fields {
            Some(fields) => read(self.view, self.project, address, (blob, Some(fields)))?.base,
            None => match self.digest(address, blob)? {
                Presence::Read(digest) => digest,
                Presence::Unreadable(_) => return Err(unread(self.view, self.project, address)),
            },
        };
        let lifecycle = match lifecycle {
            Some(blob) => match record::read_lifecycle(&self.view.content(blob)?) {
                Some(lifecycle) => Some(Arc::new(lifecycle)),
                None => return Err(unread(self.view, self.project, address)),
            },
            None => None,
        };
        Ok(crate::catalog::Owned { base, lifecycle })
    }
}

/// What a project owns of an object, from both of its files.
fn read(
    view: &View<'_>,
    project: &str,
    address: &Address,
    (values, fields): (Oid, Option<Oid>),
) -> Result<Owned, Fault> {
    let fields = fields.map(|blob| view.content(blob)).transpose()?;
    let owned = Owned::read(&view.content(values)?, fields.as_deref());
    owned.ok_or_else(|| unread(view, project, address))
}

/// The record of an object says what nobody can read: what protects it must not get lost.
fn unread(view: &View<'_>, project: &str, address: &Address) -> Fault {
    let path = match path(view, &Layer::Written(project.into()), address) {
        Ok(path) => path,
        Err(fault) => return fault,
    };
    let what = format!(
        "what {project} owns of {address} says something that nobody can read: {path}, or the file of it in `fields` or `lifecycles`"
    );
    Fault::Damaged { what, path }
}

/// What a project owns of some objects.
pub(super) fn owned(view: &View<'_>, project: &str, addresses: &[Address]) -> Result<Vec<Option<Owned>>, Fault> {
    let one = |address: &Address| {
        let Some((_, values)) = view.find(&Layer::Written(project.into()), address)? else { return Ok(None) };
        let fields = view.find(&Layer::Fields(project.into()), address)?.map(|(_, blob)| blob);
        read(view, project, address, (values, fields)).map(Some)
    };
    addresses.iter().map(one).collect()
}

/// What a layer of a project has of some objects, of those that it owns: an older plat that let go of one left its file.
pub(super) fn beside<T>(
    view: &View<'_>,
    (project, layer): (&str, &Layer),
    addresses: &[Address],
    decode: impl Fn(&Address, &[u8]) -> Result<Option<T>, Fault>,
) -> Result<Vec<Option<T>>, Fault> {
    let written = Layer::Written(project.into());
    let one = |address: &Address| match view.find(layer, address)? {
        Some((_, blob)) if view.find(&written, address)?.is_some() => decode(address, &view.content(blob)?),
        Some(_) | None => Ok(None),
    };
    addresses.iter().map(one).collect()
}

/// From whom some objects came to a project that owns them.
pub(super) fn hand_overs(
    view: &View<'_>,
    project: &str,
    addresses: &[Address],
) -> Result<Vec<Option<HandOvers>>, Fault> {
    let asked = (project, &Layer::HandOvers(project.into()));
    beside(view, asked, addresses, |address, content| came_by(view, project, address, content).map(Some))
}

/// From whom an object came to a project, as a file says. One that nobody can read is not taken for none: a line would take over a second time.
pub(super) fn came_by(view: &View<'_>, project: &str, address: &Address, content: &[u8]) -> Result<HandOvers, Fault> {
    HandOvers::decode(content).map_or_else(
        || {
            let path = path(view, &Layer::HandOvers(project.into()), address)?;
            let what = format!("from whom {address} came to {project} is said by {path}, which nobody can read");
            Err(Fault::Damaged { what, path })
        },
        Ok,
    )
}

/// The file of a layer that is an object's, from the root of the branch.
fn path(view: &View<'_>, layer: &Layer, address: &Address) -> Result<String, Fault> {
    let found = view.find(layer, address)?.map(|(path, _)| path);
    let path = found.unwrap_or_else(|| format!("{}/{}", layer.folder_of(address), layer::file(&address.name)));
    Ok(view.full(&path))
}

/// What was found of each address; nothing where there is no catalog to find it in.
pub(super) fn padded<T>(mut found: Vec<Option<T>>, addresses: &[Address]) -> Vec<Option<T>> {
    found.resize_with(addresses.len(), || None);
    found
}

/// The levels that the scorecards of a project gave, by scorecard and entity.
pub(super) fn levels(view: &View<'_>, project: &str) -> Result<Vec<LevelRecord>, Fault> {
    let folders = view.folders(&format!("{}/{}", layer::project_folder(project), layer::LEVELS))?;
    let mut scorecards: Vec<String> = folders.iter().filter_map(|name| layer::unescaped(name)).collect();
    scorecards.sort_unstable();
    let mut found = Vec::new();
    // Many entities are at one level, and then say it in one blob.
    let mut known: HashMap<Oid, Option<Option<Name>>> = HashMap::new();
    for scorecard in &scorecards {
        let layer = Layer::Levels(project.into(), scorecard.as_str().into());
        for (entity, blob) in view.list(&layer)?.files {
            let said = match known.entry(blob) {
                Slot::Occupied(said) => said.into_mut(),
                Slot::Vacant(new) => new.insert(record::read_level(&view.content(blob)?).ok().map(level)),
            };
            // One that nobody can read is as good as none: the next apply writes it anew.
            let Some(level) = said.clone() else { continue };
            found.push(LevelRecord { scorecard: scorecard.as_str().into(), entity, level });
        }
    }
    Ok(found)
}

/// The ids of the projects of a name.
pub(super) fn identities(view: &View<'_>, name: &str) -> Result<BTreeSet<String>, Fault> {
    let mut ids = BTreeSet::new();
    for id in view.projects() {
        let path = format!("{}/{}", layer::project_folder(id), layer::NAME);
        let Spot::File(blob, _) = view.spot(&path)? else { continue };
        if record::read_project(&view.content(blob)?).as_deref() == Some(name) {
            ids.insert(id.to_string());
        }
    }
    Ok(ids)
}

/// The name of a level.
fn level(name: Option<String>) -> Option<Name> {
    name.map(|name| name.as_str().into())
}
