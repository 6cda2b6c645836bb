//! The command line: arguments to a call of [`crate::session`], its result to text and an exit code. No logic.

mod arguments;
mod command;
mod context;
mod exit;
mod failure;
mod identity;
mod meter;
mod output;
mod reports;
mod watch;

pub use exit::Exit;

use crate::store::Environment;
use arguments::Arguments;
use clap::Parser;
use context::Context;
use failure::Failure;
use output::Output;
use std::process::ExitCode;

/// Runs the process: reads its arguments and its environment, and says how it ended.
pub fn main() -> ExitCode {
    let variables = context::variables();
    let environment = Environment::new(variables.clone());
    let output = Output::new(environment.tripwire().clone());
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return ExitCode::from(answer(&error, &output).code()),
    };
    let mut context = Context::of_process(&arguments, &variables, environment);
    let exit = command::run(&arguments.command, &mut context).unwrap_or_else(|failure| {
        let exit = failure.exit();
        failure.told(exit, &output)
    });
    ExitCode::from(exit.code())
}

/// Says what clap has to say: help and version are a success, anything else is a wrong use.
fn answer(error: &clap::Error, output: &Output) -> Exit {
    let text = error.render().to_string();
    let (exit, said) =
        if error.use_stderr() { (Exit::Usage, output.complain(&text)) } else { (Exit::Success, output.print(&text)) };
    said.map_or_else(|leak| Failure::from(leak).told(Exit::World, output), |()| exit)
}
