use super::Loaded;
use crate::model::{Project, Repository, SharedCatalog};
use crate::resolve::Root;
use std::sync::Arc;

/// The repository that an address leads to for a project in a folder of a disk; as far as its text tells where there is none. A folder
/// below the project's is told from there, so that a project can be moved with all that is in it.
pub fn repository(address: &str, root: Option<&Root>) -> Repository {
    let Some(root) = root else { return Repository::of(address) };
    let real = |path: &str| {
        let real = (root.real_folder)(&root.join(path));
        Some(real.strip_prefix(&root.folder).unwrap_or(&real).to_string_lossy().into_owned())
    };
    Repository::found(&(root.real_address)(address), real)
}

/// Finds the repositories of a project's state stores and of its catalog.
pub(super) fn settle(project: &mut Project, root: Option<&Root>) {
    let stores = project.stores.iter_mut().map(|store| &mut store.git);
    for place in stores.chain(project.catalog.as_mut().and_then(SharedCatalog::git_mut)) {
        place.repository = repository(&place.url.value, root);
    }
}

impl Loaded {
    /// Takes the project off its disk, so that it compares with one that never was on one.
    pub fn take_off_disk(&mut self) {
        self.root = None;
        settle(Arc::make_mut(&mut self.project), None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Disk;
    use crate::workspace::load;

    #[cfg(unix)]
    #[test]
    fn a_link_leads_to_the_store_that_is_there_already() {
        let folder = tempfile::tempdir().unwrap();
        let store = |name: &str, url: &str| format!("state-store {name} git {{\n    url \"{url}\"\n}}\n");
        let real = folder.path().canonicalize().unwrap().join("repositories/r.git");
        let text = store("a", "repositories/r.git") + &store("b", "link/r.git") + &store("c", &real.to_string_lossy());
        std::fs::write(folder.path().join("plat.kdl"), format!("project demo\n{text}")).unwrap();
        std::fs::create_dir(folder.path().join("repositories")).unwrap();
        std::os::unix::fs::symlink("repositories", folder.path().join("link")).unwrap();
        let disk = Disk::discover(folder.path()).unwrap();
        let mut loaded = load(&disk).unwrap();
        let said: Vec<&str> = loaded.diagnostics.iter().map(|one| &*one.message).collect();
        assert_eq!(
            said,
            [
                "state store `b` is at the place of state store `a`",
                "state store `c` is at the place of state store `a`"
            ]
        );
        let is = |loaded: &Loaded| {
            let [a, b, c] = [0, 1, 2].map(|index| loaded.project.stores[index].place());
            (a.is(&b), a.is(&c))
        };
        assert_eq!(is(&loaded), (true, true));
        loaded.take_off_disk();
        assert_eq!(is(&loaded), (false, false));
    }
}
