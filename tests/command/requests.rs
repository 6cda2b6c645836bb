//! A request names entities, is of a team, has a title and labels, and tells a status.

use crate::project::Project;

const PLATFORM: &str = "project demo { id demo-1; }
team payments
team platform
blueprint service { property tier string; }
entity service checkout { tier critical; }
entity service ledger
promise bucket {
    api group=storage.company.com version=v1 kind=Bucket {
        field service entity blueprint=service required
        field readers array of=entity blueprint=service
        field size integer default=1
    }
    workflow configure {
        resource v1 ConfigMap $name {
            metadata { labels service=$spec.service cost=$request.labels.cost; }
            data {
                title $request.title
                teams \"${request.team | default \\\"-\\\" | join ,}\"
            }
        }
        status url=\"https://${name}.example.com\" size=$spec.size
    }
}
state-store gitops git create { url \"gitops.git\"; }
destination cluster { store gitops; }
";
const REQUEST: &str = "request bucket invoices {
    metadata {
        title Invoices
        team platform payments
        labels cost=\"4711\"
    }
    service checkout
    readers ledger
}
";

fn project() -> Project {
    Project::new().file("plat.kdl", PLATFORM).file("requests.kdl", REQUEST)
}

/// What the catalog holds of the request, as `plat get` tells it.
fn live(project: &Project) -> serde_json::Value {
    let told = project.run(["get", "bucket", "default/invoices", "--format", "json"]).code(0).out;
    serde_json::from_str::<serde_json::Value>(&told).unwrap()["body"].clone()
}

#[test]
fn what_a_request_says_reaches_the_catalog_and_its_manifests() {
    let project = project();
    project.run(["check"]).code(0);
    let rendered = project.run(["render"]).code(0).out;
    for line in ["service: checkout", "cost: \"4711\"", "title: Invoices", "teams: platform,payments"] {
        assert!(rendered.contains(line), "{line}: {rendered}");
    }
    project.apply();
    let body = live(&project);
    assert_eq!((&body["title"], &body["labels"]["cost"]), (&"Invoices".into(), &"4711".into()), "{body}");
    assert_eq!(body["team"], serde_json::json!(["payments", "platform"]));
    assert_eq!(body["spec"]["service"], "checkout");
    project.run(["plan"]).no_changes();
    project.edit("requests.kdl", "title Invoices", "title \"All invoices\"");
    project.run(["plan"]).code(0).says(["requests.kdl:3", "All invoices"]);
}

#[test]
fn its_status_stands_in_get_and_in_why() {
    let project = project();
    project.apply();
    assert_eq!(live(&project)["status"]["url"], "https://invoices.example.com");
    project.run(["get", "bucket", "--columns", "status.size"]).code(0).says(["request:bucket:default/invoices", "1"]);
    project.run(["get", "bucket", "--where", "status.size above 3"]).code(0).complains(["nothing of that"]);
    // What is live is told of what is live, and what is declared of what is declared.
    project.edit("requests.kdl", "readers ledger", "size 5");
    assert_eq!(live(&project)["status"]["size"], 1);
    let why = project.run(["why", "request:bucket:default/invoices"]).code(0).out;
    assert!(why.contains("https://invoices.example.com") && why.contains("plat.kdl:21"), "{why}");
}

#[test]
fn the_entities_that_it_names_are_there_and_stay() {
    let project = project();
    project.edit("requests.kdl", "service checkout", "service chekout");
    project.run(["check"]).code(3).says([
        "requests.kdl:7:13",
        "there is no entity `chekout`",
        "did you mean `checkout`?",
    ]);
    project.edit("requests.kdl", "service chekout", "service checkout");
    project.edit("requests.kdl", "readers ledger", "readers ledger nobody");
    project.run(["check"]).code(3).says(["requests.kdl:8:20", "there is no entity `nobody`"]);
    project.edit("requests.kdl", "readers ledger nobody", "readers ledger");
    project.apply();
    project.run(["why", "entity:service:ledger"]).code(0).says(["request:bucket:default/invoices", "field"]);
    // Another one of the same name, of another blueprint, does not stand for it.
    project.edit("plat.kdl", "entity service ledger\n", "blueprint other\nentity other ledger\n");
    project.run(["check"]).code(3).says(["requests.kdl:8:13", "there is no entity `ledger`"]);
    // Not even where no entity of the blueprint is left.
    project.edit("plat.kdl", "entity service checkout { tier critical; }\n", "");
    project.run(["check"]).code(3).says(["requests.kdl:7:13", "there is no entity `checkout`"]);
}

#[test]
fn a_field_says_of_which_blueprint_its_entities_are() {
    let project = project();
    project.edit("plat.kdl", "field service entity blueprint=service required", "field service entity required");
    project.run(["check"]).code(3).says(["plat.kdl:9:15", "its `blueprint` is not said", "1 error"]);
    project.edit("plat.kdl", "field service entity required", "field service entity blueprint=servce required");
    project.run(["check"]).code(3).says(["plat.kdl:9:40", "did you mean `service`?", "1 error"]);
    project.edit("plat.kdl", "blueprint=servce", "blueprint=service");
    project.edit("plat.kdl", "field size integer", "field size integer blueprint=service");
    project.run(["check"]).code(3).says(["`blueprint` is for the type `entity`"]);
}

#[test]
fn a_field_that_is_named_like_a_word_stands_in_spec() {
    let project = project();
    project.edit("plat.kdl", "field size integer default=1", "field metadata string required");
    project.edit("plat.kdl", " size=$spec.size", "");
    project.run(["check"]).code(3).says(["requests.kdl:1", "`metadata`", "spec { metadata"]);
    project.edit("requests.kdl", "    service checkout\n", "    service checkout\n    spec { metadata nobody; }\n");
    project.run(["check"]).code(0);
    project.edit("requests.kdl", "team platform payments", "team platfrm");
    project.run(["check"]).code(3).says(["there is no team `platfrm`"]);
}

#[test]
fn what_is_looked_up_or_read_by_all_is_no_secret() {
    for (line, told) in [
        ("metadata { title (secret)x; }", "requests.kdl:2:26: error[E0730]"),
        ("metadata { labels a=(secret)x; }", "requests.kdl:2:29: error[E0730]"),
        ("readers (secret)x", "requests.kdl:2:17: error[E0730]"),
        ("spec { note (secret)x; }; lifecycle { ignore spec.note; }", "error[E0730]"),
    ] {
        let project = project();
        project.edit("plat.kdl", "field size integer default=1", "field note string");
        project.edit("plat.kdl", " size=$spec.size", "");
        project.edit("plat.kdl", "store gitops; }", "store gitops; encrypted; }");
        project.write("requests.kdl", format!("request bucket invoices {{\n{line}\nservice checkout; }}\n"));
        let out = project.run(["check"]).code(3).out;
        assert!(out.contains(told) && out.contains("1 error"), "{line}: {out}");
    }
}

#[test]
fn policies_ask_for_teams_and_titles_of_requests() {
    let policy =
        "policy owned for=request { description \"Somebody owns it.\"; require { $team present; $title present; }; }\n";
    let project = project().file("policy.kdl", policy);
    project.run(["check"]).code(0);
    project.edit("requests.kdl", "        team platform payments\n", "");
    project.run(["check"]).code(5).says(["request:bucket:default/invoices", "owned", "`$team present` does not hold"]);
}
