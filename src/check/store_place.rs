//! Each state store, and the catalog, has a place of its own.

use crate::diag::{Diagnostic, code};
use crate::model::{GitFolder, Project, Repository, SharedCatalog, StateStore, StorePlace};
use std::collections::BTreeMap;

/// The longest folder, in bytes.
const LONGEST: usize = 4096;

/// State stores and catalogs at the place of another one, or inside of it. A store would take the files of the other for those that it no
/// longer wants.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let kept = kept(project);
    let places = Places::of(&kept);
    kept.iter().enumerate().filter_map(|(index, one)| places.judge(index, one)).collect()
}

/// What is kept in a folder of a repository.
struct Kept<'p> {
    /// What it is called in a sentence.
    said: String,
    /// What a folder of its own is called after.
    name: &'p str,
    git: &'p GitFolder,
}

fn kept(project: &Project) -> Vec<Kept<'_>> {
    let store = |store: &'_ StateStore| format!("state store `{}`", store.name.value);
    let stores = project.stores.iter().map(|one| Kept { said: store(one), name: &one.name.value, git: &one.git });
    let catalog = project.catalog.as_ref().and_then(SharedCatalog::git);
    let catalog = catalog.map(|git| Kept { said: "the catalog".to_owned(), name: SharedCatalog::NAME, git });
    stores.chain(catalog).collect()
}

/// What is kept first at each place: by a name of its repository, branch and folder.
struct Places<'p>(BTreeMap<(String, String, String), (usize, &'p Kept<'p>)>);

impl<'p> Places<'p> {
    fn of(kept: &'p [Kept<'p>]) -> Self {
        let mut places = Self(BTreeMap::new());
        for (index, one) in kept.iter().enumerate() {
            let StorePlace { repository, branch, folder } = one.git.place();
            for name in repository.names() {
                places.0.entry((name, branch.clone(), folder.clone())).or_insert((index, one));
            }
        }
        places
    }

    /// What is wrong with a place, told once for two of them.
    fn judge(&self, index: usize, one: &Kept<'_>) -> Option<Diagnostic> {
        let StorePlace { repository, branch, folder } = one.git.place();
        if matches!(&repository, Repository::Folder(folder) if is_own(folder)) {
            return Some(in_own_folder(one));
        }
        let keys = repository.sought().into_iter().map(|name| (name, branch.clone(), folder.clone()));
        let mut keys: Vec<_> = keys.collect();
        if let Some((_, first)) = self.first(&keys).filter(|(first, _)| *first < index) {
            return Some(same(one, first));
        }
        // What is longer is no path, and would take long.
        let mut above = Some(&*folder).filter(|folder| folder.len() <= LONGEST);
        while let Some(inner) = above.filter(|inner| !inner.is_empty()) {
            let outer = inner.rsplit_once('/').map_or("", |(outer, _)| outer);
            for key in &mut keys {
                outer.clone_into(&mut key.2);
            }
            if let Some((_, outer)) = self.first(&keys) {
                return Some(inside(one, outer));
            }
            above = Some(outer);
        }
        None
    }

    fn first(&self, keys: &[(String, String, String)]) -> Option<(usize, &'p Kept<'p>)> {
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

fn in_own_folder(one: &Kept<'_>) -> Diagnostic {
    let message = format!("{} lies where plat keeps its catalog and its copies", one.said);
    let help =
        format!("use a folder below `.plat/stores`, such as \".plat/stores/{}.git\", or one elsewhere", one.name);
    Diagnostic::error(code::STORE_IN_OWN_FOLDER, one.git.url.span, message).help(help)
}

fn same(one: &Kept<'_>, first: &Kept<'_>) -> Diagnostic {
    let message = format!("{} is at the place of {}", one.said, first.said);
    let spelled = one.git.url.value == first.git.url.value;
    let other = if spelled { "the same repository here" } else { "the same repository here, spelled in another way" };
    let help = "give each a `path`, a `branch` or a repository of its own, or use one store for both";
    Diagnostic::error(code::SAME_STORE, one.git.url.span, message).other(first.git.url.span, other).help(help)
}

fn inside(one: &Kept<'_>, outer: &Kept<'_>) -> Diagnostic {
    let StorePlace { folder, .. } = outer.git.place();
    let (holds, span) = match &*folder {
        "" => ("it is the whole repository here", outer.git.url.span),
        _ => ("this folder holds the other", outer.git.path.span),
    };
    let catalog = SharedCatalog::NAME;
    let help = if one.name == catalog || outer.name == catalog {
        "give each a folder beside the other, or the catalog a branch of its own".to_owned()
    } else {
        format!(
            "give each a folder beside the other, or declare destinations of `{}` with a `path` below \"{}\" in place of `{}`",
            outer.name,
            one.git.place().folder,
            one.name
        )
    };
    let message = format!("{} lies inside of {}", one.said, outer.said);
    Diagnostic::error(code::STORE_IN_STORE, one.git.path.span, message).other(span, holds).help(help)
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

    const SAME: [&str; 1] = ["state store `s1` is at the place of state store `s0`"];

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
        assert_eq!(said(&ports), ["state store `s2` is at the place of state store `s0`"]);
    }

    #[test]
    fn a_store_inside_of_another_is_found_in_any_order_and_depth() {
        let inside = ["state store `s1` lies inside of state store `s0`"];
        assert_eq!(said(&["url a", "url a; path x"]), inside);
        assert_eq!(said(&["url a; path x", "url \"./a\"; path \"x/y/z\""]), inside);
        assert_eq!(
            said(&["url a; path \"x/y\"", "url a; path \"/x/\""]),
            ["state store `s0` lies inside of state store `s1`"]
        );
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
