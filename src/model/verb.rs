//! The functions of the language, each with what it takes and gives and what it is for: the one description that reading, judging and
//! the manual follow.

/// What a value is, as functions tell values apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// A text.
    Text,
    /// A number.
    Number,
    /// A truth value.
    Truth,
    /// A list.
    List,
    /// An object.
    Object,
}

impl ValueType {
    /// Every one of them.
    pub const ALL: [Self; 5] = [Self::Text, Self::Number, Self::Truth, Self::List, Self::Object];

    /// A value of the type, as messages say it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Number => "a number",
            Self::Truth => "a boolean",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

/// What a function takes beside the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// A text; a number or a truth value is one too.
    Text,
    /// A number.
    Number,
    /// A truth value.
    Truth,
    /// An object, by its path.
    Object,
    /// Any value.
    Any,
}

/// What a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// A value of a type.
    A(ValueType),
    /// What it takes.
    Same,
    /// What is only known when there is a value, and perhaps nothing.
    Anything,
}

/// What a function does to each item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfItems {
    /// Any function.
    Calls,
    /// A comparison.
    Compares,
}

/// What a function takes and gives.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// What it gives, for people.
    pub doc: &'static str,
    /// The types of values that it takes.
    pub takes: &'static [ValueType],
    /// What it takes beside the value, each with its name.
    pub arguments: &'static [(&'static str, Takes)],
    /// What stands behind that: a function that it does to each item.
    pub each: Option<OfItems>,
    /// What it gives.
    pub gives: Gives,
    /// A value as JSON, the function with what it takes, and what that gives.
    pub example: (&'static str, &'static str, &'static str),
}

impl Usage {
    /// How it is written: `replace FROM TO`.
    pub fn line(&self, word: &str) -> String {
        let arguments = self.arguments.iter().map(|(name, _)| format!(" {}", name.to_uppercase()));
        let each = self.each.map_or("", |each| match each {
            OfItems::Calls => " FUNCTION...",
            OfItems::Compares => " COMPARISON...",
        });
        format!("{word}{}{each}", arguments.collect::<String>())
    }

    /// The types of values that it takes, as messages say them.
    pub fn wanted(&self) -> &'static str {
        match self.takes {
            SINGLE => "a string, a number or a boolean",
            [one] => one.word(),
            LISTED => "a list or a string",
            PARTS => "a list, an object or a string",
            _ => "a value",
        }
    }
}

const ANY: &[ValueType] = &ValueType::ALL;
const SINGLE: &[ValueType] = &[ValueType::Text, ValueType::Number, ValueType::Truth];
const NUMBER: &[ValueType] = &[ValueType::Number];
const TRUTH: &[ValueType] = &[ValueType::Truth];
const LIST: &[ValueType] = &[ValueType::List];
const LISTED: &[ValueType] = &[ValueType::List, ValueType::Text];
const OBJECT: &[ValueType] = &[ValueType::Object];
const PARTS: &[ValueType] = &[ValueType::Text, ValueType::List, ValueType::Object];

/// The enum of the functions and their table, of lines `Variant "word" "doc" TAKES (arguments) gives, example;`.
macro_rules! verbs {
    ($(
        $variant:ident $word:literal $doc:literal
        $takes:ident ($($argument:literal $type:ident),*) $(each $each:ident)? -> $gives:expr,
        $value:literal | $call:literal = $result:literal;
    )+) => {
        worded! {
            /// A function that makes something of a value.
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            #[allow(missing_docs, reason = "each is described in its usage")]
            pub enum Verb { $($variant = $word),+ }
        }

        impl Verb {
            /// What it takes and gives.
            pub const fn usage(self) -> &'static Usage {
                match self {
                    $(Self::$variant => &Usage {
                        doc: $doc,
                        takes: $takes,
                        arguments: &[$(($argument, Takes::$type)),*],
                        each: verbs!(@each $($each)?),
                        gives: $gives,
                        example: ($value, $call, $result),
                    }),+
                }
            }
        }
    };
    (@each) => { None };
    (@each $each:ident) => { Some(OfItems::$each) };
}

const A_TEXT: Gives = Gives::A(ValueType::Text);
const A_NUMBER: Gives = Gives::A(ValueType::Number);
const A_TRUTH: Gives = Gives::A(ValueType::Truth);
const A_LIST: Gives = Gives::A(ValueType::List);
const AN_OBJECT: Gives = Gives::A(ValueType::Object);

verbs! {
    Default "default" "The value; where there is none, what stands behind it."
        ANY ("value" Any) -> Gives::Anything, "null" | "default small" = r#""small""#;
    Then "then" "The first of two where the value is true, the other where it is not."
        TRUTH ("yes" Any, "no" Any) -> Gives::Anything, "true" | "then 3 1" = "3";
    And "and" "Whether both are true."
        TRUTH ("other" Truth) -> A_TRUTH, "true" | "and #false" = "false";
    Or "or" "Whether one of the two is true."
        TRUTH ("other" Truth) -> A_TRUTH, "false" | "or #true" = "true";
    Not "not" "The other truth value."
        TRUTH () -> A_TRUTH, "true" | "not" = "false";
    Lower "lower" "The text in small letters."
        SINGLE () -> A_TEXT, r#""Go""# | "lower" = r#""go""#;
    Upper "upper" "The text in capital letters."
        SINGLE () -> A_TEXT, r#""Go""# | "upper" = r#""GO""#;
    Trim "trim" "The text without the space before and behind it."
        SINGLE () -> A_TEXT, r#"" a b ""# | "trim" = r#""a b""#;
    Slug "slug" "Small letters of ASCII, digits, and single hyphens between them."
        SINGLE () -> A_TEXT, r#""My App_2!""# | "slug" = r#""my-app-2""#;
    Trunc "trunc" "The first characters of the text, so many at most."
        SINGLE ("length" Number) -> A_TEXT, r#""production""# | "trunc 4" = r#""prod""#;
    Replace "replace" "The text with another in each place where the first one stands in it."
        SINGLE ("from" Text, "to" Text) -> A_TEXT, r#""a.b.c""# | "replace . -" = r#""a-b-c""#;
    Split "split" "The parts of the text that another one parts."
        SINGLE ("between" Text) -> A_LIST, r#""a,b""# | "split ','" = r#"["a","b"]"#;
    Text "text" "The text that a number or a truth value is written as."
        SINGLE () -> A_TEXT, "1.5" | "text" = r#""1.5""#;
    Number "number" "The number that a text says."
        SINGLE () -> A_NUMBER, r#""12""# | "number" = "12";
    Quote "quote" "The text as a JSON string, in quotes."
        SINGLE () -> A_TEXT, r#""a\"b""# | "quote" = r#""\"a\\\"b\"""#;
    Json "json" "The value as JSON, its keys sorted."
        ANY () -> A_TEXT, r#"{"b":1,"a":[]}"# | "json" = r#""{\"a\":[],\"b\":1}""#;
    Base64 "base64" "The text in Base64, with padding (RFC 4648, section 4)."
        SINGLE () -> A_TEXT, r#""hello""# | "base64" = r#""aGVsbG8=""#;
    Sha256 "sha256" "The SHA-256 of the text's UTF-8 in hexadecimal digits."
        SINGLE () -> A_TEXT,
        r#""abc""# | "sha256" = r#""ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad""#;
    Plus "plus" "The sum."
        NUMBER ("number" Number) -> A_NUMBER, "2" | "plus 1" = "3";
    Minus "minus" "What is left when the other number is taken away."
        NUMBER ("number" Number) -> A_NUMBER, "2" | "minus 0.5" = "1.5";
    Times "times" "The product."
        NUMBER ("number" Number) -> A_NUMBER, "2" | "times 3" = "6";
    DividedBy "divided-by" "The quotient, which is a whole number only where it comes out even."
        NUMBER ("number" Number) -> A_NUMBER, "7" | "divided-by 2" = "3.5";
    Modulo "modulo" "What the division leaves over; never below zero."
        NUMBER ("number" Number) -> A_NUMBER, "7" | "modulo 4" = "3";
    Round "round" "The nearest whole number; a half goes away from zero."
        NUMBER () -> A_NUMBER, "2.5" | "round" = "3";
    Floor "floor" "The next whole number below, or the number itself."
        NUMBER () -> A_NUMBER, "2.5" | "floor" = "2";
    Ceiling "ceiling" "The next whole number above, or the number itself."
        NUMBER () -> A_NUMBER, "2.5" | "ceiling" = "3";
    LargerOf "larger-of" "The larger of the two numbers: at least so much."
        NUMBER ("number" Number) -> A_NUMBER, "1" | "larger-of 2" = "2";
    SmallerOf "smaller-of" "The smaller of the two numbers: at most so much."
        NUMBER ("number" Number) -> A_NUMBER, "9" | "smaller-of 5" = "5";
    Length "length" "How many items a list, members an object or characters a text has; of nothing it is 0."
        PARTS () -> A_NUMBER, r#"["a","b"]"# | "length" = "2";
    Join "join" "The items with a text between them, as one text; a text stays as it is."
        LISTED ("between" Text) -> A_TEXT, r#"["a","b"]"# | "join ', '" = r#""a, b""#;
    First "first" "The first item; nothing of an empty list."
        LIST () -> Gives::Anything, r#"["a","b"]"# | "first" = r#""a""#;
    Last "last" "The last item; nothing of an empty list."
        LIST () -> Gives::Anything, r#"["a","b"]"# | "last" = r#""b""#;
    Item "item" "The item at a place, counted from 0; nothing where there is none."
        LIST ("place" Number) -> Gives::Anything, r#"["a","b"]"# | "item 1" = r#""b""#;
    Concat "concat" "The items, and behind them those of another list, or a single value."
        LIST ("more" Any) -> Gives::Same, r#"["a"]"# | "concat b" = r#"["a","b"]"#;
    Sort "sort" "The items in order: numbers by their size, texts letter by letter."
        LIST () -> Gives::Same, "[3,1,2]" | "sort" = "[1,2,3]";
    Unique "unique" "The items, each once."
        LIST () -> Gives::Same, r#"["a","b","a"]"# | "unique" = r#"["a","b"]"#;
    Reverse "reverse" "The items from the last to the first."
        LIST () -> Gives::Same, "[1,2]" | "reverse" = "[2,1]";
    Sum "sum" "The sum of the items; of no items it is 0."
        LIST () -> A_NUMBER, "[1,2.5]" | "sum" = "3.5";
    Map "map" "What a function makes of each item."
        LIST () each Calls -> A_LIST, r#"["a","b"]"# | "map upper" = r#"["A","B"]"#;
    Keep "keep" "The items that a comparison holds of."
        LIST () each Compares -> Gives::Same, "[1,5,9]" | "keep above 4" = "[5,9]";
    Where "where" "The items with a member that a comparison holds of."
        LIST ("member" Text) each Compares -> Gives::Same,
        r#"[{"a":1},{"a":2}]"# | "where a is 2" = r#"[{"a":2}]"#;
    Get "get" "The member of a name; nothing where there is none."
        OBJECT ("name" Text) -> Gives::Anything, r#"{"a":1}"# | "get a" = "1";
    Keys "keys" "The names of the members, in order."
        OBJECT () -> A_LIST, r#"{"a":1,"b":2}"# | "keys" = r#"["a","b"]"#;
    Values "values" "The values of the members, in the order of their names."
        OBJECT () -> A_LIST, r#"{"a":1,"b":2}"# | "values" = "[1,2]";
    Merge "merge" "The members of both; of two of one name the other object's, where they are no objects to be merged themselves."
        OBJECT ("object" Object) -> AN_OBJECT, r#"{"a":1}"# | "merge $more" = r#"{"a":1,"b":2}"#;
    Without "without" "The object without the member of a name."
        OBJECT ("name" Text) -> AN_OBJECT, r#"{"a":1,"b":2}"# | "without a" = r#"{"b":2}"#;
}

impl Verb {
    /// Whether it gives something for what has no value; every other function gives nothing for nothing.
    pub const fn takes_nothing(self) -> bool {
        matches!(self, Self::Default | Self::Json | Self::Length | Self::Sum | Self::Merge | Self::Concat)
    }
}
