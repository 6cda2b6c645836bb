//! The example pipelines do what the manual says of them: each is run on a repository with the example of a company, GitHub's
//! by `act` and GitLab's by a shell, each job in a new checkout. Catalog and state stores are on a host of Git repositories
//! where plans may only read. What is at the other end, the forge, is stood in for by `gh`, `curl` and two actions in
//! `stand-ins`, which answer from a folder and keep there what is written; `plat` is installed from a release in a folder.

mod github;
mod gitlab;
mod host;
mod install;
mod release;

use crate::project::{Outcome, Project};
use crate::store;
use host::{Host, READ, WRITE};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The hidden beginning of a comment with a plan.
const MARKER: &str = "<!-- plat:plan project=";
/// The repositories on the host.
const REPOSITORIES: [&str; 3] = ["catalog.git", "production.git", "staging.git"];
/// The branch of the catalog.
const CATALOG: &str = "plat-catalog";
/// The database of the change, in the catalog.
const DATABASE: &str = "objects/request/postgresql/my-team%2Fmy-app-db.json";
/// The variable of the credentials.
const TOKEN: &str = "PLAT_SECRET_GITHUB_CREDENTIALS_TOKEN";

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

/// Where a runner finds programs: the stand-ins come first, and there is no `plat` but the one that a pipeline installs.
fn path() -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths([stand_in("bin")].into_iter().chain(std::env::split_paths(&path))).unwrap()
}

/// Whether all of these programs are there. Where one is missing a test cannot run, which is said loudly, and fails where the
/// variable `CI` is set.
fn are_there(programs: &[&str]) -> bool {
    let missing = programs.iter().copied().filter(|program| find(program).is_none() && !host::has(program));
    let missing: Vec<&str> = missing.collect();
    if missing.is_empty() {
        return true;
    }
    not_run(&format!(
        "{} missing; .ci/install-act.sh and .ci/install-servers.sh install what it needs",
        missing.join(", ")
    ));
    false
}

/// Says loudly that this test cannot run, and why; fails where the variable `CI` is set.
fn not_run(why: &str) {
    let notice = format!("NOT RUN: {}: {why}", std::thread::current().name().unwrap_or_default());
    assert!(std::env::var_os("CI").is_none(), "{notice}");
    // Past the capture of the test's output: it has to be seen.
    std::io::Write::write_all(&mut std::io::stderr(), format!("\n{notice}\n").as_bytes()).unwrap();
}

/// A repository with the example of a company and a pipeline on its branch `main`, and the forge that it is on.
struct Forge {
    project: Project,
    host: Host,
    /// Where the pipeline is told that the project is.
    directory: &'static str,
}

impl Forge {
    /// With the pipeline of this folder of `examples/ci`.
    fn new(pipeline: &str) -> Self {
        let project = Project::example("company");
        for folder in ["host", "forge", "forge/artifacts", "bin", "plat", "runs"] {
            fs::create_dir(project.outside(folder)).unwrap();
        }
        let host = Host::start(project.outside("host"), &REPOSITORIES);
        let forge = Self { project, host, directory: "." };
        forge.share();
        let from = ours("examples/ci").join(pipeline);
        for entry in walkdir::WalkDir::new(&from).into_iter().map(Result::unwrap) {
            if entry.file_type().is_file() {
                let path = entry.path().strip_prefix(&from).unwrap().to_str().unwrap().to_owned();
                forge.project.write(&path, fs::read(entry.path()).unwrap());
            }
        }
        symlink(forge.project.root(), forge.file("repository")).unwrap();
        for list in ["comments.json", "issues.json", "proposals.json", "pulls.json", "runs.json"] {
            fs::write(forge.file(list), "[]").unwrap();
        }
        release::of(&forge.project.outside("plat"), &forge.file("releases"));
        forge.git(&["init", "--quiet", "--initial-branch=main"]);
        forge.git(&["remote", "add", "origin", "https://github.com/company/platform"]);
        forge.commit("The platform");
        forge
    }

    /// Has the catalog and the state stores on the host.
    fn share(&self) {
        let auth = "auth basic secret=github-credentials";
        let catalog =
            format!("catalog git create {{\n        url \"{}\"\n        {auth}\n    }}", self.host.url("catalog.git"));
        self.project.edit("plat.kdl", "plat \">=0.1\"", &format!("plat \">=0.1\"\n    {catalog}"));
        for store in ["production", "staging"] {
            let url = format!("url \"{}\"\n    {auth}", self.host.url(&format!("{store}.git")));
            self.project.edit("delivery/destinations.kdl", &format!("url \".plat/stores/{store}.git\""), &url);
        }
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

    /// A command with the environment of a runner.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.project.root()).env_clear().stdin(Stdio::null());
        command.env("HOME", self.project.outside("home")).env("PATH", path());
        command.env("FORGE", self.project.outside("forge")).env("GIT_CONFIG_NOSYSTEM", "1");
        command.env("FORGE_CURL", find("curl").unwrap());
        command
    }

    /// What `git` says in the repository.
    #[track_caller]
    fn git(&self, arguments: &[&str]) -> String {
        let mut command = self.command(Path::new("git"));
        command.args(["-c", "user.name=Bo", "-c", "user.email=bo@example.com"]).args(arguments);
        Outcome::of(&mut command).code(0).out.trim().to_owned()
    }

    /// What `plat` says in the repository to somebody who may write.
    fn plat<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Outcome {
        Outcome::of(self.project.command(arguments).env(TOKEN, WRITE))
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

    /// The branch `change`, with another size of the database.
    fn change(&self, from: &str, to: &str) -> String {
        self.git(&["switch", "--quiet", "--force-create", "change"]);
        let text = self.project.read("delivery/requests.kdl");
        let changed = text.replacen(&format!("size {from}"), &format!("size {to}"), 1);
        assert_ne!(changed, text);
        self.project.write("delivery/requests.kdl", changed);
        self.commit("A database of another size")
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
        let runs = self.plat(["runs", "--format", "json"]).code(0);
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

    /// Every file of every reference of the host.
    fn everything(&self) -> Vec<BTreeMap<String, BTreeMap<String, String>>> {
        REPOSITORIES.map(|name| store::references(&self.host.repository(name))).into()
    }

    /// How large the database of the change is in the catalog.
    fn size(&self) -> String {
        let files = store::files(&self.host.repository("catalog.git"), CATALOG);
        let body: Value = serde_json::from_str(&files[DATABASE]).unwrap();
        body["spec"]["size"].as_str().unwrap().to_owned()
    }

    /// Somebody else gives the database another size in the catalog.
    fn somebody_sets(&self, size: &str) {
        let repository = self.host.repository("catalog.git");
        let mut body: Value = serde_json::from_str(&store::files(&repository, CATALOG)[DATABASE]).unwrap();
        body["spec"]["size"] = json!(size);
        store::somebody_writes(&repository, CATALOG, DATABASE, Some(&body.to_string()));
    }
}
