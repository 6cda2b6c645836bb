use super::super::names::Names;
use super::super::schema::{meta, property};
use super::super::template;
use super::super::value::{lifecycle, name_at};
use super::{Surroundings, properties, step};
use crate::diag::Diagnostics;
use crate::model::{Api, Name, Promise, Workflow};
use crate::source::Spanned;
use crate::syntax::Node;

/// Lowers a `promise` node. One whose API is too broken to be understood is left out whole, so that its requests
/// are not blamed for what it lacks.
pub(super) fn promise(node: Node<'_>, around: &Surroundings<'_>, diagnostics: &mut Diagnostics) -> Option<Promise> {
    let name = name_at(node, 0, &mut Names::default())?;
    let api = match node.child("api") {
        Some(child) => Some(api(child, diagnostics)?),
        None => None,
    };
    let schedule = node.child("schedule").map(properties).unwrap_or_default();
    let schedule = schedule
        .into_iter()
        .map(|(key, entry)| (Spanned::new(key.into(), entry.key_span()), template::scalar(entry, diagnostics)));
    let schedule = schedule.collect();
    let workflow = node.children().find(|child| {
        child.name() == "workflow" && child.argument(0).is_some_and(|entry| entry.string() == Some("configure"))
    });
    Some(Promise {
        span: node.head_span(),
        meta: meta(node),
        api,
        schedule,
        configure: workflow.map(|child| Workflow {
            pipeline: pipeline(child, &name.value),
            span: child.head_span(),
            steps: step::steps(child, around, diagnostics),
        }),
        lifecycle: lifecycle(node),
        name,
    })
}

fn pipeline(node: Node<'_>, promise: &Name) -> Name {
    let given = node.property("pipeline").and_then(crate::syntax::Entry::string);
    given.map_or_else(|| format!("configure-{promise}").as_str().into(), Into::into)
}

fn api(node: Node<'_>, diagnostics: &mut Diagnostics) -> Option<Api> {
    let word = |key: &str| {
        let entry = node.property(key)?;
        Some(Spanned::new(Name::from(entry.string()?), entry.value_span()))
    };
    let fields = node.children().filter(|child| child.name() == "field");
    let fields: Vec<_> = fields.map(|child| property(child, diagnostics)).collect();
    let kind = word("kind")?;
    let plural = word("plural")
        .unwrap_or_else(|| Spanned::new(format!("{}s", kind.value.to_lowercase()).as_str().into(), kind.span));
    Some(Api {
        span: node.head_span(),
        group: word("group")?,
        version: word("version")?,
        kind,
        plural,
        fields: fields.into_iter().collect::<Option<_>>()?,
    })
}
