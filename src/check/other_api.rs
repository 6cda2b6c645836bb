//! What is laid over the resource of an object leaves it one of its API.

use crate::diag::{Diagnostic, code};
use crate::model::{Declared, KRATIX_API, Project, Value};
use crate::source::Spanned;

/// The member that says of which API a resource is.
const VERSION: &str = "apiVersion";

/// Objects of which `only-kratix` makes resources of another API: nobody would take them for what they are.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let objects = project.objects.iter().filter_map(|one| {
        let version = said(&one.body.get("kratix")?.value)?;
        judge(KRATIX_API, version, &one.address.to_string())
    });
    let requests = project.requests.iter().filter_map(|one| {
        let version = said(&one.beyond.as_ref()?.value)?;
        let api = project.promise(&one.promise.value)?.api.as_ref()?;
        judge(&api.group.value, version, &one.address().to_string())
    });
    objects.chain(requests).collect()
}

fn said(beyond: &Value) -> Option<&Spanned<Value>> {
    beyond.as_object()?.get(VERSION).filter(|version| version.value != Value::Null)
}

/// Another version of the same group may be what Kratix had before, or has by now.
fn judge(group: &str, version: &Spanned<Value>, address: &str) -> Option<Diagnostic> {
    if version.as_str().and_then(|version| version.rsplit_once('/')).is_some_and(|(said, _)| said == group) {
        return None;
    }
    let said = version.as_key();
    let message = format!("`only-kratix` makes {address} a resource of `{said}`, and it is one of `{group}`");
    let help = format!("take `{VERSION}` out: `plat export kratix` writes what it is");
    Some(Diagnostic::error(code::OTHER_API, version.span, message).help(help))
}
