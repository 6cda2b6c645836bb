//! A change that every part of an apply has something to do for: it makes, changes, moves, lets go of and deletes objects of the
//! catalog and files of two repositories, and takes a field from a blueprint.

use crate::project::Project;
use crate::store;
use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) const PLATFORM: &str = r#"
project demo { id demo }
state-store east git create { url ".plat/stores/east.git"; path clusters }
state-store west git create { url ".plat/stores/west.git" }
destination east { store east; labels side=east }
destination west { store west; labels side=west }
promise app {
    api group=company.com version=v1 kind=App {
        field size integer default=1
        field side enum required { values east west }
    }
    schedule side=$spec.side
    workflow configure {
        resource v1 ConfigMap $name file=config.yaml { data size="${spec.size}" }
    }
}
scorecard ready for=service {
    level Bronze { rule tier { tier present } }
}
"#;

pub(crate) const BEFORE: &str = "
blueprint service {
    property tier string
    property legacy string
}
entity service stays { tier one; legacy old }
entity service changes { tier one; legacy old }
entity service goes { tier one }
entity service old-name { tier one; legacy old }
entity service let-go { tier one }
request app stays { side east }
request app east-changes { side east; size 1 }
request app east-goes { side east }
request app west-changes { side west; size 1 }
request app west-goes { side west }
request app moves { side east }
";

pub(crate) const AFTER: &str = "
blueprint service {
    property tier string
    property owner string
}
entity service stays { tier one }
entity service changes { owner payments }
entity service comes { tier three; lifecycle { on-drift keep } }
entity service new-name { tier two }
moved from=entity:service:old-name to=entity:service:new-name
removed entity:service:let-go keep
request app stays { side east }
request app east-changes { side east; size 2 }
request app east-comes { side east }
request app west-changes { side west; size 2 }
request app west-comes { side west }
request app moves { side west }
";

/// Leases that end as they begin keep nobody out: what two applies come to does not depend on them.
pub(crate) const APPLY: [&str; 6] = ["apply", "--auto-approve", "--max-deletes", "20", "--lease-ttl", "0s"];

/// A project that was never applied.
pub(crate) fn new() -> Project {
    Project::new().file("plat.kdl", PLATFORM).file("state.kdl", BEFORE)
}

/// A project that is applied, with the change written and not applied.
pub(crate) fn changed() -> Project {
    let project = new();
    project.apply();
    project.write("state.kdl", AFTER);
    project
}

/// Everything that an apply leaves behind, without the times at which it was left.
#[derive(Debug, PartialEq)]
pub(crate) struct End {
    pub(crate) tables: BTreeMap<&'static str, Vec<String>>,
    pub(crate) repositories: BTreeMap<&'static str, BTreeMap<String, BTreeMap<String, String>>>,
}

pub(crate) fn end(project: &Project) -> End {
    let catalog = project.catalog();
    let rows = |columns: &str| {
        let mut question = catalog.prepare(&format!("SELECT {columns} ORDER BY 1")).unwrap();
        let rows = question.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<Vec<String>, _>>().unwrap()
    };
    let repository = |name| {
        let mut references = store::references(&project.path(&format!(".plat/stores/{name}.git")));
        // What is left of a lease ends by itself.
        references.retain(|name, _| !name.starts_with("refs/plat/lease/"));
        references
    };
    End {
        tables: BTreeMap::from([
            ("objects", rows("concat_ws(' ', kind, parent, name, hex(digest), body) FROM objects")),
            (
                "inventory",
                rows("concat_ws(' ', kind, parent, name, project, hex(base), lifecycle, hex(fields)) FROM inventory"),
            ),
            ("written", rows("concat_ws(' ', kind, parent, name, project, body) FROM written")),
            ("levels", rows("concat_ws(' ', project, scorecard, kind, parent, name, level) FROM levels")),
        ]),
        repositories: BTreeMap::from(["east", "west"].map(|name| (name, repository(name)))),
    }
}

/// Applies again, sees that there is nothing left to do, and compares with the end of an apply in one go.
#[track_caller]
pub(crate) fn recovers(project: &Project, expected: &End, when: &str) {
    let again = project.run(APPLY);
    assert_eq!(again.code, Some(0), "{when}: {again}");
    assert_eq!(&end(project), expected, "{when}");
    project.run(["plan", "--detailed-exitcode"]).no_changes();
}

pub(crate) fn uninterrupted() -> End {
    let project = changed();
    project.run(APPLY).code(0);
    let end = end(&project);
    assert_eq!(end.repositories["east"]["refs/heads/main"].len(), 3, "{end:#?}");
    assert_eq!(end.repositories["west"]["refs/heads/main"].len(), 3, "{end:#?}");
    assert_eq!(end.repositories["west"].len(), 2, "{end:#?}");
    end
}

pub(crate) fn silent(project: &Project) -> Command {
    let mut command = project.command(APPLY);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

pub(crate) fn duration_of_an_apply(template: &Project) -> Duration {
    let project = template.twin();
    let start = Instant::now();
    assert!(silent(&project).status().unwrap().success());
    start.elapsed()
}
