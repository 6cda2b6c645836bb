use crate::cli::arguments::{Format, Render};
use crate::cli::{Context, Exit, Failure};
use crate::model::Address;
use crate::report;

/// `plat render`: the manifests of requests, and where they go.
pub(super) fn run(arguments: &Render, context: &mut Context) -> Result<Exit, Failure> {
    let disk = context.disk()?;
    let Some(loaded) = context.load(&disk)? else { return Ok(Exit::Configuration) };
    let wanted = |address: &Address| arguments.request.as_ref().is_none_or(|asked| is_meant(asked, address));
    let placed: Vec<_> = loaded.placed.iter().filter(|file| wanted(&file.request)).collect();
    if let Some(asked) = arguments.request.as_ref().filter(|_| placed.is_empty()) {
        let known = loaded.rendered.iter().any(|rendered| wanted(&rendered.request));
        if !known {
            return Err(Failure::Usage(format!("there is no request `{asked}` in this project")));
        }
    }
    let text = match context.format {
        Format::Json => report::manifests_json(&placed),
        Format::Human | Format::Github => report::manifests(&placed),
    };
    context.print(&text)?;
    Ok(Exit::Success)
}

/// Whether an argument means a request: by its address, by namespace and name, or by its name.
fn is_meant(asked: &str, address: &Address) -> bool {
    let name = address.name.split_once('/').map_or(&*address.name, |(_, name)| name);
    asked == address.to_string() || asked == &*address.name || asked == name
}
