//! How many cases the laws of this crate are tried on.

use proptest::prelude::ProptestConfig;

/// As few cases as are made in some seconds, or as many as `PROPTEST_CASES` asks for.
pub(crate) fn cases(few: u32) -> ProptestConfig {
    let config = ProptestConfig::default();
    if std::env::var_os("PROPTEST_CASES").is_some() { config } else { ProptestConfig { cases: few, ..config } }
}
