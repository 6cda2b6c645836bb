// Says below the text how the server is.

import * as vscode from "vscode";
import { LANGUAGE } from "./language";

const SHOWN = {
  starting: { icon: "loading~spin", text: "plat is starting" },
  running: { icon: "check", text: "plat is running" },
  stopped: { icon: "circle-slash", text: "plat is not running" },
  failed: { icon: "error", text: "plat does not run" },
};

export class Status implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("plat", vscode.StatusBarAlignment.Right, 100);
  private readonly watch: vscode.Disposable;

  constructor() {
    this.item.name = "plat";
    this.item.command = "plat.menu";
    const place = (): void => this.place();
    // A text that gets another language is opened anew.
    this.watch = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(place),
      vscode.workspace.onDidOpenTextDocument(place),
    );
  }

  show(state: keyof typeof SHOWN, told?: string): void {
    const { icon, text } = SHOWN[state];
    this.item.text = `$(${icon}) plat`;
    this.item.tooltip = told ?? text;
    this.item.backgroundColor = state === "failed" ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    this.place();
  }

  dispose(): void {
    this.item.dispose();
    this.watch.dispose();
  }

  /** It stands there while a text of plat is looked at. */
  private place(): void {
    if (vscode.window.activeTextEditor?.document.languageId === LANGUAGE) {
      this.item.show();
    } else {
      this.item.hide();
    }
  }
}
