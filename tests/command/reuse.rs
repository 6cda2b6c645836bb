//! What is said once and used many times: what it comes to is told at the line that makes it what it is.

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
    project.run(["check", "--param", "regoin=us"]).code(3).says(["has no `regoin`", "did you mean `region`?"]);
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
