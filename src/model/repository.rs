use super::{Location, Remote, Scheme};
use crate::source::without_password;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which repository an address names, however it is spelled. [`Repository::is`] says whether two are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repository {
    /// A folder: its path without what means nothing in it. One without a slash before it starts at the project's folder.
    Folder(String),
    /// One on a server.
    Server(Server),
    /// An address of no known form: its text.
    Unknown(String),
}

/// A repository on a server. Who logs in is no part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Server {
    /// How it is reached.
    pub protocol: Protocol,
    /// The host, in small letters.
    pub host: String,
    /// The port, where it is not the protocol's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The path, decoded, without slashes around it and without `.git`.
    pub path: String,
}

/// How a server is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// `https:` or `http:`.
    Web,
    /// `ssh:`, or `user@host:path`.
    Ssh,
}

/// Hosts that take a path in small letters and in capitals for one.
const CASELESS: [&str; 4] = ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org"];

/// Where hosts take SSH as well, for those whose way to port 22 is closed.
const SSH_ALSO: [(&str, &str); 3] =
    [("ssh.github.com", "github.com"), ("altssh.gitlab.com", "gitlab.com"), ("altssh.bitbucket.org", "bitbucket.org")];

impl Repository {
    /// The repository of an address, as far as its text tells.
    pub fn of(address: &str) -> Self {
        Self::found(address, |_| None)
    }

    /// The repository of an address, where the paths of folders are looked up: `real` gives the real path of one, or nothing where
    /// there is no disk to look at.
    pub fn found(address: &str, real: impl Fn(&str) -> Option<String>) -> Self {
        match Location::parse(address) {
            Ok(Location::Folder(path)) => Self::Folder(real(&path).unwrap_or_else(|| folder(&path))),
            Ok(Location::Server(remote)) => Self::Server(Server::of(&remote)),
            Err(_) => Self::Unknown(address.to_owned()),
        }
    }

    /// Whether both are one: a host has one repository at a path, whatever the way there and whoever logs in. Only between two ports
    /// of one protocol, which are two servers, there is a difference.
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Server(one), Self::Server(other)) => {
                let elsewhere = one.protocol == other.protocol && one.port != other.port;
                one.host == other.host && one.path == other.path && !elsewhere
            }
            _ => self == other,
        }
    }

    /// An address without who logs in, for messages.
    pub fn shown(address: &str) -> String {
        match Location::parse(address) {
            Ok(Location::Server(remote)) => remote.shown,
            Ok(Location::Folder(_)) | Err(_) => without_password(address),
        }
    }

    /// Names to find it by: it is one with another one where that [seeks](Self::sought) one of them.
    pub fn names(&self) -> Vec<String> {
        match self {
            Self::Folder(path) => vec![format!("folder {path}")],
            Self::Server(server) => vec![server.name(server.protocol, server.port), server.any_port(server.protocol)],
            Self::Unknown(address) => vec![format!("unknown {address}")],
        }
    }

    /// The [names](Self::names) of all that are one with it.
    pub fn sought(&self) -> Vec<String> {
        match self {
            Self::Server(server) => {
                let other = match server.protocol {
                    Protocol::Web => Protocol::Ssh,
                    Protocol::Ssh => Protocol::Web,
                };
                vec![server.name(server.protocol, server.port), server.any_port(other)]
            }
            Self::Folder(_) | Self::Unknown(_) => self.names(),
        }
    }
}

impl Server {
    fn of(remote: &Remote) -> Self {
        let protocol = match remote.scheme {
            // No address of a repository has the last one.
            Scheme::Https | Scheme::Http | Scheme::Postgres => Protocol::Web,
            Scheme::Ssh => Protocol::Ssh,
        };
        let is_also =
            |row: &&(&str, &str)| protocol == Protocol::Ssh && row.0 == remote.host && remote.port == Some(443);
        let also = SSH_ALSO.iter().find(is_also);
        let (host, port) = also.map_or((&*remote.host, remote.port), |row| (row.1, None));
        let path = match protocol {
            Protocol::Web => &remote.path,
            Protocol::Ssh => at_home(&remote.path, remote.user.as_deref().unwrap_or_default()),
        };
        Self { protocol, port, path: server_path(path, host), host: host.to_owned() }
    }

    fn name(&self, protocol: Protocol, port: Option<u16>) -> String {
        format!("{protocol:?} {port:?} {} {}", self.host, self.path)
    }

    fn any_port(&self, protocol: Protocol) -> String {
        format!("{protocol:?} {} {}", self.host, self.path)
    }
}

/// A path without the home of who logs in, at which one without a slash before it starts anyway.
fn at_home<'p>(path: &'p str, user: &str) -> &'p str {
    let below = |home: &str| path.trim_start_matches('/').strip_prefix(home).filter(|rest| rest.starts_with('/'));
    below("~").or_else(|| below(&format!("~{user}"))).unwrap_or(path)
}

/// A path on a server: servers look for `NAME`, `NAME.git` and `NAME/.git`.
fn server_path(path: &str, host: &str) -> String {
    let plain = folder(&format!("/{path}"));
    let plain = plain.strip_suffix(".git").unwrap_or(&plain).trim_matches('/');
    if CASELESS.contains(&host) { plain.to_lowercase() } else { plain.to_owned() }
}

/// A path without what means nothing in it: `./a//b/../c/` is `a/c`.
pub(super) fn folder(path: &str) -> String {
    let root = if path.starts_with('/') { "/" } else { "" };
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match (part, parts.last()) {
            ("" | ".", _) => {}
            ("..", Some(&last)) if last != ".." => drop(parts.pop()),
            ("..", None) if !root.is_empty() => {}
            _ => parts.push(part),
        }
    }
    format!("{root}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::Repository;
    use proptest::prelude::*;

    /// Each row is one repository, and no two rows are.
    const ROWS: &[&[&str]] = &[
        &[
            "https://git.example/o/r",
            "https://git.example/o/r.git",
            "https://git.example/o/r.git/",
            "https://git.example//o//./r/",
            "HTTPS://GIT.Example:443/o/x/../r.git",
            "https://git.example./o/%72.git",
            "https://git%2Eexample/o/r",
            "https://git.example/o/r/.git",
            "https://git.example/o/r.git?a=b#c",
            "http://git.example:80/o/r",
            "git@git.example:o/r.git",
            "git@git.example:/o/r",
            "Git.Example:o/r",
            "git@git.example:~/o/r",
            "git@git.example:~git/o/r",
            "ssh://git@git.example/o/r.git",
            "ssh://git.example:22/o/r",
            "ssh://git.example:/o//r/",
            "git+ssh://other@GIT.example/~/o/r",
            "ssh://git.example/o/%72.git",
            // Another port of another protocol says nothing.
            "ssh://git@git.example:2222/o/r",
        ],
        &["https://git.example/o/R"],
        &["https://git.example/r"],
        &["https://other.example/o/r", "git@other.example:o/r"],
        &["ssh://git@git.example/~ann/o/r", "git.example:~ann/o/r"],
        &[
            "https://github.com/Company/GitOps",
            "git@github.com:company/gitops.git",
            "ssh://git@ssh.github.com:443/company/gitops.git",
        ],
        &["ssh://git@ssh.github.com/company/gitops.git"],
        &["https://[::1]/r", "https://[0:0:0:0:0:0:0:1]:443/r", "ssh://[0:0::1]:22/r"],
        &["https://xn--bcher-kva.example/r", "https://b\u{fc}cher.example/r", "ssh://B\u{dc}CHER.example/r"],
        &[
            "/srv/r.git",
            "file:///srv/r.git",
            "FILE://localhost/srv//./r.git/",
            "/srv/x/../r%2Egit/../r.git",
            "/../srv/r.git",
        ],
        &["/srv/r", "file:///srv/%72"],
        &["srv/r.git", "./srv/r.git", "srv//r.git/", "srv/r.git/../r.git"],
        &["../srv/r.git", "x/../../srv/r.git"],
        &["ftp://git.example/o/r"],
        &["https://"],
        // What is read in two ways is no server.
        &["https:///git.example/o/r"],
        &["https://user@git.example/o/r"],
    ];

    /// Whether one is found by the names of the other.
    fn finds(one: &Repository, other: &Repository) -> bool {
        let names = other.names();
        one.sought().iter().any(|name| names.contains(name))
    }

    #[test]
    fn one_repository_has_one_identity() {
        for (index, row) in ROWS.iter().enumerate() {
            let first = Repository::of(row[0]);
            for address in *row {
                let one = Repository::of(address);
                assert!(one.is(&first) && first.is(&one) && finds(&one, &first), "{address}: {one:?} {first:?}");
            }
            for other in &ROWS[index + 1..] {
                let other = Repository::of(other[0]);
                assert!(!first.is(&other) && !finds(&first, &other), "{first:?} {other:?}");
            }
        }
    }

    #[test]
    fn two_ports_of_one_protocol_are_two_servers() {
        let is = |one: &str, other: &str| {
            let (one, other) = (Repository::of(one), Repository::of(other));
            assert_eq!((finds(&one, &other), finds(&other, &one)), (one.is(&other), other.is(&one)));
            one.is(&other)
        };
        assert!(!is("https://git.example:8443/r", "https://git.example/r"));
        assert!(!is("ssh://git.example:2222/r", "git@git.example:r"));
        assert!(!is("ssh://git.example:443/r", "git@git.example:r"));
        assert!(is("https://git.example:8443/r", "ssh://git.example:2222/r"));
    }

    /// One part of a path with something that means nothing behind it.
    fn spelled((part, how): (&String, &usize)) -> String {
        format!("{part}{}", ["/", "//", "/./", "/0/../"][how % 4])
    }

    proptest! {
        #[test]
        fn no_spelling_makes_another_repository(
            parts in prop::collection::vec("[a-z]{1,5}", 1..4),
            other in prop::collection::vec("[a-z]{1,5}", 1..4),
            how in prop::collection::vec(0_usize..4, 4),
            form in 0_usize..7,
            suffix in "(\\.git)?/{0,2}",
        ) {
            let path: String = parts.iter().zip(&how).map(spelled).collect();
            let path = path.trim_end_matches(|character: char| !character.is_ascii_lowercase());
            let escaped = format!("%{:02x}{}", path.as_bytes()[0], &path[1..]);
            let address = match form {
                0 => format!("https://git.example/{escaped}{suffix}"),
                1 => format!("HTTP://Git.Example.:80//{path}{suffix}?q"),
                2 => format!("ssh://git@git.example:22/{escaped}{suffix}"),
                3 => format!("ssh://GIT.example/~/{path}{suffix}"),
                4 => format!("git@git.example:{path}{suffix}"),
                5 => format!("git.example:/{path}{suffix}"),
                _ => format!("git+ssh://ann@git.example:2222/{path}{suffix}"),
            };
            let one = Repository::of(&format!("https://git.example/{}", parts.join("/")));
            let spelled = Repository::of(&address);
            prop_assert!(one.is(&spelled) && finds(&one, &spelled), "{address}: {spelled:?}");
            let other_one = Repository::of(&format!("git.example:{}", other.join("/")));
            prop_assert_eq!(one.is(&other_one), parts == other);
        }

        #[test]
        fn any_text_is_some_address_and_one_with_itself(address in "\\PC{0,30}") {
            let one = Repository::of(&address);
            prop_assert!(one.is(&Repository::of(&address)));
            let _ = Repository::shown(&address);
        }
    }

    #[test]
    fn who_logs_in_is_not_shown() {
        let rows = [
            ("ssh://ann@git.example:22/o/r@1?", "ssh://git.example/o/r@1?"),
            ("https://ann:hunter2@git.example/o/r@1", "https://***@git.example/o/r@1"),
            ("https:///ann:hunter2@git.example/o/r", "https:///***@git.example/o/r"),
            ("ann:hunter2@git.example:o/r", "ann:***@git.example:o/r"),
            ("../srv/r@2.git", "../srv/r@2.git"),
        ];
        for (address, shown) in rows {
            assert_eq!(Repository::shown(address), shown);
        }
    }

    #[test]
    fn folders_are_looked_up_by_their_whole_path() {
        let found = |address: &str| Repository::found(address, |path| Some(format!("<{path}>")));
        assert_eq!(found("a/../b"), Repository::Folder("<a/../b>".to_owned()));
        assert_eq!(found("file:///a%20b"), Repository::Folder("</a b>".to_owned()));
        assert_eq!(found("https://git.example/r"), Repository::of("https://git.example/r"));
    }
}
