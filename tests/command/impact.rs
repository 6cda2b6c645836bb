//! What follows from a plan for objects that it does not touch.

use crate::project::Project;
use serde_json::Value;

const MODEL: &str = "project demo

blueprint system {
    property place string
}

blueprint service {
    property tier enum required { values one two }
    property owner string
    relation system system
}

scorecard ready for=service {
    level Gold {
        rule owned { owner present }
        rule near { system.place is berlin }
    }
}

action rescue update service

promise app {
    api group=company.com version=v1 kind=App {
        field size integer
    }
}
";

const OURS: &str = "entity system shop { place berlin; }
entity service cart { tier one; system shop; }
";

const THEIRS: &str = "entity service theirs { tier two; owner them; system shop; }
request app theirs { size 5; }
";

/// The platform, applied, with an entity and a request of another project in its catalog, and one entity of nobody.
fn shared() -> Project {
    let project = Project::new().file("plat.kdl", MODEL).file("ours.kdl", OURS).file("theirs.kdl", THEIRS);
    project.apply();
    project.sql("UPDATE inventory SET project = 'other' WHERE (kind, name) = ('entity', 'theirs')");
    project.sql("UPDATE inventory SET project = 'other' WHERE (kind, name) = ('request', 'default/theirs')");
    project.sql(
        r#"INSERT INTO objects (kind, parent, name, body)
        VALUES ('entity', 'service', 'stray', '{"properties":{"tier":"wrong","note":1},"relations":{"system":"shop"}}')"#,
    );
    project.write("theirs.kdl", "");
    project
}

fn impact(project: &Project) -> Value {
    let plan = project.run(["plan", "--format", "json"]);
    let plan: Value = serde_json::from_str(&plan.out).unwrap();
    plan["impact"].clone()
}

/// How much was looked at of a kind, and what keeps it from being all.
fn extent<'i>(impact: &'i Value, kind: &str) -> (&'i str, &'i str) {
    let looked = impact["looked"].as_array().unwrap().iter().find(|one| one["kind"] == kind).unwrap();
    (looked["extent"].as_str().unwrap(), looked["why"][0].as_str().unwrap_or_default())
}

/// Some members of each object of a list, one line each.
fn lines(list: &Value, members: &[&str]) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let line = |object: &Value| members.iter().map(|name| text(&object[*name])).collect::<Vec<_>>().join(" ");
    list.as_array().unwrap().iter().map(line).collect()
}

#[test]
fn a_plan_that_touches_no_blueprint_and_deletes_nothing_looks_at_nothing() {
    let project = shared();
    project.run(["plan"]).no_changes();
    project.edit("ours.kdl", "tier one", "tier two");
    let impact = impact(&project);
    assert_eq!((&impact["invalid"], &impact["broken"]), (&Value::Null, &Value::Null));
    assert_eq!(extent(&impact, "invalid"), ("not-at-all", "no blueprint and no promise changes"));
    assert_eq!(extent(&impact, "broken"), ("not-at-all", "nothing goes"));
    assert_eq!(extent(&impact, "levels"), ("completely", ""));
    project.run(["plan", "--full"]).code(0).says([
        "validity not looked at: no blueprint and no promise changes\n",
        "references not looked at: nothing goes\n",
        "levels looked at completely\n",
    ]);
}

#[test]
fn what_a_change_of_a_blueprint_makes_invalid_is_told_of_whomever_it_is() {
    let project = shared();
    project.edit("plat.kdl", "values one two", "values one three");
    project.edit("plat.kdl", "    property owner string\n", "    property cost number required\n");
    project.edit("ours.kdl", "tier one;", "tier one; cost 3;");
    project.edit("plat.kdl", "        rule owned { owner present }\n", "");
    let impact = impact(&project);
    assert_eq!(
        lines(&impact["invalid"], &["address", "owner", "because", "field", "message"]),
        [
            "entity:service:stray - blueprint:service properties.cost service `stray` has no `cost`, which is required",
            "entity:service:theirs other blueprint:service properties.cost service `theirs` has no `cost`, which is required",
            "entity:service:theirs other blueprint:service properties.owner `service` has no `owner`",
            "entity:service:theirs other blueprint:service properties.tier `two` is not one of the values of `tier`",
        ]
    );
    project.run(["plan"]).says([
        "Consequences\n",
        "because of blueprint:service 2 objects become invalid:\n",
        "entity:service:stray properties.cost: service `stray` has no `cost`, which is required (nobody's)\n",
        "entity:service:theirs properties.tier: `two` is not one of the values of `tier` (of project other)\n",
    ]);
}

#[test]
fn an_optional_property_makes_nobody_invalid() {
    let project = shared();
    project.edit("plat.kdl", "    property owner string\n", "    property owner string\n    property cost number\n");
    assert_eq!(impact(&project)["invalid"], serde_json::json!([]));
    project.run(["plan"]).code(0).says(["nothing of others becomes invalid\n"]);
}

#[test]
fn a_relation_that_points_elsewhere_makes_what_it_pointed_at_invalid() {
    let project = shared();
    project.edit("plat.kdl", "relation system system", "relation system service");
    project.edit("plat.kdl", "        rule near { system.place is berlin }\n", "");
    project.edit("ours.kdl", "tier one; system shop;", "tier one;");
    assert_eq!(
        lines(&impact(&project)["invalid"], &["address", "field", "message"]),
        [
            "entity:service:stray relations.system there is no `shop` of the blueprint `service`",
            "entity:service:theirs relations.system there is no `shop` of the blueprint `service`",
        ]
    );
}

#[test]
fn what_others_wrote_into_our_entity_is_judged_too() {
    let project = shared();
    project.set("service", "cart", "properties.owner", "\"others\"");
    project.edit("plat.kdl", "    property owner string\n", "");
    project.edit("plat.kdl", "        rule owned { owner present }\n", "");
    assert_eq!(
        lines(&impact(&project)["invalid"], &["address", "owner", "field"]),
        ["entity:service:cart demo properties.owner", "entity:service:theirs other properties.owner"]
    );
}

#[test]
fn a_change_of_a_promise_makes_requests_of_others_invalid() {
    let project = shared();
    project.edit("plat.kdl", "field size integer", "field size integer max=3");
    assert_eq!(
        lines(&impact(&project)["invalid"], &["address", "owner", "because", "field", "message"]),
        ["request:app:default/theirs other promise:app spec.size `size` is at most 3, not 5"]
    );
}

#[test]
fn references_to_what_goes_are_told_of_whomever_they_are() {
    let project = shared();
    project.write("ours.kdl", "entity service cart { tier one; }\n");
    let impact = impact(&project);
    assert_eq!(
        lines(&impact["broken"], &["address", "owner", "field", "to"]),
        [
            "entity:service:stray - relations.system entity:system:shop",
            "entity:service:theirs other relations.system entity:system:shop",
        ]
    );
    assert_eq!(impact["invalid"], Value::Null);
    project.run(["plan"]).says([
        "DESTROYS 1\n",
        "2 references break:\n",
        "entity:service:stray relations.system: refers to entity:system:shop, which goes (nobody's)\n",
        "entity:service:theirs relations.system: refers to entity:system:shop, which goes (of project other)\n",
    ]);
}

#[test]
fn nothing_found_is_not_nothing_looked_for() {
    let project = shared();
    project.write("ours.kdl", "entity system shop { place berlin; }\n");
    assert_eq!(impact(&project)["broken"], serde_json::json!([]));
    project.run(["plan"]).says(["nothing that stays points at what goes\n"]);
}

#[test]
fn scorecards_and_actions_that_refer_to_what_changes_are_told() {
    let project = shared();
    project.sql(
        r#"INSERT INTO objects (kind, parent, name, body) VALUES ('scorecard', '', 'foreign',
        '{"blueprint":"service","rules":{"who":{"query":{"any":[{"field":"owner","operator":"present"}]}}}}')"#,
    );
    project.edit("plat.kdl", "property place string", "property place string max-length=9");
    project.edit("plat.kdl", "property owner string", "property owner string max-length=9");
    assert_eq!(
        lines(&impact(&project)["referring"], &["address", "field", "to"]),
        [
            "scorecard:foreign rules.who blueprint:service#properties.owner",
            "scorecard:ready rules.near blueprint:system#properties.place",
            "scorecard:ready rules.owned blueprint:service#properties.owner",
            "action:rescue blueprint blueprint:service",
        ]
    );
    project.run(["plan"]).code(0).says([
        "blueprint:service is referred to by action:rescue (blueprint)\n",
        "blueprint:service#properties.owner is referred to by scorecard:foreign (rules.who), scorecard:ready (rules.owned)\n",
    ]);
}

#[test]
fn words_for_people_concern_nobody() {
    let project = shared();
    project.edit("plat.kdl", "blueprint service {\n", "blueprint service {\n    title Service\n");
    let impact = impact(&project);
    assert_eq!((&impact["invalid"], &impact["referring"]), (&Value::Null, &serde_json::json!([])));
}

#[test]
fn a_deleted_blueprint_shows_what_it_takes_along_and_what_it_leaves() {
    let project = shared();
    let model = project.read("plat.kdl");
    let start = model.find("blueprint service").unwrap();
    let end = model.find("promise app").unwrap();
    project.write("plat.kdl", format!("{}{}", &model[..start], &model[end..]));
    project.write("ours.kdl", "entity system shop { place berlin; }\n");
    let impact = impact(&project);
    let left = serde_json::json!(["entity:service:stray", "entity:service:theirs"]);
    assert_eq!(
        impact["closures"],
        serde_json::json!([{ "address": "blueprint:service", "members": [
            { "kind": "action", "deleted": 1, "left": [] },
            { "kind": "entity", "deleted": 1, "left": left },
            { "kind": "scorecard", "deleted": 1, "left": [] },
        ]}])
    );
    assert_eq!(
        lines(&impact["invalid"], &["address", "field", "message"]),
        [
            "entity:service:stray blueprint the blueprint `service` is deleted",
            "entity:service:theirs blueprint the blueprint `service` is deleted",
        ]
    );
    project.run(["plan"]).code(5).says([
        "blueprint:service takes along 1 action, 1 entity, 1 scorecard, and leaves entity:service:stray, entity:service:theirs\n",
    ]);
}

#[test]
fn a_deleted_destination_takes_its_files_along() {
    let project = crate::demo::applied();
    let spare = "destination spare {\n    store gitops\n    labels side=spare\n}\n";
    project.write("spare.kdl", spare);
    project.edit("plat.kdl", "    schedule side=main\n", "    schedule side=spare\n");
    project.run(["apply", "--auto-approve", "--allow-delete", "destination:main:*"]).code(0);
    project.edit("plat.kdl", "    schedule side=spare\n", "    schedule side=main\n");
    project.write("spare.kdl", "");
    assert_eq!(
        impact(&project)["closures"],
        serde_json::json!([{ "address": "destination:spare", "members": [{ "kind": "file", "deleted": 2, "left": [] }] }])
    );
    project.run(["plan"]).says(["destination:spare takes along 2 files\n"]);
}

#[test]
fn a_model_of_another_time_is_said_not_to_be_looked_at() {
    let project = shared();
    project.sql(
        r#"INSERT INTO objects (kind, parent, name, body) VALUES ('blueprint', '', 'newer',
        '{"properties":{"cost":{"type":"money"}}}')"#,
    );
    project.edit("plat.kdl", "property owner string", "property owner string max-length=9");
    let impact = impact(&project);
    let newer = ("partly", "blueprint:newer holds a type that this plat does not know");
    assert_eq!((extent(&impact, "invalid"), extent(&impact, "referring")), (newer, newer));
    project
        .run(["plan"])
        .says(["looked at in part: validity, dependents: blueprint:newer holds a type that this plat does not know\n"]);
}

#[test]
fn what_an_additive_plan_keeps_is_judged_too() {
    let project = Project::new().file(
        "plat.kdl",
        "project demo\nblueprint service {\n    property tier string\n    property cost integer\n}\n\
         entity service gone { tier \"one\"; cost 9; }\nentity service kept { tier \"one\"; cost 9; }\n",
    );
    project.apply();
    project.edit("plat.kdl", "entity service gone { tier \"one\"; cost 9; }\n", "");
    project.edit("plat.kdl", "kept { tier \"one\"; cost 9; }", "kept { tier \"one\"; }");
    project.edit("plat.kdl", "property cost integer", "property cost integer max=5");
    let plan = project.run(["plan", "--additive", "--format", "json"]);
    let plan: Value = serde_json::from_str(&plan.out).unwrap();
    assert_eq!(
        lines(&plan["impact"]["invalid"], &["address", "field"]),
        ["entity:service:gone properties.cost", "entity:service:kept properties.cost"]
    );
}

#[test]
fn what_requests_and_values_inside_of_values_name_breaks_too() {
    let project = Project::new().file(
        "plat.kdl",
        "project demo\nteam shop\nteam home\n\
         blueprint service {\n    property contact object {\n        field owner team\n    }\n}\n\
         promise app {\n    api group=company.com version=v1 kind=App {\n        field owners array of=team\n    }\n}\n\
         entity service cart\nrequest app web\n",
    );
    project.apply();
    project.set("service", "cart", "properties.contact", "{\"owner\":\"shop\"}");
    for (kind, parent, name, body) in [
        ("request", "app", "default/theirs", r#"{"spec":{"owners":["home","shop"]},"destination":"far"}"#),
        ("entity", "nothing", "stray", r#"{"team":["shop"]}"#),
    ] {
        project.sql(&format!(
            "INSERT INTO objects (kind, parent, name, body) VALUES ('{kind}', '{parent}', '{name}', '{body}')"
        ));
    }
    project.edit("plat.kdl", "team shop\n", "");
    assert_eq!(
        lines(&impact(&project)["broken"], &["address", "field", "to"]),
        [
            "entity:nothing:stray team team:shop",
            "entity:service:cart properties.contact team:shop",
            "request:app:default/theirs spec.owners team:shop",
        ]
    );
}

#[test]
fn what_lies_there_already_is_judged_by_the_blueprint_that_comes() {
    let project = Project::new().file("plat.kdl", "project demo\nteam shop\n");
    project.apply();
    project.sql(
        r#"INSERT INTO objects (kind, parent, name, body)
        VALUES ('entity', 'service', 'stray', '{"properties":{"tier":"wrong"}}')"#,
    );
    project.edit("plat.kdl", "team shop\n", "team shop\nblueprint service {\n    property tier integer\n}\n");
    assert_eq!(
        lines(&impact(&project)["invalid"], &["address", "because", "field"]),
        ["entity:service:stray blueprint:service properties.tier"]
    );
}

#[test]
fn what_lies_there_already_is_judged_by_the_blueprint_that_gets_its_name() {
    let project = shared();
    project.sql(
        r#"INSERT INTO objects (kind, parent, name, body)
        VALUES ('entity', 'place', 'here', '{"properties":{"place":"berlin","size":1}}')"#,
    );
    let model = MODEL.replace("blueprint system", "blueprint place").replace("system system", "system place");
    project.write("plat.kdl", format!("{model}moved from=\"blueprint:system\" to=\"blueprint:place\"\n"));
    project.write("ours.kdl", OURS.replace("entity system", "entity place"));
    let impact = impact(&project);
    let rows = lines(&impact["invalid"], &["address", "because", "field"]);
    assert_eq!(rows, ["entity:place:here blueprint:place properties.size"]);
    assert_eq!(extent(&impact, "invalid").0, "completely");
}

#[test]
fn what_has_another_name_is_judged_by_it() {
    let project = shared();
    project.set("service", "cart", "properties.owner", "\"them\"");
    project.edit("ours.kdl", "entity service cart", "entity service trolley");
    project.edit("plat.kdl", "    property owner string\n", "");
    project.edit("plat.kdl", "        rule owned { owner present }\n", "");
    project.write("moved.kdl", "moved from=\"entity:service:cart\" to=\"entity:service:trolley\"\n");
    let told = lines(&impact(&project)["invalid"], &["address", "field"]);
    assert!(told.contains(&"entity:service:trolley properties.owner".to_owned()), "{told:?}");
}

#[test]
fn another_name_is_no_change_of_level() {
    let project = Project::new().file("plat.kdl", MODEL).file("ours.kdl", OURS);
    project.apply();
    project.edit(
        "ours.kdl",
        "entity service cart { tier one; system shop; }",
        "entity service trolley { tier one; system store; }",
    );
    project.edit("ours.kdl", "entity system shop", "entity system store");
    project.edit("plat.kdl", "scorecard ready", "scorecard steady");
    project.write(
        "moved.kdl",
        "moved from=\"entity:service:cart\" to=\"entity:service:trolley\"\n\
         moved from=\"entity:system:shop\" to=\"entity:system:store\"\n\
         moved from=\"scorecard:ready\" to=\"scorecard:steady\"\n",
    );
    assert_eq!(impact(&project)["levels"], serde_json::json!([]));
    project.run(["plan"]).says(["no entity changes level\n"]);
    project.apply();
    // The catalog has the levels under the new names, so that the next change is told right.
    project.edit("plat.kdl", "rule near { system.place is berlin }", "rule near { system.place is paris }");
    project.edit("plat.kdl", "rule owned { owner present }", "rule owned { tier present }");
    assert_eq!(impact(&project)["levels"], serde_json::json!([]));
    project.edit("plat.kdl", "is paris", "is berlin");
    assert_eq!(lines(&impact(&project)["levels"], &["scorecard", "entity"]), ["steady entity:service:trolley"]);
}

#[test]
fn a_request_renders_anew_only_where_it_comes_to_other_bytes() {
    let project = crate::demo::applied();
    let manifest = crate::demo::manifest("web");
    crate::store::somebody_writes(&crate::demo::repository(&project), "main", &manifest, Some("theirs\n"));
    let told = impact(&project);
    assert_eq!(told["rendered"], serde_json::json!([]), "what is set back");
    project.apply();
    project.write("spare.kdl", "destination spare {\n    store gitops\n    labels side=spare\n}\n");
    project.edit("plat.kdl", "    schedule side=main\n", "    schedule side=spare\n");
    let told = impact(&project);
    assert_eq!(told["rendered"], serde_json::json!([]), "what goes elsewhere");
    assert_eq!(told["moves"].as_array().unwrap().len(), 2, "{told}");
    project.edit("requests.kdl", "size 1", "size 3");
    assert_eq!(lines(&impact(&project)["rendered"], &["request"]), ["request:app:default/web"]);
}

#[test]
fn what_others_ask_of_a_promise_is_looked_at_too() {
    let project = shared();
    project.edit("plat.kdl", "field size integer", "field size integer max=9");
    assert_eq!(extent(&impact(&project), "rendered"), ("completely", ""));
}

#[test]
fn only_what_can_change_bytes_is_a_cause() {
    let project = crate::demo::applied();
    // Others changed a label, which no file holds, and it is set back while the promise's workflow changes.
    project.sql("UPDATE objects SET body = json_set(body, '$.labels.side', 'theirs') WHERE kind = 'destination'");
    project.edit("plat.kdl", "data size=", "data other=x size=");
    project.run(["plan"]).code(0).says(["! destination:main", "renders 1 file anew because of promise:app\n"]);
}

#[test]
fn an_additive_plan_leaves_the_levels_of_what_stays() {
    let project = crate::project::Project::new()
        .file("plat.kdl", "project demo { id demo; }\nblueprint service {\n    property owner string\n}\n\
            scorecard care for=service {\n    level Gold {\n        rule owner \"It is owned\" { owner present; }\n    }\n}\n")
        .file("services.kdl", "entity service cart { owner a; }\nentity service ledger { owner a; }\nentity service web\n");
    project.apply();
    project.write("services.kdl", "entity service ledger\nentity service web { owner b; }\n");
    let part = "looked at in part: levels: entity:service:cart keeps what is no longer declared, \
        entity:service:ledger keeps what is no longer declared";
    let told = "scorecard:care  1 entity no level -> Gold: entity:service:web\n";
    project
        .run(["plan", "--additive"])
        .code(0)
        .says([told, part])
        .never_says("not judged")
        .never_says("Gold -> no level");
    project.run(["apply", "--additive", "--auto-approve"]).code(0);
    project
        .run(["plan"])
        .code(0)
        .says(["1 entity Gold -> not judged: entity:service:cart", "1 entity Gold -> no level: entity:service:ledger"]);
}

#[test]
fn a_promise_that_others_changed_is_no_cause_of_new_bytes_as_it_is_set_back() {
    let project = crate::demo::applied();
    let drift = "UPDATE objects SET body = json_set(body, '$.properties.size.default', 7) WHERE (kind, name) = ('promise', 'app')";
    project.sql(drift);
    project.run(["plan"]).code(0).says(["! revert 1", "! promise:app"]).never_says("anew").never_says("because of");
    // What the project changes at once is a cause, and is called one.
    project.edit("plat.kdl", "data size=", "data sizes=");
    project
        .run(["plan"])
        .code(0)
        .says(["~ promise:app", "request:app:default/api renders 1 file anew because of promise:app\n"]);
    project.edit("plat.kdl", "data sizes=", "data size=");
    // A request that others changed neither.
    project.apply();
    project.sql(
        "UPDATE objects SET body = json_set(body, '$.spec.size', 9) WHERE (kind, name) = ('request', 'default/web')",
    );
    project.run(["plan"]).code(0).says(["! revert 1", "! request:app:default/web"]).never_says("anew");
}
