use super::elsewhere::OfEach;
use crate::kubernetes::{Fault, NameRule};
use crate::syntax::{Entry, Scalar, is_mark};

/// What a value may be: a base, narrowed down.
#[derive(Clone, Debug)]
pub(super) struct Type {
    pub(super) name: Box<str>,
    pub(super) doc: Box<str>,
    pub(super) base: Base,
    /// The only words; none means any.
    pub(super) words: Vec<Box<str>>,
    /// The words of each neighbour for them, in the same order; none where it has the same, or none.
    pub(super) elsewhere: OfEach<Vec<Box<str>>>,
    /// What a name is made of; nothing where any text will do.
    pub(super) alphabet: Option<Alphabet>,
    /// Which of the names of Kubernetes it is.
    pub(super) rule: Option<NameRule>,
    pub(super) contains: Option<Box<str>>,
    pub(super) starts_with: Option<Box<str>>,
    pub(super) longest: Option<usize>,
    pub(super) least: Option<i64>,
    /// The annotations that may stand before a value of it.
    pub(super) annotations: Vec<Box<str>>,
    /// What addresses of objects look like, kind by kind; none where the type is no address.
    pub(super) addresses: Vec<AddressShape>,
    /// Whether `*` may stand for any text in an address.
    pub(super) patterns: bool,
    /// Whether a text may refer to other values.
    pub(super) interpolated: bool,
    /// What of a text is kept nowhere.
    pub(super) without: Without,
}

/// What of a text is kept nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Without {
    Nothing,
    Password,
    /// A password, and a query, which may be one.
    Query,
}

worded! {
    /// What a value is to KDL. The word is that of JSON Schema too.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(super) enum Base {
        Any = "any",
        String = "string",
        Number = "number",
        Integer = "integer",
        Boolean = "boolean",
    }
}

impl Base {
    /// What it is called in messages.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::String => "text",
            Self::Number => "a number",
            Self::Integer => "a whole number",
            Self::Boolean => "`#true` or `#false`",
        }
    }

    fn takes(self, value: Scalar<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::String => matches!(value, Scalar::String(_)),
            Self::Number => matches!(value, Scalar::Integer(_) | Scalar::BigInteger(_) | Scalar::Float(_)),
            Self::Integer => matches!(value, Scalar::Integer(_) | Scalar::BigInteger(_)),
            Self::Boolean => matches!(value, Scalar::Bool(_)),
        }
    }
}

/// The characters of a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alphabet {
    /// The characters of ASCII, by bit.
    ascii: u128,
    /// Whether letters and digits of other scripts are allowed.
    others: bool,
}

impl Alphabet {
    /// Letters of a set (`any`, `ascii` or `lower`), digits, and more characters of ASCII.
    pub(super) fn new(letters: &str, characters: &str) -> Self {
        let letter = |byte: &u8| byte.is_ascii_lowercase() || (letters != "lower" && byte.is_ascii_uppercase());
        let ascii = (0..128u8)
            .filter(|byte| letter(byte) || byte.is_ascii_digit() || characters.as_bytes().contains(byte))
            .fold(0, |set, byte| set | 1 << byte);
        Self { ascii, others: letters == "any" }
    }

    /// The first character of a text that is none of it.
    fn stranger(self, text: &str) -> Option<char> {
        let fits = |character: char| match u8::try_from(character) {
            Ok(byte) if byte < 128 => self.ascii >> byte & 1 == 1,
            _ => self.others && (character.is_alphanumeric() || is_mark(character)),
        };
        // A mark belongs to the letter before it.
        let stray = text.chars().next().filter(|first| is_mark(*first));
        stray.or_else(|| text.chars().find(|character| !fits(*character)))
    }
}

/// What the addresses of a kind of objects look like.
#[derive(Clone, Debug)]
pub(super) struct AddressShape {
    pub(super) kind: Box<str>,
    /// The names in capital letters, with what stands between them.
    pub(super) pattern: Box<str>,
    /// What else is to be known of it; empty for most.
    pub(super) doc: Box<str>,
    /// What each of the names is.
    pub(super) name: Type,
}

impl AddressShape {
    /// How an address of the kind is written: `entity:BLUEPRINT:NAME`.
    pub(super) fn line(&self) -> String {
        format!("{}:{}", self.kind, self.pattern)
    }

    /// Whether a text is the names of the pattern, with what stands between them.
    fn takes(&self, names: &str) -> bool {
        let mut rest = names;
        for separator in self.pattern.chars().filter(|character| !character.is_ascii_alphabetic()) {
            let Some((name, behind)) = rest.split_once(separator) else { return false };
            let name = if separator == ':' { name.replace("%3A", ":").replace("%25", "%") } else { name.to_owned() };
            if name.is_empty() || self.name.check_text(&name).is_err() {
                return false;
            }
            rest = behind;
        }
        !rest.is_empty() && self.name.check_text(rest).is_ok()
    }
}

/// Why a value does not fit a type.
#[derive(Debug)]
pub(super) enum Misfit<'t> {
    /// It is of another base.
    Base,
    /// It is none of the words.
    Word(&'t str),
    /// It is an empty name.
    Empty,
    /// It holds a character that no name may have.
    Character(char),
    /// It is a name that means a folder: `.` or `..`.
    Dots,
    /// It is no name to Kubernetes.
    Name(Fault),
    /// It is too long.
    Long,
    /// It is too small.
    Small,
    /// It lacks a text that it must hold.
    Lacks,
    /// It lacks the text that it must begin with.
    Start,
    /// It does not begin with a kind of objects; what stands there instead, with nothing where there is no colon.
    Kind(Option<&'t str>),
    /// It is no address of the kind that it begins with.
    Address(&'t AddressShape),
}

impl Type {
    /// Whether it is a name with letters of any script, or an address with one in it.
    pub(super) fn takes_any_letter(&self) -> bool {
        self.alphabet.is_some_and(|alphabet| alphabet.others)
            || self.addresses.iter().any(|shape| shape.name.takes_any_letter())
    }

    /// Whether an argument's or property's value fits.
    pub(super) fn check<'t>(&'t self, entry: Entry<'t>) -> Result<(), Misfit<'t>> {
        let value = entry.value();
        // What it is is worked out from the text.
        let is_foreign = entry.annotation().is_some_and(|word| self.annotations.iter().any(|known| **known == *word));
        if is_foreign && entry.string().is_some() {
            return Ok(());
        }
        if !self.base.takes(value) {
            return Err(Misfit::Base);
        }
        match value {
            Scalar::String(text) => self.check_text(text),
            Scalar::Integer(number) if self.least.is_some_and(|least| number < least) => Err(Misfit::Small),
            Scalar::BigInteger(digits) if self.least.is_some() && digits.starts_with('-') => Err(Misfit::Small),
            _ => Ok(()),
        }
    }

    /// Whether a text fits.
    pub(super) fn check_text<'t>(&'t self, text: &'t str) -> Result<(), Misfit<'t>> {
        if !self.words.is_empty() && self.words.iter().all(|word| **word != *text) {
            return Err(Misfit::Word(text));
        }
        if let Some(alphabet) = self.alphabet {
            if text.is_empty() {
                return Err(Misfit::Empty);
            }
            if let Some(character) = alphabet.stranger(text) {
                return Err(Misfit::Character(character));
            }
            if text == "." || text == ".." {
                return Err(Misfit::Dots);
            }
        }
        if let Some(rule) = self.rule {
            rule.judge(text).map_err(Misfit::Name)?;
        }
        if self.longest.is_some_and(|longest| text.len() > longest && text.chars().count() > longest) {
            return Err(Misfit::Long);
        }
        if self.contains.as_deref().is_some_and(|part| !text.contains(part)) {
            return Err(Misfit::Lacks);
        }
        if self.starts_with.as_deref().is_some_and(|start| !text.starts_with(start)) {
            return Err(Misfit::Start);
        }
        if self.addresses.is_empty() { Ok(()) } else { self.check_address(text) }
    }

    fn check_address<'t>(&'t self, text: &'t str) -> Result<(), Misfit<'t>> {
        let Some((kind, names)) = text.split_once(':') else { return Err(Misfit::Kind(None)) };
        match self.addresses.iter().find(|shape| *shape.kind == *kind) {
            Some(shape) if shape.takes(names) => Ok(()),
            Some(_) if self.patterns && names.contains('*') => Ok(()),
            Some(shape) => Err(Misfit::Address(shape)),
            None => Err(Misfit::Kind(Some(kind))),
        }
    }
}
