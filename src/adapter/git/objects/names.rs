use super::tree::{self, Spot};
use crate::syntax::name_on_disks;
use git2::{Error, Oid, Repository};
use std::collections::{HashMap, HashSet};

/// What the folders of a tree hold, by the names that it has on the disks of systems which tell fewer names apart than Git does. Each
/// folder is read once.
pub(crate) struct Names<'r> {
    repository: &'r Repository,
    root: Option<Oid>,
    folders: HashMap<Oid, Folder>,
}

/// What is in a folder, by those names.
type Folder = HashMap<String, Vec<(String, Spot)>>;

impl<'r> Names<'r> {
    /// Those of a tree; without one there are none.
    pub(crate) fn new(repository: &'r Repository, root: Option<Oid>) -> Self {
        Self { repository, root, folders: HashMap::new() }
    }

    /// The path of what would be at `path`, where nothing is, on the disk of such a system.
    pub(crate) fn alike(&mut self, path: &str) -> Result<Option<String>, Error> {
        let Some(root) = self.root else { return Ok(None) };
        // Several folders may be one on such a disk. Each is looked into once, however many ways lead to it.
        let (mut folders, mut seen) = (vec![(0, String::new(), root)], HashSet::new());
        let parts: Vec<String> = path.split('/').map(name_on_disks).collect();
        while let Some((depth, above, folder)) = folders.pop() {
            let Some(alike) = self.names(folder)?.get(&parts[depth]) else { continue };
            for (name, spot) in alike {
                let found = tree::join(&above, name);
                match spot {
                    Spot::Folder(id) if depth + 1 < parts.len() => {
                        folders.extend(seen.insert((depth, *id)).then_some((depth + 1, found, *id)));
                    }
                    _ if found != path => return Ok(Some(found)),
                    _ => {}
                }
            }
        }
        Ok(None)
    }

    fn names(&mut self, folder: Oid) -> Result<&Folder, Error> {
        if !self.folders.contains_key(&folder) {
            let mut names = Folder::new();
            for entry in &self.repository.find_tree(folder)? {
                let Ok(name) = std::str::from_utf8(entry.name_bytes()) else { continue };
                names.entry(name_on_disks(name)).or_default().push((name.to_owned(), tree::entry_spot(&entry)));
            }
            self.folders.insert(folder, names);
        }
        Ok(&self.folders[&folder])
    }
}
