//! What is said once and used many times: what it comes to is told at the line that makes it what it is.

use crate::diff::commit;
use crate::project::Project;

const PROJECT: &str = "project demo { id demo-1; }\nparam region string default=eu\nblueprint service {\n    property tier enum { values critical standard }\n    property region string\n}\n";
const TEMPLATE: &str = "template service {\n    param name string required\n    param tier enum default=standard { values critical standard }\n    entity service $name {\n        tier $tier\n        region $region\n    }\n}\n";
const SERVICES: &str =
    "new service name=cart tier=critical\neach name ledger \"mail\" {\n    new service name=$name\n}\n";

fn project() -> Project {
    Project::new().file("plat.kdl", PROJECT).file("template.kdl", TEMPLATE).file("services.kdl", SERVICES)
}

#[test]
fn a_plan_names_the_line_that_makes_a_thing_what_it_is() {
    let project = project();
    let plan = project.run(["plan"]).code(0).out;
    for line in [
        "+ entity:service:cart  services.kdl:1 by template.kdl:4\n",
        "+ entity:service:ledger  services.kdl:2 by template.kdl:4, services.kdl:3\n",
        "+ entity:service:mail  services.kdl:2 by template.kdl:4, services.kdl:3\n",
    ] {
        assert!(plan.contains(line), "{line}: {plan}");
    }
    project.apply();
    project.run(["plan"]).code(0).says(["No changes. 4 objects"]);
    // A change of what is given is told there, a change of what is given to all at each.
    project.write("services.kdl", SERVICES.replace("critical", "standard"));
    let plan = project.run(["plan"]).code(0).out;
    let change = "~ entity:service:cart  services.kdl:1 by template.kdl:4\n    properties.tier  critical -> standard  services.kdl:1\n";
    assert!(plan.contains(change), "{plan}");
    let json: serde_json::Value = serde_json::from_str(&project.run(["plan", "--format", "json"]).code(0).out).unwrap();
    let source = &json["operations"][0]["source"];
    assert_eq!((&source["line"], &source["through"][0]["file"]), (&1.into(), &"template.kdl".into()), "{source}");
    project.write("services.kdl", SERVICES);
    let plan = project.run(["plan", "--param", "region=us"]).code(0).out;
    assert!(plan.starts_with("plan of demo  ~ update 3"), "{plan}");
    project.run(["apply", "--auto-approve", "--param", "region=us"]).code(0);
    project.run(["plan", "--param", "region=us"]).code(0).says(["No changes."]);
    project.run(["plan", "--param", "region"]).code(64).complains(["it is NAME=VALUE"]);
    project
        .run(["check", "--param", "regoin=us"])
        .code(3)
        .says(["the project has no parameter `regoin`", "did you mean `region`?"]);
    project
        .run(["plan", "--param", "region=us", "--param", "region=eu"])
        .code(64)
        .complains(["`--param region=` is given twice"]);
}

#[test]
fn a_saved_plan_brings_along_what_it_was_made_with() {
    let project = project();
    project.edit("plat.kdl", "param region string default=eu", "param region string required");
    let saved = project.run(["plan", "--param", "region=us", "--out", "plan.json"]).code(0);
    assert!(saved.err.contains("to apply exactly this: plat apply plan.json\n"), "{saved}");
    project
        .run(["apply", "plan.json", "--param", "region=eu"])
        .code(4)
        .complains(["parameter region: the plan was made with `us`, and `eu` is given"]);
    project.run(["apply", "plan.json", "--param", "region=us"]).code(0);
    assert_eq!(project.get("service", "cart", "properties.region").as_deref(), Some("\"us\""));
    // Without a word it goes where it was made for.
    project.run(["plan", "--param", "region=ap", "--out", "plan.json"]).code(0);
    project.run(["apply", "plan.json"]).code(0);
    assert_eq!(project.get("service", "cart", "properties.region").as_deref(), Some("\"ap\""));
}

#[test]
fn a_run_is_gone_back_to_with_what_it_was_given() {
    let project = project();
    commit(&project);
    project.run(["apply", "--auto-approve", "--param", "region=us"]).code(0);
    let runs = project.run(["runs", "--format", "json", "--limit", "1"]).code(0).out;
    let run = serde_json::from_str::<serde_json::Value>(&runs).unwrap()["run"].as_str().unwrap().to_owned();
    project.run(["runs", &run]).code(0).says(["\nparameter region=us\n"]);
    project.apply();
    let region = || project.get("service", "cart", "properties.region");
    assert_eq!(region().as_deref(), Some("\"eu\""));
    let back = project.run(["rollback", &run, "--auto-approve"]).code(0);
    assert!(back.err.contains(&format!("As run {run} was, this is made with region=us.")), "{back}");
    assert_eq!(region().as_deref(), Some("\"us\""));
    let back = project.run(["rollback", &run, "--auto-approve", "--param", "region=ap"]).code(0);
    assert!(!back.err.contains("this is made with"), "{back}");
    assert_eq!(region().as_deref(), Some("\"ap\""));
}

#[test]
fn what_one_of_two_revisions_asks_for_is_given_to_that_one() {
    let project = Project::new().file("plat.kdl", "project demo { id demo-1; }\nteam x { description us; }\n");
    commit(&project);
    project.write(
        "plat.kdl",
        "project demo { id demo-1; }\nparam region string required\nteam x { description $region; }\n",
    );
    let then = commit(&project);
    for range in ["HEAD~1..HEAD", "HEAD..HEAD~1", "HEAD~1"] {
        project.run(["diff", range, "--param", "region=us"]).code(0).says(["No changes."]);
        project.run(["diff", range, "--param", "region=eu"]).code(0).says(["~ team:x"]);
    }
    let missing = project.run(["diff", "HEAD~1..HEAD"]).code(3);
    assert!(missing.err.contains(&format!("{then}:plat.kdl:2:7: error[E0376]")), "{missing}");
    assert_eq!(missing.err.matches("error[").count(), 1, "{missing}");
    let unknown = project.run(["diff", "HEAD~1..HEAD", "--param", "region=us", "--param", "zone=a"]).code(3);
    assert!(unknown.err.contains("has no parameter `zone`"), "{unknown}");
    // Back before the line it is not asked for either.
    project.run(["apply", "--auto-approve", "--param", "region=eu"]).code(0);
    project.run(["rollback", "HEAD~1", "--auto-approve", "--param", "region=eu"]).code(0).says(["~ team:x"]);
}

#[test]
fn what_is_typed_is_in_no_file_of_a_report() {
    let project = project();
    let told = project.run(["check", "--param", "regoin=us", "--format", "github"]).code(3);
    assert!(told.out.starts_with("::error title=E0408::--param:1:1: the project has no parameter"), "{told}");
}

#[test]
fn what_was_made_is_not_written_over_by_what_others_changed() {
    let project = project();
    project.apply();
    let statement = "UPDATE objects SET body = replace(body, 'critical', 'standard') WHERE name = 'cart'";
    assert_eq!(project.catalog().execute(statement, []).unwrap(), 1);
    let files = || ["template.kdl", "services.kdl", "plat.kdl"].map(|name| project.read(name));
    let before = files();
    let told = project.run(["drift", "--adopt", "entity:service:cart"]).code(5).out;
    assert!(told.contains("values are put into it, by what services.kdl:1:18 says: change them there, or the text that they are put into"), "{told}");
    assert_eq!(files(), before);
    // The text sets it back, as ever.
    project
        .run(["plan"])
        .code(0)
        .says(["properties.tier  standard -> critical  (others changed it)  services.kdl:1\n"]);
}

#[test]
fn problems_are_told_in_every_format_where_somebody_wrote_them() {
    let project = project();
    project.write("services.kdl", SERVICES.replace("critical", "gold"));
    for format in ["human", "json", "github"] {
        let told = project.run(["check", "--format", format]);
        let all = format!("{}{}", told.out, told.err);
        assert!(all.contains("services.kdl") && all.contains("gold"), "{format}: {all}");
    }
    let told = project.run(["check"]).code(3);
    assert!(told.out.contains("services.kdl:1:28: error[E0402]"), "{told}");
    assert!(told.out.ends_with("1 error\n"), "{told}");
}

#[test]
fn what_a_project_knows_is_taken_over_in_manifests() {
    let project = Project::new().file(
        "plat.kdl",
        r#"project demo
let common team=platform region=eu
let hosts a.example.com b.example.com
promise web {
    api group=x.io version=v1 kind=Web { field replicas integer default=1; }
    workflow configure {
        let most "$spec.replicas | larger-of 2"
        resource v1 Ingress $name {
            metadata { labels { ... $common; app $name; }; }
            spec replicas=$most { hosts { ... $hosts; - c.example.com; }; }
        }
    }
}
state-store s git create { url "./repo"; }
destination d { store s; }
request web shop
"#,
    );
    let plan = project.run(["plan", "--rendered"]).code(0).out;
    for line in ["team: platform", "region: eu", "app: shop", "replicas: 2", "- a.example.com", "- c.example.com"] {
        assert!(plan.contains(line), "{line}: {plan}");
    }
    project.apply();
    project.run(["plan"]).code(0).says(["No changes."]);
}

#[test]
fn a_member_that_only_some_values_have_is_taken_with_what_stands_for_it() {
    let project = project();
    project.write(
        "services.kdl",
        "let all {\n    cart tier=critical\n    mail note=late\n}\neach one in=$all {\n    new service name=$one.key tier=$one.value.tier\n}\n",
    );
    let way = "\"$one.value | get tier | default ...\"";
    project.run(["check"]).code(3).says(["services.kdl:6:36: error[E0374]", "it has no `tier`", way]);
    project.edit("services.kdl", "tier=$one.value.tier", "tier=\"$one.value | get tier | default standard\"");
    project.run(["check"]).code(0);
}

/// A project with a promise of some steps, and what is known before.
fn promise(steps: &str) -> String {
    format!(
        "project demo {{ id demo-1; }}\nparam stage string default=production\nparam region enum default=eu {{ values eu us ap; }}\n\
         state-store gitops git create {{ url \".plat/stores/gitops.git\"; }}\ndestination cluster {{ store gitops; }}\n\
         promise app {{\n    api group=example.com version=v1 kind=App {{ field size string default=s; }}\n    workflow configure {{\n{steps}\n    }}\n}}\nrequest app a\n"
    )
}

fn rendered(project: &Project, given: &[&str]) -> String {
    project.run([&["render"], given].concat()).code(0).out
}

#[test]
fn what_a_workflow_makes_of_what_is_known_before_is_chosen_before() {
    let steps = "if $stage is production {
    resource v1 ConfigMap \"${name}-big\" { data { size $spec.size; }; }
    else { resource v1 ConfigMap \"${name}-small\" { data stage=$stage; }; }
}
match $region {
    case eu us { resource v1 ConfigMap \"${name}-west\" { data at=$region; }; }
    case ap { resource v1 ConfigMap \"${name}-east\" { data at=$region; }; }
}
resource \"apps/v1\" Deployment $name {
    spec {
        selector { matchLabels app=$name; }
        template {
            metadata { labels app=$name; }
            spec {
                containers {
                    - name=web image=x
                    if $stage is-not production { - name=debug image=y; }
                    match $region { case ap { - name=proxy image=z; }; else { - name=none image=z; }; }
                }
                if $stage is production { priorityClassName high; }
            }
        }
    }
}";
    let project = Project::new().file("plat.kdl", promise(steps));
    let out = rendered(&project, &[]);
    for there in ["name: a-big", "size: s", "name: a-west", "at: eu", "priorityClassName: high", "name: none"] {
        assert!(out.contains(there), "{there}: {out}");
    }
    for other in ["a-small", "a-east", "name: debug", "name: proxy"] {
        assert!(!out.contains(other), "{other}: {out}");
    }
    let out = rendered(&project, &["--param", "stage=staging", "--param", "region=ap"]);
    for there in ["name: a-small", "stage: staging", "name: a-east", "name: debug", "name: proxy"] {
        assert!(out.contains(there), "{there}: {out}");
    }
    assert!(!out.contains("priorityClassName"), "{out}");
}

#[test]
fn what_a_workflow_makes_for_each_item_that_is_known_is_made_before() {
    let steps = "let more { - b; - c; }
each zone in=$zones {
    resource v1 ConfigMap \"${name}-${zone.name}\" { data { size $spec.size; each port in=$zone.ports { \"p${port}\" \"${zone.name}\"; }; }; }
}";
    let zones = "let zones { - name=one { ports 1 2; }; - name=two { ports 3 4; }; }\n";
    let project = Project::new().file("plat.kdl", promise(steps) + zones);
    let out = rendered(&project, &[]);
    for there in ["name: a-one", "p1: one", "p2: one", "name: a-two", "p4: two", "size: s"] {
        assert!(out.contains(there), "{there}: {out}");
    }
    project.write(
        "plat.kdl",
        promise("match $region { case us { resource v1 Secret $name; }; else {}; }\nresource v1 ConfigMap $name"),
    );
    project.run(["check"]).code(0);
    // What no case is for, and what a request says, are told.
    project.write("plat.kdl", promise("match $region { case us { resource v1 Secret $name; }; }"));
    project.run(["check"]).code(3).says(["E0540", "no case is for what `$region` is here"]);
    project.write("plat.kdl", promise("if $stage is $spec.size { resource v1 Secret $name; }"));
    project
        .run(["check"])
        .code(3)
        .says(["E0502", "compare a field with it, which comes first: `if $spec.size is $size`"]);
    project.write("plat.kdl", promise("if $spec.size is $stage { resource v1 Secret $name; }"));
    project.run(["check"]).code(0);
    project.write("plat.kdl", promise("if $stage { resource v1 Secret $name; }"));
    project.run(["check"]).code(3).says(["E0511", "an `if` asks whether something is true, and this is a string"]);
}

#[test]
fn a_template_is_the_same_however_its_letters_are_composed() {
    for (declared, asked) in [("caf\u{e9}", "cafe\u{301}"), ("cafe\u{301}", "caf\u{e9}")] {
        let project = Project::new().file(
            "plat.kdl",
            format!("project demo {{ id demo; }}\nblueprint service\ntemplate {declared} {{ entity service made; }}\nnew {asked}\n"),
        );
        project.run(["plan"]).code(0).says(["+ entity:service:made"]);
    }
}
