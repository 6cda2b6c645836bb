use super::super::entity::entity;
use super::super::names::Names;
use super::super::value::{name_at, open_body, text};
use crate::diag::Diagnostics;
use crate::model::{Expectation, Given, Name, Test, Value};
use crate::source::Spanned;
use crate::syntax::Node;

/// Lowers a `test` node.
pub(in crate::resolve) fn test(node: Node<'_>, diagnostics: &mut Diagnostics) -> Option<Test> {
    let lines = |word: &'static str| node.children().filter(move |child| child.name() == word);
    Some(Test {
        description: text(node.argument(0)?)?,
        span: node.head_span().into(),
        before: lines("before").filter_map(|line| given(line, diagnostics)).collect(),
        given: lines("given").filter_map(|line| given(line, diagnostics)).collect(),
        expect: lines("expect").filter_map(|line| expectation(line, diagnostics)).collect(),
    })
}

fn given(node: Node<'_>, diagnostics: &mut Diagnostics) -> Option<Given> {
    match node.argument(0)?.string()? {
        "entity" => entity(node, 1, &mut Names::default(), diagnostics).map(Given::Entity),
        _ => super::request(node, diagnostics).map(Given::Request),
    }
}

fn expectation(node: Node<'_>, diagnostics: &mut Diagnostics) -> Option<Spanned<Expectation>> {
    let names = &mut Names::default();
    let word = node.argument(0)?.string()?;
    let first: Spanned<Name> = name_at(node, 1, names)?;
    let mut at = |index| name_at(node, index, names);
    let expected = match word {
        "resource" => {
            let name = at(2)?;
            let body = Value::Object(open_body(node, &[], names, diagnostics));
            Expectation::Resource { kind: first, name, body: Spanned::new(body, node.span()) }
        }
        "no-resource" => Expectation::NoResource { kind: first, name: at(2)? },
        "destination" => Expectation::Destination { request: first, destination: at(2)? },
        "level" => Expectation::Level { scorecard: first, entity: at(2)?, level: at(3)? },
        "rule" => Expectation::Rule { scorecard: first, rule: at(2)?, entity: at(3)?, result: at(4)? },
        "policy" => Expectation::Policy { policy: first, name: at(2)?, result: at(3)? },
        "error" => Expectation::Error(first),
        _ => return None,
    };
    Some(Spanned::new(expected, node.head_span()))
}
