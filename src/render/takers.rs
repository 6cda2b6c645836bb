use super::unfit::out_of_use;
use crate::model::{Destination, Name, Project};
use std::collections::HashMap;

/// The destinations of a project, looked up by their labels: what asks for many labels is not compared with each label of each
/// destination.
pub(super) struct Takers<'p> {
    project: &'p Project,
    /// For each label, by key and value, the destinations that carry it: their places in the project, in order.
    carrying: HashMap<(&'p str, &'p str), Vec<usize>>,
    /// For each key, the values that some destination has, each once, in order.
    values: HashMap<&'p str, Vec<&'p str>>,
    /// The keys, each once, in order.
    pub(super) keys: Vec<&'p str>,
}

impl<'p> Takers<'p> {
    /// The destinations of a project.
    pub(super) fn of(project: &'p Project) -> Self {
        let mut takers = Self { project, carrying: HashMap::new(), values: HashMap::new(), keys: Vec::new() };
        for (place, destination) in project.destinations.iter().enumerate() {
            for label in &destination.labels.members {
                takers.add(place, &label.name.value, label.value.value.as_str());
            }
        }
        takers
    }

    fn add(&mut self, place: usize, key: &'p str, value: Option<&'p str>) {
        let Some(value) = value else { return };
        let of_label = self.carrying.entry((key, value)).or_default();
        if of_label.is_empty() {
            let of_key = self.values.entry(key).or_default();
            if of_key.is_empty() {
                self.keys.push(key);
            }
            of_key.push(value);
        }
        // One that says a label twice carries it once.
        if of_label.last() != Some(&place) {
            of_label.push(place);
        }
    }

    /// The destinations that take what asks for labels, in order.
    pub(super) fn taking(&self, labels: &[(Name, String)]) -> Vec<&'p Destination> {
        let mut taking = self.fitting(labels);
        taking.retain(|destination| out_of_use(self.project, destination).is_none());
        taking
    }

    /// The destinations that take what asks for labels, or would if they took anything.
    pub(super) fn fitting(&self, labels: &[(Name, String)]) -> Vec<&'p Destination> {
        if labels.is_empty() {
            let is_strict = |one: &&Destination| one.strict_labels.is_some() && !one.labels.is_empty();
            return self.project.destinations.iter().filter(|one| !is_strict(one)).collect();
        }
        let carrying = labels.iter().map(|(key, value)| self.carrying.get(&(&**key, &**value)));
        let Some(mut carrying) = carrying.collect::<Option<Vec<_>>>() else { return Vec::new() };
        // What few carry leaves little to look for.
        carrying.sort_by_key(|places| places.len());
        let (first, rest) = carrying.split_first().map_or((&[][..], &[][..]), |(first, rest)| (&first[..], rest));
        let mut left = first.to_vec();
        for places in rest {
            left.retain(|place| places.binary_search(place).is_ok());
            if left.is_empty() {
                break;
            }
        }
        left.into_iter().filter_map(|place| self.project.destinations.get(place)).collect()
    }

    /// The values that destinations have for a key.
    pub(super) fn values(&self, key: &str) -> &[&'p str] {
        self.values.get(key).map_or(&[], |values| values)
    }
}
