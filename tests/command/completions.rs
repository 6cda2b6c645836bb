//! What shells complete, asked of the shells themselves.

use crate::project::Project;
use std::process::{Command, Stdio};

/// The scripts, each with a way to ask its shell what it completes behind `plat dest`, `plat apply --auto` and `plat check --format j`.
const SHELLS: [(&str, &str); 3] = [
    (
        "bash",
        "source ./script; \
         ask() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _plat plat \"${!#}\" \"${@: -2:1}\"; echo \"${COMPREPLY[@]}\"; }; \
         ask plat dest; ask plat apply --auto; ask plat check --format j",
    ),
    (
        "zsh",
        "autoload -Uz compinit; compinit -u -D; source ./script; whence -w _plat; \
         whence -f _plat_commands | grep -o 'destroy:'; whence -f _plat | grep -o -- '--auto-approve\\[' | head -1",
    ),
    (
        "fish",
        "source ./script; complete -C 'plat dest'; complete -C 'plat apply --auto'; complete -C 'plat check --format j'",
    ),
];

#[test]
fn shells_complete_commands_and_flags() {
    let project = Project::new();
    for (shell, ask) in SHELLS {
        let script = project.run(["completions", shell]).code(0).stderr("").out;
        project.write("script", &script);
        let asked = Command::new(shell)
            .args(["-c", ask])
            .current_dir(project.root())
            .env("HOME", project.outside("home"))
            .stdin(Stdio::null())
            .output();
        let Ok(output) = asked else {
            println!("NOT RUN: there is no {shell} on this machine");
            assert!(std::env::var_os("CI").is_none(), "there is no {shell}, and `.ci/install-servers.sh` installs it");
            continue;
        };
        let told = String::from_utf8(output.stdout).unwrap();
        let wrong = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("destroy") && told.contains("--auto-approve"), "{shell}: {told}{wrong}");
        assert!(shell == "zsh" || told.contains("json"), "{shell}: {told}{wrong}");
        assert_eq!(wrong, "", "{shell}");
    }
    project.run(["completions", "tcsh"]).code(64);
    project.run(["completions"]).code(64);
}
