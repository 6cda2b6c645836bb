// The extension in a Visual Studio Code, as somebody sees it: `node in-code.mjs TOOLS PLAT VSIX SCREENSHOTS`, where TOOLS holds what .ci/install-code.sh installs.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const [tools, plat, vsix, screenshots] = process.argv.slice(2).map((path) => resolve(path));
const { chromium } = createRequire(join(tools, "package.json"))("playwright-core");
const code = join(tools, "node_modules/.bin/code-server");
const world = await mkdtemp(join(tmpdir(), "plat-in-code-"));
const [workspace, data, extensions] = ["workspace", "data", "extensions"].map((name) => join(world, name));
// What it writes for its user goes with the rest.
process.env.HOME = world;
const ADDRESS = "127.0.0.1:17300";
const LONG = 60_000;

const SETTINGS = {
  "security.workspace.trust.startupPrompt": "never",
  "security.workspace.trust.banner": "never",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "editor.hover.delay": 100,
};

const PROJECT = `project demo

blueprint service {
    property tier enum required { values gold silver }
    relation uses service many
}

entity service cart {
    tier golt
    uses ledger
}

entity service ledger { tier gold }
`;

async function prepare() {
  await rm(screenshots, { recursive: true, force: true });
  for (const folder of [
    join(data, "User"),
    join(data, "Machine"),
    extensions,
    join(workspace, "shop"),
    join(workspace, ".vscode"),
    screenshots,
  ]) {
    await mkdir(folder, { recursive: true });
  }
  await writeFile(join(data, "User/settings.json"), JSON.stringify(SETTINGS));
  await start(plat);
  await writeFile(join(workspace, "shop/plat.kdl"), "project demo\n");
  await writeFile(join(workspace, "shop/services.kdl"), PROJECT.replace("project demo\n\n", ""));
  await writeFile(join(workspace, ".vscode/settings.json"), JSON.stringify({ "plat.path": "/nowhere/of-the-folder" }));
  await writeFile(join(workspace, "other.kdl"), "layout { pane }\n");
  const where = ["--extensions-dir", extensions, "--user-data-dir", data];
  execFileSync(code, ["--install-extension", vsix, ...where], { stdio: "inherit" });
  const quiet = ["--auth", "none", "--disable-telemetry", "--disable-update-check", "--bind-addr", ADDRESS];
  return spawn(code, [...quiet, ...where, workspace], { detached: true, stdio: "ignore" });
}

/** Says which program is started. */
function start(path) {
  return writeFile(join(data, "Machine/settings.json"), JSON.stringify({ "plat.path": path }));
}

async function listens() {
  for (const start = Date.now(); Date.now() - start < LONG; await new Promise((done) => setTimeout(done, 200))) {
    if (
      await fetch(`http://${ADDRESS}/healthz`).then(
        () => true,
        () => false,
      )
    ) {
      return;
    }
  }
  throw new Error("Visual Studio Code does not listen");
}

/** What somebody does and sees. */
class Hand {
  #page;
  #count = 0;

  constructor(page) {
    this.#page = page;
  }

  async shot(name) {
    this.#count += 1;
    await this.#page.screenshot({ path: join(screenshots, `${this.#count}-${name}.png`) });
  }

  press(...keys) {
    return keys.reduce((before, key) => before.then(() => this.#page.keyboard.press(key)), Promise.resolve());
  }

  type(text) {
    return this.#page.keyboard.type(text, { delay: 30 });
  }

  /** Waits until an element of a kind holds a text. */
  sees(selector, text) {
    return this.#page.locator(selector).filter({ hasText: text }).first().waitFor({ timeout: LONG });
  }

  async opens(path) {
    await this.press("Control+p");
    await this.#page.locator(".quick-input-widget input").fill(path);
    await this.sees(".quick-input-list .monaco-list-row", path.split("/").at(-1));
    await this.press("Enter");
    await this.sees(".tab.active", path.split("/").at(-1));
  }

  async does(command) {
    await this.press("F1");
    await this.#page.locator(".quick-input-widget input").fill(`>${command}`);
    await this.sees(".quick-input-list .monaco-list-row", command);
    await this.press("Enter");
  }

  async goes(line, column) {
    await this.press("Control+g");
    await this.answers(`:${line}:${column}`);
  }

  /** Reads the page of a code, and closes it. */
  async reads(code) {
    await this.sees(".tab.active", code);
    const page = this.#page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
    await page.getByRole("heading", { name: code }).waitFor({ timeout: LONG });
    await this.shot(code);
    await this.#page.locator(".tab.active .tab-actions a").click();
  }

  async answers(text) {
    await this.#page.locator(".quick-input-widget input").fill(text);
    await this.press("Enter");
  }
}

async function look(page) {
  const hand = new Hand(page);
  await page.goto(`http://${ADDRESS}/?folder=${workspace}`);
  await page.locator(".monaco-workbench").waitFor({ timeout: LONG });
  await hand.opens("shop/services.kdl");
  // Problems, with their code; the text is plat's, and says so.
  await page.locator(".squiggly-error").first().waitFor({ timeout: LONG });
  await hand.sees(".statusbar-item", "plat");
  await hand.does("Problems: Focus on Problems View");
  await hand.sees(".markers-panel .monaco-list-row", "`golt` is not one of the values of `tier`");
  await hand.shot("problems");
  await page.locator(".markers-panel a.monaco-link").first().click();
  await hand.reads("E0402");
  // The settings of the folder say nothing of the program before it is trusted.
  await hand.does("Workspaces: Manage Workspace Trust");
  await page.locator(".workspace-trust-editor .workspace-trust-buttons .monaco-button").first().click();
  await hand.sees(".notification-list-item", "There is no program /nowhere/of-the-folder");
  await hand.shot("trusted");
  await rm(join(workspace, ".vscode"), { recursive: true });
  await hand.does("Notifications: Clear All Notifications");
  await page.locator(".monaco-modal-editor-block .codicon-close").click();
  // What stands above a blueprint.
  await hand.sees(".codelens-decoration", "2 ");
  await hand.shot("lenses");
  // What may be written there mends it.
  await hand.opens("shop/services.kdl");
  await hand.goes(7, 14);
  await hand.press("Backspace", "Backspace", "Backspace", "Backspace");
  await hand.sees(".markers-panel .monaco-list-row", "`tier` has no value");
  await hand.press("Control+Space");
  await hand.sees(".suggest-widget .monaco-list-row", "silver");
  assert.equal(await page.locator(".suggest-widget .monaco-list-row").count(), 2, "no example stands there");
  await hand.shot("completion");
  await hand.press("Escape");
  await hand.type("gold");
  await hand.press("Escape");
  await page.locator(".squiggly-error").first().waitFor({ state: "detached", timeout: LONG });
  // An example, at the top alone.
  await hand.goes(12, 1);
  await hand.type("scorec");
  await hand.sees(".suggest-widget .monaco-list-row", "scorecard production_readiness");
  await hand.shot("example");
  await hand.press("Escape", ...Array(6).fill("Backspace"));
  // What a word means.
  await hand.goes(7, 6);
  await hand.does("Show or Focus Hover");
  await hand.sees(".monaco-hover", "tier");
  await hand.shot("hover");
  await hand.press("Escape");
  // Another name, wherever it stands.
  await hand.goes(11, 17);
  await hand.press("F2");
  await page.locator(".rename-box input").fill("books");
  await hand.press("Enter");
  await hand.sees(".view-lines", "uses books");
  await hand.does("File: Save All");
  await hand.shot("renamed");
  await eventually(async () => (await read("shop/services.kdl")).includes("entity service books"));
  assert.match(await read("shop/services.kdl"), /uses books/);
  // A task tells what is wrong with the project in a folder below.
  await writeFile(join(workspace, "shop/more.kdl"), "entity service search { tier bronze }\n");
  await hand.does("plat: Check the Project");
  await hand.sees(".single-terminal-tab", "check shop");
  await hand.shot("terminal");
  await hand.does("Problems: Focus on Problems View");
  await hand.sees(".markers-panel .monaco-list-row", "`bronze` is not one of the values of `tier`; help: it takes");
  await hand.shot("task");
  // Another one tells it again each time when a file changes.
  await hand.press("Control+Shift+b");
  await hand.sees(".quick-input-list .monaco-list-row", "watch shop");
  await hand.answers("watch shop");
  await hand.sees(".terminal-tabs-entry, .single-terminal-tab", "watch shop");
  await hand.does("Problems: Focus on Problems View");
  await writeFile(join(workspace, "shop/more.kdl"), "entity service search { tier iron }\n");
  await hand.sees(".markers-panel .monaco-list-row", "`iron` is not one of the values of `tier`");
  await hand.shot("watch");
  await writeFile(join(workspace, "shop/more.kdl"), "entity service search { tier gold }\n");
  await hand.sees(".markers-panel", "No problems have been detected");
  // The page of a code.
  await hand.does("plat: Explain a Problem");
  await page.locator(".quick-input-widget input[placeholder=E0402]").waitFor();
  await hand.answers("E0302");
  await hand.reads("E0302");
  // A text of KDL that is in no project is none of plat's.
  await hand.opens("other.kdl");
  await hand.sees(".statusbar-item", "KDL");
  await hand.shot("other");
  // Where the program is gone, that is said with a way out.
  await start("/nowhere/plat");
  await hand.sees(".notification-list-item", "There is no program /nowhere/plat");
  await hand.sees(".notification-list-item .monaco-button", "Choose the Program");
  await hand.shot("missing");
}

function read(path) {
  return readFile(join(workspace, path), "utf8");
}

async function eventually(holds) {
  for (const start = Date.now(); Date.now() - start < LONG; await new Promise((done) => setTimeout(done, 100))) {
    if (await holds()) {
      return;
    }
  }
  throw new Error(`it never held: ${holds}`);
}

const server = await prepare();
let browser;
try {
  await listens();
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  try {
    await look(page);
  } catch (error) {
    await page.screenshot({ path: join(screenshots, "failed.png") });
    throw error;
  }
  console.log("The extension does in Visual Studio Code what it should.");
} finally {
  await browser?.close();
  // What it started outlives it, and belongs to its group.
  process.kill(-server.pid, "SIGKILL");
  await rm(world, { recursive: true, force: true, maxRetries: 10 });
}
