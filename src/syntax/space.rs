use super::character::Class;
use super::parser::Parser;

/// Whitespace, newlines and comments.
impl Parser<'_> {
    /// Moves over spaces, block comments and continued lines; tells whether there was any.
    pub(super) fn node_space(&mut self) -> bool {
        let start = self.cursor.at();
        loop {
            match self.cursor.class() {
                Class::Space => self.cursor.skip(Class::Space),
                Class::Banned => self.banned(),
                Class::Mark if self.cursor.sees("/*") && !self.is_pattern() => self.block_comment(),
                Class::Mark if self.cursor.byte() == Some(b'\\') => self.line_continuation(),
                Class::Word | Class::Newline | Class::Mark | Class::End => return self.cursor.at() > start,
            }
        }
    }

    /// Whether the `/*` here is part of a pattern of paths without quotes, as in `dir/*.yaml` and `dir/**`: it stands right behind a word,
    /// and what follows is no text of a comment.
    fn is_pattern(&self) -> bool {
        let before = self.tree.text()[..self.cursor.at() as usize].chars().next_back();
        let is_glued = before.is_some_and(|before| Class::of(before) == Class::Word);
        let follows = || matches!(self.cursor.byte_at(2), None | Some(b'*' | b'.' | b'/' | b'\n' | b'\r'));
        let is_empty =
            self.cursor.sees("/**/") && matches!(self.cursor.byte_at(4), None | Some(b' ' | b'\t' | b'\n' | b'\r'));
        is_glued && !is_empty && (before == Some('*') || follows())
    }

    /// Moves over everything between nodes: [`Self::node_space`], newlines and line comments.
    pub(super) fn line_space(&mut self) {
        loop {
            self.node_space();
            match self.cursor.class() {
                Class::Newline => self.cursor.skip(Class::Newline),
                Class::Mark if self.cursor.sees("//") => self.line_comment(),
                Class::Word | Class::Space | Class::Mark | Class::Banned | Class::End => return,
            }
        }
    }

    /// Moves to the newline that ends a `//` comment.
    pub(super) fn line_comment(&mut self) {
        loop {
            self.cursor.skip_plain();
            match self.cursor.class() {
                Class::Newline | Class::End => return,
                Class::Banned => self.banned(),
                Class::Word | Class::Space | Class::Mark => self.cursor.bump(),
            }
        }
    }

    /// Moves over a block comment and those inside of it.
    pub(super) fn block_comment(&mut self) {
        let start = self.cursor.at();
        let mut open = 0_u32;
        loop {
            self.cursor.skip_plain();
            if self.cursor.eat("/*") {
                open += 1;
            } else if self.cursor.eat("*/") {
                open -= 1;
                if open == 0 {
                    return;
                }
            } else {
                match self.cursor.class() {
                    Class::End => {
                        // Where all but its line is read, little follows from it; once, as it costs a look at the whole text.
                        if !std::mem::replace(&mut self.is_open_comment_told, true) {
                            let line = self.tree.text()[start as usize..].lines().next().unwrap_or_default();
                            self.cursor.go_to(start + line.len() as u32);
                        }
                        return self.unterminated_comment(start);
                    }
                    Class::Banned => self.banned(),
                    Class::Word | Class::Space | Class::Newline | Class::Mark => self.cursor.bump(),
                }
            }
        }
    }

    /// Moves over a backslash and the end of the line that it takes away.
    fn line_continuation(&mut self) {
        let start = self.cursor.at();
        self.cursor.bump();
        loop {
            match self.cursor.class() {
                Class::Space => self.cursor.skip(Class::Space),
                Class::Mark if self.cursor.sees("/*") => self.block_comment(),
                Class::Mark if self.cursor.sees("//") => {
                    self.line_comment();
                    self.cursor.newline();
                    return;
                }
                Class::Newline => {
                    self.cursor.newline();
                    return;
                }
                Class::End => return,
                Class::Word | Class::Mark | Class::Banned => return self.stray_backslash(start),
            }
        }
    }

    /// Moves over code points that may stand nowhere.
    pub(super) fn banned(&mut self) {
        let start = self.cursor.at();
        self.cursor.skip(Class::Banned);
        self.banned_character(start);
    }
}
