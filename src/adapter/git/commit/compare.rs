//! What is not as it is wanted, found folder by folder: where what is wanted in a folder, what the project owns of it and what
//! is live there have one and the same id, nothing in it is read or looked at. So a look at a store costs by what differs.

use std::collections::BTreeMap;

use git2::{Error, ObjectType, Oid, Repository, Tree};

use crate::adapter::git::inventory::ledger;
use crate::adapter::git::objects::tree::{self, Spot, join};

/// A folder as it is wanted: these files and nothing else.
pub(crate) struct Folder<'w> {
    /// The id that Git has for it.
    id: Oid,
    /// Its files and those of its folders, sorted.
    files: &'w [(&'w str, Oid)],
    /// How much of their paths is its own, with the `/`.
    length: usize,
    folders: BTreeMap<&'w str, Folder<'w>>,
}

impl<'w> Folder<'w> {
    /// The root of some files that are sorted by their paths, each there once and none where a folder of another is.
    pub(crate) fn root(files: &'w [(&'w str, Oid)]) -> Result<Self, Error> {
        Self::of(files, 0)
    }

    fn of(files: &'w [(&'w str, Oid)], length: usize) -> Result<Self, Error> {
        let mut folders = BTreeMap::new();
        // As Git writes a tree. It sorts a folder as if its name ended with `/`, and so are whole paths sorted.
        let mut written = Vec::new();
        let mut rest = files;
        while let Some((path, id)) = rest.first() {
            let name = &path[length..];
            let (mode, name, id, count) = match name.find('/') {
                None => ("100644", name, *id, 1),
                Some(end) => {
                    let above = &path[..=length + end];
                    let count = rest.partition_point(|(path, _)| path.starts_with(above));
                    let folder = Folder::of(&rest[..count], above.len())?;
                    let id = folder.id;
                    folders.insert(&name[..end], folder);
                    ("40000", &name[..end], id, count)
                }
            };
            written.extend_from_slice(mode.as_bytes());
            written.push(b' ');
            written.extend_from_slice(name.as_bytes());
            written.push(0);
            written.extend_from_slice(id.as_bytes());
            rest = &rest[count..];
        }
        Ok(Self { id: Oid::hash_object(ObjectType::Tree, &written)?, files, length, folders })
    }

    /// The files that lie in it and in none of its folders.
    fn own_files(&self) -> impl Iterator<Item = &'w str> {
        self.files.iter().map(|(path, _)| *path).filter(|path| !path[self.length..].contains('/'))
    }
}

/// The files of which something may have to be said.
#[derive(Debug, Default)]
pub(crate) struct Differing<'w> {
    /// Those that are wanted.
    pub(crate) wanted: Vec<&'w str>,
    /// Those that the project owns, with their blobs.
    pub(crate) owned: Vec<(String, Oid)>,
}

/// Compares what is wanted with what is owned and what is live.
pub(crate) struct Comparison<'r, 'c> {
    /// The repository.
    pub(crate) repository: &'r Repository,
    /// The reference that says what is owned.
    pub(crate) inventory: &'c str,
    /// Whether nothing in a folder, by its path below the store's folder, is another project's.
    pub(crate) is_undisputed: &'c mut dyn FnMut(&str) -> Result<bool, Error>,
}

impl Comparison<'_, '_> {
    /// Gathers what differs in a folder, from the trees of what is owned in it and of what is live.
    pub(crate) fn gather<'w>(
        &mut self,
        path: &str,
        wanted: &Folder<'w>,
        (owned, live): (Option<Oid>, Option<Oid>),
        differing: &mut Differing<'w>,
    ) -> Result<(), Error> {
        let Some(owned) = owned else {
            differing.wanted.extend(wanted.files.iter().map(|(path, _)| *path));
            return Ok(());
        };
        if wanted.id == owned && live == Some(owned) && (self.is_undisputed)(path)? {
            return Ok(());
        }
        let damaged = |error: Error| ledger::at(self.inventory, &error);
        let owned = tree::small_tree(self.repository, owned).map_err(damaged)?;
        let live = live.map(|live| tree::small_tree(self.repository, live)).transpose()?;
        differing.wanted.extend(wanted.own_files());
        for entry in &owned {
            let Some(name) = tree::own_name(entry.name_bytes()) else { continue };
            let below = join(path, name);
            match tree::entry_spot(&entry) {
                Spot::File(id, _) => differing.owned.push((below, id)),
                Spot::Folder(id) if !wanted.folders.contains_key(name) => {
                    differing.owned.extend(tree::files(self.repository, &below, id).map_err(damaged)?);
                }
                _ => {}
            }
        }
        for (name, folder) in &wanted.folders {
            let sides = (sub_folder(Some(&owned), name), sub_folder(live.as_ref(), name));
            self.gather(&join(path, name), folder, sides, differing)?;
        }
        Ok(())
    }
}

fn sub_folder(tree: Option<&Tree<'_>>, name: &str) -> Option<Oid> {
    match tree?.get_name(name).map(|entry| tree::entry_spot(&entry)) {
        Some(Spot::Folder(id)) => Some(id),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::git::tests::repository;
    use proptest::prelude::*;

    /// Writes files as Git does it itself.
    fn written(repository: &Repository, files: &BTreeMap<String, String>) -> Oid {
        let empty = repository.treebuilder(None).unwrap().write().unwrap();
        let empty = repository.find_tree(empty).unwrap();
        let mut update = git2::build::TreeUpdateBuilder::new();
        for (path, content) in files {
            update.upsert(path.as_str(), repository.blob(content.as_bytes()).unwrap(), git2::FileMode::Blob);
        }
        update.create_updated(repository, &empty).unwrap()
    }

    fn listed(files: &BTreeMap<String, String>) -> Vec<(&str, Oid)> {
        let id = |content: &String| Oid::hash_object(ObjectType::Blob, content.as_bytes()).unwrap();
        files.iter().map(|(path, content)| (path.as_str(), id(content))).collect()
    }

    /// Some files, none of which is where a folder of another is.
    fn files() -> impl Strategy<Value = BTreeMap<String, String>> {
        proptest::collection::btree_map("((a|b|a[.]b|a-)/){0,3}(a|b|a[.]b|a-)x", "[12]", 0..8)
    }

    proptest! {
        #[test]
        fn a_folder_has_the_id_that_git_has_for_it(files in files()) {
            let (_folder, repository) = repository();
            prop_assert_eq!(Folder::root(&listed(&files)).unwrap().id, written(&repository, &files));
        }

        #[test]
        fn what_is_left_out_is_owned_and_live_as_it_is_wanted(wanted in files(), owned in files(), live in files()) {
            let (_folder, repository) = repository();
            let [on_owned, on_live] = [&owned, &live].map(|files| Some(written(&repository, files)));
            let mut differing = Differing::default();
            let sorted = listed(&wanted);
            let folder = Folder::root(&sorted).unwrap();
            let mut comparison = Comparison { repository: &repository, inventory: "i", is_undisputed: &mut |_| Ok(true) };
            comparison.gather("", &folder, (on_owned, on_live), &mut differing).unwrap();
            for (path, content) in &wanted {
                let told = differing.wanted.contains(&path.as_str());
                prop_assert!(told || (owned.get(path), live.get(path)) == (Some(content), Some(content)), "{path}");
            }
            let told: BTreeMap<&str, Oid> = differing.owned.iter().map(|(path, id)| (path.as_str(), *id)).collect();
            for (path, id) in listed(&owned) {
                prop_assert!(told.get(path) == Some(&id) || wanted.get(path) == owned.get(path), "{path}");
            }
            // Nothing is told that is not there.
            prop_assert!(told.iter().all(|(path, id)| listed(&owned).contains(&(path, *id))));
        }

        #[test]
        fn where_all_is_as_wanted_nothing_is_read(files in files()) {
            prop_assume!(!files.is_empty());
            let (_folder, repository) = repository();
            // A tree that is not there cannot be read.
            let sorted = listed(&files);
            let folder = Folder::root(&sorted).unwrap();
            let mut comparison = Comparison { repository: &repository, inventory: "i", is_undisputed: &mut |_| Ok(true) };
            let mut differing = Differing::default();
            comparison.gather("", &folder, (Some(folder.id), Some(folder.id)), &mut differing).unwrap();
            prop_assert!(differing.wanted.is_empty() && differing.owned.is_empty());
            // What another project may own is looked at.
            let mut disputed = |_: &str| Ok(false);
            let mut comparison = Comparison { repository: &repository, inventory: "i", is_undisputed: &mut disputed };
            prop_assert!(comparison.gather("", &folder, (Some(folder.id), Some(folder.id)), &mut differing).is_err());
        }
    }
}
