use crate::cli::arguments::{Arguments, Completions, Shell};
use crate::cli::{Context, Failure};
use crate::session::Ending;
use clap::CommandFactory;
use clap_complete::shells;

/// `plat completions SHELL`: what a shell needs to complete commands.
pub(super) fn run(arguments: &Completions, context: &Context) -> Result<Ending, Failure> {
    let mut command = Arguments::command();
    let mut script = Vec::new();
    match arguments.shell {
        Shell::Bash => clap_complete::generate(shells::Bash, &mut command, "plat", &mut script),
        Shell::Zsh => clap_complete::generate(shells::Zsh, &mut command, "plat", &mut script),
        Shell::Fish => clap_complete::generate(shells::Fish, &mut command, "plat", &mut script),
    }
    context.output.print_file(&String::from_utf8_lossy(&script))?;
    Ok(Ending::Success)
}
