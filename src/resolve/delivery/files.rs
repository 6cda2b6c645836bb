use super::super::value::text;
use super::Surroundings;
use super::spots::spots;
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Files, Map, Step, Value};
use crate::resolve::LoadError;
use crate::resolve::path::from_root;
use crate::resolve::shelf::Section;
use crate::source::Spanned;
use crate::syntax::Node;
use std::sync::Arc;

/// The most files that one step delivers.
const MOST_FILES: usize = 5000;
/// The most bytes that they have together: what a request may be rendered to.
const MOST_BYTES: u64 = 16 << 20;

/// The most bytes of them that a catalog holds of a promise.
const MOST_KEPT: usize = 256 << 10;

/// Lowers a `files` node and reads the files that it names.
pub(super) fn files(node: Node<'_>, around: &Surroundings<'_>, diagnostics: &mut Diagnostics) -> Option<Files> {
    let pattern = text(node.argument(0)?)?;
    let mut given = node.children().filter(|child| child.name() == "content").peekable();
    if given.peek().is_some() {
        let file = |child: Node<'_>| {
            let (path, content) = (text(child.argument(0)?)?.value, text(child.argument(1)?)?.value);
            Some((path, content.as_bytes().into()))
        };
        let mut found: Found = given.filter_map(file).collect();
        found.sort();
        return Some(Files { span: node.head_span().into(), pattern, found, is_read: false });
    }
    let section = around.shelf.of_text(around.file);
    let from = Text { section: &section, file: &around.file[section.home().len()..] };
    let found = match Pattern::new(&pattern.value, from.file) {
        Some(wanted) => read(&wanted, &pattern, &from, diagnostics),
        None => {
            let whose = section.whose();
            let message = format!("`{}` leads out of the {whose}'s folder", pattern.value);
            let diagnostic = Diagnostic::error(code::FILES_OUTSIDE, pattern.span, message);
            diagnostics.push(match Root::of(&pattern, &from) {
                Some(root) => root.meant("a path starts at the file that says it", diagnostic, &pattern),
                None => diagnostic.help(format!(
                    "files are taken from the {whose}'s own folder, without `.git` and `.plat`, by a path relative to this file",
                )),
            });
            Vec::new()
        }
    };
    Some(Files { span: node.head_span().into(), pattern, found, is_read: true })
}

/// Puts what the steps in a member of the body of a promise read from disk into it, where the catalog holds it for other projects: not what
/// is no text, nor anything where it is too much together.
pub(super) fn keep(body: &mut Map, block: &str, steps: &[Step]) {
    let mut read = Vec::new();
    taken(steps, &mut read);
    let contents = || read.iter().flat_map(|files| &files.found);
    let bytes: usize = contents().map(|(path, content)| path.len() + content.len()).sum();
    if bytes > MOST_KEPT || contents().any(|(_, content)| std::str::from_utf8(content).is_err()) {
        return;
    }
    let said = spots(body, block, "files");
    // One that is not read is told, and its promise with it.
    if said.len() == read.len() {
        // One that finds none is told, and says nothing of what is in them.
        let has_some = |files: &Files| files.is_read && !files.found.is_empty();
        said.into_iter().zip(read).filter(|(_, files)| has_some(files)).for_each(|(step, files)| put(step, files));
    }
}

/// The steps that deliver files, in the order of the text.
fn taken<'s>(steps: &'s [Step], found: &mut Vec<&'s Files>) {
    for step in steps {
        match step {
            Step::Files(files) => found.push(files),
            step => step.within().for_each(|inner| taken(std::slice::from_ref(inner), found)),
        }
    }
}

fn put(step: &mut Map, files: &Files) {
    let at = |value: Value| Spanned::new(value, files.span);
    let file = |(path, content): &(Box<str>, Arc<[u8]>)| {
        let mut file = Map::default();
        file.put("path", Value::string(&**path), files.span);
        file.put("text", Value::string(&*String::from_utf8_lossy(content)), files.span);
        at(Value::Object(file))
    };
    step.put("contents", Value::Array(files.found.iter().map(file).collect()), files.span);
}

type Found = Vec<(Box<str>, Arc<[u8]>)>;

/// A text that takes files.
struct Text<'t> {
    section: &'t Section<'t>,
    /// What it is called where they are.
    file: &'t str,
}

/// The files that a pattern means. One that cannot be read is told by its name, and hides none of the others.
fn read(wanted: &Pattern, written: &Spanned<Box<str>>, from: &Text<'_>, diagnostics: &mut Diagnostics) -> Found {
    let listing = match from.section.list(&wanted.folder) {
        Ok(listing) => listing,
        Err(error) => {
            diagnostics.push(unread(&error, written));
            return Found::new();
        }
    };
    let closed = listing.closed.iter().filter(|closed| wanted.leads_through(&closed.name));
    let mut told: Vec<Diagnostic> = closed.map(|closed| unread(&closed.error, written)).collect();
    let mut found = Found::new();
    let mut left = MOST_BYTES;
    for name in &listing.files {
        let Some(below) = wanted.matches(name) else { continue };
        if found.len() == MOST_FILES {
            told.push(too_much(format!("`{}` stands for more than {MOST_FILES} files", written.value), written));
            break;
        }
        match from.section.read(name, MOST_BYTES) {
            Ok(content) => {
                let Some(rest) = left.checked_sub(content.len() as u64) else {
                    told.push(too_much(
                        format!("the files of `{}` have more than 16 MiB together", written.value),
                        written,
                    ));
                    break;
                };
                left = rest;
                found.push((below.into(), content));
            }
            Err(LoadError::TooBig { path, .. }) => {
                told.push(too_much(format!("`{path}` has more than 16 MiB"), written));
            }
            Err(error) => told.push(unread(&error, written)),
        }
    }
    if found.is_empty() && told.is_empty() {
        told.push(nothing(wanted, written, from));
    }
    diagnostics.extend(told);
    found.sort();
    found
}

/// That no file is meant, and where it was looked for.
fn nothing(wanted: &Pattern, written: &Spanned<Box<str>>, from: &Text<'_>) -> Diagnostic {
    let wanted = format!("{}{wanted}", from.section.home());
    let message = format!("no file matches `{}`", written.value);
    let diagnostic = Diagnostic::error(code::NO_FILES, written.span, message);
    match Root::of(written, from) {
        Some(root) => {
            let why = format!("looked for {wanted}, as a path starts at the file that says it");
            root.meant(&why, diagnostic, written)
        }
        None => diagnostic
            .help(format!("looked for {wanted}; `dir/*` takes the files of a folder, `dir/**` those below it too")),
    }
}

/// What a pattern would find if paths started at the project's folder, as they do in other tools.
struct Root {
    /// One of the files.
    found: String,
    /// The pattern that finds them from where it stands.
    pattern: String,
}

impl Root {
    fn of(written: &Spanned<Box<str>>, from: &Text<'_>) -> Option<Self> {
        let below = written.value.trim_start_matches("./").trim_start_matches('/');
        let above = Pattern::new(below, if from.file.starts_with("std:") { from.file } else { "" })?;
        let listing = from.section.list(&above.folder).ok()?;
        let found = listing.files.iter().find(|name| above.matches(name).is_some())?.clone();
        let up = "../".repeat(from.file.matches('/').count());
        Some(Self { found, pattern: format!("{up}{below}") }).filter(|root| root.pattern != *written.value)
    }

    fn meant(&self, why: &str, diagnostic: Diagnostic, written: &Spanned<Box<str>>) -> Diagnostic {
        let Self { found, pattern } = self;
        let fix = format!("\"{pattern}\"");
        diagnostic.help(format!("{why}; {found} is there: write `{fix}`")).fix("start at this file", written.span, fix)
    }
}

/// That something which the pattern means cannot be read.
fn unread(error: &LoadError, written: &Spanned<Box<str>>) -> Diagnostic {
    match error {
        LoadError::Outside(_) => Diagnostic::error(code::FILES_OUTSIDE, written.span, error.to_string())
            .help("a `files` step takes files of the project's own folder only: put a copy there"),
        other => Diagnostic::error(code::NO_FILES, written.span, other.with_cause())
            .help("every file that the pattern names must be readable"),
    }
}

fn too_much(message: String, written: &Spanned<Box<str>>) -> Diagnostic {
    Diagnostic::error(code::FILES_TOO_BIG, written.span, message)
        .help("no cluster takes so much for one request: name fewer files")
}

/// A pattern with `*`, `?` and `**`, resolved against the folder of the file that says it.
struct Pattern {
    /// The part before the first wildcard: a folder, relative to the project's.
    folder: String,
    /// The rest, part by part.
    parts: Vec<String>,
}

impl std::fmt::Display for Pattern {
    /// As a path of the project's folder.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let folder = Some(self.folder.as_str()).filter(|folder| !folder.is_empty());
        f.write_str(&folder.into_iter().chain(self.parts.iter().map(String::as_str)).collect::<Vec<_>>().join("/"))
    }
}

impl Pattern {
    /// Nothing where the pattern leads out of the project, or to what is kept apart in its folder.
    fn new(pattern: &str, file: &str) -> Option<Self> {
        let mut parts = from_root(pattern, file)?;
        let wild = parts.iter().position(|part| part.contains(['*', '?']));
        let fixed = wild.unwrap_or(parts.len().saturating_sub(1));
        let rest = parts.split_off(fixed);
        Some(Self { folder: parts.join("/"), parts: rest.into_iter().map(str::to_owned).collect() })
    }

    /// Whether what is behind a name that cannot be looked into may be meant: the name itself, the folder of the pattern or one
    /// that it lies in, or a folder on the way to a file that is meant.
    fn leads_through(&self, name: &str) -> bool {
        let holds = |folder: &str| self.folder.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        if name == self.folder || holds(name) {
            return true;
        }
        let below = match &*self.folder {
            "" => Some(name),
            folder => name.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')),
        };
        below.is_some_and(|below| self.reached(below).contains(&true))
    }

    /// The path of a file below the folder, where it is meant.
    fn matches<'n>(&self, name: &'n str) -> Option<&'n str> {
        let below = match &*self.folder {
            "" => name,
            folder => name.strip_prefix(folder)?.strip_prefix('/')?,
        };
        let whole = self.parts.len();
        self.reached(below).get(whole).is_some_and(|whole| *whole).then_some(below)
    }

    /// Of each number of the first parts, whether they stand for a path of the folder.
    fn reached(&self, below: &str) -> Vec<bool> {
        let mut reached = vec![false; self.parts.len() + 1];
        reached[0] = true;
        open(&self.parts, &mut reached);
        for name in below.split('/') {
            let mut next = vec![false; reached.len()];
            for (index, part) in self.parts.iter().enumerate() {
                if part == "**" {
                    next[index] |= reached[index];
                } else if reached[index] && wildcard(part, name) {
                    next[index + 1] = true;
                }
            }
            open(&self.parts, &mut next);
            reached = next;
        }
        reached
    }
}

/// `**` may stand for no folder at all.
fn open(parts: &[String], reached: &mut [bool]) {
    for (index, part) in parts.iter().enumerate() {
        if part == "**" && reached[index] {
            reached[index + 1] = true;
        }
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
        for kept in [".git/config", "sub/.git/*", ".plat/catalog.db", "../.plat/**"] {
            assert!(Pattern::new(kept, "sub/x.kdl").is_none(), "{kept}");
        }
    }

    #[test]
    fn many_stars_take_no_exponential_time() {
        let pattern = "**/*a*a*a*a*a*a*a*a*a*b/".repeat(20);
        assert_eq!(below(&pattern, "plat.kdl", &"aaaaaaaaaaaaaaaaaaaaaaaaaaa/".repeat(60)), None);
    }
}
