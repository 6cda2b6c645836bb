//! One command a file.

mod apply;
mod carry;
mod catalog;
mod check;
mod completions;
mod destroy;
mod drift;
mod diff;
mod explain;
mod export;
mod fmt;
mod get;
mod import;
mod init;
mod lsp;
mod open;
mod plan;
mod proposals;
mod render;
mod rollback;
mod runs;
mod schema;
mod score;
mod show;
mod test;
mod unlock;
mod update;
mod vendor;
mod version;
mod why;

pub(super) use plan::plan_of;

use super::arguments::Command;
use super::{Context, Failure};
use crate::session::Ending;

/// Runs a command.
pub(super) fn run(command: &Command, context: &Context) -> Result<Ending, Failure> {
    match command {
        Command::Init(arguments) => init::run(arguments, context),
        Command::Check(arguments) => check::run(arguments, context),
        Command::Fmt(arguments) => fmt::run(arguments, context),
        Command::Explain(arguments) => explain::run(arguments, context),
        Command::Plan(arguments) => plan::run(arguments, context),
        Command::Diff(arguments) => diff::run(arguments, context),
        Command::Show(arguments) => show::run(arguments, context),
        Command::Apply(arguments) => apply::run(arguments, context),
        Command::Drift(arguments) => drift::run(arguments, context),
        Command::Why(arguments) => why::run(arguments, context),
        Command::Render(arguments) => render::run(arguments, context),
        Command::Score(arguments) => score::run(arguments, context),
        Command::Test(arguments) => test::run(arguments, context),
        Command::Schema(arguments) => schema::run(arguments, context),
        Command::Get(arguments) => get::run(arguments, context),
        Command::Import(arguments) => import::run(arguments, context),
        Command::Export(arguments) => export::run(arguments, context),
        Command::Runs(arguments) => runs::run(arguments, context),
        Command::Proposals(arguments) => proposals::run(arguments, context),
        Command::Unlock(arguments) => unlock::run(arguments, context),
        Command::Destroy(arguments) => destroy::run(arguments, context),
        Command::Catalog(arguments) => catalog::run(arguments, context),
        Command::Rollback(arguments) => rollback::run(arguments, context),
        Command::Update(arguments) => update::run(arguments, context),
        Command::Vendor => vendor::run(context),
        Command::Lsp => lsp::run(context),
        Command::Completions(arguments) => completions::run(arguments, context),
        Command::Version => version::run(context),
    }
}
