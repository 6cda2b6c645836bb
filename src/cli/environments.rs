//! A command in the environments of a project that are asked for.

use super::arguments::{Arguments, Catalog, Command, Format, STANDARD};
use super::{Context, Failure, command, places};
use crate::model::{Environment, Name};
use crate::report;
use crate::session::{Ending, environments};
use std::path::{Path, PathBuf};

/// Runs a command: in each environment where all are asked for, else once. What was not done because an earlier environment stopped it is
/// told.
pub(super) fn run(arguments: &mut Arguments, context: &mut Context) -> Result<Ending, Failure> {
    let is_everywhere = context.env.as_deref() == Some(Environment::ALL)
        || context.env.is_none() && matches!(arguments.command, Command::Test(_));
    let all = if is_everywhere { environments(&context.folder()?) } else { Vec::new() };
    if all.is_empty() {
        return command::run(&arguments.command, context);
    }
    if !is_for_many(&arguments.command) {
        let message =
            format!("`--env {}` does not go with this command: name one of {}", Environment::ALL, all.join(", "));
        return Err(Failure::Usage(message));
    }
    let saved = match &arguments.command {
        Command::Apply(apply) => apply.file.as_ref().map(|file| saved(file, &all)).transpose()?.unwrap_or_default(),
        _ => Vec::new(),
    };
    let (mut worst, mut plans) = (Ending::Success, Vec::new());
    let paths: Vec<PathBuf> = arguments.command.paths().written.into_iter().map(|path| path.clone()).collect();
    for (index, name) in all.iter().enumerate() {
        for (path, original) in arguments.command.paths().written.into_iter().zip(&paths) {
            *path = of_environment(original, name)?;
        }
        if let (Command::Apply(apply), Some(plan)) = (&mut arguments.command, saved.get(index)) {
            apply.file = Some(plan.clone());
        }
        places::judge(arguments)?;
        context.env = Some(name.to_string());
        if context.format != Format::Json {
            context.print(&report::environment(name, index == 0, context.style))?;
        }
        let ending = match &arguments.command {
            Command::Plan(plan) => {
                let (ending, made) = command::plan_of(plan, context)?;
                plans.extend(made.map(|made| (name.clone(), made)));
                ending
            }
            command => command::run(command, context)?,
        };
        worst = worst.worse(ending);
        let left = &all[index + 1..];
        if matches!(arguments.command, Command::Apply(_)) && ending != Ending::Success && !left.is_empty() {
            context.complain(&format!("{} stopped the apply; not begun: {}", name, left.join(", ")))?;
            break;
        }
    }
    context.env = Some(Environment::ALL.to_owned());
    if let Command::Plan(plan) = &arguments.command
        && plans.len() > 1
        && context.format != Format::Json
    {
        context.print(&report::environments(&plans, &plan.showing.view(), context.style))?;
    }
    Ok(worst)
}

/// Whether a command can be run in several environments, one after the other.
fn is_for_many(command: &Command) -> bool {
    match command {
        Command::Plan(_)
        | Command::Apply(_)
        | Command::Drift(_)
        | Command::Test(_)
        | Command::Check(_)
        | Command::Render(_)
        | Command::Score(_)
        | Command::Why(_)
        | Command::Get(_)
        | Command::Runs(_)
        | Command::Proposals(_)
        | Command::Catalog(Catalog::Pull(_)) => true,
        Command::Init(_)
        | Command::Import(_)
        | Command::Export(_)
        | Command::Fmt(_)
        | Command::Explain(_)
        | Command::Diff(_)
        | Command::Show(_)
        | Command::Destroy(_)
        | Command::Rollback(_)
        | Command::Catalog(_)
        | Command::Schema(_)
        | Command::Unlock(_)
        | Command::Update(_)
        | Command::Vendor
        | Command::Lsp
        | Command::Completions(_)
        | Command::Version => false,
    }
}

/// The plans of all environments, as `plan --env all --out FILE` saves them: each is there before the first is carried out.
fn saved(file: &Path, all: &[Name]) -> Result<Vec<PathBuf>, Failure> {
    if file == Path::new(STANDARD) {
        let message = "standard input holds one plan, of one environment: name a file, of which there is one for each environment";
        return Err(Failure::Usage(message.to_owned()));
    }
    let plans = all.iter().map(|name| of_environment(file, name)).collect::<Result<Vec<_>, _>>()?;
    match plans.iter().find(|plan| !plan.is_file()) {
        None => Ok(plans),
        Some(missing) => Err(Failure::Usage(format!(
            "there is no {}: `--env {}` carries out the plans that `plat plan --env {} --out {}` saved",
            missing.display(),
            Environment::ALL,
            Environment::ALL,
            file.display()
        ))),
    }
}

/// The file of one environment: `plan.json` becomes `plan.staging.json`.
fn of_environment(path: &Path, name: &str) -> Result<PathBuf, Failure> {
    if path == Path::new(STANDARD) {
        let message = format!(
            "several documents do not fit standard output: name a file, which becomes one for each environment, or one environment with `--env {name}`"
        );
        return Err(Failure::Usage(message));
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
    Ok(path.with_file_name(format!("{stem}.{name}{ending}")))
}
