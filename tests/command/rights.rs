//! The hook that the manual shows for the server of a shared catalog: whoever pushes writes their own part of it alone.
#![cfg(unix)]

use crate::project::{Outcome, Project};
use crate::store;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The hook, as the manual has it.
fn hook() -> String {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rights.md")).unwrap();
    let start = page.find("```sh\n#!/bin/sh\n").unwrap() + "```sh\n".len();
    page[start..=start + page[start..].find("\n```\n").unwrap()].to_owned()
}

/// What a run of somebody comes to.
fn run_as(who: &str, project: &Project, arguments: &[&str]) -> Outcome {
    Outcome::of(project.command(arguments.iter().copied()).env("REMOTE_USER", who))
}

/// A repository with the hook, and the teams that share it.
struct Shared {
    world: Project,
    catalog: PathBuf,
}

const RIGHTS: &str = "platform *\n\
    shop-ci shop-1 team/* blueprint/shop-* entity/shop-*/* promise/shop-* request/shop-*/* state-store/* destination/shop*\n\
    pay-ci pay-1 team/*\n";

impl Shared {
    fn new() -> Self {
        let world = Project::new();
        let catalog = world.outside("catalog.git");
        git2::Repository::init_bare(&catalog).unwrap();
        fs::create_dir_all(catalog.join("hooks")).unwrap();
        fs::write(catalog.join("hooks/pre-receive"), hook()).unwrap();
        fs::set_permissions(catalog.join("hooks/pre-receive"), fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(catalog.join("plat-rights"), RIGHTS).unwrap();
        let shared = Self { world, catalog };
        let platform = shared.project("platform", "team platform\n");
        run_as("platform", &platform, &["apply", "--auto-approve"]).code(0);
        shared
    }

    /// A project of a team.
    fn project(&self, name: &str, text: &str) -> Project {
        let url = self.catalog.display();
        let own =
            format!("project {name} {{\n    id {name}-1\n    catalog git create {{ url \"{url}\"; }}\n}}\n{text}");
        Project::new().file("plat.kdl", own)
    }

    fn files(&self) -> BTreeMap<String, String> {
        store::files(&self.catalog, "plat-catalog")
    }

    /// All but the journals, which say that something was refused.
    fn state(&self) -> BTreeMap<String, BTreeMap<String, String>> {
        let mut all = store::references(&self.catalog);
        all.retain(|name, _| !name.starts_with("refs/plat/catalog/runs/"));
        all
    }

    /// What a push by Git comes to, after somebody did something in a clone of the catalog.
    fn pushes(&self, who: &str, what: &str, push: &str) -> (bool, String) {
        let clone = tempfile::TempDir::new().unwrap();
        let script = format!(
            "git clone -q --branch plat-catalog '{}' c && cd c && git config user.name a && git config user.email a@b && {what} && git push -q origin {push}",
            self.catalog.display()
        );
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]).current_dir(clone.path()).env_clear().env("REMOTE_USER", who);
        shell.env("HOME", self.world.outside("home")).env("PATH", std::env::var_os("PATH").unwrap_or_default());
        let done = shell.output().unwrap();
        (done.status.success(), String::from_utf8_lossy(&done.stderr).into_owned())
    }
}

const APPLY: [&str; 2] = ["apply", "--auto-approve"];

/// All that a project of a team may be about.
const SHOP: &str = "team shop\nblueprint shop-service { property tier string; }\nentity shop-service cart { tier gold; }\n\
    state-store shop-store git create { url \".plat/stores/shop.git\"; branch main; }\n\
    destination shop { store shop-store; labels in=shop; }\n\
    promise shop-db {\n    api group=a.example.com version=v1 kind=Db { field size string; }\n    schedule in=shop\n    \
    workflow configure { resource v1 ConfigMap $name; }\n}\nrequest shop-db one { size small; }\n";

#[test]
fn a_team_applies_what_is_its_own() {
    let shared = Shared::new();
    let (shop, pay) = (shared.project("shop", SHOP), shared.project("pay", "team payments { title \"Pay\"; }\n"));
    run_as("shop-ci", &shop, &APPLY).code(0);
    run_as("pay-ci", &pay, &APPLY).code(0);
    run_as("shop-ci", &shop, &["plan"]).no_changes();
    shop.edit("plat.kdl", "team shop\n", "team shop-team\n");
    shop.edit("plat.kdl", "tier gold", "tier tin");
    run_as("shop-ci", &shop, &APPLY).code(0);
    run_as("shop-ci", &shop, &["destroy", "--auto-approve"]).code(0);
    run_as("pay-ci", &pay, &["plan"]).no_changes();
    assert!(shared.files().contains_key("objects/team/payments.json"));
}

#[test]
fn an_apply_of_what_is_others_is_refused_and_leaves_nothing_of_itself() {
    let shared = Shared::new();
    let (shop, pay) = (shared.project("shop", SHOP), shared.project("pay", "team payments { title \"Pay\"; }\n"));
    run_as("pay-ci", &pay, &APPLY).code(0);
    let before = shared.state();
    let taken = format!("{SHOP}team payments {{ title \"Ours\"; }}\nadopt team:payments from=pay-1\n");
    let taken = shared.project("shop", &taken);
    let refused = run_as("shop-ci", &taken, &APPLY).code(1);
    refused.complains(["plat: shop-ci may not write team/payments.json, which project pay-1 owns"]);
    assert!(shared.state() == before, "something of it was written");
    assert!(!taken.path(".plat/stores/shop.git/refs/heads/main").exists(), "its files were delivered");
    run_as("pay-ci", &pay, &["plan"]).no_changes();
    // Without what is others' all of it is applied, and what is no part of a team's rights is not.
    run_as("shop-ci", &shop, &APPLY).code(0);
    shop.edit("plat.kdl", "team shop\n", "team shop\nblueprint service\n");
    let before = shared.state();
    run_as("shop-ci", &shop, &APPLY).code(1).complains(["shop-ci may not write blueprint/service.json"]);
    assert!(shared.state() == before);
    shop.edit("plat.kdl", "blueprint service\n", "");
    // Whoever is nobody is told so before anything happens, and the platform's project may all of it.
    run_as("somebody", &shop, &["apply", "--auto-approve"]).code(0);
    shop.edit("plat.kdl", "tier gold", "tier tin");
    run_as("somebody", &shop, &APPLY).code(1).complains(["plat: somebody may not write for project shop-1"]);
    shop.edit(
        "plat.kdl",
        "team shop\n",
        "team shop\nteam payments { title \"Ours\"; }\nadopt team:payments from=pay-1\n",
    );
    run_as("platform", &shop, &APPLY).code(0);
}

#[test]
fn a_push_by_hand_is_held_to_the_same() {
    let shared = Shared::new();
    let (shop, pay) = (shared.project("shop", SHOP), shared.project("pay", "team payments { title \"Pay\"; }\n"));
    run_as("shop-ci", &shop, &APPLY).code(0);
    run_as("pay-ci", &pay, &APPLY).code(0);
    let commit = |change: &str| format!("{change} && git add -A && git commit -qm x");
    let title = commit("echo '{\"title\":\"x\"}' >objects/team/shop.json");
    assert!(shared.pushes("shop-ci", &title, "HEAD").0);
    let before = shared.state();
    let here = "HEAD";
    for (what, push, why) in [
        (commit("echo '{}' >objects/team/payments.json"), here, "write team/payments.json, which project pay-1 owns"),
        (commit("git rm -q objects/team/payments.json"), here, "write team/payments.json, which project pay-1 owns"),
        (commit("git mv objects/team/payments.json objects/team/x.json"), here, "write team/"),
        (
            commit("mkdir -p projects/shop-1/written/team && echo '{}' >projects/shop-1/written/team/payments.json"),
            here,
            "write team/payments.json, which project pay-1 owns",
        ),
        (commit("git rm -q -r projects/pay-1"), here, "write what project pay-1 keeps"),
        (commit("echo '{}' >catalog.json"), here, "write `catalog.json`"),
        (commit("mkdir -p objects/action && echo '{}' >objects/action/a.json"), here, "write action/a.json"),
        (commit("echo '{}' >'objects/team/a b.json'"), here, "write"),
        (commit("mkdir objects/team/ab && echo '{}' >objects/team/ab/payments.json"), here, "write team/payments.json"),
        (
            commit("mkdir objects/team/ab && git mv objects/team/payments.json objects/team/ab/"),
            here,
            "move team/payments.json",
        ),
        (
            commit("mkdir times/team/ab && git mv times/team/payments.json times/team/ab/"),
            here,
            "move team/payments.json",
        ),
        (commit("ln -s /etc/passwd objects/team/mine.json"), here, "write `objects/team/mine.json`"),
        ("git reset -q --hard HEAD^".to_owned(), "+HEAD", "take back what the catalog was"),
        ("true".to_owned(), ":plat-catalog", "delete the catalog"),
        ("true".to_owned(), "HEAD:refs/plat/catalog/lease/pay-1/plat-catalog/%2F", "write for project pay-1"),
    ] {
        let (done, said) = shared.pushes("shop-ci", &what, push);
        assert!(!done && said.contains(&format!("plat: shop-ci may not {why}")), "{what}: {said}");
        assert!(shared.state() == before, "{what}");
    }
    // What cannot be looked at is not let through.
    fs::remove_file(shared.catalog.join("plat-rights")).unwrap();
    assert!(!shared.pushes("shop-ci", &title.replace('x', "z"), here).0);
    fs::write(shared.catalog.join("plat-rights"), RIGHTS).unwrap();
    let looks = "git diff-tree -r";
    assert_eq!(hook().matches(looks).count(), 1);
    fs::write(shared.catalog.join("hooks/pre-receive"), hook().replace(looks, "git no-such-command")).unwrap();
    let (done, said) = shared.pushes("shop-ci", &title.replace('x', "z"), here);
    assert!(!done && said.contains("may not write what cannot be looked at"), "{said}");
    fs::write(shared.catalog.join("hooks/pre-receive"), hook()).unwrap();
    assert!(shared.state() == before);
    assert!(shared.pushes("shop-ci", "true", "HEAD:refs/heads/other").0, "other branches are others' matter");
}

#[test]
fn a_folder_that_comes_to_be_divided_is_nobodys_change() {
    let shared = Shared::new();
    let teams = |who: &str, count: usize| (0..count).map(|n| format!("team {who}-{n}\n")).collect::<String>();
    let (shop, pay) = (shared.project("shop", ""), shared.project("pay", &teams("pay", 990)));
    run_as("pay-ci", &pay, &APPLY).code(0);
    shop.write("teams.kdl", teams("shop", 30));
    run_as("shop-ci", &shop, &APPLY).code(0);
    let files = shared.files();
    assert!(!files.contains_key("objects/team/pay-1.json"), "the folder is not divided");
    shop.write("teams.kdl", teams("shop", 29));
    run_as("shop-ci", &shop, &APPLY).code(0);
    run_as("pay-ci", &pay, &["plan"]).no_changes();
    let elsewhere = "mkdir -p objects/team/00 && git mv objects/team/*/pay-1.json objects/team/00/ && git commit -qm x";
    let (done, said) = shared.pushes("shop-ci", elsewhere, "HEAD");
    assert!(!done && said.contains("may not move team/pay-1.json"), "{said}");
    shop.write("taken.kdl", "team pay-7\nadopt team:pay-7 from=pay-1\n");
    run_as("shop-ci", &shop, &APPLY).code(1).complains(["may not write team/pay-7.json, which project pay-1 owns"]);
}
