//! The branch of a shared catalog that somebody set back, replaced or took away.

use crate::others::{Company, bare};
use git2::{Oid, Repository, Signature};

const BRANCH: &str = "refs/heads/plat-catalog";

fn catalog(company: &Company) -> Repository {
    Repository::open_bare(company.platform.outside("catalog.git")).unwrap()
}

fn tip(catalog: &Repository) -> Oid {
    catalog.refname_to_id(BRANCH).unwrap()
}

/// Puts a history of its own, without a file, in the place of the branch.
fn replace(catalog: &Repository) {
    let tree = catalog.find_tree(catalog.treebuilder(None).unwrap().write().unwrap()).unwrap();
    let who = Signature::now("A", "a@example.com").unwrap();
    let other = catalog.commit(None, &who, &who, "Other", &tree, &[]).unwrap();
    catalog.reference(BRANCH, other, true, "").unwrap();
}

#[test]
fn who_uses_what_others_own_is_told_that_the_catalog_was_replaced() {
    let company = Company::new();
    let Company { shop, .. } = &company;
    shop.apply();
    shop.run(["catalog", "pull"]).code(0);
    let (catalog, copy) = (catalog(&company), shop.read("plat.extern.kdl"));
    let before = tip(&catalog);
    replace(&catalog);
    let told = "branch plat-catalog of the catalog was set back, or replaced: it is at ";
    for command in ["plan", "drift"] {
        shop.run([command]).code(3).complains([told, "E0742"]);
    }
    shop.run(["catalog", "pull"]).code(5).complains([told, "Nothing was pulled", "plat catalog pull --allow-set-back"]);
    assert_eq!(shop.read("plat.extern.kdl"), copy);
    let anew = shop.twin();
    anew.run(["catalog", "pull", "--allow-set-back"]).code(3).says(["-  promise:bucket"]);
    anew.run(["catalog", "pull"]).code(3).never_says("set back");
    anew.run(["plan"]).code(3).never_says("set back");
    catalog.reference(BRANCH, before, true, "").unwrap();
    shop.run(["catalog", "pull"]).code(0).says(["Nothing to pull"]);
    shop.run(["plan"]).no_changes().never_says("set back");
}

#[test]
fn a_branch_that_is_gone_is_not_begun_anew_by_who_remembers_it() {
    let company = Company::new();
    let Company { platform, .. } = &company;
    let (catalog, seen) = (catalog(&company), platform.path(".plat/catalog.seen"));
    let before = tip(&catalog);
    catalog.find_reference(BRANCH).unwrap().delete().unwrap();
    let [back, anew] = [format!("branch plat-catalog {before}"), format!("take the file {} away", seen.display())];
    let told = ["branch plat-catalog of the catalog is gone", &*back, "only where another catalog is to begin", &*anew];
    platform.run(["plan"]).code(1).complains(told);
    platform.run(["apply", "--auto-approve"]).code(1);
    assert!(catalog.find_reference(BRANCH).is_err());
    // What the runs wrote down says it too.
    std::fs::remove_file(&seen).unwrap();
    let outcome = platform.run(["plan"]).code(1).complains(["the runs of this project wrote last", "update-ref -d "]);
    let journal = outcome.err.split("update-ref -d ").nth(1).unwrap().split_whitespace().next().unwrap();
    catalog.find_reference(journal.trim_matches(['\'', '`'])).unwrap().delete().unwrap();
    platform.run(["plan"]).code(0).says(["+ create 9"]);
    catalog.reference(BRANCH, before, true, "").unwrap();
    platform.run(["plan"]).no_changes();
}

#[test]
fn a_branch_that_is_gone_is_put_back_to_what_others_wrote_last() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    let catalog = catalog(&company);
    shop.apply();
    let newest = tip(&catalog);
    catalog.find_reference(BRANCH).unwrap().delete().unwrap();
    let back = format!("branch plat-catalog {newest}`, the newest one that a run of another project wrote; only where");
    let outcome = platform.run(["plan"]).code(1).complains([&*back]).never_says("others may have written later");
    outcome.complains([", and take away what its runs wrote down, by `git "]);
    shop.run(["plan"]).code(1).complains([&*format!("branch plat-catalog {newest}`; only where")]);
    catalog.reference(BRANCH, newest, true, "").unwrap();
    platform.run(["plan"]).no_changes();
}

#[test]
fn an_apply_takes_what_was_set_back_for_what_is_there_also_where_it_changes_nothing() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    let catalog = catalog(&company);
    let before = tip(&catalog);
    shop.apply();
    catalog.reference(BRANCH, before, true, "").unwrap();
    shop.run(["plan"]).code(0).says(["NOTICE branch plat-catalog of the catalog was set back"]);
    shop.write("shop.kdl", "");
    shop.run(["plan"]).code(0).says(["NOTICE branch plat-catalog of the catalog was set back"]);
    shop.run(["apply", "--auto-approve"]).code(0).says(["NOTICE branch"]);
    shop.run(["plan"]).code(0).never_says("NOTICE branch");
    // Nor is it by a runner that sees it for the first time.
    let fresh = shop.twin();
    std::fs::remove_dir_all(fresh.path(".plat")).unwrap();
    fresh.run(["plan"]).code(0).never_says("NOTICE branch");
    platform.run(["plan"]).no_changes().never_says("NOTICE branch");
}

#[test]
fn who_wrote_what_was_set_back_is_named() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    let catalog = catalog(&company);
    let before = tip(&catalog);
    shop.apply();
    platform.run(["plan"]).no_changes();
    let gone = tip(&catalog).to_string();
    catalog.reference(BRANCH, before, true, "").unwrap();
    let told = format!("commit {} of project shop-1, which this machine saw last, is not on it any more", &gone[..12]);
    platform.run(["plan"]).code(0).says([&*told]);
}

#[test]
fn another_catalog_is_told_from_one_that_never_was() {
    let company = Company::new();
    let Company { platform, .. } = &company;
    platform.edit("plat.kdl", "catalog.git\"; }", "catalog.git\"; path held; }");
    let told =
        "NOTICE the catalog that the text says knows nothing of this project, which was applied from this folder to ";
    platform.run(["plan"]).code(0).says(["+ create 9", told, ", branch plat-catalog: all is new to it"]);
    platform.apply();
    platform.edit("plat.kdl", "; path held; }", "; path other; }");
    platform.run(["plan"]).code(0).says([told, ", branch plat-catalog, folder held: all is new to it"]);
    platform.edit("plat.kdl", "; path other; }", "; path held; }");
    platform.run(["plan"]).no_changes().never_says("NOTICE");
}

#[test]
fn who_goes_from_the_own_folder_to_a_shared_catalog_is_told_what_stays_behind() {
    let project = crate::demo::applied();
    bare(&project.outside("catalog.git"));
    let said = project.outside("catalog.git").display().to_string();
    let shared = format!("project demo {{\n    id demo\n    catalog git create {{ url \"{said}\"; }}\n}}");
    project.edit("plat.kdl", "project demo { id demo }", &shared);
    let told = "NOTICE the catalog that the text says knows nothing of this project, which was applied from this folder to the one in its folder \
        `.plat`, which holds ";
    project
        .run(["plan"])
        .code(0)
        .says([told, "`plat catalog copy embedded declared`, before the first apply, takes them along"]);
    let anew = project.twin();
    project.run(["catalog", "copy", "embedded", "declared", "--auto-approve"]).code(0);
    project.run(["plan"]).no_changes().never_says("NOTICE");
    // What is applied there is of another one from then on: a copy is none of it.
    anew.edit("plat.kdl", "catalog.git\"; }", "other.git\"; }");
    bare(&project.outside("other.git"));
    anew.run(["plan"]).code(0).says([told]);
    anew.apply();
    anew.write("more.kdl", "team more\n");
    anew.run(["plan"]).code(0).never_says("NOTICE");
    // Into one in which others own things nothing is copied.
    let company = Company::new();
    let late = project.twin();
    std::fs::remove_file(late.path(".plat/applied")).unwrap_or_default();
    late.write(
        "plat.kdl",
        late.read("plat.kdl").replace(&said, &company.platform.outside("catalog.git").display().to_string()),
    );
    late.run(["plan"]).code(5).says([told, "Others own things in the new one, so that it takes no copy"]);
}

#[test]
fn a_state_store_that_is_not_there_any_more_is_told_from_one_that_never_was() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.run(["catalog", "pull"]).code(0);
    let store = platform.outside("gitops.git");
    std::fs::rename(&store, platform.outside("away.git")).unwrap();
    shop.run(["plan"]).code(1).complains(["there is no Git repository at"]).never_says("delivered");
    std::fs::rename(platform.outside("away.git"), &store).unwrap();
    shop.apply();
    std::fs::rename(&store, platform.outside("away.git")).unwrap();
    shop.run(["plan"]).code(1).complains(["runs of this project delivered 1 file to it, so that it was there"]);
}

#[test]
fn what_stays_where_a_state_store_was_is_named() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    bare(&platform.outside("other.git"));
    platform.edit("delivery.kdl", "gitops.git", "other.git");
    platform.run(["apply", "--auto-approve", "--allow-delete", "state-store:gitops"]).code(0);
    let told = "where they were delivered before, they stay (file:gitops:prod/resources/default/bucket/assets/";
    shop.run(["plan"]).code(0).says(["NOTICE state store gitops", told]);
}
