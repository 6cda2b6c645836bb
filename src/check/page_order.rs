//! Pages lie below others and come behind those of their folder, without a circle.

use crate::diag::{Diagnostic, code};
use crate::model::{Declaration, Kind, Project, Value};
use crate::source::Spanned;
use std::collections::{HashMap, HashSet};

/// What a page says of another one, and how that is told.
const WORDS: [(&str, &str); 2] = [("parent", "lies below itself"), ("after", "comes after itself")];

/// The pages of a project, by name.
struct Pages<'p> {
    all: Vec<&'p Declaration>,
    by_name: HashMap<&'p str, &'p Declaration>,
}

/// The pages that no sidebar can have in an order.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let all: Vec<_> = project.objects.iter().filter(|object| object.address.kind == Kind::Page).collect();
    let by_name = all.iter().map(|page| (&*page.address.name, *page)).collect();
    let pages = Pages { all, by_name };
    let mut diagnostics = Vec::new();
    for (word, told) in WORDS {
        pages.circles(word, told, &mut diagnostics);
    }
    diagnostics.extend(pages.all.iter().filter_map(|page| pages.elsewhere(page)));
    diagnostics
}

/// The page that one names.
fn named<'p>(page: &'p Declaration, word: &str) -> Option<&'p Spanned<Value>> {
    page.body.get(word)
}

/// The folder that a page lies in, as a message says it.
fn folder(page: &Declaration) -> (&str, String) {
    let parent = named(page, "parent").and_then(|parent| parent.value.as_str()).unwrap_or_default();
    (parent, if parent.is_empty() { "in no folder".to_owned() } else { format!("in the folder `{parent}`") })
}

impl<'p> Pages<'p> {
    /// That a page comes behind one of another folder. Of one that is not declared nobody knows where it lies.
    fn elsewhere(&self, page: &Declaration) -> Option<Diagnostic> {
        let after = named(page, "after")?;
        let before = self.by_name.get(after.as_str()?).filter(|before| before.address != page.address)?;
        let ((own, here), (other, there)) = (folder(page), folder(before));
        if own == other {
            return None;
        }
        let name = &page.address.name;
        let message =
            format!("page `{name}` stands {here}, and `{}`, which it comes after, {there}", before.address.name);
        let help = "a page comes after one of the same folder: give both the same `parent`, or name another page";
        let diagnostic = Diagnostic::error(code::PAGE_ELSEWHERE, after.span, message).help(help);
        Some(match named(before, "parent") {
            Some(parent) => diagnostic.other(parent.span, "its folder"),
            None => diagnostic,
        })
    }

    /// Each circle once: every page leads to one other at most.
    fn circles(&self, word: &str, told: &str, diagnostics: &mut Vec<Diagnostic>) {
        let mut seen: HashSet<&'p str> = HashSet::new();
        for start in &self.all {
            let mut way: Vec<&'p Declaration> = Vec::new();
            let mut at = Some(*start);
            while let Some(page) = at.filter(|page| seen.insert(&page.address.name)) {
                way.push(page);
                let next = named(page, word).and_then(|value| value.as_str());
                at = next.and_then(|name| self.by_name.get(name).copied());
            }
            let Some(again) = at else { continue };
            // Where another walk came by, nothing of its way is on this one.
            let circle = way.iter().skip_while(|page| page.address != again.address);
            let circle: Vec<&'p Declaration> = circle.copied().collect();
            let Some(value) = circle.first().and_then(|page| named(page, word)) else { continue };
            let message = format!("page `{}` {told}", again.address.name);
            let others = circle.iter().skip(1).filter_map(|page| Some((page, named(page, word)?)));
            diagnostics.push(others.fold(
                Diagnostic::error(code::PAGES_IN_CIRCLE, value.span, message).help("take one of the lines out"),
                |diagnostic, (page, value)| diagnostic.other(value.span, format!("by way of `{}`", page.address.name)),
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::problems;

    #[test]
    fn a_circle_is_told_once() {
        assert_eq!(
            problems("page a\npage b { after c; parent a; }\npage c { parent a; }\npage d { after elsewhere; }"),
            [""; 0]
        );
        assert_eq!(problems("page a { after a; }"), ["E0482 a: page `a` comes after itself"]);
        assert_eq!(problems("page a { parent a; }"), ["E0482 a: page `a` lies below itself"]);
        let circle = "page x { after b; }\npage a { after b; }\npage b { after c; }\npage c { after a; }";
        assert_eq!(problems(circle), ["E0482 c: page `b` comes after itself"]);
        assert_eq!(problems("page a { parent b; }\npage b { parent a; }\npage c { parent c; }").len(), 2);
    }

    #[test]
    fn a_page_comes_after_one_of_its_folder() {
        let told = "E0484 a: page `b` stands in the folder `f`, and `a`, which it comes after, in no folder";
        assert_eq!(problems("page a\npage b { parent f; after a; }"), [told]);
        let told = "E0484 a: page `b` stands in no folder, and `a`, which it comes after, in the folder `f`";
        assert_eq!(problems("page a { parent f; }\npage b { after a; }"), [told]);
        assert_eq!(problems("page a { parent f; }\npage b { parent f; after a; }"), [""; 0]);
    }
}
