//! The functions of Terraform that need nothing but their arguments.

use super::term::{Datum, HEAVIEST, Known, TOO_MUCH, Term, unique};
use super::unify::unified;
use super::{csv, pattern};
use crate::migrate::glob;
use crate::model::{Number, Value, parse_json};
use crate::source::Span;
use std::rc::Rc;

/// The functions that look at all that is in their arguments.
const DEEP: [&str; 14] = [
    "coalesce",
    "contains",
    "distinct",
    "index",
    "matchkeys",
    "setintersection",
    "setsubtract",
    "setunion",
    "tolist",
    "tomap",
    "toset",
    "tostring",
    "transpose",
    "yamlencode",
];

/// What it takes to call a function.
pub(super) fn cost(name: &str, arguments: &[Term]) -> usize {
    let of = |argument: &Term| if DEEP.contains(&name) { argument.weight() } else { argument.size() };
    arguments.iter().map(of).sum()
}

/// What a function of a name makes of arguments; nothing where plat knows none of this name.
pub(super) fn call(name: &str, arguments: &[Term], place: Span) -> Option<Known<Term>> {
    let call = Call { arguments, place };
    let worked_out = call
        .of_texts(name)
        .or_else(|| call.of_lists(name))
        .or_else(|| call.of_choices(name))
        .or_else(|| call.of_objects(name))
        .or_else(|| call.of_sets(name))
        .or_else(|| call.of_plain(name))?;
    Some(worked_out)
}

struct Call<'a> {
    arguments: &'a [Term],
    place: Span,
}

#[expect(clippy::unnecessary_wraps, reason = "what a function comes to may not be known")]
impl Call<'_> {
    fn mistake<T>(&self, reason: &str) -> Known<T> {
        Err(Term::mistake(reason, self.place))
    }

    fn term(&self, index: usize) -> Known<&Term> {
        self.arguments.get(index).ok_or_else(|| Term::mistake("an argument is missing", self.place))
    }

    fn text(&self, index: usize) -> Known<Rc<str>> {
        self.term(index)?.as_text()
    }

    fn items(&self, index: usize) -> Known<&[Term]> {
        self.term(index)?.as_items()
    }

    fn members(&self, index: usize) -> Known<&[(Rc<str>, Term)]> {
        self.term(index)?.as_members()
    }

    fn whole(&self, index: usize) -> Known<i64> {
        self.term(index)?.as_whole()
    }

    fn told(&self, text: impl Into<Rc<str>>) -> Known<Term> {
        Ok(Term::text(text, self.place))
    }

    fn truth(&self, truth: bool) -> Known<Term> {
        Ok(Term::new(Datum::Bool(truth), self.place))
    }

    fn number(&self, number: Number) -> Known<Term> {
        Ok(Term::new(Datum::Number(number), self.place))
    }

    fn count(&self, count: usize) -> Known<Term> {
        self.number(Number::Integer(i64::try_from(count).unwrap_or(i64::MAX)))
    }

    fn list(&self, items: impl IntoIterator<Item = Term>) -> Known<Term> {
        Ok(Term::list(items, self.place))
    }

    /// Refuses to make a text of so many bytes, or so many items.
    fn at_most(&self, bytes: usize, items: usize) -> Known<()> {
        let fits = bytes / 16 <= HEAVIEST && items <= HEAVIEST;
        if fits { Ok(()) } else { Err(Term::open(TOO_MUCH, self.place)) }
    }

    fn of_texts(&self, name: &str) -> Option<Known<Term>> {
        let trimmed = |change: fn(&str) -> String| self.text(0).and_then(|text| self.told(change(&text)));
        let with = |change: fn(&str, &str) -> String| {
            self.text(0).and_then(|text| self.text(1).and_then(|other| self.told(change(&text, &other))))
        };
        let is = |test: fn(&str, &str) -> bool| {
            self.text(0).and_then(|text| self.text(1).and_then(|other| self.truth(test(&text, &other))))
        };
        Some(match name {
            "lower" => trimmed(str::to_lowercase),
            "upper" => trimmed(str::to_uppercase),
            "title" => trimmed(titled),
            "trimspace" => trimmed(|text| text.trim().to_owned()),
            "chomp" => trimmed(|text| text.trim_end_matches(['\n', '\r']).to_owned()),
            "strrev" => trimmed(|text| text.chars().rev().collect()),
            "basename" => trimmed(|text| text.rsplit('/').next().unwrap_or_default().to_owned()),
            "dirname" => trimmed(|text| text.rsplit_once('/').map_or(".", |(folder, _)| folder).to_owned()),
            "trim" => with(|text, these| text.trim_matches(|one| these.contains(one)).to_owned()),
            "trimprefix" => with(|text, start| text.strip_prefix(start).unwrap_or(text).to_owned()),
            "trimsuffix" => with(|text, end| text.strip_suffix(end).unwrap_or(text).to_owned()),
            "startswith" => is(|text, start| text.starts_with(start)),
            "endswith" => is(|text, end| text.ends_with(end)),
            "strcontains" => is(|text, part| text.contains(part)),
            "replace" => self.replace(),
            "regex" | "regexall" => {
                self.text(0).and_then(|by| pattern::found(&by, &self.text(1)?, name == "regexall", self.place))
            }
            "csvdecode" => self.text(0).and_then(|text| csv::decoded(&text, self.place)),
            "substr" => self.substr(),
            "indent" => self.indent(),
            "format" => self.format(),
            "join" => self.join(),
            "split" => {
                let texts = self.text(0).and_then(|by| Ok((by, self.text(1)?)));
                texts.and_then(|(by, text)| {
                    let parts: Vec<&str> = if by.is_empty() {
                        text.split("").filter(|part| !part.is_empty()).collect()
                    } else {
                        text.split(&*by).collect()
                    };
                    self.list(parts.into_iter().map(|part| Term::text(part, self.place)))
                })
            }
            _ => return None,
        })
    }

    fn replace(&self) -> Known<Term> {
        let (text, from, to) = (self.text(0)?, self.text(1)?, self.text(2)?);
        if from.len() > 1 && from.starts_with('/') && from.ends_with('/') {
            return pattern::replaced(&text, &from[1..from.len() - 1], &to, self.place);
        }
        let times = if from.is_empty() { text.len() + 1 } else { text.matches(&*from).count() };
        self.at_most(text.len().saturating_add(times.saturating_mul(to.len())), 0)?;
        self.told(text.replace(&*from, &to))
    }

    fn substr(&self) -> Known<Term> {
        let (text, offset, length) = (self.text(0)?, self.whole(1)?, self.whole(2)?);
        let count = text.chars().count();
        let start = match usize::try_from(offset) {
            Ok(offset) => offset,
            Err(_) => count.saturating_sub(usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX)),
        };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        self.told(text.chars().skip(start).take(length).collect::<String>())
    }

    fn indent(&self) -> Known<Term> {
        let (spaces, text) = (usize::try_from(self.whole(0)?).unwrap_or_default(), self.text(1)?);
        let lines = text.matches('\n').count();
        self.at_most(lines.saturating_mul(spaces).saturating_add(text.len()), 0)?;
        self.told(text.replace('\n', &format!("\n{}", " ".repeat(if lines == 0 { 0 } else { spaces }))))
    }

    fn join(&self) -> Known<Term> {
        let by = self.text(0)?;
        let mut texts = Vec::new();
        for index in 1..self.arguments.len().max(2) {
            for item in self.items(index)? {
                texts.push(item.as_text()?);
            }
        }
        let length: usize = texts.iter().map(|text| text.len()).sum();
        self.at_most(length.saturating_add(by.len().saturating_mul(texts.len())), 0)?;
        self.told(texts.join(&*by))
    }

    /// The verbs `%s`, `%d`, `%v`, `%t`, `%q` and `%%`, with a width.
    fn format(&self) -> Known<Term> {
        let pattern = self.text(0)?;
        let (mut out, mut next, mut rest) = (String::new(), 1, &*pattern);
        while let Some(at) = rest.find('%') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let end = rest.find(|one: char| !matches!(one, '0'..='9' | '-')).unwrap_or(rest.len());
            let (how, behind) = rest.split_at(end);
            let verb = behind.chars().next().unwrap_or_default();
            rest = &behind[verb.len_utf8().min(behind.len())..];
            let width: usize = how.trim_start_matches(['-', '0']).parse().unwrap_or_default();
            self.at_most(out.len().saturating_add(width), 0)?;
            if verb == '%' {
                out.push('%');
                continue;
            }
            let argument = self.term(next)?;
            next += 1;
            let text = match verb {
                's' | 'v' => match &argument.datum {
                    Datum::List(_) | Datum::Map(_) | Datum::Set(_) | Datum::Null => json(argument)?,
                    _ => argument.as_text()?.to_string(),
                },
                't' => argument.as_bool()?.to_string(),
                'd' => argument.as_whole()?.to_string(),
                'q' => json(&Term::text(argument.as_text()?, self.place))?,
                _ => return Err(Term::open(format!("`format` with `%{how}{verb}` works it out"), self.place)),
            };
            self.at_most(out.len().saturating_add(text.len().max(width)), 0)?;
            let lacks = width.saturating_sub(text.chars().count());
            match (how.starts_with('-'), how.starts_with('0') && verb == 'd') {
                (true, _) => out.extend([&*text, &" ".repeat(lacks)]),
                (_, true) => {
                    let (sign, digits) = text.strip_prefix('-').map_or(("", &*text), |digits| ("-", digits));
                    out.extend([sign, &"0".repeat(lacks), digits]);
                }
                _ => out.extend([&" ".repeat(lacks), &*text]),
            }
        }
        out.push_str(rest);
        self.told(out)
    }

    fn of_lists(&self, name: &str) -> Option<Known<Term>> {
        Some(match name {
            "length" => self.term(0).and_then(|term| match &term.datum {
                Datum::Map(members) => self.count(members.len()),
                Datum::List(items) | Datum::Set(items) => self.count(items.len()),
                _ => self.count(term.as_text()?.chars().count()),
            }),
            "concat" => self.all_items().and_then(|items| self.list(items)),
            "flatten" => self.term(0).and_then(|term| {
                let mut flat = Vec::new();
                flatten(term, &mut flat)?;
                self.list(flat)
            }),
            "compact" => self.items(0).and_then(|items| {
                let mut kept = Vec::new();
                for item in items {
                    if !matches!(item.datum, Datum::Null) && !item.as_text()?.is_empty() {
                        kept.push(item.clone());
                    }
                }
                self.list(kept)
            }),
            "distinct" => self.items(0).and_then(|items| {
                let mut met = std::collections::HashSet::new();
                let mut kept = Vec::new();
                for item in unified(items) {
                    if met.insert(item.key()?) {
                        kept.push(item);
                    }
                }
                self.list(kept)
            }),
            "sort" => self.items(0).and_then(|items| {
                let mut texts = items.iter().map(Term::as_text).collect::<Known<Vec<_>>>()?;
                texts.sort_unstable();
                self.list(texts.into_iter().map(|text| Term::text(text, self.place)))
            }),
            "reverse" => self.items(0).and_then(|items| self.list(items.iter().rev().cloned())),
            "range" => self.range(),
            _ => return None,
        })
    }

    fn of_choices(&self, name: &str) -> Option<Known<Term>> {
        Some(match name {
            "element" => self.items(0).and_then(|items| {
                let index = self.whole(1)?.rem_euclid(i64::try_from(items.len().max(1)).unwrap_or(1));
                let item = usize::try_from(index).ok().and_then(|index| items.get(index));
                item.cloned().map_or_else(|| self.mistake("the list is empty"), Ok)
            }),
            "slice" => self.items(0).and_then(|items| {
                let [from, to] = [self.whole(1)?, self.whole(2)?].map(|one| usize::try_from(one).unwrap_or(usize::MAX));
                match items.get(from..to) {
                    Some(part) => self.list(part.iter().cloned()),
                    None => self.mistake("the list is not so long"),
                }
            }),
            "index" => self.items(0).and_then(|items| {
                let sought = self.term(1)?.key()?;
                match position(items, &sought)? {
                    Some(index) => self.count(index),
                    None => self.mistake("the list does not have it"),
                }
            }),
            "contains" => self.items(0).and_then(|items| {
                let sought = self.term(1)?.key()?;
                self.truth(position(items, &sought)?.is_some())
            }),
            "one" => self.items(0).and_then(|items| match items {
                [] => Ok(Term::new(Datum::Null, self.place)),
                [only] => Ok(only.clone()),
                _ => self.mistake("the list has more than one item"),
            }),
            "alltrue" | "anytrue" => self.items(0).and_then(|items| {
                let truths = items.iter().map(Term::as_bool).collect::<Known<Vec<_>>>()?;
                self.truth(if name == "alltrue" { truths.iter().all(|truth| *truth) } else { truths.contains(&true) })
            }),
            "coalescelist" => self.first(|term| Ok(!term.as_items()?.is_empty())),
            "coalesce" => self.first(|term| Ok(!matches!(term.datum, Datum::Null) && term.key()? != b"")),
            _ => return None,
        })
    }

    fn all_items(&self) -> Known<Vec<Term>> {
        let mut all = Vec::new();
        for index in 0..self.arguments.len() {
            all.extend(self.items(index)?.iter().cloned());
        }
        Ok(all)
    }

    fn first(&self, fits: impl Fn(&Term) -> Known<bool>) -> Known<Term> {
        for term in unified(self.arguments) {
            let term = term.known()?;
            if fits(&term)? {
                return Ok(term);
            }
        }
        self.mistake("no argument has a value")
    }

    fn range(&self) -> Known<Term> {
        let numbers = (0..self.arguments.len()).map(|index| self.whole(index)).collect::<Known<Vec<_>>>()?;
        let (from, to, step) = match numbers.as_slice() {
            [to] => (0, *to, 1),
            [from, to] => (*from, *to, if to < from { -1 } else { 1 }),
            [from, to, step] => (*from, *to, *step),
            _ => return self.mistake("`range` takes up to three numbers"),
        };
        let (mut items, mut next) = (Vec::new(), Some(from));
        while let Some(number) = next.filter(|number| if step > 0 { *number < to } else { step < 0 && *number > to }) {
            self.at_most(0, items.len())?;
            items.push(Term::new(Datum::Number(Number::Integer(number)), self.place));
            next = number.checked_add(step);
        }
        self.list(items)
    }

    fn of_objects(&self, name: &str) -> Option<Known<Term>> {
        Some(match name {
            "keys" => self.term(0).and_then(|term| {
                term.as_members()?;
                self.list(term.each(self.place)?.into_iter().map(|(key, _)| key))
            }),
            "values" => self.term(0).and_then(|term| {
                term.as_members()?;
                self.list(term.each(self.place)?.into_iter().map(|(_, value)| value))
            }),
            "lookup" => self.term(0).and_then(|term| match (term.member(&self.text(1)?)?, self.arguments.get(2)) {
                (Some(value), _) => Ok(value.clone()),
                (None, Some(other)) => Ok(other.clone()),
                (None, None) => self.mistake("the object does not have it"),
            }),
            "merge" => self.merge(),
            "zipmap" => self.items(0).and_then(|keys| {
                let values = self.items(1)?;
                let keys = keys.iter().map(Term::as_text).collect::<Known<Vec<_>>>()?;
                Ok(Term::map(unique(keys.into_iter().zip(values.iter().cloned())), self.place))
            }),
            "tomap" => self.members(0).map(|members| {
                let (names, values): (Vec<_>, Vec<_>) = members.iter().cloned().unzip();
                Term::map(names.into_iter().zip(unified(&values)), self.place)
            }),
            _ => return None,
        })
    }

    fn merge(&self) -> Known<Term> {
        let mut all = Vec::new();
        for (index, term) in self.arguments.iter().enumerate() {
            if !matches!(term.datum, Datum::Null) {
                all.extend(self.members(index)?.iter().cloned());
            }
        }
        Ok(Term::map(unique(all), self.place))
    }

    fn of_sets(&self, name: &str) -> Option<Known<Term>> {
        let filtered = |keeps: bool| {
            let mut all = self.items(0)?.to_vec();
            for index in 1..self.arguments.len() {
                let other =
                    self.items(index)?.iter().map(Term::key).collect::<Known<std::collections::HashSet<_>>>()?;
                let keys = all.iter().map(Term::key).collect::<Known<Vec<_>>>()?;
                let mut keys = keys.into_iter();
                all.retain(|_| keys.next().is_some_and(|key| other.contains(&key) == keeps));
            }
            Term::set(all, self.place)
        };
        Some(match name {
            "toset" => self.items(0).and_then(|items| Term::set(unified(items), self.place)),
            "tolist" => self.items(0).and_then(|items| self.list(unified(items))),
            "setunion" => self.all_items().and_then(|items| Term::set(unified(&items), self.place)),
            "setintersection" => filtered(true),
            "setsubtract" => filtered(false),
            "setproduct" => self.product(),
            _ => return None,
        })
    }

    fn product(&self) -> Known<Term> {
        let mut rows: Vec<Vec<Term>> = vec![Vec::new()];
        for index in 0..self.arguments.len() {
            let items = self.items(index)?;
            self.at_most(0, rows.len().saturating_mul(items.len()).saturating_mul(index + 1))?;
            rows = rows
                .iter()
                .flat_map(|row| items.iter().map(|item| [row.as_slice(), std::slice::from_ref(item)].concat()))
                .collect();
        }
        self.list(rows.into_iter().map(|row| Term::list(row, self.place)))
    }

    fn of_plain(&self, name: &str) -> Option<Known<Term>> {
        Some(match name {
            "tostring" => self.term(0).and_then(|term| match term.datum {
                Datum::Null => Ok(term.clone()),
                _ => self.told(term.as_text()?),
            }),
            "tonumber" => self.term(0).and_then(|term| self.number(term.as_number()?)),
            "tobool" => self.term(0).and_then(|term| self.truth(term.as_bool()?)),
            "nonsensitive" => self.term(0).cloned(),
            "max" | "min" => {
                self.arguments.iter().map(Term::as_number).collect::<Known<Vec<_>>>().and_then(|numbers| {
                    let by = |a: &Number, b: &Number| a.as_f64().total_cmp(&b.as_f64());
                    let found = numbers.into_iter();
                    let found = if name == "max" { found.max_by(by) } else { found.min_by(by) };
                    found.map_or_else(|| self.mistake("an argument is missing"), |number| self.number(number))
                })
            }
            "jsondecode" => self.term(0).and_then(|term| match &term.datum {
                Datum::Json(inner) => Ok((**inner).clone()),
                _ => match parse_json(term.as_text()?.as_bytes()) {
                    Ok(value) => Ok(Term::of(&value, self.place)),
                    Err(error) => self.mistake(&format!("it is not JSON: {error}")),
                },
            }),
            _ => return None,
        })
    }
}

/// The names in a folder that a pattern fits, as a set.
pub(super) fn fitting(files: Vec<String>, pattern: &str, place: Span) -> Known<Term> {
    let fitting = files.into_iter().filter(|file| glob::fits(pattern, file));
    Term::set(fitting.map(|file| Term::text(file, place)), place)
}

fn position(items: &[Term], sought: &[u8]) -> Known<Option<usize>> {
    for (index, item) in items.iter().enumerate() {
        if item.key()? == sought {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

fn flatten(term: &Term, flat: &mut Vec<Term>) -> Known<()> {
    for item in term.as_items()? {
        match &item.datum {
            Datum::List(_) | Datum::Set(_) => flatten(item, flat)?,
            Datum::Open(_) | Datum::Mistake(_) => return Err(item.clone()),
            _ => flat.push(item.clone()),
        }
    }
    Ok(())
}

fn json(term: &Term) -> Known<String> {
    let value: Value = term.whole()?;
    let mut json = Vec::new();
    crate::model::write_json(&value, &mut json);
    Ok(String::from_utf8_lossy(&json).into_owned())
}

fn titled(text: &str) -> String {
    let mut is_start = true;
    let letters = text.chars().flat_map(|letter| {
        let upper: Vec<char> = if is_start { letter.to_uppercase().collect() } else { vec![letter] };
        is_start = letter.is_whitespace() || letter == '-';
        upper
    });
    letters.collect()
}
