use super::bits::{NO_ROW, TILE, Truths, WORDS, Words, gather, pack, rows, zip};
use super::cell::Cell;
use super::column::{Column, FAIL, PASS, Texts, UNKNOWN, Values, floats, part, words};
use super::comparison::{Comparison, Condition, Outcome, Sense};
use memchr::memmem::Finder;
use regex::Regex;
use std::ops::Bound;

/// A comparison made ready for one column: what a tile of it is searched for.
pub(super) struct Scan {
    /// The number of the column.
    pub(super) column: usize,
    sense: Sense,
    missing: Missing,
    search: Search,
}

/// What becomes of rows without a value.
#[derive(Clone, Copy)]
enum Missing {
    Fails,
    Unknown,
}

enum Search {
    /// The outcome of each code.
    Outcomes(Box<[u8]>),
    /// A value is all that is asked for.
    Present,
    /// Nothing can be told of any value.
    Nothing,
    /// Truth values among these: false, true.
    Flags([bool; 2]),
    /// Numbers from one to another, both within.
    Numbers(f64, f64),
    /// Numbers that are one of these.
    OneNumber(Box<[f64]>),
    /// Microseconds from one to another, both within.
    Moments(i64, i64),
    /// Texts that are one of these, which are sorted.
    OneText(Box<[Box<[u8]>]>),
    /// Texts with one of these inside.
    Parts(Vec<Finder<'static>>),
    /// Texts that begin with this.
    Start(Box<[u8]>),
    /// Texts that end with this.
    End(Box<[u8]>),
    /// Texts in which this is found.
    Pattern(Box<Regex>),
    /// Lists with an item whose code is marked.
    Items(Box<[bool]>),
}

impl Scan {
    /// Makes a comparison ready for a column, which has a number.
    pub(super) fn new(comparison: &Comparison<'_>, number: usize, column: &Column<'_>) -> Self {
        let unordered = matches!(comparison.condition, Condition::Numbers(..) | Condition::Moments(..));
        Self {
            column: number,
            sense: comparison.sense,
            missing: if unordered { Missing::Unknown } else { Missing::Fails },
            search: search(&comparison.condition, column),
        }
    }

    /// What a column says of how a comparison ended.
    pub(super) fn of_outcomes(column: usize) -> Self {
        let search = Search::Outcomes(Box::new([UNKNOWN, PASS, FAIL]));
        Self { column, sense: Sense::Plain, missing: Missing::Unknown, search }
    }

    /// Judges the rows of a tile. Of rows that are not `needed`, the result may be anything.
    pub(super) fn run(&self, column: &Column<'_>, tile: usize, needed: &Words) -> Truths {
        let present = words(&column.present, tile);
        let truths = match (&self.search, &column.values) {
            (Search::Outcomes(outcomes), Values::Codes(codes, _)) => look_up(outcomes, part(codes, tile)),
            (Search::Nothing, _) => self.complete(&NO_ROW, &NO_ROW, present),
            (search, values) => {
                let asked = zip(present, needed, |a, b| a & b);
                let hit = zip(&search.hits(values, tile, &asked), present, |a, b| a & b);
                self.complete(&hit, &zip(present, &hit, |a, b| a & !b), present)
            }
        };
        truths.in_sense(self.sense)
    }

    fn complete(&self, pass: &Words, fail: &Words, present: &Words) -> Truths {
        let fail = match self.missing {
            Missing::Fails => zip(fail, present, |fail, present| fail | !present),
            Missing::Unknown => *fail,
        };
        Truths { pass: *pass, fail }
    }
}

fn search(condition: &Condition<'_>, column: &Column<'_>) -> Search {
    match (condition, &column.values) {
        (Condition::Invalid(_), _) => Search::Nothing,
        (_, Values::Codes(_, entries)) => {
            Search::Outcomes(entries.iter().map(|cell| outcome(condition, cell)).collect())
        }
        (Condition::Present, _) => Search::Present,
        (Condition::Equal(operands), Values::Flags(_)) => {
            Search::Flags([false, true].map(|flag| operands.contains(&Cell::Flag(flag))))
        }
        (Condition::Equal(operands), Values::Numbers(_)) => {
            Search::OneNumber(operands.iter().filter_map(Cell::as_number).collect())
        }
        (Condition::Equal(operands), Values::Texts(_)) => {
            let mut wanted: Box<[Box<[u8]>]> = operands.iter().filter_map(bytes).map(Into::into).collect();
            wanted.sort_unstable();
            Search::OneText(wanted)
        }
        (Condition::Numbers(low, high), Values::Numbers(_)) => {
            let (low, high) = floats(*low, *high);
            Search::Numbers(low, high)
        }
        (Condition::Moments(low, high), Values::Moments(_)) => Search::Moments(
            match low {
                Bound::Included(moment) => moment.0,
                Bound::Excluded(moment) => moment.0.saturating_add(1),
                Bound::Unbounded => i64::MIN,
            },
            match high {
                Bound::Included(moment) => moment.0,
                Bound::Excluded(moment) => moment.0.saturating_sub(1),
                Bound::Unbounded => i64::MAX,
            },
        ),
        (Condition::Holds(operands), Values::Texts(_)) => {
            Search::Parts(operands.iter().filter_map(bytes).map(|part| Finder::new(part).into_owned()).collect())
        }
        (Condition::Holds(operands), Values::Lists(_, _, entries)) => {
            Search::Items(entries.iter().map(|entry| operands.contains(entry)).collect())
        }
        (Condition::Starts(start), Values::Texts(_)) => Search::Start(start.as_bytes().into()),
        (Condition::Ends(end), Values::Texts(_)) => Search::End(end.as_bytes().into()),
        (Condition::Matches(pattern), Values::Texts(_)) => Search::Pattern(pattern.clone()),
        // Every other pair is a comparison of a type that the operator does not take.
        _ => Search::Nothing,
    }
}

/// The outcome of a condition, in no sense yet, as [`Search::Outcomes`] writes it.
fn outcome(condition: &Condition<'_>, cell: &Cell<'_>) -> u8 {
    match condition.judge(cell) {
        Outcome::Pass => PASS,
        Outcome::Fail => FAIL,
        Outcome::Unknown(_) => UNKNOWN,
    }
}

fn bytes<'c>(cell: &'c Cell<'_>) -> Option<&'c [u8]> {
    cell.as_text().map(str::as_bytes)
}

impl Search {
    /// The rows of a tile for which it holds; of rows that are not asked for, anything.
    fn hits(&self, values: &Values<'_>, tile: usize, asked: &Words) -> Words {
        match (self, values) {
            (Self::Present, _) => *asked,
            (Self::Flags([no, yes]), Values::Flags(flags)) => {
                let select = |holds: bool| if holds { u64::MAX } else { 0 };
                words(flags, tile).map(|word| word & select(*yes) | !word & select(*no))
            }
            (Self::Numbers(low, high), Values::Numbers(numbers)) => within(part(numbers, tile), *low, *high),
            (Self::Moments(low, high), Values::Moments(moments)) => within(part(moments, tile), *low, *high),
            (Self::OneNumber(wanted), Values::Numbers(numbers)) => {
                let each = wanted.iter().map(|one| within(part(numbers, tile), *one, *one));
                each.fold(NO_ROW, |all, one| zip(&all, &one, |a, b| a | b))
            }
            (Self::Items(marked), Values::Lists(offsets, items, _)) => {
                let offsets = &offsets[tile * TILE..=(tile + 1) * TILE];
                let hit = |row: usize| {
                    let items = &items[offsets[row] as usize..offsets[row + 1] as usize];
                    items.iter().any(|&item| marked[item as usize])
                };
                pack(hit)
            }
            (_, Values::Texts(texts)) => self.hits_in_texts(texts, tile, asked),
            _ => NO_ROW,
        }
    }

    fn hits_in_texts(&self, texts: &Texts, tile: usize, asked: &Words) -> Words {
        match self {
            Self::OneText(wanted) => {
                each_text(texts, tile, asked, |text| wanted.binary_search_by(|one| (**one).cmp(text)).is_ok())
            }
            Self::Start(start) => each_text(texts, tile, asked, |text| text.starts_with(start)),
            Self::End(end) => each_text(texts, tile, asked, |text| text.ends_with(end)),
            Self::Pattern(pattern) => {
                each_text(texts, tile, asked, |text| std::str::from_utf8(text).is_ok_and(|text| pattern.is_match(text)))
            }
            Self::Parts(finders) => finders.iter().fold(NO_ROW, |mut hit, finder| {
                find_rows(finder, texts, tile, &mut hit);
                hit
            }),
            _ => NO_ROW,
        }
    }
}

fn look_up(outcomes: &[u8], codes: &[u32]) -> Truths {
    let mut truths = Truths::UNKNOWN;
    let (chunks, _) = codes.as_chunks::<64>();
    for (word, chunk) in chunks.iter().enumerate().take(WORDS) {
        let found = chunk.map(|code| outcomes.get(code as usize).copied().unwrap_or(UNKNOWN));
        truths.pass[word] = gather(&found.map(|outcome| outcome & 1));
        truths.fail[word] = gather(&found.map(|outcome| outcome >> 1));
    }
    truths
}

fn within<T: PartialOrd + Copy>(values: &[T], low: T, high: T) -> Words {
    let mut hit = NO_ROW;
    let (chunks, _) = values.as_chunks::<64>();
    for (word, chunk) in hit.iter_mut().zip(chunks) {
        *word = gather(&chunk.map(|value| u8::from(low <= value) & u8::from(value <= high)));
    }
    hit
}

fn each_text(texts: &Texts, tile: usize, asked: &Words, test: impl Fn(&[u8]) -> bool) -> Words {
    let offsets = texts.of_tile(tile);
    let mut hit = NO_ROW;
    for row in rows(asked) {
        let holds = test(&texts.bytes[offsets[row]..offsets[row + 1]]);
        hit[row / 64] |= u64::from(holds) << (row % 64);
    }
    hit
}

/// Searches all texts of a tile as one: what is found across the end of a row's text is none of it.
fn find_rows(finder: &Finder<'_>, texts: &Texts, tile: usize, hit: &mut Words) {
    let offsets = texts.of_tile(tile);
    let length = finder.needle().len();
    let (mut at, mut row) = (offsets[0], 0);
    while let Some(found) = finder.find(&texts.bytes[at..offsets[TILE]]) {
        let start = at + found;
        while offsets[row + 1] <= start {
            row += 1;
        }
        // The next place to look is the next row: within this one, either it is found, or it does not fit any more.
        at = offsets[row + 1];
        if start + length <= at {
            hit[row / 64] |= 1 << (row % 64);
        }
    }
}
