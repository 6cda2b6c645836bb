use crate::cli::arguments::{Fmt, Format, STANDARD};
use crate::cli::context::{Beside, STANDARD_INPUT, standard_input};
use crate::cli::{Context, Failure};
use crate::report::{Reader, one_line, unformatted};
use crate::session::{
    Canonical, Change, Disk, Ending, SessionError, Text, canonical, place_in_repository, text, texts, write_files,
};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// `plat fmt`: the canonical form of KDL files, whatever their nodes. A file with syntax errors stays as it is; of the others all are written, or none.
pub(super) fn run(arguments: &Fmt, context: &Context) -> Result<Ending, Failure> {
    if arguments.files == [PathBuf::from(STANDARD)] {
        return filter(arguments, context);
    }
    if arguments.files.iter().any(|path| *path == Path::new(STANDARD)) {
        return Err(Failure::Usage("`-` is standard input, and stands alone".to_owned()));
    }
    let (mut broken, mut changed, mut written) = (0u32, Vec::new(), Vec::new());
    // What several links lead to is one file.
    let mut places = HashSet::new();
    for text in all(arguments, context)? {
        let Text { path, content } = text?;
        let (name, place) = (name(&path, context), std::fs::canonicalize(&path).unwrap_or_else(|_| path.clone()));
        if !places.insert(place.clone()) {
            continue;
        }
        let before = content.as_ref().map_or_else(|_| Vec::new(), Vec::clone);
        match canonical(&name, content) {
            Canonical::Same => {}
            Canonical::Broken(problems, sources) => {
                context.tell(&problems, &sources, Beside::Result)?;
                broken += 1;
            }
            Canonical::Other(text, line) => {
                changed.push((name, line));
                let (name, before, after) = (path.display().to_string(), Some(before), text.into());
                written.push(Change { name, place, before, after });
            }
        }
    }
    if !arguments.check {
        context.tell_left_over(write_files(&written, context.guard())?)?;
    }
    for (name, _) in &changed {
        context.print(&format!("{}\n", one_line(name)))?;
    }
    if arguments.check && context.format == Format::Github {
        let annotations = unformatted(&changed, &context.command("fmt"));
        context.output.print_to(Reader::Workflow, &annotations)?;
    }
    Ok(match (broken, changed.len()) {
        (1.., _) => Ending::Configuration,
        (0, 1..) if arguments.check => Ending::Changes,
        (0, _) => Ending::Success,
    })
}

/// How a file is called: from the root of its repository where it is annotated there, else as it was found.
fn name(path: &Path, context: &Context) -> String {
    let place = if context.format == Format::Github { place_in_repository(path) } else { None };
    place.unwrap_or_else(|| path.display().to_string())
}

/// Standard input to standard output, or to an answer whether it is canonical.
fn filter(arguments: &Fmt, context: &Context) -> Result<Ending, Failure> {
    let bytes = standard_input()?;
    let original = bytes.clone();
    match canonical(STANDARD_INPUT, Ok(bytes)) {
        Canonical::Other(..) if arguments.check => {
            context.print(&format!("{STANDARD_INPUT}\n"))?;
            return Ok(Ending::Changes);
        }
        Canonical::Same if arguments.check => {}
        Canonical::Other(text, _) => context.output.print_file(&text)?,
        Canonical::Same => context.output.print_file(&String::from_utf8_lossy(&original))?,
        Canonical::Broken(problems, sources) => {
            context.tell(&problems, &sources, Beside::Result)?;
            return Ok(Ending::Configuration);
        }
    }
    Ok(Ending::Success)
}

/// Files, each read when it is its turn.
type Texts = Box<dyn Iterator<Item = Result<Text, Failure>>>;

/// The files that were named, with those of the folders that were, or else those of the project.
fn all(arguments: &Fmt, context: &Context) -> Result<Texts, Failure> {
    if arguments.files.is_empty() {
        let disk = context.folder()?;
        let root = disk.root().to_owned();
        return of_project(disk, root);
    }
    let named = |path: &PathBuf| -> Result<Texts, Failure> {
        if path.is_dir() {
            let disk = Disk::discover(path).map_err(SessionError::from)?;
            return of_project(disk, std::fs::canonicalize(path).unwrap_or_default());
        }
        let path = path.clone();
        Ok(Box::new(std::iter::once_with(move || text(&path).map_err(|source| failure(&path, source)))))
    };
    let all = arguments.files.iter().map(named).collect::<Result<Vec<Texts>, Failure>>()?;
    Ok(Box::new(all.into_iter().flatten()))
}

/// The files of a project below a real folder, named from the folder that the command runs in.
fn of_project(disk: Disk, folder: PathBuf) -> Result<Texts, Failure> {
    let here = std::env::current_dir().and_then(std::fs::canonicalize).unwrap_or_default();
    Ok(Box::new(texts(disk, folder, here)?.map(Ok)))
}

fn failure(path: &Path, source: std::io::Error) -> Failure {
    Failure::File { doing: "read", path: path.display().to_string(), source }
}
