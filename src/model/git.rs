//! What Git, on every system that checks it out, takes as the path of a file and as the name of a branch: one rule for what is
//! checked, rendered and written.

/// The most bytes of a path from the repository's root: no system that Git runs on takes fewer but Windows, which can be told to.
const LONGEST_PATH: usize = 1024;

/// The most bytes of one part of a path.
const LONGEST_PART: usize = 255;

/// The most bytes of a part of the name of a reference that plat makes, with room for the ending of its lock.
const LONGEST_REFERENCE_PART: usize = 240;

/// The names of devices on Windows, beside those with a number; a file cannot have them, whatever its ending.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Says why `path` cannot be a file's path below a folder of a repository; nothing where Git holds it and every system can check it
/// out.
pub fn path_fault(path: &str) -> Option<&'static str> {
    if is_usual(path) {
        return None;
    }
    held_path_fault(path).or_else(|| path.split('/').find_map(windows_fault))
}

/// The same of a file that is there already, as others wrote it or an older plat did: nothing where Git holds it, though some system
/// may not check it out. It can be looked at and taken away.
pub fn held_path_fault(path: &str) -> Option<&'static str> {
    if path.is_empty() {
        return Some("it is empty");
    }
    if path.len() > LONGEST_PATH {
        return Some("it is longer than 1024 bytes");
    }
    path.split('/').find_map(part_fault)
}

/// A text as a part of a file's name that every system can check out: what no name may hold becomes `-`.
pub fn part_of_file_name(text: &str) -> String {
    let is_refused = |letter| is_refused_by_git(letter) || is_refused_by_windows(letter);
    text.chars().map(|letter| if is_refused(letter) { '-' } else { letter }).collect()
}

/// A folder of a repository by its path from the repository's root, without what means nothing in it (`./a//b/` is `a/b`); empty
/// for the whole repository.
///
/// # Errors
/// Why it cannot be one.
pub fn repository_folder(path: &str) -> Result<String, &'static str> {
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let folder = parts.join("/");
    if folder.is_empty() { Ok(folder) } else { path_fault(&folder).map_or(Ok(folder), Err) }
}

/// Says why `name` cannot be a branch's name; nothing where it can.
pub fn branch_fault(name: &str) -> Option<&'static str> {
    let has = |letters: &[char]| name.contains(letters);
    match name {
        "" => Some("it is empty"),
        "HEAD" | "@" => Some("Git has another meaning for it"),
        _ if name.starts_with('-') => Some("it begins with `-`"),
        _ if name.ends_with('.') => Some("it ends with `.`"),
        _ if name.contains("..") || name.contains("@{") => Some("it has `..` or `@{` in it"),
        _ if has(&['~', '^', ':', '?', '*', '[', '\\']) => Some("it has one of `~^:?*[\\` in it"),
        _ if name.contains(|letter: char| letter.is_control() || letter == ' ') => {
            Some("it has a space or a control character in it")
        }
        _ if !fits_a_reference(name) => Some("it is too long"),
        _ => name.split('/').find_map(|part| match part {
            "" => Some("a part of it is empty"),
            _ if part.starts_with('.') => Some("a part of it begins with `.`"),
            _ if part.to_ascii_lowercase().ends_with(".lock") => Some("a part of it ends with `.lock`"),
            _ => None,
        }),
    }
}

/// Whether a text fits into a part of the name of a reference, in which a letter, a digit, `-` and `_` take one byte, and every other
/// byte three.
pub fn fits_a_reference(text: &str) -> bool {
    let length = |byte: u8| if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') { 1 } else { 3 };
    text.bytes().map(length).sum::<usize>() <= LONGEST_REFERENCE_PART
}

/// Whether a path is like nearly all of them: short, of ASCII letters and digits with `-`, `_` and `.` between them. Nothing but a
/// device can be wrong with one, so that nobody has to look at it again and again.
fn is_usual(path: &str) -> bool {
    let is_inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    path.len() <= LONGEST_PART
        && path.split('/').all(|part| {
            let ends = [part.as_bytes().first(), part.as_bytes().last()];
            ends.iter().all(|end| end.is_some_and(u8::is_ascii_alphanumeric))
                && part.as_bytes().iter().all(is_inner)
                && !is_device(stem(part))
        })
}

fn part_fault(part: &str) -> Option<&'static str> {
    match part {
        "" => Some("a part of it is empty"),
        "." | ".." => Some("it has a part `.` or `..`"),
        _ if part.len() > LONGEST_PART => Some("a part of it is longer than 255 bytes"),
        _ if part.contains(is_refused_by_git) => Some("it has a backslash or a control character in it"),
        _ if is_the_repository(part) => Some("a part of it means `.git` on some systems"),
        _ => None,
    }
}

/// Why Windows cannot check out a part that Git holds.
fn windows_fault(part: &str) -> Option<&'static str> {
    if part.contains(is_refused_by_windows) {
        Some("it has one of `<>:\"|?*` in it, which Windows cannot check out")
    } else if part.ends_with(['.', ' ']) {
        Some("a part of it ends with a dot or a space, which Windows leaves out")
    } else if is_device(stem(part)) {
        Some("a part of it names a device on Windows, as `con` and `aux.txt` do")
    } else {
        None
    }
}

/// What Windows takes for the name of a file without its ending.
fn stem(part: &str) -> &str {
    part.split('.').next().unwrap_or_default().trim_end_matches(' ')
}

/// What no path has in Git on every system.
fn is_refused_by_git(letter: char) -> bool {
    letter.is_control() || letter == '\\'
}

/// What no name of a file has on Windows.
fn is_refused_by_windows(letter: char) -> bool {
    matches!(letter, '<' | '>' | ':' | '"' | '|' | '?' | '*')
}

/// Whether a name, in letters of either case, is a device's on Windows: one of the words, or a port with its digit.
fn is_device(name: &str) -> bool {
    let is_port = |word: &str| {
        let (head, digit) = name.split_at_checked(word.len()).unwrap_or_default();
        head.eq_ignore_ascii_case(word) && "123456789¹²³".chars().any(|known| digit.chars().eq([known]))
    };
    DEVICES.iter().any(|device| name.eq_ignore_ascii_case(device)) || is_port("com") || is_port("lpt")
}

/// Whether some file system takes a name for `.git`: NTFS knows it as `git~1` too, and drops spaces and dots at its end, and what a
/// colon begins; HFS+ passes over letters that are not seen.
fn is_the_repository(part: &str) -> bool {
    [".git", "git~1"].into_iter().any(|name| {
        let mut seen = part.chars().filter(|letter| !is_unseen(*letter));
        name.chars().all(|expected| seen.next().is_some_and(|letter| letter.eq_ignore_ascii_case(&expected)))
            && seen.take_while(|letter| *letter != ':').all(|letter| matches!(letter, ' ' | '.'))
    })
}

fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}')
}

/// Whether a path within a project's folder, `/` between its parts, leads to what Git and plat keep there for themselves: it is none of the
/// project's files, and may hold the credentials of whoever runs plat.
pub fn is_apart(path: &str) -> bool {
    path.split('/').any(|part| part.eq_ignore_ascii_case(".git") || part.eq_ignore_ascii_case(".plat"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_cannot_hold_is_no_path() {
        let long = "é".repeat(128);
        let deep = "a/".repeat(512) + "b";
        let refused = [
            "",
            "/a",
            "a/",
            "a//b",
            ".",
            "a/../b",
            "a\\b",
            "a\nb",
            "a\tb",
            "a\u{7f}",
            "a\u{85}b",
            ".git/config",
            "a/.GIT/x",
            "git~1/x",
            "GIT~1",
            ".git ",
            ".git.",
            ".git . .",
            ".git::$INDEX_ALLOCATION/x",
            "git~1 .",
            ".g\u{200c}it",
            "\u{feff}.git",
            &long,
            &deep,
        ];
        for path in refused {
            assert!(path_fault(path).is_some(), "{path:?}");
        }
        let taken =
            ["a", "a/b.yaml", ".gitignore", ".github/x", "é/ü", "git~2", "git", "a.git", ".git-x", " a", &long[2..]];
        for path in taken {
            assert_eq!(path_fault(path), None, "{path:?}");
        }
    }

    #[test]
    fn what_windows_cannot_check_out_is_no_path_but_can_be_there() {
        let refused = [
            "con",
            "CON",
            "a/con/b",
            "con/x",
            "aux.txt",
            "Aux.tar.gz",
            "nul .txt",
            "prn",
            "conin$",
            "CONOUT$.x",
            "com1",
            "COM9.yaml",
            "lpt¹",
            "a:b",
            "a\"b",
            "<b>x",
            "a|b",
            "a?",
            "*.yaml",
            "a.",
            "a /b",
            " a ",
            "...",
            "x/...",
        ];
        for path in refused {
            assert!(path_fault(path).is_some(), "{path:?}");
            assert_eq!(held_path_fault(path), None, "{path:?}");
        }
        for path in
            ["console", "con-x", "xcon", "a.con", "com", "com0", "com10", "comé", "auxiliary.txt", "a'b", "a;b", "#x"]
        {
            assert_eq!(path_fault(path), None, "{path:?}");
        }
        assert!(repository_folder("./clusters/aux/").is_err());
    }

    #[test]
    fn what_no_file_may_hold_is_left_out_of_its_name() {
        assert_eq!(part_of_file_name("system:node\\x\n<y>"), "system-node-x--y-");
        assert_eq!(part_of_file_name("a.b_c d/é"), "a.b_c d/é");
    }

    #[test]
    fn a_folder_loses_what_means_nothing() {
        assert_eq!(repository_folder("/clusters//./prod/"), Ok("clusters/prod".to_owned()));
        assert_eq!([".", "/", ""].map(repository_folder), [Ok(String::new()), Ok(String::new()), Ok(String::new())]);
        assert!(repository_folder("a/../b").is_err() && repository_folder("a/.git").is_err());
    }

    #[test]
    fn what_git_does_not_take_is_no_branch() {
        let long = "a/".repeat(100) + "b";
        let refused = [
            "", "HEAD", "@", "-x", "a..b", "a.", ".a", "a/.b", "a.lock", "a.lock/b", "a.LOCK", "a//b", "/a", "a/",
            "a b", "a\tb", "a~b", "a^b", "a:b", "a?b", "a*b", "a[b", "a\\b", "a@{b", "a\u{7f}b", &long,
        ];
        for name in refused {
            assert!(branch_fault(name).is_some(), "{name:?}");
        }
        for name in ["main", "release/1.0", "a@b", "feature/é", "x-", "HEAD2", "head", "a.b", "lock", &"a".repeat(240)]
        {
            assert_eq!(branch_fault(name), None, "{name:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_not_looked_at_closely_has_no_fault(
            parts in proptest::collection::vec("[a-zA-Z.~ _-]{0,4}|con|Aux[.]x|com[0-9]|LPT9[.]a|nulx?|[.]git|git~1|é", 1..4),
        ) {
            let path = parts.join("/");
            let looked_at = held_path_fault(&path).or_else(|| path.split('/').find_map(windows_fault));
            proptest::prop_assert_eq!(path_fault(&path), looked_at);
        }
    }

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
