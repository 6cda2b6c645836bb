//! What a commit costs: one file among 100, 1,000 and 10,000, and the first delivery of 10,000 files, beside the `git`
//! command line in a clone with a work tree.
//!
//! `cargo bench --bench commit`

use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use plat::adapter::git::{Authorship, Config, Git, Place, WhenMissing};
use plat::credentials::Environment;
use plat::store::{Draft, FileChange, Store, StoreError};
use plat::wait::Wait;
use tempfile::TempDir;

/// How often the small commit is measured.
const ROUNDS: u32 = 21;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut table = vec![format!("{:>7}  {:<42} {:>10} {:>10}", "files", "work", "plat", "git")];
    for count in [100, 1_000, 10_000] {
        let (ours, theirs) = (Ours::new()?, Theirs::new()?);
        let first = [ours.first(count)?, theirs.first(count)?];
        table.push(row(count, "first delivery", first));
        table.push(row(count, "observe all, one changed (median)", [ours.observe(count)?, theirs.status()?]));
        table.push(row(count, "commit one changed file (median)", [ours.one(count)?, theirs.one(count)?]));
    }
    print(&table);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the table is what a benchmark is for")]
fn print(table: &[String]) {
    println!("{}", table.join("\n"));
}

fn row(count: usize, work: &str, times: [Duration; 2]) -> String {
    let [ours, theirs] = times.map(|time| format!("{:.2} ms", time.as_secs_f64() * 1000.0));
    format!("{count:>7}  {work:<42} {ours:>10} {theirs:>10}")
}

/// A manifest of about a kilobyte, of a kind that differs in a few places.
fn manifest(number: usize, revision: u32) -> String {
    let labels = (0..12).map(|label| format!("    plat.example/label-{label}: value-{}\n", number % (label + 7)));
    let labels = labels.collect::<Vec<_>>().concat();
    format!(
        "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata:\n  name: database-{number}\n  labels:\n{labels}\
         spec:\n  instances: {}\n  revision: {revision}\n  storage:\n    size: {}Gi\n",
        number % 5 + 1,
        number * 7919 % 512,
    )
}

fn path(number: usize) -> String {
    format!("cluster-{}/namespace-{}/database-{number}.yaml", number % 10, number % 100)
}

fn median(mut measure: impl FnMut(u32) -> Result<Duration, Failure>) -> Result<Duration, Failure> {
    let mut times = (1..=ROUNDS).map(&mut measure).collect::<Result<Vec<_>, _>>()?;
    times.sort();
    Ok(times[times.len() / 2])
}

/// A store in a bare repository; it is opened anew each time, as a run of `plat` does.
struct Ours(TempDir);

impl Ours {
    fn new() -> Result<Self, Failure> {
        Ok(Self(TempDir::new()?))
    }

    fn open(&self) -> Result<Git, StoreError> {
        let place = Place {
            name: "state".to_owned(),
            url: "state.git".to_owned(),
            root: self.0.path().to_owned(),
            branch: "main".to_owned(),
            path: String::new(),
            missing: WhenMissing::Create,
            cache: self.0.path().join("cache"),
            secret: "s".to_owned(),
            wait: Wait::default(),
            patience: Duration::from_mins(1),
        };
        let config =
            Config { project: "bench".to_owned(), owner: "bench".to_owned(), place, authorship: Authorship::default() };
        Git::open(config, Environment::new([]))
    }

    fn first(&self, count: usize) -> Result<Duration, Failure> {
        let changes = (0..count).map(|number| change(number, None, Some(manifest(number, 0))));
        let commit = commit(changes.collect());
        let start = Instant::now();
        black_box(self.open()?.deliver(&commit)?);
        Ok(start.elapsed())
    }

    fn observe(&self, count: usize) -> Result<Duration, Failure> {
        let paths: Vec<_> = (0..count).map(path).collect();
        let paths: Vec<_> = paths.iter().map(String::as_str).collect();
        median(|_| {
            let start = Instant::now();
            black_box(self.open()?.observe(&paths)?);
            Ok(start.elapsed())
        })
    }

    fn one(&self, count: usize) -> Result<Duration, Failure> {
        let number = count / 2;
        median(|round| {
            let content = manifest(number, round);
            let commit = commit(vec![change(number, Some(&manifest(number, round - 1)), Some(content))]);
            let start = Instant::now();
            black_box(self.open()?.deliver(&commit)?);
            Ok(start.elapsed())
        })
    }
}

fn change(number: usize, before: Option<&str>, after: Option<String>) -> FileChange {
    let id = |text: &str| git2::Oid::hash_object(git2::ObjectType::Blob, text.as_bytes()).ok();
    let before = before.and_then(id).map(|id| plat::store::ContentId(id.to_string().into()));
    FileChange {
        path: path(number),
        before,
        after: after.map(|text| text.into_bytes().into()),
        owned: true,
        taken_from: None,
        replaces: None,
    }
}

fn commit(changes: Vec<FileChange>) -> Draft {
    Draft {
        changes,
        holdings: Vec::new(),
        message: "plat: apply bench\n\nPlat-Run: 1\n".to_owned(),
        time: 1_700_000_000,
    }
}

/// The command line in a clone of a bare repository, which it pushes to.
struct Theirs(TempDir);

impl Theirs {
    fn new() -> Result<Self, Failure> {
        let folder = TempDir::new()?;
        run(folder.path(), &["init", "-q", "--bare", "-b", "main", "state.git"])?;
        run(folder.path(), &["clone", "-q", "state.git", "clone"])?;
        Ok(Self(folder))
    }

    fn write(&self, number: usize, revision: u32) -> Result<(), Failure> {
        let file = self.0.path().join("clone").join(path(number));
        std::fs::create_dir_all(file.parent().ok_or("a file has a folder")?)?;
        Ok(std::fs::write(file, manifest(number, revision))?)
    }

    fn deliver(&self, what: &str) -> Result<(), Failure> {
        let clone = self.0.path().join("clone");
        run(&clone, &["add", what])?;
        run(&clone, &["commit", "-q", "-m", "apply"])?;
        run(&clone, &["push", "-q", "origin", "HEAD:main"])
    }

    fn first(&self, count: usize) -> Result<Duration, Failure> {
        let start = Instant::now();
        (0..count).try_for_each(|number| self.write(number, 0))?;
        self.deliver("-A")?;
        Ok(start.elapsed())
    }

    fn status(&self) -> Result<Duration, Failure> {
        median(|_| {
            let start = Instant::now();
            run(&self.0.path().join("clone"), &["status", "--porcelain"])?;
            Ok(start.elapsed())
        })
    }

    fn one(&self, count: usize) -> Result<Duration, Failure> {
        let number = count / 2;
        median(|round| {
            let start = Instant::now();
            self.write(number, round)?;
            self.deliver(&path(number))?;
            Ok(start.elapsed())
        })
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Result<(), Failure> {
    let identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "gc.auto=0"];
    let mut command = Command::new("git");
    let command = command.current_dir(folder).args(identity).args(arguments);
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(format!("git {} failed", arguments.join(" ")).into()) }
}
