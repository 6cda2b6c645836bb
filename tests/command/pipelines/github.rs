//! The workflow of GitHub, run by `act`.

use super::{Forge, are_there, find, ours, stand_in};
use crate::project::Outcome;
use serde_json::{Value, json};
use std::fs;

const SECRET: &str = "hunter2-of-the-gitops";
const WORKFLOW: &str = "examples/ci/github/.github/workflows/plat.yml";

/// The repository on GitHub, where `act` and what the stand-ins need are there.
fn forge() -> Option<Forge> {
    are_there(&["act", "bash", "git", "jq"]).then(|| Forge::new("github"))
}

/// The actions that the workflow uses, each with its reference.
fn actions() -> Vec<String> {
    let text = fs::read_to_string(ours(WORKFLOW)).unwrap();
    let mut actions: Vec<String> = text
        .lines()
        .filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: "))
        .map(|action| action.split(' ').next().unwrap().to_owned())
        .collect();
    actions.sort_unstable();
    actions.dedup();
    actions
}

impl Forge {
    /// A run of the workflow for an event: what its steps print, and beside it what `act` tells of them.
    fn act(&self, event: &str, payload: &Value) -> Outcome {
        let file = self.project.outside("event.json");
        fs::write(&file, payload.to_string()).unwrap();
        let mut command = self.command(&find("act").unwrap());
        command.args([event, "--eventpath", file.to_str().unwrap()]);
        command.args(["--pull=false", "--no-cache-server", "--no-skip-checkout"]);
        command.args(["-P", "self-hosted=-self-hosted", "-P", "platform=-self-hosted"]);
        command.args(["--secret", "GITHUB_TOKEN=token-of-the-run", "--secret", &format!("GITOPS_TOKEN={SECRET}")]);
        for action in actions() {
            let name = action.split(['/', '@']).nth(1).unwrap();
            command.arg(format!("--local-repository={action}={}", stand_in(name).display()));
        }
        let path = [stand_in("shell")].into_iter().chain(std::env::split_paths(&self.path())).collect::<Vec<_>>();
        command.env("PATH", std::env::join_paths(path).unwrap()).env("FORGE_SHELL", find("bash").unwrap());
        let _ = fs::remove_file(self.file("printed"));
        let told = Outcome::of(&mut command);
        let printed = fs::read_to_string(self.file("printed")).unwrap_or_default();
        Outcome { code: told.code, out: printed, err: told.out + &told.err }
    }

    /// A run for the pull request 7 from a repository.
    fn pull_request_from(&self, repository: &str) -> Outcome {
        let head = json!({ "ref": "change", "sha": self.head(), "repo": { "full_name": repository } });
        self.act("pull_request", &json!({ "pull_request": { "number": 7, "head": head, "base": { "ref": "main" } } }))
    }

    /// A run for the pull request 7, which GitHub lists where it succeeded.
    fn pull_request(&self) -> Outcome {
        let outcome = self.pull_request_from("company/platform");
        if outcome.code == Some(0) {
            let mut runs = self.list("runs.json");
            runs.insert(0, json!({ "headSha": self.head(), "databaseId": 1 }));
            self.says("runs.json", &Value::Array(runs));
        }
        outcome
    }

    fn push(&self) -> Outcome {
        self.act("push", &json!({ "ref": "refs/heads/main" }))
    }

    fn by_hand(&self) -> Outcome {
        self.act("workflow_dispatch", &json!({ "ref": "refs/heads/main" }))
    }
}

#[test]
fn github_applies_the_very_plan_that_it_showed() {
    let Some(forge) = forge() else { return };
    // Somebody who quotes a plan is answered, and not overwritten.
    forge.says("comments.json", &json!([{ "id": 1, "user": { "type": "User" }, "body": "<!-- plat:plan" }]));
    forge.by_hand().code(0).says(["Applied 31 objects", "No changes. 38 objects and files match."]).never_says(SECRET);
    forge.change();
    forge.pull_request().code(0).says(["::notice "]).complains(["Job succeeded"]).never_says(SECRET);
    let first = forge.comment();
    assert!(first.starts_with("<!-- plat:plan project=company -->\n### plan of `company`: update 2\n"), "{first}");
    assert_eq!(forge.applies().len(), 1, "a plan writes nothing");
    // One more commit: the same comment tells the new plan.
    forge.project.edit("delivery/requests.kdl", "version \"16\"", "version \"17\"");
    let head = forge.commit("A newer database");
    forge.pull_request().code(0);
    let second = forge.comment();
    assert!(second.contains("### plan of `company`: update 4\n"), "{second}");
    assert!(forge.file(&format!("artifacts/1/plat-plan-{head}/plan.json")).is_file());
    forge.merge();
    forge.push().code(0).says(["Applied 2 objects", "No changes. 38 objects and files match."]).never_says(SECRET);
    forge.applied_what_is_shown();
    assert_eq!(forge.size().as_deref(), Some("large"));
}

#[test]
fn github_shows_what_is_wrong_and_keeps_no_plan_of_it() {
    let Some(forge) = forge() else { return };
    forge.by_hand().code(0);
    forge.change();
    forge.project.edit("delivery/requests.kdl", "size large\n}", "size huge\n}");
    let head = forge.commit("A database of no size");
    let outcome = forge.pull_request().code(1).says(["::error file=delivery/requests.kdl,line=2,", "huge"]);
    outcome.complains(["Failure - Main Check", "Failure - Main Plan", "Success - Main Comment", "Job failed"]);
    let comment = forge.comment();
    assert!(comment.contains("delivery/requests.kdl:2") && comment.contains("huge"), "{comment}");
    assert!(!forge.file(&format!("artifacts/1/plat-plan-{head}")).exists());
    // Who merges it all the same gets nothing applied.
    forge.merge();
    forge.push().code(1).says(["::error ", "No plan of the commit ", "Run this workflow by hand on main"]);
    assert_eq!(forge.size().as_deref(), Some("medium"));
}

#[test]
fn github_refuses_a_plan_whose_world_has_changed() {
    let Some(forge) = forge() else { return };
    forge.by_hand().code(0);
    forge.change();
    forge.pull_request().code(0);
    forge.project.sql("UPDATE objects SET body = json_set(body, '$.spec.size', 'small') WHERE name LIKE '%my-app-db'");
    forge.merge();
    forge.push().code(1).says(["::error ", "has changed since it was shown"]);
    assert_eq!((forge.applies().len(), forge.size().as_deref()), (1, Some("small")));
}

#[test]
fn github_applies_nothing_that_nobody_saw() {
    let Some(forge) = forge() else { return };
    forge.push().code(1).says(["::error ", "is not the merge of a pull request", "by hand"]);
    // A plan that was there, and is gone.
    forge.change();
    forge.pull_request().code(0);
    fs::remove_dir_all(forge.file("artifacts/1")).unwrap();
    forge.merge();
    forge.push().code(1).says(["::error ", "is gone"]);
    assert!(!forge.project.path(".plat/catalog.db").exists());
}

#[test]
fn github_runs_nothing_for_a_fork() {
    let Some(forge) = forge() else { return };
    forge.change();
    forge.pull_request_from("somebody/platform").code(0);
    assert!(!forge.file("calls").exists() && forge.list("comments.json").is_empty());
}

#[test]
fn the_workflow_is_careful() {
    let text = fs::read_to_string(ours(WORKFLOW)).unwrap();
    for action in actions() {
        let (_, reference) = action.split_once('@').unwrap();
        assert!(reference.len() == 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit()), "{action}");
    }
    let workflow: Value = serde_norway::from_str(&text).unwrap();
    assert_eq!(workflow["permissions"], json!({}));
    assert!(workflow["on"].get("pull_request_target").is_none());
    for (name, job) in workflow["jobs"].as_object().unwrap() {
        assert!(job["permissions"].is_object() && job["timeout-minutes"].is_u64(), "{name}");
        for step in job["steps"].as_array().unwrap() {
            // What others wrote reaches a shell in variables, never in its text.
            let script = step["run"].as_str().unwrap_or_default();
            assert!(!script.contains("${{"), "{name}: {script}");
        }
    }
}
