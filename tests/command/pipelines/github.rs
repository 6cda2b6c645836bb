//! The workflow of GitHub and the action that it uses, run by `act`.

use super::{Forge, READ, WRITE, are_there, find, host, ours, path, stand_in};
use crate::project::Outcome;
use serde_json::{Value, json};
use std::fs;

const WORKFLOW: &str = "examples/ci/github/.github/workflows/plat.yml";
/// Ours, as a workflow names it.
const ACTION: &str = "company/plat@";

/// The repository on GitHub, where `act` and what the stand-ins need are there.
fn forge() -> Option<Forge> {
    let programs = ["act", "bash", "curl", "git", "jq"].into_iter().chain(host::PROGRAMS).collect::<Vec<_>>();
    are_there(&programs).then(|| {
        let forge = Forge::new("github");
        // Releases are in a folder here, as in a mirror.
        let path = ".github/workflows/plat.yml";
        let mirror = format!(", releases: file://{} }}", forge.file("releases").display());
        let text = forge.project.read(path);
        let there = ["plan", "apply", "drift"].iter().fold(text, |text, command| {
            text.replace(&format!("{{ command: {command} }}"), &format!("{{ command: {command}{mirror}"))
        });
        assert_eq!(there.matches(&mirror).count(), 3);
        // And so are the repositories.
        let [host, here] = ["github.com".to_owned(), forge.host.name()].map(|name| format!("_HOST: {name}"));
        let there = there.replace(&host, &here);
        assert_eq!(there.matches(&here).count(), 3);
        forge.project.write(path, there);
        forge.commit("Releases from a mirror");
        forge
    })
}

fn yaml(path: &str) -> Value {
    serde_norway::from_str(&fs::read_to_string(ours(path)).unwrap()).unwrap()
}

/// The steps of a workflow or of an action.
fn steps(file: &Value) -> Vec<Value> {
    let jobs = file["jobs"].as_object().into_iter().flat_map(|jobs| jobs.values());
    let jobs = jobs.chain(file.get("runs"));
    jobs.flat_map(|job| job["steps"].as_array().unwrap().clone()).collect()
}

/// The actions that the workflow and our own action use, each with its reference.
fn actions() -> Vec<String> {
    let files = [yaml(WORKFLOW), yaml("action.yml")];
    let mut actions: Vec<String> =
        files.iter().flat_map(steps).filter_map(|step| step["uses"].as_str().map(str::to_owned)).collect();
    actions.sort_unstable();
    actions.dedup();
    actions
}

/// Each action is pinned, each job takes what it needs, and what others wrote reaches a shell in variables, never in its text.
pub(super) fn careful(file: &Value) {
    for step in steps(file) {
        if let Some(action) = step["uses"].as_str() {
            let (_, reference) = action.split_once('@').unwrap();
            assert!(reference.len() == 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit()), "{action}");
        }
        let script = step["run"].as_str().unwrap_or_default();
        assert!(!script.contains("${{"), "{script}");
    }
    if let Some(jobs) = file["jobs"].as_object() {
        assert_eq!(file["permissions"], json!({}));
        assert!(file["on"].get("pull_request_target").is_none());
        for (name, job) in jobs {
            assert!(job["permissions"].is_object() && job["timeout-minutes"].is_u64(), "{name}");
            assert!(
                job.get("env").is_none_or(|env| !env.to_string().contains("secrets.")),
                "{name}: for one step alone"
            );
        }
    }
}

impl Forge {
    /// A run of the workflow for an event: what its steps print, and beside it what `act` tells of them.
    fn act(&self, event: &str, payload: &Value) -> Outcome {
        let file = self.project.outside("event.json");
        fs::write(&file, payload.to_string()).unwrap();
        let mut command = self.command(&find("act").unwrap());
        command.args([event, "--eventpath", file.to_str().unwrap()]);
        command.args(["--pull=false", "--no-cache-server", "--no-skip-checkout", "-P", "ubuntu-latest=-self-hosted"]);
        command.args(["--secret", "GITHUB_TOKEN=token-of-the-run"]);
        command.args([
            "--secret",
            &format!("PLAT_READ_TOKEN={READ}"),
            "--secret",
            &format!("PLAT_WRITE_TOKEN={WRITE}"),
        ]);
        command.args(["--env", "GITHUB_WORKFLOW_REF=company/platform/.github/workflows/plat.yml@refs/heads/main"]);
        for action in actions() {
            let place = if action.starts_with(ACTION) {
                self.ours()
            } else {
                stand_in(action.split(['/', '@']).nth(1).unwrap())
            };
            command.arg(format!("--local-repository={action}={}", place.display()));
        }
        let path = [stand_in("shell")].into_iter().chain(std::env::split_paths(&path())).collect::<Vec<_>>();
        command.env("PATH", std::env::join_paths(path).unwrap()).env("FORGE_SHELL", find("bash").unwrap());
        let _ = fs::remove_file(self.file("printed"));
        let told = Outcome::of(&mut command);
        let printed = fs::read_to_string(self.file("printed")).unwrap_or_default();
        Outcome { code: told.code, out: printed, err: told.out + &told.err }.never_says(READ).never_says(WRITE)
    }

    /// Our repository as far as the action needs it.
    fn ours(&self) -> std::path::PathBuf {
        let place = self.project.outside("action");
        if !place.exists() {
            fs::create_dir_all(place.join(".ci/pipeline")).unwrap();
            for file in ["action.yml", "Cargo.toml", ".ci/package.sh"] {
                fs::copy(ours(file), place.join(file)).unwrap();
            }
            for script in fs::read_dir(ours(".ci/pipeline")).unwrap().map(Result::unwrap) {
                fs::copy(script.path(), place.join(".ci/pipeline").join(script.file_name())).unwrap();
            }
        }
        place
    }

    /// A run for the pull request 7 from a repository.
    fn pull_request_from(&self, repository: &str) -> Outcome {
        let head = json!({ "ref": "change", "sha": self.head(), "repo": { "full_name": repository } });
        let base = json!({ "ref": "main", "sha": self.git(&["rev-parse", "main"]) });
        self.act("pull_request", &json!({ "pull_request": { "number": 7, "head": head, "base": base } }))
    }

    /// A run for the pull request 7, which GitHub lists where it succeeded. It changes nothing on the host.
    fn pull_request(&self) -> Outcome {
        let before = self.everything();
        let outcome = self.pull_request_from("company/platform");
        assert!(self.everything() == before, "a plan writes nothing");
        if outcome.code == Some(0) {
            let mut runs = self.list("runs.json");
            runs.insert(0, self.run("company/platform"));
            self.says("runs.json", &Value::Array(runs));
        }
        outcome
    }

    /// A run of the workflow that succeeded for the newest commit of a pull request, as GitHub lists it.
    fn run(&self, repository: &str) -> Value {
        json!({ "head_sha": self.head(), "id": 1, "path": ".github/workflows/plat.yml", "head_repository": { "full_name": repository } })
    }

    fn push(&self) -> Outcome {
        self.act("push", &json!({ "ref": "refs/heads/main" }))
    }

    fn by_hand(&self) -> Outcome {
        self.act("workflow_dispatch", &json!({ "ref": "refs/heads/main" }))
    }

    fn night(&self) -> Outcome {
        self.act("schedule", &json!({ "schedule": "17 4 * * *" }))
    }
}

#[test]
fn github_applies_the_very_plan_that_it_showed() {
    let Some(forge) = forge() else { return };
    // Somebody who quotes a plan is answered, and not overwritten.
    forge.says(
        "comments.json",
        &json!([{ "id": 1, "user": { "type": "User" }, "body": "<!-- plat:plan project=company -->" }]),
    );
    forge.by_hand().code(0).says(["Applied 31 objects", "No changes. 38 objects and files match."]);
    forge.change("medium", "large");
    forge.pull_request().code(0).says(["::notice "]).complains(["Job succeeded"]);
    let first = &forge.list("comments.json")[1]["body"];
    assert!(
        first.as_str().unwrap().starts_with("<!-- plat:plan project=company -->\n### plan of `company`: update 2\n"),
        "{first}"
    );
    assert!(first.as_str().unwrap().contains("\n#### 1. `delivery/requests.kdl` "), "{first}");
    // One more commit: the same comment tells the new plan.
    forge.project.edit("delivery/requests.kdl", "version \"16\"", "version \"17\"");
    let head = forge.commit("A newer database");
    forge.pull_request().code(0);
    let mut comments = forge.list("comments.json");
    comments.remove(0);
    forge.says("comments.json", &Value::Array(comments));
    assert!(forge.comment().contains("### plan of `company`: update 4\n"), "{}", forge.comment());
    assert!(forge.file(&format!("artifacts/1/plat-plan-{head}/plan.json")).is_file());
    forge.merge();
    forge.push().code(0).says(["Applied 2 objects", "No changes. 38 objects and files match."]);
    forge.applied_what_is_shown();
    assert_eq!((forge.applies().len(), forge.size().as_str()), (2, "large"));
    // The next pull request, on a runner that knows nothing of the last one.
    forge.change("large", "small");
    forge.pull_request().code(0);
    // What it touches changes behind its back.
    forge.somebody_sets("medium");
    forge.merge();
    forge.push().code(1).says(["::error ", "has changed since it was shown", "Run this workflow by hand on main"]);
    assert_eq!((forge.applies().len(), forge.size().as_str()), (2, "medium"));
}

#[test]
fn github_shows_what_is_wrong_and_applies_nothing_that_nobody_saw() {
    let Some(forge) = forge() else { return };
    forge.push().code(1).says(["::error ", "is not the merge of a pull request", "by hand"]);
    forge.by_hand().code(0);
    forge.change("medium", "huge");
    let outcome = forge.pull_request().code(1).says(["::error file=delivery/requests.kdl,line=2,", "huge"]);
    outcome.complains(["Failure - Main Plan", "Job failed"]);
    let comment = forge.comment();
    assert!(comment.contains("delivery/requests.kdl:2") && comment.contains("huge"), "{comment}");
    assert!(!forge.file("artifacts/1").exists());
    // Who merges it all the same gets nothing applied, also where a fork's run of a workflow of that name kept something.
    let run = forge.run("somebody/platform");
    forge.says("runs.json", &json!([run]));
    forge.merge();
    forge.push().code(1).says(["::error ", "No plan of the commit ", "Run this workflow by hand on main"]);
    // A plan that was there, and is gone.
    let run = json!({ "head_sha": forge.git(&["rev-parse", "change"]), "id": 1, "path": ".github/workflows/plat.yml", "head_repository": { "full_name": "company/platform" } });
    forge.says("runs.json", &json!([run]));
    forge.push().code(1).says(["::error ", "is gone"]);
    assert_eq!((forge.applies().len(), forge.size().as_str()), (1, "medium"));
}

#[test]
fn github_runs_nothing_for_a_fork() {
    let Some(forge) = forge() else { return };
    forge.change("medium", "large");
    forge.pull_request_from("somebody/platform").code(0);
    assert!(!forge.file("calls").exists() && forge.list("comments.json").is_empty());
}

#[test]
fn github_tells_drift_in_one_issue_and_closes_it() {
    let Some(forge) = forge() else { return };
    forge.by_hand().code(0);
    // Somebody's issue about drift is not the one.
    forge.says("issues.json", &json!([{ "number": 1, "state": "open", "user": { "type": "User" }, "body": "<!-- plat:drift directory=. -->" }]));
    forge.night().code(0).says(["No drift: nobody changed what this project wrote."]);
    assert_eq!(forge.list("issues.json").len(), 1);
    for size in ["small", "large"] {
        forge.somebody_sets(size);
        forge.night().code(0).says(["::warning title=Drift::"]);
        let issues = forge.list("issues.json");
        assert_eq!((issues.len(), issues[1]["state"].as_str()), (2, Some("open")), "{issues:?}");
        let body = issues[1]["body"].as_str().unwrap();
        assert!(body.contains(&format!("\n        spec.size  medium -> {size}  (is set back)")), "{body}");
    }
    forge.by_hand().code(0);
    forge.night().code(0).says(["No drift"]);
    let issues = forge.list("issues.json");
    assert_eq!(
        (issues.len(), issues[0]["state"].as_str(), issues[1]["state"].as_str()),
        (2, Some("open"), Some("closed"))
    );
}

#[test]
fn github_proposes_to_take_drift_over_in_one_pull_request() {
    let Some(forge) = forge() else { return };
    forge.project.edit(".github/workflows/plat.yml", "{ command: drift", "{ command: drift, propose: true");
    forge.commit("Proposals");
    forge.by_hand().code(0);
    let mut tip = String::new();
    // The second night finds the same, the third one more.
    for (night, size) in ["small", "small", "large"].into_iter().enumerate() {
        if night != 1 {
            forge.somebody_sets(size);
        }
        forge.night().code(0).says(["took over changes of 1 object"]);
        let proposed = forge.git(&["show", "plat-drift:delivery/requests.kdl"]);
        assert!(proposed.contains(&format!("my-team {{\n    size {size}\n")), "{proposed}");
        let next = forge.git(&["rev-parse", "plat-drift"]);
        assert_eq!(next == tip, night == 1, "what is there already is not pushed again");
        assert_eq!(forge.git(&["rev-parse", "plat-drift^"]), forge.head());
        tip = next;
        let proposals = forge.list("proposals.json");
        assert_eq!((proposals.len(), forge.list("issues.json").len()), (1, 0), "{proposals:?}");
        assert!(proposals[0]["body"].as_str().unwrap().contains(&format!("medium -> {size}")), "{proposals:?}");
    }
    forge.git(&["merge", "--quiet", "plat-drift"]);
    forge.night().code(0).says(["No drift"]);
    assert_eq!(forge.list("proposals.json")[0]["state"], "closed");
}

#[test]
fn the_workflow_and_the_action_are_careful() {
    careful(&yaml(WORKFLOW));
    careful(&yaml("action.yml"));
    // Only the job that applies has the token that may write.
    for (name, job) in yaml(WORKFLOW)["jobs"].as_object().unwrap() {
        let text = job.to_string();
        assert_eq!(text.contains("secrets.PLAT_WRITE_TOKEN"), name == "apply", "{name}");
        assert_eq!(text.contains("\"environment\""), name == "apply", "{name}");
        assert!(text.contains("ubuntu-latest"), "{name}");
    }
}
