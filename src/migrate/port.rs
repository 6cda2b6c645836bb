//! What Port's API returns, what Ocean's `.port/resources` hold, and what people keep of both: the objects in it.

use super::answer::{Page, is_of_answers};
use super::text::{Document, DocumentPlace};
use super::{Fate, Found, Note, Recognised, way};
use crate::grammar::{Counterpart, Neighbour, language};
use crate::model::{Kind, Map, Member, Value};
use crate::neighbour::{has_words, is_name, pointer};
use crate::source::{Origin, Spanned};
use std::collections::HashSet;

/// A kind that Port has, what it is called there, one and several, and what its documents show.
type Called = (Kind, &'static str, &'static Counterpart);

/// The kinds that Port has.
fn kinds() -> impl Iterator<Item = Called> {
    Kind::ALL.into_iter().filter_map(|(kind, word)| {
        let there = language().object(word)?.elsewhere(Neighbour::Port)?;
        there.many.is_some().then_some((kind, word, there))
    })
}

/// The kind that a word stands for, and whether it stands for one object.
fn called(word: &str) -> Option<(Kind, bool)> {
    kinds().find_map(|(kind, one, there)| {
        (word == one || there.many.as_deref() == Some(word)).then_some((kind, word == one))
    })
}

/// The members of a blueprint with what Port works out for its entities.
pub(super) fn worked_out() -> impl Iterator<Item = &'static str> {
    members_of_blueprints().filter(|there| there.worked_out).map(|there| &*there.text)
}

/// Where a blueprint has what its entities have, by name.
fn members_of_blueprints() -> impl Iterator<Item = &'static Counterpart> {
    language().things(Kind::Blueprint.word(), "member", Neighbour::Port)
}

/// The objects in a document.
pub(super) fn recognise(document: Document, name: &str, recognised: &mut Recognised) {
    let place = document.place();
    // A list in a file of that name: what is in it need not show what it is.
    let stem = std::path::Path::new(name).file_stem().and_then(|stem| stem.to_str());
    let named = stem.and_then(called).filter(|(_, is_one)| !is_one).map(|(kind, _)| kind);
    match document.value {
        Value::Object(map) if document.kind.is_some() => object(map, &place, document.kind, recognised),
        Value::Array(items) if named.is_some() => {
            for (index, item) in items.into_iter().enumerate() {
                let shown = item.as_object().is_some_and(|map| kind(map).is_some() || is_bundle(map));
                let is_one = |kind: &Kind| !shown && item.as_object().is_some_and(|map| has_known(*kind, map));
                let kind = named.filter(is_one);
                value(item.value, &place.to(&index.to_string()), kind, recognised);
            }
        }
        whole => value(whole, &place, None, recognised),
    }
}

/// Whether an object has a member for which the objects of a kind have words.
fn has_known(kind: Kind, map: &Map) -> bool {
    let is_known = |name: &str| has_words(Neighbour::Port, kind, map, &pointer(&[name]));
    // What says no more than its name is whole by that.
    let is_named = |name: &str| is_name(Neighbour::Port, kind, &pointer(&[name]));
    let mut names = map.members.iter().map(|member| &*member.name.value);
    names.clone().any(is_known) || !map.is_empty() && names.all(is_named)
}

/// The objects in a value, which are of a kind where the text around them says so.
fn value(value: Value, place: &DocumentPlace, kind: Option<Kind>, recognised: &mut Recognised) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.into_iter().enumerate() {
                self::value(item.value, &place.to(&index.to_string()), kind, recognised);
            }
        }
        Value::Object(map) => object(map, place, kind, recognised),
        _ => recognised.unknown(place),
    }
}

fn object(map: Map, place: &DocumentPlace, kind: Option<Kind>, recognised: &mut Recognised) {
    let kind = kind.map(|kind| meant(kind, &map));
    if let Some(kind) = kind.or_else(|| self::kind(&map)) {
        return recognised.found.push(Found { kind, document: map, place: place.clone() });
    }
    if is_bundle(&map) {
        return bundle(map, place, recognised);
    }
    let names = |member: &crate::model::Member| {
        let name = &*member.name.value;
        is_of_answers(name) || called(name).is_some()
    };
    if map.is_empty() || !map.members.iter().any(|member| !is_of_answers(&member.name.value)) {
        return recognised.unknown(place);
    }
    if !map.members.iter().any(names) {
        return recognised.unknown(place);
    }
    recognised.pages.push(Page::of(&map, place, |name| called(name).is_some_and(|(_, is_one)| !is_one)));
    for member in map.members {
        let name = &*member.name.value;
        let place = place.to(name);
        match called(name) {
            Some((kind, is_one)) => {
                let is_fitting = matches!(member.value.value, Value::Object(_)) == is_one;
                value(member.value.value, &place, is_fitting.then_some(kind), recognised);
            }
            None if is_of_answers(name) => {}
            None => recognised.unknown(&place),
        }
    }
}

/// Whether it is a list of scorecards with their blueprint, as Ocean has them.
fn is_bundle(map: &Map) -> bool {
    map.get("blueprint").is_some_and(|name| name.as_str().is_some())
        && map.get("data").is_some_and(|data| data.as_array().is_some())
}

fn bundle(mut map: Map, place: &DocumentPlace, recognised: &mut Recognised) {
    let blueprint = map.remove("blueprint");
    let Some(Spanned { value: Value::Array(items), .. }) = map.remove("data") else { return };
    for (index, item) in items.into_iter().enumerate() {
        let place = place.to("data").to(&index.to_string());
        match item.value {
            Value::Object(mut document) => {
                if let Some(blueprint) = blueprint.as_ref().filter(|_| document.get("blueprint").is_none()) {
                    document.put("blueprint", blueprint.value.clone(), Origin::Nowhere);
                }
                recognised.found.push(Found { kind: Kind::Scorecard, document, place });
            }
            _ => recognised.unknown(&place),
        }
    }
    for member in map.members {
        recognised.unknown(&place.to(&member.name.value));
    }
}

/// What an object is by what it holds.
fn kind(map: &Map) -> Option<Kind> {
    kinds().find(|(_, _, there)| shows(map, there)).map(|(kind, ..)| meant(kind, map))
}

/// The kind of an object that Port says it is of: what it calls actions is automations too.
fn meant(kind: Kind, map: &Map) -> Kind {
    let is_automation = || kinds().any(|(kind, _, there)| kind == Kind::Automation && shows(map, there));
    if kind == Kind::Action && is_automation() { Kind::Automation } else { kind }
}

/// Whether an object holds what those of a kind do.
fn shows(map: &Map, there: &Counterpart) -> bool {
    let holds = |(way, what): &(Box<str>, Box<str>)| {
        let found = way::get(map, &way.split('.').collect::<Vec<_>>()).filter(|value| **value != Value::Null);
        match (&**what, found) {
            ("no", found) => found.is_none(),
            (_, None) => false,
            ("any", Some(_)) => true,
            ("text", Some(value)) => value.as_str().is_some(),
            ("list", Some(value)) => value.as_array().is_some(),
            ("object", Some(value)) => value.as_object().is_some(),
            (word, Some(value)) => value.as_str() == Some(word),
        }
    };
    there.shows.iter().any(|members| members.iter().all(holds))
}

/// Mends what Port takes, or took, and says otherwise now: each with its place and what was read there.
pub(super) fn mend(found: &mut Vec<Found>, notes: &mut Vec<Note>) {
    put_together(found, notes);
    without_levels(found, notes);
    let mut mended = Vec::new();
    for one in found.iter_mut() {
        let of_one = mend_one(one.kind, &mut one.document);
        mended.extend(of_one.into_iter().map(|(pointer, reason)| (one.place.below(&pointer), reason)));
    }
    mended.extend(place_scorecards(found));
    notes.extend(mended.into_iter().map(|(place, reason)| Note::new(place, Fate::Mended, reason)));
}

/// Whether what a JSON pointer leads to says which entities a scorecard judges.
pub(super) fn is_filter(kind: Kind, pointer: &str) -> bool {
    kind == Kind::Scorecard && (pointer == "/filter" || pointer.starts_with("/filter/"))
}

/// Leaves out scorecards that have no level but the one that everything has.
fn without_levels(found: &mut Vec<Found>, notes: &mut Vec<Note>) {
    let is_bare = |one: &mut Found| {
        let levels = one.document.get("levels").and_then(|levels| levels.as_array());
        one.kind == Kind::Scorecard && levels.is_some_and(|levels| levels.len() == 1)
    };
    let reason = "its one level is the lowest, which every entity has whatever its rules say: a scorecard has another one above it";
    let bare = found.extract_if(.., is_bare);
    notes.extend(bare.map(|one| Note::new(one.place, Fate::LeftOut, reason).for_the("/levels")));
}

/// Puts what Terraform has apart of blueprints, which has no schema, into these.
fn put_together(found: &mut Vec<Found>, notes: &mut Vec<Note>) {
    let is_part = |one: &Found| {
        one.kind == Kind::Blueprint && one.place.resource.is_some() && one.document.get("schema").is_none()
    };
    let (parts, whole): (Vec<Found>, Vec<Found>) = std::mem::take(found).into_iter().partition(is_part);
    *found = whole;
    let name = |map: &Map| map.get("identifier").and_then(|name| name.as_str().map(str::to_owned));
    for Found { document, place, .. } in parts {
        let wanted = name(&document);
        let whole = found.iter_mut().find(|one| one.kind == Kind::Blueprint && name(&one.document) == wanted);
        let Some(whole) = whole.filter(|_| wanted.is_some()) else {
            let reason = format!("the blueprint `{}` that it is a part of is not there", wanted.unwrap_or_default());
            notes.push(Note::new(place, Fate::Unknown, reason));
            continue;
        };
        for Member { name, value } in document.members {
            match (object_in(&mut whole.document, &name.value), value.value) {
                (Some(there), Value::Object(more)) => there.members.extend(more.members),
                (None, more @ Value::Object(_)) => whole.document.put(&name.value, more, value.span),
                _ => {}
            }
        }
    }
}

fn mend_one(kind: Kind, document: &mut Map) -> Vec<(String, String)> {
    let mut mended = Vec::new();
    match kind {
        Kind::Blueprint => {
            each(document, &["schema", "properties"], &mut |pointer, property| {
                enumerated(pointer, property, &mut mended);
            });
            each(document, &["calculationProperties"], &mut |pointer, property| {
                in_double_quotes(&format!("{pointer}/calculation"), property, "calculation", &mut mended);
            });
        }
        Kind::Team => members(document, &mut mended),
        Kind::Scorecard => {
            document.members.iter_mut().for_each(|member| without_negations(&mut member.value.value));
            queries_of_one(document, &mut mended);
        }
        // One team is the same as a list of it.
        Kind::Entity => {
            if let Some(Value::String(team)) = document.get("team").map(|team| &team.value) {
                let teams = vec![Spanned::new(Value::String(team.clone()), Origin::Nowhere)];
                document.put("team", Value::Array(teams), Origin::Nowhere);
            }
        }
        Kind::Action => {
            legacy(document, &mut mended);
            operation(document, &mut mended);
        }
        _ => {}
    }
    mended
}

/// A condition alone where a query of several stands.
fn queries_of_one(scorecard: &mut Map, mended: &mut Vec<(String, String)>) {
    let mut mend = |map: &mut Map, name: &str, around: &[&str]| {
        let Some(query) = object_in(map, name).filter(|query| query.get("operator").is_some()) else { return };
        if query.get("conditions").is_some() {
            return;
        }
        let condition = Spanned::new(Value::Object(std::mem::take(query)), Origin::Nowhere);
        query.put("combinator", Value::string("and"), Origin::Nowhere);
        query.put("conditions", Value::Array(vec![condition]), Origin::Nowhere);
        let pointer = pointer(&[around, &[name]].concat());
        mended.push((pointer, "it is a condition alone: read as a query of that one".to_owned()));
    };
    mend(scorecard, "filter", &[]);
    let rules = scorecard.members.iter_mut().find(|member| &*member.name.value == "rules");
    let Some(Value::Array(rules)) = rules.map(|rules| &mut rules.value.value) else { return };
    for (index, rule) in rules.iter_mut().enumerate() {
        if let Value::Object(rule) = &mut rule.value {
            mend(rule, "query", &["rules", &index.to_string()]);
        }
    }
}

/// Says of conditions that are negated what they are: the contrary of `isEmpty` has a word of its own.
fn without_negations(value: &mut Value) {
    let condition = match value {
        Value::Array(items) => return items.iter_mut().for_each(|item| without_negations(&mut item.value)),
        Value::Object(map) => map,
        _ => return,
    };
    let operator = condition.get("operator").and_then(|operator| operator.as_str());
    let contrary = match operator {
        Some("isEmpty") => "isNotEmpty",
        Some("isNotEmpty") => "isEmpty",
        Some(_) => return,
        None => return condition.members.iter_mut().for_each(|member| without_negations(&mut member.value.value)),
    };
    if let Some(Spanned { value: Value::Bool(true), .. }) = condition.remove("not") {
        condition.put("operator", Value::string(contrary), Origin::Nowhere);
    }
}

/// The members of a team as Port's API returns them: objects with an `email`, which is all that it takes.
fn members(document: &mut Map, mended: &mut Vec<(String, String)>) {
    let users = document.members.iter_mut().find(|member| &*member.name.value == "users");
    let Some(Value::Array(users)) = users.map(|member| &mut member.value.value) else { return };
    for (index, user) in users.iter_mut().enumerate() {
        let Some(email) = user.as_object().and_then(|user| user.get("email")?.as_str().map(Value::string)) else {
            continue;
        };
        if user.as_object().is_some_and(|user| user.members.len() > 1) {
            mended
                .push((format!("/users/{index}"), "a member of a team is read as its email address alone".to_owned()));
        }
        user.value = email;
    }
}

/// Visits the objects below names, each with its pointer.
fn each(document: &mut Map, way: &[&str], visit: &mut dyn FnMut(&str, &mut Map)) {
    let mut map = Some(&mut *document);
    for step in way {
        map = map.and_then(|map| object_in(map, step));
    }
    let around = pointer(way);
    for member in map.into_iter().flat_map(|map| &mut map.members) {
        if let Value::Object(inner) = &mut member.value.value {
            visit(&format!("{around}{}", pointer(&[&*member.name.value])), inner);
        }
    }
}

fn object_in<'m>(map: &'m mut Map, name: &str) -> Option<&'m mut Map> {
    match map.members.iter_mut().find(|member| *member.name.value == *name).map(|member| &mut member.value.value) {
        Some(Value::Object(inner)) => Some(inner),
        _ => None,
    }
}

/// `"type": "enum"`, which is no type of JSON.
fn enumerated(pointer: &str, property: &mut Map, mended: &mut Vec<(String, String)>) {
    if property.get("type").and_then(|word| word.as_str()) == Some("enum") {
        property.put("type", Value::string("string"), Origin::Nowhere);
        mended
            .push((format!("{pointer}/type"), "`enum` is no type of JSON: read as `string` with these values".into()));
    }
}

/// Single quotes, which jq does not have.
fn in_double_quotes(pointer: &str, map: &mut Map, member: &str, mended: &mut Vec<(String, String)>) {
    let Some(text) = map.get(member).and_then(|value| value.as_str()) else { return };
    if let Some(jq) = double_quoted(text) {
        map.put(member, Value::string(jq), Origin::Nowhere);
        mended.push((pointer.to_owned(), "jq has no single quotes: read as double ones".to_owned()));
    }
}

/// An expression of jq with its single-quoted texts in double quotes, where it has any.
fn double_quoted(jq: &str) -> Option<String> {
    let (mut out, mut rest, mut found) = (String::new(), jq, false);
    while let Some(at) = rest.find(['\'', '"', '#']) {
        out.push_str(&rest[..at]);
        let opening = &rest[at..=at];
        let behind = &rest[at + 1..];
        match opening {
            "#" => {
                let end = behind.find('\n').unwrap_or(behind.len());
                out.push('#');
                out.push_str(&behind[..end]);
                rest = &behind[end..];
            }
            quote => {
                let end = end_of_text(behind, quote)?;
                let text = &behind[..end];
                if quote == "'" {
                    found = true;
                    out.push('"');
                    out.push_str(&text.replace("\\'", "'").replace('"', "\\\""));
                    out.push('"');
                } else {
                    out.push_str(&rest[at..at + end + 2]);
                }
                rest = &behind[end + 1..];
            }
        }
    }
    out.push_str(rest);
    found.then_some(out)
}

fn end_of_text(text: &str, quote: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().find_map(|(at, one)| {
        let ends = !is_escaped && quote.starts_with(one);
        is_escaped = one == '\\' && !is_escaped;
        ends.then_some(at)
    })
}

/// An action as Port's first version had it: a word for a trigger, and the inputs beside it.
fn legacy(document: &mut Map, mended: &mut Vec<(String, String)>) {
    let word = match document.get("trigger").map(|trigger| &trigger.value) {
        Some(Value::String(word)) => Some(word.clone()),
        Some(_) => return,
        None => None,
    };
    let mut trigger = Map::default();
    trigger.put("type", Value::string("self-service"), Origin::Nowhere);
    if let Some(word) = word {
        trigger.put("operation", Value::String(word), Origin::Nowhere);
    }
    for (from, to) in [("userInputs", "userInputs"), ("blueprint", "blueprintIdentifier")] {
        if let Some(value) = document.remove(from) {
            trigger.put(to, value.value, value.span);
        }
    }
    document.put("trigger", Value::Object(trigger), Origin::Nowhere);
    mended.push(("/trigger".to_owned(), "an action of the first version: read as one of the second".to_owned()));
}

/// `UPDATE`, which Port's documents say of what its API calls `DAY-2`; and an operation that is missing.
fn operation(document: &mut Map, mended: &mut Vec<(String, String)>) {
    let Some(trigger) = object_in(document, "trigger") else { return };
    if trigger.get("type").and_then(|word| word.as_str()) != Some("self-service") {
        return;
    }
    match trigger.get("operation").map(|word| word.as_str()) {
        Some(Some("UPDATE")) => {
            trigger.put("operation", Value::string("DAY-2"), Origin::Nowhere);
            mended.push(("/trigger/operation".to_owned(), "`UPDATE` is called `DAY-2`: read as that".to_owned()));
        }
        Some(_) => {}
        None => {
            trigger.put("operation", Value::string("CREATE"), Origin::Nowhere);
            mended.push(("/trigger".to_owned(), "it has no `operation`: read as `CREATE`".to_owned()));
        }
    }
}

/// Gives scorecards that name no blueprint, as they are where one is asked for those of a blueprint, the one that they can be for: the only
/// one there is, or the only one with all that their rules look at.
fn place_scorecards(found: &mut [Found]) -> Vec<(DocumentPlace, String)> {
    let blueprints: Vec<(Box<str>, HashSet<Box<str>>)> = found
        .iter()
        .filter(|one| one.kind == Kind::Blueprint)
        .filter_map(|one| {
            let groups = members_of_blueprints()
                .filter_map(|there| way::get(&one.document, &there.text.split('.').collect::<Vec<_>>()));
            let names = groups.filter_map(|group| group.as_object()).flat_map(|group| &group.members);
            Some((
                one.document.get("identifier")?.as_str()?.into(),
                names.map(|member| (*member.name.value).into()).collect(),
            ))
        })
        .collect();
    let mut placed = Vec::new();
    let homeless = |one: &&mut Found| one.kind == Kind::Scorecard && one.document.get("blueprint").is_none();
    for one in found.iter_mut().filter(homeless) {
        let mut looks = HashSet::new();
        looked_at(&Value::Object(one.document.clone()), &mut looks);
        let fits: Vec<&str> = match blueprints.as_slice() {
            [(only, _)] => vec![only],
            all => all.iter().filter(|(_, names)| looks.is_subset(names)).map(|(name, _)| &**name).collect(),
        };
        if let [only] = fits.as_slice() {
            one.document.put("blueprint", Value::string(*only), Origin::Nowhere);
            placed.push((one.place.clone(), format!("it names no `blueprint`: read as one for `{only}`")));
        }
    }
    placed
}

/// What conditions in a value look at, but for what every entity has.
fn looked_at(value: &Value, looks: &mut HashSet<Box<str>>) {
    conditions(value, &mut Vec::new(), &mut |condition, _| {
        let names = ["property", "relation"].into_iter().filter_map(|subject| condition.get(subject)?.as_str());
        looks.extend(names.filter(|name| !name.starts_with('$')).map(Box::from));
    });
}

/// Visits the conditions in a value, each with the way to it.
pub(super) fn conditions(value: &Value, place: &mut Vec<String>, visit: &mut dyn FnMut(&Map, &[String])) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Array(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), &item.value)).collect(),
        Value::Object(map) => {
            if map.get("operator").is_some() {
                visit(map, place);
            }
            map.members.iter().map(|member| (member.name.value.to_string(), &member.value.value)).collect()
        }
        _ => return,
    };
    for (step, inner) in inner {
        place.push(step);
        conditions(inner, place, visit);
        place.pop();
    }
}
