//! How much the paths of conditions lead over, at most: a path of a few relations to many is short, and asks for a look at everything
//! in each step, for each entity.

use crate::model::{FieldPath, Leaf, Name, Project, Value};
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
                if let Value::Array(items) = &member.value.value {
                    walks.count(&entity.blueprint.value, &member.name.value).add(items.len(), 1);
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
                if let Some(Value::Array(items)) = property.default.as_ref().map(|default| &default.value) {
                    walks.count(name, &property.name.value).add(items.len(), entities);
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
    pub(super) fn each(&self, blueprint: &str, relations: &[Name], leaf: &Leaf) -> usize {
        let entities = self.entities.get(blueprint).copied().unwrap_or_default();
        let Some((hops, last)) = self.hops(blueprint, relations) else { return 0 };
        let (mut looks, mut reached) = (0_usize, entities);
        for (index, hop) in hops.iter().enumerate() {
            reached = match index {
                0 => hop.all,
                _ => reached.saturating_mul(hop.most).min(entities.saturating_mul(hop.all)),
            };
            looks = looks.saturating_add(reached);
        }
        let items = self.leaf(last, leaf);
        let items = reached.saturating_mul(items.most).min(entities.saturating_mul(items.all));
        let searched = self.breadths.get(blueprint).map_or(0, |members| members / MEMBERS);
        looks.saturating_add(items).saturating_add(entities.saturating_mul(searched * (1 + relations.len())))
    }

    /// The same where the values of all entities of a blueprint are put together from the end of the path on.
    pub(super) fn together(&self, blueprint: &str, path: &FieldPath) -> usize {
        let Some((hops, last)) = self.hops(blueprint, &path.relations) else { return 0 };
        let items = self.leaf(last, &path.leaf);
        // No list has a value twice.
        let all = items.all.max(self.entities.get(last).copied().unwrap_or_default()).max(1);
        let (mut looks, mut list) = (0_usize, items.most.max(1));
        for hop in hops.iter().rev() {
            looks = looks.saturating_add(hop.all.saturating_mul(list));
            list = list.saturating_mul(hop.most.max(1)).min(all);
        }
        looks
    }

    /// The steps of a path, and the blueprint that it ends in.
    fn hops<'s>(&'s self, blueprint: &'s str, relations: &[Name]) -> Option<(Vec<Count>, &'s str)> {
        let mut current = blueprint;
        let mut hops = Vec::with_capacity(relations.len());
        for relation in relations {
            hops.push(self.members.get(&(current, relation)).copied().unwrap_or_default());
            current = self.target(current, relation)?;
        }
        Some((hops, current))
    }

    fn leaf(&self, blueprint: &str, leaf: &Leaf) -> Count {
        let Leaf::Property(name) = leaf else { return Count::default() };
        self.members.get(&(blueprint, name)).copied().unwrap_or_default()
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
        let path = FieldPath {
            relations: relations.iter().map(|name| (*name).into()).collect(),
            leaf: Leaf::Property(leaf.into()),
        };
        (walks.each(blueprint, &path.relations, &path.leaf), walks.together(blueprint, &path))
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
