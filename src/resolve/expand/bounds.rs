use std::sync::atomic::{AtomicUsize, Ordering};

/// The most bytes that a project's texts make, all together.
const MOST_BYTES: usize = 256 << 20;

/// The most nodes that are looked at for it.
const MOST_STEPS: usize = if cfg!(test) { 200_000 } else { 5_000_000 };

/// How much may still be made: shared by all who make something at the same time.
pub(super) struct Bounds {
    bytes: AtomicUsize,
    steps: AtomicUsize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { bytes: MOST_BYTES.into(), steps: MOST_STEPS.into() }
    }
}

impl Bounds {
    /// Takes some bytes of what may be made; false where there are not that many left.
    pub(super) fn take(&self, bytes: usize) -> bool {
        taken(&self.bytes, bytes) && taken(&self.steps, 1)
    }
}

fn taken(left: &AtomicUsize, wanted: usize) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(wanted)).is_ok()
}
