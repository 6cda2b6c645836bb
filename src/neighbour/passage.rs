//! The way of one object from one side to the other.

use super::link::{Codec, Finder, Link, Links};
use super::same::is_empty;
use super::way::{Way, pointer};
use super::{Loss, NO_WORDS, condition, same, template};
use crate::backstage::DEFAULT_NAMESPACE;
use crate::grammar::{BRACES, Counterpart, NodeShape, Parameter};
use crate::model::{Map, Member, Value};
use crate::object::filled;
use crate::source::{Origin, Spanned};

/// Which side is made of which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// A document of a body.
    Out,
    /// A body of a document.
    Back,
}

/// An object that is carried over. What is carried is taken out of its source, so that what is left there has no place.
pub(super) struct Passage<'p> {
    pub(super) finder: Finder<'static>,
    pub(super) direction: Direction,
    /// What is carried, and the objects in it that are being carried, each in the one before it.
    pub(super) source: Vec<Map>,
    /// What is made of each.
    pub(super) target: Vec<Map>,
    /// The way to what is being carried.
    pub(super) place: Vec<String>,
    losses: Vec<Loss>,
    /// The pointers of what says there what nothing says here.
    silent: Vec<String>,
    is_relation: &'p dyn Fn(&str) -> bool,
    /// The namespace of the object.
    pub(super) namespace: Box<str>,
}

impl<'p> Passage<'p> {
    pub(super) fn new(
        finder: Finder<'static>,
        direction: Direction,
        source: Map,
        is_relation: &'p dyn Fn(&str) -> bool,
    ) -> Self {
        let (source, target) = (vec![source], vec![Map::default()]);
        Self {
            finder,
            direction,
            source,
            target,
            place: Vec::new(),
            losses: Vec::new(),
            silent: Vec::new(),
            is_relation,
            namespace: DEFAULT_NAMESPACE.into(),
        }
    }

    /// What was made, and what has no place in it.
    pub(super) fn finish(mut self) -> (Map, Vec<Loss>, Vec<String>) {
        (self.target.swap_remove(0), self.losses, self.silent)
    }

    /// What is made up to now.
    pub(super) fn made(&self) -> &Map {
        &self.target[0]
    }

    /// Takes a value out of what is carried.
    pub(super) fn take(&mut self, way: &Way<'_>) -> Option<Spanned<Value>> {
        let source = if way.from_whole { self.source.first_mut() } else { self.source.last_mut() };
        way.take(source?)
    }

    /// Sets a value in what is made.
    pub(super) fn put(&mut self, way: &Way<'_>, value: Spanned<Value>) {
        let target = if way.from_whole { self.target.first_mut() } else { self.target.last_mut() };
        if let Some(target) = target {
            way.put(target, value);
        }
    }

    /// Sets what always stands somewhere once more, where a value that was carried as a whole has taken its place: one that a member of the
    /// body says.
    pub(super) fn fix(&mut self, way: &Way<'_>, value: Value, witness: Option<&str>) {
        let found = way.get(self.made());
        if found.is_some_and(|found| found.value == value) {
            return;
        }
        if let (Some(_), Some(witness)) = (found, witness) {
            self.lose(&Way::to(witness), &format!("{} has something else there", self.finder.neighbour.name()));
        }
        self.put(way, Spanned::new(value, Origin::Nowhere));
    }

    /// Notes that what stands at a way has no place.
    pub(super) fn lose(&mut self, way: &Way<'_>, reason: &str) {
        self.at(way, |passage| passage.lost(reason));
    }

    /// Carries all that the links of an object know, and tells what is left.
    pub(super) fn carry(&mut self, links: &Links<'_>) {
        for link in &links.links {
            let (from, to) = match self.direction {
                Direction::Out => (Some(&link.at), link.there.as_ref()),
                Direction::Back => (link.there.as_ref(), Some(&link.at)),
            };
            let Some(from) = from else { continue };
            let Some(value) = self.take_own(from, link, links) else {
                self.absent(link);
                self.instead(link);
                continue;
            };
            let Some(to) = to else {
                if !is_empty(&value) && !matches!(link.codec, Codec::Instead) {
                    self.lose(from, &self.without_place());
                }
                continue;
            };
            let span = value.span;
            match self.at(from, |passage| passage.converted(link, value.value)) {
                Some(value) if matches!(link.codec, Codec::Field(_)) => {
                    self.put_beside(from, to, Spanned::new(value, span));
                }
                Some(value) => self.put(to, Spanned::new(value, span)),
                None => self.instead(link),
            }
        }
        let rest = self.source.last().cloned().unwrap_or_default();
        let mut ways: Vec<Vec<String>> = match self.direction {
            Direction::Out => links.links.iter().map(|link| link.at.names().collect()).collect(),
            Direction::Back => {
                let fixed = links.fixed.iter().map(|(way, ..)| way);
                let carried = links.links.iter().filter_map(|link| link.there.as_ref());
                let names = links.names.iter().filter_map(|(_, there)| Some(&there.as_ref()?.own));
                fixed.chain(carried).chain(names).map(|way| way.names().collect()).collect()
            }
        };
        ways.extend(links.around.iter().map(|name| vec![(*name).to_owned(), String::new()]));
        self.left(&rest, &ways, 0);
    }

    /// Sets the texts that stand where nothing is written.
    pub(super) fn fill(&mut self, links: &Links<'_>, name: &str) {
        let Some(body) = self.target.last_mut() else { return };
        for (link, missing) in links.links.iter().filter_map(|link| Some((link, link.missing?))) {
            let is_meant = missing.with.is_none_or(|with| body.get(with).is_some());
            if is_meant && link.at.get(body).is_none() {
                let text = filled(missing.text, name, |part| body.get(part)?.as_str());
                link.at.put(body, Spanned::new(Value::string(text), Origin::Nowhere));
            }
        }
    }

    /// Does something at a way from where the passage is.
    fn at<T>(&mut self, way: &Way<'_>, act: impl FnOnce(&mut Self) -> T) -> T {
        let here = if way.from_whole { std::mem::take(&mut self.place) } else { self.place.clone() };
        self.place.extend(way.names());
        let done = act(self);
        self.place = here;
        done
    }

    pub(super) fn lost(&mut self, reason: &str) {
        let place = match self.direction {
            Direction::Out => self.place.join("."),
            Direction::Back => pointer(&self.place),
        };
        self.losses.push(Loss { place, reason: reason.to_owned() });
    }

    pub(super) fn without_place(&self) -> String {
        match self.direction {
            Direction::Out => format!("{} has no place for it", self.finder.neighbour.name()),
            Direction::Back => NO_WORDS.to_owned(),
        }
    }

    /// Notes that what stands here says nothing on the other side.
    pub(super) fn says_nothing(&mut self) {
        self.silent.push(pointer(&self.place));
    }

    /// Does something some steps further down.
    pub(super) fn below(&mut self, way: impl IntoIterator<Item = String>, act: impl FnOnce(&mut Self)) {
        let here = self.place.len();
        self.place.extend(way);
        act(self);
        self.place.truncate(here);
    }

    /// What stands for a value that is not there.
    fn absent(&mut self, link: &Link<'_>) {
        if self.direction == Direction::Out {
            // What nothing says here may have a word there.
            if let (Codec::Word(parameter), Some(nothing), Some(there)) = (link.codec, link.unless, &link.there) {
                let mut words = self.finder.grammar.words_elsewhere(parameter, self.finder.neighbour);
                if let Some((_, theirs)) = words.find(|(ours, _)| *ours == nothing) {
                    self.put(there, Spanned::new(Value::string(theirs), Origin::Nowhere));
                }
            }
            return;
        }
        let meant = match link.codec {
            Codec::Truth { always: true, .. } => Value::Bool(false),
            Codec::Names { all: Some((at, _)), .. } => {
                let names = self.names_at(at).into_iter();
                Value::Array(names.map(|name| Spanned::new(Value::string(&*name), Origin::Nowhere)).collect())
            }
            Codec::Items { counterpart: Counterpart { implied, .. }, .. } if !implied.is_empty() => {
                Value::Array(implied.iter().map(|item| Spanned::new(item_of(item), Origin::Nowhere)).collect())
            }
            _ => return,
        };
        self.put(&link.at, Spanned::new(meant, Origin::Nowhere));
    }

    /// What is written in the place of conditions that have no words, or that are not there.
    fn instead(&mut self, link: &Link<'_>) {
        if let (Codec::Conditions { or: Some(or) }, Direction::Back) = (link.codec, self.direction)
            && let (Some(at), Some(word)) = (&or.at, self.finder.grammar.words(or).next())
        {
            self.put(&Way::of(&at.way, at.from_object), Spanned::new(Value::string(word), Origin::Nowhere));
        }
    }

    /// A value as it is on the other side; nothing where it says nothing there, or has no place.
    fn converted(&mut self, link: &Link<'_>, value: Value) -> Option<Value> {
        let unless = |value: &Value| value.as_str().is_some_and(|text| link.unless == Some(text));
        match link.codec {
            Codec::Open if value.as_object().is_none() => self.fails("it is no object"),
            Codec::Whole | Codec::Open if self.direction == Direction::Out => Some(self.without_secrets(value)),
            Codec::Names { of: Some(at), .. } if self.direction == Direction::Back => self.names_of(at, value),
            Codec::Whole | Codec::Open | Codec::Names { .. } | Codec::Instead => Some(value),
            Codec::Structural => Some(self.structural(value)),
            Codec::Field(holds) if self.direction == Direction::Out => Some(holds.there(value, &self.namespace)),
            Codec::Field(_) => Some(value),
            Codec::Jq(member) => Some(self.with_jq(member, value)),
            Codec::Word(parameter) => self.word(parameter, value).filter(|value| !unless(value)),
            Codec::Truth { always, jq } => match value {
                Value::Bool(truth) if truth || always => Some(Value::Bool(truth)),
                Value::Bool(_) => {
                    self.says_nothing();
                    None
                }
                other => match jq.map(|jq| self.with_jq(jq, other.clone())) {
                    Some(made) if made != other => Some(made),
                    _ => self.fails("it is no truth value"),
                },
            },
            Codec::Template { whole } => self.templates(value, whole),
            Codec::Object { shape, word, bare } => match (self.direction, &value, bare) {
                (Direction::Out, Value::Object(map), Some(bare)) if map.is_empty() => Some(Value::Bool(bare)),
                (Direction::Back, Value::Bool(truth), Some(bare)) if *truth == bare => {
                    Some(Value::Object(Map::default()))
                }
                // That it is not so says nothing.
                (Direction::Back, Value::Bool(_), Some(_)) => {
                    self.says_nothing();
                    None
                }
                _ => self.object(shape, word, None, value),
            },
            Codec::Keyed { shape, by, lent } => self.keyed(shape, by, lent, value),
            Codec::Items { shape, counterpart } => self.items(shape, counterpart, value),
            Codec::Conditions { .. } => {
                let condition = match self.direction {
                    Direction::Out => condition::out(&value, self.is_relation),
                    Direction::Back => condition::back(&value),
                };
                condition.map_or_else(|reason| self.fails(&reason), Some)
            }
        }
    }

    /// A value with the expressions of jq in it as the other side has them.
    fn with_jq(&self, said: &str, value: Value) -> Value {
        let found = match (self.direction, value.as_object().map(|map| map.members.as_slice())) {
            (Direction::Out, _) => value.foreign().filter(|(language, _)| *language == "jq").map(|(_, text)| text),
            (Direction::Back, None) if said == BRACES => value.as_str().and_then(template::only_expression),
            (Direction::Back, Some([only])) if *only.name.value == *said => only.value.as_str(),
            (Direction::Back, _) => None,
        };
        match (found, self.direction) {
            (Some(text), Direction::Out) if said == BRACES => return template::expression(text),
            (Some(text), Direction::Out) => return Value::written_in(said, text, Origin::Nowhere),
            (Some(text), Direction::Back) => return Value::written_in("jq", text, Origin::Nowhere),
            (None, _) => {}
        }
        match value {
            Value::Array(items) => {
                Value::Array(items.into_iter().map(|item| item.map(|item| self.with_jq(said, item))).collect())
            }
            Value::Object(map) => {
                let inside = |Member { name, value }: Member| Member {
                    name,
                    value: value.map(|value| self.with_jq(said, value)),
                };
                Value::Object(Map { members: map.members.into_iter().map(inside).collect() })
            }
            other => other,
        }
    }

    fn fails<T>(&mut self, reason: &str) -> Option<T> {
        self.lost(reason);
        None
    }

    /// A word of the language and that of the neighbour, where the two differ.
    fn word(&mut self, parameter: &Parameter, value: Value) -> Option<Value> {
        let words: Vec<(&str, &str)> = self.finder.grammar.words_elsewhere(parameter, self.finder.neighbour).collect();
        let Some(word) = value.as_str().filter(|_| !words.is_empty()) else { return Some(value) };
        let other = words.iter().find_map(|(ours, theirs)| match self.direction {
            Direction::Out => (*ours == word).then_some(*theirs),
            Direction::Back => (*theirs == word).then_some(*ours),
        });
        other.map_or_else(|| self.fails(&unknown(word)), |other| Some(Value::string(other)))
    }

    fn object<'l>(
        &mut self,
        shape: &'l NodeShape,
        word: Option<(&str, &str)>,
        lent: Option<&'l str>,
        value: Value,
    ) -> Option<Value> {
        let Value::Object(mut source) = value else { return self.fails("it is no object") };
        let mut target = Map::default();
        let mut told = None;
        if let Some((here, there)) = word {
            let is_out = self.direction == Direction::Out;
            let (from, to) = if is_out { (here, there) } else { (there, here) };
            let found = source.remove(from);
            let word = match found.as_ref().map(|word| &word.value) {
                Some(Value::String(word)) => &**word,
                Some(_) => return self.fails(&format!("its `{from}` is no text")),
                None => "",
            };
            let mut forms = shape
                .all_forms()
                .filter_map(|(ours, form)| Some((ours?, &*form.elsewhere(self.finder.neighbour)?.text)));
            let pair = forms.find(|(ours, theirs)| word == if is_out { *ours } else { *theirs });
            let Some((ours, theirs)) = pair else { return self.fails(&unknown(word)) };
            target.put(to, Value::string(if is_out { theirs } else { ours }), Origin::Nowhere);
            told = Some(ours);
        }
        let finder: Finder<'l> = self.finder;
        let links = finder.links(shape, told, lent);
        self.source.push(source);
        self.target.push(target);
        self.carry(&links);
        self.source.pop();
        self.target.pop().map(Value::Object)
    }

    fn keyed(&mut self, shape: &NodeShape, by: Option<&str>, lent: Option<&str>, value: Value) -> Option<Value> {
        let members: Vec<(String, Option<Box<str>>, Spanned<Value>)> = match (value, by, self.direction) {
            (Value::Object(map), ..) => {
                let named =
                    |Member { name, value }: Member| (name.value.to_string(), Some((*name.value).into()), value);
                map.members.into_iter().map(named).collect()
            }
            (Value::Array(items), Some(by), Direction::Back) => {
                let named = |(index, mut item): (usize, Spanned<Value>)| {
                    let name = match &mut item.value {
                        Value::Object(item) => item.remove(by).and_then(|name| name.as_str().map(Box::from)),
                        _ => None,
                    };
                    (index.to_string(), name, item)
                };
                items.into_iter().enumerate().map(named).collect()
            }
            _ => return self.fails("it is neither a list nor an object"),
        };
        let (mut members_made, mut list) = (Vec::new(), Vec::new());
        for (step, name, Spanned { value, span }) in members {
            self.place.push(step);
            let made = match name {
                Some(name) => self.object(shape, None, lent, value).map(|value| (name, value)),
                None => self.fails(&format!("it has no `{}`", by.unwrap_or_default())),
            };
            self.place.pop();
            let Some((name, value)) = made else { continue };
            match (by, self.direction, value) {
                (Some(by), Direction::Out, Value::Object(item)) => {
                    let mut named = Map::default();
                    named.put(by, Value::String(name), Origin::Nowhere);
                    named.members.extend(item.members);
                    list.push(Spanned::new(Value::Object(named), span));
                }
                (_, _, value) => {
                    let name = Spanned::new((*name).into(), span);
                    members_made.push(Member { name, value: Spanned::new(value, span) });
                }
            }
        }
        let is_list = by.is_some() && self.direction == Direction::Out;
        Some(if is_list { Value::Array(list) } else { Value::Object(members_made.into_iter().collect()) })
    }

    fn items(&mut self, shape: &NodeShape, counterpart: &Counterpart, value: Value) -> Option<Value> {
        let Value::Array(items) = value else { return self.fails("it is no list") };
        let first = (!counterpart.first.is_empty()).then(|| item_of(&counterpart.first));
        let mut list = Vec::new();
        if let (Some(first), Direction::Out) = (&first, self.direction) {
            let said = counterpart.first_at.as_deref().and_then(|at| self.source.first_mut()?.remove(at));
            list.push(said.unwrap_or_else(|| Spanned::new(first.clone(), Origin::Nowhere)));
        }
        for (index, Spanned { value, span }) in items.into_iter().enumerate() {
            self.place.push(index.to_string());
            match &first {
                Some(first) if index == 0 && self.direction == Direction::Back => {
                    match counterpart.first_at.as_deref() {
                        _ if *first == value => {}
                        Some(at) => {
                            if let Some(whole) = self.target.first_mut() {
                                whole.put(at, value.clone(), span);
                            }
                        }
                        None => self.lost(&self.without_place()),
                    }
                }
                _ => list.extend(self.object(shape, None, None, value).map(|value| Spanned::new(value, span))),
            }
            self.place.pop();
        }
        Some(Value::Array(list))
    }

    /// Values that refer to others, by name, or one as a whole.
    fn templates(&mut self, value: Value, whole: bool) -> Option<Value> {
        let is_expression = self.direction == Direction::Out && value.foreign().is_some();
        let map = match value {
            Value::Object(map) if !is_expression => map,
            value if whole => return self.template(&value),
            _ => return self.fails("it is no object"),
        };
        let mut made = Map::default();
        for Member { name, value: Spanned { value, span } } in map.members {
            self.place.push(name.value.to_string());
            let value = self.template(&value).map(|value| Spanned::new(value, span));
            made.members.extend(value.map(|value| Member { name, value }));
            self.place.pop();
        }
        (!made.is_empty()).then_some(Value::Object(made))
    }

    /// A value that refers to others.
    fn template(&mut self, value: &Value) -> Option<Value> {
        let converted = match self.direction {
            Direction::Out => template::out(self.finder.neighbour, value),
            Direction::Back => same::taken_back(self.finder.neighbour, value),
        };
        converted.map_or_else(|reason| self.fails(&reason), Some)
    }
}

fn unknown(word: &str) -> String {
    format!("the other side has no word for `{word}`")
}

fn item_of(members: &[(Box<str>, Box<str>)]) -> Value {
    let mut item = Map::default();
    for (name, text) in members {
        item.put(name, Value::String(text.clone()), Origin::Nowhere);
    }
    Value::Object(item)
}
