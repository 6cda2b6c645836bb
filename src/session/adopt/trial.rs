//! The project read anew with proposed edits: only those count that make it say what they are for.

use super::{Adopted, Candidate, Delivered, Refusal, Rewrite, first_difference};
use crate::diag::Severity;
use crate::diff::{Desired, desired};
use crate::model::{Address, Digest, Map, Value};
use crate::render::Placed;
use crate::resolve::{Listing, LoadError, Loader, Root};
use crate::session::SessionError;
use crate::source::FileId;
use crate::syntax::{edit, format, parse};
use crate::workspace::{Loaded, Unwatched, Workspace};
use std::collections::{BTreeMap, HashMap, HashSet};

use std::sync::Arc;

/// What could be taken over, and what not.
pub(super) struct Found {
    pub(super) adopted: Vec<Adopted>,
    pub(super) refused: Vec<Refusal>,
    pub(super) rewrites: Vec<Rewrite>,
    pub(super) delivered: Delivered,
}

/// Finds as many edits as possible that hold together. All of them at once is the usual case and one reading of the project; else
/// they are halved until those are found that do not hold, which are tried again once others are in.
pub(super) fn search(
    loader: &dyn Loader,
    loaded: &Loaded,
    wanted: &[Desired<'_>],
    candidates: &[Candidate],
) -> Result<Found, SessionError> {
    let workspace = Workspace::default();
    let mut trials =
        Trials { workspace, loader, loaded, wanted, candidates, accepted: Vec::new(), held: Held::default() };
    // What is taken away goes last, and what refers to it before it.
    let mut open: Vec<usize> = (0..candidates.len()).filter(|index| candidates[*index].body.is_some()).collect();
    open.extend((0..candidates.len()).rev().filter(|index| candidates[*index].body.is_none()));
    let mut refused;
    loop {
        refused = Vec::new();
        let before = trials.accepted.len();
        trials.accept(&open, &mut refused)?;
        if refused.is_empty() || trials.accepted.len() == before {
            break;
        }
        open = refused.iter().map(|(index, _)| *index).collect();
    }
    let Trials { mut accepted, held: Held { rewrites, delivered }, .. } = trials;
    accepted.sort_unstable();
    let refusal = |(index, reason): (usize, String)| {
        let Candidate { adopted, .. } = &candidates[index];
        Refusal { address: adopted.address.to_string(), span: Some(adopted.span), reason }
    };
    Ok(Found {
        adopted: accepted.into_iter().map(|index| candidates[index].adopted.clone()).collect(),
        refused: refused.into_iter().map(refusal).collect(),
        rewrites,
        delivered,
    })
}

struct Trials<'a> {
    /// What the trials have in common: the files that no edit is in.
    workspace: Workspace,
    loader: &'a dyn Loader,
    loaded: &'a Loaded,
    wanted: &'a [Desired<'a>],
    candidates: &'a [Candidate],
    accepted: Vec<usize>,
    held: Held,
}

/// What edits that hold come to.
#[derive(Default)]
struct Held {
    rewrites: Vec<Rewrite>,
    delivered: Delivered,
}

impl Trials<'_> {
    /// Accepts what of some candidates holds, together with what was accepted before.
    fn accept(&mut self, open: &[usize], refused: &mut Vec<(usize, String)>) -> Result<(), SessionError> {
        if open.is_empty() {
            return Ok(());
        }
        let all: Vec<usize> = self.accepted.iter().chain(open).copied().collect();
        match (self.run(&all)?, open) {
            (Ok(held), _) => {
                self.accepted = all;
                self.held = held;
            }
            (Err(reason), [one]) => refused.push((*one, reason)),
            (Err(_), _) => {
                let (first, second) = open.split_at(open.len() / 2);
                self.accept(first, refused)?;
                self.accept(second, refused)?;
            }
        }
        Ok(())
    }

    /// The files with some edits, or why the project then does not say what it should.
    fn run(&mut self, chosen: &[usize]) -> Result<Result<Held, String>, SessionError> {
        let rewrites = match self.rewrite(chosen) {
            Ok(rewrites) => rewrites,
            Err(reason) => return Ok(Err(reason)),
        };
        let texts = rewrites.iter().map(|rewrite| (rewrite.name.as_str(), rewrite.after.as_str())).collect();
        let changed = self.workspace.load(&Overlay { base: self.loader, texts }, &Unwatched)?;
        let error = changed.diagnostics.iter().find(|problem| problem.severity == Severity::Error);
        if let Some(error) = error {
            // A place in a text that changes would be one of a text that nobody has.
            let file = &changed.sources.file(error.primary.span().file).name;
            let is_rewritten = rewrites.iter().any(|rewrite| rewrite.name == *file);
            let place = if is_rewritten {
                format!("{file}, as it would be")
            } else {
                changed.sources.location(error.primary.span())
            };
            return Ok(Err(format!("the project would be wrong: {place}: {} ({})", error.message, error.code)));
        }
        let held = || Held { rewrites, delivered: delivered(self.loaded, &changed) };
        Ok(self.judge(chosen, &changed).map(|()| held()))
    }

    fn rewrite(&self, chosen: &[usize]) -> Result<Vec<Rewrite>, String> {
        let mut edits: BTreeMap<FileId, Vec<crate::diag::Edit>> = BTreeMap::new();
        for index in chosen {
            let edit = &self.candidates[*index].edit;
            edits.entry(edit.span.file).or_default().push(edit.clone());
        }
        let mut rewrites = Vec::new();
        for (id, edits) in edits {
            let file = self.loaded.sources.file(id);
            let after = edit::apply(&file.text, &edits).ok_or("two edits of a file overlap")?;
            let before = file.text.clone();
            let after = as_canonical_as(&before, after);
            if comments(&before) != comments(&Arc::from(after.as_str())) {
                return Err("a comment would be lost".to_owned());
            }
            rewrites.push(Rewrite { name: file.name.clone(), after, before });
        }
        rewrites.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(rewrites)
    }

    /// Whether each chosen object says what it is to say, and every other one what it said.
    fn judge(&self, chosen: &[usize], changed: &Loaded) -> Result<(), String> {
        let says = desired(&changed.project);
        let find = |list: &'_ [Desired<'_>], address| list.binary_search_by(|one| one.address.cmp(address)).ok();
        for index in chosen {
            let Candidate { adopted, body, .. } = &self.candidates[*index];
            match (find(&says, &adopted.address), body) {
                (None, None) => {}
                (Some(place), Some(body)) if digest(&says[place].declared.body()) == digest(body) => {}
                (Some(place), Some(body)) => {
                    let path = first_difference(body, &says[place].declared.body()).unwrap_or_default();
                    return Err(format!("the language cannot say `{path}` so that it reads back as it is to be"));
                }
                (_, _) => return Err("its line cannot be changed without others".to_owned()),
            }
        }
        let asked: HashSet<&Address> = chosen.iter().map(|index| &self.candidates[*index].adopted.address).collect();
        let is_chosen = |one: &Desired<'_>| asked.contains(&one.address);
        let mut others = says.iter().filter(|one| !is_chosen(one));
        let mut before = self.wanted.iter().filter(|one| !is_chosen(one));
        loop {
            match (before.next(), others.next()) {
                (None, None) => return Ok(()),
                (Some(a), Some(b)) if a.address == b.address && a.digest == b.digest && a.lifecycle == b.lifecycle => {}
                (Some(one), _) | (None, Some(one)) => return Err(format!("{} would change too", one.address)),
            }
        }
    }
}

/// What becomes of the files of a project that is another one.
fn delivered(before: &Loaded, now: &Loaded) -> Delivered {
    fn files(loaded: &Loaded) -> HashMap<(String, &str), &[u8]> {
        let file = |file: &'_ Placed| {
            let store = loaded.project.store(&file.store);
            let place = store.map(|store| format!("{} {} {}", store.url.value, store.branch.value, store.path.value));
            place.unwrap_or_default()
        };
        loaded.placed.iter().map(|one| ((file(one), one.path.as_str()), &*one.content)).collect()
    }
    let (were, are) = (files(before), files(now));
    let paths: HashSet<(&str, &str)> = now.placed.iter().map(|one| (&*one.store, one.path.as_str())).collect();
    let is_gone = |one: &&Placed| !paths.contains(&(&*one.store, one.path.as_str()));
    Delivered {
        anew: are.iter().filter(|(place, content)| were.get(place) != Some(content)).count(),
        gone: before.placed.iter().filter(is_gone).count(),
    }
}

fn digest(body: &Map) -> Digest {
    Digest::of_value(&Value::Object(body.clone()))
}

/// The text in its canonical form where the text before it was: then only what was edited can differ from it.
fn as_canonical_as(before: &Arc<str>, after: String) -> String {
    let canonical = |text: &Arc<str>| {
        let (tree, problems) = parse(FileId(0), text);
        (!problems.has_errors()).then(|| format(&tree))
    };
    if canonical(before).is_some_and(|text| text == **before) {
        return canonical(&Arc::from(after.as_str())).unwrap_or(after);
    }
    after
}

/// The comments of a text, wherever they stand.
fn comments(text: &Arc<str>) -> Vec<String> {
    let (tree, _) = parse(FileId(0), text);
    let mut lines: Vec<String> = edit::comment_lines(&tree).into_iter().map(str::to_owned).collect();
    lines.sort_unstable();
    lines
}

/// A project in which some files have another text.
struct Overlay<'l> {
    base: &'l dyn Loader,
    texts: BTreeMap<&'l str, &'l str>,
}

impl Loader for Overlay<'_> {
    fn files(&self) -> Result<Listing, LoadError> {
        self.base.files()
    }

    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, LoadError> {
        self.texts.get(name).map_or_else(|| self.base.read(name, most), |text| Ok(text.as_bytes().to_vec()))
    }

    fn list(&self, folder: &str) -> Result<Listing, LoadError> {
        self.base.list(folder)
    }

    fn root(&self) -> Option<Root> {
        self.base.root()
    }

    fn folder(&self) -> String {
        self.base.folder()
    }
}
