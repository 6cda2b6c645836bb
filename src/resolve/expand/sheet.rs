//! What of a node is the same however often it is made: which of its texts use names, and where the grammar says that they stand. Of a workflow
//! and of a body, also what is chosen by what is known before anything is asked for: an `if` or a `match` by a value of the project stands for one
//! of its branches, and an `each` over one for its block, once for each item.

use super::names::{name_behind, name_within};
use super::put_in::{Filling, Manner};
use super::scan::mentions;
use super::scope::Scope;
use crate::diag::{Diagnostic, Diagnostics};
use crate::grammar::{Position, language};
use crate::model::{FIELD, Name, Path, Template, Value};
use crate::resolve::interpolation::Text;
use crate::resolve::overlay::is_verb;
use crate::resolve::{control, template, value as values};
use crate::source::{Span, Spanned};
use crate::syntax::{Entry, Node};

/// A node that is made. Which names it uses goes by where it stands alone, so that it is looked at once.
pub(super) enum Sheet<'n> {
    /// It is made as it stands.
    Copy(Node<'n>),
    /// Nothing is made of it.
    Wrong(Box<Diagnostic>),
    /// It stands for one of its branches.
    Chosen(Box<Chosen<'n>>),
    /// It stands for what is in its block, for each item.
    Repeated(Box<Repeated<'n>>),
    /// Values are put into it.
    Filled(Box<Filled<'n>>),
}

/// A node that values are put into.
pub(super) struct Filled<'n> {
    pub(super) node: Node<'n>,
    pub(super) position: Position<'static>,
    /// How many words stand before the line that it is: in an overlay what is done to it.
    pub(super) verb: usize,
    pub(super) name: Option<Filling>,
    pub(super) entries: Vec<Slot<'n>>,
    pub(super) children: Vec<Sheet<'n>>,
}

/// A value on a line.
pub(super) struct Slot<'n> {
    pub(super) entry: Entry<'n>,
    pub(super) key: Option<Filling>,
    pub(super) value: Option<Filling>,
}

impl<'n> Sheet<'n> {
    pub(super) fn of(node: Node<'n>, position: Position<'static>, manner: &Manner<'_, '_>) -> Self {
        if !mentions(node, &|name| manner.asks_for(name, false) || manner.asks_for(name, true)) {
            return Self::Copy(node);
        }
        if let Some(problem) = manner.known_before(node) {
            let chosen = match node.name() {
                "if" | "match" => Chosen::of(node, position, manner, problem).map(|chosen| Self::Chosen(chosen.into())),
                "each" => Repeated::of(node, position, manner)
                    .map_or(Err(problem.into()), |all| Ok(Self::Repeated(all.into()))),
                _ => Err(problem.into()),
            };
            return chosen.unwrap_or_else(Self::Wrong);
        }
        let is_late = matches!(position, Position::Open(true));
        let key = |name: &str, span: Span| Filling::of(&Text::of_key(name, span), (name, span), is_late, manner);
        let slot = |entry: Entry<'n>| {
            let is_late = language().interpolates(position, node, entry);
            let key =
                |name| Filling::of(&Text::of_key(name, entry.key_span()), (name, entry.key_span()), is_late, manner);
            Slot { entry, key: entry.key().and_then(key), value: value(entry, is_late, manner) }
        };
        Self::Filled(Box::new(Filled {
            node,
            position,
            verb: usize::from(manner.is_overlay && is_verb(node.name())),
            // What a condition is about is known where it is judged.
            name: if matches!(position, Position::Elsewhere) { None } else { key(node.name(), node.name_span()) },
            entries: node.entries().map(slot).collect(),
            children: children(node, position, manner),
        }))
    }
}

/// What is below a node. A step of a workflow may give a name to what is in its block, or behind it.
fn children<'n>(node: Node<'n>, position: Position<'static>, manner: &Manner<'_, '_>) -> Vec<Sheet<'n>> {
    let mut inner = name_within(node).filter(|_| manner.has_steps).map(|name| manner.with(name));
    let mut sheets = Vec::new();
    for child in node.children() {
        let below = language().below(position, node, child);
        sheets.push(Sheet::of(child, below, inner.as_ref().unwrap_or(manner)));
        if let Some(name) = name_behind(child).filter(|_| manner.has_steps) {
            inner = Some(inner.as_ref().unwrap_or(manner).with(name));
        }
    }
    sheets
}

/// What is put into a value on a line; nothing where it stays as it stands.
fn value(entry: Entry<'_>, is_late: bool, manner: &Manner<'_, '_>) -> Option<Filling> {
    let text = entry.string()?;
    // A text in another language is carried as it is, and so is a raw one, but where values are put into it later.
    let is_meant = !is_late && entry.raw().starts_with('#');
    if is_meant || entry.annotation().is_some_and(|word| word == FIELD || Value::LANGUAGES.contains(&word)) {
        return None;
    }
    Filling::of(&Text::of(entry, text), (text, entry.value_span()), is_late, manner)
}

/// What the values on a line come to, as a whole.
#[derive(Default)]
pub(super) struct Line<'v> {
    /// What of it stands below the line: members of its block, and the lists and objects among its items.
    pub(super) below: Vec<(Option<&'v str>, &'v Spanned<Value>)>,
    /// Whether it is a list of one or of none, which no type tells from a single value.
    pub(super) is_short_list: bool,
    /// Whether nothing is left of it: all that was put into it is unset.
    pub(super) vanishes: bool,
}

impl<'v> Line<'v> {
    pub(super) fn of(filled: &Filled<'_>, values: &'v [Option<Spanned<Value>>]) -> Self {
        let (mut below, mut written, mut unset, mut arguments, mut is_list) = (Vec::new(), 0, 0, 0, false);
        for (Slot { entry, .. }, value) in filled.entries.iter().zip(values) {
            match value.as_ref().map(|value| (value, &value.value)) {
                Some((_, Value::Null)) => {
                    unset += 1;
                    arguments += usize::from(entry.is_argument());
                }
                Some((_, Value::Array(items))) if entry.is_argument() => {
                    is_list = true;
                    arguments += items.len();
                    let nested = items.iter().filter(|item| !is_single(item));
                    below.extend(nested.map(|item| (None, item)));
                    written += items.iter().filter(|item| is_single(item)).count();
                    unset += usize::from(items.is_empty());
                }
                Some((value, Value::Object(map))) if entry.is_argument() && !is_single(value) => {
                    arguments += 1;
                    below.extend(map.members.iter().map(|member| (Some(&*member.name.value), &member.value)));
                }
                _ => {
                    written += 1;
                    arguments += usize::from(entry.is_argument());
                }
            }
        }
        let (node, verb) = (filled.node, filled.verb);
        let is_plain = below.is_empty() && !node.has_block();
        let is_open = matches!(filled.position, Position::Open(_)) && node.annotation().is_none();
        let is_short_list = is_list && arguments < 2 + verb && is_plain && is_open;
        // The mark of a list is something too.
        let vanishes = unset > 0 && written + usize::from(is_short_list) == verb && is_plain;
        Self { below, is_short_list, vanishes }
    }
}

/// Whether a value stands on the line of a node.
pub(super) fn is_single(value: &Spanned<Value>) -> bool {
    !matches!(value.value, Value::Array(_) | Value::Object(_)) || value.value.foreign().is_some()
}

/// A node that stands for what is in one of its branches.
pub(super) struct Chosen<'n> {
    by: By,
    /// Nothing where it has no other branch.
    otherwise: Option<Vec<Sheet<'n>>>,
    branches: Vec<Vec<Sheet<'n>>>,
}

/// An `each` over items that are known.
pub(super) struct Repeated<'n> {
    /// The `each`.
    pub(super) node: Node<'n>,
    /// What an item is called.
    pub(super) name: Name,
    /// What it stands for.
    pub(super) sheets: Vec<Sheet<'n>>,
}

impl<'n> Repeated<'n> {
    /// What an `each` is whose items are known; nothing where it does not say what one is called.
    pub(super) fn of(node: Node<'n>, position: Position<'static>, manner: &Manner<'_, '_>) -> Option<Self> {
        let name = node.argument(0)?.string()?;
        let inner = manner.with_item(name);
        let sheet = |child: Node<'n>| Sheet::of(child, language().below(position, node, child), &inner);
        Some(Self { node, name: name.into(), sheets: node.children().map(sheet).collect() })
    }
}

/// What chooses.
enum By {
    /// What must be true for the only branch.
    Condition(Spanned<Template>),
    /// What must be among the values of a branch.
    Path(Spanned<Path>, Vec<Vec<Spanned<Value>>>),
}

impl<'n> Chosen<'n> {
    /// The choice that an `if` or a `match` is whose first value is known.
    ///
    /// # Errors
    /// Where what it is compared with is known later, or it cannot be read.
    pub(super) fn of(
        node: Node<'n>,
        position: Position<'static>,
        manner: &Manner<'_, '_>,
        late: Diagnostic,
    ) -> Result<Self, Box<Diagnostic>> {
        let mut problems = Diagnostics::default();
        let sheets = |of: Node<'n>, at: Position<'static>| -> Vec<Sheet<'n>> {
            let within = of.children().filter(|child| !is_branch(of, *child));
            within.map(|child| Sheet::of(child, language().below(at, of, child), manner)).collect()
        };
        let below = |child: Node<'n>| language().below(position, node, child);
        let otherwise = node.child("else").map(|other| sheets(other, below(other)));
        let is_later = node.arguments().skip(1).filter_map(Entry::string).any(|text| manner.is_of_later(text));
        if is_later {
            return Err(late.into());
        }
        let chosen = if node.name() == "if" {
            let condition = control::condition(node, &mut problems);
            condition.map(|condition| Self {
                by: By::Condition(condition),
                otherwise,
                branches: vec![sheets(node, position)],
            })
        } else {
            let cases: Vec<Node<'n>> = node.children().filter(|child| child.name() == "case").collect();
            let values = |case: &Node<'n>| {
                case.arguments().map(|entry| values::scalar(entry, &mut Diagnostics::default())).collect()
            };
            let on = node.argument(0).and_then(|entry| template::path(entry, &mut problems));
            on.map(|on| Self {
                by: By::Path(on, cases.iter().map(values).collect()),
                otherwise,
                branches: cases.iter().map(|case| sheets(*case, below(*case))).collect(),
            })
        };
        chosen.ok_or_else(|| problems.into_iter().next().unwrap_or(late).into())
    }

    /// What it stands for where names stand for something; the problem, where it is not told yet.
    pub(super) fn choose(&self, scope: &Scope<'_>) -> Result<&[Sheet<'n>], Option<Diagnostic>> {
        let branch = match &self.by {
            By::Condition(condition) => scope.holds(condition)?.then_some(0),
            By::Path(on, cases) => scope.case(on, cases.iter().map(Vec::as_slice))?,
        };
        match (branch.map(|branch| &self.branches[branch]).or(self.otherwise.as_ref()), &self.by) {
            (Some(chosen), _) => Ok(chosen),
            (None, By::Condition(_)) => Ok(&[]),
            (None, By::Path(on, _)) => Err(Some(scope.no_case(on))),
        }
    }
}

/// Whether a node in the block of an `if` is its other branch.
fn is_branch(of: Node<'_>, child: Node<'_>) -> bool {
    of.name() == "if" && child.name() == "else" && child.has_block()
}
