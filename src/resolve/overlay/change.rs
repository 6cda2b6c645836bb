//! One declaration with what an overlay changes in it.

use super::copy::Copy;
use super::line::{Line, Verb};
use super::lines::{Lines, Values};
use super::twice;
use crate::diag::{Diagnostic, Diagnostics, code, suggest};
use crate::grammar::{LineForm, Position, language};
use crate::source::{FileId, Making, Sources, Span};
use crate::syntax::{Entry, Node};
use std::collections::{BTreeMap, HashMap};

/// What makes a value a list, however many items it has.
const ARRAY: &str = "(array)";

/// Writes declarations with their changes.
pub(super) struct Change<'c> {
    out: Copy<'c>,
    diagnostics: &'c mut Diagnostics,
}

/// What is changed in one node.
#[derive(Default)]
struct Changes<'o> {
    /// What is done to a line of its block: to the child of a number, to a property of its line, or to what there is not yet.
    children: BTreeMap<usize, Vec<Line<'o>>>,
    properties: Vec<(&'o str, Line<'o>)>,
    added: Vec<Line<'o>>,
    /// The children that are gone into.
    within: BTreeMap<usize, Vec<Node<'o>>>,
}

impl<'c> Change<'c> {
    pub(super) fn new(sources: &'c Sources, diagnostics: &'c mut Diagnostics) -> Self {
        Self { out: Copy::new(sources), diagnostics }
    }

    /// What was written, where something was.
    pub(super) fn finish(self, file: FileId) -> Option<(FileId, String, Making)> {
        (!self.out.text.is_empty()).then_some((file, self.out.text, self.out.making))
    }

    /// A declaration with what some blocks change in it.
    pub(super) fn declaration(&mut self, node: Node<'_>, heads: &[Node<'_>]) {
        self.node(node, language().at_top(node), heads);
    }

    /// A declaration that a line adds.
    pub(super) fn added(&mut self, line: Node<'_>) {
        self.behind_word(line);
        self.out.word("\n");
    }

    fn node(&mut self, node: Node<'_>, position: Position<'_>, heads: &[Node<'_>]) {
        if heads.is_empty() {
            self.out.part(node.span());
            return self.out.word("\n");
        }
        let mut lines = Lines::of(node);
        let changes = self.changes((node, &mut lines), position, heads);
        if let Some(annotation) = node.annotated() {
            self.out.part(annotation.span);
        }
        self.out.part(node.name_span());
        // Of several the first counts.
        let changed: HashMap<&str, Line<'_>> = changes.properties.iter().rev().copied().collect();
        for entry in node.entries() {
            let changed = entry.key().and_then(|key| changed.get(key));
            match changed {
                None => self.entry(entry),
                Some(line) => self.property(*line),
            }
        }
        for (_, line) in changes.properties.iter().filter(|(name, _)| !lines.has_property(name)) {
            self.property(*line);
        }
        if node.has_block() || !changes.added.is_empty() {
            self.out.word(" {\n");
            for (index, child) in node.children().enumerate() {
                let below = language().below(position, node, child);
                match (changes.children.get(&index), changes.within.get(&index)) {
                    (Some(lines), _) => self.line(child, below, lines),
                    (None, Some(heads)) => self.node(child, below, heads),
                    (None, None) => self.node(child, below, &[]),
                }
            }
            for line in &changes.added {
                self.added(line.node);
            }
            self.out.word("}");
        }
        self.out.word("\n");
    }

    /// A value on a line.
    fn entry(&mut self, entry: Entry<'_>) {
        self.out.word(" ");
        self.out.part(entry.span());
    }

    /// A property as a line sets it; nothing where the line takes it away.
    fn property(&mut self, line: Line<'_>) {
        if let Some(value) = line.only_value().filter(|_| line.verb == Verb::Set) {
            self.out.word(" ");
            self.out.part(line.named.value_span());
            self.out.word("=");
            self.out.part(value.span());
        }
    }

    /// A line of a block with what is done to it.
    fn line(&mut self, child: Node<'_>, position: Position<'_>, lines: &[Line<'_>]) {
        match lines {
            [Line { verb: Verb::Unset, .. }, ..] => {}
            [line @ Line { verb: Verb::Set, .. }, ..] => self.added(line.node),
            lines => self.items(child, position, lines),
        }
    }

    /// A list with other items.
    fn items(&mut self, child: Node<'_>, position: Position<'_>, lines: &[Line<'_>]) {
        let (removed, added): (Vec<Line<'_>>, Vec<Line<'_>>) = lines.iter().partition(|line| line.verb == Verb::Remove);
        let (items, going) = (Values::of(child.arguments()), Values::of(removed.iter().flat_map(|line| line.values())));
        for value in removed.iter().flat_map(|line| line.values()) {
            if !items.have(value) {
                let message = format!("`{}` has no such item", child.name());
                let problem = Diagnostic::error(code::MALFORMED_OVERLAY, value.value_span(), message);
                self.diagnostics.push(problem.other(child.head_span(), "these are its items").help("take it out here"));
            }
        }
        let stays: Vec<Entry<'_>> = child.entries().filter(|item| !(item.is_argument() && going.have(*item))).collect();
        let new: Vec<Entry<'_>> = added.iter().flat_map(|line| line.values()).collect();
        let blocks: Vec<Node<'_>> =
            std::iter::once(child).chain(added.iter().map(|line| line.node)).filter(|node| node.has_block()).collect();
        if stays.is_empty() && new.is_empty() && blocks.is_empty() {
            return;
        }
        match child.annotated() {
            Some(annotation) => self.out.part(annotation.span),
            None if matches!(position, Position::Open(_)) && stays.len() + new.len() == 1 && blocks.is_empty() => {
                self.out.word(ARRAY);
            }
            None => {}
        }
        self.out.part(child.name_span());
        stays.into_iter().chain(new).for_each(|item| self.entry(item));
        if !blocks.is_empty() {
            self.out.word(" {\n");
            for node in blocks.iter().flat_map(|node| node.children()) {
                self.out.part(node.span());
                self.out.word("\n");
            }
            self.out.word("}");
        }
        self.out.word("\n");
    }

    /// A line without the word that it begins with.
    fn behind_word(&mut self, line: Node<'_>) {
        let (whole, word) = (line.span(), line.name_span());
        let first = line.entries().next().map_or(word.end, |entry| entry.span().start);
        self.out.part(Span::new(whole.file, first, whole.end));
    }

    /// What the blocks of some heads change in a node.
    fn changes<'o>(
        &mut self,
        (node, lines): (Node<'_>, &mut Lines<'_>),
        position: Position<'_>,
        heads: &[Node<'o>],
    ) -> Changes<'o> {
        let mut changes = Changes::default();
        // What was done to which line, by what the line is called.
        let mut done: HashMap<(&str, Option<String>), Line<'o>> = HashMap::new();
        for own in heads.iter().flat_map(|head| head.children()) {
            let Some(verb) = Verb::from_word(own.name()) else {
                if let Some(index) = self.gone_into((node, lines), own) {
                    changes.within.entry(index).or_default().push(own);
                }
                continue;
            };
            let Some(line) = Line::of(verb, own) else {
                let message = format!("`{}` names no line", verb.word());
                let problem = Diagnostic::error(code::MALFORMED_OVERLAY, own.head_span(), message);
                self.diagnostics.push(
                    problem.help(format!("write what the line is called behind it, as in `{} tier`", verb.word())),
                );
                continue;
            };
            let form = language().form_of_line(position, node, line.name);
            let key = line.values().next().filter(|entry| form == LineForm::Named && entry.is_argument());
            let called = (line.name, key.map(|key| key.raw().trim_matches('"').to_owned()));
            if let Some(first) = done.get(&called).filter(|first| is_exclusive(first.verb, verb)) {
                let problem = twice(&format!("`{}`", line.name), line, first.node.head_span());
                self.diagnostics.push(problem);
                continue;
            }
            done.insert(called, line);
            self.place((node, lines), (form, key), line, &mut changes);
        }
        for (index, lines) in &changes.children {
            if let (Some(within), Some(line)) = (changes.within.get(index), lines.first()) {
                self.diagnostics.push(twice(&format!("`{}`", line.name), *line, within[0].head_span()));
            }
        }
        changes
    }

    /// Notes what a line is done to.
    fn place<'o>(
        &mut self,
        (node, lines): (Node<'_>, &mut Lines<'_>),
        (form, key): (LineForm, Option<Entry<'o>>),
        line: Line<'o>,
        changes: &mut Changes<'o>,
    ) {
        let found = lines.called(line.name, key);
        let has_property = lines.has_property(line.name);
        let is_property = has_property || form == LineForm::Property;
        match (line.verb, found.as_slice()) {
            (Verb::Set, []) if is_property => {
                if line.only_value().is_none() {
                    let message = format!("`{}` stands on the line, and takes one value", line.name);
                    let problem = Diagnostic::error(code::MALFORMED_OVERLAY, line.node.head_span(), message);
                    self.diagnostics.push(problem.help(format!("write `set {} VALUE`", line.name)));
                }
                changes.properties.push((line.name, line));
            }
            (Verb::Unset, []) if has_property => changes.properties.push((line.name, line)),
            (Verb::Set | Verb::Add, []) => changes.added.push(line),
            (Verb::Unset | Verb::Remove, []) => {
                let message = format!("`{}` has no `{}` that could be taken away", node.name(), line.name);
                let problem = Diagnostic::error(code::MALFORMED_OVERLAY, line.named.value_span(), message);
                let problem = problem.other(node.head_span(), "this is changed");
                self.diagnostics.push(near(problem, node, (line.name, line.values().next())));
            }
            (Verb::Add | Verb::Remove, [_, _, ..]) => {
                let message =
                    format!("`{}` stands in several lines, and which of them is meant is not said", line.name);
                let problem = Diagnostic::error(code::MALFORMED_OVERLAY, line.node.head_span(), message);
                self.diagnostics.push(problem.help(format!("write all of it: `set {} ...`", line.name)));
            }
            (Verb::Set | Verb::Unset | Verb::Add | Verb::Remove, found) => {
                for (number, index) in found.iter().enumerate() {
                    // Of several the first is what is set, and the others go.
                    let verb = if number > 0 && line.verb == Verb::Set { Verb::Unset } else { line.verb };
                    changes.children.entry(*index).or_default().push(Line { verb, ..line });
                }
            }
        }
    }

    /// The number of the child that a head goes into.
    fn gone_into(&mut self, (node, lines): (Node<'_>, &mut Lines<'_>), head: Node<'_>) -> Option<usize> {
        if !head.has_block() {
            let message = format!("nothing says what is done to `{}`", head.name());
            let problem = Diagnostic::error(code::MALFORMED_OVERLAY, head.head_span(), message);
            self.diagnostics.push(match suggest(head.name(), Verb::ALL.into_iter().map(|verb| verb.1)) {
                Some(verb) => problem.help(format!("did you mean `{verb}`?")),
                None => problem
                    .help("`set` before the line puts it in the place of the one that there is, or adds it")
                    .fix("set it", head.span().before(), "set "),
            });
            return None;
        }
        let problem = match lines.like(head) {
            [Some((index, _)), None] => return Some(index),
            [Some((_, first)), Some((_, second))] => {
                let message = format!("several lines of `{}` begin like this one", node.name());
                let problem = Diagnostic::error(code::MALFORMED_OVERLAY, head.head_span(), message);
                let problem = problem.other(first.head_span(), "this one").other(second.head_span(), "and this one");
                problem.help("write more of the line, until it is the beginning of one alone")
            }
            [None, _] => {
                let message = format!("`{}` has no line that begins like this one", node.name());
                let problem = Diagnostic::error(code::MALFORMED_OVERLAY, head.head_span(), message);
                let problem = problem.other(node.head_span(), "this is changed");
                let problem = near(problem, node, (head.name(), head.argument(0)));
                if problem.help.is_some() { problem } else { problem.help("`set` before the line adds it") }
            }
        };
        self.diagnostics.push(problem);
        None
    }
}

/// A problem with the line of a node that was likely meant: one of another name, or of that name with another value behind it.
fn near(problem: Diagnostic, node: Node<'_>, (name, value): (&str, Option<Entry<'_>>)) -> Diagnostic {
    let names = node.children().map(Node::name).chain(node.properties().filter_map(Entry::key));
    let named = || node.children().filter(|child| child.name() == name);
    if named().next().is_none() {
        return match suggest(name, names) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem,
        };
    }
    let values = || named().filter_map(|child| child.argument(0)?.string());
    match value.and_then(Entry::string).and_then(|value| suggest(value, values())) {
        Some(near) => problem.help(format!("did you mean `{name} {near}`?")),
        None => problem,
    }
}

/// Whether two things may not be done to one line: in which order they are done would matter.
fn is_exclusive(first: Verb, second: Verb) -> bool {
    let is_whole = |verb| matches!(verb, Verb::Set | Verb::Unset);
    is_whole(first) || is_whole(second)
}
