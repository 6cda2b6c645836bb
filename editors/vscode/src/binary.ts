// Finds the program that everything here is done by, and says what to do where it cannot be used.

import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import * as vscode from "vscode";

/** The oldest plat that knows all that is asked of it here. */
const OLDEST = [0, 1, 0];

/** Why a program cannot be used, in words for people. */
export class Unusable extends Error {}

/** The program that the settings name, as it is started. */
export function program(): string {
  const named = vscode.workspace.getConfiguration("plat").get<string>("path", "").trim() || "plat";
  if (named.startsWith("~/")) {
    return join(homedir(), named.slice(2));
  }
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  return named.includes("/") && !isAbsolute(named) && root !== undefined ? join(root, named) : named;
}

/** What the program prints for some arguments; rejects where it does not end well. */
export function said(path: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(path, args, { timeout: 20_000 }, (error, out) => (error ? reject(error) : resolve(out)));
  });
}

/** The version of the program at a path. */
export async function version(path: string): Promise<string> {
  let answer: string;
  try {
    answer = await said(path, ["version"]);
  } catch (error) {
    throw new Unusable(reason(path, error));
  }
  const [, major, minor, patch] = /^plat (\d+)\.(\d+)\.(\d+)/.exec(answer) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) {
    throw new Unusable(`${path} is another program: it does not answer with the version of plat.`);
  }
  if (isOlder([major, minor, patch].map(Number), OLDEST)) {
    throw new Unusable(
      `${path} is plat ${major}.${minor}.${patch}, and this extension needs ${OLDEST.join(".")} or a later one.`,
    );
  }
  return `${major}.${minor}.${patch}`;
}

function reason(path: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") {
    return path.includes("/") ? `There is no program ${path}.` : `There is no program ${path} in PATH.`;
  }
  if (code === "EACCES") {
    return `${path} may not be run.`;
  }
  return `${path} cannot be used: ${error instanceof Error ? error.message : String(error)}`;
}

function isOlder(version: readonly number[], than: readonly number[]): boolean {
  const at = version.findIndex((part, index) => part !== than[index]);
  return at >= 0 && (version[at] ?? 0) < (than[at] ?? 0);
}
