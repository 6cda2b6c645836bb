/// The right of one run to write, for a while. Whoever dies with it blocks nobody for longer than that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The run.
    pub run: String,
    /// Who runs it, for a message: a user and a host, or a job's address.
    pub holder: String,
    /// When it ends, in seconds since 1970 (UTC).
    pub expires: i64,
}

worded! {
    /// How a lease stands at some time.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Standing {
        /// It holds.
        Held = "held",
        /// It has ended, and its run never gave it back.
        Expired = "expired",
        /// It would hold for longer than any run may ask for: it was made by a clock that is ahead, or is damaged. It is taken for one
        /// that has ended, as nobody knows when its run last gave a sign of life.
        Ahead = "ahead",
    }
}

impl Lease {
    /// The longest time that a run may ask for, in seconds.
    pub const LONGEST: i64 = 10 * 60;

    /// How it stands at `now` (seconds since 1970, UTC).
    pub fn standing(&self, now: i64) -> Standing {
        if self.expires <= now {
            Standing::Expired
        } else if self.expires > now.saturating_add(Self::LONGEST) {
            Standing::Ahead
        } else {
            Standing::Held
        }
    }

    /// What comes of asking for this one where `present` is there, at `now` (seconds since 1970, UTC).
    pub fn judge(&self, present: Option<Self>, now: i64) -> Leased {
        match present {
            Some(other) if other.run != self.run => match other.standing(now) {
                Standing::Held => Leased::Held(other),
                Standing::Expired | Standing::Ahead => Leased::TakenOver(other),
            },
            Some(_) | None => Leased::Granted,
        }
    }
}

/// What came of asking for a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leased {
    /// It was granted, or renewed.
    Granted,
    /// It was granted after one that no longer holds, which its run never gave back.
    TakenOver(Lease),
    /// Somebody else has it.
    Held(Lease),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lease(run: &str, expires: i64) -> Lease {
        Lease { run: run.to_owned(), holder: format!("{run}@host"), expires }
    }

    #[test]
    fn a_lease_holds_until_it_ends_and_never_longer_than_any_may() {
        let rows = [
            (100, Standing::Expired),
            (101, Standing::Held),
            (100 + Lease::LONGEST, Standing::Held),
            (101 + Lease::LONGEST, Standing::Ahead),
            (i64::MAX, Standing::Ahead),
            (i64::MIN, Standing::Expired),
        ];
        for (expires, standing) in rows {
            assert_eq!(lease("a", expires).standing(100), standing, "{expires}");
        }
        assert_eq!(lease("a", i64::MAX).standing(i64::MAX - 1), Standing::Held);
    }

    #[test]
    fn what_no_longer_holds_is_taken_over_and_its_own_is_renewed() {
        let asked = lease("b", 160);
        let held = lease("a", 120);
        assert_eq!(asked.judge(Some(held.clone()), 100), Leased::Held(held.clone()));
        assert_eq!(asked.judge(Some(held.clone()), 120), Leased::TakenOver(held));
        let ahead = lease("a", 31_536_000);
        assert_eq!(asked.judge(Some(ahead.clone()), 100), Leased::TakenOver(ahead));
        assert_eq!(asked.judge(Some(lease("b", 31_536_000)), 100), Leased::Granted);
        assert_eq!(asked.judge(None, 100), Leased::Granted);
    }
}
