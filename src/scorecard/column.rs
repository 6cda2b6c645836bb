use super::Verdict;
use super::bits::TILE;
use super::cell::{Cell, Figure};
use super::moment::Moment;
use std::collections::HashMap;
use std::ops::Range;

/// What comparisons need to know of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum View {
    /// Whether there is a value.
    Presence,
    /// The value.
    Value,
    /// The moment that it names.
    Moment,
}

/// The values of a field for all rows of a table, row after row, filled up to whole tiles.
pub(super) struct Column<'a> {
    /// The rows that have a value; of moments, those that have a moment.
    pub(super) present: Vec<u64>,
    /// The values.
    pub(super) values: Values<'a>,
}

/// The values of a column, in the smallest form that holds them all.
pub(super) enum Values<'a> {
    /// Not kept: only presence is asked for.
    None,
    /// Truth values, as a bitmap.
    Flags(Vec<u64>),
    /// Numbers below 2^53, each exactly as a float.
    Numbers(Vec<f64>),
    /// Moments, in microseconds.
    Moments(Vec<i64>),
    /// Codes of the distinct values; what is missing has a code too.
    Codes(Vec<u32>, Vec<Cell<'a>>),
    /// Texts, one behind the other.
    Texts(Texts),
    /// Lists: where the items of each row begin, then the items' codes.
    Lists(Vec<u32>, Vec<u32>, Vec<Cell<'a>>),
}

/// Texts of rows, one behind the other.
pub(super) struct Texts {
    /// Where the text of each row begins; the last is where the last text ends.
    pub(super) offsets: Vec<usize>,
    /// All the texts.
    pub(super) bytes: Vec<u8>,
}

/// The least number that has a neighbour which no float tells from it.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Up to so many distinct texts a dictionary pays in any case.
const SMALL_DICTIONARY: usize = 1_024;

impl<'a> Column<'a> {
    /// Builds the column of the cells of all rows.
    pub(super) fn new(cells: &[Cell<'a>], view: View) -> Self {
        let filled = cells.len().next_multiple_of(TILE);
        match view {
            View::Presence => Self { present: present(cells, filled), values: Values::None },
            View::Moment => moments(cells, filled),
            View::Value => Self { present: present(cells, filled), values: values(cells, filled) },
        }
    }
}

impl Column<'_> {
    /// The column of how something ended for all rows, each as its code.
    pub(super) fn of_outcomes(verdicts: &[Verdict]) -> Self {
        let filled = verdicts.len().next_multiple_of(TILE);
        let codes = verdicts.iter().map(|verdict| match verdict {
            Verdict::Unknown(_) => UNKNOWN,
            Verdict::Pass => PASS,
            Verdict::Fail => FAIL,
        });
        let codes = fill(codes.map(u32::from).collect(), filled, u32::from(UNKNOWN));
        Self { present: vec![0; filled / 64], values: Values::Codes(codes, Vec::new()) }
    }
}

/// How a comparison ended, in two bits.
pub(super) const UNKNOWN: u8 = 0;
/// It holds.
pub(super) const PASS: u8 = 1;
/// It does not hold.
pub(super) const FAIL: u8 = 2;

impl Texts {
    /// The places of the texts of a tile.
    pub(super) fn of_tile(&self, tile: usize) -> &[usize] {
        &self.offsets[tile * TILE..=(tile + 1) * TILE]
    }
}

/// The part of a column's values that belongs to a tile.
pub(super) fn part<T>(values: &[T], tile: usize) -> &[T] {
    &values[tile * TILE..(tile + 1) * TILE]
}

fn values<'a>(cells: &[Cell<'a>], filled: usize) -> Values<'a> {
    let all = |kind: fn(&Cell<'_>) -> bool| cells.iter().all(|cell| *cell == Cell::Missing || kind(cell));
    if all(|cell| matches!(cell, Cell::Flag(_))) {
        return Values::Flags(bitmap(cells, filled, |cell| *cell == Cell::Flag(true)));
    }
    if all(|cell| exact(cell).is_some()) {
        return Values::Numbers(fill(cells.iter().map(|cell| exact(cell).unwrap_or(0.0)).collect(), filled, 0.0));
    }
    if all(|cell| matches!(cell, Cell::List(_))) {
        return lists(cells, filled);
    }
    // A dictionary of texts pays where each is met several times; of anything else it is the only form.
    let texts = all(|cell| matches!(cell, Cell::Text(_)));
    let most = if texts { SMALL_DICTIONARY.max(cells.len() / 8) } else { usize::MAX };
    codes(cells, filled, most).unwrap_or_else(|| Values::Texts(concatenate(cells, filled)))
}

/// The number of a cell, where a float holds it exactly.
fn exact(cell: &Cell<'_>) -> Option<f64> {
    cell.as_number().filter(|value| value.abs() < EXACT)
}

/// The range of floats that stands for a range of figures among the numbers of a column.
pub(super) fn floats(low: std::ops::Bound<Figure>, high: std::ops::Bound<Figure>) -> (f64, f64) {
    use std::ops::Bound::{Excluded, Included, Unbounded};
    let low = match low {
        Included(figure) => figure.nearest(),
        Excluded(figure) => figure.nearest().next_up(),
        Unbounded => f64::NEG_INFINITY,
    };
    let high = match high {
        Included(figure) => figure.nearest(),
        Excluded(figure) => figure.nearest().next_down(),
        Unbounded => f64::INFINITY,
    };
    (low, high)
}

fn moments<'a>(cells: &[Cell<'a>], filled: usize) -> Column<'a> {
    let moments: Vec<Option<Moment>> = cells.iter().map(|cell| Moment::parse(cell.as_text()?)).collect();
    let present = bitmap(&moments, filled, Option::is_some);
    let micros = moments.into_iter().map(|moment| moment.map_or(0, |moment| moment.0)).collect();
    Column { present, values: Values::Moments(fill(micros, filled, 0)) }
}

fn codes<'a>(cells: &[Cell<'a>], filled: usize, most: usize) -> Option<Values<'a>> {
    let mut dictionary = Dictionary::default();
    let mut codes = Vec::with_capacity(filled);
    for cell in cells {
        codes.push(dictionary.code(cell));
        if dictionary.entries.len() > most {
            return None;
        }
    }
    let missing = dictionary.code(&Cell::Missing);
    Some(Values::Codes(fill(codes, filled, missing), dictionary.entries))
}

fn lists<'a>(cells: &[Cell<'a>], filled: usize) -> Values<'a> {
    let mut dictionary = Dictionary::default();
    let mut items = Vec::new();
    let mut offsets = Vec::with_capacity(filled + 1);
    offsets.push(0);
    for cell in cells {
        if let Cell::List(parts) = cell {
            items.extend(parts.iter().map(|part| dictionary.code(part)));
        }
        offsets.push(items.len() as u32);
    }
    Values::Lists(fill(offsets, filled + 1, items.len() as u32), items, dictionary.entries)
}

fn concatenate(cells: &[Cell<'_>], filled: usize) -> Texts {
    let mut bytes = Vec::new();
    let mut offsets = Vec::with_capacity(filled + 1);
    offsets.push(0);
    for cell in cells {
        if let Cell::Text(text) = cell {
            bytes.extend_from_slice(text.as_bytes());
        }
        offsets.push(bytes.len());
    }
    Texts { offsets: fill(offsets, filled + 1, bytes.len()), bytes }
}

/// A code for each distinct cell, in the order in which they are met.
#[derive(Default)]
struct Dictionary<'c, 'a> {
    codes: HashMap<&'c Cell<'a>, u32>,
    entries: Vec<Cell<'a>>,
}

impl<'c, 'a> Dictionary<'c, 'a> {
    fn code(&mut self, cell: &'c Cell<'a>) -> u32 {
        *self.codes.entry(cell).or_insert_with(|| {
            self.entries.push(cell.clone());
            (self.entries.len() - 1) as u32
        })
    }
}

fn present(cells: &[Cell<'_>], filled: usize) -> Vec<u64> {
    bitmap(cells, filled, |cell| *cell != Cell::Missing)
}

fn bitmap<T>(values: &[T], filled: usize, test: impl Fn(&T) -> bool) -> Vec<u64> {
    let word = |chunk: &[T]| chunk.iter().rev().fold(0, |word, value| word << 1 | u64::from(test(value)));
    fill(values.chunks(64).map(word).collect(), filled / 64, 0)
}

fn fill<T: Clone>(mut values: Vec<T>, length: usize, filler: T) -> Vec<T> {
    values.resize(length, filler);
    values
}

/// The words of a bitmap that belong to a tile.
pub(super) fn words(bitmap: &[u64], tile: usize) -> &super::bits::Words {
    const WORDS: usize = super::bits::WORDS;
    let range: Range<usize> = tile * WORDS..(tile + 1) * WORDS;
    bitmap[range].as_array().unwrap_or(&super::bits::NO_ROW)
}
