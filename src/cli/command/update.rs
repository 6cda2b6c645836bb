use super::plan;
use super::vendor::write_lock;
use crate::cli::arguments::{Detail, Format, Update};
use crate::cli::chosen::chosen;
use crate::cli::context::Beside;
use crate::cli::{Context, Failure};
use crate::diag::{Severity, code};
use crate::plan::Options;
use crate::report;
use crate::session::{Ending, LockEntry, MODULES_LOCK, Modules, Planning, Updated, Version, diff, environments};

/// `plat update [MODULE]`: the newest states of modules, what they change, and then the lock.
pub(super) fn run(arguments: &Update, context: &Context) -> Result<Ending, Failure> {
    let folder = context.folder()?;
    // What a module changes is seen in each environment.
    let disks = match (&context.env, environments(&folder)) {
        (None, all) if !all.is_empty() => {
            all.into_iter().map(|name| folder.clone().in_environment(Some(name))).collect()
        }
        (env, _) => vec![chosen(folder.clone(), env.as_deref())?],
    };
    let (mut lock, mut told) = (None, false);
    for disk in &disks {
        let modules = Modules { disk, environment: &context.environment, wait: &context.wait };
        let Updated { before, after, changes, lock: new } = modules.update(arguments.module.as_deref())?;
        if changes.is_empty() {
            context.print("Nothing to update: what is locked is what there is.\n")?;
            return Ok(Ending::Success);
        }
        if !told {
            context.print(&told_changes(&changes))?;
            told = true;
        }
        context.tell(&after.diagnostics, &after.sources, Beside::Result)?;
        let of_environment = disk.environment().map(|name| format!(" in environment {name}")).unwrap_or_default();
        if after.diagnostics.has_errors() {
            context
                .complain(&format!("The project has errors{of_environment} with that, and the lock stays as it is."))?;
            return Ok(Ending::Configuration);
        }
        if before.diagnostics.iter().any(|one| one.severity == Severity::Error && one.code != code::MODULE_NOT_LOCKED) {
            context.complain(&format!(
                "What it changes is not known: the project as it is locked has errors{of_environment}."
            ))?;
        } else if before.diagnostics.has_errors() {
            context.complain(&format!(
                "What modules make that were not locked before is all new{of_environment}: `plat plan` shows it."
            ))?;
        } else {
            let versions = [(before, "as it is locked"), (after, "with what is new")];
            let [from, to] =
                versions.map(|(loaded, name)| Version { name: name.to_owned(), loaded, exists: true, commit: None });
            let planning = Planning { now: context.now, options: Options::default(), ..Planning::default() };
            let difference = diff(from, to, planning)?;
            if difference.ending() == Ending::Success {
                context.print("\nNo plan changes by it.\n")?;
            } else {
                context.print("\n")?;
                plan::print(&difference.plan, &plan::view(&Detail::default()), context)?;
            }
        }
        lock = new;
    }
    let Some(lock) = lock.filter(|_| !arguments.dry_run) else { return Ok(Ending::Success) };
    let asks = !arguments.auto_approve && context.format != Format::Json;
    if asks && !context.agrees("Lock these states?")? {
        return Ok(Ending::Success);
    }
    write_lock(context, &folder.root().join(MODULES_LOCK), lock)?;
    context.complain(&format!("Written: {MODULES_LOCK}"))?;
    Ok(Ending::Success)
}

/// Each module whose state is another one, in a line.
fn told_changes(changes: &[(String, Option<LockEntry>, Option<LockEntry>)]) -> String {
    let state = |entry: &LockEntry| {
        let commit: String = entry.commit.chars().take(12).collect();
        entry.tag.as_ref().map_or(commit.clone(), |tag| format!("{tag} ({commit})"))
    };
    let line = |(name, old, new): &(String, Option<LockEntry>, Option<LockEntry>)| {
        let (sign, states) = match (old, new) {
            (None, Some(new)) => ('+', state(new)),
            (Some(old), Some(new)) => ('~', format!("{} -> {}", state(old), state(new))),
            (Some(old), None) => ('-', format!("{}, which nothing uses any more", state(old))),
            (None, None) => (' ', String::new()),
        };
        report::clean(&format!("{sign} {name}  {states}")).into_owned() + "\n"
    };
    changes.iter().map(line).collect()
}
