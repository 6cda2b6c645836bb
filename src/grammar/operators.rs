use super::shape::{Grammar, OperatorShape};

impl Grammar {
    pub(super) fn operator(&self, word: &str) -> Option<&OperatorShape> {
        self.operators.iter().find(|operator| *operator.word == *word)
    }

    /// The operator that another language writes as a symbol.
    pub(super) fn operator_of_symbol(&self, symbol: &str) -> Option<&OperatorShape> {
        self.operators.iter().find(|operator| operator.symbols.iter().any(|candidate| **candidate == *symbol))
    }

    /// The operator that other languages write as a symbol or a word, or that this one does.
    pub(super) fn operator_of_other_languages(&self, written: &str) -> Option<&OperatorShape> {
        let folded = |word: &str| word.replace(['-', '_'], "").to_lowercase();
        let word = folded(written);
        let is_it = |operator: &&OperatorShape| {
            let words = std::iter::once(&operator.word).chain(&operator.also).chain(&operator.port);
            words.into_iter().any(|candidate| folded(candidate) == word)
        };
        self.operator_of_symbol(written).or_else(|| self.operators.iter().find(is_it))
    }

    /// What an operator says, for people.
    pub fn meaning(&self, word: &str) -> Option<&str> {
        self.operator(word).map(|operator| &*operator.doc)
    }

    /// The fewest and the most operands of an operator.
    pub fn operands(&self, word: &str) -> Option<(usize, usize)> {
        let OperatorShape { fewest, or_more, .. } = self.operator(word)?;
        Some((*fewest, if *or_more { usize::MAX } else { *fewest }))
    }
}
