use super::scope::Scope;
use crate::diag::{Diagnostic, Diagnostics};
use crate::model::{Map, Member, Value};
use crate::resolve::template;
use crate::source::Origin;
use crate::syntax::Node;

/// What a `new` or a `use` line gives.
pub(super) fn given(node: Node<'_>, scope: &Scope<'_>) -> Result<Map, Option<Diagnostic>> {
    let mut problems = Diagnostics::default();
    let block = template::given(node, &mut problems);
    if let Some(problem) = problems.iter().next() {
        return Err(Some(problem.clone()));
    }
    let mut given = Map::default();
    for (key, value) in block {
        let value = scope.evaluate(&value)?;
        if matches!(value.span, Origin::Unread(_)) {
            return Err(None);
        }
        // One that is unset is not given.
        if value.value != Value::Null {
            given.members.push(Member { name: key, value });
        }
    }
    Ok(given)
}
