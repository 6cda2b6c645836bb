//! One file's text to what it says.

use super::expand::{Names, Used};
use super::fragment::{DEEPEST, Fragment};
use super::lower::lower;
use super::overlay::Targets;
use super::project::PROJECT_FILE;
use super::shelf::{Lent, Shelf};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::grammar;
use crate::model::is_extern_file;
use crate::source::{FileId, Sources, Span};
use crate::syntax::{self, Tree};

/// The tree of a file, and the problems of its text.
pub(super) type Parsed = (Tree, Diagnostics);

/// What one file says.
pub(super) struct Lowered {
    pub(super) fragment: Fragment,
    /// Whether that depends on no other file.
    pub(super) is_lone: bool,
}

/// One file: its text to a tree, where it has none yet, the tree judged by the grammar and lowered, and dropped.
pub(super) fn fragment(
    (id, parsed): (FileId, Option<Parsed>),
    shelf: &Shelf<'_>,
    sources: &Sources,
    (names, targets): (&Names, &Targets),
) -> Lowered {
    let file = sources.file(id);
    let mut problems = Diagnostics::default();
    let language = grammar::language();
    let utf16 = file.is_utf16().then(|| utf16(id));
    if utf16.is_none() {
        problems.extend(file.invalid_utf8.map(|offset| not_utf8(id, offset)));
    }
    if let Some(foreign) = utf16.or_else(|| language.foreign(id, &file.text)) {
        problems.push(foreign);
        let is_declared = file.name == PROJECT_FILE;
        let fragment = Fragment { is_declared, diagnostics: problems, ..Fragment::default() };
        return Lowered { fragment, is_lone: true };
    }
    let (mut tree, mut syntax) = parsed.unwrap_or_else(|| syntax::parse(id, &file.text));
    let mut habits = syntax::habits(&mut tree);
    let passages = syntax::passages(&mut tree, [&mut syntax, &mut habits]);
    habits.append(passages);
    // What others own is written by plat, and what was made uses no names any more.
    let is_last = file.is_made() || is_extern_file(&file.name);
    let is_sound = syntax.is_empty() && habits.is_empty();
    // What is kept for later is named in the same form as all else.
    language.compose(&mut tree);
    let used = if is_last { None } else { Used::of(&mut tree, names, is_sound) };
    // What others own is theirs to change.
    let (aside, overlays) = if is_extern_file(&file.name) { (None, None) } else { targets.aside(&mut tree) };
    let validated = language.understand(&mut tree, syntax, habits);
    let unread = unread(&tree, &validated.diagnostics);
    problems.append(validated.meant);
    problems.append(validated.diagnostics);
    problems.extend(tree.deeper_than(DEEPEST).map(|node| too_deep(node.head_span())));
    tree.leave_out(&validated.headless);
    let lent = Lent::of(shelf);
    let mut fragment = lower(&tree, &file.name, &lent);
    fragment.diagnostics.retain(|problem| !validated.rewritten.covers(problem));
    problems.append(fragment.diagnostics);
    let fragment = Fragment {
        index: language.index(&tree).without(&validated.rewritten),
        diagnostics: problems,
        used: used.into_iter().collect(),
        aside: aside.into_iter().collect(),
        overlays: overlays.into_iter().collect(),
        unread,
        ..fragment
    };
    Lowered { fragment, is_lone: !lent.asked.get() }
}

/// The nodes at the top of a tree in which there is a mistake of the text or of its words.
fn unread(tree: &Tree, problems: &Diagnostics) -> Vec<Span> {
    let mut mistakes: Vec<u32> =
        problems.iter().filter(|problem| problem.is_unread()).map(|problem| problem.primary.span().start).collect();
    if mistakes.is_empty() {
        return Vec::new();
    }
    mistakes.sort_unstable();
    let has_one = |span: &Span| {
        let next = mistakes.get(mistakes.partition_point(|mistake| *mistake < span.start));
        next.is_some_and(|mistake| *mistake < span.end)
    };
    tree.nodes().map(syntax::Node::span).filter(has_one).collect()
}

fn too_deep(place: Span) -> Diagnostic {
    Diagnostic::error(code::TOO_DEEP, place, format!("blocks of a project are nested deeper than {DEEPEST}"))
        .help("what is nested so deep is better two things")
}

fn utf16(id: FileId) -> Diagnostic {
    Diagnostic::error(code::NOT_UTF8, Span::start_of(id), "this file is UTF-16, and KDL is UTF-8").help(
        "save it as UTF-8: an editor has that in its menu of encodings, and `iconv -f UTF-16 -t UTF-8` writes it so; \
         what Windows PowerShell writes with `>` is UTF-16, `Out-File -Encoding utf8` is not",
    )
}

fn not_utf8(id: FileId, offset: u32) -> Diagnostic {
    Diagnostic::error(code::NOT_UTF8, Span::new(id, offset, offset + 1), "this byte is not UTF-8")
        .help("save the file as UTF-8")
}
