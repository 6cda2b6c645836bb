use crate::check::check;
use crate::model::{Value, write_json};
use crate::resolve::{MemoryLoader, Resolved, Workspace, resolve};
use crate::workspace::load;

const PROJECT: &str =
    "project demo { id demo-1; }\nenvironment production { param region eu-west-1; }\nenvironment staging\n";
const MODEL: &str = "param region string default=eu-central-1
blueprint service {
    property tier enum { values critical standard }
    property tags array of=string
    property notes object
    relation uses service many
}
entity service cart {
    tier standard
    tags a b
    notes { limits cpu=1 memory=2; hosts x; }
}
each name pay ship {
    entity service $name { title \"${name} in ${region}\"; tags $name; }
}
";

fn read(environment: &str, overlay: &str) -> Resolved {
    let files = [("plat.kdl", PROJECT), ("a.kdl", MODEL), ("o.kdl", overlay)];
    let resolved = resolve(&MemoryLoader::new(files).in_environment(environment)).unwrap();
    assert!(check(&resolved.project).is_empty() || !resolved.diagnostics.is_empty(), "{overlay}");
    resolved
}

/// The entities, each as JSON.
fn entities(environment: &str, overlay: &str) -> Vec<String> {
    let resolved = read(environment, overlay);
    assert_eq!(problems(&resolved), [""; 0], "{overlay}");
    let mut all: Vec<String> = resolved
        .project
        .entities
        .iter()
        .map(|one| {
            let mut bytes = Vec::new();
            write_json(&Value::Object(one.properties.clone()), &mut bytes);
            let title = one.title.as_ref().map(|title| format!(" {}", title.value)).unwrap_or_default();
            format!("{}{title} {}", one.name.value, String::from_utf8(bytes).unwrap())
        })
        .collect();
    all.sort();
    all
}

fn problems(resolved: &Resolved) -> Vec<String> {
    let told = |one: &crate::diag::Diagnostic| {
        format!("{} {} {}", resolved.sources.location(one.primary.span()), one.code, one.message)
    };
    resolved.diagnostics.iter().map(told).collect()
}

#[test]
fn an_environment_gives_values_and_changes_what_it_names() {
    let overlay = "overlay production {
    entity service cart {
        set tier critical
        add tags c
        remove tags a
        notes {
            limits { set cpu 4; unset memory; set disk 9; }
            add hosts \"${region}.example.com\"
        }
    }
    entity service pay { set title \"Payments ${region}\"; }
    set entity service debug { tier standard; }
    unset entity service ship
}
";
    assert_eq!(
        entities("production", overlay),
        [
            r#"cart {"notes":{"hosts":["x","eu-west-1.example.com"],"limits":{"cpu":4,"disk":9}},"tags":["b","c"],"tier":"critical"}"#,
            r#"debug {"tier":"standard"}"#,
            r#"pay Payments eu-west-1 {"tags":["pay"]}"#,
        ]
    );
    assert_eq!(
        entities("staging", overlay),
        [
            r#"cart {"notes":{"hosts":"x","limits":{"cpu":1,"memory":2}},"tags":["a","b"],"tier":"standard"}"#,
            r#"pay pay in eu-central-1 {"tags":["pay"]}"#,
            r#"ship ship in eu-central-1 {"tags":["ship"]}"#,
        ]
    );
}

#[test]
fn what_changes_nothing_is_told_at_its_place() {
    for (overlay, expected) in [
        (
            "entity service crt { set tier critical; }",
            "o.kdl:2:1 E0378 `entity:service:crt` is not declared, so that there is nothing to change",
        ),
        ("entity service cart { unset teir; }", "o.kdl:2:29 E0378 `entity` has no `teir` that could be taken away"),
        ("entity service cart { remove tags z; }", "o.kdl:2:35 E0378 `tags` has no such item"),
        ("entity service cart { tier critical; }", "o.kdl:2:23 E0378 nothing says what is done to `tier`"),
        (
            "entity service cart { limits { set cpu 1; }; }",
            "o.kdl:2:23 E0378 `entity` has no line that begins like this one",
        ),
        ("entity service cart { set; }", "o.kdl:2:23 E0378 `set` names no line"),
        ("service cart { set tier critical; }", "o.kdl:2:1 E0378 this begins no declaration of an object"),
        ("add entity service x", "o.kdl:2:1 E0378 `add` changes a list, and no list stands here"),
        ("entity service cart { set tier critical; unset tier; }", "o.kdl:2:42 E0379 `tier` is changed twice"),
        ("entity service cart { set tier golden; }", "o.kdl:2:32 E0402 `golden` is not one of the values of `tier`"),
    ] {
        let whole = format!("overlay production {{\n{overlay}\n}}\n");
        let files = [("plat.kdl", PROJECT), ("a.kdl", MODEL), ("o.kdl", &*whole)];
        let loaded = load(&MemoryLoader::new(files).in_environment("production")).unwrap();
        let told: Vec<String> = loaded
            .diagnostics
            .iter()
            .map(|one| format!("{} {} {}", loaded.sources.location(one.primary.span()), one.code, one.message))
            .collect();
        assert_eq!(told, [expected], "{overlay}");
    }
}

#[test]
fn an_overlay_that_names_no_environment_is_for_all_of_them_and_for_none() {
    let general = "overlay {\nentity service cart { add tags all; }\nset entity service more;\n}\n";
    let own = "overlay production {\nentity service cart { set tier critical; }\n}\n";
    let [without, with] = [general.to_owned(), format!("{general}{own}")];
    let cart = |environment, overlay: &str| {
        let all = entities(environment, overlay);
        assert_eq!(all.len(), 4, "{all:?}");
        all.into_iter().find(|one| one.starts_with("cart")).unwrap()
    };
    assert!(cart("staging", &with).contains(r#""tags":["a","b","all"]"#));
    assert!(cart("staging", &with).contains(r#""tier":"standard""#));
    assert!(cart("production", &with).contains(r#""tier":"critical""#));
    let files = [("plat.kdl", "project demo\n"), ("a.kdl", MODEL), ("o.kdl", &*without)];
    let resolved = resolve(&MemoryLoader::new(files)).unwrap();
    assert_eq!(problems(&resolved), [""; 0]);
    assert_eq!(resolved.project.entities.len(), 4);
    // None comes before another one.
    let both = format!("{own}overlay {{ entity service cart {{ set tier standard; }}; }}\n");
    assert_eq!(problems(&read("staging", &both)), [""; 0]);
    assert_eq!(problems(&read("production", &both)), ["o.kdl:4:33 E0379 `tier` is changed twice"]);
}

#[test]
fn what_was_meant_is_suggested_at_every_depth() {
    for (overlay, help) in [
        ("entty service cart { set tier critical; }", "did you mean `entity`?"),
        ("entity service cart { sett tier critical; }", "did you mean `set`?"),
        ("blueprint service { property teir { set title x; }; }", "did you mean `property tier`?"),
        ("blueprint service { unset property teir; }", "did you mean `property tier`?"),
        ("blueprint service { property tier { valeus { set title x; }; }; }", "did you mean `values`?"),
    ] {
        let whole = format!("overlay production {{\n{overlay}\n}}\n");
        let files = [("plat.kdl", PROJECT), ("a.kdl", MODEL), ("o.kdl", &*whole)];
        let loaded = load(&MemoryLoader::new(files).in_environment("production")).unwrap();
        let told: Vec<Option<&str>> = loaded.diagnostics.iter().map(|one| one.help.as_deref()).collect();
        assert_eq!(told, [Some(help)], "{overlay}");
    }
}

#[test]
fn each_value_keeps_the_place_that_it_comes_from() {
    let resolved =
        read("production", "overlay production {\nentity service pay { set tier critical; add tags $region; }\n}\n");
    assert_eq!(problems(&resolved), [""; 0]);
    let pay = resolved.project.entities.iter().find(|one| &*one.name.value == "pay").unwrap();
    let at = |span: crate::source::Origin| resolved.sources.location(span.shown());
    assert_eq!(at(pay.properties.get("tier").unwrap().span), "o.kdl:2:31");
    let Value::Array(tags) = &pay.properties.get("tags").unwrap().value else { panic!() };
    // One is of the `each`, the other of the environment.
    assert_eq!([at(tags[0].span), at(tags[1].span)], ["a.kdl:13:11", "plat.kdl:2:39"]);
}

#[test]
fn what_a_broken_overlay_would_change_is_there_without_it() {
    let overlay = "overlay production {\nentity service cart { set title \"${region | nothing}\"; }\n}\n";
    let more = "entity service other { uses cart; }\n";
    let files = [("plat.kdl", PROJECT), ("a.kdl", MODEL), ("m.kdl", more), ("o.kdl", overlay)];
    let loaded = load(&MemoryLoader::new(files).in_environment("production")).unwrap();
    let told: Vec<&str> = loaded.diagnostics.iter().map(|one| &*one.message).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(loaded.project.entities.iter().any(|one| &*one.name.value == "cart"));
    // So it is where the environment itself is not there.
    let loaded = load(&MemoryLoader::new(files).in_environment("nowhere")).unwrap();
    let told: Vec<&str> = loaded.diagnostics.iter().map(|one| &*one.message).collect();
    assert_eq!(told, ["unknown function `nothing`", "the project has no environment `nowhere`"]);
}

/// How many values the reading of a project looks at whose overlay changes so many lines and items.
fn looks(count: usize) -> u64 {
    let each = |line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<Vec<_>>().join("; ");
    let model = format!(
        "blueprint service {{ property tags array; property notes object; }}
entity service cart {{ tags {}; notes {{ {}; {}; }}; }}",
        each(&|index| format!("tag-{index}")).replace("; ", " "),
        each(&|index| format!("line-{index} 1")),
        each(&|index| format!("block-{index} a {{ cpu 1; }}")),
    );
    let overlay = format!(
        "overlay production {{ entity service cart {{ {}; notes {{ {}; {}; }}; }}; }}",
        each(&|index| format!("remove tags tag-{index}")),
        each(&|index| format!("set line-{index} 2")),
        each(&|index| format!("block-{index} {{ set cpu 2; }}")),
    );
    let files = [("plat.kdl", PROJECT), ("a.kdl", &*model), ("o.kdl", &*overlay)];
    let lone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    lone.install(|| {
        let before = crate::syntax::LOOKS.get();
        resolve(&MemoryLoader::new(files).in_environment("production")).unwrap();
        crate::syntax::LOOKS.get() - before
    })
}

#[test]
fn twice_the_lines_are_twice_the_work() {
    let (once, twice) = (looks(400), looks(800));
    assert!(twice < once * 9 / 4, "{once} {twice}");
}

#[test]
fn another_environment_reads_anew_what_is_otherwise_in_it() {
    let overlay = "overlay production {\nentity service cart { set tier critical; }\nentity service more-3 { set tier critical; }\n}\n";
    let more: Vec<(String, String)> = (0..20)
        .map(|index| (format!("m{index}.kdl"), format!("entity service more-{index} {{ tier standard; }}\n")))
        .collect();
    let own = [("plat.kdl", PROJECT), ("a.kdl", MODEL), ("o.kdl", overlay)];
    let files: Vec<(&str, &str)> = own.into_iter().chain(more.iter().map(|(name, text)| (&**name, &**text))).collect();
    let loader = |environment: &str| MemoryLoader::new(files.iter().copied()).in_environment(environment);
    for (one, other) in [("staging", "production"), ("production", "staging")] {
        let mut first = Workspace::default();
        first.resolve(&loader(one)).unwrap();
        let mut second = first.another();
        let (shared, alone) = (second.resolve(&loader(other)).unwrap(), resolve(&loader(other)).unwrap());
        assert_eq!(problems(&shared), [""; 0]);
        assert_eq!(format!("{:?}", shared.project), format!("{:?}", alone.project), "{other}");
        assert!(first.lowered() >= 24 && second.lowered() < 10, "{} {}", first.lowered(), second.lowered());
    }
}
