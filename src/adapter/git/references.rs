//! The names of a store's own references: whose inventory or lease it is, and of what.

use crate::model::percent_decoded;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The folder of the inventories.
const INVENTORIES: &str = "refs/plat/inventory/";

/// The folder of the leases.
const LEASES: &str = "refs/plat/lease/";

/// The folder of what was proposed.
const PROPOSALS: &str = "refs/plat/proposal/";

/// What one project owns below one folder of one branch. The folder has no slashes around it and is empty for the whole
/// repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Inventory {
    pub(crate) project: String,
    pub(crate) branch: String,
    pub(crate) folder: String,
}

impl Inventory {
    /// The name of its reference: `refs/plat/inventory/<project>/<branch>/<folder>`, each part escaped so that no two
    /// stores share one and none lies below another. The repository's root is `%2F`.
    pub(crate) fn name(&self) -> Result<String, &'static str> {
        self.below(INVENTORIES)
    }

    /// The name of the reference that says who may write to it.
    pub(crate) fn lease(&self) -> Result<String, &'static str> {
        self.below(LEASES)
    }

    /// The name of the reference that remembers what a branch proposes for it.
    pub(crate) fn proposal(&self, branch: &str) -> Result<String, &'static str> {
        let branch = escape(branch);
        if !(1..=240).contains(&branch.len()) {
            return Err("the branch of its proposal is too long or empty");
        }
        Ok(format!("{}/{branch}", self.below(PROPOSALS)?))
    }

    /// The branch whose proposal for this inventory a reference remembers; nothing for any other reference.
    pub(crate) fn proposed(&self, reference: &str) -> Option<String> {
        let own = self.below(PROPOSALS).ok()?;
        let branch = unescape(reference.strip_prefix(&own)?.strip_prefix('/')?)?;
        // What is proposed for a branch is never that branch: taking it back would take the branch away.
        (branch != self.branch && self.proposal(&branch).as_deref() == Ok(reference)).then_some(branch)
    }

    /// The inventory that a reference holds; nothing for any other reference.
    pub(crate) fn parse(reference: &str) -> Option<Self> {
        let parts: Vec<_> = reference.strip_prefix(INVENTORIES)?.split('/').map(unescape).collect::<Option<_>>()?;
        let [project, branch, folder] = <[String; 3]>::try_from(parts).ok()?;
        let folder = if folder == "/" { String::new() } else { folder };
        let inventory = Self { project, branch, folder };
        // Only what we would write ourselves: any other spelling is somebody else's reference.
        (inventory.name().as_deref() == Ok(reference)).then_some(inventory)
    }

    /// Whether another project's inventory can hold a file that this one can hold.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.project != other.project
            && self.branch == other.branch
            && (below(&self.folder, &other.folder).is_some() || below(&other.folder, &self.folder).is_some())
    }

    /// The path in this inventory of a file of the repository.
    pub(crate) fn relative<'p>(&self, full: &'p str) -> Option<&'p str> {
        below(full, &self.folder).filter(|path| !path.is_empty())
    }

    /// `path` as it is called below `folder`, empty where it is that; nothing where it does not lie there.
    pub(crate) fn below_folder<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
        below(path, folder)
    }

    /// The name of a reference for it in a folder of references.
    pub(crate) fn below(&self, folder: &str) -> Result<String, &'static str> {
        let path = if self.folder.is_empty() { "/" } else { &self.folder };
        let parts = [&self.project, &self.branch, path].map(escape);
        // What a file system takes as a name, with room for the lock's ending.
        let fits = parts.iter().all(|part| (1..=240).contains(&part.len()));
        if fits {
            Ok(format!("{folder}{}", parts.join("/")))
        } else {
            Err("its project, branch or path is too long or empty")
        }
    }
}

/// `path` as it is called below `folder`; nothing where it does not lie there.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    match path.strip_prefix(folder)? {
        rest if folder.is_empty() || rest.is_empty() => Some(rest),
        rest => rest.strip_prefix('/'),
    }
}

/// What stands in a part of a reference as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

fn escape(part: &str) -> String {
    utf8_percent_encode(part, PLAIN).to_string()
}

fn unescape(part: &str) -> Option<String> {
    percent_decoded(part).ok()
}

/// The references that somebody looks at in a repository.
pub(crate) trait References: Send + Sync {
    /// The full name of the branch.
    fn branch(&self) -> &str;

    /// The full names of those that are looked at whether they are there or not, the branch first.
    fn own(&self) -> Vec<&str>;

    /// Whether a reference is looked at.
    fn hold(&self, name: &str) -> bool;

    /// Whether a reference remembers what was proposed, which needs what is behind the branch.
    fn is_proposal(&self, name: &str) -> bool;

    /// The branch as people call it.
    fn branch_name(&self) -> &str {
        self.branch().strip_prefix(BRANCHES).unwrap_or(self.branch())
    }
}

/// The folder of the branches.
const BRANCHES: &str = "refs/heads/";

/// The references that a store looks at: its branch, its inventory, and those of other projects that it may meet.
#[derive(Clone, Debug)]
pub(crate) struct StoreRefs {
    /// The full name of the branch that the manifests are on.
    pub(crate) branch: String,
    /// The full name of the project's inventory.
    pub(crate) inventory: String,
    /// What that inventory is of.
    pub(crate) own: Inventory,
    /// What the branches of the project's proposals begin with.
    pub(crate) proposals: String,
}

impl References for StoreRefs {
    fn branch(&self) -> &str {
        &self.branch
    }

    fn own(&self) -> Vec<&str> {
        vec![&self.branch, &self.inventory]
    }

    fn is_proposal(&self, name: &str) -> bool {
        self.own.proposed(name).is_some()
    }

    fn hold(&self, name: &str) -> bool {
        name == self.branch
            || name == self.inventory
            || Inventory::parse(name).is_some_and(|inventory| self.own.meets(&inventory))
            || self.own.proposed(name).is_some()
            || name.strip_prefix(BRANCHES).is_some_and(|branch| branch.starts_with(&self.proposals))
    }
}

/// The full name of a branch.
pub(crate) fn branch_reference(branch: &str) -> String {
    format!("{BRANCHES}{branch}")
}

/// Whether a reference is a branch that makes a repository one that has begun: proposals wait beside a branch that is yet to come.
pub(crate) fn is_begun_by(name: &str) -> bool {
    name.strip_prefix(BRANCHES).is_some_and(|branch| !branch.starts_with("plat/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn inventory(project: &str, branch: &str, folder: &str) -> Inventory {
        Inventory { project: project.to_owned(), branch: branch.to_owned(), folder: folder.to_owned() }
    }

    #[test]
    fn inventories_of_other_projects_meet_where_one_folder_lies_in_the_other() {
        let ours = inventory("ours", "main", "a/b");
        for folder in ["a/b", "a", "", "a/b/c"] {
            assert!(ours.meets(&inventory("theirs", "main", folder)), "{folder}");
        }
        for other in [
            inventory("theirs", "main", "a/bc"),
            inventory("theirs", "main", "b"),
            inventory("theirs", "other", "a/b"),
            inventory("ours", "main", "a"),
        ] {
            assert!(!ours.meets(&other), "{other:?}");
        }
        assert_eq!((ours.relative("a/b/c"), ours.relative("a/bc"), ours.relative("a/b")), (Some("c"), None, None));
    }

    #[test]
    fn what_is_proposed_has_a_name_for_each_store_and_branch() {
        let (ours, theirs) = (inventory("ours", "main", "a"), inventory("theirs", "main", "a"));
        let name = ours.proposal("plat/ours/1").unwrap();
        assert_eq!(name, "refs/plat/proposal/ours/main/a/plat%2Fours%2F1");
        assert_eq!((ours.proposed(&name).as_deref(), theirs.proposed(&name)), (Some("plat/ours/1"), None));
        assert_eq!(ours.proposed("refs/plat/proposal/ours/main/a/plat%2fours"), None);
        assert_eq!(ours.proposed(&ours.proposal("main").unwrap()), None);
    }

    #[test]
    fn no_other_reference_is_an_inventory() {
        for name in
            ["refs/heads/main", "refs/plat/inventory/a/b", "refs/plat/inventory/a/b/%2f", "refs/plat/inventory/a/b/%6"]
        {
            assert_eq!(Inventory::parse(name), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn a_name_is_a_reference_of_three_parts_and_says_all(project in "\\PC{1,20}", branch in "\\PC{1,20}", folder in "[^/\\p{C}]{0,20}") {
            let inventory = inventory(&project, &branch, &folder);
            let name = inventory.name().unwrap();
            prop_assert!(git2::Reference::is_valid_name(&name), "{name}");
            prop_assert_eq!(name.split('/').count(), 6);
            prop_assert_eq!(Inventory::parse(&name), Some(inventory));
        }

        #[test]
        fn different_stores_have_different_names(one in "[a/%.]{1,6}", other in "[a/%.]{1,6}", folder in "[a%.]{0,4}") {
            let name = |branch, folder| inventory("p", branch, folder).name();
            prop_assert_eq!(name(&one, &folder) == name(&other, &folder), one == other);
        }
    }
}
