use crate::source::{Origin, Sources};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A line of KDL.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// The file, from the root of the repository that the project lies in.
    pub file: Box<str>,
    /// The part of that which is the project's folder, with a `/` at its end; empty where the project's folder is the root.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub folder: Box<str>,
    /// The revision that the file is of, where it is not as it is there now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<Box<str>>,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// The line's text, without its indentation.
    pub text: Box<str>,
}

impl Place {
    /// The line of a place in a text.
    pub fn of(place: impl Into<Origin>, sources: &Sources) -> Self {
        let span = place.into().shown();
        let file = sources.file(span.file);
        let position = file.position(span.start);
        let lines = file.lines();
        let line = position.line as usize - 1;
        let start = |line: usize| lines.start_of(line, &file.text) as usize;
        let text = file.shown(start(line)..start(line + 1));
        Self {
            file: sources.path(span.file).into(),
            folder: sources.folder(span.file).into(),
            revision: sources.revision(span.file).map(Into::into),
            line: position.line,
            column: position.column,
            text: text.trim().into(),
        }
    }

    /// The file as the project calls it, from its own folder.
    pub fn name(&self) -> Cow<'_, str> {
        self.of_revision(self.file.strip_prefix(&*self.folder).unwrap_or(&self.file))
    }

    /// `file:line`, as the project calls the file.
    pub fn at(&self) -> String {
        format!("{}:{}", self.name(), self.line)
    }

    /// The file as Git calls it, from the root of the repository.
    pub fn path(&self) -> Cow<'_, str> {
        self.of_revision(&self.file)
    }

    fn of_revision<'f>(&self, file: &'f str) -> Cow<'f, str> {
        match &self.revision {
            Some(revision) => Cow::Owned(format!("{revision}:{file}")),
            None => Cow::Borrowed(file),
        }
    }
}
