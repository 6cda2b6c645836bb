use super::asked::Asked;
use super::bits::{Truths, Words};
use super::cell::Cell;
use super::column::{Column, View};
use super::comparison::Condition;
use super::kleene::Items;
use super::marks::{Marks, TileMarks, rows_of_table};
use super::program::Program;
use super::scan::Scan;
use super::table::Tables;
use super::{EntityScore, Scores, Verdict, bits::TILE};
use crate::model::{FieldPath, PredicateTest, Project, Rule, Scorecard};
use rayon::prelude::*;
use std::collections::HashMap;

/// The scorecards of a project made ready: rules read, and columns built for the fields that they look at.
pub struct Prepared<'a> {
    pub(super) tables: Tables<'a>,
    pub(super) cards: Vec<Card<'a>>,
    pub(super) probes: Vec<Probe<'a>>,
    columns: Vec<Column<'a>>,
    /// What to search for, of each probe that has a column.
    scans: Vec<Option<Scan>>,
}

/// A scorecard whose predicates are read.
pub(super) struct Card<'a> {
    pub(super) scorecard: &'a Scorecard,
    /// The table that it judges; nothing where neither a blueprint nor a promise has the name.
    pub(super) table: Option<usize>,
    only_for: Option<Program>,
    /// Its rules, each with the index of its level.
    pub(super) rules: Vec<(usize, Program)>,
}

/// A test with what it needs.
pub(super) struct Probe<'a> {
    pub(super) test: &'a PredicateTest,
    pub(super) asked: Asked<'a>,
    /// The number of its column; nothing where nothing can be told, whatever the value.
    column: Option<usize>,
}

/// A column to be built, of a table.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum ColumnKey<'a> {
    /// The values of a field, seen so.
    Field(usize, &'a FieldPath, View),
    /// How the probe of a number, which compares fields with each other, ends for each row.
    Outcomes(usize, usize),
}

/// What is gathered while predicates are read.
#[derive(Default)]
struct Plan<'a> {
    probes: Vec<Probe<'a>>,
    keys: Vec<ColumnKey<'a>>,
    numbers: HashMap<ColumnKey<'a>, usize>,
}

impl<'a> Plan<'a> {
    fn probe(&mut self, table: Option<usize>, test: &'a PredicateTest, now: i64) -> usize {
        let (number, asked) = (self.probes.len(), Asked::new(test, now));
        let key = |table| match &asked {
            Asked::Values(comparison) => {
                let view = view(&comparison.condition).filter(|_| !test.field.leaf.is_offline())?;
                Some(ColumnKey::Field(table, &test.field.value, view))
            }
            Asked::Fields(_) => Some(ColumnKey::Outcomes(table, number)),
        };
        let column = table.and_then(key).map(|key| self.column(key));
        self.probes.push(Probe { test, asked, column });
        number
    }

    fn column(&mut self, key: ColumnKey<'a>) -> usize {
        *self.numbers.entry(key).or_insert_with(|| {
            self.keys.push(key);
            self.keys.len() - 1
        })
    }
}

/// What a condition needs to know of a field.
fn view(condition: &Condition<'_>) -> Option<View> {
    match condition {
        Condition::Present => Some(View::Presence),
        Condition::Moments(..) => Some(View::Moment),
        Condition::Invalid(_) => None,
        _ => Some(View::Value),
    }
}

impl<'a> Prepared<'a> {
    /// Reads the rules of a project and builds the columns that they look at, in parallel. `now`, in seconds
    /// since 1970 (UTC), is what `within` counts from.
    pub fn new(project: &'a Project, now: i64) -> Self {
        let tables = Tables::new(project);
        let mut plan = Plan::default();
        let cards = project.scorecards.iter().map(|scorecard| Card::new(scorecard, &tables, &mut plan, now)).collect();
        let build = |key: &ColumnKey<'a>| match *key {
            ColumnKey::Field(table, path, view) => Column::new(&tables.cells(table, path), view),
            ColumnKey::Outcomes(table, probe) => Column::of_outcomes(&plan.probes[probe].outcomes(&tables, table)),
        };
        let columns: Vec<Column<'a>> = plan.keys.par_iter().map(build).collect();
        let scan = |probe: &Probe<'a>| {
            let column = probe.column?;
            Some(match &probe.asked {
                Asked::Values(comparison) => Scan::new(comparison, column, &columns[column]),
                Asked::Fields(_) => Scan::of_outcomes(column),
            })
        };
        let scans = plan.probes.iter().map(scan).collect();
        Self { cards, probes: plan.probes, columns, scans, tables }
    }

    /// Evaluates every scorecard, a tile of rows at a time, in parallel: one result for each, in order.
    pub fn marks(&self) -> Vec<Marks> {
        let tiles = |card: usize| (0..self.rows(card).div_ceil(TILE)).map(move |tile| (card, tile));
        let jobs: Vec<(usize, usize)> = (0..self.cards.len()).flat_map(tiles).collect();
        let done: Vec<TileMarks> = jobs.par_iter().map(|&(card, tile)| self.tile(card, tile)).collect();
        let mut done = done.into_iter();
        let of_card = |(number, card): (usize, &Card<'a>)| {
            let tiles = done.by_ref().take(self.rows(number).div_ceil(TILE)).collect();
            Marks::new(tiles, card.scorecard.levels.len())
        };
        self.cards.iter().enumerate().map(of_card).collect()
    }

    /// Evaluates every scorecard and names the entities.
    pub fn evaluate(&self) -> Vec<Scores> {
        let scores = |(number, marks): (usize, Marks)| {
            let card = &self.cards[number];
            let score = |row: usize| {
                let table = card.table.map(|table| self.tables.table(table))?;
                Some(EntityScore { address: table.rows.get(row)?.address(), level: marks.level(row), row })
            };
            Scores {
                scorecard: card.scorecard.name.value.clone(),
                levels: card.scorecard.levels.iter().map(|level| level.name.value.clone()).collect(),
                rules: card.scorecard.rules().map(|(level, rule)| (rule.name.value.clone(), level)).collect(),
                entities: marks.scored().filter_map(score).collect(),
                card: number,
                marks,
            }
        };
        self.marks().into_iter().enumerate().map(scores).collect()
    }

    /// How many rows a scorecard judges.
    fn rows(&self, card: usize) -> usize {
        self.cards[card].table.map_or(0, |table| self.tables.table(table).own)
    }

    fn tile(&self, card: usize, tile: usize) -> TileMarks {
        let rows = rows_of_table(tile, self.rows(card));
        let card = &self.cards[card];
        let test = |number: usize, needed: &Words| match &self.scans[number] {
            Some(scan) => scan.run(&self.columns[scan.column], tile, needed),
            None => Truths::UNKNOWN,
        };
        let scored = card.only_for.as_ref().map_or(rows, |filter| {
            let let_in = filter.run(&rows, &test).pass;
            super::bits::zip(&rows, &let_in, |row, pass| row & pass)
        });
        let rules: Vec<_> = card.rules.iter().map(|(level, rule)| (*level, rule.run(&scored, &test))).collect();
        TileMarks::new(scored, card.scorecard.levels.len(), &rules)
    }
}

impl Probe<'_> {
    /// How the test ends for each row of a table, row by row.
    fn outcomes(&self, tables: &Tables<'_>, table: usize) -> Vec<Verdict> {
        let fields: Vec<FieldPath> = self.test.fields().map(|field| field.value).collect();
        let columns: Vec<_> = fields.iter().map(|field| tables.cells(table, field)).collect();
        let rows = tables.table(table).rows.len();
        let verdict = |row: usize| {
            self.asked.verdict(self.test, Items::Every, &|path: &FieldPath| {
                let column = fields.iter().position(|field| field == path).and_then(|number| columns.get(number));
                column.and_then(|cells| cells.get(row)).cloned().unwrap_or(Cell::Missing)
            })
        };
        (0..rows).map(verdict).collect()
    }
}

impl<'a> Card<'a> {
    fn new(scorecard: &'a Scorecard, tables: &Tables<'a>, plan: &mut Plan<'a>, now: i64) -> Self {
        let table = tables.find(&scorecard.blueprint);
        let mut number = |test: &'a PredicateTest| plan.probe(table, test, now);
        let only_for = scorecard.only_for.as_ref().map(|filter| Program::new(filter, &mut number));
        let mut program = |rule: &'a Rule| match &rule.predicate {
            Some(predicate) => Program::new(predicate, &mut number),
            None => Program::Elsewhere,
        };
        let rules = scorecard.rules().map(|(level, rule)| (level, program(rule))).collect();
        Self { scorecard, table, only_for, rules }
    }
}
