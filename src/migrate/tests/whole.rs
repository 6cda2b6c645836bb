//! That nothing acts in the place of what is not taken in, and that no part passes for the whole.

use super::{exported, imported, told};
use crate::grammar::Neighbour;

#[test]
fn a_number_that_a_float_is_comes_in_as_that() {
    let text = r#"[{"identifier": "b", "schema": {"properties": {"n": {"type": "number"}, "m": {"type": "number"}}}},
        {"identifier": "e", "blueprint": "b", "properties": {"n": 9223372036854775808, "m": -18446744073709551616}}]"#;
    let imported = imported(Neighbour::Port, &[("a.json", text)]);
    assert_eq!(told(&imported), Vec::<String>::new());
    let out = exported(Neighbour::Port, &imported.files);
    assert!(out["entities.json"][0].contains(r#""m":-18446744073709552000,"n":9223372036854776000"#), "{out:#?}");
}
