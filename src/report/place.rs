//! Lines and columns of many places, without counting a long line again for each.

use crate::source::{FileId, Position, Sources};

/// Finds positions. Going forward through a file costs its length once, even if it is all one line.
pub(super) struct Places<'s> {
    sources: &'s Sources,
    last: Option<(FileId, u32, Position)>,
}

impl<'s> Places<'s> {
    /// Places of `sources`.
    pub(super) fn new(sources: &'s Sources) -> Self {
        Self { sources, last: None }
    }

    /// The position of a byte; the end of the text for one behind it.
    pub(super) fn position(&mut self, id: FileId, offset: u32) -> Position {
        let file = self.sources.file(id);
        let offset = offset.min(file.text.len() as u32);
        let line = file.lines().line_of(offset) as u32 + 1;
        let position = match self.last {
            Some((last, from, known)) if last == id && known.line == line && from <= offset => {
                let between = file.text.as_bytes().get(from as usize..offset as usize).unwrap_or_default();
                Position {
                    line,
                    column: known.column + between.iter().filter(|byte| byte.cast_signed() >= -0x40).count() as u32,
                }
            }
            // A look back leaves the cursor where it is.
            Some((last, from, _)) if last == id && offset < from => return file.position(offset),
            _ => file.position(offset),
        };
        self.last = Some((id, offset, position));
        position
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    #[test]
    fn every_position_is_the_one_that_the_file_gives() {
        let mut sources = Sources::default();
        let id = sources.add(SourceFile::new("a", "é=1\r\nb\rcü\n".into()));
        let mut places = Places::new(&sources);
        let starts = [0, 2, 3, 1, 9, 5, 7, 8, 12, 99];
        for offset in starts {
            let inside = offset.min(sources.file(id).text.len() as u32);
            assert_eq!(places.position(id, offset), sources.file(id).position(inside), "{offset}");
        }
    }
}
