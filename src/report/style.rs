//! How output looks: chosen by the front end, once.

/// Whether escape sequences colour the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// They do.
    Always,
    /// The output is plain.
    Never,
}

/// Which characters lines and arrows are drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbols {
    /// Box drawing and arrows.
    Unicode,
    /// Only ASCII.
    Ascii,
}

/// Where the paths of files start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paths {
    /// At the project's folder, for who works in it.
    Project,
    /// At the root of the repository, for who sees all of it.
    Repository,
}

/// The look of a terminal's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Colours.
    pub color: Color,
    /// Symbols.
    pub symbols: Symbols,
    /// Columns that text is wrapped at.
    pub width: usize,
    /// Where paths start.
    pub paths: Paths,
}

impl Style {
    /// What a file or a pipe gets: no colour, 100 columns.
    pub const PLAIN: Self = Self { color: Color::Never, symbols: Symbols::Unicode, width: 100, paths: Paths::Project };

    /// `text` as `paint` says; as it is where there are no colours.
    pub fn paint(self, paint: Paint, text: &str) -> String {
        match self.color {
            Color::Always if !text.is_empty() => format!("\u{1b}[{}m{text}\u{1b}[0m", paint.sequence()),
            Color::Always | Color::Never => text.to_owned(),
        }
    }

    /// A line of a diff, as its sign says.
    pub(super) fn paint_diff(self, line: &str) -> String {
        match line.as_bytes().first() {
            Some(b'+') => self.paint(Paint::Added, line),
            Some(b'-') => self.paint(Paint::Removed, line),
            Some(b'@') => self.paint(Paint::Dim, line),
            Some(_) | None => line.to_owned(),
        }
    }
}

/// What a piece of text stands for, which gives its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Something that comes.
    Added,
    /// Something that goes, or is wrong.
    Removed,
    /// Something that becomes different, or needs a look.
    Changed,
    /// What matters most.
    Bold,
    /// What matters least.
    Dim,
}

impl Paint {
    fn sequence(self) -> &'static str {
        match self {
            Self::Added => "32",
            Self::Removed => "31",
            Self::Changed => "33",
            Self::Bold => "1",
            Self::Dim => "2",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paint_only_shows_with_colours() {
        let coloured = Style { color: Color::Always, ..Style::PLAIN };
        assert_eq!(coloured.paint(Paint::Added, "x"), "\u{1b}[32mx\u{1b}[0m");
        assert_eq!(coloured.paint(Paint::Added, ""), "");
        assert_eq!(Style::PLAIN.paint(Paint::Added, "x"), "x");
    }
}
