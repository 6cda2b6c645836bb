//! Where things stand in the tree of a catalog: layers beside each other, each of which has a small file for an object at the same
//! place, `KIND/PARENT/NAME.json`. What is equal is one blob, in how many layers and for how many objects it may be.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::{Address, Digest, Name, percent_decoded};

/// What is said of objects.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layer {
    /// What they hold.
    Objects,
    /// When they were made and changed.
    Times,
    /// What a project last wrote of those that it owns: its values.
    Written(Name),
    /// Which fields it owns, where these are not the values alone.
    Fields(Name),
    /// What may happen to them in their life, where it says so.
    Lifecycles(Name),
    /// Where its text declares them.
    Places(Name),
    /// From whom they came to it.
    HandOvers(Name),
    /// The levels that a scorecard of a project gave them.
    Levels(Name, Name),
}

/// The folder of the projects.
pub(super) const PROJECTS: &str = "projects";

/// The folder of the layers of levels in that of a project.
pub(super) const LEVELS: &str = "levels";

/// The folder of the layer of places in that of a project.
const PLACES: &str = "places";

/// The folder of the layer of hand-overs in that of a project.
const HAND_OVERS: &str = "hand-overs";

/// The file that says what a project is called, in its folder.
pub(super) const NAME: &str = "project.json";

/// The file that says that a folder is a catalog, and which format it has.
pub(super) const MARK: &str = "catalog.json";

/// What the name of a file ends with.
const ENDING: &str = ".json";

/// Above so many files a folder is divided, as each commit that changes one writes the folder anew.
pub(super) const MOST: usize = 1_000;

impl Layer {
    /// The folder of the layer.
    pub(super) fn folder(&self) -> String {
        match self {
            Self::Objects => "objects".to_owned(),
            Self::Times => "times".to_owned(),
            Self::Written(project) => project_folder(project) + "/written",
            Self::Fields(project) => project_folder(project) + "/fields",
            Self::Lifecycles(project) => project_folder(project) + "/lifecycles",
            Self::Places(project) => format!("{}/{PLACES}", project_folder(project)),
            Self::HandOvers(project) => format!("{}/{HAND_OVERS}", project_folder(project)),
            Self::Levels(project, scorecard) => format!("{}/{LEVELS}/{}", project_folder(project), escaped(scorecard)),
        }
    }

    /// Whether a path lies in the folder of the layer.
    pub(super) fn folder_has(&self, path: &str) -> bool {
        path.strip_prefix(&self.folder()).is_some_and(|rest| rest.starts_with('/'))
    }

    /// The folder of an object's file, where it is not divided.
    pub(super) fn folder_of(&self, address: &Address) -> String {
        let folder = format!("{}/{}", self.folder(), address.kind.word());
        if address.kind.above().is_some() { format!("{folder}/{}", escaped(&address.parent)) } else { folder }
    }
}

/// Whether a path is one of a layer of a project that says what is true of a record by the time and the commit of a run.
pub(super) fn is_of_a_run(path: &str) -> bool {
    let mut parts = path.split('/');
    parts.next() == Some(PROJECTS) && matches!(parts.nth(1), Some(PLACES | HAND_OVERS))
}

/// The folder of what is said of and by a project.
pub(super) fn project_folder(project: &str) -> String {
    format!("{PROJECTS}/{}", escaped(project))
}

/// The name of an object's file: a path where it is too long for one name.
pub(super) fn file(name: &str) -> String {
    in_parts(whole(name) + ENDING)
}

/// The object that a file is named after, by its path in the folder of such files; nothing where we would name none so.
pub(super) fn named(path: &str) -> Option<Name> {
    let name = said(in_one(path).strip_suffix(ENDING)?)?;
    (file(&name) == path).then(|| name.as_str().into())
}

/// Whether a name goes on in the folder that has it.
pub(super) fn goes_on(folder: &str) -> bool {
    folder.len() > 1 && folder.ends_with('%')
}

/// The folder of an object's file in a folder that is divided: two digits of its name's digest.
pub(super) fn division(name: &str) -> String {
    Digest::of(name.as_bytes()).to_string()[..2].to_owned()
}

/// Whether a folder is a part of a divided one.
pub(super) fn is_division(name: &str) -> bool {
    name.len() == 2 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// What stands in a name as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'@').remove(b'+');

/// No disk takes a longer name.
const LONGEST: usize = 255;

/// Of a longer one each part but the last has so many bytes at most.
const PART: usize = 200;

/// A name as a folder may be called, and as a path where it is too long for that.
pub(super) fn escaped(name: &str) -> String {
    in_parts(whole(name))
}

/// The name that was escaped so; nothing for what we would never write.
pub(super) fn unescaped(path: &str) -> Option<String> {
    said(&in_one(path)).filter(|name| escaped(name) == path)
}

/// What is too long for one name as a file in folders, each of which ends with what ends no name.
fn in_parts(text: String) -> String {
    if text.len() <= LONGEST {
        return text;
    }
    let (mut parts, mut rest) = (String::new(), &*text);
    while rest.len() > LONGEST {
        // What is escaped stays in one piece.
        let end = rest[..PART].rfind('%').filter(|sign| sign + 3 > PART).unwrap_or(PART);
        parts.push_str(&rest[..end]);
        parts.push_str("%/");
        rest = &rest[end..];
    }
    parts + rest
}

/// The other way round.
fn in_one(path: &str) -> Cow<'_, str> {
    if path.contains('/') { path.replace("%/", "").into() } else { path.into() }
}

/// A name as a file may be called, were it never too long. None begins with a dot: Git, and who lists files, make something else of those.
fn whole(name: &str) -> String {
    let escaped = utf8_percent_encode(name, PLAIN).to_string();
    match escaped.strip_prefix('.') {
        Some(rest) => format!("%2E{rest}"),
        None if escaped.is_empty() => "%".to_owned(),
        None => escaped,
    }
}

/// The name that a text says.
fn said(text: &str) -> Option<String> {
    if text == "%" {
        return Some(String::new());
    }
    percent_decoded(text).ok().filter(|name| whole(name) == text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kind;
    use proptest::prelude::*;

    #[test]
    fn every_object_has_a_place_that_tells_it() {
        let request = Address::below(Kind::Request, "db".into(), "team/a.b".into());
        assert_eq!(Layer::Objects.folder_of(&request), "objects/request/db");
        assert_eq!(Layer::Written("p-1".into()).folder_of(&request), "projects/p-1/written/request/db");
        assert_eq!(file("team/a.b"), "team%2Fa.b.json");
        assert_eq!(Layer::Levels("p".into(), "s".into()).folder(), "projects/p/levels/s");
    }

    #[test]
    fn what_is_too_long_for_one_name_is_a_file_in_folders() {
        let path = file(&"a".repeat(300));
        assert_eq!(path, format!("{}%/{}.json", "a".repeat(200), "a".repeat(100)));
        assert!(goes_on(path.split('/').next().unwrap()) && !goes_on("%") && !goes_on("a"));
        // The longest that are one name stay one.
        assert_eq!(file(&"a".repeat(250)), "a".repeat(250) + ".json");
        assert_eq!(escaped(&"a".repeat(255)), "a".repeat(255));
        // Not what we would write: another division, and one that is not needed.
        assert_eq!(named(&format!("{}%/{}.json", "a".repeat(199), "a".repeat(101))), None);
        assert_eq!(named("a%/b.json"), None);
    }

    proptest! {
        #[test]
        fn a_long_name_is_one_that_disks_take_and_names_one_object(name in "[aä%./ 🦀]{60,260}") {
            for (path, back) in [(file(&name), named(&file(&name))), (escaped(&name), unescaped(&escaped(&name)).map(|name| name.as_str().into()))] {
                prop_assert!(path.split('/').all(|part| part.len() <= LONGEST && !part.is_empty()), "{}", path);
                prop_assert_eq!(back, Some(name.as_str().into()));
            }
        }

        #[test]
        fn a_file_is_called_as_git_takes_it_and_names_one_object(name in "\\PC{0,12}") {
            let file = file(&name);
            prop_assert_eq!(crate::model::held_path_fault(&file), None);
            prop_assert_eq!(named(&file), Some(name.as_str().into()));
        }

        #[test]
        fn no_other_file_names_it(file_name in "[a%.2EeF/]{0,8}(\\.json)?") {
            if let Some(name) = named(&file_name) {
                prop_assert_eq!(file(&name), file_name);
            }
        }
    }
}
