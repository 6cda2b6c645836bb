//! What `plat catalog pull` took, and when: the file that names the copy of what other projects own.

use super::{LoadError, Loader};
use crate::model::{Digest, extern_lock};
use crate::source::FileId;
use crate::syntax::{Entry, Escapes, Node, parse, visible_string};
use std::fmt::{self, Display, Formatter};
use std::io::ErrorKind;

/// How a lock says that no project owns something.
const NOBODY: &str = "nobody";

/// What a lock says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// The digest of the text of what others own.
    pub text: Digest,
    /// The digest of what the catalog held: of the addresses, owners and bodies.
    pub objects: Digest,
    /// When it was pulled, as in RFC 3339 (UTC).
    pub pulled: String,
    /// The projects that own it.
    pub projects: Vec<LockedProject>,
    /// What is used of them and could not be pulled.
    pub left_out: Vec<LeftOut>,
}

/// An object of others that is used and could not be pulled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its address.
    pub address: String,
    /// Why.
    pub why: String,
    /// Whether no project owns it.
    pub is_nobodys: bool,
    /// The id of the project that owns it, where an older plat did not leave that out.
    pub owner: Option<String>,
}

/// A project of which something was pulled.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LockedProject {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The commit of its text at its last apply, where that is known.
    pub commit: Option<String>,
}

/// Why nothing is known of what was pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlocked {
    /// There is no lock.
    Missing,
    /// What is there is none.
    Unreadable,
}

impl Lock {
    /// The most bytes of one.
    const LONGEST: u64 = 1 << 20;

    /// That of a project.
    ///
    /// # Errors
    /// Where there is none, and where it is something else.
    pub fn of(loader: &dyn Loader) -> Result<Self, Unlocked> {
        match loader.read(&extern_lock(loader.environment().as_deref()), Self::LONGEST) {
            Err(LoadError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => Err(Unlocked::Missing),
            Err(_) => Err(Unlocked::Unreadable),
            Ok(bytes) => std::str::from_utf8(&bytes).ok().and_then(Self::read).ok_or(Unlocked::Unreadable),
        }
    }

    /// Reads what `Display` wrote; nothing where it is something else.
    pub fn read(text: &str) -> Option<Self> {
        let (tree, problems) = parse(FileId(0), &text.into());
        let whole = tree.nodes().find(|node| node.name() == "extern").filter(|_| problems.is_empty())?;
        let said = |child: &str| Some(whole.child(child)?.argument(0)?.string()?.to_owned());
        let project = |node: Node<'_>| {
            let said = |key: &str| Some(node.property(key)?.string()?.to_owned());
            Some(LockedProject {
                id: node.argument(0)?.string()?.to_owned(),
                name: said("name")?,
                commit: said("commit"),
            })
        };
        let projects = whole.children().filter(|node| node.name() == "project").map(project).collect::<Option<_>>()?;
        let left_out = |node: Node<'_>| {
            let why = node.property("why")?.string()?.to_owned();
            let is_nobodys = node.property("owner").and_then(Entry::string) == Some(NOBODY);
            let owner = node.property("project").and_then(Entry::string).map(str::to_owned);
            Some(LeftOut { address: node.argument(0)?.string()?.to_owned(), why, is_nobodys, owner })
        };
        let left_out =
            whole.children().filter(|node| node.name() == "left-out").map(left_out).collect::<Option<_>>()?;
        let digest = |child: &str| Digest::parse(&said(child)?);
        Some(Self { text: digest("text")?, objects: digest("objects")?, pulled: said("pulled")?, projects, left_out })
    }
}

impl Display for Lock {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { text, objects, pulled, projects, left_out } = self;
        writeln!(
            f,
            "// Written by `plat catalog pull`, with the copy of what others own. Keep both in version control."
        )?;
        // What others call themselves stays on its line.
        let said = |text: &str| visible_string(text, Escapes::Hidden);
        let (text, objects) = (said(&text.to_string()), said(&objects.to_string()));
        writeln!(f, "extern {{\n    text {text}\n    objects {objects}\n    pulled {}", said(pulled))?;
        for LockedProject { id, name, commit } in projects {
            write!(f, "    project {} name={}", said(id), said(name))?;
            if let Some(commit) = commit {
                write!(f, " commit={}", said(commit))?;
            }
            writeln!(f)?;
        }
        for LeftOut { address, why, is_nobodys, owner } in left_out {
            let owner = match owner {
                _ if *is_nobodys => format!(" owner={NOBODY}"),
                Some(id) => format!(" project={}", said(id)),
                None => String::new(),
            };
            writeln!(f, "    left-out {} why={}{owner}", said(address), said(why))?;
        }
        writeln!(f, "}}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_reads_back() {
        let project = |commit: Option<&str>| LockedProject {
            id: "platform-1".to_owned(),
            name: "plat\n}\nform \u{85}\u{202e}\"".to_owned(),
            commit: commit.map(str::to_owned),
        };
        for projects in [vec![], vec![project(None), project(Some("1e5"))]] {
            let pulled = "2026-11-28T10:00:00Z".to_owned();
            let why = "it is no JSON:\n\"{\"".to_owned();
            let left = |is_nobodys, owner: Option<&str>| LeftOut {
                address: "team:a".to_owned(),
                why: why.clone(),
                is_nobodys,
                owner: owner.map(str::to_owned),
            };
            let left_out =
                projects.iter().flat_map(|_| [left(true, None), left(false, None), left(false, Some("nobody"))]);
            let left_out = left_out.collect();
            let lock = Lock { text: Digest::of(b"a"), objects: Digest::of(b"b"), pulled, projects, left_out };
            assert_eq!(Lock::read(&lock.to_string()), Some(lock));
        }
        for broken in ["", "extern", "extern {", "extern { text a; objects b; pulled c; }"] {
            assert_eq!(Lock::read(broken), None, "{broken}");
        }
    }
}
