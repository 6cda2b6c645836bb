use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use git2::Repository;

use super::plain::pipe_at_the_door;

/// The most links that one path goes through.
const MOST_LINKS: usize = 40;

/// The folder that a repository's objects and references are in, of whichever of its paths: one with links, its work tree, or a linked
/// one. Where there is no repository yet, where the path leads.
pub fn real_folder(path: &Path) -> PathBuf {
    let opened = if pipe_at_the_door(path).is_none() { Repository::open(path).ok() } else { None };
    let folder = opened.map_or_else(|| followed(path), |repository| repository.commondir().to_owned());
    std::fs::canonicalize(&folder).unwrap_or(folder)
}

/// Where a path leads, link by link, be something there or not.
fn followed(path: &Path) -> PathBuf {
    let parts = |path: &Path| -> Vec<OsString> { path.components().map(|part| part.as_os_str().to_owned()).collect() };
    let mut rest: VecDeque<OsString> = parts(path).into();
    let mut real = PathBuf::new();
    let mut links = 0;
    while let Some(part) = rest.pop_front() {
        match Path::new(&part).components().next() {
            Some(Component::CurDir) | None => {}
            Some(Component::ParentDir) => drop(real.pop()),
            Some(Component::Prefix(_) | Component::RootDir | Component::Normal(_)) => real.push(&part),
        }
        if let Ok(target) = std::fs::read_link(&real)
            && links < MOST_LINKS
        {
            links += 1;
            real.pop();
            parts(&target).into_iter().rev().for_each(|part| rest.push_front(part));
        }
    }
    real
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_path_leads_to_one_folder_through_whatever_links() {
        use std::os::unix::fs::symlink;
        let base = tempfile::tempdir().unwrap();
        let base = std::fs::canonicalize(base.path()).unwrap();
        std::fs::create_dir_all(base.join("a/b")).unwrap();
        symlink("a/b", base.join("to")).unwrap();
        symlink(base.join("to/not/yet"), base.join("dead")).unwrap();
        symlink("round", base.join("round")).unwrap();
        let real = |path: &str| real_folder(&base.join(path));
        for path in ["a/b/r.git", "to/r.git", "to/../b/r.git", "./a//x/../b/r.git", "to/./r.git/"] {
            assert_eq!(real(path), base.join("a/b/r.git"), "{path}");
        }
        assert_eq!(real("dead"), base.join("a/b/not/yet"));
        assert_eq!(real("round"), base.join("round"));
    }

    #[test]
    fn a_repository_is_one_from_inside_from_outside_and_from_a_linked_work_tree() {
        let base = tempfile::tempdir().unwrap();
        let base = std::fs::canonicalize(base.path()).unwrap();
        let repository = Repository::init(base.join("r")).unwrap();
        let nobody = git2::Signature::now("n", "n@example.com").unwrap();
        let tree = repository.find_tree(repository.treebuilder(None).unwrap().write().unwrap()).unwrap();
        repository.commit(Some("HEAD"), &nobody, &nobody, "m", &tree, &[]).unwrap();
        repository.worktree("linked", &base.join("linked"), None).unwrap();
        for path in ["r", "r/.git", "r/../r/", "linked"] {
            assert_eq!(real_folder(&base.join(path)), base.join("r/.git"), "{path}");
        }
    }
}
