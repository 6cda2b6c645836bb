use super::evaluate::{BUDGET, LIST_OR_OBJECT, Scope, find, no_choice};
use super::files::{self, Files};
use super::misfit::{Misfit, MisfitName};
use super::objects;
use super::problem::{Problem, Reason};
use super::program::{Instruction, KindIs, Located, Manifest, Program};
use super::resource::{self, Head};
use super::{Object, Rendered, fit, said};
use crate::function::Output;
use crate::kubernetes::{NameRule, group, name_rule};
use crate::model::{Declared, Map, Name, Request};
use crate::source::{Origin, Spanned};
use std::collections::HashSet;

/// How a promise's workflow went for a request.
pub(super) struct Ran {
    /// What it comes to.
    pub(super) rendered: Rendered,
    /// What failed.
    pub(super) problems: Vec<Problem>,
    /// How many steps it took and bytes it wrote.
    pub(super) cost: usize,
}

/// Runs a promise's workflow for a request. What fails is left out and told; the rest is rendered.
pub(super) fn run<'a>(program: &'a Program<'a>, request: &'a Request) -> Ran {
    let nested = match Scope::nested(program, request) {
        Ok(nested) => nested,
        Err(problem) => return Ran { rendered: nothing(request), problems: vec![problem], cost: BUDGET },
    };
    let mut run = Run {
        program,
        scope: Scope::new(program, request, &nested),
        files: Files::default(),
        status: Map::default(),
        objects: Vec::new(),
        problems: Vec::new(),
        told: HashSet::new(),
        is_over: false,
    };
    run.steps(&program.steps);
    let mut labels: Vec<(Name, String)> = Vec::with_capacity(program.labels.len());
    for (key, value) in &program.labels {
        match run.label(value) {
            Ok(text) => labels.push(((*key).clone(), text)),
            Err(problem) => run.tell(problem),
        }
    }
    let cost = run.scope.spent() + run.files.cost();
    let rendered =
        Rendered { files: run.files.finish(), labels, status: run.status, objects: run.objects, ..nothing(request) };
    Ran { rendered, problems: run.problems, cost }
}

/// What a request comes to that nothing was done for.
fn nothing(request: &Request) -> Rendered {
    Rendered {
        request: request.address(),
        span: request.span,
        files: Vec::new(),
        labels: Vec::new(),
        pin: request.destination.clone(),
        destination: None,
        status: Map::default(),
        objects: Vec::new(),
    }
}

struct Run<'a> {
    program: &'a Program<'a>,
    scope: Scope<'a>,
    files: Files,
    status: Map,
    objects: Vec<Object>,
    problems: Vec<Problem>,
    /// Where a problem was told; a line that fails for each item of a list fails once.
    told: HashSet<Origin>,
    /// Whether it came to too much, so that nothing more is done.
    is_over: bool,
}

impl<'a> Run<'a> {
    /// Tells a problem; that it comes to too much is told once, and nothing behind it.
    fn tell(&mut self, problem: Problem) {
        if self.is_over {
            return;
        }
        if matches!(problem.reason, Reason::TooLarge | Reason::TooManyFiles) {
            self.is_over = true;
            self.scope.exhaust();
        }
        if self.told.insert(problem.span) {
            self.problems.push(problem);
        }
    }

    /// Runs steps in order. After a step that chooses fails, those behind it would only fail for the same reason.
    fn steps(&mut self, steps: &'a [Instruction<'a>]) {
        for step in steps {
            if self.is_over {
                return;
            }
            match self.step(step) {
                Ok(()) => {}
                Err(problem) => {
                    self.tell(problem);
                    if !matches!(step, Instruction::Resource(_) | Instruction::Files { .. } | Instruction::Status(_)) {
                        return;
                    }
                }
            }
        }
    }

    fn step(&mut self, step: &'a Instruction<'a>) -> Result<(), Problem> {
        match step {
            Instruction::Table { .. } => self.scope.choose_row(step),
            Instruction::Match { on, span, index, cases, otherwise } => {
                let value = self.scope.choosing(on, *span)?;
                let case = find(index, &value).and_then(|case| cases.get(case)).or(otherwise.as_ref());
                let steps = case.ok_or_else(|| no_choice(on, *span, &value))?;
                self.steps(steps);
                Ok(())
            }
            Instruction::Each { slot, list, span, steps } => {
                let value = self.scope.reference(list, *span)?;
                let wrong = || Problem::of_type(*span, list.path, value.type_name(), LIST_OR_OBJECT);
                let items = if value.is_null() { Vec::new() } else { value.each().ok_or_else(wrong)? };
                for item in items {
                    self.scope.spend(1, *span)?;
                    self.scope.set_item(*slot, item);
                    self.steps(steps);
                }
                Ok(())
            }
            Instruction::If { condition, steps, otherwise } => {
                let steps = if self.scope.holds(condition)? { steps } else { otherwise };
                self.steps(steps);
                Ok(())
            }
            Instruction::Let { slot, value } => {
                let value = self.scope.value(value)?;
                self.scope.set_item(*slot, value);
                Ok(())
            }
            Instruction::Resource(manifest) => self.resource(manifest),
            Instruction::Files { files, objects } => {
                for (path, content) in &files.found {
                    self.files.add_raw(path, content.clone(), files.span)?;
                }
                self.objects.extend_from_slice(objects);
                Ok(())
            }
            Instruction::Status(values) => {
                for (key, value) in values {
                    let output = self.scope.value(value)?;
                    if output.holds_secret() {
                        return Err(Problem { span: value.span, reason: Reason::Secret(key.value.to_string()) });
                    }
                    self.scope.spend(output.weight(), value.span)?;
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
        let head = self.head(resource)?;
        let path = match &resource.file {
            Some(file) => self.scope.text(file)?.into_owned(),
            None => match self.program.promise.static_file().filter(|_| !self.program.is_of_requests) {
                Some(path) => path,
                None => files::default_path(&head.kind, &head.name),
            },
        };
        let span = resource.file.as_ref().map_or(resource.span, |file| file.span);
        let (manifest, identity) = resource::manifest(head, self.scope.value(&resource.body)?).map_err(|refused| {
            let span = self.scope.place(&resource.body, refused.member).unwrap_or(resource.span);
            Problem { span, reason: refused.reason }
        })?;
        self.fits(resource, &manifest)?;
        self.files.add_manifest(&path, &manifest, span)?;
        self.objects.extend(objects::of_resource(&manifest, identity, resource.span));
        Ok(())
    }

    /// A manifest is what its kind has.
    fn fits(&self, resource: &'a Manifest<'a>, manifest: &Output<'_>) -> Result<(), Problem> {
        let schema = match resource.kind_is {
            KindIs::Free => return Ok(()),
            KindIs::Known(schema) => schema,
            KindIs::Computed(kinds) => {
                let (api_version, kind) = (self.scope.text(&resource.api_version)?, self.scope.text(&resource.kind)?);
                kinds.schema(&api_version, &kind)
            }
        };
        let Some(unfit) = fit::unfit(manifest, schema) else { return Ok(()) };
        let (said, given) = said::places(&resource.resource.body, &unfit.steps, self.scope.request());
        let field = unfit.misfit(&self.scope.text(&resource.kind)?, given);
        Err(Problem { span: said.unwrap_or(resource.span), reason: Reason::Misfit(Misfit::Field(Box::new(field))) })
    }

    /// The value of a label that a destination must carry.
    fn label(&self, value: &'a Located<'a>) -> Result<String, Problem> {
        let text = self.scope.text(value)?;
        self.judge(value, &text, NameRule::LabelValue, "value of a label")?;
        Ok(text.into_owned())
    }

    /// What the line of a resource says, which must be what Kubernetes takes.
    fn head(&self, resource: &'a Manifest<'a>) -> Result<Head<'a>, Problem> {
        let head = Head {
            api_version: self.scope.text(&resource.api_version)?,
            kind: self.scope.text(&resource.kind)?,
            name: self.scope.text(&resource.name)?,
            namespace: self.program.is_of_requests.then_some(&*self.scope.request().namespace.value),
        };
        self.judge(&resource.api_version, &head.api_version, NameRule::ApiVersion, "API version")?;
        self.judge(&resource.kind, &head.kind, NameRule::Kind, "kind")?;
        let rule = name_rule(group(&head.api_version), &head.kind);
        self.judge(&resource.name, &head.name, rule, &format!("name of a {}", head.kind))?;
        Ok(head)
    }

    fn judge(&self, written: &'a Located<'a>, text: &str, rule: NameRule, what: &str) -> Result<(), Problem> {
        let Some(misfit) = MisfitName::of(text, rule, what) else { return Ok(()) };
        let misfit = MisfitName { from: self.scope.origins(written), ..misfit };
        Err(Problem { span: written.span, reason: Reason::Misfit(Misfit::Name(Box::new(misfit))) })
    }
}
