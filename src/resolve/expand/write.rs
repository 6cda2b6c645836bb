use super::bounds::Bounds;
use super::items::items;
use super::put_in::Manner;
use super::scope::Scope;
use super::selected::Select;
use super::sheet::{Line, Repeated, Sheet, is_single};
use super::templates::Templates;
use super::trial::Trial;
use super::{NEW, USE};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::grammar::{Position, language};
use crate::model::{Arguments, Kind, Map, Number, Selection, Value};
use crate::resolve::overlay::{OVERLAY, is_verb};
use crate::resolve::secret;
use crate::source::{Asking, Making, Origin, Span, Spanned};
use crate::syntax::{Builder, Entry, Node, Place, Scalar};
use ahash::AHashMap;
use std::collections::BTreeSet;
use std::rc::Rc;

/// How far a block is set in.
const INDENT: &str = "    ";

/// How many bytes make a text long enough for one: several are read at the same time.
const LONG: usize = if cfg!(test) { 64 } else { 1 << 20 };

/// What a line is to what is wrong in what was made for it.
const MADE_FOR: &str = "made for this line";

/// What makes a value a list, however many items it has.
pub(super) const ARRAY: &str = "(array)";

/// The word of it.
pub(super) const ARRAY_WORD: &str = "array";

/// What a file's nodes make.
#[derive(Default)]
pub(super) struct Out {
    pub(super) text: Builder,
    pub(super) making: Making,
    /// The texts before it.
    before: Vec<(Builder, Making)>,
    pub(super) diagnostics: Diagnostics,
    /// What was given to which template, by its number.
    pub(super) given: Vec<(usize, Arguments)>,
    /// The templates that something was made of, by their numbers.
    pub(super) made: BTreeSet<usize>,
    /// The lines of which not all could be made as it was meant.
    pub(super) unread: Vec<Span>,
    /// The lines of declarations of which nothing could be made, with those that they were to be made for.
    pub(super) unmade: Vec<Span>,
    /// What entities were selected by.
    pub(super) selections: Vec<Selection>,
    /// Where there was no room for more.
    pub(super) is_full: Option<Span>,
}

impl Out {
    /// The texts, each with how it was made.
    pub(super) fn texts(&mut self) -> Vec<(Builder, Making)> {
        let last = (std::mem::take(&mut self.text), std::mem::take(&mut self.making));
        let before = std::mem::take(&mut self.before).into_iter();
        let mut texts: Vec<_> = before.map(|(text, making)| (text, making.with_lines_of(&last.1))).collect();
        texts.extend(Some(last).filter(|(text, _)| !text.text().is_empty()));
        texts
    }
}

/// What there is that things are made of.
#[derive(Clone, Copy)]
pub(super) struct World<'w> {
    pub(super) templates: &'w Templates<'w>,
    /// What the project knows by names, and each module.
    pub(super) scopes: &'w [Scope<'w>],
    pub(super) bounds: &'w Bounds,
    /// The entities, once all are known that nothing is made of.
    pub(super) entities: Option<&'w (dyn Select + 'w)>,
    /// Whether all texts that say what is made were read without a problem.
    pub(super) is_sound: bool,
}

/// Writes what the nodes of a file make, each part with where it comes from.
pub(super) struct Writer<'w> {
    pub(super) world: World<'w>,
    /// The project or the module whose names are known.
    pub(super) unit: usize,
    pub(super) out: Out,
    /// The line that is made for.
    pub(super) asked: Option<Asking>,
    /// The nodes that something was made for, by the numbers of their lines.
    asking: Vec<Span>,
    /// What of each node is the same however often it is made, by its place.
    sheets: AHashMap<Span, Rc<Sheet<'w>>>,
    /// The templates that are being made, each within the one before it.
    pub(super) open: Vec<usize>,
    depth: usize,
    /// Whether the bounds were reached.
    is_full: bool,
    /// The node at which they were.
    pub(super) full_at: Option<Span>,
    /// What stands for values that nobody knows, where nobody asks for what is made.
    pub(super) trial: Option<Trial>,
}

impl<'w> Writer<'w> {
    pub(super) fn new(world: World<'w>, unit: usize) -> Self {
        Self {
            world,
            unit,
            out: Out::default(),
            asked: None,
            asking: Vec::new(),
            sheets: AHashMap::new(),
            open: Vec::new(),
            depth: 0,
            is_full: false,
            full_at: None,
            trial: None,
        }
    }

    /// What a node makes that stands where declarations do.
    pub(super) fn declaration(&mut self, node: Node<'w>, scope: &Scope<'_>) {
        if self.is_full {
            return;
        }
        match node.name() {
            NEW => self.instance(node, scope),
            "each" => self.each(node, scope),
            "let" | "param" => {
                let message = format!("`{}` stands at the top of a file, or in a template", node.name());
                self.problem(Diagnostic::error(code::MISPLACED_NODE, node.name_span(), message).help("move it there"));
            }
            "project" => {
                let message =
                    "no values are put into `project`: it says who the project is before anything else is read";
                self.problem(
                    Diagnostic::error(code::MISPLACED_NODE, node.name_span(), message).help("write the value out"),
                );
            }
            "template" => {
                let message = "a template stands at the top of a file";
                self.problem(Diagnostic::error(code::MISPLACED_NODE, node.name_span(), message).help("move it there"));
            }
            USE | "environment" => {
                let message = format!("`{}` stands at the top of a file, and is not made", node.name());
                self.problem(Diagnostic::error(code::MISPLACED_NODE, node.name_span(), message).help("move it there"));
            }
            OVERLAY | "defaults" if self.world.entities.is_some() => {
                let message = format!("`{}` changes entities, and is not made for them", node.name());
                let problem = Diagnostic::error(code::MISPLACED_NODE, node.name_span(), message);
                self.problem(problem.help("write it at the top of a file"));
            }
            OVERLAY => self.whole(node, |writer| writer.overlay(node, scope)),
            _ => {
                let sheet = self.sheet(node, || Sheet::of(node, language().at_top(node), &Manner::of(node, scope)));
                self.whole(node, |writer| writer.node(&sheet, scope, true));
            }
        }
    }

    /// All of a declaration, or nothing of it.
    fn whole(&mut self, node: Node<'_>, write: impl FnOnce(&mut Self) -> Result<(), Option<Diagnostic>>) {
        let (mark, start, parts) = (self.out.text.mark(), self.at(), self.out.making.len());
        if let Err(problem) = write(self) {
            self.out.text.cut_back(mark);
            self.out.making.truncate(parts);
            if let Some(trial) = &mut self.trial {
                trial.truncate(start);
            }
            if self.is_full {
                self.full_at.get_or_insert(node.head_span());
            }
            self.fails(node, problem);
        }
        if let Some(trial) = &mut self.trial {
            trial.whole(start, self.out.text.text().len());
        } else if self.at() >= LONG {
            self.out.before.push((self.out.text.turn(), self.out.making.turn()));
        }
    }

    /// An overlay: each declaration that it changes takes values as that does.
    fn overlay(&mut self, node: Node<'w>, scope: &Scope<'_>) -> Result<(), Option<Diagnostic>> {
        let head = node.head_span();
        let place = self.out.text.copy_line(node);
        self.part(place, head, head);
        self.opens();
        for child in node.children() {
            let word =
                if is_verb(child.name()) { child.argument(0).and_then(Entry::string) } else { Some(child.name()) };
            let sheet = self.sheet(child, || {
                let manner = Manner::of_overlay(word.and_then(Kind::from_word), scope);
                Sheet::of(child, Position::Open(manner.has_late()), &manner)
            });
            self.node(&sheet, scope, true)?;
        }
        self.closes();
        self.end_line()
    }

    /// Opens a block.
    fn opens(&mut self) {
        self.out.text.open();
        self.depth += 1;
    }

    fn closes(&mut self) {
        self.depth -= 1;
        self.indent();
        self.out.text.close();
    }

    /// How far the text is.
    fn at(&self) -> usize {
        self.out.text.text().len()
    }

    /// Notes that nothing is made for a node, with the problem where it is not told yet. Of what lacks something by that nothing is told;
    /// what it lacks itself is the problem.
    pub(super) fn fails(&mut self, node: Node<'_>, problem: Option<Diagnostic>) {
        if problem.as_ref().is_none_or(|problem| !problem.code.is_of_lack()) {
            self.out.unread.push(node.span());
        }
        let lines = self.out.making.lines(self.asked).map(|(_, line)| line);
        self.out.unmade.extend(lines.chain([node.head_span()]));
        if let Some(problem) = problem {
            self.problem(problem);
        }
    }

    /// Tells a problem, with the lines that it was made for.
    pub(super) fn problem(&mut self, problem: Diagnostic) {
        let place = problem.primary.span();
        // What stands in the block of a line is told there.
        let is_elsewhere = |(index, _): &(usize, Span)| self.asking.get(*index).is_none_or(|node| !node.covers(place));
        let lines = self.out.making.lines(self.asked).filter(is_elsewhere);
        let problem = lines.fold(problem, |problem, (_, line)| problem.other(line, MADE_FOR));
        self.out.diagnostics.push(problem);
    }

    /// Notes that what follows is made for a node; gives what it is made for before.
    pub(super) fn asks(&mut self, node: Node<'_>) -> Option<Asking> {
        let within = self.asked;
        self.asked = Some(self.out.making.asks(node.head_span(), within));
        self.asking.push(node.span());
        within
    }

    /// What of a node is the same however often it is made.
    fn sheet(&mut self, node: Node<'w>, look: impl FnOnce() -> Sheet<'w>) -> Rc<Sheet<'w>> {
        self.sheets.entry(node.span()).or_insert_with(|| look().into()).clone()
    }

    /// A node with what is below it. Nothing of its declaration is made where one of its values is wrong: the problem, where it is not
    /// told yet.
    fn node(&mut self, sheet: &Sheet<'_>, scope: &Scope<'_>, is_declaration: bool) -> Result<(), Option<Diagnostic>> {
        let filled = match sheet {
            Sheet::Copy(node) => return self.copy(*node),
            Sheet::Wrong(problem) => return Err(Some((**problem).clone())),
            Sheet::Chosen(chosen) => {
                return chosen.choose(scope)?.iter().try_for_each(|sheet| self.node(sheet, scope, false));
            }
            Sheet::Repeated(all) => return self.repeated(all, scope),
            Sheet::Filled(filled) => &**filled,
        };
        let node = filled.node;
        let name = self.named(filled.name.as_ref(), node.name_span(), scope)?;
        let values = self.values(filled, scope)?;
        let keys = self.keys(filled, &values, scope)?;
        let line = Line::of(filled, &values);
        if line.vanishes && !is_declaration {
            return Ok(());
        }
        self.indent();
        self.out.text.begin();
        if let Some(annotation) = node.annotated() {
            let place = self.out.text.annotation(node.text_at(annotation.span), annotation.word);
            self.part(place, annotation.span, annotation.span);
        }
        // In an overlay the line stands behind what is done to it.
        let is_behind = filled.verb > 0;
        if line.is_short_list && !is_behind {
            self.out.text.annotation(ARRAY, ARRAY_WORD);
        }
        self.name(node, name.as_ref());
        let mut is_marked = line.is_short_list && is_behind;
        for ((slot, key), value) in filled.entries.iter().zip(&keys).zip(&values) {
            self.entry(slot.entry, (key.as_ref(), value.as_ref()), &mut is_marked);
        }
        if node.has_block() || !line.below.is_empty() {
            self.opens();
            for child in &filled.children {
                self.node(child, scope, false)?;
            }
            for (name, value) in line.below {
                self.guessed(value, |writer| writer.member(name.unwrap_or("-"), value));
            }
            self.closes();
        }
        self.end_line()
    }

    /// What is in the block of an `each`, for each of its items.
    fn repeated(&mut self, all: &Repeated<'_>, scope: &Scope<'_>) -> Result<(), Option<Diagnostic>> {
        let items = match items(all.node, scope) {
            // One stands for all.
            Err(None) if self.trial.is_some() => {
                vec![Spanned::new(Value::Null, Origin::Unread(all.node.head_span()))]
            }
            items => items?,
        };
        for item in items {
            if !self.step() {
                self.is_full = true;
                return Err(None);
            }
            let inner = Scope::within(scope, [(all.name.clone(), item)].into_iter().collect());
            all.sheets.iter().try_for_each(|sheet| self.node(sheet, &inner, false))?;
        }
        Ok(())
    }

    /// A node as it stands.
    fn copy(&mut self, node: Node<'_>) -> Result<(), Option<Diagnostic>> {
        self.indent();
        let place = self.out.text.copy(node);
        self.part(place, node.span(), node.span());
        self.takes_line()
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.out.text.space(INDENT);
        }
    }

    /// Ends a line, where there is room for one more.
    fn end_line(&mut self) -> Result<(), Option<Diagnostic>> {
        self.out.text.end();
        self.takes_line()
    }

    /// Takes the line that was written from what may be made.
    fn takes_line(&mut self) -> Result<(), Option<Diagnostic>> {
        let text = self.out.text.text();
        let before = &text.as_bytes()[..text.len() - 1];
        let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
        if self.world.bounds.take(text.len() - start) {
            return Ok(());
        }
        self.is_full = true;
        Err(None)
    }

    /// Takes a step, where there is room for one more.
    pub(super) fn step(&mut self) -> bool {
        self.is_full |= !self.world.bounds.take(0);
        !self.is_full
    }

    /// Looks at some entities, where there is room for that.
    pub(super) fn look(&mut self, entities: usize) -> bool {
        self.is_full |= !self.world.bounds.look(entities);
        !self.is_full
    }

    /// Notes that a part of the text is what somebody wrote, or says its value.
    pub(super) fn part(&mut self, place: Place, from: Span, at: Span) {
        self.out.making.part(place, from, at, self.asked);
    }

    /// A single value on the line of a node.
    pub(super) fn scalar(&mut self, value: &Spanned<Value>, at: Span) {
        let text = &mut self.out.text;
        let start = text.text().len() as u32;
        let (_, end) = match &value.value {
            Value::Bool(truth) => text.plain(Scalar::Bool(*truth)),
            Value::Number(Number::Integer(number)) => text.plain(Scalar::Integer(*number)),
            Value::Number(Number::Float(number)) => text.plain(Scalar::Float(*number)),
            Value::String(said) => text.plain(Scalar::String(said)),
            Value::Secret(name) => text.annotated(secret::ANNOTATION, name),
            other => match other.foreign() {
                Some((language, said)) => text.annotated(language, said),
                None => text.plain(Scalar::Null),
            },
        };
        self.guessed_at(value, start);
        self.part((start, end), place(value, at), at);
    }

    /// Writes something, and notes where it stands for what nobody knows.
    pub(super) fn guessed(&mut self, value: &Spanned<Value>, write: impl FnOnce(&mut Self)) {
        let start = self.at() as u32;
        write(self);
        self.guessed_at(value, start);
    }

    /// Notes that what was written from a place on stands for what nobody knows, where it does.
    fn guessed_at(&mut self, value: &Spanned<Value>, start: u32) {
        let end = self.at();
        if let Some(trial) = self.trial.as_mut().filter(|_| matches!(value.span, Origin::Unread(_))) {
            trial.part(start as usize, end);
        }
    }

    /// A value as a node, by JSON-in-KDL.
    fn member(&mut self, name: &str, value: &Spanned<Value>) {
        self.indent();
        let at = value.span.shown();
        self.out.text.begin();
        if matches!(&value.value, Value::Array(items) if items.len() < 2) {
            self.out.text.annotation(ARRAY, ARRAY_WORD);
        }
        let named = self.out.text.plain_name(name);
        self.part(named, at, at);
        match &value.value {
            Value::Array(items) if items.iter().all(is_single) => {
                for item in items {
                    self.out.text.begin_entry();
                    self.scalar(item, at);
                }
            }
            Value::Array(items) => self.block(items.iter().map(|item| ("-", item))),
            Value::Object(Map { members }) if value.value.foreign().is_none() => {
                self.block(members.iter().map(|member| (&*member.name.value, &member.value)));
            }
            _ => {
                self.out.text.begin_entry();
                self.scalar(value, at);
            }
        }
        self.out.text.end();
    }

    fn block<'v>(&mut self, members: impl Iterator<Item = (&'v str, &'v Spanned<Value>)>) {
        self.opens();
        for (name, value) in members {
            self.member(name, value);
        }
        self.closes();
    }

    /// What was made.
    pub(super) fn finish(mut self) -> Out {
        if self.is_full {
            self.out.is_full = self.full_at;
            // What is not all of it is of no use to anybody.
            self.out.texts();
        }
        self.out
    }
}

/// Where a value comes from, where a text says it.
pub(super) fn place(value: &Spanned<Value>, at: Span) -> Span {
    match value.span {
        Origin::Text(span) => span,
        _ => at,
    }
}
