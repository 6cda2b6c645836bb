//! From files to fragments: reading, parsing, validating and lowering, each file for itself and all in parallel.

use super::expand::{self, Names, Used};
use super::fragment::Fragment;
use super::overlay::{Targets, in_some, overlaid as with_overlays};
use super::project::PROJECT_FILE;
use super::shelf::Shelf;
use super::unit::Unit;
use super::workspace::Reading;
use super::{Closed, Given, GivenFile, GivenValue, Listing, LoadError, Loader, defaults, environment, given, shape};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Entity, Environment, Kind, Name, Project, extern_file, is_extern_file};
use crate::source::{FileId, Making, SourceFile, Sources, Span, Spanned, TYPED};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// The most bytes of a file: offsets in it are 32 bits wide.
pub const LONGEST_FILE: u64 = (1 << 32) - 1;

/// Reads and lowers the project's own files; gives also the file that speaks for the project.
pub(super) fn project(
    shelf: &Shelf<'_>,
    loader: &dyn Loader,
    (sources, reading): (&mut Sources, &mut Reading),
) -> Result<(Fragment, FileId), LoadError> {
    let Listing { files, closed, left_over } = loader.files()?;
    // What others own was pulled for each environment by itself.
    let environment = loader.environment();
    let copy = extern_file(environment.as_deref());
    let (copies, mut files): (Vec<String>, Vec<String>) = files.into_iter().partition(|name| is_extern_file(name));
    files.extend(copies.iter().filter(|name| **name == copy).cloned());
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
    reading.read_ahead(&ids, sources, |text| Names::may_be_in(text) || Targets::may_be_in(text));
    let names = Names::of(reading.trees(&ids));
    let targets = Targets::of(environment.as_deref(), reading.trees(&ids));
    let in_some = in_some(reading.trees(&ids));
    reading.know(names, targets);
    let mut all = reading.fragments(&ids, shelf, sources);
    all.project.in_some = in_some;
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
    all.diagnostics.extend(of_no_environment(first, &copies, &all.project.environments));
    Ok((all, first))
}

/// Reads and lowers a file of a project as if it were the only one.
pub(super) fn alone(file: FileId, shelf: &Shelf<'_>, (sources, reading): (&mut Sources, &mut Reading)) -> Fragment {
    reading.read_ahead(&[file], sources, Names::may_be_in);
    let names = Names::of(reading.trees(&[file]));
    reading.know(names, Targets::default());
    reading.fragments(&[file], shelf, sources)
}

/// The copies of what others own that are read for no environment which there is.
fn of_no_environment(place: FileId, copies: &[String], environments: &[Environment]) -> Vec<Diagnostic> {
    let known: Vec<Cow<'_, str>> = match environments {
        [] => vec![extern_file(None)],
        all => all.iter().map(|one| extern_file(Some(&one.name.value))).collect(),
    };
    let unknown = copies.iter().filter(|copy| !known.iter().any(|name| name == *copy));
    let told = unknown.map(|copy| {
        let message = match environments {
            [] => format!("`{copy}` is read for an environment, and the project has none"),
            _ => format!("`{copy}` is read for no environment of the project"),
        };
        let help = match environments {
            [] => format!("take it away; what is read is `{}`", extern_file(None)),
            _ => format!(
                "take it away; those that are read are {}",
                known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            ),
        };
        Diagnostic::warning(code::EXTERN_CHANGED, Span::start_of(place), message).help(help)
    });
    told.collect()
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
        | LoadError::Unfinished(_)
        | LoadError::NoFolder(_)
        | LoadError::NotAFolder(_)
        | LoadError::NoModule(_)
        | LoadError::NotFetched(_)
        | LoadError::OutsideOfRepository(_) => Diagnostic::error(code::UNREADABLE_FILE, place, error.with_cause())
            .help("a project is known only when all of it can be read: let it be read, or take it away"),
    }
}

/// What is made for entities, when these are known.
pub(super) struct Waiting {
    used: Vec<Used>,
    given: expand::Given,
}

/// Makes what files ask for, and reads it; gives what waits for entities.
pub(super) fn made(
    shelf: &Shelf<'_>,
    (units, given): (&[Unit], Vec<Given>),
    (sources, reading): (&mut Sources, &mut Reading),
    all: &mut Fragment,
) -> Option<Waiting> {
    let used = std::mem::take(&mut all.used);
    let environment = environment::given(&all.project);
    if used.is_empty() && given.is_empty() && environment.is_empty() && units.len() < 2 {
        return None;
    }
    all.project.given = given.iter().map(|one| (one.name.as_str().into(), one.text().into())).collect();
    let has_environments = !all.project.environments.is_empty();
    let caller = at_their_places(given, sources, reading);
    let chosen = environment::chosen(&all.project);
    let given = expand::Given { has_environments, chosen, environment, caller };
    let waiting = expand::waits(&used).then(|| given.clone());
    let mut made = expand::made(&used, units, given);
    let tried = std::mem::take(&mut made.tried);
    let ids = told(made, (sources, reading), all);
    all.append(reading.fragments(&ids, shelf, sources));
    for (text, guessed) in tried {
        let id = reading.add_made(sources, text);
        let tried = reading.fragments(&[id], shelf, sources);
        all.diagnostics.extend(guessed.certain(&tried.diagnostics));
    }
    waiting.map(|given| Waiting { used, given })
}

/// Makes what files ask for of the entities that are known by now, and reads it. No overlay changes it: it is as they are.
pub(super) fn made_for_entities(
    shelf: &Shelf<'_>,
    (units, waiting): (&[Unit], Waiting),
    (sources, reading): (&mut Sources, &mut Reading),
    all: &mut Fragment,
) {
    let mut project = looked_at(&waiting.used, &mut all.project);
    let broken = all.broken.iter().filter(|address| address.kind == Kind::Blueprint);
    project.half_read.extend(broken.map(|address| address.name.clone()));
    // Where nothing is put into other conditions, it is into these.
    let conditions = expand::conditions(&waiting.used);
    let is_condition = |place: Span| conditions.iter().any(|condition| condition.covers(place));
    all.diagnostics.retain(|one| one.code != code::NOTHING_PUT_IN || !is_condition(one.primary.span()));
    let mut problems = Diagnostics::default();
    shape::classify(&mut project, &mut problems);
    defaults::put_in(&mut project, &mut problems);
    let made = expand::made_for_entities(&waiting.used, units, waiting.given, &expand::Entities::of(&project, sources));
    // Those that have their shape by now keep it. What is wrong with others is told when all of the project has its shape.
    if project.defaults.is_empty() {
        all.project.entities = project.entities;
        all.diagnostics.append(problems);
    }
    let ids = told(made, (sources, reading), all);
    all.append(reading.last(&ids, shelf, sources));
}

/// What entities are looked at in: those of the project itself, or where defaults are put into them for a look, which not all have in the
/// end, copies of those that are looked at.
fn looked_at(used: &[Used], project: &mut Project) -> Project {
    let blueprints = expand::looked_at(used);
    let is_looked_at =
        |entity: &&Entity| blueprints.as_ref().is_none_or(|known| known.contains(&*entity.blueprint.value));
    Project {
        blueprints: project.blueprints.clone(),
        entities: if project.defaults.is_empty() {
            std::mem::take(&mut project.entities)
        } else {
            project.entities.iter().filter(is_looked_at).cloned().collect()
        },
        defaults: project.defaults.clone(),
        half_read: project.half_read.clone(),
        ..Project::default()
    }
}

/// Notes what is said of what was made; gives the texts.
fn told(made: expand::Made, (sources, reading): (&mut Sources, &mut Reading), all: &mut Fragment) -> Vec<FileId> {
    all.diagnostics.append(made.diagnostics);
    all.unread.extend(made.unread);
    all.unmade.extend(made.unmade);
    all.project.selections.extend(made.selections);
    // What is given to a template later is given to the same one.
    let mut more = made.parameters.into_iter();
    for (known, more) in all.project.parameters.iter_mut().zip(&mut more) {
        known.given.extend(more.given);
    }
    all.project.parameters.extend(more);
    made.texts.into_iter().map(|text| reading.add_made(sources, text)).collect()
}

/// Reads the declarations that overlays change, with their changes.
pub(super) fn overlaid(
    shelf: &Shelf<'_>,
    environment: Option<&str>,
    (sources, reading): (&mut Sources, &mut Reading),
    all: &mut Fragment,
) {
    let (aside, overlays) = (std::mem::take(&mut all.aside), std::mem::take(&mut all.overlays));
    if aside.is_empty() && overlays.is_empty() {
        return;
    }
    let overlaid = with_overlays((&aside, &overlays), environment, &all.project, sources);
    all.diagnostics.append(overlaid.diagnostics);
    // What could not be read may well declare what is missed.
    if all.unread.is_empty() && all.unmade.is_empty() && all.broken.is_empty() {
        all.diagnostics.append(overlaid.missing);
    }
    let add = |(asking, text, making)| reading.add_made(sources, expand::Text { asking, text, making, tree: None });
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

/// What the caller gives for parameters, each with its place: in the file that says it, or in a text that stands for what was typed.
fn at_their_places(
    given: Vec<Given>,
    sources: &mut Sources,
    reading: &mut Reading,
) -> Vec<(Spanned<Name>, expand::FromCaller)> {
    let mut add = |name: &str, text: &str| {
        let file = SourceFile::new(name, text.as_bytes().to_vec()).made_by(Making::default().into());
        let file = sources.add(file);
        reading.keep(file, sources);
        file
    };
    let typed = given.iter().filter(|one| matches!(one.value, GivenValue::Typed(_)));
    let text: String = typed.map(|one| format!("{}={}\n", one.name, one.text())).collect();
    let on_line = (!text.is_empty()).then(|| add(TYPED, &text));
    let mut files: Vec<(GivenFile, FileId)> = Vec::new();
    let mut start = 0;
    let mut placed = Vec::with_capacity(given.len());
    for Given { name, value } in given {
        let (place, value) = match (value, on_line) {
            (GivenValue::Said { file, name, value }, _) => {
                let known = files.iter().find(|(known, _)| Arc::ptr_eq(known, &file)).map(|known| known.1);
                let id = known.unwrap_or_else(|| add(&file.0, &file.1));
                files.push((file, id));
                (given::in_file(name, id), expand::FromCaller::Value(given::value_in_file(value, id)))
            }
            (GivenValue::Typed(text), Some(file)) => {
                let middle = start + name.len() as u32;
                let end = middle + 1 + text.len() as u32;
                let spans = (Span::new(file, start, middle), Span::new(file, middle + 1, end));
                start = end + 1;
                (spans.0.into(), expand::FromCaller::Text(Spanned::new(text.into(), spans.1)))
            }
            (GivenValue::Typed(_), None) => continue,
        };
        placed.push((Spanned::new(Name::from(&*name), place), value));
    }
    placed
}
