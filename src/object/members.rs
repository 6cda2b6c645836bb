use crate::model::{Map, Member, Name, Value};
use crate::source::{FileId, Span, Spanned};
use std::collections::HashMap;

/// Up to this many members are searched one by one; those beyond are found in a table, so that a huge object stays linear.
const FEW: usize = 16;

/// The members of a map while they are set, one after the other.
#[derive(Default)]
pub(super) struct Members {
    members: Vec<Option<Member>>,
    late: HashMap<Name, usize>,
}

impl Members {
    pub(super) fn of(map: Map) -> Self {
        let late = map.members.iter().enumerate().skip(FEW).map(|(place, member)| (member.name.value.clone(), place));
        Self { late: late.collect(), members: map.members.into_iter().map(Some).collect() }
    }

    fn place(&self, name: &str) -> Option<usize> {
        let is_named = |member: &Option<Member>| member.as_ref().is_some_and(|member| *member.name.value == *name);
        self.members.iter().take(FEW).position(is_named).or_else(|| self.late.get(name).copied())
    }

    /// Sets a member, at no place in a text, or removes it; gives what was there.
    pub(super) fn set(&mut self, name: &str, value: Option<Value>) -> Option<Value> {
        let nowhere = Span::start_of(FileId(0));
        let value = value.map(|value| Spanned::new(value, nowhere));
        let Some(place) = self.place(name) else {
            let name = Name::from(name);
            if self.members.len() >= FEW && value.is_some() {
                self.late.insert(name.clone(), self.members.len());
            }
            self.members.extend(value.map(|value| Some(Member { name: Spanned::new(name, nowhere), value })));
            return None;
        };
        let member = self.members.get_mut(place)?;
        let Some(value) = value else {
            self.late.remove(name);
            return member.take().map(|member| member.value.value);
        };
        member.as_mut().map(|member| std::mem::replace(&mut member.value, value).value)
    }

    pub(super) fn finish(self) -> Map {
        Map { members: self.members.into_iter().flatten().collect() }
    }
}
