use super::{Verdict, judge};
use crate::render::Placed;
use crate::store::{ContentId, Observed, Obstacle, ObstacleKind};
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
    /// What the project last wrote there; nothing where it does not own the file.
    pub base: Option<ContentId>,
    /// Another project that owns the file, where this one does not.
    pub other_owner: Option<String>,
    /// What stands in the way of what is wanted. A symbolic link in the place of a file that the project owns is none: it is a
    /// content of others, like any.
    pub obstacle: Option<Obstacle>,
    /// Where the symbolic link leads that is live in place of a file.
    pub link: Option<String>,
}

impl FileDiff<'_> {
    /// What is said in place of the content of a symbolic link.
    pub fn linked(&self) -> Option<String> {
        self.link.as_ref().map(|target| format!("(a symbolic link to {target})\n"))
    }
}

/// The files of one store about which there is something to say, by path, and how many are as they should be.
/// `identify` gives the identity that the store has for the content of a file, with the values of its secrets.
pub fn diff_files<'p>(
    placed: &[&'p Placed],
    observed: &Observed,
    identify: impl Fn(&Placed) -> ContentId,
) -> (Vec<FileDiff<'p>>, usize) {
    let desired: BTreeMap<&str, &'p Placed> = placed.iter().map(|file| (file.path.as_str(), *file)).collect();
    let mut paths: Vec<&str> = desired.keys().copied().collect();
    paths.extend(observed.files.keys().map(String::as_str));
    paths.sort_unstable();
    paths.dedup();
    let (mut diffs, mut unchanged) = (Vec::new(), 0);
    for path in paths {
        let state = observed.files.get(path);
        let wanted = desired.get(path).copied();
        let live = state.and_then(|state| state.live.clone());
        let base = state.and_then(|state| state.owned.as_ref());
        let id = wanted.map(&identify);
        match judge(base, live.as_ref(), id.as_ref()) {
            Verdict::Same => unchanged += usize::from(wanted.is_some()),
            Verdict::Foreign => {}
            verdict => diffs.push(FileDiff {
                path: path.to_owned(),
                verdict,
                live,
                desired: wanted,
                base: base.cloned(),
                other_owner: state.filter(|_| base.is_none()).and_then(|state| state.other_owner.clone()),
                link: state.and_then(|state| state.link.clone()),
                obstacle: state.filter(|_| wanted.is_some()).and_then(|state| state.obstacle.clone()).filter(
                    |obstacle| {
                        state.is_some_and(|state| state.live.is_none())
                            || obstacle.kind != ObstacleKind::Link
                            || base.is_none()
                    },
                ),
            }),
        }
    }
    (diffs, unchanged)
}
