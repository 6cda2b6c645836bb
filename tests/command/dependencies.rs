//! What a promise depends on: it is at every destination that may take requests of the promise, without any request.

use crate::others::Company;
use crate::project::Project;
use crate::store::{files, somebody_writes};

const PLATFORM: &str = r#"project demo { id demo-1; }
state-store gitops git create { url ".plat/gitops.git"; }
destination eu { store gitops; labels environment=production; }
destination us { store gitops; labels environment=staging; layout flat; }
destination lab { store gitops; labels region=lab; }
destination mars { store gitops; labels environment=mars; }
promise postgresql {
    api group=db.example.com version=v1 kind=PostgreSQL {
        field environment enum default=production { values production staging; }
    }
    schedule environment=$spec.environment
    dependencies {
        resource v1 Namespace databases
        resource v1 ServiceAccount operator {
            metadata { namespace databases; labels promise=$promise; }
        }
        files "operator/**"
    }
    workflow configure {
        resource v1 ConfigMap $name { data environment=$spec.environment; }
    }
}
promise cert-manager {
    schedule environment=production
    dependencies pipeline=install {
        resource v1 Namespace $promise
    }
}
"#;

const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: operator\n  namespace: databases\n";

fn project() -> Project {
    Project::new().file("plat.kdl", PLATFORM).file("operator/config.yaml", CONFIG)
}

/// The files in the store, but those of plat itself.
fn delivered(project: &Project) -> Vec<String> {
    let all = files(&project.path(".plat/gitops.git"), "main").into_keys();
    all.filter(|path| !path.starts_with(".plat")).collect()
}

#[test]
fn they_are_at_every_destination_that_may_take_requests_and_at_those_that_come() {
    let project = project();
    project.run(["plan"]).code(0).says(["promise:cert-manager", "promise:postgresql"]);
    project.apply();
    let static_file = "dependencies/postgresql/5058f/static/postgresql-dependencies.yaml";
    let at_first = [
        "eu/dependencies/cert-manager/install/5058f/namespace-cert-manager.yaml",
        "eu/dependencies/postgresql/5058f/config.yaml",
        &format!("eu/{static_file}"),
        "us/config.yaml",
        "us/static/postgresql-dependencies.yaml",
    ];
    assert_eq!(delivered(&project), at_first);
    let texts = files(&project.path(".plat/gitops.git"), "main");
    let expected = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: databases\n---\napiVersion: v1\nkind: ServiceAccount\n\
                    metadata:\n  name: operator\n  namespace: databases\n  labels:\n    promise: postgresql\n";
    assert_eq!(texts[at_first[2]], expected);
    project.run(["plan"]).no_changes();
    // Without any request a destination gets them that comes later.
    project.write("more.kdl", "destination eu-2 { store gitops; labels environment=production; }\n");
    project.run(["plan"]).code(0).says(["+ destination:eu-2", "+ gitops: 3 files"]);
    project.apply();
    assert_eq!(delivered(&project).iter().filter(|path| path.starts_with("eu-2/")).count(), 3);
    // One that takes nothing any more has nothing, and that is asked for like any deletion of all that there is.
    project.edit("more.kdl", "production; }", "production; drain; }");
    project.run(["apply", "--auto-approve"]).code(5).says(["all 3 files of destination eu-2 are deleted"]);
    project.run(["apply", "--auto-approve", "--allow-delete", "destination:eu-2:*"]).code(0);
    assert_eq!(delivered(&project), at_first);
    project.run(["plan"]).no_changes();
}

#[test]
fn they_are_changed_set_right_and_taken_away_like_all_that_is_delivered() {
    let project = project();
    project.apply();
    let store = project.path(".plat/gitops.git");
    let path = "eu/dependencies/postgresql/5058f/config.yaml";
    somebody_writes(&store, "main", path, Some("kind: Other\n"));
    project.run(["drift", "--detailed-exitcode"]).code(2).says([path]);
    project.apply();
    assert_eq!(files(&store, "main")[path], CONFIG);
    project.write("operator/config.yaml", CONFIG.replace("operator", "operator-2"));
    project
        .run(["plan"])
        .code(0)
        .says(["ConfigMap operator in namespace databases", "content config.yaml"])
        .never_says("anew");
    project.apply();
    // A promise under another name takes them along, wherever they are.
    project.edit("plat.kdl", "promise postgresql {", "promise pg {");
    project.write("moved.kdl", "moved from=\"promise:postgresql\" to=\"promise:pg\"\n");
    project.run(["plan"]).code(0).says(["> promise:pg", "get other paths"]);
    project.apply();
    assert!(delivered(&project).iter().all(|path| !path.contains("postgresql")), "{:?}", delivered(&project));
    // A promise that is protected keeps them.
    project.edit("plat.kdl", "promise pg {", "promise pg {\n    lifecycle { protect; }");
    let protects = project.run(["check"]);
    assert_eq!(protects.code, Some(0), "{}{}", protects.out, protects.err);
    project.apply();
    let text = project.read("plat.kdl");
    let (before, rest) = text.split_once("promise pg {").unwrap();
    let (_, after) = rest.split_once("promise cert-manager").unwrap();
    project.write("plat.kdl", format!("{before}promise cert-manager{after}"));
    project.write("moved.kdl", "");
    project.run(["apply", "--auto-approve", "--max-deletes", "20"]).code(5).says(["promise:pg", "protect"]);
    assert!(delivered(&project).iter().any(|path| path.contains("/pg/")));
}

#[test]
fn they_know_their_promise_and_nothing_of_a_request() {
    let project = project();
    project.write(
        "bad.kdl",
        "promise bad {\n    dependencies {\n        resource v1 Namespace $name\n        resource v1 ConfigMap \"${spec.x}\"\n        \
         if $promise is x { status a=b; }\n    }\n}\n",
    );
    project.run(["check"]).code(3).says([
        "bad.kdl:3:31: error[E0510]: the dependencies of a promise are there without a request, and know no `$name`",
        "help: in scope are $promise, and the tables and items above",
        "bad.kdl:5:28: error[E0201]: the dependencies of a promise are there without a request, and have no status",
    ]);
    // One that nothing takes is told, where there are destinations at all.
    project.write(
        "bad.kdl",
        "promise lonely {\n    schedule planet=mars\n    dependencies { resource v1 Namespace mars; }\n}\n",
    );
    project.run(["check"]).code(0).says(["bad.kdl:3:5: warning[E0550]: no destination takes what `lonely` depends on"]);
    // And so are two of one object, which would take it away from each other.
    project.write("bad.kdl", "promise other {\n    dependencies { resource v1 Namespace databases; }\n}\n");
    project.run(["check"]).code(3).says(["E0533", "promise:postgresql", "databases", "promise:other"]);
}

#[test]
fn a_test_and_a_policy_look_at_them_and_why_says_what_wrote_them() {
    let project = project();
    project.write(
        "tests.kdl",
        "test \"operator\" {\n    given postgresql demo\n    expect resource ServiceAccount operator { metadata { namespace databases; }; }\n    \
         expect destination demo eu\n}\npolicy no-accounts for=manifest of=postgresql {\n    when { $kind is ServiceAccount }\n    description \"no accounts\"\n}\n",
    );
    project.run(["test"]).code(0).says(["1 passed"]);
    project.run(["plan"]).code(5).says(["no accounts"]);
    project.write("tests.kdl", "");
    project.apply();
    let file = "file:gitops:eu/dependencies/postgresql/5058f/static/postgresql-dependencies.yaml";
    project.run(["why", file]).code(0).says(["plat.kdl:12  dependencies {", "resource v1 Namespace databases"]);
    project
        .run(["render", "promise:postgresql"])
        .code(0)
        .says(["static/postgresql-dependencies.yaml  (promise:postgresql)"]);
}

#[test]
fn those_of_a_shared_promise_are_delivered_by_its_owner_alone() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    // More than a catalog holds of files.
    let large =
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: large\ndata:\n  a: {}\n", "x".repeat(300 << 10));
    platform.write("operator/large.yaml", large);
    platform.edit(
        "model.kdl",
        "    workflow configure {",
        "    dependencies { resource v1 Namespace buckets; files \"operator/**\"; }\n    workflow configure {",
    );
    platform.apply();
    let of_promise = || {
        let all = files(&platform.outside("gitops.git"), "main").into_keys();
        all.filter(|path| path.contains("/dependencies/")).collect::<Vec<_>>()
    };
    assert_eq!(of_promise().len(), 2);
    shop.run(["catalog", "pull"]).code(0);
    assert!(!shop.read("plat.extern.kdl").contains("dependencies"));
    shop.run(["check"]).code(0);
    shop.apply();
    shop.run(["plan"]).no_changes();
    assert_eq!((of_promise().len(), company.delivered().len()), (2, 1));
    // What the owner changes of them is nothing to those who use the promise.
    platform.edit("model.kdl", "Namespace buckets", "Namespace storage");
    platform.run(["plan"]).code(0).never_says("request:bucket");
    platform.apply();
    shop.run(["plan"]).no_changes();
}

#[test]
fn what_lies_in_the_store_of_another_project_is_not_left_behind() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.write("shop.kdl", "");
    shop.write(
        "tool.kdl",
        "extern destination prod\npromise tool {\n    dependencies { resource v1 Namespace tool; }\n}\n",
    );
    shop.apply();
    let of_tool = || {
        let all = files(&platform.outside("gitops.git"), "main").into_keys();
        all.filter(|path| path.contains("/dependencies/tool/")).count()
    };
    assert_eq!(of_tool(), 1);
    // Neither by a line that goes nor with the promise, as nobody would take it away any more.
    shop.edit("plat.kdl", "extern blueprint service\nextern promise bucket\n", "");
    shop.edit("tool.kdl", "extern destination prod\n", "");
    let refused = [
        "1 file of 1 promise that the project delivered to state-store:gitops of project platform-1 would stay",
        "dependencies/tool/",
    ];
    let arguments = ["apply", "--auto-approve", "--max-deletes", "20"];
    shop.run(arguments).code(5).says(refused);
    shop.write("tool.kdl", "");
    shop.run(arguments).code(5).says(refused);
    assert_eq!(of_tool(), 1);
}
