//! The addresses that a project gives a meaning.

use super::Loaded;
use crate::check::missing_field;
use crate::diag::suggest;
use crate::diff::desired;

/// Every address of a project: its objects, and the files that its requests are rendered to.
pub fn addresses(loaded: &Loaded) -> Vec<String> {
    let objects = desired(&loaded.project).into_iter().map(|desired| desired.address.to_string());
    let files = loaded.placed.iter().map(|placed| format!("file:{}:{}", placed.store, placed.path));
    objects.chain(files).collect()
}

/// Whether an address, a field behind `#` aside, means something that the project declares or renders.
pub fn is_known(loaded: &Loaded, asked: &str) -> bool {
    let asked = asked.split_once('#').map_or(asked, |(address, _)| address);
    addresses(loaded).iter().any(|address| address == asked)
}

/// The address that a mistyped one, a field behind `#` aside, probably means.
pub fn near(loaded: &Loaded, asked: &str) -> Option<String> {
    let asked = asked.split_once('#').map_or(asked, |(address, _)| address);
    let addresses = addresses(loaded);
    // A name alone means the thing of that name, also with what that is of before it, and a path the file there, in whichever store.
    let end = asked.trim_start_matches("file:").replace('/', ":");
    let is_end = |address: &&String| {
        let address = address.replace('/', ":");
        address.strip_suffix(&end).is_some_and(|before| before.is_empty() || before.ends_with(':'))
    };
    let named = addresses.iter().find(is_end).filter(|_| !end.is_empty());
    named.cloned().or_else(|| suggest(asked, addresses.iter().map(String::as_str)).map(str::to_owned))
}

/// Where the field behind the `#` of an address is none that the object of a declaration can have: the one that is probably meant.
pub fn unknown_field(loaded: &Loaded, asked: &str) -> Option<Option<String>> {
    let (address, field) = asked.split_once('#')?;
    let desired = desired(&loaded.project);
    let declared = desired.iter().find(|one| one.address.to_string() == address)?.declared;
    missing_field(&loaded.project, declared, field)
}
