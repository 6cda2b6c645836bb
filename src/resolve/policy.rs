use super::condition::{Conditions, Vocabulary};
use super::names::Names;
use super::value::{name_at, text};
use crate::diag::Diagnostics;
use crate::model::{Policy, PolicySeverity, PolicySubject};
use crate::source::Spanned;
use crate::syntax::{Entry, Node};

/// Lowers a `policy` node.
pub(super) fn policy(node: Node<'_>, names: &mut Names, diagnostics: &mut Diagnostics) -> Option<Policy> {
    let name = name_at(node, 0, names)?;
    let subject = node.property("for")?;
    let subject = Spanned::new(PolicySubject::from_word(subject.string()?)?, subject.value_span());
    let of = node.property("of").and_then(|of| Some(names.at(of.string()?, of.value_span())));
    let severity = node.property("severity").and_then(Entry::string).and_then(PolicySeverity::from_word);
    let metadata = subject.value.metadata();
    let described = described(subject.value);
    let mut conditions = |word: &str| {
        let vocabulary = Vocabulary { subject: &described, metadata: &metadata };
        node.child(word).map(|block| Conditions { vocabulary, names, diagnostics }.all(block))
    };
    let (when, require) = (conditions("when"), conditions("require"));
    Some(Policy {
        name,
        span: node.head_span().into(),
        description: node.child("description").and_then(|line| text(line.argument(0)?)),
        subject,
        of,
        on: node.child("on").into_iter().flat_map(Node::arguments).filter_map(text).collect(),
        severity: severity.unwrap_or_default(),
        when,
        require,
    })
}

/// A subject with its article.
fn described(subject: PolicySubject) -> String {
    let word = subject.word();
    let article = if word.starts_with(['a', 'e']) { "an" } else { "a" };
    format!("{article} {word}")
}
