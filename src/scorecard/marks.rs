use super::Truth;
use super::bits::{NO_ROW, TILE, Truths, WORDS, Words, rows, zip};

/// What a scorecard says of every row of a table, as bitmaps.
#[derive(Debug, PartialEq, Eq)]
pub struct Marks {
    tiles: Vec<TileMarks>,
    levels: usize,
}

/// The bitmaps of a tile, one behind the other: the rows that the filter lets in; for each level those that
/// reach it; for each rule those that pass it, and those of which it cannot be told.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TileMarks {
    bitmaps: Vec<Words>,
}

impl TileMarks {
    /// Works out the levels: a level is reached where all rules of it and of those below pass. The rules are in the order of their
    /// levels.
    pub(super) fn new(scored: Words, levels: usize, rules: &[(usize, Truths)]) -> Self {
        let mut bitmaps = Vec::with_capacity(1 + levels + 2 * rules.len());
        bitmaps.push(scored);
        let mut reached = scored;
        let mut of_levels = rules.iter().peekable();
        for level in 0..levels {
            while let Some((_, truths)) = of_levels.next_if(|rule| rule.0 == level) {
                reached = zip(&reached, &truths.pass, |a, b| a & b);
            }
            bitmaps.push(reached);
        }
        for (_, truths) in rules {
            bitmaps.push(zip(&scored, &truths.pass, |scored, pass| scored & pass));
            let told = zip(&truths.pass, &truths.fail, |pass, fail| pass | fail);
            bitmaps.push(zip(&scored, &told, |scored, told| scored & !told));
        }
        Self { bitmaps }
    }

    fn bitmap(&self, index: usize) -> &Words {
        self.bitmaps.get(index).unwrap_or(&NO_ROW)
    }
}

impl Marks {
    pub(super) fn new(tiles: Vec<TileMarks>, levels: usize) -> Self {
        Self { tiles, levels }
    }

    /// The rows that the filter lets in, from the first.
    pub fn scored(&self) -> impl Iterator<Item = usize> {
        let of_tile = |(tile, marks): (usize, &TileMarks)| {
            let scored: Vec<usize> = rows(marks.bitmap(0)).map(|row| tile * TILE + row).collect();
            scored
        };
        self.tiles.iter().enumerate().flat_map(of_tile)
    }

    /// The index of the level that a row reaches; nothing for below the lowest.
    pub fn level(&self, row: usize) -> Option<usize> {
        (0..self.levels).take_while(|level| self.bit(1 + level, row)).last()
    }

    /// What a rule says of a row that the filter lets in.
    pub fn truth(&self, row: usize, rule: usize) -> Truth {
        let pass = 1 + self.levels + 2 * rule;
        match (self.bit(pass, row), self.bit(pass + 1, row)) {
            (true, _) => Truth::Pass,
            (false, true) => Truth::Unknown,
            (false, false) => Truth::Fail,
        }
    }

    /// How many rows pass a rule, and of how many it cannot be told.
    pub(super) fn counts(&self, rule: usize) -> (usize, usize) {
        let pass = 1 + self.levels + 2 * rule;
        (self.count(pass), self.count(pass + 1))
    }

    fn count(&self, bitmap: usize) -> usize {
        let ones =
            |marks: &TileMarks| marks.bitmap(bitmap).iter().map(|word| word.count_ones() as usize).sum::<usize>();
        self.tiles.iter().map(ones).sum()
    }

    fn bit(&self, bitmap: usize, row: usize) -> bool {
        let row_in_tile = row % TILE;
        self.tiles
            .get(row / TILE)
            .is_some_and(|tile| tile.bitmap(bitmap)[row_in_tile / 64] >> (row_in_tile % 64) & 1 == 1)
    }
}

/// The first rows of a tile, of a table that has so many rows.
pub(super) fn rows_of_table(tile: usize, count: usize) -> Words {
    let left = count.saturating_sub(tile * TILE);
    std::array::from_fn::<u64, WORDS, _>(|word| match left.saturating_sub(word * 64) {
        0 => 0,
        rest if rest < 64 => (1 << rest) - 1,
        _ => u64::MAX,
    })
}
