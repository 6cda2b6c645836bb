use super::{Operator, Path, Value, Verb};

/// What is done to a value: a function, with what it takes beside the value.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The function.
    pub function: Function,
    /// What it takes, in order.
    pub arguments: Vec<Argument>,
    /// What it does to each item of a list, where it is one that does something to each.
    pub each: Option<Box<Call>>,
}

/// Something that a function takes beside the value.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// A value as it is: a text, a number or a truth value.
    Value(Value),
    /// `$spec.size`: the value of a path.
    Path(Path),
}

/// A function of the language. A closed set: nothing else is ever evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// One that makes something of a value.
    Verb(Verb),
    /// One that compares it, as conditions do, and gives a truth value.
    Compare(Operator),
}

impl Function {
    /// The function of a word. What depends on the clock, or has a pattern to search for, is none.
    pub fn from_word(word: &str) -> Option<Self> {
        let compares = |operator: &Operator| !operator.needs_more_than_values();
        let compare = || Operator::from_word(word).filter(compares).map(Self::Compare);
        Verb::from_word(word).map(Self::Verb).or_else(compare)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Verb(verb) => verb.word(),
            Self::Compare(operator) => operator.word(),
        }
    }

    /// Whether what it takes last reaches to the end, also without quotes: `default not given`.
    pub fn takes_the_rest(self) -> bool {
        matches!(self, Self::Verb(verb) if verb.usage().each.is_none())
    }

    /// The words of all functions.
    pub fn words() -> impl Iterator<Item = &'static str> {
        let compare = Operator::ALL.into_iter().filter(|row| !row.0.needs_more_than_values());
        Verb::ALL.into_iter().map(|row| row.1).chain(compare.map(|row| row.1))
    }
}

impl Call {
    /// A function of what takes nothing but values.
    pub fn of(verb: Verb, arguments: impl IntoIterator<Item = Value>) -> Self {
        let arguments = arguments.into_iter().map(Argument::Value).collect();
        Self { function: Function::Verb(verb), arguments, each: None }
    }

    /// What it takes, and what that takes that it does to each item, in the order in which it is written.
    pub fn all_arguments(&self) -> impl Iterator<Item = &Argument> {
        self.arguments.iter().chain(self.each.iter().flat_map(|each| &each.arguments))
    }

    /// The paths of what it takes.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.all_arguments().filter_map(|argument| match argument {
            Argument::Value(_) => None,
            Argument::Path(path) => Some(path),
        })
    }
}
