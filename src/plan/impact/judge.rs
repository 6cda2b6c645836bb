use super::world::{Side, World};
use crate::check::check_objects;
use crate::diag::Diagnostic;
use crate::model::{Address, Declaration, Entity, Kind, Name, Object, Project, Request, Team};
use crate::object::field_at;
use crate::plan::document::{Action, Invalid};
use crate::source::{Origin, Spanned};
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};

/// A problem: the number of the object, its field, and what is wrong.
type Problem = (usize, String, String);

/// The objects that are not what their blueprint or promise then asks for, and were so before. Each member comes as it is, if it is
/// there, and as it will be.
pub(super) fn invalid(world: &World<'_>, members: &[(Option<Object>, Object)]) -> Vec<Invalid> {
    let mut invalid = without_type(world);
    let of_changed = |object: &Object| world.because(&object.address.above()?);
    let judged: Vec<(&(Option<Object>, Object), Address)> =
        members.iter().filter_map(|pair| Some((pair, of_changed(&pair.1)?))).collect();
    if judged.is_empty() {
        return invalid;
    }
    let before: Vec<&Object> = judged.iter().map(|((before, after), _)| before.as_ref().unwrap_or(after)).collect();
    let after: Vec<&Object> = judged.iter().map(|((_, after), _)| after).collect();
    let others = known(world);
    let then = problems(world, &world.before, &before, &others).into_iter().map(|(index, field, _)| (index, field));
    let then: HashSet<(usize, String)> = then.chain(dangling(world, &before)).collect();
    for (index, field, message) in problems(world, &world.after, &after, &others) {
        let (Some(object), Some(((was, _), because))) = (after.get(index), judged.get(index)) else { continue };
        // What was wrong before is nothing that the plan makes so.
        if was.is_none() || !then.contains(&(index, field.clone())) {
            invalid.push(Invalid {
                address: object.address.clone(),
                owner: world.owner(&object.address),
                declared: None,
                because: because.clone(),
                field,
                message,
            });
        }
    }
    invalid.sort();
    invalid
}

/// The live relations of entities that lead to a blueprint which is not there: nobody judges what they name, and it is nothing.
fn dangling(world: &World<'_>, objects: &[&Object]) -> Vec<(usize, String)> {
    let is_there = |blueprint: &Name| {
        let address = Address::new(Kind::Blueprint, blueprint.clone());
        let found = world.observed.binary_search_by(|entry| entry.address.cmp(&address)).ok();
        found.and_then(|index| world.observed.get(index)).is_some_and(|entry| entry.live.is_some())
    };
    let mut lost: HashMap<&Name, Vec<&Name>> = HashMap::new();
    for (name, blueprint) in &world.before.shapes.blueprints {
        let dangling = blueprint.relations.iter().filter(|relation| !is_there(&relation.target.value));
        lost.insert(name, dangling.map(|relation| &relation.name.value).collect());
    }
    let mut found = Vec::new();
    for (index, object) in objects.iter().enumerate().filter(|(_, object)| object.address.kind == Kind::Entity) {
        let Some(relations) = object.body.get("relations").and_then(|relations| relations.as_object()) else {
            continue;
        };
        let lost = lost.get(&object.address.parent).into_iter().flatten();
        let named = lost.filter(|name| relations.get(name).is_some());
        found.extend(named.map(|name| (index, format!("relations.{name}"))));
    }
    found
}

/// Entities and requests that stay without their blueprint or promise.
fn without_type(world: &World<'_>) -> Vec<Invalid> {
    let stays = world.observed.iter().filter(|entry| entry.live.is_some());
    let left = stays.filter(|entry| !world.touched.gone.contains_key(&entry.address)).filter_map(|entry| {
        let of_type = entry.address.above()?;
        let gone = world.touched.gone.get(&of_type)?;
        let word = of_type.kind.word();
        Some(Invalid {
            address: entry.address.clone(),
            owner: world.owner(&entry.address),
            declared: None,
            because: gone.by.clone(),
            field: word.to_owned(),
            message: match gone.moved_to {
                Some(name) => format!("the {word} `{}` is {name} from then on", of_type.name),
                None => format!("the {word} `{}` is deleted", of_type.name),
            },
        })
    });
    left.collect()
}

/// Everything that may be pointed at. What goes is among it: a reference to it is told as one that breaks.
fn known(world: &World<'_>) -> Vec<Address> {
    let live = world.observed.iter().filter(|entry| entry.live.is_some()).map(|entry| &entry.address);
    let made = world.operations.iter().filter(|(_, (operation, _))| match operation.action {
        Action::Create | Action::Move | Action::Adopt => true,
        Action::Update | Action::Delete | Action::Vacate | Action::Release | Action::Forget | Action::Record => false,
    });
    live.chain(made.map(|(address, _)| *address)).filter(|address| address.kind == Kind::Entity).cloned().collect()
}

/// The problems of objects at one moment.
fn problems(world: &World<'_>, side: &Side, objects: &[&Object], others: &[Address]) -> Vec<Problem> {
    let numbered = || objects.par_iter().enumerate().map(|(index, object)| (*object, index as u32));
    let of_kind = |kind: Kind| numbered().filter(move |(object, _)| object.address.kind == kind);
    let project = Project {
        blueprints: side.shapes.blueprints.values().cloned().collect(),
        promises: side.shapes.promises.values().cloned().collect(),
        teams: teams(world),
        entities: of_kind(Kind::Entity)
            .map(|(object, number)| Entity::of(Declaration::of_object(object, number)))
            .collect(),
        requests: of_kind(Kind::Request)
            .map(|(object, number)| Request::of(Declaration::of_object(object, number)))
            .collect(),
        ..Project::default()
    };
    let others: Vec<&Address> = others.iter().collect();
    let found = check_objects(&project, &others);
    found.into_iter().filter_map(|diagnostic| problem(diagnostic, side, objects)).collect()
}

/// The teams that there are: values may name them.
fn teams(world: &World<'_>) -> Vec<Team> {
    let teams = world.before.objects.keys().chain(world.after.objects.keys());
    let team = |address: &Address| Team {
        name: Spanned::new(address.name.clone(), Origin::Nowhere),
        span: Origin::Nowhere,
        members: Vec::new(),
    };
    teams.filter(|address| address.kind == Kind::Team).map(team).collect()
}

/// The object and the field that a diagnostic is about: the field of its place or, where something is missing, the
/// declaration that asks for it.
fn problem(diagnostic: Diagnostic, side: &Side, objects: &[&Object]) -> Option<Problem> {
    let Origin::Live { object: number, .. } = diagnostic.primary.origin else { return None };
    let index = number as usize;
    let object = objects.get(index)?;
    let asked = || {
        let declared = diagnostic.others.first()?.origin;
        let Origin::Live { object: number, .. } = declared else { return None };
        field_at(&side.of_number(number)?.body, declared)
    };
    let mut field = field_at(&object.body, diagnostic.primary.origin).or_else(asked).unwrap_or_default();
    if object.address.kind == Kind::Request
        && let Some(name) = field.strip_prefix("properties.")
    {
        field = format!("spec.{name}");
    }
    Some((index, field, diagnostic.message))
}
