//! Where a module is that lies in a Git repository: `git:https://host/platform//modules/postgresql?ref=v1.2`.

use std::fmt::{self, Display, Formatter};

/// What stands before such an address.
const PREFIX: &str = "git:";

/// A folder of a repository, at what a reference names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GitModule {
    /// The address of the repository, or a path.
    pub url: String,
    /// The folder in it, without slashes around it; empty for the whole.
    pub folder: String,
    /// Which of its states.
    pub pin: Pin,
}

/// Which state of a repository is meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pin {
    /// What its first branch has.
    Head,
    /// What a tag, a branch or a commit names.
    Reference(String),
    /// The newest of the tags that are a version in a range.
    Version(String),
}

impl GitModule {
    /// Reads the name of a module; nothing where it is no address of a repository.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(name: &str) -> Option<Result<Self, String>> {
        let rest = name.strip_prefix(PREFIX)?;
        Some(Self::read(rest))
    }

    fn read(rest: &str) -> Result<Self, String> {
        let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
        // The slashes behind a scheme are none of the folder's.
        let start = address.find("://").map_or(0, |scheme| scheme + 3);
        let (url, folder) = match address[start..].find("//") {
            Some(end) => (&address[..start + end], address[start + end + 2..].trim_matches('/')),
            None => (address, ""),
        };
        if url.len() <= start {
            return Err("it names no repository".to_owned());
        }
        if folder.split('/').any(|part| matches!(part, "." | "..")) {
            return Err("its folder leads out of the repository".to_owned());
        }
        let mut pin = Pin::Head;
        for (key, value) in
            query.split('&').filter(|part| !part.is_empty()).map(|part| part.split_once('=').unwrap_or((part, "")))
        {
            pin = match (key, pin) {
                _ if value.is_empty() => return Err(format!("`{key}` has no value")),
                ("ref" | "version", Pin::Reference(_) | Pin::Version(_)) => {
                    return Err("it says twice which state is meant: keep `ref` or `version`".to_owned());
                }
                ("ref", Pin::Head) => Pin::Reference(value.to_owned()),
                ("version", Pin::Head) => {
                    semver::VersionReq::parse(value)
                        .map_err(|error| format!("`{value}` is no range of versions: {error}"))?;
                    Pin::Version(value.to_owned())
                }
                (other, _) => return Err(format!("there is no `{other}`: write `?ref=TAG` or `?version=RANGE`")),
            };
        }
        Ok(Self { url: url.to_owned(), folder: folder.to_owned(), pin })
    }

    /// The module at a path from the folder of this one, in the same repository; nothing where that leads out of it.
    pub fn beside(&self, path: &str) -> Option<Self> {
        let mut parts: Vec<&str> = self.folder.split('/').filter(|part| !part.is_empty()).collect();
        for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
            match part {
                ".." => drop(parts.pop()?),
                part => parts.push(part),
            }
        }
        Some(Self { folder: parts.join("/"), ..self.clone() })
    }

    /// What its files are called by: the address without what says which state is meant.
    pub fn shown(&self) -> String {
        let folder = if self.folder.is_empty() { String::new() } else { format!("//{}", self.folder) };
        format!("{PREFIX}{}{folder}", self.url)
    }

    /// The newest version of a range among some tags, as the tag says it, perhaps with a `v` before it; a version before a release only where
    /// the range names one, as Cargo has it.
    pub fn newest<'t>(range: &str, tags: impl Iterator<Item = &'t str>) -> Option<&'t str> {
        let range = semver::VersionReq::parse(range).ok()?;
        let version = |tag: &'t str| Some((released(tag)?, tag));
        tags.filter_map(version).filter(|(version, _)| range.matches(version)).max().map(|(_, tag)| tag)
    }
}

/// The version that a tag or a label says, perhaps with a `v` before it.
pub(super) fn released(text: &str) -> Option<semver::Version> {
    semver::Version::parse(text.strip_prefix('v').unwrap_or(text)).ok()
}

impl Display for GitModule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())?;
        match &self.pin {
            Pin::Head => Ok(()),
            Pin::Reference(name) => write!(f, "?ref={name}"),
            Pin::Version(range) => write!(f, "?version={range}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str) -> Result<GitModule, String> {
        GitModule::parse(name).unwrap()
    }

    #[test]
    fn an_address_says_the_repository_the_folder_and_the_state() {
        for (name, url, folder, pin) in [
            ("git:https://host/a/b//m/pg?ref=v1.2", "https://host/a/b", "m/pg", Pin::Reference("v1.2".to_owned())),
            ("git:git@host:a/b.git//m?version=^1.2", "git@host:a/b.git", "m", Pin::Version("^1.2".to_owned())),
            ("git:../b.git", "../b.git", "", Pin::Head),
            ("git:file:///srv/b//m/", "file:///srv/b", "m", Pin::Head),
        ] {
            assert_eq!(read(name), Ok(GitModule { url: url.to_owned(), folder: folder.to_owned(), pin }), "{name}");
            assert_eq!(read(&read(name).unwrap().to_string()), read(name));
        }
        assert_eq!(GitModule::parse("std:services"), None);
        for name in [
            "git:",
            "git:https://",
            "git:a//../b",
            "git:a?ref",
            "git:a?ref=1&version=1",
            "git:a?version=latest",
            "git:a?tag=1",
        ] {
            assert!(read(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_module_beside_it_is_of_the_same_state() {
        let module = read("git:a//m/pg?ref=v1").unwrap();
        assert_eq!(module.beside("../common").unwrap().to_string(), "git:a//m/common?ref=v1");
        assert_eq!(module.beside("../..").unwrap().to_string(), "git:a?ref=v1");
        assert_eq!(module.beside("../../.."), None);
    }

    #[test]
    fn a_range_takes_its_newest_version() {
        let tags = ["v1.2.0", "1.10.0", "v2.0.0", "v1.11.0-rc.1", "latest", "v1.9.9"];
        let newest = |range| GitModule::newest(range, tags.into_iter());
        assert_eq!(newest("^1.2"), Some("1.10.0"));
        assert_eq!(newest(">=1, <1.10"), Some("v1.9.9"));
        assert_eq!(newest("^1.11.0-rc.0"), Some("v1.11.0-rc.1"));
        assert_eq!(newest("^3"), None);
    }
}
