//! The page of each code. Its fences:
//!
//! * `kdl,bad`: as a file beside a `plat.kdl` with `project demo` it gives exactly the page's code;
//! * `kdl,good`: the same, mended; it gives nothing;
//! * `kdl,bad,plat.kdl` and `kdl,good,plat.kdl`: the same as the `plat.kdl` itself;
//! * `yaml,PATH`, `csv,PATH`, `ndjson,PATH`: a file that is there beside each of them;
//! * `json,port,bad` and `json,port,good`: a document of Port, taken in, gives exactly the page's code, or nothing; so with `backstage`.

use crate::fence::{data, fences};
use plat::diag::CODES;
use plat::session::{Neighbour, check_text, import_texts};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Codes whose example cannot be a fence of a page, with the reason.
const WITHOUT_EXAMPLE: &[(&str, &str)] = &[
    ("E0100", "a page is UTF-8, so it cannot hold a byte that is not"),
    ("E0364", "an example of 4 GiB would be a long page"),
    ("E0426", "an example of 2,001 names would be a long page"),
    ("E0542", "an example of 5,000 files would be a long page"),
    ("E0543", "an example would be rendered to 1 GiB for each reader"),
    ("E0544", "an example of thousands of policies and entities would be a long page"),
    ("E0545", "an example of kilobytes of text would be a long page"),
    ("E0560", "an example of 1,001 problems would be a long page"),
    ("E0561", "a page is a text, and its examples are files"),
    ("E0562", "a page is a text, and its examples are files"),
    ("E0741", "an example would be a copy beside a lock with its digest"),
    ("E0742", "an example would be a copy beside a lock with its digest"),
    ("E0743", "an example would be a copy beside a lock with its digest"),
    ("E0744", "an example would be a copy beside a lock with its digest"),
    ("E0808", "an example would be a folder with a project"),
];

/// What is wrong with a page.
fn faults(id: &str, title: &str, page: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if !page.starts_with(&format!("# {id}: {title}\n\n")) {
        faults.push(format!("does not start with `# {id}: {title}`"));
    }
    let explanation = page.lines().skip(1).take_while(|line| !line.starts_with("```"));
    if explanation.map(str::len).sum::<usize>() < 80 {
        faults.push("does not say what is wrong and why".to_owned());
    }
    if WITHOUT_EXAMPLE.iter().any(|(code, _)| *code == id) {
        return faults;
    }
    let fences = fences(page);
    for (word, neighbour) in [("json,port", Neighbour::Port), ("json,backstage", Neighbour::Backstage)] {
        if !fences.iter().any(|fence| fence.info.starts_with(word)) {
            continue;
        }
        for (info, expected) in [(format!("{word},bad"), Some(id)), (format!("{word},good"), None)] {
            let Some(fence) = fences.iter().find(|fence| fence.info == info) else {
                faults.push(format!("has no ```{info}"));
                continue;
            };
            let imported = import_texts(neighbour, &[("page.json", &fence.text)]).unwrap();
            let codes: BTreeSet<&str> = imported.problems.iter().map(|problem| problem.code.id).collect();
            if codes != expected.into_iter().collect() {
                faults.push(format!("its ```{info} of line {} gives {codes:?}", fence.line));
            }
        }
        return faults;
    }
    let beside = data(&fences);
    for (word, expected) in [("kdl,bad", Some(id)), ("kdl,good", None)] {
        let mut found = false;
        for fence in &fences {
            let mut files = beside.clone();
            match fence.info.strip_prefix(word) {
                Some("") => files.extend([("plat.kdl", "project demo\n"), ("page.kdl", &*fence.text)]),
                Some(",plat.kdl") => files.push(("plat.kdl", &fence.text)),
                _ => continue,
            }
            found = true;
            let codes = codes(&files);
            if codes != expected.into_iter().collect() {
                faults.push(format!("its ```{} of line {} gives {codes:?}", fence.info, fence.line));
            }
        }
        if !found {
            faults.push(format!("has no ```{word}"));
        }
    }
    faults
}

/// The codes of a project's problems.
fn codes(files: &[(&str, &str)]) -> BTreeSet<&'static str> {
    check_text(files).unwrap().iter().map(|diagnostic| diagnostic.code.id).collect()
}

#[test]
fn every_code_has_a_page_whose_examples_are_true() {
    let faults: Vec<String> = CODES
        .iter()
        .flat_map(|code| {
            let told = faults(code.id, code.title, code.page);
            told.into_iter().map(|fault| format!("{}.md: {fault}", code.id))
        })
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_page_and_every_exception_belongs_to_a_code() {
    let codes: BTreeSet<String> = CODES.iter().map(|code| code.id.to_owned()).collect();
    let entries = std::fs::read_dir(crate::root().join("docs/errors")).unwrap();
    let stem = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()
    };
    assert_eq!(entries.map(stem).collect::<BTreeSet<String>>(), codes);
    assert!(WITHOUT_EXAMPLE.iter().all(|(code, _)| codes.contains(*code)));
}

#[test]
fn codes_are_in_order_and_each_is_there_once() {
    assert!(CODES.is_sorted_by(|a, b| a.id < b.id));
}

#[test]
fn the_table_of_codes_is_up_to_date() {
    let mut page = "# Codes\n\n<!-- Made from the code: run the tests with PLAT_BLESS=1. -->\n\n\
                    Each problem of a project has a code, which stays the same from version to version.\n\
                    `plat explain CODE` prints its page on a terminal.\n\n| code | what it stands for |\n|---|---|\n"
        .to_owned();
    for code in CODES {
        writeln!(page, "| [{0}](../errors/{0}.md) | {1} |", code.id, code.title).unwrap();
    }
    crate::up_to_date("docs/reference/codes.md", &page);
}

#[test]
fn a_page_that_does_not_keep_its_word_is_found() {
    let why = "A sentence that is long enough to say what is wrong, and another one to say why that matters.";
    let page = format!("# E0999: a title\n\n{why}\n\n```kdl,good\nteam a\n```\n");
    assert_eq!(faults("E0999", "a title", &page), ["has no ```kdl,bad"]);
    assert_eq!(faults("E0999", "another title", &page)[0], "does not start with `# E0999: another title`");
    let page = "# E0999: a title\n\n```kdl,bad\n// nothing wrong\n```\n```kdl,good,plat.kdl\nproject a\n```\n";
    let expected = ["does not say what is wrong and why", "its ```kdl,bad of line 3 gives {}"];
    assert_eq!(faults("E0999", "a title", page), expected);
}
