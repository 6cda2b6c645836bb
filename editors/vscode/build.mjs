// Makes of the extension one file, and of the two licenses one.

import { readFile, writeFile } from "node:fs/promises";
import { build } from "esbuild";

await build({
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  bundle: true,
  minify: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  legalComments: "inline",
  logLevel: "warning",
});

const licenses = ["LICENSE-MIT", "LICENSE-APACHE"].map((name) =>
  readFile(new URL(`../../${name}`, import.meta.url), "utf8"),
);
const [mit, apache] = await Promise.all(licenses);
await writeFile(
  "LICENSE",
  `plat is licensed under either of the MIT license and the Apache License, Version 2.0, as you choose.\n\n${mit}\n${"-".repeat(78)}\n\n${apache}`,
);
