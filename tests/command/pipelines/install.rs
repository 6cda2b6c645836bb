//! Installing a release: nothing runs that is not what the release says, or what whoever installs it says.

use super::{are_there, find, ours, path, release};
use crate::project::Outcome;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A folder with a release, and the archive for this machine in it.
struct Release {
    folder: TempDir,
    archive: PathBuf,
}

impl Release {
    fn new() -> Option<Self> {
        if !are_there(&["curl", "tar"]) {
            return None;
        }
        let folder = TempDir::new().unwrap();
        release::of(&folder.path().join("built"), &folder.path().join("releases"));
        let version = env!("CARGO_PKG_VERSION");
        let target = match (std::env::consts::OS, std::env::consts::ARCH) {
            ("macos", processor) => format!("{processor}-apple-darwin"),
            (_, processor) => format!("{processor}-unknown-linux-musl"),
        };
        let archive = folder.path().join(format!("releases/v{version}/plat-{version}-{target}.tar.gz"));
        Some(Self { folder, archive })
    }

    /// What the script says with more variables.
    fn install(&self, variables: &[(&str, &str)]) -> Outcome {
        let mut command = Command::new(ours(".ci/pipeline/install.sh"));
        command.env_clear().stdin(Stdio::null());
        command.env("PATH", path()).env("FORGE_CURL", find("curl").unwrap());
        command.env("FORGE", self.folder.path()).env("GH_TOKEN", "token-of-the-run");
        command.env("RUNNER_TEMP", self.folder.path().join("temp")).env("GITHUB_PATH", self.folder.path().join("path"));
        command.env("PLAT_RELEASES", format!("file://{}", self.folder.path().join("releases").display()));
        Outcome::of(command.envs(variables.iter().copied()))
    }

    /// The digest of the archive as it is now.
    fn digest(&self) -> String {
        let sum = Outcome::of(Command::new("sha256sum").arg(&self.archive)).code(0).out;
        sum.split(' ').next().unwrap().to_owned()
    }

    /// The folder that later steps find programs in.
    fn installed(&self) -> Option<PathBuf> {
        let told = fs::read_to_string(self.folder.path().join("path")).ok()?;
        Some(Path::new(told.trim_end()).to_owned())
    }
}

#[test]
fn what_a_release_lists_and_its_workflow_built_is_installed() {
    let Some(release) = Release::new() else { return };
    release.install(&[]).code(0);
    let plat = release.installed().unwrap().join("plat");
    let version = Outcome::of(Command::new(plat).arg("version")).code(0);
    assert!(version.out.contains(env!("CARGO_PKG_VERSION")), "{version}");
    let calls = fs::read_to_string(release.folder.path().join("calls")).unwrap();
    assert!(calls.starts_with("attestation verify ") && calls.lines().count() == 1, "{calls}");
}

#[test]
fn an_archive_that_is_not_what_is_wanted_is_not_installed() {
    let Some(release) = Release::new() else { return };
    let digest = release.digest();
    let refused = |variables: &[(&str, &str)], what: &str| {
        release.install(variables).code(1).says(["::error title=plat was not installed::", what]);
        assert!(release.installed().is_none());
    };
    refused(&[("PLAT_VERSION", "99.0.0")], "cannot be had");
    refused(&[("PLAT_VERSION", "../../elsewhere")], "PLAT_VERSION is no version");
    refused(&[("PLAT_SHA256", &"0".repeat(64))], "has the digest");
    // Built by somebody else, with the list of the release made anew for it.
    fs::write(release.folder.path().join("built-elsewhere"), "").unwrap();
    refused(&[], "was not built by the release workflow of company/plat");
    release.install(&[("PLAT_SHA256", &digest)]).code(0);
    fs::remove_file(release.folder.path().join("path")).unwrap();
    // One more byte.
    fs::write(&release.archive, [fs::read(&release.archive).unwrap(), vec![0]].concat()).unwrap();
    refused(&[], "has the digest");
    refused(&[("PLAT_SHA256", &digest)], "has the digest");
}
