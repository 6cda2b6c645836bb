//! What `plat` keeps for itself in a repository, after somebody else was there: nothing of it makes a file go that is not ours, or
//! that is protected, and nobody waits for an answer.

use crate::project::Project;
use crate::proposals::{commit, empty, repository, shop};
use git2::{ObjectType, Oid, Repository};

const INVENTORY: &str = "refs/plat/inventory/shop-1/main/%2F";
const LEASE: &str = "refs/plat/lease/shop-1/main/%2F";
const PROPOSAL: &str = "refs/plat/proposal/shop-1/main/%2F/plat%2Fshop-1%2Fx";
const APPLY: [&str; 3] = ["apply", "--auto-approve", "--summary"];

const BOTH: &str = "request c keep\nrequest c temp { lifecycle { protect; }; }";

/// A project with two requests that were delivered, one of them protected.
fn delivered() -> Project {
    let project = shop(BOTH);
    project.run(APPLY).code(0);
    project
}

/// Forgets all but the text, and of that the protected request.
fn forget(project: &Project) {
    std::fs::remove_dir_all(project.path(".plat")).unwrap();
    project.write("requests.kdl", "request c keep");
}

/// The tree of an inventory, with an entry in the place of another or none.
fn with(repository: &Repository, name: &str, entry: Option<(Oid, i32)>) -> Oid {
    let tree = repository.find_reference(INVENTORY).unwrap().peel_to_tree().unwrap();
    let mut builder = repository.treebuilder(Some(&tree)).unwrap();
    match entry {
        Some((id, mode)) => drop(builder.insert(name, id, mode).unwrap()),
        None => builder.remove(name).unwrap(),
    }
    builder.write().unwrap()
}

/// Sets a reference to a commit of a tree that says what another one says.
fn forge(repository: &Repository, reference: &str, message: &str, tree: Oid, parents: &[Oid]) -> Oid {
    let made = commit(repository, "refs/heads/forged", tree, parents);
    let made = repository.find_commit(made).unwrap();
    let forged = made.amend(None, None, None, None, Some(message), None).unwrap();
    repository.find_reference("refs/heads/forged").unwrap().delete().unwrap();
    repository.reference(reference, forged, true, "by hand").unwrap();
    forged
}

/// Puts another tree into the inventory, behind what was there.
fn tamper(repository: &Repository, tree: Oid) {
    let known = repository.find_reference(INVENTORY).unwrap().peel_to_commit().unwrap();
    forge(repository, INVENTORY, known.message().unwrap(), tree, &[known.id()]);
}

fn folder(repository: &Repository, entries: &[(&str, Oid, i32)]) -> Oid {
    let mut tree = repository.treebuilder(None).unwrap();
    for (name, id, mode) in entries {
        tree.insert(name, *id, *mode).unwrap();
    }
    tree.write().unwrap()
}

/// Remembers a proposal that nobody made.
fn propose(repository: &Repository, reference: &str, entries: &[(&str, Oid, i32)]) {
    let tree = folder(repository, entries);
    let tip = repository.refname_to_id("refs/heads/main").unwrap();
    forge(repository, reference, "by hand\n\nPlat-Proposal: 1\n", tree, &[tip]);
}

/// The tree of the branch.
fn branch(project: &Project) -> Oid {
    repository(project).find_reference("refs/heads/main").unwrap().peel_to_tree().unwrap().id()
}

#[test]
fn a_file_of_which_the_inventory_forgot_the_request_goes_only_when_somebody_says_so() {
    for cut in [None, Some(b"\n".as_slice())] {
        let project = delivered();
        let repository = repository(&project);
        let entry = cut.map(|text| (repository.blob(text).unwrap(), 0o100_644));
        tamper(&repository, with(&repository, "holdings", entry));
        let before = branch(&project);
        forget(&project);
        let refused =
            ["REFUSED 1 file of state store s would be deleted for which refs/plat/inventory/shop-1/main/%2F"];
        project.run(APPLY).code(5).says(refused).says(["--allow-delete 'file:s:*'"]);
        assert_eq!(branch(&project), before);
        // A plan that was saved is refused for it too, and one that only adds has nothing to ask for.
        project.run(["plan", "--out", "saved"]).code(5);
        project.run(["apply", "saved"]).code(5);
        project.run(["apply", "--auto-approve", "--additive"]).code(0);
        assert_eq!(branch(&project), before);
        project.run(["apply", "--auto-approve", "--allow-delete", "file:s:*"]).code(0);
        assert_ne!(branch(&project), before);
        project.run(["plan"]).no_changes();
    }
}

#[test]
fn what_the_inventory_forgot_of_requests_that_are_declared_is_remembered_anew() {
    let project = delivered();
    tamper(&repository(&project), with(&repository(&project), "holdings", None));
    project.run(APPLY).code(0);
    forget(&project);
    project.run(APPLY).code(5).says(["REFUSED request:c:default/temp is protected and would be deleted"]);
}

#[test]
fn an_inventory_that_is_none_ends_the_plan_and_is_named() {
    let break_it: [&dyn Fn(&Repository); 9] = [
        &|it| tamper(it, with(it, "holdings", Some((it.blob(br#"{"request":"request:c:defa"#).unwrap(), 0o100_644)))),
        &|it| tamper(it, with(it, "holdings", Some((it.blob(b"\xff\0{{").unwrap(), 0o100_644)))),
        &|it| tamper(it, with(it, "holdings", Some((it.blob(b"elsewhere").unwrap(), 0o120_000)))),
        &|it| tamper(it, with(it, "holdings", Some((it.refname_to_id("refs/heads/main").unwrap(), 0o160_000)))),
        &|it| tamper(it, with(it, "holdings", Some((empty(it), 0o040_000)))),
        &|it| tamper(it, with(it, "files", Some((it.blob(b"").unwrap(), 0o100_644)))),
        // Of an older form than the one before.
        &|it| _ = commit(it, INVENTORY, with(it, "holdings", None), &[it.refname_to_id(INVENTORY).unwrap()]),
        // The branch itself, which would make all that is on it ours.
        &|it| drop(it.reference(INVENTORY, it.refname_to_id("refs/heads/main").unwrap(), true, "").unwrap()),
        &|it| drop(it.reference(INVENTORY, it.blob(b"no commit").unwrap(), true, "").unwrap()),
    ];
    for (number, break_it) in break_it.iter().enumerate() {
        let project = delivered();
        break_it(&repository(&project));
        let before = branch(&project);
        forget(&project);
        let outcome = project.run(APPLY).code(1).complains([INVENTORY]);
        assert_eq!(branch(&project), before, "{number}: {}", outcome.err);
        // The way out that the message tells.
        repository(&project).find_reference(INVENTORY).unwrap().delete().unwrap();
        project.run(APPLY).code(0);
        assert_eq!(branch(&project), before, "{number}");
    }
}

#[test]
fn an_inventory_of_another_project_that_is_none_stops_only_what_may_be_that_ones() {
    let theirs = "refs/plat/inventory/other-1/main/%2F";
    for is_commit in [false, true] {
        let (project, other) = (delivered(), Project::new());
        let text = project.read("plat.kdl").replace("shop", "other").replace("destination d", "destination e");
        other.write("plat.kdl", text.replace("../s.git", project.outside("s.git").to_str().unwrap()));
        other.write("requests.kdl", "request c theirs");
        other.run(APPLY).code(0);
        let it = repository(&project);
        let known = it.refname_to_id(theirs).unwrap();
        let broken = if is_commit {
            forge(&it, theirs, "by hand\n\nPlat-Inventory: 2\n", empty(&it), &[])
        } else {
            it.blob(b"no").unwrap()
        };
        it.reference(theirs, broken, true, "by hand").unwrap();
        other.run(["plan"]).code(1).complains([theirs]);
        // Who meets nothing of it goes on, and is told.
        let told =
            "nobody can read what project other-1 delivered to state store s, and what is there that nobody else owns";
        let there = branch(&project);
        project.write("requests.kdl", BOTH.replacen("keep", "keep { size large; }", 1));
        project.run(["plan"]).code(0).says(["NOTICE", told, theirs]);
        project.run(APPLY).code(0);
        assert_ne!(branch(&project), there);
        project.run(["drift", "--unmanaged"]).code(0).complains([told]);
        // What is there and that nobody knows to be its own may be the other one's, whatever a line says.
        let there = branch(&project);
        let own = it.refname_to_id(INVENTORY).unwrap();
        it.find_reference(INVENTORY).unwrap().delete().unwrap();
        for line in ["", "adopt \"request:*\" from=other-1\n", "adopt \"request:*\"\n"] {
            project.write("adopted.kdl", line);
            for adoption in ["if-unowned", "force"] {
                let refused = project.run(["plan", "--adoption", adoption]).code(5);
                refused.says([
                    "REFUSED file:s:",
                    "may be one of project other-1, of which nobody can read what it owns there",
                ]);
                project.run(["apply", "--auto-approve", "--adoption", adoption]).code(5);
            }
        }
        project.write("adopted.kdl", "");
        project.run(["destroy", "--auto-approve", "--allow-delete", "*"]);
        assert_eq!(branch(&project), there);
        it.reference(INVENTORY, own, true, "by hand").unwrap();
        // The way that is told.
        it.reference(theirs, known, true, "by hand").unwrap();
        project.run(["plan"]).never_says(told);
        other.run(["plan"]).no_changes();
    }
}

#[test]
fn a_reference_of_plats_that_leads_to_a_branch_takes_none_along() {
    let other = "refs/plat/inventory/other/main/%2F";
    for name in [LEASE, PROPOSAL, other, INVENTORY] {
        let project = delivered();
        let before = branch(&project);
        let repository = repository(&project);
        repository.reference_symbolic(name, "refs/heads/main", true, "by hand").unwrap();
        project.write("requests.kdl", BOTH.replacen("keep", "keep { size large; }", 1));
        project.run(APPLY).code(1).complains([name, "is a symbolic reference"]);
        assert_eq!(branch(&project), before, "{name}");
    }
    // No lease holds files: what is there was put there by somebody else.
    let project = delivered();
    let repository = repository(&project);
    repository.reference(LEASE, repository.refname_to_id("refs/heads/main").unwrap(), true, "by hand").unwrap();
    project.write("requests.kdl", BOTH.replacen("keep", "keep { size large; }", 1));
    project.run(APPLY).code(1).complains([LEASE, "is no lease"]);
    project.run(["unlock", "--all", "--auto-approve"]).code(1).complains([LEASE]);
    assert!(repository.find_reference(LEASE).is_ok());
}

#[test]
fn a_proposal_that_nobody_made_takes_no_branch_away() {
    let project = delivered();
    let before = branch(&project);
    let repository = repository(&project);
    let nothing = [("files", empty(&repository), 0o040_000)];
    // One of the branch itself.
    propose(&repository, "refs/plat/proposal/shop-1/main/%2F/main", &nothing);
    // One whose branch is another name of the store's.
    propose(&repository, PROPOSAL, &nothing);
    repository.reference_symbolic("refs/heads/plat/shop-1/x", "refs/heads/main", true, "by hand").unwrap();
    commit(&repository, "refs/heads/main", before, &[repository.refname_to_id("refs/heads/main").unwrap()]);
    project.run(APPLY).code(0);
    project.run(["proposals", "--prune"]).code(0);
    assert_eq!(branch(&project), before);
    assert!(repository.find_reference("refs/heads/plat/shop-1/x").is_ok());
}

#[test]
fn a_proposal_of_nonsense_is_an_error_that_names_it_or_changes_nothing() {
    let project = delivered();
    let before = branch(&project);
    let repository = repository(&project);
    let files = ("files", empty(&repository), 0o040_000);
    let text = |name, text: &str, mode| (name, repository.blob(text.as_bytes()).unwrap(), mode);
    let paths = "../x\n/etc/passwd\n\n.git/config\n";
    propose(&repository, PROPOSAL, &[files, text("gone", paths, 0o100_644), text("taken", paths, 0o100_644)]);
    project.run(APPLY).code(0);
    let move_on = || {
        let tip = repository.refname_to_id("refs/heads/main").unwrap();
        commit(&repository, "refs/heads/main", before, &[tip]);
    };
    let wrong = [
        vec![],
        vec![text("files", "no folder", 0o100_644)],
        vec![("files", repository.refname_to_id("refs/heads/main").unwrap(), 0o160_000)],
        vec![files, text("holdings", "{\"request\":1}\n", 0o100_644)],
        vec![files, text("holdings", "garbage", 0o100_644)],
        vec![files, text("gone", "elsewhere", 0o120_000)],
        vec![files, ("taken", files.1, 0o040_000)],
    ];
    for entries in wrong {
        propose(&repository, PROPOSAL, &entries);
        move_on();
        project.run(APPLY).code(1).complains([PROPOSAL]);
    }
    let tip = repository.refname_to_id("refs/heads/main").unwrap();
    repository.reference(PROPOSAL, tip, true, "by hand").unwrap();
    project.run(APPLY).code(1).complains([PROPOSAL, "is no proposal"]);
    assert_eq!(branch(&project), before);
}

#[test]
fn what_is_too_much_to_read_is_not_read() {
    let project = delivered();
    let before = branch(&project);
    let repository = repository(&project);
    let (nothing, huge) = (empty(&repository), repository.blob(&vec![b'\n'; (64 << 20) + 1]).unwrap());
    // Folders that have more paths than anybody could list, with nothing in the end.
    let bomb =
        (0..40).fold(nothing, |below, _| folder(&repository, &[("a", below, 0o040_000), ("b", below, 0o040_000)]));
    let mut proposals: Vec<Vec<_>> =
        ["gone", "taken", "holdings"].map(|name| vec![("files", nothing, 0o040_000), (name, huge, 0o100_644)]).into();
    proposals.push(vec![("files", bomb, 0o040_000)]);
    for entries in proposals {
        propose(&repository, PROPOSAL, &entries);
        commit(&repository, "refs/heads/main", before, &[repository.refname_to_id("refs/heads/main").unwrap()]);
        project.run(APPLY).code(1).complains([PROPOSAL, "there is more than"]);
    }
    repository.find_reference(PROPOSAL).unwrap().delete().unwrap();
    let known = repository.refname_to_id(INVENTORY).unwrap();
    for entry in [("holdings", huge, 0o100_644), ("files", bomb, 0o040_000)] {
        repository.reference(INVENTORY, known, true, "by hand").unwrap();
        tamper(&repository, with(&repository, entry.0, Some((entry.1, entry.2))));
        project.run(APPLY).code(1).complains([INVENTORY, "there is more than"]);
    }
    assert_eq!(branch(&project), before);
}

#[test]
fn a_file_of_another_project_stays_that_ones_whatever_our_inventory_says() {
    let project = delivered();
    let repository = repository(&project);
    let theirs = Project::new();
    let text = project.read("plat.kdl").replace("shop", "other").replace("destination d", "destination e");
    let url = project.outside("s.git");
    let text = text.replace("../s.git", url.to_str().unwrap());
    theirs.write("plat.kdl", text);
    theirs.write("requests.kdl", "request c theirs");
    theirs.run(APPLY).code(0);
    let before = branch(&project);
    // All that is on the branch is ours, says somebody, and was delivered for one of our requests.
    let other = repository.find_reference("refs/plat/inventory/other-1/main/%2F").unwrap().peel_to_tree().unwrap();
    let holdings = other.get_name("holdings").unwrap().id();
    let mut ours = repository.find_reference(INVENTORY).unwrap().peel_to_tree().unwrap();
    let known = ours.get_name("holdings").unwrap().id();
    let lines = [known, holdings].map(|blob| repository.find_blob(blob).unwrap().content().to_vec()).concat();
    ours = repository.find_tree(with(&repository, "files", Some((before, 0o040_000)))).unwrap();
    let mut builder = repository.treebuilder(Some(&ours)).unwrap();
    builder.insert("holdings", repository.blob(&lines).unwrap(), 0o100_644).unwrap();
    tamper(&repository, builder.write().unwrap());
    project.run(APPLY).code(0);
    assert_eq!(branch(&project), before);
}

#[test]
fn an_object_that_is_damaged_never_makes_a_file_go() {
    let project = delivered();
    let repository = repository(&project);
    let before = branch(&project);
    let mut objects = Vec::new();
    let database = repository.odb().unwrap();
    database
        .foreach(|id| {
            objects.push(*id);
            true
        })
        .unwrap();
    let file = |id: Oid| {
        let name = id.to_string();
        project.outside("s.git/objects").join(&name[..2]).join(&name[2..])
    };
    let kind = |id: Oid| database.read_header(id).unwrap().1;
    for id in &objects {
        let whole = std::fs::read(file(*id)).unwrap();
        let other = objects.iter().find(|other| *other != id && kind(**other) == kind(*id));
        let flipped = |at: usize| whole.iter().enumerate().map(|(i, byte)| byte ^ u8::from(i == at) << 4).collect();
        let mut broken: Vec<Vec<u8>> = vec![Vec::new(), flipped(0), flipped(whole.len() / 2), flipped(whole.len() - 1)];
        // What is sound, and not what its name says.
        broken.extend(other.map(|other| std::fs::read(file(*other)).unwrap()));
        for bytes in broken {
            std::fs::remove_file(file(*id)).unwrap();
            std::fs::write(file(*id), bytes).unwrap();
            if project.path(".plat").exists() {
                forget(&project);
            }
            let outcome = project.run(APPLY);
            // The commit that is the tip goes unread where nobody asks for it, and so does what was there before.
            assert!([Some(1), Some(5)].contains(&outcome.code), "{} of {id}: {}", kind(*id), outcome.out);
        }
        std::fs::remove_file(file(*id)).unwrap();
        std::fs::write(file(*id), whole).unwrap();
    }
    assert!(objects.iter().any(|id| kind(*id) == ObjectType::Tree));
    assert_eq!(branch(&project), before);
}
