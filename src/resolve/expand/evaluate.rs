use super::items::items_of;
use super::scope::{LARGEST, PART, Scope, size, too_large};
use crate::diag::{Diagnostic, code};
use crate::function::{Key, Output, merged};
use crate::model::{Composed, Control, ControlKind, Map, Member, Name, Part, Path, Piece, Template, Value};
use crate::source::{Origin, Spanned};
use ahash::AHashMap as HashMap;

/// A value, or what is wrong with it; nothing where that was told.
type Evaluated<T> = Result<T, Option<Diagnostic>>;

impl Scope<'_> {
    /// What a template comes to; it is nested no deeper than its text.
    pub(super) fn evaluate(&self, template: &Spanned<Template>) -> Evaluated<Spanned<Value>> {
        self.value(template, &mut Left(LARGEST / PART))
    }

    /// The same of a template that nobody needs any more: a value that refers to nothing is not copied.
    pub(super) fn evaluated(&self, template: Spanned<Template>) -> Evaluated<Spanned<Value>> {
        match template.value {
            Template::Literal(value) if size(&value) <= LARGEST => Ok(Spanned::new(value, template.span)),
            other => self.evaluate(&Spanned::new(other, template.span)),
        }
    }

    fn value(&self, template: &Spanned<Template>, left: &mut Left) -> Evaluated<Spanned<Value>> {
        let span = template.span;
        left.spend(1, span)?;
        let value = match &template.value {
            Template::Literal(value) => value.clone(),
            Template::Foreign { language, text } => Value::written_in(language, text, span),
            Template::Reference(path, calls) => return self.applied(path, calls, span),
            Template::Text(pieces) => Value::string(self.interpolated(pieces, span)?),
            Template::Array(items) => {
                let mut made = Vec::with_capacity(items.len());
                for item in items {
                    made.extend(self.item(item, left)?);
                }
                Value::Array(made)
            }
            Template::Object(members) => {
                let mut made = Made::default();
                for (key, value) in members {
                    self.member(key, value, &mut made, left)?;
                }
                Value::Object(made.members)
            }
            Template::Composed(composed) => self.composed(composed, span, left)?,
        };
        if size(&value) > LARGEST {
            return Err(too_large(span).into());
        }
        Ok(Spanned::new(value, span))
    }

    /// An item of a list; nothing where it is computed and there is no value.
    fn item(&self, template: &Spanned<Template>, left: &mut Left) -> Evaluated<Option<Spanned<Value>>> {
        let value = self.value(template, left)?;
        let is_written = matches!(template.value, Template::Literal(_));
        Ok(Some(value).filter(|value| is_written || value.value != Value::Null))
    }

    fn interpolated(&self, pieces: &[Piece], span: Origin) -> Evaluated<String> {
        let mut whole = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => whole.push_str(text),
                Piece::Value { path, calls } => {
                    let value = self.applied(path, calls, span)?;
                    whole.push_str(&Self::text(&value, &path.to_string(), span)?);
                }
            }
            if whole.len() > LARGEST {
                return Err(too_large(span).into());
            }
        }
        Ok(whole)
    }

    fn composed(&self, composed: &Composed, span: Origin, left: &mut Left) -> Evaluated<Value> {
        let mut made = Made::default();
        self.parts(composed.is_list, &composed.parts, &mut made, left)?;
        if composed.is_list {
            return Ok(Value::Array(made.items));
        }
        if made.taken.is_empty() {
            return Ok(Value::Object(made.members));
        }
        let (taken, own) = (Value::Object(made.taken), Value::Object(made.members));
        let members = |value| Output::into_members(Output::Value(value)).unwrap_or_default();
        Ok(Output::Object(merged(members(&taken), members(&own))).to_value(span))
    }

    fn member(
        &self,
        key: &Spanned<Template>,
        value: &Spanned<Template>,
        made: &mut Made,
        left: &mut Left,
    ) -> Evaluated<()> {
        let name = self.value(key, left)?;
        let name = Spanned::new(Name::from(&*Self::text(&name, "this", key.span)?), key.span);
        if let Some(first) = made.places.insert(name.value.clone(), key.span) {
            return Err(Some(crate::resolve::members::set_twice(&name, first)));
        }
        let value = self.value(value, left)?;
        made.members.members.push(Member { name, value });
        Ok(())
    }

    fn parts(&self, is_list: bool, parts: &[Part], made: &mut Made, left: &mut Left) -> Evaluated<()> {
        for part in parts {
            let control = match part {
                Part::Item(value) => {
                    made.items.extend(self.item(value, left)?);
                    continue;
                }
                Part::Member(key, value) => {
                    self.member(key, value, made, left)?;
                    continue;
                }
                Part::Control(control) => control,
            };
            self.control(is_list, control, made, left)?;
        }
        Ok(())
    }

    fn control(&self, is_list: bool, control: &Control, made: &mut Made, left: &mut Left) -> Evaluated<()> {
        match &control.kind {
            ControlKind::Spread(value) => self.spread(is_list, value, made, left),
            ControlKind::Each { name, list, parts } => {
                let items = items_of(self.value(list, left)?, list.span)?;
                for item in items {
                    left.spend(1, list.span)?;
                    let inner = Scope::within(self, HashMap::from([(name.value.clone(), item)]));
                    inner.parts(is_list, parts, made, left)?;
                }
                Ok(())
            }
            ControlKind::If { condition, parts, otherwise } => {
                let holds = truth(&self.value(condition, left)?, condition.span)?;
                let chosen = if holds { parts } else { otherwise };
                self.parts(is_list, chosen, made, left)
            }
            ControlKind::Match { on, cases, otherwise } => {
                let all = cases.iter().map(|case| case.values.as_slice());
                let parts = match self.case(on, all)? {
                    Some(case) => &cases[case].parts,
                    None => otherwise.as_ref().ok_or_else(|| self.no_case(on))?,
                };
                self.parts(is_list, parts, made, left)
            }
        }
    }

    /// Whether a condition is true; no value is not.
    pub(super) fn holds(&self, condition: &Spanned<Template>) -> Evaluated<bool> {
        truth(&self.evaluate(condition)?, condition.span)
    }

    /// The case of a match that is for what a path stands for; nothing where none is.
    pub(super) fn case<'c>(
        &self,
        on: &Spanned<Path>,
        mut cases: impl Iterator<Item = &'c [Spanned<Value>]>,
    ) -> Evaluated<Option<usize>> {
        let value = self.path(&on.value, on.span)?;
        if matches!(value.span, Origin::Unread(_)) {
            return Err(None);
        }
        let key = Key::of(&value.value);
        Ok(cases.position(|values| values.iter().any(|one| Key::of(&one.value) == key)))
    }

    /// That no case is for what a path stands for.
    pub(super) fn no_case(&self, on: &Spanned<Path>) -> Diagnostic {
        let message = format!("no case is for what `{}` is here", on.value);
        let problem = Diagnostic::error(code::NO_CHOICE, on.span, message);
        let problem = match self.path(&on.value, on.span) {
            Ok(value) => problem.other(value.span, "this is the value"),
            Err(_) => problem,
        };
        problem.help("add a case for it, or an `else`")
    }

    fn spread(&self, is_list: bool, value: &Spanned<Template>, made: &mut Made, left: &mut Left) -> Evaluated<()> {
        let taken = self.value(value, left)?;
        left.spend(size(&taken.value) / PART, value.span)?;
        match (taken.value, is_list) {
            (Value::Null, _) => {}
            (Value::Array(items), true) => made.items.extend(items),
            (Value::Object(map), false) => map.members.into_iter().for_each(|one| made.taken.set(one.name, one.value)),
            (other, _) => {
                let wanted = if is_list { "a list" } else { "an object" };
                let message = format!("`...` takes {wanted} here, and this is {}", other.type_name());
                return Err(Some(Diagnostic::error(code::NOT_A_LIST, value.span, message)));
            }
        }
        Ok(())
    }
}

/// Whether a value says that a condition is true.
fn truth(holds: &Spanned<Value>, condition: Origin) -> Evaluated<bool> {
    match &holds.value {
        Value::Bool(holds) => Ok(*holds),
        Value::Null => Ok(false),
        other => {
            let message = format!("an `if` asks whether something is true, and this is {}", other.type_name());
            let problem = Diagnostic::error(code::NOT_A_SCALAR, condition, message);
            Err(Some(problem.help("write a comparison behind it: `if $size is large`")))
        }
    }
}

/// How many steps are left.
struct Left(usize);

impl Left {
    fn spend(&mut self, steps: usize, span: Origin) -> Evaluated<()> {
        self.0 = self.0.checked_sub(steps).ok_or_else(|| too_large(span))?;
        Ok(())
    }
}

/// What parts come to so far.
#[derive(Default)]
struct Made {
    items: Vec<Spanned<Value>>,
    members: Map,
    /// The members that are taken from elsewhere.
    taken: Map,
    /// Where each member is written.
    places: HashMap<Name, Origin>,
}
