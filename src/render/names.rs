use std::collections::HashMap;

/// The names that a step of a workflow sees, with what they stand for; an inner one hides an outer one.
pub(crate) struct Names<'p, M> {
    meanings: HashMap<&'p str, Vec<M>>,
    trail: Vec<&'p str>,
}

impl<M> Default for Names<'_, M> {
    fn default() -> Self {
        Self { meanings: HashMap::new(), trail: Vec::new() }
    }
}

impl<'p, M> Names<'p, M> {
    /// Brings a name into scope.
    pub(crate) fn enter(&mut self, name: &'p str, meaning: M) {
        self.meanings.entry(name).or_default().push(meaning);
        self.trail.push(name);
    }

    /// The names in the order in which they came into scope.
    pub(crate) fn trail(&self) -> &[&'p str] {
        &self.trail
    }

    /// Forgets every name but the oldest `count`.
    pub(crate) fn leave_to(&mut self, count: usize) {
        for name in self.trail.drain(count..) {
            self.meanings.get_mut(name).and_then(Vec::pop);
        }
    }

    /// What a name stands for.
    pub(crate) fn get(&self, name: &str) -> Option<&M> {
        self.meanings.get(name).and_then(|meanings| meanings.last())
    }
}
