//! Projects that use what others own in the same catalog.

use crate::project::Project;
use crate::store;
use git2::{Repository, RepositoryInitOptions};
use std::path::Path;

/// What the project of a platform team declares.
const MODEL: &str = "
blueprint system { property area string; }
blueprint service {
    property tier enum required { values gold iron; }
    property repo url
    relation system system
}
entity system retail { area shops; }
entity system other { area rest; }
team shop
scorecard ready for=service { level Gold { rule stored { repo present; }; }; }
promise bucket {
    api group=e.com version=v1 kind=Bucket { field size integer default=1; }
    schedule environment=prod
    workflow configure { resource v1 ConfigMap $name { data size=\"${spec.size}\"; }; }
}
";

/// What the project of a team declares that uses it.
const SHOP: &str = "entity service web {
    tier gold
    system retail
}
request bucket assets {
    size 3
}
";

/// An empty repository on a server.
pub(crate) fn bare(place: &Path) {
    Repository::init_opts(place, RepositoryInitOptions::new().bare(true).initial_head("main")).unwrap();
}

/// A platform team and another one, with a catalog and a state store that both reach.
pub(crate) struct Company {
    pub(crate) platform: Project,
    pub(crate) shop: Project,
}

impl Company {
    pub(crate) fn new() -> Self {
        let (platform, shop) = (Project::new(), Project::new());
        let at = |name: &str| platform.outside(name).display().to_string();
        bare(&platform.outside("gitops.git"));
        let project = |name: &str, create: &str| {
            format!(
                "project {name} {{\n    id {name}-1\n    catalog git{create} {{ url \"{}\"; }}\n}}\n",
                at("catalog.git")
            )
        };
        platform.write("plat.kdl", project("platform", " create"));
        platform.write("model.kdl", MODEL);
        let store = format!("state-store gitops git {{ url \"{}\"; }}\n", at("gitops.git"));
        platform.write("delivery.kdl", store + "destination prod { store gitops; labels environment=prod; }\n");
        platform.apply();
        shop.write("plat.kdl", project("shop", "") + "extern blueprint service\nextern promise bucket\n");
        shop.write("shop.kdl", SHOP);
        Self { platform, shop }
    }

    /// The files in the state store.
    pub(crate) fn delivered(&self) -> Vec<String> {
        let gitops = self.platform.outside("gitops.git");
        if !store::references(&gitops).contains_key("refs/heads/main") {
            return Vec::new();
        }
        let files = store::files(&gitops, "main");
        files.into_keys().filter(|path| path.contains("/resources/") && !path.contains(".plat")).collect()
    }
}

#[test]
fn what_others_own_is_used_as_if_it_were_declared() {
    let Company { shop, .. } = &Company::new();
    shop.run(["check"]).code(3).says(["E0740", "plat catalog pull"]);
    shop.run(["catalog", "pull"]).code(0).says([
        "+  blueprint:service     platform-1",
        "+  blueprint:system      platform-1",
        "+  entity:system:retail  platform-1",
        "+  scorecard:ready       platform-1",
        "+  promise:bucket        platform-1",
        "Pulled 7 objects of 1 other project.",
    ]);
    shop.run(["check"]).code(0).stdout("No problems.\n");
    shop.run(["fmt", "--check", "plat.extern.kdl"]).code(0);
    shop.run(["score"]).code(0).says(["ready: 1 entity: 0 Gold, 1 below Gold"]);
    shop.run(["catalog", "pull"]).code(0).says(["Nothing to pull"]);
    shop.run(["plan"]).code(0).says(["+ create 3  = unchanged 0"]).never_says("blueprint:service");
    shop.edit("shop.kdl", "system retail", "system retial");
    shop.run(["check"]).code(3).says(["E0410", "retial"]);
    shop.edit("shop.kdl", "system retial", "system other");
    shop.run(["check"]).code(3);
    shop.run(["plan"]).code(0).complains(["plat.extern.kdl", "+ entity:system:other", "`plat catalog pull`"]);
}

#[test]
fn a_state_store_of_others_that_is_gone_keeps_nobody_from_looking_who_has_nothing_in_it() {
    let Company { platform, shop } = &Company::new();
    shop.write("shop.kdl", "entity service web { tier gold; system retail; }\n");
    shop.apply();
    let (store, gone) = (platform.outside("gitops.git"), platform.outside("gone.git"));
    let left_out = ["there is no Git repository at", "it is left out: no request comes to it"];
    let look = |code: i32| {
        std::fs::rename(&store, &gone).unwrap();
        for command in [&["why", "entity:service:web"][..], &["drift"], &["drift", "--unmanaged"], &["proposals"]] {
            shop.run(command.iter().copied()).code(code).complains(left_out.into_iter().take(if code == 0 {
                2
            } else {
                1
            }));
        }
        // Whose it is has to look.
        platform.run(["drift"]).code(1);
        std::fs::rename(&gone, &store).unwrap();
    };
    look(0);
    shop.write("shop.kdl", SHOP);
    look(1);
    shop.apply();
    // What was delivered stays there, whatever the text says by now.
    shop.write("shop.kdl", "entity service web { tier gold; system retail; }\n");
    look(1);
}

#[test]
fn what_is_missed_is_told_with_what_became_of_it() {
    let Company { platform, shop } = &Company::new();
    shop.write("shop.kdl", "entity service web { tier gold; system retail; }\n");
    shop.run(["catalog", "pull"]).code(0);
    shop.apply();
    platform.edit("model.kdl", "entity system retail { area shops; }\n", "");
    platform.apply();
    let went = "entity:system:retail went from the catalog since it was pulled from project platform (platform-1): take out what names it, or let \
                that project bring it back; or declare it: `entity system retail { }`";
    shop.run(["plan"]).code(3).complains(["E0410", went]).never_says("brings, as long as that has it");
    // It works.
    shop.write("own.kdl", "entity system retail { }\n");
    shop.apply();
}

#[test]
fn a_lock_that_was_cut_is_named_and_not_the_copy() {
    let Company { shop, .. } = &Company::new();
    shop.run(["catalog", "pull"]).code(0);
    let whole = shop.read("plat.lock");
    let broken = "E0741]: `plat.lock` is not what `plat catalog pull` writes";
    for length in [0, 1, 50, whole.len() - 3] {
        shop.write("plat.lock", &whole[..length]);
        shop.run(["check"]).code(3).says([broken, "`plat catalog pull` writes both"]);
    }
    shop.write("plat.lock", format!("<<<<<<< ours\n{whole}"));
    shop.run(["check"]).code(3).says([broken]);
    std::fs::remove_file(shop.path("plat.lock")).unwrap();
    shop.run(["check"])
        .code(3)
        .says(["E0741]: `plat.lock` is not here, which says what `plat.extern.kdl` is a copy of"]);
    shop.run(["catalog", "pull"]).code(0);
    shop.run(["check"]).code(0);
}

#[test]
fn a_request_is_rendered_by_the_project_that_declares_it() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    assert_eq!(company.delivered().len(), 1, "{:?}", company.delivered());
    shop.run(["plan"]).no_changes();
    // Neither of the two owns what is the other's.
    platform.run(["plan"]).no_changes();
    shop.run(["destroy", "--auto-approve"]).code(0);
    assert_eq!(company.delivered(), [""; 0]);
    platform.run(["plan"]).no_changes();
}

#[test]
fn a_plan_says_what_it_means_for_other_projects() {
    let Company { platform, shop } = &Company::new();
    shop.apply();
    platform.edit("model.kdl", "{ repo present; }", "{ tier is gold; }");
    platform.edit("model.kdl", "size=\"${spec.size}\"", "size=\"${spec.size}Gi\"");
    platform.edit("model.kdl", "property repo url", "property repo url required");
    platform.run(["plan"]).code(0).says([
        "request:bucket:default/assets renders 1 file anew because of promise:bucket, with the next apply of project shop-1",
        "entity:service:web properties.repo: service `web` has no `repo`, which is required (of project shop-1: shop.kdl:1, in no commit)",
        "scorecard:ready  1 entity no level -> Gold: entity:service:web (shop.kdl:1, in no commit) (of project shop-1)",
        "concerns project shop (shop-1)",
        "looked at completely: moves, lost files, rendered files, validity",
    ]);
    platform.run(["plan", "--format", "json"]).code(0).says([r#""concerned":[{"project":"shop-1","name":"shop"}]"#]);
}

#[test]
fn words_for_people_render_nothing_of_others_anew() {
    let Company { platform, shop } = &Company::new();
    shop.apply();
    platform.edit("model.kdl", "promise bucket {", "promise bucket {\n    description \"Keeps files.\"");
    platform.run(["plan"]).code(0).never_says("anew");
    platform.edit("model.kdl", "size integer default=1", "size integer default=2");
    platform.run(["plan"]).code(0).never_says("anew");
}

#[test]
fn a_saved_plan_stops_where_what_it_rests_on_is_another_one() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.run(["plan", "--out", "plan"]).code(0);
    platform.edit("model.kdl", "size=\"${spec.size}\"", "size=\"${spec.size}Gi\"");
    platform.apply();
    let before = store::references(&platform.outside("catalog.git"));
    shop.run(["apply", "plan"]).code(4).complains(["promise:bucket"]);
    let after = store::references(&platform.outside("catalog.git"));
    assert_eq!(before["refs/heads/plat-catalog"], after["refs/heads/plat-catalog"], "something was written");
    assert_eq!(company.delivered(), [""; 0]);
    shop.run(["plan", "--out", "plan"]).code(0);
    shop.run(["apply", "plan"]).code(0);
    shop.run(["plan"]).no_changes();
}

#[test]
fn what_the_catalog_holds_counts_for_a_plan() {
    let Company { platform, shop } = &Company::new();
    shop.run(["catalog", "pull"]).code(0);
    platform.edit("model.kdl", "values gold iron", "values iron");
    platform.apply();
    shop.run(["check"]).code(0);
    shop.run(["plan"]).code(3).complains([
        "(~ blueprint:service)",
        "E0402",
        "`gold` is not one of the values of `tier`",
    ]);
    shop.run(["apply", "--auto-approve"]).code(3);
    shop.run(["catalog", "pull"]).code(3).says(["~  blueprint:service"]).complains(["E0402"]);
    shop.run(["check"]).code(3);
}

#[test]
fn a_copy_that_was_changed_is_not_believed() {
    let Company { shop, .. } = &Company::new();
    shop.run(["catalog", "pull"]).code(0);
    let copy = shop.read("plat.extern.kdl");
    shop.edit("plat.extern.kdl", "values gold iron", "values gold iron tin");
    shop.run(["check"]).code(3).says(["plat.extern.kdl:1:1: error[E0741]", "plat catalog pull"]);
    shop.write("plat.extern.kdl", "<<<<<<< HEAD\n");
    shop.run(["check"]).code(3).says(["E0741"]);
    shop.run(["plan"]).code(0);
    shop.run(["catalog", "pull"]).code(0);
    assert_eq!(shop.read("plat.extern.kdl"), copy);
    std::fs::remove_file(shop.path("plat.lock")).unwrap();
    shop.run(["check"]).code(3).says(["E0741"]);
}

#[test]
fn lines_that_bring_nothing_say_so() {
    let Company { platform, shop } = &Company::new();
    for (line, told) in [
        ("extern blueprint servcie", "blueprint:servcie"),
        ("extern project shop-1", "project shop-1"),
        ("extern team nobody", "team:nobody"),
    ] {
        shop.write("more.kdl", line);
        shop.run(["catalog", "pull"]).code(3).complains(["more.kdl:1:1: error[E0742]", told]);
        shop.run(["plan"]).code(3).complains(["E0742", told]);
    }
    shop.write("more.kdl", "extern project platform-1\n");
    shop.run(["catalog", "pull"]).code(0).says(["Pulled 9 objects of 1 other project."]);
    shop.write("more.kdl", "blueprint service\n");
    shop.run(["check"]).code(3).says(["more.kdl:1:11: error[E0301]", "another project owns it"]);
    // What it does not use any more may go.
    shop.write("more.kdl", "");
    shop.edit("plat.kdl", "extern blueprint service\nextern promise bucket\n", "");
    shop.run(["catalog", "pull"]).code(0).complains(["no `extern` line", "may go"]);
    shop.run(["check"]).code(3).says(["plat.extern.kdl:1:1: error[E0741]", "no `extern` line uses"]);
    shop.run(["plan"]).code(3);
    std::fs::remove_file(shop.path("plat.extern.kdl")).unwrap();
    shop.write("shop.kdl", "");
    shop.run(["check"]).code(0);
    platform.run(["plan"]).no_changes();
}

#[test]
fn what_only_its_owner_has_is_refused() {
    let Company { platform, shop } = &Company::new();
    platform.write("base/a.bin", b"\xff");
    platform.edit("model.kdl", "data size=\"${spec.size}\"; };", "data size=\"${spec.size}\"; }; files \"base/**\";");
    platform.apply();
    shop.run(["plan"]).code(3).complains(["shop.kdl:5:9: error[E0744]", "files of its own folder"]);
    platform.edit("model.kdl", " files \"base/**\";", "");
    bare(&platform.path("own.git"));
    let url = platform.outside("gitops.git").display().to_string();
    platform.edit("delivery.kdl", &format!("url \"{url}\""), "url own.git");
    platform.apply();
    shop.run(["plan"]).code(3).complains(["plat.kdl:6:1: error[E0743]", "`gitops`"]);
}

#[test]
fn what_goes_to_another_project_is_always_owned_by_one_of_the_two() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    let delivered = company.delivered();
    let web = ["why", "entity:service:web"];
    // The shop gives away what it has, and what is said of it here and there.
    shop.write("shop.kdl", "removed entity:service:web to-project=platform-1\n");
    shop.edit("shop.kdl", "platform-1\n", "platform-1\nremoved \"request:bucket:*\" to-project=platform-1\n");
    let waits = "NOTICE 2 things wait for project platform-1, and stay as they are until that takes them over";
    shop.run(["plan"]).code(0).says(["No changes", waits]);
    shop.run(["apply", "--auto-approve"]).code(0);
    assert_eq!(company.delivered(), delivered);
    platform.run(web).code(0).says(["owned by      project shop-1\n"]);
    // Nobody takes it who does not say so.
    platform.write("shop.kdl", SHOP);
    platform.run(["plan"]).code(5).says(["entity:service:web", "shop-1"]);
    platform.write("taken.kdl", "adopt entity:service:web from=shop-1\nadopt \"request:bucket:*\" from=shop-1\n");
    platform.run(["apply", "--auto-approve"]).code(0);
    assert_eq!(company.delivered(), delivered);
    shop.run(web).code(0).says(["owned by      project platform-1\n"]);
    platform.run(["plan"]).no_changes();
    // Its level is no longer kept for who gave it away.
    shop.run(["plan"]).code(0).says(["No changes", "no level -> not judged: entity:service:web"]);
    shop.run(["apply", "--auto-approve"]).code(0);
    shop.run(["plan"]).no_changes();
    // The lines may go, and each has what it has.
    shop.write("shop.kdl", "");
    shop.run(["apply", "--auto-approve"]).code(0);
    platform.write("taken.kdl", "");
    platform.run(["plan"]).no_changes();
    assert_eq!(company.delivered(), delivered);
}

#[test]
fn what_goes_to_another_project_says_where_and_is_declared_no_more() {
    let project = Project::new().file("plat.kdl", "project a { id a-1; }\nteam one\n");
    for (line, code) in [
        ("removed team:two keep to-project=b-1", "E0212"),
        ("removed team:two to-project=a-1", "E0713"),
        ("removed team:one to-project=b-1", "E0715"),
        ("removed team:two to-project=b-1\nadopt team:two", "E0716"),
    ] {
        project.write("moved.kdl", line);
        project.run(["check"]).code(3).says([code]);
    }
}

#[test]
fn levels_follow_the_scorecards_of_others() {
    let Company { platform, shop } = &Company::new();
    shop.apply();
    shop.run(["plan"]).no_changes();
    platform.edit("model.kdl", "{ repo present; }", "{ tier is gold; }");
    platform.apply();
    shop.run(["plan"]).code(0).says(["scorecard:ready  1 entity no level -> Gold: entity:service:web"]);
    shop.apply();
    shop.run(["plan"]).no_changes();
}

#[test]
fn what_is_declared_again_uses_what_others_own_now() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    let git = |arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        git.current_dir(shop.root()).args(["-c", "user.name=A", "-c", "user.email=a@example.com"]).args(arguments);
        assert!(git.status().unwrap().success());
    };
    shop.run(["catalog", "pull"]).code(0);
    shop.write(".gitignore", ".plat/\n");
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "-A"]);
    git(&["commit", "-qm", "one"]);
    shop.apply();
    shop.edit("shop.kdl", "size 3", "size 4");
    shop.run(["diff"]).code(0).says(["spec.size  3 -> 4"]);
    git(&["commit", "-qam", "two"]);
    shop.apply();
    platform.edit("model.kdl", "size=\"${spec.size}\"", "size=\"${spec.size}Gi\"");
    platform.apply();
    shop.run(["rollback", "HEAD~1", "--auto-approve"]).code(0).says(["spec.size  4 -> 3"]);
    let files = store::files(&platform.outside("gitops.git"), "main");
    assert!(files.values().any(|text| text.contains("size: 3Gi")), "{files:?}");
    // What others changed is reviewed with the copy.
    shop.run(["catalog", "pull"]).code(0).says(["~  promise:bucket"]);
    shop.run(["diff"]).code(0).says(["+  size: 4Gi"]);
}

#[test]
fn what_others_call_themselves_is_no_text_of_the_project() {
    let Company { platform, shop } = &Company::new();
    let name = r#"{"name":"x\nteam evil\n/*"}"#;
    store::somebody_writes(
        &platform.outside("catalog.git"),
        "plat-catalog",
        "projects/platform-1/project.json",
        Some(name),
    );
    shop.run(["catalog", "pull"]).code(0).says(["Pulled 7 objects"]);
    assert!(!shop.read("plat.extern.kdl").contains("\nteam evil"), "{}", shop.read("plat.extern.kdl"));
    shop.run(["check"]).code(0);
    shop.run(["plan"]).code(0).says(["+ create 3"]);
}

#[test]
fn scorecards_of_promises_judge_what_others_ask_of_them() {
    let Company { platform, shop } = &Company::new();
    platform.write("cards.kdl", "scorecard small for=bucket { level Ok { rule small { size below 3; }; }; }\n");
    platform.apply();
    shop.run(["catalog", "pull"]).code(0).says(["+  scorecard:small"]);
    shop.run(["score"]).code(0).says(["small: 1 entity", "default/assets"]);
    shop.apply();
    platform.edit("cards.kdl", "below 3", "below 9");
    let level = "scorecard:small  1 request no level -> Ok: request:bucket:default/assets (shop.kdl:5, in no commit) (of project shop-1)";
    platform.run(["plan"]).code(0).says([level]);
}

#[test]
fn files_of_a_promise_go_to_others_with_it() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    let manifest = |name: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n  # \"quoted\"\n");
    platform.write("base/a.yaml", manifest("a"));
    platform.write("base/deep/b.yaml", manifest("b") + "\n\n---\n\ttab: \u{e9}\r\n");
    platform.write("large.yaml", manifest("large"));
    let steps = "workflow configure { files \"base/**\"; match $spec.size { case 9 { files \"large.yaml\"; }; else { status a=b; }; }; resource";
    platform.edit("model.kdl", "workflow configure { resource", steps);
    platform.apply();
    shop.apply();
    let gitops = platform.outside("gitops.git");
    let at = |path: &str| format!("prod/resources/default/bucket/assets/configure-bucket/5058f/{path}");
    assert!(!store::files(&gitops, "main").contains_key(&at("large.yaml")));
    shop.edit("shop.kdl", "size 3", "size 9");
    shop.apply();
    let files = store::files(&gitops, "main");
    for (path, from) in [("a.yaml", "base/a.yaml"), ("deep/b.yaml", "base/deep/b.yaml"), ("large.yaml", "large.yaml")] {
        assert_eq!(files[&at(path)], platform.read(from), "{path}");
    }
    shop.run(["catalog", "pull"]).code(0);
    shop.run(["fmt", "--check", "plat.extern.kdl"]).code(0);
    shop.run(["check"]).code(0);
    shop.run(["plan"]).no_changes();
    platform.run(["plan"]).no_changes();
    // A change of a file alone is a change of the promise.
    platform.write("base/a.yaml", manifest("c"));
    let plan = platform.run(["plan"]).code(0);
    plan.says([
        "~ promise:bucket",
        "name: a",
        "name: c",
        "renders 1 file anew because of promise:bucket",
        "looked at completely: moves, lost files, rendered files",
    ]);
    platform.apply();
    shop.apply();
    assert_eq!(store::files(&gitops, "main")[&at("a.yaml")], manifest("c"));
}

#[test]
fn what_cannot_be_rendered_here_is_said() {
    let Company { platform, shop } = &Company::new();
    shop.apply();
    let files = "workflow configure { files \"base/**\"; resource";
    let manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n";
    platform.write("base/a.yaml", manifest.to_owned() + &"# much\n".repeat(40_000));
    platform.edit("model.kdl", "workflow configure { resource", files);
    let part = "looked at in part: rendered files: what others ask of promise:bucket (1) cannot be rendered here";
    platform.run(["plan"]).code(0).says([part]);
    platform.apply();
    platform.edit("model.kdl", files, "workflow configure { resource");
    platform.run(["plan"]).code(0).says([part]);
}

#[test]
fn what_goes_to_another_project_goes_whoever_applies_first() {
    let Company { platform, shop } = &Company::new();
    shop.apply();
    shop.write("shop.kdl", "removed entity:service:web to-project=platform-1\nrequest bucket assets { size 3; }\n");
    platform.write(
        "web.kdl",
        "entity service web {\n    tier gold\n    system retail\n}\nadopt entity:service:web from=shop-1\n",
    );
    platform.apply();
    platform.run(["plan"]).no_changes();
    shop.apply();
    shop.run(["plan"]).no_changes();
    shop.run(["why", "entity:service:web"]).code(0).says(["owned by      project platform-1\n"]);
}

#[test]
fn policies_of_the_owner_judge_what_others_declare_and_do() {
    let Company { platform, shop } = &Company::new();
    shop.apply();
    platform.write(
        "policies.kdl",
        "policy stored for=entity of=service { require { repo present; }; }\n\
         policy kept for=request of=bucket { on delete; }\n\
         policy small for=plan { require { $updates below 1; }; }\n",
    );
    platform.apply();
    shop.run(["plan"]).code(5).says(["DENIED entity:service:web", "policy stored  plat.extern.kdl:"]);
    shop.run(["catalog", "pull"]).code(0).says(["+  policy:kept", "+  policy:stored"]).never_says("policy:small");
    shop.run(["check"]).code(5).says(["`entity:service:web` breaks the policy `stored`"]);
    shop.edit("shop.kdl", "tier gold", "tier gold\n    repo \"https://example.com/web\"");
    shop.apply();
    let text = shop.read("shop.kdl");
    shop.write("shop.kdl", text.split("request").next().unwrap());
    shop.run(["plan"]).code(5).says(["DENIED request:bucket:default/assets", "policy kept"]);
    // Another one judges where it is asked for.
    shop.write("shop.kdl", text.replace("tier gold", "tier iron"));
    shop.run(["plan"]).code(0);
    shop.edit("plat.kdl", "extern blueprint", "extern policy small\nextern blueprint");
    shop.run(["plan"]).code(5).says(["DENIED the plan", "policy small"]);
}

#[test]
fn a_plan_says_what_of_others_a_policy_comes_to_refuse() {
    let Company { platform, shop } = &Company::new();
    shop.apply();
    let policies = "policy stored for=entity of=service { require { repo present; }; }\n\
                    policy small for=request of=bucket severity=warn { require { size below 3; }; }\n\
                    policy shops for=entity of=service { require { system.area is shops; }; }\n";
    platform.write("policies.kdl", policies);
    let refused = "entity:service:web: the policy `stored` comes to refuse it";
    platform.run(["plan"]).code(0).says([
        "because of policy:stored 1 object becomes invalid",
        refused,
        "(of project shop-1: shop.kdl:1, in no commit)",
        "concerns project shop (shop-1)",
        "looked at in part: validity",
    ]);
    platform.run(["plan"]).never_says("`small` comes").never_says("`shops` comes");
    platform.apply();
    // What it refused before is not new, and what others see of the entity at the other end counts.
    platform.edit("policies.kdl", "repo present", "repo present; tier is gold");
    platform.edit("model.kdl", "area shops", "area rest");
    let plan = platform.run(["plan"]).code(0);
    plan.says(["the policy `shops` comes to refuse it"]).never_says("`stored` comes to refuse it");
    shop.run(["plan"]).code(5).says(["DENIED entity:service:web"]);
}

#[test]
fn a_plan_rests_on_the_policies_of_others() {
    let Company { platform, shop } = &Company::new();
    platform
        .write("policies.kdl", "policy stored for=entity of=service severity=warn { require { repo present; }; }\n");
    platform.apply();
    shop.run(["plan", "--out", "plan.json"]).code(0).says(["WARNED entity:service:web"]);
    platform.edit("policies.kdl", " severity=warn", "");
    platform.apply();
    shop.run(["apply", "plan.json", "--auto-approve"]).code(4);
}

#[test]
fn scorecards_look_along_relations_into_what_others_own() {
    let Company { platform, shop } = &Company::new();
    platform.edit("model.kdl", "{ repo present; }", "{ system.area is shops; }");
    platform.apply();
    shop.run(["catalog", "pull"]).code(0);
    shop.run(["score"]).code(0).says(["ready: 1 entity: 1 Gold"]);
    shop.apply();
    shop.run(["plan"]).no_changes();
    // What the owner changes at the other end is told, as the shop's own plan tells it then.
    platform.edit("model.kdl", "area shops", "area rest");
    let told = "scorecard:ready  1 entity Gold -> no level: entity:service:web";
    let place = " (shop.kdl:1, in no commit) (of project shop-1)";
    platform.run(["plan"]).code(0).says([&*format!("{told}{place}"), "concerns project shop"]);
    platform.apply();
    shop.run(["plan"]).code(0).says([told]);
}

#[test]
fn policies_look_along_relations_into_what_others_own() {
    let Company { platform, shop } = &Company::new();
    let policy = "policy placed for=entity of=service { require { system.area is shops; }; }\n";
    platform.write("policies.kdl", policy);
    platform.apply();
    shop.run(["plan"]).code(0);
    shop.edit("shop.kdl", "system retail", "system other");
    shop.run(["plan"])
        .code(5)
        .says(["DENIED entity:service:web", "`system.area is shops` does not hold: it is `rest`"]);
}

#[test]
fn the_order_of_a_text_renders_nothing_of_others_anew() {
    let Company { platform, shop } = &Company::new();
    platform.edit("model.kdl", "data size=\"${spec.size}\"", "data z=b size=\"${spec.size | default 'a | b'}\" a=c");
    platform.apply();
    shop.apply();
    platform.edit("model.kdl", "z=b", "z=b y=d");
    platform.run(["plan"]).code(0).says(["request:bucket:default/assets renders 1 file anew"]);
    platform.edit(
        "model.kdl",
        "z=b y=d size=\"${spec.size | default 'a | b'}\" a=c",
        "a=c z=b size=\"${spec.size | default 'a | b'}\"",
    );
    platform.run(["plan"]).never_says("renders");
    shop.run(["plan"]).no_changes();
}

#[test]
fn a_request_that_becomes_invalid_is_rendered_by_nobody() {
    let Company { platform, shop } = &Company::new();
    shop.apply();
    platform.edit("model.kdl", "field size integer default=1", "field size integer max=2 default=1");
    platform.edit("model.kdl", "data size", "data added=b size");
    let plan = platform.run(["plan"]).code(0).says(["becomes invalid", "request:bucket:default/assets"]);
    plan.never_says("renders 1 file anew");
}

#[test]
fn what_two_projects_declare_has_one_way_out_whatever_its_file_is_called() {
    let Company { shop, .. } = &Company::new();
    shop.run(["catalog", "pull"]).code(0);
    for file in ["a.kdl", "z.kdl"] {
        let twin = shop.twin();
        twin.write(file, "entity system retail { area mine; }\n");
        twin.run(["check"]).code(3).says([
            &*format!("{file}:1:15: error[E0301]"),
            "another project owns it: to own it here, write an `adopt` line beside it, take out an `extern` line that names it",
        ]);
    }
}

#[test]
fn no_overlay_changes_what_others_own() {
    let Company { platform, shop } = &Company::new();
    platform.write("policy.kdl", "policy has-tier for=entity of=service { require { tier present; }; }\n");
    platform.apply();
    shop.run(["catalog", "pull"]).code(0);
    shop.run(["check"]).code(0);
    for overlay in [
        "unset policy has-tier",
        "unset scorecard ready",
        "blueprint service { set property region string; }",
        "unset blueprint service",
    ] {
        shop.write("overlay.kdl", format!("overlay {{ {overlay}; }}\n"));
        let said = ["E0378", "belongs to another project, and no overlay of this one changes it"];
        shop.run(["check"]).code(3).says(said);
        shop.run(["plan"]).code(3).complains(said);
    }
}

#[test]
fn a_plan_that_was_saved_takes_over_nothing_that_the_project_lost_since() {
    let Company { platform, shop } = &Company::new();
    shop.apply();
    shop.edit("shop.kdl", "size 3", "size 4");
    shop.run(["plan", "--out", "plan.json"]).code(0);
    platform.run(["catalog", "forget", "shop-1", "--auto-approve", "--allow-recent"]).code(0);
    shop.run(["apply", "plan.json"]).code(4).complains(["the project does not own it"]);
    shop.run(["catalog", "projects"]).code(0).says(["shop-1      0 objects"]);
}

#[test]
fn a_policy_that_came_since_stops_a_saved_plan() {
    let Company { platform, shop } = &Company::new();
    shop.run(["plan", "--out", "plan"]).code(0);
    platform.write("policy.kdl", "policy iron for=entity of=service { require { tier is iron; }; }\n");
    platform.apply();
    let before = store::references(&platform.outside("catalog.git"));
    shop.run(["apply", "plan"]).code(4).complains(["policy:iron: it came since, and the plan was not judged by it\n"]);
    shop.run(["apply", "plan", "--replan=if-equivalent"]).code(4).complains(["it breaks a policy: `tier is iron`"]);
    let after = store::references(&platform.outside("catalog.git"));
    assert_eq!(before["refs/heads/plat-catalog"], after["refs/heads/plat-catalog"], "something was written");
    // One that judges nothing here stops nothing, and one that holds is planned with.
    platform.write("policy.kdl", "policy gold for=entity of=service { require { tier is gold; }; }\n");
    platform.apply();
    shop.run(["apply", "plan"]).code(4).complains(["policy:gold"]);
    shop.run(["apply", "plan", "--replan=if-equivalent"]).code(0);
    shop.edit("shop.kdl", "size 3", "size 4");
    shop.run(["plan", "--out", "plan"]).code(0);
    platform.write("other.kdl", "policy teams for=team { require { title present; }; }\n");
    platform.edit("model.kdl", "team shop\n", "team shop { title S; }\n");
    platform.apply();
    shop.run(["apply", "plan"]).code(0);
}

#[test]
fn what_an_extern_line_brings_is_owned_once_its_node_is_copied() {
    let Company { shop, .. } = &Company::new();
    shop.run(["catalog", "pull"]).code(0);
    shop.write("taken.kdl", "adopt entity:system:retail from=platform-1\n");
    let said = shop.run(["check"]).code(3).says(["error[E0714]", "copy its node out of `plat.extern.kdl`"]);
    said.never_says("what another project has comes by");
    shop.write("taken.kdl", "adopt entity:system:retail from=platform-1\nentity system retail { area shops; }\n");
    shop.run(["check"]).code(3).says(["error[E0301]", "and `plat catalog pull`"]);
    shop.run(["catalog", "pull"]).code(0).says(["-  entity:system:retail"]);
    shop.run(["check"]).code(0);
    shop.run(["plan"]).code(0).says(["& entity:system:retail", "taken from project platform-1"]);
    // What others changed of it is for its owner to tell.
    shop.write("taken.kdl", "");
    shop.run(["drift", "--adopt", "entity:system:retail#properties.area"])
        .code(64)
        .complains(["`entity:system:retail` is another project's, and only used here"]);
    // Once nobody owns it, and as long as it is used.
    let nobodys = shop.twin();
    nobodys.write("taken.kdl", "");
    nobodys.apply();
    let text = nobodys.read("plat.kdl").replace("shop", "other");
    let other = Project::new().file("plat.kdl", text.split("extern").next().unwrap());
    other.run(["catalog", "forget", "platform-1", "--allow-recent", "--auto-approve"]).code(0);
    nobodys.run(["drift", "--unmanaged", "--adopt", "promise:bucket"]).code(5).says([
        "NOT TAKEN OVER promise:bucket",
        "copy its node out of `plat.extern.kdl` into a file of your own, take out the `extern` line",
    ]);
}

#[test]
fn a_library_that_two_projects_use_is_one_that_the_second_has_of_the_first() {
    let (first, second) = (&Project::new(), &Project::new());
    let catalog = first.outside("catalog.git").display().to_string();
    let text = |name: &str, line: &str| {
        format!("project {name} {{\n    id {name}-1\n    catalog git create {{ url \"{catalog}\"; }}\n}}\n{line}\n")
    };
    first.write("plat.kdl", text("first", "use \"std:services\""));
    first.apply();
    second.write("plat.kdl", text("second", "use \"std:services\""));
    second.run(["plan"]).code(5).says([
        "belong to project first-1",
        "or take it out of the text, and with it a `use` that brings it, and write `extern project first-1`",
    ]);
    second.write("plat.kdl", text("second", "use \"std:services\"\nextern blueprint service"));
    second.run(["plan"]).code(3).complains([
        "error[E0301]: blueprint `service` is declared twice\n    this one comes with a `use`\n",
        "another project has it\n",
        "or take out this one, or the `use` that it comes with",
    ]);
    second.write("plat.kdl", text("second", "extern project first-1"));
    second.run(["plan"]).no_changes();
}

#[test]
fn a_destination_that_went_to_a_third_project_comes_by_a_line_of_its_own() {
    let Company { platform, shop } = &Company::new();
    shop.apply();
    let text = platform.read("plat.kdl").replace("platform", "infra").replace(" create", "");
    let adopted = "extern state-store gitops\ndestination prod { store gitops; labels environment=prod; }\nadopt destination:prod from=platform-1\n";
    let infra = Project::new().file("plat.kdl", text).file("taken.kdl", adopted);
    infra.apply();
    let told = shop.run(["plan"]).code(3).complains(["error[E0550]", "comes by `extern destination NAME`"]);
    told.never_says("E0742");
    shop.edit("plat.kdl", "extern promise", "extern destination prod\nextern promise");
    shop.run(["plan"]).no_changes();
}

#[test]
fn each_environment_has_the_copy_of_its_own_catalog() {
    let Company { platform, shop } = &Company::new();
    let at = |name: &str| platform.outside(name).display().to_string();
    let production = platform.twin();
    production.edit("plat.kdl", &at("catalog.git"), &at("other.git"));
    production.edit("model.kdl", "values gold iron", "values gold lead");
    production.apply();
    let environments = format!(
        "environment staging\nenvironment production {{ catalog git {{ url \"{}\"; }}; }}\n\
         overlay staging {{ entity service web {{ set tier iron; }}; }}\noverlay production {{ entity service web {{ set tier lead; }}; }}\n",
        at("other.git")
    );
    shop.write("plat.kdl", shop.read("plat.kdl") + &environments);
    shop.write("shop.kdl", "entity service web { tier gold; system retail; }\n");
    shop.run(["catalog", "pull", "--env", "staging"]).code(0).says(["Pulled 7 objects"]);
    shop.run(["check", "--env", "staging"]).code(0);
    shop.run(["check"]).code(3).says(["error[E0740]", "`plat catalog pull --env production` brings it"]);
    shop.run(["plan", "--env", "production"])
        .code(0)
        .complains(["plat.extern.production.kdl lacks", "`plat catalog pull --env production`"]);
    shop.run(["catalog", "pull", "--env", "production"]).code(0).says(["Pulled 7 objects"]);
    shop.run(["check"]).code(0).stdout("No problems.\n");
    shop.run(["catalog", "pull", "--env", "all"])
        .code(0)
        .says(["plat.extern.staging.kdl is", "plat.extern.production.kdl is"]);
    for name in ["staging", "production"] {
        shop.run(["catalog", "pull", "--env", name]).code(0).says(["Nothing to pull: plat.extern.", name]);
        shop.run(["plan", "--env", name]).code(0).never_says("catalog pull");
    }
    assert!(shop.read("plat.extern.staging.kdl").contains("gold iron"));
    assert!(shop.read("plat.extern.production.kdl").contains("gold lead"));
    assert!(!shop.path("plat.extern.kdl").exists() && shop.path("plat.extern.staging.lock").exists());
    shop.write("plat.extern.production.kdl", shop.read("plat.extern.staging.kdl"));
    let told = ["plat.extern.production.kdl:1:1: error[E0741]", "`plat.extern.production.lock`"];
    shop.run(["check", "--env", "production"]).code(3).says(told);
    shop.run(["check", "--env", "staging"]).code(0);
}
