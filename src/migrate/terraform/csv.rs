//! `csvdecode`: the rows of a table below the names of its first one (RFC 4180, without blank lines).

use super::term::{Known, Term, unique};
use crate::source::Span;
use std::rc::Rc;

/// What a text says, as a list of objects.
pub(super) fn decoded(text: &str, place: Span) -> Known<Term> {
    let mistake = |reason: &str| Term::mistake(format!("its CSV cannot be read: {reason}"), place);
    let mut rows = rows(text).ok_or_else(|| mistake("a quote is not closed, or stands where none may"))?.into_iter();
    let names: Vec<Rc<str>> = rows.next().ok_or_else(|| mistake("it has no header"))?;
    let mut items = Vec::new();
    for row in rows {
        if row.len() != names.len() {
            return Err(mistake("a row has more fields than the header, or fewer"));
        }
        let members = names.iter().cloned().zip(row.into_iter().map(|field| Term::text(field, place)));
        items.push(Term::map(unique(members), place));
    }
    Ok(Term::list(items, place))
}

/// The rows, each with its fields; nothing where quotes are broken.
fn rows(text: &str) -> Option<Vec<Vec<Rc<str>>>> {
    let (mut rows, mut row) = (Vec::new(), Vec::new());
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    while !rest.is_empty() || !row.is_empty() {
        let field: Rc<str>;
        if let Some(quoted) = rest.strip_prefix('"') {
            let end = closing(quoted)?;
            field = quoted[..end].replace("\"\"", "\"").into();
            rest = &quoted[end + 1..];
        } else {
            let end = rest.find([',', '\n']).unwrap_or(rest.len());
            let bare = rest[..end].strip_suffix('\r').filter(|_| !rest[end..].starts_with(',')).unwrap_or(&rest[..end]);
            if bare.contains('"') {
                return None;
            }
            field = bare.into();
            rest = &rest[end..];
        }
        row.push(field);
        match rest.strip_prefix(',') {
            Some(behind) => rest = behind,
            None => {
                let line = rest.strip_prefix('\r').unwrap_or(rest);
                rest = line.strip_prefix('\n').or_else(|| line.is_empty().then_some(line))?;
                let done = std::mem::take(&mut row);
                rows.extend((done.len() > 1 || done.iter().any(|field| !field.is_empty())).then_some(done));
                continue;
            }
        }
        if rest.is_empty() {
            row.push("".into());
            rows.push(std::mem::take(&mut row));
        }
    }
    Some(rows)
}

/// Where a quoted field is closed: at a quote that is not doubled.
fn closing(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += text[at..].find('"')?;
        if !text[at + 1..].starts_with('"') {
            return Some(at);
        }
        at += 2;
    }
}
