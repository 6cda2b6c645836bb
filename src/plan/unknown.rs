//! A text of which nothing tells that the project was ever applied from it: what it does not declare may be that of the text that it is a copy
//! of.

use super::document::{Action, Flag, Guard, Lost, Operation};
use super::input::{Aim, FormerCatalog, Input, Unknown};
use super::remembered::Remembered;
use crate::model::{Identity, shell_word};
use crate::worded::counted;

/// What is told, and asked, of such a text.
pub(super) fn guards(
    operations: &[Operation],
    lost: &[Lost],
    input: &Input<'_>,
    remembered: &Remembered<'_>,
) -> impl Iterator<Item = Guard> {
    guard(operations, lost, input, remembered).into_iter().chain(elsewhere(input))
}

/// A guard where such a text would delete more than half of what the project owns in the catalog, beside what it says that goes; where it also
/// calls the project otherwise than the catalog does, where it would delete anything.
fn guard(operations: &[Operation], lost: &[Lost], input: &Input<'_>, remembered: &Remembered<'_>) -> Option<Guard> {
    let Unknown { holder, source, other_name } =
        input.lineage.unknown.as_ref().filter(|_| input.options.aim == Aim::Declared)?;
    let owned = input.observed.iter().filter(|entry| entry.owner.is_some() && entry.live.is_some()).count();
    let deleted = || operations.iter().filter(|one| one.action == Action::Delete && !one.clears());
    let unsaid = |is_object| {
        let of_those = |one: &&Operation| one.object_address().is_some() == is_object && !remembered.is_meant(one);
        deleted().filter(of_those).count()
    };
    let Identity { id, name, .. } = input.identity;
    let what = match (unsaid(true), unsaid(false)) {
        (objects @ 1.., _) if objects * 2 > owned || other_name.is_some() => {
            format!("{} of the {owned} that project {id} owns", counted(objects, "object"))
        }
        (0, files @ 1..) if other_name.is_some() => format!("{} of project {id}", counted(files, "file")),
        _ => return None,
    };
    let named = other_name
        .as_ref()
        .map(|other| format!("the catalog knows the id `{id}` as `{other}`, and this project is called `{name}`; "));
    let from = match source {
        Some(commit) => format!("commit {commit}, which is not in the repository of this one"),
        None => "a text in no commit".to_owned(),
    };
    let message = format!(
        "{what} would be deleted, and nothing tells that it was ever applied from this text: {}the last time it was \
         applied by {holder} from {from}, and never from this folder; a copy of a project \
         needs an `id` of its own in plat.kdl, and in this one `removed \"ADDRESS\"` lines say what goes on purpose",
        named.unwrap_or_default()
    );
    let all = deleted().count() + lost.iter().flat_map(Lost::own_objects).count();
    let allowed = input.options.max_deletes.is_some_and(|most| all as u64 <= most);
    Some(Guard::open(message, None, Flag::MaxDeletes(all as u64), allowed))
}

/// A notice where the catalog knows nothing of the project, and another one does.
fn elsewhere(input: &Input<'_>) -> Option<Guard> {
    let former = input.lineage.former_catalog.as_ref()?;
    let is_known = input.observed.iter().any(|entry| entry.owner.is_some());
    let knows_nothing =
        "the catalog that the text says knows nothing of this project, which was applied from this folder to";
    (!is_known).then(|| {
        Guard::notice(match former {
            FormerCatalog::Said(former) => format!(
                "{knows_nothing} {former}: all is new to it. To take along what is there, `plat catalog copy FOLDER declared`, where the plat.kdl of \
                 FOLDER says that one"
            ),
            FormerCatalog::Embedded { objects, is_taken_in } => {
                let held = counted(*objects, "object");
                let environment = input.project.environment.as_ref().map(|name| format!(" --env {}", shell_word(name)));
                let copy = format!("`plat catalog copy embedded declared{}`", environment.unwrap_or_default());
                let way = if *is_taken_in {
                    format!(
                        "{copy}, before the first apply, takes them along, with what others wrote into them, their times and the journal; what is \
                         applied before is made anew"
                    )
                } else {
                    format!(
                        "Others own things in the new one, so that it takes no copy ({copy} is for an empty one), and the next apply makes anew what is \
                         declared, without what others wrote into it"
                    )
                };
                format!("{knows_nothing} the one in its folder `.plat`, which holds {held} of it: all is new to the other one. {way}")
            }
        })
    })
}
