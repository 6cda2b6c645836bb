//! The words of a server that turned a push down.

/// The status and what a hook said, on one line and without control characters: it goes to a terminal.
pub(super) fn reason(status: &str, said: &str) -> String {
    let said = lines(said);
    if said.is_empty() { printable(status) } else { format!("{}: {}", printable(status), said.join("; ")) }
}

/// The most characters of what a server says.
const LONGEST: usize = 4000;

/// The lines that say something, without control characters.
pub(super) fn lines(said: &str) -> Vec<String> {
    let lines = said.split(['\n', '\r']).map(printable);
    lines.map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// The text without control characters and without the escape sequences of terminals, and not too much of it.
pub(super) fn printable(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.chars().take(LONGEST).peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '\u{1b}' if rest.next_if_eq(&'[').is_some() => {
                // A sequence ends with the first letter.
                while rest.next_if(|next| !next.is_ascii_alphabetic()).is_some() {}
                rest.next();
            }
            '\t' => kept.push(' '),
            _ if letter.is_control() => {}
            _ => kept.push(letter),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_without_control_characters() {
        let said = "\u{1b}[31;1mno manifests\u{1b}[0m on Fridays\r\n\tsee the\u{7} wiki\n\n";
        let expected = "pre-receive hook declined: no manifests on Fridays; see the wiki";
        assert_eq!(reason("pre-receive hook declined", said), expected);
        assert_eq!(reason("not\nallowed", ""), "notallowed");
    }
}
