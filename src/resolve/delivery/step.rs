use super::super::control;
use super::super::names::Names;
use super::super::template::{self, block, path};
use super::super::value::{name_at, scalar};
use super::{Surroundings, files, properties};
use crate::diag::Diagnostics;
use crate::model::{Case, Each, If, Let, Match, Name, Otherwise, Resource, Row, Step, Table, Template};
use crate::source::Spanned;
use crate::syntax::Node;

/// The steps of a block.
pub(super) fn steps(node: Node<'_>, around: &Surroundings<'_>, diagnostics: &mut Diagnostics) -> Vec<Step> {
    node.children().filter_map(|child| step(child, around, diagnostics)).collect()
}

fn step(node: Node<'_>, around: &Surroundings<'_>, diagnostics: &mut Diagnostics) -> Option<Step> {
    match node.name() {
        "table" => table(node, diagnostics).map(Step::Table),
        "match" => choice(node, around, diagnostics).map(Step::Match),
        "each" => Some(Step::Each(Each {
            name: name_at(node, 0, &mut Names::default())?,
            span: node.head_span().into(),
            list: path(node.property("in")?, diagnostics)?,
            steps: steps(node, around, diagnostics),
        })),
        "let" => Some(Step::Let(Let {
            name: name_at(node, 0, &mut Names::default())?,
            value: match node.argument(1).filter(|_| !node.has_block()) {
                Some(entry) => template::scalar(entry, diagnostics),
                None => block(node, diagnostics),
            },
        })),
        "if" => Some(Step::If(If {
            span: node.head_span().into(),
            condition: control::condition(node, diagnostics)?,
            steps: steps(node, around, diagnostics),
            otherwise: node.child("else").map(|other| steps(other, around, diagnostics)).unwrap_or_default(),
        })),
        "resource" => resource(node, diagnostics).map(|resource| Step::Resource(resource.into())),
        "files" => files::files(node, around, diagnostics).map(Step::Files),
        "status" => Some(Step::Status { span: node.head_span().into(), values: templates(node, diagnostics) }),
        _ => None,
    }
}

fn table(node: Node<'_>, diagnostics: &mut Diagnostics) -> Option<Table> {
    let rows = node.children().filter(|child| child.name() == "row").filter_map(|child| {
        Some(Row {
            key: scalar(child.argument(0)?, diagnostics),
            and: child.argument(1).map(|key| scalar(key, diagnostics)),
            span: child.head_span().into(),
            columns: templates(child, diagnostics),
        })
    });
    let rows = rows.collect();
    Some(Table {
        name: name_at(node, 0, &mut Names::default())?,
        span: node.head_span().into(),
        by: path(node.property("by")?, diagnostics)?,
        and: node.property("and").and_then(|entry| path(entry, diagnostics)),
        rows,
        otherwise: node
            .child("else")
            .map(|row| Otherwise { span: row.head_span().into(), columns: templates(row, diagnostics) }),
    })
}

fn choice(node: Node<'_>, around: &Surroundings<'_>, diagnostics: &mut Diagnostics) -> Option<Match> {
    let on = path(node.argument(0)?, diagnostics);
    let mut cases = Vec::new();
    let mut otherwise = None;
    for child in node.children() {
        match child.name() {
            "case" => cases.push(Case {
                values: child.arguments().map(|entry| scalar(entry, diagnostics)).collect(),
                span: child.head_span().into(),
                steps: steps(child, around, diagnostics),
            }),
            "else" => otherwise = Some(steps(child, around, diagnostics)),
            _ => {}
        }
    }
    Some(Match { span: node.head_span().into(), on: on?, cases, otherwise })
}

fn resource(node: Node<'_>, diagnostics: &mut Diagnostics) -> Option<Resource> {
    let mut argument = |index: usize| Some(template::scalar(node.argument(index)?, diagnostics));
    let (api_version, kind, name) = (argument(0), argument(1), argument(2));
    let file = node.property("file").map(|entry| template::scalar(entry, diagnostics));
    let body = block(node, diagnostics);
    Some(Resource { span: node.head_span().into(), api_version: api_version?, kind: kind?, name: name?, file, body })
}

/// The properties of a line as named templates.
fn templates(node: Node<'_>, diagnostics: &mut Diagnostics) -> Vec<(Spanned<Name>, Spanned<Template>)> {
    let named = properties(node)
        .into_iter()
        .map(|(key, entry)| (Spanned::new(key.into(), entry.key_span()), template::scalar(entry, diagnostics)));
    named.collect()
}
