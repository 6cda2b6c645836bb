//! Where a new project lies that a team shares: the repository of its catalog, and the host that runs its pipelines.

use super::pipeline::{Pipeline, Place};
use super::{Misuse, SessionError};
use crate::adapter::git::{Checkout, RevisionError, Upstream, checkout, real_address};
use crate::model::{Location, password, without_password};
use crate::source::without_login;
use std::path::{Path, PathBuf};

/// The remote that is meant where there are several.
const USUAL: &str = "origin";

/// The branch of a pipeline where nothing says how the repository begins.
const BRANCH: &str = "main";

/// What is asked for of a team's project, beside what its folder says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// The address of the catalog's repository, where it is not that of the folder.
    pub catalog: Option<&'a str>,
    /// Whose pipeline, where that is not plain from the remote.
    pub pipeline: Option<Pipeline>,
}

/// Where a new project of a team lies.
#[derive(Clone, Debug)]
pub struct Team {
    /// The address of the catalog's repository, without who logs in.
    pub url: String,
    /// Whether somebody logged in with the address, who stands in no file.
    pub had_login: bool,
    /// Whether the repository is reached by logging in.
    pub is_on_server: bool,
    /// The root of the repository that the project is in; its own folder where it is in none.
    pub root: PathBuf,
    /// The pipeline, with what differs from one project to another; else why there is none.
    pub pipeline: Result<Place, String>,
}

impl Team {
    /// Finds out where the project of a folder is to lie, which need not be there yet.
    ///
    /// # Errors
    /// Where nothing says it, or what does leads nowhere.
    pub fn of(folder: &Path, asked: Asked<'_>) -> Result<Self, SessionError> {
        let checkout = checkout(folder).map_err(RevisionError::from)?;
        let own = own(folder, checkout.as_ref());
        let (root, below) = match checkout {
            Some(found) if !found.below.is_empty() => (found.root, found.below),
            Some(_) | None => (folder.to_owned(), String::new()),
        };
        let (written, upstream) = match (asked.catalog, own) {
            (Some(said), own) => (Written::read(said)?, own.ok()),
            (None, Ok(own)) => (Written::of_remote(&own.address, &root)?, Some(own)),
            (None, Err(why)) => return Err(Misuse::NoCatalog(why).into()),
        };
        // Where the code is, as its host runs the pipeline.
        let code = upstream.as_ref().and_then(|own| Written::of_remote(&own.address, &root).ok());
        let is_own = code.as_ref().is_none_or(|code| bare(&code.url) == bare(&written.url));
        let place = Place {
            pipeline: Pipeline::None,
            server: written.location.clone(),
            url: written.url.clone(),
            is_own,
            below,
            branch: upstream.and_then(|own| own.branch).unwrap_or_else(|| BRANCH.to_owned()),
        };
        let pipeline = place.with(asked.pipeline, code.as_ref().map_or(&written.location, |code| &code.location));
        let is_on_server = matches!(written.location, Location::Server(_));
        Ok(Self { url: written.url, had_login: written.had_login, is_on_server, root, pipeline })
    }
}

/// The remote of the repository that a folder lies in; else why nobody knows which. Where it is not known to begin with another branch, that
/// is the one that is checked out.
fn own(folder: &Path, checkout: Option<&Checkout>) -> Result<Upstream, String> {
    let place = folder.display();
    let Some(checkout) = checkout else { return Err(format!("{place} lies in no Git repository")) };
    let mut remotes = checkout.remotes.iter();
    let found = match (checkout.remotes.get(USUAL), remotes.next(), remotes.next()) {
        (Some(usual), ..) => usual,
        (None, Some((_, only)), None) => only,
        (None, None, _) => return Err(format!("the repository around {place} has no remote")),
        (None, Some(_), Some(_)) => {
            let names: Vec<&str> = checkout.remotes.keys().map(String::as_str).collect();
            let names = names.join("`, `");
            return Err(format!(
                "the repository around {place} has the remotes `{names}`, and none is called `{USUAL}`"
            ));
        }
    };
    let branch = found.branch.clone().or_else(|| checkout.branch.clone());
    Ok(Upstream { branch, ..found.clone() })
}

/// An address as a text has it.
struct Written {
    url: String,
    location: Location,
    had_login: bool,
}

impl Written {
    fn read(address: &str) -> Result<Self, Misuse> {
        let had_login = password(address).is_some();
        let url = if had_login { nobodys(address) } else { address.to_owned() };
        let wrong = |why: String| Misuse::CatalogAddress { shown: without_password(address), why };
        let location = Location::parse(&url).map_err(|lost| wrong(lost.to_string()))?;
        Ok(Self { url, location, had_login })
    }

    /// The address of a remote, which may start at the root of its repository. What the settings of one user make of it is left to each who
    /// runs; but a shorthand such as `gh:company/platform` leads nowhere without them.
    fn of_remote(address: &str, root: &Path) -> Result<Self, Misuse> {
        let is_short = !address.contains("://") && !address.contains('@');
        let led = if is_short { real_address(address) } else { address.to_owned() };
        let written = Self::read(&led)?;
        let Location::Folder(path) = &written.location else { return Ok(written) };
        let place = root.join(path);
        let place = place.canonicalize().unwrap_or(place);
        Self::read(&place.display().to_string())
    }
}

/// An address without a password. Over SSH a user is no secret, and belongs to it.
fn nobodys(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").map_or(("", address), |(scheme, rest)| (scheme, rest));
    let is_ssh = scheme.is_empty() || scheme.to_ascii_lowercase().contains("ssh");
    match rest.split_once('@') {
        Some((login, place)) if is_ssh => {
            let user = login.split(':').next().unwrap_or_default();
            let scheme = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
            format!("{scheme}{user}@{place}")
        }
        _ => without_login(address),
    }
}

/// An address as two that lead to one repository have it mostly.
fn bare(url: &str) -> &str {
    let url = url.trim_end_matches('/');
    url.strip_suffix(".git").unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_without_who_logs_in() {
        for (remote, url) in [
            ("https://github.com/company/platform.git", "https://github.com/company/platform.git"),
            ("https://ann:planted@github.com/company/platform", "https://github.com/company/platform"),
            ("https://planted@github.com/company/platform", "https://github.com/company/platform"),
            ("https://github.com/company/platform?access_token=planted", "https://github.com/company/platform"),
            ("git@github.com:company/platform.git", "git@github.com:company/platform.git"),
            ("ssh://git@git.example:2222/a/b", "ssh://git@git.example:2222/a/b"),
            ("ssh://git:planted@git.example/a/b", "ssh://git@git.example/a/b"),
            ("git:planted@git.example:a/b", "git@git.example:a/b"),
        ] {
            let written = Written::of_remote(remote, Path::new("/nowhere")).unwrap();
            assert_eq!((&*written.url, written.had_login), (url, remote.contains("planted")), "{remote}");
        }
    }

    #[test]
    fn a_folder_is_written_as_a_whole_path() {
        let written = |remote: &str| Written::of_remote(remote, Path::new("/nowhere/a")).unwrap().url;
        assert_eq!(written("/srv/git/a.git"), "/srv/git/a.git");
        assert_eq!(written("file:///srv/git/a.git"), "/srv/git/a.git");
        assert_eq!(written("b.git"), "/nowhere/a/b.git");
    }

    #[test]
    fn an_address_that_leads_nowhere_is_told_without_its_password() {
        let error = Written::read("ftp://ann:planted@host/a").err().unwrap().to_string();
        assert!(error.contains("is none of https") && !error.contains("planted"), "{error}");
    }
}
