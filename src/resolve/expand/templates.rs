use super::Used;
use crate::diag::Diagnostics;
use crate::model::{Arguments, Map, Member, Name, Parameters, Property, Value};
use crate::resolve::{body, shape};
use crate::source::Spanned;
use crate::syntax::Node;
use std::collections::HashMap;

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
    /// Those of some files, in their order.
    pub(super) fn of(used: &'u [Used], diagnostics: &mut Diagnostics) -> Self {
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
            let parameters = parameters(&params, diagnostics);
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

/// What `param` lines ask for.
pub(super) fn parameters(nodes: &[Node<'_>], diagnostics: &mut Diagnostics) -> Vec<Property> {
    let body = body::parameters(nodes, diagnostics);
    Property::all_of(&body, "properties").unwrap_or_default()
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
