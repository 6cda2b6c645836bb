use super::read;
use super::soup::document;
use crate::diag::Edit;
use crate::syntax::edit::{self, Insertion};
use crate::syntax::{Entry, Node, Scalar, Tree};
use proptest::prelude::*;

/// What a node says, without its children.
fn head(node: Node<'_>) -> String {
    let entries: Vec<_> =
        node.entries().map(|entry| format!("{:?}{:?}={:?}", entry.annotation(), entry.key(), entry.value())).collect();
    format!("{:?}{:?} {entries:?}", node.annotation(), node.name())
}

/// All nodes with their depths, each before its children.
fn nodes(tree: &Tree) -> Vec<(usize, Node<'_>)> {
    let mut found = Vec::new();
    let mut open: Vec<_> = tree.nodes().map(|node| (0, node)).collect();
    open.reverse();
    while let Some((depth, node)) = open.pop() {
        found.push((depth, node));
        let mut children: Vec<_> = node.children().map(|child| (depth + 1, child)).collect();
        children.reverse();
        open.extend(children);
    }
    found
}

fn heads(tree: &Tree) -> Vec<(usize, String)> {
    nodes(tree).into_iter().map(|(depth, node)| (depth, head(node))).collect()
}

/// The tree after edits, which must leave what is outside of their spans, and every comment, though one behind what goes may come above
/// its node, before those within it.
fn after(tree: &Tree, edits: &[Edit]) -> Tree {
    let text = edit::apply(tree.text(), edits).unwrap();
    let (changed, diagnostics) = read(&text);
    assert!(diagnostics.is_empty(), "{:?} became {text:?}: {}", tree.text(), super::brief(&diagnostics));
    let [mut left, mut all] = [edit::comment_lines(&changed), edit::comment_lines(tree)];
    left.sort_unstable();
    all.sort_unstable();
    assert_eq!(left, all, "{:?} became {text:?}", tree.text());
    changed
}

fn subtree(nodes: &[(usize, String)], index: usize) -> usize {
    let depth = nodes[index].0;
    nodes[index + 1..].iter().take_while(|(other, _)| *other > depth).count() + 1
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..crate::laws::cases(300) })]

    #[test]
    fn entries_are_set_and_removed(text in document(), pick in any::<prop::sample::Index>(), argument in 0..3_usize) {
        let (tree, _) = read(&text);
        let all = nodes(&tree);
        prop_assume!(!all.is_empty());
        let index = pick.index(all.len());
        let node = all[index].1;

        let changed = after(&tree, &edit::set_property(node, "new key", Scalar::Integer(7)));
        prop_assert_eq!(nodes(&changed)[index].1.property("new key").map(Entry::value), Some(Scalar::Integer(7)));
        let back = after(&changed, &edit::remove_property(&changed, nodes(&changed)[index].1, "new key"));
        prop_assert_eq!(back.text(), tree.text());

        let changed = after(&tree, &edit::set_argument(node, argument, Scalar::String("true")));
        let at = argument.min(node.arguments().count());
        prop_assert_eq!(nodes(&changed)[index].1.argument(at).map(Entry::value), Some(Scalar::String("true")));

        let changed = after(&tree, &edit::remove_argument(&tree, node, argument));
        let expected = node.arguments().count() - usize::from(node.argument(argument).is_some());
        prop_assert_eq!(nodes(&changed)[index].1.arguments().count(), expected);
        prop_assert_eq!(nodes(&changed).len(), all.len());
    }

    #[test]
    fn nodes_are_removed_with_what_is_in_them(text in document(), pick in any::<prop::sample::Index>()) {
        let (tree, _) = read(&text);
        let mut expected = heads(&tree);
        prop_assume!(!expected.is_empty());
        let index = pick.index(expected.len());
        let changed = after(&tree, &edit::remove(&tree, nodes(&tree)[index].1));
        let count = subtree(&expected, index);
        expected.drain(index..index + count);
        prop_assert_eq!(heads(&changed), expected, "{:?} became {:?}", tree.text(), changed.text());
    }

    #[test]
    fn nodes_are_cut_with_what_is_in_them(text in document(), pick in any::<prop::sample::Index>(), gets_lines in any::<bool>()) {
        let (tree, _) = read(&text);
        let mut expected = heads(&tree);
        prop_assume!(!expected.is_empty());
        let index = pick.index(expected.len());
        let (edits, piece) = edit::cut(&tree, nodes(&tree)[index].1, gets_lines);
        let (changed, diagnostics) = read(&edit::apply(&text, &edits).unwrap());
        let (cut, more) = read(&piece);
        prop_assert!(diagnostics.is_empty() && more.is_empty());
        let count = subtree(&expected, index);
        expected.drain(index..index + count);
        prop_assert_eq!(heads(&changed), expected);
        prop_assert_eq!(heads(&cut).len(), count);
        let mut comments = edit::comment_lines(&changed);
        comments.extend(edit::comment_lines(&cut));
        comments.sort_unstable();
        let mut before = edit::comment_lines(&tree);
        before.sort_unstable();
        prop_assert_eq!(comments, before);
    }

    #[test]
    fn nodes_are_replaced_with_what_is_in_them(text in document(), pick in any::<prop::sample::Index>()) {
        let (tree, _) = read(&text);
        let mut expected = heads(&tree);
        prop_assume!(!expected.is_empty());
        let index = pick.index(expected.len());
        let changed = after(&tree, &edit::replace(&tree, nodes(&tree)[index].1, "new 1 {\n    inner\n}"));
        let count = subtree(&expected, index);
        let depth = expected[index].0;
        let (inner, _) = read("new 1\ninner");
        let inner = heads(&inner);
        expected.splice(index..index + count, [(depth, inner[0].1.clone()), (depth + 1, inner[1].1.clone())]);
        prop_assert_eq!(heads(&changed), expected, "{:?} became {:?}", tree.text(), changed.text());
    }

    #[test]
    fn nodes_are_inserted_and_nothing_else_changes(text in document(), pick in any::<prop::sample::Index>(), kind in 0..4) {
        let (tree, _) = read(&text);
        let mut expected = heads(&tree);
        let all = nodes(&tree);
        let (place, index, depth) = if all.is_empty() || kind == 3 {
            (Insertion::End, expected.len(), 0)
        } else {
            let index = pick.index(all.len());
            let (depth, node) = all[index];
            match kind {
                0 => (Insertion::Before(node), index, depth),
                1 => (Insertion::After(node), index + subtree(&expected, index), depth),
                _ => (Insertion::Into(node), index + subtree(&expected, index), depth + 1),
            }
        };
        let edits = edit::insert(&tree, place, "new 1 {\n    inner\n}", edit::unit(tree.text()));
        prop_assert!(edits.iter().all(|edit| tree.text()[edit.span.range()].trim().is_empty()));
        let changed = after(&tree, &edits);
        let (inner, _) = read("new 1\ninner");
        let inner = heads(&inner);
        expected.insert(index, (depth, inner[0].1.clone()));
        expected.insert(index + 1, (depth + 1, inner[1].1.clone()));
        prop_assert_eq!(heads(&changed), expected, "{:?} became {:?}", tree.text(), changed.text());
    }

    #[test]
    fn every_string_is_written_so_that_it_reads_the_same(text in any::<String>()) {
        let (tree, diagnostics) = read(&format!("a {}", edit::write_string(&text)));
        prop_assert!(diagnostics.is_empty());
        prop_assert_eq!(tree.nodes().next().and_then(|node| node.argument(0)?.string()), Some(&*text));
    }
}

/// Pieces called `n0` and so on, with comments that name what they speak of, and what nobody speaks of as `nobody`.
fn pieces(count: usize, noise: &[u8], are_arguments: bool) -> String {
    let mut noise = noise.iter().cycle();
    let mut pick = |choices: &[&'static str]| choices[*noise.next().unwrap() as usize % choices.len()];
    let (mut out, mut lines) = (String::from(if are_arguments { "a" } else { "a {" }), Vec::new());
    let mut line = Vec::new();
    for index in 0..count {
        line.push(index);
        if pick(&["same", "next"]) == "next" || index + 1 == count {
            lines.push(std::mem::take(&mut line));
        }
    }
    let is_first = |at: usize| at == 0 && are_arguments;
    for (at, line) in lines.iter().enumerate() {
        let is_last = at + 1 == lines.len();
        if !are_arguments {
            out.push_str(pick(if at == 0 { &["\n", " // nobody\n", " /* nobody */\n"] } else { &["\n", "\n\n"] }));
            let above: &[_] = if line.len() == 1 {
                &["", "// @\n", "/* @ */\n// @\n"]
            } else {
                &["", "// nobody\n", "/* nobody */\n\n"]
            };
            out.push_str(&pick(above).replace('@', &format!("n{}", line[0])));
        } else if at > 0 {
            out.push_str("    ");
        } else {
            out.push_str(pick(&[" ", " \\\n", " /* nobody */ "]));
        }
        for index in line {
            let is_end = line.last() == Some(index);
            let leads = !are_arguments || at > 0 && line[0] == *index;
            let before = if leads { pick(&["", "", "/* @ */ "]) } else { "" };
            let behind = pick(&["", "", " /* @ */"]);
            let end = match (are_arguments, is_end, is_last) {
                (true, true, true) if is_first(at) && !out.contains('\n') => pick(&["", " // nobody", "; b", " { b }"]),
                (true, true, true) => pick(&["", " // @", "; b", " { b }"]),
                (true, true, false) => pick(&[" \\\n", " \\ // @\n", " \\ /* @ */\n"]),
                (true, false, _) => " ",
                (false, true, _) => pick(&["", ";", " // @", "; // @", "; /* @ */", "; /* @ */ // @"]),
                (false, false, _) => pick(&["; ", ";"]),
            };
            out.push_str(&format!("{before}@{behind}{end}").replace('@', &format!("n{index}")));
        }
    }
    if !are_arguments {
        out.push_str("\n}");
    }
    out
}

/// What each comment of such a text speaks of that speaks of a piece, as a reader takes it, and the pieces in their order.
fn read_pieces(text: &str, are_arguments: bool) -> (Vec<(String, String)>, Vec<String>) {
    let (mut said, mut order, mut above) = (Vec::new(), Vec::new(), Vec::new());
    let has_one_line = !text.contains('\\');
    for line in text.lines() {
        let (mut before, mut last, mut has_ended) = (Vec::new(), None::<String>, false);
        let (mut rest, mut found) = (line.trim(), 0);
        while !rest.is_empty() {
            let length = if rest.starts_with("/*") {
                rest.find("*/").unwrap() + 2
            } else if rest.starts_with("//") {
                rest.len()
            } else if rest.starts_with('n') {
                rest.find(|character: char| !character.is_alphanumeric()).unwrap_or(rest.len())
            } else {
                1
            };
            let word = &rest[..length];
            rest = rest[length..].trim_start();
            match &word[..1] {
                "/" => {
                    let name = word.trim_matches(['/', '*', ' ']).to_owned();
                    let is_remark = word.starts_with("//");
                    let of_node =
                        are_arguments && (is_remark && has_one_line || last.is_none() && line.starts_with('a'));
                    match (&last, of_node) {
                        (_, true) => said.push((name, "nobody".to_owned())),
                        (Some(last), _) if !has_ended || rest.is_empty() || rest.starts_with("//") || is_remark => {
                            said.push((name, last.clone()));
                        }
                        _ => before.push(name),
                    }
                }
                "n" => {
                    found += 1;
                    order.push(word.to_owned());
                    said.extend(before.drain(..).map(|name| (name, word.to_owned())));
                    (last, has_ended) = (Some(word.to_owned()), false);
                }
                ";" | "\\" => has_ended = true,
                "{" => (last, has_ended) = (None, true),
                _ => {}
            }
        }
        // What stands on lines of its own speaks of the next line, where that is one piece.
        match found {
            0 if line.starts_with('a') => {}
            0 if line.trim().is_empty() => above.clear(),
            0 => above.append(&mut before),
            count => {
                let of = if count == 1 && !are_arguments { last.unwrap_or_default() } else { "nobody".to_owned() };
                said.extend(above.drain(..).map(|name| (name, of.clone())));
            }
        }
    }
    said.retain(|(name, _)| name != "nobody");
    said.sort();
    (said, order)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..crate::laws::cases(3000) })]

    #[test]
    fn what_changes_its_place_takes_along_what_is_said_of_it(
        order in (2..6_usize).prop_flat_map(|count| Just((0..count).collect::<Vec<usize>>()).prop_shuffle()),
        noise in prop::collection::vec(any::<u8>(), 1..60),
        are_arguments in any::<bool>(),
    ) {
        let text = pieces(order.len(), &noise, are_arguments);
        let (tree, problems) = read(&text);
        prop_assert!(problems.is_empty(), "{}", text);
        let (said, names) = read_pieces(&text, are_arguments);
        prop_assert!(said.iter().all(|(name, piece)| name == piece), "{}: {:?}", text, said);
        let node = tree.nodes().next().unwrap();
        let edits = if are_arguments {
            edit::arrange_arguments(&tree, node, &order)
        } else {
            edit::arrange(&tree, &node.children().collect::<Vec<_>>(), &order)
        };
        let now = edit::apply(&text, &edits);
        prop_assert!(now.is_some(), "{}", text);
        let now = now.unwrap();
        let (changed, problems) = read(&now);
        prop_assert!(problems.is_empty(), "{}\nbecame\n{}", text, now);
        prop_assert_eq!(changed.nodes().count(), tree.nodes().count(), "{}\nbecame\n{}", text, now);
        let (now_said, now_names) = read_pieces(&now, are_arguments);
        prop_assert_eq!(now_said, said, "{}\nbecame\n{}", text, now);
        let [mut left, mut all] = [edit::comment_lines(&changed), edit::comment_lines(&tree)];
        left.sort_unstable();
        all.sort_unstable();
        prop_assert_eq!(left, all, "{}\nbecame\n{}", text, now);
        let expected: Vec<&String> = order.iter().map(|index| &names[*index]).collect();
        prop_assert_eq!(now_names.iter().collect::<Vec<_>>(), expected, "{}\nbecame\n{}", text, now);
    }
}

/// A string of each notation.
const NOTATIONS: &[&str] =
    &["a", "\"a b\"", "#\"a\"#", "##\"a\"##", "\"\"\"\n  a\n  \"\"\"", "#\"\"\"\n\ta\n\t\"\"\"#", "5", "#true"];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..crate::laws::cases(300) })]

    #[test]
    fn every_string_is_written_like_another_so_that_it_reads_the_same(
        text in prop_oneof![any::<String>(), "[ab\n\"#\\\\ \r\t]{0,12}"],
        like in prop::sample::select(NOTATIONS),
    ) {
        let written = edit::write_string_like(like, &text);
        let (tree, diagnostics) = read(&format!("a {written}"));
        prop_assert!(diagnostics.is_empty(), "{written}");
        prop_assert_eq!(tree.nodes().next().and_then(|node| node.argument(0)?.string()), Some(&*text), "{}", written);
    }
}

#[test]
fn a_string_keeps_its_notation() {
    for (like, text, written) in [
        ("a", "b", "b"),
        ("\"a\"", "b", "\"b\""),
        ("#\"a\"#", "b\\c", "#\"b\\c\"#"),
        ("#\"a\"#", "b\"#", "\"b\\\"#\""),
        ("\"\"\"\n  a\n  \"\"\"", "b\n\nc\\", "\"\"\"\n  b\n\n  c\\\\\n  \"\"\""),
        ("#\"\"\"\n  a\n  \"\"\"#", "b\nc\\", "#\"\"\"\n  b\n  c\\\n  \"\"\"#"),
        ("\"\"\"\n  a\n  \"\"\"", "b", "b"),
        ("\"\"\"\n  a\n  \"\"\"", "b\n ", "\"b\\n \""),
    ] {
        assert_eq!(edit::write_string_like(like, text), written);
    }
}

#[test]
fn the_layout_around_an_edit_is_kept() {
    type Change = fn(&Tree) -> Vec<Edit>;
    fn first(tree: &Tree) -> Node<'_> {
        tree.nodes().next().unwrap()
    }
    fn insert(tree: &Tree, place: Insertion<'_>, node: &str) -> Vec<Edit> {
        edit::insert(tree, place, node, edit::unit(tree.text()))
    }
    let cases: &[(&str, Change, &str)] = &[
        (
            "a  1 /* b */ c=2 // d",
            |tree| edit::set_property(first(tree), "c", Scalar::String("x y")),
            "a  1 /* b */ c=\"x y\" // d",
        ),
        ("a (t)1 {\n}", |tree| edit::set_argument(first(tree), 0, Scalar::Bool(true)), "a (t)#true {\n}"),
        ("a 1  2 3", |tree| edit::remove_argument(tree, first(tree), 1), "a 1 3"),
        ("a\n  b // c\n  d\n", |tree| edit::remove(tree, tree.nodes().nth(2).unwrap()), "a\n  b // c\n"),
        ("a; b; c", |tree| edit::remove(tree, tree.nodes().nth(1).unwrap()), "a; c"),
        (
            "a {\n  b\n}\n",
            |tree| insert(tree, Insertion::Into(first(tree)), "c {\n  d\n}"),
            "a {\n  b\n  c {\n    d\n  }\n}\n",
        ),
        ("a 1\n", |tree| insert(tree, Insertion::Into(first(tree)), "c"), "a 1 {\n    c\n}\n"),
        ("a {}\nb {\n\tc\n}\n", |tree| insert(tree, Insertion::Into(first(tree)), "c"), "a {\n\tc\n}\nb {\n\tc\n}\n"),
        ("a // b\n", |tree| insert(tree, Insertion::End, "c"), "a // b\nc\n"),
        ("", |tree| insert(tree, Insertion::End, "c"), "c\n"),
        ("a { b }", |tree| insert(tree, Insertion::Into(first(tree)), "c"), "a { b; c }"),
        (
            "a {\n  // of b\n  b\n}\n",
            |tree| insert(tree, Insertion::Before(first(tree).child("b").unwrap()), "c"),
            "a {\n  c\n  // of b\n  b\n}\n",
        ),
        ("a { b /* of b */ }", |tree| insert(tree, Insertion::Into(first(tree)), "c"), "a { b /* of b */; c }"),
        (
            "a {\n  b { // 1\n    /* 2 */ c /-3 {\n      /-d {\n        e\n      }\n    }\n  } /* 4 */ // 5\n}\n",
            |tree| edit::remove(tree, first(tree).child("b").unwrap()),
            "a {\n  // 1\n  /* 2 */\n  // /-3\n  /-d {\n        e\n      }\n  /* 4 */ // 5\n}\n",
        ),
        (
            "a { b; c /* 1 */ 2\n  d\n}\n",
            |tree| edit::remove(tree, first(tree).child("c").unwrap()),
            "a { b;\n  /* 1 */\n  d\n}\n",
        ),
        ("a { b /* 1 */ 2; c; }", |tree| edit::remove(tree, first(tree).child("b").unwrap()), "a { /* 1 */ c; }"),
        ("a { c; b {\n  // 1\n  d\n}; }", |tree| edit::remove(tree, first(tree).child("b").unwrap()), "a { c; // 1\n}"),
        (
            "a {\n  b /* 1 */ 2 // 3\n}\n",
            |tree| edit::replace(tree, first(tree).child("b").unwrap(), "b {\n    c\n}"),
            "a {\n  /* 1 */ b {\n      c\n  } // 3\n}\n",
        ),
        ("a 1 b=/* 1 */2", |tree| edit::remove_property(tree, first(tree), "b"), "a 1 /* 1 */"),
        ("a 1", |tree| edit::rename(first(tree), "true"), "\"true\" 1"),
    ];
    for (text, change, expected) in cases {
        let (tree, _) = read(text);
        assert_eq!(edit::apply(text, &change(&tree)).as_deref(), Some(*expected), "{text:?}");
    }
}

#[test]
fn edits_that_overlap_are_refused() {
    let (tree, _) = read("abc");
    let at = |start, end| Edit { span: crate::source::Span::new(tree.file(), start, end), text: "x".to_owned() };
    assert_eq!(edit::apply("abc", &[at(2, 3), at(0, 1), at(1, 1)]).as_deref(), Some("xxbx"));
    assert_eq!(edit::apply("abc", &[at(0, 2), at(1, 3)]), None);
    assert_eq!(edit::apply("abc", &[at(2, 4)]), None);
}
