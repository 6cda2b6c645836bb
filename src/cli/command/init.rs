use crate::cli::arguments::Init;
use crate::cli::context::command;
use crate::cli::{Context, Failure};
use crate::report::one_line;
use crate::session::{Ending, Team, TeamAsked, is_left_in, pipeline_of, scaffold, write_scaffold};
use std::path::Path;

/// `plat init [DIR]`: a project with an example of each kind. Overwrites nothing, and goes on where it was stopped.
pub(super) fn run(arguments: &Init, context: &Context) -> Result<Ending, Failure> {
    let folder = arguments.folder.as_ref().unwrap_or(&context.directory);
    let asked = TeamAsked { catalog: arguments.catalog.as_deref(), pipeline: arguments.pipeline };
    let team = arguments.team.then(|| Team::of(folder, asked)).transpose()?;
    let files = scaffold(folder, team.as_ref())?;
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
        for line in told(folder, team, in_the_way.map(|place| &**place)) {
            context.print(&format!("{}\n", one_line(&line)))?;
        }
        next = format!("Next: commit and push what is written, {plan}, then {apply}");
    }
    context.print(&format!("\n{}\n", one_line(&next)))?;
    Ok(Ending::Success)
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
