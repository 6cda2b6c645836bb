//! Git's protocol over HTTP and SSH, as a client: fetching what a cache has not, and moving references in one atomic push.
//!
//! In: an address, credentials, what is wanted. Out: where references are, or what came of a push, or a [`Failure`]. It is
//! the first version of the protocol, which every server speaks: the server says its references and capabilities, the
//! client one request, the server one answer. The objects are packed and unpacked by libgit2, which can neither push
//! atomically nor be told how long to wait.
//!
//! Promises: a server that says nothing ends in an error in bounded time, and an interrupt is heeded within seconds; a credential
//! is sent only to the host that was named, and not over plain HTTP; any bytes that a server sends are an error at worst, and
//! however many it sends, what is kept of them is bounded by a [`Limit`].

mod address;
mod advertisement;
mod bands;
mod failure;
mod fetch;
mod http;
mod limit;
mod pace;
mod pack;
mod packet;
mod patience;
mod push;
mod running;
mod ssh;

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use super::preferences::Preferences;
use crate::credentials::{Credential, Environment};
use crate::model::{Remote, Scheme};

pub(super) use failure::Failure;
pub(super) use fetch::{Fetch, History};
pub(super) use limit::Limit;
pub(super) use patience::Patience;
pub(super) use push::{Push, Pushed, Together};

use address::Address;
use http::{Base, Http};
use patience::Pulse;
pub(super) use ssh::KEY;
use ssh::{Program, Ssh};

/// The way to one repository on a server.
pub(super) struct Wire {
    route: Route,
    pub(super) patience: Patience,
}

/// How it is reached.
#[derive(Clone)]
enum Route {
    Http(Base),
    Ssh(ssh::Way),
}

worded! {
    /// What is asked of a server.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Service {
        Fetch = "git-upload-pack",
        Push = "git-receive-pack",
    }
}

/// What is sent after the server said what it has.
struct Request {
    lines: Vec<u8>,
    pack: Arc<[u8]>,
}

/// A conversation with a service of a repository.
trait Conversation {
    /// What the server says first.
    fn opening(&mut self) -> Result<Box<dyn Read + '_>, Failure>;

    /// Sends the request and gives what answers it.
    fn ask(&mut self, request: Request) -> Result<Box<dyn Read + '_>, Failure>;

    /// Ends the conversation where there is nothing to ask.
    fn leave(&mut self);

    /// Why the conversation ended before its end.
    fn broke_off(&mut self) -> Failure {
        Failure::HungUp
    }

    /// Counts the steps of what is done with an answer.
    fn pulse(&self) -> Pulse;
}

impl Wire {
    /// The way to a server, as the user has told Git of it. What a program has to read is put beside the `cache`. The error holds no
    /// part of the address.
    pub(super) fn new(
        remote: &Remote,
        (preferences, environment): (&Preferences, &Environment),
        cache: &Path,
        patience: Patience,
    ) -> Result<Self, String> {
        let route = match remote.scheme {
            Scheme::Https | Scheme::Http => {
                let way = preferences.http(remote, environment);
                Route::Http(Base::new(&remote.url(), way, &patience)?)
            }
            Scheme::Ssh => {
                let (address, program) = (Address::of(remote), Program::of(preferences, environment));
                Route::Ssh(ssh::Way { address, program, cache: cache.to_owned() })
            }
            Scheme::Postgres => return Err("a database is no repository".to_owned()),
        };
        Ok(Self { route, patience })
    }

    /// Asks where references are and fetches what is missing.
    pub(super) fn fetch(
        &self,
        credential: Option<&Credential>,
        fetch: &Arc<Fetch>,
    ) -> Result<(crate::adapter::git::host::Tips, History), Failure> {
        let fetch = fetch.clone();
        self.converse(Service::Fetch, credential, move |conversation| fetch.run(conversation))
    }

    /// Pushes.
    pub(super) fn push(&self, credential: Option<&Credential>, push: &Arc<Push>) -> Result<Pushed, Failure> {
        let push = push.clone();
        self.converse(Service::Push, credential, move |conversation| push.run(conversation))
    }

    fn converse<T: Send + 'static>(
        &self,
        service: Service,
        credential: Option<&Credential>,
        speak: impl FnOnce(&mut dyn Conversation) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (route, credential, patience) = (self.route.clone(), credential.cloned(), self.patience.clone());
        self.patience.wait(move |pulse: &Pulse| {
            let mut conversation: Box<dyn Conversation> = match route {
                Route::Http(base) => Box::new(Http::new(base, service, credential, (patience.idle, pulse))),
                Route::Ssh(way) => Box::new(Ssh::open(way, service, credential.as_ref(), (&patience, pulse))?),
            };
            match speak(&mut *conversation) {
                Err(Failure::HungUp) => Err(conversation.broke_off()),
                ended => ended,
            }
        })
    }
}
