//! The conformance suite of KDL 2.0, where a copy of it is at hand: in the folder that
//! `PLAT_KDL_SUITE` names, or in `../shared/kdl-suite` beside the package.

use super::{brief, normal_form, read};
use std::io::Write as _;
use std::path::{Path, PathBuf};

fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("PLAT_KDL_SUITE").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/kdl-suite");
    named.or_else(|| beside.join("input").is_dir().then_some(beside))
}

/// Cases that hold more than one mistake.
const SEVERAL: [&str; 2] = ["floating_point_keyword_identifier_strings_fail.kdl", "just_space_in_arg_type_fail.kdl"];

/// What is wrong with the parse of a case, if anything is.
fn complaint(input: &Path, expected: &Path) -> Option<String> {
    let text = std::fs::read_to_string(input).unwrap();
    let (tree, diagnostics) = read(&text);
    let name = input.file_name().unwrap().to_string_lossy().into_owned();
    if name.ends_with("_fail.kdl") {
        return match diagnostics.len() {
            0 => Some(format!("{name}: accepted")),
            1 => None,
            _ if SEVERAL.contains(&&*name) => None,
            count => Some(format!("{name}: {count} diagnostics for one mistake: {}", brief(&diagnostics))),
        };
    }
    if !diagnostics.is_empty() {
        return Some(format!("{name}: rejected: {}", brief(&diagnostics)));
    }
    let printed = normal_form::print(&tree);
    let wanted = std::fs::read_to_string(expected).unwrap();
    (printed.trim_end() != wanted.trim_end()).then(|| format!("{name}: wanted {wanted:?}, got {printed:?}"))
}

#[test]
fn the_suite_is_accepted_and_rejected_as_it_says() {
    let Some(folder) = folder() else {
        // Written past the capture of output, so that a missing suite does not go unseen.
        let notice =
            "\nNOT TESTED: no conformance suite of KDL; set PLAT_KDL_SUITE to a folder with input/ and expected_kdl/\n";
        writeln!(std::io::stderr(), "{notice}").unwrap();
        return;
    };
    let mut cases: Vec<_> =
        std::fs::read_dir(folder.join("input")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() >= 336, "only {} cases in {}", cases.len(), folder.display());
    let complaints: Vec<_> = cases
        .iter()
        .filter_map(|input| complaint(input, &folder.join("expected_kdl").join(input.file_name().unwrap())))
        .collect();
    assert!(complaints.is_empty(), "{} of {}:\n{}", complaints.len(), cases.len(), complaints.join("\n"));
}
