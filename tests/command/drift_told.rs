//! `plat drift`: what others changed is told, with what becomes of it.

use crate::demo::{applied, manifest, repository};
use crate::store::somebody_writes;

#[test]
fn nothing_is_told_where_nobody_changed_anything() {
    let project = applied();
    let calm = "No drift: nobody changed what this project wrote.\n";
    project.run(["drift", "--detailed-exitcode"]).stdout(calm).stderr("").code(0);
    // What others made for themselves, and what we changed in the text, are none.
    project.set("service", "ledger", "properties.owner", "\"somebody\"");
    project.edit("services.kdl", "owner shop", "owner sales");
    project.run(["drift", "--detailed-exitcode"]).stdout(calm).code(0);
    project.run(["drift", "--format", "json"]).stdout("{\"objects\":[],\"files\":[]}\n").code(0);
}

#[test]
fn each_change_of_others_is_told_with_what_becomes_of_it() {
    let project = applied();
    project.set("service", "cart", "properties.tier", "\"two\"");
    project.sql("UPDATE objects SET body = json_remove(body, '$.properties.owner') WHERE name = 'cart'");
    project.sql("DELETE FROM objects WHERE name = 'ledger'");
    somebody_writes(&repository(&project), "main", &manifest("web"), None);
    let before = project.snapshot();
    let text = format!(
        "others changed 2 objects and 1 file\n\
        \n\
        ~ entity:service:cart  services.kdl:1\n    \
        properties.owner  shop -> (nothing)  (is set back)  services.kdl:3\n    \
        properties.tier  one -> two  (is set back)  services.kdl:2\n\
        \n\
        - entity:service:ledger  services.kdl:6  (others deleted it: is made again)\n\
        \n\
        - file:gitops:{}  requests.kdl:1  (others deleted it: is written again)\n\
        \n\
        To take a change over into the KDL: plat drift --adopt ADDRESS\n",
        manifest("web")
    );
    project.run(["drift"]).stdout(&text).stderr("").code(0);
    project.run(["drift", "--detailed-exitcode"]).stdout(&text).code(2);
    let json = project.run(["drift", "--format", "json"]).code(0);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    let field = &json["objects"][0]["fields"][1];
    assert_eq!(field["written"], "one");
    assert_eq!((&field["live"], &field["outcome"]), (&"two".into(), &"revert".into()));
    assert_eq!(field["place"]["line"], 2);
    assert_eq!(json["objects"][1]["deleted"], true);
    assert_eq!(json["files"][0]["deleted"], true);
    assert!(project.snapshot() == before, "something was written");
}

#[test]
fn the_lines_that_others_changed_of_a_file_are_told() {
    let project = applied();
    let path = manifest("web");
    let text = crate::store::files(&repository(&project), "main")[&path].clone();
    somebody_writes(&repository(&project), "main", &path, Some(&text.replace("size: \"1\"", "size: \"100\"")));
    project.run(["drift"]).code(0).says([
        &format!("~ file:gitops:{path}  requests.kdl:1  (is set back)\n"),
        "-  size: \"1\"\n",
        "+  size: \"100\"\n",
    ]);
}

#[test]
fn what_both_changed_is_a_conflict() {
    let project = applied();
    project.set("service", "cart", "properties.tier", "\"two\"");
    project.edit("services.kdl", "owner shop", "owner sales");
    project.sql("UPDATE objects SET body = json_set(body, '$.properties.owner', 'them') WHERE name = 'cart'");
    project.run(["drift"]).code(0).says([
        "-> them  (conflict: what is declared changed too)  services.kdl:3\n",
        "declared now: sales\n",
        "one -> two  (is set back)",
    ]);
}

#[test]
fn long_values_are_cut_where_not_all_is_asked_for() {
    let project = applied();
    let long = "x".repeat(30_000);
    project.set("service", "cart", "properties.tier", &format!("\"{long}\""));
    let told = project.run(["drift"]).code(0);
    assert!(told.out.lines().all(|line| line.chars().count() < 200), "{}", told.out.len());
    assert!(project.run(["drift", "--full"]).code(0).out.contains(&long));
}

#[test]
fn only_what_is_delivered_for_what_is_taken_over_is_counted() {
    let other = "UPDATE objects SET body = json_set(body, '$.properties.size.default', 5) WHERE kind = 'promise'";
    let take_over = ["drift", "--adopt", "promise:app", "--dry-run"];
    let project = applied();
    project.write("new.kdl", "request app new\n");
    let delivered = project.twin();
    project.sql(other);
    // What is new is delivered anyway, whatever it holds.
    project.run(take_over).code(0).says(["would take over changes of 1 object"]).never_says("The next apply");
    delivered.apply();
    delivered.sql(other);
    delivered.run(take_over).code(0).says(["The next apply delivers 1 file anew for it"]);
}
