//! All rows of a file.

use super::asked::{Asked, each_column};
use super::fill::{Filler, Use};
use super::{Made, blueprint};
use crate::diag::{Diagnostic, code, suggest};
use crate::model::Project;
use crate::resolve::expand::uses_any;
use crate::rows::{Broken, Columns, Format, read};
use crate::source::{FileId, Sources, Span};
use std::cell::Cell;
use std::collections::HashSet;

/// How many columns a message names.
const MOST_NAMED: usize = 5;

/// The entities that the rows of a file make.
pub(in crate::resolve) fn made(
    asked: &Asked,
    (file, format): (FileId, Format),
    sources: &Sources,
    project: &Project,
) -> Made {
    let text = &sources.file(file).text;
    let mut filler = Filler::new(asked, format, blueprint(asked, project), text);
    let mut made = Made::default();
    let columns = read(format, file, text, &mut |columns, row| match row {
        Ok(_) if filler.is_full => {}
        Ok(row) => {
            filler.learn(columns);
            made.entities.extend(filler.entity(columns, row, &mut made.diagnostics));
        }
        Err(broken) => {
            made.is_broken = true;
            made.diagnostics.push(told(broken));
        }
    });
    filler.learn(&columns);
    made.is_broken |= filler.is_full || filler.lacks_id;
    if !columns.names().is_empty() {
        made.diagnostics.extend(nameless(&filler, &columns));
        // What could not be read may have it.
        if !made.is_broken {
            made.diagnostics.extend(unknown(&filler, &columns));
        }
        let ambiguous = ambiguous(&filler, &columns, sources);
        made.diagnostics.extend(unused(&filler, &columns, &ambiguous));
        made.diagnostics.extend(ambiguous.into_iter().map(|(_, problem)| problem));
    }
    // Others may name what they would be called.
    made.is_broken |= filler.lacks_names;
    made.entities.shrink_to_fit();
    made
}

/// How paths call the columns of a file of data that was read, by its name and what it is written in, where its name does not say that.
pub fn columns(name: &str, format: Option<&str>, sources: &Sources) -> Vec<String> {
    let format = format.map_or_else(|| Format::of_name(name), Format::from_word);
    let file = sources.of_people().find(|(_, file)| file.is_data() && file.name == name);
    let Some((format, (id, file))) = format.zip(file) else { return Vec::new() };
    let columns = read(format, id, &file.text, &mut |_, _| {});
    columns.names().iter().map(|column| called(&column.value)).collect()
}

fn told(broken: Broken) -> Diagnostic {
    Diagnostic::error(code::MALFORMED_DATA, broken.span, broken.message).help(broken.help)
}

/// That nothing says what the entities are called.
fn nameless(filler: &Filler<'_>, columns: &Columns) -> Option<Diagnostic> {
    let first = columns.names().first().filter(|_| filler.lacks_id)?;
    let message = "nothing says what each entity is called";
    let problem =
        Diagnostic::error(code::NAMELESS_ROW, filler.asked.head, message).other(first.span, "no column here is `id`");
    Some(problem.help(format!("write a line `id $COLUMN` into the block, such as `id ${}`", called(&first.value))))
}

/// How a path calls a column.
fn called(column: &str) -> String {
    super::fill::as_path(column).unwrap_or_else(|| column.to_owned())
}

/// The columns that the block speaks of and that no row has.
fn unknown(filler: &Filler<'_>, columns: &Columns) -> Vec<Diagnostic> {
    let asked = filler.asked;
    let mut told = HashSet::new();
    let mut problems = Vec::new();
    let mut tell = |name: &str, place| {
        if filler.number(columns, name).is_some() || !told.insert(name.to_owned()) {
            return;
        }
        let message = format!("`{}` has no column `{name}`", asked.from.value);
        let problem = Diagnostic::error(code::UNKNOWN_COLUMN, place, message);
        let names = || columns.names().iter().map(|column| called(&column.value));
        let all: Vec<String> = names().collect();
        problems.push(match suggest(name, all.iter().map(String::as_str)) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("it has {}", listed(all.iter().map(String::as_str)))),
        });
    };
    for template in asked.templates() {
        each_column(template, &mut |name| tell(name, template.span));
    }
    for (name, place) in filler.members() {
        tell(&name, place);
    }
    for ignored in &asked.ignored {
        tell(&ignored.value, ignored.span);
    }
    problems
}

/// That columns go nowhere, once for all of them.
fn unused(filler: &Filler<'_>, columns: &Columns, ambiguous: &[(usize, Diagnostic)]) -> Option<Diagnostic> {
    let is_told = |number: &usize| ambiguous.iter().any(|told| told.0 == *number);
    let is_unused = |number: &usize| matches!(filler.uses.get(*number), Some(Use::Nowhere)) && !is_told(number);
    let unused: Vec<_> = (0..columns.names().len()).filter(is_unused).map(|number| &columns.names()[number]).collect();
    let first = unused.first()?;
    let names = listed(unused.iter().map(|column| &*column.value));
    let message = match unused.len() {
        1 => format!("the column {names} goes nowhere"),
        _ => format!("the columns {names} go nowhere"),
    };
    let problem =
        Diagnostic::warning(code::UNUSED_COLUMN, first.span, message).other(filler.asked.head, "asked for here");
    let problem = unused.iter().skip(1).fold(problem, |problem, column| problem.other(column.span, "this one neither"));
    Some(problem.help(format!(
        "say what it is with a line such as `NAME ${}`, or that it is meant with `ignore {}`",
        called(&first.value),
        crate::syntax::edit::write_string(&first.value)
    )))
}

/// The texts that a value of the project was put into by a name that a column has too.
fn ambiguous(filler: &Filler<'_>, columns: &Columns, sources: &Sources) -> Vec<(usize, Diagnostic)> {
    let Asked { node, head, .. } = filler.asked;
    let mut told = Vec::new();
    for place in sources.put_in(Span { start: head.end, ..*node }) {
        let found = Cell::new(None);
        let is_column = |name: &str| {
            let number = filler.number(columns, name);
            found.set(found.get().or(number));
            number.is_some()
        };
        let (true, Some(number)) = (uses_any(sources.text(place), &is_column), found.get()) else { continue };
        let column = &columns.names()[number];
        let message =
            format!("`${}` is a column here, and the project has a value of that name", called(&column.value));
        let problem = Diagnostic::error(code::TWO_MEANINGS, place, message).other(column.span, "this is the column");
        told.push((number, problem.help("call the value of the project otherwise")));
    }
    told
}

fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.collect();
    let first = names.iter().take(MOST_NAMED).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MOST_NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
