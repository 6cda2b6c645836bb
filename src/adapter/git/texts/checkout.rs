use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use git2::Repository;

use super::inside;
use crate::adapter::git::disk::foreign::ForeignRepository;

/// The repository that a folder lies in, as far as it says where else it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// The root of its work tree.
    pub root: PathBuf,
    /// The folder's path below that, with `/` between parts.
    pub below: String,
    /// Its remotes, by name.
    pub remotes: BTreeMap<String, Upstream>,
    /// The branch that is checked out, be it one without a commit.
    pub branch: Option<String>,
}

/// A remote of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// Its address as it is written, whatever the user's settings make of it, with whoever logs in.
    pub address: String,
    /// The branch that it begins with, where that is known.
    pub branch: Option<String>,
}

/// The work tree that a folder lies in, which need not be there yet; nothing where it lies in none.
///
/// # Errors
/// Where the repository is one that Git does not open, so that nobody knows.
pub fn checkout(folder: &Path) -> Result<Option<Checkout>, ForeignRepository> {
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let Some(there) = whole.ancestors().find(|folder| folder.is_dir()) else { return Ok(None) };
    let repository = match Repository::discover(there) {
        Ok(repository) => repository,
        Err(error) => return ForeignRepository::of(&error, there).map_or(Ok(None), Err),
    };
    let (Some(root), Some(below)) = (repository.workdir(), inside(&repository, there)) else { return Ok(None) };
    let mut parts: Vec<String> = below.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    for part in whole.strip_prefix(there).into_iter().flat_map(Path::components) {
        match part {
            Component::ParentDir => drop(parts.pop()),
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    let branch = symbolic(&repository, "HEAD", "refs/heads/");
    let remotes = remotes(&repository);
    Ok(Some(Checkout { root: root.to_owned(), below: parts.join("/"), remotes, branch }))
}

fn remotes(repository: &Repository) -> BTreeMap<String, Upstream> {
    let (Ok(names), Ok(config)) = (repository.remotes(), repository.config()) else { return BTreeMap::new() };
    let remote = |name: &str| {
        // Of several, the first is the one that is fetched from.
        let mut addresses = config.multivar(&format!("remote.{name}.url"), None).ok()?;
        let address = addresses.next()?.ok()?.value().ok()?.to_owned();
        let begin = format!("refs/remotes/{name}/");
        let branch = symbolic(repository, &format!("{begin}HEAD"), &begin);
        Some((name.to_owned(), Upstream { address, branch }))
    };
    names.iter().filter_map(|name| remote(name.ok()??)).collect()
}

/// What a reference that stands for another one names, behind a beginning.
fn symbolic(repository: &Repository, name: &str, begin: &str) -> Option<String> {
    let reference = repository.find_reference(name).ok()?;
    Some(reference.symbolic_target().ok()??.strip_prefix(begin)?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_knows_the_remotes_around_it() {
        let world = tempfile::tempdir().unwrap();
        assert_eq!(checkout(&world.path().join("new")).unwrap(), None);
        let repository = Repository::init(world.path()).unwrap();
        repository.set_head("refs/heads/trunk").unwrap();
        repository.remote("origin", "https://ann:planted@git.example/a.git").unwrap();
        repository.remote("fork", "../fork.git").unwrap();
        repository.reference_symbolic("refs/remotes/fork/HEAD", "refs/remotes/fork/next", false, "").unwrap();
        std::fs::create_dir_all(world.path().join("a/b")).unwrap();
        let below = |folder: &str| checkout(&world.path().join(folder)).unwrap().unwrap().below;
        assert_eq!(["", "a/b", "a/new/er", "a/b/../c"].map(below), ["", "a/b", "a/new/er", "a/c"]);
        let found = checkout(world.path()).unwrap().unwrap();
        assert_eq!(found.branch.as_deref(), Some("trunk"));
        let told = |name: &str| (&*found.remotes[name].address, found.remotes[name].branch.as_deref());
        assert_eq!(told("origin"), ("https://ann:planted@git.example/a.git", None));
        assert_eq!(told("fork"), ("../fork.git", Some("next")));
    }
}
