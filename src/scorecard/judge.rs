use super::Verdict;
use super::asked::Asked;
use super::cell::Cell;
use super::kleene::Items;
use super::program::Program;
use crate::model::{Combinator, FieldPath, Predicate, PredicateTest};

/// A predicate made ready to judge one thing after another, whatever the thing is: it is asked for its values.
pub struct Judge<'a> {
    items: Items,
    /// The parts that must all hold.
    parts: Vec<(&'a Predicate, Program)>,
    /// Its tests, by number.
    tests: Vec<(&'a PredicateTest, Asked<'a>)>,
}

impl<'a> Judge<'a> {
    /// Reads a predicate. `items` says of how many it must hold where a path leads to one for each item of a list; `now`, in seconds since
    /// 1970 (UTC), is what `within` counts from.
    pub fn new(predicate: &'a Predicate, items: Items, now: i64) -> Self {
        let mut tests = Vec::new();
        let mut number = |test: &'a PredicateTest| {
            tests.push((test, Asked::new(test, now)));
            tests.len() - 1
        };
        let parts: &[Predicate] = match predicate {
            Predicate::Combined(Combinator::All, parts) => parts,
            Predicate::Combined(..) | Predicate::Test(_) => std::slice::from_ref(predicate),
        };
        let parts = parts.iter().map(|part| (part, Program::new(part, &mut number))).collect();
        Self { items, parts, tests }
    }

    /// The parts that do not hold of a thing, of those that must all hold: each with its verdict, which is never a pass. `value`
    /// gives the value of a field; the predicate holds where no part is left.
    pub fn open<'v>(&self, value: &impl Fn(&FieldPath) -> Cell<'v>) -> Vec<(&'a Predicate, Verdict)> {
        let test = |number: usize, items: Items| {
            let (test, asked) = &self.tests[number];
            asked.verdict(test, items, value)
        };
        let judged = self.parts.iter().map(|(part, program)| (*part, program.verdict(self.items, &test)));
        judged.filter(|(_, verdict)| *verdict != Verdict::Pass).collect()
    }

    /// Of a test that is one of the parts, the first value of its field of which it holds, or does not, with its place among those that
    /// there are for the items of lists.
    pub fn first<'v>(
        &self,
        part: &Predicate,
        holds: bool,
        value: &impl Fn(&FieldPath) -> Cell<'v>,
    ) -> Option<(usize, Cell<'v>)> {
        let Predicate::Test(wanted) = part else { return None };
        let (test, asked) = self.tests.iter().find(|(test, _)| std::ptr::eq(*test, wanted))?;
        let cells = match value(&test.field.value) {
            Cell::Each(cells) => cells,
            one => vec![one],
        };
        let is_wanted = |cell: &Cell<'_>| (asked.of_one(test, cell, value) == Verdict::Pass) == holds;
        cells.into_iter().enumerate().find(|(_, cell)| is_wanted(cell))
    }

    /// The parts that must all hold.
    pub fn parts(&self) -> impl Iterator<Item = &'a Predicate> {
        self.parts.iter().map(|(part, _)| *part)
    }

    /// Whether the predicate may hold of a thing: what cannot be told may.
    pub fn may_hold<'v>(&self, value: &impl Fn(&FieldPath) -> Cell<'v>) -> bool {
        self.open(value).iter().all(|(_, verdict)| *verdict != Verdict::Fail)
    }

    /// Whether the predicate holds of a thing: what cannot be told does not.
    pub fn holds<'v>(&self, value: &impl Fn(&FieldPath) -> Cell<'v>) -> bool {
        self.open(value).is_empty()
    }
}
