// Shows what `plat explain` says of a problem.

import * as vscode from "vscode";
import { program, said } from "./binary";

const SCHEME = "plat-explain";
const CODE = /^E\d{4}$/;

/** The pages of codes, and the command that shows one. */
export function explain(): vscode.Disposable {
  const pages = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: (uri) => said(program(), ["explain", uri.path.slice(0, 5)]),
  });
  const command = vscode.commands.registerCommand("plat.explain", async (given?: unknown) => {
    const code = typeof given === "string" ? given : (codeHere() ?? (await asked()));
    if (code !== undefined && CODE.test(code)) {
      await vscode.commands.executeCommand(
        "markdown.showPreview",
        vscode.Uri.from({ scheme: SCHEME, path: `${code}.md` }),
      );
    }
  });
  return vscode.Disposable.from(pages, command);
}

/** The same problem, whose code leads to its page. */
export function linked(problem: vscode.Diagnostic): vscode.Diagnostic {
  const code = codeOf(problem);
  if (code !== undefined) {
    const target = vscode.Uri.parse(`command:plat.explain?${encodeURIComponent(JSON.stringify([code]))}`);
    problem.code = { value: code, target };
  }
  return problem;
}

function codeOf({ code }: vscode.Diagnostic): string | undefined {
  const value = typeof code === "object" ? code.value : code;
  return typeof value === "string" && CODE.test(value) ? value : undefined;
}

/** The code of the problem that the cursor is in. */
function codeHere(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    return undefined;
  }
  const { document, selection } = editor;
  const here = vscode.languages.getDiagnostics(document.uri).filter(({ range }) => range.contains(selection.active));
  return here.map(codeOf).find((code) => code !== undefined);
}

function asked(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    prompt: "The code of a problem",
    placeHolder: "E0402",
    validateInput: (text) => (CODE.test(text) ? undefined : "It is an E and four digits."),
  });
}
