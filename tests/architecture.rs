//! The layering of `src` as data: who may import whom, which module owns a foreign crate, and what no file may hold.
//!
//! It reads paths, not types: code that only tests see (`#[cfg(test)]`, and files of the names in [`TEST_FILES`])
//! is not looked at.

#![expect(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};

/// Each module with what it may import, in the order in which data flows: a row names only rows above it. A part of a module may have a
/// row of its own, as each adapter has: it sees neither the module around it nor the parts beside it.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("worded", &[]),
    ("align", &[]),
    ("yaml", &[]),
    ("source", &[]),
    ("diag", &["source"]),
    ("kubernetes", &["yaml"]),
    ("backstage", &["kubernetes"]),
    ("syntax", &["source", "diag"]),
    ("grammar", &["source", "diag", "kubernetes", "syntax"]),
    ("model", &["source", "kubernetes"]),
    ("scorecard", &["source", "diag", "model"]),
    ("function", &["source", "grammar", "model", "scorecard"]),
    ("jq", &["source", "model", "function"]),
    ("object", &["grammar", "model", "source"]),
    ("writer", &["align", "source", "diag", "syntax", "grammar", "model", "object"]),
    ("secret", &["source", "model"]),
    ("wait", &[]),
    ("file", &[]),
    ("credentials", &["model", "secret"]),
    ("rows", &["worded", "yaml", "source", "model"]),
    (
        "resolve",
        &[
            "source",
            "diag",
            "kubernetes",
            "syntax",
            "grammar",
            "model",
            "scorecard",
            "function",
            "jq",
            "object",
            "rows",
        ],
    ),
    ("neighbour", &["source", "backstage", "grammar", "model", "object", "resolve"]),
    ("render", &["source", "diag", "kubernetes", "syntax", "model", "function", "secret"]),
    ("check", &["yaml", "source", "diag", "kubernetes", "syntax", "model", "object", "render"]),
    ("policy", &["source", "kubernetes", "model", "secret", "render", "scorecard"]),
    ("verify", &["align", "source", "diag", "model", "object", "secret", "check", "render", "scorecard", "policy"]),
    ("catalog", &["source", "model", "object", "secret"]),
    ("store", &["model", "secret"]),
    ("diff", &["align", "yaml", "source", "syntax", "model", "object", "secret", "render", "catalog", "store"]),
    ("workspace", &["source", "diag", "grammar", "model", "resolve", "check", "render", "store", "diff"]),
    (
        "editor",
        &[
            "worded",
            "source",
            "diag",
            "syntax",
            "grammar",
            "model",
            "kubernetes",
            "scorecard",
            "object",
            "resolve",
            "verify",
            "workspace",
        ],
    ),
    (
        "migrate",
        &[
            "yaml",
            "source",
            "diag",
            "backstage",
            "syntax",
            "grammar",
            "model",
            "object",
            "writer",
            "rows",
            "secret",
            "resolve",
            "neighbour",
            "workspace",
        ],
    ),
    (
        "plan",
        &[
            "worded",
            "align",
            "source",
            "diag",
            "kubernetes",
            "syntax",
            "model",
            "object",
            "secret",
            "check",
            "render",
            "scorecard",
            "catalog",
            "store",
            "diff",
        ],
    ),
    ("review", &["align", "source", "syntax", "model", "resolve", "plan"]),
    ("apply", &["worded", "align", "model", "object", "secret", "catalog", "store", "plan"]),
    ("observe", &["diag", "model", "secret", "render", "catalog", "store", "diff", "workspace", "plan", "apply"]),
    ("drift", &["source", "model", "render", "catalog", "store", "diff", "apply", "observe"]),
    (
        "why",
        &[
            "source",
            "diag",
            "syntax",
            "model",
            "object",
            "secret",
            "render",
            "catalog",
            "diff",
            "workspace",
            "plan",
            "apply",
            "observe",
        ],
    ),
    ("adapter::sql", &["source", "model", "catalog"]),
    ("adapter::sqlite", &["source", "model", "object", "wait", "file", "catalog", "adapter::sql"]),
    ("adapter::postgres", &["model", "object", "secret", "wait", "credentials", "catalog", "adapter::sql"]),
    ("adapter::git", &["syntax", "model", "object", "secret", "wait", "file", "credentials", "catalog", "store"]),
    (
        "adapter",
        &["model", "wait", "credentials", "catalog", "store", "adapter::sqlite", "adapter::postgres", "adapter::git"],
    ),
    (
        "session",
        &[
            "worded",
            "source",
            "diag",
            "syntax",
            "grammar",
            "model",
            "object",
            "writer",
            "secret",
            "resolve",
            "render",
            "scorecard",
            "policy",
            "verify",
            "catalog",
            "store",
            "diff",
            "workspace",
            "migrate",
            "plan",
            "review",
            "apply",
            "observe",
            "drift",
            "why",
            "adapter",
            "adapter::git",
            "credentials",
            "file",
            "wait",
        ],
    ),
    (
        "report",
        &[
            "worded",
            "align",
            "source",
            "diag",
            "syntax",
            "model",
            "object",
            "secret",
            "render",
            "scorecard",
            "verify",
            "catalog",
            "store",
            "diff",
            "plan",
            "review",
            "apply",
            "drift",
            "why",
            "session",
        ],
    ),
    (
        "lsp",
        &[
            "worded",
            "align",
            "source",
            "diag",
            "syntax",
            "model",
            "file",
            "resolve",
            "workspace",
            "editor",
            "report",
            "session",
        ],
    ),
    (
        "cli",
        &[
            "source",
            "diag",
            "syntax",
            "model",
            "secret",
            "file",
            "scorecard",
            "verify",
            "workspace",
            "plan",
            "drift",
            "report",
            "session",
            "wait",
            "lsp",
        ],
    ),
];

/// Each foreign crate, and each part of the standard library that touches the world, with the modules that own it.
const OWNED_BY: &[(&str, &[&str])] = &[
    ("ahash", &["rows", "grammar", "resolve", "check", "plan", "editor"]),
    ("arcstr", &["model"]),
    ("base64", &["kubernetes", "secret", "function", "migrate"]),
    ("blake3", &["model", "render", "session"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("gen_lsp_types", &["lsp"]),
    ("git2", &["adapter::git"]),
    ("hcl_edit", &["migrate"]),
    ("icu_normalizer", &["syntax"]),
    ("icu_properties", &["report"]),
    ("jsonschema", &["check"]),
    ("kdl", &[]),
    ("lsp_server", &["lsp"]),
    ("md5", &["migrate"]),
    ("memchr", &["rows", "resolve", "secret", "scorecard", "source", "syntax"]),
    ("miette", &["report"]),
    ("mimalloc", &[]),
    ("miniz_oxide", &["kubernetes", "adapter::git"]),
    ("percent_encoding", &["adapter::git", "migrate"]),
    (
        "rayon",
        &[
            "resolve",
            "check",
            "render",
            "scorecard",
            "policy",
            "verify",
            "diff",
            "migrate",
            "plan",
            "editor",
            "lsp",
            "adapter::git",
            "session",
        ],
    ),
    ("regex", &["source", "kubernetes", "rows", "check", "scorecard", "migrate", "secret"]),
    ("regex_syntax", &["check"]),
    ("reqwest", &["adapter::git"]),
    ("rusqlite", &["adapter::sqlite"]),
    // Named for how it is built alone.
    ("libz_sys", &[]),
    ("rustix", &["file", "adapter::git", "session"]),
    ("rustls", &["adapter::git", "adapter::postgres"]),
    ("rustls_platform_verifier", &["adapter::postgres"]),
    ("schemars", &["model", "secret", "store", "plan", "report"]),
    ("serde", &["yaml", "model", "rows", "secret", "check", "render", "store", "migrate", "plan", "why", "report"]),
    (
        "serde_json",
        &[
            "kubernetes",
            "model",
            "object",
            "rows",
            "neighbour",
            "check",
            "render",
            "verify",
            "migrate",
            "plan",
            "adapter::git",
            "report",
            "lsp",
        ],
    ),
    ("serde_norway", &["render"]),
    ("serde_saphyr", &["yaml", "kubernetes", "rows", "check", "render", "verify", "diff", "migrate", "report"]),
    ("semver", &["model"]),
    ("sha2", &["function", "migrate"]),
    ("signal_hook", &["cli"]),
    ("similar", &["align"]),
    ("terminal_size", &["cli"]),
    (
        "thiserror",
        &[
            "model",
            "secret",
            "resolve",
            "catalog",
            "store",
            "migrate",
            "plan",
            "apply",
            "observe",
            "adapter::git",
            "adapter::postgres",
            "session",
            "cli",
        ],
    ),
    ("tokio", &["adapter::postgres"]),
    ("tokio_postgres", &["adapter::postgres"]),
    ("tokio_postgres_rustls", &["adapter::postgres"]),
    ("unicode_general_category", &["syntax"]),
    ("unicode_security", &["syntax"]),
    ("unicode_width", &["report"]),
    ("url", &["backstage", "model"]),
    ("walkdir", &["session"]),
    ("std::env", &["adapter::git", "session", "cli"]),
    ("std::fs", &["file", "adapter", "session", "cli"]),
    ("std::net", &["adapter::git"]),
    ("std::process", &["credentials", "adapter::git", "session", "cli"]),
    ("std::time", &["wait", "file", "credentials", "catalog", "store", "adapter", "session", "lsp", "cli"]),
];

/// What writes to the world, with the only files that may: each lets nothing through that holds a secret, or writes what its
/// caller let through (the targets, behind the `Watched` of their trait).
const WRITERS: &[(&str, &[&str])] = &[
    // Of the language server each message is let through before it is sent.
    ("stdout().lock", &["cli/output.rs", "lsp/frames.rs"]),
    ("stderr().lock", &["cli/output.rs"]),
    ("Connection::stdio", &[]),
    ("io::stdout()", &["cli/output.rs", "cli/context.rs", "lsp/frames.rs"]),
    ("io::stderr()", &["cli/output.rs", "cli/context.rs"]),
    // The last one writes what it fetched from a repository of modules, as it is there.
    ("fs::write", &["cli/output.rs", "session/modules.rs"]),
    // The last one writes digests alone.
    (
        "Replacement::of",
        &["cli/output.rs", "session/files.rs", "adapter/git/catalog/known.rs", "adapter/git/catalog/seen.rs"],
    ),
    ("File::create", &["file/replacement.rs", "adapter/git/host/local/lock.rs"]),
    ("OpenOptions", &["adapter/git/wire/ssh/key.rs", "cli/output.rs", "file/plain.rs"]),
    (
        "File::options",
        &[
            "adapter/git/disk/mod.rs",
            "adapter/git/host/local/lock.rs",
            "adapter/git/host/local/transaction.rs",
            "adapter/git/host/server/cache.rs",
            "adapter/git/wire/ssh/key.rs",
            "file/plain.rs",
        ],
    ),
    ("Sqlite::open(", &["adapter/mod.rs"]),
    ("Git::open(", &["adapter/mod.rs"]),
    ("GitCatalog::open(", &["adapter/mod.rs"]),
    ("Postgres::open(", &["adapter/mod.rs"]),
    (
        "open_catalog(",
        &["adapter/mod.rs", "session/join.rs", "session/targets.rs", "session/query/find.rs", "session/runs.rs"],
    ),
    ("open_store(", &["adapter/mod.rs", "session/targets.rs"]),
];

/// Crates that are nowhere in the tree, as what is there does the same: they would bring a second library of cryptography, and tools that
/// a machine need not have.
const ABSENT: &[&str] = &["aws-lc-sys", "libssh2-sys", "native-tls", "openssl-sys"];

/// Words that no port speaks: they are those of one of its adapters.
const UNSPOKEN: &[(&str, &[&str])] =
    &[("catalog", &["SQL", "sqlite"]), ("store", &["branch", "commit", "refs/", "git2"])];

/// Files of one folder that need each other: the parts of one walk, or of one reading, which nobody understands alone.
const TOGETHER: &[&[&str]] = &[
    // A place in an object, and the nodes that say one.
    &["grammar::placed", "grammar::shape"],
    // What is wrong at an entry, and where it belongs.
    &["grammar::validate::entries", "grammar::validate::placed"],
    // An expression of jq, and the functions in it.
    &["jq::function", "jq::run"],
    // A value that refers to others, and one of which parts are decided about: each holds the other, and is read so.
    &["model::composed", "model::template"],
    &["resolve::control", "resolve::template"],
    // The lines of a kind, and its fields.
    &["object::line", "object::table"],
    &["report::difference::list", "report::difference::text"],
    &["report::plan::change", "report::plan::field"],
    // The habits of other languages, told apart by each other.
    &["syntax::bracket", "syntax::foreign", "syntax::habit"],
    // A parser by recursive descent.
    &["syntax::entry", "syntax::node", "syntax::parser", "syntax::string"],
];

/// Files and folders that only tests compile.
const TEST_FILES: &[&str] = &["tests", "laws", "conformance", "fixture"];
/// The most lines of a file, its tests aside.
const MOST_LINES: usize = 500;
/// Files that may be longer, because they are many short answers to one question.
const LONG: &[&str] = &[];

/// One file of `src`.
struct Source {
    /// Its modules from the crate's root: `report`, `human`.
    module: Vec<String>,
    /// Its path below `src`, for messages.
    path: String,
    text: String,
}

impl Source {
    /// A file from its path below `src` and its text.
    fn new(path: &str, text: &str) -> Self {
        let mut module: Vec<String> = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
        if module.last().is_some_and(|last| last == "mod") {
            module.pop();
        }
        Self { module, path: path.to_owned(), text: text.to_owned() }
    }

    fn violations(&self) -> Vec<String> {
        let is_root = matches!(self.path.as_str(), "lib.rs" | "main.rs");
        let is_test = self.module.iter().any(|name| TEST_FILES.contains(&name.as_str()));
        let mut found = self.of_text(is_test);
        if !is_root && !is_test {
            found.extend(self.of_imports());
        }
        found.into_iter().map(|violation| format!("{}: {violation}", self.path)).collect()
    }

    fn of_text(&self, is_test: bool) -> Vec<String> {
        let mut found = Vec::new();
        for word in [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("db", "g!(")] {
            if self.text.contains(word) {
                found.push(format!("holds `{word}`"));
            }
        }
        for (_, words) in UNSPOKEN.iter().filter(|(module, _)| self.module.first().is_some_and(|first| first == module))
        {
            let spoken = words.iter().filter(|word| self.text.contains(**word));
            found.extend(spoken.map(|word| format!("speaks of `{word}`, as an adapter does")));
        }
        let is_module = self.path.ends_with("mod.rs") || !self.path.contains('/');
        if is_module && self.path != "main.rs" && !self.text.starts_with("//!") {
            found.push("does not say with `//!` what it is".to_owned());
        }
        let code = self.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (writer, files) in WRITERS {
            if !is_test && code.contains(writer) && !files.contains(&self.path.as_str()) {
                found.push(format!("writes by `{writer}`, past what watches for secrets"));
            }
        }
        let lines = self.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().lines().count();
        match (lines > MOST_LINES, LONG.contains(&self.path.as_str())) {
            (true, false) if !is_test => found.push(format!("has {lines} lines, more than {MOST_LINES}")),
            (false, true) => found.push("is no longer long: take it off the list".to_owned()),
            _ => {}
        }
        found
    }

    fn of_imports(&self) -> Vec<String> {
        let Some((own, allowed)) = row(&self.module) else {
            return vec![format!("`{}` has no row in the import table", self.module[0])];
        };
        let mut paths = Paths { module: self.module.clone(), found: Vec::new() };
        paths.visit_file(&syn::parse_file(&self.text).unwrap());
        let mut found: Vec<String> = Vec::new();
        for path in paths.found {
            match path.split_first() {
                Some((root, rest)) if root == "crate" => match rest.first().map(String::as_str) {
                    Some("*") => found.push("must not import everything of the crate".to_owned()),
                    Some(name) => {
                        let name = row(rest).map_or(name, |row| row.0);
                        if name != own && !allowed.contains(&name) {
                            found.push(format!("must not import `{name}`"));
                        }
                    }
                    None => {}
                },
                Some((root, rest)) => {
                    let longer = rest.first().map(|next| format!("{root}::{next}"));
                    for name in [Some(root.clone()), longer].into_iter().flatten() {
                        let owns = |owner: &&str| {
                            own == *owner || own.strip_prefix(owner).is_some_and(|part| part.starts_with("::"))
                        };
                        if OWNED_BY.iter().any(|(owned, owners)| *owned == name && !owners.iter().any(owns)) {
                            found.push(format!("does not own `{name}`"));
                        }
                    }
                }
                None => {}
            }
        }
        found.sort();
        found.dedup();
        found
    }
}

/// The row of the import table that a path is of: that of a part before that of the module around it.
fn row(path: &[String]) -> Option<(&'static str, &'static [&'static str])> {
    let names =
        |row: &str| row.split("::").count() <= path.len() && row.split("::").zip(path).all(|(row, part)| row == part);
    let rows = MAY_IMPORT.iter().filter(|(name, _)| names(name));
    rows.max_by_key(|(name, _)| name.len()).copied()
}

/// The absolute paths that a file names: `crate` and a module, or a foreign crate and what it takes of it.
struct Paths {
    module: Vec<String>,
    found: Vec<Vec<String>>,
}

impl Paths {
    fn add(&mut self, segments: &[String]) {
        let ups = segments.iter().take_while(|segment| *segment == "super").count();
        let is_own = segments.first().is_some_and(|first| first == "self");
        let resolved = if ups > 0 || is_own {
            let above = &self.module[..self.module.len().saturating_sub(ups)];
            let rest = &segments[ups.max(usize::from(is_own))..];
            [&["crate".to_owned()], above, rest].concat()
        } else {
            segments.to_vec()
        };
        self.found.push(resolved);
    }

    fn add_tree(&mut self, prefix: &[String], tree: &syn::UseTree) {
        let with = |last: String| [prefix, &[last]].concat();
        match tree {
            syn::UseTree::Path(path) => self.add_tree(&with(path.ident.to_string()), &path.tree),
            syn::UseTree::Name(name) => self.add(&with(name.ident.to_string())),
            syn::UseTree::Rename(rename) => self.add(&with(rename.ident.to_string())),
            syn::UseTree::Glob(_) => self.add(&with("*".to_owned())),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_tree(prefix, tree)),
        }
    }

    /// The paths in the tokens of a macro or an attribute.
    fn add_tokens(&mut self, tokens: &str) {
        let text = tokens.replace(" :: ", "::").replace(":: ", "::");
        for chunk in text.split(|character: char| !(character.is_alphanumeric() || matches!(character, '_' | ':'))) {
            let segments: Vec<String> = chunk.split("::").map(str::to_owned).collect();
            if segments.len() > 1 {
                self.add(&segments);
            }
        }
    }
}

fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    })
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_for_tests(&item.attrs) {
            self.module.push(item.ident.to_string());
            visit::visit_item_mod(self, item);
            self.module.pop();
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_impl(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !is_for_tests(&item.attrs) {
            self.add_tree(&[], &item.tree);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.len() > 1 {
            self.add(&segments);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, found: &'ast syn::Macro) {
        self.add_tokens(&found.tokens.to_string());
        visit::visit_macro(self, found);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.add_tokens(&list.tokens.to_string());
        }
    }
}

/// Which files of a room import from which others of it, each by its module. A name that a module hands on belongs to the file that
/// defines it, and a folder and what is in it are one.
fn imports_within_rooms(sources: &[Source]) -> BTreeMap<Vec<String>, BTreeSet<Vec<String>>> {
    let is_test = |source: &&Source| source.module.iter().any(|name| TEST_FILES.contains(&name.as_str()));
    let files: BTreeMap<&[String], syn::File> = (sources.iter().filter(|source| !is_test(source)))
        .map(|source| (&*source.module, syn::parse_file(&source.text).unwrap()))
        .collect();
    let mut defined: BTreeMap<(&str, String), Vec<&[String]>> = BTreeMap::new();
    for (module, file) in &files {
        for name in file.items.iter().filter_map(defined_by) {
            defined.entry((&module[0], name)).or_default().push(module);
        }
    }
    let mut imports: BTreeMap<Vec<String>, BTreeSet<Vec<String>>> = BTreeMap::new();
    for (module, file) in &files {
        let mut paths = Paths { module: module.to_vec(), found: Vec::new() };
        paths.visit_file(file);
        for path in paths.found {
            let path = if path[0] == "crate" { &path[1..] } else { continue };
            let Some(length) = (1..=path.len()).rev().find(|length| files.contains_key(&path[..*length])) else {
                continue;
            };
            let (named, rest) = path.split_at(length);
            let definers = rest.first().and_then(|name| defined.get(&(&*module[0], name.clone())));
            let definers = definers.map_or(&[][..], |all| all.as_slice()).iter().filter(|one| one.starts_with(named));
            let of = match definers.collect::<Vec<_>>().as_slice() {
                [one] => one.to_vec(),
                _ => named.to_vec(),
            };
            if of[0] == module[0] && !of.starts_with(module) && !module.starts_with(&of) {
                imports.entry(module.to_vec()).or_default().insert(of);
            }
        }
    }
    imports
}

/// The name that an item gives to something.
fn defined_by(item: &syn::Item) -> Option<String> {
    match item {
        syn::Item::Const(item) => Some(item.ident.to_string()),
        syn::Item::Enum(item) => Some(item.ident.to_string()),
        syn::Item::Fn(item) => Some(item.sig.ident.to_string()),
        syn::Item::Static(item) => Some(item.ident.to_string()),
        syn::Item::Struct(item) => Some(item.ident.to_string()),
        syn::Item::Trait(item) => Some(item.ident.to_string()),
        syn::Item::Type(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

/// The circles of some imports: the modules of each, sorted.
fn circles(imports: &BTreeMap<Vec<String>, BTreeSet<Vec<String>>>) -> BTreeSet<Vec<String>> {
    let reached = |start: &Vec<String>| {
        let mut reached: BTreeSet<&Vec<String>> = BTreeSet::new();
        let mut open: Vec<&Vec<String>> = imports.get(start).into_iter().flatten().collect();
        while let Some(next) = open.pop() {
            if reached.insert(next) {
                open.extend(imports.get(next).into_iter().flatten());
            }
        }
        reached
    };
    let all: BTreeMap<&Vec<String>, BTreeSet<&Vec<String>>> = imports.keys().map(|one| (one, reached(one))).collect();
    let circle = |(one, reached): (&&Vec<String>, &BTreeSet<&Vec<String>>)| {
        let back = reached.iter().filter(|other| all.get(**other).is_some_and(|back| back.contains(one)));
        back.map(|module| module.join("::")).collect::<Vec<_>>()
    };
    all.iter().map(circle).filter(|circle| !circle.is_empty()).collect()
}

/// Every file below `src`, by path.
fn sources() -> Vec<Source> {
    fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let name = |path: &PathBuf| path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
    files.iter().map(|path| Source::new(&name(path), &std::fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn a_row_names_only_rows_above_it() {
    for (index, (module, allowed)) in MAY_IMPORT.iter().enumerate() {
        let above: Vec<&str> = MAY_IMPORT[..index].iter().map(|row| row.0).collect();
        for name in *allowed {
            assert!(above.contains(name), "`{module}` names `{name}`, which is not above it");
        }
    }
}

#[test]
fn the_library_declares_its_modules_in_the_order_of_the_table() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let declared: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let rows: Vec<&str> = MAY_IMPORT.iter().map(|row| row.0).filter(|row| declared.contains(row)).collect();
    assert_eq!(declared, rows);
}

#[test]
fn the_map_has_a_row_for_each_module_in_their_order() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/architecture.md")).unwrap();
    let table = text.split("| module |").nth(1).unwrap().split("\n\n").next().unwrap();
    let told: Vec<&str> = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let rows: Vec<&str> = MAY_IMPORT.iter().map(|row| row.0).filter(|module| !module.contains("::")).collect();
    assert_eq!(told, rows);
}

#[test]
fn the_map_says_who_touches_the_world() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/architecture.md")).unwrap();
    let claim = text.lines().find(|line| line.contains("ever touch the world")).unwrap();
    let told: BTreeSet<&str> = claim.split_once(" ever ").unwrap().0.split('`').skip(1).step_by(2).collect();
    let world = ["rustix", "walkdir", "std::env", "std::fs", "std::net", "std::process"];
    let owners = OWNED_BY.iter().filter(|(owned, _)| world.contains(owned)).flat_map(|(_, owners)| *owners);
    let rooms: BTreeSet<&str> = owners.map(|owner| owner.split("::").next().unwrap()).collect();
    assert_eq!(told, rooms);
}

#[test]
fn every_dependency_has_an_owner() {
    let manifest = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let section = manifest.split("[dependencies]\n").nth(1).unwrap().split("\n[").next().unwrap();
    let names =
        section.lines().filter_map(|line| Some(line.split_once(" = ")?.0)).filter(|name| !name.starts_with('#'));
    let unowned: Vec<&str> = names.filter(|name| !OWNED_BY.iter().any(|row| row.0 == name.replace('-', "_"))).collect();
    assert!(unowned.is_empty(), "no row says who owns {unowned:?}");
}

/// Whoever makes it grow, or finds a way to let it shrink, says so where its weight is told.
#[test]
fn the_crates_are_as_many_as_the_manual_says() {
    let read = |name: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let count = read("Cargo.lock").matches("[[package]]\n").count();
    let claim = format!("`Cargo.lock` names {count} packages");
    assert!(read("docs/performance.md").contains(&claim), "docs/performance.md does not say: {claim}");
}

#[test]
fn what_is_made_small_is_there() {
    let read = |name: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let (manifest, lock) = (read("Cargo.toml"), read("Cargo.lock"));
    let section = manifest.split("[profile.release.package]\n").nth(1).unwrap().split("\n[").next().unwrap();
    let names =
        section.lines().filter_map(|line| Some(line.split_once(" = ")?.0)).filter(|name| !name.starts_with('#'));
    let gone: Vec<&str> = names.filter(|name| !lock.contains(&format!("\nname = \"{name}\"\n"))).collect();
    assert!(gone.is_empty(), "nothing depends on {gone:?} any more");
}

#[test]
fn there_is_one_library_of_cryptography() {
    let lock = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    let has = |name: &str| lock.lines().any(|line| line == format!("name = \"{name}\""));
    let found: Vec<&&str> = ABSENT.iter().filter(|name| has(name)).collect();
    assert!(found.is_empty() && has("ring"), "{found:?}");
}

#[test]
fn no_file_breaks_a_rule() {
    let mut all = String::new();
    for violation in sources().iter().flat_map(Source::violations) {
        let _ = writeln!(all, "{violation}");
    }
    assert!(all.is_empty(), "\n{all}");
}

#[test]
fn no_files_import_each_other_but_those_that_belong_together() {
    let is_known = |circle: &Vec<String>| {
        TOGETHER.iter().any(|known| circle.iter().all(|module| known.contains(&module.as_str())))
    };
    let mut circles = circles(&imports_within_rooms(&sources()));
    circles.retain(|circle| !is_known(circle));
    assert!(circles.is_empty(), "{circles:?}");
}

#[test]
fn planted_circles_are_found() {
    let plan = |text: &str| Source::new("plan/mod.rs", text);
    let a = |text: &str| Source::new("plan/a.rs", text);
    let b = Source::new("plan/b.rs", "use super::A; pub struct B;");
    let found = |sources: &[Source]| circles(&imports_within_rooms(sources)).into_iter().collect::<Vec<_>>();
    let round = vec![vec!["plan::a".to_owned(), "plan::b".to_owned()]];
    assert_eq!(found(&[plan("pub use a::A;"), a("pub struct A; fn f() { super::b::g() }"), b]), round);
    let b = Source::new("plan/b.rs", "use super::A; pub struct B;");
    assert!(found(&[plan("use a::C; struct A;"), a("use super::b::B;"), b]).is_empty(), "a folder is around its files");
}

#[track_caller]
fn finds(path: &str, text: &str, expected: &[&str]) {
    let expected: Vec<String> = expected.iter().map(|violation| format!("{path}: {violation}")).collect();
    assert_eq!(Source::new(path, text).violations(), expected);
}

#[test]
fn planted_imports_are_found() {
    let catalog = &["must not import `catalog`"];
    finds("diff/a.rs", "use crate::{model::Name, source::{self as s}};", &[]);
    finds("model/a.rs", "use crate::{source::Span, catalog::{self as c}};", catalog);
    finds("model/a.rs", "fn f() { crate::catalog::open() }", catalog);
    finds("model/a.rs", "fn f() { let x = vec![crate::catalog::open()]; }", catalog);
    finds("model/a.rs", "use super::super::catalog::Catalog;", catalog);
    finds("model/mod.rs", "//! A.\nuse super::catalog::Catalog;", catalog);
    finds("model/a.rs", "mod b { use super::super::super::catalog::Catalog; }", catalog);
    finds("model/a.rs", "type A = Box<dyn crate::catalog::Catalog>;", catalog);
    finds("model/a.rs", "use crate::*;", &["must not import everything of the crate"]);
    finds("model/a.rs", "use super::{Name, value::Value}; use self::catalog::X;", &[]);
    finds("novel/mod.rs", "//! A.", &["`novel` has no row in the import table"]);
}

#[test]
fn an_adapter_is_seen_by_nobody_but_who_opens_it() {
    finds("adapter/mod.rs", "//! A.\nuse sqlite::Sqlite; use self::git::Git; use crate::catalog::Catalog;", &[]);
    finds("adapter/git/a.rs", "use crate::store::Store; use super::b; use crate::adapter::git::c;", &[]);
    finds("adapter/git/a.rs", "use crate::adapter::sqlite::Sqlite;", &["must not import `adapter::sqlite`"]);
    finds("adapter/git/mod.rs", "//! A.\nuse super::open_store_of;", &["must not import `adapter`"]);
    finds("store/a.rs", "use crate::adapter::git::Git;", &["must not import `adapter::git`"]);
    finds("apply/a.rs", "use crate::adapter::Surroundings;", &["must not import `adapter`"]);
    finds("cli/a.rs", "use crate::adapter::git::Git;", &["must not import `adapter::git`"]);
    finds("session/a.rs", "use crate::adapter::sqlite::Sqlite;", &["must not import `adapter::sqlite`"]);
}

#[test]
fn planted_foreign_crates_are_found() {
    finds("adapter/git/a.rs", "use git2::Repository;", &[]);
    finds("store/a.rs", "use git2::Repository;", &["speaks of `git2`, as an adapter does", "does not own `git2`"]);
    finds("store/a.rs", "/// A branch.\nstruct A;", &["speaks of `branch`, as an adapter does"]);
    finds("adapter/sqlite/a.rs", "use git2::Repository;", &["does not own `git2`"]);
    finds("adapter/mod.rs", "//! A.\nuse rusqlite::Connection;", &["does not own `rusqlite`"]);
    finds("plan/a.rs", "use git2 as g;", &["does not own `git2`"]);
    finds("plan/a.rs", "fn f() -> ::git2::Oid { todo() }", &["does not own `git2`"]);
    finds("diff/a.rs", "#[derive(Debug, serde::Serialize)] struct A;", &["does not own `serde`"]);
    finds("model/a.rs", "use std::{collections::BTreeMap, fs};", &["does not own `std::fs`"]);
    finds("render/a.rs", "fn f() { std::time::SystemTime::now(); }", &["does not own `std::time`"]);
}

#[test]
fn code_for_tests_may_import_anything() {
    finds("model/a.rs", "#[cfg(test)]\nmod tests { use crate::catalog::X; use git2::Y; }", &[]);
    finds("model/tests.rs", "use crate::catalog::X;", &[]);
}

#[test]
fn planted_texts_are_found() {
    finds("model/a.rs", concat!("// TO", "DO: later"), &[concat!("holds `TO", "DO`")]);
    let past = &["writes by `fs::write`, past what watches for secrets"];
    finds("cli/a.rs", "fn f() { std::fs::write(a, b) }", past);
    finds("cli/output.rs", "fn f() { std::fs::write(a, b) }", &[]);
    finds("model/mod.rs", "mod a;", &["does not say with `//!` what it is"]);
    finds("model/a.rs", &"// line\n".repeat(501), &["has 501 lines, more than 500"]);
    finds("model/a.rs", &format!("#[cfg(test)]\nmod tests {{\n{}}}", "// line\n".repeat(600)), &[]);
}
