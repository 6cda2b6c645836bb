//! The texts that are open in the editor, which count before those on the disk.

use super::place::{Lines, Units};
use crate::resolve::{Listing, LoadError, Loader};
use crate::session::is_text;
use crate::source::LineIndex;
use gen_lsp_types::{TextDocumentContentChangeEvent as Change, Uri};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

/// A text that is open.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// The number that the editor has for this state of it.
    pub(super) version: i32,
    /// Whether it is KDL, and no file of data.
    pub(super) is_kdl: bool,
    pub(super) text: Arc<str>,
    /// The text as it lies on the disk.
    pub(super) saved: Arc<str>,
    pub(super) index: Arc<LineIndex>,
}

impl Document {
    /// One that is opened; what is on the disk may be another text.
    pub(super) fn opened(uri: &Uri, version: i32, text: String, on_disk: Option<Vec<u8>>) -> Self {
        // What lies on no disk yet has no ending.
        let is_kdl = uri.scheme() != "file" || is_text(Path::new(uri.path()));
        let document = Self::new(version, is_kdl, text);
        match on_disk.and_then(|saved| String::from_utf8(saved).ok()) {
            Some(saved) if *saved != *document.text => Self { saved: saved.into(), ..document },
            _ => document,
        }
    }

    /// One whose text is on the disk.
    fn new(version: i32, is_kdl: bool, text: String) -> Self {
        let (index, text): (Arc<LineIndex>, Arc<str>) = (LineIndex::new(&text).into(), text.into());
        Self { version, is_kdl, index, saved: text.clone(), text }
    }

    /// The same with another text.
    fn with(&self, text: String) -> Self {
        Self { saved: self.saved.clone(), ..Self::new(self.version, self.is_kdl, text) }
    }

    /// Whether it is not as it lies on the disk.
    pub(super) fn is_edited(&self) -> bool {
        self.text != self.saved
    }

    pub(super) fn lines(&self, units: Units) -> Lines<'_> {
        Lines { text: &self.text, index: &self.index, units }
    }

    /// The same after some changes, each of what the ones before it have made.
    pub(super) fn changed(self, version: i32, changes: Vec<Change>, units: Units) -> Self {
        changes.into_iter().fold(Self { version, ..self }, |document, change| match change {
            Change::TextDocumentContentChangeWholeDocument(whole) => document.with(whole.text),
            Change::TextDocumentContentChangePartial(part) => {
                let lines = document.lines(units);
                let (start, end) = (lines.offset(part.range.start) as usize, lines.offset(part.range.end) as usize);
                let mut text = document.text.to_string();
                text.replace_range(start..end.max(start), &part.text);
                document.with(text)
            }
        })
    }
}

/// A project whose open texts are as the editor has them.
pub(super) struct Overlaid<'l> {
    pub(super) below: &'l dyn Loader,
    /// By their names from the project's folder.
    pub(super) open: &'l HashMap<String, Arc<str>>,
}

impl Loader for Overlaid<'_> {
    fn below(&self) -> Option<&dyn Loader> {
        Some(self.below)
    }

    fn files(&self) -> Result<Listing, LoadError> {
        let mut listing = self.below.files()?;
        // One that was never saved is on no disk.
        let root = self.below.root();
        // What is there and is none of the project is one of a module, or hidden.
        let is_saved = |name: &String| root.as_ref().is_some_and(|root| root.join(name).exists());
        let is_new = |name: &&String| is_text(Path::new(name)) && !is_saved(name);
        let news: Vec<String> = self.open.keys().filter(is_new).cloned().collect();
        listing.files.extend(news);
        listing.files.sort_unstable();
        Ok(listing)
    }

    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, LoadError> {
        match self.open.get(name) {
            Some(text) if text.len() as u64 > most => Err(LoadError::TooBig { path: name.to_owned(), most }),
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => self.below.read(name, most),
        }
    }

    fn module(&self, folder: &str) -> Result<Vec<(String, Vec<u8>)>, LoadError> {
        let mut files = self.below.module(folder)?;
        for (name, content) in &mut files {
            if let Some(text) = self.open.get(name) {
                *content = text.as_bytes().to_vec();
            }
        }
        Ok(files)
    }
}

/// A part of a project, with the texts of that part alone.
pub(super) struct Partial<'l> {
    pub(super) below: &'l dyn Loader,
    /// By their names from the project's folder.
    pub(super) texts: &'l BTreeMap<&'l str, Arc<str>>,
}

impl Loader for Partial<'_> {
    fn below(&self) -> Option<&dyn Loader> {
        Some(self.below)
    }

    fn files(&self) -> Result<Listing, LoadError> {
        Ok(self.texts.keys().filter(|name| is_text(Path::new(name))).map(|name| (*name).to_owned()).collect())
    }

    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, LoadError> {
        self.texts.get(name).map_or_else(|| self.below.read(name, most), |text| Ok(text.as_bytes().to_vec()))
    }
}
