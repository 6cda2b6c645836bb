//! Scorecards and the conditions in them.

use super::Declared;
use super::put::{keyed, put_group, put_meta, put_name, put_text};
use crate::model::{Address, Kind, Level, Lifecycle, Map, Predicate, Rule, Scorecard, Value};
use crate::source::{Span, Spanned};

impl Predicate {
    pub(super) fn value(&self, span: Span) -> Value {
        let group = |word: &str, parts: &[Predicate]| {
            let parts = parts.iter().map(|part| Spanned::new(part.value(span), part.place().unwrap_or(span))).collect();
            let mut map = Map::default();
            map.put(word, Value::Array(parts), span);
            Value::Object(map)
        };
        match self {
            Self::All(parts) => group("all", parts),
            Self::Any(parts) => group("any", parts),
            Self::None(parts) => group("none", parts),
            Self::Test(test) => {
                let mut map = Map::default();
                map.put("field", Value::string(test.field.to_string()), test.field.span);
                map.put("operator", Value::string(test.operator.word()), test.operator.span);
                if !test.operands.is_empty() {
                    map.put("operands", Value::Array(test.operands.clone()), test.span);
                }
                Value::Object(map)
            }
        }
    }
}

impl Predicate {
    /// The line of a comparison; of a block that of the first one in it.
    pub(super) fn place(&self) -> Option<Span> {
        match self {
            Self::Test(test) => Some(test.span),
            Self::All(parts) | Self::Any(parts) | Self::None(parts) => parts.first().and_then(Self::place),
        }
    }
}

impl Declared for Scorecard {
    fn address(&self) -> Address {
        Address::new(Kind::Scorecard, self.name.value.clone())
    }

    fn span(&self) -> Span {
        self.span
    }

    fn body(&self) -> Map {
        let mut map = Map::default();
        put_meta(&mut map, &self.meta);
        put_name(&mut map, "blueprint", &self.blueprint);
        if let Some(filter) = &self.only_for {
            map.put("filter", filter.value(self.span), self.span);
        }
        let levels = self.levels.iter().map(|level| Spanned::new(level.value(), level.span)).collect();
        map.put("levels", Value::Array(levels), self.span);
        let rules: Vec<(&Level, &Rule)> =
            self.levels.iter().flat_map(|level| level.rules.iter().map(move |rule| (level, rule))).collect();
        let rules = keyed(&rules, |(level, rule)| (rule.name.clone(), rule.value(level)));
        put_group(&mut map, "rules", rules, self.span);
        map
    }

    fn lifecycle(&self) -> Option<&Lifecycle> {
        self.lifecycle.as_deref()
    }
}

impl Level {
    fn value(&self) -> Value {
        let mut map = Map::default();
        put_name(&mut map, "title", &self.name);
        put_text(&mut map, "color", self.color.as_ref());
        Value::Object(map)
    }
}

impl Rule {
    fn value(&self, level: &Level) -> Spanned<Value> {
        let mut map = Map::default();
        put_meta(&mut map, &self.meta);
        map.put("level", Value::string(&*level.name.value), level.name.span);
        map.put("query", self.predicate.value(self.span), self.span);
        Spanned::new(Value::Object(map), self.span)
    }
}
