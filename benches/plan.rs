//! What a plan costs: the whole process, with nothing to do and with one changed entity, for 1,000, 10,000 and
//! 100,000 entities in KDL and with 10,000 rendered files, beside `terraform plan` of 1,000 and 10,000 `terraform_data`
//! resources in the same run. Terraform's state is written for it: to apply 10,000 resources takes it the better part of an hour.
//!
//! `cargo bench --bench plan` (needs GNU time as `/usr/bin/time` for processor time and memory, and `terraform` for
//! the other side; what is missing is said). With `PLAT_BESIDE=PATH`, an older plat, it is the two of them instead, run for run in
//! turns, each on a project of its own; with `PLAT_BESIDE=git` plat with its catalog in a Git repository of this machine, and with the
//! embedded one; and with `PLAT_BESIDE=postgres://HOST/DATABASE` the same with the catalog in that database, into which
//! `PLAT_SECRET_CATALOG_USERNAME` and `_PASSWORD` log in (needs `psql`, which takes its schema away). With `PLAT_BESIDE=servers` it is all three
//! catalogs in turns, in Git and in PostgreSQL on servers that it starts itself, with what goes over the wire, and Terraform with its
//! state in a file and in that database (needs nginx, fcgiwrap, git and PostgreSQL).

#[path = "plan/everywhere.rs"]
mod everywhere;
#[path = "plan/servers.rs"]
mod servers;

use std::ffi::OsStr;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

type Failure = Box<dyn std::error::Error>;

/// How often each command is measured; the median counts.
const ROUNDS: usize = 7;
/// Entities in a file.
const PER_FILE: usize = 100;
/// Rendered files.
const FILES: usize = 10_000;

fn main() -> Result<(), Failure> {
    match std::env::var_os("PLAT_BESIDE") {
        Some(servers) if servers == "servers" => return everywhere::measure(),
        Some(git) if git == "git" => return catalogs("Git", IN_GIT),
        Some(address) if address.to_string_lossy().starts_with("postgres:") => {
            return catalogs("PostgreSQL", &in_database(&address.to_string_lossy()));
        }
        Some(older) => return beside(Path::new(&older)),
        None => {}
    }
    let mut lines = vec![format!("{:>8}  {:<34} {}", "entities", "command", Cost::HEADS)];
    let mut ours = Vec::new();
    for count in [1_000, 10_000, 100_000] {
        let project = Project::new(count, EMBEDDED)?;
        let text = project.text;
        let plat = |arguments: &[&str], rounds| Cost::of(rounds, || command(PLAT, project.folder.path(), arguments));
        let first = plat(&["plan", "--summary"], 1)?;
        plat(APPLY, 1)?;
        let nothing = plat(&["plan"], ROUNDS)?;
        change(project.folder.path())?;
        let one = plat(&["plan"], ROUNDS)?;
        for (what, cost) in [
            ("plat plan, all to create", first),
            ("plat plan, nothing to do", nothing),
            ("plat plan, one changed", one),
        ] {
            lines.push(format!("{count:>8}  {what:<34} {}  {:.1}x text", cost.row(), cost.memory / text));
        }
        if count <= 10_000 {
            ours.push((count, nothing));
        }
    }
    let files = Files::new(FILES)?;
    Cost::once(&command(PLAT, files.0.path(), APPLY))?;
    let row = format!("plat plan, {FILES} files, nothing to do");
    let cost = Cost::of(ROUNDS, || command(PLAT, files.0.path(), &["plan"]))?;
    lines.push(format!("{:>8}  {row:<34} {}", "", cost.row()));
    for (count, ours) in ours {
        match terraform(count) {
            Ok([first, nothing]) => {
                lines.push(format!("{count:>8}  {:<34} {}", "terraform plan, all to create", first.row()));
                lines.push(format!("{count:>8}  {:<34} {}", "terraform plan, nothing to do", nothing.row()));
                lines.push(format!(
                    "RATIO of terraform plan to plat plan, {count}, nothing to do: wall {:.0}, processor {:.0}",
                    nothing.wall / ours.wall,
                    nothing.processor / ours.processor
                ));
            }
            Err(error) => lines.push(format!("NOT MEASURED: terraform: {error}")),
        }
    }
    print(&lines);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the table is what a benchmark is for")]
fn print(lines: &[String]) {
    println!("{}", lines.join("\n"));
}

/// The binary of this build.
const PLAT: &str = env!("CARGO_BIN_EXE_plat");
const APPLY: &[&str] = &["apply", "--auto-approve", "--summary"];

/// A call of a plat in a folder.
fn command(plat: impl AsRef<OsStr>, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(plat);
    command.arg("-C").arg(folder).args(arguments);
    command
}

/// An older plat and this one in turns, so that both meet the same moods of the machine.
fn beside(older: &Path) -> Result<(), Failure> {
    let mut lines = vec![format!("{:<44} {:>17} {:>17} {:>13}", "ours to the older one", "wall", "cpu", "memory")];
    let plats = [Path::new(PLAT), older];
    for count in [10_000, 100_000] {
        let (ours, theirs) = (Project::new(count, EMBEDDED)?, Project::new(count, EMBEDDED)?);
        entities(&mut lines, count, plats, [ours.folder.path(), theirs.folder.path()])?;
    }
    let (ours, theirs) = (Files::new(FILES)?, Files::new(FILES)?);
    let sides = [(plats[0], ours.0.path()), (plats[1], theirs.0.path())];
    lines.push(turns(&format!("apply, {FILES} files to create"), sides, APPLY, anew)?);
    lines.push(turns(&format!("plan, {FILES} files, nothing to do"), sides, &["plan"], |_| Ok(()))?);
    sides.into_iter().try_for_each(|(_, folder)| resize(folder))?;
    lines.push(turns(&format!("plan, {FILES} files, one changed"), sides, &["plan"], |_| Ok(()))?);
    lines.push(turns(&format!("apply, {FILES} files, one changed"), sides, APPLY, resize)?);
    print(&lines);
    Ok(())
}

/// The catalog of a project file and the embedded one, in turns.
fn catalogs(name: &str, file: &str) -> Result<(), Failure> {
    let mut lines =
        vec![format!("{:<44} {:>17} {:>17} {:>13}", format!("{name} to embedded"), "wall", "cpu", "memory")];
    for count in [10_000, 100_000] {
        let (shared, embedded) = (Project::new(count, file)?, Project::new(count, EMBEDDED)?);
        let folders = [shared.folder.path(), embedded.folder.path()];
        entities(&mut lines, count, [Path::new(PLAT); 2], folders)?;
        let sides = folders.map(|folder| (Path::new(PLAT), folder));
        lines.push(turns(&format!("apply, {count} entities, one changed"), sides, APPLY, change)?);
        lines.push(turns(&format!("plan, {count} entities, for the first time here"), sides, &["plan"], forget)?);
    }
    print(&lines);
    Ok(())
}

/// What entities cost on both sides.
fn entities(lines: &mut Vec<String>, count: usize, plats: [&Path; 2], folders: [&Path; 2]) -> Result<(), Failure> {
    let sides = [(plats[0], folders[0]), (plats[1], folders[1])];
    lines.push(turns(&format!("apply, {count} entities to create"), sides, APPLY, anew)?);
    lines.push(turns(&format!("plan, {count} entities, nothing to do"), sides, &["plan"], |_| Ok(()))?);
    folders.into_iter().try_for_each(change)?;
    lines.push(turns(&format!("plan, {count} entities, one changed"), sides, &["plan"], |_| Ok(()))?);
    Ok(())
}

/// Takes away what is remembered of a catalog in a repository.
fn forget(folder: &Path) -> Result<(), Failure> {
    let known = folder.join(".plat/catalog.digests");
    if known.exists() { Ok(std::fs::remove_file(known)?) } else { Ok(()) }
}

/// Takes away all that was made of a project.
fn anew(folder: &Path) -> Result<(), Failure> {
    let text = std::fs::read_to_string(folder.join("plat.kdl"))?;
    if let Some(address) = text.split('"').find(|part| part.starts_with("postgres:")) {
        let login = |part: &str| std::env::var(format!("PLAT_SECRET_CATALOG_{part}"));
        let mut psql = Command::new("psql");
        psql.args(["-Xq", address, "-c", "SET client_min_messages = error; DROP SCHEMA IF EXISTS plat CASCADE"]);
        let dropped = psql.env("PGUSER", login("USERNAME")?).env("PGPASSWORD", login("PASSWORD")?).status()?;
        return if dropped.success() { Ok(()) } else { Err("the schema cannot be dropped".into()) };
    }
    let made = folder.join(".plat");
    if made.exists() { Ok(std::fs::remove_dir_all(made)?) } else { Ok(()) }
}

/// Changes one entity, to and fro.
fn change(folder: &Path) -> Result<(), Failure> {
    rewrite(&folder.join("services-000000.kdl"), |text| {
        let is_changed =
            text.find("hasReadme #false").unwrap_or(text.len()) < text.find("hasReadme #true").unwrap_or(0);
        let [from, to] = if is_changed { ["#false", "#true"] } else { ["#true", "#false"] };
        text.replacen(&format!("hasReadme {from}"), &format!("hasReadme {to}"), 1)
    })
}

/// Changes one file, to and fro.
fn resize(folder: &Path) -> Result<(), Failure> {
    rewrite(&folder.join("requests-000000.kdl"), |text| {
        let [from, to] = if text.contains("size 7\n") { [7, 8000] } else { [8000, 7] };
        text.replacen(&format!("size {from}\n"), &format!("size {to}\n"), 1)
    })
}

fn rewrite(path: &Path, edit: impl Fn(String) -> String) -> Result<(), Failure> {
    Ok(std::fs::write(path, edit(std::fs::read_to_string(path)?))?)
}

/// A row, of runs before each of which something is done to both projects: ours, theirs and the ratio of their medians.
fn turns(
    what: &str,
    sides: [(&Path, &Path); 2],
    arguments: &[&str],
    before_each: fn(&Path) -> Result<(), Failure>,
) -> Result<String, Failure> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        sides.into_iter().try_for_each(|(_, folder)| before_each(folder))?;
        let [first, second] = sides.map(|(plat, folder)| Cost::once(&command(plat, folder, arguments)));
        ours.push(first?);
        theirs.push(second?);
    }
    let median = |costs: &[Cost], of: fn(&Cost) -> f64| {
        let mut all: Vec<f64> = costs.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let figures: [fn(&Cost) -> f64; 3] = [|cost| cost.wall, |cost| cost.processor, |cost| cost.memory / 1e6];
    let [wall, processor, memory] = figures.map(|of| (median(&ours, of), median(&theirs, of)));
    let row = |(ours, theirs): (f64, f64)| format!("{ours:.3}/{theirs:.3} = {:.2}", ours / theirs);
    let memory = format!("{:.0}/{:.0} = {:.2}", memory.0, memory.1, memory.0 / memory.1);
    Ok(format!("{what:<38} {:>22} {:>22} {memory:>20}", row(wall), row(processor)))
}

/// What a process cost.
#[derive(Clone, Copy, Debug)]
struct Cost {
    /// Seconds on the clock.
    wall: f64,
    /// Seconds of all processors, user and system.
    processor: f64,
    /// The most memory, in bytes.
    memory: f64,
}

impl Cost {
    const HEADS: &'static str = "     wall        cpu     memory";

    fn row(&self) -> String {
        format!("{:>8.3} s {:>8.3} s {:>7.1} MB", self.wall, self.processor, self.memory / 1e6)
    }

    /// The median by wall time of some runs of a command.
    fn of(rounds: usize, mut command: impl FnMut() -> Command) -> Result<Self, Failure> {
        let mut costs = (0..rounds).map(|_| Self::once(&command())).collect::<Result<Vec<_>, _>>()?;
        costs.sort_by(|a, b| a.wall.total_cmp(&b.wall));
        Ok(costs[rounds / 2])
    }

    fn once(command: &Command) -> Result<Self, Failure> {
        Self::once_with(command, &[])
    }

    /// The same with some variables.
    fn once_with(command: &Command, variables: &[(&str, &str)]) -> Result<Self, Failure> {
        let report = tempfile::NamedTempFile::new()?;
        let mut timed = Command::new("/usr/bin/time");
        timed.args(["-f", "%e %U %S %M", "-o"]).arg(report.path()).arg(command.get_program()).args(command.get_args());
        timed.envs(variables.iter().copied());
        if let Some(folder) = command.get_current_dir() {
            timed.current_dir(folder);
        }
        let begin = std::time::Instant::now();
        let output = timed.stdout(Stdio::null()).stderr(Stdio::piped()).output()?;
        let wall = begin.elapsed().as_secs_f64();
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        let text = std::fs::read_to_string(report.path())?;
        let numbers = text.split_whitespace().map(str::parse::<f64>).collect::<Result<Vec<_>, _>>()?;
        let [_, user, system, kilobytes] = numbers[..] else { return Err(text.into()) };
        Ok(Self { wall, processor: user + system, memory: kilobytes * 1024.0 })
    }
}

/// A project of entities on disk.
struct Project {
    folder: TempDir,
    /// The size of its text, in bytes.
    text: f64,
}

impl Project {
    fn new(count: usize, file: &str) -> Result<Self, Failure> {
        let folder = TempDir::new()?;
        std::fs::write(folder.path().join("plat.kdl"), file)?;
        std::fs::write(folder.path().join("model.kdl"), MODEL)?;
        let mut text = 0.0;
        for first in (0..count).step_by(PER_FILE) {
            let services: String = (first..count.min(first + PER_FILE)).map(|number| service(number, count)).collect();
            text += f64::from(u32::try_from(services.len())?);
            std::fs::write(folder.path().join(format!("services-{first:06}.kdl")), services)?;
        }
        Ok(Self { folder, text })
    }
}

/// A project whose requests render to files of a local repository.
struct Files(TempDir);

impl Files {
    fn new(count: usize) -> Result<Self, Failure> {
        let folder = TempDir::new()?;
        std::fs::write(folder.path().join("plat.kdl"), PROMISE)?;
        for first in (0..count).step_by(PER_FILE) {
            let requests: String = (first..count.min(first + PER_FILE))
                .map(|number| {
                    format!("request bucket b-{number:06} namespace=team-{} {{\n    size {number}\n}}\n", number % 200)
                })
                .collect();
            std::fs::write(folder.path().join(format!("requests-{first:06}.kdl")), requests)?;
        }
        Ok(Self(folder))
    }
}

/// The file of a project whose catalog is where it is without a word, and of one whose catalog is in a repository.
const EMBEDDED: &str = "project bench\n";
const IN_GIT: &str = "project bench {\n    catalog git create { url \".plat/stores/catalog.git\"; }\n}\n";

/// The file of a project whose catalog is in a database.
fn in_database(address: &str) -> String {
    format!("project bench {{\n    catalog postgres {{ url \"{address}\"; }}\n}}\n")
}

const PROMISE: &str = r#"
project bench
state-store gitops git create { url ".plat/stores/gitops.git"; }
destination production { store gitops; }
promise bucket {
    api group=example.com version=v1 kind=Bucket { field size integer required; }
    workflow configure {
        resource "s3.example.com/v1" Bucket $name file=bucket.yaml {
            spec {
                size $spec.size
                region "eu-west-1"
                versioning #true
            }
        }
    }
}
"#;

const MODEL: &str = r"
blueprint environment
entity environment production
entity environment staging
blueprint service {
    property language enum required { values Go Python Node.js Java }
    property tier enum required { values critical standard experimental }
    property owner string required
    property repository url
    property slackChannel string
    property onCall string
    property productionReadiness number min=0 max=100
    property hasReadme boolean
    property hasMonitoring boolean
    property runbookUrl url
    property sloAvailability number
    relation environment environment many
    relation dependencies service many
}
scorecard readiness for=service {
    level Bronze {
        rule has_readme { hasReadme is #true; }
    }
    level Silver {
        rule has_monitoring { hasMonitoring is #true; }
        rule has_runbook { runbookUrl present; }
    }
    level Gold {
        rule slo { sloAvailability above 0; }
    }
}
";

fn service(number: usize, count: usize) -> String {
    let language = ["Go", "Python", "Node.js", "Java"][number % 4];
    let tier = ["critical", "standard", "experimental"][number % 3];
    let team = number % 200;
    let [first, second] = [number * 7 % count, (number * 13 + 1) % count];
    let mut text = format!("entity service svc-{number:06} {{\n    title \"Service number {number}\"\n");
    let _ = write!(
        text,
        "    language {language}\n    tier {tier}\n    owner team-{team}\n    repository \"https://github.com/company/svc-{number:06}\"
    slackChannel \"#team-{team}\"\n    onCall \"oncall-{team}@company.com\"\n    productionReadiness {}\n    hasReadme #{}
    hasMonitoring #{}\n    runbookUrl \"https://runbooks.company.com/svc-{number:06}\"\n    sloAvailability 99.{}
    environment production staging\n    dependencies svc-{first:06} svc-{second:06}\n}}\n\n",
        number % 101,
        !number.is_multiple_of(5),
        !number.is_multiple_of(7),
        number % 10,
    );
    text
}

/// `terraform plan` of as many resources with as many values: all to create, and nothing to do.
fn terraform(count: usize) -> Result<[Cost; 2], Failure> {
    let folder = resources(count, "")?;
    let command = |arguments: &[&str]| {
        let mut command = Command::new("terraform");
        command.current_dir(folder.path()).args(arguments);
        command
    };
    let rounds = if count > 1_000 { 1 } else { 3 };
    run(folder.path(), &["init", "-input=false"])?;
    let first = Cost::of(rounds, || command(&["plan", "-input=false", "-no-color"]))?;
    std::fs::write(folder.path().join("terraform.tfstate"), state(count)?)?;
    // It exits with 2 where it finds anything to do, which would be another measurement.
    let nothing = Cost::of(rounds, || command(&["plan", "-input=false", "-no-color", "-detailed-exitcode"]))?;
    Ok([first, nothing])
}

/// A folder with so many resources, and what is said beside them.
fn resources(count: usize, beside: &str) -> Result<TempDir, Failure> {
    let folder = TempDir::new()?;
    let resources: String = (0..count).map(resource).collect();
    std::fs::write(folder.path().join("main.tf"), beside.to_owned() + &resources)?;
    Ok(folder)
}

/// The state that an apply of the resources leaves.
fn state(count: usize) -> Result<String, Failure> {
    let types = serde_json::json!(["object", {
        "title": "string", "language": "string", "tier": "string", "owner": "string", "repository": "string",
        "hasReadme": "bool", "sloAvailability": "number"
    }]);
    let resource = |number: usize| -> Result<serde_json::Value, Failure> {
        let value = serde_json::json!({ "value": {
            "title": format!("Service number {number}"), "language": "Go", "tier": "standard",
            "owner": format!("team-{}", number % 200), "repository": format!("https://github.com/company/svc-{number}"),
            "hasReadme": true, "sloAvailability": format!("99.{}", number % 10).parse::<f64>()?
        }, "type": types });
        Ok(serde_json::json!({
            "mode": "managed", "type": "terraform_data", "name": format!("svc_{number}"),
            "provider": "provider[\"terraform.io/builtin/terraform\"]",
            "instances": [{ "schema_version": 0, "sensitive_attributes": [], "attributes": {
                "id": format!("00000000-0000-0000-0000-{number:012}"), "input": value, "output": value, "triggers_replace": null
            } }]
        }))
    };
    let resources: Vec<serde_json::Value> = (0..count).map(resource).collect::<Result<_, _>>()?;
    let state = serde_json::json!({
        "version": 4, "terraform_version": "1.0.0", "serial": 1, "lineage": "00000000-0000-0000-0000-000000000000",
        "outputs": {}, "resources": resources, "check_results": null
    });
    Ok(state.to_string())
}

fn run(folder: &Path, arguments: &[&str]) -> Result<(), Failure> {
    let output = Command::new("terraform").current_dir(folder).args(arguments).output()?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into()) }
}

fn resource(number: usize) -> String {
    format!(
        "resource \"terraform_data\" \"svc_{number}\" {{\n  input = {{\n    title = \"Service number {number}\"\n    \
         language = \"Go\"\n    tier = \"standard\"\n    owner = \"team-{}\"\n    repository = \
         \"https://github.com/company/svc-{number}\"\n    hasReadme = true\n    sloAvailability = 99.{}\n  }}\n}}\n",
        number % 200,
        number % 10,
    )
}
