//! A new project in a catalog in which others own things: it uses what they have, and declares nothing of its own yet.

use super::catalogs::{ProjectInCatalog, projects_in};
use super::identity::project_id;
use super::own_folder::own_folder_in;
use super::pull::{Live, against_catalog};
use super::scaffold::{CATALOG_BRANCH, place, project_name};
use super::{SessionError, Team};
use crate::adapter::Surroundings;
use crate::catalog::{Catalog, Watched};
use crate::credentials::Environment;
use crate::model::{Kind, extern_file, extern_lock};
use crate::resolve::MemoryLoader;
use crate::syntax::{Escapes, visible_string};
use crate::wait::Wait;
use crate::worded::counted;
use crate::workspace::{Progress, load, project_file};
use std::fmt::Write;
use std::path::Path;

/// The file that says what a project uses of others.
const USES: &str = "uses.kdl";

/// Of a project that owns more than so many objects not all are brought at once.
const MOST: usize = 1_000;

/// A new project that joins others.
#[derive(Debug)]
pub struct Joining {
    /// Its files, of which the last one makes it a project.
    pub files: Vec<(String, String)>,
    /// Those who own something in the catalog.
    pub others: Vec<ProjectInCatalog>,
}

/// How a project of a folder, which need not be there yet, joins those who own something in the catalog of a team; nothing where nobody does.
/// `now` is in seconds since 1970 (UTC). Nothing is written but the folder, and in it a copy of what
/// a server has.
///
/// # Errors
/// Where the catalog cannot be read.
pub fn joining(
    folder: &Path,
    team: &Team,
    (environment, wait, now): (&Environment, &Wait, i64),
    progress: &dyn Progress,
) -> Result<Option<Joining>, SessionError> {
    let catalog = open(folder, team, environment, wait)?;
    let mut others = projects_in(&*catalog, now)?;
    others.retain(|one| !one.owns.is_empty());
    if others.is_empty() {
        return Ok(None);
    }
    let name = project_name(folder);
    let id = project_id(&name);
    let entries = catalog.observe(&id)?.entries;
    let blueprint = entries.iter().map(|entry| &entry.address).find(|address| address.kind == Kind::Blueprint);
    let blueprint = blueprint.map(|address| address.name.to_string());
    let mut files = Vec::new();
    for is_used in [is_model as fn(&ProjectInCatalog) -> bool, |_| false] {
        files = vec![
            (USES.to_owned(), uses(&others, is_used, blueprint.as_deref())),
            (".gitignore".to_owned(), ".plat/\n".to_owned()),
            ("plat.kdl".to_owned(), project_text(&name, &id, team)),
        ];
        let loader = MemoryLoader::new(files.clone());
        let live = against_catalog(&loader, load(&loader)?, (&*catalog, &id), now, progress)?;
        let Live { loaded, pulled, .. } = live;
        // What others have may be wrong by itself: then it is for who begins here to say what is used.
        if !loaded.diagnostics.has_errors() {
            let pulled = pulled
                .into_iter()
                .flat_map(|pulled| [(extern_file(None), pulled.text), (extern_lock(None), pulled.lock.to_string())]);
            files.splice(..0, pulled.map(|(name, text)| (name.into_owned(), text)));
            break;
        }
    }
    Ok(Some(Joining { files, others }))
}

/// The catalog of a team, as a project of a folder has it.
fn open(folder: &Path, team: &Team, environment: &Environment, wait: &Wait) -> Result<Box<dyn Catalog>, SessionError> {
    // A relative address starts at it, and copies are kept in it. Where it cannot be made, that is told when it is written to.
    let _ = std::fs::create_dir_all(folder);
    let root = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let text = project_text("new", "new", team).replace("catalog git {", "catalog git create {");
    let project = project_file(&MemoryLoader::new([("plat.kdl", text)]))?.project;
    let (environment, wait) = (environment.clone(), wait.clone());
    let tripwire = environment.tripwire().clone();
    let surroundings = Surroundings { own: own_folder_in(&root), root, environment, wait };
    Ok(Box::new(Watched::new(surroundings.open_catalog(project.catalog.as_ref())?, tripwire)))
}

/// The file of the project.
fn project_text(name: &str, id: &str, team: &Team) -> String {
    format!(
        "// A project that uses what others own in the same catalog: {USES} says what.\nproject {name} {{\n    id {id}\n    plat \">=0.1\"\n    \
         // Who may read the repository plans, and who may push to it applies.\n    catalog git {{\n{}    }}\n}}\n",
        place(team, "        ", CATALOG_BRANCH)
    )
}

/// Whether others may use what a project has, and it is not too much to be brought as a whole.
fn is_model(one: &ProjectInCatalog) -> bool {
    let has = |kind| one.owns.contains_key(&kind);
    (has(Kind::Blueprint) || has(Kind::Promise)) && one.owns.values().sum::<usize>() <= MOST
}

/// What is used of whom.
fn uses(others: &[ProjectInCatalog], is_used: fn(&ProjectInCatalog) -> bool, blueprint: Option<&str>) -> String {
    let mut text =
        "// What is used of others. `plat catalog pull` brings it, and `plat catalog projects` lists them.\n"
            .to_owned();
    // What others call themselves stays on the line of a comment.
    let word = |text: &str| visible_string(text, Escapes::Hidden);
    for one in others {
        let owns: Vec<String> = one.owns.iter().map(|(kind, count)| counted(*count, kind.word())).collect();
        let sign = if is_used(one) { "" } else { "// " };
        let (name, id) = (word(&one.known.name), word(&one.known.id));
        let _ = write!(text, "\n// {name} owns {}.\n{sign}extern project {id}\n", owns.join(", "));
    }
    if let Some(blueprint) = blueprint {
        let _ = write!(
            text,
            "\n// What is this project's own stands beside, such as:\n// entity {} example\n",
            word(blueprint)
        );
    }
    text
}
