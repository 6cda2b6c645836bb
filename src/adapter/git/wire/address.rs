use crate::model::Remote;

/// A repository on a server that is reached over SSH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) user: Option<String>,
    /// The host, without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) path: String,
}

impl Address {
    /// What an address that was read means to SSH.
    pub(super) fn of(remote: &Remote) -> Self {
        // `/~user/r.git` starts at a home, as with Git itself.
        let at_home = remote.path.strip_prefix('/').filter(|path| path.starts_with('~'));
        Self {
            user: remote.user.clone(),
            host: remote.host.trim_matches(['[', ']']).to_owned(),
            port: remote.port.unwrap_or(22),
            path: at_home.unwrap_or(&remote.path).to_owned(),
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

    fn read(url: &str) -> (Option<String>, String, u16, String) {
        let address = address(url);
        let command = address.command("git-upload-pack");
        (address.user, address.host, address.port, command)
    }

    #[test]
    fn both_forms_are_read() {
        let git = |command: &str, port| (Some("git".to_owned()), "git.example".to_owned(), port, command.to_owned());
        assert_eq!(read("git@git.example:a/b.git"), git("git-upload-pack 'a/b.git'", 22));
        assert_eq!(read("ssh://git@git.example/a/b.git"), git("git-upload-pack '/a/b.git'", 22));
        assert_eq!(read("ssh://git@git.example:2222/a%20b"), git("git-upload-pack '/a b'", 2222));
        assert_eq!(read("ssh://git@git.example/~me/r"), git("git-upload-pack '~me/r'", 22));
        assert_eq!(read("ssh://[::1]:8/r"), (None, "::1".to_owned(), 8, "git-upload-pack '/r'".to_owned()));
    }

    #[test]
    fn a_path_cannot_leave_its_quotes() {
        let command = address("git.example:a'; rm -rf ~ #!").command("x");
        assert_eq!(command, "x 'a'\\''; rm -rf ~ #'\\!''");
    }
}
