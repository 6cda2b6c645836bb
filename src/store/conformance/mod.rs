//! What every [`Store`] has to do, as laws over a fresh store each.
//!
//! In: a [`Fixture`], which says how a store is opened, and who else works on it. The tests of this crate run it on what they keep in
//! memory and in folders; the tests against real servers include this file and run it there.

mod files;
mod inventory;
mod lease;
mod obstacles;
mod proposals;

use std::sync::Arc;

use super::{
    Address, ContentId, Draft, FileChange, FileState, Holding, Kind, Lease, Leased, Lifecycle, Obstacle, ObstacleKind,
    Replaced, Store, StoreError,
};

/// The folder that the stores keep to.
pub(crate) const FOLDER: &str = "clusters/prod";

/// How stores are opened.
pub(crate) struct Fixture<'a> {
    /// Opens the store of a name for a project, at [`FOLDER`]. Where there is none it is there from then on, and empty.
    pub(crate) open: &'a dyn Fn(&str, &str) -> Box<dyn Store>,
    /// Meets somebody else at the store of a name.
    pub(crate) somebody: &'a dyn Fn(&str) -> Box<dyn Hand>,
    /// The identity that a content has there.
    pub(crate) id: fn(&str) -> ContentId,
}

/// Somebody else, who works on the same files.
pub(crate) trait Hand {
    /// Writes and deletes files by their full paths, in one revision, and gives it.
    fn writes(&self, files: &[(&str, Option<&str>)]) -> String;

    /// The files that are there, by their full paths.
    fn sees(&self) -> Vec<Seen>;

    /// The revisions with the first line of what is said of them, the newest first.
    fn log(&self) -> Vec<(String, String)>;
}

/// A file as somebody else sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Its full path.
    pub(crate) path: String,
    /// Whether it can be run.
    pub(crate) executable: bool,
    /// Its content.
    pub(crate) content: String,
}

/// All laws.
pub(crate) fn run(fixture: &Fixture<'_>) {
    type Law = fn(&Fixture<'_>, &str);
    let laws: [(&str, Law); 22] = [
        ("first", files::an_empty_store_takes_a_first_delivery),
        ("again", files::the_same_delivery_again_changes_nothing),
        ("between", files::what_somebody_else_wrote_in_between_is_kept),
        ("conflict", files::a_file_that_somebody_else_changed_is_a_conflict_and_nothing_is_written),
        ("delete", files::a_deleted_file_goes_with_its_folder_and_is_owned_no_more),
        ("vanished", files::a_deletion_of_what_is_gone_needs_nothing),
        ("many", files::many_files_are_delivered_at_once),
        ("paths", files::a_path_that_no_store_can_hold_is_refused),
        ("adopt", inventory::a_file_that_is_already_as_wanted_is_adopted_without_a_revision),
        ("gone", inventory::a_file_that_is_gone_but_still_listed_is_let_go),
        ("release", inventory::a_file_that_is_let_go_stays),
        ("compared", inventory::a_comparison_leaves_out_nothing_but_what_is_as_wanted),
        ("projects", inventory::projects_do_not_own_each_others_files),
        ("listed", inventory::every_file_is_listed_whoever_put_it_there),
        ("taken", inventory::a_file_that_is_taken_from_another_project_changes_hands),
        ("written", inventory::what_was_last_written_can_be_read_again),
        ("held", inventory::what_was_delivered_for_a_request_is_remembered),
        ("lease", lease::one_run_at_a_time_has_the_lease),
        ("proposed", proposals::a_proposal_that_is_there_is_not_made_again_and_another_is_not_overwritten),
        ("kinds", obstacles::a_file_takes_the_place_of_a_folder_and_back),
        ("obstacles", obstacles::what_is_in_the_way_is_told_and_goes_only_where_it_may),
        ("obstructed", obstacles::what_another_project_has_in_the_way_is_told),
    ];
    for (name, law) in laws {
        law(fixture, name);
    }
}

/// A change of a file that the project owns, in a store where contents have these identities.
pub(crate) fn change(id: fn(&str) -> ContentId, path: &str, before: Option<&str>, after: Option<&str>) -> FileChange {
    let after: Option<Arc<[u8]>> = after.map(|text| Arc::from(text.as_bytes()));
    let (path, before, owned) = (path.to_owned(), before.map(id), after.is_some());
    FileChange { path, before, after, owned, taken_from: None, replaces: None }
}

/// What delivers changes.
pub(crate) fn draft(changes: impl IntoIterator<Item = FileChange>) -> Draft {
    let message = "plat: apply demo\n\nPlat-Run: 1\n".to_owned();
    Draft { changes: changes.into_iter().collect(), holdings: Vec::new(), message, time: 1_700_000_000 }
}

impl Fixture<'_> {
    fn open(&self, name: &str) -> Box<dyn Store> {
        (self.open)(name, "demo")
    }

    fn somebody(&self, name: &str) -> Box<dyn Hand> {
        (self.somebody)(name)
    }

    fn change(&self, path: &str, before: Option<&str>, after: Option<&str>) -> FileChange {
        change(self.id, path, before, after)
    }

    fn state(&self, live: Option<&str>, owned: Option<&str>) -> FileState {
        FileState { live: live.map(self.id), owned: owned.map(self.id), ..FileState::default() }
    }
}

fn of(project: &str, state: FileState) -> FileState {
    FileState { other_owner: Some(project.to_owned()), ..state }
}

fn observed(store: &mut dyn Store, paths: &[&str]) -> Vec<(String, FileState)> {
    store.observe(paths).unwrap().files.into_iter().collect()
}
