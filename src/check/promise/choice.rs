//! Tables and matches: a row or a case for every value, each value once, and nothing else.

use super::Check;
use super::scope::{Known, Shape};
use super::usage::absent;
use crate::diag::{Diagnostic, code, suggest};
use crate::model::{Match, Name, Path, Row, Table, Value, write_json};
use crate::source::{Origin, Spanned};
use std::collections::{HashMap, HashSet};

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
        let path = &table.by;
        if let Some(known) = self.reference(&path.value, path.span) {
            let values = self.closed(&known, path);
            if known.absent {
                let help = "make the field `required`, or give it a `default=`";
                self.diagnostics.push(absent(&path.value.to_string(), path.span).help(help));
            }
            let choice = Choice { path: &path.value, values: values.as_deref(), word: "row" };
            let rows: Vec<&Spanned<Value>> = table.rows.iter().map(|row| &row.key).collect();
            let missing = self.chosen(&choice, &rows);
            if !missing.is_empty() {
                let message = format!("table `{}` has no row for {}", table.name.value, list(&missing));
                let diagnostic = Diagnostic::error(code::MISSING_ROW, table.span, message);
                self.diagnostics
                    .push(diagnostic.help(format!("`{}` can be each of its values: add the row", path.value)));
            }
        }
        self.columns(table);
        for (_, cell) in table.rows.iter().flat_map(|row| &row.columns) {
            self.anything(cell);
        }
        self.scope.enter_table(table);
    }

    /// All that a table's `by` can be. A table over an open set can never be complete.
    fn closed(&mut self, known: &Known<'p>, path: &Spanned<Path>) -> Option<Vec<&'p Value>> {
        let found = match &known.shape {
            Shape::Scalar(_, Some(values)) => return Some(values.clone()),
            Shape::Anything => return None,
            Shape::Scalar(_, None) => "can be anything".to_owned(),
            Shape::List(_) | Shape::Object(_) => format!("is {}", known.word()),
        };
        let message = format!("`{}` {found}: no table has a row for each value", path.value);
        let diagnostic = Diagnostic::error(code::OPEN_CHOICE, path.span, message);
        self.diagnostics.push(diagnostic.help("choose by an enum or a boolean, or use `match` with an `else`"));
        None
    }

    /// A match: exhaustive, or with an `else`.
    pub(super) fn choice(&mut self, choice: &'p Match) {
        let path = &choice.on;
        let Some(known) = self.reference(&path.value, path.span) else { return };
        if matches!(known.shape, Shape::List(_) | Shape::Object(_)) {
            let message = format!("`{}` is {}, and a single value is needed", path.value, known.word());
            self.diagnostics.push(Diagnostic::error(code::NOT_A_SCALAR, path.span, message));
            return;
        }
        let values = match &known.shape {
            Shape::Scalar(_, values) => values.as_deref(),
            Shape::Anything | Shape::List(_) | Shape::Object(_) => None,
        };
        let cases: Vec<&Spanned<Value>> = choice.cases.iter().flat_map(|case| &case.values).collect();
        let missing = self.chosen(&Choice { path: &path.value, values, word: "case" }, &cases);
        if choice.otherwise.is_some() {
            return;
        }
        let lacking = match (values, known.absent) {
            (None, _) => "every other value".to_owned(),
            (Some(_), _) if !missing.is_empty() => list(&missing),
            (Some(_), true) => "a request that leaves it out".to_owned(),
            (Some(_), false) => return,
        };
        let message = format!("no case of `{}` is for {lacking}", path.value);
        let diagnostic = Diagnostic::error(code::NOT_EXHAUSTIVE, choice.span, message);
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
        let Some((first, others)) = table.rows.split_first() else { return };
        let wanted: HashSet<&Name> = first.columns.iter().map(|column| &column.0.value).collect();
        for row in others {
            let found: HashSet<&Name> = row.columns.iter().map(|column| &column.0.value).collect();
            if found != wanted {
                self.diagnostics.push(uneven(row, first, &found, &wanted));
            }
        }
    }
}

fn uneven(row: &Row, first: &Row, found: &HashSet<&Name>, wanted: &HashSet<&Name>) -> Diagnostic {
    let in_order = |row: &Row, other: &HashSet<&Name>| -> Vec<Spanned<Name>> {
        row.columns.iter().filter(|column| !other.contains(&column.0.value)).map(|column| column.0.clone()).collect()
    };
    let (missing, more) = (in_order(first, found), in_order(row, wanted));
    let names = |columns: &[Spanned<Name>]| {
        columns.iter().map(|column| format!("`{}`", column.value)).collect::<Vec<_>>().join(", ")
    };
    let message = match (missing.is_empty(), more.is_empty()) {
        (false, true) => format!("row {} has no {}", show(&row.key.value), names(&missing)),
        (true, _) => format!("row {} has {}, which the first row has not", show(&row.key.value), names(&more)),
        (false, false) => format!("row {} has {} and no {}", show(&row.key.value), names(&more), names(&missing)),
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
