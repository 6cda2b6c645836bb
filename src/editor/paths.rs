//! The names that lead to a value: what may stand behind a dollar, and on the way of a condition.

use super::cursor::{Cursor, key_span, module_of, name_span};
use super::fields::{Field, ITEM, inner};
use super::names::{Places, VALUE};
use super::{Snapshot, Thing};
use crate::grammar::{is_table, language};
use crate::model::{About, Base, Blueprint, Entity, Kind, Parameters, Request};
use crate::resolve::{ENVIRONMENT, NEW, OF_ENTITY, USE, columns, late_names, name_behind, name_given, name_within};
use crate::source::{FileId, Span, joined};
use crate::syntax::{Entry, Node, Tree, parse};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A path that is being typed.
pub(super) struct Typed<'t> {
    /// The names before the last one.
    pub(super) way: Vec<&'t str>,
    /// The last one.
    pub(super) replaces: Span,
}

/// What stands behind a dollar.
pub(super) enum Reference<'t> {
    /// The path of a value.
    Path(Typed<'t>),
    /// A function that is done to it.
    Function(Typed<'t>),
}

/// A name that may come next.
pub(super) struct Next {
    pub(super) name: String,
    /// What it is, in a few words.
    pub(super) detail: String,
    pub(super) doc: String,
    /// Whether it must be there.
    pub(super) is_required: bool,
    /// Where it is declared, where somebody does.
    pub(super) declared: Option<Span>,
    /// The only values that it may be, as they are written; none where it may be any.
    pub(super) words: Vec<String>,
}

/// What a name stands for, as far as others can be found in it.
enum Meaning<'s> {
    Fields(Vec<Field<'s>>),
    /// The item of an `each` over entities.
    Entity(&'s Blueprint),
    Names(Vec<Next>),
}

impl Next {
    fn of(name: &str, detail: &str) -> Self {
        let (name, detail, doc) = (name.to_owned(), detail.to_owned(), String::new());
        Self { name, detail, doc, is_required: false, declared: None, words: Vec::new() }
    }

    /// The name that the first argument of a node gives to something.
    fn given(name: &str, node: Node<'_>, detail: &str) -> Self {
        Self { declared: node.argument(0).map(name_span), ..Self::of(name, detail) }
    }
}

impl<'t> Cursor<'t> {
    /// The path that ends at the place, whatever stands before it, and where it begins.
    pub(super) fn path(&self) -> (Typed<'t>, usize) {
        let text = self.tree.text();
        let (before, behind) = text.split_at_checked(self.at as usize).unwrap_or((text, ""));
        let start = before.rfind(|one| !is_of_path(one)).map_or(0, |at| at + width(before, at));
        let written = before.get(start..).unwrap_or_default();
        let (way, typed) = written.rsplit_once('.').unwrap_or(("", written));
        let end = behind.find(|one| !is_of_path(one) || one == '.').unwrap_or(behind.len());
        let replaces =
            Span::new(self.tree.file(), self.at - typed.len() as u32, self.at + u32::try_from(end).unwrap_or_default());
        let way = way.split('.').filter(|name| !name.is_empty()).collect();
        (Typed { way, replaces }, start)
    }

    /// What is being typed behind a dollar, where that is what is typed.
    pub(super) fn reference(&self) -> Option<Reference<'t>> {
        let (path, start) = self.path();
        let before = self.tree.text().get(..start)?;
        let braces = before.trim_end_matches(' ').strip_suffix('{').unwrap_or(before);
        if let Some(lead) = braces.strip_suffix('$') {
            // Two are a dollar.
            return (lead.len() - lead.trim_end_matches('$').len()).is_multiple_of(2).then_some(Reference::Path(path));
        }
        let text = before.rsplit(['"', '\n']).next().unwrap_or_default();
        let (_, inside) = text.rsplit_once('$')?;
        let is_open = !inside.starts_with('{') || !inside.contains('}');
        let is_function = is_open && path.way.is_empty() && inside.trim_end_matches(' ').ends_with('|');
        is_function.then_some(Reference::Function(path))
    }
}

fn width(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
}

fn is_of_path(one: char) -> bool {
    one.is_alphanumeric() || matches!(one, '_' | '-' | '.')
}

impl Snapshot {
    /// The names that may stand behind those of a way, from a dollar on.
    pub(super) fn behind_dollar(&self, cursor: &Cursor<'_>, way: &[&str]) -> Vec<Next> {
        let Some((first, rest)) = way.split_first() else { return self.in_scope(cursor) };
        let Some(first) = self.meaning(cursor, first) else { return Vec::new() };
        let last = rest.iter().try_fold(first, |meaning, name| match (meaning, *name) {
            (Meaning::Fields(fields), name) => Some(Meaning::Fields(inner(&fields, name))),
            (Meaning::Entity(of), Entity::PROPERTIES) => {
                Some(Meaning::Fields(of.properties.iter().map(Field::Property).collect()))
            }
            (Meaning::Entity(of), Entity::RELATIONS) => {
                Some(Meaning::Fields(of.relations.iter().map(Field::Relation).collect()))
            }
            (Meaning::Entity(_) | Meaning::Names(_), _) => None,
        });
        match last {
            Some(Meaning::Fields(fields)) => fields.into_iter().map(|field| self.next_of(field)).collect(),
            Some(Meaning::Entity(_)) => OF_ENTITY.iter().map(|name| Next::of(name, "")).collect(),
            Some(Meaning::Names(names)) => names,
            None => Vec::new(),
        }
    }

    fn next_of(&self, field: Field<'_>) -> Next {
        let (name, detail, doc) = (field.name().to_owned(), field.detail(), field.doc());
        let (declared, words) = (self.declared_at(field.declared()), field.words());
        Next { name, detail, doc, is_required: field.is_demanded(), declared, words }
    }

    /// The parameters that the line of a node gives values to; nothing where it is none that does.
    pub(super) fn parameters_of(&self, file: FileId, node: Node<'_>) -> Option<Vec<Next>> {
        let word = node.argument(0).and_then(Entry::string)?;
        match node.name() {
            NEW => {
                // A module may have one of its own by a name that others have too.
                let own = module_of(&self.loaded.sources, file);
                let declared = [own.as_deref(), Some("")].into_iter().flatten().find_map(|within| {
                    let thing = Thing { kind: Parameters::TEMPLATE, within: within.into(), name: word.into() };
                    self.names().places(&thing)?.declared.first()
                });
                let declared = *declared?;
                let tree = self.tree_of(declared);
                let template = tree.nodes().find(|node| node.span().covers(declared))?;
                Some(template.children().filter_map(parameter).collect())
            }
            USE => {
                let folder = format!("{}/", self.beside(file, word)?);
                Some(self.in_module(&folder, parameter))
            }
            _ => None,
        }
    }

    /// A path that a text says, from the project's folder on; nothing where it is absolute.
    pub(super) fn beside(&self, file: FileId, path: &str) -> Option<String> {
        let own = &self.loaded.sources.get(file)?.name;
        let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
        (!path.starts_with('/')).then(|| joined(folder, path))
    }

    /// The names of all values that are known at a place, the nearest first.
    fn in_scope(&self, cursor: &Cursor<'_>) -> Vec<Next> {
        let brought = bringing(cursor)
            .map(|(name, node)| parameter(node).unwrap_or_else(|| Next::given(name, node, node.name())));
        let mut found: Vec<Next> = brought.chain(self.columns(cursor)).collect();
        let mut late: Vec<&str> = late_names(declared_kind(cursor)).into_iter().collect();
        late.sort_unstable();
        found.extend(late.into_iter().map(|name| Next::of(name, "")));
        if let Some(folder) = module_of(&self.loaded.sources, cursor.tree.file()) {
            found.extend(self.in_module(&folder, |node| {
                parameter(node).or_else(|| Some(Next::given(name_given(node)?, node, node.name())))
            }));
            return found;
        }
        let of_project = self.names().declared().filter(|(thing, _)| thing.kind == VALUE && thing.within.is_empty());
        found.extend(of_project.filter_map(|(thing, places)| {
            let declared = self.of_project_alone(places)?;
            Some(Next { declared: Some(declared), ..Next::of(&thing.name, "value") })
        }));
        if !self.loaded.project.environments.is_empty() {
            found.push(Next::of(ENVIRONMENT, "the environment's name"));
        }
        found
    }

    /// The columns of the file of data that the declaration around a place takes its rows from.
    pub(super) fn columns(&self, cursor: &Cursor<'_>) -> Vec<Next> {
        let of = cursor.around.first().map(|(node, _)| *node).filter(|node| node.name() == Kind::Entity.word());
        let said = |key: &str| of.and_then(|node| node.property(key)).and_then(Entry::string);
        let path = said("from").and_then(|path| self.beside(cursor.tree.file(), path));
        let names = path.map(|path| columns(&path, said("format"), &self.loaded.sources)).unwrap_or_default();
        names.iter().map(|name| Next::of(name, "column")).collect()
    }

    /// The only values that what a reference names may be, as they are written.
    pub(super) fn words_of(&self, cursor: &Cursor<'_>, reference: &str) -> Vec<String> {
        let way: Vec<&str> = reference.trim_start_matches('$').split('.').collect();
        let around = cursor.around.first().map(|(node, _)| *node);
        // A promise that is half typed is in no project.
        if let ([Request::SPEC, path @ ..], Some(promise)) = (&*way, around)
            && let Some(field) = field_in(promise, path)
        {
            return words(field, field.argument(1).and_then(Entry::string).unwrap_or_default());
        }
        let Some((name, way)) = way.split_last() else { return Vec::new() };
        let found = self.behind_dollar(cursor, way).into_iter().find(|next| next.name == *name);
        found.map(|next| next.words).unwrap_or_default()
    }

    /// What the nodes at the top of the texts of a module give a name to; its folder ends with a `/`.
    fn in_module(&self, folder: &str, named: impl Fn(Node<'_>) -> Option<Next>) -> Vec<Next> {
        let files = self.loaded.sources.of_people().filter(|(_, file)| file.name.starts_with(folder));
        let trees: Vec<Tree> = files.map(|(id, file)| parse(id, &file.text).0).collect();
        trees.iter().flat_map(|tree| tree.nodes().filter_map(&named)).collect()
    }

    /// Where a value of the project has its name: one of a module may be called so too.
    pub(super) fn of_project_alone(&self, places: &Places) -> Option<Span> {
        let mut all = places.declared.iter().copied();
        all.find(|span| self.loaded.sources.file(span.file).may_be_changed())
    }

    fn meaning<'s>(&'s self, cursor: &Cursor<'_>, name: &str) -> Option<Meaning<'s>> {
        if let Some((_, node)) = bringing(cursor).find(|(given, _)| *given == name) {
            return self.brought(cursor, node);
        }
        let of = cursor.around.first().map(|(node, _)| *node)?;
        match (declared_kind(cursor), name) {
            (Some(Kind::Promise), Request::SPEC) => {
                let promise = self.loaded.project.promise(of.argument(0)?.string()?)?;
                Some(Meaning::Fields(promise.fields().iter().map(Field::Property).collect()))
            }
            (Some(Kind::Promise), "request") => {
                Some(Meaning::Names(About::ALL.iter().map(|(_, word)| Next::of(word, "")).collect()))
            }
            (Some(Kind::Action), "inputs") => Some(Meaning::Names(inputs(of))),
            (Some(Kind::Action | Kind::Automation), "run") => Some(Meaning::Names(vec![Next::of("id", "")])),
            _ => self.of_project(name).filter(|_| module_of(&self.loaded.sources, cursor.tree.file()).is_none()),
        }
    }

    /// What a node gives a name to.
    fn brought<'s>(&'s self, cursor: &Cursor<'_>, node: Node<'_>) -> Option<Meaning<'s>> {
        if let Some(of) = node.property("of").and_then(Entry::string).filter(|_| node.name() == "each") {
            return self.loaded.project.blueprint(of).map(Meaning::Entity);
        }
        if let Some(list) = node.property("in").and_then(Entry::string).and_then(|list| list.strip_prefix('$')) {
            let way: Vec<&str> = list.split('.').collect();
            let (first, rest) = way.split_first()?;
            // A list of its own item has no items.
            let is_own = node.argument(0).and_then(Entry::string) == Some(first);
            let meaning = self.meaning(cursor, first).filter(|_| !is_own)?;
            let Meaning::Fields(fields) = meaning else { return None };
            let fields = rest.iter().fold(fields, |fields, name| inner(&fields, name));
            return Some(Meaning::Fields(fields));
        }
        Some(Meaning::Names(members(node)))
    }

    /// The members of a value that all of the project knows.
    fn of_project(&self, name: &str) -> Option<Meaning<'_>> {
        let named = |thing: &Thing| thing.kind == VALUE && thing.within.is_empty() && *thing.name == *name;
        let (_, places) = self.names().declared().find(|(thing, _)| named(thing))?;
        let declared = self.of_project_alone(places)?;
        let tree = self.tree_of(declared);
        let node = tree.nodes().find(|node| node.span().covers(declared))?;
        Some(Meaning::Names(members(node)))
    }

    /// The tree of the text that a place is in.
    pub(super) fn tree_of(&self, place: Span) -> Tree {
        let text: &Arc<str> = &self.loaded.sources.file(place.file).text;
        parse(place.file, text).0
    }
}

/// The kind of what is declared around a place.
fn declared_kind(cursor: &Cursor<'_>) -> Option<Kind> {
    cursor.around.first().and_then(|(node, _)| Kind::from_word(node.name()))
}

/// The names that nodes around a place, and before it beside these, give to values; the nearest first.
fn bringing<'c, 't: 'c>(cursor: &'c Cursor<'t>) -> impl Iterator<Item = (&'t str, Node<'t>)> + 'c {
    cursor.around.iter().rev().flat_map(move |(node, _)| {
        let before = node.children().take_while(|child| child.span().start < cursor.at).filter(|child| {
            // What is typed is not yet there.
            child.span().end <= cursor.at
        });
        let beside = before.filter_map(|child| Some((name_behind(child).or_else(|| name_given(child))?, child)));
        let item = || node.argument(0).and_then(Entry::string).filter(|_| node.name() == "each");
        let within = name_within(*node).or_else(item).map(|name| (name, *node));
        beside.collect::<Vec<_>>().into_iter().rev().chain(within)
    })
}

/// The inputs that a form asks for, as they stand in the text.
pub(super) fn inputs(action: Node<'_>) -> Vec<Next> {
    let named = action.children().filter(|child| declares(action, *child, "input"));
    let input = |input: Node<'_>| {
        let kind = input.argument(1).and_then(Entry::string).unwrap_or_default();
        Some(Next::given(input.argument(0)?.string()?, input, kind))
    };
    named.filter_map(input).collect()
}

/// The parameter that a node is.
fn parameter(node: Node<'_>) -> Option<Next> {
    let name = name_given(node).filter(|_| node.name() == "param")?;
    let is_required = node.arguments().any(|one| one.string() == Some("required"));
    let kind = node.argument(1).and_then(Entry::string).unwrap_or_default();
    Some(Next { is_required, words: words(node, kind), ..Next::given(name, node, kind) })
}

/// The only values that what a node declares may have, by its type, as they are written.
fn words(node: Node<'_>, kind: &str) -> Vec<String> {
    if kind == Base::Boolean.word() {
        return ["#true", "#false"].map(str::to_owned).into();
    }
    let said = node.children().filter(|child| matches!(child.name(), "value" | "values"));
    said.flat_map(Node::arguments).map(|value| value.raw().to_owned()).collect()
}

/// The field of the API of a promise that a path leads to, as the text declares it that is typed in.
fn field_in<'t>(promise: Node<'t>, path: &[&str]) -> Option<Node<'t>> {
    let named = |of: Node<'t>, name: &&str| {
        of.children().find(|child| child.name() == "field" && child.argument(0).and_then(Entry::string) == Some(name))
    };
    path.iter().try_fold(promise.child("api")?, named)
}

/// Whether a child of a declaration declares something of a kind of names.
fn declares(of: Node<'_>, child: Node<'_>, kind: &str) -> bool {
    let position = language().below(language().at_top(of), of, child);
    let line = language().line_at(position, child);
    line.and_then(|line| line.argument(0)).is_some_and(|argument| argument.declares() == Some(kind))
}

/// The names of what a node holds: of a table those of its columns, each declared by the first row that has it.
pub(super) fn members(node: Node<'_>) -> Vec<Next> {
    let is_table = is_table(node);
    let rows: Vec<Node<'_>> = if is_table { node.children().collect() } else { vec![node] };
    let mut found: BTreeMap<&str, Next> = BTreeMap::new();
    for row in rows {
        let pairs = row.properties().filter_map(|pair| Some((pair.key()?, pair.raw(), Some(key_span(pair)))));
        let nodes = row.children().filter(|_| !is_table).map(|child| (child.name(), "", None));
        for (name, value, declared) in pairs.chain(nodes).filter(|(name, ..)| *name != ITEM) {
            found.entry(name).or_insert_with(|| Next { declared, ..Next::of(name, value) });
        }
    }
    found.into_values().collect()
}
