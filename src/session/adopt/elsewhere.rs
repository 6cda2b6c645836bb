//! The other environments of a project, for which its lines speak as well: what they come to with other lines.

use crate::diff::desired;
use crate::model::{Address, Digest, Lifecycle, Name};
use crate::resolve::Loader;
use crate::session::SessionError;
use crate::session::everywhere::{In, environments};
use crate::workspace::{Loaded, Unwatched, Workspace};
use std::collections::BTreeMap;

/// Where what is taken over may be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// In lines that speak of this environment alone.
    Here,
    /// In lines that other environments read as well.
    Everywhere,
}

/// What a project says of each object.
type Said = BTreeMap<Address, (Digest, Option<Lifecycle>)>;

/// The environments that have to stay as they are, each with what the project says there.
#[derive(Default)]
pub(super) struct Elsewhere {
    stays: Vec<(Name, Said, Workspace)>,
}

impl Elsewhere {
    /// All but the one that the project is read in; none where they may change, or where there is no other one.
    pub(super) fn of(loader: &dyn Loader, reach: Reach) -> Result<Self, SessionError> {
        let Some(here) = loader.environment().filter(|_| reach == Reach::Here) else { return Ok(Self::default()) };
        let others = environments(loader).into_iter().filter(|name| **name != *here);
        let stays = others.map(|name| {
            let mut workspace = Workspace::default();
            let loaded = workspace.load(&In { loader, environment: &name }, &Unwatched)?;
            Ok((name, said(&loaded), workspace))
        });
        Ok(Self { stays: stays.collect::<Result<_, SessionError>>()? })
    }

    /// Why a project with other texts is not to be: what it says otherwise in other environments, and what to do.
    pub(super) fn changed(&mut self, loader: &dyn Loader) -> Result<Option<String>, SessionError> {
        let mut changed = Vec::new();
        for (name, was, workspace) in &mut self.stays {
            if said(&workspace.load(&In { loader, environment: name }, &Unwatched)?) != *was {
                changed.push(name.to_string());
            }
        }
        Ok((!changed.is_empty()).then(|| {
            let (names, here) = (changed.join(" and "), loader.environment().unwrap_or_default());
            format!(
                "the line speaks of {names} too: say it in `overlay {here}`, or `--every-env` takes it over for all environments"
            )
        }))
    }
}

fn said(loaded: &Loaded) -> Said {
    desired(&loaded.project).into_iter().map(|one| (one.address, (one.digest, one.lifecycle.cloned()))).collect()
}
