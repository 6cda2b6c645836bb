//! What does not go together on a line that says what a value may be.

use super::value::flag;
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::grammar::{Form, Part, language};
use crate::model::Base;
use crate::object::typed::{OF, Word, is_of_whole};
use crate::source::Span;
use crate::syntax::{Entry, Node};

/// Diagnoses the words of a `property`, `input` or `field` line that go neither with its type nor with that of its items, and an
/// enum without values; and those of a line `of` in it.
pub(super) fn check(node: Node<'_>, form: &Form, diagnostics: &mut Diagnostics) {
    let name = node.argument(0).and_then(Entry::string).unwrap_or_default();
    line((node, form, 1), name, diagnostics);
}

/// Of a line with its type at an argument.
fn line((node, form, type_at): (Node<'_>, &Form, usize), name: &str, diagnostics: &mut Diagnostics) {
    let word = |entry: Option<Entry<'_>>| Word::read(entry?.string()?);
    let (Some(own), of) = (word(node.argument(type_at)), node.property(OF)) else { return };
    let item = word(of);
    if of.is_some() && item.is_none() {
        return;
    }
    let inside = form.slot(OF).and_then(|slot| Some((node.child(OF)?, language().child(slot).0.plain()?)));
    let line_of = inside.map(|(line, _)| (line.name_span(), OF));
    for (span, word) in of.map(|of| (of.span(), "of=")).into_iter().chain(line_of).filter(|_| !own.is_around()) {
        let message = format!("`{word}` is for lists and objects, and `{name}` is neither");
        let help = format!("leave `{word}` out, or make the type `array` or `object`");
        diagnostics.push(Diagnostic::error(code::ITEMS_MISFIT, span, message).help(help));
    }
    if let Some((inner, form)) = inside {
        line((inner, form, 0), &format!("what is in {name}"), diagnostics);
    }
    let item = item.filter(|_| own.is_around());
    for (written, keyword, span) in keywords(node, form) {
        let of_items = item.filter(|_| !is_of_whole(own.base, keyword));
        let described = of_items.unwrap_or(own);
        if let Some(fit) = described.misfit(keyword) {
            let is_untyped = own.base == Base::Array && item.is_none() && inside.is_none();
            let of = if of_items.is_some() { of } else { node.argument(type_at) };
            let of = of.and_then(Entry::string).filter(|_| !is_untyped);
            diagnostics.push(misfit(written, fit, span, (of, described.is_enum)));
        }
    }
    let described = item.unwrap_or(own);
    if described.is_enum && node.child("values").is_none() && node.child("value").is_none() {
        let place = if item.is_some() { of } else { node.argument(type_at) };
        let message = format!("the enum `{name}` has no values");
        let help = "list them in its block: `values small medium large`";
        diagnostics
            .extend(place.map(|entry| Diagnostic::error(code::ENUM_WITHOUT_VALUES, entry.span(), message).help(help)));
    }
}

/// What is written on a line and in its block: the word, the keyword of JSON Schema that it stands for, and its place.
fn keywords<'n>(node: Node<'n>, form: &'n Form) -> Vec<(&'n str, &'n str, Span)> {
    let mut keywords = Vec::new();
    for part in form.written(0) {
        let Some(keyword) = language().member(part).filter(|_| goes_with_some(part)) else { continue };
        let mut found = |word: &'n str, span: Option<Span>| keywords.extend(span.map(|span| (word, keyword, span)));
        match part {
            Part::Property(parameter) => found(parameter.name(), node.property(parameter.name()).map(Entry::span)),
            Part::Flag(behind, word) => found(word.word(), flag(node, behind, word.word())),
            Part::Child(slot) => {
                let lines = node.children().filter(|child| child.name() == slot.name());
                lines.for_each(|line| found(slot.name(), Some(line.name_span())));
            }
            Part::Argument(..) | Part::Rest(..) | Part::Pairs(_) => {}
        }
    }
    keywords
}

/// Whether a part goes with some types only.
fn goes_with_some(part: Part<'_>) -> bool {
    match part {
        Part::Property(parameter) => parameter.at.as_ref().is_some_and(|at| at.fits.is_some()),
        _ => true,
    }
}

/// That what is written does not go with a type; with none where the items of a list have no type.
fn misfit(written: &str, fit: &str, span: Span, (of, is_enum): (Option<&str>, bool)) -> Diagnostic {
    let Some(of) = of else {
        let message = format!("`{written}` describes the items of the list, whose type is not given");
        return Diagnostic::error(code::ITEMS_MISFIT, span, message).help("say the type of the items: `of=string`");
    };
    let message = format!("`{written}` does not go with the type `{of}`");
    let help = if is_enum {
        format!("leave `{written}` out: the values of an enum are all that it may be")
    } else {
        format!("`{written}` is for {fit}")
    };
    Diagnostic::error(code::LIMIT_MISFIT, span, message).help(help)
}
