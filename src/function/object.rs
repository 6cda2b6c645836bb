use super::output::Output;
use crate::model::Verb;
use std::borrow::Cow;
use std::collections::HashMap;

/// What a function makes of an object.
pub(super) fn apply<'a>(verb: Verb, value: Output<'a>, arguments: &[Output<'a>]) -> Output<'a> {
    let name = || arguments.first().cloned().and_then(Output::into_text).unwrap_or_default();
    if verb == Verb::Get {
        return value.member(&name());
    }
    let mut members = value.into_members().unwrap_or_default();
    match verb {
        Verb::Keys | Verb::Values => {
            members.sort_by(|a, b| a.0.cmp(&b.0));
            let item = |(name, value): (Cow<'a, str>, Output<'a>)| match verb {
                Verb::Keys => Output::Text(name),
                _ => value,
            };
            Output::Array(members.into_iter().map(item).collect())
        }
        Verb::Without => {
            let name = name();
            members.retain(|member| member.0 != name);
            Output::Object(members)
        }
        _ => {
            let more = arguments.first().cloned().and_then(Output::into_members).unwrap_or_default();
            Output::Object(merged(members, more))
        }
    }
}

/// A member of an object: its name and its value.
type Member<'a> = (Cow<'a, str>, Output<'a>);

/// The members of both, in the order of the first; of two of one name those of the second, where they are no objects, which are merged.
pub fn merged<'a>(mut members: Vec<Member<'a>>, more: Vec<Member<'a>>) -> Vec<Member<'a>> {
    let places: HashMap<Cow<'a, str>, usize> =
        members.iter().enumerate().map(|(at, member)| (member.0.clone(), at)).collect();
    for (name, value) in more {
        match places.get(&name).and_then(|at| members.get_mut(*at)) {
            Some(member) => {
                let before = std::mem::replace(&mut member.1, Output::null());
                member.1 = match (before.into_members(), value.clone().into_members()) {
                    (Some(before), Some(more)) => Output::Object(merged(before, more)),
                    _ => value,
                };
            }
            None => members.push((name, value)),
        }
    }
    members
}
