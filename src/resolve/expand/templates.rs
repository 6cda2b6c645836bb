use super::Used;
use super::names::given_in;
use super::scan::uses;

use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Arguments, Map, Member, Name, Parameters, Property, Schema, Value};
use crate::resolve::unit::Unit;
use crate::resolve::{body, shape};
use crate::source::{Origin, Spanned};
use crate::syntax::{Entry, Node};
use ahash::AHashMap as HashMap;
use std::collections::HashSet;

/// The templates of a project, and of the modules that it uses.
pub(super) struct Templates<'u> {
    pub(super) list: Vec<Template<'u>>,
    /// Those that each unit knows, by name.
    places: Vec<HashMap<&'u str, usize>>,
}

/// A template.
pub(super) struct Template<'u> {
    pub(super) node: Node<'u>,
    pub(super) name: Spanned<Name>,
    pub(super) parameters: Vec<Property>,
    /// The project or the module that it is of.
    pub(super) unit: usize,
}

/// Whether a template is known in the module alone that it is of.
pub(super) fn is_private(template: Node<'_>) -> bool {
    template.argument(1).and_then(Entry::string) == Some("private")
}

impl<'u> Templates<'u> {
    /// Those of some files, in their order.
    pub(super) fn of(used: &'u [Used], units: &[Unit], diagnostics: &mut Diagnostics) -> Self {
        let mut templates = Self { list: Vec::new(), places: vec![HashMap::new(); units.len()] };
        let known: Vec<HashSet<&str>> = (0..units.len()).map(|unit| given_in(used, unit)).collect();
        for (unit, node) in used.iter().flat_map(|used| used.called("template").map(move |node| (used.unit, node))) {
            let Some((name, entry)) = node.argument(0).and_then(|entry| Some((entry.string()?, entry))) else {
                continue;
            };
            let next = templates.list.len();
            let first = *templates.places[unit].entry(name).or_insert(next);
            if first != next {
                // Of the project that is told where names are.
                diagnostics.extend((unit > 0).then(|| {
                    let message = format!("template `{name}` is declared twice");
                    let problem = Diagnostic::error(code::DUPLICATE_NAME, entry.value_span(), message);
                    problem.other(templates.list[first].name.span, "this is the first one")
                }));
                continue;
            }
            let params: Vec<Node<'_>> = node.children().filter(|child| child.name() == "param").collect();
            let parameters = parameters((&params, &known[unit]), diagnostics);
            let name = Spanned::new(Name::from(name), entry.value_span());
            templates.list.push(Template { node, name, parameters, unit });
        }
        for (user, unit) in units.iter().enumerate() {
            for module in &unit.uses {
                let public =
                    templates.list.iter().enumerate().filter(|(_, one)| one.unit == *module && !is_private(one.node));
                let named = public.filter_map(|(index, one)| Some((one.node.argument(0)?.string()?, index)));
                let named: Vec<(&str, usize)> = named.collect();
                for (name, index) in named {
                    templates.places[user].entry(name).or_insert(index);
                }
            }
        }
        templates
    }

    /// The number of the template of a name that a unit knows.
    pub(super) fn find(&self, unit: usize, name: &str) -> Option<usize> {
        self.places[unit].get(name).copied()
    }

    /// The names of those that a unit knows.
    pub(super) fn names(&self, unit: usize) -> impl Iterator<Item = &'u str> {
        self.places[unit].keys().copied()
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
