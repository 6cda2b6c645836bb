//! The words of a server that turned a push down.

/// The status and what a hook said, on one line and without control characters: it goes to a terminal.
pub(crate) fn reason(status: &str, said: &str) -> String {
    let said = lines(said);
    if said.is_empty() { printable(status) } else { format!("{}: {}", printable(status), said.join("; ")) }
}

/// The most characters of what a server says.
const LONGEST: usize = 4000;

/// So many lines of what is said are told from its beginning, and so many from its end: what is wrong stands first or last.
const ENDS: usize = 10;

/// The most characters of a line that is told.
const LONGEST_LINE: usize = 300;

/// The lines that say something, without control characters; of many the first and the last, and of a long one its beginning.
pub(crate) fn lines(said: &str) -> Vec<String> {
    let lines = said.split(['\n', '\r']).map(printable);
    let mut lines: Vec<String> = lines.map(|line| shortened(line.trim())).filter(|line| !line.is_empty()).collect();
    if let Some(more) = lines.len().checked_sub(2 * ENDS + 1).filter(|more| *more > 0) {
        lines.splice(ENDS..=ENDS + more, [format!("({} more lines)", more + 1)]);
    }
    lines
}

/// A line that ends where it would be too long.
fn shortened(line: &str) -> String {
    match line.char_indices().nth(LONGEST_LINE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// The text without control characters and without the escape sequences of terminals, and not too much of it.
pub(crate) fn printable(text: &str) -> String {
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

    #[test]
    fn of_much_that_is_said_the_beginning_and_the_end_are_told() {
        let said = |count: usize| (1..=count).map(|line| format!("line {line}\n")).collect::<String>();
        assert_eq!(lines(&said(21)).len(), 21);
        let told = lines(&said(500));
        assert_eq!((told.len(), &*told[9], &*told[10], &*told[11]), (21, "line 10", "(480 more lines)", "line 491"));
        assert_eq!(told[20], "line 500");
        assert_eq!(lines(&"é".repeat(9_000)), ["é".repeat(300) + "…"]);
    }
}
