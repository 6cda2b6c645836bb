use super::{Change, Places};
use crate::model::{Address, Declaration, Entity, Fact, FieldPath, Kind, Leaf, Object, Policy, Request, Tense, Value};
use crate::scorecard::{Cell, Row, Tables};
use crate::source::Spanned;
use std::borrow::Cow;

/// An object whose fields are asked for.
#[derive(Clone, Copy)]
pub(super) enum Judged<'t, 'p> {
    /// An entity or a request, with its table where its blueprint or promise is declared.
    Row(&'t Tables<'p>, Option<usize>, Row<'t>),
    /// Any other object: its fields are paths into its body.
    Body(&'t Object),
    /// An object of which only the address is known.
    Unknown(&'t Address),
}

/// What gives the values of an object as it is, or as a plan changes it.
pub(super) struct Lookup<'t, 'p> {
    /// The policy that asks, where it is about planned changes.
    pub(super) policy: Option<&'t Policy>,
    /// The change, where it is one.
    pub(super) change: Option<&'t Change<'t>>,
    /// Where a request stands, and where it will.
    pub(super) places: Places<'t>,
    /// The object after the change; before it, where it goes.
    pub(super) now: Option<Judged<'t, 'p>>,
    /// The object before the change.
    pub(super) before: Option<Judged<'t, 'p>>,
}

impl<'t, 'p: 't> Lookup<'t, 'p> {
    /// An object that nothing is planned for.
    pub(super) fn standing(thing: Judged<'t, 'p>, destination: Option<&'t str>) -> Self {
        let places = Places { before: None, after: destination };
        Self { policy: None, change: None, places, now: Some(thing), before: None }
    }

    /// The value of a field.
    pub(super) fn cell(&self, path: &FieldPath) -> Cell<'t> {
        let (tense, path) = match self.policy {
            Some(policy) => policy.tense(path),
            None => (Tense::After, Cow::Borrowed(path)),
        };
        let thing = match tense {
            Tense::After => self.now,
            Tense::Before => self.before,
        };
        match (&path.leaf, self.change) {
            (Leaf::Fact(Fact::Action), change) => change.map_or(Cell::Missing, |change| Cell::text(change.action)),
            (Leaf::Fact(Fact::Owner), change) => {
                change.and_then(|change| change.owner).map_or(Cell::Missing, Cell::text)
            }
            (Leaf::Fact(Fact::Destination), _) => {
                let place = match tense {
                    Tense::After => self.places.after,
                    Tense::Before => self.places.before,
                };
                place.map_or(Cell::Missing, Cell::text)
            }
            _ => thing.map_or(Cell::Missing, |thing| thing.cell(&path)),
        }
    }
}

impl<'t, 'p: 't> Judged<'t, 'p> {
    fn address(self) -> Address {
        match self {
            Self::Row(_, _, row) => row.address(),
            Self::Body(object) => object.address.clone(),
            Self::Unknown(address) => address.clone(),
        }
    }

    fn cell(self, path: &FieldPath) -> Cell<'t> {
        if let Leaf::Fact(fact) = &path.leaf {
            return fact.of_address(&self.address()).map_or(Cell::Missing, Cell::text);
        }
        match self {
            Self::Row(tables, Some(table), row) => tables.cell_of(table, row, path),
            Self::Row(_, None, row) => loose(row, path),
            Self::Body(object) => of_body(object, path),
            Self::Unknown(address) if path.leaf == Leaf::Identifier => Cell::text(address.name.to_string()),
            Self::Unknown(_) => Cell::Forgotten,
        }
    }
}

/// What an entity or a request without a blueprint or a promise says itself: nobody knows defaults and relations of it.
fn loose<'t>(row: Row<'t>, path: &FieldPath) -> Cell<'t> {
    let Some((names, counted)) = path.names() else { return row.meta(&path.leaf) };
    let Some((name, rest)) = names.split_first() else { return Cell::Missing };
    let value = match row {
        Row::Entity(entity) => entity.properties.get(name).or_else(|| entity.relations.get(name)),
        Row::Request(request) => request.spec.get(name),
    };
    let rest: Vec<&str> = rest.iter().map(|name| &***name).collect();
    match value {
        Some(value) if counted => Cell::count_inside(&value.value, None, &rest),
        Some(value) => Cell::inside(&value.value, None, &rest),
        None if counted => Cell::count(0),
        None => Cell::Missing,
    }
}

/// A path into a body.
fn of_body<'t>(object: &'t Object, path: &FieldPath) -> Cell<'t> {
    match &path.leaf {
        Leaf::Property(_) | Leaf::Count => Cell::of_member(&object.body, path),
        Leaf::Identifier => Cell::text(object.address.name.to_string()),
        Leaf::Title => object.body.get("title").map_or(Cell::Missing, |title| Cell::of(&title.value)),
        Leaf::Icon | Leaf::Team | Leaf::UpdatedAt | Leaf::CreatedAt | Leaf::Fact(_) => Cell::Missing,
    }
}

/// Judges an object with what it is, and what it was.
pub(super) fn now_and_before<'p, R>(
    after: Option<&Object>,
    before: Option<&Object>,
    tables: &Tables<'p>,
    judge: impl FnOnce(Option<Judged<'_, 'p>>, Option<Judged<'_, 'p>>) -> R,
) -> R {
    let now = after.or(before).map(Lifted::of);
    let before = before.map(Lifted::of);
    judge(now.as_ref().map(|one| one.thing(tables)), before.as_ref().map(|one| one.thing(tables)))
}

/// An object of a body, as what it is.
enum Lifted<'o> {
    Entity(Box<Entity>),
    Request(Box<Request>),
    Other(&'o Object),
}

impl<'o> Lifted<'o> {
    fn of(object: &'o Object) -> Self {
        match object.address.kind {
            Kind::Entity => Self::Entity(Box::new(entity_of(object))),
            Kind::Request => Self::Request(Box::new(Request::of(Declaration::of_object(object, 0)))),
            _ => Self::Other(object),
        }
    }

    fn thing<'t, 'p>(&'t self, tables: &'t Tables<'p>) -> Judged<'t, 'p> {
        let row = match self {
            Self::Entity(entity) => Row::Entity(entity),
            Self::Request(request) => Row::Request(request),
            Self::Other(object) => return Judged::Body(object),
        };
        Judged::Row(tables, tables.table_of(row), row)
    }
}

/// The entity of a live object, with all that can be asked of it.
pub fn entity_of(object: &Object) -> Entity {
    let mut entity = Entity::of(Declaration::of_object(object, 0));
    let span = entity.span;
    let member = |name: &str| object.body.get(name).map(|value| &value.value);
    entity.title = member("title").and_then(Value::as_str).map(|title| Spanned::new(title.into(), span));
    let teams = member("team").and_then(Value::as_array).unwrap_or_default().iter();
    entity.teams = teams.filter_map(|team| Some(Spanned::new(team.as_str()?.into(), span))).collect();
    entity
}
