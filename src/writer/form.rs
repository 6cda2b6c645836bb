//! Nodes that take another form, and lose what that does not have.

use super::change::Change;
use super::draft::{Step, Texts, below};
use super::stuck::Stuck;
use crate::grammar::{NodeShape, Part};
use crate::model::Value;
use crate::syntax::{Entry, Node};

impl Change<'_, '_> {
    /// Gives a node the form of a word, and takes away what that does not have.
    pub(super) fn become_another(&mut self, path: &[Step], shape: &NodeShape, word: &str) -> Result<(), Stuck> {
        let (form, _) = shape.form_of_word(Some(word)).ok_or_else(|| Stuck::no_words("this form of it"))?;
        let former = self.flags(path, shape);
        self.draft.set_argument(path, shape.told_at(), &Value::string(word), Texts::Plain)?;
        self.drop_flags(path, shape, former)?;
        let lines = self.draft.node(path).into_iter().flat_map(Node::children);
        let strange: Vec<String> =
            lines.map(|line| line.name().to_owned()).filter(|name| form.slot(name).is_none()).collect();
        strange.iter().try_for_each(|name| self.draft.remove(&below(path, Step::to(name))))
    }

    /// The flags that the form of a node has, each with how many arguments stand before it.
    pub(super) fn flags<'s>(&self, path: &[Step], shape: &'s NodeShape) -> Vec<(usize, &'s str)> {
        let form = self.draft.node(path).and_then(|node| shape.form_of(node));
        let parts = form.into_iter().flat_map(|(form, _)| form.written(0));
        let flags = parts.filter_map(|part| match part {
            Part::Flag(behind, flag) => Some((behind, flag.word())),
            _ => None,
        });
        flags.collect()
    }

    /// Takes the flags of a former form away that the form of a node does not have.
    pub(super) fn drop_flags(
        &mut self,
        path: &[Step],
        shape: &NodeShape,
        former: Vec<(usize, &str)>,
    ) -> Result<(), Stuck> {
        let known = self.flags(path, shape);
        let strange = former.into_iter().filter(|flag| !known.contains(flag));
        strange.into_iter().try_for_each(|(behind, flag)| self.draft.set_flag(path, behind, flag, false.into()))
    }

    /// Takes the properties and the lines away that the form of a node does not have.
    pub(super) fn drop_strange_parts(&mut self, path: &[Step], shape: &NodeShape) -> Result<(), Stuck> {
        let Some(node) = self.draft.node(path) else { return Ok(()) };
        let (form, _) = shape.form_of(node).ok_or_else(|| Stuck::no_words("this form of it"))?;
        let known = |key: &str| {
            form.written(0).any(|part| matches!(part, Part::Property(parameter) if parameter.name() == key))
        };
        let keys = node.properties().filter_map(Entry::key).filter(|key| !known(key));
        let keys: Vec<String> = keys.map(str::to_owned).collect();
        let lines: Vec<usize> = (node.children().enumerate())
            .filter(|(_, line)| form.slot(line.name()).is_none() && !form.is_open())
            .map(|(place, _)| place)
            .collect();
        keys.iter().try_for_each(|key| self.draft.remove_property(path, key))?;
        lines.iter().rev().try_for_each(|place| self.draft.remove(&below(path, Step::Nth(*place))))
    }
}
