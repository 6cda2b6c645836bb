//! What a promise asks of destinations stands where plat reads it.

use crate::diag::{Diagnostic, code};
use crate::model::{Declaration, Kind, Project};

/// Promises that deliver by a workflow and ask for labels in what only Kratix knows: what plat delivers would go to any destination.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let promises = project.objects.iter().filter(|object| object.address.kind == Kind::Promise);
    promises.filter_map(judge).collect()
}

fn judge(promise: &Declaration) -> Option<Diagnostic> {
    promise.body.get("workflow")?;
    let selectors = promise.body.get("kratix")?.as_object()?.get("spec")?.as_object()?.get("destinationSelectors")?;
    let message = format!(
        "only Kratix knows which labels `{}` asks for, and plat delivers its requests too",
        promise.address.name
    );
    let diagnostic = Diagnostic::error(code::LABELS_FOR_KRATIX_ALONE, selectors.span, message);
    Some(diagnostic.help("say them by `schedule`, and take them out here"))
}
