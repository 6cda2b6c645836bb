use crate::model::{
    Address, Declared, Entity, Expectation, Format, Kind, Leaf, Predicate, Project, Schema, Scorecard, Value,
};
use crate::render::Rendered;
use crate::session::Loaded;
use crate::source::Span;

/// Something that refers to an object, or to a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What refers to it: an address, `test "..."`, or the word of a node.
    pub from: String,
    /// How it does: `relation`, `entity of`, `scorecard for`.
    pub how: &'static str,
    /// The place that says it.
    pub span: Span,
}

/// What refers to an object of a project, or to one of its fields, in the order of kinds and lines.
pub(super) fn references(
    loaded: &Loaded,
    rendered: &[Rendered],
    address: &Address,
    field: Option<&str>,
) -> Vec<Reference> {
    let mut found = Found { project: &loaded.project, address, references: Vec::new() };
    match (field, address.kind) {
        (Some(field), Kind::Blueprint) => found.for_member(field),
        (Some(_), _) => {}
        (None, Kind::Blueprint) => found.for_blueprint(),
        (None, Kind::Entity) => found.for_entity(),
        (None, Kind::Team) => found.for_team(),
        (None, Kind::User) => found.for_user(),
        (None, Kind::Scorecard) => found.for_scorecard(),
        (None, Kind::StateStore) => found.for_store(),
        (None, Kind::Destination) => found.for_destination(rendered),
        (None, Kind::Promise) => found.for_promise(),
        (None, Kind::Action | Kind::Request) => {}
    }
    if field.is_none() {
        found.of_refactoring();
    }
    found.references
}

struct Found<'a> {
    project: &'a Project,
    address: &'a Address,
    references: Vec<Reference>,
}

impl Found<'_> {
    fn add(&mut self, from: &Address, how: &'static str, span: Span) {
        self.references.push(Reference { from: from.to_string(), how, span });
    }

    fn for_blueprint(&mut self) {
        let name = &self.address.name;
        for blueprint in &self.project.blueprints {
            for relation in blueprint.relations.iter().filter(|relation| relation.target.value == *name) {
                self.add(&blueprint.address(), "relation", relation.span);
            }
        }
        for entity in self.project.entities.iter().filter(|entity| entity.blueprint.value == *name) {
            self.add(&entity.address(), "entity of", entity.span);
        }
        for scorecard in self.project.scorecards.iter().filter(|scorecard| scorecard.blueprint.value == *name) {
            self.add(&scorecard.address(), "scorecard for", scorecard.blueprint.span);
        }
        for action in &self.project.actions {
            if let Some(blueprint) = action.blueprint.as_ref().filter(|blueprint| blueprint.value == *name) {
                self.add(&action.address(), "action on", blueprint.span);
            }
        }
    }

    /// A property or a relation of a blueprint, as `properties.tier` names it.
    fn for_member(&mut self, field: &str) {
        let Some((group @ ("properties" | "relations"), member)) = field.split_once('.') else { return };
        for entity in self.project.entities.iter().filter(|entity| entity.blueprint.value == self.address.name) {
            let values = if group == "properties" { &entity.properties } else { &entity.relations };
            if let Some(value) = values.get(member) {
                self.add(&entity.address(), "sets it", value.span);
            }
        }
        for scorecard in &self.project.scorecards {
            for (span, rule) in tests(scorecard) {
                if reads(self.project, scorecard, rule, (&self.address.name, member)) {
                    self.add(&scorecard.address(), "reads it", span);
                }
            }
        }
    }

    fn for_entity(&mut self) {
        let Address { parent, name, .. } = self.address;
        for entity in &self.project.entities {
            let Some(blueprint) = self.project.blueprint(&entity.blueprint.value) else { continue };
            for relation in blueprint.relations.iter().filter(|relation| relation.target.value == *parent) {
                let Some(value) = entity.relations.get(&relation.name.value) else { continue };
                let spans = named(&value.value, value.span, name);
                for span in spans {
                    self.add(&entity.address(), "relation", span);
                }
            }
        }
    }

    fn for_team(&mut self) {
        let name = &self.address.name;
        for entity in &self.project.entities {
            for team in entity.teams.iter().filter(|team| team.value == *name) {
                self.add(&entity.address(), "team", team.span);
            }
            for span in team_values(self.project, entity, name) {
                self.add(&entity.address(), "property", span);
            }
        }
    }

    fn for_user(&mut self) {
        for team in &self.project.teams {
            for member in team.members.iter().filter(|member| member.value == self.address.name) {
                self.add(&team.address(), "member", member.span);
            }
        }
    }

    fn for_scorecard(&mut self) {
        for test in &self.project.tests {
            for expectation in &test.expect {
                let (Expectation::Level { scorecard, .. } | Expectation::Rule { scorecard, .. }) = expectation else {
                    continue;
                };
                if scorecard.value == self.address.name {
                    let from = format!("test \"{}\"", test.description.value);
                    self.references.push(Reference { from, how: "expects", span: scorecard.span });
                }
            }
        }
    }

    fn for_store(&mut self) {
        for destination in &self.project.destinations {
            if destination.store.value == self.address.name {
                self.add(&destination.address(), "lies in it", destination.store.span);
            }
        }
    }

    fn for_destination(&mut self, rendered: &[Rendered]) {
        for rendered in rendered.iter().filter(|one| one.destination.as_ref() == Some(&self.address.name)) {
            self.add(&rendered.request, "goes to it", rendered.span);
        }
    }

    fn for_promise(&mut self) {
        let name = &self.address.name;
        for request in self.project.requests.iter().filter(|request| request.promise.value == *name) {
            self.add(&request.address(), "request of", request.span);
        }
        for scorecard in self.project.scorecards.iter().filter(|scorecard| scorecard.blueprint.value == *name) {
            self.add(&scorecard.address(), "scorecard for", scorecard.blueprint.span);
        }
    }

    /// Lines that say that the object moved, or that it is taken over.
    fn of_refactoring(&mut self) {
        for moved in self.project.moved.iter().filter(|moved| moved.to.value == *self.address) {
            self.references.push(Reference {
                from: moved.from.value.to_string(),
                how: "was its name",
                span: moved.span,
            });
        }
        for adopt in self.project.adopted.iter().filter(|adopt| adopt.scope.value.covers(self.address)) {
            self.references.push(Reference { from: "adopt".to_owned(), how: "takes it over", span: adopt.span });
        }
    }
}

/// The places of a value that are a name.
fn named(value: &Value, span: Span, name: &str) -> Vec<Span> {
    match value {
        Value::Array(items) => items.iter().filter(|item| item.as_str() == Some(name)).map(|item| item.span).collect(),
        value => (value.as_str() == Some(name)).then_some(span).into_iter().collect(),
    }
}

/// The values of an entity's properties that name a team.
fn team_values(project: &Project, entity: &Entity, name: &str) -> Vec<Span> {
    let is_team = |schema: &Schema| schema.format == Some(Format::Team);
    let properties = project.blueprint(&entity.blueprint.value).map(|blueprint| &*blueprint.properties);
    let properties = properties.unwrap_or_default().iter();
    let teams = properties.filter(|one| is_team(&one.schema) || one.schema.items.as_deref().is_some_and(is_team));
    let values = teams.filter_map(|property| entity.properties.get(&property.name.value));
    values.flat_map(|value| named(&value.value, value.span, name)).collect()
}

/// Every comparison of a scorecard, with its place.
fn tests(scorecard: &Scorecard) -> Vec<(Span, &crate::model::PredicateTest)> {
    let mut open: Vec<&Predicate> = scorecard.only_for.iter().collect();
    open.extend(scorecard.rules().map(|(_, rule)| &rule.predicate));
    open.reverse();
    let mut found = Vec::new();
    while let Some(predicate) = open.pop() {
        match predicate {
            Predicate::All(parts) | Predicate::Any(parts) | Predicate::None(parts) => open.extend(parts.iter().rev()),
            Predicate::Test(test) => found.push((test.span, test)),
        }
    }
    found
}

/// Whether a comparison reads, or follows, a member of a blueprint.
fn reads(
    project: &Project,
    scorecard: &Scorecard,
    test: &crate::model::PredicateTest,
    (blueprint, member): (&str, &str),
) -> bool {
    let mut at = scorecard.blueprint.value.clone();
    for relation in &test.field.relations {
        if *at == *blueprint && **relation == *member {
            return true;
        }
        let target = project.blueprint(&at).and_then(|blueprint| blueprint.relation(relation));
        let Some(target) = target else { return false };
        at = target.target.value.clone();
    }
    let leaf = match &test.field.leaf {
        Leaf::Property(name) => **name == *member,
        Leaf::Identifier | Leaf::Title | Leaf::Team | Leaf::UpdatedAt | Leaf::CreatedAt | Leaf::Fact(_) => false,
    };
    *at == *blueprint && leaf
}
