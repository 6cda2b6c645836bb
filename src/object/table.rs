//! The members of the bodies of each kind, and of the objects in them.

use super::line;
use crate::grammar::{At, Form, Grammar, Manner, NodeShape, Part, language};
use crate::model::Kind;
use std::collections::HashMap;
use std::sync::OnceLock;

/// What a member of a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    /// A value of which nothing is known here, or whose order says something.
    Plain,
    /// Names of which each is there once, in an order that says nothing.
    Names,
    /// Values of which each is there once, in an order that says nothing.
    Set,
    /// An object.
    Object(Id),
    /// Objects by name.
    Keyed(Id),
    /// A list of objects; where their order says nothing, the member that tells them apart.
    Items(Id, Option<&'static str>),
    /// JSON Schemas by name, each said by the words of a line.
    Typed(Id),
    /// A JSON Schema that the words of a line say.
    Schema(Id),
    /// Values by name.
    Entries,
    /// Names of entities by relation, of which several are a set.
    Targets,
    /// A condition.
    Condition,
}

/// What a member of an object is to whoever reads the object's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It has its name in the text.
    Named,
    /// It is one of the words that the line begins with.
    Word,
    /// It is what the line's block or its pairs hold, and its own name stands nowhere.
    Open,
}

/// The members of an object in a body, by its place in the table.
pub(super) type Id = usize;

/// A member of the body of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Whether each of its own members is a field ([`super::fields()`]).
    pub is_group: bool,
}

/// The members that the body of an object of a kind can have, in the order in which they are written.
pub fn members(kind: Kind) -> impl Iterator<Item = Field> {
    Table::get().of_kind(kind).iter().map(|row| Field { name: row.name, is_group: row.nature.is_group() })
}

impl Nature {
    /// Whether its members are fields of their own, where it is a member of the body itself.
    pub(super) fn is_group(self) -> bool {
        match self {
            Self::Keyed(_) | Self::Typed(_) | Self::Entries | Self::Targets => true,
            Self::Plain
            | Self::Names
            | Self::Set
            | Self::Object(_)
            | Self::Schema(_)
            | Self::Items(..)
            | Self::Condition => false,
        }
    }
}

/// A member of an object in a body.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) nature: Nature,
    pub(super) standing: Standing,
    /// What its value, or each of its values, may name; the first where that is not known.
    pub(super) refers: Vec<Kind>,
    /// How it stands there, where it is written.
    pub(super) manner: Option<Manner>,
    /// What is written.
    pub(super) part: Option<Part<'static>>,
    /// What is written for it in other forms of its node.
    pub(super) others: Vec<Part<'static>>,
    /// Whether every object has it.
    pub(super) required: bool,
    /// What its items speak of.
    pub(super) speaks_of: Option<Spoken>,
    /// The list beside it, of whose items its members say more.
    pub(super) beside: Option<&'static str>,
}

/// The members of a group that the items of a list speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spoken {
    pub(super) group: &'static str,
    /// The member of an item, and that of the members of the group which says the same; where the items are the names, nothing.
    pub(super) by: Option<(&'static str, &'static str)>,
}

impl Row {
    fn new(nature: Nature, standing: Standing) -> Self {
        Self {
            name: "",
            nature,
            standing,
            refers: Vec::new(),
            manner: None,
            part: None,
            others: Vec::new(),
            required: false,
            speaks_of: None,
            beside: None,
        }
    }

    fn of(part: Part<'static>, nature: Nature, standing: Standing) -> Self {
        Self { part: Some(part), ..Self::new(nature, standing) }
    }
}

/// An object in a body.
#[derive(Clone, Debug, Default)]
struct Object {
    members: Vec<Row>,
    /// The nodes that it can be written as.
    shapes: Vec<&'static NodeShape>,
}

/// The members of every object that there can be in a body.
#[derive(Debug, Default)]
pub(super) struct Table {
    objects: Vec<Object>,
    kinds: HashMap<Kind, Id>,
    /// The members of bodies of which each member is a field.
    pub(super) groups: Vec<&'static str>,
}

impl Table {
    /// The table of the language.
    pub(super) fn get() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| Builder::build(language()))
    }

    /// The body of an object of a kind.
    pub(super) fn id(&self, kind: Kind) -> Option<Id> {
        self.kinds.get(&kind).copied()
    }

    pub(super) fn members(&self, id: Id) -> &[Row] {
        self.objects.get(id).map_or(&[], |object| &object.members)
    }

    /// The nodes that an object can be written as.
    pub(super) fn shapes(&self, id: Id) -> &[&'static NodeShape] {
        self.objects.get(id).map_or(&[], |object| &object.shapes)
    }

    /// What the member of a name is in an object.
    pub(super) fn nature(&self, id: Id, name: &str) -> Nature {
        self.members(id).iter().find(|row| row.name == name).map_or(Nature::Plain, |row| row.nature)
    }

    /// What the member of a name is in the body of an object of a kind.
    pub(super) fn of(&self, kind: Kind, name: &str) -> Nature {
        self.row(kind, name).map_or(Nature::Plain, |row| row.nature)
    }

    /// The member of a name in the body of an object of a kind.
    pub(super) fn row(&self, kind: Kind, name: &str) -> Option<&Row> {
        self.of_kind(kind).iter().find(|row| row.name == name)
    }

    /// The members that the body of an object of a kind can have.
    pub(super) fn of_kind(&self, kind: Kind) -> &[Row] {
        self.id(kind).map(|id| self.members(id)).unwrap_or_default()
    }

    /// Whether a member of the body of an object of a kind may name one of another kind.
    pub(super) fn refers(&self, kind: Kind, to: Kind) -> bool {
        self.of_kind(kind).iter().any(|row| row.refers.contains(&to))
    }
}

struct Builder {
    grammar: &'static Grammar,
    table: Table,
    /// The objects that nodes are, by the nodes' names for the grammar.
    seen: HashMap<String, Id>,
    /// The body that is being described.
    body: Id,
}

impl Builder {
    fn build(grammar: &'static Grammar) -> Table {
        let mut builder = Self { grammar, table: Table::default(), seen: HashMap::new(), body: 0 };
        let mut groups = Vec::new();
        for (kind, word) in Kind::ALL {
            let Some(shape) = grammar.object(word) else { continue };
            builder.body = builder.open(&[shape]);
            builder.table.kinds.insert(kind, builder.body);
            builder.parts(shape, builder.body, true);
            for row in builder.table.members(builder.body) {
                if row.nature.is_group() && !groups.contains(&row.name) {
                    groups.push(row.name);
                }
            }
        }
        Table { groups, ..builder.table }
    }

    fn open(&mut self, shapes: &[&'static NodeShape]) -> Id {
        self.table.objects.push(Object { members: Vec::new(), shapes: shapes.to_vec() });
        self.table.objects.len() - 1
    }

    fn add(&mut self, id: Id, name: &'static str, row: Row) {
        let Some(Object { members, .. }) = self.table.objects.get_mut(id) else { return };
        match members.iter_mut().find(|row| row.name == name) {
            // What several forms of a node have under one name is what one of them says, and may be written as each does.
            Some(known) => {
                known.others.extend(row.part);
                if known.refers.is_empty() {
                    known.refers = row.refers;
                }
            }
            None => members.push(Row { name, ..row }),
        }
    }

    /// Adds what stands somewhere.
    fn place(&mut self, id: Id, at: &'static At, row: Row) {
        let Some((last, way)) = at.way.split_last() else { return };
        let mut id = if at.from_object { self.body } else { id };
        for step in way {
            let there = self.table.members(id).iter().find(|row| *row.name == **step).map(|row| row.nature);
            id = match there {
                Some(Nature::Object(inner)) => inner,
                Some(_) => return,
                None => {
                    let inner = self.open(&[]);
                    self.add(id, step, Row::new(Nature::Object(inner), Standing::Named));
                    inner
                }
            };
        }
        let required = row.required && way.is_empty() && !at.from_object;
        self.add(id, last, Row { manner: Some(at.manner), required, ..row });
    }

    /// Adds what can be written at a node to the object that it stands in; `always` says that there is such a node.
    fn parts(&mut self, shape: &'static NodeShape, id: Id, always: bool) {
        for (_, form) in shape.all_forms() {
            self.form(form, id, always && shape.plain().is_some());
        }
    }

    fn form(&mut self, form: &'static Form, id: Id, always: bool) {
        let list = list_of(form);
        for part in form.written(0) {
            match part {
                Part::Argument(_, parameter) | Part::Rest(_, parameter) | Part::Property(parameter) => {
                    if let Some(at) = parameter.at.as_ref() {
                        let names = self.grammar.is_text(parameter);
                        let set = if names { Nature::Names } else { Nature::Set };
                        let nature = if at.manner == Manner::Set { set } else { Nature::Plain };
                        let is_word = !matches!(part, Part::Property(_));
                        let standing = if is_word { Standing::Word } else { Standing::Named };
                        let kinds = self.grammar.kinds_named(parameter).filter_map(Kind::from_word);
                        let (refers, required) = (kinds.collect(), always && parameter.required);
                        let beside = list.filter(|_| at.manner == Manner::Entry);
                        self.place(id, at, Row { refers, required, beside, ..Row::of(part, nature, standing) });
                    }
                }
                Part::Flag(_, flag) => {
                    let row = Row::of(part, Nature::Plain, Standing::Named);
                    flag.at.as_ref().into_iter().for_each(|at| self.place(id, at, row.clone()));
                }
                Part::Pairs(pairs) => {
                    if let Some(at) = pairs.at.as_ref() {
                        let nature = if at.manner == Manner::Entries { Nature::Entries } else { Nature::Plain };
                        self.place(id, at, Row::of(part, nature, Standing::Open));
                    }
                }
                Part::Child(slot) => {
                    let (shape, at) = self.grammar.child(slot);
                    let always = always && slot.is_required();
                    match at {
                        Some(at) => self.child(at, (part, shape), id, always),
                        None if form.block_at.as_ref().is_none() => self.parts(shape, id, always),
                        None => {}
                    }
                }
            }
        }
        if let Some((Spoken { by: Some((_, member)), .. }, (part, shape))) = self.lent(form) {
            let id = self.object(shape);
            let row = Row::of(part, Nature::Plain, Standing::Named);
            self.add(id, member, Row { manner: Some(Manner::Value), required: true, ..row });
        }
        if let Some(at) = form.block_at.as_ref() {
            let nature = self.whole(at, form);
            self.place(
                id,
                at,
                Row { required: always && form.instead().is_none(), ..Row::new(nature, Standing::Open) },
            );
        }
        if let Some(at) = form.body_at() {
            let nature = match at.manner {
                Manner::Values => Nature::Entries,
                Manner::Targets => Nature::Targets,
                _ => Nature::Plain,
            };
            self.place(id, at, Row::new(nature, Standing::Open));
        }
    }

    /// What a node lends to the objects that its nodes are and that stand elsewhere, with what says it and the node that it is lent to.
    fn lent(&self, form: &'static Form) -> Option<(Spoken, (Part<'static>, &'static NodeShape))> {
        let (item, member, part) = form.written(0).find_map(|part| match part {
            Part::Argument(_, parameter) | Part::Property(parameter) => {
                Some((&**parameter.at.as_ref()?.way.last()?, parameter.below.as_deref()?, part))
            }
            _ => None,
        })?;
        form.written(0).find_map(|inner| match inner {
            Part::Child(slot) => match self.grammar.child(slot) {
                (shape, Some(at)) if at.from_object => {
                    Some((Spoken { group: at.way.last()?, by: Some((item, member)) }, (part, shape)))
                }
                _ => None,
            },
            _ => None,
        })
    }

    /// Adds a node that stands somewhere as a whole.
    fn child(&mut self, at: &'static At, (part, shape): (Part<'static>, &'static NodeShape), id: Id, required: bool) {
        let nature = match at.manner {
            Manner::Object => Nature::Object(self.object(shape)),
            Manner::Keyed => Nature::Keyed(self.object(shape)),
            Manner::Item => Nature::Items(self.object(shape), at.by.as_deref()),
            Manner::Items | Manner::Conditions => shape.plain().map_or(Nature::Plain, |form| self.whole(at, form)),
            Manner::Typed => Nature::Typed(self.object(shape)),
            Manner::Entry => Nature::Entries,
            _ => Nature::Plain,
        };
        // The lines of a list stand in the block of what they are of.
        let standing = if at.manner == Manner::Item { Standing::Open } else { Standing::Named };
        let spoken = shape.plain().filter(|_| at.manner == Manner::Item).and_then(|form| self.lent(form));
        let speaks_of = spoken.map(|(spoken, _)| spoken);
        self.place(id, at, Row { required, speaks_of, ..Row::of(part, nature, standing) });
        let speaks_of = at.way.last().map(|group| Spoken { group, by: None });
        if at.manner == Manner::Typed {
            self.add(id, "required", Row { speaks_of, ..Row::new(Nature::Names, Standing::Named) });
        }
        if let Some(order) = &at.order {
            let row = Row { manner: Some(Manner::List), speaks_of, ..Row::new(Nature::Plain, Standing::Named) };
            self.add(id, order, row);
        }
    }

    /// The object that a node is.
    fn object(&mut self, shape: &'static NodeShape) -> Id {
        if let Some(id) = self.seen.get(shape.id()) {
            return *id;
        }
        let id = self.open(&[shape]);
        self.seen.insert(shape.id().to_owned(), id);
        if let Some(word) = shape.at.as_ref().and_then(|at| at.word.as_deref()) {
            self.add(id, word, Row { required: true, ..Row::new(Nature::Plain, Standing::Word) });
        }
        self.parts(shape, id, true);
        id
    }

    /// What the nodes of a block are as a whole: a list of objects of which each is one of several.
    fn whole(&mut self, at: &'static At, form: &'static Form) -> Nature {
        match at.manner {
            Manner::Items => {}
            Manner::Conditions => return Nature::Condition,
            _ => return Nature::Plain,
        }
        let shapes: Vec<&'static NodeShape> = line::shapes(form).collect();
        let name = shapes.iter().map(|shape| shape.id()).collect::<Vec<_>>().join(" ");
        if let Some(id) = self.seen.get(&name) {
            return Nature::Items(*id, None);
        }
        let id = self.open(&shapes);
        self.seen.insert(name, id);
        for shape in shapes {
            self.parts(shape, id, false);
        }
        Nature::Items(id, None)
    }
}

/// The list that a line of one item is of.
fn list_of(form: &'static Form) -> Option<&'static str> {
    form.written(0).find_map(|part| match part {
        Part::Argument(_, item) => Some(&**item.at.as_ref().filter(|at| at.manner == Manner::List)?.way.last()?),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: Kind) -> String {
        members(kind).map(|field| format!("{}{} ", field.name, if field.is_group { ".*" } else { "" })).collect()
    }

    #[test]
    fn every_kind_has_the_fields_that_can_be_written() {
        for (kind, fields) in [
            (
                Kind::Blueprint,
                "title description icon properties.* required relations.* mirrors.* calculations.* aggregations.* ownership teamInheritance changelog globalSearch backstage port ",
            ),
            (Kind::Team, "title description icon members port "),
            (Kind::User, "title description icon "),
            (Kind::Entity, "title icon team properties.* relations.* backstage port "),
            (
                Kind::Scorecard,
                "blueprint title description icon filter base rules.* levels ownProperties ownRelations port ",
            ),
            (
                Kind::Action,
                "operation blueprint title description icon inputs.* required order headings.* steps shown requires available publish buttons backend approval approvalNotification anyoneSeesRuns port ",
            ),
            (
                Kind::Automation,
                "title description icon event blueprint property action condition conditionCombinator publish backend anyoneSeesRuns port ",
            ),
            (
                Kind::Page,
                "title description icon type parent after blueprint locked protected showInSidebar section queryParams pageFilters widgets port ",
            ),
            (Kind::StateStore, "type url branch path auth secret secretNamespace kratix endpoint insecure bucket "),
            (Kind::Destination, "store path labels.* layout layoutFile strictLabels encrypted drain kratix "),
            (
                Kind::Promise,
                "title description icon promiseVersion requires deprecated group version kind plural listKind deprecationWarning apiDescription shortNames categories columns selectableFields subresources apiDefault allOf anyOf oneOf not x-kubernetes-validations properties.* required schedule dependenciesPipeline dependencies pipeline workflow kratix ",
            ),
            (Kind::Policy, "for of severity description on when require "),
            (Kind::Request, "destination title team labels.* spec.* kratix "),
        ] {
            assert_eq!(shown(kind), fields, "{kind:?}");
        }
    }

    #[test]
    fn what_is_a_group_in_one_kind_is_one_in_all() {
        let table = Table::get();
        for (kind, _) in Kind::ALL {
            for field in members(kind) {
                assert_eq!(table.groups.contains(&field.name), field.is_group, "{kind:?} {}", field.name);
            }
        }
    }
}
