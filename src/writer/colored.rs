//! Lists of which the items may have a line each, with a value of their own beside them: values of an enum with their colours.

use super::Writer;
use super::change::{Change, Sides};
use super::draft::{Step, Texts, below, reads_as, word};
use super::list::{Head, paired};
use super::side::Side;
use super::stuck::Stuck;
use super::value::{Listing, set_words};
use crate::grammar::{At, Form, Manner, Part, Slot};
use crate::model::{Map, Value};
use crate::source::{Origin, Spanned};
use crate::syntax::{Line, Node};

/// The two ways to write such a list.
struct Notations<'g> {
    /// The list.
    list: &'g At,
    /// What stands beside the items, by item.
    beside: &'g At,
    /// The line that lists items alone.
    together: &'g str,
    /// The line of one item.
    single: &'g str,
    /// The property of that line that says what stands beside.
    key: &'g str,
}

/// An item, and what stands beside it.
type Row = (Value, Option<Value>);

impl Notations<'_> {
    fn rows(&self, side: Side<'_>) -> Vec<Row> {
        let all = side.at(self.beside).and_then(Value::as_object).map(Map::index);
        let beside = |item: &Value| all.as_ref()?.get(&item.as_key()).map(|value| value.value.clone());
        let items = side.at(self.list).and_then(Value::as_array).unwrap_or_default();
        items.iter().map(|item| (item.value.clone(), beside(item))).collect()
    }

    /// The lines that say the rows.
    fn lines(&self, rows: &[Row]) -> Result<Vec<Line>, Stuck> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        if rows.iter().any(|(_, beside)| beside.is_some()) {
            return rows.iter().map(|row| self.line(row)).collect();
        }
        let line = Line::new(self.together);
        Ok(vec![rows.iter().try_fold(line, |line, (item, _)| Ok(line.word(&word(item)?)))?])
    }

    fn line(&self, (item, beside): &Row) -> Result<Line, Stuck> {
        let line = Line::new(self.single).word(&word(item)?);
        match beside {
            Some(beside) => Ok(line.property(self.key, &word(beside)?)),
            None => Ok(line),
        }
    }
}

impl Writer<'_> {
    /// The two ways, for a slot of one of them: first that of the line that lists items.
    fn notations<'f>(&self, slot: &Slot, form: &'f Form) -> Option<(bool, Notations<'f>)> {
        let shapes = || {
            form.written(0).filter_map(|part| match part {
                Part::Child(slot) => Some((slot.name(), self.grammar.child(slot).0.plain()?)),
                _ => None,
            })
        };
        let (single, list, key, beside) = shapes().find_map(|(name, form)| {
            let mut parts = form.written(0);
            let (Part::Argument(_, item), Part::Property(key)) = (parts.next()?, parts.next()?) else { return None };
            let list = item.at.as_ref().filter(|at| at.manner == Manner::List)?;
            let beside = key.at.as_ref().filter(|at| at.manner == Manner::Entry)?;
            Some((name, list, key.name(), beside))
        })?;
        let together = shapes().find_map(|(name, form)| match form.written(0).next()? {
            Part::Rest(_, items) => (items.at.as_ref()?.way == list.way).then_some(name),
            _ => None,
        })?;
        let is_first = slot.name() == together;
        (is_first || slot.name() == single).then_some((is_first, Notations { list, beside, together, single, key }))
    }

    /// The lines of such a list, for the first of its slots; nothing for slots of others.
    pub(super) fn colored_lines(&self, slot: &Slot, form: &Form, side: Side<'_>) -> Option<Result<Vec<Line>, Stuck>> {
        let (is_first, notations) = self.notations(slot, form)?;
        Some(if is_first { notations.lines(&notations.rows(side)) } else { Ok(Vec::new()) })
    }
}

impl Change<'_, '_> {
    /// Changes such a list, for the first of its slots, in the notation that it has; nothing for slots of others.
    pub(super) fn colored(
        &mut self,
        path: &[Step],
        form: &Form,
        slot: &Slot,
        sides: Sides<'_>,
    ) -> Option<Result<(), Stuck>> {
        let (is_first, notations) = self.writer.notations(slot, form)?;
        let [old, new] = sides.map(|side| notations.rows(side));
        if !is_first || old == new {
            return Some(Ok(()));
        }
        Some(self.set_rows(path, (form, slot), &notations, [&old, &new]))
    }

    fn set_rows(
        &mut self,
        path: &[Step],
        (form, slot): (&Form, &Slot),
        notations: &Notations<'_>,
        [old, new]: [&[Row]; 2],
    ) -> Result<(), Stuck> {
        let Notations { together, single, .. } = *notations;
        let count = |name: &str| {
            let node = self.draft.node(path);
            node.map_or(0, |node| node.children().filter(|child| child.name() == name).count())
        };
        let (lists, lines) = (count(together), count(single));
        let plain = new.iter().all(|(_, beside)| beside.is_none());
        if lists == 1 && lines == 0 && plain && !new.is_empty() {
            let items: Vec<Spanned<Value>> =
                new.iter().map(|(item, _)| Spanned::new(item.clone(), Origin::Nowhere)).collect();
            return set_words(self.draft, &below(path, Step::to(together)), (0, &items), Listing::List);
        }
        if lists == 0 && lines > 0 && lines == old.len() && !new.is_empty() {
            return self.set_single(path, notations, [old, new]);
        }
        let places = |change: &Self| -> Vec<usize> {
            let children = change.draft.node(path).into_iter().flat_map(Node::children).enumerate();
            children.filter(|(_, child)| [together, single].contains(&child.name())).map(|(place, _)| place).collect()
        };
        // What comes takes the place of what was there, so that it stands among the same lines and comments.
        let there = places(self);
        for place in there.iter().skip(usize::from(!new.is_empty())).rev() {
            self.draft.remove(&below(path, Step::Nth(*place)))?;
        }
        let lines = notations.lines(new)?;
        let Some((first, rest)) = lines.split_first() else { return Ok(()) };
        match there.first() {
            Some(place) => self.draft.rewrite(&below(path, Step::Nth(*place)), first)?,
            None => self.insert(path, form, slot, first)?,
        }
        let Some(place) = places(self).first().copied() else { return Ok(()) };
        let mut behind = rest.iter().zip(place..);
        behind.try_for_each(|(line, place)| self.draft.insert_after(&below(path, Step::Nth(place)), line))
    }

    /// Adds, removes, moves and colours lines of single items.
    fn set_single(&mut self, path: &[Step], notations: &Notations<'_>, [old, new]: [&[Row]; 2]) -> Result<(), Stuck> {
        let Notations { single, key, .. } = *notations;
        let missing = || Stuck::new(format!("a `{single}` line is not where it is expected"));
        let place = |change: &Self, item: &Value| {
            let is_meant = |child: Node<'_>| {
                child.name() == single && child.argument(0).is_some_and(|entry| reads_as(entry, item))
            };
            let index = change.draft.node(path).and_then(|node| node.children().position(is_meant));
            index.map(|index| below(path, Step::Nth(index))).ok_or_else(missing)
        };
        let heads = |rows: &[Row]| -> Vec<Head> { rows.iter().map(|row| row.0.as_key().to_string()).collect() };
        let (_, order) = paired(&heads(old), &heads(new), |_, _| false);
        let index = |item: &Value| match place(self, item)?.pop() {
            Some(Step::Nth(index)) => Ok(index),
            _ => Err(missing()),
        };
        let places = old.iter().map(|row| index(&row.0)).collect::<Result<Vec<_>, Stuck>>()?;
        self.draft.arrange(path, &places, &order)?;
        let old: Vec<&Row> = order.iter().map(|index| &old[*index]).collect();
        let mut last = None;
        for row in new {
            let (item, beside) = row;
            match old.iter().find(|other| other.0 == *item) {
                Some((_, before)) if before == beside => {}
                Some(_) => {
                    let line = place(self, item)?;
                    match beside {
                        Some(beside) => self.draft.set_property(&line, (key, &|_| true), beside, Texts::Plain)?,
                        None => self.draft.remove_property(&line, key)?,
                    }
                }
                None => {
                    let line = notations.line(row)?;
                    match last {
                        Some(before) => {
                            let before = place(self, before)?;
                            self.draft.insert_after(&before, &line)?;
                        }
                        None => {
                            let first = place(self, &old.first().ok_or_else(missing)?.0)?;
                            self.draft.insert_before(&first, &line)?;
                        }
                    }
                }
            }
            last = Some(item);
        }
        for (item, _) in old.iter().filter(|row| !new.iter().any(|other| other.0 == row.0)) {
            let line = place(self, item)?;
            self.draft.remove(&line)?;
        }
        Ok(())
    }
}
