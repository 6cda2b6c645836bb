//! Entities of the rows of a file: they are planned, applied and compared as all others are, and their places are those in the file.

use crate::project::Project;

const PROJECT: &str = "project demo { id demo-1; }\nteam payments\nblueprint service {\n    property tier enum { values critical standard }\n    relation dependencies service many\n}\n";
const ASKED: &str = "entity service from=\"data/services.csv\" {\n    id $Name\n    tier (jq)\".tier | ascii_downcase\"\n    dependencies $deps\n}\n";
const CSV: &str = "Name,tier,deps,team\ncart,CRITICAL,ledger,payments\nledger,standard,,\n";

fn project() -> Project {
    Project::new().file("plat.kdl", PROJECT).file("services.kdl", ASKED).file("data/services.csv", CSV)
}

#[test]
fn what_others_name_is_not_missed_where_a_row_has_no_name() {
    let project = project();
    project.write("data/services.csv", CSV.replace("ledger,standard", ",standard"));
    let told = project.run(["check"]).code(3);
    told.says(["data/services.csv:3:1: error[E0564]", "1 error"]).never_says("E0410");
    // The row is shown once, and not with each of its values.
    project.write("data/services.csv", CSV);
    let why = project.run(["why", "entity:service:cart"]).code(0).out;
    assert_eq!(why.matches("cart,CRITICAL").count(), 1, "{why}");
    assert!(why.contains("data/services.csv:2"), "{why}");
}

#[test]
fn a_plan_names_the_row_that_a_thing_comes_from() {
    let project = project();
    project.run(["check"]).code(0);
    project
        .run(["plan"])
        .code(0)
        .says(["+ entity:service:ledger  data/services.csv:3\n", "+ entity:service:cart  data/services.csv:2\n"]);
    project.apply();
    project.run(["plan"]).code(0).says(["No changes. 4 objects"]);
    assert_eq!(project.get("service", "cart", "properties.tier").unwrap(), "\"critical\"");
    assert_eq!(project.get("service", "cart", "relations.dependencies").unwrap(), "[\"ledger\"]");
    // A cell that changes is a field that does, and a row that goes is an entity that does.
    project.write(
        "data/services.csv",
        CSV.replace("ledger,standard", "mail,standard").replace("CRITICAL,ledger", "standard,"),
    );
    let plan = project.run(["plan"]).code(0).out;
    for line in [
        "- entity:service:ledger",
        "+ entity:service:mail  data/services.csv:3\n",
        "~ entity:service:cart  data/services.csv:2\n    properties.tier  critical -> standard  data/services.csv:2\n",
    ] {
        assert!(plan.contains(line), "{line}: {plan}");
    }
    project.run(["why", "entity:service:cart"]).code(0).says(["data/services.csv:2"]);
}

#[test]
fn mistakes_are_told_at_the_cell() {
    let project = project();
    project.write("data/services.csv", CSV.replace("ledger,standard", "ledger,gold").replace(",ledger,", ",ledgr,"));
    let told = project.run(["check"]).code(3).out;
    for line in [
        "data/services.csv:2:15: error[E0410]: ",
        "data/services.csv:3:8: error[E0402]: `gold` is not one of the values of `tier`\n",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    let json = project.run(["check", "--format", "json"]).code(3).out;
    assert!(json.contains("\"file\":\"data/services.csv\"") && json.contains("\"line\":3,\"column\":8"), "{json}");
}

#[test]
fn what_others_changed_is_not_written_into_the_file() {
    let project = project();
    project.apply();
    project.set("service", "ledger", "properties.tier", "\"critical\"");
    let told = project.run(["drift", "--adopt", "entity:service:ledger"]).code(5).out;
    assert!(
        told.contains("it is made of the row at data/services.csv:3:1, and plat writes into no file of data"),
        "{told}"
    );
    assert_eq!(project.read("data/services.csv"), CSV);
    project
        .run(["plan"])
        .code(0)
        .says(["properties.tier  critical -> standard  (others changed it)  data/services.csv:3\n"]);
}

#[cfg(unix)]
#[test]
fn no_link_leads_to_data_outside() {
    let project = project();
    std::fs::write(project.path("../outside.csv"), CSV).unwrap();
    std::fs::remove_file(project.path("data/services.csv")).unwrap();
    std::os::unix::fs::symlink("../../outside.csv", project.path("data/services.csv")).unwrap();
    project.run(["check"]).code(3).says(["services.kdl:1:21: error[E0507]"]);
}

#[test]
fn many_wrong_rows_are_counted() {
    let project = project();
    let rows: String = (0..3_000).map(|number| format!("s{number},gold,,\n")).collect();
    project.write("data/services.csv", format!("Name,tier,deps,team\n{rows}"));
    let told = project.run(["check"]).code(3).out;
    assert!(
        told.contains("2000 more errors are not told") && told.contains("\n3000 errors of 2 causes\n"),
        "{}",
        &told[told.len() - 300..]
    );
}
