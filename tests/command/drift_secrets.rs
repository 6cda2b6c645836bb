//! What others put into the place of a reference to a secret is neither shown nor taken over: it may be the secret itself.

use crate::project::Project;

#[test]
fn a_reference_to_a_secret_gives_way_to_no_clear_text() {
    let text = "blueprint svc { property pw string; }\n\
        action k create {\n    \
        backend webhook url=\"https://example.com/hook\" { send token (secret)hook-token; send other a; }\n}\n";
    let project = Project::new().file("plat.kdl", "project demo\n").file("a.kdl", text);
    project.run(["apply", "--auto-approve"]).code(0);
    let token = "json_set(body, '$.backend.send.token', 's3cr3t')";
    project.sql(&format!("UPDATE objects SET body = {token} WHERE kind = 'action'"));
    let told = project.run(["drift", "--adopt", "*"]).code(5);
    told.says(["the text refers to the secret `hook-token`", "`plat apply` sets the reference back"]);
    assert_eq!(project.read("a.kdl"), text);
    // What leaves the reference where it is can be taken over.
    let other =
        "json_set(body, '$.backend.send.token', json('{\"$secret\":\"hook-token\"}'), '$.backend.send.other', 'b')";
    project.sql(&format!("UPDATE objects SET body = {other} WHERE kind = 'action'"));
    project.run(["drift", "--adopt", "*"]).code(0);
    assert_eq!(project.read("a.kdl"), text.replace("other a", "other b"));
}

#[test]
fn what_came_beside_a_reference_that_is_gone_is_neither_shown_nor_taken_over() {
    let text = "promise app {\n    api group=x.y version=v1 kind=App {\n        field conf object\n    }\n}\n\
        request app web {\n    conf { token (secret)tok; x 1; list { - (secret)one; - a; }; }\n}\n";
    let reference = |name: &str| format!("{{\"$secret\":\"{name}\"}}");
    let (token, one) = (reference("tok"), reference("one"));
    for live in [
        format!("{{\"tokens\":\"hunter2hunter2\",\"x\":1,\"list\":[{one},\"a\"]}}"),
        format!("{{\"inner\":{{\"token\":[\"hunter2hunter2\"]}},\"x\":1,\"list\":[{one},\"a\"]}}"),
        format!("{{\"token\":null,\"x\":\"hunter2hunter2\",\"list\":[{one},\"a\"]}}"),
        format!("{{\"token\":{token},\"x\":1,\"list\":[\"a\",\"hunter2hunter2\"]}}"),
        format!("{{\"token\":{token},\"x\":1,\"list\":\"hunter2hunter2\"}}"),
        "\"hunter2hunter2\"".to_owned(),
    ] {
        let project = Project::new().file("plat.kdl", "project demo\n").file("a.kdl", text);
        project.run(["apply", "--auto-approve"]).code(0);
        project.sql(&format!(
            "UPDATE objects SET body = json_set(body, '$.spec.conf', json('{live}')) WHERE kind = 'request'"
        ));
        let told = project.run(["drift", "--adopt", "*"]).code(5).never_says("hunter2");
        told.says(["the text refers to the secret `", "that may be the secret itself"]);
        assert_eq!(project.read("a.kdl"), text, "{live}");
        project.run(["drift"]).code(0).never_says("hunter2").says(["(not shown)"]);
        project.run(["drift", "--format", "json"]).code(0).never_says("hunter2");
        project.run(["why", "request:app:default/web"]).code(0).never_says("hunter2");
        for form in ["human", "json", "yaml"] {
            project.run(["get", "app/web", "-o", form]).code(0).says(["(not shown)"]).never_says("hunter2");
        }
        // Nobody finds out by guessing.
        project.run(["get", "app", "--where", "conf.token=hunter2hunter2", "-o", "name"]).stdout("");
    }
    // What is no text, and what leaves the references where they are, is taken over.
    for live in [
        format!("{{\"x\":2,\"list\":[{one},\"a\"]}}"),
        format!("{{\"token\":{token},\"x\":1,\"y\":\"b\",\"list\":[\"c\",{one}]}}"),
    ] {
        let project = Project::new().file("plat.kdl", "project demo\n").file("a.kdl", text);
        project.run(["apply", "--auto-approve"]).code(0);
        project.sql(&format!(
            "UPDATE objects SET body = json_set(body, '$.spec.conf', json('{live}')) WHERE kind = 'request'"
        ));
        project.run(["drift", "--adopt", "*"]).code(0);
        assert_ne!(project.read("a.kdl"), text, "{live}");
    }
}

#[test]
fn a_password_in_an_address_is_shown_nowhere_whoever_wrote_it() {
    let text = "action k create {\n    backend webhook url=\"https://example.com/hook\"\n}\n";
    for address in ["https://me:hunter2pass@example.com/x", "https://example.com/x?token=hunter2pass"] {
        let project = Project::new().file("plat.kdl", "project demo\n").file("a.kdl", text);
        project.run(["apply", "--auto-approve"]).code(0);
        let theirs = format!("json_set(body, '$.backend.settings.url', '{address}')");
        project.sql(&format!("UPDATE objects SET body = {theirs} WHERE kind = 'action'"));
        project.sql(&format!(
            "INSERT INTO objects (kind, parent, name, body) SELECT kind, parent, 'theirs', {theirs} FROM objects WHERE kind = 'action'"
        ));
        for arguments in [
            &["drift"][..],
            &["drift", "--full"],
            &["drift", "--format", "json"],
            &["plan", "--full"],
            &["plan", "--format", "json"],
            &["get", "action", "-o", "json"],
            &["get", "action:theirs"],
            &["why", "action:k"],
        ] {
            project.run(arguments.iter().copied()).never_says("hunter2pass").says(["***"]);
        }
        let told = project.run(["drift", "--adopt", "*"]).code(5).never_says("hunter2pass");
        told.says(["an address in it holds a password, which stands in no text"]);
        assert_eq!(project.read("a.kdl"), text);
    }
}

#[test]
fn what_stands_in_the_place_of_a_reference_of_another_project_is_not_shown() {
    let text = "promise app {\n    api group=x.y version=v1 kind=App {\n        field user string\n        field password string\n    }\n}\n\
        request app web {\n    user a\n    password (secret)tok\n}\n";
    let project = Project::new().file("plat.kdl", "project theirs { id theirs-1; }\n").file("a.kdl", text);
    project.apply();
    project.sql("UPDATE objects SET body = json_set(body, '$.spec.password', 'hunter2hunter2') WHERE kind = 'request'");
    // Another project of the same catalog, which knows of no secret, and is about to take the request over.
    let ours = "project ours { id ours-1; }\nextern promise app\n";
    let taking = "request app web { user b; }\nadopt \"request:app:default/web\" from=theirs-1\n";
    project.write("plat.kdl", ours);
    project.write("a.kdl", "");
    project.run(["catalog", "pull"]).code(0);
    for text in ["", taking, &taking.replace("user b", "password plain")] {
        project.write("a.kdl", text);
        for arguments in [
            &["why", "request:app:default/web"][..],
            &["why", "request:app:default/web", "--format", "json"],
            &["plan", "--full"],
            &["plan", "--format", "json"],
            &["get", "app/web", "-o", "json"],
        ] {
            project.run(arguments.iter().copied()).never_says("hunter2");
        }
    }
    let run = project.run(["plan", "--full"]).code(0).says(["& request:app:default/web", "(not shown)"]);
    run.never_says("plain");
    project.run(["why", "request:app:default/web"]).code(0).says(["(not shown)"]);
}
