use super::Tree;
use super::parser::Parser;
use super::reindent::reindent;
use super::token::Token;
use std::borrow::Cow;

/// The text of a tree in canonical layout: four spaces for each block, a node on each line, one
/// space between entries, no semicolons, at most one blank line, and a line end behind each line: that of the
/// first line, `\n` or `\r\n`. A byte order mark goes. A short block
/// of one node that was written on one line stays there, as in `size enum { values small large }`.
///
/// Values stay as they are written. Every comment stays, and so does every line that was broken by
/// a backslash. The result reads as the same tree, and formatting it again changes nothing. The
/// tree must come from a text without mistakes: what is between its nodes is read anew.
pub fn format(tree: &Tree) -> String {
    let mut parser = Parser::new(tree.file(), &tree.text);
    parser.cursor.eat("\u{feff}");
    let mut printer = Printer::new(tree.text().len());
    let mut barrier = 0;
    loop {
        let token = parser.token();
        if token == Token::OpenBrace && (printer.on_line > 0 || stays_on_line(&mut parser, &mut barrier)) {
            printer.on_line += 1;
        }
        printer.take(token);
        if token == Token::End {
            return if ends_as_on_windows(tree.text()) { printer.out.replace('\n', "\r\n") } else { printer.out };
        }
    }
}

/// Whether the first line of a text ends in `\r\n`.
fn ends_as_on_windows(text: &str) -> bool {
    text.split_once('\n').is_some_and(|(line, _)| line.ends_with('\r'))
}

/// The lines of something that was written on several, with `\n` between them: to KDL a `\r` alone ends a line too.
fn lines(written: &str) -> Cow<'_, str> {
    if written.contains('\r') { written.replace("\r\n", "\n").replace('\r', "\n").into() } else { written.into() }
}

/// Whether the block behind a brace holds one node, on the same line, of at most [`WIDTH`].
///
/// `barrier` remembers the last token that no line can hold, so that braces in each other do not look
/// at the same text again and again.
fn stays_on_line(parser: &mut Parser<'_>, barrier: &mut u32) -> bool {
    let start = parser.cursor.at();
    let (mut depth, mut width) = (0_u32, 0);
    let stays = loop {
        let at = parser.cursor.at();
        if width > WIDTH || at - start > 10 * WIDTH as u32 || (start < *barrier && at >= *barrier) {
            break false;
        }
        match parser.token() {
            Token::Atom(text) if text.len() <= WIDTH && !text.contains(['\n', '\r']) => width += text.len() + 1,
            Token::Equals | Token::OpenParenthesis | Token::CloseParenthesis => width += 1,
            Token::OpenBrace => depth += 1,
            Token::CloseBrace if depth == 0 => break width > 0,
            Token::CloseBrace => depth -= 1,
            Token::Atom(_)
            | Token::Semicolon
            | Token::Newline
            | Token::Slashdash
            | Token::Continuation
            | Token::LineComment(_)
            | Token::BlockComment(_)
            | Token::End => {
                *barrier = at.max(start + 1);
                break false;
            }
        }
    };
    parser.cursor.go_to(start);
    stays
}

/// The most that a block on one line holds, in bytes.
const WIDTH: usize = 100;

/// What stands in the innermost open block so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    Empty,
    /// A comment behind its brace.
    Commented,
    Filled,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the line so far")]
struct Printer<'t> {
    out: String,
    depth: usize,
    block: Block,
    /// How many of the innermost blocks stay on the line of their node.
    on_line: usize,
    /// Behind the name or the annotation of a node, before its end.
    in_node: bool,
    /// Behind `/-` and before what it leaves out.
    behind_slashdash: bool,
    /// The next token stands close behind the last.
    is_glued: bool,
    /// Newlines since the last thing between nodes.
    newlines: usize,
    /// The line begins with a block comment, and the next node may follow it.
    has_lead: bool,
    /// The line ends in a comment, though its node goes on.
    behind_comment: bool,
    /// Behind the backslash of a continued line.
    continues: bool,
    /// The line was continued, and nothing followed yet.
    is_broken: bool,
    /// The comments of continued lines that nothing followed yet.
    held: Vec<&'t str>,
}

impl<'t> Printer<'t> {
    fn new(length: usize) -> Self {
        Self {
            out: String::with_capacity(length + length / 8),
            depth: 0,
            block: Block::Empty,
            on_line: 0,
            in_node: false,
            behind_slashdash: false,
            is_glued: false,
            newlines: 0,
            has_lead: false,
            behind_comment: false,
            continues: false,
            is_broken: false,
            held: Vec::new(),
        }
    }

    fn take(&mut self, token: Token<'t>) {
        match token {
            Token::Atom(text) => self.atom(text),
            Token::Equals => self.punctuation("=", true),
            Token::CloseParenthesis => self.punctuation(")", true),
            Token::OpenParenthesis => self.punctuation("(", self.is_glued),
            Token::Slashdash => {
                self.punctuation("/-", false);
                self.behind_slashdash = true;
            }
            Token::OpenBrace => self.open_brace(),
            Token::CloseBrace => self.close_brace(),
            Token::Semicolon => self.finish_node(),
            Token::Newline => self.newline(),
            Token::Continuation => self.continues = self.in_node && !self.behind_slashdash,
            Token::LineComment(text) => self.line_comment(text.trim_end()),
            Token::BlockComment(text) => self.block_comment(text),
            Token::End => {
                self.finish_node();
                if !self.out.is_empty() {
                    self.out.push('\n');
                }
            }
        }
    }

    fn atom(&mut self, text: &str) {
        if self.out == "/-" && text == "kdl-version" {
            self.is_glued = false;
        }
        self.place();
        if text.contains(['\n', '\r']) {
            self.out.push_str(&reindent(&lines(text), self.depth + 1));
        } else {
            self.out.push_str(text);
        }
        self.is_glued = false;
    }

    fn punctuation(&mut self, text: &str, is_glued: bool) {
        self.is_glued = is_glued;
        self.place();
        self.out.push_str(text);
        self.is_glued = true;
    }

    /// Makes room for the next thing of a node: a new line, a continued line, or a space.
    fn place(&mut self) {
        self.behind_slashdash = false;
        if !self.in_node {
            self.begin_line();
            self.in_node = true;
            return;
        }
        let is_broken = std::mem::take(&mut self.is_broken);
        if !self.held.is_empty() {
            for comment in std::mem::take(&mut self.held) {
                self.out.push_str(" \\ ");
                self.out.push_str(comment);
                self.break_line(self.depth + 1);
            }
        } else if std::mem::take(&mut self.behind_comment) {
            self.break_line(self.depth + 1);
        } else if is_broken {
            self.out.push_str(" \\");
            self.break_line(self.depth + 1);
        } else if !self.is_glued {
            self.out.push(' ');
        }
    }

    fn break_line(&mut self, depth: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("    ", depth));
    }

    /// Begins the line of a node or a comment.
    fn begin_line(&mut self) {
        if self.on_line > 0 || (self.has_lead && self.newlines == 0) {
            self.out.push(' ');
        } else if !self.out.is_empty() {
            if self.newlines > 1 && self.block == Block::Filled {
                self.out.push('\n');
            }
            self.break_line(self.depth);
        }
        self.newlines = 0;
        self.has_lead = false;
        self.block = Block::Filled;
    }

    fn open_brace(&mut self) {
        if self.held.is_empty() {
            self.is_broken = false;
        }
        self.is_glued &= self.behind_slashdash;
        self.place();
        self.out.push('{');
        self.depth += 1;
        self.block = Block::Empty;
        self.in_node = false;
        self.newlines = 0;
    }

    fn close_brace(&mut self) {
        self.finish_node();
        self.depth = self.depth.saturating_sub(1);
        if self.on_line > 0 {
            self.on_line -= 1;
            self.out.push_str(if self.block == Block::Empty { "" } else { " " });
        } else if self.block != Block::Empty {
            self.break_line(self.depth);
        }
        self.out.push('}');
        self.block = Block::Filled;
        self.in_node = true;
        self.is_glued = false;
        self.has_lead = false;
    }

    /// Ends a node. A comment held behind a backslash needs no backslash any more.
    fn finish_node(&mut self) {
        self.in_node = false;
        self.is_broken = false;
        self.continues = false;
        self.newlines = 0;
        for (index, comment) in std::mem::take(&mut self.held).into_iter().enumerate() {
            if index == 0 {
                self.out.push(' ');
            } else {
                self.begin_line();
            }
            self.out.push_str(comment);
            self.newlines = 1;
        }
    }

    fn newline(&mut self) {
        if self.behind_slashdash {
            return;
        }
        if std::mem::take(&mut self.continues) {
            self.is_broken = true;
            return;
        }
        if self.in_node {
            self.finish_node();
            self.newlines = 0;
        }
        self.newlines += 1;
    }

    fn line_comment(&mut self, text: &'t str) {
        if self.continues {
            return self.held.push(text);
        }
        if self.behind_slashdash {
            self.is_glued = false;
            self.place();
            self.behind_slashdash = true;
            self.behind_comment = true;
        } else if self.in_node && self.held.is_empty() {
            self.finish_node();
            self.out.push(' ');
        } else {
            if self.in_node {
                self.finish_node();
            }
            if self.newlines == 0 && !self.out.is_empty() {
                self.out.push(' ');
                self.has_lead = false;
                self.block = if self.block == Block::Empty { Block::Commented } else { self.block };
            } else {
                self.begin_line();
            }
        }
        self.out.push_str(text);
    }

    fn block_comment(&mut self, text: &str) {
        let text = lines(text);
        if !self.in_node {
            self.begin_line();
            self.out.push_str(&text);
            self.has_lead = true;
            return;
        }
        let behind_slashdash = self.behind_slashdash;
        self.is_glued &= !behind_slashdash;
        self.place();
        self.behind_slashdash = behind_slashdash;
        self.out.push_str(&text);
        self.is_glued = false;
    }
}
