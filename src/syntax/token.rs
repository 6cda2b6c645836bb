use super::character::Class;
use super::parser::Parser;

/// A piece of a text as the formatter sees it: everything but spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// A string of any form, a number or a keyword, as written.
    Atom(&'t str),
    Equals,
    OpenParenthesis,
    CloseParenthesis,
    OpenBrace,
    CloseBrace,
    Semicolon,
    Newline,
    Slashdash,
    /// The backslash that takes away the end of its line.
    Continuation,
    /// Without the newline behind it.
    LineComment(&'t str),
    BlockComment(&'t str),
    End,
}

impl<'t> Parser<'t> {
    /// Reads the next token; the text must be free of mistakes.
    pub(super) fn token(&mut self) -> Token<'t> {
        self.cursor.skip(Class::Space);
        let start = self.cursor.at();
        match self.cursor.byte() {
            None => Token::End,
            Some(_) if self.cursor.newline() => Token::Newline,
            Some(b'/') if self.cursor.sees("//") => {
                self.line_comment();
                Token::LineComment(self.cursor.slice(start, self.cursor.at()))
            }
            Some(b'/') if self.cursor.sees("/*") => {
                self.block_comment();
                Token::BlockComment(self.cursor.slice(start, self.cursor.at()))
            }
            Some(b'/') if self.cursor.eat("/-") => Token::Slashdash,
            Some(byte) => match punctuation(byte) {
                Some(token) => {
                    self.cursor.bump();
                    token
                }
                None => Token::Atom(self.atom(start)),
            },
        }
    }

    fn atom(&mut self, start: u32) -> &'t str {
        if self.string().is_none() {
            self.cursor.bump();
            self.cursor.skip(Class::Word);
        }
        self.cursor.slice(start, self.cursor.at())
    }
}

fn punctuation<'t>(byte: u8) -> Option<Token<'t>> {
    Some(match byte {
        b'=' => Token::Equals,
        b'(' => Token::OpenParenthesis,
        b')' => Token::CloseParenthesis,
        b'{' => Token::OpenBrace,
        b'}' => Token::CloseBrace,
        b';' => Token::Semicolon,
        b'\\' => Token::Continuation,
        _ => return None,
    })
}
