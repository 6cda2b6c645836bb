//! What of a plan is shown.

use crate::model::Thing;
use crate::plan::{Action, LostObject, Operation, Plan, Summary};

/// How much of each change is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Counts and addresses.
    Summary,
    /// Also the fields and lines that change.
    #[default]
    Changes,
    /// Also everything that is made, and everything that goes; nothing is left out however much there is.
    Full,
}

/// How what is many is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Telling {
    /// It is counted.
    #[default]
    Counted,
    /// It is listed, each with its own.
    Listed,
}

/// What of a plan is shown. It changes nothing of what is applied.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// How much of each change.
    pub detail: Detail,
    /// Each entity and object that something follows for.
    pub impact: Telling,
    /// Each file of the state stores, with its lines.
    pub rendered: Telling,
    /// Only changes that are counted by one of these words ([`signs`](super::signs)), or whose action has it; all where there is none.
    pub only: Vec<String>,
    /// Only addresses of one of these patterns, in which `*` stands for any text and `?` for one character; all where
    /// there is none.
    pub addresses: Vec<String>,
}

impl View {
    /// Whether an operation is shown.
    pub fn shows(&self, operation: &Operation) -> bool {
        let names = [Some(&operation.thing), operation.from.as_ref()];
        let revert = operation.is_revert().then_some(Summary::REVERT);
        let words: Vec<&str> = [operation.action.word()].into_iter().chain(revert).collect();
        self.shows_any_of(&words, &names.into_iter().flatten().collect::<Vec<_>>())
    }

    /// Whether an object is shown that goes out of a file: it is deleted by an update.
    pub(super) fn shows_loss(&self, lost: &LostObject) -> bool {
        self.shows_any_of(&[Action::Delete.word(), Action::Update.word()], &[&lost.file])
    }

    fn shows_any_of(&self, words: &[&str], names: &[&Thing]) -> bool {
        let of_action = self.only.is_empty() || words.iter().any(|word| self.only.iter().any(|only| only == word));
        let is_named = |pattern: &String| names.iter().any(|name| matches(pattern, &name.to_string()));
        of_action && (self.addresses.is_empty() || self.addresses.iter().any(is_named))
    }

    /// How many changes are not shown and how many of them destroy something, in a sentence; nothing where all are.
    pub(super) fn hidden(&self, plan: &Plan) -> Option<String> {
        let changes = || plan.operations.iter().filter(|operation| operation.action.is_change());
        let hidden: Vec<&Operation> = changes().filter(|operation| !self.shows(operation)).collect();
        let deletions = hidden.iter().filter(|operation| operation.action == Action::Delete).count();
        let among = match deletions {
            0 => String::new(),
            _ => format!(", {deletions} of them deleting something"),
        };
        let all = super::counted(changes().count(), "change");
        (!hidden.is_empty()).then(|| {
            format!("{} of {all} not shown, as --only and --address say{among}; an apply does all", hidden.len())
        })
    }
}

/// Whether a text is one of those of a pattern, in which `*` stands for any text and `?` for one character.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut place) = (0, 0);
    // Where the last star is, and how far the text was when it was met.
    let mut star: Option<(usize, usize)> = None;
    while place < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(character) if *character == '?' || Some(character) == text.get(place) => {
                at += 1;
                place += 1;
            }
            _ => match star {
                Some((before, met)) => {
                    star = Some((before, met + 1));
                    at = before + 1;
                    place = met + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|character| *character == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_text_and_a_question_mark_for_one_character() {
        for (pattern, text) in [
            ("entity:*", "entity:service:cart"),
            ("*:cart", "entity:service:cart"),
            ("e*:s*:c?rt", "entity:service:cart"),
            ("*", ""),
            ("**a**", "a"),
            ("ü?", "üö"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("entity:", "entity:x"), ("?", ""), ("*b", "ab c"), ("a*b*c", "acb")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
