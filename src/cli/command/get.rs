use crate::cli::arguments::{Form, Format, Get};
use crate::cli::{Context, Failure};
use crate::model::Address;
use crate::report;
use crate::session::query::{Condition, Found, groups, held};
use crate::session::{Ending, Misuse};

/// `plat get [KIND|BLUEPRINT|PROMISE] [NAME]`: what the catalog holds.
pub(super) fn run(arguments: &Get, context: &Context) -> Result<Ending, Failure> {
    let disk = context.without_modules()?;
    let Some(project) = context.project_file(&disk)? else { return Ok(Ending::Configuration) };
    let held = held(&disk, &project, &context.environment)?;
    for stray in &held.strays {
        context.complain(&report::clean(&format!("in the catalog, {stray}")))?;
    }
    if let Some(set_back) = &held.set_back {
        context.complain(&report::clean(&set_back.to_string()))?;
    }
    let whole = if held.strays.is_empty() { Ending::Success } else { Ending::World };
    let Some(subject) = &arguments.subject else { return overview(&held.addresses, whole, arguments, context) };
    let meant = held.meant(subject, arguments.name.as_deref())?;
    let condition = Condition::parse(meant.kind, &arguments.conditions).map_err(Misuse::Query)?;
    context.output.pass(&report::bodies_json(&meant.bodies.read), "what the catalog holds")?;
    let found = Found::of(meant, &condition, &arguments.columns, context.now)?;
    for note in &found.notes {
        context.complain(&report::clean(&format!("note: {note}")))?;
    }
    for unreadable in found.unreadable.iter().chain(&found.types) {
        context.complain(&report::clean(&format!("{}: {unreadable}", unreadable.address)))?;
    }
    // An answer that is not complete is told as one that failed.
    let is_complete = found.unreadable.is_empty() && found.types.is_empty();
    let ending = if is_complete { whole } else { Ending::World };
    if found.objects.is_empty() && found.unreadable.is_empty() && context.format != Format::Json {
        context.complain("The catalog holds nothing of that.")?;
        return Ok(ending);
    }
    context.print(&shown(&found, arguments, context))?;
    Ok(ending)
}

fn shown(found: &Found, arguments: &Get, context: &Context) -> String {
    let subject = arguments.subject.as_deref().unwrap_or_default();
    let is_one = arguments.name.is_some()
        || subject.contains('/')
        || found.addresses().any(|address| address.to_string() == *subject);
    match (context.format, context.form) {
        (_, Form::Name) => names(found.addresses()),
        (Format::Json, _) => report::objects_json(found, &arguments.columns),
        (Format::Human | Format::Github, _) if is_one && arguments.columns.is_empty() => report::object_details(found),
        (Format::Human | Format::Github, _) => report::object_table(found, &arguments.columns, context.style),
    }
}

/// Addresses, a line each.
fn names<'a>(addresses: impl IntoIterator<Item = &'a Address>) -> String {
    addresses.into_iter().map(|address| format!("{}\n", report::one_line(&address.to_string()))).collect()
}

/// How much there is of what.
fn overview(live: &[Address], ending: Ending, arguments: &Get, context: &Context) -> Result<Ending, Failure> {
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
    Ok(ending)
}
