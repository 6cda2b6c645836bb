//! `plat drift`: what others changed is told, and taken over into the KDL where it is asked for.

use crate::demo::{PLATFORM, REQUESTS, applied, manifest, repository};
use crate::project::Project;
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
fn an_object_whose_text_is_gone_is_decided_by_a_flag() {
    let project = applied();
    project.set("service", "cart", "properties.tier", "\"two\"");
    project.write("services.kdl", "entity service ledger {\n    tier one\n}\n");
    let told = project.run(["drift", "--adopt", "*"]).code(5);
    told.says(["it is no longer declared: declare it again, or decide with `plat apply --on-conflict ours`"]);
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

/// The platform with more kinds of objects, applied.
fn everything() -> Project {
    let project =
        Project::new().file("plat.kdl", PLATFORM).file("requests.kdl", REQUESTS).file("services.kdl", EVERYTHING);
    project.apply();
    project.run(["fmt", "--check"]).code(0);
    project
}

const EVERYTHING: &str = r#"// What we run.
team shop {
    title "The shop"
    member ana@example.com bo@example.com
}

user ana@example.com {
    title Ana
}

blueprint system {
    property notes string
}

blueprint part {
    title Part // for people
    property tier enum required {
        value one color=red
        value two
    }
    property owner string
    property tags array of=string
    property address object {
        field city string required
    }
    property extra object
    property size number min=0 max=10
    property kind enum { values small large }
    relation system system
    relation needs part many
}

entity system core {
    // nothing yet
}

entity part cart {
    title "The cart"
    team shop
    tier one // for now
    owner "shop"
    tags a b
    address city=Berlin
    size 1.5
    system core
    needs ledger
}

entity part ledger {
    tier two
    extra {
        city Rome // a comment
        zip "00100"
    }
}

scorecard ready for=part {
    title Ready
    level Bronze color=bronze {
        // the least
        rule tier "Has a tier" { tier present }
        rule owner {
            owner present
            tier in one two
        }
    }
    level Silver {
        rule size { size above 1 }
    }
}

action make create part {
    title Make
    input name string required
    input size number default=1
    backend github org=company repo=actions workflow=make.yaml {
        send name $inputs.name
        send size "${inputs.size} pieces"
    }
}
"#;

/// Changes the body of an object behind plat's back.
fn change(project: &Project, kind: &str, name: &str, change: &str) {
    project.sql(&format!("UPDATE objects SET body = {change} WHERE (kind, name) = ('{kind}', '{name}')"));
}

/// Takes everything over: the file is then as said, and nothing is left to plan.
#[track_caller]
fn adopted(project: &Project, replacements: &[(&str, &str)]) {
    let mut expected = project.read("services.kdl");
    for (from, to) in replacements {
        assert_eq!(expected.matches(from).count(), 1, "{from:?} in {expected}");
        expected = expected.replacen(from, to, 1);
    }
    let outcome = project.run(["drift", "--adopt", "*"]);
    assert_eq!(project.read("services.kdl"), expected, "{outcome}");
    outcome.code(0);
    project.run(["fmt", "--check"]).code(0);
    // Levels may move.
    assert!(project.run(["plan", "--detailed-exitcode"]).code(0).out.starts_with("No changes."));
    project.run(["drift"]).says(["No drift"]).code(0);
}

#[test]
fn values_of_an_entity_are_taken_over_in_their_notation() {
    let project = everything();
    change(
        &project,
        "entity",
        "cart",
        r#"json_set(body, '$.title', 'Cart', '$.properties.tier', 'two',
        '$.properties.owner', 'sales', '$.properties.tags', json('["b","c","d e"]'),
        '$.properties.address.city', 'New York', '$.properties.size', 2,
        '$.relations.needs', json('["cart"]'), '$.team', json('["shop"]'))"#,
    );
    adopted(
        &project,
        &[
            ("\"The cart\"", "\"Cart\""),
            ("tier one // for now", "tier two // for now"),
            ("owner \"shop\"", "owner \"sales\""),
            ("tags a b", "tags b c \"d e\""),
            ("city=Berlin", "city=\"New York\""),
            ("size 1.5", "size 2.0"),
            ("needs ledger", "needs cart"),
        ],
    );
}

#[test]
fn lines_come_and_go() {
    let project = everything();
    change(
        &project,
        "entity",
        "cart",
        r"json_remove(json_set(body,
        '$.properties.tags', json('[]')), '$.title', '$.properties.owner', '$.relations.system')",
    );
    change(
        &project,
        "entity",
        "ledger",
        r#"json_set(body, '$.properties.extra', json('{"city":"Rome","lines":["a",{"b":1}]}'))"#,
    );
    adopted(
        &project,
        &[
            ("    title \"The cart\"\n", ""),
            ("    owner \"shop\"\n", ""),
            ("    tags a b\n", "    (array)tags\n"),
            ("    system core\n", ""),
            ("        zip \"00100\"\n", "        lines {\n            - a\n            - b=1\n        }\n"),
        ],
    );
}

#[test]
fn an_object_that_others_deleted_loses_its_node() {
    let project = everything();
    project.sql("DELETE FROM objects WHERE (kind, name) = ('user', 'ana@example.com')");
    adopted(&project, &[("user ana@example.com {\n    title Ana\n}\n\n", "")]);
}

#[test]
fn a_blueprint_takes_over_what_its_properties_became() {
    let project = everything();
    change(
        &project,
        "blueprint",
        "part",
        r#"json_remove(json_set(body, '$.title', 'Piece',
        '$.properties.tier.enum', json('["zero","one","two","three"]'),
        '$.properties.tier.enumColors', json('{"one":"green","three":"red"}'),
        '$.properties.owner.title', 'Owner', '$.properties.owner.default', 'nobody',
        '$.properties.tags.maxItems', 5, '$.properties.tags.items.pattern', '^[a-z]',
        '$.properties.address.properties.zip', json('{"type":"string","maxLength":5}'),
        '$.properties.size.maximum', 20, '$.properties.kind.enum', json('["small","medium","large"]'),
        '$.relations.system.required', json('true'), '$.relations.needs.title', 'Needs',
        '$.required', json('["owner","tier"]')), '$.properties.size.minimum')"#,
    );
    // An entity without what is required now, and one without a system, would be wrong.
    change(
        &project,
        "entity",
        "ledger",
        r#"json_set(body, '$.properties.owner', 'them', '$.relations', json('{"system":"core"}'))"#,
    );
    project.edit("services.kdl", "    tier two\n    extra", "    tier two\n    owner them\n    system core\n    extra");
    adopted(
        &project,
        &[
            ("title Part // for people", "title Piece // for people"),
            (
                "        value one color=red\n        value two\n",
                "        value zero\n        value one color=green\n        value two\n        value three color=red\n",
            ),
            (
                "property owner string\n",
                "property owner string required default=nobody {\n        title Owner\n    }\n",
            ),
            (
                "property tags array of=string\n",
                "property tags array of=string max-items=5 {\n        pattern \"^[a-z]\"\n    }\n",
            ),
            (
                "        field city string required\n",
                "        field city string required\n        field zip string max-length=5\n",
            ),
            ("number min=0 max=10", "number max=20"),
            ("{ values small large }", "{ values small medium large }"),
            ("relation system system\n", "relation system system required\n"),
            ("relation needs part many\n", "relation needs part many {\n        title Needs\n    }\n"),
        ],
    );
}

#[test]
fn a_scorecard_takes_over_what_its_rules_became() {
    let project = everything();
    change(
        &project,
        "scorecard",
        "ready",
        r#"json_remove(json_set(body, '$.levels[0].color', 'gold',
        '$.rules.tier.title', 'Tier', '$.rules.owner.level', 'Silver',
        '$.rules.owner.query.all[1].operands', json('["two"]'),
        '$.rules.size.query.all', json('[{"field":"size","operator":"above","operands":[2]},{"any":[{"field":"owner","operator":"is","operands":["them"]},{"field":"kind","operator":"present"}]}]')
        ), '$.x')"#,
    );
    adopted(
        &project,
        &[
            ("color=bronze", "color=gold"),
            ("\"Has a tier\"", "\"Tier\""),
            ("        rule owner {\n            owner present\n            tier in one two\n        }\n", ""),
            (
                "        rule size { size above 1 }\n",
                "        rule size {\n            size above 2\n            any {\n                owner is them\n                kind present\n            }\n        }\n        \
                 rule owner {\n            owner present\n            tier in two\n        }\n",
            ),
        ],
    );
}

#[test]
fn an_action_and_a_team_take_over_what_they_became() {
    let project = everything();
    change(
        &project,
        "action",
        "make",
        r#"json_set(body, '$.operation', 'update', '$.order', json('["size","name"]'),
        '$.required', json('["name","size"]'), '$.backend.settings.repo', 'other',
        '$.backend.send.size', '${inputs.size}', '$.backend.send.who', json('{"jq":".user"}'), '$.backend.reportStatus', json('true'))"#,
    );
    change(&project, "team", "shop", r#"json_set(body, '$.members', json('["ana@example.com","cy@example.com"]'))"#);
    adopted(
        &project,
        &[
            ("action make create part", "action make update part"),
            (
                "    input name string required\n    input size number default=1\n",
                "    input size number required default=1\n    input name string required\n",
            ),
            ("repo=actions", "repo=other"),
            (
                "        send size \"${inputs.size} pieces\"\n",
                "        send size \"${inputs.size}\"\n        send who (jq)\".user\"\n        report-status\n",
            ),
            ("member ana@example.com bo@example.com", "member ana@example.com cy@example.com"),
        ],
    );
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
fn comments_stay_where_what_they_speak_of_goes() {
    let project = everything();
    change(&project, "entity", "ledger", "json_remove(body, '$.properties.extra')");
    project.sql("DELETE FROM objects WHERE kind = 'entity' AND name = 'core'");
    change(&project, "entity", "cart", "json_remove(body, '$.relations.system')");
    adopted(
        &project,
        &[
            ("    extra {\n        city Rome // a comment\n        zip \"00100\"\n    }\n", "    // a comment\n"),
            ("entity system core {\n    // nothing yet\n}\n", "// nothing yet\n"),
            ("    system core\n", ""),
        ],
    );
}

#[test]
fn values_of_a_request_are_taken_over_in_their_group() {
    let text = "project mine

state-store gitops git create {
    url \".plat/stores/gitops.git\"
}

destination main {
    store gitops
}

promise app {
    api group=example.com version=v1 kind=App {
        field size integer required
        field lifecycle string // a word of the language
        field spec object
    }
    workflow configure {
        resource v1 ConfigMap $name {
            data size=\"${spec.size}\"
        }
    }
}

request app shop {
    size 0x10 // not much
    spec {
        // how long it lives
        lifecycle \"90d\"
        spec { a 1; /* the other */ b 2; }
    }
}
";
    let project = Project::new().file("plat.kdl", text);
    project.apply();
    let body = r#"json_set(body, '$.spec', json('{"size":17,"lifecycle":"30d","spec":{"a":1,"c":[1,2]}}'))"#;
    change(&project, "request", "default/shop", body);
    project.run(["drift", "--adopt", "request:*"]).code(0);
    let expected =
        text.replace("0x10", "17").replace("90d", "30d").replace("/* the other */ b 2; }", "/* the other */ c 1 2; }");
    assert_eq!(project.read("plat.kdl"), expected);
    project.run(["drift"]).says(["No drift"]).code(0);
    // What was taken over is applied: until then the text says it anew, and what others change of it is a conflict.
    project.apply();
    // What the group says last goes with it, and its comment does not.
    change(&project, "request", "default/shop", "json_remove(body, '$.spec.lifecycle', '$.spec.spec')");
    project.run(["drift", "--adopt", "*"]).code(0);
    let now = project.read("plat.kdl");
    assert!(
        now.contains("    // how long it lives\n") && now.contains("/* the other */") && !now.contains("spec {"),
        "{now}"
    );
    project.run(["drift"]).says(["No drift"]).code(0);
}

const BEFORE_OTHERS: &str = r"blueprint service { property tier string; property count number; }
action make create service {
    input a string // name of a
    input b string // name of b
}
scorecard ready for=service {
    level Basic {
        // has a tier
        rule tiered { tier present; }
    }
    level Solid {
        rule many { count above 1; }
    }
}
page home {
    widgets {
        // what it is for
        - type=markdown title=Read
        - type=table
    }
}
";

const AFTER_OTHERS: &str = r"blueprint service { property tier string; property count number; }
action make create service {
    input b string // name of b
    input region string
    input a string // name of a
}
scorecard ready for=service {
    level Solid {
        rule many { count above 1; }
    }
    level Basic {
        // has a tier
        rule tiered { tier present; }
    }
    level Top {
        rule top {
            $team present
        }
    }
}
page home {
    widgets {
        - type=table
        - title=New type=links
        // what it is for
        - type=markdown title=Read
    }
}
";

#[test]
fn what_a_list_speaks_of_comes_with_it_and_lines_move_with_their_comments() {
    let project = Project::new();
    project.write("plat.kdl", "project demo\n");
    project.write("a.kdl", BEFORE_OTHERS);
    project.run(["apply", "--auto-approve"]).code(0);
    project.sql(
        r#"UPDATE objects SET body = json_set(body, '$.inputs.region', json('{"type":"string"}'), '$.order',
            json('["b","region","a"]')) WHERE name = 'make'"#,
    );
    project.sql(
        r#"UPDATE objects SET body = json_set(body, '$.levels', json('[{"title":"Solid"},{"title":"Basic"},{"title":"Top"}]'),
            '$.rules.top', json('{"level":"Top","query":{"all":[{"field":"$team","operator":"present"}]}}')) WHERE name = 'ready'"#,
    );
    project.sql(
        r#"UPDATE objects SET body = json_set(body, '$.widgets', json('[{"type":"table"},{"title":"New","type":"links"},
            {"title":"Read","type":"markdown"}]')) WHERE name = 'home'"#,
    );
    project.run(["drift", "--adopt", "*"]).code(0).says(["rules.top", "inputs.region"]);
    assert_eq!(project.read("a.kdl"), AFTER_OTHERS);
    project.run(["plan", "--detailed-exitcode"]).code(0);
}

#[test]
fn an_object_on_one_line_stays_on_one_and_tabs_stay_tabs() {
    let project = Project::new();
    project.write("plat.kdl", "project demo\n");
    let text = "blueprint s {\n\tproperty o object\n\tproperty p object\n}\nentity s one { o { a 1; }; }\nentity s two {\n\tp x=1\n}\n";
    project.write("a.kdl", text);
    project.run(["apply", "--auto-approve"]).code(0);
    project.set("s", "one", "properties.o", r#"{"a":1,"b":{"c":[1,{"d":2}]}}"#);
    project.set("s", "two", "properties.p", r#"{"x":1,"y":{"z":{"w":1}}}"#);
    project.run(["drift", "--adopt", "*"]).code(0);
    let expected = text
        .replace("o { a 1; }", "o { a 1; b { c { - 1; - d=2 } }; }")
        .replace("\tp x=1\n", "\tp x=1 {\n\t\ty {\n\t\t\tz {\n\t\t\t\tw 1\n\t\t\t}\n\t\t}\n\t}\n");
    assert_eq!(project.read("a.kdl"), expected);
}

const LINES: &str = r"blueprint s { property a string; property b string; }
page home {
    widgets {
        // one's
        - type=markdown title=one markdown=a // behind one
        /* two's */
        - type=markdown title=two markdown=b
    }
}
scorecard m for=s {
    level L1 {
        rule r1 { a present; } // why r1
        rule r2 {
            // either
            any {
                a is x // the x
                a is y // the y
            }
            b present // there
        }
    }
    level L2 {
        rule r3 { b is x; }
    }
}
";

#[test]
fn what_moves_and_changes_keeps_its_comments() {
    let project = Project::new();
    project.write("plat.kdl", "project demo\n");
    project.write("a.kdl", LINES);
    project.run(["apply", "--auto-approve"]).code(0);
    project.sql(
        r#"UPDATE objects SET body = json_set(body, '$.widgets', json('[{"type":"table","title":"new"},
            {"type":"markdown","title":"two","markdown":"B"},{"type":"markdown","title":"one","markdown":"A"}]'))
            WHERE name = 'home'"#,
    );
    project.sql(
        r#"UPDATE objects SET body = json_set(body, '$.rules.r1.level', 'L2', '$.rules.r2.query', json('{"all":[
            {"field":"b","operator":"present"},{"any":[{"field":"a","operator":"is","operands":["x"]},
            {"field":"a","operator":"is","operands":["y"]},{"field":"a","operator":"is","operands":["z"]}]}]}'))
            WHERE name = 'm'"#,
    );
    project.run(["drift", "--adopt", "*"]).code(0);
    let expected = r"blueprint s { property a string; property b string; }
page home {
    widgets {
        - type=table title=new
        /* two's */
        - type=markdown title=two markdown=B
        // one's
        - type=markdown title=one markdown=A // behind one
    }
}
scorecard m for=s {
    level L1 {
        rule r2 {
            b present // there
            // either
            any {
                a is x // the x
                a is y // the y
                a is z
            }
        }
    }
    level L2 {
        rule r3 { b is x; }
        rule r1 { a present; } // why r1
    }
}
";
    assert_eq!(project.read("a.kdl"), expected);
}

#[test]
fn a_reference_to_a_secret_gives_way_to_no_clear_text() {
    let text = "blueprint svc { property pw string; }\n\
        action k create {\n    \
        backend webhook url=\"https://example.com/hook\" { send token (secret)hook-token; send other a; }\n}\n";
    let project = Project::new().file("plat.kdl", "project demo\n").file("a.kdl", text);
    project.run(["apply", "--auto-approve"]).code(0);
    let token = "json_set(body, '$.backend.send.token', 's3cr3t')";
    project.sql(&format!("UPDATE objects SET body = {token} WHERE kind = 'action'"));
    let told = project.run(["drift", "--adopt", "*"]).code(5);
    told.says(["the text refers to the secret `hook-token`", "`plat apply` sets the reference back"]);
    assert_eq!(project.read("a.kdl"), text);
    // What leaves the reference where it is can be taken over.
    let other =
        "json_set(body, '$.backend.send.token', json('{\"$secret\":\"hook-token\"}'), '$.backend.send.other', 'b')";
    project.sql(&format!("UPDATE objects SET body = {other} WHERE kind = 'action'"));
    project.run(["drift", "--adopt", "*"]).code(0);
    assert_eq!(project.read("a.kdl"), text.replace("other a", "other b"));
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
fn a_body_with_one_member_twice_is_read_by_nobody() {
    let text = "blueprint service { property tier string; }\nentity service a { tier low; }\n";
    let project = Project::new().file("plat.kdl", "project demo\n").file("a.kdl", text);
    project.run(["apply", "--auto-approve"]).code(0);
    project.sql("UPDATE objects SET body = '{\"properties\":{\"tier\":\"x\",\"tier\":\"y\"}}' WHERE name = 'a'");
    project.run(["plan"]).code(4).says(["the member `tier` is there twice"]);
    project.run(["apply", "--auto-approve", "--on-conflict", "ours"]).code(0);
    project.run(["plan", "--detailed-exitcode"]).no_changes();
}

#[test]
fn what_came_beside_a_reference_that_is_gone_is_neither_shown_nor_taken_over() {
    let text = "promise app {\n    api group=x.y version=v1 kind=App {\n        field conf object\n    }\n}\n\
        request app web {\n    conf { token (secret)tok; x 1; list { - (secret)one; - a; }; }\n}\n";
    let reference = |name: &str| format!("{{\"$secret\":\"{name}\"}}");
    let (token, one) = (reference("tok"), reference("one"));
    for live in [
        format!("{{\"tokens\":\"hunter2hunter2\",\"x\":1,\"list\":[{one},\"a\"]}}"),
        format!("{{\"inner\":{{\"token\":[\"hunter2hunter2\"]}},\"x\":1,\"list\":[{one},\"a\"]}}"),
        format!("{{\"token\":null,\"x\":\"hunter2hunter2\",\"list\":[{one},\"a\"]}}"),
        format!("{{\"token\":{token},\"x\":1,\"list\":[\"a\",\"hunter2hunter2\"]}}"),
        format!("{{\"token\":{token},\"x\":1,\"list\":\"hunter2hunter2\"}}"),
        "\"hunter2hunter2\"".to_owned(),
    ] {
        let project = Project::new().file("plat.kdl", "project demo\n").file("a.kdl", text);
        project.run(["apply", "--auto-approve"]).code(0);
        project.sql(&format!(
            "UPDATE objects SET body = json_set(body, '$.spec.conf', json('{live}')) WHERE kind = 'request'"
        ));
        let told = project.run(["drift", "--adopt", "*"]).code(5).never_says("hunter2");
        told.says(["the text refers to the secret `", "that may be the secret itself"]);
        assert_eq!(project.read("a.kdl"), text, "{live}");
        project.run(["drift"]).code(0).never_says("hunter2").says(["(not shown)"]);
        project.run(["drift", "--format", "json"]).code(0).never_says("hunter2");
        project.run(["why", "request:app:default/web"]).code(0).never_says("hunter2");
    }
    // What is no text, and what leaves the references where they are, is taken over.
    for live in [
        format!("{{\"x\":2,\"list\":[{one},\"a\"]}}"),
        format!("{{\"token\":{token},\"x\":1,\"y\":\"b\",\"list\":[\"c\",{one}]}}"),
    ] {
        let project = Project::new().file("plat.kdl", "project demo\n").file("a.kdl", text);
        project.run(["apply", "--auto-approve"]).code(0);
        project.sql(&format!(
            "UPDATE objects SET body = json_set(body, '$.spec.conf', json('{live}')) WHERE kind = 'request'"
        ));
        project.run(["drift", "--adopt", "*"]).code(0);
        assert_ne!(project.read("a.kdl"), text, "{live}");
    }
}
