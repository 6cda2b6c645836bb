//! What looks like a secret in what is taken over: whoever reads the text reads it then.

use super::{Adopted, Rewrite, Taken};
use crate::catalog::Presence;
use crate::diff::Desired;
use crate::drift::Drift;
use crate::migrate::Secrets;
use crate::model::{Address, Map, Value};
use crate::object::fields;
use crate::secret::{self, exposed, exposed_at};
use crate::source::Sources;
use std::collections::HashMap;

/// What comes into the text of what looks like a secret: the object, and the path of what is one.
pub(super) fn told(adopted: &[Adopted], drift: &Drift) -> Vec<(Address, String)> {
    let live = live(drift);
    let of = |one: &Adopted| {
        let body = live.get(&one.address).copied();
        let taken = body.into_iter().flat_map(fields).filter(|(path, _)| match &one.taken {
            Taken::Fields(paths) => paths.contains(path),
            Taken::Whole => true,
            Taken::Removal => false,
        });
        taken.flat_map(|(path, value)| paths(&path, value)).map(|path| (one.address.clone(), path)).collect::<Vec<_>>()
    };
    let mut told: Vec<(Address, String)> = adopted.iter().flat_map(of).collect();
    told.sort_unstable();
    told
}

/// The paths of what looks like a secret in the value at a path.
fn paths(path: &str, value: &Value) -> Vec<String> {
    let below =
        |way: &[Box<str>]| std::iter::once(path).chain(way.iter().map(|step| &**step)).collect::<Vec<_>>().join(".");
    exposed_at(path, value).iter().map(|one| below(&one.way)).collect()
}

/// What looks like a secret in the files that change, as they are and as they would be.
pub(super) fn secrets(
    (adopted, rewrites): (&[Adopted], &[Rewrite]),
    (wanted, sources): (&[Desired<'_>], &Sources),
    drift: &Drift,
) -> Secrets {
    let is_in_them = |desired: &&Desired<'_>| {
        let file = desired.span.text().map(|span| &sources.file(span.file).name);
        file.is_some_and(|name| rewrites.iter().any(|rewrite| rewrite.name == **name))
    };
    let mut secrets = Secrets::new();
    for desired in wanted.iter().filter(is_in_them) {
        secrets.extend(exposed(&desired.declared.body()).iter().map(secret::Exposed::text));
    }
    let live = live(drift);
    let taken = adopted.iter().filter_map(|one| live.get(&one.address).copied());
    secrets.extend(taken.flat_map(exposed).map(|one| one.text()));
    secrets
}

/// What is live of what others changed, and of what nobody owns.
fn live(drift: &Drift) -> HashMap<&Address, &Map> {
    let changed = drift.objects.iter().map(|object| (&object.address, &object.live));
    let found = drift.unmanaged.iter().flatten().filter_map(|object| match &object.live {
        Presence::Read(body) => Some((&object.address, body)),
        Presence::Unreadable(_) => None,
    });
    changed.chain(found).collect()
}
