//! Values in JSON-in-KDL: new lines, and lines that get another value where they stand.

use super::draft::{Draft, Path, Presence, Step, Texts, below, set_entry, value_of, word};
use super::list::{Head, in_turn, paired};
use super::stuck::Stuck;
use crate::model::{Map, Member, Value, control_line};
use crate::object::{common_key, key_of};
use crate::source::Spanned;
use crate::syntax::edit::{self, write_scalar};
use crate::syntax::{Entry, Line, Node, Scalar};
use std::collections::BTreeMap;

/// What is known of a member's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// Nothing: a list of one must say that it is one.
    Any,
    /// It is a list, in order.
    List,
    /// It is a list in which order means nothing.
    Set,
    /// Nothing, and what is in it may be the paths of values.
    Template,
    /// It is what a condition compares with.
    Operands,
}

impl Listing {
    /// What is known of what a value holds.
    fn inside(self) -> Self {
        if self == Self::Template { self } else { Self::Any }
    }

    fn texts(self) -> Texts {
        match self {
            Self::Template => Texts::Templates,
            Self::Operands => Texts::Operands,
            Self::Any | Self::List | Self::Set => Texts::Plain,
        }
    }
}

/// The line of a value in JSON-in-KDL.
pub fn member(name: &str, value: &Value, typed: Listing) -> Line {
    member_behind((name, None), value, typed)
}

/// The same with a word, given as KDL text, before the value.
pub(super) fn member_behind((name, key): (&str, Option<&str>), value: &Value, typed: Listing) -> Line {
    if typed == Listing::Template
        && let Some(line) = control_line(name)
    {
        let new = Line::as_written(line);
        let lines = within(value, typed);
        return if line.starts_with("...") { new.block_of_any(lines) } else { new.block(lines) };
    }
    let keyed = |line: Line| key.map_or(line.clone(), |key| line.word(key));
    let (new, annotated) = (|| keyed(Line::new(name)), |word: &str| keyed(Line::annotated(word, name)));
    let words = |line: Line, words: Vec<String>| words.iter().fold(line, |line, word| line.word(word));
    match value {
        Value::Object(_) if value.foreign().is_some() => {
            words(new(), word_of(value, typed.texts()).into_iter().collect())
        }
        Value::Array(items) if items.is_empty() => annotated("array"),
        Value::Array(items) => match scalars(items, typed.texts()) {
            Some(marked) if must_be_marked(items, typed) => words(annotated("array"), marked),
            Some(words_of) if !have_lines(items) => words(new(), words_of),
            _ => new().block(within(value, typed)),
        },
        Value::Object(map) => {
            let words = map.members.iter().map(|inner| word_of(&inner.value, typed.texts()));
            let words: Option<Vec<String>> = words.collect();
            let has_lines = map.members.iter().any(|member| is_of_lines(&member.value));
            if let Some(words) = words.filter(|words| name == "-" && !words.is_empty() && !has_lines) {
                let pairs = map.members.iter().zip(words);
                return pairs.fold(Line::new("-"), |line, (inner, word)| line.property(&inner.name.value, &word));
            }
            let dashes = !map.is_empty() && map.members.iter().all(|member| *member.name.value == *"-");
            let head = if dashes { annotated("object") } else { new() };
            head.block(map.members.iter().map(|inner| member(&inner.name.value, &inner.value, typed.inside())))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Secret(_) => {
            new().word(&typed.texts().word(value).unwrap_or_default())
        }
    }
}

/// The lines of what is in a list or an object.
pub(super) fn within(value: &Value, typed: Listing) -> Vec<Line> {
    match value {
        Value::Array(items) => items.iter().map(|item| item_line(item, typed.inside())).collect(),
        Value::Object(map) => {
            map.members.iter().map(|inner| member(&inner.name.value, &inner.value, typed.inside())).collect()
        }
        _ => Vec::new(),
    }
}

/// The line of an item; one that is the line of what decides about items is that.
fn item_line(item: &Value, typed: Listing) -> Line {
    let only = item.as_object().and_then(|map| match map.members.as_slice() {
        [only] if typed == Listing::Template && is_of_items(only) => Some(only),
        _ => None,
    });
    only.map_or_else(|| member("-", item, typed), |only| member(&only.name.value, &only.value, typed))
}

/// Whether a member is the line of what decides about items, and not about members.
fn is_of_items(control: &Member) -> bool {
    control_line(&control.name.value).is_some()
        && match &control.value.value {
            Value::Array(_) => true,
            Value::Object(map) => map.members.iter().all(is_of_items) && !map.is_empty(),
            _ => false,
        }
}

/// Whether something in a value is decided by a line of its own: then it is written anew as a whole.
fn is_composed(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Object(map)) => map
            .members
            .iter()
            .any(|member| control_line(&member.name.value).is_some() || is_composed(Some(&member.value.value))),
        Some(Value::Array(items)) => items.iter().any(|item| is_composed(Some(&item.value))),
        _ => false,
    }
}

/// Whether a list must say that it is one: a list of one where nothing says so, and a null, which stands for no list.
fn must_be_marked(items: &[Spanned<Value>], typed: Listing) -> bool {
    matches!(items, [only] if typed.inside() == typed || only.value == Value::Null)
}

/// Whether a text has several lines, which can be read where it ends the line of a node.
fn is_of_lines(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.trim_end_matches('\n').contains('\n'))
}

/// Whether a text of several lines is among several items.
fn have_lines(items: &[Spanned<Value>]) -> bool {
    items.len() > 1 && items.iter().any(|item| is_of_lines(item))
}

/// The items as words, where each stands alone.
fn scalars(items: &[Spanned<Value>], texts: Texts) -> Option<Vec<String>> {
    items.iter().map(|item| word_of(item, texts)).collect()
}

/// A value as a word, where it is one value.
fn word_of(value: &Value, texts: Texts) -> Option<String> {
    texts.word(value).ok()
}

/// Sets, adds or removes a member of an open body. `old` is its value until now.
pub(super) fn set_member(
    draft: &mut Draft,
    body: &[Step],
    name: &str,
    [old, new]: [Option<&Value>; 2],
    typed: Listing,
) -> Result<(), Stuck> {
    if typed == Listing::Template && control_line(name).is_some() {
        return Err(Stuck::no_words("what decides about members"));
    }
    let path = below(body, Step::to(name));
    match new {
        None => draft.remove(&path),
        Some(value) if draft.has(&path) => revalue(draft, &path, [old, Some(value)], typed),
        Some(value) => draft.insert(body, &[], &member(name, value, typed)),
    }
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// One argument alone.
    Scalar,
    /// Arguments alone, as many as said; or one that is marked as a list.
    Words(usize),
    /// `-` children alone.
    Items(usize),
    /// Properties and named children.
    Object,
    /// Anything else.
    Other,
}

impl Form {
    fn of(node: Node<'_>) -> Self {
        let (words, children) = (node.arguments().count(), node.children().count());
        let named = node.properties().next().is_some() || node.children().any(|child| child.name() != "-");
        match (node.annotation(), named, words, children) {
            (None, false, 1, 0) => Self::Scalar,
            (None | Some("array"), false, 1.., 0) => Self::Words(words),
            (None | Some("array"), false, 0, 1..) => Self::Items(children),
            (None, true, 0, _) | (Some("object"), _, 0, _) => Self::Object,
            _ => Self::Other,
        }
    }
}

/// Gives a line another value, in the notation that it has where that can be.
fn revalue(draft: &mut Draft, path: &[Step], sides: [Option<&Value>; 2], typed: Listing) -> Result<(), Stuck> {
    let [old, Some(value)] = sides else { return Ok(()) };
    let is_new = typed == Listing::Template && (is_composed(old) || is_composed(Some(value)));
    let form = draft.node(path).filter(|_| !is_new).map_or(Form::Other, Form::of);
    let was_list = old.is_some_and(|old| old.as_array().is_some());
    // What reads as a list without saying so is one by its type.
    let typed = if was_list && form == Form::Scalar && typed == Listing::Any { Listing::List } else { typed };
    let marked = draft.node(path).is_some_and(|node| node.annotation().is_some());
    match (form, value) {
        (Form::Scalar, Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Secret(_)) => {
            draft.set_argument(path, 0, value, typed.texts())
        }
        (Form::Scalar | Form::Words(_), Value::Array(items))
            if scalars(items, typed.texts()).is_some_and(|words| !words.is_empty())
                && (!must_be_marked(items, typed) || marked) =>
        {
            set_words(draft, path, (0, items), typed)
        }
        (Form::Items(count), Value::Array(items))
            if !items.is_empty() && old.and_then(Value::as_array).is_some_and(|old| old.len() == count) =>
        {
            set_items(draft, path, [old.and_then(Value::as_array).unwrap_or_default(), items], typed.inside())
        }
        // Members that are all called `-` would make a list of it.
        (Form::Object, Value::Object(map)) if marked || map.members.iter().any(|member| *member.name.value != *"-") => {
            set_members(draft, path, [old.and_then(Value::as_object), Some(map)], typed.inside())
        }
        _ => {
            let name = draft.node(path).map(Node::name).unwrap_or_default();
            let line = member(name, value, typed);
            draft.rewrite(path, &line)
        }
    }
}

/// Gives a line other arguments from the `first` on: those that stay come along with the comments that speak of them.
pub(super) fn set_words(
    draft: &mut Draft,
    path: &[Step],
    (first, items): (usize, &[Spanned<Value>]),
    typed: Listing,
) -> Result<(), Stuck> {
    let head_of =
        |entry: Entry<'_>| value_of(entry).map_or_else(|| entry.raw().into(), |value| value.as_key().to_string());
    let words = |node: Node<'_>| node.arguments().skip(first).map(head_of).collect();
    let old: Vec<Head> = draft.node(path).map(words).unwrap_or_default();
    let mut items: Vec<(Head, &Value)> = items.iter().map(|item| (item.as_key().to_string(), &item.value)).collect();
    if typed == Listing::Set {
        items.sort_by_key(|(head, _)| old.iter().position(|old| old == head).unwrap_or(old.len()));
    }
    let new: Vec<Head> = items.iter().map(|(head, _)| head.clone()).collect();
    let (pairs, order) = paired(&old, &new, |_, _| typed != Listing::Set);
    let whole: Vec<usize> = (0..first).chain(order.iter().map(|place| first + place)).collect();
    draft.edit(path, |tree, node| Ok(edit::arrange_arguments(tree, node, &whole)))?;
    let gone = order.iter().enumerate().filter(|(_, old)| !pairs.contains(&Some(**old)));
    draft.remove_arguments(path, gone.map(|(place, _)| first + place).collect::<Vec<_>>())?;
    draft.edit(path, |tree, node| {
        let mut kept = node.arguments().skip(first);
        let (mut edits, mut added, mut behind) = (Vec::new(), BTreeMap::<usize, Vec<String>>::new(), first);
        for ((_, item), pair) in items.iter().zip(&pairs) {
            match pair.and_then(|_| kept.next()) {
                Some(entry) => {
                    edits.extend(set_entry(entry, item, typed.texts())?);
                    behind += 1;
                }
                None => added.entry(behind).or_default().push(typed.texts().word(item)?),
            }
        }
        let inserted =
            added.iter().flat_map(|(behind, words)| edit::insert_arguments(tree, node, behind.checked_sub(1), words));
        edits.extend(inserted);
        Ok(edits)
    })
}

/// Gives a block of `-` lines other items.
fn set_items(
    draft: &mut Draft,
    path: &[Step],
    [old, new]: [&[Spanned<Value>]; 2],
    typed: Listing,
) -> Result<(), Stuck> {
    let key = common_key([old, new]);
    let name = |item: &Spanned<Value>| key.and_then(|key| key_of(key, item)).map(str::to_owned);
    let head = |item: &Spanned<Value>| name(item).unwrap_or_else(|| item.as_key().to_string());
    let heads = |items: &[Spanned<Value>]| -> Vec<Head> { items.iter().map(head).collect() };
    let (pairs, order) = paired(&heads(old), &heads(new), |_, _| true);
    let places: Vec<usize> = (0..old.len()).collect();
    let places = draft.arrange(path, &places, &order)?;
    for (item, before) in new.iter().zip(&pairs).filter_map(|(item, before)| Some((item, (*before)?))) {
        if old[before].value != item.value {
            let line = below(path, Step::Nth(places[before]));
            revalue(draft, &line, [Some(&old[before].value), Some(&item.value)], typed)?;
        }
    }
    let line = |index: usize| Ok(member("-", &new[index], typed));
    let shifts = draft.insert_unpaired(path, &places, (&pairs, &in_turn(&pairs, &places)), line)?;
    draft.remove_unpaired(path, &places, &pairs, &shifts)
}

/// Gives an object other members, each where it is written.
pub(super) fn set_members(
    draft: &mut Draft,
    path: &[Step],
    [old, new]: [Option<&Map>; 2],
    typed: Listing,
) -> Result<(), Stuck> {
    let Some(map) = new else { return Ok(()) };
    let names = |node: Node<'_>| {
        let keys: Vec<String> = node.properties().filter_map(Entry::key).map(str::to_owned).collect();
        let children: Vec<String> = node.children().map(|child| child.name().to_owned()).collect();
        (keys, children, node.has_block())
    };
    let Some((keys, children, has_block)) = draft.node(path).map(names) else { return Ok(()) };
    for inner in &map.members {
        let (name, value) = (&*inner.name.value, &inner.value.value);
        let before = old.and_then(|old| old.get(name)).map(|value| &value.value);
        if before == Some(value) {
            continue;
        }
        let is_key = keys.iter().any(|key| key == name);
        let is_line = children.iter().any(|child| child == name);
        let alone = word(value).is_ok();
        if alone && (is_key || !is_line && !has_block) {
            draft.set_property(path, (name, &|_| true), value, typed.texts())?;
            continue;
        }
        if is_key {
            draft.remove_property(path, name)?;
        }
        set_member(draft, path, name, [before, Some(value)], typed)?;
    }
    for key in keys.iter().filter(|key| map.get(key).is_none()) {
        draft.remove_property(path, key)?;
    }
    for child in children.iter().filter(|child| map.get(child).is_none()) {
        draft.remove(&below(path, Step::to(child)))?;
    }
    Ok(())
}

/// Sets the names that lines of one sort list together, as `team a b` does; order means nothing. A comment at a line speaks of the names
/// in it and of no others: those that come get a line of their own where each has one, or where something is said of the last.
pub(super) fn set_names(
    draft: &mut Draft,
    path: &[Step],
    (line, is_repeatable): (&str, bool),
    names: Option<&Value>,
    behind: &[&str],
) -> Result<(), Stuck> {
    let wanted: Vec<&str> =
        names.and_then(Value::as_array).into_iter().flatten().filter_map(|name| name.as_str()).collect();
    let list = |node: Node<'_>| -> Vec<(usize, Vec<String>)> {
        let lines = node.children().enumerate().filter(|(_, child)| child.name() == line);
        let words = |child: Node<'_>| child.arguments().filter_map(Entry::string).map(str::to_owned).collect();
        lines.map(|(index, child)| (index, words(child))).collect()
    };
    let lines = draft.node(path).map(list).unwrap_or_default();
    let is_there = |name: &&&str| lines.iter().any(|(_, words)| words.iter().any(|word| word == **name));
    let missing: Vec<String> =
        wanted.iter().filter(|name| !is_there(name)).map(|name| write_scalar(Scalar::String(name))).collect();
    if let Some((last, words)) = lines.last().filter(|_| !missing.is_empty()) {
        let last = below(path, Step::Nth(*last));
        let has_each_its_own = lines.len() > 1 && words.len() == 1;
        if is_repeatable && (has_each_its_own || draft.is_commented(&last)) {
            let lines: Vec<Line> = if has_each_its_own {
                missing.iter().map(|name| Line::new(line).word(name)).collect()
            } else {
                vec![Line::new(line).word(&missing.join(" "))]
            };
            lines.iter().rev().try_for_each(|line| draft.insert_after(&last, line))?;
        } else {
            draft.edit(&last, |tree, node| {
                Ok(edit::insert_arguments(tree, node, words.len().checked_sub(1), &missing))
            })?;
        }
    } else if !missing.is_empty() {
        draft.insert(path, behind, &Line::new(line).word(&missing.join(" ")))?;
    }
    let lines = draft.node(path).map(list).unwrap_or_default();
    for (index, words) in lines.into_iter().rev() {
        let place: Path = below(path, Step::Nth(index));
        if words.iter().all(|word| !wanted.contains(&word.as_str())) {
            draft.remove(&place)?;
            continue;
        }
        for word in words.iter().filter(|word| !wanted.contains(&word.as_str())) {
            draft.set_flag(&place, 0, word, Presence::Absent)?;
        }
    }
    Ok(())
}
