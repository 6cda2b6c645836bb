//! Paths of files in a store.

/// Says why `path` cannot be a file's path below a store's folder: only what every Git client can check out is one.
pub(in crate::store) fn fault(path: &str) -> Option<&'static str> {
    if path.is_empty() {
        return Some("it is empty");
    }
    if path.len() > 4096 {
        return Some("it is longer than 4096 bytes");
    }
    path.split('/').find_map(part_fault)
}

fn part_fault(part: &str) -> Option<&'static str> {
    match part {
        "" => Some("a part of it is empty"),
        "." | ".." => Some("it has a part `.` or `..`"),
        _ if part.len() > 255 => Some("a part of it is longer than 255 bytes"),
        _ if part.contains(|c: char| c.is_control() || c == '\\') => Some("it has a backslash or a control character"),
        // Git refuses them: on some file systems they are the repository itself.
        _ if part.eq_ignore_ascii_case(".git") || part.eq_ignore_ascii_case("git~1") => Some("it has a part `.git`"),
        _ => None,
    }
}

/// A store's folder, without slashes around it; empty for the whole repository.
pub(super) fn folder(path: &str) -> Result<String, &'static str> {
    let trimmed = path.trim_matches('/');
    let trimmed = if trimmed == "." { "" } else { trimmed };
    if trimmed.is_empty() { Ok(String::new()) } else { fault(trimmed).map_or_else(|| Ok(trimmed.to_owned()), Err) }
}

/// `path` below `folder`.
pub(super) fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_cannot_hold_is_no_path() {
        for path in ["", "/a", "a/", "a//b", ".", "a/../b", ".git/config", "a/.GIT/x", "a\\b", "a\nb", "git~1/x"] {
            assert!(fault(path).is_some(), "{path:?}");
        }
        for path in ["a", "a/b.yaml", ".gitignore", "...", "é/ü"] {
            assert_eq!(fault(path), None, "{path:?}");
        }
    }

    #[test]
    fn a_folder_loses_the_slashes_around_it() {
        assert_eq!(folder("/clusters/prod/"), Ok("clusters/prod".to_owned()));
        assert_eq!((folder("."), folder("/"), folder("")), (Ok(String::new()), Ok(String::new()), Ok(String::new())));
        assert!(folder("a/../b").is_err());
    }
}
