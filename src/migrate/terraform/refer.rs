//! What references come to: to variables, locals, modules and the arguments of resources, each worked out once.

use super::scope::{Binding, Called, Here, Inputs, Multiple, Scope, World};
use super::term::{Datum, Known, Term};
use super::types::converted;
use crate::source::{FileId, Span, joined};
use hcl_edit::expr::{Expression, TraversalOperator};
use hcl_edit::structure::Body;
use hcl_edit::{Decorated, Span as _};
use std::rc::Rc;

/// How many modules may be around one.
const DEEPEST_MODULE: usize = 8;

/// What it takes to call a module, whatever is in it.
const A_MODULE: usize = 64;

type Steps<'e> = &'e [Decorated<TraversalOperator>];

/// What a call of a module says to Terraform alone.
const OF_CALLS: [&str; 6] = ["source", "version", "count", "for_each", "providers", "depends_on"];

impl<'w> World<'w> {
    /// What a name and the steps behind it lead to.
    pub(super) fn refer(&self, name: &str, steps: Steps<'_>, place: Span, here: Here<'_, 'w>) -> Known<Term> {
        if let Some(bound) = here.bound(name) {
            return self.follow(bound.clone(), steps, place, here);
        }
        let scope = here.scope;
        let second = steps.first().and_then(|step| match step.value() {
            TraversalOperator::GetAttr(name) => Some(name.as_str()),
            _ => None,
        });
        let rest = steps.get(1..).unwrap_or_default();
        let found = match (name, second) {
            ("var", Some(second)) => {
                let found = remembered(scope, format!("var.{second}"), place, || {
                    self.variable(scope, second, (place, here.depth))
                });
                // Why it has no value is told where that is asked for.
                found.map(|term| if matches!(term.datum, Datum::Open(_)) { term.at(place) } else { term })
            }
            ("local", Some(second)) => remembered(scope, format!("local.{second}"), place, || {
                let (file, said) = scope.module.locals.get(second)?;
                Some(self.eval(said, Here::new(scope, *file, here.depth)))
            }),
            ("path", Some("module")) if scope.path.is_empty() => Some(Term::text(".", place)),
            ("path", Some("module")) => Some(Term::text(&*scope.path, place)),
            ("path", Some("root")) => Some(Term::text(".", place)),
            ("module", Some(second)) => {
                let called = self.called(scope, second, place, here.depth)?;
                return self.outputs(&called, rest, place, here);
            }
            ("data" | "terraform" | "self" | "path", _) => None,
            (of, Some(second)) => {
                if let Some((file, body)) = scope.module.resources.get(&[of, second]) {
                    return self.resource([of, second], (*file, body), rest, place, here);
                }
                None
            }
            _ => None,
        };
        let unknown = || {
            let names = steps.iter().map_while(|step| match step.value() {
                TraversalOperator::GetAttr(name) => Some(name.as_str()),
                _ => None,
            });
            let way: Vec<&str> = std::iter::once(name).chain(names).collect();
            Term::open(format!("it refers to `{}`, which is not known here", way.join(".")), place)
        };
        self.follow(found.ok_or_else(unknown)?, rest, place, here)
    }

    /// What steps from a value lead to.
    pub(super) fn follow(&self, from: Term, steps: Steps<'_>, place: Span, here: Here<'_, 'w>) -> Known<Term> {
        let mut term = from;
        for (index, step) in steps.iter().enumerate() {
            self.spend(1 + term.size() / 64, place)?;
            term = match step.value() {
                TraversalOperator::GetAttr(name) => member(&term, name.as_str(), place)?,
                TraversalOperator::LegacyIndex(index) => item(&term, *index.value(), place)?,
                TraversalOperator::Index(key) => {
                    let key = self.eval(key, here);
                    match &term.datum {
                        Datum::Map(_) => member(&term, &key.as_text()?, place)?,
                        _ => {
                            let index = u64::try_from(key.as_whole()?);
                            item(&term, index.map_err(|_| Term::mistake("the list is not so long", place))?, place)?
                        }
                    }
                }
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {
                    let rest = steps.get(index + 1..).unwrap_or_default();
                    let items = match &term.datum {
                        Datum::List(items) | Datum::Set(items) => items.to_vec(),
                        Datum::Null => Vec::new(),
                        _ => vec![term.known()?],
                    };
                    self.spend(items.len(), place)?;
                    let items = items.into_iter().map(|item| match self.follow(item, rest, place, here) {
                        Ok(term) | Err(term) => term,
                    });
                    return Ok(Term::list(items.collect::<Vec<_>>(), place));
                }
            };
        }
        term.known()
    }

    fn variable(&self, scope: &Scope<'w>, name: &str, (place, depth): (Span, u16)) -> Option<Term> {
        let (file, body) = scope.module.variables.get(name)?;
        let here = Here::new(scope, *file, depth);
        let of = |word: &str| body.get_attribute(word).map(|attribute| &attribute.value);
        if is_hidden(body) {
            return Some(Term::open(format!("`var.{name}` is sensitive"), place));
        }
        let given = match &scope.inputs {
            Some(inputs) => inputs.get(name).cloned(),
            None => scope.module.values.get(name).map(|(file, said)| self.eval(said, Here { file: *file, ..here })),
        };
        let is_null = |term: &Term| matches!(term.datum, Datum::Null);
        let never_null = of("nullable").is_some_and(|truth| truth.as_bool() == Some(false));
        let given = given.filter(|term| !(never_null && is_null(term)));
        let Some(value) = given.or_else(|| Some(self.eval(of("default")?, here))) else {
            return Some(Term::open(format!("it refers to `var.{name}`, which has no value here"), place));
        };
        let Some(of) = of("type") else { return Some(value) };
        let converted =
            self.spend(value.weight(), place).and_then(|()| converted(value, of, &|one| self.eval(one, here)));
        Some(converted.unwrap_or_else(|term| term))
    }

    /// What the steps behind a module's name lead to.
    fn outputs(&self, called: &Called<'w>, steps: Steps<'_>, place: Span, here: Here<'_, 'w>) -> Known<Term> {
        let of = |scope: &Rc<Scope<'w>>, name: &str| {
            let found = remembered(scope, format!("output.{name}"), place, || {
                let (file, body) = scope.module.outputs.get(name)?;
                if is_hidden(body) {
                    return Some(Term::open(format!("the output `{name}` is sensitive"), place));
                }
                Some(self.eval(&body.get_attribute("value")?.value, Here::new(scope, *file, here.depth)))
            });
            found.unwrap_or_else(|| Term::mistake(format!("the module has no output `{name}`"), place))
        };
        if let (Multiple::Once | Multiple::Unknown(..), [only]) = (&*called.multiple, called.scopes.as_slice())
            && let Some((step, rest)) = steps.split_first()
            && let TraversalOperator::GetAttr(name) = step.value()
        {
            return self.follow(of(only, name.as_str()), rest, place, here);
        }
        let wholes = called.scopes.iter().map(|scope| {
            let outputs = scope.module.outputs.keys();
            Term::map(outputs.map(|name| (Rc::from(*name), of(scope, name))).collect::<Vec<_>>(), place)
        });
        let whole = multiplied(&called.multiple, wholes.collect(), place);
        self.follow(whole, steps, place, here)
    }

    /// What the steps behind a resource's name lead to: to what is written in it.
    fn resource(
        &self,
        address: [&str; 2],
        (file, body): (FileId, &'w Body),
        steps: Steps<'_>,
        place: Span,
        here: Here<'_, 'w>,
    ) -> Known<Term> {
        let scope = here.scope;
        let name = address.join(".");
        let multiple = self.multiple(scope, &name, (file, body), here.depth);
        let (key, rest) = match (&*multiple, steps.split_first()) {
            (Multiple::Once | Multiple::Unknown(..), _) => (None, steps),
            (_, Some((step, rest))) => match step.value() {
                TraversalOperator::Index(key) => (Some(self.eval(key, here).as_text()?), rest),
                TraversalOperator::LegacyIndex(index) => (Some(Rc::from(index.to_string())), rest),
                _ => (None, steps),
            },
            (_, None) => (None, steps),
        };
        let one = |key: Option<&str>, word: &str| {
            let way = format!("{name}[{}].{word}", key.unwrap_or_default());
            let found = remembered(scope, way, place, || {
                let said = argument(address, body, word)?;
                let there = Here::new(scope, file, here.depth);
                let bound = bound(&multiple, key, place);
                let binding = bound.map(|(name, term)| Binding { name, term, outer: None });
                Some(self.eval(said, binding.as_ref().map_or(there, |binding| there.with(binding))))
            });
            let unknown = || {
                let reason = format!("it refers to `{name}.{word}`, which is known when Terraform has run");
                Term::open(reason, place)
            };
            found.unwrap_or_else(unknown)
        };
        let is_one = key.is_some() || matches!(&*multiple, Multiple::Once | Multiple::Unknown(..));
        if let Some((step, rest)) = rest.split_first().filter(|_| is_one)
            && let TraversalOperator::GetAttr(word) = step.value()
        {
            return self.follow(one(key.as_deref(), word.as_str()), rest, place, here);
        }
        let words: Vec<&str> = body.attributes().map(|said| said.key.as_str()).filter(|word| !is_meta(word)).collect();
        let whole = |key: Option<&str>| {
            Term::map(words.iter().chain(&["id"]).map(|word| (Rc::from(*word), one(key, word))), place)
        };
        if is_one {
            return self.follow(whole(key.as_deref()), rest, place, here);
        }
        let keys = keys(&multiple);
        self.spend(keys.len().saturating_mul(words.len()), place)?;
        let wholes = keys.iter().map(|key| whole(key.as_deref())).collect();
        self.follow(multiplied(&multiple, wholes, place), rest, place, here)
    }

    /// How often something is there, by what its body says.
    pub(super) fn multiple(
        &self,
        scope: &Scope<'w>,
        name: &str,
        (file, body): (FileId, &Body),
        depth: u16,
    ) -> Rc<Multiple> {
        if let Some(known) = scope.multiples.borrow().get(name) {
            return Rc::clone(known);
        }
        let here = Here::new(scope, file, depth);
        let said =
            |word: &str| body.get_attribute(word).map(|said| (self.eval(&said.value, here), here.span(said.span())));
        // While it is worked out, it may be asked for.
        let circle =
            Multiple::Unknown("for_each", Term::mistake(format!("`{name}` refers to itself"), here.span(body.span())));
        scope.multiples.borrow_mut().insert(name.to_owned(), Rc::new(circle));
        let found = match (said("for_each"), said("count")) {
            (Some((each, place)), _) => {
                let keyed = self.keyed(&each, place).map(Multiple::Each);
                keyed.unwrap_or_else(|term| Multiple::Unknown("for_each", term))
            }
            (None, Some((count, place))) => {
                let count = count.as_whole().map(|count| usize::try_from(count).unwrap_or_default());
                let count = count.and_then(|count| self.spend(count, place).map(|()| Multiple::Count(count)));
                count.unwrap_or_else(|term| Multiple::Unknown("count", term))
            }
            (None, None) => Multiple::Once,
        };
        let found = Rc::new(found);
        scope.multiples.borrow_mut().insert(name.to_owned(), Rc::clone(&found));
        found
    }

    fn keyed(&self, each: &Term, place: Span) -> Known<Vec<(Rc<str>, Term)>> {
        self.spend(each.size(), place)?;
        if matches!(each.datum, Datum::List(_)) {
            return Err(Term::mistake("`for_each` takes a set or an object", place));
        }
        let each = each.each(place)?.into_iter();
        let mut keyed = each.map(|(key, value)| Ok((key.as_text()?, value))).collect::<Known<Vec<_>>>()?;
        keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(keyed)
    }

    /// The modules that a call makes.
    pub(super) fn called(&self, scope: &Scope<'w>, name: &str, place: Span, depth: u16) -> Known<Rc<Called<'w>>> {
        if let Some(known) = scope.called.borrow().get(name) {
            return Ok(Rc::clone(known));
        }
        let unknown = |reason: &str| Term::open(format!("it refers to `module.{name}`, {reason}"), place);
        let (file, body) = scope.module.calls.get(name).ok_or_else(|| unknown("which is not here"))?;
        let folder = scope.module.source(body);
        let module = folder.and_then(|folder| self.modules.get(&folder)).ok_or_else(|| unknown("which is not here"))?;
        if scope.level >= DEEPEST_MODULE {
            return Err(Term::open(format!("modules stand in each other deeper than {DEEPEST_MODULE} levels"), place));
        }
        let multiple = self.multiple(scope, &format!("module.{name}"), (*file, body), depth);
        let source = body.get_attribute("source").and_then(|said| said.value.as_str()).unwrap_or_default();
        let mut scopes = Vec::new();
        for key in keys(&multiple) {
            self.spend(A_MODULE + module.structures.len(), place)?;
            let there = Here::new(scope, *file, depth);
            let bound = bound(&multiple, key.as_deref(), place);
            let binding = bound.map(|(name, term)| Binding { name, term, outer: None });
            let there = binding.as_ref().map_or(there, |binding| there.with(binding));
            let given = body.attributes().filter(|said| !OF_CALLS.contains(&said.key.as_str()));
            let inputs: Inputs =
                given.map(|said| (Rc::from(said.key.as_str()), self.eval(&said.value, there))).collect();
            let address = format!("{}module.{name}{}.", scope.address, step(&multiple, key.as_deref()));
            let path = joined(&scope.path, source);
            scopes.push(Rc::new(scope.inner(module, (path, address), inputs)));
        }
        let called = Rc::new(Called { multiple, scopes });
        scope.called.borrow_mut().insert(name.to_owned(), Rc::clone(&called));
        Ok(called)
    }
}

/// What something is that is asked for by a way, worked out where it is first asked for; nothing where it is not there.
fn remembered(scope: &Scope<'_>, way: String, place: Span, work_out: impl FnOnce() -> Option<Term>) -> Option<Term> {
    if let Some(known) = scope.memory.borrow().get(&way) {
        let circle = || Term::mistake(format!("`{way}` refers to itself"), place);
        return Some(known.clone().unwrap_or_else(circle));
    }
    scope.memory.borrow_mut().insert(way.clone(), None);
    let term = work_out();
    match &term {
        Some(term) => scope.memory.borrow_mut().insert(way, Some(term.clone())),
        None => scope.memory.borrow_mut().remove(&way),
    };
    term
}

/// The keys of what is there so often; nothing for the only one.
pub(super) fn keys(multiple: &Multiple) -> Vec<Option<Rc<str>>> {
    match multiple {
        Multiple::Once | Multiple::Unknown(..) => vec![None],
        Multiple::Each(each) => each.iter().map(|(key, _)| Some(Rc::clone(key))).collect(),
        Multiple::Count(count) => (0..*count).map(|index| Some(Rc::from(index.to_string()))).collect(),
    }
}

/// What `each` or `count` is for one of several.
pub(super) fn bound(multiple: &Multiple, key: Option<&str>, place: Span) -> Option<(&'static str, Term)> {
    match multiple {
        Multiple::Each(each) => {
            let key = key?;
            let at = each.binary_search_by(|(there, _)| (**there).cmp(key)).ok()?;
            let value = each.get(at)?.1.clone();
            let members = [(Rc::from("key"), Term::text(key, place)), (Rc::from("value"), value)];
            Some(("each", Term::map(members, place)))
        }
        Multiple::Count(_) => {
            let index = Datum::Number(crate::model::Number::Integer(key?.parse().ok()?));
            Some(("count", Term::map([(Rc::from("index"), Term::new(index, place))], place)))
        }
        Multiple::Unknown(word, term) => Some((if *word == "count" { word } else { "each" }, term.clone())),
        Multiple::Once => None,
    }
}

/// How an address says which of several it is.
pub(super) fn step(multiple: &Multiple, key: Option<&str>) -> String {
    match (multiple, key) {
        (Multiple::Each(_), Some(key)) => format!("[\"{key}\"]"),
        (_, Some(key)) => format!("[{key}]"),
        (_, None) => String::new(),
    }
}

/// Several as one value.
fn multiplied(multiple: &Multiple, wholes: Vec<Term>, place: Span) -> Term {
    match multiple {
        Multiple::Each(each) => Term::map(each.iter().map(|(key, _)| Rc::clone(key)).zip(wholes), place),
        Multiple::Count(_) => Term::list(wholes, place),
        Multiple::Once | Multiple::Unknown(..) => wholes.into_iter().next().unwrap_or(Term::new(Datum::Null, place)),
    }
}

/// What a resource is given under a name. An object of Port is called by what names it.
fn argument<'b>(address: [&str; 2], body: &'b Body, word: &str) -> Option<&'b Expression> {
    let said = |word: &str| body.get_attribute(word).map(|said| &said.value);
    let is_id = matches!(word, "id" | "identifier") && super::of_port(address[0]).is_some();
    said(word).or_else(|| said("identifier").or_else(|| said("name")).filter(|_| is_id))
}

/// Whether an argument says how often a resource is there, or how it is made.
pub(super) fn is_meta(word: &str) -> bool {
    matches!(word, "count" | "for_each" | "depends_on" | "provider" | "lifecycle" | "provisioner")
}

fn member(term: &Term, name: &str, place: Span) -> Known<Term> {
    let found = term.member(name)?.cloned();
    found.ok_or_else(|| Term::mistake(format!("there is no `{name}` in what it refers to"), place))
}

fn item(term: &Term, index: u64, place: Span) -> Known<Term> {
    let items = term.as_items()?;
    let found = usize::try_from(index).ok().and_then(|index| items.get(index)).cloned();
    found.ok_or_else(|| Term::mistake("the list is not so long", place))
}

/// Whether a variable or an output says that nobody is to see it; whoever does not plainly say no says so.
fn is_hidden(body: &Body) -> bool {
    let says = |word: &str| body.get_attribute(word).is_some_and(|said| said.value.as_bool() != Some(false));
    says("sensitive") || says("ephemeral")
}
