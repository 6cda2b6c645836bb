/// How many runs of a project a catalog keeps: the newest ones.
pub const KEPT_RUNS: usize = 500;

/// How an apply went, or how far it is. For people; all that is decided by it is that a saved plan is carried out once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    /// The run.
    pub run: String,
    /// The plan that it carries out.
    pub plan: String,
    /// Who runs it.
    pub holder: String,
    /// The commit of the KDL, where it is known.
    pub source: Option<String>,
    /// When it began, in seconds since 1970 (UTC).
    pub began: i64,
    /// When it ended; nothing for one that has not, or that died. Of one that waits, when it gives up at the latest.
    pub ended: Option<i64>,
    /// How it stands: [`RunRecord::RUNNING`] and the like.
    pub state: String,
    /// What was done, one line a step, and what kept it from going on.
    pub steps: Vec<String>,
}

impl RunRecord {
    /// The state of a run that is at work, or was when it was last heard of.
    pub const RUNNING: &str = "running";
    /// The state of a run that waits for another one.
    pub const WAITING: &str = "waiting";
    /// The state of a run that never said that it ended.
    pub const DIED: &str = "died";
    /// The state of a run that carried its plan out to the end.
    pub const DONE: &str = "done";
    /// Of a run of which something cannot be read: it may have ended in any way.
    pub const UNREADABLE: &str = "unreadable";
    /// The state of a run that did its part, and what it proposed is for people to merge.
    pub const PROPOSED: &str = "proposed";

    /// How it stands at a time, in seconds since 1970 (UTC): one that waited for longer than it could died.
    #[must_use]
    pub fn seen_at(mut self, now: i64) -> Self {
        if self.state == Self::WAITING && self.ended.take().is_none_or(|until| until < now) {
            Self::DIED.clone_into(&mut self.state);
        }
        self
    }
}
