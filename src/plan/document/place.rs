use crate::source::{Origin, Sources, Span, Through, Written};
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
    /// The other lines that have made what stands there what it is, the nearest first: those of a template, and those that asked for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub through: Vec<Via>,
    /// The line's text, without its indentation; of a long line, on which many things may stand, what follows the place.
    pub text: Box<str>,
}

/// A line that something was made by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Via {
    /// The file, as in a [`Place`].
    pub file: Box<str>,
    /// The line, from 1.
    pub line: u32,
}

/// How many bytes of a line are told.
const LONG: usize = 240;

impl Place {
    /// The line of a place in a text.
    pub fn of(place: impl Into<Origin>, sources: &Sources) -> Self {
        let Written { span, through, .. } = sources.cause(place.into().shown());
        let file = sources.file(span.file);
        let position = file.position(span.start);
        let lines = file.lines();
        let line = position.line as usize - 1;
        let start = |line: usize| lines.start_of(line, &file.text) as usize;
        let whole = start(line)..start(line + 1);
        let from = span.start as usize;
        let text = if whole.len() <= LONG {
            file.shown(whole)
        } else {
            let end = file.text.ceil_char_boundary((from + LONG).min(whole.end));
            file.shown(file.text.floor_char_boundary(from)..end)
        };
        Self {
            file: sources.path(span.file).into(),
            folder: sources.folder(span.file).into(),
            revision: sources.revision(span.file).map(Into::into),
            line: position.line,
            column: position.column,
            through: vias(&through, span, sources),
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

/// The lines of places, but for that of the first.
fn vias(through: &[Through], first: Span, sources: &Sources) -> Vec<Via> {
    let via = |span: Span| Via {
        file: sources.path(span.file).into(),
        line: sources.file(span.file).position(span.start).line,
    };
    let first = via(first);
    let mut vias: Vec<Via> = Vec::with_capacity(through.len());
    for via in through.iter().map(|one| via(one.span())) {
        if via != first && !vias.contains(&via) {
            vias.push(via);
        }
    }
    vias
}

#[cfg(test)]
mod tests {
    use super::Place;
    use crate::source::{SourceFile, Sources, Span};

    #[test]
    fn of_a_long_line_no_more_is_told_than_of_others() {
        let mut sources = Sources::default();
        let line = format!("  team a; {}team last; # é", "team b; ".repeat(1_000));
        let id = sources.add(SourceFile::new("a.kdl", format!("  team a\n{line}\n").into_bytes()));
        let place = |start: usize| Place::of(Span::new(id, start as u32, start as u32 + 4), &sources);
        assert_eq!(&*place(2).text, "team a");
        assert!(place(11).text.starts_with("team a; team b") && place(11).text.len() <= 240);
        let last = place(9 + line.find("team last").unwrap());
        assert_eq!((&*last.text, last.line), ("team last; # é", 2));
    }
}
