//! Terraform's files: the resources of Port's provider, and the JSON that is handed to `jsonencode`.
//!
//! What is written is worked out as far as that needs nothing but the files: variables with values, locals, modules in folders, `for_each` and
//! `count`, functions of their arguments. What is known when Terraform runs is told, each at its place, and left out with what it is a part of:
//! the member of an object, or the whole of a list or a text. Each resource, and all of it, takes no more than a fixed number of steps ([`budget`]),
//! since a few lines can say any number of values.

mod budget;
mod csv;
mod decoded;
mod evaluate;
mod former;
mod function;
mod further;
mod json;
mod literal;
mod module;
mod network;
mod pattern;
mod refer;
mod resource;
mod scope;
mod term;
#[cfg(test)]
mod tests;
mod types;
mod unify;

pub(super) use module::{is_read_unnamed, is_values};

use super::Folder;
use super::walk::Lost;
use crate::model::{Kind, Value};
use crate::neighbour::pointer;
use crate::source::{FileId, Sources, Span, Spanned, joined};
use hcl_edit::Span as _;
use hcl_edit::expr::FuncCall;
use hcl_edit::parser::parse_body;
use hcl_edit::structure::{Block, BlockLabel, Structure};
use hcl_edit::visit::{Visit, visit_func_call};
use module::{Module, Text, modules};
use resource::Taking;
use scope::{Here, Scope, World};
use std::collections::HashSet;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// The function that makes JSON of a value.
const ENCODE: &str = "jsonencode";

/// An object that a file holds.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) value: Spanned<Value>,
    pub(super) what: What,
    /// Its resource, as Terraform calls it; nothing where it may be one of several in a resource.
    pub(super) resource: Option<Arc<str>>,
    /// What of it is left out.
    pub(super) lost: Vec<Lost>,
    /// Where its resource stands.
    place: Span,
}

/// What a part is.
#[derive(Debug)]
pub(super) enum What {
    /// An object of a kind.
    Object(Kind),
    /// JSON, which shows what it is.
    Json,
    /// Nothing that can be taken in, and why.
    Nothing(String),
}

/// What Terraform's files hold.
#[derive(Debug)]
pub(super) struct Held {
    /// By file, and in their order.
    pub(super) parts: Vec<(FileId, Part)>,
    /// The texts that cannot be read, how far they could, and why.
    pub(super) unreadable: Vec<(FileId, usize, String)>,
    /// The files that are values to these.
    pub(super) values: HashSet<FileId>,
}

/// What the texts hold. `folder` is what else is in the folders that they are in.
pub(super) fn held(sources: &Sources, folder: &dyn Folder) -> Held {
    let (mut texts, mut unreadable) = (Vec::new(), Vec::new());
    for (file, source) in sources.iter().filter(|(_, source)| is_terraform(&source.name) || is_values(&source.name)) {
        let path = joined("", &source.name);
        let text = source.text.trim_start_matches('\u{feff}');
        let read = match source.invalid_utf8 {
            Some(at) => Err((at as usize, "the text is not UTF-8".to_owned())),
            None if is_values(&path) && ends_in_json(&path) => json::values(text),
            None if ends_in_json(&path) => json::body(text),
            None => parse_body(&source.text).map_err(|error| (error.location().offset(), error.message().to_owned())),
        };
        match read {
            Ok(body) => texts.push(Text { file, path, body }),
            Err((at, reason)) => unreadable.push((file, at, reason)),
        }
    }
    let modules = modules(&texts);
    let world = World::new(&modules, sources, folder);
    let mut walk = Walk { world: &world, met: HashSet::new(), told: HashSet::new(), parts: Vec::new() };
    let called: HashSet<String> =
        modules.values().flat_map(|module| module.called().filter(|folder| *folder != module.folder)).collect();
    let (inner, outer): (Vec<_>, Vec<_>) = modules.values().partition(|module| called.contains(&module.folder));
    let mut scopes = Vec::new();
    for module in outer.into_iter().chain(inner) {
        // Whoever is called has been met by then, but where modules call each other in a circle.
        if !walk.met.contains(&*module.folder) {
            walk.module(Rc::new(Scope::root(module)), &mut scopes);
        }
    }
    let mut parts = walk.parts;
    let read = world.read.take();
    let values = sources.iter().filter(|(_, source)| read.contains(&joined("", &source.name))).map(|(file, _)| file);
    let values = values.collect();
    for scope in scopes {
        encoded(&world, &scope, &mut parts);
    }
    parts.sort_by_key(|part| (part.place.file, part.place.start));
    Held { parts: parts.into_iter().map(|part| (part.place.file, part)).collect(), unreadable, values }
}

/// Where a block stands; one of a file in JSON where what is in it begins.
fn place(block: &Block) -> Option<Range<usize>> {
    block.span().or_else(|| block.body.attributes().find_map(|said| said.value.span()))
}

/// Whether a name is that of a file of Terraform, or of OpenTofu.
pub(super) fn is_terraform(name: &str) -> bool {
    let path = std::path::Path::new(if ends_in_json(name) { &name[..name.len() - ".json".len()] } else { name });
    let end = path.extension().and_then(|end| end.to_str());
    end.is_some_and(|end| end.eq_ignore_ascii_case("tf") || end.eq_ignore_ascii_case("tofu"))
}

fn ends_in_json(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|end| end.eq_ignore_ascii_case("json"))
}

/// What the name of an object of Port's provider is in its types: those of its first version have another word before it.
fn of_port(of: &str) -> Option<&str> {
    of.strip_prefix("port_").or_else(|| of.strip_prefix("port-labs_"))
}

/// Goes through the modules that are there.
struct Walk<'a, 'w> {
    world: &'a World<'w>,
    /// The folders of those that somebody calls, or nobody.
    met: HashSet<&'w str>,
    /// The places of the calls that are not carried out, and told.
    told: HashSet<Span>,
    parts: Vec<Part>,
}

impl<'w> Walk<'_, 'w> {
    /// Takes what is in a module, and in those that it calls. `firsts` gets each module as it is met first.
    fn module(&mut self, scope: Rc<Scope<'w>>, firsts: &mut Vec<Rc<Scope<'w>>>) {
        let module: &'w Module<'w> = scope.module;
        let is_first = self.met.insert(&module.folder);
        for (file, structure) in &module.structures {
            let Structure::Block(block) = structure else { continue };
            let labels: Vec<&str> = block.labels.iter().map(BlockLabel::as_str).collect();
            self.world.go_on_with(called(&scope, structure), written(&scope, structure));
            match (block.ident.as_str(), labels.as_slice()) {
                ("resource", [of, name]) if of_port(of).is_some() => {
                    self.parts.extend(self.world.resources(&scope, [of, name], (*file, block)));
                }
                ("module", [name]) => self.call(&scope, name, Here::new(&scope, *file, 0).span(place(block)), firsts),
                _ => {}
            }
        }
        if is_first {
            firsts.push(scope);
        }
    }

    fn call(&mut self, scope: &Scope<'w>, name: &str, place: Span, firsts: &mut Vec<Rc<Scope<'w>>>) {
        let address: Arc<str> = format!("{}module.{name}", scope.address).into();
        let mut part = Part {
            value: Spanned::new(Value::Null, place),
            what: What::Nothing(String::new()),
            resource: Some(address),
            lost: Vec::new(),
            place,
        };
        match self.world.called(scope, name, place, 0) {
            Ok(called) => {
                if let Some(lost) = resource::unknown_number(&called.multiple) {
                    part.lost.push(lost);
                    self.parts.push(part);
                }
                if let Some(folder) = scope.module.calls.get(name).and_then(|(_, body)| scope.module.source(body))
                    && let Some(module) = self.world.modules.get(&folder)
                {
                    self.met.insert(&module.folder);
                }
                for inner in &called.scopes {
                    self.module(Rc::clone(inner), firsts);
                }
            }
            // Of a call in a module that is there often one is told.
            Err(_) if !self.told.insert(place) => {}
            Err(term) => {
                let folder = scope.module.calls.get(name).and_then(|(_, body)| scope.module.source(body));
                match folder.filter(|folder| self.world.modules.contains_key(folder)) {
                    Some(_) => part.lost.push(lost(&[], &term)),
                    None => part.what = What::Nothing("its `source` is not in the folders that are read".to_owned()),
                }
                self.parts.push(part);
            }
        }
    }
}

/// What a part of a module is called: a resource as Terraform calls it.
fn called(scope: &Scope<'_>, structure: &Structure) -> String {
    let (word, labels) = match structure {
        Structure::Attribute(attribute) => (attribute.key.as_str(), &[][..]),
        Structure::Block(block) => (block.ident.as_str(), &*block.labels),
    };
    let words = std::iter::once(word).filter(|word| *word != "resource").chain(labels.iter().map(BlockLabel::as_str));
    format!("{}{}", scope.address, words.collect::<Vec<_>>().join("."))
}

/// How many letters of a part of a module are written where nobody multiplies them.
fn written(scope: &Scope<'_>, structure: &Structure) -> usize {
    let span = structure.span().filter(|_| scope.level == 0);
    span.unwrap_or_default().len()
}

/// The JSON in a module that none of its resources of Port is made with.
fn encoded<'w>(world: &World<'w>, scope: &Rc<Scope<'w>>, parts: &mut Vec<Part>) {
    for (file, structure) in &scope.module.structures {
        let mut found = Encoded(Vec::new());
        match structure {
            Structure::Block(block) if block.labels.first().is_some_and(|of| of_port(of.as_str()).is_some()) => {
                continue;
            }
            Structure::Block(block) => found.visit_block(block),
            Structure::Attribute(attribute) => found.visit_attr(attribute),
        }
        let here = Here::new(scope, *file, 0);
        for call in found.0 {
            let Some(argument) = call.args.get(0) else { continue };
            world.go_on_with(called(scope, structure), call.span().unwrap_or_default().len());
            let place = here.span(call.span());
            if world.encoded.borrow().contains(&place) {
                continue;
            }
            let mut taking = Taking::default();
            let value = taking.value(world, &world.eval(argument, here));
            let lost = if value.is_some() { taking.lost } else { Vec::new() };
            let value = value.unwrap_or(Spanned::new(Value::Null, here.span(argument.span())));
            parts.push(Part { value, what: What::Json, resource: None, lost, place });
        }
    }
}

/// The outermost values that are made JSON.
struct Encoded(Vec<FuncCall>);

impl Visit for Encoded {
    fn visit_func_call(&mut self, call: &FuncCall) {
        let is_encode = !call.name.is_namespaced() && call.name.name.as_str() == ENCODE && call.args.len() == 1;
        if is_encode { self.0.push(call.clone()) } else { visit_func_call(self, call) }
    }
}

/// That something is left out.
fn lost(way: &[String], term: &term::Term) -> Lost {
    Lost { pointer: pointer(way), place: term.place, reason: term.reason().to_owned() }
}
