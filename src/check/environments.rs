use crate::diag::{Diagnostic, code};
use crate::model::{Environment, Project};

/// Environments that have one id, or one catalog: each would take away what another one has.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let all = &project.environments;
    let pairs = all.iter().enumerate().flat_map(|(index, later)| all[..index].iter().map(move |first| (first, later)));
    pairs.filter_map(|(first, later)| met(first, later)).collect()
}

fn met(first: &Environment, later: &Environment) -> Option<Diagnostic> {
    // One that is declared twice was told.
    if first.name.value == later.name.value {
        return None;
    }
    let same_id = first.id.as_ref().zip(later.id.as_ref()).is_some_and(|(one, other)| one == other);
    let same_catalog = first.catalog.as_ref().zip(later.catalog.as_ref()).is_some_and(|(one, other)| one.is(other));
    let (what, help) = match (same_id, same_catalog) {
        (true, _) => {
            ("id", "give one of them another `id`, or leave it out: it is made of the project's then".to_owned())
        }
        (false, true) => {
            let name = &later.name.value;
            let help = format!(
                "give one of them a `catalog` of its own, which may be another branch or another schema: `catalog git {{ url ...; branch {name}; }}`"
            );
            ("catalog", help)
        }
        (false, false) => return None,
    };
    let message = format!("the environments `{}` and `{}` have one {what}", first.name.value, later.name.value);
    let problem = Diagnostic::error(code::ENVIRONMENTS_MEET, later.name.span, message);
    Some(problem.other(first.name.span, "this is the other one").help(help))
}
