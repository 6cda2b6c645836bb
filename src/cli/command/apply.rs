use super::plan;
use crate::apply::{Applied, ApplyError, Observer, Run, Step, Targets, apply, verify};
use crate::cli::arguments::{Apply, Format};
use crate::cli::{Context, Exit, Failure};
use crate::plan::Plan;
use crate::report;
use crate::session::{Disk, Loaded, open_targets};
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// `plat apply`: a saved plan, or one made now, shown and agreed to.
pub(super) fn run(arguments: &Apply, context: &mut Context) -> Result<Exit, Failure> {
    let disk = context.disk()?;
    let Some(loaded) = context.load(&disk)? else { return Ok(Exit::Configuration) };
    let mut targets = open_targets(&disk, &loaded.project, &context.environment)?;
    let plan = match &arguments.file {
        Some(path) => saved(path, &loaded)?,
        None => plan::make(&loaded, &mut targets, &arguments.allow, context)?,
    };
    plan::print(&plan, arguments.detail, context);
    if let Some(exit) = plan::stopped(&plan) {
        return Ok(exit);
    }
    if arguments.file.is_some() {
        let stale = verify(&plan, &mut targets).map_err(crate::session::SessionError::from)?;
        if !stale.is_empty() {
            Context::complain(&report::stale(&stale));
            return Ok(Exit::Stale);
        }
    }
    let asks = plan.has_changes() && arguments.file.is_none() && !arguments.auto_approve;
    if asks && !agreed(context)? {
        Context::complain("Nothing was changed.");
        return Ok(Exit::Success);
    }
    carry_out(&plan, &disk, &loaded, &mut targets, context)
}

/// A saved plan of this very project.
fn saved(path: &std::path::Path, loaded: &Loaded) -> Result<Plan, Failure> {
    let plan = plan::read(path)?;
    let name = loaded.project.name.as_ref().map(|name| &*name.value).unwrap_or_default();
    if plan.project != name {
        return Err(Failure::Usage(format!(
            "{} is a plan of project {}, and this is {name}",
            path.display(),
            plan.project
        )));
    }
    Ok(plan)
}

/// Asks on the terminal.
fn agreed(context: &mut Context) -> Result<bool, Failure> {
    if !context.interactive {
        return Err(Failure::Usage(
            "there is no terminal to ask on: `--auto-approve` applies without asking".to_owned(),
        ));
    }
    let mut error = std::io::stderr().lock();
    let _ = write!(error, "\nApply these changes? Only `yes` is taken as an answer: ").and_then(|()| error.flush());
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer);
    read.map_err(|source| Failure::File { doing: "read", path: "standard input".to_owned(), source })?;
    Ok(answer.trim() == "yes")
}

fn carry_out(
    plan: &Plan,
    disk: &Disk,
    loaded: &Loaded,
    targets: &mut Targets,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let mut interrupt = Interrupt::listen();
    let run = Run { time: context.now, source: crate::store::head_revision(disk.root()), ..Run::default() };
    let mut applied = Applied::default();
    let outcome = apply(plan, targets, &run, &mut interrupt, &mut applied);
    let partly = applied.objects > 0 || !applied.stores.is_empty();
    if let Err(error) = outcome {
        if partly {
            Context::complain("The apply stopped on its way: run it again, and it goes on from here.");
        }
        return Err(failure(error, partly));
    }
    if applied.stopped {
        Context::complain("Stopped cleanly before the end: run it again, and it goes on from here.");
        return Ok(interrupt.exit());
    }
    match context.format {
        Format::Json => Context::print(&report::applied_json(&applied)),
        Format::Human | Format::Github if plan.has_changes() => {
            Context::print(&report::applied(plan, &applied, &loaded.project, context.style));
        }
        Format::Human | Format::Github => {}
    }
    Ok(Exit::Success)
}

fn failure(error: ApplyError, partly: bool) -> Failure {
    Failure::Apply { error, partly }
}

/// SIGINT and SIGTERM: nothing new starts, what is in flight is finished.
struct Interrupt {
    signal: Arc<AtomicUsize>,
}

impl Interrupt {
    fn listen() -> Self {
        let signal = Arc::new(AtomicUsize::new(0));
        for number in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            // Where a signal cannot be listened to, it ends the process as always, which an apply survives too.
            let _ = signal_hook::flag::register_usize(number, signal.clone(), number.unsigned_abs() as usize);
        }
        Self { signal }
    }

    fn exit(&self) -> Exit {
        let terminated = signal_hook::consts::SIGTERM.unsigned_abs() as usize;
        if self.signal.load(Ordering::Relaxed) == terminated { Exit::Terminated } else { Exit::Interrupted }
    }
}

impl Observer for Interrupt {
    fn step(&mut self, _: Step<'_>) -> bool {
        self.signal.load(Ordering::Relaxed) == 0
    }
}
