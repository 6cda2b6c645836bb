use crate::grammar::At;

/// Why something cannot be written as KDL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// The reason, in a sentence without a full stop.
    pub reason: String,
    /// The way down the body to what cannot be said, as far as it is known; the index of an item is a step of it too.
    pub place: Vec<Box<str>>,
    /// The name of what is missing, where it cannot be written without that.
    pub missing: Option<Box<str>>,
    /// Whether that way starts at the body already.
    is_whole: bool,
    /// What else beside it cannot be written.
    beside: Vec<Stuck>,
}

impl Stuck {
    /// For a reason that is about the whole of what is written.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), place: Vec::new(), missing: None, is_whole: false, beside: Vec::new() }
    }

    /// It, and all that cannot be written beside it.
    pub fn each(mut self) -> impl Iterator<Item = Self> {
        let beside = std::mem::take(&mut self.beside);
        std::iter::once(self).chain(beside)
    }

    /// All of several parts, or all that cannot be written of them.
    pub(super) fn all<T>(parts: impl Iterator<Item = Result<T, Self>>) -> Result<Vec<T>, Self> {
        let (mut done, mut first) = (Vec::new(), None::<Self>);
        for part in parts {
            match (part, &mut first) {
                (Ok(part), _) => done.push(part),
                (Err(stuck), Some(first)) => first.beside.extend(stuck.each()),
                (Err(stuck), None) => first = Some(stuck),
            }
        }
        first.map_or(Ok(done), Err)
    }

    /// The same done to it and to what is beside it.
    fn also(mut self, change: impl Fn(&mut Self)) -> Self {
        self.beside.iter_mut().for_each(&change);
        change(&mut self);
        self
    }

    /// That the language has no words for something.
    pub(super) fn no_words(what: &str) -> Self {
        Self::new(format!("the language has no words for {what}"))
    }

    /// That the language has no words for something that lacks a part.
    pub(super) fn without(name: &str) -> Self {
        Self { missing: Some(name.into()), ..Self::no_words(&format!("this without `{name}`")) }
    }

    /// Of a member, where nothing is said of one yet.
    pub(super) fn of(self, member: Option<&str>) -> Self {
        self.also(|stuck| {
            if let Some(member) = member.filter(|_| !stuck.reason.starts_with('`')) {
                stuck.reason = format!("`{member}`: {}", stuck.reason);
            }
        })
    }

    /// Of the member of a name at a place.
    pub(super) fn at(self, at: &At, name: &str) -> Self {
        let around = at.way.join(".");
        let named = self.also(|stuck| stuck.reason = format!("`{around}.{name}`: {}", stuck.reason));
        named.below([name]).below_at(at)
    }

    /// Of what stands at a place.
    pub(super) fn below_at(self, at: &At) -> Self {
        let below = self.below(at.way.iter().map(|step| &**step));
        below.also(|stuck| stuck.is_whole |= at.from_object)
    }

    /// Of what stands some steps further down.
    pub(super) fn below<'s>(self, steps: impl IntoIterator<Item = &'s str>) -> Self {
        let steps: Vec<Box<str>> = steps.into_iter().map(Into::into).collect();
        self.also(|stuck| {
            if !stuck.is_whole {
                stuck.place.splice(..0, steps.iter().cloned());
            }
        })
    }
}
