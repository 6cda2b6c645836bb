//! What is answered to each request that reads.

use super::present::{completion, markdown, of_problem, symbol, symbol_kind};
use super::projects::{Opened, Project, Projects};
use crate::align::{DiffOp, operations};
use crate::diag::Edit;
use crate::editor::{TokenSort, actions, folds, selections, symbols, tokens};
use crate::file::names_in;
use crate::source::{SourceFile, Span};
use crate::syntax::{Tree, format, parse};
use gen_lsp_types as lsp;
use lsp::{Position, Range, TextEdit, Uri};
use std::collections::{BTreeMap, HashSet};

/// Why a request is refused, in words for people.
pub(super) type Refused = String;

impl Opened<'_> {
    pub(super) fn tree(&self) -> Tree {
        parse(self.file, &self.document.text).0
    }

    pub(super) fn offset(&self, place: Position) -> u32 {
        self.document.lines(self.units).offset(place)
    }
}

/// What may be written at a place.
pub(super) fn complete(projects: &Projects<'_>, params: &lsp::CompletionParams) -> Option<lsp::CompletionResponse> {
    let (opened, at) = place(projects, &params.text_document_position_params)?;
    let root = opened.project.disk.root();
    let (found, is_whole) =
        opened.project.snapshot.complete(&opened.tree(), at, &|folder| names_in(&root.join(folder)));
    let lines = opened.document.lines(projects.agreed.units);
    let items = found.into_iter().enumerate().map(|(number, one)| completion(one, number, lines, projects.agreed));
    Some(
        lsp::CompletionList {
            is_incomplete: !is_whole || !opened.project.was_read(),
            items: items.collect(),
            ..lsp::CompletionList::default()
        }
        .into(),
    )
}

/// What a word means.
pub(super) fn hover(projects: &Projects<'_>, params: &lsp::HoverParams) -> Option<lsp::Hover> {
    let (opened, at) = place(projects, &params.text_document_position_params)?;
    let said = opened.project.snapshot.hover(&opened.tree(), at, opened.known(at))?;
    let range = opened.document.lines(projects.agreed.units).range(said.span);
    Some(lsp::Hover { contents: markdown(said.text).into(), range: Some(range) })
}

/// How the line is written that is typed.
pub(super) fn signature(projects: &Projects<'_>, params: &lsp::SignatureHelpParams) -> Option<lsp::SignatureHelp> {
    let (opened, at) = place(projects, &params.text_document_position_params)?;
    let found =
        opened.project.snapshot.signature(&opened.tree(), at).into_iter().map(|one| lsp::SignatureInformation {
            active_parameter: one.active.map(|part| (part as u32).into()),
            parameters: Some(
                one.parts
                    .into_iter()
                    .map(|(label, doc)| lsp::ParameterInformation {
                        label: label.into(),
                        documentation: (!doc.is_empty()).then(|| markdown(doc).into()),
                    })
                    .collect(),
            ),
            documentation: Some(markdown(one.doc).into()),
            label: one.line,
        });
    let signatures: Vec<lsp::SignatureInformation> = found.collect();
    let active_parameter = signatures.first().and_then(|first| first.active_parameter);
    (!signatures.is_empty()).then_some(lsp::SignatureHelp { signatures, active_signature: Some(0), active_parameter })
}

/// The outline of a text.
pub(super) fn outline(projects: &Projects<'_>, uri: &Uri) -> Option<lsp::DocumentSymbolResponse> {
    let document = projects.text(uri)?;
    let (tree, lines) = (projects.tree(uri)?, document.lines(projects.agreed.units));
    Some(symbols(&tree).iter().map(|one| symbol(one, lines)).collect::<Vec<_>>().into())
}

/// The things of all projects whose names hold a text.
pub(super) fn things(projects: &Projects<'_>, query: &str) -> lsp::WorkspaceSymbolResponse {
    let query = query.to_lowercase();
    let mut found: Vec<lsp::WorkspaceSymbol> = Vec::new();
    for project in projects.all.values() {
        let named = project.snapshot.names().declared().filter(|(thing, _)| thing.name.to_lowercase().contains(&query));
        for (thing, places) in named {
            let places = places.declared.iter().filter_map(|span| projects.location(project, *span));
            found.extend(places.take(1).map(|location| lsp::WorkspaceSymbol {
                location: location.into(),
                data: None,
                base_symbol_information: lsp::BaseSymbolInformation {
                    name: thing.name.to_string(),
                    kind: symbol_kind(thing.kind),
                    tags: None,
                    container_name: Some(&thing.within).filter(|within| !within.is_empty()).map(ToString::to_string),
                },
            }));
            if found.len() == MOST_THINGS {
                return found.into();
            }
        }
    }
    found.into()
}

/// The most things that are shown at once.
const MOST_THINGS: usize = 500;

/// What mends the problems of a part of a text.
pub(super) fn mendings(
    projects: &Projects<'_>,
    params: &lsp::CodeActionParams,
) -> Option<Vec<lsp::CodeActionResponse>> {
    let opened = projects.opened(&params.text_document.uri)?;
    let lines = opened.document.lines(projects.agreed.units);
    let (start, end) = (lines.offset(params.range.start), lines.offset(params.range.end));
    // What was found in another state of the text is mended by what belongs to that one.
    let part = Span::new(opened.file, opened.known(start)?, opened.known(end)?);
    let project = opened.project;
    let found = actions(&project.snapshot, part).into_iter().map(|action| {
        lsp::CodeAction {
            title: action.title.to_owned(),
            kind: Some(lsp::CodeActionKind::QuickFix),
            diagnostics: of_problem(projects, project, &project.snapshot.loaded, action.mends)
                .map(|(_, told)| vec![told]),
            edit: Some(projects.workspace_edit(&[(project, action.edits)])),
            is_preferred: Some(action.mends.fixes.len() == 1),
            ..lsp::CodeAction::default()
        }
        .into()
    });
    Some(found.collect())
}

/// The canonical form of a text, or of the lines of a part of it.
pub(super) fn formatted(
    projects: &Projects<'_>,
    uri: &Uri,
    part: Option<Range>,
) -> Result<Option<Vec<TextEdit>>, Refused> {
    let Some(document) = projects.text(uri) else { return Ok(None) };
    let (tree, problems) = parse(crate::source::FileId(0), &document.text);
    if problems.has_errors() {
        return Err("the text is not formatted: it is broken, as its problems say".to_owned());
    }
    let canonical = format(&tree);
    let edits = line_edits(&document.text, &canonical);
    let touches = |edit: &TextEdit| {
        part.is_none_or(|part| edit.range.start.line <= part.end.line && part.start.line <= edit.range.end.line)
    };
    Ok(Some(edits.into_iter().filter(touches).collect()))
}

/// The lines that are replaced to make one text of another.
fn line_edits(old: &str, new: &str) -> Vec<TextEdit> {
    let at = |line: usize| Position { line: line as u32, character: 0 };
    let (before, after): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let edits = operations(&before, &after).into_iter().filter(|one| !matches!(one, DiffOp::Equal { .. }));
    let edit = |one: DiffOp| {
        let (old, new) = (one.old_range(), one.new_range());
        let range = Range { start: at(old.start), end: at(old.end) };
        TextEdit { range, new_text: after.get(new).unwrap_or_default().concat() }
    };
    edits.map(edit).collect()
}

/// What of a text can be folded.
pub(super) fn foldings(projects: &Projects<'_>, uri: &Uri) -> Option<Vec<lsp::FoldingRange>> {
    let document = projects.text(uri)?;
    let (tree, lines) = (projects.tree(uri)?, document.lines(projects.agreed.units));
    let fold = |span: Span| {
        let range = lines.range(span);
        let is_comment = document.text.get(span.range()).is_some_and(|text| text.trim_start().starts_with("//"));
        lsp::FoldingRange {
            start_line: range.start.line,
            end_line: range.end.line,
            kind: is_comment.then_some(lsp::FoldingRangeKind::Comment),
            ..lsp::FoldingRange::default()
        }
    };
    Some(folds(&tree).into_iter().map(fold).collect())
}

/// What is around some places.
pub(super) fn around(projects: &Projects<'_>, params: &lsp::SelectionRangeParams) -> Option<Vec<lsp::SelectionRange>> {
    let document = projects.text(&params.text_document.uri)?;
    let (tree, lines) = (projects.tree(&params.text_document.uri)?, document.lines(projects.agreed.units));
    let one = |place: &Position| {
        let spans = selections(&tree, lines.offset(*place));
        // Nobody selects through more blocks than a project may have.
        let wider = spans.into_iter().take(MOST_AROUND).rev().fold(None, |parent, span| {
            Some(lsp::SelectionRange { range: lines.range(span), parent: parent.map(Box::new) })
        });
        wider.unwrap_or(lsp::SelectionRange { range: Range { start: *place, end: *place }, parent: None })
    };
    Some(params.positions.iter().map(one).collect())
}

/// The most parts of a text that are around a place.
const MOST_AROUND: usize = 200;

/// What each word of a text is.
pub(super) fn colours(projects: &Projects<'_>, uri: &Uri) -> Option<lsp::SemanticTokens> {
    let document = projects.text(uri)?;
    let (tree, lines) = (projects.tree(uri)?, document.lines(projects.agreed.units));
    let mut last = Position::default();
    let data = tokens(&tree).into_iter().map(|token| {
        let Range { start, end } = lines.range(token.span);
        let delta_line = start.line - last.line;
        let delta_start = if delta_line == 0 { start.character - last.character } else { start.character };
        last = start;
        let number = TokenSort::ALL.iter().position(|(sort, _)| *sort == token.sort).unwrap_or_default();
        lsp::SemanticToken {
            delta_line,
            delta_start,
            length: end.character - start.character,
            token_type: number as u32,
            token_modifiers_bitset: 0,
        }
    });
    Some(lsp::SemanticTokens { result_id: None, data: data.collect() })
}

pub(super) fn place<'p>(
    projects: &'p Projects<'_>,
    params: &lsp::TextDocumentPositionParams,
) -> Option<(Opened<'p>, u32)> {
    let opened = projects.opened(&params.text_document.uri)?;
    let at = opened.offset(params.position);
    Some((opened, at))
}

impl Projects<'_> {
    /// The tree of a text that is open, in a project or in none.
    fn tree(&self, uri: &Uri) -> Option<Tree> {
        let file = self.opened(uri).map_or(crate::source::FileId(u32::MAX), |opened| opened.file);
        Some(parse(file, &self.text(uri)?.text).0)
    }

    /// Edits of files of projects, as their texts are now: those that several have of one text once.
    pub(super) fn workspace_edit(&self, all: &[(&Project, &[Edit])]) -> lsp::WorkspaceEdit {
        let mut changes: BTreeMap<String, (Uri, Vec<TextEdit>)> = BTreeMap::new();
        let mut known = HashSet::new();
        for (project, edits) in all {
            for edit in *edits {
                let source: &SourceFile = project.snapshot.loaded.sources.file(edit.span.file);
                if let Some(uri) = self.address(project, &source.name) {
                    let range = self.range(project, &uri, edit.span);
                    let address = uri.to_string();
                    let place = [range.start, range.end].map(|place| (place.line, place.character));
                    if known.insert((address.clone(), place, &edit.text)) {
                        let (_, edits) = changes.entry(address).or_insert_with(|| (uri, Vec::new()));
                        edits.push(TextEdit { range, new_text: edit.text.clone() });
                    }
                }
            }
        }
        if !self.agreed.has_versions {
            return lsp::WorkspaceEdit {
                changes: Some(changes.into_values().collect()),
                ..lsp::WorkspaceEdit::default()
            };
        }
        // One that was typed in since takes none of them.
        let documents = changes.into_values().map(|(uri, edits)| {
            let version = self.documents.get(&uri).map(|document| document.version);
            let text_document = lsp::OptionalVersionedTextDocumentIdentifier {
                version,
                text_document_identifier: lsp::TextDocumentIdentifier { uri },
            };
            lsp::TextDocumentEdit { text_document, edits: edits.into_iter().map(Into::into).collect() }.into()
        });
        lsp::WorkspaceEdit { document_changes: Some(documents.collect()), ..lsp::WorkspaceEdit::default() }
    }
}
