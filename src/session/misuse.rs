/// Why what was asked for cannot be, in the words of the command line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each says itself what it is, and its fields are what stands in it")]
pub enum Misuse {
    /// No module is called so.
    #[error("the project uses no module `{0}` of a Git repository")]
    NoModule(String),
    /// What a repository has is not what was locked.
    #[error(
        "the files of {0} at the commit that is locked are not what was locked: somebody changed plat.lock.kdl, or the repository; `plat update` locks what there is"
    )]
    OtherModule(String),
    /// How long servers are waited for is said so that nobody knows.
    #[error("{0}")]
    Patience(String),
    #[error("`--rebalance {0}` names no request of the project")]
    Rebalance(String),
    #[error(
        "the catalog does not know who the project is, and what is proposed to it says so only once it is merged: write an id into the \
         project, as in `project {name} {{ id {id} }}`, and apply again"
    )]
    NobodyProposes { name: String, id: String },
    #[error("{0}")]
    PlanKey(String),
    #[error("{name} is a plan of project {plan}, and this is {this}")]
    OtherProject { name: String, plan: String, this: String },
    #[error("nothing is called `{asked}` in this project{}", near.as_ref().map_or_else(|| UNMANAGED.to_owned(), |near| meant(Some(near))))]
    Adopted { asked: String, near: Option<String> },
    #[error(
        "`{0}` is another project's, and only used here: `plat drift` of that one tells what others changed of it, and takes it over"
    )]
    AdoptedElsewhere(String),
    #[error("nothing is called `{asked}`{}", meant(near.as_ref()))]
    Address { asked: String, near: Option<String> },
    #[error("`{from}` is called `{to}` now, as {said} says")]
    Renamed { from: String, to: String, said: String },
    #[error("there is no field `{asked}`{}", meant(near.as_ref()))]
    Field { asked: String, near: Option<String> },
    #[error("there is no request `{0}` in this project")]
    Request(String),
    #[error("the catalog knows no run `{0}`")]
    Run(String),
    #[error("{} runs begin with `{name}`: {}", runs.len(), some(runs))]
    Runs { name: String, runs: Vec<String> },
    #[error("run {0} names no commit, so that nobody knows what was declared then: name a revision")]
    RunOfNoCommit(String),
    #[error("run {run} was of a text that no commit holds ({text}): name the revision that comes next to it")]
    RunOfChangedText { run: String, text: String },
    #[error(
        "neither a run of the catalog nor a revision of this repository is called `{0}` (a shallow clone holds the newest commits alone)"
    )]
    NeitherRunNorRevision(String),
    #[error("`{0}` begins the name of a run, and is a revision of another text: write more of it")]
    RunOrRevision(String),
    #[error("{folder} holds no project at {revision}")]
    NoProjectThen { folder: String, revision: String },
    #[error("the project at {revision} has the id {then}, and this one {now}: it was another project")]
    OtherProjectThen { revision: String, then: String, now: String },
    #[error("{} of the catalog is called `{asked}`{}; `plat catalog projects` lists them", if ids.is_empty() { "no project" } else { "more than one project" }, ids_of(ids))]
    ProjectOfCatalog { asked: String, ids: Vec<String> },
    #[error("`{0}` is the project of this folder: `plat destroy` takes away what it owns")]
    OwnProject(String),
    #[error("the `plat.kdl` in {0} has errors: `plat check` there shows them")]
    BrokenProject(String),
    #[error("no target has a lease of a run `{0}`")]
    Lease(String),
    #[error("the leases of {count} runs begin with `{name}`")]
    Leases { name: String, count: usize },
    #[error("{folder} holds a project neither at {from} nor at {to}")]
    NoVersion { folder: String, from: String, to: String },
    #[error("{0} exists already, and nothing was written")]
    Taken(String),
    #[error(
        "nothing says where the team's catalog is to be: {0}; `--catalog URL` says it, and so does a remote of the repository"
    )]
    NoCatalog(String),
    #[error("the catalog cannot be at `{shown}`: its address {why}")]
    CatalogAddress { shown: String, why: String },
    #[error("{0} would be another one, and nothing was written: `--overwrite` replaces what is there")]
    Differs(String),
    #[error(
        "{folder} lies in the project of {around}, which would not read it any more, and nothing was written: `--out {around}` takes in \
         what is read there; where {folder} is to be a project of its own, give it a `plat.kdl` first"
    )]
    Within { folder: String, around: String },
    #[error(
        "{0} is a folder, and the file of a project is to be there: move it away, or take another folder for `--out`"
    )]
    FolderInTheWay(String),
    #[error(
        "{folder} holds {first}{}, which no `plat render --out` has written, and nothing was written: name a folder that is empty or not there yet",
        if *more == 0 { String::new() } else { format!(" and {more} more") }
    )]
    NotOfRender { folder: String, first: String, more: usize },
    #[error("{0} is a link, and nothing is written through one")]
    Link(String),
    #[error("the project in {folder} would be wrong with it, and nothing was written: {problem}")]
    WouldBreak { folder: String, problem: String },
    #[error(
        "the project in {folder} has errors already, whatever is read, and nothing was written: mend them first, as `plat -C {folder} check` shows them: {problem}"
    )]
    WrongBefore { folder: String, problem: String },
    #[error("{0} holds nothing to read: `plat import` reads .json, .yaml and .yml, and for Port .tf")]
    NothingThere(String),
    #[error("{0} holds nothing to read but what `--exclude` passes over")]
    AllExcluded(String),
    #[error("`--exclude {pattern}` is no pattern: {why}")]
    Pattern { pattern: String, why: &'static str },
    #[error("{0}")]
    Query(String),
}

/// How what nobody declares is taken over.
const UNMANAGED: &str = "; what nobody declares is taken over with `--unmanaged`";

/// The ids among which somebody has to choose.
/// The first of some runs.
fn some(runs: &[String]) -> String {
    const NAMED: usize = 10;
    let more = if runs.len() > NAMED { ", ..." } else { "" };
    runs.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ") + more
}

fn ids_of(ids: &[String]) -> String {
    if ids.is_empty() { String::new() } else { format!(": say which by its id, {}", ids.join(" or ")) }
}

/// The question whether something else is meant.
fn meant(near: Option<&String>) -> String {
    near.map(|near| format!(": did you mean `{near}`?")).unwrap_or_default()
}
