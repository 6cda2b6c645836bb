use super::names::ENVIRONMENT;
use crate::diag::{Diagnostic, code, suggest};
use crate::function::{self, FunctionError, Output};
use crate::model::{Argument, Call, Map, Name, Path, Value};
use crate::source::{Origin, Spanned};
use ahash::AHashMap as HashMap;
use std::borrow::Cow;

/// The most that one value may be, in bytes as [`size`] counts them.
pub(super) const LARGEST: usize = 8 << 20;

/// What a part of a value counts beside its text: about what it takes in memory.
pub(super) const PART: usize = 16;

/// The most parts of a value that are told where another one was meant.
const MOST_LISTED: usize = 12;

/// The values that names stand for at a place.
pub(super) struct Scope<'s> {
    /// What is in scope around it.
    around: Option<&'s Self>,
    values: HashMap<Name, Spanned<Value>>,
}

impl<'s> Scope<'s> {
    /// What all of a project knows.
    pub(super) fn of_project(values: HashMap<Name, Spanned<Value>>) -> Self {
        Self { around: None, values }
    }

    /// More names, within another scope.
    pub(super) fn within(around: &'s Self, values: HashMap<Name, Spanned<Value>>) -> Self {
        Self { around: Some(around), values }
    }

    /// Adds a name.
    pub(super) fn put(&mut self, name: Name, value: Spanned<Value>) {
        self.values.insert(name, value);
    }

    /// The value of a name.
    pub(super) fn get(&self, name: &str) -> Option<&Spanned<Value>> {
        let mut scope = Some(self);
        while let Some(one) = scope {
            if let Some(value) = one.values.get(name) {
                return Some(value);
            }
            scope = one.around;
        }
        None
    }

    /// Whether a name is one of a template or an `each`, and not of the whole project.
    pub(super) fn is_local(&self, name: &str) -> bool {
        let mut scope = self;
        while let Some(around) = scope.around {
            if scope.values.contains_key(name) {
                return true;
            }
            scope = around;
        }
        false
    }

    /// Whether it is that of a whole project.
    pub(super) fn is_outermost(&self) -> bool {
        self.around.is_none()
    }

    fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        let mut scope = Some(self);
        while let Some(one) = scope {
            names.extend(one.values.keys().map(|name| &**name));
            scope = one.around;
        }
        names.sort_unstable();
        names
    }

    /// The value of a path after what is done to it, with the place that says it.
    /// Nothing is told where the value is one that was told to be wrong.
    pub(super) fn applied(
        &self,
        path: &Path,
        calls: &[Call],
        span: Origin,
    ) -> Result<Spanned<Value>, Option<Diagnostic>> {
        let value = self.path(path, span)?;
        if matches!(value.span, Origin::Unread(_)) {
            return Err(None);
        }
        if calls.is_empty() {
            return Ok(value.clone());
        }
        let mut result = Output::Value(&value.value);
        let mut left = LARGEST;
        for call in calls {
            let mut arguments = Vec::new();
            for argument in call.all_arguments() {
                arguments.push(Output::Value(match argument {
                    Argument::Value(value) => value,
                    Argument::Path(path) => match self.path(path, span)? {
                        Spanned { span: Origin::Unread(_), .. } => return Err(None),
                        value => &value.value,
                    },
                }));
            }
            let cost = function::cost(call, &result, &arguments);
            left = left.checked_sub(cost).ok_or_else(|| too_large(span))?;
            result = function::apply(call, result, &arguments).map_err(|error| misfit(&error, path, span))?;
        }
        Ok(Spanned::new(result.to_value(value.span), value.span))
    }

    /// The text of a value that stands within another text.
    pub(super) fn text<'v>(value: &'v Spanned<Value>, path: &str, span: Origin) -> Result<Cow<'v, str>, Diagnostic> {
        function::text_of(Output::Value(&value.value)).map_err(|error| said_misfit(&error, path, span))
    }

    pub(super) fn path(&self, path: &Path, span: Origin) -> Result<&Spanned<Value>, Diagnostic> {
        let Some((first, rest)) = path.segments.split_first() else { return Err(unknown(path, span)) };
        let Some(mut value) = self.get(first) else {
            let near = suggest(first, self.names());
            let problem = unknown(path, span);
            return Err(match near {
                _ if **first == *ENVIRONMENT => problem.help(
                    "it is the name of the environment, which a project has that declares some: `environment staging`; a module is given it",
                ),
                Some(near) => problem.help(format!("did you mean `${near}`?")),
                None => problem.help(format!("`let {first} VALUE` gives the name a value; `$${first}` is the text")),
            });
        };
        // What is told to be wrong has no parts that are known.
        let rest = if matches!(value.span, Origin::Unread(_)) { &[] } else { rest };
        for (index, name) in rest.iter().enumerate() {
            let member = |map: &'_ Map| map.members.iter().position(|one| one.is_called(name));
            let found = value.as_object().and_then(|map| Some(&map.members.get(member(map)?)?.value));
            let Some(found) = found else {
                let message = format!("`{path}` leads nowhere: {}", lost(value, name));
                let problem =
                    Diagnostic::error(code::UNKNOWN_VALUE, span, message).other(value.span, "this is the value");
                let whole = Path { segments: path.segments.iter().take(index + 1).cloned().collect() };
                return Err(match value.as_object() {
                    Some(map) => problem.help(meant(map, &whole, name)),
                    None => problem,
                });
            };
            value = found;
        }
        Ok(value)
    }
}

/// What may be meant by a part that an object does not have: one that is called alike, or so in one of its own objects; else which there
/// are.
fn meant(map: &Map, whole: &Path, name: &str) -> String {
    let known: Vec<&str> = map.members.iter().map(|one| &*one.name.value).collect();
    if let Some(near) = suggest(name, known.iter().copied()) {
        return format!("did you mean `{near}`?");
    }
    let within = map.members.iter().find(|one| {
        let has = |inner: &Map| inner.members.iter().any(|inner| inner.is_called(name));
        one.value.as_object().is_some_and(has)
    });
    if let Some(within) = within {
        return format!("did you mean `{whole}.{}.{name}`?", within.name.value);
    }
    let listed = if known.is_empty() || known.len() > MOST_LISTED {
        String::new()
    } else {
        format!("it has `{}`; ", known.join("`, `"))
    };
    format!("{listed}where some have none, say what to take then: `\"{whole} | get {name} | default ...\"`")
}

/// How large a value is; it is nested no deeper than the texts that it is made of.
pub(super) fn size(value: &Value) -> usize {
    let inner: usize = match value {
        Value::Array(items) => items.iter().map(|item| size(&item.value)).sum(),
        Value::Object(map) => map.members.iter().map(|one| one.name.value.len() + size(&one.value.value)).sum(),
        Value::String(text) => text.len(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Secret(_) => 0,
    };
    inner + PART
}

fn unknown(path: &Path, span: Origin) -> Diagnostic {
    Diagnostic::error(code::UNKNOWN_VALUE, span, format!("there is no value `{path}` here"))
}

/// Why a value has no part of a name.
fn lost(value: &Value, name: &str) -> String {
    match value {
        Value::Object(_) => format!("it has no `{name}`"),
        _ => format!("it is {}, which has no parts", value.type_name()),
    }
}

/// That a function, or a text, takes the value of a path for nothing that it is.
pub(in crate::resolve) fn misfit(error: &FunctionError, path: &Path, span: Origin) -> Diagnostic {
    said_misfit(error, &path.to_string(), span)
}

fn said_misfit(error: &FunctionError, path: &str, span: Origin) -> Diagnostic {
    match error {
        FunctionError::Missing => Diagnostic::error(code::UNSET_VALUE, span, format!("`{path}` has no value here"))
            .help("say what to take then, as in `${name | default ...}`, or give the parameter a default"),
        FunctionError::Secret => {
            let message = format!("`{path}` is a secret, and nothing can be made of a secret");
            Diagnostic::error(code::SECRET_IN_TEXT, span, message).help("put it in as a whole: `$name`")
        }
        FunctionError::Type { found, wanted } => {
            let message = format!("`{path}` is {found}, and {wanted} is needed");
            Diagnostic::error(code::NOT_A_SCALAR, span, message)
                .help("name a part of it, or use the function `join` or `json`")
        }
        FunctionError::Argument { function, found, wanted } => {
            let message = format!("the function `{function}` is given {found} here, and takes {wanted}");
            Diagnostic::error(code::FUNCTION_ARGUMENT, span, message)
                .help(format!("look at what stands behind `{function}`"))
        }
        FunctionError::Impossible(why) => {
            Diagnostic::error(code::NO_RESULT, span, format!("nothing comes of `{path}` here: {why}"))
                .help("give it a value that works, or take the function out")
        }
    }
}

pub(super) fn too_large(span: Origin) -> Diagnostic {
    Diagnostic::error(code::TOO_LARGE, span, "this value comes to more than 8 MiB")
        .help("shorten what is put together: values that are made of values that are made of values grow fast")
}
