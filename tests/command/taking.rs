//! Several projects that come for one object at once: it is always owned by one of them.

use crate::others::Company;
use crate::project::Project;
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// What the platform takes over from the shop.
const WEB: &str = "entity service web {\n    tier gold\n    system retail\n}\nadopt entity:service:web from=shop-1\n";

/// Lets a project apply once, in the middle of what is written next to a repository beside the platform's folder.
fn meanwhile(company: &Company, repository: &str, branch: &str, project: &Project) {
    let hooks = company.platform.outside(repository).join("hooks");
    fs::create_dir_all(&hooks).unwrap();
    let script = format!(
        "#!/bin/sh\nwhile read -r old new name; do\n  if [ \"$name\" = refs/heads/{branch} ] && mkdir once 2>/dev/null; then\n    \
         env -i PATH=\"$PATH\" HOME=\"$HOME\" {} -C {} apply --auto-approve >during.txt 2>&1; echo $? >>during.txt\n  fi\ndone\n",
        env!("CARGO_BIN_EXE_plat"),
        project.root().display()
    );
    let hook = hooks.join("pre-receive");
    fs::write(&hook, script).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
}

/// How what a project did meanwhile ended, with what it said.
fn ended(company: &Company, repository: &str) -> (String, String) {
    let told = fs::read_to_string(company.platform.outside(repository).join("during.txt")).unwrap();
    (told.trim().lines().last().unwrap().to_owned(), told)
}

/// Who owns the entity, as the catalog says to a project.
fn owner(project: &Project) -> String {
    let told = project.run(["why", "entity:service:web"]).code(0).out;
    told.lines().find_map(|line| line.strip_prefix("owned by")).unwrap().trim().to_owned()
}

#[test]
fn what_another_took_over_meanwhile_is_not_deleted() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    platform.write("web.kdl", WEB);
    shop.write("shop.kdl", "");
    meanwhile(&company, "gitops.git", "main", platform);
    shop.run(["apply", "--auto-approve"])
        .code(6)
        .complains(["entity:service:web is owned by project platform-1 by now"]);
    let (code, told) = ended(&company, "gitops.git");
    assert_eq!(code, "0", "{told}");
    assert_eq!(owner(shop), "project platform-1");
    platform.run(["plan"]).no_changes();
    shop.apply();
    shop.run(["plan"]).no_changes();
    assert_eq!(owner(shop), "project platform-1");
}

#[test]
fn of_two_who_come_for_an_object_at_once_one_has_it() {
    for adopted in [true, false] {
        let company = Company::new();
        let Company { platform, shop } = &company;
        let third = Project::new();
        let catalog = shop.read("plat.kdl").replace("project shop", "project third").replace("shop-1", "third-1");
        third.write("plat.kdl", catalog.replace("extern promise bucket\n", ""));
        let text = if adopted {
            shop.apply();
            WEB.to_owned()
        } else {
            shop.run(["catalog", "pull"]).code(0);
            WEB.split("adopt").next().unwrap().to_owned()
        };
        third.write("web.kdl", &text);
        if adopted {
            platform.write("web.kdl", &text);
        } else {
            shop.write("shop.kdl", &text);
        }
        let first = if adopted { platform } else { shop };
        meanwhile(&company, "catalog.git", "plat-catalog", &third);
        first
            .run(["apply", "--auto-approve"])
            .code(4)
            .complains(["entity:service:web is owned by project third-1 by now"]);
        let (code, told) = ended(&company, "catalog.git");
        assert_eq!(code, "0", "{told}");
        assert_eq!(owner(platform), "project third-1");
        third.run(["plan"]).no_changes();
        first.run(["plan"]).code(5).says(["entity:service:web", "third-1"]);
    }
}

#[test]
fn files_of_a_request_that_another_took_over_stay_until_it_delivers() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    let delivered = company.delivered();
    let text = "request bucket assets {\n    size 3\n}\nadopt \"request:bucket:*\" from=shop-1\n";
    platform.write("assets.kdl", text);
    // The catalog takes what the state store refuses.
    let hooks = company.platform.outside("gitops.git/hooks");
    fs::create_dir_all(&hooks).unwrap();
    let hook = hooks.join("pre-receive");
    fs::write(&hook, "#!/bin/sh\nwhile read -r old new name; do\n  case $name in refs/plat/lease/*) ;; *) echo closed >&2; exit 1 ;; esac\ndone\n").unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    platform.run(["apply", "--auto-approve"]).code(6).complains(["closed"]);
    fs::remove_file(&hook).unwrap();
    shop.edit("shop.kdl", "request bucket assets {\n    size 3\n}\n", "");
    let waits = "configmap-assets.yaml waits for project platform-1, and stays as it is until that takes it over";
    shop.run(["plan"]).code(0).says(["No changes", waits]).never_says("no project of that id");
    shop.apply();
    assert_eq!(company.delivered(), delivered);
    platform.apply();
    assert_eq!(company.delivered(), delivered);
    for project in [platform, shop] {
        project.run(["plan"]).no_changes();
    }
}

#[test]
fn what_is_taken_over_says_what_protected_it() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.edit("shop.kdl", "    system retail\n", "    system retail\n    lifecycle { deletion forbid; }\n");
    shop.apply();
    platform.write("web.kdl", WEB);
    let told = "lifecycle deletion  forbid -> delete";
    let says = ["& entity:service:web", "(taken from project shop-1)", told];
    let way = "`lifecycle { deletion forbid; }` in its node here";
    let refused = "REFUSED entity:service:web would be taken from project shop-1, which protects it, without its `deletion forbid`";
    platform.run(["plan"]).code(5).says(says).says([refused, way]).never_says("--allow-delete");
    platform.run(["apply", "--auto-approve", "--allow-delete", "entity:service:web"]).code(5);
    assert_eq!(owner(platform), "project shop-1");
    platform.edit("web.kdl", "    tier gold\n", "    tier gold\n    lifecycle { deletion forbid; }\n");
    platform.run(["plan"]).code(0).never_says(told);
    // What is one's own may be let go of.
    platform.apply();
    platform.edit("web.kdl", "deletion forbid", "deletion delete");
    platform.run(["plan"]).code(0).says([told]);
}

#[test]
fn what_asks_before_it_goes_is_taken_over_without_that_where_somebody_says_so() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    let protected = "    system retail\n    lifecycle { protect; deletion confirm; }\n";
    shop.edit("shop.kdl", "    system retail\n", protected);
    shop.apply();
    platform.write("web.kdl", WEB.replace("    tier gold\n", "    tier gold\n    lifecycle { protect; }\n"));
    let way = "`lifecycle { deletion confirm; }` in its node here, which may be given another one once it is taken over, or --allow-delete";
    platform.run(["plan"]).code(5).says(["without its `deletion confirm`", way]);
    platform.write("web.kdl", WEB);
    platform.run(["plan"]).code(5).says(["without its `protect; deletion confirm`"]);
    platform.run(["plan", "--adoption", "force"]).code(5).says(["without its `protect; deletion confirm`"]);
    platform.run(["apply", "--auto-approve", "--allow-delete", "entity:service:web"]).code(0);
    assert_eq!(owner(platform), "this project");
}

#[test]
fn a_file_of_another_request_is_written_over_by_nobody() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    platform.edit("model.kdl", "resource v1 ConfigMap $name {", "resource v1 ConfigMap $name file=cm.yaml {");
    platform.edit("delivery.kdl", "store gitops;", "store gitops; layout flat;");
    platform.apply();
    shop.apply();
    platform.write("other.kdl", "request bucket other\n");
    let told = "request:bucket:default/other comes to file:gitops:prod/cm.yaml, which project shop-1 delivers for \
                request:bucket:default/assets";
    for lines in ["", "adopt \"request:bucket:default/other\" from=shop-1\n"] {
        platform.write("adopted.kdl", lines);
        let plan = platform.run(["plan"]).code(5).says(["REFUSED", told, "a `layout` of the destination"]);
        plan.never_says("`adopt ");
    }
}
