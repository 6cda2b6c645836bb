//! The canonical form of texts, whatever their nodes.

use super::walk::inside;
use super::{Disk, SessionError};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::resolve::{Closed, LONGEST_FILE, Listing, LoadError, Loader, PROJECT_FILE, refusal};
use crate::source::{SourceFile, Sources, Span};
use crate::syntax::{format, parse};
use std::path::{Component, Path, PathBuf};

/// A file, and what it holds.
pub struct Text {
    /// Where it is.
    pub path: PathBuf,
    /// What it holds, or why nobody knows.
    pub content: Result<Vec<u8>, LoadError>,
}

/// What the canonical form of a text is.
pub enum Canonical {
    /// The text itself.
    Same,
    /// Another one, and the first line that differs from it.
    Other(String, u32),
    /// None: the text is broken.
    Broken(Diagnostics, Sources),
}

/// The texts of a project below a real folder, each read when it is its turn; paths start at `here` where they lie below it. One that
/// cannot be read keeps none of the others from it.
///
/// # Errors
/// Where the folder cannot be looked into.
pub fn texts(disk: Disk, folder: PathBuf, here: PathBuf) -> Result<impl Iterator<Item = Text>, SessionError> {
    let Listing { files, closed, .. } = disk.files()?;
    let shut = closed.into_iter().filter(is_text).map(|Closed { name, error }| (name, Some(error)));
    let all = files.into_iter().map(|name| (name, None)).chain(shut);
    let root = disk.root().to_owned();
    let meant = all.filter(move |(name, _)| root.join(name).starts_with(&folder));
    Ok(meant.map(move |(name, error)| {
        let path = disk.root().join(&name);
        let path = path.strip_prefix(&here).map(Path::to_owned).unwrap_or(path);
        Text { path, content: error.map_or_else(|| disk.read(&name, LONGEST_FILE), Err) }
    }))
}

/// A file that was named, be it one of a project or not. A link leads as far as the project that it is in goes, or the folder where it is in none.
///
/// # Errors
/// Where it cannot be read.
pub fn text(path: &Path) -> std::io::Result<Text> {
    let real = std::fs::canonicalize(path)?;
    let mut folder = std::path::absolute(path)?.parent().map(Path::to_owned).unwrap_or_default();
    if folder.components().any(|part| part == Component::ParentDir) {
        folder = std::fs::canonicalize(folder)?;
    }
    let root = folder.ancestors().find(|folder| folder.join(PROJECT_FILE).is_file()).unwrap_or(&folder);
    let root = std::fs::canonicalize(root)?;
    let is_inside = if path.is_symlink() { inside(&root, path).is_some() } else { real.starts_with(&root) };
    let outside = || LoadError::Outside(path.display().to_string());
    let content = if is_inside { Ok(std::fs::read(&real)?) } else { Err(outside()) };
    Ok(Text { path: path.to_owned(), content })
}

/// Whether what is closed would be formatted: a link out of the project may lead to a repository, which is no text.
fn is_text(closed: &Closed) -> bool {
    !matches!(closed.error, LoadError::Outside(_))
        || Path::new(&closed.name).extension().is_some_and(|extension| extension == "kdl")
}

/// The canonical form of a text that is called so.
pub fn canonical(name: &str, content: Result<Vec<u8>, LoadError>) -> Canonical {
    let mut sources = Sources::default();
    let (bytes, error) = match content {
        Ok(bytes) => (bytes, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let file = sources.add(SourceFile::new(name, bytes));
    let source = sources.file(file);
    let (tree, mut problems) = parse(file, &source.text);
    problems.extend(error.map(|error| refusal(file, &error)));
    problems.extend(source.invalid_utf8.map(|offset| not_utf8(Span::new(file, offset, offset + 1))));
    if problems.has_errors() {
        return Canonical::Broken(problems.sorted().told(), sources);
    }
    let text = format(&tree);
    let line = differing(&source.text, &text);
    line.map_or(Canonical::Same, |line| Canonical::Other(text, line))
}

/// The first line of a text, from 1, that is another one in its canonical form; nothing where both are the same.
fn differing(text: &str, canonical: &str) -> Option<u32> {
    let (mut lines, mut others) = (text.split_inclusive('\n'), canonical.split_inclusive('\n'));
    for number in 1.. {
        match (lines.next(), others.next()) {
            (None, None) => return None,
            // What is missing at the end is missing behind the last line.
            (None, Some(_)) => return Some(u32::max(number - 1, 1)),
            (line, other) if line != other => return Some(number),
            (Some(_), _) => {}
        }
    }
    None
}

fn not_utf8(span: Span) -> Diagnostic {
    Diagnostic::error(code::NOT_UTF8, span, "this byte is not UTF-8").help("save the file as UTF-8")
}
