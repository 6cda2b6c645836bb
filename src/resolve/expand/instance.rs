use super::given::given;
use super::scope::Scope;
use super::templates::values;
use super::write::Writer;
use crate::diag::{Diagnostic, code, suggest};
use crate::model::{Arguments, Property};
use crate::syntax::Node;

/// The most templates that are made, each within the one before it.
const DEEPEST: usize = 50;

impl<'w> Writer<'w> {
    /// What a `new` line makes.
    pub(super) fn instance(&mut self, node: Node<'w>, scope: &Scope<'_>) {
        let Some((name, entry)) = node.argument(0).and_then(|entry| Some((entry.string()?, entry))) else { return };
        let Some(index) = self.world.templates.find(self.unit, name) else {
            // What stands at the top of a file is told where names are.
            if !scope.is_outermost() || self.asked.is_some() || self.unit > 0 {
                let message = format!("there is no template `{name}`");
                let near = suggest(name, self.world.templates.names(self.unit));
                self.problem(
                    Diagnostic::error(code::UNKNOWN_REFERENCE, entry.value_span(), message).did_you_mean(near),
                );
            }
            return self.out.unread.push(node.span());
        };
        if let Some(problem) = self.never_ends(index, node) {
            return self.fails(node, Some(problem));
        }
        let mut given = match given(node, scope) {
            Ok(given) => given,
            Err(problem) => return self.fails(node, problem),
        };
        let made = &self.world.templates.list[index];
        let missing = |parameter: &&Property| {
            parameter.is_demanded() && given.members.iter().all(|member| member.name.value != parameter.name.value)
        };
        if let Some(parameter) = made.parameters.iter().find(missing) {
            let message = format!("`{name}` needs `{}`", parameter.name.value);
            let problem =
                Diagnostic::error(code::MISSING_PROPERTY, node.head_span(), message).missing(&parameter.name.value);
            return self.fails(node, Some(problem.other(parameter.name.span, "asked for here")));
        }
        let values = values(&made.parameters, &mut given);
        if !given.is_empty() {
            self.out.given.push((index, Arguments { span: node.head_span().into(), values: given }));
        }
        if !self.step() {
            self.full_at.get_or_insert(node.head_span());
            return;
        }
        let within = self.asks(node);
        self.open.push(index);
        self.out.made.insert(index);
        let user = std::mem::replace(&mut self.unit, made.unit);
        self.makes(made.node, Scope::within(&self.world.scopes[made.unit], values));
        self.unit = user;
        self.open.pop();
        self.asked = within;
    }

    /// What a template makes with some values.
    pub(super) fn makes(&mut self, template: Node<'w>, scope: Scope<'_>) {
        let lines: Vec<Node<'_>> = template.children().filter(|child| child.name() == "let").collect();
        let inner = self.with_lets(&lines, scope);
        // What it says of itself was read with it.
        let makes = template.children().filter(|child| !matches!(child.name(), "let" | "param" | "description"));
        makes.for_each(|child| self.declaration(child, &inner));
    }

    /// That a template would make itself, or that too many are made within each other.
    fn never_ends(&self, index: usize, node: Node<'_>) -> Option<Diagnostic> {
        let list = &self.world.templates.list;
        let name = |index: &usize| format!("`{}`", list[*index].name.value);
        if let Some(start) = self.open.iter().position(|open| *open == index) {
            let way: Vec<String> = self.open[start..].iter().chain([&index]).map(name).collect();
            let message = format!("a template makes itself: {}", way.join(" makes "));
            let problem = Diagnostic::error(code::CIRCULAR_TEMPLATE, node.head_span(), message);
            return Some(problem.other(list[index].name.span, "this template").help("take the `new` line out"));
        }
        (self.open.len() >= DEEPEST).then(|| {
            let message = format!("more than {DEEPEST} templates are made within each other");
            Diagnostic::error(code::TOO_DEEP, node.head_span(), message)
        })
    }
}
