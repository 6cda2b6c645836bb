//! Where projects that share a catalog deliver to: what one hands over, takes away or makes, and what another one has there already.

use crate::others::{Company, bare};
use crate::others_elsewhere::{Told, company, plan};
use crate::project::Project;
use crate::store;

/// One more project that uses what the platform has.
fn another(company: &Company, name: &str) -> Project {
    let project = company.platform.twin();
    project.write("plat.kdl", company.shop.read("plat.kdl").replace("shop", name));
    project.write("model.kdl", "");
    project.write("delivery.kdl", "");
    project
}

#[test]
fn what_another_project_delivers_to_a_destination_is_not_delivered_there_twice() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    platform.edit("model.kdl", "ConfigMap $name", "ConfigMap shared");
    platform.apply();
    shop.apply();
    let pay = another(&company, "pay");
    pay.write("pay.kdl", "request bucket pics\n");
    let refused = "REFUSED request:bucket:default/pics would deliver ConfigMap shared in namespace default to prod, where project shop-1 has it \
        for request:bucket:default/assets (file:gitops:prod/";
    pay.run(["plan"]).code(5).says([
        refused,
        "which of the two wins there is chance",
        "have that project take its own out first",
    ]);
    pay.run(["apply", "--auto-approve"]).code(5);
    assert_eq!(company.delivered().len(), 1);
    // What is there already may change, and what is elsewhere or of another name is another one.
    shop.edit("shop.kdl", "size 3", "size 4");
    shop.apply();
    let more = "store gitops; path elsewhere; labels environment=prod; }\ndestination prod {";
    platform.edit("delivery.kdl", "destination prod {", &format!("destination also {{ {more}"));
    platform.apply();
    pay.write("pay.kdl", "request bucket pics destination=also\n");
    pay.run(["plan"]).code(0).never_says("REFUSED");
    pay.write("pay.kdl", "request bucket pics destination=prod\n");
    pay.run(["plan"]).code(5).says([refused]);
    // Whoever comes first has it.
    shop.write("shop.kdl", "entity service web { tier gold; }\n");
    shop.apply();
    pay.apply();
    shop.write("shop.kdl", "request bucket assets destination=prod\n");
    shop.run(["plan"]).code(5).says(["where project pay-1 has it for request:bucket:default/pics"]);
}

#[test]
fn what_is_handed_over_is_told_as_what_others_come_to_do() {
    for taken in ["destination:prod", "promise:bucket"] {
        let company = company();
        let Company { platform, shop } = &company;
        let ops = another(&company, "ops");
        ops.write("plat.kdl", ops.read("plat.kdl").replace("extern promise bucket\n", ""));
        let line = format!("adopt {taken} from=platform-1\n");
        match taken {
            "destination:prod" => {
                let place = "extern state-store gitops\ndestination prod { store gitops; labels environment=prod; }\n";
                ops.write("taken.kdl", line + place);
                let prod = "destination prod { store gitops; labels environment=prod; }\n";
                platform.edit("delivery.kdl", prod, &format!("removed {taken} to-project=ops-1\n"));
            }
            _ => {
                let text = platform.read("model.kdl");
                let at = text.find("promise bucket").unwrap();
                let place = "extern state-store second\ndestination here { store second; labels environment=prod; }\n";
                ops.write("taken.kdl", line + place + &text[at..]);
                platform.write("model.kdl", format!("{}removed {taken} to-project=ops-1\n", &text[..at]));
            }
        }
        let told = Told::of_others(&plan(&ops));
        assert!(!told.is_nothing(), "{taken}");
        ops.run(["plan"]).code(0).says([
            "request:bucket:default/assets moves from prod to ",
            "looked at in part: ",
            "by `extern` lines",
        ]);
        ops.run(["apply", "--auto-approve"]).code(0);
        platform.apply();
        if taken == "promise:bucket" {
            // What is in a state store that does not come along any more would stay there.
            shop.run(["plan"]).code(5).says([
                "1 file of 1 request that the project delivered to state-store:gitops of project platform-1 would stay",
            ]);
            shop.edit("plat.kdl", "extern promise bucket\n", "extern promise bucket\nextern state-store gitops\n");
        }
        assert_eq!(told, Told::of_own(&plan(shop)), "{taken}");
    }
}

#[test]
fn what_is_handed_over_and_leaves_nothing_behind_makes_requests_of_others_invalid() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    let ops = another(&company, "ops");
    ops.write("plat.kdl", ops.read("plat.kdl").replace("extern promise bucket\n", ""));
    ops.write(
        "taken.kdl",
        "extern state-store gitops\ndestination prod { store gitops; labels environment=prod; }\nadopt destination:prod from=platform-1\n",
    );
    let invalid = "request:bucket:default/assets: no destination takes it any more: it asks for `environment=prod` (of project shop-1";
    ops.run(["plan"]).code(0).says(["because of destination:prod 1 object becomes invalid", invalid]);
    // Who uses a promise of the one that takes it has it from there.
    ops.run(["apply", "--auto-approve"]).code(0);
    shop.run(["plan"]).code(3).complains(["E0550"]);
    shop.edit("plat.kdl", "extern promise bucket\n", "extern promise bucket\nextern destination prod\n");
    shop.run(["plan"]).no_changes();
    let _ = platform;
}

#[test]
fn a_branch_that_its_owner_delivers_nothing_to_is_made_by_whoever_does() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    let url = platform.outside("gitops.git").display().to_string();
    let store = format!("state-store other git create {{ url \"{url}\"; branch other; }}\n");
    platform.write("delivery.kdl", platform.read("delivery.kdl").replace("store gitops;", "store other;") + &store);
    platform.apply();
    assert!(!store::references(&platform.outside("gitops.git")).contains_key("refs/heads/other"));
    shop.run(["plan"])
        .code(0)
        .says(["request:bucket:default/assets moves from state store gitops to state store other"]);
    shop.apply();
    assert!(store::files(&platform.outside("gitops.git"), "other").keys().any(|path| path.contains("assets")));
    shop.run(["plan"]).no_changes();
    platform.run(["plan"]).no_changes();
}

#[test]
fn a_repository_of_others_that_is_not_there_says_who_makes_it() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    let url = platform.outside("third.git").display().to_string();
    let text = platform.read("delivery.kdl").replace("store gitops;", "store third;");
    platform.write("delivery.kdl", text + &format!("state-store third git create {{ url \"{url}\"; }}\n"));
    platform.apply();
    let told = format!("third: there is no Git repository at {url}, which another project declares");
    shop.run(["plan"]).code(1).complains([&*told, "`create`", &*format!("`git init --bare {url}`")]);
    assert!(!platform.outside("third.git").exists());
    bare(&platform.outside("third.git"));
    shop.apply();
    shop.run(["plan"]).no_changes();
}

#[test]
fn what_lies_in_a_state_store_that_nobody_declares_any_more_is_told() {
    let company = company();
    let Company { platform, shop } = &company;
    shop.write("more.kdl", "request bucket pics namespace=default { size 4; }\n");
    shop.apply();
    let text = platform.read("delivery.kdl");
    let second = text.lines().find(|line| line.starts_with("state-store second")).unwrap();
    let text = format!(
        "{second}\ndestination back {{ store second; labels environment=prod; }}\nremoved state-store:gitops\nremoved destination:prod\nremoved destination:twin\nremoved destination:other\n"
    );
    platform.write("delivery.kdl", text);
    platform.run(["apply", "--auto-approve"]).code(0).says(["ALLOWED the project leaves state-store:gitops"]);
    let stay = "NOTICE 2 files that the project delivered to state store gitops stay there, which no project of the catalog declares any more \
        (file:gitops:prod/resources/default/bucket/assets/";
    shop.run(["plan"]).code(0).says(["+ second: 2 files", stay]);
    // One that goes is told as well, and so is what is declared again.
    let going = shop.twin();
    going.write("more.kdl", "");
    going
        .run(["plan"])
        .code(0)
        .says(["- request:bucket:default/pics", stay])
        .never_says("knows nothing of this project");
    let gitops = platform.outside("gitops.git").display().to_string();
    let again = format!("state-store gitops git {{ url \"{gitops}\"; }}\n");
    let declared = platform.twin();
    declared.write("plat.kdl", platform.read("plat.kdl").replace("platform", "again"));
    declared.write("model.kdl", "");
    declared.write("delivery.kdl", again);
    shop.apply().says([stay]);
    shop.run(["plan"]).no_changes().never_says("stay there");
    declared.run(["apply", "--auto-approve"]).code(0);
    shop.edit("plat.kdl", "extern promise bucket\n", "extern promise bucket\nextern state-store gitops\n");
    shop.run(["plan"]).code(5).says(["DESTROYS 2", "REFUSED all 2 files of state store gitops are deleted"]);
}

#[test]
fn a_protected_request_goes_from_one_destination_of_others_to_another_by_a_line() {
    let Company { platform, shop } = &Company::new();
    platform.write(
        "delivery.kdl",
        platform.read("delivery.kdl") + "destination spare { store gitops; labels environment=prod; drain; }\n",
    );
    platform.apply();
    shop.edit("shop.kdl", "    size 3\n", "    size 3\n    lifecycle { protect; }\n");
    shop.apply();
    platform.edit("delivery.kdl", "labels environment=prod; }", "labels environment=prod; drain; }");
    platform.edit(
        "delivery.kdl",
        "labels environment=prod; drain; }\ndestination spare { store gitops; labels environment=prod; drain; }",
        "labels environment=prod; drain; }\ndestination spare { store gitops; labels environment=prod; }",
    );
    platform.apply();
    let line = "moved \"request:bucket:default/assets\" from=destination:prod to=destination:spare";
    shop.run(["plan"]).code(5).says([line]);
    shop.write("moved.kdl", format!("{line}\n"));
    shop.run(["plan"]).code(0).says(["moves from prod to spare"]);
    shop.apply();
    shop.run(["plan"]).no_changes();
}
