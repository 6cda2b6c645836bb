//! The command line: arguments to a call of [`crate::session`], its result to text and an exit code. Decides nothing that another front
//! end would decide too.

mod arguments;
mod chosen;
mod command;
mod context;
mod environments;
mod exit;
mod failure;
mod habit;
mod meter;
mod output;
mod places;
mod reports;
mod signals;

use crate::report;
use crate::session::{Ending, Environment};
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
        return ended(output.fail(&Failure::Usage(tip), Ending::Usage), &output);
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments.understood(),
        Err(error) => return ended(answer(&error, &output), &output),
    };
    let mut arguments = match arguments {
        Ok(arguments) => arguments.placed(),
        Err(wrong) => return ended(output.fail(&Failure::Usage(wrong), Ending::Usage), &output),
    };
    let mut context = Context::of_process(&mut arguments, &variables, environment);
    let ran = places::judge(&mut arguments).and_then(|()| environments::run(&mut arguments, &mut context));
    let ending = ran.unwrap_or_else(|failure| {
        let ending = output.fail(&failure, failure.ending());
        if let Some((purpose, command)) = failure.way() {
            output.tell(&format!("{purpose}: {}", context.command(command)));
        }
        ending
    });
    ended(ending, &context.output)
}

/// The end of the process. What was asked for and did not arrive was not done, whatever else was.
fn ended(ending: Ending, output: &Output) -> ExitCode {
    let Some(error) = output.lost() else { return ExitCode::from(exit::code(ending)) };
    output.tell(&report::clean(&format!("standard output could not be written, and not all of it is there: {error}")));
    let ending = if ending.stops() { ending } else { Ending::World };
    ExitCode::from(exit::code(ending))
}

/// Says what clap has to say: help and version are a success, anything else is a wrong use.
fn answer(error: &clap::Error, output: &Output) -> Ending {
    let mut text = error.render().to_string();
    if let Some(tip) = habit::tip(error) {
        let wrong = text.lines().next().unwrap_or_default();
        text = format!("{wrong}\n\n  tip: {tip}\n\nFor more information, try '--help'.\n");
    }
    let (exit, said) = if error.use_stderr() {
        (Ending::Usage, output.complain(&text))
    } else {
        (Ending::Success, output.print(&text))
    };
    said.map_or_else(|leak| output.fail(&Failure::from(leak), Ending::World), |()| exit)
}
