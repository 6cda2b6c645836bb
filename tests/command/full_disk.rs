//! What the system does not let be written is told as what it is, with the path and with what to do.

use crate::demo::{self, repository};
use crate::project::{Outcome, Project};
use std::process::Command;

/// A project with so many files, which no compression makes small.
fn large(files: usize) -> Project {
    let promise = "promise raw {
    api group=company.com version=v1 kind=Raw { field a string; }
    schedule side=main
    workflow configure { files \"manifests/**\"; }
}
request raw all
";
    let mut state = 7_u64;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'0' + u8::try_from(state >> 58).unwrap())
    };
    let mut text =
        || (0..20_000 / files).map(|_| (0..90).map(|_| letter()).chain(['\n']).collect::<String>()).collect();
    let files = (0..files).map(|number| (format!("manifests/{number}.txt"), text()));
    files.fold(demo::new().file("raw.kdl", promise), |project, (path, text): (_, String)| project.file(&path, text))
}

/// A run that may write no file above some blocks of 512 or 1024 bytes, as shells count differently.
fn limited(project: &Project, arguments: &[&str], blocks: u32) -> Outcome {
    let plat = project.command(arguments.iter().copied());
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -f {blocks}; exec \"$0\" \"$@\"")]);
    command.arg(plat.get_program()).args(plat.get_args()).current_dir(project.root()).env_clear();
    command.envs(plat.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Outcome::of(command.stdin(std::process::Stdio::null()))
}

#[test]
fn a_file_that_the_system_does_not_let_grow_is_told_and_the_next_apply_goes_on() {
    // One file, and so many that they go into one pack.
    for files in [1, 200] {
        let project = large(files);
        let place = repository(&project);
        let told = ["cannot write the commit: ", place.to_str().unwrap(), "File too large", "`ulimit -f`"];
        limited(&project, &["apply", "--auto-approve"], 1000).code(6).complains(told).never_says("damaged");
        project.apply();
        project.run(["plan"]).no_changes();
    }
}

#[test]
fn of_files_of_which_one_cannot_grow_none_is_written() {
    let blueprint = |name: &str, description: &str| {
        format!(r#"{{"identifier": "{name}", "description": "{description}", "schema": {{"properties": {{}}}}}}"#)
    };
    let all = [blueprint("a", ""), blueprint("b", &"long ".repeat(2000)), blueprint("c", "")].join(",");
    let project = Project::new().file("a.json", format!("[{all}]"));
    let before = project.snapshot();
    let import = ["import", "port", "a.json", "--out", "out"];
    let told = ["cannot write out/blueprints/b.kdl, so that no file is changed", "File too large"];
    limited(&project, &import, 4).code(1).complains(told);
    assert_eq!(project.snapshot(), before);
    project.run(import).code(0);
}
