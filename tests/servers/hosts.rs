//! Who gets to know a credential.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use plat::store::{Store, StoreError};

use crate::scenario::{Trust, scenario};
use crate::slow::{plat, project};
use crate::{Way, open, repository};

/// A proxy that tells what it hears, and refuses all of it.
pub(crate) fn proxy() -> (u16, Receiver<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (hear, heard) = mpsc::channel();
    thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.unwrap();
            let mut buffer = [0; 4096];
            let count = client.read(&mut buffer).unwrap_or_default();
            let _ = hear.send(String::from_utf8_lossy(&buffer[..count]).into_owned());
            let _ = client.write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    (port, heard)
}

#[test]
fn what_stays_on_the_machine_goes_through_no_proxy() {
    scenario("hosts::what_stays_on_the_machine_goes_through_no_proxy", Trust::Known, |world| {
        repository(world, "r.git");
        let (port, heard) = proxy();
        let proxy = format!("http://proxy-user:planted-in-a-proxy@127.0.0.1:{port}");
        for (number, host) in ["localhost", "127.0.0.1"].into_iter().enumerate() {
            for (way, port) in [("http", world.http), ("https", world.https)] {
                let folder = world.folder.join(format!("project-{number}-{way}"));
                fs::create_dir(&folder).unwrap();
                project(&folder, &format!("{way}://{host}:{port}/r.git"));
                for variable in ["http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
                    let plan = plat(&folder).args(["plan", "--summary"]).env(variable, &proxy).output().unwrap();
                    let said = String::from_utf8_lossy(&plan.stderr);
                    assert!(plan.status.success(), "{variable} {way} {host}: {said}");
                }
            }
        }
        assert!(heard.try_recv().is_err());
        let folder = world.folder.join("elsewhere");
        fs::create_dir(&folder).unwrap();
        project(&folder, "https://git.example/r.git");
        let plan = plat(&folder).arg("plan").env("https_proxy", &proxy).output().unwrap();
        let said = String::from_utf8_lossy(&plan.stderr);
        assert!(!plan.status.success() && !said.contains("planted-in-a-proxy"), "{said}");
        assert!(heard.recv().unwrap().starts_with("CONNECT git.example:443"));
    });
}

/// What a plan says in each form.
fn told(folder: &std::path::Path) -> [String; 3] {
    let out = |arguments: &[&str]| {
        let output = plat(folder).args(arguments).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        // Files that move to another repository need a word.
        assert!(matches!(output.status.code(), Some(0 | 5)), "{said}{}", String::from_utf8_lossy(&output.stderr));
        said
    };
    let human = out(&["plan", "--report", "markdown=report.md"]);
    [human, fs::read_to_string(folder.join("report.md")).unwrap(), out(&["plan", "--format", "json"])]
}

#[test]
fn a_plan_says_to_which_new_host_a_credential_would_go() {
    scenario("hosts::a_plan_says_to_which_new_host_a_credential_would_go", Trust::Known, |world| {
        for name in ["r.git", "s.git"] {
            repository(world, name);
        }
        let folder = world.folder.join("project");
        fs::create_dir(&folder).unwrap();
        let (first, new) = (format!("127.0.0.1:{}", world.http), format!("localhost:{}", world.http));
        let said = |host: &str| format!("would send credential gitops to a new host: {host}");
        project(&folder, &format!("http://{first}/r.git"));
        assert!(told(&folder).iter().all(|text| text.contains(&said(&first))));
        assert!(plat(&folder).args(["apply", "--auto-approve"]).output().unwrap().status.success());
        assert!(told(&folder).iter().all(|text| !text.contains("would send credential")));
        let change = |from: &str, to: &str| {
            let file = folder.join("delivery.kdl");
            fs::write(&file, fs::read_to_string(&file).unwrap().replace(from, to)).unwrap();
        };
        change("r.git", "s.git");
        assert!(told(&folder).iter().all(|text| !text.contains("would send credential")));
        change(&first, &new);
        for text in told(&folder) {
            assert!(text.contains(&format!("{}; until now to {first}", said(&new))), "{text}");
        }
    });
}

#[test]
fn a_credential_that_is_bound_to_a_host_goes_to_no_other() {
    scenario("hosts::a_credential_that_is_bound_to_a_host_goes_to_no_other", Trust::Known, |world| {
        repository(world, "r.git");
        let folder = world.folder.join("project");
        fs::create_dir(&folder).unwrap();
        project(&folder, &Way::Http.url(world, "r.git"));
        let plan = |host: &str| plat(&folder).arg("plan").env("PLAT_SECRET_GITOPS_HOST", host).output().unwrap();
        assert!(plan(&format!("127.0.0.1:{}", world.http)).status.success());
        for host in [",", "github.com, git.example:8443"] {
            assert!(!plan(host).status.success(), "an empty name means no server");
        }
        let refused = plan("git.example");
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(
            !refused.status.success() && said.contains("PLAT_SECRET_GITOPS_HOST does not name 127.0.0.1"),
            "{said}"
        );
    });
}

#[test]
fn a_host_key_that_is_revoked_is_refused_and_an_authority_is_asked() {
    scenario("hosts::a_host_key_that_is_revoked_is_refused_and_an_authority_is_asked", Trust::Known, |world| {
        repository(world, "r.git");
        open(world, Way::Ssh, "r.git").observe(&[]).unwrap();
        let file = world.folder.join("home/.ssh/known_hosts");
        let known = fs::read_to_string(&file).unwrap();
        let key: Vec<&str> = known.trim().split(' ').collect();
        let (names, key) = (key[0], key[1..].join(" "));
        let refusal = |lines: &str| {
            fs::write(&file, lines).unwrap();
            match open(world, Way::Ssh, "r.git").observe(&[]) {
                Err(StoreError::Untrusted { reason, .. }) => reason,
                other => panic!("{other:?}"),
            }
        };
        for revoked in [names, "*"] {
            assert!(refusal(&format!("{known}@revoked {revoked} {key}\n")).contains("revoked"), "{revoked}");
        }
        for unknown in [format!("@cert-authority * {key}\n"), String::new()] {
            let reason = refusal(&unknown);
            assert!(reason.starts_with("Host key verification failed."), "{unknown}: {reason}");
        }
        let other = fs::read_to_string(world.folder.join("stranger.pub")).unwrap();
        let changed = refusal(&format!("{names} {other}"));
        assert!(changed.contains("REMOTE HOST IDENTIFICATION HAS CHANGED"), "{changed}");
        fs::write(&file, known).unwrap();
        open(world, Way::Ssh, "r.git").observe(&[]).unwrap();
    });
}
