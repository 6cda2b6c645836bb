//! What is a secret by its form, wherever it stands, and what is one by its name.

use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// What tokens of well-known services begin with, and addresses that are one.
const BEGINNINGS: [&str; 22] = [
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "AKIA",
    "sk_live_",
    "://hooks.slack.com/services/",
    "://hooks.slack.com/triggers/",
    "://hooks.slack.com/workflows/",
    "discord.com/api/webhooks/",
    "discordapp.com/api/webhooks/",
    ".webhook.office.com/webhookb2/",
    "outlook.office.com/webhook/",
    "outlook.office365.com/webhook/",
    "://hooks.zapier.com/hooks/catch/",
    "://api.telegram.org/bot",
    "://maker.ifttt.com/trigger/",
    "?sig=",
    "&sig=",
];

/// The fewest letters behind such a beginning.
const FEWEST: usize = 12;

/// A private key in PEM, with its lines as they are or escaped: what begins as one without a line of a key is an example.
const KEY: &str = r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[nrt])*(?:[A-Za-z0-9+/]{12,}|[A-Za-z-]+: )(?s:.*?)(?:-----END|\z)";

/// A signed token, which says in JSON whom it lets in.
const SIGNED: &str = r"\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]{8,}){2}";

/// Whoever has it is let in, as a header says it: a token has a digit early, and a word of prose none.
const BEARER: &str = r"\b[Bb]earer +[A-Za-z._~+/-]{0,40}[0-9][A-Za-z0-9._~+/=-]{8,}";

/// How the names end of what holds a secret wherever it stands; at a blank something may part the words.
pub(super) const ENDS: [&str; 20] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "token",
    "api key",
    "secret key",
    "access key",
    "private key",
    "priv key",
    "ssh key",
    "signing key",
    "encryption key",
    "master key",
    "account key",
    "hmac key",
    "credential",
    "credentials",
    SECRET,
    PASS,
];

/// The end of the name of a secret, where no other name of one stands before it.
const SECRET: &str = "secret";

/// What stands before it where the whole is what a secret is called: `tlsSecret`, as Kubernetes has it.
const CALLED: [&str; 7] = ["tls", "pull", "existing", "cert", "certificate", "external", "sealed"];

/// One that is an end only where it is a word for itself: `dbPass`, and not `compass`.
const PASS: &str = "pass";

/// What is a secret by its form. One pass finds all of them.
static FORMS: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = |start: &str| {
        let letters = if start.contains(['/', '=']) { "[A-Za-z0-9_@:%/-]" } else { "[A-Za-z0-9_-]" };
        format!("{}{letters}{{{FEWEST},}}", regex::escape(start))
    };
    let forms = BEGINNINGS.iter().copied().map(pattern).chain([KEY, SIGNED, BEARER].map(str::to_owned));
    #[expect(clippy::expect_used, reason = "the pattern is fixed, and every test of this file makes it")]
    Regex::new(&forms.collect::<Vec<_>>().join("|")).expect("a pattern")
});

/// What stands in a text behind the beginnings of tokens of well-known services, the lines of private keys, and tokens that are signed.
pub fn tokens(text: &str) -> impl Iterator<Item = Range<usize>> {
    FORMS.find_iter(text).flat_map(|found| {
        let form = found.as_str();
        let shown = match BEGINNINGS.into_iter().find(|start| form.starts_with(start)) {
            Some(start) => start.len(),
            None if form.get(1..).is_some_and(|rest| rest.starts_with("earer ")) => {
                form.find(' ').map_or(0, |blank| form.len() - form[blank..].trim_start().len())
            }
            None => {
                form.find("KEY").map_or(0, |key| form[key..].find("-----").map_or(0, |end| key + end + "-----".len()))
            }
        };
        let hidden = form[shown..].strip_suffix("-----END").unwrap_or(&form[shown..]);
        let lines = hidden.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(|line| {
            let start = line.as_ptr() as usize - text.as_ptr() as usize;
            start..start + line.len()
        })
    })
}

/// Whether a name says wherever it stands that what is called so is a secret, also with a number behind it: names of secrets (`secretName`,
/// `tlsSecret`) do not.
pub fn names_secret(name: &str) -> bool {
    let name = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || is_between(letter));
    let whole: String = name.chars().filter(char::is_ascii_alphanumeric).map(|one| one.to_ascii_lowercase()).collect();
    ENDS.into_iter().any(|end| match end {
        SECRET => whole.strip_suffix(end).is_some_and(|before| !CALLED.iter().any(|called| before.ends_with(called))),
        PASS => whole.ends_with(end) && is_word(name, name.len() - end.len()),
        _ => whole.ends_with(&end.replace(' ', "")),
    })
}

/// Whether a letter parts the words of a name.
fn is_between(letter: char) -> bool {
    matches!(letter, '-' | '_' | '.')
}

/// Whether a word of a name begins at a place: behind what is no letter, or with a capital one.
fn is_word(name: &str, at: usize) -> bool {
    let Some((before, word)) = name.split_at_checked(at) else { return false };
    let is_capital = |letter: Option<char>| letter.is_some_and(char::is_uppercase);
    let mut letters = word.chars();
    let is_begun =
        is_capital(letters.next()) && !(is_capital(before.chars().next_back()) && is_capital(letters.next()));
    is_begun || !before.ends_with(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        tokens(text).map(|part| &text[part]).collect()
    }

    #[test]
    fn keys_and_signed_tokens_are_known_by_their_form() {
        let key = "x -----BEGIN RSA PRIVATE KEY-----\n  MIIEowIBAAKCAQEA\n  abc=\n  -----END RSA PRIVATE KEY-----\ny";
        assert_eq!(found(key), ["MIIEowIBAAKCAQEA", "abc="]);
        assert_eq!(found(&key.replace("RSA ", "").replace("\n  ", "\\n")), ["\\nMIIEowIBAAKCAQEA\\nabc=\\n"]);
        let cut_off = "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 1\n\nMIIEowIBAAKCAQEA";
        assert_eq!(found(cut_off), ["Version: 1", "MIIEowIBAAKCAQEA"]);
        let signed = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N";
        assert_eq!(found(&format!("Bearer {signed}, and ghp_0123456789abcdef")), [signed, "0123456789abcdef"]);
        assert_eq!(
            found("Authorization: Bearer 8f14e45fceea, and bearer abc-12345678.x=="),
            ["8f14e45fceea", "abc-12345678.x=="]
        );
        for none in [
            "Bearer authentication",
            "a Bearer token of 2026-01-01",
            "Bearer {{ .secrets.TOKEN_12345678 }}",
            "-----BEGIN CERTIFICATE-----\nMIIEowIBAAKCAQEA\n-----END CERTIFICATE-----",
            "-----BEGIN PUBLIC KEY-----\nMIIEowIBAAKCAQEA\n-----END PUBLIC KEY-----",
            "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\n${KEY}\n-----END PRIVATE KEY-----",
            "eyJhbGciOiJIUzI1NiJ9",
            "eyJhbGciOiJIUzI1NiJ9.a.b",
        ] {
            assert_eq!(found(none), [""; 0], "{none}");
        }
    }

    #[test]
    fn a_name_says_that_it_is_of_a_secret_by_its_end() {
        for name in [
            "password",
            "API_KEY",
            "clientSecret",
            "db.passwd",
            "secret",
            "aws-secret-access-key",
            "apiSecret",
            "webhookSecret",
            "api_secret",
            "jwtSecret",
            "db_pwd",
            "pwd",
            "DB_PASS",
            "dbPass",
            "DBPass",
            "pass",
            "ssh_key",
            "signingKey",
            "encryption_key",
            "master-key",
            "AccountKey",
            "hmac_key",
            "privkey",
            "password1",
            "API_KEY_2",
            "dbPass2",
            "token-3",
        ] {
            assert!(names_secret(name), "{name}");
        }
        for name in [
            "secretName",
            "tlsSecret",
            "keyword",
            "tokens",
            "passwordPolicy",
            "key",
            "auth",
            "author",
            "compass",
            "bypass",
            "COMPASS",
            "passport",
            "imagePullSecret",
            "publicKey",
            "",
            "2",
            "épass",
        ] {
            assert!(!names_secret(name), "{name}");
        }
    }
}
