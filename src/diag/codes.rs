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
}
