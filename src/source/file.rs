use super::FileId;
use super::hidden::secrets;
use super::told::told;
use super::{LineIndex, Making, Position, Span};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// How many bytes of a file tell its encoding.
const MOST_OF_BEGINNING: usize = 400;

/// Whether the name of a file is one of a module that lies in nobody's folder: of the standard library, which comes with plat, or of a
/// repository.
pub fn is_of_library(name: &str) -> bool {
    name.starts_with("std:") || name.starts_with("git:")
}

/// The name of what stands for the file of what was typed for parameters of the project.
pub const TYPED: &str = "--param";

/// One file's text.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// How it is shown: relative to the project's folder, `/` between parts, or `std:...`.
    pub name: String,
    /// The text. Where the file was not UTF-8, each bad byte is a `?`, so that offsets agree with the file.
    pub text: Arc<str>,
    /// Offset of the first byte that was not UTF-8.
    pub invalid_utf8: Option<u32>,
    /// What nobody is shown, as others found.
    hidden: Vec<Range<u32>>,
    /// What nobody is shown, as the text itself tells: looked for on first use.
    secrets: OnceLock<Vec<Range<u32>>>,
    lines: OnceLock<LineIndex>,
    /// How it was made; nothing where somebody wrote it.
    pub(super) making: Option<Arc<Making>>,
    /// Whether it is a file of data.
    is_data: bool,
    /// Whether it is one of a module.
    is_of_module: bool,
}

impl SourceFile {
    /// Whether it comes with plat and lies in nobody's folder.
    pub fn is_of_library(&self) -> bool {
        is_of_library(&self.name)
    }

    /// Whether it lies in the project's folder, or did.
    pub fn is_in_folder(&self) -> bool {
        !self.is_of_library() && self.name != TYPED
    }

    /// A file of `name` from its raw bytes.
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        let (text, invalid_utf8) = decode(bytes);
        let (hidden, secrets, lines) = (Vec::new(), OnceLock::new(), OnceLock::new());
        Self {
            name: name.into(),
            text: text.into(),
            invalid_utf8,
            hidden,
            secrets,
            lines,
            making: None,
            is_data: false,
            is_of_module: false,
        }
    }

    /// The file as one that nobody wrote: it was made out of others.
    #[must_use]
    pub fn made_by(self, making: Arc<Making>) -> Self {
        Self { making: Some(making), ..self }
    }

    /// The file as one of data, of which rows are read.
    #[must_use]
    pub fn of_data(self) -> Self {
        Self { is_data: true, ..self }
    }

    /// The file as one of a module, which others may use too.
    #[must_use]
    pub fn of_module(self) -> Self {
        Self { is_of_module: true, ..self }
    }

    /// Whether it is a file of data, and not one of KDL.
    pub fn is_data(&self) -> bool {
        self.is_data
    }

    /// Whether it is one of a module.
    pub fn is_of_module(&self) -> bool {
        self.is_of_module
    }

    /// Whether its nodes may be changed: somebody wrote it, in KDL and in the project.
    pub fn may_be_changed(&self) -> bool {
        !(self.is_data || self.is_made() || self.is_of_library() || self.is_of_module)
    }

    /// Whether nobody wrote it: it has the name of the file that asked for it.
    pub fn is_made(&self) -> bool {
        self.making.is_some()
    }

    /// Whether it is likely UTF-16, with or without a mark at its beginning: that has a zero in each letter that KDL is written in.
    pub fn is_utf16(&self) -> bool {
        let beginning = self.text.as_bytes().iter().take(MOST_OF_BEGINNING);
        let zeros = beginning.clone().filter(|byte| **byte == 0).count();
        zeros > 1 && zeros * 4 > beginning.len()
    }

    /// A part of the text as it may be shown: each byte of what is hidden is a `*`, so that offsets agree.
    pub fn shown(&self, range: Range<usize>) -> String {
        let mut bytes = self.text.as_bytes().get(range.clone()).unwrap_or_default().to_vec();
        let secret = || {
            let told = told(&self.text).into_iter().map(|part| part.start as u32..part.end as u32);
            secrets(&self.text).into_iter().chain(told).collect()
        };
        for hidden in self.secrets.get_or_init(secret).iter().chain(&self.hidden) {
            let part = (hidden.start as usize).max(range.start)..(hidden.end as usize).min(range.end);
            if part.start < part.end {
                bytes[part.start - range.start..part.end - range.start].fill(b'*');
            }
        }
        // Only whole characters are hidden.
        String::from_utf8(bytes).unwrap_or_default()
    }

    /// The table of lines, made on first use.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Line and column of a byte.
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(offset, &self.text)
    }
}

/// Text of `bytes` with the same offsets, and the first offset that is not UTF-8.
fn decode(bytes: Vec<u8>) -> (String, Option<u32>) {
    let mut bytes = match String::from_utf8(bytes) {
        Ok(text) => return (text, None),
        Err(error) => error.into_bytes(),
    };
    let mut first = None;
    let mut offset = 0;
    while let Err(error) = std::str::from_utf8(&bytes[offset..]) {
        let bad = offset + error.valid_up_to();
        let length = error.error_len().unwrap_or(bytes.len() - bad);
        bytes[bad..bad + length].fill(b'?');
        first.get_or_insert(bad as u32);
        offset = bad + length;
    }
    (String::from_utf8(bytes).unwrap_or_default(), first)
}

/// All the files of a run; only grows, so that a [`FileId`] stays valid.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    /// Where the project's folder lies in its repository: empty, or with a `/` at its end.
    folder: String,
    /// The revision that the files are of, where they are not what is there now.
    revision: Option<String>,
}

impl Sources {
    /// No file.
    pub const fn new() -> Self {
        Self { files: Vec::new(), folder: String::new(), revision: None }
    }

    /// Says where the project's folder lies in its repository: empty, or with a `/` at its end.
    pub fn lie_in(&mut self, folder: String) {
        self.folder = folder;
    }

    /// Adds a file and names it.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        self.files.push(file);
        FileId(self.files.len() as u32 - 1)
    }

    /// The file of a name given by [`Sources::add`] of these sources.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// A file, where there is one of a number.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// All files with their names that somebody wrote, in the order they were added.
    pub fn of_people(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.iter().filter(|(_, file)| !file.is_made())
    }

    /// All files with their names, in the order they were added.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(index, file)| (FileId(index as u32), file))
    }

    /// Where the project's folder lies in its repository: empty, or with a `/` at its end.
    pub fn home(&self) -> &str {
        &self.folder
    }

    /// Names the files by the revision that they are of: `3f2c1ab:services.kdl`.
    pub fn name_by(&mut self, revision: &str) {
        for file in self.files.iter_mut().filter(|file| file.is_in_folder()) {
            file.name = format!("{revision}:{}", file.name);
        }
        self.revision = Some(revision.to_owned());
    }

    /// The revision that a file is of; nothing where it is as it is there now.
    pub fn revision(&self, id: FileId) -> Option<&str> {
        self.revision.as_deref().filter(|_| self.file(id).is_in_folder())
    }

    /// The folder of the project in its repository, where a file lies in it: empty, or with a `/` at its end.
    pub fn folder(&self, id: FileId) -> &str {
        if self.file(id).is_in_folder() { &self.folder } else { "" }
    }

    /// The path of a file from the root of its repository; of one that lies in none, its name.
    pub fn path(&self, id: FileId) -> String {
        let name = &self.file(id).name;
        let below = self.revision(id).and_then(|revision| name.get(revision.len() + 1..)).unwrap_or(name);
        format!("{}{below}", self.folder(id))
    }

    /// Shows nobody what a span covers.
    pub fn hide(&mut self, span: Span) {
        self.files[span.file.0 as usize].hidden.push(span.start..span.end);
    }

    /// Shows nobody what stands in a span for a text: the text, or where it is written in another way, all of the span.
    pub fn hide_in(&mut self, span: Span, text: &str) {
        let file = self.file(span.file);
        let start = file.text.get(span.range()).and_then(|whole| whole.find(text));
        let part = start.map_or(span, |start| {
            let start = span.start + start as u32;
            Span::new(span.file, start, start + text.len() as u32)
        });
        self.hide(part);
    }

    /// The text that a span covers.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).text.get(span.range()).unwrap_or_default()
    }

    /// `name:line:column` of a span's start, where somebody wrote it.
    pub fn location(&self, span: Span) -> String {
        let span = self.written(span).span;
        let file = self.file(span.file);
        let position = file.position(span.start);
        format!("{}:{}:{}", file.name, position.line, position.column)
    }

    /// The same for whoever has all of the repository: `path:line:column`, with the revision before it where it is of one.
    pub fn place(&self, span: Span) -> String {
        let span = self.written(span).span;
        let position = self.file(span.file).position(span.start);
        let revision = self.revision(span.file).map(|revision| format!("{revision}:")).unwrap_or_default();
        format!("{revision}{}:{}:{}", self.path(span.file), position.line, position.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_bytes_keep_the_offsets_of_the_rest() {
        let file = SourceFile::new("a", b"a \xff\xfe b".to_vec());
        assert_eq!(&*file.text, "a ?? b");
        assert_eq!(file.invalid_utf8, Some(2));
    }

    #[test]
    fn what_is_hidden_is_not_shown_and_takes_its_place() {
        let mut sources = Sources::default();
        let id = sources.add(SourceFile::new("a", "é https://u:pw@h\nname secret\n".into()));
        sources.hide(Span::new(id, 26 - 3, 32 - 3));
        let file = sources.file(id);
        assert_eq!(file.shown(0..file.text.len()), "é https://****@h\nname ******\n");
        assert_eq!(file.shown(11..17), "****@h");
        assert_eq!(file.shown(90..99), "");
    }

    #[test]
    fn what_is_written_in_another_way_is_hidden_as_a_whole() {
        let mut sources = Sources::default();
        let id = sources.add(SourceFile::new("a", "url #\"u:pw@h:p\"#\nurl \"u:\\u{70}w@h\"\n".into()));
        sources.hide_in(Span::new(id, 4, 16), "pw");
        sources.hide_in(Span::new(id, 21, 34), "pw");
        let file = sources.file(id);
        assert_eq!(file.shown(0..file.text.len()), "url #\"u:**@h:p\"#\nurl *************\n");
    }

    #[test]
    fn positions_count_characters_and_every_line_ending() {
        let file = SourceFile::new("a", "é=1\r\nb\rc\n".into());
        assert_eq!(file.position(3), Position { line: 1, column: 3 });
        assert_eq!(file.position(6), Position { line: 2, column: 1 });
        assert_eq!(file.position(8), Position { line: 3, column: 1 });
        assert_eq!(file.position(10), Position { line: 4, column: 1 });
    }
}
