//! Where other projects declare what a plan means something for.

use crate::others::Company;
use crate::project::Project;
use crate::store;
use std::path::Path;
use std::process::Command;

/// Runs Git in a folder, which says something.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.current_dir(folder).args(["-c", "user.name=A", "-c", "user.email=a@example.com"]).args(arguments);
    let output = git.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Commits all that there is, and says the commit.
fn commit(project: &Project) -> String {
    git(&project.root(), &["add", "-A"]);
    git(&project.root(), &["commit", "-qm", "change"]);
    git(&project.root(), &["rev-parse", "HEAD"])
}

/// A shop that is in a repository, with its first commit.
fn company() -> (Company, String) {
    let company = Company::new();
    company.shop.run(["catalog", "pull"]).code(0);
    company.shop.write(".gitignore", ".plat/\n");
    git(&company.shop.root(), &["init", "-q", "-b", "main"]);
    let first = commit(&company.shop);
    (company, first)
}

/// Changes of the platform that mean something for what the shop has.
fn change(platform: &Project) {
    platform.edit("model.kdl", "{ repo present; }", "{ tier is gold; }");
    platform.edit("model.kdl", "size=\"${spec.size}\"", "size=\"${spec.size}Gi\"");
    platform.edit("model.kdl", "property repo url", "property repo url required");
}

/// The reports of a plan, with their formats.
fn reported(project: &Project) -> Vec<(&'static str, String)> {
    let formats = ["markdown", "ndjson", "sarif", "junit", "github"];
    let wanted = formats.map(|format| format!("--report={format}={}", project.outside(format).display()));
    project.run(["plan"].into_iter().chain(wanted.iter().map(String::as_str))).code(0);
    formats.map(|format| (format, std::fs::read_to_string(project.outside(format)).unwrap())).into()
}

const WEB: &str = "projects/shop-1/places/entity/service/web.json";

/// What the catalog's branch has of where the shop declares its entity.
fn kept(platform: &Project) -> String {
    store::files(&platform.outside("catalog.git"), "plat-catalog")[WEB].clone()
}

#[test]
fn a_plan_says_where_others_declare_what_it_means_something_for() {
    let (Company { platform, shop }, commit) = &company();
    shop.apply();
    change(platform);
    let short = &commit[..7];
    platform.run(["plan"]).code(0).says([
        &*format!("with the next apply of project shop-1 (shop.kdl:5 at {short})"),
        &format!("service `web` has no `repo`, which is required (of project shop-1: shop.kdl:1 at {short})"),
        &format!("no level -> Gold: entity:service:web (shop.kdl:1 at {short}) (of project shop-1)"),
    ]);
    let place = |line: u32| format!(r#""declared":{{"commit":"{commit}","file":"shop.kdl","line":{line}}}"#);
    platform.run(["plan", "--format", "json"]).code(0).says([&*place(5), &*place(1)]);
    for (format, report) in reported(platform).into_iter().filter(|(format, _)| ["markdown", "ndjson"].contains(format))
    {
        assert!(report.contains(&format!("shop.kdl:1 at {short}")), "{format}: {report}");
    }
    platform.run(["why", "entity:service:web"]).code(0).says([&*format!("declared in   shop.kdl:1 at {short}\n")]);
    platform.run(["why", "entity:service:web", "--format", "json"]).code(0).says([&*place(1)]);
    shop.run(["why", "entity:service:web"]).code(0).says(["declared at   shop.kdl:1"]).never_says("declared in");
    // Of a reference that breaks.
    platform.edit("model.kdl", "entity system retail { area shops; }\n", "");
    platform.run(["plan"]).says([&*format!("which goes (of project shop-1: shop.kdl:1 at {short})")]);
}

#[test]
fn a_line_that_moves_is_no_change_and_comes_with_the_next_one() {
    let (Company { platform, shop }, first) = &company();
    shop.apply();
    let before = kept(platform);
    assert!(before.contains(first) && before.contains("\"line\": 1"), "{before}");
    shop.write("shop.kdl", format!("// Our shop.\n\n{}", shop.read("shop.kdl")));
    let moved = commit(shop);
    shop.run(["plan"]).no_changes();
    let branch = || git(&platform.outside("catalog.git"), &["rev-parse", "plat-catalog"]);
    let tip = branch();
    shop.apply();
    assert_eq!((branch(), kept(platform)), (tip, before));
    // Of the one object that changes, and of no other.
    shop.edit("shop.kdl", "size 3", "size 4");
    let second = commit(shop);
    shop.apply();
    change(platform);
    platform.run(["plan"]).code(0).says([
        &*format!("(shop.kdl:7 at {})", &second[..7]),
        &*format!("(of project shop-1: shop.kdl:1 at {})", &first[..7]),
    ]);
    assert_ne!(moved, second);
}

#[test]
fn what_is_declared_again_is_where_it_was() {
    let (Company { platform, shop }, first) = &company();
    shop.apply();
    shop.write("shop.kdl", format!("// Our shop.\n{}", shop.read("shop.kdl").replace("size 3", "size 4")));
    let second = commit(shop);
    shop.apply();
    let said = |line: u32, commit: &str| format!("declared in   shop.kdl:{line} at {}\n", &commit[..7]);
    let why = ["why", "request:bucket:default/assets"];
    platform.run(why).code(0).says([&*said(6, &second)]);
    shop.run(["rollback", "HEAD~1", "--auto-approve"]).code(0);
    platform.run(why).code(0).says([&*said(5, first)]);
}

#[test]
fn another_line_of_others_is_no_more_than_what_was_approved() {
    let (Company { platform, shop }, _) = &company();
    shop.apply();
    change(platform);
    platform.run(["plan", "--out", "plan"]).code(0);
    shop.write("shop.kdl", format!("// Our shop.\n{}", shop.read("shop.kdl").replace("size 3", "size 4")));
    commit(shop);
    shop.apply();
    platform.run(["apply", "plan", "--replan=if-no-more"]).code(0);
}

#[test]
fn a_proposal_is_not_made_anew_for_another_line() {
    let (Company { platform, shop }, first) = &company();
    let propose = || shop.run(["apply", "--via", "pull-request", "--auto-approve"]);
    let branch = || git(&platform.outside("catalog.git"), &["rev-parse", "plat/shop-1/catalog"]);
    propose();
    let proposed = branch();
    shop.write("shop.kdl", format!("// Our shop.\n{}", shop.read("shop.kdl")));
    commit(shop);
    propose();
    assert_eq!(branch(), proposed);
    // It is true of the commit that it names, however late it is merged.
    let catalog = platform.outside("catalog.git");
    git(&catalog, &["update-ref", "refs/heads/plat-catalog", "refs/heads/plat/shop-1/catalog"]);
    let said = format!("declared in   shop.kdl:1 at {}\n", &first[..7]);
    platform.run(["why", "entity:service:web"]).code(0).says([&*said]);
    shop.run(["plan"]).code(0).says(["+ create 1  = unchanged 2"]);
}

#[test]
fn what_was_in_no_commit_says_so() {
    let (Company { platform, shop }, _) = &company();
    shop.edit("shop.kdl", "size 3", "size 4");
    shop.apply();
    change(platform);
    platform.run(["plan"]).code(0).says(["(of project shop-1: shop.kdl:1, in no commit)"]);
    platform.run(["plan", "--format", "json"]).code(0).says([r#""declared":{"file":"shop.kdl","line":5}"#]);
    assert_eq!(kept(platform), "{\n  \"file\": \"shop.kdl\",\n  \"line\": 1\n}\n");
    // A place comes with a change alone, also where all is committed by then.
    commit(shop);
    shop.run(["plan"]).no_changes();
}

#[test]
fn a_file_is_named_from_the_root_of_the_work_tree() {
    let Company { platform, shop } = &Company::new();
    shop.run(["catalog", "pull"]).code(0);
    for file in ["plat.kdl", "plat.extern.kdl", "plat.lock", "shop.kdl"] {
        shop.write(&format!("teams/shop/{file}"), shop.read(file));
        std::fs::remove_file(shop.path(file)).unwrap();
    }
    shop.write("teams/shop/.gitignore", ".plat/\n");
    git(&shop.root(), &["init", "-q", "-b", "main"]);
    let commit = commit(shop);
    shop.run(["-C", "teams/shop", "apply", "--auto-approve"]).code(0);
    let said = format!("declared in   teams/shop/shop.kdl:1 at {}\n", &commit[..7]);
    platform.run(["why", "entity:service:web"]).code(0).says([&*said]);
    assert_eq!(
        git(&shop.root(), &["show", &format!("{commit}:teams/shop/shop.kdl")]),
        shop.read("teams/shop/shop.kdl").trim()
    );
}

#[test]
fn what_comes_with_plat_says_so() {
    let (Company { platform, shop }, _) = &company();
    platform.write("library.kdl", "use \"std:environments\"\n");
    platform.write(".gitignore", ".plat/\n");
    git(&platform.root(), &["init", "-q", "-b", "main"]);
    commit(platform);
    platform.apply();
    shop.run(["why", "blueprint:environment"])
        .code(0)
        .says(["declared in   std:environments.kdl:3, which comes with plat\n"]);
}

#[test]
fn what_gets_another_name_is_where_it_is_declared() {
    let (Company { platform, shop }, _) = &company();
    shop.apply();
    shop.edit(
        "shop.kdl",
        "entity service web {",
        "moved from=entity:service:web to=entity:service:site\nentity service site {",
    );
    let commit = commit(shop);
    shop.apply();
    platform.run(["why", "entity:service:site"]).code(0).says([&*format!("shop.kdl:2 at {}\n", &commit[..7])]);
    let files = store::files(&platform.outside("catalog.git"), "plat-catalog");
    assert!(!files.contains_key(WEB), "{files:?}");
}

#[test]
fn what_goes_to_another_project_is_where_that_declares_it() {
    let (Company { platform, shop }, _) = &company();
    shop.apply();
    let entity = "entity service web {\n    tier gold\n    system retail\n}\n";
    shop.edit("shop.kdl", entity, "removed entity:service:web to-project=platform-1\n");
    shop.apply();
    platform.write("taken.kdl", format!("adopt entity:service:web from=shop-1\n{entity}"));
    platform.apply();
    shop.run(["why", "entity:service:web"])
        .code(0)
        .says(["owned by      project platform-1\n", "taken.kdl:2, in no commit\n"]);
    let files = store::files(&platform.outside("catalog.git"), "plat-catalog");
    assert!(!files.contains_key(WEB), "{files:?}");
    // What is nobody's is nowhere.
    platform.write("taken.kdl", "removed entity:service:web keep\n");
    platform.apply();
    shop.run(["why", "entity:service:web"]).code(0).says(["owned by      nobody\n"]).never_says("declared in");
    // Also where an older plat left it.
    let place = r#"{"file":"old.kdl","line":1}"#;
    store::somebody_writes(&platform.outside("catalog.git"), "plat-catalog", WEB, Some(place));
    shop.run(["why", "entity:service:web"]).code(0).never_says("declared in");
}

#[test]
fn what_others_call_their_files_is_no_text_of_a_report() {
    let (Company { platform, shop }, _) = &company();
    shop.apply();
    change(platform);
    let somebody_writes = |place: &str| {
        store::somebody_writes(&platform.outside("catalog.git"), "plat-catalog", WEB, Some(place));
    };
    somebody_writes(r#"{"file":"a\u001b[31m\n```\n# all is well\u202e.kdl","line":1}"#);
    let is_safe =
        |text: &str| !["\u{1b}", "\u{202e}", "\n# all is well", "\n```\n#"].iter().any(|part| text.contains(part));
    for (format, report) in reported(platform) {
        assert!(is_safe(&report), "{format}: {report}");
    }
    for command in [["plan", "--full"], ["plan", "--format=json"], ["why", "entity:service:web"]] {
        let told = platform.run(command).code(0);
        assert!(is_safe(&told.out), "{told:?}");
    }
    somebody_writes(&format!(r#"{{"file":"{}/x.kdl","line":1}}"#, "long".repeat(500)));
    platform.run(["plan"]).code(0).says(["…/x.kdl:1, in no commit"]).never_says(&"long".repeat(30));
    // What says no place is as good as none.
    for none in ["{", "[]", r#"{"file":"a.kdl","line":0}"#, r#"{"commit":"HEAD","file":"a.kdl","line":1}"#] {
        somebody_writes(none);
        platform.run(["plan"]).code(0).says(["(of project shop-1)"]);
        shop.run(["plan"]).no_changes();
    }
}
