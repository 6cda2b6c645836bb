//! A catalog at one commit: which objects each layer has, and the blobs of some of them. Folders are read once, files only where
//! somebody asks for what they hold.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use git2::{Error, Oid, Repository, Tree};

use super::layer::{self, Layer};
use crate::adapter::git::objects::tree::{self, Cursor, Spot, join};
use crate::model::{Address, Kind, Name};

/// The folder of a catalog at one commit.
pub(super) struct View<'r> {
    repository: &'r Repository,
    /// The folder; nothing where there is none.
    root: Option<Tree<'r>>,
    /// The folders that were read, by their paths in it; nothing for one that is not there.
    read: RefCell<HashMap<String, Option<Rc<Tree<'r>>>>>,
    /// The ids of the projects that have a folder, in their order.
    projects: Vec<Name>,
}

/// The files of a layer.
#[derive(Default)]
pub(super) struct Listed {
    /// The objects, in the order of their addresses, with their blobs.
    pub(super) files: Vec<(Address, Oid)>,
    /// The paths, in the catalog's folder, of what is named after no object.
    pub(super) strays: Vec<String>,
}

/// An object's file: the division that it lies in, and its blob.
type Found = (Address, Option<String>, Oid);

impl<'r> View<'r> {
    /// A folder of a commit; an empty one where there is no commit.
    pub(super) fn new(repository: &'r Repository, commit: Option<Oid>, folder: &str) -> Result<Self, Error> {
        let root = match commit {
            Some(commit) if folder.is_empty() => Some(repository.find_commit(commit)?.tree()?),
            commit => match Cursor::at_commit(repository, commit)?.spot(folder)? {
                Spot::Folder(id) => Some(tree::small_tree(repository, id)?),
                _ => None,
            },
        };
        let mut view = Self { repository, root, read: RefCell::default(), projects: Vec::new() };
        let folders = view.folders(layer::PROJECTS)?;
        view.projects = folders.iter().filter_map(|name| layer::unescaped(name).as_deref().map(Name::from)).collect();
        view.projects.sort_unstable();
        Ok(view)
    }

    pub(super) fn repository(&self) -> &'r Repository {
        self.repository
    }

    /// What lies at a path of the folder.
    pub(super) fn spot(&self, path: &str) -> Result<Spot, Error> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        Ok(self.folder(folder)?.map_or(Spot::Free, |folder| in_folder(&folder, name)))
    }

    /// A folder by its path in this one.
    pub(super) fn folder(&self, path: &str) -> Result<Option<Rc<Tree<'r>>>, Error> {
        if let Some(known) = self.read.borrow().get(path) {
            return Ok(known.clone());
        }
        let found = if path.is_empty() {
            self.root.clone()
        } else {
            match self.spot(path)? {
                Spot::Folder(id) => Some(tree::small_tree(self.repository, id)?),
                _ => None,
            }
        };
        let found = found.map(Rc::new);
        self.read.borrow_mut().insert(path.to_owned(), found.clone());
        Ok(found)
    }

    /// The blob of an object's file in a layer, and the file's path.
    pub(super) fn find(&self, layer: &Layer, address: &Address) -> Result<Option<(String, Oid)>, Error> {
        let (folder, file) = (layer.folder_of(address), layer::file(&address.name));
        for path in [join(&folder, &file), format!("{folder}/{}/{file}", layer::division(&address.name))] {
            if let Spot::File(id, _) = self.spot(&path)? {
                return Ok(Some((path, id)));
            }
        }
        Ok(None)
    }

    /// How many files a folder has, and whether it is divided.
    pub(super) fn census(&self, path: &str) -> Result<(usize, bool), Error> {
        let Some(folder) = self.folder(path)? else { return Ok((0, false)) };
        let divisions = folder.iter().filter(|entry| entry.name().is_ok_and(layer::is_division)).count();
        Ok((folder.len() - divisions, divisions > 0))
    }

    /// The names of the folders in a folder.
    pub(super) fn folders(&self, path: &str) -> Result<Vec<String>, Error> {
        let Some(folder) = self.folder(path)? else { return Ok(Vec::new()) };
        let names = folder.iter().filter(|entry| matches!(tree::entry_spot(entry), Spot::Folder(_)));
        Ok(names.filter_map(|entry| entry.name().ok().map(ToOwned::to_owned)).collect())
    }

    /// The ids of the projects that have a folder, in their order.
    pub(super) fn projects(&self) -> &[Name] {
        &self.projects
    }

    /// The id of a layer's folder.
    pub(super) fn id(&self, layer: &Layer) -> Result<Option<Oid>, Error> {
        Ok(self.folder(&layer.folder())?.map(|folder| folder.id()))
    }

    /// All files of a layer.
    pub(super) fn list(&self, layer: &Layer) -> Result<Listed, Error> {
        let (mut listed, mut found) = (Listed::default(), Vec::new());
        let folder = layer.folder();
        let Some(kinds) = self.folder(&folder)? else { return Ok(listed) };
        for entry in kinds.iter() {
            let path = join(&folder, &String::from_utf8_lossy(entry.name_bytes()));
            let kind = entry.name().ok().and_then(Kind::from_word);
            match (tree::entry_spot(&entry), kind) {
                (Spot::Folder(id), Some(kind)) if kind.above().is_some() => {
                    self.parents(kind, (&path, id), &mut found, &mut listed.strays)?;
                }
                (Spot::Folder(id), Some(kind)) => {
                    self.members(kind, &"".into(), (&path, id), &mut found, &mut listed.strays)?;
                }
                _ => listed.strays.push(path),
            }
        }
        // Of an object that has two files the one that does not lie in a division counts, as in `find`.
        found.sort_unstable();
        for (address, division, blob) in found {
            match listed.files.last() {
                Some((last, _)) if *last == address => {
                    let folder = layer.folder_of(&address);
                    let division = division.unwrap_or_default();
                    listed.strays.push(format!("{folder}/{division}/{}", layer::file(&address.name)));
                }
                _ => listed.files.push((address, blob)),
            }
        }
        Ok(listed)
    }

    fn parents(
        &self,
        kind: Kind,
        (above, folder): (&str, Oid),
        found: &mut Vec<Found>,
        strays: &mut Vec<String>,
    ) -> Result<(), Error> {
        for entry in &tree::small_tree(self.repository, folder)? {
            let path = join(above, &String::from_utf8_lossy(entry.name_bytes()));
            match (tree::entry_spot(&entry), entry.name().ok().and_then(layer::unescaped)) {
                (Spot::Folder(id), Some(parent)) => {
                    self.members(kind, &parent.as_str().into(), (&path, id), found, strays)?;
                }
                _ => strays.push(path),
            }
        }
        Ok(())
    }

    fn members(
        &self,
        kind: Kind,
        parent: &Name,
        (above, folder): (&str, Oid),
        found: &mut Vec<Found>,
        strays: &mut Vec<String>,
    ) -> Result<(), Error> {
        let mut parts = vec![(None, above.to_owned(), folder)];
        while let Some((part, above, folder)) = parts.pop() {
            for entry in &tree::small_tree(self.repository, folder)? {
                let file_name = String::from_utf8_lossy(entry.name_bytes());
                let is_here = |name: &Name| part.as_ref().is_none_or(|part| layer::division(name) == *part);
                match (tree::entry_spot(&entry), layer::named(&file_name).filter(is_here)) {
                    (Spot::File(id, _), Some(name)) => {
                        found.push((Address::below(kind, parent.clone(), name), part.clone(), id));
                    }
                    (Spot::Folder(id), _) if part.is_none() && layer::is_division(&file_name) => {
                        parts.push((Some(file_name.to_string()), join(&above, &file_name), id));
                    }
                    _ => strays.push(join(&above, &file_name)),
                }
            }
        }
        Ok(())
    }

    /// What a file holds.
    pub(super) fn content(&self, blob: Oid) -> Result<Vec<u8>, Error> {
        Ok(tree::small_blob(self.repository, blob)?.content().to_vec())
    }
}

fn in_folder(folder: &Tree<'_>, name: &str) -> Spot {
    folder.get_name(name).map_or(Spot::Free, |entry| tree::entry_spot(&entry))
}
