//! What the parts of a block come to for a row.

use super::fill::{Filler, Got, TIMES};
use crate::diag::{Diagnostic, code};
use crate::function::{self, Output};
use crate::jq::Stop;
use crate::model::{Argument, Call, Map, Member, Name, Path, Piece, Template, Value};
use crate::resolve::expand::misfit;
use crate::rows::{Columns, Row, placed};
use crate::source::{Origin, Spanned};
use std::sync::Arc;

/// What one value may come to, in bytes.
const LARGEST: usize = 8 << 20;

impl Filler<'_> {
    /// What a part of the block comes to; nothing where it is unset.
    pub(super) fn evaluate(
        &mut self,
        template: &Spanned<Template>,
        (columns, row): (&Columns, &Row),
    ) -> Result<Option<Got>, Diagnostic> {
        let place = template.span;
        let (value, is_text) = match &template.value {
            Template::Literal(value) => (Spanned::new(value.clone(), place), false),
            Template::Foreign { text, .. } => return self.worked_out(text, (columns, row), place),
            Template::Reference(path, calls) => {
                let cell = self.cell(path, columns, row);
                let Some(value) = self.applied(cell, (path, calls), (columns, row), place)? else {
                    return Ok(None);
                };
                let is_made = !calls.is_empty() && matches!(value, Value::String(_));
                let is_text = is_made || calls.is_empty() && self.format.is_of_texts();
                (Spanned::new(value, cell.map_or(place, |cell| cell.span)), is_text)
            }
            Template::Text(pieces) => (self.joined(pieces, (columns, row), place)?, true),
            Template::Array(items) => {
                let mut all = Vec::with_capacity(items.len());
                for item in items {
                    match self.evaluate(item, (columns, row))?.map(|got| got.value) {
                        Some(Spanned { value: Value::Array(inner), .. }) => all.extend(inner),
                        one => all.extend(one),
                    }
                }
                let place = all.first().map_or(place, |item| item.span);
                (Spanned::new(Value::Array(all), place), false)
            }
            // It is told where it is written.
            Template::Composed(_) => return Ok(None),
            Template::Object(members) => {
                let mut map = Map::default();
                for (key, template) in members {
                    let Some(key) = self.evaluate(key, (columns, row))? else { continue };
                    let key = Spanned::new(key.value.as_key(), key.value.span);
                    if let Some(got) = self.evaluate(template, (columns, row))? {
                        map.set(key, got.value);
                    }
                }
                (Spanned::new(Value::Object(map), place), false)
            }
        };
        Ok(Some(Got { value, is_text }))
    }

    /// What comes of a text of jq, at the place of the first column that it asks for.
    fn worked_out(
        &mut self,
        text: &str,
        (columns, row): (&Columns, &Row),
        place: Origin,
    ) -> Result<Option<Got>, Diagnostic> {
        let programs = Arc::clone(&self.programs);
        let Some((program, members)) = programs.get(text) else { return Ok(None) };
        let member = |(number, name): (usize, &Spanned<Name>)| {
            Some(Member { name: name.clone(), value: row.cell(number)?.clone() })
        };
        let map = Map { members: columns.names().iter().enumerate().filter_map(member).collect() };
        let cell = members.iter().find_map(|name| Some(map.get(name)?.span));
        let input = Value::Object(map);
        self.pays(function::weight(&input), place)?;
        let output = program.run(&input, &mut self.left).map_err(|stop| match stop {
            Stop::Full => self.pays(usize::MAX, place).err(),
            Stop::Error(why) => {
                Some(Diagnostic::error(code::BROKEN_EXPRESSION, place, format!("nothing comes of this: {why}")))
            }
        });
        let output = match output {
            Ok(output) => output.filter(|value| *value != Value::Null),
            Err(problem) => {
                return problem.map_or(Ok(None), |problem| {
                    Err(problem.help("what may be unset has `//` behind it: `.column // \"none\"`"))
                });
            }
        };
        let place = cell.unwrap_or(place);
        Ok(output.map(|value| Got { value: placed(value, place), is_text: self.format.is_of_texts() }))
    }

    /// A text with what stands in the row put in, at the place of the first of that.
    fn joined(
        &mut self,
        pieces: &[Piece],
        (columns, row): (&Columns, &Row),
        place: Origin,
    ) -> Result<Spanned<Value>, Diagnostic> {
        let (mut whole, mut shown) = (String::new(), None);
        for piece in pieces {
            match piece {
                Piece::Text(text) => whole.push_str(text),
                Piece::Value { path, calls } => {
                    let cell = self.cell(path, columns, row);
                    let value = self.applied(cell, (path, calls), (columns, row), place)?.unwrap_or(Value::Null);
                    let text = function::text_of(Output::Value(&value));
                    whole.push_str(&text.map_err(|error| misfit(&error, path, place))?);
                    shown = shown.or(cell.map(|cell| cell.span));
                }
            }
        }
        self.pays(whole.len(), place)?;
        Ok(Spanned::new(Value::string(whole), shown.unwrap_or(place)))
    }

    /// What stands where a path leads in a row.
    fn cell<'r>(&self, path: &Path, columns: &Columns, row: &'r Row) -> Option<&'r Spanned<Value>> {
        let (first, rest) = path.segments.split_first()?;
        let cell = row.cell(self.number(columns, first)?)?;
        rest.iter().try_fold(cell, |value, name| value.as_object()?.get(name))
    }

    /// A value after what is done to it. What is unset stays so, unless something stands for it.
    fn applied(
        &mut self,
        cell: Option<&Spanned<Value>>,
        (path, calls): (&Path, &[Call]),
        (columns, row): (&Columns, &Row),
        place: Origin,
    ) -> Result<Option<Value>, Diagnostic> {
        let mut output = cell.map_or(Output::null(), |cell| Output::Value(&cell.value));
        let mut cost = 0;
        for call in calls {
            let mut arguments = Vec::new();
            for argument in call.all_arguments() {
                arguments.push(match argument {
                    Argument::Value(value) => Output::Value(value),
                    Argument::Path(path) => {
                        let cell = self.cell(path, columns, row);
                        cell.map_or_else(Output::null, |cell| Output::Value(&cell.value))
                    }
                });
            }
            cost += function::cost(call, &output, &arguments);
            self.pays(cost, place)?;
            output = function::apply(call, output, &arguments).map_err(|error| misfit(&error, path, place))?;
        }
        Ok((!output.is_null()).then(|| output.to_value(cell.map_or(place, |cell| cell.span))))
    }

    /// Pays for something that is computed, where it is not too much.
    fn pays(&mut self, cost: usize, place: Origin) -> Result<(), Diagnostic> {
        let left = self.left.checked_sub(cost);
        self.left = left.unwrap_or_default();
        if left.is_some() && cost <= LARGEST {
            return Ok(());
        }
        self.is_full |= left.is_none();
        let message = match left {
            Some(_) => "this value comes to more than 8 MiB".to_owned(),
            None => format!("what is made of the rows comes to more than {TIMES} times the file"),
        };
        Err(Diagnostic::error(code::TOO_LARGE, place, message).help("shorten what is put together of the columns"))
    }
}
