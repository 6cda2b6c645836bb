//! A promise made ready to run: every path is a slot, every table and match a sorted index.

use super::Object;
use super::defaults;
use super::objects;
use crate::function::Key;
use crate::kubernetes::{Kinds, Schema};
use crate::model::{
    self, About, Argument, Call, Control, ControlKind, Name, Path, Promise, Property, Resource, Step, Template, Value,
};
use crate::source::{Origin, Spanned};
use std::collections::{BTreeMap, HashMap};

/// A promise, compiled once for all its requests.
pub(super) struct Program<'p> {
    pub(super) promise: &'p Promise,
    /// The fields of the API, in the order of their slots.
    pub(super) fields: &'p [Property],
    /// The slots of fields whose values can have defaults inside.
    pub(super) nested: Vec<usize>,
    pub(super) steps: Vec<Instruction<'p>>,
    pub(super) labels: Vec<(&'p Name, Located<'p>)>,
    /// What is known of kinds, where its manifests are held to it.
    kinds: Option<&'p Kinds>,
    /// Whether it is run for requests; else for nothing but the promise.
    pub(super) is_of_requests: bool,
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
    Composed { is_list: bool, parts: Vec<Piece<'p>> },
    Foreign(&'p str),
}

/// A part of a list or an object.
pub(super) enum Piece<'p> {
    Member(Located<'p>, Located<'p>),
    Item(Located<'p>),
    Spread(Located<'p>),
    Each { slot: usize, list: Located<'p>, pieces: Vec<Self> },
    If { condition: Located<'p>, pieces: Vec<Self>, otherwise: Vec<Self> },
    Match { on: Slot<'p>, span: Origin, index: Index<'p>, cases: Vec<Vec<Self>>, otherwise: Option<Vec<Self>> },
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
    Request(About),
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
        and: Option<Slot<'p>>,
        span: Origin,
        index: Index<'p>,
        /// The rows of each first value, by the second one, where there are two.
        seconds: Vec<Index<'p>>,
        /// The cells of each row, by column.
        rows: Vec<Vec<(usize, Located<'p>)>>,
        /// The row for whatever no other is for.
        otherwise: Option<usize>,
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
    If {
        condition: Located<'p>,
        steps: Vec<Instruction<'p>>,
        otherwise: Vec<Instruction<'p>>,
    },
    Let {
        slot: usize,
        value: Located<'p>,
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
    pub(super) resource: &'p Resource,
    /// What the kind is held to: of one that is computed, nothing before it is.
    pub(super) kind_is: KindIs<'p>,
}

/// What is known of the kind of a manifest.
pub(super) enum KindIs<'p> {
    /// Nothing that the manifest is held to.
    Free,
    /// What it is held to.
    Known(Schema<'p>),
    /// What there is to choose from, when it is known which it is.
    Computed(&'p Kinds),
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
    /// What a promise does for each of its requests.
    pub(super) fn of_requests(promise: &'p Promise, kinds: Option<&'p Kinds>) -> Self {
        let steps = promise.configure.as_ref().map_or(&[][..], |workflow| &workflow.steps);
        let mut program = Self::new((promise, promise.fields()), kinds, true);
        program.steps = program.operations(steps, &mut Scope::default());
        let mut scope = Scope::default();
        program.labels =
            promise.schedule.iter().map(|(key, value)| (&key.value, program.located(value, &mut scope))).collect();
        program.labels.sort_by(|a, b| a.0.cmp(b.0));
        program
    }

    /// What its dependencies do.
    pub(super) fn of_dependencies(promise: &'p Promise, steps: &'p [Step], kinds: Option<&'p Kinds>) -> Self {
        let mut program = Self::new((promise, &[]), kinds, false);
        program.steps = program.operations(steps, &mut Scope::default());
        program
    }

    fn new((promise, fields): (&'p Promise, &'p [Property]), kinds: Option<&'p Kinds>, is_of_requests: bool) -> Self {
        let slots = fields.iter().enumerate().map(|(slot, field)| (&**field.name, slot)).collect();
        let nested = fields.iter().enumerate().filter(|(_, field)| defaults::are_inside(&field.schema));
        let nested = nested.map(|(slot, _)| slot).collect();
        let (steps, labels) = (Vec::new(), Vec::new());
        Self { promise, fields, nested, steps, labels, kinds, is_of_requests, tables: 0, items: 0, slots }
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
                let slot = self.item();
                let list = self.slot(&each.list, scope);
                let outer = scope.trail().len();
                scope.enter(&each.name.value, Meaning::Item(slot));
                let steps = self.operations(&each.steps, scope);
                scope.leave_to(outer);
                Instruction::Each { slot, list, span: each.list.span, steps }
            }
            Step::If(choice) => Instruction::If {
                condition: self.located(&choice.condition, scope),
                steps: self.operations(&choice.steps, scope),
                otherwise: self.operations(&choice.otherwise, scope),
            },
            Step::Let(one) => {
                let value = self.located(&one.value, scope);
                let slot = self.item();
                scope.enter(&one.name.value, Meaning::Item(slot));
                Instruction::Let { slot, value }
            }
            Step::Resource(resource) => Instruction::Resource(Box::new(Manifest {
                span: resource.span,
                api_version: self.located(&resource.api_version, scope),
                kind: self.located(&resource.kind, scope),
                name: self.located(&resource.name, scope),
                file: resource.file.as_ref().map(|file| self.located(file, scope)),
                body: self.located(&resource.body, scope),
                resource,
                kind_is: self.kind_is(resource),
            })),
            Step::Files(files) => Instruction::Files { files, objects: objects::of_files(files) },
            Step::Status { values, .. } => {
                Instruction::Status(values.iter().map(|(key, value)| (key, self.located(value, scope))).collect())
            }
        }
    }

    fn kind_is(&self, resource: &'p Resource) -> KindIs<'p> {
        let Some(kinds) = self.kinds else { return KindIs::Free };
        let Some((api_version, kind)) = resource.named() else { return KindIs::Computed(kinds) };
        KindIs::Known(kinds.schema(api_version, kind))
    }

    /// The slot of one more item.
    fn item(&mut self) -> usize {
        self.items += 1;
        self.items - 1
    }

    fn table(&mut self, table: &'p crate::model::Table, scope: &mut Scope<'p>) -> Instruction<'p> {
        let slot = self.tables;
        self.tables += 1;
        let mut columns: HashMap<&'p str, usize> = HashMap::new();
        let others = table.otherwise.iter().flat_map(|row| &row.columns);
        for (name, _) in table.rows.iter().flat_map(|row| &row.columns).chain(others) {
            let next = columns.len();
            columns.entry(&name.value).or_insert(next);
        }
        let all = table.rows.iter().map(|row| &row.columns);
        let all = all.chain(table.otherwise.iter().map(|row| &row.columns));
        let mut rows = Vec::with_capacity(table.rows.len() + 1);
        for row in all {
            let mut cells: Vec<(usize, Located<'p>)> = Vec::with_capacity(row.len());
            for (name, value) in row {
                if let Some(column) = columns.get(&*name.value) {
                    cells.push((*column, self.located(value, scope)));
                }
            }
            cells.sort_by_key(|cell| cell.0);
            rows.push(cells);
        }
        let keys = || table.rows.iter().enumerate().map(|(row, line)| (&line.key.value, row));
        let mut groups: BTreeMap<Key<'p>, Vec<(&'p Value, usize)>> = BTreeMap::new();
        for (row, line) in table.rows.iter().enumerate() {
            if let Some(and) = &line.and {
                groups.entry(Key::of(&line.key.value)).or_default().push((&and.value, row));
            }
        }
        let index = match &table.and {
            Some(_) => Index(groups.keys().cloned().zip(0..).collect()),
            None => Index::new(keys()),
        };
        let operation = Instruction::Table {
            slot,
            by: self.slot(&table.by, scope),
            and: table.and.as_ref().map(|and| self.slot(and, scope)),
            span: table.by.span,
            index,
            seconds: groups.into_values().map(|rows| Index::new(rows.into_iter())).collect(),
            otherwise: table.otherwise.as_ref().map(|_| table.rows.len()),
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

    fn located(&mut self, template: &'p Spanned<Template>, scope: &mut Scope<'p>) -> Located<'p> {
        Located { expression: self.expression(&template.value, scope), span: template.span }
    }

    fn expression(&mut self, template: &'p Template, scope: &mut Scope<'p>) -> Expression<'p> {
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
                let mut located = Vec::with_capacity(members.len());
                for (key, value) in members {
                    located.push((self.located(key, scope), self.located(value, scope)));
                }
                Expression::Object(located)
            }
            Template::Composed(composed) => {
                Expression::Composed { is_list: composed.is_list, parts: self.pieces(&composed.parts, scope) }
            }
            Template::Foreign { text, .. } => Expression::Foreign(text),
        }
    }

    fn pieces(&mut self, parts: &'p [model::Part], scope: &mut Scope<'p>) -> Vec<Piece<'p>> {
        parts.iter().map(|part| self.composed(part, scope)).collect()
    }

    fn composed(&mut self, part: &'p model::Part, scope: &mut Scope<'p>) -> Piece<'p> {
        let Control { kind, .. } = match part {
            model::Part::Member(key, value) => {
                return Piece::Member(self.located(key, scope), self.located(value, scope));
            }
            model::Part::Item(value) => return Piece::Item(self.located(value, scope)),
            model::Part::Control(control) => control,
        };
        match kind {
            ControlKind::Spread(value) => Piece::Spread(self.located(value, scope)),
            ControlKind::Each { name, list, parts } => {
                let (slot, list) = (self.item(), self.located(list, scope));
                let outer = scope.trail().len();
                scope.enter(&name.value, Meaning::Item(slot));
                let pieces = self.pieces(parts, scope);
                scope.leave_to(outer);
                Piece::Each { slot, list, pieces }
            }
            ControlKind::If { condition, parts, otherwise } => Piece::If {
                condition: self.located(condition, scope),
                pieces: self.pieces(parts, scope),
                otherwise: self.pieces(otherwise, scope),
            },
            ControlKind::Match { on, cases, otherwise } => {
                let values = cases.iter().enumerate();
                let values = values.flat_map(|(case, line)| line.values.iter().map(move |value| (&value.value, case)));
                Piece::Match {
                    on: self.slot(on, scope),
                    span: on.span,
                    index: Index::new(values),
                    cases: cases.iter().map(|case| self.pieces(&case.parts, scope)).collect(),
                    otherwise: otherwise.as_ref().map(|parts| self.pieces(parts, scope)),
                }
            }
        }
    }

    fn part(&self, piece: &'p model::Piece, scope: &Scope<'p>) -> Part<'p> {
        match piece {
            model::Piece::Text(text) => Part::Text(text),
            model::Piece::Value { path, calls } => {
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
            (None, "promise") => (Base::Promise, 1),
            (None, _) if !self.is_of_requests => (Base::Unknown, 0),
            (None, "name") => (Base::Name, 1),
            (None, "namespace") => (Base::Namespace, 1),
            (None, "request") => {
                (second.and_then(|name| About::from_word(name)).map_or(Base::Unknown, Base::Request), 2)
            }
            (None, "spec") => match second {
                Some(field) => (self.slot_of(field).map_or(Base::Unknown, Base::Field), 2),
                None => (Base::Spec, 1),
            },
            (None, _) => (Base::Unknown, 0),
        }
    }
}
