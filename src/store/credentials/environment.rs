use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::{Ask, Credential, Credentials, Secret, SshKey, command};

/// The variable that names the credential command.
const COMMAND: &str = "PLAT_CREDENTIAL_COMMAND";

/// The variable that says for how many seconds a server may say nothing.
const TIMEOUT: &str = "PLAT_NETWORK_TIMEOUT";

/// How long it is otherwise.
const PATIENCE: Duration = Duration::from_mins(1);

/// The longest time that is understood: a day.
const LONGEST: u64 = 24 * 60 * 60;

/// The user that goes with a bare token: hosts look at the token alone.
const TOKEN_USER: &str = "x-access-token";

/// Credentials from environment variables, which come in as a map, and from the credential command that one of them names.
///
/// For the secret `my-git` they are `PLAT_SECRET_MY_GIT_USERNAME` and `_PASSWORD`, or `_TOKEN`, for HTTP; `_SSH_KEY` (a
/// path or the key's text) and `_SSH_PASSPHRASE` for SSH, else the agent. A variable set to nothing counts as not set.
#[derive(Clone, Debug)]
pub struct Environment {
    variables: BTreeMap<String, Secret>,
}

impl Environment {
    /// Keeps those of the variables that are plat's.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let ours = |name: &str| name.starts_with("PLAT_SECRET_") || name == COMMAND || name == TIMEOUT;
        let kept = variables.into_iter().filter(|(name, value)| ours(name) && !value.is_empty());
        Self { variables: kept.map(|(name, value)| (name, Secret::new(value))).collect() }
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

    fn password(&self, ask: &Ask<'_>) -> Option<Credential> {
        let user = self.user(ask.secret);
        let basic = |user, password: &Secret| Credential::Basic { user, password: password.clone() };
        match (self.get(ask.secret, "TOKEN"), user, self.get(ask.secret, "PASSWORD")) {
            (Some(token), user, _) => Some(basic(user.unwrap_or_else(|| TOKEN_USER.to_owned()), token)),
            (None, Some(user), Some(password)) => Some(basic(user, password)),
            (None, ..) => command::ask(self.variables.get(COMMAND)?.expose(), ask),
        }
    }
}

impl Credentials for Environment {
    fn find(&self, ask: &Ask<'_>) -> Option<Credential> {
        if ask.wants_key() { Some(self.key(ask.secret)) } else { self.password(ask) }
    }

    fn hint(&self, ask: &Ask<'_>) -> String {
        let name = |part| variable(ask.secret, part);
        if ask.wants_key() {
            return format!("set {} to a private key, or load one into the SSH agent", name("SSH_KEY"));
        }
        format!("set {}, or {} and {}, or {COMMAND}", name("TOKEN"), name("USERNAME"), name("PASSWORD"))
    }
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

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment::new(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    const HTTPS: Ask<'_> = Ask { secret: "my-git.2", url: "https://git.example/r.git" };
    const SSH: Ask<'_> = Ask { secret: "my-git.2", url: "ssh://git.example/r.git" };

    fn basic(found: Option<Credential>) -> Option<(String, String)> {
        match found? {
            Credential::Basic { user, password } => Some((user, password.expose().to_owned())),
            other @ (Credential::Key { .. } | Credential::Agent { .. }) => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_user_and_a_password_are_found_by_the_secrets_name() {
        let here = environment(&[("PLAT_SECRET_MY_GIT_2_USERNAME", "u"), ("PLAT_SECRET_MY_GIT_2_PASSWORD", "p")]);
        assert_eq!(basic(here.find(&HTTPS)), Some(("u".to_owned(), "p".to_owned())));
        assert!(here.find(&Ask { secret: "other", ..HTTPS }).is_none());
    }

    #[test]
    fn a_token_needs_no_user_and_goes_before_a_password() {
        let here = environment(&[("PLAT_SECRET_MY_GIT_2_TOKEN", "t"), ("PLAT_SECRET_MY_GIT_2_PASSWORD", "p")]);
        assert_eq!(basic(here.find(&HTTPS)), Some(("x-access-token".to_owned(), "t".to_owned())));
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        let here = environment(&[("PLAT_SECRET_MY_GIT_2_TOKEN", "")]);
        assert!(here.find(&HTTPS).is_none());
    }

    #[test]
    fn a_key_is_a_path_or_a_text_and_the_agent_stands_in() {
        let key = |value: &str| environment(&[("PLAT_SECRET_MY_GIT_2_SSH_KEY", value)]).find(&SSH);
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
    fn the_hint_names_the_variables_and_no_value() {
        let here = environment(&[("PLAT_SECRET_MY_GIT_2_PASSWORD", "hunter2")]);
        let hint = here.hint(&HTTPS);
        assert!(hint.contains("PLAT_SECRET_MY_GIT_2_TOKEN") && hint.contains("PLAT_CREDENTIAL_COMMAND"), "{hint}");
        assert!(!hint.contains("hunter2") && !format!("{here:?}").contains("hunter2"));
        assert!(here.hint(&SSH).contains("PLAT_SECRET_MY_GIT_2_SSH_KEY"));
    }
}
