use super::super::value::text;
use super::Surroundings;
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::Files;
use crate::source::Spanned;
use crate::syntax::Node;

/// Lowers a `files` node and reads the files that it names.
pub(super) fn files(node: Node<'_>, around: &Surroundings<'_>, diagnostics: &mut Diagnostics) -> Option<Files> {
    let pattern = text(node.argument(0)?)?;
    let found = match Pattern::new(&pattern.value, around.file) {
        Some(wanted) => read(&wanted, &pattern, around, diagnostics),
        None => {
            let message = format!("`{}` leads out of the project's folder", pattern.value);
            let help = "files are taken from the project's own folder, by a path relative to this file";
            diagnostics.push(Diagnostic::error(code::FILES_OUTSIDE, pattern.span, message).help(help));
            Vec::new()
        }
    };
    Some(Files { span: node.head_span(), pattern, found })
}

type Found = Vec<(Box<str>, std::sync::Arc<[u8]>)>;

fn read(
    wanted: &Pattern,
    written: &Spanned<Box<str>>,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Found {
    let mut found = Found::new();
    for name in around.loader.list(&wanted.folder).unwrap_or_default() {
        let Some(below) = wanted.matches(&name) else { continue };
        match around.loader.read(&name) {
            Ok(content) => found.push((below.into(), content.into())),
            Err(error) => {
                let help = "every file that the pattern names must be readable";
                diagnostics.push(Diagnostic::error(code::NO_FILES, written.span, error.to_string()).help(help));
            }
        }
    }
    if found.is_empty() {
        let message = format!("no file matches `{}`", written.value);
        let folder = if wanted.folder.is_empty() { "the project's folder" } else { &wanted.folder };
        let help = format!("looked in {folder}; `dir/*` takes the files of a folder, `dir/**` those below it too");
        diagnostics.push(Diagnostic::error(code::NO_FILES, written.span, message).help(help));
    }
    found.sort();
    found
}

/// A pattern with `*`, `?` and `**`, resolved against the folder of the file that says it.
struct Pattern {
    /// The part before the first wildcard: a folder, relative to the project's.
    folder: String,
    /// The rest, part by part.
    parts: Vec<String>,
}

impl Pattern {
    /// Nothing where the pattern leads out of the project.
    fn new(pattern: &str, file: &str) -> Option<Self> {
        // A module that is built into plat has no folder.
        if pattern.starts_with('/') || pattern.contains('\\') || file.starts_with("std:") {
            return None;
        }
        let home = file.rsplit_once('/').map_or("", |(home, _)| home);
        let mut parts: Vec<&str> = Vec::new();
        for part in home.split('/').chain(pattern.split('/')) {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()?),
                part => parts.push(part),
            }
        }
        let wild = parts.iter().position(|part| part.contains(['*', '?']));
        let fixed = wild.unwrap_or(parts.len().saturating_sub(1));
        let rest = parts.split_off(fixed);
        Some(Self { folder: parts.join("/"), parts: rest.into_iter().map(str::to_owned).collect() })
    }

    /// The path of a file below the folder, where it is meant.
    fn matches<'n>(&self, name: &'n str) -> Option<&'n str> {
        let below = match &*self.folder {
            "" => name,
            folder => name.strip_prefix(folder)?.strip_prefix('/')?,
        };
        let names: Vec<&str> = below.split('/').collect();
        // Which prefixes of the name the parts so far can stand for.
        let mut reached = vec![false; names.len() + 1];
        reached[0] = true;
        for part in &self.parts {
            let mut next = vec![false; names.len() + 1];
            for (index, from) in reached.iter().enumerate() {
                if part == "**" {
                    let open = *from || (index > 0 && next[index - 1]);
                    next[index] = open;
                } else if *from && names.get(index).is_some_and(|name| wildcard(part, name)) {
                    next[index + 1] = true;
                }
            }
            reached = next;
        }
        reached.last().is_some_and(|whole| *whole).then_some(below)
    }
}

/// Whether a part with `*` and `?` stands for a name.
fn wildcard(part: &str, name: &str) -> bool {
    let (part, name): (Vec<char>, Vec<char>) = (part.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    let mut star = None;
    while n < name.len() {
        if part.get(p).is_some_and(|wanted| *wanted == '?' || (*wanted != '*' && *wanted == name[n])) {
            (p, n) = (p + 1, n + 1);
        } else if part.get(p) == Some(&'*') {
            star = Some((p, n));
            p += 1;
        } else if let Some((at, from)) = star {
            (p, n) = (at + 1, from + 1);
            star = Some((at, from + 1));
        } else {
            return false;
        }
    }
    part[p..].iter().all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn below<'n>(pattern: &str, file: &str, name: &'n str) -> Option<&'n str> {
        Pattern::new(pattern, file).unwrap().matches(name)
    }

    #[test]
    fn files_are_named_below_the_fixed_part_of_the_pattern() {
        assert_eq!(below("dir/**", "plat.kdl", "dir/a/b.yaml"), Some("a/b.yaml"));
        assert_eq!(below("dir/**", "sub/x.kdl", "sub/dir/b.yaml"), Some("b.yaml"));
        assert_eq!(below("../dir/*.yaml", "sub/x.kdl", "dir/b.yaml"), Some("b.yaml"));
        assert_eq!(below("dir/*", "plat.kdl", "dir/a/b.yaml"), None);
        assert_eq!(below("dir/**/b?.yaml", "plat.kdl", "dir/b1.yaml"), Some("b1.yaml"));
        assert_eq!(below("dir/**/b?.yaml", "plat.kdl", "dir/x/y/b1.yaml"), Some("x/y/b1.yaml"));
        assert_eq!(below("dir/a.yaml", "plat.kdl", "dir/a.yaml"), Some("a.yaml"));
        assert_eq!(below("**", "plat.kdl", "a/b"), Some("a/b"));
    }

    #[test]
    fn a_pattern_cannot_leave_the_project() {
        assert!(Pattern::new("../x/*", "plat.kdl").is_none());
        assert!(Pattern::new("/etc/*", "plat.kdl").is_none());
        assert!(Pattern::new("a/../../x/*", "plat.kdl").is_none());
        assert!(Pattern::new("a/*", "std:services").is_none());
    }

    #[test]
    fn many_stars_take_no_exponential_time() {
        let pattern = "**/*a*a*a*a*a*a*a*a*a*b/".repeat(20);
        assert_eq!(below(&pattern, "plat.kdl", &"aaaaaaaaaaaaaaaaaaaaaaaaaaa/".repeat(60)), None);
    }
}
