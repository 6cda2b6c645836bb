//! One text for several environments: each has its own values, its own catalog, and its own deliveries.

use crate::project::Project;

const PROJECT: &str = "project shop { id shop-1a2b3c; }
environment staging { param region eu-west-1; }
environment production {
    param region us-east-1
    guards max-deletes=1
}
param region string required
param hosts array of=string
";
const MODEL: &str = "blueprint service {
    property tier enum { values critical standard; }
    property region string
    property hosts array of=string
}
entity service cart { tier standard; region $region; hosts $hosts; }
each name pay ship { entity service $name { tier standard; } }
promise db {
    api group=db.shop.com version=v1 kind=Db {
        field size enum required { values small large; }
    }
    workflow configure {
        resource v1 ConfigMap $name { data size=$spec.size; }
    }
}
state-store gitops git { url \"./gitops.git\"; }
destination cluster { store gitops; path shop; }
request db orders { size small; }
";
const OVERLAY: &str = "overlay production {
    entity service cart { set tier critical; }
    unset entity service ship
    request db orders { set size large; }
    destination cluster { set path shop-production; }
    promise db { workflow configure { resource v1 ConfigMap { data { set extra \"${spec.size}-${region}\"; }; }; }; }
}
";

fn project() -> Project {
    let project = Project::new().file("plat.kdl", PROJECT).file("model.kdl", MODEL).file("production.kdl", OVERLAY);
    crate::others::bare(&project.path("gitops.git"));
    project
}

#[test]
fn each_environment_has_its_own_catalog_and_its_own_files() {
    let project = project();
    project.run(["check"]).code(0).says(["No problems."]);
    project.run(["plan"]).code(64).complains(["has environments (staging, production)", "`--env staging`"]);
    project.run(["plan", "--env", "prodution"]).code(64).complains(["did you mean `production`?"]);
    let by_variable = crate::project::Outcome::of(project.command(["plan"]).env("PLAT_ENV", "production"));
    by_variable.code(0).says(["plan of shop in production"]);
    project.run(["apply", "--env", "staging", "-y"]).code(0).says(["plan of shop in staging"]);
    // What the other one delivers to the same repository is not its business.
    let plan = project.run(["plan", "--env", "production"]).code(0).out;
    assert!(plan.starts_with("plan of shop in production  + create 8  = unchanged 0"), "{plan}");
    let table = project.run(["plan", "--env", "all"]).code(0).out;
    for line in [
        "environment staging",
        "No changes. 9 objects and files match.",
        "environment production",
        "entity:service:cart  ",
    ] {
        assert!(table.contains(line), "{line}: {table}");
    }
    assert!(table.ends_with("staging: no changes\nproduction: create 8\n"), "{table}");
    project.run(["apply", "--env", "all", "-y"]).code(0);
    project.run(["plan", "--env", "all", "--detailed-exitcode"]).code(0);
    project.run(["get", "entity", "--env", "production"]).code(0).says(["cart", "pay"]).never_says("ship");
    project.run(["get", "entity", "--env", "staging"]).code(0).says(["cart", "pay", "ship"]);
    let why = project.run(["why", "entity:service:cart", "--env", "production"]).code(0).out;
    assert!(why.contains("production.kdl:2") && why.contains("plat.kdl:4"), "{why}");
    let rendered = project.run(["render", "--env", "production"]).code(0).out;
    assert!(rendered.contains("extra: large-us-east-1"), "{rendered}");
}

#[test]
fn two_environments_are_compared_by_what_they_come_to() {
    let project = project();
    let diff = project.run(["diff", "--env", "staging..production"]).code(0).out;
    for line in [
        "staging -> production, without a look",
        "- entity:service:ship  staging:model.kdl:7",
        "    properties.tier  standard -> critical  production.kdl:2\n",
        "    properties.region  eu-west-1 -> us-east-1  plat.kdl:4\n",
        "    spec.size  small -> large  production.kdl:4\n",
    ] {
        assert!(diff.contains(line), "{line}: {diff}");
    }
    project.run(["diff", "--env", "staging..staging", "--detailed-exitcode"]).code(0).says(["No changes."]);
    // Nothing goes from one to the other, and nothing has to be allowed.
    let text = "param n integer\neach i from=1 to=$n { team \"u${i}\" { lifecycle { protect; }; }; }\n\
        policy stay for=team { on delete; require { $title present; }; }\n";
    let beside = Project::new().file("a.kdl", text).file(
        "plat.kdl",
        "project demo { id demo-1; guards max-deletes=1; }\nenvironment staging { param n 3; }\nenvironment production { param n 0; }\n",
    );
    for (asked, code) in [(&["diff", "--env", "staging..production"][..], 0), (&["--detailed-exitcode"], 2)] {
        let words =
            ["diff", "--env", "staging..production"].iter().chain(asked.iter().filter(|word| word.starts_with("--d")));
        let told = beside.run(words.copied()).code(code).never_says("REFUSED").never_says("DENIED");
        told.says(["- team:u1"]);
    }
    beside.run(["check", "--env", "all"]).code(0);
    project.run(["diff", "HEAD", "--env", "staging..production"]).code(64);
    project.run(["diff", "--env", "staging..prod"]).code(64).complains(["no environment `prod`"]);
}

#[test]
fn a_saved_plan_is_for_its_environment() {
    let project = project();
    project.run(["plan", "--env", "staging", "--out", "plan.json"]).code(0);
    project
        .run(["apply", "plan.json", "--env", "production"])
        .code(64)
        .complains(["plan of project shop-1a2b3c-staging, and this is shop-1a2b3c-production"]);
    project.run(["apply", "plan.json"]).code(0);
    project.run(["plan", "--env", "staging"]).code(0).says(["No changes."]);
    // Of several each gets a file of its own.
    project
        .run(["plan", "--env", "all", "--out", "-"])
        .code(64)
        .complains(["several documents do not fit standard output"]);
    project.run(["plan", "--env", "all", "--out", "plan.json", "--report", "json=report.json"]).code(0);
    project.run(["apply", "plan.production.json"]).code(0);
    for name in ["plan.staging.json", "report.staging.json", "report.production.json"] {
        assert!(project.path(name).exists(), "{name}");
    }
    let json = project.run(["plan", "--env", "all", "--format", "json"]).code(0).out;
    let plans: Vec<serde_json::Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = plans.iter().map(|plan| plan["made_for"]["environment"].as_str().unwrap()).collect();
    assert_eq!(names, ["staging", "production"]);
}

#[test]
fn what_is_wrong_in_one_environment_alone_says_in_which() {
    let project = project();
    project.edit("production.kdl", "set tier critical", "set tier gold");
    let told = project.run(["check"]).code(3).out;
    assert_eq!(told.matches("E0402").count(), 1, "{told}");
    assert!(told.contains("(in production)") && told.contains("production.kdl:2:"), "{told}");
    project.run(["check", "--env", "staging"]).code(0).says(["No problems."]);
    project.write("production.kdl", OVERLAY);
    project.edit("model.kdl", "tier standard; region", "tier gold; region");
    project.edit("production.kdl", "entity service cart { set tier critical; }", "");
    let told = project.run(["check"]).code(3).out;
    assert_eq!(told.matches("E0402").count(), 1, "{told}");
    assert!(!told.contains("(in "), "{told}");
}

#[test]
fn tests_are_run_in_each_environment() {
    let project = project();
    project.write(
        "t.kdl",
        "test large { given db x { size small; }; expect resource ConfigMap x { data extra=\"small-us-east-1\"; }; }\n",
    );
    let told = project.run(["test"]).code(7);
    assert!(told.out.contains("environment staging") && told.out.contains("environment production"), "{told}");
    project.run(["test", "--env", "production"]).code(0);
    project.run(["test", "--env", "staging"]).code(7);
}

#[test]
fn the_name_of_the_environment_is_a_value() {
    let text = "team ops { description \"of ${environment}\"; }\n\
        template t { param name string required; team $name { title $environment; }; }\nnew t name=a\n\
        promise p {\n    api group=x.y version=v1 kind=P\n    workflow configure {\n        \
        resource v1 ConfigMap $name { data stage=$environment text=\"${environment} ${name}\"; }\n    }\n}\n\
        state-store s git { url \"./s.git\"; }\ndestination d { store s; }\nrequest p r\n";
    let declared = "project demo { id demo-1; }\nenvironment staging\nenvironment production\n";
    let project = Project::new().file("plat.kdl", declared).file("a.kdl", text);
    for name in ["staging", "production"] {
        let rendered = project.run(["render", "--env", name]).code(0);
        rendered.says([&*format!("stage: {name}"), &*format!("text: {name} r")]);
    }
    let differs = project.run(["diff", "--env", "staging..production"]).code(0);
    differs.says(["~ team:a", "staging -> production", "~ team:ops", "of staging\" -> \"of production"]);
    // A name of the project's own comes before it, and what has no environments has none.
    project.write("b.kdl", "let environment mine\n");
    project.run(["render", "--env", "staging"]).code(0).says(["stage: mine"]);
    project.write("b.kdl", "");
    project.write("plat.kdl", "project demo { id demo-1; }\n");
    project.run(["check"]).code(3).says(["error[E0374]: there is no value `$environment` here", "environment staging"]);
}

#[test]
fn parameters_are_given_in_a_file() {
    let project = project();
    // In the project's folder it would be a text of the project.
    let write = |name: &str, text: &str| std::fs::write(project.outside(name), text).unwrap();
    write("p.kdl", "hosts a.shop.com b.shop.com\n");
    project.write("p.json", "{\"region\": \"ap-south-1\", \"hosts\": [\"c\"]}");
    let plan = |more: &[&str]| {
        let words: Vec<&str> = ["plan", "--env", "staging", "--full"].iter().chain(more).copied().collect();
        project.run(words).code(0).out
    };
    for (text, told) in [("{\"region\": \"eu-a\"}", "eu-a"), ("region eu-b\n", "eu-b")] {
        let read = project.run_with_input(["plan", "--env", "all", "--params", "-", "--full"], text.as_bytes());
        read.code(0).says([told]);
    }
    project.run_with_input(["show", "-", "--params", "-"], b"").code(64).complains(["two files are read from"]);
    let first = plan(&["--params", "../p.kdl"]);
    assert!(first.contains("a.shop.com") && first.contains("eu-west-1"), "{first}");
    let second = plan(&["--params", "p.json", "--param", "hosts=d"]);
    assert!(second.contains("ap-south-1") && second.contains("hosts  (array)d"), "{second}");
    write("bad.kdl", "hosts\n");
    project
        .run(["plan", "--env", "staging", "--params", "../bad.kdl"])
        .code(64)
        .complains(["../bad.kdl:1:1", "`hosts` has no value"]);
    project.write("bad.json", "[1]");
    project.run(["plan", "--env", "staging", "--params", "bad.json"]).code(64).complains(["no object of JSON"]);
    // What is wrong is told where it stands.
    project.write("bad.json", "{\n  \"region\": [\"a\"],\n  \"hosts\": [\"a\",\n    3],\n  \"other\": 1\n}\n");
    project.run(["check", "--env", "staging", "--params", "bad.json"]).code(3).says([
        "bad.json:2:13: error[E0401]",
        "bad.json:4:5: error[E0401]",
        "bad.json:5:3: error[E0408]",
    ]);
    project.write("bad.json", "{\n  \"region\": \n");
    project.run(["plan", "--env", "staging", "--params", "bad.json"]).code(64).complains(["bad.json:3:1", "not JSON"]);
    project.run(["plan", "--env", "staging", "--params", "none.kdl"]).code(1).complains(["cannot read"]);
}

#[test]
fn a_project_goes_on_as_one_of_its_environments() {
    let project = Project::new()
        .file("plat.kdl", "project shop { id shop-1a2b3c; }\n")
        .file("a.kdl", "blueprint b\nentity b one\n");
    project.apply();
    project.write(
        "plat.kdl",
        "project shop { id shop-1a2b3c; }\nenvironment production { id shop-1a2b3c; }\nenvironment staging\n",
    );
    std::fs::create_dir_all(project.path(".plat/environments/production")).unwrap();
    std::fs::rename(project.path(".plat/catalog.db"), project.path(".plat/environments/production/catalog.db"))
        .unwrap();
    project.run(["plan", "--env", "production"]).code(0).says(["No changes. 2 objects"]);
    project.run(["plan", "--env", "staging"]).code(0).says(["+ create 2"]);
}

#[test]
fn a_policy_that_one_environment_alone_breaks_is_told_with_its_name() {
    let text = "project d { id d-1; }
environment staging { param r a; }
environment production
param r string
blueprint s { property tier string; }
each n x y { entity s \"e-${n}\" { tier a; }; }
overlay production { entity s e-x { set tier critical; }; }
policy crit for=entity of=s severity=warn { description \"c\"; when { tier is critical; }; require { $title present; }; }
";
    let project = Project::new().file("plat.kdl", text);
    let told = project.run(["check"]).code(0).out;
    assert!(told.contains("(in production)"), "{told}");
    project.edit("plat.kdl", "param r a;", "param r a; param r b;");
    project.run(["check"]).code(3).says(["`r` is given twice in this environment"]);
    project.write("plat.kdl", "project d { id d-1; }\nenvironment all\n");
    project.run(["check"]).code(3).says(["`all` is the word for every environment"]);
}

#[test]
fn the_table_of_all_environments_shows_what_is_asked_for_and_of_very_many_changes_what_is_not_alike_first() {
    let project = project();
    project.write("many.kdl", "each number from=10 to=99 {\n    entity service \"a${number}\" { tier standard; }\n}\n");
    let table = |words: &[&'static str]| {
        let plan = project.run(["plan", "--env", "all"].into_iter().chain(words.iter().copied())).code(0).out;
        plan.split_once("all environments\n\n").unwrap().1.to_owned()
    };
    let short = table(&[]);
    assert_eq!(
        short.lines().nth(1).map(|line| line.split_whitespace().collect()),
        Some(vec!["entity:service:ship", "+", "="])
    );
    assert!(short.contains("… 40 more; --full shows them\n\nstaging: create 99\n"), "{short}");
    let full = table(&["--full"]);
    assert!(!full.contains("more") && full.lines().count() == short.lines().count() + 39, "{full}");
    let few = table(&["--address", "entity:service:p*", "--address", "entity:service:ship"]);
    let changes: Vec<&str> = few.lines().skip(1).map_while(|line| line.split_whitespace().next()).collect();
    assert_eq!(changes, ["entity:service:pay", "entity:service:ship"]);
}

/// Sets, behind plat's back, a value of an entity in the catalog of an environment.
fn somebody_sets(project: &Project, environment: &str, entity: &str, path: &str, value: &str) {
    let catalog =
        rusqlite::Connection::open(project.path(&format!(".plat/environments/{environment}/catalog.db"))).unwrap();
    let set = format!(
        "UPDATE objects SET body = json_set(body, '$.{path}', '{value}') WHERE (kind, name) = ('entity', '{entity}')"
    );
    assert_eq!(catalog.execute(&set, []).unwrap(), 1);
}

/// A project in which one environment changes an entity that both have, applied in both.
fn overlaid() -> Project {
    let text = "entity service desk { tier standard; region west; }\noverlay production {\n    entity service desk { set tier critical; }\n}\n";
    let project = project().file("desk.kdl", text);
    project.run(["apply", "--env", "all", "-y"]).code(0);
    project
}

#[test]
fn what_is_taken_over_in_one_environment_changes_no_other_one_unasked() {
    let project = overlaid();
    let text = project.read("desk.kdl");
    somebody_sets(&project, "staging", "desk", "properties.tier", "critical");
    somebody_sets(&project, "staging", "desk", "properties.region", "nowhere");
    // The command that is shown does what it says.
    let shown = project.run(["drift", "--env", "staging"]).code(0).out;
    let command =
        shown.lines().find_map(|line| line.strip_prefix("To take a change over into the KDL: plat ")).unwrap();
    assert_eq!(command, "drift --env staging --adopt ADDRESS");
    let command = command.replace("ADDRESS", "entity:service:desk");
    let words: Vec<&str> = command.split(' ').collect();
    // Of the two values one is otherwise in production anyway, and the other one is read there too.
    project.run(words.iter().copied()).code(5).says([
        "~ entity:service:desk  desk.kdl:1  properties.tier",
        "NOT TAKEN OVER entity:service:desk  desk.kdl:1  properties.region",
        "the line speaks of production too: say it in `overlay staging`, or `--every-env` takes it over for all environments",
    ]);
    assert_eq!(project.read("desk.kdl"), text.replace("tier standard", "tier critical"));
    project.run(["plan", "--env", "production"]).no_changes();
    project.run(words.iter().copied().chain(["--every-env"])).code(0).says(["properties.region"]);
    project.run(["plan", "--env", "staging"]).no_changes();
    project.run(["plan", "--env", "production"]).code(0).says(["west -> nowhere"]);
}

#[test]
fn what_an_overlay_changes_is_not_taken_over_and_its_line_is_named() {
    let project = overlaid();
    somebody_sets(&project, "production", "desk", "properties.tier", "standard");
    project.run(["drift", "--env", "production", "--adopt", "entity:service:desk"]).code(5).says([
        "NOT TAKEN OVER entity:service:desk",
        "an overlay changes it at desk.kdl:3:5: say there what is live, or let `plat apply` set it back",
    ]);
}

#[test]
fn the_plans_of_all_environments_are_carried_out_together() {
    let project = project();
    project.run(["plan", "--env", "all", "--out", "plan.json"]).code(0);
    project.run(["apply", "plan.json", "--env", "all"]).code(0).says(["environment staging", "environment production"]);
    project.run(["plan", "--env", "all", "--detailed-exitcode"]).code(0);
    // None is carried out where one of them is not there.
    project.edit("model.kdl", "request db orders { size small; }", "");
    project.run(["plan", "--env", "staging", "--out", "more.staging.json"]);
    project
        .run(["apply", "more.json", "--env", "all"])
        .code(64)
        .complains(["there is no more.production.json", "`plat plan --env all --out more.json`"]);
    project.run(["apply", "-", "--env", "all"]).code(64).complains(["standard input holds one plan"]);
}

#[test]
fn what_another_project_had_in_each_environment_is_taken_over_by_one_line() {
    let text = "project demo { id old-1; }\nenvironment staging\nenvironment production\nteam a\nteam b\n";
    let project = Project::new().file("plat.kdl", text);
    project.run(["apply", "--env", "all", "--auto-approve"]).code(0);
    project.edit("plat.kdl", "demo { id old-1; }", "other { id new-1; }");
    for name in ["staging", "production"] {
        let told = ["`id old-1` in the project", "`adopt` lines with `from=\"old-1-${environment}\"`"];
        project.run(["plan", "--env", name]).code(5).says(told);
    }
    project.write("taken.kdl", "adopt \"team:*\" from=\"old-1-${environment}\"\n");
    project.run(["apply", "--env", "all", "--auto-approve"]).code(0);
    project.run(["plan", "--env", "production"]).no_changes();
}

#[test]
fn what_asks_the_catalog_reads_the_lines_of_the_project_that_name_the_environment() {
    let project = project();
    project.run(["apply", "--env", "staging", "-y"]).code(0);
    project.edit(
        "plat.kdl",
        "environment staging",
        "adopt entity:service:cart from=\"other-1-${environment}\"\nremoved team:gone to-project=\"next-1-${environment}\"\nenvironment staging",
    );
    for command in [&["get"][..], &["runs"], &["catalog", "projects"]] {
        project.run(command.iter().chain(&["--env", "staging"]).copied()).code(0).stderr("");
    }
    project.run(["check"]).code(0);
}

#[test]
fn the_id_of_an_environment_that_got_another_name_is_said_where_it_counts() {
    let project = project();
    project.run(["apply", "--env", "staging", "-y"]).code(0);
    project.edit("plat.kdl", "environment staging { param", "environment stage { param");
    // The catalog is in a folder of the environment's own.
    std::fs::rename(project.path(".plat/environments/staging"), project.path(".plat/environments/stage")).unwrap();
    project
        .run(["plan", "--env", "stage"])
        .code(5)
        .says(["to allow it: `id shop-1a2b3c-staging` in `environment stage`"]);
    project.edit("plat.kdl", "environment stage { param", "environment stage { id shop-1a2b3c-staging; param");
    project.run(["plan", "--env", "stage"]).code(0).never_says("REFUSED");
    project.run(["plan", "--env", "production"]).code(0).never_says("REFUSED");
}

#[test]
fn an_environment_that_got_another_name_and_has_one_file_is_told_its_id_too() {
    let project = project();
    project.edit("model.kdl", "path shop;", "path \"${environment}\";");
    project.edit("production.kdl", "    destination cluster { set path shop-production; }\n", "");
    project.run(["apply", "--env", "staging", "-y"]).code(0);
    project.edit("plat.kdl", "environment staging { param", "environment qa { param");
    // Its catalog is a new one, and its files are where they were.
    project.edit("model.kdl", "path \"${environment}\";", "path staging;");
    let plan = project.run(["plan", "--env", "qa"]).code(5);
    plan.says(["REFUSED the id of project shop is shop-1a2b3c-qa, which owns nothing, and 1 object or file that it declares belongs to"])
        .says(["to allow it: `id shop-1a2b3c-staging` in `environment qa`"]);
    project.edit("plat.kdl", "environment qa { param", "environment qa { id shop-1a2b3c-staging; param");
    project.run(["plan", "--env", "qa"]).code(0).never_says("REFUSED");
}

#[test]
fn two_environments_that_change_places_are_told_how() {
    let project = project();
    project.edit("production.kdl", "    destination cluster { set path shop-production; }\n", "");
    let places = |staging: &str, production: &str| {
        let line =
            |name: &str, path: &str| format!("overlay {name} {{ destination cluster {{ set path {path}; }}; }}\n");
        project.write("places.kdl", line("staging", staging) + &line("production", production));
    };
    let apply = |name: &str| project.run(["apply", "--env", name, "-y"]).code(0);
    places("one", "two");
    for name in ["staging", "production"] {
        apply(name);
    }
    places("two", "one");
    let way = "`set path two-staging` in the place of the path that places.kdl:1 sets; where the two are to change places, apply that here, then \
               the other environment, and then say the place that is meant";
    project.run(["plan", "--env", "staging"]).code(5).says(["REFUSED environment production of this project", way]);
    places("two-staging", "one");
    for name in ["staging", "production"] {
        apply(name);
    }
    places("two", "one");
    apply("staging");
    project.run(["plan", "--env", "all", "--detailed-exitcode"]).code(0);
}

#[test]
fn two_environments_that_meet_in_a_state_store_are_given_places_of_their_own() {
    let way = |path: &str, lines: &[&str]| {
        let project = project();
        project.edit("production.kdl", "    destination cluster { set path shop-production; }\n", "");
        project.edit("model.kdl", "path shop;", path);
        project.run(["apply", "--env", "staging", "-y"]).code(0);
        let told = "REFUSED environment staging of this project delivers 1 file to destination cluster where this one would (file:gitops:";
        let plan = project.run(["plan", "--env", "production"]).code(5).says(lines.iter().copied());
        plan.says([told, "in one state store each environment needs a place of its own"])
            .never_says("adopt")
            .never_says("belongs to project");
        project.write("apart.kdl", lines.join("\n"));
        for environment in ["staging", "production"] {
            project.run(["apply", "--env", environment, "-y"]).code(0);
        }
        project.run(["plan", "--env", "all", "--detailed-exitcode"]).code(0);
    };
    way("path shop;", &["overlay production { destination cluster { set path shop-production; }; }"]);
    // In the root of the repository all would lie in it.
    let lines = ["production", "staging"]
        .map(|name| format!("overlay {name} {{ destination cluster {{ set path {name}; }}; }}"));
    way("path \"\";", &lines.each_ref().map(String::as_str));
}

#[test]
fn what_one_environment_alone_has_may_be_moved_and_taken_over() {
    let text = |line: &str| {
        format!(
            "project demo {{ id demo-1a2b3c4d5e; }}\nenvironment one\nenvironment two\nblueprint service\nentity service till\n\
             overlay one {{\n    set entity service extra\n}}\noverlay two {{\n    unset entity service till\n}}\n{line}\n"
        )
    };
    for line in [
        "moved from=entity:service:old to=entity:service:extra",
        "adopt entity:service:extra",
        "adopt entity:service:till",
    ] {
        let project = Project::new().file("plat.kdl", text(line));
        project.run(["check"]).code(0);
        project.run(["check", "--env", "two"]).code(0);
        project.run(["--env", "two", "plan"]).code(0).never_says("entity:service:extra");
    }
    // What an overlay for all takes away no environment has.
    let line = "overlay {\n    unset entity service gone\n}\nentity service gone\nmoved from=entity:service:old to=entity:service:gone";
    Project::new().file("plat.kdl", text(line)).run(["check"]).code(3).says(["E0714"]);
}
