//! What an address may not hold.

use super::words::{quoted, written};
use crate::diag::{Diagnostic, code, suggest};
use crate::model::{Address, Kind, Project, Repository, addresses, has_control_character, password};
use crate::source::Spanned;

/// The schemes of addresses; the first two are those of what an action calls.
const SCHEMES: [&str; 6] = ["https", "http", "ssh", "git+ssh", "ssh+git", "file"];

/// Addresses of nothing, addresses with a password, and with characters that no server is told.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    addresses(project).into_iter().filter_map(|(of, address)| judge(&of, &address)).collect()
}

fn judge(of: &Address, address: &Spanned<&str>) -> Option<Diagnostic> {
    let name = quoted(&of.to_string());
    let problem = |code, message: String| Some(Diagnostic::error(code, address.span, message));
    if let Some(part) = password(address.value) {
        let url = written(&without(address.value, part));
        let help = match of.kind {
            Kind::Action => {
                format!("write `url={url}`, and send what the service wants to know: `send token (secret)NAME`")
            }
            _ => format!("write `url {url}`, and name the secret that holds the credentials: `auth basic secret=NAME`"),
        };
        let message = format!("the address of {name} holds a password or a token");
        return problem(code::PASSWORD_IN_ADDRESS, message).map(|problem| problem.help(help));
    }
    if has_control_character(address.value) {
        let message = format!("the address of {name} has a control character");
        let help = "take it out, also where it is written as `%0A`";
        return problem(code::CONTROL_IN_ADDRESS, message).map(|problem| problem.help(help));
    }
    unknown(of.kind, address)
}

/// An address that nothing is reached at.
fn unknown(kind: Kind, address: &Spanned<&str>) -> Option<Diagnostic> {
    let is_called = kind == Kind::Action;
    let schemes = if is_called { &SCHEMES[..2] } else { &SCHEMES[..] };
    let scheme = address.value.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    let known = scheme.as_ref().is_some_and(|scheme| schemes.contains(&scheme.as_str()));
    let is_sound = match Repository::of(address.value) {
        Repository::Unknown(_) => false,
        Repository::Server(server) => !server.host.is_empty() && (known || !is_called),
        Repository::Folder(_) => known || !is_called,
    };
    if is_sound {
        return None;
    }
    let (message, near) = match &scheme {
        _ if address.value.is_empty() => ("the address is empty".to_owned(), None),
        Some(scheme) if !known => {
            (format!("nothing is reached at a `{scheme}:` address"), suggest(scheme, schemes.iter().copied()))
        }
        _ => (format!("`{}` is the address of nothing", address.value), None),
    };
    let help = match (near, is_called) {
        (Some(near), _) => format!("did you mean `{near}:`?"),
        (None, true) => "write an `https:` address".to_owned(),
        (None, false) => {
            "write an `https:`, `ssh:` or `file:` address, `user@host:path`, or the path of a folder".to_owned()
        }
    };
    Some(Diagnostic::error(code::BAD_ADDRESS, address.span, message).help(help))
}

/// The address without who logs in: the rest of it names the same repository.
fn without(address: &str, part: std::ops::Range<usize>) -> String {
    let start = address[..part.start].rfind('/').map_or(0, |slash| slash + 1);
    let end = part.end + address[part.end..].find('@').map_or(0, |at| at + 1);
    format!("{}{}", &address[..start], &address[end..])
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
    fn an_address_of_nothing_is_told() {
        for url in
            ["", "htps://git.example/a", "git://git.example/a", "https://", "file://host/a", "ssh:///a", "s3://bucket"]
        {
            assert!(matches!(said(url).as_slice(), [one] if one.starts_with("E0555")), "{url:?}: {:?}", said(url));
        }
        assert_eq!(said("htps://git.example/a"), ["E0555 did you mean `https:`?"]);
        for url in [
            "https://git.example/a",
            "HTTP://git.example/a",
            "git@git.example:a",
            "../a",
            "/a",
            "file:///a",
            ".plat/s.git",
        ] {
            assert_eq!(said(url), [""; 0], "{url:?}");
        }
        let called = |url: &str| {
            let text = format!("project demo\naction a create {{ backend webhook url={url:?}; }}\n");
            check(&resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap().project).len()
        };
        assert_eq!(
            [called("https://hook.example/x"), called(""), called("hook.example/x"), called("ftp://a/b")],
            [0, 1, 1, 1]
        );
    }

    #[test]
    fn a_control_character_is_told() {
        for url in ["https://git.example/a%0ahost=b", "a\nb"] {
            assert!(matches!(said(url).as_slice(), [one] if one.starts_with("E0735")), "{url:?}");
        }
    }
}
