use super::data::Asked;
use super::expand::Used;
use super::overlay;
use super::secret::Login;
use super::unit::Use;
use crate::diag::Diagnostics;
use crate::grammar::Index;
use crate::model::{Address, Name, Project};
use crate::source::{Span, Spanned};

/// The most blocks that a node of a project stands in. A catalog and a saved plan hold what is declared as JSON, which readers
/// commonly refuse from 128 levels on; a block comes to two levels at most.
pub(super) const DEEPEST: usize = 50;

/// What one file says.
#[derive(Clone, Debug, Default)]
pub(super) struct Fragment {
    /// What it declares.
    pub(super) project: Project,
    /// The name and line of each `project` node.
    pub(super) projects: Vec<Spanned<Name>>,
    /// Whether it is meant to declare a project, which may not be named.
    pub(super) is_declared: bool,
    /// The modules that it uses.
    pub(super) uses: Vec<Use>,
    /// What it declares so brokenly that the project is without it.
    pub(super) broken: Vec<Address>,
    /// The nodes at its top of which not all could be read as it was meant.
    pub(super) unread: Vec<Span>,
    /// The lines of declarations that values were to be put into, and of which nothing could be made.
    pub(super) unmade: Vec<Span>,
    /// What it says once for many, and what asks for it.
    pub(super) used: Vec<Used>,
    /// The declarations that an environment changes, which are read with their changes.
    pub(super) aside: Vec<overlay::Kept>,
    /// What changes them.
    pub(super) overlays: Vec<overlay::Kept>,
    /// The files of data that it makes entities of.
    pub(super) data: Vec<Asked>,
    /// The names that it defines and uses.
    pub(super) index: Index,
    /// What says how to log in.
    pub(super) logins: Vec<Login>,
    /// Its problems.
    pub(super) diagnostics: Diagnostics,
}

impl Fragment {
    /// Adds what another file says to what files before it said.
    pub(super) fn append(&mut self, mut other: Self) {
        self.index.merge(other.index);
        let (all, more) = (&mut self.project, &mut other.project);
        if all.name.is_none() && more.name.is_some() {
            all.name = more.name.take();
            all.id = more.id.take();
            all.guards = more.guards.clone();
            all.catalog = more.catalog.take();
        }
        all.objects.append(&mut more.objects);
        all.blueprints.append(&mut more.blueprints);
        all.entities.append(&mut more.entities);
        all.defaults.append(&mut more.defaults);
        all.scorecards.append(&mut more.scorecards);
        all.actions.append(&mut more.actions);
        all.called.append(&mut more.called);
        all.sent.append(&mut more.sent);
        all.teams.append(&mut more.teams);
        all.users.append(&mut more.users);
        all.promises.append(&mut more.promises);
        all.requests.append(&mut more.requests);
        all.stores.append(&mut more.stores);
        all.buckets.append(&mut more.buckets);
        all.destinations.append(&mut more.destinations);
        all.tests.append(&mut more.tests);
        all.policies.append(&mut more.policies);
        all.moved.append(&mut more.moved);
        all.renamed.append(&mut more.renamed);
        all.relocated.append(&mut more.relocated);
        all.removed.append(&mut more.removed);
        all.cleared.append(&mut more.cleared);
        all.adopted.append(&mut more.adopted);
        all.locked.append(&mut more.locked);
        all.environments.append(&mut more.environments);
        all.externs.asked.append(&mut more.externs.asked);
        all.described.append(&mut more.described);
        self.broken.append(&mut other.broken);
        self.unread.append(&mut other.unread);
        self.projects.append(&mut other.projects);
        self.is_declared |= other.is_declared;
        self.uses.append(&mut other.uses);
        self.used.append(&mut other.used);
        self.aside.append(&mut other.aside);
        self.overlays.append(&mut other.overlays);
        self.data.append(&mut other.data);
        self.logins.append(&mut other.logins);
        self.diagnostics.append(other.diagnostics);
    }
}
