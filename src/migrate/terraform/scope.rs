//! Where an expression stands: the module, what is bound around it, and what all of it may take.

use super::budget::Budget;
use super::module::Module;
use super::term::{Known, Term};
use crate::migrate::Folder;
use crate::source::{FileId, Sources, Span};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

/// All modules that are read, and what reading them has come to.
pub(super) struct World<'w> {
    pub(super) modules: &'w BTreeMap<String, Module<'w>>,
    pub(super) sources: &'w Sources,
    /// What else is in the folders that the files are in.
    pub(super) folder: &'w dyn Folder,
    budget: RefCell<Budget>,
    /// The places of what is made JSON.
    pub(super) encoded: RefCell<HashSet<Span>>,
    /// The paths of the files whose text is a value.
    pub(super) read: RefCell<HashSet<String>>,
}

impl<'w> World<'w> {
    pub(super) fn new(modules: &'w BTreeMap<String, Module<'w>>, sources: &'w Sources, folder: &'w dyn Folder) -> Self {
        let budget = RefCell::default();
        Self { modules, sources, folder, budget, encoded: RefCell::default(), read: RefCell::default() }
    }

    /// Goes on with what is called so, of which so many letters are written in a module that nobody calls.
    pub(super) fn go_on_with(&self, name: String, letters: usize) {
        self.budget.borrow_mut().go_on_with(name, letters);
    }

    /// Takes so much of what may be taken.
    pub(super) fn spend(&self, much: usize, place: Span) -> Known<()> {
        self.budget.borrow_mut().spend(much).map_err(|reason| Term::open(reason, place))
    }
}

/// A module as somebody calls it.
pub(super) struct Scope<'w> {
    pub(super) module: &'w Module<'w>,
    /// The folder of the module that nobody calls.
    pub(super) root: &'w str,
    /// The way from there to the folder of this one.
    pub(super) path: String,
    /// What stands before the address of a resource in it.
    pub(super) address: String,
    /// What is given to it; nothing where nobody calls it.
    pub(super) inputs: Option<Inputs>,
    /// How many modules are around it.
    pub(super) level: usize,
    /// What was asked for already, by how it is called; nothing while it is worked out.
    pub(super) memory: RefCell<HashMap<String, Option<Term>>>,
    pub(super) multiples: RefCell<HashMap<String, Rc<Multiple>>>,
    pub(super) called: RefCell<HashMap<String, Rc<Called<'w>>>>,
}

/// What is given to a module, by the names of its variables.
pub(super) type Inputs = HashMap<Rc<str>, Term>;

/// How often something is there.
pub(super) enum Multiple {
    Once,
    /// By the keys and values of `for_each`, sorted.
    Each(Vec<(Rc<str>, Term)>),
    Count(usize),
    /// It is not known, and why; by which word it is said.
    Unknown(&'static str, Term),
}

/// The modules that a call makes, each with its key; one without a key.
pub(super) struct Called<'w> {
    pub(super) multiple: Rc<Multiple>,
    pub(super) scopes: Vec<Rc<Scope<'w>>>,
}

/// A name that something is called by, around an expression.
pub(super) struct Binding<'h> {
    pub(super) name: &'h str,
    pub(super) term: Term,
    pub(super) outer: Option<&'h Binding<'h>>,
}

impl<'w> Scope<'w> {
    /// A module that nobody calls.
    pub(super) fn root(module: &'w Module<'w>) -> Self {
        Self {
            module,
            root: &module.folder,
            path: String::new(),
            address: String::new(),
            inputs: None,
            level: 0,
            memory: RefCell::default(),
            multiples: RefCell::default(),
            called: RefCell::default(),
        }
    }

    /// A module that is called in this one.
    pub(super) fn inner(&self, module: &'w Module<'w>, (path, address): (String, String), inputs: Inputs) -> Self {
        let (root, level) = (self.root, self.level + 1);
        Self { root, path, address, inputs: Some(inputs), level, ..Self::root(module) }
    }
}

/// Where an expression stands.
#[derive(Clone, Copy)]
pub(super) struct Here<'h, 'w> {
    pub(super) scope: &'h Scope<'w>,
    pub(super) file: FileId,
    pub(super) bindings: Option<&'h Binding<'h>>,
    /// How many expressions are around it, and around what refers to it.
    pub(super) depth: u16,
    /// The place of all that is in a text which is none of those that are read.
    pub(super) place: Option<Span>,
}

impl<'h, 'w> Here<'h, 'w> {
    /// In a file of a module, with nothing around it.
    pub(super) fn new(scope: &'h Scope<'w>, file: FileId, depth: u16) -> Self {
        Self { scope, file, bindings: None, depth, place: None }
    }

    pub(super) fn with<'b>(self, bindings: &'b Binding<'b>) -> Here<'b, 'w>
    where
        'h: 'b,
    {
        Here { bindings: Some(bindings), ..self }
    }

    pub(super) fn span(&self, range: Option<Range<usize>>) -> Span {
        let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let range = range.unwrap_or_default();
        self.place.unwrap_or_else(|| Span::new(self.file, at(range.start), at(range.end)))
    }

    /// What is called by a name around it.
    pub(super) fn bound(&self, name: &str) -> Option<&'h Term> {
        std::iter::successors(self.bindings, |binding| binding.outer)
            .find(|binding| binding.name == name)
            .map(|binding| &binding.term)
    }
}
