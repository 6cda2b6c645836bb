use crate::cli::{Context, Failure};
use crate::session::Ending;

/// `plat version`: which plat this is.
pub(super) fn run(context: &Context) -> Result<Ending, Failure> {
    let version = env!("CARGO_PKG_VERSION");
    context.show(|| format!("{{\"plat\":\"{version}\"}}\n"), || format!("plat {version}\n"))
}
