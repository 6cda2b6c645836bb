use crate::cli::arguments::Init;
use crate::cli::context::command;
use crate::cli::{Context, Failure};
use crate::report::one_line;
use crate::session::{Ending, scaffold, write_scaffold};

/// `plat init [DIR]`: a project with an example of each kind. Overwrites nothing, and goes on where it was stopped.
pub(super) fn run(arguments: &Init, context: &Context) -> Result<Ending, Failure> {
    let folder = arguments.folder.as_ref().unwrap_or(&context.directory);
    let files = scaffold(folder)?;
    context.tell_left_over(write_scaffold(folder, &files, context.guard())?, folder)?;
    for (name, _) in &files {
        context.print(&format!("{}\n", one_line(&folder.join(name).display().to_string())))?;
    }
    let (plan, apply) = (command(folder, "plan"), command(folder, "apply"));
    context.print(&format!("\n{}\n", one_line(&format!("Next: {plan}, then {apply}"))))?;
    Ok(Ending::Success)
}
