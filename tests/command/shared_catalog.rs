//! A catalog on a branch of a Git repository, which a team shares.

use crate::change::{AFTER, APPLY, BEFORE, PLATFORM, silent};
use crate::project::{Outcome, Project};
use crate::store;
use git2::Repository;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// The repository of the catalog, beside the stores of a project.
const CATALOG: &str = ".plat/stores/catalog.git";
const BRANCH: &str = "plat-catalog";

/// The text of a project with its catalog in a repository.
fn text(project: &str, url: &str, rest: &str) -> String {
    format!("project {project} {{\n    id {project}-1\n    catalog git create {{ url \"{url}\"; }}\n}}\n{rest}")
}

/// The platform of [`crate::change`], whose catalog is in a repository.
fn platform() -> Project {
    let rest = PLATFORM.replace("project demo { id demo }\n", "");
    Project::new().file("plat.kdl", text("demo", CATALOG, &rest)).file("state.kdl", BEFORE)
}

/// The same, applied, with a change written and not applied.
fn changed() -> Project {
    let project = platform();
    project.apply();
    project.write("state.kdl", AFTER);
    project
}

/// The files of each reference of the catalog's repository and of the stores, but for when things were written.
fn end(project: &Project) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut all = BTreeMap::new();
    for name in ["catalog", "east", "west"] {
        for (reference, mut files) in store::references(&project.path(&format!(".plat/stores/{name}.git"))) {
            if !reference.contains("/lease/") && !reference.starts_with("refs/plat/catalog/runs/") {
                files.retain(|path, _| !path.starts_with("times/"));
                all.insert(format!("{name} {reference}"), files);
            }
        }
    }
    all
}

/// Somebody commits a file to the branch of a catalog, or takes it away.
fn commits(project: &Project, path: &str, text: Option<&str>) {
    store::somebody_writes(&project.path(CATALOG), BRANCH, path, text);
}

fn files(project: &Project) -> BTreeMap<String, String> {
    store::files(&project.path(CATALOG), BRANCH)
}

#[test]
fn all_that_a_run_knows_is_in_the_repository() {
    let project = platform();
    project.apply();
    assert!(!project.path(".plat/catalog.db").exists());
    // The next runner has the text and the repositories, and nothing else.
    let next = platform();
    fs::create_dir_all(next.path(".plat")).unwrap();
    fs::rename(project.path(".plat/stores"), next.path(".plat/stores")).unwrap();
    next.run(["plan"]).no_changes();
    next.run(["get", "service", "stays", "-o", "json"]).code(0).says(["\"tier\":\"one\""]);
    next.run(["runs"]).code(0).says(["done"]);
    next.write("state.kdl", AFTER);
    next.run(APPLY).code(0);
    next.run(["plan"]).no_changes();
}

#[test]
fn an_apply_is_one_commit_that_says_what_it_was() {
    let project = platform();
    project.apply();
    assert_eq!(store::commits(&project.path(CATALOG), BRANCH), 1);
    let message = store::message(&project.path(CATALOG), BRANCH);
    for line in ["Plat-Project: demo", "Plat-Project-Id: demo-1", "Plat-Run: ", "Plat-Plan: "] {
        assert!(message.contains(line), "{message}");
    }
    let files = files(&project);
    let service = "{\n  \"properties\": {\n    \"legacy\": \"old\",\n    \"tier\": \"one\"\n  }\n}\n";
    assert_eq!(files["objects/entity/service/stays.json"], service);
    project.run(["apply", "--auto-approve"]).code(0);
    assert_eq!(store::commits(&project.path(CATALOG), BRANCH), 1, "nothing to do is no commit");
}

#[test]
fn what_others_commit_is_drift_field_by_field() {
    let project = platform();
    project.apply();
    let path = "objects/entity/service/stays.json";
    commits(&project, path, Some("{\"properties\":{\"tier\":\"two\",\"legacy\":\"old\",\"theirs\":1}}"));
    project.run(["plan", "--detailed-exitcode"]).code(2).says(["entity:service:stays", "tier"]);
    project.run(["drift"]).code(0).says(["entity:service:stays", "one -> two"]);
    project.apply();
    let files = files(&project);
    let service =
        "{\n  \"properties\": {\n    \"legacy\": \"old\",\n    \"theirs\": 1,\n    \"tier\": \"one\"\n  }\n}\n";
    assert_eq!(files[path], service, "what is theirs stays");
    commits(&project, path, None);
    project.run(["plan", "--detailed-exitcode"]).code(2).says(["entity:service:stays"]);
    project.apply();
    project.run(["plan"]).no_changes();
}

#[test]
fn a_file_that_nobody_can_read_stops_its_object_alone() {
    let project = changed();
    commits(&project, "objects/entity/service/changes.json", Some("{\"properties\": "));
    project.run(["plan"]).code(4).says(["CONFLICT entity:service:changes", "it is not JSON"]);
    project.run(["get", "service"]).code(1).complains(["entity:service:changes"]).says(["entity:service:stays"]);
    project.run(["why", "entity:service:changes"]).says(["git rm -- objects/entity/service/changes.json"]);
    let whole = "{\"properties\":{\"legacy\":\"old\",\"tier\":\"one\"}}";
    commits(&project, "objects/entity/service/changes.json", Some(whole));
    project.run(APPLY).code(0);
    project.run(["plan"]).no_changes();
}

#[test]
fn a_catalog_of_a_newer_plat_is_left_alone() {
    let project = platform();
    project.apply();
    commits(&project, "catalog.json", Some("{\"format\": 99}\n"));
    let before = end(&project);
    for command in [&["plan"][..], &["apply", "--auto-approve"], &["get"], &["drift"]] {
        project.run(command.iter().copied()).code(1).complains(["has format 99", "use a newer plat"]);
    }
    assert_eq!(end(&project), before);
    commits(&project, "catalog.json", Some("{}"));
    project.run(["plan"]).code(1).complains(["damaged", "catalog.json"]);
}

#[test]
fn a_branch_is_made_where_the_text_says_so_and_not_otherwise() {
    let project = platform();
    project.edit("plat.kdl", "catalog git create", "catalog git");
    project.run(["plan"]).code(1).complains(["the catalog: there is no Git repository at"]);
    Repository::init_bare(project.path(CATALOG)).unwrap();
    project.run(["plan"]).code(1).complains(["the catalog", "`create`", "`plat-catalog`"]);
    project.run(["get"]).code(1).complains(["the catalog", "`create`", "`plat-catalog`"]);
    project.edit("plat.kdl", "catalog git", "catalog git create");
    project.apply();
    project.edit("plat.kdl", "catalog git create", "catalog git");
    project.run(["plan"]).no_changes();
}

#[test]
fn a_catalog_is_apart_from_the_stores() {
    let check = |catalog: &str, store: &str, code: &str, message: &str| {
        let text = format!(
            "project p {{\n    id p-1\n    catalog git {{ {catalog}; }}\n}}\nstate-store s git {{ {store}; }}\n"
        );
        Project::new().file("plat.kdl", text).run(["check"]).code(3).says([code, message]);
    };
    check("url r.git; branch main", "url r.git", "E0552", "the catalog is at the place of state store `s`");
    check("url r.git; branch main; path a", "url r.git", "E0557", "the catalog lies inside of state store `s`");
    check("url r.git; branch main", "url r.git; path a", "E0557", "state store `s` lies inside of the catalog");
    check("url \".plat/git/x.git\"", "url r.git", "E0558", "the catalog lies where plat keeps");
    check("url r.git; branch \"a..b\"", "url r.git", "E0553", "cannot be a branch's name");
    check("url r.git; path \"../a\"", "url r.git", "E0531", "is no folder below the repository's root");
    check("url \"https://a:b@h.example/r\"", "url r.git", "E0734", "the address of the catalog holds a password");
    let apart = "project p {\n id p-1\n catalog git { url r.git; path catalog; branch main; }\n}\n\
                 state-store s git { url r.git; path files; }\n";
    Project::new().file("plat.kdl", apart).run(["check"]).code(0);
}

#[test]
fn who_asks_is_told_where_the_text_does_not_say_where_the_catalog_is() {
    let project = platform();
    project.apply();
    // Of the texts `get` reads that of the project alone.
    project.write("state.kdl", "entity {");
    project.run(["get", "service"]).code(0).says(["entity:service:stays"]);
    project.edit("plat.kdl", "catalog git", "catalog gti");
    project.run(["get", "service"]).code(3).stdout("").complains(["gti"]);
}

/// How often a project is applied for the first time, the time that it takes, and the moments at which it is killed.
const KILLS: u32 = 20;

#[test]
fn an_apply_that_is_killed_at_any_moment_is_finished_by_the_next_one() {
    let template = changed();
    let whole = template.twin();
    let start = Instant::now();
    assert!(silent(&whole).status().unwrap().success());
    let (took, expected) = (start.elapsed(), end(&whole));
    let mut killed = 0;
    for kill in 0..KILLS {
        let project = template.twin();
        let mut process = silent(&project).spawn().unwrap();
        std::thread::sleep(took * kill / KILLS);
        process.kill().unwrap();
        killed += u32::from(!process.wait().unwrap().success());
        let when = format!("killed after {kill}/{KILLS} of {took:?}");
        let again = project.run(APPLY);
        assert_eq!(again.code, Some(0), "{when}: {again}");
        assert_eq!(end(&project), expected, "{when}");
        project.run(["plan", "--detailed-exitcode"]).no_changes();
    }
    assert!(killed > KILLS / 4, "only {killed} of {KILLS} were still running");
}

/// A team's project, with so many entities of a blueprint of its own.
fn team(name: &str, url: &str, entities: usize) -> Project {
    let mut rest = format!("blueprint {name}-service {{ property tier string; }}\n");
    for number in 0..entities {
        rest.push_str(&format!("entity {name}-service s{number} {{ tier one; }}\n"));
    }
    Project::new().file("plat.kdl", text(name, url, &rest))
}

#[test]
fn projects_apply_to_one_catalog_at_once_and_meet_no_conflict() {
    let shared = tempfile::TempDir::new().unwrap();
    let url = shared.path().join("catalog.git");
    let teams = ["one", "two", "three", "four"].map(|name| team(name, url.to_str().unwrap(), 30));
    for round in 0..3 {
        for (team, name) in teams.iter().zip(["one", "two", "three", "four"]) {
            team.edit("plat.kdl", "s0 { tier", &format!("s0 {{ title \"{name} {round}\"; tier"));
        }
        let running =
            teams.iter().map(|team| team.command(APPLY).stderr(Stdio::piped()).stdout(Stdio::piped()).spawn());
        let running: Vec<_> = running.map(Result::unwrap).collect();
        for process in running {
            let ended = process.wait_with_output().unwrap();
            assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        }
        for team in &teams {
            team.run(["plan"]).no_changes();
            let text = team.read("plat.kdl");
            let title = text.find(" title \"").unwrap();
            let end = title + text[title..].find(';').unwrap() + 1;
            team.write("plat.kdl", [&text[..title], &text[end..]].concat());
        }
    }
    let files = store::files(&url, BRANCH);
    assert_eq!(files.keys().filter(|path| path.starts_with("objects/entity/")).count(), 120);
    assert_eq!(files.keys().filter(|path| path.ends_with("project.json")).count(), 4);
    // What is whose is known to all.
    let other = team("five", url.to_str().unwrap(), 0);
    other.write("plat.kdl", text("five", url.to_str().unwrap(), "blueprint one-service { property tier string; }\n"));
    let refused: Outcome = other.run(["plan"]);
    refused.code(5).says(["one-1"]);
}

/// A server that lets nobody in; gives its port, and what was sent to it to log in.
fn doorkeeper() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let (port, heard) = (listener.local_addr().unwrap().port(), Arc::<Mutex<Vec<String>>>::default());
    let told = heard.clone();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.unwrap();
            let lines = BufReader::new(client.try_clone().unwrap()).lines().map_while(Result::ok);
            let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            let logins = head.into_iter().filter(|line| line.to_lowercase().starts_with("authorization:"));
            told.lock().unwrap().extend(logins);
            let answer = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            // Whoever has heard enough hangs up.
            let _ = client.write_all(answer.as_bytes());
        }
    });
    (port, heard)
}

#[test]
fn an_address_that_the_catalog_alone_says_gets_no_login() {
    let project = platform();
    project.apply();
    let (port, heard) = doorkeeper();
    let url = format!("http://127.0.0.1:{port}/g.git");
    let body = format!(r#"{{"auth":"basic","branch":"main","secret":"other","url":"{url}"}}"#);
    commits(&project, "objects/state-store/west.json", Some(&body));
    let run = |arguments: &[&'static str], host: Option<&str>| {
        let mut command = project.command(arguments.iter().copied());
        command.env("PLAT_SECRET_OTHER_TOKEN", "a-token-of-somebody");
        Outcome::of(command.envs(host.map(|host| ("PLAT_SECRET_OTHER_HOST", host))))
    };
    for arguments in [&["plan"][..], &["plan", "--full"], &["drift"], &["why", "state-store:west"]] {
        run(arguments, None);
        assert_eq!(heard.lock().unwrap().as_slice(), [""; 0], "{arguments:?}");
    }
    // It is for whoever keeps the secret to say that it is meant.
    run(&["plan"], Some(&format!("127.0.0.1:{port}")));
    let named = heard.lock().unwrap().len();
    // The text is for somebody who has read it.
    let declared = "state-store west git create { url \".plat/stores/west.git\" }";
    project.edit("plat.kdl", declared, &format!("state-store west git {{ url \"{url}\"; auth basic secret=other; }}"));
    run(&["plan"], None);
    assert!(heard.lock().unwrap().len() > named, "what the text says is logged in to");
}

#[test]
fn a_saved_plan_is_for_the_catalog_that_it_was_made_for() {
    let project = platform();
    project.run(["plan", "--out", "plan.json"]).code(0);
    project.edit("plat.kdl", "stores/catalog.git", "stores/other.git");
    project
        .run(["apply", "plan.json"])
        .code(4)
        .complains(["the catalog: the plan is for .plat/stores/catalog.git (branch"]);
    project.edit("plat.kdl", "    catalog git create { url \".plat/stores/other.git\"; }\n", "");
    project.run(["apply", "plan.json"]).code(4).complains(["and the project has the one in `.plat`"]);
    assert!(!project.path(CATALOG).exists() && !project.path(".plat/catalog.db").exists());
}

#[cfg(unix)]
#[test]
fn an_apply_whose_branch_is_set_back_meanwhile_is_no_success() {
    use std::os::unix::fs::PermissionsExt;
    let project = platform();
    project.apply();
    let repository = Repository::open_bare(project.path(CATALOG)).unwrap();
    let before = repository.refname_to_id("refs/heads/plat-catalog").unwrap();
    for (number, what) in
        [format!("update-ref refs/heads/plat-catalog {before}"), "update-ref -d refs/heads/plat-catalog".to_owned()]
            .into_iter()
            .enumerate()
    {
        let hook = project.path(CATALOG).join("hooks/post-receive");
        fs::create_dir_all(hook.parent().unwrap()).unwrap();
        fs::write(
            &hook,
            format!("#!/bin/sh\nread old new reference\n[ \"$reference\" != refs/heads/plat-catalog ] || git {what}\n"),
        )
        .unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
        let title = format!("entity service stays {{ title \"{number}\";");
        let text = BEFORE.replace("entity service stays {", &title);
        project.write("state.kdl", text);
        let outcome = project.run(["apply", "--auto-approve"]);
        assert_ne!(outcome.code, Some(0), "{outcome}");
        outcome.complains(["was taken away or replaced during this run"]);
        fs::remove_file(hook).unwrap();
        if repository.find_reference("refs/heads/plat-catalog").is_err() {
            // Nobody begins anew what was there: it is put back.
            project.run(APPLY).code(1).complains(["is gone, and commit", "put it back by"]);
            repository.reference("refs/heads/plat-catalog", before, true, "a test").unwrap();
        }
        project.run(APPLY).code(0);
        project.run(["plan"]).no_changes();
    }
}

#[test]
fn what_others_make_beside_the_files_changes_none_of_them() {
    let project = platform();
    project.apply();
    let first = files(&project)["objects/entity/service/stays.json"].clone();
    for division in ["00", "9c", "ab"] {
        commits(&project, &format!("objects/entity/service/{division}/x.json"), Some("{}"));
    }
    commits(&project, "objects/entity/service/$(touch pwned)`id`.json", Some("{}"));
    let plan = project.run(["plan"]).code(0);
    assert!(plan.out.contains("git rm -- 'objects/entity/service/$(touch pwned)`id`.json'"), "{plan}");
    project.edit("state.kdl", "entity service stays { tier one", "entity service stays { tier two");
    project.apply();
    let now = files(&project);
    assert_ne!(now["objects/entity/service/stays.json"], first, "it stays where it is");
    assert!(now.contains_key("objects/entity/service/9c/x.json"));
}

#[test]
fn what_is_in_the_way_is_named() {
    let project = platform();
    project.apply();
    commits(&project, "objects/entity/service/comes.json/odd", Some("x"));
    project.write("state.kdl", format!("{BEFORE}entity service comes {{ tier one; }}\n"));
    project
        .run(["plan"])
        .code(0)
        .says(["is no file, and in the way", "git rm -r -- objects/entity/service/comes.json"]);
    let refused = project.run(["apply", "--auto-approve"]).code(1);
    refused.complains(["`objects/entity/service/comes.json` is in its way"]);
    let other = platform();
    other.apply();
    commits(&other, "times", None);
    commits(&other, "times", Some("x"));
    other.run(["plan"]).code(1).complains(["times is no folder", "git log -p plat-catalog -- times"]);
}

#[test]
fn of_what_was_made_by_hand_no_time_is_told() {
    let project = platform();
    project.apply();
    commits(&project, "objects/entity/service/hand.json", Some("{\"properties\":{\"tier\":\"one\"}}"));
    project.run(["why", "entity:service:hand"]).code(0).never_says("1970").never_says("\nmade ");
    project.write("hand.kdl", "entity service hand { tier two; }\n");
    project.run(APPLY).code(0);
    // When it was changed since is known, and when it was made is not.
    project.run(["why", "entity:service:hand"]).code(0).says(["last changed"]).never_says("\nmade ");
    project.run(["why", "entity:service:stays"]).code(0).says(["\nmade "]);
}

#[test]
fn a_branch_that_was_replaced_is_told_until_it_is_written_to() {
    let project = changed();
    let catalog = Repository::open_bare(project.path(CATALOG)).unwrap();
    let branch = format!("refs/heads/{BRANCH}");
    let first = catalog.find_reference(&branch).unwrap().target().unwrap();
    project.run(APPLY).code(0);
    let message = store::message(&project.path(CATALOG), BRANCH);
    assert!(message.contains("delete 3 and let go of 1 object of demo\n"), "{message}");
    catalog.reference(&branch, first, true, "").unwrap();
    let notice = "NOTICE branch plat-catalog of the catalog was set back, or replaced: it is at ";
    project.run(["plan"]).code(0).says([notice]);
    project.run(["plan"]).code(0).says([notice]);
    project.run(APPLY).code(0).says([notice]);
    project.run(["plan"]).no_changes().never_says("NOTICE branch");
}

#[test]
fn whoever_asks_a_catalog_whose_branch_is_gone_is_told_that_it_is() {
    let project = platform();
    project.apply();
    let commands: [&[&str]; 3] = [&["get"], &["get", "team"], &["catalog", "projects"]];
    for command in commands {
        project.run(command.iter().copied()).code(0).never_says("is gone");
    }
    let repository = Repository::open(project.path(CATALOG)).unwrap();
    repository.find_reference(&format!("refs/heads/{BRANCH}")).unwrap().delete().unwrap();
    for command in commands {
        let told = [
            "branch plat-catalog of the catalog is gone, and commit ",
            ", which this machine saw last, is not on it any more",
        ];
        project.run(command.iter().copied()).complains(told);
    }
}

#[test]
fn a_branch_that_was_there_is_put_back_and_not_begun_anew() {
    let project = platform();
    project.apply();
    project.edit("plat.kdl", "catalog git create", "catalog git");
    project.run(["plan"]).no_changes();
    let repository = Repository::open_bare(project.path(CATALOG)).unwrap();
    let branch = format!("refs/heads/{BRANCH}");
    let tip = repository.refname_to_id(&branch).unwrap();
    let fresh = project.twin();
    let back = format!("git -C {} branch {BRANCH} {tip}", project.path(CATALOG).display());
    // In a repository without any other branch, and in one that has some.
    repository.find_reference(&branch).unwrap().delete().unwrap();
    for has_more in [false, true] {
        if has_more {
            repository.reference("refs/heads/main", tip, true, "a test").unwrap();
        }
        for command in ["plan", "get", "drift"] {
            project.run([command]).code(1).complains(["which this machine saw last", &*back, "write `create`"]);
        }
    }
    project.run(["apply", "--auto-approve"]).code(1).complains([&*back]);
    repository.reference(&branch, tip, true, "a test").unwrap();
    project.run(["plan"]).no_changes();
    // A machine that never saw it asks the journal.
    let repository = Repository::open_bare(fresh.path(CATALOG)).unwrap();
    repository.find_reference(&branch).unwrap().delete().unwrap();
    fs::remove_file(fresh.path(".plat/catalog.seen")).unwrap();
    fresh.run(["plan"]).code(1).complains(["which the runs of this project wrote last", &tip.to_string()]);
    // Where no run wrote, there never was one.
    let new = platform();
    new.edit("plat.kdl", "catalog git create", "catalog git");
    Repository::init_bare(new.path(CATALOG)).unwrap();
    new.run(["plan"]).code(1).complains(["write `branch"]);
}
