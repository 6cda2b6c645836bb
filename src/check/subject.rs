use super::names::Named;
use super::words;
use crate::diag::{Diagnostic, code, suggest};
use crate::model::{Base, Blueprint, Fact, FieldPath, Format, Kind, Leaf, Name, Project, Property, Relation, Schema};
use crate::source::{Origin, Spanned};
use std::collections::HashMap;

/// What a condition looks at: the values of a field, as far as its operator and operands depend on them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'p> {
    /// What one value is.
    pub(super) item: Item<'p>,
    /// Whether there are several.
    pub(super) several: bool,
}

/// One value of a field.
#[derive(Clone, Copy, Debug)]
pub(super) enum Item<'p> {
    /// A value of a declared type.
    Typed(&'p Schema),
    /// A name, a title: text.
    Text,
    /// The name of something that can be looked for.
    Name(Named<'p>),
    /// A count.
    Number,
    /// A point in time.
    Time,
    /// An item of a list whose items have no type.
    Any,
}

impl Subject<'_> {
    /// What it is, in words.
    pub(super) fn what(self) -> &'static str {
        match self {
            Self { several: true, .. } => "a list",
            Self { item: Item::Typed(schema), .. } if !schema.values.is_empty() => "an enum",
            Self { item: Item::Typed(schema), .. } if schema.base == Base::Boolean => "a boolean",
            Self { item: Item::Typed(schema), .. } => words::takes(schema),
            Self { item: Item::Text | Item::Name(_), .. } => "text",
            Self { item: Item::Number, .. } => "a number",
            Self { item: Item::Time, .. } => "a time",
            Self { item: Item::Any, .. } => "of any type",
        }
    }
}

impl Item<'_> {
    /// The same of what was: it may have named what is there no more.
    pub(super) fn before(self) -> Self {
        match self {
            Self::Name(_) => Self::Text,
            item => item,
        }
    }
}

/// What the entities of a blueprint, or the requests of a promise, have.
#[derive(Clone, Copy)]
struct Shape<'p> {
    kind: Kind,
    name: &'p str,
    /// The line that declares it.
    span: Origin,
    properties: &'p [Property],
    relations: &'p [Relation],
    worked_out: &'p [Name],
}

/// Everything that conditions can be about, by the name of its blueprint or promise.
pub(super) struct Subjects<'p> {
    shapes: HashMap<&'p str, Shape<'p>>,
}

impl<'p> Subjects<'p> {
    /// All blueprints, and the promises whose names no blueprint has.
    pub(super) fn of(project: &'p Project) -> Self {
        let mut subjects = Self::promises(project);
        subjects.shapes.extend(Self::blueprints(project).shapes);
        subjects
    }

    /// All promises.
    pub(super) fn promises(project: &'p Project) -> Self {
        let promises = project.promises.iter().rev().filter_map(|promise| {
            let properties = &promise.api.as_ref()?.fields;
            let (kind, name, span) = (Kind::Request, &*promise.name.value, promise.span);
            Some(Shape { kind, name, span, properties, relations: &[], worked_out: &[] })
        });
        Self { shapes: promises.map(|shape| (shape.name, shape)).collect() }
    }

    /// All blueprints.
    pub(super) fn blueprints(project: &'p Project) -> Self {
        let blueprints = project.blueprints.iter().rev().map(|blueprint| {
            let Blueprint { name, span, properties, relations, worked_out, backstage: _ } = blueprint;
            Shape { kind: Kind::Entity, name: &name.value, span: *span, properties, relations, worked_out }
        });
        Self { shapes: blueprints.map(|shape| (shape.name, shape)).collect() }
    }

    /// Whether any of them has a path; nothing where there is none of which that can be told.
    pub(super) fn any_has(&self, path: &Spanned<FieldPath>) -> Option<bool> {
        let mut told = self.shapes.keys().filter_map(|name| self.find(name, path)).peekable();
        told.peek()?;
        Some(told.any(|found| found.is_ok()))
    }

    /// Whether the entities of a blueprint have a relation of a name.
    pub(super) fn has_relation(&self, start: &str, name: &str) -> bool {
        let shape = self.shapes.get(start);
        shape.is_some_and(|shape| shape.relations.iter().any(|relation| *relation.name.value == *name))
    }

    /// Follows a path from the entities of a blueprint. Nothing where a blueprint is not there, which is a mistake
    /// of another place.
    pub(super) fn find(&self, start: &str, path: &Spanned<FieldPath>) -> Option<Result<Subject<'p>, Box<Diagnostic>>> {
        let Some((names, counted)) = path.names() else {
            let names: Vec<&Name> = path.way.iter().collect();
            let (shape, several, rest) = self.follow(start, &names)?;
            return Some(match rest.first() {
                Some(name) => Err(Box::new(shape.no_relation(name, path))),
                None => shape.word(path).map(|subject| Subject { several: subject.several || several, ..subject }),
            });
        };
        // What is read at the end may be a relation too.
        let Some((last, way)) = names.split_last() else { return Some(Err(Box::new(of_nothing(path)))) };
        let (shape, several, rest) = self.follow(start, way)?;
        let inside: Vec<&Name> = rest.iter().copied().chain([*last]).collect();
        let (name, inside) = inside.split_first()?;
        let found = shape.member(name, inside, path);
        if counted {
            return Some(found.and_then(|subject| subject.counted(path)));
        }
        Some(found.map(|subject| Subject { several: subject.several || several, ..subject }))
    }

    /// The same of a path which a portal follows: it neither goes on into the value of a property, nor counts.
    pub(super) fn find_member(
        &self,
        start: &str,
        path: &Spanned<FieldPath>,
    ) -> Option<Result<Subject<'p>, Box<Diagnostic>>> {
        let way: Vec<&Name> = path.way.iter().collect();
        let (shape, _, rest) = self.follow(start, &way)?;
        match rest.first() {
            Some(name) => Some(Err(Box::new(shape.no_relation(name, path)))),
            None if path.leaf == Leaf::Count => {
                let message = "nothing is counted on the way of a portal";
                Some(Err(Box::new(Diagnostic::error(code::NO_RELATION, path.span, message))))
            }
            None => self.find(start, path),
        }
    }

    /// Where names lead as far as they are relations: what the last of them points at, whether there are several, and the other names.
    fn follow<'n, 'l>(&self, start: &str, names: &'l [&'n Name]) -> Option<(Shape<'p>, bool, &'l [&'n Name])> {
        let (mut shape, mut several, mut rest) = (*self.shapes.get(start)?, false, names);
        while let [name, behind @ ..] = rest
            && let Some(relation) = shape.relation(name)
        {
            several |= relation.many.is_some();
            shape = *self.shapes.get(&*relation.target.value)?;
            rest = behind;
        }
        Some((shape, several, rest))
    }
}

impl Subject<'_> {
    /// How many there are of it.
    fn counted(self, path: &Spanned<FieldPath>) -> Result<Self, Box<Diagnostic>> {
        let is_object = matches!(self.item, Item::Typed(schema) if schema.base == Base::Object);
        if self.several || is_object || matches!(self.item, Item::Any) {
            return Ok(Self { item: Item::Number, several: false });
        }
        let message = format!("`{}` has no count: there is one at most", counted_way(path));
        let help = "a list has one, an object, and a relation to many; whether there is a value says `present`";
        Err(Box::new(Diagnostic::error(code::OPERATOR_MISFIT, path.span, message).help(help)))
    }
}

/// What a path counts, as it is written.
fn counted_way(path: &FieldPath) -> String {
    path.way.iter().map(|name| &**name).collect::<Vec<_>>().join(".")
}

/// That a path counts nothing.
fn of_nothing(path: &Spanned<FieldPath>) -> Diagnostic {
    let message = "`$count` says of nothing how many there are";
    Diagnostic::error(code::UNKNOWN_METADATA, path.span, message).help("write what is counted before it")
}

impl<'p> Shape<'p> {
    fn relation(self, name: &Name) -> Option<&'p Relation> {
        self.relations.iter().find(|relation| relation.name.value == *name)
    }

    /// A word that begins with `$`.
    fn word(self, path: &Spanned<FieldPath>) -> Result<Subject<'p>, Box<Diagnostic>> {
        let one = |item| Ok(Subject { item, several: false });
        match &path.leaf {
            Leaf::Identifier | Leaf::Title | Leaf::Icon => one(Item::Text),
            Leaf::Team => Ok(Subject { item: Item::Name(Named::Team), several: true }),
            Leaf::CreatedAt | Leaf::UpdatedAt => one(Item::Time),
            Leaf::Fact(fact) if self.kind == Kind::Request => one(of_fact(*fact)),
            Leaf::Fact(fact) => {
                let message = format!("an entity has no `{}`", fact.word());
                let diagnostic = Diagnostic::error(code::UNKNOWN_METADATA, path.span, message);
                Err(Box::new(diagnostic.help("requests have one: a scorecard for a promise judges its requests")))
            }
            Leaf::Property(_) | Leaf::Count => Err(Box::new(of_nothing(path))),
        }
    }

    /// A property or a relation, and what is inside of its value.
    fn member(self, name: &Name, inside: &[&Name], path: &Spanned<FieldPath>) -> Result<Subject<'p>, Box<Diagnostic>> {
        if let Some(property) = self.properties.iter().find(|property| property.name.value == *name) {
            return within(property, inside, path).map_err(Box::new);
        }
        match self.relation(name) {
            Some(relation) => {
                let item = Item::Name(Named::Entity(&relation.target.value));
                Ok(Subject { item, several: relation.many.is_some() })
            }
            None if inside.is_empty() => Err(Box::new(self.unknown(name, path))),
            None => Err(Box::new(self.no_relation(name, path))),
        }
    }

    fn unknown(self, name: &Name, path: &Spanned<FieldPath>) -> Diagnostic {
        let properties = self.properties.iter().map(|property| &*property.name.value);
        let known = properties.chain(self.relations.iter().map(|relation| &*relation.name.value));
        if self.worked_out.contains(name) {
            let message = format!("plat does not know `{name}` of `{}`: a portal works it out", self.name);
            return Diagnostic::error(code::UNKNOWN_FIELD, path.span, message)
                .help("look at what it is made of; what a mirror shows is found by its path, such as `system.tier`");
        }
        let message = format!("`{}` has no `{name}`", self.name);
        let diagnostic = Diagnostic::error(code::UNKNOWN_FIELD, path.span, message).lacking(self.span);
        suggest_path(diagnostic, name, path, known)
    }

    fn no_relation(self, name: &Name, path: &Spanned<FieldPath>) -> Diagnostic {
        let property = self.properties.iter().find(|property| property.name.value == *name);
        let message = if property.is_some() {
            format!("`{name}` is a property of `{}`, and this path goes through relations", self.name)
        } else if self.properties.is_empty() {
            format!("`{}` has no relation `{name}`", self.name)
        } else {
            format!("`{}` has neither a relation nor a property `{name}`", self.name)
        };
        let diagnostic = Diagnostic::error(code::NO_RELATION, path.span, message).lacking(self.span);
        if let Some(mended) = self.without_group(name, path) {
            return diagnostic.help(format!("write `{mended}`: what is in `{name}` is looked at by its own name")).fix(
                format!("change to `{mended}`"),
                path.span,
                mended,
            );
        }
        if property.is_some_and(|property| property.schema.base == Base::Object) {
            let help = "give what is in it a property of its own: of an entity of Backstage its `place` may lead into an object";
            return diagnostic.help(help);
        }
        let goes_on = |property: &&Property| matches!(property.schema.base, Base::Object | Base::Array | Base::Any);
        let known = self.relations.iter().map(|relation| &*relation.name.value);
        let known = known.chain(self.properties.iter().filter(goes_on).map(|property| &*property.name.value));
        suggest_path(diagnostic, name, path, known)
    }

    /// A path without the group that plans and manifests show before the name of a value, where the value is there.
    fn without_group(self, name: &Name, path: &Spanned<FieldPath>) -> Option<String> {
        let whole = path.value.to_string();
        let mut parts: Vec<&str> = whole.split('.').collect();
        let group = parts.iter().position(|part| *part == &**name && GROUPS.contains(part))?;
        parts.remove(group);
        let behind = *parts.get(group)?;
        let is_there = self.properties.iter().any(|property| &*property.name.value == behind)
            || self.relations.iter().any(|relation| &*relation.name.value == behind);
        is_there.then(|| parts.join("."))
    }
}

/// What stands before the name of a value where a plan or a manifest shows it.
const GROUPS: [&str; 3] = ["spec", "properties", "relations"];

/// Suggests the path with a mistyped name put right.
fn suggest_path<'c>(
    diagnostic: Diagnostic,
    name: &Name,
    path: &Spanned<FieldPath>,
    known: impl Iterator<Item = &'c str>,
) -> Diagnostic {
    let near = suggest(name, known.take(words::MOST_CANDIDATES));
    let mended = near.map(|near| {
        let whole = path.value.to_string();
        let parts: Vec<&str> = whole.split('.').map(|part| if part == &**name { near } else { part }).collect();
        parts.join(".")
    });
    diagnostic.did_you_mean(mended.as_deref())
}

/// What a fact is.
pub(super) fn of_fact<'p>(fact: Fact) -> Item<'p> {
    match fact {
        Fact::Destination => Item::Name(Named::Destination),
        Fact::Store => Item::Name(Named::Store),
        Fact::Kind => Item::Name(Named::Kind),
        fact if fact.is_number() => Item::Number,
        _ => Item::Text,
    }
}

/// What is inside of the value of a property.
fn within<'p>(property: &'p Property, names: &[&Name], path: &Spanned<FieldPath>) -> Result<Subject<'p>, Diagnostic> {
    let (mut schema, mut several, mut owner, mut rest) = (&property.schema, false, property, names);
    while let Some(name) = rest.first() {
        let items = schema.items.as_deref();
        let inner = match schema.base {
            Base::Array => {
                several = true;
                items
            }
            Base::Object => {
                let (field, taken) = field(schema, rest).unzip();
                rest = &rest[taken.unwrap_or(1)..];
                owner = field.unwrap_or(owner);
                match field {
                    Some(field) => Some(&field.schema),
                    None if items.is_some() || schema.takes_others() => items,
                    None => return Err(no_field(owner, name, path)),
                }
            }
            Base::Any => None,
            _ => return Err(no_way_on(owner, schema, name, path)),
        };
        match inner {
            Some(inner) => schema = inner,
            None => return Ok(Subject { item: Item::Any, several }),
        }
    }
    let subject = of_schema(schema);
    Ok(Subject { several: subject.several || several, ..subject })
}

/// The field of an object that names begin with, and how many of them are its name, which may have dots in it.
fn field<'p>(schema: &'p Schema, names: &[&Name]) -> Option<(&'p Property, usize)> {
    (1..=names.len()).rev().find_map(|count| {
        let name = names[..count].iter().map(|name| &***name).collect::<Vec<_>>().join(".");
        Some((schema.fields.iter().find(|field| *field.name.value == *name)?, count))
    })
}

/// That an object has no such field.
fn no_field(owner: &Property, name: &Name, path: &Spanned<FieldPath>) -> Diagnostic {
    let message = format!("`{}` has no `{name}`", owner.name.value);
    let items = owner.schema.items.as_deref();
    let fields = owner.schema.fields.iter().chain(items.iter().flat_map(|items| &items.fields));
    let diagnostic = Diagnostic::error(code::UNKNOWN_FIELD, path.span, message).lacking(owner.span);
    suggest_path(diagnostic, name, path, fields.map(|field| &*field.name.value))
}

/// That a path goes on where there is nothing to go into.
fn no_way_on(owner: &Property, schema: &Schema, name: &Name, path: &Spanned<FieldPath>) -> Diagnostic {
    let is = if schema.values.is_empty() { words::takes(schema) } else { "an enum" };
    let message = format!("there is no `{name}` in `{}`, which is {is}", owner.name.value);
    let help = "a path goes through relations, and on into objects and lists";
    Diagnostic::error(code::NO_RELATION, path.span, message).lacking(owner.span).help(help)
}

fn of_schema(schema: &Schema) -> Subject<'_> {
    match (schema.base, schema.items.as_deref()) {
        (Base::Array, Some(items)) => Subject { item: item(items), several: true },
        (Base::Array, None) => Subject { item: Item::Any, several: true },
        (Base::Any | Base::IntOrString, _) => Subject { item: Item::Any, several: false },
        _ => Subject { item: item(schema), several: false },
    }
}

fn item(schema: &Schema) -> Item<'_> {
    match schema.format {
        _ if matches!(schema.base, Base::Any | Base::IntOrString) => Item::Any,
        Some(Format::DateTime | Format::Timer) => Item::Time,
        _ => Item::Typed(schema),
    }
}
