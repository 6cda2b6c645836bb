/// Whether a path within a project's folder, `/` between its parts, leads to what Git and plat keep there for themselves: it is none of the
/// project's files, and may hold the credentials of whoever runs plat.
pub fn is_apart(path: &str) -> bool {
    path.split('/').any(|part| part.eq_ignore_ascii_case(".git") || part.eq_ignore_ascii_case(".plat"))
}

#[cfg(test)]
mod tests {
    use super::is_apart;

    #[test]
    fn what_git_and_plat_keep_is_apart() {
        for path in [".git", ".git/config", "sub/.GIT/config", ".plat/catalog.db"] {
            assert!(is_apart(path), "{path}");
        }
        for path in ["", "a", ".github/a", "a.git/b", ".platform", "git/x"] {
            assert!(!is_apart(path), "{path}");
        }
    }
}
