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
    /// The [`mark`]s of their names: a name whose mark is missing is none of them.
    marks: u64,
    table: HashMap<Name, Origin>,
}

impl Members {
    /// An empty collection with room for a number of members.
    pub(super) fn with_capacity(count: usize) -> Self {
        Self { members: Vec::with_capacity(count), ..Self::default() }
    }

    /// Adds a member; a name that stands there already is diagnosed and left as it was.
    pub(super) fn add(&mut self, name: Spanned<Name>, value: Spanned<Value>, diagnostics: &mut Diagnostics) {
        if let Some(first) = self.first(&name.value) {
            diagnostics.push(set_twice(&name, first));
            return;
        }
        self.marks |= mark(&name.value);
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
        if self.marks & mark(name) == 0 {
            return None;
        }
        let early = self.members.iter().take(FEW).find(|member| member.name.value == *name);
        early.map(|member| member.name.span).or_else(|| self.table.get(name).copied())
    }
}

/// One of 64 bits, by the length of a name and its ends.
fn mark(name: &str) -> u64 {
    let end = |byte: Option<&u8>| byte.map_or(0, |byte| usize::from(*byte));
    let bytes = name.as_bytes();
    1 << ((bytes.len() ^ end(bytes.first()) << 1 ^ end(bytes.last()) << 3) & 63)
}

/// A name that is given a value a second time.
pub(super) fn set_twice(name: &Spanned<Name>, first: Origin) -> Diagnostic {
    Diagnostic::error(code::SET_TWICE, name.span, format!("`{}` is set twice", name.value))
        .label("a second time here")
        .other(first, "first here")
        .help("keep one of them; a list is one line: `name first second`")
}
