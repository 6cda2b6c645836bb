//! What a plan says of the requests of other projects that come to other places, or lose something, is what their own next plan does.

use crate::others::Company;
use crate::project::Project;
use serde_json::Value;
use std::collections::BTreeSet;

/// What becomes of requests: what moves from where to where, which files get another path, which go and which objects, and which come with
/// new content.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    moves: BTreeSet<String>,
    paths: BTreeSet<String>,
    files: BTreeSet<String>,
    objects: BTreeSet<String>,
    anew: BTreeSet<String>,
}

impl Told {
    /// What the plan of the owner tells of others.
    pub(crate) fn of_others(plan: &Value) -> Self {
        let mut told = Self::default();
        for one in list(plan, "redelivered") {
            told.add(one, &list(one, "objects"));
            let path = |path: &Value| [&path["from"], &path["to"]].map(Value::to_string).join(" ");
            told.paths.extend(list(one, "paths").into_iter().map(path));
            if let Some(moves) = one.get("moves") {
                told.moves.insert(move_of(moves));
            }
        }
        told.anew(plan);
        told
    }

    /// What the plan of a project does with its own.
    pub(crate) fn of_own(plan: &Value) -> Self {
        let moved = plan["operations"].as_array().unwrap().iter().filter(|operation| operation["action"] == "move");
        let paths = moved.map(|one| [&one["from"], &one["address"]].map(Value::to_string).join(" ")).collect();
        let moves = list(plan, "moves").into_iter().map(move_of).collect();
        let mut told = Self { moves, paths, ..Self::default() };
        for one in list(plan, "lost") {
            let objects: Vec<&Value> = list(one, "objects").into_iter().map(|lost| &lost["object"]).collect();
            told.add(one, &objects);
        }
        told.anew(plan);
        told
    }

    /// Whether nothing becomes of anything.
    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    fn add(&mut self, one: &Value, objects: &[&Value]) {
        self.files.extend(list(one, "files").into_iter().map(Value::to_string));
        // A project does not name what is in its files that go.
        let objects = objects.iter().filter(|_| list(one, "files").is_empty());
        self.objects.extend(objects.map(|object| object["name"].to_string()));
    }

    fn anew(&mut self, plan: &Value) {
        for one in list(plan, "rendered") {
            self.anew.extend(list(one, "files").into_iter().map(Value::to_string));
        }
    }
}

fn list<'v>(value: &'v Value, name: &str) -> Vec<&'v Value> {
    let value = value.get("impact").unwrap_or(value);
    value.get(name).and_then(Value::as_array).into_iter().flatten().collect()
}

fn move_of(moves: &Value) -> String {
    ["request", "from", "to"].map(|name| moves[name].to_string()).join(" ")
}

/// The plan of a project as a document.
pub(crate) fn plan(project: &Project) -> Value {
    let run = project.run(["plan", "--format", "json"]).code(0);
    serde_json::from_str(&run.out).unwrap()
}

/// The platform's change, in words, its file, and what stands there in place of what.
type Change = (&'static str, &'static str, &'static str, &'static str);

const CHANGES: [Change; 14] = [
    ("drained", "delivery.kdl", "destination prod { store gitops;", "destination prod { store gitops; drain;"),
    (
        "other labels",
        "delivery.kdl",
        "prod { store gitops; labels environment=prod",
        "prod { store gitops; labels environment=test",
    ),
    ("gone", "delivery.kdl", "destination prod { store gitops; labels environment=prod; }", ""),
    ("another name", "delivery.kdl", "destination prod {", "destination production { path prod;"),
    (
        "another path",
        "delivery.kdl",
        "destination prod { store gitops;",
        "destination prod { store gitops; path \"p/q\";",
    ),
    ("flat", "delivery.kdl", "destination prod { store gitops;", "destination prod { store gitops; layout flat;"),
    ("another store", "delivery.kdl", "destination prod { store gitops;", "destination prod { store second;"),
    ("other labels asked for", "model.kdl", "schedule environment=prod", "schedule environment=spare"),
    ("other content", "model.kdl", "data size=\"${spec.size}\"", "data size=\"${spec.size}Gi\""),
    ("another object", "model.kdl", "ConfigMap $name", "ConfigMap \"${name}-x\""),
    ("another kind", "model.kdl", "resource v1 ConfigMap", "resource \"g.io/v1\" Thing"),
    (
        "one more object",
        "model.kdl",
        "workflow configure {",
        "workflow configure { resource v1 ConfigMap \"${name}-more\" { data a=b; };",
    ),
    (
        "another name",
        "delivery.kdl",
        "destination prod {",
        "moved from=destination:prod to=destination:production\ndestination production {",
    ),
    ("nothing but a title", "model.kdl", "api group=e.com", "title \"A bucket\"; api group=e.com"),
];

/// A platform with a second destination that takes what the first does, and one that takes what is asked for otherwise.
pub(crate) fn company() -> Company {
    let company = Company::new();
    let platform = &company.platform;
    crate::others::bare(&platform.outside("second.git"));
    let url = platform.outside("second.git").display().to_string();
    let more = format!(
        "state-store second git {{ url \"{url}\"; }}\n\
         destination other {{ store gitops; labels environment=spare; }}\n\
         destination twin {{ store gitops; labels environment=prod; drain; }}\n"
    );
    platform.write("delivery.kdl", platform.read("delivery.kdl") + &more);
    platform.apply();
    company.shop.apply();
    assert_eq!(company.delivered().len(), 1);
    platform.edit("delivery.kdl", "labels environment=prod; drain;", "labels environment=prod;");
    platform.apply();
    company.shop.run(["plan"]).no_changes();
    company
}

#[test]
fn what_a_plan_says_of_others_is_what_they_come_to_do() {
    for (name, file, from, to) in CHANGES {
        let Company { platform, shop } = &company();
        platform.edit(file, from, to);
        let told = Told::of_others(&plan(platform));
        platform.run(["apply", "--auto-approve"]).code(0);
        assert_eq!(told, Told::of_own(&plan(shop)), "{name}");
        assert_eq!(told == Told::default(), name == "nothing but a title", "{name}");
    }
}

#[test]
fn what_no_destination_takes_any_more_is_told_as_what_becomes_invalid() {
    for (name, file, from, to) in CHANGES {
        let Company { platform, shop } = &Company::new();
        shop.apply();
        // What is in another state store, or asks for other labels, finds nothing there.
        let takes_nothing = ["drained", "other labels", "gone", "other labels asked for"].contains(&name);
        platform.edit(file, from, &to.replace("store second", "store gitops"));
        let plan = platform.run(["plan"]).code(0);
        if takes_nothing {
            let labels = if file == "model.kdl" { "environment=spare" } else { "environment=prod" };
            plan.says([
                "request:bucket:default/assets: no destination takes it any more",
                labels,
                "of project shop-1: shop.kdl:5",
            ]);
        } else {
            plan.never_says("no destination takes it any more");
        }
        platform.run(["apply", "--auto-approve"]).code(0);
        shop.run(["plan"]).code(if takes_nothing { 3 } else { 0 });
    }
}

#[test]
fn what_was_taken_back_before_others_applied_means_nothing_for_them() {
    for (name, file, from, to) in CHANGES {
        let Company { platform, shop } = &company();
        let text = platform.read(file);
        platform.edit(file, from, to);
        platform.run(["apply", "--auto-approve"]).code(0);
        platform.write(file, text);
        assert_eq!(Told::of_others(&plan(platform)), Told::default(), "{name}");
        platform.run(["apply", "--auto-approve"]).code(0);
        shop.run(["plan"]).no_changes();
    }
}

#[test]
fn a_state_store_of_another_name_at_the_same_place_moves_nothing_of_others() {
    let Company { platform, shop } = &company();
    let text = platform.read("delivery.kdl");
    let text = text.replace("state-store gitops", "state-store main").replace("store gitops;", "store main;");
    platform.write("delivery.kdl", text);
    assert_eq!(Told::of_others(&plan(platform)), Told::default());
    platform.run(["apply", "--auto-approve"]).code(0);
    shop.run(["plan"]).no_changes();
}

#[test]
fn a_file_that_gets_another_path_and_other_content_is_not_lost() {
    let Company { platform, shop } = &company();
    platform.edit("delivery.kdl", "destination prod { store gitops;", "destination prod { store gitops; path p2;");
    platform.edit("model.kdl", "data size=\"${spec.size}\"", "data size=\"${spec.size}Gi\"");
    let told = Told::of_others(&plan(platform));
    assert!(told.files.is_empty() && told.paths.len() == 1 && told.anew.len() == 1, "{told:?}");
    platform.run(["apply", "--auto-approve"]).code(0);
    assert_eq!(told, Told::of_own(&plan(shop)));
}

#[test]
fn what_others_could_not_plan_any_more_is_told() {
    let company = company();
    let Company { platform, shop } = &company;
    shop.write("more.kdl", "request bucket pics namespace=default { size 4; }\n");
    shop.apply();
    platform.edit("model.kdl", "ConfigMap $name", "ConfigMap shared");
    let told = "`request:bucket:default/pics` delivers ConfigMap `shared` in namespace `default` to `";
    platform.run(["plan"]).code(0).says(["1 object becomes invalid", told, "(of project shop-1"]);
    platform.run(["apply", "--auto-approve"]).code(0);
    shop.run(["plan"]).code(3).complains(["error[E0533]"]);
}

#[test]
fn what_is_not_judged_of_others_is_said() {
    let Company { platform, shop } = &company();
    let policy = "policy there for=request of=bucket { require { $destination in prod twin; }; }\n";
    platform.write("policies.kdl", policy);
    let unjudged = "what policy:there says of what others do, and of where they deliver";
    platform.run(["plan", "--full"]).code(0).never_says("comes to refuse");
    platform.edit("model.kdl", "data size=\"${spec.size}\"", "data size=\"${spec.size}Gi\"");
    platform.run(["plan"]).code(0).says(["renders 1 file anew", "looked at in part: validity", unjudged]);
    platform.apply();
    shop.run(["apply", "--auto-approve"]).code(0);
    // What a team judges by scorecards of its own is not known to the platform.
    shop.write("card.kdl", "scorecard own for=service { level A { rule iron { tier is iron; }; }; }\n");
    shop.apply();
    platform.edit("model.kdl", "property repo url", "property repo url default=\"https://example.com/x\"");
    let own = "what project shop-1 judges by scorecard:own of its own";
    platform.run(["plan"]).code(0).says(["looked at in part: levels", own]);
}

#[test]
fn what_a_project_has_for_what_others_own_judges_its_own_alone() {
    let Company { platform, shop } = &company();
    let pay = platform.twin();
    pay.write("plat.kdl", shop.read("plat.kdl").replace("shop", "pay"));
    pay.write("model.kdl", "entity service ledger { tier gold; system retail; }\n");
    pay.write("delivery.kdl", "");
    pay.run(["apply", "--auto-approve"]).code(0);
    shop.write("card.kdl", "scorecard own for=service { level A { rule gold { tier is gold; }; }; }\n");
    shop.run(["plan"]).code(0).says(["entity:service:web"]).never_says("ledger");
    shop.apply();
    shop.run(["plan"]).no_changes();
    shop.edit("card.kdl", "tier is gold", "tier is iron");
    shop.run(["plan"]).code(0).says(["entity:service:web"]).never_says("ledger");
}
