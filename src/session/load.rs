use super::progress::{Counting, Progress, Unwatched};
use super::{ground, policy_problems};
use crate::check::{check, too_many_looks_at_files};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::Project;
use crate::render::{Placed, Rendered, place, render_each};
use crate::resolve::{LoadError, Loader, MemoryLoader, resolve};
use crate::source::{Sources, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A project, read, checked and rendered: everything that can be told without a target.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The texts.
    pub sources: Sources,
    /// What they declare.
    pub project: Arc<Project>,
    /// What the requests come to.
    pub rendered: Vec<Rendered>,
    /// Their files at their places, by store and path.
    pub placed: Vec<Placed>,
    /// The problems, by place; of very many the first, and the others counted.
    pub diagnostics: Diagnostics,
    /// The folder of a disk that relative paths start at; nothing where there is none.
    pub root: Option<PathBuf>,
    /// The names of all files that it was read from.
    pub files: BTreeSet<String>,
}

impl Loaded {
    /// The project with nothing left of it but what tells who it is, where it delivers to, and what may happen to what it has.
    #[must_use]
    pub fn emptied(&self) -> Self {
        let Project { name, id, guards, stores, destinations, policies, removed, .. } = &*self.project;
        let kept = Project {
            name: name.clone(),
            id: id.clone(),
            guards: guards.clone(),
            stores: stores.clone(),
            destinations: destinations.clone(),
            policies: policies.clone(),
            removed: removed.clone(),
            ..Project::default()
        };
        Self {
            sources: self.sources.clone(),
            project: kept.into(),
            root: self.root.clone(),
            files: self.files.clone(),
            ..Self::default()
        }
    }
}

/// Reads, checks and renders a project. What is rendered is complete only where there are no errors.
///
/// # Errors
/// Where a file cannot be read.
pub fn load(loader: &dyn Loader) -> Result<Loaded, LoadError> {
    load_watched(loader, &Unwatched)
}

/// The same, with somebody who is told how far it is.
///
/// # Errors
/// Where a file cannot be read.
pub fn load_watched(loader: &dyn Loader, progress: &dyn Progress) -> Result<Loaded, LoadError> {
    let counting = Counting { read: Mutex::default(), loader, progress };
    let mut resolved = resolve(&counting)?;
    resolved.sources.lie_in(loader.folder());
    ground::settle(&mut resolved.project, loader.root());
    progress.begin("Checking the project", None);
    let mut diagnostics = resolved.diagnostics;
    diagnostics.append(check(&resolved.project));
    let (mut rendered, mut placed) = (Vec::new(), Vec::new());
    // A broken project would be rendered with consequences of mistakes that are already told.
    if !diagnostics.has_errors() {
        let problems;
        progress.begin("Rendering requests", Some(resolved.project.requests.len()));
        (rendered, problems) = render_each(&resolved.project, &|| progress.advance(1));
        diagnostics.append(problems);
        let problems;
        (placed, problems) = place(&resolved.project, &rendered);
        diagnostics.append(problems);
        diagnostics.extend(too_many_looks_at_files(&resolved.project, placed.len()));
    }
    Ok(Loaded {
        project: resolved.project.into(),
        rendered,
        placed,
        diagnostics: without_consequences(diagnostics, &resolved.sources).sorted().told(),
        sources: resolved.sources,
        root: loader.root().map(Path::to_owned),
        files: counting.read.into_inner().unwrap_or_else(PoisonError::into_inner),
    })
}

/// Leaves out what is wrong with a text that could not be read as it was meant: that follows from the mistake in it. So does a
/// value that is missing on its line.
fn without_consequences(diagnostics: Diagnostics, sources: &Sources) -> Diagnostics {
    let line = |one: &Diagnostic| {
        let span = one.primary.span;
        (span.file, sources.file(span.file).lines().line_of(span.start))
    };
    let mut unread: BTreeMap<_, Vec<Span>> = BTreeMap::new();
    for one in diagnostics.iter().filter(|one| one.code.is_of_text()) {
        let spans = unread.entry(line(one)).or_default();
        spans.extend(one.code.is_of_unread_text().then_some(one.primary.span));
    }
    if unread.is_empty() {
        return diagnostics;
    }
    let follows = |one: &Diagnostic| {
        let span = one.primary.span;
        let beside = unread.get(&line(one));
        let overlaps = beside.into_iter().flatten().any(|other| span.start < other.end && other.start < span.end);
        !one.code.is_of_text() && (overlaps || (one.code == code::MEMBER_WITHOUT_VALUE && beside.is_some()))
    };
    let mut kept = Diagnostics::default();
    kept.extend(diagnostics.into_iter().filter(|one| !follows(one)));
    kept
}

/// The problems of a project of texts, by name, broken policies included: for examples and tests. What depends on the time counts
/// from [`crate::verify::NOW`].
///
/// # Errors
/// Where a text asks for a file that is not among them.
pub fn check_text(files: &[(&str, &str)]) -> Result<Diagnostics, LoadError> {
    let loaded = load(&MemoryLoader::new(files.iter().copied()))?;
    let broken = policy_problems(&loaded, crate::verify::NOW);
    let mut diagnostics = loaded.diagnostics;
    diagnostics.append(broken);
    Ok(diagnostics.sorted().told())
}

#[cfg(test)]
mod tests {
    use super::check_text;

    /// The codes of what is wrong with a text beside a project.
    fn codes(text: &str) -> Vec<&'static str> {
        let found = check_text(&[("plat.kdl", "project demo\n"), ("a.kdl", text)]).unwrap();
        found.iter().map(|one| one.code.id).collect()
    }

    fn of_entity(line: &str) -> Vec<&'static str> {
        codes(&format!(
            "blueprint other\nblueprint thing {{\n    property tags array of=string\n    property tier string\n    property size integer\n    \
             property on boolean\n    property any object\n}}\nentity thing a {{\n    {line}\n}}\n"
        ))
    }

    #[test]
    fn one_mistake_is_told_once() {
        for (line, code) in [
            ("title 'A thing'", "E0121"),
            ("tags 'a', 'b'", "E0121"),
            ("tier `x`", "E0121"),
            ("tags a, b", "E0122"),
            ("tags \"a\", \"b\"", "E0122"),
            ("size 1,", "E0122"),
            ("on #true,", "E0122"),
            ("tier: x", "E0123"),
            ("tier: \"x\"", "E0123"),
            ("\"tier\": \"x\"", "E0123"),
            ("size: 1", "E0123"),
            ("any a: 1", "E0123"),
            ("any { a: 1; }", "E0123"),
            ("tier=x", "E0117"),
            ("tier = x", "E0117"),
            ("size = 1", "E0117"),
            ("tags = [a, b]", "E0117"),
            ("tags [a, b]", "E0124"),
            ("tags [\"a\", \"b\"]", "E0124"),
            ("tags - a", "E0124"),
            ("tags:", "E0123"),
            ("tier <<EOT", "E0121"),
            ("tier 'a/b'", "E0114"),
            ("tier 'https://example.com/a'", "E0219"),
            ("tier x # why", "E0126"),
            ("# tier { x", "E0126"),
            ("on true", "E0102"),
            ("tier null", "E0102"),
            ("size null", "E0102"),
            ("on \"yes\"", "E0401"),
            ("on True", "E0401"),
            ("size None", "E0401"),
            ("size 5m", "E0101"),
            ("tier \"${size}\"", "E0229"),
            ("tier $size", "E0229"),
            ("tags (strign)a", "E0227"),
            ("- tier x", "E0408"),
            ("\n<<<<<<< HEAD\n    tier x\n=======\n    tier y\n>>>>>>> other", "E0125"),
        ] {
            assert_eq!(of_entity(line), [code], "{line}");
        }
        for line in [
            "title \"'A'\"",
            "tags \"a,\" \"b\"",
            "tier \"$size\"",
            "tier #\"${size}\"#",
            "tier \"yes\"",
            "tags it's b",
        ] {
            assert_eq!(of_entity(line), [""; 0], "{line}");
        }
    }

    #[test]
    fn mistakes_beside_each_other_are_all_told() {
        assert_eq!(
            of_entity("title 'A'; tags a, b; tier \"${x}\"; size (u8)1; on maybe"),
            ["E0121", "E0122", "E0229", "E0227", "E0401"]
        );
    }

    #[test]
    fn a_promise_renders_for_every_request_that_its_api_allows() {
        let delivered = |text: &str, request: &str| {
            codes(&format!(
                "promise c {{ api group=e.com version=v1 kind=C {{ field zones array of=string }}; workflow configure {{ \
                 resource v1 ConfigMap $name {{ data z=\"{text}\" }} }} }}\nstate-store s git {{ url x }}\n\
                 destination d {{ store s }}\nrequest c r {{ {request} }}"
            ))
        };
        let joined = "${spec.zones | default none | join ','}";
        assert_eq!([delivered(joined, ""), delivered(joined, "zones a b")], [[""; 0]; 2]);
        assert_eq!(delivered("${spec.zones | join ','}", "zones a"), ["E0512"]);
    }
}
