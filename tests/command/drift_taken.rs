//! What looks like a secret and is taken over from what others changed is told, and shown nowhere.

use crate::project::Project;

const MODEL: &str = "blueprint svc {\n    property password string\n    property apiKey string\n    property note string\n    property n number\n}\n";
const ENTITIES: &str = "entity svc beside {\n    password topsecret-beside\n}\nentity svc a {\n    password topsecret-old\n    note one\n    n 1\n}\n";

/// An applied project of which others changed one object, and beside which they made another.
fn changed() -> Project {
    let project = Project::new().file("plat.kdl", "project demo\n").file("model.kdl", MODEL).file("a.kdl", ENTITIES);
    project.apply();
    let theirs = "json_set(body, '$.properties.password', 'topsecret \"new\"', '$.properties.n', 2, \
                  '$.properties.note', 'see ghp_topsecret0123')";
    project.sql(&format!("UPDATE objects SET body = {theirs} WHERE name = 'a'"));
    project.sql(
        "INSERT INTO objects (kind, parent, name, body) SELECT kind, parent, 'found', \
         '{\"properties\":{\"apiKey\":\"topsecret-found\",\"n\":7}}' FROM objects WHERE name = 'a'",
    );
    project
}

#[test]
fn what_would_be_taken_over_is_shown_without_the_secrets_in_it() {
    let project = changed();
    for format in ["human", "json"] {
        let arguments = ["drift", "--unmanaged", "--adopt", "*", "--dry-run", "--format", format];
        let run = project.run(arguments).code(0).never_says("topsecret");
        let run = run.complains([
            "would stand in the text as it is",
            "`properties.note` of entity:svc:a",
            "`properties.password` of entity:svc:a",
            "`properties.apiKey` of entity:svc:found",
        ]);
        assert!(run.out.contains("***") && run.out.contains("n 2") && run.out.contains("n 7"), "{run}");
        assert!(!run.err.contains("properties.n`"), "{run}");
    }
    assert_eq!(project.read("a.kdl"), ENTITIES);
}

#[test]
fn what_was_taken_over_is_told_where_it_looks_like_a_secret() {
    let project = changed();
    let run = project.run(["drift", "--adopt", "entity:svc:a", "--format", "json"]).code(0).never_says("topsecret");
    let run = run.complains(["stands in the text as it is", "`properties.password` of entity:svc:a"]);
    let told: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let of = |field: &str| serde_json::json!({"address": "entity:svc:a", "field": field});
    assert_eq!(told["exposed"], serde_json::json!([of("properties.note"), of("properties.password")]));
    let text = project.read("a.kdl");
    assert!(text.contains("ghp_topsecret0123") && !text.contains("topsecret-old"), "{text}");
    // What is no secret is no matter.
    let project = changed();
    project.run(["drift", "--adopt", "entity:svc:a#properties.n"]).code(0).never_says("looks like a secret");
}
