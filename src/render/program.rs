//! A promise made ready to run: every path is a slot, every table and match a sorted index.

use super::Object;
use super::defaults;
use super::objects;
use crate::function::Key;
use crate::model::{Argument, Call, Name, Path, Piece, Promise, Property, Step, Template, Value};
use crate::source::{Origin, Spanned};
use std::collections::HashMap;

/// A promise, compiled once for all its requests.
pub(super) struct Program<'p> {
    pub(super) promise: &'p Promise,
    /// The fields of the API, in the order of their slots.
    pub(super) fields: &'p [Property],
    /// The slots of fields whose values can have defaults inside.
    pub(super) nested: Vec<usize>,
    pub(super) steps: Vec<Instruction<'p>>,
    pub(super) labels: Vec<(&'p Name, Located<'p>)>,
    /// How many tables there are, and how many `each`.
    pub(super) tables: usize,
    pub(super) items: usize,
    slots: HashMap<&'p str, usize>,
}

/// An expression with the place that it was written at.
pub(super) struct Located<'p> {
    pub(super) expression: Expression<'p>,
    pub(super) span: Origin,
}

/// A template whose paths are slots.
pub(super) enum Expression<'p> {
    Literal(&'p Value),
    Reference(Slot<'p>, Vec<Applied<'p>>),
    Text(Vec<Part<'p>>),
    Array(Vec<Expression<'p>>),
    Object(Vec<(Located<'p>, Located<'p>)>),
    Foreign(&'p str),
}

/// A part of an interpolated text.
pub(super) enum Part<'p> {
    Text(&'p str),
    Value { slot: Slot<'p>, calls: Vec<Applied<'p>> },
}

/// A function with what it takes.
pub(super) struct Applied<'p> {
    pub(super) call: &'p Call,
    pub(super) arguments: Vec<Operand<'p>>,
}

/// Something that a function takes.
pub(super) enum Operand<'p> {
    Value(&'p Value),
    Slot(Slot<'p>),
}

/// A path: where its first parts lead to, and what is left to walk.
pub(super) struct Slot<'p> {
    pub(super) base: Base,
    pub(super) rest: &'p [Name],
    pub(super) path: &'p Path,
}

/// Where a path starts.
#[derive(Clone, Copy)]
pub(super) enum Base {
    Name,
    Namespace,
    Promise,
    Spec,
    Field(usize),
    Column {
        table: usize,
        column: usize,
    },
    Item(usize),
    /// Nothing in scope has this name, which the check says.
    Unknown,
}

/// A step whose names are slots.
pub(super) enum Instruction<'p> {
    Table {
        slot: usize,
        by: Slot<'p>,
        span: Origin,
        index: Index<'p>,
        /// The cells of each row, by column.
        rows: Vec<Vec<(usize, Located<'p>)>>,
    },
    Match {
        on: Slot<'p>,
        span: Origin,
        index: Index<'p>,
        cases: Vec<Vec<Instruction<'p>>>,
        otherwise: Option<Vec<Instruction<'p>>>,
    },
    Each {
        slot: usize,
        list: Slot<'p>,
        span: Origin,
        steps: Vec<Instruction<'p>>,
    },
    Resource(Box<Manifest<'p>>),
    Files {
        files: &'p crate::model::Files,
        objects: Vec<Object>,
    },
    Status(Vec<(&'p Spanned<Name>, Located<'p>)>),
}

/// A `resource` step.
pub(super) struct Manifest<'p> {
    pub(super) span: Origin,
    pub(super) api_version: Located<'p>,
    pub(super) kind: Located<'p>,
    pub(super) name: Located<'p>,
    pub(super) file: Option<Located<'p>>,
    pub(super) body: Located<'p>,
}

/// Finds the row or case of a value in logarithmic time; the first of two with one value counts.
pub(super) struct Index<'p>(Vec<(Key<'p>, usize)>);

impl<'p> Index<'p> {
    fn new(keys: impl Iterator<Item = (&'p Value, usize)>) -> Self {
        let mut keys: Vec<_> = keys.map(|(value, target)| (Key::of(value), target)).collect();
        keys.sort_by(|a, b| a.0.cmp(&b.0));
        keys.dedup_by(|a, b| a.0 == b.0);
        Self(keys)
    }

    pub(super) fn find(&self, key: &Key<'_>) -> Option<usize> {
        let at = self.0.binary_search_by(|(candidate, _)| candidate.cmp(key)).ok()?;
        self.0.get(at).map(|found| found.1)
    }
}

/// What a name in scope stands for.
enum Meaning<'p> {
    Table { slot: usize, columns: HashMap<&'p str, usize> },
    Item(usize),
}

type Scope<'p> = super::Names<'p, Meaning<'p>>;

impl<'p> Program<'p> {
    /// Compiles a promise.
    pub(super) fn new(promise: &'p Promise) -> Self {
        let fields = promise.fields();
        let slots = fields.iter().enumerate().map(|(slot, field)| (&**field.name, slot)).collect();
        let nested = fields.iter().enumerate().filter(|(_, field)| defaults::are_inside(&field.schema));
        let nested = nested.map(|(slot, _)| slot).collect();
        let mut program =
            Self { promise, fields, nested, steps: Vec::new(), labels: Vec::new(), tables: 0, items: 0, slots };
        let steps = promise.configure.as_ref().map_or(&[][..], |workflow| &workflow.steps);
        program.steps = program.operations(steps, &mut Scope::default());
        let scope = Scope::default();
        program.labels =
            promise.schedule.iter().map(|(key, value)| (&key.value, program.located(value, &scope))).collect();
        program.labels.sort_by(|a, b| a.0.cmp(b.0));
        program
    }

    /// The slot of a field of the API.
    pub(super) fn slot_of(&self, field: &str) -> Option<usize> {
        self.slots.get(field).copied()
    }

    fn operations(&mut self, steps: &'p [Step], scope: &mut Scope<'p>) -> Vec<Instruction<'p>> {
        let outer = scope.trail().len();
        let operations = steps.iter().map(|step| self.operation(step, scope)).collect();
        scope.leave_to(outer);
        operations
    }

    fn operation(&mut self, step: &'p Step, scope: &mut Scope<'p>) -> Instruction<'p> {
        match step {
            Step::Table(table) => self.table(table, scope),
            Step::Match(choice) => self.choice(choice, scope),
            Step::Each(each) => {
                let slot = self.items;
                self.items += 1;
                let list = self.slot(&each.list, scope);
                let outer = scope.trail().len();
                scope.enter(&each.name.value, Meaning::Item(slot));
                let steps = self.operations(&each.steps, scope);
                scope.leave_to(outer);
                Instruction::Each { slot, list, span: each.list.span, steps }
            }
            Step::Resource(resource) => Instruction::Resource(Box::new(Manifest {
                span: resource.span,
                api_version: self.located(&resource.api_version, scope),
                kind: self.located(&resource.kind, scope),
                name: self.located(&resource.name, scope),
                file: resource.file.as_ref().map(|file| self.located(file, scope)),
                body: self.located(&resource.body, scope),
            })),
            Step::Files(files) => Instruction::Files { files, objects: objects::of_files(files) },
            Step::Status { values, .. } => {
                Instruction::Status(values.iter().map(|(key, value)| (key, self.located(value, scope))).collect())
            }
        }
    }

    fn table(&mut self, table: &'p crate::model::Table, scope: &mut Scope<'p>) -> Instruction<'p> {
        let slot = self.tables;
        self.tables += 1;
        let mut columns: HashMap<&'p str, usize> = HashMap::new();
        for (name, _) in table.rows.iter().flat_map(|row| &row.columns) {
            let next = columns.len();
            columns.entry(&name.value).or_insert(next);
        }
        let rows = table.rows.iter().map(|row| {
            let cells = row.columns.iter();
            let cells =
                cells.filter_map(|(name, value)| Some((*columns.get(&*name.value)?, self.located(value, scope))));
            let mut cells: Vec<(usize, Located<'p>)> = cells.collect();
            cells.sort_by_key(|cell| cell.0);
            cells
        });
        let rows = rows.collect();
        let operation = Instruction::Table {
            slot,
            by: self.slot(&table.by, scope),
            span: table.by.span,
            index: Index::new(table.rows.iter().enumerate().map(|(row, line)| (&line.key.value, row))),
            rows,
        };
        scope.enter(&table.name.value, Meaning::Table { slot, columns });
        operation
    }

    fn choice(&mut self, choice: &'p crate::model::Match, scope: &mut Scope<'p>) -> Instruction<'p> {
        let values = choice.cases.iter().enumerate();
        let values = values.flat_map(|(case, line)| line.values.iter().map(move |value| (&value.value, case)));
        Instruction::Match {
            on: self.slot(&choice.on, scope),
            span: choice.on.span,
            index: Index::new(values),
            cases: choice.cases.iter().map(|case| self.operations(&case.steps, scope)).collect(),
            otherwise: choice.otherwise.as_ref().map(|steps| self.operations(steps, scope)),
        }
    }

    fn located(&self, template: &'p Spanned<Template>, scope: &Scope<'p>) -> Located<'p> {
        Located { expression: self.expression(&template.value, scope), span: template.span }
    }

    fn expression(&self, template: &'p Template, scope: &Scope<'p>) -> Expression<'p> {
        match template {
            Template::Literal(value) => Expression::Literal(value),
            Template::Reference(path, calls) => {
                Expression::Reference(self.slot(path, scope), self.applied(calls, scope))
            }
            Template::Text(pieces) => Expression::Text(pieces.iter().map(|piece| self.part(piece, scope)).collect()),
            Template::Array(items) => {
                Expression::Array(items.iter().map(|item| self.expression(item, scope)).collect())
            }
            Template::Object(members) => {
                let member = |(key, value): &'p (Spanned<Template>, Spanned<Template>)| {
                    (self.located(key, scope), self.located(value, scope))
                };
                Expression::Object(members.iter().map(member).collect())
            }
            Template::Foreign { text, .. } => Expression::Foreign(text),
        }
    }

    fn part(&self, piece: &'p Piece, scope: &Scope<'p>) -> Part<'p> {
        match piece {
            Piece::Text(text) => Part::Text(text),
            Piece::Value { path, calls } => {
                Part::Value { slot: self.slot(path, scope), calls: self.applied(calls, scope) }
            }
        }
    }

    fn applied(&self, calls: &'p [Call], scope: &Scope<'p>) -> Vec<Applied<'p>> {
        let operand = |argument: &'p Argument| match argument {
            Argument::Value(value) => Operand::Value(value),
            Argument::Path(path) => Operand::Slot(self.slot(path, scope)),
        };
        calls.iter().map(|call| Applied { call, arguments: call.all_arguments().map(operand).collect() }).collect()
    }

    fn slot(&self, path: &'p Path, scope: &Scope<'p>) -> Slot<'p> {
        let (base, used) = self.base(&path.segments, scope);
        Slot { base, rest: path.segments.get(used..).unwrap_or_default(), path }
    }

    /// Where a path starts, and how many of its parts that takes.
    fn base(&self, segments: &[Name], scope: &Scope<'p>) -> (Base, usize) {
        let Some(first) = segments.first() else { return (Base::Unknown, 0) };
        let second = segments.get(1);
        match (scope.get(first), &**first) {
            (Some(Meaning::Item(slot)), _) => (Base::Item(*slot), 1),
            (Some(Meaning::Table { slot, columns }), _) => {
                let column = second.and_then(|name| columns.get(&**name));
                (column.map_or(Base::Unknown, |column| Base::Column { table: *slot, column: *column }), 2)
            }
            (None, "name") => (Base::Name, 1),
            (None, "namespace") => (Base::Namespace, 1),
            (None, "promise") => (Base::Promise, 1),
            (None, "spec") => match second {
                Some(field) => (self.slot_of(field).map_or(Base::Unknown, Base::Field), 2),
                None => (Base::Spec, 1),
            },
            (None, _) => (Base::Unknown, 0),
        }
    }
}
