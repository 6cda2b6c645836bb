//! What an apply came to, and what stopped one.

use super::clean::one_line;
use super::{Paint, Style, Table, counted, json_line, named};
use crate::apply::{self, Applied, ApplyError, CatalogProposal, Departing, Left, ProposalOutcome, Run, StoreOutcome};
use crate::catalog::{self, LevelRecord};
use crate::model::{Project, Scorecard};
use crate::plan::{Action, Operation, Plan};
use crate::store::{Proposal, Receipt};
use schemars::JsonSchema;
use serde::Serialize;

/// What was written where, what of the plan was taken over, and where every entity stands: `levels` are those that the catalog has
/// now; none where none moved.
pub fn applied(applied: &Applied, plan: &Plan, project: &Project, levels: &[LevelRecord], style: Style) -> String {
    let taken = applied.stores.iter().filter_map(|outcome| {
        let count = taken_over(plan, outcome);
        (count > 0).then(|| format!("{} of {} taken over", counted(count, "file"), outcome.store))
    });
    let parts: Vec<String> = to_stores(applied).chain(taken).collect();
    let is_only_proposed = applied.objects == 0 && parts.is_empty() && to_catalog(applied).is_some();
    let is_idle = applied.objects == 0 && parts.is_empty() && open(applied).next().is_none();
    let mut out = match applied.records {
        0 if is_only_proposed => String::new(),
        0 if is_idle => "\nEverything was there already".to_owned(),
        records if is_idle => format!("\nEverything was there already; {}", caught_up(records)),
        _ => {
            let parts: String = parts.iter().map(|part| format!(", {part}")).collect();
            format!("\n{} {}{parts}", style.paint(Paint::Added, "Applied"), counted(applied.objects, "object"))
        }
    };
    for outcome in &applied.stores {
        let said = outcome.receipt.said.iter().map(|line| format!("\n{} says: {}", outcome.store, one_line(line)));
        out.extend(said);
    }
    out.push_str(&proposed(applied));
    out.push('\n');
    let told = project.scorecards.iter().filter(|_| !levels.is_empty());
    out.extend(told.map(|scorecard| standings(scorecard, levels, style)));
    out
}

/// What was written of which only the inventory tells.
fn caught_up(records: usize) -> String {
    format!("the inventory caught up with {}", counted(records, "change"))
}

/// What was written to each state store: `6 files of gitops in commit 0123456789ab`.
fn to_stores(applied: &Applied) -> impl Iterator<Item = String> {
    applied.stores.iter().filter(|outcome| outcome.receipt.changed > 0).map(|outcome| {
        let Receipt { revision, changed, .. } = &outcome.receipt;
        let commit = revision.as_ref().map(|revision| format!(" in commit {}", revision.get(..12).unwrap_or(revision)));
        format!("{} of {}{}", counted(*changed, "file"), outcome.store, commit.unwrap_or_default())
    })
}

/// The proposals that wait to be merged.
fn open(applied: &Applied) -> impl Iterator<Item = &ProposalOutcome> {
    applied.proposals.iter().filter(|one| one.proposal.revision.is_some())
}

/// The proposal to the catalog that waits to be merged.
fn to_catalog(applied: &Applied) -> Option<&CatalogProposal> {
    applied.catalog.as_ref().filter(|one| one.waits())
}

/// `31 objects of the catalog`, or what else of it is proposed.
fn proposed_to_catalog(one: &CatalogProposal) -> String {
    match (one.objects, one.levels) {
        (0, 0) => "the inventory of the catalog".to_owned(),
        (0, levels) => format!("{} of the catalog", counted(levels, "level")),
        (objects, _) => format!("{} of the catalog", counted(objects, "object")),
    }
}

/// How many files of a state store became the project's that were there before.
fn taken_over(plan: &Plan, outcome: &StoreOutcome) -> usize {
    let is_taken = |operation: &&Operation| {
        let of_store = operation.file().is_some_and(|file| file.store == *outcome.store);
        operation.action == Action::Adopt && of_store
    };
    if outcome.receipt.recorded { plan.operations.iter().filter(is_taken).count() } else { 0 }
}

/// What waits for people to merge it, and what for that.
fn proposed(applied: &Applied) -> String {
    let mut out = String::new();
    let mut tell = |what: String, name: &str, link: Option<&String>, (begun, target): (Option<&String>, &str)| {
        out.push_str(&format!("\nTo merge: {what} on branch {name}"));
        if let Some(link) = link {
            out.push_str(&format!(": {link}"));
        }
        if let Some(begun) = begun {
            out.push_str(&format!(
                "\nThe branch {begun} of {target} was not there: it begins with a commit without files, to merge into"
            ));
        }
    };
    if let Some(one) = to_catalog(applied) {
        let catalog::Proposal { name, begun, link, .. } = &one.proposal;
        tell(proposed_to_catalog(one), name, link.as_ref(), (begun.as_ref(), "the catalog"));
    }
    for ProposalOutcome { store, proposal } in open(applied) {
        let Proposal { name, changed, begun, link, .. } = proposal;
        let what = format!("{} of {store}", counted(*changed, "file"));
        tell(what, name, link.as_ref(), (begun.as_ref(), store));
    }
    for left in &applied.left {
        out.push_str(&match left {
            Left::Departure { .. } => format!("\nAfter that, the next apply proposes what leaves: {left}"),
            Left::Catalog { .. } | Left::Store { .. } | Left::Prune { .. } => {
                format!("\nAfter that, the next apply does what comes after the files: {left}")
            }
        });
    }
    super::clean(&out).into_owned()
}

/// What an apply of a plan takes from one state store to others, a line each store: the order is part of what it does.
pub fn departing(plan: &Plan) -> Vec<String> {
    let line = |Departing { store, to, files }: Departing| {
        let (leave, they) = if files == 1 { ("leaves", "it") } else { ("leave", "them") };
        let (files, to) = (counted(files, "file"), Vec::from_iter(to).join(" and "));
        one_line(&format!("{store}: {files} {leave} only once what replaces {they} is in {to}")).into_owned()
    };
    apply::departing(plan).into_iter().map(line).collect()
}

/// What an apply that did not reach its end wrote until then, a line each.
pub fn written(applied: &Applied) -> String {
    let objects = (applied.objects > 0).then(|| format!("{} of the catalog", counted(applied.objects, "object")));
    let proposals = open(applied).map(|ProposalOutcome { store, proposal }| {
        format!("{} of {store} on branch {}, to merge", counted(proposal.changed, "file"), proposal.name)
    });
    let catalog = to_catalog(applied)
        .map(|one| format!("{} on branch {}, to merge", proposed_to_catalog(one), one.proposal.name));
    let proposals = catalog.into_iter().chain(proposals);
    let records = (applied.records > 0).then(|| caught_up(applied.records));
    let all = objects.into_iter().chain(records).chain(to_stores(applied)).chain(proposals);
    all.map(|one| format!("  written: {}\n", one_line(&one))).collect()
}

/// What an apply did not start, a line each.
pub fn left(left: &[Left]) -> String {
    left.iter().map(|left| format!("  left: {}\n", one_line(&left.to_string()))).collect()
}

/// What an apply came to.
#[derive(Serialize, JsonSchema)]
pub(super) struct AppliedDocument<'a> {
    /// What it came to.
    applied: Written<'a>,
}

/// How an apply ended, and what it wrote where.
#[derive(Serialize, JsonSchema)]
pub(super) struct Written<'a> {
    /// The run.
    run: &'a str,
    /// `done`, `stopped` or `failed`.
    state: &'static str,
    /// How many objects of the catalog it changed, as the summary of the plan counts them.
    objects: usize,
    /// What it wrote to each state store.
    stores: Vec<WrittenStore<'a>>,
    /// What waits for people to merge it.
    proposals: Vec<WrittenProposal<'a>>,
    /// What of the catalog waits for people to merge it.
    #[serde(skip_serializing_if = "Option::is_none")]
    catalog: Option<ProposedObjects<'a>>,
    /// What it did not start, in words.
    left: Vec<String>,
}

/// What was written to a state store.
#[derive(Serialize, JsonSchema)]
struct WrittenStore<'a> {
    /// Its name.
    store: &'a str,
    /// How many files.
    files: usize,
    /// The commit; nothing where everything was there already.
    revision: Option<&'a str>,
    /// What the hooks of a local repository said.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    said: &'a [String],
}

/// What waits for people to merge it.
#[derive(Serialize, JsonSchema)]
struct WrittenProposal<'a> {
    /// The state store.
    store: &'a str,
    /// The branch.
    branch: &'a str,
    /// The commit; nothing where everything was there already.
    revision: Option<&'a str>,
    /// How many files.
    files: usize,
    /// Where it is merged, as far as the server says.
    link: Option<&'a str>,
}

/// What of the catalog waits for people to merge it.
#[derive(Serialize, JsonSchema)]
struct ProposedObjects<'a> {
    /// The branch.
    branch: &'a str,
    /// The commit.
    revision: Option<&'a str>,
    /// How many objects.
    objects: usize,
    /// Where it is merged, as far as the server says.
    link: Option<&'a str>,
}

/// An apply that ended, well or not.
#[derive(Clone, Copy)]
pub struct Ended<'a> {
    /// The run.
    pub run: &'a Run,
    /// What it wrote.
    pub applied: &'a Applied,
    /// Whether it failed.
    pub outcome: &'a Result<(), ApplyError>,
}

impl Ended<'_> {
    /// Whether it came to its end, and well.
    pub(super) fn is_done(&self) -> bool {
        self.outcome.is_ok() && !self.applied.stopped
    }
}

impl<'a> Written<'a> {
    /// How it ended, and how much it wrote.
    pub(super) fn words(&self) -> [String; 2] {
        [self.state.to_owned(), counted(self.objects, "object")]
    }

    /// What an apply came to, in its form on the wire.
    pub(super) fn of(ended: &Ended<'a>) -> Self {
        let store = |outcome: &'a StoreOutcome| {
            let Receipt { revision, changed, said, .. } = &outcome.receipt;
            WrittenStore { store: &outcome.store, files: *changed, revision: revision.as_deref(), said }
        };
        let proposal = |outcome: &'a ProposalOutcome| {
            let Proposal { name, revision, changed, link, .. } = &outcome.proposal;
            let (revision, link) = (revision.as_deref(), link.as_deref());
            WrittenProposal { store: &outcome.store, branch: name, revision, files: *changed, link }
        };
        let state = match (ended.outcome, ended.applied.stopped) {
            (Err(_), _) => "failed",
            (Ok(()), true) => "stopped",
            (Ok(()), false) => "done",
        };
        Self {
            run: &ended.run.id,
            state,
            objects: ended.applied.objects,
            stores: ended.applied.stores.iter().map(store).collect(),
            proposals: ended.applied.proposals.iter().map(proposal).collect(),
            catalog: to_catalog(ended.applied).map(|CatalogProposal { objects, proposal, .. }| ProposedObjects {
                branch: &proposal.name,
                revision: proposal.revision.as_deref(),
                objects: *objects,
                link: proposal.link.as_deref(),
            }),
            left: ended.applied.left.iter().map(ToString::to_string).collect(),
        }
    }
}

/// What was written where, as one line of JSON: `{"applied":{"run":"...","state":"done","objects":1,"stores":[...]}}`.
pub fn applied_json(ended: &Ended<'_>) -> String {
    json_line(&AppliedDocument { applied: Written::of(ended) })
}

/// The levels of a scorecard, highest first, with who reached them.
fn standings(scorecard: &Scorecard, levels: &[LevelRecord], style: Style) -> String {
    let of_card = |level: Option<&str>| -> Vec<&str> {
        let is_at = |one: &&LevelRecord| one.scorecard == *scorecard.name.value && one.level.as_deref() == level;
        levels.iter().filter(is_at).map(|one| &*one.entity.name).collect()
    };
    let mut table = Table::new(["level", "count", "who"]);
    let names = scorecard.levels.iter().rev().map(|level| Some(&*level.name.value)).chain([None]);
    for level in names {
        let entities = of_card(level);
        let shown = named(&entities, SHOWN);
        table.row(&[&level.unwrap_or("no level"), &entities.len(), &shown]);
    }
    format!("\n{}\n{}", style.paint(Paint::Bold, &format!("scorecard:{}", scorecard.name.value)), table.print(style))
}

/// Entities named in a row.
const SHOWN: usize = 6;
