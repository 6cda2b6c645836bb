//! Where projects that share a catalog deliver to: what one hands over, takes away or makes, and what another one has there already.

use crate::others::Company;
use crate::project::Project;

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
