use std::collections::BTreeMap;

use git2::{ObjectType, Odb, Oid, Repository};

use crate::adapter::git::wire::{Failure, Limit};

/// Makes sure that commits are there with all their folders and files, and that these have an end: what is said of a
/// folder is true of each place where it lies, so that each is looked at once.
pub(crate) struct Whole<'r> {
    repository: &'r Repository,
    objects: Odb<'r>,
    sizes: BTreeMap<Oid, Size>,
}

/// What lies in a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Size {
    levels: u64,
    files: u64,
}

impl<'r> Whole<'r> {
    /// Nothing is looked at yet.
    pub(crate) fn new(repository: &'r Repository) -> Result<Self, Failure> {
        Ok(Self { repository, objects: repository.odb()?, sizes: BTreeMap::new() })
    }

    /// Looks at a commit, or at the one that a tag is of.
    pub(crate) fn check(&mut self, tip: Oid) -> Result<(), Failure> {
        self.bounded(tip)?;
        let commit = self.repository.find_object(tip, None)?.peel(ObjectType::Commit)?.id();
        self.bounded(commit)?;
        // A stack of its own: a server may nest deeper than that of the process is.
        let mut waiting = vec![Step::Enter(self.repository.find_commit(commit)?.tree_id())];
        while let Some(step) = waiting.pop() {
            match step {
                Step::Enter(folder) if self.sizes.contains_key(&folder) => {}
                Step::Enter(folder) => {
                    waiting.push(Step::Leave(folder));
                    waiting.extend(self.folders(folder)?.into_iter().map(Step::Enter));
                }
                Step::Leave(folder) => {
                    let size = self.measure(folder)?;
                    self.sizes.insert(folder, size);
                }
            }
        }
        Ok(())
    }

    /// Refuses what would take too much memory once it is read.
    fn bounded(&self, id: Oid) -> Result<(), Failure> {
        let (size, _) = self.objects.read_header(id)?;
        if Limit::Folder.is_passed_by(size as u64) { Err(Failure::TooMuch(Limit::Folder)) } else { Ok(()) }
    }

    /// The folders in a folder that are not known yet.
    fn folders(&self, folder: Oid) -> Result<Vec<Oid>, Failure> {
        self.bounded(folder)?;
        let tree = self.repository.find_tree(folder)?;
        let folders = tree.iter().filter(|entry| entry.kind() == Some(ObjectType::Tree)).map(|entry| entry.id());
        Ok(folders.filter(|id| !self.sizes.contains_key(id)).collect())
    }

    /// The size of a folder, once the folders in it are known.
    fn measure(&self, folder: Oid) -> Result<Size, Failure> {
        let mut size = Size { levels: 1, files: 0 };
        for entry in &self.repository.find_tree(folder)? {
            match entry.kind() {
                Some(ObjectType::Tree) => {
                    let below = self.sizes.get(&entry.id()).copied().unwrap_or_default();
                    size.levels = size.levels.max(below.levels + 1);
                    size.files = size.files.saturating_add(below.files);
                }
                Some(ObjectType::Blob) if !self.objects.exists(entry.id()) => {
                    return Err(Failure::Unsound("a file is missing".to_owned()));
                }
                // Another repository is none of this one's objects.
                _ => size.files = size.files.saturating_add(1),
            }
        }
        let limits = [(Limit::Depth, size.levels), (Limit::Files, size.files)];
        let passed = limits.into_iter().find(|(limit, count)| limit.is_passed_by(*count));
        passed.map_or(Ok(size), |(limit, _)| Err(Failure::TooMuch(limit)))
    }
}

/// What is to be done about a folder: it is left once those in it were.
enum Step {
    Enter(Oid),
    Leave(Oid),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::git::tests::repository;

    fn folder(repository: &Repository, entries: &[(&str, Oid, i32)]) -> Oid {
        let mut tree = repository.treebuilder(None).unwrap();
        for (name, id, mode) in entries {
            tree.insert(name, *id, *mode).unwrap();
        }
        tree.write().unwrap()
    }

    fn check(repository: &Repository, tree: Oid) -> Result<(), Failure> {
        let somebody = git2::Signature::new("a", "a@b", &git2::Time::new(1, 0)).unwrap();
        let tree = repository.find_tree(tree).unwrap();
        let commit = repository.commit(None, &somebody, &somebody, "m", &tree, &[]).unwrap();
        Whole::new(repository)?.check(commit)
    }

    #[test]
    fn files_folders_and_other_repositories_are_whole() {
        let (_folder, repository) = repository();
        let blob = repository.blob(b"x").unwrap();
        let elsewhere = Oid::from_bytes(&[7; 20]).unwrap();
        let inner = folder(&repository, &[("f", blob, 0o100_644), ("link", blob, 0o120_000)]);
        let outer = [("a", inner, 0o040_000), ("b", inner, 0o040_000), ("module", elsewhere, 0o160_000)];
        assert_eq!(check(&repository, folder(&repository, &outer)), Ok(()));
    }

    #[test]
    fn what_nests_too_deep_or_multiplies_is_refused() {
        let (_folder, repository) = repository();
        let blob = repository.blob(b"x").unwrap();
        let (mut deep, mut wide) = (folder(&repository, &[("f", blob, 0o100_644)]), None);
        for level in 0..=Limit::Depth.most() {
            deep = folder(&repository, &[("d", deep, 0o040_000)]);
            if level < 24 {
                let below = wide.unwrap_or(deep);
                wide = Some(folder(&repository, &[("a", below, 0o040_000), ("b", below, 0o040_000)]));
            }
        }
        assert_eq!(check(&repository, deep), Err(Failure::TooMuch(Limit::Depth)));
        assert_eq!(check(&repository, wide.unwrap()), Err(Failure::TooMuch(Limit::Files)));
    }
}
