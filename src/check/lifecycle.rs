//! The fields that lifecycles ignore are fields that the objects can have.

use super::words::{self, quoted};
use crate::diag::{Diagnostic, code, suggest};
use crate::model::{Blueprint, Declared, Kind, Map, Project, Promise, Value, covers};
use crate::object::{Field, can_have, members};
use crate::source::Spanned;
use crate::syntax::edit::write_string;
use rayon::prelude::*;
use std::collections::HashMap;

/// How many fields a message lists.
const MOST_LISTED: usize = 20;

/// What entities and requests are made of.
struct Types<'p> {
    blueprints: HashMap<&'p str, &'p Blueprint>,
    promises: HashMap<&'p str, &'p Promise>,
}

/// The fields that an object can have.
struct Fields {
    groups: Vec<&'static str>,
    paths: Vec<String>,
    /// Whether a group may hold any name: what would say which is not there, and that is a mistake of another place.
    open: bool,
}

/// The ignored paths that are no fields.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let types = Types::of(project);
    project.declared().into_par_iter().flat_map_iter(|declared| types.problems(declared)).collect()
}

/// Where a path is no field that an object can have: the one that is probably meant.
pub fn missing_field(project: &Project, declared: &dyn Declared, path: &str) -> Option<Option<String>> {
    let fields = Types::of(project).fields(declared);
    (!fields.can_be(path)).then(|| fields.meant(path).map(|(meant, _)| meant))
}

impl<'p> Types<'p> {
    fn of(project: &'p Project) -> Self {
        Self {
            blueprints: project.blueprints.iter().rev().map(|blueprint| (&*blueprint.name.value, blueprint)).collect(),
            promises: project.promises.iter().rev().map(|promise| (&*promise.name.value, promise)).collect(),
        }
    }

    fn problems(&self, declared: &dyn Declared) -> Vec<Diagnostic> {
        let ignored = declared.lifecycle().map_or(&[][..], |lifecycle| &lifecycle.ignore);
        if ignored.is_empty() {
            return Vec::new();
        }
        let fields = self.fields(declared);
        let body = declared.body();
        let held = crate::object::fields(&body);
        let problem = |path: &Spanned<Box<str>>| match held
            .iter()
            .find(|(field, value)| covers(&path.value, field) && holds_secret(&value.value))
        {
            _ if !fields.can_be(path) => Some(fields.unknown(path, declared)),
            Some((field, value)) => {
                let message = format!("`{field}` is a secret, and nobody would know that any more where it is ignored");
                let problem = Diagnostic::error(code::MISPLACED_SECRET, path.span, message);
                Some(
                    problem
                        .other(value.span, "this is the secret")
                        .help("let it be set back: take the path out, or name the other fields"),
                )
            }
            None => None,
        };
        ignored.iter().filter_map(problem).collect()
    }

    fn fields(&self, declared: &dyn Declared) -> Fields {
        let address = declared.address();
        let body = declared.body();
        let can_have = |field: &Field| can_have(address.kind, &body, field.name);
        let (groups, words): (Vec<Field>, Vec<Field>) =
            members(address.kind).filter(can_have).partition(|field| field.is_group);
        let groups: Vec<&str> = groups.into_iter().map(|group| group.name).collect();
        let mut paths: Vec<String> = words.into_iter().map(|word| word.name.to_owned()).collect();
        let mut open = false;
        for &group in &groups {
            let names = match address.kind {
                Kind::Entity => self.blueprints.get(&*address.parent).map(|blueprint| named(blueprint, group)),
                Kind::Request if group == ASKED => {
                    self.promises.get(&*address.parent).and_then(|promise| asked(promise))
                }
                _ => Some(own(&body, group)),
            };
            open |= names.is_none();
            paths.extend(names.into_iter().flatten().map(|name| format!("{group}.{name}")));
        }
        Fields { groups, paths, open }
    }
}

/// Whether a value is a secret, or has one in it.
fn holds_secret(value: &Value) -> bool {
    match value {
        Value::Secret(_) => true,
        Value::Array(items) => items.iter().any(|item| holds_secret(&item.value)),
        Value::Object(map) => map.members.iter().any(|member| holds_secret(&member.value.value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// The group of a request whose members its promise declares.
const ASKED: &str = "spec";

/// The names that the entities of a blueprint can have within a group.
fn named<'p>(blueprint: &'p Blueprint, group: &str) -> Vec<&'p str> {
    if group == "relations" {
        blueprint.relations.iter().map(|relation| &*relation.name.value).collect()
    } else {
        blueprint.properties.iter().map(|property| &*property.name.value).collect()
    }
}

/// What the requests of a promise can say; nothing where the promise does not say what.
fn asked(promise: &Promise) -> Option<Vec<&str>> {
    Some(promise.api.as_ref()?.fields.iter().map(|field| &*field.name.value).collect())
}

/// The names that an object itself has within a group.
fn own<'b>(body: &'b Map, group: &str) -> Vec<&'b str> {
    let members = body.get(group).and_then(|value| value.as_object()).map_or(&[][..], |map| &map.members);
    members.iter().map(|member| &*member.name.value).collect()
}

impl Fields {
    /// Whether a path, with `*` for any text, is a field that there can be.
    fn can_be(&self, path: &str) -> bool {
        let group = path.split('.').next().unwrap_or_default();
        let is_open = self.open && (self.groups.contains(&group) && group != path || group.contains('*'));
        is_open || self.paths.iter().any(|field| covers(path, field))
    }

    fn unknown(&self, path: &Spanned<Box<str>>, declared: &dyn Declared) -> Diagnostic {
        let kind = declared.address().kind.word();
        let message = format!("no such {kind} has a field `{}`", path.value);
        let diagnostic = Diagnostic::error(code::UNKNOWN_IGNORED, path.span, message);
        match self.meant(&path.value) {
            Some((meant, help)) => {
                let written = write_string(&meant);
                diagnostic.help(help).fix(format!("change to `{meant}`"), path.span, written)
            }
            None => diagnostic.help(self.listed()),
        }
    }

    /// What somebody who wrote a path meant, and how to say so.
    fn meant(&self, path: &str) -> Option<(String, String)> {
        if self.groups.contains(&path) {
            let all = format!("{path}.*");
            let help = format!("write `{all}` for each of its fields, or name one: `{path}.NAME`");
            return Some((all, help));
        }
        if let Some(field) = self.paths.iter().find(|field| path.strip_prefix(field.as_str()).is_some_and(is_part)) {
            return Some((field.clone(), format!("`{field}` is one field, ignored as a whole")));
        }
        let bare = self.paths.iter().find(|field| field.split_once('.').is_some_and(|(_, name)| name == path));
        let near = || suggest(path, self.paths.iter().take(words::MOST_CANDIDATES).map(String::as_str));
        let meant = bare.map(String::as_str).or_else(near)?;
        Some((meant.to_owned(), format!("did you mean `{meant}`?")))
    }

    fn listed(&self) -> String {
        if self.paths.is_empty() {
            return "it has no fields: take the path out".to_owned();
        }
        let more = self.paths.len().saturating_sub(MOST_LISTED);
        let listed = self.paths.iter().take(MOST_LISTED).map(|path| quoted(path));
        let more = (more > 0).then(|| format!("{more} more"));
        format!("its fields are {}", words::list(listed.chain(more)))
    }
}

/// Whether what stands behind a field in a path is the name of a part of it.
fn is_part(rest: &str) -> bool {
    rest.starts_with(['.', '['])
}

#[cfg(test)]
mod tests {
    use super::{Types, check};
    use crate::diag::Diagnostic;
    use crate::object::fields;
    use crate::resolve::{MemoryLoader, Resolved, resolve};
    use std::collections::HashSet;

    const MODEL: &str = r#"blueprint thing {
    title Thing; description "A thing."; icon Box
    property size integer required
    property address object { field city string }
    relation parts thing many
    mirror whole parts.size
    calculation half number { jq ".properties.size / 2" }
    aggregation all thing count of=entities
    ownership direct
    team-inheritance parts
    backstage Thing { place size spec.size required; }
    changelog kafka
    global-search #false
    only-port { a b; }
}
promise database {
    title Database; description "A database."; icon Box
    version v1; requires network version=v2
    api deprecated group=example.com version=v1 kind=Database list-kind=DatabaseList deprecation-warning=old {
        description "An API."; short-names db; categories all; columns { - name=x; }; selectable-fields { - jsonPath=.spec.size; }; subresources { status {}; }
        default { size 1; }; meets-all { - type=object; }; meets-any { - type=object; }; meets-one { - type=object; }; meets-none { type string; }; validations { - rule="true"; }
        field size integer required; field zones array of=string }
    schedule environment=production
    dependencies pipeline=p { resource v1 Namespace $promise }
    workflow configure { resource v1 ConfigMap $name { data a=b } }
    only-kratix { a b; }
}
team payments { title P; description "D"; icon I; member ana@example.com; only-port { a b; } }
page home { title H; description "D"; icon I; type dashboard; parent p; after q; blueprint thing; locked; protected; show-in-sidebar #true; section x; query-params x; page-filters { - a=b; }; widgets { - type=users-table; }; only-port { a b; } }
automation tell { title T; description "D"; icon I; on timer-expired blueprint=thing property=size action=make; condition "true" combinator=and; published; backend kafka; anyone-sees-runs #true; only-port { a b; } }
user ana@example.com { title Ana; description "D"; icon I }
scorecard ready for=thing {
    properties { stage pilot; }; relations { guild backend; }
    title R; description "D"; icon I
    only-for { size above 1 }
    base None
    level Good color=gold { rule sized { size present } }
    only-port { a b; }
}
action make create thing {
    title M; description "D"; icon I
    only-port { a b; }
    input name string required
    heading about "About it"
    step One { shown about }
    shown about
    requires (jq)"[]"
    available { combinator and; }
    published
    buttons card=Go
    backend kafka { send name $inputs.name; report-status }
    approval
    approval-notification email
    anyone-sees-runs #true
}
state-store main git { url "https://example.com/main"; branch main; path clusters; auth basic secret=main namespace=a; only-kratix { a b; } }
state-store objects bucket { endpoint e insecure; bucket b; path p; auth iam secret=x namespace=a; only-kratix { a b; } }
promise-release elsewhere { version v1; source "https://example.com/p.yaml" secret=x namespace=a; only-kratix { a b; } }
destination production { store main; path p; layout aggregated file=all.yaml; labels environment=production "app.kubernetes.io/name"=x; strict-labels; encrypted; drain; only-kratix { a b; } }
entity thing a { title A; icon I; team payments; size 1; address city=Berlin; parts a; only-backstage { a b; }; only-port { a b; } }
request database b destination=production { metadata { title T; team payments; labels tier=gold; }; size 1; zones x; only-kratix { a b; } }
policy small for=request of=database severity=warn { description D; on create; when { size present; }; require { size below 9; }; }
"#;

    fn loaded(text: &str) -> Resolved {
        let resolved = resolve(&MemoryLoader::new([("plat.kdl", "project demo"), ("a.kdl", text)])).unwrap();
        assert!(resolved.diagnostics.is_empty(), "{:?}", resolved.diagnostics);
        resolved
    }

    /// The problems of a lifecycle in a request or an entity: the text, the help, and the text of the fix.
    fn told(lines: &str) -> Vec<(String, String, String)> {
        let resolved = loaded(&format!("{MODEL}{lines}"));
        let one = |found: Diagnostic| {
            let fix = found.fixes.first().map_or("", |fix| &fix.edits[0].text).to_owned();
            (resolved.sources.text(found.primary.span()).to_owned(), found.help.unwrap_or_default(), fix)
        };
        check(&resolved.project).into_iter().map(one).collect()
    }

    fn text(of: (&str, &str, &str)) -> Vec<(String, String, String)> {
        vec![(of.0.to_owned(), of.1.to_owned(), of.2.to_owned())]
    }

    #[test]
    fn every_field_of_every_kind_may_be_ignored() {
        let resolved = loaded(MODEL);
        let world = Types {
            blueprints: [("thing", &resolved.project.blueprints[0])].into(),
            promises: [("database", &resolved.project.promises[0])].into(),
        };
        let mut kinds = HashSet::new();
        for declared in resolved.project.declared() {
            kinds.insert(declared.address().kind);
            let known: HashSet<String> = world.fields(declared).paths.into_iter().collect();
            let body = declared.body();
            let held: HashSet<String> = fields(&body).into_iter().map(|(path, _)| path).collect();
            assert_eq!(held, known, "{}", declared.address());
        }
        assert_eq!(kinds.len(), crate::model::Kind::ALL.len());
    }

    #[test]
    fn a_star_stands_for_fields_that_there_are() {
        let lines = r#"entity thing c { size 1; lifecycle { ignore "*" properties.* "relations.p*" "*.size" team } }
            destination other { store main; labels a=b; lifecycle { ignore "labels.*" path } }"#;
        assert_eq!(told(lines), []);
        let nothing = told("destination other { store main; lifecycle { ignore \"labels.*\" } }");
        assert_eq!(nothing[0].0, "\"labels.*\"");
    }

    #[test]
    fn a_path_that_is_no_field_is_told_with_what_was_meant() {
        let entity = |path: &str| told(&format!("entity thing c {{ size 1; lifecycle {{ ignore {path} }} }}"));
        let meant = "did you mean `properties.size`?";
        assert_eq!(entity("properties.sise"), text(("properties.sise", meant, "properties.size")));
        assert_eq!(entity("size"), text(("size", meant, "properties.size")));
        assert_eq!(entity("titel"), text(("titel", "did you mean `title`?", "title")));
        let all = "write `properties.*` for each of its fields, or name one: `properties.NAME`";
        assert_eq!(entity("properties"), text(("properties", all, "properties.*")));
        let whole = "`properties.address` is one field, ignored as a whole";
        assert_eq!(entity("properties.address.city"), text(("properties.address.city", whole, "properties.address")));
        let listed = "its fields are `title`, `icon`, `team`, `backstage`, `port`, `properties.size`, `properties.address` and `relations.parts`";
        assert_eq!(entity("\"x*\""), text(("\"x*\"", listed, "")));
        let request = told("request database c { size 1; lifecycle { ignore spec.zone nothing } }");
        assert_eq!(request[1].2, "spec.zones");
        assert_eq!(
            request[0].1,
            "its fields are `destination`, `title`, `team`, `kratix`, `spec.size` and `spec.zones`"
        );
        let label = told(r#"destination c { store main; labels "a.b/c"=x; lifecycle { ignore "labels.a.b/d" } }"#);
        assert_eq!(label[0].2, "\"labels.a.b/c\"");
    }

    #[test]
    fn what_a_broken_blueprint_holds_is_not_guessed() {
        let text = "entity nothing c { lifecycle { ignore properties.x relations.y \"*.z\" nonsense } }\n\
                    promise empty\nrequest empty d { lifecycle { ignore spec.x spec } }";
        let resolved = resolve(&MemoryLoader::new([("plat.kdl", "project demo"), ("a.kdl", text)])).unwrap();
        let found = check(&resolved.project);
        let told: Vec<&str> = found.iter().map(|found| resolved.sources.text(found.primary.span())).collect();
        assert_eq!(told, ["nonsense", "spec"]);
    }
}
