//! Terraform's files: the resources of Port's provider, and the JSON that is handed to `jsonencode`.
//!
//! What is written is worked out as far as that needs nothing but the files: variables with values, locals, modules in folders, `for_each` and
//! `count`, functions of their arguments. What is known when Terraform runs is told, each at its place, and left out with what it is a part of:
//! the member of an object, or the whole of a list or a text. All of it takes no more than a fixed number of steps ([`scope`]), since a few
//! lines can say any number of values.

mod evaluate;
mod former;
mod function;
mod module;
mod refer;
mod resource;
mod scope;
mod term;
#[cfg(test)]
mod tests;
mod types;

pub(super) use module::{is_read_unnamed, is_values};

use super::Folder;
use super::walk::Lost;
use crate::model::{Kind, Value};
use crate::neighbour::pointer;
use crate::source::{FileId, Sources, Span, Spanned};
use hcl_edit::expr::{Expression, FuncCall, ObjectKey};
use hcl_edit::parser::{parse_body, parse_expr};
use hcl_edit::structure::{Attribute, BlockLabel, Body, Structure};
use hcl_edit::visit::{Visit, visit_func_call};
use hcl_edit::{Ident, Span as _};
use module::{Module, Text, joined, modules};
use resource::Taking;
use scope::{Here, Scope, World};
use std::collections::HashSet;
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
            None if std::path::Path::new(&path).extension().is_some_and(|end| end == "json") => values(text),
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

/// Whether a name is that of a file of Terraform, or of OpenTofu.
pub(super) fn is_terraform(name: &str) -> bool {
    let end = std::path::Path::new(name).extension().and_then(|end| end.to_str());
    end.is_some_and(|end| end.eq_ignore_ascii_case("tf") || end.eq_ignore_ascii_case("tofu"))
}

/// The values of variables that stand in JSON, which is an expression too.
fn values(text: &str) -> Result<Body, (usize, String)> {
    let expression = parse_expr(text).map_err(|error| (error.location().offset(), error.message().to_owned()))?;
    let mut body = Body::new();
    if let Expression::Object(members) = &expression {
        for (name, value) in members {
            let name = match name {
                ObjectKey::Ident(name) => Some(name.as_str()),
                ObjectKey::Expression(name) => name.as_str(),
            };
            if let Some(name) = name.and_then(|name| Ident::try_new(name).ok()) {
                body.push(Attribute::new(name, value.expr().clone()));
            }
        }
    }
    Ok(body)
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
            match (block.ident.as_str(), labels.as_slice()) {
                ("resource", [of, name]) if of_port(of).is_some() => {
                    self.parts.extend(self.world.resources(&scope, [of, name], (*file, block)));
                }
                ("module", [name]) => self.call(&scope, name, Here::new(&scope, *file, 0).span(block.span()), firsts),
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
