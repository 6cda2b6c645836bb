use super::super::template;
use super::{Surroundings, files, properties, step};
use crate::diag::Diagnostics;
use crate::model::{Declaration, Dependencies, Promise, Workflow};
use crate::source::Spanned;
use crate::syntax::{Entry, Node};

/// The promise that a node declares: its object, and what is rendered by it.
pub(in crate::resolve) fn promise(
    node: Node<'_>,
    declared: &mut Declaration,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Promise> {
    let mut promise = Promise::of(declared)?;
    let schedule = node.child("schedule").map(properties).unwrap_or_default();
    let schedule = schedule
        .into_iter()
        .map(|(key, entry)| (Spanned::new(key.into(), entry.key_span()), template::scalar(entry, diagnostics)));
    promise.schedule = schedule.collect();
    let is_configure = |child: &Node<'_>| child.argument(0).and_then(Entry::string) == Some("configure");
    let workflow = node.children().filter(|child| child.name() == "workflow").find(is_configure);
    promise.configure = workflow.and_then(|child| {
        let pipeline = declared.body.get("pipeline")?.as_str()?;
        Some(Workflow {
            pipeline: pipeline.into(),
            span: child.head_span().into(),
            steps: step::steps(child, around, diagnostics),
        })
    });
    promise.dependencies = node.child("dependencies").map(|child| Dependencies {
        pipeline: declared.body.get("dependenciesPipeline").and_then(|name| name.as_str()).map(Into::into),
        span: child.head_span().into(),
        steps: step::steps(child, around, diagnostics),
    });
    if let Some(dependencies) = &promise.dependencies {
        files::keep(&mut declared.body, "dependencies", &dependencies.steps);
    }
    if let Some(workflow) = &promise.configure {
        files::keep(&mut declared.body, "workflow", &workflow.steps);
    }
    Some(promise)
}
