//! Where the host of a repository shows its files.

/// The host that a run is on, which shows the files of the commit that it runs for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// The address of the files of a commit, without that.
    files: String,
    /// The commit that the run is for.
    commit: String,
    /// What stands between the first line and the last.
    to: &'static str,
}

impl Host {
    /// The host of GitHub Actions or of GitLab's pipelines, as their variables name it; nothing elsewhere, and where an address is none.
    pub fn of(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let github = || {
            let address = format!("{}/{}", variable("GITHUB_SERVER_URL")?, variable("GITHUB_REPOSITORY")?);
            Some(Self { files: format!("{address}/blob/"), commit: variable("GITHUB_SHA")?, to: "-L" })
        };
        let gitlab = || {
            let address = variable("CI_PROJECT_URL")?;
            Some(Self { files: format!("{address}/-/blob/"), commit: variable("CI_COMMIT_SHA")?, to: "-" })
        };
        github().or_else(gitlab).filter(Self::is_sound)
    }

    /// Whether nothing in it could be more than an address.
    fn is_sound(&self) -> bool {
        let is_of_address = |byte: u8| byte.is_ascii_alphanumeric() || b":/-._~%".contains(&byte);
        let is_web = ["https://", "http://"].iter().any(|scheme| self.files.starts_with(scheme));
        is_web && self.files.bytes().all(is_of_address)
    }

    /// Whether the run is for a commit, so that the host has it, and what comes before it.
    pub(super) fn is_for(&self, commit: Option<&str>) -> bool {
        commit == Some(self.commit.as_str())
    }

    /// The address of lines of a file as a commit has it.
    pub(super) fn lines(&self, commit: &str, file: &str, (first, last): (u32, u32)) -> String {
        let mut path = String::new();
        for byte in file.bytes() {
            match byte {
                b'/' | b'-' | b'.' | b'_' | b'~' => path.push(char::from(byte)),
                byte if byte.is_ascii_alphanumeric() => path.push(char::from(byte)),
                byte => path.push_str(&format!("%{byte:02X}")),
            }
        }
        let last = if first == last { String::new() } else { format!("{}{last}", self.to) };
        format!("{}{commit}/{path}#L{first}{last}", self.files)
    }
}

#[cfg(test)]
mod tests {
    use super::Host;

    fn host(variables: &[(&str, &str)]) -> Option<Host> {
        Host::of(|name| variables.iter().find(|row| row.0 == name).map(|row| row.1.to_owned()))
    }

    #[test]
    fn each_host_has_its_own_way_to_lines() {
        let github =
            [("GITHUB_SERVER_URL", "https://github.com"), ("GITHUB_REPOSITORY", "o/r"), ("GITHUB_SHA", "c0ffee")];
        let github = host(&github).unwrap();
        assert!(github.is_for(Some("c0ffee")) && !github.is_for(Some("beef")) && !github.is_for(None));
        assert_eq!(
            github.lines("c0ffee", "a b/é.kdl", (3, 7)),
            "https://github.com/o/r/blob/c0ffee/a%20b/%C3%A9.kdl#L3-L7"
        );
        let gitlab = host(&[("CI_PROJECT_URL", "https://lab.example/g/p"), ("CI_COMMIT_SHA", "c0ffee")]).unwrap();
        assert_eq!(gitlab.lines("c0ffee", "a.kdl", (3, 7)), "https://lab.example/g/p/-/blob/c0ffee/a.kdl#L3-7");
        assert_eq!(gitlab.lines("c0ffee", "a.kdl", (3, 3)), "https://lab.example/g/p/-/blob/c0ffee/a.kdl#L3");
    }

    #[test]
    fn what_is_no_address_is_no_host() {
        for address in ["javascript:alert(1)", "https://h/)[x](https://evil", "https://h\nx", ""] {
            assert_eq!(host(&[("CI_PROJECT_URL", address), ("CI_COMMIT_SHA", "c0ffee")]), None, "{address}");
        }
        assert_eq!(host(&[("CI_PROJECT_URL", "https://lab.example/g/p")]), None);
    }
}
