use super::in_the_way::InTheWay;
use super::part::FieldPart;
use super::{Action, Field, Place};
use crate::model::{Address, Json, Thing, shell_word};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt::{self, Display, Formatter};

/// Something that others changed, and that we changed too or no longer want.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Conflict {
    /// The object or file.
    #[serde(rename = "address")]
    pub thing: Thing,
    /// The field, where it is one.
    pub field: Option<String>,
    /// What we wrote last; nothing where that is not known any more.
    pub base: Option<Json>,
    /// The live value.
    pub live: Option<Json>,
    /// That the live body cannot be read, and why, where that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
    /// The desired value.
    pub desired: Option<Json>,
    /// What differs from the live value to the desired one, part by part, where that says more than the two do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<FieldPart>,
    /// Where that is written.
    pub source: Option<Place>,
    /// Whether only others changed it, and its lifecycle says `on-drift fail`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fails: bool,
    /// What stands in the way of a file, where that is what keeps it from being written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obstacle: Option<InTheWay>,
    /// What else of the object changes, or is set back: it is not carried out while something of the object is in conflict. The
    /// first conflict of an object has it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waits: Vec<Field>,
}

impl Conflict {
    /// One of an object as a whole, of which nothing is known yet.
    pub(in crate::plan) fn whole(address: &Address, source: Option<Place>) -> Self {
        Self {
            thing: address.clone().into(),
            field: None,
            base: None,
            live: None,
            unreadable: None,
            desired: None,
            parts: Vec::new(),
            source,
            fails: false,
            obstacle: None,
            waits: Vec::new(),
        }
    }

    /// What can be done about it but to change the text, in a sentence.
    pub fn way_out(&self) -> String {
        let what = match (&self.obstacle, &self.desired) {
            (Some(InTheWay { stays: Some(why), .. }), _) => {
                return format!("plat cannot replace it: {why}; move it, or change where the file goes");
            }
            (Some(_), _) => "replaces it",
            (None, Some(_)) if self.unreadable.is_some() => {
                "replaces all of it, with whatever others wrote into it; not with `--additive`"
            }
            (None, Some(_)) if self.live.is_none() => "makes it again",
            (None, Some(_)) => "overwrites what is live",
            (None, None) => "deletes what is live",
        };
        let adopt = match self.thing.object() {
            Some(address) if self.fails && self.live.is_some() => {
                format!("`plat drift --adopt {}` writes what is live into the text; ", shell_word(&address.to_string()))
            }
            _ => String::new(),
        };
        format!("{adopt}`--on-conflict ours` {what}")
    }
}

/// Something that others changed and that is left so.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Drift {
    /// The object or file.
    #[serde(rename = "address")]
    pub thing: Thing,
    /// The field; nothing for a file, and for an object that others deleted or that nobody can read.
    pub field: Option<String>,
    /// The live value; nothing where there is none.
    pub live: Option<Json>,
    /// That the live body cannot be read, and why, where that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
    /// The desired value, which is what we wrote last; nothing for an object as a whole.
    pub desired: Option<Json>,
    /// What differs from the desired value to the live one, part by part, where that says more than the two do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<FieldPart>,
    /// Where that is written.
    pub source: Option<Place>,
}

impl Drift {
    /// One of an object as a whole, which is not there.
    pub(in crate::plan) fn whole(address: &Address, source: Place) -> Self {
        Self {
            thing: address.clone().into(),
            field: None,
            live: None,
            unreadable: None,
            desired: None,
            parts: Vec::new(),
            source: Some(source),
        }
    }
}

/// A policy that is broken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Violation {
    /// The policy.
    pub policy: String,
    /// Whether the plan is refused; else it is only told.
    pub denies: bool,
    /// Whether it is a warning that would have been given before the plan too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub known: bool,
    /// The object or file; nothing where the plan as a whole breaks it.
    #[serde(rename = "address")]
    pub thing: Option<Thing>,
    /// What is wrong, in a sentence.
    pub message: String,
    /// The line of the policy.
    pub policy_source: Option<Place>,
    /// The line of what breaks it.
    pub source: Option<Place>,
}

impl Violation {
    /// What it is about.
    pub fn about(&self) -> String {
        self.thing.as_ref().map_or_else(|| "the plan".to_owned(), ToString::to_string)
    }
}

/// A change of what restrains plans and is no object: the guards of the project. No target remembers these, so that only a
/// comparison of two texts knows it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Restraint {
    /// What happens to it: `update`.
    pub action: Action,
    /// What it is: `guards`.
    pub name: String,
    /// The line that declares it; of what goes, the line where it stood.
    pub source: Option<Place>,
    /// What it says and does not say in the other text, by the words of the language.
    pub fields: Vec<Field>,
}

/// A server that a credential was never sent to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewHost {
    /// The state store that logs in.
    pub address: Address,
    /// The name of the secret that holds the credential.
    pub credential: String,
    /// The server: its host, with its port where that is not the usual one.
    pub host: String,
    /// The servers that it was sent to until now, as the catalog has it.
    pub known: Vec<String>,
    /// All of it in a sentence.
    pub message: String,
    /// The line with the address.
    pub source: Option<Place>,
}

impl NewHost {
    /// A server for a credential that is known to others, or to none.
    pub fn new(address: Address, credential: String, host: String, known: Vec<String>, source: Option<Place>) -> Self {
        let until_now = if known.is_empty() { String::new() } else { format!("; until now to {}", known.join(", ")) };
        let message = format!("would send credential {credential} to a new host: {host}{until_now}");
        Self { address, credential, host, known, message, source }
    }
}

/// Something that a plan may do only when it is allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Guard {
    /// What it stops, in a sentence.
    pub message: String,
    /// How to allow it, in words.
    pub allow: Option<String>,
    /// The flag that allows it, where one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<Flag>,
    /// Whether it was allowed.
    pub allowed: bool,
}

/// A flag of the command line that allows what a guard stops.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Flag {
    /// Something may be deleted: its address, or a pattern.
    AllowDelete(String),
    /// So many deletions are allowed.
    MaxDeletes(u64),
}

impl Flag {
    /// The flag that allows that something is deleted.
    pub(in crate::plan) fn allow_delete(what: &impl ToString) -> Self {
        Self::AllowDelete(what.to_string())
    }
}

impl Display for Flag {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::AllowDelete(what) => write!(f, "--allow-delete {}", shell_word(what)),
            Self::MaxDeletes(count) => write!(f, "--max-deletes {count}"),
        }
    }
}

impl Guard {
    /// One that nothing allows, but what the words say, if any.
    pub(in crate::plan) fn new(message: String, allow: Option<String>) -> Self {
        Self { message, allow, flag: None, allowed: false }
    }

    /// What is only told, and stops nothing.
    pub(in crate::plan) fn notice(message: String) -> Self {
        Self { allowed: true, ..Self::new(message, None) }
    }

    /// One that a flag allows, or a line of the text, which is looked at with all else.
    pub(in crate::plan) fn open(message: String, line: Option<&str>, flag: Flag, allowed: bool) -> Self {
        let line = line.map(|line| format!("`{line}` in the project, or ")).unwrap_or_default();
        Self { message, allow: Some(format!("{line}{flag}")), flag: Some(flag), allowed }
    }

    /// What allows it, which does not depend on how generously it was allowed; else what it stops.
    pub fn subject(&self) -> &str {
        self.allow.as_deref().unwrap_or(&self.message)
    }

    /// Whether it stops the loss of an object, of its place or of its files.
    pub fn is_about(&self, address: &Address) -> bool {
        matches!(&self.flag, Some(Flag::AllowDelete(what)) if *what == address.to_string())
    }
}
