//! Members and values that have other names now: what others wrote under the old ones stays.

use crate::project::Project;

const MODEL: &str = "project demo { id demo-1; }
blueprint zone
blueprint service {
    property tier enum { values critical standard }
    property tags array of=enum { values web batch }
    property note string
    relation home zone
}
entity zone eu
";
const SERVICES: &str = "entity service cart { note x; }\nentity service ledger { tier standard; tags web; }\n";

/// A project of which others wrote something into an entity.
fn project() -> Project {
    let project = Project::new().file("plat.kdl", MODEL).file("services.kdl", SERVICES);
    project.apply();
    project.set("service", "cart", "properties.tier", "\"critical\"");
    project.set("service", "cart", "properties.tags", "[\"web\", \"batch\"]");
    project.set("service", "cart", "relations", "{\"home\": \"eu\"}");
    project.run(["plan"]).no_changes();
    project
}

#[test]
fn what_others_wrote_goes_along_with_a_name() {
    let project = project();
    project.edit("plat.kdl", "property tier enum", "property criticality enum");
    project.edit("plat.kdl", "relation home zone", "relation zone zone");
    project.edit("services.kdl", "tier standard", "criticality standard");
    project.write(
        "renamed.kdl",
        "renamed \"blueprint:service#properties.tier\" to=criticality\nrenamed \"blueprint:service#relations.home\" to=zone\n",
    );
    let plan = project.run(["plan", "--full"]).code(0).out;
    for line in [
        "properties.criticality  critical  (renamed)  renamed.kdl:1",
        "properties.tier  critical -> (nothing)  (renamed)  renamed.kdl:1",
        "relations.zone  eu  (renamed)  renamed.kdl:2",
        "properties.criticality  standard  (renamed)  renamed.kdl:1",
    ] {
        assert!(plan.contains(line), "{line}: {plan}");
    }
    project.apply();
    let get = |entity, path| project.get("service", entity, path);
    assert_eq!(
        (get("cart", "properties.criticality").unwrap(), get("cart", "properties.tier")),
        ("\"critical\"".into(), None)
    );
    assert_eq!((get("cart", "relations.zone").unwrap(), get("cart", "relations.home")), ("\"eu\"".into(), None));
    assert_eq!(get("ledger", "properties.criticality").unwrap(), "\"standard\"");
    // It is still theirs, and the line may stay.
    project.run(["plan"]).no_changes();
    project.run(["drift"]).code(0);
    // Where it is renamed once more, whoever has the oldest name gets the newest.
    project.set("service", "cart", "properties.tier", "\"standard\"");
    project.sql("UPDATE objects SET body = json_remove(body, '$.properties.criticality') WHERE name = 'cart'");
    project.edit("plat.kdl", "property criticality enum", "property class enum");
    project.edit("services.kdl", "criticality standard", "class standard");
    project.write(
        "renamed.kdl",
        "renamed \"blueprint:service#properties.tier\" to=criticality\nrenamed \"blueprint:service#properties.criticality\" to=class\n",
    );
    project.apply();
    assert_eq!(get("cart", "properties.class").unwrap(), "\"standard\"");
    project.run(["plan"]).no_changes();
}

#[test]
fn what_others_wrote_takes_the_shape_of_what_it_goes_to() {
    let project = project();
    project.edit("plat.kdl", "relation home zone", "relation zones zone many");
    project.edit(
        "plat.kdl",
        "property tags array of=enum { values web batch }",
        "property tag enum { values web batch }",
    );
    project.edit("services.kdl", "tags web", "tag web");
    project.write(
        "renamed.kdl",
        "renamed \"blueprint:service#relations.home\" to=zones\nrenamed \"blueprint:service#properties.tags\" to=tag\n",
    );
    project.apply();
    assert_eq!(project.get("service", "cart", "relations").unwrap(), "{\"zones\":[\"eu\"]}");
    assert_eq!(project.get("service", "ledger", "properties.tag").unwrap(), "\"web\"");
    project.run(["plan"]).no_changes();
}

#[test]
fn what_others_wrote_goes_along_with_a_value() {
    let project = project();
    project.edit("plat.kdl", "values critical standard", "values vital standard");
    project.edit("plat.kdl", "values web batch", "values web job");
    project.write(
        "renamed.kdl",
        "renamed \"blueprint:service#properties.tier\" value=critical to=vital\nrenamed \"blueprint:service#properties.tags\" value=batch to=job\n",
    );
    project.run(["plan", "--full"]).code(0).says(["properties.tier  critical -> vital  (renamed)  renamed.kdl:1"]);
    project.apply();
    assert_eq!(project.get("service", "cart", "properties.tier").unwrap(), "\"vital\"");
    assert_eq!(project.get("service", "cart", "properties.tags").unwrap(), "[\"web\",\"job\"]");
    project.run(["plan"]).no_changes();
}

#[test]
fn a_member_and_its_values_get_other_names_at_once() {
    let project = project();
    project.set("service", "cart", "properties.tags", "[\"web\", \"batch\", \"job\"]");
    project.edit("plat.kdl", "property tier enum { values critical standard }", "property rank enum { values a b }");
    project.edit(
        "plat.kdl",
        "property tags array of=enum { values web batch }",
        "property tags array of=enum unique { values web task }",
    );
    project.edit("services.kdl", "tier standard", "rank b");
    project.write(
        "renamed.kdl",
        "renamed \"blueprint:service#properties.tier\" to=rank
renamed \"blueprint:service#properties.rank\" value=critical to=top
renamed \"blueprint:service#properties.rank\" value=top to=a
renamed \"blueprint:service#properties.rank\" value=standard to=b
renamed \"blueprint:service#properties.tags\" value=batch to=task
renamed \"blueprint:service#properties.tags\" value=job to=task
",
    );
    project.run(["plan"]).code(0);
    project.apply();
    assert_eq!(project.get("service", "cart", "properties.rank").unwrap(), "\"a\"");
    assert_eq!(project.get("service", "cart", "properties.tags").unwrap(), "[\"web\",\"task\"]");
    assert_eq!(project.get("service", "ledger", "properties.rank").unwrap(), "\"b\"");
    project.run(["plan"]).no_changes();
}

#[test]
fn of_two_old_names_one_comes_to_the_new_one_and_nothing_is_lost() {
    let project = project();
    project.set("service", "cart", "properties.class", "\"standard\"");
    project.edit("plat.kdl", "property tier enum", "property rank enum");
    project.edit("services.kdl", "tier standard", "rank standard");
    project.write(
        "renamed.kdl",
        "renamed \"blueprint:service#properties.tier\" to=class\nrenamed \"blueprint:service#properties.class\" to=rank\n",
    );
    project.apply();
    let get = |path| project.get("service", "cart", path);
    assert_eq!(get("properties.rank").unwrap(), "\"standard\"");
    assert_eq!((get("properties.class"), get("properties.tier").unwrap()), (None, "\"critical\"".into()));
    project.run(["plan"]).no_changes();
}

#[test]
fn what_others_changed_is_judged_under_the_new_name() {
    let lifecycles = [
        ("", Some("standard")),
        ("lifecycle { on-drift keep; }", Some("critical")),
        ("lifecycle { ignore FIELD; }", Some("critical")),
    ];
    for (lifecycle, expected) in lifecycles {
        let text = |field: &str| {
            let lifecycle = lifecycle.replace("FIELD", &format!("properties.{field}"));
            format!("entity service ledger {{ {field} standard; {lifecycle} }}\n")
        };
        let project = Project::new().file("plat.kdl", MODEL).file("services.kdl", text("tier"));
        project.apply();
        project.set("service", "ledger", "properties.tier", "\"critical\"");
        project.edit("plat.kdl", "property tier enum", "property class enum");
        project.write("services.kdl", text("class"));
        project.write("renamed.kdl", "renamed \"blueprint:service#properties.tier\" to=class\n");
        project.run(["plan"]).code(0);
        project.apply();
        let found = project.get("service", "ledger", "properties.class");
        assert_eq!(found.as_deref().map(|value| value.trim_matches('"')), expected, "{lifecycle}");
        assert_eq!(project.get("service", "ledger", "properties.tier"), None, "{lifecycle}");
        project.run(["plan"]).code(0).says(["No changes"]);
    }
}

#[test]
fn what_is_declared_comes_before_what_others_wrote() {
    let project = project();
    project.edit("plat.kdl", "property tier enum", "property criticality enum");
    project.edit("services.kdl", "tier standard", "criticality standard");
    project.edit("services.kdl", "note x", "note x; criticality standard");
    project.write("renamed.kdl", "renamed \"blueprint:service#properties.tier\" to=criticality\n");
    project.run(["plan", "--full"]).code(0).says(["properties.criticality", "standard  (overwrites what was there)"]);
    project.apply();
    assert_eq!(project.get("service", "cart", "properties.criticality").unwrap(), "\"standard\"");
    assert_eq!(project.get("service", "cart", "properties.tier"), None);
}

#[test]
fn fields_of_promises_are_members_too() {
    let text = |field: &str, size: &str| {
        format!(
            "project demo {{ id demo-1; }}\npromise db {{ api group=g.io version=v1 kind=Db {{ field {field} string; field note string; }}; workflow configure {{ resource v1 ConfigMap $name {{ data a=\"${{spec.{field} | default none}}\"; }}; }}; }}\nstate-store s git create {{ url s.git; }}\ndestination d {{ store s; }}\nrequest db one {{ {size} }}\n"
        )
    };
    let project = Project::new().file("plat.kdl", text("size", "size small"));
    project.apply();
    project.write("plat.kdl", text("plan", "plan small") + "renamed \"promise:db#spec.size\" to=plan\n");
    project
        .run(["plan", "--full"])
        .code(0)
        .says(["spec.plan  small  (renamed)", "spec.size  small -> (nothing)  (renamed)"]);
    project.apply();
    project.run(["plan"]).no_changes();
}

#[test]
fn mistakes_are_told_where_they_are() {
    for (line, told) in [
        ("renamed \"blueprint:service#properties.old\" to=5", "renamed.kdl:1:47: error[E0401]"),
        ("renamed \"blueprint:service#properties.old\" to=old", "renamed.kdl:1:1: error[E0717]"),
        (
            "renamed \"blueprint:service#properties.a\" to=tier\nrenamed \"blueprint:service#properties.b\" to=tier",
            "renamed.kdl:2:45: error[E0716]",
        ),
        ("renamed \"blueprint:service#properties.tier\" to=note", "renamed.kdl:1:9: error[E0715]"),
        ("renamed \"blueprint:service#properties.old\" to=teir", "renamed.kdl:1:47: error[E0714]"),
        ("renamed \"blueprint:servce#properties.old\" to=tier", "renamed.kdl:1:9: error[E0714]"),
        ("renamed \"blueprint:service#relations.old\" to=tier", "renamed.kdl:1:46: error[E0714]"),
        ("renamed \"blueprint:service.properties.old\" to=tier", "renamed.kdl:1:9: error"),
        ("renamed \"entity:service:cart#properties.old\" to=tier", "renamed.kdl:1:9: error[E0711]"),
        ("renamed \"blueprint:service#properties.tier\" value=critical to=standard", "renamed.kdl:1:9: error[E0715]"),
        ("renamed \"blueprint:service#properties.tier\" value=gold to=golden", "renamed.kdl:1:59: error[E0714]"),
        (
            "renamed \"blueprint:service#properties.a\" to=tier\nrenamed \"blueprint:service#properties.a\" to=note",
            "renamed.kdl:2:1: error[E0716]",
        ),
    ] {
        let project = Project::new().file("plat.kdl", MODEL).file("renamed.kdl", line);
        let out = project.run(["check"]).code(3).out;
        assert!(out.contains(told) && out.contains("1 error"), "{line}: {out}");
    }
}
