use super::{Address, Declared, Lifecycle, Map, Member, Name, Object, Value};
use crate::source::{Origin, Spanned};

/// An object as it is declared.
#[derive(Clone, Debug, PartialEq)]
pub struct Declaration {
    /// What it is called.
    pub address: Address,
    /// The place of its name.
    pub named: Origin,
    /// The line that declares it.
    pub span: Origin,
    /// What it holds, each part with the place that says it.
    pub body: Map,
    /// What may happen to it in its life, even after its text is gone.
    pub lifecycle: Option<Box<Lifecycle>>,
}

impl Declaration {
    /// A live object as if it were declared, with a number for it: so whoever judges it can be asked which object and which part of it
    /// a problem is about. The members of its body are numbered in their order, each before its own members.
    pub fn of_object(object: &Object, number: u32) -> Self {
        let whole = Origin::Live { object: number, part: None };
        let mut numbers = 0..;
        let mut place = || Origin::Live { object: number, part: numbers.next() };
        let mut body = Map::default();
        for Member { name, value } in &object.body.members {
            let span = place();
            let value = match value.as_object() {
                Some(map) => {
                    let parts = map.members.iter().map(|Member { name, value }| {
                        let span = place();
                        Member { name: Spanned::new(name.value.clone(), span), value: placed(value, span) }
                    });
                    Spanned::new(Value::Object(Map { members: parts.collect() }), span)
                }
                None => placed(value, span),
            };
            body.members.push(Member { name: Spanned::new(name.value.clone(), span), value });
        }
        require_in_place(&mut body);
        Self { address: object.address.clone(), named: whole, span: whole, body, lifecycle: None }
    }

    /// Its name, in its place.
    pub fn name(&self) -> Spanned<Name> {
        Spanned::new(self.address.name.clone(), self.named)
    }
}

impl Declared for Declaration {
    fn address(&self) -> Address {
        self.address.clone()
    }

    fn span(&self) -> Origin {
        self.span
    }

    fn body(&self) -> Map {
        self.body.clone()
    }

    fn lifecycle(&self) -> Option<&Lifecycle> {
        self.lifecycle.as_deref()
    }
}

/// That a property is required is said at the property.
fn require_in_place(body: &mut Map) {
    let Some(Spanned { value: Value::Array(mut names), span }) = body.remove("required") else { return };
    let properties = body.get("properties").and_then(|value| value.as_object());
    for name in &mut names {
        let property = name.as_str().and_then(|name| properties?.get(name));
        name.span = property.map_or(name.span, |property| property.span);
    }
    body.put("required", Value::Array(names), span);
}

/// A value with one place on every part of it.
fn placed(value: &Value, span: Origin) -> Spanned<Value> {
    let value = match value {
        Value::Array(items) => Value::Array(items.iter().map(|item| placed(item, span)).collect()),
        Value::Object(map) => {
            let member = |member: &Member| Member {
                name: Spanned::new(member.name.value.clone(), span),
                value: placed(&member.value, span),
            };
            Value::Object(Map { members: map.members.iter().map(member).collect() })
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Secret(_) => value.clone(),
    };
    Spanned::new(value, span)
}

/// Gives what an object is, as a type, the address of the object.
macro_rules! addressed {
    ($($kind:ident),*) => {
        $(impl super::$kind {
            /// What its object is called.
            pub fn address(&self) -> Address {
                Address::new(super::Kind::$kind, self.name.value.clone())
            }
        })*
    };
}

addressed!(Blueprint, Team, User, Scorecard, Action, StateStore, Destination, Promise, Policy);
