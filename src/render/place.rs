use super::clear::in_clear;
use super::twice::twice;
use super::{Placed, Rendered};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Destination, Layout, Name, Project, path_fault, repository_folder};
use std::collections::{HashMap, HashSet};

/// The folder of Kratix's default workload group: five digits of the MD5 of `.`.
const DEFAULT_GROUP: &str = "5058f";

/// Every file of every request at its place, by store and path. Two files at one place are a diagnostic, and one
/// object twice in a destination.
pub fn place(project: &Project, rendered: &[Rendered]) -> (Vec<Placed>, Diagnostics) {
    let destinations: HashMap<&str, &Destination> =
        project.destinations.iter().map(|destination| (&*destination.name.value, destination)).collect();
    let pipelines: HashMap<&str, &Name> = project
        .promises
        .iter()
        .filter_map(|promise| Some((&*promise.name.value, &promise.configure.as_ref()?.pipeline)))
        .collect();
    let mut placed = Vec::with_capacity(rendered.len());
    for request in rendered {
        let destination = request.destination.as_ref().and_then(|name| destinations.get(&**name));
        let Some(destination) = destination else { continue };
        let folder = folder(destination, request, pipelines.get(&*request.request.parent).copied());
        placed.extend(request.files.iter().map(|file| Placed {
            store: destination.store.value.clone(),
            destination: destination.name.value.clone(),
            path: format!("{folder}{}", file.path),
            content: file.content.clone(),
            secrets: file.secrets.clone(),
            request: request.request.clone(),
            span: request.span,
        }));
    }
    placed.sort_by(|a, b| (&a.store, &a.path).cmp(&(&b.store, &b.path)));
    let mut diagnostics = collisions(&placed);
    diagnostics.append(unholdable(project, &placed));
    diagnostics.append(in_clear(project, rendered));
    diagnostics.append(twice(project, rendered));
    placed.dedup_by(|later, kept| later.store == kept.store && later.path == kept.path);
    (placed, diagnostics)
}

/// The folder of a request's files below the store's own, with a slash at its end; empty for the store's.
fn folder(destination: &Destination, request: &Rendered, pipeline: Option<&Name>) -> String {
    let mut folder = String::new();
    // One that leads elsewhere is told where it is declared.
    if let Ok(path) = repository_folder(&destination.path)
        && !path.is_empty()
    {
        folder = path + "/";
    }
    if destination.layout == Layout::Nested {
        let (namespace, name) = request.request.name.split_once('/').unwrap_or(("default", &request.request.name));
        let promise = &request.request.parent;
        let pipeline = pipeline.map_or("", |pipeline| pipeline);
        folder.push_str(&format!("resources/{namespace}/{promise}/{name}/{pipeline}/{DEFAULT_GROUP}/"));
    }
    folder
}

/// Files whose whole path from the repository's root cannot be, though each of its ends could: the first of each request.
fn unholdable(project: &Project, placed: &[Placed]) -> Diagnostics {
    let mut folders: HashMap<&str, String> = HashMap::new();
    for store in &project.stores {
        folders.extend(repository_folder(&store.path.value).ok().map(|folder| (&*store.name.value, folder)));
    }
    let mut told = HashSet::new();
    let mut diagnostics = Diagnostics::default();
    for file in placed {
        let folder = folders.get(&*file.store).filter(|folder| !folder.is_empty());
        let path = folder.map_or_else(|| file.path.clone(), |folder| format!("{folder}/{}", file.path));
        let Some(fault) = path_fault(&path).filter(|_| told.insert(&file.request)) else { continue };
        let message = format!("`{}` puts a file at a path that cannot be: {fault}", file.request);
        let help = "give the request another name, or the file, its destination or its state store a shorter path";
        let diagnostic = Diagnostic::error(code::BAD_FILE_PATH, file.span, message);
        diagnostics.push(diagnostic.label(format!("the path is `{path}`")).help(help));
    }
    diagnostics
}

/// Files at one place, and files at the place of a folder: Git can hold neither.
fn collisions(placed: &[Placed]) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    let mut taken: HashMap<(&Name, &str), &Placed> = HashMap::with_capacity(placed.len());
    for file in placed {
        let first = *taken.entry((&file.store, &file.path)).or_insert(file);
        if !std::ptr::eq(first, file) {
            diagnostics.push(collision(file, first, "at the same place"));
        }
    }
    for file in placed {
        let folders = file.path.match_indices('/').filter_map(|(at, _)| file.path.get(..at));
        for above in folders.filter_map(|folder| taken.get(&(&file.store, folder))) {
            diagnostics.push(collision(file, above, "where this one needs a folder"));
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
