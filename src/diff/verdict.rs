/// What follows for one field, or one file, from base, live and desired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Nothing to do.
    Same,
    /// Live is already as desired, and only the inventory does not say so yet.
    Refresh,
    /// It is new.
    Add,
    /// We change what we wrote.
    Change,
    /// We take away what we wrote.
    Remove,
    /// Somebody changed, or removed, what we wrote, and we want it as it was.
    Drift,
    /// Somebody else's value becomes ours, and is overwritten.
    Adopt,
    /// Somebody changed what we wrote, and we changed it too, or no longer want it.
    Conflict,
    /// Somebody else's: never shown, never touched.
    Foreign,
}

/// The table of the three-way diff. Each side is what identifies a value, nothing where there is none.
pub fn judge<T: PartialEq>(base: Option<&T>, live: Option<&T>, desired: Option<&T>) -> Verdict {
    match (base, live, desired) {
        (None, None, None) => Verdict::Same,
        (None, Some(_), None) => Verdict::Foreign,
        (None, None, Some(_)) => Verdict::Add,
        (None, Some(live), Some(desired)) if live == desired => Verdict::Refresh,
        (None, Some(_), Some(_)) => Verdict::Adopt,
        (Some(_), None, None) => Verdict::Refresh,
        (Some(base), Some(live), None) if base == live => Verdict::Remove,
        (Some(_), Some(_), None) => Verdict::Conflict,
        (Some(base), None, Some(desired)) if base == desired => Verdict::Drift,
        (Some(_), None, Some(_)) => Verdict::Conflict,
        (Some(base), Some(live), Some(desired)) => match (base == live, live == desired, base == desired) {
            (true, true, _) => Verdict::Same,
            (false, true, _) => Verdict::Refresh,
            (true, false, _) => Verdict::Change,
            (false, false, true) => Verdict::Drift,
            (false, false, false) => Verdict::Conflict,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{Verdict, judge};

    #[test]
    fn the_table_holds_row_by_row() {
        let (x, y, z) = (Some(&'x'), Some(&'y'), Some(&'z'));
        let rows = [
            (x, x, x, Verdict::Same),
            (x, x, y, Verdict::Change),
            (x, z, x, Verdict::Drift),
            (x, z, z, Verdict::Refresh),
            (x, z, y, Verdict::Conflict),
            (x, x, None, Verdict::Remove),
            (x, z, None, Verdict::Conflict),
            (x, None, x, Verdict::Drift),
            (x, None, y, Verdict::Conflict),
            (x, None, None, Verdict::Refresh),
            (None, z, None, Verdict::Foreign),
            (None, z, y, Verdict::Adopt),
            (None, z, z, Verdict::Refresh),
            (None, None, y, Verdict::Add),
            (None, None, None, Verdict::Same),
        ];
        for (base, live, desired, verdict) in rows {
            assert_eq!(judge(base, live, desired), verdict, "{base:?} {live:?} {desired:?}");
        }
    }
}
