//! Bodies of every kind, made by the grammar: whatever can be written somewhere stands there at one time or another.

#![allow(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use super::{canonical_body, filled, typed};
use crate::grammar::{At, Form, Grammar, Manner, NodeShape, Parameter, Part, Slot, language};
use crate::model::{Kind, Map, Number, PolicySubject, Value};
use crate::source::{Origin, Spanned};

/// Texts of which each type takes some.
const TEXTS: &[&str] = &[
    "a",
    "b c",
    "",
    "x.y/z",
    "a-b.example.com",
    "a@b",
    "$name",
    "$$",
    "${name}-x",
    "true",
    "#x",
    "1",
    "-",
    "two\nlines",
    "\"",
    "\\",
    "é",
    "/-",
    "v1",
    "Kind",
    "a{b}",
    "https://example.com/a//b",
];

/// A body of a kind, by the choices that some bytes stand for.
pub(crate) fn body(kind: Kind, name: &str, noise: &[u8]) -> Map {
    let mut maker = Maker { grammar: language(), name, open: vec![Map::default()], noise, at: 0, depth: 0 };
    maker.parts(maker.grammar.object(kind.word()).unwrap());
    let mut body = maker.open.remove(0);
    canonical_body(kind, &mut body);
    body
}

struct Maker<'n> {
    grammar: &'static Grammar,
    name: &'n str,
    /// The body, and the objects in it that are being made.
    open: Vec<Map>,
    noise: &'n [u8],
    at: usize,
    depth: usize,
}

impl Maker<'_> {
    /// One of so many.
    fn pick(&mut self, count: usize) -> usize {
        let byte = self.noise.get(self.at % self.noise.len().max(1)).copied().unwrap_or_default();
        self.at += 1;
        // The same bytes are read again and again, each time to something else.
        (usize::from(byte) + self.at / self.noise.len().max(1)) % count
    }

    fn coin(&mut self) -> bool {
        self.pick(2) == 1
    }

    fn parts(&mut self, shape: &'static NodeShape) {
        let forms: Vec<(Option<&str>, &Form)> = shape.all_forms().collect();
        let (word, form) = forms[self.pick(forms.len())];
        if let (Some(member), Some(word)) = (shape.at.as_ref().and_then(|at| at.word.as_deref()), word) {
            self.put(&At::of(member, Manner::Value), Value::string(word));
        }
        self.depth += 1;
        for part in form.written(0) {
            match part {
                Part::Argument(index, parameter) if shape.telling().is_some() && index == shape.told_at() => {
                    let at = parameter.at.as_ref().filter(|at| at.unless.as_deref() != word);
                    at.zip(word).into_iter().for_each(|(at, word)| self.put(at, Value::string(word)));
                }
                Part::Argument(_, parameter) | Part::Property(parameter) => self.parameter(form, parameter),
                Part::Rest(_, parameter) => {
                    if let Some(at) = parameter.at.as_ref() {
                        let items = self.several(parameter);
                        self.put(at, items);
                    }
                }
                Part::Flag(_, flag) => match flag.at.as_ref() {
                    Some(at) if at.manner == Manner::Always => {
                        let is_said = self.coin();
                        self.put(at, Value::Bool(is_said));
                    }
                    Some(at) if self.coin() => self.put(at, Value::Bool(true)),
                    _ => {}
                },
                Part::Pairs(pairs) => {
                    if let Some(at) = pairs.at.as_ref() {
                        let mut map = Map::default();
                        for key in ["a", "b.c/d"].into_iter().take(1 + self.pick(2)) {
                            map.put(key, Value::string(["x", "y-1"][self.pick(2)]), Origin::Nowhere);
                        }
                        self.put(at, Value::Object(map));
                    }
                }
                Part::Child(slot) => self.slot(form, slot),
            }
        }
        self.block(form);
        self.depth -= 1;
    }

    fn parameter(&mut self, form: &'static Form, parameter: &'static Parameter) {
        let Some(at) = parameter.at.as_ref() else { return };
        match (at.manner, parameter.missing.as_deref()) {
            (Manner::Entry | Manner::List, _) => {}
            (_, Some(text)) if !self.coin() => {
                let open = self.open.last().unwrap().clone();
                let given = |name: &str| {
                    form.written(0).find_map(|part| match part {
                        Part::Property(parameter) if parameter.name() == name => {
                            open.get(&parameter.at.as_ref()?.way[0])?.as_str()
                        }
                        _ => None,
                    })
                };
                let text = filled(text, self.name, given);
                self.put(at, Value::string(text));
            }
            (_, missing) if parameter.required || missing.is_some() || self.coin() => {
                let value = self.value(parameter);
                if value.as_str().is_none_or(|text| at.unless.as_deref() != Some(text)) {
                    self.put(at, value);
                }
            }
            _ => {}
        }
    }

    /// A value that a parameter takes.
    fn value(&mut self, parameter: &Parameter) -> Value {
        let numbers = [0, 1, 7, 40];
        let texts: Vec<&str> = TEXTS.iter().copied().filter(|text| self.grammar.takes(parameter, text)).collect();
        let words: Vec<&str> = self.grammar.words(parameter).collect();
        match (words.is_empty(), texts.is_empty()) {
            (false, _) => Value::string(words[self.pick(words.len())]),
            (true, false) => Value::string(texts[self.pick(texts.len())]),
            (true, true) if self.grammar.takes_number(parameter) => Value::integer(numbers[self.pick(numbers.len())]),
            (true, true) => Value::Bool(self.coin()),
        }
    }

    /// Values of a parameter that takes many, each once.
    fn several(&mut self, parameter: &Parameter) -> Value {
        let mut items: Vec<Spanned<Value>> = Vec::new();
        for _ in 0..=self.pick(3) {
            let value = self.value(parameter);
            if items.iter().all(|item| item.value != value) {
                items.push(Spanned::new(value, Origin::Nowhere));
            }
        }
        Value::Array(items)
    }

    fn slot(&mut self, form: &'static Form, slot: &'static Slot) {
        let (shape, at) = self.grammar.child(slot);
        let Some(at) = at else {
            let is_listed = shape.plain().is_some_and(|form| {
                form.body_at().is_some_and(|at| matches!(at.manner, Manner::Values | Manner::Targets))
                    || form.written(0).next().is_some_and(
                        |part| matches!(part, Part::Argument(_, item) if item.at.as_ref().is_some_and(|at| at.manner == Manner::List)),
                    )
            });
            let stands_in = shape.plain().and_then(|form| form.written(0).next()).is_some_and(
                |part| matches!(part, Part::Argument(_, parameter) if parameter.missing.as_deref().is_some()),
            );
            if form.block_at.as_ref().is_none() && !is_listed && (slot.is_required() || stands_in || self.coin()) {
                self.parts(shape);
            }
            return;
        };
        if !slot.is_required() && (self.depth > 5 || !self.coin()) {
            return;
        }
        match at.manner {
            Manner::True => self.put(at, Value::Bool(true)),
            Manner::Value => self.put(at, Value::string("some text")),
            Manner::Json => {
                let mut item = Map::default();
                item.put("type", Value::string(["markdown", "-"][self.pick(2)]), Origin::Nowhere);
                if shape.may_be("array") {
                    let items = vec![Value::Object(item); self.pick(3)];
                    self.put(at, list(items));
                } else {
                    item.put("some", list(vec![Value::Bool(true); self.pick(3)]), Origin::Nowhere);
                    self.put(at, Value::Object(item));
                }
            }
            Manner::Template => self.undivided(at),
            Manner::Object => {
                let value = self.object(shape);
                self.put(at, value);
            }
            Manner::Item => {
                let mut items: Vec<Spanned<Value>> = Vec::new();
                for index in 0..=self.pick(2) {
                    let mut item = self.object(shape);
                    if let (Value::Object(map), Some(by)) = (&mut item, at.by.as_deref().or(lends(shape))) {
                        let key = Value::string(format!("k{index}"));
                        let is_list = matches!(map.get(by).map(|key| &key.value), Some(Value::Array(_)));
                        let key = if is_list { Value::Array(vec![Spanned::new(key, Origin::Nowhere)]) } else { key };
                        map.put(by, key, Origin::Nowhere);
                    }
                    self.wander(shape, &item);
                    items.push(Spanned::new(item, Origin::Nowhere));
                }
                self.put(at, Value::Array(items));
            }
            Manner::Keyed | Manner::Entry | Manner::Typed if !at.from_object => self.named(shape, at),
            Manner::Items | Manner::Conditions => {
                let value = self.whole(shape.plain().unwrap(), at.manner);
                self.put(at, value);
            }
            _ => {}
        }
    }

    /// A payload without members.
    fn undivided(&mut self, at: &At) {
        let whole = [Value::written_in("jq", ".inputs", Origin::Nowhere), list(vec![self.nested(); 2])];
        let picked = self.pick(2);
        self.put(at, whole[picked].clone());
    }

    /// Members by name.
    fn named(&mut self, shape: &'static NodeShape, at: &At) {
        let (mut members, mut required, mut order) = (Map::default(), Vec::new(), Vec::new());
        for name in ["one", "two", "x-3"].into_iter().take(1 + self.pick(3)) {
            let value = match at.manner {
                Manner::Entry if shape.plain().is_some_and(Form::is_open) => self.nested(),
                Manner::Entry => Value::string("$inputs.one"),
                Manner::Typed => {
                    let Value::Object(line) = self.object(shape) else { continue };
                    Value::Object(typed::schema(self.typed(line)).unwrap())
                }
                _ => self.object(shape),
            };
            members.put(name, value, Origin::Nowhere);
            let name = Spanned::new(Value::string(name), Origin::Nowhere);
            if self.coin() {
                required.push(name.clone());
            }
            order.insert(self.pick(order.len() + 1), name);
        }
        self.put(at, Value::Object(members));
        if at.manner == Manner::Typed && !required.is_empty() {
            self.put(&At::of("required", Manner::Set), Value::Array(required));
        }
        if let Some(member) = &at.order {
            self.put(&At::of(member, Manner::List), Value::Array(order));
        }
    }

    /// A value of a payload, in which others may be referred to.
    fn nested(&mut self) -> Value {
        let one = |name: &str, value| {
            let mut map = Map::default();
            map.put(name, value, Origin::Nowhere);
            Value::Object(map)
        };
        match self.pick(6) {
            0 => one("jq", Value::string(".entity.title")),
            1 => list(vec![Value::string("only")]),
            2 => list(vec![Value::string("$$run.id"), one("b", Value::Bool(true)), list(Vec::new())]),
            3 => one("deep$$", one("jq", Value::string(".a"))),
            4 => Value::Object(Map::default()),
            _ => Value::string("$inputs.one"),
        }
    }

    /// What a line says that goes with its type.
    fn typed(&mut self, mut line: Map) -> Map {
        let word = |line: &Map, name: &str| typed::Word::read(line.get(name)?.as_str()?);
        let around = word(&line, "type").unwrap();
        if !around.is_around() {
            line.remove("of");
        } else if let Some(Value::Object(inner)) = line.get("of").map(|of| of.value.clone()) {
            let inner = self.typed(inner);
            line.put("of", Value::Object(inner), Origin::Nowhere);
        } else if word(&line, "of").is_some_and(typed::Word::is_around) {
            line.put("of", Value::string("string"), Origin::Nowhere);
        }
        let described = word(&line, "of").or_else(|| word(&line, "type")).unwrap();
        // What says values in the place of a list of them works them out.
        if line.remove("enum").is_some_and(|values| values.as_array().is_none()) && !described.is_enum {
            let jq = Value::written_in("jq", ".form.one", Origin::Nowhere);
            line.put("enum", jq, Origin::Nowhere);
        }
        if described.is_enum {
            let values: Vec<Value> = if self.coin() {
                vec![Value::string("b"), Value::string("a c"), Value::string("1")]
            } else {
                vec![Value::integer(3), Value::Number(Number::from_float(0.5).unwrap())]
            };
            let mut colors = Map::default();
            for value in values.iter().filter(|_| self.coin()) {
                colors.put(&value.as_key(), Value::string("red"), Origin::Nowhere);
            }
            line.put("enum", list(values), Origin::Nowhere);
            if !colors.is_empty() {
                line.put("enumColors", Value::Object(colors), Origin::Nowhere);
            }
        }
        if line.remove("default").is_some() {
            let default = match word(&line, "type").unwrap().base {
                crate::model::Base::Array => {
                    let inner = line.get("of").and_then(|of| word(of.as_object()?, "type"));
                    let is_nested = inner.is_some_and(|inner| inner.base == crate::model::Base::Array);
                    let item = if is_nested { list(Vec::new()) } else { Value::string("x") };
                    list(vec![item; self.pick(3)])
                }
                crate::model::Base::Object => Value::Object(Map::default()),
                _ => Value::string("d"),
            };
            line.put("default", default, Origin::Nowhere);
        }
        if line.get("of").is_some() {
            line.remove("additionalProperties");
        }
        line
    }

    fn object(&mut self, shape: &'static NodeShape) -> Value {
        self.open.push(Map::default());
        self.parts(shape);
        Value::Object(self.open.pop().unwrap())
    }

    /// What an item holds and stands elsewhere in the body.
    fn wander(&mut self, shape: &'static NodeShape, item: &Value) {
        for part in shape.plain().into_iter().flat_map(|form| form.written(0)) {
            let Part::Child(slot) = part else { continue };
            let (inner, Some(at)) = self.grammar.child(slot) else { continue };
            if let (true, Some(lent)) = (at.from_object, lends(shape)) {
                let mut all = match self.open[0].remove(&at.way[0]) {
                    Some(Spanned { value: Value::Object(all), .. }) => all,
                    _ => Map::default(),
                };
                for _ in 0..self.pick(3) {
                    let Value::Object(mut value) = self.object(inner) else { continue };
                    value.put(
                        lent_as(shape).unwrap(),
                        item.as_object().unwrap().get(lent).unwrap().value.clone(),
                        Origin::Nowhere,
                    );
                    all.put(&format!("r{}", all.members.len()), Value::Object(value), Origin::Nowhere);
                }
                if !all.is_empty() {
                    self.open[0].put(&at.way[0], Value::Object(all), Origin::Nowhere);
                }
            }
        }
    }

    fn block(&mut self, form: &'static Form) {
        let instead = form.instead().and_then(|instead| instead.at.as_ref());
        let stands_in = instead.is_some_and(|at| self.open.last().unwrap().get(&at.way[0]).is_some());
        if let Some(at) = form.block_at.as_ref().filter(|_| !stands_in) {
            let value = self.whole(form, at.manner);
            self.put(at, value);
        }
        if let Some(at) = form.body_at().filter(|at| matches!(at.manner, Manner::Template | Manner::Values)) {
            let mut map = Map::default();
            for name in ["x", "c d", "lifecycle", "title"].into_iter().filter(|_| self.coin()).collect::<Vec<_>>() {
                let value = match self.pick(5) {
                    0 => list(vec![Value::string("only")]),
                    1 => list(vec![Value::integer(1), list(Vec::new()), Value::Null]),
                    2 => Value::Object([("k", Value::Bool(true))].into_iter().fold(
                        Map::default(),
                        |mut map, (key, value)| {
                            map.put(key, value, Origin::Nowhere);
                            map
                        },
                    )),
                    3 => Value::string("two\nlines"),
                    _ => Value::Null,
                };
                map.put(name, value, Origin::Nowhere);
            }
            if at.manner == Manner::Template || !map.is_empty() {
                self.put(at, Value::Object(map));
            }
        }
    }

    /// What a block holds as a whole.
    fn whole(&mut self, form: &'static Form, manner: Manner) -> Value {
        self.depth += 1;
        let mut items = Vec::new();
        for _ in 0..=self.pick(2) {
            if manner == Manner::Conditions {
                items.push(self.condition());
                continue;
            }
            let shapes: Vec<&NodeShape> = super::shapes(form).collect();
            let shape = shapes[self.pick(shapes.len())];
            let holds_others = |form: &Form| form.written(0).any(|part| matches!(part, Part::Child(_)));
            if self.depth < 6 || !shape.plain().is_some_and(holds_others) {
                items.push(self.object(shape));
            }
        }
        self.depth -= 1;
        match manner {
            Manner::Conditions => Value::Object([list(items)].into_iter().fold(Map::default(), |mut map, all| {
                map.put("all", all, Origin::Nowhere);
                map
            })),
            _ => list(items),
        }
    }

    fn condition(&mut self) -> Value {
        let mut map = Map::default();
        if self.depth < 6 && self.pick(3) == 0 {
            self.depth += 1;
            let parts: Vec<Value> = (0..=self.pick(2)).map(|_| self.condition()).collect();
            self.depth -= 1;
            map.put(["any", "all", "none"][self.pick(3)], list(parts), Origin::Nowhere);
            return Value::Object(map);
        }
        // What begins with `$` can be asked of what is judged: in a policy, what that says.
        let judged = self.open.first().and_then(|body| PolicySubject::from_word(body.get("for")?.as_str()?));
        let word = judged.map_or("$team", |judged| judged.metadata().remove(0).0);
        map.put("field", Value::string(["x", "owner.tier", "x.$count", word][self.pick(4)]), Origin::Nowhere);
        match self.pick(4) {
            0 => map.put("operator", Value::string("present"), Origin::Nowhere),
            1 => {
                map.put("operator", Value::string("is"), Origin::Nowhere);
                map.put("operands", list(vec![Value::integer(1)]), Origin::Nowhere);
            }
            2 => {
                map.put("operator", Value::string("between"), Origin::Nowhere);
                let operands = vec![Value::integer(1), Value::field("owner.x.$count", Origin::Nowhere)];
                map.put("operands", list(operands), Origin::Nowhere);
            }
            _ => {
                map.put("operator", Value::string("in"), Origin::Nowhere);
                map.put("operands", list(vec![Value::string("b c"), Value::string("a")]), Origin::Nowhere);
            }
        }
        Value::Object(map)
    }

    fn put(&mut self, at: &At, value: Value) {
        let map = if at.from_object { self.open.first_mut() } else { self.open.last_mut() };
        put(map.unwrap(), &at.way, value);
    }
}

fn put(map: &mut Map, way: &[Box<str>], value: Value) {
    let [step, rest @ ..] = way else { return };
    if rest.is_empty() {
        return map.put(step, value, Origin::Nowhere);
    }
    let mut inner = match map.remove(step) {
        Some(Spanned { value: Value::Object(inner), .. }) => inner,
        _ => Map::default(),
    };
    put(&mut inner, rest, value);
    map.put(step, Value::Object(inner), Origin::Nowhere);
}

fn list(items: Vec<Value>) -> Value {
    Value::Array(items.into_iter().map(|item| Spanned::new(item, Origin::Nowhere)).collect())
}

/// The member of an item that it lends to what it holds.
fn lends(shape: &'static NodeShape) -> Option<&'static str> {
    lent(shape).map(|(at, _)| at)
}

/// The name under which it stands there.
fn lent_as(shape: &'static NodeShape) -> Option<&'static str> {
    lent(shape).map(|(_, below)| below)
}

fn lent(shape: &'static NodeShape) -> Option<(&'static str, &'static str)> {
    shape.plain()?.written(0).find_map(|part| match part {
        Part::Argument(_, parameter) => Some((&*parameter.at.as_ref()?.way[0], parameter.below.as_deref()?)),
        _ => None,
    })
}

#[test]
fn every_field_of_every_kind_is_made() {
    for (kind, word) in Kind::ALL {
        let mut missing: Vec<&str> = super::members(kind).map(|field| field.name).collect();
        let mut state = 7_u32;
        for _ in 0..200 {
            let noise = std::array::from_fn::<u8, 64, _>(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state.to_be_bytes()[0]
            });
            let body = body(kind, "thing", &noise);
            missing.retain(|name| body.get(name).is_none());
        }
        // What an entity is related to stands in its body by its blueprint.
        missing.retain(|name| (kind, *name) != (Kind::Entity, "relations"));
        assert_eq!(missing, Vec::<&str>::new(), "{word}");
    }
}
