use super::Rendered;
use super::evaluate::{Scope, find, no_choice};
use super::files::{self, Files, Head};
use super::problem::{Problem, Reason};
use super::program::{Manifest, Operation, Program};
use crate::model::{Declared, Map, Name, Request};
use crate::source::{Span, Spanned};
use std::collections::HashSet;

/// Runs a promise's workflow for a request. What fails is left out and told; the rest is rendered.
pub(super) fn run(program: &Program<'_>, request: &Request) -> (Rendered, Vec<Problem>) {
    let nested = Scope::nested(program, request);
    let mut run = Run {
        scope: Scope::new(program, request, &nested),
        files: Files::default(),
        status: Map::default(),
        problems: Vec::new(),
        told: HashSet::new(),
    };
    run.steps(&program.steps);
    let mut labels: Vec<(Name, String)> = Vec::with_capacity(program.labels.len());
    for (key, value) in &program.labels {
        match run.scope.text(value) {
            Ok(text) => labels.push(((*key).clone(), text.into_owned())),
            Err(problem) => run.tell(problem),
        }
    }
    let rendered = Rendered {
        request: request.address(),
        span: request.span,
        files: run.files.finish(),
        labels,
        pin: request.destination.clone(),
        destination: None,
        status: run.status,
    };
    (rendered, run.problems)
}

struct Run<'a> {
    scope: Scope<'a>,
    files: Files,
    status: Map,
    problems: Vec<Problem>,
    /// Where a problem was told; a line that fails for each item of a list fails once.
    told: HashSet<Span>,
}

impl<'a> Run<'a> {
    fn tell(&mut self, problem: Problem) {
        if self.told.insert(problem.span) {
            self.problems.push(problem);
        }
    }

    /// Runs steps in order. After a step that chooses fails, those behind it would only fail for the same reason.
    fn steps(&mut self, steps: &'a [Operation<'a>]) {
        for step in steps {
            match self.step(step) {
                Ok(()) => {}
                Err(problem) => {
                    self.tell(problem);
                    if !matches!(step, Operation::Resource(_) | Operation::Files(_) | Operation::Status(_)) {
                        return;
                    }
                }
            }
        }
    }

    fn step(&mut self, step: &'a Operation<'a>) -> Result<(), Problem> {
        match step {
            Operation::Table { .. } => self.scope.choose_row(step),
            Operation::Match { on, span, index, cases, otherwise } => {
                let value = self.scope.choosing(on, *span)?;
                let case = find(index, &value).and_then(|case| cases.get(case)).or(otherwise.as_ref());
                let steps = case.ok_or_else(|| no_choice(on, *span, &value))?;
                self.steps(steps);
                Ok(())
            }
            Operation::Each { slot, list, span, steps } => {
                let value = self.scope.reference(list, *span)?;
                let wrong = || Problem::of_type(*span, list.path, value.type_name(), "a list");
                let items = if value.is_null() { Vec::new() } else { value.items().ok_or_else(wrong)? };
                for item in items {
                    self.scope.spend(1, *span)?;
                    self.scope.set_item(*slot, item);
                    self.steps(steps);
                }
                Ok(())
            }
            Operation::Resource(manifest) => self.resource(manifest),
            Operation::Files(files) => {
                for (path, content) in &files.found {
                    self.files.add_raw(path, content.clone(), files.span)?;
                }
                Ok(())
            }
            Operation::Status(values) => {
                for (key, value) in values {
                    let output = self.scope.value(value)?;
                    if output.holds_secret() {
                        return Err(Problem { span: value.span, reason: Reason::Secret(key.value.to_string()) });
                    }
                    let output = output.to_value(value.span);
                    if output == crate::model::Value::Null {
                        continue;
                    }
                    self.status.set(Spanned::new(key.value.clone(), key.span), Spanned::new(output, value.span));
                }
                Ok(())
            }
        }
    }

    fn resource(&mut self, resource: &'a Manifest<'a>) -> Result<(), Problem> {
        let head = Head {
            api_version: self.scope.text(&resource.api_version)?,
            kind: self.scope.text(&resource.kind)?,
            name: self.scope.text(&resource.name)?,
            namespace: &self.scope.request().namespace.value,
        };
        let path = match &resource.file {
            Some(file) => self.scope.text(file)?.into_owned(),
            None => files::default_path(&head.kind, &head.name),
        };
        let span = resource.file.as_ref().map_or(resource.span, |file| file.span);
        let manifest = files::manifest(head, self.scope.value(&resource.body)?);
        self.files.add_manifest(&path, &manifest, span)
    }
}
