//! Another name for a thing, wherever it stands.

use super::names::Places;
use super::{Snapshot, Thing};
use crate::diag::Edit;
use crate::model::{Address, Kind, Name};
use crate::source::{FileId, Span};
use crate::syntax::edit::{write_string, write_string_like};
use crate::syntax::{Entry, Nodes, is_bare_word, parse};

/// What gives a thing another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renaming {
    /// The edits of all files, which do not overlap.
    pub edits: Vec<Edit>,
}

/// Why a thing gets no other name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRenamed(pub String);

impl Snapshot {
    /// The place of the name at an offset of a file that may get another one.
    ///
    /// # Errors
    /// Why it may not.
    pub fn renamable(&self, file: FileId, at: u32) -> Result<Span, NotRenamed> {
        let (thing, span, places) =
            self.names().at(file, at).ok_or_else(|| NotRenamed("there is no name here".to_owned()))?;
        self.may_be_renamed(thing, places)?;
        Ok(span)
    }

    /// What gives the thing that is named at an offset of a file another name: everywhere, with a `moved` line where it is an object that a
    /// catalog may hold by the old one.
    ///
    /// # Errors
    /// Why it may not.
    pub fn rename(&self, file: FileId, at: u32, name: &str) -> Result<Renaming, NotRenamed> {
        let (thing, _, places) =
            self.names().at(file, at).ok_or_else(|| NotRenamed("there is no name here".to_owned()))?;
        self.may_be_renamed(thing, places)?;
        let (kind, old) = (thing.kind.replace('-', " "), &thing.name);
        if name.trim().is_empty() {
            return Err(NotRenamed(format!("the {kind} needs a name")));
        }
        let next = Thing { name: name.into(), ..thing.clone() };
        if self.names().places(&next).is_some_and(|places| !places.declared.is_empty()) {
            return Err(NotRenamed(format!("there is a {kind} `{name}` already")));
        }
        let mut edits = Vec::new();
        for span in places.declared.iter().chain(&places.used) {
            edits.push(self.written_anew(*span, name)?);
        }
        let declared = places.declared.first().ok_or_else(|| NotRenamed(format!("nobody declares `{old}`")))?;
        if let (Some(from), Some(to)) = (address(thing, old), address(thing, name)) {
            self.addressed(&from, &to, &mut edits);
            edits.extend(self.moved(declared.file, &from, &to));
        }
        edits.sort_by_key(|edit| (edit.span, edit.text.clone()));
        edits.dedup();
        Ok(Renaming { edits })
    }

    fn may_be_renamed(&self, thing: &Thing, places: &Places) -> Result<(), NotRenamed> {
        let (kind, name) = (thing.kind.replace('-', " "), &thing.name);
        let sources = &self.loaded.sources;
        if places.declared.is_empty() {
            return Err(NotRenamed(format!("the {kind} `{name}` is declared nowhere in this project")));
        }
        let is_closed = |span: &&Span| {
            let file = sources.file(span.file);
            !file.may_be_changed() && !file.is_data()
        };
        if let Some(span) = places.declared.iter().chain(&places.used).find(is_closed) {
            let file = &sources.file(span.file).name;
            return Err(NotRenamed(format!(
                "the {kind} `{name}` stands in `{file}`, which is not this project's to change"
            )));
        }
        if places.is_made {
            return Err(NotRenamed(format!(
                "the {kind} `{name}` is put together out of other values: change those that it is made of"
            )));
        }
        Ok(())
    }

    /// A name in the place of another one, in quotes where it needs them.
    fn written_anew(&self, span: Span, name: &str) -> Result<Edit, NotRenamed> {
        let sources = &self.loaded.sources;
        let (file, old) = (sources.file(span.file), sources.text(span));
        let before = file.text.get(..span.start as usize).unwrap_or_default();
        let is_plain = name.chars().all(|one| one.is_alphanumeric() || matches!(one, '-' | '_' | '.'));
        let text = match (file.is_data(), old.starts_with(['"', '#'])) {
            (true, _) if is_plain => name.to_owned(),
            (true, _) => {
                let what = &file.name;
                return Err(NotRenamed(format!(
                    "`{name}` needs quotes in `{what}`, which is data: change it there by hand"
                )));
            }
            (false, true) => write_string_like(old, name),
            (false, false) if before.ends_with('"') => {
                let written = write_string(&format!("{name} "));
                written.trim_matches('"').trim_end().to_owned()
            }
            (false, false) if is_bare_word(name) => name.to_owned(),
            (false, false) => write_string(name),
        };
        Ok(Edit { span, text })
    }

    /// The addresses of a thing, wherever a text says them.
    fn addressed(&self, from: &str, to: &str, edits: &mut Vec<Edit>) {
        let sources = &self.loaded.sources;
        let texts = sources.of_people().filter(|(_, file)| file.may_be_changed() && file.text.contains(from));
        for (id, file) in texts {
            let (tree, _) = parse(id, &file.text);
            entries(tree.nodes(), &mut |entry| {
                if entry.string() == Some(from) {
                    edits.push(Edit { span: entry.value_span(), text: write_string_like(entry.raw(), to) });
                }
            });
        }
    }

    /// A line that says that an object got another name, at the end of a file.
    fn moved(&self, file: FileId, from: &str, to: &str) -> Option<Edit> {
        let source = self.loaded.sources.file(file);
        // Beside data it stands in the project's own file.
        let (file, source) = if source.may_be_changed() {
            (file, source)
        } else {
            self.loaded.sources.of_people().find(|(_, one)| one.may_be_changed())?
        };
        let end = Span::new(file, source.text.len() as u32, source.text.len() as u32);
        let line = format!("moved from={} to={}\n", write_string(from), write_string(to));
        let gap = if source.text.ends_with('\n') || source.text.is_empty() { "" } else { "\n" };
        Some(Edit { span: end, text: format!("{gap}{line}") })
    }
}

/// The address of a thing by a name, where it is an object of a catalog.
fn address(thing: &Thing, name: &str) -> Option<String> {
    let kind = Kind::from_word(thing.kind)?;
    let name: Name = name.into();
    Some(match kind {
        Kind::Request => return None,
        Kind::Entity => Address::below(kind, (&*thing.within).into(), name).to_string(),
        _ => Address::new(kind, name).to_string(),
    })
}

fn entries(nodes: Nodes<'_>, visit: &mut dyn FnMut(Entry<'_>)) {
    for node in nodes {
        node.entries().for_each(&mut *visit);
        entries(node.children(), visit);
    }
}
