//! The files of data that are asked for: found, read once each, and made into entities.

use super::data::{Asked, Made, made};
use super::load::refusal;
use super::path::from_root;
use super::shelf::Shelf;
use super::workspace::Reading;
use super::{LONGEST_FILE, LoadError, fragment::Fragment};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::grammar::Index;
use crate::model::Entity;
use crate::rows::Format;
use crate::source::{FileId, Sources, Span};
use rayon::prelude::*;
use std::collections::HashMap;

/// Reads the rows of all files that are asked for, and adds the entities that they make.
pub(super) fn rows(shelf: &Shelf<'_>, (sources, reading): (&mut Sources, &mut Reading), all: &mut Fragment) {
    let asked = std::mem::take(&mut all.data);
    let mut known: HashMap<String, Option<FileId>> = HashMap::new();
    let mut found = Vec::with_capacity(asked.len());
    for one in &asked {
        found.push(file(one, shelf, (sources, reading), &mut known, &mut all.diagnostics));
    }
    let sources = &*sources;
    let all_made: Vec<Option<Made>> =
        asked.par_iter().zip(&found).map(|(one, found)| Some(made(one, (*found)?, sources, &all.project))).collect();
    let count = all_made.iter().flatten().map(|made| made.entities.len()).sum();
    all.project.entities.reserve_exact(count);
    for (one, made) in asked.iter().zip(all_made) {
        let Some(made) = made else {
            all.unread.push(one.node);
            all.project.half_read.push(one.blueprint.value.clone());
            continue;
        };
        name(one, &made.entities, sources, &mut all.index);
        if made.is_broken {
            all.unread.push(one.node);
            all.project.half_read.push(one.blueprint.value.clone());
        }
        all.diagnostics.append(made.diagnostics);
        all.project.entities.extend(made.entities);
    }
}

/// Notes the names that rows define and use.
fn name(asked: &Asked, entities: &[Entity], sources: &Sources, index: &mut Index) {
    let place = |span: Span| (span, sources.text(span));
    let named = entities.iter().filter_map(|entity| {
        let (span, written) = place(entity.name.span.text()?);
        Some((&*entity.name.value, span, written))
    });
    index.define("entity", &asked.blueprint.value, named);
    let teams = entities.iter().flat_map(|entity| &entity.teams).filter_map(|team| {
        let (span, written) = place(team.span.text()?);
        Some((&*team.value, span, written))
    });
    index.refer("team", teams);
}

/// The file that is asked for, with what it is written in; nothing where it cannot be had, which is told.
fn file(
    asked: &Asked,
    shelf: &Shelf<'_>,
    (sources, reading): (&mut Sources, &mut Reading),
    known: &mut HashMap<String, Option<FileId>>,
    diagnostics: &mut Diagnostics,
) -> Option<(FileId, Format)> {
    let text = sources.file(asked.head.file).name.clone();
    let section = shelf.of(&text);
    let (home, whose) = (section.home(), section.whose());
    let Some(path) = from_root(&asked.from.value, &text[home.len()..]).map(|parts| parts.join("/")) else {
        let message = format!("`{}` leads out of the {whose}'s folder", asked.from.value);
        let problem = Diagnostic::error(code::FILES_OUTSIDE, asked.from.span, message);
        diagnostics.push(problem.help(format!(
            "data is taken from the {whose}'s own folder, without `.git` and `.plat`, by a path relative to this file",
        )));
        return None;
    };
    let Some(format) = asked.format.or_else(|| Format::of_name(&path)) else {
        let message = format!("the name of `{}` does not say what is in it", asked.from.value);
        let problem = Diagnostic::error(code::MALFORMED_DATA, asked.from.span, message);
        diagnostics.push(problem.help("say it on the line: `format=csv`, or `json`, `ndjson` or `yaml`"));
        return None;
    };
    let whole = format!("{home}{path}");
    if !known.contains_key(&whole) {
        let id = match section.take(&path, LONGEST_FILE) {
            Ok(bytes) => Some(reading.add_data(sources, &whole, bytes)),
            Err(error) => {
                diagnostics.push(unread(&error, asked));
                None
            }
        };
        if let Some((id, offset)) = id.and_then(|id| Some((id, sources.file(id).invalid_utf8?))) {
            let place = Span::new(id, offset, offset + 1);
            let problem = Diagnostic::error(code::MALFORMED_DATA, place, "this byte is not UTF-8");
            diagnostics.push(problem.help("save the file as UTF-8"));
        }
        known.insert(whole.clone(), id);
    }
    let id = known.get(&whole).copied().flatten()?;
    sources.file(id).invalid_utf8.is_none().then_some((id, format))
}

/// That a file of data cannot be had.
fn unread(error: &LoadError, asked: &Asked) -> Diagnostic {
    let place = asked.from.span;
    match error {
        LoadError::Outside(_) => Diagnostic::error(code::FILES_OUTSIDE, place, error.to_string())
            .help("data is taken from the project's own folder only: put a copy there"),
        LoadError::TooBig { .. } => Diagnostic {
            primary: crate::diag::Label { origin: place, text: String::new() },
            ..refusal(asked.head.file, error)
        },
        _ => Diagnostic::error(code::NO_FILES, place, error.with_cause())
            .help("a path starts at the file that says it; the file must be there, and readable"),
    }
}
