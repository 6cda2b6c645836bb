//! What a diagnostic says to do, in lines.

use super::clean::clean;
use crate::diag::{Diagnostic, Edit, Fix};
use crate::syntax::AS_KDL;

/// The help, then each fix that the help does not already spell out.
pub(super) fn help_lines(diagnostic: &Diagnostic) -> Vec<String> {
    let help = diagnostic.help.as_deref().unwrap_or_default();
    let told = |text: &str| !text.is_empty() && help.contains(text);
    let is_spelled = |edit: &Edit| told(edit.text.trim_matches('"'));
    let spelled = |fix: &Fix| told(&fix.title) || fix.title == AS_KDL || fix.edits.iter().all(is_spelled);
    let fixes = diagnostic.fixes.iter().filter(|fix| !spelled(fix));
    let help = diagnostic.help.iter().flat_map(|help| help.lines());
    help.chain(fixes.map(|fix| fix.title.as_str())).map(|line| clean(line).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::help_lines;
    use crate::diag::{Diagnostic, code};
    use crate::source::{FileId, Span};

    #[test]
    fn what_the_help_says_is_not_said_again() {
        let span = Span::start_of(FileId(0));
        let wrong = |help: &str| Diagnostic::error(code::WRONG_TYPE, span, "wrong").help(help);
        let quotes = |help: &str| help_lines(&wrong(help).fix("put it in quotes", span, "\"1\""));
        assert_eq!(quotes("put it in quotes"), ["put it in quotes"]);
        assert_eq!(quotes("write \"1\""), ["write \"1\""]);
        assert_eq!(quotes("write `1`"), ["write `1`"]);
        assert_eq!(quotes("it is text"), ["it is text", "put it in quotes"]);
    }
}
