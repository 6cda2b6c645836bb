//! Which hosts a line of `known_hosts` is about.

/// Whether names as OpenSSH has them, with commas between them, are those of a host at a port: `*` and `?` stand for letters,
/// and a name behind `!` takes a host out. A host is `[name]:port` or, at any port, its name alone.
pub(super) fn are_of(names: &str, host: &str, port: u16) -> bool {
    let host = host.to_ascii_lowercase();
    let spellings = [format!("[{host}]:{port}"), host];
    let mut named = false;
    for name in names.split(',').map(str::to_ascii_lowercase) {
        let (pattern, takes_out) = name.strip_prefix('!').map_or((name.as_str(), false), |rest| (rest, true));
        let fits = spellings.iter().any(|spelling| fits(pattern.as_bytes(), spelling.as_bytes()));
        if fits && takes_out {
            return false;
        }
        named |= fits;
    }
    named
}

/// Whether a text is what a pattern says, in time that grows with the product of their lengths at worst.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut read) = (0, 0);
    // Where the last `*` stands, and how much of the text it has taken.
    let mut star = None;
    while read < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(letter) if *letter == b'?' || *letter == text[read] => (at, read) = (at + 1, read + 1),
            _ => match star {
                Some((place, taken)) => {
                    star = Some((place, taken + 1));
                    (at, read) = (place + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|letter| *letter == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_ports_and_patterns_name_hosts() {
        for names in ["git.example", "other,GIT.example", "*.example", "git.e?ample", "[git.example]:22", "*", "g*t*e*"]
        {
            assert!(are_of(names, "Git.Example", 22), "{names}");
        }
        for names in
            ["", "example", "*.example,!git.example", "!git.*,*", "[git.example]:2222", "git.exampl?e", "!git.example"]
        {
            assert!(!are_of(names, "git.example", 22), "{names}");
        }
        assert!(are_of("[git.example]:2222", "git.example", 2222) && are_of("git.example", "git.example", 2222));
        assert!(!are_of("!git.example,*", "git.example", 2222));
        assert!(are_of("[::1]:22", "::1", 22) && are_of("::1", "::1", 22));
    }
}
