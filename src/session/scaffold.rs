use super::Misuse;
use super::identity::project_id;
use super::pipeline::SECRET;
use super::team::Team;
use crate::syntax::{Escapes, visible_string};
use std::path::{Path, PathBuf};

/// The files of a new project, which is an example too. The one that makes the folder a project comes last: where it is not there, an
/// `init` was not done.
const FILES: &[(&str, &str)] = &[
    ("catalog.kdl", include_str!("../../examples/starter/catalog.kdl")),
    ("delivery.kdl", include_str!("../../examples/starter/delivery.kdl")),
    ("tests.kdl", include_str!("../../examples/starter/tests.kdl")),
    (".gitignore", include_str!("../../examples/starter/.gitignore")),
    ("plat.kdl", include_str!("../../examples/starter/plat.kdl")),
];

/// What stands in those files for what is the project's own: its name, and its id.
const NAME: &str = "my-platform";
const ID: &str = "my-platform-0c6e1b7a42";

/// What stands in them for what one machine has alone.
const LAST: &str = "    plat \">=0.1\"\n";
const STORE: &str = "// A local repository, made by the first apply. `url` takes https and ssh addresses too.\n";
const PLACE: &str = "    url \".plat/stores/gitops.git\"\n    branch main\n";

/// The branches of the repository of a team's catalog.
pub(super) const CATALOG_BRANCH: &str = "plat-catalog";
const STORE_BRANCH: &str = "plat-gitops";

/// The files that make a folder a project with an example of each kind, in the order in which they are to be written: those that are
/// not there yet, where an earlier one was stopped. Those of a `team` have their catalog, and what they deliver, on branches of its
/// repository. A project that joins others `has` other files in place of the example. The folder need not be there.
///
/// # Errors
/// Where a file is there that somebody else wrote.
pub fn scaffold(
    folder: &Path,
    team: Option<&Team>,
    has: Option<&[(String, String)]>,
) -> Result<Vec<(String, String)>, Misuse> {
    let mut files = has.map_or_else(|| example(folder, team), <[_]>::to_vec);
    let is_taken = |(name, text): &&(String, String)| {
        let path = folder.join(name);
        is_there(&path) && name != ".gitignore" && !is_as(&path, text)
    };
    if let Some((name, _)) = files.iter().find(is_taken) {
        return Err(Misuse::Taken(folder.join(name).display().to_string()));
    }
    files.retain(|(name, _)| !is_there(&folder.join(name)));
    Ok(files)
}

/// The files of an example of each kind.
fn example(folder: &Path, team: Option<&Team>) -> Vec<(String, String)> {
    let project = project_name(folder);
    let id = project_id(&project);
    let filled = |text: &str| {
        let text = text.replace(ID, &id).replace(NAME, &project);
        team.map_or(text.clone(), |team| shared(&text, team))
    };
    FILES.iter().map(|(name, text)| ((*name).to_owned(), filled(text))).collect()
}

/// A text of a new project, with what one machine has alone in the repository of a team.
fn shared(text: &str, team: &Team) -> String {
    let catalog = format!(
        "{LAST}    // Who may read the repository plans, and who may push to it applies.\n    catalog git create {{\n{}    }}\n",
        place(team, "        ", CATALOG_BRANCH)
    );
    let store =
        "// A branch, made by the first apply, for what deploys from Git. `url` may lead to another repository.\n";
    text.replace(LAST, &catalog).replace(STORE, store).replace(PLACE, &place(team, "    ", STORE_BRANCH))
}

/// Where a branch of the repository of a team is, as a text says it.
pub(super) fn place(team: &Team, indent: &str, branch: &str) -> String {
    let url = visible_string(&team.url, Escapes::Hidden);
    let auth = if team.is_on_server { format!("{indent}auth basic secret={SECRET}\n") } else { String::new() };
    format!("{indent}url {url}\n{indent}branch {branch}\n{auth}")
}

/// What becomes of the pipeline of a new project: where it goes, and its text, where nothing is there that it would overwrite; nothing where it
/// is there already.
///
/// # Errors
/// Where something else is in its place, which stays as it is: the place.
pub fn pipeline(team: &Team) -> Option<Result<(PathBuf, String), PathBuf>> {
    let pipeline = team.pipeline.as_ref().ok()?;
    let (place, text) = (team.root.join(pipeline.path()), pipeline.text());
    match is_there(&place) {
        false => Some(Ok((place, text))),
        true if is_as(&place, &text) => None,
        true => Some(Err(place)),
    }
}

/// Whether plat's own folder is left out of a repository by nothing, as a list of what to leave out was there before.
pub fn is_left_in(folder: &Path) -> bool {
    let list = std::fs::read_to_string(folder.join(".gitignore")).unwrap_or_default();
    !list.lines().any(|line| [".plat", "/.plat"].contains(&line.trim().trim_end_matches('/')))
}

/// The name of a new project in a folder, which need not be there yet.
pub(super) fn project_name(folder: &Path) -> String {
    name(folder).unwrap_or_else(|| NAME.to_owned())
}

/// Whether something is at a path, be it a link that leads to nothing.
fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Whether a file is the very one that would be written.
fn is_as(path: &Path, text: &str) -> bool {
    std::fs::read(path).is_ok_and(|content| content == text.as_bytes())
}

/// The name of a project in a folder, which need not be there yet: the folder's, where that can be one.
fn name(folder: &Path) -> Option<String> {
    let folder = folder.canonicalize().or_else(|_| std::path::absolute(folder)).ok()?;
    let name = folder.file_name()?.to_str()?;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    let fits =
        name.len() <= 60 && name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.chars().all(plain);
    // Words that KDL does not take bare.
    let reserved = ["true", "false", "null", "inf", "nan"].contains(&name);
    (fits && !reserved).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_machine_has_alone_is_found_in_the_example() {
        let all: String = FILES.iter().map(|(_, text)| *text).collect();
        for text in [LAST, STORE, PLACE] {
            assert_eq!(all.matches(text).count(), 1, "{text}");
        }
    }
}
