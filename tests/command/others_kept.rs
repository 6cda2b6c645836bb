//! What becomes of a copy of what others own: what is taken over, what goes, what gets another name, and what nobody can read.

use crate::others::Company;
use crate::store::somebody_writes;

/// Writes a file of the catalog, as somebody does who may push to it.
fn by_hand(company: &Company, path: &str, text: &str) {
    somebody_writes(&company.platform.outside("catalog.git"), "plat-catalog", path, Some(text));
}

#[test]
fn what_is_taken_over_is_left_out_of_what_a_pattern_brings() {
    let Company { platform, shop } = &Company::new();
    for line in ["extern team \"*\"", "extern project platform-1"] {
        shop.write("more.kdl", line);
        shop.run(["catalog", "pull"]).code(0).says(["+  team:shop"]);
        shop.write("team.kdl", "team shop\nadopt team:shop from=platform-1\n");
        shop.run(["check"]).code(3).says(["E0301", "`adopt` line beside it", "`plat catalog pull`"]);
        shop.run(["plan"]).code(0).says(["team:shop"]);
        shop.run(["catalog", "pull"]).code(0).says(["-  team:shop"]);
        shop.run(["check"]).code(0);
        std::fs::remove_file(shop.path("team.kdl")).unwrap();
        std::fs::remove_file(shop.path("plat.extern.kdl")).unwrap();
    }
    shop.write("team.kdl", "team shop\nadopt team:shop from=platform-1\n");
    platform.edit("model.kdl", "team shop\n", "removed team:shop to-project=shop-1\n");
    shop.apply();
    shop.run(["catalog", "pull"]);
    shop.run(["plan"]).no_changes();
    platform.run(["apply", "--auto-approve"]).code(0);
    platform.run(["plan"]).no_changes();
}

#[test]
fn a_copy_that_nobody_uses_is_told_once() {
    let Company { shop, .. } = &Company::new();
    shop.run(["catalog", "pull"]).code(0);
    shop.edit("plat.kdl", "extern blueprint service\nextern promise bucket\n", "");
    shop.write("shop.kdl", "blueprint service { property tier string; }\nentity service web { tier gold; }\n");
    shop.run(["check"]).code(3).says(["plat.extern.kdl:1:1: error[E0741]", "1 error"]).never_says("E0301");
    std::fs::remove_file(shop.path("plat.extern.kdl")).unwrap();
    shop.run(["check"]).code(0);
}

#[test]
fn a_copy_of_no_environment_is_told() {
    let Company { shop, .. } = &Company::new();
    shop.run(["catalog", "pull"]).code(0);
    shop.write("plat.extern.staging.kdl", shop.read("plat.extern.kdl"));
    shop.run(["check"]).code(0).says(["warning[E0741]", "`plat.extern.staging.kdl` is read for an environment, and"]);
    shop.edit("plat.kdl", "extern promise bucket\n", "extern promise bucket\nenvironment prod\n");
    let told = ["`plat.extern.kdl` is read for no environment", "`plat.extern.staging.kdl` is read for no environment"];
    shop.run(["check", "--env", "prod"]).says(told).says(["`plat.extern.prod.kdl`"]);
}

#[test]
fn what_its_owner_gave_another_name_is_told_with_that() {
    let Company { platform, shop } = &Company::new();
    shop.apply();
    shop.run(["catalog", "pull"]).code(0);
    platform.edit("model.kdl", "entity system retail", "entity system shops");
    platform.write("moved.kdl", "moved from=entity:system:retail to=entity:system:shops\n");
    platform.apply();
    let told = "entity:system:retail is gone, and entity:system:shops is there, the same in all but its name: where its owner renamed it, write \
                `shops` where the text says `retail`";
    shop.run(["plan"]).code(3).complains([told, "E0410", "`plat catalog pull`"]);
    shop.run(["catalog", "pull"]).code(3).says(["-  entity:system:retail", told]);
    shop.edit("shop.kdl", "system retail", "system shops");
    shop.run(["catalog", "pull"]).code(0).says(["+  entity:system:shops"]);
    shop.run(["plan"]).code(0).says(["relations.system  retail -> shops"]);
}

#[test]
fn of_what_nobody_can_read_what_was_pulled_before_counts() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    shop.run(["catalog", "pull"]).code(0);
    let never = shop.twin();
    by_hand(&company, "objects/blueprint/service.json", "{");
    let told = [
        "warning[E0742]",
        "blueprint:service of project platform-1 could not be had",
        "what was pulled of it before counts",
    ];
    shop.run(["plan"]).code(0).complains(told);
    shop.run(["drift"]).code(0).complains(told);
    shop.run(["why", "entity:service:web"]).code(0).complains(told);
    shop.run(["catalog", "pull"]).code(0).complains(told);
    shop.run(["check"]).code(0).says(told);
    shop.edit("shop.kdl", "size 3", "size 4");
    shop.apply();
    // Who never had it is told who can put it right, and not to declare it.
    std::fs::remove_file(never.path("plat.extern.kdl")).unwrap();
    let other = ["E0742", "its project puts it right", "E0302", "could not be had: its project puts it right"];
    never.run(["plan"]).code(3).complains(other).never_says("declare it");
    platform.run(["apply", "--auto-approve", "--on-conflict", "ours"]).code(0);
    shop.run(["catalog", "pull"]).code(0).never_says("E0742");
    shop.run(["plan"]).no_changes();
}

#[test]
fn nothing_goes_because_somebody_broke_what_others_own() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    by_hand(&company, "objects/promise/bucket.json", "{\"title\": 3}");
    let told = "promise:bucket of another project is wrong as it stands in the catalog";
    shop.run(["plan"]).code(3).complains(["shop.kdl:5:9: error[E0742]", told, "--on-conflict ours"]);
    shop.run(["apply", "--auto-approve"]).code(3);
    assert_eq!(company.delivered().len(), 1);
    // What nobody declares stays as whoever wrote it left it: taken away, the object is made anew.
    somebody_writes(&company.platform.outside("catalog.git"), "plat-catalog", "objects/promise/bucket.json", None);
    platform.apply();
    shop.run(["plan"]).no_changes();
}

#[test]
fn what_others_have_objects_of_gets_another_name_beside_the_old_one() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    let old = platform.read("model.kdl");
    platform.edit("model.kdl", "promise bucket", "promise pail");
    let refused = "REFUSED promise:bucket would be deleted, and 1 request of it would stay; some are of other projects (shop-1): let them take \
                   theirs out, or go over to another one, and apply first";
    platform.run(["plan"]).code(5).says([refused]).never_says("would keep it");
    platform.write("moved.kdl", "moved from=promise:bucket to=promise:pail\n");
    platform
        .run(["plan"])
        .code(5)
        .says(["would stay behind; declare promise:pail beside it and apply, let their projects"]);
    // The way that it says.
    std::fs::remove_file(platform.path("moved.kdl")).unwrap();
    let new = old.split("promise bucket").nth(1).unwrap().replace("kind=Bucket", "kind=Pail");
    platform.write("model.kdl", format!("{old}promise pail{new}"));
    platform.apply();
    shop.edit("plat.kdl", "extern promise bucket", "extern promise pail");
    shop.edit("shop.kdl", "request bucket assets", "request pail assets");
    shop.run(["catalog", "pull"]).code(0);
    shop.write("gone.kdl", "removed \"request:bucket:default/assets\"\n");
    shop.run(["apply", "--auto-approve"]).code(0);
    assert_eq!(company.delivered().len(), 1, "{:?}", company.delivered());
    platform.write("model.kdl", format!("{}promise pail{new}", old.split("promise bucket").next().unwrap()));
    platform.run(["apply", "--auto-approve"]).code(0);
    platform.run(["plan"]).no_changes();
    shop.run(["plan"]).no_changes();
}

#[test]
fn the_id_of_a_project_in_an_environment_is_told_where_another_one_is_asked_for() {
    let Company { platform, shop } = &Company::new();
    let url = platform.outside("catalog.git").display().to_string();
    let staging = format!("environment staging {{ catalog git create {{ url \"{url}\"; branch staging; }}; }}\n");
    for (project, name) in [(platform, "platform"), (shop, "shop")] {
        project.write("plat.kdl", format!("project {name} {{ id {name}-1; }}\n{staging}"));
    }
    platform.run(["apply", "--auto-approve", "--env", "staging"]).code(0);
    shop.write("uses.kdl", "extern project platform-1\n");
    let way = "extern project \"platform-1-${environment}\"";
    shop.run(["catalog", "pull", "--env", "staging"]).code(3).complains(["E0742", way]);
    shop.write("uses.kdl", way);
    shop.run(["catalog", "pull", "--env", "staging"]).code(0).never_says("E0742");
    shop.run(["check", "--env", "staging"]).code(0);
}

#[test]
fn what_is_given_away_and_used_on_is_taken_over_first() {
    let Company { platform, shop } = &Company::new();
    platform.edit("model.kdl", "entity system other { area rest; }\n", "extern entity system other\n");
    platform.write(
        "given.kdl",
        "removed entity:system:other to-project=shop-1\nentity service own { tier gold; system other; }\n",
    );
    let told =
        ["error[E0742]", "it is this project's own until project shop-1 takes it over", "let that one apply first"];
    platform.run(["plan"]).code(3).complains(told);
    shop.write("taken.kdl", "entity system other { area rest; }\nadopt entity:system:other from=platform-1\n");
    shop.apply();
    platform.run(["plan"]).code(0).says(["+ create 1"]);
}
