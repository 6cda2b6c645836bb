//! The catalogs of one project in turns: embedded, in Git over HTTP, and in PostgreSQL; and Terraform, with its state in a file and in PostgreSQL.

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::servers::{PASSWORD, Server, USER};
use super::{APPLY, Cost, EMBEDDED, Failure, PLAT, Project, change, print, resources, run, state};

/// What is done to a side before each run.
type Before<'b> = &'b dyn Fn(&Side<'_>) -> Result<(), Failure>;

/// Where a catalog lies.
struct Side<'s> {
    name: &'static str,
    project: Project,
    server: Option<&'s Server>,
}

/// How often something is measured of so many entities.
fn rounds(count: usize) -> usize {
    if count > 10_000 { 3 } else { 5 }
}

pub(crate) fn measure() -> Result<(), Failure> {
    let (git, postgres) = (Server::of_git()?, Server::of_postgres()?);
    let mut lines = vec![format!("{:<46} {:>10} {:>9} {:>9} {:>10}", "", "wall", "cpu", "memory", "wire")];
    for count in [10_000, 100_000] {
        let text = |kind: &str, url: &str| {
            format!("project bench {{\n    id bench-1\n    catalog {kind} {{ url \"{url}\"; }}\n}}\n")
        };
        let sides = [
            Side { name: "embedded", project: Project::new(count, EMBEDDED)?, server: None },
            Side {
                name: "Git",
                project: Project::new(count, &text("git create", &repository(&git)))?,
                server: Some(&git),
            },
            Side {
                name: "PostgreSQL",
                project: Project::new(count, &text("postgres", &postgres.database()))?,
                server: Some(&postgres),
            },
        ];
        of_count(&mut lines, count, &sides)?;
        lines.push(clone(count, &git)?);
    }
    for count in [1_000, 10_000] {
        match terraform(count, &postgres) {
            Ok(measured) => lines.extend(measured),
            Err(error) => lines.push(format!("NOT MEASURED: terraform: {error}")),
        }
    }
    print(&lines);
    Ok(())
}

fn repository(git: &Server) -> String {
    format!("http://127.0.0.1:{}/catalog.git", git.port)
}

fn of_count(lines: &mut Vec<String>, count: usize, sides: &[Side<'_>]) -> Result<(), Failure> {
    let nothing = |_: &Side<'_>| Ok(());
    lines.extend(turns(&format!("{count}: first apply"), sides, APPLY, (if count > 10_000 { 1 } else { 3 }, &anew))?);
    let shared: Vec<&Side<'_>> = sides.iter().collect();
    lines.extend(turns(&format!("{count}: plan, nothing to do"), sides, &["plan"], (rounds(count), &nothing))?);
    let afresh = |side: &Side<'_>| {
        if side.server.is_some() { remove(&side.project.folder.path().join(".plat")) } else { Ok(()) }
    };
    lines.extend(turns(&format!("{count}: plan in a new folder"), sides, &["plan"], (rounds(count), &afresh))?);
    for side in &shared {
        change(side.project.folder.path())?;
    }
    lines.extend(turns(&format!("{count}: plan, one changed"), sides, &["plan"], (rounds(count), &nothing))?);
    let again = |side: &Side<'_>| change(side.project.folder.path());
    for side in &shared {
        change(side.project.folder.path())?;
    }
    lines.extend(turns(&format!("{count}: apply, one changed"), sides, APPLY, (rounds(count), &again))?);
    Ok(())
}

fn remove(folder: &Path) -> Result<(), Failure> {
    if folder.exists() { Ok(std::fs::remove_dir_all(folder)?) } else { Ok(()) }
}

/// Takes away all that was made of a project.
fn anew(side: &Side<'_>) -> Result<(), Failure> {
    remove(&side.project.folder.path().join(".plat"))?;
    match (side.name, side.server) {
        ("Git", Some(git)) => git.empty_repository("catalog.git"),
        (_, Some(postgres)) => {
            postgres.sql("SET client_min_messages = error; DROP SCHEMA IF EXISTS plat CASCADE").map(drop)
        }
        _ => Ok(()),
    }
}

/// A row for each side, of runs in turns before each of which something is done: medians.
fn turns(
    what: &str,
    sides: &[Side<'_>],
    arguments: &[&str],
    (rounds, before_each): (usize, Before<'_>),
) -> Result<Vec<String>, Failure> {
    let mut costs: Vec<Vec<(Cost, f64)>> = sides.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for (side, costs) in sides.iter().zip(&mut costs) {
            before_each(side)?;
            side.server.map(Server::bytes);
            let mut plat = Command::new(PLAT);
            plat.arg("-C").arg(side.project.folder.path()).args(arguments);
            let cost = Cost::once_with(
                &plat,
                &[("PLAT_SECRET_CATALOG_USERNAME", USER), ("PLAT_SECRET_CATALOG_PASSWORD", PASSWORD)],
            )?;
            costs.push((cost, side.server.map_or(0.0, Server::bytes)));
        }
    }
    let row = |(side, costs): (&Side<'_>, &Vec<(Cost, f64)>)| row(&format!("{what}, {}", side.name), costs);
    Ok(sides.iter().zip(&costs).map(row).collect())
}

fn row(what: &str, costs: &[(Cost, f64)]) -> String {
    let median = |of: &dyn Fn(&(Cost, f64)) -> f64| {
        let mut all: Vec<f64> = costs.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let (wall, processor) = (median(&|one| one.0.wall), median(&|one| one.0.processor));
    let (memory, wire) = (median(&|one| one.0.memory) / 1e6, median(&|one| one.1) / 1e3);
    format!("{what:<46} {wall:>8.3} s {processor:>7.2} s {memory:>6.0} MB {wire:>8.1} kB")
}

/// What `git clone` costs of the same, of the last commit alone.
fn clone(count: usize, git: &Server) -> Result<String, Failure> {
    let mut costs = Vec::new();
    for _ in 0..rounds(count) {
        let folder = TempDir::new()?;
        git.bytes();
        let mut clone = Command::new("git");
        clone
            .args(["clone", "-q", "--bare", "--depth", "1", "-b", "plat-catalog", &repository(git)])
            .arg(folder.path().join("c"));
        costs.push((Cost::once(&clone)?, git.bytes()));
    }
    Ok(row(&format!("{count}: git clone --bare --depth 1"), &costs))
}

/// `terraform plan` with nothing to do, with the state in a file and in a database.
fn terraform(count: usize, postgres: &Server) -> Result<Vec<String>, Failure> {
    let backend = format!(
        "terraform {{\n  backend \"pg\" {{\n    conn_str = \"postgres://{USER}:{PASSWORD}@127.0.0.1:{}/postgres?sslmode=disable\"\n    \
         schema_name = \"terraform_{count}\"\n  }}\n}}\n",
        postgres.port
    );
    let (local, remote) = (resources(count, "")?, resources(count, &backend)?);
    run(local.path(), &["init", "-input=false"])?;
    std::fs::write(local.path().join("terraform.tfstate"), state(count)?)?;
    run(remote.path(), &["init", "-input=false"])?;
    std::fs::write(remote.path().join("pushed"), state(count)?)?;
    let mut push = Command::new("terraform");
    push.current_dir(remote.path()).args(["state", "push", "pushed"]);
    if !push.stdout(Stdio::null()).status()?.success() {
        return Err("the state cannot be pushed".into());
    }
    let rounds = if count > 1_000 { 1 } else { 3 };
    let mut costs = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        for (folder, costs) in [&local, &remote].into_iter().zip(&mut costs) {
            postgres.bytes();
            let mut plan = Command::new("terraform");
            plan.current_dir(folder.path()).args(["plan", "-input=false", "-no-color", "-detailed-exitcode"]);
            costs.push((Cost::once(&plan)?, postgres.bytes()));
        }
    }
    let [local, remote] = costs;
    Ok(vec![
        row(&format!("{count}: terraform plan, nothing to do, local"), &local),
        row(&format!("{count}: terraform plan, nothing to do, pg"), &remote),
    ])
}
