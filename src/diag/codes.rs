/// A stable code of a kind of problem, such as `E0201`, with the page that explains it.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// The code as printed: `E` and four digits.
    pub id: &'static str,
    /// What it stands for in a few words: `unknown node`.
    pub title: &'static str,
    /// The Markdown page that `plat explain` prints.
    pub page: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Code {}

impl PartialOrd for Code {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Code {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.id.cmp(other.id)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

macro_rules! declare {
    ($($name:ident $id:literal $title:literal;)*) => {
        /// Every code, in the order of the table.
        pub const CODES: &[Code] = &[$(names::$name),*];

        #[allow(missing_docs, reason = "each name is its title")]
        pub mod names {
            use super::Code;
            $(pub const $name: Code = Code {
                id: $id,
                title: $title,
                page: include_str!(concat!("../../docs/errors/", $id, ".md")),
            };)*
        }
    };
}

// E01 text, E02 grammar, E03 names, E04 values and the model, E05 promises and delivery,
// E06 scorecards, E07 tests. A code is never used again for something else.
declare! {
    NOT_UTF8 "E0100" "not UTF-8";
    BAD_NUMBER "E0101" "not a number";
    BARE_KEYWORD "E0102" "keyword without `#`";
    UNKNOWN_KEYWORD "E0103" "unknown keyword";
    KDL_1 "E0104" "written in KDL 1";
    UNTERMINATED_STRING "E0105" "string without an end";
    UNTERMINATED_COMMENT "E0106" "comment without an end";
    UNCLOSED_BLOCK "E0107" "block without an end";
    STRAY_BRACE "E0108" "closing brace without a block";
    BAD_ESCAPE "E0109" "unknown escape";
    BAD_LINES "E0110" "lines of a string out of place";
    BANNED_CHARACTER "E0111" "invisible character";
    TOO_DEEP "E0112" "nested too deep";
    MISSING_SPACE "E0113" "no space between two values";
    BAD_WORD "E0114" "punctuation in a bare word";
    NO_NAME "E0115" "node without a name";
    NO_VALUE "E0116" "value missing";
    NO_KEY "E0117" "property without a key";
    BAD_ANNOTATION "E0118" "annotation out of place";
    EMPTY_SLASHDASH "E0119" "nothing to leave out";
    AFTER_BLOCK "E0120" "something behind a block";
}
