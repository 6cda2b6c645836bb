use super::templates;
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Arguments, Base, Map, Member, Name, Number, Parameters, Property, Schema, Value, parse_json};
use crate::source::{Origin, Span, Spanned};
use crate::syntax::{Node, edit::write_string};
use ahash::AHashMap as HashMap;
use std::collections::HashSet;

/// What is given for parameters of a project.
#[derive(Clone, Default)]
pub(in crate::resolve) struct Given {
    /// Whether it has environments.
    pub(in crate::resolve) has_environments: bool,
    /// The name of the one that was chosen, where it is declared.
    pub(in crate::resolve) chosen: Option<Spanned<Name>>,
    /// What its environment gives.
    pub(in crate::resolve) environment: Map,
    /// What the caller gives, each with its place. It comes before that.
    pub(in crate::resolve) caller: Vec<(Spanned<Name>, FromCaller)>,
}

/// What a caller gives for a parameter.
#[derive(Clone)]
pub(in crate::resolve) enum FromCaller {
    /// A text as it was typed.
    Text(Spanned<Box<str>>),
    /// A value of a file.
    Value(Spanned<Value>),
}

/// What asks for parameters, with what is given to it.
pub(super) enum Asking {
    /// The project.
    Project(Given),
    /// A module, what it is called where it is used, the line that gives it something, and what that is; nothing where that could not be
    /// made out.
    Module { name: Spanned<Name>, line: Option<Span>, given: Option<Map> },
}

/// What a project or a module asks for, with what is given to it, and the values that come of it.
pub(super) fn parameters(
    nodes: (&[Node<'_>], &HashSet<&str>),
    asking: Asking,
    diagnostics: &mut Diagnostics,
) -> (Option<Parameters>, HashMap<Name, Spanned<Value>>) {
    let list = templates::parameters(nodes, diagnostics);
    let (is_of_module, is_known) = match &asking {
        Asking::Project(_) => (false, true),
        Asking::Module { given, .. } => (true, given.is_some()),
    };
    let mut way = "with";
    let (kind, name, place, mut values) = match asking {
        Asking::Project(Given { has_environments, chosen: _, environment, caller: given }) => {
            way = if has_environments { "by a `param` line of the environment, with" } else { way };
            let place = given.first().map(|one| one.0.span);
            let place = place.or_else(|| environment.members.first().map(|one| one.name.span));
            let mut values = environment;
            for (name, given) in given {
                let schema = list.iter().find(|one| one.name.value == name.value).map(|one| &one.schema);
                let value = match given {
                    FromCaller::Value(value) => value,
                    FromCaller::Text(text) => {
                        let value = schema.map_or_else(|| Value::string(&*text.value), |schema| typed(&text, schema));
                        Spanned::new(value, text.span)
                    }
                };
                values.set(name, value);
            }
            (Parameters::PROJECT, None, place, values)
        }
        Asking::Module { name, line, given } => {
            (Parameters::MODULE, Some(name), line.map(Into::into), given.unwrap_or_default())
        }
    };
    let is_missing = |one: &&Property| (one.is_demanded() || !is_known) && values.get(&one.name.value).is_none();
    let missing: Vec<&Property> = list.iter().filter(is_missing).collect();
    // Why that could not be made out was told.
    for parameter in missing.iter().filter(|_| is_known) {
        diagnostics.push(not_given(parameter, name.as_ref(), way));
    }
    // Nothing is made of what is not there.
    let unread =
        |one: &&Property| (one.name.value.clone(), Spanned::new(Value::Null, Origin::Unread(one.name.span.shown())));
    let unread: Vec<_> = missing.iter().map(unread).collect();
    let mut known = templates::values(&list, &mut values);
    known.extend(unread);
    let span = list.first().map(|one| one.span).or(place);
    let parameters = span.map(|span| Parameters {
        kind,
        name: name.unwrap_or_else(|| Spanned::new("the project".into(), span)),
        // What is missing was told.
        list: list.into_iter().map(|one| Property { required: None, ..one }).collect(),
        given: place
            .filter(|_| !is_of_module || !values.is_empty())
            .map(|span| Arguments { span, values })
            .into_iter()
            .collect(),
    });
    (parameters, known)
}

/// That a parameter of the project, or of the module of a name, is not given; `way` is how it could be, beside `--param`.
fn not_given(parameter: &Property, module: Option<&Spanned<Name>>, way: &str) -> Diagnostic {
    let asked = &parameter.name.value;
    let Some(module) = module else {
        let message = format!("the project asks for `{asked}`, and it is not given");
        let help = format!("give it {way} `--param {}=VALUE`, or give it a default here", write_string(asked));
        return Diagnostic::error(code::NOT_GIVEN_TO_PROJECT, parameter.name.span, message).help(help);
    };
    let message = format!("the module `{}` needs `{asked}`", module.value);
    let problem = Diagnostic::error(code::MISSING_PROPERTY, module.span, message).missing(asked);
    problem.other(parameter.name.span, "asked for here")
}

/// A text as a value of a type, as far as it is one.
fn typed(text: &Spanned<Box<str>>, schema: &Schema) -> Value {
    let plain = || Value::string(&*text.value);
    match schema.base {
        Base::Number | Base::Integer => match (text.parse::<i64>(), text.parse().ok().and_then(Number::from_float)) {
            (Ok(number), _) => Value::integer(number),
            (Err(_), Some(number)) => Value::Number(number),
            (Err(_), None) => plain(),
        },
        Base::Boolean => match &*text.value {
            "true" | "#true" => Value::Bool(true),
            "false" | "#false" => Value::Bool(false),
            _ => plain(),
        },
        Base::Array | Base::Object if text.trim_start().starts_with(['[', '{']) => {
            parse_json(text.as_bytes()).map_or_else(|_| plain(), |value| at(text.span, value))
        }
        Base::Array => {
            let item = |item: &str| {
                let item = Spanned::new(Box::<str>::from(item.trim()), text.span);
                let value = schema.items.as_ref().map_or_else(|| Value::string(&*item.value), |one| typed(&item, one));
                Spanned::new(value, text.span)
            };
            Value::Array(text.split(',').filter(|part| !part.trim().is_empty()).map(item).collect())
        }
        _ => plain(),
    }
}

/// A value that all comes from one place.
fn at(place: Origin, value: Value) -> Value {
    let spanned = |item: Value| Spanned::new(at(place, item), place);
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(|item| spanned(item.value)).collect()),
        Value::Object(map) => {
            let members = map.members.into_iter();
            let members = members.map(|Member { name, value }| Member {
                name: Spanned::new(name.value, place),
                value: spanned(value.value),
            });
            Value::Object(Map { members: members.collect() })
        }
        other => other,
    }
}
