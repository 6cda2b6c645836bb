//! Names that are known within something: what an expectation is about, members by their paths, fields that are left alone, and the lines of a
//! declaration that an overlay changes.

use super::Offers;
use crate::editor::cursor::Cursor;
use crate::editor::fields::Field;
use crate::model::{Address, Entity, Kind, Name, Request, Scorecard};
use crate::resolve::OverlayVerb;
use crate::syntax::{Entry, Node};
use std::collections::BTreeSet;

/// What an entity has beside its fields, as a plan calls it.
const METADATA: [&str; 3] = ["title", "icon", "team"];

impl Offers<'_> {
    /// What a line of a test expects: the entities, levels and rules that it may name.
    pub(super) fn expectation(&mut self, cursor: &Cursor<'_>, node: Node<'_>, index: usize) {
        let word = |at: usize| node.argument(at).and_then(Entry::string).unwrap_or_default();
        let scorecard = self.snapshot.loaded.project.scorecards.iter().find(|one| *one.name.value == *word(1));
        match (word(0), index) {
            ("level", 2) | ("rule", 3) => self.judged(cursor, scorecard),
            ("level", 3) => {
                let levels = scorecard.into_iter().flat_map(|one| &one.levels);
                levels.for_each(|level| self.name(&level.name.value, "level"));
                self.word("none", "");
            }
            ("rule", 2) => {
                let rules = scorecard.into_iter().flat_map(|one| &one.levels).flat_map(|level| &level.rules);
                rules.for_each(|rule| self.name(&rule.name.value, "rule"));
            }
            ("policy", 2) => self.given(cursor, |_| true),
            ("destination", 1) => {
                self.given(cursor, |given| given.argument(0).and_then(Entry::string) != Some(Kind::Entity.word()));
            }
            ("resource" | "no-resource", 1) => {
                let kinds = self.snapshot.loaded.project.kinds.names().map(|(_, kind)| kind);
                kinds.collect::<BTreeSet<_>>().into_iter().for_each(|kind| self.name(kind, "kind"));
            }
            _ => {}
        }
    }

    /// The entities that a scorecard judges: those that the test gives, and those of the project.
    fn judged(&mut self, cursor: &Cursor<'_>, scorecard: Option<&Scorecard>) {
        let Some(scorecard) = scorecard else { return };
        let blueprint = &*scorecard.blueprint.value;
        let is_it = |given: Node<'_>| {
            let word = |at: usize| given.argument(at).and_then(Entry::string);
            word(0) == Some(Kind::Entity.word()) && word(1) == Some(blueprint)
        };
        self.given(cursor, is_it);
        self.names(Kind::Entity.word(), blueprint);
    }

    /// The names of what the test around a place gives.
    fn given(&mut self, cursor: &Cursor<'_>, is_meant: impl Fn(Node<'_>) -> bool) {
        let Some((test, _)) = cursor.around.first() else { return };
        let given = test.children().filter(|child| child.name() == "given" && is_meant(*child));
        let names = given.filter_map(|one| one.arguments().filter_map(Entry::string).next_back());
        names.for_each(|name| self.name(name, "given"));
    }

    /// The members of blueprints and promises, by their paths.
    pub(super) fn members(&mut self) {
        let project = &self.snapshot.loaded.project;
        let member = |kind: Kind, of: &Name, group: &str, name: &str| {
            format!("{}#{group}.{name}", Address::new(kind, of.clone()))
        };
        let mut found = Vec::new();
        for one in &project.blueprints {
            let path = |group, name: &str| member(Kind::Blueprint, &one.name.value, group, name);
            found.extend(one.properties.iter().map(|property| path(Entity::PROPERTIES, &property.name.value)));
            found.extend(one.relations.iter().map(|relation| path(Entity::RELATIONS, &relation.name.value)));
        }
        for one in &project.promises {
            let fields = one.fields().iter();
            found.extend(fields.map(|field| member(Kind::Promise, &one.name.value, Request::SPEC, &field.name.value)));
        }
        for path in &found {
            self.name(path, "member");
        }
    }

    /// What a member of a path, or a value of it, may be called now.
    pub(super) fn renamed_to(&mut self, node: Node<'_>) {
        let Some(path) = node.argument(0).and_then(Entry::string) else { return };
        let Some((of, (group, name))) = path.split_once('#').and_then(|(of, path)| Some((of, path.split_once('.')?)))
        else {
            return;
        };
        let fields = self.snapshot.members_of(of, group);
        match node.property("value") {
            Some(_) => {
                let field = fields.into_iter().find(|field| field.name() == name);
                field.into_iter().flat_map(Field::words).for_each(|word| self.choice(&word, String::new()));
            }
            None => fields.into_iter().for_each(|field| self.name(field.name(), &field.detail())),
        }
    }

    /// The fields that a line of a `lifecycle` may leave alone, as a plan calls them.
    pub(super) fn left_alone(&mut self, cursor: &Cursor<'_>) {
        for group in [Entity::PROPERTIES, Entity::RELATIONS, Request::SPEC] {
            let fields = self.snapshot.fields_of_group(cursor, group);
            if group != Request::SPEC && !fields.is_empty() {
                for word in METADATA {
                    self.name(word, "");
                }
            }
            for field in fields {
                self.name(&format!("{group}.{}", field.name()), &field.detail());
            }
        }
    }

    /// The names of the lines of a word that stand in a declaration where an overlay changes it.
    pub(super) fn lines_overlaid(&mut self, cursor: &Cursor<'_>, word: &str) {
        for name in self.snapshot.names_overlaid(cursor, word) {
            self.name(&name, word);
        }
    }
}

/// Whether a node, perhaps behind a word of an overlay, leaves fields alone.
pub(super) fn leaves_alone(cursor: &Cursor<'_>, node: Node<'_>) -> bool {
    let said = match OverlayVerb::from_word(node.name()).filter(|_| cursor.is_in_overlay()) {
        Some(_) => node.argument(0).and_then(Entry::string),
        None => Some(node.name()),
    };
    said == Some("ignore") && cursor.around.last().is_some_and(|(around, _)| around.name() == "lifecycle")
}
