use super::{Map, Name, Property, Template};
use crate::source::{Origin, Spanned};

/// What an action does to an entity: Port's `operation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Makes one.
    Create,
    /// Changes one.
    Update,
    /// Takes one away.
    Delete,
}

worded!(Operation { Create = "create", Update = "update", Delete = "delete" });

/// A form that developers fill in, and what is called with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// Its identifier.
    pub name: Spanned<Name>,
    /// The line that declares it.
    pub span: Origin,
    /// What it does.
    pub operation: Spanned<Operation>,
    /// To the entities of which blueprint.
    pub blueprint: Option<Spanned<Name>>,
    /// What is asked, in the order of the form.
    pub inputs: Vec<Property>,
    /// What is called.
    pub backend: Option<Backend>,
}

/// Who carries an action out: Port's `invocationMethod`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the service of its name")]
pub enum BackendKind {
    Github,
    Gitlab,
    AzureDevops,
    Webhook,
    Kafka,
    UpsertEntity,
}

impl BackendKind {
    /// Every kind with its word.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Github, "github"),
        (Self::Gitlab, "gitlab"),
        (Self::AzureDevops, "azure-devops"),
        (Self::Webhook, "webhook"),
        (Self::Kafka, "kafka"),
        (Self::UpsertEntity, "upsert-entity"),
    ];

    /// The kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == word).map(|row| row.0)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }
}

/// What an action calls, and with what.
#[derive(Clone, Debug, PartialEq)]
pub struct Backend {
    /// The service.
    pub kind: Spanned<BackendKind>,
    /// The line that declares it.
    pub span: Origin,
    /// Where it is, in the service's own words: `org`, `repo`, `workflow`, `url`.
    pub settings: Map,
    /// The payload, by key.
    pub send: Vec<(Spanned<Name>, Spanned<Template>)>,
    /// Where it says that the service reports how it went.
    pub report_status: Option<Origin>,
}
