//! An object that others changed, and its text with some of that taken over.

use super::choice::Choice;
use super::found::Found;
use super::{Adopted, Taken, Version};
use crate::diag::Edit;
use crate::diff::{Desired, Hidden};
use crate::drift::{DriftedField, DriftedObject, Outcome};
use crate::model::{Address, Map, Project, Value};
use crate::object::{canonical, fields, goes_along, hangs_together, set_field, set_fields};
use crate::resolve::overlays;
use crate::session::listing::listing;
use crate::source::{FileId, Origin, Span, Spanned};
use crate::syntax::{Node, Tree, edit};
use crate::workspace::Loaded;
use crate::writer::{Draft, Stuck, change, end_lines, newline_of};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// An object of which something is taken over.
pub(super) enum Subject<'a> {
    /// One that others changed.
    Changed(Changed<'a>),
    /// One that nobody declares.
    Found(Found<'a>),
}

impl Subject<'_> {
    /// What it is called.
    pub(super) fn address(&self) -> &Address {
        match self {
            Self::Changed(changed) => &changed.object.address,
            Self::Found(found) => found.address,
        }
    }

    /// The place that would have to say something.
    pub(super) fn place(&self, choice: &Choice<'_>) -> Span {
        match self {
            Self::Changed(changed) => changed.place(choice),
            Self::Found(found) => found.end,
        }
    }

    /// Its text with what is taken over.
    ///
    /// # Errors
    /// Why it cannot be written.
    pub(super) fn with(&self, choices: &[&Choice<'_>]) -> Result<Version, Stuck> {
        match self {
            Self::Changed(changed) => changed.with(choices),
            Self::Found(found) => Ok(found.version()),
        }
    }
}

/// An object that others changed, with the node that declares it.
pub(super) struct Changed<'a> {
    pub(super) object: &'a DriftedObject,
    /// The line that declares it.
    pub(super) span: Span,
    loaded: &'a Loaded,
    tree: &'a Tree,
    node: Node<'a>,
    /// What it is to be.
    before: Map,
    /// The fields of it that its text leaves to the defaults of its blueprint.
    inherited: Vec<String>,
}

impl<'a> Changed<'a> {
    /// # Errors
    /// Why nothing of the object can be written.
    pub(super) fn of(
        loaded: &'a Loaded,
        trees: &'a BTreeMap<FileId, Tree>,
        wanted: &[Desired<'_>],
        object: &'a DriftedObject,
    ) -> Result<Self, Stuck> {
        let none = || {
            Stuck::new(
                "it is no longer declared: declare it again, or decide with `plat apply --on-conflict ours`".to_owned(),
            )
        };
        let span = object.span.and_then(Origin::text).ok_or_else(none)?;
        let file = loaded.sources.file(span.file);
        if file.is_data() {
            let place = loaded.sources.location(span);
            return Err(Stuck::new(format!(
                "it is made of the row at {place}, and plat writes into no file of data: change it there, or decide with `plat apply --on-conflict ours`"
            )));
        }
        let environment = loaded.project.environment.as_deref();
        let overlay = overlays(environment, &loaded.sources).remove(&object.address);
        if let Some(overlay) = overlay {
            let place = loaded.sources.location(overlay);
            return Err(Stuck::new(format!(
                "an overlay changes it at {place}: say there what is live, or let `plat apply` set it back"
            )));
        }
        if file.is_of_library() {
            let whose = if file.name.starts_with("std:") { "is a part of plat" } else { "lies in another repository" };
            return Err(Stuck::new(format!(
                "it comes from the module {}, which {whose}: say what is live in an `overlay`, or let `plat apply` set it back",
                file.name
            )));
        }
        if file.is_made() {
            let place = loaded.sources.location(loaded.sources.cause(span).span);
            return Err(Stuck::new(format!(
                "values are put into it, by what {place} says: change them there, or the text that they are put into"
            )));
        }
        let tree = trees.get(&span.file).ok_or_else(lost)?;
        let node = tree.node_at(span.start).filter(|node| node.head_span() == span).ok_or_else(lost)?;
        let index = wanted.binary_search_by(|desired| desired.address.cmp(&object.address)).map_err(|_| lost())?;
        let before = wanted[index].declared.body();
        let inherited = inherited(&loaded.project, &object.address, &before);
        Ok(Self { object, span, loaded, tree, node, before, inherited })
    }

    /// Some fields, those together that make no sense without each other.
    pub(super) fn together<'d>(&self, paths: Vec<&'d str>) -> Vec<Vec<&'d str>> {
        let after = self.with_live(&paths);
        let mut groups: Vec<Vec<&str>> = paths.into_iter().map(|path| vec![path]).collect();
        for (one, other) in hangs_together(self.object.address.kind, [&self.before, &after]) {
            let place = |path: &str| groups.iter().position(|group| group.contains(&path));
            if let (Some(one), Some(other)) = (place(one), place(&other))
                && one != other
            {
                let moved = groups.swap_remove(one.max(other));
                groups[one.min(other)].extend(moved);
            }
        }
        for group in &mut groups {
            group.sort_unstable();
        }
        groups.sort_unstable();
        groups
    }

    fn place(&self, choice: &Choice<'_>) -> Span {
        let fields = match choice {
            Choice::Removal | Choice::Whole => &[][..],
            Choice::Fields(paths) => paths,
        };
        let span = |path: &&str| self.field(path)?.span.and_then(Origin::text);
        fields.iter().find_map(span).unwrap_or(self.span)
    }

    /// Its text with some changes of others.
    fn with(&self, choices: &[&Choice<'_>]) -> Result<Version, Stuck> {
        let mut paths: Vec<&str> = Vec::new();
        for choice in choices {
            match choice {
                Choice::Removal => return self.without(),
                Choice::Whole => {}
                Choice::Fields(more) => paths.extend(more),
            }
        }
        paths.sort_unstable();
        let (kind, overwrites) = (self.object.address.kind, paths.iter().any(|path| self.is_in_conflict(path)));
        if let Some(hidden) = paths.iter().find_map(|path| self.field(path)?.veils.as_ref()) {
            return Err(in_the_clear(hidden));
        }
        let mut after = self.with_live(&paths);
        let mut paths: Vec<String> = paths.into_iter().map(str::to_owned).collect();
        for (path, live) in goes_along(kind, [&self.before, &after.clone()], &self.object.live) {
            set_field(&mut after, &path, canonical(kind, &path, live).map(Cow::into_owned));
            paths.push(path);
        }
        let mut draft = Draft::of(self.tree, self.node);
        let address = &self.object.address;
        let listings = |group: &str, name: &str| listing(&self.loaded.project, address, group, name);
        let said = [self.as_said(&self.before, &[]), self.as_said(&after, &paths)];
        change(address, &mut draft, [&said[0], &said[1]], &listings)?;
        let edit = Edit { span: self.node.span(), text: draft.text().to_owned() };
        Ok(Version { edit, body: Some(after), adopted: self.adopted(Taken::Fields(paths), overwrites) })
    }

    /// The text without it.
    fn without(&self) -> Result<Version, Stuck> {
        let overwrites = self.object.whole.as_ref().is_some_and(|whole| whole.outcome() == Outcome::Conflict);
        let mut edit = edit::remove(self.tree, self.node).pop().ok_or_else(lost)?;
        let next = self.tree.nodes().skip_while(|node| node.span() != self.node.span()).nth(1);
        if next.is_some_and(|next| edit::set_apart(self.tree, self.node, next).is_some()) {
            edit.text.push('\n');
        }
        end_lines(&mut edit, newline_of(self.tree.text()));
        Ok(Version { edit, body: None, adopted: self.adopted(Taken::Removal, overwrites) })
    }

    fn adopted(&self, taken: Taken, overwrites: bool) -> Adopted {
        Adopted { address: self.object.address.clone(), span: self.span, taken, overwrites }
    }

    fn field(&self, path: &str) -> Option<&DriftedField> {
        self.object.fields.iter().find(|field| field.path == path)
    }

    fn is_in_conflict(&self, path: &str) -> bool {
        self.field(path).is_some_and(|field| field.outcome == Outcome::Conflict)
    }

    /// A body without what its text leaves to defaults, but for some fields that it is to say.
    fn as_said(&self, body: &Map, paths: &[String]) -> Map {
        let mut body = body.clone();
        let left = self.inherited.iter().filter(|path| !paths.contains(path));
        set_fields(&mut body, left.map(|path| (&**path, None)));
        body
    }

    /// What is live of a field, as a declaration would have it.
    fn live(&self, path: &str) -> Option<Value> {
        let live = self.field(path)?.live.as_ref()?;
        canonical(self.object.address.kind, path, live).map(Cow::into_owned)
    }

    /// What the text says, with the live values of some fields.
    fn with_live(&self, paths: &[&str]) -> Map {
        let mut after = self.before.clone();
        set_fields(&mut after, paths.iter().map(|path| (*path, self.live(path))));
        after
    }
}

/// The fields of an entity that come from the defaults of its blueprint, by path.
fn inherited(project: &Project, address: &Address, body: &Map) -> Vec<String> {
    let is_default = |value: &Spanned<Value>| project.defaults_at(address, value.span).is_some();
    fields(body).into_iter().filter(|(_, value)| is_default(value)).map(|(path, _)| path).collect()
}

fn lost() -> Stuck {
    Stuck::new("its line is not where it is expected")
}

/// Why what stands in the place of a secret is not taken over.
fn in_the_clear(hidden: &Hidden) -> Stuck {
    let Hidden::Secret(secret) = hidden else {
        return Stuck::new(
            "an address in it holds a password, which stands in no text; `plat apply` sets back what was there",
        );
    };
    Stuck::new(format!(
        "the text refers to the secret `{secret}` in it, and what is live does not: that may be the secret itself, which stands in no \
         text; `plat apply` sets the reference back"
    ))
}
