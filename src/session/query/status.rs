//! What the workflows of promises say of requests.

use crate::catalog::{Bodies, Catalog, CatalogError};
use crate::model::{Address, Declaration, Object, Project, Request, Value};
use crate::render::render;
use crate::resolve::{MemoryLoader, resolve};
use crate::session::pull::node_alone;
use crate::source::Origin;
use std::collections::{BTreeSet, HashMap};

/// The member of a request that holds it. No text says it: it follows from the request and its promise.
pub(super) const STATUS: &str = "status";

/// Puts into live requests what their promises say of them, as the catalog holds these. Of a request whose promise is not there, or comes to
/// nothing with it, nothing is said.
///
/// # Errors
/// Where the catalog cannot be read.
pub(super) fn put(catalog: &dyn Catalog, requests: &mut [Object]) -> Result<(), CatalogError> {
    let promises: BTreeSet<Address> = requests.iter().filter_map(|request| request.address.above()).collect();
    let Bodies { read: promises, .. } = Bodies::of(catalog, &Vec::from_iter(promises))?;
    let text: String = promises.iter().filter_map(|promise| node_alone(promise).ok()).collect();
    // What a text of its own cannot say is no status of anything.
    let Ok(read) = resolve(&MemoryLoader::new([("plat.kdl", text)])) else { return Ok(()) };
    let asked = requests.iter().map(|request| Request::of(Declaration::of_object(request, 0))).collect();
    let project = Project { promises: read.project.promises, requests: asked, ..Project::default() };
    let (rendered, _) = render(&project);
    let mut said: HashMap<Address, _> = rendered.into_iter().map(|one| (one.request, one.status)).collect();
    for request in requests {
        if let Some(status) = said.remove(&request.address).filter(|status| !status.is_empty()) {
            request.body.put(STATUS, Value::Object(status), Origin::Nowhere);
        }
    }
    Ok(())
}
