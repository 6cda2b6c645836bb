//! Tables and matches: a row or a case for every value, each value once, and nothing else.

use super::Check;
use super::scope::{Known, Shape};
use super::usage::absent;
use crate::diag::{Diagnostic, code, suggest};
use crate::model::{Name, Path, Table, Template, Value, write_json};
use crate::source::{Origin, Spanned};
use std::collections::{HashMap, HashSet};

/// The most pairs of values that a message names.
const MOST_TOLD: usize = 5;

/// The cases of a match.
pub(super) struct Choices<'p> {
    /// What chooses.
    pub(super) on: &'p Spanned<Path>,
    /// The values of all cases.
    pub(super) values: Vec<&'p Spanned<Value>>,
    /// Whether there is an `else`.
    pub(super) is_closed: bool,
    /// The match.
    pub(super) span: Origin,
}

/// What chooses: the path, what it can be, and how the choices are called.
struct Choice<'c, 'p> {
    path: &'c Path,
    /// All that it can be; nothing where that is not a closed set.
    values: Option<&'c [&'p Value]>,
    word: &'static str,
}

impl<'p> Check<'p> {
    /// A table: closed, complete and even.
    pub(super) fn table(&mut self, table: &'p Table) {
        let is_closed = table.otherwise.is_some();
        let first = self.keys(&table.by, is_closed);
        let second = table.and.as_ref().map(|and| (and, self.keys(and, is_closed)));
        match second {
            None => {
                let keys: Vec<&Spanned<Value>> = table.rows.iter().map(|row| &row.key).collect();
                let choice = Choice { path: &table.by.value, values: first.as_deref(), word: "row" };
                let missing = self.chosen(&choice, &keys);
                let stray = table.rows.iter().find_map(|row| row.and.as_ref());
                self.diagnostics.extend(stray.map(|key| {
                    let message = "a second value, and the table is chosen by one";
                    let help = "say what it is compared with: `table NAME by=$path and=$path`";
                    Diagnostic::error(code::UNEVEN_ROW, key.span, message).help(help)
                }));
                self.incomplete(table, &list(&missing), missing.is_empty());
            }
            Some((and, second)) => {
                let paths = [&table.by.value, &and.value];
                let missing = self.pairs(table, paths, [first.as_deref(), second.as_deref()]);
                self.incomplete(table, &missing.join(", "), missing.is_empty());
            }
        }
        self.columns(table);
        let others = table.otherwise.iter().flat_map(|row| &row.columns);
        for (_, cell) in table.rows.iter().flat_map(|row| &row.columns).chain(others) {
            self.anything(cell);
        }
        self.scope.enter_table(table);
    }

    /// That rows are missing, where no `else` counts for them.
    fn incomplete(&mut self, table: &Table, missing: &str, is_complete: bool) {
        if is_complete || table.otherwise.is_some() {
            return;
        }
        let message = format!("table `{}` has no row for {missing}", table.name.value);
        let by = table.and.as_ref().map_or_else(String::new, |and| format!(" and `{}`", and.value));
        let help = format!("`{}`{by} can be each of these: add the row, or an `else`", table.by.value);
        self.diagnostics.push(Diagnostic::error(code::MISSING_ROW, table.span, message).help(help));
    }

    /// All that what chooses a row can be; nothing where that is open.
    fn keys(&mut self, path: &'p Spanned<Path>, is_closed: bool) -> Option<Vec<&'p Value>> {
        let known = self.reference(&path.value, path.span)?;
        if known.absent && !is_closed {
            let help = "make the field `required`, give it a `default=`, or the table an `else`";
            self.diagnostics.push(absent(&path.value.to_string(), path.span).help(help));
        }
        self.closed(&known, path, is_closed)
    }

    /// All that a table's `by` can be. A table over an open set can never be complete, but for an `else`.
    fn closed(&mut self, known: &Known<'p>, path: &Spanned<Path>, is_closed: bool) -> Option<Vec<&'p Value>> {
        let found = match &known.shape {
            Shape::Scalar(_, Some(values)) => return Some(values.clone()),
            Shape::Anything => return None,
            Shape::Scalar(_, None) if is_closed => return None,
            Shape::Scalar(_, None) => "can be anything".to_owned(),
            Shape::List(_) | Shape::Object(_) | Shape::Map(_) | Shape::Member => format!("is {}", known.word()),
        };
        let message = format!("`{}` {found}: no table has a row for each value", path.value);
        let diagnostic = Diagnostic::error(code::OPEN_CHOICE, path.span, message);
        self.diagnostics.push(diagnostic.help("choose by an enum or a boolean, or give the table an `else`"));
        None
    }

    /// Judges the rows of a table with two keys; gives the pairs that are missing.
    fn pairs(&mut self, table: &'p Table, paths: [&Path; 2], values: [Option<&[&'p Value]>; 2]) -> Vec<String> {
        let mut seen: HashMap<(Vec<u8>, Vec<u8>), Origin> = HashMap::new();
        let known = values.map(|values| values.map(|all| all.iter().map(|value| key(value)).collect::<HashSet<_>>()));
        for row in &table.rows {
            let Some(and) = &row.and else {
                let message = format!("row {} says nothing of `{}`", show(&row.key.value), paths[1]);
                let help = "write the second value behind the first";
                self.diagnostics.push(Diagnostic::error(code::UNEVEN_ROW, row.span, message).help(help));
                continue;
            };
            let first = *seen.entry((key(&row.key.value), key(&and.value))).or_insert(row.span);
            if first != row.span {
                let message = format!("a second row for {} and {}", show(&row.key.value), show(&and.value));
                let diagnostic = Diagnostic::error(code::DUPLICATE_CHOICE, row.span, message);
                self.diagnostics.push(diagnostic.other(first, "first here").help("only the first would count"));
            }
            for (at, given) in [&row.key, and].into_iter().enumerate() {
                if known[at].as_ref().is_some_and(|known| !known.contains(&key(&given.value))) {
                    let choice = Choice { path: paths[at], values: values[at], word: "row" };
                    self.diagnostics.push(never(&choice, given));
                }
            }
        }
        let [Some(firsts), Some(seconds)] = values else { return Vec::new() };
        let pairs = firsts.iter().flat_map(|first| seconds.iter().map(move |second| (*first, *second)));
        let missing = pairs.filter(|(first, second)| !seen.contains_key(&(key(first), key(second))));
        missing.map(|(first, second)| format!("{} and {}", show(first), show(second))).take(MOST_TOLD).collect()
    }

    /// A match: exhaustive, or with an `else`.
    pub(super) fn choice(&mut self, choices: &Choices<'p>) {
        let path = choices.on;
        let Some(known) = self.reference(&path.value, path.span) else { return };
        if matches!(known.shape, Shape::List(_) | Shape::Object(_) | Shape::Map(_) | Shape::Member) {
            let message = format!("`{}` is {}, and a single value is needed", path.value, known.word());
            self.diagnostics.push(Diagnostic::error(code::NOT_A_SCALAR, path.span, message));
            return;
        }
        let values = match &known.shape {
            Shape::Scalar(_, values) => values.as_deref(),
            Shape::Anything | Shape::List(_) | Shape::Object(_) | Shape::Map(_) | Shape::Member => None,
        };
        let missing = self.chosen(&Choice { path: &path.value, values, word: "case" }, &choices.values);
        if choices.is_closed {
            return;
        }
        let lacking = match (values, known.absent) {
            (None, _) => "every other value".to_owned(),
            (Some(_), _) if !missing.is_empty() => list(&missing),
            (Some(_), true) => "a request that leaves it out".to_owned(),
            (Some(_), false) => return,
        };
        let message = format!("no case of `{}` is for {lacking}", path.value);
        let diagnostic = Diagnostic::error(code::NOT_EXHAUSTIVE, choices.span, message);
        self.diagnostics.push(diagnostic.help("add the case, empty if there is nothing to do, or an `else { }`"));
    }

    /// Judges the values of rows or cases; gives those that are missing.
    fn chosen(&mut self, choice: &Choice<'_, 'p>, given: &[&'p Spanned<Value>]) -> Vec<&'p Value> {
        let mut seen: HashMap<Vec<u8>, Origin> = HashMap::new();
        let known: Option<HashSet<Vec<u8>>> =
            choice.values.map(|values| values.iter().map(|value| key(value)).collect());
        for value in given {
            let first = *seen.entry(key(&value.value)).or_insert(value.span);
            if first != value.span {
                let message = format!("a second {} for {}", choice.word, show(&value.value));
                let diagnostic = Diagnostic::error(code::DUPLICATE_CHOICE, value.span, message);
                self.diagnostics.push(diagnostic.other(first, "first here").help("only the first would count"));
            } else if known.as_ref().is_some_and(|known| !known.contains(&key(&value.value))) {
                self.diagnostics.push(never(choice, value));
            }
        }
        let mut told = HashSet::new();
        let missing = choice.values.unwrap_or_default().iter().filter(|value| {
            let key = key(value);
            !seen.contains_key(&key) && told.insert(key)
        });
        missing.copied().collect()
    }

    fn columns(&mut self, table: &'p Table) {
        let of_rows =
            table.rows.iter().map(|row| Columns { name: show(&row.key.value), span: row.span, all: &row.columns });
        let other = table.otherwise.iter();
        let other = other.map(|row| Columns { name: "`else`".to_owned(), span: row.span, all: &row.columns });
        let mut rows = of_rows.chain(other);
        let Some(first) = rows.next() else { return };
        let wanted: HashSet<&Name> = first.all.iter().map(|column| &column.0.value).collect();
        for row in rows {
            let found: HashSet<&Name> = row.all.iter().map(|column| &column.0.value).collect();
            if found != wanted {
                self.diagnostics.push(uneven(&row, &first, &found, &wanted));
            }
        }
    }
}

/// A row with its columns.
struct Columns<'p> {
    name: String,
    span: Origin,
    all: &'p [(Spanned<Name>, Spanned<Template>)],
}

fn uneven(row: &Columns<'_>, first: &Columns<'_>, found: &HashSet<&Name>, wanted: &HashSet<&Name>) -> Diagnostic {
    let in_order = |row: &Columns<'_>, other: &HashSet<&Name>| -> Vec<Spanned<Name>> {
        row.all.iter().filter(|column| !other.contains(&column.0.value)).map(|column| column.0.clone()).collect()
    };
    let (missing, more) = (in_order(first, found), in_order(row, wanted));
    let names = |columns: &[Spanned<Name>]| {
        columns.iter().map(|column| format!("`{}`", column.value)).collect::<Vec<_>>().join(", ")
    };
    let message = match (missing.is_empty(), more.is_empty()) {
        (false, true) => format!("row {} has no {}", row.name, names(&missing)),
        (true, _) => format!("row {} has {}, which the first row has not", row.name, names(&more)),
        (false, false) => format!("row {} has {} and no {}", row.name, names(&more), names(&missing)),
    };
    let place = more.first().map_or(row.span, |column| column.span);
    let diagnostic = Diagnostic::error(code::UNEVEN_ROW, place, message).other(first.span, "the columns of the table");
    let meant = more.first().and_then(|more| suggest(&more.value, missing.iter().map(|column| &*column.value)));
    match meant {
        Some(meant) => diagnostic.did_you_mean(Some(meant)),
        None => diagnostic.help("every row has the same columns"),
    }
}

/// That a row or a case is for what never comes.
fn never(choice: &Choice<'_, '_>, value: &Spanned<Value>) -> Diagnostic {
    let values = choice.values.unwrap_or_default();
    let message = format!("`{}` is never {}", choice.path, show(&value.value));
    let diagnostic = Diagnostic::error(code::UNKNOWN_CHOICE, value.span, message);
    let text = value.as_str().map_or_else(|| show(&value.value), str::to_owned);
    if values.iter().any(|other| other.as_str() == Some(&text)) {
        return diagnostic.help(format!("the value is a text: write \"{text}\""));
    }
    match suggest(&text, values.iter().filter_map(|value| value.as_str())) {
        Some(near) => diagnostic.did_you_mean(Some(near)),
        None => diagnostic.help(format!("it can be {}", list(values))),
    }
}

/// Equal values have equal keys.
fn key(value: &Value) -> Vec<u8> {
    let mut key = Vec::new();
    write_json(value, &mut key);
    key
}

fn show(value: &Value) -> String {
    match value.as_str() {
        Some(text) => format!("`{text}`"),
        None => format!("`{}`", String::from_utf8_lossy(&key(value))),
    }
}

fn list(values: &[&Value]) -> String {
    values.iter().map(|value| show(value)).collect::<Vec<_>>().join(", ")
}
