//! What stands in the way of moving in is told as what it is, and blamed on whose it is.

use crate::project::Project;

#[test]
fn two_promises_of_one_kind_are_told_with_one_cause() {
    let promise = |name: &str| {
        format!(
            "---\napiVersion: platform.kratix.io/v1alpha1\nkind: Promise\nmetadata: {{name: {name}}}\nspec: {{api: {{apiVersion: apiextensions.k8s.io/v1, \
             kind: CustomResourceDefinition, metadata: {{name: dbs.e.com}}, spec: {{group: e.com, scope: Namespaced, names: {{kind: Db, plural: dbs, \
             singular: db}}, versions: [{{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object, properties: {{spec: \
             {{type: object, properties: {{a: {{type: string}}}}}}}}}}}}}}]}}}}}}\n"
        )
    };
    let project = Project::new().file("a.yaml", promise("one") + &promise("two"));
    let run = project.run(["import", "kratix", "a.yaml", "--out", "out"]);
    run.complains(["both define the kind `Db`"]).never_says("`api` needs");
}
