//! What an address may not hold.

use super::words::{quoted, written};
use crate::diag::{Diagnostic, code};
use crate::model::{Address, Kind, Project, addresses, has_control_character, password};
use crate::source::Spanned;

/// Addresses with a password, and with characters that no server is told.
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
    None
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
    fn a_control_character_is_told() {
        for url in ["https://git.example/a%0ahost=b", "a\nb"] {
            assert!(matches!(said(url).as_slice(), [one] if one.starts_with("E0735")), "{url:?}");
        }
    }
}
