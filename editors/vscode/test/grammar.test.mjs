// The colours: what each word of a text is, and that no text of the repository breaks them.

import assert from "node:assert/strict";
import { glob, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";

const here = (path) => new URL(path, import.meta.url);
const wasm = await readFile(createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm"));
await oniguruma.loadWASM(wasm.buffer);

const FILES = { "source.plat": "plat", "source.plat.words": "words" };
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async (scope) => JSON.parse(await readFile(here(`../syntaxes/${FILES[scope]}.tmLanguage.json`), "utf8")),
});
const grammar = await registry.loadGrammar("source.plat");

/** The words of a text, each with the innermost of its scopes, and how many rules are open behind it. */
function words(text) {
  let state = textmate.INITIAL;
  const found = [];
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    let last;
    for (const { startIndex, endIndex, scopes } of tokens) {
      const text = line.slice(startIndex, endIndex);
      const scope = scopes.at(-1);
      if (last?.scope === scope) {
        last.text += text;
      } else {
        last = { text, scope };
        found.push(last);
      }
    }
  }
  return { found: found.filter(({ text }) => text.trim() !== ""), depth: state.depth };
}

/** The words of a text with what they are. */
function coloured(text) {
  return words(text).found.map(({ text, scope }) => [text.trim(), scope.replace(/\.plat$/, "")]);
}

const CASES = {
  "a node at the top, and one in it": [
    "entity service cart {\n  entity x\n}",
    [
      ["entity", "keyword.declaration"],
      ["service", "string.unquoted"],
      ["cart", "string.unquoted"],
      ["{", "punctuation.section.block.begin"],
      ["entity", "entity.name.tag"],
      ["x", "string.unquoted"],
      ["}", "punctuation.section.block.end"],
    ],
  ],
  "numbers and keywords are those of KDL 2": [
    "a 1 -1_000.5e+3 0xFF 1.2.3 #true #-inf true",
    [
      ["a", "entity.name.tag"],
      ["1", "constant.numeric"],
      ["-1_000.5e+3", "constant.numeric"],
      ["0xFF", "constant.numeric"],
      ["1.2.3", "string.unquoted"],
      ["#true", "constant.language"],
      ["#-inf", "constant.language"],
      ["true", "string.unquoted"],
    ],
  ],
  "annotations, those of the language before others": [
    '(array)a (jq)".x" k=(u8)1',
    [
      ["(", "punctuation.definition.annotation.begin"],
      ["array", "storage.modifier.annotation"],
      [")", "punctuation.definition.annotation.end"],
      ["a", "entity.name.tag"],
      ["(", "punctuation.definition.annotation.begin"],
      ["jq", "storage.modifier.annotation"],
      [")", "punctuation.definition.annotation.end"],
      ['".x"', "string.quoted.double"],
      ["k", "entity.other.attribute-name"],
      ["=", "keyword.operator.assignment"],
      ["(", "punctuation.definition.annotation.begin"],
      ["u8", "storage.type.annotation"],
      [")", "punctuation.definition.annotation.end"],
      ["1", "constant.numeric"],
    ],
  ],
  "strings with escapes and with what is filled in": [
    'a "x\\n\\q ${b}" "$c | lower" $d',
    [
      ["a", "entity.name.tag"],
      ['"x', "string.quoted.double"],
      ["\\n", "constant.character.escape"],
      ["\\q", "invalid.illegal.escape"],
      ["${b}", "variable.other"],
      ['"', "string.quoted.double"],
      ['"', "string.quoted.double"],
      ["$c", "variable.other"],
      ['| lower"', "string.quoted.double"],
      ["$d", "variable.other"],
    ],
  ],
  "raw strings and those of many lines end where they end": [
    'a #"x"y\\q"# 1\nb """\n  "c" }\n  """ 2\nc #"""\n  """ \\q\n  """# 3',
    [
      ["a", "entity.name.tag"],
      ['#"x"y\\q"#', "string.quoted.other.raw"],
      ["1", "constant.numeric"],
      ["b", "entity.name.tag"],
      ['"""', "string.quoted.triple"],
      ['"c" }', "string.quoted.triple"],
      ['"""', "string.quoted.triple"],
      ["2", "constant.numeric"],
      ["c", "entity.name.tag"],
      ['#"""', "string.quoted.triple.raw"],
      ['""" \\q', "string.quoted.triple.raw"],
      ['"""#', "string.quoted.triple.raw"],
      ["3", "constant.numeric"],
    ],
  ],
  "what is taken away is a comment, be it a node, an entry or a block": [
    'a /-1 /-k="v w" 2 /-{ b "}" } {\n  /-c 1 {\n    d\n  }\n  e; /-f; g\n}',
    [
      ["a", "entity.name.tag"],
      ["/-1", "comment.block.slashdash"],
      ['/-k="v w"', "comment.block.slashdash"],
      ["2", "constant.numeric"],
      ['/-{ b "}" }', "comment.block.slashdash"],
      ["{", "punctuation.section.block.begin"],
      ...["/-c 1 {", "d", "}"].map((text) => [text, "comment.block.slashdash"]),
      ["e", "entity.name.tag"],
      [";", "punctuation.terminator"],
      ["/-f;", "comment.block.slashdash"],
      ["g", "entity.name.tag"],
      ["}", "punctuation.section.block.end"],
    ],
  ],
  "comments nest, and a line goes on behind a backslash": [
    "a /* b /* c */ d */ 1 \\ // e\n  2\nf",
    [
      ["a", "entity.name.tag"],
      ["/* b /* c */ d */", "comment.block"],
      ["1", "constant.numeric"],
      ["\\", "punctuation.separator.continuation"],
      ["// e", "comment.line.double-slash"],
      ["2", "constant.numeric"],
      ["f", "entity.name.tag"],
    ],
  ],
};

for (const [name, [text, expected]] of Object.entries(CASES)) {
  test(name, () => assert.deepEqual(coloured(text), expected));
}

test("every text of the repository is read to its end, and nothing in it is broken", async () => {
  const root = here("../../../");
  let count = 0;
  for (const folder of ["examples", "grammar", "stdlib"]) {
    for await (const path of glob(`${folder}/**/*.kdl`, { cwd: root })) {
      const { found, depth } = words(await readFile(new URL(path, root), "utf8"));
      assert.deepEqual(
        found.filter(({ scope }) => scope.startsWith("invalid") || scope === "source.plat"),
        [],
        path,
      );
      assert.equal(depth, 1, `${path}: something is open at its end`);
      count += 1;
    }
  }
  assert.ok(count > 40, `${count} texts`);
});
