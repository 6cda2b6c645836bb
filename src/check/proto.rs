//! Whether a text is a file of Protocol Buffers, as far as its statements show.

/// What a statement of a file begins with, and whether it ends with its block.
const STATEMENTS: [(&str, bool); 9] = [
    ("syntax", false),
    ("edition", false),
    ("package", false),
    ("import", false),
    ("option", false),
    ("message", true),
    ("enum", true),
    ("service", true),
    ("extend", true),
];

/// A piece of a file.
#[derive(Clone, Copy, PartialEq)]
enum Token<'t> {
    Word(&'t str),
    /// A text in quotes, or a number.
    Value,
    Mark(char),
}

/// Whether a text is made of the statements of a file: each begins with a word that one begins with, brackets close in turn, and each
/// ends as its sort does.
pub(super) fn is_proto(text: &str) -> bool {
    let mut tokens = Tokens(text);
    // The brackets that are open, as what closes them.
    let mut open: Vec<char> = Vec::new();
    let mut statement: Option<bool> = None;
    while let Some(token) = tokens.next() {
        let Ok(token) = token else { return false };
        let Some(ends_with_block) = statement else {
            statement = match token {
                Token::Mark(';') => None,
                Token::Word(word) => match STATEMENTS.iter().find(|row| row.0 == word) {
                    Some(row) => Some(row.1),
                    None => return false,
                },
                Token::Value | Token::Mark(_) => return false,
            };
            continue;
        };
        match token {
            Token::Mark('{') => open.push('}'),
            Token::Mark('[') => open.push(']'),
            Token::Mark('(') => open.push(')'),
            Token::Mark(mark @ ('}' | ']' | ')')) if open.pop() != Some(mark) => return false,
            _ => {}
        }
        let ends = if ends_with_block { '}' } else { ';' };
        if open.is_empty() && token == Token::Mark(ends) {
            statement = None;
        } else if open.is_empty() && token == Token::Mark(';') {
            return false;
        }
    }
    statement.is_none()
}

/// The pieces of what is left of a file, without comments.
struct Tokens<'t>(&'t str);

impl<'t> Tokens<'t> {
    fn take(&mut self, length: usize) -> &'t str {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    /// The next piece; an error where there can be none.
    fn next(&mut self) -> Option<Result<Token<'t>, ()>> {
        loop {
            self.0 = self.0.trim_start();
            let comment = match self.0.as_bytes() {
                [b'/', b'/', ..] => self.0.find('\n').unwrap_or(self.0.len()),
                [b'/', b'*', ..] => match self.0.get(2..)?.find("*/") {
                    Some(length) => length + 4,
                    None => return Some(Err(())),
                },
                _ => break,
            };
            self.take(comment);
        }
        let first = self.0.chars().next()?;
        let is_name = |character: char| character.is_ascii_alphanumeric() || character == '_' || character == '.';
        let length = self.0.find(|character| !is_name(character)).unwrap_or(self.0.len());
        Some(match first {
            '"' | '\'' => self.quoted(first),
            _ if first.is_ascii_digit() => {
                self.take(length);
                Ok(Token::Value)
            }
            _ if length > 0 => Ok(Token::Word(self.take(length))),
            '{' | '}' | '[' | ']' | '(' | ')' | '<' | '>' | '=' | ';' | ',' | ':' | '-' | '+' | '/' => {
                self.take(1);
                Ok(Token::Mark(first))
            }
            _ => Err(()),
        })
    }

    fn quoted(&mut self, quote: char) -> Result<Token<'t>, ()> {
        let mut is_escaped = false;
        for (at, character) in self.0.char_indices().skip(1) {
            match character {
                '\n' => return Err(()),
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                _ if character == quote => {
                    self.take(at + 1);
                    return Ok(Token::Value);
                }
                _ => {}
            }
        }
        Err(())
    }
}

#[cfg(test)]
mod tests {
    use super::is_proto;

    #[test]
    fn a_file_is_made_of_statements() {
        let whole = "// An order.\nsyntax = \"proto3\";\npackage shop.v1;\nimport 'google/protobuf/any.proto';\n\
                     option java_package = \"a\\\"b\";\n/* of a shop */\nmessage Order {\n  string id = 1 [deprecated = true];\n  \
                     map<string, int32> n = 2;\n  oneof x { int32 a = 3; }\n  message Inner {}\n}\n\
                     enum E { A = 0; B = -1; }\nservice S { rpc Get(Order) returns (stream Order) {} }\n";
        for text in [
            whole,
            "",
            "// nothing",
            "message A {};",
            ";",
            "option (x) = { a: 1 };",
            "extend google.protobuf.Any { string x = 1; }",
        ] {
            assert!(is_proto(text), "{text}");
        }
        for text in [
            "???",
            "hello",
            "message",
            "message A",
            "message A {",
            "message A { string x = 1 ]; }",
            "message A { ??? }",
            "message A; message B {}",
            "syntax = \"proto3\"",
            "package \"open;",
            "/* open",
            "{}",
            "message A { string x = 1; }}",
        ] {
            assert!(!is_proto(text), "{text}");
        }
    }
}
