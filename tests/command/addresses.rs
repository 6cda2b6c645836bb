//! One repository under several spellings: it is one state store, and spelling it anew moves nothing.

use crate::demo::{self, applied, repository};
use crate::project::Project;
use crate::store::{commits, references};
use std::os::unix::fs::symlink;
use std::process::Command;

/// The only address of the platform.
const ADDRESS: &str = "url \".plat/stores/gitops.git\"";

/// Spellings of it, with links that lead to it.
fn spellings(project: &Project) -> Vec<String> {
    let root = project.root().canonicalize().unwrap();
    let root = root.display();
    symlink(".plat/stores/gitops.git", project.path(".link.git")).unwrap();
    symlink(project.root(), project.outside("other-way")).unwrap();
    [
        "./.plat/stores/gitops.git",
        ".plat//stores/./gitops.git/",
        ".plat/stores/gitops.git/../gitops.git",
        "../project/.plat/stores/gitops.git",
        ".link.git",
        "../other-way/.plat/stores/gitops.git",
        &format!("{root}/.plat/stores/gitops.git"),
        &format!("file://{root}/.plat/stores/gitops.git"),
        &format!("FILE://localhost{root}/.plat/%73tores/gitops.git"),
    ]
    .map(str::to_owned)
    .to_vec()
}

#[test]
fn a_store_is_one_however_its_address_is_spelled() {
    for project in [demo::new(), applied()] {
        for spelling in spellings(&project) {
            project.write("second.kdl", format!("state-store more git create {{\n    url \"{spelling}\"\n}}\n"));
            let said = ["second.kdl:2:9: error[E0552]: state store `more` is at the place of state store `gitops`\n"];
            project.run(["check"]).code(3).says(said);
            project.run(["plan"]).code(3);
            project.write(
                "second.kdl",
                format!("state-store more git create {{\n    url \"{spelling}\"\n    path x\n}}\n"),
            );
            project
                .run(["check"])
                .code(3)
                .says(["error[E0557]: state store `more` lies inside of state store `gitops`\n"]);
        }
    }
}

#[test]
fn a_repository_with_a_work_tree_is_one_from_inside_and_outside() {
    let project = demo::new();
    project.edit("plat.kdl", ADDRESS, "url tree\n    branch deploy");
    git2::Repository::init(project.path("tree")).unwrap();
    project.write("second.kdl", "state-store more git {\n    url \"tree/.git\"\n    branch deploy\n}\n");
    project.run(["check"]).code(3).says(["error[E0552]"]);
}

#[test]
fn an_address_that_is_spelled_anew_is_an_update_and_no_move() {
    let project = applied();
    let before = references(&repository(&project));
    let mut address = ADDRESS.to_owned();
    for spelling in spellings(&project) {
        let next = format!("url \"{spelling}\"");
        project.edit("plat.kdl", &address, &next);
        address = next;
        let plan = project.run(["plan"]).code(0).never_says("REFUSED").never_says("file:gitops:");
        plan.says(["plan of demo  ~ update 1  = unchanged 9\n", "~ state-store:gitops"]);
        project.apply();
        project.run(["plan"]).no_changes();
        assert_eq!(references(&repository(&project)), before, "{spelling}");
    }
    assert_eq!(commits(&repository(&project), "main"), 1);
}

#[test]
fn a_store_of_another_name_at_the_same_place_leaves_nothing_behind() {
    let project = applied();
    let text = project.read("plat.kdl").replace("state-store gitops", "state-store delivery");
    project.write("plat.kdl", text.replace("store gitops", "store delivery").replace(".plat/stores", "./.plat/stores"));
    project.run(["apply", "--auto-approve"]).code(0).never_says("REFUSED").never_says("file:");
    project.run(["plan"]).no_changes();
    assert_eq!(commits(&repository(&project), "main"), 1);
}

#[test]
fn a_store_that_goes_elsewhere_is_left_and_that_is_asked_for() {
    for elsewhere in
        ["url elsewhere", ".plat/stores/gitops.git\n    branch other", ".plat/stores/gitops.git\n    path x"]
    {
        let project = applied();
        let to = if elsewhere.starts_with("url") {
            elsewhere.to_owned()
        } else {
            elsewhere.replacen(".plat/stores/gitops.git", ADDRESS, 1)
        };
        project.edit("plat.kdl", ADDRESS, &to);
        let said = [
            "REFUSED the project leaves state-store:gitops, and 2 files of 2 requests that it delivered there would stay",
            "to allow it: `removed \"file:gitops:*\" keep` in the project, or --allow-delete state-store:gitops\n",
        ];
        project.run(["plan"]).code(5).says(said);
    }
}

#[test]
fn projects_see_each_other_in_one_repository_however_each_spells_it() {
    let first = applied();
    let second = demo::new();
    second.edit("plat.kdl", "project demo { id demo }", "project other { id other }");
    symlink(repository(&first), second.path("shared.git")).unwrap();
    second.edit("plat.kdl", ADDRESS, "url \"./shared.git\"");
    second.run(["plan"]).code(5).says([
        "REFUSED the id of project other is other, which owns nothing, and 2 objects and files that it declares belong to project demo: \
         request:app:default/api, request:app:default/web\n",
    ]);
}

#[test]
fn between_two_revisions_a_store_that_is_spelled_anew_keeps_its_files() {
    let project = demo::new();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=Bo", "-c", "user.email=bo@example.com"];
        let status = Command::new("git").current_dir(project.root()).args(identity).args(arguments).status();
        assert!(status.unwrap().success());
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "text"]);
    project.edit("plat.kdl", ADDRESS, "url \"./.plat/stores/../stores/gitops.git/\"");
    let said = ["~ update 1  = unchanged 9\n", "~ state-store:gitops"];
    project.run(["diff"]).code(0).never_says("REFUSED").never_says("file:gitops").says(said);
}

/// The query and the fragment of what is called are no less a part of it than its path.
#[test]
fn the_query_of_what_is_called_is_kept_and_compared() {
    let urls = ["https://api.example/y?ref=main#f", "https://ci.example/pipeline?token={{ .secrets.GITLAB }}&ref=main"];
    let project = Project::new().file("plat.kdl", "project demo\n").file(
        "actions.kdl",
        format!(
            "action a create {{\n    backend webhook url=\"{}\"\n}}\n\nautomation b {{\n    on run-created action=a\n    \
             backend webhook url=\"{}\"\n}}\n",
            urls[0], urls[1]
        ),
    );
    project.run(["check"]).code(0).says(["No problems."]);
    project.run(["apply", "--auto-approve"]).code(0);
    project.run(["get", "action:a"]).code(0).says([urls[0]]);
    project.run(["get", "automation:b"]).code(0).says([urls[1]]);
    project.run(["export", "port", "--out", "port"]).code(0);
    let exported = project.read("port/actions.json");
    assert!(urls.iter().all(|url| exported.contains(url)), "{exported}");
    project.run(["import", "port", "port", "--out", "again"]).code(0);
    project.run(["-C", "again", "check"]).code(0).says(["No problems."]);
    assert!(project.read("again/actions.kdl").contains(urls[1]));
    for (from, to) in [("ref=main#f", "ref=next#f"), ("&ref=main", "&ref=next")] {
        project.edit("actions.kdl", from, to);
        project.run(["plan"]).says(["~ settings.url", to]);
        project.run(["apply", "--auto-approve"]).code(0);
    }
    project.run(["plan"]).no_changes();
}

#[test]
fn a_password_that_an_automation_would_call_with_is_refused() {
    for url in [
        "https://u:planted@api.example/y",
        "https://api.example/y?apiKey=planted",
        "https://api.example/y?token={{ .a }}planted",
    ] {
        let automation = format!("automation b {{\n    on run-created\n    backend webhook url=\"{url}\"\n}}\n");
        let project = Project::new().file("plat.kdl", "project demo\n").file("actions.kdl", automation);
        project.run(["check"]).code(3).says(["E0734", "the address of `automation:b`"]).never_says("planted");
        project.run(["export", "port"]).never_says("planted");
    }
}

/// Nobody fills in what stands in the address of a repository.
#[test]
fn a_reference_in_the_query_of_a_repository_is_refused() {
    let store = "project demo\n\nstate-store s git {\n    url \"https://git.example/a?token=${TOKEN}\"\n}\n";
    Project::new().file("plat.kdl", store).run(["check"]).code(3).says(["E0736", "which nobody fills in"]);
}
