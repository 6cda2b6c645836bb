//! What the user has told Git of servers: where an address leads, which proxy and which authority are taken, who logs in, and
//! what connects by SSH.
//!
//! In: the configuration of the system and of the user, with what they include, and what variables add to them. Out: answers about
//! one address. Never: the configuration of a repository, which may come from whoever wrote what is in it.

mod lead;
mod scope;

use std::path::PathBuf;

use git2::Config;

pub use lead::real_address;
use scope::Scope;

use crate::credentials::{Environment, Logins, Secret};
use crate::model::{Location, Remote, password, percent_decoded};
use crate::secret::Tripwire;

/// The settings of Git, in the order in which they are read: of two that say one thing the later one counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Preferences(Vec<Setting>);

/// A line of a configuration: `section.subsection.key=value`.
#[derive(Clone, Debug)]
struct Setting {
    section: String,
    /// As it is written.
    subsection: Option<String>,
    key: String,
    value: String,
}

/// How a server is reached over HTTP.
#[derive(Clone, Debug, Default)]
pub(crate) struct HttpWay {
    /// The proxy; an empty one means none, whatever the environment says.
    pub(crate) proxy: Option<String>,
    /// The file with the certificates of the authorities that are trusted, in place of the system's.
    pub(crate) authorities: Option<PathBuf>,
    /// Whether Git is told not to verify who the server is, which plat does all the same.
    pub(crate) is_lax: bool,
}

impl Preferences {
    /// Those for an address. What is secret in them is watched for before anything is said. A folder of this machine is where it is.
    pub(crate) fn of(declared: &Location, tripwire: &Tripwire) -> Result<Self, String> {
        let Location::Server(_) = declared else { return Ok(Self::default()) };
        let all = Self::read()?;
        // One that is too short stands in no message either.
        all.secrets().for_each(|secret| drop(tripwire.learn("Git's configuration", &secret)));
        Ok(all)
    }

    /// Reads them. The error says which file cannot be read.
    fn read() -> Result<Self, String> {
        let mut settings = Vec::new();
        for file in files().into_iter().filter(|file| file.is_file()) {
            let unread = |error: git2::Error| format!("Git's configuration cannot be read: {}", error.message());
            let config = Config::open(&file).map_err(unread)?;
            let mut entries = config.entries(None).map_err(unread)?;
            while let Some(entry) = entries.next() {
                let entry = entry.map_err(unread)?;
                // A name without a value means "true"; one that is no text means nothing to anybody here.
                let value = if entry.has_value() { entry.value().ok() } else { Some("true") };
                settings.extend(entry.name().ok().zip(value).and_then(|(name, value)| Setting::new(name, value)));
            }
        }
        let count = variable("GIT_CONFIG_COUNT").and_then(|count| count.parse().ok()).unwrap_or(0_usize);
        for number in 0..count {
            let [name, value] = ["KEY", "VALUE"].map(|part| variable(&format!("GIT_CONFIG_{part}_{number}")));
            // Where one is missing, the others do not count either.
            let Some((name, value)) = name.zip(value) else { break };
            settings.extend(Setting::new(&name, &value));
        }
        Ok(Self(settings))
    }

    /// How a server is reached over HTTP, where a variable counts before a setting.
    pub(crate) fn http(&self, remote: &Remote, environment: &Environment) -> HttpWay {
        let value = |key| self.best("http", key, remote);
        let authorities = environment.of_servers("GIT_SSL_CAINFO").or_else(|| value("sslcainfo"));
        HttpWay {
            proxy: value("proxy").map(str::to_owned),
            authorities: authorities.filter(|file| !file.is_empty()).map(path),
            is_lax: environment.of_servers("GIT_SSL_NO_VERIFY").is_some() || value("sslverify").is_some_and(is_no),
        }
    }

    /// The command that connects by SSH.
    pub(crate) fn ssh_command(&self) -> Option<&str> {
        self.last("core", "sshcommand")
    }

    /// How that command is told where to.
    pub(crate) fn ssh_variant(&self) -> Option<&str> {
        self.last("ssh", "variant")
    }

    /// Who logs in to a server, and which helpers know with what.
    pub(crate) fn logins(&self, remote: &Remote) -> Logins {
        let mut logins = Logins::default();
        for setting in self.0.iter().filter(|setting| setting.section == "credential") {
            let is_meant = setting.subsection.as_deref().is_none_or(|scope| Scope::read(scope).fits(remote).is_some());
            let value = &setting.value;
            match &*setting.key {
                _ if !is_meant => {}
                // An empty one takes back those before it.
                "helper" if value.is_empty() => logins.helpers.clear(),
                "helper" => logins.helpers.push(helper(value)),
                "username" => logins.user = Some(value.clone()),
                "usehttppath" => logins.tells_path = !is_no(value),
                _ => {}
            }
        }
        logins
    }

    /// What is secret in the addresses of settings, as it stands there and as it is sent. Of a user alone it is not known whether it is
    /// a token.
    fn secrets(&self) -> impl Iterator<Item = Secret> {
        let texts = self.0.iter().flat_map(|setting| setting.subsection.iter().chain([&setting.value]));
        let secrets = texts.filter_map(|text| text.get(password(text)?)).flat_map(|login| {
            let secret = login.split_once(':').map_or(login, |(_, password)| password);
            [Some(secret.to_owned()), percent_decoded(secret).ok()]
        });
        secrets.flatten().map(Secret::new)
    }

    fn last(&self, section: &str, key: &str) -> Option<&str> {
        let is_meant = |setting: &&Setting| setting.is(section, key) && setting.subsection.is_none();
        self.0.iter().rev().find(is_meant).map(|setting| &*setting.value)
    }

    /// What is said most closely of a server: `http.<url>.<key>` before `http.<key>`.
    fn best(&self, section: &str, key: &str, remote: &Remote) -> Option<&str> {
        let all = self.0.iter().filter(|setting| setting.is(section, key));
        let fitting = all.filter_map(|setting| match &setting.subsection {
            None => Some((None, setting)),
            Some(scope) => Some((Some(Scope::read(scope).fits(remote)?), setting)),
        });
        // Of those that are as close the last.
        fitting.max_by_key(|(closeness, _)| *closeness).map(|(_, setting)| &*setting.value)
    }
}

impl Setting {
    /// A setting of its full name; nothing where that is none.
    fn new(name: &str, value: &str) -> Option<Self> {
        let (section, rest) = name.split_once('.')?;
        let (subsection, key) = match rest.rsplit_once('.') {
            Some((subsection, key)) => (Some(subsection.to_owned()), key),
            None => (None, rest),
        };
        let [section, key] = [section, key].map(str::to_ascii_lowercase);
        Some(Self { section, subsection, key, value: value.to_owned() })
    }

    fn is(&self, section: &str, key: &str) -> bool {
        self.section == section && self.key == key
    }
}

/// The files of the configuration, the one that counts least first.
fn files() -> Vec<PathBuf> {
    let system = match variable("GIT_CONFIG_SYSTEM") {
        _ if variable("GIT_CONFIG_NOSYSTEM").is_some_and(|value| !is_no(&value)) => None,
        Some(file) => Some(PathBuf::from(file)),
        None => Config::find_system().ok(),
    };
    let own = match variable("GIT_CONFIG_GLOBAL") {
        Some(file) => vec![PathBuf::from(file)],
        None => [Config::find_xdg(), Config::find_global()].into_iter().flatten().collect(),
    };
    system.into_iter().chain(own).collect()
}

/// A variable that says where Git's configuration is, or what is added to it. libgit2 takes the place of the user's from the
/// environment too, so that all of it is one.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// What Git takes for "no".
fn is_no(value: &str) -> bool {
    ["", "0", "false", "no", "off"].contains(&&*value.to_ascii_lowercase())
}

/// A path as Git has it: `~/` is the user's home.
fn path(text: &str) -> PathBuf {
    match (text.strip_prefix("~/"), std::env::home_dir()) {
        (Some(below), Some(home)) => home.join(below),
        _ => PathBuf::from(text),
    }
}

/// The command of a credential helper: a name, a path, or a line for the shell behind `!`.
fn helper(value: &str) -> String {
    match value.strip_prefix('!') {
        Some(line) => line.to_owned(),
        None if std::path::Path::new(value).is_absolute() => value.to_owned(),
        None => format!("git credential-{value}"),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Preferences of settings, each `name=value`.
    pub(crate) fn preferences(lines: &[&str]) -> Preferences {
        let setting = |line: &&str| {
            let (name, value) = line.split_once(" = ").unwrap();
            Setting::new(name, value).unwrap()
        };
        Preferences(lines.iter().map(setting).collect())
    }

    pub(crate) fn remote(url: &str) -> Remote {
        match Location::parse(url) {
            Ok(Location::Server(remote)) => remote,
            other => panic!("{url}: {other:?}"),
        }
    }

    #[test]
    fn what_is_said_of_a_server_counts_before_what_is_said_of_all() {
        let told = preferences(&[
            "http.https://git.example/team/.proxy = http://team:1",
            "http.https://git.example/.proxy = http://host:1",
            "http.proxy = http://all:1",
            "http.HTTPS://*.example:8443.proxy = ",
            "http.sslCAInfo = /a",
            "http.sslcainfo = /b",
            "http.sslVerify = false",
        ]);
        let proxy = |url: &str| told.http(&remote(url), &Environment::new([])).proxy;
        assert_eq!(proxy("https://git.example/team/r.git").as_deref(), Some("http://team:1"));
        assert_eq!(proxy("https://git.example/teams/r.git").as_deref(), Some("http://host:1"));
        assert_eq!(proxy("http://git.example/r.git").as_deref(), Some("http://all:1"));
        assert_eq!(proxy("https://git.example:8443/r.git").as_deref(), Some(""));
        let way = |variables: &[(&str, &str)]| {
            let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            told.http(&remote("https://x.example/r"), &Environment::new(variables))
        };
        assert_eq!((way(&[]).authorities, way(&[]).is_lax), (Some(PathBuf::from("/b")), true));
        assert_eq!(way(&[("GIT_SSL_CAINFO", "/c")]).authorities, Some(PathBuf::from("/c")));
    }

    #[test]
    fn helpers_are_those_of_the_server_in_their_order() {
        let told = preferences(&[
            "credential.helper = forgotten",
            "credential.helper = ",
            "credential.https://git.example.helper = !f() { :; }; f",
            "credential.https://other.example.helper = /other",
            "credential.helper = store --file x",
            "credential.https://git.example.username = ann",
            "credential.useHttpPath = true",
        ]);
        let logins = told.logins(&remote("https://git.example/r"));
        assert_eq!(logins.helpers, ["f() { :; }; f", "git credential-store --file x"]);
        assert_eq!((logins.user.as_deref(), logins.tells_path), (Some("ann"), true));
    }

    #[test]
    fn passwords_in_addresses_are_known_to_be_secret() {
        let told = preferences(&[
            "http.proxy = socks5h://ann:p%40roxy@proxy.example:1",
            "url.https://bare-token@git.example/.insteadOf = https://git.example/",
            "url.git@git.example:.insteadOf = gh:",
            "user.name = Ann",
        ]);
        let secrets: Vec<_> = told.secrets().map(|secret| secret.expose().to_owned()).collect();
        assert_eq!(secrets, ["p%40roxy", "p@roxy", "bare-token", "bare-token"]);
    }

    #[test]
    fn the_last_command_counts() {
        let told = preferences(&["core.sshCommand = a", "core.sshcommand = b", "core.x.sshcommand = c"]);
        assert_eq!((told.ssh_command(), told.ssh_variant()), (Some("b"), None));
    }
}
