//! What was taken over into the KDL of what others changed.

use super::clean::{clean, one_line};
use super::drift::{line_of, place_json};
use super::{Paint, Style, counted};
use crate::plan::Place;
use crate::session::{Adopted, Adoption, Refusal, Rewrite, Taken, Written};
use crate::source::Sources;
use serde::Serialize;

/// What was taken over, for people; of a dry run also the change of the KDL as a patch.
pub fn adoption(adoption: &Adoption, sources: &Sources, written: Written, style: Style) -> String {
    let mut out = String::new();
    if !adoption.adopted.is_empty() {
        let verb = if written == Written::Yes { "took over" } else { "would take over" };
        let head = format!("{verb} changes of {}", counted(adoption.adopted.len(), "object"));
        out.push_str(&format!("{}\n\n", style.paint(Paint::Bold, &head)));
    }
    for adopted in &adoption.adopted {
        out.push_str(&adopted_text(adopted, sources, style));
    }
    if written == Written::DryRun {
        for rewrite in &adoption.rewrites {
            out.push_str(&format!("\n{}", painted(&clean(&patch(rewrite)), style)));
        }
    } else if !adoption.rewrites.is_empty() {
        let names: Vec<&str> = adoption.rewrites.iter().map(|rewrite| rewrite.name.as_str()).collect();
        out.push_str(&format!("\nwrote {}\n", one_line(&names.join(", "))));
    }
    for asked in &adoption.unmet {
        out.push_str(&format!("nothing to take over for `{}`: nobody changed it\n", one_line(asked)));
    }
    for refusal in &adoption.refused {
        out.push_str(&format!("\n{}", refusal_text(refusal, sources, style)));
    }
    out
}

fn adopted_text(adopted: &Adopted, sources: &Sources, style: Style) -> String {
    let place = style.paint(Paint::Dim, &format!("  {}", one_line(&line_of(adopted.span, sources))));
    let address = one_line(&adopted.address.to_string()).into_owned();
    let lost = if adopted.overwrites { "  (what the text said anew is overwritten)" } else { "" };
    match &adopted.taken {
        Taken::Removal => format!("{}{place}{lost}\n", style.paint(Paint::Removed, &format!("- {address}"))),
        Taken::Fields(fields) => {
            let head = style.paint(Paint::Changed, &format!("~ {address}"));
            format!("{head}{place}  {}{lost}\n", one_line(&fields.join(", ")))
        }
    }
}

fn refusal_text(refusal: &Refusal, sources: &Sources, style: Style) -> String {
    let place = refusal.span.map(|span| format!("  {}", one_line(&line_of(span, sources)))).unwrap_or_default();
    let head = style.paint(Paint::Removed, &format!("NOT TAKEN OVER {}", one_line(&refusal.address)));
    format!("{head}{}\n    {}\n", style.paint(Paint::Dim, &place), one_line(&refusal.reason))
}

/// The change of a file as a patch that other tools can apply.
fn patch(rewrite: &Rewrite) -> String {
    let diff = similar::TextDiff::from_lines(&*rewrite.before, rewrite.after.as_str());
    let (from, to) = (format!("a/{}", rewrite.name), format!("b/{}", rewrite.name));
    diff.unified_diff().context_radius(3).header(&from, &to).to_string()
}

fn painted(patch: &str, style: Style) -> String {
    let paint = |line: &str| match line.as_bytes().first() {
        Some(b'+') => style.paint(Paint::Added, line),
        Some(b'-') => style.paint(Paint::Removed, line),
        Some(b'@') => style.paint(Paint::Dim, line),
        Some(_) | None => line.to_owned(),
    };
    patch.lines().map(|line| paint(line) + "\n").collect()
}

#[derive(Serialize)]
struct AdoptionJson<'a> {
    written: bool,
    adopted: Vec<AdoptedJson<'a>>,
    refused: Vec<RefusalJson<'a>>,
    unmet: &'a [String],
    files: Vec<FileJson<'a>>,
}

#[derive(Serialize)]
struct AdoptedJson<'a> {
    address: String,
    place: Option<Place>,
    removed: bool,
    overwrites: bool,
    fields: &'a [String],
}

#[derive(Serialize)]
struct RefusalJson<'a> {
    address: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
    reason: &'a str,
}

#[derive(Serialize)]
struct FileJson<'a> {
    file: &'a str,
    patch: String,
}

/// What was taken over as one JSON document on a line.
pub fn adoption_json(adoption: &Adoption, sources: &Sources, written: Written) -> String {
    let adopted = adoption.adopted.iter().map(|adopted| AdoptedJson {
        address: adopted.address.to_string(),
        place: place_json(Some(adopted.span), sources),
        removed: adopted.taken == Taken::Removal,
        overwrites: adopted.overwrites,
        fields: match &adopted.taken {
            Taken::Fields(fields) => fields,
            Taken::Removal => &[],
        },
    });
    let refused = adoption.refused.iter().map(|refusal| RefusalJson {
        address: &refusal.address,
        place: place_json(refusal.span, sources),
        reason: &refusal.reason,
    });
    let files = adoption.rewrites.iter().map(|rewrite| FileJson { file: &rewrite.name, patch: patch(rewrite) });
    let json = AdoptionJson {
        written: written == Written::Yes,
        adopted: adopted.collect(),
        refused: refused.collect(),
        unmet: &adoption.unmet,
        files: files.collect(),
    };
    serde_json::to_string(&json).unwrap_or_default() + "\n"
}
