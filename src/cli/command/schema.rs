use crate::cli::arguments::Schema;
use crate::cli::{Context, Exit, Failure};
use crate::report;

/// `plat schema`: the JSON Schema of what plat writes.
pub(super) fn run(arguments: &Schema, context: &Context) -> Result<Exit, Failure> {
    let text = match &arguments.document {
        Some(name) => report::schema(name).map_err(Failure::Usage)?,
        None => report::schema_names(),
    };
    context.print(&text)?;
    Ok(Exit::Success)
}
