//! What was declared at some time is there again.

use crate::diff::commit;
use crate::others::Company;
use crate::project::Project;

const MODEL: &str =
    "project demo { id demo-1; }\nblueprint service { property tier string; }\nteam payments { title Payments; }\n";

/// A project that is committed and applied.
fn first() -> Project {
    Project::new()
        .file("plat.kdl", MODEL)
        .file("services.kdl", "entity service cart { tier gold; }\nentity service ledger { tier gold; }\n")
}

/// Commits and applies; the commit.
fn applied(project: &Project) -> String {
    let commit = commit(project);
    project.apply();
    commit
}

/// The runs, each as its name and the commit that it says.
fn runs(project: &Project) -> Vec<(String, String)> {
    let all = project.run(["runs", "-o", "json"]).code(0).out;
    let word = |run: &serde_json::Value, key: &str| run[key].as_str().unwrap().to_owned();
    let run = |line: &str| {
        let run = serde_json::from_str(line).unwrap();
        (word(&run, "run"), word(&run, "source"))
    };
    all.lines().map(run).collect()
}

/// The run whose commit begins, and ends, so.
fn run(project: &Project, begins: &str, ends: &str) -> String {
    let is_it = |(_, source): &&(String, String)| source.starts_with(begins) && source.ends_with(ends);
    runs(project).iter().find(is_it).unwrap().0.clone()
}

#[test]
fn a_run_and_a_revision_are_brought_back_and_the_text_still_says_the_newer() {
    let project = first();
    let then = applied(&project);
    let run = run(&project, &then, "");
    project.write("services.kdl", "entity service cart { tier tin; }\nentity service search { tier gold; }\n");
    applied(&project);
    assert!(project.has("entity", "service", "search") && !project.has("entity", "service", "ledger"));
    let shown = project.run(["rollback", &run, "--auto-approve"]).code(0);
    assert!(shown.out.contains("~ entity:service:cart") && shown.out.contains("- entity:service:search"), "{shown}");
    assert!(shown.err.contains("Made anew: entity:service:ledger"), "{shown}");
    assert!(shown.err.contains("`git revert` takes it out of the text"), "{shown}");
    assert!(project.has("entity", "service", "ledger") && !project.has("entity", "service", "search"));
    assert_eq!(project.get("service", "cart", "properties.tier").as_deref(), Some("\"gold\""));
    // The journal names the commit that it went back to, and the text still says the newer.
    assert_eq!(runs(&project).iter().filter(|(_, source)| source.starts_with(&then)).count(), 2);
    assert!(project.run(["plan", "--summary"]).code(0).out.contains("+ entity:service:search"));
    // To where it is there is nothing to do, and by a revision it is the same.
    assert!(project.run(["rollback", "HEAD~1", "--auto-approve"]).code(0).out.starts_with("No changes."));
    assert!(project.run(["rollback", "HEAD", "--auto-approve"]).code(0).out.contains("Applied 3 objects"));
}

#[test]
fn a_name_that_was_given_since_is_taken_back_with_what_others_wrote() {
    let project = first();
    let then = applied(&project);
    project.edit("services.kdl", "service cart", "service basket");
    project.write("moves.kdl", "moved from=entity:service:cart to=entity:service:basket\n");
    applied(&project);
    project.set("service", "basket", "icon", "\"Basket\"");
    let back = project.run(["rollback", &then, "--auto-approve"]).code(0);
    assert!(!back.err.contains("Made anew"), "{back}");
    assert_eq!(project.get("service", "cart", "icon").as_deref(), Some("\"Basket\""));
    assert!(!project.has("entity", "service", "basket"));
}

#[test]
fn names_of_members_that_were_given_since_are_taken_back_with_what_others_wrote() {
    let project = first();
    let model = MODEL.replace("property tier string", "property tier enum { values gold tin; }; property note string");
    project.write("plat.kdl", &model);
    project.write("names.kdl", "renamed \"blueprint:service#properties.remark\" to=note\n");
    let then = applied(&project);
    let model =
        model.replace("service {", "component {").replace("tier enum { values gold", "class enum { values best");
    project.write("plat.kdl", &model);
    project.write("services.kdl", "entity component cart\nentity component ledger { class best; }\n");
    project.write(
        "names.kdl",
        "moved from=blueprint:service to=blueprint:component\n\
         renamed \"blueprint:component#properties.remark\" to=note\n\
         renamed \"blueprint:component#properties.tier\" to=class\n\
         renamed \"blueprint:component#properties.class\" value=gold to=best\n",
    );
    applied(&project);
    project.set("component", "ledger", "properties.note", "\"theirs\"");
    project.set("component", "cart", "properties.class", "\"best\"");
    let back = project.run(["rollback", &then, "--auto-approve"]).code(0);
    assert!(!back.err.contains("Made anew"), "{back}");
    for (path, value) in [("tier", Some("\"gold\"")), ("class", None), ("note", Some("\"theirs\"")), ("remark", None)] {
        assert_eq!(project.get("service", "ledger", &format!("properties.{path}")).as_deref(), value, "{path}");
    }
    assert_eq!(project.get("service", "cart", "properties.tier").as_deref(), Some("\"gold\""));
    assert_eq!(project.get("service", "cart", "properties.class"), None);
}

#[test]
fn a_plan_back_can_be_saved_and_holds_to_guards() {
    let project = first();
    let then = applied(&project);
    let more: String = (0..12).map(|number| format!("entity service s{number} {{ tier tin; }}\n")).collect();
    project.write("more.kdl", more);
    project.write("kept.kdl", "entity service kept { tier tin; lifecycle { protect; }; }\n");
    applied(&project);
    let refused = project.run(["rollback", &then, "--auto-approve"]).code(5);
    assert!(refused.out.contains("entity:service:kept") && project.has("entity", "service", "s0"), "{refused}");
    let allowed =
        ["rollback", &then, "--max-deletes", "20", "--allow-delete", "entity:service:kept", "--out", "back.json"];
    project.run(allowed).code(0);
    assert!(project.has("entity", "service", "s0"), "saving a plan changed something");
    let saved = project.read("back.json");
    assert!(saved.contains(&then), "the plan names another commit");
    assert!(project.run(["apply", "back.json", "--expect-source", &then]).code(0).out.contains("Applied 13 objects"));
    assert!(!project.has("entity", "service", "kept"));
}

#[test]
fn what_was_not_declared_by_a_commit_is_not_gone_back_to() {
    let project = first();
    project.run(["rollback", "", "--auto-approve"]).code(64).complains(["neither a run of the catalog nor a revision"]);
    applied(&project);
    project.edit("services.kdl", "cart { tier gold", "cart { tier tin");
    project.apply();
    let dirty = run(&project, "", "-dirty");
    let refused = project.run(["rollback", &dirty]).code(64);
    assert!(refused.err.contains("of a text that no commit holds") && refused.err.contains("-dirty"), "{refused}");
    let unknown = project.run(["rollback", "nothing"]).code(64);
    assert!(unknown.err.contains("is called `nothing`"), "{unknown}");
    let elsewhere = Project::new().file("plat.kdl", MODEL);
    assert!(elsewhere.run(["rollback", "HEAD"]).code(1).err.contains("lies in no Git repository"));
}

#[test]
fn another_project_is_not_gone_back_to_and_the_catalog_stays_where_it_is() {
    let project = first();
    let then = applied(&project);
    project.write(
        "plat.kdl",
        MODEL.replace("id demo-1;", "id demo-1; catalog git create { url \".plat/stores/c.git\"; };"),
    );
    applied(&project);
    let back = project.run(["rollback", &then, "--auto-approve"]).code(0);
    assert!(back.err.contains("The catalog was another one then: it stays where it is now."), "{back}");
    assert!(back.out.starts_with("No changes."), "{back}");
    project.write("plat.kdl", MODEL.replace("demo-1", "demo-2"));
    let other = project.run(["rollback", &then]).code(64);
    assert!(other.err.contains("has the id demo-1, and this one demo-2"), "{other}");
}

#[test]
fn a_text_that_is_wrong_by_now_is_told_by_its_revision() {
    let project = first();
    project.write("plat.kdl", MODEL.replace("title Payments", "titel Payments"));
    let then = commit(&project);
    project.write("plat.kdl", MODEL);
    applied(&project);
    let wrong = project.run(["rollback", &then]).code(3);
    assert!(wrong.err.contains(&format!("{then}:plat.kdl:3")), "{wrong}");
}

#[test]
fn what_others_have_no_more_stops_only_a_text_that_needs_it() {
    let Company { platform, shop } = &Company::new();
    platform.edit("model.kdl", "team shop\n", "team shop\nteam one\n");
    platform.apply();
    shop.write("shop.kdl", "entity service web { tier gold; system retail; }\n");
    shop.edit("plat.kdl", "extern promise bucket\n", "extern team one\nextern entity system \"r*\"\n");
    let needs = applied(shop);
    shop.write("shop.kdl", "entity service web { tier iron; }\n");
    let idle = applied(shop);
    shop.edit("plat.kdl", "extern team one\nextern entity system \"r*\"\n", "");
    shop.write("shop.kdl", "entity service web { tier gold; }\n");
    applied(shop);
    platform.edit("model.kdl", "team one\n", "");
    platform.edit("model.kdl", "entity system retail { area shops; }\n", "");
    platform.apply();
    let shown = shop.run(["rollback", &idle, "--auto-approve"]).code(0);
    shown
        .complains(["warning[E0742]", "team:one", "entity:system:r*"])
        .says(["~ entity:service:web", "Applied 1 object"]);
    let refused = shop.run(["rollback", &needs, "--auto-approve"]).code(3);
    refused.complains(["warning[E0742]", "error[E0410]", "That text needs what others no longer have", "`git revert`"]);
    // What others made otherwise since is told too.
    shop.write("shop.kdl", "entity service web { tier iron; }\n");
    let gold = applied(shop);
    shop.write("shop.kdl", "entity service web { tier gold; }\n");
    let fits = applied(shop);
    shop.write("shop.kdl", "entity service web { tier iron; }\n");
    applied(shop);
    platform.edit("model.kdl", "values gold iron", "values iron");
    platform.apply();
    shop.run(["rollback", &gold, "--auto-approve"]).code(0);
    let refused = shop.run(["rollback", &fits, "--auto-approve"]).code(3);
    refused.complains(["error[E0402]", "what others own is another thing by now", "their project does that"]);
}

#[test]
fn a_text_that_uses_what_was_taken_over_since_says_who_takes_it_back_first() {
    let Company { platform, shop } = &Company::new();
    shop.write("shop.kdl", "entity service web { tier gold; system retail; }\n");
    shop.edit("plat.kdl", "extern promise bucket\n", "extern entity system retail\n");
    let then = applied(shop);
    let retail = "entity system retail { area shops; }\n";
    shop.edit("plat.kdl", "extern entity system retail\n", "");
    shop.write("taken.kdl", retail.to_owned() + "adopt entity:system:retail from=platform-1\n");
    applied(shop);
    platform.edit("model.kdl", retail, "");
    platform.run(["plan"]).no_changes();
    let first = "this project took entity:system:retail over from project platform-1, and has it: declare it here, or let that project take it back \
                 first, by `adopt entity:system:retail from=shop-1` beside its declaration there and an apply";
    let told =
        ["E0742", "E0410", first, "That text needs what others no longer have", "let that one take it back first"];
    shop.run(["rollback", &then, "--auto-approve"]).code(3).complains(told);
    // Who goes back by Git is told the same.
    let now = [shop.read("plat.kdl"), shop.read("taken.kdl")];
    shop.edit("plat.kdl", "extern blueprint service\n", "extern blueprint service\nextern entity system retail\n");
    shop.write("taken.kdl", "");
    shop.run(["plan"]).code(3).complains(["E0742", "E0410", first]).never_says("brings, as long as that has it");
    // Both ways work.
    shop.write("plat.kdl", &now[0]);
    shop.write("taken.kdl", retail);
    shop.run(["plan"]).no_changes();
    shop.write("taken.kdl", &now[1]);
    platform.write("back.kdl", retail.to_owned() + "adopt entity:system:retail from=shop-1\n");
    platform.apply();
    shop.run(["rollback", &then, "--auto-approve"]).code(0);
    platform.run(["plan"]).no_changes();
}

#[test]
fn a_text_with_errors_is_gone_back_from_and_says_what_it_may_not_know() {
    let project = first();
    applied(&project);
    project.write("services.kdl", "entity service cart { tier tin; }\nentity service search { tier gold; }\n");
    applied(&project);
    project.run(["rollback", "HEAD~1", "--out", "back"]).code(0).never_says("The text as it is now has errors");
    project.write("broken.kdl", "entity service {\n");
    project.run(["plan"]).code(3);
    let shown = project.run(["rollback", "HEAD~1", "--auto-approve"]).code(0);
    shown.complains(["The text as it is now has errors", "only where the line that gives it could be read"]);
    assert!(project.has("entity", "service", "ledger") && !project.has("entity", "service", "search"));
}

#[test]
fn what_was_taken_over_since_waits_for_whom_it_was_taken_from() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    let then = applied(platform);
    platform.write(
        "taken.kdl",
        "entity service web { tier gold; system retail; }\nrequest bucket assets { size 3; }\n\
         adopt entity:service:web from=shop-1\nadopt \"request:bucket:default/assets\" from=shop-1\n\
         entity service own { tier gold; }\n",
    );
    let (web, delivered) = (shop.read("shop.kdl"), company.delivered());
    shop.write("shop.kdl", "");
    applied(platform);
    shop.apply();
    let waits = "NOTICE 2 things wait for project shop-1, and stay as they are until that takes them over";
    let back = platform.run(["rollback", &then, "--auto-approve"]).code(0).says(["- entity:service:own", waits]);
    back.never_says("- entity:service:web");
    assert_eq!(company.delivered(), delivered);
    // That project takes it back.
    let adopted = "adopt entity:service:web from=platform-1\nadopt \"request:bucket:default/assets\" from=platform-1\n";
    shop.write("shop.kdl", web + adopted);
    shop.apply();
    shop.run(["plan"]).no_changes();
    assert_eq!(company.delivered(), delivered);
}
