//! What a part of a project tells of a text.

use super::*;

const MODEL: &str = "blueprint service {\n    property tier enum required { values critical standard; }\n    property size integer\n    relation uses service many\n    relation of system\n}\n\
                     blueprint system\nteam core\npromise app {\n    api group=example.com version=v1 kind=App { field size enum default=small { values small large; }; }\n    \
                     workflow configure { resource v1 ConfigMap $name { data size=$spec.size; }; }\n}\n\
                     scorecard ready for=service { level Gold { rule tier { tier is critical; }; }; }\n\
                     state-store s git create { url \".plat/s.git\"; }\ndestination d { store s; }\nmoved from=entity:service:old to=entity:service:three\n";

const LEAF: &str = "entity service one {\n    title One\n    team core\n    tier critical\n    size 3\n    uses two three\n    of main\n}\n\
                    entity service \"1b\" { tier standard; uses one; }\nrequest app a { size large; }\n";

/// What is told of a text: where, and what.
fn told_of(snapshot: &Snapshot, name: &str) -> Vec<String> {
    let sources = &snapshot.loaded.sources;
    let there = snapshot.loaded.diagnostics.iter().filter(|one| sources.file(one.primary.span().file).name == name);
    there.map(|one| format!("{} {} {}", sources.location(one.primary.span()), one.code.id, one.message)).collect()
}

#[test]
fn a_part_of_a_project_tells_of_a_text_what_all_of_it_does() {
    let others = [
        ("plat.kdl", "project demo\n"),
        ("model.kdl", MODEL),
        ("two.kdl", "entity service two { tier standard; uses one; }\nentity service same { tier standard; }\n"),
        ("three.kdl", "entity service three { tier standard; }\nrequest app b\n"),
        ("main.kdl", "entity system main\nentity system other\n"),
        ("far.kdl", "entity service far { tier standard; uses far; }\n"),
    ];
    let with = |leaf: &str| read(&[&others[..], &[("leaf.kdl", leaf)]].concat());
    let base = with(LEAF);
    assert_eq!(told_of(&base, "leaf.kdl"), [""; 0]);
    let near = Near::of(&base, &Near::default());
    let without = |range: std::ops::Range<usize>| [&LEAF[..range.start], &LEAF[range.end..]].concat();
    let mut texts: Vec<String> = (0..LEAF.len()).map(|at| without(at..at + 1)).collect();
    texts.extend((0..LEAF.len()).step_by(3).map(|at| LEAF[..at].to_owned()));
    for (from, to) in [
        ("one {", "same {"),
        ("uses two", "uses far"),
        ("three", "nobody"),
        ("of main", "of two"),
        ("app a", "app b"),
        ("core", "none"),
    ] {
        texts.push(LEAF.replacen(from, to, 1));
    }
    let (mut compared, mut small) = (0, 0);
    for text in texts {
        let tree = parse(FileId(0), &text.as_str().into()).0;
        let Some(files) = near.files(&base, "leaf.kdl", &tree) else { continue };
        let mut part: Vec<(&str, &str)> = others.iter().filter(|(name, _)| files.contains(name)).copied().collect();
        small += usize::from(part.len() < others.len());
        part.push(("leaf.kdl", &text));
        let (part, whole) = (read(&part), with(&text));
        // What is wrong elsewhere hides what is made of it.
        let is_hidden =
            whole.loaded.diagnostics.has_errors() && !told_of(&whole, "leaf.kdl").iter().any(|one| one.contains("E0"));
        let (of_part, of_whole) = (told_of(&part, "leaf.kdl"), told_of(&whole, "leaf.kdl"));
        assert!(of_part == of_whole || is_hidden, "{text}\n{of_part:#?}\n{of_whole:#?}");
        compared += 1;
    }
    assert!(compared > 150 && small > 150, "{compared} {small}");
}

#[test]
fn a_text_that_says_more_than_that_there_are_things_is_no_part_of_its_own() {
    let base = read(&[("plat.kdl", "project demo\n"), ("model.kdl", MODEL), ("leaf.kdl", "entity system main\n")]);
    let near = Near::of(&base, &Near::default());
    let asked = |name: &str, text: &str| near.files(&base, name, &parse(FileId(0), &text.into()).0);
    assert!(asked("model.kdl", "entity system main\n").is_none(), "what it said before counts for others");
    assert!(asked("leaf.kdl", "team more\nentity system main\n").is_none());
    assert!(asked("leaf.kdl", "entity system from=\"a.csv\"\n").is_none());
    assert_eq!(asked("leaf.kdl", "entity system main\n").unwrap(), ["leaf.kdl", "model.kdl", "plat.kdl"].into());
    assert!(asked("new.kdl", "entity system more\n").is_some());
}
