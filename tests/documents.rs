//! The KDL in the documents is true: every page of an error code shows what it says, and everything else parses.

#![expect(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use plat::diag::{CODES, Diagnostics};
use plat::resolve::{LoadError, Loader};
use plat::source::{FileId, SourceFile};
use plat::{check, grammar, resolve, syntax};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Codes whose example cannot be a fence of a page, with the reason.
const WITHOUT_EXAMPLE: &[(&str, &str)] = &[("E0100", "a page is UTF-8, so it cannot hold a byte that is not")];

/// The problems of a project of some files, as `plat check` tells them.
fn check_text(files: &[(&str, &str)]) -> Diagnostics {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let resolved = resolve::resolve(&Texts(files)).unwrap();
    let mut diagnostics = resolved.diagnostics;
    diagnostics.append(check::check(&resolved.project));
    diagnostics.sorted()
}

struct Texts(BTreeMap<String, String>);

impl Loader for Texts {
    fn files(&self) -> Result<Vec<String>, LoadError> {
        Ok(self.0.keys().cloned().collect())
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, LoadError> {
        let missing = || std::io::Error::from(std::io::ErrorKind::NotFound);
        let text = self.0.get(name).ok_or_else(|| LoadError::Io { path: name.to_owned(), source: missing() })?;
        Ok(text.clone().into_bytes())
    }

    fn list(&self, _folder: &str) -> Result<Vec<String>, LoadError> {
        Ok(Vec::new())
    }
}

/// The codes of the problems of a page's example, which stands beside a `plat.kdl`.
fn codes_of(example: &str) -> BTreeSet<&'static str> {
    let diagnostics = check_text(&[("plat.kdl", "project demo\n"), ("page.kdl", example)]);
    diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect()
}

/// What is wrong with a page.
fn faults(id: &str, title: &str, page: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if !page.starts_with(&format!("# {id}: {title}\n")) {
        faults.push(format!("does not start with `# {id}: {title}`"));
    }
    if WITHOUT_EXAMPLE.iter().any(|(code, _)| *code == id) {
        return faults;
    }
    for (info, expected) in [("kdl,bad", Some(id)), ("kdl,good", None)] {
        let examples: Vec<Fence> = fences(page).into_iter().filter(|fence| fence.info == info).collect();
        if examples.is_empty() {
            faults.push(format!("has no ```{info}"));
        }
        for example in examples {
            let codes = codes_of(&example.text);
            if codes != expected.into_iter().collect() {
                faults.push(format!("its ```{info} of line {} gives {codes:?}", example.line));
            }
        }
    }
    faults
}

/// A fenced block of a Markdown text.
struct Fence {
    /// What follows the backticks.
    info: String,
    /// The line of the fence, from 1.
    line: usize,
    text: String,
}

fn fences(markdown: &str) -> Vec<Fence> {
    let mut fences = Vec::new();
    let mut lines = markdown.lines().enumerate();
    while let Some((index, opening)) = lines.next() {
        let inner = opening.trim_start();
        let ticks = inner.bytes().take_while(|byte| *byte == b'`').count();
        if ticks < 3 {
            continue;
        }
        let (indent, closing) = (opening.len() - inner.len(), "`".repeat(ticks));
        let mut text = String::new();
        for (_, line) in lines.by_ref().take_while(|(_, line)| line.trim() != closing) {
            text.push_str(line.get(indent..).unwrap_or_default());
            text.push('\n');
        }
        fences.push(Fence { info: inner[ticks..].trim().to_owned(), line: index + 1, text });
    }
    fences
}

/// `README.md` and every page below `docs`, by path.
fn documents() -> Vec<PathBuf> {
    fn collect(folder: &Path, pages: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, pages);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages: Vec<PathBuf> = [root.join("README.md")].into_iter().filter(|path| path.exists()).collect();
    collect(&root.join("docs"), &mut pages);
    pages.sort();
    pages
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
    let is_page = |path: &PathBuf| path.parent().is_some_and(|folder| folder.ends_with("docs/errors"));
    let stem = |path: PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let pages: BTreeSet<String> = documents().into_iter().filter(is_page).map(stem).collect();
    assert_eq!(pages, codes);
    assert!(WITHOUT_EXAMPLE.iter().all(|(code, _)| codes.contains(*code)));
}

#[test]
fn codes_are_in_order_and_each_is_there_once() {
    assert!(CODES.is_sorted_by(|a, b| a.id < b.id));
}

#[test]
fn every_kdl_block_parses_and_is_the_language() {
    let mut faults = Vec::new();
    for path in documents() {
        let page = std::fs::read_to_string(&path).unwrap();
        for fence in fences(&page).into_iter().filter(|fence| matches!(fence.info.as_str(), "kdl" | "kdl,good")) {
            let file = SourceFile::new("page.kdl", fence.text.into_bytes());
            let (tree, mut diagnostics) = syntax::parse(FileId(0), &file.text);
            diagnostics.append(grammar::language().validate(&tree));
            for problem in diagnostics.iter() {
                let line = fence.line + file.position(problem.primary.span.start).line as usize;
                faults.push(format!("{}:{line}: {} {}", path.display(), problem.code, problem.message));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_page_that_does_not_keep_its_word_is_found() {
    let page = "# E0999: a title\n\n```kdl,good\nproject a\n```\n";
    assert_eq!(faults("E0999", "a title", page), ["has no ```kdl,bad"]);
    assert_eq!(faults("E0999", "another title", page)[0], "does not start with `# E0999: another title`");
    let page = "# E0999: a title\n\n```kdl,bad\n// nothing wrong\n```\n```kdl,good\n// nothing wrong\n```\n";
    assert_eq!(faults("E0999", "a title", page), ["its ```kdl,bad of line 3 gives {}"]);
}

#[test]
fn fences_are_found_wherever_they_stand() {
    let found = fences("a\n```kdl\nx\n  y\n```\n- b\n  ````kdl,bad\n  ```\n  z\n  ````\n```\nno end");
    let found: Vec<(&str, usize, &str)> =
        found.iter().map(|fence| (fence.info.as_str(), fence.line, fence.text.as_str())).collect();
    assert_eq!(found, [("kdl", 2, "x\n  y\n"), ("kdl,bad", 7, "```\nz\n"), ("", 11, "no end\n")]);
}
