use super::Repository;
use super::repository::folder;

/// Where the files of a state store are: a folder of a branch of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorePlace {
    /// The repository.
    pub repository: Repository,
    /// The branch.
    pub branch: String,
    /// The folder, without slashes around it; empty for the whole repository.
    pub folder: String,
}

impl StorePlace {
    /// The place of a declaration's branch and path.
    pub fn new(repository: Repository, branch: &str, path: &str) -> Self {
        let folder = folder(&format!("/{path}")).trim_matches('/').to_owned();
        Self { repository, branch: branch.to_owned(), folder }
    }

    /// Whether both are one.
    pub fn is(&self, other: &Self) -> bool {
        self.repository.is(&other.repository) && self.branch == other.branch && self.folder == other.folder
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(address: &str, branch: &str, path: &str) -> StorePlace {
        StorePlace::new(Repository::of(address), branch, path)
    }

    #[test]
    fn a_place_is_one_however_it_is_spelled() {
        let one = place("https://git.example/r", "main", "a/b");
        assert!(one.is(&place("git@git.example:r.git", "main", "/./a//b/")));
        for other in [("https://git.example/s", "main", "a/b"), ("https://git.example/r", "x", "a/b")] {
            assert!(!one.is(&place(other.0, other.1, other.2)));
        }
        assert!(!one.is(&place("https://git.example/r", "main", "a")));
    }
}
