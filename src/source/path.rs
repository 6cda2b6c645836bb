/// A path from a folder, without steps that lead nowhere or back: where it leads out of the folder that both start at, it begins with `..`.
/// An absolute one starts at no folder.
pub fn joined(folder: &str, path: &str) -> String {
    let is_absolute = path.starts_with('/') || folder.starts_with('/');
    let around = if path.starts_with('/') { "" } else { folder };
    let mut steps: Vec<&str> = Vec::new();
    for step in around.split('/').chain(path.split('/')) {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| *last != "..") => _ = steps.pop(),
            ".." if is_absolute => {}
            step => steps.push(step),
        }
    }
    format!("{}{}", if is_absolute { "/" } else { "" }, steps.join("/"))
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn a_path_from_a_folder_has_no_step_that_leads_back() {
        for (folder, path, expected) in [
            ("", "a.kdl", "a.kdl"),
            ("a", "./b//c", "a/b/c"),
            ("a/b", "../c", "a/c"),
            ("a", "../..", ".."),
            ("..", "../a", "../../a"),
            ("a", "..", ""),
            ("a", "/b/../c", "/c"),
            ("/a", "../../b", "/b"),
        ] {
            assert_eq!(joined(folder, path), expected, "{folder} {path}");
        }
    }
}
