//! Where the text of each object stands: one file a blueprint with its scorecards and actions beside it, one a promise with its requests,
//! one for the entities of a blueprint, and one for each other kind.

use super::moving::Moving;
use crate::model::Kind;
use std::collections::{BTreeMap, HashSet};

/// The file of each object, by its index.
pub(super) fn files(moving: &[Moving]) -> Vec<String> {
    let blueprints: HashSet<&str> =
        moving.iter().filter(|one| one.address.kind == Kind::Blueprint).map(|one| &*one.address.name).collect();
    let mut names = Names::default();
    moving
        .iter()
        .map(|one| {
            let beside = |member: &str| {
                let name = one.body.get(member).and_then(|value| value.as_str());
                name.filter(|name| blueprints.contains(name))
            };
            match one.address.kind {
                Kind::Blueprint => names.of("blueprints", &one.address.name),
                Kind::Scorecard | Kind::Action | Kind::Automation => match beside("blueprint") {
                    Some(blueprint) => names.of("blueprints", blueprint),
                    None if one.address.kind == Kind::Scorecard => "scorecards.kdl".to_owned(),
                    None => "actions.kdl".to_owned(),
                },
                Kind::Entity => names.of("entities", &one.address.parent),
                Kind::Promise => names.of("promises", &one.address.name),
                Kind::PromiseRelease => "releases.kdl".to_owned(),
                Kind::Request => names.of("requests", &one.address.parent),
                Kind::Team | Kind::User => "teams.kdl".to_owned(),
                Kind::Page => "pages.kdl".to_owned(),
                Kind::Destination | Kind::StateStore => "destinations.kdl".to_owned(),
            }
        })
        .collect()
}

/// Names of files, of which no two are one where upper and lower case are the same.
#[derive(Default)]
struct Names {
    given: BTreeMap<(&'static str, String), String>,
    taken: HashSet<String>,
}

impl Names {
    fn of(&mut self, folder: &'static str, name: &str) -> String {
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
        // A folder with a `plat.kdl` is a project of its own.
        while is_project(&file) || !self.taken.insert(file.to_lowercase()) {
            file = format!("{folder}/{plain}-{}.kdl", numbers.next().unwrap_or_default());
        }
        self.given.insert((folder, name.to_owned()), file.clone());
        file
    }
}

/// Whether a file makes its folder a project, on disks too that know no upper case.
fn is_project(file: &str) -> bool {
    file.rsplit('/').next().is_some_and(|name| name.eq_ignore_ascii_case("plat.kdl"))
}
