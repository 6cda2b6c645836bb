//! Texts that are half typed, and how a text is shown.

use super::*;
use crate::source::FileId;

#[test]
fn the_outline_is_what_is_declared() {
    let tree = parse(FileId(0), &STARTER[1].1.into()).0;
    let found = symbols(&tree);
    let names: Vec<&str> = found.iter().map(|one| &*one.name).collect();
    assert_eq!(names, ["platform", "service", "hello", "readiness", "create_service"]);
    let within: Vec<&str> = found[1].within.iter().map(|one| &*one.name).collect();
    assert_eq!(within, ["tier", "repository", "onCall", "dependencies"]);
    assert_eq!(found[2].detail, "entity service");
    assert!(folds(&tree).len() > 8);
}

#[test]
fn what_is_around_a_place_grows() {
    let text = STARTER[1].1;
    let tree = parse(FileId(0), &text.into()).0;
    for at in 0..=text.len() as u32 {
        let spans = selections(&tree, at);
        assert!(spans.windows(2).all(|pair| pair[1].covers(pair[0]) && pair[0] != pair[1]), "{at}: {spans:?}");
        assert_eq!(spans.last().map(|span| span.range()), Some(0..text.len()), "{at}");
    }
}

#[test]
fn words_are_coloured_once_and_in_their_order() {
    for (_, text) in STARTER {
        let tree = parse(FileId(0), &text.into()).0;
        let found = tokens(&tree);
        assert!(found.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{found:?}");
    }
    let tree = parse(FileId(0), &"entity service x { tier standard }".into()).0;
    let sorts: Vec<TokenSort> = tokens(&tree).iter().map(|token| token.sort).collect();
    let words: Vec<&str> = sorts.iter().map(|sort| sort.word()).collect();
    assert_eq!(words, ["keyword", "variable", "class", "property", "string"]);
}

/// All that is asked of a text while it is typed.
fn ask_all(snapshot: &Snapshot, text: &str, at: u32) {
    let file = snapshot.file("catalog.kdl").unwrap();
    // One that was never read has a number of none.
    ask_of(snapshot, FileId(u32::MAX), text, at);
    ask_of(snapshot, file, text, at);
}

fn ask_of(snapshot: &Snapshot, file: FileId, text: &str, at: u32) {
    let tree = parse(file, &text.into()).0;
    let (found, _) = snapshot.complete(&tree, at, &|_| Vec::new());
    for one in found {
        assert!(tree.text().get(one.replaces.range()).is_some(), "{:?} of {text}", one.replaces);
    }
    let _ = (snapshot.hover(&tree, at, Some(at)), snapshot.definition(&tree, at, Some(at)));
    let _ = (snapshot.signature(&tree, at), snapshot.called(file, at));
    let _ = (selections(&tree, at), snapshot.rename(file, at, "other"));
    for token in tokens(&tree) {
        assert!(tree.text().get(token.span.range()).is_some());
    }
    let _ = (symbols(&tree), folds(&tree));
}

/// All texts below a folder.
fn texts(folder: &std::path::Path, found: &mut Vec<String>) {
    let mut all: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    for path in all {
        if path.is_dir() {
            texts(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "kdl") {
            found.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_example_is_answered_half_typed() {
    let snapshot = read(&STARTER);
    let mut all = Vec::new();
    texts(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples"), &mut all);
    assert!(all.len() > 30, "{}", all.len());
    for text in all {
        // Of a long one some places, which are others in each.
        let step = (text.len() / 40).max(1);
        for (at, character) in text.char_indices().skip(text.len() % step).step_by(step) {
            ask_all(&snapshot, &text[..at], at as u32);
            let without = [&text[..at], &text[at + character.len_utf8()..]].concat();
            ask_all(&snapshot, &without, at as u32);
        }
    }
}

#[test]
fn a_text_that_is_half_typed_is_answered_all_the_same() {
    let snapshot = read(&STARTER);
    for (_, text) in STARTER {
        for (at, character) in text.char_indices() {
            ask_all(&snapshot, &text[..at], at as u32);
            let without = [&text[..at], &text[at + character.len_utf8()..]].concat();
            ask_all(&snapshot, &without, at as u32);
        }
    }
}
