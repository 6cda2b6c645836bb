use super::{Map, Name, Path, Template, Value};
use crate::source::{Origin, Spanned};

/// A list or an object of which parts are chosen, made for each of many, or taken from elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Composed {
    /// Whether it is a list, and not an object.
    pub is_list: bool,
    /// Its parts; of an object the members that are written come first.
    pub parts: Vec<Part>,
}

/// A part of a list or an object.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A member of an object: its name and its value.
    Member(Spanned<Template>, Spanned<Template>),
    /// An item of a list.
    Item(Spanned<Template>),
    /// Parts that something decides about.
    Control(Control),
}

/// What decides about parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// Its line as KDL, without its block: `each host in=$spec.hosts`.
    pub head: Box<str>,
    /// The line.
    pub span: Origin,
    /// What it does.
    pub kind: ControlKind,
}

impl Control {
    /// What an `each` over an object calls the name of a member.
    pub const KEY: &str = "key";
    /// What it calls what that holds.
    pub const VALUE: &str = "value";
}

/// What a control does.
#[derive(Clone, Debug, PartialEq)]
pub enum ControlKind {
    /// `... $path`: the parts of another list or object.
    Spread(Spanned<Template>),
    /// `each NAME in=$path { }`: parts for each item of a list.
    Each {
        /// The name of the item.
        name: Spanned<Name>,
        /// The list.
        list: Spanned<Template>,
        /// The parts for each item.
        parts: Vec<Part>,
    },
    /// `if $path OPERATOR OPERAND... { }`: parts where something is true.
    If {
        /// What must be true.
        condition: Spanned<Template>,
        /// The parts where it is.
        parts: Vec<Part>,
        /// The parts where it is not.
        otherwise: Vec<Part>,
    },
    /// `match $path { }`: parts by a value.
    Match {
        /// What chooses.
        on: Spanned<Path>,
        /// The cases.
        cases: Vec<Branch>,
        /// The parts for every other value.
        otherwise: Option<Vec<Part>>,
    },
}

/// A case of a match.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// Its line as KDL, without its block.
    pub head: Box<str>,
    /// The values that choose it.
    pub values: Vec<Spanned<Value>>,
    /// The parts then.
    pub parts: Vec<Part>,
}

/// What stands before the line of a control where it is written as the name of a member: a dollar that begins nothing, so that no name
/// that refers to something, and no text, is written so.
const MARK: &str = "$ ";

/// The line of a control that a member of a written template stands for.
pub fn control_line(member: &str) -> Option<&str> {
    member.strip_prefix(MARK)
}

impl Composed {
    /// The list or object as it is written: a control is a member, or the only member of an item, that is named by its line.
    pub fn written(&self, span: Origin) -> Value {
        written(&self.parts, self.is_list, span)
    }

    /// Calls for each control in it, those within others too, and for each template; they are nested no deeper than their text.
    pub fn each_template<'t>(
        &'t self,
        found: &mut impl FnMut(&'t Spanned<Template>),
        path: &mut impl FnMut(&'t Spanned<Path>),
    ) {
        each_template(&self.parts, found, path);
    }
}

fn each_template<'t>(
    parts: &'t [Part],
    found: &mut impl FnMut(&'t Spanned<Template>),
    path: &mut impl FnMut(&'t Spanned<Path>),
) {
    for part in parts {
        let control = match part {
            Part::Member(key, value) => {
                found(key);
                found(value);
                continue;
            }
            Part::Item(value) => {
                found(value);
                continue;
            }
            Part::Control(control) => control,
        };
        match &control.kind {
            ControlKind::Spread(value) => found(value),
            ControlKind::Each { list, parts, .. } => {
                found(list);
                each_template(parts, found, path);
            }
            ControlKind::If { condition, parts, otherwise } => {
                found(condition);
                each_template(parts, found, path);
                each_template(otherwise, found, path);
            }
            ControlKind::Match { on, cases, otherwise } => {
                path(on);
                for parts in cases.iter().map(|case| &case.parts).chain(otherwise) {
                    each_template(parts, found, path);
                }
            }
        }
    }
}

fn written(parts: &[Part], is_list: bool, span: Origin) -> Value {
    if is_list {
        let item = |part: &Part| match part {
            Part::Item(value) | Part::Member(_, value) => Spanned::new(value.written(value.span), value.span),
            Part::Control(control) => {
                let mut map = Map::default();
                put(&mut map, control, true);
                Spanned::new(Value::Object(map), control.span)
            }
        };
        return Value::Array(parts.iter().map(item).collect());
    }
    let mut map = Map::default();
    for part in parts {
        match part {
            Part::Member(key, value) => {
                let name: Name = key.written(span).as_str().unwrap_or_default().into();
                map.set(Spanned::new(name, key.span), Spanned::new(value.written(value.span), value.span));
            }
            Part::Control(control) => put(&mut map, control, false),
            Part::Item(_) => {}
        }
    }
    Value::Object(map)
}

fn put(map: &mut Map, control: &Control, is_list: bool) {
    let span = control.span;
    let add = |map: &mut Map, head: &str, value: Value| {
        map.set(Spanned::new(format!("{MARK}{head}").as_str().into(), span), Spanned::new(value, span));
    };
    let value = match &control.kind {
        ControlKind::Spread(value) => match value.value.written(span) {
            taken @ Value::Object(_) if !is_list && &*control.head == "..." => taken,
            taken @ Value::Array(_) if is_list && &*control.head == "..." => taken,
            _ => written(&[], is_list, span),
        },
        ControlKind::Each { parts, .. } => written(parts, is_list, span),
        ControlKind::If { parts, otherwise, .. } => {
            let mut value = written(parts, is_list, span);
            if !otherwise.is_empty() {
                let other = written(otherwise, is_list, span);
                match &mut value {
                    Value::Object(map) => add(map, "else", other),
                    Value::Array(items) => {
                        let mut item = Map::default();
                        add(&mut item, "else", other);
                        items.push(Spanned::new(Value::Object(item), span));
                    }
                    _ => {}
                }
            }
            value
        }
        ControlKind::Match { cases, otherwise, .. } => {
            let mut choices = Map::default();
            for case in cases {
                add(&mut choices, &case.head, written(&case.parts, is_list, span));
            }
            if let Some(otherwise) = otherwise {
                add(&mut choices, "else", written(otherwise, is_list, span));
            }
            Value::Object(choices)
        }
    };
    let before = map.get(&format!("{MARK}{}", control.head)).and_then(|value| value.as_object()).cloned();
    let value = match (before, value) {
        (Some(mut before), Value::Object(more)) => {
            more.members.into_iter().for_each(|one| before.set(one.name, one.value));
            Value::Object(before)
        }
        (_, value) => value,
    };
    add(map, &control.head, value);
}
