//! The command line: arguments to a call of [`crate::session`], its result to text and an exit code. No logic.

mod arguments;
mod command;
mod context;
mod exit;
mod failure;
mod identity;
mod meter;
mod watch;
mod reports;

pub use exit::Exit;

use arguments::Arguments;
use clap::Parser;
use context::Context;
use failure::Failure;
use std::process::ExitCode;

/// Runs the process: reads its arguments and its environment, and says how it ended.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return answer(&error),
    };
    let mut context = Context::of_process(&arguments);
    let exit = command::run(&arguments.command, &mut context).unwrap_or_else(|failure| {
        let exit = failure.exit();
        failure.told(exit)
    });
    ExitCode::from(exit.code())
}

/// Says what clap has to say: help and version are a success, anything else is a wrong use.
fn answer(error: &clap::Error) -> ExitCode {
    // A closed pipe leaves nobody to tell.
    let _ = error.print();
    let exit = if error.use_stderr() { Exit::Usage } else { Exit::Success };
    ExitCode::from(exit.code())
}
