//! The names that a project defines and uses.

mod check;
mod collect;

use super::Rewritten;
use super::language;
use super::shape::{Kind, KindId};
use crate::source::{Sources, Span};
use std::collections::HashMap;
use std::sync::Arc;

/// Names with their places. Holds no text of the files but scopes and the rare names with escapes: 24
/// bytes a definition, 20 a reference.
#[derive(Clone, Debug, Default)]
pub struct Index {
    kinds: Arc<[Kind]>,
    definitions: Vec<Definition>,
    references: Vec<NameUse>,
    /// The kinds of which something is declared without a name.
    nameless: Vec<KindId>,
    /// The texts of scopes; the first is that of the whole project.
    scopes: Vec<Box<str>>,
    scope_numbers: HashMap<Box<str>, u32>,
    /// Names whose text is not written as it is.
    escaped: Vec<Box<str>>,
}

/// A name where it is written.
#[derive(Clone, Copy, Debug)]
struct Name {
    /// The name without quotes.
    span: Span,
    /// Its place in [`Index::escaped`], and 1 more; 0 where the span's text is the name.
    escaped: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Definition {
    name: Name,
    scope: u32,
    kind: KindId,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct NameUse {
    name: Name,
    /// What it may be of; two equal ones for a single kind.
    kinds: [KindId; 2],
    /// What it would be of if a word stood before it, and the kind that is the word; the same as `kinds` where there is no such word.
    instead: [KindId; 2],
}

/// A name where it is declared.
#[derive(Clone, Copy, Debug)]
pub struct Declared<'i> {
    /// The kind that it is of, as the grammar calls it.
    pub kind: &'static str,
    /// Where names of the kind must differ: empty for the whole project, and otherwise the names that are the scope, or a text that no name is.
    pub within: &'i str,
    /// The name.
    pub name: &'i str,
    /// Where it stands, without quotes.
    pub span: Span,
}

/// A name where it is used.
#[derive(Clone, Copy, Debug)]
pub struct Use<'i> {
    /// The kinds that it may be of, as the grammar calls them; two equal ones for a single kind.
    pub kinds: [&'static str; 2],
    /// The name.
    pub name: &'i str,
    /// Where it stands, without quotes.
    pub span: Span,
}

impl Index {
    /// The names that are declared. `sources` are those that the trees were read from.
    pub fn declared<'i>(&'i self, sources: &'i Sources) -> impl Iterator<Item = Declared<'i>> {
        self.definitions.iter().map(|one| {
            let within = self.scopes.get(one.scope as usize).map_or("", |scope| scope);
            let within = within.strip_prefix('\u{1}').unwrap_or(within);
            let kind = Self::word(one.kind);
            Declared { kind, within, name: self.text(sources, one.name), span: one.name.span }
        })
    }

    /// The names that are used. `sources` are those that the trees were read from.
    pub fn used<'i>(&'i self, sources: &'i Sources) -> impl Iterator<Item = Use<'i>> {
        self.references.iter().map(|one| {
            let kinds = one.kinds.map(Self::word);
            Use { kinds, name: self.text(sources, one.name), span: one.name.span }
        })
    }

    fn word(kind: KindId) -> &'static str {
        &language().kinds[kind.0 as usize].name
    }

    /// Adds the names of another index, behind its own.
    pub fn merge(&mut self, other: Index) {
        if self.kinds.is_empty() {
            self.kinds = other.kinds;
        }
        let scopes: Vec<u32> = other.scopes.into_iter().map(|scope| self.scope(&scope)).collect();
        let escapes = self.escaped.len() as u32;
        let moved = |name: Name| Name { escaped: if name.escaped == 0 { 0 } else { name.escaped + escapes }, ..name };
        self.escaped.extend(other.escaped);
        self.definitions.extend(other.definitions.into_iter().map(|definition| Definition {
            name: moved(definition.name),
            scope: scopes.get(definition.scope as usize).copied().unwrap_or_default(),
            ..definition
        }));
        self.nameless.extend(other.nameless);
        let references = other.references.into_iter();
        self.references.extend(references.map(|reference| NameUse { name: moved(reference.name), ..reference }));
    }

    /// Leaves out what uses a name on lines that are told as a whole.
    #[must_use]
    pub fn without(mut self, rewritten: &Rewritten) -> Self {
        self.references.retain(|reference| !rewritten.covers_place(reference.name.span.start));
        self
    }

    /// The names of a module, without those of values and of templates, which it knows alone; `is_public` says of a template whether all do.
    #[must_use]
    pub fn of_module(mut self, is_public: &dyn Fn(&str) -> bool, sources: &Sources) -> Self {
        let (value, template) = (self.kind_of("value"), self.kind_of("template"));
        let of_projects = ["project", "environment"].map(|kind| self.kind_of(kind));
        let definitions = std::mem::take(&mut self.definitions);
        let stays = |one: &Definition| {
            let is_of_project = self.scopes.get(one.scope as usize).is_some_and(|scope| scope.is_empty());
            let is_own = is_of_project && (Some(one.kind) == value || Some(one.kind) == template);
            !of_projects.contains(&Some(one.kind)) && !is_own
                || Some(one.kind) == template && is_public(self.text(sources, one.name))
        };
        let definitions = definitions.into_iter().filter(stays).collect();
        self.references.retain(|reference| Some(reference.kinds[0]) != template);
        Self { definitions, ..self }
    }

    /// Notes names that stand in no tree: of a kind, each different within another name. Beside each name stands its place, and what is
    /// written there.
    pub fn define<'n>(&mut self, kind: &str, within: &str, names: impl Iterator<Item = (&'n str, Span, &'n str)>) {
        let Some(kind) = self.kind_of(kind) else { return };
        let scope = self.scope(&format!("\u{1}{within}"));
        for (text, span, written) in names {
            let name = self.name((text, span), written);
            self.definitions.push(Definition { name, scope, kind });
        }
    }

    /// Notes the uses of names of a kind, in the same way.
    pub fn refer<'n>(&mut self, kind: &str, names: impl Iterator<Item = (&'n str, Span, &'n str)>) {
        let Some(kind) = self.kind_of(kind) else { return };
        for (text, span, written) in names {
            let (name, kinds) = (self.name((text, span), written), [kind, kind]);
            self.references.push(NameUse { name, kinds, instead: kinds });
        }
    }

    fn kind_of(&self, kind: &str) -> Option<KindId> {
        let number = self.kinds.iter().position(|known| *known.name == *kind)?;
        Some(KindId(u8::try_from(number).ok()?))
    }

    /// A name, where it is written perhaps in quotes.
    fn name(&mut self, (text, span): (&str, Span), written: &str) -> Name {
        let quotes = (written.len() - written.len().min(text.len())) / 2;
        if written.get(quotes..written.len() - quotes) == Some(text) {
            let quotes = quotes as u32;
            return Name { span: Span { start: span.start + quotes, end: span.end - quotes, ..span }, escaped: 0 };
        }
        self.escaped.push(text.into());
        Name { span, escaped: self.escaped.len() as u32 }
    }

    /// The number of a scope's text.
    fn scope(&mut self, scope: &str) -> u32 {
        if let Some(number) = self.scope_numbers.get(scope) {
            return *number;
        }
        let number = self.scopes.len() as u32;
        self.scopes.push(scope.into());
        self.scope_numbers.insert(scope.into(), number);
        number
    }

    fn text<'s>(&'s self, sources: &'s Sources, name: Name) -> &'s str {
        match name.escaped.checked_sub(1) {
            Some(index) => self.escaped.get(index as usize).map_or("", |name| name),
            None => sources.text(name.span),
        }
    }

    fn kind(&self, id: KindId) -> &Kind {
        &self.kinds[id.0 as usize]
    }
}
