// Says which texts are plat's: those of KDL that lie in a project or a module. All others stay what they are.

import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as vscode from "vscode";

export const LANGUAGE = "plat";

/** What the folder of a project, or of a module, holds. */
const ROOTS = ["plat.kdl", "plat.module.kdl"];

/** Gives texts of projects their language, as they are opened. */
export function claim(): vscode.Disposable {
  // A text that somebody gave another language keeps it.
  const known = new WeakSet<vscode.TextDocument>();
  const look = async (document: vscode.TextDocument): Promise<void> => {
    if (known.has(document) || !isOther(document)) {
      return;
    }
    known.add(document);
    if ((await isInProject(dirname(document.fileName))) && !document.isClosed) {
      await vscode.languages.setTextDocumentLanguage(document, LANGUAGE);
    }
  };
  vscode.workspace.textDocuments.forEach(look);
  return vscode.workspace.onDidOpenTextDocument(look);
}

function isOther(document: vscode.TextDocument): boolean {
  return document.uri.scheme === "file" && document.languageId !== LANGUAGE && document.fileName.endsWith(".kdl");
}

async function isInProject(folder: string): Promise<boolean> {
  const found = await Promise.all(ROOTS.map((name) => isThere(join(folder, name))));
  const above = dirname(folder);
  return found.includes(true) || (above !== folder && isInProject(above));
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
