use super::{Name, Property, Template};
use crate::source::{Origin, Spanned};

worded! {
    /// What an action does to an entity: Port's `operation`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum ActionOperation {
        /// Makes one.
        Create = "create",
        /// Changes one.
        Update = "update",
        /// Takes one away.
        Delete = "delete",
    }
}

/// A form that developers fill in, and what is called with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// Its identifier.
    pub name: Spanned<Name>,
    /// The line that declares it.
    pub span: Origin,
    /// What it does.
    pub operation: Spanned<ActionOperation>,
    /// To the entities of which blueprint.
    pub blueprint: Option<Spanned<Name>>,
    /// What is asked, in the order of the form.
    pub inputs: Vec<Property>,
    /// The names of the headings in the form.
    pub headings: Vec<Spanned<Name>>,
    /// What its pages show, or the form as a whole, where that is said: inputs and headings.
    pub shown: Vec<Spanned<Name>>,
    /// What is called.
    pub backend: Option<Backend>,
}

impl Action {
    /// The names that what it sends knows a value by.
    pub const ROOTS: [&str; 2] = ["inputs", "run"];
}

worded! {
    /// Who carries an action out: Port's `invocationMethod`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[allow(missing_docs, reason = "each variant is the service of its name")]
    pub enum BackendKind {
        Github = "github",
        Integration = "integration",
        Gitlab = "gitlab",
        AzureDevops = "azure-devops",
        Webhook = "webhook",
        Kafka = "kafka",
        UpsertEntity = "upsert-entity",
    }
}

/// What an action calls, and with what.
#[derive(Clone, Debug, PartialEq)]
pub struct Backend {
    /// The service.
    pub kind: Spanned<BackendKind>,
    /// The line that declares it.
    pub span: Origin,
    /// The values of the payload and of the headers.
    pub send: Vec<Spanned<Template>>,
    /// Where it says that the service reports how it went.
    pub report_status: Option<Origin>,
}
