//! `plat why`: where values come from, who owns them, how they stand, why files are where they are, and what refers to what.

use crate::demo::{applied, manifest, repository};
use crate::project::Project;
use crate::store::somebody_writes;

fn json(project: &Project, address: &str) -> serde_json::Value {
    let outcome = project.run(["why", address, "--format", "json"]).code(0);
    serde_json::from_str(&outcome.out).unwrap()
}

#[test]
fn an_object_tells_where_its_values_come_from_and_how_they_stand() {
    let project = applied();
    project.set("service", "cart", "properties.tier", "\"two\"");
    project.set("service", "cart", "properties.notes", "\"theirs\"");
    project.edit("services.kdl", "owner shop", "owner sales");
    let before = project.snapshot();
    project.run(["why", "entity:service:cart"]).stderr("").code(0).says([
        "entity:service:cart\n",
        "declared at   services.kdl:1  entity service cart {\n",
        "owned by      this project\n",
        "project       demo, whose text says its id: demo\n",
        "state         others changed it\n",
        "lifecycle     on-drift revert, deletion delete\n",
        "made          20",
        "last changed  20",
        "properties.notes  theirs  nobody declares it",
        "nobody        made by others, and left alone\n",
        "properties.owner  sales   services.kdl:3  owner sales  this project  declared anew, and not applied yet\n",
        "properties.tier   one     services.kdl:2  tier one     this project  others changed it\n",
        "    properties.owner: wrote shop, live shop, declared sales\n",
        "    properties.tier: wrote one, live two, declared one\n",
    ]);
    assert!(project.snapshot() == before, "something was written");
    let why = json(&project, "entity:service:cart#properties.tier");
    assert_eq!(why["fields"].as_array().unwrap().len(), 1);
    let field = &why["fields"][0];
    assert_eq!((&field["state"], &field["live"]), (&"drifted".into(), &"two".into()));
    assert_eq!(field["origin"]["place"]["text"], "tier one");
}

#[test]
fn a_name_that_an_object_is_to_get_is_told_of_both() {
    let project = applied();
    project.edit("services.kdl", "service cart", "service basket");
    project.write("moved.kdl", "moved from=entity:service:cart to=entity:service:basket\n");
    let renamed =
        "is renamed    from entity:service:cart to entity:service:basket with the next apply, as moved.kdl:1 says\n";
    for address in ["entity:service:cart", "entity:service:basket"] {
        project.run(["why", address]).code(0).says(["state         as declared, but for its name\n", renamed]);
    }
    let why = json(&project, "entity:service:cart");
    assert_eq!((&why["state"], &why["moved"]["to"]), (&"moving".into(), &"entity:service:basket".into()));
    project.edit("services.kdl", "owner shop", "owner sales");
    project.run(["why", "entity:service:cart"]).says(["state         declared anew, and not applied yet\n", renamed]);
    project.apply();
    project.run(["why", "entity:service:basket"]).code(0).never_says("is renamed");
}

#[test]
fn defaults_are_told_as_such() {
    let project = applied();
    project.run(["why", "destination:main"]).code(0).says([
        "labels.side  main    plat.kdl:9  labels side=main  this project  as declared\n",
        "layout       nested  default ",
        "path         main    default ",
        "request:app:default/api  goes to it  requests.kdl:5\n",
    ]);
    project.run(["why", "promise:app"]).code(0).says([
        "pipeline         configure-app",
        "default",
        "plural           apps",
        "default",
        "request:app:default/web  request of  requests.kdl:1\n",
    ]);
    project.edit("requests.kdl", "    size 1\n", "");
    project.run(["why", "request:app:default/web"]).code(0).says([
        "state         declared anew, and not applied yet\n",
        "spec.size  1      nobody declares it",
        "spec.size  1      default of plat.kdl:14  field size integer default=1",
        "rendered to\n",
        &manifest("web"),
        "goes to destination main: its schedule asks for side=main (plat.kdl:16)\n",
        "main         plat.kdl:7  yes, and no other one does",
    ]);
}

#[test]
fn a_value_that_others_set_stands_in_the_place_of_a_default() {
    let project = applied();
    project.edit(
        "plat.kdl",
        "    property owner string\n",
        "    property owner string\n    property size string default=small\n",
    );
    project.apply();
    project.run(["why", "entity:service:cart#properties.size"]).code(0).says(["properties.size  small  default of "]);
    project.set("service", "cart", "properties.size", "\"large\"");
    let told = project.run(["why", "entity:service:cart#properties.size"]).code(0);
    assert!(!told.out.contains("small"), "{}", told.out);
    told.says(["properties.size  large  nobody declares it  nobody    made by others, and left alone\n"]);
    // What nobody owns yet is told as such.
    project.write("new.kdl", "entity service new { tier one; }\n");
    project
        .run(["why", "entity:service:new"])
        .code(0)
        .says(["owned by      nobody yet\n", "state         declared, and not there yet\n"]);
}

#[test]
fn every_default_of_the_language_and_of_a_type_is_told_as_one() {
    let project = Project::new().file(
        "plat.kdl",
        "project demo\nblueprint s { property a string required default=q; property b string default=r; }\n\
         entity s one { b z; }\npage home { title Home; }\npage other { type home; }\n",
    );
    project.run(["why", "page:home"]).code(0).says(["title  Home       plat.kdl:4", "type   dashboard  default "]);
    project.run(["why", "page:other"]).code(0).says(["type   home   plat.kdl:5"]);
    let told = "properties.a  q      default of plat.kdl:2";
    project.run(["why", "entity:s:one"]).code(0).says(["properties.b  z      plat.kdl:3", told]).never_says("  r  ");
    project.run(["why", "entity:s:one#properties.a"]).code(0).says(["default of plat.kdl:2"]);
}

#[test]
fn a_file_is_followed_through_its_promise_to_its_request() {
    let project = applied();
    let address = format!("file:gitops:{}", manifest("api"));
    project.run(["why", &address]).code(0).says([
        "rendered for  requests.kdl:5  request app api {\n",
        "state         as declared\n",
        "written by\n    plat.kdl:18  resource v1 ConfigMap $name file=config.yaml {\n",
        "$spec.size  2      requests.kdl:6  size 2\n",
        "goes to destination main",
    ]);
    somebody_writes(&repository(&project), "main", &manifest("api"), Some("theirs\n"));
    project.run(["why", &address]).code(0).says(["state         others changed it\n"]);
}

#[test]
fn a_placement_is_explained_by_labels_and_scores() {
    let project = Project::new().file(
        "plat.kdl",
        r#"project demo
state-store s git create { url ".plat/stores/s.git" }
destination a { store s; labels side=x }
destination b { store s; labels side=x }
destination c { store s; labels side=y }
destination d { store s }
promise app {
    api group=company.com version=v1 kind=App { field size enum default=small { values small large } }
    schedule side=x
    workflow configure {
        table sizing by=$spec.size {
            row small cpu="500m"
            row large cpu="1"
        }
        resource v1 ConfigMap $name { data cpu=$sizing.cpu }
    }
}
request app one { size large }
request app two
"#,
    );
    // Nothing need be applied for it.
    let why = json(&project, "request:app:default/one");
    let candidates = why["placement"]["candidates"].as_array().unwrap();
    let names: Vec<&str> = candidates.iter().map(|one| one["destination"].as_str().unwrap()).collect();
    let fits: Vec<&str> = candidates.iter().map(|one| one["fit"].as_str().unwrap()).collect();
    assert_eq!(fits, ["chosen", "outscored", "labels", "labels"]);
    assert_eq!(why["placement"]["destination"], names[0]);
    assert!(candidates[0]["score"].as_str() > candidates[1]["score"].as_str());
    assert_eq!(candidates[2]["reason"], "no: side is y, not x");
    assert_eq!(candidates[3]["reason"], "no: it has no label side");
    assert_eq!(why["state"], "new");
    let file = why["files"][0].as_str().unwrap();
    let why = json(&project, file);
    let input = &why["inputs"][0];
    assert_eq!((&input["reference"], &input["value"]), (&"$sizing.cpu".into(), &"1".into()));
    assert_eq!(input["origin"]["place"]["text"], "row large cpu=\"1\"");
}

#[test]
fn what_refers_to_a_thing_is_told() {
    let project = applied();
    project.write(
        "more.kdl",
        "team shop\nscorecard ready for=service {\n    level Bronze {\n        rule owned { owner present }\n    }\n}\n\
         blueprint system {\n    relation parts service many\n}\nentity system all {\n    parts cart ledger\n}\n\
         test \"it is ready\" {\n    given entity service x { owner me }\n    expect level ready x Bronze\n}\n",
    );
    let references = |address: &str| -> Vec<String> {
        let why = json(&project, address);
        let line = |one: &serde_json::Value| {
            format!("{} {} {}", one["from"].as_str().unwrap(), one["how"].as_str().unwrap(), one["place"]["line"])
        };
        why["references"].as_array().unwrap().iter().map(line).collect()
    };
    assert_eq!(references("entity:service:cart"), ["entity:system:all relation 11"]);
    assert_eq!(
        references("blueprint:service"),
        [
            "blueprint:system relation 8",
            "entity:service:cart entity of 1",
            "entity:service:ledger entity of 6",
            "scorecard:ready scorecard for 2"
        ]
    );
    assert_eq!(
        references("blueprint:service#properties.owner"),
        ["entity:service:cart sets it 3", "scorecard:ready reads it 4"]
    );
    assert_eq!(references("scorecard:ready"), ["test \"it is ready\" expects 15"]);
    assert_eq!(references("state-store:gitops"), ["destination:main lies in it 8"]);
}

#[test]
fn what_is_not_there_is_a_wrong_use_with_what_may_be_meant() {
    let project = applied();
    for (asked, said) in [
        ("entity:service:crat", "nothing is called `entity:service:crat`: did you mean `entity:service:cart`?\n"),
        ("cart", "nothing is called `cart`: did you mean `entity:service:cart`?\n"),
        ("file:gitops:nowhere", "nothing is called `file:gitops:nowhere`\n"),
        ("file:other:nowhere", "nothing is called `file:other:nowhere`\n"),
        ("entity:service:cart#tier", "there is no field `entity:service:cart#tier`: did you mean `properties.tier`?\n"),
        ("x", "nothing is called `x`\n"),
    ] {
        project.run(["why", asked]).stdout("").stderr(said).code(64);
    }
    project.write("broken.kdl", "entity service\n");
    project.run(["why", "entity:service:cart"]).stdout("").code(3);
}

#[test]
fn a_field_that_there_can_be_and_that_nobody_says_is_told_as_one() {
    let project = applied();
    project.edit(
        "plat.kdl",
        "    property owner string\n",
        "    property owner string\n    relation uses service many\n",
    );
    project.apply();
    project
        .run(["why", "blueprint:service#description"])
        .code(0)
        .says(["description  (nothing)  it is not set\n", "    description: "]);
    let asked = |field: &str, words: &str| {
        drop(project.run(["why", &format!("entity:service:ledger#{field}")]).code(0).says([words]));
    };
    asked("properties.owner", "    properties.owner: A value of type `string`, as blueprint:service says at plat.kdl:");
    asked(
        "relations.uses",
        "    relations.uses: A relation to entities of `service`, as blueprint:service says at plat.kdl:",
    );
    let json = project.run(["why", "entity:service:ledger#properties.owner", "--format", "json"]).code(0);
    json.says(["\"fields\":[{\"field\":\"properties.owner\",\"about\":\"A value of type `string`"]);
    for none in ["blueprint:service#descriptio", "entity:service:ledger#properties.nothing"] {
        project.run(["why", none]).code(64).complains(["there is no field"]);
    }
}

#[test]
fn a_name_as_other_commands_take_it_is_told_with_its_address() {
    let project = applied();
    let path = manifest("web");
    for (asked, meant) in [
        ("service/cart", "entity:service:cart"),
        ("service:cart", "entity:service:cart"),
        ("cart", "entity:service:cart"),
        ("entity/service/cart#properties.tier", "entity:service:cart"),
        ("app/default/web", "request:app:default/web"),
        (&*format!("file:{path}"), &*format!("file:gitops:{path}")),
        (&*path, &*format!("file:gitops:{path}")),
    ] {
        project.run(["why", asked]).code(64).complains([&*format!("did you mean `{meant}`?")]);
    }
}

#[test]
fn a_name_that_a_step_gives_comes_from_its_line() {
    let text = "project demo\nstate-store gitops git create { url \".plat/stores/gitops.git\"; }\ndestination main { store gitops; }\n\
        promise app {\n    api group=example.com version=v1 kind=App { field zones array of=string; }\n    workflow configure {\n        \
        each z in=$spec.zones {\n            resource v1 ConfigMap $z file=\"${z}.yaml\" { data zone=$z; }\n        }\n    }\n}\n\
        request app web { zones a; }\n";
    let project = Project::new().file("plat.kdl", text);
    project.apply();
    let found = project.run(["render", "-o", "json"]).out;
    let at = found.find("main/").unwrap();
    let path = &found[at..at + found[at..].find(".yaml").unwrap() + 5];
    let told = project.run(["why", &format!("file:gitops:{path}")]).code(0);
    told.says(["$z", "plat.kdl:7  each z in=$spec.zones"]);
}

#[test]
fn what_other_projects_refer_to_and_declare_is_told_as_theirs() {
    let project = Project::new()
        .file("plat.kdl", "project ours { id ours-1; }\n")
        .file("a.kdl", "blueprint service\nentity service cart { title Cart; }\n");
    project.apply();
    // Another project of the same catalog.
    project
        .write("plat.kdl", "project theirs { id theirs-1; }\nextern blueprint service\nextern entity service cart\n");
    let theirs = "promise bucket {\n    api group=x.y version=v1 kind=B {\n        field service entity blueprint=service\n    }\n}\n\
        request bucket logs { service cart; }\nblueprint thing { relation of service; }\nentity thing t { of cart; }\n";
    project.write("a.kdl", "");
    project.run(["catalog", "pull"]).code(0);
    project.write("a.kdl", theirs);
    project.apply();
    project.run(["why", "entity:service:cart"]).code(0).says([
        "title",
        "Cart",
        "the text of project ours-1",
        "entity:thing:t",
        "relation",
        "a.kdl:8",
    ]);
    std::fs::remove_file(project.path("plat.extern.kdl")).unwrap();
    project.write("plat.kdl", "project ours { id ours-1; }\n");
    project.write("a.kdl", "blueprint service\nentity service cart { title Cart; }\n");
    project.run(["why", "entity:service:cart"]).code(0).says([
        "entity:thing:t",
        "relation",
        "project theirs-1",
        "request:bucket:default/logs",
        "field",
        "project theirs-1",
    ]);
    project
        .run(["why", "blueprint:service", "--format", "json"])
        .code(0)
        .says([r#"{"from":"blueprint:thing","how":"relation","project":"theirs-1"}"#]);
    project.run(["why", "request:bucket:default/logs"]).code(0).says(["the text of project theirs-1"]);
}
