//! What every catalog must do, as tests that are generic over it: `conforms!(|law| law(&mut catalog))` in the tests
//! of an implementation, where the closure makes an empty catalog and hands it to the law.

mod copies;
mod guards;
mod hand_overs;
mod inventory;
mod leases;
mod levels;
mod moves;
mod objects;
mod places;
mod presence;
mod runs;

pub(crate) use copies::*;
pub(crate) use guards::*;
pub(crate) use hand_overs::*;
pub(crate) use inventory::*;
pub(crate) use leases::*;
pub(crate) use levels::*;
pub(crate) use moves::*;
pub(crate) use objects::*;
pub(crate) use places::*;
pub(crate) use presence::*;
pub(crate) use runs::*;

use crate::catalog::*;
use crate::model::{
    Address, Deletion, Digest, Kind, Lease, Leased, Lifecycle, Made, Map, Object, OnDrift, Value, parse_json,
    write_json,
};
use crate::object::fields;
use crate::source::{Origin, Spanned};
use std::sync::Arc;

/// Gives the names of all laws to a macro, behind what it is given beside them.
macro_rules! laws {
    ($($each:tt)::+; $($given:tt)*) => {
        $($each)::+! { $($given)*
            what_is_written_is_read,
            an_empty_catalog_is_empty,
            what_is_observed_is_in_the_order_of_addresses,
            what_is_observed_is_everything,
            fields_of_others_stay,
            a_group_comes_and_goes_with_its_members,
            a_conflict_undoes_the_whole_batch,
            a_field_is_guarded_by_what_was_seen,
            a_batch_carried_out_twice_does_nothing_the_second_time,
            what_is_made_is_all_owned,
            an_object_without_fields_exists_until_it_is_deleted,
            an_object_is_not_made_of_what_was_left_to_change,
            each_project_has_its_own_records,
            a_deletion_is_guarded_by_the_body,
            a_gone_object_is_deleted_already,
            forgetting_leaves_the_object,
            what_is_held_stays_and_counts,
            protection_is_kept_and_lifted,
            times_move_with_the_body_alone,
            every_name_is_one_of_its_own,
            levels_change_one_by_one,
            operations_see_those_before_them,
            questions_keep_the_order_of_their_addresses,
            a_whole_lifecycle_is_kept,
            what_was_written_outlives_what_others_write,
            values_that_nobody_saw_are_unknown,
            what_is_let_go_of_is_not_known_any_more,
            a_moved_object_keeps_what_others_wrote,
            a_move_carried_out_twice_does_nothing_the_second_time,
            a_move_onto_another_object_is_a_conflict,
            a_move_of_what_is_gone_makes_it_where_it_is_whole,
            a_project_is_known_by_its_name,
            an_object_is_taken_from_its_owner,
            no_project_comes_to_own_what_another_owns,
            places_are_kept_and_come_with_changes_alone,
            places_go_with_the_records_that_they_are_of,
            a_place_goes_on_with_an_object_that_is_renamed,
            what_is_taken_says_from_whom_it_came,
            the_ways_of_an_object_go_on_with_it,
            what_comes_again_came_from_nobody,
            a_lease_keeps_others_out_until_it_ends,
            a_lease_of_a_clock_that_is_ahead_keeps_nobody_out,
            a_lease_is_renewed_and_given_back_by_its_run_alone,
            runs_are_told_newest_first,
            old_runs_are_forgotten,
            what_is_copied_says_the_same,
            an_empty_catalog_takes_in_a_copy_and_another_one_does_not,
            a_catalog_in_which_a_run_is_at_work_is_not_copied,
        }
    };
}
pub(crate) use laws;

/// Makes a test of each law.
macro_rules! conforms {
    (|$law:ident| $run:expr) => {
        $crate::catalog::conformance::laws! { $crate::catalog::conformance::tests; |$law| $run; }
    };
}
pub(crate) use conforms;

macro_rules! tests {
    (|$law:ident| $run:expr; $($name:ident,)*) => {$(
        #[test]
        fn $name() {
            let $law = |catalog: &mut dyn $crate::catalog::Catalog| $crate::catalog::conformance::$name(catalog);
            $run;
        }
    )*};
}
pub(crate) use tests;

pub(crate) fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

pub(crate) fn map(json: &str) -> Map {
    parse_json(json.as_bytes()).unwrap().as_object().unwrap().clone()
}

pub(crate) fn digest_of(map: &Map) -> Digest {
    Digest::of_body(map.clone())
}

/// The write that turns `before` into `after`, field by field, and then owns all of `after`.
pub(crate) fn write(text: &str, before: &str, after: &str) -> GuardedChange {
    let (before, after) = (map(before), map(after));
    let find = |body: &Map, path: &str| {
        fields(body).into_iter().find(|(other, _)| other == path).map(|(_, value)| value.value.clone())
    };
    let mut paths: Vec<String> = fields(&before).into_iter().chain(fields(&after)).map(|(path, _)| path).collect();
    paths.sort();
    paths.dedup();
    let change = |path: String| FieldChange {
        before: find(&before, &path).as_ref().map(Digest::of_value),
        after: find(&after, &path),
        path,
    };
    let fields =
        paths.into_iter().map(change).filter(|change| change.before != change.after.as_ref().map(Digest::of_value));
    let change = Change::Write {
        fields: fields.collect(),
        owned: owned(&after),
        base: digest_of(&after),
        lifecycle: None,
        from: None,
        taken_from: None,
        declared: None,
    };
    GuardedChange { address: address(text), change }
}

/// What makes an object of a body and owns all of it.
pub(crate) fn make(text: &str, body: &Map) -> GuardedChange {
    let (made, base) = (Made::Saved(body.clone()), digest_of(body));
    let (lifecycle, from, taken_from, declared, replaces) = (None, None, None, None, None);
    let change = Change::Make { made, base, lifecycle, from, taken_from, declared, replaces };
    GuardedChange { address: address(text), change }
}

pub(crate) fn owned(body: &Map) -> OwnedFields {
    let mut owned: OwnedFields =
        fields(body).into_iter().map(|(path, value)| (path, Digest::of_value(&value.value))).collect();
    owned.sort();
    owned
}

fn delete(text: &str, before: &str) -> GuardedChange {
    GuardedChange { address: address(text), change: Change::Delete { before: digest_of(&map(before)) } }
}

fn forget(text: &str) -> GuardedChange {
    GuardedChange { address: address(text), change: Change::Forget }
}

pub(crate) fn batch<'a>(project: &'a str, operations: &'a [GuardedChange]) -> Batch<'a> {
    Batch { project, name: project, time: 1, message: "Change it", operations, levels: &[], alone: false }
}

fn apply(catalog: &mut dyn Catalog, project: &str, operations: &[GuardedChange]) -> Vec<Outcome> {
    catalog.apply(&batch(project, operations)).unwrap()
}

fn body(catalog: &dyn Catalog, text: &str) -> Option<Map> {
    catalog.objects(&[address(text)]).unwrap().remove(0)?.into_read().map(|object| object.body)
}

fn entry(catalog: &dyn Catalog, project: &str, text: &str) -> Option<Entry> {
    catalog.observe(project).unwrap().entries.into_iter().find(|entry| entry.address == address(text))
}

fn json(body: &Map) -> String {
    let mut json = Vec::new();
    write_json(&Value::Object(body.clone()), &mut json);
    String::from_utf8(json).unwrap()
}

/// Everything that a catalog says to a project.
pub(crate) fn everything(catalog: &dyn Catalog, project: &str) -> String {
    let entries = catalog.observe(project).unwrap().entries;
    let addresses: Vec<Address> = entries.iter().map(|entry| entry.address.clone()).collect();
    let body =
        |object: Option<Presence<Object>>| object.map(|live| json(&live.read().unwrap().body)).unwrap_or_default();
    let bodies: Vec<String> = catalog.objects(&addresses).unwrap().into_iter().map(body).collect();
    let owned = catalog.owned_fields(project, &addresses).unwrap();
    let (times, levels) = (catalog.times(&addresses).unwrap(), catalog.levels(project).unwrap());
    let written: Vec<String> = catalog.written(project, &addresses).unwrap().iter().map(json).collect();
    let (places, ways) = (catalog.declared_at(project, &addresses), catalog.hand_overs(project, &addresses));
    let (places, ways) = (places.unwrap(), ways.unwrap());
    format!("{entries:?} {bodies:?} {owned:?} {written:?} {places:?} {ways:?} {times:?} {levels:?}")
}

fn refused(catalog: &mut dyn Catalog, project: &str, operations: &[GuardedChange]) -> (String, Option<String>) {
    match catalog.apply(&batch(project, operations)) {
        Err(CatalogError::Conflict { address, field }) => (address.to_string(), field),
        other => panic!("no conflict: {other:?}"),
    }
}

pub(crate) const A: &str = "entity:service:a";
const TITLED: &str = r#"{"title":"A","properties":{"x":1,"y":[1,{"z":null}]},"relations":{"system":"s"}}"#;
