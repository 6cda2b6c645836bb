//! Promises that need others have them in the versions that they ask for, and none of them needs itself.

use crate::diag::{Diagnostic, code};
use crate::model::{Declaration, Kind, Project, Value, Versions};
use crate::source::{Origin, Spanned};
use std::collections::{HashMap, HashSet};

/// What promises ask for that the others of the project are not. One that is not declared is known to Kratix alone.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let is_one = |object: &&Declaration| matches!(object.address.kind, Kind::Promise | Kind::PromiseRelease);
    let known = project.externs.objects.iter().chain(&project.objects).filter(is_one);
    // A promise counts before the release that installs it.
    let mut by_name: HashMap<&str, &Declaration> = HashMap::new();
    for one in known.filter(|one| one.address.kind == Kind::PromiseRelease).chain(promises(project)) {
        by_name.insert(&one.address.name, one);
    }
    let mut found: Vec<Diagnostic> =
        promises(project).flat_map(requirements).filter_map(|one| unmet(&one, &by_name)).collect();
    found.extend(circles(&promises(project).collect::<Vec<_>>(), &by_name));
    found
}

/// The promises that are known, those of others first.
fn promises(project: &Project) -> impl Iterator<Item = &Declaration> {
    let known = project.externs.objects.iter().chain(&project.objects);
    known.filter(|object| object.address.kind == Kind::Promise)
}

/// A promise that another one needs.
struct Requirement<'p> {
    by: &'p Declaration,
    promise: &'p str,
    span: Origin,
    versions: Option<&'p Spanned<Value>>,
}

fn requirements(by: &Declaration) -> impl Iterator<Item = Requirement<'_>> {
    let all = by.body.get("requires").and_then(|all| all.as_array()).unwrap_or_default();
    all.iter().filter_map(move |one| {
        let map = one.as_object()?;
        let promise = map.get("promise")?;
        Some(Requirement { by, promise: promise.as_str()?, span: promise.span, versions: map.get("version") })
    })
}

/// That a promise is not of a version that another one asks for: Kratix warns of it too, and does nothing for the other one until it is.
fn unmet(asked: &Requirement<'_>, by_name: &HashMap<&str, &Declaration>) -> Option<Diagnostic> {
    let versions = asked.versions?;
    let wanted = versions.as_str()?;
    let (by, promise) = (&asked.by.address.name, asked.promise);
    let parsed = match Versions::parse(wanted) {
        Ok(parsed) => parsed,
        Err(why) => {
            let message = format!("`{wanted}` is no range of versions: {why}");
            let help = "a range is written as \"^1.2\", \"~1.2.3\" or \">=1.2, <3\"; any other text is a version to the letter";
            return Some(Diagnostic::error(code::BAD_VERSION, versions.span, message).help(help));
        }
    };
    let found = by_name.get(promise)?;
    let said = found.body.get(if found.address.kind == Kind::Promise { "promiseVersion" } else { "version" });
    let version = said.and_then(|version| version.as_str());
    if version.is_some_and(|version| parsed.accept(version)) {
        return None;
    }
    let is = version.map_or_else(|| "says no version".to_owned(), |version| format!("is of version {version}"));
    let message = format!("`{by}` needs `{promise}` of version {wanted}, and that {is}");
    let place = said.map_or(found.span, |said| said.span);
    let help = match version {
        Some(version) => {
            format!("ask for one that there is, as `version={version}`, or bring the other one to that version")
        }
        None => format!("say `version` in `{promise}`, or ask for none"),
    };
    Some(Diagnostic::warning(code::OTHER_VERSION, versions.span, message).other(place, "here").help(help))
}

/// The promises that need themselves, each circle once, told where its first one asks for the next.
fn circles(promises: &[&Declaration], by_name: &HashMap<&str, &Declaration>) -> Vec<Diagnostic> {
    let mut done: HashSet<&str> = HashSet::new();
    let mut found = Vec::new();
    for start in promises {
        // The way to where we are: each with what it still has to be followed.
        let mut way: Vec<(&str, Vec<Requirement<'_>>)> = Vec::new();
        let mut next = Some(*start);
        loop {
            if let Some(promise) = next.take().filter(|promise| !done.contains(&*promise.address.name)) {
                let mut open: Vec<Requirement<'_>> = requirements(promise).collect();
                open.reverse();
                way.push((&promise.address.name, open));
            }
            let Some((name, open)) = way.last_mut() else { break };
            let Some(asked) = open.pop() else {
                done.insert(name);
                way.pop();
                continue;
            };
            match way.iter().position(|(name, _)| *name == asked.promise) {
                Some(at) => {
                    let names = way[at..].iter().map(|(name, _)| *name).chain([asked.promise]);
                    found.push(circle(&asked, &names.collect::<Vec<_>>()));
                }
                None => next = by_name.get(asked.promise).copied().filter(|one| one.address.kind == Kind::Promise),
            }
        }
    }
    found
}

fn circle(asked: &Requirement<'_>, names: &[&str]) -> Diagnostic {
    let shown: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let message = format!("promise {} needs itself: {}", shown[0], shown.join(", which needs "));
    let help = "none of them can be there before the others: leave out one of these lines";
    Diagnostic::error(code::REQUIRES_ITSELF, asked.span, message).help(help)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::resolve::{MemoryLoader, resolve};

    fn said(text: &str) -> Vec<String> {
        let text = format!("project demo\n{text}");
        let resolved = resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap();
        let mut found = check(&resolved.project);
        found.sort_by_key(|one| one.primary.origin);
        found.into_iter().map(|one| one.message).collect()
    }

    #[test]
    fn what_is_needed_is_of_the_version_that_is_asked_for() {
        let text = |wanted: &str| {
            format!(
                "promise db {{ version v1.4.0; }}\npromise bare\npromise-release cache {{ version v2.0.0; source \"https://e.com/p\"; }}\n\
                 promise app {{ {wanted} }}\n"
            )
        };
        for fine in [
            "requires db version=v1.4.0; requires cache version=\"^2\"",
            "requires db version=\"^1.2\"; requires bare",
            "requires elsewhere version=v9.9.9",
        ] {
            assert_eq!(said(&text(fine)), [""; 0], "{fine}");
        }
        assert_eq!(
            said(&text("requires db version=\"^2\"; requires cache version=v1; requires bare version=v1")),
            [
                "`app` needs `db` of version ^2, and that is of version v1.4.0",
                "`app` needs `cache` of version v1, and that is of version v2.0.0",
                "`app` needs `bare` of version v1, and that says no version",
            ]
        );
        assert!(said(&text("requires db version=\"^latest\""))[0].starts_with("`^latest` is no range of versions: "));
    }

    #[test]
    fn a_circle_is_told_once_with_its_way() {
        assert_eq!(
            said(
                "promise a { requires b; }\npromise b { requires c; requires d; }\npromise c { requires a; }\npromise d"
            ),
            ["promise `a` needs itself: `a`, which needs `b`, which needs `c`, which needs `a`"]
        );
        assert_eq!(said("promise a { requires a; }"), ["promise `a` needs itself: `a`, which needs `a`"]);
        // What many need is followed once.
        let all: String =
            (0..2_000).map(|at| format!("promise p{at} {{ requires p{}; requires p{}; }}\n", at + 1, at + 2)).collect();
        assert_eq!(said(&all), [""; 0]);
    }
}
