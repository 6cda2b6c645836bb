//! Live objects of which others made what nobody can read: one of them takes nothing of the tool away, is never taken for one that is not
//! there, and is neither replaced nor deleted unasked.

use crate::demo::{applied, new};
use crate::project::Project;

const APPLY: [&str; 2] = ["apply", "--auto-approve"];
const OURS: [&str; 4] = ["apply", "--auto-approve", "--on-conflict", "ours"];
const TOO_LARGE: &str = r#"{"properties":{"tier":1e400},"theirs":"a note"}"#;
const WHY: &str = "its live body cannot be read: it is not JSON: number out of range";

/// Makes of the body of an entity what it is told to, as somebody else would.
fn spoil(project: &Project, entity: &str, body: &str) {
    let change = "UPDATE objects SET body = CAST(?1 AS TEXT) WHERE (kind, parent, name) = ('entity', 'service', ?2)";
    assert_eq!(project.catalog().execute(change, [body, entity]).unwrap(), 1);
}

/// The body of an entity as it stands.
fn body(project: &Project, entity: &str) -> String {
    let question = "SELECT body FROM objects WHERE (kind, parent, name) = ('entity', 'service', ?1)";
    project.catalog().query_row(question, [entity], |row| row.get(0)).unwrap()
}

/// The demo, applied, and an entity of somebody else that nobody can read.
fn with_theirs() -> Project {
    let project = applied();
    project.sql(&format!(
        "INSERT INTO objects (kind, parent, name, body) VALUES ('entity', 'service', 'theirs', '{TOO_LARGE}')"
    ));
    project
}

#[test]
fn one_of_somebody_else_is_told_and_stops_nothing() {
    let project = with_theirs();
    let notice = format!("NOTICE of entity:service:theirs {WHY}");
    let removal = "take it away by `DELETE FROM objects WHERE (kind, parent, name) = ('entity', 'service', 'theirs')`";
    project.run(["plan"]).code(0).says([&*notice, removal]);
    project.edit("services.kdl", "    tier one\n}\n", "    tier two\n}\n");
    project.run(APPLY).code(0).says([&*notice]);
    assert_eq!(project.get("service", "ledger", "properties.tier").unwrap(), "\"two\"");
    project.run(["drift"]).code(0);
    assert_eq!(body(&project, "theirs"), TOO_LARGE);
}

#[test]
fn what_is_looked_at_is_told_to_be_incomplete() {
    let project = with_theirs();
    project.edit(
        "plat.kdl",
        "    property owner string\n",
        "    property owner string\n    relation uses service many\n",
    );
    project.apply();
    project.edit("services.kdl", "entity service cart", "removed entity:service:cart\nentity service cart2");
    project.run(["plan", "--full"]).code(0).says([
        "nothing that stays, of what could be looked at, points at what goes",
        "references looked at in part: nobody can read what is live of entity:service:theirs",
    ]);
}

#[test]
fn all_others_are_listed_and_the_answer_is_no_success() {
    let project = with_theirs();
    let complaint = "entity:service:theirs: its live body cannot be read: it is not JSON: number out of range at line 1 column 27\n";
    let get = |words: &[&str]| project.run(["get", "service"].into_iter().chain(words.iter().copied())).code(1);
    get(&[]).stderr(complaint).stdout(
        "address                title\n\
         entity:service:cart\n\
         entity:service:ledger\n\
         entity:service:theirs  (unreadable)\n",
    );
    get(&["-o", "name"]).stdout("entity:service:cart\nentity:service:ledger\nentity:service:theirs\n");
    get(&["--format", "json"]).says([
        "{\"address\":\"entity:service:theirs\",\"kind\":\"entity\",\"unreadable\":\"not JSON: number out of range",
    ]);
    // Whether it is one of those is not known.
    get(&["--where", "owner=shop"]).stderr(complaint).says(["entity:service:cart", "entity:service:theirs"]);
    get(&["theirs"]).stderr(complaint).stdout("entity:service:theirs\n    (unreadable)\n");
    project.run(["get", "service/cart"]).code(0).stderr("");
    project.run(["get"]).code(0).says(["entity       service  3\n"]);
}

#[test]
fn a_declared_one_is_in_conflict_until_its_replacement_is_asked_for() {
    for (spoiled, why) in [
        (TOO_LARGE, "not JSON: number out of range"),
        (r#"{"title":"\ud800"}"#, "not JSON: "),
        ("{", "not JSON: "),
        ("", "not JSON: "),
        ("[1]", "a list, not an object"),
        ("\"cart\"", "a string, not an object"),
        (r#"{"properties":{"tier":9223372036854775809}}"#, "JSON with the number 9223372036854775809"),
    ] {
        let project = applied();
        spoil(&project, "cart", spoiled);
        project.edit("services.kdl", "    tier one\n}\n", "    tier two\n}\n");
        let before = project.snapshot();
        let conflict =
            ["CONFLICT entity:service:cart  services.kdl:1\n", why, "`--on-conflict ours` replaces all of it"];
        project.run(["plan"]).code(4).says(conflict);
        project.run(APPLY).code(4).says(conflict);
        // What takes nothing away does not either: nobody knows what would stay.
        project.run(OURS.into_iter().chain(["--additive"])).code(4).says(conflict);
        assert!(project.snapshot() == before, "something was written: {spoiled}");
        project
            .run(OURS)
            .code(0)
            .says(["~ entity:service:cart  services.kdl:1  (its live body cannot be read: it is ", why]);
        assert_eq!(body(&project, "cart"), r#"{"properties":{"owner":"shop","tier":"one"}}"#);
        assert_eq!(project.get("service", "ledger", "properties.tier").unwrap(), "\"two\"");
        project.run(["plan"]).no_changes();
    }
}

#[test]
fn a_body_that_is_no_text_is_told_like_any_other() {
    let project = applied();
    let change = "UPDATE objects SET body = CAST(x'7b22ff227d' AS TEXT) WHERE name = 'cart'";
    assert_eq!(project.catalog().execute(change, []).unwrap(), 1);
    project
        .run(["plan"])
        .code(4)
        .says(["CONFLICT entity:service:cart", "its live body cannot be read: it is not JSON: "]);
    project.run(OURS).code(0);
    project.run(["plan"]).no_changes();
}

#[test]
fn one_that_is_no_longer_declared_is_never_deleted_unasked_and_stays_protected() {
    let project = applied();
    project.edit("services.kdl", "entity service cart {\n", "entity service cart {\n    lifecycle { protect; }\n");
    project.apply();
    spoil(&project, "cart", TOO_LARGE);
    let services = project.read("services.kdl");
    let rest = &services[services.find("entity service ledger").unwrap()..];
    project.write("services.kdl", rest);
    project.run(["plan"]).code(4).says([
        "CONFLICT entity:service:cart\n",
        WHY,
        "`--on-conflict ours` deletes what is live",
    ]);
    project.run(APPLY).code(4);
    project.run(OURS).code(5).says(["REFUSED entity:service:cart is protected and would be deleted"]);
    assert_eq!(body(&project, "cart"), TOO_LARGE);
    // A replacement loses no protection either.
    project.write("services.kdl", &services);
    project.run(OURS).code(0);
    project.write("services.kdl", rest);
    project.run(APPLY).code(5).says(["REFUSED entity:service:cart is protected and would be deleted"]);
    spoil(&project, "cart", TOO_LARGE);
    let allowed = OURS.into_iter().chain(["--allow-delete", "entity:service:cart"]);
    project.run(allowed).code(0).says(["- entity:service:cart  (no longer declared, its live body cannot be read"]);
    assert!(!project.has("entity", "service", "cart"));
    project.run(["plan"]).no_changes();
}

#[test]
fn its_lifecycle_says_whether_it_stays() {
    let project = applied();
    for word in ["on-drift keep", "on-drift fail"] {
        let with = format!("entity service cart {{\n    lifecycle {{ {word}; }}\n");
        project.edit("services.kdl", "entity service cart {\n", &with);
        project.apply();
        spoil(&project, "cart", TOO_LARGE);
        match word {
            "on-drift keep" => {
                project.run(["plan"]).code(0).says(["KEPT entity:service:cart", WHY]);
                project.run(APPLY).code(0);
                project.run(["drift"]).says([WHY, "stays"]);
            }
            _ => {
                project.run(["plan"]).code(4).says(["CONFLICT entity:service:cart", WHY]);
                project.run(["drift"]).says([WHY, "stops the plan"]);
            }
        }
        assert_eq!(body(&project, "cart"), TOO_LARGE);
        project.run(OURS.into_iter().chain(["--summary"]));
        project.sql(
            "UPDATE objects SET body = '{\"properties\":{\"owner\":\"shop\",\"tier\":\"one\"}}' WHERE name = 'cart'",
        );
        project.edit("services.kdl", &with, "entity service cart {\n");
    }
    // One that is let go of need not be read.
    project.edit(
        "services.kdl",
        "entity service cart {\n",
        "entity service cart {\n    lifecycle { deletion orphan; }\n",
    );
    project.apply();
    spoil(&project, "cart", TOO_LARGE);
    let services = project.read("services.kdl");
    project.write("services.kdl", &services[services.find("entity service ledger").unwrap()..]);
    project.run(APPLY).code(0).says([". entity:service:cart"]);
    assert_eq!(body(&project, "cart"), TOO_LARGE);
}

#[test]
fn what_others_made_of_it_is_told_and_cannot_be_taken_over() {
    let project = applied();
    spoil(&project, "cart", TOO_LARGE);
    project.run(["drift"]).code(0).says([
        "others changed 1 object",
        "~ entity:service:cart  services.kdl:1",
        WHY,
        "conflict",
    ]);
    project.run(["drift", "--format", "json"]).says([
        "\"deleted\":false,\"unreadable\":\"not JSON: number out of range at line 1 column 27\",\"outcome\":\"conflict\"",
    ]);
    let text = project.read("services.kdl");
    for asked in ["entity:service:cart", "entity:service:*", "entity:service:cart#properties.tier"] {
        project.run(["drift", "--adopt", asked]).says(["NOT TAKEN OVER entity:service:cart", WHY]);
        assert_eq!(project.read("services.kdl"), text);
    }
    project.run(["why", "entity:service:cart"]).code(0).says([
        "owned by      this project\n",
        "state         there, and nobody can read it\n",
        "unreadable    it is not JSON: number out of range",
        "taken away by DELETE FROM objects WHERE (kind, parent, name) = ('entity', 'service', 'cart')\n",
        "properties.owner",
    ]);
    project.run(["why", "entity:service:cart", "--format", "json"]).says(["\"unreadable\":{\"why\":\"not JSON"]);
}

#[test]
fn one_that_nobody_owns_is_adopted_only_where_its_replacement_is_asked_for() {
    let project = with_theirs();
    project.write("more.kdl", "entity service theirs { tier one; }\n");
    project.run(APPLY).code(4).says(["CONFLICT entity:service:theirs  more.kdl:1\n", WHY]);
    assert_eq!(body(&project, "theirs"), TOO_LARGE);
    project.run(OURS).code(0).says(["& entity:service:theirs"]);
    assert_eq!(body(&project, "theirs"), r#"{"properties":{"tier":"one"}}"#);
}

#[test]
fn one_that_gets_another_name_is_moved_as_a_whole_or_not_at_all() {
    let project = applied();
    spoil(&project, "cart", TOO_LARGE);
    project.edit(
        "services.kdl",
        "entity service cart {",
        "moved from=entity:service:cart to=entity:service:basket\nentity service basket {",
    );
    project.run(APPLY).code(4).says(["CONFLICT entity:service:basket", WHY]);
    assert!(project.has("entity", "service", "cart") && !project.has("entity", "service", "basket"));
    project.run(OURS).code(0).says(["> entity:service:basket"]);
    assert!(!project.has("entity", "service", "cart"));
    assert_eq!(body(&project, "basket"), r#"{"properties":{"owner":"shop","tier":"one"}}"#);
}

#[test]
fn a_saved_plan_replaces_what_it_saw_and_nothing_else() {
    let project = applied();
    spoil(&project, "cart", TOO_LARGE);
    project.run(["plan", "--on-conflict", "ours", "--out", "saved"]).code(0);
    spoil(&project, "cart", "{\"other\":1e400}");
    project.run(["apply", "saved"]).code(4).complains(["entity:service:cart: ", WHY]);
    assert_eq!(body(&project, "cart"), "{\"other\":1e400}");
    spoil(&project, "cart", r#"{"properties":{"owner":"theirs"}}"#);
    project.run(["apply", "saved"]).code(4).complains(["entity:service:cart properties.owner"]);
    spoil(&project, "cart", TOO_LARGE);
    project.run(["apply", "saved"]).code(0);
    project.run(["plan"]).no_changes();
    // One that saw what can be read does not write over what cannot.
    project.edit("services.kdl", "    tier one\n}\n", "    tier two\n}\n");
    project.run(["plan", "--out", "saved"]).code(0);
    spoil(&project, "ledger", TOO_LARGE);
    project.run(["apply", "saved"]).code(4).complains(["entity:service:ledger: its live body cannot be read"]);
}

#[test]
fn a_policy_that_asks_what_it_was_does_not_pass() {
    let project = new().file(
        "policies.kdl",
        "policy tiers for=entity of=service {\n    on update\n    when { was.tier is gold }\n    require { tier is gold }\n}\n",
    );
    project.apply();
    spoil(&project, "cart", TOO_LARGE);
    project.run(OURS).code(5).says(["DENIED entity:service:cart", "policy tiers"]);
    assert_eq!(body(&project, "cart"), TOO_LARGE);
    // One that only asks what it becomes, and that holds, lets it pass.
    project.edit(
        "policies.kdl",
        "    when { was.tier is gold }\n    require { tier is gold }\n",
        "    require { tier is one }\n",
    );
    project.run(OURS).code(0);
}

#[test]
fn a_blueprint_is_replaced_and_what_is_of_it_is_looked_at() {
    let project = applied();
    project.sql("UPDATE objects SET body = '{\"properties\":1e400}' WHERE kind = 'blueprint'");
    project.run(["plan"]).code(4).says(["CONFLICT blueprint:service", WHY]);
    project.run(["get", "service/cart"]).code(0);
    project
        .run(["plan", "--on-conflict", "ours", "--full"])
        .code(0)
        .says(["~ blueprint:service", "validity looked at in part: nobody can read what is live of blueprint:service"]);
    project.run(OURS).code(0);
    project.run(["plan"]).no_changes();
}

#[test]
fn files_are_not_shown_while_a_destination_cannot_be_read() {
    let project = applied();
    project.sql("UPDATE objects SET body = '{\"encrypted\":1e400}' WHERE kind = 'destination'");
    project.edit("requests.kdl", "    size 1\n", "    size 3\n");
    project.run(["plan", "--rendered"]).code(4).says(["(not shown: it may hold secrets", "CONFLICT destination:main"]);
}

/// It can either stay as it is or get another name.
#[test]
fn one_that_is_to_stay_so_gets_no_other_name() {
    let project = new();
    project.edit("services.kdl", "    owner shop\n", "    owner shop\n    lifecycle { on-drift keep; }\n");
    project.apply();
    spoil(&project, "cart", TOO_LARGE);
    project.run(["plan"]).code(0).says(["KEPT entity:service:cart"]);
    project.edit("services.kdl", "entity service cart", "entity service basket");
    project.write("moved.kdl", "moved from=entity:service:cart to=entity:service:basket\n");
    let unmoved = "so that entity:service:cart gets no other name";
    project.run(APPLY).code(4).says(["CONFLICT entity:service:basket", WHY, unmoved]);
    project.run(["drift"]).code(0).says(["conflict, as others may have written more into it"]);
    assert_eq!(body(&project, "cart"), TOO_LARGE);
    project.run(OURS).code(0);
    assert_eq!(project.get("service", "basket", "properties.owner").unwrap(), "\"shop\"");
    project.run(["plan"]).no_changes();
}

/// A row that no address leads to hides nothing, and is told with what takes it away.
#[test]
fn a_row_that_no_address_leads_to_is_told() {
    let project = applied();
    project.sql("INSERT INTO objects (kind, parent, name, body) VALUES ('shelf', '', 'it''s\u{7}', '{}')");
    let row = r#"a row of `objects` is of a kind that nobody knows (kind, parent, name: "shelf", "", "it's\u{7}")"#;
    let removal = "DELETE FROM objects WHERE (kind, parent, name) = ('shelf', '', CAST(x'6974277307' AS TEXT))";
    project.run(["plan"]).code(0).says(["No changes.", row, removal]);
    project.run(["get", "service"]).code(1).says(["entity:service:cart"]).complains([row, removal]);
    project.run(["drift"]).code(0);
    project.apply();
    project.sql(removal);
    project.run(["plan"]).code(0).never_says("shelf");
}

/// What nobody can read of a record may be what protects the object: nothing is done before it is known.
#[test]
fn a_record_that_nobody_can_read_is_named() {
    for (change, says) in [
        ("lifecycle = '{\"guard\":true}'", "holds a lifecycle that nobody can read"),
        ("fields = x'00ff'", "holds fields that nobody can read"),
    ] {
        let project = applied();
        project.sql(&format!("UPDATE inventory SET {change} WHERE name = 'cart'"));
        let says = format!("the record of entity:service:cart of project demo {says}");
        let removal =
            "DELETE FROM inventory WHERE (kind, parent, name, project) = ('entity', 'service', 'cart', 'demo')";
        for command in ["plan", "drift"] {
            project.run([command]).code(1).complains([&*says, removal]);
        }
        project.run(["get", "service"]).code(0);
        project.sql(removal);
        project.run(["plan"]).code(0).says(["& adopt 1"]);
    }
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
