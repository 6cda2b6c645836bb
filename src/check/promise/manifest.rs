//! What a `resource` step says before there is a request, held to what its kind has: fields, and what their values may be. What is
//! computed is judged by what is known of it here, and by what it is when it is rendered.

use super::Check;
use super::scope::{Known, Scope, Shape};
use crate::diag::{Diagnostic, Diagnostics, code, suggest};
use crate::kubernetes::{self, Mismatch, NameRule, Nature, Plain, Schema, version};
use crate::model::{Base, ControlKind, Files, Part, Property, Resource, Template, Value, ValueType};
use crate::render::{self, Misfit, MisfitField, way};
use crate::source::{Origin, Spanned};

impl<'p> Check<'p> {
    /// The manifest of a resource, where its kind is known.
    pub(super) fn manifest(&mut self, resource: &'p Resource) {
        let Some(kinds) = self.kinds else { return };
        let Some((api_version, kind)) = resource.named() else { return };
        match kinds.of(api_version, kind) {
            kubernetes::Known::Kind(_) | kubernetes::Known::Nothing => {}
            kubernetes::Known::Elsewhere(known) => {
                self.diagnostics.extend(elsewhere(api_version, kind, &known, resource.kind.span));
            }
            // One that cannot be a kind is told already.
            kubernetes::Known::NoSuch(_)
                if NameRule::Kind.judge(kind).is_err() || NameRule::ApiVersion.judge(api_version).is_err() => {}
            kubernetes::Known::NoSuch(alike) => {
                self.diagnostics.push(no_such(api_version, kind, &alike, resource.kind.span));
            }
        }
        let schema = kinds.schema(api_version, kind);
        let diagnostics = std::mem::take(&mut self.diagnostics);
        let scope = &mut self.scope;
        let mut fitting = Fitting { scope, kind, schema, way: Vec::new(), diagnostics, place: resource.span };
        fitting.body(&resource.body, schema);
        self.diagnostics = fitting.diagnostics;
    }
}

impl Check<'_> {
    /// The manifests among the files that a step delivers as they are; what kustomize puts together is in pieces.
    pub(super) fn manifests(&mut self, files: &Files) {
        let Some(kinds) = self.kinds else { return };
        let paths = files.found.iter().map(|file| &*file.0);
        let kustomizations: Vec<&str> = paths.filter(|path| render::is_piece(path, std::iter::once(*path))).collect();
        for (path, content) in &files.found {
            if render::is_piece(path, kustomizations.iter().copied()) {
                continue;
            }
            for field in render::manifests(path, content).iter().flat_map(|one| render::misfits(one, kinds)) {
                let told = Misfit::Field(Box::new(field)).diagnostic(files.pattern.span);
                self.diagnostics.push(told.label(format!("in `{path}`")));
            }
        }
    }
}

/// That Kubernetes has no kind of a name.
fn no_such(api_version: &str, kind: &str, alike: &[&str], place: Origin) -> Diagnostic {
    let message = format!("Kubernetes {} has no {kind} in `{api_version}`", version());
    let alike = || alike.iter().filter_map(|name| name.split_once(' '));
    let same: Vec<String> =
        alike().filter(|(_, known)| *known == kind).map(|(version, kind)| format!("{kind} in `{version}`")).collect();
    let help = match same.as_slice() {
        [] => suggest(kind, alike().map(|(_, kind)| kind)).map(|near| format!("did you mean `{near}`?")),
        same => Some(format!("there is {}", same.join(" and "))),
    };
    let otherwise = "where your clusters have it, name a file that describes it: `kinds \"FILE\"`";
    Diagnostic::warning(code::NO_SUCH_KIND, place, message).help(help.as_deref().unwrap_or(otherwise))
}

/// That a kind is described in other versions, or likely misspelt.
fn elsewhere(api_version: &str, kind: &str, known: &[&str], place: Origin) -> Option<Diagnostic> {
    let known = || known.iter().filter_map(|name| name.split_once(' '));
    let versions: Vec<String> =
        known().filter(|(_, known)| *known == kind).map(|(version, _)| format!("`{version}`")).collect();
    let (message, help) = if versions.is_empty() {
        let near = suggest(kind, known().map(|(_, kind)| kind))?;
        (format!("nobody describes a kind {kind} in `{api_version}`"), format!("did you mean `{near}`?"))
    } else {
        let message = format!("{kind} is described in {}, and not in `{api_version}`", versions.join(" and "));
        (
            message,
            "write a version that is described, or name a file with `kinds` that describes this one too".to_owned(),
        )
    };
    Some(Diagnostic::warning(code::NO_SUCH_KIND, place, message).help(help))
}

/// One manifest under check.
struct Fitting<'c, 'p> {
    scope: &'c mut Scope<'p>,
    kind: &'c str,
    /// What the kind has.
    schema: Schema<'c>,
    /// The way to what is looked at.
    way: Vec<String>,
    diagnostics: Diagnostics,
    /// Where the object stands that is looked at: its name, or the line of the resource.
    place: Origin,
}

impl<'p> Fitting<'_, 'p> {
    /// The body of a manifest: what every object has is judged by the line of the resource.
    fn body(&mut self, body: &'p Spanned<Template>, schema: Schema<'_>) {
        let nature = schema.nature();
        match &body.value {
            Template::Object(_) | Template::Composed(_) | Template::Literal(Value::Object(_)) => {
                self.template(body, schema);
            }
            _ => self.lacking(&nature, &[], self.place),
        }
    }

    fn tell(&mut self, mismatch: Mismatch, names: Vec<&str>, by: Option<String>, place: Origin) {
        let is_told = match &mismatch {
            // What `metadata` is must be said of every manifest, and is told already.
            Mismatch::Type { .. } => self.way == [kubernetes::METADATA],
            // The line of the resource says these.
            Mismatch::Lacks(name) => self.way.is_empty() && kubernetes::OF_EVERY_OBJECT.contains(&&**name),
            _ => false,
        };
        if is_told {
            return;
        }
        let around = match &mismatch {
            Mismatch::NoField(name) => self.around(name),
            _ => None,
        };
        let field = MisfitField {
            around,
            kind: self.kind.to_owned(),
            path: way(self.way.iter().map(String::as_str)),
            names: names.into_iter().map(str::to_owned).collect(),
            mismatch,
            by,
            given: None,
        };
        self.diagnostics.push(Misfit::Field(Box::new(field)).diagnostic(place));
    }

    /// The nearest object around what is looked at that has a field of a name.
    fn around(&self, name: &str) -> Option<String> {
        let mut schema = self.schema;
        let mut found = None;
        for (depth, step) in self.way.iter().enumerate() {
            let nature = schema.nature();
            if let Nature::Object(object) = &nature
                && object.member(name).is_some()
            {
                found = Some(depth);
            }
            schema = match nature {
                Nature::List(items) => items,
                nature => nature.member(step).ok()??,
            };
        }
        found.map(|depth| way(self.way.iter().take(depth).map(String::as_str)))
    }

    fn within(&mut self, step: String, place: Origin, judge: impl FnOnce(&mut Self)) {
        self.way.push(step);
        let around = std::mem::replace(&mut self.place, place);
        judge(self);
        self.place = around;
        self.way.pop();
    }

    fn template(&mut self, template: &'p Spanned<Template>, schema: Schema<'_>) {
        let span = template.span;
        match &template.value {
            Template::Literal(value) => self.value(value, span, schema),
            Template::Text(_) | Template::Foreign { .. } => self.plain(Plain::Text(None), None, span, schema),
            Template::Reference(..) => {
                let known = self.scope.template(&template.value);
                let written = template.value.written(span);
                self.known(&known, written.as_str().unwrap_or_default(), span, schema);
            }
            Template::Array(items) => {
                self.list(Some(items.len()), span, schema);
                if self.only_item(items, span, schema) {
                    return;
                }
                if let Nature::List(of) = schema.nature() {
                    for (at, item) in items.iter().enumerate() {
                        self.within(format!("[{at}]"), item.span, |fitting| fitting.template(item, of));
                    }
                }
            }
            Template::Object(members) => {
                if let Some(nature) = self.object(span, schema) {
                    let parts = members.iter().map(|(key, value)| (key, value));
                    let there = self.members(parts, &nature);
                    self.lacking(&nature, &there, self.place);
                }
            }
            Template::Composed(composed) if composed.is_list => {
                self.list(None, span, schema);
                if let Nature::List(of) = schema.nature() {
                    self.items(&composed.parts, of);
                }
            }
            Template::Composed(composed) => {
                if let Some(nature) = self.object(span, schema) {
                    self.parts(&composed.parts, &nature);
                }
            }
        }
    }

    fn value(&mut self, value: &'p Value, span: Origin, schema: Schema<'_>) {
        render::each_unfit(&Spanned::new(value, span), self.place, schema, &mut |unfit, place| {
            let outer = self.way.len();
            self.way.extend(unfit.way());
            self.tell(unfit.mismatch, unfit.names, None, place);
            self.way.truncate(outer);
        });
    }

    fn plain(&mut self, value: Plain<'_>, by: Option<&str>, span: Origin, schema: Schema<'_>) {
        if let Some(mismatch) = schema.mismatch(value) {
            self.tell(mismatch, Vec::new(), by.map(str::to_owned), span);
        }
    }

    fn list(&mut self, count: Option<usize>, span: Origin, schema: Schema<'_>) {
        if let Some(mismatch) = schema.mismatch_of_list(count) {
            self.tell(mismatch, Vec::new(), None, span);
        }
    }

    /// Judges what stands for the only item of a list without a dash; whether it is none. It is there whatever a request says: an item of
    /// nothing would be another thing than no item, such as a rule that lets everything through.
    fn only_item(&mut self, items: &'p [Spanned<Template>], list: Origin, schema: Schema<'_>) -> bool {
        let [only] = items else { return false };
        if only.span != list {
            return false;
        }
        if let Template::Object(members) = &only.value
            && let Some(mismatch) = schema.mismatch_of_item(members.iter().filter_map(|(key, _)| key.value.as_text()))
        {
            self.tell(mismatch, Vec::new(), None, list);
            return true;
        }
        if !self.is_there(only) {
            let path = way(self.way.iter().map(String::as_str));
            let message =
                format!("`{path}` of {} is a list, and an item of nothing may come of this", render::a(self.kind));
            let problem = Diagnostic::error(code::UNFIT_VALUE, list, message);
            self.diagnostics.push(problem.help(
                "begin each item with `-`, also within `if` and `each`; an item that is meant to be there in any case is `- { ... }`",
            ));
        }
        false
    }

    /// Whether something is there of a value, whatever a request says.
    fn is_there(&self, template: &Spanned<Template>) -> bool {
        let has_value = |value: &Spanned<Template>| !self.scope.template(&value.value).absent;
        match &template.value {
            Template::Object(members) => members.iter().any(|(_, value)| has_value(value)),
            Template::Composed(composed) => composed.parts.iter().any(|part| match part {
                Part::Member(_, value) | Part::Item(value) => has_value(value),
                Part::Control(_) => false,
            }),
            _ => true,
        }
    }

    /// What is in an object; nothing where there should be none.
    fn object<'k>(&mut self, span: Origin, schema: Schema<'k>) -> Option<Nature<'k>> {
        match schema.mismatch_of_object() {
            None => Some(schema.nature()),
            Some(mismatch) => {
                self.tell(mismatch, Vec::new(), None, span);
                None
            }
        }
    }

    /// The members of an object; gives the names of those that are there.
    fn members(
        &mut self,
        members: impl Iterator<Item = (&'p Spanned<Template>, &'p Spanned<Template>)>,
        nature: &Nature<'_>,
    ) -> Vec<&'p str> {
        let mut there = Vec::new();
        for (key, value) in members {
            let is_unset = value.value == Template::Literal(Value::Null);
            let Some(name) = key.value.as_text() else { continue };
            if !is_unset {
                self.member(name, key.span, nature, |fitting, schema| {
                    fitting.certain(value, nature, name);
                    fitting.template(value, schema);
                });
                there.push(name);
            }
        }
        there
    }

    /// A field that must be there has a value whatever a request says.
    fn certain(&mut self, value: &'p Spanned<Template>, nature: &Nature<'_>, name: &str) {
        let (Nature::Object(object), Template::Reference(path, _)) = (nature, &value.value) else { return };
        if object.requires(name) && self.scope.template(&value.value).absent {
            let field = way(self.way.iter().map(String::as_str));
            let message =
                format!("`{field}` of {} must be there, and `{path}` may have no value", render::a(self.kind));
            let problem = Diagnostic::error(code::ABSENT_VALUE, value.span, message);
            self.diagnostics
                .push(problem.help("give the field a default or make it `required`, or write `| default VALUE`"));
        }
    }

    fn member(&mut self, name: &str, place: Origin, nature: &Nature<'_>, judge: impl FnOnce(&mut Self, Schema<'_>)) {
        match nature.member(name) {
            Ok(Some(schema)) => self.within(name.to_owned(), place, |fitting| judge(fitting, schema)),
            Ok(None) => {}
            Err((mismatch, names)) => self.tell(mismatch, names, None, place),
        }
    }

    /// The fields that must be there and are not.
    fn lacking(&mut self, nature: &Nature<'_>, there: &[&str], place: Origin) {
        let Nature::Object(object) = nature else { return };
        for name in object.required().filter(|name| !there.contains(name)) {
            self.tell(Mismatch::Lacks(name.into()), Vec::new(), None, place);
        }
    }

    /// The parts of an object that something decides about; what must be there is judged when it is known what is.
    fn parts(&mut self, parts: &'p [Part], nature: &Nature<'_>) {
        for part in parts {
            match part {
                Part::Member(key, value) => drop(self.members(std::iter::once((key, value)), nature)),
                Part::Item(_) => {}
                Part::Control(control) => self.control(&control.kind, |fitting, parts| fitting.parts(parts, nature)),
            }
        }
    }

    /// The same of a list.
    fn items(&mut self, parts: &'p [Part], of: Schema<'_>) {
        for part in parts {
            match part {
                Part::Item(item) => self.within("[]".to_owned(), item.span, |fitting| fitting.template(item, of)),
                Part::Member(..) => {}
                Part::Control(control) => self.control(&control.kind, |fitting, parts| fitting.items(parts, of)),
            }
        }
    }

    fn control(&mut self, kind: &'p ControlKind, judge: impl Fn(&mut Self, &'p [Part])) {
        match kind {
            ControlKind::Spread(_) => {}
            ControlKind::Each { name, list, parts } => {
                let items = match self.scope.template(&list.value).shape {
                    Shape::List(Some(items)) => Known::of(items),
                    Shape::Object(_) | Shape::Map(_) | Shape::Member => Known::always(Shape::Member),
                    _ => Known::anything(),
                };
                let outer = self.scope.names.trail().len();
                self.scope.enter_item(&name.value, items);
                judge(self, parts);
                self.scope.names.leave_to(outer);
            }
            ControlKind::If { parts, otherwise, .. } => {
                judge(self, parts);
                judge(self, otherwise);
            }
            ControlKind::Match { cases, otherwise, .. } => {
                cases.iter().map(|case| &case.parts).chain(otherwise).for_each(|parts| judge(self, parts));
            }
        }
    }

    /// What is known of a value that is computed.
    fn known(&mut self, known: &Known<'p>, path: &str, span: Origin, schema: Schema<'_>) {
        let mismatch = match &known.shape {
            Shape::Anything => None,
            Shape::Scalar(of, values) => match values {
                // One of them may be what the field takes not.
                Some(values) if !values.is_empty() => {
                    let mut plains = values.iter().filter_map(|value| render::plain(value));
                    plains.find_map(|plain| schema.mismatch(plain))
                }
                _ => of.and_then(of_type).and_then(|plain| schema.mismatch(plain)),
            },
            Shape::List(items) => match (schema.mismatch_of_list(None), schema.nature(), items) {
                (None, Nature::List(of), Some(items)) => {
                    return self.within("[]".to_owned(), span, |fitting| {
                        fitting.known(&Known::of(items), path, span, of);
                    });
                }
                (mismatch, ..) => mismatch,
            },
            Shape::Member => schema.mismatch_of_object(),
            Shape::Map(values) => match (schema.mismatch_of_object(), schema.nature()) {
                (None, Nature::Map(of, _)) => {
                    return self.within("*".to_owned(), span, |fitting| {
                        fitting.known(&Known::of(values), path, span, of);
                    });
                }
                (mismatch, _) => mismatch,
            },
            Shape::Object(fields) => match (schema.mismatch_of_object(), fields) {
                (None, Some(fields)) => return self.fields(fields, path, span, &schema.nature()),
                (mismatch, _) => mismatch,
            },
        };
        if let Some(mismatch) = mismatch {
            self.tell(mismatch, Vec::new(), Some(path.to_owned()), span);
        }
    }

    /// An object of known fields.
    fn fields(&mut self, fields: &'p [Property], path: &str, span: Origin, nature: &Nature<'_>) {
        for field in fields {
            let path = format!("{path}.{}", field.name.value);
            self.member(&field.name.value, span, nature, |fitting, schema| {
                if field.schema.base != Base::Any {
                    fitting.known(&Known::of(&field.schema), &path, span, schema);
                }
            });
        }
    }
}

/// A single value of a type of which no more is known.
fn of_type(of: ValueType) -> Option<Plain<'static>> {
    match of {
        ValueType::Text => Some(Plain::Text(None)),
        ValueType::Truth => Some(Plain::Truth(None)),
        ValueType::Number => Some(Plain::Number(None)),
        ValueType::List | ValueType::Object => None,
    }
}
