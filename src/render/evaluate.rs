use super::defaults::{self, TooLarge};
use super::problem::{Problem, Reason};
use super::program::{Applied, Base, Expression, Index, Instruction, Located, Operand, Part, Piece, Program, Slot};
use crate::function::{self, FunctionError, Key, Output};
use crate::model::{About, Request, Value};
use crate::source::{Origin, Spanned};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// What an `each` is over.
pub(super) const LIST_OR_OBJECT: &str = "a list or an object";

/// The most that one request may cost: bytes of text and parts of values.
pub(super) const BUDGET: usize = 16 << 20;

/// The deepest nesting of expressions, tables' cells included.
const DEPTH: usize = 256;

/// The values in scope of one request, and what is left of its budget.
pub(super) struct Scope<'a> {
    request: &'a Request,
    /// The value of each field of the API, defaults filled in.
    fields: Vec<Option<&'a Value>>,
    names: Vec<&'a str>,
    /// The chosen row of each table.
    rows: Vec<Option<&'a [(usize, Located<'a>)]>>,
    /// The current item of each `each`.
    items: RefCell<Vec<Output<'a>>>,
    left: Cell<usize>,
    depth: Cell<usize>,
}

/// The values of a request with defaults inside of them, by slot, and what they leave of its budget.
pub(super) struct Nested {
    fields: Vec<(usize, Spanned<Value>)>,
    left: usize,
}

impl<'a> Scope<'a> {
    /// The scope of a request of a promise; `nested` are the fields that [`Scope::nested`] filled in.
    pub(super) fn new(program: &'a Program<'a>, request: &'a Request, nested: &'a Nested) -> Self {
        let mut fields = given(program, request);
        for (slot, value) in &nested.fields {
            if let Some(field) = fields.get_mut(*slot) {
                *field = Some(&value.value);
            }
        }
        Self {
            request,
            fields,
            names: program.fields.iter().map(|field| &*field.name.value).collect(),
            rows: vec![None; program.tables],
            items: RefCell::new(vec![Output::null(); program.items]),
            left: Cell::new(nested.left),
            depth: Cell::new(0),
        }
    }

    /// The fields of a request with defaults inside of their values.
    pub(super) fn nested(program: &Program<'_>, request: &Request) -> Result<Nested, Problem> {
        let mut nested = Nested { fields: Vec::new(), left: BUDGET };
        if program.nested.is_empty() {
            return Ok(nested);
        }
        let fields = given(program, request);
        for slot in &program.nested {
            let (Some(Some(value)), Some(field)) = (fields.get(*slot), program.fields.get(*slot)) else { continue };
            let value = Spanned::new((*value).clone(), request.span);
            let filled = defaults::filled(&value, &field.schema, &mut nested.left)
                .map_err(|TooLarge| Problem { span: request.span, reason: Reason::TooLarge })?;
            nested.fields.push((*slot, filled));
        }
        Ok(nested)
    }

    /// Leaves nothing of the budget: what is too large once does not become smaller.
    pub(super) fn exhaust(&self) {
        self.left.set(0);
    }

    /// The request.
    pub(super) fn request(&self) -> &'a Request {
        self.request
    }

    /// Chooses the row of a table.
    pub(super) fn choose_row(&mut self, operation: &'a Instruction<'a>) -> Result<(), Problem> {
        let Instruction::Table { slot, by, and, span, index, seconds, rows, otherwise } = operation else {
            return Ok(());
        };
        let value = self.choosing(by, *span)?;
        let mut row = find(index, &value);
        if let Some(and) = and {
            let second = self.choosing(and, *span)?;
            row = row.and_then(|group| find(seconds.get(group)?, &second));
        }
        let row = row.or(*otherwise).and_then(|row| rows.get(row)).ok_or_else(|| no_choice(by, *span, &value))?;
        if let Some(chosen) = self.rows.get_mut(*slot) {
            *chosen = Some(row);
        }
        Ok(())
    }

    /// Sets the current item of an `each`.
    pub(super) fn set_item(&self, slot: usize, item: Output<'a>) {
        if let Some(current) = self.items.borrow_mut().get_mut(slot) {
            *current = item;
        }
    }

    /// Takes from the budget.
    pub(super) fn spend(&self, cost: usize, span: Origin) -> Result<(), Problem> {
        let left = self.left.get().checked_sub(cost).ok_or(Problem { span, reason: Reason::TooLarge })?;
        self.left.set(left);
        Ok(())
    }

    /// What was taken from the budget.
    pub(super) fn spent(&self) -> usize {
        BUDGET - self.left.get()
    }

    /// The value of an expression.
    pub(super) fn value(&self, located: &'a Located<'a>) -> Result<Output<'a>, Problem> {
        self.evaluate(&located.expression, located.span)
    }

    /// The text of an expression that must be a scalar.
    pub(super) fn text(&self, located: &'a Located<'a>) -> Result<Cow<'a, str>, Problem> {
        let value = self.value(located)?;
        function::text_of(value).map_err(|error| problem(error, named(located), located.span))
    }

    /// The value of a path that chooses something, which a secret must not: what is chosen would tell of it.
    pub(super) fn choosing(&self, slot: &'a Slot<'a>, span: Origin) -> Result<Output<'a>, Problem> {
        let value = self.reference(slot, span)?;
        if value.holds_secret() {
            return Err(Problem { span, reason: Reason::Secret(slot.path.to_string()) });
        }
        Ok(value)
    }

    /// The value of a path.
    pub(super) fn reference(&self, slot: &'a Slot<'a>, span: Origin) -> Result<Output<'a>, Problem> {
        let borrowed = |text: &'a str| Output::Text(Cow::Borrowed(text));
        let value = match slot.base {
            Base::Name => borrowed(&self.request.name.value),
            Base::Namespace => borrowed(&self.request.namespace.value),
            Base::Promise => borrowed(&self.request.promise.value),
            Base::Request(about) => self.about(about),
            Base::Spec => Output::Object(self.spec()),
            Base::Field(field) => self.fields.get(field).copied().flatten().map_or_else(Output::null, Output::Value),
            Base::Column { table, column } => self.cell(table, column)?,
            Base::Item(item) => self.items.borrow().get(item).cloned().unwrap_or_else(Output::null),
            Base::Unknown => Output::null(),
        };
        let value = if slot.rest.is_empty() { value } else { value.walk(slot.rest) };
        self.spend(value.weight(), span)?;
        Ok(value)
    }

    /// What is said of the request; no value where nothing is.
    fn about(&self, about: About) -> Output<'a> {
        let Request { title, teams, labels, .. } = self.request;
        let text = |text: &'a str| Output::Text(Cow::Borrowed(text));
        match about {
            About::Title => title.as_ref().map_or_else(Output::null, |title| text(&title.value)),
            About::Team if teams.is_empty() => Output::null(),
            About::Team => Output::Array(teams.iter().map(|team| text(&team.value)).collect()),
            About::Labels if labels.is_empty() => Output::null(),
            About::Labels => {
                let members = labels.members.iter();
                Output::Object(
                    members
                        .map(|label| (Cow::Borrowed(&*label.name.value), Output::Value(&label.value.value)))
                        .collect(),
                )
            }
        }
    }

    fn spec(&self) -> Vec<(Cow<'a, str>, Output<'a>)> {
        let fields = self.names.iter().zip(&self.fields);
        fields.filter_map(|(name, value)| Some((Cow::Borrowed(*name), Output::Value((*value)?)))).collect()
    }

    fn cell(&self, table: usize, column: usize) -> Result<Output<'a>, Problem> {
        let row = self.rows.get(table).copied().flatten().unwrap_or_default();
        match row.binary_search_by_key(&column, |cell| cell.0).ok().and_then(|at| row.get(at)) {
            Some((_, cell)) => self.value(cell),
            None => Ok(Output::null()),
        }
    }

    fn evaluate(&self, expression: &'a Expression<'a>, span: Origin) -> Result<Output<'a>, Problem> {
        let depth = self.depth.get() + 1;
        if depth > DEPTH {
            return Err(Problem { span, reason: Reason::TooLarge });
        }
        self.depth.set(depth);
        let result = self.evaluate_within(expression, span);
        self.depth.set(depth - 1);
        result
    }

    fn evaluate_within(&self, expression: &'a Expression<'a>, span: Origin) -> Result<Output<'a>, Problem> {
        self.spend(1, span)?;
        match expression {
            Expression::Literal(value) => {
                let value = Output::Value(value);
                self.spend(value.weight(), span)?;
                Ok(value)
            }
            Expression::Reference(slot, calls) => self.applied(slot, calls, span),
            Expression::Foreign(text) => Ok(Output::Text(Cow::Borrowed(text))),
            Expression::Text(parts) => self.interpolate(parts, span),
            Expression::Array(items) => {
                let mut made = Vec::with_capacity(items.len());
                for item in items {
                    made.extend(self.item(item, span)?);
                }
                Ok(Output::Array(made))
            }
            Expression::Object(members) => self.object(members),
            Expression::Composed { is_list, parts } => self.composed(*is_list, parts, span),
        }
    }

    /// An item of a list; nothing where it is computed and there is no value.
    fn item(&self, expression: &'a Expression<'a>, span: Origin) -> Result<Option<Output<'a>>, Problem> {
        let value = self.evaluate(expression, span)?;
        Ok(Some(value).filter(|value| !value.is_null() || matches!(expression, Expression::Literal(_))))
    }

    /// What a condition comes to: no value is not true.
    pub(super) fn holds(&self, condition: &'a Located<'a>) -> Result<bool, Problem> {
        let value = self.value(condition)?;
        if value.holds_secret() {
            let reason = Reason::Secret("this condition".to_owned());
            return Err(Problem { span: condition.span, reason });
        }
        match value {
            Output::Value(Value::Bool(holds)) => Ok(*holds),
            Output::Owned(Value::Bool(holds)) => Ok(holds),
            other if other.is_null() => Ok(false),
            other => {
                let (path, found) = ("this condition".to_owned(), other.type_name());
                Err(Problem { span: condition.span, reason: Reason::Type { path, found, wanted: "a boolean" } })
            }
        }
    }

    fn composed(&self, is_list: bool, pieces: &'a [Piece<'a>], span: Origin) -> Result<Output<'a>, Problem> {
        let mut made = Made::default();
        self.pieces(is_list, pieces, &mut made)?;
        if is_list {
            return Ok(Output::Array(made.items));
        }
        let taken = made.taken.iter().map(|(name, value)| name.len() + value.weight()).sum();
        self.spend(taken, span)?;
        Ok(Output::Object(if made.taken.is_empty() {
            made.members
        } else {
            function::merged(made.taken, made.members)
        }))
    }

    fn pieces(&self, is_list: bool, pieces: &'a [Piece<'a>], made: &mut Made<'a>) -> Result<(), Problem> {
        for piece in pieces {
            match piece {
                Piece::Item(value) => made.items.extend(self.item(&value.expression, value.span)?),
                Piece::Member(key, value) => {
                    let name = self.text(key)?;
                    if let Some(first) = made.places.insert(name.clone(), key.span) {
                        let reason = Reason::Twice { name: name.into_owned(), first };
                        return Err(Problem { span: key.span, reason });
                    }
                    made.members.push((name, self.value(value)?));
                }
                Piece::Spread(value) => self.spread(is_list, value, made)?,
                Piece::Each { slot, list, pieces } => {
                    for item in self.items(list, LIST_OR_OBJECT, Output::each)? {
                        self.spend(1, list.span)?;
                        self.set_item(*slot, item);
                        self.pieces(is_list, pieces, made)?;
                    }
                }
                Piece::If { condition, pieces, otherwise } => {
                    let chosen = if self.holds(condition)? { pieces } else { otherwise };
                    self.pieces(is_list, chosen, made)?;
                }
                Piece::Match { on, span, index, cases, otherwise } => {
                    let value = self.choosing(on, *span)?;
                    let case = find(index, &value).and_then(|case| cases.get(case)).or(otherwise.as_ref());
                    self.pieces(is_list, case.ok_or_else(|| no_choice(on, *span, &value))?, made)?;
                }
            }
        }
        Ok(())
    }

    /// What something is made for, where a value is what is wanted; nothing where there is no value.
    fn items(
        &self,
        list: &'a Located<'a>,
        wanted: &'static str,
        of: fn(&Output<'a>) -> Option<Vec<Output<'a>>>,
    ) -> Result<Vec<Output<'a>>, Problem> {
        let value = self.value(list)?;
        if value.is_null() {
            return Ok(Vec::new());
        }
        let found = value.type_name();
        let wrong = || Problem { span: list.span, reason: Reason::Type { path: named(list), found, wanted } };
        of(&value).ok_or_else(wrong)
    }

    fn spread(&self, is_list: bool, value: &'a Located<'a>, made: &mut Made<'a>) -> Result<(), Problem> {
        if is_list {
            made.items.extend(self.items(value, "a list", Output::items)?);
            return Ok(());
        }
        let output = self.value(value)?;
        if output.is_null() {
            return Ok(());
        }
        let found = output.type_name();
        let reason = Reason::Type { path: named(value), found, wanted: "an object" };
        let members = output.into_members().ok_or(Problem { span: value.span, reason })?;
        made.taken = function::merged(std::mem::take(&mut made.taken), members);
        Ok(())
    }

    fn object(&self, members: &'a [(Located<'a>, Located<'a>)]) -> Result<Output<'a>, Problem> {
        let mut object = Vec::with_capacity(members.len());
        // As they are written, keys differ.
        let is_computed = members.iter().any(|(key, _)| !matches!(key.expression, Expression::Literal(_)));
        let mut places: HashMap<Cow<'a, str>, Origin> = HashMap::new();
        for (key, value) in members {
            let name = self.text(key)?;
            if is_computed && let Some(first) = places.insert(name.clone(), key.span) {
                let reason = Reason::Twice { name: name.into_owned(), first };
                return Err(Problem { span: key.span, reason });
            }
            object.push((name, self.value(value)?));
        }
        Ok(Output::Object(object))
    }

    /// Where a member of an expression is said, by its names from the expression on; where that is computed, what it is computed by.
    pub(super) fn place(&self, located: &'a Located<'a>, member: &[&str]) -> Option<Origin> {
        let (first, rest) = member.split_first()?;
        match &located.expression {
            Expression::Object(members) => {
                let (key, value) = members.iter().find(|(key, _)| self.text(key).is_ok_and(|key| key == *first))?;
                self.place(value, rest).or(Some(if rest.is_empty() { key.span } else { value.span }))
            }
            Expression::Composed { parts, .. } => parts.iter().find_map(|part| match part {
                Piece::Member(key, value) if self.text(key).is_ok_and(|key| key == *first) => {
                    self.place(value, rest).or(Some(if rest.is_empty() { key.span } else { value.span }))
                }
                _ => None,
            }),
            Expression::Literal(Value::Object(map)) => {
                let member = map.members.iter().find(|member| &member.name.value == first)?;
                let inner = rest.first().and_then(|name| {
                    member.value.value.as_object()?.members.iter().find(|inner| &inner.name.value == name)
                });
                Some(inner.map_or(member.name.span, |inner| inner.name.span))
            }
            _ => None,
        }
    }

    /// The values of fields that an expression is computed from: where each is written, and a word about it.
    pub(super) fn origins(&self, located: &'a Located<'a>) -> Vec<(Origin, String)> {
        let slots: Vec<&Slot<'a>> = match &located.expression {
            Expression::Reference(slot, _) => vec![slot],
            Expression::Text(parts) => {
                let slot = |part: &'a Part<'a>| match part {
                    Part::Value { slot, .. } => Some(slot),
                    Part::Text(_) => None,
                };
                parts.iter().filter_map(slot).collect()
            }
            Expression::Literal(_)
            | Expression::Foreign(_)
            | Expression::Array(_)
            | Expression::Object(_)
            | Expression::Composed { .. } => Vec::new(),
        };
        let origins = slots.into_iter().filter_map(|slot| {
            let Base::Field(field) = slot.base else { return None };
            let name = *self.names.get(field)?;
            let member = self.request.spec.members.iter().find(|member| member.name.value == *name)?;
            Some((member.value.span, format!("`{}` is given here", slot.path)))
        });
        origins.collect()
    }

    /// The value of a path, after what is done to it.
    fn applied(&self, slot: &'a Slot<'a>, calls: &'a [Applied<'a>], span: Origin) -> Result<Output<'a>, Problem> {
        let mut value = self.reference(slot, span)?;
        for Applied { call, arguments } in calls {
            let operand = |operand: &'a Operand<'a>| match operand {
                Operand::Value(value) => Ok(Output::Value(value)),
                Operand::Slot(slot) => self.reference(slot, span),
            };
            let arguments: Vec<Output<'a>> = arguments.iter().map(operand).collect::<Result<_, _>>()?;
            self.spend(function::cost(call, &value, &arguments), span)?;
            value = function::apply(call, value, &arguments).map_err(|error| misfit(error, slot, span))?;
        }
        Ok(value)
    }

    fn interpolate(&self, parts: &'a [Part<'a>], span: Origin) -> Result<Output<'a>, Problem> {
        let mut text = String::new();
        for part in parts {
            let before = text.len();
            match part {
                Part::Text(piece) => text.push_str(piece),
                Part::Value { slot, calls } => {
                    let value = self.applied(slot, calls, span)?;
                    text.push_str(&function::text_of(value).map_err(|error| misfit(error, slot, span))?);
                }
            }
            self.spend(text.len() - before, span)?;
        }
        Ok(Output::Text(Cow::Owned(text)))
    }
}

/// What the parts of a list or an object come to so far.
#[derive(Default)]
struct Made<'a> {
    items: Vec<Output<'a>>,
    members: Vec<(Cow<'a, str>, Output<'a>)>,
    /// The members that are taken from elsewhere.
    taken: Vec<(Cow<'a, str>, Output<'a>)>,
    /// Where each member is written.
    places: HashMap<Cow<'a, str>, Origin>,
}

/// What an expression is called in messages.
fn named(located: &Located<'_>) -> String {
    match &located.expression {
        Expression::Reference(slot, _) => slot.path.to_string(),
        _ => "this".to_owned(),
    }
}

/// That a function, or a text, takes a value for nothing that it is.
fn misfit(error: FunctionError, slot: &Slot<'_>, span: Origin) -> Problem {
    problem(error, slot.path.to_string(), span)
}

/// The value of each field of the API, by slot: what the request says, else the default.
fn given<'a>(program: &'a Program<'_>, request: &'a Request) -> Vec<Option<&'a Value>> {
    let defaults = program.fields.iter().map(|field| field.default.as_ref().map(|default| &default.value));
    let mut fields: Vec<Option<&Value>> = defaults.collect();
    for member in &request.spec.members {
        let slot = program.slot_of(&member.name.value).and_then(|slot| fields.get_mut(slot));
        if let Some(field) = slot {
            *field = Some(&member.value.value);
        }
    }
    fields
}

/// The row or case of a value.
pub(super) fn find(index: &Index<'_>, value: &Output<'_>) -> Option<usize> {
    index.find(&value.key()?)
}

/// That a table or a match has nothing for a value.
pub(super) fn no_choice(slot: &Slot<'_>, span: Origin, value: &Output<'_>) -> Problem {
    let value = match value.key() {
        Some(Key::Null) => "not given".to_owned(),
        Some(Key::Text(text)) => format!("`{text}`"),
        _ => value.clone().into_text().map_or_else(|| value.type_name().to_owned(), Cow::into_owned),
    };
    Problem { span, reason: Reason::NoChoice { path: slot.path.to_string(), value } }
}

fn problem(error: FunctionError, path: String, span: Origin) -> Problem {
    let reason = match error {
        FunctionError::Missing => Reason::Missing(path),
        FunctionError::Secret => Reason::Secret(path),
        FunctionError::Type { found, wanted } => Reason::Type { path, found, wanted },
        FunctionError::Argument { function, found, wanted } => Reason::Argument { function, found, wanted },
        FunctionError::Impossible(why) => Reason::Impossible { path, why },
    };
    Problem { span, reason }
}
