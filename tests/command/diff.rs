//! What a change of the text means between two revisions, without a target.

use crate::demo::{PLATFORM, REQUESTS, SERVICES, applied, manifest, new};
use crate::project::{Outcome, Project};
use git2::{IndexAddOption, Oid, Repository, Signature, Time};
use std::path::Path;

/// Commits all files below a folder, which is or becomes the repository's work tree. Gives the commit's identity.
fn commit_at(folder: &Path) -> Oid {
    let repository = Repository::open(folder).or_else(|_| Repository::init(folder)).unwrap();
    let mut index = repository.index().unwrap();
    let visible = &mut |path: &Path, _: &[u8]| i32::from(path.starts_with(".plat") || path.starts_with("home"));
    index.add_all(["*"], IndexAddOption::DEFAULT, Some(visible)).unwrap();
    index.update_all(["*"], None).unwrap();
    index.write().unwrap();
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let who = Signature::new("Somebody", "somebody@example.com", &Time::new(1_700_000_000, 0)).unwrap();
    let parent = repository.head().ok().and_then(|head| head.peel_to_commit().ok());
    let parents: Vec<_> = parent.iter().collect();
    repository.commit(Some("HEAD"), &who, &who, "a change", &tree, &parents).unwrap()
}

/// Commits all files of a project. Gives the commit's identity in short.
pub(crate) fn commit(project: &Project) -> String {
    commit_at(&project.root()).to_string()[..7].to_owned()
}

/// The platform, with two tiers.
fn tiers() -> Project {
    let project = new();
    project.edit("services.kdl", "ledger {\n    tier one", "ledger {\n    tier two");
    project
}

/// The platform, committed and never applied.
fn committed() -> Project {
    let project = tiers();
    commit(&project);
    project
}

/// A run that leaves every file as it was, and makes none.
#[track_caller]
fn diff<'a>(project: &Project, arguments: impl IntoIterator<Item = &'a str>) -> Outcome {
    let before = project.snapshot();
    let outcome = project.run(["diff"].into_iter().chain(arguments));
    assert!(project.snapshot() == before, "something was written: {outcome}");
    outcome
}

#[test]
fn a_change_in_the_working_tree_is_shown_with_its_consequences() {
    let project = committed();
    let first = commit(&project);
    project.edit("requests.kdl", "size 1", "size 3");
    let shown = format!(
        "{first} -> the working tree, without a look at the catalog and the repositories\n\
        plan of demo  ~ update 2  = unchanged 8\n\
        \n\
        ~ request:app:default/web  requests.kdl:1\n    \
        spec.size  1 -> 3  requests.kdl:2\n\
        ~ file:gitops:{}  requests.kdl:1  (+1 -1)\n",
        manifest("web")
    );
    let outcome = diff(&project, ["--rendered"]).code(0).says([
        "      -  size: \"1\"\n      +  size: \"3\"\n",
        "Consequences\n    request:app:default/web renders 1 file anew\n",
    ]);
    assert!(outcome.out.starts_with(&shown), "{outcome}");
    diff(&project, ["--detailed-exitcode"]).code(2);
    diff(&project, ["HEAD..", "--summary"]).code(0).never_says("size:");
}

#[test]
fn two_revisions_are_compared_whatever_the_working_tree_holds() {
    let project = committed();
    project.edit("services.kdl", "tier two", "tier two\n    owner bank");
    let second = commit(&project);
    project.write("services.kdl", "this is { no KDL");
    let outcome = diff(&project, ["HEAD~1..HEAD"]).code(0).says([
        &*format!("-> {second}, without a look"),
        "~ entity:service:ledger  services.kdl:6\n    properties.owner  bank  services.kdl:8\n",
    ]);
    assert!(outcome.err.is_empty(), "{outcome}");
    diff(&project, ["HEAD..HEAD~1"])
        .code(0)
        .says([&*format!("properties.owner  bank -> (nothing)  {second}:services.kdl:8\n")]);
    diff(&project, ["HEAD..HEAD"])
        .code(0)
        .stdout(&format!("No changes. {second} -> {second}: no file of KDL differs.\n"));
}

#[test]
fn what_goes_names_the_line_where_it_stood() {
    let project = committed();
    let first = commit(&project);
    project.write("services.kdl", "entity service ledger {\n    tier one\n}\n");
    project.write("requests.kdl", "request app api {\n    size 2\n}\n");
    diff(&project, []).code(0).says([
        "DESTROYS 3\n",
        &*format!("- file:gitops:{}  {first}:requests.kdl:1  (no longer declared", manifest("web")),
        &*format!("- request:app:default/web  {first}:requests.kdl:1  (no longer declared)\n"),
        &*format!("- entity:service:cart  {first}:services.kdl:1  (no longer declared)\n"),
    ]);
}

#[test]
fn a_change_of_the_form_alone_changes_nothing() {
    let project = committed();
    let first = commit(&project);
    project.write(
        "services.kdl",
        format!(
            "// Services\n\n{}",
            project.read("services.kdl").replace("    tier one\n    owner shop\n", "  owner  shop; tier   \"one\"\n")
        ),
    );
    project.write("moved.kdl", REQUESTS);
    project.write("requests.kdl", "");
    let line = format!("No changes. {first} -> the working tree: 3 files differ, in what no target sees.\n");
    diff(&project, ["--detailed-exitcode"]).code(0).stdout(&line);
}

#[test]
fn a_move_is_a_move_and_one_that_is_not_said_is_pointed_out() {
    let project = committed();
    project.edit("services.kdl", "entity service cart", "entity service basket");
    diff(&project, []).code(0).says([
        "- entity:service:cart",
        "+ entity:service:basket",
        "entity:service:basket is much like entity:service:cart: `moved from=entity:service:cart to=entity:service:basket` would keep it\n",
    ]);
    project.write("moves.kdl", "moved from=entity:service:cart to=entity:service:basket\n");
    diff(&project, [])
        .code(0)
        .says(["plan of demo  > move 1  = unchanged 9\n", "> entity:service:basket"])
        .never_says("much like");
}

#[test]
fn what_is_much_alike_twice_is_not_guessed() {
    let project = committed();
    let services = "entity service a {\n    tier one\n}\n\nentity service b {\n    tier one\n}\n";
    project.write("services.kdl", services);
    commit(&project);
    project.write("services.kdl", services.replace("service a", "service c").replace("service b", "service d"));
    diff(&project, ["--allow-delete", "entity:*"]).code(0).never_says("much like");
}

#[test]
fn what_a_plan_would_refuse_is_refused() {
    let project = committed();
    project.write("services.kdl", "");
    diff(&project, []).code(5).says(["REFUSED all 2 objects of kind entity are deleted\n"]);
    diff(&project, ["--allow-delete", "entity:*"]).code(0).says(["ALLOWED all 2 objects of kind entity are deleted\n"]);
}

#[test]
fn a_revision_with_mistakes_says_them_with_its_name() {
    let project = committed();
    project.edit("services.kdl", "tier two", "tear two");
    let broken = commit(&project);
    project.edit("services.kdl", "tear two", "tier two");
    let place = format!("{broken}:services.kdl:7:5: error[E0408]: `service` has no `tear`\n");
    diff(&project, []).code(3).stdout("").complains([&*place]);
    diff(&project, ["HEAD~1..HEAD"]).code(3).stdout("").complains([&*place]);
    project.edit("services.kdl", "tier two", "toor two");
    diff(&project, ["HEAD~1"])
        .code(3)
        .complains(["services.kdl:7:5: error[E0408]: `service` has no `toor`\n"])
        .never_says(":services.kdl");
}

#[test]
fn a_project_in_a_folder_of_a_repository_is_found_at_each_revision() {
    let project = tiers();
    let root = project.outside(".");
    std::fs::write(project.outside("README"), "not of the project").unwrap();
    let first = commit_at(&root).to_string();
    project.write("nested/plat.kdl", "project nested\nthis is { not looked at");
    project.write(".hidden/x.kdl", "neither is { this");
    project.edit("services.kdl", "tier two", "tier three");
    let second = commit_at(&root).to_string();
    let names = format!("{} -> {}, without", &first[..7], &second[..7]);
    project.run(["diff", "HEAD~1..HEAD"]).code(0).says([&*names, "~ entity:service:ledger  services.kdl:6\n"]);
    let inner = project.run(["-C", "nested", "diff", "HEAD~1..HEAD"]);
    inner.code(3).complains([&*format!("{}:plat.kdl:2:9: error[E0107]", &second[..7])]);
}

#[test]
fn a_project_that_was_not_there_is_new_as_a_whole() {
    let project = Project::new().file("README", "soon");
    let first = commit(&project);
    project.write("plat.kdl", PLATFORM);
    project.write("services.kdl", SERVICES);
    project.write("requests.kdl", REQUESTS);
    let notes = format!("note: there is no project in {first}\n");
    diff(&project, [])
        .code(0)
        .says([&*format!("{first} -> the working tree, without"), "+ create 10"])
        .complains([&*notes]);
    commit(&project);
    diff(&project, ["HEAD~1..HEAD~1"]).code(64).complains(["holds a project neither at"]);
}

#[test]
fn files_that_are_delivered_are_those_of_the_revision() {
    let project = committed();
    project.edit("plat.kdl", "        resource v1", "        files \"extra/**\"\n        resource v1");
    // Both requests deliver it, which no manifest may be.
    project.write("extra/note.txt", "This is\na\n");
    commit(&project);
    project.write("extra/note.txt", "This is\nb\n");
    commit(&project);
    std::fs::remove_dir_all(project.path("extra")).unwrap();
    diff(&project, ["HEAD~1..HEAD", "--rendered"]).code(0).says(["      -a\n      +b\n"]);
}

#[test]
fn nothing_of_the_targets_matters() {
    let project = applied();
    commit(&project);
    project.set("service", "cart", "properties.owner", "\"others\"");
    diff(&project, []).code(0).says(["No changes. "]);
    project.edit("plat.kdl", "url \".plat/stores/gitops.git\"", "url \"https://unreachable.invalid/x.git\"");
    project.edit("plat.kdl", "git create {", "git {\n    auth basic secret=nowhere");
    let shown = diff(&project, ["--allow-delete", "state-store:gitops", "--rendered"]);
    shown.code(0).says(["~ state-store:gitops", "+ file:gitops:"]);
}

#[test]
fn a_renamed_project_is_said_and_compared() {
    let project = committed();
    project.edit("plat.kdl", "project demo { id demo }", "project other { id other }");
    diff(&project, []).code(0).says(["No changes. "]).complains(["note: the project was demo and is other"]);
}

#[test]
fn the_document_is_that_of_a_plan() {
    let project = committed();
    project.edit("requests.kdl", "size 1", "size 3");
    let json = diff(&project, ["--format", "json"]).code(0).out;
    std::fs::write(project.outside("plan.json"), &json).unwrap();
    project.run(["show", "../plan.json"]).code(0).says(["plan of demo  ~ update 2  = unchanged 8\n"]);
    let plan: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&plan["impact"]["invalid"], &plan["impact"]["broken"]),
        (&serde_json::Value::Null, &serde_json::Value::Null)
    );
    let extent = |kind: &str| {
        let looked = plan["impact"]["looked"].as_array().unwrap().iter().find(|one| one["kind"] == kind).unwrap();
        (looked["extent"].as_str().unwrap().to_owned(), looked["why"][0].as_str().unwrap_or_default().to_owned())
    };
    let others = "two texts are compared, and nobody knows what others have in the catalog";
    let places = "two texts are compared, and nobody knows where requests really stand";
    assert_eq!(extent("invalid"), ("not-at-all".to_owned(), others.to_owned()));
    assert_eq!(extent("broken"), ("not-at-all".to_owned(), others.to_owned()));
    assert_eq!(extent("rendered"), ("partly".to_owned(), places.to_owned()));
    assert_eq!(extent("levels"), ("completely".to_owned(), String::new()));
}

#[test]
fn what_git_does_not_know_is_a_wrong_use() {
    let project = new();
    diff(&project, []).code(1).complains(["lies in no Git repository"]);
    commit(&project);
    diff(&project, ["nothing..HEAD"]).code(64).complains(["there is no revision `nothing`"]);
}

#[test]
fn three_dots_start_where_two_branches_parted() {
    let project = committed();
    let repository = Repository::open(project.root()).unwrap();
    let start = repository.head().unwrap().peel_to_commit().unwrap();
    repository.branch("side", &start, false).unwrap();
    project.edit("services.kdl", "tier two", "tier three");
    commit(&project);
    diff(&project, ["side...HEAD"]).code(0).says(["entity:service:ledger"]);
    diff(&project, ["HEAD...side"]).code(0).says(["No changes. "]);
}

/// The policies that the tests below change.
const RESTRAINED: &str = "policy owned for=entity of=service {
    when { tier is one }
    require { owner present }
}

policy ledger-stays for=entity of=service {
    on delete
    when { $identifier is ledger }
}
";

/// The platform with policies that it keeps, committed.
fn restrained() -> (Project, String) {
    let project = tiers().file("policies.kdl", RESTRAINED);
    let first = commit(&project);
    (project, first)
}

#[test]
fn a_policy_that_is_weakened_is_a_change() {
    let (project, first) = restrained();
    project.edit(
        "policies.kdl",
        "policy owned for=entity of=service {",
        "policy owned for=entity of=service severity=warn {",
    );
    project.edit("policies.kdl", "tier is one", "tier is three");
    let told = format!(
        "{first} -> the working tree, without a look at the catalog and the repositories\n\
        plan of demo  ~ update 1  = unchanged 11\n\
        \n\
        ~ policy:owned  policies.kdl:1\n    \
        severity  deny -> warn  policies.kdl:1\n    \
        when  policies.kdl:2\n      \
        ~ tier is  one -> three\n"
    );
    let outcome = diff(&project, ["--detailed-exitcode"]).code(2);
    assert!(outcome.out.starts_with(&told), "{outcome}");
    let summary = diff(&project, ["--summary"]).code(0).says(["~ policy:owned  policies.kdl:1\n"]);
    summary.never_says("severity");
    let json = diff(&project, ["--format", "json"]).code(0);
    json.says(["\"address\":\"policy:owned\"", "\"path\":\"severity\""]);
    project.run(["diff", "--report", "github=g.txt", "--report", "markdown=m.md", "--report", "ndjson=n.json"]).code(0);
    let annotation = "::warning file=policies.kdl,line=1,endLine=1,title=plat%3A update::~ update policy:owned%0Aseverity: deny -> warn%0A";
    assert!(project.read("g.txt").starts_with(annotation), "{}", project.read("g.txt"));
    let comment = project.read("m.md");
    assert!(comment.contains("### plan of `demo`: update 1\n"), "{comment}");
    assert!(comment.contains("\n~ policy:owned  policies.kdl:1\n    severity  deny -> warn"), "{comment}");
    let records = project.read("n.json");
    assert!(records.contains("update policy:owned"), "{records}");
}

#[test]
fn a_policy_that_goes_with_what_it_kept_is_told_beside_it() {
    let (project, first) = restrained();
    project.write("policies.kdl", RESTRAINED.split("\n\n").next().unwrap());
    project.write("services.kdl", "entity service cart {\n    tier one\n    owner shop\n}\n");
    diff(&project, []).code(0).says([
        "DESTROYS 2\n",
        &*format!("- policy:ledger-stays  {first}:policies.kdl:6"),
        "- entity:service:ledger",
    ]);
    diff(&project, ["--full"]).code(0).says(["- policy:ledger-stays"]);
    project.run(["diff", "--report", "github=g.txt"]).code(0);
    let annotation = format!(
        "::warning title=plat%3A delete::- delete policy:ledger-stays (no longer declared)%0Ait stood at {first}:policies.kdl:6\n"
    );
    assert!(project.read("g.txt").contains(&annotation), "{}", project.read("g.txt"));
}

#[test]
fn a_condition_that_comes_or_goes_is_shown_for_itself() {
    let (project, _) = restrained();
    project.edit("policies.kdl", "    when { tier is one }\n    require", "    require");
    project.edit("policies.kdl", "when { $identifier is ledger }", "when { $identifier is ledger; tier is two; }");
    diff(&project, []).code(5).says([
        "~ policy:ledger-stays  policies.kdl:5\n    when  policies.kdl:7\n",
        "+ tier is  two",
        "~ policy:owned  policies.kdl:1\n    when",
        "- tier is  one",
    ]);
}

#[test]
fn the_guards_of_the_project_are_told_with_their_defaults() {
    let (project, first) = restrained();
    project.edit("plat.kdl", "id demo }", "id demo; guards max-deletes=1000 adoption=force; }");
    diff(&project, ["--detailed-exitcode"]).code(2).says([
        "~ guards  plat.kdl:1\n    adoption  if-unowned -> force  plat.kdl:1\n    max-deletes  1000  plat.kdl:1\n",
    ]);
    let second = commit(&project);
    project.edit("plat.kdl", "guards max-deletes=1000 adoption=force; ", "");
    diff(&project, []).code(0).says([
        &*format!("~ guards  {second}:plat.kdl:1\n    adoption  force -> if-unowned\n    max-deletes  1000 -> (nothing)  {second}:plat.kdl:1\n"),
    ]);
    diff(&project, [&*first]).code(0).says(["No changes."]);
    project.edit(
        "policies.kdl",
        "when { tier is one }",
        "// for the first tier\n    when {\n        tier is one\n    }",
    );
    diff(&project, [&*first]).code(0).says(["No changes."]);
}
