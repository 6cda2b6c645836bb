//! Each promise has an API of its own: one custom resource definition cannot be two.

use crate::diag::{Diagnostic, code};
use crate::model::{Name, Project, Promise};
use crate::source::Spanned;
use std::collections::HashMap;

/// Promises whose kind, in any version, or whose plural is another one's in the same group.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let mut taken: HashMap<(&str, String), Defined<'_>> = HashMap::new();
    let mut found = Vec::new();
    for promise in &project.promises {
        let Some(api) = &promise.api else { continue };
        let names = [("kind", &api.kind), ("plural", &api.plural)].map(|(what, name)| Defined { promise, what, name });
        // Kubernetes finds an object by its plural, or by its kind in small letters: of one group, all must differ.
        let key = |defined: &Defined<'_>| (&*api.group.value, defined.name.value.to_lowercase());
        let clash = names.iter().find_map(|defined| {
            let first = taken.get(&key(defined))?;
            (first.promise.name.value != promise.name.value).then(|| defined.clash(first, &api.group.value))
        });
        match clash {
            Some(clash) => found.push(clash),
            None => taken.extend(names.into_iter().map(|defined| (key(&defined), defined))),
        }
    }
    found
}

/// A name that a promise's API defines in its group.
struct Defined<'p> {
    promise: &'p Promise,
    /// What it is the name of.
    what: &'static str,
    name: &'p Spanned<Name>,
}

impl Defined<'_> {
    fn clash(&self, first: &Self, group: &str) -> Diagnostic {
        let (one, other) = (&first.promise.name.value, &self.promise.name.value);
        let message =
            format!("promises `{one}` and `{other}` both define the {} `{}` of `{group}`", self.what, self.name.value);
        Diagnostic::error(code::SAME_API, self.name.span, message)
            .other(first.name.span, format!("`{one}` defines it here"))
            .help("a cluster has one definition of it, whatever its versions: give one of them another name or group")
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::resolve::{MemoryLoader, resolve};

    fn said(apis: &[&str]) -> Vec<String> {
        let promises = apis.iter().enumerate().map(|(index, api)| format!("promise p{index} {{ api {api}; }}\n"));
        let text = format!("project demo\n{}", promises.collect::<String>());
        let resolved = resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap();
        check(&resolved.project).into_iter().map(|one| one.message).collect()
    }

    #[test]
    fn two_promises_of_one_kind_are_one_too_many() {
        let one = "group=example.com version=v1 kind=Cache";
        let wanted = ["promises `p0` and `p1` both define the kind `Cache` of `example.com`"];
        assert_eq!(said(&[one, one]), wanted);
        assert_eq!(said(&[one, "group=example.com version=v2 kind=Cache plural=others"]), wanted);
        assert_eq!(said(&[one, "group=example.com version=v1 kind=CACHE plural=others"]).len(), 1);
        assert_eq!(
            said(&[one, "group=example.com version=v1 kind=Store plural=caches"]),
            ["promises `p0` and `p1` both define the plural `caches` of `example.com`"]
        );
    }

    #[test]
    fn another_group_or_kind_is_another_api() {
        let one = "group=example.com version=v1 kind=Cache";
        assert_eq!(said(&[one, "group=example.org version=v1 kind=Cache"]), [""; 0]);
        assert_eq!(said(&[one, "group=example.com version=v1 kind=Store"]), [""; 0]);
    }
}
