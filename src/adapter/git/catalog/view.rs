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
    /// The path of the folder.
    path: String,
    /// The folder; nothing where there is none.
    root: Option<Tree<'r>>,
    commit: Option<Oid>,
    /// The folders that were read, by their paths in it; nothing for one that is not there.
    read: RefCell<HashMap<String, Option<Rc<Tree<'r>>>>>,
    /// How many files the folders have that were asked for it, and whether they are divided.
    censuses: RefCell<HashMap<String, (usize, bool)>>,
    /// The ids of the projects that have a folder, in their order.
    projects: Vec<Name>,
}

/// The files of a layer.
#[derive(Default)]
pub(super) struct Listed {
    /// The objects, in the order of their addresses, with their blobs.
    pub(super) files: Vec<(Address, Oid)>,
    /// What is named after no object, or is there twice.
    pub(super) strays: Vec<Odd>,
}

/// What has no place in a catalog.
pub(super) struct Odd {
    /// Its path in the catalog's folder.
    pub(super) path: String,
    /// Whether it is no file.
    pub(super) is_folder: bool,
    /// What it is, behind its path in a sentence.
    pub(super) what: &'static str,
}

const NAMELESS: &str = "is named after no object";

/// An object's file: whether it lies where its folder has no files of its kind, the division that it lies in, and its blob.
type Found = (Address, bool, Option<String>, Oid);

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
        let path = folder.to_owned();
        let mut view = Self {
            repository,
            path,
            root,
            commit,
            read: RefCell::default(),
            censuses: RefCell::default(),
            projects: Vec::new(),
        };
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
        let mut paths = [join(&folder, &file), format!("{folder}/{}/{file}", layer::division(&address.name))];
        if self.census(&folder)?.1 {
            paths.reverse();
        }
        for path in paths {
            // A link is a file that says no body, and the next write makes it one that does.
            if let Spot::File(id, _) | Spot::Link(id) = self.spot(&path)? {
                return Ok(Some((path, id)));
            }
        }
        Ok(None)
    }

    /// How many files a folder has, and whether it is divided.
    pub(super) fn census(&self, path: &str) -> Result<(usize, bool), Error> {
        let known = self.censuses.borrow().get(path).copied();
        if let Some(known) = known {
            return Ok(known);
        }
        let found = self.folder(path)?.map_or((0, false), |folder| census(&folder));
        self.censuses.borrow_mut().insert(path.to_owned(), found);
        Ok(found)
    }

    /// A path of the branch, by one in the catalog's folder.
    pub(super) fn full(&self, path: &str) -> String {
        join(&self.path, path)
    }

    /// The path of what is to be a folder of every catalog and is something else.
    pub(super) fn no_folder(&self) -> Result<Option<String>, Error> {
        if self.root.is_none() {
            let spot = Cursor::at_commit(self.repository, self.commit)?.spot(&self.path)?;
            return Ok((spot != Spot::Free).then(|| self.path.clone()));
        }
        for path in ["objects", "times", layer::PROJECTS] {
            if !matches!(self.spot(path)?, Spot::Free | Spot::Folder(_)) {
                return Ok(Some(self.full(path)));
            }
        }
        Ok(None)
    }

    /// The path of what is in the way of a file: something else than a file at its place, or than a folder above it.
    pub(super) fn obstacle(&self, path: &str) -> Result<Option<String>, Error> {
        for (end, _) in path.match_indices('/') {
            let above = &path[..end];
            if self.folder(above)?.is_none() {
                let is_free = matches!(self.spot(above)?, Spot::Free | Spot::Blocked(_));
                return Ok((!is_free).then(|| self.full(above)));
            }
        }
        Ok(matches!(self.spot(path)?, Spot::Folder(_) | Spot::Submodule(_)).then(|| self.full(path)))
    }

    /// The names of the folders in a folder: paths where they are too long for one name.
    pub(super) fn folders(&self, path: &str) -> Result<Vec<String>, Error> {
        let (mut names, mut open) = (Vec::new(), vec![String::new()]);
        while let Some(begun) = open.pop() {
            let place = if begun.is_empty() { path.to_owned() } else { join(path, begun.trim_end_matches('/')) };
            let Some(folder) = self.folder(&place)? else { continue };
            for entry in folder.iter().filter(|entry| matches!(tree::entry_spot(entry), Spot::Folder(_))) {
                let Ok(name) = entry.name() else { continue };
                let path = format!("{begun}{name}");
                if layer::goes_on(name) { open.push(path + "/") } else { names.push(path) }
            }
        }
        Ok(names)
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
                (spot, _) => listed.strays.push(odd(path, &spot, NAMELESS)),
            }
        }
        // Of an object that has two files the one counts that lies where the others of its folder do, as in `find`.
        found.sort_unstable();
        for (address, _, division, blob) in found {
            match listed.files.last() {
                Some((last, _)) if *last == address => {
                    let folder = join(&layer.folder_of(&address), &division.unwrap_or_default());
                    let path = join(&folder, &layer::file(&address.name));
                    let what = "is a second file of one object, which is not read";
                    listed.strays.push(Odd { path, is_folder: false, what });
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
        strays: &mut Vec<Odd>,
    ) -> Result<(), Error> {
        let mut open = vec![(String::new(), folder)];
        while let Some((begun, folder)) = open.pop() {
            for entry in &tree::small_tree(self.repository, folder)? {
                let name = begun.clone() + &String::from_utf8_lossy(entry.name_bytes());
                match (tree::entry_spot(&entry), layer::unescaped(&name)) {
                    (Spot::Folder(id), Some(parent)) => {
                        self.members(kind, &parent.as_str().into(), (&join(above, &name), id), found, strays)?;
                    }
                    (Spot::Folder(id), None) if layer::goes_on(&name) => open.push((name + "/", id)),
                    (spot, _) => strays.push(odd(join(above, &name), &spot, NAMELESS)),
                }
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
        strays: &mut Vec<Odd>,
    ) -> Result<(), Error> {
        let mut parts = vec![(None, String::new(), above.to_owned(), folder)];
        let mut is_divided = false;
        while let Some((part, begun, above, folder)) = parts.pop() {
            let tree = tree::small_tree(self.repository, folder)?;
            if part.is_none() && begun.is_empty() {
                is_divided = census(&tree).1;
            }
            for entry in &tree {
                let mut file_name = String::from_utf8_lossy(entry.name_bytes());
                if !begun.is_empty() {
                    file_name = (begun.clone() + &file_name).into();
                }
                let is_here = |name: &Name| part.as_ref().is_none_or(|part| layer::division(name) == *part);
                match (tree::entry_spot(&entry), layer::named(&file_name).filter(is_here)) {
                    (Spot::File(id, _) | Spot::Link(id), Some(name)) => {
                        let is_second = part.is_some() != is_divided;
                        found.push((Address::below(kind, parent.clone(), name), is_second, part.clone(), id));
                    }
                    (Spot::Folder(id), _) if part.is_none() && layer::is_division(&file_name) => {
                        parts.push((Some(file_name.to_string()), String::new(), join(&above, &file_name), id));
                    }
                    (Spot::Folder(id), _) if layer::goes_on(&file_name) => {
                        parts.push((part.clone(), format!("{file_name}/"), above.clone(), id));
                    }
                    (spot, Some(_)) => {
                        let what = "is no file, and in the way of the object that it is named after";
                        strays.push(odd(join(&above, &file_name), &spot, what));
                    }
                    (spot, None) => strays.push(odd(join(&above, &file_name), &spot, NAMELESS)),
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

fn odd(path: String, spot: &Spot, what: &'static str) -> Odd {
    Odd { path, is_folder: !matches!(spot, Spot::File(..) | Spot::Link(_)), what }
}

/// How many files a folder has, and whether it is divided. A folder or a file that others made does not make it another one.
fn census(folder: &Tree<'_>) -> (usize, bool) {
    let divisions = folder.iter().filter(|entry| entry.name().is_ok_and(layer::is_division)).count();
    let files = folder.len() - divisions;
    (files, divisions > files)
}

fn in_folder(folder: &Tree<'_>, name: &str) -> Spot {
    folder.get_name(name).map_or(Spot::Free, |entry| tree::entry_spot(&entry))
}
