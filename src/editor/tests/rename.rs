//! Another name.

use super::*;
use crate::syntax::edit;

/// Texts with the name that gets another one, and that.
const RENAMED: &[(&str, &str)] = &[
    ("entity ser‸vice x { tier standard; dependencies hello }", "component"),
    ("entity service x { tier standard; dependencies hel‸lo }", "world"),
    ("entity service x { tier standard; team plat‸form }", "core"),
    ("entity service x‸ { tier standard }\noverlay { entity service x { set tier critical; }; }", "y"),
    (
        "entity ser‸vice x { tier standard }\noverlay { entity service hello { set tier critical; }; unset entity service x; }",
        "component",
    ),
    ("request name‸space two { size small; }\noverlay { request namespace two { set size large; }; }", "room"),
    ("request namespace tw‸o { size small; }\noverlay { request namespace two { set size large; }; }", "three"),
    ("team co‸re\nmoved from=team:old to=team:core", "kern"),
    ("team co‸re\nmoved from=team:old to=team:core", "old"),
    ("entity service x‸ { tier standard }\nadopt entity:service:x", "y"),
    ("entity ser‸vice x { tier standard }\nadopt entity:service:x\nremoved entity:service:gone", "component"),
    ("entity service x { ti‸er standard }", "criticality"),
    (
        "entity service x‸ { tier standard }\nentity service y { tier standard }\noverlay { entity service y { add dependencies x; }; }",
        "z",
    ),
    ("entity service x‸ { tier standard }\noverlay { set entity service y { tier standard; dependencies x; }; }", "z"),
    ("entity service x { tier standard; depend‸encies hello }", "uses"),
    ("scorecard s for=service { level A { rule b { dependencies.ti‸er contains critical } } }", "criticality"),
    ("overlay { entity service hello { set ti‸er critical; } }", "criticality"),
    (
        "test a { given entity service x { ti‸er standard }; expect policy p x passes; }\npolicy p for=entity of=service { when { tier is critical; }; }",
        "rank",
    ),
    ("request namespace a { si‸ze small }", "scale"),
    ("let na‸me hello\nentity service \"a-${name}\" { tier standard; dependencies $name }", "other"),
    (
        "template t { param si‸ze string; entity service \"s-${size}\" { tier standard; title $size } }\nnew t size=a",
        "scale",
    ),
    ("template t { param size string; entity service \"s-${size}\" { tier standard } }\nnew t si‸ze=a", "scale"),
    ("each na‸me a b { entity service \"s-${name}\" { tier standard } }", "other"),
    (
        "action a create service { input si‸ze string; input other string { depends-on size }; backend github org=o repo=r workflow=w.yaml { send size $inputs.size } }",
        "scale",
    ),
    (
        "scorecard s for=service { level Go‸ld { rule b { tier present } } }\ntest a { given entity service y { tier standard }; expect level s y Gold }",
        "Platinum",
    ),
    (
        "scorecard s for=service { level Gold { rule b { tier present } } }\ntest a { given entity service y { tier standard }; expect rule s b‸ y pass }",
        "has-tier",
    ),
    ("blueprint b { property na‸me string; relation of b; mirror above of.name }", "label"),
    ("entity service x { tier standard; lifecycle { ignore properties.ti‸er } }", "criticality"),
    ("entity service x { ti‸er standard; lifecycle { ignore title properties.tier } }", "criticality"),
    ("request namespace a { spec { si‸ze small } }", "scale"),
    ("request namespace a { size small; lifecycle { ignore spec.si‸ze } }", "scale"),
    (
        "promise app { api group=example.com version=v1 kind=App { field users array of=object { field na‸me string } } }\n\
         request app a { users { - name=x; - { name y } } }\nrequest app b { spec { users { - name=x } } }",
        "login",
    ),
    (
        "promise app { api group=example.com version=v1 kind=App { field users array of=object { field name string } } }\n\
         request app a { users { - na‸me=x; - { name y } } }\noverlay { request app a { set users { - name=z } } }",
        "login",
    ),
    (
        "environment one\nenvironment two\nentity service x { tier standard }\noverlay two { entity service x‸ { set tier critical } }",
        "y",
    ),
    (
        "environment one\nenvironment two\nentity service x‸ { tier standard }\nentity service y { tier standard }\n\
         overlay two { entity service y { add dependencies x; }; set entity service z { tier standard; dependencies x } }",
        "w",
    ),
    (
        "environment one\nenvironment two\nentity service x { ti‸er standard }\noverlay two { set entity service z { tier standard } }",
        "rank",
    ),
    (
        "environment one\nenvironment two\nentity service x { tier standard; team plat‸form }\n\
         overlay two { set entity service z { tier standard; team platform }; request namespace hello { metadata { set team platform } } }",
        "core",
    ),
    ("environment one\nenvironment two\noverlay two { set entity ser‸vice z { tier standard; } }", "component"),
    ("template t { param name string; entity service \"s-${na‸me}\" { tier standard } }\nnew t name=a", "other"),
    ("let who hel‸lo\nentity service x { tier standard; dependencies $who }", "world"),
    ("template m‸k { param nm string; entity service $nm { tier standard } }\neach z a b { new mk nm=$z }", "make"),
    (
        "template m‸k { param nm string; entity service $nm { tier standard } }\n\
         template two { new \"mk\" nm=a; each z b c { new mk nm=$z } }\nnew two",
        "make",
    ),
    (
        "template t { param si‸ze string; entity service $size { tier standard } }\neach z a b { new t { size $z } }",
        "scale",
    ),
    (
        "blueprint thing { property ti‸er string { title A } }\nentity thing x { tier a }\n\
         overlay { blueprint thing { property tier { set title B } } }",
        "rank",
    ),
    (
        "promise box { api group=example.com version=v1 kind=Box { field size string { default a } } }\nrequest box a { si‸ze b }\n\
         overlay { promise box { api { field size { set default b } } } }",
        "scale",
    ),
    (
        "promise box { api group=example.com version=v1 kind=Box { field size enum default=a { values a b } }\n\
         workflow configure { table t by=$spec.size { row a cpu=1 mem=2; row b c‸pu=2 mem=4 }\n\
         resource v1 ConfigMap $name { data cpu=\"${t.cpu}\" mem=\"${t.mem}\" } } }",
        "cores",
    ),
    (
        "promise box { api group=example.com version=v1 kind=Box { field size enum default=a { values a b } }\n\
         workflow configure { table t by=$spec.size { row a cpu=1; else cpu=4 }\n\
         resource v1 ConfigMap $name { data cpu=\"${t.cp‸u}\" } } }",
        "cores",
    ),
    ("let parts fi‸rst=hello last=x\nentity service a { tier standard; dependencies $parts.first }", "start"),
    (
        "scorecard s for=service { level Gold { rule b \"B\" { tier present } } }\n\
         overlay { scorecard s { level Go‸ld { rule b { set tier is critical } } } }",
        "Platinum",
    ),
    (
        "scorecard s for=service { level Gold { rule b \"B\" { tier present }; rule c \"C\" { tier present } } }\n\
         overlay { scorecard s { level Gold { unset rule b‸ } } }",
        "has-tier",
    ),
    (
        "scorecard s for=service { level Gold { rule b \"B\" { ti‸er present } } }\n\
         overlay { scorecard s { level Gold { rule b { set tier is critical } } } }",
        "rank",
    ),
    ("template caf\u{e9}‸ { team one }\nnew cafe\u{301}", "tea"),
    ("entity service caf\u{e9}‸ { tier standard }\nadopt \"entity:service:cafe\u{301}\"", "tea"),
    ("blueprint b { property n‸ string }\nentity b x { n a }\nrenamed \"blueprint:b#properties.m\" to=n", "m"),
];

/// The files of a project after edits of it.
fn edited(snapshot: &Snapshot, edits: &[crate::diag::Edit]) -> Vec<(String, String)> {
    let files = snapshot.loaded.sources.of_people();
    let changed = files.map(|(id, file)| {
        let own: Vec<_> = edits.iter().filter(|edit| edit.span.file == id).cloned().collect();
        (file.name.clone(), edit::apply(&file.text, &own).expect("edits that do not overlap"))
    });
    changed.filter(|(name, _)| !crate::source::is_of_library(name)).collect()
}

#[test]
fn another_name_stands_wherever_the_old_one_did_and_the_object_is_moved() {
    let text = "entity service \"x‸\" { tier standard; dependencies hello }\nentity service y { tier standard; dependencies x hello; }\n\
                removed entity:service:z\npolicy p for=entity { deny \"${name}\" { tier is x; }; }\n";
    let (snapshot, tree, at) = at_mark(text);
    let renaming = snapshot.rename(tree.file(), at, "x2").unwrap();
    let files = edited(&snapshot, &renaming.edits);
    let typed = &files.iter().find(|(name, _)| name == "typed.kdl").unwrap().1;
    assert!(typed.starts_with("entity service \"x2\" {"), "{typed}");
    assert!(typed.contains("dependencies x2 hello"), "{typed}");
    assert!(typed.contains("tier is x"), "what is only called so stays: {typed}");
    assert!(typed.ends_with("moved from=entity:service:x to=entity:service:x2\n"), "{typed}");
}

#[test]
fn another_name_keeps_a_project_whole() {
    for &(mark, name) in RENAMED {
        let (snapshot, tree, at) = at_mark(mark);
        assert!(!snapshot.loaded.diagnostics.has_errors(), "{mark}: {:?}", snapshot.loaded.diagnostics);
        let renaming = snapshot.rename(tree.file(), at, name).unwrap_or_else(|why| panic!("{mark}: {why:?}"));
        let files = edited(&snapshot, &renaming.edits);
        let named: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
        let again = read(&named);
        let told: Vec<&str> = again.loaded.diagnostics.iter().map(|one| &*one.message).collect();
        assert!(told.is_empty(), "{mark}: {told:?}\n{files:?}");
    }
}

#[test]
fn what_a_module_calls_its_own_gets_another_name_there_and_where_it_is_given() {
    let renamed = |(name, mark): (&str, &str), to: &str| -> String {
        let used = "use \"./lib\" owner=me { sizes small large; }\n";
        let module = "param owner string required\nparam sizes array of=string { default small; }\n\
                      template queue private { param size string; team \"${owner}-${size}\"; }\n\
                      each size in=$sizes { new queue size=$size; }\n";
        let mut files = STARTER.to_vec();
        files.extend([
            ("own.kdl", used),
            ("queue.kdl", "template queue { team own; }\nnew queue\n"),
            ("lib/plat.module.kdl", "module lib\n"),
            ("lib/a.kdl", module),
        ]);
        let snapshot = read(&files);
        assert!(!snapshot.loaded.diagnostics.has_errors(), "{:?}", snapshot.loaded.diagnostics);
        let file = snapshot.file(name).unwrap();
        let at = snapshot.loaded.sources.file(file).text.find(mark).unwrap() as u32;
        let renaming = snapshot.rename(file, at, to).unwrap();
        let files = edited(&snapshot, &renaming.edits);
        let named: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
        let again = read(&named);
        assert!(!again.loaded.diagnostics.has_errors(), "{:?}", again.loaded.diagnostics);
        let texts = ["own.kdl", "queue.kdl", "lib/a.kdl"];
        let text = |name: &&str| files.iter().find(|(one, _)| one == name).map(|(_, text)| text.clone());
        texts.iter().filter_map(text).collect()
    };
    for place in [("own.kdl", "sizes"), ("lib/a.kdl", "sizes")] {
        let texts = renamed(place, "kinds");
        assert!(texts.contains("owner=me { kinds small") && texts.contains("in=$kinds"), "{texts}");
    }
    // Another template of the project may be called so.
    let texts = renamed(("lib/a.kdl", "queue"), "line");
    assert!(texts.contains("template line private") && texts.contains("{ new line size"), "{texts}");
    assert!(texts.contains("template queue {") && texts.contains("\nnew queue\n"), "{texts}");
}

#[test]
fn a_name_that_another_thing_had_is_not_taken_before_that_is_applied() {
    let (snapshot, tree, at) = at_mark(
        "entity service x‸ { tier standard }\nentity service b { tier standard }\nmoved from=entity:service:a to=entity:service:b",
    );
    let refused = snapshot.rename(tree.file(), at, "a").unwrap_err().0;
    assert!(refused.contains("`entity:service:b` was called"), "{refused}");
    // What comes back to its name is moved nowhere.
    let (snapshot, tree, at) =
        at_mark("entity service b‸ { tier standard }\nmoved from=entity:service:a to=entity:service:b");
    let renaming = snapshot.rename(tree.file(), at, "a").unwrap();
    let files = edited(&snapshot, &renaming.edits);
    assert!(files.iter().all(|(_, text)| !text.contains("moved")), "{files:?}");
}

#[test]
fn what_a_member_was_called_is_said_beside_what_it_is_called() {
    let lines = |mark: &str, name: &str| {
        let (snapshot, tree, at) = at_mark(mark);
        let renaming = snapshot.rename(tree.file(), at, name).unwrap();
        let files = edited(&snapshot, &renaming.edits);
        let all = files.iter().flat_map(|(_, text)| text.lines().filter(|line| line.starts_with("renamed")));
        all.map(str::to_owned).collect::<Vec<_>>()
    };
    let of_tier = lines("entity service x { ti‸er standard }", "criticality");
    assert_eq!(of_tier, ["renamed \"blueprint:service#properties.tier\" to=criticality"]);
    let of_relation = lines("entity service x { tier standard; depend‸encies hello }", "uses");
    assert_eq!(of_relation, ["renamed \"blueprint:service#relations.dependencies\" to=uses"]);
    let of_field = lines("request namespace a { si‸ze small }", "scale");
    assert_eq!(of_field, ["renamed \"promise:namespace#spec.size\" to=scale"]);
    assert_eq!(lines("let na‸me hello\nentity service x { tier standard; dependencies $name }", "a"), [""; 0]);
    let back = "blueprint b { property n‸ string }\nrenamed \"blueprint:b#properties.m\" to=n";
    assert_eq!(lines(back, "m"), [""; 0]);
}

#[test]
fn a_word_within_something_is_named_where_that_is_meant_alone() {
    let (snapshot, tree, at) = at_mark(
        "blueprint b { property ti‸er string }\nentity b x { tier a }\nentity service y { tier standard }\n\
         let tier a\nteam \"t-${tier}\"\nscorecard s for=b { level tier { rule tier { tier present } } }",
    );
    let (declared, used) = snapshot.places(&tree, at, false).unwrap();
    let shown = |spans: &[crate::source::Span]| -> Vec<String> {
        spans.iter().map(|span| snapshot.loaded.sources.location(*span)).collect()
    };
    assert_eq!(shown(&declared), ["typed.kdl:1:24"]);
    assert_eq!(shown(&used), ["typed.kdl:2:14", "typed.kdl:6:46"]);
}

#[test]
fn a_name_that_cannot_be_another_says_why() {
    let refused = |text: &str, name: &str| {
        let (snapshot, tree, at) = at_mark(text);
        snapshot.rename(tree.file(), at, name).unwrap_err().0
    };
    assert!(
        refused("entity service x‸ { tier standard }", "hello")
            .contains("`hello` is taken: another entity is called so")
    );
    assert!(refused("entity service x‸ { tier standard }", " ").contains("needs a name"));
    assert!(refused("entity service x‸ { tier standard }", "a b").contains("`a b` is no identifier: "));
    assert!(refused("environment on‸e", "two").contains("is known by its name"));
    assert!(refused("entity service x { tier stan‸dard }", "a").contains("no name here"));
    assert!(refused("let na‸me hello\nentity service x { dependencies $name }", "a.b").contains("`a.b`"));
    assert!(refused("entity service x { tier standard; team no‸body }", "a").contains("declared nowhere"));
    let made = "each n one two { entity service \"s-${n}\" { tier standard } }\nentity service x { tier standard; dependencies s‸-one; }";
    let (snapshot, tree, at) = at_mark(made);
    let refused = snapshot.rename(tree.file(), at, "a").unwrap_err().0;
    assert!(refused.contains("is put together out of other values, at typed.kdl:1:"), "{refused}");
}

#[test]
fn the_line_that_says_a_move_stands_where_it_belongs() {
    let service = "project demo { id demo }\nblueprint service { property tier string; }\n";
    let own = "entity service from=\"services.csv\" { id $name; tier $tier; }\n";
    let files = [
        ("a.kdl", "// first\n"),
        ("m.kdl", "moved from=entity:service:old to=entity:service:mail\n"),
        ("plat.kdl", service),
        ("s.kdl", own),
        ("services.csv", "name,tier\nshop,one\nmail,two\n"),
    ];
    // Of data it is the file that reads it.
    let snapshot = read(&files);
    let data = snapshot.file("services.csv").unwrap();
    let renaming = snapshot.rename(data, 11, "store").unwrap();
    let changed = edited(&snapshot, &renaming.edits);
    let text = |name: &str| changed.iter().find(|(one, _)| one == name).map(|(_, text)| text.clone()).unwrap();
    assert_eq!(text("s.kdl"), format!("{own}moved from=entity:service:shop to=entity:service:store\n"));
    assert_eq!(text("a.kdl"), files[0].1);
    // Of what a module declares it is the file where such lines stand, or else the project's own.
    for others in [true, false] {
        let mut files = vec![
            ("a.kdl", "// first\n"),
            ("lib/plat.module.kdl", "module lib\n"),
            ("lib/b.kdl", "blueprint queue\n"),
            ("plat.kdl", "project demo { id demo }\nuse \"./lib\"\nteam two\n"),
        ];
        files.extend(others.then_some(("z.kdl", "moved from=team:one to=team:two\n")));
        let snapshot = read(&files);
        let renaming = snapshot.rename(snapshot.file("lib/b.kdl").unwrap(), 12, "channel").unwrap();
        let changed = edited(&snapshot, &renaming.edits);
        let home = changed.iter().find(|(_, text)| text.contains("to=blueprint:channel")).map(|(name, _)| &**name);
        assert_eq!(home, Some(if others { "z.kdl" } else { "plat.kdl" }));
    }
}
