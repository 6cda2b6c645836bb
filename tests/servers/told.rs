//! What users have told Git of servers.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::hosts::proxy;
use crate::scenario::{Trust, scenario};
use crate::slow::{plat, project};
use crate::world::{PASSWORD, USER, World};
use crate::{Way, repository};

/// Writes the user's configuration of Git.
fn tell(world: &World, lines: &str) {
    fs::write(world.folder.join("home/.gitconfig"), lines).unwrap();
}

/// A project of a store at an address, in a folder of its own.
fn made(world: &World, name: &str, url: &str) -> std::path::PathBuf {
    let folder = world.folder.join(name);
    fs::create_dir(&folder).unwrap();
    project(&folder, url);
    folder
}

/// Runs the binary without credentials of its own.
fn bare(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = plat(folder);
    command.env_remove("PLAT_SECRET_GITOPS_USERNAME").env_remove("PLAT_SECRET_GITOPS_PASSWORD");
    command.args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_credential_helper_of_git_logs_in() {
    scenario("told::a_credential_helper_of_git_logs_in", Trust::Known, |world| {
        repository(world, "r.git");
        let folder = made(world, "project", &Way::Https.url(world, "r.git"));
        assert!(!bare(&folder, &["plan"]).status.success());
        let line = format!("!f() {{ test $1 = get && echo username={USER} && echo password={PASSWORD}; }}; f");
        tell(world, &format!("[credential \"https://127.0.0.1:{}\"]\n\thelper = \"{line}\"\n", world.https));
        let plan = bare(&folder, &["plan"]);
        assert!(plan.status.success(), "{}", said(&plan));
        tell(world, &format!("[credential \"https://other.example\"]\n\thelper = \"{line}\"\n"));
        assert!(!bare(&folder, &["plan"]).status.success(), "it is another server's");
        // One of Git's own, by its name.
        let file = world.folder.join("stored");
        fs::write(&file, format!("https://{USER}:{PASSWORD}@127.0.0.1%3a{}\n", world.https)).unwrap();
        tell(world, &format!("[credential]\n\thelper = store --file {}\n", file.display()));
        let plan = bare(&folder, &["plan"]);
        assert!(plan.status.success(), "{}", said(&plan));
    });
}

#[test]
fn an_address_leads_where_git_is_told_and_a_saved_plan_stays_there() {
    scenario("told::an_address_leads_where_git_is_told_and_a_saved_plan_stays_there", Trust::Known, |world| {
        for name in ["r.git", "other.git"] {
            repository(world, name);
        }
        let base = format!("127.0.0.1:{}", world.https);
        let led = |to: &str, from: &str| {
            format!("[url \"https://{USER}:{PASSWORD}@{base}/{to}\"]\n\tinsteadOf = https://git.example/{from}\n")
        };
        tell(world, &led("", ""));
        let folder = made(world, "project", "https://git.example/r.git");
        let plan = bare(&folder, &["plan", "--out", "saved"]);
        assert!(matches!(plan.status.code(), Some(0)), "{}", said(&plan));
        assert!(!said(&plan).contains(PASSWORD) && said(&plan).contains("git.example"), "{}", said(&plan));
        let saved = fs::read_to_string(folder.join("saved")).unwrap();
        assert!(saved.contains("led_to") && !saved.contains(PASSWORD), "{saved}");
        tell(world, &led("other.git", "r.git"));
        let refused = bare(&folder, &["apply", "saved"]);
        assert!(!refused.status.success() && said(&refused).contains("is not for this project"), "{}", said(&refused));
        tell(world, "");
        let refused = bare(&folder, &["apply", "saved"]);
        assert!(!refused.status.success() && said(&refused).contains("is not for this project"), "{}", said(&refused));
        tell(world, &led("", ""));
        let applied = bare(&folder, &["apply", "saved"]);
        assert!(applied.status.success(), "{}", said(&applied));
        assert!(
            git2::Repository::open(world.repositories().join("r.git"))
                .unwrap()
                .find_reference("refs/heads/main")
                .is_ok()
        );
        // What fails says where it went.
        tell(world, &led("nowhere.git", "r.git"));
        let lost = bare(&folder, &["plan"]);
        assert!(said(&lost).contains(&format!("https://git.example/r.git, by `insteadOf` https://{base}/nowhere.git")));
    });
}

#[test]
fn two_addresses_that_lead_to_one_place_are_one_place() {
    scenario("told::two_addresses_that_lead_to_one_place_are_one_place", Trust::Known, |world| {
        let folder = made(world, "project", "https://git.example/r.git");
        let file = folder.join("delivery.kdl");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, text + "\nstate-store second git { url \"https://mirror.example/r.git\"; }\n").unwrap();
        let check = bare(&folder, &["check"]);
        assert!(!said(&check).contains("is at the place of"), "{}", said(&check));
        tell(world, "[url \"https://git.example/\"]\n\tinsteadOf = https://mirror.example/\n");
        let check = bare(&folder, &["check"]);
        assert!(!check.status.success() && said(&check).contains("is at the place of"), "{}", said(&check));
    });
}

#[test]
fn a_proxy_that_git_is_told_counts_before_the_environment() {
    scenario("told::a_proxy_that_git_is_told_counts_before_the_environment", Trust::Known, |world| {
        let (port, heard) = proxy();
        let (other, unheard) = proxy();
        let folder = made(world, "project", "https://git.example/r.git");
        let plan = || {
            let mut plan = plat(&folder);
            said(&plan.arg("plan").env("https_proxy", format!("http://127.0.0.1:{other}")).output().unwrap())
        };
        let planted = "planted-in-a-proxy";
        tell(world, &format!("[http \"https://git.example\"]\n\tproxy = ann:{planted}@127.0.0.1:{port}\n"));
        let text = plan();
        assert!(!text.contains(planted), "{text}");
        let request = heard.recv().unwrap();
        assert!(request.starts_with("CONNECT git.example:443") && request.contains("asic "), "{request}");
        assert!(unheard.try_recv().is_err());
        tell(world, "[http]\n\tproxy = \"\"\n");
        plan();
        assert!(unheard.try_recv().is_err() && heard.try_recv().is_err());
        tell(world, "");
        plan();
        assert!(unheard.recv().unwrap().starts_with("CONNECT git.example:443"));
    });
}

#[test]
fn a_configuration_that_cannot_be_read_is_told() {
    scenario("told::a_configuration_that_cannot_be_read_is_told", Trust::Known, |world| {
        let folder = made(world, "project", &Way::Https.url(world, "r.git"));
        tell(world, "[broken\n");
        let plan = bare(&folder, &["plan"]);
        assert!(
            !plan.status.success() && said(&plan).contains("Git's configuration cannot be read"),
            "{}",
            said(&plan)
        );
    });
}
