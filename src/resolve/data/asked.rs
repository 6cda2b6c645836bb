use super::super::names::Names;
use super::super::value::{lifecycle, name_at, text};
use super::super::{members as twice, template};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::jq::Program;
use crate::model::{Lifecycle, Name, Template};
use crate::rows::Format;
use crate::source::{Origin, Span, Spanned};
use crate::syntax::{Entry, Node};

/// The property that says which file the rows are in.
const FROM: &str = "from";

/// Whether an `entity` node stands for the rows of a file.
pub(in crate::resolve) fn is_asked(node: Node<'_>) -> bool {
    node.property(FROM).is_some()
}

/// A node that makes entities of the rows of a file.
#[derive(Clone, Debug)]
pub(in crate::resolve) struct Asked {
    /// All of it, and its line.
    pub(in crate::resolve) node: Span,
    pub(in crate::resolve) head: Span,
    pub(in crate::resolve) blueprint: Spanned<Name>,
    /// The file, and what it is written in.
    pub(in crate::resolve) from: Spanned<Box<str>>,
    pub(in crate::resolve) format: Option<Format>,
    pub(super) id: Option<Spanned<Template>>,
    pub(super) title: Option<Spanned<Template>>,
    pub(super) icon: Option<Spanned<Template>>,
    pub(super) team: Option<Spanned<Template>>,
    /// What the block says of properties and relations by their names, and what its groups say.
    pub(super) members: Vec<Line>,
    pub(super) properties: Vec<Line>,
    pub(super) relations: Vec<Line>,
    pub(super) ignored: Vec<Spanned<Box<str>>>,
    pub(super) lifecycle: Option<Box<Lifecycle>>,
}

/// A member with what its value is made of.
pub(super) type Line = (Spanned<Name>, Spanned<Template>);

impl Asked {
    /// That of a node; nothing where it lacks what it cannot be without.
    pub(in crate::resolve) fn of(node: Node<'_>, names: &mut Names, diagnostics: &mut Diagnostics) -> Option<Self> {
        let blueprint = name_at(node, 0, names)?;
        let from = text(node.property(FROM)?)?;
        let format = node.property("format").and_then(Entry::string);
        let mut line = |word: &str| {
            let child = node.child(word).filter(|child| child.argument(0).is_some())?;
            Some(template::json_in_kdl(child, diagnostics))
        };
        let (id, title, icon, team) = (line("id"), line("title"), line("icon"), line("team"));
        let mut group = |word: &str| node.child(word).map(|group| lines(group.children(), names, diagnostics));
        let (properties, relations) = (group("properties").unwrap_or_default(), group("relations").unwrap_or_default());
        let members = lines(node.children().filter(|child| !WORDS.contains(&child.name())), names, diagnostics);
        for (name, _) in properties.iter().chain(&relations) {
            if let Some(first) = members.iter().find(|line| line.0.value == name.value) {
                diagnostics.push(twice::set_twice(name, first.0.span));
            }
        }
        let ignored = node.children().filter(|child| child.name() == "ignore").flat_map(Node::arguments);
        let asked = Self {
            node: node.span(),
            head: node.head_span(),
            blueprint,
            from,
            format: format.and_then(Format::from_word),
            id,
            title,
            icon,
            team,
            members,
            properties,
            relations,
            ignored: ignored.filter_map(text).collect(),
            lifecycle: lifecycle(node),
        };
        asked.templates().for_each(|template| foreign(template, diagnostics));
        Some(asked)
    }

    /// What its values are made of.
    pub(super) fn templates(&self) -> impl Iterator<Item = &Spanned<Template>> {
        let groups = [&self.members, &self.properties, &self.relations];
        let words = [&self.id, &self.title, &self.icon, &self.team];
        words.into_iter().flatten().chain(groups.into_iter().flatten().map(|line| &line.1))
    }

    /// Whether the block says a property or a relation.
    pub(super) fn says(&self, name: &str) -> bool {
        let groups = [&self.members, &self.properties, &self.relations];
        groups.into_iter().flatten().any(|line| *line.0.value == *name)
    }
}

/// The words of the block that are no names of properties and relations.
const WORDS: [&str; 8] = ["icon", "id", "ignore", "lifecycle", "properties", "relations", "team", "title"];

fn lines<'t>(nodes: impl Iterator<Item = Node<'t>>, names: &mut Names, diagnostics: &mut Diagnostics) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for node in nodes {
        let name = names.at(node.name(), node.name_span());
        match lines.iter().find(|line| line.0.value == name.value) {
            Some(first) => diagnostics.push(twice::set_twice(&name, first.0.span)),
            None => lines.push((name, template::json_in_kdl(node, diagnostics))),
        }
    }
    lines
}

/// Tells what is written in another language and cannot be read.
fn foreign(template: &Spanned<Template>, diagnostics: &mut Diagnostics) {
    match &template.value {
        Template::Foreign { language, text } if **language == *JQ => {
            if let Err(why) = Program::of(text) {
                let problem =
                    Diagnostic::error(code::BROKEN_EXPRESSION, template.span, format!("this is no jq: {why}"));
                diagnostics.push(problem.help("what of jq is read here is in the manual, with the entities from data"));
            }
        }
        Template::Foreign { language, .. } => {
            let message = format!("no `{language}` is read here");
            let problem = Diagnostic::error(code::UNKNOWN_ANNOTATION, template.span, message);
            diagnostics.push(problem.help("write `$COLUMN`, `\"$COLUMN | lower\"`, or `(jq)\".COLUMN\"`"));
        }
        Template::Array(items) => items.iter().for_each(|item| foreign(item, diagnostics)),
        Template::Object(members) => members.iter().for_each(|member| foreign(&member.1, diagnostics)),
        Template::Composed(_) => {
            let message = "nothing decides about fields here: each row gives what stands in its columns";
            let problem = Diagnostic::error(code::STEP_IN_BODY, template.span, message);
            diagnostics.push(problem.help("write what is chosen as a value: `\"$COLUMN | is x | then a b\"`"));
        }
        Template::Literal(_) | Template::Reference(..) | Template::Text(_) => {}
    }
}

/// Calls for the first name of each path in a template.
pub(super) fn each_column<'t>(template: &'t Spanned<Template>, call: &mut impl FnMut(&'t str)) {
    template.each_path(&mut |path, _| path.segments.first().into_iter().for_each(|name| call(name)));
}

/// Calls for each text of jq in a template, with its place.
pub(super) fn each_program<'t>(template: &'t Spanned<Template>, call: &mut impl FnMut(&'t str, Origin)) {
    match &template.value {
        Template::Foreign { language, text } if **language == *JQ => call(text, template.span),
        Template::Array(items) => items.iter().for_each(|item| each_program(item, call)),
        Template::Object(members) => members.iter().for_each(|member| each_program(&member.1, call)),
        Template::Foreign { .. }
        | Template::Literal(_)
        | Template::Reference(..)
        | Template::Text(_)
        | Template::Composed(_) => {}
    }
}

/// The annotation of texts in the language jq.
const JQ: &str = "jq";
