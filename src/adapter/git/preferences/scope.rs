use crate::model::{Location, Remote, Scheme};

use super::lead::apart;

/// The servers that a subsection of a setting is about: an address, of which any part of the host may be `*` and the path stands for
/// all below it.
pub(super) struct Scope {
    read: Option<Remote>,
    user: Option<String>,
}

/// How closely a setting is about a server, the closest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Closeness {
    host: usize,
    path: usize,
    user: bool,
}

impl Scope {
    /// Reads it; what is no address of a server is about none.
    pub(super) fn read(text: &str) -> Self {
        let (address, login) = apart(text);
        let read = match Location::parse(&address) {
            Ok(Location::Server(remote)) if remote.scheme != Scheme::Ssh => Some(remote),
            Ok(Location::Server(_) | Location::Folder(_)) | Err(_) => None,
        };
        Self { read, user: login.map(|login| login.user) }
    }

    /// How closely it is about a server; nothing where it is not.
    pub(super) fn fits(&self, remote: &Remote) -> Option<Closeness> {
        let read = self.read.as_ref()?;
        let is_user = self.user.is_none() || self.user == remote.user;
        let path = read.path.trim_end_matches('/');
        let behind = remote.path.strip_prefix(path)?;
        let is_below = behind.is_empty() || behind.starts_with('/');
        let is_server = read.scheme == remote.scheme && read.port == remote.port && is_host(&read.host, &remote.host);
        // A part that is said is closer than one that may be any.
        let host = read.host.bytes().filter(|byte| *byte != b'*').count();
        (is_user && is_below && is_server).then_some(Closeness { host, path: path.len(), user: self.user.is_some() })
    }
}

fn is_host(pattern: &str, host: &str) -> bool {
    let (mut parts, mut names) = (pattern.split('.'), host.split('.'));
    loop {
        match (parts.next(), names.next()) {
            (None, None) => return true,
            (Some(part), Some(name)) if part == "*" || part == name => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::git::preferences::tests::remote;

    #[test]
    fn a_server_is_meant_by_scheme_host_port_and_path() {
        let fits = |scope: &str| Scope::read(scope).fits(&remote("https://git.example:8443/a/b.git"));
        for scope in ["https://git.example:8443", "https://*.example:8443/a/", "https://GIT.example:8443/a/b.git"] {
            assert!(fits(scope).is_some(), "{scope}");
        }
        for scope in [
            "https://git.example",
            "http://git.example:8443",
            "https://*:8443",
            "https://git.example:8443/a/b",
            "x",
            "",
        ] {
            assert!(fits(scope).is_none(), "{scope}");
        }
        assert!(fits("https://git.example:8443/a") > fits("https://git.example:8443"));
        assert!(fits("https://git.example:8443") > fits("https://*.example:8443/a"));
        assert!(fits("https://ann@git.example:8443").is_none());
    }
}
