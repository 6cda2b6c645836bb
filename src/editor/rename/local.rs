use super::{NotRenamed, Renaming};
use crate::diag::Edit;
use crate::editor::{Local, Snapshot};
use crate::model::Path;
use crate::source::{FileId, Span};
use crate::syntax::edit::{remove, write_string};
use crate::syntax::{Entry, parse};

impl Snapshot {
    /// What is named at an offset of a file and is known within something.
    pub(super) fn local_in(&self, file: FileId, at: u32) -> Result<Local, NotRenamed> {
        let local = self.loaded.sources.get(file).and_then(|source| self.local(&parse(file, &source.text).0, at));
        let local = local.ok_or_else(|| NotRenamed("there is no name here".to_owned()))?;
        let source = self.loaded.sources.file(local.declared.file);
        if !self.loaded.project.may_change(source) {
            let (name, file) = (&local.name, &source.name);
            return Err(NotRenamed(format!("`{name}` stands in `{file}`, which is not this project's to change")));
        }
        Ok(local)
    }

    /// Another name for it, with a `renamed` line where a catalog may hold values by the old one.
    pub(super) fn rename_local(&self, local: &Local, name: &str) -> Result<Renaming, NotRenamed> {
        if name == local.name {
            return Ok(Renaming::new((&local.name, name), local.declared.file));
        }
        if name.trim().is_empty() {
            return Err(NotRenamed(format!("`{}` needs a name", local.name)));
        }
        self.takes(local.declared, name)?;
        let mut renaming = Renaming::new((&local.name, name), local.declared.file);
        let edits = &mut renaming.edits;
        for span in self.places_of(local, None) {
            let source = self.loaded.sources.file(span.file);
            if !self.loaded.project.may_change(source) {
                let file = &source.name;
                return Err(NotRenamed(format!(
                    "`{}` is named in `{file}`, which is not this project's to change",
                    local.name
                )));
            }
            if self.is_in_path(span) {
                if Path::read(name).is_none_or(|path| path.segments.len() > 1) {
                    let place = self.loaded.sources.location(span);
                    return Err(NotRenamed(format!(
                        "`{name}` cannot stand in a path, as at {place}: take letters, digits, `_` and `-`"
                    )));
                }
                edits.push(Edit { span, text: name.to_owned() });
            } else {
                edits.push(self.written_anew(span, name)?);
            }
        }
        if let Some((of, group)) = self.member_at(local.declared) {
            self.renamed((&format!("{of}#{group}"), local, name), edits);
        }
        renaming.settle();
        Ok(renaming)
    }

    /// Whether a name stands in a path: behind a dollar, or with others.
    fn is_in_path(&self, span: Span) -> bool {
        let text = &self.loaded.sources.file(span.file).text;
        let (before, behind) = (text.get(..span.start as usize), text.get(span.end as usize..));
        before.is_some_and(|before| before.trim_end_matches(' ').ends_with(['$', '.', '{']) && !before.ends_with(' '))
            || before.is_some_and(|before| before.trim_end_matches(' ').ends_with("${"))
            || behind.is_some_and(|behind| behind.starts_with('.'))
    }

    /// The line that says that a member got another name: the one that said the opposite goes in its place.
    fn renamed(&self, (of, local, name): (&str, &Local, &str), edits: &mut Vec<Edit>) {
        let (old, new) = (format!("{of}.{}", local.name), format!("{of}.{name}"));
        let files = self.loaded.sources.of_people();
        for (id, file) in files.filter(|(_, file)| file.may_be_changed() && file.text.contains("renamed")) {
            let (tree, _) = parse(id, &file.text);
            let says = |entry: Option<Entry<'_>>, text: &str| entry.and_then(Entry::string) == Some(text);
            let opposite = tree.nodes().filter(|node| node.name() == "renamed").find(|node| {
                says(node.argument(0), &new)
                    && says(node.property("to"), &local.name)
                    && node.property("value").is_none()
            });
            if let Some(node) = opposite {
                return edits.extend(remove(&tree, node));
            }
        }
        let line = format!("renamed {} to={}", write_string(&old), write_string(name));
        edits.extend(self.line_behind(local.declared.file, &line));
    }
}
