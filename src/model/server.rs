//! The servers that a project names, and what is known of them from their addresses alone.

use super::{Address, Location, Project};
use crate::source::Spanned;

/// The addresses that a project names, each with the object that does: those of state stores and of what actions call.
pub fn addresses(project: &Project) -> Vec<(Address, Spanned<&str>)> {
    let stores = project.stores.iter().map(|store| (store.address(), Spanned::new(&*store.url.value, store.url.span)));
    let called = project.actions.iter().filter_map(|action| {
        let url = action.backend.as_ref()?.settings.get("url")?;
        Some((action.address(), Spanned::new(url.value.as_str()?, url.span)))
    });
    stores.chain(called).collect()
}

/// The server of an address: its host, with its port where that is not the usual one. Nothing for a folder, and for what leads nowhere.
pub fn server_of(address: &str) -> Option<String> {
    match Location::parse(address) {
        Ok(Location::Server(remote)) => Some(remote.server()),
        Ok(Location::Folder(_)) | Err(_) => None,
    }
}

/// Whether an address has a control character, as it is or as `%0A`: none belongs into what is said to a server.
pub fn has_control_character(address: &str) -> bool {
    let encoded = |at: usize| {
        let digit = |at: usize| address.as_bytes().get(at).and_then(|digit| char::from(*digit).to_digit(16));
        matches!((digit(at + 1), digit(at + 2)), (Some(high), Some(low)) if high < 2 || (high, low) == (7, 15))
    };
    address.contains(char::is_control) || address.match_indices('%').any(|(at, _)| encoded(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_found_in_each_form() {
        for address in ["https://a/b\n", "https://a/b%0Ac", "ssh://a/%00", "https://a/%7f", "a%1b@b:c"] {
            assert!(has_control_character(address), "{address}");
        }
        for address in ["https://a/b%20c", "https://a/100%", "https://a/%zz", "https://a/%c3%a4%8"] {
            assert!(!has_control_character(address), "{address}");
        }
    }
}
