use std::io::{BufReader, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use ssh2::{Channel, ErrorCode, MethodType, Session, Stream};

use super::address::Address;
use super::known_hosts::KnownHosts;
use super::pace::Paced;
use super::patience::{Beating, Patience, Pulse};
use super::{Conversation, Failure, Request, Service};
use crate::credentials::{Credential, Secret, SshKey};

/// So much is sent in one step.
const STEP: usize = 32 * 1024;

/// More than this of what a server says on its way out is not kept.
const LONGEST_COMPLAINT: u64 = 4096;

/// A conversation over SSH: a command on the server, whose input and output it is.
pub(super) struct Ssh {
    channel: Channel,
    output: BufReader<Beating<Stream>>,
    stretch: Duration,
    pulse: Pulse,
    _session: Session,
}

impl Ssh {
    /// Connects, makes sure who the server is, logs in and starts the service. A step that takes longer than one waits is an
    /// error.
    pub(super) fn open(
        address: &Address,
        service: Service,
        credential: Option<&Credential>,
        (patience, pulse): (&Patience, &Pulse),
    ) -> Result<Self, Failure> {
        let last = patience.last();
        let stream = connect(address, last)?;
        pulse.beat();
        let mut session = Session::new().map_err(broken)?;
        session.set_timeout(u32::try_from(last.as_millis()).unwrap_or(u32::MAX));
        session.set_tcp_stream(stream);
        let file = std::env::home_dir().unwrap_or_default().join(".ssh").join("known_hosts");
        let known = KnownHosts::read(&file, &session, &address.host, address.port);
        if let Some(kinds) = known.kinds() {
            session.method_pref(MethodType::HostKey, &kinds).map_err(broken)?;
        }
        session.handshake().map_err(broken)?;
        pulse.beat();
        known.verify(&session)?;
        log_in(&session, address, credential)?;
        pulse.beat();
        let mut channel = session.channel_session().map_err(broken)?;
        channel.exec(&address.command(service.word())).map_err(broken)?;
        pulse.beat();
        let output = BufReader::new(Beating(channel.stream(0), pulse.clone()));
        Ok(Self { channel, output, stretch: patience.idle, pulse: pulse.clone(), _session: session })
    }
}

impl Conversation for Ssh {
    fn opening(&mut self) -> Result<Box<dyn Read + '_>, Failure> {
        Ok(Box::new(Paced::new(&mut self.output, self.stretch)))
    }

    fn ask(&mut self, request: Request) -> Result<Box<dyn Read + '_>, Failure> {
        let mut input = Beating(&mut self.channel, self.pulse.clone());
        for part in [&*request.lines, &request.pack] {
            part.chunks(STEP).try_for_each(|step| input.write_all(step))?;
        }
        input.flush()?;
        Ok(Box::new(&mut self.output))
    }

    fn leave(&mut self) {
        // The server ends on its own where this does not reach it.
        let _ = self.channel.write_all(b"0000");
        let _ = self.channel.close();
    }

    fn complaint(&mut self) -> String {
        let mut said = Vec::new();
        // What was said before the connection broke is said.
        let _ = self.channel.stderr().take(LONGEST_COMPLAINT).read_to_end(&mut said);
        String::from_utf8_lossy(&said).into_owned()
    }

    fn pulse(&self) -> Pulse {
        self.pulse.clone()
    }
}

fn connect(address: &Address, last: Duration) -> Result<TcpStream, Failure> {
    let mut failure = Failure::Broken("its host has no address".to_owned());
    for address in (address.host.as_str(), address.port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, last) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => failure = error.into(),
        }
    }
    Err(failure)
}

fn log_in(session: &Session, address: &Address, credential: Option<&Credential>) -> Result<(), Failure> {
    let user = address.user.as_deref().or(credential.and_then(Credential::user)).unwrap_or("git");
    let logged = match credential {
        Some(Credential::Key { key, passphrase, .. }) => {
            let passphrase = passphrase.as_ref().map(Secret::expose);
            match key {
                SshKey::File(path) => session.userauth_pubkey_file(user, None, path, passphrase),
                SshKey::Text(text) => session.userauth_pubkey_memory(user, None, text.expose(), passphrase),
            }
        }
        Some(Credential::Agent { .. }) => ask_agent(session, user),
        Some(Credential::Basic { password, .. }) => session.userauth_password(user, password.expose()),
        None => return Err(Failure::Denied("there are no credentials".to_owned())),
    };
    match logged {
        Ok(()) => Ok(()),
        Err(error) if is_of_the_connection(&error) => Err(broken(error)),
        Err(error) => Err(Failure::Denied(error.message().to_owned())),
    }
}

/// Offers the keys of the agent one after the other.
fn ask_agent(session: &Session, user: &str) -> Result<(), ssh2::Error> {
    let mut agent = session.agent()?;
    agent.connect()?;
    agent.list_identities()?;
    let mut last = ssh2::Error::new(ErrorCode::Session(AUTHENTICATION_FAILED), "the agent has no key");
    for key in agent.identities()? {
        match agent.userauth(user, &key) {
            Ok(()) => return Ok(()),
            // Too many wrong keys make the server hang up; the first answer says more.
            Err(error) if is_of_the_connection(&error) => return Err(last),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// libssh2's number for a login that is refused.
const AUTHENTICATION_FAILED: i32 = -18;

/// libssh2's numbers for a connection that breaks: sending, the time, the end, receiving.
const CONNECTION: [i32; 4] = [-7, -9, -13, -43];

fn is_of_the_connection(error: &ssh2::Error) -> bool {
    matches!(error.code(), ErrorCode::Session(code) if CONNECTION.contains(&code))
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in for a closure of `map_err`")]
fn broken(error: ssh2::Error) -> Failure {
    Failure::Broken(error.message().to_owned())
}
