//! A promise on its own: tables and matches that leave nothing open, paths that lead somewhere, texts that
//! always have a value. What passes here renders for every request that fits the API.

mod body;
mod choice;
mod composed;
mod manifest;
mod scope;
mod usage;

use crate::diag::{Diagnostic, Diagnostics, code};
use crate::kubernetes::{Kinds, NameRule};
use crate::model::{Files, Name, Project, Promise, Resource, Step, Template, Value, path_fault};
use crate::source::{Origin, Spanned};
use choice::Choices;
use rayon::prelude::*;
use scope::{Known, Scope};
use std::collections::HashMap;

/// Everything that is wrong with the promises of a project, each for itself.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    project.promises.par_iter().flat_map_iter(|one| promise(one, project.kinds_for(one))).collect()
}

fn promise(promise: &Promise, kinds: Option<&Kinds>) -> Diagnostics {
    let mut check = Check::new(Scope::of_requests(promise.fields()), kinds);
    for (_, value) in &promise.schedule {
        check.scalar(value, "a label");
        check.name(value, NameRule::LabelValue, "value of a label");
    }
    if let Some(workflow) = &promise.configure {
        check.steps(&workflow.steps, Certainty::Always);
    }
    if let Some(dependencies) = &promise.dependencies {
        let mut of_dependencies = Check::new(Scope::of_dependencies(), kinds);
        of_dependencies.steps(&dependencies.steps, Certainty::Always);
        check.diagnostics.append(of_dependencies.diagnostics);
        check.diagnostics.extend(dependencies.steps.iter().filter_map(status_of_nobody));
    }
    check.diagnostics
}

/// That a step of dependencies sets a status, which a request has.
fn status_of_nobody(step: &Step) -> Option<Diagnostic> {
    match step {
        Step::Status { span, .. } => {
            let message = "the dependencies of a promise are there without a request, and have no status";
            let help = "set it in `workflow configure`, for each request";
            Some(Diagnostic::error(code::UNKNOWN_NODE, *span, message).help(help))
        }
        step => step.within().find_map(status_of_nobody),
    }
}

/// Whether a step is sure to run once for each request.
#[derive(Clone, Copy, PartialEq)]
enum Certainty {
    Always,
    Perhaps,
}

/// One promise under check.
struct Check<'p> {
    scope: Scope<'p>,
    /// What is known of kinds, where the manifests are held to it.
    kinds: Option<&'p Kinds>,
    diagnostics: Diagnostics,
    /// What each file that is sure to be delivered is delivered by, and whether it is from disk.
    files: HashMap<&'p str, (Origin, Way)>,
    /// Where each key of the status is set first.
    status: HashMap<&'p str, Origin>,
    /// The loops around the step that is looked at.
    loops: Vec<Origin>,
}

/// Where a file comes from.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Disk,
    Manifest,
}

impl<'p> Check<'p> {
    fn new(scope: Scope<'p>, kinds: Option<&'p Kinds>) -> Self {
        Self {
            scope,
            kinds,
            diagnostics: Diagnostics::default(),
            files: HashMap::new(),
            status: HashMap::new(),
            loops: Vec::new(),
        }
    }

    fn steps(&mut self, steps: &'p [Step], certainty: Certainty) {
        let outer = self.scope.names.trail().len();
        for step in steps {
            self.step(step, certainty);
        }
        self.scope.names.leave_to(outer);
    }

    fn step(&mut self, step: &'p Step, certainty: Certainty) {
        match step {
            Step::Table(table) => self.table(table),
            Step::Match(choice) => {
                let values = choice.cases.iter().flat_map(|case| &case.values).collect();
                let is_closed = choice.otherwise.is_some();
                self.choice(&Choices { on: &choice.on, values, is_closed, span: choice.span });
                choice
                    .cases
                    .iter()
                    .map(|case| &case.steps)
                    .chain(&choice.otherwise)
                    .for_each(|steps| self.steps(steps, Certainty::Perhaps));
            }
            Step::Each(each) => {
                let items = self.list(&each.list);
                let outer = self.scope.names.trail().len();
                self.scope.enter_item(&each.name.value, items);
                self.loops.push(each.span);
                self.steps(&each.steps, Certainty::Perhaps);
                self.loops.pop();
                self.scope.names.leave_to(outer);
            }
            Step::If(choice) => {
                self.condition(&choice.condition);
                self.steps(&choice.steps, Certainty::Perhaps);
                self.steps(&choice.otherwise, Certainty::Perhaps);
            }
            Step::Let(one) => {
                let known = self.known(&one.value);
                self.scope.enter_item(&one.name.value, known.unwrap_or_else(Known::anything));
            }
            Step::Resource(resource) => self.resource(resource, certainty),
            Step::Files(files) => self.disk(files, certainty),
            Step::Status { values, .. } => {
                for (_, value) in values {
                    self.anything(value);
                }
                for (key, _) in values {
                    self.status(key, certainty);
                }
            }
        }
    }

    fn resource(&mut self, resource: &'p Resource, certainty: Certainty) {
        self.scalar(&resource.api_version, "an API version");
        self.scalar(&resource.kind, "a kind");
        self.scalar(&resource.name, "a name");
        self.anything(&resource.body);
        self.names(resource);
        self.body(resource);
        self.manifest(resource);
        let Some(file) = &resource.file else { return };
        self.scalar(file, "a file's path");
        let Template::Literal(Value::String(path)) = &file.value else { return };
        if let Some(fault) = path_fault(path) {
            self.diagnostics.push(bad_path(path, fault, file.span));
        } else if certainty == Certainty::Always {
            self.deliver(path, file.span, Way::Manifest);
        }
    }

    fn disk(&mut self, files: &'p Files, certainty: Certainty) {
        self.manifests(files);
        if certainty == Certainty::Always {
            files.found.iter().for_each(|(path, _)| self.deliver(path, files.pattern.span, Way::Disk));
        }
    }

    /// A key is set once, and what is sure to be set comes before what may be: a later value would take the first one's place without a
    /// word.
    fn status(&mut self, key: &'p Spanned<Name>, certainty: Certainty) {
        if let Some(each) = self.loops.first() {
            let message = format!("`{}` is set in the status again for each item", key.value);
            let problem = Diagnostic::error(code::SET_TWICE, key.span, message).other(*each, "in this loop");
            let help = "say it once, outside of the loop, where a list is one value: `\"$spec.zones | join ' '\"`";
            return self.diagnostics.push(problem.help(help));
        }
        let first = *self.status.entry(&key.value).or_insert(key.span);
        if first != key.span && certainty == Certainty::Always {
            let message = format!("`{}` is set twice in the status", key.value);
            let diagnostic = Diagnostic::error(code::SET_TWICE, key.span, message).other(first, "first here");
            self.diagnostics.push(diagnostic.help("keep one of them, or the one that is always set before the other"));
        }
    }

    /// Several resources may share a file; a file from disk is delivered as it is.
    fn deliver(&mut self, path: &'p str, span: Origin, origin: Way) {
        let (first, kind) = *self.files.entry(path).or_insert((span, origin));
        if first != span && (origin, kind) != (Way::Manifest, Way::Manifest) {
            let message = format!("two steps deliver the file `{path}`");
            let diagnostic = Diagnostic::error(code::SAME_FILE, span, message).other(first, "first here");
            self.diagnostics.push(diagnostic.help("several resources may share a file, a file from disk may not"));
        }
    }
}

fn bad_path(path: &str, fault: &str, span: Origin) -> Diagnostic {
    let message = format!("`{path}` is no path of a file below the output's folder: {fault}");
    let help = "use a relative path that every system can check out, without `.` and `..`";
    Diagnostic::error(code::BAD_FILE_PATH, span, message).help(help)
}

#[cfg(test)]
mod tests;
