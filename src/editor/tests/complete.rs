//! What may be written at a place, and how a line is written.

use super::*;

fn offered(text: &str) -> Vec<String> {
    let (snapshot, tree, at) = at_mark(text);
    snapshot.complete(&tree, at, &|_| Vec::new()).0.into_iter().map(|one| one.label).collect()
}

#[track_caller]
fn offers(text: &str, wanted: &[&str], others: &[&str]) {
    let found = offered(text);
    for word in wanted {
        assert!(found.iter().any(|label| label == word), "no `{word}` in {found:?} at {text}");
    }
    for word in others {
        assert!(!found.iter().any(|label| label == word), "`{word}` in {found:?} at {text}");
    }
}

#[test]
fn what_may_be_written_depends_on_the_place() {
    offers("‸", &["entity", "blueprint", "scorecard"], &["property"]);
    offers("en‸", &["entity"], &[]);
    offers("entity ‸", &["service"], &["hello"]);
    offers("entity service x { ‸ }", &["tier", "dependencies", "title"], &["property"]);
    offers("entity service x {\n    title a\n    ‸\n}", &["tier"], &["title"]);
    offers("entity service x { tier ‸ }", &["critical", "standard"], &["hello"]);
    offers("entity service x { dependencies ‸ }", &["hello"], &["critical"]);
    offers("entity service x { dependencies hello ‸ }", &["hello"], &[]);
    offers("entity service x { team ‸ }", &["platform"], &["hello"]);
    offers("scorecard x for=‸", &["service"], &["hello"]);
    offers("scorecard x for=service { level A { rule b { ‸ } } }", &["tier", "any"], &["level"]);
    offers("scorecard x for=service { level A { rule b { tier ‸ } } }", &["is", "present"], &["critical"]);
    offers("scorecard x for=service { level A { rule b { any { tier is ‸ } } } }", &["critical"], &["present"]);
    offers("policy p for=entity of=service { require { ‸ } }", &["tier"], &["hello"]);
    offers("blueprint b { property a ‸ }", &["string", "enum"], &["required"]);
    offers("blueprint b { property a enum ‸ }", &["required", "default="], &["string"]);
    offers("blueprint b { property a enum required ‸ }", &["default="], &["required"]);
    offers("blueprint b { relation a ‸ }", &["service", "b"], &[]);
    offers("action a create service { backend ‸ }", &["github", "webhook"], &[]);
    offers("request ‸", &["namespace"], &["service"]);
    offers("request namespace a { ‸ }", &["size"], &["tier"]);
    offers("request namespace a { size ‸ }", &["small", "large"], &[]);
    offers("scorecard x\u{3000}for=‸", &["service"], &[]);
    offers("// en‸", &[], &["entity"]);
}

#[test]
fn a_module_knows_its_own_values_alone() {
    let module = "param owner string\nlet prefix \"${owner}-a\"\nteam \"${prefix}\"\n";
    let mut files = STARTER.to_vec();
    files.extend([
        ("own.kdl", "use \"./lib\" owner=me\nlet prefix other\nteam $prefix\n"),
        ("lib/plat.module.kdl", "module lib\n"),
        ("lib/a.kdl", module),
    ]);
    let snapshot = read(&files);
    let places = |name: &str, needle: &str, skip: usize| -> Vec<String> {
        let file = snapshot.file(name).unwrap();
        let text = &snapshot.loaded.sources.file(file).text;
        let tree = parse(file, text).0;
        let (declared, used) = snapshot.places(&tree, (text.find(needle).unwrap() + skip) as u32, false).unwrap();
        let mut all: Vec<String> =
            declared.iter().chain(&used).map(|span| snapshot.loaded.sources.location(*span)).collect();
        all.sort();
        all
    };
    assert_eq!(places("lib/a.kdl", "${prefix}", 3), ["lib/a.kdl:2:5", "lib/a.kdl:3:9"]);
    assert_eq!(places("own.kdl", "$prefix", 2), ["own.kdl:2:5", "own.kdl:3:7"]);
    assert_eq!(places("lib/a.kdl", "owner}", 1), ["lib/a.kdl:1:7", "lib/a.kdl:2:15", "own.kdl:1:13"]);
    let file = snapshot.file("lib/a.kdl").unwrap();
    let tree = parse(file, &module.into()).0;
    let at = module.find("${prefix").unwrap() as u32 + 2;
    let offered: Vec<String> =
        snapshot.complete(&tree, at, &|_| Vec::new()).0.into_iter().map(|one| one.label).collect();
    assert_eq!(offered, ["owner", "prefix"]);
}

#[test]
fn behind_a_dollar_come_the_names_of_values() {
    let promise = |step: &str| {
        format!(
            "let registry host=\"a\" port=5\npromise app {{ api group=example.com version=v1 kind=App {{ field size enum {{ values s l; }}; \
             field store object {{ field disk integer; }}; field users array of=string; }}; workflow configure {{ \
             table sizing by=$spec.size {{ row s cpu=\"1\"; row l cpu=\"2\" }}; {step} }} }}"
        )
    };
    offers(
        &promise("status a=$‸"),
        &["spec", "name", "namespace", "sizing", "registry", "request"],
        &["size", "inputs"],
    );
    offers(&promise("status a=$spec.‸"), &["size", "store", "users"], &["spec", "cpu"]);
    offers(&promise("status a=$spec.store.‸"), &["disk"], &["size"]);
    offers(&promise("status a=\"x-${spec.si‸}\""), &["size"], &["spec"]);
    offers(&promise("status a=$sizing.‸"), &["cpu"], &["size"]);
    offers(&promise("status a=$registry.‸"), &["host", "port"], &["cpu"]);
    offers(&promise("status a=$request.‸"), &["title", "team", "labels"], &[]);
    offers(&promise("each user in=$spec.users { status a=$‸ }"), &["user", "spec"], &[]);
    offers(&promise("status a=\"$spec.size | ‸\""), &["upper", "default", "is"], &["spec"]);
    offers(&promise("status a=\"${name} | ‸\""), &[], &["upper"]);
    offers(&promise("status a=\"$$‸\""), &[], &["spec"]);
    offers(&promise("row‸"), &[], &["cpu="]);
    offers("each one of=service { entity service \"${one.‸}\" }", &["identifier", "properties"], &["tier"]);
    offers("each one of=service { entity service \"${one.properties.‸}\" }", &["tier"], &["identifier"]);
    let action = |payload: &str| {
        format!(
            "action a create service {{ input size string; backend github {{ org o; repo r; workflow w; inputs x={payload}; }} }}"
        )
    };
    offers(&action("$‸"), &["inputs", "run"], &["spec"]);
    offers(&action("$inputs.‸"), &["size"], &["inputs"]);
    offers("template t { param size string; entity service $‸ }", &["size"], &["spec"]);
}

#[test]
fn a_condition_goes_along_relations() {
    offers("scorecard x for=service { level A { rule b { ‸ } } }", &["$team", "$title"], &["$deletes"]);
    offers("scorecard x for=service { level A { rule b { dependencies.‸ } } }", &["tier", "dependencies"], &["any"]);
    offers("scorecard x for=service { level A { rule b { dependencies.tier ‸ } } }", &["is"], &[]);
    offers("scorecard x for=service { level A { rule b { dependencies.tier is ‸ } } }", &["critical"], &[]);
    offers("scorecard x for=service { level A { rule b { tier is (field)‸ } } }", &["tier"], &["critical"]);
    offers("scorecard x for=service { level A { rule b { tier is (field)ti‸ } } }", &["tier"], &["critical"]);
    offers(
        "scorecard x for=service { level A { rule b { tier is (field)dependencies.‸ } } }",
        &["tier"],
        &["critical"],
    );
    let limits = "blueprint box { property limits object { field cpu string; }; relation friends box many }\n";
    let asked = |way: &str| format!("{limits}scorecard x for=box {{ level A {{ rule b {{ {way}‸ }} }} }}");
    offers(&asked("friends."), &["limits", "$createdAt"], &[]);
    offers(&asked("friends.limits."), &["cpu"], &["$createdAt", "$title"]);
    offers("policy p for=entity of=service { when { dependencies.‸ } }", &["tier"], &["when"]);
    offers("policy p for=plan { require { ‸ } }", &["$deletes"], &["tier", "$title"]);
    offers("policy p for=request of=namespace { require { ‸ } }", &["size", "$destination"], &["tier"]);
    offers("test \"a\" { given entity service x { ‸ } }", &["tier"], &["size"]);
    offers("test \"a\" { given namespace x { ‸ } }", &["size"], &["tier"]);
    offers("test \"a\" { given ‸ }", &["entity", "namespace"], &[]);
    offers("defaults for=service { ‸ }", &["tier"], &[]);
}

#[test]
fn an_overlay_has_beginnings_and_what_is_changed_in_each() {
    offers(
        "overlay { ‸ }",
        &["entity", "destination", "set", "unset"],
        &["project", "module", "environment", "locked", "overlay", "add"],
    );
    offers("overlay { entity service hello { ‸ } }", &["set", "unset", "add", "remove"], &["tier", "title"]);
    offers("overlay { entity service hello { set ‸ } }", &["tier", "title", "dependencies"], &["hello"]);
    offers("overlay { entity service hello { set tier ‸ } }", &["critical"], &[]);
    offers("overlay { entity service hello { add dependencies ‸ } }", &["hello"], &[]);
    offers("overlay { unset ‸ }", &["entity", "policy"], &[]);
    offers("overlay { unset entity ‸ }", &["service"], &["hello"]);
    offers("overlay { unset entity service ‸ }", &["hello"], &[]);
    offers("environment one\noverlay ‸ {\n}", &["one"], &["entity"]);
    offers("entity ‸ x {\n}", &["service"], &["blueprint"]);
    // What is changed is named as it is declared.
    offers("overlay { entity ‸ }", &["service"], &["hello"]);
    offers("overlay { entity service ‸ }", &["hello"], &["service"]);
    offers("overlay { scorecard ‸ }", &["readiness"], &["hello"]);
    offers("overlay { request namespace ‸ }", &["hello"], &[]);
    offers("overlay { blueprint service { property ‸ } }", &["tier"], &["dependencies"]);
    offers("overlay { blueprint service { relation ‸ } }", &["dependencies"], &["tier"]);
}

const CARD: &str = "scorecard s for=service { level Low { rule a \"A\" { tier present } }; level High { rule b \"B\" { tier present } } }\n";

#[test]
fn levels_and_rules_are_offered_where_an_overlay_changes_them() {
    let card = |text: &str, wanted: &[&str], others: &[&str]| offers(&format!("{CARD}{text}"), wanted, others);
    card("overlay { scorecard s { level ‸ } }", &["Low", "High"], &["a"]);
    card("overlay { scorecard s { unset level ‸ } }", &["Low", "High"], &["a"]);
    card("overlay { scorecard s { level High { rule ‸ } } }", &["b"], &["a", "High"]);
    card("overlay { scorecard s { level High { rule b { set ‸ } } } }", &["all", "tier", "dependencies"], &["High"]);
    card("overlay { scorecard s { level High { rule b { set tier ‸ } } } }", &["is", "present"], &["critical"]);
    card("overlay { scorecard s { level High { rule b { set tier is ‸ } } } }", &["critical"], &["present"]);
    card("overlay { scorecard s { level High { set rule c \"C\" { ‸ } } } }", &["tier"], &["set"]);
    offers(
        "policy p for=entity of=service { require { tier present } }\noverlay { policy p { require { set ‸ } } }",
        &["tier"],
        &[],
    );
}

#[test]
fn a_test_expects_what_there_is_and_what_it_gives() {
    let test = |text: &str, wanted: &[&str], others: &[&str]| {
        let given = "given entity service x { tier standard }; given namespace n { size small }; ";
        offers(&format!("{CARD}test \"t\" {{ {given}{text} }}"), wanted, others);
    };
    test("expect level ‸", &["s", "readiness"], &["x"]);
    test("expect level s ‸", &["x", "hello"], &["n", "High"]);
    test("expect level s x ‸", &["Low", "High", "none"], &["a"]);
    test("expect rule s ‸", &["a", "b"], &["Low", "x"]);
    test("expect rule s a ‸", &["x"], &["n"]);
    test("expect policy p ‸", &["x", "n"], &[]);
    test("expect destination ‸", &["n"], &["x"]);
    test("expect resource ‸", &["ConfigMap"], &["n"]);
}

#[test]
fn what_got_another_name_is_a_member_and_what_it_is_called_now_another() {
    offers(
        "renamed ‸",
        &[
            "blueprint:service#properties.tier",
            "blueprint:service#relations.dependencies",
            "promise:namespace#spec.size",
        ],
        &["tier"],
    );
    offers("renamed \"blueprint:service#pr‸\"", &["blueprint:service#properties.tier"], &[]);
    offers("renamed \"blueprint:service#properties.level\" to=‸", &["tier"], &["dependencies", "critical"]);
    offers("renamed \"blueprint:service#relations.uses\" to=‸", &["dependencies"], &["tier"]);
    offers("renamed \"promise:namespace#spec.amount\" to=‸", &["size"], &["tier"]);
    offers("renamed \"blueprint:service#properties.tier\" value=high to=‸", &["critical"], &["tier"]);
}

#[test]
fn the_fields_that_are_left_alone_are_called_as_a_plan_calls_them() {
    let fields = ["properties.tier", "relations.dependencies", "title"];
    offers("entity service x { lifecycle { ignore ‸ } }", &fields, &["spec.size", "tier"]);
    offers("request namespace x { lifecycle { ignore title ‸ } }", &["spec.size"], &["properties.tier"]);
    offers("overlay { entity service hello { lifecycle { add ignore ‸ } } }", &fields, &["spec.size"]);
}

#[test]
fn what_is_declared_elsewhere_may_be_named_by_all_that_it_is_named_by() {
    offers("adopt ‸", &["entity:service:hello", "blueprint:service"], &["hello"]);
    offers(
        "blueprint q { property e enum { values \"5\" \"two words\" a; }; }\nentity q y { e \"two ‸\" }",
        &["5", "two words", "a"],
        &["#true"],
    );
    offers("files ‸", &[], &["is"]);
    offers("promise a { workflow configure { if $name ‸ { } } }", &["is", "above"], &[]);
    offers("moved \"request:‸\" from=a to=b", &["request:namespace:default/hello"], &["entity:service:hello"]);
    offers("moved from=entity:service:old to=entity:‸", &["entity:service:hello"], &["blueprint:service"]);
    offers(
        "template t { param size string required; param tier enum { values a; }; }\nnew t ‸",
        &["size=", "tier="],
        &[],
    );
    offers("template t { param size string required; }\nnew t size=a ‸", &[], &["size="]);
    offers(
        "promise a { workflow configure { table t by=$name { row x cpu=1 memory=2; row y cpu=1 ‸ } } }",
        &["memory="],
        &["cpu="],
    );
    offers("use \"std:‸\"", &["std:services", "std:teams"], &[]);
    let (snapshot, tree, at) = at_mark("use \"./modules/‸\"");
    let look = |folder: &str| {
        let names: &[&str] = match folder {
            "modules" => &["a/", "b/", "c.txt"],
            "modules/a" => &["plat.module.kdl"],
            _ => &[],
        };
        names.iter().map(|name| (*name).to_owned()).collect()
    };
    let found: Vec<String> = snapshot.complete(&tree, at, &look).0.into_iter().map(|one| one.label).collect();
    assert!(found.contains(&"./modules/a".to_owned()) && found.contains(&"./modules/b/".to_owned()), "{found:?}");
    assert!(!found.iter().any(|one| one.contains("c.txt")), "{found:?}");
}

/// A promise whose requests say lists and objects, with a step of its workflow.
fn promised(step: &str) -> String {
    format!(
        "promise app {{ api group=example.com version=v1 kind=App {{ field size enum {{ values s m l; }}; field on boolean; \
         field roles array of=enum {{ values admin guest; }}; field users array of=object {{ field name string required; \
         field role enum {{ values admin guest; }}; }}; field store object {{ field class enum {{ values fast slow; }}; }}; }}; \
         workflow configure {{ {step} }} }}\n"
    )
}

#[test]
fn what_decides_is_offered_the_values_that_it_decides_by() {
    let of = |step: &str| promised(step);
    offers(&of("match $spec.size { case s { status a=1 }; case ‸ }"), &["m", "l"], &["s"]);
    offers(&of("match $spec.size { case m ‸ { status a=1 } }"), &["s", "l"], &["m"]);
    offers(&of("match $spec.on { case ‸ }"), &["#true", "#false"], &["s"]);
    offers(&of("resource v1 ConfigMap $name { data { match $spec.size { case ‸ { a b; } } } }"), &["s", "m", "l"], &[]);
    offers(&of("table t by=$spec.size { row s cpu=1; row ‸ }"), &["m", "l"], &["s"]);
    offers(&of("table t by=$spec.size and=$spec.on { row s #true cpu=1; row ‸ }"), &["s", "m", "l"], &[]);
    offers(&of("table t by=$spec.size and=$spec.on { row s ‸ }"), &["#true", "#false"], &["m"]);
    offers(&of("resource ‸"), &["apps/v1", "v1"], &["Deployment"]);
    offers(&of("resource apps/v1 ‸"), &["Deployment", "StatefulSet"], &["ConfigMap", "apps/v1"]);
}

#[test]
fn a_parameter_is_offered_the_values_that_it_may_have() {
    let template = "template t { param tier enum required { values critical standard; }; param on boolean; \
                    entity service x { tier $tier } }\n";
    offers(&format!("{template}new t tier=‸"), &["critical", "standard"], &["#true"]);
    offers(&format!("{template}new t on=‸"), &["#true", "#false"], &["critical"]);
    offers(&format!("{template}new t {{ ‸ }}"), &["tier", "on"], &[]);
    offers(&format!("{template}new t {{ tier ‸ }}"), &["critical", "standard"], &[]);
}

#[test]
fn the_items_of_a_list_have_its_fields() {
    let request = |body: &str| format!("{}request app one {{ {body} }}", promised(""));
    offers(&request("users { ‸ }"), &["-"], &["name", "size"]);
    offers(&request("users { - ‸ }"), &["name=", "role="], &["size="]);
    offers(&request("users { - name=a ‸ }"), &["role="], &["name="]);
    offers(&request("users { - name=a role=‸ }"), &["admin", "guest"], &[]);
    offers(&request("users { - { ‸ } }"), &["name", "role"], &["-"]);
    offers(&request("users { - { role ‸ } }"), &["admin", "guest"], &[]);
    offers(&request("roles { - ‸ }"), &["admin", "guest"], &["name="]);
    offers(&request("spec { ‸ }"), &["size", "users"], &["title"]);
    offers(&request("store ‸"), &["class="], &[]);
    offers(&request("store class=‸"), &["fast", "slow"], &[]);
}

#[test]
fn the_columns_of_a_file_are_behind_a_dollar() {
    let text = "entity service from=\"services.csv\" {\n    id $\n    ignore a\n}\n";
    let files = [("plat.kdl", "project demo"), ("services.csv", "Name,Last seen\na,b\n"), ("typed.kdl", text)];
    let files: Vec<(&str, &str)> = STARTER[1..2].iter().chain(&files).copied().collect();
    let snapshot = read(&files);
    let file = snapshot.file("typed.kdl").unwrap();
    let tree = parse(file, &text.into()).0;
    let labels = |at: usize| -> Vec<String> {
        snapshot.complete(&tree, at as u32, &|_| Vec::new()).0.into_iter().map(|one| one.label).collect()
    };
    let found = labels(text.find('$').unwrap() + 1);
    assert!(found.contains(&"Name".to_owned()) && found.contains(&"Last_seen".to_owned()), "{found:?}");
    assert!(labels(text.find("ignore a").unwrap() + 8).contains(&"Name".to_owned()));
}

#[test]
fn the_fields_of_a_manifest_are_those_of_its_kind() {
    let body =
        |text: &str| format!("promise a {{ workflow configure {{ resource apps/v1 Deployment $name {{ {text} }} }} }}");
    offers(&body("‸"), &["spec", "metadata"], &["kind", "tier"]);
    offers(&body("spec { ‸ }"), &["replicas", "selector", "template"], &["metadata"]);
    offers(&body("spec { template { spec { containers { - { ‸ } } } } }"), &["image", "ports"], &["containers"]);
    offers(&body("spec { template { spec { containers { - name=a ‸ } } } }"), &["image="], &["name="]);
    offers(&body("spec { if $spec.a { ‸ } }"), &["replicas"], &[]);
    offers(&body("spec { replicas 1; ‸ }"), &["selector"], &["replicas"]);
}

#[test]
fn every_name_that_an_item_offers_is_one_that_it_has() {
    let told = |name: &str| -> usize {
        let text = format!("each one of=service {{ user \"${{one.{name} | json | sha256 | trunc 4}}@a.example\" }}");
        let mut files = STARTER.to_vec();
        files.push(("typed.kdl", &text));
        read(&files).loaded.diagnostics.iter().filter(|one| one.message.contains(name)).count()
    };
    let names = offered("each one of=service { entity service \"${one.‸}\" }");
    assert_eq!(names.iter().map(|name| told(name)).sum::<usize>(), 0, "{names:?}");
    assert_eq!(told("nonsense"), 1);
}

#[test]
fn what_must_be_there_is_written_with_it() {
    let (snapshot, tree, at) = at_mark("rel‸");
    assert!(snapshot.complete(&tree, at, &|_| Vec::new()).0.iter().all(|one| one.label != "relation"));
    let (snapshot, tree, at) = at_mark("blueprint b { rel‸ }");
    let found = snapshot.complete(&tree, at, &|_| Vec::new()).0;
    let relation = found.iter().find(|one| one.label == "relation").unwrap();
    let holes: Vec<&str> = relation.insert.iter().filter_map(hole).collect();
    assert_eq!(holes, ["id", "target"]);
    assert_eq!(tree.text().get(relation.replaces.range()), Some("rel"));
}

fn hole(piece: &Piece) -> Option<&str> {
    match piece {
        Piece::Hole(name, _) => Some(name),
        Piece::Text(_) | Piece::End => None,
    }
}

#[test]
fn a_line_is_shown_as_it_is_written() {
    let asked = |text: &str| {
        let (snapshot, tree, at) = at_mark(text);
        snapshot
            .signature(&tree, at)
            .into_iter()
            .map(|one| {
                let active = one.active.and_then(|part| one.parts.get(part).cloned());
                assert!(one.parts.iter().all(|(part, _)| one.line.contains(part)), "{one:?}");
                (one.line, active.map(|(part, _)| part).unwrap_or_default())
            })
            .collect::<Vec<_>>()
    };
    let relation = asked("blueprint b { relation a ‸ }");
    assert!(relation[0].0.starts_with("relation ID TARGET required? many?"), "{relation:?}");
    assert_eq!(relation[0].1, "TARGET");
    assert_eq!(asked("blueprint b { property a ‸ }")[0].1, asked("blueprint b { property a string‸ }")[0].1);
    assert_eq!(asked("scorecard x for=‸")[0].1, "for=");
    assert_eq!(
        asked("entity service x { tier ‸ }"),
        [("tier critical|standard".to_owned(), "critical|standard".to_owned())]
    );
    assert!(asked("expect‸").is_empty());
    assert!(asked("test a { expect ‸ }").len() > 3);
}
