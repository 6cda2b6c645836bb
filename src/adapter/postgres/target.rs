//! Where a database is, and how one gets there.

use super::flaw::Flaw;
use crate::credentials::{Ask, Credential, Environment, Secret};
use crate::model::{
    Database, DatabaseSchema, DatabaseUrl, NoDatabase, Parameter, Remote, SharedCatalog, percent_decoded,
};
use crate::secret::Source;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::ConfigVerifierExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::config::{ChannelBinding, Host, LoadBalanceHosts, SslMode, TargetSessionAttrs};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// The oldest server that is spoken to: the first that has all that is asked of it.
const OLDEST: u32 = 13;

/// A database, with what logs in there.
pub(super) struct Target {
    database: Database,
    /// What logs in, where the address says it.
    login: Option<(String, Secret)>,
    /// The secret that is asked for otherwise.
    secret: String,
    /// The folder that relative paths start at.
    root: PathBuf,
}

impl Target {
    /// The target of a declaration, for a project in the folder `root`. Nothing is connected to yet.
    ///
    /// # Errors
    /// Where the address, or the secret that holds it, leads to no database: why, without a part of either.
    pub(super) fn of(declared: &DatabaseSchema, environment: &Environment, root: &Path) -> Result<Self, String> {
        let secret = declared.auth.as_ref().and_then(|auth| auth.secret.as_ref());
        let secret = secret.map_or(SharedCatalog::NAME, |secret| &secret.value).to_owned();
        let root = root.to_owned();
        match &declared.url {
            DatabaseUrl::Said(url) => {
                let database = Database::parse(&url.value).map_err(|why| format!("its address {why}"))?;
                Ok(Self { database, login: None, secret, root })
            }
            DatabaseUrl::Secret(name) => {
                let whole = environment.value(&name.value);
                let whole =
                    whole.ok_or_else(|| format!("its address is a secret: {}", environment.advice(&name.value)))?;
                let wrong = |why: NoDatabase| format!("the address that the secret `{}` holds {why}", name.value);
                let (address, login) = without_login(whole.expose()).map_err(wrong)?;
                let database = Database::parse(&address).map_err(wrong)?;
                if let Some((_, password)) = login.as_ref().filter(|(_, password)| !password.expose().is_empty()) {
                    let named = format!("the password in the address that the secret `{}` holds", name.value);
                    environment.tripwire().learn(&name.value, password).map_err(|short| short.of(&named))?;
                }
                Ok(Self { database, login, secret, root })
            }
        }
    }

    /// The database, for people.
    pub(super) fn place(&self) -> String {
        self.database.to_string()
    }

    /// Connects, to the first of the servers that is as it is wanted.
    pub(super) async fn connect(&self, environment: &Environment, patience: Duration) -> Result<Client, Flaw> {
        let mut config = self.config(patience)?;
        let first = self.database.servers.first();
        let ask = Ask { secret: &self.secret, remote: first, logins: None };
        let found = match &self.login {
            Some((user, password)) => Some((user.clone(), password.clone())),
            None => match environment.find(&ask) {
                Some(Credential::Basic { user, password }) => Some((user, password)),
                Some(Credential::Key { .. } | Credential::Agent { .. }) | None => None,
            },
        };
        if found.is_none()
            && let Some(why) = environment.refusal(&self.secret)
        {
            return Err(Flaw::Unused(why));
        }
        // What is refused to one of the servers is given to none of them.
        for other in self.database.servers.iter().skip(1).filter(|_| self.login.is_none() && found.is_some()) {
            if environment.find(&Ask { remote: Some(other), ..ask }).is_none() {
                return Err(Flaw::Unused(environment.hint(&Ask { remote: Some(other), ..ask })));
            }
        }
        if let Some((user, password)) = &found {
            config.user(user).password(password.expose());
        }
        let advice = match (&found, &self.login) {
            (None, _) => format!("nobody logs in: {}", environment.hint(&ask)),
            (Some((user, _)), None) => {
                let (secret, variable) = (&self.secret, Environment::password_of(&self.secret));
                format!(
                    "it refuses user `{user}` and the password of the secret `{secret}` ({variable}, or what else says it)"
                )
            }
            (Some((user, _)), Some(_)) => format!("it refuses user `{user}` of the secret that holds its address"),
        };
        let connected =
            if self.is_encrypted() { over_tls(&config, self.roots()?).await } else { plainly(&config).await };
        let (client, version) = connected.map_err(|error| unconnected(&error, &advice))?;
        if version < OLDEST {
            return Err(Flaw::Unreachable(format!("it is PostgreSQL {version}, and needs to be {OLDEST} or later")));
        }
        Ok(client)
    }

    /// Whether the connection is encrypted, and the server's certificate held to its name: wherever somebody may read along, unless the
    /// address says that it is not.
    fn is_encrypted(&self) -> bool {
        match self.database.parameter(Parameter::SslMode) {
            Some(mode) => mode != "disable",
            None => !self.database.servers.iter().all(Remote::stays_here),
        }
    }

    /// The certificates of the authorities that the address names.
    fn roots(&self) -> Result<Option<RootCertStore>, Flaw> {
        let Some(file) = self.database.parameter(Parameter::SslRootCert).filter(|file| *file != "system") else {
            return Ok(None);
        };
        let file = self.root.join(file);
        let failed =
            |why: String| Flaw::Unreachable(format!("the authorities of {} cannot be read: {why}", file.display()));
        let mut roots = RootCertStore::empty();
        let all = CertificateDer::pem_file_iter(&file).map_err(|error| failed(error.to_string()))?;
        for one in all {
            let one = one.map_err(|error| failed(error.to_string()))?;
            roots.add(one).map_err(|error| failed(error.to_string()))?;
        }
        if roots.is_empty() { Err(failed("it has none".to_owned())) } else { Ok(Some(roots)) }
    }

    fn config(&self, patience: Duration) -> Result<Config, Flaw> {
        let mut config = Config::new();
        let parameter = |wanted| self.database.parameter(wanted);
        let unknown =
            |wanted: Parameter| Flaw::Unreachable(format!("its address has a `{}` that is none", wanted.word()));
        for server in &self.database.servers {
            config.host(server.host.trim_matches(['[', ']'])).port(server.reached_at());
        }
        if let Some(socket) = parameter(Parameter::Host) {
            config.host_path(socket);
        }
        config.dbname(&self.database.name).application_name(parameter(Parameter::ApplicationName).unwrap_or("plat"));
        config.ssl_mode(if self.is_encrypted() { SslMode::Require } else { SslMode::Disable });
        if let Some(options) = parameter(Parameter::Options) {
            config.options(options);
        }
        let seconds = match parameter(Parameter::ConnectTimeout) {
            Some(seconds) => {
                seconds.parse().map(Duration::from_secs).map_err(|_| unknown(Parameter::ConnectTimeout))?
            }
            None => patience,
        };
        config.connect_timeout(seconds.min(patience)).tcp_user_timeout(patience);
        // One that follows may lag behind, and may not be written to.
        let usual = if self.database.servers.len() > 1 { "read-write" } else { "any" };
        match parameter(Parameter::Target).unwrap_or(usual) {
            "any" => {}
            "read-write" => drop(config.target_session_attrs(TargetSessionAttrs::ReadWrite)),
            "read-only" => drop(config.target_session_attrs(TargetSessionAttrs::ReadOnly)),
            _ => return Err(unknown(Parameter::Target)),
        }
        match parameter(Parameter::LoadBalance) {
            None | Some("disable") => {}
            Some("random") => drop(config.load_balance_hosts(LoadBalanceHosts::Random)),
            Some(_) => return Err(unknown(Parameter::LoadBalance)),
        }
        match parameter(Parameter::ChannelBinding) {
            None | Some("prefer") => {}
            Some("require") => drop(config.channel_binding(ChannelBinding::Require)),
            Some("disable") => drop(config.channel_binding(ChannelBinding::Disable)),
            Some(_) => return Err(unknown(Parameter::ChannelBinding)),
        }
        debug_assert!(config.get_hosts().iter().all(|host| !matches!(host, Host::Tcp(name) if name.is_empty())));
        Ok(config)
    }
}

/// What a connection met that did not come about.
fn unconnected(error: &tokio_postgres::Error, advice: &str) -> Flaw {
    let refused = ["28P01", "28000"];
    if error.code().is_some_and(|code| refused.contains(&code.code())) {
        return Flaw::Login(advice.to_owned());
    }
    if let Some(said) = error.as_db_error() {
        let is_missing = *said.code() == SqlState::INVALID_CATALOG_NAME;
        let way = if is_missing { ": whoever may make databases makes it, with `createdb`" } else { "" };
        return Flaw::Unreachable(format!("{}{way}", said.message()));
    }
    // Without the texts of the library, which knows more of the configuration.
    let mut why = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        let said = inner.to_string();
        if !why.contains(&said) {
            why = format!("{why}: {said}");
        }
        source = inner.source();
    }
    if why.contains("invalid configuration: password missing") {
        return Flaw::Login(advice.to_owned());
    }
    if why.contains("UnknownIssuer") {
        why.push_str(
            "; `sslrootcert=FILE` in the address, or SSL_CERT_FILE, names the authority that is to be trusted",
        );
    }
    Flaw::Unreachable(why)
}

/// An address without who logs in, and that.
fn without_login(address: &str) -> Result<(String, Option<(String, Secret)>), NoDatabase> {
    let (scheme, rest) = address.split_once("://").ok_or(NoDatabase::Scheme)?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let Some((login, _)) = rest[..end].rsplit_once('@') else { return Ok((address.to_owned(), None)) };
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let decoded = |part: &str| percent_decoded(part).map_err(NoDatabase::Escape);
    let login = (decoded(user)?, Secret::new(decoded(password)?));
    Ok((format!("{scheme}://{}", &rest[login_end(rest, end)..]), Some(login)))
}

/// Where the hosts begin behind who logs in.
fn login_end(rest: &str, end: usize) -> usize {
    rest[..end].rfind('@').map_or(0, |at| at + 1)
}

async fn over_tls(config: &Config, roots: Option<RootCertStore>) -> Result<(Client, u32), tokio_postgres::Error> {
    // Whoever was here before has said the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let tls = match roots {
        Some(roots) => ClientConfig::builder().with_root_certificates(Arc::new(roots)).with_no_client_auth(),
        None => match ClientConfig::with_platform_verifier() {
            Ok(tls) => tls,
            // Nothing is trusted then.
            Err(_) => ClientConfig::builder().with_root_certificates(RootCertStore::empty()).with_no_client_auth(),
        },
    };
    let (client, connection) = config.connect(MakeRustlsConnect::new(tls)).await?;
    let version = major(connection.parameter("server_version"));
    tokio::spawn(connection);
    Ok((client, version))
}

async fn plainly(config: &Config) -> Result<(Client, u32), tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    let version = major(connection.parameter("server_version"));
    tokio::spawn(connection);
    Ok((client, version))
}

/// The first number of a version; of one that says none, the oldest, so that what it cannot do is told by what it is asked.
fn major(version: Option<&str>) -> u32 {
    let digits =
        |version: &str| version.split(|c: char| !c.is_ascii_digit()).next().and_then(|major| major.parse().ok());
    version.and_then(digits).unwrap_or(OLDEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_logs_in_is_taken_out_of_an_address() {
        let (address, login) = without_login("postgres://us%40er:p%3Aw@h:1,g/db?sslmode=require").unwrap();
        let (user, password) = login.unwrap();
        assert_eq!((&*address, &*user, password.expose()), ("postgres://h:1,g/db?sslmode=require", "us@er", "p:w"));
        assert!(without_login("postgres://h/db?options=a@b").unwrap().1.is_none());
    }

    #[test]
    fn a_version_is_its_first_number() {
        assert_eq!([Some("15.18 (Debian 15.18-0)"), Some("9.6"), None].map(major), [15, 9, OLDEST]);
    }
}
