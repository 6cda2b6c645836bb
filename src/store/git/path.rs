//! Paths of files in a store, and the names of its references.

/// Says why `path` cannot be a file's path below a store's folder: only what every Git client can check out is one.
pub(super) fn fault(path: &str) -> Option<&'static str> {
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

/// The name of the reference that holds a project's inventory: `refs/plat/inventory/<project>/<branch>/<folder>`, each
/// part escaped so that no two stores share one and none lies below another. The repository's root is `%2F`.
pub(super) fn inventory(project: &str, branch: &str, folder: &str) -> Result<String, &'static str> {
    let folder = if folder.is_empty() { "/" } else { folder };
    let parts = [project, branch, folder].map(escape);
    // What a file system takes as a name, with room for the lock's ending.
    let fits = parts.iter().all(|part| (1..=240).contains(&part.len()));
    if fits {
        Ok(format!("refs/plat/inventory/{}", parts.join("/")))
    } else {
        Err("its project, branch or path is too long or empty")
    }
}

fn escape(part: &str) -> String {
    part.bytes().fold(String::with_capacity(part.len()), |mut text, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => text.push(char::from(byte)),
            _ => {
                let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default().to_ascii_uppercase();
                text.extend(['%', digit(byte >> 4), digit(byte & 15)]);
            }
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn an_inventorys_name_is_a_reference_of_three_parts(project in "\\PC{1,20}", branch in "\\PC{1,20}", path in "\\PC{0,20}") {
            let name = inventory(&project, &branch, &path).unwrap();
            prop_assert!(git2::Reference::is_valid_name(&name), "{name}");
            prop_assert_eq!(name.split('/').count(), 6);
        }

        #[test]
        fn different_stores_have_different_inventories(one in "[a/%.]{1,6}", other in "[a/%.]{1,6}", path in "[a/%.]{0,4}") {
            prop_assert_eq!(inventory("p", &one, &path) == inventory("p", &other, &path), one == other);
            prop_assert_eq!(inventory("p", &path, &one) == inventory("p", &path, &other), one == other || path.is_empty());
        }
    }
}
