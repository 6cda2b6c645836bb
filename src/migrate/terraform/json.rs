//! Terraform's files in JSON: the same blocks and arguments as objects (Terraform's "JSON Configuration Syntax").
//!
//! JSON is an expression of Terraform too, in which texts are templates, as they are there; but for the escapes in what is put into them.

use hcl_edit::Ident;
use hcl_edit::expr::{Expression, Object, ObjectKey};
use hcl_edit::parser::parse_expr;
use hcl_edit::structure::{Attribute, Block, BlockLabel, Body};
use std::iter::Peekable;
use std::str::Chars;

type Unread = (usize, String);

/// The values of variables that a text holds.
pub(super) fn values(text: &str) -> Result<Body, Unread> {
    Ok(arguments(&parsed(text)?))
}

/// What a file declares.
pub(super) fn body(text: &str) -> Result<Body, Unread> {
    let mut body = Body::new();
    for (word, declared) in blocks(&parsed(text)?) {
        let labels = match word {
            "resource" => 2,
            "variable" | "output" | "module" => 1,
            "locals" => 0,
            // What else there is says nothing of an object.
            _ => continue,
        };
        declare(word, labels, &mut Vec::new(), declared, &mut body);
    }
    Ok(body)
}

fn parsed(text: &str) -> Result<Expression, Unread> {
    parse_expr(unescaped(text).trim_end()).map_err(|error| (error.location().offset(), error.message().to_owned()))
}

/// Adds the blocks of a word, below as many names as they have.
fn declare<'e>(word: &str, labels: usize, names: &mut Vec<&'e str>, declared: &'e Expression, body: &mut Body) {
    if labels > 0 {
        for (name, inner) in blocks(declared) {
            names.push(name);
            declare(word, labels - 1, names, inner, body);
            names.pop();
        }
        return;
    }
    for one in each(declared) {
        let Ok(word) = Ident::try_new(word) else { continue };
        let mut block = Block::new(word);
        block.labels = names.iter().map(|name| BlockLabel::from(*name)).collect();
        block.body = arguments(one);
        body.push(block);
    }
}

/// What a value stands for where several may be in a list.
fn each(value: &Expression) -> Vec<&Expression> {
    match value {
        Expression::Array(items) => items.iter().collect(),
        one => vec![one],
    }
}

/// The members of an object, or of each of several.
fn blocks(value: &Expression) -> impl Iterator<Item = (&str, &Expression)> {
    each(value).into_iter().filter_map(Expression::as_object).flat_map(members)
}

fn members(object: &Object) -> impl Iterator<Item = (&str, &Expression)> {
    object.iter().filter_map(|(name, value)| {
        let name = match name {
            ObjectKey::Ident(name) => name.as_str(),
            ObjectKey::Expression(name) => name.as_str()?,
        };
        Some((name, value.expr()))
    })
}

/// The members of an object as arguments.
fn arguments(object: &Expression) -> Body {
    let members = object.as_object().into_iter().flat_map(members);
    let named = members.filter_map(|(name, value)| Some(Attribute::new(Ident::try_new(name).ok()?, value.clone())));
    named.collect()
}

/// What something in a text of JSON is to Terraform.
enum Inside {
    Text,
    /// What is put into a text, with so many open braces.
    Code(usize),
}

/// A text of JSON, of which what is put into its texts has no escapes of JSON. All stands where it stood, but within a text.
fn unescaped(json: &str) -> String {
    let (mut out, mut spare, mut inside) = (String::with_capacity(json.len()), 0, Vec::new());
    let mut letters = json.chars().peekable();
    let mut is_escaped = false;
    while let Some(mut letter) = letters.next() {
        let blanks = |spare: &mut usize| " ".repeat(std::mem::take(spare));
        if letter == '\\' && !inside.is_empty() {
            // In the text of JSON itself Terraform has the same escapes.
            if inside.len() == 1 && letters.peek() != Some(&'/') {
                out.push(letter);
                out.extend(letters.next());
                continue;
            }
            let (meant, count) = escape(&mut letters);
            (letter, spare) = (meant, spare + count);
        }
        match (inside.last_mut(), letter) {
            (Some(Inside::Text), _) if std::mem::take(&mut is_escaped) => out.push(letter),
            (Some(Inside::Text), '"') => {
                inside.pop();
                out.push(letter);
                out.push_str(&blanks(&mut spare));
            }
            (Some(Inside::Text), '$' | '%') if letters.peek().is_some_and(|next| *next == '{' || *next == letter) => {
                out.push(letter);
                inside.extend((letters.peek() == Some(&'{')).then_some(Inside::Code(1)));
                out.extend(letters.next());
            }
            (Some(Inside::Text), _) => {
                is_escaped = letter == '\\';
                out.push(letter);
            }
            (_, '"') => {
                out.push_str(&blanks(&mut spare));
                out.push(letter);
                inside.push(Inside::Text);
            }
            (code, letter) => {
                out.push(letter);
                if let Some(Inside::Code(braces)) = code {
                    *braces = *braces + usize::from(letter == '{') - usize::from(letter == '}');
                    if *braces == 0 {
                        inside.pop();
                    }
                }
            }
        }
    }
    out
}

/// What an escape of JSON stands for, and how many letters less that is.
fn escape(letters: &mut Peekable<Chars<'_>>) -> (char, usize) {
    match letters.peek() {
        Some(&meant @ ('"' | '\\' | '/')) => {
            letters.next();
            (meant, 1)
        }
        Some('n' | 't' | 'r') => {
            letters.next();
            (' ', 1)
        }
        _ => ('\\', 0),
    }
}
