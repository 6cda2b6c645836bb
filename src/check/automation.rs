//! What an automation waits for is there: Port asks for a blueprint with each event of entities, for a property of it with a timer, and for
//! whose runs they are with each of a run.

use super::subject::Subjects;
use super::words::MOST_CANDIDATES;
use crate::diag::{Diagnostic, code, suggest};
use crate::model::{Declaration, FieldPath, Format, Kind, Project};
use crate::object::lacking;
use crate::source::Spanned;
use std::collections::BTreeSet;

/// The automations that nothing would ever call.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let subjects = Subjects::blueprints(project);
    let has_runs = |kind| matches!(kind, Kind::Action | Kind::Automation);
    let with_runs = project.objects.iter().filter(|object| has_runs(object.address.kind));
    let with_runs: BTreeSet<&str> = with_runs.map(|object| &*object.address.name).collect();
    let automations = project.objects.iter().filter(|object| object.address.kind == Kind::Automation);
    automations
        .flat_map(|automation| [of_event(project, automation, &subjects), of_runs(automation, &with_runs)])
        .flatten()
        .collect()
}

/// What an event cannot be without, and a timer that is none.
fn of_event(project: &Project, automation: &Declaration, subjects: &Subjects<'_>) -> Option<Diagnostic> {
    let body = &automation.body;
    let event = body.get("event")?;
    let word = event.as_str()?;
    if let Some(lacks) = lacking(Kind::Automation, body) {
        let message = format!("the event `{word}` needs `{lacks}=`");
        let help = format!("write `{lacks}=NAME` behind it");
        return Some(Diagnostic::error(code::EVENT_OF_NOTHING, event.span, message).missing(lacks).help(help));
    }
    let (blueprint, property) = (body.get("blueprint")?, body.get("property")?);
    let path = Spanned::new(FieldPath::of(property.as_str()?), property.span);
    if let Err(problem) = subjects.find_member(blueprint.as_str()?, &path)? {
        return Some(*problem);
    }
    let declared = project.blueprint(blueprint.as_str()?)?.property(property.as_str()?)?;
    let message = || format!("`{}` is no timer: its time is never over", path.value);
    (declared.schema.format != Some(Format::Timer)).then(|| {
        Diagnostic::error(code::EVENT_OF_NOTHING, path.span, message()).help("name a property of type `timer`")
    })
}

fn of_runs(automation: &Declaration, with_runs: &BTreeSet<&str>) -> Option<Diagnostic> {
    let action = automation.body.get("action")?;
    let name = action.as_str().filter(|name| !with_runs.contains(name))?;
    let message = format!("there is no action and no automation `{name}`");
    let near = suggest(name, with_runs.iter().copied().take(MOST_CANDIDATES));
    Some(Diagnostic::error(code::UNKNOWN_REFERENCE, action.span, message).did_you_mean(near))
}

#[cfg(test)]
mod tests {
    use crate::check::tests::problems;

    fn told(event: &str, send: &str) -> Vec<String> {
        problems(&format!(
            "blueprint service {{ property until timer; property size number; property place object }}\naction make create {{ backend kafka }}\n\
             automation tell {{ on {event}; backend kafka {{ send x {send} }} }}\n"
        ))
    }

    #[test]
    fn what_happens_is_fine() {
        for event in [
            "entity-created blueprint=service",
            "timer-expired blueprint=service property=until",
            "run-created action=make",
            "any-run-change action=tell",
            "run-updated action=tell",
        ] {
            assert_eq!(told(event, "$run.id"), [""; 0], "{event}");
        }
    }

    #[test]
    fn what_never_happens_is_told() {
        for (event, expected) in [
            ("entity-created", "E0471 entity-created: the event `entity-created` needs `blueprint=`"),
            ("timer-expired blueprint=service", "E0471 timer-expired: the event `timer-expired` needs `property=`"),
            ("run-updated", "E0471 run-updated: the event `run-updated` needs `action=`"),
            ("timer-expired blueprint=service property=size", "E0471 size: `size` is no timer: its time is never over"),
            ("timer-expired blueprint=service property=untill", "E0450 untill: `service` has no `untill`"),
            (
                "timer-expired blueprint=service property=place.until",
                "E0451 place.until: `place` is a property of `service`, and this path goes through relations",
            ),
            ("run-created action=maek", "E0302 maek: there is no action and no automation `maek`"),
        ] {
            assert_eq!(told(event, "1"), [expected], "{event}");
        }
    }

    #[test]
    fn an_automation_has_no_inputs_to_send() {
        for send in ["$inputs.y", "\"all of ${inputs.y}\""] {
            let told = told("run-updated action=make", send);
            assert!(told.len() == 1 && told[0].ends_with("the automation `tell` asks for no inputs"), "{told:?}");
        }
    }
}
