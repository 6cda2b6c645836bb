//! The functions of Terraform that are asked for seldom: of numbers, of tables, and of other ways to write a text.

use super::function::call as common;
use super::term::{Datum, HEAVIEST, Known, TOO_MUCH, Term, unique};
use crate::model::{Member, Number, Value};
use crate::source::Span;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256, Sha512};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::rc::Rc;

/// What `url.QueryEscape` of Go writes in another way, but for the space.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b' ');

/// What a function of a name makes of arguments; nothing where plat knows none of this name.
pub(super) fn call(name: &str, arguments: &[Term], place: Span) -> Option<Known<Term>> {
    let argument = |index: usize| arguments.get(index).ok_or_else(|| Term::mistake("an argument is missing", place));
    let number = |index: usize| argument(index).and_then(Term::as_number);
    let text = |index: usize| argument(index).and_then(Term::as_text);
    let float = |index: usize| number(index).map(Number::as_f64);
    let told = |text: String| Term::text(text, place);
    let worked_out = match name {
        "abs" => number(0).and_then(|number| match number {
            Number::Integer(whole) => Ok(of_number(Number::Integer(whole.saturating_abs()), place)),
            Number::Float(float) => of_float(float.abs(), place),
        }),
        "ceil" => number(0).and_then(|number| rounded(number, f64::ceil, place)),
        "floor" => number(0).and_then(|number| rounded(number, f64::floor, place)),
        "log" => float(0).and_then(|of| of_float(of.ln() / float(1)?.ln(), place)),
        "pow" => float(0).and_then(|of| of_float(of.powf(float(1)?), place)),
        "signum" => argument(0).and_then(Term::as_whole).map(|of| of_number(Number::Integer(of.signum()), place)),
        "parseint" => text(0).and_then(|of| parsed(&of, argument(1)?.as_whole()?, place)),
        "sum" => argument(0).and_then(|items| sum(items.as_items()?, place)),
        "formatlist" => format_list(arguments, place),
        "chunklist" => argument(0).and_then(|items| chunks(items.as_items()?, argument(1)?.as_whole()?, place)),
        "matchkeys" => argument(0).and_then(|values| {
            let [keys, sought] = [argument(1)?.as_items()?, argument(2)?.as_items()?];
            matching(values.as_items()?, keys, sought, place)
        }),
        "transpose" => argument(0).and_then(|map| transposed(map.as_members()?, place)),
        "base64encode" => text(0).map(|of| told(STANDARD.encode(of.as_bytes()))),
        "base64decode" => text(0).and_then(|of| {
            let bytes = STANDARD.decode(of.as_bytes()).map_err(|_| Term::mistake("it is not Base64", place))?;
            let text = String::from_utf8(bytes).map_err(|_| Term::mistake("what it decodes to is no text", place))?;
            Ok(told(text))
        }),
        "urlencode" => text(0).map(|of| told(utf8_percent_encode(&of, ESCAPED).to_string().replace(' ', "+"))),
        "md5" => text(0).map(|of| told(hexadecimal(&Md5::digest(of.as_bytes())))),
        "sha256" => text(0).map(|of| told(hexadecimal(&Sha256::digest(of.as_bytes())))),
        "sha512" => text(0).map(|of| told(hexadecimal(&Sha512::digest(of.as_bytes())))),
        "base64sha256" => text(0).map(|of| told(STANDARD.encode(Sha256::digest(of.as_bytes())))),
        "base64sha512" => text(0).map(|of| told(STANDARD.encode(Sha512::digest(of.as_bytes())))),
        "yamlencode" => argument(0).and_then(|term| {
            let mut yaml = String::new();
            written(&term.whole()?, 0, &mut yaml).ok_or_else(|| Term::open("`yamlencode` works it out", place))?;
            Ok(told(format!("{}\n", yaml.trim_start())))
        }),
        _ => return None,
    };
    Some(worked_out)
}

fn of_number(number: Number, place: Span) -> Term {
    Term::new(Datum::Number(number), place)
}

/// Up to here every whole number is a float too.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number that was worked out, which is a whole one where it can be.
fn of_float(float: f64, place: Span) -> Known<Term> {
    #[expect(clippy::cast_possible_truncation, reason = "it is a whole number that 64 bits hold")]
    let number = if float.fract() == 0.0 && float.abs() <= EXACT {
        Some(Number::Integer(float as i64))
    } else {
        Number::from_float(float)
    };
    number.map(|number| of_number(number, place)).ok_or_else(|| Term::mistake("no number comes of it", place))
}

fn rounded(number: Number, round: fn(f64) -> f64, place: Span) -> Known<Term> {
    match number {
        Number::Integer(_) => Ok(of_number(number, place)),
        Number::Float(float) => of_float(round(float), place),
    }
}

fn parsed(text: &str, base: i64, place: Span) -> Known<Term> {
    let base = u32::try_from(base).ok().filter(|base| (2..=62).contains(base));
    let base = base.ok_or_else(|| Term::mistake("a base is a whole number from 2 to 62", place))?;
    if base > 36 {
        return Err(Term::open(format!("`parseint` to the base of {base} works it out"), place));
    }
    match i64::from_str_radix(text, base) {
        Ok(number) => Ok(of_number(Number::Integer(number), place)),
        Err(error)
            if matches!(error.kind(), std::num::IntErrorKind::PosOverflow | std::num::IntErrorKind::NegOverflow) =>
        {
            Err(Term::open("64 bits with a sign do not hold this number", place))
        }
        Err(_) => Err(Term::mistake(format!("`{text}` is no whole number to the base of {base}"), place)),
    }
}

fn sum(items: &[Term], place: Span) -> Known<Term> {
    let numbers = items.iter().map(Term::as_number).collect::<Known<Vec<_>>>()?;
    let whole = numbers.iter().try_fold(0_i64, |sum, number| match number {
        Number::Integer(number) => sum.checked_add(*number),
        Number::Float(_) => None,
    });
    match whole {
        _ if numbers.is_empty() => Err(Term::mistake("an empty list has no sum", place)),
        Some(sum) => Ok(of_number(Number::Integer(sum), place)),
        None => of_float(numbers.into_iter().map(Number::as_f64).sum(), place),
    }
}

/// `format` for each item of the lists among its arguments, which are of one length.
fn format_list(arguments: &[Term], place: Span) -> Known<Term> {
    let items =
        |term: &Term| matches!(term.datum, Datum::List(_) | Datum::Set(_)).then(|| term.as_items().map(<[_]>::len));
    let lengths = arguments.iter().skip(1).filter_map(items).collect::<Known<Vec<_>>>()?;
    let count = lengths.first().copied().unwrap_or(1);
    if lengths.iter().any(|length| *length != count) {
        return Err(Term::mistake("the lists differ in length", place));
    }
    let (mut texts, mut length) = (Vec::new(), 0_usize);
    for index in 0..count {
        let of_item = |term: &Term| match &term.datum {
            Datum::List(items) | Datum::Set(items) => items.get(index).cloned().unwrap_or_else(|| term.clone()),
            _ => term.clone(),
        };
        let own: Vec<Term> = arguments.iter().map(of_item).collect();
        let text = common("format", &own, place).unwrap_or_else(|| Err(Term::open("`format` works it out", place)))?;
        length = length.saturating_add(text.as_text()?.len());
        if length / 16 > HEAVIEST {
            return Err(Term::open(TOO_MUCH, place));
        }
        texts.push(text);
    }
    Ok(Term::list(texts, place))
}

fn chunks(items: &[Term], size: i64, place: Span) -> Known<Term> {
    let size = usize::try_from(size).map_err(|_| Term::mistake("the size is negative", place))?;
    let size = if size == 0 { items.len().max(1) } else { size };
    Ok(Term::list(items.chunks(size).map(|chunk| Term::list(chunk.iter().cloned(), place)), place))
}

fn matching(values: &[Term], keys: &[Term], sought: &[Term], place: Span) -> Known<Term> {
    if values.len() != keys.len() {
        return Err(Term::mistake("there are not as many values as keys", place));
    }
    let sought = sought.iter().map(Term::key).collect::<Known<std::collections::HashSet<_>>>()?;
    let mut found = Vec::new();
    for (value, key) in values.iter().zip(keys) {
        if sought.contains(&key.key()?) {
            found.push(value.clone());
        }
    }
    Ok(Term::list(found, place))
}

fn transposed(members: &[(Rc<str>, Term)], place: Span) -> Known<Term> {
    let mut names: BTreeMap<Rc<str>, Vec<Rc<str>>> = BTreeMap::new();
    for (name, texts) in members {
        for text in texts.as_items()? {
            names.entry(text.as_text()?).or_default().push(name.clone());
        }
    }
    let lists = names.into_iter().map(|(text, mut of)| {
        of.sort_unstable();
        (text, Term::list(of.into_iter().map(|name| Term::text(name, place)), place))
    });
    Ok(Term::map(unique(lists), place))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Writes a value as Terraform's `yamlencode` does: texts in quotes, members by their names, the items of a list below the beginning of their
/// member. Nothing where how it writes a text is not plain.
fn written(value: &Value, indent: usize, yaml: &mut String) -> Option<()> {
    let line = |yaml: &mut String| {
        yaml.push('\n');
        yaml.extend(std::iter::repeat_n(' ', indent));
    };
    match value {
        Value::Object(map) if !map.is_empty() => {
            let mut members: Vec<&Member> = map.members.iter().collect();
            members.sort_by(|one, other| one.name.value.cmp(&other.name.value));
            for (index, Member { name, value }) in members.into_iter().enumerate() {
                // The first one stands behind the dash of its item.
                if index > 0 || !yaml.ends_with("- ") {
                    line(yaml);
                }
                quoted(&name.value, yaml)?;
                yaml.push(':');
                let is_list = matches!(&value.value, Value::Array(items) if !items.is_empty());
                let is_map = matches!(&value.value, Value::Object(map) if !map.is_empty());
                if !is_list && !is_map {
                    yaml.push(' ');
                }
                written(&value.value, if is_map { indent + 2 } else { indent }, yaml)?;
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                if index > 0 || !yaml.ends_with("- ") {
                    line(yaml);
                }
                yaml.push_str("- ");
                written(&item.value, indent + 2, yaml)?;
            }
        }
        Value::Object(_) => yaml.push_str("{}"),
        Value::Array(_) => yaml.push_str("[]"),
        Value::Null => yaml.push_str("null"),
        Value::Bool(truth) => yaml.push_str(if *truth { "true" } else { "false" }),
        Value::Number(Number::Integer(number)) => write!(yaml, "{number}").ok()?,
        Value::String(text) => quoted(text, yaml)?,
        Value::Number(Number::Float(_)) | Value::Secret(_) => return None,
    }
    Some(())
}

/// Writes a text in quotes; nothing where it would have other escapes than those of quotes and backslashes, or lines of its own.
fn quoted(text: &str, yaml: &mut String) -> Option<()> {
    if text.chars().any(|one| one.is_control() || !one.is_ascii()) {
        return None;
    }
    write!(yaml, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")).ok()
}
