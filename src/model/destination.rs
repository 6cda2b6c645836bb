use super::{Map, Name, Repository, StorePlace};
use crate::source::{Origin, Spanned};

/// A place that manifests go to: a folder of a state store, with labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Destination {
    /// Its name.
    pub name: Spanned<Name>,
    /// The line that declares it.
    pub span: Origin,
    /// The state store that it lies in.
    pub store: Spanned<Name>,
    /// The folder below the state store's own; its name where none is given, as Kratix has it.
    pub path: Spanned<Box<str>>,
    /// Labels that schedules ask for: strings by key.
    pub labels: Map,
    /// How files are laid out.
    pub layout: Layout,
    /// Kratix's `strictMatchLabels`: takes nothing that asks for no label.
    pub strict_labels: Option<Origin>,
    /// Where it says that what is written there may hold secrets in clear.
    pub encrypted: Option<Origin>,
    /// Where it says that its requests are to leave, and that no new ones come.
    pub drain: Option<Origin>,
}

impl Destination {
    /// Whether a file of a state store lies in its folder.
    pub fn holds(&self, store: &str, path: &str) -> bool {
        *self.store.value == *store && EncryptedFolder::new(self.store.value.clone(), &self.path.value).holds(path)
    }
}

/// The folder of a destination that says `encrypted`: what is written there may hold secrets in clear, and nothing of what is
/// there is shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EncryptedFolder {
    /// The state store that it lies in.
    pub store: Name,
    /// Its path below the store's own folder, without a slash at either end; empty for the store's.
    path: String,
}

impl EncryptedFolder {
    /// The folder at the path of a destination, as it is declared.
    pub fn new(store: Name, path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        Self { store, path: parts.join("/") }
    }

    /// Whether a file of its store lies in it.
    pub fn holds(&self, path: &str) -> bool {
        self.path.is_empty() || path.strip_prefix(&self.path).is_some_and(|rest| rest.starts_with('/'))
    }
}

worded! {
    /// How files are laid out below a destination's path: Kratix's `filepath.mode`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Layout {
        /// `resources/<namespace>/<promise>/<request>/<pipeline>/5058f/<file>`. Kratix: `nestedByMetadata`.
        Nested = "nested",
        /// `<file>`. Kratix: `none`.
        Flat = "flat",
        /// All in one file, which nothing here writes. Kratix: `aggregatedYAML`.
        Aggregated = "aggregated",
    }
}

/// What manifests are written to, as a Git repository is: Kratix's `GitStateStore`.
#[derive(Clone, Debug, PartialEq)]
pub struct StateStore {
    /// Its name.
    pub name: Spanned<Name>,
    /// The line that declares it.
    pub span: Origin,
    /// What it is, of what can be opened.
    pub kind: StoreType,
    /// Where its files are.
    pub git: GitFolder,
}

impl StateStore {
    /// Where its files are.
    pub fn place(&self) -> StorePlace {
        self.git.place()
    }
}

/// A folder on a branch of a Git repository, as a text says it.
#[derive(Clone, Debug, PartialEq)]
pub struct GitFolder {
    /// `https:`, `ssh:`, `file:` or a path; a relative path starts at the project's folder.
    pub url: Spanned<Box<str>>,
    /// Which repository that is.
    pub repository: Repository,
    /// The branch; what is the usual one for what is kept there, where none is given.
    pub branch: Spanned<Box<str>>,
    /// The folder that plat keeps to; empty for the whole repository.
    pub path: Spanned<Box<str>>,
    /// How to log in.
    pub auth: Option<Auth>,
    /// Where it says that a missing branch, and a missing local repository, are to be made.
    pub create: Option<Origin>,
}

impl GitFolder {
    /// Which folder that is.
    pub fn place(&self) -> StorePlace {
        StorePlace::new(self.repository.clone(), &self.branch.value, &self.path.value)
    }

    /// The secret to log in with, where one is named.
    pub fn secret(&self) -> Option<&Spanned<Name>> {
        self.auth.as_ref()?.secret.as_ref()
    }
}

worded! {
    /// What a state store can be.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum StoreType {
        /// A branch of a Git repository.
        Git = "git",
        /// A bucket of objects, which nothing here opens.
        Bucket = "bucket",
    }
}

/// How to log in to a state store. It names a secret and never holds one.
#[derive(Clone, Debug, PartialEq)]
pub struct Auth {
    /// The line.
    pub span: Origin,
    /// Kratix's `authMethod`: a user and a password or token, or a key.
    pub method: AuthMethod,
    /// The name of the secret; where it comes from is no business of the text.
    pub secret: Option<Spanned<Name>>,
}

worded! {
    /// A way to log in.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum AuthMethod {
        /// A user and a password or token, over https.
        Basic = "basic",
        /// A key, or the agent's.
        Ssh = "ssh",
    }
}

#[cfg(test)]
mod tests {
    use super::EncryptedFolder;

    #[test]
    fn a_folder_holds_what_is_below_it_and_nothing_else() {
        let folder = EncryptedFolder::new("s".into(), "/a/./b/");
        assert!(folder.holds("a/b/c.yaml"));
        assert!(!folder.holds("a/bc.yaml") && !folder.holds("a/b") && !folder.holds("b/c"));
        assert!(EncryptedFolder::new("s".into(), "").holds("x"));
    }
}
