//! The texts that somebody moves in with: JSON, YAML and what Terraform reads, and where something stands in them.

use super::members::Members;
use super::terraform::{self, Held, What, is_terraform, is_values};
use super::walk::{Lost, Read, Unread, Walk};
use super::{Folder, apart, yaml};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::grammar::Neighbour;
use crate::model::{Json, Kind, Map, Value, inexact};
use crate::neighbour::pointer;
use crate::source::{FileId, Origin, SourceFile, Sources, Span, Spanned};
use crate::yaml::{first_line, said};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_saphyr::Location;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

/// A document of a text.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// The text.
    pub(super) file: FileId,
    /// Which of its documents it is, from 0; nothing where there is one only.
    pub(super) number: Option<usize>,
    pub(super) value: Value,
    /// What it is, where the text says so.
    pub(super) kind: Option<Kind>,
    /// Why it is nothing that can be taken in, where the text says what it is.
    pub(super) unknown: Option<String>,
    /// The resource of Terraform that it is, as a message calls it.
    resource: Option<Arc<str>>,
    /// What of it is left out: what is not known, or no value can be.
    pub(super) lost: Vec<Lost>,
    /// What had a tag that says nothing here.
    pub(super) untagged: Vec<Lost>,
    /// Where it is written, where its parts know that of themselves.
    written: Option<Span>,
}

/// Where something stands in what somebody moves in with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct DocumentPlace {
    pub(super) file: FileId,
    pub(super) number: Option<usize>,
    /// The resource of Terraform that the document is, as a message calls it.
    pub(super) resource: Option<Arc<str>>,
    /// A JSON pointer (RFC 6901).
    pub(super) pointer: String,
}

impl Document {
    /// The place of the whole.
    pub(super) fn place(&self) -> DocumentPlace {
        let (number, resource) = (self.number, self.resource.clone());
        DocumentPlace { file: self.file, number, resource, pointer: String::new() }
    }
}

impl DocumentPlace {
    /// The place of all that is in a file.
    pub(super) fn of_file(file: FileId) -> Self {
        Self { file, number: None, resource: None, pointer: String::new() }
    }

    /// The place of what stands in it at a pointer.
    pub(super) fn below(&self, pointer: &str) -> Self {
        Self { pointer: format!("{}{pointer}", self.pointer), ..self.clone() }
    }

    /// The place of a member, or of an item.
    pub(super) fn to(&self, step: &str) -> Self {
        self.below(&pointer(&[step]))
    }

    /// Whether it is all of its text.
    pub(super) fn is_whole(&self) -> bool {
        self.pointer.is_empty() && self.number.is_none() && self.resource.is_none()
    }

    /// It, and the places that it stands in, each in the next.
    pub(super) fn around(&self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self.clone()), |inner| {
            let end = inner.pointer.rfind('/')?;
            Some(Self { pointer: inner.pointer[..end].to_owned(), ..inner.clone() })
        })
    }

    /// Its way without the names and the numbers on it: what stands at places of one sort is one to whoever reads of it. A whole resource is
    /// called by its address.
    pub(super) fn sort(&self) -> String {
        let is_resource = |_: &&Arc<str>| self.pointer.is_empty();
        let mut sort = self.resource.as_ref().filter(is_resource).map_or_else(String::new, ToString::to_string);
        let mut is_name = false;
        for step in self.pointer.split('/').skip(1) {
            let is_number = step.bytes().all(|byte| byte.is_ascii_digit());
            sort.push('/');
            sort.push_str(if is_name || is_number { "*" } else { step });
            // What stands in it stands below its name, in a JSON Schema as in Port's blueprints.
            is_name = !is_name && (step.to_lowercase().ends_with("properties") || step == "relations");
        }
        sort
    }

    /// How a message says it.
    pub(super) fn words(&self) -> String {
        let pointer = if self.pointer.is_empty() { "the whole".to_owned() } else { format!("`{}`", self.pointer) };
        match (&self.resource, self.number) {
            (Some(resource), _) if self.pointer.is_empty() => format!("`{resource}`"),
            (Some(resource), _) => format!("{pointer} of `{resource}`"),
            (None, Some(number)) => format!("{pointer} of document {}", number + 1),
            (None, None) => pointer,
        }
    }
}

/// The documents of the texts, as far as they can be read. `folder` is what else is in the folders that they are in.
pub(super) fn documents(
    neighbour: Neighbour,
    sources: &Sources,
    folder: &dyn Folder,
    problems: &mut Diagnostics,
) -> Vec<Document> {
    let Held { parts, unreadable: unread, values } = terraform::held(sources, folder);
    problems.extend(unread.into_iter().map(|(file, at, reason)| unreadable(file, at, reason)));
    let mut documents = Vec::new();
    let mut parts = parts.into_iter().peekable();
    for (file, source) in sources.iter() {
        if is_terraform(&source.name) || is_values(&source.name) {
            let mut number = 0;
            while let Some((_, part)) = parts.next_if(|(of, _)| *of == file) {
                let (kind, unknown) = match part.what {
                    What::Object(kind) => (Some(kind), None),
                    What::Json => (None, None),
                    What::Nothing(reason) => (None, Some(reason)),
                };
                let (Spanned { value, span }, resource, lost) = (part.value, part.resource, part.lost);
                documents.push(Document {
                    file,
                    number: Some(number),
                    value,
                    kind,
                    unknown,
                    resource,
                    lost,
                    untagged: Vec::new(),
                    written: span.text(),
                });
                number += 1;
            }
            continue;
        }
        if values.contains(&file) {
            continue;
        }
        let read = read(neighbour, file, source);
        let is_only = read.len() == 1;
        for (number, read) in read.into_iter().enumerate() {
            match read {
                Ok(read) => documents.push(Document {
                    file,
                    number: (!is_only).then_some(number),
                    value: read.value.value,
                    kind: None,
                    unknown: None,
                    resource: None,
                    lost: read.lost,
                    untagged: read.untagged,
                    written: read.value.span.text(),
                }),
                Err((at, reason)) => problems.push(unreadable(file, at, reason)),
            }
        }
    }
    documents
}

fn span(file: FileId, at: Range<usize>) -> Span {
    let [start, end] = [at.start, at.end].map(|at| u32::try_from(at).unwrap_or(u32::MAX));
    Span::new(file, start, end)
}

fn unreadable(file: FileId, at: usize, reason: String) -> Diagnostic {
    let problem = Diagnostic::error(code::UNREADABLE_DOCUMENT, span(file, at..at), reason);
    problem.help("mend the file, or leave it out of the paths")
}

/// Whether a file of a name is one to read.
pub fn is_document(neighbour: Neighbour, name: &str) -> bool {
    let is_of_terraform = is_terraform(name) || terraform::is_read_unnamed(name);
    is_json(name) || is_yaml(name) || neighbour == Neighbour::Port && is_of_terraform
}

fn ends(name: &str, ends: &[&str]) -> bool {
    let end = std::path::Path::new(name).extension().and_then(|end| end.to_str());
    end.is_some_and(|end| ends.iter().any(|other| end.eq_ignore_ascii_case(other)))
}

fn is_json(name: &str) -> bool {
    ends(name, &["json"])
}

fn is_yaml(name: &str) -> bool {
    ends(name, &["yaml", "yml"])
}

/// Whether a text is YAML that is no JSON: where its name does not tell, by its beginning.
fn is_yaml_text(source: &SourceFile) -> bool {
    let text = source.text.trim_start_matches('\u{feff}').trim_start();
    let looks_like_json = text.starts_with(['{', '[']);
    if is_yaml(&source.name) {
        !(looks_like_json && serde_json::from_str::<IgnoredAny>(text).is_ok())
    } else {
        !looks_like_json && !is_json(&source.name)
    }
}

/// The documents of a text, or why one cannot be read.
pub(super) fn read(neighbour: Neighbour, file: FileId, source: &SourceFile) -> Vec<Result<Read, Unread>> {
    match read_whole(neighbour, file, source) {
        Ok(read) => read.into_iter().map(Ok).collect(),
        Err(unread) => {
            let apart = (source.invalid_utf8.is_none() && is_yaml_text(source))
                .then(|| apart::documents(file, &source.text, is_yaml_1_1(neighbour), no_yaml));
            apart.flatten().unwrap_or_else(|| vec![Err(unread)])
        }
    }
}

/// Kubernetes reads YAML 1.1, in which `yes` and `on` say true, and 0644 is a number to the base of 8; to Port these are texts.
fn is_yaml_1_1(neighbour: Neighbour) -> bool {
    neighbour == Neighbour::Kratix
}

/// Why a text is no YAML, and how far it is.
fn no_yaml(text: &str, error: &serde_saphyr::Error) -> Unread {
    (Lines::of(text).offset(error.location()), said(error))
}

fn read_whole(neighbour: Neighbour, file: FileId, source: &SourceFile) -> Result<Vec<Read>, Unread> {
    if let Some(at) = source.invalid_utf8 {
        return Err((at as usize, "the text is not UTF-8".to_owned()));
    }
    let text = &*source.text;
    if is_yaml_text(source) {
        let read = yaml::documents(file, text, is_yaml_1_1(neighbour));
        return read.map_err(|error| no_yaml(text, &error));
    }
    let text = text.trim_start_matches('\u{feff}');
    let unreadable = |error: serde_json::Error| no_json(text, &error);
    let before = source.text.len() - text.len();
    let numbers: Vec<_> = inexact(text.as_bytes()).map(|number| number.start + before..number.end + before).collect();
    let (value, lost) = if numbers.is_empty() {
        let Json(value) = serde_json::from_str(text).map_err(unreadable)?;
        (value, Vec::new())
    } else {
        let whole = serde_json::from_str::<&RawValue>(text).map_err(unreadable)?;
        let mut holder = Holder { file, text: &source.text, numbers, way: Vec::new(), lost: Vec::new(), broken: None };
        let value = holder.value(whole).map_or(Value::Null, |value| value.value);
        // What is no text shows only where its escapes are looked at.
        if let Some(broken) = holder.broken {
            return Err(broken);
        }
        (value, holder.lost)
    };
    Ok(vec![Read { value: Spanned::new(value, Origin::Nowhere), lost, untagged: Vec::new() }])
}

/// Why a text is no JSON, and how far it is.
fn no_json(text: &str, error: &serde_json::Error) -> Unread {
    let at = Lines::of(text).start(error.line()) + error.column().saturating_sub(1);
    (at.min(text.len()), format!("not JSON: {}", first_line(&error.to_string())))
}

/// A walk down JSON with numbers that no value can be.
struct Holder<'t> {
    file: FileId,
    text: &'t str,
    /// The places of the numbers, from the first one on.
    numbers: Vec<Range<usize>>,
    way: Vec<Box<str>>,
    lost: Vec<Lost>,
    /// The first thing that is no JSON, and why.
    broken: Option<Unread>,
}

impl Holder<'_> {
    fn broken(&mut self, start: usize, raw: &str, error: &serde_json::Error) {
        if self.broken.is_none() {
            let (at, reason) = no_json(raw, error);
            self.broken = Some((start + at, reason));
        }
    }
}

impl<'t> Walk for Holder<'t> {
    type Part = &'t RawValue;

    fn value(&mut self, raw: &'t RawValue) -> Option<Spanned<Value>> {
        let raw = raw.get();
        // A raw value is a piece of the text that it was read from.
        let start = raw.as_ptr() as usize - self.text.as_ptr() as usize;
        let next = self.numbers.partition_point(|number| number.end <= start);
        let is_exact = self.numbers.get(next).is_none_or(|number| start + raw.len() <= number.start);
        let read = if is_exact {
            serde_json::from_str::<Json>(raw).map(|json| Some(json.0))
        } else if raw.starts_with('{') {
            serde_json::from_str::<Members<'t>>(raw).map(|Members(members)| {
                Some(self.object(members.into_iter().map(|(name, part)| (name.as_str().into(), part))))
            })
        } else if raw.starts_with('[') {
            serde_json::from_str::<Vec<&RawValue>>(raw).map(|items| self.list(items))
        } else {
            self.lose(span(self.file, start..start + raw.len()));
            return None;
        };
        let value = read.map_err(|error| self.broken(start, raw, &error)).ok()??;
        Some(Spanned::new(value, Origin::Nowhere))
    }

    fn way(&mut self) -> &mut Vec<Box<str>> {
        &mut self.way
    }

    fn lost(&mut self) -> &mut Vec<Lost> {
        &mut self.lost
    }
}

/// The lines of a text.
struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// Where a line begins, counted from 1.
    fn start(&self, line: usize) -> usize {
        self.starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len())
    }

    fn offset(&self, location: Option<Location>) -> usize {
        let Some(location) = location else { return 0 };
        let start = self.start(usize::try_from(location.line()).unwrap_or_default());
        let column = usize::try_from(location.column()).unwrap_or_default().saturating_sub(1);
        let line = self.text.get(start..).unwrap_or_default();
        start + line.char_indices().nth(column).map_or(0, |(at, _)| at)
    }
}

/// Where something is in a text: the first byte and the one behind the last, by the number of its document and its pointer.
pub(super) type Spans<'p> = HashMap<(usize, &'p str), (u32, u32)>;

/// Where some places are in their text; nothing of those that lead nowhere.
pub(super) fn spans<'p>(source: &SourceFile, places: &[&'p DocumentPlace]) -> Spans<'p> {
    let mut spans = HashMap::new();
    let text = &source.text;
    let mut pointers: Vec<(&str, &str)> = places.iter().map(|place| (&*place.pointer, &*place.pointer)).collect();
    pointers.sort_unstable();
    if let Ok(whole) = serde_json::from_str::<&RawValue>(text.trim_start_matches('\u{feff}')) {
        walk(text, whole, &pointers, &mut spans);
    }
    spans
}

/// Where documents are written of which each part knows that of itself.
#[derive(Debug, Default)]
pub(super) struct Written {
    documents: HashMap<(FileId, Option<usize>), Spanned<Value>>,
    lost: HashMap<DocumentPlace, Span>,
}

impl Written {
    /// Notes where a document is written.
    pub(super) fn note(&mut self, document: &Document) {
        if let Some(span) = document.written {
            let key = (document.file, document.number);
            self.documents.insert(key, Spanned::new(document.value.clone(), span));
        }
        self.lost.extend(document.lost.iter().map(|lost| (document.place().below(&lost.pointer), lost.place)));
    }

    /// The number of the document of a text that has several, which a place in it is of, where that cannot be read.
    pub(super) fn number_at(&self, file: FileId, at: u32) -> Option<usize> {
        let before = |((of, number), value): (&(FileId, Option<usize>), &Spanned<Value>)| {
            let is_before = *of == file && value.span.text().is_some_and(|span| span.start <= at);
            number.filter(|_| is_before)
        };
        let has_several = self.documents.keys().any(|(of, number)| *of == file && number.is_some());
        has_several.then(|| self.documents.iter().filter_map(before).max().map_or(0, |last| last + 1))
    }

    /// Notes where a document stands that cannot be read.
    pub(super) fn note_unread(&mut self, place: DocumentPlace, at: Span) {
        self.lost.insert(place, at);
    }

    /// Where the innermost part is written that stands at each of some places, or around it.
    pub(super) fn spans<'p>(
        &self,
        places: impl Iterator<Item = &'p DocumentPlace>,
    ) -> HashMap<&'p DocumentPlace, Span> {
        let (mut spans, mut open) = (HashMap::new(), BTreeMap::<_, Vec<_>>::new());
        for place in places {
            match self.lost.get(place) {
                Some(span) => drop(spans.insert(place, *span)),
                None => open.entry((place.file, place.number)).or_default().push((place, &*place.pointer)),
            }
        }
        for (document, places) in open {
            if let Some(value) = self.documents.get(&document) {
                written_at(value, &places, None, &mut spans);
            }
        }
        spans
    }
}

/// Finds where the innermost parts of a value are written that pointers lead to, or into.
fn written_at<'p>(
    value: &Spanned<Value>,
    places: &[(&'p DocumentPlace, &'p str)],
    around: Option<Span>,
    spans: &mut HashMap<&'p DocumentPlace, Span>,
) {
    let own = value.span.text().or(around);
    spans.extend(places.iter().filter_map(|(place, _)| Some((*place, own?))));
    let named = value.as_object().map(Map::index);
    for (step, places) in by_step(places) {
        let inner = match (&named, &value.value) {
            (Some(named), _) => named.get(&step),
            (None, Value::Array(items)) => step.parse().ok().and_then(|index: usize| items.get(index)),
            _ => None,
        };
        if let Some(inner) = inner {
            written_at(inner, &places, own, spans);
        }
    }
}

/// Pointers by the first step of what is left of each.
fn by_step<'p, T: Copy>(pointers: &[(T, &'p str)]) -> BTreeMap<String, Vec<(T, &'p str)>> {
    let mut steps: BTreeMap<String, Vec<(T, &str)>> = BTreeMap::new();
    for (whole, rest) in pointers {
        let Some(rest) = rest.strip_prefix('/') else { continue };
        let (step, rest) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        steps.entry(step.replace("~1", "/").replace("~0", "~")).or_default().push((*whole, rest));
    }
    steps
}

/// Follows pointers, each with what is left of it.
fn walk<'p>(text: &str, raw: &RawValue, pointers: &[(&'p str, &'p str)], spans: &mut Spans<'p>) {
    // A raw value is a piece of the text that it was read from.
    let start = raw.get().as_ptr() as usize - text.as_ptr() as usize;
    let span = u32::try_from(start).ok().zip(u32::try_from(start + raw.get().len()).ok());
    for (whole, _) in pointers.iter().filter(|(_, rest)| rest.is_empty()) {
        spans.extend(span.map(|span| ((0, *whole), span)));
    }
    let steps = by_step(pointers);
    if steps.is_empty() {
        return;
    }
    if let Ok(members) = serde_json::from_str::<BTreeMap<String, &RawValue>>(raw.get()) {
        for (step, pointers) in &steps {
            if let Some(inner) = members.get(step) {
                walk(text, inner, pointers, spans);
            }
        }
    } else if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(raw.get()) {
        for (step, pointers) in &steps {
            if let Some(inner) = step.parse().ok().and_then(|index: usize| items.get(index)) {
                walk(text, inner, pointers, spans);
            }
        }
    }
}
