use crate::resolve::{MemoryLoader, resolve};

/// The problems of a resource's body, each with the text that it points at.
fn problems(body: &str) -> Vec<String> {
    let text =
        format!("project demo\npromise p {{\n workflow configure {{\n resource v1 A $name {{\n{body}\n}}\n}}\n}}\n");
    let resolved = resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap();
    let said = resolved.diagnostics.iter();
    said.map(|one| format!("{} {} @ {}", one.code, one.message, resolved.sources.text(one.primary.span()))).collect()
}

#[test]
fn a_mistake_in_a_text_is_shown_at_its_letters() {
    assert_eq!(problems("x \"a ${name | uper} b\""), ["E0503 unknown function `uper` @ uper"]);
    assert_eq!(
        problems("x #\"a ${name | trunc x}\"#"),
        ["E0504 `x` is no length for the function `trunc`, which takes a number @ x"]
    );
    assert_eq!(problems("x \"a ${name\""), ["E0501 `${` is never closed @ ${"]);
    assert_eq!(problems("x \"a ${ } b\""), ["E0502 an interpolation without a path @ ${ }"]);
    assert_eq!(problems("x \"a ${a..b} b\""), ["E0502 `a..b` is no path @ a..b"]);
    assert_eq!(problems("x \"cost: $name.\""), ["E0502 `$name` inside a text @ $name"]);
    let doubled = "E0502 `${{ spec.size }}` has one brace too many @ ${{ spec.size }}";
    assert_eq!(problems("x \"a ${{ spec.size }} b\""), [doubled]);
    assert_eq!(problems("x \"$${{ spec.size }}\""), [""; 0]);
    assert_eq!(problems("x \"5$\""), ["E0502 a dollar that starts nothing @ $"]);
    assert_eq!(problems("x \"$$5 $${name}\""), [""; 0]);
}

#[test]
fn a_mistake_in_a_text_with_escapes_is_shown_at_the_whole_text() {
    assert_eq!(problems("x \"\\t${name | uper}\""), ["E0503 unknown function `uper` @ \"\\t${name | uper}\""]);
}

#[test]
fn every_mistake_is_told_and_a_member_stands_once() {
    let said = problems("x \"${a\" y=\"$\"\nz 1\nz 2\nw \"${b | c} ${d | e}\"");
    let codes: Vec<&str> = said.iter().map(|one| &one[..5]).collect();
    assert_eq!(codes, ["E0351", "E0502", "E0353", "E0503", "E0503"]);
}
