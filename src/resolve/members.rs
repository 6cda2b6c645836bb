use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Map, Member, Name, Value};
use crate::source::{Origin, Spanned};
use ahash::AHashMap as HashMap;

/// Up to this many members are searched one by one; beyond it through a table, so that a huge object stays linear.
const FEW: usize = 16;

/// Collects the members of an object, each name once.
#[derive(Debug, Default)]
pub(super) struct Members {
    members: Vec<Member>,
    table: HashMap<Name, Origin>,
}

impl Members {
    /// An empty collection with room for a number of members.
    pub(super) fn with_capacity(count: usize) -> Self {
        Self { members: Vec::with_capacity(count), table: HashMap::new() }
    }

    /// Adds a member; a name that stands there already is diagnosed and left as it was.
    pub(super) fn add(&mut self, name: Spanned<Name>, value: Spanned<Value>, diagnostics: &mut Diagnostics) {
        if let Some(first) = self.first(&name.value) {
            diagnostics.push(set_twice(&name, first));
            return;
        }
        if self.members.len() >= FEW {
            self.table.insert(name.value.clone(), name.span);
        }
        self.members.push(Member { name, value });
    }

    /// The object.
    pub(super) fn finish(self) -> Map {
        Map { members: self.members }
    }

    /// The place of a name that was added before.
    fn first(&self, name: &Name) -> Option<Origin> {
        let early = self.members.iter().take(FEW).find(|member| member.name.value == *name);
        early.map(|member| member.name.span).or_else(|| self.table.get(name).copied())
    }
}

/// A name that is given a value a second time.
pub(super) fn set_twice(name: &Spanned<Name>, first: Origin) -> Diagnostic {
    Diagnostic::error(code::SET_TWICE, name.span, format!("`{}` is set twice", name.value))
        .label("a second time here")
        .other(first, "first here")
        .help("keep one of them; a list is one line: `name first second`")
}
