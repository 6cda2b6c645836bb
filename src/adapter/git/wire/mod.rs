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
mod host_names;
mod known_hosts;
mod limit;
mod pace;
mod pack;
mod packet;
mod patience;
mod push;
mod ssh;

use std::io::Read;
use std::sync::Arc;

use crate::credentials::Credential;
use crate::model::{Remote, Scheme};

pub(super) use failure::Failure;
pub(super) use fetch::{Fetch, History};
pub(super) use limit::Limit;
pub(super) use patience::Patience;
pub(super) use push::{Push, Pushed, Together};

use address::Address;
use http::{Base, Http};
use patience::Pulse;
use ssh::Ssh;

/// The way to one repository on a server.
pub(super) struct Wire {
    route: Route,
    pub(super) patience: Patience,
}

/// How it is reached.
#[derive(Clone)]
enum Route {
    Http(Base),
    Ssh(Address),
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

    /// What the server said beside it before it hung up.
    fn complaint(&mut self) -> String;

    /// Counts the steps of what is done with an answer.
    fn pulse(&self) -> Pulse;
}

impl Wire {
    /// The way to a server. The error holds no part of its address.
    pub(super) fn new(remote: &Remote, patience: Patience) -> Result<Self, String> {
        let route = match remote.scheme {
            Scheme::Https | Scheme::Http => Route::Http(Base::new(&remote.url(), &patience)?),
            Scheme::Ssh => Route::Ssh(Address::of(remote)),
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
                Route::Ssh(address) => Box::new(Ssh::open(&address, service, credential.as_ref(), (&patience, pulse))?),
            };
            match speak(&mut *conversation) {
                Err(Failure::HungUp) => match conversation.complaint() {
                    words if words.trim().is_empty() => Err(Failure::HungUp),
                    words => Err(Failure::said(&words)),
                },
                ended => ended,
            }
        })
    }
}
