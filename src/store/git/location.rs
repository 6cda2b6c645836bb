use std::path::{Path, PathBuf};

use crate::model::percent_decoded;

/// Where a repository is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Location {
    /// In a folder, which is written directly.
    Local(PathBuf),
    /// On a server, which is fetched from and pushed to.
    Remote(Remote),
}

/// An address on a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Remote {
    /// What is connected to.
    pub(super) url: String,
    /// What is shown: the address without user, password and query.
    pub(super) shown: String,
    /// What protects the way there.
    pub(super) way: Way,
}

/// What protects what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// TLS, SSH, or a connection that does not leave the machine.
    Safe,
    /// Anybody can read along.
    Open,
}

impl Location {
    /// Reads an address: `https:`, `http:`, `ssh:`, `file:`, `user@host:path`, or a path, which starts at `folder` unless it is
    /// absolute. The error says what is wrong, and never holds the address itself.
    pub(super) fn parse(url: &str, folder: &Path) -> Result<Self, String> {
        if url.is_empty() || url.contains(char::is_control) {
            return Err("its address is empty or has control characters".to_owned());
        }
        if let Some((scheme, rest)) = url.split_once("://") {
            return Self::parse_scheme(&scheme.to_ascii_lowercase(), rest, url);
        }
        match url.split_once(':') {
            // One letter is the drive of a Windows path.
            Some((host, path)) if host.len() > 1 && !host.contains(['/', '\\']) => {
                let shown = format!("{}:{path}", host.rsplit('@').next().unwrap_or(host));
                Ok(Self::Remote(Remote { url: url.to_owned(), shown, way: Way::Safe }))
            }
            _ => Ok(Self::Local(folder.join(url))),
        }
    }

    fn parse_scheme(scheme: &str, rest: &str, url: &str) -> Result<Self, String> {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
        match scheme {
            "file" if matches!(authority, "" | "localhost") => Ok(Self::Local(PathBuf::from(decode(path)?))),
            "file" => Err("a `file:` address names no host: it begins with `file:///`".to_owned()),
            "https" | "http" if user.is_some() => Err(in_address()),
            "ssh" | "git+ssh" | "ssh+git" if user.is_some_and(|user| user.contains(':')) => Err(in_address()),
            "https" | "http" | "ssh" | "git+ssh" | "ssh+git" => {
                let way = if scheme == "http" && !stays_here(host) { Way::Open } else { Way::Safe };
                let path = path.split(['?', '#']).next().unwrap_or_default();
                Ok(Self::Remote(Remote { url: url.to_owned(), shown: format!("{scheme}://{host}{path}"), way }))
            }
            _ => Err("its address is none of https, http, ssh, file and a path".to_owned()),
        }
    }

    /// What messages call it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Local(path) => path.display().to_string(),
            Self::Remote(remote) => remote.shown.clone(),
        }
    }
}

fn in_address() -> String {
    "its address holds a user or a password: take them out and name a secret with `auth`".to_owned()
}

/// Whether a connection to this host, with or without a port, stays on the machine.
fn stays_here(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => host.split(':').next().unwrap_or(host),
    };
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A path of an address, whose `%41` is an `A`.
pub(super) fn decode(path: &str) -> Result<String, String> {
    percent_decoded(path).map_err(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Repository;
    use proptest::prelude::*;

    fn parse(url: &str) -> Result<Location, String> {
        Location::parse(url, Path::new("/project"))
    }

    fn remote(url: &str) -> (String, Way) {
        match parse(url) {
            Ok(Location::Remote(remote)) => (remote.shown, remote.way),
            other => panic!("{url}: {other:?}"),
        }
    }

    #[test]
    fn paths_and_file_addresses_are_local() {
        let local = |path: &str| Ok(Location::Local(PathBuf::from(path)));
        assert_eq!(parse("../state.git"), local("/project/../state.git"));
        assert_eq!(parse("/srv/a:b.git"), local("/srv/a:b.git"));
        assert_eq!(parse("file:///srv/with%20space.git"), local("/srv/with space.git"));
        assert_eq!(parse("file://localhost/srv/r.git"), local("/srv/r.git"));
        assert!(parse("file://elsewhere/srv/r.git").is_err() && parse("file:///srv/%zz").is_err());
    }

    proptest! {
        #[test]
        fn an_address_leads_to_where_its_identity_is(address in "((file|HTTPS|http|ssh|git\\+ssh|x)://)?(ann@)?[a-z.%:/\\[\\]@~?\\\\ -]{1,12}") {
            let identity = Repository::of(&address);
            match parse(&address) {
                Ok(Location::Local(_)) => prop_assert!(matches!(identity, Repository::Folder(_)), "{address}"),
                Ok(Location::Remote(_)) => prop_assert!(!matches!(identity, Repository::Folder(_)), "{address}"),
                // Of what cannot be reached, only the text may tell.
                Err(_) => prop_assert!(!matches!(identity, Repository::Folder(_)), "{address}"),
            }
        }
    }

    #[test]
    fn addresses_on_servers_are_shown_without_user_and_query() {
        assert_eq!(
            remote("https://git.example/a.git?private_token=x"),
            ("https://git.example/a.git".to_owned(), Way::Safe)
        );
        assert_eq!(remote("SSH://git@git.example:22/a.git"), ("ssh://git.example:22/a.git".to_owned(), Way::Safe));
        assert_eq!(remote("git@git.example:a/b.git"), ("git.example:a/b.git".to_owned(), Way::Safe));
    }

    #[test]
    fn only_plain_http_to_another_machine_is_open() {
        assert_eq!(remote("http://git.example/a.git").1, Way::Open);
        assert_eq!(remote("http://127.0.0.1.example/a.git").1, Way::Open);
        for url in ["http://localhost:1/a", "http://127.0.0.1:8080/a", "http://[::1]:80/a", "https://git.example/a"] {
            assert_eq!(remote(url).1, Way::Safe, "{url}");
        }
    }

    #[test]
    fn an_address_with_credentials_is_refused_without_repeating_them() {
        for url in
            ["https://user:hunter2@git.example/a", "http://hunter2@git.example/a", "ssh://git:hunter2@git.example/a"]
        {
            let reason = parse(url).unwrap_err();
            assert!(!reason.contains("hunter2") && reason.contains("auth"), "{reason}");
        }
    }

    #[test]
    fn other_protocols_and_broken_addresses_are_refused() {
        for url in ["git://git.example/a", "ftp://a/b", "", "https://git.example/a\nb", "ext::sh -c x://"] {
            assert!(parse(url).is_err(), "{url}");
        }
    }
}
