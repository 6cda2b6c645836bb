//! The command line: arguments to a call of [`crate::session`], its result to text and an exit code. No logic.

mod arguments;
mod command;
mod context;
mod exit;
mod failure;
mod habit;
mod identity;
mod meter;
mod output;
mod reports;
mod watch;

pub use exit::Exit;

use crate::credentials::Environment;
use crate::report;
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
    let given: Vec<String> = std::env::args_os().filter_map(|word| word.into_string().ok()).collect();
    if let Some(tip) = habit::one_dash(&given) {
        return ExitCode::from(Failure::Usage(tip).told(Exit::Usage, &output).code());
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments.understood(),
        Err(error) => return ended(answer(&error, &output), &output),
    };
    let mut arguments = match arguments {
        Ok(arguments) => arguments.placed(),
        Err(wrong) => return ExitCode::from(Failure::Usage(wrong).told(Exit::Usage, &output).code()),
    };
    let mut context = Context::of_process(&mut arguments, &variables, environment);
    let exit = command::run(&arguments.command, &mut context).unwrap_or_else(|failure| {
        let exit = failure.told(failure.exit(), &output);
        if let Some((purpose, command)) = failure.way() {
            output.tell(&format!("{purpose}: {}", context.command(command)));
        }
        exit
    });
    ended(exit, &context.output)
}

/// The end of the process. What was asked for and did not arrive was not done, whatever else was.
fn ended(exit: Exit, output: &Output) -> ExitCode {
    let Some(error) = output.lost() else { return ExitCode::from(exit.code()) };
    output.tell(&report::clean(&format!("standard output could not be written, and not all of it is there: {error}")));
    let exit = if matches!(exit, Exit::Success | Exit::Changes) { Exit::World } else { exit };
    ExitCode::from(exit.code())
}

/// Says what clap has to say: help and version are a success, anything else is a wrong use.
fn answer(error: &clap::Error, output: &Output) -> Exit {
    let mut text = error.render().to_string();
    if let Some(tip) = habit::tip(error) {
        let wrong = text.lines().next().unwrap_or_default();
        text = format!("{wrong}\n\n  tip: {tip}\n\nFor more information, try '--help'.\n");
    }
    let (exit, said) =
        if error.use_stderr() { (Exit::Usage, output.complain(&text)) } else { (Exit::Success, output.print(&text)) };
    said.map_or_else(|leak| Failure::from(leak).told(Exit::World, output), |()| exit)
}
