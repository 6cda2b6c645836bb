//! Objects of Kubernetes that go out of files that stay: whatever applies the files deletes them, although no file goes.

use crate::kubernetes::Identity;
use crate::model::{Address, Thing};
use crate::plan::document::{Action, FileChange, LostObject, Manifested, Operation};
use crate::render::identities;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What files hold, beside what operations make of them.
pub trait Contents: Sync {
    /// What is live of a file, by its store and path; nothing where nobody may look.
    fn live(&self, store: &str, path: &str) -> Option<&[u8]>;

    /// What the project wrote there last; nothing where that is still live, or where nobody knows.
    fn written(&self, store: &str, path: &str) -> Option<&[u8]>;

    /// The files that nothing is done to: those of some requests, and others in which something may be that nobody wants there.
    fn staying(&self, requests: &BTreeSet<&Address>) -> Vec<Staying<'_>>;
}

/// A file that nothing is done to.
#[derive(Clone, Copy, Debug)]
pub struct Staying<'c> {
    /// The state store.
    pub store: &'c str,
    /// The destination in whose folder it lies.
    pub destination: &'c str,
    /// Its path.
    pub path: &'c str,
    /// What is in it.
    pub content: &'c [u8],
}

/// The objects that live files hold and that, once they are written, no file of their destination does, each with its file.
pub fn lost_objects<'o>(operations: &'o [Operation], contents: &'o dyn Contents) -> Vec<(&'o FileChange, LostObject)> {
    let robbed: Vec<Robbed<'_>> =
        operations.par_iter().filter_map(|operation| Robbed::of(operation, contents)).collect();
    if robbed.is_empty() {
        return Vec::new();
    }
    let kept = Kept::of(&robbed, operations, contents);
    robbed.iter().flat_map(|one| one.gone(&kept)).collect()
}

/// The files that go and of which all objects are in other files of their destination, once those are written; in their order.
pub(super) fn going_on(operations: &[Operation], contents: &dyn Contents) -> Vec<Thing> {
    let gone: Vec<Robbed<'_>> =
        operations.par_iter().filter_map(|operation| Robbed::whole(operation, contents)).collect();
    if gone.is_empty() {
        return Vec::new();
    }
    let kept = Kept::of(&gone, operations, contents);
    let goes_on = |one: &&Robbed<'_>| one.gone.iter().all(|object| kept.holds(folder(one.file), object));
    let mut whole: Vec<Thing> = gone.iter().filter(goes_on).map(|one| one.thing.clone()).collect();
    whole.sort_unstable();
    whole
}

/// A part of a state store that is applied as one: the store and the destination.
type Folder<'o> = (&'o str, Option<&'o str>);

fn folder(file: &FileChange) -> Folder<'_> {
    (&file.store, file.destination.as_deref())
}

/// The objects that folders hold afterwards.
struct Kept<'o>(BTreeMap<Folder<'o>, BTreeSet<Identity>>);

impl<'o> Kept<'o> {
    fn of(robbed: &[Robbed<'o>], operations: &'o [Operation], contents: &'o dyn Contents) -> Self {
        let mut kept: BTreeMap<Folder<'o>, BTreeSet<Identity>> =
            robbed.iter().map(|one| (folder(one.file), BTreeSet::new())).collect();
        for (file, content) in operations.iter().filter_map(|operation| after(operation, contents)) {
            if let Some(kept) = kept.get_mut(&folder(file)) {
                kept.extend(identities(&file.path, content));
            }
        }
        let requests = robbed.iter().filter_map(|one| one.file.request.as_ref()).collect();
        for file in contents.staying(&requests) {
            if let Some(kept) = kept.get_mut(&(file.store, Some(file.destination))) {
                kept.extend(identities(file.path, file.content));
            }
        }
        Self(kept)
    }

    fn holds(&self, folder: Folder<'_>, object: &Identity) -> bool {
        self.0.get(&folder).is_some_and(|kept| kept.contains(object))
    }
}

/// The file that an operation leaves there, with what is in it then.
fn after<'c>(operation: &'c Operation, contents: &'c dyn Contents) -> Option<(&'c FileChange, &'c [u8])> {
    let file = operation.file()?;
    let content = match operation.action {
        Action::Create | Action::Update | Action::Move | Action::Adopt | Action::Record => {
            file.content.as_ref()?.bytes()
        }
        // What is let go of stays as it is, also where no plan may hold it.
        Action::Release => contents.live(&file.store, &file.path)?,
        Action::Delete | Action::Vacate | Action::Forget => return None,
    };
    Some((file, content))
}

/// A file that stays, under its path or another one, and no longer holds some objects.
struct Robbed<'o> {
    thing: &'o Thing,
    file: &'o FileChange,
    gone: BTreeSet<Identity>,
    new: BTreeSet<Identity>,
    /// What the project wrote into it last; nothing where that is what is live, or where nobody knows.
    written: Option<BTreeSet<Identity>>,
}

impl<'o> Robbed<'o> {
    fn of(operation: &'o Operation, contents: &dyn Contents) -> Option<Self> {
        let file = operation.file()?;
        let path = match operation.action {
            Action::Update | Action::Adopt => &*file.path,
            Action::Move => operation.from_path()?,
            Action::Create | Action::Delete | Action::Vacate | Action::Release | Action::Forget | Action::Record => {
                return None;
            }
        };
        let all = |content: &[u8]| identities(path, content).into_iter().collect::<BTreeSet<_>>();
        let before = all(contents.live(&file.store, path)?);
        if before.is_empty() {
            return None;
        }
        let after = file.content.as_ref().map(|content| all(content.bytes())).unwrap_or_default();
        let gone: BTreeSet<Identity> = before.difference(&after).cloned().collect();
        let new = after.difference(&before).cloned().collect();
        let written = contents.written(&file.store, path).filter(|_| !gone.is_empty()).map(all);
        (!gone.is_empty()).then_some(Self { thing: &operation.thing, file, gone, new, written })
    }

    /// A file that goes, with all that it holds.
    fn whole(operation: &'o Operation, contents: &dyn Contents) -> Option<Self> {
        let file = operation.file().filter(|_| operation.action == Action::Delete)?;
        let live = contents.live(&file.store, &file.path)?;
        let gone: BTreeSet<Identity> = identities(&file.path, live).into_iter().collect();
        (!gone.is_empty()).then(|| Self { thing: &operation.thing, file, gone, new: BTreeSet::new(), written: None })
    }

    /// What of it no other file holds.
    fn gone(&self, kept: &Kept<'_>) -> Vec<(&'o FileChange, LostObject)> {
        let by_others = |object: &Identity| self.written.as_ref().is_some_and(|written| !written.contains(object));
        let own = self.gone.iter().filter(|object| !by_others(object)).count();
        let replaced_by = self.new.first().filter(|_| own == 1 && self.new.len() == 1);
        let lost = |object: &Identity| LostObject {
            file: self.thing.clone(),
            object: Manifested::from(object),
            by_others: by_others(object),
            replaced_by: replaced_by.filter(|_| !by_others(object)).map(Manifested::from),
        };
        let gone = self.gone.iter().filter(|object| !kept.holds(folder(self.file), object));
        gone.map(|object| (self.file, lost(object))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Contents, Staying, lost_objects};
    use crate::model::{Address, Thing};
    use crate::plan::document::{Action, Content, FileChange, Operation, Phase, Target};
    use std::collections::{BTreeMap, BTreeSet};

    /// A file with an object of each name.
    fn manifests(names: &str) -> String {
        let one = |name| format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n");
        names.split_whitespace().map(one).collect()
    }

    /// What is in files, by path, all in store `s`; those that stay lie in destination `d`.
    #[derive(Default)]
    struct Files {
        live: BTreeMap<&'static str, String>,
        written: BTreeMap<&'static str, String>,
        staying: BTreeMap<&'static str, String>,
    }

    impl Files {
        fn live(mut self, path: &'static str, names: &str) -> Self {
            self.live.insert(path, manifests(names));
            self
        }

        fn written(mut self, path: &'static str, names: &str) -> Self {
            self.written.insert(path, manifests(names));
            self
        }

        fn staying(mut self, path: &'static str, names: &str) -> Self {
            self.staying.insert(path, manifests(names));
            self
        }

        /// What is lost: the file and the object, with an `!` where others put it there.
        fn lose(&self, operations: &[Operation]) -> Vec<String> {
            let lost = lost_objects(operations, self).into_iter();
            lost.map(|(file, lost)| {
                format!("{} {}{}", file.path, lost.object.name, if lost.by_others { "!" } else { "" })
            })
            .collect()
        }
    }

    impl Contents for Files {
        fn live(&self, _: &str, path: &str) -> Option<&[u8]> {
            self.live.get(path).map(String::as_bytes)
        }

        fn written(&self, _: &str, path: &str) -> Option<&[u8]> {
            self.written.get(path).map(String::as_bytes)
        }

        fn staying(&self, _: &BTreeSet<&Address>) -> Vec<Staying<'_>> {
            let staying = self.staying.iter().map(|(path, content)| Staying {
                store: "s",
                destination: "d",
                path,
                content: content.as_bytes(),
            });
            staying.collect()
        }
    }

    fn operation(action: Action, path: &str, names: Option<&str>) -> Operation {
        Operation {
            action,
            thing: Thing::file("s", path),
            from: None,
            needs: Vec::new(),
            phase: Phase::Files,
            reasons: Vec::new(),
            source: None,
            target: Target::File(Box::new(FileChange {
                store: "s".into(),
                destination: Some(if path.starts_with("e/") { "e" } else { "d" }.into()),
                path: path.into(),
                before: None,
                content: names.map(|names| Content::Text(manifests(names))),
                request: Address::parse("request:p:default/r"),
                taken_from: None,
                replaces: None,
                patch: None,
                added: 0,
                removed: 0,
            })),
        }
    }

    fn becomes(path: &str, names: &str) -> Operation {
        operation(Action::Update, path, Some(names))
    }

    #[test]
    fn what_a_file_held_and_no_file_holds_is_lost() {
        let files = Files::default().live("a.yaml", "one two").live("b.yaml", "three");
        assert_eq!(files.lose(&[becomes("a.yaml", "two new"), becomes("b.yaml", "three")]), ["a.yaml one"]);
        assert!(files.lose(&[becomes("c.yaml", "one")]).is_empty(), "of what nobody may look at nothing is said");
    }

    #[test]
    fn one_that_comes_for_one_is_named() {
        let files = Files::default().live("a.yaml", "one two");
        let replaced = |names: &str| {
            let operations = [becomes("a.yaml", names)];
            let lost = lost_objects(&operations, &files);
            lost.into_iter().map(|(_, lost)| lost.replaced_by.map(|other| other.name)).collect::<Vec<_>>()
        };
        assert_eq!(replaced("two new"), [Some("new".to_owned())]);
        assert_eq!(replaced("two new newer"), [None]);
        assert_eq!(replaced("new"), [None, None]);
    }

    #[test]
    fn what_goes_on_in_another_file_of_the_destination_is_not_lost() {
        let files = Files::default().live("a.yaml", "one two").live("b.yaml", "three");
        let shrinks = becomes("a.yaml", "two");
        assert!(files.lose(&[shrinks.clone(), becomes("b.yaml", "three one")]).is_empty());
        assert!(files.lose(&[shrinks.clone(), operation(Action::Create, "c.yaml", Some("one"))]).is_empty());
        let elsewhere = operation(Action::Create, "e/c.yaml", Some("one"));
        assert_eq!(files.lose(&[shrinks.clone(), elsewhere]), ["a.yaml one"], "another destination is another cluster");
        let goes = operation(Action::Delete, "c.yaml", None);
        assert_eq!(files.lose(&[shrinks, goes]), ["a.yaml one"]);
    }

    #[test]
    fn what_a_file_holds_that_nothing_is_done_to_is_not_lost() {
        let files = Files::default().live("a.yaml", "one two");
        assert_eq!(files.lose(&[becomes("a.yaml", "two")]), ["a.yaml one"]);
        assert!(files.staying("b.yaml", "one").lose(&[becomes("a.yaml", "two")]).is_empty());
        let files = Files::default().live("a.yaml", "one two").live("b.yaml", "one");
        let let_go = operation(Action::Release, "b.yaml", None);
        assert!(files.lose(&[becomes("a.yaml", "two"), let_go]).is_empty(), "what is let go of stays as it is");
    }

    #[test]
    fn what_others_put_into_a_file_is_theirs_and_what_was_written_last_is_the_measure() {
        let files = Files::default().live("a.yaml", "one two theirs").written("a.yaml", "one two gone");
        assert_eq!(files.lose(&[becomes("a.yaml", "one")]), ["a.yaml theirs!", "a.yaml two"]);
    }

    #[test]
    fn a_file_that_is_taken_over_loses_what_it_held() {
        let files = Files::default().live("a.yaml", "one two");
        assert_eq!(files.lose(&[operation(Action::Adopt, "a.yaml", Some("two"))]), ["a.yaml one"]);
    }

    #[test]
    fn a_file_that_gets_another_path_loses_what_it_held_under_the_old_one() {
        let files = Files::default().live("a.yaml", "one two");
        let mut moves = operation(Action::Move, "b.yaml", Some("two"));
        moves.from = Some(Thing::file("s", "a.yaml"));
        let vacated = operation(Action::Vacate, "a.yaml", None);
        assert_eq!(files.lose(&[vacated, moves]), ["b.yaml one"]);
    }
}
