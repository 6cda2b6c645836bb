use super::items::items;
use super::lets;
use super::scope::Scope;
use super::selected::{WHERE, is_over_entities, misplaced};
use super::write::Writer;
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Name, Value};
use crate::source::{Origin, Spanned};
use crate::syntax::{Entry, Node};
use ahash::AHashMap as HashMap;

impl<'w> Writer<'w> {
    /// What an `each` makes, for each of its items.
    pub(super) fn each(&mut self, node: Node<'w>, scope: &Scope<'_>) {
        let Some(name) = node.argument(0).and_then(Entry::string).map(Name::from) else { return };
        let items = match self.items(node, scope) {
            Ok(items) => items,
            // One stands for all.
            Err(None) if self.trial.is_some() => {
                vec![Spanned::new(Value::Null, Origin::Unread(node.head_span()))]
            }
            // What it is over is known by name, which nothing else here says wrongly.
            Err(Some(problem)) if problem.code.is_of_unknown_name() => return self.problem(problem),
            Err(problem) => return self.fails(node, problem),
        };
        let within = self.asks(node);
        let lines: Vec<Node<'_>> = node.children().filter(|child| child.name() == "let").collect();
        for item in items {
            if !self.step() {
                self.full_at.get_or_insert(node.head_span());
                break;
            }
            let inner = Scope::within(scope, HashMap::from([(name.clone(), item)]));
            let inner = self.with_lets(&lines, inner);
            let made = node.children().filter(|child| !matches!(child.name(), "let" | WHERE));
            made.for_each(|child| self.declaration(child, &inner));
        }
        self.asked = within;
    }

    /// The items of an `each`: what its line says, or entities.
    fn items(&mut self, node: Node<'_>, scope: &Scope<'_>) -> Result<Vec<Spanned<Value>>, Option<Diagnostic>> {
        if !is_over_entities(node) {
            if let Some(stray) = node.child(WHERE) {
                let message = "`where` selects entities, and this `each` is over none";
                let problem = Diagnostic::error(code::MISPLACED_NODE, stray.head_span(), message);
                return Err(Some(problem.help("name their blueprint: `each NAME of=BLUEPRINT`, or take it out")));
            }
            return items(node, scope);
        }
        if let Some(other) = node.arguments().nth(1).or_else(|| ITEMS.iter().find_map(|key| node.property(key))) {
            let message = "`each` with items from more than one place";
            let problem = Diagnostic::error(code::NO_ITEMS, other.span(), message);
            return Err(Some(problem.help("take one of them out: with `of=` its items are entities")));
        }
        let entities = self.world.entities.ok_or_else(|| Some(misplaced(node.head_span())))?;
        if !self.look(entities.count(node)) {
            self.full_at.get_or_insert(node.head_span());
            return Ok(Vec::new());
        }
        let (items, selection) = entities.items(node, scope)?;
        self.out.selections.push(selection);
        Ok(items)
    }

    /// A scope with what some `let` lines give in it.
    pub(super) fn with_lets<'s>(&mut self, lines: &[Node<'_>], scope: Scope<'s>) -> Scope<'s> {
        if lines.is_empty() {
            return scope;
        }
        let mut problems = Diagnostics::default();
        let scope = lets::bind(lines, scope, self.world.bounds, &mut problems);
        problems.iter().for_each(|problem| self.problem(problem.clone()));
        scope
    }
}

/// The properties that say what the items are, where they are no entities.
const ITEMS: [&str; 3] = ["in", "from", "to"];
