//! What is done to a value: `| FUNCTION ARGUMENT...`.

use crate::diag::{Code, Diagnostic, code, suggest};
use crate::grammar::language;
use crate::model::{Argument, Call, Function, OfItems, Operator, Takes, Verb, first_word};
use crate::source::Span;
use std::ops::Range;

/// What is wrong with what stands behind a bar.
pub(super) struct Wrong {
    pub(super) code: Code,
    /// Which bytes of it are wrong.
    pub(super) at: Range<usize>,
    pub(super) message: String,
    /// The word that was probably meant.
    pub(super) meant: Option<&'static str>,
    pub(super) help: String,
}

/// The function that stands behind a bar.
pub(super) fn read(written: &str) -> Result<Call, Wrong> {
    let mut reader = Reader { written, at: 0 };
    let call = reader.call(None)?;
    Ok(call)
}

struct Reader<'r> {
    written: &'r str,
    /// What is read up to.
    at: usize,
}

impl<'r> Reader<'r> {
    fn rest(&self) -> &'r str {
        self.written.get(self.at..).unwrap_or_default()
    }

    /// The next word, and where it stands.
    fn word(&mut self) -> Option<(&'r str, Range<usize>)> {
        self.at += self.rest().len() - self.rest().trim_start().len();
        let (word, _) = first_word(self.rest());
        let at = self.at..self.at + word.len();
        self.at = at.end;
        (!word.is_empty()).then_some((word, at))
    }

    /// All that is left, as one argument.
    fn all_the_rest(&mut self) -> Option<(&'r str, Range<usize>)> {
        self.at += self.rest().len() - self.rest().trim_start().len();
        let text = self.rest().trim_end();
        let at = self.at..self.at + text.len();
        self.at = self.written.len();
        (!text.is_empty()).then_some((text, at))
    }

    fn call(&mut self, within: Option<OfItems>) -> Result<Call, Wrong> {
        let Some((word, at)) = self.word() else {
            let message = "a function is missing behind `|`".to_owned();
            return Err(self.wrong(self.at..self.at, message, "as in `${name | upper}`"));
        };
        let function = match (Function::from_word(word), within) {
            (Some(Function::Verb(_)), Some(OfItems::Compares)) => None,
            (Some(Function::Verb(verb)), Some(_)) if verb.usage().each.is_some() => {
                let message = format!("`{word}` stands within no other function");
                return Err(self.wrong(
                    at,
                    message,
                    "make a value of the first part with a `let`, and go on from there",
                ));
            }
            (function, _) => function,
        };
        match function {
            Some(Function::Verb(verb)) => self.verb(verb, at),
            Some(Function::Compare(operator)) => self.comparison(operator, at),
            None => Err(unknown(word, at, within)),
        }
    }

    fn verb(&mut self, verb: Verb, at: Range<usize>) -> Result<Call, Wrong> {
        let usage = verb.usage();
        let mut arguments = Vec::with_capacity(usage.arguments.len());
        for (index, (name, takes)) in usage.arguments.iter().enumerate() {
            let is_last = index + 1 == usage.arguments.len() && usage.each.is_none();
            let word = if is_last { self.all_the_rest() } else { self.word() };
            let Some((word, place)) = word else {
                let message = format!("the function `{}` needs a {name}", verb.word());
                return Err(self.wrong(at, message, &example(verb)));
            };
            arguments.push(self.argument(verb.word(), (word, place), (name, *takes), verb)?);
        }
        let each = match usage.each {
            Some(each) => Some(Box::new(self.call(Some(each))?)),
            None => None,
        };
        if usage.each.is_none()
            && let Some((_, place)) = self.all_the_rest()
        {
            let message = format!("the function `{}` takes nothing", verb.word());
            return Err(self.wrong(place, message, &example(verb)));
        }
        Ok(Call { function: Function::Verb(verb), arguments, each })
    }

    fn argument(
        &self,
        function: &str,
        (word, place): (&str, Range<usize>),
        (name, takes): (&str, Takes),
        verb: Verb,
    ) -> Result<Argument, Wrong> {
        Argument::read(word, takes).ok_or_else(|| {
            let wanted = match takes {
                Takes::Number => "a number",
                Takes::Truth => "`#true`, `#false` or a path",
                Takes::Object => "an object by its path",
                Takes::Text | Takes::Any => "a value",
            };
            let message = format!("`{word}` is no {name} for the function `{function}`, which takes {wanted}");
            self.wrong(place, message, &example(verb))
        })
    }

    fn comparison(&mut self, operator: Operator, at: Range<usize>) -> Result<Call, Wrong> {
        let mut arguments = Vec::new();
        while let Some((word, _)) = self.word() {
            arguments.extend(Argument::read(word, Takes::Any));
        }
        if let Some(message) = miscounted(Function::Compare(operator), arguments.len()) {
            let help = "a text with spaces stands in quotes: `is 'not given'`";
            return Err(self.wrong(at, message, help));
        }
        Ok(Call { function: Function::Compare(operator), arguments, each: None })
    }

    fn wrong(&self, at: Range<usize>, message: String, help: &str) -> Wrong {
        let at = if at.is_empty() { 0..self.written.len() } else { at };
        Wrong { code: code::FUNCTION_ARGUMENT, at, message, meant: None, help: help.to_owned() }
    }
}

/// That a comparison has too few operands, or too many.
pub(super) fn miscounted(function: Function, found: usize) -> Option<String> {
    let word = function.word();
    let (fewest, most) = language().operands(word).unwrap_or((0, usize::MAX));
    let more = if most > fewest { " or more" } else { "" };
    let values = if fewest == 1 { "value" } else { "values" };
    let fits = (fewest..=most).contains(&found);
    (!fits).then(|| format!("`{word}` compares with {fewest}{more} {values}, and here are {found}"))
}

fn example(verb: Verb) -> String {
    format!("as in `${{spec.field | {}}}`", verb.usage().example.1)
}

/// That a word is no comparison.
pub(super) fn no_comparison(word: &str, span: Span) -> Diagnostic {
    let wrong = unknown(word, 0..0, Some(OfItems::Compares));
    let problem = Diagnostic::error(wrong.code, span, wrong.message);
    if wrong.meant.is_some() { problem.did_you_mean(wrong.meant) } else { problem.help(wrong.help) }
}

fn unknown(word: &str, at: Range<usize>, within: Option<OfItems>) -> Wrong {
    let compares = |word: &&str| matches!(Function::from_word(word), Some(Function::Compare(_)));
    let words = Function::words().filter(|word| within != Some(OfItems::Compares) || compares(word));
    let words: Vec<&'static str> = words.collect();
    let what = if within == Some(OfItems::Compares) { "comparison" } else { "function" };
    let help = match Operator::from_word(word) {
        Some(_) => {
            "what asks for the time or searches for a pattern is for conditions of scorecards and policies".to_owned()
        }
        None => format!("the {what}s: {}", words.join(", ")),
    };
    let meant = suggest(word, words.iter().copied());
    Wrong { code: code::UNKNOWN_FUNCTION, at, message: format!("unknown {what} `{word}`"), meant, help }
}
