use super::{Map, Name, Property};
use crate::source::{Origin, Spanned};

/// What may be given to a template, to a module or to a project, and what is.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// What takes them: `template`, `module`, or `project`.
    pub kind: &'static str,
    /// Its name.
    pub name: Spanned<Name>,
    /// What it takes.
    pub list: Vec<Property>,
    /// What is given to it, each time.
    pub given: Vec<Arguments>,
}

impl Parameters {
    /// What takes those of a template.
    pub const TEMPLATE: &str = "template";
    /// What takes those of a module.
    pub const MODULE: &str = "module";
    /// What takes those of a project.
    pub const PROJECT: &str = "project";
}

/// What one line gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Arguments {
    /// The line that gives them.
    pub span: Origin,
    /// The values, by the names of the parameters.
    pub values: Map,
}
