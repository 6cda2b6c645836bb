//! Names of things that need not be declared are no old names of things that are.

use crate::diag::{Diagnostic, code};
use crate::model::{Address, Project, Renames};
use crate::object::{Types, is_open};
use std::collections::HashSet;

/// What names a thing of the project by a name that it has no longer, where nobody else would miss it: what must be declared is told
/// where names are looked up.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    if project.moved.is_empty() {
        return Vec::new();
    }
    let (renames, types) = (Renames::of(&project.moved), Types::default());
    let declared: HashSet<&Address> = project.objects.iter().map(|object| &object.address).collect();
    let mut diagnostics = Vec::new();
    for object in &project.objects {
        let open = types.of_body(&object.address, &object.body).into_iter();
        for reference in open.filter(|reference| is_open(object.address.kind, &reference.field)) {
            let renamed = renames.last(&reference.to).filter(|(now, _)| declared.contains(now));
            let Some((now, said)) = renamed.filter(|_| !declared.contains(&reference.to)) else { continue };
            let (kind, name) = (now.kind.word(), &reference.to.name);
            let message = format!("{kind} `{name}` is called `{}` now", now.name);
            let diagnostic = Diagnostic::error(code::UNKNOWN_REFERENCE, reference.span, message);
            diagnostics.push(diagnostic.other(said, "moved here").did_you_mean(Some(&now.name)));
        }
    }
    diagnostics
}

#[cfg(test)]
mod tests {
    use crate::check::tests::problems;

    #[test]
    fn a_thing_is_named_as_it_is_called_now() {
        let moved = "moved from=page:old to=page:now\npage now { parent other; }\n";
        assert_eq!(problems(&format!("{moved}page a {{ after now; parent other; }}")), [""; 0]);
        let both = problems(&format!("{moved}page a {{ after old; parent old; }}"));
        assert_eq!(both, ["E0302 old: page `old` is called `now` now"; 2]);
        let user = "moved from=user:a@old.com to=user:a@new.com\nuser a@new.com\n";
        assert_eq!(problems(&format!("{user}team t {{ member a@new.com b@old.com; }}")), [""; 0]);
        let members = problems(&format!("{user}team t {{ member a@new.com a@old.com; }}"));
        assert_eq!(members, ["E0302 a@old.com: user `a@old.com` is called `a@new.com` now"]);
    }
}
