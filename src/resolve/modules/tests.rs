use crate::resolve::{MemoryLoader, Resolved, Workspace, resolve};
use crate::workspace::load;

const DATABASE: &str = "param owner string required
param sizes array of=string { default small; }
let prefix \"db-${owner}\"
template database {
    param name string required
    entity database \"${prefix}-${name}\" { size $name; }
}
template hidden private { entity database hidden; }
blueprint database { property size string; }
each size in=$sizes { new database name=$size; }
";

fn files<'f>(project: &'f str, module: &'f str, other: &'f str) -> MemoryLoader {
    MemoryLoader::new([
        ("plat.kdl", "project demo"),
        ("a.kdl", project),
        ("modules/database/plat.module.kdl", "module database { plat \">=0.1\"; }"),
        ("modules/database/d.kdl", module),
        ("modules/other/plat.module.kdl", "module other"),
        ("modules/other/o.kdl", other),
    ])
}

fn read(project: &str, module: &str, other: &str) -> Resolved {
    resolve(&files(project, module, other)).unwrap()
}

fn entities(resolved: &Resolved) -> Vec<String> {
    let mut names: Vec<String> = resolved.project.entities.iter().map(|one| one.name.value.to_string()).collect();
    names.sort();
    names
}

fn problems(loader: &MemoryLoader) -> Vec<String> {
    let loaded = load(loader).unwrap();
    let told = |one: &crate::diag::Diagnostic| {
        format!("{} {} {}", loaded.sources.location(one.primary.span()), one.code, one.message)
    };
    loaded.diagnostics.iter().map(told).collect()
}

#[test]
fn a_module_is_there_once_with_what_it_is_given() {
    let project = "let team payments
let prefix mine
use \"./modules/database\" owner=$team sizes=large
new database name=extra
entity database $prefix
";
    let resolved = read(project, DATABASE, "");
    assert_eq!(resolved.diagnostics.iter().map(|one| &*one.message).collect::<Vec<_>>(), [""; 0]);
    assert_eq!(entities(&resolved), ["db-payments-extra", "db-payments-large", "mine"]);
    // Nobody uses it: what is below its folder belongs to nobody.
    assert_eq!(entities(&read("entity thing a; blueprint thing", DATABASE, "")), ["a"]);
}

#[test]
fn modules_use_modules_and_know_their_own_names_alone() {
    let other = "param of string required
use \"../database\" { owner \"${of}-team\"; sizes a b; }
let prefix ignored
";
    let resolved = read("use \"modules/other\" of=shop", DATABASE, other);
    assert_eq!(resolved.diagnostics.iter().map(|one| &*one.message).collect::<Vec<_>>(), [""; 0]);
    assert_eq!(entities(&resolved), ["db-shop-team-a", "db-shop-team-b"]);
    // Two that use each other are each there once.
    let resolved = read(
        "use \"modules/other\"",
        "use \"../other\"\nblueprint b\nentity b one",
        "use \"../database\"\nentity b two",
    );
    assert_eq!(resolved.diagnostics.iter().map(|one| &*one.message).collect::<Vec<_>>(), [""; 0]);
    assert_eq!(entities(&resolved), ["one", "two"]);
}

#[test]
fn what_is_wrong_with_a_module_is_told_where_it_is() {
    let mut wrong = Vec::new();
    for (project, module, expected) in [
        ("use \"./modules/databse\"", "", "a.kdl:1:5 E0360 there is no module in modules/databse"),
        ("use \"./modules/database\"", DATABASE, "a.kdl:1:5 E0209 the module `./modules/database` needs `owner`"),
        ("use \"./modules/database\" owner=a size=b", DATABASE, "a.kdl:1:34 E0408 `module` has no `size`"),
        (
            "param who string required\nuse \"./modules/database\" owner=$who",
            DATABASE,
            "a.kdl:1:7 E0376 the project asks for `who`, and it is not given",
        ),
        ("use \"./modules/database\" owner=1", DATABASE, "a.kdl:1:32 E0401 `owner` takes a string, not a number"),
        ("use \"./modules/database\" owner=a\nnew hidden", DATABASE, "a.kdl:2:5 E0302 there is no template `hidden`"),
        (
            "use \"./modules/database\" owner=a\nuse \"modules/database\" owner=b",
            DATABASE,
            "a.kdl:2:5 E0301 the module `modules/database` is used already, and what is given to it is given there",
        ),
        (
            "use \"./modules/database\"",
            "project other",
            "modules/database/d.kdl:1:1 E0202 `project` does not stand in a module",
        ),
        (
            "use \"./modules/database\"",
            "let a 1\nlet a 2",
            "modules/database/d.kdl:2:5 E0301 value `a` is declared twice",
        ),
        ("use \"./modules/database\"", "new none", "modules/database/d.kdl:1:5 E0302 there is no template `none`"),
        ("module here", "", "a.kdl:1:1 E0202 `module` stands in the `plat.module.kdl` of a module"),
        ("use \"std:services\" a=1", "", "a.kdl:1:1 E0213 `std:services` takes no parameters"),
    ] {
        let told = problems(&files(project, module, ""));
        if told != [expected] {
            wrong.push(format!("{told:?} is not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let newer = MemoryLoader::new([
        ("plat.kdl", "project demo\nuse \"./m\""),
        ("m/plat.module.kdl", "module m { plat \">=99\"; }"),
    ]);
    let told = problems(&newer);
    assert!(
        told.len() == 1 && told[0].starts_with("m/plat.module.kdl:1:17 E0363 plat >=99 is asked for here"),
        "{told:?}"
    );
}

#[test]
fn a_module_that_is_read_again_is_the_same_as_one_that_is_read_anew() {
    let project = "use \"./modules/database\" owner=a";
    let changed =
        DATABASE.replace("let prefix \"db-${owner}\"", "let start \"x-${owner}\"").replace("${prefix}", "${start}");
    let mut workspace = Workspace::default();
    for module in [DATABASE, DATABASE, &changed, DATABASE] {
        let loader = files(project, module, "");
        let again = workspace.resolve(&loader).unwrap();
        let anew = resolve(&loader).unwrap();
        assert_eq!(again.project, anew.project);
        assert_eq!(entities(&again), entities(&anew));
        assert_eq!(again.diagnostics.iter().count(), 0);
    }
    // What did not change was not lowered again.
    let before = workspace.lowered();
    workspace.resolve(&files(project, DATABASE, "")).unwrap();
    assert_eq!(workspace.lowered(), before);
}
