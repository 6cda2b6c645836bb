//! What an address may not hold.

use super::words::quoted;
use crate::diag::{Diagnostic, code};
use crate::model::{
    Address, Database, Kind, Location, Lost, NoDatabase, Project, Remote, Scheme, SharedCatalog, addresses,
};
use crate::source::{Spanned, without_login};
use crate::syntax::edit::write_string;

/// Addresses that hold a password, have characters that no server is told, or lead to no repository.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let is_database = matches!(project.catalog, Some(SharedCatalog::Postgres(_)));
    let judge = |(of, address): (Option<Address>, Spanned<&str>)| match of {
        None if is_database => judge_database(&address, logs_in(None, project)),
        of => judge(of.as_ref(), &address, logs_in(of.as_ref(), project)),
    };
    addresses(project).into_iter().filter_map(judge).collect()
}

/// Whether the text says already how to log in where an address leads: to the catalog, or to a state store.
fn logs_in(of: Option<&Address>, project: &Project) -> bool {
    let auth = match of {
        Some(of) => {
            project.stores.iter().find(|store| store.address() == *of).and_then(|store| store.git.auth.as_ref())
        }
        None => project.catalog.as_ref().and_then(SharedCatalog::auth),
    };
    auth.is_some()
}

fn judge_database(address: &Spanned<&str>, logs_in: bool) -> Option<Diagnostic> {
    let lost = Database::parse(address.value).err()?;
    let (code, help) = match lost {
        NoDatabase::Login => {
            let url = write_string(&without_user(&without_login(address.value)));
            (code::PASSWORD_IN_ADDRESS, format!("write `url {url}`, {}", by_secret(logs_in)))
        }
        NoDatabase::Control => (code::CONTROL_IN_ADDRESS, "take it out, also where it is written as `%0A`".to_owned()),
        NoDatabase::SslMode => (
            code::UNCLEAR_ADDRESS,
            "take it out: the connection is encrypted wherever somebody may read along".to_owned(),
        ),
        _ => (code::UNCLEAR_ADDRESS, "write `postgres://HOST/DATABASE`".to_owned()),
    };
    Some(Diagnostic::error(code, address.span, format!("the address of the catalog {lost}")).help(help))
}

/// The address of a database without a user in it.
fn without_user(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let host = rest[..end].rfind('@').map_or(0, |at| at + 1);
    format!("{scheme}://{}", &rest[host..])
}

/// By what to log in in the place of a password in an address.
fn by_secret(logs_in: bool) -> &'static str {
    if logs_in {
        "and leave the login to the secret of its `auth`"
    } else {
        "and name the secret that holds the credentials: `auth basic secret=NAME`"
    }
}

fn judge(of: Option<&Address>, address: &Spanned<&str>, logs_in: bool) -> Option<Diagnostic> {
    let name = of.map_or_else(|| "the catalog".to_owned(), |of| quoted(&of.to_string()));
    let kind = of.map_or(Kind::StateStore, |of| of.kind);
    let problem = |code, message: String| Diagnostic::error(code, address.span, message);
    let read = Location::parse(address.value);
    if kind != Kind::StateStore && !is_clear(address.value, &read) {
        let place = if kind == Kind::PromiseRelease { "source" } else { "url" };
        let message = match read {
            Err(lost) if is_of_urls(lost) => format!("the `{place}` of {name} {lost}"),
            _ => format!("the `{place}` of {name} is no URL of `https` or `http`"),
        };
        let meant = read.err().and_then(|lost| meant(address.value, lost)).filter(|meant| meant.starts_with("http"));
        let problem = problem(code::UNCLEAR_ADDRESS, message);
        return Some(match meant {
            Some(meant) => problem.fix(format!("write `{meant}`"), address.span, write_string(&meant)),
            None => problem.help("write `https://HOST/PATH`"),
        });
    }
    match (read.err()?, kind) {
        (Lost::Password, kind) => {
            let message = format!("the address of {name} holds a password or a token");
            Some(problem(code::PASSWORD_IN_ADDRESS, message).help(instead(address.value, kind, logs_in)))
        }
        (Lost::Control, _) => {
            let message = format!("the address of {name} has a control character");
            let help = "take it out, also where it is written as `%0A`";
            Some(problem(code::CONTROL_IN_ADDRESS, message).help(help))
        }
        // What stands behind the host of what is called, and what is put in, is for whoever runs it to say.
        (_, Kind::Action | Kind::Automation | Kind::Blueprint) => None,
        // The rest is a comment to KDL, which is told where it is written.
        (Lost::HalfWritten, _) if address.value.ends_with(':') => None,
        (Lost::NoPath, _) if address.value.starts_with('\'') && address.value.ends_with(':') => None,
        (lost, _) => {
            let message = format!("the address of {name} {lost}");
            Some(mended(problem(code::UNCLEAR_ADDRESS, message), address, lost))
        }
    }
}

/// Whether what an action calls is a URL as far as that can be told: what is put in when it runs is not known, and what is worse is told as
/// such.
fn is_clear(url: &str, read: &Result<Location, Lost>) -> bool {
    match read {
        Err(Lost::Slashes | Lost::Backslash) => false,
        _ if url.contains("{{") || url.contains("${") => true,
        Ok(Location::Server(Remote { scheme, .. })) => *scheme != Scheme::Ssh,
        Ok(Location::Folder(_)) => false,
        Err(Lost::Password | Lost::Control | Lost::NoPath | Lost::Escape(_)) => true,
        Err(Lost::HalfWritten) => url.ends_with(':'),
        Err(_) => false,
    }
}

/// Whether an address is a URL but for this.
fn is_of_urls(lost: Lost) -> bool {
    matches!(
        lost,
        Lost::Empty | Lost::HalfWritten | Lost::Slashes | Lost::Backslash | Lost::NoHost | Lost::Host | Lost::Port
    )
}

/// What to write in the place of an address with a password.
fn instead(address: &str, kind: Kind, logs_in: bool) -> String {
    let url = write_string(&without_login(address));
    match kind {
        Kind::Action | Kind::Automation => {
            format!("write `url={url}`, and send what the service wants to know: `send token (secret)NAME`")
        }
        Kind::Blueprint => format!("write `url={url}`: whoever is called must know by other means who calls"),
        Kind::PromiseRelease => {
            format!("write `source {url} secret=NAME`, with the name of the secret that authorizes")
        }
        _ => format!("write `url {url}`, {}", by_secret(logs_in)),
    }
}

/// Says what the address is to be, where that is plain.
fn mended(problem: Diagnostic, address: &Spanned<&str>, lost: Lost) -> Diagnostic {
    let Some(meant) = meant(address.value, lost) else { return problem.help(remedy(lost)) };
    let or = match (lost, address.value.trim_start_matches('/').split_once('/')) {
        (Lost::NoScheme, Some((host, path))) => format!(", or `git@{host}:{path}` for SSH"),
        _ => String::new(),
    };
    let folder = match lost {
        Lost::NoScheme | Lost::NoColon if !address.value.starts_with('/') => {
            format!("; a folder of that name is `./{}`", address.value)
        }
        Lost::PortForPath => "; a folder of that name is behind `:./`".to_owned(),
        _ => String::new(),
    };
    let title = format!("change to `{meant}`");
    let written = write_string(&meant);
    problem.help(format!("write `{meant}`{or}{folder}")).fix(title, address.span, written)
}

/// The address that was meant.
fn meant(address: &str, lost: Lost) -> Option<String> {
    match lost {
        Lost::NoScheme => Some(format!("https://{}", address.trim_start_matches('/'))),
        Lost::NoColon => address.split_once('/').map(|(place, path)| format!("{place}:{path}")),
        Lost::PortForPath => {
            let scheme = if address.contains('@') { "ssh" } else { "https" };
            Some(format!("{scheme}://{address}"))
        }
        Lost::HalfWritten => {
            let (scheme, rest) = address.split_at(address.find([':', '/'])?);
            let rest = rest.trim_start_matches([':', '/', '\\']);
            let slashes = if scheme.eq_ignore_ascii_case("file") { "///" } else { "//" };
            Some(format!("{}:{slashes}{rest}", scheme.to_ascii_lowercase()))
        }
        // What a module of Terraform is called, and a protocol that nobody can trust.
        Lost::Scheme => {
            let (scheme, rest) = address.strip_prefix("git::").unwrap_or(address).split_once("://")?;
            let scheme = if scheme == "git" { "https" } else { scheme };
            Some(format!("{scheme}://{rest}"))
        }
        _ => None,
    }
    .filter(|meant| Location::parse(meant).is_ok())
}

/// What an address has to look like.
fn remedy(lost: Lost) -> &'static str {
    match lost {
        Lost::Nobody => "take out the `@`, and name a secret with `auth`",
        Lost::FileHost => "a repository in a folder is `file:///PATH`, or its path alone",
        Lost::Home => {
            "write the whole path, from `/` on, or one that starts at the project's folder; a folder that is called so is `./~`"
        }
        Lost::Variable => "write the path as it is, from `/` on, or one that starts at the project's folder",
        Lost::Drive => {
            "write a path as it is here, with `/` between its parts; a folder that is called so has `./` before it"
        }
        Lost::Option => {
            "write what does not begin with `-`; a folder that is called so has `./` before it, also behind the `:` of a host"
        }
        Lost::Empty => "name a repository: `https://HOST/PATH`, `git@HOST:PATH`, or the path of a folder",
        _ => "write `https://HOST/PATH`, `ssh://git@HOST/PATH`, `git@HOST:PATH`, or the path of a folder",
    }
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
    fn a_password_in_what_a_release_lies_at_is_told() {
        let text = "project demo\npromise-release r { source \"https://u:hunter2@e.com/p\"; }\npromise-release s { source \"p.yaml\"; }\n";
        let resolved = resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap();
        let found = check(&resolved.project);
        let told: Vec<&str> = found.iter().map(|one| one.message.as_str()).collect();
        assert_eq!(
            told,
            [
                "the address of `promise-release:r` holds a password or a token",
                "the `source` of `promise-release:s` is no URL of `https` or `http`"
            ]
        );
        let help = "write `source \"https://e.com/p\" secret=NAME`, with the name of the secret that authorizes";
        assert_eq!(found[0].help.as_deref(), Some(help));
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
            ("https://git.example/a?token=hunter2", "\"https://git.example/a\""),
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
        let body = &resolved.project.objects[0].body;
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
    fn an_address_that_would_be_a_folder_by_accident_is_told_with_what_was_meant() {
        for (url, help) in [
            (
                "github.com/a/b",
                "write `https://github.com/a/b`, or `git@github.com:a/b` for SSH; a folder of that name is `./github.com/a/b`",
            ),
            ("//git.example/b", "write `https://git.example/b`, or `git@git.example:b` for SSH"),
            ("git@git.example/a/b", "write `git@git.example:a/b`; a folder of that name is `./git@git.example/a/b`"),
            ("git.example:8080/x", "write `https://git.example:8080/x`; a folder of that name is behind `:./`"),
            ("git@git.example:2222/x", "write `ssh://git@git.example:2222/x`; a folder of that name is behind `:./`"),
            ("file:/srv/x", "write `file:///srv/x`"),
            ("https//git.example/x", "write `https://git.example/x`"),
            ("git::https://git.example/x", "write `https://git.example/x`"),
            (
                "~/gitops",
                "write the whole path, from `/` on, or one that starts at the project's folder; a folder that is called so is `./~`",
            ),
            ("$HOME/x", "write the path as it is, from `/` on, or one that starts at the project's folder"),
            (
                "-oProxyCommand=x",
                "write what does not begin with `-`; a folder that is called so has `./` before it, also behind the `:` of a host",
            ),
            (
                "C:\\repo",
                "write a path as it is here, with `/` between its parts; a folder that is called so has `./` before it",
            ),
        ] {
            assert_eq!(said(url), [format!("E0736 {help}")], "{url}");
        }
        for url in ["./github.com/a/b", "./~/x", "git.example:./8080/x", "production.git", "./-x", "git.example:./-x"] {
            assert_eq!(said(url), [""; 0], "{url}");
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
        for url in
            ["hook", "", "/hook", "./hook", "hook.example/x", "ftp://hook.example/x", "git@hook.example:x", "https://"]
        {
            assert_eq!(said(url), 1, "{url}");
        }
    }

    #[test]
    fn a_control_character_is_told() {
        for url in ["https://git.example/a%0ahost=b", "a\nb"] {
            assert!(matches!(said(url).as_slice(), [one] if one.starts_with("E0735")), "{url:?}");
        }
    }
}
