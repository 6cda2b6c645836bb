//! Conditions: `FIELD OPERATOR OPERAND...`.

use super::entries::{is_symbol, is_symbol_key};
use super::meant::{Meant, is_all, is_any};
use super::{Validator, list};
use crate::diag::{Diagnostic, code, suggest};
use crate::grammar::Grammar;
use crate::grammar::shape::{Block, Body, OperatorShape};
use crate::source::Span;
use crate::syntax::{Entry, Node, Scalar};

impl Grammar {
    /// Whether a node is a condition as it is: a field with an operator, and as many operands as that takes.
    pub fn is_condition(&self, node: Node<'_>) -> bool {
        let operator = node.argument(0).and_then(|word| self.operator(word.string()?));
        let operands = node.arguments().count().saturating_sub(1);
        operator.is_some_and(|operator| operator.takes(operands))
            && node.properties().next().is_none()
            && !node.has_block()
            && Self::joint(node).is_none()
    }

    /// A word that joins conditions, or operands, in other languages. An operand alone may be one.
    fn joint(node: Node<'_>) -> Option<Entry<'_>> {
        node.entries().skip(2).find(|entry| is_joint(entry.raw()))
    }
}

impl<'g> Validator<'g> {
    /// A line of a predicate that is no combination of others.
    pub(super) fn condition(&mut self, block: &'g Block, node: Node<'_>) {
        self.node_annotation(node, &[]);
        for (index, entry) in node.entries().enumerate() {
            if index > 0 && entry.key().is_none() && self.names_field(entry) {
                continue;
            }
            self.value_annotation(entry, &[]);
            self.open_value(Body::Predicate, entry);
        }
        self.cut_off_url(node);
        let Some(problem) = self.problem_of_condition(block, node) else { return };
        let grouped = || {
            let meant = self.grouped(node)?;
            let message = "parentheses group no conditions: blocks do";
            Some((Diagnostic::error(code::BAD_ANNOTATION, meant.span, message), meant))
        };
        let (problem, meant) = match self.meant(node) {
            Some(meant) => (problem, Some(meant)),
            None => grouped().map_or((problem, None), |(problem, meant)| (problem, Some(meant))),
        };
        self.diagnostics.push(match meant {
            Some(Meant { span, line }) => {
                self.rewritten.push(span);
                let problem = Diagnostic { fixes: Vec::new(), ..problem };
                problem.help(format!("write `{line}`")).fix(format!("write `{line}`"), span, line)
            }
            None => problem,
        });
    }

    fn problem_of_condition(&self, block: &Block, node: Node<'_>) -> Option<Diagnostic> {
        if let Some(joint) = Grammar::joint(node) {
            let message = format!("`{}` joins no conditions: each stands on a line of its own", joint.raw());
            let help = "all conditions of a block must hold; `any { ... }` holds where one of those in it does";
            return Some(Diagnostic::error(code::WRONG_OPERANDS, joint.span(), message).help(help));
        }
        if let Some(property) = node.properties().next() {
            return Some(self.property_in_condition(node, property));
        }
        let Some(word) = node.argument(0) else {
            return Some(no_operator(block, node));
        };
        if is_joint(node.name()) {
            let message = format!("`{}` begins no condition: it joins two in other languages", node.name());
            let help =
                "all conditions of a block must hold; where one of them is enough, write them into `any { ... }`";
            return Some(Diagnostic::error(code::NO_CONDITION, node.name_span(), message).help(help));
        }
        let Some(operator) = word.string().and_then(|word| self.grammar.operator(word)) else {
            return Some(self.unknown_operator(node, word));
        };
        if let Some(block) = node.block_span() {
            let message = "a condition takes no block";
            return Some(Diagnostic::error(code::SURPLUS_BLOCK, block, message).fix("remove it", block, ""));
        }
        operands(operator, node, word)
    }

    /// `tier >= 2`, which KDL reads as a property named `>`; or `tier is=critical`.
    fn property_in_condition(&self, node: Node<'_>, property: Entry<'_>) -> Diagnostic {
        let key = property.key().unwrap_or_default();
        let before_value = Span { end: property.value_span().start, ..property.span() };
        let symbol = format!("{key}=");
        if let Some(operator) = self.grammar.operator_of_symbol(&symbol).filter(|_| is_symbol_key(key)) {
            let message = format!("KDL reads `{symbol}` as a property named `{key}`");
            let diagnostic = Diagnostic::error(code::SYMBOL, before_value, message);
            let fixed = format!("{} ", operator.word);
            return write_word(diagnostic, operator, before_value, fixed);
        }
        let message = format!("a condition takes no property `{key}`");
        let diagnostic = Diagnostic::error(code::NO_CONDITION, property.span(), message);
        match self.grammar.operator(key) {
            Some(operator) => diagnostic
                .help(format!("write `{} {} {}`", node.name(), operator.word, property.raw()))
                .fix("write the operator as a word", before_value, format!("{} ", operator.word)),
            None => diagnostic.help("a condition is written `FIELD OPERATOR OPERAND...`"),
        }
    }

    fn unknown_operator(&self, node: Node<'_>, entry: Entry<'_>) -> Diagnostic {
        let span = entry.value_span();
        let words = || self.grammar.operators.iter().map(|operator| &*operator.word);
        let symbol = entry.string().and_then(|word| self.grammar.operator_of_symbol(word));
        let is_known = |word: &str| self.grammar.operator_of_other_languages(word).is_some();
        match (symbol, entry.value()) {
            (Some(operator), _) => {
                let message = format!("{} is no operator: operators are words", entry.raw());
                let diagnostic = Diagnostic::error(code::SYMBOL, span, message);
                write_word(diagnostic, operator, span, operator.word.to_string())
            }
            (None, Scalar::String(word)) if !is_symbol(entry) && node.arguments().nth(1).is_some() => {
                let message = format!("there is no operator {}", entry.raw());
                let diagnostic = Diagnostic::error(code::UNKNOWN_OPERATOR, span, message);
                match suggest(word, words()) {
                    Some(found) => diagnostic.did_you_mean(Some(found)),
                    None => diagnostic.help(format!("operators are {}", list(words(), usize::MAX))),
                }
            }
            (None, Scalar::String(word)) if suggest(word, words()).is_some() => {
                let message = format!("there is no operator {}", entry.raw());
                Diagnostic::error(code::UNKNOWN_OPERATOR, span, message).did_you_mean(suggest(word, words()))
            }
            (None, Scalar::String(word)) if is_known(word) => {
                let message = format!("there is no operator {}", entry.raw());
                Diagnostic::error(code::UNKNOWN_OPERATOR, span, message)
                    .help(format!("operators are {}", list(words(), usize::MAX)))
            }
            (None, _) => {
                let message = format!("there is no operator between `{}` and {}", node.name(), entry.raw());
                let start = Span { end: span.start, ..span };
                Diagnostic::error(code::NO_CONDITION, span, message)
                    .help(format!("write `{} is {}`", node.name(), entry.raw()))
                    .fix("compare with `is`", start, "is ")
            }
        }
    }
}

/// Whether a word joins conditions in other languages, that any of them holds or that all do.
fn is_joint(word: &str) -> bool {
    is_any(word) || is_all(word)
}

fn no_operator(block: &Block, node: Node<'_>) -> Diagnostic {
    if !node.has_block() {
        let message = format!("there is no operator behind `{}`", node.name());
        let diagnostic = Diagnostic::error(code::NO_CONDITION, node.name_span(), message);
        let help = format!("say what must hold, such as `{} present`", node.name());
        return diagnostic.help(help);
    }
    let message = format!("`{}` is neither a condition nor a combination of conditions", node.name());
    let diagnostic = Diagnostic::error(code::NO_CONDITION, node.name_span(), message);
    let combinations = || block.slots.iter().map(|slot| &*slot.name);
    let suggestion = suggest(node.name(), combinations());
    match suggestion {
        Some(_) => diagnostic.did_you_mean(suggestion),
        None => diagnostic.help(format!("combinations are {}", list(combinations(), usize::MAX))),
    }
}

/// What is wrong with how many operands there are.
fn operands(operator: &OperatorShape, node: Node<'_>, word: Entry<'_>) -> Option<Diagnostic> {
    let count = node.arguments().count() - 1;
    if operator.takes(count) {
        return None;
    }
    let takes = match (operator.fewest, operator.or_more) {
        (0, false) => "no operand".to_owned(),
        (1, false) => "one operand".to_owned(),
        (fewest, false) => format!("{fewest} operands"),
        (1, true) => "one operand or more".to_owned(),
        (fewest, true) => format!("{fewest} operands or more"),
    };
    let message = format!("`{}` takes {takes}, not {count}", operator.word);
    let diagnostic = Diagnostic::error(code::WRONG_OPERANDS, node.head_span(), message);
    let many = count > 1 && operator.fewest == 1;
    Some(match &*operator.word {
        "is" if many => diagnostic.help("write `in` for one of several").fix("change to `in`", word.value_span(), "in"),
        "is-not" if many => {
            diagnostic.help("write `not-in` for none of several").fix("change to `not-in`", word.value_span(), "not-in")
        }
        _ => diagnostic,
    })
}

fn write_word(diagnostic: Diagnostic, operator: &OperatorShape, span: Span, text: String) -> Diagnostic {
    diagnostic.help(format!("write `{}`", operator.word)).fix(format!("write `{}`", operator.word), span, text)
}
