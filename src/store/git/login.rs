use std::cell::{Cell, OnceCell};

use git2::{Cred, CredentialType, Error, ErrorClass, ErrorCode};

use super::location::Way;
use super::origin::Origin;
use crate::store::StoreError;
use crate::store::credentials::{Ask, Credential, Credentials, Secret, SshKey};

/// Logging in to a server: finds the credential once, and gives it once for each connection.
pub(super) struct Login {
    origin: Origin,
    way: Way,
    secret: String,
    credentials: Box<dyn Credentials>,
    found: OnceCell<Option<Credential>>,
    given: Cell<bool>,
}

impl Login {
    pub(super) fn new(origin: Origin, way: Way, secret: String, credentials: Box<dyn Credentials>) -> Self {
        Self { origin, way, secret, credentials, found: OnceCell::new(), given: Cell::new(false) }
    }

    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Starts a new connection.
    pub(super) fn begin(&self) {
        self.given.set(false);
    }

    /// Answers the library, which asks again and again as long as it is answered and the server says no.
    pub(super) fn answer(&self, url: &str, user: Option<&str>, allowed: CredentialType) -> Result<Cred, Error> {
        if self.way == Way::Open {
            return Err(denied("credentials are not sent over plain http"));
        }
        // A server may redirect, but not to where the credential would then be somebody else's.
        if url.starts_with("http") && host(url) != host(&self.origin.url) {
            return Err(denied("another host asks for the credentials"));
        }
        let Some(credential) = self.credential() else { return Err(denied("there are no credentials")) };
        let user = user.or(credential.user()).unwrap_or("git");
        if allowed.contains(CredentialType::USERNAME) {
            return Cred::username(user);
        }
        if self.given.replace(true) {
            return Err(denied("the credentials are not accepted"));
        }
        match credential {
            Credential::Basic { user, password } if allowed.contains(CredentialType::USER_PASS_PLAINTEXT) => {
                Cred::userpass_plaintext(user, password.expose())
            }
            Credential::Key { key, passphrase, .. } if allowed.contains(CredentialType::SSH_KEY) => {
                with_key(user, key, passphrase.as_ref())
            }
            Credential::Agent { .. } if allowed.contains(CredentialType::SSH_KEY) => Cred::ssh_key_from_agent(user),
            Credential::Basic { .. } | Credential::Key { .. } | Credential::Agent { .. } => {
                Err(denied("the server takes no such credentials"))
            }
        }
    }

    /// What a failed connection means.
    pub(super) fn failed(&self, doing: &'static str, error: Error) -> StoreError {
        // An agent that does not run, or a key that cannot be read, is a credential that is not there.
        let agent = self.given.get() && error.class() == ErrorClass::Ssh && error.code() != ErrorCode::Certificate;
        let keyless = agent && ["agent", "authenticate", "key"].iter().any(|word| error.message().contains(word));
        let error = if keyless { denied(error.message()) } else { error };
        let why = error.message().to_owned();
        self.origin.connection(doing, error, || format!("{why}; {}", self.advice()))
    }

    /// What the server said, without what we told it.
    pub(super) fn redact(&self, text: &str) -> String {
        let secrets = self.found.get().into_iter().flatten().flat_map(Credential::secrets);
        secrets.fold(text.to_owned(), |text, secret| secret.redact(&text))
    }

    fn advice(&self) -> String {
        match self.way {
            Way::Safe => self.credentials.hint(&self.ask()),
            Way::Open => "use https".to_owned(),
        }
    }

    fn ask(&self) -> Ask<'_> {
        Ask { secret: &self.secret, url: &self.origin.url }
    }

    fn credential(&self) -> Option<&Credential> {
        self.found.get_or_init(|| self.credentials.find(&self.ask())).as_ref()
    }
}

fn with_key(user: &str, key: &SshKey, passphrase: Option<&Secret>) -> Result<Cred, Error> {
    let passphrase = passphrase.map(Secret::expose);
    match key {
        SshKey::File(path) => Cred::ssh_key(user, None, path, passphrase),
        SshKey::Text(text) => Cred::ssh_key_from_memory(user, None, text.expose(), passphrase),
    }
}

fn denied(why: &str) -> Error {
    Error::new(ErrorCode::Auth, ErrorClass::Callback, why)
}

/// The host of an address without its port.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or(rest);
    let authority = authority.rsplit('@').next().unwrap_or(authority);
    if authority.starts_with('[') { authority.split(']').next() } else { authority.split(':').next() }
        .unwrap_or(authority)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Environment;

    fn login(url: &str, way: Way) -> Login {
        let origin = Origin { store: "state".to_owned(), url: url.to_owned() };
        let variables = [("PLAT_SECRET_GIT_TOKEN".to_owned(), "hunter2".to_owned())];
        Login::new(origin, way, "git".to_owned(), Box::new(Environment::new(variables)))
    }

    const PASSWORD: CredentialType = CredentialType::USER_PASS_PLAINTEXT;

    fn refused(login: &Login, url: &str) -> String {
        let error = login.answer(url, None, PASSWORD).err().unwrap();
        let StoreError::Credentials { hint, .. } = login.failed("fetch", error) else { panic!("another error") };
        assert!(!hint.contains("hunter2"));
        hint
    }

    #[test]
    fn a_credential_is_given_once_for_each_connection() {
        let url = "https://git.example:8443/r.git";
        let login = login(url, Way::Safe);
        for _ in 0..2 {
            login.begin();
            assert!(login.answer(url, None, PASSWORD).is_ok());
            assert!(refused(&login, url).starts_with("the credentials are not accepted; set PLAT_SECRET_GIT_TOKEN"));
        }
    }

    #[test]
    fn a_credential_is_sent_neither_in_the_open_nor_to_another_host() {
        let url = "http://git.example/r.git";
        assert_eq!(refused(&login(url, Way::Open), url), "credentials are not sent over plain http; use https");
        let safe = login("https://git.example/r.git", Way::Safe);
        assert!(refused(&safe, "https://git.example.evil/r.git").starts_with("another host asks"));
        assert!(refused(&safe, "https://git.example@evil/r.git").starts_with("another host asks"));
    }

    #[test]
    fn a_password_is_no_key() {
        let login = login("https://git.example/r.git", Way::Safe);
        let error = login.answer("https://git.example/r.git", None, CredentialType::DEFAULT).err().unwrap();
        assert_eq!(error.message(), "the server takes no such credentials");
    }
}
