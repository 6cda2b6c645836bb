"""Holds the queries to the published grammar: they are well-formed, match what they are for, and each text of the repository is read.

Needs `tree-sitter` and `tree-sitter-kdl`: .ci/editors.sh installs them.
"""

from pathlib import Path

import tree_sitter_kdl
from tree_sitter import Language, Parser, Query, QueryCursor

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
LANGUAGE = Language(tree_sitter_kdl.language())
PARSER = Parser(LANGUAGE)

TEXT = b"""// A comment.
entity service "cart" {
    uses $other "${x}" tier=(jq)".tier" 1 #true /-2
    (u8)count 2
    notes \"\"\"
        many
        \"\"\"
    /-gone 1
}
/* Another
   one. */
thing a
"""


def matches(name: str, text: bytes) -> list[tuple[str, str]]:
    """The names that a query gives to parts of a text, with the parts."""
    query = Query(LANGUAGE, (HERE / "queries" / f"{name}.scm").read_text())
    captures = QueryCursor(query).captures(PARSER.parse(text).root_node)
    return [(name, node.text.decode()) for name, nodes in captures.items() for node in nodes]


def main() -> None:
    found = matches("highlights", TEXT)
    for expected in [
        ("keyword", "entity"),
        ("tag", "thing"),
        ("tag", "uses"),
        ("variable", "$other"),
        ("property", "tier"),
        ("attribute", "jq"),
        ("type", "u8"),
        ("number", "1"),
        ("boolean", "#true"),
        ("string", '"cart"'),
        ("comment", "// A comment.\n"),
        ("comment", "/-gone 1\n"),
        ("comment", " /-2"),
    ]:
        assert expected in found, (expected, found)
    assert [text for name, text in found if name == "keyword"] == ["entity"], found
    assert ("variable", '"${x}"') not in found, found
    folds = [text.splitlines()[0] for _, text in matches("folds", TEXT)]
    assert sorted(folds) == ['"""', "/* Another", "{"], folds
    injections = matches("injections", TEXT)
    assert ("injection.language", "jq") in injections, injections
    assert ("injection.content", ".tier") in injections, injections
    assert not any(text == "u8" for _, text in injections), injections
    texts = [path for folder in ["examples", "grammar", "stdlib"] for path in sorted((ROOT / folder).rglob("*.kdl"))]
    assert len(texts) > 40, len(texts)
    for path in texts:
        assert not PARSER.parse(path.read_bytes()).root_node.has_error, path
    print(f"The queries match, and {len(texts)} texts are read.")


if __name__ == "__main__":
    main()
