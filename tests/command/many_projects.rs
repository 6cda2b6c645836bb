//! A catalog that several projects share: what each is told of what it leaves, and of what others changed.

use crate::others::Company;

#[test]
fn what_is_to_be_destroyed_is_saved_for_its_catalog() {
    let company = Company::new();
    let Company { shop, .. } = &company;
    shop.apply();
    shop.run(["destroy", "--out", "plan"]).code(0);
    shop.run(["apply", "plan"]).code(0).says(["Applied 2 objects, 1 file"]);
    assert_eq!(company.delivered(), [""; 0]);
}
