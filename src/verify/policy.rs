use super::scene::Scene;
use crate::model::{Name, PolicySeverity, PolicySubject};

/// What is otherwise than expected of a policy; nothing where it holds.
pub(super) fn ends(policy: &Name, name: &Name, result: &Name, world: &Scene) -> Option<String> {
    let Some(subject) = world.policies.iter().find(|(known, _)| known == policy).map(|(_, subject)| *subject) else {
        return Some(format!("there is no policy `{policy}`"));
    };
    if subject == PolicySubject::Plan {
        return Some(format!("`{policy}` judges plans as a whole, and a test makes none"));
    }
    let broken = world.verdicts.iter().find(|one| one.policy == *policy && *one.name == **name);
    let ended = match broken.map(|broken| broken.severity) {
        Some(PolicySeverity::Deny) => "denies",
        Some(PolicySeverity::Warn) => "warns",
        None => "passes",
    };
    let why = broken.map(|broken| format!(" ({})", broken.message)).unwrap_or_default();
    (ended != &**result).then(|| format!("`{policy}` {ended} for `{name}`, and {result} was expected{why}"))
}
