use super::Used;
use super::scan::uses;
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Arguments, Map, Member, Name, Parameters, Property, Schema, Value};
use crate::resolve::{body, shape};
use crate::source::{Origin, Spanned};
use crate::syntax::{Entry, Node};
use std::collections::{HashMap, HashSet};

/// The templates of a project.
pub(super) struct Templates<'u> {
    pub(super) list: Vec<Template<'u>>,
    pub(super) places: HashMap<&'u str, usize>,
}

/// A template.
pub(super) struct Template<'u> {
    pub(super) node: Node<'u>,
    pub(super) name: Spanned<Name>,
    pub(super) parameters: Vec<Property>,
}

impl<'u> Templates<'u> {
    /// Those of some files, in their order; `known` are the names of all of the project.
    pub(super) fn of(used: &'u [Used], known: &HashSet<&str>, diagnostics: &mut Diagnostics) -> Self {
        let mut templates = Self { list: Vec::new(), places: HashMap::new() };
        for node in used.iter().flat_map(|used| used.called("template")) {
            let Some((name, entry)) = node.argument(0).and_then(|entry| Some((entry.string()?, entry))) else {
                continue;
            };
            // A second one of a name is told where names are.
            let next = templates.list.len();
            if *templates.places.entry(name).or_insert(next) != next {
                continue;
            }
            let params: Vec<Node<'_>> = node.children().filter(|child| child.name() == "param").collect();
            let parameters = parameters((&params, known), diagnostics);
            let name = Spanned::new(Name::from(name), entry.value_span());
            templates.list.push(Template { node, name, parameters });
        }
        templates
    }

    /// What they take, with what is given to them: each by the number of its template.
    pub(super) fn parameters(self, given: Vec<(usize, Arguments)>) -> Vec<Parameters> {
        let takes = |one: Template<'_>| Parameters {
            kind: Parameters::TEMPLATE,
            name: one.name,
            list: one.parameters,
            given: Vec::new(),
        };
        let mut all: Vec<Parameters> = self.list.into_iter().map(takes).collect();
        for (index, given) in given {
            all[index].given.push(given);
        }
        all
    }
}

/// What `param` lines ask for. No value of a name that is known is put into them.
pub(super) fn parameters(
    (nodes, known): (&[Node<'_>], &HashSet<&str>),
    diagnostics: &mut Diagnostics,
) -> Vec<Property> {
    let body = body::parameters(nodes, diagnostics);
    let mut all = Property::all_of(&body, "properties").unwrap_or_default();
    for node in nodes {
        let Some(problem) = puts_in(*node, known) else { continue };
        let name = node.argument(0).and_then(Entry::string).unwrap_or_default();
        for one in all.iter_mut().filter(|one| *one.name.value == *name) {
            // What it would be is not known.
            let unread = Spanned::new(Value::Null, Origin::Unread(problem.primary.span()));
            let schema = Schema::of(&Map::default()).unwrap_or_else(|| one.schema.clone());
            *one = Property { default: Some(unread), required: None, schema, ..one.clone() };
        }
        diagnostics.push(problem);
    }
    all
}

/// That a `param` line is to have a value put into it.
fn puts_in(node: Node<'_>, known: &HashSet<&str>) -> Option<Diagnostic> {
    let is_asked = |name: &str| known.contains(name);
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        let uses = |entry: &Entry<'_>| {
            let text = entry.string().filter(|_| !entry.raw().starts_with('#')).unwrap_or_default();
            uses(text, &is_asked).iter().any(|one| !one.is_escaped)
        };
        if let Some(entry) = node.entries().find(uses) {
            let message = "no value is put into `param`: what may be given is known before any value is";
            let problem = Diagnostic::error(code::MISPLACED_NODE, entry.value_span(), message);
            return Some(
                problem.help("write the value out, or let whoever uses the parameter say `${name | default ...}`"),
            );
        }
        open.extend(node.children());
    }
    None
}

/// The value of each parameter: what is given, or the default, or none.
pub(super) fn values(parameters: &[Property], given: &mut Map) -> HashMap<Name, Spanned<Value>> {
    let mut values = HashMap::with_capacity(parameters.len());
    for parameter in parameters {
        let name = &parameter.name.value;
        let value = match given.members.iter_mut().find(|member| member.name.value == *name) {
            Some(Member { value, .. }) => {
                shape::by_schema(value, &parameter.schema);
                value.clone()
            }
            None => parameter.default.clone().unwrap_or_else(|| Spanned::new(Value::Null, parameter.span)),
        };
        values.insert(name.clone(), value);
    }
    values
}
