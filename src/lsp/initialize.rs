//! What the server can do, and what it agrees upon with the editor.
//!
//! Both are read and written as JSON: of the types that the protocol has for them, which hold whatever any server and any editor can do,
//! nothing else would be of use here.

use super::place::Units;
use crate::editor::TokenSort;
use gen_lsp_types::{Notification as _, Uri, WorkspaceFolder};
use serde_json::{Value, json};

/// The scheme of the addresses under which the files of a request are shown.
pub(super) const SCHEME: &str = "plat-preview";
/// The command that shows them.
pub(super) const PREVIEW: &str = "plat.preview";
/// The command of a line that says something and shows nothing: a lens has one, and an editor that knows none of that name asks the server.
pub(super) const TOLD: &str = "plat.told";
/// The commands that an editor may have, by which it runs a plan or the tests; each gets the project's folder.
pub(super) const PLAN: &str = "plat.plan";
pub(super) const TEST: &str = "plat.test";
/// What was agreed upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Agreed {
    pub(super) units: Units,
    /// Whether the editor fills in what is still to be typed of a completion.
    pub(super) has_snippets: bool,
    /// Whether the editor can be asked to tell which files change.
    pub(super) watches: bool,
    /// Whether it takes edits of a text in one state alone.
    pub(super) has_versions: bool,
    pub(super) asks_again: AsksAgain,
    pub(super) shows: CanShow,
}

/// What an editor can be told to ask for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AsksAgain {
    pub(super) lenses: bool,
    pub(super) hints: bool,
    /// The texts that it got from the server.
    pub(super) contents: bool,
}

/// What an editor can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CanShow {
    /// A text of an address that the server gives.
    pub(super) documents: bool,
    /// A plan, by a command of its own, and a run of the tests.
    pub(super) plans: bool,
    pub(super) tests: bool,
}

impl Agreed {
    /// What an editor offers in the parameters of `initialize`, as far as it is of use.
    pub(super) fn of(params: &Value) -> Self {
        let offered = |pointer: &str| params.pointer(&format!("/capabilities{pointer}")).unwrap_or(&Value::Null);
        let encodings = offered("/general/positionEncodings").as_array();
        let is_utf8 = encodings.is_some_and(|all| all.iter().any(|one| one == Units::Utf8.word()));
        let is_true = |pointer: &str| offered(pointer) == &Value::Bool(true);
        let has_contents = offered("/workspace/textDocumentContent").is_object();
        // Whose commands stand there are the editor's own: the protocol has no other place for them.
        let commands = offered("/experimental/commands/commands").as_array();
        let has_command = |name: &str| commands.is_some_and(|all| all.iter().any(|one| one == name));
        Self {
            units: if is_utf8 { Units::Utf8 } else { Units::Utf16 },
            has_snippets: is_true("/textDocument/completion/completionItem/snippetSupport"),
            watches: is_true("/workspace/didChangeWatchedFiles/dynamicRegistration"),
            has_versions: is_true("/workspace/workspaceEdit/documentChanges"),
            asks_again: AsksAgain {
                lenses: is_true("/workspace/codeLens/refreshSupport"),
                hints: is_true("/workspace/inlayHint/refreshSupport"),
                contents: has_contents,
            },
            shows: CanShow {
                documents: has_contents && is_true("/window/showDocument/support"),
                plans: has_command(PLAN),
                tests: has_command(TEST),
            },
        }
    }

    /// What the server says of itself.
    pub(super) fn result(self) -> Value {
        let colours: Vec<&str> = TokenSort::ALL.iter().map(|(_, word)| *word).collect();
        json!({
            "serverInfo": { "name": "plat", "version": env!("CARGO_PKG_VERSION") },
            "capabilities": {
                "positionEncoding": self.units.word(),
                // Of a change the part alone is told (`TextDocumentSyncKind.Incremental`).
                "textDocumentSync": { "openClose": true, "change": 2, "save": true },
                "completionProvider": { "triggerCharacters": [" ", "=", "$", "(", ".", "|", "/", ":"] },
                "signatureHelpProvider": { "triggerCharacters": [" ", "="] },
                "callHierarchyProvider": true,
                "executeCommandProvider": { "commands": [PREVIEW, TOLD] },
                "workspace": { "textDocumentContent": { "schemes": [SCHEME] } },
                "hoverProvider": true,
                "definitionProvider": true,
                "referencesProvider": true,
                "documentHighlightProvider": true,
                "documentSymbolProvider": true,
                "workspaceSymbolProvider": true,
                "codeActionProvider": { "codeActionKinds": ["quickfix"] },
                "codeLensProvider": {},
                "documentFormattingProvider": true,
                "documentRangeFormattingProvider": true,
                "renameProvider": { "prepareProvider": true },
                "foldingRangeProvider": true,
                "selectionRangeProvider": true,
                "semanticTokensProvider": { "legend": { "tokenTypes": colours, "tokenModifiers": [] }, "full": true },
                "inlayHintProvider": true,
            },
        })
    }
}

/// The folders that an editor has open, by the parameters of `initialize`; older ones know one alone.
pub(super) fn folders(params: &Value) -> Vec<Uri> {
    let folders: Vec<WorkspaceFolder> =
        params.get("workspaceFolders").and_then(|all| serde_json::from_value(all.clone()).ok()).unwrap_or_default();
    let root = params.get("rootUri").and_then(Value::as_str).and_then(|root| root.parse().ok());
    folders.into_iter().map(|folder| folder.uri).chain(root).collect()
}

/// The request that asks to be told of files that change.
pub(super) fn watched() -> Value {
    let method = gen_lsp_types::DidChangeWatchedFilesNotification::METHOD.as_str();
    let options = json!({ "watchers": [{ "globPattern": "**/*" }] });
    json!({ "registrations": [{ "id": "files", "method": method, "registerOptions": options }] })
}
