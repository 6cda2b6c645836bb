//! From files to fragments: reading, parsing, validating and lowering, each file for itself and all in parallel.

use super::expand::{self, Names};
use super::fragment::Fragment;
use super::overlay::{Targets, overlaid as with_overlays};
use super::project::PROJECT_FILE;
use super::shelf::Shelf;
use super::unit::Unit;
use super::workspace::Reading;
use super::{Closed, Listing, LoadError, Loader, environment};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::Name;
use crate::source::{FileId, Making, SourceFile, Sources, Span, Spanned, TYPED};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The most bytes of a file: offsets in it are 32 bits wide.
pub const LONGEST_FILE: u64 = (1 << 32) - 1;

/// Reads and lowers the project's own files; gives also the file that speaks for the project.
pub(super) fn project(
    shelf: &Shelf<'_>,
    loader: &dyn Loader,
    (sources, reading): (&mut Sources, &mut Reading),
) -> Result<(Fragment, FileId), LoadError> {
    let Listing { files, closed, left_over } = loader.files()?;
    let contents: Vec<Result<Vec<u8>, LoadError>> =
        files.par_iter().map(|name| loader.read(name, LONGEST_FILE)).collect();
    let read = files.into_iter().zip(contents);
    let mut all: Vec<_> = read.chain(closed.into_iter().map(|Closed { name, error }| (name, Err(error)))).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    let mut refused = Diagnostics::default();
    let mut ids = Vec::with_capacity(all.len());
    let mut speaker = None;
    for (name, content) in all {
        let speaks = name == PROJECT_FILE;
        let (content, error) = match content {
            Ok(content) => (content, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        // A file that is refused stands there without a text, so that what is said of it has a place.
        let id = reading.add(sources, &name, content);
        refused.extend(error.map(|error| refusal(id, &error)));
        ids.push(id);
        if speaks {
            speaker = Some(id);
        }
    }
    let Some(first) = speaker.or(ids.first().copied()) else {
        return Err(LoadError::NoProject(".".to_owned()));
    };
    reading.know(Names::of(&ids, sources), Targets::of(loader.environment().as_deref(), &ids, sources));
    let mut all = reading.fragments(&ids, shelf, sources);
    // What a `files` step takes was told at the step.
    let of_steps = all.diagnostics.iter().filter(|told| [code::FILES_OUTSIDE, code::NO_FILES].contains(&told.code));
    let told: BTreeSet<&str> = of_steps.map(|told| told.message.as_str()).collect();
    // What a link leads to that is a repository is no text of the project, and is nobody's business here.
    let stores: Vec<&str> = all.project.git_folders().map(|place| place.url.value.trim_start_matches("./")).collect();
    let is_store = |name: &str| {
        let rests = stores.iter().filter_map(|url| url.strip_prefix(name));
        rests.into_iter().any(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let is_news = |one: &&Diagnostic| {
        let file = one.primary.span().file;
        file == first || !(told.contains(one.message.as_str()) || is_store(&sources.file(file).name))
    };
    let untold: Vec<Diagnostic> = refused.iter().filter(is_news).cloned().collect();
    all.diagnostics.extend(untold);
    all.diagnostics.extend(unfinished(first, &left_over));
    Ok((all, first))
}

/// That a run which writes several files has not come to its end, by what it left beside them.
fn unfinished(place: FileId, left_over: &[String]) -> Option<Diagnostic> {
    let first = left_over.first()?;
    let more = match left_over.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!(
        "{first}{more}: left by a run that was killed, or is at work, so that some files may be as before it and others as after it"
    );
    let warning = Diagnostic::warning(code::UNFINISHED_RUN, Span::start_of(place), message);
    Some(warning.help("run the same again, such as `plat import --overwrite`, which takes it away; or see to the files, and delete it"))
}

/// What is wrong with a file whose content the project does without.
pub fn refusal(id: FileId, error: &LoadError) -> Diagnostic {
    let place = Span::start_of(id);
    match error {
        LoadError::TooBig { .. } => Diagnostic::error(code::FILE_TOO_BIG, place, "the file has 4 GiB or more")
            .help("split it: the files of a project are one set"),
        LoadError::Outside(_) => Diagnostic::error(code::FILES_OUTSIDE, place, error.to_string())
            .help("a project is what is in its own folder: put a copy there, or take the link away"),
        LoadError::Io { .. }
        | LoadError::NoProject(_)
        | LoadError::NoFolder(_)
        | LoadError::NotAFolder(_)
        | LoadError::NoModule(_)
        | LoadError::NotFetched(_)
        | LoadError::OutsideOfRepository(_) => Diagnostic::error(code::UNREADABLE_FILE, place, error.with_cause())
            .help("a project is known only when all of it can be read: let it be read, or take it away"),
    }
}

/// Makes what files ask for, and reads it.
pub(super) fn made(
    shelf: &Shelf<'_>,
    (units, given): (&[Unit], Vec<(String, String)>),
    (sources, reading): (&mut Sources, &mut Reading),
    all: &mut Fragment,
) {
    let used = std::mem::take(&mut all.used);
    let environment = environment::given(&all.project);
    if used.is_empty() && given.is_empty() && environment.is_empty() && units.len() < 2 {
        return;
    }
    all.project.given = given.iter().map(|(name, value)| (name.as_str().into(), value.as_str().into())).collect();
    let made =
        expand::made(&used, units, expand::Given { environment, typed: at_their_places(given, sources, reading) });
    all.diagnostics.append(made.diagnostics);
    all.unread.extend(made.unread);
    all.unmade.extend(made.unmade);
    all.project.parameters = made.parameters;
    let add = |(asking, text, making)| reading.add_made(sources, asking, text, making);
    let ids: Vec<FileId> = made.texts.into_iter().map(add).collect();
    all.append(reading.fragments(&ids, shelf, sources));
    for (asking, text, making, guessed) in made.tried {
        let id = reading.add_made(sources, asking, text, making);
        let tried = reading.fragments(&[id], shelf, sources);
        all.diagnostics.extend(guessed.certain(&tried.diagnostics));
    }
}

/// Reads the declarations that the environment changes, with their changes.
pub(super) fn overlaid(
    shelf: &Shelf<'_>,
    environment: Option<&str>,
    (sources, reading): (&mut Sources, &mut Reading),
    all: &mut Fragment,
) {
    let (aside, overlays) = (std::mem::take(&mut all.aside), std::mem::take(&mut all.overlays));
    let Some(environment) = environment.filter(|_| !(aside.is_empty() && overlays.is_empty())) else { return };
    let overlaid = with_overlays((&aside, &overlays), environment, &all.project, sources);
    all.diagnostics.append(overlaid.diagnostics);
    // What could not be read may well declare what is missed.
    if all.unread.is_empty() && all.unmade.is_empty() && all.broken.is_empty() {
        all.diagnostics.append(overlaid.missing);
    }
    let add = |(asking, text, making)| reading.add_made(sources, asking, text, making);
    let ids: Vec<FileId> = overlaid.texts.into_iter().map(add).collect();
    all.append(reading.last(&ids, shelf, sources));
}

/// Tells of texts into which nothing is put what was likely meant: a name that there nearly is. Where something else is wrong with the same
/// text, that is told alone.
pub(super) fn misspelt(names: &Names, sources: &Sources, diagnostics: &mut Diagnostics) {
    let misspelt = |one: &Diagnostic| {
        let span = one.primary.span();
        if one.code != code::NOTHING_PUT_IN || !sources.written(span).is_as_written() {
            return None;
        }
        let (name, near) = names.meant_by(sources.text(span))?;
        let message = format!("there is no value `{name}` here");
        let problem = Diagnostic::error(code::UNKNOWN_VALUE, span, message);
        Some(problem.help(format!("did you mean `{near}`? Where the text is meant, write it raw: `#\"...\"#`")))
    };
    let found: HashMap<Span, Diagnostic> =
        diagnostics.iter().filter_map(|one| Some((one.primary.span(), misspelt(one)?))).collect();
    let is_nothing = |one: &Diagnostic| one.code == code::NOTHING_PUT_IN;
    let told: HashSet<Span> = diagnostics.iter().filter(|one| !is_nothing(one)).map(|one| one.primary.span()).collect();
    diagnostics.retain(|one| {
        let span = one.primary.span();
        !(found.contains_key(&span) || is_nothing(one) && told.contains(&span))
    });
    diagnostics.extend(found.into_values());
}

/// What the caller gives for parameters, each with its place in a text that stands for what was typed.
fn at_their_places(
    given: Vec<(String, String)>,
    sources: &mut Sources,
    reading: &mut Reading,
) -> Vec<(Spanned<Name>, Spanned<Box<str>>)> {
    if given.is_empty() {
        return Vec::new();
    }
    let text: String = given.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    let file = sources.add(SourceFile::new(TYPED, text.into_bytes()).made_by(Making::default().into()));
    reading.keep(file, sources);
    let mut start = 0;
    let place = |(name, value): (String, String)| {
        let middle = start + name.len() as u32;
        let end = middle + 1 + value.len() as u32;
        let spans = (Span::new(file, start, middle), Span::new(file, middle + 1, end));
        start = end + 1;
        (Spanned::new(Name::from(&*name), spans.0), Spanned::new(value.into(), spans.1))
    };
    given.into_iter().map(place).collect()
}
