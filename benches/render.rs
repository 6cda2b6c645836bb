//! Renders 1,000 database requests: in this process, by the `plat` binary, and beside `kubectl kustomize` of 1,000
//! overlays of the same manifest. `cargo bench --bench render`.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run has nothing to say")]

use plat::model::Project;
use plat::render::{place, render};
use plat::resolve::{MemoryLoader, resolve};
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const REQUESTS: usize = 1_000;
const SIZES: [&str; 3] = ["small", "medium", "large"];

const PROMISE: &str = r#"
project bench
promise postgresql {
    api group=database.platform.company.com version=v1 kind=PostgreSQL {
        field size enum required { values small medium large }
        field version string default="15"
    }
    schedule environment=production
    workflow configure {
        table sizing by=$spec.size {
            row small  cpu="500m" memory="1Gi" storage="10Gi"
            row medium cpu="1"    memory="2Gi" storage="50Gi"
            row large  cpu="2"    memory="4Gi" storage="100Gi"
        }
        resource "postgresql.cnpg.io/v1" Cluster $name file=cluster.yaml {
            spec instances=3 {
                imageName "ghcr.io/cloudnative-pg/postgresql:${spec.version}"
                storage size=$sizing.storage
                resources {
                    requests cpu=$sizing.cpu memory=$sizing.memory
                }
                monitoring enablePodMonitor=#true
            }
        }
    }
}
state-store production-gitops git { url "https://github.com/company/gitops-production" }
destination production {
    store production-gitops
    labels environment=production
    strict-labels
}
"#;

const BASE: &str = "apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata:
  name: db
spec:
  instances: 3
  imageName: ghcr.io/cloudnative-pg/postgresql:15
  storage:
    size: 10Gi
  resources:
    requests:
      cpu: 500m
      memory: 1Gi
  monitoring:
    enablePodMonitor: true
";

fn main() {
    let text = project_text();
    let project = resolve(&MemoryLoader::new([("plat.kdl", text.as_str())])).unwrap().project;
    let rendered = render(&project).0;
    assert_eq!(rendered.iter().filter(|request| request.destination.is_some()).count(), REQUESTS);
    println!("threads: {}", std::thread::available_parallelism().map_or(1, usize::from));
    let library = report("library, render and place", || {
        let rendered = render(&project).0;
        assert_eq!(place(&project, &rendered).0.len(), REQUESTS);
    });
    report("library, render alone", || assert_eq!(render(&project).0.len(), REQUESTS));
    report("library, from KDL text", || assert_eq!(from_text(&text), REQUESTS));
    let folder = tempfile::tempdir().unwrap();
    let whole = binary(&folder.path().join("plat"), &text);
    let kustomize = kustomize(&folder.path().join("kustomize"));
    match (whole, kustomize) {
        (_, None) => println!("RATIO: NOT MEASURED, `kubectl` IS MISSING"),
        (Some(whole), Some(other)) => {
            println!("RATIO, whole `plat render` to `kubectl kustomize`: {:.0}", ratio(other, whole));
        }
        (None, Some(other)) => println!("RATIO, library to `kubectl kustomize`: {:.0}", ratio(other, library)),
    }
}

fn from_text(text: &str) -> usize {
    let project: Project = resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap().project;
    place(&project, &render(&project).0).0.len()
}

fn project_text() -> String {
    let mut text = PROMISE.to_owned();
    for (number, size) in (0..REQUESTS).zip(SIZES.iter().cycle()) {
        writeln!(text, "request postgresql db-{number} namespace=team-{} {{ size {size} }}", number % 20).unwrap();
    }
    text
}

fn ratio(slow: Duration, fast: Duration) -> f64 {
    slow.as_secs_f64() / fast.as_secs_f64()
}

/// Measures work for at least two seconds and prints the median; gives it.
fn report(what: &str, mut work: impl FnMut()) -> Duration {
    let start = Instant::now();
    let mut times = Vec::new();
    while times.len() < 5 || start.elapsed() < Duration::from_secs(2) {
        let start = Instant::now();
        work();
        times.push(start.elapsed());
    }
    times.sort();
    let median = times[times.len() / 2];
    #[expect(clippy::cast_precision_loss, reason = "a rate to read")]
    let rate = REQUESTS as f64 / median.as_secs_f64();
    println!("{what}: {rate:.0} requests/s (median of {}: {median:?})", times.len());
    median
}

/// The whole `plat render`, from files to standard output; nothing where it cannot do it yet.
fn binary(folder: &Path, text: &str) -> Option<Duration> {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("plat.kdl"), text).unwrap();
    let command = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plat"));
        command.arg("-C").arg(folder).arg("render").stderr(Stdio::null());
        command
    };
    let output = command().output().unwrap();
    let manifests = String::from_utf8_lossy(&output.stdout).matches("kind: Cluster").count();
    if !output.status.success() || manifests < REQUESTS {
        println!("`plat render` GAVE {manifests} MANIFESTS AND IS NOT MEASURED: the library stands in for it");
        return None;
    }
    Some(report("whole `plat render`", || assert!(command().output().unwrap().status.success())))
}

/// One `kubectl kustomize` of 1,000 overlays, each a size, a name and a namespace on one base.
fn kustomize(folder: &Path) -> Option<Duration> {
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("base/cluster.yaml", BASE);
    write("base/kustomization.yaml", "resources:\n- cluster.yaml\n");
    let mut all = "resources:\n".to_owned();
    for number in 0..REQUESTS {
        let overlay = format!(
            "namePrefix: r{number}-\nnamespace: team-{}\nresources:\n- ../base\npatches:\n- target:\n    kind: Cluster\n  \
             patch: |\n    - op: replace\n      path: /spec/storage/size\n      value: 50Gi\n    - op: replace\n      \
             path: /spec/resources/requests\n      value:\n        cpu: \"1\"\n        memory: 2Gi\n",
            number % 20
        );
        write(&format!("overlay-{number}/kustomization.yaml"), &overlay);
        writeln!(all, "- overlay-{number}").unwrap();
    }
    write("kustomization.yaml", &all);
    let start = Instant::now();
    let output = match Command::new("kubectl").arg("kustomize").arg(folder).output() {
        Ok(output) => output,
        Err(error) => {
            println!("`kubectl` IS MISSING ({error}): NOTHING IS COMPARED");
            return None;
        }
    };
    let elapsed = start.elapsed();
    let manifests = String::from_utf8_lossy(&output.stdout).matches("kind: Cluster").count();
    if manifests != REQUESTS {
        println!("`kubectl kustomize` FAILED: {}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate to read")]
    let rate = REQUESTS as f64 / elapsed.as_secs_f64();
    println!("kubectl kustomize, one process: {rate:.0} overlays/s ({elapsed:?})");
    Some(elapsed)
}
