//! Policies: what is told of what is declared, what stops a plan, and with which code.

use crate::demo::{applied, new};
use crate::diff::commit;
use crate::project::{Outcome, Project};

const OWNED: &str = r#"policy owned for=entity of=service {
    description "Every service has an owner."
    require { owner present }
}
"#;

/// The demo with a policy, and everything in it as the policy asks.
fn kept(policy: &str) -> Project {
    let project = new().file("policies.kdl", policy);
    project.edit(
        "services.kdl",
        "entity service ledger {\n    tier one\n",
        "entity service ledger {\n    tier one\n    owner books\n",
    );
    project.apply();
    project
}

/// The plan is refused by these violations, shown and in the document, and an apply writes nothing.
#[track_caller]
fn denied<'a>(project: &Project, arguments: &[&str], texts: impl IntoIterator<Item = &'a str>) -> Outcome {
    let before = project.snapshot();
    let apply: Vec<&str> = ["apply", "--auto-approve"].iter().chain(arguments).copied().collect();
    project.run(apply).code(5);
    assert!(project.snapshot() == before, "something was written");
    let plan: Vec<&str> = ["plan"].iter().chain(arguments).copied().collect();
    project.run(plan).code(5).says(texts)
}

#[test]
fn what_is_declared_breaks_a_policy_in_check_and_in_a_plan() {
    let project = new().file("policies.kdl", OWNED);
    project.run(["check"]).code(5).stdout(
        "services.kdl:6:1: error[E0750]: `entity:service:ledger` breaks the policy `owned`: Every service has an owner: `owner present` does not hold: there is no value\n    policies.kdl:1:1: the policy\n1 error\n",
    );
    denied(
        &project,
        &[],
        [
            "DENIED entity:service:ledger  services.kdl:6\n    Every service has an owner: `owner present` does not hold: there is no value\n    policy owned  policies.kdl:1\n",
        ],
    );
    project.edit("services.kdl", "entity service ledger {\n", "entity service ledger {\n    owner books\n");
    project.run(["check"]).code(0).stdout("No problems.\n");
    project.apply();
}

#[test]
fn what_is_declared_is_judged_where_nothing_changes() {
    let project = applied();
    project.write("policies.kdl", OWNED);
    denied(&project, &[], ["plan of demo  + create 1  = unchanged 10\n", "DENIED entity:service:ledger"]);
}

#[test]
fn a_warning_is_told_and_stops_nothing() {
    let project = new().file("policies.kdl", OWNED.replace("of=service", "of=service severity=warn"));
    project.run(["check"]).code(0).says(["services.kdl:6:1: warning[E0750]: `entity:service:ledger` breaks"]);
    project.run(["plan"]).code(0).says(["WARNED entity:service:ledger"]);
    project.apply();
}

#[test]
fn a_project_that_is_wrong_is_wrong_before_its_policies_are() {
    let project = new().file("policies.kdl", OWNED);
    project.edit("services.kdl", "tier one\n    owner shop", "teir one");
    let checked = project.run(["check"]).code(3);
    assert!(!checked.out.contains("E0750"), "{checked}");
}

#[test]
fn a_deletion_is_judged_by_what_was_there() {
    let policy = "policy kept for=entity of=service {\n    on delete\n    when { owner is shop }\n}\n";
    let project = kept(policy);
    project.write("services.kdl", "");
    denied(
        &project,
        &[],
        ["DESTROYS 2", "DENIED entity:service:cart\n    `owner is shop` holds\n    policy kept  policies.kdl:1\n"],
    )
    .never_says("DENIED entity:service:ledger");
    project.write("services.kdl", "entity service cart {\n    tier one\n    owner shop\n}\n");
    project.apply();
    assert!(!project.has("entity", "service", "ledger"));
}

#[test]
fn an_update_is_judged_by_what_it_makes_of_what_was_there() {
    let policy = "policy tier-stays for=entity of=service {\n    on update\n    when { was.tier is one; owner is shop }\n    require { tier is one }\n}\n";
    let project = kept(policy);
    // Neither a change of another field, nor one of what the policy does not speak of.
    project.edit("services.kdl", "owner books", "owner ann");
    project.edit("services.kdl", "ledger {\n    tier one", "ledger {\n    tier two");
    project.apply();
    project.edit("services.kdl", "cart {\n    tier one", "cart {\n    tier two");
    denied(
        &project,
        &[],
        [
            "DENIED entity:service:cart  services.kdl:1\n    `tier is one` does not hold: it is `two`\n    policy tier-stays",
        ],
    );
}

#[test]
fn a_move_knows_both_names() {
    let policy = "policy names-stay for=entity {\n    on move\n    when { $owner is demo }\n    require { was.$name starts-with legacy-; $action is move }\n}\n";
    let project = kept(policy);
    project.edit("services.kdl", "entity service ledger", "entity service books");
    project.write("moved.kdl", "moved from=entity:service:ledger to=entity:service:books\n");
    denied(
        &project,
        &[],
        ["DENIED entity:service:books", "`was.$name starts-with legacy-` does not hold: it is `ledger`\n"],
    );
}

#[test]
fn files_are_judged_where_they_lie_and_where_they_change() {
    let project = new().file(
        "policies.kdl",
        "policy no-web for=file {\n    on create update\n    when { $path contains /web/; $added above 2 }\n}\n"
            .replace("/web/", "\"/web/\""),
    );
    denied(
        &project,
        &[],
        ["DENIED file:gitops:main/resources/default/app/web/", "`$path contains \"/web/\"; $added above 2` hold\n"],
    )
    .never_says("/app/api/configure-app/5058f/config.yaml\n    `$path");
    project.write("policies.kdl", "policy no-web for=file {\n    require { $request not-ends-with \"/web\" }\n}\n");
    project
        .run(["check"])
        .code(5)
        .says(["requests.kdl:1:1: error[E0750]: `file:gitops:main/", "it is `request:app:default/web`"]);
}

#[test]
fn a_plan_as_a_whole_is_judged_by_its_counts() {
    let project = new().file(
        "policies.kdl",
        "policy small for=plan {\n    description \"Plans are small enough to be read.\"\n    require { $changes at-most 5; $deletes is 0 }\n}\n",
    );
    let shown = denied(
        &project,
        &[],
        ["DENIED the plan\n    Plans are small enough to be read: `$changes at-most 5` does not hold: it is "],
    );
    assert_eq!(shown.out.matches("DENIED").count(), 1, "{shown}");
    // Nothing is planned where nothing is compared.
    project.run(["check"]).code(0);
}

#[test]
fn other_objects_are_judged_by_their_bodies() {
    let project = new().file(
        "policies.kdl",
        "policy typed for=blueprint {\n    require { properties.tier.type is number; $title present }\n}\n\
        policy labelled for=destination { require { labels.side in main other; $name is main } }\n\
        policy asked for=request { require { $namespace is default; size below 2 } }\n",
    );
    project.run(["check"]).code(5).stdout(
        "plat.kdl:24:1: error[E0750]: `blueprint:service` breaks the policy `typed`: `properties.tier.type is number` does not hold: it is `string`; `$title present` does not hold: there is no value\n    policies.kdl:1:1: the policy\n\
        requests.kdl:5:1: error[E0750]: `request:app:default/api` breaks the policy `asked`: `size below 2` does not hold: it is 2\n    policies.kdl:5:1: the policy\n2 errors\n",
    );
}

#[test]
fn what_cannot_be_told_does_not_hold_and_does_not_match() {
    let project = new().file(
        "policies.kdl",
        "policy small for=request of=app {\n    when { size below 0 }\n}\npolicy sized for=entity of=service {\n    require { owner matches \"^s\" }\n}\n",
    );
    project.run(["check"]).code(5).says(["`owner matches \"^s\"` does not hold: there is no value"]);
}

#[test]
fn a_saved_plan_is_refused_as_it_was_made() {
    let project = applied();
    project.write("policies.kdl", "policy nothing-goes for=entity {\n    on delete\n}\n");
    project.write("services.kdl", "entity service cart {\n    tier one\n    owner shop\n}\n");
    project.run(["plan", "--out", "plan.json"]).code(5);
    project.run(["apply", "plan.json"]).code(5).says(["DENIED entity:service:ledger\n    no delete is allowed\n"]);
    assert!(project.has("entity", "service", "ledger"));
    let json = project.run(["plan", "--format", "json"]).code(5);
    assert!(
        json.out.contains(r#""violations":[{"policy":"nothing-goes","denies":true,"address":"entity:service:ledger""#),
        "{json}"
    );
}

#[test]
fn a_comparison_of_revisions_is_judged_as_a_plan() {
    let project = kept("policy kept for=entity of=service {\n    on delete\n    when { owner is shop }\n}\n");
    commit(&project);
    project.write("services.kdl", "entity service ledger {\n    tier one\n    owner books\n}\n");
    project.run(["diff"]).code(5).says(["DESTROYS 1", "DENIED entity:service:cart\n    `owner is shop` holds\n"]);
}

/// Forty more services without an owner.
fn crowd() -> String {
    (0..40).map(|number| format!("entity service e{number} {{\n    tier one\n}}\n")).collect()
}

#[test]
fn what_was_warned_of_before_is_told_in_a_line() {
    let project = new().file("policies.kdl", OWNED.replace("of=service", "of=service severity=warn"));
    project
        .run(["plan"])
        .code(0)
        .says(["with 1 warning\n", "WARNED entity:service:ledger  services.kdl:6\n    Every service"]);
    project.apply();
    let before = "WARNED as before by policy owned  policies.kdl:1: entity:service:ledger; --full shows why\n";
    project.run(["plan"]).code(0).says(["No changes.", before]);
    project
        .run(["plan", "--full"])
        .says(["WARNED as before entity:service:ledger  services.kdl:6\n    Every service has"]);
    // A change that breaks it is new, and so is one that breaks it in another way.
    project.edit("services.kdl", "    owner shop\n", "");
    let both = project.run(["plan"]).code(0);
    both.says([
        "with 1 warning, 1 warning as before\n",
        "WARNED entity:service:cart  services.kdl:1\n    Every",
        before,
    ]);
    project.edit("services.kdl", "entity service ledger", "entity service books");
    project.write("moved.kdl", "moved from=entity:service:ledger to=entity:service:books\n");
    project.run(["plan"]).code(0).says(["WARNED as before by policy owned  policies.kdl:1: entity:service:books;"]);
    project.run(["plan", "--report", "json=r.json", "--report", "github=r.github", "--report", "markdown=r.md"]);
    let plan: serde_json::Value = serde_json::from_str(&project.read("r.json")).unwrap();
    let known: Vec<bool> =
        plan["violations"].as_array().unwrap().iter().map(|one| one["known"].as_bool().unwrap_or(false)).collect();
    assert_eq!(known, [true, false], "{plan}");
    let annotations = project.read("r.github");
    assert!(
        annotations.contains("::warning file=services.kdl,line=1,endLine=1,title=policy owned is broken"),
        "{annotations}"
    );
    assert!(
        annotations.contains("::notice file=services.kdl,line=5,endLine=5,title=policy owned is broken"),
        "{annotations}"
    );
    assert!(project.read("r.md").contains("! WARNED as before by policy owned  policies.kdl:1: entity:service:books;"));
}

#[test]
fn a_warning_over_a_relation_is_new_where_what_it_leads_to_changes() {
    let text = "blueprint team_of {\n    property size number\n}\nblueprint part {\n    relation made_by team_of\n}\n\
        entity team_of red {\n    size 5\n}\nentity part a {\n    made_by red\n}\nentity part b {\n    made_by red\n}\n\
        policy big for=entity of=part severity=warn { require { made_by.size above 3 } }\n";
    let project = new().file("parts.kdl", text);
    project.apply();
    project.run(["plan"]).code(0).never_says("WARNED");
    project.edit("parts.kdl", "size 5", "size 2");
    project.run(["plan"]).code(0).says([
        "with 2 warnings\n",
        "WARNED entity:part:a",
        "it is 2\n",
        "WARNED entity:part:b",
    ]);
    project.apply();
    project.run(["plan"]).code(0).says(["WARNED as before by policy big  parts.kdl:16: entity:part:a, entity:part:b;"]);
}

#[test]
fn what_many_things_break_is_one_problem() {
    let project = new().file("policies.kdl", OWNED).file("crowd.kdl", crowd());
    let denied = project.run(["plan"]).code(5);
    denied.says([
        "stopped by 41 denials\n",
        "DENIED entity:service:e0  crowd.kdl:1\n    Every service has an owner: `owner present` does not hold: there is no value\n",
        "    policy owned  policies.kdl:1\n    the same cause in 40 more places:\n      entity:service:e1  crowd.kdl:4\n",
        "      … 30 more\n",
    ]);
    let full = project.run(["plan", "--full"]).code(5);
    assert_eq!(full.out.matches("DENIED entity:service:e").count(), 40, "{full}");
    let checked = project.run(["check"]).code(5);
    assert_eq!(checked.out.matches("error[E0750]").count(), 1, "{checked}");
    checked.says(["the same cause in 40 more places:\n", "41 errors of 1 cause\n"]);
}

#[test]
fn two_texts_know_which_policies_there_were() {
    let project = new().file("policies.kdl", "// none yet\n");
    commit(&project);
    project.write("policies.kdl", OWNED.replace("of=service", "of=service severity=warn"));
    project.edit("services.kdl", "owner shop", "owner sales");
    // The policy is what is new.
    project.run(["diff"]).code(0).says(["WARNED entity:service:ledger  services.kdl:6\n"]);
    commit(&project);
    project.edit("services.kdl", "owner sales", "owner shop");
    project.run(["diff"]).code(0).says(["WARNED as before by policy owned  policies.kdl:1: entity:service:ledger;"]);
}

#[test]
fn of_every_subject_it_is_known_what_was_warned_of() {
    let project = new().file(
        "policies.kdl",
        "policy bp for=blueprint severity=warn { require { $title present } }\n\
         policy dest for=request severity=warn { require { $destination is-not main } }\n\
         policy files for=file severity=warn { require { $path starts-with \"x/\" } }\n",
    );
    project.run(["plan"]).code(0).says(["with 5 warnings\n"]).never_says("as before");
    project.apply();
    let known = [
        "WARNED as before by policy bp  policies.kdl:1: blueprint:service; --full",
        "WARNED as before by policy dest  policies.kdl:2: request:app:default/api, request:app:default/web; --full",
        "WARNED as before by policy files  policies.kdl:3: file:gitops:main/resources/default/app/api/",
    ];
    project.run(["plan"]).code(0).says(["No changes."]).says(known);
    // What changes all of them and breaks nothing anew.
    project.edit("plat.kdl", "property tier string", "property tier string min-length=1");
    project.edit("requests.kdl", "size 1", "size 4");
    project.run(["plan"]).code(0).says(["with 5 warnings as before\n"]).says(known);
    project.write("new.kdl", "request app new { size 3; }\n");
    project.run(["plan"]).code(0).says([
        "with 2 warnings, 5 warnings as before\n",
        "WARNED request:app:default/new  new.kdl:1\n",
        "WARNED file:gitops:main/resources/default/app/new/",
    ]);
}

#[test]
fn a_blueprint_of_another_name_makes_no_warning_new() {
    let project = new().file("policies.kdl", OWNED.replace("of=service", "of=service severity=warn"));
    project.apply();
    for file in ["plat.kdl", "services.kdl", "policies.kdl"] {
        let text = project.read(file).replace("blueprint service", "blueprint component");
        project.write(file, text.replace("entity service", "entity component").replace("of=service", "of=component"));
    }
    project.write("moved.kdl", "moved from=blueprint:service to=blueprint:component\n");
    project.run(["plan"]).code(0).says([
        "with 1 warning as before\n",
        "WARNED as before by policy owned  policies.kdl:1: entity:component:ledger;",
    ]);
    project.edit("services.kdl", "    owner shop\n", "");
    project.run(["plan"]).code(0).says(["with 1 warning, 1 warning as before\n", "WARNED entity:component:cart  "]);
}

#[test]
fn a_blueprint_says_once_which_policies_are_of_it() {
    let project = new().file("policies.kdl", OWNED);
    let told = project.run(["why", "blueprint:service"]).code(0).says(["policy:owned", "policy for", "policies.kdl:1"]);
    assert_eq!(told.out.matches("policies.kdl:1").count(), 1, "{told}");
}

#[test]
fn what_a_template_makes_breaks_a_policy_at_the_lines_that_ask_for_it() {
    let template = "template owned {\n    param name string required\n    entity service $name { tier standard; }\n}\n";
    let project = Project::new()
        .file("plat.kdl", "project demo { id demo-1; }\nblueprint service { property tier string; }\n")
        .file("policies.kdl", "policy gilt for=entity of=service { require { tier is gold }; }\n")
        .file("template.kdl", template)
        .file("services.kdl", "new owned name=shop\neach name cart {\n    new owned name=$name\n}\n");
    project.run(["check"]).code(5).stdout(
        "template.kdl:3:5: error[E0750]: `entity:service:shop` breaks the policy `gilt`: `tier is gold` does not hold: it is `standard`\n    \
             policies.kdl:1:1: the policy\n    services.kdl:1:1: made for this line\n\
         template.kdl:3:5: error[E0750]: `entity:service:cart` breaks the policy `gilt`: `tier is gold` does not hold: it is `standard`\n    \
             policies.kdl:1:1: the policy\n    services.kdl:3:5: made for this line\n    services.kdl:2:1: made for this line\n2 errors\n",
    );
}

/// A promise whose workflow delivers a deployment of two containers, and one that delivers a file as it is.
const WEB: &str = r#"project demo { id demo-1; }
state-store gitops git create { url "stores/gitops"; }
destination production { store gitops; }
promise web {
    api group=example.com version=v1 kind=Web {
        field image string required
    }
    workflow configure {
        resource "apps.example.com/v1" Deployment $name {
            spec {
                template {
                    spec {
                        containers {
                            - name=app image=$spec.image {
                                resources { limits memory="1Gi"; }
                            }
                            - name=proxy image="envoy:1.2"
                        }
                    }
                }
            }
        }
    }
}
promise jobs {
    api group=example.com version=v1 kind=Jobs { field note string; }
    workflow configure { files "extra/*"; }
}
request jobs nightly namespace=store
request web shop namespace=store {
    image "shop:latest"
}
request web till namespace=store {
    image "till:3"
}
"#;

/// The project of [`WEB`] with a policy.
fn web(policy: &str) -> Project {
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: clean}\nspec: {template: {spec: {containers: [{name: a, image: \"busybox:1\"}]}}}\n";
    Project::new().file("plat.kdl", WEB).file("extra/job.yaml", job).file("policies.kdl", policy)
}

#[test]
fn a_manifest_is_judged_by_what_is_in_its_lists_and_told_where_its_value_is_given() {
    let project = web("policy pinned for=manifest {
    description \"Images are pinned.\"
    when { $kind in Deployment Job; }
    require { spec.template.spec.containers.image not-ends-with \":latest\"; }
}
");
    project.run(["check"]).code(5).stdout(
        "plat.kdl:31:11: error[E0750]: `file:gitops:production/resources/store/web/shop/configure-web/5058f/deployment-shop.yaml` breaks the policy `pinned`: Deployment `shop`: Images are pinned: `spec.template.spec.containers.image not-ends-with \":latest\"` does not hold: it is `shop:latest`\n    policies.kdl:1:1: the policy\n1 error\n",
    );
    denied(
        &project,
        &[],
        ["DENIED file:gitops:", "plat.kdl:31", "Deployment `shop`: Images are pinned: ", "policy pinned"],
    );
    project.edit("plat.kdl", "shop:latest", "shop:4");
    project.run(["check"]).code(0);
    project.run(["apply", "--auto-approve"]).code(0);
    // The value that stands in the workflow is told there, for each request.
    project.edit("plat.kdl", "envoy:1.2", "envoy:latest");
    project.run(["check"]).code(5).says(["plat.kdl:17:48: error[E0750]:", "plat.kdl:17:48: error[E0750]:"]);
}

#[test]
fn every_item_must_be_as_is_required_and_one_is_enough_to_be_meant() {
    let broken = |conditions: &str| {
        let text = format!("policy p for=manifest {{\n    {conditions}\n}}\n");
        let told = web(&text).run(["check"]);
        ["deployment-shop.yaml", "deployment-till.yaml", "job.yaml"].map(|file| told.out.matches(file).count())
    };
    let containers = "spec.template.spec.containers";
    for (conditions, expected) in [
        (format!("require {{ {containers}.resources.limits.memory present; }}"), [1, 1, 1]),
        (
            format!(
                "require {{ any {{ {containers}.name is proxy; {containers}.image matches \"^(shop|till|envoy|busybox):\"; }}; }}"
            ),
            [0, 0, 0],
        ),
        (format!("require {{ {containers}.image starts-with shop; }}"), [1, 1, 1]),
        (format!("require {{ none {{ {containers}.image ends-with \":latest\"; }}; }}"), [1, 0, 0]),
        (format!("when {{ {containers}.image ends-with \":latest\"; }}"), [1, 0, 0]),
        (format!("when {{ {containers}.image not-starts-with envoy; $kind is Deployment; }}"), [1, 1, 0]),
        (format!("when {{ none {{ {containers}.image starts-with envoy; }}; $kind is Deployment; }}"), [1, 1, 0]),
        (format!("when {{ {containers}.$count above 1; }}"), [1, 1, 0]),
        (
            "when { $request is \"request:web:store/till\"; $name is till; $namespace is store; $promise is web; }"
                .to_owned(),
            [0, 1, 0],
        ),
        ("when { $destination is production; $store is gitops; $path ends-with \"b.yaml\"; }".to_owned(), [0, 0, 1]),
        ("when { $kind is Deployment; }; require { spec.replicas at-least 2; }".to_owned(), [1, 1, 0]),
    ] {
        assert_eq!(broken(&conditions), expected, "{conditions}");
    }
}

#[test]
fn a_test_asks_what_a_policy_says_of_manifests() {
    let project = web("policy pinned for=manifest of=web {
    require { spec.template.spec.containers.image not-ends-with \":latest\"; }
}
test \"images are pinned\" {
    given web a { image \"a:latest\"; }
    given web b { image \"b:2\"; }
    expect policy pinned a denies
    expect policy pinned b passes
}
");
    project.run(["test"]).code(0);
}

#[test]
fn what_a_policy_for_manifests_cannot_be_is_told() {
    for (policy, expected) in [
        ("policy p for=manifest { on update; }", "error[E0752]: a policy for manifests judges what is rendered"),
        ("policy p for=manifest of=wbe", "error[E0302]"),
        (
            "policy p for=manifest { when { was.kind is a; }; }",
            "error[E0753]: `was.kind` is known of planned changes only",
        ),
        ("policy p for=manifest { when { $actoin is a; }; }", "error[E0357]: a manifest has no `$actoin`"),
        (
            "policy p for=manifest { when { $destination is nowhere; }; }",
            "error[E0453]: there is no destination `nowhere`",
        ),
        ("policy p for=manifest { when { spec.replicas above many; }; }", "error[E0453]"),
    ] {
        let told = web(policy).run(["check"]).code(3);
        assert!(told.out.contains(expected), "{policy}: {told}");
    }
}

#[test]
fn a_warning_about_a_manifest_is_old_where_its_file_stays() {
    let project = web(
        "policy p for=manifest severity=warn {\n    require { spec.template.spec.containers.image not-ends-with \":latest\"; }\n}\n",
    );
    project.run(["apply", "--auto-approve"]).code(0);
    project.run(["plan"]).code(0).says(["WARNED as before by policy p"]);
    project.edit("plat.kdl", "\"1Gi\"", "\"2Gi\"");
    project.run(["plan"]).code(0).says(["WARNED file:gitops:"]);
}

/// The places at which policies for manifests are told that each require one condition of deployments.
fn told_at(body: &str, request: &str, conditions: &[&str]) -> Vec<String> {
    let policy = |(number, condition): (usize, &&str)| {
        format!("policy p{number} for=manifest {{ when {{ $kind is Deployment; }}; require {{ {condition}; }}; }}\n")
    };
    let text = format!(
        "project demo {{ id demo-1; }}
state-store gitops git create {{ url \"stores/gitops\"; }}
destination production {{ store gitops; }}
let shared \"shared:latest\"
promise web {{
    api group=example.com version=v1 kind=Web {{
        field image object required {{ field name string required; field tag string default=latest; }}
        field images array of=string {{ default \"x:1\"; }}
    }}
    workflow configure {{
        let base {{ spec replicas=1; }}
        resource \"apps.example.com/v1\" Deployment $name {{
{body}
        }}
    }}
}}
request web shop {{
{request}
}}
"
    );
    let project = Project::new()
        .file("plat.kdl", text)
        .file("policies.kdl", conditions.iter().enumerate().map(policy).collect::<String>());
    let told = project.run(["check"]).code(5).out;
    let places = |number: usize| {
        let line = told.lines().find(|line| line.contains(&format!("the policy `p{number}`")));
        line.and_then(|line| line.split(": ").next()).unwrap_or_default().to_owned()
    };
    (0..conditions.len()).map(places).collect()
}

#[test]
fn what_is_wrong_in_a_manifest_is_told_as_near_as_it_is_known() {
    let body = "            ... $base
            spec {
                text \"${spec.image.name}:${spec.image.tag}\"
                tag $spec.image.tag
                containers {
                    each image in=$spec.images { - image=$image; }
                }
                if \"$spec.images | length | above 0\" { deep image=$shared; }
                ports 80 443
                (array)empty
            }";
    let request = "    image {\n        name a\n        tag beta\n    }\n    images \"a:latest\" \"b:1\"";
    let conditions = [
        "spec.tag is latest",
        "spec.text ends-with \":latest\"",
        "spec.containers.image not-ends-with \":latest\"",
        "spec.deep.image is other",
        "spec.ports.$count above 2",
        "spec.replicas above 1",
        "spec.nothing present",
        "metadata.labels.owner present",
        "spec.empty.image present",
        "$name is other",
        "any { spec.tag is latest; spec.replicas is 3; }",
    ];
    assert_eq!(
        told_at(body, request, &conditions),
        [
            "plat.kdl:30:13",
            "plat.kdl:15:22",
            "plat.kdl:18:58",
            "plat.kdl:4:12",
            "plat.kdl:21:23",
            "plat.kdl:14:13",
            "plat.kdl:14:13",
            "plat.kdl:12:9",
            "plat.kdl:12:9",
            "plat.kdl:12:9",
            "plat.kdl:12:9",
        ]
    );
}
