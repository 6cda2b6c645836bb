//! Each state store has a place of its own.

use crate::diag::{Diagnostic, code};
use crate::model::{Project, StateStore};
use std::collections::BTreeMap;

/// State stores at the place of another one. Each would take the files of the other for those that it no longer wants.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let mut places: BTreeMap<(String, &str, String), &StateStore> = BTreeMap::new();
    let mut found = Vec::new();
    for store in &project.stores {
        let folder = parts(store.path.value.trim_start_matches('/'));
        let place = (parts(&store.url.value), &*store.branch.value, folder);
        if let Some(first) = places.get(&place) {
            let message = format!("state store `{}` is at the place of `{}`", store.name.value, first.name.value);
            let diagnostic = Diagnostic::error(code::SAME_STORE, store.url.span, message);
            let help = "give it a `path`, a `branch` or a repository of its own, or use one store for both";
            found.push(diagnostic.other(first.url.span, "the same repository here").help(help));
        } else {
            places.insert(place, store);
        }
    }
    found
}

/// A path or an address without what means nothing in it: `./a//b/` is `a/b`.
fn parts(path: &str) -> String {
    let root = if path.starts_with('/') { "/" } else { "" };
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    format!("{root}{}", parts.join("/"))
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

    #[test]
    fn two_stores_at_one_place_are_one_too_many() {
        assert_eq!(said(&["url a", "url \"./a/\""]), ["state store `s1` is at the place of `s0`"]);
        assert_eq!(said(&["url a; path \".\"", "url a; branch main"]), ["state store `s1` is at the place of `s0`"]);
        assert_eq!(said(&["url a; path x", "url a; path \"/x\""]).len(), 1);
        assert_eq!(said(&["url \"https://x.org/a\"", "url \"https://x.org/a/\""]).len(), 1);
        assert_eq!(said(&["url a", "url a", "url a"]).len(), 2);
    }

    #[test]
    fn a_branch_or_a_folder_makes_another_place() {
        assert_eq!(said(&["url a", "url b", "url a; branch other", "url a; path x", "url \"/a\""]), [""; 0]);
    }
}
