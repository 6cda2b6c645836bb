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

impl Lease {
    /// What comes of asking for this one where `present` is there, at `now` (seconds since 1970, UTC).
    pub fn judge(&self, present: Option<Self>, now: i64) -> Leased {
        match present {
            Some(held) if held.run != self.run && held.expires > now => Leased::Held(held),
            Some(held) if held.run != self.run => Leased::TakenOver(held),
            Some(_) | None => Leased::Granted,
        }
    }
}

/// What came of asking for a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leased {
    /// It was granted, or renewed.
    Granted,
    /// It was granted after one that had expired, which its run never gave back.
    TakenOver(Lease),
    /// Somebody else has it.
    Held(Lease),
}
