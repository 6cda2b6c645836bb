//! Regular expressions that cost more than their text shows.

use super::found::Found;
use crate::diag::{Diagnostic, code};
use crate::model::{Policy, Predicate, PredicateTest, Project, Property, Schema, Scorecard, linear_pattern};
use crate::source::{Origin, Spanned};
use regex_syntax::hir::{Class, Hir, HirKind};
use std::collections::HashMap;
use std::ops::Deref;

/// The most bytes of a text that is read as one; a class of a few bytes is read to 10,000.
const LONGEST: usize = 8 << 10;
/// The most parts of one.
const MOST: usize = 60_000;
/// The most parts of all those of a project.
const MOST_TOGETHER: usize = 4_000_000;

/// How many parts a regular expression has once it is made ready: ranges of characters, each as often as it is repeated. Nothing where
/// it is none, which is told elsewhere.
fn cost(text: &str) -> Option<usize> {
    if text.len() > LONGEST {
        return Some(usize::MAX);
    }
    regex_syntax::parse(&linear_pattern(text).ok()?).ok().map(|expression| parts(&expression))
}

/// The places of a regular expression that a reader of texts may be at, all at once: what it does for each byte.
pub(super) struct Effort {
    expression: Hir,
    /// The places by the length of a text, as a power of two.
    known: HashMap<u32, usize>,
}

impl Effort {
    /// That of a regular expression; nothing where it is none, or is never made ready.
    pub(super) fn of(text: &str) -> Option<Self> {
        if is_costly(text) {
            return None;
        }
        let expression = regex_syntax::parse(&linear_pattern(text).ok()?).ok()?;
        Some(Self { expression, known: HashMap::new() })
    }

    /// How many places there are for texts of a length up to a power of two.
    pub(super) fn places(&mut self, power: u32) -> usize {
        let length = 1_usize.checked_shl(power).unwrap_or(usize::MAX);
        *self.known.entry(power).or_insert_with(|| places(&self.expression, length))
    }
}

/// The places of an expression that are met within a text of some length. What must have a letter each time is not repeated more often
/// than there are letters.
fn places(expression: &Hir, length: usize) -> usize {
    match expression.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) => 1,
        HirKind::Literal(literal) => literal.0.len().min(length),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min.saturating_add(1)).max(1) as usize;
            let takes_letters = repetition.sub.properties().minimum_len().is_some_and(|least| least > 0);
            let times = if takes_letters { times.min(length.saturating_add(1)) } else { times };
            places(&repetition.sub, length).saturating_mul(times)
        }
        HirKind::Capture(capture) => places(&capture.sub, length),
        HirKind::Concat(all) | HirKind::Alternation(all) => {
            all.iter().map(|part| places(part, length)).fold(0, usize::saturating_add)
        }
    }
}

/// The parts of an expression, which is nested no deeper than its reader allows.
fn parts(expression: &Hir) -> usize {
    let sum = |all: &[Hir]| all.iter().map(parts).fold(1, usize::saturating_add);
    match expression.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Unicode(class)) => class.ranges().len(),
        HirKind::Class(Class::Bytes(class)) => class.ranges().len(),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min.saturating_add(1)).max(1);
            parts(&repetition.sub).saturating_mul(times as usize)
        }
        HirKind::Capture(capture) => parts(&capture.sub).saturating_add(1),
        HirKind::Concat(all) | HirKind::Alternation(all) => sum(all),
    }
}

/// Whether a regular expression costs more than one may.
pub(super) fn is_costly(text: &str) -> bool {
    cost(text).is_some_and(|cost| cost > MOST)
}

/// Whether a text is a regular expression that values can be matched with, in time linear in the value.
pub(super) fn is_pattern(text: &str) -> bool {
    !is_costly(text) && Found::new(text).is_some()
}

/// What is wrong with a regular expression; nothing where values can be matched with it.
pub(super) fn misfit(pattern: &Spanned<impl Deref<Target = str>>) -> Option<Diagnostic> {
    let (text, span) = (&*pattern.value, pattern.span);
    if is_costly(text) {
        return Some(costly(span));
    }
    let refused = |message: String| Diagnostic::error(code::BAD_PATTERN, span, message);
    match linear_pattern(text) {
        Err(fault) => {
            let message =
                format!("`{text}` is no regular expression that texts can be matched with: {}", fault.message());
            Some(refused(message).help(fault.help()))
        }
        Ok(_) if is_pattern(text) => None,
        Ok(_) => Some(refused(format!("`{text}` is no regular expression that texts can be matched with"))),
    }
}

/// That a regular expression costs too much.
fn costly(span: Origin) -> Diagnostic {
    Diagnostic::error(code::COSTLY_PATTERN, span, "this regular expression is too costly")
        .help("repeat less: `\\p{L}` stands for hundreds of ranges each time, `[0-9A-Za-z_]` for four")
}

/// Where all regular expressions of a project cost too much together, the first that is too much.
pub(super) fn too_many(project: &Project) -> Option<Diagnostic> {
    let mut all = Patterns { left: MOST_TOGETHER, last: None };
    project.typed().for_each(|(_, _, properties)| all.properties(properties));
    all.tests(project.scorecards.iter().flat_map(Scorecard::predicates).flat_map(Predicate::tests));
    all.tests(project.policies.iter().flat_map(Policy::tests));
    let message = "all regular expressions of the project are too costly together";
    Some(Diagnostic::error(code::COSTLY_PATTERN, all.last?, message).label("from here on"))
}

/// What is left for the regular expressions of a project.
struct Patterns {
    left: usize,
    /// The first for which nothing was.
    last: Option<Origin>,
}

impl Patterns {
    fn properties(&mut self, properties: &[Property]) {
        for property in properties {
            self.schema(&property.schema);
        }
    }

    fn schema(&mut self, schema: &Schema) {
        if let Some(pattern) = &schema.limits.pattern {
            self.take(pattern);
        }
        self.properties(&schema.fields);
        schema.items.iter().for_each(|items| self.schema(items));
    }

    fn tests<'p>(&mut self, tests: impl Iterator<Item = &'p PredicateTest>) {
        for operand in tests.filter(|test| test.operator.value.matches_a_pattern()).flat_map(|test| &test.operands) {
            let text = operand.value.as_str().unwrap_or_default();
            self.take(&Spanned::new(text, operand.span));
        }
    }

    /// One that is too costly alone is never made ready.
    fn take<T: Deref<Target = str>>(&mut self, pattern: &Spanned<T>) {
        let Some(cost) = cost(&pattern.value).filter(|cost| *cost <= MOST) else { return };
        match self.left.checked_sub(cost) {
            Some(left) => self.left = left,
            None => self.last = self.last.or(Some(pattern.span)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::{MemoryLoader, resolve};

    #[test]
    fn parts_are_counted_as_often_as_they_are_repeated() {
        for (text, expected) in
            [("abc", 3), ("[a-z0-9]", 2), ("[a-z]{3,5}", 5), ("([a-z]{2,}){10}", 40), ("^(ab|[x-z])$", 8), ("a{0}", 1)]
        {
            assert_eq!(cost(text), Some(expected), "{text}");
        }
        assert!(cost(r"\w") == Some(4) && cost(r"\p{L}").is_some_and(|cost| cost > 500));
        assert!(is_costly(r"\p{L}{4900}") && is_costly(&"a".repeat(LONGEST + 1)) && is_costly("((a{99}){99}){99}"));
        assert!(!is_costly(r"^\w{1,63}$") && !is_costly("["));
    }

    #[test]
    fn a_reader_is_at_as_many_places_as_a_text_has_letters_for() {
        let places = |text, power| Effort::of(text).unwrap().places(power);
        for (text, power, expected) in [
            ("abc", 6, 3),
            ("abcabcabc", 2, 4),
            (r"^\w{1,63}$", 3, 2 + 9),
            (r"^\w{1,63}$", 10, 2 + 63),
            ("[ab]*a[ab]{3000}c", 14, 1 + 1 + 3_000 + 1),
            ("(a?){3000}", 4, 3_000),
            ("([a-z]{2,}){10}", 20, 30),
        ] {
            assert_eq!(places(text, power), expected, "{text} {power}");
        }
        assert!(Effort::of("[").is_none() && Effort::of(r"\p{L}{4900}").is_none());
    }

    #[test]
    fn an_expression_that_may_be_is_one_that_can_be_made_ready() {
        for text in [r"\w{4900}", r"(?i:\p{L}{60})", "[a-z]{40000}", "(a|b|c|d){20000}", r"(\d{4}-){200}"] {
            assert!(!is_costly(text), "{text}");
            assert!(crate::scorecard::can_match(text), "{text}");
        }
    }

    #[test]
    fn many_expressions_are_bounded_together() {
        let lines: String =
            (0..110).map(|n| format!("property p{n} string {{ pattern \"\\\\p{{L}}{{63}}\" }}\n")).collect();
        let text = format!("project p\nblueprint b {{\n{lines}}}\n");
        let project = resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap().project;
        let found = crate::check::check(&project);
        let places: Vec<&str> = found.iter().map(|diagnostic| diagnostic.code.id).collect();
        assert_eq!(places, ["E0425"]);
    }
}
