//! Each state store has a place of its own.

use crate::diag::{Diagnostic, code};
use crate::model::{Project, Repository, StateStore, StorePlace};
use std::collections::BTreeMap;

/// The longest folder, in bytes.
const LONGEST: usize = 4096;

/// State stores at the place of another one, or inside of it. Each would take the files of the other for those that it no longer
/// wants.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let places = Places::of(project);
    project.stores.iter().enumerate().filter_map(|(index, store)| places.judge(index, store)).collect()
}

/// The first state store at each place: by a name of its repository, branch and folder.
struct Places<'p>(BTreeMap<(String, String, String), (usize, &'p StateStore)>);

impl<'p> Places<'p> {
    fn of(project: &'p Project) -> Self {
        let mut places = Self(BTreeMap::new());
        for (index, store) in project.stores.iter().enumerate() {
            let StorePlace { repository, branch, folder } = store.place();
            for name in repository.names() {
                places.0.entry((name, branch.clone(), folder.clone())).or_insert((index, store));
            }
        }
        places
    }

    /// What is wrong with the place of a state store, told once for two of them.
    fn judge(&self, index: usize, store: &StateStore) -> Option<Diagnostic> {
        let StorePlace { repository, branch, folder } = store.place();
        if matches!(&repository, Repository::Folder(folder) if is_own(folder)) {
            return Some(in_own_folder(store));
        }
        let keys = repository.sought().into_iter().map(|name| (name, branch.clone(), folder.clone()));
        let mut keys: Vec<_> = keys.collect();
        if let Some((_, first)) = self.first(&keys).filter(|(first, _)| *first < index) {
            return Some(same(store, first));
        }
        // What is longer is no path, and would take long.
        let mut above = Some(&*folder).filter(|folder| folder.len() <= LONGEST);
        while let Some(inner) = above.filter(|inner| !inner.is_empty()) {
            let outer = inner.rsplit_once('/').map_or("", |(outer, _)| outer);
            for key in &mut keys {
                outer.clone_into(&mut key.2);
            }
            if let Some((_, outer)) = self.first(&keys) {
                return Some(inside(store, outer));
            }
            above = Some(outer);
        }
        None
    }

    fn first(&self, keys: &[(String, String, String)]) -> Option<(usize, &'p StateStore)> {
        keys.iter().filter_map(|key| self.0.get(key).copied()).min_by_key(|(index, _)| *index)
    }
}

/// Whether a folder is what plat keeps for itself: `.plat`, the catalog in it, the copies of repositories, and the folder of others.
fn is_own(folder: &str) -> bool {
    let mut parts = folder.split('/').skip_while(|part| !part.eq_ignore_ascii_case(".plat"));
    if parts.next().is_none() {
        return false;
    }
    let inside = parts.next().map(str::to_ascii_lowercase);
    match inside.as_deref() {
        None | Some("git") => true,
        Some("stores") => parts.next().is_none(),
        Some(name) => name.starts_with("catalog."),
    }
}

fn in_own_folder(store: &StateStore) -> Diagnostic {
    let message = format!("state store `{}` lies where plat keeps its catalog and its copies", store.name.value);
    let help = format!(
        "use a folder below `.plat/stores`, such as \".plat/stores/{}.git\", or one elsewhere",
        store.name.value
    );
    Diagnostic::error(code::STORE_IN_OWN_FOLDER, store.url.span, message).help(help)
}

fn same(store: &StateStore, first: &StateStore) -> Diagnostic {
    let message = format!("state store `{}` is at the place of `{}`", store.name.value, first.name.value);
    let spelled = store.url.value == first.url.value;
    let other = if spelled { "the same repository here" } else { "the same repository here, spelled in another way" };
    let help = "give each a `path`, a `branch` or a repository of its own, or use one store for both";
    Diagnostic::error(code::SAME_STORE, store.url.span, message).other(first.url.span, other).help(help)
}

fn inside(store: &StateStore, outer: &StateStore) -> Diagnostic {
    let (inner, name) = (&store.name.value, &outer.name.value);
    let holds =
        if outer.place().folder.is_empty() { "it is the whole repository here" } else { "this folder holds the other" };
    let span = if outer.place().folder.is_empty() { outer.url.span } else { outer.path.span };
    let help = format!(
        "give each a folder beside the other, or declare destinations of `{name}` with a `path` below \"{}\" in place of `{inner}`",
        store.place().folder
    );
    Diagnostic::error(code::STORE_IN_STORE, store.path.span, format!("state store `{inner}` lies inside of `{name}`"))
        .other(span, holds)
        .help(help)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::resolve::{MemoryLoader, resolve};

    fn said(stores: &[&str]) -> Vec<String> {
        let declared =
            stores.iter().enumerate().map(|(index, store)| format!("state-store s{index} git {{ {store}; }}\n"));
        let text = format!("project demo\n{}", declared.collect::<String>());
        let resolved = resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap();
        check(&resolved.project).into_iter().map(|one| one.message).collect()
    }

    const SAME: [&str; 1] = ["state store `s1` is at the place of `s0`"];

    #[test]
    fn two_stores_at_one_place_are_one_too_many() {
        assert_eq!(said(&["url a", "url \"./a/\""]), SAME);
        assert_eq!(said(&["url a; path \".\"", "url a; branch main"]), SAME);
        assert_eq!(said(&["url a; path x", "url a; path \"/x\""]), SAME);
        assert_eq!(said(&["url a; path \"x/y\"", "url a; path \"./x//y/\""]), SAME);
        assert_eq!(said(&["url a", "url a", "url a"]).len(), 2);
    }

    #[test]
    fn the_spelling_of_an_address_makes_no_other_place() {
        for other in ["https://x.org/a/", "https://X.org:443/a.git", "git@x.org:a", "ssh://x.org:2222/a.git"] {
            assert_eq!(said(&["url \"https://x.org/a\"", &format!("url \"{other}\"")]), SAME, "{other}");
        }
        assert_eq!(said(&["url \"https://x.org/a\"", "url \"https://x.org/b\"", "url \"https://y.org/a\""]), [""; 0]);
        // Two servers, and one that either may be.
        let ports = ["url \"https://x.org:1/a\"", "url \"https://x.org:2/a\"", "url \"x.org:a\""];
        assert_eq!(said(&ports[..2]), [""; 0]);
        assert_eq!(said(&ports), ["state store `s2` is at the place of `s0`"]);
    }

    #[test]
    fn a_store_inside_of_another_is_found_in_any_order_and_depth() {
        let inside = ["state store `s1` lies inside of `s0`"];
        assert_eq!(said(&["url a", "url a; path x"]), inside);
        assert_eq!(said(&["url a; path x", "url \"./a\"; path \"x/y/z\""]), inside);
        assert_eq!(said(&["url a; path \"x/y\"", "url a; path \"/x/\""]), ["state store `s0` lies inside of `s1`"]);
        assert_eq!(said(&["url \"x.org:a\"", "url \"https://x.org/a\"; path x"]), inside);
    }

    #[test]
    fn what_plat_keeps_for_itself_is_no_repository() {
        let own = ["state store `s0` lies where plat keeps its catalog and its copies"];
        for url in [
            ".plat",
            "./.plat/",
            ".plat/catalog.db",
            ".plat/git/s.git",
            ".plat/stores",
            "a/../.plat/git",
            ".PLAT/Git/x",
        ] {
            assert_eq!(said(&[&format!("url \"{url}\"")]), own, "{url}");
        }
        for url in
            [".plat/s.git", ".plat/stores/s.git", "../a/.plat/stores/s.git", ".platform", "plat", "https://x.org/.plat"]
        {
            assert_eq!(said(&[&format!("url \"{url}\"")]), [""; 0], "{url}");
        }
    }

    #[test]
    fn a_branch_or_a_folder_makes_another_place() {
        let others = ["url a", "url b; path x", "url a; branch other", "url b; path xy", "url \"/a\"; path x"];
        assert_eq!(said(&others), [""; 0]);
    }
}
