use crate::check::words::{list, quoted};
use crate::diag::suggest;
use crate::model::{
    About, Argument, Base, Call, Control, Function, Gives, Name, Path, Promise, Property, Schema, Template, Value,
    ValueType, Verb,
};
use crate::render::Names;
use std::collections::HashMap;

/// What is known of a value before there is a request.
#[derive(Clone, Debug)]
pub(super) struct Known<'p> {
    pub(super) shape: Shape<'p>,
    /// Whether a request may leave it without a value.
    pub(super) absent: bool,
}

/// What a value is like.
#[derive(Clone, Debug)]
pub(super) enum Shape<'p> {
    /// A text, a number or a truth value: which of them, where that is known, and all that it can be, where that is a closed set.
    Scalar(Option<ValueType>, Option<Vec<&'p Value>>),
    /// A list, and what its items are where that is said.
    List(Option<&'p Schema>),
    /// An object, and its members where they are said.
    Object(Option<&'p [Property]>),
    /// An object whose members may be called anything, and what they are.
    Map(&'p Schema),
    /// A member of an object, as an `each` has it: with its `key` and its `value`.
    Member,
    /// It can be anything, or what is wrong with it was said already.
    Anything,
}

impl Shape<'_> {
    /// What a value of a type is like.
    fn of_type(of: ValueType) -> Self {
        match of {
            ValueType::Text | ValueType::Number | ValueType::Truth => Self::Scalar(Some(of), None),
            ValueType::List => Self::List(None),
            ValueType::Object => Self::Object(None),
        }
    }

    /// The type of the value, where it is known.
    pub(super) fn value_type(&self) -> Option<ValueType> {
        match self {
            Self::Scalar(of, _) => *of,
            Self::List(_) => Some(ValueType::List),
            Self::Object(_) | Self::Map(_) | Self::Member => Some(ValueType::Object),
            Self::Anything => None,
        }
    }
}

/// The two truth values.
static TRUTH: [Value; 2] = [Value::Bool(false), Value::Bool(true)];

impl<'p> Known<'p> {
    pub(super) fn always(shape: Shape<'p>) -> Self {
        Self { shape, absent: false }
    }

    /// A text that is always there.
    fn text() -> Self {
        Self::always(Shape::of_type(ValueType::Text))
    }

    /// What can be anything.
    pub(super) fn anything() -> Self {
        Self::always(Shape::Anything)
    }

    /// A value of a schema.
    pub(super) fn of(schema: &'p Schema) -> Self {
        let values = || schema.values.iter().map(|value| &value.value.value).collect();
        Self::always(match schema.base {
            Base::Boolean => Shape::Scalar(Some(ValueType::Truth), Some(TRUTH.iter().collect())),
            Base::Any => Shape::Anything,
            Base::String | Base::Number | Base::Integer | Base::IntOrString => {
                let of = match schema.base {
                    Base::String => Some(ValueType::Text),
                    Base::IntOrString => None,
                    _ => Some(ValueType::Number),
                };
                Shape::Scalar(of, (!schema.values.is_empty()).then(values))
            }
            Base::Array => Shape::List(schema.items.as_deref()),
            Base::Object => match schema.items.as_deref() {
                Some(values) if schema.fields.is_empty() => Shape::Map(values),
                _ => Shape::Object((!schema.takes_others()).then_some(&schema.fields)),
            },
        })
    }

    fn of_literal(value: &'p Value) -> Self {
        match value {
            Value::Null => Self { shape: Shape::Anything, absent: true },
            Value::Bool(_) => Self::always(Shape::Scalar(Some(ValueType::Truth), Some(vec![value]))),
            Value::Number(_) => Self::always(Shape::Scalar(Some(ValueType::Number), Some(vec![value]))),
            Value::String(_) => Self::always(Shape::Scalar(Some(ValueType::Text), Some(vec![value]))),
            Value::Array(_) => Self::always(Shape::List(None)),
            Value::Object(_) => Self::always(Shape::Object(None)),
            Value::Secret(_) => Self::always(Shape::Scalar(None, None)),
        }
    }

    /// What is known of a value that is this or another.
    fn or(self, other: Self) -> Self {
        let absent = self.absent || other.absent;
        let shape = match (self.shape, other.shape) {
            (Shape::Scalar(of, some), Shape::Scalar(other, more)) => {
                let values = some.zip(more).map(|(some, more)| some.into_iter().chain(more).collect());
                Shape::Scalar(of.filter(|of| other == Some(*of)), values)
            }
            (Shape::List(_), Shape::List(_)) => Shape::List(None),
            (Shape::Object(_) | Shape::Map(_), Shape::Object(_) | Shape::Map(_)) => Shape::Object(None),
            _ => Shape::Anything,
        };
        Self { shape, absent }
    }

    /// What it is, in a word, as messages say it.
    pub(super) fn word(&self) -> &'static str {
        match self.shape {
            Shape::Scalar(Some(of), _) => of.word(),
            Shape::Scalar(None, _) => "a single value",
            Shape::List(_) => "a list",
            Shape::Object(_) | Shape::Map(_) | Shape::Member => "an object",
            Shape::Anything => "a value",
        }
    }
}

/// Why a path leads nowhere.
#[derive(Debug)]
pub(super) struct Lost {
    /// What is wrong, as a message says it.
    pub(super) message: String,
    /// The path that was probably meant.
    pub(super) meant: Option<String>,
    /// The names that every step sees, where the first of the path is none of these.
    pub(super) known: &'static [&'static str],
}

/// What a name in scope stands for.
pub(super) enum Meaning<'p> {
    Table(HashMap<&'p str, Known<'p>>),
    Item(Known<'p>),
}

/// The names that a step sees.
pub(super) struct Scope<'p> {
    fields: &'p [Property],
    by_name: HashMap<&'p str, &'p Property>,
    /// Whether there is a request.
    is_of_requests: bool,
    /// Those of tables and items.
    pub(super) names: Names<'p, Meaning<'p>>,
}

impl<'p> Scope<'p> {
    /// The scope of what a promise does for its requests, with the fields of its API.
    pub(super) fn of_requests(fields: &'p [Property]) -> Self {
        let by_name = fields.iter().map(|field| (&*field.name.value, field)).collect();
        Self { fields, by_name, is_of_requests: true, names: Names::default() }
    }

    /// The scope of its dependencies.
    pub(super) fn of_dependencies() -> Self {
        Self { is_of_requests: false, ..Self::of_requests(&[]) }
    }

    /// Brings the item of an `each` into scope.
    pub(super) fn enter_item(&mut self, name: &'p str, item: Known<'p>) {
        self.names.enter(name, Meaning::Item(item));
    }

    /// Brings a table into scope; what a column is follows from its cells.
    pub(super) fn enter_table(&mut self, table: &'p crate::model::Table) {
        let mut columns: HashMap<&'p str, Known<'p>> = HashMap::new();
        let others = table.otherwise.iter().flat_map(|row| &row.columns);
        for (name, cell) in table.rows.iter().flat_map(|row| &row.columns).chain(others) {
            let cell = self.template(&cell.value);
            let known = match columns.remove(&*name.value) {
                Some(known) => known.or(cell),
                None => cell,
            };
            columns.insert(&name.value, known);
        }
        self.names.enter(&table.name.value, Meaning::Table(columns));
    }

    /// What a template comes to.
    pub(super) fn template(&self, template: &'p Template) -> Known<'p> {
        match template {
            Template::Literal(value) => Known::of_literal(value),
            Template::Reference(path, calls) => {
                let known = self.path(path).unwrap_or_else(|_| Known::anything());
                calls.iter().fold(known, |known, call| self.after(known, call))
            }
            Template::Text(_) | Template::Foreign { .. } => Known::text(),
            Template::Composed(composed) if composed.is_list => Known::always(Shape::List(None)),
            Template::Array(_) => Known::always(Shape::List(None)),
            Template::Object(_) | Template::Composed(_) => Known::always(Shape::Object(None)),
        }
    }

    /// What is known of a value after a function.
    pub(super) fn after(&self, known: Known<'p>, call: &'p Call) -> Known<'p> {
        let Function::Verb(verb) = call.function else { return Known::always(Shape::of_type(ValueType::Truth)) };
        let absent = known.absent && !verb.takes_nothing();
        let argument = |at: usize| match call.arguments.get(at) {
            Some(Argument::Value(value)) => Known::of_literal(value),
            Some(Argument::Path(path)) => self.path(path).unwrap_or_else(|_| Known::anything()),
            None => Known::anything(),
        };
        match (verb, verb.usage().gives) {
            (Verb::Default, _) => {
                let other = argument(0);
                let absent = known.absent && other.absent;
                // One that has parts where it is given has them whatever stands for it.
                if matches!(known.shape, Shape::List(_) | Shape::Object(_) | Shape::Map(_)) {
                    return Known { absent, ..known };
                }
                Known { absent, ..known.or(other) }
            }
            (Verb::Then, _) => {
                let chosen = argument(0).or(argument(1));
                Known { absent: absent || chosen.absent, ..chosen }
            }
            (Verb::Join, _) | (_, Gives::A(ValueType::Text)) => Known { absent, ..Known::text() },
            (Verb::First | Verb::Last | Verb::Item, _) => match known.shape {
                Shape::List(Some(items)) => Known { absent: true, ..Known::of(items) },
                _ => Known { absent: true, ..Known::anything() },
            },
            (_, Gives::A(of)) => Known { absent, shape: Shape::of_type(of) },
            (_, Gives::Same) => Known { absent, ..known },
            (_, Gives::Anything) => Known { absent: true, ..Known::anything() },
        }
    }

    /// What a path leads to.
    pub(super) fn path(&self, path: &Path) -> Result<Known<'p>, Lost> {
        let Some((first, rest)) = path.segments.split_first() else { return Ok(Known::anything()) };
        match self.names.get(first) {
            Some(Meaning::Item(item)) => walk(item.clone(), rest, path),
            Some(Meaning::Table(columns)) => column(columns, rest, path),
            None if !self.roots().contains(&&**first) => Err(self.unknown(first, path)),
            None => match &**first {
                "request" => about(rest, path),
                "spec" => self.spec(rest, path),
                _ => walk(Known::always(Shape::Scalar(Some(ValueType::Text), None)), rest, path),
            },
        }
    }

    fn spec(&self, rest: &[Name], path: &Path) -> Result<Known<'p>, Lost> {
        let Some((name, rest)) = rest.split_first() else {
            return Ok(Known::always(Shape::Object(Some(self.fields))));
        };
        match self.by_name.get(&**name) {
            Some(field) => walk(member(field), rest, path),
            None => Err(lost(path, 1, "the API has no field", self.by_name.keys().copied())),
        }
    }

    /// The names that every step sees.
    fn roots(&self) -> &'static [&'static str] {
        if self.is_of_requests { &Promise::ROOTS } else { &["promise"] }
    }

    fn unknown(&self, first: &Name, path: &Path) -> Lost {
        if self.by_name.contains_key(&**first) {
            let message = format!("nothing here is called `{first}`");
            let meant = Some(format!("$spec.{}", path.to_string().trim_start_matches('$')));
            return Lost { message, meant, known: &[] };
        }
        if !self.is_of_requests && Promise::ROOTS.contains(&&**first) {
            let message = format!("the dependencies of a promise are there without a request, and know no `${first}`");
            return Lost { message, meant: None, known: self.roots() };
        }
        let names = self.names.trail().iter().copied().chain(self.roots().iter().copied());
        Lost { known: self.roots(), ..lost(path, 0, "nothing here is called", names) }
    }
}

/// What is known of what a request says beside its values.
fn about<'p>(rest: &[Name], path: &Path) -> Result<Known<'p>, Lost> {
    let words = About::ALL.iter().map(|(_, word)| *word);
    let Some((name, rest)) = rest.split_first() else {
        let message = format!("`{path}` is no value: name a part of it, {}", list(words.map(quoted)));
        return Err(Lost { message, meant: None, known: &[] });
    };
    let shape = match About::from_word(name) {
        Some(About::Title) => Shape::Scalar(Some(ValueType::Text), None),
        Some(About::Team) => Shape::List(None),
        Some(About::Labels) => Shape::Object(None),
        None => return Err(lost(path, 1, "a request has no", words)),
    };
    walk(Known { absent: true, shape }, rest, path)
}

/// What is known of a field that a request gives or leaves out.
fn member(field: &Property) -> Known<'_> {
    let absent = field.required.is_none() && field.default.is_none();
    Known { absent, ..Known::of(&field.schema) }
}

fn column<'p>(columns: &HashMap<&'p str, Known<'p>>, rest: &[Name], path: &Path) -> Result<Known<'p>, Lost> {
    let Some((name, rest)) = rest.split_first() else {
        let message = format!("`{path}` is a table: name one of its columns");
        return Err(Lost { message, meant: None, known: &[] });
    };
    match columns.get(&**name) {
        Some(known) => walk(known.clone(), rest, path),
        None => Err(lost(path, 1, "the table has no column", columns.keys().copied())),
    }
}

/// Follows the rest of a path into a value.
fn walk<'p>(mut known: Known<'p>, rest: &[Name], path: &Path) -> Result<Known<'p>, Lost> {
    let done = path.segments.len() - rest.len();
    for (index, name) in rest.iter().enumerate() {
        let fields = match known.shape {
            Shape::Member if **name == *Control::KEY => {
                known = Known { absent: known.absent, ..Known::text() };
                continue;
            }
            Shape::Member if **name == *Control::VALUE => {
                known = Known { absent: known.absent, ..Known::anything() };
                continue;
            }
            Shape::Member => {
                return Err(lost(
                    path,
                    done + index,
                    "a member has a `key` and a `value`, and no",
                    [Control::KEY, Control::VALUE].into_iter(),
                ));
            }
            // Whether one of this name is there nobody knows: rendering tells.
            Shape::Anything | Shape::Object(None) | Shape::Map(_) => {
                return Ok(Known { shape: Shape::Anything, absent: true });
            }
            Shape::Object(Some(fields)) => fields,
            Shape::Scalar(..) | Shape::List(_) => {
                let before = Path { segments: path.segments.iter().take(done + index).cloned().collect() };
                let message = format!("`{before}` is {}: it has no `{name}`", known.word());
                return Err(Lost { message, meant: None, known: &[] });
            }
        };
        let Some(field) = fields.iter().find(|field| field.name.value == *name) else {
            let names = fields.iter().map(|field| &*field.name.value);
            return Err(lost(path, done + index, "there is no field", names));
        };
        let inner = member(field);
        known = Known { absent: known.absent || inner.absent, ..inner };
    }
    Ok(known)
}

/// A path whose part at an index is not among some names.
fn lost<'c>(path: &Path, index: usize, what: &str, names: impl Iterator<Item = &'c str>) -> Lost {
    let name = path.segments.get(index).map_or("", |name| name);
    let meant = suggest(name, names).map(|near| {
        let mut meant = path.clone();
        if let Some(segment) = meant.segments.get_mut(index) {
            *segment = near.into();
        }
        meant.to_string()
    });
    Lost { message: format!("{what} `{name}`"), meant, known: &[] }
}
