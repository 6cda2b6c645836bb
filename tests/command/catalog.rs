//! A catalog as a whole: who shares it, and a copy of it.

use crate::demo::{applied, new};
use crate::project::Project;

const IN_GIT: &str = "project demo { id demo\n    catalog git create { url \".plat/stores/catalog.git\"; }\n}";

/// The project, with its catalog in a repository.
fn in_git(project: &Project) {
    project.edit("plat.kdl", "project demo { id demo }", IN_GIT);
}

fn back(project: &Project) {
    project.edit("plat.kdl", IN_GIT, "project demo { id demo }");
}

#[test]
fn a_copy_holds_all_and_the_next_plan_is_empty() {
    let project = applied();
    project.set("service", "cart", "icon", "\"Cart\"");
    let before = project.run(["get", "service", "-o", "json"]).code(0).out;
    let runs = project.run(["runs", "-o", "json"]).code(0).out;
    in_git(&project);
    assert!(project.run(["plan", "--summary"]).code(0).out.contains("+ create"));
    let copied = project.run(["catalog", "copy", "embedded", "declared", "--auto-approve"]).code(0).out;
    assert!(
        copied.contains("inventory of demo") && copied.ends_with("Copied from embedded to declared.\n"),
        "{copied}"
    );
    assert!(project.run(["plan"]).code(0).out.starts_with("No changes. 10 objects"));
    assert_eq!(project.run(["get", "service", "-o", "json"]).code(0).out, before);
    assert_eq!(project.run(["runs", "-o", "json"]).code(0).out, runs);
    // Once more it is there already; and back again it is the same.
    let again = project.run(["catalog", "copy", "embedded", "declared", "--auto-approve"]).code(0).out;
    assert!(again.contains("It is there already"), "{again}");
    std::fs::remove_file(project.path(".plat/catalog.db")).unwrap();
    project.run(["catalog", "copy", "declared", "embedded", "--auto-approve"]).code(0);
    back(&project);
    assert!(project.run(["plan"]).code(0).out.starts_with("No changes. 10 objects"));
    assert_eq!(project.run(["get", "service", "-o", "json"]).code(0).out, before);
}

#[test]
fn a_catalog_that_holds_something_else_takes_no_copy() {
    let project = applied();
    in_git(&project);
    project.run(["catalog", "copy", "embedded", "declared"]).code(64);
    project.run(["catalog", "copy", "embedded", "declared", "--auto-approve"]).code(0);
    project.edit("services.kdl", "ledger {\n    tier one", "ledger {\n    tier two");
    project.apply();
    let refused = project.run(["catalog", "copy", "embedded", "declared", "--auto-approve"]).code(5);
    assert!(refused.err.contains("holds something already, and only an empty one takes in a copy"), "{refused}");
    let unread = new();
    assert!(unread.run(["catalog", "copy", "declared", "embedded"]).code(0).out.contains("There is nothing to copy."));
    let nowhere = project.run(["catalog", "copy", "nowhere", "embedded", "-y"]).code(3);
    assert!(nowhere.err.contains("nowhere"), "{nowhere}");
}

#[test]
fn a_backup_is_another_folder_and_comes_back() {
    let project = applied();
    let backup = Project::new().file("plat.kdl", "project backup\n");
    let place = backup.root().display().to_string();
    project.run(["catalog", "copy", "declared", &place, "--auto-approve"]).code(0);
    std::fs::remove_file(project.path(".plat/catalog.db")).unwrap();
    project.run(["catalog", "copy", &place, "declared", "-y", "--format", "json"]).code(0);
    assert!(project.run(["plan"]).code(0).out.starts_with("No changes."));
}

#[test]
fn what_cannot_be_copied_is_named_and_nothing_is_written() {
    let project = applied();
    in_git(&project);
    project.sql("UPDATE objects SET body = '[]' WHERE name = 'cart'");
    let refused = project.run(["catalog", "copy", "embedded", "declared", "-y"]).code(1);
    assert!(
        refused.err.contains("entity:service:cart cannot be copied") && refused.err.contains("DELETE FROM"),
        "{refused}"
    );
    assert!(project.run(["catalog", "projects"]).code(0).out.contains("No project has written"));
}

#[test]
fn the_projects_of_a_catalog_are_listed() {
    let project = applied();
    let listed = project.run(["catalog", "projects"]).code(0).out;
    let (head, row) = listed.split_once('\n').unwrap();
    assert_eq!(
        head.split_whitespace().collect::<Vec<_>>(),
        ["project", "id", "owns", "last", "run", "state", "commit"]
    );
    assert!(row.starts_with("demo") && row.contains("8 objects") && row.contains("done"), "{listed}");
    let json: serde_json::Value =
        serde_json::from_str(&project.run(["catalog", "projects", "--format", "json"]).code(0).out).unwrap();
    assert_eq!((&json["id"], &json["owns"]["entity"]), (&"demo".into(), &2.into()));
}

/// Another project, applied to the catalog of the first one.
fn neighbour(project: &Project) -> Project {
    let other = Project::new();
    let text = "project shop { id shop-1\n    catalog git { url \"URL\"; }\n}\nteam sellers\nteam kept { lifecycle { protect; }; }\n";
    other.write("plat.kdl", text.replace("URL", &project.path(".plat/stores/catalog.git").display().to_string()));
    other.apply();
    other
}

#[test]
fn an_abandoned_project_is_forgotten_and_what_it_owned_stays() {
    let project = new();
    in_git(&project);
    project.apply();
    neighbour(&project);
    let listed = project.run(["catalog", "projects"]).code(0).out;
    assert!(listed.contains("shop-1") && listed.contains("2 objects"), "{listed}");
    // It may well be alive, and it protects something.
    let refused = project.run(["catalog", "forget", "shop", "--auto-approve"]).code(5);
    assert!(refused.err.contains("--allow-recent") && refused.err.contains("--allow-protected"), "{refused}");
    assert!(refused.out.contains("team:kept  (protected)") && refused.out.contains("state stores keep"), "{refused}");
    let allowed = ["catalog", "forget", "shop-1", "--allow-recent", "--allow-protected"];
    assert!(project.run(allowed).code(64).err.contains("--auto-approve"));
    for (one, other) in [("--allow-recent", "--allow-protected"), ("--allow-protected", "--allow-recent")] {
        let refused = project.run(["catalog", "forget", "shop", one, "-y"]).code(5);
        assert!(refused.err.contains(other) && !refused.err.contains(one), "{refused}");
    }
    project.run(allowed.into_iter().chain(["-y"])).code(0);
    let listed = project.run(["catalog", "projects", "--format", "json"]).code(0).out;
    assert!(listed.lines().any(|line| line.contains("shop-1") && line.contains("\"owns\":{}")), "{listed}");
    let nobodys = project.run(["drift", "--unmanaged"]).code(0).out;
    assert!(nobodys.contains("? team:kept") && nobodys.contains("? team:sellers"), "{nobodys}");
    assert!(project.run(["plan"]).code(0).out.starts_with("No changes."));
}

#[test]
fn neither_ones_own_project_nor_an_unknown_one_is_forgotten() {
    let project = applied();
    let own = project.run(["catalog", "forget", "demo", "-y", "--allow-recent"]).code(64);
    assert!(own.err.contains("`plat destroy` takes away what it owns"), "{own}");
    let unknown = project.run(["catalog", "forget", "nobody", "-y"]).code(64);
    assert!(unknown.err.contains("no project of the catalog is called `nobody`"), "{unknown}");
}

#[test]
fn runs_of_one_second_are_told_in_the_order_in_which_they_were() {
    let project = crate::demo::applied();
    let runs = || -> Vec<String> {
        let told = project.run(["runs", "-o", "json"]).code(0).out;
        let run =
            |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["run"].as_str().unwrap().to_owned();
        told.lines().map(run).collect()
    };
    project.edit("requests.kdl", "size 1", "size 10");
    for size in 11..18 {
        let before = runs();
        project.edit("requests.kdl", &format!("size {}", size - 1), &format!("size {size}"));
        project.apply();
        assert_eq!(runs()[1..], before[..], "the newest comes first");
    }
}
