use crate::cli::arguments::{Form, Format, Get};
use crate::cli::{Context, Failure};
use crate::model::{Address, Object};
use crate::report;
use crate::session::query::{Condition, Found, groups, held};
use crate::session::{Ending, Misuse};

/// `plat get [KIND|BLUEPRINT|PROMISE] [NAME]`: what the catalog holds.
pub(super) fn run(arguments: &Get, context: &Context) -> Result<Ending, Failure> {
    let held = held(&context.disk()?)?;
    let Some(subject) = &arguments.subject else { return overview(&held.addresses, arguments, context) };
    let (kind, objects) = held.meant(subject, arguments.name.as_deref())?;
    let condition = Condition::parse(kind, &arguments.conditions).map_err(Misuse::Query)?;
    context.output.pass(&report::objects_json(&objects, &[]), "what the catalog holds")?;
    let found = Found::of(objects, &condition, &arguments.columns, context.now);
    for note in &found.notes {
        context.complain(&report::clean(&format!("note: {note}")))?;
    }
    if found.objects.is_empty() && context.format != Format::Json {
        context.complain("The catalog holds nothing of that.")?;
        return Ok(Ending::Success);
    }
    context.print(&shown(&found.objects, arguments, context))?;
    Ok(Ending::Success)
}

fn shown(objects: &[Object], arguments: &Get, context: &Context) -> String {
    let subject = arguments.subject.as_deref().unwrap_or_default();
    let is_one = arguments.name.is_some()
        || subject.contains('/')
        || objects.iter().any(|object| object.address.to_string() == *subject);
    match (context.format, context.form) {
        (_, Form::Name) => names(objects.iter().map(|object| &object.address)),
        (Format::Json, _) => report::objects_json(objects, &arguments.columns),
        (Format::Human | Format::Github, _) if is_one && arguments.columns.is_empty() => {
            report::object_details(objects)
        }
        (Format::Human | Format::Github, _) => report::object_table(objects, &arguments.columns, context.style),
    }
}

/// Addresses, a line each.
fn names<'a>(addresses: impl IntoIterator<Item = &'a Address>) -> String {
    addresses.into_iter().map(|address| format!("{}\n", report::one_line(&address.to_string()))).collect()
}

/// How much there is of what.
fn overview(live: &[Address], arguments: &Get, context: &Context) -> Result<Ending, Failure> {
    if !arguments.conditions.is_empty() || !arguments.columns.is_empty() {
        let way = format!("of what? `{} --where ...`", context.command("get entity"));
        return Err(Failure::Usage(way));
    }
    let groups = groups(live);
    if groups.is_empty() && context.format != Format::Json {
        context.complain("The catalog holds nothing yet.")?;
    }
    context.print(&match (context.format, context.form) {
        (_, Form::Name) => names(live),
        (Format::Json, _) => report::groups_json(&groups),
        (Format::Human | Format::Github, _) => report::group_table(&groups, context.style),
    })?;
    Ok(Ending::Success)
}
