use crate::catalog::Catalog;
use crate::cli::arguments::{Format, Get};
use crate::cli::{Context, Exit, Failure};
use crate::diag::suggest;
use crate::model::{Address, Kind};
use crate::report;
use crate::session::{SessionError, open_catalog};

/// `plat get KIND [ID]`: what the catalog holds.
pub(super) fn run(arguments: &Get, context: &mut Context) -> Result<Exit, Failure> {
    let kind = kind(&arguments.kind)?;
    let disk = context.disk()?;
    let catalog = open_catalog(&disk).map_err(SessionError::from)?;
    let entries = catalog.observe("").map_err(SessionError::from)?;
    let live = entries.iter().filter(|entry| entry.live.is_some()).map(|entry| &entry.address);
    let wanted =
        |address: &&Address| address.kind == kind && arguments.name.as_ref().is_none_or(|name| is_meant(name, address));
    let addresses: Vec<Address> = live.filter(wanted).cloned().collect();
    if let Some(name) = arguments.name.as_ref().filter(|_| addresses.is_empty()) {
        return Err(Failure::Usage(format!("the catalog holds no {} `{name}`", kind.word())));
    }
    let objects = catalog.objects(&addresses).map_err(SessionError::from)?.into_iter().flatten().collect::<Vec<_>>();
    context.output.pass(&report::objects_json(&objects), "what the catalog holds")?;
    let text = match (context.format, &arguments.name) {
        (Format::Json, _) => report::objects_json(&objects),
        (Format::Human | Format::Github, None) => report::object_table(&objects, context.style),
        (Format::Human | Format::Github, Some(_)) => report::object_details(&objects),
    };
    context.print(&text)?;
    Ok(Exit::Success)
}

fn kind(word: &str) -> Result<Kind, Failure> {
    let words = || Kind::ALL.iter().map(|row| row.1);
    let singular =
        word.strip_suffix("ies").map(|stem| format!("{stem}y")).or(word.strip_suffix('s').map(str::to_owned));
    Kind::from_word(word).or_else(|| Kind::from_word(&singular?)).ok_or_else(|| {
        let hint = suggest(word, words()).map(|word| format!(": did you mean `{word}`?")).unwrap_or_default();
        let known = words().collect::<Vec<_>>().join(", ");
        Failure::Usage(format!("there is no kind `{word}`{hint} (kinds: {known})"))
    })
}

/// Whether a name on the command line means an object: its own, or with its blueprint or promise before it.
fn is_meant(name: &str, address: &Address) -> bool {
    *address.name == *name || address.to_string().split_once(':').is_some_and(|(_, rest)| rest == name)
}
