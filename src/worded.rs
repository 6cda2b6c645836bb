//! Enums of which each variant has a word, which is said once; counts with their nouns; failures with what caused them.

use std::error::Error;

/// `1 error`, `3 errors`, `2 entities`: a count with its noun, which is that of more for all but one.
pub fn counted(count: usize, noun: &str) -> String {
    let stem = noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']));
    match (count, stem) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {noun}s"),
    }
}

/// A failure with all that caused it, on one line.
pub fn causes(failure: &dyn Error) -> String {
    let all = std::iter::successors(Some(failure), |failure| (*failure).source());
    all.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// An enum with `ALL`, every variant with its word, and the way from one to the other.
macro_rules! worded {
    ($(#[$about:meta])* $vis:vis enum $type:ident { $($(#[$is:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$about])*
        $vis enum $type {
            $($(#[$is])* $variant),+
        }

        #[allow(dead_code, reason = "not every enum is read, listed and written")]
        impl $type {
            /// Every variant with its word.
            $vis const ALL: [(Self, &'static str); [$($word),+].len()] = [$((Self::$variant, $word)),+];

            /// The variant of a word.
            $vis fn from_word(word: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|row| row.1 == word).map(|row| row.0)
            }

            /// Its word.
            $vis fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }
    };
}
