//! Both sides, paired, to a plan: each pair to an operation, a conflict, a refusal, or nothing.

mod adoption;
mod environments;
mod file;
mod members;
mod object;
mod renamed;
mod whole;

use super::document::{Conflict, Drift, Guard, Impact, MadeFor, Operation, Place, Plan, Reason};
use super::input::{Aim, Elsewhere, Input, OnConflict};
use super::references::Live;
use super::remembered::{Objects, Remembered};
use super::{
    guard, holdings, impact, look_alikes, order, presumed, setback, unfamiliar, unknown, unreached, unreadable, waiting,
};
use crate::model::Address;
use crate::source::Origin;
use adoption::{Adoptions, Denied};
use std::collections::BTreeSet;

/// Makes the plan, which has no id before it is complete ([`Plan::sealed`]). Pure: the same input gives the same document.
pub fn build(input: &Input<'_>) -> Plan {
    let objects = Objects { wanted: input.desired, text: input.text, observed: input.observed };
    let stores = input.stores.iter().map(|store| (&*store.store, &*store.holdings));
    let remembered = Remembered::new(input.project, objects, stores).with_moves(&input.relocations);
    let mut builder = Builder::new(input, &remembered);
    for (pair, opened) in input.pairs.open.iter().zip(&input.opened) {
        builder.object(*pair, opened);
    }
    builder.files();
    builder.explain();
    let Builder { mut operations, conflicts, kept, mut guards, denied, met, left, unchanged, .. } = builder;
    guards.extend(adoption::denials(denied, input));
    guards.extend(environments::guards(&met, input.project, input.sources));
    renamed::pair(&mut operations, input, &remembered);
    let live = Live::of(&operations);
    order::sort(&mut operations, &live.types(input.project));
    guards.extend(guard::unmovable(&input.moves.refused));
    let lost = guard::lost(&operations, input, &remembered);
    guards.extend(guard::guards(&operations, &lost, input, &remembered));
    guards.extend(unknown::guards(&operations, &lost, input, &remembered));
    guards.extend(presumed::guards(&operations, input));
    guards.extend(unfamiliar::guards(input, &remembered));
    guards.extend(unreached::guards(input, &operations, &remembered));
    guards.extend(waiting::notices(input, &left, &remembered));
    guards.extend(setback::notices(input));
    guards.extend(unreadable::notices(input, &operations, (&conflicts, &kept)));
    guards.extend(unreadable::strays(input.strays));
    guards.extend(unreadable::inventories(input));
    guards.extend(look_alikes::notices(input, &operations));
    guards.extend(input.elsewhere.iter().map(Elsewhere::guard));
    let levels = input.levels.as_ref();
    let impact = Impact {
        moves: input.relocations.iter().filter(|one| input.options.may_be_for(&one.request)).cloned().collect(),
        going_on: guard::going_on(&operations, input, &remembered),
        lost,
        rendered: impact::rendered(&operations, input, &remembered),
        levels: levels.map(|(before, after)| impact::transitions((before, after), &operations, &left)),
        renamed: impact::renamed(&operations, input.observed),
        looked: impact::looked(&operations, input, &remembered, &left),
        ..Impact::default()
    };
    Plan {
        plat: env!("CARGO_PKG_VERSION").to_owned(),
        project: input.identity.name.clone(),
        folder: input.sources.home().to_owned(),
        identity: input.identity.known().map(ToOwned::to_owned),
        made_for: MadeFor::new(input.project, &operations),
        after: input.after.clone(),
        source: input.source.clone(),
        additive: input.options.additive,
        destroys: input.options.aim == Aim::Nothing,
        unchanged: input.pairs.unchanged + unchanged + input.stores.iter().map(|store| store.unchanged).sum::<usize>(),
        holdings: holdings::holdings(&operations, input),
        operations,
        conflicts,
        kept,
        guards,
        impact,
        ..Plan::default()
    }
}

/// What becomes of every pair and every file, as it is gathered.
struct Builder<'i, 'a> {
    input: &'i Input<'a>,
    remembered: &'i Remembered<'i>,
    adoptions: Adoptions<'i>,
    operations: Vec<Operation>,
    conflicts: Vec<Conflict>,
    kept: Vec<Drift>,
    guards: Vec<Guard>,
    /// What stays another project's.
    denied: Vec<Denied>,
    /// What stays another environment's.
    met: environments::Met,
    /// Objects of which an additive plan keeps what is no longer declared, in part or as a whole.
    left: BTreeSet<Address>,
    /// Opened objects, and files, of which nothing is written: only foreign fields differ, or what differs is kept.
    unchanged: usize,
}

impl<'i, 'a> Builder<'i, 'a> {
    fn new(input: &'i Input<'a>, remembered: &'i Remembered<'i>) -> Self {
        Self {
            input,
            remembered,
            adoptions: Adoptions::new(input),
            operations: Vec::with_capacity(input.pairs.open.len()),
            conflicts: Vec::new(),
            kept: Vec::new(),
            guards: Vec::new(),
            denied: Vec::new(),
            met: environments::Met::new(),
            left: BTreeSet::new(),
            unchanged: 0,
        }
    }

    /// Says of what goes that this was asked for, where it is declared all the same.
    fn explain(&mut self) {
        if self.input.options.aim == Aim::Declared {
            return;
        }
        for reason in self.operations.iter_mut().flat_map(|operation| &mut operation.reasons) {
            if *reason == Reason::NotDeclared {
                *reason = Reason::Destroyed;
            }
        }
    }

    /// Whether what others changed too is overwritten.
    fn forces(&self) -> bool {
        match self.input.options.on_conflict {
            OnConflict::Fail => false,
            OnConflict::Ours => true,
        }
    }

    fn place(&self, span: Origin) -> Place {
        Place::of(span, self.input.sources)
    }
}
