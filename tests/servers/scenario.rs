use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::process::{find, wait};
use crate::world::World;

/// The variable by which a test knows that it is the child, and where its world is.
const WORLD: &str = "PLAT_TEST_WORLD";

/// What the servers are made of.
const PROGRAMS: [&str; 8] = ["nginx", "fcgiwrap", "ssh", "sshd", "ssh-keygen", "ssh-agent", "openssl", "git"];

/// What the client knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// The servers' authority and host key.
    Known,
    /// These, and an SSH agent that has the right key.
    Agent,
    /// Nothing.
    Unknown,
}

/// What whoever runs the tests has told of servers.
const UNTOLD: [&str; 14] = [
    "ALL_PROXY",
    "GIT_CONFIG_GLOBAL",
    "GIT_SSH",
    "GIT_SSL_CAINFO",
    "GIT_SSL_NO_VERIFY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "SSH_ASKPASS",
    "SSH_ASKPASS_REQUIRE",
    "SSH_AUTH_SOCK",
    "SSL_CERT_DIR",
    "XDG_CONFIG_HOME",
    "http_proxy",
    "https_proxy",
];

/// Starts the servers, and runs the test of this name, which is the caller, again in a process where it knows them.
pub(crate) fn scenario(test: &str, trust: Trust, body: impl Fn(&World)) {
    if let Some(folder) = std::env::var_os(WORLD) {
        return body(&World::load(PathBuf::from(folder)));
    }
    let missing: Vec<_> = PROGRAMS.into_iter().filter(|program| find(program).is_none()).collect();
    if !missing.is_empty() {
        let notice = format!("NOT RUN: {test}: {} missing; .ci/install-servers.sh installs them", missing.join(", "));
        assert!(std::env::var_os("CI").is_none(), "{notice}");
        // Past the capture of the test's output: it has to be seen.
        std::io::Write::write_all(&mut std::io::stderr(), format!("\n{notice}\n").as_bytes()).unwrap();
        return;
    }
    let folder = tempfile::TempDir::new().unwrap();
    let (world, servers) = World::start(folder.path().to_owned());
    let agent = (trust == Trust::Agent).then(|| world.start_agent());
    let mut child = client(test, trust, &world).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let ended = wait(&mut child, Duration::from_mins(10));
    let _ = child.kill();
    let output = child.wait_with_output().unwrap();
    drop((servers, agent));
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let logs = world.logs();
    assert!(
        ended.is_some_and(|status| status.success()),
        "{ended:?}\n{}{}\n{logs}",
        said(&output.stdout),
        said(&output.stderr)
    );
    assert!(said(&output.stdout).contains("1 passed"), "there is no test {test}");
}

fn client(test: &str, trust: Trust, world: &World) -> Command {
    let mut client = Command::new(std::env::current_exe().unwrap());
    client.args([test, "--exact", "--nocapture", "--test-threads=1"]).env(WORLD, &world.folder);
    for variable in UNTOLD {
        client.env_remove(variable);
    }
    let (home, authority) = match trust {
        Trust::Known | Trust::Agent => ("home", "authority.crt"),
        Trust::Unknown => ("stranger-home", "other.crt"),
    };
    if trust == Trust::Agent {
        client.env("SSH_AUTH_SOCK", world.agent());
    }
    // `ssh` looks for a home where the system has it, and not where the variable says.
    let ssh = format!("ssh -F {}", world.folder.join(home).join(".ssh/config").display());
    client.env("HOME", world.folder.join(home)).env("SSL_CERT_FILE", world.folder.join(authority));
    client.env("GIT_SSH_COMMAND", ssh).env("GIT_CONFIG_NOSYSTEM", "1");
    client
}
