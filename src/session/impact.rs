use crate::catalog::{Catalog, CatalogError, Entry};
use crate::diff::Desired;
use crate::plan::{Look, Plan};

/// The plan with what follows from it for objects that it does not touch. Bodies are read only where an operation is of a
/// kind that others can depend on.
///
/// # Errors
/// Where the catalog cannot be read.
pub(super) fn consequences(
    plan: Plan,
    (observed, declared): (&[Entry], &[Desired<'_>]),
    catalog: &dyn Catalog,
) -> Result<Plan, CatalogError> {
    let Some(look) = Look::of(&plan, observed, declared) else { return Ok(plan) };
    let model = catalog.objects(&look.model())?;
    let seen = look.seen(model.into_iter().flatten());
    let members = catalog.objects(&seen.members())?;
    let consequences = seen.consequences(members.into_iter().flatten());
    Ok(plan.with(consequences))
}
