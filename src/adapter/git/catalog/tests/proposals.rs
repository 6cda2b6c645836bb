//! What people are to merge.

use crate::model::Fate;
use git2::{MergeOptions, Repository};
use tempfile::TempDir;

use super::*;
use crate::catalog::{Change, Proposal, Proposals, Waiting};

const PROPOSAL: &str = "refs/heads/plat/demo/catalog";
const RECORD: &str = "refs/plat/catalog/proposal/demo/catalog/held%2Fhere";

/// A repository with a catalog on a branch `catalog`, as `plat` would be in the way of the proposal's.
struct Site(TempDir);

const CATALOG: &str = "refs/heads/catalog";

impl Site {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn url(&self) -> std::path::PathBuf {
        self.0.path().join("r.git")
    }

    fn open(&self) -> GitCatalog {
        let place = Place { branch: "catalog".to_owned(), ..place(&self.url()) };
        GitCatalog::open(place, Authorship::default(), Environment::new([]), None).unwrap()
    }

    /// What the project proposes at a time.
    fn proposes(&self, time: i64, operations: &[GuardedChange]) -> Result<Proposal, CatalogError> {
        let batch = Batch { time, ..batch("demo", operations) };
        let mut catalog = self.open();
        (&mut catalog).rehearse_proposal(&batch)?;
        Ok((&mut catalog).propose(&batch)?.0)
    }

    fn waits(&self, wanted: &[&[GuardedChange]]) -> Option<Waiting> {
        let wanted: Vec<Batch<'_>> = wanted.iter().map(|operations| batch("demo", operations)).collect();
        (&mut self.open()).waiting("demo", &wanted).unwrap()
    }

    fn fate(&self, wanted: &[&[GuardedChange]]) -> Option<Fate> {
        self.waits(wanted).map(|one| one.fate)
    }

    fn repository(&self) -> Repository {
        Repository::open_bare(self.url()).unwrap()
    }

    fn tip(&self, reference: &str) -> Option<Oid> {
        self.repository().refname_to_id(reference).ok()
    }

    /// Somebody merges the proposal; nothing where Git cannot.
    fn merges(&self, is_squashed: bool) -> Option<()> {
        let repository = self.repository();
        let commit = |name: &str| repository.find_reference(name).unwrap().peel_to_commit().unwrap();
        let (ours, theirs) = (commit(CATALOG), commit(PROPOSAL));
        let mut merged =
            repository.merge_commits(&ours, &theirs, Some(MergeOptions::new().find_renames(true))).unwrap();
        if merged.has_conflicts() {
            return None;
        }
        let tree = repository.find_tree(merged.write_tree_to(&repository).unwrap()).unwrap();
        let who = git2::Signature::new("Somebody", "somebody@example.com", &git2::Time::new(1, 0)).unwrap();
        let parents = if is_squashed { vec![&ours] } else { vec![&ours, &theirs] };
        repository.commit(Some(CATALOG), &who, &who, "merge", &tree, &parents).unwrap();
        Some(())
    }

    /// Somebody writes a file on a branch.
    fn writes(&self, reference: &str, path: &str, content: &str) {
        let repository = self.repository();
        let parent = repository.find_reference(reference).unwrap().peel_to_commit().unwrap();
        let mut update = TreeUpdateBuilder::new();
        update.upsert(path, repository.blob(content.as_bytes()).unwrap(), FileMode::Blob);
        let tree = update.create_updated(&repository, &parent.tree().unwrap()).unwrap();
        let tree = repository.find_tree(tree).unwrap();
        let who = git2::Signature::new("Somebody", "somebody@example.com", &git2::Time::new(1, 0)).unwrap();
        repository.commit(Some(reference), &who, &who, "by hand", &tree, &[&parent]).unwrap();
    }
}

fn title(text: &str) -> String {
    format!(r#"{{"title":"{text}"}}"#)
}

fn sets(address: &str, from: &str, to: &str) -> GuardedChange {
    write(address, &title(from), &title(to))
}

#[test]
fn a_proposal_is_a_branch_and_what_remembers_it_and_nothing_else() {
    for is_squashed in [false, true] {
        let (site, direct) = (Site::new(), Site::new());
        let first = [write("team:a", "{}", &title("A"))];
        site.open().apply(&batch("demo", &first)).unwrap();
        direct.open().apply(&batch("demo", &first)).unwrap();
        let tip = site.tip(CATALOG);
        let next = [sets("team:a", "A", "B"), make("team:b", &map(&title("B")))];
        let proposal = site.proposes(1, &next).unwrap();
        assert_eq!(site.tip(CATALOG), tip);
        assert_eq!((proposal.name.as_str(), proposal.begun), ("plat/demo/catalog", None));
        assert_eq!(proposal.revision, site.tip(PROPOSAL).map(|tip| tip.to_string()));
        let repository = site.repository();
        let commit = repository.find_commit(site.tip(PROPOSAL).unwrap()).unwrap();
        assert_eq!((commit.parent_id(0).ok(), commit.message().unwrap()), (tip, batch("demo", &next).message));
        let kept: Vec<String> =
            repository.references_glob("refs/plat/*").unwrap().names().map(|name| name.unwrap().to_owned()).collect();
        assert_eq!(kept, [RECORD]);
        assert_eq!(site.fate(&[&next]), Some(Fate::Open));
        site.merges(is_squashed).unwrap();
        // All that an apply would have written is there, what the project owns included.
        direct.open().apply(&batch("demo", &next)).unwrap();
        let [merged, written] = [&site, &direct].map(|site| conformance::everything(&site.open(), "demo"));
        assert_eq!(merged, written);
        assert_eq!(site.fate(&[&next]), Some(Fate::Merged));
        let again = site.proposes(9, &next).unwrap();
        assert_eq!((again.revision, site.tip(PROPOSAL)), (None, None));
        assert_eq!(site.waits(&[]), None);
    }
}

#[test]
fn a_later_proposal_takes_the_place_of_one_that_would_not_come_to_the_same() {
    let site = Site::new();
    site.open().apply(&batch("demo", &[write("team:a", "{}", &title("A"))])).unwrap();
    let next = [sets("team:a", "A", "B")];
    let first = site.proposes(5, &next).unwrap();
    assert_eq!(site.proposes(6, &next).unwrap(), first, "another time alone makes no other one");
    site.open().apply(&batch("other", &[write("team:theirs", "{}", "{}")])).unwrap();
    assert_eq!(site.proposes(7, &next).unwrap(), first, "it can be merged as it is");
    // Another field of the same object: what they wrote is not to get lost in a merge that Git cannot make.
    site.writes(CATALOG, "held/here/objects/team/a.json", "{\n  \"more\": 1,\n  \"title\": \"A\"\n}\n");
    assert_eq!(site.fate(&[&next]), Some(Fate::Outdated));
    let second = site.proposes(8, &next).unwrap();
    assert_ne!(second, first);
    assert_eq!(site.fate(&[&next]), Some(Fate::Open));
    let third = [sets("team:a", "A", "C")];
    assert_eq!(site.fate(&[&third]), Some(Fate::Outdated));
    // What wants more than it holds is not against it.
    assert_eq!(site.fate(&[&[next[0].clone(), make("team:b", &map("{}"))]]), Some(Fate::Open));
    let third = site.proposes(9, &third).unwrap();
    assert_eq!((third.name.clone(), third.revision == second.revision), (second.name, false));
    site.merges(true).unwrap();
    let live = site.open().objects(&[address("team:a")]).unwrap();
    let body = live[0].as_ref().and_then(Presence::read).unwrap().body.clone();
    assert_eq!(body, map(r#"{"more":1,"title":"C"}"#));
}

#[test]
fn nothing_is_left_of_a_proposal_once_nothing_is_wanted() {
    let site = Site::new();
    site.open().apply(&batch("demo", &[write("team:a", "{}", &title("A"))])).unwrap();
    site.proposes(5, &[sets("team:a", "A", "B")]).unwrap();
    let gone = site.proposes(6, &[]).unwrap();
    assert_eq!((gone.revision, site.tip(PROPOSAL), site.waits(&[])), (None, None, None));
    site.proposes(7, &[sets("team:a", "A", "B")]).unwrap();
    site.repository().find_reference(PROPOSAL).unwrap().delete().unwrap();
    assert_eq!(site.fate(&[]), Some(Fate::Closed));
    (&mut site.open()).withdraw("demo").unwrap();
    assert_eq!(site.waits(&[]), None);
    site.proposes(8, &[sets("team:a", "A", "B")]).unwrap();
    (&mut site.open()).withdraw("demo").unwrap();
    assert_eq!((site.tip(PROPOSAL), site.waits(&[])), (None, None));
}

#[test]
fn what_it_rests_on_is_held_and_is_nothing_to_merge() {
    let site = Site::new();
    site.open().apply(&batch("other", &[write("team:a", "{}", &title("A"))])).unwrap();
    let hold = |text: &str| {
        let before = conformance::digest_of(&map(&title(text)));
        GuardedChange { address: address("team:a"), change: Change::Hold { before } }
    };
    assert_eq!(site.proposes(5, &[hold("A")]).unwrap().revision, None);
    assert!(matches!(site.proposes(5, &[hold("B")]), Err(CatalogError::Conflict { .. })));
    let next = write("team:b", "{}", "{}");
    assert!(matches!(site.proposes(5, &[hold("B"), next.clone()]), Err(CatalogError::Conflict { .. })));
    assert_eq!(site.tip(PROPOSAL), None);
    assert!(site.proposes(6, &[hold("A"), next]).unwrap().revision.is_some());
}

#[test]
fn what_others_committed_to_it_is_theirs() {
    let site = Site::new();
    site.open().apply(&batch("demo", &[write("team:a", "{}", &title("A"))])).unwrap();
    let next = [sets("team:a", "A", "B")];
    site.proposes(5, &next).unwrap();
    site.writes(PROPOSAL, "README.md", "theirs");
    let theirs = site.tip(PROPOSAL);
    assert_eq!(site.proposes(6, &next).unwrap().revision, theirs.map(|tip| tip.to_string()));
    let taken = site.proposes(7, &[sets("team:a", "A", "C")]).unwrap_err();
    assert!(matches!(&taken, CatalogError::Taken { name, .. } if name == "plat/demo/catalog"), "{taken}");
    site.proposes(7, &[]).unwrap();
    assert_eq!(site.tip(PROPOSAL), theirs);
    site.writes(PROPOSAL, "held/here/objects/team/a.json", &title("amended"));
    assert!(matches!(site.proposes(8, &next), Err(CatalogError::Taken { .. })));
    site.merges(true).unwrap();
    assert_eq!(site.fate(&[&next]), Some(Fate::Merged), "and what they amended is a change of others");
    // A branch that nobody remembers is nobody's to overwrite.
    let other = Site::new();
    other.open().apply(&batch("demo", &[write("team:a", "{}", &title("A"))])).unwrap();
    let repository = other.repository();
    repository.reference(PROPOSAL, other.tip(CATALOG).unwrap(), false, "by hand").unwrap();
    assert!(matches!(other.proposes(5, &next), Err(CatalogError::Taken { .. })));
}

#[test]
fn a_catalog_may_begin_with_a_proposal() {
    let site = Site::new();
    let first = [write("team:a", "{}", &title("A"))];
    assert_eq!(site.proposes(5, &first).unwrap().begun.as_deref(), Some("catalog"));
    let repository = site.repository();
    let begun = repository.find_commit(site.tip(CATALOG).unwrap()).unwrap();
    assert!(begun.tree().unwrap().is_empty());
    assert_eq!(site.open().observe("demo").unwrap().entries.len(), 0);
    site.merges(false).unwrap();
    assert_eq!(site.open().observe("demo").unwrap().entries.len(), 1);
}

#[test]
fn a_folder_that_is_divided_by_a_proposal_takes_in_what_came_meanwhile() {
    let site = Site::new();
    let body = map(&title("A"));
    let all: Vec<GuardedChange> = (0..layer::MOST).map(|number| make(&format!("team:s{number}"), &body)).collect();
    site.open().apply(&batch("demo", &all)).unwrap();
    let next = [make("team:more", &body)];
    site.proposes(5, &next).unwrap();
    site.writes(CATALOG, "held/here/objects/team/theirs.json", "{}");
    let first = site.tip(PROPOSAL);
    site.merges(true).unwrap();
    assert_eq!(site.open().observe("demo").unwrap().entries.len(), layer::MOST + 2);
    // What changes a file that a merge divides is made anew.
    let (site, old) = (Site::new(), first);
    site.open().apply(&batch("demo", &all)).unwrap();
    site.proposes(5, &next).unwrap();
    site.open().apply(&batch("demo", &[sets("team:s7", "A", "B")])).unwrap();
    assert_eq!(site.fate(&[&next]), Some(Fate::Outdated));
    site.proposes(6, &next).unwrap();
    assert_ne!(site.tip(PROPOSAL), old);
    site.merges(false).unwrap();
    let live = site.open().objects(&[address("team:s7")]).unwrap();
    assert_eq!(live[0].as_ref().and_then(Presence::read).unwrap().body, map(&title("B")));
}

#[test]
fn what_remembers_it_is_looked_at_before_it_is_believed() {
    let site = Site::new();
    site.open().apply(&batch("demo", &[write("team:a", "{}", &title("A"))])).unwrap();
    site.repository().reference(RECORD, site.tip(CATALOG).unwrap(), false, "by hand").unwrap();
    let error = format!("{:?}", (&mut site.open()).waiting("demo", &[]).unwrap_err());
    assert!(error.contains(RECORD) && error.contains("delete the reference"), "{error}");
    // What is written directly does not depend on it.
    site.open().apply(&batch("demo", &[sets("team:a", "A", "B")])).unwrap();
}

#[test]
fn a_branch_that_no_proposal_can_be_beside_is_told() {
    let site = Site::new();
    // It is called `plat`, as the folder of the proposals' branches is.
    let mut catalog = open(&site.url());
    catalog.apply(&batch("demo", &[write("team:a", "{}", "{}")])).unwrap();
    assert_eq!((&mut catalog).waiting("demo", &[]).unwrap(), None);
    let next = [write("team:b", "{}", "{}")];
    for ended in [
        (&mut catalog).rehearse_proposal(&batch("demo", &next)),
        (&mut catalog).propose(&batch("demo", &next)).map(drop),
    ] {
        let error = format!("{:?}", ended.unwrap_err());
        assert!(error.contains("`plat/demo/catalog` cannot be the branch of a proposal"), "{error}");
    }
}
