//! What working out may take, so that a few lines that stand for any number of values cost no more than some: each resource has its own, and
//! all together have one.

use super::term::TOO_MUCH;
use std::rc::Rc;

/// How much one resource may take, or one call of a module: so many steps, parts of values, and 16 times as many bytes of text.
const MOST: usize = 1 << 21;

/// How much all of them may take.
const MOST_OF_ALL: usize = 2 * MOST;

/// What is left. Who asks for more than that gets nothing of it, and the rest stays for others.
#[derive(Debug)]
pub(super) struct Budget {
    /// Of what is worked out now.
    own: usize,
    /// Of that, what is no part of what all may take: whatever others take, what is written out can be read.
    free: usize,
    all: usize,
    /// What is worked out now, and how much of what all may take it has taken.
    now: (Rc<str>, usize),
    /// What has taken most of that before.
    most: (Rc<str>, usize),
}

impl Default for Budget {
    fn default() -> Self {
        let nothing = || (Rc::from(""), 0);
        Self { own: MOST, free: 0, all: MOST_OF_ALL, now: nothing(), most: nothing() }
    }
}

impl Budget {
    /// Goes on with what is called so, which takes so much of nobody.
    pub(super) fn go_on_with(&mut self, name: String, free: usize) {
        let before = std::mem::replace(&mut self.now, (name.into(), 0));
        if before.1 > self.most.1 {
            self.most = before;
        }
        (self.own, self.free) = (MOST.saturating_add(free), free);
    }

    /// # Errors
    /// Why there is not so much left.
    pub(super) fn spend(&mut self, much: usize) -> Result<(), Rc<str>> {
        let own = self.own.checked_sub(much).ok_or(TOO_MUCH)?;
        let of_all = much.saturating_sub(self.free);
        let Some(all) = self.all.checked_sub(of_all) else {
            let (name, _) = if self.now.1 > self.most.1 { &self.now } else { &self.most };
            return Err(format!("with `{name}`, which takes most of it, {TOO_MUCH}").into());
        };
        (self.own, self.all, self.free) = (own, all, self.free - (much - of_all));
        self.now.1 += of_all;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_own_and_all_together_have_one_but_for_what_is_written_out() {
        let mut budget = Budget::default();
        budget.go_on_with("a".to_owned(), 0);
        assert_eq!(budget.spend(MOST + 1), Err(TOO_MUCH.into()));
        assert_eq!(budget.spend(MOST), Ok(()));
        assert_eq!(budget.spend(1), Err(TOO_MUCH.into()));
        budget.go_on_with("b".to_owned(), 0);
        assert_eq!(budget.spend(MOST - 1), Ok(()));
        budget.go_on_with("c".to_owned(), 10);
        assert_eq!(budget.spend(11), Ok(()));
        let reason = format!("with `a`, which takes most of it, {TOO_MUCH}");
        assert_eq!(budget.spend(1), Err(reason.into()));
        budget.go_on_with("d".to_owned(), 10);
        assert_eq!(budget.spend(10), Ok(()));
        assert!(budget.spend(1).is_err());
    }
}
