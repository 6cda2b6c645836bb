//! Objects of Kubernetes that go out of files that stay: a plan calls that a loss, whatever becomes of the file.

use crate::demo::{applied, manifest, new, repository};
use crate::project::Project;
use crate::store::{files, somebody_writes};

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
fn a_file_whose_objects_go_on_in_another_one_destroys_nothing() {
    let project = new();
    let second = "resource v1 ConfigMap \"${name}-more\" file=more.yaml";
    project.edit("plat.kdl", RESOURCE, &format!("{second}\n        {RESOURCE}"));
    project.apply();
    project.edit("plat.kdl", "file=more.yaml", "file=config.yaml");
    let gone = manifest("web").replace("config.yaml", "more.yaml");
    project
        .run(["plan"])
        .code(0)
        .never_says("DESTROYS")
        .says(["\nGOES, while all that is in it goes on in other files 2\n", &format!("- file:gitops:{gone}")]);
    // Where one of them does not go on, the file is destroyed.
    project.edit("plat.kdl", "-more\" file=config.yaml", "-most\" file=config.yaml");
    project.run(["plan"]).code(0).says(["\nDESTROYS 2\n"]).never_says("goes on in other files");
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
    other(&thing("g.io/v1", "Thing"), &thing("g.io/v1", "Other"), 2);
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

/// A manifest, beside what a file holds already.
const THEIRS: &str = "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: theirs\n";

/// What lies at the place of a request's manifest.
fn live(project: &Project, request: &str) -> String {
    files(&repository(project), "main")[&manifest(request)].clone()
}

#[test]
fn what_others_put_into_a_file_goes_as_it_is_set_back_and_is_no_loss_of_the_request() {
    let project = new();
    project.edit("requests.kdl", "    size 1\n", "    size 1\n    lifecycle { deletion forbid; }\n");
    project.apply();
    let both = live(&project, "web") + THEIRS;
    somebody_writes(&repository(&project), "main", &manifest("web"), Some(&both));
    let told = "- ConfigMap theirs in namespace default (file:gitops:main/resources/default/app/web/configure-app/5058f/config.yaml: \
                others put it there, and the file is set back)\n";
    project.run(["plan", "--max-deletes", "0"]).code(0).says(["! revert 1", "\nDESTROYS 1\n", told]);
    project.write("policies.kdl", "policy kept for=request of=app {\n    on delete\n    when { size is 1 }\n}\n");
    project.run(["plan", "--report", "ndjson=-"]).code(0).says(["request:app:default/web loses 1 object of others\""]);
    // The same where the project changes the file too, and overwrites what others made.
    project.edit("plat.kdl", "data size=", "data sizes=");
    project.run(["plan", "--on-conflict", "ours"]).code(0).says(["\nDESTROYS 1\n", told]).never_says("REFUSED");
    project.run(["plan", "--on-conflict", "ours", "--out", "plan"]).code(0);
    project.run(["apply", "plan"]).code(0);
    assert!(!live(&project, "web").contains("theirs"));
}

#[test]
fn what_the_project_wrote_is_its_loss_also_where_others_changed_the_file() {
    let project = with_lifecycle("deletion forbid");
    let both = live(&project, "web") + THEIRS;
    somebody_writes(&repository(&project), "main", &manifest("web"), Some(&both));
    let lost = format!("lose 1 object (ConfigMap web in namespace default of file:gitops:{})", manifest("web"));
    project
        .run(["plan", "--on-conflict", "ours"])
        .code(5)
        .says([format!("REFUSED request:app:default/web must not {lost}").as_str()]);
    project.run(["plan", "--on-conflict", "ours"]).says([
        "- ConfigMap theirs in namespace default (",
        ": others put it there, and the file is set back)\n",
        &replaced("web"),
    ]);
}

#[test]
fn a_file_that_is_taken_over_loses_what_it_held() {
    let project = applied();
    let both = live(&project, "web") + THEIRS;
    project.write("requests.kdl", "request app api {\n    size 2\n}\n");
    project.apply();
    somebody_writes(&repository(&project), "main", &manifest("web"), Some(&both));
    project.write("requests.kdl", crate::demo::REQUESTS);
    let line = format!("\nDESTROYS 1\n- ConfigMap theirs in namespace default (file:gitops:{}: ", manifest("web"));
    project.run(["plan"]).code(0).says(["& adopt 1", line.as_str()]);
    project.edit("requests.kdl", "    size 1\n", "    size 1\n    lifecycle { protect; }\n");
    project.run(["plan"]).code(5).says(["REFUSED request:app:default/web is protected and would lose 1 object"]);
}

#[test]
fn an_object_that_a_file_holds_to_which_nothing_is_done_goes_on() {
    let twice = "resource v1 ConfigMap $name file=second.yaml { data second=yes; }\n        ";
    let project = new();
    project.edit("plat.kdl", RESOURCE, &format!("{twice}{RESOURCE}"));
    project.apply();
    project.edit("plat.kdl", &format!("{RESOURCE} {{"), "resource \"g.io/v1\" Thing $name file=config.yaml {");
    project.run(["plan"]).code(0).says(["~ update 3"]).never_says("DESTROYS");
}

#[test]
fn objects_that_go_out_of_files_count_as_deletions() {
    let project = applied();
    project.edit("plat.kdl", RESOURCE, OTHER_NAME);
    let refused = "REFUSED 2 deletions of objects in files that stay, and at most 0 are allowed\n";
    project.edit("plat.kdl", "project demo { id demo }", "project demo { id demo; guards max-deletes=0; }");
    project
        .run(["plan"])
        .code(5)
        .says([refused, "to allow it: `guards max-deletes=2` in the project, or --max-deletes 2\n"]);
    project.run(["plan", "--max-deletes", "2"]).code(0);
    project.write("allowed.kdl", format!("removed \"file:gitops:{}\"\n", manifest("web")));
    project.run(["plan"]).code(5).says([
        "REFUSED 1 deletion of an object in a file that stays beside 1 that the text says, and at most 0 are allowed\n",
    ]);
}
