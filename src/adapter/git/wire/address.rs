use crate::model::Remote;

/// A repository on a server that is reached over SSH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) user: Option<String>,
    /// The host, without brackets.
    host: String,
    pub(super) port: Option<u16>,
    path: String,
}

impl Address {
    /// What an address that was read means to SSH: no part of one begins with what programs take for an option.
    pub(super) fn of(remote: &Remote) -> Self {
        // `/~user/r.git` starts at a home, as with Git itself.
        let at_home = remote.path.strip_prefix('/').filter(|path| path.starts_with('~'));
        Self {
            user: remote.user.clone(),
            host: remote.host.trim_matches(['[', ']']).to_owned(),
            port: remote.port,
            path: at_home.unwrap_or(&remote.path).to_owned(),
        }
    }

    /// Who logs in where: `user@host`, or the host alone, where `ssh` knows who. `user` stands in where the address names none.
    pub(super) fn destination(&self, user: Option<&str>) -> String {
        match self.user.as_deref().or(user) {
            Some(user) => format!("{user}@{}", self.host),
            None => self.host.clone(),
        }
    }

    /// What the server's shell is told to run, with the path quoted for it.
    pub(super) fn command(&self, service: &str) -> String {
        let quoted: String = self.path.chars().map(quote).collect();
        format!("{service} '{quoted}'")
    }
}

fn quote(letter: char) -> String {
    match letter {
        '\'' | '!' => format!("'\\{letter}'"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Location;

    fn address(url: &str) -> Address {
        match Location::parse(url) {
            Ok(Location::Server(remote)) => Address::of(&remote),
            other => panic!("{url}: {other:?}"),
        }
    }

    fn read(url: &str) -> (String, Option<u16>, String) {
        let address = address(url);
        (address.destination(None), address.port, address.command("git-upload-pack"))
    }

    #[test]
    fn both_forms_are_read() {
        let git = |command: &str, port| ("git@git.example".to_owned(), port, command.to_owned());
        assert_eq!(read("git@git.example:a/b.git"), git("git-upload-pack 'a/b.git'", None));
        assert_eq!(read("ssh://git@git.example/a/b.git"), git("git-upload-pack '/a/b.git'", None));
        assert_eq!(read("ssh://git@git.example:2222/a%20b"), git("git-upload-pack '/a b'", Some(2222)));
        assert_eq!(read("ssh://git@git.example/~me/r"), git("git-upload-pack '~me/r'", None));
        assert_eq!(read("ssh://[::1]:8/r"), ("::1".to_owned(), Some(8), "git-upload-pack '/r'".to_owned()));
        assert_eq!(address("work:r").destination(Some("git")), "git@work");
    }

    #[test]
    fn a_path_cannot_leave_its_quotes() {
        let command = address("git.example:a'; rm -rf ~ #!").command("x");
        assert_eq!(command, "x 'a'\\''; rm -rf ~ #'\\!''");
    }

    #[test]
    fn nothing_is_taken_for_an_option() {
        for url in [
            "ssh://-oProxyCommand=x/r",
            "ssh://-oProxyCommand=x@git.example/r",
            "-oProxyCommand=x:r",
            "git.example:-r",
            "ssh://-u@git.example/r",
        ] {
            assert!(Location::parse(url).is_err(), "{url}");
        }
        for url in ["ssh://u-@git.example/-r", "git.example:./-r"] {
            let address = address(url);
            assert!(!address.destination(None).starts_with('-') && !address.path.starts_with('-'), "{url}");
        }
    }
}
