//! The way of the README: the example of a company, applied, applied again, and changed by one line.

use crate::project::Project;
use crate::store;

const NO_CHANGES: &str = "No changes. 38 objects and files match.\n";

fn applied() -> Project {
    let project = Project::example("company");
    project.apply();
    project
}

#[test]
fn the_first_apply_shows_the_plan_and_the_levels() {
    let project = Project::example("company");
    project.apply().stderr("").says([
        "plan of company  + create 38  = unchanged 0\n",
        "\n+ blueprint:service  catalog/service.kdl:1\n",
        "\n+ entity:service:checkout  catalog/services.kdl:1\n",
        "\n+ staging-gitops: 1 file  +16 -0  (--rendered shows them)\n",
        "\nConsequences\n",
        "\nApplied 31 objects, 6 files of production-gitops in commit ",
        ", 1 file of staging-gitops in commit ",
        "\nscorecard:production_readiness\n",
        "\nGold      6      build-cache, cart, catalog-search, checkout, payments-api, storefront-web\n",
        "\nSilver    2      invoicing, ledger\n",
        "\nBronze    3      feature-flags, fraud-check, recommendations\n",
        "\nno level  1      gift-cards\n",
    ]);
}

#[test]
fn the_repositories_hold_the_manifests() {
    let project = applied();
    let production = project.path(".plat/stores/production.git");
    let files = store::files(&production, "main");
    let folder = "production/resources/my-team/postgresql/my-app-db/configure-postgresql/5058f";
    assert_eq!(files.len(), 6);
    assert_eq!(
        files[&format!("{folder}/backup.yaml")],
        "apiVersion: postgresql.cnpg.io/v1\nkind: ScheduledBackup\nmetadata:\n  name: my-app-db-nightly\n  \
         namespace: my-team\nspec:\n  schedule: 0 0 2 * * *\n  cluster:\n    name: my-app-db\n"
    );
    assert!(files[&format!("{folder}/cluster.yaml")].contains("\n    size: 50Gi\n"));
    let staging = store::files(&project.path(".plat/stores/staging.git"), "main");
    assert_eq!(staging.keys().collect::<Vec<_>>(), ["staging/cluster.yaml"]);
    assert_eq!(store::commits(&production, "main"), 1);
    let message = store::message(&production, "main");
    assert!(message.starts_with("Deliver 6 files of company\n\nPlat-Project: company\nPlat-Plan: "), "{message}");
}

#[test]
fn applying_again_is_one_line_and_no_commit() {
    let project = applied();
    let before = project.snapshot();
    project.apply().stdout(NO_CHANGES).stderr("");
    project.run(["plan", "--detailed-exitcode"]).stdout(NO_CHANGES).code(0);
    assert_eq!(project.snapshot(), before);
}

#[test]
fn the_size_of_a_request_changes_one_manifest() {
    let project = applied();
    project.edit("delivery/requests.kdl", "size medium", "size large");
    let plan = "plan of company  ~ update 2  = unchanged 36\n\
        \n\
        ~ request:postgresql:my-team/my-app-db  delivery/requests.kdl:1\n    \
        spec.size  medium -> large  delivery/requests.kdl:2\n\
        ~ file:production-gitops:production/resources/my-team/postgresql/my-app-db/configure-postgresql/5058f/cluster.yaml  \
        delivery/requests.kdl:1  (+3 -3)\n      \
        @@ -7,10 +7,10 @@\n         \
        instances: 3\n         \
        imageName: ghcr.io/cloudnative-pg/postgresql:15\n         \
        storage:\n      \
        -    size: 50Gi\n      \
        +    size: 100Gi\n         \
        resources:\n           \
        requests:\n      \
        -      cpu: \"1\"\n      \
        -      memory: 2Gi\n      \
        +      cpu: \"2\"\n      \
        +      memory: 4Gi\n         \
        monitoring:\n           \
        enablePodMonitor: true\n\
        \n\
        Consequences\n    \
        request:postgresql:my-team/my-app-db renders 1 file anew\n    \
        no entity changes level\n    \
        looked at completely: moves, lost files, rendered files, levels; \
        not at all: validity, references, dependents, what goes along, new names (--full says why)\n";
    project.run(["plan", "--rendered"]).stdout(plan).stderr("").code(0);
    project.run(["plan", "--rendered", "--detailed-exitcode"]).stdout(plan).code(2);
    project.apply();
    project.apply().stdout(NO_CHANGES);
    assert_eq!(store::commits(&project.path(".plat/stores/production.git"), "main"), 2);
    assert_eq!(store::commits(&project.path(".plat/stores/staging.git"), "main"), 1);
}

#[test]
fn a_field_of_a_service_changes_its_level() {
    let project = applied();
    project.edit(
        "catalog/services.kdl",
        "slackChannel \"#storefront\"\n    environment development",
        "slackChannel \"#storefront\"\n    hasReadme #true\n    environment development",
    );
    let plan = "plan of company  ~ update 1  = unchanged 37\n\
        \n\
        ~ entity:service:gift-cards  catalog/services.kdl:140\n    \
        properties.hasReadme  #true  catalog/services.kdl:148\n\
        \n\
        Consequences\n    \
        scorecard:production_readiness  1 entity no level -> Bronze: entity:service:gift-cards\n    \
        looked at completely: moves, lost files, rendered files, levels; \
        not at all: validity, references, dependents, what goes along, new names (--full says why)\n";
    project.run(["plan"]).stdout(plan).stderr("").code(0);
    project.apply().says([plan, "\nApplied 1 object\n", "\nno level  0\n"]);
    project.apply().stdout(NO_CHANGES);
}

#[test]
fn a_plan_never_writes() {
    let project = Project::example("company");
    reading_writes_nothing(&project, 0);
    project.apply();
    reading_writes_nothing(&project, 0);
    project.edit("delivery/requests.kdl", "version \"16\"", "version \"17\"");
    reading_writes_nothing(&project, 2);
}

fn reading_writes_nothing(project: &Project, changes: i32) {
    let before = project.snapshot();
    for read in ["plan", "check", "test", "score", "render"] {
        project.run([read]).code(0);
    }
    project.run(["get", "entity"]).code(0);
    if before.contains_key(&project.path(".plat")) {
        project.run(["plan", "--format", "json", "--detailed-exitcode"]).code(changes);
    }
    assert!(project.snapshot() == before, "something was written");
}

#[test]
fn the_same_input_prints_the_same_bytes() {
    let project = applied();
    project.edit("delivery/postgresql.kdl", "cpu=\"500m\"", "cpu=\"600m\"");
    let first = project.run(["plan", "--format", "json"]).code(0);
    for _ in 0..5 {
        project.run(["plan", "--format", "json"]).stdout(&first.out);
    }
    let elsewhere = project.twin();
    elsewhere.run(["plan", "--format", "json"]).stdout(&first.out);
}
