use crate::cli::arguments::{Catalog, Copy, Forget, Format, Pull};
use crate::cli::context::Beside;
use crate::cli::{Context, Failure};
use crate::model::{extern_file, extern_lock};
use crate::report;
use crate::session::{
    CatalogAt, Change, Contents, Copied, Ending, Misuse, SessionError, Since, against_catalog, forget, holder,
    identity_in, make_own_folder, open_catalog_at, projects_in, take_in, to_forget, write_files,
};

/// `plat catalog`: what is asked of, and done to, a catalog as a whole.
pub(super) fn run(arguments: &Catalog, context: &Context) -> Result<Ending, Failure> {
    match arguments {
        Catalog::Projects => projects(context),
        Catalog::Pull(arguments) => pull(arguments, context),
        Catalog::Copy(arguments) => copy(arguments, context),
        Catalog::Forget(arguments) => forget_one(arguments, context),
    }
}

fn projects(context: &Context) -> Result<Ending, Failure> {
    let disk = context.without_modules()?;
    let Some(project) = context.project_file(&disk)? else { return Ok(Ending::Configuration) };
    let catalog = open_catalog_at(&CatalogAt::Declared, (&disk, &project), &context.environment, &context.wait)?;
    let projects = projects_in(&*catalog, context.now)?;
    if let Some(set_back) = catalog.set_back().map_err(SessionError::from)? {
        context.complain(&report::clean(&set_back.to_string()))?;
    }
    let unread = report::catalog_projects_unread(&projects);
    for line in &unread {
        context.complain(line)?;
    }
    let json = || report::catalog_projects_json(&projects);
    let ending = context.show(json, || report::catalog_projects(&projects, context.style))?;
    // An answer that is not complete is told as one that failed.
    Ok(if unread.is_empty() { ending } else { Ending::World })
}

fn pull(arguments: &Pull, context: &Context) -> Result<Ending, Failure> {
    let disk = context.disk()?;
    let Some(project) = context.project_file(&disk)? else { return Ok(Ending::Configuration) };
    let loaded = context.load_silently(&disk)?;
    let at = |name: &str| disk.root().join(name);
    let environment = disk.environment().map(|name| &**name);
    let (copy, lock) = (extern_file(environment), extern_lock(environment));
    if loaded.project.externs.asked.is_empty() {
        let is_there = [&copy, &lock].into_iter().any(|name| at(name).exists());
        let rest = if is_there { format!("; {copy} and {lock} may go") } else { String::new() };
        let broken = loaded.without_copy();
        context.tell(&broken.diagnostics, &broken.sources, Beside::Result)?;
        let is_broken = broken.diagnostics.has_errors();
        let which = if is_broken { " that can be read" } else { "" };
        context.complain(&format!("Nothing was pulled: no `extern` line{which} uses what others own{rest}"))?;
        return Ok(if is_broken { Ending::Configuration } else { Ending::Success });
    }
    let catalog = open_catalog_at(&CatalogAt::Declared, (&disk, &project), &context.environment, &context.wait)?;
    let own = identity_in(&project, &*catalog)?.id;
    let live = against_catalog(&disk, loaded, (&*catalog, &own), context.now, &context.meter)?;
    context.meter.end();
    if let Some(set_back) = &live.set_back {
        context.complain(&report::clean(&set_back.to_string()))?;
        if !arguments.allow_set_back && live.since.iter().any(|(_, since)| *since != Since::New) {
            context.complain(NOT_FROM_SET_BACK)?;
            return Ok(Ending::Refused);
        }
    }
    if arguments.allow_set_back {
        catalog.accept_set_back().map_err(SessionError::from)?;
    }
    if let Some(pulled) = &live.pulled {
        let change = |name: &str, after: String| Change {
            name: name.to_owned(),
            place: at(name),
            before: std::fs::read(at(name)).ok(),
            after: after.into(),
        };
        let files = [change(&copy, pulled.text.clone()), change(&lock, pulled.lock.to_string())];
        context.tell_left_over(write_files(&files, context.guard())?)?;
    }
    context.tell(&live.loaded.diagnostics, &live.loaded.sources, Beside::Result)?;
    if let Some(told) = report::pulled_secrets(&live) {
        context.complain(&told)?;
    }
    let ending = context.show(|| report::pulled_json(&live), || report::pulled(&live, context.style))?;
    // It was pulled all the same.
    Ok(if live.loaded.diagnostics.has_errors() { Ending::Configuration } else { ending })
}

/// Why nothing is taken from a catalog that lost what was there.
const NOT_FROM_SET_BACK: &str = "Nothing was pulled, as what is used of others would change or go by that: set the branch forward again where you \
                                 can; `plat catalog pull --allow-set-back` takes what there is";

fn copy(arguments: &Copy, context: &Context) -> Result<Ending, Failure> {
    let disk = context.without_modules()?;
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

fn forget_one(arguments: &Forget, context: &Context) -> Result<Ending, Failure> {
    let disk = context.without_modules()?;
    let Some(project) = context.project_file(&disk)? else { return Ok(Ending::Configuration) };
    let mut catalog = open_catalog_at(&CatalogAt::Declared, (&disk, &project), &context.environment, &context.wait)?;
    let forgotten = to_forget(&*catalog, &arguments.project, context.now)?;
    if identity_in(&project, &*catalog)?.id == *forgotten.project.id {
        return Err(SessionError::from(Misuse::OwnProject(arguments.project.clone())).into());
    }
    if context.format != Format::Json {
        context.print(&report::forgotten(&forgotten))?;
    }
    let recent = forgotten.recent.filter(|_| !arguments.allow_recent);
    let recent =
        recent.map(|_| "it applied within the last 30 days: --allow-recent forgets it all the same".to_owned());
    let unread = forgotten.unread.iter().filter(|_| !arguments.allow_recent).map(|why| {
        format!("nobody can tell when it last applied ({}): --allow-recent forgets it all the same", report::clean(why))
    });
    let protected = forgotten.objects.iter().any(|one| one.is_protected) && !arguments.allow_protected;
    let protected =
        protected.then(|| "it protects some of what it owns: --allow-protected forgets that too".to_owned());
    let reasons: Vec<String> = recent.into_iter().chain(unread).chain(protected).collect();
    for why in &reasons {
        context.complain(&format!("Nothing was forgotten: {why}"))?;
    }
    if !reasons.is_empty() {
        return Ok(Ending::Refused);
    }
    if !arguments.auto_approve && !context.agrees("Forget this project?")? {
        return Ok(Ending::Success);
    }
    let run = format!("forget-{}", context.now);
    forget(&mut *catalog, &forgotten, (&run, holder(|name| std::env::var(name).ok())), context.now)?;
    context.show(|| report::forgotten_json(&forgotten), || "\nForgotten.\n".to_owned())
}
