//! What nobody is shown of a text: passwords that somebody wrote into an address, and what is a secret by its form.

use super::token::tokens;
use memchr::{memchr3, memmem};
use std::ops::Range;

/// The part of an address that holds a password, or what may be one: before the host of `https://TOKEN@host`, behind the user
/// of `ssh://user:password@host`, and behind that of `user:password@host:path`. It can be broken in any way.
pub fn password(address: &str) -> Option<Range<usize>> {
    match address.find("://") {
        Some(at) if address[..at].eq_ignore_ascii_case("file") => of_url(address, at + 3),
        // Some look for the host behind all of the slashes.
        Some(at) => of_url(address, at + 3 + slashes(&address[at + 3..])).or_else(|| of_query(address)),
        None => half_written(address).and_then(|start| of_url(address, start)).or_else(|| of_short(address)),
    }
}

/// In the query of an address, or behind its `#`: the value of a parameter whose name says that it is one, and which is no reference to one.
fn of_query(address: &str) -> Option<Range<usize>> {
    let mut at = address.find(['?', '#'])? + 1;
    for parameter in address[at..].split(['&', ';', '?', '#']) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if !is_filled_in(value) && tells(name) {
            let begin = at + parameter.len() - value.len();
            return Some(begin..begin + value.len());
        }
        at += parameter.len() + 1;
    }
    None
}

/// Whether a parameter of a name logs somebody in: `apiKey`, but not `keyword`.
fn tells(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let parts = ["token", "secret", "passw", "pwd", "credential", "signature", "authorization"];
    parts.iter().any(|part| name.contains(part)) || ["key", "auth", "sig"].iter().any(|end| name.ends_with(end))
}

/// Whether nothing stands here but what somebody fills in: `{{ .secrets.NAME }}`, `${NAME}` and `<name>`.
fn is_filled_in(value: &str) -> bool {
    without_references(value, "").is_empty()
}

/// A text with another one in the place of what somebody fills in.
pub fn without_references(mut text: &str, instead: &str) -> String {
    let mut left = String::new();
    while let Some((at, (open, close))) =
        REFERENCES.into_iter().filter_map(|reference| Some((text.find(reference.0)?, reference))).min()
    {
        let Some((_, rest)) = text[at + open.len()..].split_once(close) else { break };
        left.push_str(&text[..at]);
        left.push_str(instead);
        text = rest;
    }
    left + text
}

/// What stands before and behind a reference.
const REFERENCES: [(&str, &str); 3] = [("{{", "}}"), ("${", "}"), ("<", ">")];

/// Where the rest begins of what was meant to have a scheme: `//host`, `https:/host` and `https:host`.
fn half_written(address: &str) -> Option<usize> {
    let scheme = match address.split_once(':') {
        _ if address.starts_with("//") => 0,
        Some((scheme, _)) if SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()) => scheme.len() + 1,
        Some(_) | None => return None,
    };
    Some(scheme + slashes(&address[scheme..]))
}

/// How many bytes at the beginning are slashes, or what some readers of addresses take for one or pass over.
fn slashes(rest: &str) -> usize {
    rest.len() - rest.trim_start_matches(|letter: char| is_slash(letter) || letter.is_control()).len()
}

fn is_slash(letter: char) -> bool {
    matches!(letter, '/' | '\\')
}

/// What stands before an address, and is no host of a short one.
const SCHEMES: [&str; 6] = ["http", "https", "ssh", "git", "git+ssh", "ssh+git"];

/// In an address with a scheme, whose rest begins at `start`.
fn of_url(address: &str, start: usize) -> Option<Range<usize>> {
    let rest = &address[start..];
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let at = rest[..end].rfind('@').or_else(|| {
        // A slash in a password ends what should be the host, and leaves a port that is none.
        let (_, port) = rest[..end].rsplit_once(':')?;
        let is_port = port.bytes().all(|byte| byte.is_ascii_digit()) || rest.starts_with('[');
        if is_port { None } else { rest.rfind('@') }
    })?;
    let scheme =
        address[..start].replace(|letter: char| is_slash(letter) || letter.is_control(), "").to_ascii_lowercase();
    // Something may stand before it, as in `(https://TOKEN@host)`.
    let is_web = scheme.ends_with("http:") || scheme.ends_with("https:");
    let behind = behind_colon(&rest[..at]);
    let hidden = if is_web { 0 } else { behind? };
    // What somebody fills in is no password yet.
    let is_said = !is_filled_in(&rest[behind.filter(|behind| *behind < at).unwrap_or(hidden)..at]);
    (hidden < at && is_said).then(|| start + hidden..start + at)
}

/// In `user:password@host:path`; `user@host:path` has none.
fn of_short(address: &str) -> Option<Range<usize>> {
    let first = address.find(':')?;
    let rest = &address[first + 1..];
    // One letter before a folder is the drive of a Windows path.
    let is_drive = first == 1 && rest.starts_with(['/', '\\']);
    if first == 0 || is_drive || address[..first].contains(['/', '\\']) {
        return None;
    }
    if let Some(at) = address[..first].rfind('@') {
        return behind_colon(&address[..at]).map(|hidden| hidden..at);
    }
    let folder = rest.find('/').unwrap_or(rest.len());
    let near = rest[..folder].rfind('@');
    let far = rest.rfind('@').filter(|at| rest[*at..].contains(':'));
    let at = near.max(far)?;
    (at > 0).then(|| first + 1..first + 1 + at)
}

/// Where the password begins in `user:password`, with the colon in either form.
fn behind_colon(user: &str) -> Option<usize> {
    let plain = user.find(':').map(|at| at + 1);
    let encoded = user.to_ascii_lowercase().find("%3a").map(|at| at + 3);
    [plain, encoded].into_iter().flatten().min()
}

/// The address as it may be shown, with `***` in place of a password, and of a query, which may be one as well.
pub fn without_password(address: &str) -> String {
    let (path, query) = match address.split_once('?') {
        Some((path, _)) if address.contains("://") => (path, "?***"),
        _ => (address, ""),
    };
    let shown = match password(path) {
        Some(part) => format!("{}***{}", &path[..part.start], &path[part.end..]),
        None => path.to_owned(),
    };
    shown + query
}

/// The address without a password: without who logs in, and without the parameters of its query that do. What is left of it leads to the same
/// place; of the slashes before it two stay.
pub fn without_login(address: &str) -> String {
    let mut address = address.to_owned();
    while let Some(part) = password(&address) {
        let (before, behind) = (&address[..part.start], &address[part.end..]);
        address = if let Some(host) = behind.strip_prefix('@') {
            let before = &before[..before.rfind(is_slash).map_or(0, |slash| slash + 1)];
            let scheme = before.trim_end_matches(is_slash).strip_suffix(':').filter(|scheme| !scheme.is_empty());
            let before = scheme.map_or_else(|| before.to_owned(), |scheme| format!("{scheme}://"));
            format!("{before}{host}")
        } else {
            let (before, parameter) = before.split_at(before.rfind(['?', '#', '&', ';']).unwrap_or_default());
            match behind.strip_prefix(['&', ';']).filter(|_| parameter.starts_with(['?', '#'])) {
                Some(next) => format!("{before}{}{next}", &parameter[..1]),
                None => format!("{before}{behind}"),
            }
        };
    }
    address
}

/// A text that quotes what users wrote, as it may be shown: with `***` in place of the passwords in its addresses.
pub fn without_passwords(text: String) -> String {
    masked(passwords(&text), text)
}

/// A message as it may be shown: with `***` also in place of tokens, and of a password in what is said to be no URL or no host, as that may be
/// an address of any form.
pub fn without_secrets(text: String) -> String {
    let mut found = secrets(&text);
    for (end, _) in [" is no URL", " is no host"].iter().flat_map(|said| text.match_indices(said)) {
        let word = text[..end].trim_end_matches(ends_word);
        let word = &word[word.rfind(ends_word).map_or(0, |end| word.ceil_char_boundary(end + 1))..];
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        found.extend(password(word).map(|part| (start + part.start) as u32..(start + part.end) as u32));
    }
    masked(merged(found), text)
}

/// Whether there is a secret in a text by its form: a token, or a password in an address that is not masked already.
pub fn holds_secret(text: &str) -> bool {
    secrets(text).into_iter().any(|part| &text[part.start as usize..part.end as usize] != MASK)
}

/// The passwords and tokens in a text, in the order of their places.
pub(super) fn secrets(text: &str) -> Vec<Range<u32>> {
    let mut found = passwords(text);
    found.extend(tokens(text).map(|part| part.start as u32..part.end as u32));
    merged(found)
}

/// What is shown in the place of what nobody is shown.
const MASK: &str = "***";

fn masked(hidden: Vec<Range<u32>>, text: String) -> String {
    hidden.into_iter().rev().fold(text, |mut text, part| {
        text.replace_range(part.start as usize..part.end as usize, MASK);
        text
    })
}

/// The passwords in the addresses of a text, in the order of their places: of every address with a scheme, and of a short one
/// behind the word `url`.
pub(super) fn passwords(text: &str) -> Vec<Range<u32>> {
    let mut found = before_hosts(text);
    // An address with both has no right to be, and what stands before its host is enough to say so.
    for at in memmem::find_iter(text.as_bytes(), "://") {
        let start = text[..at].rfind(ends_word).map_or(0, |end| text.ceil_char_boundary(end + 1));
        // Few addresses have a query, and it stands in their line.
        let line = &text.as_bytes()[start..];
        if memchr3(b'?', b'#', b'\n', line).is_none_or(|end| line[end] == b'\n') {
            continue;
        }
        let end = end_of_url(text, at);
        if let Some(part) = of_query(&text[start..end]) {
            found.push((start + part.start) as u32..(start + part.end) as u32);
        }
    }
    merged(found)
}

/// Parts in the order of their places, those that overlap as one.
fn merged(mut found: Vec<Range<u32>>) -> Vec<Range<u32>> {
    found.sort_unstable_by_key(|part| (part.start, part.end));
    found.dedup_by(|next, part| {
        let overlaps = next.start < part.end;
        part.end = if overlaps { part.end.max(next.end) } else { part.end };
        overlaps
    });
    found
}

/// Those that stand before a host.
fn before_hosts(text: &str) -> Vec<Range<u32>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find('@').map(|at| from + at) {
        let start = text[..at].rfind(ends_word).map_or(0, |end| text.ceil_char_boundary(end + 1));
        let start = if text[start..at].starts_with(PROPERTY) { start + PROPERTY.len() } else { start };
        let end = text[at..].find(ends_word).map_or(text.len(), |end| at + end);
        let word = &text[start..end];
        if word.contains("://") || follows_url(&text[..start]) {
            found.extend(password(word).map(|part| (start + part.start) as u32..(start + part.end) as u32));
        }
        from = end;
    }
    found
}

/// What stands before an address that is a property.
const PROPERTY: &str = "url=";

/// Whether a character stands between words: none that a password could have.
fn ends_word(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '"' | '`' | '<' | '>')
}

/// Where the URL ends in whose middle a place is: a reference in it may have blanks.
fn end_of_url(text: &str, at: usize) -> usize {
    let mut end = at;
    while let Some(blank) = text[end..].find(ends_word).map(|blank| end + blank) {
        let line = &text[blank..][..text[blank..].find(['\n', '"']).unwrap_or(text.len() - blank)];
        let is_open = text[end..blank].rfind("{{").is_some_and(|open| !text[end + open..blank].contains("}}"));
        match line.find("}}").filter(|_| is_open) {
            Some(close) => end = blank + close,
            None => return blank,
        }
    }
    text.len()
}

/// Whether the last word of a text is `url`, whatever quotes follow.
fn follows_url(text: &str) -> bool {
    let before = text.trim_end_matches(|letter| ends_word(letter) || "#=".contains(letter)).strip_suffix("url");
    before.is_some_and(|before| !before.ends_with(|letter: char| letter.is_alphanumeric() || "-_".contains(letter)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_password_is_found_in_every_form_of_an_address() {
        for (address, shown) in [
            ("https://user:hunter2@git.example/a", "https://***@git.example/a"),
            ("HTTPS://hunter2@git.example/a", "HTTPS://***@git.example/a"),
            ("https://user:h%40nter2@git.example/a?x=y", "https://***@git.example/a?***"),
            ("https://user:hun/ter2@git.example/a", "https://***@git.example/a"),
            ("https://user:a@b@git.example/a", "https://***@git.example/a"),
            ("ssh://git:hunter2@git.example:22/a", "ssh://git:***@git.example:22/a"),
            ("ssh://git%3Ahunter2@git.example/a", "ssh://git%3A***@git.example/a"),
            ("user:hunter2@git.example:a/b", "user:***@git.example:a/b"),
            ("user:hun@ter2@git.example:a/b", "user:***@git.example:a/b"),
            ("user:hun/ter2@git.example:a/b", "user:***@git.example:a/b"),
            ("user:hunter2@git.example/a", "user:***@git.example/a"),
            ("//user:hunter2@git.example/a", "//user:***@git.example/a"),
            ("https:/user:hunter2@git.example/a", "https:/***@git.example/a"),
            ("https:hunter2@git.example/a", "https:***@git.example/a"),
            ("https:///user:hunter2@git.example/a", "https:///***@git.example/a"),
            ("https:////hunter2@git.example/a", "https:////***@git.example/a"),
            ("https://\\hunter2@git.example/a", "https://\\***@git.example/a"),
            ("https:\\/hunter2@git.example/a", "https:\\/***@git.example/a"),
            ("https:/\n/hunter2@git.example/a", "https:/\n/***@git.example/a"),
            ("ssh:///git:hunter2@git.example/a", "ssh:///git:***@git.example/a"),
            ("u:hunter2@git.example:a", "u:***@git.example:a"),
            ("user%3ahunter2@git.example:a", "user%3a***@git.example:a"),
        ] {
            assert_eq!(without_password(address), shown);
        }
    }

    #[test]
    fn an_address_without_one_is_shown_as_it_is() {
        for address in [
            "https://git.example:8443/a@b",
            "https://[::1]:80/a@b",
            "ssh://git@git.example:22/a",
            "git@git.example:a/b.git",
            "git.example:a/b@v1",
            "C:\\a\\b@c",
            "../a@b",
            "/srv/a:b@c",
            "https://@git.example/a",
            "https://",
            "",
            "git.example:@a",
            "https:a/b",
            "https:///git.example/a@b",
            "file:///srv/a@b",
            "file:///a:b@c",
            "//srv/a@b",
        ] {
            assert_eq!(without_password(address), address);
        }
    }

    fn hidden(text: &str) -> Vec<&str> {
        passwords(text).into_iter().map(|part| &text[part.start as usize..part.end as usize]).collect()
    }

    #[test]
    fn a_text_is_searched_for_addresses() {
        let text =
            "// https://a:one@b/c\nstate-store s git { url \"git:two@b:c\"; }\nurl=x:three@b:c\nimage a:b@sha256:c\n";
        assert_eq!(hidden(text), ["a:one", "two", "three"]);
        assert_eq!(hidden("url \"https://four@b\nurl git@b:c"), ["four"]);
        assert_eq!(hidden("é url #\"git:five@b:c\"#; curl git:six@b:c; a@b url\ngit:seven@b:c"), ["five", "seven"]);
        assert_eq!(
            hidden("url=https://eight@b (see https://a:n=i(n;e@b) {url=\"git:ten@b:c\""),
            ["eight", "a:n=i(n;e", "ten"]
        );
    }

    #[test]
    fn a_token_in_a_query_is_one_too() {
        let address = "https://git.example/a?x=1&Private_Token=eleven&y=2#end";
        assert_eq!(password(address).map(|part| &address[part]), Some("eleven"));
        for none in [
            "version=1&tokens",
            "keyword=a&author=b&assignee=c",
            "token={{ .secrets.A }}",
            "key=${A}${B}#f",
            "token=<YourToken>",
        ] {
            let address = format!("https://git.example/a?{none}");
            assert_eq!((password(&address), hidden(&address)), (None, vec![]), "{none}");
        }
        for (query, part) in
            [("token={{ .A }}twelve", "{{ .A }}twelve"), ("token=${A}&subKey=x", "x"), ("sig={{a", "{{a")]
        {
            let address = format!("https://git.example/a?{query}");
            assert_eq!(password(&address).map(|part| &address[part]), Some(part));
            assert_eq!(hidden(&address), [part]);
        }
        assert_eq!(
            hidden("url \"https://b/c?access_token=twelve\"\n// https://thirteen@b/c?sig=no"),
            ["twelve", "thirteen", "no"]
        );
        assert_eq!(hidden("see b/c?token=fourteen&next=https://d\nand https://e/f\n?token=none"), ["fourteen"]);
    }

    #[test]
    fn what_somebody_fills_in_is_no_login() {
        for none in ["user:{{ .secrets.x }}", "{{ .secrets.x }}", "{{ .A }}:${B}", "<user>:<password>"] {
            let address = format!("https://{none}@git.example/a");
            assert_eq!(password(&address), None, "{none}");
        }
        for part in ["user:{{ .A }}twelve", "user:{{ .A", "{{ .A }}:thirteen", "fourteen:"] {
            let address = format!("https://{part}@git.example/a");
            assert_eq!(password(&address).map(|found| &address[found]), Some(part));
        }
    }

    #[test]
    fn what_is_left_without_a_login_leads_to_the_same_place() {
        for (address, left) in [
            ("https://oauth2:TOKEN@github.com/a/b.git", "https://github.com/a/b.git"),
            ("https://user:pa/ss@github.com/a", "https://github.com/a"),
            ("https://e.com/x?token=T", "https://e.com/x"),
            ("https://e.com/x?token=T&b=1#f", "https://e.com/x?b=1#f"),
            ("https://e.com/x?a=1&token=T&b=1", "https://e.com/x?a=1&b=1"),
            ("https://u:p@e.com/x?a=@&api_key=T;sig=S", "https://e.com/x?a=@"),
            ("https://e.com/x#access_token=T&b=1", "https://e.com/x#b=1"),
            ("https://e.com/x?token={{ .secrets.T }}", "https://e.com/x?token={{ .secrets.T }}"),
        ] {
            assert_eq!(without_login(address), left);
        }
    }

    #[test]
    fn what_quotes_an_address_is_shown_without_its_password() {
        let said = |text: &str| without_passwords(text.to_owned());
        assert_eq!(said("`https://a:b@c` and `ssh://d:e@f` are none"), "`https://***@c` and `ssh://d:***@f` are none");
        assert_eq!(said("write to a@b.example: c"), "write to a@b.example: c");
    }

    #[test]
    fn a_message_is_shown_without_what_looks_like_a_secret() {
        let shown = |text: &str| without_secrets(text.to_owned());
        for (text, said) in [
            ("`ghp_0123456789abcdef` is not one of a, b", "`ghp_***` is not one of a, b"),
            ("`admin:hunter2pass@db/x` is no URL", "`admin:***@db/x` is no URL"),
            ("\"AKIAEXAMPLE:hunter2pass@minio:9000\" is no host", "\"AKIAEXAMPLE:***@minio:9000\" is no host"),
            ("at `https://hooks.slack.com/services/T0/B0/abcdef12`", "at `https://hooks.slack.com/services/***`"),
            (
                "at `https://contoso.webhook.office.com/webhookb2/0-1@2/IncomingWebhook/abc/3`",
                "at `https://contoso.webhook.office.com/webhookb2/***`",
            ),
            (
                "x https://prod-1.west.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke?sp=%2F&sig=Ab%2Bcdefghijklm&x=1",
                "x https://prod-1.west.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke?sp=%2F&sig=***&x=1",
            ),
            ("\"https://hooks.slack.com/triggers/T0/1/abcdef12\"", "\"https://hooks.slack.com/triggers/***\""),
            ("https://ptb.discord.com/api/webhooks/1/abcdefghij", "https://ptb.discord.com/api/webhooks/***"),
            ("https://a/b#access_token=one&c=d", "https://a/b#access_token=***&c=d"),
        ] {
            assert_eq!(shown(text), said);
        }
        for text in [
            "`user:ana@b.example` is not declared",
            "entity:_user:ana@b.example is left out",
            "there is no `xoxb-` here",
            "`a@b` is no URL",
            "{ is no",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in "([a:@/?%3&=\\[\\] \"é]|://|key=){0,40}") {
            let _ = (without_secrets(text.clone()), without_password(&text), without_login(&text));
        }
    }
}
