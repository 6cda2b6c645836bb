//! Which problems follow from others, so that one mistake is told once.
//!
//! What was not read as it was meant lacks what it was meant to say. Nobody knows what that is; so nothing is told of
//! * what looks wrong with a text that was not read, or with a value that its line lacks;
//! * what is missing in a node at the top of a file in which something was not read, or in one that is declared twice, or what comes from it:
//!   whether it is missed there, or by those who use what is declared there;
//! * a name that nothing has and that stands on a line that was not read: it is likely declared there; so it is on that of a declaration into which values
//!   were to be put, and of which nothing could be made.

use crate::diag::{Diagnostic, Diagnostics, Label, Severity, code};
use crate::source::{FileId, Origin, Sources, Span};
use std::collections::{BTreeMap, HashSet};

/// The problems without those that follow from others. `unread` are the nodes at the top of a file of which not all was read as it was
/// meant, in the order of the texts, and `unmade` the lines of declarations of which nothing was made.
pub(super) fn without_consequences(
    diagnostics: Diagnostics,
    (unread, unmade): (&[Span], &[Span]),
    sources: &Sources,
) -> Diagnostics {
    let mut mistakes = Mistakes::of(&diagnostics, unread, sources);
    mistakes.words.extend(unmade.iter().flat_map(|line| words(sources.text(*line))));
    let mut kept = Diagnostics::default();
    kept.extend(diagnostics.into_iter().filter(|one| !mistakes.explain(one)));
    kept
}

/// A line of a file.
type Line = (FileId, usize);

/// What is told, and what follows from it.
struct Mistakes<'s> {
    sources: &'s Sources,
    /// The places on each line with a mistake of its text; none of those of a text that is read as it was meant all the same.
    texts: BTreeMap<Line, Vec<Span>>,
    /// What was not read completely.
    unread: &'s [Span],
    /// Names that are declared twice, in the order of the texts.
    twice: Vec<Span>,
    /// The words on lines that were not read as they were meant.
    words: HashSet<&'s str>,
    /// Values in which there is a comma: it was likely to part them from what stands behind them.
    commas: Vec<Span>,
    /// Those on lines that name something that is not there: of what they declare nobody knows what it is.
    nameless: HashSet<&'s str>,
    /// Members that their thing does not have.
    strangers: HashSet<Origin>,
    /// Whether a module could not be read: nobody knows what it declares.
    lacks_module: bool,
}

/// Whether a problem says that a module could not be read.
fn is_of_module(one: &Diagnostic) -> bool {
    [code::UNKNOWN_MODULE, code::MODULE_NOT_LOCKED].contains(&one.code)
}

impl<'s> Mistakes<'s> {
    fn of(diagnostics: &Diagnostics, unread: &'s [Span], sources: &'s Sources) -> Self {
        let mut found = Self {
            sources,
            texts: BTreeMap::new(),
            unread,
            twice: Vec::new(),
            words: HashSet::new(),
            commas: Vec::new(),
            nameless: HashSet::new(),
            strangers: HashSet::new(),
            lacks_module: diagnostics.iter().any(is_of_module),
        };
        let (mut lines, mut nameless) = (HashSet::new(), HashSet::new());
        for one in diagnostics.iter() {
            let line = found.line(one.primary.span());
            if one.code.is_of_text() {
                let spans = found.texts.entry(line).or_default();
                spans.extend(one.code.is_of_unread_text().then_some(one.primary.span()));
            }
            if one.code == code::COMMA && one.severity == Severity::Error {
                found.commas.push(one.primary.span());
            }
            if one.code == code::UNKNOWN_REFERENCE && nameless.insert(line) {
                found.nameless.extend(words(text_of(sources, line)));
            }
            if one.is_unread() && lines.insert(line) {
                found.words.extend(words(text_of(sources, line)));
            }
            if one.code == code::DUPLICATE_NAME {
                found.twice.extend([one.primary.span()].into_iter().chain(one.others.iter().map(Label::span)));
            }
            if one.code == code::UNKNOWN_MEMBER {
                found.strangers.insert(one.primary.origin);
            }
        }
        found.twice.sort_unstable();
        found.twice.dedup();
        found.commas = apart(found.commas);
        for spans in found.texts.values_mut() {
            *spans = apart(std::mem::take(spans));
        }
        found
    }

    fn line(&self, span: Span) -> Line {
        (span.file, self.sources.file(span.file).lines().line_of(span.start))
    }

    /// Whether a problem follows from them.
    fn explain(&self, one: &Diagnostic) -> bool {
        if self.lacks_module && one.code.is_of_unknown_name() && !is_of_module(one) {
            return true;
        }
        !one.code.is_of_words() && (self.is_of_unread_text(one) || self.is_lack(one) || self.is_unknown_name(one))
    }

    fn is_of_unread_text(&self, one: &Diagnostic) -> bool {
        let span = one.primary.span();
        let beside = self.texts.get(&self.line(span));
        let overlaps = beside.is_some_and(|places| meets(places, span));
        let is_of_shape = [code::MEMBER_WITHOUT_VALUE, code::MIXED_VALUE, code::SET_TWICE].contains(&one.code);
        let is_again = [code::DUPLICATE_NAME, code::SECOND_OF_ONE].contains(&one.code);
        let mut places = [span].into_iter().chain(one.others.iter().map(Label::span));
        overlaps
            || one.code == code::VALUE_OF_WRONG_TYPE && meets(&self.commas, span)
            || is_of_shape && beside.is_some()
            || one.code == code::MEMBER_WITHOUT_VALUE && self.strangers.contains(&one.primary.origin)
            || is_again && places.any(|place| self.texts.get(&self.line(place)).is_some_and(|spans| !spans.is_empty()))
    }

    fn is_lack(&self, one: &Diagnostic) -> bool {
        let own = one.code.is_of_lack().then_some(one.primary.origin);
        let places = [one.lacks.or(own), one.because];
        places.into_iter().flatten().filter_map(Origin::text).any(|declared| {
            meets(self.unread, declared) || one.code != code::DUPLICATE_NAME && meets(&self.twice, declared)
        })
    }

    fn is_unknown_name(&self, one: &Diagnostic) -> bool {
        let is_declared = |word: &str| {
            self.words.contains(word) || one.code != code::UNKNOWN_REFERENCE && self.nameless.contains(word)
        };
        one.code.is_of_unknown_name() && words(self.sources.text(one.primary.span())).any(is_declared)
    }
}

fn text_of(sources: &Sources, (file, line): Line) -> &str {
    let (text, lines) = (&sources.file(file).text, sources.file(file).lines());
    sources.text(Span::new(file, lines.start_of(line, text), lines.start_of(line + 1, text)))
}

/// Whether one of several places, which are in the order of the texts and apart from each other, has something in common with another.
fn meets(places: &[Span], other: Span) -> bool {
    let next = places.get(places.partition_point(|place| (place.file, place.end) <= (other.file, other.start)));
    next.is_some_and(|next| next.file == other.file && next.start < other.end)
}

/// Places in the order of the texts, those that have something in common as one.
fn apart(mut places: Vec<Span>) -> Vec<Span> {
    places.sort_unstable();
    places.dedup_by(|next, last| {
        let is_one = last.file == next.file && next.start < last.end;
        last.end = if is_one { last.end.max(next.end) } else { last.end };
        is_one
    });
    places
}

/// The words of a text that can be names.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && !"-_.".contains(letter)).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::resolve::MemoryLoader;
    use crate::workspace::load;

    /// The codes and lines of the problems of a text.
    fn told(text: &str) -> Vec<String> {
        let loaded = load(&MemoryLoader::new([("plat.kdl", "project demo"), ("a.kdl", text)])).unwrap();
        let line = |at| loaded.sources.file(crate::source::FileId(0)).position(at).line;
        let problems = loaded.diagnostics.iter();
        problems.map(|one| format!("{} {}", one.code, line(one.primary.span().start))).collect()
    }

    /// What is used of a blueprint in all ways.
    const USES: &str = "
        blueprint person
        entity person ana
        entity service checkout { tier gold; owner ana; }
        entity service cart { tier gold; owner ana; after checkout; }
        scorecard ready for=service { level Gold { rule tiered { tier is gold; }; }; }
    ";

    #[test]
    fn a_name_that_is_missing_is_not_missed_by_those_who_use_it() {
        assert_eq!(told(&format!("blueprint {{ property tier string }}{USES}")), ["E0203 1"]);
        assert_eq!(told("blueprint\nrequest none a"), ["E0203 1", "E0302 2"]);
    }

    #[test]
    fn one_mistake_in_what_many_use_is_told_once() {
        let whole = "blueprint service {
            property tier enum required { values gold iron }
            relation owner person required
            relation after service
        }";
        assert_eq!(told(&format!("{whole}{USES}")), Vec::<String>::new());
        for (right, wrong, code, line) in [
            ("blueprint service", "blueprnt service", "E0201", 1),
            ("blueprint service", "bluprint  service", "E0201", 1),
            ("service {\n", "service { {\n", "E0107", 1),
            ("property tier", "proprty tier", "E0201", 2),
            ("property tier", "tier property", "E0201", 2),
            ("enum required {", "enm required {", "E0206", 2),
            ("enum required {", "enum requird {", "E0204", 2),
            ("values gold iron", "vales gold iron", "E0201", 2),
            ("{ values", "{ values \"", "E0105", 2),
            (" }\n", " } relation owner person required\n", "E0120", 2),
            ("required\n            relation after", "required relation after", "E0204", 3),
        ] {
            let text = format!("{}{USES}", whole.replacen(right, wrong, 1));
            assert_eq!(told(&text), [format!("{code} {line}")], "{text}");
        }
        let twice = format!("{whole}\nblueprint service {{ property level string required; }}{USES}");
        assert_eq!(told(&twice), ["E0301 6"]);
    }

    #[test]
    fn one_mistake_in_a_text_is_told_once() {
        for (text, expected) in [
            ("promise p { workflow configure { files manifests/**\n}\n}", "E0114 1"),
            ("promise p { workflow configure {\n files a/**/*.yaml\n}\n}", "E0114 2"),
            ("team a { title \"A }\nteam b { title B; }", "E0105 1"),
            ("team a { title \"A", "E0105 1"),
            ("team a {\n title b\" c d\n}", "E0105 2"),
            ("team a {\n title All of us\n}", "E0204 2"),
            ("team a {\n title A // a\n / b\n}", "E0126 3"),
            ("team a\n-- b c", "E0126 2"),
            ("team a\n  member ana@example.com\n}", "E0108 1"),
            ("  title A\n  team b\n}\nteam b", "E0108 3"),
            (
                "team a\nkind: team\nmetadata:\n  name: b\n  labels:\n    - c: d\ndata:\n  e: |\n    some text",
                "E0365 2",
            ),
            ("team a\n{\n \"b\": { \"c\": [1, {\"d\": null}] },\n \"e\": true\n}\nteam f", "E0365 2"),
            ("team a {\n \"b\": 1,\n \"c\": { \"d\": 2 },\n \"e\": {}\n}", "E0365 2"),
            ("blueprint b { property c url property d string }\nentity b e { d x; }", "E0204 1"),
            ("blueprint b { property lang enum required { values Go; }; }\nentity b e { Go; }", "E0408 2"),
            ("blueprint b { property language string required; }\nentity b e { lnguage Go; }", "E0408 2"),
            ("blueprint b { relation c b; }\nentity bb e\nentity b f { c e; }", "E0302 2"),
            (
                "blueprint b { property c string; }\nscorecard s for=b { level Gold { rule r { c present; }; }; }\n\
              test t { given entity b e { c x; }\nexpect level s e Gould; }",
                "E0703 4",
            ),
        ] {
            assert_eq!(told(text), [expected], "{text}");
        }
    }

    /// Each of the problems of a text with its help.
    fn helps(text: &str) -> Vec<String> {
        let loaded = load(&MemoryLoader::new([("plat.kdl", "project demo"), ("a.kdl", text)])).unwrap();
        let help = |one: &crate::diag::Diagnostic| format!("{} {}", one.code, one.help.clone().unwrap_or_default());
        loaded.diagnostics.iter().map(help).collect()
    }

    #[test]
    fn several_words_for_one_value_say_what_they_were_meant_as() {
        let service =
            "blueprint service { property t string; property language enum { values Go; }; property count number; }\n";
        for (line, expected) in [
            ("t Some long words here", "E0401 a text with spaces stands in quotes: write `\"Some long words here\"`"),
            (
                "language Go count 3",
                "E0401 a `;` is missing before `count`, or a new line: it is a property of its own",
            ),
            ("t Some count 3", "E0401 a `;` is missing before `count`, or a new line: it is a property of its own"),
            ("language:Go", "E0408 write `language Go`: a space stands between a name and its value"),
            ("count:3", "E0408 write `count 3`: a space stands between a name and its value"),
        ] {
            assert_eq!(helps(&format!("{service}entity service a {{ {line}; }}")), [expected]);
        }
        assert_eq!(told(&format!("{service}entity service a {{ t x, count 3; }}")), ["E0122 2"]);
    }

    #[test]
    fn a_file_in_utf_16_is_told_once() {
        for (mark, bytes) in [
            (&b"\xff\xfe"[..], u16::to_le_bytes as fn(u16) -> [u8; 2]),
            (b"\xfe\xff", u16::to_be_bytes),
            (b"", u16::to_le_bytes),
        ] {
            let text: Vec<u8> = "team a {\n  title A\n}\n".encode_utf16().flat_map(bytes).collect();
            let loader = MemoryLoader::new([("plat.kdl", b"project demo".to_vec()), ("a.kdl", [mark, &text].concat())]);
            let loaded = load(&loader).unwrap();
            let told: Vec<_> = loaded.diagnostics.iter().map(|one| (one.code.id, &*one.message)).collect();
            assert_eq!(told, [("E0100", "this file is UTF-16, and KDL is UTF-8")]);
        }
    }

    #[test]
    fn a_second_mistake_is_told_beside_the_first() {
        let text = "blueprnt service {\n property tier enum { values gold; }\n relation owner nobody\n}\n\
                    entity service a { tier gld; }";
        assert_eq!(told(text), ["E0201 1", "E0302 3", "E0402 5"]);
        assert_eq!(told("entity nothing a { b c; }\nteam t { title A B; }\nteam t"), ["E0302 1", "E0204 2", "E0301 3"]);
    }
}
