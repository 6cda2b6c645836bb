//! Fields that lifecycles leave alone, of every kind.

use super::{HERE, RUN, Shared, targets};
use crate::apply::{Applied, Unobserved, apply};
use crate::catalog::Catalog;
use crate::diff::desired;
use crate::model::{Address, Declaration, Kind, Lifecycle, Map, Name, Project, Value};
use crate::object::{fields, fixture};
use crate::plan::{OnConflict, Options, Plan};
use crate::session::{Planning, plan};
use crate::source::{SourceFile, Sources, Spanned};
use crate::workspace::Loaded;
use proptest::prelude::*;

fn address(kind: Kind) -> Address {
    match kind.above() {
        Some(_) => Address::below(kind, "of".into(), "space/thing".into()),
        None => Address::new(kind, "thing".into()),
    }
}

/// A project that declares an object of a body, with all of its fields ignored where that is asked for.
fn declaring(kind: Kind, body: Map, ignored: &[String]) -> Option<Loaded> {
    let ignore = ignored.iter().map(|path| Spanned::new(path.as_str().into(), HERE)).collect();
    let lifecycle = Some(Lifecycle { ignore, ..Lifecycle::default() }.into()).filter(|_| !ignored.is_empty());
    let mut project = Project { name: Some(Spanned::new(Name::from("laws"), HERE)), ..Project::default() };
    let declaration = Declaration { address: address(kind), named: HERE, span: HERE, body, lifecycle };
    project.declare(declaration).then(|| {
        let mut sources = Sources::default();
        sources.add(SourceFile::new("laws.kdl", Vec::new()));
        Loaded { sources, project: project.into(), ..Loaded::default() }
    })
}

fn planned(loaded: &Loaded, catalog: &Shared) -> Plan {
    let options = Options { on_conflict: OnConflict::Fail, ..Options::default() };
    plan(loaded, &mut targets(catalog), Planning { now: 0, options, ..Planning::default() }).unwrap()
}

proptest! {
    #[test]
    fn what_others_make_of_an_ignored_field_is_theirs(
        one in proptest::collection::vec(any::<u8>(), 8..64),
        other in proptest::collection::vec(any::<u8>(), 8..64),
    ) {
        let mut kinds = 0;
        for (kind, word) in Kind::ALL {
            let body = fixture::body(kind, "thing", &one);
            let theirs = fixture::body(kind, "thing", &other);
            let paths: Vec<String> = fields(&body).into_iter().map(|(path, _)| path).collect();
            let Some(bare) = declaring(kind, body.clone(), &[]) else { continue };
            let Some(ignoring) = declaring(kind, body, &paths) else { continue };
            let catalog = Shared::default();
            apply(&planned(&ignoring, &catalog), &mut targets(&catalog), &RUN, &mut Unobserved, &mut Applied::default())
                .unwrap();
            prop_assert!(catalog.objects(&[address(kind)]).unwrap()[0].is_some(), "{} is not made", word);
            catalog.0.lock().unwrap().set(&address(kind), Some(theirs.clone()));
            let again = planned(&ignoring, &catalog);
            prop_assert!(again.operations.is_empty() && again.conflicts.is_empty(), "{}: {:?}", word, again);
            // Without that it is told, so that the law can fail.
            let wanted = desired(&bare.project)[0].declared.body();
            let live = fields(&theirs);
            let is_other = |(path, value): (String, &Spanned<Value>)| {
                live.iter().all(|(other, found)| *other != path || found.value != value.value)
            };
            if fields(&wanted).into_iter().any(is_other) {
                let told = planned(&bare, &catalog);
                prop_assert!(!told.operations.is_empty() || !told.conflicts.is_empty(), "{}: nothing is told", word);
            }
            kinds += 1;
        }
        prop_assert_eq!(kinds, Kind::ALL.len());
    }
}
