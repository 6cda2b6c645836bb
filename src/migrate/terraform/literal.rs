//! What stands between the parts of templates: blanks that are stripped, and indents that `<<-` takes away.
//!
//! Terraform's scanner hands over the text of heredocs and files line by line, and a `~` strips of the line next to it alone; the text between
//! quotes is one. `<<-` goes by the lines that are left then, those in directives among them (hclsyntax, "Templates").

use hcl_edit::Span as _;
use hcl_edit::template::{Directive, Element, HeredocTemplate, Strip, Template};
use std::borrow::Cow;

enum Piece<'t> {
    Literal(&'t mut String),
    /// Something else, with whether the blanks before it and behind it are stripped.
    Other([bool; 2]),
}

enum Token {
    /// A part of the literal of a number.
    Text(usize, String),
    Other([bool; 2]),
}

/// A template without the blanks that are stripped. One between quotes is no text `by_line`.
pub(super) fn stripped(template: &Template, by_line: bool) -> Cow<'_, Template> {
    let is_settled = template.iter().all(|element| match element {
        Element::Literal(_) => true,
        Element::Interpolation(inner) => inner.strip == Strip::None,
        Element::Directive(_) => false,
    });
    if is_settled {
        return Cow::Borrowed(template);
    }
    let mut own = template.clone();
    let mut pieces = Vec::new();
    collect(&mut own, &mut pieces, false, !by_line);
    settle(pieces, by_line, false);
    Cow::Owned(own)
}

/// A heredoc without what is stripped of it; nothing where it is not known what was written. `source` is the text that it is in.
pub(super) fn of_heredoc<'t>(
    heredoc: &'t HeredocTemplate,
    is_dedented: bool,
    source: &str,
) -> Option<Cow<'t, Template>> {
    if !is_dedented {
        return Some(stripped(&heredoc.template, true));
    }
    let mut own = heredoc.template.clone();
    for element in &mut own {
        let Element::Literal(literal) = element else { continue };
        // The parser took away indents without a look at directives.
        let written = source.get(literal.span()?)?.replace("$${", "${").replace("%%{", "%{");
        if !written.split_whitespace().eq(literal.split_whitespace()) {
            return None;
        }
        **literal = written;
    }
    let mut pieces = Vec::new();
    collect(&mut own, &mut pieces, false, false);
    settle(pieces, true, true);
    Some(Cow::Owned(own))
}

fn collect<'t>(template: &'t mut Template, pieces: &mut Vec<Piece<'t>>, is_inner: bool, is_quoted: bool) {
    for element in template {
        match element {
            Element::Literal(literal) => {
                // The parser leaves the escapes of what stands in directives.
                if is_inner && is_quoted && literal.contains('\\') {
                    **literal = unescaped(literal);
                }
                pieces.push(Piece::Literal(literal));
            }
            Element::Interpolation(inner) => pieces.push(Piece::Other(sides(inner.strip))),
            Element::Directive(directive) => match &mut **directive {
                Directive::If(choice) => {
                    pieces.push(Piece::Other(sides(choice.if_expr.strip)));
                    collect(&mut choice.if_expr.template, pieces, true, is_quoted);
                    if let Some(other) = &mut choice.else_expr {
                        pieces.push(Piece::Other(sides(other.strip)));
                        collect(&mut other.template, pieces, true, is_quoted);
                    }
                    pieces.push(Piece::Other(sides(choice.endif_expr.strip)));
                }
                Directive::For(each) => {
                    pieces.push(Piece::Other(sides(each.for_expr.strip)));
                    collect(&mut each.for_expr.template, pieces, true, is_quoted);
                    pieces.push(Piece::Other(sides(each.endfor_expr.strip)));
                }
            },
        }
    }
}

fn settle(pieces: Vec<Piece<'_>>, by_line: bool, is_dedented: bool) {
    let (mut literals, mut tokens) = (Vec::new(), Vec::new());
    for piece in pieces {
        match piece {
            Piece::Other(strips) => tokens.push(Token::Other(strips)),
            Piece::Literal(literal) => {
                let text = std::mem::take(literal);
                let number = literals.len();
                literals.push(literal);
                if by_line {
                    tokens.extend(text.split_inclusive('\n').map(|line| Token::Text(number, line.to_owned())));
                } else {
                    tokens.push(Token::Text(number, text));
                }
            }
        }
    }
    for index in 0..tokens.len() {
        let Token::Other([before, behind]) = tokens[index] else { continue };
        if before && let Some(Token::Text(_, text)) = index.checked_sub(1).and_then(|index| tokens.get_mut(index)) {
            text.truncate(text.trim_end().len());
        }
        if behind && let Some(Token::Text(_, text)) = tokens.get_mut(index + 1) {
            *text = text.trim_start().to_owned();
        }
    }
    if is_dedented {
        dedent(&mut tokens);
    }
    for token in tokens {
        if let Token::Text(number, text) = token
            && let Some(literal) = literals.get_mut(number)
        {
            literal.push_str(&text);
        }
    }
}

/// Takes away the indent that all lines have, but those of nothing but blanks.
fn dedent(tokens: &mut [Token]) {
    let (mut starts, mut least, mut is_start) = (Vec::new(), usize::MAX, true);
    for token in tokens {
        match token {
            Token::Other(_) => {
                if std::mem::take(&mut is_start) {
                    return;
                }
            }
            Token::Text(_, text) => {
                let inner = text.trim_start();
                let is_end = text.ends_with('\n');
                if std::mem::replace(&mut is_start, is_end) && !(inner.is_empty() && is_end) {
                    least = least.min(text[..text.len() - inner.len()].chars().count());
                    starts.push(text);
                }
            }
        }
    }
    for text in starts {
        *text = text.chars().skip(least).collect();
    }
}

/// A text between quotes, without its escapes.
fn unescaped(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, behind)) = rest.split_once('\\') {
        out.push_str(before);
        let digits = |count: usize| behind.get(1..=count).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let meant = match behind.chars().next() {
            Some('n') => Some(('\n', 1)),
            Some('r') => Some(('\r', 1)),
            Some('t') => Some(('\t', 1)),
            Some(one @ ('"' | '\\')) => Some((one, 1)),
            Some('u') => digits(4).and_then(char::from_u32).map(|one| (one, 5)),
            Some('U') => digits(8).and_then(char::from_u32).map(|one| (one, 9)),
            _ => None,
        };
        let (one, length) = meant.unwrap_or(('\\', 0));
        out.push(one);
        rest = &behind[length..];
    }
    out.push_str(rest);
    out
}

fn sides(strip: Strip) -> [bool; 2] {
    [matches!(strip, Strip::Start | Strip::Both), matches!(strip, Strip::End | Strip::Both)]
}
