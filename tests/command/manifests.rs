//! Objects of Kubernetes that go out of files that stay: a plan calls that a loss, whatever becomes of the file.

use crate::demo::{applied, manifest, new};
use crate::project::Project;

const RESOURCE: &str = "resource v1 ConfigMap $name file=config.yaml";
const OTHER_NAME: &str = "resource v1 ConfigMap \"${name}-v2\" file=config.yaml";

/// The line that says that the object of a request goes, and another one comes in its file.
fn replaced(request: &str) -> String {
    format!(
        "- ConfigMap {request} in namespace default (file:gitops:{}: ConfigMap {request}-v2 in namespace default comes in its place)\n",
        manifest(request)
    )
}

fn with_lifecycle(lifecycle: &str) -> Project {
    let project = new();
    project.edit("requests.kdl", "    size 1\n", &format!("    size 1\n    lifecycle {{ {lifecycle}; }}\n"));
    project.apply();
    project.edit("plat.kdl", RESOURCE, OTHER_NAME);
    project
}

#[test]
fn an_object_that_gets_another_name_is_destroyed_at_the_head_of_the_plan() {
    let project = applied();
    project.edit("plat.kdl", RESOURCE, OTHER_NAME);
    let head = format!("\nDESTROYS 2\n{}{}", replaced("api"), replaced("web"));
    project.run(["plan"]).code(0).says(["~ update 3", head.as_str()]).never_says("loses 0 files");
    project.run(["plan", "--only", "destroy"]).says([head.as_str()]);
    project.run(["plan", "--report", "markdown=-"]).says([
        "destroys 2 objects in files\n",
        "#### Destroys 2\n",
        replaced("api").as_str(),
    ]);
    project.run(["plan", "--out", "plan"]).code(0);
    let object = |name: &str| format!(r#"{{"group":"","kind":"ConfigMap","namespace":"default","name":"{name}"}}"#);
    let json = format!(r#""object":{},"replaced_by":{}"#, object("web"), object("web-v2"));
    assert!(project.read("plan").contains(&json));
    project.apply();
    project.run(["plan"]).no_changes();
}

#[test]
fn group_kind_namespace_and_name_make_an_object_and_the_rest_does_not() {
    let other = |from: &str, to: &str, count: usize| {
        let project = new();
        project.edit("plat.kdl", &format!("{RESOURCE} {{"), from);
        project.apply();
        project.edit("plat.kdl", from, to);
        let plan = project.run(["plan"]).code(0).says(["~ update 3"]);
        match count {
            0 => plan.never_says("DESTROYS"),
            _ => plan.says([format!("DESTROYS {count}\n").as_str()]),
        };
    };
    let thing = |version: &str, kind: &str| format!("resource \"{version}\" {kind} $name file=config.yaml {{");
    let within = |namespace: &str| format!("{}\n            metadata namespace={namespace}", thing("v1", "ConfigMap"));
    other(&thing("a.com/v1", "Thing"), &thing("b.com/v1", "Thing"), 2);
    other(&thing("a.com/v1", "Thing"), &thing("a.com/v2", "Thing"), 0);
    other(&thing("v1", "ConfigMap"), &thing("v1", "Secret"), 2);
    other(&thing("v1", "ConfigMap"), &within("other"), 2);
    other(&within("here"), &within("there"), 2);
}

#[test]
fn an_object_that_another_file_of_the_destination_gets_goes_on() {
    let second = "resource v1 ServiceAccount $name file=second.yaml { automountServiceAccountToken #false; }\n        ";
    let project = new();
    project.edit("plat.kdl", RESOURCE, &format!("{second}{RESOURCE}"));
    project.apply();
    // They change places.
    project.edit("plat.kdl", "second.yaml", "between.yaml");
    project.edit("plat.kdl", "config.yaml", "second.yaml");
    project.edit("plat.kdl", "between.yaml", "config.yaml");
    project.run(["plan"]).code(0).says(["~ update 5"]).never_says("DESTROYS");
}

#[test]
fn what_protects_a_request_protects_the_objects_in_its_files() {
    let lost = format!("lose 1 object (ConfigMap web in namespace default of file:gitops:{})", manifest("web"));
    let line = format!("removed \"file:gitops:{}\"", manifest("web"));
    for (lifecycle, said) in [("protect", "is protected and would"), ("deletion confirm", "would")] {
        let project = with_lifecycle(lifecycle);
        project.run(["plan"]).code(5).says([
            format!("REFUSED request:app:default/web {said} {lost}").as_str(),
            format!("to allow it: `{line}` in the project, or --allow-delete request:app:default/web\n").as_str(),
        ]);
        project.run(["plan", "--allow-delete", "request:app:default/web"]).code(0);
        project.run(["plan", "--allow-delete", &format!("file:gitops:{}", manifest("web"))]).code(0);
        project.write("allowed.kdl", format!("{line}\n"));
        project.apply();
        project.run(["plan"]).no_changes();
    }
    let project = with_lifecycle("deletion forbid");
    project.write("allowed.kdl", format!("{line}\n"));
    project.run(["plan"]).code(5).says([format!("REFUSED request:app:default/web must not {lost}").as_str()]);
}

#[test]
fn a_policy_on_deletions_sees_the_objects_in_the_files_of_a_request() {
    let project = applied();
    project.write("policies.kdl", "policy kept for=request of=app {\n    on delete\n    when { size is 2 }\n}\n");
    project.run(["plan"]).code(0);
    project.edit("plat.kdl", RESOURCE, OTHER_NAME);
    project.run(["plan"]).code(5).says(["DENIED request:app:default/api", "`size is 2` holds"]);
}
