// The program that is started: which one it is, and what is said where it cannot be used.

import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { registerHooks } from "node:module";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

// As much of the editor as is asked for here.
let path = "";
globalThis.editor = {
  getConfiguration: () => ({ get: () => path }),
  workspaceFolders: [{ uri: { fsPath: "/workspace" } }],
};
const EDITOR = "data:text/javascript,export const workspace = globalThis.editor;";
registerHooks({
  resolve(name, context, next) {
    if (name === "vscode") {
      return { url: EDITOR, format: "module", shortCircuit: true };
    }
    const found = next(name, context);
    return name.endsWith(".ts") ? { ...found, format: "module-typescript" } : found;
  },
});
const { program, Unusable, version } = await import("../src/binary.ts");

const folder = await mkdtemp(join(tmpdir(), "plat-binary-"));
after(() => rm(folder, { recursive: true }));

/** A program that does what a script of a shell does. */
async function written(name, script, mode = 0o755) {
  const file = join(folder, name);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, mode);
  return file;
}

test("the setting says which program it is", () => {
  const cases = {
    "": "plat",
    " plat-next ": "plat-next",
    "~/bin/plat": join(homedir(), "bin/plat"),
    "/opt/plat": "/opt/plat",
    "target/debug/plat": "/workspace/target/debug/plat",
  };
  for (const [setting, expected] of Object.entries(cases)) {
    path = setting;
    assert.equal(program(), expected);
  }
});

test("a version is that of the program", async () => {
  assert.equal(await version(await written("new", 'echo "plat 1.20.3"')), "1.20.3");
  assert.equal(await version(await written("oldest", 'echo "plat 0.1.0"')), "0.1.0");
});

test("why a program cannot be used is said", async () => {
  const cases = {
    [await written("old", 'echo "plat 0.0.9"')]: /is plat 0\.0\.9, and this extension needs 0\.1\.0 or a later one/,
    [await written("other", "echo hello")]: /is another program/,
    [await written("failing", "echo no >&2; exit 3")]: /cannot be used: /,
    [join(folder, "none")]: /^There is no program .*none\.$/,
    "plat-of-nobody": /^There is no program plat-of-nobody in PATH\.$/,
    [folder]: /may not be run/,
  };
  for (const [file, told] of Object.entries(cases)) {
    await assert.rejects(version(file), (error) => error instanceof Unusable && told.test(error.message), file);
  }
});
