//! What an address may not hold.

use super::words::{quoted, written};
use crate::diag::{Diagnostic, code};
use crate::model::{Address, Kind, Location, Lost, Project, addresses, password};
use crate::source::Spanned;

/// Addresses that hold a password, have characters that no server is told, or lead to no repository.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    addresses(project).into_iter().filter_map(|(of, address)| judge(&of, &address)).collect()
}

fn judge(of: &Address, address: &Spanned<&str>) -> Option<Diagnostic> {
    let name = quoted(&of.to_string());
    let problem = |code, message: String| Diagnostic::error(code, address.span, message);
    match (Location::parse(address.value).err()?, &of.kind) {
        (Lost::Password, kind) => {
            let message = format!("the address of {name} holds a password or a token");
            Some(problem(code::PASSWORD_IN_ADDRESS, message).help(instead(address.value, *kind)))
        }
        (Lost::Control, _) => {
            let message = format!("the address of {name} has a control character");
            let help = "take it out, also where it is written as `%0A`";
            Some(problem(code::CONTROL_IN_ADDRESS, message).help(help))
        }
        // Where else an action may call is for whoever runs it to say.
        (Lost::Scheme | Lost::Host | Lost::Port | Lost::NoPath | Lost::Escape(_) | Lost::Empty, Kind::Action) => None,
        // The rest is a comment to KDL, which is told where it is written.
        (Lost::HalfWritten, _) if address.value.ends_with(':') => None,
        (Lost::NoPath, _) if address.value.starts_with('\'') && address.value.ends_with(':') => None,
        (lost, _) => {
            let message = format!("the address of {name} {lost}");
            Some(problem(code::UNCLEAR_ADDRESS, message).help(remedy(lost)))
        }
    }
}

/// What to write in the place of an address with a password.
fn instead(address: &str, kind: Kind) -> String {
    let url = password(address).map_or_else(String::new, |part| written(&without(address, part)));
    match kind {
        Kind::Action => {
            format!("write `url={url}`, and send what the service wants to know: `send token (secret)NAME`")
        }
        _ => format!("write `url {url}`, and name the secret that holds the credentials: `auth basic secret=NAME`"),
    }
}

/// What an address has to look like.
fn remedy(lost: Lost) -> &'static str {
    match lost {
        Lost::Nobody => "take out the `@`, and name a secret with `auth`",
        Lost::FileHost => "a repository in a folder is `file:///PATH`, or its path alone",
        Lost::Empty => "name a repository: `https://HOST/PATH`, `git@HOST:PATH`, or the path of a folder",
        _ => "write `https://HOST/PATH`, `ssh://git@HOST/PATH`, `git@HOST:PATH`, or the path of a folder",
    }
}

/// The address without who logs in: the rest of it names the same repository. Of the slashes before it two stay.
fn without(address: &str, part: std::ops::Range<usize>) -> String {
    let start = address[..part.start].rfind(['/', '\\']).map_or(0, |slash| slash + 1);
    let end = part.end + address[part.end..].find('@').map_or(0, |at| at + 1);
    let before = &address[..start];
    let scheme = before.trim_end_matches(['/', '\\']).strip_suffix(':').filter(|scheme| !scheme.is_empty());
    let before = scheme.map_or_else(|| before.to_owned(), |scheme| format!("{scheme}://"));
    format!("{before}{}", &address[end..])
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::resolve::{MemoryLoader, resolve};

    fn said(url: &str) -> Vec<String> {
        let text = format!("project demo\nstate-store s git {{ url {url:?}; }}\n");
        let resolved = resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap();
        let text = |one: crate::diag::Diagnostic| format!("{} {}", one.code, one.help.unwrap_or_default());
        check(&resolved.project).into_iter().map(text).collect()
    }

    #[test]
    fn a_password_is_told_without_it() {
        for (url, without) in [
            ("https://user:hunter2@git.example/a", "\"https://git.example/a\""),
            ("https://hunter2@git.example/a", "\"https://git.example/a\""),
            ("ssh://git:hunter2@git.example/a", "\"ssh://git.example/a\""),
            ("git:hunter2@git.example:a", "git.example:a"),
            ("https:///user:hunter2@git.example/a", "\"https://git.example/a\""),
            ("https://\\hunter2@git.example/a", "\"https://git.example/a\""),
            ("https:/user:hunter2@git.example/a", "\"https://git.example/a\""),
        ] {
            let help = format!(
                "E0734 write `url {without}`, and name the secret that holds the credentials: `auth basic secret=NAME`"
            );
            assert_eq!(said(url), [help]);
        }
        assert_eq!(said("ssh://git@git.example/a"), [""; 0]);
    }

    #[test]
    fn a_password_for_what_an_action_calls_is_told() {
        let text = "project demo\naction a create { backend webhook url=\"https://u:hunter2@hook.example/x\"; }\n";
        let resolved = resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap();
        let found = check(&resolved.project);
        assert!(matches!(found.as_slice(), [one] if one.message.contains("`action:a`")), "{found:?}");
        let body = crate::model::Declared::body(&resolved.project.actions[0]);
        assert!(!format!("{body:?}").contains("hunter2"));
    }

    #[test]
    fn an_address_that_everybody_reads_differently_is_told() {
        for url in [
            "https:///git.example/a",
            "https://\\git.example/a",
            "https:/git.example/a",
            "https://:443/a",
            "git://a/b",
            "git.example:",
        ] {
            assert!(matches!(said(url).as_slice(), [one] if one.starts_with("E0736 write `https://")), "{url:?}");
        }
        for url in ["../a", "file:///a", "git.example:a", "http://localhost:1/a"] {
            assert_eq!(said(url), [""; 0]);
        }
    }

    #[test]
    fn of_what_an_action_calls_only_the_host_has_to_be_clear() {
        let said = |url: &str| {
            let text = format!("project demo\naction a create {{ backend webhook url={url:?}; }}\n");
            check(&resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap().project).len()
        };
        assert_eq!(["https:///hook.example/x", "https://hook.example\\@other.example/x"].map(said), [1, 1]);
        assert_eq!(["https://{{ .host }}/x", "${url}", "https://hook.example"].map(said), [0, 0, 0]);
    }

    #[test]
    fn a_control_character_is_told() {
        for url in ["https://git.example/a%0ahost=b", "a\nb"] {
            assert!(matches!(said(url).as_slice(), [one] if one.starts_with("E0735")), "{url:?}");
        }
    }
}
