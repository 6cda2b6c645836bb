use crate::cli::arguments::Init;
use crate::cli::context::command;
use crate::cli::{Context, Failure};
use crate::report::{causes, one_line};
use crate::session::{Ending, Joining, Team, TeamAsked, is_left_in, joining, pipeline_of, scaffold, write_scaffold};
use crate::workspace::Progress;
use std::path::Path;

/// So many of those who share a catalog are named.
const NAMED: usize = 5;

/// `plat init [DIR]`: a project with an example of each kind, or one that joins those who share its catalog. Overwrites nothing, and goes on where it was stopped.
pub(super) fn run(arguments: &Init, context: &Context) -> Result<Ending, Failure> {
    let folder = arguments.folder.as_ref().unwrap_or(&context.directory);
    let asked = TeamAsked { catalog: arguments.catalog.as_deref(), pipeline: arguments.pipeline };
    let team = arguments.team.then(|| Team::of(folder, asked)).transpose()?;
    // What is there is told before anybody is asked.
    scaffold(folder, team.as_ref(), None)?;
    let others = team.as_ref().map(|team| look(folder, team, context)).transpose()?;
    let joins = others.as_ref().and_then(|found| found.as_ref().ok()?.as_ref());
    let files = scaffold(folder, team.as_ref(), joins.map(|joins| &*joins.files))?;
    let pipeline = team.as_ref().and_then(pipeline_of);
    let beside = match (&team, &pipeline) {
        (Some(team), Some(Ok((place, text)))) => Some((&*team.root, &**place, &**text)),
        _ => None,
    };
    context.tell_left_over(write_scaffold(folder, &files, beside, context.guard())?)?;
    let written = beside.map(|(_, place, _)| place.to_owned()).into_iter();
    for place in written.chain(files.iter().map(|(name, _)| folder.join(name))) {
        context.print(&format!("{}\n", one_line(&place.display().to_string())))?;
    }
    let (plan, apply) = (command(folder, "plan"), command(folder, "apply"));
    let mut next = format!("Next: {plan}, then {apply}");
    if let Some(team) = &team {
        context.print("\n")?;
        let in_the_way = pipeline.as_ref().and_then(|pipeline| pipeline.as_ref().err());
        let of_others = others.as_ref().and_then(|found| of_others(found, folder));
        for line in told(folder, team, in_the_way.map(|place| &**place)).into_iter().chain(of_others) {
            context.print(&format!("{}\n", one_line(&line)))?;
        }
        next = match joins {
            None => format!("Next: commit and push what is written, {plan}, then {apply}"),
            Some(_) => {
                format!("Next: write what is this project's own, commit and push what is written, {plan}, then {apply}")
            }
        };
    }
    context.print(&format!("\n{}\n", one_line(&next)))?;
    Ok(Ending::Success)
}

/// Whom a new project of a team would join; else why that is not known.
fn look(folder: &Path, team: &Team, context: &Context) -> Result<Result<Option<Joining>, String>, Failure> {
    context.meter.begin("Looking for others in the catalog", None);
    let found = joining(folder, team, (&context.environment, &context.wait, context.now), &context.meter);
    context.meter.end();
    match found {
        Err(error) if context.wait.is_interrupted() => Err(error.into()),
        found => Ok(found.map_err(|error| causes(&error))),
    }
}

/// What is said of those who share the catalog.
fn of_others(found: &Result<Option<Joining>, String>, folder: &Path) -> Option<String> {
    match found {
        Ok(None) => None,
        Ok(Some(joins)) => {
            let names: Vec<&str> = joins.others.iter().take(NAMED).map(|one| one.known.name.as_str()).collect();
            let more = joins.others.len().saturating_sub(NAMED);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            Some(format!(
                "Others own things there: {}{more}. No example is written; uses.kdl says what is used of them, and {} brings it anew.",
                names.join(", "),
                command(folder, "catalog pull")
            ))
        }
        Err(why) => Some(format!(
            "Whether others own things there is not known: {why}. Where they do, take the examples out, and name what is used of them by `extern` lines."
        )),
    }
}

/// What somebody has to know of a team's new project, beside its files.
fn told(folder: &Path, team: &Team, in_the_way: Option<&Path>) -> Vec<String> {
    let mut lines = vec![format!("The catalog is the branch `plat-catalog` of {}.", team.url)];
    if team.had_login {
        lines.push("Who logs in was taken out of that address, and stands in no file.".to_owned());
    }
    if team.is_on_server {
        lines.push(
            "plat logs in as Git does on this machine, or with PLAT_SECRET_REPOSITORY_TOKEN where that is set."
                .to_owned(),
        );
    }
    match (&team.pipeline, in_the_way) {
        (Err(why), _) => lines.push(format!("No pipeline is written: {why}.")),
        (Ok(_), Some(place)) => lines.push(format!(
            "{} is there and stays as it is: what belongs into it, the manual says under \"CI\".",
            place.display()
        )),
        (Ok(pipeline), None) => lines.push(format!("The pipeline applies what is merged into `{}`.", pipeline.branch)),
    }
    if is_left_in(folder) {
        lines.push("`.plat/` belongs into .gitignore: it is of this machine alone.".to_owned());
    }
    lines
}
