//! The shape of a tree: which nodes stand where, with which arguments, properties and children.
//!
//! One walk, in the order of the text. A mistake is said once: below a node that is not known, and in
//! the block of a node that takes none, nothing more is looked at.

mod annotation;
mod condition;
mod entries;
mod keyless;
mod literal;
mod meant;
mod misfit;
mod placed;
mod stray;
mod typed;

pub use misfit::NameType;

use self::placed::belongs_on_line;
use super::shape::{Block, Body, Form, Grammar, NodeShape, Slot};
use super::step::is_control;
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::source::{LineIndex, Span};
use crate::syntax::{Node, Nodes, Tree};
use std::collections::HashSet;
use std::fmt::Write;

impl Grammar {
    /// Reads the names of a project's file in one form, tells what the parser said of it and what the grammar does not allow, and reads
    /// as they were meant the nodes that are told as misspelt or joined: they are looked for only where something is wrong. Takes time
    /// linear in the tree.
    pub fn understand(&self, tree: &mut Tree, syntax: Diagnostics, habits: Diagnostics) -> Validated {
        self.compose(tree);
        let mut walked = self.walked("project", tree);
        let mut meant = Diagnostics::default();
        if !walked.diagnostics.is_empty() {
            meant.append(self.respell(tree));
            meant.append(self.apart(tree));
        }
        if !meant.is_empty() {
            self.compose(tree);
            walked = self.walked("project", tree);
        }
        Validated { meant, ..walked.beside(tree, syntax, habits) }
    }

    /// Everything in a project's file that the grammar does not allow, in the order of the text.
    #[cfg(test)]
    pub(super) fn validate(&self, tree: &Tree) -> Diagnostics {
        self.validate_file("project", tree)
    }

    /// Everything in a file of a sort that the grammar does not allow.
    #[cfg(test)]
    pub(super) fn validate_file(&self, file: &str, tree: &Tree) -> Diagnostics {
        self.walked(file, tree).diagnostics
    }

    /// A walk over a file of a sort.
    fn walked(&self, file: &str, tree: &Tree) -> Walked {
        let mut validator = Validator::new(self, tree);
        if let Some(file) = self.file(file) {
            validator.block(&file.form, None, tree.nodes());
        }
        Walked { diagnostics: validator.diagnostics, rewritten: Rewritten(validator.rewritten) }
    }

    /// Everything in a node that the grammar does not allow, wherever the node stands.
    #[cfg(test)]
    pub(super) fn validate_node<'g>(&'g self, shape: &'g NodeShape, tree: &'g Tree, node: Node<'_>) -> Diagnostics {
        let mut validator = Validator::new(self, tree);
        validator.shaped(shape, node);
        validator.diagnostics
    }
}

/// What a walk found.
struct Walked {
    diagnostics: Diagnostics,
    rewritten: Rewritten,
}

impl Walked {
    /// What the parser said of a tree and of its habits, and what the grammar does not allow, but for what stands on a line that could
    /// not be read as KDL: that is likely to follow from the mistake there. Of a condition or a typed value that other languages write
    /// so, the grammar knows what was meant: there only it speaks.
    fn beside(self, tree: &Tree, mut syntax: Diagnostics, mut habits: Diagnostics) -> Validated {
        let Walked { diagnostics: mut found, rewritten } = self;
        let colons: HashSet<u32> = habits.iter().filter(|item| item.code == code::COLON).map(end_of).collect();
        let fixes = habits.iter().filter(|item| item.code == code::COLON).flat_map(|item| &item.fixes);
        let added = fixes.flat_map(|fix| &fix.edits).filter(|edit| edit.span.start == edit.span.end);
        let added: HashSet<u32> = added.map(|edit| edit.span.start).collect();
        syntax.retain(|item| {
            let start = item.primary.span().start;
            let is_mended = item.code == code::MISSING_SPACE && colons.contains(&start)
                || item.code == code::BARE_KEYWORD && added.contains(&start);
            !is_mended
        });
        for told in [&mut syntax, &mut habits] {
            told.retain(|item| !rewritten.covers(item));
        }
        if syntax.is_empty() || found.is_empty() {
            habits.append(syntax);
            habits.append(found);
            return Validated { diagnostics: habits, rewritten, ..Validated::default() };
        }
        let lines = LineIndex::new(tree.text());
        let takes_brace = |url: &Diagnostic| {
            let behind = tree.text().get(end_of(url) as usize..).and_then(|behind| behind.lines().next());
            url.code == code::CUT_OFF_URL && behind.is_some_and(|behind| behind.contains('}'))
        };
        // A URL without quotes takes the `}` behind it along: the block has an end once the quotes are there.
        let is_cut_off = found.iter().any(takes_brace);
        syntax.retain(|item| item.code != code::UNCLOSED_BLOCK || !is_cut_off);
        let unread = syntax.iter().filter(|item| item.code.is_of_unread_text());
        let broken: HashSet<usize> = unread.map(|item| lines.line_of(item.primary.span().start)).collect();
        let is_broken = |item: &Diagnostic| {
            let is_again = item.code == code::REPEATED_CHILD;
            let places = [&item.primary].into_iter().chain(item.others.iter().filter(|_| is_again));
            places.into_iter().any(|place| broken.contains(&lines.line_of(place.span().start)))
        };
        found.retain(|item| !is_broken(item));
        let mut headless = Vec::new();
        for brace in syntax.iter_mut().filter(|item| item.code == code::STRAY_BRACE) {
            headless.extend(headless_before(brace, &mut found, tree.text()));
        }
        habits.append(syntax);
        habits.append(found);
        Validated { diagnostics: habits, rewritten, headless, ..Validated::default() }
    }
}

fn end_of(problem: &Diagnostic) -> u32 {
    problem.primary.span().end
}

/// Takes what is said of the lines before a `}` without a block that are indented deeper than it: they lack the line that begins their
/// block, and that is told with the `}`.
fn headless_before(brace: &mut Diagnostic, found: &mut Diagnostics, text: &str) -> Option<Span> {
    let end = brace.primary.span();
    let before = &text[..end.start as usize];
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let own = indent(line);
    let mut start = before.len() - line.len();
    for line in before[..start].split_inclusive('\n').rev() {
        if !line.trim().is_empty() && indent(line) <= own {
            break;
        }
        start -= line.len();
    }
    let is_inside = |item: &Diagnostic| (start as u32..end.start).contains(&item.primary.span().start);
    let first = found.iter().filter(|item| is_inside(item)).map(|item| item.primary.span()).min()?;
    found.retain(|item| !is_inside(item));
    let told = Diagnostic::error(code::STRAY_BRACE, end, "`}` closes a block whose first line is missing");
    *brace = told
        .other(first, "the line that begins the block of this is missing above it")
        .help("write that line above, such as `entity service checkout {`, or remove what it was to hold");
    Some(Span { start: start as u32, end: end.start, ..end })
}

/// What the grammar says of a file.
#[derive(Default)]
pub struct Validated {
    /// What was told and is read as it was meant.
    pub meant: Diagnostics,
    /// The problems of the text and of its words.
    pub diagnostics: Diagnostics,
    /// The lines that are told as a whole.
    pub rewritten: Rewritten,
    /// What lacks the line that begins its block, in the order of the text.
    pub headless: Vec<Span>,
}

/// Lines that are told with what they were meant to say as a whole, in the order of the text: what else looks wrong in them is part of
/// the same mistake.
#[derive(Default)]
pub struct Rewritten(Vec<Span>);

impl Rewritten {
    /// Whether a problem lies in one of them.
    pub fn covers(&self, problem: &Diagnostic) -> bool {
        self.covers_place(problem.primary.span().start)
    }

    /// Whether a place lies in one of them.
    pub fn covers_place(&self, place: u32) -> bool {
        let at = self.0.partition_point(|span| span.end <= place);
        self.0.get(at).is_some_and(|span| span.start <= place)
    }
}

/// A walk over one tree.
struct Validator<'g> {
    grammar: &'g Grammar,
    text: &'g str,
    diagnostics: Diagnostics,
    /// The lines that are told with what they were meant to say as a whole, in the order of the text.
    rewritten: Vec<Span>,
    /// The first child of each slot that counts, of all blocks that the walk is in: slot and name.
    firsts: Vec<(usize, Span)>,
}

/// What was met in a block or a line: slots and properties, by bit.
#[derive(Clone, Copy, Default)]
struct Met {
    slots: u64,
    properties: u64,
    /// Whether there was a child that is none of the block: it may be what is missing.
    has_stranger: bool,
}

impl<'g> Validator<'g> {
    fn new(grammar: &'g Grammar, tree: &'g Tree) -> Self {
        Self {
            grammar,
            text: tree.text(),
            diagnostics: Diagnostics::default(),
            rewritten: Vec::new(),
            firsts: Vec::new(),
        }
    }

    /// The children of `owner`, or of a file where there is none.
    fn block(&mut self, form: &'g Form, owner: Option<Node<'_>>, children: Nodes<'_>) -> Met {
        let block = &form.block;
        let chosen = block.choices.iter().fold(0, |slots, choice| slots | choice.slots);
        let base = self.firsts.len();
        let mut met = Met::default();
        for node in children {
            match block.slot(node.name()) {
                Some((index, slot)) if !is_field(block, node) => {
                    let bit = 1 << (index & 63);
                    if met.slots & bit == 0 {
                        if slot.occurs.is_single() || chosen & bit != 0 {
                            self.firsts.push((index, node.name_span()));
                        }
                    } else if slot.occurs.is_single() {
                        self.repeated(index, base, node);
                    }
                    met.slots |= bit;
                    self.slot(slot, node);
                }
                _ => {
                    let before = self.diagnostics.added();
                    met.slots |= self.other_child(block, owner, node);
                    met.has_stranger |= block.body.is_none() && self.diagnostics.added() > before;
                }
            }
        }
        if let Some(owner) = owner {
            self.missing(form, met, owner);
        }
        for choice in block.choices.iter().filter(|choice| (met.slots & choice.slots).count_ones() > 1) {
            let mut spans = self.firsts[base..].iter().filter(|first| choice.slots >> (first.0 & 63) & 1 == 1);
            if let (Some((_, first)), Some((_, second))) = (spans.next(), spans.next()) {
                self.diagnostics.push(exclusive(&choice.names, *first, *second));
            }
        }
        self.firsts.truncate(base);
        met
    }

    fn slot(&mut self, slot: &'g Slot, node: Node<'_>) {
        self.shaped(self.grammar.node(slot.node), node);
    }

    /// A node that stands where it may.
    fn shaped(&mut self, shape: &'g NodeShape, node: Node<'_>) {
        let Some((form, told)) = shape.form_of(node) else {
            return self.unknown_form(shape, node);
        };
        self.node_annotation(node, &shape.annotations);
        self.cut_off_url(node);
        if self.typed_elsewhere(form, node) {
            self.block(form, Some(node), node.children());
            return;
        }
        if self.values_elsewhere(form, node) {
            return;
        }
        let elsewhere = self.colon_between(form, told, node).or_else(|| self.keyless(form, told, node));
        let elsewhere = elsewhere.or_else(|| self.keyed(form, told, node));
        let elsewhere = elsewhere.or_else(|| self.kind_said(form, told, node));
        let properties = elsewhere.unwrap_or_else(|| self.entries(form, told, node));
        self.onto_line(form, node);
        if form.block.is_empty() {
            let is_told = node.children().any(|child| belongs_on_line(form, child.name()));
            if let Some(block) = node.block_span().filter(|_| !is_told) {
                if let Some(told) = as_pairs(form, node, block) {
                    return self.diagnostics.push(told);
                }
                let message = format!("`{}` takes no block", shape.name);
                self.diagnostics.push(Diagnostic::error(code::SURPLUS_BLOCK, block, message).fix(
                    "remove it",
                    block,
                    "",
                ));
            }
            return;
        }
        let met = self.block(form, Some(node), node.children());
        self.choices_of_both(form, Met { properties, ..met }, node);
    }

    /// A choice between a child and a property.
    fn choices_of_both(&mut self, form: &'g Form, met: Met, node: Node<'_>) {
        for choice in &form.block.choices {
            let (slots, properties) = (met.slots & choice.slots, met.properties & choice.properties);
            if slots == 0 || properties == 0 {
                continue;
            }
            let property = node.properties().find(|entry| {
                let index = entry.key().and_then(|key| form.property(key)).map(|(index, _)| index);
                index.is_some_and(|index| choice.properties >> (index & 63) & 1 == 1)
            });
            let child = node.children().find(|child| {
                form.block.slot(child.name()).is_some_and(|(index, _)| choice.slots >> (index & 63) & 1 == 1)
            });
            if let (Some(property), Some(child)) = (property, child) {
                self.diagnostics.push(exclusive(&choice.names, property.key_span(), child.name_span()));
            }
        }
    }

    /// A child of no slot. Gives the slot, by bit, that it was probably meant for.
    fn other_child(&mut self, block: &'g Block, owner: Option<Node<'_>>, node: Node<'_>) -> u64 {
        match &block.body {
            Some((Body::Predicate, _)) => self.condition(block, node),
            Some((body @ (Body::Fields | Body::Json | Body::Template), _)) => self.open(*body, node),
            Some((Body::Nodes, _)) => {}
            None => return self.unknown(block, owner, node),
        }
        0
    }

    /// A node of an open body: only annotations, and what KDL itself makes of a text, are looked at.
    fn open(&mut self, body: Body, node: Node<'_>) {
        if body == Body::Template {
            if let Some(shape) =
                Some(node.name()).filter(|_| is_control(node)).and_then(|name| self.grammar.control(name))
            {
                return self.shaped(shape, node);
            }
            if self.step_in_body(node) {
                return;
            }
        }
        self.open_annotations(node);
        self.cut_off_url(node);
        node.entries().for_each(|entry| self.open_value(body, entry));
        for child in node.children() {
            self.open(body, child);
        }
    }

    /// A URL without quotes: KDL takes its `//` for the start of a comment, and says nothing.
    fn cut_off_url(&mut self, node: Node<'_>) {
        let Some(last) = node.entries().next_back() else {
            return;
        };
        if last.raw().ends_with(':') && last.string().is_some() {
            let rest = self.text.get(last.value_span().end as usize..).unwrap_or_default();
            if rest.starts_with("//") {
                self.cut_off(last, rest);
            }
        }
    }

    fn repeated(&mut self, index: usize, base: usize, node: Node<'_>) {
        let message = format!("`{}` may stand here only once", node.name());
        let mut diagnostic = Diagnostic::error(code::REPEATED_CHILD, node.name_span(), message);
        if let Some((_, first)) = self.firsts[base..].iter().find(|first| first.0 == index) {
            diagnostic = diagnostic.other(*first, "it is here already").help("keep one of them");
        }
        self.diagnostics.push(diagnostic);
    }

    /// What a block must hold and does not.
    fn missing(&mut self, form: &Form, met: Met, owner: Node<'_>) {
        let block = &form.block;
        let missing = block.required & !met.slots;
        if missing != 0 && !met.has_stranger {
            for (_, slot) in block.slots.iter().enumerate().filter(|(index, _)| missing >> (index & 63) & 1 == 1) {
                if owner.property(&slot.name).is_some() {
                    continue; // said of the property
                }
                let message = format!("`{}` needs a `{}`", owner.name(), slot.name);
                let shape = self.grammar.node(slot.node);
                let mut diagnostic =
                    Diagnostic::error(code::MISSING_CHILD, owner.head_span(), message).missing(&slot.name);
                if let Some(example) = shape.examples.first().and_then(|example| example.lines().next()) {
                    diagnostic = diagnostic.help(format!("add it to the block, such as `{}`", one_line(example)));
                }
                self.diagnostics.push(diagnostic);
            }
        }
        let instead = form.instead().and_then(|instead| owner.property(&instead.name));
        if let Some(instead) = instead {
            if let Some(child) = owner.children().next() {
                let message = format!("`{}` stands in the place of conditions", instead.key().unwrap_or_default());
                let diagnostic = Diagnostic::error(code::EXCLUSIVE_PARTS, child.name_span(), message);
                self.diagnostics.push(diagnostic.other(instead.key_span(), "this is here already"));
            }
        } else if matches!(block.body, Some((Body::Predicate, _))) && owner.children().next().is_none() {
            let message = format!("`{}` has no condition", owner.name());
            let help = "write conditions into its block, such as `{ tier is critical }`";
            self.diagnostics.push(Diagnostic::error(code::NO_CONDITION, owner.head_span(), message).help(help));
        }
    }
}

/// A block in the place of the keys of an open line.
fn as_pairs(form: &Form, node: Node<'_>, block: Span) -> Option<Diagnostic> {
    form.pairs.as_ref()?;
    let pair = |child: Node<'_>| {
        let alone = child.argument(1).is_none() && child.properties().next().is_none() && !child.has_block();
        child.argument(0).filter(|_| alone).map(|value| format!("{}={}", child.name(), value.raw()))
    };
    let pairs = node.children().map(pair).collect::<Option<Vec<_>>>()?.join(" ");
    let diagnostic = Diagnostic::error(code::SURPLUS_BLOCK, block, format!("`{}` takes no block", node.name()));
    Some(diagnostic.help(format!("write `{} {pairs}`", node.name())).fix("write it on the line", block, pairs))
}

/// The first line of an example as a whole: its block is closed.
fn one_line(example: &str) -> String {
    match example.strip_suffix('{') {
        Some(head) => format!("{head}{{ ... }}"),
        None => example.to_owned(),
    }
}

/// Whether a node of a predicate is a condition on a field that is named like a combination: it has an
/// operator, where a combination has a block.
fn is_field(block: &Block, node: Node<'_>) -> bool {
    matches!(block.body, Some((Body::Predicate, _))) && node.entries().next().is_some() && !node.has_block()
}

fn exclusive(names: &[Box<str>], first: Span, second: Span) -> Diagnostic {
    let message = match names {
        [name] => format!("`{name}` stands here both as a property and as a child"),
        _ => format!("only one of {} may stand here", list(names.iter().map(|name| &**name), usize::MAX)),
    };
    Diagnostic::error(code::EXCLUSIVE_PARTS, second, message)
        .other(first, "this is here already")
        .help("keep one of them")
}

/// Names for a message: `a`, `b`, `c`, and how many more there are.
fn list<'n>(names: impl Iterator<Item = &'n str>, most: usize) -> String {
    let names: Vec<&str> = names.collect();
    let mut text = names.iter().take(most).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > most {
        let _ = write!(text, " and {} more", names.len() - most);
    }
    text
}
