use super::scope::Scope;
use super::trial::{Guessed, Trial};
use super::write::{Out, World, Writer};
use crate::model::{Property, Value};
use crate::source::{Origin, Spanned};

impl<'w> Writer<'w> {
    /// What a template makes, and where in that something stands for what nobody knows.
    pub(super) fn tries(world: World<'w>, index: usize) -> (Out, Guessed) {
        let template = &world.templates.list[index];
        let mut writer = Self::new(world, template.unit);
        writer.trial = Some(Trial::of(&template.parameters));
        writer.open.push(index);
        let unread = |one: &Property| {
            let nobody_knows = Origin::Unread(one.name.span.shown());
            (one.name.value.clone(), Spanned::new(Value::Null, nobody_knows))
        };
        let values = template.parameters.iter().map(unread).collect();
        writer.makes(template.node, Scope::within(&world.scopes[template.unit], values));
        let guessed = writer.trial.take().map(|trial| trial.guessed).unwrap_or_default();
        (writer.finish(), guessed)
    }
}
