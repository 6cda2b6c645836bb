mod catalog;
mod drift;
mod get;
mod init;
mod migrate;
mod paths;
mod render;
mod rollback;
mod update;
mod word;

pub(super) use catalog::{Catalog, Copy, Forget, Pull};
pub(super) use drift::Drift;
pub(super) use get::Get;
pub(super) use init::Init;
pub(super) use migrate::{Export, Import};
pub(super) use paths::{Paths, STANDARD};
pub(super) use render::Render;
pub(super) use rollback::Rollback;
pub(super) use update::Update;
pub(super) use word::Form;

use super::exit;
use crate::plan::Action;
use crate::report::{self, ReportFormat};
use crate::syntax::composed;
use clap::builder::{NonEmptyStringValueParser, PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::convert::Infallible;
use std::path::PathBuf;
use std::time::Duration;

/// Reconciles an internal developer platform from files written in KDL.
#[derive(Debug, Parser)]
#[command(name = "plat", version, max_term_width = 100, after_long_help = exit::help())]
pub(super) struct Arguments {
    /// The project's folder, or one below it; other paths start at it
    #[arg(short = 'C', value_name = "DIR", global = true, default_value = ".", hide_default_value = true)]
    pub(super) directory: PathBuf,
    /// How results are printed
    #[arg(long = "format", global = true, value_name = "FORMAT", value_enum, default_value = "human")]
    pub(super) form: Form,
    /// The same as --format; a file, of a plan that is made, is the same as --out
    #[arg(short = 'o', long = "output", value_name = "FORMAT|FILE", global = true)]
    output: Option<String>,
    /// What a parameter of the project is: `param NAME` in its text
    #[arg(long = "param", global = true, value_name = "NAME=VALUE", value_parser = parameter)]
    pub(super) parameters: Vec<(String, String)>,
    /// A file that says what parameters of the project are: KDL, a line for each, or a JSON object; `-` is standard input; --param comes before it
    #[arg(long = "params", global = true, value_name = "FILE")]
    pub(super) parameter_files: Vec<PathBuf>,
    /// The environment of the project: its name, or `all` for each that it has; of `diff` two, as in `staging..production`
    #[arg(long = "env", global = true, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(super) environment: Option<String>,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// The name of a parameter, and what is given for it.
fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("it is NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Who results are printed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// People.
    Human,
    /// Programs.
    Json,
    /// GitHub, in problems as its annotations; anything else is for people.
    Github,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a project that plans and applies at once
    Init(Init),
    /// Make a project of what Port, Kratix or Backstage holds
    Import(Import),
    /// Write the project's objects as what Port, Kratix or Backstage takes
    Export(Export),
    /// Show every problem of the project
    #[command(aliases = ["validate", "lint"])]
    Check(Check),
    /// Bring KDL files into their canonical form
    #[command(alias = "format")]
    Fmt(Fmt),
    /// Explain a code such as E0302
    Explain(Explain),
    /// Show what an apply would change, and what follows from it
    Plan(Plan),
    /// Show what a change of the KDL means, between two revisions of it, offline
    Diff(Diff),
    /// Show a saved plan, offline
    Show(Show),
    /// Change the catalog and the state stores to what the project declares
    Apply(Apply),
    /// Take away everything that the project owns in the catalog and the state stores
    Destroy(Destroy),
    /// Change the catalog and the state stores back to what was declared at some time
    Rollback(Rollback),
    /// Show the projects of a catalog, and copy one into another
    #[command(subcommand)]
    Catalog(Catalog),
    /// Show what others changed, and take it over into the KDL
    Drift(Drift),
    /// Tell why a thing is as it is: where its values come from, and who owns it
    Why(Why),
    /// Print the manifests of requests and where they go
    Render(Render),
    /// Show the levels of scorecards
    Score(Score),
    /// Run the project's tests, offline
    Test(Test),
    /// Print the JSON Schema of what plat writes
    Schema(Schema),
    /// Show what the catalog holds
    Get(Get),
    /// Show what was applied, by whom, when, and how it went
    Runs(Runs),
    /// Show what was proposed with `apply --via pull-request`, and what became of it
    Proposals(Proposals),
    /// Show who has the right to write to the catalog and the state stores, and clear it on purpose
    Unlock(Unlock),
    /// Look for the newest states of modules in Git repositories, show what they change, and lock them
    Update(Update),
    /// Copy the modules that are locked into the project
    Vendor,
    /// Answer what an editor asks, on standard input and output: diagnostics, completion, names
    Lsp,
    /// Print what a shell needs to complete commands
    Completions(Completions),
    /// Print the version
    Version,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Go on, and check again each time when a file of the project has changed
    #[arg(long)]
    pub(super) watch: bool,
    #[command(flatten)]
    pub(super) reports: Reports,
}

#[derive(Debug, Args)]
pub(super) struct Test {
    #[command(flatten)]
    pub(super) reports: Reports,
}

#[derive(Debug, Args)]
pub(super) struct Schema {
    /// The document; the names of all where it is not given
    pub(super) document: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Fmt {
    /// Only tell which files are not in their canonical form
    #[arg(long)]
    pub(super) check: bool,
    /// KDL files of any kind, and folders of the project; all its files where there are none; `-` for standard input
    pub(super) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The code
    pub(super) code: String,
}

/// What names something, in the form that names have; a path of a file is none.
#[expect(clippy::unnecessary_wraps, reason = "the shape that clap asks for")]
fn named(text: &str) -> Result<String, Infallible> {
    Ok(if text.starts_with("file:") { text.to_owned() } else { composed(text).into_owned() })
}

/// What may go.
#[derive(Clone, Debug, Args)]
pub(super) struct Losses {
    /// The most deletions; the project's own limit where this is not given
    #[arg(long, value_name = "N")]
    pub(super) max_deletes: Option<u64>,
    /// Allow the deletion of a protected object, or of every object of a kind (`entity:*`)
    #[arg(long, value_name = "ADDRESS", value_parser = named)]
    pub(super) allow_delete: Vec<String>,
    /// What becomes of fields and files that others changed too
    #[arg(long, value_enum, default_value = "fail")]
    pub(super) on_conflict: OnConflict,
}

/// What a plan allows.
#[derive(Clone, Debug, Args)]
pub(super) struct Allow {
    #[command(flatten)]
    pub(super) losses: Losses,
    /// What may be taken over of what exists already; the project's own word where this is not given
    #[arg(long, value_enum)]
    pub(super) adoption: Option<Adoption>,
    /// Create and update only: what is no longer declared stays
    #[arg(long)]
    pub(super) additive: bool,
    /// Place a request as if it were new, wherever it stands: its address, or one with `*` for any text (`request:*`)
    #[arg(long, value_name = "ADDRESS", value_parser = named)]
    pub(super) rebalance: Vec<String>,
}

/// What may be taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Adoption {
    /// What an `adopt` node names
    Strict,
    /// What nobody owns
    IfUnowned,
    /// Also what another project owns
    Force,
}

/// What becomes of conflicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OnConflict {
    /// They are shown, and nothing is written
    Fail,
    /// They are overwritten
    Ours,
}

#[derive(Debug, Args)]
pub(super) struct Plan {
    /// Save the plan to a file, for `plat show` and `plat apply`; `-` for standard output
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// In `--report markdown=`: what follows from each hunk in which the text differs from this revision
    #[arg(long, value_name = "REV")]
    pub(super) since: Option<String>,
    /// Ending with 2 where there are changes
    #[arg(long)]
    pub(super) detailed_exitcode: bool,
    #[command(flatten)]
    pub(super) showing: Showing,
    #[command(flatten)]
    pub(super) allow: Allow,
}

/// What of a plan is shown. It changes nothing of what is applied.
#[derive(Clone, Debug, Default, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(super) struct Detail {
    /// Show counts and addresses only
    #[arg(long, conflicts_with = "full")]
    pub(super) summary: bool,
    /// Show everything that is made and everything that goes, and leave nothing out
    #[arg(long)]
    pub(super) full: bool,
    /// List every entity and object that something follows for
    #[arg(long)]
    pub(super) impact: bool,
    /// Show each file of the state stores with its lines
    #[arg(long)]
    pub(super) rendered: bool,
}

/// How a plan is shown, and which of its changes. Where one is carried out there is no such choice: all of it is, and all of it is shown.
#[derive(Clone, Debug, Args)]
pub(super) struct Showing {
    #[command(flatten)]
    pub(super) detail: Detail,
    /// Show only these changes, each named as a plan counts it
    #[arg(long, value_name = "CHANGE", value_delimiter = ',', value_parser = counted())]
    pub(super) only: Vec<String>,
    /// Show only addresses like this one, in which `*` stands for any text
    #[arg(long, value_name = "GLOB", value_parser = named)]
    pub(super) address: Vec<String>,
    #[command(flatten)]
    pub(super) reports: Reports,
}

/// The changes that plans count, each with its sign.
fn counted() -> impl TypedValueParser<Value = String> {
    let values = report::signs().into_iter().map(|(action, sign, word)| {
        let value = PossibleValue::new(word).help(format!("`{sign}`"));
        if action == Action::Delete { value.alias("destroy") } else { value }
    });
    let named = |word: String| if word == "destroy" { Action::Delete.word().to_owned() } else { word };
    PossibleValuesParser::new(values).map(named)
}

/// The reports that a run writes beside its output.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Reports {
    /// Also write a report to a file, or to standard output (`-`): json, ndjson, markdown, sarif, junit, github or
    /// gitlab-codequality
    #[arg(long = "report", value_name = "FORMAT=PATH", value_parser = report_to)]
    pub(super) to: Vec<ReportTo>,
}

impl Reports {
    /// Whether a reviewer reads one of them.
    pub(super) fn ask_for_markdown(&self) -> bool {
        self.to.iter().any(|report| report.format == ReportFormat::Markdown)
    }
}

/// A report and the file that it goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReportTo {
    /// Its format.
    pub(super) format: ReportFormat,
    /// The file.
    pub(super) path: PathBuf,
}

/// Reads `FORMAT=PATH`.
fn report_to(text: &str) -> Result<ReportTo, String> {
    let (word, path) = text.split_once('=').ok_or("a format and a file are needed, as in `markdown=plan.md`")?;
    let words = || ReportFormat::ALL.map(|(_, word)| word).join(", ");
    let format = ReportFormat::from_word(word).ok_or_else(|| format!("no format `{word}`; there are {}", words()))?;
    if path.is_empty() {
        return Err(format!("`{word}=` names no file"));
    }
    Ok(ReportTo { format, path: path.into() })
}

#[derive(Debug, Args)]
pub(super) struct Diff {
    /// `REV..REV` in the words of Git; the working tree where the second is missing, `HEAD` where the first is. `REV...REV` starts
    /// where the two parted
    #[arg(value_name = "REV..REV")]
    pub(super) revisions: Option<String>,
    /// Ending with 2 where there are changes
    #[arg(long)]
    pub(super) detailed_exitcode: bool,
    #[command(flatten)]
    pub(super) showing: Showing,
    #[command(flatten)]
    pub(super) allow: Allow,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// The saved plan; `-` for standard input
    pub(super) file: PathBuf,
    #[command(flatten)]
    pub(super) showing: Showing,
}

#[derive(Debug, Args)]
pub(super) struct Apply {
    /// A saved plan, `-` for standard input; refused where what it touches has changed
    pub(super) file: Option<PathBuf>,
    /// When a saved plan is made again; one that is stale is refused where this is not given
    #[arg(long, value_enum, value_name = "WHEN", requires = "file")]
    pub(super) replan: Option<Replan>,
    /// The commit that a saved plan has to be made of, in the words of Git; one of anything else is refused
    #[arg(long, value_name = "REV", requires = "file")]
    pub(super) expect_source: Option<String>,
    #[command(flatten)]
    pub(super) carrying: Carrying,
    #[command(flatten)]
    pub(super) allow: Allow,
}

#[derive(Debug, Args)]
pub(super) struct Destroy {
    /// Save the plan to a file, for `plat show` and `plat apply`, and change nothing; `-` for standard output
    #[arg(long, value_name = "FILE", conflicts_with = "auto_approve")]
    pub(super) out: Option<PathBuf>,
    #[command(flatten)]
    pub(super) carrying: Carrying,
    #[command(flatten)]
    pub(super) losses: Losses,
}

/// How a plan is carried out, and how that is told.
#[derive(Clone, Debug, Args)]
pub(super) struct Carrying {
    /// Do not ask
    #[arg(short = 'y', long, alias = "yes")]
    pub(super) auto_approve: bool,
    /// How what changes gets into the state stores, and into a catalog that is in Git
    #[arg(long, value_enum, default_value = "commit")]
    pub(super) via: Via,
    /// How long to wait for another apply, and for locks of the catalog and of Git
    #[arg(long, value_name = "DURATION", default_value = "90s", value_parser = duration)]
    pub(super) lock_timeout: Duration,
    /// For how long others take this run for alive without a sign of life
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = lease_ttl, hide = true)]
    pub(super) lease_ttl: Duration,
    #[command(flatten)]
    pub(super) detail: Detail,
    #[command(flatten)]
    pub(super) reports: Reports,
}

/// When a saved plan is made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Replan {
    /// Where it is stale, and it is applied where it does the same as the one that was saved
    IfEquivalent,
    /// Always, and it is applied where it does no more than the one that was saved, and no more follows from it
    IfNoMore,
}

/// How what changes gets into the state stores, and into a catalog that is in Git.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Via {
    /// As a commit on the branch of each
    Commit,
    /// As a commit on a branch of its own, to be looked at and merged
    PullRequest,
}

/// Reads a duration.
fn duration(text: &str) -> Result<Duration, String> {
    let seconds = crate::model::Duration::parse(text).and_then(|duration| u64::try_from(duration.0).ok());
    seconds
        .map(Duration::from_secs)
        .ok_or_else(|| "a whole number with a unit is needed, as in `90s` or `2m`".to_owned())
}

/// Reads the duration of a lease.
fn lease_ttl(text: &str) -> Result<Duration, String> {
    let longest = crate::model::Lease::LONGEST;
    let duration = duration(text)?;
    let fits = i64::try_from(duration.as_secs()).is_ok_and(|seconds| seconds <= longest);
    fits.then_some(duration).ok_or_else(|| format!("a lease holds for at most {longest} seconds"))
}

#[derive(Debug, Args)]
pub(super) struct Unlock {
    /// The run whose leases are cleared, or the beginning of its name; leases are shown where none is given
    #[arg(value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(super) run: Option<String>,
    /// Clear the leases of all runs
    #[arg(long, conflicts_with = "run")]
    pub(super) all: bool,
    /// Do not ask
    #[arg(short = 'y', long, alias = "yes")]
    pub(super) auto_approve: bool,
}

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    pub(super) shell: Shell,
}

/// A shell that commands can be completed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "each is the shell of its name")]
pub(super) enum Shell {
    Bash,
    Zsh,
    Fish,
}

#[derive(Debug, Args)]
pub(super) struct Runs {
    /// The run, or the beginning of its name; the newest ones where it is not given
    pub(super) run: Option<String>,
    /// The most runs to show
    #[arg(long, value_name = "N", default_value = "20")]
    pub(super) limit: usize,
}

#[derive(Debug, Args)]
pub(super) struct Proposals {
    /// Take away what is merged, closed, superseded or outdated: its branch, and what is remembered of it
    #[arg(long)]
    pub(super) prune: bool,
}

#[derive(Debug, Args)]
pub(super) struct Why {
    /// An object's address, `ADDRESS#FIELD`, or `file:STORE:PATH`
    #[arg(value_parser = named)]
    pub(super) address: String,
}

#[derive(Debug, Args)]
pub(super) struct Score {
    /// Only this scorecard
    pub(super) scorecard: Option<String>,
    /// Show every rule of every entity, with reasons
    #[arg(long)]
    pub(super) rules: bool,
    /// The moment that ages count from, in seconds since 1970; now where it is not given
    #[arg(long, value_name = "SECONDS")]
    pub(super) now: Option<i64>,
}
