use super::names::Named;
use super::words;
use crate::diag::{Diagnostic, code, suggest};
use crate::model::{Base, Blueprint, Fact, FieldPath, Format, Leaf, Name, Project, Property, Relation, Schema};
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
            Some(Shape { name: &promise.name.value, span: promise.span, properties, relations: &[], worked_out: &[] })
        });
        Self { shapes: promises.map(|shape| (shape.name, shape)).collect() }
    }

    /// All blueprints.
    pub(super) fn blueprints(project: &'p Project) -> Self {
        let blueprints = project.blueprints.iter().rev().map(|blueprint| {
            let Blueprint { name, span, properties, relations, worked_out, backstage: _ } = blueprint;
            Shape { name: &name.value, span: *span, properties, relations, worked_out }
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
        let mut shape = *self.shapes.get(start)?;
        let mut several = false;
        for name in &path.relations {
            let Some(relation) = shape.relations.iter().find(|relation| relation.name.value == *name) else {
                return Some(Err(Box::new(shape.no_relation(name, path))));
            };
            several |= relation.many.is_some();
            shape = *self.shapes.get(&*relation.target.value)?;
        }
        Some(shape.leaf(path).map(|subject| Subject { several: subject.several || several, ..subject }))
    }
}

impl<'p> Shape<'p> {
    fn leaf(self, path: &Spanned<FieldPath>) -> Result<Subject<'p>, Box<Diagnostic>> {
        let one = |item| Ok(Subject { item, several: false });
        match &path.leaf {
            Leaf::Identifier | Leaf::Title | Leaf::Icon => one(Item::Text),
            Leaf::Team => Ok(Subject { item: Item::Name(Named::Team), several: true }),
            Leaf::CreatedAt | Leaf::UpdatedAt => one(Item::Time),
            Leaf::Fact(fact) => one(of_fact(*fact)),
            Leaf::Property(name) => {
                if let Some(property) = self.properties.iter().find(|property| property.name.value == *name) {
                    return Ok(of_schema(&property.schema));
                }
                match self.relations.iter().find(|relation| relation.name.value == *name) {
                    Some(relation) => {
                        let item = Item::Name(Named::Entity(&relation.target.value));
                        Ok(Subject { item, several: relation.many.is_some() })
                    }
                    None => Err(Box::new(self.unknown(name, path))),
                }
            }
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
            format!("`{name}` is a property of `{}`, and a path goes through relations", self.name)
        } else {
            format!("`{}` has no relation `{name}`", self.name)
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
        let known = self.relations.iter().map(|relation| &*relation.name.value);
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
