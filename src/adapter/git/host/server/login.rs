use std::cell::{Cell, OnceCell};

use git2::Error;

use crate::adapter::git::host::origin::Origin;
use crate::adapter::git::host::words;
use crate::adapter::git::wire::Failure;
use crate::credentials::{Ask, Credential, Environment, Logins};
use crate::model::Remote;
use crate::store::StoreError;

/// Logging in to a server: finds the credential once, and says what is wrong with it.
pub(crate) struct Login {
    origin: Origin,
    remote: Remote,
    secret: String,
    credentials: Environment,
    logins: Logins,
    found: OnceCell<Option<Credential>>,
    asked: Cell<bool>,
}

impl Login {
    pub(crate) fn new(
        origin: Origin,
        remote: Remote,
        secret: String,
        (credentials, logins): (Environment, Logins),
    ) -> Self {
        Self { origin, remote, secret, credentials, logins, found: OnceCell::new(), asked: Cell::new(false) }
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Runs a conversation: with a key from the start, and with a password once the server asks for one.
    pub(crate) fn with<T>(
        &self,
        mut converse: impl FnMut(Option<&Credential>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let credential = if self.asked.get() || self.ask().wants_key() { Some(self.credential()?) } else { None };
        match converse(credential) {
            Err(Failure::Asked) if credential.is_none() => {
                self.asked.set(true);
                converse(Some(self.credential()?))
            }
            ended => ended,
        }
    }

    /// What the server said, without what we told it.
    pub(crate) fn redact(&self, text: &str) -> String {
        let secrets = self.found.get().into_iter().flatten().flat_map(Credential::secrets);
        secrets.fold(text.to_owned(), |text, secret| secret.redact(&text))
    }

    fn credential(&self) -> Result<&Credential, Failure> {
        let denied = |why: &str| Failure::Denied(why.to_owned());
        if self.remote.is_open() {
            return Err(denied("credentials are not sent over plain http"));
        }
        let found = self.found.get_or_init(|| self.credentials.find(&self.ask())).as_ref();
        match found.ok_or_else(|| denied("there are no credentials"))? {
            Credential::Key { .. } | Credential::Agent { .. } if !self.ask().wants_key() => {
                Err(denied("the server takes no such credentials"))
            }
            credential => Ok(credential),
        }
    }

    /// The error that a failure is while something was done.
    pub(crate) fn failed(&self, doing: &'static str, failure: Failure) -> StoreError {
        let (store, url) = (self.origin.store.clone(), self.origin.url.clone());
        let connection = |reason: String| StoreError::Connection {
            store: store.clone(),
            doing,
            url: url.clone(),
            reason: words::printable(&self.redact(&reason)),
        };
        match failure {
            Failure::Asked => self.denied("the credentials are not accepted"),
            Failure::Denied(why) => self.denied(&why),
            Failure::Missing => self.origin.missing(),
            Failure::Untrusted(reason) => StoreError::Untrusted { store, url, reason },
            Failure::HungUp => connection("the connection broke off".to_owned()),
            Failure::Silent(idle) => connection(format!("nothing was heard for {} s", idle.as_secs_f64())),
            Failure::Moved => connection("what it offers is gone when it is asked for, again and again".to_owned()),
            Failure::TooMuch(limit) => self.origin.too_much(limit),
            Failure::Unwritten(reason) => self.origin.unwritten(doing)(Error::from_str(&reason)),
            Failure::Unsound(reason) => connection(format!("what it sends does not fit together: {reason}")),
            Failure::Interrupted => StoreError::Interrupted { store, doing },
            Failure::Broken(reason) => connection(reason),
        }
    }

    fn denied(&self, why: &str) -> StoreError {
        let advice = if self.remote.is_open() { "use https".to_owned() } else { self.credentials.hint(&self.ask()) };
        let (store, url) = (self.origin.store.clone(), self.origin.url.clone());
        StoreError::Credentials { store, url, hint: format!("{}; {advice}", self.redact(why)) }
    }

    fn ask(&self) -> Ask<'_> {
        Ask { secret: &self.secret, remote: Some(&self.remote), logins: Some(&self.logins) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Location;

    fn login(url: &str) -> Login {
        let Ok(Location::Server(remote)) = Location::parse(url) else { panic!("{url}") };
        let origin = Origin { store: "state".to_owned(), url: url.to_owned(), disk: std::env::temp_dir() };
        let variables = [("PLAT_SECRET_GIT_TOKEN".to_owned(), "hunter22".to_owned())];
        Login::new(origin, remote, "git".to_owned(), (Environment::new(variables), Logins::default()))
    }

    /// A server that wants a password, and takes this one alone.
    fn server(accepted: &str) -> impl Fn(Option<&Credential>) -> Result<(), Failure> {
        move |credential| match credential {
            None => Err(Failure::Asked),
            Some(Credential::Basic { password, .. }) if password.expose() == accepted => Ok(()),
            Some(_) => Err(Failure::Denied("hunter22 is not accepted".to_owned())),
        }
    }

    /// The error that comes of a conversation.
    fn run(login: &Login, converse: impl Fn(Option<&Credential>) -> Result<(), Failure>) -> StoreError {
        login.failed("push", login.with(converse).unwrap_err())
    }

    #[test]
    fn a_password_is_sent_when_it_is_asked_for_and_then_at_once() {
        let login = login("https://git.example:8443/r.git");
        login.with(|credential| if credential.is_none() { Ok(()) } else { Err(Failure::Missing) }).unwrap();
        login.with(server("hunter22")).unwrap();
        login.with(|credential| if credential.is_some() { Ok(()) } else { Err(Failure::Missing) }).unwrap();
    }

    #[test]
    fn a_password_that_is_not_accepted_is_an_error_without_it() {
        let login = login("https://git.example/r.git");
        let error = run(&login, server("other"));
        let StoreError::Credentials { hint, .. } = &error else { panic!("{error:?}") };
        assert!(hint.starts_with("*** is not accepted; set PLAT_SECRET_GIT_TOKEN"), "{hint}");
        let broken = run(&login, |_| Err::<(), _>(Failure::Broken("got hunter22\u{1b}[31m".to_owned())));
        assert_eq!(broken.to_string(), "state: cannot push https://git.example/r.git: got ***");
    }

    #[test]
    fn a_password_is_not_sent_in_the_open() {
        let error = run(&login("http://git.example/r.git"), server("hunter22"));
        let StoreError::Credentials { hint, .. } = error else { panic!("another error") };
        assert_eq!(hint, "credentials are not sent over plain http; use https");
    }
}
