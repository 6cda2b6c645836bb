use crate::cli::arguments::{Form, Format, Get};
use crate::cli::{Context, Exit, Failure};
use crate::model::{Address, Object};
use crate::report;
use crate::session::query::{Condition, field, groups, select};
use crate::session::{SessionError, open_catalog};
use crate::wait::Wait;

/// `plat get [KIND|BLUEPRINT|PROMISE] [NAME]`: what the catalog holds.
pub(super) fn run(arguments: &Get, context: &mut Context) -> Result<Exit, Failure> {
    let condition = Condition::parse(&arguments.conditions).map_err(Failure::Usage)?;
    let catalog = open_catalog(&context.disk()?, &Wait::default()).map_err(SessionError::from)?;
    let entries = catalog.observe("").map_err(SessionError::from)?;
    let live: Vec<Address> =
        entries.into_iter().filter(|entry| entry.live.is_some()).map(|entry| entry.address).collect();
    let Some(subject) = &arguments.subject else { return overview(&live, arguments, context) };
    let addresses = select(live, subject, arguments.name.as_deref()).map_err(Failure::Usage)?;
    let objects = catalog.objects(&addresses).map_err(SessionError::from)?.into_iter().flatten().collect::<Vec<_>>();
    context.output.pass(&report::objects_json(&objects, &[]), "what the catalog holds")?;
    if !objects.is_empty() {
        let asked = arguments.columns.iter().cloned().chain(condition.fields());
        for nowhere in asked.filter(|path| objects.iter().all(|object| field(object, path).is_none())) {
            context.complain(&report::clean(&format!("note: none of them has a `{nowhere}`")))?;
        }
    }
    let advice = condition.advice(&objects);
    let objects = condition.of(objects, context.now);
    if objects.is_empty() {
        for line in &advice {
            context.complain(&report::clean(&format!("note: {line}")))?;
        }
    }
    if objects.is_empty() && context.format != Format::Json {
        context.complain("The catalog holds nothing of that.")?;
        return Ok(Exit::Success);
    }
    context.print(&shown(&objects, arguments, context))?;
    Ok(Exit::Success)
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
fn overview(live: &[Address], arguments: &Get, context: &Context) -> Result<Exit, Failure> {
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
    Ok(Exit::Success)
}
