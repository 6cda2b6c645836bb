//! Each destination has a folder of its own.

use crate::diag::{Diagnostic, code};
use crate::model::{Destination, Project, repository_folder};

/// Destinations in the folder of another one, or inside of it: what reads the folder of one, as Flux and Argo CD do with all below it, would bring
/// what is for the other to its cluster too.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    // One that leads elsewhere is told where it is declared.
    let placed = project.destinations.iter().enumerate().filter_map(|(index, destination)| {
        let folder = repository_folder(&destination.path).ok()?;
        let parts: Vec<String> = folder.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        Some(Placed { store: &destination.store.value, parts, index, destination })
    });
    let mut placed: Vec<Placed<'_>> = placed.collect();
    // What lies in a folder stands right behind it, part by part.
    placed.sort_by(|a, b| (a.store, &a.parts, a.index).cmp(&(b.store, &b.parts, b.index)));
    let mut found = Vec::new();
    let mut around: Vec<&Placed<'_>> = Vec::new();
    for one in &placed {
        while around.last().is_some_and(|outer| !outer.holds(one)) {
            around.pop();
        }
        if let Some(outer) = around.last() {
            found.push(told(outer, one));
        }
        around.push(one);
    }
    found
}

/// A destination with its place.
struct Placed<'p> {
    store: &'p str,
    /// The names of the folders that lead to it, from that of the store on.
    parts: Vec<String>,
    /// Which one of the project it is.
    index: usize,
    destination: &'p Destination,
}

impl Placed<'_> {
    fn holds(&self, other: &Self) -> bool {
        self.store == other.store && other.parts.starts_with(&self.parts)
    }
}

/// What is wrong with two destinations, told at the one that was declared later.
fn told(outer: &Placed<'_>, inner: &Placed<'_>) -> Diagnostic {
    let names = [outer, inner].map(|one| &one.destination.name.value);
    let (message, help) = if outer.parts == inner.parts {
        let (first, later) = if outer.index < inner.index { (names[0], names[1]) } else { (names[1], names[0]) };
        (
            format!("destination `{later}` has the folder of `{first}`"),
            "give each a `path` of its own, or declare one destination with the labels of both".to_owned(),
        )
    } else {
        (
            format!("destination `{}` lies inside of `{}`", names[1], names[0]),
            format!(
                "give each a folder beside the other: what reads that of `{}` takes all that is below it",
                names[0]
            ),
        )
    };
    let (first, later) = if outer.index < inner.index { (outer, inner) } else { (inner, outer) };
    let place = |one: &Placed<'_>| one.destination.path.span;
    Diagnostic::error(code::DESTINATION_IN_DESTINATION, place(later), message)
        .other(place(first), "the other one")
        .help(help)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::resolve::{MemoryLoader, resolve};

    fn said(paths: &[&str]) -> Vec<String> {
        let declared = paths.iter().enumerate().map(|(index, path)| format!("destination d{index} {{ {path}; }}\n"));
        let stores = "state-store a git { url x; }\nstate-store b bucket { endpoint e; bucket b; }\n";
        let text = format!("project demo\n{stores}{}", declared.collect::<String>());
        let resolved = resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap();
        let mut found = check(&resolved.project);
        found.sort_by_key(|one| one.primary.origin);
        found.into_iter().map(|one| one.message).collect()
    }

    #[test]
    fn each_has_a_folder_of_its_own() {
        let fine =
            ["store a", "store b; path d0", "store a; path \"d0x\"", "store a; path \"x/y\"", "store a; path \"x/z\""];
        assert_eq!(said(&fine), [""; 0]);
        assert_eq!(
            said(&[
                "store a; path same",
                "store a; path \"./same/\"",
                "store b; path same",
                "store b; path \".\"",
                "store b; path \"/\""
            ]),
            [
                "destination `d1` has the folder of `d0`",
                "destination `d4` has the folder of `d3`",
                "destination `d2` lies inside of `d4`",
            ]
        );
        assert_eq!(
            said(&["store a; path \"x/y/z\"", "store a; path x", "store a; path \"x/y\"", "store a; path \"x-y\""]),
            ["destination `d2` lies inside of `d1`", "destination `d0` lies inside of `d2`"]
        );
    }
}
