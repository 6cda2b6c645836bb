//! The example pipelines do what the manual says of them: each is run on a repository with the example of a company, GitHub's
//! by `act` and GitLab's by a shell. What is at the other end, the forge, is stood in for by `gh`, `curl` and two actions in
//! `stand-ins`, which answer from a folder and keep there what is written.

mod github;
mod gitlab;

use crate::project::{Outcome, Project};
use serde_json::{Value, json};
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The hidden beginning of a comment with a plan.
const MARKER: &str = "<!-- plat:plan project=";

/// A folder of this repository.
fn ours(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The stand-in of this name.
fn stand_in(name: &str) -> PathBuf {
    ours("tests/command/pipelines/stand-ins").join(name)
}

/// Where a program is: in what `.ci/install-act.sh` installed, or on the path.
fn find(program: &str) -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_BIN_EXE_plat")).ancestors().nth(2).unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = [target.join("tools/act/bin")].into_iter().chain(std::env::split_paths(&path).collect::<Vec<_>>());
    folders.map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// Whether all of these programs are there. Where one is missing a test cannot run, which is said loudly, and fails where the
/// variable `CI` is set.
fn are_there(programs: &[&str]) -> bool {
    let missing: Vec<&str> = programs.iter().copied().filter(|program| find(program).is_none()).collect();
    if missing.is_empty() {
        return true;
    }
    let test = std::thread::current().name().unwrap_or_default().to_owned();
    let notice = format!("NOT RUN: {test}: {} missing; .ci/install-act.sh installs what it needs", missing.join(", "));
    assert!(std::env::var_os("CI").is_none(), "{notice}");
    // Past the capture of the test's output: it has to be seen.
    std::io::Write::write_all(&mut std::io::stderr(), format!("\n{notice}\n").as_bytes()).unwrap();
    false
}

/// A repository with the example of a company and a pipeline on its branch `main`, and the forge that it is on.
struct Forge {
    project: Project,
}

impl Forge {
    /// With the pipeline of this folder of `examples/ci`.
    fn new(pipeline: &str) -> Self {
        let forge = Self { project: Project::example("company") };
        let from = ours("examples/ci").join(pipeline);
        for entry in walkdir::WalkDir::new(&from).into_iter().map(Result::unwrap) {
            if entry.file_type().is_file() {
                let path = entry.path().strip_prefix(&from).unwrap().to_str().unwrap().to_owned();
                forge.project.write(&path, fs::read(entry.path()).unwrap());
            }
        }
        for folder in ["forge", "forge/artifacts", "bin"] {
            fs::create_dir(forge.project.outside(folder)).unwrap();
        }
        // What a runner keeps between two runs is the catalog that the test looks at.
        fs::create_dir(forge.project.path(".plat")).unwrap();
        symlink(forge.project.path(".plat"), forge.file("kept")).unwrap();
        symlink(forge.project.root(), forge.file("repository")).unwrap();
        symlink(env!("CARGO_BIN_EXE_plat"), forge.project.outside("bin/plat")).unwrap();
        for list in ["comments.json", "pulls.json", "runs.json"] {
            fs::write(forge.file(list), "[]").unwrap();
        }
        forge.git(&["init", "--quiet", "--initial-branch=main"]);
        forge.git(&["remote", "add", "origin", "https://github.com/company/platform"]);
        forge.commit("The platform");
        forge
    }

    /// A file of the forge.
    fn file(&self, name: &str) -> PathBuf {
        self.project.outside("forge").join(name)
    }

    /// A list of the forge.
    fn list(&self, name: &str) -> Vec<Value> {
        serde_json::from_str(&fs::read_to_string(self.file(name)).unwrap()).unwrap()
    }

    /// Makes a list of the forge anew.
    fn says(&self, name: &str, list: &Value) {
        fs::write(self.file(name), list.to_string()).unwrap();
    }

    /// Where a runner finds programs: the stand-ins and `plat` come first.
    fn path(&self) -> OsString {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let first = [stand_in("bin"), self.project.outside("bin")].into_iter();
        std::env::join_paths(first.chain(std::env::split_paths(&path))).unwrap()
    }

    /// A command with the environment of a runner.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.project.root()).env_clear().stdin(Stdio::null());
        command.env("HOME", self.project.outside("home")).env("PATH", self.path());
        command.env("FORGE", self.project.outside("forge")).env("GIT_CONFIG_NOSYSTEM", "1");
        command
    }

    /// What `git` says in the repository.
    #[track_caller]
    fn git(&self, arguments: &[&str]) -> String {
        let mut command = self.command(Path::new("git"));
        command.args(["-c", "user.name=Bo", "-c", "user.email=bo@example.com"]).args(arguments);
        Outcome::of(&mut command).code(0).out.trim().to_owned()
    }

    /// Commits everything, and gives the commit.
    fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
        self.head()
    }

    fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"])
    }

    /// The branch `change`, with a larger database.
    fn change(&self) -> String {
        self.git(&["switch", "--quiet", "--create", "change"]);
        self.project.edit("delivery/requests.kdl", "size medium", "size large");
        self.commit("A larger database")
    }

    /// Merges the branch `change` into `main`, as the request 7, and gives the commit of the merge.
    fn merge(&self) -> String {
        let head = self.git(&["rev-parse", "change"]);
        self.git(&["switch", "--quiet", "main"]);
        self.git(&["merge", "--quiet", "--no-ff", "--message", "Merge it", "change"]);
        let merge = self.head();
        self.says(
            "pulls.json",
            &json!([
                // As GitHub tells it, and as GitLab does.
                { "merge_commit_sha": merge, "base": { "ref": "main" }, "head": { "sha": head } , "squash_commit_sha": null,
                  "target_branch": "main", "iid": 7, "sha": head },
            ]),
        );
        merge
    }

    /// The text of the only comment with a plan.
    #[track_caller]
    fn comment(&self) -> String {
        let bodies = self.list("comments.json").into_iter().map(|comment| comment["body"].as_str().unwrap().to_owned());
        let plans: Vec<String> = bodies.filter(|body| body.starts_with(MARKER)).collect();
        assert_eq!(plans.len(), 1, "{plans:#?}");
        plans.into_iter().next().unwrap()
    }

    /// The applies that the catalog's journal tells of.
    fn applies(&self) -> Vec<Value> {
        let runs = self.project.run(["runs", "--format", "json"]).code(0);
        runs.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The plan that the comment names was applied.
    #[track_caller]
    fn applied_what_is_shown(&self) {
        let shown = self.comment();
        let shown = shown.split("plan `").nth(1).and_then(|rest| rest.split('`').next()).unwrap();
        let applies = self.applies();
        let plans: Vec<&str> = applies.iter().map(|apply| apply["plan"].as_str().unwrap()).collect();
        let count = plans.iter().filter(|plan| plan.starts_with(shown)).count();
        assert!(shown.len() == 16 && count == 1, "{shown} is shown, {plans:?} are applied");
    }

    /// How large the database of the change is in the catalog.
    fn size(&self) -> Option<String> {
        let question = "SELECT body ->> '$.spec.size' FROM objects WHERE kind = 'request' AND name LIKE '%my-app-db'";
        self.project.catalog().query_row(question, [], |row| row.get(0)).unwrap()
    }
}
