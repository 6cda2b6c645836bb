//! Levels, rules and conditions.

use super::draft::{Draft, Path, Step, Stuck, below, plain_scalar, set_entry};
use super::value::{block, middles};
use crate::model::{Map, Value};
use crate::source::Spanned;
use crate::syntax::edit::{self, write_string};
use crate::syntax::{Entry, Node};

/// What of a level stands in a body: its title and its colour.
fn level_of(level: &Value) -> Option<(&str, Option<&Value>)> {
    let level = level.as_object()?;
    Some((level.get("title")?.as_str()?, level.get("color").map(|color| &color.value)))
}

fn levels_of(levels: Option<&Value>) -> Vec<(&str, Option<&Value>)> {
    levels.and_then(Value::as_array).into_iter().flatten().filter_map(|level| level_of(level)).collect()
}

/// Renames, adds and colours levels. Those that go are taken away by [`drop_levels`], once no rule is in them.
pub(super) fn set_levels(draft: &mut Draft, [old, new]: [Option<&Value>; 2]) -> Result<(), Stuck> {
    let (mut before, after) = (levels_of(old), levels_of(new));
    if before.len() == after.len() {
        for (index, (title, _)) in after.iter().enumerate() {
            let was = before[index].0;
            let is_new = !before.iter().any(|level| level.0 == *title);
            if is_new && !after.iter().any(|level| level.0 == was) {
                draft.set_argument(&[Step::Named("level", was.to_owned())], 0, &Value::string(*title))?;
                before[index].0 = title;
            }
        }
    }
    let mut last: Option<&str> = None;
    for (title, color) in &after {
        let path = vec![Step::Named("level", (*title).to_owned())];
        match before.iter().find(|level| level.0 == *title) {
            Some((_, was)) if was == color => {}
            Some(_) => draft.set_property(&path, "color", *color)?,
            None => {
                let color = color.map(|color| Ok(format!(" color={}", plain_scalar(color)?))).transpose()?;
                let line = format!("level {}{}", write_string(title), color.unwrap_or_default());
                match (last, before.first()) {
                    (Some(last), _) => draft.insert_after(&[Step::Named("level", last.to_owned())], &line)?,
                    (None, Some((first, _))) => {
                        draft.insert_before(&[Step::Named("level", (*first).to_owned())], &line)?;
                    }
                    (None, None) => draft.insert(&[], &["level"], &line)?,
                }
            }
        }
        last = Some(title);
    }
    Ok(())
}

/// Takes the levels away that are no longer there.
pub(super) fn drop_levels(draft: &mut Draft, new: Option<&Value>) -> Result<(), Stuck> {
    let wanted = levels_of(new);
    for (title, _) in levels_in(draft) {
        if wanted.iter().any(|level| level.0 == title) {
            continue;
        }
        let path = vec![Step::Named("level", title.clone())];
        if draft.look(&path, |_, node| node.child("rule").is_some()) == Some(true) {
            return Err(Stuck(format!("the level `{title}` goes, and rules of it stay")));
        }
        draft.remove(&path)?;
    }
    Ok(())
}

/// The levels in the text, each with the names of its rules.
fn levels_in(draft: &Draft) -> Vec<(String, Vec<String>)> {
    let first = |node: Node<'_>| node.argument(0).and_then(Entry::string).unwrap_or_default().to_owned();
    let rules = |level: Node<'_>| level.children().filter(|child| child.name() == "rule").map(first).collect();
    let levels = |node: Node<'_>| {
        node.children().filter(|child| child.name() == "level").map(|level| (first(level), rules(level))).collect()
    };
    draft.look(&[], |_, node| levels(node)).unwrap_or_default()
}

/// Sets, adds, moves or removes a rule.
pub(super) fn set_rule(draft: &mut Draft, name: &str, [old, new]: [Option<&Value>; 2]) -> Result<(), Stuck> {
    let home = levels_in(draft).into_iter().find(|(_, rules)| rules.iter().any(|rule| rule == name));
    let at =
        |level: &str| -> Path { vec![Step::Named("level", level.to_owned()), Step::Named("rule", name.to_owned())] };
    let Some(new) = new.and_then(Value::as_object) else {
        return home.map_or(Ok(()), |(level, _)| draft.remove(&at(&level)));
    };
    let level =
        new.get("level").and_then(|level| level.as_str()).ok_or_else(|| Stuck::no_words("a rule of no level"))?;
    let Some((current, _)) = home else {
        let line = rule_line(name, new)?;
        return draft.insert(&[Step::Named("level", level.to_owned())], &[], &line);
    };
    if current != level {
        move_rule(draft, &at(&current), level)?;
    }
    let path = at(level);
    let empty = Map::default();
    let old = old.and_then(Value::as_object).unwrap_or(&empty);
    let value = |map: &Map, word: &str| map.get(word).map(|value| value.value.clone());
    if value(old, "title") != value(new, "title") {
        match value(new, "title") {
            Some(title) => draft.set_argument(&path, 1, &title)?,
            None => draft.edit(&path, |tree, node| Ok(edit::remove_argument(tree, node, 1)))?,
        }
    }
    if value(old, "description") != value(new, "description") {
        draft.set_property(&path, "description", value(new, "description").as_ref())?;
    }
    let known = ["level", "title", "description", "query"];
    if let Some(stranger) = new.members.iter().find(|member| !known.contains(&&*member.name.value)) {
        return Err(Stuck::no_words(&format!("`{}` of a rule", stranger.name.value)));
    }
    match (value(old, "query"), value(new, "query")) {
        (before, after) if before == after => Ok(()),
        (Some(before), Some(after)) => set_parts(draft, &path, parts(&before, "all"), top(&after)?),
        (_, None) => Err(Stuck::no_words("a rule without a condition")),
        (None, Some(_)) => draft.rewrite(&path, &rule_line(name, new)?),
    }
}

fn move_rule(draft: &mut Draft, from: &[Step], level: &str) -> Result<(), Stuck> {
    let text = draft.cut(from)?;
    draft.insert(&[Step::Named("level", level.to_owned())], &[], &text)
}

fn rule_line(name: &str, rule: &Map) -> Result<String, Stuck> {
    let mut head = format!("rule {}", write_string(name));
    if let Some(title) = rule.get("title") {
        head.push_str(&format!(" {}", plain_scalar(title)?));
    }
    if let Some(description) = rule.get("description") {
        head.push_str(&format!(" description={}", plain_scalar(description)?));
    }
    let query = rule.get("query").ok_or_else(|| Stuck::no_words("a rule without a condition"))?;
    let lines = top(query)?.iter().map(|part| condition(part)).collect::<Result<Vec<_>, _>>()?;
    Ok(block(&head, lines.into_iter()))
}

/// Sets, adds or removes the condition on which entities are judged.
pub(super) fn set_filter(draft: &mut Draft, [old, new]: [Option<&Value>; 2]) -> Result<(), Stuck> {
    let path = [Step::Child("only-for")];
    match (new, old.filter(|_| draft.has(&path))) {
        (None, _) => draft.remove(&path),
        (Some(new), Some(old)) => set_parts(draft, &path, parts(old, "all"), top(new)?),
        (Some(new), None) => {
            let lines = top(new)?.iter().map(|part| condition(part)).collect::<Result<Vec<_>, _>>()?;
            draft.insert(&[], &["title", "description", "icon"], &block("only-for", lines.into_iter()))
        }
    }
}

/// The parts of the condition that a block is.
fn top(query: &Value) -> Result<&[Spanned<Value>], Stuck> {
    let is_all = query.as_object().is_some_and(|map| map.members.len() == 1 && map.get("all").is_some());
    if is_all { Ok(parts(query, "all")) } else { Err(Stuck::no_words("this condition")) }
}

fn parts<'v>(query: &'v Value, word: &str) -> &'v [Spanned<Value>] {
    query.as_object().and_then(|map| map.get(word)?.as_array()).unwrap_or_default()
}

/// The word and the parts of a combined condition.
fn combined(condition: &Value) -> Option<(&'static str, &[Spanned<Value>])> {
    let map = condition.as_object()?;
    let word = ["all", "any", "none"].into_iter().find(|word| map.get(word).is_some() && map.members.len() == 1)?;
    Some((word, parts(condition, word)))
}

/// The words of a comparison: field, operator, operands.
fn comparison(condition: &Value) -> Result<(&str, &Value, &[Spanned<Value>]), Stuck> {
    let no_words = || Stuck::no_words("this condition");
    let map = condition.as_object().ok_or_else(no_words)?;
    let known = ["field", "operator", "operands"];
    if map.members.iter().any(|member| !known.contains(&&*member.name.value)) {
        return Err(no_words());
    }
    let field = map.get("field").and_then(|field| field.as_str()).ok_or_else(no_words)?;
    let operator = map.get("operator").ok_or_else(no_words)?;
    let operands = map.get("operands").and_then(|operands| operands.as_array()).unwrap_or_default();
    Ok((field, &operator.value, operands))
}

/// The lines of a condition.
fn condition(value: &Value) -> Result<String, Stuck> {
    if let Some((word, parts)) = combined(value) {
        let lines = parts.iter().map(|part| condition(part)).collect::<Result<Vec<_>, _>>()?;
        return Ok(block(word, lines.into_iter()));
    }
    let (field, operator, operands) = comparison(value)?;
    let mut line = format!("{} {}", write_string(field), plain_scalar(operator)?);
    for operand in operands {
        line.push_str(&format!(" {}", plain_scalar(operand)?));
    }
    Ok(line)
}

/// Gives a block of conditions other ones: those that stay keep their lines.
fn set_parts(draft: &mut Draft, path: &[Step], old: &[Spanned<Value>], new: &[Spanned<Value>]) -> Result<(), Stuck> {
    let at = |index: usize| below(path, Step::Nth(index));
    let present = draft.look(path, |_, node| node.children().count()).unwrap_or(0);
    if present != old.len() {
        return Err(Stuck("its conditions are not where they are expected".to_owned()));
    }
    let [old_middle, new_middle] = middles(old, new, |a, b| a == b);
    let shared = old_middle.len().min(new_middle.len());
    for index in (old_middle.start + shared..old_middle.end).rev() {
        draft.remove(&at(index))?;
    }
    for index in old_middle.start..old_middle.start + shared {
        set_condition(draft, &at(index), &old[index], &new[index])?;
    }
    for (index, part) in new.iter().enumerate().take(new_middle.end).skip(old_middle.start + shared) {
        let line = condition(part)?;
        match index.checked_sub(1) {
            Some(before) => draft.insert_after(&at(before), &line)?,
            None if old_middle.end < old.len() => draft.insert_before(&at(0), &line)?,
            None => draft.insert(path, &[], &line)?,
        }
    }
    Ok(())
}

fn set_condition(draft: &mut Draft, path: &[Step], old: &Value, new: &Value) -> Result<(), Stuck> {
    match (combined(old), combined(new)) {
        (Some((word, old)), Some((other, new))) if word == other => set_parts(draft, path, old, new),
        (None, None) => {
            let (field, operator, operands) = comparison(new)?;
            let count = comparison(old)?.2.len();
            draft.edit(path, |tree, node| {
                let mut edits = if node.name() == field { Vec::new() } else { edit::rename(node, field) };
                let mut added = String::new();
                let values: Vec<&Value> =
                    std::iter::once(operator).chain(operands.iter().map(|one| &one.value)).collect();
                for (index, value) in values.iter().enumerate() {
                    match node.argument(index) {
                        Some(entry) => edits.extend(set_entry(entry, value)?),
                        None => added.push_str(&format!(" {}", plain_scalar(value)?)),
                    }
                }
                for index in values.len()..=count {
                    edits.extend(edit::remove_argument(tree, node, index));
                }
                let head = node.head_span();
                if !added.is_empty() {
                    let span = crate::source::Span { start: head.end, ..head };
                    edits.push(crate::diag::Edit { span, text: added });
                }
                Ok(edits)
            })
        }
        _ => draft.rewrite(path, &condition(new)?),
    }
}
