//! What is said once and used many times: `let`, `param`, `template`, `new` and `each`, to the nodes that they make.
//!
//! Before anything is lowered, nodes that use a name are set aside ([`Used`]); once all files are known they are written out ([`made`]) as
//! texts of their own, which are read as any text is, so that what is made is judged by the same rules as what is written. Each part of
//! such a text knows where somebody wrote it. Total and bounded: nothing recurses without an end, and what is made costs what it is.

mod bounds;
mod each;
mod evaluate;
mod given;
mod instance;
mod items;
mod lets;
mod line;
mod names;
mod project;
mod put_in;
mod scan;
mod scope;
mod scopes;
mod selected;
mod sheet;
mod templates;
mod trial;
mod unused;
mod write;

pub(super) use names::Names;
pub use names::{ENVIRONMENT, late_names, name_behind, name_given, name_within};
pub(super) use project::{FromCaller, Given};
pub(super) use scan::uses_any;
pub(super) use scope::misfit;
pub(super) use selected::Entities;
pub use selected::OF_ENTITY;
pub(super) use trial::Guessed;

use super::unit::Unit;
use crate::diag::Diagnostics;
use crate::model::{Arguments, Parameters, Selection};
use crate::source::{FileId, Making, Span};
use crate::syntax::{Builder, Built, Node, Tree};
use bounds::Bounds;
use rayon::prelude::*;
use selected::Select;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use templates::Templates;
use write::{World, Writer};

/// The nodes of a file that use names, or give them.
#[derive(Clone, Debug)]
pub(super) struct Used {
    /// The number of what the file is of: the project, or a module.
    pub(super) unit: usize,
    tree: Arc<Tree>,
    /// Where they begin.
    starts: Vec<u32>,
    /// Whether the file was read without a problem.
    is_sound: bool,
}

impl Used {
    /// Those of a tree, where there are some; what is not lowered as it stands is left out of the tree.
    pub(super) fn of(tree: &mut Tree, names: &Names, is_sound: bool) -> Option<Self> {
        let uses = |node: &Node<'_>| {
            is_given(*node) && node.name() != PROJECT || node.name() != USE && names.are_used_in(*node)
        };
        let found: Vec<Node<'_>> = tree.nodes().filter(uses).collect();
        let starts: Vec<u32> = found.iter().map(|node| node.span().start).collect();
        let aside: Vec<_> = found.iter().filter(|node| !is_given(**node)).map(|node| node.span()).collect();
        if starts.is_empty() {
            return None;
        }
        let whole = tree.clone();
        tree.leave_out(&aside);
        Some(Self { unit: 0, tree: whole.into(), starts, is_sound })
    }

    fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        self.starts.iter().filter_map(|start| self.tree.node_at(*start))
    }

    /// The templates that all may use who use what the file is of.
    pub(super) fn public(&self) -> impl Iterator<Item = &str> {
        self.called("template")
            .filter(|node| !templates::is_private(*node))
            .filter_map(|node| node.argument(0)?.string())
    }

    fn called<'u>(&'u self, name: &'static str) -> impl Iterator<Item = Node<'u>> {
        self.nodes().filter(move |node| node.name() == name)
    }
}

/// The node that says who a project is.
const PROJECT: &str = "project";

/// The node that uses a module, into which values are put when the module is read.
pub const USE: &str = "use";

/// The node that asks for what a template makes.
pub const NEW: &str = "new";

/// Whether a node gives or asks for something, and declares nothing itself.
fn is_given(node: Node<'_>) -> bool {
    matches!(node.name(), "let" | "param" | "template" | NEW | "each" | PROJECT)
}

/// A text that was made.
pub(super) struct Text {
    /// The file that asked for it.
    pub(super) asking: FileId,
    pub(super) text: String,
    pub(super) making: Making,
    /// Its tree, where reading it would say no more.
    pub(super) tree: Option<Built>,
}

/// What was made.
#[derive(Default)]
pub(super) struct Made {
    /// The texts, each with the file that asked for it.
    pub(super) texts: Vec<Text>,
    /// Those of templates that nobody uses, with what in them stands for what nobody knows: nothing comes of them but their problems.
    pub(super) tried: Vec<(Text, Guessed)>,
    /// What may be given to whom, and what is.
    pub(super) parameters: Vec<Parameters>,
    /// The problems of it.
    pub(super) diagnostics: Diagnostics,
    /// The nodes of which not all could be made as it was meant.
    pub(super) unread: Vec<Span>,
    /// The lines of declarations of which nothing could be made, with those that they were to be made for.
    pub(super) unmade: Vec<Span>,
    /// What entities were selected by.
    pub(super) selections: Vec<Selection>,
}

/// Whether something of what files say is made for entities ([`made_for_entities`]).
pub(super) fn waits(used: &[Used]) -> bool {
    used.iter().flat_map(Used::nodes).any(selected::waits)
}

/// The blueprints whose entities have to be known; nothing where those of all have to.
pub(super) fn looked_at(used: &[Used]) -> Option<HashSet<&str>> {
    let mut blueprints = HashSet::new();
    for node in used.iter().flat_map(Used::nodes) {
        blueprints.extend(selected::looked_at(node)?);
    }
    Some(blueprints)
}

/// The conditions on entities, into which values are put.
pub(super) fn conditions(used: &[Used]) -> Vec<Span> {
    used.iter().flat_map(Used::nodes).flat_map(selected::conditions).collect()
}

/// What the nodes of all files make, but for those that are over entities; `units` are the project and the modules that it uses, and `given` is
/// what the environment and the caller give for parameters of the project, each with its place.
pub(super) fn made(used: &[Used], units: &[Unit], given: Given) -> Made {
    all(used, units, given, None)
}

/// What those make that are over entities, once these are known: all that others made, and those of data.
pub(super) fn made_for_entities(used: &[Used], units: &[Unit], given: Given, entities: &Entities<'_>) -> Made {
    all(used, units, given, Some(entities))
}

fn all(used: &[Used], units: &[Unit], given: Given, entities: Option<&dyn Select>) -> Made {
    let mut made = Made::default();
    let bounds = Bounds::default();
    let templates = Templates::of(used, units, &mut made.diagnostics);
    let scopes = scopes::of(used, units, given, &bounds, &mut made);
    if entities.is_some() {
        // What everything knows was told of before.
        made = Made::default();
    }
    let is_sound = used.iter().all(|used| used.is_sound);
    let world = World { templates: &templates, scopes: &scopes, bounds: &bounds, entities, is_sound };
    let written: Vec<_> = used.par_iter().map(|used| written(used, world)).collect();
    let mut given = Vec::new();
    // What the bound leaves of many is of no use: it is told once, and nothing is made. Who goes beyond it is told by the order of the
    // files, and not by who was faster.
    if written.iter().any(|(_, out)| out.is_full.is_some()) {
        let anew = Bounds::default();
        let place = used.iter().find_map(|used| self::written(used, World { bounds: &anew, ..world }).1.is_full);
        made.diagnostics.extend(place.map(bounds::too_much));
        made.unread = used.iter().flat_map(Used::nodes).map(Node::span).collect();
        return made;
    }
    if entities.is_none() {
        tries(world, &written, &mut given, &mut made);
    }
    for (file, mut out) in written {
        made.texts.extend(out.texts().into_iter().map(|made| text(file, made, world)));
        made.diagnostics.append(out.diagnostics);
        made.unread.extend(out.unread);
        made.unmade.extend(out.unmade);
        made.selections.extend(out.selections);
        given.extend(out.given);
    }
    // What is wrong in what is made many times is wrong once.
    let mut told: HashSet<(&str, Span, String)> = HashSet::new();
    made.diagnostics.retain(|one| told.insert((one.code.id, one.primary.span(), one.message.clone())));
    made.parameters.splice(0..0, templates.parameters(given));
    made
}

/// What the nodes of a file make.
fn written<'w>(used: &'w Used, world: World<'w>) -> (FileId, write::Out) {
    let mut writer = Writer::new(world, used.unit);
    let asks = used.nodes().filter(|node| !matches!(node.name(), "let" | "param" | "template"));
    let asks = asks.filter(|node| selected::waits(*node) == world.entities.is_some());
    asks.for_each(|node| writer.declaration(node, &world.scopes[used.unit]));
    (used.tree.file(), writer.finish())
}

/// What was written for a file. What was read with a problem is read again, which tells it where it was made too.
fn text(asking: FileId, (text, making): (Builder, Making), world: World<'_>) -> Text {
    let (text, tree) = text.done();
    Text { asking, text, making, tree: tree.filter(|_| world.is_sound) }
}

/// Tries the templates that nothing was made of.
fn tries(world: World<'_>, written: &[(FileId, write::Out)], given: &mut Vec<(usize, Arguments)>, made: &mut Made) {
    let asked: BTreeSet<usize> = written.iter().flat_map(|(_, out)| &out.made).copied().collect();
    let list = &world.templates.list;
    for index in (0..list.len()).filter(|index| !asked.contains(index)) {
        let (mut out, guessed) = Writer::tries(world, index);
        let file = list[index].node.span().file;
        made.tried.extend(out.texts().pop().map(|made| (text(file, made, world), guessed)));
        made.diagnostics.append(out.diagnostics);
        given.extend(out.given);
    }
}
