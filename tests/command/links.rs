//! Symbolic links: followed within the project's folder, and nothing outside is read, whatever the way.

use crate::demo;
use crate::project::{Outcome, Project};
use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

const SECRET: &str = "whatever-nobody-may-read";

/// The platform with a promise that delivers files of `manifests`, beside a folder with what nobody may read.
fn world() -> Project {
    let promise = "promise raw {
    api group=company.com version=v1 kind=Raw { field a string; }
    schedule side=main
    workflow configure { files \"manifests/**\"; }
}
request raw all
";
    let project = demo::new().file("raw.kdl", promise).file("manifests/ok.yaml", "a: 1\n");
    fs::create_dir_all(project.outside("other/deep")).unwrap();
    fs::write(project.outside("other/deep/secret.yaml"), format!("s: {SECRET}\n")).unwrap();
    fs::write(project.outside("other/secret.kdl"), format!("team {SECRET}\n")).unwrap();
    project
}

/// What every command says that reads a project, where nothing of what is outside may be in it.
fn all(project: &Project) -> Vec<Outcome> {
    [
        &["check"][..],
        &["render"],
        &["plan", "--full", "--rendered"],
        &["--format", "json", "plan"],
        &["score"],
        &["test"],
    ]
    .map(|arguments| {
        let mut command = project.command(arguments.iter().copied());
        Outcome::of(command.env("PLAT_HIDDEN", SECRET)).never_says(SECRET)
    })
    .into()
}

#[test]
fn links_within_the_folder_are_followed() {
    let project = world();
    fs::create_dir(project.path("shared")).unwrap();
    fs::rename(project.path("services.kdl"), project.path("shared/services.txt")).unwrap();
    symlink("shared/services.txt", project.path("services.kdl")).unwrap();
    symlink("ok.yaml", project.path("manifests/link.yaml")).unwrap();
    symlink(project.path("manifests"), project.path("by-root")).unwrap();
    symlink("..", project.path("manifests/up")).unwrap();
    project.run(["check"]).code(0).stdout("No problems.\n");
    project.run(["render", "all"]).code(0).says(["link.yaml", "a: 1", "ok.yaml", "a: 1"]);
    project.run(["plan"]).code(0).says(["services.kdl:1\n"]);
}

#[test]
fn a_step_takes_nothing_from_outside() {
    for (link, to) in [
        ("manifests/file.yaml", "../../other/deep/secret.yaml"),
        ("manifests/folder", "../../other/deep"),
        ("manifests/all", "../.."),
        ("manifests/environ", "/proc/self/environ"),
        ("manifests/again.yaml", "chain"),
        ("manifests/zero", "/dev/zero"),
    ] {
        let project = world();
        symlink("../../other/deep/secret.yaml", project.path("manifests/chain")).unwrap();
        if link != "manifests/again.yaml" {
            fs::remove_file(project.path("manifests/chain")).unwrap();
        }
        symlink(to, project.path(link)).unwrap();
        for outcome in all(&project) {
            let told = format!("the link `{link}` leads out of the project's folder");
            assert!(
                outcome.code == Some(3) && (outcome.out.clone() + &outcome.err).contains(&told),
                "{link}: {outcome}"
            );
            assert!((outcome.out.clone() + &outcome.err).contains("E0507"), "{outcome}");
        }
    }
    // The folder of the pattern itself, one above it, and a pattern of one file.
    for pattern in
        ["manifests/**", "out/deep/**", "out/**", "out/deep/secret.yaml", "../other/**", "/proc/self/environ"]
    {
        let project = world();
        symlink("../other", project.path("out")).unwrap();
        project.edit("raw.kdl", "manifests/**", pattern);
        if pattern == "manifests/**" {
            fs::rename(project.path("manifests"), project.path("kept")).unwrap();
            symlink("../other", project.path("manifests")).unwrap();
        }
        for outcome in all(&project) {
            assert!((outcome.out.clone() + &outcome.err).contains("E0507"), "{pattern}: {outcome}");
        }
    }
}

#[test]
fn a_link_that_leads_out_is_told_once() {
    let project = world();
    symlink("../../other/deep", project.path("manifests/folder")).unwrap();
    let told = "raw.kdl:4:32: error[E0507]: the link `manifests/folder` leads out of the project's folder
    help: a `files` step takes files of the project's own folder only: put a copy there
1 error
";
    project.run(["check"]).code(3).stdout(told);
}

#[test]
fn what_cannot_be_read_is_told_by_its_name_and_hides_nothing() {
    let project = world();
    symlink("nowhere.yaml", project.path("manifests/old.yaml")).unwrap();
    let pipe = Command::new("mkfifo").arg(project.path("manifests/pipe.yaml")).status().unwrap();
    assert!(pipe.success());
    project
        .run(["check"])
        .code(3)
        .says(["error[E0506]: cannot read manifests/old.yaml", "error[E0506]: cannot read manifests/pipe.yaml"])
        .never_says("no file matches");
    fs::remove_file(project.path("manifests/old.yaml")).unwrap();
    fs::remove_file(project.path("manifests/pipe.yaml")).unwrap();
    project.run(["render", "all"]).code(0).says(["ok.yaml"]);
}

#[test]
fn no_text_of_the_project_comes_from_outside() {
    for (link, to) in [
        ("more.kdl", "../other/secret.kdl"),
        ("more", "../other"),
        ("deep/more.kdl", "../again"),
        ("plat.kdl", "../other/secret.kdl"),
    ] {
        let project = world();
        fs::create_dir(project.path("deep")).unwrap();
        symlink("../other/secret.kdl", project.path("again")).unwrap();
        if link == "plat.kdl" {
            fs::remove_file(project.path(link)).unwrap();
        }
        symlink(to, project.path(link)).unwrap();
        for outcome in all(&project) {
            let told = format!("{link}:1:1: error[E0507]");
            assert!(outcome.code == Some(3), "{link}: {outcome}");
            assert!(
                (outcome.out.clone() + &outcome.err).contains(&told) || outcome.err.contains("\"E0507\""),
                "{outcome}"
            );
        }
        // Nothing outside is written either.
        let code = if link == "more" { 0 } else { 3 };
        project.run(["fmt"]).code(code).never_says(SECRET);
        assert_eq!(fs::read_to_string(project.outside("other/secret.kdl")).unwrap(), format!("team {SECRET}\n"));
    }
    // What is no text of the project may lead anywhere.
    let project = world();
    symlink("../other/deep/secret.yaml", project.path("README.md")).unwrap();
    project.run(["check"]).code(0);
}

#[test]
fn another_revision_obeys_the_same_rule() {
    let whole = Project::new();
    let inner = world();
    let git = |arguments: &[&str]| {
        let done = Command::new("git").args(arguments).current_dir(whole.root()).env_clear().output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {done:?}");
    };
    let commit = || {
        git(&["add", "."]);
        git(&["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "all"]);
    };
    for name in ["plat.kdl", "services.kdl", "requests.kdl", "raw.kdl", "manifests/ok.yaml"] {
        whole.write(&format!("platform/{name}"), inner.read(name));
    }
    whole.write("other/deep/secret.yaml", format!("s: {SECRET}\n"));
    git(&["init", "-q"]);
    symlink("ok.yaml", whole.path("platform/manifests/inside.yaml")).unwrap();
    commit();
    whole.run(["-C", "platform", "diff", "HEAD"]).code(0);
    symlink("../../other/deep", whole.path("platform/manifests/folder")).unwrap();
    commit();
    let told = "the link `manifests/folder` leads out of the project's folder";
    whole.run(["-C", "platform", "diff", "HEAD~1..HEAD"]).code(3).complains([told]).never_says(SECRET);
    fs::remove_file(whole.path("platform/manifests/folder")).unwrap();
    whole.run(["-C", "platform", "diff", "HEAD"]).code(3).complains([told]).never_says(SECRET);
    whole.run(["-C", "platform", "diff", "HEAD~1"]).code(0);
}

/// What is called like a file of the project and is none is a problem beside the others, and nobody waits for it.
#[test]
fn what_is_no_file_is_told_beside_the_other_problems() {
    let project = demo::new().file("wrong.kdl", "blueprnt x\n").file("untidy.kdl", "team   x\n");
    let at = |name: &str| project.path(name);
    let make =
        |arguments: &[&str]| assert!(Command::new(arguments[0]).args(&arguments[1..]).status().unwrap().success());
    make(&["mkfifo", at("pipe.kdl").to_str().unwrap()]);
    symlink("nowhere", at("dead.kdl")).unwrap();
    symlink("round.kdl", at("round.kdl")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(at("socket.kdl")).unwrap();
    let told = ["dead.kdl:1:1: error[E0561]", "pipe.kdl:1:1: error[E0561]", "round.kdl:1:1: error[E0561]"];
    project.run(["check"]).code(3).says(told).says(["socket.kdl:1:1: error[E0561]", "error[E0201]", "\n5 errors\n"]);
    for command in ["plan", "apply", "test", "render"] {
        project.run([command]).code(3).complains(told).complains(["error[E0201]"]);
    }
    project.run(["check", "--format", "github"]).code(3).says(["file=pipe.kdl", "title=E0561", "title=E0201"]);
    project.run(["check", "--report", "json=report"]).code(3);
    assert!(project.read("report").matches("E0561").count() >= 4);
    project.run(["fmt"]).code(3).complains(["pipe.kdl:1:1: error[E0561]", "dead.kdl"]).says(["untidy.kdl\n"]);
    assert_eq!(project.read("untidy.kdl"), "team x\n");
}
