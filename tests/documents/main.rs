//! The documents are true: every page of an error code shows what it says, every block of KDL in the manual is checked,
//! every command names what exists, every console shows what the binary prints, and what is made from the code is up
//! to date. `PLAT_BLESS=1` writes the last of these anew.

#![cfg(test)]

mod code_pages;
mod commands;
#[cfg(target_os = "linux")] // its commands are those of GNU
mod console;
mod editors;
mod fence;
mod links;
mod manual;

use std::path::{Path, PathBuf};

/// The folder that the documents are in.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages that somebody reads from the beginning: the README, the manual, the decisions, and those of examples.
fn manual() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md")];
    for folder in ["docs", "docs/decisions"] {
        let entries = std::fs::read_dir(root().join(folder)).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        pages.extend(paths.filter(|path| path.extension().is_some_and(|extension| extension == "md")));
    }
    let examples = std::fs::read_dir(root().join("examples")).unwrap();
    pages.extend(examples.map(|entry| entry.unwrap().path().join("README.md")).filter(|page| page.exists()));
    pages.sort();
    pages
}

/// A page's path as people write it.
fn shown(page: &Path) -> String {
    page.strip_prefix(root()).unwrap_or(page).display().to_string()
}

/// Holds a page to what it is made from.
fn up_to_date(page: &str, expected: &str) {
    let path = root().join(page);
    if std::env::var_os("PLAT_BLESS").is_some() {
        std::fs::write(&path, expected).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == expected, "{page} is not what the code says: run the tests with PLAT_BLESS=1");
}
