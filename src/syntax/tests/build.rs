use crate::source::FileId;
use crate::syntax::{Builder, Scalar, parse};
use std::sync::Arc;

const WRITTEN: &str = "(array)name \"a b\" key=1 (jq)\".a\" other=(secret)word {\n\
    // A comment.\n    one #true; two #null 0x10 1.5 -2e3 99999999999999999999\n    \"in \\n quotes\" \"\\u{24}x\" {\n\
    deep { deeper \"\"\"\n            several\n              lines\n            \"\"\"; }\n    }\n    /-left out\n    empty {}\n}\n\
    # raw #\"a \"b\" c\"#\n";

#[test]
fn what_is_copied_and_what_is_written_is_as_it_would_be_read() {
    let text: Arc<str> = WRITTEN.replace("# raw", "raw").into();
    let (tree, problems) = parse(FileId(0), &text);
    assert!(problems.is_empty(), "{problems:?}");
    let mut builder = Builder::default();
    builder.space("    ");
    builder.begin();
    builder.annotation("(object)", "object");
    builder.plain_name("a name");
    for value in [Scalar::String("x\n\"y\""), Scalar::String("-"), Scalar::Integer(-3), Scalar::Float(1.0e30)] {
        builder.begin_entry();
        builder.plain(value);
    }
    builder.begin_entry();
    builder.key("a key");
    builder.annotated("secret", "word");
    let mark = builder.mark();
    builder.open();
    for node in tree.nodes() {
        builder.copy(node);
    }
    builder.cut_back(mark);
    builder.open();
    for node in tree.nodes().flat_map(|node| [node, node]) {
        builder.copy(node);
        builder.copy_line(node);
        node.entries().for_each(|entry| {
            builder.begin_entry();
            builder.copy_entry(entry);
        });
        builder.end();
    }
    builder.close();
    builder.end();
    for node in tree.nodes() {
        builder.copy(node);
    }
    let (text, tree) = builder.done();
    let tree = tree.unwrap().of(FileId(0), &text.into());
    assert!(tree.is_as_read(), "{}", tree.text());
}

#[test]
fn what_kdl_does_not_take_has_no_tree() {
    let mut builder = Builder::default();
    builder.begin();
    builder.plain_name("a");
    builder.begin_entry();
    builder.annotation("(array)", "array");
    builder.annotated("secret", "word");
    builder.end();
    assert!(builder.done().1.is_none());
}
