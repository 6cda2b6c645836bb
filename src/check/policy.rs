//! Policies ask for what is there, of what they can be about.

use super::names::{Named, Names};
use super::predicates::{Known, judge, judge_others, judge_unknown};
use super::subject::{Item, Subject, Subjects, of_fact};
use super::words::{self, quoted};
use crate::diag::{Diagnostic, code, suggest};
use crate::model::{
    Fact, FieldPath, Kind, Leaf, Policy, PolicySubject, Predicate, PredicateTest, Project, Schema, Tense, parse_json,
};
use crate::object::{members, schema};
use crate::source::{Origin, Span, Spanned};
use rayon::prelude::*;

/// What policies can be about.
struct About<'p> {
    project: &'p Project,
    blueprints: Subjects<'p>,
    promises: Subjects<'p>,
    names: Names<'p>,
}

/// The problems of all policies.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    if project.policies.is_empty() {
        return Vec::new();
    }
    let world = About {
        project,
        blueprints: Subjects::blueprints(project),
        promises: Subjects::promises(project),
        names: Names::of(project),
    };
    project.policies.par_iter().flat_map_iter(|policy| world.problems(policy)).collect()
}

impl About<'_> {
    fn problems(&self, policy: &Policy) -> Vec<Diagnostic> {
        let mut diagnostics: Vec<Diagnostic> = never_planned(policy).collect();
        match self.of_other(policy) {
            // Its fields would be looked for where they cannot be.
            Some(diagnostic) => diagnostics.push(diagnostic),
            None => {
                for predicate in policy.when.iter().chain(&policy.require) {
                    self.walk(predicate, policy, &mut diagnostics);
                }
            }
        }
        diagnostics
    }

    /// `of` where it means nothing.
    fn of_other(&self, policy: &Policy) -> Option<Diagnostic> {
        let of = policy.of.as_ref()?;
        let (blueprint, promise) = (self.project.blueprint(of).is_some(), self.project.promise(of).is_some());
        let (fits, wanted) = match policy.subject.value {
            PolicySubject::Object(Kind::Entity) => (blueprint, "a blueprint"),
            PolicySubject::Object(Kind::Request) | PolicySubject::Manifest => (promise, "a promise"),
            PolicySubject::Object(_) | PolicySubject::File | PolicySubject::Plan => {
                let message = format!("a policy for `{}` has no `of`", policy.subject.word());
                let help = "only entities, requests and manifests are of something";
                return Some(Diagnostic::error(code::POLICY_OF_OTHER, of.span, message).help(help));
            }
        };
        // Of a name that nothing has it is said elsewhere.
        if fits || !(blueprint || promise) {
            return None;
        }
        let (is, instead) = if blueprint { ("a blueprint", "entity") } else { ("a promise", "request") };
        let message = format!("`{}` is {is}, and a policy for `{}` is of {wanted}", of.value, policy.subject.word());
        let diagnostic = Diagnostic::error(code::POLICY_OF_OTHER, of.span, message);
        Some(diagnostic.help(format!("write `for={instead}`")).fix(
            format!("change to `{instead}`"),
            policy.subject.span,
            instead,
        ))
    }

    /// Judges the comparisons of a condition.
    fn walk(&self, predicate: &Predicate, policy: &Policy, diagnostics: &mut Vec<Diagnostic>) {
        for test in predicate.tests() {
            let not_known = test.fields().find_map(|field| self.only_planned(policy, &field));
            match not_known {
                Some(diagnostic) => diagnostics.push(diagnostic),
                None => self.test(test, policy, diagnostics),
            }
        }
    }

    /// A field that nothing has where the policy is judged.
    fn only_planned(&self, policy: &Policy, path: &Spanned<FieldPath>) -> Option<Diagnostic> {
        let says_was = path.way.first().is_some_and(|first| **first == *"was");
        let is_relation = || {
            let of = policy.of.as_ref();
            of.is_some_and(|of| self.blueprints.has_relation(of, "was"))
        };
        let is_planned = matches!(path.leaf, Leaf::Fact(fact) if fact.is_planned());
        if policy.on.is_empty() && (is_planned || says_was && !is_relation()) {
            let message = format!("`{}` is known of planned changes only", path.value);
            let help = "add `on update`, or the actions that it is meant for";
            return Some(Diagnostic::error(code::ONLY_PLANNED, path.span, message).help(help));
        }
        let only_made = !policy.on.is_empty() && policy.on.iter().all(|action| *action.value == *"create");
        if only_made && policy.tense(path).0 == Tense::Before {
            let message = format!("`{}` has no value: nothing is there before it is made", path.value);
            let help = "`on` needs another action than `create`";
            return Some(Diagnostic::error(code::ONLY_PLANNED, path.span, message).help(help));
        }
        None
    }

    /// A field, its operator and its operands.
    fn test(&self, test: &PredicateTest, policy: &Policy, diagnostics: &mut Vec<Diagnostic>) {
        let find = |path: &Spanned<FieldPath>| self.field(path, policy);
        let words = match policy.subject.value {
            PolicySubject::Object(Kind::Entity | Kind::Request) => None,
            PolicySubject::File | PolicySubject::Manifest | PolicySubject::Plan => None,
            PolicySubject::Object(kind) => closed(kind, &stripped(policy, &test.field)),
        };
        let found = match &words {
            Some(schema) => Some(Ok(Some(Subject { item: Item::Typed(schema), several: false }))),
            None => find(&test.field),
        };
        let subject = match found {
            Some(Ok(subject)) => subject,
            Some(Err(diagnostic)) => return diagnostics.push(*diagnostic),
            // Of what nothing is known some operands are wrong all the same.
            None => None,
        };
        match subject {
            Some(subject) => judge(test, subject, &self.names, diagnostics),
            None => judge_unknown(test, &self.names, diagnostics),
        }
        judge_others(test, subject, find, diagnostics);
    }

    /// A field; nothing where what it is cannot be told here.
    fn field(&self, path: &Spanned<FieldPath>, policy: &Policy) -> Option<Known<'_>> {
        let tense = policy.tense(path).0;
        let path = stripped(policy, path);
        let found = match (&path.leaf, policy.subject.value) {
            // The kinds of Kubernetes are more than anybody knows.
            (Leaf::Fact(Fact::Kind), PolicySubject::Manifest) => Ok(Some(Subject { item: Item::Text, several: false })),
            (Leaf::Fact(fact), _) => Ok(Some(Subject { item: of_fact(*fact), several: false })),
            (_, PolicySubject::Object(Kind::Entity)) => of_type(&self.blueprints, policy, &path)?,
            (_, PolicySubject::Object(Kind::Request)) => of_type(&self.promises, policy, &path)?,
            (_, PolicySubject::Object(kind)) => of_body(kind, &path),
            (Leaf::Count, PolicySubject::Manifest) => Ok(Some(Subject { item: Item::Number, several: false })),
            (_, PolicySubject::Manifest) => Ok(None),
            (_, PolicySubject::File | PolicySubject::Plan) => Err(Box::new(no_fields(policy, &path))),
        };
        Some(found.map(|subject| subject.map(|subject| in_tense(subject, tense))))
    }
}

/// What was may have been called by a name that is gone.
fn in_tense(subject: Subject<'_>, tense: Tense) -> Subject<'_> {
    match tense {
        Tense::Before => Subject { item: subject.item.before(), ..subject },
        Tense::After => subject,
    }
}

/// The actions of `on` that never happen.
fn never_planned(policy: &Policy) -> impl Iterator<Item = Diagnostic> {
    let wrong = policy.on.iter().filter_map(|action| {
        let (message, help) = match policy.subject.value {
            PolicySubject::Plan => (
                "a policy for plans judges every plan as a whole".to_owned(),
                "take `on` out, and ask for a count such as `$deletes`",
            ),
            PolicySubject::File if *action.value == *"move" => {
                ("a file is never moved".to_owned(), "where its path changes, one file is deleted and another created")
            }
            PolicySubject::Manifest => (
                "a policy for manifests judges what is rendered, and no change of it".to_owned(),
                "take `on` out; `for=file` judges which files change",
            ),
            PolicySubject::File | PolicySubject::Object(_) => return None,
        };
        Some(Diagnostic::error(code::NEVER_PLANNED, action.span, message).help(help))
    });
    // Of what has no `on` it is said once.
    let has_none = matches!(policy.subject.value, PolicySubject::Plan | PolicySubject::Manifest);
    let most = if has_none { 1 } else { usize::MAX };
    wrong.take(most)
}

/// A path without its `was`.
fn stripped(policy: &Policy, path: &Spanned<FieldPath>) -> Spanned<FieldPath> {
    let (tense, stripped) = policy.tense(path);
    let text = path.value.to_string();
    let span = match (tense, path.span) {
        (Tense::Before, Origin::Text(span)) if path.span.is_bare(&text) => {
            Origin::Text(Span { start: span.start + 4, ..span })
        }
        (Tense::Before | Tense::After, span) => span,
    };
    Spanned::new(stripped.into_owned(), span)
}

/// A field of entities or requests: of those of one type, or of any. Nothing where that is not to be told here.
fn of_type<'s>(subjects: &'s Subjects<'_>, policy: &Policy, path: &Spanned<FieldPath>) -> Option<Known<'s>> {
    if let Some(of) = &policy.of {
        return Some(subjects.find(of, path)?.map(Some));
    }
    if subjects.any_has(path)? {
        let teams = Subject { item: Item::Name(Named::Team), several: true };
        return Some(Ok((path.leaf == Leaf::Team).then_some(teams)));
    }
    let types = if policy.subject.value == PolicySubject::Object(Kind::Entity) { "blueprint" } else { "promise" };
    let message = format!("no {types} has `{}`", path.value);
    let diagnostic = Diagnostic::error(code::UNKNOWN_FIELD, path.span, message);
    Some(Err(Box::new(diagnostic.help(format!("name the {types} that has it: `of=NAME`")))))
}

/// A path into the body of an object of a kind: its first name is known.
fn of_body<'s>(kind: Kind, path: &Spanned<FieldPath>) -> Known<'s> {
    match path.leaf {
        Leaf::Property(_) => {}
        Leaf::Count if !path.way.is_empty() => return Ok(Some(Subject { item: Item::Number, several: false })),
        _ => return Ok(Some(Subject { item: Item::Text, several: false })),
    }
    let text = path.value.to_string();
    let first = text.split('.').next().unwrap_or_default();
    let known = || members(kind).map(|field| field.name);
    if known().any(|name| name == first) {
        return Ok(None);
    }
    let message = format!("no {} has `{first}`", kind.word());
    let diagnostic = Diagnostic::error(code::UNKNOWN_FIELD, path.span, message);
    let mended = suggest(first, known()).map(|near| text.replacen(first, near, 1));
    Err(Box::new(match mended {
        Some(mended) => diagnostic.did_you_mean(Some(&mended)),
        None => diagnostic.help(format!("it has {}", words::list(known().map(quoted)))),
    }))
}

/// The type of a field of an object of a kind of which the language says every word that it may be; nothing where it does not.
fn closed(kind: Kind, path: &Spanned<FieldPath>) -> Option<Schema> {
    let whole = schema(kind);
    let text = path.value.to_string();
    let mut at = &whole;
    for name in text.split('.') {
        let place = at.get("$ref").and_then(|to| to.as_str()).and_then(|to| to.strip_prefix('#'));
        at = place.map_or(Some(at), |place| whole.pointer(place))?;
        let own = at.get("properties").and_then(|members| members.get(name));
        at = own.or_else(|| at.get("additionalProperties").filter(|any| any.is_object()))?;
    }
    at.get("enum")?;
    let body = parse_json(at.to_string().as_bytes()).ok()?;
    Schema::of(body.as_object()?)
}

fn no_fields(policy: &Policy, path: &Spanned<FieldPath>) -> Diagnostic {
    let text = path.value.to_string();
    let subject = policy.subject.value;
    let message = format!("a {} has no `{text}`", subject.word());
    let diagnostic = Diagnostic::error(code::UNKNOWN_FIELD, path.span, message);
    let known: Vec<&str> = subject.metadata().into_iter().map(|(word, _)| word).collect();
    let meant = known.iter().find(|word| word.trim_start_matches('$') == text).copied();
    match meant.or_else(|| suggest(&text, known.iter().copied())) {
        Some(near) => diagnostic.did_you_mean(Some(near)),
        None => diagnostic.help(format!("it has {}", words::list(known.iter().map(|word| quoted(word))))),
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::resolve::{MemoryLoader, resolve};

    const MODEL: &str = "blueprint service {
    property tier enum { values critical standard }
    property score number
    relation system system
    relation was system
}
blueprint system { property owner string }
promise postgresql {
    api group=example.com version=v1 kind=PostgreSQL { field size enum required { values small large } }
}
";

    /// The problems of a policy as `CODE text: message`, with the help behind it.
    fn problems(policy: &str) -> Vec<String> {
        let text = format!("{MODEL}{policy}");
        let resolved = resolve(&MemoryLoader::new([("plat.kdl", "project demo"), ("a.kdl", &text)])).unwrap();
        let found = resolved.diagnostics.iter().cloned().chain(check(&resolved.project));
        let told = found.map(|found| {
            let help = found.help.map(|help| format!(" ({help})")).unwrap_or_default();
            format!("{} {}: {}{help}", found.code, resolved.sources.text(found.primary.span()), found.message)
        });
        told.collect()
    }

    #[test]
    fn a_field_of_which_the_language_says_every_word_is_one_of_these() {
        let told = |for_: &str, line: &str| {
            let text = format!("policy p for={for_} {{ require {{ {line} }} }}\n");
            let resolved = resolve(&MemoryLoader::new([("plat.kdl", "project demo"), ("a.kdl", &text)])).unwrap();
            assert!(resolved.diagnostics.is_empty(), "{:?}", resolved.diagnostics);
            check(&resolved.project).into_iter().map(|one| one.message).collect::<Vec<_>>()
        };
        assert_eq!(told("page", "type is hom"), ["`hom` is not one of the values of `type`"]);
        assert_eq!(told("destination", "layout is-not flt").len(), 1);
        for line in ["type is home", "type starts-with dash", "type present", "locked is #true", "widgets contains hom"]
        {
            assert_eq!(told("page", line), [""; 0], "{line}");
        }
    }

    #[test]
    fn what_a_policy_compares_with_is_there_or_was() {
        let declared = "state-store gitops git { url a; }\ndestination europe { store gitops; }\nteam payments\n";
        for (policy, expected) in [
            (
                "for=request { require { $destination is eurpe } }",
                "E0453 eurpe: there is no destination `eurpe` (did you mean `europe`?)",
            ),
            (
                "for=file { on delete; when { $store is gitps } }",
                "E0453 gitps: there is no state store `gitps` (did you mean `gitops`?)",
            ),
            (
                "for=entity { require { $team contains paymnts } }",
                "E0453 paymnts: there is no team `paymnts` (did you mean `payments`?)",
            ),
            (
                "for=entity { require { $kind is entty } }",
                "E0453 entty: there is no kind of objects `entty` (did you mean `entity`?)",
            ),
        ] {
            assert_eq!(problems(&format!("{declared}policy p {policy}")), [expected]);
        }
        for policy in [
            "for=request { on move; when { was.$destination is gone } }",
            "for=entity { on delete; when { was.$team contains gone } }",
        ] {
            assert_eq!(problems(&format!("{declared}policy p {policy}")), [""; 0]);
        }
    }

    #[test]
    fn policies_that_can_be_judged_are_left_alone() {
        for policy in [
            "policy p for=entity of=service { when { tier is critical }; require { system.owner present; $team present; $name starts-with a } }",
            "policy p for=entity of=service { on update move; when { was.tier is critical; was.$name is a; was.system.owner is b; $owner is demo } }",
            "policy p for=entity of=service { when { was.owner present; was is b } }",
            "policy p for=entity { when { owner present; score above 1; $title absent } }",
            "policy p for=request of=postgresql { on create delete; when { size is large; $namespace is dev; $identifier is dev/a } }".replace("dev/a", "\"dev/a\"").as_str(),
            "policy p for=request { require { size in small large } }",
            "policy p for=request { on move delete; when { was.$destination is a; $destination is-not a } }",
            "policy p for=request { require { $destination starts-with eu } }",
            "policy p for=blueprint { require { properties.tier.type is string; title present; relations.x.target present } }",
            "policy p for=destination { require { labels.environment present; strictLabels is #true } }",
            "policy p for=file { on create update adopt delete release; when { $added above 10; $path ends-with \".yaml\" } }",
            "policy p for=file { when { $request absent } }",
            "policy p for=manifest of=postgresql { when { $kind is Deployment; spec.a.b.$count above 1 }; require { spec.replicas at-least (field)spec.min; $namespace is-not default } }",
            "policy p for=plan { require { $deletes below 20; $changes at-most 100 } }",
            "policy p for=team { on delete }",
        ] {
            assert_eq!(problems(policy), [""; 0], "{policy}");
        }
    }

    #[test]
    fn what_a_policy_asks_for_is_there() {
        for (policy, expected) in [
            (
                "for=entity of=service { when { teir is critical } }",
                "E0450 teir: `service` has no `teir` (did you mean `tier`?)",
            ),
            (
                "for=entity of=service { on update; when { was.teir is critical } }",
                "E0450 teir: `service` has no `teir` (did you mean `tier`?)",
            ),
            ("for=entity of=service { when { system.name is a } }", "E0450 system.name: `system` has no `name`"),
            (
                "for=entity of=service { when { tier is urgent } }",
                "E0453 urgent: `urgent` is not one of the values of `tier` (it takes `critical` and `standard`)",
            ),
            (
                "for=entity of=service { when { tier above 1 } }",
                "E0452 above: `above` does not go with `tier`, which is an enum (`above` is for a number or a time)",
            ),
            (
                "for=entity { when { zone is a } }",
                "E0450 zone: no blueprint has `zone` (name the blueprint that has it: `of=NAME`)",
            ),
            (
                "for=entity { when { score matches \"(\" } }",
                "E0423 \"(\": `(` is no regular expression that texts can be matched with: a bracket or a parenthesis is open (close it, or write a backslash before it where it stands for itself)",
            ),
            (
                "for=entity { when { $path is a } }",
                "E0357 $path: an entity has no `$path` (it has $address, $kind, $name, $action, $owner, $identifier, $title, $icon, $team)",
            ),
            (
                "for=entity of=service { when { system.$kind is a } }",
                "E0357 system.$kind: what an entity is related to has no `$kind` (it has $address, $name, $action, $owner, $identifier, $title, $icon, $team)",
            ),
            (
                "for=request of=postgresql { when { $namespaec is a } }",
                "E0357 $namespaec: a request has no `$namespaec` (did you mean `$namespace`?)",
            ),
            (
                "for=blueprint { when { propertys.a present } }",
                "E0450 propertys.a: no blueprint has `propertys` (did you mean `properties.a`?)",
            ),
            ("for=file { when { path is a } }", "E0450 path: a file has no `path` (did you mean `$path`?)"),
            (
                "for=plan { when { $deletes is many } }",
                "E0453 many: `$deletes` is compared with a number here, not a string",
            ),
            (
                "for=plan { when { size above 1 } }",
                "E0450 size: a plan has no `size` (it has `$creates`, `$updates`, `$moves`, `$adopts`, `$deletes`, `$releases` and `$changes`)",
            ),
        ] {
            assert_eq!(problems(&format!("policy p {policy}")), [expected], "{policy}");
        }
    }

    #[test]
    fn a_policy_can_apply() {
        for (policy, expected) in [
            (
                "for=request of=service",
                "E0751 service: `service` is a blueprint, and a policy for `request` is of a promise (write `for=entity`)",
            ),
            (
                "for=entity of=postgresql { when { size is small } }",
                "E0751 postgresql: `postgresql` is a promise, and a policy for `entity` is of a blueprint (write `for=request`)",
            ),
            (
                "for=file of=postgresql",
                "E0751 postgresql: a policy for `file` has no `of` (only entities, requests and manifests are of something)",
            ),
            (
                "for=plan { on create delete }",
                "E0752 create: a policy for plans judges every plan as a whole (take `on` out, and ask for a count such as `$deletes`)",
            ),
            (
                "for=manifest of=service",
                "E0751 service: `service` is a blueprint, and a policy for `manifest` is of a promise (write `for=entity`)",
            ),
            (
                "for=manifest { on create update }",
                "E0752 create: a policy for manifests judges what is rendered, and no change of it (take `on` out; `for=file` judges which files change)",
            ),
            (
                "for=file { on move create }",
                "E0752 move: a file is never moved (where its path changes, one file is deleted and another created)",
            ),
            (
                "for=request { when { was.size is small } }",
                "E0753 was.size: `was.size` is known of planned changes only (add `on update`, or the actions that it is meant for)",
            ),
            (
                "for=file { when { $added above 1 } }",
                "E0753 $added: `$added` is known of planned changes only (add `on update`, or the actions that it is meant for)",
            ),
            (
                "for=request { on create; when { was.size is small } }",
                "E0753 was.size: `was.size` has no value: nothing is there before it is made (`on` needs another action than `create`)",
            ),
        ] {
            assert_eq!(problems(&format!("policy p {policy}")), [expected], "{policy}");
        }
    }
}
