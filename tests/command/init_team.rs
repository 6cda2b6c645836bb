//! `plat init --team`: a project whose catalog is a branch of the repository that it is in.

use crate::project::{Outcome, Project};
use crate::store;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const WORKFLOW: &str = ".github/workflows/plat.yml";
const GITLAB: &str = ".gitlab-ci.yml";

fn git(project: &Project, folder: &Path, arguments: &[&str]) {
    let who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main"];
    let mut git = Command::new("git");
    git.args(who).args(arguments).current_dir(folder).env_clear().env("HOME", project.outside("home"));
    let done = git.env("PATH", std::env::var_os("PATH").unwrap_or_default()).output().unwrap();
    assert!(done.status.success(), "{arguments:?}: {done:?}");
}

/// What leads to no server.
const OFFLINE: &str = "[http]\n proxy = http://127.0.0.1:1\n[core]\n sshCommand = false\n";

/// An empty folder, of somebody who reaches no server.
fn offline() -> Project {
    let project = Project::new();
    std::fs::write(project.outside("home/.gitconfig"), OFFLINE).unwrap();
    project
}

/// A folder with a repository, and a remote.
fn cloned_from(remote: &str) -> Project {
    let project = offline();
    git(&project, &project.root(), &["init", "-q"]);
    git(&project, &project.root(), &["remote", "add", "origin", remote]);
    project
}

/// The files of a project, without those of Git, each with its text.
fn files(project: &Project) -> Vec<(String, String)> {
    let is_of_git = |path: &Path| path.starts_with(project.path(".git"));
    let files = project.snapshot().into_iter().filter(|(path, _)| !is_of_git(path));
    let name = |path: &Path| path.strip_prefix(project.root()).unwrap().display().to_string();
    files.filter_map(|(path, text)| Some((name(&path), String::from_utf8_lossy(&text?).into_owned()))).collect()
}

fn names(project: &Project) -> Vec<String> {
    files(project).into_iter().map(|(name, _)| name).collect()
}

fn yaml(text: &str) -> Value {
    serde_norway::from_str(text).unwrap()
}

/// What a run in a folder beside the project's comes to.
fn run_in(project: &Project, folder: &Path, arguments: &[&str]) -> Outcome {
    Outcome::of(project.command(arguments.iter().copied()).current_dir(folder))
}

#[test]
fn what_one_applies_a_second_clone_finds() {
    let project = offline();
    let bare = project.outside("platform.git");
    git(&project, &project.outside("home"), &["init", "-q", "--bare", bare.to_str().unwrap()]);
    git(&project, &project.root(), &["clone", "-q", bare.to_str().unwrap(), "."]);
    project.run(["init", "--team"]).code(0).stderr("").says([
        "plat.kdl\n",
        "The catalog is the branch `plat-catalog` of ",
        "No pipeline is written: a repository in a folder runs none.\n",
        "Next: commit and push what is written, plat plan, then plat apply\n",
    ]);
    for command in ["check", "test"] {
        project.run([command]).code(0).stderr("");
    }
    project.run(["fmt", "--check"]).code(0);
    project.run(["plan", "--detailed-exitcode"]).code(2).says(["+ request:namespace:default/hello"]);
    git(&project, &project.root(), &["add", "."]);
    git(&project, &project.root(), &["commit", "-qm", "Begin"]);
    git(&project, &project.root(), &["push", "-q", "origin", "HEAD"]);
    project.apply();
    project.run(["plan"]).no_changes();
    let second = project.outside("second");
    git(&project, &project.root(), &["clone", "-q", bare.to_str().unwrap(), second.to_str().unwrap()]);
    run_in(&project, &second, &["plan"]).no_changes();
    // What the second one changes the first one finds once it has the text.
    let text = project.read("delivery.kdl").replacen("    size small\n", "    size large\n", 1);
    std::fs::write(second.join("delivery.kdl"), &text).unwrap();
    run_in(&project, &second, &["apply", "--auto-approve"]).code(0);
    project.write("delivery.kdl", text);
    project.run(["plan"]).no_changes();
    assert_eq!(store::commits(&bare, "main"), 1, "the text stays with those who write it");
    for branch in ["plat-catalog", "plat-gitops"] {
        assert_eq!(store::commits(&bare, branch), 2, "{branch}");
    }
    assert!(!names(&project).iter().any(|name| name.contains("catalog.db") || name.contains("stores/")));
}

#[test]
fn the_host_of_the_remote_runs_the_pipeline() {
    let github = cloned_from("https://github.com/company/platform.git");
    github.run(["init", "--team"]).code(0).stderr("").says([
        "./.github/workflows/plat.yml\n./catalog.kdl\n",
        "The catalog is the branch `plat-catalog` of https://github.com/company/platform.git.\n",
        "PLAT_SECRET_REPOSITORY_TOKEN",
        "The pipeline applies what is merged into `main`.\n",
    ]);
    github.run(["check"]).code(0);
    let text = "        url \"https://github.com/company/platform.git\"\n        branch plat-catalog\n        auth basic secret=repository\n";
    assert!(github.read("plat.kdl").contains(text), "{}", github.read("plat.kdl"));
    let workflow = yaml(&github.read(WORKFLOW));
    for job in ["plan", "apply", "drift"] {
        let step = &workflow["jobs"][job]["steps"][1];
        assert_eq!(step["with"], serde_json::json!({ "command": job }));
        assert_eq!(step["env"]["PLAT_SECRET_REPOSITORY_TOKEN"], "${{ github.token }}");
        assert_eq!(step["env"]["PLAT_SECRET_REPOSITORY_HOST"], "github.com");
        let may = if job == "apply" { "write" } else { "read" };
        assert_eq!(workflow["jobs"][job]["permissions"]["contents"], may, "{job}");
    }
    // It is the one of the manual but for what is the project's own.
    let example = include_str!("../../examples/ci/github/.github/workflows/plat.yml");
    let text = github.read(WORKFLOW);
    let own: BTreeSet<&str> =
        text.lines().filter(|line| !example.lines().any(|other| other == *line)).map(str::trim).collect();
    let action = format!(
        "- uses: company/plat@v{} # or the commit of that tag, which nobody can move",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(
        Vec::from_iter(own),
        [
            &*action,
            "PLAT_SECRET_REPOSITORY_HOST: github.com",
            "PLAT_SECRET_REPOSITORY_HOST: github.com # whatever address a change of the text brings",
            "PLAT_SECRET_REPOSITORY_TOKEN: ${{ github.token }}",
            "environment: platform # let `main` alone deploy to it; it may ask for an approval too",
            "permissions: { actions: read, contents: write, pull-requests: read } # the artifact, the branches that plat writes, and which pull request was merged",
        ]
    );
    assert_eq!(text.lines().count(), example.lines().count());
    let gitlab = cloned_from("https://gitlab.company.com/company/platform");
    gitlab.run(["init", "--team"]).code(0).stderr("").says([".gitlab-ci.yml\n"]);
    assert!(yaml(&gitlab.read(GITLAB))["include"][0]["inputs"]["directory"].is_null());
    let other = cloned_from("https://git.company.com/company/platform");
    other
        .run(["init", "--team"])
        .code(0)
        .says(["No pipeline is written: nothing says that git.company.com is GitHub or"]);
    assert!(!names(&other).iter().any(|name| name.contains(".yml")));
    let told = cloned_from("https://git.company.com/company/platform");
    told.run(["init", "--team", "--pipeline", "gitlab"]).code(0);
    assert!(names(&told).contains(&GITLAB.to_owned()));
    let none = cloned_from("https://github.com/company/platform");
    none.run(["init", "--team", "--pipeline", "none"]).code(0);
    assert!(!names(&none).iter().any(|name| name.contains(".yml")));
}

#[test]
fn a_repository_by_ssh_is_reached_by_a_key_here_and_by_a_token_in_the_pipeline() {
    for (remote, base) in [
        ("git@github.com:company/platform.git", "git@github.com:"),
        ("ssh://git@github.com/company/platform", "ssh://git@github.com/"),
    ] {
        let project = cloned_from(remote);
        project.run(["init", "--team"]).code(0).stderr("");
        project.run(["check"]).code(0);
        assert!(project.read("plat.kdl").contains(&format!("url \"{remote}\"")), "{}", project.read("plat.kdl"));
        let workflow = yaml(&project.read(WORKFLOW));
        assert_eq!(workflow["env"]["GIT_CONFIG_KEY_0"], "url.${{ github.server_url }}/.insteadOf");
        assert_eq!(workflow["env"]["GIT_CONFIG_VALUE_0"], base);
        // What the runner's variables say is what plat hears: it is refused at a port of this machine that nobody listens at.
        let mut plan = project.command(["plan"]);
        plan.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "url.http://127.0.0.1:9/.insteadOf");
        Outcome::of(plan.env("GIT_CONFIG_VALUE_0", base))
            .code(1)
            .complains(["by `insteadOf` http://127.0.0.1:9/company"]);
    }
}

#[test]
fn a_login_of_a_remote_stands_in_no_file() {
    for remote in [
        "https://ann:planted-7@github.com/company/platform",
        "https://planted-7@gitlab.com/company/platform",
        "https://github.com/company/platform?access_token=planted-7",
        "ssh://git:planted-7@github.com/company/platform",
        "git:planted-7@github.com:company/platform.git",
    ] {
        let project = cloned_from(remote);
        project.run(["init", "--team"]).code(0).never_says("planted-7").says(["stands in no file"]);
        project.run(["check"]).code(0);
        for (name, text) in files(&project) {
            assert!(!text.contains("planted-7"), "{remote} in {name}");
        }
        let given = offline();
        given.run(["init", "--team", "--catalog", remote]).code(0).never_says("planted-7");
        assert!(files(&given).iter().all(|(_, text)| !text.contains("planted-7")), "{remote}");
    }
    let broken = cloned_from("ftp://ann:planted-7@host/a");
    broken.run(["init", "--team"]).code(64).never_says("planted-7").complains(["the catalog cannot be at"]);
    assert_eq!(names(&broken), [""; 0]);
}

#[test]
fn settings_of_one_user_are_no_matter_of_the_text_but_for_a_shorthand() {
    let of = |remote: &str, settings: &str| {
        let project = cloned_from(remote);
        std::fs::write(project.outside("home/.gitconfig"), OFFLINE.to_owned() + settings).unwrap();
        project.run(["init", "--team"]).code(0).never_says("planted-7");
        project.read("plat.kdl")
    };
    let by_ssh = "[url \"git@github.com:\"]\n insteadOf = https://github.com/\n";
    assert!(of("https://github.com/company/platform", by_ssh).contains("url \"https://github.com/company/platform\""));
    let token = "[url \"https://ann:planted-7@github.com/\"]\n insteadOf = gh:\n";
    assert!(of("gh:company/platform", token).contains("url \"https://github.com/company/platform\""));
}

#[test]
fn where_nothing_says_where_the_catalog_is_it_is_asked_for() {
    let nowhere = offline();
    nowhere.run(["init", "--team"]).code(64).stdout("").complains(["lies in no Git repository; `--catalog URL`"]);
    let alone = offline();
    git(&alone, &alone.root(), &["init", "-q"]);
    alone.run(["init", "--team", "new"]).code(64).complains(["has no remote; `--catalog URL`"]);
    git(&alone, &alone.root(), &["remote", "add", "upstream", "https://github.com/company/platform"]);
    alone.run(["init", "--team", "new"]).code(0).says(["of https://github.com/company/platform.\n"]);
    let several = offline();
    git(&several, &several.root(), &["init", "-q"]);
    for name in ["ann", "bob"] {
        git(&several, &several.root(), &["remote", "add", name, "https://github.com/company/platform"]);
    }
    several.run(["init", "--team"]).code(64).complains(["the remotes `ann`, `bob`, and none is called `origin`"]);
    for project in [&nowhere, &several] {
        assert_eq!(names(project), [""; 0]);
    }
    let url = "https://github.com/company/catalog";
    nowhere
        .run(["init", "--team", "--catalog", url])
        .code(0)
        .says([WORKFLOW, "of https://github.com/company/catalog.\n"]);
    // The run's own token is for the repository that it runs in.
    let other = cloned_from("https://github.com/company/platform");
    other.run(["init", "--team", "--catalog", url]).code(0);
    assert!(other.read(WORKFLOW).contains("PLAT_SECRET_REPOSITORY_TOKEN: ${{ secrets.PLAT_WRITE_TOKEN }}"));
    let bad = cloned_from("https://github.com/company/platform");
    bad.run(["init", "--team", "--catalog", "ftp://host/x"])
        .code(64)
        .complains(["the catalog cannot be at `ftp://host/x`"]);
    bad.run(["init", "--catalog", url]).code(64).complains(["--team"]);
}

#[test]
fn a_project_in_a_folder_of_its_repository_has_its_pipeline_at_the_root() {
    for (remote, pipeline) in
        [("https://github.com/company/all", WORKFLOW), ("https://gitlab.com/company/all.git", GITLAB)]
    {
        let project = cloned_from(remote);
        project.write("README.md", "Ours.\n");
        project
            .run(["init", "--team", "teams/shop"])
            .code(0)
            .says(["Next: commit and push what is written, plat -C teams/shop"]);
        let names = names(&project);
        let outside: Vec<&str> =
            names.iter().map(String::as_str).filter(|name| !name.starts_with("teams/shop/")).collect();
        assert_eq!(outside.len(), 2, "{outside:?}");
        assert!(outside.contains(&"README.md") && outside.contains(&pipeline), "{outside:?}");
        let text = yaml(&project.read(pipeline));
        let folder = match pipeline {
            WORKFLOW => &text["jobs"]["apply"]["steps"][1]["with"]["directory"],
            _ => &text["include"][0]["inputs"]["directory"],
        };
        assert_eq!(folder, "teams/shop");
        project.run(["-C", "teams/shop", "check"]).code(0);
    }
}

#[test]
fn nothing_that_is_there_is_overwritten() {
    let project = cloned_from("https://gitlab.com/company/platform");
    project.write(GITLAB, "stages: [mine]\n");
    project.write(".gitignore", "/target\n");
    project
        .run(["init", "--team"])
        .code(0)
        .says([".gitlab-ci.yml is there and stays as it is", "`.plat/` belongs into .gitignore"]);
    assert_eq!((&*project.read(GITLAB), &*project.read(".gitignore")), ("stages: [mine]\n", "/target\n"));
    let taken = cloned_from("https://github.com/company/platform");
    taken.write("delivery.kdl", "// mine\n");
    taken.run(["init", "--team"]).code(64).complains(["delivery.kdl exists already, and nothing was written\n"]);
    assert_eq!(names(&taken), ["delivery.kdl"]);
    // One that was stopped goes on.
    let stopped = cloned_from("https://github.com/company/platform");
    stopped.run(["init", "--team"]).code(0);
    std::fs::remove_file(stopped.path("plat.kdl")).unwrap();
    stopped
        .run(["init", "--team"])
        .code(0)
        .never_says("stays as it is")
        .never_says("catalog.kdl\n")
        .says(["plat.kdl\n"]);
}

#[test]
fn the_pipeline_is_of_the_branch_that_the_remote_begins_with() {
    let project = cloned_from("https://github.com/company/platform");
    git(&project, &project.root(), &["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"]);
    project.run(["init", "--team"]).code(0).says(["applies what is merged into `trunk`"]);
    let text = project.read(WORKFLOW);
    assert!(text.contains("branches: [trunk]") && text.contains("'refs/heads/trunk'"), "{text}");
}

#[test]
fn where_others_own_things_a_new_project_joins_them() {
    let platform = offline();
    let catalog = platform.outside("catalog.git").display().to_string();
    let text = |name: &str| {
        format!("project {name} {{\n    id {name}-1\n    catalog git create {{ url \"{catalog}\"; }}\n}}\n")
    };
    platform.write("plat.kdl", text("platform") + "blueprint service { property tier string; }\nentity service core\n");
    platform.apply();
    let shop = offline();
    shop.run(["init", "--team", "--catalog", &catalog, "shop"]).code(0).stderr("").says([
        "shop/uses.kdl\n",
        "Others own things there: platform. No example is written; uses.kdl says what is used of them",
        "Next: write what is this project's own,",
    ]);
    let uses = shop.read("shop/uses.kdl");
    assert!(uses.contains("// platform owns 1 blueprint, 1 entity.\nextern project platform-1\n"), "{uses}");
    assert!(uses.contains("// entity service example\n"), "{uses}");
    assert!(!shop.path("shop/catalog.kdl").exists());
    for command in [&["check"][..], &["fmt", "--check"], &["test"]] {
        shop.run(["-C", "shop"].into_iter().chain(command.iter().copied())).code(0);
    }
    shop.run(["-C", "shop", "plan"]).no_changes();
    shop.write("shop/own.kdl", "entity service web { tier gold; }\n");
    shop.run(["-C", "shop", "apply", "--auto-approve"]).code(0).says(["+ entity:service:web"]);
    platform.run(["plan"]).no_changes();
    // Who has nothing that others could use is named, and not used.
    let third = offline();
    third
        .run(["init", "--team", "--catalog", &catalog, "third"])
        .code(0)
        .says(["Others own things there: platform, shop."]);
    let uses = third.read("third/uses.kdl");
    assert!(uses.contains("// shop owns 1 entity.\n// extern project shop-"), "{uses}");
    third.run(["-C", "third", "check"]).code(0);
    third.run(["-C", "third", "plan"]).no_changes();
    // A catalog that nobody reaches may hold anything.
    third
        .run(["init", "--team", "--catalog", "https://github.com/company/platform", "far"])
        .code(0)
        .says(["far/catalog.kdl", "Whether others own things there is not known: the catalog: cannot fetch from"]);
}
