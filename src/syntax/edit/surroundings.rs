use crate::syntax::character::{Class, is_newline};
use crate::syntax::parser::Parser;
use crate::syntax::token::Token;
use crate::syntax::{Node, Tree};

/// Where the spaces before an offset begin.
pub(super) fn spaces_before(text: &str, at: u32) -> u32 {
    let before = &text[..at as usize];
    before.trim_end_matches(|character| Class::of(character) == Class::Space).len() as u32
}

/// Where the spaces behind an offset end.
pub(super) fn spaces_behind(text: &str, at: u32) -> u32 {
    let behind = &text[at as usize..];
    let rest = behind.trim_start_matches(|character| Class::of(character) == Class::Space);
    (text.len() - rest.len()) as u32
}

/// Where the newline before the beginning of a line begins.
pub(super) fn newline_before(text: &str, line: u32) -> u32 {
    let before = &text[..line as usize];
    let last = before.chars().next_back().map_or(0, char::len_utf8);
    if before.ends_with("\r\n") { line - 2 } else { line - last as u32 }
}

/// Where the spaces and the `/* */` behind an offset end.
pub(super) fn comments_behind(tree: &Tree, at: u32) -> u32 {
    let mut parser = Parser::new(tree.file(), &tree.text);
    parser.cursor.go_to(spaces_behind(tree.text(), at));
    while parser.cursor.sees("/*") {
        parser.block_comment();
        parser.cursor.skip(Class::Space);
    }
    parser.cursor.at()
}

/// The end of the semicolon that ends the node which ends at an offset, if there is one.
pub(super) fn semicolon_behind(tree: &Tree, at: u32) -> Option<u32> {
    let mut parser = Parser::new(tree.file(), &tree.text);
    parser.cursor.go_to(at);
    let mut continues = false;
    loop {
        match parser.token() {
            Token::Semicolon => return Some(parser.cursor.at()),
            Token::Continuation => continues = true,
            Token::Newline if continues => continues = false,
            Token::LineComment(_) if continues => {}
            Token::BlockComment(_) => {}
            _ => return None,
        }
    }
}

/// The spaces that a line begins with, if nothing else stands before the offset.
pub(super) fn indentation(text: &str, at: u32) -> Option<&str> {
    let start = spaces_before(text, at);
    let begins_line = match text[..start as usize].chars().next_back() {
        None | Some('\u{feff}') => true,
        Some(character) => is_newline(character),
    };
    begins_line.then(|| &text[start as usize..at as usize])
}

/// The spaces at the beginning of the line that an offset lies on.
pub fn indentation_of_line(text: &str, at: u32) -> &str {
    let before = &text[..at as usize];
    let newline = before.char_indices().rev().find(|(_, character)| is_newline(*character));
    let start = newline.map_or(0, |(start, character)| start + character.len_utf8());
    let line = before[start..].trim_start_matches('\u{feff}');
    let words = line.trim_start_matches(|character| Class::of(character) == Class::Space);
    &line[..line.len() - words.len()]
}

/// What a text indents a block by: a tab or spaces as its first indented line has them, four at most.
pub fn unit(text: &str) -> &str {
    let first = text.lines().find(|line| line.starts_with([' ', '\t'])).unwrap_or("    ");
    if first.starts_with('\t') {
        return "\t";
    }
    let spaces = first.len() - first.trim_start_matches(' ').len();
    &first[..spaces.min(4)]
}

/// The end of a node with all that `/-` leaves out of it.
pub(super) fn end_of_node(tree: &Tree, node: Node<'_>) -> u32 {
    let mut parser = Parser::new(tree.file(), &tree.text);
    parser.cursor.go_to(node.span().end);
    rest_of_node(&mut parser)
}

/// The end of the node that a parser has read a part of, with all that `/-` leaves out of it.
pub(super) fn rest_of_node(parser: &mut Parser<'_>) -> u32 {
    let mut end = parser.cursor.at();
    let (mut depth, mut behind_slashdash, mut continues) = (0_u32, false, false);
    loop {
        let token = parser.token();
        match token {
            Token::End => return end,
            Token::Newline if continues => continues = false,
            Token::LineComment(_) if continues => {}
            Token::Newline | Token::LineComment(_) | Token::Semicolon | Token::CloseBrace
                if depth == 0 && !behind_slashdash =>
            {
                return end;
            }
            Token::Newline | Token::LineComment(_) | Token::BlockComment(_) | Token::Semicolon => continue,
            Token::Continuation => {
                continues = true;
                continue;
            }
            Token::OpenBrace => depth += 1,
            Token::CloseBrace => depth = depth.saturating_sub(1),
            Token::Atom(_) | Token::Equals | Token::OpenParenthesis | Token::CloseParenthesis | Token::Slashdash => {}
        }
        if !matches!(token, Token::Newline | Token::LineComment(_)) {
            behind_slashdash = token == Token::Slashdash;
            end = parser.cursor.at();
        }
    }
}
