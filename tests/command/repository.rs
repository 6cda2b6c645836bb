//! Repositories in a folder: their hooks, their locks, their branches, and whom commits name.

use crate::demo::{self, repository};
use crate::diff::commit;
use crate::project::{Outcome, Project};
use crate::store::{files, references};
use git2::Repository;
use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::Stdio;
use std::time::Duration;

fn hook(project: &Project, name: &str, script: &str) {
    let path = repository(project).join("hooks").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_hook_that_refuses_the_branch_is_heard() {
    let project = demo::applied();
    project.edit("requests.kdl", "size 1", "size 9");
    hook(&project, "update", "case $1 in refs/heads/*) echo 'main is protected' >&2; exit 1;; esac");
    let before = files(&repository(&project), "main");
    let said = "the change of refs/heads/main was refused: update hook declined: main is protected";
    project.run(["apply", "--auto-approve"]).code(6).complains([
        "  written: ",
        " of the catalog\n",
        "left: 1 file of gitops",
        said,
    ]);
    assert_eq!(files(&repository(&project), "main"), before);
}

#[test]
fn a_hook_that_refuses_everything_refuses_the_lease_and_nothing_is_written() {
    let project = demo::applied();
    project.edit("requests.kdl", "size 1", "size 9");
    hook(&project, "pre-receive", "echo 'main is protected' >&2; exit 1");
    let before = references(&repository(&project));
    project.run(["apply", "--auto-approve"]).code(1).complains(["pre-receive hook declined: main is protected"]);
    assert_eq!(references(&repository(&project)), before);
    project.run(["plan"]).says(["size  1 -> 9"]);
}

#[test]
fn no_hook_sees_a_secret() {
    let project = demo::applied();
    project.edit("requests.kdl", "size 1", "size 9");
    hook(&project, "pre-receive", "env >seen");
    let mut command = project.command(["apply", "--auto-approve"]);
    command.env("PLAT_SECRET_GITOPS_TOKEN", "hunter22-hunter22").env("GIT_INDEX_FILE", "/x");
    command.env("PLAT_PLAN_KEY", "hunter22-hunter22-key").env("PLAT_CREDENTIAL_COMMAND", "echo password=hunter22-x");
    Outcome::of(command.env("https_proxy", "http://user:hunter22-hunter22@127.0.0.1:1")).code(0);
    let seen = fs::read_to_string(repository(&project).join("seen")).unwrap();
    assert!(seen.contains("GIT_DIR=.") && !seen.contains("hunter22") && !seen.contains("GIT_INDEX_FILE"), "{seen}");
}

#[test]
fn a_catalog_that_is_taken_away_in_the_middle_of_an_apply_is_no_success() {
    for taken in ["rm", "mv-and-back"] {
        let project = demo::applied();
        project.edit("requests.kdl", "size 1", "size 9");
        let catalog = project.path(".plat/catalog.db").display().to_string();
        // While the files are delivered.
        let script = match taken {
            "rm" => format!("rm -f '{catalog}'"),
            _ => format!("cp '{catalog}' '{catalog}.copy'; mv '{catalog}.copy' '{catalog}'"),
        };
        hook(&project, "update", &format!("case $1 in refs/heads/*) {script};; esac"));
        let said = ["catalog.db was taken away or replaced during this run", "put it back, or apply anew"];
        project.run(["apply", "--auto-approve"]).code(6).complains(said);
        assert_eq!(project.path(".plat/catalog.db").exists(), taken != "rm", "none is made in its place");
        hook(&project, "update", "exit 0");
        project.run(["apply", "--auto-approve"]).code(0);
        project.run(["plan"]).no_changes();
    }
}

#[test]
fn a_turn_that_somebody_else_has_is_waited_for_as_long_as_was_said() {
    let project = demo::applied();
    project.edit("requests.kdl", "size 1", "size 9");
    let file = File::options().create(true).truncate(false).write(true).open(repository(&project).join("plat.lock"));
    let file = file.unwrap();
    file.lock().unwrap();
    let said = ["another process has locked", "plat.lock", "did not let go of it within 1 s"];
    project.run(["apply", "--auto-approve", "--lock-timeout", "1s"]).code(4).complains(said);
    let mut command = project.command(["apply", "--auto-approve", "--lock-timeout", "10m"]);
    let mut waiting = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    let pid = waiting.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert_eq!(waiting.wait().unwrap().code(), Some(130));
    drop(file);
    project.apply();
}

#[test]
fn a_lock_of_git_is_somebodys_and_stays() {
    let project = demo::applied();
    project.edit("requests.kdl", "size 1", "size 9");
    let opened = Repository::open(repository(&project)).unwrap();
    let tip = opened.refname_to_id("refs/heads/main").unwrap();
    let lock = repository(&project).join("refs/heads/main.lock");
    for content in [String::new(), format!("{tip}\n")] {
        fs::write(&lock, content).unwrap();
        let said = ["another process has locked", "refs/heads/main.lock"];
        project.run(["apply", "--auto-approve", "--lock-timeout", "1s"]).complains(said);
        assert_eq!(opened.refname_to_id("refs/heads/main").unwrap(), tip);
        assert!(lock.exists());
    }
    fs::remove_file(lock).unwrap();
    project.apply();
}

#[test]
fn commits_name_whom_git_would_name() {
    let project = demo::new();
    let who = |project: &Project| {
        let opened = Repository::open(repository(project)).unwrap();
        let commit = opened.find_reference("refs/heads/main").unwrap().peel_to_commit().unwrap();
        let (author, committer) = (commit.author(), commit.committer());
        (author.to_string(), author.when().seconds(), committer.to_string())
    };
    project.apply();
    assert_eq!(who(&project).0, "plat <plat@localhost>");
    fs::write(project.outside("home/.gitconfig"), "[user]\nname = Ada\nemail = ada@company.com\n").unwrap();
    project.edit("requests.kdl", "size 1", "size 9");
    let mut command = project.command(["apply", "--auto-approve"]);
    command.env("GIT_AUTHOR_NAME", "B\no").env("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z");
    Outcome::of(&mut command).code(0);
    assert_eq!(who(&project), ("Bo <ada@company.com>".to_owned(), 1_767_225_600, "Ada <ada@company.com>".to_owned()));
    let mut command = project.command(["plan"]);
    command.env("PLAT_SECRET_GIT_TOKEN", "hunter22-hunter22").env("GIT_COMMITTER_EMAIL", "hunter22-hunter22@b.example");
    Outcome::of(&mut command).code(1).complains(["GIT_COMMITTER_EMAIL"]).never_says("hunter22");
    let mut command = project.command(["plan"]);
    Outcome::of(command.env("GIT_AUTHOR_DATE", "yesterday")).code(1).complains(["GIT_AUTHOR_DATE is no date"]);
}

#[test]
fn a_missing_branch_is_made_only_where_the_text_says_so() {
    let project = demo::applied();
    project.edit("plat.kdl", "git create {", "git {");
    project.edit("plat.kdl", "gitops.git\"\n", "gitops.git\"\n    branch other\n");
    let said = ["has no branch `other`", "`create`"];
    project.run(["plan", "--allow-delete", "state-store:gitops"]).code(1).complains(said);
    project.edit("plat.kdl", "git {", "git create {");
    project.run(["plan", "--allow-delete", "state-store:gitops"]).code(0);
}

#[test]
fn what_git_refuses_is_told_by_check() {
    for (name, told) in [(".git", "means `.git`"), ("GIT~1", "means `.git`"), (".g\u{200c}it ", "means `.git`")] {
        let project = demo::new();
        project.edit("plat.kdl", "file=config.yaml", &format!("file=\"{name}/config.yaml\""));
        project.run(["check"]).code(3).says(["E0531", told]);
    }
    let project = demo::new();
    project.edit("plat.kdl", "gitops.git\"\n", "gitops.git\"\n    branch \"a..b\"\n");
    project.run(["check"]).code(3).says(["E0553", "`a..b` cannot be a branch's name"]);
}

fn make_pipe(path: &std::path::Path) {
    let _ = fs::remove_file(path);
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// What a pipe holds never comes, and whoever opened one would wait for it and heed nothing.
#[test]
fn a_pipe_in_the_place_of_a_file_of_a_repository_is_told_and_not_waited_at() {
    for name in ["plat.lock", "packed-refs", "config", "HEAD", "refs/heads/main"] {
        let project = demo::applied();
        project.edit("requests.kdl", "size 1", "size 9");
        make_pipe(&repository(&project).join(name));
        project.run(["apply", "--auto-approve"]).code(1).complains([name, "is no file, and pipes"]);
    }
}

#[test]
fn a_lock_that_leads_elsewhere_is_not_followed() {
    let project = demo::applied();
    project.edit("requests.kdl", "size 1", "size 9");
    let lock = repository(&project).join("plat.lock");
    fs::remove_file(&lock).unwrap();
    std::os::unix::fs::symlink(project.outside("elsewhere"), &lock).unwrap();
    project.run(["apply", "--auto-approve"]).code(1).complains(["plat.lock is no file"]);
    assert!(!project.outside("elsewhere").exists());
}

#[test]
fn the_catalog_is_a_file_of_the_projects_own_folder_or_nothing() {
    use std::os::unix::fs::symlink;
    let refuses = |project: &Project, reason: &str| {
        for arguments in [&["plan"][..], &["apply", "--auto-approve"], &["get", "entity"]] {
            project.run(arguments.iter().copied()).code(1).complains([reason]);
        }
    };
    for name in ["catalog.db", "catalog.db-journal", "catalog.db-wal", "catalog.db-shm"] {
        let project = demo::applied();
        make_pipe(&project.path(".plat").join(name));
        refuses(&project, &format!("{name} is not what belongs there"));
    }
    let linked = "is a symbolic link";
    let project = demo::new();
    fs::create_dir(project.path(".plat")).unwrap();
    for to in ["/dev/zero", "../elsewhere.db"] {
        symlink(to, project.path(".plat/catalog.db")).unwrap();
        refuses(&project, linked);
        fs::remove_file(project.path(".plat/catalog.db")).unwrap();
    }
    fs::remove_dir(project.path(".plat")).unwrap();
    fs::create_dir(project.outside("elsewhere")).unwrap();
    let theirs = project.outside("elsewhere").join("theirs");
    fs::write(&theirs, "").unwrap();
    symlink(project.outside("elsewhere"), project.path(".plat")).unwrap();
    refuses(&project, linked);
    let there = fs::read_dir(project.outside("elsewhere")).unwrap().count();
    assert!(there == 1 && !project.path("elsewhere.db").exists());
    // A folder that is plat's alone may be kept elsewhere.
    fs::remove_file(&theirs).unwrap();
    project.apply();
    assert!(project.outside("elsewhere").join("catalog.db").exists());
    project.run(["plan"]).no_changes();
}

/// Gives a folder with all that is in it to another user; says whether this user may.
fn given_away(folder: &std::path::Path) -> bool {
    let own = fs::metadata(folder).unwrap().uid();
    let given = std::os::unix::fs::chown(folder, Some(own + 12_345), None).is_ok();
    if given && folder.is_dir() {
        return fs::read_dir(folder).unwrap().all(|entry| given_away(&entry.unwrap().path()));
    }
    given
}

#[test]
fn a_repository_of_another_user_is_told_as_one() {
    let project = demo::applied();
    commit(&project);
    project.edit("requests.kdl", "size 1", "size 9");
    let (store, own) = (repository(&project), project.root());
    if !given_away(&store) {
        std::io::Write::write_all(&mut std::io::stderr(), b"\nNOT RUN: this user can give no folder away\n").unwrap();
        return;
    }
    let said = |folder: &std::path::Path| {
        let folder = fs::canonicalize(folder).unwrap();
        let folder = folder.display();
        format!(
            "the repository {folder} belongs to another user, and Git opens none of those unless it is told to; to tell it: \
             git config --global --add safe.directory {folder}\n"
        )
    };
    let allowed = |folders: &[&std::path::Path]| {
        let line =
            |folder: &&std::path::Path| format!("\tdirectory = {}\n", fs::canonicalize(folder).unwrap().display());
        let text = format!("[safe]\n{}", folders.iter().map(line).collect::<String>());
        fs::write(project.outside("home/.gitconfig"), text).unwrap();
    };
    // The state store is named for itself, though it lies in the repository of the project.
    project.run(["plan"]).code(1).complains([&*format!("gitops: {}", said(&store))]);
    allowed(&[&store]);
    project.run(["plan"]).code(0).says(["plan of demo @"]);
    assert!(given_away(&own));
    project
        .run(["plan"])
        .code(0)
        .says(["plan of demo  ~"])
        .complains([&*format!("The plan names no commit: {}", said(&own))]);
    for command in [&["diff"][..], &["apply", "--auto-approve", "--expect-source", "main"]] {
        let saved = project.run(["plan", "--out", "plan.json"]).code(0);
        let file = (command.len() > 1).then_some("plan.json");
        let refused = project.run(command.iter().copied().chain(file)).code(1);
        refused.complains([&*said(&own)]).never_says("no Git repository");
        drop(saved);
    }
    allowed(&[&store, &own]);
    project.run(["diff"]).code(0).never_says("another user");
    project.apply();
}
