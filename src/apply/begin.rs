use super::{ApplyError, Leases, Observer, Occupied, Patience, Run, Targets};

/// Whether an apply may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    Now,
    Stopped,
}

impl Leases {
    /// Takes them all, as patiently as the observer is; `waits` is called once it turned out that one has to be waited for, with the time.
    pub(super) fn take(
        &mut self,
        targets: &mut Targets,
        run: &Run,
        observer: &mut dyn Observer,
        mut waits: impl FnMut(&mut Targets, &Occupied, i64),
    ) -> Result<Begin, ApplyError> {
        let mut is_waiting = false;
        loop {
            let now = observer.now(run);
            let Some(occupied) = self.ask(targets, now, &mut |former| observer.taken_over(&former))? else {
                self.renewed = now;
                observer.leased(self);
                return Ok(Begin::Now);
            };
            match observer.occupied(&occupied) {
                Patience::Wait if is_waiting => {}
                Patience::Wait => {
                    is_waiting = true;
                    waits(targets, &occupied, now);
                }
                Patience::GiveUp => return Err(ApplyError::Occupied(occupied)),
                Patience::Stop => return Ok(Begin::Stopped),
            }
        }
    }
}
