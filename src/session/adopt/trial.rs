//! The project read anew with proposed edits: only those count that make it say what they are for.

use super::elsewhere::Elsewhere;
use super::problem::{Places, Problems};
use super::subject::Subject;
use super::{Adopted, Candidate, Choice, Delivered, Refusal, Rewrite, Version};
use crate::diag::{Diagnostic, Edit, Severity};
use crate::diff::{Desired, desired};
use crate::drift::Drift;
use crate::model::{Address, Digest, Map, StateStore, StorePlace, Thing, Value};
use crate::object::fields;
use crate::render::Placed;
use crate::resolve::{LoadError, Loader};
use crate::session::{SessionError, policy_problems};
use crate::source::{FileId, Span};
use crate::syntax::{edit, format, is_canonical, parse};
use crate::workspace::{Loaded, Unwatched, Workspace};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
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
pub(super) fn search<'a>(
    (loader, loaded, elsewhere): (&'a dyn Loader, &'a Loaded, Elsewhere),
    wanted: &'a [Desired<'a>],
    (subjects, candidates): (&'a [Subject<'a>], &'a [Candidate<'a>]),
    (ground, now): (Ground<'a>, i64),
) -> Result<Found, SessionError> {
    let mut trials = Trials {
        workspace: Workspace::default(),
        loader,
        loaded,
        elsewhere,
        wanted,
        subjects,
        candidates,
        ground,
        now,
        known: OnceCell::new(),
        accepted: Vec::new(),
        held: Held::default(),
    };
    // What is taken away goes last, and what refers to it before it.
    let goes = |index: &usize| candidates[*index].choice == Choice::Removal;
    let mut open: Vec<usize> = (0..candidates.len()).filter(|index| !goes(index)).collect();
    open.extend((0..candidates.len()).rev().filter(goes));
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
    let refusal = |(index, problems): (usize, Problems)| {
        let Candidate { subject, choice } = &candidates[index];
        let subject = &subjects[*subject];
        let fields = match choice {
            Choice::Removal | Choice::Whole => Vec::new(),
            Choice::Fields(paths) => paths.iter().map(|path| (*path).to_owned()).collect(),
        };
        let Problems { reason, each } = problems;
        let address = subject.address().to_string();
        Refusal { address, fields, span: Some(subject.place(choice)), reason, problems: each }
    };
    let Held { adopted, rewrites, delivered } = trials.held;
    Ok(Found { adopted, refused: refused.into_iter().map(refusal).collect(), rewrites, delivered })
}

/// What is known of files without anything that is taken over.
pub(super) struct Ground<'a> {
    /// Those that are written or deleted all the same.
    pending: &'a BTreeSet<Thing>,
    /// Those that lie where the project delivers to, and that are not its own.
    there: HashSet<&'a Thing>,
}

impl<'a> Ground<'a> {
    pub(super) fn of(drift: &'a Drift) -> Self {
        let there = drift.unmanaged_files.iter().chain(drift.left.iter().map(|file| &file.thing)).collect();
        Self { pending: &drift.pending, there }
    }
}

struct Trials<'a> {
    /// What the trials have in common: the files that no edit is in.
    workspace: Workspace,
    loader: &'a dyn Loader,
    loaded: &'a Loaded,
    elsewhere: Elsewhere,
    wanted: &'a [Desired<'a>],
    subjects: &'a [Subject<'a>],
    candidates: &'a [Candidate<'a>],
    ground: Ground<'a>,
    now: i64,
    /// What breaks the policies of the project as it is.
    known: OnceCell<HashSet<String>>,
    accepted: Vec<usize>,
    held: Held,
}

/// What edits that hold come to.
#[derive(Default)]
struct Held {
    adopted: Vec<Adopted>,
    rewrites: Vec<Rewrite>,
    delivered: Delivered,
}

impl Trials<'_> {
    /// Accepts what of some candidates holds, together with what was accepted before.
    fn accept(&mut self, open: &[usize], refused: &mut Vec<(usize, Problems)>) -> Result<(), SessionError> {
        if open.is_empty() {
            return Ok(());
        }
        let all: Vec<usize> = self.accepted.iter().chain(open).copied().collect();
        match (self.run(&all)?, open) {
            (Ok(held), _) => {
                self.accepted = all;
                self.held = held;
            }
            (Err(problems), [one]) => refused.push((*one, problems)),
            (Err(_), _) => {
                let (first, second) = open.split_at(open.len() / 2);
                self.accept(first, refused)?;
                self.accept(second, refused)?;
            }
        }
        Ok(())
    }

    /// The files with some edits, or why the project then does not say what it should.
    fn run(&mut self, chosen: &[usize]) -> Result<Result<Held, Problems>, SessionError> {
        let versions = match self.versions(chosen) {
            Ok(versions) => versions,
            Err(problems) => return Ok(Err(problems)),
        };
        let rewrites = match self.rewrite(&versions) {
            Ok(rewrites) => rewrites,
            Err(reason) => return Ok(Err(reason.to_owned().into())),
        };
        let texts = rewrites.iter().map(|rewrite| (rewrite.name.as_str(), rewrite.after.as_str())).collect();
        let rewritten = Rewritten { base: self.loader, texts };
        let changed = self.workspace.load(&rewritten, &Unwatched)?;
        let gone: Vec<Span> =
            versions.iter().filter(|version| version.body.is_none()).map(|version| version.adopted.span).collect();
        let broken = self.broken(&changed);
        let problems = changed.diagnostics.iter().chain(&broken);
        let mut errors = problems.filter(|problem| problem.severity == Severity::Error).peekable();
        if errors.peek().is_some() {
            return Ok(Err(Places::new(self.loaded, &changed, &gone).wrong(errors)));
        }
        if let Err(problems) = self.judge(&versions, &changed) {
            return Ok(Err(problems));
        }
        if let Some(reason) = self.elsewhere.changed(&rewritten)? {
            return Ok(Err(reason.into()));
        }
        let delivered = delivered(self.loaded, &changed, &self.ground);
        let adopted = versions.into_iter().map(|version| version.adopted).collect();
        Ok(Ok(Held { adopted, rewrites, delivered }))
    }

    /// What the policies of the project then deny, and did not before: a plan would be refused for it.
    fn broken(&self, changed: &Loaded) -> Vec<Diagnostic> {
        let now = policy_problems(changed, self.now);
        if !now.has_errors() {
            return Vec::new();
        }
        let known = self.known.get_or_init(|| {
            policy_problems(self.loaded, self.now).into_iter().map(|problem| problem.message).collect()
        });
        now.into_iter().filter(|problem| !known.contains(&problem.message)).collect()
    }

    /// The text of each object that something is taken over of, in the order of objects.
    fn versions(&self, chosen: &[usize]) -> Result<Vec<Version>, Problems> {
        let mut by_subject: BTreeMap<usize, Vec<&Choice<'_>>> = BTreeMap::new();
        for index in chosen {
            let Candidate { subject, choice } = &self.candidates[*index];
            by_subject.entry(*subject).or_default().push(choice);
        }
        let versions = by_subject.into_iter().map(|(subject, choices)| self.subjects[subject].with(&choices));
        versions.collect::<Result<_, _>>().map_err(|stuck| stuck.reason.into())
    }

    fn rewrite(&self, versions: &[Version]) -> Result<Vec<Rewrite>, &'static str> {
        let mut edits: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
        for version in versions {
            let edits = edits.entry(version.edit.span.file).or_default();
            // What comes to the end of a file comes one behind the other.
            match edits.iter_mut().find(|edit| edit.span == version.edit.span) {
                Some(edit) => edit.text.push_str(&version.edit.text),
                None => edits.push(version.edit.clone()),
            }
        }
        let mut rewrites = Vec::new();
        for (id, edits) in edits {
            let file = self.loaded.sources.file(id);
            let after = edit::apply(&file.text, &edits).ok_or("two edits of a file overlap")?;
            let before = file.text.clone();
            let after = as_canonical_as(&before, after);
            if comments(&before) != comments(&Arc::from(after.as_str())) {
                return Err("a comment would be lost");
            }
            rewrites.push(Rewrite { name: file.name.clone(), after, before });
        }
        rewrites.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(rewrites)
    }

    /// Whether each chosen object says what it is to say, and every other one what it said.
    fn judge(&self, versions: &[Version], changed: &Loaded) -> Result<(), Problems> {
        let says = desired(&changed.project);
        let find = |list: &'_ [Desired<'_>], address| list.binary_search_by(|one| one.address.cmp(address)).ok();
        for Version { adopted, body, .. } in versions {
            match (find(&says, &adopted.address), body) {
                (None, None) => {}
                (Some(place), Some(body)) if digest(&says[place].declared.body()) == digest(body) => {}
                (Some(place), Some(body)) => return Err(misread(body, &says[place].declared.body()).into()),
                (_, _) => return Err("its line cannot be changed without others".to_owned().into()),
            }
        }
        let asked: HashSet<&Address> = versions.iter().map(|version| &version.adopted.address).collect();
        let is_other = |one: &&Desired<'_>| !asked.contains(&one.address);
        let were: BTreeMap<&Address, &Desired<'_>> =
            self.wanted.iter().filter(is_other).map(|one| (&one.address, one)).collect();
        let are: BTreeMap<&Address, &Desired<'_>> =
            says.iter().filter(is_other).map(|one| (&one.address, one)).collect();
        let is_same = |address: &Address| match (were.get(address), are.get(address)) {
            (Some(one), Some(other)) => one.digest == other.digest && one.lifecycle == other.lifecycle,
            (_, _) => false,
        };
        let all: BTreeSet<&Address> = were.keys().chain(are.keys()).copied().collect();
        let mut others = all.into_iter().filter(|address| !is_same(address)).map(|address| {
            let place = were.get(address).map(|one| format!("{}: ", self.loaded.sources.location(one.span.shown())));
            format!("{}{address}", place.unwrap_or_default())
        });
        match (others.next(), others.next()) {
            (None, _) => Ok(()),
            (Some(one), None) => Err(format!("{one} would change too").into()),
            (Some(one), Some(other)) => {
                let each: Vec<String> = [one, other].into_iter().chain(others).collect();
                Err(Problems { reason: format!("{} other objects would change too", each.len()), each })
            }
        }
    }
}

/// Why a text that is to say one body, and says another one, cannot say it.
fn misread(wanted: &Map, found: &Map) -> String {
    let paths = differences(wanted, found);
    let of = |body: &Map, path: &str| {
        fields(body).into_iter().find(|field| field.0 == path).map(|field| field.1.value.clone())
    };
    if let [path] = &paths[..]
        && let (None, Some(Value::String(default))) = (of(wanted, path), of(found, path))
    {
        return format!(
            "where nothing is written, `{path}` is `{default}`: set it to that in the catalog, or let `plat apply` set it back"
        );
    }
    let paths: Vec<String> = paths.into_iter().map(|path| format!("`{path}`")).collect();
    format!("the language cannot say {} so that it reads back as it is to be", paths.join(", "))
}

/// The fields in which two bodies differ.
pub(super) fn differences(wanted: &Map, found: &Map) -> Vec<String> {
    let [wanted, found] = [wanted, found].map(|body| fields(body).into_iter().collect::<BTreeMap<_, _>>());
    let paths: BTreeSet<&String> = wanted.keys().chain(found.keys()).collect();
    let differs = |path: &&String| wanted.get(*path).map(|one| &one.value) != found.get(*path).map(|one| &one.value);
    paths.into_iter().filter(differs).cloned().collect()
}

/// What becomes of the files of a project that is another one, but for those of which the same becomes anyway.
fn delivered(before: &Loaded, now: &Loaded, ground: &Ground<'_>) -> Delivered {
    fn place<'l>(file: &'l Placed, loaded: &Loaded) -> (String, &'l str) {
        let store = loaded.project.store(&file.store);
        let place =
            store.map(|store| format!("{} {} {}", store.git.url.value, store.git.branch.value, store.git.path.value));
        (place.unwrap_or_default(), &file.path)
    }
    let counts = |file: &&Placed| !ground.pending.contains(&file.thing());
    let were: HashMap<(String, &str), &[u8]> =
        before.placed.iter().filter(counts).map(|file| (place(file, before), &*file.content)).collect();
    let is_other = |file: &&Placed| were.get(&place(file, now)).is_none_or(|content| **content != *file.content);
    let (taken, anew): (Vec<&Placed>, Vec<&Placed>) =
        now.placed.iter().filter(counts).filter(is_other).partition(|file| ground.there.contains(&file.thing()));
    let paths: HashSet<(&str, &str)> = now.placed.iter().map(|one| (&*one.store, one.path.as_str())).collect();
    let is_gone = |one: &&Placed| !paths.contains(&(&*one.store, one.path.as_str())) && counts(one);
    let places: Vec<StorePlace> = now.project.stores.iter().map(StateStore::place).collect();
    let is_left = |store: &StateStore| !places.iter().any(|place| place.is(&store.place()));
    let left: HashSet<&str> =
        before.project.stores.iter().filter(|store| is_left(store)).map(|store| &*store.name.value).collect();
    let (left, gone): (Vec<&Placed>, Vec<&Placed>) = before.placed.iter().partition(|one| left.contains(&*one.store));
    Delivered { anew: anew.len(), taken: taken.len(), gone: gone.into_iter().filter(is_gone).count(), left: left.len() }
}

fn digest(body: &Map) -> Digest {
    Digest::of_body(body.clone())
}

/// The text in its canonical form where the text before it was: then only what was edited can differ from it.
fn as_canonical_as(before: &Arc<str>, after: String) -> String {
    if !is_canonical(before) {
        return after;
    }
    let (tree, problems) = parse(FileId(0), &Arc::from(after.as_str()));
    if problems.has_errors() { after } else { format(&tree) }
}

/// The comments of a text, wherever they stand.
fn comments(text: &Arc<str>) -> Vec<String> {
    let (tree, _) = parse(FileId(0), text);
    let mut lines: Vec<String> = edit::comment_lines(&tree).into_iter().map(str::to_owned).collect();
    lines.sort_unstable();
    lines
}

/// A project in which some files have another text.
struct Rewritten<'l> {
    base: &'l dyn Loader,
    texts: BTreeMap<&'l str, &'l str>,
}

impl Loader for Rewritten<'_> {
    fn below(&self) -> Option<&dyn Loader> {
        Some(self.base)
    }

    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, LoadError> {
        self.texts.get(name).map_or_else(|| self.base.read(name, most), |text| Ok(text.as_bytes().to_vec()))
    }
}
