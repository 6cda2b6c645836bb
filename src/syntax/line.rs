//! Nodes that are no text yet.

use super::edit::write_string;
use std::fmt::{self, Display, Formatter};

/// A node as KDL text, made part by part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    head: String,
    block: Option<Vec<Line>>,
}

impl Line {
    /// A node of a name.
    pub fn new(name: &str) -> Self {
        Self { head: write_string(name), block: None }
    }

    /// A node of a name, with an annotation before it.
    pub fn annotated(annotation: &str, name: &str) -> Self {
        Self { head: format!("({annotation}){}", write_string(name)), block: None }
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

    fn write(&self, f: &mut Formatter<'_>, depth: usize) -> fmt::Result {
        write!(f, "{:1$}{2}", "", depth * 4, self.head)?;
        match self.block.as_deref() {
            None => Ok(()),
            Some([]) => f.write_str(" {}"),
            Some(lines) => {
                f.write_str(" {\n")?;
                for line in lines {
                    line.write(f, depth + 1)?;
                    f.write_str("\n")?;
                }
                write!(f, "{:1$}}}", "", depth * 4)
            }
        }
    }
}

/// The text, in the canonical format, without a newline behind it.
impl Display for Line {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.write(f, 0)
    }
}
