//! What is secret is in no output, no plan and no file, whatever goes wrong.

use crate::demo;
use crate::project::{Outcome, Project};

const PLANTED: &str = "planted-7f3a9c51e2";

/// The demo platform with a store on a server that nobody runs, and a secret for it.
fn unreachable() -> Project {
    let project = demo::new();
    project.edit(
        "plat.kdl",
        "git create {\n    url \".plat/stores/gitops.git\"\n",
        "git {\n    url \"https://127.0.0.1:1/company/gitops.git\"\n    auth basic secret=\"my-x\"\n",
    );
    project
}

fn run(project: &Project, arguments: &[&str]) -> Outcome {
    let mut command = project.command(arguments.iter().copied());
    for part in ["TOKEN", "PASSWORD", "USERNAME", "SSH_KEY", "SSH_PASSPHRASE"] {
        command.env(format!("PLAT_SECRET_MY_X_{part}"), format!("{PLANTED}-{part}"));
        command.env(format!("PLAT_SECRET_GITOPS_{part}"), format!("{PLANTED}-{part}"));
    }
    command.env("PLAT_CREDENTIAL_COMMAND", format!("echo password={PLANTED}"));
    command.env("RUST_BACKTRACE", "full").env("RUST_LOG", "trace").env("GIT_TRACE", "1");
    Outcome::of(&mut command).never_says(PLANTED)
}

/// Neither a file of the project nor its name holds the secret.
fn is_in_no_file(project: &Project) {
    for (path, content) in project.snapshot() {
        let content = String::from_utf8_lossy(content.as_deref().unwrap_or_default()).into_owned();
        assert!(!content.contains(PLANTED), "{}", path.display());
        assert!(!path.display().to_string().contains(PLANTED), "{}", path.display());
    }
}

#[test]
fn a_server_that_does_not_answer_learns_and_tells_nothing() {
    let project = unreachable();
    for arguments in [
        &["plan"][..],
        &["plan", "--out", "plan"],
        &["plan", "--format", "json"],
        &["apply", "--auto-approve"],
        &["apply", "--auto-approve", "--format", "json"],
    ] {
        let outcome = run(&project, arguments).code(1);
        assert!(outcome.err.starts_with("gitops: cannot fetch\n"), "{outcome}");
    }
    for arguments in [&["check"][..], &["render"], &["test"], &["score"], &["get", "entity"], &["fmt", "--check"]] {
        run(&project, arguments).code(0);
    }
    is_in_no_file(&project);
}

#[test]
fn a_store_that_needs_no_secret_keeps_none() {
    let project = demo::new();
    run(&project, &["plan", "--out", "plan"]).code(0);
    run(&project, &["apply", "plan"]).code(0);
    project.edit("requests.kdl", "size 1", "size 9");
    run(&project, &["apply", "--auto-approve"]).code(0);
    run(&project, &["get", "state-store", "--format", "json"]).code(0);
    is_in_no_file(&project);
}

#[test]
fn a_password_in_an_address_is_told_by_nobody() {
    let project = unreachable();
    project.edit("plat.kdl", "https://127", &format!("https://somebody:{PLANTED}@127"));
    let complaint = "gitops: its address holds a user or a password: take them out and name a secret with `auth`\n";
    for arguments in [&["plan"][..], &["apply", "--auto-approve"], &["plan", "--format", "json"]] {
        run(&project, arguments).code(1).stdout("").stderr(complaint);
    }
    assert!(!project.path(".plat").exists());
}
