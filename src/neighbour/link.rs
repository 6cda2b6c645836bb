//! What of an object stands where in a neighbour's document, by the grammar.

use super::field::Holds;
use super::way::Way;
use crate::grammar::{At, Counterpart, Fixed, Form, Grammar, Manner, Neighbour, NodeShape, Parameter, Part, Slot};
use crate::model::Map;

/// What of an object, or of an object in it, is carried over.
#[derive(Debug, Default)]
pub(super) struct Links<'g> {
    /// The names of the object, which stand in no body.
    pub(super) names: Vec<(&'g Parameter, Option<NameWay<'g>>)>,
    pub(super) links: Vec<Link<'g>>,
    /// What always stands in the document, where a member of the body is there.
    pub(super) fixed: Vec<(Way<'g>, &'g Fixed, Option<&'g str>)>,
    /// The members that are looked into where something of them has no place, though nothing else in them has one.
    pub(super) around: Vec<&'g str>,
}

/// Where a name stands in a document.
#[derive(Debug)]
pub(super) struct NameWay<'g> {
    pub(super) own: Way<'g>,
    /// Where the part of it stands that is before its first `/`.
    pub(super) within: Option<Way<'g>>,
    /// Whether what is laid over a document may say another one.
    pub(super) calls_otherwise: bool,
}

/// A value of a body, and where it stands in a document.
#[derive(Debug)]
pub(super) struct Link<'g> {
    pub(super) at: Way<'g>,
    /// Nothing where the neighbour has no place for it.
    pub(super) there: Option<Way<'g>>,
    pub(super) codec: Codec<'g>,
    /// The text that stands in the body where none is given.
    pub(super) missing: Option<Missing<'g>>,
    /// The text that is the same as nothing.
    pub(super) unless: Option<&'g str>,
    /// The member that tells the items of the list apart of which it is in the one that the language knows.
    pub(super) apart: Option<&'g str>,
}

/// A text that stands in a body where none is given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Missing<'g> {
    pub(super) text: &'g str,
    /// The member that is there where the node is; nothing where the text stands for the node too.
    pub(super) with: Option<&'g str>,
}

/// How a value is another in a document.
#[derive(Clone, Copy, Debug)]
pub(super) enum Codec<'g> {
    /// It is the same.
    Whole,
    /// It is an object with members of any names, and the same.
    Open,
    /// It is a word of a type, for which the neighbour may have another.
    Word(&'g Parameter),
    /// It is the same, but for expressions of jq, each of which is an object there with one member of this name, or text in braces.
    Jq(&'g str),
    /// It is a list, as of the names of what stands beside it.
    Names {
        /// The member beside which it is not said.
        unless: Option<&'g str>,
        /// What it has all names of, in the body and in the document: their order there is the same.
        all: Option<(&'g At, &'g str)>,
        /// What it has names of alone.
        of: Option<&'g At>,
    },
    /// It is `true` where it is said, and nothing or `false` where not.
    Truth {
        /// Whether the body has it in any case.
        always: bool,
        /// What stands there for an expression of jq, where it may be one.
        jq: Option<&'g str>,
    },
    /// It is JSON Schemas by name, which are structural ones there.
    Structural,
    /// It refers to other values, or each of its members does.
    Template {
        /// Whether it need not have members.
        whole: bool,
    },
    /// It is an object.
    Object {
        shape: &'g NodeShape,
        /// The member of the body with the word of the form, and that of the document.
        word: Option<(&'g str, &'g str)>,
        /// The truth value that stands in the document for one with nothing in it.
        bare: Option<bool>,
    },
    /// It is objects by name.
    Keyed {
        shape: &'g NodeShape,
        /// The member of the document that holds the name, where they are a list there.
        by: Option<&'g str>,
        /// The member that the node around says.
        lent: Option<&'g str>,
    },
    /// It is a list of objects.
    Items { shape: &'g NodeShape, counterpart: &'g Counterpart },
    /// It is conditions, or what is written in their place.
    Conditions { or: Option<&'g Parameter> },
    /// It stands in the place of conditions that the neighbour alone has.
    Instead,
    /// It is what a field takes, among what others take at the same place.
    Field(&'g Holds),
}

impl<'g> Codec<'g> {
    /// What says the item that stands there before all others.
    pub(super) fn first_at(self) -> Option<Way<'g>> {
        match self {
            Self::Items { counterpart, .. } => counterpart.first_at.as_deref().map(Way::to),
            _ => None,
        }
    }
}

impl<'g> NameWay<'g> {
    /// The whole name, as it stands in a document.
    pub(super) fn name(&self, document: &Map) -> Option<String> {
        let own = self.own.get(document)?.as_str()?.to_owned();
        let within = self.within.as_ref().and_then(|within| within.get(document)?.as_str());
        Some(within.map_or_else(|| own.clone(), |within| format!("{within}/{own}")))
    }

    fn of(counterpart: &'g Counterpart) -> Option<Self> {
        let within = counterpart.within.as_deref().and_then(Way::read);
        Some(Self { own: Way::read(&counterpart.text)?, within, calls_otherwise: counterpart.calls_otherwise })
    }
}

/// Finds the links of nodes.
#[derive(Clone, Copy)]
pub(super) struct Finder<'g> {
    pub(super) grammar: &'g Grammar,
    pub(super) neighbour: Neighbour,
}

impl<'g> Finder<'g> {
    /// The word of the form of the node that an object of a neighbour is, where an argument of the node tells it.
    pub(super) fn told(&self, shape: &'g NodeShape, document: &Map) -> Option<&'g str> {
        let telling = shape.telling()?;
        let theirs = way(telling.elsewhere(self.neighbour))?.get(document)?.as_str()?;
        let mut words = self.grammar.words_elsewhere(telling, self.neighbour);
        words.find_map(|(ours, known)| (known == theirs).then_some(ours))
    }

    /// Those of the node of an object, or of an object in one, by the word that tells its form.
    pub(super) fn links(&self, shape: &'g NodeShape, word: Option<&str>, lent: Option<&'g str>) -> Links<'g> {
        let mut links = Links::default();
        let counterpart = shape.elsewhere(self.neighbour);
        if let Some((form, told)) = shape.form_of_word(word) {
            self.form(form, told, None, &mut links);
            links.names.extend(form.written(told).filter_map(|part| match part {
                Part::Argument(_, parameter) | Part::Property(parameter) if parameter.at.is_none() => {
                    Some((parameter, parameter.elsewhere(self.neighbour).and_then(NameWay::of)))
                }
                _ => None,
            }));
            if let Some(at) = form.instead().and_then(|instead| instead.at.as_ref()) {
                links.links.retain(|link| link.at != Way::of(&at.way, at.from_object));
                links.links.push(Link::of(at, None, Codec::Instead));
            }
            if let Some(at) = form.block_at.as_ref() {
                let block = counterpart.and_then(|counterpart| Way::read(counterpart.block.as_deref()?));
                links.add(Link::of(at, block, whole(at, form.instead())));
            }
        }
        if let Some(lent) = lent {
            let (at, there) = (Way::to(lent), Some(Way::to(lent)));
            links.add(Link { at, there, codec: Codec::Whole, missing: None, unless: None, apart: None });
        }
        if shape.at.is_none() {
            links.fix(counterpart, None);
        }
        let firsts: Vec<Way<'_>> = links.links.iter().filter_map(|link| link.codec.first_at()).collect();
        links.links.retain(|link| !firsts.contains(&link.at));
        links
    }

    /// Those of a form; `inherited` is the counterpart of a node whose parts stand where it does.
    fn form(&self, form: &'g Form, told: usize, inherited: Option<&'g Counterpart>, links: &mut Links<'g>) {
        let with = form.written(told).find_map(|part| match part {
            Part::Property(parameter) if parameter.required => Some(&**parameter.at.as_ref()?.way.first()?),
            _ => None,
        });
        for part in form.written(told) {
            match part {
                Part::Argument(_, parameter) | Part::Rest(_, parameter) => {
                    let missing = parameter.missing.as_deref().map(|text| Missing { text, with: None });
                    self.parameter(parameter, missing, inherited, links);
                }
                Part::Property(parameter) => {
                    // Nothing tells whether the node of a property is there that has none that it cannot be without.
                    let missing =
                        parameter.missing.as_deref().filter(|_| with.is_some()).map(|text| Missing { text, with });
                    self.parameter(parameter, missing, inherited, links);
                }
                Part::Flag(_, flag) => {
                    if let Some(at) = &flag.at {
                        let there = way(flag.elsewhere(self.neighbour).or(inherited));
                        links.add(Link::of(at, there, Codec::Truth { always: at.manner == Manner::Always, jq: None }));
                    }
                }
                Part::Pairs(pairs) => {
                    let refers = self.grammar.are_interpolated(pairs);
                    let codec = if refers { Codec::Template { whole: false } } else { Codec::Whole };
                    if let Some(at) = &pairs.at {
                        links.add(Link::of(at, way(inherited), codec));
                    }
                }
                Part::Child(slot) => self.child(form, slot, links),
            }
        }
        if let Some(at) = form.body_at() {
            links.add(Link::of(at, way(inherited), Codec::Open));
        }
    }

    fn parameter(
        &self,
        parameter: &'g Parameter,
        missing: Option<Missing<'g>>,
        inherited: Option<&'g Counterpart>,
        links: &mut Links<'g>,
    ) {
        let own = parameter.elsewhere(self.neighbour).or(inherited);
        let Some(at) = &parameter.at else { return };
        let refers = self.grammar.is_interpolated(parameter);
        let [jq, unless] = [own.and_then(|own| own.jq.as_deref()), own.and_then(|own| own.unless.as_deref())];
        let codec = match jq {
            jq if at.manner == Manner::True => Codec::Truth { always: false, jq },
            Some(jq) => Codec::Jq(jq),
            None if refers => Codec::Template { whole: false },
            None if matches!(at.manner, Manner::List | Manner::Set) => Codec::Names { unless, all: None, of: None },
            None => Codec::Word(parameter),
        };
        let apart = parameter.elsewhere(self.neighbour).and_then(|own| own.by.as_deref());
        links.add(Link { missing, unless: at.unless.as_deref(), apart, ..Link::of(at, way(own), codec) });
    }

    fn child(&self, form: &'g Form, slot: &'g Slot, links: &mut Links<'g>) {
        let (shape, at) = self.grammar.child(slot);
        let counterpart = self.grammar.child_elsewhere(slot, self.neighbour);
        let Some(at) = at else {
            if let Some(inner) = shape.plain().filter(|_| form.block_at.as_ref().is_none()) {
                let before = links.links.len();
                self.form(inner, 0, counterpart, links);
                let needed = inner.written(0).find_map(|part| match part {
                    Part::Property(parameter) if parameter.required => parameter.at.as_ref()?.way.first(),
                    _ => None,
                });
                let first = || links.links.get(before).and_then(|link| link.at.first());
                let witness = needed.map(|member| &**member).or_else(first);
                links.fix(counterpart, witness);
            }
            return;
        };
        if at.from_object {
            return;
        }
        let codec = match at.manner {
            Manner::True => Codec::Truth { always: false, jq: None },
            Manner::Object => {
                let there = counterpart.and_then(|counterpart| counterpart.word.as_deref());
                let bare = counterpart.and_then(|counterpart| counterpart.bare);
                Codec::Object { shape, word: at.word.as_deref().zip(there), bare }
            }
            Manner::Keyed => keyed(shape, counterpart, None),
            Manner::Item => match counterpart {
                Some(counterpart) => Codec::Items { shape, counterpart },
                None => Codec::Whole,
            },
            Manner::Entry => Codec::Template { whole: self.grammar.takes_whole(form, at) },
            Manner::Template => Codec::Template { whole: true },
            Manner::Typed if counterpart.is_some_and(|counterpart| counterpart.is_structural) => Codec::Structural,
            Manner::Typed => {
                counterpart.and_then(|counterpart| counterpart.jq.as_deref()).map_or(Codec::Whole, Codec::Jq)
            }
            _ => whole(at, None),
        };
        links.add(Link::of(at, way(counterpart), codec));
        links.fix(counterpart, at.way.first().map(|member| &**member));
        if at.manner == Manner::Typed {
            let beside = |member: &'g str, text: Option<&'g Box<str>>, codec: Codec<'g>| {
                let there = text.and_then(|text| Way::read(text));
                Link { at: Way::to(member), there, codec, missing: None, unless: None, apart: None }
            };
            let required = counterpart.and_then(|counterpart| counterpart.required.as_ref());
            links.add(beside("required", required, Codec::Names { unless: None, all: None, of: Some(at) }));
            if let Some(order) = &at.order {
                let there = counterpart.and_then(|counterpart| counterpart.order.as_ref());
                let unless = counterpart.and_then(|counterpart| counterpart.unless.as_deref());
                let all = counterpart.map(|counterpart| (at, &*counterpart.text));
                links.add(beside(order, there, Codec::Names { unless, all, of: None }));
            }
        }
        self.wandering(shape, links);
    }

    /// What stands in the objects of a node, and in the body of the whole.
    fn wandering(&self, shape: &'g NodeShape, links: &mut Links<'g>) {
        let Some(form) = shape.plain() else { return };
        let lent = form.written(0).find_map(|part| match part {
            Part::Argument(_, parameter) | Part::Property(parameter) => parameter.below.as_deref(),
            _ => None,
        });
        for part in form.written(0) {
            let Part::Child(slot) = part else { continue };
            let (inner, Some(at)) = self.grammar.child(slot) else { continue };
            if at.from_object {
                let counterpart = self.grammar.child_elsewhere(slot, self.neighbour);
                links.add(Link::of(at, way(counterpart), keyed(inner, counterpart, lent)));
            }
        }
    }
}

impl<'g> Links<'g> {
    /// The name of an object among its names: the last that it cannot be without.
    pub(super) fn name<'n>(&self, names: &'n [(&'static str, Box<str>)]) -> &'n str {
        let own = self.names.iter().rfind(|(parameter, _)| parameter.default.is_none());
        let own = own.map_or("", |(parameter, _)| parameter.name());
        names.iter().find(|(word, _)| *word == own).map_or("", |(_, name)| name)
    }

    /// Adds a link; of two to one place the one that leads somewhere.
    fn add(&mut self, link: Link<'g>) {
        match self.links.iter_mut().find(|known| known.at == link.at) {
            Some(known) if known.there.is_none() => *known = link,
            Some(_) => {}
            None => self.links.push(link),
        }
    }

    fn fix(&mut self, counterpart: Option<&'g Counterpart>, witness: Option<&'g str>) {
        let fixed = counterpart.into_iter().flat_map(|counterpart| &counterpart.fixed);
        self.fixed.extend(fixed.filter_map(|(way, value)| Some((Way::read(way)?, value, witness))));
    }
}

impl<'g> Link<'g> {
    fn of(at: &'g At, there: Option<Way<'g>>, codec: Codec<'g>) -> Self {
        Self { at: Way::of(&at.way, at.from_object), there, codec, missing: None, unless: None, apart: None }
    }
}

fn way(counterpart: Option<&Counterpart>) -> Option<Way<'_>> {
    counterpart.and_then(|counterpart| Way::read(&counterpart.text))
}

/// The codec of what stands somewhere as a whole.
fn whole<'g>(at: &At, or: Option<&'g Parameter>) -> Codec<'g> {
    if at.manner == Manner::Conditions { Codec::Conditions { or } } else { Codec::Whole }
}

fn keyed<'g>(shape: &'g NodeShape, counterpart: Option<&'g Counterpart>, lent: Option<&'g str>) -> Codec<'g> {
    Codec::Keyed { shape, by: counterpart.and_then(|counterpart| counterpart.by.as_deref()), lent }
}
