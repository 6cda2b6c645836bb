//! `plat drift --adopt`: what others changed of an object of each kind comes into the lines that say it, and nothing is left to plan.

use crate::demo::{PLATFORM, REQUESTS};
use crate::project::Project;

/// The platform with more kinds of objects, applied.
pub(crate) fn everything() -> Project {
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
pub(crate) fn change(project: &Project, kind: &str, name: &str, change: &str) {
    project.sql(&format!("UPDATE objects SET body = {change} WHERE (kind, name) = ('{kind}', '{name}')"));
}

/// Takes everything over: the file is then as said, and nothing is left to plan.
#[track_caller]
pub(crate) fn adopted(project: &Project, replacements: &[(&str, &str)]) {
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

#[test]
fn what_others_set_to_null_is_gone() {
    let project = everything();
    let nulls =
        "'$.properties.owner', null, '$.properties.extra', null, '$.relations.system', null, '$.relations.needs', null";
    change(&project, "entity", "cart", &format!("json_set(body, {nulls})"));
    change(&project, "blueprint", "part", "json_set(body, '$.properties.kind', null, '$.title', null)");
    // It says as much as where there is none.
    project.run(["drift"]).says(["properties.owner  shop -> #null  (is set back)"]);
    adopted(
        &project,
        &[
            ("    owner \"shop\"\n", ""),
            ("    system core\n", ""),
            ("    needs ledger\n", ""),
            ("    property kind enum { values small large }\n", ""),
            ("    title Part // for people\n", "    // for people\n\n"),
        ],
    );
    project.apply().says(["No changes."]);
}

#[test]
fn a_number_stays_what_it_is() {
    let project = everything();
    change(&project, "entity", "cart", "json_set(body, '$.properties.size', 3.0)");
    change(&project, "blueprint", "part", "json_set(body, '$.properties.size.maximum', 20.0)");
    adopted(&project, &[("size 1.5", "size 3.0"), ("max=10", "max=20")]);
}
