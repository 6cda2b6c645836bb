use super::scene::Scene;
use crate::model::{Name, PolicySeverity, PolicySubject};

/// What is expected of a policy.
pub(super) struct Judgement<'e> {
    pub(super) policy: &'e Name,
    pub(super) name: &'e Name,
    pub(super) result: &'e Name,
}

/// What is otherwise than expected of a policy; nothing where it holds.
pub(super) fn ends(expected: &Judgement<'_>, world: &Scene) -> Option<String> {
    let Judgement { policy, name, result } = expected;
    let Some(subject) = world.policies.iter().find(|(known, _)| known == *policy).map(|(_, subject)| *subject) else {
        return Some(format!("there is no policy `{policy}`"));
    };
    if subject == PolicySubject::Plan {
        return Some(format!("`{policy}` judges plans as a whole, and a test makes none"));
    }
    let broken = world.verdicts.iter().find(|one| one.policy == **policy && *one.name == ***name);
    let ended = match broken.map(|broken| broken.severity) {
        Some(PolicySeverity::Deny) => "denies",
        Some(PolicySeverity::Warn) => "warns",
        None => "passes",
    };
    let why = broken.map(|broken| format!(" ({})", broken.message)).unwrap_or_default();
    (ended != &***result).then(|| format!("`{policy}` {ended} for `{name}`, and {result} was expected{why}"))
}
