mod folder;

use super::{has_control_character, percent_decoded};
use crate::source::password;
use url::{Host, Url};

/// Where an address leads. It is read here and nowhere else, so that who checks it, who logs in, who connects and who prints it see
/// one and the same server. What could be read in two ways leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// To a folder: its path.
    Folder(String),
    /// To a server.
    Server(Remote),
}

/// An address on a server, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// How it is reached.
    pub scheme: Scheme,
    /// Who logs in, where the address says it: over SSH alone.
    pub user: Option<String>,
    /// The host, in the one form that all of its spellings have.
    pub host: String,
    /// The port, where it is not the usual one.
    pub port: Option<u16>,
    /// The path, decoded.
    pub path: String,
    /// The address in its one form, without who logs in and without a query.
    pub shown: String,
    query: Option<String>,
}

worded! {
    /// How a server is reached.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Scheme {
        /// `https:`.
        Https = "https",
        /// `http:`, which anybody can read along.
        Http = "http",
        /// `ssh:`, or `user@host:path`.
        Ssh = "ssh",
        /// `postgres:`, which leads to a database alone.
        Postgres = "postgres",
    }
}

/// Why an address leads nowhere. No message holds a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    /// There is nothing, or nothing behind `file:`.
    #[error("is empty")]
    Empty,
    /// A server would be told a control character.
    #[error("has a control character")]
    Control,
    /// There is a password in it, or what may be one.
    #[error("holds a user or a password: take them out and name a secret with `auth`")]
    Password,
    /// Somebody without a name logs in over HTTP.
    #[error("has an `@` before its host that says nobody")]
    Nobody,
    /// None of the known schemes, nor a path.
    #[error("is none of https, http, ssh, file and a path")]
    Scheme,
    /// A path begins with what servers are called.
    #[error("begins with a host, and says not how it is reached")]
    NoScheme,
    /// A slash stands where `user@host:path` has its colon.
    #[error("has no `:` between its host and its path")]
    NoColon,
    /// What stands behind a host's colon is a port in every other address, and a folder in this form.
    #[error("has a port, which `host:path` has no place for")]
    PortForPath,
    /// A shell puts the folder of a user in the place of `~`.
    #[error("begins with `~`, which means a folder to shells alone")]
    Home,
    /// A shell would fill a variable in.
    #[error("has a variable, which nobody fills in")]
    Variable,
    /// A path of Windows.
    #[error("begins with the drive of another system")]
    Drive,
    /// Two slashes are missing behind a scheme.
    #[error("has no `//` behind its scheme")]
    HalfWritten,
    /// More than two slashes stand before the host: some look for it behind all of them, and some find none.
    #[error("has more than two slashes before its host")]
    Slashes,
    /// Some take a backslash for a slash.
    #[error("has a backslash, which some read as a slash")]
    Backslash,
    /// A program that is told it would take it for an option.
    #[error("has a part that begins with `-`, which programs take for an option")]
    Option,
    /// There is no host.
    #[error("names no host")]
    NoHost,
    /// The host is none.
    #[error("names a host that cannot be one")]
    Host,
    /// The port is none.
    #[error("has a port that is no number below 65536")]
    Port,
    /// There is no path on the server.
    #[error("names no path on its server")]
    NoPath,
    /// A `file:` address of another machine.
    #[error("names a host behind `file:`, which begins with `file:///`")]
    FileHost,
    /// An escape of the path cannot be undone.
    #[error("{0}")]
    Escape(&'static str),
}

impl Scheme {
    /// The port where an address names none.
    fn usual_port(self) -> u16 {
        match self {
            Self::Https => 443,
            Self::Http => 80,
            Self::Ssh => 22,
            Self::Postgres => 5432,
        }
    }
}

impl Location {
    /// Reads an address: `https:`, `http:`, `ssh:`, `file:`, `user@host:path`, or a path.
    ///
    /// # Errors
    /// Where it is none of these, or is not read alike by everybody.
    pub fn parse(address: &str) -> Result<Self, Lost> {
        if address.is_empty() {
            return Err(Lost::Empty);
        }
        if has_control_character(address) {
            return Err(Lost::Control);
        }
        if password(address).is_some() {
            return Err(Lost::Password);
        }
        if is_option(address) {
            return Err(Lost::Option);
        }
        match (address.split_once("://"), address.split_once(':')) {
            (Some((scheme, rest)), _) => Self::with_scheme(scheme, rest),
            (None, Some((word, _))) if is_scheme(word) => Err(Lost::HalfWritten),
            // One letter is a drive.
            (None, Some((host, path))) if host.len() > 1 && !host.contains(['/', '\\']) => short(host, path),
            (None, _) => folder::read(address).map(Self::Folder),
        }
    }

    fn with_scheme(scheme: &str, rest: &str) -> Result<Self, Lost> {
        match &*scheme.to_ascii_lowercase() {
            "file" => file(rest).map(Self::Folder),
            "https" => web(Scheme::Https, rest),
            "http" => web(Scheme::Http, rest),
            "ssh" | "git+ssh" | "ssh+git" => ssh(rest),
            _ => Err(Lost::Scheme),
        }
    }
}

impl Remote {
    /// Whether anybody on the way could read along: plain HTTP to another machine, on which no credential is sent.
    pub fn is_open(&self) -> bool {
        self.scheme == Scheme::Http && !self.stays_here()
    }

    /// A server that may have a database.
    pub(super) fn of_database(host: String, port: Option<u16>) -> Self {
        let scheme = Scheme::Postgres;
        let port = port.filter(|port| *port != scheme.usual_port());
        let shown = format!("{}://{}", scheme.word(), authority(&host, port));
        Self { scheme, user: None, host, port, path: String::new(), shown, query: None }
    }

    /// The port that it is reached at.
    pub fn reached_at(&self) -> u16 {
        self.port.unwrap_or_else(|| self.scheme.usual_port())
    }

    /// Whether it is this machine, so that nobody reads along on the way.
    pub fn stays_here(&self) -> bool {
        match Host::parse(&self.host) {
            Ok(Host::Domain(name)) => name == "localhost",
            Ok(Host::Ipv4(address)) => address.is_loopback(),
            Ok(Host::Ipv6(address)) => address.is_loopback(),
            Err(_) => false,
        }
    }

    /// The server: the host, with the port where that is not the usual one.
    pub fn server(&self) -> String {
        authority(&self.host, self.port)
    }

    /// Whether a name, which is a host with or without a port, means this server. One without a port means the usual port.
    pub fn is_named(&self, name: &str) -> bool {
        let Ok((host, port)) = host_and_port(name.trim()) else { return false };
        host == self.host && port.filter(|port| *port != self.scheme.usual_port()) == self.port
    }

    /// What is connected to: the address with its query.
    pub fn url(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.shown),
            None => self.shown.clone(),
        }
    }
}

/// Whether a word stands before `://`, and is hardly meant to be a host.
pub(super) fn is_scheme(word: &str) -> bool {
    ["https", "http", "ssh", "git+ssh", "ssh+git", "git", "file", "ftp"].contains(&&*word.to_ascii_lowercase())
}

fn file(rest: &str) -> Result<String, Lost> {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    match (host, path) {
        ("" | "localhost", "") => Err(Lost::Empty),
        ("" | "localhost", path) => percent_decoded(path).map_err(Lost::Escape),
        _ => Err(Lost::FileHost),
    }
}

/// What stands before the path, and the path with what is behind it.
fn split(rest: &str) -> Result<(&str, &str), Lost> {
    if rest.contains('\\') {
        return Err(Lost::Backslash);
    }
    match rest.find(['/', '?', '#']) {
        Some(0) if rest.trim_start_matches('/').is_empty() => Err(Lost::NoHost),
        Some(0) if rest.starts_with('/') => Err(Lost::Slashes),
        Some(0) => Err(Lost::NoHost),
        Some(end) => Ok(rest.split_at(end)),
        None if rest.is_empty() => Err(Lost::NoHost),
        None => Ok((rest, "")),
    }
}

fn web(scheme: Scheme, rest: &str) -> Result<Location, Lost> {
    let (place, behind) = split(rest)?;
    if place.contains('@') {
        return Err(Lost::Nobody);
    }
    let (host, port) = host_and_port(place)?;
    let port = port.filter(|port| *port != scheme.usual_port());
    let server = format!("{}://{}", scheme.word(), authority(&host, port));
    // The path as everybody has it who is told it.
    let url = Url::parse(&format!("{server}{behind}")).map_err(|_| Lost::Host)?;
    let path = percent_decoded(url.path()).map_err(Lost::Escape)?;
    if url.query().is_some_and(|query| query.contains("${") || query.contains("{{")) {
        return Err(Lost::Variable);
    }
    let (shown, query) = (format!("{server}{}", url.path()), url.query().map(str::to_owned));
    Ok(Location::Server(Remote { scheme, user: None, host, port, path, shown, query }))
}

fn ssh(rest: &str) -> Result<Location, Lost> {
    let (place, path) = split(rest)?;
    let (user, place) = login(place)?;
    let (host, port) = host_and_port(place)?;
    let port = port.filter(|port| *port != Scheme::Ssh.usual_port());
    let shown = format!("ssh://{}{path}", authority(&host, port));
    let path = percent_decoded(path).map_err(Lost::Escape)?;
    if !path.starts_with('/') || path.len() < 2 {
        return Err(Lost::NoPath);
    }
    Ok(Location::Server(Remote { scheme: Scheme::Ssh, user, host, port, path, shown, query: None }))
}

/// `user@host:path`.
fn short(place: &str, path: &str) -> Result<Location, Lost> {
    let (user, name) = login(place)?;
    let host = host(name)?;
    if matches!(path, "" | "/") {
        return Err(Lost::NoPath);
    }
    if is_option(path) {
        return Err(Lost::Option);
    }
    if path.split_once('/').is_some_and(|(port, _)| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Err(Lost::PortForPath);
    }
    let (shown, path) = (format!("{host}:{path}"), path.to_owned());
    Ok(Location::Server(Remote { scheme: Scheme::Ssh, user, host, port: None, path, shown, query: None }))
}

/// Whether programs take a word that they are told for an option.
fn is_option(word: &str) -> bool {
    word.starts_with('-')
}

/// Who logs in where.
fn login(place: &str) -> Result<(Option<String>, &str), Lost> {
    let (user, host) = place.rsplit_once('@').unwrap_or(("", place));
    if is_option(user) {
        return Err(Lost::Option);
    }
    Ok((Some(user.to_owned()).filter(|user| !user.is_empty()), host))
}

fn authority(host: &str, port: Option<u16>) -> String {
    port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

pub(super) fn host_and_port(place: &str) -> Result<(String, Option<u16>), Lost> {
    let end = place.rfind(']').map_or(0, |end| end + 1);
    let (name, port) = place[end..].find(':').map_or((place, ""), |at| place.split_at(end + at));
    let port = match port.strip_prefix(':').unwrap_or_default() {
        "" => None,
        digits if digits.bytes().all(|digit| digit.is_ascii_digit()) => Some(digits.parse().map_err(|_| Lost::Port)?),
        _ => return Err(Lost::Port),
    };
    Ok((host(name)?, port))
}

/// A host as all of its spellings have it.
fn host(name: &str) -> Result<String, Lost> {
    if name.is_empty() {
        return Err(Lost::NoHost);
    }
    let host = Host::parse(name).map_err(|_| Lost::Host)?.to_string();
    // One at the end says that the name is whole.
    match host.strip_suffix('.').unwrap_or(&host) {
        "" => Err(Lost::NoHost),
        host if is_option(host) => Err(Lost::Option),
        host if host.ends_with('.') => Err(Lost::Host),
        host => Ok(host.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn remote(address: &str) -> Remote {
        match Location::parse(address) {
            Ok(Location::Server(remote)) => remote,
            other => panic!("{address}: {other:?}"),
        }
    }

    #[test]
    fn a_server_is_a_host_and_an_unusual_port_however_it_is_spelled() {
        for (address, server) in [
            ("https://Git.Example/a", "git.example"),
            ("https://git.example.:443/other", "git.example"),
            ("https://git%2eexample:8443/a", "git.example:8443"),
            ("https://\u{24d6}it.example", "git.example"),
            ("http://[0::1]:80/a", "[::1]"),
            ("http://127.1/a", "127.0.0.1"),
            ("https://git.example?x=https://other/", "git.example"),
            ("https://git.example#/@other/", "git.example"),
            ("ssh://git@git.example:2222/a", "git.example:2222"),
            ("ssh://git.example:/a", "git.example"),
            ("git+ssh://GIT.example:22/a", "git.example"),
            ("git@git.example:a/b", "git.example"),
        ] {
            assert_eq!(remote(address).server(), server, "{address}");
        }
    }

    #[test]
    fn a_server_is_shown_without_user_and_query() {
        for (address, shown) in [
            ("https://git.example/a.git?x=y", "https://git.example/a.git"),
            ("SSH://git@git.example:22/a.git", "ssh://git.example/a.git"),
            ("git@git.example:a/b.git", "git.example:a/b.git"),
        ] {
            assert_eq!(remote(address).shown, shown);
        }
    }

    #[test]
    fn only_plain_http_to_another_machine_is_open() {
        assert!(remote("http://git.example/a").is_open() && remote("http://127.0.0.1.example/a").is_open());
        for address in ["http://localhost:1/a", "http://127.1/a", "http://[::1]:80/a", "https://git.example/a"] {
            assert!(!remote(address).is_open(), "{address}");
        }
    }

    #[test]
    fn paths_lead_to_folders() {
        for (address, path) in [("../a", "../a"), ("/a:b", "/a:b"), ("file:////a%20b", "//a b"), ("//a/b", "//a/b")] {
            assert_eq!(Location::parse(address), Ok(Location::Folder(path.to_owned())), "{address}");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_leads_nowhere() {
        for (address, lost) in [
            ("https:///git.example/r", Lost::Slashes),
            ("https:////git.example/r", Lost::Slashes),
            ("http:///:80/r", Lost::Slashes),
            ("ssh:///git@git.example/r", Lost::Slashes),
            ("https:///\\git.example/r", Lost::Backslash),
            ("https://\\git.example/r", Lost::Backslash),
            ("https://git.example\\@other.example/r", Lost::Backslash),
            ("ssh://git.example\\r/r", Lost::Backslash),
            ("https:/git.example/r", Lost::HalfWritten),
            ("HTTPS:git.example/r", Lost::HalfWritten),
            ("https:\\\\git.example/r", Lost::HalfWritten),
            ("ssh:git.example", Lost::HalfWritten),
            ("-oProxyCommand=x", Lost::Option),
            ("-oProxyCommand=x:r", Lost::Option),
            ("-u@git.example:r", Lost::Option),
            ("git.example:-r", Lost::Option),
            ("git@-oProxyCommand:r", Lost::Option),
            ("ssh://-oProxyCommand=x/r", Lost::Option),
            ("ssh://-u@git.example/r", Lost::Option),
            ("ssh://%2doProxyCommand/r", Lost::Option),
            ("https://-x/r", Lost::Option),
            ("https://", Lost::NoHost),
            ("https:///", Lost::NoHost),
            ("https://?git.example", Lost::NoHost),
            ("https://:443/r", Lost::NoHost),
            ("https://./r", Lost::NoHost),
            ("git@:r", Lost::NoHost),
            ("https://@git.example/r", Lost::Nobody),
            ("https://git example/r", Lost::Host),
            ("https://1../r", Lost::Host),
            ("ssh://git@[::1/r", Lost::Port),
            ("git@a%2fb:r", Lost::Host),
            ("ssh://git.example:x/r", Lost::Port),
            ("ssh://git.example:+22/r", Lost::Port),
            ("https://git.example:99999/r", Lost::Port),
            ("ssh://git.example", Lost::NoPath),
            ("ssh://git.example/", Lost::NoPath),
            ("git.example:", Lost::NoPath),
            ("https://git.example/%zz", Lost::Escape("has a `%` that two hexadecimal digits do not follow")),
            ("file://elsewhere/r", Lost::FileHost),
            ("file://", Lost::Empty),
            ("ftp://git.example/r", Lost::Scheme),
            (" https://git.example/r", Lost::Scheme),
            ("https:///user:hunter2@git.example/r", Lost::Password),
            ("https://\\hunter2@git.example/r", Lost::Password),
            ("https://git.ex\tample/r", Lost::Control),
            ("https://git.example/a%0ahost=b", Lost::Control),
            ("ssh://git.example/a%0ahost=b", Lost::Control),
            ("git://git.example/r", Lost::Scheme),
            ("", Lost::Empty),
        ] {
            assert_eq!(Location::parse(address), Err(lost), "{address}");
        }
    }

    #[test]
    fn a_name_means_one_server_and_an_empty_one_none() {
        let (usual, other) = (remote("https://git.example/r"), remote("ssh://git.example:8443/r"));
        for name in ["git.example", " GIT.Example. ", "git.example:443"] {
            assert!(usual.is_named(name) && !other.is_named(name), "{name}");
        }
        assert!(other.is_named("git.example:8443") && !usual.is_named("git.example:8443"));
        for name in ["", " ", ":443", ".", "*", "git.example/r", "https://git.example"] {
            assert!(!usual.is_named(name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn what_is_connected_to_is_the_server_that_is_told(
            address in "(https?|ssh)?:?[/\\\\]{0,4}([a:]{0,2}@)?[a-c.:\\[\\]%0-9\u{ad}\u{3002}\u{24d0}]{0,6}[/\\\\?#@]{0,2}[a-c/@]{0,3}"
        ) {
            if let Ok(Location::Server(remote)) = Location::parse(&address) {
                prop_assert!(!remote.host.is_empty());
                prop_assert!(remote.is_named(&remote.server()), "{address}: {remote:?}");
                if remote.scheme != Scheme::Ssh {
                    for read in [Url::parse(&address).unwrap(), Url::parse(&remote.url()).unwrap()] {
                        let host = read.host_str().unwrap_or_default().trim_end_matches('.');
                        prop_assert_eq!((host, read.port()), (&*remote.host, remote.port), "{}", address);
                        prop_assert!(read.username().is_empty() && read.password().is_none());
                    }
                }
            }
        }
    }
}
