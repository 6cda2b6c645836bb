//! Where requests are delivered, that they stay there, and what protects them wherever they are.

use crate::diff::commit;
use crate::project::Project;
use crate::store::files;
use std::path::PathBuf;

const PLATFORM: &str = r#"project demo {
    id demo-1
}

state-store gitops git create {
    url "../gitops.git"
}

promise db {
    api group=company.com version=v1 kind=Db {
        field zone string default=eu
    }
    schedule zone=$spec.zone
    workflow configure {
        resource v1 ConfigMap $name file=map.yaml
        resource v1 Secret $name file=secret.yaml
    }
}
"#;

/// Destinations of a zone.
fn places(names: &str) -> String {
    let place = |name| format!("destination {name} {{\n    store gitops\n    labels zone=eu\n}}\n");
    names.split_whitespace().map(place).collect()
}

/// The platform with two destinations and a request that stands in `a`, applied. Its repository is not in `.plat`.
fn standing(lifecycle: &str) -> Project {
    let request = format!("request db one {{\n    zone eu\n    lifecycle {{ {lifecycle} }}\n}}\n");
    let project =
        Project::new().file("plat.kdl", PLATFORM).file("places.kdl", places("a b")).file("requests.kdl", request);
    project.apply();
    assert_eq!(stands(&project), ["a/map.yaml", "a/secret.yaml"]);
    project
}

fn repository(project: &Project) -> PathBuf {
    project.outside("gitops.git")
}

/// The files in the repository, without what lies between the destination and the name.
fn stands(project: &Project) -> Vec<String> {
    let short = |path: String| {
        let (first, last) = (path.split('/').next().unwrap(), path.rsplit('/').next().unwrap());
        format!("{first}/{last}")
    };
    files(&repository(project), "main").into_keys().map(short).collect()
}

/// What a fresh runner has of a project: its text alone.
fn forget(project: &Project) {
    std::fs::remove_dir_all(project.path(".plat")).unwrap();
}

const ONE: &str = "request:db:default/one";

#[test]
fn a_new_destination_takes_nothing_away_from_others() {
    let project = standing("");
    // A new request of this name would go to `g`.
    project.write("places.kdl", places("a b c d e f g"));
    project
        .run(["plan"])
        .code(0)
        .says(["+ create 5", "+ destination:g"])
        .never_says("moves from")
        .never_says("DESTROYS");
    project.apply();
    project.run(["plan"]).no_changes();
    forget(&project);
    project.run(["plan", "--rendered"]).code(0).never_says("file:gitops").never_says("DESTROYS");
    assert_eq!(stands(&project), ["a/map.yaml", "a/secret.yaml"]);
    project.run(["why", ONE]).code(0).says([
        "stands in     destination a\n",
        "file:gitops:a/resources/default/db/one/configure-db/5058f/map.yaml\n",
        "stands in destination a and stays there, although g would get it if it were new: its schedule asks for zone=eu",
        "yes, and the request stands there",
        "yes, and the request stays where it stands",
    ]);
    project.run(["why", ONE, "--format", "json"]).code(0).says([
        r#""placement":{"#,
        r#""destination":"a","stands":["a"],"leaves":[],"#,
        r#""fit":"passed""#,
    ]);
    // Without a look at the stores it is a new one.
    project.run(["render", "one"]).code(0).says(["# gitops:g/resources"]);
    project.run(["drift"]).code(0).never_says("file:gitops");
}

#[test]
fn a_move_is_called_one_and_says_why() {
    let because = |places: String, request: &str, why: &str, to: &str| {
        let project = standing("");
        project.write("places.kdl", places);
        project.write("requests.kdl", request);
        let told = format!("    {ONE} moves from a to {to}: {why}\n");
        let plan = ["plan", "--rendered", "--allow-delete", "destination:a:*"];
        project.run(plan).code(0).says([
            "DESTROYS",
            "- file:gitops:a/resources",
            &format!("(moves to {to}, +0 -5)"),
            "+ file:gitops",
            "(moves from a, +5 -0)",
            &told,
        ]);
        project.run(plan.into_iter().chain(["--report", "markdown=plan.md", "--report", "ndjson=plan.ndjson"])).code(0);
        assert!(project.read("plan.md").contains(told.trim()), "{}", project.read("plan.md"));
        let records = project.read("plan.ndjson");
        assert!(records.contains(r#""type":"impact","impact":{"move":{"request":"request:db:default/one","from":"a""#));
        project.run(["plan"]).code(5).says(["REFUSED all 2 files of destination a are deleted"]);
        project.run(["apply", "--auto-approve", "--allow-delete", "destination:a:*"]).code(0);
        assert_eq!(stands(&project), [format!("{to}/map.yaml"), format!("{to}/secret.yaml")]);
        project.run(["plan"]).no_changes();
    };
    let (two, one) = (places("a b"), "request db one {\n    zone eu\n}\n");
    because(places("b"), one, "a is no longer declared", "b");
    because(two.replacen("zone=eu", "zone=us", 1), one, "a no longer fits because of label zone", "b");
    because(two.replacen("{\n", "{\n    drain\n", 1), one, "a is drained", "b");
    because(two.clone(), "request db one destination=b {\n    zone eu\n}\n", "its line pins it to b", "b");
    let elsewhere = two + &places("x").replace("eu", "us");
    because(elsewhere, "request db one {\n    zone us\n}\n", "a no longer fits because of label zone", "x");
}

#[test]
fn a_request_is_placed_anew_where_somebody_asks_for_it() {
    let project = standing("");
    project.write("places.kdl", places("a b c d e f g"));
    project.apply();
    let why = format!("{ONE} moves from a to g: it is placed anew, as --rebalance says");
    for pattern in [ONE, "request:*", "request:db:*"] {
        project
            .run(["plan", "--rebalance", pattern])
            .code(5)
            .says([why.as_str(), "REFUSED all 2 files of destination a"]);
    }
    project.run(["plan", "--rebalance", "request:db:typo"]).code(64).complains(["names no request of the project"]);
    let saved = ["plan", "--rebalance", ONE, "--allow-delete", "destination:a:*", "--out", "plan.json"];
    project.run(saved).code(0);
    // What was asked for is asked for again where the plan is made again.
    project.edit("requests.kdl", "request db one", "// Nothing.\nrequest db one");
    project.run(["apply", "plan.json", "--replan=if-equivalent"]).code(0);
    assert_eq!(stands(&project), ["g/map.yaml", "g/secret.yaml"]);
    project.run(["plan"]).no_changes();
}

#[test]
fn what_is_protected_does_not_move_unasked() {
    for (lifecycle, refused) in [
        ("protect", "is protected and would move from a to b\n"),
        ("deletion confirm", "would move from a to b, and its `deletion confirm` asks for a word\n"),
    ] {
        let project = standing(lifecycle);
        project.edit("places.kdl", "destination a {", "destination a {\n    drain");
        let allowed = ["apply", "--auto-approve", "--allow-delete", "destination:a:*"];
        let line = format!("moved \"{ONE}\" from=destination:a to=destination:b");
        let refused =
            format!("REFUSED {ONE} {refused}    to allow it: `{line}` in the project, or --allow-delete {ONE}\n");
        project.run(allowed).code(5).says([refused.as_str()]);
        assert_eq!(stands(&project), ["a/map.yaml", "a/secret.yaml"]);
        let by_flag = ["plan", "--allow-delete", "destination:a:*", "--allow-delete", ONE];
        project.run(by_flag).code(0);
        // The line is enough for all of it: the destination that becomes empty too.
        project.write("moves.kdl", format!("{line}\n"));
        forget(&project);
        project.apply();
        assert_eq!(stands(&project), ["b/map.yaml", "b/secret.yaml"]);
        project.run(["plan"]).no_changes();
    }
    let project = standing("deletion forbid");
    project.edit("places.kdl", "destination a {", "destination a {\n    drain");
    let allowed = ["plan", "--allow-delete", "destination:a:*", "--allow-delete", ONE];
    project.run(allowed).code(5).says([
        "must not move from a to b, as its `deletion forbid` says: let it stay, or give it another lifecycle first\n",
    ]);
    project.edit("requests.kdl", "deletion forbid", "");
    project.run(allowed).code(0).says(["moves from a to b: a is drained"]);
}

#[test]
fn a_request_goes_along_with_a_destination_and_a_promise_of_another_name() {
    let project = standing("protect");
    project.write("places.kdl", places("a b c d e f g"));
    project.apply();
    project.edit("places.kdl", "destination a {", "destination z {\n    path a");
    project.write("moved.kdl", "moved from=destination:a to=destination:z\n");
    project.run(["plan"]).code(0).says(["> move 1"]).never_says("moves from").never_says("DESTROYS");
    project.apply();
    project.run(["plan"]).no_changes();
    project.edit("plat.kdl", "promise db {", "promise store {");
    project.edit("requests.kdl", "request db one", "request store one");
    project.write("moved.kdl", "moved from=destination:a to=destination:z\nmoved from=promise:db to=promise:store\n");
    // Its files go on, byte for byte, in the same destination: nothing that is protected is lost.
    let plan = project.run(["plan"]).code(0).says([
        "> move 4  = unchanged",
        "> gitops: 2 files  get other paths",
        "a/resources/default/{db/one/configure-db -> store/one/configure-store}/5058f/map.yaml",
    ]);
    plan.never_says("moves from").never_says("REFUSED").never_says("DESTROYS").never_says("anew");
    project.apply();
    project.run(["plan"]).no_changes();
    project.run(["why", "request:store:default/one"]).code(0).says(["stands in     destination z\n"]);
}

#[test]
fn a_file_of_a_protected_request_is_not_dropped_unasked() {
    let drop = |project: &Project| project.edit("plat.kdl", "        resource v1 Secret $name file=secret.yaml\n", "");
    let file = "file:gitops:a/resources/default/db/one/configure-db/5058f/secret.yaml";
    for (lifecycle, allowed) in [("protect", ONE), ("protect", file), ("deletion confirm", ONE)] {
        let project = standing(lifecycle);
        drop(&project);
        for refused in [false, true] {
            if refused {
                forget(&project);
            }
            let said = [
                format!("- {file}  (no longer rendered for {ONE}, +0 -5)\n"),
                format!("    {ONE} loses 1 file\n"),
                format!("would lose 1 file ({file})"),
                format!("    to allow it: `removed \"{file}\"` in the project, or --allow-delete {ONE}\n"),
            ];
            project.run(["plan"]).code(5).says(said.iter().map(String::as_str));
        }
        project.run(["plan", "--allow-delete", allowed]).code(0);
        project.write("removed.kdl", format!("removed \"{file}\"\n"));
        project.apply();
        assert_eq!(stands(&project), ["a/map.yaml"]);
    }
    let project = standing("deletion forbid");
    drop(&project);
    project.run(["plan", "--allow-delete", ONE, "--allow-delete", file]).code(5).says([
        "must not lose 1 file",
        "as its `deletion forbid` says: deliver what it had, or give it another lifecycle first\n",
    ]);
    // Another place of the same content is no loss. Another kind at the same place is one: no file goes, and the object does.
    let project = standing("protect");
    project.edit("plat.kdl", "file=map.yaml", "file=config.yaml");
    project.run(["plan"]).code(0).says(["~ update 1  > move 1"]);
    project.edit("plat.kdl", "resource v1 Secret $name file=secret.yaml", "resource v1 Pod $name file=secret.yaml");
    project.run(["plan"]).code(5).says(["~ update 2  > move 1", "is protected and would lose 1 object (Secret one in"]);
}

#[test]
fn protection_outlives_the_catalog() {
    for (lifecycle, refused) in [
        ("protect", "is protected and would be deleted"),
        ("deletion confirm", "would be deleted, and its `deletion confirm` asks for a word"),
        (
            "deletion forbid",
            "must not be deleted, as its `deletion forbid` says: declare it again, or give it another lifecycle first",
        ),
    ] {
        let project = standing(lifecycle);
        project.write("requests.kdl", "");
        let refused = format!("REFUSED {ONE} {refused}");
        let plan = ["plan", "--allow-delete", "file:gitops:*"];
        project.run(plan).code(5).says([refused.as_str()]);
        forget(&project);
        project.run(plan).code(5).says([refused.as_str()]);
        // Whoever takes its place does not get it unasked either.
        project.write("plat.kdl", PLATFORM.replace("promise db", "promise other"));
        project.write("other.kdl", "request other one\n");
        project.write(
            "places.kdl",
            places("a").replace(
                "zone=eu",
                "zone=eu\n    layout flat\n    path \"a/resources/default/db/one/configure-db/5058f\"",
            ),
        );
        project.run(["plan"]).code(5).says([refused.as_str()]);
        if lifecycle != "deletion forbid" {
            project.write("plat.kdl", PLATFORM);
            project.write("places.kdl", places("a b"));
            project.write("other.kdl", format!("removed \"{ONE}\"\n"));
            project.run(["apply", "--auto-approve", "--allow-delete", "file:gitops:*"]).code(0);
            assert_eq!(stands(&project), [""; 0]);
        }
    }
}

#[test]
fn the_files_of_a_request_that_is_let_go_of_stay_without_the_catalog_too() {
    for (lifecycle, more) in [("deletion orphan", String::new()), ("", format!("removed \"{ONE}\" keep\n"))] {
        let project = standing(lifecycle);
        project.write("requests.kdl", more);
        forget(&project);
        project.run(["plan"]).code(0).says([". release 2"]).never_says("DESTROYS");
        project.apply();
        assert_eq!(stands(&project), ["a/map.yaml", "a/secret.yaml"]);
        project.run(["plan"]).no_changes();
    }
}

#[test]
fn a_policy_on_deletions_sees_the_files_of_a_request_and_its_moves() {
    let policy = "policy kept for=request of=db {\n    on delete\n    when { zone is eu }\n}\n";
    let denied = format!("DENIED {ONE}");
    let project = standing("");
    project.write("policies.kdl", policy);
    project.run(["plan"]).code(0);
    // It loses a file.
    project.edit("plat.kdl", "        resource v1 Secret $name file=secret.yaml\n", "");
    project.run(["plan"]).code(5).says([denied.as_str(), "`zone is eu` holds", "policy kept"]);
    project.write("plat.kdl", PLATFORM);
    // It moves.
    project.edit("places.kdl", "destination a {", "destination a {\n    drain");
    let plan = ["plan", "--allow-delete", "destination:a:*"];
    project.run(plan).code(5).says([denied.as_str()]);
    project.write(
        "policies.kdl",
        "policy stays for=request {\n    on move\n    when {\n        was.$destination is a\n        $destination is-not a\n    }\n}\n",
    );
    project.run(plan).code(5).says([denied.as_str(), "`was.$destination is a; $destination is-not a` hold"]);
    project.write("places.kdl", places("a b"));
    // It goes, and nobody knows any more what it asked for.
    project.write("requests.kdl", "");
    project.write("policies.kdl", policy);
    let plan = ["plan", "--allow-delete", "file:gitops:*"];
    project.run(plan).code(5).says([denied.as_str(), "`zone is eu` holds"]);
    forget(&project);
    project.run(plan).code(5).says([denied.as_str(), "`zone is eu` cannot be told: nobody knows its `zone` any more"]);
    project.write("policies.kdl", policy.replace("zone is eu", "$name is two"));
    project.run(plan).code(0);
    project.write("policies.kdl", policy.replace("when { zone is eu }", "require { zone is us }"));
    project.run(plan).code(5).says(["`zone is us` cannot be told"]);
}

#[test]
fn a_policy_can_say_where_requests_go() {
    let policy = "policy eu for=request of=db {\n    require { $destination in a b }\n}\n";
    let project = standing("").file("policies.kdl", policy);
    project.run(["check"]).code(0);
    project.write("places.kdl", places("a b g"));
    // A new one would go to `g`, and this one does not.
    project.run(["check"]).code(5).says(["`$destination in a b` does not hold: it is `g`"]);
    project.run(["plan"]).code(0).says(["+ destination:g"]);
}

#[test]
fn what_two_texts_mean_for_places_is_told_from_the_older_one() {
    let project = standing("");
    commit(&project);
    project.write("places.kdl", places("a b c d e f g"));
    project.run(["diff"]).code(0).says(["+ create 5"]).never_says("moves from");
    project.edit("places.kdl", "destination a {", "destination a {\n    drain");
    project.run(["diff", "--allow-delete", "destination:a:*"]).code(0).says(["moves from a to g: a is drained"]);
}

#[test]
fn problems_that_only_show_where_requests_stand_stop_a_plan() {
    let flat = places("a b").replace("zone=eu", "zone=eu\n    layout flat");
    let project = Project::new().file("plat.kdl", PLATFORM).file("places.kdl", flat.clone());
    project.write("requests.kdl", "request db one destination=a\n");
    project.apply();
    project.write("requests.kdl", "request db one\nrequest db two destination=a\n");
    project.write("places.kdl", flat + &places("c d e f g").replace("zone=eu", "zone=eu\n    layout flat"));
    project.run(["check"]).code(0);
    project.run(["plan"]).code(3).complains(["error[E0551]", "puts a file at the same place"]);
    project.run(["apply", "--auto-approve"]).code(3);
    project.run(["why", ONE]).code(3).complains(["error[E0551]", "the project has errors where its requests stand\n"]);
}

#[test]
fn a_pin_and_a_drain_are_part_of_what_the_catalog_holds() {
    let project = standing("");
    project.edit("requests.kdl", "request db one", "request db one destination=a");
    project.run(["plan"]).code(0).says(["~ update 1", "destination"]).never_says("moves from");
    project.apply();
    project.run(["plan"]).no_changes();
    project.run(["why", ONE]).code(0).says(["goes to destination a, which it is pinned to at requests.kdl:1"]);
    project.edit("requests.kdl", "destination=a", "destination=c");
    project.run(["check"]).code(3).says(["error[E0302]"]);
    project.write("places.kdl", places("a b") + &places("c").replace("eu", "us"));
    project.run(["check"]).code(3).says(["error[E0546]"]);
}

/// A destination that lies in another state store than when it was applied.
fn in_another_store(lifecycle: &str) -> Project {
    let project = crate::demo::new();
    project.edit("requests.kdl", "    size 1\n", &format!("    size 1\n{lifecycle}"));
    project.apply();
    project.edit("plat.kdl", "    store gitops\n", "    store second\n");
    project.write("second.kdl", "state-store second git create {\n    url \".plat/stores/second.git\"\n}\n");
    project
}

#[test]
fn a_destination_in_another_state_store_takes_its_files_along() {
    let project = in_another_store("");
    let line = "removed \"file:gitops:*\"\n";
    project.write("allowed.kdl", line);
    project.run(["plan"]).code(0).says([
        "plan of demo  + create 3  ~ update 1  - delete 2  = unchanged ",
        &format!("- file:gitops:{}  (moves to state store second, +0 -", crate::demo::manifest("api")),
        "+ second: 2 files",
        "request:app:default/api moves from state store gitops to state store second: main lies in another state store\n",
    ])
    .never_says("loses")
    .never_says("no longer rendered");
    project.run(["plan", "--report", "ndjson=-"]).says([
        "request:app:default/api moves from state store gitops to state store second: main lies in another state store",
    ]);
    project.apply();
    project.run(["plan"]).no_changes();
}

#[test]
fn what_protects_a_request_keeps_it_in_its_state_store() {
    let project = in_another_store("    lifecycle { protect; }\n");
    project.run(["plan"]).code(5).says([
        "REFUSED all 2 files of state store gitops are deleted\n",
        "REFUSED request:app:default/web is protected and would move from state store gitops to state store second\n",
        &format!("to allow it: `removed \"file:gitops:{}\"` in the project", crate::demo::manifest("web")),
    ]);
    project.write("allowed.kdl", "removed \"file:gitops:*\"\n");
    project.apply();
    let project = in_another_store("    lifecycle { deletion forbid; }\n");
    project.write("allowed.kdl", "removed \"file:gitops:*\"\n");
    project.run(["plan"]).code(5).says([
        "REFUSED request:app:default/web must not move from state store gitops to state store second, as its `deletion forbid` says: let it stay",
    ]);
}

#[test]
fn a_request_that_asks_for_no_label_leaves_a_destination_that_becomes_strict() {
    let project = Project::new().file("plat.kdl", PLATFORM.replace("    schedule zone=$spec.zone\n", ""));
    project.write("places.kdl", places("a b"));
    project.write("requests.kdl", "request db one destination=a\n");
    project.apply();
    project.write("requests.kdl", "request db one\n");
    project.apply();
    project.write("places.kdl", places("a b").replacen("{\n", "{\n    strict-labels\n", 1));
    let told = "moves from a to b: a no longer fits: it is strict about its labels, and none is asked for\n";
    project.run(["plan"]).says([&*format!("{ONE} {told}")]);
}

#[test]
fn a_move_that_was_stopped_half_way_is_ended_and_called_so() {
    let project = standing("");
    let drained = places("a b").replacen("{\n", "{\n    drain\n", 1);
    project.write("places.kdl", drained);
    project.run(["apply", "--auto-approve", "--additive"]).code(0);
    assert_eq!(stands(&project), ["a/map.yaml", "a/secret.yaml", "b/map.yaml", "b/secret.yaml"]);
    // It could stand in either now.
    project.write("places.kdl", places("a b"));
    project.run(["plan"]).says([": it was delivered to ", " already\n"]).never_says("drained");
}
