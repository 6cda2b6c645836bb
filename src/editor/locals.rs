//! Names that are known within something: members of a blueprint, fields of an API, inputs, levels, rules, and values by name.
//!
//! What such a word means depends on what it stands in, so no index holds it: it is found where it is asked for. Where it is used is found by
//! asking the same of every place that says the word.

use super::cursor::{Cursor, Spot, name_span, without_quotes};
use super::fields::{Field, all_of, fields_asked, in_group};
use super::names::VALUE;
use super::paths::{Next, Reference, inputs, members};
use super::{Snapshot, Thing};
use crate::grammar::{Line, Position, is_table, language};
use crate::model::{Address, Entity, FIELD, Kind, Request, Scorecard};
use crate::resolve::{ENVIRONMENT, OverlayVerb, heads};
use crate::source::{FileId, Origin, Span};
use crate::syntax::{Entry, Node, Tree, parse};
use rayon::prelude::*;

/// A word that names something which is known within something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// The word, where it was asked for.
    pub at: Span,
    /// The name where it is declared, without quotes.
    pub declared: Span,
    /// The name.
    pub name: String,
}

/// The kinds of names of the grammar that are known within something.
const KINDS: [&str; 8] = ["member", "field", "input", "level", "rule", "value", "step-name", "loop-name"];

impl Snapshot {
    /// What the word at an offset of a tree names, where that is known within something; `tree` is one of a text as it was read.
    pub fn local(&self, tree: &Tree, at: u32) -> Option<Local> {
        let cursor = Cursor::new(tree, at);
        if matches!(cursor.spot, Spot::Nowhere) {
            return None;
        }
        let (path, _) = cursor.path();
        let name = tree.text().get(path.replaces.range()).filter(|name| !name.is_empty())?;
        let declared = match (cursor.reference(), cursor.spot) {
            (Some(Reference::Path(path)), _) => {
                let all = self.behind_dollar(&cursor, &path.way);
                all.into_iter().find(|next| next.name == name)?.declared?
            }
            (Some(Reference::Function(_)), _) => return None,
            (None, spot) => self.said_by(&cursor, spot, (&path.way, name))?,
        };
        Some(Local { at: path.replaces, declared, name: name.to_owned() })
    }

    /// All places that name what is declared at a place, that one among them, in the order of the texts; or those in one text.
    pub fn places_of(&self, local: &Local, only: Option<FileId>) -> Vec<Span> {
        let is_asked = |id: FileId| only.is_none_or(|only| only == id);
        let files = self.loaded.sources.of_people().filter(|(id, file)| is_asked(*id) && !file.is_data());
        let files: Vec<_> = files.collect();
        let all =
            files.into_par_iter().filter(|(_, file)| file.text.contains(&local.name)).flat_map_iter(|(id, file)| {
                let tree = parse(id, &file.text).0;
                let found = file.text.match_indices(&local.name).map(|(start, _)| start);
                let places = found
                    .filter_map(|start| self.local(&tree, start as u32 + 1))
                    .filter(|one| one.declared == local.declared);
                places.map(|one| one.at).collect::<Vec<_>>()
            });
        let mut all: Vec<Span> = all.collect();
        all.push(local.declared);
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The object whose member, or field of its API, is declared at a place, and the way to it there.
    pub(super) fn member_at(&self, declared: Span) -> Option<(Address, &'static str)> {
        let project = &self.loaded.project;
        let is_it = |origin: Origin| self.declared_at(origin) == Some(declared);
        for blueprint in &project.blueprints {
            let of = || Address::new(Kind::Blueprint, blueprint.name.value.clone());
            if blueprint.properties.iter().any(|one| is_it(one.name.span)) {
                return Some((of(), Entity::PROPERTIES));
            }
            if blueprint.relations.iter().any(|one| is_it(one.name.span)) {
                return Some((of(), Entity::RELATIONS));
            }
        }
        let promise = project.promises.iter().find(|one| one.fields().iter().any(|field| is_it(field.name.span)))?;
        Some((Address::new(Kind::Promise, promise.name.value.clone()), Request::SPEC))
    }

    /// Where somebody wrote a name, without quotes.
    pub(super) fn declared_at(&self, origin: Origin) -> Option<Span> {
        let span = self.loaded.sources.written(origin.text()?).span;
        Some(without_quotes(span, self.loaded.sources.text(span)))
    }

    /// Where what a word of a line names is declared.
    fn said_by(&self, cursor: &Cursor<'_>, spot: Spot<'_>, (way, name): (&[&str], &str)) -> Option<Span> {
        let field = |field: Field<'_>| self.declared_at(field.declared());
        match spot {
            Spot::Name(Some(node)) => match cursor.position_of(node) {
                Position::Shaped(_) => None,
                _ if way.is_empty() => match self.parameters_around(cursor) {
                    Some(parameters) => parameters.into_iter().find(|one| one.name == name)?.declared,
                    None => field(self.field_of(cursor, name)?),
                },
                _ => field(self.fields(cursor, way).into_iter().find(|field| field.name() == name)?),
            },
            Spot::Argument(node, index, Some(entry)) => {
                if entry.annotation() == Some(FIELD) {
                    return field(self.fields(cursor, way).into_iter().find(|field| field.name() == name)?);
                }
                if index == 0 && OverlayVerb::from_word(node.name()).is_some() && cursor.is_in_overlay() {
                    return field(self.field_of(cursor, name)?);
                }
                if let Some(line) = self.line_overlaid(cursor, node, index, name) {
                    return Some(line);
                }
                if let ([group], true) = (way, is_ignored(cursor, node)) {
                    let fields = self.fields_of_group(cursor, group);
                    return field(fields.into_iter().find(|field| field.name() == name)?);
                }
                let line = language().line_at(cursor.position_of(node), node)?;
                if index == 0 && is_of_environment(cursor, node) {
                    return self.value_of_project(name);
                }
                if let Some(span) = declares(line, index).then(|| name_span(entry)) {
                    return Some(span);
                }
                self.named_by(cursor, (node, line, index), (way, name))
            }
            Spot::Key(node, _) => {
                if let Some(parameters) = self.parameters_of(cursor.tree.file(), node) {
                    return parameters.into_iter().find(|one| one.name == name)?.declared;
                }
                let table = cursor.around.last().map(|(around, _)| *around).filter(|around| is_table(*around));
                if let Some(holder) = table.or(Some(node).filter(|node| node.name() == "let")) {
                    return members(holder).into_iter().find(|one| one.name == name)?.declared;
                }
                field(self.fields_on(cursor, node).into_iter().find(|one| one.name() == name)?)
            }
            Spot::Value(node, "property", Some(_)) if node.name() == "aggregation" => {
                let target = self.loaded.project.blueprint(node.argument(1)?.string()?)?;
                self.declared_at(target.properties.iter().find(|one| *one.name.value == *name)?.name.span)
            }
            _ => None,
        }
    }

    /// The parameters that the block around a place gives values to; nothing where it is none that does.
    fn parameters_around(&self, cursor: &Cursor<'_>) -> Option<Vec<Next>> {
        let (around, _) = cursor.around.last()?;
        self.parameters_of(cursor.tree.file(), *around)
    }

    /// Where the line has its name that an overlay changes in a block by that, or puts another one in the place of.
    fn line_overlaid(&self, cursor: &Cursor<'_>, node: Node<'_>, index: usize, name: &str) -> Option<Span> {
        let is_verb = OverlayVerb::from_word(node.name()).is_some();
        let word = if is_verb { node.argument(0).and_then(Entry::string)? } else { node.name() };
        if index != usize::from(is_verb) {
            return None;
        }
        self.in_overlaid(cursor, |parent, position| {
            let is_it =
                |child: &Node<'_>| child.name() == word && child.argument(0).and_then(Entry::string) == Some(name);
            let found = parent.children().find(is_it)?;
            let line = language().line_at(language().below(position, parent, found), found)?;
            declares(line, 0).then(|| found.argument(0).map(name_span))?
        })
    }

    /// The names of the lines of a word that stand where an overlay changes the block around a place.
    pub(super) fn names_overlaid(&self, cursor: &Cursor<'_>, word: &str) -> Vec<String> {
        let found = self.in_overlaid(cursor, |parent, _| {
            let lines = parent.children().filter(|child| child.name() == word);
            Some(lines.filter_map(|line| Some(line.argument(0)?.string()?.to_owned())).collect())
        });
        found.unwrap_or_default()
    }

    /// Looks at the node, with what the grammar says of it, whose block an overlay changes around a place, in the declaration that it changes.
    fn in_overlaid<T>(
        &self,
        cursor: &Cursor<'_>,
        look: impl FnOnce(Node<'_>, Position<'static>) -> Option<T>,
    ) -> Option<T> {
        let mut around = cursor.around.iter().map(|(node, _)| *node).filter(|_| cursor.is_in_overlay()).skip(1);
        let head = around.next()?;
        let head = heads(cursor.tree).find(|one| one.node.span() == head.span()).filter(|head| !head.is_added())?;
        let address = head.address()?;
        let declared = self.loaded.project.declared().into_iter().find(|one| one.address() == address)?;
        let written = self.loaded.sources.written(declared.span().text()?).span;
        let tree = self.tree_of(written);
        let mut found = tree.node_at(written.start)?;
        let mut position = language().at_top(found);
        for step in around {
            let name = step.argument(0).and_then(Entry::string);
            let is_it = |child: &Node<'_>| {
                child.name() == step.name() && (name.is_none() || child.argument(0).and_then(Entry::string) == name)
            };
            let next = found.children().find(is_it)?;
            position = language().below(position, found, next);
            found = next;
        }
        look(found, position)
    }

    /// The fields of a blueprint or a promise, by its address, that are in a group.
    pub(super) fn members_of(&self, of: &str, group: &str) -> Vec<Field<'_>> {
        let project = &self.loaded.project;
        let Some(address) = Address::parse(of) else { return Vec::new() };
        match address.kind {
            Kind::Blueprint => {
                project.blueprint(&address.name).map(|one| in_group(all_of(one), group)).unwrap_or_default()
            }
            Kind::Promise => project.promise(&address.name).map(fields_asked).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// Where what an argument names is declared, of those lines that name something within something.
    fn named_by(
        &self,
        cursor: &Cursor<'_>,
        (node, line, index): (Node<'_>, Line<'_>, usize),
        (way, name): (&[&str], &str),
    ) -> Option<Span> {
        let around = cursor.around.last().map(|(node, _)| *node);
        let called = line.argument(index)?.name();
        match (node.name(), called) {
            ("depends-on" | "shown", _) => {
                let inputs = inputs(cursor.around.first()?.0);
                inputs.into_iter().find(|input| input.name == name)?.declared
            }
            ("mirror", "path") => {
                let of = around?.argument(0)?.string()?;
                let field = self.fields_along(of, way).into_iter().find(|field| field.name() == name)?;
                self.declared_at(field.declared())
            }
            ("expect", "level") => {
                let scorecard = self.scorecard(node)?;
                self.declared_at(scorecard.levels.iter().find(|one| *one.name.value == *name)?.name.span)
            }
            ("expect", "rule") => {
                let mut rules = self.scorecard(node)?.levels.iter().flat_map(|level| &level.rules);
                self.declared_at(rules.find(|one| *one.name.value == *name)?.name.span)
            }
            _ => None,
        }
    }

    /// Where a value of the project has its name.
    fn value_of_project(&self, name: &str) -> Option<Span> {
        let thing = Thing { kind: VALUE, within: "".into(), name: name.into() };
        self.of_project_alone(self.names().places(&thing)?)
    }

    /// The scorecard that an expectation is about.
    fn scorecard(&self, expect: Node<'_>) -> Option<&Scorecard> {
        let name = expect.argument(1)?.string()?;
        self.loaded.project.scorecards.iter().find(|one| *one.name.value == *name)
    }
}

/// Whether a line names fields that are left alone, as a plan calls them.
fn is_ignored(cursor: &Cursor<'_>, node: Node<'_>) -> bool {
    let is_verb = OverlayVerb::from_word(node.name()).is_some() && cursor.is_in_overlay();
    let said = if is_verb { node.argument(0).and_then(Entry::string) } else { Some(node.name()) };
    said == Some("ignore") && cursor.around.last().is_some_and(|(around, _)| around.name() == "lifecycle")
}

/// Whether a line says what a parameter of the project is in an environment.
fn is_of_environment(cursor: &Cursor<'_>, node: Node<'_>) -> bool {
    node.name() == "param" && cursor.around.last().is_some_and(|(around, _)| around.name() == ENVIRONMENT)
}

/// Whether the argument at an index gives a name to something that is known within something.
fn declares(line: Line<'_>, index: usize) -> bool {
    line.argument(index).is_some_and(|argument| {
        let kind = argument.declares().unwrap_or(argument.value_type().word);
        KINDS.contains(&kind) && (argument.declares().is_some() || argument.is_required() && index == 0)
    })
}
