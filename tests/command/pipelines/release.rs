//! What a release is made of, by the scripts that the workflow runs.

use super::{are_there, not_run, ours};
use crate::project::Outcome;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

const WORKFLOW: &str = ".github/workflows/release.yml";
/// What Cargo.toml says.
const VERSION: &str = env!("CARGO_PKG_VERSION");
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

fn workflow() -> Value {
    serde_norway::from_str(&fs::read_to_string(ours(WORKFLOW)).unwrap()).unwrap()
}

/// The targets that the workflow builds.
fn targets() -> BTreeSet<String> {
    let workflow = workflow();
    let matrix = workflow["jobs"]["build"]["strategy"]["matrix"]["include"].as_array().unwrap().clone();
    matrix.iter().map(|one| one["target"].as_str().unwrap().to_owned()).collect()
}

/// One of the scripts.
fn script(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(ours(".ci/release").join(name));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// A binary of each target in a folder: all of them run the `plat` of the tests.
fn binaries(folder: &Path) {
    for target in targets() {
        let folder = folder.join(target);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("plat"), format!("#!/bin/sh\nexec {} \"$@\"\n", env!("CARGO_BIN_EXE_plat"))).unwrap();
    }
}

/// A release of this version, made in `scratch` and laid down below `releases`.
pub(super) fn of(scratch: &Path, releases: &Path) {
    binaries(scratch);
    let out = releases.join(format!("v{VERSION}"));
    let mut archive = script("archive.sh", &[VERSION, scratch.to_str().unwrap(), out.to_str().unwrap()]);
    Outcome::of(&mut archive).code(0);
}

/// What a script prints that has to succeed.
fn printed(command: &mut Command) -> String {
    Outcome::of(command).code(0).out
}

#[test]
fn archives_are_the_same_whoever_packs_them_and_their_digests_are_listed() {
    let folder = TempDir::new().unwrap();
    for time in ["one", "two"] {
        of(&folder.path().join(format!("built-{time}")), &folder.path().join(time));
    }
    let [one, two] = ["one", "two"].map(|time| folder.path().join(time).join(format!("v{VERSION}")));
    let sums = fs::read_to_string(one.join("SHA256SUMS")).unwrap();
    assert_eq!(sums, fs::read_to_string(two.join("SHA256SUMS")).unwrap());
    let named: BTreeSet<String> = sums.lines().map(|line| line.split_once("  ").unwrap().1.to_owned()).collect();
    assert_eq!(named, targets().iter().map(|target| format!("plat-{VERSION}-{target}.tar.gz")).collect());
    printed(Command::new("sha256sum").args(["--check", "--strict", "SHA256SUMS"]).current_dir(&one));
    for name in named {
        let listed = printed(Command::new("tar").arg("-tzvf").arg(one.join(&name)));
        assert!(listed.contains("-rwxr-xr-x 0/0") && listed.contains("/LICENSE-MIT"), "{listed}");
    }
}

#[test]
fn the_formula_has_the_digest_of_each_archive() {
    let folder = TempDir::new().unwrap();
    of(&folder.path().join("built"), folder.path());
    let sums = folder.path().join(format!("v{VERSION}/SHA256SUMS"));
    let formula = printed(&mut script("formula.sh", &[VERSION, REPOSITORY, sums.to_str().unwrap()]));
    for line in fs::read_to_string(&sums).unwrap().lines() {
        let (digest, name) = line.split_once("  ").unwrap();
        let both = format!("url \"{REPOSITORY}/releases/download/v{VERSION}/{name}\"\n      sha256 \"{digest}\"");
        assert!(formula.contains(&both), "{formula}");
    }
    assert_eq!(formula.matches("sha256").count(), targets().len());
    let text = fs::read_to_string(&sums).unwrap();
    fs::write(&sums, text.lines().skip(1).collect::<Vec<_>>().join("\n")).unwrap();
    let refused = Outcome::of(&mut script("formula.sh", &[VERSION, REPOSITORY, sums.to_str().unwrap()]));
    assert!(refused.code != Some(0) && refused.out.is_empty(), "{refused}");
}

#[test]
fn a_tag_that_is_not_what_the_package_says_is_not_released() {
    let tag = format!("v{VERSION}");
    printed(&mut script("facts.sh", &[&tag, REPOSITORY]));
    let refused = |tag: &str, repository: &str, what: &str| {
        Outcome::of(&mut script("facts.sh", &[tag, repository])).code(1).says(["::error ", what]);
    };
    refused("v99.0.0", REPOSITORY, "The tag is v99.0.0");
    refused(VERSION, REPOSITORY, "The tag is ");
    refused(&tag, "https://github.com/somebody/plat", "This is https://github.com/somebody/plat");
}

#[test]
fn a_binary_that_needs_something_of_the_system_is_no_proof() {
    if printed(Command::new("id").arg("-u")).trim() != "0" {
        return not_run("only the superuser may change the root");
    }
    // That one which needs nothing is one is seen where it was built: by `.ci/run`, and before a release.
    let needs =
        Outcome::of(script("prove.sh", &[env!("CARGO_BIN_EXE_plat")]).env("PATH", std::env::var_os("PATH").unwrap()));
    assert_eq!(needs.code, Some(1), "{needs}");
    assert!(needs.out.contains("In an empty root `plat version` fails."), "{needs}");
}

/// The steps of the job that publishes which are scripts, with what `docker` and `gh` stand in for.
#[test]
fn what_was_built_is_published_as_it_is() {
    if !are_there(&["bash", "jq"]) {
        return;
    }
    let folder = TempDir::new().unwrap();
    let place = |name: &str| folder.path().join(name);
    binaries(&place("built"));
    fs::create_dir_all(place("built/sbom")).unwrap();
    fs::write(place("built/sbom/plat.cdx.json"), "{}").unwrap();
    fs::create_dir_all(place("built/extension")).unwrap();
    fs::write(place("built/extension/plat.vsix"), "PK").unwrap();
    std::os::unix::fs::symlink(ours(".ci"), place(".ci")).unwrap();
    fs::create_dir(place("bin")).unwrap();
    // They keep what they are given; a builder also tells the digest of what it pushed.
    let keeps = "#!/bin/sh\nprintf '%s\\n' \"$0 $*\" | sed 's|.*/bin/||' >>\"$KEPT/calls\"\n";
    let builds = "case $1-$2 in login-*) cat >\"$KEPT/login\" ;; buildx-build) for last; do :; done\ncp -r \"$last\" \"$KEPT/context\"\n\
                  while [ \"$1\" != --metadata-file ]; do shift; done\n\
                  echo '{ \"containerimage.digest\": \"sha256:11\" }' >\"$2\" ;; esac\n";
    for (name, text) in [("gh", keeps.to_owned()), ("docker", format!("{keeps}{builds}"))] {
        fs::write(place("bin").join(name), text).unwrap();
        fs::set_permissions(place("bin").join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = std::env::var("PATH").unwrap();
    let workflow = workflow();
    let steps = workflow["jobs"]["publish"]["steps"].as_array().unwrap();
    let scripts: Vec<&str> = steps.iter().filter_map(|step| step["run"].as_str()).collect();
    assert_eq!(scripts.len(), 3);
    for text in scripts {
        let mut step = Command::new("bash");
        step.args(["-eo", "pipefail", "-c", text]).current_dir(folder.path()).env_clear().stdin(Stdio::null());
        step.env("PATH", format!("{}:{path}", place("bin").display())).env("KEPT", folder.path());
        step.env("GITHUB_REF_NAME", format!("v{VERSION}")).env("GITHUB_SERVER_URL", "https://github.com");
        step.env("GITHUB_REPOSITORY", "Company/plat").env("GITHUB_ACTOR", "bo").env("GH_TOKEN", "token-of-the-run");
        step.env("GITHUB_OUTPUT", place("output"));
        Outcome::of(&mut step).code(0);
    }
    let released: BTreeSet<String> =
        fs::read_dir(place("out")).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let archives = targets().into_iter().map(|target| format!("plat-{VERSION}-{target}.tar.gz"));
    let extension = format!("plat-{VERSION}.vsix");
    let beside = ["SHA256SUMS", "plat.cdx.json", "plat.rb", &extension].map(str::to_owned);
    assert_eq!(released, archives.chain(beside).collect());
    let sums = fs::read_to_string(place("out/SHA256SUMS")).unwrap();
    for name in ["plat.cdx.json", &extension] {
        assert!(sums.contains(&format!("  {name}\n")), "{sums}");
    }
    let calls = fs::read_to_string(place("calls")).unwrap();
    let image = format!(
        "--platform linux/amd64,linux/arm64 --file .ci/release/Containerfile --tag ghcr.io/company/plat:{VERSION} --push"
    );
    assert!(calls.contains(&image), "{calls}");
    let last = calls.lines().last().unwrap();
    assert!(last.starts_with(&format!("gh release create v{VERSION} --repo Company/plat --verify-tag")), "{calls}");
    assert!(released.iter().all(|name| last.contains(&format!("out/{name}"))), "{calls}");
    assert_eq!(fs::read_to_string(place("output")).unwrap(), "name=ghcr.io/company/plat\ndigest=sha256:11\n");
    assert_eq!(fs::read_to_string(place("login")).unwrap(), "token-of-the-run");
    for file in ["linux/amd64/plat", "linux/arm64/plat", "ca-certificates.crt"] {
        assert!(place("context").join(file).is_file(), "{file}");
    }
}

#[test]
fn whoever_installs_a_release_knows_the_targets_that_are_built() {
    let install = fs::read_to_string(ours(".ci/pipeline/install.sh")).unwrap();
    let installed: BTreeSet<String> = install
        .lines()
        .filter_map(|line| line.split_once(" target=")?.1.split(' ').next().map(str::to_owned))
        .collect();
    assert_eq!(installed, targets());
    let manifest = fs::read_to_string(ours("Cargo.toml")).unwrap();
    let template = manifest.lines().find_map(|line| line.strip_prefix("pkg-url = ")).unwrap().trim_matches('"');
    assert_eq!(template, "{ repo }/releases/download/v{ version }/plat-{ version }-{ target }.tar.gz");
}

#[test]
fn the_release_workflow_is_careful() {
    super::github::careful(&workflow());
    for (name, job) in workflow()["jobs"].as_object().unwrap() {
        let writes = job["permissions"].as_object().unwrap().values().any(|right| right == &json!("write"));
        assert_eq!(writes, name == "publish", "{name}");
    }
}
