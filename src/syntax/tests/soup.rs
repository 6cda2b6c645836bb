//! Texts for the laws: near to KDL, far from it, and hostile.

use proptest::prelude::*;

/// Pieces that mean something to the parser, the awkward ones among them.
const PIECES: &[&str] = &[
    "a",
    "node",
    "r",
    "-",
    "+1",
    "1",
    "1.5e3",
    "0x1F",
    "500m",
    ".5",
    "1_0",
    "true",
    "null",
    "inf",
    "#true",
    "#null",
    "#inf",
    "#-inf",
    "#x",
    "#",
    "##",
    "\"",
    "\"\"\"",
    "\"a b\"",
    "\"\\n\"",
    "\"\\u{41}\"",
    "\"\\q\"",
    "#\"",
    "\"#",
    "#\"x\\y\"#",
    "#\"\"\"",
    "\"\"\"#",
    "\\",
    "\\\n",
    "/",
    "/-",
    "/-",
    "/*",
    "*/",
    "/* c */",
    "//",
    "// c\n",
    "(",
    ")",
    "(t)",
    "{",
    "}",
    "{",
    "}",
    "[",
    "]",
    ";",
    "=",
    "k=1",
    "k=\"v\"",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    " ",
    " ",
    "    ",
    "\u{a0}",
    "\u{2028}",
    "\u{85}",
    "\u{feff}",
    "\u{200e}",
    "\0",
    "\u{7f}",
    "é",
    "😀",
    ":",
    ",",
    "\"\"\"\n  a\n  \"\"\"",
    "#\"\"\"\n  a\\b\n  \"\"\"#",
    "\"\"\"\n\\s a\\\n   b\n\"\"\"",
];

/// A sequence of pieces.
pub(super) fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

/// Any text, soup or not.
pub(super) fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![4 => soup(), 1 => any::<String>(), 1 => prop::collection::vec(any::<u8>(), 0..60).prop_map(|bytes| {
        String::from_utf8_lossy(&bytes).into_owned()
    })]
}

fn string() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z$@.:,<>|é][a-zA-Z0-9$_.:,<>|é-]{0,6}".prop_filter("a plain word", |word| crate::syntax::is_bare_word(word)),
        2 => "[ a-z/{}();#=\\[\\]é😀]{0,8}".prop_map(|text| format!("\"{text}\"")),
        1 => "([a-z ]|\\\\[nrtsbf\\\\\"]|\\\\u\\{[0-9a-f]{1,4}\\}|\\\\ {1,3}|\\\\\n *){0,6}".prop_map(|text| {
            // Half of the four-digit code points of d are no characters.
            format!("\"{}\"", text.replace("{d", "{c"))
        }),
        1 => "[a-z \\\\/]{1,8}".prop_map(|text| format!("#\"{text}\"#")),
        1 => "[a-z\"\\\\]{1,6}x".prop_map(|text| format!("##\"x{text}\"##")),
        1 => prop::collection::vec("[a-z\" ]{0,5}[a-z]", 0..4).prop_map(|lines| multi_line("\"\"\"", &lines, "\"\"\"")),
        1 => prop::collection::vec("[a-z\\\\ ]{0,5}[a-z]", 0..4).prop_map(|lines| multi_line("#\"\"\"", &lines, "\"\"\"#")),
    ]
}

fn multi_line(open: &str, lines: &[String], close: &str) -> String {
    let body: Vec<_> = lines.iter().map(|line| format!("\t  {}\n", line.replace("\"\"", ""))).collect();
    format!("{open}\n{}\t  {close}", body.concat())
}

fn value() -> impl Strategy<Value = String> {
    let number = "[+-]?(0|[1-9][0-9_]{0,12}|0x[0-9a-fA-F][0-9a-f_]{0,8}|0o[0-7]{1,5}|0b[01]{1,9}|[0-9]{1,5}\\.[0-9_]{0,4}[0-9]|[0-9]e[+-]?[0-9]{1,2})";
    let number = number.prop_map(|text| text.replace("._", ".0"));
    let keyword =
        prop::sample::select(&["#true", "#false", "#null", "#inf", "#-inf", "#nan"][..]).prop_map(str::to_owned);
    (prop::option::weighted(0.2, string()), prop_oneof![3 => string(), 2 => number, 1 => keyword])
        .prop_map(|(annotation, value)| annotation.map_or(value.clone(), |annotation| format!("({annotation}){value}")))
}

fn space() -> impl Strategy<Value = &'static str> {
    prop_oneof![6 => Just(" "), 1 => prop::sample::select(&["  ", "\t", " /* c */ ", " \\\n  ", " \\ // c\n\t", "\u{a0}"][..])]
}

fn entry() -> impl Strategy<Value = String> {
    let key = prop::option::weighted(0.3, (string(), prop::sample::select(&["=", "=", " = ", "= "][..])));
    (space(), prop::bool::weighted(0.1), key, value()).prop_map(|(space, is_dropped, key, value)| {
        let dash = if is_dropped { "/- " } else { "" };
        let key = key.map_or(String::new(), |(key, equals)| key + equals);
        format!("{space}{dash}{key}{value}")
    })
}

/// A document that is sound KDL 2.0, with every form of value, spacing and comment.
pub(super) fn document() -> impl Strategy<Value = String> {
    let end = prop::sample::select(
        &["\n", "\n", "\n\n", "\n\n\n", ";", "; ", " // c\n", "\r\n", " /* c */\n", "\n// c\n", "\n  /- x 1 { y; }\n"]
            [..],
    );
    let head = (
        prop::option::weighted(0.1, string()),
        prop::bool::weighted(0.1),
        string(),
        prop::collection::vec(entry(), 0..4),
    );
    let head = head.prop_map(|(annotation, is_dropped, name, entries)| {
        let dash = if is_dropped { "/-" } else { "" };
        let annotation = annotation.map_or(String::new(), |text| format!("({text})"));
        format!("{dash}{annotation}{name}{}", entries.concat())
    });
    let leaf = (head, end).boxed();
    let block = leaf.clone().prop_map(|(head, end)| head + end).boxed();
    let nodes = block.prop_recursive(4, 24, 4, move |inner| {
        let children =
            (prop::sample::select(&[" {\n", "{", " {", " { // c\n", " /-{\n"][..]), prop::collection::vec(inner, 0..4));
        (leaf.clone(), children)
            .prop_map(|((head, end), (open, children))| format!("{head}{open}{}}}{end}", children.concat()))
    });
    prop::collection::vec(nodes, 0..6).prop_map(|nodes| nodes.concat())
}
