use crate::model::{Map, Member, Value};

/// The members of a step in which others stand, in the order of [`crate::model::Step::within`].
const INNER: [&str; 3] = ["cases", "steps", "else"];

/// The steps in a member of the body of a promise, such as `workflow`, that have a member of a name, such as `files` or `apiVersion`, in the
/// order of the text.
pub(in crate::resolve) fn spots<'b>(body: &'b mut Map, block: &str, name: &str) -> Vec<&'b mut Map> {
    let mut found = Vec::new();
    let block = body.members.iter_mut().find(|member| member.is_called(block));
    if let Some(block) = block {
        collect(&mut block.value.value, name, &mut found);
    }
    found
}

fn collect<'b>(steps: &'b mut Value, name: &str, found: &mut Vec<&'b mut Map>) {
    let Value::Array(steps) = steps else { return };
    for step in steps {
        let Value::Object(step) = &mut step.value else { continue };
        if step.get(name).is_some() {
            found.push(step);
        } else if step.get("apiVersion").is_none() {
            let place = |member: &Member| INNER.iter().position(|name| member.is_called(name));
            let mut inner: Vec<&mut Member> = step.members.iter_mut().filter(|one| place(one).is_some()).collect();
            inner.sort_by_key(|member| place(member));
            for member in inner {
                collect(&mut member.value.value, name, found);
            }
        }
    }
}
