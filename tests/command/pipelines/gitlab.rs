//! The component of GitLab: its jobs' scripts, run by a shell as a runner does, each in a new checkout.

use super::{Forge, READ, TOKEN, WRITE, are_there, host, ours};
use crate::project::Outcome;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

const COMPONENT: &str = "templates/plat.yml";

fn yaml(text: &str) -> Value {
    serde_norway::from_str(text).unwrap()
}

/// What the component takes, with its defaults, and its jobs where nothing else is given.
fn component() -> (Value, Value) {
    let text = fs::read_to_string(ours(COMPONENT)).unwrap();
    let (spec, jobs) = text.split_once("\n---\n").unwrap();
    let spec = yaml(spec)["spec"]["inputs"].clone();
    let mut jobs = jobs.to_owned();
    for (name, input) in spec.as_object().unwrap() {
        jobs = jobs.replace(&format!("$[[ inputs.{name} ]]"), &input["default"].to_string());
    }
    assert!(!jobs.contains("$[["), "{jobs}");
    (spec, yaml(&jobs))
}

/// What a job says of a part, itself or by what it extends.
fn part(job: &str, part: &str) -> Value {
    let (_, jobs) = component();
    let job = &jobs[job];
    let base = job["extends"].as_str().map_or(&Value::Null, |name| &jobs[name]);
    job.get(part).or_else(|| base.get(part)).cloned().unwrap_or_default()
}

/// The repository on GitLab, where what the stand-ins need is there.
fn forge() -> Option<Forge> {
    let programs = ["curl", "git", "jq"].into_iter().chain(host::PROGRAMS).collect::<Vec<_>>();
    are_there(&programs).then(|| Forge::new("gitlab"))
}

impl Forge {
    /// A new checkout of what is committed.
    fn checkout(&self) -> PathBuf {
        let runs = self.project.outside("runs");
        let folder = runs.join(fs::read_dir(&runs).unwrap().count().to_string());
        self.git(&["clone", "--quiet", ".", folder.to_str().unwrap()]);
        folder
    }

    /// One of the scripts of a job, in a checkout.
    fn script(&self, checkout: &Path, job: &str, parts: &[&str]) -> Outcome {
        let lines: Vec<Value> = parts.iter().flat_map(|name| part(job, name).as_array().unwrap().clone()).collect();
        let lines: Vec<&str> = lines.iter().map(|line| line.as_str().unwrap()).collect();
        // The image has no bash.
        let mut command = self.command(Path::new("sh"));
        command.args(["-e", "-c", &lines.join("\n")]).current_dir(checkout);
        // A job has the variables of what it extends beside its own.
        let (_, jobs) = component();
        for variables in [&jobs[".plat"]["variables"], &jobs[job]["variables"]].into_iter().filter_map(Value::as_object)
        {
            for (name, value) in variables {
                command.env(name, value.as_str().unwrap());
            }
        }
        command.env("PLAT_DIRECTORY", self.directory);
        // What the variables of its environment are.
        match part(job, "environment")["name"].as_str() {
            Some("platform") => command.env(TOKEN, WRITE),
            Some("platform-read") => command.env(TOKEN, READ),
            _ => &mut command,
        };
        command.env("PLAT_RELEASES", format!("file://{}", self.file("releases").display()));
        command.env("CI_API_V4_URL", "https://gitlab.example.com/api/v4").env("CI_PROJECT_ID", "42");
        command.env("CI_DEFAULT_BRANCH", "main").env("CI_COMMIT_SHA", self.head()).env("CI_PROJECT_DIR", checkout);
        command.env("CI_PROJECT_URL", "https://gitlab.example.com/company/platform");
        command.env("CI_MERGE_REQUEST_DIFF_BASE_SHA", self.git(&["merge-base", "main", "HEAD"]));
        command.env("CI_MERGE_REQUEST_IID", "7").env("PLAT_GITLAB_TOKEN", "token-of-the-project");
        Outcome::of(&mut command).never_says(READ).never_says(WRITE)
    }

    /// The job that plans, which changes nothing on the host; the forge keeps its artifact, and lists the pipeline where it succeeded.
    fn plan(&self) -> Outcome {
        let (checkout, before) = (self.checkout(), self.everything());
        let outcome = self.script(&checkout, "plat:plan", &["before_script", "script"]);
        self.script(&checkout, "plat:plan", &["after_script"]).code(0);
        assert!(self.everything() == before, "a plan writes nothing");
        if outcome.code == Some(0) {
            fs::copy(checkout.join("plan.json"), self.file("artifacts/plan.json")).unwrap();
        }
        let status = if outcome.code == Some(0) { "success" } else { "failed" };
        self.says("runs.json", &json!([{ "id": 900, "sha": self.head(), "status": status }]));
        outcome
    }

    /// A job with one script.
    fn job(&self, name: &str) -> Outcome {
        self.script(&self.checkout(), name, &["before_script", "script"])
    }
}

#[test]
fn gitlab_applies_the_very_plan_that_it_showed() {
    let Some(forge) = forge() else { return };
    // More notes than one page, the last of which is somebody's.
    let talk: Vec<Value> = (1..=150).map(|id| json!({ "id": id, "system": false, "body": "hm" })).collect();
    forge.says("comments.json", &Value::Array(talk));
    // Also where there is nothing yet, reading is enough to plan.
    forge.plan().code(0).says(["create 38"]);
    forge.job("plat:by-hand").code(0).says(["Applied 31 objects"]);
    forge.change("medium", "large");
    forge.job("plat:check").code(0);
    forge.plan().code(0).says(["plan of company", "update 2"]);
    let (comment, head) = (forge.comment(), forge.head());
    let link = format!("https://gitlab.example.com/company/platform/-/blob/{head}/delivery/requests.kdl#L2");
    let hunk = format!("\n#### 1. `delivery/requests.kdl` [line 2]({link})\n\n```diff\n");
    assert!(comment.contains("### plan of `company`: update 2\n") && comment.contains(&hunk), "{comment}");
    assert!(comment.contains("\n-    size medium\n+    size large\n"), "{comment}");
    forge.project.edit("delivery/requests.kdl", "version \"16\"", "version \"17\"");
    forge.commit("A newer database");
    forge.plan().code(0);
    assert!(forge.comment().contains("### plan of `company`: update 4\n"));
    assert_eq!((forge.list("comments.json").len(), forge.applies().len()), (151, 1));
    forge.merge();
    forge.job("plat:apply").code(0).says(["Applied 2 objects", "No changes. 38 objects and files match."]);
    forge.applied_what_is_shown();
    assert_eq!(forge.size(), "large");
    // The next merge request, whose world changes.
    forge.change("large", "small");
    forge.plan().code(0);
    forge.somebody_sets("medium");
    forge.merge();
    forge.job("plat:apply").code(1).says(["Nothing was applied. ", "has changed since it was shown"]);
    fs::remove_file(forge.file("artifacts/plan.json")).unwrap();
    forge.job("plat:apply").code(1).says(["Nothing was applied. ", "is gone"]);
    assert_eq!((forge.applies().len(), forge.size().as_str()), (2, "medium"));
}

#[test]
fn gitlab_shows_what_is_wrong_and_applies_nothing_that_nobody_saw() {
    let Some(forge) = forge() else { return };
    forge.job("plat:apply").code(1).says(["Nothing was applied. ", "is not the merge of a merge request", "by hand"]);
    forge.job("plat:by-hand").code(0);
    forge.change("medium", "huge");
    let checkout = forge.checkout();
    forge.script(&checkout, "plat:check", &["before_script", "script"]).code(3);
    let quality: Value = serde_json::from_str(&fs::read_to_string(checkout.join("check.json")).unwrap()).unwrap();
    assert_eq!(quality[0]["location"]["path"], "delivery/requests.kdl");
    forge.plan().code(3);
    let comment = forge.comment();
    assert!(comment.contains("delivery/requests.kdl:2") && comment.contains("huge"), "{comment}");
    forge.merge();
    forge.job("plat:apply").code(1).says(["Nothing was applied. No plan of the commit "]);
    assert_eq!(forge.size(), "medium");
}

#[test]
fn who_may_only_read_plans_and_applies_nothing() {
    let Some(forge) = forge() else { return };
    let (before, apply) = (forge.everything(), ["apply", "--auto-approve"]);
    let refused = Outcome::of(forge.project.command(apply).env(TOKEN, READ)).code(1);
    refused.never_says(READ).complains(["403"]);
    assert!(forge.everything() == before);
    forge.plat(apply).code(0);
    Outcome::of(forge.project.command(["plan"]).env(TOKEN, READ)).no_changes();
    Outcome::of(forge.project.command(["plan"]).env(TOKEN, "nobodys")).code(1);
}

#[test]
fn gitlab_refuses_the_plan_of_another_commit() {
    let Some(forge) = forge() else { return };
    forge.job("plat:by-hand").code(0);
    forge.change("medium", "large");
    forge.plan().code(0);
    forge.project.edit("delivery/requests.kdl", "version \"16\"", "version \"17\"");
    forge.commit("A newer database");
    // The plan of the commit before, in the place of this one's.
    forge.says("runs.json", &json!([{ "id": 900, "sha": forge.head(), "status": "success" }]));
    forge.merge();
    forge.job("plat:apply").code(1).says(["Nothing was applied. ", "it is not the plan of that commit"]);
    assert_eq!((forge.applies().len(), forge.size().as_str()), (1, "medium"));
}

#[test]
fn gitlab_finds_a_project_in_a_folder() {
    let Some(mut forge) = forge() else { return };
    forge.directory = "platform";
    fs::create_dir(forge.project.path("platform")).unwrap();
    forge.git(&["mv", "plat.kdl", "catalog", "delivery", "tests.kdl", ".gitignore", "platform"]);
    forge.commit("The platform in a folder");
    forge.job("plat:by-hand").code(0).says(["Applied 31 objects"]);
    forge.job("plat:check").code(0);
    forge.git(&["switch", "--quiet", "--create", "change"]);
    forge.project.edit("platform/delivery/requests.kdl", "size medium", "size huge");
    forge.commit("A database of no size");
    let checkout = forge.checkout();
    forge.script(&checkout, "plat:check", &["before_script", "script"]).code(3);
    let quality: Value = serde_json::from_str(&fs::read_to_string(checkout.join("check.json")).unwrap()).unwrap();
    assert_eq!(quality[0]["location"]["path"], "platform/delivery/requests.kdl");
    forge.project.edit("platform/delivery/requests.kdl", "size huge", "size large");
    forge.commit("A large database");
    forge.plan().code(0).says(["update 2"]);
    forge.merge();
    forge.job("plat:apply").code(0).says(["Applied 1 object", "No changes. 38 objects and files match."]);
    forge.job("plat:drift").code(0);
    assert_eq!(forge.size(), "large");
}

#[test]
fn gitlab_tells_drift_in_one_issue_and_closes_it() {
    let Some(forge) = forge() else { return };
    forge.job("plat:by-hand").code(0);
    forge.job("plat:drift").code(0).says(["No drift"]);
    for size in ["small", "large"] {
        forge.somebody_sets(size);
        forge.job("plat:drift").code(2);
        let issues = forge.list("issues.json");
        assert_eq!((issues.len(), issues[0]["state"].as_str()), (1, Some("opened")), "{issues:?}");
        let body = issues[0]["description"].as_str().unwrap();
        assert!(body.contains(&format!("\n        spec.size  medium -> {size}  (is set back)")), "{body}");
    }
    forge.job("plat:by-hand").code(0);
    forge.job("plat:drift").code(0);
    assert_eq!(forge.list("issues.json")[0]["state"], "closed");
}

#[test]
fn gitlab_installs_no_archive_with_another_digest() {
    let Some(forge) = forge() else { return };
    let release = forge.file("releases").join(format!("v{}", env!("CARGO_PKG_VERSION")));
    for archive in fs::read_dir(&release).unwrap().map(|file| file.unwrap().path()) {
        if archive.extension().is_some_and(|ending| ending == "gz") {
            fs::write(&archive, [fs::read(&archive).unwrap(), vec![0]].concat()).unwrap();
        }
    }
    forge.job("plat:check").code(1).says(["plat was not installed: "]).never_says("passed");
}

#[test]
fn every_job_is_one_that_gitlab_takes() {
    const KEYS: [&str; 14] = [
        "after_script",
        "allow_failure",
        "artifacts",
        "before_script",
        "environment",
        "extends",
        "image",
        "interruptible",
        "needs",
        "resource_group",
        "rules",
        "script",
        "stage",
        "variables",
    ];
    let (spec, jobs) = component();
    let jobs: Vec<_> = jobs.as_object().unwrap().iter().filter(|(name, _)| !name.starts_with('.')).collect();
    assert_eq!(jobs.len(), 5);
    for (name, job) in jobs {
        let unknown: Vec<_> = job.as_object().unwrap().keys().filter(|key| !KEYS.contains(&key.as_str())).collect();
        // The stages that there are where a pipeline names none.
        assert!(
            unknown.is_empty() && ["test", "deploy"].contains(&job["stage"].as_str().unwrap()),
            "{name}: {unknown:?}"
        );
        assert!(job["rules"].as_array().unwrap().iter().all(|rule| rule["if"].is_string()), "{name}");
        for name_of_part in ["script", "after_script"] {
            let lines = job.get(name_of_part).map_or(&[][..], |lines| lines.as_array().unwrap());
            // A word and a colon would be a mapping, which GitLab refuses.
            assert!(lines.iter().all(Value::is_string), "{name}: {name_of_part}");
        }
        // Each report that a job names is one that its script writes.
        let reports = job.pointer("/artifacts/reports").and_then(Value::as_object).into_iter().flatten();
        for report in reports.map(|(_, report)| report.as_str().unwrap()) {
            assert!(job["script"].to_string().contains(&format!("=$CI_PROJECT_DIR/{report}\\\"")), "{name}: {report}");
        }
    }
    // It installs the release that it came with, from where plat is at home, and the example gives what it takes.
    assert_eq!(spec["version"]["default"], env!("CARGO_PKG_VERSION"));
    assert_eq!(spec["releases"]["default"], concat!(env!("CARGO_PKG_REPOSITORY"), "/releases/download"));
    let example = yaml(&fs::read_to_string(ours("examples/ci/gitlab/.gitlab-ci.yml")).unwrap());
    let include = &example["include"][0];
    assert_eq!(include["component"], concat!("$CI_SERVER_FQDN/company/plat/plat@", env!("CARGO_PKG_VERSION")));
    assert!(include["inputs"].as_object().unwrap().keys().all(|input| spec.get(input).is_some()));
}
