//! What follows from a text, and from an edit of it.

use super::*;
use crate::source::Span;

#[test]
fn what_follows_is_shown_beside_the_lines() {
    let snapshot = read(&STARTER);
    assert!(!snapshot.loaded.diagnostics.has_errors());
    let shown = |hints: Vec<Hint>| -> Vec<String> {
        let text = |hint: Hint| format!("{} {}", snapshot.loaded.sources.location(hint.line), hint.text);
        hints.into_iter().map(text).collect()
    };
    let catalog = snapshot.file("catalog.kdl").unwrap();
    assert_eq!(shown(snapshot.hints(catalog)), ["catalog.kdl:18:1 Gold in readiness"]);
    let lenses = |name: &str| -> Vec<String> {
        let lenses = snapshot.lenses(snapshot.file(name).unwrap(), None).into_iter();
        lenses.map(|lens| format!("{} {}", snapshot.loaded.sources.location(lens.line), lens.text)).collect()
    };
    let tests = lenses("tests.kdl");
    assert!(!tests.is_empty() && tests.iter().all(|one| one.ends_with(" passes")), "{tests:?}");
    let lenses = lenses("catalog.kdl");
    assert!(lenses.contains(&"catalog.kdl:6:1 1 entity".to_owned()), "{lenses:?}");
    assert!(lenses.contains(&"catalog.kdl:26:1 1 at Gold".to_owned()), "{lenses:?}");
    let delivery = snapshot.file("delivery.kdl").unwrap();
    let hints = shown(snapshot.hints(delivery));
    assert!(matches!(&hints[..], [one] if one.ends_with("2 files")), "{hints:?}");
}

#[test]
fn of_several_environments_it_is_said_which_one_is_meant() {
    let (snapshot, ..) = at_mark(&format!("{TWO}overlay one {{ entity service hello {{ set tier critical }} }}‸"));
    let catalog = snapshot.file("catalog.kdl").unwrap();
    let lenses: Vec<String> = snapshot.lenses(catalog, None).into_iter().map(|lens| lens.text).collect();
    assert!(lenses.contains(&"1 at Bronze (in one)".to_owned()), "{lenses:?}");
    let hints: Vec<String> = snapshot.hints(catalog).into_iter().map(|hint| hint.text).collect();
    assert_eq!(hints, ["Bronze in readiness (in one)"]);
}

#[test]
fn what_an_edit_would_change_is_said_above_its_line() {
    let model = "blueprint app { property tier enum { values one two; }; }\n\
                 scorecard ready for=app {\n    level Gold { rule t { tier is one; }; }\n}\n";
    let apps = "entity app a { tier one }\nentity app b { tier two }\nentity app c { tier one }\n";
    let said = |was: [&str; 2], is: [&str; 2]| {
        let project =
            |texts: [&str; 2]| read(&[("plat.kdl", "project demo"), ("apps.kdl", texts[1]), ("model.kdl", texts[0])]);
        let (before, after) = (project(was), project(is));
        after.compare(before.consequences());
        let names = ["model.kdl", "apps.kdl"];
        let edited: Vec<usize> = (0..2).filter(|at| was[*at] != is[*at]).collect();
        let all = edited.iter().flat_map(|at| {
            after.said_of_edit(after.file(names[*at]).unwrap(), was[*at], edited.len() == 1).into_iter()
        });
        all.map(|(line, _, text)| format!("{} {text}", after.loaded.sources.location(line))).collect::<Vec<_>>()
    };
    assert_eq!(said([model, apps], [model, apps]), [""; 0]);
    // Where nothing is known of it, how many there are is told by others.
    assert_eq!(said([model, apps], [&model.replace("app {", "app { nonsense;"), apps]), [""; 0]);
    let worse = apps.replace("a { tier one", "a { tier two");
    assert_eq!(said([model, apps], [model, &worse]), ["apps.kdl:1:1 1 would drop to no level"]);
    let better = model.replace("tier is one", "tier present");
    assert_eq!(said([model, apps], [&better, apps]), ["model.kdl:2:1 1 would rise to Gold"]);
    let titled = model.replace("app {", "app { title App;");
    assert_eq!(said([model, apps], [&titled, apps]), ["model.kdl:1:1 3 entities, none changes level or files"]);
    // How many there are is said once above a line.
    let counted = |is: &str| {
        let project = |model: &str| read(&[("plat.kdl", "project demo"), ("apps.kdl", apps), ("model.kdl", model)]);
        let (before, after) = (project(model), project(is));
        after.compare(before.consequences());
        let lenses = after.lenses(after.file("model.kdl").unwrap(), Some((model, true))).into_iter();
        lenses.map(|lens| lens.text).filter(|text| text.starts_with("3 entities")).collect::<Vec<_>>()
    };
    assert_eq!(counted(model), ["3 entities"]);
    assert_eq!(counted(&titled), ["3 entities, none changes level or files"]);
    // Of two edits each is told what is its own.
    let both = said([model, apps], [&better, &worse]);
    assert_eq!(both, ["model.kdl:2:1 1 would rise to Gold"]);
}

#[test]
fn the_tests_of_a_file_are_run_and_those_of_others_are_not() {
    let more = "test \"no such files\" {\n    given namespace a { size small }\n    expect no-resource ResourceQuota a-quota\n}\n";
    let mut files = STARTER.to_vec();
    files.push(("more.kdl", more));
    let snapshot = read(&files);
    let tried = |name: &str| snapshot.tried(snapshot.file(name).unwrap()).unwrap();
    let own = tried("tests.kdl");
    assert!(!own.is_empty() && own.iter().all(|test| test.failures.is_empty()), "{own:?}");
    assert_eq!(tried("plat.kdl"), []);
    let [failed] = &tried("more.kdl")[..] else { panic!("{:?}", tried("more.kdl")) };
    let place = |span: Span| snapshot.loaded.sources.location(span);
    assert_eq!((&*failed.description, place(failed.line)), ("no such files", "more.kdl:1:1".to_owned()));
    let [(span, message)] = &failed.failures[..] else { panic!("{failed:?}") };
    assert!(place(*span).starts_with("more.kdl:3:") && !message.is_empty(), "{failed:?}");
    // Where something is wrong, no test is judged.
    files.push(("wrong.kdl", "entity nothing a\n"));
    let broken = read(&files);
    assert_eq!(broken.tried(broken.file("more.kdl").unwrap()), None);
}

/// A project that has two environments, read in both.
fn both(text: &str) -> Snapshot {
    let loaded = |name: &str| {
        let loader = MemoryLoader::new([("plat.kdl", text)]).in_environment(name);
        Workspace::default().load(&loader, &Unwatched).unwrap()
    };
    assert!(!loaded("one").diagnostics.has_errors(), "{:?}", loaded("one").diagnostics);
    Snapshot::new(loaded("one"), 0).knowing(vec![("two".into(), loaded("two"))])
}

const EACH: &str = "project demo { id demo }\nenvironment one { param size a; }\nenvironment two { param size b; }\nparam size string default=c\n\
                    blueprint app { property tier string; }\nscorecard ready for=app { level Gold { rule t \"T\" { tier is one; }; }; }\n\
                    promise box {\n    api group=example.com version=v1 kind=Box { field size string default=s; }\n    \
                    workflow configure { resource v1 ConfigMap $name { data size=$spec.size; }; }\n}\n\
                    state-store s git create { url \".plat/s.git\"; }\ndestination d { store s; }\n\
                    each a of=app {\n    request box $a.identifier { size $size; }\n}\n\
                    request box own { size $size; }\nentity app x { tier one; }\nentity app y { tier one; }\n";

#[test]
fn an_edit_that_changes_something_in_a_later_environment_alone_is_told_with_its_name() {
    let told = |from: &str, to: &str| -> Vec<String> {
        let (before, after) = (both(EACH), both(&EACH.replace(from, to)));
        after.compare(before.consequences());
        let lenses = after.lenses(after.file("plat.kdl").unwrap(), Some((EACH, true))).into_iter();
        lenses.map(|lens| lens.text).filter(|text| text.contains("would")).collect()
    };
    assert_eq!(told("param size b", "param size z"), ["3 files would change (in two)"]);
    assert_eq!(told("param size a", "param size z"), ["3 files would change (in one)"]);
    let overlay = "\noverlay two { entity app x { set tier low; }; }\nentity app y";
    assert_eq!(told("\nentity app y", overlay), ["1 would drop to no level (in two)"]);
    assert_eq!(told("tier one; }\nentity app y", "tier two; }\nentity app y"), ["1 would drop to no level (in one)"]);
}

#[test]
fn requests_that_one_line_makes_are_told_together_above_it() {
    let snapshot = both(EACH);
    let lenses = snapshot.lenses(snapshot.file("plat.kdl").unwrap(), None).into_iter();
    let lenses = lenses.map(|lens| format!("{} {}", snapshot.loaded.sources.location(lens.line), lens.text));
    let lenses: Vec<String> = lenses.filter(|lens| lens.contains(" file")).collect();
    assert_eq!(lenses, ["plat.kdl:14:5 2 requests, 2 files (in one)", "plat.kdl:16:1 1 file (in one)"]);
}
