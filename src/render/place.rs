use super::clear::in_clear;
use super::twice::twice;
use super::{Placed, Rendered};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Destination, Layout, Name, Project, Promise, path_fault, repository_folder};
use crate::syntax::name_on_disks;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// The folder of Kratix's default workload group: five digits of the MD5 of `.`.
const DEFAULT_GROUP: &str = "5058f";

/// Every file of every request at its place, by store and path. Two files at one place are a diagnostic, and one
/// object twice in a destination.
pub fn place(project: &Project, rendered: &[Rendered]) -> (Vec<Placed>, Diagnostics) {
    let destinations: HashMap<&str, (&Destination, String)> = project
        .destinations
        .iter()
        .map(|destination| (&*destination.name.value, (destination, root(destination))))
        .collect();
    let promises: HashMap<&str, &Promise> =
        project.promises.iter().map(|promise| (&*promise.name.value, promise)).collect();
    let mut placed = Vec::with_capacity(rendered.len());
    for request in rendered {
        let destination = request.destination.as_ref().and_then(|name| destinations.get(&**name));
        let Some((destination, root)) = destination else { continue };
        let folder = match destination.layout {
            Layout::Nested => format!("{root}{}", folder(request, &promises)),
            Layout::Flat | Layout::Aggregated => root.clone(),
        };
        placed.extend(request.files.iter().map(|file| Placed {
            store: destination.store.value.clone(),
            destination: destination.name.value.clone(),
            path: format!("{folder}{}", file.path),
            folder: folder.len(),
            content: file.content.clone(),
            secrets: file.secrets.clone(),
            request: request.request.clone(),
            span: request.span,
        }));
    }
    placed.sort_by(|a, b| (&a.store, &a.path).cmp(&(&b.store, &b.path)));
    let mut diagnostics = collisions(&placed);
    diagnostics.append(alike(&placed));
    diagnostics.append(unholdable(project, &placed));
    diagnostics.append(in_clear(project, rendered));
    diagnostics.append(twice(project, rendered));
    placed.dedup_by(|later, kept| later.store == kept.store && later.path == kept.path);
    (placed, diagnostics)
}

/// The folder of a destination below the store's own, with a slash at its end; empty for the store's.
fn root(destination: &Destination) -> String {
    // One that leads elsewhere is told where it is declared.
    match repository_folder(&destination.path) {
        Ok(path) if !path.is_empty() => path + "/",
        Ok(_) | Err(_) => String::new(),
    }
}

/// The folder of files in that of their destination, with a slash at its end, as the nested layout has it.
fn folder(rendered: &Rendered, promises: &HashMap<&str, &Promise>) -> String {
    let pipeline = |name: Option<&Name>| name.map_or_else(String::new, |name| format!("{name}/"));
    if !rendered.is_of_request() {
        let promise = &rendered.request.name;
        let dependencies = promises.get(&**promise).and_then(|promise| promise.dependencies.as_ref());
        let pipeline = pipeline(dependencies.and_then(|one| one.pipeline.as_ref()));
        return format!("dependencies/{promise}/{pipeline}{DEFAULT_GROUP}/");
    }
    let (namespace, name) = rendered.request.namespaced();
    let namespace = namespace.unwrap_or("default");
    let promise = &rendered.request.parent;
    let workflow = promises.get(&**promise).and_then(|promise| promise.configure.as_ref());
    let pipeline = pipeline(workflow.map(|workflow| &workflow.pipeline));
    format!("resources/{namespace}/{promise}/{name}/{pipeline}{DEFAULT_GROUP}/")
}

/// Files whose whole path from the repository's root cannot be, though each of its ends could: the first of each request.
fn unholdable(project: &Project, placed: &[Placed]) -> Diagnostics {
    let mut folders: HashMap<&str, String> = HashMap::new();
    for store in &project.stores {
        folders.extend(repository_folder(&store.git.path.value).ok().map(|folder| (&*store.name.value, folder)));
    }
    let mut told = HashSet::new();
    let mut diagnostics = Diagnostics::default();
    for file in placed {
        let folder = folders.get(&*file.store).filter(|folder| !folder.is_empty());
        let path = folder.map_or(Cow::from(&file.path), |folder| format!("{folder}/{}", file.path).into());
        let Some(fault) = path_fault(&path).filter(|_| told.insert(&file.request)) else { continue };
        let message = format!("`{}` puts a file at a path that cannot be: {fault}", file.request);
        let help = "give the request another name, or the file, its destination or its state store a shorter path";
        let diagnostic = Diagnostic::error(code::BAD_FILE_PATH, file.span, message);
        diagnostics.push(diagnostic.label(format!("the path is `{path}`")).help(help));
    }
    diagnostics
}

/// Files at one place, and files at the place of a folder, of files that are sorted by store and path: Git can hold neither.
fn collisions(placed: &[Placed]) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    let mut rest = placed;
    while let [first, after @ ..] = rest {
        // What a path goes on with in another one; all of those stand behind it, one after another.
        let end = |file: &Placed| {
            let path = file.path.strip_prefix(&first.path).filter(|_| file.store == first.store)?;
            Some(path.bytes().next())
        };
        let same = after.iter().take_while(|file| end(file) == Some(None)).count();
        for file in &after[..same] {
            diagnostics.push(collision(file, first, "at the same place"));
        }
        rest = &after[same..];
        if rest.first().is_some_and(|next| end(next).is_some()) {
            let begin = rest.partition_point(|file| end(file).flatten().is_some_and(|letter| letter < b'/'));
            for file in rest[begin..].iter().take_while(|file| end(file).flatten() == Some(b'/')) {
                diagnostics.push(collision(file, first, "where this one needs a folder"));
            }
        }
    }
    diagnostics
}

/// Files whose paths differ in capital letters, or in the form of their letters, alone: of the two, a work tree on Windows or macOS has one.
fn alike(placed: &[Placed]) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    let mut seen: HashMap<(&Name, String), &Placed> = HashMap::with_capacity(placed.len());
    for file in placed {
        let first = *seen.entry((&file.store, name_on_disks(&file.path))).or_insert(file);
        if first.path != file.path {
            diagnostics.push(collision(
                file,
                first,
                "at the same place to systems that do not tell such letters apart",
            ));
        }
    }
    diagnostics
}

fn collision(file: &Placed, first: &Placed, how: &str) -> Diagnostic {
    let message = format!("`{}` puts a file {how}: `{}` in store `{}`", first.request, first.path, first.store);
    Diagnostic::error(code::SAME_PLACE, file.span, message)
        .label(format!("`{}` puts its file at `{}`", file.request, file.path))
        .other(first.span, format!("`{}` puts its file here too", first.request))
        .help("say `layout nested` for the destination, or put `$name` into the file's path")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Address, Kind};
    use crate::source::Origin;
    use proptest::prelude::*;

    fn placed((store, path): &(String, String)) -> Placed {
        Placed {
            store: store.as_str().into(),
            destination: "d".into(),
            path: path.clone(),
            folder: 0,
            content: Vec::new().into(),
            secrets: Vec::default(),
            request: Address::below(Kind::Request, "p".into(), "r".into()),
            span: Origin::Nowhere,
        }
    }

    #[test]
    fn paths_that_look_the_same_are_one_to_some_systems() {
        let files = [
            ("s", "a/X.yaml"),
            ("s", "a/x.yaml"),
            ("s", "É"),
            ("s", "é"),
            ("s", "e\u{301}"),
            ("t", "A/x.yaml"),
            ("t", "b"),
        ];
        let placed: Vec<Placed> = files.map(|(store, path)| placed(&(store.to_owned(), path.to_owned()))).into();
        assert_eq!(alike(&placed).len(), 3);
    }

    proptest! {
        #[test]
        fn whatever_lies_at_the_place_of_another_or_in_it_is_told(
            mut files in proptest::collection::vec(("[st]", "[ab]([-/0]?[ab]){0,3}"), 0..12),
        ) {
            files.sort();
            let mut expected = 0;
            for (at, (store, path)) in files.iter().enumerate() {
                let is_first = files.iter().position(|file| file == &files[at]) == Some(at);
                let others = files[at + 1..].iter().filter(|(other, _)| other == store).map(|(_, path)| path);
                let meets = |other: &&String| *other == path || other.starts_with(&format!("{path}/"));
                expected += if is_first { others.filter(meets).count() } else { 0 };
            }
            let placed: Vec<Placed> = files.iter().map(placed).collect();
            prop_assert_eq!(collisions(&placed).len(), expected, "{:?}", files);
        }
    }
}
