use super::Project;

/// Who a project is to the targets that it writes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Marks everything that the project owns, and tells it from every other one, whatever that is called.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Why it is taken for the one of this id.
    pub evidence: Evidence,
}

/// Why a project is taken for the one of an id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Evidence {
    /// Its text says so.
    #[default]
    Said,
    /// The catalog remembers it.
    Kept,
    /// Nothing but its name, which others may have too: state stores hold files of a project that is called so.
    Presumed,
    /// No target knows a project that is called so: the id is a new one.
    New,
}

impl Identity {
    /// That of a project whose text says its id; of one that says none, as it would be if its name were its id.
    pub fn of(project: &Project) -> Self {
        let name = project.name.as_ref().map(|name| name.value.to_string()).unwrap_or_default();
        let id = project.id.as_ref().map_or_else(|| name.clone(), |id| id.value.to_string());
        Self { id, name, evidence: Evidence::Said }
    }

    /// The id, where targets know it already.
    pub fn known(&self) -> Option<&str> {
        match self.evidence {
            Evidence::Said | Evidence::Kept | Evidence::Presumed => Some(&self.id),
            Evidence::New => None,
        }
    }
}
