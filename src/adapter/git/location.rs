use std::path::{Path, PathBuf};

use crate::model::{self, Remote, percent_decoded};

/// Where a repository is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Location {
    /// In a folder, which is written directly.
    Local(PathBuf),
    /// On a server, which is fetched from and pushed to.
    Remote(Remote),
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
    /// Reads an address, whose path starts at `folder` unless it is absolute. The error says what is wrong, and never holds the
    /// address itself.
    pub(super) fn parse(url: &str, folder: &Path) -> Result<Self, String> {
        match model::Location::parse(url) {
            Ok(model::Location::Folder(path)) => Ok(Self::Local(folder.join(path))),
            Ok(model::Location::Server(remote)) => Ok(Self::Remote(remote)),
            Err(lost) => Err(format!("its address {lost}")),
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

impl Way {
    /// The way to a server.
    pub(super) fn to(remote: &Remote) -> Self {
        if remote.is_open() { Self::Open } else { Self::Safe }
    }
}

/// A path of an address, whose `%41` is an `A`.
pub(super) fn decode(path: &str) -> Result<String, String> {
    percent_decoded(path).map_err(|why| format!("its address {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Location, String> {
        Location::parse(url, Path::new("/project"))
    }

    fn remote(url: &str) -> (String, Way) {
        match parse(url) {
            Ok(Location::Remote(remote)) => (remote.shown.clone(), Way::to(&remote)),
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

    #[test]
    fn addresses_on_servers_are_shown_without_user_and_query() {
        assert_eq!(remote("https://git.example/a.git?x=y"), ("https://git.example/a.git".to_owned(), Way::Safe));
        assert_eq!(remote("SSH://git@git.example:22/a.git"), ("ssh://git.example/a.git".to_owned(), Way::Safe));
        assert_eq!(remote("git@git.example:a/b.git"), ("git.example:a/b.git".to_owned(), Way::Safe));
    }

    #[test]
    fn only_plain_http_to_another_machine_is_open() {
        assert_eq!(remote("http://git.example/a.git").1, Way::Open);
        assert_eq!(remote("http://127.0.0.1.example/a.git").1, Way::Open);
        for url in [
            "http://localhost:1/a",
            "http://127.1/a",
            "http://127.0.0.1:8080/a",
            "http://[::1]:80/a",
            "https://git.example/a",
        ] {
            assert_eq!(remote(url).1, Way::Safe, "{url}");
        }
    }

    #[test]
    fn an_address_with_credentials_is_refused_without_repeating_them() {
        for url in [
            "https://user:hunter2@git.example/a",
            "http://hunter2@git.example/a",
            "ssh://git:hunter2@git.example/a",
            "git:hunter2@git.example:a",
        ] {
            let reason = parse(url).unwrap_err();
            assert!(!reason.contains("hunter2") && reason.contains("auth"), "{reason}");
        }
    }

    #[test]
    fn other_protocols_and_broken_addresses_are_refused() {
        for url in [
            "git://git.example/a",
            "ftp://a/b",
            "",
            "https://git.example/a\nb",
            "https://a/b%0ac",
            "ext::sh -c x://",
            "https:///a/b",
        ] {
            assert!(parse(url).is_err(), "{url}");
        }
    }
}
