//! Where things are declared and named.

use super::handlers::place;
use super::present::symbol_kind;
use super::projects::{Project, Projects};
use crate::editor::{Called, Snapshot, Thing};
use crate::source::Span;
use gen_lsp_types as lsp;
use lsp::{Location, Range};
use serde_json::json;

/// Where what is named at a place is declared.
pub(super) fn definition(projects: &Projects<'_>, params: &lsp::DefinitionParams) -> Option<lsp::DefinitionResponse> {
    let (opened, at) = place(projects, &params.text_document_position_params)?;
    let found = opened.project.snapshot.definition(&opened.tree(), at, opened.known(at));
    let places: Vec<Location> = found.iter().filter_map(|span| projects.location(opened.project, *span)).collect();
    (!places.is_empty()).then(|| lsp::Definition::from(places).into())
}

/// Where what is named at a place is named.
pub(super) fn references(projects: &Projects<'_>, params: &lsp::ReferenceParams) -> Option<Vec<Location>> {
    let (opened, at) = place(projects, &params.text_document_position_params)?;
    let (declared, used) = opened.project.snapshot.places(&opened.tree(), opened.known(at)?, false)?;
    let declared = declared.iter().filter(|_| params.context.include_declaration);
    Some(declared.chain(&used).filter_map(|span| projects.location(opened.project, *span)).collect())
}

/// The same within the text alone.
pub(super) fn highlights(
    projects: &Projects<'_>,
    params: &lsp::DocumentHighlightParams,
) -> Option<Vec<lsp::DocumentHighlight>> {
    let place_of = &params.text_document_position_params;
    let (opened, at) = place(projects, place_of)?;
    let (declared, used) = opened.project.snapshot.places(&opened.tree(), opened.known(at)?, true)?;
    let all = declared.iter().map(|span| (span, lsp::DocumentHighlightKind::Write));
    let all = all.chain(used.iter().map(|span| (span, lsp::DocumentHighlightKind::Read)));
    let here = all.filter(|(span, _)| span.file == opened.file);
    let uri = &place_of.text_document.uri;
    let shown = here.map(|(span, kind)| lsp::DocumentHighlight {
        range: projects.range(opened.project, uri, *span),
        kind: Some(kind),
    });
    Some(shown.collect())
}

/// The declaration of what is named at a place, for who asks what names it, and what it names.
pub(super) fn called(
    projects: &Projects<'_>,
    params: &lsp::CallHierarchyPrepareParams,
) -> Option<Vec<lsp::CallHierarchyItem>> {
    let (opened, at) = place(projects, &params.text_document_position_params)?;
    let called = opened.project.snapshot.called(opened.file, opened.known(at)?)?;
    Some(vec![item(projects, opened.project, &called)?])
}

/// The declarations that name it.
pub(super) fn callers(
    projects: &Projects<'_>,
    params: &lsp::CallHierarchyIncomingCallsParams,
) -> Option<Vec<lsp::CallHierarchyIncomingCall>> {
    calls(projects, &params.item, Snapshot::callers, |from, from_ranges| lsp::CallHierarchyIncomingCall {
        from,
        from_ranges,
    })
}

/// What it names.
pub(super) fn callees(
    projects: &Projects<'_>,
    params: &lsp::CallHierarchyOutgoingCallsParams,
) -> Option<Vec<lsp::CallHierarchyOutgoingCall>> {
    calls(projects, &params.item, Snapshot::callees, |to, from_ranges| lsp::CallHierarchyOutgoingCall {
        to,
        from_ranges,
    })
}

/// The declarations that are found for the thing of an item, as the protocol has each, with the places of the names.
fn calls<T>(
    projects: &Projects<'_>,
    of: &lsp::CallHierarchyItem,
    found: impl Fn(&Snapshot, &Thing) -> Vec<(Called, Vec<Span>)>,
    call: impl Fn(lsp::CallHierarchyItem, Vec<Range>) -> T,
) -> Option<Vec<T>> {
    let (project, thing) = of_item(projects, of)?;
    let all = found(&project.snapshot, &thing).into_iter();
    Some(
        all.filter_map(|(called, spans)| {
            Some(call(item(projects, project, &called)?, ranges(projects, project, &spans)))
        })
        .collect(),
    )
}

fn ranges(projects: &Projects<'_>, project: &Project, spans: &[Span]) -> Vec<Range> {
    spans.iter().filter_map(|span| projects.location(project, *span)).map(|place| place.range).collect()
}

fn item(projects: &Projects<'_>, project: &Project, called: &Called) -> Option<lsp::CallHierarchyItem> {
    let Location { uri, range } = projects.location(project, called.span)?;
    let Thing { kind, within, name } = &called.thing;
    let of = if within.is_empty() { String::new() } else { format!(" of {within}") };
    Some(lsp::CallHierarchyItem {
        name: name.to_string(),
        kind: symbol_kind(kind),
        tags: None,
        detail: Some(format!("{}{of}", kind.replace('-', " "))).filter(|detail| !detail.is_empty()),
        uri,
        range,
        selection_range: projects.location(project, called.name)?.range,
        data: Some(json!([kind, within, name])),
    })
}

/// The thing that an item was made of, and its project.
fn of_item<'p>(projects: &'p Projects<'_>, item: &lsp::CallHierarchyItem) -> Option<(&'p Project, Thing)> {
    let (root, _) = projects.home(&item.uri)?;
    let project = projects.all.get(&root)?;
    let (kind, within, name): (String, Box<str>, Box<str>) = serde_json::from_value(item.data.clone()?).ok()?;
    let known = project.snapshot.names().declared().map(|(thing, _)| thing);
    let mut same = known.filter(|thing| *thing.kind == kind && thing.within == within && thing.name == name);
    same.next().cloned().map(|thing| (project, thing))
}
