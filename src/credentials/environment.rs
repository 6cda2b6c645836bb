use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Ask, Credential, Login, Logins, Secret, SshKey, command};
use crate::model::{Remote, Scheme, password};
use crate::secret::{Source, Tripwire};

/// The variable that names the credential command.
const COMMAND: &str = "PLAT_CREDENTIAL_COMMAND";

/// The variable that says for how many seconds a server may say nothing.
const TIMEOUT: &str = "PLAT_NETWORK_TIMEOUT";

/// The variable that holds the key that plans are signed with.
const PLAN_KEY: &str = "PLAT_PLAN_KEY";

/// The fewest bytes of that key: nobody guesses as many.
const SHORTEST_KEY: usize = 16;

/// How long it is otherwise.
const PATIENCE: Duration = Duration::from_mins(1);

/// The longest time that is understood: a day.
const LONGEST: u64 = 24 * 60 * 60;

/// The user that goes with a bare token: hosts look at the token alone.
const TOKEN_USER: &str = "x-access-token";

/// Credentials from environment variables, which come in as a map, and from the credential command that one of them names.
///
/// For the secret `my-git` they are `PLAT_SECRET_MY_GIT_USERNAME` and `_PASSWORD`, or `_TOKEN`, for HTTP; `_SSH_KEY` (a
/// path or the key's text) and `_SSH_PASSPHRASE` for SSH, else the agent. The value that manifests get is
/// `PLAT_SECRET_MY_GIT_VALUE`. Where `PLAT_SECRET_MY_GIT_HOST` names servers, what logs in is sent to no other. A variable set to
/// nothing counts as not set.
///
/// Everything secret among them is watched from the start, asked for or not, and what the command answers once it did.
#[derive(Clone, Debug)]
pub struct Environment {
    variables: BTreeMap<String, Secret>,
    tripwire: Tripwire,
    /// Why what was found is not used, by the secret's name.
    refused: Arc<Mutex<BTreeMap<String, String>>>,
    /// The secrets and the servers that a text says together, where no others are believed.
    said: Option<Arc<BTreeSet<(String, String)>>>,
}

/// The variables of Git and of `ssh` that say how servers are reached.
const OF_SERVERS: [&str; 6] =
    ["GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_SSL_CAINFO", "GIT_SSL_NO_VERIFY", "SSH_ASKPASS_REQUIRE"];

/// Whether a variable says who writes commits.
fn is_of_commits(name: &str) -> bool {
    name.starts_with("GIT_AUTHOR_") || name.starts_with("GIT_COMMITTER_") || name == "EMAIL"
}

/// The parts of a secret whose variables are secret; an SSH key may be a path instead.
const SECRET_PARTS: [&str; 5] = ["VALUE", "TOKEN", "PASSWORD", "SSH_PASSPHRASE", "SSH_KEY"];

impl Environment {
    /// Keeps those of the variables that are plat's, and those that say who writes commits and how servers are reached.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let alone = [COMMAND, TIMEOUT, PLAN_KEY];
        let ours = |name: &str| {
            let is_known = alone.contains(&name) || OF_SERVERS.contains(&name) || is_of_commits(name);
            name.starts_with("PLAT_SECRET_") || is_known
        };
        let tripwire = Tripwire::default();
        let mut kept = BTreeMap::new();
        for (name, value) in variables.into_iter().filter(|(_, value)| !value.is_empty()) {
            if let Some(password) = of_proxy(&name, &value) {
                // One that is too short stands in no message either.
                let _ = tripwire.learn(&name, &password);
            }
            if ours(&name) {
                kept.insert(name, Secret::new(value));
            }
        }
        let variables: BTreeMap<String, Secret> = kept;
        for (name, value) in &variables {
            let is_path = name.ends_with("_SSH_KEY") && matches!(ssh_key(value), SshKey::File(_));
            if name == PLAN_KEY || SECRET_PARTS.iter().any(|part| name.ends_with(&format!("_{part}"))) && !is_path {
                // One that is too short is refused when it is used.
                let _ = tripwire.learn(name, value);
            }
        }
        Self { variables, tripwire, refused: Arc::default(), said: None }
    }

    /// The same, for addresses that no text of the project says and that come from where others write: over HTTP a secret is sent to a server
    /// that is said together with it, or that its variable `_HOST` names, and to no other. `said` are names of secrets, each with a server as
    /// [`Remote::server`] has it.
    #[must_use]
    pub fn only_for(&self, said: Arc<BTreeSet<(String, String)>>) -> Self {
        Self { said: Some(said), ..self.clone() }
    }

    fn refused(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What watches for the secrets of this environment.
    pub fn tripwire(&self) -> &Tripwire {
        &self.tripwire
    }

    /// How long a server may say nothing: what `PLAT_NETWORK_TIMEOUT` has in seconds, else a minute. The error says what it
    /// may have.
    pub fn patience(&self) -> Result<Duration, String> {
        let Some(value) = self.variables.get(TIMEOUT) else { return Ok(PATIENCE) };
        match value.expose().parse() {
            Ok(seconds @ 1..=LONGEST) => Ok(Duration::from_secs(seconds)),
            Ok(_) | Err(_) => Err(format!("{TIMEOUT} is no number of seconds from 1 to {LONGEST}")),
        }
    }

    /// The key that plans are signed with: what `PLAT_PLAN_KEY` has. The error says why it cannot be one.
    pub fn plan_key(&self) -> Result<Option<Secret>, String> {
        match self.variables.get(PLAN_KEY) {
            Some(key) if key.expose().len() < SHORTEST_KEY => {
                Err(format!("{PLAN_KEY} has fewer than {SHORTEST_KEY} bytes, which others could guess"))
            }
            key => Ok(key.cloned()),
        }
    }

    /// The value of a variable that says who writes commits; nothing where it is not set. The error says that it holds a secret.
    pub fn writer(&self, name: &str) -> Result<Option<&str>, String> {
        let Some(value) = self.variables.get(name).filter(|_| is_of_commits(name)) else { return Ok(None) };
        self.tripwire.pass(value.expose().as_bytes(), name).map_err(|leak| leak.to_string())?;
        Ok(Some(value.expose()))
    }

    /// The value of a variable of Git or of `ssh` that says how servers are reached; nothing where it is not set.
    pub fn of_servers(&self, name: &str) -> Option<&str> {
        self.variables.get(name).filter(|_| OF_SERVERS.contains(&name)).map(Secret::expose)
    }

    fn get(&self, secret: &str, part: &str) -> Option<&Secret> {
        self.variables.get(&variable(secret, part))
    }

    fn user(&self, secret: &str) -> Option<String> {
        self.get(secret, "USERNAME").map(|user| user.expose().to_owned())
    }

    fn key(&self, secret: &str) -> Credential {
        let user = self.user(secret);
        match self.get(secret, "SSH_KEY") {
            None => Credential::Agent { user },
            Some(key) => {
                Credential::Key { user, key: ssh_key(key), passphrase: self.get(secret, "SSH_PASSPHRASE").cloned() }
            }
        }
    }

    fn password(&self, ask: &Ask<'_>) -> Result<Option<Credential>, String> {
        let user = self.user(ask.secret);
        let basic = |user, password: &Secret| Credential::Basic { user, password: password.clone() };
        match (self.get(ask.secret, "TOKEN"), user, self.get(ask.secret, "PASSWORD")) {
            (Some(token), user, _) => Ok(Some(basic(user.unwrap_or_else(|| TOKEN_USER.to_owned()), token))),
            (None, Some(user), Some(password)) => Ok(Some(basic(user, password))),
            (None, ..) => match self.command(ask)? {
                None => ask.logins.map_or(Ok(None), |logins| of_git(logins, ask)),
                found => Ok(found),
            },
        }
    }

    fn command(&self, ask: &Ask<'_>) -> Result<Option<Credential>, String> {
        let Some(command) = self.variables.get(COMMAND) else { return Ok(None) };
        command::ask(command.expose(), ask).map_err(str::to_owned)
    }

    /// What to log in with, where it may be used; else why not.
    fn look_up(&self, ask: &Ask<'_>) -> Result<Option<Credential>, String> {
        self.bound(ask)?;
        let found = if ask.wants_key() { Some(self.key(ask.secret)) } else { self.password(ask)? };
        let Some(credential) = found else { return Ok(None) };
        if credential.user().is_some_and(|user| user.contains(char::is_control)) {
            return Err(format!("the user name of the secret `{}` has control characters", ask.secret));
        }
        let watched = credential.secrets().into_iter().try_for_each(|secret| self.tripwire.learn(ask.secret, secret));
        watched.map_err(|short| short.to_string())?;
        Ok(Some(credential))
    }

    /// Refuses a server of which nobody but others says that the secret is for it.
    fn unsaid(&self, ask: &Ask<'_>) -> Result<(), String> {
        let (Some(said), Some(remote)) = (&self.said, ask.remote.filter(|_| !ask.wants_key())) else { return Ok(()) };
        let server = remote.server();
        if said.contains(&(ask.secret.to_owned(), server.clone())) {
            return Ok(());
        }
        Err(format!(
            "the catalog alone says that `{}` is for {server}, so that nothing is sent there; where that is meant, {} names it",
            ask.secret,
            variable(ask.secret, "HOST")
        ))
    }

    /// Refuses a server that the secret is not for.
    fn bound(&self, ask: &Ask<'_>) -> Result<(), String> {
        let Some(servers) = self.get(ask.secret, "HOST") else { return self.unsaid(ask) };
        let names = |remote: &&Remote| servers.expose().split([',', ' ']).any(|name| remote.is_named(name));
        if ask.remote.as_ref().is_some_and(names) {
            return Ok(());
        }
        let asks = ask.remote.map(Remote::server).unwrap_or_default();
        Err(format!("{} does not name {asks}, so that nothing is sent there", variable(ask.secret, "HOST")))
    }
}

impl Environment {
    /// What to log in with; nothing where there is nothing for it.
    pub fn find(&self, ask: &Ask<'_>) -> Option<Credential> {
        self.look_up(ask).unwrap_or_else(|why| {
            self.refused().insert(ask.secret.to_owned(), why);
            None
        })
    }

    /// Why what there is for a secret may not be used, where that is so since it was asked for.
    pub fn refusal(&self, secret: &str) -> Option<String> {
        self.refused().get(secret).cloned()
    }

    /// The variable that may hold the password of a secret.
    pub fn password_of(secret: &str) -> String {
        variable(secret, "PASSWORD")
    }

    /// Where [`find`](Self::find) looks, as an advice: "set A, or B and C". It holds names, never values.
    pub fn hint(&self, ask: &Ask<'_>) -> String {
        if let Some(why) = self.refusal(ask.secret) {
            return why;
        }
        let name = |part| variable(ask.secret, part);
        if ask.wants_key() {
            return format!("set {} to a private key, or load one into the SSH agent", name("SSH_KEY"));
        }
        let (token, user, password) = (name("TOKEN"), name("USERNAME"), name("PASSWORD"));
        if ask.remote.is_none_or(|remote| remote.scheme == Scheme::Postgres) {
            return format!("set {user} and {password}, or {COMMAND}");
        }
        format!("set {token}, or {user} and {password}, or {COMMAND}, or give Git a credential helper")
    }
}

impl Source for Environment {
    fn value(&self, name: &str) -> Option<Secret> {
        self.get(name, "VALUE").cloned().or_else(|| {
            let answer = self.command(&Ask { secret: name, remote: None, logins: None }).unwrap_or_else(|why| {
                self.refused().insert(name.to_owned(), why);
                None
            });
            answer?.secrets().first().map(|secret| (*secret).clone())
        })
    }

    fn advice(&self, name: &str) -> String {
        if let Some(why) = self.refusal(name) {
            return why;
        }
        format!("set {}, or {COMMAND}", variable(name, "VALUE"))
    }
}

/// What Git's settings have for a server: what stands in an address there, else what the first helper answers that has an answer.
fn of_git(logins: &Logins, ask: &Ask<'_>) -> Result<Option<Credential>, String> {
    if let Some(Login { user, password: Some(password) }) = &logins.given {
        return Ok(Some(Credential::Basic { user: user.clone(), password: password.clone() }));
    }
    for helper in &logins.helpers {
        if let Some(found) = command::ask_helper(helper, logins, ask)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The password in the address of a proxy, where a variable is one.
fn of_proxy(name: &str, value: &str) -> Option<Secret> {
    let is_proxy = ["http_proxy", "https_proxy", "all_proxy"].contains(&name.to_ascii_lowercase().as_str());
    let user = value.get(password(value).filter(|_| is_proxy)?)?;
    Some(Secret::new(user.split_once(':').map_or(user, |(_, password)| password)))
}

/// The variable of a part of a secret.
fn variable(secret: &str, part: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    format!("PLAT_SECRET_{}_{part}", secret.chars().map(letter).collect::<String>())
}

/// A key's text has a header; anything else is a path.
fn ssh_key(value: &Secret) -> SshKey {
    let text = value.expose();
    if !text.contains("-----BEGIN") {
        return SshKey::File(PathBuf::from(text));
    }
    // The last line's end is lost in many ways of setting a variable, and a key without it is no key.
    SshKey::Text(Secret::new(format!("{}\n", text.trim_end())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Location;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment::new(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    /// What asks for `my-git.2`.
    fn ask(url: &str) -> Ask<'static> {
        match Location::parse(url) {
            Ok(Location::Server(remote)) => {
                Ask { secret: "my-git.2", remote: Some(Box::leak(Box::new(remote))), logins: None }
            }
            other => panic!("{url}: {other:?}"),
        }
    }

    fn https() -> Ask<'static> {
        ask("https://git.example/r.git")
    }

    fn ssh() -> Ask<'static> {
        ask("ssh://git.example/r.git")
    }

    fn basic(found: Option<Credential>) -> Option<(String, String)> {
        match found? {
            Credential::Basic { user, password } => Some((user, password.expose().to_owned())),
            other @ (Credential::Key { .. } | Credential::Agent { .. }) => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_user_and_a_password_are_found_by_the_secrets_name() {
        let here =
            environment(&[("PLAT_SECRET_MY_GIT_2_USERNAME", "u"), ("PLAT_SECRET_MY_GIT_2_PASSWORD", "password")]);
        assert_eq!(basic(here.find(&https())), Some(("u".to_owned(), "password".to_owned())));
        assert!(here.find(&Ask { secret: "other", ..https() }).is_none());
    }

    #[test]
    fn a_token_needs_no_user_and_goes_before_a_password() {
        let here =
            environment(&[("PLAT_SECRET_MY_GIT_2_TOKEN", "the-token"), ("PLAT_SECRET_MY_GIT_2_PASSWORD", "password")]);
        assert_eq!(basic(here.find(&https())), Some(("x-access-token".to_owned(), "the-token".to_owned())));
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        let here = environment(&[("PLAT_SECRET_MY_GIT_2_TOKEN", "")]);
        assert!(here.find(&https()).is_none());
    }

    #[test]
    fn a_key_is_a_path_or_a_text_and_the_agent_stands_in() {
        let key = |value: &str| environment(&[("PLAT_SECRET_MY_GIT_2_SSH_KEY", value)]).find(&ssh());
        assert!(matches!(key("/k"), Some(Credential::Key { key: SshKey::File(path), .. }) if path.as_os_str() == "/k"));
        assert!(matches!(
            key("-----BEGIN X-----\nabc\n-----END X-----"),
            Some(Credential::Key { key: SshKey::Text(text), .. }) if text.expose().ends_with("-----END X-----\n")
        ));
        assert!(matches!(key(""), Some(Credential::Agent { user: None })));
    }

    #[test]
    fn patience_is_a_number_of_seconds() {
        let patience = |value: &str| environment(&[("PLAT_NETWORK_TIMEOUT", value)]).patience();
        assert_eq!((patience("7"), patience("")), (Ok(Duration::from_secs(7)), Ok(PATIENCE)));
        for wrong in ["0", "-1", "a minute", "100000"] {
            assert!(patience(wrong).unwrap_err().contains("PLAT_NETWORK_TIMEOUT"), "{wrong}");
        }
    }

    #[test]
    fn the_key_of_plans_is_long_and_watched() {
        let here = |value: &str| environment(&[("PLAT_PLAN_KEY", value)]);
        assert!(here("").plan_key().is_ok_and(|key| key.is_none()));
        assert!(here("fifteen-bytes-x").plan_key().unwrap_err().contains("PLAT_PLAN_KEY has fewer than 16 bytes"));
        let key = "sixteen-bytes-xx";
        assert_eq!(here(key).plan_key().unwrap().unwrap().expose(), key);
        assert!(here(key).tripwire().pass(key.as_bytes(), "a test").is_err());
    }

    #[test]
    fn a_value_is_found_by_its_variable_or_by_the_command() {
        let here = environment(&[
            ("PLAT_SECRET_MY_DB_VALUE", "value-of-db"),
            ("PLAT_CREDENTIAL_COMMAND", "sed -n s/^secret=/password=from-/p"),
        ]);
        assert_eq!(here.value("my-db").unwrap().expose(), "value-of-db");
        assert_eq!(here.value("other").unwrap().expose(), "from-other");
        assert!(environment(&[]).value("my-db").is_none());
        assert_eq!(here.advice("my-db"), "set PLAT_SECRET_MY_DB_VALUE, or PLAT_CREDENTIAL_COMMAND");
    }

    #[test]
    fn what_is_secret_is_watched_and_what_is_not_is_not() {
        let names = ["VALUE", "TOKEN", "PASSWORD", "SSH_PASSPHRASE", "USERNAME", "SSH_KEY"];
        let variables = names.map(|part| (format!("PLAT_SECRET_X_{part}"), format!("the-{part}-of-x")));
        let here = Environment::new(variables);
        let passes = |part: &str| here.tripwire().pass(format!("the-{part}-of-x").as_bytes(), "a test").is_ok();
        assert_eq!(names.map(passes), [false, false, false, false, true, true]);
        let proxy = environment(&[("HTTPS_PROXY", "http://user:planted-in-proxy@proxy.example:3128")]);
        assert!(proxy.tripwire().pass(b"planted-in-proxy", "a test").is_err());
        assert!(proxy.tripwire().pass(b"proxy.example", "a test").is_ok());
        let asked = environment(&[("PLAT_CREDENTIAL_COMMAND", "echo password=from-command")]);
        assert!(asked.tripwire().pass(b"from-command", "a test").is_ok());
        assert!(asked.find(&https()).is_some());
        assert!(asked.tripwire().pass(b"from-command", "a test").is_err());
    }

    #[test]
    fn a_secret_that_is_bound_to_servers_is_sent_to_no_other() {
        let here = environment(&[
            ("PLAT_SECRET_MY_GIT_2_TOKEN", "the-token"),
            ("PLAT_SECRET_MY_GIT_2_HOST", "Git.Example, git.example:8443"),
        ]);
        for url in ["https://git.example/r.git", "https://git.example:8443/other", "ssh://git@git.example/r"] {
            assert!(here.find(&ask(url)).is_some(), "{url}");
        }
        for url in ["https://git.example:8444/r", "https://git.example.org/r", "ssh://git.example:8022/r"] {
            assert!(here.find(&ask(url)).is_none(), "{url}");
        }
        let hint = here.hint(&https());
        assert_eq!(hint, "PLAT_SECRET_MY_GIT_2_HOST does not name git.example:8022, so that nothing is sent there");
    }

    #[test]
    fn what_others_say_gets_no_secret_that_no_text_says_is_for_it() {
        let said = [("my-git.2".to_owned(), "git.example".to_owned()), ("other".to_owned(), "a.example".to_owned())];
        let said = Arc::new(BTreeSet::from(said));
        let token = ("PLAT_SECRET_MY_GIT_2_TOKEN", "the-token");
        let here = environment(&[token]).only_for(said.clone());
        assert!(here.find(&https()).is_some(), "a text says it");
        assert!(here.find(&ask("ssh://git@elsewhere.example/r")).is_some(), "a key is not sent");
        for url in ["https://git.example:8443/r", "https://elsewhere.example/r", "https://a.example/r"] {
            assert!(here.find(&ask(url)).is_none(), "{url}");
        }
        let asked = ask("https://a.example/r");
        assert_eq!(
            here.hint(&asked),
            "the catalog alone says that `my-git.2` is for a.example, so that nothing is sent there; where that is meant, \
             PLAT_SECRET_MY_GIT_2_HOST names it"
        );
        let named = environment(&[token, ("PLAT_SECRET_MY_GIT_2_HOST", "a.example")]).only_for(said);
        assert!(named.find(&asked).is_some() && named.find(&https()).is_none());
    }

    #[test]
    fn an_empty_name_is_no_server() {
        for servers in [",", " ", "other.example,", "other.example, git.example:8443", ":443", ".", "git.example:,"] {
            let here =
                environment(&[("PLAT_SECRET_MY_GIT_2_TOKEN", "the-token"), ("PLAT_SECRET_MY_GIT_2_HOST", servers)]);
            assert_eq!(here.find(&https()).is_some(), servers.starts_with("git.example"), "{servers}");
        }
    }

    #[test]
    fn a_user_name_is_one_line() {
        let here = environment(&[
            ("PLAT_SECRET_MY_GIT_2_USERNAME", "u\nhost=x"),
            ("PLAT_SECRET_MY_GIT_2_PASSWORD", "password"),
        ]);
        assert!(here.find(&https()).is_none() && here.hint(&https()).contains("control characters"));
    }

    #[test]
    fn what_git_knows_is_asked_last() {
        let given = Login { user: "ann".to_owned(), password: Some(Secret::new("given-to-git")) };
        let helpers = ["exit 1", "f() { test $1 = get && sed -n 's/^host=/password=from-/p'; }; f"];
        let mut logins = Logins { helpers: helpers.map(str::to_owned).to_vec(), ..Logins::default() };
        let found = |variables: &[(&str, &str)], logins: &Logins| {
            let here = environment(variables);
            basic(here.find(&Ask { logins: Some(logins), ..https() })).map(|(_, password)| password)
        };
        assert_eq!(found(&[], &logins).as_deref(), Some("from-git.example"));
        logins.given = Some(given);
        assert_eq!(found(&[], &logins).as_deref(), Some("given-to-git"));
        assert_eq!(found(&[("PLAT_SECRET_MY_GIT_2_TOKEN", "the-token")], &logins).as_deref(), Some("the-token"));
    }

    #[test]
    fn a_short_password_is_not_used() {
        let here = environment(&[("PLAT_SECRET_MY_GIT_2_TOKEN", "hunter2")]);
        assert!(here.find(&https()).is_none());
        assert!(here.hint(&https()).starts_with("the secret `my-git.2` has fewer than 8 bytes"));
    }

    #[test]
    fn the_hint_names_the_variables_and_no_value() {
        let here = environment(&[("PLAT_SECRET_MY_GIT_2_PASSWORD", "hunter2")]);
        let hint = here.hint(&https());
        assert!(hint.contains("PLAT_SECRET_MY_GIT_2_TOKEN") && hint.contains("PLAT_CREDENTIAL_COMMAND"), "{hint}");
        assert!(!hint.contains("hunter2") && !format!("{here:?}").contains("hunter2"));
        assert!(here.hint(&ssh()).contains("PLAT_SECRET_MY_GIT_2_SSH_KEY"));
    }
}
