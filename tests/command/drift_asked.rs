//! `plat drift --adopt`: what is asked for, what of it is not taken over and why, and what is said of the rest.

use crate::demo::{applied, manifest, repository};
use crate::project::Project;
use crate::store::somebody_writes;

#[test]
fn an_unsaved_edit_is_taken_over_only_where_it_is_named() {
    let project = applied();
    let text = || std::fs::read_to_string(project.path("services.kdl")).unwrap();
    project.sql("DELETE FROM objects WHERE name = 'ledger'");
    project.edit("services.kdl", "    tier one\n}\n", "    tier two\n}\n");
    project.set("service", "cart", "properties.owner", "\"them\"");
    project.set("service", "cart", "properties.tier", "\"three\"");
    project.edit("services.kdl", "owner shop", "owner sales");
    let before = text();
    for pattern in ["*", "entity:service:*", "*#*"] {
        let adopted = project.run(["drift", "--adopt", pattern]).code(5);
        adopted.says([
            "NOT TAKEN OVER entity:service:cart  services.kdl:1\n    the text says `properties.owner` anew, and that would be lost: \
             only its own address takes it over, entity:service:cart#properties.owner\n",
        ]);
        assert_eq!(text(), before);
    }
    project
        .run(["drift", "--adopt", "*"])
        .code(5)
        .says(["only its own address takes it over, entity:service:ledger\n"]);
    // What of the object is in no conflict is taken by a pattern that means it alone.
    project.run(["drift", "--adopt", "entity:service:*#properties.tier"]).code(0).never_says("overwritten");
    project.run(["drift", "--adopt", "entity:service:cart#properties.owner", "entity:service:ledger"]).code(0).says([
        "~ entity:service:cart  services.kdl:1  properties.owner  (what the text said anew is overwritten)\n",
        "- entity:service:ledger  services.kdl:6  (what the text said anew is overwritten)\n",
    ]);
    assert!(text().contains("owner them") && text().contains("tier three") && !text().contains("ledger"), "{}", text());
}

#[test]
fn a_field_that_there_is_not_is_a_mistake() {
    let project = applied();
    let none = project.run(["drift", "--adopt", "entity:service:cart#titel"]).code(64);
    none.complains(["there is no field `entity:service:cart#titel`: did you mean `title`?"]);
    let none = project.run(["drift", "--adopt", "entity:service:cart#properties.tir"]).code(64);
    none.complains(["did you mean `properties.tier`?"]);
    let calm = "nothing to take over for `entity:service:cart#title`: nobody changed it\n";
    project.run(["drift", "--adopt", "entity:service:cart#title"]).code(0).says([calm]);
}

#[test]
fn an_unknown_address_is_a_wrong_use_and_writes_nothing() {
    let project = applied();
    project.set("service", "cart", "properties.tier", "\"two\"");
    let before = project.read("services.kdl");
    project
        .run(["drift", "--adopt", "entity:service:cart", "entity:service:ledgr"])
        .stdout("")
        .stderr("nothing is called `entity:service:ledgr` in this project: did you mean `entity:service:ledger`?\n")
        .code(64);
    assert_eq!(project.read("services.kdl"), before);
    project
        .run(["drift", "--adopt", "entity:service:ledger"])
        .stdout("nothing to take over for `entity:service:ledger`: nobody changed it\n")
        .code(0);
    project.run(["drift", "--dry-run"]).code(64);
}

#[test]
fn an_object_whose_text_is_gone_is_decided_by_a_flag() {
    let project = applied();
    project.set("service", "cart", "properties.tier", "\"two\"");
    project.write("services.kdl", "entity service ledger {\n    tier one\n}\n");
    let told = project.run(["drift", "--adopt", "*"]).code(5);
    told.says(["it is no longer declared: declare it again, or decide with `plat apply --on-conflict ours`"]);
}

#[test]
fn a_dry_run_shows_the_change_of_the_text_and_writes_nothing() {
    let project = applied();
    project.set("service", "cart", "properties.tier", "\"two\"");
    let before = project.snapshot();
    let text = "would take over changes of 1 object\n\
        \n\
        ~ entity:service:cart  services.kdl:1  properties.tier\n\
        \n\
        --- a/services.kdl\n\
        +++ b/services.kdl\n\
        @@ -1,5 +1,5 @@\n \
        entity service cart {\n\
        -    tier one\n\
        +    tier two\n     \
        owner shop\n \
        }\n \n";
    project.run(["drift", "--adopt", "entity:service:cart", "--dry-run"]).stdout(text).stderr("").code(0);
    assert!(project.snapshot() == before, "something was written");
    let json = project.run(["drift", "--adopt", "*#properties.tier", "--format", "json"]).code(0);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["written"], true);
    assert_eq!(json["adopted"][0]["fields"][0], "properties.tier");
    assert!(project.read("services.kdl").contains("tier two"));
    project.run(["plan"]).no_changes();
}

#[test]
fn what_cannot_be_taken_over_is_named_and_the_rest_is() {
    let project = applied();
    let path = manifest("web");
    somebody_writes(&repository(&project), "main", &path, Some("data: {}\n"));
    project.set("service", "cart", "properties.tier", "[1]");
    project.set("service", "ledger", "properties.tier", "\"two\"");
    project
        .run(["drift", "--adopt", "*"])
        .code(5)
        .says([
            "took over changes of 1 object\n",
            "~ entity:service:ledger  services.kdl:6  properties.tier\n",
            "wrote services.kdl\n",
            "NOT TAKEN OVER entity:service:cart  services.kdl:2  properties.tier\n    the project would be wrong: services.kdl:2:17, as it would be: ",
            &format!("NOT TAKEN OVER file:gitops:{path}  requests.kdl:1\n    a file is rendered: change request:app:default/web, or what promise:app (plat.kdl:12:1) makes of it\n"),
        ]);
    assert_eq!(
        project.read("services.kdl"),
        crate::demo::SERVICES.replace("ledger {\n    tier one", "ledger {\n    tier two")
    );
}

#[test]
fn each_thing_that_would_be_wrong_is_named_with_its_line() {
    let project = Project::new();
    project.write(
        "plat.kdl",
        "project demo\nblueprint s {\n    title S\n    property a string\n}\npolicy titles for=blueprint {\n    require { title is S }\n}\n",
    );
    project.write("one.kdl", "entity s one { a x; }\nentity s two { a y; }\n");
    project.run(["apply", "--auto-approve"]).code(0);
    project.sql(r#"UPDATE objects SET body = '{"title":"T","icon":"Box"}' WHERE kind = 'blueprint'"#);
    let told = project.run(["drift", "--adopt", "blueprint:s", "--dry-run"]).code(5);
    told.says([
        "NOT TAKEN OVER blueprint:s  plat.kdl:4  properties.a\n    the project would be wrong: 2 problems\n      one.kdl:1:16: ",
        " (E0408)\n      one.kdl:2:16: ",
        "NOT TAKEN OVER blueprint:s  plat.kdl:3  title\n    the project would be wrong: plat.kdl:2:1, as it would be: \
         `blueprint:s` breaks the policy `titles`: ",
        "(E0750); the policy: plat.kdl:6:1\n",
    ]);
    let json = project.run(["drift", "--adopt", "blueprint:s", "--format", "json"]).code(5);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    let refused = json["refused"].as_array().unwrap();
    assert_eq!(refused[0]["fields"], serde_json::json!(["properties.a"]));
    assert_eq!(refused[0]["problems"].as_array().unwrap().len(), 2);
    assert_eq!(refused[1]["problems"], serde_json::json!([]));
}

#[test]
fn a_field_beside_one_that_is_left_to_others_is_taken_over() {
    let text = "blueprint service { property tier string; property notes string; }\n\
        entity service a { tier low; notes one; lifecycle { ignore properties.notes; }; }\n";
    let project = Project::new().file("plat.kdl", "project demo\n").file("a.kdl", text);
    project.run(["apply", "--auto-approve"]).code(0);
    project.set("service", "a", "properties.tier", "\"high\"");
    project.set("service", "a", "properties.notes", "\"two\"");
    project.run(["drift", "--adopt", "*"]).code(0);
    assert_eq!(project.read("a.kdl"), text.replace("tier low", "tier high"));
}

#[test]
fn what_follows_from_a_change_that_was_taken_over_is_told() {
    let text = "blueprint service { property tier string; }\nentity service a { tier low; }\n\
        scorecard s for=service { level Gold { rule r { tier is low; }; }; }\n";
    let project = Project::new().file("plat.kdl", "project demo\n").file("a.kdl", text);
    project.run(["apply", "--auto-approve"]).code(0);
    project.set("service", "a", "properties.tier", "\"high\"");
    project.run(["drift", "--adopt", "*"]).code(0);
    project.run(["plan"]).code(0).says(["No changes.", "The inventory catches up with 1 change.", "Gold ->"]);
}

#[test]
fn what_is_protected_does_not_go_by_a_pattern() {
    let text = "blueprint service { property tier string; }\n\
        entity service a { tier low; lifecycle { protect; }; }\n\
        entity service b { tier low; lifecycle { deletion confirm; }; }\n\
        entity service c { tier low; lifecycle { deletion forbid; }; }\n\
        entity service d { tier low; }\n";
    let project = Project::new().file("plat.kdl", "project demo\n").file("a.kdl", text);
    project.apply();
    for name in ["a", "b", "c", "d"] {
        project.sql(&format!("DELETE FROM objects WHERE name = '{name}'"));
    }
    // The inventory remembers what protects, whatever the text says since.
    project.edit("a.kdl", "lifecycle { protect; };", "");
    let only = |name: &str| {
        format!(
            "its lifecycle protects it from being deleted: only its own address takes that over, entity:service:{name}\n"
        )
    };
    let never = "its `deletion forbid` says that it never goes: `plat apply` makes it again, and it may go once an apply has given it \
                 another lifecycle\n";
    project.run(["drift", "--adopt", "*"]).code(5).says(["- entity:service:d", &only("a"), &only("b"), never]);
    project.run(["drift", "--adopt", "entity:service:a", "entity:service:b", "entity:service:c"]).code(5).says([
        "- entity:service:a",
        "- entity:service:b",
        never,
    ]);
    assert_eq!(project.read("a.kdl").matches("entity service").count(), 1);
    project.run(["plan"]).code(0).says(["! entity:service:c"]).never_says("entity:service:a");
}
