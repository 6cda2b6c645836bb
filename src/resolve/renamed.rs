use super::names::Names;
use super::value::scalar;
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Address, Kind, NewName, Renamed};
use crate::source::Spanned;
use crate::syntax::Node;

/// Lowers a `renamed` node.
pub(super) fn renamed(node: Node<'_>, diagnostics: &mut Diagnostics) -> Option<Renamed> {
    let member = node.argument(0)?;
    let (text, span) = (member.string()?, member.value_span());
    let Some((of, group, member_name)) = parts(text) else {
        let message = format!("`{text}` is no member of a blueprint or a promise");
        let problem = Diagnostic::error(code::MALFORMED_ADDRESS, span, message);
        diagnostics.push(
            problem.help(
                "write `blueprint:NAME#properties.OLD`, `blueprint:NAME#relations.OLD` or `promise:NAME#spec.OLD`",
            ),
        );
        return None;
    };
    let to = node.property("to")?;
    let names = &mut Names::default();
    let member = Spanned::new(names.get(member_name), span);
    let to = match node.property("value") {
        None => {
            let Some(name) = to.string() else {
                let problem =
                    Diagnostic::error(code::VALUE_OF_WRONG_TYPE, to.value_span(), "this is the name of no member");
                diagnostics.push(problem.help("write the name, or with `value=` the value that has another name"));
                return None;
            };
            NewName::Member(names.at(name, to.value_span()))
        }
        Some(old) => NewName::Value { old: scalar(old, diagnostics), new: scalar(to, diagnostics) },
    };
    Some(Renamed { span: node.head_span().into(), of, group, member, to })
}

/// What a member is of, the group of a body that has it, and its name.
fn parts(text: &str) -> Option<(Address, &'static str, &str)> {
    let (of, path) = text.split_once('#')?;
    let of = Address::parse(of).filter(|of| !of.name.is_empty())?;
    let (group, name) = path.split_once('.')?;
    let groups: &[&'static str] = match of.kind {
        Kind::Blueprint => &["properties", "relations"],
        Kind::Promise => &["spec"],
        _ => return None,
    };
    let group = groups.iter().find(|known| **known == group)?;
    (!name.is_empty()).then_some((of, group, name))
}
