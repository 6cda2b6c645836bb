// Starts `plat lsp`, once something of plat is open, and says so where that cannot be done.

import * as vscode from "vscode";
import { type ClientCapabilities, LanguageClient, State, type StaticFeature } from "vscode-languageclient/node";
import { program, Unusable, version } from "./binary";
import { linked } from "./explain";
import { LANGUAGE } from "./language";
import type { Status } from "./status";

/** Tells the server which commands there are for what it says above the lines: the protocol has no place of its own for that. */
const COMMANDS: StaticFeature = {
  fillClientCapabilities: (capabilities: ClientCapabilities) => {
    capabilities.experimental = { ...capabilities.experimental, commands: { commands: ["plat.plan", "plat.test"] } };
  },
  initialize: () => undefined,
  getState: () => ({ kind: "static" }),
  clear: () => undefined,
};

/** The command of what is only said above a line: here that has no name, so that it is no link. */
const TOLD = "plat.told";

const plain = (lens: vscode.CodeLens): vscode.CodeLens => {
  if (lens.command?.command === TOLD) {
    lens.command.command = "";
  }
  return lens;
};

const CHOOSE = "Choose the Program";
const SETTINGS = "Open the Settings";
const AGAIN = "Try Again";
const INSTALL = "How to Install It";
const HOW = "https://github.com/company/plat#installing-it";

export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  /** What is being done, so that nothing is started while it is stopped, or twice. */
  private work: Promise<void> = Promise.resolve();
  private isWanted = false;

  constructor(
    private readonly output: vscode.LogOutputChannel,
    private readonly status: Status,
  ) {}

  /** Starts it where it was not wanted yet. */
  want(): Promise<void> {
    return this.isWanted ? this.work : this.restart();
  }

  /** Starts it anew where it was wanted: what the settings say is another thing now. */
  heed(): Promise<void> {
    return this.isWanted ? this.restart() : this.work;
  }

  /** Starts it anew, with the program that the settings name now. */
  restart(): Promise<void> {
    this.isWanted = true;
    this.work = this.work.then(async () => {
      await this.stop();
      await this.start();
    });
    return this.work;
  }

  async dispose(): Promise<void> {
    await this.work;
    await this.stop();
  }

  private async start(): Promise<void> {
    const path = program();
    this.status.show("starting");
    try {
      const found = await version(path);
      this.output.info(`plat ${found}: ${path}`);
      const client = this.made(path);
      client.onDidChangeState(({ newState }) => this.status.show(newState === State.Running ? "running" : "stopped"));
      await client.start();
      this.client = client;
    } catch (error) {
      const told = error instanceof Error ? error.message : String(error);
      this.output.error(told);
      this.status.show("failed", told);
      // Whoever has to choose something is not waited for.
      void this.offer(told, error instanceof Unusable);
    }
  }

  private made(path: string): LanguageClient {
    const client = new LanguageClient(
      "plat",
      "plat",
      { command: path, args: ["lsp"] },
      {
        documentSelector: ["file", "untitled"].map((scheme) => ({ scheme, language: LANGUAGE })),
        outputChannel: this.output,
        diagnosticCollectionName: "plat",
        middleware: {
          handleDiagnostics: (uri, diagnostics, next) => next(uri, diagnostics.map(linked)),
          provideCodeLenses: async (document, token, next) => (await next(document, token))?.map(plain),
        },
      },
    );
    client.registerFeature(COMMANDS);
    return client;
  }

  private async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    // One that has died cannot be stopped any more.
    await client?.dispose().catch((error) => this.output.warn(String(error)));
  }

  private async offer(told: string, isProgram: boolean): Promise<void> {
    const ways = isProgram ? [CHOOSE, SETTINGS, INSTALL, AGAIN] : [AGAIN];
    switch (await vscode.window.showErrorMessage(`plat does not run: ${told}`, ...ways)) {
      case CHOOSE:
        return choose();
      case SETTINGS:
        await vscode.commands.executeCommand("workbench.action.openSettings", "plat.path");
        return;
      case INSTALL:
        await vscode.env.openExternal(vscode.Uri.parse(HOW));
        return;
      case AGAIN:
        return this.restart();
    }
  }
}

/** Lets somebody choose the program; that the setting changes starts it. */
async function choose(): Promise<void> {
  const [chosen] = (await vscode.window.showOpenDialog({ title: "The program plat", canSelectMany: false })) ?? [];
  if (chosen !== undefined) {
    await vscode.workspace.getConfiguration("plat").update("path", chosen.fsPath, vscode.ConfigurationTarget.Global);
  }
}
