// `plat check`, `plat check --watch`, `plat plan` and `plat test` as tasks, for each project of the workspace.

import { posix, sep } from "node:path";
import * as vscode from "vscode";
import { program } from "./binary";

export type Command = "check" | "watch" | "plan" | "test";

interface Definition extends vscode.TaskDefinition {
  readonly type: "plat";
  readonly command: Command;
  readonly folder?: string;
  readonly environment?: string;
  readonly arguments?: readonly string[];
}

const COMMANDS: Record<Command, { readonly args: readonly string[]; readonly matchers: readonly string[] }> = {
  check: { args: ["check", "--format", "compact"], matchers: ["$plat"] },
  watch: { args: ["check", "--watch", "--format", "compact"], matchers: ["$plat-watch"] },
  plan: { args: ["plan"], matchers: [] },
  test: { args: ["test"], matchers: [] },
};

/** The most projects of a folder that have tasks of their own. */
const MOST_PROJECTS = 30;

/** Offers the tasks. */
export function provideTasks(): vscode.Disposable {
  return vscode.tasks.registerTaskProvider("plat", { provideTasks: all, resolveTask: resolved });
}

/** Runs a command for the project of the text that is looked at, or for one that somebody chooses. */
export async function run(command: Command): Promise<void> {
  const offered = (await all()).filter((task) => task.definition.command === command);
  const [first, ...others] = offered;
  const task = others.length === 0 ? first : (here(offered) ?? (await chosen(offered)));
  if (task !== undefined) {
    await vscode.tasks.executeTask(task);
  } else if (first === undefined) {
    await vscode.window.showInformationMessage(
      "No folder of the workspace holds a plat.kdl: `plat init` makes a project.",
    );
  }
}

async function all(): Promise<vscode.Task[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const tasks = await Promise.all(
    folders.map(async (folder) => {
      const projects = await projectsIn(folder);
      return projects.flatMap((project) =>
        (Object.keys(COMMANDS) as Command[]).map((command) =>
          task({ type: "plat", command, ...(project !== "" && { folder: project }) }, folder),
        ),
      );
    }),
  );
  return tasks.flat();
}

/** The folders below one that hold a project, from there. */
async function projectsIn(folder: vscode.WorkspaceFolder): Promise<string[]> {
  const pattern = new vscode.RelativePattern(folder, "**/plat.kdl");
  const found = await vscode.workspace.findFiles(pattern, "**/node_modules/**", MOST_PROJECTS);
  const below = found.map(({ path }) => posix.relative(folder.uri.path, posix.dirname(path)));
  return below.sort();
}

function resolved(given: vscode.Task): vscode.Task | undefined {
  const { definition, scope } = given;
  const folder = typeof scope === "object" ? scope : vscode.workspace.workspaceFolders?.[0];
  const isKnown = Object.hasOwn(COMMANDS, String(definition.command));
  // The definition that is given has to be that of the task.
  return isKnown && folder !== undefined ? task(definition as Definition, folder) : undefined;
}

function task(definition: Definition, scope: vscode.WorkspaceFolder): vscode.Task {
  const { command, folder, environment } = definition;
  const { args, matchers } = COMMANDS[command];
  const all = [
    ...(folder === undefined ? [] : ["-C", folder]),
    ...args,
    ...(environment === undefined ? [] : ["--env", environment]),
    ...(definition.arguments ?? []),
  ];
  const execution = new vscode.ProcessExecution(program(), all, { cwd: scope.uri.fsPath });
  const name = folder === undefined ? command : `${command} ${folder}`;
  const made = new vscode.Task(definition, scope, name, "plat", execution, [...matchers]);
  made.isBackground = command === "watch";
  if (command === "test") {
    made.group = vscode.TaskGroup.Test;
  } else if (command !== "plan") {
    made.group = vscode.TaskGroup.Build;
  }
  return made;
}

/** The task of the innermost project that the text which is looked at lies in. */
function here(tasks: readonly vscode.Task[]): vscode.Task | undefined {
  const path = vscode.window.activeTextEditor?.document.uri.fsPath;
  const around = tasks.filter((task) => path?.startsWith(rootOf(task) + sep));
  return around.sort((one, other) => rootOf(other).length - rootOf(one).length)[0];
}

function rootOf({ scope, definition }: vscode.Task): string {
  const base = typeof scope === "object" ? scope.uri : undefined;
  return base === undefined ? "" : vscode.Uri.joinPath(base, String(definition.folder ?? "")).fsPath.replace(/\/$/, "");
}

async function chosen(tasks: readonly vscode.Task[]): Promise<vscode.Task | undefined> {
  const items = tasks.map((task) => ({ label: task.name, task }));
  return (await vscode.window.showQuickPick(items, { placeHolder: "Of which project?" }))?.task;
}
