//! What a project uses of others, and its owner changes or somebody breaks: what each of the two is told, and which order of steps works.

use crate::others::Company;
use crate::store::somebody_writes;
use git2::Repository;

/// Writes a file of the catalog, as somebody does who may push to it.
fn by_hand(company: &Company, path: &str, text: &str) {
    somebody_writes(&company.platform.outside("catalog.git"), "plat-catalog", path, Some(text));
}

/// The lines of KDL that a text shows between backticks.
fn lines_to_copy(text: &str) -> Vec<String> {
    let words = ["removed ", "adopt ", "moved ", "extern ", "request ", "entity "];
    let shown = text.split('`').skip(1).step_by(2);
    shown.filter(|line| words.iter().any(|word| line.starts_with(word))).map(str::to_owned).collect()
}

#[test]
fn what_is_not_said_as_a_whole_is_an_error_for_who_needs_it() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    let path = "objects/promise/bucket.json";
    let catalog = platform.outside("catalog.git");
    let whole = crate::store::files(&catalog, "plat-catalog").remove(path).unwrap();
    let whole: serde_json::Value = serde_json::from_str(&whole).unwrap();
    let put = |member: &str, value: serde_json::Value| {
        let mut body = whole.clone();
        body[member] = value;
        by_hand(&company, path, &body.to_string());
    };
    let members: Vec<String> = whole.as_object().unwrap().keys().cloned().collect();
    assert!(members.contains(&"workflow".to_owned()), "{members:?}");
    for member in members.iter().map(String::as_str).chain(["notYetKnown"]) {
        for value in [serde_json::json!(5), serde_json::json!({ "api": 5 }), serde_json::json!(["api"])] {
            put(member, value);
            let plan = shop.run(["plan"]);
            // Nothing that is smaller: the text is refused, and says whose object it is.
            assert_eq!(plan.code, Some(3), "{member}: {}{}", plan.out, plan.err);
            plan.complains(["E0742", "promise:bucket"]);
            shop.run(["apply", "--auto-approve"]).code(3);
            assert_eq!(company.delivered().len(), 1, "{member}");
        }
    }
    put("workflow", serde_json::json!(5));
    shop.run(["plan"]).code(3).complains([
        "promise:bucket of project platform-1 could not be had: ",
        "the language has no words for a block that is no list",
        "--on-conflict ours",
    ]);
    platform.run(["apply", "--auto-approve", "--on-conflict", "ours"]).code(0);
    shop.run(["plan"]).no_changes();
    shop.run(["catalog", "pull"]).code(0);
    // What was pulled before counts on, as where nobody can read it at all.
    put("workflow", serde_json::json!(5));
    shop.run(["plan"]).code(0).complains(["a block that is no list", "what was pulled of it before counts"]);
    assert_eq!(company.delivered().len(), 1);
}

#[test]
fn what_others_put_beside_a_thing_that_nothing_rests_on_changes_nothing() {
    let company = Company::new();
    let Company { shop, .. } = &company;
    shop.apply();
    by_hand(
        &company,
        "objects/entity/system/retail.json",
        r#"{"properties": {"area": "shops"}, "seenAt": "2026-01-01T00:00:00Z"}"#,
    );
    shop.run(["plan"]).no_changes();
}

#[test]
fn a_list_of_one_is_said_as_a_whole() {
    let Company { platform, shop } = &Company::new();
    platform.edit("model.kdl", "relation system system", "relation system system\n    relation needs service many");
    platform.write("own.kdl", "entity service base { tier iron; }\nentity service more { tier iron; needs base; }\n");
    platform.apply();
    shop.edit("shop.kdl", "tier gold", "tier gold\n    needs more");
    shop.apply();
    shop.run(["catalog", "pull"]).code(0).never_says("could not be had");
    shop.run(["plan"]).no_changes();
}

#[test]
fn members_that_others_say_a_value_for_get_another_name_beside_the_old_one() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    shop.run(["catalog", "pull"]).code(0);
    // At once, it breaks what others say, and both are told the way.
    let old = platform.read("model.kdl");
    let tier = "property tier enum required { values gold iron; }";
    platform.edit("model.kdl", tier, &tier.replace("tier", "class"));
    platform.edit("model.kdl", "relation system system", "relation area system");
    platform.run(["plan"]).code(0).says([
        "entity:service:web properties.tier: `service` has no `tier` (of project shop-1",
        "to spare them that, declare the new beside the old and apply, let their projects go over to it, and take the old out then",
    ]);
    let before = shop.twin();
    platform.apply();
    before.run(["plan"]).code(3).complains([
        "blueprint:service#properties.tier is gone, and blueprint:service#properties.class is there",
        "write `class` where the text says `tier`",
        "write `area` where the text says `system`",
    ]);
    platform.write("model.kdl", &old);
    platform.apply();
    // Beside it, nobody is refused at any step.
    let optional = tier.replace(" required", "");
    platform.edit("model.kdl", tier, &format!("{optional}\n    {}", optional.replace("tier", "class")));
    platform.edit("model.kdl", "relation system system", "relation system system\n    relation area system");
    platform.edit("model.kdl", "field size integer default=1;", "field size integer default=1; field amount integer;");
    platform.run(["apply", "--auto-approve"]).code(0);
    shop.run(["plan"]).no_changes();
    shop.edit("shop.kdl", "tier gold", "class gold");
    shop.edit("shop.kdl", "system retail", "area retail");
    shop.run(["catalog", "pull"]).code(0);
    shop.run(["apply", "--auto-approve"]).code(0);
    platform.edit("model.kdl", &optional, "");
    platform.edit("model.kdl", &optional.replace("tier", "class"), &tier.replace("tier", "class"));
    platform.edit("model.kdl", "    relation system system\n", "");
    platform.run(["apply", "--auto-approve"]).code(0).never_says("becomes invalid:").never_says("to spare them");
    shop.run(["plan"]).no_changes();
}

#[test]
fn a_destination_of_another_name_takes_nothing_from_who_names_it() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.edit("shop.kdl", "request bucket assets", "request bucket assets destination=prod");
    shop.apply();
    shop.run(["catalog", "pull"]).code(0);
    platform.edit("delivery.kdl", "destination prod", "destination live");
    for moved in ["", "moved from=destination:prod to=destination:live\n"] {
        platform.write("moved.kdl", moved);
        platform
            .run(["plan"])
            .code(0)
            .says([
                "request:bucket:default/assets destination: refers to destination:prod, which goes (of project shop-1",
            ])
            .never_says("loses 1 file");
    }
    platform.apply();
    shop.run(["plan"]).code(3).complains([
        "destination:prod is gone, and destination:live is there, the same in all but its name",
        "write `live` where the text says `prod`",
        "E0302",
    ]);
    assert_eq!(company.delivered().len(), 1);
    shop.edit("shop.kdl", "destination=prod", "destination=live");
    shop.run(["plan"]).code(0).says(["request:bucket:default/assets moves from prod to live"]);
}

#[test]
fn what_becomes_invalid_by_what_goes_is_said_once() {
    let Company { platform, shop } = &Company::new();
    shop.apply();
    platform.edit("delivery.kdl", "destination prod { store gitops; labels environment=prod; }\n", "");
    platform
        .run(["plan"])
        .says(["no destination takes it any more", "nothing else that stays points at what goes"])
        .never_says(" nothing that stays points");
}

#[test]
fn no_place_is_told_of_a_copy_that_is_not_there() {
    let Company { platform, shop } = &Company::new();
    shop.write("team.kdl", "team shop\nextern team \"*\"\n");
    let told = "team.kdl:1:6: error[E0301]: team `shop` is declared twice";
    let outcome = shop.run(["plan"]).code(3).complains([told, "another project owns it"]);
    assert!(!outcome.err.contains("plat.extern.kdl:") && !outcome.out.contains("plat.extern.kdl:"), "{}", outcome.err);
    // Once it is written, it has places.
    shop.run(["catalog", "pull"]).code(3).complains([told, "plat.extern.kdl:"]);
    shop.edit("shop.kdl", "tier gold", "tire gold");
    platform.write("more.kdl", "team more\n");
    platform.apply();
    let outcome = shop.run(["plan"]).code(3);
    assert!(!outcome.err.contains("plat.extern.kdl:") && !outcome.out.contains("plat.extern.kdl:"), "{}", outcome.err);
}

#[test]
fn each_line_that_is_shown_to_copy_is_read() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.edit("shop.kdl", "request bucket assets {", "request bucket assets namespace=team-a {");
    shop.edit("shop.kdl", "size 3", "size 3\n    lifecycle { deletion confirm; }");
    shop.apply();
    let mut shown = Vec::new();
    let mut look = |one: &crate::project::Project| {
        let outcome = one.run(["plan"]);
        shown.extend(lines_to_copy(&(outcome.out + &outcome.err)));
    };
    // What is somebody else's, what goes, what gets another name, and what is given away.
    let text = shop.read("shop.kdl");
    platform.write("theirs.kdl", &text);
    look(platform);
    std::fs::remove_file(platform.path("theirs.kdl")).unwrap();
    shop.write("shop.kdl", "");
    look(shop);
    shop.write("shop.kdl", text.replace("request bucket assets", "request bucket other"));
    look(shop);
    shop.write("shop.kdl", text.replace("request bucket assets", "request bukket assets"));
    look(shop);
    assert!(shown.len() > 3, "{shown:?}");
    for line in shown.iter().filter(|line| !line.contains("STORE") && !line.contains("ADDRESS")) {
        shop.write("copied.kdl", line);
        let outcome = shop.run(["check"]);
        let is_read =
            !["E010", "E011", "E020", "E021"].iter().any(|code| outcome.out.contains(&format!("copied.kdl:1:{code}")));
        assert!(is_read && !outcome.out.contains("E0114") && !outcome.out.contains("E0101"), "{line}: {}", outcome.out);
    }
    // Who copies an address without its quotes is shown the line with them.
    shop.write("copied.kdl", "removed request:bucket:team-a/assets to-project=platform-1\n");
    shop.run(["check"]).code(3).says(["E0114", "`\"request:bucket:team-a/assets\"`"]);
}

#[test]
fn a_project_that_nobody_can_read_hides_no_other_one() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    shop.run(["catalog", "pull"]).code(0);
    let catalog = Repository::open_bare(platform.outside("catalog.git")).unwrap();
    let blob = catalog.blob(b"no commit").unwrap();
    catalog.reference("refs/plat/catalog/runs/shop-1/plat-catalog/%2F", blob, true, "by hand").unwrap();
    let lists = |code: i32| {
        platform
            .run(["catalog", "projects"])
            .code(code)
            .says(["platform  platform-1", "shop      shop-1"])
            .complains(["of project shop (shop-1) not all can be read"]);
    };
    lists(1);
    platform.run(["plan"]).no_changes();
    // A plan that concerns it, and a copy of what it owns, go on too.
    platform.edit("model.kdl", "property repo url", "property repo url required");
    platform.run(["plan"]).code(0).says(["concerns project shop (shop-1)"]);
    platform.edit("model.kdl", "property repo url required", "property repo url");
    platform.write("uses.kdl", "extern entity service \"*\"\n");
    platform.run(["catalog", "pull"]).code(0).says(["+  entity:service:web"]);
    std::fs::remove_file(platform.path("uses.kdl")).unwrap();
    std::fs::remove_file(platform.path("plat.extern.kdl")).unwrap();
    // Of whom it is not known when they applied last, it may be a moment ago.
    let unknown = "Nothing was forgotten: nobody can tell when it last applied (";
    platform.run(["catalog", "forget", "shop-1", "--allow-protected", "-y"]).code(5).complains([unknown]);
    let runs = catalog.find_reference("refs/plat/catalog/runs/shop-1/plat-catalog/%2F");
    runs.unwrap().delete().unwrap();
    let path = "projects/shop-1/lifecycles/entity/service/web.json";
    by_hand(&company, path, "no lifecycle");
    lists(1);
    platform.run(["catalog", "forget", "shop-1", "--allow-recent", "--auto-approve"]).code(1);
}

#[test]
fn what_says_no_name_and_a_journal_without_a_run_are_told_and_hide_no_other_project() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    let path = "projects/shop-1/project.json";
    let whole = crate::store::files(&platform.outside("catalog.git"), "plat-catalog").remove(path).unwrap();
    for text in ["", "{", "{}", "{\"name\":1}"] {
        by_hand(&company, path, text);
        platform
            .run(["catalog", "projects"])
            .code(1)
            .says(["platform  platform-1", "shop-1    shop-1      2 objects"])
            .complains([
                "of project shop-1 (shop-1) not all can be read",
                path,
                "does not say what the project shop-1 is called",
            ]);
        platform.run(["plan"]).no_changes();
    }
    // So does the next apply of the project.
    by_hand(&company, path, &whole);
    platform.run(["catalog", "projects"]).code(0);
    let catalog = Repository::open_bare(platform.outside("catalog.git")).unwrap();
    let journal = "refs/plat/catalog/runs/shop-1/plat-catalog/%2F";
    let nothing = crate::proposals::empty(&catalog);
    catalog.find_reference(journal).unwrap().delete().unwrap();
    crate::proposals::commit(&catalog, journal, nothing, &[]);
    platform.run(["catalog", "projects"]).code(1).complains([
        "of project shop (shop-1) not all can be read",
        journal,
        "there is no run in it any more",
    ]);
    shop.edit("shop.kdl", "size 3", "size 4");
    shop.apply();
    platform.run(["catalog", "projects"]).code(0);
}

#[test]
fn levels_that_wait_are_no_nothing() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    let catalog = platform.outside("catalog.git");
    let levels = "projects/shop-1/levels/ready/entity/service/web.json";
    somebody_writes(&catalog, "plat-catalog", levels, None);
    let says = ["objects and files match. 1 level changes.", "scorecard:ready  1 entity not judged -> no level"];
    shop.run(["plan"]).code(0).says(says);
    shop.run(["apply", "--via", "pull-request", "--auto-approve"])
        .code(0)
        .says(["To merge: 1 level of the catalog on branch plat/shop-1/catalog"]);
    shop.run(["plan"]).code(0).says(says).complains(["waits to be merged"]);
}

#[test]
fn proposals_are_told_of_a_text_that_is_wrong() {
    let company = Company::new();
    let Company { shop, .. } = &company;
    shop.run(["apply", "--via", "pull-request", "--auto-approve"]).code(0);
    let all = ["the catalog", "plat/shop-1/catalog", "open"];
    shop.run(["proposals"]).code(0).says(all);
    shop.write("wrong.kdl", "entity servise {\n");
    shop.run(["plan"]).code(3);
    shop.run(["proposals"]).code(0).says(all).complains(["The texts have errors", "whether the text still says it"]);
    shop.run(["proposals", "--prune"]).code(0).says(all);
}

#[test]
fn nothing_goes_elsewhere_because_a_destination_cannot_be_read() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    let text = platform.read("delivery.kdl");
    platform.write("delivery.kdl", format!("{text}destination second {{ store gitops; labels environment=prod; }}\n"));
    platform.apply();
    let body = |labels: &str, layout: &str| {
        format!(r#"{{"labels": {labels}, "layout": "{layout}", "path": "prod", "store": "gitops"}}"#)
    };
    let whole = r#"{"environment": "prod"}"#;
    for broken in [
        body("5", "nested"),
        body(whole, "odd"),
        body(whole, "nested").replacen('{', r#"{"since": 3, "#, 1),
        "{".to_owned(),
    ] {
        by_hand(&company, "objects/destination/prod.json", &broken);
        shop.run(["plan"]).code(3).complains(["error[E0742]: destination:prod of project platform-1 could not be had"]);
        shop.run(["apply", "--auto-approve"]).code(3);
        assert!(company.delivered().iter().all(|path| path.starts_with("prod/")), "{broken}");
    }
    by_hand(&company, "objects/destination/prod.json", &body(whole, "nested"));
    shop.run(["plan"]).no_changes();
}
