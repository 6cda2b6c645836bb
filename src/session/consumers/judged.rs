//! What the scorecards and policies of a project say of what others have, before a plan and after it.

use super::Others;
use crate::catalog::Entry;
use crate::model::{
    Address, Blueprint, Declaration, Entity, Fact, Kind, Leaf, Name, Policy, PolicySeverity, PolicySubject, Predicate,
    PredicateTest, Project, Promise, Request, Scorecard,
};
use crate::plan::{Following, Invalid, LevelsOfOthers};
use crate::policy::declared;
use crate::scorecard::evaluate;
use crate::session::SessionError;
use crate::session::levels::level_records;
use std::collections::{BTreeMap, BTreeSet};

/// The kinds of what is judged by.
const MODEL: [Kind; 4] = [Kind::Blueprint, Kind::Promise, Kind::Scorecard, Kind::Policy];

/// The kinds of what has members that are judged.
const TYPES: [Kind; 2] = [Kind::Blueprint, Kind::Promise];

/// Something that judges the entities of a blueprint, or the requests of a promise.
trait Judging {
    fn own(&self) -> Address;

    /// What it judges the members of; nothing where it does not say.
    fn of(&self) -> Option<&Name>;

    fn predicates(&self) -> Vec<&Predicate>;

    /// The objects whose members it judges: of the name one or the other is there.
    fn types(&self) -> Vec<Address> {
        self.of().into_iter().flat_map(|of| TYPES.map(|kind| Address::new(kind, of.clone()))).collect()
    }

    /// The blueprints to which it follows relations.
    fn ways(&self, blueprints: &[Blueprint]) -> BTreeSet<Name> {
        let mut found = BTreeSet::new();
        let Some(of) = self.of() else { return found };
        let tests = self.predicates().into_iter().flat_map(Predicate::tests);
        for field in tests.flat_map(PredicateTest::fields) {
            let mut at = of;
            for relation in &field.way {
                let blueprint = blueprints.iter().find(|one| one.name.value == *at);
                let Some(relation) = blueprint.and_then(|blueprint| blueprint.relation(relation)) else { break };
                at = &relation.target.value;
                found.insert(at.clone());
            }
        }
        found
    }
}

impl Judging for Scorecard {
    fn own(&self) -> Address {
        Address::new(Kind::Scorecard, self.name.value.clone())
    }

    fn of(&self) -> Option<&Name> {
        Some(&self.blueprint.value)
    }

    fn predicates(&self) -> Vec<&Predicate> {
        self.predicates().collect()
    }
}

impl Judging for Policy {
    fn own(&self) -> Address {
        self.address()
    }

    fn of(&self) -> Option<&Name> {
        self.of.as_ref().map(|of| &of.value)
    }

    fn predicates(&self) -> Vec<&Predicate> {
        self.when.iter().chain(&self.require).collect()
    }
}

/// A policy that refuses what others declare, whatever their plans do and wherever they deliver: with a blueprint or a promise others get what
/// is of it.
fn refuses(policy: &Policy) -> bool {
    let is_of_files = matches!(policy.subject.value, PolicySubject::File | PolicySubject::Manifest);
    denies(policy) && policy.on.is_empty() && !is_of_files && !looks_at_places(policy)
}

/// A policy that can refuse what others declare or do.
fn denies(policy: &Policy) -> bool {
    policy.severity == PolicySeverity::Deny && policy.of.is_some()
}

fn looks_at_places(policy: &Policy) -> bool {
    let tests = policy.predicates().into_iter().flat_map(Predicate::tests);
    tests.flat_map(PredicateTest::fields).any(|field| field.leaf == Leaf::Fact(Fact::Destination))
}

/// What policies refuse, each with its policy and the sentence.
type Refused = BTreeMap<(Address, Name), String>;

impl Others<'_> {
    /// The levels of what others have before and after, with their owners, and what a policy comes to refuse of it; nothing where nothing
    /// that these depend on is touched.
    pub(super) fn judged(&self, now: i64) -> Result<(Option<LevelsOfOthers>, Vec<Invalid>), SessionError> {
        let has_others = || self.entries.iter().any(|entry| entry.address.above().is_some() && self.is_others(entry));
        let touches = |kinds: &[Kind]| self.touched.iter().any(|one| kinds.contains(&one.kind));
        if !(touches(&MODEL) || touches(&[Kind::Entity])) || !has_others() {
            return Ok((None, Vec::new()));
        }
        let mut after = self.model_after();
        if !touches(&MODEL) && !judging(&after).any(|one| self.reaches(&one.ways(&after.blueprints))) {
            return Ok((None, Vec::new()));
        }
        let mut before = self.model_before()?;
        let (mut reached, mut types) = (BTreeSet::new(), BTreeSet::new());
        for side in [&mut before, &mut after] {
            let Project { blueprints, scorecards, policies, .. } = side;
            scorecards.retain(|card| self.concerns(card, blueprints));
            policies.retain(|policy| self.concerns(policy, blueprints));
            for one in judging(side) {
                reached.extend(one.ways(&side.blueprints));
                types.extend(one.types());
            }
        }
        let members = self.members(&types);
        for object in self.bodies(members.keys().copied())? {
            let declared = Declaration::of_object(&object, 0);
            match object.address.kind {
                Kind::Entity => before.entities.push(Entity::of(declared)),
                _ => before.requests.push(Request::of(declared)),
            }
        }
        after.entities.clone_from(&before.entities);
        after.requests.clone_from(&before.requests);
        self.beside(&mut before, &mut after, (&reached, &members))?;
        let [was, is] = [&before, &after].map(|side| refused(side, now));
        let invalid = is.into_iter().filter(|(one, _)| !was.contains_key(one)).map(|((address, policy), message)| {
            let owner = members.get(&address).map(ToString::to_string);
            self.invalid(address, owner, policy, &message)
        });
        let invalid = invalid.collect();
        let owners = members.iter().map(|(address, owner)| ((*address).clone(), owner.to_string())).collect();
        let levels = [&before, &after].map(|side| level_records(&evaluate(side, now)));
        let [was, is] = levels;
        Ok((Some((was, is, owners)), invalid))
    }

    /// What is not judged here, with what it is about: what others do and where they deliver, by the policies of the project, and what is
    /// judged by scorecards and policies of others. `is_delivered` is whether something of them is delivered otherwise.
    pub(super) fn unjudged(&self, is_delivered: bool) -> Result<Vec<(Following, String)>, SessionError> {
        let mut found = Vec::new();
        let concerned = |types: Vec<Address>| types.iter().any(|one| self.touched.contains(one));
        let has_members = |types: Vec<Address>| !self.members(&types.into_iter().collect()).is_empty();
        for policy in self.project.policies.iter().filter(|policy| denies(policy) && !refuses(policy)) {
            let is_meant = is_delivered || self.touched.contains(&policy.own()) || concerned(policy.types());
            if is_meant && has_members(policy.types()) {
                let why = format!("what {} says of what others do, and of where they deliver", policy.own());
                found.push((Following::Invalid, why));
            }
        }
        // What others judge by is read only where something changes whose members they can judge.
        if !self.touched.iter().any(|one| TYPES.contains(&one.kind)) {
            return Ok(found);
        }
        let theirs = self.entries.iter().filter(|entry| self.is_others(entry));
        let theirs = theirs.filter(|entry| matches!(entry.address.kind, Kind::Scorecard | Kind::Policy));
        let owners: BTreeMap<&Address, &Name> =
            theirs.filter_map(|entry| Some((&entry.address, entry.other_owner.as_ref()?))).collect();
        let mut said = BTreeSet::new();
        for object in self.bodies(owners.keys().copied())? {
            let declared = Declaration::of_object(&object, 0);
            let types = match object.address.kind {
                Kind::Scorecard => Scorecard::of(&declared).map(|card| card.types()),
                _ => Policy::of(&declared).filter(denies).map(|policy| policy.types()),
            };
            let kind = if object.address.kind == Kind::Scorecard { Following::Levels } else { Following::Invalid };
            if types.is_some_and(concerned)
                && let Some(owner) = owners.get(&object.address)
                && said.insert((kind, *owner))
            {
                found.push((kind, format!("what project {owner} judges by {} of its own", object.address)));
            }
        }
        Ok(found)
    }

    /// That a policy comes to refuse something.
    fn invalid(&self, address: Address, owner: Option<String>, policy: Name, breach: &str) -> Invalid {
        let message = format!("the policy `{policy}` comes to refuse it: {breach}");
        let policy = Address::new(Kind::Policy, policy);
        let above = address.above().filter(|_| !self.touched.contains(&policy));
        let because = above.filter(|above| self.touched.contains(above)).unwrap_or(policy);
        Invalid { address, owner, declared: None, because, field: String::new(), message }
    }

    /// Whether the plan touches an entity of one of some blueprints.
    fn reaches(&self, blueprints: &BTreeSet<Name>) -> bool {
        self.touched.iter().any(|one| one.kind == Kind::Entity && blueprints.contains(&one.parent))
    }

    /// Whether what something says of others can change with the plan.
    fn concerns(&self, judging: &dyn Judging, blueprints: &[Blueprint]) -> bool {
        let is_touched = judging.types().iter().chain([&judging.own()]).any(|address| self.touched.contains(address));
        is_touched || self.reaches(&judging.ways(blueprints))
    }

    /// Whether others are judged by something: by what others own, where it is that, and by what the project has for its own blueprints and
    /// promises. What it has for those of others judges what it declares itself, and nothing else.
    fn judges_others(&self, judging: &dyn Judging, is_extern: bool) -> bool {
        let is_own = |address: &Address| {
            let known = self.entries.binary_search_by(|entry| entry.address.cmp(address));
            let known = known.ok().and_then(|place| self.entries.get(place));
            known.is_none_or(|entry| entry.owner.is_some() || entry.other_owner.is_none())
                && (known.is_some() || self.project.objects.iter().any(|one| one.address == *address))
        };
        is_extern || judging.types().iter().any(is_own)
    }

    /// What is judged by, as it is declared.
    fn model_after(&self) -> Project {
        let Project { blueprints, promises, scorecards, policies, externs, .. } = self.project;
        let cards = scorecards.iter().filter(|card| self.judges_others(*card, externs.holds(card.span)));
        let policies = policies.iter().filter(|policy| refuses(policy));
        let policies = policies.filter(|policy| self.judges_others(*policy, externs.holds(policy.span)));
        Project {
            blueprints: blueprints.clone(),
            scorecards: cards.cloned().collect(),
            promises: promises.clone(),
            policies: policies.cloned().collect(),
            ..Project::default()
        }
    }

    /// What is judged by as it is live, and that of others as the project uses it.
    fn model_before(&self) -> Result<Project, SessionError> {
        let own = self.entries.iter().filter(|entry| entry.owner.is_some() && entry.live.is_some());
        let model = own.map(|entry| &entry.address).filter(|address| MODEL.contains(&address.kind));
        let mut before = Project::default();
        for object in self.bodies(model)? {
            let declared = Declaration::of_object(&object, 0);
            match object.address.kind {
                Kind::Blueprint => before.blueprints.extend(Blueprint::of(&declared)),
                Kind::Promise => before.promises.extend(Promise::of(&declared)),
                Kind::Policy => before.policies.extend(Policy::of(&declared).filter(refuses)),
                _ => before.scorecards.extend(Scorecard::of(&declared)),
            }
        }
        before.scorecards.retain(|card| self.judges_others(card, false));
        before.policies.retain(|policy| self.judges_others(policy, false));
        let Project { blueprints, promises, scorecards, policies, externs, .. } = self.project;
        before.blueprints.extend(blueprints.iter().filter(|one| externs.holds(one.span)).cloned());
        before.promises.extend(promises.iter().filter(|one| externs.holds(one.span)).cloned());
        before.scorecards.extend(scorecards.iter().filter(|one| externs.holds(one.span)).cloned());
        let policies = policies.iter().filter(|one| externs.holds(one.span) && refuses(one));
        before.policies.extend(policies.cloned());
        Ok(before)
    }

    /// Puts beside what is judged the entities of some blueprints, to which relations lead: as they are live, and as they come to be.
    fn beside(
        &self,
        before: &mut Project,
        after: &mut Project,
        (blueprints, judged): (&BTreeSet<Name>, &BTreeMap<&Address, &Name>),
    ) -> Result<(), SessionError> {
        if blueprints.is_empty() {
            return Ok(());
        }
        let is_beside = |entry: &&Entry| {
            let address = &entry.address;
            let is_one = address.kind == Kind::Entity && blueprints.contains(&address.parent);
            is_one && entry.live.is_some() && !judged.contains_key(address)
        };
        let own = self.project.entities.iter().filter(|one| blueprints.contains(&one.blueprint.value));
        after.externs.entities.extend(own.cloned());
        let stays = |entry: &&Entry| entry.owner.is_none() && !self.touched.contains(&entry.address);
        let (others, live): (Vec<&Entry>, Vec<&Entry>) = self.entries.iter().filter(is_beside).partition(stays);
        let read = |entries: Vec<&Entry>| -> Result<Vec<Entity>, SessionError> {
            let bodies = self.bodies(entries.into_iter().map(|entry| &entry.address))?;
            Ok(bodies.iter().map(|object| Entity::of(Declaration::of_object(object, 0))).collect())
        };
        let others = read(others)?;
        before.externs.entities.extend(read(live)?.into_iter().chain(others.iter().cloned()));
        after.externs.entities.extend(others);
        Ok(())
    }
}

/// All that judges in a project.
fn judging(project: &Project) -> impl Iterator<Item = &dyn Judging> {
    let cards = project.scorecards.iter().map(|card| card as &dyn Judging);
    cards.chain(project.policies.iter().map(|policy| policy as &dyn Judging))
}

/// What the policies of a project refuse in it.
fn refused(project: &Project, now: i64) -> Refused {
    let breaches = declared(project, &[], &[], now).into_iter();
    let of = breaches.filter_map(|one| {
        let address = one.thing?.object()?.clone();
        Some(((address, one.policy.name.value.clone()), one.message))
    });
    of.collect()
}
