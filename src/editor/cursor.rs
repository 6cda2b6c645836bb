//! What stands at a place of a text, as far as that can be told of a text that somebody is just typing.

use crate::grammar::{Grammar, Position, language};
use crate::resolve::{MODULE_FILE, OVERLAY};
use crate::source::{FileId, Sources, Span};
use crate::syntax::{Entry, Node, Nodes, Tree};

/// A place in a text.
#[derive(Clone)]
pub(super) struct Cursor<'t> {
    pub(super) tree: &'t Tree,
    /// The offset in bytes.
    pub(super) at: u32,
    /// The nodes whose blocks hold the place, from the outermost, each with what the grammar says of it.
    pub(super) around: Vec<(Node<'t>, Position<'static>)>,
    /// What is there.
    pub(super) spot: Spot<'t>,
}

/// What is at a place.
#[derive(Clone, Copy)]
pub(super) enum Spot<'t> {
    /// Where a node begins or may begin.
    Name(Option<Node<'t>>),
    /// An argument of a node, or where one may begin, by its index from 0.
    Argument(Node<'t>, usize, Option<Entry<'t>>),
    /// The key of a property.
    Key(Node<'t>, Entry<'t>),
    /// The value of the property of a key; nothing stands there yet where there is no entry.
    Value(Node<'t>, &'t str, Option<Entry<'t>>),
    /// An annotation, by its word.
    Annotation(&'t str, Span),
    /// Within a comment or another place where nothing is said.
    Nowhere,
}

impl<'t> Cursor<'t> {
    /// What is at an offset of a tree. Takes time linear in what stands beside the nodes around it.
    pub(super) fn new(tree: &'t Tree, at: u32) -> Self {
        let at = at.min(tree.text().len() as u32);
        let mut around: Vec<(Node<'t>, Position<'static>)> = Vec::new();
        let mut nodes = tree.nodes();
        let line = loop {
            let Some(node) = last_before(nodes, at) else { break None };
            if !is_in_block(tree, node, at) {
                break Some(node);
            }
            let position = position(&around, node);
            around.push((node, position));
            nodes = node.children();
        };
        let spot = if is_in_comment(tree.text(), at) { Spot::Nowhere } else { spot(tree, at, line) };
        Self { tree, at, around, spot }
    }

    /// What the grammar says of a node in the block that holds the place.
    pub(super) fn position_of(&self, node: Node<'t>) -> Position<'static> {
        position(&self.around, node)
    }

    /// What stands between the quotes that the place is in, and all of that before the place; nothing where it is in none.
    pub(super) fn in_quotes(&self) -> Option<(Span, &'t str)> {
        let (Spot::Argument(_, _, Some(entry)) | Spot::Value(_, _, Some(entry))) = self.spot else { return None };
        let (span, raw) = (entry.value_span(), entry.raw());
        let inside = raw.strip_prefix('"').filter(|inside| !inside.starts_with("\"\""))?;
        let end = if inside.ends_with('"') { span.end - 1 } else { span.end };
        let inside = Span { start: span.start + 1, end, ..span };
        let before = self.tree.text().get(inside.start as usize..self.at as usize)?;
        (self.at <= end).then_some((inside, before))
    }

    /// Whether it is in an overlay.
    pub(super) fn is_in_overlay(&self) -> bool {
        self.around.first().is_some_and(|(node, _)| node.name() == OVERLAY)
    }

    /// The word that is being typed there, and all of it that stands before the place.
    pub(super) fn typed(&self) -> (Span, &'t str) {
        let text = self.tree.text();
        let before = text.get(..self.at as usize).unwrap_or_default();
        let start = last_word(before);
        let behind = text.get(self.at as usize..).unwrap_or_default();
        let end = behind.find(is_between).unwrap_or(behind.len());
        let span = Span::new(self.tree.file(), start as u32, self.at + end as u32);
        (span, before.get(start..).unwrap_or_default())
    }
}

/// What the grammar says of a node in the innermost of some blocks.
fn position(around: &[(Node<'_>, Position<'static>)], node: Node<'_>) -> Position<'static> {
    let grammar: &'static Grammar = language();
    match around.last() {
        Some((parent, position)) => grammar.below(*position, *parent, node),
        None => grammar.at_top(node),
    }
}

/// Whether a character stands between words.
fn is_between(character: char) -> bool {
    character.is_whitespace() || matches!(character, ';' | '{' | '}' | '(' | ')' | '=' | '"')
}

/// Where the last word of a text begins; its end where it ends between words.
fn last_word(text: &str) -> usize {
    text.char_indices().rev().find(|(_, one)| is_between(*one)).map_or(0, |(at, one)| at + one.len_utf8())
}

/// The last of some siblings that begins at a place or before it.
fn last_before(nodes: Nodes<'_>, at: u32) -> Option<Node<'_>> {
    nodes.take_while(|node| node.span().start <= at).last()
}

fn is_in_block(tree: &Tree, node: Node<'_>, at: u32) -> bool {
    node.block_span().is_some_and(|block| {
        let is_closed = tree.text().get(..block.end as usize).is_some_and(|text| text.ends_with('}'));
        block.start < at && (at < block.end || !is_closed)
    })
}

/// Whether a comment of one line begins before a place on its line.
fn is_in_comment(text: &str, at: u32) -> bool {
    let before = text.get(..at as usize).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let mut quoted = false;
    let mut last = ' ';
    for character in line.chars() {
        match character {
            '"' if last != '\\' => quoted = !quoted,
            '/' if last == '/' && !quoted => return true,
            _ => {}
        }
        last = character;
    }
    false
}

/// What is at a place on the line of a node, or behind it.
fn spot<'t>(tree: &'t Tree, at: u32, line: Option<Node<'t>>) -> Spot<'t> {
    let Some(node) = line else { return Spot::Name(None) };
    if let Some(annotation) = node.annotated().filter(|one| holds(one.span, at) && at > one.span.start) {
        return Spot::Annotation(annotation.word, annotation.span);
    }
    if at <= node.name_span().end {
        return Spot::Name(Some(node));
    }
    if let Some(entry) = node.entry_at(at) {
        return of_entry(node, entry, at);
    }
    let behind = tree.text().get(node.head_span().end as usize..at as usize).unwrap_or_default();
    // A key that has no value yet is in no tree.
    let typed = tree.text().get(..at as usize).unwrap_or_default();
    if let Some(key) = typed.trim_end_matches(|character| !is_between(character)).strip_suffix('=') {
        let start = last_word(key);
        if start >= node.name_span().end as usize {
            return Spot::Value(node, key.get(start..).unwrap_or_default(), None);
        }
    }
    let is_on_line = !behind.contains(['\n', '\r', ';', '}']) || behind.trim_start().starts_with('\\');
    let is_before_block = node.block_span().is_none_or(|block| at <= block.start);
    if is_on_line && is_before_block {
        let index = node.arguments().filter(|argument| argument.span().end <= at).count();
        return Spot::Argument(node, index, None);
    }
    Spot::Name(None)
}

fn of_entry<'t>(node: Node<'t>, entry: Entry<'t>, at: u32) -> Spot<'t> {
    if let Some(annotation) = entry.annotated().filter(|one| holds(one.span, at) && at > one.span.start) {
        return Spot::Annotation(annotation.word, annotation.span);
    }
    match entry.key() {
        Some(_) if at <= entry.key_span().end => Spot::Key(node, entry),
        Some(key) => Spot::Value(node, key, Some(entry)),
        None => {
            let index = node.arguments().take_while(|other| other.span().start < entry.span().start).count();
            Spot::Argument(node, index, Some(entry))
        }
    }
}

/// Whether a place is in a span, or at one of its ends.
pub(super) fn holds(span: Span, at: u32) -> bool {
    span.start <= at && at <= span.end
}

/// The place of what stands between quotes, where there are some, of what is written at a place.
pub(super) fn without_quotes(span: Span, written: &str) -> Span {
    let inside = written.trim_matches('#').strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let lead = inside.map_or(0, |inside| (written.len() - inside.len()) as u32 / 2);
    Span { start: span.start + lead, end: span.end - lead, ..span }
}

/// The place of a name, without quotes.
pub(super) fn name_span(entry: Entry<'_>) -> Span {
    without_quotes(entry.value_span(), entry.raw())
}

/// The place of the key of a property, without quotes.
pub(super) fn key_span(entry: Entry<'_>) -> Span {
    without_quotes(entry.key_span(), entry.text_at(entry.key_span()))
}

/// The folder of the module that a text is of, which knows values of its own alone; it ends with a `/`.
pub(super) fn module_of(sources: &Sources, file: FileId) -> Option<String> {
    let name = &sources.get(file).filter(|source| source.is_of_module())?.name;
    let folders = sources.of_people().filter_map(|(_, file)| file.name.strip_suffix(MODULE_FILE));
    folders.filter(|folder| name.starts_with(folder)).max_by_key(|folder| folder.len()).map(str::to_owned)
}
