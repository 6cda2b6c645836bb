use super::character::Class;
use super::number;
use super::parser::{Next, Parser};
use super::string::{Form, Written};
use super::tree::{AnnotationData, EntryData, NONE, Range, ScalarData, StringData};

/// What stands before a value or a name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Annotation {
    Absent,
    /// Index into the tree's annotations.
    At(u32),
    /// Told as a mistake.
    Broken,
}

impl Annotation {
    pub(super) fn index(self) -> u32 {
        match self {
            Annotation::At(index) => index,
            Annotation::Absent | Annotation::Broken => NONE,
        }
    }
}

/// A value as it was read.
enum Value {
    /// A string, or a word that may still turn out as a key, a number or a reserved word.
    Written(Written),
    Keyword(ScalarData, Range),
}

/// Arguments, properties and annotations.
impl Parser<'_> {
    /// Reads the rest of a node up to its end or to the opening of a block.
    pub(super) fn entries(&mut self) -> Next {
        let mut spaced = self.node_space();
        loop {
            let at = self.cursor.at();
            spaced = match self.cursor.byte() {
                None | Some(b'}') => return self.finish_node(),
                Some(b'{') => return self.open_block(false),
                Some(b';') => {
                    self.cursor.bump();
                    return self.finish_node();
                }
                Some(b'/') if self.cursor.sees("//") => {
                    self.line_comment();
                    return self.end_of_line();
                }
                Some(b'#') if matches!(self.cursor.byte_at(1), Some(b' ' | b'\t')) => {
                    self.foreign_comment(at, "#");
                    return self.finish_node();
                }
                Some(b'/') if spaced && matches!(self.cursor.byte_at(1), Some(b' ' | b'\t')) => {
                    self.foreign_comment(at, "/");
                    return self.finish_node();
                }
                Some(b'/') if self.cursor.eat("/-") => {
                    self.line_space();
                    if self.cursor.byte() == Some(b'{') {
                        return self.open_block(true);
                    }
                    self.slashdash(at)
                }
                Some(_) if self.cursor.class() == Class::Newline => return self.end_of_line(),
                Some(b',') if self.begins_member(at + 1) => {
                    self.cursor.bump();
                    self.comma_before_member(at);
                    return self.finish_node();
                }
                Some(_) if self.has_block() => {
                    self.tell_after_block(at);
                    if self.cursor.byte() == Some(b'#') {
                        self.recover();
                    }
                    return self.finish_node();
                }
                Some(_) => {
                    let spaced = self.entry(spaced);
                    self.extend_node();
                    spaced
                }
            };
        }
    }

    /// Ends the node where its line ends, or begins the block that it lacks the `{` of.
    fn end_of_line(&mut self) -> Next {
        let at = self.cursor.at();
        let begins = self.lacks_begin(at);
        self.cursor.newline();
        if begins { self.begin_block(at, false) } else { self.finish_node() }
    }

    /// Reads an entry to leave it out; tells whether there was space behind it.
    fn slashdash(&mut self, start: u32) -> bool {
        if matches!(self.cursor.byte(), None | Some(b'}' | b';')) || self.cursor.sees("/-") {
            self.empty_slashdash(start);
            return true;
        }
        if self.has_block() {
            self.tell_after_block(start);
        }
        let marks = self.marks();
        let spaced = self.entry(true);
        self.cut_back(marks);
        spaced
    }

    /// Reads an argument or a property; tells whether there was space behind it.
    fn entry(&mut self, spaced: bool) -> bool {
        let start = self.cursor.at();
        if !spaced && self.foreign_separator(start) {
            self.node_space();
            return true;
        }
        if !spaced && self.cursor.class() == Class::Mark && self.cursor.byte() != Some(b'"') {
            return self.glued(start);
        }
        let before = self.mistakes;
        let annotation = self.annotation();
        let value = self.value();
        if !spaced && self.mistakes == before {
            self.missing_space(start);
        }
        match value {
            Some(Value::Written(written)) => self.argument_or_property(start, annotation, written),
            Some(Value::Keyword(data, range)) => {
                self.push_argument(start, annotation, data, range);
                self.node_space()
            }
            None if annotation == Annotation::Absent => self.stray(start),
            None => {
                if let Annotation::At(index) = annotation {
                    self.annotation_of_nothing(index);
                    self.recover();
                }
                self.node_space()
            }
        }
    }

    fn argument_or_property(&mut self, start: u32, annotation: Annotation, written: Written) -> bool {
        let spaced = self.node_space();
        if !self.cursor.eat("=") {
            let (data, range) = self.scalar(written);
            self.push_argument(start, annotation, data, range);
            return spaced || (range.end > written.range.end && self.node_space());
        }
        let equals = self.cursor.at();
        if annotation != Annotation::Absent {
            self.annotated_key(start, written.range.start);
        }
        let Range { start: key_start, end: key_end } = written.range;
        match written.form {
            Form::Quoted | Form::Bare => {}
            Form::Reserved => self.reserved_word(key_start, key_end, "key"),
            Form::Number => self.number_as_key(key_start, key_end),
        }
        self.node_space();
        let annotation = self.annotation();
        let (data, range) = match self.value() {
            Some(Value::Written(value)) => self.scalar(value),
            Some(Value::Keyword(data, range)) => (data, range),
            None => {
                if annotation != Annotation::Broken {
                    self.no_value(key_start, equals, "a property without a value");
                }
                self.recover();
                return true;
            }
        };
        self.push_entry(EntryData {
            key: Some(written.value),
            start: key_start,
            key_end,
            value_start: range.start,
            end: range.end,
            annotation: annotation.index(),
            value: data,
        });
        self.node_space()
    }

    fn push_argument(&mut self, start: u32, annotation: Annotation, value: ScalarData, range: Range) {
        self.push_entry(EntryData {
            key: None,
            start,
            key_end: start,
            value_start: range.start,
            end: range.end,
            annotation: annotation.index(),
            value,
        });
    }

    /// Gives the node that is being read the entries so far.
    fn extend_node(&mut self) {
        let length = self.tree.entries.len() as u32;
        let Some(open) = self.open.last() else { return };
        let Some(node) = self.tree.nodes.get_mut(open.node as usize) else { return };
        node.entries.end = length;
        if let Some(entry) = self.tree.entries[node.entries.start as usize..].last() {
            node.range.end = entry.end;
        }
    }

    fn has_block(&self) -> bool {
        self.open.last().is_some_and(|open| open.brace.is_some())
    }

    /// Reads an annotation and the space behind it.
    pub(super) fn annotation(&mut self) -> Annotation {
        let start = self.cursor.at();
        if !self.cursor.eat("(") {
            return Annotation::Absent;
        }
        self.node_space();
        let written = self.string();
        self.node_space();
        let closed = self.cursor.eat(")");
        if !closed {
            while !matches!(self.cursor.class(), Class::Newline | Class::End)
                && !matches!(self.cursor.byte(), Some(b')' | b'{' | b'}' | b';'))
            {
                self.cursor.bump();
            }
            self.cursor.eat(")");
        }
        let end = self.cursor.at();
        let annotation = match written {
            Some(written) if closed => self.sound_annotation(written, Range { start, end }),
            _ => {
                self.bad_annotation(start, end);
                Annotation::Broken
            }
        };
        self.node_space();
        annotation
    }

    fn sound_annotation(&mut self, written: Written, range: Range) -> Annotation {
        let Range { start, end } = written.range;
        match written.form {
            Form::Quoted | Form::Bare => {}
            Form::Reserved => self.reserved_word(start, end, "annotation"),
            Form::Number => self.bad_annotation(start, end),
        }
        self.tree.annotations.push(AnnotationData { word: written.value, range });
        Annotation::At(self.tree.annotations.len() as u32 - 1)
    }

    fn value(&mut self) -> Option<Value> {
        if let Some(written) = self.string() {
            return Some(Value::Written(written));
        }
        let start = self.cursor.at();
        if !self.cursor.eat("#") {
            return None;
        }
        self.cursor.skip(Class::Word);
        let word = self.cursor.slice(start, self.cursor.at()).trim_end_matches(',');
        let end = start + word.len() as u32;
        let data = match word {
            "#true" => ScalarData::Bool(true),
            "#false" => ScalarData::Bool(false),
            "#null" => ScalarData::Null,
            "#inf" => ScalarData::Float(f64::INFINITY),
            "#-inf" => ScalarData::Float(f64::NEG_INFINITY),
            "#nan" => ScalarData::Float(f64::NAN),
            _ => {
                self.skip_glued();
                let end = self.cursor.at();
                self.unknown_keyword(start, end);
                ScalarData::String(StringData { start, end, unescaped: false })
            }
        };
        if !matches!(data, ScalarData::String(_)) && end < self.cursor.at() {
            self.comma(end, self.cursor.at());
            return Some(Value::Keyword(data, Range { start, end }));
        }
        Some(Value::Keyword(data, Range { start, end: self.cursor.at() }))
    }

    /// The value of a string or a word; a mistaken word stands for the value it is likely meant as.
    fn scalar(&mut self, written: Written) -> (ScalarData, Range) {
        let Range { start, end } = written.range;
        let word = self.cursor.slice(start, end);
        let data = match written.form {
            Form::Quoted | Form::Bare => ScalarData::String(written.value),
            Form::Number => match number::parse(word) {
                Some(data) => data,
                None => return self.not_a_number(written.range),
            },
            Form::Reserved => {
                self.bare_keyword(start, end);
                match word {
                    "true" => ScalarData::Bool(true),
                    "false" => ScalarData::Bool(false),
                    "null" => ScalarData::Null,
                    _ => ScalarData::String(written.value),
                }
            }
        };
        (data, written.range)
    }

    /// Takes what begins like a number, and all that stands close behind it, as a string; a comma behind a number is none of it.
    fn not_a_number(&mut self, word: Range) -> (ScalarData, Range) {
        let number = self.cursor.slice(word.start, word.end).trim_end_matches(',');
        let end = word.start + number.len() as u32;
        if end < word.end
            && let Some(data) = number::parse(number)
        {
            self.comma(end, word.end);
            return (data, Range { start: word.start, end });
        }
        if self.cursor.at() == word.end && self.cursor.byte() == Some(b'/') {
            self.skip_glued();
        }
        let end =
            if self.cursor.slice(word.end, self.cursor.at()).starts_with('/') { self.cursor.at() } else { word.end };
        self.bad_number(word.start, end);
        let value = StringData { start: word.start, end, unescaped: false };
        (ScalarData::String(value), Range { start: word.start, end })
    }

    /// Moves over all up to the next space, newline, quote, brace or semicolon.
    fn skip_glued(&mut self) {
        loop {
            match self.cursor.class() {
                Class::Mark if matches!(self.cursor.byte(), Some(b'"' | b'{' | b'}' | b';')) => return,
                Class::Word | Class::Mark => self.cursor.bump(),
                Class::Space | Class::Newline | Class::Banned | Class::End => return,
            }
        }
    }

    /// Takes punctuation right behind a word as a part of it, as in `a/b`.
    fn glued(&mut self, at: u32) -> bool {
        let mark = self.cursor.character().unwrap_or_default();
        self.skip_glued();
        let end = self.cursor.at();
        let open = self.open.last().map_or(NONE, |open| open.node);
        let node = self.tree.nodes.get_mut(open as usize);
        let entry = self.tree.entries.last_mut().filter(|entry| entry.end == at);
        let start = match (entry, node) {
            (Some(entry), _) => {
                let start = entry.value_start;
                entry.end = end;
                // Single quotes around it are told with it, and are no part of what was meant.
                let written = self.cursor.slice(start, end);
                let inner = written.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
                let quote = u32::from(inner.is_some());
                let value = StringData { start: start + quote, end: end - quote, unescaped: false };
                entry.value = ScalarData::String(value);
                start
            }
            (None, Some(node)) if node.name_range.end == at => {
                let start = node.name_range.start;
                node.name = StringData { start, end, unescaped: false };
                node.name_range.end = end;
                node.range.end = end;
                start
            }
            (None, _) => at,
        };
        self.bad_word(start, end, mark);
        self.node_space()
    }

    /// Tells of what begins no entry.
    fn stray(&mut self, start: u32) -> bool {
        let mark = self.cursor.character().unwrap_or_default();
        if mark == '=' {
            self.cursor.bump();
            self.no_key(start);
            self.node_space();
            return true;
        }
        if mark == '[' {
            self.foreign_list(start);
            self.recover();
            return true;
        }
        self.cursor.bump();
        self.skip_glued();
        let end = self.cursor.at();
        self.bad_word(start, end, mark);
        if mark == '/' {
            let value = ScalarData::String(StringData { start, end, unescaped: false });
            self.push_argument(start, Annotation::Absent, value, Range { start, end });
        } else {
            self.recover();
        }
        self.node_space();
        true
    }
}
