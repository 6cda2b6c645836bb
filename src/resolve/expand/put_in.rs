//! Values put into the texts of a declaration.

use super::names::late_names;
use super::scan::{Use, uses};
use super::scope::Scope;
use crate::diag::{Diagnostic, code};
use crate::grammar::{is_control, is_table};
use crate::model::{Kind, Value};
use crate::resolve::interpolation::Text;
use crate::source::{Origin, Span, Spanned};
use crate::syntax::Node;
use std::collections::HashSet;

/// How a declaration is written.
pub(super) struct Manner<'m, 's> {
    pub(super) scope: &'m Scope<'s>,
    /// The names that mean something else in it, when it is carried out.
    late: HashSet<&'m str>,
    /// Whether steps in it give more of them.
    pub(super) has_steps: bool,
    /// Whether its lines begin with what is done to a line.
    pub(super) is_overlay: bool,
}

impl<'m, 's> Manner<'m, 's> {
    /// That of a declaration.
    pub(super) fn of(node: Node<'m>, scope: &'m Scope<'s>) -> Self {
        let kind = Kind::from_word(node.name());
        Self { scope, late: late_names(kind), has_steps: kind == Some(Kind::Promise), is_overlay: false }
    }

    /// That of what an overlay changes in a declaration of a kind.
    pub(super) fn of_overlay(kind: Option<Kind>, scope: &'m Scope<'s>) -> Self {
        Self { scope, late: late_names(kind), has_steps: kind == Some(Kind::Promise), is_overlay: true }
    }

    /// Whether names may stand in it that mean something when it is carried out.
    pub(super) fn has_late(&self) -> bool {
        !self.late.is_empty()
    }

    /// The same where one more name means something else.
    pub(super) fn with<'n>(&self, name: &'n str) -> Manner<'n, 's>
    where
        'm: 'n,
    {
        let late = self.late.iter().copied().chain([name]).collect();
        Manner { late, ..*self }
    }

    /// That a step of a workflow goes by a value that is known before anything is asked for.
    pub(super) fn known_before(&self, step: Node<'_>) -> Option<Diagnostic> {
        let entry = match step.name() {
            _ if !self.has_steps || !(is_control(step) || is_table(step)) => None,
            "each" => step.property("in"),
            "match" | "if" => step.argument(0),
            "..." => None,
            _ => step.property("by"),
        }?;
        let text = entry.string().filter(|text| !uses(text, &|name| self.asks_for(name, true)).is_empty())?;
        let message = format!("`{}` goes by what a request says, and `{text}` is known before", step.name());
        let problem = Diagnostic::error(code::MALFORMED_PATH, entry.value_span(), message);
        Some(problem.help(if step.name() == "each" {
            "let it go by a field, as in `$spec.size`; what is made for the items of a list that is known is made by an `each` around the \
             whole declaration"
        } else {
            "let it go by a field, as in `$spec.size`; what depends on a value that is known is worked out outside of the workflow, as in \
             `let copies \"$stage | is production | then 3 1\"`"
        }))
    }

    /// Whether a name is looked for. Where nothing else could be meant, also one that there is not; in what others are put into later,
    /// something else could.
    pub(super) fn asks_for(&self, name: &str, is_late: bool) -> bool {
        if is_late && self.late.contains(name) {
            return self.scope.is_local(name);
        }
        self.scope.get(name).is_some() || !is_late && !self.scope.is_outermost()
    }
}

/// What a text comes to that uses names; nothing where it uses none.
pub(super) fn put_in(
    text: &Text<'_>,
    (written, span): (&str, Span),
    is_late: bool,
    manner: &Manner<'_, '_>,
) -> Result<Option<Spanned<Value>>, Option<Diagnostic>> {
    let uses = uses(written, &|name| manner.asks_for(name, is_late));
    if let [Use { is_whole: true, is_escaped, inner, .. }] = uses.as_slice() {
        if *is_escaped {
            let text = if is_late { written } else { &written[1..] };
            return Ok(Some(Spanned::new(Value::string(text), span)));
        }
        shadowed(&written[inner.clone()], span, is_late, manner)?;
        let value = manner.scope.used(text, inner.clone(), span.into())?;
        return Ok(Some(if is_late { value.map(|value| doubled(&value)) } else { value }));
    }
    if uses.is_empty() {
        return Ok(None);
    }
    let (mut whole, mut at) = (String::new(), 0);
    for one in uses {
        literal(&mut whole, &written[at..one.range.start], is_late);
        at = one.range.end;
        if one.is_escaped {
            whole.push_str(if is_late { &written[one.range.clone()] } else { &written[one.range.start + 1..at] });
            continue;
        }
        if one.is_bare {
            let name = &written[one.inner];
            let message = format!("`${name}` inside a text");
            let help = format!("write `${{{name}}}` to put its value into the text, or `$$` for a dollar");
            return Err(Some(Diagnostic::error(code::MALFORMED_PATH, span, message).help(help)));
        }
        let path = written[one.inner.clone()].trim();
        shadowed(path, span, is_late, manner)?;
        let value = manner.scope.used(text, one.inner, span.into())?;
        // What is wrong with it was told.
        if matches!(value.span, Origin::Unread(_)) {
            return Err(None);
        }
        let value = Scope::text(&value, &format!("${path}"), span.into())?;
        whole.push_str(&if is_late { value.replace('$', "$$") } else { value });
    }
    literal(&mut whole, &written[at..], is_late);
    Ok(Some(Spanned::new(Value::string(whole), span)))
}

/// That a name of a template is also one that means something else where it is used.
fn shadowed(path: &str, span: Span, is_late: bool, manner: &Manner<'_, '_>) -> Result<(), Option<Diagnostic>> {
    let name = path.trim_start_matches('$').split(['.', '|', ' ']).next().unwrap_or_default();
    if !is_late || !manner.late.contains(name) {
        return Ok(());
    }
    let message = format!("`${name}` is a value of its own here, and the template has one of that name");
    let help = format!("call the template's otherwise: `${name}` is what the promise or the action knows by it");
    Err(Some(Diagnostic::error(code::TWO_MEANINGS, span, message).help(help)))
}

/// A value with its dollars as they are written where one refers to something.
fn doubled(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::string(text.replace('$', "$$")),
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| Spanned::new(doubled(&item.value), item.span)).collect())
        }
        Value::Object(map) if value.foreign().is_none() => {
            let mut out = map.clone();
            out.members.iter_mut().for_each(|member| member.value.value = doubled(&member.value.value));
            Value::Object(out)
        }
        other => other.clone(),
    }
}

/// Adds a part of a text that stays. Where values are put in, a dollar is doubled; what is put in later reads them as they stand.
fn literal(whole: &mut String, text: &str, is_late: bool) {
    if is_late { whole.push_str(text) } else { whole.push_str(&text.replace("$$", "$")) }
}
