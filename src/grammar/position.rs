use super::shape::{Body, Grammar, NodeShape, Parameter};
use crate::syntax::{Entry, Node};

/// What the grammar says of the place that a node stands at.
#[derive(Clone, Copy, Debug)]
pub enum Position<'g> {
    /// A node of the language.
    Shaped(&'g NodeShape),
    /// In a body of the author's own names; whether values there may refer to others that are put in later.
    Open(bool),
    /// Where no such node belongs, or in a condition.
    Elsewhere,
}

/// How a line stands in a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineForm {
    /// As a property on the line of the node.
    Property,
    /// Once.
    Once,
    /// Many times, each with a name behind the word.
    Named,
    /// By a name of the author's own.
    Open,
}

impl Grammar {
    /// The position of a node at the top of a project's file.
    pub fn at_top(&self, node: Node<'_>) -> Position<'_> {
        let slot = self.file("project").and_then(|file| file.form.block.slot(node.name()));
        slot.map_or(Position::Elsewhere, |(_, slot)| Position::Shaped(self.node(slot.node)))
    }

    /// The position of a child of a node.
    pub fn below<'g>(&'g self, position: Position<'g>, node: Node<'_>, child: Node<'_>) -> Position<'g> {
        let Position::Shaped(shape) = position else { return position };
        let Some((form, _)) = shape.form_of(node) else { return Position::Elsewhere };
        match (form.block.slot(child.name()), form.block.body.as_ref().map(|body| body.0)) {
            (Some((_, slot)), _) => Position::Shaped(self.node(slot.node)),
            (None, Some(Body::Template)) => Position::Open(true),
            (None, Some(Body::Fields | Body::Json)) => Position::Open(false),
            (None, Some(Body::Nodes)) => self.at_top(child),
            (None, Some(Body::Predicate) | None) => Position::Elsewhere,
        }
    }

    /// How a line of a name stands in a node.
    pub fn form_of_line(&self, position: Position<'_>, node: Node<'_>, name: &str) -> LineForm {
        let Position::Shaped(shape) = position else { return LineForm::Open };
        let Some((form, _)) = shape.form_of(node) else { return LineForm::Open };
        match form.block.slot(name) {
            Some((_, slot)) if slot.occurs.is_single() => LineForm::Once,
            Some((_, slot)) if self.node(slot.node).is_named() => LineForm::Named,
            Some(_) => LineForm::Once,
            None if form.property(name).is_some() => LineForm::Property,
            None if form.pairs.is_some() && form.block.body.is_none() => LineForm::Property,
            None => LineForm::Open,
        }
    }

    /// Whether a value on the line of a node may refer to others that are put in later.
    pub fn interpolates(&self, position: Position<'_>, node: Node<'_>, entry: Entry<'_>) -> bool {
        let shape = match position {
            Position::Shaped(shape) => shape,
            Position::Open(is_template) => return is_template,
            Position::Elsewhere => return false,
        };
        let Some((form, _)) = shape.form_of(node) else { return false };
        let pairs = || form.pairs.as_ref().is_some_and(|pairs| self.are_interpolated(pairs));
        match entry.key() {
            Some(key) => form.property(key).map_or_else(pairs, |(_, parameter)| self.is_interpolated(parameter)),
            None => {
                let index = node.arguments().position(|other| other.span() == entry.span()).unwrap_or_default();
                form.argument(index).is_some_and(|parameter| self.is_interpolated(parameter))
            }
        }
    }

    /// What an argument on the line of a node is called, where it is one value that has to be there.
    pub fn only_one<'g>(&self, position: Position<'g>, node: Node<'_>, entry: Entry<'_>) -> Option<&'g str> {
        let Position::Shaped(shape) = position else { return None };
        let index = node.arguments().position(|other| other.span() == entry.span())?;
        let (form, _) = shape.form_of(node)?;
        let is_rest = form.rest && index + 1 == form.arguments.len();
        form.arguments.get(index).filter(|parameter| parameter.required && !is_rest).map(Parameter::name)
    }
}
