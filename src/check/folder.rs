//! The folders of destinations, state stores and catalogs stay in their place.

use crate::diag::{Diagnostic, code};
use crate::model::{Project, fits_a_reference, repository_folder};
use crate::source::Spanned;

/// The paths of destinations, state stores and catalogs that lead elsewhere.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let destinations = project.destinations.iter().map(|destination| (&destination.path, "the state store's folder"));
    let stores = project.git_folders().map(|place| (&place.path, "the repository's root"));
    let found = destinations.chain(stores).filter_map(|(path, whole)| judge(path, whole));
    found.chain(project.git_folders().filter_map(|place| too_long(&place.path))).collect()
}

fn judge(path: &Spanned<Box<str>>, whole: &str) -> Option<Diagnostic> {
    let fault = repository_folder(&path.value).err()?;
    let message = format!("`{}` is no folder below {whole}: {fault}", path.value);
    let help = "use a relative path without `..`; `.` is the whole of it";
    Some(Diagnostic::error(code::BAD_FILE_PATH, path.span, message).help(help))
}

/// The path of a state store or a catalog is a part of the name of its inventory.
fn too_long(path: &Spanned<Box<str>>) -> Option<Diagnostic> {
    let folder = repository_folder(&path.value).ok().filter(|folder| !fits_a_reference(folder))?;
    let message = format!("`{folder}` is too long for a folder that plat keeps to");
    let help = "shorten it: a letter and a digit count one, anything else three, and 240 is the most";
    Some(Diagnostic::error(code::BAD_FILE_PATH, path.span, message).help(help))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::resolve::{MemoryLoader, resolve};

    #[test]
    fn folders_stay_in_their_place() {
        let text = "project demo\nstate-store s git { url x ; path \"../x\" }\ndestination a { store s ; path \".\" }\n\
                    destination b { store s ; path \"a/../../b\" }\ndestination c { store s ; path \"/a/b/\" }\n";
        let resolved = resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap();
        let said: Vec<String> = check(&resolved.project).into_iter().map(|one| one.message).collect();
        assert_eq!(
            said,
            [
                "`a/../../b` is no folder below the state store's folder: it has a part `.` or `..`",
                "`../x` is no folder below the repository's root: it has a part `.` or `..`"
            ]
        );
    }
}
