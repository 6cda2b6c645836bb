//! Enums of which each variant has a word, which is said once.

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
