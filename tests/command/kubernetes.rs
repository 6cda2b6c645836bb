//! What a cluster would get, and what it would refuse.

use crate::project::Project;

/// A project with one promise of the steps, and requests.
fn delivering(steps: &str, requests: &str) -> Project {
    let text = format!(
        "project demo\nstate-store gitops git create {{ url \".plat/stores/gitops.git\"; }}\ndestination cluster {{ store gitops; }}\n\
         promise app {{\n    api group=example.com version=v1 kind=App {{ field text string default=x; }}\n    workflow configure {{\n\
         {steps}\n    }}\n}}\n{requests}\n"
    );
    Project::new().file("plat.kdl", text)
}

#[test]
fn two_requests_of_one_object_of_the_cluster_are_refused_before_anything_is_delivered() {
    let project = Project::new();
    project.run(["init"]).code(0);
    let requests = project.read("delivery.kdl") + "request namespace hello namespace=other { size large; }\n";
    project.write("delivery.kdl", requests);
    let refused = project.run(["check"]).code(3);
    refused.says([
        "delivery.kdl:39:1: error[E0533]: `request:namespace:other/hello` delivers Namespace `hello` to `development`, and so does \
         `request:namespace:default/hello`",
        "delivery.kdl:25:1: it is delivered for this one too",
        "1 error\n",
    ]);
    project.run(["apply", "--auto-approve"]).code(3);
    assert!(!project.path(".plat/stores/gitops.git").exists());
}

#[test]
fn one_object_twice_in_a_request_is_told_and_delivered() {
    let twice =
        "resource \"example.com/v1\" Thing $name file=a.yaml\nresource \"example.com/v2\" Thing $name file=b.yaml";
    let project = delivering(twice, "request app a\nrequest app b");
    let warning = [
        "plat.kdl:8:1: warning[E0533]: `request:app:default/a` delivers Thing `a` in namespace `default` to `cluster` twice; \
         1 more like it",
        "plat.kdl:7:1: first here",
    ];
    project.run(["check"]).code(0).says(warning).says(["1 warning\n"]);
    project.apply().complains(warning);
}

#[test]
fn names_that_kubernetes_refuses_are_told_at_their_place() {
    let project =
        delivering("resource v1 ConfigMap $name", "request app a-\nrequest app b namespace=team.b\nrequest app c..d");
    project.run(["check"]).code(3).says([
        "plat.kdl:10:13: error[E0220]: a- is no name: it ends with `-`",
        "plat.kdl:11:25: error[E0220]: team.b is no namespace: it holds '.'",
        "plat.kdl:12:13: error[E0220]: c..d is no name: there is nothing between two of its dots",
    ]);
    let project = delivering("resource v1 ConfigMap \"${name}-${spec.text}\"", "request app a { text App_1; }");
    project.run(["check"]).code(3).says([
        "plat.kdl:7:23: error[E0536]: `a-App_1` is no name of a ConfigMap: it holds 'A'",
        "plat.kdl:10:22: `$spec.text` is given here",
    ]);
    let requests: Vec<String> = (1..=5).map(|number| format!("request app r{number} {{ text A{number}; }}")).collect();
    let project = delivering("resource v1 ConfigMap \"${name}-${spec.text}\"", &requests.join("\n"));
    project.run(["check"]).code(3).says([
        "plat.kdl:7:23: error[E0536]: `r1-A1` is no name of a ConfigMap: it holds 'A'",
        "the same cause in 4 more places:",
        "plat.kdl:14:1: `r5-A5` is no name of a ConfigMap",
    ]);
}

#[test]
fn texts_that_a_reader_of_yaml_would_mistake_are_in_quotes() {
    for (text, yaml) in [
        ("08:30", r#""08:30""#),
        ("1,000", r#""1,000""#),
        ("\\tall:\\n\\techo hello\\n", r#""\tall:\n\techo hello\n""#),
        ("all:\\n\\techo hello\\n", "|\n    all:\n    \techo hello"),
        ("500m", "500m"),
    ] {
        let project = delivering(
            "resource v1 ConfigMap $name { data text=$spec.text }",
            &format!("request app a {{ text \"{text}\"; }}"),
        );
        project.run(["render"]).code(0).says([format!("data:\n  text: {yaml}\n").as_str()]);
    }
}
