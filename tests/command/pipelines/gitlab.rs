//! The pipeline of GitLab: its jobs' scripts, run by a shell as a runner does.

use super::{Forge, are_there, ours};
use crate::project::Outcome;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const PIPELINE: &str = "examples/ci/gitlab/.gitlab-ci.yml";
/// What is no job.
const GENERAL: [&str; 4] = ["stages", "workflow", "variables", "default"];

fn pipeline() -> Value {
    serde_norway::from_str(&fs::read_to_string(ours(PIPELINE)).unwrap()).unwrap()
}

/// The repository on GitLab, where what the stand-ins need is there.
fn forge() -> Option<Forge> {
    are_there(&["bash", "git", "jq"]).then(|| Forge::new("gitlab"))
}

impl Forge {
    /// One of the scripts of a job.
    fn script(&self, job: &str, part: &str) -> Outcome {
        let lines = pipeline()[job][part].as_array().unwrap().clone();
        let lines: Vec<&str> = lines.iter().map(|line| line.as_str().unwrap()).collect();
        let mut command = self.command(Path::new("bash"));
        command.args(["-eo", "pipefail", "-c", &lines.join("\n")]);
        command.env("CI_API_V4_URL", "https://gitlab.example.com/api/v4").env("CI_PROJECT_ID", "42");
        command.env("CI_DEFAULT_BRANCH", "main").env("CI_COMMIT_SHA", self.head());
        command.env("CI_MERGE_REQUEST_IID", "7").env("PLAT_GITLAB_TOKEN", "token-of-the-project");
        Outcome::of(&mut command)
    }

    /// What a runner does between two jobs.
    fn clean(&self) {
        let pipeline = pipeline();
        let flags = pipeline["variables"]["GIT_CLEAN_FLAGS"].as_str().unwrap();
        self.git(&["clean", "--quiet"].into_iter().chain(flags.split(' ')).collect::<Vec<_>>());
    }

    /// The job that plans; the forge keeps its artifact, and lists the pipeline where it succeeded.
    fn plan(&self) -> Outcome {
        self.clean();
        let outcome = self.script("plan", "script");
        self.script("plan", "after_script").code(0);
        if outcome.code == Some(0) {
            fs::copy(self.project.path("plan.json"), self.file("artifacts/plan.json")).unwrap();
        }
        let status = if outcome.code == Some(0) { "success" } else { "failed" };
        self.says("runs.json", &json!([{ "id": 900, "sha": self.head(), "status": status }]));
        outcome
    }

    /// A job with one script.
    fn job(&self, name: &str) -> Outcome {
        self.clean();
        self.script(name, "script")
    }
}

#[test]
fn gitlab_applies_the_very_plan_that_it_showed() {
    let Some(forge) = forge() else { return };
    // More notes than one page, the last of which is somebody's.
    let talk: Vec<Value> = (1..=150).map(|id| json!({ "id": id, "system": false, "body": "hm" })).collect();
    forge.says("comments.json", &Value::Array(talk));
    forge.job("by-hand").code(0).says(["Applied 31 objects"]);
    forge.change();
    forge.job("check").code(0);
    forge.plan().code(0).says(["plan of company", "update 2"]);
    assert!(forge.comment().contains("### plan of `company`: update 2\n"));
    forge.project.edit("delivery/requests.kdl", "version \"16\"", "version \"17\"");
    forge.git(&["commit", "--quiet", "--all", "--message", "A newer database"]);
    forge.plan().code(0);
    assert!(forge.comment().contains("### plan of `company`: update 4\n"));
    assert_eq!((forge.list("comments.json").len(), forge.applies().len()), (151, 1));
    forge.merge();
    forge.job("apply").code(0).says(["Applied 2 objects", "No changes. 38 objects and files match."]);
    forge.applied_what_is_shown();
    assert_eq!(forge.size().as_deref(), Some("large"));
}

#[test]
fn gitlab_shows_what_is_wrong_and_keeps_no_plan_of_it() {
    let Some(forge) = forge() else { return };
    forge.job("by-hand").code(0);
    forge.change();
    forge.project.edit("delivery/requests.kdl", "size large\n}", "size huge\n}");
    forge.git(&["commit", "--quiet", "--all", "--message", "A database of no size"]);
    forge.job("check").code(3);
    let quality: Value = serde_json::from_str(&forge.project.read("check.json")).unwrap();
    assert_eq!(quality[0]["location"]["path"], "delivery/requests.kdl");
    forge.plan().code(3);
    let comment = forge.comment();
    assert!(comment.contains("delivery/requests.kdl:2") && comment.contains("huge"), "{comment}");
    forge.merge();
    forge.job("apply").code(1).says(["Nothing was applied. No plan of the commit "]);
    assert_eq!(forge.size().as_deref(), Some("medium"));
}

#[test]
fn gitlab_refuses_what_nobody_saw_and_what_has_changed() {
    let Some(forge) = forge() else { return };
    forge.job("apply").code(1).says(["Nothing was applied. ", "is not the merge of a merge request", "by hand"]);
    forge.job("by-hand").code(0);
    forge.change();
    forge.plan().code(0);
    forge.project.sql("UPDATE objects SET body = json_set(body, '$.spec.size', 'small') WHERE name LIKE '%my-app-db'");
    forge.merge();
    forge.job("apply").code(1).says(["Nothing was applied. ", "has changed since it was shown"]);
    fs::remove_file(forge.file("artifacts/plan.json")).unwrap();
    forge.job("apply").code(1).says(["Nothing was applied. ", "is gone"]);
    assert_eq!((forge.applies().len(), forge.size().as_deref()), (1, Some("small")));
}

#[test]
fn gitlab_refuses_the_plan_of_another_commit() {
    let Some(forge) = forge() else { return };
    forge.job("by-hand").code(0);
    forge.change();
    forge.plan().code(0);
    forge.project.edit("delivery/requests.kdl", "version \"16\"", "version \"17\"");
    forge.git(&["commit", "--quiet", "--all", "--message", "A newer database"]);
    // The plan of the commit before, in the place of this one's.
    forge.says("runs.json", &json!([{ "id": 900, "sha": forge.head(), "status": "success" }]));
    forge.merge();
    forge.job("apply").code(1).says(["Nothing was applied. ", "it is not the plan of that commit"]);
    assert_eq!((forge.applies().len(), forge.size().as_deref()), (1, Some("medium")));
}

#[test]
fn every_job_is_one_that_gitlab_takes() {
    const KEYS: [&str; 11] = [
        "after_script",
        "allow_failure",
        "artifacts",
        "environment",
        "interruptible",
        "needs",
        "resource_group",
        "rules",
        "script",
        "stage",
        "tags",
    ];
    let pipeline = pipeline();
    let stages = pipeline["stages"].as_array().unwrap();
    let jobs = pipeline.as_object().unwrap().iter().filter(|(name, _)| !GENERAL.contains(&name.as_str()));
    let jobs: Vec<_> = jobs.filter(|(name, _)| !name.starts_with('.')).collect();
    assert_eq!(jobs.len(), 4);
    for (name, job) in jobs {
        let unknown: Vec<_> = job.as_object().unwrap().keys().filter(|key| !KEYS.contains(&key.as_str())).collect();
        assert!(unknown.is_empty() && stages.contains(&job["stage"]), "{name}: {unknown:?}");
        assert!(job["rules"].as_array().unwrap().iter().all(|rule| rule["if"].is_string()), "{name}");
        for part in ["script", "after_script"] {
            let lines = job.get(part).map_or(&[][..], |lines| lines.as_array().unwrap());
            // A word and a colon would be a mapping, which GitLab refuses.
            assert!(lines.iter().all(Value::is_string), "{name}: {part}");
        }
        // Each report that a job names is one that its script writes.
        let reports = job.pointer("/artifacts/reports").and_then(Value::as_object).into_iter().flatten();
        for report in reports.map(|(_, report)| report.as_str().unwrap()) {
            assert!(job["script"].to_string().contains(&format!("={report}")), "{name}: {report}");
        }
    }
}
