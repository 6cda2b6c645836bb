use super::{Known, Owner, State, Why, last_run, origin};
use crate::apply::Targets;
use crate::diff::judge;
use crate::model::Lifecycle;
use crate::observe::ObserveError;
use crate::render::Placed;
use crate::secret::fill;

/// Why a file of a state store is as it is; nothing where there is no such file.
pub(super) fn file(
    known: Known<'_>,
    targets: &mut Targets,
    store: &str,
    path: &str,
) -> Result<Option<Why>, ObserveError> {
    let Some(opened) = targets.stores.get_mut(store) else { return Ok(None) };
    let placed = known.settled.placed.iter().find(|placed| *placed.store == *store && placed.path == path);
    let observed = opened.observe(&[path])?;
    let state = observed.files.get(path).cloned().unwrap_or_default();
    if placed.is_none() && state.live.is_none() && state.owned.is_none() && !state.is_shared {
        return Ok(None);
    }
    // With the values of its secrets; of one that cannot be had only the reference is known.
    let identity = |placed: &Placed| match fill(&placed.content, &placed.secrets, &targets.secrets) {
        Ok(filled) => opened.content_id(&filled),
        Err(_) => opened.content_id(&placed.content),
    };
    let wanted = placed.map(identity);
    let address = format!("file:{store}:{path}");
    let mut why = Why {
        project: targets.identity.clone(),
        place: placed.map(|placed| known.place(placed.span)),
        owner: Owner { ours: state.owned.is_some() || state.is_shared, other: state.other_owner.clone() },
        taken_from: None,
        declared: None,
        moved: None,
        state: match state.obstacle {
            Some(_) if state.live.is_none() && wanted.is_some() => State::Blocked,
            // However much it is as declared, what is of another project is no business of this one.
            _ if state.owned.is_none() && state.other_owner.is_some() => State::Foreign,
            _ => State::of(judge(state.owned.as_ref(), state.live.as_ref(), wanted.as_ref())),
        },
        unreadable: None,
        lifecycle: Lifecycle::default(),
        created: None,
        updated: None,
        run: last_run(&*targets.catalog, &targets.identity.id, &address)?,
        fields: Vec::new(),
        request: placed.map(|placed| placed.request.clone()),
        steps: Vec::new(),
        inputs: Vec::new(),
        placement: None,
        status: Vec::new(),
        files: Vec::new(),
        references: Vec::new(),
        address,
    };
    let Some(placed) = placed else { return Ok(Some(why)) };
    why.placement = known.placement(&placed.request);
    if let Some(promise) = known.loaded.project.promise(placed.promise()) {
        let request = known.request_at(placed.span);
        why.lifecycle = request.and_then(|request| request.lifecycle.as_deref()).cloned().unwrap_or_default();
        for (span, template) in origin::steps(promise, request.is_some(), path) {
            why.steps.push(known.place(span));
            let sources = &known.loaded.sources;
            let inputs = request.into_iter().flat_map(|request| {
                template.iter().flat_map(move |one| origin::inputs(promise, request, one, sources))
            });
            why.inputs.extend(inputs);
        }
        why.inputs.sort_by(|a, b| a.path.cmp(&b.path));
        why.inputs.dedup_by(|a, b| a.path == b.path);
    }
    Ok(Some(why))
}
