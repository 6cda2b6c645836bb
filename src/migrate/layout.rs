//! Where the text of each object stands: where the project has it, else one file a blueprint with its scorecards and actions beside it, one a
//! promise with its requests, one for the entities of a blueprint, and one for each other kind.

use super::home::Home;
use super::moving::Moving;
use crate::model::{Address, Kind, Map};
use crate::resolve::{MODULE_FILE, PROJECT_FILE};
use std::collections::{BTreeMap, HashSet};

/// The file of each object, by its index.
pub(super) fn files(moving: &[Moving], home: &Home<'_>) -> Vec<String> {
    let own = || home.all().iter().filter(|one| !one.is_of_library);
    let all = moving.iter().map(|one| &one.address).chain(own().map(|one| &one.address));
    let blueprints: HashSet<&str> =
        all.filter(|address| address.kind == Kind::Blueprint).map(|address| &*address.name).collect();
    let mut names = Names::default();
    for there in own() {
        names.know(group(&there.address, &there.body, &blueprints), &there.file);
    }
    let of = |one: &Moving| match home.object(&one.address) {
        Some(there) => there.file.clone(),
        None => names.of(group(&one.address, &one.body, &blueprints)),
    };
    moving.iter().map(of).collect()
}

/// Objects whose texts stand together: the folder of their file, and what that is called after.
type Group<'a> = (&'static str, &'a str);

fn group<'a>(address: &'a Address, body: &'a Map, blueprints: &HashSet<&str>) -> Group<'a> {
    let beside = || {
        let name = body.get("blueprint").and_then(|value| value.as_str());
        name.filter(|name| blueprints.contains(name)).map(|name| ("blueprints", name))
    };
    match address.kind {
        Kind::Blueprint => ("blueprints", &address.name),
        Kind::Scorecard => beside().unwrap_or(("", "scorecards")),
        Kind::Action | Kind::Automation => beside().unwrap_or(("", "actions")),
        Kind::Entity => ("entities", &address.parent),
        Kind::Promise => ("promises", &address.name),
        Kind::PromiseRelease => ("", "releases"),
        Kind::Request => ("requests", &address.parent),
        Kind::Team | Kind::User => ("", "teams"),
        Kind::Page => ("", "pages"),
        Kind::Policy => ("", "policies"),
        Kind::Destination | Kind::StateStore => ("", "destinations"),
    }
}

/// Names of files, of which no two are one where upper and lower case are the same.
#[derive(Default)]
struct Names {
    given: BTreeMap<(&'static str, String), String>,
    taken: HashSet<String>,
}

impl Names {
    /// That objects of a group stand in a file already, which is one for them where it lies in their folder.
    fn know(&mut self, (folder, name): Group<'_>, file: &str) {
        if file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')) {
            self.given.entry((folder, name.to_owned())).or_insert_with(|| file.to_owned());
            self.taken.insert(file.to_lowercase());
        }
    }

    fn of(&mut self, (folder, name): Group<'_>) -> String {
        if folder.is_empty() {
            return format!("{name}.kdl");
        }
        if let Some(file) = self.given.get(&(folder, name.to_owned())) {
            return file.clone();
        }
        let plain: String = name
            .chars()
            .take(100)
            .map(|one| if one.is_ascii_alphanumeric() || matches!(one, '-' | '_' | '.') { one } else { '-' })
            .collect();
        // What begins with a dot is hidden, and what begins with a dash is an option to most commands.
        let plain = plain.trim_start_matches(['.', '-']).trim_end_matches('-');
        let plain = if plain.is_empty() { "unnamed" } else { plain };
        let mut numbers = 2..;
        let mut file = format!("{folder}/{plain}.kdl");
        // A folder with one of these is a project of its own, or a module.
        while is_own(&file) || !self.taken.insert(file.to_lowercase()) {
            file = format!("{folder}/{plain}-{}.kdl", numbers.next().unwrap_or_default());
        }
        self.given.insert((folder, name.to_owned()), file.clone());
        file
    }
}

/// Whether a file makes its folder a project or a module, on disks too that know no upper case.
fn is_own(file: &str) -> bool {
    let own = [PROJECT_FILE, MODULE_FILE];
    file.rsplit('/').next().is_some_and(|name| own.iter().any(|own| name.eq_ignore_ascii_case(own)))
}
