//! What a project and the modules that it uses are to each other, and the lines that say so.

use super::overlay::Kept;
use crate::diag::{Diagnostic, code};
use crate::model::{GitModule, Locked, Name, Repository};
use crate::source::{FileId, Spanned};
use crate::syntax::{Node, Tree, parse};

/// The file that says that a folder is a module.
pub const MODULE_FILE: &str = "plat.module.kdl";

/// A line that uses a module.
#[derive(Clone, Debug)]
pub(super) struct Use {
    /// The module, as it is named.
    pub(super) name: Spanned<Name>,
    /// The line, where it gives something.
    pub(super) line: Option<Kept>,
}

impl Use {
    /// What a `use` node says.
    pub(super) fn of(node: Node<'_>, name: Spanned<Name>, tree: &Tree) -> Self {
        let gives = node.has_block() || node.properties().next().is_some();
        Self { name, line: gives.then(|| Kept::of(tree, node)) }
    }
}

/// The project, or a module that it uses: what is known by names in it is known in it alone.
#[derive(Debug, Default)]
pub(super) struct Unit {
    /// What it is called by who uses it first; nothing for the project.
    pub(super) name: Option<Spanned<Name>>,
    /// Who that is, and the line where it gives something.
    pub(super) user: usize,
    pub(super) line: Option<Kept>,
    /// The modules that it uses.
    pub(super) uses: Vec<usize>,
    /// Where paths of its text start at.
    pub(super) place: Place,
}

/// Where a module is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a folder, by its path from that of the project: empty, or without a slash at its end.
    Folder(String),
    /// In a Git repository, at a state that is locked.
    Git(Box<GitModule>),
}

impl Default for Place {
    fn default() -> Self {
        Self::Folder(String::new())
    }
}

impl Place {
    /// Where a module is that a text at a place names; nothing where it is one that comes with plat, or what its name says is none.
    pub(super) fn of(name: &Spanned<Name>, from: &Self) -> Option<Result<Self, Diagnostic>> {
        let said = &*name.value;
        if let Some(git) = GitModule::parse(said) {
            let unreadable = |reason| {
                let message = format!("`{said}` names no module: {reason}");
                let problem = Diagnostic::error(code::UNKNOWN_MODULE, name.span, message);
                problem.help("write it like `git:https://HOST/REPOSITORY//FOLDER?ref=v1.2`, or with `?version=^1.2`")
            };
            return Some(git.map(|git| Self::Git(git.into())).map_err(unreadable));
        }
        let is_path = said.starts_with("./") || said.starts_with("../") || !said.contains(':') && said.contains('/');
        is_path.then(|| {
            from.beside(said).ok_or_else(|| {
                let message = format!("`{said}` leads out of the repository of the module");
                Diagnostic::error(code::UNKNOWN_MODULE, name.span, message).help("name one that lies in it")
            })
        })
    }

    /// What is at a path from here.
    fn beside(&self, path: &str) -> Option<Self> {
        match self {
            Self::Git(git) => git.beside(path).map(|git| Self::Git(git.into())),
            Self::Folder(folder) => {
                let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
                for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
                    match part {
                        ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
                        part => parts.push(part),
                    }
                }
                Some(Self::Folder(parts.join("/")))
            }
        }
    }

    /// Whether both are one place: a repository has several addresses.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Git(one), Self::Git(other)) => {
                let is_one = || Repository::of(&one.url).is(&Repository::of(&other.url));
                (&one.folder, &one.pin) == (&other.folder, &other.pin) && is_one()
            }
            _ => self == other,
        }
    }

    /// What it is called by, and locked.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Folder(folder) => folder.clone(),
            Self::Git(git) => git.to_string(),
        }
    }
}

/// What a text says of the states of modules, as far as it can be read.
pub fn locked_in(text: &str) -> Vec<Locked> {
    let (tree, _) = parse(FileId(0), &text.into());
    tree.nodes().filter(|node| node.name() == "locked").filter_map(locked).collect()
}

/// What a `locked` node says.
pub(super) fn locked(node: Node<'_>) -> Option<Locked> {
    let said = |child: &str| Some(Box::<str>::from(node.child(child)?.argument(0)?.string()?));
    let module = node.argument(0)?;
    Some(Locked {
        module: Spanned::new(module.string()?.into(), module.value_span()),
        span: node.head_span().into(),
        commit: said("commit")?,
        digest: said("digest")?,
        tag: said("tag"),
        vendored: said("vendored"),
    })
}

/// Whether something stands in the file that says what a module is.
pub(super) fn is_module_file(file: &str) -> bool {
    file.rsplit('/').next() == Some(MODULE_FILE)
}

/// What is wrong with a `module` node that stands elsewhere.
pub(super) fn misplaced(node: Node<'_>) -> Diagnostic {
    let message = format!("`module` stands in the `{MODULE_FILE}` of a module");
    let problem = Diagnostic::error(code::MISPLACED_NODE, node.head_span(), message);
    problem.help("move it there, or take it out: a project is what `project` says")
}
