use crate::grammar::At;

/// Why something cannot be written as KDL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// The reason, in a sentence without a full stop.
    pub reason: String,
    /// The way down the body to what cannot be said, as far as it is known; the index of an item is a step of it too.
    pub place: Vec<Box<str>>,
    /// Whether that way starts at the body already.
    is_whole: bool,
}

impl Stuck {
    /// For a reason that is about the whole of what is written.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), place: Vec::new(), is_whole: false }
    }

    /// That the language has no words for something.
    pub(super) fn no_words(what: &str) -> Self {
        Self::new(format!("the language has no words for {what}"))
    }

    /// Of a member, where nothing is said of one yet.
    pub(super) fn of(mut self, member: Option<&str>) -> Self {
        if let Some(member) = member.filter(|_| !self.reason.starts_with('`')) {
            self.reason = format!("`{member}`: {}", self.reason);
        }
        self
    }

    /// Of the member of a name at a place.
    pub(super) fn at(mut self, at: &At, name: &str) -> Self {
        self.reason = format!("`{}.{name}`: {}", at.way.join("."), self.reason);
        self.below([name]).below_at(at)
    }

    /// Of what stands at a place.
    pub(super) fn below_at(self, at: &At) -> Self {
        let is_whole = self.is_whole || at.from_object;
        let below = self.below(at.way.iter().map(|step| &**step));
        Self { is_whole, ..below }
    }

    /// Of what stands some steps further down.
    pub(super) fn below<'s>(mut self, steps: impl IntoIterator<Item = &'s str>) -> Self {
        if !self.is_whole {
            let steps: Vec<Box<str>> = steps.into_iter().map(Into::into).collect();
            self.place.splice(..0, steps);
        }
        self
    }
}
