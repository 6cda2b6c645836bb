//! What the server can do, and what it agrees upon with the editor.

use super::place::Units;
use crate::editor::TokenSort;
use gen_lsp_types::{
    CodeActionKind, CodeActionOptions, CodeLensOptions, CompletionOptions, DidChangeWatchedFilesRegistrationOptions,
    FileSystemWatcher, InitializeParams, InitializeResult, PositionEncodingKind, Registration, RegistrationParams,
    RenameOptions, SemanticTokensLegend, SemanticTokensOptions, ServerCapabilities, ServerInfo, TextDocumentSyncKind,
    TextDocumentSyncOptions,
};

/// What was agreed upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Agreed {
    pub(super) units: Units,
    /// Whether the editor fills in what is still to be typed of a completion.
    pub(super) has_snippets: bool,
    /// Whether the editor can be asked to tell which files change.
    pub(super) watches: bool,
}

impl Agreed {
    /// What an editor offers, as far as it is of use.
    pub(super) fn of(params: &InitializeParams) -> Self {
        let capabilities = &params.capabilities;
        let encodings = capabilities.general.as_ref().and_then(|general| general.position_encodings.as_ref());
        let is_utf8 = encodings.is_some_and(|all| all.contains(&PositionEncodingKind::UTF8));
        let completion = capabilities.text_document.as_ref().and_then(|text| text.completion.as_ref());
        let item = completion.and_then(|completion| completion.completion_item.as_ref());
        let watched = capabilities.workspace.as_ref().and_then(|all| all.did_change_watched_files.as_ref());
        Self {
            units: if is_utf8 { Units::Utf8 } else { Units::Utf16 },
            has_snippets: item.and_then(|item| item.snippet_support).unwrap_or_default(),
            watches: watched.and_then(|watched| watched.dynamic_registration).unwrap_or_default(),
        }
    }

    /// What the server says of itself.
    pub(super) fn result(self) -> InitializeResult {
        let position_encoding = match self.units {
            Units::Utf8 => PositionEncodingKind::UTF8,
            Units::Utf16 => PositionEncodingKind::UTF16,
        };
        let sync = TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::Incremental),
            save: Some(true.into()),
            ..TextDocumentSyncOptions::default()
        };
        let completion = CompletionOptions {
            trigger_characters: Some([" ", "=", "$", "("].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        };
        let tokens = SemanticTokensOptions {
            legend: SemanticTokensLegend {
                token_types: TokenSort::ALL.iter().map(|(_, word)| (*word).to_owned()).collect(),
                token_modifiers: Vec::new(),
            },
            full: Some(true.into()),
            ..SemanticTokensOptions::default()
        };
        let actions = CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QuickFix]),
            ..CodeActionOptions::default()
        };
        let rename = RenameOptions { prepare_provider: Some(true), ..RenameOptions::default() };
        let capabilities = ServerCapabilities {
            position_encoding: Some(position_encoding),
            text_document_sync: Some(sync.into()),
            completion_provider: Some(completion),
            hover_provider: Some(true.into()),
            definition_provider: Some(true.into()),
            references_provider: Some(true.into()),
            document_highlight_provider: Some(true.into()),
            document_symbol_provider: Some(true.into()),
            workspace_symbol_provider: Some(true.into()),
            code_action_provider: Some(actions.into()),
            document_formatting_provider: Some(true.into()),
            document_range_formatting_provider: Some(true.into()),
            rename_provider: Some(rename.into()),
            folding_range_provider: Some(true.into()),
            selection_range_provider: Some(true.into()),
            semantic_tokens_provider: Some(tokens.into()),
            inlay_hint_provider: Some(true.into()),
            code_lens_provider: Some(CodeLensOptions::default()),
            ..ServerCapabilities::default()
        };
        let server_info = ServerInfo { name: "plat".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) };
        InitializeResult { capabilities, server_info: Some(server_info) }
    }
}

/// The request that asks to be told of files that change.
pub(super) fn watched() -> RegistrationParams {
    let watcher = FileSystemWatcher { glob_pattern: String::from("**/*").into(), kind: None };
    let options = DidChangeWatchedFilesRegistrationOptions { watchers: vec![watcher] };
    let registration = Registration {
        id: "files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: serde_json::to_value(options).ok(),
    };
    RegistrationParams { registrations: vec![registration] }
}
