//! The documents of a YAML text of which some cannot be read, as each stands for itself.

use super::walk::{Read, Unread};
use super::yaml;
use crate::source::FileId;
use std::ops::Range;

/// The documents of a text that cannot be read as a whole, each or why it cannot be read, in their order; nothing where it has one alone.
pub(super) fn documents(
    file: FileId,
    text: &str,
    is_1_1: bool,
    fault: impl Fn(&str, &serde_saphyr::Error) -> Unread,
) -> Option<Vec<Result<Read, Unread>>> {
    let parts = parts(text);
    let (mut faults, mut readable) = (Vec::new(), text.to_owned());
    for part in &parts {
        let own = &text[part.clone()];
        if let Err(error) = yaml::documents(file, own, is_1_1) {
            let (at, reason) = fault(own, &error);
            faults.push((part.start + at, reason));
            // Places in the others stay what they are.
            let blank = own.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' });
            readable.replace_range(part.clone(), &blank.collect::<String>());
        }
    }
    if faults.len() == parts.len() {
        return None;
    }
    let read = yaml::documents(file, &readable, is_1_1).ok()?;
    let start = |read: &Read| read.value.span.text().map_or(0, |span| span.start as usize);
    let read = read.into_iter().map(|read| (start(&read), Ok(read)));
    let mut all: Vec<(usize, Result<Read, Unread>)> =
        read.chain(faults.into_iter().map(|fault| (fault.0, Err(fault)))).collect();
    all.sort_by_key(|(at, _)| *at);
    Some(all.into_iter().map(|(_, document)| document).collect())
}

/// Where the documents of a text stand, without the lines that begin them.
fn parts(text: &str) -> Vec<Range<usize>> {
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    for line in text.split_inclusive('\n') {
        let rest = line.strip_prefix("---").filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
        if rest.is_some() {
            parts.push(start..at);
            start = at + "---".len();
        }
        at += line.len();
    }
    parts.push(start..text.len());
    parts.retain(|part| !text[part.clone()].trim().is_empty());
    parts
}
