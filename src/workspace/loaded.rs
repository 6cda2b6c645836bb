use super::written::where_written;
use crate::diag::{Diagnostic, Diagnostics, Severity, code};
use crate::grammar::Index;
use crate::model::Project;
use crate::render::{Placed, Rendered};
use crate::resolve::Root;
use crate::source::Sources;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A project, read, checked and rendered: everything that can be told without a target.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The texts.
    pub sources: Sources,
    /// What they declare.
    pub project: Arc<Project>,
    /// The names that they declare and use, where the project is read again and again.
    pub names: Index,
    /// What the requests come to.
    pub rendered: Vec<Rendered>,
    /// Their files at their places, by store and path.
    pub placed: Vec<Placed>,
    /// The problems, by place; of very many the first, and the others counted.
    pub diagnostics: Diagnostics,
    /// The folder of a disk that relative paths start at; nothing where there is none.
    pub root: Option<Root>,
    /// The names of all files that it was read from.
    pub files: BTreeSet<String>,
    /// The folders of which it asked for all files.
    pub folders: BTreeSet<String>,
}

impl Loaded {
    /// Problems of it at the places that somebody wrote.
    pub fn where_written(&self, problems: Diagnostics) -> Diagnostics {
        where_written(problems, &self.sources, &self.project)
    }

    /// The project without the problems that it has because others no longer have what it uses of them: what is taken away needs
    /// nothing of that.
    #[must_use]
    pub fn without_missing(mut self) -> Self {
        if self.project.externs.asked.is_empty() {
            return self;
        }
        self.forget(|one| {
            one.code.is_of_unknown_name() || [code::EXTERN_OF_NOTHING, code::NO_DESTINATION].contains(&one.code)
        });
        self
    }

    /// The project where a line that brings nothing of others is a warning: what the text needs of that is missed where it is used.
    #[must_use]
    pub fn missing_what_it_needs(mut self) -> Self {
        let all = std::mem::take(&mut self.diagnostics);
        let softened = |one: Diagnostic| {
            let is_such = one.code == code::EXTERN_OF_NOTHING;
            if is_such { Diagnostic { severity: Severity::Warning, ..one } } else { one }
        };
        self.diagnostics.extend(all.into_iter().map(softened));
        self
    }

    /// The project without what is wrong with its copy of what others own, for who makes that anew.
    #[must_use]
    pub fn without_copy(mut self) -> Self {
        self.forget(|one| one.code == code::EXTERN_CHANGED);
        self
    }

    fn forget(&mut self, is_such: impl Fn(&Diagnostic) -> bool) {
        let all = std::mem::take(&mut self.diagnostics);
        self.diagnostics.extend(all.into_iter().filter(|one| !is_such(one)));
    }

    /// The project with nothing left of it but what tells who it is, where it delivers to, and what may happen to what it has.
    #[must_use]
    pub fn emptied(&self) -> Self {
        let Project { name, id, guards, catalog, stores, destinations, policies, removed, given, .. } = &*self.project;
        let kept = Project {
            name: name.clone(),
            id: id.clone(),
            guards: guards.clone(),
            catalog: catalog.clone(),
            stores: stores.clone(),
            destinations: destinations.clone(),
            policies: policies.clone(),
            removed: removed.clone(),
            given: given.clone(),
            ..Project::default()
        };
        Self {
            sources: self.sources.clone(),
            project: kept.into(),
            root: self.root.clone(),
            files: self.files.clone(),
            ..Self::default()
        }
    }
}
