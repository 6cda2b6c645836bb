use std::path::{Path, PathBuf};

/// What the root of a work tree of Git holds: a folder, or of a linked one a file.
const REPOSITORY: &str = ".git";

/// The path of a file or folder from the root of the repository that it lies in, whoever that belongs to, with `/` between parts; where
/// it lies in none, from the folder that the command runs in. Nothing for what lies in neither, or is not there.
pub fn place_in_repository(path: &Path) -> Option<String> {
    let real = std::fs::canonicalize(path).ok()?;
    let here = || std::fs::canonicalize(std::env::current_dir().ok()?).ok();
    let root = real.ancestors().find(|folder| is_root(folder)).map(PathBuf::from).or_else(here)?;
    let parts: Vec<_> = real.strip_prefix(root).ok()?.iter().map(|part| part.to_string_lossy()).collect();
    Some(parts.join("/"))
}

/// The way to a real folder from the one that the command runs in, to stand before names of what is in it: empty, or with a `/` at its end.
pub fn way_from_here(folder: &Path) -> String {
    let here = std::env::current_dir().and_then(std::fs::canonicalize);
    here.map(|here| way(&here, folder)).unwrap_or_default()
}

fn way(from: &Path, to: &Path) -> String {
    let shared = from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    let up = from.components().skip(shared).map(|_| "../".to_owned());
    let down = to.components().skip(shared).map(|part| format!("{}/", part.as_os_str().to_string_lossy()));
    up.chain(down).collect()
}

/// The root of the repository that a folder lies in, by its real path; nothing where it lies in none.
pub fn repository_of(real: &Path) -> Option<PathBuf> {
    real.ancestors().find(|folder| is_root(folder)).map(PathBuf::from)
}

/// Whether a folder is the root of a work tree: an empty `.git` makes it none.
fn is_root(folder: &Path) -> bool {
    let found = folder.join(REPOSITORY);
    found.is_file() || found.join("HEAD").is_file()
}

#[cfg(test)]
mod tests {
    use super::{place_in_repository, way};
    use std::path::Path;

    #[test]
    fn the_nearest_repository_counts() {
        let world = tempfile::tempdir().unwrap();
        let at = |path: &str| world.path().join(path);
        for folder in ["a/.git", "a/b/.git", "a/b/c/d", "a/linked/e"] {
            std::fs::create_dir_all(at(folder)).unwrap();
        }
        std::fs::write(at("a/.git/HEAD"), "ref: refs/heads/main\n").unwrap();
        std::fs::write(at("a/linked/.git"), "gitdir: elsewhere\n").unwrap();
        let place = |path: &str| place_in_repository(&at(path));
        assert_eq!(place("a").as_deref(), Some(""));
        // What holds an empty `.git` is no repository.
        assert_eq!(place("a/b/c/d").as_deref(), Some("b/c/d"));
        assert_eq!(place("a/linked/e").as_deref(), Some("e"));
        assert_eq!(place("a/.git/HEAD").as_deref(), Some(".git/HEAD"));
        assert_eq!((place("nowhere"), place("")), (None, None));
    }

    #[test]
    fn a_way_leads_from_one_folder_to_another() {
        let way = |from: &str, to: &str| way(Path::new(from), Path::new(to));
        assert_eq!(way("/a/b", "/a/b"), "");
        assert_eq!(way("/a", "/a/b/c"), "b/c/");
        assert_eq!(way("/a/b/c", "/a/d"), "../../d/");
        assert_eq!(way("/a/bc", "/a/b"), "../b/");
    }
}
