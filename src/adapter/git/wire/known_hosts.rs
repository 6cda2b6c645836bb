use std::path::Path;

use ssh2::{CheckResult, KnownHostFileKind, Session};

use super::{Failure, host_names};

/// The keys that a file in the form of OpenSSH has for one server.
pub(super) struct KnownHosts {
    lines: Vec<Line>,
}

/// A line about the server: what it says of a key.
struct Line {
    mark: Mark,
    kind: String,
    key: String,
}

/// What a line says of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// The server shows it.
    Host,
    /// Nobody may trust it any more: `@revoked`.
    Revoked,
    /// It signs the keys of servers: `@cert-authority`.
    Authority,
}

impl KnownHosts {
    /// Reads the file; none is as good as an empty one. Lines that nobody understands, and those of other hosts, are left out.
    pub(super) fn read(file: &Path, session: &Session, host: &str, port: u16) -> Self {
        let text = std::fs::read(file).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        Self { lines: text.lines().filter_map(|line| Line::read(line, session, (host, port))).collect() }
    }

    /// The kinds of keys there are, for the server to show one of them, as it may have several; nothing where there is no key.
    pub(super) fn kinds(&self) -> Option<String> {
        let kinds = self.of(Mark::Host).map(|line| line.kind.as_str());
        let kinds: Vec<&str> = kinds.map(|kind| if kind == "ssh-rsa" { RSA } else { kind }).collect();
        (!kinds.is_empty()).then(|| kinds.join(","))
    }

    /// Refuses a key that is not among them, or that is revoked.
    pub(super) fn verify(&self, session: &Session) -> Result<(), Failure> {
        let Some((key, _)) = session.host_key() else { return Err(untrusted(UNKNOWN)) };
        self.judge(session, key)
    }

    fn judge(&self, session: &Session, key: &[u8]) -> Result<(), Failure> {
        let has = |mark: Mark| self.of(mark).any(|line| line.is_of(session, key));
        match (has(Mark::Revoked), has(Mark::Host)) {
            (true, _) => Err(untrusted(REVOKED)),
            (false, true) => Ok(()),
            (false, false) if self.of(Mark::Authority).next().is_some() => Err(untrusted(AUTHORITY)),
            (false, false) => Err(untrusted(UNKNOWN)),
        }
    }

    fn of(&self, mark: Mark) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.mark == mark)
    }
}

impl Line {
    /// A line about a server; nothing for any other line.
    fn read(line: &str, session: &Session, (host, port): (&str, u16)) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let first = words.next().filter(|word| !word.starts_with('#'))?;
        let (mark, names) = match first {
            "@revoked" => (Mark::Revoked, words.next()?),
            "@cert-authority" => (Mark::Authority, words.next()?),
            word if word.starts_with('@') => return None,
            names => (Mark::Host, names),
        };
        let (kind, key) = (words.next()?.to_owned(), words.next()?.to_owned());
        let line = Self { mark, kind, key };
        let is_named = if names.starts_with('|') {
            // A key that no server has: a name that the line hides is the server's where the key is all that differs.
            matches!(line.check(session, names, (host, port), &[0]), Some(CheckResult::Mismatch))
        } else {
            host_names::are_of(names, host, port)
        };
        is_named.then_some(line)
    }

    /// Whether it is about this key.
    fn is_of(&self, session: &Session, key: &[u8]) -> bool {
        matches!(self.check(session, "host", ("host", 22), key), Some(CheckResult::Match))
    }

    fn check(&self, session: &Session, names: &str, (host, port): (&str, u16), key: &[u8]) -> Option<CheckResult> {
        let mut hosts = session.known_hosts().ok()?;
        hosts.read_str(&format!("{names} {} {}", self.kind, self.key), KnownHostFileKind::OpenSSH).ok()?;
        Some(hosts.check_port(host, port, key))
    }
}

fn untrusted(why: &str) -> Failure {
    Failure::Untrusted(why.to_owned())
}

/// How a key of this kind signs, the best first.
const RSA: &str = "rsa-sha2-512,rsa-sha2-256,ssh-rsa";

const UNKNOWN: &str = "its host key is not the one in ~/.ssh/known_hosts, or there is none; compare the key with what its owner \
                       publishes before you add it";

const REVOKED: &str = "its host key is revoked in ~/.ssh/known_hosts: whoever shows it may not be the server; ask its owner for \
                       the new key";

const AUTHORITY: &str = "~/.ssh/known_hosts has an authority for it and not its host key, and plat does not read certificates: \
                         add the key itself";

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;

    const ED25519: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0Jj9hd0CjD9F3LGEtCmUmgVtSjVxPrRm1ZTeq5DJ8K";
    const RSA_KEY: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7";

    fn read(text: &str, host: &str, port: u16) -> (KnownHosts, Session) {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("known_hosts");
        std::fs::write(&file, text).unwrap();
        let session = Session::new().unwrap();
        (KnownHosts::read(&file, &session, host, port), session)
    }

    fn kinds(text: &str, host: &str, port: u16) -> Option<String> {
        read(text, host, port).0.kinds()
    }

    /// What is said of the server that shows the key of `ED25519`.
    fn judged(text: &str, host: &str) -> Result<(), Failure> {
        let (hosts, session) = read(text, host, 22);
        let (_, key) = ED25519.split_once(' ').unwrap();
        hosts.judge(&session, &base64::engine::general_purpose::STANDARD.decode(key).unwrap())
    }

    #[test]
    fn the_lines_of_a_server_say_which_key_to_ask_for() {
        let text = format!(
            "# a remark\nnonsense\nother {RSA_KEY}\ngit.example,10.0.0.1 {ED25519}\n[git.example]:8022 {RSA_KEY}\n"
        );
        assert_eq!(kinds(&text, "git.example", 22).as_deref(), Some("ssh-ed25519"));
        assert_eq!(kinds(&text, "other", 22).as_deref(), Some(RSA));
        assert_eq!(kinds(&text, "git.example", 8022).as_deref(), Some("ssh-ed25519,rsa-sha2-512,rsa-sha2-256,ssh-rsa"));
        assert_eq!(kinds(&text, "nowhere", 22), None);
        assert_eq!(kinds("", "git.example", 22), None);
        assert_eq!(
            kinds(&format!("@revoked git.example {ED25519}\n@cert-authority * {ED25519}"), "git.example", 22),
            None
        );
    }

    #[test]
    fn a_key_is_trusted_where_a_line_of_its_server_has_it() {
        for names in ["git.example", "*.example", "a,git.example", HASHED] {
            assert_eq!(judged(&format!("{names} {ED25519} a comment\n"), "git.example"), Ok(()), "{names}");
        }
        for line in [
            format!("other {ED25519}"),
            format!("*.example,!git.example {ED25519}"),
            format!("git.example {RSA_KEY}"),
            format!("@unheard-of git.example {ED25519}"),
            format!("{HASHED_OTHER} {ED25519}"),
        ] {
            assert_eq!(judged(&line, "git.example"), Err(untrusted(UNKNOWN)), "{line}");
        }
    }

    /// `git.example` and `other.example`, as `ssh-keygen -H` hides them.
    const HASHED: &str = "|1|AAECAwQFBgcICQoLDA0ODxAREhM=|ofeWoBPxCZqYoYdPpknNO778Vcc=";
    const HASHED_OTHER: &str = "|1|AAECAwQFBgcICQoLDA0ODxAREhM=|P8bgQeODILYY3OTgSIVr03wmvxA=";

    #[test]
    fn a_revoked_key_is_refused_wherever_it_stands_else() {
        let known = format!("git.example {ED25519}\n");
        for names in ["git.example", "*", HASHED, "[git.example]:22"] {
            let revoked = format!("{known}@revoked {names} {ED25519}\n");
            assert_eq!(judged(&revoked, "git.example"), Err(untrusted(REVOKED)), "{names}");
        }
        assert_eq!(judged(&format!("@revoked git.example {RSA_KEY}\n{known}"), "git.example"), Ok(()));
        assert_eq!(judged(&format!("@revoked other {ED25519}\n{known}"), "git.example"), Ok(()));
    }

    #[test]
    fn an_authority_is_no_key_of_a_server() {
        let line = format!("@cert-authority *.example {ED25519}\n");
        assert_eq!(judged(&line, "git.example"), Err(untrusted(AUTHORITY)));
        assert_eq!(judged(&line, "elsewhere"), Err(untrusted(UNKNOWN)));
        assert_eq!(judged(&format!("{line}git.example {ED25519}"), "git.example"), Ok(()));
    }
}
