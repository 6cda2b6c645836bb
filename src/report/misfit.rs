//! Why a saved plan is not for a project.

use super::clean::one_line;
use crate::model::Repository;
use crate::plan::{PlannedCatalog, PlannedStore};
use crate::session::Misfit;

/// The most of them that are told.
const MOST: usize = 20;

/// What keeps a saved plan from being applied, a line each; `commits` are those that it was made of and that the text is of, where these are two.
pub fn misfits(misfits: &[Misfit], commits: Option<&(String, String)>) -> String {
    let mut lines: String = misfits.iter().take(MOST).map(|one| format!("  {}\n", one_line(&words(one)))).collect();
    if misfits.len() > MOST {
        lines.push_str(&format!("  and {} more\n", misfits.len() - MOST));
    }
    let way = commits.map_or("Plan again.".to_owned(), |(planned, here)| {
        let (planned, here) = (one_line(planned), one_line(here));
        format!("The plan was made of commit {planned}, and the text here is of {here}: check that commit out, or plan again.")
    });
    format!("The plan is not for this project as it is now, and nothing was written:\n{lines}{way}")
}

fn words(misfit: &Misfit) -> String {
    match misfit {
        Misfit::Elsewhere { planned, declared } => {
            let (was, is) = (place(planned), place(declared));
            format!("state store {}: the plan is for {was}, and the project has it at {is}", planned.store)
        }
        Misfit::OtherCatalog { planned, declared } => {
            let own = || "the one in `.plat`".to_owned();
            let [was, is] = [planned, declared].map(|one| one.as_deref().map_or_else(own, catalog));
            format!("the catalog: the plan is for {was}, and the project has {is}")
        }
        Misfit::OtherParameter { name, planned, given } => {
            let [was, is] =
                [planned, given].map(|one| one.as_ref().map_or("nothing".to_owned(), |one| format!("`{one}`")));
            format!(
                "parameter {name}: the plan was made with {was}, and {is} is given: without `--param` it is carried out with its own"
            )
        }
        Misfit::NoStore(store) => format!("state store {store}: the project does not have it"),
        Misfit::Nowhere(store) => format!("state store {store}: the plan does not say where it is"),
        Misfit::Outside(thing) => format!("{thing}: no destination of the project has its folder there"),
        Misfit::NoPath { thing, reason } => format!("{thing}: that cannot be a file's path: {reason}"),
        Misfit::NotOwned(thing) => format!("{thing}: the project does not own it"),
        Misfit::Foreign { thing, owner } => format!("{thing}: it belongs to project {owner}"),
        Misfit::Misremembered { store, request } => {
            format!(
                "{request}: what state store {store} is told to remember of it is not what protects it, or what is its"
            )
        }
        Misfit::Forbidden(thing) => {
            format!("{thing}: its `deletion forbid` lets it neither go, nor lose a file, nor be let go of")
        }
        Misfit::Unasked(thing) => {
            format!("{thing}: it is protected, and the plan was not allowed what would become of it")
        }
        Misfit::Weakened(thing) => format!("{thing}: the project protects it more than the plan would"),
        Misfit::NotMoved(thing) => {
            format!("{thing}: the plan says that it gets another path, and its content does not go on there")
        }
        Misfit::Twice(thing) => format!("{thing}: it is changed twice"),
        Misfit::Misnamed { thing, file } => format!("{thing}: what would be written is {file}"),
    }
}

/// Where a catalog is.
fn catalog(planned: &PlannedCatalog) -> String {
    match planned {
        PlannedCatalog::Git(store) => place(store),
        PlannedCatalog::Postgres(database) => {
            let secret = || format!("the database of the secret `{}`", database.secret.as_deref().unwrap_or_default());
            format!("schema {} of {}", database.schema, database.database.clone().unwrap_or_else(secret))
        }
    }
}

fn place(store: &PlannedStore) -> String {
    let path = if store.path.is_empty() { String::new() } else { format!(", path {}", store.path) };
    let folder = store.folder.as_ref().filter(|folder| **folder != store.url);
    let folder = folder.map(|folder| format!(", in {folder}")).unwrap_or_default();
    let led = store.led_to.as_ref().map(|server| format!(", led to {}/{}", server.host, server.path));
    format!("{} (branch {}{path}{folder}{})", Repository::shown(&store.url), store.branch, led.unwrap_or_default())
}
