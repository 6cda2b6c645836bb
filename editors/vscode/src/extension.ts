// plat for Visual Studio Code. It knows nothing of the language itself: `plat lsp` does.

import * as vscode from "vscode";
import { offerExamples } from "./examples";
import { explain } from "./explain";
import { claim, LANGUAGE } from "./language";
import { Server } from "./server";
import { Status } from "./status";
import { provideTasks, run } from "./tasks";

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("plat", { log: true });
  const status = new Status();
  const server = new Server(output, status);
  const isOfPlat = (document: vscode.TextDocument): boolean => document.languageId === LANGUAGE;
  context.subscriptions.push(
    output,
    status,
    server,
    claim(),
    explain(),
    offerExamples(),
    provideTasks(),
    ...commands(server, output),
    vscode.workspace.onDidOpenTextDocument((document) => (isOfPlat(document) ? server.want() : undefined)),
    vscode.workspace.onDidChangeConfiguration((change) =>
      change.affectsConfiguration("plat.path") ? server.heed() : undefined,
    ),
    // Now the settings of the folder count too.
    vscode.workspace.onDidGrantWorkspaceTrust(() => server.heed()),
  );
  if (vscode.workspace.textDocuments.some(isOfPlat) || (await hasProject())) {
    await server.want();
  }
}

async function hasProject(): Promise<boolean> {
  return (await vscode.workspace.findFiles("**/plat.kdl", "**/node_modules/**", 1)).length > 0;
}

function commands(server: Server, output: vscode.OutputChannel): vscode.Disposable[] {
  const all: Record<string, () => unknown> = {
    "plat.check": () => run("check"),
    "plat.plan": () => run("plan"),
    "plat.test": () => run("test"),
    "plat.restart": () => server.restart(),
    "plat.showOutput": () => output.show(),
    "plat.menu": menu,
  };
  return Object.entries(all).map(([name, does]) => vscode.commands.registerCommand(name, does));
}

/** What can be done with plat, below the text. */
async function menu(): Promise<void> {
  const ways = {
    "Check the Project": "plat.check",
    "Plan the Project": "plat.plan",
    "Test the Project": "plat.test",
    "Restart the Server": "plat.restart",
    "Show the Output": "plat.showOutput",
  };
  const chosen = await vscode.window.showQuickPick(Object.keys(ways), { title: "plat" });
  const command = Object.entries(ways).find(([way]) => way === chosen)?.[1];
  if (command !== undefined) {
    await vscode.commands.executeCommand(command);
  }
}
