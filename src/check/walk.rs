//! How much the paths of conditions lead over, at most: a path of a few relations to many is short, and asks for a look at everything
//! in each step, for each entity.

use crate::model::{FieldPath, Leaf, Project, Value};
use ahash::AHashMap as HashMap;

/// So many members of a blueprint are looked through for a name in the time of one look.
const MEMBERS: usize = 16;

/// How many values a member has: in all entities of a blueprint, and at most in one.
#[derive(Clone, Copy, Default)]
struct Count {
    all: usize,
    most: usize,
}

impl Count {
    fn add(&mut self, values: usize, entities: usize) {
        self.all = self.all.saturating_add(values.saturating_mul(entities));
        self.most = self.most.max(values);
    }
}

/// What paths lead over, for the entities of a project.
pub(super) struct Walks<'p> {
    /// How many entities each blueprint has.
    entities: HashMap<&'p str, usize>,
    /// How many members each blueprint has, for the one that is searched.
    breadths: HashMap<&'p str, usize>,
    /// The blueprint that each relation of a blueprint points at.
    targets: HashMap<(&'p str, &'p str), &'p str>,
    /// The targets of relations, and the items of properties that are lists.
    members: HashMap<(&'p str, &'p str), Count>,
}

impl<'p> Walks<'p> {
    /// What there is in a project.
    pub(super) fn of(project: &'p Project) -> Self {
        let mut walks = Self {
            entities: HashMap::new(),
            breadths: HashMap::new(),
            targets: HashMap::new(),
            members: HashMap::new(),
        };
        for entity in &project.entities {
            *walks.entities.entry(&entity.blueprint.value).or_default() += 1;
            for member in &entity.relations.members {
                let targets = member.value.value.as_array().map_or(1, <[_]>::len);
                walks.count(&entity.blueprint.value, &member.name.value).add(targets, 1);
            }
            for member in &entity.properties.members {
                let values = values(&member.value.value);
                if values > 0 {
                    walks.count(&entity.blueprint.value, &member.name.value).add(values, 1);
                }
            }
        }
        for blueprint in &project.blueprints {
            let name = &*blueprint.name.value;
            walks.breadths.insert(name, blueprint.properties.len() + blueprint.relations.len());
            for relation in &blueprint.relations {
                walks.targets.insert((name, &relation.name.value), &relation.target.value);
            }
            let entities = walks.entities.get(name).copied().unwrap_or_default();
            for property in &blueprint.properties {
                let values = property.default.as_ref().map_or(0, |default| values(&default.value));
                if values > 0 {
                    walks.count(name, &property.name.value).add(values, entities);
                }
            }
        }
        walks
    }

    fn count(&mut self, blueprint: &'p str, member: &'p str) -> &mut Count {
        self.members.entry((blueprint, member)).or_default()
    }

    /// The blueprints that have entities, with how many.
    pub(super) fn blueprints(&self) -> impl Iterator<Item = (&'p str, usize)> {
        self.entities.iter().map(|(name, count)| (*name, *count))
    }

    /// The blueprint that a relation of a blueprint points at.
    pub(super) fn target(&self, blueprint: &str, relation: &str) -> Option<&'p str> {
        self.targets.get(&(blueprint, relation)).copied()
    }

    /// How often something is looked at where each entity of a blueprint follows relations for itself, and no entity twice in a step.
    pub(super) fn each(&self, blueprint: &str, path: &FieldPath) -> usize {
        let entities = self.entities.get(blueprint).copied().unwrap_or_default();
        let Some((hops, last, member)) = self.hops(blueprint, path) else { return 0 };
        let (mut looks, mut reached) = (0_usize, entities);
        for (index, hop) in hops.iter().enumerate() {
            reached = match index {
                0 => hop.all,
                _ => reached.saturating_mul(hop.most).min(entities.saturating_mul(hop.all)),
            };
            looks = looks.saturating_add(reached);
        }
        let items = self.leaf(last, member);
        let items = reached.saturating_mul(items.most).min(entities.saturating_mul(items.all));
        let searched = self.breadths.get(blueprint).map_or(0, |members| members / MEMBERS);
        looks.saturating_add(items).saturating_add(entities.saturating_mul(searched * (1 + path.way.len())))
    }

    /// The same where the values of all entities of a blueprint are put together from the end of the path on.
    pub(super) fn together(&self, blueprint: &str, path: &FieldPath) -> usize {
        // How many there are is counted from each on.
        if path.leaf == Leaf::Count {
            return self.each(blueprint, path);
        }
        let Some((hops, last, member)) = self.hops(blueprint, path) else { return 0 };
        let items = self.leaf(last, member);
        // No list has a value twice.
        let all = items.all.max(self.entities.get(last).copied().unwrap_or_default()).max(1);
        let (mut looks, mut list) = (0_usize, items.most.max(1));
        for hop in hops.iter().rev() {
            looks = looks.saturating_add(hop.all.saturating_mul(list));
            list = list.saturating_mul(hop.most.max(1)).min(all);
        }
        looks
    }

    /// The steps of a path along relations, the blueprint that they end in, and the member of it that is read; nothing where there is no
    /// such member.
    fn hops<'s>(&'s self, blueprint: &'s str, path: &'s FieldPath) -> Option<Steps<'s>> {
        let names = path.names().map_or_else(|| path.way.iter().collect(), |(names, _)| names);
        // What is read at the end may be a relation too.
        let last = usize::from(matches!(path.leaf, Leaf::Property(_) | Leaf::Count));
        let (mut current, mut hops, mut rest) = (blueprint, Vec::with_capacity(names.len()), names.as_slice());
        while let [name, behind @ ..] = rest
            && rest.len() > last
            && let Some(target) = self.target(current, name)
        {
            hops.push(self.members.get(&(current, *name)).copied().unwrap_or_default());
            (current, rest) = (target, behind);
        }
        let member = rest.first().map(|name| &***name);
        let is_whole = last == 1 || member.is_none();
        let has_member = member.is_none_or(|name| rest.len() == 1 || self.members.contains_key(&(current, name)));
        (is_whole && has_member).then_some((hops, current, member))
    }

    fn leaf(&self, blueprint: &str, member: Option<&str>) -> Count {
        member.and_then(|name| self.members.get(&(blueprint, name))).copied().unwrap_or_default()
    }
}

/// Counts of the steps of a path, the blueprint that it ends in, and the member that is read.
type Steps<'s> = (Vec<Count>, &'s str, Option<&'s str>);

/// How many values are in a list, or in an object, at whatever depth.
fn values(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(|item| 1 + values(&item.value)).sum(),
        Value::Object(map) => map.members.iter().map(|member| 1 + values(&member.value.value)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Secret(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::{MemoryLoader, resolve};

    /// Ten entities that all point at all, and a hundred that point at the first of them.
    fn project() -> Project {
        let all: String = (0..10).map(|number| format!(" e{number}")).collect();
        let many: String = (0..10).map(|number| format!("entity b e{number} {{ l a b c; r{all} }}\n")).collect();
        let ones: String = (0..100).map(|number| format!("entity c f{number} {{ b e0 }}\n")).collect();
        let text = format!(
            "project p\nblueprint b {{ property l array; relation r b many }}\nblueprint c {{ relation b b }}\n{many}{ones}"
        );
        resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap().project
    }

    fn looks(blueprint: &str, relations: &[&str], leaf: &str) -> (usize, usize) {
        let project = project();
        let walks = Walks::of(&project);
        let path =
            FieldPath { way: relations.iter().map(|name| (*name).into()).collect(), leaf: Leaf::Property(leaf.into()) };
        (walks.each(blueprint, &path), walks.together(blueprint, &path))
    }

    #[test]
    fn each_step_of_a_path_is_counted() {
        // To one: an entity each. To many: for each of ten, all hundred relations in each step.
        assert_eq!(looks("c", &["b"], "x"), (100, 100));
        assert_eq!(looks("b", &["r"], "x"), (100, 100));
        assert_eq!(looks("b", &["r", "r", "r"], "x"), (100 + 1_000 + 1_000, 100 + 1_000 + 1_000));
        assert_eq!(looks("c", &["b", "r"], "x"), (100 + 1_000, 100 + 100 * 10));
        // The items at the end: each of ten reaches ten with three; no more than all thirty.
        assert_eq!(looks("b", &["r"], "l"), (100 + 300, 300));
        assert_eq!(looks("b", &["r", "r"], "l"), (100 + 1_000 + 300, 300 + 100 * 30));
        assert_eq!(looks("b", &[], "l"), (30, 0));
        assert_eq!(looks("b", &["nothing"], "l"), (0, 0));
    }
}
