//! Lists: by the words of their items' lines, by a key, or item by item.

use super::Items;
use super::matching::{Pairs, canonical, matched};
use super::path::{Path, line};
use super::{Places, Walk, behind_words};
use crate::align::{self, DiffOp};
use crate::model::Value;
use crate::object::{Written, common_key, key_of};
use crate::source::Spanned;
use crate::syntax::{Escapes, visible_string};
use std::collections::BTreeMap;

impl Walk {
    /// Two lists that differ.
    pub(super) fn lists(&mut self, path: &Path, form: Written, places: Places, (old, new): (Items<'_>, Items<'_>)) {
        if let Some(of) = form.item()
            && let Some((old_words, new_words)) = words(of, old).zip(words(of, new))
        {
            return self.lines(path, of, places, (old, &old_words), (new, &new_words));
        }
        let is_empty = old.is_empty() || new.is_empty();
        let key = Some(()).filter(|()| !is_empty).and_then(|()| common_key([old, new]));
        let holds_more =
            |items: Items<'_>| items.iter().any(|item| matches!(item.value, Value::Array(_) | Value::Object(_)));
        match key {
            Some(key) => self.by_key(path, key, places, (old, new)),
            None if !is_empty && (holds_more(old) || holds_more(new)) => self.by_place(path, places, (old, new)),
            None => {
                let [old, new] = [old, new].map(|items| Value::Array(items.to_vec()));
                self.part(path, places, Some(&old), Some(&new));
            }
        }
    }

    /// Items that are called by the words of their lines.
    fn lines(
        &mut self,
        path: &Path,
        of: Written,
        places: Places,
        (old, old_words): (Items<'_>, &[String]),
        (new, new_words): (Items<'_>, &[String]),
    ) {
        let pairs = matched(of, (old, old_words), (new, new_words));
        let (old_names, new_names) = (numbered(old_words), numbered(new_words));
        for index in &pairs.gone {
            let rest = behind_words(of, &old[*index]);
            self.part(&path.item(&old_names[*index]), places.below(Some(&old[*index]), None), Some(&rest), None);
        }
        for (index, item) in new.iter().enumerate() {
            let before = pairs.old[index];
            let places = places.below(before.map(|index| &old[index]), Some(item));
            match before {
                // One that gets other words is known by those that it has had.
                Some(before) => {
                    let stays = old_words[before] == new_words[index];
                    let name = if stays { &new_names[index] } else { &old_names[before] };
                    self.values(&path.item(name), of, places, (&old[before], item));
                }
                None => self.part(&path.item(&new_names[index]), places, None, Some(&behind_words(of, item))),
            }
        }
        self.order(path, places, &pairs, &new_names);
    }

    /// Items that each have a name of their own under a key.
    fn by_key(&mut self, path: &Path, key: &str, places: Places, (old, new): (Items<'_>, Items<'_>)) {
        let index: BTreeMap<&str, usize> =
            old.iter().enumerate().filter_map(|(index, item)| Some((key_of(key, item)?, index))).collect();
        let names: Vec<&str> = new.iter().filter_map(|item| key_of(key, item)).collect();
        let pairs = Pairs::of(names.iter().map(|name| index.get(name).copied()).collect(), old.len());
        let at = |name: &str| path.at(&format!("{key}={}", visible_string(name, Escapes::Hidden)));
        for item in pairs.gone.iter().map(|index| &old[*index]) {
            let name = key_of(key, item).unwrap_or_default();
            self.part(&at(name), places.below(Some(item), None), Some(item), None);
        }
        for (index, item) in new.iter().enumerate() {
            let before = pairs.old[index].map(|index| &old[index]);
            let places = places.below(before, Some(item));
            self.member(&at(names[index]), Written::Plain, places, (before, Some(item)));
        }
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        self.order(path, places, &pairs, &names);
    }

    /// The order of what stays, where that changes: the names before and after.
    fn order(&mut self, path: &Path, places: Places, pairs: &Pairs, names: &[String]) {
        let Some(orders) = pairs.orders() else { return };
        let [before, after] = orders.map(|order| {
            let name = |index: usize| Spanned::new(Value::string(&*names[index]), places.sides[1]);
            Value::Array(order.into_iter().map(name).collect())
        });
        self.part(&path.order(), places, Some(&before), Some(&after));
    }

    /// Items that nothing names: equal ones are the same, and what lies between is compared one by one.
    fn by_place(&mut self, path: &Path, places: Places, (old, new): (Items<'_>, Items<'_>)) {
        let [olds, news] = [old, new].map(|items| items.iter().map(|item| canonical(item)).collect::<Vec<_>>());
        for operation in align::operations(&olds, &news) {
            if matches!(operation, DiffOp::Equal { .. }) {
                continue;
            }
            let (olds, news) = (operation.old_range(), operation.new_range());
            for offset in 0..olds.len().max(news.len()) {
                let (before, after) = (olds.start + offset, news.start + offset);
                let sides = (old[..olds.end].get(before), new[..news.end].get(after));
                let index = if sides.1.is_some() { after } else { before };
                self.member(&path.at(&index.to_string()), Written::Plain, places.below(sides.0, sides.1), sides);
            }
        }
    }
}

/// The words of each item; nothing where one of them is no such line.
fn words(of: Written, items: Items<'_>) -> Option<Vec<String>> {
    items.iter().map(|item| Some(line(&of.words(item)?))).collect()
}

/// The words, with a number behind those that stand there again.
fn numbered(words: &[String]) -> Vec<String> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let name = |words: &'_ String, count: usize| if count == 1 { words.clone() } else { format!("{words} ({count})") };
    let mut names = Vec::new();
    for words in words {
        let count = seen.entry(words).or_default();
        *count += 1;
        names.push(name(words, *count));
    }
    names
}
