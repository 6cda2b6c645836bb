use std::io::{BufReader, Cursor, Read};
use std::net::IpAddr;
use std::time::Duration;

use reqwest::blocking::{Body, Client, RequestBuilder, Response};
use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{StatusCode, Url};

use super::failure::words;
use super::pace::Paced;
use super::patience::{Beating, Patience, Pulse};
use super::{Conversation, Failure, Request, Service};
use crate::credentials::Credential;

/// Hosts look at its start to tell Git from a browser.
const AGENT: &str = concat!("git/2.0 (plat ", env!("CARGO_PKG_VERSION"), ")");

/// How long a connection is kept for the next request.
const KEPT: Duration = Duration::from_secs(5);

/// How often a server may say that the repository is elsewhere on it.
const REDIRECTS: usize = 3;

/// A repository's address and the client that knows its server.
#[derive(Clone)]
pub(super) struct Base {
    client: Client,
    url: Url,
}

impl Base {
    pub(super) fn new(url: &str, patience: &Patience) -> Result<Self, String> {
        let url = Url::parse(url).map_err(|error| format!("its address cannot be: {error}"))?;
        let client = Client::builder()
            .user_agent(AGENT)
            .redirect(Policy::none())
            .timeout(None)
            .connect_timeout(patience.last())
            .pool_idle_timeout(KEPT);
        // What stays on the machine is for nobody else's eyes: credentials go there without TLS.
        let client = if stays_here(&url) { client.no_proxy() } else { client };
        let client = client.build().map_err(|error| format!("there can be no TLS: {}", words(&error.without_url())))?;
        Ok(Self { client, url })
    }

    /// An address below the repository's.
    fn below(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("{}/{path}", self.url.path().trim_end_matches('/')));
        url
    }
}

/// A conversation over HTTP: the opening is one request and the rest another.
pub(super) struct Http {
    base: Base,
    service: Service,
    credential: Option<Credential>,
    stretch: Duration,
    pulse: Pulse,
}

impl Http {
    /// A conversation that has not begun. What comes first has to get on in each stretch of time.
    pub(super) fn new(
        base: Base,
        service: Service,
        credential: Option<Credential>,
        (stretch, pulse): (Duration, &Pulse),
    ) -> Self {
        Self { base, service, credential, stretch, pulse: pulse.clone() }
    }

    /// Sends a request and takes the answer where it is a good one of this kind.
    fn send(&self, request: RequestBuilder, kind: &str) -> Result<Response, Failure> {
        let kind = format!("application/x-{}-{kind}", self.service.word());
        let request = request.header(ACCEPT, &kind);
        let request = match &self.credential {
            Some(Credential::Basic { user, password }) => request.basic_auth(user, Some(password.expose())),
            Some(Credential::Key { .. } | Credential::Agent { .. }) | None => request,
        };
        let response = request.send().map_err(unsent)?;
        self.pulse.beat();
        match response.status() {
            StatusCode::OK => {}
            status if status.is_redirection() => return Ok(response),
            StatusCode::UNAUTHORIZED if self.credential.is_none() => return Err(Failure::Asked),
            StatusCode::UNAUTHORIZED => return Err(Failure::Denied("the credentials are not accepted".to_owned())),
            StatusCode::FORBIDDEN => {
                return Err(Failure::Denied("they do not allow this, or none were sent (403 Forbidden)".to_owned()));
            }
            StatusCode::NOT_FOUND | StatusCode::GONE => return Err(Failure::Missing),
            status => return Err(Failure::Broken(format!("the server answers {status}"))),
        }
        let is_git = response.headers().get(CONTENT_TYPE).is_some_and(|given| given.as_bytes() == kind.as_bytes());
        if is_git { Ok(response) } else { Err(Failure::Broken("what answers is no Git server".to_owned())) }
    }

    /// Goes where a redirect points: only to another path of the same server, as credentials are for that one.
    fn follow(&mut self, response: &Response) -> Result<(), Failure> {
        let target = response.headers().get(LOCATION).and_then(|target| target.to_str().ok());
        let target = target.and_then(|target| response.url().join(target).ok());
        let elsewhere = || {
            Failure::Broken(
                "the server redirects to another address: `url` has to name the repository's own".to_owned(),
            )
        };
        let mut target = target.ok_or_else(elsewhere)?;
        let path = target.path().strip_suffix("/info/refs").ok_or_else(elsewhere)?.to_owned();
        if target.origin() != self.base.url.origin() {
            return Err(elsewhere());
        }
        target.set_path(&path);
        // Who logs in is nothing that a server says. An address with a host can be without both.
        let _ = (target.set_username(""), target.set_password(None));
        target.set_query(self.base.url.query());
        self.base.url = target;
        Ok(())
    }

    fn heard(&self, response: Response) -> Box<dyn Read> {
        Box::new(BufReader::new(Beating(response, self.pulse.clone())))
    }
}

impl Conversation for Http {
    fn opening(&mut self) -> Result<Box<dyn Read + '_>, Failure> {
        for _ in 0..=REDIRECTS {
            let mut url = self.base.below("info/refs");
            url.query_pairs_mut().append_pair("service", self.service.word());
            let response = self.send(self.base.client.get(url), "advertisement")?;
            if !response.status().is_redirection() {
                return Ok(Box::new(Paced::new(self.heard(response), self.stretch)));
            }
            self.follow(&response)?;
        }
        Err(Failure::Broken(format!("the server redirects more than {REDIRECTS} times")))
    }

    fn ask(&mut self, request: Request) -> Result<Box<dyn Read + '_>, Failure> {
        let length = request.lines.len() + request.pack.len();
        let body = Cursor::new(request.lines).chain(Cursor::new(request.pack));
        let body = Body::sized(Beating(body, self.pulse.clone()), length as u64);
        let kind = format!("application/x-{}-request", self.service.word());
        let post = self.base.client.post(self.base.below(self.service.word())).header(CONTENT_TYPE, kind).body(body);
        let response = self.send(post, "result")?;
        if response.status().is_redirection() {
            return Err(Failure::Broken("the server redirects in the middle".to_owned()));
        }
        Ok(self.heard(response))
    }

    fn leave(&mut self) {}

    fn complaint(&mut self) -> String {
        String::new()
    }

    fn pulse(&self) -> Pulse {
        self.pulse.clone()
    }
}

/// Whether an address is one of this machine.
fn stays_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).trim_end_matches('.');
    let is_here = |address: IpAddr| {
        let address = address.to_canonical();
        address.is_loopback() || address.is_unspecified()
    };
    host == "localhost" || host.ends_with(".localhost") || host.parse().is_ok_and(is_here)
}

/// A request that was not answered.
fn unsent(error: reqwest::Error) -> Failure {
    let text = words(&error.without_url());
    if text.to_ascii_lowercase().contains("certificate") { Failure::Untrusted(text) } else { Failure::Broken(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here(url: &str) -> bool {
        stays_here(&Url::parse(url).unwrap())
    }

    #[test]
    fn this_machine_has_several_names_and_nobody_else_has_one_of_them() {
        for url in [
            "http://localhost:1/a",
            "HTTP://LOCALHOST/a",
            "http://127.0.0.1/a",
            "http://127.1/a",
            "https://[::1]:8/a",
            "http://localhost./a",
            "http://[::ffff:127.0.0.1]/a",
        ] {
            assert!(here(url), "{url}");
        }
        for url in ["http://localhost.example/a", "http://127.0.0.1.example/a", "http://10.0.0.1/a", "http://[::2]/a"] {
            assert!(!here(url), "{url}");
        }
    }
}
