use std::io::{BufReader, Cursor, Read};
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use reqwest::blocking::{Body, Client, RequestBuilder, Response};
use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Certificate, NoProxy, Proxy, StatusCode, Url};

use super::failure::words;
use super::pace::Paced;
use super::patience::{Beating, Patience, Pulse};
use super::{Conversation, Failure, Request, Service};
use crate::adapter::git::preferences::HttpWay;
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
    way: HttpWay,
}

impl Base {
    /// The way to a repository. What is told to Git of proxies and authorities counts before what the environment says.
    pub(super) fn new(url: &str, way: HttpWay, patience: &Patience) -> Result<Self, String> {
        let url = Url::parse(url).map_err(|error| format!("its address cannot be: {error}"))?;
        provide();
        let client = Client::builder()
            .user_agent(AGENT)
            .redirect(Policy::none())
            .timeout(None)
            .connect_timeout(patience.last())
            .pool_idle_timeout(KEPT);
        let client = match &way.proxy {
            // What stays on the machine is for nobody else's eyes: credentials go there without TLS.
            _ if stays_here(&url) => client.no_proxy(),
            None => client,
            Some(proxy) if proxy.is_empty() => client.no_proxy(),
            Some(proxy) => client.proxy(proxied(proxy)?.no_proxy(NoProxy::from_env())),
        };
        let client = match &way.authorities {
            // Where there is no TLS, it does not matter whether the system knows an authority.
            _ if url.scheme() == "http" => client.tls_certs_only([]),
            None => client,
            Some(file) => client.tls_certs_only(certificates(file)?),
        };
        let client = client.build().map_err(|error| format!("there can be no TLS: {}", words(&error.without_url())))?;
        Ok(Self { client, url, way })
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
        let response = request.send().map_err(|error| self.unsent(error))?;
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

    /// A request that was not answered.
    fn unsent(&self, error: reqwest::Error) -> Failure {
        let mut text = words(&error.without_url());
        if !text.to_ascii_lowercase().contains("certificate") {
            return Failure::Broken(text);
        }
        if text.contains("CaUsedAsEndEntity") {
            text.push_str(
                " (it is the certificate of an authority: the server needs one that such an authority signed)",
            );
        }
        let HttpWay { authorities, is_lax, .. } = &self.base.way;
        text.push_str(&match authorities {
            Some(file) => format!("; the only authorities are those in {}, as Git is told", file.display()),
            None => "; name the file of your own authority's certificate in SSL_CERT_FILE".to_owned(),
        });
        if *is_lax {
            text.push_str("; that Git is told not to verify is not heeded");
        }
        Failure::Untrusted(text)
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

/// Says once which cryptography TLS is made of.
fn provide() {
    // Whoever was here before has said the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The proxy of an address that was told to Git, which takes one without a scheme for HTTP. The error has no part of it.
fn proxied(address: &str) -> Result<Proxy, String> {
    let address = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
    Proxy::all(address).map_err(|error| format!("`http.proxy` names no proxy: {}", words(&error.without_url())))
}

/// The certificates of authorities in a file.
fn certificates(file: &Path) -> Result<Vec<Certificate>, String> {
    let failed = |why: String| format!("the authorities' certificates of `http.sslCAInfo` cannot be read: {why}");
    let text = std::fs::read(file).map_err(|error| failed(format!("{}: {error}", file.display())))?;
    let all = Certificate::from_pem_bundle(&text).map_err(|error| failed(words(&error)))?;
    if all.is_empty() { Err(failed(format!("{} has none", file.display()))) } else { Ok(all) }
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
