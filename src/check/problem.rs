//! What `jsonschema` finds wrong, in our own words and at the place where it was written.

use super::keys;
use super::words::{self, quoted};
use crate::diag::{Diagnostic, code, suggest};
use crate::model::{Base, Format, Map, Member, Parameters, Property, Relation, Schema, Value};
use crate::source::{Origin, Span, Spanned, names_secret};
use crate::syntax::edit::write_string;
use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::paths::{Location, LocationSegment};
use jsonschema::{ErrorIterator, ValidationError};
use std::collections::{HashMap, HashSet};

/// What values belong to, for the words of their problems.
pub(super) struct Bearer<'p> {
    /// The kind of thing: `service`.
    pub(super) kind: &'p str,
    /// Which of them: `checkout`.
    pub(super) name: &'p str,
    /// The line that declares it.
    pub(super) span: Origin,
    /// The line that declares what they may have.
    pub(super) declared: Origin,
    /// Words that a line of it may begin with.
    pub(super) words: &'p [&'p str],
    /// The group that a value of such a name stands in.
    pub(super) group: &'p str,
    /// Other names that can be given a value there.
    pub(super) relations: &'p [Relation],
}

/// The place, in a value, that a problem is at.
#[derive(Clone)]
struct Target<'v> {
    /// Its path as people write it: `address.city`, `tags`.
    path: String,
    /// Whether it is an item of the list at that path.
    item: bool,
    /// Where it was written; nothing for the thing itself.
    span: Option<Origin>,
    /// What may stand there.
    schema: Option<&'v Schema>,
    /// The members that may stand beside it.
    beside: &'v [Property],
    /// The members that may stand in it; nothing where any may.
    fields: &'v [Property],
    /// The members that stand in it.
    members: Option<&'v Map>,
    value: Option<&'v Value>,
}

/// What stands in the place of a value that nobody is shown.
const HIDDEN: &str = "***";

/// Every problem of the values of a thing, at most one for each value.
pub(super) fn all(
    errors: ErrorIterator<'_>,
    values: &Map,
    properties: &[Property],
    place: &Bearer<'_>,
) -> Vec<Diagnostic> {
    let mut errors: Vec<ValidationError<'_>> = errors.collect();
    errors.sort_by_key(|error| rank(error.kind()));
    let mut judged: HashSet<String> = HashSet::new();
    let mut diagnostics = Vec::new();
    let named: HashMap<&str, &Property> =
        properties.iter().rev().map(|property| (&*property.name.value, property)).collect();
    let (own, index) = (Target::of(values, properties), values.index());
    for error in errors {
        let target = locate(error.instance_path(), &own, |name| (index.get(name), named.get(name).copied()));
        if matches!(target.span, Some(Origin::Unread(_))) {
            continue;
        }
        match error.kind() {
            Kind::Required { property } => {
                let missed = property.as_str().filter(|name| target.strangers(place).all(|one| !stands_for(one, name)));
                diagnostics.extend(missed.map(|name| missing(name, &target, values, place)));
            }
            Kind::AdditionalProperties { unexpected } => {
                let unexpected: HashSet<&str> = unexpected.iter().map(String::as_str).collect();
                let members = target.members.iter().flat_map(|map| &map.members);
                let strangers = members.filter(|member| unexpected.contains(&*member.name.value));
                diagnostics.extend(strangers.map(|member| unknown(member, &target, place)));
            }
            // A URL that a comment cuts off is told where texts are judged for what KDL makes of them.
            Kind::Format { format } if format == "url" && target.is_cut_off() => {}
            kind => {
                if judged.insert(error.instance_path().as_str().to_owned()) {
                    diagnostics.push(wrong(kind, &target, place).lacking(place.declared));
                }
            }
        }
    }
    diagnostics
}

/// Which of several problems of one value is told: a wrong type explains the rest.
fn rank(kind: &Kind) -> u8 {
    match kind {
        Kind::Type { .. } => 0,
        Kind::Enum { .. } => 1,
        Kind::Custom { .. } | Kind::Format { .. } => 3,
        _ => 2,
    }
}

/// Walks the path of a problem through the values and through their types, from the thing itself, whose value and property of a name are told.
fn locate<'v>(
    path: &Location,
    own: &Target<'v>,
    first: impl Fn(&str) -> (Option<&'v Spanned<Value>>, Option<&'v Property>),
) -> Target<'v> {
    let mut target = own.clone();
    for (depth, segment) in path.into_iter().enumerate() {
        let name = segment.to_string();
        match (target.members, target.value, segment) {
            (Some(_), ..) if depth == 0 => {
                let (value, property) = first(&name);
                target.enter(&name, value, property);
            }
            (Some(map), _, _) => {
                let property = target.fields.iter().find(|property| *property.name.value == *name);
                target.enter(&name, map.get(&name), property);
            }
            (_, Some(Value::Array(items)), LocationSegment::Index(index)) => target.enter_item(items.get(index)),
            _ => {}
        }
    }
    target
}

impl<'v> Target<'v> {
    /// A thing itself.
    fn of(values: &'v Map, properties: &'v [Property]) -> Self {
        Self {
            path: String::new(),
            item: false,
            span: None,
            schema: None,
            beside: &[],
            fields: properties,
            members: Some(values),
            value: None,
        }
    }

    fn enter(&mut self, name: &str, value: Option<&'v Spanned<Value>>, property: Option<&'v Property>) {
        let dot = if self.path.is_empty() { "" } else { "." };
        self.path = format!("{}{dot}{name}", self.path);
        self.item = false;
        let of_any = self.schema.and_then(|schema| schema.items.as_deref());
        self.beside = self.fields;
        self.look(value, property.map(|property| &property.schema).or(of_any));
    }

    fn enter_item(&mut self, value: Option<&'v Spanned<Value>>) {
        self.item = true;
        self.look(value, self.schema.and_then(|schema| schema.items.as_deref()));
    }

    fn look(&mut self, value: Option<&'v Spanned<Value>>, schema: Option<&'v Schema>) {
        self.schema = schema;
        self.fields = schema.map_or(&[], |schema| &schema.fields);
        self.span = value.map(|value| value.span).or(self.span);
        self.value = value.map(|value| &value.value);
        self.members = self.value.and_then(Value::as_object);
    }

    /// The members that stand in it and may not.
    fn strangers(&self, place: &Bearer<'_>) -> impl Iterator<Item = &'v Member> {
        let relations = if self.span.is_none() { place.relations } else { &[] };
        let members = self.members.into_iter().flat_map(|map| &map.members);
        members.filter(|member| {
            let name = &member.name.value;
            self.fields.iter().all(|property| property.name.value != *name)
                && relations.iter().all(|relation| relation.name.value != *name)
        })
    }

    /// The one thing that it must have and has not, where that is one.
    fn the_missing(&self, place: &Bearer<'v>) -> Option<&'v str> {
        let relations = if self.span.is_none() { place.relations } else { &[] };
        let relations = relations.iter().filter(|relation| relation.required.is_some() && relation.many.is_none());
        let properties = self.fields.iter().filter(|property| property.is_demanded());
        let names = properties.map(|property| &*property.name.value);
        let names = names.chain(relations.map(|relation| &*relation.name.value));
        let mut missing = names.filter(|name| self.members.is_none_or(|members| members.get(name).is_none()));
        missing.next().filter(|_| missing.next().is_none())
    }

    /// Whether it is a bare `https:`, as KDL reads a URL without quotes.
    fn is_cut_off(&self) -> bool {
        let text = self.value.and_then(Value::as_str).unwrap_or_default();
        self.span.is_some_and(|span| span.is_bare(text)) && text.ends_with(':')
    }

    /// Whether its name says that it is a secret.
    fn is_secret(&self) -> bool {
        names_secret(self.path.rsplit('.').next().unwrap_or_default())
    }

    /// Its value as a message may show it.
    fn shown(&self) -> String {
        match self.value {
            Some(Value::String(_) | Value::Number(_)) if self.is_secret() => quoted(HIDDEN),
            Some(value) => words::shown(value),
            None => String::new(),
        }
    }

    fn name(&self, place: &Bearer<'_>) -> String {
        match (self.path.is_empty(), self.item) {
            (true, _) => format!("{} `{}`", place.kind, place.name),
            (false, true) => format!("an item of `{}`", self.path),
            (false, false) => format!("`{}`", self.path),
        }
    }
}

/// Whether a member that a thing does not have is likely to be one that it lacks: under another name, or a value without its name.
pub(super) fn stands_for(stranger: &Member, missing: &str) -> bool {
    matches!(stranger.value.span, Origin::Unread(_))
        || missing.len() > 2 && suggest(&stranger.name.value, [missing]).is_some()
}

/// A value that must be given and is not: at the line of what lacks it.
fn missing(name: &str, target: &Target<'_>, values: &Map, place: &Bearer<'_>) -> Diagnostic {
    let message = format!("{} has no `{name}`, which is required", target.name(place));
    let span = target.span.unwrap_or(place.span);
    let property = target.fields.iter().find(|property| *property.name.value == *name);
    let mut diagnostic = Diagnostic::error(code::MISSING_VALUE, span, message).missing(name);
    let is_word = target.span.is_none() && place.words.contains(&name);
    let line = |value: &str| words::line(name, value, is_word.then_some(place.group));
    diagnostic = match property {
        Some(property) => {
            let takes = words::asked(&property.schema);
            let help = format!("add a line `{}`; it takes {takes}", line("..."));
            diagnostic.because_of(property.span, "declared here").help(help)
        }
        None => diagnostic.help(format!("add a line `{}`", line("..."))),
    };
    match (target.span, values.members.first()) {
        // Where a word's group stands, or is to stand, is not known here.
        (None, Some(first)) if !is_word => {
            let value = property.map_or("\"\"".to_owned(), |property| words::example(&property.schema));
            match first.name.span.text() {
                Some(first) => {
                    let title = format!("add a line `{}`", line("..."));
                    diagnostic.fix(title, first.before(), format!("{name} {value}\n    "))
                }
                None => diagnostic,
            }
        }
        _ => diagnostic,
    }
}

/// A member that its thing does not have: at its name.
fn unknown(member: &Member, target: &Target<'_>, place: &Bearer<'_>) -> Diagnostic {
    let Member { name: Spanned { value: name, span }, value } = member;
    let span = *span;
    let own = target.span.is_none();
    let message = match place.kind {
        Parameters::PROJECT if own => format!("the project has no parameter `{name}`"),
        Parameters::TEMPLATE if own => format!("the template `{}` has no parameter `{name}`", place.name),
        kind if own => format!("`{kind}` has no `{name}`"),
        _ => format!("`{}` has no `{name}`", target.path),
    };
    let labeled_url = target.schema.is_some_and(|schema| schema.format == Some(Format::LabeledUrl));
    let fields = target.fields.iter().map(|property| &*property.name.value);
    let also = place.relations.iter().map(|relation| &*relation.name.value).filter(|_| own);
    let parts = ["url", "displayText"].into_iter().filter(|_| labeled_url);
    let known: Vec<&str> = fields.chain(also).chain(parts).take(words::MOST_CANDIDATES).collect();
    let diagnostic = Diagnostic::error(code::UNKNOWN_MEMBER, span, message).lacking(place.declared);
    let glued = name.split_once(':').filter(|(key, text)| known.contains(key) && !text.is_empty());
    match suggest(name, known.iter().copied()) {
        _ if let Some((key, text)) = glued.filter(|_| matches!(value.span, Origin::Unread(_))) => {
            let property = target.fields.iter().find(|property| *property.name.value == *key);
            let meant = property.and_then(|property| words::meant(property.schema.base, text));
            let line = format!("{key} {}", meant.map_or_else(|| write_string(text), Into::into));
            diagnostic.help(format!("write `{line}`: a space stands between a name and its value")).fix(
                format!("write `{line}`"),
                span,
                line,
            )
        }
        _ if **name == *"-" => diagnostic.help("an item stands in the block of its list: `NAME { - ...; }`"),
        Some(near) => diagnostic.did_you_mean(Some(near)),
        None if matches!(value.span, Origin::Unread(_))
            && let Some(missing) = target.the_missing(place)
            && let Origin::Text(text) = span =>
        {
            let line = format!("{missing} {}", write_string(name));
            diagnostic.help(format!("a value stands behind its name: write `{line}`")).fix(
                format!("write `{line}`"),
                text.before(),
                format!("{missing} "),
            )
        }
        None if known.is_empty() => diagnostic,
        None => diagnostic.help(format!("it has {}", words::list(known.into_iter().map(quoted)))),
    }
}

/// A value that does not fit.
fn wrong(kind: &Kind, target: &Target<'_>, place: &Bearer<'_>) -> Diagnostic {
    let span = target.span.unwrap_or(place.span);
    let name = target.name(place);
    let given = target.shown();
    let range = |bound: &str, limit: &serde_json::Value| {
        Diagnostic::error(code::OUT_OF_RANGE, span, format!("{name} is {bound} {limit}, not {given}"))
    };
    let length = |bound: &str, limit: u64, noun: &str| {
        let message = format!("{name} has {bound} {}", words::count(limit, noun));
        Diagnostic::error(code::WRONG_LENGTH, span, message)
    };
    match kind {
        Kind::Type { .. } => wrong_type(span, &name, target),
        Kind::Enum { options } => not_in_enum(span, &name, (target.value, &given), options),
        Kind::Minimum { limit } => range("at least", limit),
        Kind::Maximum { limit } => range("at most", limit),
        Kind::ExclusiveMinimum { limit } => range("above", limit),
        Kind::ExclusiveMaximum { limit } => range("below", limit),
        Kind::MinLength { limit } => length("at least", *limit, "character"),
        Kind::MaxLength { limit } => length("at most", *limit, "character"),
        Kind::MinItems { limit } => length("at least", *limit, "item"),
        Kind::MaxItems { limit } => length("at most", *limit, "item"),
        Kind::UniqueItems => Diagnostic::error(code::ITEM_TWICE, span, format!("{name} has an item twice"))
            .help("take one of them out: the list is `unique`"),
        Kind::MinProperties { limit } => length("at least", *limit, "member"),
        Kind::MaxProperties { limit } => length("at most", *limit, "member"),
        Kind::MultipleOf { multiple_of } => {
            let message = format!("{name} is a multiple of {multiple_of}, and {given} is none");
            Diagnostic::error(code::OUT_OF_RANGE, span, message)
        }
        Kind::AnyOf { context } => refused(span, &format!("{name} meets no schema of `meets-any`"), context),
        Kind::OneOfNotValid { context } => refused(span, &format!("{name} meets no schema of `meets-one`"), context),
        Kind::OneOfMultipleValid { .. } => {
            refused(span, &format!("{name} meets several schemas of `meets-one`, of which it may meet one"), &[])
        }
        Kind::FalseSchema => Diagnostic::error(code::UNKNOWN_MEMBER, span, format!("{name} has no members")),
        Kind::Not { .. } => refused(span, &format!("{name} is what `meets-none` forbids"), &[]),
        Kind::Custom { message, .. } if message == keys::KEYWORD => {
            let keys = target.schema.and_then(|schema| schema.json.get(keys::KEYWORD)?.as_array());
            let keys = words::list(keys.into_iter().flatten().filter_map(|key| key.as_str().map(quoted)));
            let message = format!("two items of {name} have the same {keys}");
            Diagnostic::error(code::ITEM_TWICE, span, message).help("take one of them out, or give it another")
        }
        // The other keyword of our own.
        Kind::Custom { .. } => {
            let message = format!("{given} does not match the pattern of {name}");
            let pattern = target.schema.and_then(|schema| schema.limits.pattern.as_ref());
            let pattern = pattern.map(|pattern| &*pattern.value).unwrap_or_default();
            Diagnostic::error(code::PATTERN_MISMATCH, span, message).help(format!("the pattern is `{pattern}`"))
        }
        Kind::Format { format } => wrong_format(span, &name, &given, format),
        _ => Diagnostic::error(code::VALUE_OF_WRONG_TYPE, span, format!("{name} does not fit its type")),
    }
}

/// A value that other schemas refuse; where each of several asks for more members, which these are.
fn refused(span: Origin, message: &str, schemas: &[Vec<ValidationError<'_>>]) -> Diagnostic {
    let missing = |errors: &Vec<ValidationError<'_>>| {
        let names = errors.iter().map(|error| match error.kind() {
            Kind::Required { property } => property.as_str().map(quoted),
            _ => None,
        });
        Some(words::list(names.collect::<Option<Vec<_>>>()?))
    };
    let diagnostic = Diagnostic::error(code::REFUSED_BY_SCHEMA, span, message);
    let wanted: Option<Vec<String>> = schemas.iter().map(missing).collect();
    match wanted.filter(|wanted| !wanted.is_empty()) {
        Some(wanted) => diagnostic.help(format!("add {}", wanted.join(", or "))),
        None => diagnostic,
    }
}

fn wrong_type(span: Origin, name: &str, target: &Target<'_>) -> Diagnostic {
    let takes = target.schema.map_or_else(|| "another type".to_owned(), words::asked);
    let given = target.value.unwrap_or(&Value::Null);
    let message = format!("{name} takes {takes}, not {}", given.type_name());
    let diagnostic = Diagnostic::error(code::VALUE_OF_WRONG_TYPE, span, message);
    let base = target.schema.map(|schema| schema.base);
    match (base, given) {
        (_, Value::Null) => diagnostic.help("leave the line out where there is no value"),
        (Some(_), Value::String(text)) if words::is_nothing(text) => {
            diagnostic.help("leave the line out where there is no value")
        }
        // A way out would show it.
        _ if target.is_secret() => diagnostic,
        (Some(base), Value::String(text)) => match words::meant(base, text) {
            Some(meant) => diagnostic.help(format!("write `{meant}`")).fix(format!("change to `{meant}`"), span, meant),
            None => diagnostic,
        },
        (Some(base), Value::Array(items)) => several(diagnostic, base, target, items),
        (Some(Base::String), Value::Number(number)) => {
            diagnostic.help("put it in quotes").fix("put it in quotes", span, format!("\"{number}\""))
        }
        _ => diagnostic,
    }
}

/// Adds to several values in the place of one what they were meant as: a text with spaces, or a value and the line behind it.
fn several(diagnostic: Diagnostic, base: Base, target: &Target<'_>, items: &[Spanned<Value>]) -> Diagnostic {
    let is_name = |item: &Spanned<Value>| {
        item.value.as_str().is_some_and(|word| target.beside.iter().any(|property| *property.name.value == *word))
    };
    let line = items.iter().enumerate().skip(1).find(|(index, item)| is_name(item) && index + 1 < items.len());
    if let Some((_, Spanned { value: Value::String(name), span: Origin::Text(span) })) = line {
        let help = format!("a `;` is missing before `{name}`, or a new line: it is a property of its own");
        return diagnostic.help(help).fix("write `;` before it", span.before(), "; ");
    }
    let words: Option<Vec<&str>> = items.iter().map(|item| item.value.as_str()).collect();
    let is_free = target.schema.is_some_and(|schema| schema.values.is_empty());
    match words.filter(|words| words.len() > 1 && is_free && base == Base::String) {
        Some(words) => {
            let text = write_string(&words.join(" "));
            let diagnostic = diagnostic.help(format!("a text with spaces stands in quotes: write `{text}`"));
            match (items.first().map(|item| item.span), items.last().map(|item| item.span)) {
                (Some(Origin::Text(first)), Some(Origin::Text(last))) => {
                    diagnostic.fix("put it in quotes", Span { end: last.end, ..first }, text)
                }
                _ => diagnostic,
            }
        }
        None => diagnostic,
    }
}

/// A value that is none of those of its enum.
pub(super) fn not_in_enum(
    span: Origin,
    name: &str,
    (given, shown): (Option<&Value>, &str),
    options: &serde_json::Value,
) -> Diagnostic {
    let options = options.as_array().map_or(&[][..], Vec::as_slice);
    let texts: Vec<&str> = options.iter().filter_map(serde_json::Value::as_str).take(words::MOST_CANDIDATES).collect();
    let diagnostic = Diagnostic::error(code::NOT_IN_ENUM, span, format!("{shown} is not one of the values of {name}"));
    let near = given.and_then(Value::as_str).and_then(|given| suggest(given, texts.iter().copied()));
    if let Some(near) = near {
        let written = write_string(near);
        let help = format!("did you mean `{near}`?");
        diagnostic.help(help).fix(format!("change to `{near}`"), span, written)
    } else {
        let all = options.iter().take(words::MOST_CANDIDATES).map(|option| match option.as_str() {
            Some(text) => quoted(text),
            None => quoted(&option.to_string()),
        });
        diagnostic.help(format!("it takes {}", words::list(all)))
    }
}

fn wrong_format(span: Origin, name: &str, given: &str, format: &str) -> Diagnostic {
    let (noun, example) = words::format(format);
    let diagnostic = Diagnostic::error(code::WRONG_FORMAT, span, format!("{given} is no {noun}, which {name} takes"));
    diagnostic.help(format!("write it like {example}"))
}
