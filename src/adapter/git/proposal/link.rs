//! Where a browser shows two branches of a repository side by side.

use crate::model::{Location, Scheme};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The page of a host that compares `branch` with `base`; nothing for a host that is not known. `url` is the repository's
/// address; what it holds of a user or a password is left out.
pub(crate) fn compare(url: &str, base: &str, branch: &str) -> Option<String> {
    let (host, path) = split(url)?;
    let name = host.split(':').next()?.to_ascii_lowercase();
    let (base, branch) = (encode(base), encode(branch));
    match Pages::of(&name)? {
        Pages::GitHub | Pages::Gitea => Some(format!("https://{host}/{path}/compare/{base}...{branch}")),
        Pages::GitLab => Some(format!("https://{host}/{path}/-/compare/{base}...{branch}")),
        Pages::Bitbucket => Some(format!("https://{host}/{path}/branches/compare/{branch}%0D{base}")),
        Pages::Azure => azure(&name, &path, &base, &branch),
    }
}

/// Whose pages a host has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pages {
    GitHub,
    GitLab,
    Bitbucket,
    /// And Forgejo, which has the same pages.
    Gitea,
    Azure,
}

impl Pages {
    /// By the host's name: the public ones, and those whose first part says it.
    fn of(host: &str) -> Option<Self> {
        match host {
            "bitbucket.org" => Some(Self::Bitbucket),
            "codeberg.org" => Some(Self::Gitea),
            "dev.azure.com" | "ssh.dev.azure.com" => Some(Self::Azure),
            _ if host.ends_with(".visualstudio.com") => Some(Self::Azure),
            _ => match host.split('.').next()? {
                "github" => Some(Self::GitHub),
                "gitlab" => Some(Self::GitLab),
                "gitea" | "forgejo" => Some(Self::Gitea),
                _ => None,
            },
        }
    }
}

/// The host, with the port of an `https:` address, and the repository's path without slashes around it and `.git`.
fn split(url: &str) -> Option<(String, String)> {
    let Ok(Location::Server(remote)) = Location::parse(url) else { return None };
    let host = match remote.scheme {
        Scheme::Https => remote.server(),
        // The port is that of another server than the pages'.
        Scheme::Ssh => remote.host,
        Scheme::Http | Scheme::Postgres => return None,
    };
    let path = remote.path.trim_matches('/');
    let path = encode(path.strip_suffix(".git").unwrap_or(path));
    (!path.is_empty()).then_some((host, path))
}

/// `dev.azure.com/ORGANISATION/PROJECT/_git/REPOSITORY`, and what it is called over SSH and was called before.
fn azure(host: &str, path: &str, base: &str, branch: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "_git" | "DefaultCollection")).collect();
    let (organisation, parts) = match (host, parts.as_slice()) {
        ("ssh.dev.azure.com", ["v3", organisation, rest @ ..]) => (*organisation, rest),
        (_, ["v3", organisation, rest @ ..]) if host.ends_with("vs-ssh.visualstudio.com") => (*organisation, rest),
        ("dev.azure.com", [organisation, rest @ ..]) => (*organisation, rest),
        (_, rest) => (host.strip_suffix(".visualstudio.com")?, rest),
    };
    let (project, repository) = match parts {
        [both] => (both, both),
        [project, repository] => (project, repository),
        _ => return None,
    };
    Some(format!(
        "https://dev.azure.com/{organisation}/{project}/_git/{repository}/branchCompare?baseVersion=GB{base}&targetVersion=GB{branch}"
    ))
}

/// A branch's name in a path or a query.
fn encode(name: &str) -> String {
    const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');
    utf8_percent_encode(name, PLAIN).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_hosts_have_a_page() {
        let rows = [
            ("https://github.com/o/r.git", "https://github.com/o/r/compare/main...plat/x"),
            ("git@github.com:o/r.git", "https://github.com/o/r/compare/main...plat/x"),
            ("ssh://git@github.com:22/o/r.git", "https://github.com/o/r/compare/main...plat/x"),
            ("https://github.example:8443/o/r", "https://github.example:8443/o/r/compare/main...plat/x"),
            ("https://gitlab.com/g/s/r.git", "https://gitlab.com/g/s/r/-/compare/main...plat/x"),
            ("ssh://git@gitlab.example:2222/g/r.git", "https://gitlab.example/g/r/-/compare/main...plat/x"),
            ("https://bitbucket.org/w/r.git", "https://bitbucket.org/w/r/branches/compare/plat/x%0Dmain"),
            ("git@codeberg.org:o/r.git", "https://codeberg.org/o/r/compare/main...plat/x"),
            ("https://forgejo.example/o/r", "https://forgejo.example/o/r/compare/main...plat/x"),
            ("https://gitea.example/o/r", "https://gitea.example/o/r/compare/main...plat/x"),
        ];
        for (url, page) in rows {
            assert_eq!(compare(url, "main", "plat/x").as_deref(), Some(page), "{url}");
        }
    }

    #[test]
    fn azures_many_addresses_have_one_page() {
        let page = "https://dev.azure.com/o/p/_git/r/branchCompare?baseVersion=GBmain&targetVersion=GBplat/x";
        for url in [
            "https://dev.azure.com/o/p/_git/r",
            "git@ssh.dev.azure.com:v3/o/p/r",
            "https://o.visualstudio.com/DefaultCollection/p/_git/r",
            "o@vs-ssh.visualstudio.com:v3/o/p/r",
        ] {
            assert_eq!(compare(url, "main", "plat/x").as_deref(), Some(page), "{url}");
        }
    }

    #[test]
    fn other_hosts_have_none_and_no_credential_is_kept() {
        for url in [
            "https://git.example/o/r.git",
            "/srv/r.git",
            "file:///srv/github.com/r",
            "http://127.0.0.1/r",
            "https://github.com",
            "https:///github.com/o/r",
            "https://user:hunter2@github.com/o/r",
        ] {
            assert_eq!(compare(url, "main", "b"), None, "{url}");
        }
        let page = compare("https://github.com/o/r?x=hunter2", "main", "a b#c").unwrap();
        assert_eq!(page, "https://github.com/o/r/compare/main...a%20b%23c");
    }
}
