//! The modules of Terraform's files: which folder has which, and what each declares.

use crate::source::{FileId, joined};
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Block, BlockLabel, Body, Structure};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// A file that could be read.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) file: FileId,
    /// Its path, from where the files are read.
    pub(super) path: String,
    pub(super) body: Body,
}

/// A part of a file's body.
pub(super) type Placed<'t, T> = (FileId, &'t T);

/// What the files of a folder declare.
#[derive(Debug, Default)]
pub(super) struct Module<'t> {
    pub(super) folder: String,
    /// All that stands in its files, in their order.
    pub(super) structures: Vec<Placed<'t, Structure>>,
    pub(super) locals: HashMap<&'t str, Placed<'t, Expression>>,
    pub(super) variables: HashMap<&'t str, Placed<'t, Body>>,
    pub(super) outputs: BTreeMap<&'t str, Placed<'t, Body>>,
    /// By type and name.
    pub(super) resources: HashMap<[&'t str; 2], Placed<'t, Body>>,
    pub(super) calls: HashMap<&'t str, Placed<'t, Body>>,
    /// The values of its variables where it is called by nobody.
    pub(super) values: HashMap<&'t str, Placed<'t, Expression>>,
}

/// The modules, by their folder, and the folders of those that another one calls.
pub(super) fn modules(texts: &[Text]) -> BTreeMap<String, Module<'_>> {
    let mut modules: BTreeMap<String, Module<'_>> = BTreeMap::new();
    for text in texts.iter().filter(|text| !is_values(&text.path)) {
        let folder = folder(&text.path);
        let module = modules.entry(folder.clone()).or_default();
        module.folder = folder;
        for structure in &text.body {
            module.structures.push((text.file, structure));
            if let Structure::Block(block) = structure {
                module.declare(text.file, block);
            }
        }
    }
    // Terraform reads them in this order, and what is read later counts. What has another name is read where somebody names it.
    let mut values: Vec<&Text> = texts.iter().filter(|text| is_values(&text.path)).collect();
    values.sort_by_key(|text| (order(&text.path), &text.path));
    for text in values {
        let folder = folder(&text.path);
        let meant = modules.values_mut().filter(|module| order(&text.path) == NAMED || module.folder == folder);
        for module in meant {
            let said = text.body.attributes();
            module.values.extend(said.map(|said: &Attribute| (said.key.as_str(), (text.file, &said.value))));
        }
    }
    modules
}

impl<'t> Module<'t> {
    fn declare(&mut self, file: FileId, block: &'t Block) {
        let labels: Vec<&str> = block.labels.iter().map(BlockLabel::as_str).collect();
        match (block.ident.as_str(), labels.as_slice()) {
            ("locals", []) => {
                let said = block.body.attributes();
                self.locals.extend(said.map(|said| (said.key.as_str(), (file, &said.value))));
            }
            ("variable", [name]) => _ = self.variables.insert(name, (file, &block.body)),
            ("output", [name]) => _ = self.outputs.insert(name, (file, &block.body)),
            ("module", [name]) => _ = self.calls.insert(name, (file, &block.body)),
            ("resource", [of, name]) => _ = self.resources.insert([of, name], (file, &block.body)),
            _ => {}
        }
    }

    /// The folders of the modules that it calls by a path.
    pub(super) fn called(&self) -> impl Iterator<Item = String> {
        self.calls.values().filter_map(|(_, body)| self.source(body))
    }

    /// The folder of a module that is called by a path.
    pub(super) fn source(&self, body: &Body) -> Option<String> {
        let source = body.get_attribute("source")?.value.as_str()?;
        (source.starts_with("./") || source.starts_with("../")).then(|| joined(&self.folder, source))
    }
}

/// The way of files with values of variables that somebody names.
const NAMED: u8 = 3;

/// Whether a file holds values of variables.
pub(in crate::migrate) fn is_values(path: &str) -> bool {
    let path = Path::new(path.strip_suffix(".json").unwrap_or(path));
    path.extension().is_some_and(|end| end == "tfvars")
}

/// When the values of a file are read: those of Terraform's own names before those of others.
fn order(path: &str) -> u8 {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name {
        "terraform.tfvars" => 0,
        "terraform.tfvars.json" => 1,
        _ if name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json") => 2,
        _ => NAMED,
    }
}

/// Whether Terraform reads a file of a name with values of variables, though nobody names it.
pub(in crate::migrate) fn is_read_unnamed(name: &str) -> bool {
    is_values(name) && order(name) < NAMED
}

/// The folder that a file is in.
fn folder(path: &str) -> String {
    joined("", path.rsplit_once('/').map_or("", |(folder, _)| if folder.is_empty() { "/" } else { folder }))
}
