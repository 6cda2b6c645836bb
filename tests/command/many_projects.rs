//! A catalog that several projects share: what each is told of what it leaves, and of what others changed.

use crate::others::{Company, bare};
use crate::store;

/// Somebody writes a file to the branch of the company's catalog.
fn somebody_writes(company: &Company, path: &str, content: &str) {
    store::somebody_writes(&company.platform.outside("catalog.git"), "plat-catalog", path, Some(content));
}

#[test]
fn what_is_to_be_destroyed_is_saved_for_its_catalog() {
    let company = Company::new();
    let Company { shop, .. } = &company;
    shop.apply();
    shop.run(["destroy", "--out", "plan"]).code(0);
    shop.run(["apply", "plan"]).code(0).says(["Applied 2 objects, 1 file"]);
    assert_eq!(company.delivered(), [""; 0]);
}

#[test]
fn no_file_is_left_in_a_state_store_of_others_unasked() {
    let company = Company::new();
    let Company { shop, .. } = &company;
    shop.apply();
    let delivered = company.delivered();
    shop.edit("plat.kdl", "extern promise bucket\n", "");
    shop.edit("shop.kdl", "request bucket assets {\n    size 3\n}\n", "");
    let stays =
        "REFUSED 1 file of 1 request that the project delivered to state-store:gitops of project platform-1 would stay";
    shop.run(["plan"]).code(5).says([stays, "write `extern state-store gitops`", "--allow-delete state-store:gitops"]);
    shop.run(["destroy", "--auto-approve"]).code(5).says([stays]);
    assert_eq!(company.delivered(), delivered);
    // Either the project reaches it once more, and it goes,
    let twin = shop.twin();
    shop.edit("plat.kdl", "extern blueprint service\n", "extern blueprint service\nextern state-store gitops\n");
    shop.run(["apply", "--auto-approve"]).code(0).says(["Applied 1 object, 1 file"]);
    assert_eq!(company.delivered(), [""; 0]);
    shop.edit("plat.kdl", "extern state-store gitops\n", "");
    shop.run(["plan"]).no_changes();
    drop(twin);
}

#[test]
fn a_file_is_left_in_a_state_store_of_others_on_purpose() {
    let company = Company::new();
    let Company { shop, .. } = &company;
    shop.apply();
    let delivered = company.delivered();
    shop.edit("plat.kdl", "extern promise bucket\n", "");
    shop.edit("shop.kdl", "request bucket assets {\n    size 3\n}\n", "removed \"file:gitops:*\" keep\n");
    shop.run(["apply", "--auto-approve"]).code(0).says(["ALLOWED 1 file of 1 request"]);
    assert_eq!(company.delivered(), delivered);
    shop.run(["plan"]).no_changes();
}

#[test]
fn a_state_store_with_files_of_others_is_not_left_unasked() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    let text = platform.read("delivery.kdl");
    let elsewhere = platform.outside("other.git");
    bare(&elsewhere);
    let moved = text.replace("gitops.git", "other.git");
    for text in ["", &*moved] {
        platform.write("delivery.kdl", text);
        platform
            .run(["plan"])
            .code(5)
            .says(["the project leaves state-store:gitops, and 1 file of project shop-1 would stay"]);
    }
    platform.write("delivery.kdl", "removed state-store:gitops\n");
    platform.run(["apply", "--auto-approve"]).code(0).says(["ALLOWED the project leaves state-store:gitops"]);
    // What is out of reach by then is told to whom it belongs.
    shop.write("shop.kdl", "");
    let stays = "NOTICE 1 file that the project delivered to state store gitops stays there, which no project of the catalog declares any more \
        (file:gitops:prod/resources/default/bucket/assets/";
    shop.run(["plan"]).code(0).says([stays, "delete by hand what nobody needs", "`extern state-store gitops`"]);
    // Where no run is known that says it, it is told of the request.
    let catalog = git2::Repository::open(platform.outside("catalog.git")).unwrap();
    for name in catalog.references_glob("refs/plat/catalog/runs/*").unwrap().names() {
        catalog.find_reference(name.unwrap()).unwrap().delete().unwrap();
    }
    let lost =
        "no state store that the catalog knows has what was delivered for request:bucket:default/assets, which goes";
    shop.run(["plan"]).code(0).says([lost]);
}

#[test]
fn nothing_is_done_where_the_state_store_of_others_cannot_be_had() {
    let nowhere = r#"{"labels":{"environment":"prod"},"layout":"nested","path":"prod","store":"nowhere"}"#;
    let missed = |name: &str| {
        format!("E0302]: there is no state store `{name}`, in which `prod` of another project takes `default/assets`")
    };
    let unread = "E0742]: state-store:gitops of project platform-1 could not be had: its live body cannot be read";
    for (path, content, told) in [
        ("objects/state-store/gitops.json", Some("[]"), unread.to_owned()),
        ("objects/state-store/gitops.json", None, missed("gitops")),
        ("objects/destination/prod.json", Some(nowhere), missed("nowhere")),
    ] {
        let company = Company::new();
        let shop = &company.shop;
        shop.apply();
        let gitops = company.platform.outside("gitops.git");
        let before = store::files(&gitops, "main");
        store::somebody_writes(&company.platform.outside("catalog.git"), "plat-catalog", path, content);
        shop.run(["plan"]).code(3).complains([&*told, "its project puts it right"]);
        shop.edit("shop.kdl", "size 3", "size 4");
        shop.run(["apply", "--auto-approve"]).code(3).complains([&*told]);
        assert_eq!(store::files(&gitops, "main"), before);
        // What asks for no delivery needs none.
        shop.write("shop.kdl", "entity service web { tier gold; }\n");
        shop.run(["plan"]).never_says("error[");
    }
}

#[test]
fn a_plan_is_made_again_where_its_ground_changed() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.run(["plan", "--out", "plan"]).code(0);
    platform.edit("model.kdl", "promise bucket {", "promise bucket {\n    description \"Keeps files.\"");
    platform.apply();
    shop.run(["apply", "plan"]).code(4).complains([
        "The plan is stale, and nothing was written",
        "promise:bucket: the plan rests on it, and its project changed it",
        "Plan again.",
    ]);
    shop.run(["apply", "plan", "--replan", "if-equivalent"]).code(0).complains(["it does the same"]);
    shop.run(["plan"]).no_changes();
    // What would come to something else is not.
    shop.edit("shop.kdl", "size 3", "size 4");
    shop.run(["plan", "--out", "plan"]).code(0);
    platform.edit("model.kdl", "size=\"${spec.size}\"", "size=\"${spec.size}Gi\"");
    platform.apply();
    shop.run(["apply", "plan", "--replan", "if-equivalent"]).code(4).complains([
        "promise:bucket: the plan rests on it",
        "it would come to something else",
        "Plan again",
    ]);
}

#[test]
fn what_waits_for_its_new_project_is_told() {
    let company = Company::new();
    let Company { shop, .. } = &company;
    shop.apply();
    shop.write(
        "shop.kdl",
        "removed entity:service:web to-project=platform-1\nremoved \"request:bucket:*\" to-project=nobody-9\n",
    );
    let web = "NOTICE entity:service:web waits for project platform-1, and stays as it is until that takes it over\n";
    let nobody = "NOTICE request:bucket:default/assets waits for project nobody-9";
    let unknown = "no project of that id has written to the catalog yet";
    shop.run(["plan"]).code(0).says(["No changes", nobody, unknown, web]);
    shop.run(["destroy"]).code(0).says(["Nothing to destroy.\n", nobody, web]).never_says("owns nothing");
    assert_eq!(company.delivered().len(), 1);
}

#[test]
fn a_changed_copy_leads_nowhere_else() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.run(["catalog", "pull"]).code(0);
    shop.apply();
    let (copy, lock) = (shop.read("plat.extern.kdl"), shop.read("plat.lock"));
    let other = platform.outside("other.git").display().to_string();
    for line in [
        &*format!("project evil {{ id evil-1; catalog git create {{ url \"{other}\"; }}; }}\n"),
        "extern team nobody\n",
        "removed entity:service:web\n",
        "policy none for=plan { require { $updates below 0; }; }\n",
    ] {
        shop.write("plat.extern.kdl", copy.clone() + line);
        shop.run(["check"]).code(3).says(["error[E0741]"]).never_says("E0303");
        shop.run(["plan"]).no_changes();
        shop.run(["apply", "--auto-approve"]).code(0);
    }
    assert!(!platform.outside("other.git").exists());
    // Nor where the lock was made to fit, does what it says count.
    let tampered = copy.replace("values gold iron", "values gold iron tin");
    assert_ne!(tampered, copy);
    shop.write("plat.extern.kdl", &tampered);
    // In quotes: a digest that begins with a digit is no bare word.
    let said = lock.lines().find(|line| line.trim_start().starts_with("text ")).unwrap();
    assert!(said.contains(&blake3_of(&copy)));
    shop.write("plat.lock", lock.replace(said, &format!("    text \"{}\"", blake3_of(&tampered))));
    shop.run(["check"]).code(0);
    shop.edit("shop.kdl", "tier gold", "tier tin");
    shop.run(["plan"]).code(3).complains(["~ blueprint:service", "E0402"]);
}

/// The digest of a text, as a lock has it.
fn blake3_of(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..32].to_owned()
}

#[test]
fn what_of_others_cannot_be_had_is_told_with_its_reason() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    somebody_writes(&company, "objects/promise/bucket.json", "{");
    let why = "plat.kdl:6:1: error[E0742]: promise:bucket of project platform-1 could not be had: its live body cannot be read";
    shop.run(["plan"]).code(3).complains([why]).never_says("held nothing");
    shop.run(["catalog", "pull"]).code(3).complains([why]).says(["Pulled 6 objects"]);
    shop.run(["check"]).code(3).says([why]);
    // What came along is missed where it is used, and told all the same.
    platform.run(["apply", "--auto-approve", "--on-conflict", "ours"]).code(0);
    somebody_writes(&company, "objects/entity/system/retail.json", "[]");
    let retail = "warning[E0742]: entity:system:retail of project platform-1 could not be had";
    // Where it was pulled before, that counts.
    shop.run(["plan"]).code(0).complains([retail]);
    std::fs::remove_file(shop.path("plat.extern.kdl")).unwrap();
    shop.run(["plan"]).code(3).complains([retail, "E0410", "could not be had"]);
}

#[test]
fn a_pull_says_by_its_exit_code_that_the_text_is_wrong() {
    let Company { shop, .. } = &Company::new();
    shop.edit("plat.kdl", "extern blueprint service\nextern promise bucket\n", "");
    shop.write("shop.kdl", "extern foo bar\n");
    let broken = ["shop.kdl:1:8: error", "foo", "no `extern` line that can be read"];
    shop.run(["catalog", "pull"]).code(3).complains(broken);
    assert!(!shop.path("plat.extern.kdl").exists());
}

#[test]
fn what_others_have_no_more_keeps_nothing_from_being_destroyed() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    platform.edit("model.kdl", "team shop\n", "team shop\nteam one\n");
    platform.apply();
    shop.edit("plat.kdl", "extern promise bucket\n", "extern promise bucket\nextern team one\n");
    shop.apply();
    platform.edit("model.kdl", "team one\n", "");
    platform.edit("model.kdl", "entity system retail { area shops; }\n", "");
    platform.apply();
    shop.run(["plan"]).code(3).complains(["E0742", "team:one"]);
    shop.run(["destroy", "--auto-approve"]).code(0).says(["Applied 2 objects, 1 file"]);
    assert_eq!(company.delivered(), [""; 0]);
}

#[test]
fn a_name_of_others_is_the_same_in_either_form_of_its_letters() {
    let Company { platform, shop } = &Company::new();
    platform.write("more.kdl", "entity system \"\u{c4}pfel\" { area fruit; }\n");
    platform.apply();
    shop.write("more.kdl", "extern entity system \"A\u{308}pfel\"\n");
    shop.run(["catalog", "pull"]).code(0).says(["+  entity:system:\u{c4}pfel"]);
    shop.run(["check"]).code(0);
}

#[test]
fn problems_of_a_rollback_are_those_of_its_revision() {
    let Company { platform, shop } = &Company::new();
    let git = |arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        git.current_dir(shop.root()).args(["-c", "user.name=A", "-c", "user.email=a@example.com"]).args(arguments);
        assert!(git.status().unwrap().success());
    };
    shop.write(".gitignore", ".plat/\n");
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "-A"]);
    git(&["commit", "-qm", "one"]);
    git(&["tag", "one"]);
    shop.edit("shop.kdl", "system retail", "system other");
    git(&["commit", "-qam", "two"]);
    shop.apply();
    platform.edit("model.kdl", "entity system retail { area shops; }\n", "");
    platform.apply();
    let missing = [":shop.kdl:3:12: error[E0410]", "`plat catalog pull` brings"];
    shop.run(["rollback", "one"]).code(3).complains(missing);
}

#[test]
fn a_pattern_that_covers_nothing_any_more_stops_nobody() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.edit("plat.kdl", "extern promise bucket\n", "extern promise bucket\nextern entity system \"re*\"\n");
    shop.write("shop.kdl", "entity service web { tier gold; }\n");
    shop.apply();
    platform.edit("model.kdl", "entity system retail { area shops; }\n", "");
    platform.apply();
    let idle = "plat.kdl:7:1: warning[E0742]: the catalog held nothing of others that is entity:system:re*";
    shop.run(["plan"]).no_changes().complains([idle]);
    shop.run(["catalog", "pull"]).code(0).complains([idle]);
    shop.run(["check"]).code(0).says([idle]);
    // What the text needs of it is missed where that is used.
    shop.write("more.kdl", "entity service other { tier gold; system retial; }\n");
    shop.run(["plan"]).code(3).complains(["E0410", idle]);
    std::fs::remove_file(shop.path("more.kdl")).unwrap();
    shop.run(["destroy", "--auto-approve"]).code(0);
}

#[test]
fn what_nobody_owns_and_cannot_be_had_is_told_as_that() {
    let company = Company::new();
    let Company { shop, .. } = &company;
    somebody_writes(&company, "objects/team/lost.json", "[]");
    shop.edit("plat.kdl", "extern promise bucket\n", "extern promise bucket\nextern team lost\n");
    let told = "error[E0742]: team:lost, which nobody owns, could not be had: its live body cannot be read";
    shop.run(["plan"]).code(3).complains([told, "put it right in the catalog, or take it away there"]);
    shop.run(["catalog", "pull"]).code(3).complains([told]);
    shop.run(["check"]).code(3).says([told]);
}
