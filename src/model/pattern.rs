//! Regular expressions as ECMA 262 means them, written for an engine that takes linear time.
//!
//! The engine's language is near to that of ECMA 262 and differs where it is easily overlooked: in what `.`, `\b` and `\w` are, in
//! what may stand in brackets, and in escapes of its own. What ECMA 262 has and the engine has not is refused, and so is what only
//! the engine has: another reader of the same expression would not take it.

use std::iter::Peekable;
use std::str::Chars;

/// All but the ends of lines: what `.` stands for.
const DOT: &str = r"[^\n\r\x{2028}\x{2029}]";
/// Every character.
const ANY: &str = r"[\x{0}-\x{10FFFF}]";
/// No character.
const NONE: &str = r"[^\x{0}-\x{10FFFF}]";
/// The inside of brackets of `\d`, `\D`, `\w`, `\W`, `\s` and `\S`.
const CLASSES: [(char, &str); 6] = [
    ('d', "0-9"),
    ('D', r"\x{0}-\x{2F}\x{3A}-\x{10FFFF}"),
    ('w', "0-9A-Za-z_"),
    ('W', r"\x{0}-\x{2F}\x{3A}-\x{40}\x{5B}-\x{5E}\x{60}\x{7B}-\x{10FFFF}"),
    ('s', r"\t-\r \x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}"),
    (
        'S',
        r"\x{0}-\x{8}\x{E}-\x{1F}\x{21}-\x{9F}\x{A1}-\x{167F}\x{1681}-\x{1FFF}\x{200B}-\x{2027}\x{202A}-\x{202E}\x{2030}-\x{205E}\x{2060}-\x{2FFF}\x{3001}-\x{FEFE}\x{FF00}-\x{10FFFF}",
    ),
];

/// Why a regular expression is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternFault {
    /// It looks ahead or behind, which takes no linear time.
    LookAround,
    /// It refers back to a group, which takes no linear time.
    BackReference,
    /// It has an escape that ECMA 262 has not; with its backslash.
    Escape(String),
    /// A group begins as none of ECMA 262 does; with its beginning.
    Group(String),
    /// A brace that repeats nothing.
    Brace,
    /// A repetition has nothing before it that it could repeat.
    Nothing,
    /// A bracket or parenthesis is never closed, or never opened.
    Unclosed,
}

impl PatternFault {
    /// What is wrong, as a message says it behind a colon.
    pub fn message(&self) -> String {
        match self {
            Self::LookAround => "it looks ahead or behind".to_owned(),
            Self::BackReference => "it refers back to a group".to_owned(),
            Self::Escape(escape) => format!("ECMA 262 has no escape `{escape}`"),
            Self::Group(start) => format!("no group of ECMA 262 begins with `{start}`"),
            Self::Brace => "a brace repeats nothing".to_owned(),
            Self::Nothing => "there is nothing to repeat before `*`, `+`, `?` or `{`".to_owned(),
            Self::Unclosed => "a bracket or a parenthesis is open".to_owned(),
        }
    }

    /// What to write.
    pub fn help(&self) -> String {
        match self {
            Self::LookAround => {
                "look-ahead and look-behind can take for ever, and are not taken: say what the text is, or say it in two properties"
                    .to_owned()
            }
            Self::BackReference => "references to groups can take for ever, and are not taken: write out what may stand there".to_owned(),
            Self::Escape(escape) => match escape.as_str() {
                "\\A" => "write `^` for the beginning of the text".to_owned(),
                "\\z" | "\\Z" => "write `$` for the end of the text".to_owned(),
                "\\h" => "write `[ \\t]`".to_owned(),
                "\\R" => "write `\\r?\\n`".to_owned(),
                "\\p" | "\\P" => "write the property in braces: `\\p{L}`".to_owned(),
                "\\u" | "\\x" | "\\c" => "write a character as `\\x41`, `\\u0041` or `\\u{1F600}`".to_owned(),
                _ => "a letter stands for itself without a backslash".to_owned(),
            },
            Self::Group(start) => match start.as_str() {
                "(?P" => "write `(?<name>...)`".to_owned(),
                "(?>" => "write `(?:...)`".to_owned(),
                "(?#" => "leave the comment out".to_owned(),
                _ => "write `(?i:...)` around what takes small and capital letters alike".to_owned(),
            },
            Self::Brace => "write `\\{` for the brace itself; a repetition is `{3}`, `{3,}` or `{0,3}`".to_owned(),
            Self::Nothing => {
                "put a group around what is repeated, as in `(?:a+)*`; write a backslash before a character that stands for itself"
                    .to_owned()
            }
            Self::Unclosed => "close it, or write a backslash before it where it stands for itself".to_owned(),
        }
    }
}

/// A regular expression of ECMA 262 in the words of the crate `regex`, to the letter where both mean the same.
///
/// # Errors
/// Where ECMA 262 does not have what is written, or nothing of linear time has it. What remains may still be too large.
pub fn linear_pattern(text: &str) -> Result<String, PatternFault> {
    let mut writer = Writer {
        rest: text.chars().peekable(),
        out: String::with_capacity(text.len()),
        dots: vec![DOT],
        repeats: true,
    };
    while let Some(character) = writer.rest.next() {
        writer.character(character)?;
    }
    if writer.dots.len() == 1 { Ok(writer.out) } else { Err(PatternFault::Unclosed) }
}

struct Writer<'t> {
    rest: Peekable<Chars<'t>>,
    out: String,
    /// What `.` stands for in each group that is open, and outside of all.
    dots: Vec<&'static str>,
    /// Whether what stands before is a repetition, so that nothing may repeat it.
    repeats: bool,
}

/// An item of a class in brackets.
enum Item {
    Character(char),
    /// Several, as they stand in brackets.
    Class(String),
}

impl Writer<'_> {
    fn character(&mut self, character: char) -> Result<(), PatternFault> {
        let repeats = std::mem::replace(&mut self.repeats, false);
        match character {
            '\\' => self.escape(),
            '.' => {
                self.out.push_str(self.dots.last().copied().unwrap_or(DOT));
                Ok(())
            }
            '[' => self.class(),
            '(' => self.group(),
            ')' => {
                self.out.push(')');
                self.dots.pop();
                if self.dots.is_empty() { Err(PatternFault::Unclosed) } else { Ok(()) }
            }
            '*' | '+' | '?' | '{' if repeats => Err(PatternFault::Nothing),
            '*' | '+' | '?' => {
                self.out.push(character);
                self.lazy();
                Ok(())
            }
            '{' => self.braces(),
            '}' | ']' => Err(if character == '}' { PatternFault::Brace } else { PatternFault::Unclosed }),
            other => {
                self.out.push(other);
                self.repeats = matches!(other, '|' | '^' | '$');
                Ok(())
            }
        }
    }

    /// The `?` behind a repetition that takes as little as it can.
    fn lazy(&mut self) {
        if self.rest.next_if_eq(&'?').is_some() {
            self.out.push('?');
        }
        self.repeats = true;
    }

    /// `{3}`, `{3,}` or `{0,3}`.
    fn braces(&mut self) -> Result<(), PatternFault> {
        let inner: String = self.rest.clone().take_while(|character| *character != '}').collect();
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (least, most) = inner.split_once(',').unwrap_or((&inner, "0"));
        let is_closed = self.rest.clone().nth(inner.chars().count()) == Some('}');
        if !is_closed || !is_number(least) || !(most.is_empty() || is_number(most)) {
            return Err(PatternFault::Brace);
        }
        self.out.push_str(&format!("{{{inner}}}"));
        self.rest.nth(inner.chars().count());
        self.lazy();
        Ok(())
    }

    fn group(&mut self) -> Result<(), PatternFault> {
        self.out.push('(');
        self.repeats = true;
        let outer = self.dots.last().copied().unwrap_or(DOT);
        if self.rest.next_if_eq(&'?').is_none() {
            self.dots.push(outer);
            return Ok(());
        }
        let head: String = self.rest.clone().take(2).collect();
        match head.as_bytes() {
            [b'=' | b'!', ..] | [b'<', b'=' | b'!'] => return Err(PatternFault::LookAround),
            [b'<', ..] => {
                self.out.push('?');
                self.dots.push(outer);
                return self.name();
            }
            _ => {}
        }
        let flags: String = self.rest.clone().take_while(|character| "is-".contains(*character)).collect();
        if self.rest.clone().nth(flags.len()) != Some(':') {
            let start = self.rest.peek().map_or_else(|| "(?".to_owned(), |next| format!("(?{next}"));
            return Err(PatternFault::Group(start));
        }
        self.rest.nth(flags.len());
        self.out.push_str(&format!("?{flags}:"));
        let (on, off) = flags.split_once('-').unwrap_or((&flags, ""));
        self.dots.push(match (on.contains('s'), off.contains('s')) {
            (true, _) => ANY,
            (false, true) => DOT,
            (false, false) => outer,
        });
        Ok(())
    }

    /// `<name>`.
    fn name(&mut self) -> Result<(), PatternFault> {
        for character in self.rest.by_ref() {
            self.out.push(character);
            if character == '>' {
                return Ok(());
            }
        }
        Err(PatternFault::Unclosed)
    }

    fn escape(&mut self) -> Result<(), PatternFault> {
        match self.rest.peek() {
            Some('b') => self.out.push_str(r"(?-u:\b)"),
            Some('B') => self.out.push_str(r"(?-u:\B)"),
            Some('1'..='9' | 'k') => return Err(PatternFault::BackReference),
            _ => {
                match self.escaped()? {
                    Item::Class(inside) => self.out.push_str(&format!("[{inside}]")),
                    item @ Item::Character(_) => self.item(&item),
                }
                return Ok(());
            }
        }
        self.rest.next();
        self.repeats = true;
        Ok(())
    }

    /// What a backslash and what follows it stand for, inside of brackets and outside.
    fn escaped(&mut self) -> Result<Item, PatternFault> {
        let Some(letter) = self.rest.next() else { return Err(PatternFault::Escape("\\".to_owned())) };
        let fault = || PatternFault::Escape(format!("\\{letter}"));
        if let Some((_, inside)) = CLASSES.iter().find(|row| row.0 == letter) {
            return Ok(Item::Class((*inside).to_owned()));
        }
        let code = |code: Option<u32>| code.and_then(char::from_u32).map(Item::Character).ok_or_else(fault);
        match letter {
            'n' => Ok(Item::Character('\n')),
            'r' => Ok(Item::Character('\r')),
            't' => Ok(Item::Character('\t')),
            'v' => Ok(Item::Character('\u{b}')),
            'f' => Ok(Item::Character('\u{c}')),
            '0' if !self.rest.peek().is_some_and(char::is_ascii_digit) => Ok(Item::Character('\0')),
            'c' => code(self.rest.next_if(char::is_ascii_alphabetic).map(|letter| u32::from(letter) % 32)),
            'x' => code(self.hexadecimal(2)),
            'u' => code(self.code_point()),
            'p' | 'P' if self.rest.peek() == Some(&'{') => {
                let property: String = self.rest.clone().take_while(|character| *character != '}').collect();
                self.rest.nth(property.chars().count());
                Ok(Item::Class(format!("\\{letter}{property}}}")))
            }
            other if other.is_alphanumeric() => Err(fault()),
            other => Ok(Item::Character(other)),
        }
    }

    /// The code point of so many digits.
    fn hexadecimal(&mut self, digits: usize) -> Option<u32> {
        let text: String = self.rest.clone().take(digits).filter(char::is_ascii_hexdigit).collect();
        if text.len() != digits {
            return None;
        }
        self.rest.nth(digits - 1);
        u32::from_str_radix(&text, 16).ok()
    }

    /// What stands behind `\u`: four digits, two times four for what UTF-16 has in two, or any number in braces.
    fn code_point(&mut self) -> Option<u32> {
        if self.rest.next_if_eq(&'{').is_some() {
            let text: String = self.rest.by_ref().take_while(|character| *character != '}').collect();
            return u32::from_str_radix(&text, 16).ok();
        }
        let first = self.hexadecimal(4)?;
        let is_high = (0xD800..0xDC00).contains(&first);
        if !is_high || self.rest.next() != Some('\\') || self.rest.next() != Some('u') {
            return (!is_high).then_some(first);
        }
        let second = self.hexadecimal(4).filter(|second| (0xDC00..0xE000).contains(second))?;
        Some(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    }

    /// What stands in brackets: characters, ranges of them, and classes. Nothing else means anything there.
    fn class(&mut self) -> Result<(), PatternFault> {
        let is_negated = self.rest.next_if_eq(&'^').is_some();
        let start = self.out.len();
        self.out.push_str(if is_negated { "[^" } else { "[" });
        let mut is_empty = true;
        while self.rest.next_if_eq(&']').is_none() {
            is_empty = false;
            let item = self.class_item()?;
            let mut ahead = self.rest.clone();
            let is_range = ahead.next() == Some('-') && ahead.next().is_some_and(|end| end != ']');
            self.item(&item);
            if !is_range {
                continue;
            }
            self.rest.next();
            let end = self.class_item()?;
            // A class is neither end of a range: the hyphen stands for itself.
            let are_ends = matches!((&item, &end), (Item::Character(_), Item::Character(_)));
            self.out.push_str(if are_ends { "-" } else { "\\-" });
            self.item(&end);
        }
        self.out.push(']');
        if is_empty {
            self.out.truncate(start);
            self.out.push_str(if is_negated { ANY } else { NONE });
        }
        Ok(())
    }

    fn class_item(&mut self) -> Result<Item, PatternFault> {
        match self.rest.next() {
            None => Err(PatternFault::Unclosed),
            Some('\\') if self.rest.next_if_eq(&'b').is_some() => Ok(Item::Character('\u{8}')),
            Some('\\') => self.escaped(),
            Some(other) => Ok(Item::Character(other)),
        }
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Class(class) => self.out.push_str(class),
            Item::Character(character) if character.is_control() => {
                self.out.push_str(&format!("\\x{{{:X}}}", u32::from(*character)));
            }
            Item::Character(character) => {
                if r"\.+*?()|[]{}^$#&-~".contains(*character) {
                    self.out.push('\\');
                }
                self.out.push(*character);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PatternFault, linear_pattern};
    use regex::Regex;

    /// Whether an expression is found in a text.
    fn found(pattern: &str, text: &str) -> bool {
        let linear = linear_pattern(pattern).unwrap_or_else(|fault| panic!("{pattern}: {fault:?}"));
        Regex::new(&linear).unwrap_or_else(|error| panic!("{pattern}: {error}")).is_match(text)
    }

    #[test]
    fn a_dot_is_no_end_of_a_line() {
        for end in ["\n", "\r", "\u{2028}", "\u{2029}"] {
            assert!(!found("^a.b$", &format!("a{end}b")), "{end:?}");
            assert!(found("^(?s:a.b)$", &format!("a{end}b")) && found("^a[^]b$", &format!("a{end}b")));
            assert!(!found("^(?s:a(?-s:.)b)$", &format!("a{end}b")));
            assert!(found(r"^a\sb$", &format!("a{end}b")));
        }
        for other in ["\u{85}", "\u{b}", "é", "\u{1F600}"] {
            assert!(found("^a.b$", &format!("a{other}b")), "{other:?}");
        }
    }

    #[test]
    fn words_digits_and_spaces_are_those_of_ecma_262() {
        assert!(
            found(r"\bfoo", "éfoo") && !found(r"\bfoo", "xfoo") && found(r"\Bfoo", "xfoo") && !found(r"\Bfoo", "éfoo")
        );
        assert!(!found(r"\w", "é") && found(r"\W", "é") && found(r"[\W]", "é") && found(r"^\w+$", "aZ_9"));
        assert!(!found(r"\d", "٣") && found(r"\D", "٣") && found(r"[^\d]", "٣"));
        assert!(
            found(r"^\s$", "\u{feff}")
                && found(r"^\s$", "\u{a0}")
                && !found(r"\s", "\u{85}")
                && found(r"^[\S]$", "\u{85}")
        );
    }

    #[test]
    fn a_class_holds_what_stands_in_it() {
        assert!(found("^[[a]$", "[") && found(r"^[a&&b]+$", "&") && found("^[a~~b]$", "~") && found("^[+--]$", ","));
        assert!(!found("[]", "a") && !found("a[]|b", "a") && found("a[]|b", "b"));
        assert!(
            found(r"^[\w-.]+$", "a-.")
                && found(r"^[\b]$", "\u{8}")
                && found(r"^[a\-z]$", "-")
                && !found(r"^[a\-z]$", "b")
        );
        assert!(found("^[-a]$", "-") && found("^[a-]$", "-") && found(r"^[\]]$", "]") && found("^[^a^]$", "b"));
        assert!(found(r"^\p{L}[\p{Lu}]$", "éÉ") && found(r"^\P{L}$", "1"));
    }

    #[test]
    fn a_character_may_be_written_by_its_number() {
        assert!(found(r"^\x41\u0042\u{43}\cJ\0$", "ABC\n\0") && found(r"^\uD83D\uDE00$", "\u{1F600}"));
        assert!(found(r"^\/\-\_\.\{\}\<$", "/-_.{}<") && found(r"^[\/\.]$", "/") && found(r"^\v\f$", "\u{b}\u{c}"));
    }

    #[test]
    fn what_is_no_expression_of_ecma_262_or_of_linear_time_is_refused_in_words() {
        let escape = |escape: &str| PatternFault::Escape(escape.to_owned());
        let group = |start: &str| PatternFault::Group(start.to_owned());
        for (pattern, fault) in [
            ("a(?=b)", PatternFault::LookAround),
            ("(?!b)a", PatternFault::LookAround),
            ("(?<=b)a", PatternFault::LookAround),
            ("(?<!b)a", PatternFault::LookAround),
            (r"(a)\1", PatternFault::BackReference),
            (r"(?<x>a)\k<x>", PatternFault::BackReference),
            (r"\Aa", escape(r"\A")),
            (r"a\z", escape(r"\z")),
            (r"\pL", escape(r"\p")),
            (r"\x4", escape(r"\x")),
            (r"\uD83D", escape(r"\u")),
            (r"\é", escape(r"\é")),
            (r"\01", escape(r"\0")),
            (r"[\B]", escape(r"\B")),
            ("a\\", escape("\\")),
            ("(?i)a", group("(?i")),
            ("(?P<x>a)", group("(?P")),
            ("(?>a)", group("(?>")),
            ("(?m:a)", group("(?m")),
            ("a{,3}", PatternFault::Brace),
            ("a{b}", PatternFault::Brace),
            ("{3}", PatternFault::Nothing),
            ("a}", PatternFault::Brace),
            ("a++", PatternFault::Nothing),
            ("a{2}{3}", PatternFault::Nothing),
            ("*a", PatternFault::Nothing),
            ("a|*", PatternFault::Nothing),
            ("(*a)", PatternFault::Nothing),
            ("[a", PatternFault::Unclosed),
            ("[[:alpha:]]", PatternFault::Unclosed),
            ("[", PatternFault::Unclosed),
            ("(a", PatternFault::Unclosed),
            ("a)", PatternFault::Unclosed),
            ("a]", PatternFault::Unclosed),
            ("(?<x", PatternFault::Unclosed),
        ] {
            assert_eq!(linear_pattern(pattern), Err(fault.clone()), "{pattern}");
            assert!(!fault.message().is_empty() && !fault.help().is_empty());
        }
    }

    #[test]
    fn what_both_languages_have_stays_as_it_is() {
        for pattern in [
            "^[a-z][a-z0-9_-]*$".replace("_-", "_"),
            "^(a|b){1,3}?c+?d*$".into(),
            "(?<name>x)(?:y)".into(),
            "é \"#".into(),
        ] {
            assert_eq!(linear_pattern(&pattern).as_deref(), Ok(&*pattern));
        }
        assert!(found(r"^(?i:aB)$", "Ab") && found("^a??b{2,}$", "bb") && found("", "x"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_refused_or_read(text in r"[a-c\[\]\\(){}?*+|^$.<>=!:,0-9iswbBdup&~-]{0,16}") {
            if let Ok(linear) = linear_pattern(&text) {
                let _ = Regex::new(&linear);
            }
        }
    }
}
