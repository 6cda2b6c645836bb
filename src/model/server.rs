//! The servers that a project names, and what is known of them from their addresses alone.

use super::{Address, Declared, Project};
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

/// The server of an address: its host in small letters, with its port where that is not the usual one. Nothing for a path and
/// for `file:`.
pub fn server_of(address: &str) -> Option<String> {
    let (usual, authority) = match address.split_once("://") {
        Some((scheme, rest)) => {
            let usual = match scheme.to_ascii_lowercase().as_str() {
                "https" => "443",
                "http" => "80",
                "ssh" | "git+ssh" | "ssh+git" => "22",
                _ => return None,
            };
            (usual, rest.split(['/', '?', '#', '\\']).next().unwrap_or_default())
        }
        None => {
            let (authority, _) = address.split_once(':')?;
            if authority.len() < 2 || authority.contains(['/', '\\']) {
                return None;
            }
            ("", authority)
        }
    };
    let host = authority.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    let port_is_usual = |port: &str| port.is_empty() || port == usual;
    let host = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') && port_is_usual(port) => name.to_owned(),
        Some(_) | None => host,
    };
    (!host.is_empty()).then_some(host)
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
    fn a_server_is_a_host_and_an_unusual_port() {
        let server = |address: &str| server_of(address).unwrap_or_default();
        assert_eq!(server("https://Git.Example/a"), "git.example");
        assert_eq!(server("https://git.example:443/other"), "git.example");
        assert_eq!(server("https://user@git.example:8443/a"), "git.example:8443");
        assert_eq!(server("http://[::1]:80/a"), "[::1]");
        assert_eq!(server("http://[::1]/a"), "[::1]");
        assert_eq!(server("ssh://git@git.example:2222/a"), "git.example:2222");
        assert_eq!(server("git@git.example:a/b"), "git.example");
        for path in ["../a", "/a:b", "file:///a", "C:\\a", ".plat/stores/a.git", "https:///a"] {
            assert_eq!(server_of(path), None, "{path}");
        }
    }

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
