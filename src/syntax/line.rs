//! Nodes that are no text yet.

use super::edit::write_string;
use super::is_bare_word;
use std::fmt::{self, Display, Formatter};

/// A node as KDL text, made part by part. A string of several lines is given without indentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    head: String,
    block: Option<Vec<Line>>,
}

/// The name of a node as KDL text: where no value can stand, nobody takes `on` for one.
fn write_name(name: &str) -> String {
    let is_word = is_bare_word(name) && name.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_word { name.to_owned() } else { write_string(name) }
}

impl Line {
    /// A node of a name.
    pub fn new(name: &str) -> Self {
        Self { head: write_name(name), block: None }
    }

    /// A node of a name that may begin with `$`, as what a condition looks at does.
    pub fn of_field(name: &str) -> Self {
        let bare = name.starts_with('$') && is_bare_word(name);
        Self { head: if bare { name.to_owned() } else { write_name(name) }, block: None }
    }

    /// A node whose line without its block is given as KDL text.
    pub fn as_written(line: &str) -> Self {
        Self { head: line.to_owned(), block: None }
    }

    /// A node of a name, with an annotation before it.
    pub fn annotated(annotation: &str, name: &str) -> Self {
        Self { head: format!("({annotation}){}", write_name(name)), block: None }
    }

    /// Whether it is a node of a name, without an annotation.
    pub fn is_called(&self, name: &str) -> bool {
        self.head.strip_prefix(&*write_name(name)).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    }

    /// With an argument more, given as KDL text.
    #[must_use]
    pub fn word(mut self, text: &str) -> Self {
        self.head.push(' ');
        self.head.push_str(text);
        self
    }

    /// With a property more, whose value is given as KDL text.
    #[must_use]
    pub fn property(self, key: &str, text: &str) -> Self {
        self.word(&format!("{}={text}", write_string(key)))
    }

    /// With a block, to which nodes are added.
    #[must_use]
    pub fn block(mut self, lines: impl IntoIterator<Item = Line>) -> Self {
        self.block.get_or_insert_default().extend(lines);
        self
    }

    /// With a block of some nodes where there are any.
    #[must_use]
    pub fn block_of_any(self, lines: Vec<Line>) -> Self {
        if lines.is_empty() { self } else { self.block(lines) }
    }

    /// The text with blocks indented by `unit`, without a newline behind it.
    pub fn lines(&self, unit: &str) -> String {
        let mut text = String::new();
        self.write(&mut text, unit, 0);
        text
    }

    fn write(&self, out: &mut String, unit: &str, depth: usize) {
        out.push_str(&unit.repeat(depth));
        for (number, line) in self.head.split('\n').enumerate() {
            if number > 0 {
                out.push('\n');
                out.push_str(&if line.is_empty() { String::new() } else { unit.repeat(depth + 1) });
            }
            out.push_str(line);
        }
        match self.block.as_deref() {
            None => {}
            Some([]) => out.push_str(" {}"),
            Some(lines) => {
                out.push_str(" {\n");
                for line in lines {
                    line.write(out, unit, depth + 1);
                    out.push('\n');
                }
                out.push_str(&unit.repeat(depth));
                out.push('}');
            }
        }
    }

    /// The text on one line.
    pub fn in_one(&self) -> String {
        match self.block.as_deref() {
            None => self.head.clone(),
            Some([]) => format!("{} {{}}", self.head),
            Some(lines) => {
                let lines: Vec<String> = lines.iter().map(Self::in_one).collect();
                format!("{} {{ {} }}", self.head, lines.join("; "))
            }
        }
    }
}

/// The text, in the canonical format, without a newline behind it.
impl Display for Line {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines("    "))
    }
}
