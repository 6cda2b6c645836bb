//! A small platform: a blueprint with two services, and a promise with two requests that go to one repository.

use crate::project::Project;
use std::path::PathBuf;

pub(crate) const PLATFORM: &str = r#"project demo { id demo }

state-store gitops git create {
    url ".plat/stores/gitops.git"
}

destination main {
    store gitops
    labels side=main
}

promise app {
    api group=company.com version=v1 kind=App {
        field size integer default=1
    }
    schedule side=main
    workflow configure {
        resource v1 ConfigMap $name file=config.yaml {
            data size="${spec.size}"
        }
    }
}

blueprint service {
    property tier string
    property owner string
}
"#;

pub(crate) const SERVICES: &str = "entity service cart {
    tier one
    owner shop
}

entity service ledger {
    tier one
}
";

pub(crate) const REQUESTS: &str = "request app web {
    size 1
}

request app api {
    size 2
}
";

/// The platform, never applied.
pub(crate) fn new() -> Project {
    Project::new().file("plat.kdl", PLATFORM).file("services.kdl", SERVICES).file("requests.kdl", REQUESTS)
}

/// The platform, applied.
pub(crate) fn applied() -> Project {
    let project = new();
    project.apply();
    project
}

/// The repository that it delivers to.
pub(crate) fn repository(project: &Project) -> PathBuf {
    project.path(".plat/stores/gitops.git")
}

/// Where the manifest of a request lies in the repository.
pub(crate) fn manifest(request: &str) -> String {
    format!("main/resources/default/app/{request}/configure-app/5058f/config.yaml")
}
