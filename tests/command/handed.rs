//! What went from one project to another, and back: the catalog knows from whom it came.

use crate::diff::commit;
use crate::others::Company;
use crate::project::Project;
use crate::store::{files, somebody_writes};

const WEB: &str = "entity service web { tier gold; system retail; }\nrequest bucket assets { size 3; }\n";

/// The lines that take both from a project.
fn taken_from(project: &str) -> String {
    format!("adopt entity:service:web from={project}\nadopt \"request:bucket:default/assets\" from={project}\n")
}

/// Who owns the entity, as the catalog says to a project.
fn owner(project: &Project) -> String {
    let told = project.run(["why", "entity:service:web"]).code(0).out;
    told.lines().find_map(|line| line.strip_prefix("owned by")).unwrap().trim().to_owned()
}

/// A company in which the platform took both over from the shop, with lines that stay.
fn taken() -> Company {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    platform.write("taken.kdl", WEB.to_owned() + &taken_from("shop-1"));
    platform.apply();
    shop.write("shop.kdl", "");
    shop.apply();
    company
}

#[test]
fn a_line_takes_over_once() {
    let company = taken();
    let Company { platform, shop } = &company;
    let delivered = company.delivered();
    platform.run(["why", "entity:service:web"]).code(0).says(["taken over    from project shop-1 at 20"]);
    platform
        .run(["why", "entity:service:web", "-o", "json"])
        .code(0)
        .says([r#""taken_from":{"project":"shop-1","at":"#]);
    // The shop takes it back, by lines of its own, which are written for the first time.
    shop.write("shop.kdl", WEB.to_owned() + &taken_from("platform-1"));
    shop.apply();
    assert_eq!(owner(shop), "this project");
    let once =
        "entity:service:web belongs to project shop-1, which took back what the `adopt` of taken.kdl:3 took over at 20";
    let ways = [
        "a line takes over once, and that one can go",
        "take it out of the text, with that line",
        "`removed entity:service:web keep` in that project",
        "request:bucket:default/assets belongs to project shop-1, which took back what the `adopt` of taken.kdl:4",
        "configmap-assets.yaml belongs to project shop-1, which took back",
    ];
    for arguments in [["plan", "--summary"], ["apply", "--auto-approve"]] {
        platform.run(arguments).code(5).says(["REFUSED", once]).says(ways).never_says("`adopt entity:service:web");
    }
    assert_eq!(owner(shop), "this project");
    shop.run(["plan"]).no_changes();
    assert_eq!(company.delivered(), delivered);
    platform.write("taken.kdl", "");
    platform.run(["plan"]).no_changes();
    // Whoever is to have it once more gets it from nobody.
    shop.write("shop.kdl", "removed entity:service:web keep\nremoved \"request:bucket:default/assets\" keep\n");
    shop.apply();
    platform.write("taken.kdl", WEB.to_owned() + &taken_from("shop-1"));
    platform.apply();
    assert_eq!((owner(platform).as_str(), company.delivered()), ("this project", delivered));
    platform.run(["why", "entity:service:web"]).code(0).never_says("taken over");
}

#[test]
fn a_record_of_hand_overs_that_nobody_can_read_is_not_taken_for_none() {
    let company = taken();
    let Company { platform, shop } = &company;
    shop.write("shop.kdl", WEB.to_owned() + &taken_from("platform-1"));
    shop.apply();
    let (catalog, path) = (platform.outside("catalog.git"), "projects/shop-1/hand-overs/entity/service/web.json");
    let whole = files(&catalog, "plat-catalog").remove(path).unwrap();
    let put = |text: &str| somebody_writes(&catalog, "plat-catalog", path, Some(text));
    for text in ["", &whole[..whole.len() / 2], "{}", "[{\"at\":1}]"] {
        put(text);
        let told = ["is damaged: from whom entity:service:web came to shop-1", path, "git log -p plat-catalog -- "];
        platform.run(["plan"]).code(1).complains(told);
        platform.run(["apply", "--auto-approve"]).code(1).complains(told);
        shop.run(["why", "entity:service:web"]).code(1).complains(told);
        platform.run(["catalog", "copy", "declared", "embedded"]).code(1).complains(told);
        // Who takes nothing goes on.
        shop.run(["plan"]).no_changes();
    }
    put(&whole);
    assert_eq!(owner(shop), "this project");
    platform.run(["plan"]).code(5).says(["a line takes over once"]);
}

#[test]
fn what_is_given_away_a_second_time_is_told_how_it_goes() {
    let company = taken();
    let Company { platform, shop } = &company;
    shop.write("shop.kdl", WEB.to_owned() + &taken_from("platform-1"));
    shop.apply();
    let given = "removed entity:service:web to-project=platform-1\nremoved \"request:bucket:default/assets\" to-project=platform-1\n";
    shop.write("shop.kdl", given);
    let ways = ["entity:service:web", "\"request:bucket:default/assets\""].map(|one| {
        format!("and an `adopt` line takes over once: `removed {one} keep` in place of `removed {one} to-project=...`")
    });
    shop.run(["plan"]).code(0).says(ways.each_ref().map(String::as_str)).says(["wait for project platform-1"]);
    platform.run(["plan"]).code(5).says(["a line takes over once"]);
    // It works.
    shop.write("shop.kdl", given.replace("to-project=platform-1", "keep"));
    shop.apply();
    platform.apply();
    assert_eq!(owner(platform), "this project");
}

#[test]
fn many_lines_that_are_spent_are_told_once() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    let names = ["a", "b", "c", "d", "e", "f"];
    let entities = names.map(|name| format!("entity service {name} {{ tier gold; }}\n")).concat();
    shop.write("shop.kdl", &entities);
    shop.apply();
    platform.write("taken.kdl", entities.clone() + "adopt \"entity:service:*\" from=shop-1\n");
    platform.apply();
    shop.write("shop.kdl", entities + "adopt \"entity:service:*\" from=platform-1\n");
    shop.apply();
    platform
        .run(["plan"])
        .code(5)
        .says(["REFUSED 6 objects and files belong to project shop-1, which took back what the `adopt` of taken.kdl:7"])
        .says(["take them out of the text", "`removed ADDRESS keep` in that project"])
        .never_says("`adopt` lines with");
}

#[test]
fn a_rollback_to_before_a_hand_over_deletes_nothing_of_it_also_without_the_line() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    let then = commit(platform);
    platform.apply();
    let own = "entity service own { tier gold; }\n";
    platform.write(
        "taken.kdl",
        WEB.to_owned()
            + own
            + "adopt \"entity:service:web\" from=shop-1\n\
        adopt \"request:*\" from=shop-1\n",
    );
    commit(platform);
    platform.apply();
    shop.write("shop.kdl", "");
    shop.apply();
    let delivered = company.delivered();
    platform.write("taken.kdl", WEB.to_owned() + own);
    commit(platform);
    platform.apply();
    let waits = "NOTICE 2 things wait for project shop-1, and stay as they are until that takes them over";
    let back = platform.run(["rollback", &then, "--auto-approve"]).code(0).says(["- entity:service:own", waits]);
    back.never_says("- entity:service:web").never_says("- request");
    assert_eq!((owner(platform).as_str(), company.delivered()), ("this project", delivered.clone()));
    // That project takes it back.
    shop.write("shop.kdl", WEB.to_owned() + &taken_from("platform-1"));
    shop.apply();
    assert_eq!((owner(shop).as_str(), company.delivered()), ("this project", delivered));
}
