//! Nodes and arguments that change their places, each with the comments that speak of it.

use super::Edit;
use super::comment::{Comment, Sort, comments};
use super::surroundings::{end_of_node, indentation, indentation_of_line, spaces_before, spaces_behind};
use crate::source::Span;
use crate::syntax::character::is_newline;
use crate::syntax::parser::Parser;
use crate::syntax::token::Token;
use crate::syntax::{Node, Tree};

/// A node or an argument with the comments that speak of it.
///
/// These are those before it and behind it on its line, up to what stands there beside it. A comment between two speaks of the first as
/// long as the first has not ended, and of the second from then on; behind the last of a line or of a block it speaks of that. What stands
/// above a line speaks of the node that has it for itself; of several on one line it speaks of none of them.
pub(super) struct Piece<'t> {
    /// From the first of the comments to the last, with what ends it between them.
    pub(super) span: Span,
    /// Whether the first of them would speak of what is before it on its line.
    begins_line: bool,
    /// Where what ends it begins.
    body_end: u32,
    /// The comments behind what ends it.
    remark: &'t str,
    /// Whether the last of them goes on to the end of its line.
    is_open: bool,
    ending: Ending,
}

/// What follows on the line of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// Another one, or the end of what they stand in.
    More,
    /// Nothing.
    Line,
    /// A `\`: what it is an argument of goes on on the next line.
    Continued,
}

impl<'t> Piece<'t> {
    /// A node and what is said of it.
    pub(super) fn of_node(tree: &'t Tree, node: Node<'_>) -> Self {
        let span = Span { end: end_of_node(tree, node), ..with_comments(tree, node) };
        let piece = Self::ending_with(tree, span, Token::Semicolon);
        let beside = on_its_line(tree, node.span());
        let start = if piece.ending == Ending::Line { span.start } else { beside };
        Self { span: Span { start, ..piece.span }, begins_line: start < beside, ..piece }
    }

    /// The arguments of a node, each with what is said of it. A comment to the end of a node of one line speaks of the node.
    fn of_arguments(tree: &'t Tree, node: Node<'_>) -> Vec<Self> {
        let piece = |span: Span| {
            let start = on_its_line(tree, span);
            let start = if indentation(tree.text(), start).is_some() { start } else { span.start };
            let piece = Self::ending_with(tree, Span { start, ..span }, Token::Continuation);
            let piece = Self { begins_line: start < span.start, ..piece };
            let has_one_line = || !tree.text()[node.name_span().range().end..start as usize].contains(is_newline);
            if piece.ending == Ending::Line && piece.is_open && has_one_line() {
                let span = Span { end: piece.body_end, ..piece.span };
                return Self { span, remark: "", is_open: false, ending: Ending::More, ..piece };
            }
            piece
        };
        node.arguments().map(|entry| piece(entry.span())).collect()
    }

    /// What begins and ends as said, with the comments behind that, where `end` is what ends it.
    fn ending_with(tree: &'t Tree, span: Span, end: Token<'_>) -> Self {
        let mut parser = Parser::new(tree.file(), &tree.text);
        parser.cursor.go_to(span.end);
        let (mut body_end, mut last, mut said) = (span.end, span.end, None);
        let (mut has_ended, mut is_open) = (false, false);
        let ending = loop {
            let token = parser.token();
            let at = parser.cursor.at();
            match token {
                Token::BlockComment(text) | Token::LineComment(text) => {
                    is_open = matches!(token, Token::LineComment(_));
                    last = at;
                    if has_ended || is_open {
                        said.get_or_insert(at - text.len() as u32);
                    } else {
                        body_end = at;
                    }
                }
                _ if token == end && !has_ended => (has_ended, last) = (true, at),
                Token::Newline | Token::End if has_ended && end == Token::Continuation => break Ending::Continued,
                Token::Newline | Token::End => break Ending::Line,
                Token::CloseBrace if said.is_some() => break Ending::More,
                _ => {
                    (last, said) = (body_end, None);
                    break Ending::More;
                }
            }
        };
        let remark = said.map_or("", |said| &tree.text()[said as usize..last as usize]);
        Self { span: Span { end: last, ..span }, begins_line: false, body_end, remark, is_open, ending }
    }

    /// What of it goes elsewhere, and as which text: on lines of its own, or among others on a line, where nothing could stand behind a
    /// comment that ends it.
    pub(super) fn taken(&self, tree: &Tree, gets_lines: bool) -> (Span, String) {
        let text = tree.text();
        if gets_lines && self.ending == Ending::Line {
            return (self.span, text[self.span.range()].to_owned());
        }
        let body = Span { end: self.body_end, ..self.span };
        if self.is_open || self.remark.is_empty() {
            return (body, text[body.range()].to_owned());
        }
        (self.span, format!("{} {}", self.remark, &text[body.range()]))
    }

    /// The edit that puts it into the place of another one, which may follow upon the end of an edit before it.
    fn put_at(&self, tree: &Tree, place: &Self, before: Option<&Edit>, goes_on: &str) -> Edit {
        let text = tree.text();
        let (mut span, new_line) = (place.span, format!("\n{}", indentation_of_line(text, self.span.start)));
        let space = if self.remark.is_empty() { "" } else { " " };
        let body = &text[self.span.start as usize..self.body_end as usize];
        // Above a line of several nodes, a comment would speak of none of them.
        let is_alone = self.begins_line && goes_on.is_empty();
        let needs_line = (self.is_open || is_alone) && place.ending == Ending::More;
        let end = if needs_line || place.ending == Ending::Continued { goes_on } else { "" };
        let mut out = if self.ending == place.ending && self.ending != Ending::More {
            text[self.span.range()].to_owned()
        } else {
            format!("{body}{end}{space}{}", self.remark)
        };
        if needs_line {
            let end = spaces_behind(text, span.end);
            // A newline ends a node as well.
            let has_semicolon = goes_on.is_empty() && text[end as usize..].starts_with(';');
            span.end = spaces_behind(text, end + u32::from(has_semicolon));
            out.push_str(&new_line);
        }
        let follows = |edit: &Edit| edit.span.end == span.start;
        if self.begins_line && indentation(text, span.start).is_none() && !before.is_some_and(follows) {
            span.start = spaces_before(text, span.start);
            out.insert_str(0, &format!("{goes_on}{new_line}"));
        }
        Edit { span, text: out }
    }
}

/// A node with the lines of comments right above it, and the comments between it and what is before it on its line: they speak of it.
pub(super) fn with_comments(tree: &Tree, node: Node<'_>) -> Span {
    let text = tree.text();
    let mut start = node.span().start;
    for comment in comments(tree, Span::new(tree.file(), 0, start)).into_iter().rev() {
        let between = &text[comment.span.end as usize..start as usize];
        let is_right_above = matches!(between.trim_matches([' ', '\t']), "\n" | "\r\n");
        let has_own_line = comment.among_nodes && indentation(text, comment.span.start).is_some();
        let is_above = is_right_above && has_own_line && indentation(text, start).is_some();
        let is_before = comment.among_nodes && between.trim_matches([' ', '\t']).is_empty();
        let speaks_of_it = match comment.sort {
            Sort::Line => is_above,
            Sort::Block => is_above || is_before,
            Sort::Node | Sort::Part => false,
        };
        if !speaks_of_it {
            break;
        }
        start = comment.span.start;
    }
    Span { start, ..node.span() }
}

/// Where the comments before something on its line begin.
fn on_its_line(tree: &Tree, span: Span) -> u32 {
    let before = comments(tree, Span::new(tree.file(), 0, span.start)).into_iter().rev();
    let mut start = span.start;
    let is_right_before = |start: u32, comment: &Comment| {
        comment.sort == Sort::Block && spaces_behind(tree.text(), comment.span.end) == start
    };
    for comment in before {
        if !is_right_before(start, &comment) {
            break;
        }
        start = comment.span.start;
    }
    start
}

/// Puts nodes of one block, given in their order, into another one: `order` says of each place which of them comes to it.
pub fn arrange(tree: &Tree, nodes: &[Node<'_>], order: &[usize]) -> Vec<Edit> {
    let pieces: Vec<Piece<'_>> = nodes.iter().map(|node| Piece::of_node(tree, *node)).collect();
    arranged(tree, &pieces, order, "")
}

/// Puts the arguments of a node into another order, as [`arrange`] does.
pub fn arrange_arguments(tree: &Tree, node: Node<'_>, order: &[usize]) -> Vec<Edit> {
    arranged(tree, &Piece::of_arguments(tree, node), order, " \\")
}

fn arranged(tree: &Tree, pieces: &[Piece<'_>], order: &[usize], goes_on: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (place, piece) in order.iter().enumerate().filter(|(place, piece)| *place != **piece) {
        edits.push(pieces[*piece].put_at(tree, &pieces[place], edits.last(), goes_on));
    }
    edits
}

/// Adds arguments behind one, by its place, or before all: on lines of their own where that one has one, or a comment that ends its line.
pub fn insert_arguments(tree: &Tree, node: Node<'_>, behind: Option<usize>, words: &[String]) -> Vec<Edit> {
    let edit = |at: u32, text: String| Edit { span: Span { start: at, end: at, ..node.span() }, text };
    let pieces = Piece::of_arguments(tree, node);
    let has_own_line =
        |piece: &Piece<'_>| indentation(tree.text(), piece.span.start).is_some() && piece.ending != Ending::More;
    let indent = |piece: &Piece<'_>| indentation_of_line(tree.text(), piece.span.start).to_owned();
    let Some(piece) = behind.and_then(|index| pieces.get(index)) else {
        return vec![match pieces.first() {
            Some(first) if has_own_line(first) => {
                let lines = words.iter().map(|word| format!("{word} \\\n{}", indent(first)));
                edit(first.span.start, lines.collect())
            }
            Some(first) => edit(first.span.start, words.iter().map(|word| format!("{word} ")).collect()),
            None => edit(node.name_span().end, words.iter().map(|word| format!(" {word}")).collect()),
        }];
    };
    if !has_own_line(piece) && !piece.is_open {
        return vec![edit(piece.body_end, words.iter().map(|word| format!(" {word}")).collect())];
    }
    let line = |word: &String| format!("\n{}{word}", indent(piece));
    let lines = words.iter().map(line).collect::<Vec<_>>().join(" \\");
    if piece.ending == Ending::Continued {
        return vec![edit(piece.span.end, lines + " \\")];
    }
    vec![edit(piece.body_end, " \\".to_owned()), edit(piece.span.end, lines)]
}
