//! What other languages write, and KDL takes for something else without a word: single quotes and commas are letters of a bare word to
//! it. It is told, and read as it was meant, so that nothing follows from it.

use super::character::{is_reserved, looks_like_number};
use super::foreign::{AS_KDL, LONGEST, comma_help, hash_for, next_value};
use super::mistake::unquoted;
use super::tree::{EntryData, NONE, NodeData, Range, ScalarData, StringData, Tree};
use crate::diag::{Code, Diagnostic, Diagnostics, Edit, code};

/// Quotes of other languages and of texts that were set: what opens, and what closes.
const QUOTES: [(&str, &str); 6] = [("'", "'"), ("`", "`"), ("‘", "’"), ("“", "”"), ("„", "“"), ("«", "»")];

/// Words that other languages have for truth values and for nothing.
const VALUES: [&str; 16] =
    ["True", "TRUE", "False", "FALSE", "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "off", "Off", "Null", "NULL"];

/// Whether a bare word looks like what another language writes, so that only quotes make clear that it is meant.
pub fn is_foreign_word(word: &str) -> bool {
    word.contains(',')
        || word.ends_with(':')
        || word.starts_with(['$', '<', '=', '>', '|'])
        || quotes(word).is_some()
        || is_foreign_value(word)
}

/// Whether a bare word is a truth value, or nothing, to other languages.
pub fn is_foreign_value(word: &str) -> bool {
    VALUES.contains(&word)
}

/// Tells what other languages write, and puts the tree right. Takes time linear in the tree.
pub fn habits(tree: &mut Tree) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    for node in 0..tree.nodes.len() {
        if tree.nodes.get(node).is_none_or(|node| !may_have_one(tree, node)) {
            continue;
        }
        let mut habits = Habits { tree, told: None, edits: Vec::new() };
        habits.items(node);
        habits.name(node);
        habits.line(node);
        habits.unquoted(node);
        diagnostics.extend(habits.finish());
    }
    diagnostics
}

/// Whether a node may have one: most have not, and are not looked at further.
fn may_have_one(tree: &Tree, node: &NodeData) -> bool {
    let bytes = tree.text.as_bytes();
    let byte = |at: u32| bytes.get(at as usize).copied().unwrap_or_default();
    let is_odd = |start: u32, end: u32| !byte(start).is_ascii_alphanumeric() || byte(end.wrapping_sub(1)) == b':';
    let entries = tree.entries.get(node.entries.start as usize..node.entries.end as usize).unwrap_or_default();
    let is_odd_word = |entry: &EntryData| match entry.value {
        ScalarData::String(data) if (data.start, data.end) == (entry.value_start, entry.end) => {
            let word = bytes.get(data.start as usize..data.end as usize).unwrap_or_default();
            is_odd(data.start, data.end) || word.contains(&b',')
        }
        _ => false,
    };
    let has_items_behind =
        || tree.nodes.get(node.next as usize).is_some_and(|next| byte(next.name_range.start) == b'-');
    is_odd(node.name_range.start, node.name_range.end)
        || entries.iter().any(is_odd_word)
        || match entries.last() {
            Some(last) => last.end == node.block.start,
            None => has_items_behind(),
        }
}

/// One node.
struct Habits<'t> {
    tree: &'t mut Tree,
    /// What is said: of several things the first.
    told: Option<Diagnostic>,
    /// How all of them are mended.
    edits: Vec<Edit>,
}

/// A change of the text: from where, to where, and what stands there instead.
type Change = (u32, u32, &'static str);

/// A key that an argument before a value turns out to be.
struct Key {
    name: StringData,
    start: u32,
    end: u32,
}

impl Habits<'_> {
    fn finish(self) -> Option<Diagnostic> {
        let edits = self.edits;
        self.told.map(|told| told.fix_all(AS_KDL, edits))
    }

    fn tell(&mut self, code: Code, range: Range, message: String, help: impl FnOnce() -> String, mended: &str) {
        let span = self.tree.span(range);
        self.edits.push(Edit { span, text: mended.to_owned() });
        if self.told.is_none() {
            self.told = Some(Diagnostic::error(code, span, message).help(help()));
        }
    }

    fn slice(&self, start: u32, end: u32) -> &str {
        self.tree.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Items that stand behind the name of their list and not in its block, as in YAML.
    fn items(&mut self, index: usize) {
        let is_item = |node: &NodeData| self.slice(node.name_range.start, node.name_range.end) == "-";
        let is_bare = |node: &NodeData| node.entries.start == node.entries.end && node.block.start == node.block.end;
        let Some(list) = self.tree.nodes.get(index).filter(|list| is_bare(list)) else { return };
        let Some(first) = self.tree.nodes.get(list.next as usize).filter(|next| is_item(next)) else { return };
        if is_item(list) || list.annotation != NONE {
            return;
        }
        let (begin, named, place) = (list.next, list.name_range.end, first.name_range);
        let mut last = begin as usize;
        while let Some(next) = self.tree.nodes.get(last).map(|node| node.next as usize) {
            if !self.tree.nodes.get(next).is_some_and(is_item) {
                break;
            }
            last = next;
        }
        let name = self.begun(index).trim_end_matches(':').to_owned();
        let message = format!("the items of `{name}` stand in no block of it");
        let help = format!("write `{name} a b`, or each item on its own: `{name} {{ - a; - b; }}`");
        self.told = Some(Diagnostic::error(code::FOREIGN_LIST, self.tree.span(place), message).help(help));
        let words = self.words(begin, named);
        let Some(node) = self.tree.nodes.get_mut(last) else { return };
        let (behind, end) = (std::mem::replace(&mut node.next, NONE), node.range.end);
        let edits =
            words.as_ref().map_or_else(|| vec![(named, named, " {"), (end, end, "\n}")], |words| words.1.clone());
        let edit =
            |(start, end, text): Change| Edit { span: self.tree.span(Range { start, end }), text: text.to_owned() };
        self.edits.extend(edits.into_iter().map(edit));
        if let Some(list) = self.tree.nodes.get_mut(index) {
            match words {
                Some((entries, _)) => list.entries = entries,
                None => (list.first_child, list.block) = (begin, Range { start: place.start, end }),
            }
            list.next = behind;
            list.range.end = end;
        }
    }

    /// The entries of a chain of items that are one word each, and how the words come to stand on the line of their list, where no
    /// comment is in between.
    fn words(&self, first: u32, named: u32) -> Option<(Range, Vec<Change>)> {
        let (mut at, mut before, mut edits) = (first, named, Vec::new());
        let (mut entries, mut is_mendable) = (None::<Range>, true);
        while let Some(item) = self.tree.nodes.get(at as usize) {
            if self.slice(item.name_range.start, item.name_range.end) != "-" {
                break;
            }
            let Range { start, end } = item.entries;
            let entry = self.tree.entries.get(start as usize).filter(|entry| entry.key.is_none())?;
            if end - start != 1 || item.block.start < item.block.end || item.annotation != NONE {
                return None;
            }
            let is_clear = |gap: &str| gap.chars().all(|character| character == '-' || character.is_whitespace());
            is_mendable &= is_clear(self.slice(before, entry.start));
            edits.push((before, entry.start, " "));
            entries = Some(Range { start: entries.map_or(start, |entries| entries.start), end });
            (at, before) = (item.next, entry.end);
        }
        entries.map(|entries| (entries, if is_mendable { edits } else { Vec::new() }))
    }

    /// A text with a value put in, which lacks its quotes: `a ${b}` is `a $` with a block to KDL.
    fn unquoted(&mut self, index: usize) {
        let Some(node) = self.tree.nodes.get(index) else { return };
        let (block, place) = (node.block, node.entries.end.wrapping_sub(1) as usize);
        let has_entries = node.entries.start < node.entries.end;
        let Some(entry) = self.tree.entries.get(place).filter(|_| has_entries && block.start < block.end) else {
            return;
        };
        let is_glued = entry.end == block.start && self.slice(entry.value_start, entry.end).ends_with('$');
        let is_line = || !self.slice(block.start, block.end).contains(['\n', '\r']);
        if !is_glued || !matches!(entry.value, ScalarData::String(_)) || !is_line() {
            return;
        }
        let whole = StringData { start: entry.value_start, end: block.end, unescaped: false };
        let span = self.tree.span(Range { start: whole.start, end: whole.end });
        let behind = self.tree.text.get(block.end as usize..).unwrap_or_default().trim_start_matches([' ', '\t']);
        // Where something else is behind it, it was told by the parser.
        if behind.is_empty() || behind.starts_with(['\n', '\r', ';', '}', '/']) {
            let told = unquoted(&self.tree.text, span);
            self.edits.extend(told.fixes.first().into_iter().flat_map(|fix| fix.edits.clone()));
            self.told.get_or_insert(Diagnostic { fixes: Vec::new(), ..told });
        }
        if let Some(entry) = self.tree.entries.get_mut(place) {
            (entry.end, entry.value) = (block.end, ScalarData::String(whole));
        }
        if let Some(node) = self.tree.nodes.get_mut(index) {
            node.first_child = NONE;
            node.block = Range { start: 0, end: 0 };
        }
    }

    /// A node's name that is a bare word.
    fn name(&mut self, index: usize) {
        let Some(node) = self.tree.nodes.get(index) else { return };
        let (name, range) = (node.name, node.name_range);
        if name.unescaped || (name.start, name.end) != (range.start, range.end) {
            return;
        }
        let word = self.slice(range.start, range.end);
        if let Some((open, close)) = quoted(word) {
            let inner = StringData { start: name.start + open, end: name.end - close, unescaped: false };
            self.quotes(range, inner);
            self.rename(index, inner);
        } else if word.len() > 1 && word.ends_with(':') && !self.slice(range.end, range.end + 2).starts_with("//") {
            let unmarked = word.trim_end_matches(':');
            let inner = match quoted(unmarked) {
                Some((open, close)) => {
                    let end = name.start + unmarked.len() as u32 - close;
                    StringData { start: name.start + open, end, ..name }
                }
                None => StringData { end: name.end - 1, ..name },
            };
            let is_quoted = inner.start > name.start;
            let behind = self.tree.text.get(range.end as usize..).unwrap_or_default();
            if behind.trim_start_matches([' ', '\t']).starts_with('[') {
                // Told and mended with the brackets.
                return self.rename(index, inner);
            }
            let text = self.slice(inner.start, inner.end).to_owned();
            let message = format!("the colon is part of the name: KDL reads `{word}`");
            let value = next_value(behind).to_owned();
            let hash = hash_for(&value);
            let help = || format!("write `{text} {hash}{value}`; a name that ends with a colon stands in quotes");
            let value_at = range.end + (behind.len() - behind.trim_start_matches([' ', '\t']).len()) as u32;
            let (place, mended) = if is_quoted { (range, &*text) } else { (Range { start: inner.end, ..range }, "") };
            self.tell(code::COLON, place, message, help, mended);
            if !hash.is_empty() {
                let span = self.tree.span(Range { start: value_at, end: value_at });
                self.edits.push(Edit { span, text: hash.to_owned() });
            }
            self.rename(index, inner);
        }
    }

    fn rename(&mut self, index: usize, name: StringData) {
        if let Some(node) = self.tree.nodes.get_mut(index) {
            node.name = name;
        }
    }

    /// The arguments and properties of a node.
    fn line(&mut self, index: usize) {
        let Some(node) = self.tree.nodes.get(index) else { return };
        let (start, end) = (node.entries.start as usize, node.entries.end as usize);
        let written = self.tree.entries.get(start..end).unwrap_or_default();
        if !written.iter().any(|entry| self.is_suspect(entry)) {
            return;
        }
        let written = written.to_vec();
        let meant = self.entries(index, &written);
        if let Some(node) = self.tree.nodes.get_mut(index) {
            node.entries.end = node.entries.start + meant.len() as u32;
        }
        for (place, entry) in self.tree.entries.iter_mut().skip(start).zip(meant) {
            *place = entry;
        }
    }

    /// The text of an entry that is a bare word. One with an annotation says itself what it is.
    fn bare(&self, entry: &EntryData) -> Option<&str> {
        match entry.value {
            ScalarData::String(data) if !data.unescaped && entry.annotation == NONE && data.start < data.end => {
                let is_bare = (data.start, data.end) == (entry.value_start, entry.end);
                is_bare.then(|| self.slice(data.start, data.end))
            }
            _ => None,
        }
    }

    fn is_suspect(&self, entry: &EntryData) -> bool {
        self.bare(entry).is_some_and(|word| {
            word.contains(',') || word.ends_with(':') || word == "-" || is_here_document(word) || quotes(word).is_some()
        })
    }

    /// The entries as they are meant.
    fn entries(&mut self, node: usize, written: &[EntryData]) -> Vec<EntryData> {
        let mut meant: Vec<EntryData> = Vec::with_capacity(written.len());
        let mut key: Option<Key> = None;
        let mut inside = None;
        let mut unclosed = [false; QUOTES.len()];
        let mut at = 0;
        while let Some(entry) = written.get(at) {
            at += 1;
            let mut entry = *entry;
            let Some(word) = self.bare(&entry) else {
                meant.push(with_key(entry, key.take()));
                continue;
            };
            let start = entry.value_start + (word.len() - word.trim_start_matches(',').len()) as u32;
            let end = entry.value_start + word.trim_end_matches(',').len() as u32;
            let last = self.closing(written, at - 1, &mut unclosed);
            if let Some((last, (open, close))) = last.zip(self.opening(&entry)) {
                let closing = written.get(last).map_or(end, |last| self.end_without_commas(last));
                let inner = StringData { start: start + open, end: closing - close, unescaped: false };
                let whole = Range { start: entry.value_start, end: written.get(last).map_or(closing, |last| last.end) };
                self.quotes(whole, inner);
                entry = EntryData { end: closing, value: ScalarData::String(inner), ..entry };
                at = last + 1;
            } else if start >= end || (start, end) != (entry.value_start, entry.end) {
                self.commas(
                    node,
                    Range { start: entry.value_start, end: entry.end },
                    Range { start, end: end.max(start) },
                );
                if start >= end {
                    continue;
                }
                entry = EntryData { value_start: start, end, value: self.scalar(start, end), ..entry };
            } else if is_here_document(word) {
                self.here_document(Range { start, end });
            } else if word.contains(',') && !looks_like_number(word) {
                inside.get_or_insert(Range { start, end });
            }
            let text = self.slice(entry.value_start, entry.end);
            let is_argument = entry.key.is_none() && key.is_none();
            let has_value = written.get(at).is_some_and(|next| next.key.is_none());
            if is_argument && has_value && text.len() > 1 && text.ends_with(':') && self.bare(&entry).is_some() {
                let name = StringData { start: entry.value_start, end: entry.end - 1, unescaped: false };
                let next = written.get(at).map_or(entry.end, |next| next.start);
                self.pair(name, Range { start: entry.value_start, end: next });
                key = Some(Key { name, start: entry.start, end: entry.end - 1 });
                continue;
            }
            if is_argument && text == "-" && has_value {
                self.dash(node, Range { start: entry.value_start, end: entry.end });
                continue;
            }
            meant.push(with_key(entry, key.take()));
        }
        if let Some(range) = inside.filter(|_| self.told.is_none()) {
            self.comma_inside(range);
        }
        meant
    }

    /// The value of a word that had a comma at its end.
    fn scalar(&self, start: u32, end: u32) -> ScalarData {
        match self.slice(start, end) {
            "true" => ScalarData::Bool(true),
            "false" => ScalarData::Bool(false),
            word if is_reserved(word) => ScalarData::Null,
            _ => ScalarData::String(StringData { start, end, unescaped: false }),
        }
    }

    /// How long the quote is that a word begins with, and how long the one that closes it.
    fn opening(&self, entry: &EntryData) -> Option<(u32, u32)> {
        let word = self.bare(entry)?.trim_start_matches(',');
        let (open, close) = quotes(word)?;
        Some((open.len() as u32, close.len() as u32))
    }

    /// The entry that ends with the quote that closes the one that the entry at `first` begins with. What is not closed is looked for
    /// once for each quote.
    fn closing(&self, written: &[EntryData], first: usize, unclosed: &mut [bool; QUOTES.len()]) -> Option<usize> {
        let word = self.bare(written.get(first)?)?.trim_matches(',');
        let (unclosed, (open, close)) =
            unclosed.iter_mut().zip(QUOTES).find(|(_, (open, _))| word.starts_with(open))?;
        if word.len() >= open.len() + close.len() && word.ends_with(close) {
            return Some(first);
        }
        let ends = |entry: &EntryData| {
            let word = self.bare(entry).filter(|_| entry.key.is_none());
            word.is_some_and(|word| word.trim_end_matches(',').ends_with(close))
        };
        if *unclosed {
            return None;
        }
        let last = (first + 1..written.len()).find(|last| written.get(*last).is_some_and(ends));
        *unclosed = last.is_none();
        last
    }

    fn end_without_commas(&self, entry: &EntryData) -> u32 {
        let word = self.bare(entry).unwrap_or_default();
        entry.value_start + word.trim_end_matches(',').len() as u32
    }

    fn quotes(&mut self, whole: Range, inner: StringData) {
        let text = self.slice(inner.start, inner.end).to_owned();
        let written = self.slice(whole.start, whole.end).trim_matches(',').to_owned();
        let quoted = format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")).replace("','", "\" \"");
        let message = format!("{written} is not in quotes: KDL knows no quote but `\"`");
        let help =
            || format!("write `{quoted}`; a text that is to hold these quotes itself stands in double quotes too");
        self.tell(code::FOREIGN_QUOTES, whole, message, help, &quoted);
    }

    fn here_document(&mut self, word: Range) {
        let message = format!("`{}` begins no text", self.slice(word.start, word.end));
        let help = "a text of several lines stands between `\"\"\"` and `\"\"\"`, each on a line of its own";
        let told = Diagnostic::error(code::FOREIGN_QUOTES, self.tree.span(word), message).help(help);
        self.told.get_or_insert(told);
    }

    fn commas(&mut self, node: usize, whole: Range, word: Range) {
        let text = self.slice(word.start, word.end).to_owned();
        let written = self.slice(whole.start, whole.end).to_owned();
        let line = self.begun_to(node, whole.start);
        let message = format!("KDL reads the comma as a part of `{written}`");
        let help = || format!("{}; a comma that is meant stands in quotes", comma_help(&line));
        self.tell(code::COMMA, whole, message, help, &text);
    }

    fn comma_inside(&mut self, word: Range) {
        let text = self.slice(word.start, word.end);
        let message = format!("`{text}` is one value, with a comma in it");
        let help = format!(
            "write `{}` for several; put it in quotes where it is one",
            text.split(',').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        );
        self.told = Some(Diagnostic::warning(code::COMMA, self.tree.span(word), message).help(help));
    }

    fn pair(&mut self, name: StringData, range: Range) {
        let text = self.slice(name.start, name.end).to_owned();
        let message = format!("`{text}:` is a value of its own, with a colon at its end");
        let help = || format!("write `{text}=...`; a text that ends with a colon stands in quotes");
        self.tell(code::COLON, Range { start: name.end, end: range.end }, message, help, "=");
    }

    fn dash(&mut self, node: usize, range: Range) {
        let line = self.begun(node);
        let message = "`-` is a value here, not the beginning of an item".to_owned();
        let help = || {
            format!(
                "write `{line} a b`, or each item on its own: `{line} {{ - a; - b; }}`; a hyphen that is meant stands in quotes"
            )
        };
        self.tell(code::FOREIGN_LIST, range, message, help, "");
    }

    /// The line of a node up to an offset, for a line to write.
    fn begun_to(&self, node: usize, end: u32) -> String {
        let start = self.tree.nodes.get(node).map_or(end, |node| node.name_range.start);
        let line = self.slice(start, end).trim_end();
        let is_short = line.len() <= LONGEST && !line.contains(['\n', '=', ':', ',', '\'']);
        if is_short && !line.is_empty() { line.to_owned() } else { self.begun(node) }
    }

    /// The name of a node, for a line to write.
    fn begun(&self, node: usize) -> String {
        self.tree
            .nodes
            .get(node)
            .map_or_else(String::new, |node| self.slice(node.name_range.start, node.name_range.end).to_owned())
    }
}

/// The quotes of which a word begins with the first. Nearly every word begins with a letter or a digit.
fn quotes(word: &str) -> Option<&'static (&'static str, &'static str)> {
    let is_plain = word.starts_with(|first: char| first.is_ascii_alphanumeric());
    QUOTES.iter().filter(|_| !is_plain).find(|(open, _)| word.starts_with(open))
}

/// How long the quotes around a word are.
fn quoted(word: &str) -> Option<(u32, u32)> {
    let (open, close) = quotes(word)?;
    (word.len() > open.len() + close.len() && word.ends_with(close)).then_some((open.len() as u32, close.len() as u32))
}

/// Whether a word is what other languages begin a text of several lines with: `<<EOT`, `<<-EOT`.
fn is_here_document(word: &str) -> bool {
    let marker = word.strip_prefix("<<").map(|rest| rest.trim_start_matches(['-', '~', '\'']));
    marker.is_some_and(|marker| marker.starts_with(|first: char| first.is_ascii_uppercase()))
}

fn with_key(entry: EntryData, key: Option<Key>) -> EntryData {
    match key {
        Some(key) if entry.key.is_none() => {
            EntryData { key: Some(key.name), start: key.start, key_end: key.end, ..entry }
        }
        _ => entry,
    }
}
