// Offers an example of each node that may stand at the top of a file, there and nowhere else: what may stand within others, the server says.

import * as vscode from "vscode";
import snippets from "../snippets/plat.json";
import { LANGUAGE } from "./language";

const EXAMPLES = Object.entries(snippets).map(([line, { prefix, description, body }]) => {
  const kind = vscode.CompletionItemKind.Snippet;
  const example = new vscode.CompletionItem({ label: prefix, description: line }, kind);
  example.documentation = new vscode.MarkdownString(description);
  example.insertText = new vscode.SnippetString(body.join("\n"));
  // Behind what the server says.
  example.sortText = `~${line}`;
  return example;
});

export function offerExamples(): vscode.Disposable {
  return vscode.languages.registerCompletionItemProvider(LANGUAGE, {
    provideCompletionItems: (document, position) => {
      const before = document.lineAt(position).text.slice(0, position.character);
      return /^[a-z-]*$/.test(before) ? EXAMPLES : [];
    },
  });
}
