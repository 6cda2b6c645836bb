//! Parts of manifests that are chosen, made for each of many, or taken from elsewhere.

use super::*;
use crate::check::check;
use crate::diag::Diagnostic;
use crate::model::{Address, Kind, Value, write_json};
use crate::writer::{Listing, write};

const FIELDS: &str = "field hosts array of=string
field ports array of=object { field name string required; field port integer required; }
field tls boolean
field tier enum default=small { values small large; }
field region enum default=eu { values eu us; }
field replicas integer default=1
field labels object
field secretName string";

fn text_of_project(steps: &str, request: &str) -> String {
    format!(
        "project demo\npromise app {{\napi group=g.io version=v1 kind=App {{\n{FIELDS}\n}}\nworkflow configure {{\n{steps}\n}}\n}}\n\
         state-store s git {{ url x; }}\ndestination d {{ store s; }}\nrequest app demo {{\n{request}\n}}\n"
    )
}

/// The only file of a request of a promise with these steps; what is written back of the promise makes the same file.
fn rendered(steps: &str, request: &str) -> String {
    let whole = text_of_project(steps, request);
    let first = file_of(&whole);
    let resolved = project(&whole);
    let promise = resolved.declared().into_iter().find(|one| one.address().kind == Kind::Promise).unwrap();
    let address = Address::new(Kind::Promise, "app".into());
    let body = promise.body();
    let line = write(&address, &body, &|_, _| Listing::Any).unwrap().lines("    ");
    let rest = &whole[whole.find("state-store").unwrap()..];
    let again = format!("project demo\n{line}\n{rest}");
    assert_eq!(file_of(&again), first, "{again}");
    let again = project(&again);
    let again = again.declared().into_iter().find(|one| one.address().kind == Kind::Promise).unwrap().body();
    let json = |body| {
        let mut bytes = Vec::new();
        write_json(&Value::Object(body), &mut bytes);
        String::from_utf8(bytes).unwrap()
    };
    assert_eq!(json(again), json(body));
    first
}

fn said(one: &Diagnostic) -> String {
    format!("{} {}", one.code, one.message)
}

fn file_of(whole: &str) -> String {
    let resolved = resolve(&MemoryLoader::new([("plat.kdl", whole)])).unwrap();
    let problems: Vec<String> = resolved.diagnostics.iter().map(said).collect();
    assert_eq!(problems, [""; 0], "{whole}");
    let problems: Vec<String> = check(&resolved.project).iter().map(said).collect();
    assert_eq!(problems, [""; 0], "{whole}");
    let (rendered, diagnostics) = render(&resolved.project);
    assert_eq!(codes(&diagnostics), [""; 0], "{whole}\n{diagnostics:?}");
    rendered[0].files.iter().map(text).collect()
}

/// What the body of a resource comes to, below its `spec`.
fn spec(body: &str, request: &str) -> String {
    let file = rendered(&format!("resource \"g.io/v1\" A $name {{\nspec {{\n{body}\n}}\n}}"), request);
    file.split_once("spec:").unwrap().1.trim_matches(['\n', ' ']).to_owned()
}

/// The codes of what is wrong with some steps.
fn problems(steps: &str, request: &str) -> Vec<String> {
    let whole = text_of_project(steps, request);
    let resolved = resolve(&MemoryLoader::new([("plat.kdl", &*whole)])).unwrap();
    let mut told: Vec<String> = resolved.diagnostics.iter().map(said).collect();
    told.extend(check(&resolved.project).iter().map(said));
    if told.is_empty() {
        told.extend(render(&resolved.project).1.iter().map(said));
    }
    told
}

#[test]
fn lists_are_made_of_lists() {
    let body = "rules {\n- host=first\neach host in=$spec.hosts {\n- host=$host { http path=\"/\"; }\n}\n}";
    assert_eq!(
        spec(body, "hosts a b"),
        "rules:\n  - host: first\n  - host: a\n    http:\n      path: /\n  - host: b\n    http:\n      path: /"
    );
    assert_eq!(spec(body, ""), "rules:\n  - host: first");
    assert_eq!(spec("rules { each host in=$spec.hosts { - host=$host; }; }", ""), "rules: []");
    let nested = "all { each p in=$spec.ports { each host in=$spec.hosts { - \"${host}:${p.port}\"; }; }; }";
    assert_eq!(
        spec(nested, "hosts a b; ports { - name=x port=1; - name=y port=2; }"),
        "all:\n  - a:1\n  - b:1\n  - a:2\n  - b:2"
    );
    let functions = "all { each host in=\"$spec.hosts | sort | unique\" { - $host; }; }";
    assert_eq!(spec(functions, "hosts b a b"), "all:\n  - a\n  - b");
}

#[test]
fn members_are_made_of_lists() {
    let body = "named { each p in=$spec.ports { $p.name $p.port; }; fixed 1; }";
    assert_eq!(
        spec(body, "ports { - name=x port=1; - name=y port=2; }"),
        "named:\n    fixed: 1\n    x: 1\n    \"y\": 2"
    );
    let twice = problems(
        &format!("resource \"g.io/v1\" A $name {{ spec {{ {body} }} }}"),
        "ports { - name=x port=1; - name=fixed port=2; }",
    );
    assert_eq!(twice, ["E0353 `fixed` is set twice"]);
}

#[test]
fn parts_stand_where_something_is_true() {
    let body = "if $spec.tls { tls secretName=$spec.secretName; else { plain #true; }; }\nif $spec.replicas above 1 { spread #true; }";
    assert_eq!(spec(body, "tls #true; replicas 2; secretName x"), "tls:\n    secretName: x\n  spread: true");
    assert_eq!(spec(body, "tls #false"), "plain: true");
    assert_eq!(spec(body, ""), "plain: true");
    let both = "if \"$spec.replicas | above 1 | or $spec.tls\" { a 1; }\nx 1";
    assert_eq!(
        problems(&format!("resource \"g.io/v1\" A $name {{ spec {{ {both} }} }}"), "").len(),
        1,
        "tls may have no value"
    );
    let lists = "args { - run; if $spec.tier is large { - big; else { - small; }; }; if $namespace starts-with prod { - prod; }; }";
    assert_eq!(spec(lists, "tier large"), "args:\n  - run\n  - big");
    assert_eq!(spec(lists, ""), "args:\n  - run\n  - small");
}

#[test]
fn parts_are_chosen_by_a_value() {
    let body = "match $spec.tier { case small { cpu 1; }; case large { cpu 4; nodes { - a; }; }; }";
    assert_eq!(spec(body, "tier large"), "cpu: 4\n  nodes:\n  - a");
    let lists = "args { match $spec.tier { case small { - a; }; else { - b; - c; }; }; }";
    assert_eq!(spec(lists, ""), "args:\n  - a");
    assert_eq!(spec(lists, "tier large"), "args:\n  - b\n  - c");
    let open = problems("resource \"g.io/v1\" A $name { spec { match $spec.tier { case small { cpu 1; }; }; }; }", "");
    assert_eq!(open, ["E0525 no case of `$spec.tier` is for `large`"]);
}

#[test]
fn what_is_taken_from_elsewhere_is_merged() {
    let body = "labels { ... $spec.labels; app $name; inner { b 2; }; }";
    assert_eq!(
        spec(body, "labels { app x; team a; inner { a 1; b 1; }; }"),
        "labels:\n    app: demo\n    team: a\n    inner:\n      a: 1\n      b: 2"
    );
    assert_eq!(spec(body, ""), "labels:\n    app: demo\n    inner:\n      b: 2");
    assert_eq!(spec("args { - a; ... $spec.hosts; }", "hosts b c"), "args:\n  - a\n  - b\n  - c");
    assert_eq!(spec("labels { ... $spec.labels; }", "labels { a 1; }"), "labels:\n    a: 1");
    assert_eq!(spec("items { - { ... $spec.labels; }; }", "labels { a 1; }"), "items:\n  - a: 1");
    let here = "labels { ... { a 1; o { x 1; }; }; ... { b 2; }; b 3; }; args { ... a b; ... { - c; }; }";
    assert_eq!(spec(here, ""), "labels:\n    a: 1\n    o:\n      x: 1\n    b: 3\n  args:\n  - a\n  - b\n  - c");
    let wrong = problems("resource \"g.io/v1\" A $name { spec { ... $spec.hosts; }; }", "");
    assert_eq!(wrong, ["E0513 `...` takes an object here, and `$spec.hosts` is a list"]);
}

#[test]
fn fields_that_are_called_like_words_stay_fields() {
    let body = "match { resources kinds=Pod; }\neach 1\nif { properties a=1; }\nelse { b 2; }\n(object)match2 { }";
    assert_eq!(
        spec(body, ""),
        "match:\n    resources:\n      kinds: Pod\n  each: 1\n  if:\n    properties:\n      a: 1\n  else:\n    b: 2\n  match2: {}"
    );
}

#[test]
fn steps_have_values_and_conditions() {
    let steps = "let common {\n... $spec.labels\napp $name\n}\nlet size \"$spec.replicas | larger-of 2\"\nif $spec.tls {\nresource \"g.io/v1\" A \"${name}-tls\" { metadata { labels $common; }; }\nelse {\nresource \"g.io/v1\" B $name { metadata { labels { ... $common; extra \"1\"; }; }; spec replicas=$size; }\n}\n}";
    let other = rendered(steps, "labels { team x; }");
    assert!(other.contains("kind: B") && other.contains("team: x") && other.contains("replicas: 2"), "{other}");
    let tls = rendered(steps, "tls #true");
    assert!(tls.contains("name: demo-tls") && tls.contains("app: demo"), "{tls}");
}

#[test]
fn tables_are_chosen_by_two_values() {
    let table = "table t by=$spec.tier and=$spec.region {\nrow small eu cpu=1\nrow large eu cpu=2\nrow large us cpu=3\nelse cpu=9\n}\n";
    let file =
        |request: &str| rendered(&format!("{table}resource \"g.io/v1\" A $name {{ spec cpu=$t.cpu; }}"), request);
    assert!(file("").contains("cpu: 1"));
    assert!(file("tier large; region us").contains("cpu: 3"));
    assert!(file("region us").contains("cpu: 9"));
    let steps = format!("{}resource \"g.io/v1\" A $name {{ spec cpu=$t.cpu; }}", table.replace("else cpu=9\n", ""));
    assert_eq!(problems(&steps, ""), ["E0521 table `t` has no row for `small` and `us`"]);
    let open = "table t by=$name { row demo cpu=1; else cpu=2; }\nresource \"g.io/v1\" A $name { spec cpu=$t.cpu; }";
    assert!(rendered(open, "").contains("cpu: 1"));
    let one = "table t by=$spec.tier { row small eu cpu=1; row large cpu=2; }";
    assert_eq!(problems(one, ""), ["E0524 a second value, and the table is chosen by one"]);
}

#[test]
fn something_is_made_for_each_member_of_an_object() {
    let body = "resource v1 ConfigMap $name { data { each one in=$spec.labels { $one.key \"<${one.value}>\"; }; }; }";
    let made = rendered(body, "labels { b 1; a x; }");
    assert!(made.ends_with("data:\n  b: \"<1>\"\n  a: \"<x>\"\n"), "{made}");
    let steps = "let sizes { s 1; }\neach size in=$sizes { resource v1 ConfigMap \"${name}-${size.key}\" { data n=\"${size.value}\"; }; }";
    assert!(rendered(steps, "").contains("name: demo-s\n"));
    assert_eq!(problems(body, ""), [""; 0]);
}

#[test]
fn what_decides_is_judged_before_there_is_a_request() {
    let of = |body: &str| problems(&format!("resource \"g.io/v1\" A $name {{ spec {{ {body} }} }}"), "");
    assert_eq!(
        of("each h in=$spec.tier { a 1; }"),
        ["E0513 `$spec.tier` is a string, and `each` needs a list or an object"]
    );
    assert_eq!(of("each h in=$spec.host { a 1; }"), ["E0510 the API has no field `host`"]);
    assert_eq!(of("x { each h in=$spec.hosts { - $g; }; }"), ["E0510 nothing here is called `g`"]);
    assert_eq!(of("if $spec.tier { a 1; }").len(), 1);
    assert_eq!(of("if $spec.replicas starts-with a { a 1; }").len(), 1);
    assert_eq!(of("if $spec.replicas above { a 1; }"), ["E0504 `above` compares with 1 value, and here are 0"]);
    assert_eq!(of("if $spec.replicas abov 1 { a 1; }").len(), 1);
    assert_eq!(of("if $spec.tls { a 1; }; if $spec.tls { b 1; }").len(), 1);
    assert_eq!(of("a 1; ... $spec.tier").len(), 1);
    let behind = "E0228 `else` stands behind the block of `if`, where it would be a field";
    assert_eq!(of("if $spec.replicas above 1 { a 1; }; else { b 1; }"), [behind]);
}

#[test]
fn what_is_made_is_bounded() {
    let hosts = (0..2_000).map(|n| format!(" h{n}")).collect::<String>();
    let each =
        "each a in=$spec.hosts { each b in=$spec.hosts { each c in=$spec.hosts { if $spec.tls { - $a; }; }; }; }";
    let told =
        problems(&format!("resource \"g.io/v1\" A $name {{ spec {{ all {{ {each} }} }} }}"), &format!("hosts{hosts}"));
    assert_eq!(told, ["E0541 the request is rendered to more than 16 MiB"]);
}
