//! What a guard stops is allowed in the text, so that a reviewed change is enough.

use crate::demo::{PLATFORM, applied, manifest, new, repository};
use crate::project::Project;
use crate::store::files;

/// A plan that is refused with a line to write, and applied once that line is written.
#[track_caller]
fn allowed_by(project: &Project, refusal: &str, line: &str) {
    let said = [refusal, &format!("to allow it: `{line}` in the project")];
    project.run(["plan"]).code(5).says(said);
    project.write("allowed.kdl", format!("{line}\n"));
    project.run(["plan"]).code(0).never_says("REFUSED");
    project.apply();
    project.run(["plan"]).no_changes();
}

fn services(count: u32) -> String {
    (0..count).map(|id| format!("entity service s{id} {{\n    tier one\n}}\n")).collect()
}

#[test]
fn a_kind_that_becomes_empty() {
    let project = applied();
    project.write("services.kdl", "");
    allowed_by(&project, "REFUSED all 2 objects of kind entity are deleted\n", "removed \"entity:*\"");
}

#[test]
fn a_store_that_becomes_empty_goes_with_its_requests() {
    let project = applied();
    project.write("requests.kdl", "");
    let flags = ["plan", "--allow-delete", "request:*"];
    let line = "to allow it: `removed \"file:gitops:*\"` in the project, or --allow-delete 'file:gitops:*'\n";
    project.run(flags).code(5).says(["REFUSED all 2 files of state store gitops are deleted\n", line]);
    // What says that the requests go says it of their files.
    allowed_by(&project, "REFUSED all 2 objects of kind request are deleted\n", "removed \"request:*\"");
    assert!(files(&repository(&project), "main").is_empty());
}

#[test]
fn what_the_text_says_is_not_counted_against_its_limit() {
    let project = new().file("more.kdl", services(20));
    project.apply();
    project.write("more.kdl", services(2));
    project.run(["plan"]).code(5).says(["REFUSED 18 deletions, and at most 5 are allowed\n"]);
    project.write("allowed.kdl", "removed \"entity:service:s1*\"\n");
    project
        .run(["plan"])
        .code(3)
        .complains(["`entity:service:s1*` covers `entity:service:s1`, which is still declared"]);
    project.write("allowed.kdl", "removed entity:service:s2\nremoved entity:service:s3\n");
    project.run(["plan"]).code(5).says([
        "REFUSED 16 deletions beside 2 that the text says, and at most 5 are allowed\n",
        "to allow it: `guards max-deletes=16` in the project, or --max-deletes 18\n",
    ]);
    // A limit of the caller holds for all of them.
    project.run(["plan", "--max-deletes", "17"]).code(5).says(["REFUSED 18 deletions"]);
    project.write("more.kdl", "");
    project.write("allowed.kdl", "removed \"entity:service:s*\"\n");
    project.run(["plan"]).code(0).says(["- delete 20"]).never_says("REFUSED");
}

#[test]
fn a_destination_that_becomes_empty() {
    let place = "destination side {\n    store gitops\n    path side\n    labels side=other\n}\n";
    let promise = "promise other {\n    schedule side=other\n    api group=company.com version=v1 kind=Other\n    \
        workflow configure {\n        resource v1 ConfigMap $name file=config.yaml {\n            data a=b\n        }\n    }\n}\n";
    let requests = "request other x {\n}\nrequest other y {\n}\n";
    let project = new().file("other.kdl", format!("{place}{promise}{requests}"));
    project.apply();
    project.write("other.kdl", format!("{place}{promise}"));
    let refusal = "REFUSED all 2 files of destination side are deleted\n";
    allowed_by(&project, refusal, "removed \"destination:side:*\"");
}

#[test]
fn what_is_protected_goes_by_a_pattern_and_what_is_forbidden_does_not() {
    for (lifecycle, code) in [("protect", 0), ("deletion confirm", 0), ("deletion forbid", 5)] {
        let project = new();
        project.edit(
            "services.kdl",
            "    owner shop\n",
            &format!("    owner shop\n    lifecycle {{ {lifecycle}; }}\n"),
        );
        project.apply();
        project.write("services.kdl", "entity service ledger {\n    tier one\n}\n");
        project.write("allowed.kdl", "removed \"entity:service:c*\"\n");
        project.run(["plan"]).code(code);
    }
}

#[test]
fn files_that_the_text_lets_go_of_stay() {
    let project = applied();
    project.write("requests.kdl", "request app web {\n    size 1\n}\n");
    project.write("allowed.kdl", "removed \"file:gitops:*\" keep\n");
    project.run(["plan"]).code(0).says(["- delete 1", ". release 1"]);
    project.apply();
    let all = files(&repository(&project), "main");
    assert_eq!(all.keys().collect::<Vec<_>>(), [&manifest("api"), &manifest("web")]);
    project.run(["plan"]).no_changes();
}

#[test]
fn a_protected_request_gets_another_name_by_its_line() {
    let project = new();
    project.edit("requests.kdl", "    size 1\n", "    size 1\n    lifecycle { protect; }\n");
    project.apply();
    project.edit("requests.kdl", "request app web", "request app site");
    project.write("moved.kdl", "moved from=\"request:app:default/web\" to=\"request:app:default/site\"\n");
    // All of its files come again under the new name.
    project.run(["plan"]).code(0).says(["> request:app:default/site"]).never_says("REFUSED");
    // One that does not is a loss, whatever the name.
    project.edit("plat.kdl", "file=config.yaml {\n", "file=\"${name}.yaml\" {\n");
    project.edit(
        "plat.kdl",
        "    workflow configure {",
        "    workflow configure {\n        resource v1 Secret $name file=secret.yaml",
    );
    project.edit("requests.kdl", "request app site", "request app web");
    project.write("moved.kdl", "");
    project.run(["apply", "--auto-approve"]).code(0);
    project.edit("requests.kdl", "request app web", "request app site");
    project.write("moved.kdl", "moved from=\"request:app:default/web\" to=\"request:app:default/site\"\n");
    project.edit("plat.kdl", "\n        resource v1 Secret $name file=secret.yaml", "");
    project.run(["plan"]).code(5).says([
        "REFUSED request:app:default/site is protected and would lose 1 file (",
        "to allow it: `removed \"file:gitops:",
    ]);
}

#[test]
fn moves_of_requests_name_destinations() {
    let line = |from: &str, to: &str| new().file("moved.kdl", format!("moved \"request:app:*\" from={from} to={to}\n"));
    line("destination:old", "destination:main").run(["check"]).code(0);
    line("destination:old", "destination:mane")
        .run(["check"])
        .code(3)
        .says(["E0714", "`destination:mane` is not declared"]);
    line("state-store:old", "destination:main")
        .run(["check"])
        .code(3)
        .says(["E0595", "requests go from one destination to another, and `state-store:old` is none"]);
}

#[test]
fn patterns_take_over_what_they_cover() {
    let first = applied();
    let second = Project::new()
        .file("plat.kdl", PLATFORM.replace("project demo { id demo }", "project other { id other }"))
        .file("requests.kdl", crate::demo::REQUESTS);
    let address = format!("url \"{}\"", repository(&first).display());
    second.edit("plat.kdl", "url \".plat/stores/gitops.git\"", &address);
    second.run(["plan"]).code(5).says(["belong to project demo: "]);
    second.write("adopt.kdl", "adopt \"request:app:*\"\n");
    let said = "belongs to project demo, and the project's `adopt` does not say from whom it takes it\n";
    second.run(["plan"]).code(5).says([said, "from=demo"]);
    second.write("adopt.kdl", "adopt \"request:app:*\" from=demi\n");
    second
        .run(["plan"])
        .code(5)
        .says(["belongs to project demo, and the project's `adopt` takes it from demi\n", "from=demo"]);
    let file = format!("file:gitops:{}", manifest("web"));
    second
        .run(["why", &file])
        .code(0)
        .says(["owned by      project demo\n", "state         another project's, and left alone\n"]);
    second.write("adopt.kdl", "adopt \"request:app:*\" from=demo\n");
    second.apply();
    second.run(["plan"]).no_changes();
    second.write("adopt.kdl", "adopt \"request:nobody:*\" from=demo\n");
    second.run(["check"]).code(3).says(["E0714", "`request:nobody:*` covers nothing that is declared"]);
}
