//! What a `Secret` of Kubernetes holds that a promise makes of values in clear: it is delivered, and shown to nobody.

use crate::demo::{new, repository};
use crate::diff::commit;
use crate::project::Project;
use crate::store::{files, somebody_writes};

/// A promise that makes a `Secret` of a field whose name does not tell, and of a text of its own.
const PROMISE: &str = r#"promise door {
    api group=platform.example.com version=v1 kind=Door {
        field opener string required
    }
    schedule side=main
    workflow configure {
        resource v1 Secret $name file=secret.yaml {
            stringData {
                opener $spec.opener
                pepper "chilli-one"
            }
        }
    }
}
"#;

const REQUEST: &str = "request door front {\n    opener sesame-one\n}\n";

fn project() -> Project {
    let project = new();
    project.write("doors.kdl", PROMISE);
    project.write("front.kdl", REQUEST);
    project
}

/// Runs a command that tells something of what the manifest holds, or of the promise, and shows none of it.
#[track_caller]
fn hides(project: &Project, arguments: &[&str], says: &[&str]) {
    let outcome = project.run(arguments.iter().copied());
    let told = format!("{}{}", outcome.out, outcome.err);
    assert!(!told.contains("chilli"), "{arguments:?}: {told}");
    for text in says {
        assert!(told.contains(text), "{text} by {arguments:?}: {told}");
    }
}

/// Where the manifest lies in the repository.
const MANIFEST: &str = "main/resources/default/door/front/configure-door/5058f/secret.yaml";

#[test]
fn no_command_shows_what_a_secret_holds_that_a_promise_makes() {
    let project = project();
    for arguments in [&["plan", "--full"][..], &["plan", "--rendered"], &["plan", "--full", "--report", "markdown=-"]] {
        hides(&project, arguments, &["opener: (not shown)", "pepper: (not shown)"]);
    }
    project.apply();
    let first = commit(&project);
    project.edit("doors.kdl", "chilli-one", "chilli-two");
    project.edit("front.kdl", "sesame-one", "sesame-three");
    let part = "stringData.pepper  \"(not shown)\" -> \"(not shown)\"";
    let changed = [part, "-  pepper: (not shown)\n", "+  pepper: (not shown: another one)\n"];
    hides(&project, &["plan", "--full"], &changed);
    hides(&project, &["diff", &first, "--full"], &changed);
    let hunk = ["-                pepper ************", "+                pepper ************"];
    hides(&project, &["diff", &first, "--report", "markdown=-"], &hunk);
    for report in ["markdown=-", "ndjson=-", "sarif=-", "junit=-", "github=-", "gitlab-codequality=-"] {
        hides(&project, &["plan", "--report", report], &[]);
    }
    project.run(["plan", "--out", "plan.json"]).code(0);
    hides(&project, &["show", "plan.json", "--full"], &changed);
    for thing in ["promise:door", "request:door:default/front", &format!("file:gitops:{MANIFEST}")] {
        hides(&project, &["why", thing], &[]);
        hides(&project, &["why", thing, "--format", "json"], &[]);
    }
    hides(&project, &["get", "promise:door"], &["(not shown)"]);
    // What is applied is what was written all the same, also from a file.
    project.run(["apply", "plan.json"]).code(0);
    project.run(["plan"]).no_changes();
    project.run(["render", "front"]).code(0).says(["opener: sesame-three", "pepper: chilli-two"]);
    project.write("front.kdl", "");
    hides(&project, &["plan", "--full"], &["-  pepper: (not shown)\n"]);
}

#[test]
fn a_policy_that_it_breaks_does_not_say_it() {
    let project = project();
    let policy = "policy same for=manifest severity=warn {\n    when { $kind is Secret; }\n    require { stringData.pepper is mild; any { stringData.pepper is x; stringData.opener is y; }; }\n}\n";
    project.write("policies.kdl", policy);
    let says = ["it is (not shown)", "`stringData.opener` is (not shown)"];
    hides(&project, &["check"], &says);
    hides(&project, &["check", "--format", "json"], &says);
    hides(&project, &["plan"], &[]);
    for report in ["markdown=-", "ndjson=-", "sarif=-", "junit=-"] {
        hides(&project, &["check", "--report", report], &[]);
    }
}

#[test]
fn no_change_of_a_manifest_in_a_text_shows_it() {
    let project = new();
    let text = |value: &str| {
        format!(
            "promise door {{\n    api group=platform.example.com version=v1 kind=Door\n    schedule side=main\n    workflow configure {{\n        \
             resource v1 ConfigMap $name file=map.yaml {{\n            data {{\n                \"m.yaml\" \"apiVersion: v1\\nkind: Secret\\nstringData:\\n  a: {value}\\n\"\n            }}\n        }}\n    }}\n}}\n"
        )
    };
    project.write("doors.kdl", text("chilli-one"));
    project.write("front.kdl", "request door front\n");
    project.apply();
    let first = commit(&project);
    project.write("doors.kdl", text("chilli-two"));
    for arguments in [&["plan"][..], &["plan", "--full"], &["diff", &first], &["plan", "--report", "markdown=-"]] {
        hides(&project, arguments, &["(not shown)"]);
    }
}

#[test]
fn what_others_write_into_it_is_not_shown_either() {
    let project = project();
    project.apply();
    let written = files(&repository(&project), "main")[MANIFEST].replace("chilli-one", "chilli-live");
    somebody_writes(&repository(&project), "main", MANIFEST, Some(&written));
    for format in ["human", "json"] {
        hides(&project, &["drift", "--format", format], &["pepper: (not shown: another one)"]);
    }
    hides(&project, &["plan", "--full"], &["pepper: (not shown)", "pepper: (not shown: another one)"]);
    // Nor where both changed it.
    project.edit("doors.kdl", "chilli-one", "chilli-two");
    hides(&project, &["plan", "--full"], &["CONFLICT", "(not shown)", "(not shown: another one)"]);
    project.edit("doors.kdl", "chilli-two", "chilli-one");
    project.edit("front.kdl", "front {\n", "front {\n    lifecycle { on-drift keep; }\n");
    hides(&project, &["plan", "--full"], &["KEPT"]);
}

#[test]
fn a_test_that_fails_shows_what_differs_without_the_values() {
    let project = project();
    project.write(
        "tests.kdl",
        "test \"it holds\" {\n    given door back { opener chilli-3; }\n    expect resource Secret back { stringData { opener chilli-3; pepper chilli-4; }; }\n}\n",
    );
    for report in [&[][..], &["--report", "junit=-"], &["--format", "json"]] {
        hides(&project, &[&["test"][..], report].concat(), &["pepper: (not shown: another one)"]);
    }
}

#[test]
fn no_problem_shows_it_either() {
    let text = |token: &str| {
        format!(
            "blueprint box {{\n    property {token} bogus default=\"chilli-1\"\n    property b_token bogus {{ default chilli-2; }}\n}}\n\
             promise p {{\n    api group=a.example version=v1 kind=P {{\n        field api_key bogus default=chilli-3\n    }}\n    workflow configure {{\n        \
             resource v1 Secret $nam {{ stringData {{ a \"chilli-4\"; }}; }}\n    }}\n}}\n\
             entity box one {{\n    password \"\"\"\n        chilli-5\n        \"\"\"; nonsense \"\"\"\n        x\n        \"\"\"\n}}\n"
        )
    };
    let project = Project::new().file("plat.kdl", "project p\n").file("a.kdl", text("token"));
    for format in ["human", "json", "github", "compact"] {
        hides(&project, &["check", "--format", format], &[]);
    }
    for report in ["markdown=-", "ndjson=-", "sarif=-", "junit=-", "gitlab-codequality=-"] {
        hides(&project, &["check", "--report", report], &[]);
    }
}

#[test]
fn what_a_manifest_of_a_file_holds_is_hidden_where_the_line_of_its_promise_is_shown() {
    let project = project();
    let secret =
        |value: &str| format!("apiVersion: v1\nkind: Secret\nmetadata:\n  name: own\nstringData:\n  tok: {value}\n");
    project.write("own/secret.yaml", secret("chilli-three"));
    project.write("own/more.kdl", "promise own {\n    dependencies { files \"*.yaml\"; }\n}\n");
    let told = "content secret.yaml (not shown)";
    project.apply();
    let first = commit(&project);
    project.write("own/secret.yaml", secret("chilli-four"));
    hides(&project, &["plan"], &[told]);
    hides(&project, &["plan", "--full", "--report", "markdown=-"], &[told]);
    hides(&project, &["diff", &first], &[told]);
    hides(&project, &["diff", &first, "--report", "markdown=-"], &[told]);
    project.apply();
    project.write("own/another.yaml", secret("chilli-five"));
    hides(&project, &["plan", "--rendered"], &["content another.yaml (not shown)"]);
}
