use crate::cli::arguments::Fmt;
use crate::cli::context::Beside;
use crate::cli::{Context, Exit, Failure};
use crate::diag::{Diagnostic, code};
use crate::report::one_line;
use crate::resolve::{Listing, Loader};
use crate::source::{SourceFile, Sources, Span};
use crate::syntax::{format, parse};
use std::io::Read;
use std::path::{Path, PathBuf};

/// What became of one file.
enum Formatted {
    Canonical,
    Changed(String),
    Broken,
}

/// `plat fmt`: the canonical form of KDL files, whatever their nodes. A file with syntax errors stays as it is.
pub(super) fn run(arguments: &Fmt, context: &mut Context) -> Result<Exit, Failure> {
    if arguments.files == [PathBuf::from("-")] {
        return filter(context);
    }
    let files = if arguments.files.is_empty() { project_files(context)? } else { arguments.files.clone() };
    let (mut broken, mut changed) = (0u32, 0u32);
    for path in &files {
        let bytes = std::fs::read(path).map_err(|source| failure("read", path, source))?;
        match formatted(&path.display().to_string(), bytes, context)? {
            Formatted::Canonical => {}
            Formatted::Broken => broken += 1,
            Formatted::Changed(text) => {
                changed += 1;
                if !arguments.check {
                    context.output.replace(path, &text)?;
                }
                context.print(&format!("{}\n", one_line(&path.display().to_string())))?;
            }
        }
    }
    Ok(match (broken, changed) {
        (1.., _) => Exit::Configuration,
        (0, 1..) if arguments.check => Exit::Changes,
        (0, _) => Exit::Success,
    })
}

/// Standard input to standard output.
fn filter(context: &mut Context) -> Result<Exit, Failure> {
    let mut bytes = Vec::new();
    let name = PathBuf::from("standard input");
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(|source| failure("read", &name, source))?;
    let original = bytes.clone();
    match formatted("<stdin>", bytes, context)? {
        Formatted::Changed(text) => context.output.print_file(&text)?,
        Formatted::Canonical => context.output.print_file(&String::from_utf8_lossy(&original))?,
        Formatted::Broken => return Ok(Exit::Configuration),
    }
    Ok(Exit::Success)
}

/// The project's files, named from the folder that the command runs in where they are below it.
fn project_files(context: &Context) -> Result<Vec<PathBuf>, Failure> {
    let disk = context.disk()?;
    let here = std::env::current_dir().and_then(std::fs::canonicalize).unwrap_or_default();
    let named = |name: String| {
        let path = disk.root().join(name);
        path.strip_prefix(&here).map(Path::to_owned).unwrap_or(path)
    };
    let Listing { files, closed } = disk.files()?;
    match closed.into_iter().next() {
        Some(closed) => Err(closed.error.into()),
        None => Ok(files.into_iter().map(named).collect()),
    }
}

fn formatted(name: &str, bytes: Vec<u8>, context: &mut Context) -> Result<Formatted, Failure> {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new(name, bytes));
    let source = sources.file(file);
    let (tree, mut problems) = parse(file, &source.text);
    problems.extend(source.invalid_utf8.map(|offset| not_utf8(Span::new(file, offset, offset + 1))));
    if problems.has_errors() {
        context.tell(&problems.sorted(), &sources, Beside::Result)?;
        return Ok(Formatted::Broken);
    }
    let text = format(&tree);
    Ok(if text == *source.text { Formatted::Canonical } else { Formatted::Changed(text) })
}

fn not_utf8(span: Span) -> Diagnostic {
    Diagnostic::error(code::NOT_UTF8, span, "this byte is not UTF-8").help("save the file as UTF-8")
}

fn failure(doing: &'static str, path: &Path, source: std::io::Error) -> Failure {
    Failure::File { doing, path: path.display().to_string(), source }
}
