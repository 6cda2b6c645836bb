use crate::diag::{Diagnostic, Diagnostics, code, suggest};
use crate::model::Name;
use crate::source::Spanned;

/// The embedded modules: their names and texts, by name.
pub(super) const MODULES: [(&str, &str); 9] = [
    ("backstage", include_str!("../../stdlib/backstage.kdl")),
    ("clusters", include_str!("../../stdlib/clusters.kdl")),
    ("environments", include_str!("../../stdlib/environments.kdl")),
    ("policies", include_str!("../../stdlib/policies.kdl")),
    ("production-readiness", include_str!("../../stdlib/production-readiness.kdl")),
    ("security", include_str!("../../stdlib/security.kdl")),
    ("services", include_str!("../../stdlib/services.kdl")),
    ("systems", include_str!("../../stdlib/systems.kdl")),
    ("teams", include_str!("../../stdlib/teams.kdl")),
];

/// What stands before the name of an embedded module.
const PREFIX: &str = "std:";

/// What stands before the description of the first test of a module.
const TEST: &str = "\ntest \"";

/// The names of the embedded modules, as a `use` says them.
pub fn library() -> impl Iterator<Item = String> {
    MODULES.iter().map(|(name, _)| format!("{PREFIX}{name}"))
}

/// How the file of an embedded module is shown.
pub(super) fn file_name(module: &str) -> String {
    format!("{PREFIX}{module}.kdl")
}

/// What the text of an embedded module declares, without the tests behind it. They are run where plat is made: in a project they would also
/// see what it gives and changes.
pub(super) fn declarations(text: &str) -> &str {
    text.split_once(TEST).map_or(text, |parts| parts.0)
}

/// The module that a `use` names, as an index of [`MODULES`]; nothing, and a problem, where there is none.
pub(super) fn find(name: &Spanned<Name>, diagnostics: &mut Diagnostics) -> Option<usize> {
    let found = name.strip_prefix(PREFIX).and_then(|module| MODULES.iter().position(|row| row.0 == module));
    if found.is_none() {
        diagnostics.push(unknown(name));
    }
    found
}

fn unknown(name: &Spanned<Name>) -> Diagnostic {
    let modules: Vec<String> = library().collect();
    let message = format!("there is no module `{}`", name.value);
    let diagnostic = Diagnostic::error(code::UNKNOWN_MODULE, name.span, message);
    match suggest(&name.value, modules.iter().map(String::as_str)) {
        // A name with a colon is a bare word of KDL, quoted all the same, as people write it.
        Some(near) => {
            let help = format!("did you mean `{near}`?");
            diagnostic.help(help).fix(format!("change to `{near}`"), name.span, format!("\"{near}\""))
        }
        None => diagnostic.help(format!("the modules are {}", modules.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::{MODULES, declarations};

    #[test]
    fn the_list_is_the_folder() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("stdlib");
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        let listed: Vec<String> = MODULES.iter().map(|row| format!("{}.kdl", row.0)).collect();
        assert_eq!(names, listed);
    }

    #[test]
    fn tests_stand_behind_all_else() {
        for (name, text) in MODULES {
            let tests = text.strip_prefix(declarations(text)).unwrap().lines();
            let mut tops = tests.filter(|line| !line.is_empty() && !line.starts_with([' ', '}'])).peekable();
            assert!(tops.peek().is_some(), "{name} has no test");
            assert!(tops.all(|line| line.starts_with("test ")), "{name}");
        }
    }
}
