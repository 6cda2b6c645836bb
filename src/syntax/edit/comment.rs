use super::surroundings::rest_of_node;
use crate::source::Span;
use crate::syntax::Tree;
use crate::syntax::character::Class;
use crate::syntax::parser::Parser;
use crate::syntax::token::Token;

/// What a text says beside its nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Comment {
    pub(super) span: Span,
    pub(super) sort: Sort,
    /// Whether it stands between nodes, and not behind a part of one.
    pub(super) among_nodes: bool,
}

/// How a comment is written, and with that where it can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// `// to the end of the line`
    Line,
    /// `/* between any two words */`
    Block,
    /// A whole node behind `/-`.
    Node,
    /// An argument, a property or a block behind `/-`, which can stand in its own node alone.
    Part,
}

impl Comment {
    /// The comment so that it can stand among nodes, on lines of its own that begin behind `new_line`.
    pub(super) fn alone(self, tree: &Tree, new_line: &str) -> String {
        let text = &tree.text()[self.span.range()];
        match self.sort {
            Sort::Line | Sort::Block | Sort::Node => text.to_owned(),
            Sort::Part => lines(text).map(|line| format!("// {}", line.trim())).collect::<Vec<_>>().join(new_line),
        }
    }
}

/// The lines of all comments of a text, in their order, without what is around them and `//`: what no edit may lose.
pub fn comment_lines(tree: &Tree) -> Vec<&str> {
    let whole = Span::new(tree.file(), 0, tree.text().len() as u32);
    let found = comments(tree, whole).into_iter().flat_map(|comment| lines(&tree.text()[comment.span.range()]));
    let bare = found.map(|line| line.trim_matches(|character: char| character == '/' || character.is_whitespace()));
    bare.filter(|line| !line.is_empty()).collect()
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character| Class::of(character) == Class::Newline)
}

/// The comments of a piece of a text, which begins where a node or an entry does, in their order.
pub(super) fn comments(tree: &Tree, piece: Span) -> Vec<Comment> {
    let mut parser = Parser::new(tree.file(), &tree.text);
    parser.cursor.go_to(piece.start);
    parser.cursor.eat("\u{feff}");
    let (mut found, mut in_node, mut continues) = (Vec::new(), false, false);
    while parser.cursor.at() < piece.end {
        let token = parser.token();
        let at = parser.cursor.at();
        let comment =
            |start: u32, end, sort| Comment { span: Span::new(tree.file(), start, end), sort, among_nodes: !in_node };
        match token {
            Token::End => break,
            Token::LineComment(text) => found.push(comment(at - text.len() as u32, at, Sort::Line)),
            Token::BlockComment(text) => found.push(comment(at - text.len() as u32, at, Sort::Block)),
            Token::Slashdash => {
                let (end, sort) = if in_node {
                    (end_of_part(&mut parser), Sort::Part)
                } else {
                    (end_of_left_out(&mut parser), Sort::Node)
                };
                parser.cursor.go_to(end);
                found.push(comment(at - 2, end, sort));
            }
            Token::Newline if continues => continues = false,
            Token::Newline | Token::Semicolon | Token::OpenBrace => in_node = false,
            Token::Continuation => continues = true,
            // Behind its block a node may go on with another that is left out.
            Token::CloseBrace | Token::Atom(_) | Token::Equals | Token::OpenParenthesis | Token::CloseParenthesis => {
                in_node = true;
            }
        }
    }
    found
}

/// Reads the next token that is no space of any sort.
fn word<'t>(parser: &mut Parser<'t>) -> Token<'t> {
    loop {
        match parser.token() {
            Token::Newline | Token::LineComment(_) | Token::BlockComment(_) | Token::Continuation => {}
            other => return other,
        }
    }
}

/// The end of the node behind a `/-`.
fn end_of_left_out(parser: &mut Parser<'_>) -> u32 {
    word(parser);
    rest_of_node(parser)
}

/// The end of the argument, the property or the block behind a `/-`.
fn end_of_part(parser: &mut Parser<'_>) -> u32 {
    let mut token = word(parser);
    if token == Token::OpenBrace {
        return end_of_block(parser);
    }
    loop {
        if token == Token::OpenParenthesis {
            while !matches!(token, Token::CloseParenthesis | Token::End) {
                token = word(parser);
            }
            word(parser);
        }
        let end = parser.cursor.at();
        // No newline stands between a key and its value, but a comment may.
        let next = loop {
            match parser.token() {
                Token::BlockComment(_) => {}
                other => break other,
            }
        };
        if next != Token::Equals {
            return end;
        }
        token = word(parser);
    }
}

/// The end of the block whose brace was read.
fn end_of_block(parser: &mut Parser<'_>) -> u32 {
    let mut depth = 1_u32;
    while depth > 0 {
        match parser.token() {
            Token::OpenBrace => depth += 1,
            Token::CloseBrace => depth -= 1,
            Token::End => break,
            _ => {}
        }
    }
    parser.cursor.at()
}
