use super::plan;
use crate::cli::arguments::{Diff, Format};
use crate::cli::context::Beside;
use crate::cli::{Context, Exit, Failure, reports};
use crate::report::counted;
use crate::session::{self, Difference, Version};

/// `plat diff`: what a change of the KDL means, between two revisions of it.
pub(super) fn run(arguments: &Diff, context: &mut Context) -> Result<Exit, Failure> {
    reports::prepare(&arguments.showing.reports)?;
    let disk = context.disk()?;
    let range = Range::parse(arguments.revisions.as_deref().unwrap_or_default());
    let from = session::load_revision(&disk, &range.from)?;
    let to = match &range.to {
        Some(revision) => session::load_revision(&disk, revision)?,
        None => session::load_working_tree(&disk)?,
    };
    if !from.exists && !to.exists {
        let folder = disk.root().display();
        return Err(Failure::Usage(format!("{folder} holds a project neither at {} nor at {}", from.name, to.name)));
    }
    // A warning of the older text is no business of who reviews the newer one.
    let broken = [&from, &to].map(|version| version.loaded.diagnostics.has_errors());
    if broken[0] {
        tell(&from, context)?;
    }
    tell(&to, context)?;
    if broken.contains(&true) {
        let told = if broken[0] { &from } else { &to };
        reports::write(&arguments.showing.reports, &reports::of_project("diff", &told.loaded), &context.output)?;
        return Ok(Exit::Configuration);
    }
    let names = format!("{} -> {}", from.name, to.name);
    let planning = plan::planning(&to.loaded, &arguments.allow, context)?;
    let difference = session::diff(from, to, planning)?;
    for note in &difference.notes {
        context.complain(&format!("note: {note}"))?;
    }
    print(&difference, &names, arguments, context)?;
    reports::write(&arguments.showing.reports, &plan::bare("diff", &difference.plan), &context.output)?;
    let changes = difference.plan.tells_changes() && arguments.detailed_exitcode;
    Ok(plan::stopped(&difference.plan).unwrap_or(if changes { Exit::Changes } else { Exit::Success }))
}

fn print(difference: &Difference, names: &str, arguments: &Diff, context: &Context) -> Result<(), Failure> {
    let plan = &difference.plan;
    let nothing = !plan.tells_changes() && plan::stopped(plan).is_none();
    match context.format {
        Format::Json => plan::print(plan, &arguments.showing.view(), context),
        Format::Human | Format::Github if nothing => {
            let files = match difference.files {
                0 => "no file of KDL differs".to_owned(),
                1 => "1 file differs, in what no target sees".to_owned(),
                count => format!("{} differ, in what no target sees", counted(count, "file")),
            };
            Ok(context.print(&format!("No changes. {names}: {files}.\n"))?)
        }
        Format::Human | Format::Github => {
            context.print(&format!("{names}, without a look at the catalog and the repositories\n"))?;
            plan::print(plan, &arguments.showing.view(), context)
        }
    }
}

fn tell(version: &Version, context: &Context) -> Result<(), Failure> {
    Ok(context.tell(&version.loaded.diagnostics, &version.loaded.sources, Beside::Result)?)
}

/// Two revisions, as they are written.
#[derive(Debug, PartialEq, Eq)]
struct Range {
    from: String,
    /// Nothing for the working tree.
    to: Option<String>,
}

impl Range {
    fn parse(text: &str) -> Self {
        let head = |text: &str| if text.is_empty() { "HEAD".to_owned() } else { text.to_owned() };
        let to = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        if let Some((one, other)) = text.split_once("...") {
            Self { from: format!("{}...{}", head(one), head(other)), to: to(other) }
        } else {
            let (one, other) = text.split_once("..").unwrap_or((text, ""));
            Self { from: head(one), to: to(other) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Range;

    #[test]
    fn ranges_are_those_of_git() {
        for (text, from, to) in [
            ("", "HEAD", None),
            ("main", "main", None),
            ("main..", "main", None),
            ("..topic", "HEAD", Some("topic")),
            ("v1.2..HEAD~1", "v1.2", Some("HEAD~1")),
            ("main...topic", "main...topic", Some("topic")),
            ("main...", "main...HEAD", None),
        ] {
            let range = Range { from: from.to_owned(), to: to.map(ToOwned::to_owned) };
            assert_eq!(Range::parse(text), range, "{text}");
        }
    }
}
