use super::{Lost, is_scheme};
use core::net::Ipv4Addr;

/// The folder that a path names. What a shell, a browser or another system would read as something else names none: taken to the
/// letter it would be a folder of that name, which nobody meant. With `./` before it, it is one.
pub(super) fn read(path: &str) -> Result<String, Lost> {
    let parts = || path.split(['/', '\\']);
    let first = parts().next().unwrap_or_default();
    if first == "." {
        return Ok(path.to_owned());
    }
    let has_more = first.len() + 1 < path.len();
    let beside = path.strip_prefix("//").and_then(|rest| rest.split('/').next());
    let is_drive = matches!(first.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    if first.starts_with('~') {
        return Err(Lost::Home);
    }
    if parts().any(is_variable) {
        return Err(Lost::Variable);
    }
    if is_drive {
        return Err(Lost::Drive);
    }
    if is_scheme(first) && path[first.len()..].starts_with("//") {
        return Err(Lost::HalfWritten);
    }
    if has_more && first.contains('@') {
        return Err(Lost::NoColon);
    }
    if has_more && is_host(first) || beside.is_some_and(is_host) {
        return Err(Lost::NoScheme);
    }
    Ok(path.to_owned())
}

/// Whether a part of a path is a variable of a shell.
fn is_variable(part: &str) -> bool {
    let of_windows = part.len() > 2 && part.starts_with('%') && part.ends_with('%');
    let behind = part.strip_prefix('$').and_then(|rest| rest.chars().next());
    of_windows
        || part.contains("${")
        || behind.is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '_' | '('))
}

/// Whether a part of a path is what servers are called: `localhost`, the numbers of an address, or a name with a domain. That
/// repositories in folders end with `.git` is a custom, and no domain.
fn is_host(part: &str) -> bool {
    let (domain, end) = part.rsplit_once('.').unwrap_or_default();
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let is_end = end.len() > 1 && end.bytes().all(|byte| byte.is_ascii_alphabetic()) && end != "git";
    part == "localhost" || part.parse::<Ipv4Addr>().is_ok() || is_end && domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_for_a_server_or_a_shell_is_no_folder() {
        for (path, lost) in [
            ("github.com/a/b", Lost::NoScheme),
            ("www.github.com/a/b.git", Lost::NoScheme),
            ("Git.Example.internal/x", Lost::NoScheme),
            ("//git.example/x", Lost::NoScheme),
            ("localhost/x", Lost::NoScheme),
            ("10.0.0.7/x", Lost::NoScheme),
            ("git@git.example/x", Lost::NoColon),
            ("me@host/x", Lost::NoColon),
            ("https//git.example/x", Lost::HalfWritten),
            ("~", Lost::Home),
            ("~/gitops", Lost::Home),
            ("~me/gitops", Lost::Home),
            ("$HOME/x", Lost::Variable),
            ("${HOME}/x", Lost::Variable),
            ("/srv/$USER/x", Lost::Variable),
            ("$(pwd)/x", Lost::Variable),
            ("gitops-${env}", Lost::Variable),
            ("%USERPROFILE%\\x", Lost::Variable),
            ("C:\\repo", Lost::Drive),
            ("d:/repo", Lost::Drive),
            ("C:repo", Lost::Drive),
        ] {
            assert_eq!(read(path), Err(lost), "{path}");
        }
    }

    #[test]
    fn what_is_a_folder_stays_one() {
        for path in [
            "gitops",
            "../gitops",
            ".plat/stores/local.git",
            "production.git",
            "production.git/x",
            "stores.d/production",
            "v1.2/x",
            "/github.com/a",
            "./github.com/a/b",
            "./~/x",
            "./$HOME/x",
            "./C:\\repo",
            "a/b",
            "a/github.com/b",
            "a~b/x",
            "a$b/x",
            "//a/b",
        ] {
            assert_eq!(read(path).as_deref(), Ok(path));
        }
    }
}
