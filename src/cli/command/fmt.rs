use crate::cli::arguments::{Fmt, Format, STANDARD};
use crate::cli::context::Beside;
use crate::cli::{Context, Exit, Failure};
use crate::diag::{Diagnostic, code};
use crate::report::{Reader, one_line, unformatted};
use crate::resolve::{Closed, LONGEST_FILE, Listing, LoadError, Loader, refusal};
use crate::session::{Disk, place_in_repository};
use crate::source::{SourceFile, Sources, Span};
use crate::syntax::{format, parse};
use std::io::Read;
use std::path::{Path, PathBuf};

/// What became of one file.
enum Formatted {
    Canonical,
    /// Its canonical form, and the first line that differs from it.
    Changed(String, u32),
    Broken,
}

/// A file, and what it holds.
type Text = (PathBuf, Result<Vec<u8>, LoadError>);

/// `plat fmt`: the canonical form of KDL files, whatever their nodes. A file with syntax errors stays as it is.
pub(super) fn run(arguments: &Fmt, context: &mut Context) -> Result<Exit, Failure> {
    if arguments.files == [PathBuf::from(STANDARD)] {
        return filter(arguments, context);
    }
    if arguments.files.iter().any(|path| *path == Path::new(STANDARD)) {
        return Err(Failure::Usage("`-` is standard input, and stands alone".to_owned()));
    }
    let (mut broken, mut changed) = (0u32, Vec::new());
    for text in texts(arguments, context)? {
        let (path, content) = text?;
        let name = name(&path, context);
        let before = content.as_ref().map_or_else(|_| Vec::new(), Vec::clone);
        match formatted(&name, content, context)? {
            Formatted::Canonical => {}
            Formatted::Broken => broken += 1,
            Formatted::Changed(text, line) => {
                if !arguments.check {
                    context.output.exchange(&path, &before, &text)?;
                }
                context.print(&format!("{}\n", one_line(&name)))?;
                changed.push((name, line));
            }
        }
    }
    if arguments.check && context.format == Format::Github {
        let annotations = unformatted(&changed, &context.command("fmt"));
        context.output.print_to(Reader::Workflow, &annotations)?;
    }
    Ok(match (broken, changed.len()) {
        (1.., _) => Exit::Configuration,
        (0, 1..) if arguments.check => Exit::Changes,
        (0, _) => Exit::Success,
    })
}

/// How a file is called: from the root of its repository where it is annotated there, else as it was found.
fn name(path: &Path, context: &Context) -> String {
    let place = if context.format == Format::Github { place_in_repository(path) } else { None };
    place.unwrap_or_else(|| path.display().to_string())
}

/// Standard input to standard output, or to an answer whether it is canonical.
fn filter(arguments: &Fmt, context: &Context) -> Result<Exit, Failure> {
    let mut bytes = Vec::new();
    let name = PathBuf::from("standard input");
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(|source| failure("read", &name, source))?;
    let original = bytes.clone();
    match formatted("<stdin>", Ok(bytes), context)? {
        Formatted::Changed(..) if arguments.check => {
            context.print("<stdin>\n")?;
            return Ok(Exit::Changes);
        }
        Formatted::Canonical if arguments.check => {}
        Formatted::Changed(text, _) => context.output.print_file(&text)?,
        Formatted::Canonical => context.output.print_file(&String::from_utf8_lossy(&original))?,
        Formatted::Broken => return Ok(Exit::Configuration),
    }
    Ok(Exit::Success)
}

/// Files, each read when it is its turn.
type Texts = Box<dyn Iterator<Item = Result<Text, Failure>>>;

/// The files that were named, with those of the folders that were, or else those of the project.
fn texts(arguments: &Fmt, context: &Context) -> Result<Texts, Failure> {
    if arguments.files.is_empty() {
        let disk = context.disk()?;
        let root = disk.root().to_owned();
        return of_project(disk, root);
    }
    let named = |path: &PathBuf| -> Result<Texts, Failure> {
        if path.is_dir() {
            return of_project(Disk::discover(path)?, std::fs::canonicalize(path).unwrap_or_default());
        }
        let path = path.clone();
        Ok(Box::new(std::iter::once_with(move || match std::fs::read(&path) {
            Ok(content) => Ok((path, Ok(content))),
            Err(source) => Err(failure("read", &path, source)),
        })))
    };
    let all = arguments.files.iter().map(named).collect::<Result<Vec<Texts>, Failure>>()?;
    Ok(Box::new(all.into_iter().flatten()))
}

/// The files of a project below a real folder. One that cannot be read keeps none of the others from it.
fn of_project(disk: Disk, folder: PathBuf) -> Result<Texts, Failure> {
    let here = std::env::current_dir().and_then(std::fs::canonicalize).unwrap_or_default();
    let Listing { files, closed } = disk.files()?;
    let shut = closed.into_iter().filter(is_text).map(|Closed { name, error }| (name, Some(error)));
    let all = files.into_iter().map(|name| (name, None)).chain(shut);
    let root = disk.root().to_owned();
    let meant = all.filter(move |(name, _)| root.join(name).starts_with(&folder));
    Ok(Box::new(meant.map(move |(name, error)| {
        let path = disk.root().join(&name);
        // Named from the folder that the command runs in, where it is below it.
        let path = path.strip_prefix(&here).map(Path::to_owned).unwrap_or(path);
        Ok((path, error.map_or_else(|| disk.read(&name, LONGEST_FILE), Err)))
    })))
}

/// Whether what is closed would be formatted: a link out of the project may lead to a repository, which is no text.
fn is_text(closed: &Closed) -> bool {
    !matches!(closed.error, LoadError::Outside { .. })
        || Path::new(&closed.name).extension().is_some_and(|extension| extension == "kdl")
}

fn formatted(name: &str, content: Result<Vec<u8>, LoadError>, context: &Context) -> Result<Formatted, Failure> {
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
        context.tell(&problems.sorted().told(), &sources, Beside::Result)?;
        return Ok(Formatted::Broken);
    }
    let text = format(&tree);
    let line = differing(&source.text, &text);
    Ok(line.map_or(Formatted::Canonical, |line| Formatted::Changed(text, line)))
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

fn failure(doing: &'static str, path: &Path, source: std::io::Error) -> Failure {
    Failure::File { doing, path: path.display().to_string(), source }
}
