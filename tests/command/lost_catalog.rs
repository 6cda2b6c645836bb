//! The branch of a shared catalog that somebody set back, replaced or took away.

use crate::others::Company;
use git2::{Oid, Repository};

const BRANCH: &str = "refs/heads/plat-catalog";

fn catalog(company: &Company) -> Repository {
    Repository::open_bare(company.platform.outside("catalog.git")).unwrap()
}

fn tip(catalog: &Repository) -> Oid {
    catalog.refname_to_id(BRANCH).unwrap()
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
    platform.run(["plan"]).no_changes().never_says("NOTICE branch");
}
