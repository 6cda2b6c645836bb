//! Which lines have a part in what is said at another one: those that say what a `$name` is that is read there, and those of overlays.

use super::Side;
use crate::model::{Address, Project};
use crate::resolve::{MODULE_FILE, OVERLAY, USE};
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::{Entry, Node, Nodes, Tree, parse};
use std::collections::{BTreeMap, BTreeSet};

/// Some lines of a file, on one of the two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Passage<'e> {
    pub(super) side: usize,
    /// The file, from the root of the repository.
    pub(super) file: &'e str,
    pub(super) lines: (u32, u32),
}

/// How much of a text is asked for what it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Around {
    /// The line.
    Line,
    /// The node at the top of the file that has it.
    Node,
}

/// What the texts of both sides say by names.
#[derive(Default)]
pub(super) struct Elsewhere<'t> {
    /// The files that read or say something by a name.
    texts: [BTreeMap<String, Text<'t>>; 2],
    /// The lines that say what a name is, by the folder of the project or the module that knows it.
    said: BTreeMap<(String, String), Vec<Said>>,
    /// The lines of overlays, each with what it changes, as it is written.
    overlays: Vec<(Said, Vec<String>)>,
}

struct Text<'t> {
    tree: Tree,
    source: &'t SourceFile,
    /// The folder of the project or the module that it is of; empty, or with a `/` at its end.
    scope: String,
}

struct Said {
    side: usize,
    file: String,
    span: Span,
}

impl<'t> Elsewhere<'t> {
    /// Reads the texts of both sides.
    pub(super) fn of(sides: [Side<'t>; 2]) -> Self {
        let mut all = Self::default();
        for (side, of) in sides.into_iter().enumerate() {
            let files = || of.sources.of_people().filter(|(_, file)| file.is_in_folder() && !file.is_data());
            let path = |id: FileId| plain(&of.sources.path(id));
            let modules: BTreeSet<String> =
                files().filter_map(|(id, _)| Some(path(id).strip_suffix(MODULE_FILE)?.to_owned())).collect();
            for (id, source) in files().filter(|(_, file)| may_name(&file.text)) {
                let scope =
                    modules.iter().filter(|folder| path(id).starts_with(&***folder)).max_by_key(|one| one.len());
                let scope = scope.map_or_else(|| plain(of.sources.home()), Clone::clone);
                let text = Text { tree: parse(id, &source.text).0, source, scope };
                all.note(side, &of.sources.path(id), &text, of.project);
                all.texts[side].insert(of.sources.path(id), text);
            }
        }
        all
    }

    fn note(&mut self, side: usize, file: &str, text: &Text<'_>, project: &Project) {
        let said = |span: Span| Said { side, file: file.to_owned(), span };
        let is_for = |node: Node<'_>| {
            let mut names = node.arguments().filter_map(Entry::string).peekable();
            names.peek().is_none() || project.environment.as_ref().is_some_and(|one| names.any(|name| *name == **one))
        };
        for node in text.tree.nodes() {
            let mut note = |scope: &str, name: &str, span: Span| {
                self.said.entry((scope.to_owned(), name.to_owned())).or_default().push(said(span));
            };
            match node.name() {
                "param" | "let" => {
                    if let Some(name) = first(node) {
                        note(&text.scope, name, node.span());
                    }
                }
                "environment" if is_for(node) => {
                    let given = node.children().filter(|child| child.name() == "param");
                    given.for_each(|child| {
                        if let Some(name) = first(child) {
                            note(&text.scope, name, child.span());
                        }
                        let pairs = child.properties().filter_map(|one| Some((one.key()?, one.span())));
                        pairs.for_each(|(name, span)| note(&text.scope, name, span));
                    });
                }
                USE => {
                    let folder = first(node).map(|path| plain(&format!("{}{path}/", text.scope))).unwrap_or_default();
                    let pairs = node.properties().filter_map(|one| Some((one.key()?, one.span())));
                    let lines = node.children().map(|child| (child.name(), child.span()));
                    pairs.chain(lines).for_each(|(name, span)| note(&folder, name, span));
                }
                OVERLAY if is_for(node) => {
                    let changes = node.children().map(|child| (said(child.span()), words(child)));
                    self.overlays.extend(changes);
                }
                _ => {}
            }
        }
    }

    /// The lines of overlays that change an object.
    pub(super) fn of_overlays(&self, address: &Address) -> impl Iterator<Item = Passage<'_>> {
        let name = address.namespaced().1;
        let all = [address.kind.word(), &address.parent, name];
        let meant: Vec<&str> = all.into_iter().filter(|word| !word.is_empty()).collect();
        let is_meant = move |words: &[String]| {
            let at = words.iter().position(|word| *word == meant[0]).filter(|at| *at < 2);
            at.is_some_and(|at| words[at..].iter().map(String::as_str).eq(meant.iter().copied()))
        };
        self.overlays.iter().filter(move |(_, words)| is_meant(words)).filter_map(|(said, _)| self.passage(said))
    }

    /// The lines that say what the names are that are read at one, and those that these are made of in turn.
    pub(super) fn read_at(&self, (side, file, line): (usize, &str, u32), around: Around) -> Vec<Passage<'_>> {
        let mut found = Vec::new();
        let Some((file, text)) = self.texts[side].get_key_value(file) else { return found };
        let node = text
            .tree
            .nodes()
            .find(|node| text.lines(node.span()).is_some_and(|(start, end)| (start..=end).contains(&line)));
        let read = match around {
            Around::Line => text.source.text.lines().nth(line as usize - 1).unwrap_or_default(),
            Around::Node => node.map(|node| node.text_at(node.span())).unwrap_or_default(),
        };
        let mut seen = BTreeSet::new();
        self.follow((text, side, file), node, read, &mut seen, &mut found);
        found
    }

    fn follow<'e>(
        &'e self,
        (text, side, file): (&'e Text<'_>, usize, &'e str),
        node: Option<Node<'e>>,
        read: &str,
        seen: &mut BTreeSet<(String, String)>,
        found: &mut Vec<Passage<'e>>,
    ) {
        for name in read_in(read) {
            let mut own = Vec::new();
            if let Some(node) = node {
                within(node.children(), name, &mut own);
            }
            // What a template or a workflow knows by a name hides what the project does.
            let scope =
                if own.is_empty() { text.scope.clone() } else { format!("{side}{file}{:?}", node.map(Node::span)) };
            if !seen.insert((scope, name.to_owned())) {
                continue;
            }
            if !own.is_empty() {
                for one in own {
                    found.extend(text.lines(one.span()).map(|lines| Passage { side, file, lines }));
                    self.follow((text, side, file), node, one.text_at(one.span()), seen, found);
                }
                continue;
            }
            for said in self.said.get(&(text.scope.clone(), name.to_owned())).into_iter().flatten() {
                found.extend(self.passage(said));
                let Some(other) = self.texts[said.side].get(&said.file) else { continue };
                let (start, end) = (said.span.start as usize, said.span.end as usize);
                let read = other.source.text.get(start..end).unwrap_or_default();
                self.follow((other, said.side, &said.file), None, read, seen, found);
            }
        }
    }

    fn passage(&self, said: &Said) -> Option<Passage<'_>> {
        let (file, text) = self.texts[said.side].get_key_value(&said.file)?;
        Some(Passage { side: said.side, file, lines: text.lines(said.span)? })
    }
}

impl Text<'_> {
    fn lines(&self, span: Span) -> Option<(u32, u32)> {
        let text = self.source.text.get(span.start as usize..span.end as usize)?;
        let first = self.source.lines().line_of(span.start) as u32 + 1;
        Some((first, first + text.trim_end().matches('\n').count() as u32))
    }
}

/// Whether a text may read something by a name, say what it is, or be an overlay.
fn may_name(text: &str) -> bool {
    text.contains('$') || ["param", "let", USE, OVERLAY].iter().any(|word| text.contains(word))
}

fn first(node: Node<'_>) -> Option<&str> {
    node.argument(0)?.string()
}

/// A line of an overlay, word by word.
fn words(node: Node<'_>) -> Vec<String> {
    let arguments = node.arguments().filter_map(Entry::string);
    std::iter::once(node.name()).chain(arguments).map(ToOwned::to_owned).collect()
}

/// The nodes below some that say what a name is.
fn within<'t>(nodes: Nodes<'t>, name: &str, found: &mut Vec<Node<'t>>) {
    for node in nodes {
        if matches!(node.name(), "param" | "let") && first(node) == Some(name) {
            found.push(node);
        }
        within(node.children(), name, found);
    }
}

/// The names that a text reads: what stands first behind a dollar.
fn read_in(text: &str) -> BTreeSet<&str> {
    let is_part = |one: char| one.is_alphanumeric() || matches!(one, '_' | '-');
    let behind = text.split('$').skip(1).map(|rest| rest.strip_prefix('{').unwrap_or(rest).trim_start_matches(' '));
    let names = behind.map(|rest| &rest[..rest.find(|one| !is_part(one)).unwrap_or(rest.len())]);
    names.filter(|name| !name.is_empty()).collect()
}

/// A path without what leads up again.
fn plain(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| *part != ".") {
        match (part, parts.last()) {
            ("..", Some(last)) if *last != ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_nowhere_up_that_it_came_down() {
        for (path, is) in [("m/../n/x.kdl", "n/x.kdl"), ("./m/", "m/"), ("", ""), ("../m/", "../m/"), ("a/./b", "a/b")]
        {
            assert_eq!(plain(path), is, "{path}");
        }
    }

    #[test]
    fn what_stands_behind_a_dollar_is_read() {
        let read = |text| read_in(text).into_iter().collect::<Vec<_>>();
        assert_eq!(read("a \"x-${ zone | upper }-$size.cpu\" $other $"), ["other", "size", "zone"]);
    }
}
