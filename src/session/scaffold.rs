use super::Misuse;
use super::identity::project_id;
use std::path::Path;

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

/// The files that make a folder a project with an example of each kind, in the order in which they are to be written: those that are
/// not there yet, where an earlier one was stopped. The folder need not be there.
///
/// # Errors
/// Where a file is there that somebody else wrote.
pub fn scaffold(folder: &Path) -> Result<Vec<(String, String)>, Misuse> {
    let project = project_name(folder);
    let id = project_id(&project);
    let filled = |text: &str| text.replace(ID, &id).replace(NAME, &project);
    let mut files: Vec<(String, String)> =
        FILES.iter().map(|(name, text)| ((*name).to_owned(), filled(text))).collect();
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
