//! One run at a time.

use super::*;

pub(super) fn one_run_at_a_time_has_the_lease(fixture: &Fixture<'_>, name: &str) {
    let lease = |run: &str, expires| Lease { run: run.to_owned(), holder: format!("{run}@host"), expires };
    let (mut one, mut other) = (fixture.open(name), fixture.open(name));
    assert_eq!(one.acquire(&lease("one", 100), 10).unwrap(), Leased::Granted);
    assert_eq!(other.acquire(&lease("other", 100), 20).unwrap(), Leased::Held(lease("one", 100)));
    assert_eq!((fixture.open)(name, "another").acquire(&lease("other", 100), 20).unwrap(), Leased::Granted);
    assert_eq!(one.acquire(&lease("one", 200), 90).unwrap(), Leased::Granted);
    assert_eq!(other.acquire(&lease("other", 300), 199).unwrap(), Leased::Held(lease("one", 200)));
    assert_eq!(other.acquire(&lease("other", 300), 200).unwrap(), Leased::TakenOver(lease("one", 200)));
    // Who lost it cannot give it back, nor have it again.
    one.release("one").unwrap();
    assert_eq!(one.acquire(&lease("one", 400), 210).unwrap(), Leased::Held(lease("other", 300)));
    assert_eq!(one.lease().unwrap(), Some(lease("other", 300)));
    other.release("other").unwrap();
    other.release("other").unwrap();
    assert_eq!(one.lease().unwrap(), None);
    assert_eq!(one.acquire(&lease("one", 400), 220).unwrap(), Leased::Granted);
    // A clock that is a year ahead.
    let ahead = lease("ahead", 31_536_000);
    assert_eq!(other.acquire(&ahead, 31_535_940).unwrap(), Leased::TakenOver(lease("one", 400)));
    assert_eq!(one.acquire(&lease("one", 460), 400).unwrap(), Leased::TakenOver(ahead));
    one.release("one").unwrap();
    let observed = one.observe(&["f"]).unwrap();
    assert_eq!((observed.revision, observed.files["f"].clone()), (None, FileState::default()));
}
