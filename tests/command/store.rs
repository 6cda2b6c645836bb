use git2::build::TreeUpdateBuilder;
use git2::{FileMode, ObjectType, Repository, Signature, TreeWalkMode, TreeWalkResult};
use std::collections::BTreeMap;
use std::path::Path;

/// The files of every reference of a repository, by reference and path. Commits are not in it: they hold a time.
pub(crate) fn references(repository: &Path) -> BTreeMap<String, BTreeMap<String, String>> {
    let repository = Repository::open(repository).unwrap();
    let names: Vec<String> = repository.references().unwrap().names().map(|name| name.unwrap().to_owned()).collect();
    names.into_iter().map(|name| (name.clone(), tree(&repository, &name))).collect()
}

/// The files of a branch, by path.
pub(crate) fn files(repository: &Path, branch: &str) -> BTreeMap<String, String> {
    tree(&Repository::open(repository).unwrap(), &format!("refs/heads/{branch}"))
}

/// How many commits a branch has.
pub(crate) fn commits(repository: &Path, branch: &str) -> usize {
    let repository = Repository::open(repository).unwrap();
    let mut walk = repository.revwalk().unwrap();
    walk.push_ref(&format!("refs/heads/{branch}")).unwrap();
    walk.count()
}

/// The message of a branch's newest commit.
pub(crate) fn message(repository: &Path, branch: &str) -> String {
    let repository = Repository::open(repository).unwrap();
    let commit = repository.find_reference(&format!("refs/heads/{branch}")).unwrap().peel_to_commit().unwrap();
    commit.message().unwrap().to_owned()
}

fn tree(repository: &Repository, name: &str) -> BTreeMap<String, String> {
    let tree = repository.find_reference(name).unwrap().peel_to_tree().unwrap();
    let mut files = BTreeMap::new();
    tree.walk(TreeWalkMode::PreOrder, |folder, entry| {
        if entry.kind() == Some(ObjectType::Blob) {
            let blob = repository.find_blob(entry.id()).unwrap();
            let text = String::from_utf8(blob.content().to_vec()).unwrap();
            files.insert(format!("{folder}{}", entry.name().unwrap()), text);
        }
        TreeWalkResult::Ok
    })
    .unwrap();
    files
}

/// Somebody else's commit on a branch: a file with a content, or without a file.
pub(crate) fn somebody_writes(repository: &Path, branch: &str, path: &str, content: Option<&str>) {
    let repository = Repository::open(repository).unwrap();
    let name = format!("refs/heads/{branch}");
    let parent = repository.find_reference(&name).unwrap().peel_to_commit().unwrap();
    let mut update = TreeUpdateBuilder::new();
    match content {
        Some(content) => update.upsert(path, repository.blob(content.as_bytes()).unwrap(), FileMode::Blob),
        None => update.remove(path),
    };
    let tree = update.create_updated(&repository, &parent.tree().unwrap()).unwrap();
    let tree = repository.find_tree(tree).unwrap();
    let somebody = Signature::now("somebody", "somebody@company.com").unwrap();
    repository.commit(Some(&name), &somebody, &somebody, "By hand", &tree, &[&parent]).unwrap();
}
