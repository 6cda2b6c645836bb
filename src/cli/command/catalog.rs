use crate::cli::arguments::{Catalog, Copy, Format};
use crate::cli::{Context, Failure};
use crate::report;
use crate::session::{
    CatalogAt, Contents, Copied, Ending, SessionError, make_own_folder, open_catalog_at, projects_in, take_in,
};

/// `plat catalog`: what is asked of, and done to, a catalog as a whole.
pub(super) fn run(arguments: &Catalog, context: &Context) -> Result<Ending, Failure> {
    match arguments {
        Catalog::Projects => projects(context),
        Catalog::Copy(arguments) => copy(arguments, context),
    }
}

fn projects(context: &Context) -> Result<Ending, Failure> {
    let disk = context.disk()?;
    let Some(project) = context.project_file(&disk)? else { return Ok(Ending::Configuration) };
    let catalog = open_catalog_at(&CatalogAt::Declared, (&disk, &project), &context.environment, &context.wait)?;
    let projects = projects_in(&*catalog, context.now)?;
    let json = || report::catalog_projects_json(&projects);
    context.show(json, || report::catalog_projects(&projects, context.style))
}

fn copy(arguments: &Copy, context: &Context) -> Result<Ending, Failure> {
    let disk = context.disk()?;
    let Some(project) = context.project_file(&disk)? else { return Ok(Ending::Configuration) };
    let at = |word: &str| match word {
        "embedded" => CatalogAt::Embedded,
        "declared" => CatalogAt::Declared,
        folder => CatalogAt::Of(context.directory.join(folder)),
    };
    let open = |word: &str| open_catalog_at(&at(word), (&disk, &project), &context.environment, &context.wait);
    let (from, mut to) = (open(&arguments.from)?, open(&arguments.to)?);
    let contents = Contents::of(&*from, context.now).map_err(SessionError::from)?;
    if context.format != Format::Json {
        context.print(&report::copied(&contents, context.style))?;
    }
    if contents == Contents::default() {
        return context.show(|| report::copied_json(&contents), String::new);
    }
    if !arguments.auto_approve && !context.agrees("Copy all of this?")? {
        return Ok(Ending::Success);
    }
    make_own_folder(&disk);
    let what = match take_in(&mut *to, &contents, context.now)? {
        Copied::Now => "Copied",
        Copied::Before => "It is there already, copied",
    };
    let (from, to) = (report::clean(&arguments.from), report::clean(&arguments.to));
    let done = || format!("\n{what} from {from} to {to}.\n");
    context.show(|| report::copied_json(&contents), done)
}
