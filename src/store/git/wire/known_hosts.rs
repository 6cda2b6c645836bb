use std::path::Path;

use ssh2::{CheckResult, KnownHostFileKind, Session};

use super::Failure;

/// The keys that a file in the form of OpenSSH has for one server.
pub(super) struct KnownHosts {
    lines: Vec<String>,
    host: String,
    port: u16,
}

impl KnownHosts {
    /// Reads the file; none is as good as an empty one. Lines that nobody understands, and those of other hosts, are left out.
    pub(super) fn read(file: &Path, session: &Session, host: &str, port: u16) -> Self {
        let text = std::fs::read(file).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let mut hosts = Self { lines: Vec::new(), host: host.to_owned(), port };
        // A key that no server has: a line that it does not match is one of this server all the same.
        let names_it = |line: &&str| matches!(hosts.check(line, session, &[0]), Some(CheckResult::Mismatch));
        hosts.lines = text.lines().filter(names_it).map(str::to_owned).collect();
        hosts
    }

    /// The kinds of keys there are, for the server to show one of them, as it may have several; nothing where there is no key.
    pub(super) fn kinds(&self) -> Option<String> {
        let kinds = self.lines.iter().filter_map(|line| line.split_whitespace().nth(1));
        let kinds: Vec<&str> = kinds.map(|kind| if kind == "ssh-rsa" { RSA } else { kind }).collect();
        (!kinds.is_empty()).then(|| kinds.join(","))
    }

    /// Refuses a key that is not among them.
    pub(super) fn verify(&self, session: &Session) -> Result<(), Failure> {
        let known = session.host_key().is_some_and(|(key, _)| {
            let is_it = |line: &String| matches!(self.check(line, session, key), Some(CheckResult::Match));
            self.lines.iter().any(is_it)
        });
        if known { Ok(()) } else { Err(Failure::Untrusted(UNKNOWN.to_owned())) }
    }

    fn check(&self, line: &str, session: &Session, key: &[u8]) -> Option<CheckResult> {
        let mut hosts = session.known_hosts().ok()?;
        hosts.read_str(line, KnownHostFileKind::OpenSSH).ok()?;
        Some(hosts.check_port(&self.host, self.port, key))
    }
}

/// How a key of this kind signs, the best first.
const RSA: &str = "rsa-sha2-512,rsa-sha2-256,ssh-rsa";

const UNKNOWN: &str = "its host key is not the one in ~/.ssh/known_hosts, or there is none; compare the key with what its owner \
                       publishes before you add it";

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0Jj9hd0CjD9F3LGEtCmUmgVtSjVxPrRm1ZTeq5DJ8K";
    const RSA_KEY: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7";

    fn kinds(text: &str, host: &str, port: u16) -> Option<String> {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("known_hosts");
        std::fs::write(&file, text).unwrap();
        KnownHosts::read(&file, &Session::new().unwrap(), host, port).kinds()
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
    }
}
