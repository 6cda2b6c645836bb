use crate::store::git::location;

/// A repository on a server that is reached over SSH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) user: Option<String>,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) path: String,
}

impl Address {
    /// Reads `ssh://[user@]host[:port]/path` or `[user@]host:path`. The error holds no part of the address.
    pub(super) fn parse(url: &str) -> Result<Self, String> {
        match url.split_once("://") {
            Some((_, rest)) => Self::parse_url(rest),
            None => Self::parse_short(url),
        }
        .ok_or_else(|| "its address names no host, no path, or a port or letters that cannot be".to_owned())
    }

    fn parse_url(rest: &str) -> Option<Self> {
        let (authority, path) = rest.split_once('/')?;
        let (user, host) = user(authority);
        let (host, port) = match host.strip_prefix('[') {
            Some(rest) => rest.split_once(']')?,
            None => host.find(':').map_or((host, ""), |at| host.split_at(at)),
        };
        let port = match port.strip_prefix(':') {
            Some("") | None => 22,
            Some(port) => port.parse().ok()?,
        };
        let path = location::decode(path).ok()?;
        // `/~user/r.git` starts at a home, as with Git itself.
        let path = if path.starts_with('~') { path } else { format!("/{path}") };
        Self { user, host: host.to_owned(), port, path }.checked()
    }

    fn parse_short(url: &str) -> Option<Self> {
        let (authority, path) = url.split_once(':')?;
        let (user, host) = user(authority);
        Self { user, host: host.to_owned(), port: 22, path: path.to_owned() }.checked()
    }

    fn checked(self) -> Option<Self> {
        let parts = [Some(self.host.as_str()), Some(&self.path), self.user.as_deref()];
        if parts.into_iter().flatten().any(|part| part.contains(char::is_control)) {
            return None;
        }
        (!self.host.is_empty() && !matches!(self.path.as_str(), "" | "/")).then_some(self)
    }

    /// What the server's shell is told to run, with the path quoted for it.
    pub(super) fn command(&self, service: &str) -> String {
        let quoted: String = self.path.chars().map(quote).collect();
        format!("{service} '{quoted}'")
    }
}

fn user(authority: &str) -> (Option<String>, &str) {
    authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user.to_owned()), host))
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

    fn read(url: &str) -> (Option<String>, String, u16, String) {
        let address = Address::parse(url).unwrap();
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
        let address = Address::parse("git.example:a'; rm -rf ~ #!").unwrap();
        assert_eq!(address.command("x"), "x 'a'\\''; rm -rf ~ #'\\!''");
    }

    #[test]
    fn what_names_no_repository_is_refused() {
        for url in [
            "ssh://git.example",
            "ssh:///r",
            "ssh://git.example:x/r",
            "git@:r",
            "git.example:",
            "ssh://[::1/r",
            "ssh://h/a%0ab",
            "ssh://h/a%00",
            "h:a\nb",
        ] {
            assert!(Address::parse(url).is_err(), "{url}");
        }
    }
}
