//! Plans that somebody forged, or that go elsewhere than they were made for: what is applied is held to the places, to what it saw, to a key and
//! to what is protected.

use crate::demo::{self, applied, manifest, repository};
use crate::project::{Outcome, Project};
use crate::saved::{AGAIN, planned, refused};
use crate::store::somebody_writes;
use plat::plan::Plan;

/// The saved plan with a text in place of another one, with an id that fits: as somebody forges one who knows how it is made.
fn forge(project: &Project, from: &str, to: &str) {
    let plan = project.read("plan");
    assert!(plan.contains(from), "{from}");
    let forged: Plan = serde_json::from_str(&plan.replace(from, to)).unwrap();
    let signature = forged.signature.clone();
    project.write("plan", Plan { signature, ..forged.sealed() }.to_json() + "\n");
}

const ELSEWHERE: &str = "The plan is not for this project as it is now, and nothing was written:\n";

#[test]
fn a_plan_that_somebody_changed_is_refused() {
    let project = planned();
    let plan = project.read("plan");
    for (from, to) in [("sales", "mine!"), ("\"unchanged\":7", "\"unchanged\":8"), ("default/web", "default/api")] {
        assert!(plan.contains(from), "{from}");
        project.write("plan", plan.replace(from, to));
        refused(
            &project,
            4,
            ["cannot use plan\n  because: the plan was changed after it was made: its content does not match its id"],
        );
        project.run(["show", "plan"]).code(4).stdout("");
    }
    // Members that no plan has are not a part of what its id tells.
    for (place, member) in [
        ("{\"format\":", "{\"extra\":1,\"format\":"),
        ("\"action\":", "\"extra\":{},\"action\":"),
        ("\"record\":{", "\"record\":{\"extra\":[],"),
    ] {
        assert!(plan.contains(place), "{place}");
        project.write("plan", plan.replacen(place, member, 1));
        refused(&project, 4, ["cannot use plan\n  because: the plan was changed after it was made"]);
        project.run(["show", "plan"]).code(4).stdout("");
    }
    project.write("plan", &plan[..plan.len() / 2]);
    refused(&project, 4, ["cannot use plan\n  because: this is no plan of plat\n  because: "]);
    project.write("plan", "");
    refused(&project, 4, ["cannot use plan\n  because: this is no plan of plat\n  because: "]);
}

#[test]
fn a_plan_goes_to_the_place_that_it_was_made_for_and_nowhere_else() {
    let address = "url \".plat/stores/gitops.git\"";
    let rows = [
        ("url \"production.git\"", "production.git (branch main)"),
        ("url \".plat/stores/gitops.git\"\n    branch prod", ".plat/stores/gitops.git (branch prod)"),
        ("url \".plat/stores/gitops.git\"\n    path live", ".plat/stores/gitops.git (branch main, path live)"),
    ];
    for (to, now) in rows {
        for project in [planned(), demo::new()] {
            project.run(["plan", "--out", "plan"]).code(0);
            project.edit("plat.kdl", address, to);
            let line = format!(
                "  state store gitops: the plan is for .plat/stores/gitops.git (branch main), and the project has it at {now}\n"
            );
            refused(&project, 4, [ELSEWHERE, &line, "Plan again."]);
            // A plan that is made again would go to the new place, which nobody approved.
            project.run(AGAIN).code(4).complains([ELSEWHERE]);
        }
    }
    let project = planned();
    project.edit("plat.kdl", address, "url \"./.plat//stores/gitops.git/\"");
    project.run(["apply", "plan"]).code(0);
    // A project that is moved takes what is in it along.
    planned().twin().run(["apply", "plan"]).code(0);
}

#[cfg(unix)]
#[test]
fn a_plan_does_not_follow_a_link_that_leads_elsewhere_by_now() {
    let link = |project: &Project, to: &str| {
        let _ = std::fs::remove_file(project.path("link.git"));
        std::os::unix::fs::symlink(to, project.path("link.git")).unwrap();
    };
    let project = applied();
    project.edit("plat.kdl", "url \".plat/stores/gitops.git\"", "url \"link.git\"");
    link(&project, ".plat/stores/gitops.git");
    project.edit("requests.kdl", "size 1", "size 9");
    project.run(["plan", "--out", "plan"]).code(0);
    link(&project, "../twin.git");
    let copied =
        std::process::Command::new("cp").arg("-a").arg(repository(&project)).arg(project.outside("twin.git")).status();
    assert!(copied.unwrap().success());
    let twin = project.outside("twin.git").canonicalize().unwrap();
    let line = format!(
        "  state store gitops: the plan is for link.git (branch main, in .plat/stores/gitops.git), and the project has it at link.git (branch main, in {})\n",
        twin.display()
    );
    refused(&project, 4, [ELSEWHERE, &line]);
}

#[test]
fn a_plan_names_the_places_that_it_was_made_for() {
    let place = r#""made_for":{"stores":[{"store":"gitops","url":".plat/stores/gitops.git","branch":"main","path":"","folder":".plat/stores/gitops.git"}]}"#;
    assert!(planned().read("plan").contains(place));
    // What touches no file goes to no state store.
    let project = applied();
    project.edit("services.kdl", "owner shop", "owner sales");
    project.run(["plan", "--out", "plan"]).code(0);
    assert!(project.read("plan").contains(r#""made_for":{"stores":[]}"#));
    project.edit("plat.kdl", "url \".plat/stores/gitops.git\"", "url \"production.git\"");
    project.run(["apply", "plan"]).code(0);
}

#[test]
fn a_forged_plan_writes_no_file_where_the_project_delivers_none() {
    let path = manifest("web");
    let outside = "no destination of the project has its folder there\n";
    let rows = [
        (".github/workflows/evil.yaml", outside),
        ("mainly/evil.yaml", outside),
        ("main/../evil.yaml", "that cannot be a file's path: it has a part `.` or `..`\n"),
        ("../evil.yaml", "that cannot be a file's path: "),
        (".git/hooks/post-update", "that cannot be a file's path: "),
        ("main/.git/hooks/post-update", "that cannot be a file's path: "),
        ("main/aux.txt", "that cannot be a file's path: a part of it names a device on Windows"),
        ("main/a:b", "that cannot be a file's path: "),
    ];
    for (evil, reason) in rows {
        let project = planned();
        forge(&project, &path, evil);
        refused(&project, 4, [ELSEWHERE, &format!("  file:gitops:{evil}: {reason}")]);
    }
    let project = planned();
    forge(&project, &format!("\"path\":\"{path}\""), "\"path\":\"main/evil.yaml\"");
    refused(
        &project,
        4,
        [ELSEWHERE, &format!("  file:gitops:{path}: what would be written is file:gitops:main/evil.yaml\n")],
    );
    // Two files at one path.
    let project = demo::new();
    project.run(["plan", "--out", "plan"]).code(0);
    forge(&project, &path, &manifest("api"));
    let api = manifest("api");
    refused(&project, 4, [ELSEWHERE, &format!("  file:gitops:{api}: it is changed twice\n")]);
    let project = planned();
    forge(&project, "\"made_for\":{\"stores\":[{\"store\":\"gitops\"", "\"made_for\":{\"stores\":[{\"store\":\"nope\"");
    let lines = [
        "  state store nope: the project does not have it\n",
        "  state store gitops: the plan does not say where it is\n",
    ];
    refused(&project, 4, [ELSEWHERE].into_iter().chain(lines));
}

#[test]
fn a_plan_takes_away_what_the_project_owns_and_nothing_else() {
    // The files of a destination that is no longer declared lie in no folder of one.
    let project = applied();
    project.edit("plat.kdl", "labels side=main", "labels side=main\n    path moved");
    project.run(["plan", "--max-deletes", "9", "--allow-delete", "file:gitops:*", "--out", "plan"]).code(0);
    project.run(["apply", "plan"]).code(0).says(["2 files of gitops"]);
    project.run(["apply", "plan"]).code(0).says(["Everything was there already"]);
    // What is somebody else's is not taken away by a plan that says so, wherever it lies.
    for theirs in ["theirs.yaml", "main/theirs.yaml"] {
        let project = applied();
        somebody_writes(&repository(&project), "main", theirs, Some("data:\n  size: \"1\"\n"));
        project.write("requests.kdl", demo::REQUESTS.split("\n\n").nth(1).unwrap());
        project.run(["plan", "--out", "plan"]).code(0);
        forge(&project, &manifest("web"), theirs);
        refused(&project, 4, [ELSEWHERE, &format!("  file:gitops:{theirs}: the project does not own it\n")]);
    }
    let project = applied();
    project.write("services.kdl", "entity service ledger {\n    tier one\n}\n");
    project.run(["plan", "--out", "plan"]).code(0);
    project.sql("UPDATE inventory SET project = 'other' WHERE (kind, name) = ('entity', 'cart')");
    refused(&project, 4, [ELSEWHERE, "  entity:service:cart: the project does not own it\n"]);
}

#[test]
fn a_plan_that_lets_go_of_something_does_so_once_and_is_there_already_afterwards() {
    let project = applied();
    project.write("requests.kdl", demo::REQUESTS.split("\n\n").nth(1).unwrap());
    project.write("removed.kdl", "removed \"request:app:default/web\" keep\n");
    project.run(["plan", "--out", "plan"]).code(0).says([". request:app:default/web"]);
    project.run(["apply", "plan"]).code(0);
    project.run(["apply", "plan"]).code(0).says(["Everything was there already"]);
    // What it would leave there is what is there, and nothing else.
    forge(&project, "size: \\\"1\\\"", "size: \\\"7\\\"");
    refused(&project, 4, [ELSEWHERE, &format!("  file:gitops:{}: the project does not own it\n", manifest("web"))]);
}

#[test]
fn a_plan_takes_nothing_over_from_another_project_that_it_does_not_say_it_takes() {
    let project = demo::new();
    project.run(["plan", "--out", "plan"]).code(0);
    let other = demo::new();
    other.edit("plat.kdl", "project demo { id demo }", "project other { id other }");
    let shared = project.path(".plat/stores/gitops.git");
    other.edit("plat.kdl", ".plat/stores/gitops.git", &shared.display().to_string());
    other.apply();
    let line = format!("  file:gitops:{}: it belongs to project other\n", manifest("web"));
    refused(&project, 4, [ELSEWHERE, &line]);
    let project = applied();
    project.edit("services.kdl", "owner shop", "owner sales");
    project.run(["plan", "--out", "plan"]).code(0);
    project.sql("UPDATE inventory SET project = 'other' WHERE (kind, name) = ('entity', 'cart')");
    refused(&project, 4, [ELSEWHERE, "  entity:service:cart: it belongs to project other\n"]);
}

/// A run with the key that plans are signed with.
fn with_key<'a>(project: &Project, key: &str, arguments: impl IntoIterator<Item = &'a str>) -> Outcome {
    Outcome::of(project.command(arguments).env("PLAT_PLAN_KEY", key))
}

const KEY: &str = "a key that is long enough";

#[test]
fn a_signed_plan_is_applied_where_the_key_is_and_another_one_is_not() {
    let project = planned();
    let before = project.snapshot();
    let unsigned = ["cannot use plan\n", "the plan is not signed, and a key is set that it must be signed with"];
    with_key(&project, KEY, ["apply", "plan"]).code(4).stdout("").complains(unsigned);
    assert!(project.snapshot() == before);
    with_key(&project, KEY, ["plan", "--out", "plan"]).code(0);
    assert!(project.read("plan").contains("\"signature\":\""));
    let before = project.snapshot();
    let forged = ["cannot use plan\n", "the plan is not signed with the key that is set"];
    with_key(&project, "another key that is long enough", ["apply", "plan"]).code(4).complains(forged);
    let signed = project.read("plan");
    forge(&project, "sales", "thief");
    with_key(&project, KEY, ["apply", "plan"]).code(4).complains(forged);
    project.write("plan", &signed);
    assert!(project.snapshot() == before);
    // It is shown as it is, and the key is nowhere in it.
    project.run(["show", "plan", "--format", "json"]).code(0).stdout(&signed).never_says(KEY);
    with_key(&project, KEY, ["apply", "plan"]).code(0);
    project.run(["plan"]).no_changes();
}

#[test]
fn a_key_that_could_be_guessed_is_none() {
    let project = planned();
    for arguments in [&["plan"][..], &["apply", "plan"]] {
        let said = ["PLAT_PLAN_KEY has fewer than 16 bytes, which others could guess\n"];
        with_key(&project, "guess-me", arguments.iter().copied()).code(64).complains(said);
    }
    with_key(&project, "", ["apply", "plan"]).code(0);
}

/// A plan says what a store remembers of requests; nobody forges a protection away with it.
#[test]
fn a_plan_forgets_no_protection_that_the_text_does_not_take_back() {
    let project = demo::new();
    let text = demo::REQUESTS.replacen("{\n", "{\n    lifecycle { protect; }\n", 1);
    project.write("requests.kdl", text);
    project.run(["plan", "--out", "plan"]).code(0);
    forge(&project, "\"protect\":true", "\"protect\":false");
    refused(&project, 4, [ELSEWHERE, "is told to remember of it is not what protects it"]);
    project.run(["plan", "--out", "plan"]).code(0);
    project.run(["apply", "plan"]).code(0);
    project.run(["plan"]).no_changes();
}

/// The saved plan without its guards.
fn forget_guards(project: &Project) {
    let plan = project.read("plan");
    let start = plan.find("\"guards\":").unwrap();
    let end = start + plan[start..].find(",\"impact\":").unwrap();
    forge(project, &plan[start..end], "\"guards\":[]");
}

/// An applied platform with something that has a lifecycle, whose text is gone in the plan and then there again, or not.
fn about_to_lose(lifecycle: &str, declared: bool) -> Project {
    let project = demo::new();
    let protected = |text: &str| text.replacen("{\n", &format!("{{\n    lifecycle {{ {lifecycle}; }}\n"), 1);
    project.write("requests.kdl", protected(demo::REQUESTS));
    project.write("services.kdl", protected(demo::SERVICES));
    project.apply();
    let texts = ["requests.kdl", "services.kdl"].map(|name| (name, project.read(name)));
    for (name, text) in &texts {
        project.write(name, text.split_once("}\n\n").unwrap().1);
    }
    project
        .run(["plan", "--out", "plan"])
        .code(5)
        .says(["REFUSED entity:service:cart", "REFUSED request:app:default/web"]);
    if declared {
        for (name, text) in texts {
            project.write(name, text);
        }
    }
    project
}

/// What must not go is not the plan's to give away: neither by a guard that says that it was asked, nor without any.
#[test]
fn no_plan_takes_away_what_must_not_go() {
    for declared in [false, true] {
        let reasons = [
            "  entity:service:cart: its `deletion forbid` lets",
            "  request:app:default/web: its `deletion forbid` lets",
        ];
        let project = about_to_lose("deletion forbid", declared);
        forge(&project, "\"allowed\":false", "\"allowed\":true");
        refused(&project, 4, [ELSEWHERE].into_iter().chain(reasons));
        forget_guards(&project);
        refused(&project, 4, [ELSEWHERE].into_iter().chain(reasons));
        // Letting go of it is how its protection would go.
        forge(&project, "\"action\":\"delete\"", "\"action\":\"release\"");
        refused(&project, 4, [ELSEWHERE]);
    }
}

#[test]
fn a_plan_takes_away_what_is_protected_only_where_somebody_allowed_it() {
    for lifecycle in ["protect", "deletion confirm"] {
        let project = about_to_lose(lifecycle, false);
        forget_guards(&project);
        refused(
            &project,
            4,
            [ELSEWHERE, "entity:service:cart: it is protected", "request:app:default/web: it is protected"],
        );
        let said = project.twin();
        said.edit("services.kdl", "entity", "removed entity:service:cart\nremoved \"request:app:default/web\"\nentity");
        said.run(["apply", "plan"]).code(0);
        let allow = ["--allow-delete", "entity:service:cart", "--allow-delete", "request:app:default/web"];
        project.run(["plan", "--out", "plan"].into_iter().chain(allow)).code(0);
        project.run(["apply", "plan"]).code(0);
        assert!(!project.has("entity", "service", "cart"));
    }
}

/// A file of a request is protected with it, whatever the plan says of the request itself.
#[test]
fn no_plan_robs_a_request_that_must_not_go_of_its_files() {
    let project = demo::new();
    project.write("requests.kdl", demo::REQUESTS.replacen("{\n", "{\n    lifecycle { deletion forbid; }\n", 1));
    let second = "\n        resource v1 ServiceAccount $name file=second.yaml { automountServiceAccountToken #false; }";
    project.edit("plat.kdl", "workflow configure {", &format!("workflow configure {{{second}"));
    project.apply();
    let text = project.read("plat.kdl");
    project.edit("plat.kdl", second, "");
    project.run(["plan", "--out", "plan"]).code(5).says(["must not lose 1 file"]);
    forget_guards(&project);
    let reasons = [ELSEWHERE, "request:app:default/web: its `deletion forbid` lets"];
    refused(&project, 4, reasons);
    project.write("plat.kdl", text);
    refused(&project, 4, reasons);
}

/// The objects in a file are protected with its request, whatever the plan says of what it loses.
#[test]
fn no_plan_takes_an_object_out_of_a_file_of_a_request_that_must_not_lose_it() {
    let project = demo::new();
    project.write("requests.kdl", demo::REQUESTS.replacen("{\n", "{\n    lifecycle { deletion forbid; }\n", 1));
    project.apply();
    project.edit("plat.kdl", "ConfigMap $name", "ConfigMap \"${name}-v2\"");
    project.run(["plan", "--out", "plan"]).code(5).says(["must not lose 1 object"]);
    forget_guards(&project);
    refused(&project, 4, ["request:app:default/web: its `deletion forbid` lets"]);
}

#[test]
fn no_plan_takes_a_protection_away_that_the_text_gives() {
    let project = applied();
    project.write("services.kdl", demo::SERVICES.replacen("{\n", "{\n    lifecycle { deletion forbid; }\n", 1));
    project.run(["plan", "--out", "plan"]).code(0);
    forge(&project, "\"deletion\":\"forbid\"", "\"deletion\":\"delete\"");
    refused(&project, 4, [ELSEWHERE, "entity:service:cart: the project protects it more"]);
}

/// What a plan says of itself becomes lines of a commit's message, and no more of them than plat writes.
#[test]
fn a_plan_writes_no_trailer_of_its_own() {
    let project = planned();
    forge(&project, "\"project\":\"demo\"", "\"project\":\"demo\\n\\nPlat-Plan: forged\"");
    refused(&project, 64, ["and this is demo"]);
    for source in ["abc\\nPlat-Run: forged", "main", "", "0123456789ABCDEF0123456789ABCDEF01234567"] {
        let project = planned();
        forge(&project, "\"unchanged\":", &format!("\"source\":\"{source}\",\"unchanged\":"));
        refused(&project, 4, ["names a source that is no commit"]);
    }
}
