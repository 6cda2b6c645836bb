//! Values put into the texts of a declaration.

use super::names::late_names;
use super::scan::{self, uses};
use super::scope::Scope;
use crate::diag::{Diagnostic, code};
use crate::grammar::{is_control, is_table};
use crate::model::{Call, Kind, Path, Value};
use crate::resolve::interpolation::{self, Text};
use crate::source::{Origin, Span, Spanned};
use crate::syntax::Node;
use std::collections::HashSet;
use std::ops::Range;

/// How a declaration is written.
pub(super) struct Manner<'m, 's> {
    pub(super) scope: &'m Scope<'s>,
    /// The names that mean something else in it, when it is carried out.
    late: HashSet<&'m str>,
    /// The names of items that an `each` in it stands for, which is over what is known.
    items: HashSet<&'m str>,
    /// Whether steps in it give more of them.
    pub(super) has_steps: bool,
    /// Whether its lines begin with what is done to a line.
    pub(super) is_overlay: bool,
}

impl<'m, 's> Manner<'m, 's> {
    /// That of a declaration.
    pub(super) fn of(node: Node<'m>, scope: &'m Scope<'s>) -> Self {
        let kind = Kind::from_word(node.name());
        let items = HashSet::new();
        Self { scope, late: late_names(kind), items, has_steps: kind == Some(Kind::Promise), is_overlay: false }
    }

    /// That of what an overlay changes in a declaration of a kind.
    pub(super) fn of_overlay(kind: Option<Kind>, scope: &'m Scope<'s>) -> Self {
        let items = HashSet::new();
        Self { scope, late: late_names(kind), items, has_steps: kind == Some(Kind::Promise), is_overlay: true }
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
        Manner { late, items: self.items.clone(), ..*self }
    }

    /// The same where one more name is that of an item.
    pub(super) fn with_item<'n>(&self, name: &'n str) -> Manner<'n, 's>
    where
        'm: 'n,
    {
        let items = self.items.iter().copied().chain([name]).collect();
        Manner { late: self.late.clone(), items, ..*self }
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
        Some(problem.help(
            "compare a field with it, which comes first: `if $spec.size is $size`; what depends on a value that is known alone is worked out \
             outside of the workflow, as in `let copies \"$stage | is production | then 3 1\"`",
        ))
    }

    /// Whether a text refers to what is known when the declaration is carried out.
    pub(super) fn is_of_later(&self, text: &str) -> bool {
        !uses(text, &|name| self.late.contains(name) && !self.scope.is_local(name)).is_empty()
    }

    /// Whether a name is looked for. Where nothing else could be meant, also one that there is not; in what others are put into later,
    /// something else could.
    pub(super) fn asks_for(&self, name: &str, is_late: bool) -> bool {
        if self.items.contains(name) {
            return true;
        }
        if is_late && self.late.contains(name) {
            return self.scope.is_local(name);
        }
        self.scope.get(name).is_some() || !is_late && !self.scope.is_outermost()
    }
}

/// A text that uses names, as far as it is the same whatever they stand for: it is looked at once, and filled for each that is made.
pub(super) struct Filling {
    span: Span,
    /// Whether other values are put into it later.
    is_late: bool,
    content: Content,
}

enum Content {
    /// The value of a name, with its type.
    Whole(Used),
    /// Texts, and the values of names between them.
    Text(Vec<Part>),
}

enum Part {
    Text(String),
    Value(Used),
}

impl Part {
    fn used(&self) -> Option<&Used> {
        match self {
            Self::Text(_) => None,
            Self::Value(used) => Some(used),
        }
    }
}

/// What a name is used for, or what is wrong with that.
type Used = Result<Use, Box<Diagnostic>>;

/// A name, and what is done to what it stands for.
struct Use {
    path: Path,
    calls: Vec<Call>,
    /// What messages call it.
    called: String,
}

impl Filling {
    /// What a text is that uses names; nothing where it uses none.
    pub(super) fn of(
        text: &Text<'_>,
        (written, span): (&str, Span),
        is_late: bool,
        manner: &Manner<'_, '_>,
    ) -> Option<Self> {
        let found = uses(written, &|name| manner.asks_for(name, is_late));
        let used = |inner: &Range<usize>| {
            let path = written[inner.clone()].trim();
            shadowed(path, span, is_late, manner)?;
            let called = format!("${path}");
            let (path, calls) = interpolation::reference(text, inner.clone())?;
            Ok(Use { path, calls, called })
        };
        let content = match found.as_slice() {
            [] => return None,
            [scan::Use { is_whole: true, is_escaped: false, inner, .. }] => Content::Whole(used(inner)),
            found => {
                let (mut parts, mut at) = (Vec::new(), 0);
                for one in found {
                    parts.push(Part::Text(literal(&written[at..one.range.start], is_late)));
                    at = one.range.end;
                    parts.push(if one.is_escaped {
                        let start = one.range.start + usize::from(!is_late);
                        Part::Text(written[start..at].to_owned())
                    } else if one.is_bare {
                        Part::Value(Err(bare(&written[one.inner.clone()], span).into()))
                    } else {
                        Part::Value(used(&one.inner))
                    });
                }
                parts.push(Part::Text(literal(&written[at..], is_late)));
                Content::Text(parts)
            }
        };
        Some(Self { span, is_late, content })
    }

    /// What it comes to where names stand for something; the problem, where it is not told yet.
    pub(super) fn filled(&self, scope: &Scope<'_>) -> Result<Spanned<Value>, Option<Diagnostic>> {
        let parts = match &self.content {
            Content::Text(parts) => parts,
            Content::Whole(used) => {
                let value = self.value(used, scope)?;
                return Ok(if self.is_late { value.map(|value| doubled(&value)) } else { value });
            }
        };
        let mut whole = String::new();
        for part in parts {
            match part {
                Part::Text(text) => whole.push_str(text),
                Part::Value(used) => {
                    let value = self.value(used, scope)?;
                    // What is wrong with it was told.
                    if matches!(value.span, Origin::Unread(_)) {
                        return Err(None);
                    }
                    let called = used.as_ref().map(|used| &*used.called).unwrap_or_default();
                    let value = Scope::text(&value, called, self.span.into())?;
                    if self.is_late { whole.push_str(&value.replace('$', "$$")) } else { whole.push_str(&value) }
                }
            }
        }
        Ok(Spanned::new(Value::string(whole), self.span))
    }

    /// Holds that it uses nothing that there is not, where what some of it stands for is not known.
    pub(super) fn is_known(&self, scope: &Scope<'_>) -> Result<(), Option<Diagnostic>> {
        let used: Vec<&Used> = match &self.content {
            Content::Whole(used) => vec![used],
            Content::Text(parts) => parts.iter().filter_map(Part::used).collect(),
        };
        let problem = used.into_iter().find_map(|used| self.value(used, scope).err().flatten());
        problem.map_or(Ok(()), |problem| Err(Some(problem)))
    }

    fn value(&self, used: &Used, scope: &Scope<'_>) -> Result<Spanned<Value>, Option<Diagnostic>> {
        match used {
            Ok(Use { path, calls, .. }) => scope.applied(path, calls, self.span.into()),
            Err(problem) => Err(Some((**problem).clone())),
        }
    }
}

/// That a name stands in a text without its braces.
fn bare(name: &str, span: Span) -> Diagnostic {
    let message = format!("`${name}` inside a text");
    let help = format!("write `${{{name}}}` to put its value into the text, or `$$` for a dollar");
    Diagnostic::error(code::MALFORMED_PATH, span, message).help(help)
}

/// That a name of a template is also one that means something else where it is used.
fn shadowed(path: &str, span: Span, is_late: bool, manner: &Manner<'_, '_>) -> Result<(), Diagnostic> {
    let name = path.trim_start_matches('$').split(['.', '|', ' ']).next().unwrap_or_default();
    if !is_late || !manner.late.contains(name) {
        return Ok(());
    }
    let message = format!("`${name}` is a value of its own here, and the template has one of that name");
    let help = format!("call the template's otherwise: `${name}` is what the promise or the action knows by it");
    Err(Diagnostic::error(code::TWO_MEANINGS, span, message).help(help))
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

/// A part of a text that stays. Where values are put in, a dollar is doubled; what is put in later reads them as they stand.
fn literal(text: &str, is_late: bool) -> String {
    if is_late { text.to_owned() } else { text.replace("$$", "$") }
}
