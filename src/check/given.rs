//! Tests give each thing once, and speak of what they give.

use super::words;
use crate::diag::{CODES, Diagnostic, code, suggest};
use crate::model::{Address, Expectation, Given, Kind, Name, Project, Test};
use crate::source::{Origin, Spanned};
use std::collections::HashMap;

/// What is wrong with the tests of a project as they are written.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    project.tests.iter().flat_map(|test| judge(test, project)).collect()
}

fn judge(test: &Test, project: &Project) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for lines in [&test.before, &test.given] {
        let mut given: HashMap<Address, Origin> = HashMap::new();
        for one in lines {
            let (address, span) = (one.declared().address(), one.declared().span());
            if let Some(first) = given.insert(address.clone(), span) {
                let diagnostic = Diagnostic::error(code::GIVEN_TWICE, span, format!("`{address}` is given twice"));
                diagnostics.push(diagnostic.other(first, "first here").help("give it another name, or take it out"));
            }
        }
    }
    diagnostics.extend(test.expect.iter().filter_map(|expectation| speaks_of(expectation, test)));
    diagnostics.extend(test.expect.iter().filter_map(|expectation| names(expectation, project)));
    diagnostics
}

/// That an expectation speaks of what is not given.
fn speaks_of(expectation: &Expectation, test: &Test) -> Option<Diagnostic> {
    match expectation {
        Expectation::Resource { .. } | Expectation::NoResource { .. } => None,
        Expectation::Destination { request, .. } => not_given(test, Kind::Request, request),
        Expectation::Level { entity, .. } | Expectation::Rule { entity, .. } => not_given(test, Kind::Entity, entity),
        Expectation::Policy { name, .. } => not_given(test, Kind::Entity, name),
        Expectation::Error(code) => unknown_code(code),
    }
}

/// That an expectation names what its scorecard does not have. That there is no such scorecard is told with the names of a project.
fn names(expectation: &Expectation, project: &Project) -> Option<Diagnostic> {
    let of = match expectation {
        Expectation::Level { scorecard, .. } | Expectation::Rule { scorecard, .. } => scorecard,
        _ => return None,
    };
    let scorecard = project.scorecards.iter().find(|one| one.name.value == of.value)?;
    let levels = scorecard.levels.iter();
    let (what, name, known): (_, _, Vec<&str>) = match expectation {
        Expectation::Level { level, .. } => {
            ("level", level, levels.map(|level| &*level.name.value).chain([UNRANKED]).collect())
        }
        Expectation::Rule { rule, .. } => {
            ("rule", rule, levels.flat_map(|level| &level.rules).map(|rule| &*rule.name.value).collect())
        }
        _ => return None,
    };
    if known.contains(&&*name.value) {
        return None;
    }
    let message = format!("scorecard `{}` has no {what} `{}`", of.value, name.value);
    let diagnostic = Diagnostic::error(code::NOT_GIVEN, name.span, message).lacking(scorecard.span);
    Some(match suggest(&name.value, known.iter().copied()) {
        Some(near) => diagnostic.did_you_mean(Some(near)),
        None => diagnostic.help(format!("it has {}", words::list(known.into_iter().map(words::quoted)))),
    })
}

/// What is expected of an entity that reaches no level.
const UNRANKED: &str = "none";

/// A request is an entity for the scorecards of its promise.
fn not_given(test: &Test, kind: Kind, name: &Spanned<Name>) -> Option<Diagnostic> {
    let names = || {
        test.before.iter().chain(&test.given).filter_map(|given| match given {
            Given::Request(request) => Some(&*request.name.value),
            Given::Entity(entity) => (kind == Kind::Entity).then_some(&*entity.name.value),
        })
    };
    if names().any(|given| *given == *name.value) {
        return None;
    }
    let message = format!("the test gives no {} `{}`", kind.word(), name.value);
    let diagnostic = Diagnostic::error(code::NOT_GIVEN, name.span, message);
    Some(match suggest(&name.value, names()) {
        Some(near) => diagnostic.did_you_mean(Some(near)),
        None => diagnostic
            .help("a test sees what its `given` lines say, and nothing else of the project's requests and entities"),
    })
}

fn unknown_code(code: &Spanned<Name>) -> Option<Diagnostic> {
    if CODES.iter().any(|known| *known.id == *code.value) {
        return None;
    }
    let message = format!("there is no code `{}`", code.value);
    let near = suggest(&code.value, CODES.iter().map(|known| known.id));
    Some(Diagnostic::error(self::code::UNKNOWN_CODE, code.span, message).did_you_mean(near))
}
