use super::{Map, Name, Path, Property, Template, Value};
use crate::source::{Origin, Spanned};

/// The group of the API that Kratix's own resources are of.
pub const KRATIX_API: &str = "platform.kratix.io";

/// What a platform promises to deliver: a typed API, and how a request of it becomes manifests.
#[derive(Clone, Debug, PartialEq)]
pub struct Promise {
    /// Its name.
    pub name: Spanned<Name>,
    /// The line that declares it.
    pub span: Origin,
    /// What may be asked.
    pub api: Option<Api>,
    /// Labels that a destination must carry; a value may refer to the request.
    pub schedule: Vec<(Spanned<Name>, Spanned<Template>)>,
    /// What every destination gets that may take its requests.
    pub dependencies: Option<Dependencies>,
    /// How a request becomes manifests. The name of the pipeline is in the paths of the nested layout.
    pub configure: Option<Workflow>,
}

/// What a promise needs wherever its requests are: an operator, the kinds of its objects.
#[derive(Clone, Debug, PartialEq)]
pub struct Dependencies {
    /// The name of the pipeline in the paths of the nested layout. Without one they are Kratix's `spec.dependencies`, whose paths have none.
    pub pipeline: Option<Name>,
    /// The line that declares them.
    pub span: Origin,
    /// What delivers them, in order.
    pub steps: Vec<Step>,
}

/// A promise's workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct Workflow {
    /// Its pipeline's name: `configure-<promise>` where none is given.
    pub pipeline: Name,
    /// The line that declares it.
    pub span: Origin,
    /// What it does, in order.
    pub steps: Vec<Step>,
}

/// The custom resource that requests are.
#[derive(Clone, Debug, PartialEq)]
pub struct Api {
    /// The API group: `database.platform.company.com`.
    pub group: Spanned<Name>,
    /// The version: `v1`.
    pub version: Spanned<Name>,
    /// The kind: `PostgreSQL`.
    pub kind: Spanned<Name>,
    /// The plural: `postgresqls`.
    pub plural: Spanned<Name>,
    /// What stands under `spec`.
    pub fields: Vec<Property>,
    /// What JSON Schema says of it besides, by other schemas.
    pub also: Map,
}

/// A step of a workflow.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Values chosen by another value.
    Table(Table),
    /// Steps chosen by a value.
    Match(Match),
    /// Steps for each item of a list.
    Each(Each),
    /// Steps where something is true.
    If(If),
    /// A value under a name.
    Let(Let),
    /// A manifest.
    Resource(Box<Resource>),
    /// Manifests from disk.
    Files(Files),
    /// What the request's status says.
    Status {
        /// The line.
        span: Origin,
        /// The values, by key.
        values: Vec<(Spanned<Name>, Spanned<Template>)>,
    },
}

worded! {
    /// What a step knows of a request beside its values, by what it is called in `$request.NAME`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum About {
        /// Its name for people.
        Title = "title",
        /// The teams that it is of: a list.
        Team = "team",
        /// What it is labelled with, by name.
        Labels = "labels",
    }
}

impl Promise {
    /// The names that every step of its workflow knows a value by.
    pub const ROOTS: [&str; 5] = ["name", "namespace", "promise", "request", "spec"];

    /// The members of its body that are nothing to others who use it.
    pub const OF_OWNER: [&str; 2] = ["dependencies", "dependenciesPipeline"];

    /// The fields of its API; none where it has no API.
    pub fn fields(&self) -> &[Property] {
        self.api.as_ref().map_or(&[], |api| &api.fields)
    }
}

impl Promise {
    /// The line of the first step of its workflow that takes files of its owner's folder.
    pub fn takes_files(&self) -> Option<Origin> {
        self.configure.as_ref()?.steps.iter().find_map(Step::takes_files)
    }

    /// The file that the resources of its dependencies are in where they name none, as Kratix has it; nothing where each has one of its own.
    pub fn static_file(&self) -> Option<String> {
        let is_static = self.dependencies.as_ref().is_some_and(|one| one.pipeline.is_none());
        is_static.then(|| format!("static/{}-dependencies.yaml", self.name.value))
    }

    /// All that it delivers, whatever for: the steps of its dependencies, and those of its workflow.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = &Step> {
        let dependencies = self.dependencies.iter().flat_map(|one| &one.steps);
        dependencies.chain(self.configure.iter().flat_map(|one| &one.steps))
    }
}

impl Resource {
    /// Its `apiVersion` and its `kind`, where neither is computed.
    pub fn named(&self) -> Option<(&str, &str)> {
        Some((self.api_version.value.as_text()?, self.kind.value.as_text()?))
    }
}

impl Step {
    /// The resources among it and the steps in its block, in their order.
    pub fn resources(&self) -> Vec<&Resource> {
        match self {
            Self::Resource(resource) => vec![resource],
            _ => self.within().flat_map(Self::resources).collect(),
        }
    }

    fn takes_files(&self) -> Option<Origin> {
        match self {
            Self::Files(files) => files.is_read.then_some(files.span),
            _ => self.within().find_map(Self::takes_files),
        }
    }

    /// The steps in its block, in their order.
    pub fn within(&self) -> impl DoubleEndedIterator<Item = &Self> {
        let (cases, rest) = match self {
            Self::Match(choice) => (&*choice.cases, choice.otherwise.as_deref().unwrap_or_default()),
            Self::Each(each) => (&[][..], &*each.steps),
            Self::If(choice) => (&[][..], &*choice.steps),
            Self::Table(_) | Self::Let(_) | Self::Resource(_) | Self::Files(_) | Self::Status { .. } => {
                (&[][..], &[][..])
            }
        };
        let otherwise = match self {
            Self::If(choice) => &*choice.otherwise,
            _ => &[],
        };
        cases.iter().flat_map(|case| &case.steps).chain(rest).chain(otherwise)
    }
}

/// `table NAME by=$path`: one row a value; `$NAME.column` is the chosen row's value.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Its name.
    pub name: Spanned<Name>,
    /// The line that declares it.
    pub span: Origin,
    /// What chooses the row.
    pub by: Spanned<Path>,
    /// What chooses it together with that.
    pub and: Option<Spanned<Path>>,
    /// The rows.
    pub rows: Vec<Row>,
    /// What counts where no row does.
    pub otherwise: Option<Otherwise>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The value that chooses it.
    pub key: Spanned<Value>,
    /// The value that chooses it together with that.
    pub and: Option<Spanned<Value>>,
    /// The line.
    pub span: Origin,
    /// Its values, by column.
    pub columns: Vec<(Spanned<Name>, Spanned<Template>)>,
}

/// The row of a table for whatever no other row is for.
#[derive(Clone, Debug, PartialEq)]
pub struct Otherwise {
    /// The line.
    pub span: Origin,
    /// Its values, by column.
    pub columns: Vec<(Spanned<Name>, Spanned<Template>)>,
}

/// `match $path { case V... { } ; else { } }`: exhaustive.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The line that declares it.
    pub span: Origin,
    /// What chooses the case.
    pub on: Spanned<Path>,
    /// The cases.
    pub cases: Vec<Case>,
    /// What to do for every other value.
    pub otherwise: Option<Vec<Step>>,
}

/// A case of a match.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The values that choose it.
    pub values: Vec<Spanned<Value>>,
    /// The line.
    pub span: Origin,
    /// What to do.
    pub steps: Vec<Step>,
}

/// `each NAME in=$path { }`: the steps once for each item, which is `$NAME`.
#[derive(Clone, Debug, PartialEq)]
pub struct Each {
    /// The item's name.
    pub name: Spanned<Name>,
    /// The line that declares it.
    pub span: Origin,
    /// The list.
    pub list: Spanned<Path>,
    /// What to do.
    pub steps: Vec<Step>,
}

/// `if $path OPERATOR OPERAND... { }`: the steps where something is true.
#[derive(Clone, Debug, PartialEq)]
pub struct If {
    /// The line that declares it.
    pub span: Origin,
    /// What must be true.
    pub condition: Spanned<Template>,
    /// What to do where it is.
    pub steps: Vec<Step>,
    /// What to do where it is not.
    pub otherwise: Vec<Step>,
}

/// `let NAME VALUE`: what `$NAME` is for the steps that follow.
#[derive(Clone, Debug, PartialEq)]
pub struct Let {
    /// Its name.
    pub name: Spanned<Name>,
    /// The value.
    pub value: Spanned<Template>,
}

/// `resource APIVERSION KIND NAME`: a Kubernetes manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// The line that declares it.
    pub span: Origin,
    /// `apiVersion`.
    pub api_version: Spanned<Template>,
    /// `kind`.
    pub kind: Spanned<Template>,
    /// `metadata.name`.
    pub name: Spanned<Template>,
    /// The file that it is written to; `<kind>-<name>.yaml`, in lower case, where none is given.
    pub file: Option<Spanned<Template>>,
    /// The rest of the manifest: an object.
    pub body: Spanned<Template>,
}

/// `files "dir/**"`: files of the project's folder, delivered as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Files {
    /// The line that declares it.
    pub span: Origin,
    /// The pattern, relative to the file that says it.
    pub pattern: Spanned<Box<str>>,
    /// The files, by the path below the pattern's fixed part; read when the project was loaded, where the line does not say what is in them.
    pub found: Vec<(Box<str>, std::sync::Arc<[u8]>)>,
    /// Whether they are those of the project's folder.
    pub is_read: bool,
}
