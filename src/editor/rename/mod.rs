//! Another name for a thing, wherever it stands.

mod follow;
mod local;

use super::cursor::{Cursor, Spot};
use super::names::Places;
use super::{Snapshot, Thing};
use crate::diag::Edit;
use crate::grammar::language;
use crate::model::{Address, Declared, Kind, Name};
use crate::resolve::PROJECT_FILE;
use crate::source::{FileId, Span};
use crate::syntax::edit::{self, write_string, write_string_like};
use crate::syntax::{Entry, Node, Nodes, composed, is_bare_word, parse};
use std::collections::HashMap;

/// What gives a thing another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renaming {
    /// The edits of all files, which do not overlap.
    pub edits: Vec<Edit>,
    /// The old name and the new one.
    names: (String, String),
    /// The file that declares it.
    home: FileId,
    /// The addresses of the objects that get another name, each with the other one.
    moved: Vec<(String, String)>,
    /// Whether a line takes one of them over.
    is_adopted: bool,
}

impl Renaming {
    fn new(names: (&str, &str), home: FileId) -> Self {
        let (edits, moved) = (Vec::new(), Vec::new());
        Self { edits, names: (names.0.to_owned(), names.1.to_owned()), home, moved, is_adopted: false }
    }

    /// Each edit once, in the order of the texts.
    fn settle(&mut self) {
        self.edits.sort_by_key(|edit| (edit.span, edit.text.clone()));
        self.edits.dedup();
    }
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
        let Some((thing, span, places)) = self.named_in(file, at) else {
            return self.local_in(file, at).map(|local| local.at);
        };
        self.may_be_renamed(thing, places)?;
        Ok(span)
    }

    /// What gives the thing that is named at an offset of a file another name: everywhere, with a `moved` line where it is an object that a
    /// catalog may hold by the old one.
    ///
    /// # Errors
    /// Why it may not.
    pub fn rename(&self, file: FileId, at: u32, name: &str) -> Result<Renaming, NotRenamed> {
        let Some((thing, _, places)) = self.named_in(file, at) else {
            return self.rename_local(&self.local_in(file, at)?, name);
        };
        self.may_be_renamed(thing, places)?;
        let (kind, old) = (thing.kind.replace('-', " "), &thing.name);
        if name.trim().is_empty() {
            return Err(NotRenamed(format!("the {kind} needs a name")));
        }
        if **old == *name {
            return Ok(Renaming::new((old, name), file));
        }
        let next = Thing { name: name.into(), ..thing.clone() };
        if self.names().places(&next).is_some_and(|places| !places.declared.is_empty()) {
            return Err(NotRenamed(format!("`{name}` is taken: another {kind} is called so")));
        }
        let declared = places.declared.first().ok_or_else(|| NotRenamed(format!("nobody declares `{old}`")))?;
        self.takes(*declared, name)?;
        let mut renaming = Renaming::new((old, name), declared.file);
        for span in places.declared.iter().chain(&places.used) {
            renaming.edits.push(self.written_anew(*span, name)?);
        }
        for (from, to) in self.addresses(thing, name) {
            self.give(&from, &to, &mut renaming)?;
        }
        renaming.settle();
        Ok(renaming)
    }

    /// Gives an object another address, wherever a text says the one that it has, with a `moved` line.
    fn give(&self, from: &str, to: &str, renaming: &mut Renaming) -> Result<(), NotRenamed> {
        let is_back = self.is_back(from, to)?;
        renaming.is_adopted |= self.addressed(from, to, &mut renaming.edits);
        // What is taken over was somebody else's until now, and what was called so when all was applied is moved nowhere.
        if !renaming.is_adopted && !is_back {
            renaming.edits.extend(self.moved(renaming.home, from, to));
        }
        renaming.moved.push((from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn may_be_renamed(&self, thing: &Thing, places: &Places) -> Result<(), NotRenamed> {
        let (kind, name) = (thing.kind.replace('-', " "), &thing.name);
        let sources = &self.loaded.sources;
        if matches!(thing.kind, "environment" | "project") {
            return Err(NotRenamed(format!(
                "what the {kind} `{name}` owns is known by its name: change that by hand, with the `id` of before"
            )));
        }
        if places.declared.is_empty() {
            return Err(NotRenamed(format!("the {kind} `{name}` is declared nowhere in this project")));
        }
        let is_closed = |span: &&Span| {
            let file = sources.file(span.file);
            !self.loaded.project.may_change(file) && !file.is_data()
        };
        if let Some(span) = places.declared.iter().chain(&places.used).find(is_closed) {
            let file = &sources.file(span.file).name;
            return Err(NotRenamed(format!(
                "the {kind} `{name}` stands in `{file}`, which is not this project's to change"
            )));
        }
        if places.is_made {
            let place = places.declared.first().map(|span| sources.location(*span)).unwrap_or_default();
            return Err(NotRenamed(format!(
                "the {kind} `{name}` is put together out of other values, at {place}: change those that it is made of"
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

    /// That a name may stand where a thing is declared.
    fn takes(&self, declared: Span, name: &str) -> Result<(), NotRenamed> {
        let file = self.loaded.sources.file(declared.file);
        let (tree, _) = parse(declared.file, &file.text);
        let cursor = Cursor::new(&tree, declared.start);
        let Spot::Argument(node, index, _) = cursor.spot else { return Ok(()) };
        let line = language().line_at(cursor.position_of(node), node);
        match line.and_then(|line| line.argument(index)) {
            Some(argument) if !argument.takes(name) => {
                let value_type = argument.value_type();
                Err(NotRenamed(format!("`{name}` is no {}: {}", value_type.word, value_type.doc)))
            }
            _ => Ok(()),
        }
    }

    /// The addresses of a thing by its name, each with the one by another name; none where it is no object of a catalog.
    fn addresses(&self, thing: &Thing, name: &str) -> Vec<(String, String)> {
        let Some(kind) = Kind::from_word(thing.kind) else { return Vec::new() };
        let (old, within): (&str, Name) = (&thing.name, (&*thing.within).into());
        match kind {
            Kind::Entity => {
                let by = |name: &str| Address::below(kind, within.clone(), name.into()).to_string();
                vec![(by(old), by(name))]
            }
            Kind::Request => {
                let requests = self.loaded.project.requests.iter().map(Declared::address);
                let same = requests.filter(|one| one.parent == within && one.namespaced().1 == old);
                let other = |one: &Address| {
                    let namespace = one.namespaced().0.unwrap_or_default();
                    Address::below(kind, within.clone(), format!("{namespace}/{name}").as_str().into())
                };
                same.map(|one| (one.to_string(), other(&one).to_string())).collect()
            }
            _ => vec![(Address::new(kind, old.into()).to_string(), Address::new(kind, name.into()).to_string())],
        }
    }

    /// Whether a thing gets back the name that it had before its last one.
    ///
    /// # Errors
    /// Where another thing had the new name until a line gave it another one: what the catalog holds by it is that one's.
    fn is_back(&self, from: &str, to: &str) -> Result<bool, NotRenamed> {
        let lines: HashMap<String, String> = self
            .loaded
            .project
            .moved
            .iter()
            .map(|one| (one.from.value.to_string(), one.to.value.to_string()))
            .collect();
        let Some(next) = lines.get(to) else { return Ok(false) };
        let mut last = next;
        // Names may go round in a circle.
        for _ in 0..lines.len() {
            match lines.get(last).filter(|_| last != from) {
                Some(further) => last = further,
                None => break,
            }
        }
        if last == from {
            return Ok(next == from);
        }
        Err(NotRenamed(format!(
            "`{to}` is what `{last}` was called, as a `moved` line says: apply that first, and take the line out"
        )))
    }

    /// Changes the addresses of a thing, and of what is below it, wherever a text says them; whether one of these lines takes it over. What
    /// moved before it did so by the names of then, and a line by which something got the new name is one too many.
    fn addressed(&self, from: &str, to: &str, edits: &mut Vec<Edit>) -> bool {
        let sources = &self.loaded.sources;
        let mut is_adopted = false;
        let (old, new) = (thing_of(from), thing_of(to));
        let may_say = |text: &str| {
            let text = composed(text);
            text.contains(old) || text.contains(new) && text.contains("moved")
        };
        let texts = sources.of_people().filter(|(_, file)| self.loaded.project.may_change(file) && may_say(&file.text));
        for (id, file) in texts {
            let (tree, _) = parse(id, &file.text);
            for node in tree.nodes() {
                if node.name() == "moved" {
                    let is_stale =
                        node.property("from").and_then(Entry::string).is_some_and(|from| composed(from) == to);
                    edits.extend(is_stale.then(|| edit::remove(&tree, node)).into_iter().flatten());
                    continue;
                }
                let named = node.argument(0).and_then(Entry::string).filter(|_| node.name() == "adopt");
                is_adopted |= named.is_some_and(|named| composed(named) == from);
                let mut visit =
                    |entry: Entry<'_>| {
                        edits.extend(entry.string().and_then(|text| anew(&composed(text), from, to)).map(|text| {
                            Edit { span: entry.value_span(), text: write_string_like(entry.raw(), &text) }
                        }));
                    };
                node.entries().for_each(&mut visit);
                entries(node.children(), &mut visit);
            }
        }
        is_adopted
    }

    /// A line that says that an object got another name.
    fn moved(&self, file: FileId, from: &str, to: &str) -> Option<Edit> {
        self.line_behind(file, &format!("moved from={} to={}", write_string(from), write_string(to)))
    }

    /// A line of its own at the end of a file, or, where that is data or a module's, of the one where such a line belongs.
    fn line_behind(&self, file: FileId, line: &str) -> Option<Edit> {
        let file = self.home_of_lines(file)?;
        let source = self.loaded.sources.file(file);
        let end = Span::new(file, source.text.len() as u32, source.text.len() as u32);
        let end_of_line = if source.text.contains("\r\n") { "\r\n" } else { "\n" };
        let gap = if source.text.ends_with('\n') || source.text.is_empty() { "" } else { end_of_line };
        Some(Edit { span: end, text: format!("{gap}{line}{end_of_line}") })
    }

    /// The file of the project where what is said of a thing belongs: that of the thing; where that is data, the one that reads it; else the one
    /// where such lines stand already, and at last the project's own.
    fn home_of_lines(&self, file: FileId) -> Option<FileId> {
        let sources = &self.loaded.sources;
        let source = sources.file(file);
        if source.may_be_changed() {
            return Some(file);
        }
        let own = || sources.of_people().filter(|(_, one)| one.may_be_changed());
        let has = |is_it: &dyn Fn(Node<'_>) -> bool| {
            own().find(|(id, one)| parse(*id, &one.text).0.nodes().any(is_it)).map(|(id, _)| id)
        };
        let read = |id: FileId, node: Node<'_>| {
            let path = node.property("from").and_then(Entry::string).and_then(|path| self.beside(id, path));
            path.is_some_and(|path| path == source.name)
        };
        let reader = own().find(|(id, one)| parse(*id, &one.text).0.nodes().any(|node| read(*id, node)));
        let reader = reader.map(|(id, _)| id).filter(|_| source.is_data());
        let is_such = |node: Node<'_>| matches!(node.name(), "moved" | "renamed");
        let projects = || own().find(|(_, one)| one.name == PROJECT_FILE).or_else(|| own().next()).map(|(id, _)| id);
        reader.or_else(|| has(&is_such)).or_else(projects)
    }
}

/// What an address becomes, or that of a part of an object or of what is below it, where the object gets another one; nothing of others.
fn anew(text: &str, from: &str, to: &str) -> Option<String> {
    match text.strip_prefix(from) {
        Some(rest) if rest.is_empty() || rest.starts_with('#') => Some(format!("{to}{rest}")),
        _ => {
            let (below, above) = (below(from)?, below(to)?);
            text.strip_prefix(&*below).map(|rest| format!("{above}{rest}"))
        }
    }
}

/// What an address calls a thing, behind its kind.
fn thing_of(address: &str) -> &str {
    address.split_once(':').map_or(address, |(_, name)| name)
}

/// How the addresses begin of what is below a blueprint or a promise, by its address.
fn below(address: &str) -> Option<String> {
    let (kind, name) = address.split_once(':')?;
    let below = Kind::from_word(kind)?.below()?;
    Some(format!("{}:{name}:", below.word()))
}

fn entries(nodes: Nodes<'_>, visit: &mut dyn FnMut(Entry<'_>)) {
    for node in nodes {
        node.entries().for_each(&mut *visit);
        entries(node.children(), visit);
    }
}
