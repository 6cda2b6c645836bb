use crate::diag::{Diagnostic, code};
use crate::source::Span;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The most bytes that a project's texts make, all together.
const MOST_BYTES: usize = 64 << 20;

/// The most nodes that are looked at for it.
const MOST_STEPS: usize = if cfg!(test) { 200_000 } else { 2_000_000 };

/// The most entities that conditions of `each` lines look at, those within others each time.
const MOST_LOOKS: usize = if cfg!(test) { 200_000 } else { 8_000_000 };

/// The most that values under names come to, all together; those of an `each` or a template count each time.
const MOST_VALUES: usize = 256 << 20;

/// How much may still be made: shared by all who make something at the same time.
pub(super) struct Bounds {
    bytes: AtomicUsize,
    steps: AtomicUsize,
    looks: AtomicUsize,
    values: AtomicUsize,
}

impl Default for Bounds {
    fn default() -> Self {
        let (bytes, steps) = (MOST_BYTES.into(), MOST_STEPS.into());
        Self { bytes, steps, looks: MOST_LOOKS.into(), values: MOST_VALUES.into() }
    }
}

impl Bounds {
    /// Takes some bytes of what may be made; false where there are not that many left.
    pub(super) fn take(&self, bytes: usize) -> bool {
        taken(&self.bytes, bytes) && taken(&self.steps, 1)
    }

    /// Takes some entities of those that may be looked at; false where there are not that many left.
    pub(super) fn look(&self, entities: usize) -> bool {
        taken(&self.looks, entities)
    }

    /// Takes some of what values may come to; false where there is not that much left.
    pub(super) fn keep(&self, size: usize) -> bool {
        taken(&self.values, size)
    }
}

fn taken(left: &AtomicUsize, wanted: usize) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(wanted)).is_ok()
}

/// That the bounds were reached, at the node that went beyond them.
pub(super) fn too_much(place: Span) -> Diagnostic {
    let message = "the project makes more than 64 MiB of text, or takes more than 2 million steps or looks at more than 8 million entities for it";
    Diagnostic::error(code::TOO_LARGE, place, message).help("shorten what `each` and templates multiply")
}
