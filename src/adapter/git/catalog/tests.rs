mod proposals;

use std::path::Path;
use std::time::Duration;

use git2::{FileMode, Repository, build::TreeUpdateBuilder};
use tempfile::TempDir;

use super::*;
use crate::adapter::git::WhenMissing;
use crate::catalog::conformance::{self, address, batch, conforms, make, map, write};
use crate::catalog::{GuardedChange, KnownBy, Outcome};
use crate::wait::Wait;

fn place(url: &Path) -> Place {
    Place {
        name: "catalog".to_owned(),
        url: url.display().to_string(),
        root: std::env::temp_dir(),
        branch: "plat".to_owned(),
        path: "held/here".to_owned(),
        missing: WhenMissing::Create,
        cache: std::env::temp_dir().join("no-cache-is-made-for-a-folder"),
        secret: "s".to_owned(),
        wait: Wait::default(),
        patience: Duration::from_mins(1),
    }
}

fn open(url: &Path) -> GitCatalog {
    GitCatalog::open(place(url), Authorship::default(), Environment::new([]), None).unwrap()
}

conforms!(|law| {
    // In memory where there is such a place: each write syncs, and the laws make thousands.
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() }.unwrap();
    law(&mut open(&folder.path().join("r.git")));
});

/// The files of the branch, by their paths, with what they hold.
fn files(folder: &Path) -> Vec<(String, String)> {
    let repository = Repository::open_bare(folder).unwrap();
    let tree = repository.find_reference("refs/heads/plat").unwrap().peel_to_tree().unwrap();
    let mut found = Vec::new();
    tree.walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
        if let Some(blob) = entry.to_object(&repository).unwrap().as_blob() {
            let text = String::from_utf8(blob.content().to_vec()).unwrap();
            found.push((format!("{folder}{}", entry.name().unwrap()), text));
        }
        git2::TreeWalkResult::Ok
    })
    .unwrap();
    found
}

fn commits(folder: &Path) -> usize {
    let repository = Repository::open_bare(folder).unwrap();
    let mut walk = repository.revwalk().unwrap();
    walk.push_ref("refs/heads/plat").unwrap();
    walk.count()
}

/// Writes a file as somebody else would.
fn put(folder: &Path, path: &str, content: Option<&str>) {
    let repository = Repository::open_bare(folder).unwrap();
    let parent = repository.find_reference("refs/heads/plat").unwrap().peel_to_commit().unwrap();
    let mut update = TreeUpdateBuilder::new();
    match content {
        Some(content) => update.upsert(path, repository.blob(content.as_bytes()).unwrap(), FileMode::Blob),
        None => update.remove(path),
    };
    let tree = update.create_updated(&repository, &parent.tree().unwrap()).unwrap();
    let tree = repository.find_tree(tree).unwrap();
    let who = git2::Signature::new("Somebody", "somebody@example.com", &git2::Time::new(1, 0)).unwrap();
    repository.commit(Some("refs/heads/plat"), &who, &who, "by hand", &tree, &[&parent]).unwrap();
}

#[test]
fn what_nobody_can_read_is_there() {
    let folder = TempDir::new().unwrap();
    let url = folder.path().join("r.git");
    conformance::what_nobody_can_read_is_there(&mut open(&url), |_, address| {
        let path = format!("held/here/{}/{}", Layer::Objects.folder_of(address), layer::file(&address.name));
        put(&url, &path, Some("no JSON"));
    });
}

#[test]
fn anybody_can_read_it_and_an_apply_is_one_commit() {
    let folder = TempDir::new().unwrap();
    let url = folder.path().join("r.git");
    let mut catalog = open(&url);
    let body = map(r#"{"title":"A","properties":{"tier":"gold"}}"#);
    catalog.apply(&batch("demo-1", &[make("entity:service:a", &body), write("team:t", "{}", "{}")])).unwrap();
    let text = "{\n  \"properties\": {\n    \"tier\": \"gold\"\n  },\n  \"title\": \"A\"\n}\n";
    let times = "{\n  \"created\": 1,\n  \"updated\": 1\n}\n";
    let expected = [
        ("catalog.json", "{\n  \"format\": 1\n}\n"),
        ("objects/entity/service/a.json", text),
        ("objects/team/t.json", "{}\n"),
        ("projects/demo-1/project.json", "{\n  \"name\": \"demo-1\"\n}\n"),
        ("projects/demo-1/written/entity/service/a.json", text),
        ("projects/demo-1/written/team/t.json", "{}\n"),
        ("times/entity/service/a.json", times),
        ("times/team/t.json", times),
    ];
    let expected: Vec<(String, String)> =
        expected.into_iter().map(|(path, text)| (format!("held/here/{path}"), text.to_owned())).collect();
    assert_eq!(files(&url), expected);
    assert_eq!(commits(&url), 1);
    assert_eq!(catalog.apply(&batch("demo-1", &[make("entity:service:a", &body)])).unwrap(), [Outcome::Already]);
    assert_eq!(commits(&url), 1, "what changes nothing is no commit");
}

#[test]
fn a_folder_of_many_is_divided_and_says_the_same() {
    let folder = TempDir::new().unwrap();
    let url = folder.path().join("r.git");
    let mut catalog = open(&url);
    let body = map(r#"{"title":"A"}"#);
    let operations: Vec<GuardedChange> =
        (0..layer::MOST).map(|number| make(&format!("entity:service:s{number}"), &body)).collect();
    catalog.apply(&batch("demo", &operations)).unwrap();
    assert!(files(&url).iter().any(|(path, _)| path == "held/here/objects/entity/service/s7.json"));
    let before = conformance::everything(&catalog, "demo");
    catalog.apply(&batch("demo", &[make("entity:service:more", &body)])).unwrap();
    let paths: Vec<String> = files(&url).into_iter().map(|(path, _)| path).collect();
    assert!(!paths.iter().any(|path| path == "held/here/objects/entity/service/s7.json"));
    assert!(paths.contains(&format!("held/here/objects/entity/service/{}/s7.json", layer::division("s7"))));
    assert_eq!(paths.len(), 3 * (layer::MOST + 1) + 2);
    catalog.apply(&batch("demo", &[conformance_delete("entity:service:more", &body)])).unwrap();
    assert_eq!(conformance::everything(&catalog, "demo"), before);
}

#[test]
fn a_name_that_is_too_long_for_a_file_goes_on_in_a_folder() {
    let folder = TempDir::new().unwrap();
    let url = folder.path().join("r.git");
    let mut catalog = open(&url);
    let body = map(r#"{"title":"A"}"#);
    let long = format!("entity:{}:{}", "b".repeat(300), "a".repeat(300));
    let many = (1..layer::MOST).map(|number| make(&format!("entity:{}:s{number}", "b".repeat(300)), &body));
    let operations: Vec<GuardedChange> = std::iter::once(make(&long, &body)).chain(many).collect();
    catalog.apply(&batch("demo", &operations)).unwrap();
    let above = format!("held/here/objects/entity/{}%/{}", "b".repeat(200), "b".repeat(100));
    let name = format!("{}%/{}.json", "a".repeat(200), "a".repeat(100));
    assert!(files(&url).iter().any(|(path, _)| *path == format!("{above}/{name}")));
    assert!(files(&url).iter().all(|(path, _)| path.split('/').all(|part| part.len() <= 255)));
    // Where its folder is divided it stays where it is until it is written.
    let before = conformance::everything(&catalog, "demo");
    let more = format!("entity:{}:more", "b".repeat(300));
    catalog.apply(&batch("demo", &[make(&more, &body)])).unwrap();
    catalog.apply(&batch("demo", &[conformance_delete(&more, &body)])).unwrap();
    assert_eq!(conformance::everything(&catalog, "demo"), before);
    catalog.apply(&batch("demo", &[write(&long, r#"{"title":"A"}"#, r#"{"title":"B"}"#)])).unwrap();
    let division = layer::division(&"a".repeat(300));
    let paths: Vec<String> = files(&url).into_iter().map(|(path, _)| path).collect();
    assert!(paths.contains(&format!("{above}/{division}/{name}")));
    assert!(!paths.contains(&format!("{above}/{name}")));
    let observed = catalog.observe("demo").unwrap();
    assert_eq!((observed.entries.len(), observed.strays.len()), (layer::MOST, 0));
    // Of what others call nearly so, nothing is taken for an object.
    put(&url, "held/here/objects/team/a%/b.json", Some("{}"));
    assert_eq!(catalog.observe("demo").unwrap().strays.len(), 1);
}

#[test]
fn a_branch_that_does_not_come_from_what_was_seen_was_set_back() {
    let folder = TempDir::new().unwrap();
    let (url, known) = (folder.path().join("r.git"), folder.path().join("own").join("catalog.digests"));
    let open =
        || GitCatalog::open(place(&url), Authorship::default(), Environment::new([]), Some(known.clone())).unwrap();
    let repository = || Repository::open_bare(&url).unwrap();
    let tip = || repository().find_reference("refs/heads/plat").unwrap().target().unwrap();
    let set = |to: git2::Oid| drop(repository().reference("refs/heads/plat", to, true, "").unwrap());
    let told = |catalog: &GitCatalog| {
        catalog.observe("demo").unwrap();
        catalog.set_back().unwrap().map(|back| (back.seen, back.now))
    };
    assert_eq!(told(&open()), None);
    open().apply(&batch("demo", &[write("team:a", "{}", r#"{"title":"A"}"#)])).unwrap();
    let first = tip();
    open().apply(&batch("demo", &[write("team:b", "{}", r#"{"title":"B"}"#)])).unwrap();
    let second = tip();
    assert_eq!(told(&open()), None);
    // What others add is no going back, also where this machine sees it late.
    put(&url, "README.md", Some("theirs"));
    assert_eq!(told(&open()), None);
    let third = tip();
    set(second);
    let back = Some((third.to_string(), Some(second.to_string())));
    assert_eq!((told(&open()), told(&open())), (back.clone(), back));
    set(first);
    open().apply(&batch("demo", &[write("team:c", "{}", r#"{"title":"C"}"#)])).unwrap();
    assert_eq!(told(&open()), None);
    let last = tip();
    repository().find_reference("refs/heads/plat").unwrap().delete().unwrap();
    let gone = open().observe("demo").unwrap_err().to_string();
    assert!(gone.contains("is gone, and commit") && gone.contains(&format!("branch plat {last}")), "{gone}");
    // What cannot be read was never written.
    std::fs::write(known.with_extension("seen"), "plat seen 01\n").unwrap();
    assert_eq!(told(&open()), None);
}

#[test]
fn a_machine_that_never_saw_a_branch_knows_from_the_runs_of_its_project_that_it_was_set_back() {
    let folder = TempDir::new().unwrap();
    let url = folder.path().join("r.git");
    let machines = std::cell::Cell::new(0);
    // Each time another machine.
    let open = || {
        machines.set(machines.get() + 1);
        let known = folder.path().join(machines.get().to_string()).join("catalog.digests");
        GitCatalog::open(place(&url), Authorship::default(), Environment::new([]), Some(known)).unwrap()
    };
    let repository = || Repository::open_bare(&url).unwrap();
    let tip = || repository().find_reference("refs/heads/plat").unwrap().target().unwrap();
    let set = |to: git2::Oid| drop(repository().reference("refs/heads/plat", to, true, "").unwrap());
    let told = |project: &str| {
        let catalog = open();
        catalog.observe(project).unwrap();
        catalog.set_back().unwrap().map(|back| (back.seen, back.known_by, back.now))
    };
    let applies = |project: &str, run: &str, name: &str| {
        let mut catalog = open();
        let changes = [write(&format!("team:{name}"), "{}", r#"{"title":"A"}"#)];
        catalog.apply(&batch(project, &changes)).unwrap();
        catalog.record_run(project, &conformance::run(run, 1)).unwrap();
        tip()
    };
    let (first, second) = (applies("demo", "1", "a"), applies("demo", "2", "b"));
    // A run that writes nothing to it says nothing else.
    open().record_run("demo", &conformance::run("3", 2)).unwrap();
    assert_eq!(told("demo"), None);
    set(first);
    let back = Some((second.to_string(), KnownBy::Run, Some(first.to_string())));
    assert_eq!((told("demo"), told("other")), (back, None));
    // What others write since is on what was set back.
    let third = applies("other", "1", "c");
    assert_eq!((told("demo").map(|told| told.2), told("other")), (Some(Some(third.to_string())), None));
    // Where an apply took that for what is meant to be there, no other machine tells it again, whatever runs write nothing since.
    let accepting = open();
    accepting.observe("demo").unwrap();
    assert!(accepting.set_back().unwrap().is_some());
    accepting.accept_set_back().unwrap();
    assert_eq!(told("demo"), None);
    open().record_run("demo", &conformance::run("4", 3)).unwrap();
    assert_eq!(told("demo"), None);
    // What is set back after that is another cause.
    let fifth = applies("demo", "5", "d");
    assert_eq!(told("demo"), None);
    set(third);
    assert_eq!(told("demo"), Some((fifth.to_string(), KnownBy::Run, Some(third.to_string()))));
    applies("demo", "6", "b");
    assert_eq!(told("demo"), None);
}

fn conformance_delete(text: &str, body: &Map) -> GuardedChange {
    let change = crate::catalog::Change::Delete { before: conformance::digest_of(body) };
    GuardedChange { address: address(text), change }
}

#[test]
fn two_who_write_at_once_meet_a_conflict_only_at_the_same_object() {
    let folder = TempDir::new().unwrap();
    let url = folder.path().join("r.git");
    let mut ours = open(&url);
    ours.apply(&batch("demo", &[write("team:a", "{}", r#"{"title":"A"}"#)])).unwrap();
    let mut theirs = open(&url);
    for catalog in [&ours, &theirs] {
        catalog.observe("demo").unwrap();
    }
    theirs.apply(&batch("other", &[write("team:b", "{}", r#"{"title":"B"}"#)])).unwrap();
    ours.apply(&batch("demo", &[write("team:a", r#"{"title":"A"}"#, r#"{"title":"C"}"#)])).unwrap();
    let refused = theirs.apply(&batch("other", &[write("team:a", r#"{"title":"A"}"#, r#"{"title":"D"}"#)]));
    assert!(matches!(refused, Err(CatalogError::Conflict { .. })), "{refused:?}");
    assert_eq!(ours.observe("demo").unwrap().entries.len(), 2);
}

#[test]
fn what_others_leave_there_is_told_and_stays() {
    let folder = TempDir::new().unwrap();
    let url = folder.path().join("r.git");
    let mut catalog = open(&url);
    catalog.apply(&batch("demo", &[write("team:a", "{}", r#"{"title":"A"}"#)])).unwrap();
    put(&url, "README.md", Some("ours"));
    put(&url, "held/here/objects/team/README.md", Some("theirs"));
    put(&url, "held/here/objects/planet/x.json", Some("{}"));
    put(&url, "held/here/objects/team/b.json", Some("{ \"title\" : \"B\" }"));
    let observed = catalog.observe("demo").unwrap();
    let strays: Vec<String> = observed.strays.iter().map(ToString::to_string).collect();
    assert_eq!(
        strays,
        [
            "the folder \"held/here/objects/planet\" is named after no object: `git rm -r -- held/here/objects/planet` takes it away",
            "the file \"held/here/objects/team/README.md\" is named after no object: `git rm -- held/here/objects/team/README.md` takes it away",
        ]
    );
    assert_eq!(observed.entries.len(), 2);
    catalog.apply(&batch("demo", &[write("team:b", r#"{"title":"B"}"#, r#"{"title":"C"}"#)])).unwrap();
    let paths: Vec<String> = files(&url).into_iter().map(|(path, _)| path).collect();
    assert!(paths.contains(&"README.md".to_owned()) && paths.contains(&"held/here/objects/team/README.md".to_owned()));
}

#[test]
fn of_two_files_of_an_object_the_one_counts_that_lies_as_its_folder_does() {
    let folder = TempDir::new().unwrap();
    let url = folder.path().join("r.git");
    let mut catalog = open(&url);
    let body = map(r#"{"title":"ours"}"#);
    let names = ["team:a".to_owned()].into_iter().chain((0..layer::MOST).map(|number| format!("team:s{number}")));
    let operations: Vec<GuardedChange> = names.map(|name| make(&name, &body)).collect();
    catalog.apply(&batch("demo", &operations[..1])).unwrap();
    let [plain, part] = ["a.json".to_owned(), format!("{}/a.json", layer::division("a"))];
    for (there, odd) in [(&plain, &part), (&part, &plain)] {
        put(&url, &format!("held/here/objects/team/{odd}"), Some("{\"title\":\"theirs\"}"));
        let observed = catalog.observe("demo").unwrap();
        assert!(observed.strays.iter().any(|stray| stray.to_string().contains(odd.as_str())), "{odd}");
        let change = [write("team:a", r#"{"title":"ours"}"#, r#"{"title":"new"}"#)];
        catalog.apply(&batch("demo", &change)).unwrap();
        let now: std::collections::HashMap<String, String> = files(&url).into_iter().collect();
        assert!(now[&format!("held/here/objects/team/{there}")].contains("new"));
        assert!(now[&format!("held/here/objects/team/{odd}")].contains("theirs"), "what is theirs stays");
        catalog.apply(&batch("demo", &[write("team:a", r#"{"title":"new"}"#, r#"{"title":"ours"}"#)])).unwrap();
        put(&url, &format!("held/here/objects/team/{odd}"), None);
        // The folder becomes one of many.
        catalog.apply(&batch("demo", &operations[1..])).unwrap();
    }
}

#[test]
fn a_newer_format_is_refused() {
    let folder = TempDir::new().unwrap();
    let url = folder.path().join("r.git");
    let mut catalog = open(&url);
    catalog.apply(&batch("demo", &[write("team:a", "{}", "{}")])).unwrap();
    put(&url, "held/here/catalog.json", Some("{\"format\":2}"));
    assert!(matches!(catalog.observe("demo"), Err(CatalogError::Newer { found: 2, known: 1, .. })));
    let refused = catalog.apply(&batch("demo", &[write("team:b", "{}", "{}")]));
    assert!(matches!(refused, Err(CatalogError::Newer { .. })), "{refused:?}");
}

#[test]
fn a_journal_that_is_damaged_says_the_way_out() {
    let folder = TempDir::new().unwrap();
    let url = folder.path().join("r.git");
    let mut catalog = open(&url);
    catalog.apply(&batch("demo", &[write("team:a", "{}", "{}")])).unwrap();
    let repository = Repository::open_bare(&url).unwrap();
    let text = format!("tree {}\nauthor a <a@b> 0 +0000\ncommitter a <a@b> 0 +0000\n\nx\n", "1".repeat(40));
    let commit = repository.odb().unwrap().write(git2::ObjectType::Commit, text.as_bytes()).unwrap();
    let Ok(reference) = catalog.beside("refs/plat/catalog/runs/", "demo") else { panic!("it has a name") };
    repository.reference(&reference, commit, true, "by hand").unwrap();
    let error = format!("{:?}", catalog.runs("demo", 1).unwrap_err());
    assert!(error.contains(&reference) && error.contains("delete the reference"), "{error}");
    assert_eq!(catalog.observe("demo").unwrap().entries.len(), 1, "nothing else depends on it");
}
