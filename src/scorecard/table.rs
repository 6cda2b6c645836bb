use super::cell::Cell;
use crate::model::{
    Address, Blueprint, Entity, Fact, FieldPath, Kind, Leaf, Map, Name, Project, Promise, Property, Request, Value,
};
use crate::source::{Origin, Spanned};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

/// The entities of every blueprint, and the requests of every promise, as rows.
pub struct Tables<'a> {
    tables: Vec<Table<'a>>,
    blueprints: HashMap<&'a str, usize>,
    promises: HashMap<&'a str, usize>,
}

/// The entities of one blueprint, or the requests of one promise, in the order of the project; behind them those of other projects, which
/// relations lead to and nobody judges here.
pub(super) struct Table<'a> {
    kind: TableKind<'a>,
    pub(super) rows: Vec<Row<'a>>,
    /// How many of the rows are the project's.
    pub(super) own: usize,
    /// The row of each entity; made when the first relation asks.
    index: OnceLock<HashMap<&'a str, usize>>,
}

enum TableKind<'a> {
    Blueprint(&'a Blueprint),
    Promise(&'a Promise),
}

/// An entity or a request.
#[derive(Clone, Copy)]
pub enum Row<'a> {
    #[allow(missing_docs, reason = "the kind")]
    Entity(&'a Entity),
    #[allow(missing_docs, reason = "the kind")]
    Request(&'a Request),
}

impl<'a> Tables<'a> {
    /// Sorts the entities and requests of a project by what they belong to.
    pub fn new(project: &'a Project) -> Self {
        let mut tables: Vec<Table<'a>> = Vec::new();
        // The first of a name counts; a second is reported elsewhere.
        let mut table = |numbers: &mut HashMap<&'a str, usize>, name: &'a str, kind: TableKind<'a>| {
            numbers.entry(name).or_insert_with(|| {
                tables.push(Table { kind, rows: Vec::new(), own: 0, index: OnceLock::new() });
                tables.len() - 1
            });
        };
        let (mut blueprints, mut promises) = (HashMap::new(), HashMap::new());
        for blueprint in &project.blueprints {
            table(&mut blueprints, &blueprint.name.value, TableKind::Blueprint(blueprint));
        }
        for promise in &project.promises {
            table(&mut promises, &promise.name.value, TableKind::Promise(promise));
        }
        let mut this = Self { tables, blueprints, promises };
        for entity in &project.entities {
            this.place(Row::Entity(entity));
        }
        for request in &project.requests {
            this.place(Row::Request(request));
        }
        for table in &mut this.tables {
            table.own = table.rows.len();
        }
        for entity in &project.externs.entities {
            this.place(Row::Entity(entity));
        }
        this
    }

    fn place(&mut self, row: Row<'a>) {
        if let Some(table) = self.table_of(row).and_then(|table| self.tables.get_mut(table)) {
            table.rows.push(row);
        }
    }

    /// The number of the table that an entity or a request belongs to; nothing where its blueprint or promise is not declared.
    pub fn table_of(&self, row: Row<'_>) -> Option<usize> {
        match row {
            Row::Entity(entity) => self.blueprints.get(&**entity.blueprint),
            Row::Request(request) => self.promises.get(&**request.promise),
        }
        .copied()
    }

    /// The project's rows of all blueprints or promises, or of the one of a name: each with the number of its table.
    pub fn rows(&self, kind: Kind, of: Option<&str>) -> Vec<(usize, Row<'a>)> {
        let fits = |table: &Table<'a>| match table.kind {
            TableKind::Blueprint(blueprint) => kind == Kind::Entity && of.is_none_or(|of| *blueprint.name.value == *of),
            TableKind::Promise(promise) => kind == Kind::Request && of.is_none_or(|of| *promise.name.value == *of),
        };
        let tables = self.tables.iter().enumerate().filter(|(_, table)| fits(table));
        tables.flat_map(|(number, table)| table.rows.iter().take(table.own).map(move |row| (number, *row))).collect()
    }

    /// The number of the table of a blueprint, or of a promise whose name no blueprint has.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.blueprints.get(name).or_else(|| self.promises.get(name)).copied()
    }

    /// The table of a number that [`Tables::find`] gave.
    pub(super) fn table(&self, number: usize) -> &Table<'a> {
        &self.tables[number]
    }

    /// The value of a path for every row of a table, from the end of the path backwards: what a relation's
    /// target has is worked out once, however many rows point at it.
    pub(super) fn cells(&self, table: usize, path: &FieldPath) -> Vec<Cell<'a>> {
        let rows = &self.tables[table].rows;
        let Some(route) = self.route(table, path) else {
            return vec![Cell::Missing; rows.len()];
        };
        // Whom several ways reach counts once.
        if route.is_counted() && !route.hops.is_empty() {
            return rows.iter().map(|row| self.along(&route, *row)).collect();
        }
        let mut cells = self.tables[route.last].leaves(&route);
        let mut reached = route.last;
        for &(from, relation) in route.hops.iter().rev() {
            let to = &self.tables[reached];
            let follow = |row: &Row<'a>| to.follow(row.links(relation), |target| cells[target].clone());
            cells = self.tables[from].rows.iter().map(follow).collect();
            reached = from;
        }
        cells
    }

    /// The value of a path for one row of a table, by its number there.
    pub(super) fn cell(&self, table: usize, row: usize, path: &FieldPath) -> Cell<'a> {
        self.cell_of(table, self.tables[table].rows[row], path)
    }

    /// The value of a path for an entity or a request of a table, which need not stand in it itself.
    pub fn cell_of<'r>(&self, table: usize, row: Row<'r>, path: &FieldPath) -> Cell<'r>
    where
        'a: 'r,
    {
        self.route(table, path).map_or(Cell::Missing, |route| self.along(&route, row))
    }

    /// The value at the end of a route for an entity or a request of the table that it starts from.
    fn along<'r>(&self, route: &Route<'_>, row: Row<'r>) -> Cell<'r>
    where
        'a: 'r,
    {
        let mut reached: Vec<Row<'r>> = vec![row];
        let mut several = false;
        for (index, &(_, relation)) in route.hops.iter().enumerate() {
            let to = &self.tables[route.hops.get(index + 1).map_or(route.last, |hop| hop.0)];
            let mut seen = HashSet::new();
            let mut next = Vec::new();
            for &row in &reached {
                let links = row.links(relation);
                several |= matches!(links, Some(Value::Array(_)));
                let targets = to.targets(links).filter(|target| seen.insert(*target));
                next.extend(targets.map(|target| -> Row<'r> { to.rows[target] }));
            }
            reached = next;
        }
        let leaf: Reader<'r, '_> = self.tables[route.last].leaf(route);
        let mut cells = reached.into_iter().map(|row| leaf.cell(row));
        match several {
            _ if route.is_counted() => Cell::sum(cells),
            true => Cell::join(cells),
            false => cells.next().unwrap_or(Cell::Missing),
        }
    }

    /// Where a path leads from a table; nothing where it leads nowhere.
    fn route<'p>(&self, table: usize, path: &'p FieldPath) -> Option<Route<'p>> {
        let relation = |table: usize, name: &Name| match self.tables[table].kind {
            TableKind::Blueprint(blueprint) => blueprint.relation(name),
            TableKind::Promise(_) => None,
        };
        let (mut last, mut hops) = (table, Vec::with_capacity(path.way.len()));
        let Some((names, counted)) = path.names() else {
            for name in &path.way {
                hops.push((last, name));
                last = self.find(&relation(last, name)?.target)?;
            }
            return Some(Route { hops, last, end: End::Meta(&path.leaf) });
        };
        let mut names = names.as_slice();
        // The last name is what is read, also where it is a relation.
        while let [name, rest @ ..] = names
            && !rest.is_empty()
            && let Some(relation) = relation(last, name)
        {
            hops.push((last, *name));
            last = self.find(&relation.target)?;
            names = rest;
        }
        let (name, rest) = names.split_first()?;
        let end = End::Member { name, inside: rest.iter().map(|name| &***name).collect(), counted };
        Some(Route { hops, last, end })
    }
}

/// Where a path leads.
struct Route<'p> {
    /// Each relation on the way, with the table that it starts from.
    hops: Vec<(usize, &'p Name)>,
    /// The table that the way ends in.
    last: usize,
    end: End<'p>,
}

/// What is read at the end of a way.
enum End<'p> {
    /// What every entity has.
    Meta(&'p Leaf),
    /// A property or a relation, what is inside of its value, and whether it is counted.
    Member { name: &'p Name, inside: Vec<&'p str>, counted: bool },
}

impl Route<'_> {
    fn is_counted(&self) -> bool {
        matches!(self.end, End::Member { counted: true, .. })
    }
}

impl<'a> Table<'a> {
    /// The value at the end of a path for every row.
    fn leaves(&self, route: &Route<'_>) -> Vec<Cell<'a>> {
        let leaf = self.leaf(route);
        let mut hint = 0;
        self.rows.iter().map(|row| leaf.cell_near(*row, &mut hint)).collect()
    }

    fn leaf<'l>(&self, route: &'l Route<'_>) -> Reader<'a, 'l> {
        let (name, inside, counted) = match &route.end {
            End::Meta(leaf) => return Reader::Meta(leaf),
            End::Member { name, inside, counted } => (*name, inside.as_slice(), *counted),
        };
        let properties = match self.kind {
            TableKind::Blueprint(blueprint) if blueprint.relation(name).is_some() => {
                return if counted { Reader::Targets(name) } else { Reader::Relation(name) };
            }
            TableKind::Blueprint(blueprint) => &blueprint.properties[..],
            TableKind::Promise(promise) => promise.fields(),
        };
        let property = properties.iter().find(|property| property.name.value == *name);
        if inside.is_empty() && !counted {
            return Reader::Property(name, property.and_then(|property| property.default.as_ref()));
        }
        Reader::Inside { name, property, inside, counted }
    }

    /// What a link gives: of one target its value, of several the list of their values.
    fn follow(&self, links: Option<&'a Value>, value: impl Fn(usize) -> Cell<'a>) -> Cell<'a> {
        let mut cells = self.targets(links).map(value);
        match links {
            Some(Value::Array(_)) => Cell::join(cells),
            _ => cells.next().unwrap_or(Cell::Missing),
        }
    }

    /// The rows that links point at; those that point nowhere are left out.
    fn targets<'v>(&self, links: Option<&'v Value>) -> impl Iterator<Item = usize> + use<'_, 'v, 'a> {
        let (one, several) = match links {
            Some(Value::Array(items)) => (None, &items[..]),
            other => (other, &[][..]),
        };
        let names = one.into_iter().chain(several.iter().map(|item| &item.value)).filter_map(Value::as_str);
        names.filter_map(|name| self.index().get(name).copied())
    }

    fn index(&self) -> &HashMap<&'a str, usize> {
        self.index.get_or_init(|| {
            let named = self.rows.iter().enumerate().filter_map(|(number, row)| match row {
                Row::Entity(entity) => Some((&*entity.name.value, number)),
                Row::Request(_) => None,
            });
            named.collect()
        })
    }
}

/// How the value at the end of a path is read.
#[derive(Clone, Copy)]
enum Reader<'a, 'l> {
    /// A property, with its default.
    Property(&'l Name, Option<&'a Spanned<Value>>),
    /// What is inside of a property, or how many there are of it.
    Inside { name: &'l Name, property: Option<&'a Property>, inside: &'l [&'l str], counted: bool },
    /// The identifiers that a relation points at.
    Relation(&'l Name),
    /// How many these are.
    Targets(&'l Name),
    /// What every entity has.
    Meta(&'l Leaf),
}

impl<'a> Reader<'a, '_> {
    fn cell(self, row: Row<'a>) -> Cell<'a> {
        self.cell_near(row, &mut 0)
    }

    /// The same, where `hint` is the place at which the row before had it: rows are mostly written alike.
    fn cell_near(self, row: Row<'a>, hint: &mut usize) -> Cell<'a> {
        match self {
            Self::Property(name, default) => {
                let given = member(row.properties(), name, hint).filter(|value| **value != Value::Null);
                given.or(default.map(|default| &default.value)).map_or(Cell::Missing, Cell::of)
            }
            Self::Inside { name, property, inside, counted } => {
                let given = member(row.properties(), name, hint).filter(|value| **value != Value::Null);
                let value = given.or_else(|| Some(&property?.default.as_ref()?.value));
                let schema = property.map(|property| &property.schema);
                match value {
                    Some(value) if counted => Cell::count_inside(value, schema, inside),
                    Some(value) => Cell::inside(value, schema, inside),
                    None if counted => Cell::count(0),
                    None => Cell::Missing,
                }
            }
            Self::Relation(name) => row.links(name).map_or(Cell::Missing, Cell::of),
            Self::Targets(name) => row.links(name).map_or(Cell::Missing, Cell::of).how_many(),
            Self::Meta(leaf) => row.meta(leaf),
        }
    }
}

fn of_text(text: Option<&Spanned<Box<str>>>) -> Cell<'_> {
    text.map_or(Cell::Missing, |text| Cell::text(&*text.value))
}

fn member<'a>(map: &'a Map, name: &Name, hint: &mut usize) -> Option<&'a Value> {
    let there = map.members.get(*hint).is_some_and(|member| member.name.value == *name);
    if !there {
        *hint = map.members.iter().position(|member| member.name.value == *name)?;
    }
    map.members.get(*hint).map(|member| &member.value.value)
}

impl<'a> Row<'a> {
    fn properties(self) -> &'a Map {
        match self {
            Self::Entity(entity) => &entity.properties,
            Self::Request(request) => &request.spec,
        }
    }

    fn links(self, relation: &str) -> Option<&'a Value> {
        match self {
            Self::Entity(entity) => entity.relations.get(relation).map(|links| &links.value),
            Self::Request(_) => None,
        }
    }

    /// What of every entity, or of every request, is no property.
    pub fn meta(self, leaf: &Leaf) -> Cell<'a> {
        match (self, leaf) {
            (_, Leaf::Identifier) => Cell::text(self.identifier()),
            (Self::Entity(Entity { title, .. }) | Self::Request(Request { title, .. }), Leaf::Title) => {
                of_text(title.as_ref())
            }
            (Self::Entity(entity), Leaf::Icon) => of_text(entity.icon.as_ref()),
            (Self::Entity(Entity { teams, .. }) | Self::Request(Request { teams, .. }), Leaf::Team) => {
                Cell::list(teams.iter().map(|team| Cell::text(&*team.value)).collect())
            }
            (Self::Request(request), Leaf::Fact(Fact::Namespace)) => Cell::text(&*request.namespace.value),
            (Self::Request(_), Leaf::Icon)
            | (_, Leaf::CreatedAt | Leaf::UpdatedAt | Leaf::Fact(_) | Leaf::Property(_) | Leaf::Count) => Cell::Missing,
        }
    }

    /// Its identifier; a request's is `namespace/name`.
    fn identifier(self) -> Cow<'a, str> {
        match self {
            Self::Entity(entity) => Cow::Borrowed(&entity.name.value),
            Self::Request(request) => Cow::Owned(format!("{}/{}", request.namespace.value, request.name.value)),
        }
    }

    /// The line that declares it.
    pub fn span(self) -> Origin {
        match self {
            Self::Entity(entity) => entity.span,
            Self::Request(request) => request.span,
        }
    }

    /// What it is called in a catalog.
    pub fn address(self) -> Address {
        match self {
            Self::Entity(entity) => {
                Address::below(Kind::Entity, entity.blueprint.value.clone(), entity.name.value.clone())
            }
            Self::Request(request) => {
                Address::below(Kind::Request, request.promise.value.clone(), (&*self.identifier()).into())
            }
        }
    }
}
