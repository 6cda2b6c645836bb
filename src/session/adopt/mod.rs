//! What others changed, written back into the lines of KDL that say it.
//!
//! An edit is only a proposal: it counts where the project, read anew with it, says exactly what is live, and says of everything
//! else what it said before. What of an object cannot be written stays as it is, and the rest of it is taken over all the same.

mod choice;
mod elsewhere;
mod exposed;
mod found;
mod problem;
mod subject;
#[cfg(test)]
mod tests;
mod trial;
mod write;

pub use elsewhere::Reach;
pub use write::write;

use super::SessionError;
use crate::diag::Edit;
use crate::diff::desired;
use crate::drift::{Drift, DriftedFile};
use crate::migrate::Secrets;
use crate::model::{Address, Map, covers};
use crate::resolve::Loader;
use crate::source::{FileId, Origin, Span};
use crate::syntax::{Tree, parse};
use crate::workspace::Loaded;
use crate::writer::Stuck;
use choice::{Choice, choose};
use elsewhere::Elsewhere;
use found::{Found, Homes};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use subject::{Changed, Subject};
use trial::Ground;

/// What taking changes of others over comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Adoption {
    /// What is taken over, by address.
    pub adopted: Vec<Adopted>,
    /// What cannot be, by address.
    pub refused: Vec<Refusal>,
    /// What was asked for and meets no change of others.
    pub unmet: Vec<String>,
    /// The files that change, by name.
    pub rewrites: Vec<Rewrite>,
    /// What the next apply does to files for it.
    pub delivered: Delivered,
    /// What looks like a secret in what is taken over, which whoever reads the text reads: the object, and the path of it.
    pub exposed: Vec<(Address, String)>,
    /// What looks like a secret in the files that change, before and after.
    pub secrets: Secrets,
}

/// What becomes of the files of a project whose text is another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// How many are at places, or have contents, that they have not by now.
    pub anew: usize,
    /// How many of others, or of nobody, lie at their places already.
    pub taken: usize,
    /// How many are nowhere any more.
    pub gone: usize,
    /// How many stay where a state store is no more: a plan is refused for them unless that is allowed.
    pub left: usize,
}

/// An object of which something is taken over.
#[derive(Clone, Debug, PartialEq)]
pub struct Adopted {
    /// The object.
    pub address: Address,
    /// The line that declares it.
    pub span: Span,
    /// What is taken over.
    pub taken: Taken,
    /// Whether what the text says there was in conflict with it, and is lost.
    pub overwrites: bool,
}

/// What is taken over of an object.
#[derive(Clone, Debug, PartialEq)]
pub enum Taken {
    /// The values of some fields, by path.
    Fields(Vec<String>),
    /// That it is gone.
    Removal,
    /// All of it: nobody declared it.
    Whole,
}

/// Something that is not taken over.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The address of the object or the file.
    pub address: String,
    /// The fields of it, by path; none where it is meant as a whole.
    pub fields: Vec<String>,
    /// The place that would have to say it.
    pub span: Option<Span>,
    /// Why, and what to do instead.
    pub reason: String,
    /// What would be wrong, each with its place, where that is more than one thing.
    pub problems: Vec<String>,
}

/// A file with another text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// Its name, relative to the project's folder.
    pub name: String,
    /// Its text until now.
    pub before: Arc<str>,
    /// Its text with what is taken over.
    pub after: String,
}

/// Works out how the KDL says what others changed, where one of `asked` names it: an address, or an address and a field with `#`
/// between, `*` standing for any text. What nobody can read is refused, and what lines say that reach further than they may. `now`, in seconds
/// since 1970 (UTC), is what policies count from. Writes nothing.
///
/// # Errors
/// Where the project cannot be read anew.
pub fn adopt(
    loader: &dyn Loader,
    loaded: &Loaded,
    drift: &Drift,
    (asked, reach): (&[String], Reach),
    now: i64,
) -> Result<Adoption, SessionError> {
    let mut adoption = Adoption::default();
    let mut met = vec![false; asked.len()];
    let wanted = desired(&loaded.project);
    let spans = drift.objects.iter().filter_map(|object| object.span.and_then(Origin::text));
    let files: BTreeSet<FileId> = spans.map(|span| span.file).collect();
    let kdl = files.into_iter().map(|file| (file, loaded.sources.file(file))).filter(|(_, file)| !file.is_data());
    let trees: BTreeMap<FileId, Tree> = kdl.map(|(file, source)| (file, parse(file, &source.text).0)).collect();
    let mut subjects = Vec::new();
    let mut candidates = Vec::new();
    for object in &drift.objects {
        let Some(choice) = choose(object, asked, &mut met) else { continue };
        let both = choice.and_then(|choice| Ok((Changed::of(loaded, &trees, &wanted, object)?, choice)));
        let (subject, choice) = match both {
            Ok(both) => both,
            Err(stuck) => {
                adoption.refused.push(refused(&object.address, object.span, stuck));
                continue;
            }
        };
        let choices = match choice {
            Choice::Removal | Choice::Whole => vec![choice],
            Choice::Fields(paths) => subject.together(paths).into_iter().map(Choice::Fields).collect(),
        };
        candidates.extend(choices.into_iter().map(|choice| Candidate { subject: subjects.len(), choice }));
        subjects.push(Subject::Changed(subject));
    }
    let homes = Homes::of(loaded, &wanted);
    for object in drift.unmanaged.iter().flatten() {
        if !is_met(&object.address.to_string(), asked, &mut met) {
            continue;
        }
        match Found::of(loaded, &homes, (object, &drift.delivered_by)) {
            Ok(found) => {
                candidates.push(Candidate { subject: subjects.len(), choice: Choice::Whole });
                subjects.push(Subject::Found(found));
            }
            Err(stuck) => adoption.refused.push(refused(&object.address, None, stuck)),
        }
    }
    let elsewhere = Elsewhere::of(loader, reach)?;
    let outcome =
        trial::search((loader, loaded, elsewhere), &wanted, (&subjects, &candidates), (Ground::of(drift), now))?;
    adoption.adopted = outcome.adopted;
    adoption.rewrites = outcome.rewrites;
    adoption.delivered = outcome.delivered;
    adoption.exposed = exposed::told(&adoption.adopted, drift);
    adoption.secrets = exposed::secrets((&adoption.adopted, &adoption.rewrites), (&wanted, &loaded.sources), drift);
    adoption.refused.extend(outcome.refused);
    adoption.refused.sort_by(|a, b| (&a.address, &a.fields).cmp(&(&b.address, &b.fields)));
    for file in &drift.files {
        let address = format!("file:{}:{}", file.store, file.path);
        if is_met(&address, asked, &mut met) {
            adoption.refused.push(rendered(file, address, loaded));
        }
    }
    adoption.unmet = asked.iter().zip(met).filter(|(_, met)| !met).map(|(asked, _)| asked.clone()).collect();
    Ok(adoption)
}

/// The text of an object with something taken over.
#[derive(Clone)]
struct Version {
    edit: Edit,
    /// What the object then says; nothing for one that goes.
    body: Option<Map>,
    adopted: Adopted,
}

/// What of an object is taken over together, or not at all.
struct Candidate<'d> {
    /// The object, by its place among all.
    subject: usize,
    choice: Choice<'d>,
}

/// Whether an address is meant by what is asked for, which is met then.
fn is_met(address: &str, asked: &[String], met: &mut [bool]) -> bool {
    let meets = asked.iter().zip(met).filter(|(asked, _)| covers(asked, address));
    meets.map(|(_, met)| *met = true).count() > 0
}

fn refused(address: &Address, span: Option<Origin>, stuck: Stuck) -> Refusal {
    Refusal {
        address: address.to_string(),
        fields: Vec::new(),
        span: span.and_then(Origin::text),
        reason: stuck.reason,
        problems: Vec::new(),
    }
}

fn rendered(file: &DriftedFile, address: String, loaded: &Loaded) -> Refusal {
    let reason = match &file.request {
        Some(request) => {
            let promise = loaded.project.promise(&request.parent);
            let place = promise.map(|promise| loaded.sources.location(promise.span.shown()));
            let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
            format!("a file is rendered: change {request}, or what promise:{}{place} makes of it", request.parent)
        }
        None => "a file is rendered, and no request renders this one any more".to_owned(),
    };
    let span = file.span.and_then(Origin::text);
    Refusal { address, fields: Vec::new(), span, reason, problems: Vec::new() }
}
