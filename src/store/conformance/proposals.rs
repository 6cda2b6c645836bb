//! What waits for people to merge it, where a store takes such.

use super::*;

pub(super) fn a_proposal_that_is_there_is_not_made_again_and_another_is_not_overwritten(
    fixture: &Fixture<'_>,
    name: &str,
) {
    if fixture.open(name).proposals().is_none() {
        return;
    }
    fixture.somebody(name).writes(&[("theirs", Some("1"))]);
    let propose = |draft: &Draft, proposal: &str| {
        let mut store = fixture.open(name);
        let mut proposals = store.proposals().unwrap();
        proposals.propose(draft, proposal)
    };
    let wanted = draft([fixture.change("f", None, Some("1"))]);
    let first = propose(&wanted, "plat/change").unwrap();
    let later = Draft { time: wanted.time + 1, ..wanted.clone() };
    assert_eq!(propose(&later, "plat/change").unwrap(), first);
    let other = draft([fixture.change("f", None, Some("2"))]);
    let taken = propose(&other, "plat/change").unwrap_err();
    assert!(matches!(&taken, StoreError::Taken { name, .. } if name == "plat/change"), "{taken}");
    // What is merged needs no proposal.
    fixture.open(name).deliver(&wanted).unwrap();
    let merged = propose(&wanted, "plat/later").unwrap();
    assert_eq!((merged.revision, merged.changed), (None, 0));
}
