//! Problems, completions and outlines as the protocol has them.

use super::initialize::Agreed;
use super::place::Lines;
use super::projects::{Project, Projects};
use crate::diag::{self, Severity};
use crate::editor::{Completion, Piece, Sort, Symbol};
use crate::source::Span;
use crate::workspace::Loaded;
use gen_lsp_types::{
    CompletionItem, CompletionItemKind, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DocumentSymbol,
    InsertTextFormat, Location, MarkupContent, MarkupKind, Range, SymbolKind, TextEdit, Uri,
};
use std::collections::BTreeMap;

/// The problems of a project by the names of its files: of each that has some.
pub(super) fn problems(projects: &Projects<'_>, project: &Project) -> BTreeMap<Uri, Vec<Diagnostic>> {
    let mut found: BTreeMap<Uri, Vec<Diagnostic>> = BTreeMap::new();
    let home = || projects.address(project, crate::session::PROJECT_FILE);
    if let (Some(error), Some(uri)) = (&project.broken, home()) {
        let problem = Diagnostic {
            severity: Some(DiagnosticSeverity::Error),
            source: Some("plat".to_owned()),
            message: format!("the project cannot be read: {error}").into(),
            ..Diagnostic::default()
        };
        found.entry(uri).or_default().push(problem);
    }
    for problem in project.snapshot.loaded.diagnostics.iter() {
        if let Some((uri, told)) = of_problem(projects, project, &project.snapshot.loaded, problem) {
            found.entry(uri).or_default().push(told);
        }
    }
    found
}

/// A problem of what was read of a project, and the file that it is told at: the project's own where it is in a text that lies on no disk.
pub(super) fn of_problem(
    projects: &Projects<'_>,
    project: &Project,
    read: &Loaded,
    problem: &diag::Diagnostic,
) -> Option<(Uri, Diagnostic)> {
    let place = |span: Span| projects.location_in(project, read, read.sources.written(span).span);
    let start =
        || Some(Location { uri: projects.address(project, crate::session::PROJECT_FILE)?, range: Range::default() });
    let Location { uri, range } = place(problem.primary.span()).or_else(start)?;
    let related = problem.others.iter().filter_map(|label| {
        let location = place(label.span())?;
        let message = if label.text.is_empty() { "here".to_owned() } else { label.text.clone() };
        Some(DiagnosticRelatedInformation { location, message })
    });
    let related: Vec<DiagnosticRelatedInformation> = related.collect();
    let severity = match problem.severity {
        Severity::Error => DiagnosticSeverity::Error,
        Severity::Warning => DiagnosticSeverity::Warning,
        Severity::Advice => DiagnosticSeverity::Information,
    };
    let label = Some(&problem.primary.text).filter(|text| !text.is_empty());
    let help = problem.help.as_ref().map(|help| format!("help: {help}"));
    let lines: Vec<String> = [Some(problem.message.clone()), label.cloned(), help].into_iter().flatten().collect();
    let told = Diagnostic {
        range,
        severity: Some(severity),
        code: Some(problem.code.id.to_owned().into()),
        source: Some("plat".to_owned()),
        message: lines.join("\n").into(),
        related_information: (!related.is_empty()).then_some(related),
        ..Diagnostic::default()
    };
    Some((uri, told))
}

/// A completion, with the number that sorts it.
pub(super) fn completion(one: Completion, number: usize, lines: Lines<'_>, agreed: Agreed) -> CompletionItem {
    let kind = match one.sort {
        Sort::Node => CompletionItemKind::Keyword,
        Sort::Field => CompletionItemKind::Field,
        Sort::Key => CompletionItemKind::Property,
        Sort::Word => CompletionItemKind::EnumMember,
        Sort::Value => CompletionItemKind::Value,
        Sort::Name => CompletionItemKind::Reference,
        Sort::Annotation => CompletionItemKind::Operator,
    };
    let new_text = if agreed.has_snippets { snippet(&one.insert) } else { plain(&one.insert) };
    let format = if agreed.has_snippets { InsertTextFormat::Snippet } else { InsertTextFormat::PlainText };
    CompletionItem {
        label: one.label,
        kind: Some(kind),
        detail: Some(one.detail).filter(|detail| !detail.is_empty()),
        documentation: Some(one.doc).filter(|doc| !doc.is_empty()).map(|doc| markdown(doc).into()),
        sort_text: Some(format!("{number:05}")),
        insert_text_format: Some(format),
        text_edit: Some(TextEdit { range: lines.range(one.replaces), new_text }.into()),
        ..CompletionItem::default()
    }
}

pub(super) fn markdown(value: String) -> MarkupContent {
    MarkupContent { kind: MarkupKind::Markdown, value }
}

/// What is written, up to what is still to be typed.
fn plain(pieces: &[Piece]) -> String {
    let texts = pieces.iter().map_while(|piece| match piece {
        Piece::Text(text) => Some(&**text),
        Piece::Hole(..) | Piece::End => None,
    });
    texts.collect()
}

/// The same in the form of a snippet, in which the editor goes from one to the next.
fn snippet(pieces: &[Piece]) -> String {
    let mut hole = 0;
    let parts = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => escaped(text),
        Piece::End => "$0".to_owned(),
        Piece::Hole(name, words) => {
            hole += 1;
            let words: Vec<String> =
                words.iter().map(|word| escaped(word).replace(',', "\\,").replace('|', "\\|")).collect();
            if words.is_empty() {
                format!("${{{hole}:{}}}", escaped(name))
            } else {
                format!("${{{hole}|{}|}}", words.join(","))
            }
        }
    });
    parts.collect()
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

/// A line of an outline.
pub(super) fn symbol(one: &Symbol, lines: Lines<'_>) -> DocumentSymbol {
    let within: Vec<DocumentSymbol> = one.within.iter().map(|inner| symbol(inner, lines)).collect();
    #[expect(deprecated, reason = "the field has to be said")]
    DocumentSymbol {
        name: one.name.clone(),
        detail: Some(one.detail.clone()),
        kind: symbol_kind(&one.kind),
        tags: None,
        deprecated: None,
        range: lines.range(one.span),
        selection_range: lines.range(one.named),
        children: (!within.is_empty()).then_some(within),
    }
}

/// What an editor shows for a kind of names.
pub(super) fn symbol_kind(kind: &str) -> SymbolKind {
    match kind {
        "blueprint" | "promise" => SymbolKind::Class,
        "entity" | "request" => SymbolKind::Object,
        "member" | "field" | "input" => SymbolKind::Field,
        "action" | "automation" => SymbolKind::Function,
        "scorecard" | "policy" => SymbolKind::Interface,
        "level" | "rule" => SymbolKind::EnumMember,
        "template" => SymbolKind::TypeParameter,
        "value" => SymbolKind::Constant,
        "project" | "environment" => SymbolKind::Namespace,
        "state-store" | "destination" => SymbolKind::Package,
        _ => SymbolKind::Property,
    }
}
