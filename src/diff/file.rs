use super::{Verdict, judge};
use crate::render::Placed;
use crate::store::{ContentId, FileState, Observed, Obstacle, ObstacleKind};
use std::collections::BTreeMap;

/// What differs in one file of a state store.
#[derive(Clone, Debug, PartialEq)]
pub struct FileDiff<'p> {
    /// The path below the store's folder.
    pub path: String,
    /// What follows.
    pub verdict: Verdict,
    /// The live content.
    pub live: Option<ContentId>,
    /// What is wanted there.
    pub desired: Option<&'p Placed>,
    /// The identity that its content has.
    pub wanted: Option<ContentId>,
    /// What the project last wrote there; nothing where it does not own the file.
    pub base: Option<ContentId>,
    /// Another project that owns the file.
    pub other_owner: Option<String>,
    /// Whether this project and that one both say that it is theirs.
    pub is_shared: bool,
    /// What stands in the way of what is wanted. A symbolic link in the place of a file that the project owns is none: it is a
    /// content of others, like any.
    pub obstacle: Option<Obstacle>,
    /// What is there under another path that the disks of some systems take for that of what is wanted.
    pub alike: Option<String>,
    /// Where the symbolic link leads that is live in place of a file.
    pub link: Option<String>,
}

impl FileDiff<'_> {
    /// That of a file which nobody owns and which is to go.
    pub fn cleared(path: String, state: FileState) -> Self {
        Self {
            path,
            verdict: Verdict::Remove,
            live: state.live,
            desired: None,
            wanted: None,
            base: None,
            other_owner: None,
            is_shared: false,
            obstacle: None,
            alike: None,
            link: state.link,
        }
    }

    /// Whether it goes although the project does not own it: nobody does.
    pub fn is_cleared(&self) -> bool {
        self.verdict == Verdict::Remove && self.base.is_none() && self.other_owner.is_none() && !self.is_shared
    }

    /// Whether the live file can be run, which no file can that a project writes.
    pub fn is_executable(&self) -> bool {
        self.live.as_ref().is_some_and(ContentId::is_executable)
    }

    /// What is said in place of the content of a symbolic link.
    pub fn linked(&self) -> Option<String> {
        self.link.as_ref().map(|target| format!("(a symbolic link to {target})\n"))
    }
}

/// The files of one store about which there is something to say, by path, and how many are as they should be. `wanted` are the
/// files that are wanted there, each with the identity that the store has for its content, with the values of its secrets;
/// `observed` is what [`crate::store::Store::compare`] says of them.
pub fn diff_files<'p>(wanted: &[(&'p Placed, ContentId)], observed: &Observed) -> (Vec<FileDiff<'p>>, usize) {
    let is_told = |(placed, _): &&(&'p Placed, ContentId)| observed.files.contains_key(&placed.path);
    let mut desired: BTreeMap<&str, &(&'p Placed, ContentId)> = BTreeMap::new();
    desired.extend(wanted.iter().filter(is_told).map(|file| (file.0.path.as_str(), file)));
    let (mut diffs, mut unchanged) = (Vec::new(), wanted.len() - desired.len());
    for (path, state) in &observed.files {
        let (desired, id) = desired.get(path.as_str()).map(|(placed, id)| (*placed, id)).unzip();
        let FileState { live, owned: base, .. } = state;
        match judge(base.as_ref(), live.as_ref(), id) {
            Verdict::Same => unchanged += usize::from(desired.is_some()),
            Verdict::Foreign => {}
            verdict => diffs.push(FileDiff {
                path: path.to_owned(),
                verdict,
                live: live.clone(),
                desired,
                wanted: id.cloned(),
                base: base.clone(),
                other_owner: state.other_owner.clone(),
                is_shared: state.is_shared,
                alike: state.alike.clone().filter(|_| desired.is_some()),
                link: state.link.clone(),
                obstacle: state.obstacle.clone().filter(|obstacle| {
                    desired.is_some() && (live.is_none() || obstacle.kind != ObstacleKind::Link || base.is_none())
                }),
            }),
        }
    }
    (diffs, unchanged)
}
