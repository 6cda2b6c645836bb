//! The branches of state stores and catalogs have names that Git takes.

use crate::diag::{Diagnostic, code};
use crate::model::{Project, branch_fault};
use crate::source::Spanned;

/// The branches that cannot be.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let judge = |(branch, fault): (&Spanned<Box<str>>, &str)| {
        let message = format!("`{}` cannot be a branch's name: {fault}", branch.value);
        Diagnostic::error(code::BAD_BRANCH, branch.span, message)
            .help("name it as `git branch` would take it, as in `branch main`")
    };
    let branches = project.git_folders().map(|place| &place.branch);
    branches.filter_map(|branch| Some((branch, branch_fault(&branch.value)?))).map(judge).collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::resolve::{MemoryLoader, resolve};

    #[test]
    fn a_branch_is_judged_at_its_own_line() {
        let text =
            "project demo\nstate-store a git { url x; }\nstate-store b git {\n    url y\n    branch \"a..b\"\n}\n";
        let resolved = resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap();
        let [problem] = check(&resolved.project).try_into().unwrap();
        assert_eq!(problem.message, "`a..b` cannot be a branch's name: it has `..` or `@{` in it");
        assert_eq!(&text[problem.primary.span().start as usize..problem.primary.span().end as usize], "\"a..b\"");
    }
}
