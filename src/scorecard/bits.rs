use super::comparison::Sense;

/// How many rows are judged at a time: their columns' parts stay in the nearest cache through all rules.
pub(super) const TILE: usize = 2_048;

/// Words of a bitmap of a tile.
pub(super) const WORDS: usize = TILE / 64;

/// A bit for each row of a tile.
pub(super) type Words = [u64; WORDS];

/// No row.
pub(super) const NO_ROW: Words = [0; WORDS];

/// Every row.
pub(super) const EVERY_ROW: Words = [u64::MAX; WORDS];

/// A three-valued result for each row of a tile: passed, failed, or neither, which is unknown. Never both.
#[derive(Clone)]
pub(super) struct Truths {
    pub(super) pass: Words,
    pub(super) fail: Words,
}

impl Truths {
    /// Nothing can be told of any row.
    pub(super) const UNKNOWN: Self = Self { pass: NO_ROW, fail: NO_ROW };

    /// Every row passes.
    pub(super) const PASS: Self = Self { pass: EVERY_ROW, fail: NO_ROW };

    /// As it is, or with passed and failed exchanged.
    pub(super) fn in_sense(self, sense: Sense) -> Self {
        match sense {
            Sense::Plain => self,
            Sense::Negated => Self { pass: self.fail, fail: self.pass },
        }
    }

    /// Kleene's conjunction, row by row.
    pub(super) fn and(&mut self, other: &Self) {
        for word in 0..WORDS {
            self.pass[word] &= other.pass[word];
            self.fail[word] |= other.fail[word];
        }
    }
}

/// Combines two bitmaps word by word.
pub(super) fn zip(a: &Words, b: &Words, combine: impl Fn(u64, u64) -> u64) -> Words {
    std::array::from_fn(|word| combine(a[word], b[word]))
}

/// The bitmap of the rows of a tile for which a test holds.
#[inline]
pub(super) fn pack(test: impl Fn(usize) -> bool) -> Words {
    let mut words = NO_ROW;
    for (index, word) in words.iter_mut().enumerate() {
        let mut flags = [0_u8; 64];
        for (row, flag) in flags.iter_mut().enumerate() {
            *flag = u8::from(test(index * 64 + row));
        }
        *word = gather(&flags);
    }
    words
}

/// The lowest bits of 64 bytes that are each 0 or 1.
#[inline]
pub(super) fn gather(flags: &[u8; 64]) -> u64 {
    // The product moves bit 0 of byte i to bit 56 + i; no two terms meet, so nothing is carried.
    const SPREAD: u64 = 0x0102_0408_1020_4080;
    let (lanes, _) = flags.as_chunks::<8>();
    lanes.iter().rev().fold(0, |word, lane| (word << 8) | (u64::from_le_bytes(*lane).wrapping_mul(SPREAD) >> 56))
}

/// The rows whose bit is set, from the first.
pub(super) fn rows(words: &[u64]) -> impl Iterator<Item = usize> {
    words.iter().enumerate().flat_map(|(index, &word)| {
        std::iter::successors(Some(word), |word| Some(word & word.wrapping_sub(1)))
            .take_while(|&word| word != 0)
            .map(move |word| index * 64 + word.trailing_zeros() as usize)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn packing_and_listing_are_inverse(word: u64, index in 0..WORDS) {
            let mut words = NO_ROW;
            words[index] = word;
            let set = |row: usize| row / 64 == index && word >> (row % 64) & 1 == 1;
            prop_assert_eq!(pack(set), words);
            let listed: Vec<usize> = rows(&words).collect();
            prop_assert_eq!(listed, (0..TILE).filter(|&row| set(row)).collect::<Vec<_>>());
        }
    }
}
