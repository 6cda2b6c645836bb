//! What was taken over into the KDL of what others changed.

use super::clean::{clean, one_line};
use super::document::{document, json_line};
use super::drift::place;
use super::patch::{patch, without};
use super::plan::head;
use super::{Paint, Style, counted, named};
use crate::session::{Adopted, Adoption, Delivered, Refusal, Rewrite, Taken, Written};
use crate::source::Sources;

/// What was taken over, for people; of a dry run also the change of the KDL as a patch.
pub fn adoption(adoption: &Adoption, sources: &Sources, written: Written, style: Style) -> String {
    let mut out = String::new();
    if !adoption.adopted.is_empty() {
        let verb = if written == Written::Yes { "took over" } else { "would take over" };
        let head = format!("{verb} changes of {}", counted(adoption.adopted.len(), "object"));
        out.push_str(&format!("{}\n\n", style.paint(Paint::Bold, &head)));
    }
    out.extend(adoption.adopted.iter().map(|adopted| adopted_text(adopted, sources, style)));
    if written == Written::DryRun {
        for rewrite in &adoption.rewrites {
            out.push('\n');
            out.extend(clean(&shown_patch(rewrite, adoption)).lines().map(|line| style.paint_diff(line) + "\n"));
        }
    } else if !adoption.rewrites.is_empty() {
        let names = named(adoption.rewrites.iter().map(|rewrite| &rewrite.name), usize::MAX);
        out.push_str(&format!("\nwrote {}\n", one_line(&names)));
    }
    let Delivered { anew, taken, gone, left } = adoption.delivered;
    let takes = (taken > 0).then(|| format!("takes over {} that lies there already", counted(taken, "file")));
    let delivers = (anew > 0).then(|| format!("delivers {} anew", counted(anew, "file")));
    let deletes = (gone > 0).then(|| format!("deletes {}", counted(gone, "file")));
    let does: Vec<String> = takes.into_iter().chain(delivers).chain(deletes).collect();
    if !does.is_empty() {
        out.push_str(&format!("\nThe next apply {} for it: plat plan shows which\n", does.join(" and ")));
    }
    if left > 0 {
        out.push_str(&format!(
            "\n{} would stay where a state store was: plat plan is refused for that, and says what to do\n",
            counted(left, "file")
        ));
    }
    for asked in &adoption.unmet {
        out.push_str(&format!("nothing to take over for `{}`: nobody changed it\n", one_line(asked)));
    }
    for Refusal { address, fields, span, reason, problems } in &adoption.refused {
        let place = place(*span, sources);
        let note = if fields.is_empty() { String::new() } else { format!("  {}", fields.join(", ")) };
        let head = head(Paint::Removed, &format!("NOT TAKEN OVER {address}"), place.as_ref(), &note, style);
        out.push_str(&format!("\n{head}    {}\n", one_line(reason)));
        out.extend(problems.iter().map(|problem| format!("      {}\n", one_line(problem))));
    }
    out
}

fn adopted_text(adopted: &Adopted, sources: &Sources, style: Style) -> String {
    let (sign, paint, mut note) = match &adopted.taken {
        Taken::Removal => ('-', Paint::Removed, String::new()),
        Taken::Fields(fields) => ('~', Paint::Changed, format!("  {}", fields.join(", "))),
        Taken::Whole => ('+', Paint::Added, String::new()),
    };
    if adopted.overwrites {
        note.push_str("  (what the text said anew is overwritten)");
    }
    let place = place(Some(adopted.span), sources);
    head(paint, &format!("{sign} {}", adopted.address), place.as_ref(), &note, style)
}

/// The change of a file as a patch, with `***` in the place of what looks like a secret.
fn shown_patch(rewrite: &Rewrite, adoption: &Adoption) -> String {
    without(patch(&rewrite.name, &rewrite.before, &rewrite.after), &adoption.secrets)
}

/// That what was taken over holds what looks like a secret, in clear; nothing where it holds none.
pub fn adopted_secrets(adoption: &Adoption, written: Written) -> Option<String> {
    const MOST: usize = 5;
    if adoption.exposed.is_empty() {
        return None;
    }
    let named = named(adoption.exposed.iter().map(|(address, path)| format!("`{path}` of {address}")), MOST);
    let comes = if written == Written::Yes { "stands" } else { "would stand" };
    Some(one_line(&format!(
        "what is taken over looks like a secret, and {comes} in the text as it is, where each reads it: {named}; name a secret in its place"
    )).into_owned())
}

/// What was taken over as one JSON document on a line.
pub fn adoption_json(adoption: &Adoption, sources: &Sources, written: Written) -> String {
    let adopted = adoption.adopted.iter().map(|adopted| {
        let fields: &[String] = match &adopted.taken {
            Taken::Fields(fields) => fields,
            Taken::Removal | Taken::Whole => &[],
        };
        document! {
            address: &adopted.address,
            place: place(Some(adopted.span), sources),
            removed: adopted.taken == Taken::Removal,
            added: adopted.taken == Taken::Whole,
            overwrites: adopted.overwrites,
            fields: fields,
        }
    });
    let refused = adoption.refused.iter().map(|refusal| {
        document! {
            address: &refusal.address,
            fields: &refusal.fields,
            place or Nothing: place(refusal.span, sources),
            reason: &refusal.reason,
            problems: &refusal.problems,
        }
    });
    let files = adoption
        .rewrites
        .iter()
        .map(|rewrite| document! { file: &rewrite.name, patch: shown_patch(rewrite, adoption) });
    let exposed = adoption.exposed.iter().map(|(address, path)| document! { address: address, field: path });
    json_line(&document! {
        written: written == Written::Yes,
        adopted: adopted.collect::<Vec<_>>(),
        refused: refused.collect::<Vec<_>>(),
        unmet: &adoption.unmet,
        delivered: adoption.delivered.anew,
        taken: adoption.delivered.taken,
        deleted: adoption.delivered.gone,
        left: adoption.delivered.left,
        files: files.collect::<Vec<_>>(),
        exposed: exposed.collect::<Vec<_>>(),
    })
}
