//! Where a database of PostgreSQL is, read from an address.

use super::location::{Lost, Remote, host_and_port};
use super::{has_control_character, password, percent_decoded};
use std::fmt::{self, Display, Formatter};

/// A database of PostgreSQL, read from an address as libpq has it: `postgres://HOST[:PORT][,HOST...]/NAME[?PARAMETER=VALUE&...]`.
///
/// Source: <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// The servers that may have it, in the order in which they are asked; none where it is asked for on this machine, through a socket.
    pub servers: Vec<Remote>,
    /// Its name.
    pub name: String,
    /// What else the address says, each once, in its order.
    pub parameters: Vec<(Parameter, String)>,
}

worded! {
    /// What an address of a database may say behind its `?`, in the words of libpq.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Parameter {
        /// The folder of the socket, where no server stands before the name.
        Host = "host",
        /// Whether, and how, the connection is encrypted.
        SslMode = "sslmode",
        /// The file with the certificates of the authorities that are trusted.
        SslRootCert = "sslrootcert",
        /// Which of several servers is wanted.
        Target = "target_session_attrs",
        /// In which order several servers are asked.
        LoadBalance = "load_balance_hosts",
        /// For how many seconds one server is tried.
        ConnectTimeout = "connect_timeout",
        /// Whether the login is bound to the encrypted connection.
        ChannelBinding = "channel_binding",
        /// What the server calls the connection.
        ApplicationName = "application_name",
        /// Settings of the server for the connection.
        Options = "options",
    }
}

/// Why an address leads to no database. No message holds a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoDatabase {
    /// A server would be told a control character.
    #[error("has a control character")]
    Control,
    /// There is a user or a password in it, or what may be one.
    #[error("holds a user or a password: take them out and name a secret with `auth`")]
    Login,
    /// It does not begin as such an address does.
    #[error("does not begin with `postgres://`")]
    Scheme,
    /// Neither a server nor a socket is named.
    #[error("names no host")]
    NoHost,
    /// A server is none.
    #[error("{0}")]
    Host(Lost),
    /// There is no name of a database, or more than one.
    #[error("does not name one database behind its host")]
    Name,
    /// A parameter is none of those that are known.
    #[error("says something behind its `?` that is none of {}", Parameters)]
    Parameter,
    /// A parameter is said twice.
    #[error("says a parameter twice")]
    Twice,
    /// The connection could be one that others read along.
    #[error(
        "asks for a connection that may or may not be encrypted: `sslmode` is one of disable, require, verify-ca and verify-full"
    )]
    SslMode,
    /// An escape cannot be undone.
    #[error("{0}")]
    Escape(&'static str),
}

/// The words of all parameters.
struct Parameters;

impl Display for Parameters {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&Parameter::ALL.map(|(_, word)| word).join(", "))
    }
}

impl Database {
    /// Reads an address that holds nothing secret.
    ///
    /// # Errors
    /// Where it is none.
    pub fn parse(address: &str) -> Result<Self, NoDatabase> {
        if has_control_character(address) {
            return Err(NoDatabase::Control);
        }
        if password(address).is_some() {
            return Err(NoDatabase::Login);
        }
        let (scheme, rest) = address.split_once("://").ok_or(NoDatabase::Scheme)?;
        if !["postgres", "postgresql"].contains(&&*scheme.to_ascii_lowercase()) {
            return Err(NoDatabase::Scheme);
        }
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (hosts, name) = place.split_once('/').ok_or(NoDatabase::Name)?;
        let name = percent_decoded(name).map_err(NoDatabase::Escape)?;
        if name.is_empty() || name.contains(['/', '#']) {
            return Err(NoDatabase::Name);
        }
        if hosts.contains('@') {
            return Err(NoDatabase::Login);
        }
        let parameters = parameters(query)?;
        let servers = hosts.split(',').filter(|_| !hosts.is_empty()).map(server).collect::<Result<Vec<_>, _>>()?;
        let has_socket = parameters.iter().any(|(key, value)| *key == Parameter::Host && value.starts_with('/'));
        let says_host = parameters.iter().any(|(key, _)| *key == Parameter::Host);
        if servers.is_empty() != has_socket || says_host != has_socket {
            return Err(NoDatabase::NoHost);
        }
        Ok(Self { servers, name, parameters })
    }

    /// What a parameter says.
    pub fn parameter(&self, wanted: Parameter) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| *key == wanted).map(|(_, value)| &**value)
    }

    /// Whether both lead to one database, as far as that can be told: a server in both.
    pub fn is(&self, other: &Self) -> bool {
        let same_server = |one: &Remote| other.servers.iter().any(|other| other.server() == one.server());
        let same_socket = self.parameter(Parameter::Host) == other.parameter(Parameter::Host);
        let meet = if self.servers.is_empty() { same_socket } else { self.servers.iter().any(same_server) };
        meet && self.name == other.name
    }
}

/// The address in its one form, without what tells nothing of the place.
impl Display for Database {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let servers: Vec<String> = self.servers.iter().map(Remote::server).collect();
        write!(f, "postgres://{}/{}", servers.join(","), self.name)?;
        self.parameter(Parameter::Host).map_or(Ok(()), |socket| write!(f, "?host={socket}"))
    }
}

fn server(place: &str) -> Result<Remote, NoDatabase> {
    let (host, port) = host_and_port(place).map_err(NoDatabase::Host)?;
    Ok(Remote::of_database(host, port))
}

fn parameters(query: &str) -> Result<Vec<(Parameter, String)>, NoDatabase> {
    let mut said: Vec<(Parameter, String)> = Vec::new();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (key, value) = part.split_once('=').ok_or(NoDatabase::Parameter)?;
        let key = Parameter::from_word(key).ok_or(NoDatabase::Parameter)?;
        let value = percent_decoded(value).map_err(NoDatabase::Escape)?;
        if said.iter().any(|(other, _)| *other == key) {
            return Err(NoDatabase::Twice);
        }
        if key == Parameter::SslMode && !["disable", "require", "verify-ca", "verify-full"].contains(&&*value) {
            return Err(NoDatabase::SslMode);
        }
        said.push((key, value));
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_its_servers_its_database_and_what_it_asks_for() {
        let read =
            Database::parse("postgresql://DB.example,[::1]:6432/my%20db?sslmode=require&options=-c%20x%3D1").unwrap();
        let servers: Vec<String> = read.servers.iter().map(Remote::server).collect();
        assert_eq!((servers, &*read.name), (vec!["db.example".to_owned(), "[::1]:6432".to_owned()], "my db"));
        assert_eq!(read.parameter(Parameter::Options), Some("-c x=1"));
        assert_eq!(read.to_string(), "postgres://db.example,[::1]:6432/my db");
        let socket = Database::parse("postgres:///db?host=%2Frun%2Fpostgresql").unwrap();
        assert_eq!((socket.servers.len(), &*socket.to_string()), (0, "postgres:///db?host=/run/postgresql"));
    }

    #[test]
    fn what_leads_to_no_database_says_why() {
        for (address, why) in [
            ("", NoDatabase::Scheme),
            ("https://h/db", NoDatabase::Scheme),
            ("postgres://h", NoDatabase::Name),
            ("postgres://h/", NoDatabase::Name),
            ("postgres://h/a/b", NoDatabase::Name),
            ("postgres:///db", NoDatabase::NoHost),
            ("postgres://h/db?host=/run", NoDatabase::NoHost),
            ("postgres:///db?host=h", NoDatabase::NoHost),
            ("postgres://h:x/db", NoDatabase::Host(Lost::Port)),
            ("postgres://h,/db", NoDatabase::Host(Lost::NoHost)),
            ("postgres://u:p@h/db", NoDatabase::Login),
            ("postgres://u@h/db", NoDatabase::Login),
            ("postgres://h/db?password=x", NoDatabase::Login),
            ("postgres://h/db?user=x", NoDatabase::Parameter),
            ("postgres://h/db?sslcert=x", NoDatabase::Parameter),
            ("postgres://h/db?sslmode=prefer", NoDatabase::SslMode),
            ("postgres://h/db?options=a&options=b", NoDatabase::Twice),
            ("postgres://h/d\u{7}b", NoDatabase::Control),
        ] {
            assert_eq!(Database::parse(address), Err(why), "{address}");
        }
    }

    #[test]
    fn one_database_is_known_by_any_of_its_servers() {
        let is = |one: &str, other: &str| Database::parse(one).unwrap().is(&Database::parse(other).unwrap());
        assert!(is("postgres://a,b/d", "postgresql://B.:5432/d?sslmode=require"));
        assert!(!is("postgres://a/d", "postgres://b/d") && !is("postgres://a/d", "postgres://a/e"));
        assert!(
            is("postgres:///d?host=/r", "postgres:///d?host=/r")
                && !is("postgres:///d?host=/r", "postgres:///d?host=/s")
        );
    }
}
