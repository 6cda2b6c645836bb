//! What is wrong with the names of a whole project.

use super::{Definition, Index, NameUse};
use crate::diag::{Diagnostic, Diagnostics, Suggestions, code};
use crate::grammar::shape::KindId;
use crate::source::{Sources, Span};
use ahash::{AHashMap as HashMap, AHashSet as HashSet};

/// How many unknown names get a suggestion: looking for one costs time for each declared name.
const MOST_SUGGESTIONS: usize = 100;

/// How many names that are there a message lists.
const MOST_THERE: usize = 8;

impl Index {
    /// Names that are defined twice, and references to what nobody defines. `sources` are those that the
    /// trees were read from. Takes time linear in the names.
    pub fn check(&self, sources: &Sources) -> Diagnostics {
        let mut diagnostics = Diagnostics::default();
        let known = self.duplicates(sources, &mut diagnostics);
        self.unknown(sources, &known, &mut diagnostics);
        diagnostics
    }

    /// Says which names are defined twice; gives the first place of each name of the whole project.
    fn duplicates<'s>(
        &'s self,
        sources: &'s Sources,
        diagnostics: &mut Diagnostics,
    ) -> HashMap<(KindId, &'s str), Span> {
        let mut known = HashMap::new();
        let mut inner: HashMap<(KindId, u32, &str), Span> = HashMap::with_capacity(self.definitions.len());
        let mut alone: HashMap<KindId, Span> = HashMap::new();
        for definition in &self.definitions {
            let text = self.text(sources, definition.name);
            let span = definition.name.span;
            if self.kind(definition.kind).alone {
                known.insert((definition.kind, text), span);
                if let Some(first) = alone.get(&definition.kind) {
                    diagnostics.push(self.second(*definition, *first));
                } else {
                    alone.insert(definition.kind, span);
                }
                continue;
            }
            let first = match definition.scope {
                0 => *known.entry((definition.kind, text)).or_insert(span),
                scope => *inner.entry((definition.kind, scope, text)).or_insert(span),
            };
            if first != span {
                diagnostics.push(self.duplicate(*definition, text, first, sources));
            }
        }
        known
    }

    fn duplicate(&self, definition: Definition, text: &str, first: Span, sources: &Sources) -> Diagnostic {
        let title = &self.kind(definition.kind).title;
        let message = format!("{title} `{text}` is declared twice");
        let (span, file) = (definition.name.span, |span: Span| sources.file(span.file));
        // What comes with plat nobody mends.
        if file(span).is_of_library() && !file(first).is_of_library() {
            let module = file(span).name.trim_end_matches(".kdl");
            return Diagnostic::error(code::DUPLICATE_NAME, first, format!("{message}, here and in `{module}`"))
                .other(span, "this one comes with a `use`")
                .help("give yours another name, or take out the `use` that the other one comes with");
        }
        Diagnostic::error(code::DUPLICATE_NAME, span, message)
            .label("here again")
            .other(first, "first declared here")
            .help("give one of them another name, or remove it")
    }

    fn second(&self, definition: Definition, first: Span) -> Diagnostic {
        let title = &self.kind(definition.kind).title;
        let message = format!("there is more than one {title}");
        Diagnostic::error(code::SECOND_OF_ONE, definition.name.span, message)
            .label("here again")
            .other(first, "first declared here")
            .help(format!("keep one {title}, in `plat.kdl`"))
    }

    fn unknown<'s>(
        &'s self,
        sources: &'s Sources,
        known: &HashMap<(KindId, &'s str), Span>,
        diagnostics: &mut Diagnostics,
    ) {
        let declared: HashSet<KindId> = self.definitions.iter().map(|definition| definition.kind).collect();
        let mut suggestions: HashMap<([KindId; 2], &str), Option<&str>> = HashMap::new();
        let mut meant = Suggestions::default();
        let mut there: HashMap<[KindId; 2], Vec<&str>> = HashMap::new();
        // Neighbours mostly refer to the same things: the last name found of each kind saves the search.
        let mut last = vec![""; self.kinds.len()];
        for reference in &self.references {
            let text = self.text(sources, reference.name);
            let last = &mut last[reference.kinds[0].0 as usize];
            if *last == text {
                continue;
            }
            let found = reference.kinds.iter().any(|kind| known.contains_key(&(*kind, text)));
            let is_free = reference.kinds.iter().all(|kind| self.kind(*kind).lenient && !declared.contains(kind));
            let is_built_in = reference.kinds.iter().any(|kind| self.kind(*kind).is_built_in(text));
            // It is likely the name that is missing, which is told.
            let is_nameless = reference.kinds.iter().any(|kind| self.nameless.contains(kind));
            if found || is_free || is_built_in || is_nameless {
                *last = text;
                continue;
            }
            let key = (reference.kinds, text);
            let suggestion = match suggestions.get(&key) {
                Some(suggestion) => *suggestion,
                None if suggestions.len() >= MOST_SUGGESTIONS => None,
                None => {
                    let suggestion = meant.nearest(text, self.named(sources, reference.kinds));
                    suggestions.insert(key, suggestion);
                    suggestion
                }
            };
            let namesake =
                self.kinds.iter().zip(0..).find_map(|(_, id)| Some((KindId(id), *known.get(&(KindId(id), text))?)));
            let there = there.entry(reference.kinds).or_insert_with(|| self.there(sources, reference.kinds));
            diagnostics.push(self.unknown_reference(*reference, text, suggestion, namesake, there));
        }
    }

    /// The first few names that are declared of a kind, in their order.
    fn there<'s>(&'s self, sources: &'s Sources, kinds: [KindId; 2]) -> Vec<&'s str> {
        let mut names: Vec<&str> = self.named(sources, kinds).take(MOST_SUGGESTIONS).collect();
        names.sort_unstable();
        names.dedup();
        names.truncate(MOST_THERE);
        names
    }

    /// The names that are declared of a kind, in their order.
    fn named<'s>(&'s self, sources: &'s Sources, kinds: [KindId; 2]) -> impl Iterator<Item = &'s str> {
        let named = move |definition: &&Definition| kinds.contains(&definition.kind) && definition.scope == 0;
        self.definitions.iter().filter(named).map(|definition| self.text(sources, definition.name))
    }

    fn unknown_reference(
        &self,
        reference: NameUse,
        text: &str,
        suggestion: Option<&str>,
        namesake: Option<(KindId, Span)>,
        there: &[&str],
    ) -> Diagnostic {
        let [first, second] = reference.kinds.map(|kind| &self.kind(kind).title);
        let wanted = if first == second { first.to_string() } else { format!("{first} or {second}") };
        let message = format!("there is no {wanted} `{text}`");
        let mut diagnostic = Diagnostic::error(code::UNKNOWN_REFERENCE, reference.name.span, message);
        if let Some((kind, place)) = namesake {
            diagnostic = diagnostic.other(place, format!("this is a {}", self.kind(kind).title));
        }
        let [of, word] = reference.instead;
        if let Some((kind, _)) = namesake.filter(|(kind, _)| *kind == of) {
            let (word, title) = (&self.kind(word).title, &self.kind(kind).title);
            let before = Span { end: reference.name.span.start, ..reference.name.span };
            let help = format!("`{text}` is a {title}: write `{word} {text}`, which is an {word} of it");
            return diagnostic.help(help).fix(format!("write `{word}` before it"), before, format!("{word} "));
        }
        if suggestion.is_some() {
            return diagnostic.did_you_mean(suggestion);
        }
        let declare = self.kind(reference.kinds[0]).declare.replacen("NAME", text, 1);
        let there: Vec<String> = there.iter().map(|name| format!("`{name}`")).collect();
        let namesake = namesake.map(|(kind, _)| format!("`{text}` is a {}, no {wanted}", self.kind(kind).title));
        diagnostic.help(match (namesake, there.as_slice()) {
            (Some(namesake), []) => namesake,
            (Some(namesake), there) => format!("{namesake}; there is {}", there.join(", ")),
            (None, []) => format!("declare it: `{declare}`"),
            (None, there) => format!("there is {}; to have one more, declare it: `{declare}`", there.join(", ")),
        })
    }
}
