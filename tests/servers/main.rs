//! Stores and catalogs against real servers: nginx with `git http-backend` over HTTP and TLS, sshd, and PostgreSQL.
//!
//! Each test starts its own servers on free ports of this machine and runs itself again as a child process, whose home and
//! certificates are the test's own. Where a server is missing a test says loudly that it did not run; it fails where the
//! variable `CI` is set. `.ci/install-servers.sh` installs them.

#![cfg(test)]
#![cfg(unix)]

mod authorities;
mod cache;
#[expect(unused, reason = "the tests of the crate make tests of the laws, and try what needs a hand in the catalog")]
#[path = "../../src/catalog/conformance/mod.rs"]
mod catalog_laws;
#[path = "../../src/store/conformance/mod.rs"]
mod conformance;
mod cut;
mod database;
mod hosts;
#[path = "../../src/adapter/git/laws.rs"]
mod laws;
mod lies;
mod modules;
mod postgres;
mod postgres_project;
mod process;
mod pushes;
mod scenario;
mod shared_catalog;
mod slow;
mod ssh;
mod told;
mod world;

use std::time::Duration;

// What the laws of catalogs speak of.
use plat::{catalog, model, object, source};

use plat::adapter::git::{Authorship, Config, Git, Place, WhenMissing};
use plat::credentials::Environment;
use plat::model::{Address, Holding, Kind, Lease, Leased, Lifecycle};
use plat::store::{
    ContentId, Draft, FileChange, FileState, Obstacle, ObstacleKind, Proposal, Receipt, Replaced, Store, StoreError,
};

use conformance::{FOLDER, draft};
use cut::{Cut, Failing};
use laws::{Repositories, Somebody, change};
use plat::wait::Wait;
use scenario::{Trust, scenario};
use world::{PASSWORD, USER, World};

/// The ways to a repository.
const WAYS: [Way; 3] = [Way::Http, Way::Https, Way::Ssh];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Http,
    Https,
    Ssh,
}

impl Way {
    fn url(self, world: &World, repository: &str) -> String {
        self.url_at(world, self.port(world), repository)
    }

    fn url_at(self, world: &World, port: u16, repository: &str) -> String {
        match self {
            Self::Http => format!("http://127.0.0.1:{port}/{repository}"),
            Self::Https => format!("https://127.0.0.1:{port}/{repository}"),
            Self::Ssh => world.ssh_url(port, repository),
        }
    }

    fn port(self, world: &World) -> u16 {
        match self {
            Self::Http => world.http,
            Self::Https => world.https,
            Self::Ssh => world.ssh,
        }
    }
}

/// A store of the project `demo`, in a cache of its own for each address.
fn config(world: &World, url: String, project: &str) -> Config {
    let cache: String = url.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    let place = Place {
        name: "state".to_owned(),
        url,
        root: world.folder.clone(),
        branch: laws::BRANCH.to_owned(),
        path: FOLDER.to_owned(),
        missing: WhenMissing::Fail,
        cache: world.folder.join("cache").join(cache),
        secret: "git".to_owned(),
        wait: Wait::default(),
        patience: Duration::from_mins(1),
    };
    Config { project: project.to_owned(), owner: project.to_owned(), place, authorship: Authorship::default() }
}

/// The same with another place.
fn with(config: Config, change: impl FnOnce(&mut Place)) -> Config {
    let mut config = config;
    change(&mut config.place);
    config
}

/// Names and values.
type Variables<'a> = &'a [(&'a str, &'a str)];

fn environment(variables: Variables<'_>) -> Environment {
    let ssh = std::env::var("GIT_SSH_COMMAND").unwrap();
    let variables = [("GIT_SSH_COMMAND", &*ssh)].into_iter().chain(variables.iter().copied());
    Environment::new(variables.map(|(name, value)| (name.to_owned(), value.to_owned())))
}

/// The right credentials for all ways.
fn right(world: &World) -> Environment {
    let key = world.folder.join("client").to_str().unwrap().to_owned();
    environment(&[
        ("PLAT_SECRET_GIT_USERNAME", USER),
        ("PLAT_SECRET_GIT_PASSWORD", PASSWORD),
        ("PLAT_SECRET_GIT_SSH_KEY", &key),
    ])
}

fn open(world: &World, way: Way, repository: &str) -> Git {
    Git::open(config(world, way.url(world, repository), "demo"), right(world)).unwrap()
}

/// An empty repository on the server, and somebody else who works there.
fn repository(world: &World, name: &str) -> Somebody {
    let folder = world.repositories().join(name);
    laws::bare(&folder);
    Somebody::at(folder)
}

fn conforms(world: &World, way: Way) {
    let open = |repository: &str, project: &str| -> Box<dyn Store> {
        Box::new(Git::open(config(world, way.url(world, repository), project), right(world)).unwrap())
    };
    laws::run(&Repositories { folder: &world.repositories(), open: &open });
}

#[test]
fn a_store_over_http_conforms() {
    scenario("a_store_over_http_conforms", Trust::Known, |world| conforms(world, Way::Http));
}

#[test]
fn a_store_over_https_conforms() {
    scenario("a_store_over_https_conforms", Trust::Known, |world| conforms(world, Way::Https));
}

#[test]
fn a_store_over_ssh_conforms() {
    scenario("a_store_over_ssh_conforms", Trust::Known, |world| conforms(world, Way::Ssh));
}

#[test]
fn somebody_elses_push_in_between_costs_a_second_push() {
    scenario("somebody_elses_push_in_between_costs_a_second_push", Trust::Known, |world| {
        for way in WAYS {
            let name = format!("{way:?}.git");
            let somebody = repository(world, &name);
            let mut store = open(world, way, &name);
            let first = store.deliver(&draft([change("f", None, Some("1"))])).unwrap();
            assert_eq!(first.attempts, 1, "{way:?}");
            somebody.commits(&[("theirs", Some("x"))]);
            let receipt: Receipt = store.deliver(&draft([change("f", Some("1"), Some("2"))])).unwrap();
            assert_eq!((receipt.attempts, receipt.changed), (2, 1), "{way:?}");
            assert_eq!((somebody.log().len(), somebody.sees().len()), (3, 2), "{way:?}");
        }
    });
}

#[test]
fn wrong_credentials_are_an_error_that_names_the_variables() {
    scenario("wrong_credentials_are_an_error_that_names_the_variables", Trust::Known, |world| {
        repository(world, "r.git");
        let other_key = world.folder.join("stranger").to_str().unwrap().to_owned();
        let wrong = [("PLAT_SECRET_GIT_USERNAME", USER), ("PLAT_SECRET_GIT_PASSWORD", "hunter22")];
        let cases: [(Way, Variables<'_>, &str); 7] = [
            (Way::Https, &wrong, "PLAT_SECRET_GIT_TOKEN"),
            (Way::Https, &[], "PLAT_SECRET_GIT_USERNAME"),
            (Way::Https, &[("PLAT_CREDENTIAL_COMMAND", "exit 1")], "PLAT_CREDENTIAL_COMMAND"),
            (Way::Http, &wrong, "PLAT_SECRET_GIT_PASSWORD"),
            (Way::Ssh, &[("PLAT_SECRET_GIT_SSH_KEY", &other_key)], "PLAT_SECRET_GIT_SSH_KEY"),
            (Way::Ssh, &[("PLAT_SECRET_GIT_SSH_KEY", "/no/such/key")], "PLAT_SECRET_GIT_SSH_KEY"),
            (Way::Ssh, &[], "SSH agent"),
        ];
        for (way, variables, hint) in cases {
            let config = config(world, way.url(world, "r.git"), "demo");
            let error = Git::open(config, environment(variables)).unwrap().observe(&[]).unwrap_err();
            assert!(matches!(error, StoreError::Credentials { .. }), "{way:?} {variables:?}: {error:?}");
            let text = format!("{error} {error:?}");
            assert!(text.contains(hint) && !text.contains("hunter2"), "{text}");
        }
    });
}

#[test]
fn a_key_is_taken_as_a_text_and_a_password_from_a_command() {
    scenario("a_key_is_taken_as_a_text_and_a_password_from_a_command", Trust::Known, |world| {
        repository(world, "r.git");
        let key = std::fs::read_to_string(world.folder.join("client")).unwrap();
        let command =
            format!("grep -q '^host=127.0.0.1:{}$' && echo username={USER} && echo password={PASSWORD}", world.https);
        let cases: [(Way, Variables<'_>); 2] =
            [(Way::Ssh, &[("PLAT_SECRET_GIT_SSH_KEY", &key)]), (Way::Https, &[("PLAT_CREDENTIAL_COMMAND", &command)])];
        for (way, variables) in cases {
            let config = config(world, way.url(world, "r.git"), "demo");
            Git::open(config, environment(variables)).unwrap().observe(&[]).unwrap();
        }
    });
}

#[test]
fn an_ssh_agent_logs_in_where_no_key_is_given() {
    scenario("an_ssh_agent_logs_in_where_no_key_is_given", Trust::Agent, |world| {
        repository(world, "r.git");
        let config = config(world, Way::Ssh.url(world, "r.git"), "demo");
        let mut store = Git::open(config, environment(&[])).unwrap();
        assert_eq!(store.deliver(&draft([change("f", None, Some("1"))])).unwrap().changed, 1);
    });
}

#[test]
fn a_hook_that_refuses_is_an_error_with_its_words() {
    scenario("a_hook_that_refuses_is_an_error_with_its_words", Trust::Known, |world| {
        for way in WAYS {
            let name = format!("{way:?}.git");
            let somebody = repository(world, &name);
            let hook = format!("printf '\\033[31mno manifests on Fridays\\033[0m, {PASSWORD}\\n' >&2; exit 1");
            world.hook(&name, "pre-receive", &hook);
            let mut store = open(world, way, &name);
            let error = store.deliver(&draft([change("f", None, Some("1"))])).unwrap_err();
            let StoreError::Refused { destination, reason, .. } = error else { panic!("{way:?}: {error:?}") };
            assert_eq!(destination, "refs/heads/main");
            let said = if way == Way::Ssh { PASSWORD } else { "***" };
            assert_eq!(reason, format!("pre-receive hook declined: no manifests on Fridays, {said}"));
            assert!(somebody.log().is_empty());
            assert!(store.observe(&["f"]).unwrap().files["f"].owned.is_none());
        }
    });
}

/// A project that delivers one file to a repository by ssh.
fn project(world: &World, url: &str) -> std::path::PathBuf {
    let folder = world.folder.join("project");
    std::fs::create_dir_all(&folder).unwrap();
    let text = format!(
        "project demo\nstate-store git git {{ url \"{url}\"; auth ssh secret=git; }}\ndestination main {{ store git; }}\n\
         promise app {{ api group=example.com version=v1 kind=App {{ field size integer default=1; }}; \
         workflow configure {{ resource v1 ConfigMap $name {{ data size=\"${{spec.size}}\"; }}; }}; }}\nrequest app web\n"
    );
    std::fs::write(folder.join("plat.kdl"), text).unwrap();
    folder
}

#[test]
fn what_a_server_says_of_a_secret_is_told_by_nobody() {
    const SAID: &str = "planted-on-a-server-5e2d";
    scenario("what_a_server_says_of_a_secret_is_told_by_nobody", Trust::Known, |world| {
        repository(world, "telling.git");
        let folder = project(world, &Way::Ssh.url(world, "telling.git"));
        let apply = |format: &str| {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_plat"));
            command.args(["apply", "--auto-approve", "--format", format]).current_dir(&folder);
            command.env("PLAT_SECRET_GIT_SSH_KEY", world.folder.join("client")).env("PLAT_SECRET_OTHER_TOKEN", SAID);
            let output = command.output().unwrap();
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            (output.status.code(), text(&output.stdout), text(&output.stderr))
        };
        for hook in [format!("echo no, {SAID} >&2; exit 1"), format!("echo no, {SAID} | base64 >&2; exit 1")] {
            world.hook("telling.git", "pre-receive", &hook);
            for format in ["human", "json", "github"] {
                let (code, out, err) = apply(format);
                assert_eq!(code, Some(1), "{out}{err}");
                assert!(!out.contains(SAID) && !err.contains(SAID) && !err.contains("cGxhbnRlZC1vbi"), "{out}{err}");
                assert!(err.contains("standard error would hold the secret `PLAT_SECRET_OTHER_TOKEN`"), "{err}");
            }
        }
        world.hook("telling.git", "pre-receive", "exit 0");
        assert_eq!(apply("human").0, Some(0));
    });
}

/// Moves the branch between the server's check and its update, until the file that counts has so many lines.
fn overtaker(times: u32) -> String {
    format!(
        "[ \"$1\" = refs/heads/main ] || exit 0\n\
         echo x >> tries; [ $(wc -l < tries) -gt {times} ] && exit 0\n\
         export GIT_AUTHOR_NAME=o GIT_AUTHOR_EMAIL=o@o GIT_COMMITTER_NAME=o GIT_COMMITTER_EMAIL=o@o\n\
         tip=$(git rev-parse refs/heads/main)\n\
         git update-ref refs/heads/main $(git commit-tree -p $tip -m overtaken $tip^{{tree}})"
    )
}

#[test]
fn a_branch_that_moves_during_a_push_is_tried_again_for_a_bounded_time() {
    scenario("a_branch_that_moves_during_a_push_is_tried_again_for_a_bounded_time", Trust::Known, |world| {
        for (name, times) in [("twice.git", 2), ("always.git", 1000)] {
            let somebody = repository(world, name);
            somebody.commits(&[("theirs", Some("x"))]);
            world.hook(name, "update", &overtaker(times));
            let result = open(world, Way::Http, name).deliver(&draft([change("f", None, Some("1"))]));
            match result {
                Ok(receipt) => assert_eq!((receipt.attempts, times, somebody.log().len()), (3, 2, 4)),
                Err(StoreError::Busy { tries, .. }) => assert!(tries >= 8 && times == 1000, "{tries} {times}"),
                Err(error) => panic!("{error:?}"),
            }
        }
    });
}

#[test]
fn a_server_that_dies_during_a_push_is_an_error_and_the_next_run_works() {
    scenario("a_server_that_dies_during_a_push_is_an_error_and_the_next_run_works", Trust::Known, |world| {
        for way in [Way::Http, Way::Ssh] {
            let name = format!("{way:?}.git");
            let somebody = repository(world, &name);
            let large = noise(400_000);
            let wanted = draft([change("f", None, Some(&large))]);
            let cut = Cut::after(100_000, way.port(world), Failing::Breaks);
            let url = way.url_at(world, cut.port, &name);
            world.know_host(cut.port);
            let error = Git::open(config(world, url, "demo"), right(world)).unwrap().deliver(&wanted).unwrap_err();
            assert!(matches!(error, StoreError::Connection { doing: "push to", .. }), "{way:?}: {error:?}");
            assert!(somebody.log().is_empty());
            assert_eq!(open(world, way, &name).deliver(&wanted).unwrap().changed, 1);
            assert_eq!(somebody.log().len(), 1);
        }
    });
}

/// So many letters that cannot be packed much smaller.
fn noise(length: usize) -> String {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let letters = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b'!' + u8::try_from(state % 90).unwrap())
    });
    letters.take(length).collect()
}

#[test]
fn a_repository_that_a_server_does_not_have_is_missing() {
    scenario("a_repository_that_a_server_does_not_have_is_missing", Trust::Known, |world| {
        for way in WAYS {
            let error = open(world, way, "nowhere.git").observe(&[]).unwrap_err();
            assert!(matches!(error, StoreError::Missing { .. }), "{way:?}: {error:?}");
        }
    });
}

#[test]
fn a_server_that_nobody_vouches_for_is_not_talked_to() {
    scenario("a_server_that_nobody_vouches_for_is_not_talked_to", Trust::Unknown, |world| {
        repository(world, "r.git");
        for (way, advice) in [(Way::Https, "SSL_CERT_FILE"), (Way::Ssh, "known_hosts")] {
            let error = open(world, way, "r.git").observe(&[]).unwrap_err();
            assert!(
                matches!(&error, StoreError::Untrusted { reason, .. } if reason.contains(advice)),
                "{way:?}: {error:?}"
            );
        }
    });
}

#[test]
fn a_server_that_does_not_listen_is_an_error() {
    scenario("a_server_that_does_not_listen_is_an_error", Trust::Known, |world| {
        let config = config(world, format!("https://127.0.0.1:{}/r.git", process::free_port()), "demo");
        let error = Git::open(config, right(world)).unwrap().observe(&[]).unwrap_err();
        assert!(matches!(error, StoreError::Connection { doing: "fetch from", .. }), "{error:?}");
    });
}

#[test]
fn a_cache_that_is_lost_or_old_is_made_good() {
    scenario("a_cache_that_is_lost_or_old_is_made_good", Trust::Known, |world| {
        let somebody = repository(world, "r.git");
        let mut store = open(world, Way::Http, "r.git");
        store.deliver(&draft([change("f", None, Some("1"))])).unwrap();
        somebody.commits(&[("clusters/prod/g", Some("2"))]);
        let mut later = open(world, Way::Http, "r.git");
        assert_eq!(later.observe(&["g"]).unwrap().files["g"].live, Some(laws::id("2")));
        let server = git2::Repository::open_bare(world.repositories().join("r.git")).unwrap();
        let other = server.find_reference("refs/heads/main").unwrap().peel_to_commit().unwrap();
        let other = server.commit(
            Some("refs/heads/other"),
            &other.author(),
            &other.author(),
            "other",
            &other.tree().unwrap(),
            &[&other],
        );
        std::fs::remove_dir_all(world.folder.join("cache")).unwrap();
        let mut fresh = open(world, Way::Http, "r.git");
        assert_eq!(fresh.observe(&["f"]).unwrap().files["f"].owned, Some(laws::id("1")));
        assert_eq!(fresh.read("f").unwrap(), Some(b"1".to_vec()));
        let cache =
            git2::Repository::open_bare(config(world, Way::Http.url(world, "r.git"), "demo").place.cache).unwrap();
        assert!(cache.find_commit(other.unwrap()).is_err(), "another branch was fetched");
    });
}

#[test]
fn a_branch_that_was_set_back_is_not_brought_forward_again() {
    scenario("a_branch_that_was_set_back_is_not_brought_forward_again", Trust::Known, |world| {
        let somebody = repository(world, "r.git");
        let first = somebody.commits(&[("a", Some("1"))]);
        somebody.commits(&[("secret", Some("oops"))]);
        let mut store = open(world, Way::Http, "r.git");
        store.observe(&[]).unwrap();
        let server = git2::Repository::open_bare(world.repositories().join("r.git")).unwrap();
        server.reference("refs/heads/main", first, true, "set back").unwrap();
        store.deliver(&draft([change("f", None, Some("1"))])).unwrap();
        let paths: Vec<_> = somebody.sees().into_iter().map(|file| file.path).collect();
        assert_eq!(paths, ["a", "clusters/prod/f"]);
    });
}
