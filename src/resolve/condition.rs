//! Lowers conditions: `FIELD OPERATOR OPERAND...`, and combinations of them.
//!
//! Total: what the grammar rejects is skipped in silence, since it is diagnosed there.

use super::names::Names;
use super::value::{compose, scalar};
use crate::diag::{Diagnostic, Diagnostics, code, suggest};
use crate::grammar::language;
use crate::model::{
    COUNT, Combinator, FIELD, Fact, FieldPath, Kind, Leaf, Map, Operator, PolicySubject, Predicate, PredicateTest,
    Value,
};
use crate::source::{Span, Spanned};
use crate::syntax::{Entry, Node};

/// What can be asked of a subject beside its fields.
#[derive(Clone, Copy)]
struct Vocabulary<'v> {
    /// The subject as messages name it: `an entity`.
    subject: &'v str,
    /// The words that begin with `$`, each with what it reads.
    metadata: &'v [(&'static str, Leaf)],
}

/// Lowers the conditions of one subject.
struct Conditions<'c> {
    /// What can be asked.
    vocabulary: Vocabulary<'c>,
    /// The names that were read.
    names: Names,
    /// Where problems go.
    diagnostics: &'c mut Diagnostics,
}

impl Conditions<'_> {
    /// The conditions of a block, which must all hold.
    fn all(&mut self, block: Node<'_>) -> Predicate {
        Predicate::Combined(Combinator::All, self.parts(block))
    }

    fn parts(&mut self, block: Node<'_>) -> Vec<Predicate> {
        block.children().filter_map(|child| self.part(child)).collect()
    }

    fn part(&mut self, node: Node<'_>) -> Option<Predicate> {
        let combinator = Combinator::from_word(node.name());
        match combinator.filter(|_| node.has_block() && node.argument(0).is_none()) {
            Some(combinator) => Some(Predicate::Combined(combinator, self.parts(node))),
            None => self.test(node).map(Predicate::Test),
        }
    }

    fn test(&mut self, node: Node<'_>) -> Option<PredicateTest> {
        let operator = node.argument(0)?;
        let word = Operator::from_word(operator.string()?).filter(|_| language().is_condition(node))?;
        let field = self.field(node.name(), node.name_span())?;
        let mut operands = node.arguments().skip(1).map(|entry| self.operand(entry)).collect::<Option<Vec<_>>>()?;
        if matches!(field.value.leaf, Leaf::Identifier | Leaf::Team | Leaf::Fact(_)) {
            operands.iter_mut().for_each(compose);
        }
        let operator = Spanned::new(word, operator.span());
        Some(PredicateTest { field, operator, operands, span: node.head_span().into() })
    }

    /// A value, or another field.
    fn operand(&mut self, entry: Entry<'_>) -> Option<Spanned<Value>> {
        let Some(path) = entry.string().filter(|_| entry.annotation() == Some(FIELD)) else {
            return Some(scalar(entry, self.diagnostics));
        };
        let field = self.field(path, entry.value_span())?;
        Some(Spanned::new(Value::field(&field.value.to_string(), entry.value_span()), field.span))
    }

    fn field(&mut self, text: &str, span: Span) -> Option<Spanned<FieldPath>> {
        let (path, last) = match text.rsplit_once('.') {
            Some((path, last)) => (Some(path), last),
            None => (None, text),
        };
        let leaf = match self.vocabulary.metadata.iter().find(|row| row.0 == last) {
            // What is said of the subject alone is not said of what it is related to.
            Some((_, Leaf::Fact(_))) if path.is_some_and(|path| path != "was") => {
                self.diagnostics.push(self.vocabulary.unknown(text, span, last));
                return None;
            }
            Some((_, leaf)) => leaf.clone(),
            None if last == COUNT && path.is_some() => Leaf::Count,
            None if last.starts_with('$') => {
                self.diagnostics.push(self.vocabulary.unknown(text, span, last));
                return None;
            }
            None => Leaf::Property(self.names.get(last)),
        };
        let way = path.into_iter().flat_map(|path| path.split('.')).map(|name| self.names.get(name)).collect();
        Some(Spanned::new(FieldPath { way, leaf }, span))
    }
}

impl Vocabulary<'_> {
    /// That a path ends at a word which the subject has not.
    fn unknown(&self, text: &str, span: Span, last: &str) -> Diagnostic {
        let known = || self.metadata.iter().map(|row| row.0).filter(|word| *word != last);
        if last == COUNT {
            let message = "`$count` says of nothing how many there are";
            let help = "write what is counted before it: `dependencies.$count`";
            return Diagnostic::error(code::UNKNOWN_METADATA, span, message).help(help);
        }
        // What can be counted has a way before it.
        let counts = (text != last).then_some(COUNT);
        let near = suggest(last, known().chain(counts)).map(|near| text.replace(last, near));
        let message = if self.metadata.iter().any(|row| row.0 == last) {
            format!("what {} is related to has no `{last}`", self.subject)
        } else {
            format!("{} has no `{last}`", self.subject)
        };
        let diagnostic = Diagnostic::error(code::UNKNOWN_METADATA, span, message);
        match near {
            Some(near) => diagnostic.did_you_mean(Some(&near)),
            None => diagnostic.help(format!("it has {}", known().collect::<Vec<_>>().join(", "))),
        }
    }
}

/// The conditions of a block in an object of a kind, which must all hold. `body` is what was read of the object before: of a policy, it
/// says what is judged.
pub(super) fn conditions(kind: Kind, body: Option<&Map>, block: Node<'_>, diagnostics: &mut Diagnostics) -> Predicate {
    let judged = |body: &Map| PolicySubject::from_word(body.get("for")?.as_str()?);
    let subject = body.filter(|_| kind == Kind::Policy).and_then(judged);
    let metadata = subject.map_or_else(of_scorecards, PolicySubject::metadata);
    let described = subject.map_or_else(|| "what a scorecard judges".to_owned(), described);
    let vocabulary = Vocabulary { subject: &described, metadata: &metadata };
    Conditions { vocabulary, names: Names::default(), diagnostics }.all(block)
}

/// The words of what a scorecard judges: entities, or requests.
fn of_scorecards() -> Vec<(&'static str, Leaf)> {
    let of_requests = [Fact::Namespace].map(|fact| (fact.word(), Leaf::Fact(fact)));
    Leaf::METADATA.into_iter().chain(of_requests).collect()
}

/// A subject with its article.
fn described(subject: PolicySubject) -> String {
    let word = subject.word();
    let article = if word.starts_with(['a', 'e']) { "an" } else { "a" };
    format!("{article} {word}")
}
