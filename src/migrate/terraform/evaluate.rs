//! What expressions and templates come to.

use super::literal::{of_heredoc, stripped};
use super::scope::{Binding, Here, World};
use super::term::{Datum, HEAVIEST, Known, TOO_MUCH, Term, unique};
use super::unify::unified;
use super::{decoded, function, further, network};
use crate::migrate::walk::UNHELD;
use crate::migrate::yaml;
use crate::model::{Number, inexact};
use crate::source::{Span, joined};
use crate::yaml::said;
use hcl_edit::Span as _;
use hcl_edit::expr::{BinaryOp, BinaryOperator, Expression, ForExpr, FuncCall, ObjectKey, UnaryOp, UnaryOperator};
use hcl_edit::parser::parse_template;
use hcl_edit::template::{Directive, Element, Template};
use std::rc::Rc;

/// How many expressions may stand in each other, by what they refer to too.
const DEEPEST: u16 = 160;

impl<'w> World<'w> {
    /// What an expression comes to.
    pub(super) fn eval(&self, expression: &Expression, here: Here<'_, 'w>) -> Term {
        let place = here.span(expression.span());
        let here = Here { depth: here.depth + 1, ..here };
        if here.depth > DEEPEST {
            return Term::open("what it refers to refers to too much", place);
        }
        match self.spend(1, place).and_then(|()| self.work_out(expression, place, here)) {
            Ok(term) | Err(term) => term,
        }
    }

    fn work_out(&self, expression: &Expression, place: Span, here: Here<'_, 'w>) -> Known<Term> {
        let length = expression.span().unwrap_or_default().len();
        Ok(match expression {
            Expression::Null(_) => Term::new(Datum::Null, place),
            Expression::Bool(truth) => Term::new(Datum::Bool(*truth.value()), place),
            Expression::Number(number) => self.number(number.value(), place),
            Expression::String(text) => Term::text(text.as_str(), place),
            Expression::StringTemplate(template) => {
                self.spend(length / 16, place)?;
                return self.template(&stripped(template, false), place, here);
            }
            Expression::HeredocTemplate(heredoc) => {
                let source = if here.place.is_none() { &*self.sources.file(place.file).text } else { "" };
                let written = source.get(place.range()).unwrap_or_default();
                self.spend(length / 16, place)?;
                let is_dedented = written.starts_with("<<-") || heredoc.indent().is_some();
                let template = of_heredoc(heredoc, is_dedented, source);
                let unknown = || Term::open("it is not known how far its lines are indented", place);
                return self.template(&*template.ok_or_else(unknown)?, place, here);
            }
            Expression::Parenthesis(inner) => self.eval(inner.inner(), here),
            Expression::Array(items) => {
                Term::list(items.iter().map(|item| self.eval(item, here)).collect::<Vec<_>>(), place)
            }
            Expression::Object(members) => {
                let mut all = Vec::new();
                for (key, value) in members {
                    let name = match key {
                        ObjectKey::Ident(name) => Rc::from(name.as_str()),
                        ObjectKey::Expression(key) => self.eval(key, here).as_text()?,
                    };
                    all.push((name, self.eval(value.expr(), here)));
                }
                Term::map(unique(all), place)
            }
            Expression::UnaryOp(operation) => return self.unary(operation, place, here),
            Expression::BinaryOp(operation) => return self.binary(operation, place, here),
            Expression::Conditional(choice) => {
                let is_so = self.eval(&choice.cond_expr, here).as_bool()?;
                let (chosen, other) = (&choice.true_expr, &choice.false_expr);
                let (chosen, other) = if is_so { (chosen, other) } else { (other, chosen) };
                let chosen = self.eval(chosen, here);
                // Both have one type, by which a number may be a text.
                if matches!(chosen.datum, Datum::Text(_) | Datum::Json(_)) {
                    return Ok(chosen);
                }
                let both = [chosen.known()?, self.eval(other, here)];
                self.spend(both.iter().map(Term::weight).sum(), place)?;
                unified(&both).swap_remove(0)
            }
            Expression::ForExpr(each) => return self.each(each, place, here),
            Expression::FuncCall(call) => return self.call(call, place, here),
            Expression::Variable(name) => return self.refer(name.as_str(), &[], place, here),
            Expression::Traversal(traversal) => match &traversal.expr {
                Expression::Variable(name) => return self.refer(name.as_str(), &traversal.operators, place, here),
                from => {
                    let from = self.eval(from, here);
                    return self.follow(from, &traversal.operators, place, here);
                }
            },
        })
    }

    fn number(&self, number: &hcl_edit::Number, place: Span) -> Term {
        let held = number.as_i64().map(Number::Integer).or_else(|| number.as_f64().and_then(Number::from_float));
        let text = self.sources.file(place.file).text.get(place.range()).unwrap_or_default();
        match held.filter(|_| inexact(text.as_bytes()).next().is_none()) {
            Some(number) => Term::new(Datum::Number(number), place),
            None => Term::open(UNHELD, place),
        }
    }

    fn unary(&self, operation: &UnaryOp, place: Span, here: Here<'_, 'w>) -> Known<Term> {
        let term = self.eval(&operation.expr, here);
        let datum = match operation.operator.value() {
            UnaryOperator::Not => Some(Datum::Bool(!term.as_bool()?)),
            UnaryOperator::Neg => match term.as_number()? {
                Number::Integer(number) => number.checked_neg().map(Number::Integer),
                Number::Float(number) => Number::from_float(-number),
            }
            .map(Datum::Number),
        };
        datum.map(|datum| Term::new(datum, place)).ok_or_else(|| Term::open(UNHELD, place))
    }

    fn binary(&self, operation: &BinaryOp, place: Span, here: Here<'_, 'w>) -> Known<Term> {
        use BinaryOperator as Of;
        let first = self.eval(&operation.lhs_expr, here);
        let truth = |truth: bool| Ok(Term::new(Datum::Bool(truth), place));
        let operator = *operation.operator.value();
        match operator {
            Of::And | Of::Or if first.as_bool()? == (operator == Of::Or) => return truth(operator == Of::Or),
            _ => {}
        }
        let second = self.eval(&operation.rhs_expr, here);
        match operator {
            Of::And | Of::Or => truth(second.as_bool()?),
            Of::Eq | Of::NotEq => {
                self.spend(first.weight() + second.weight(), place)?;
                truth((first.key()? == second.key()?) == (operator == Of::Eq))
            }
            Of::Less | Of::LessEq | Of::Greater | Of::GreaterEq => {
                let order = match (first.as_number()?, second.as_number()?) {
                    (Number::Integer(first), Number::Integer(second)) => first.cmp(&second),
                    (first, second) => first.as_f64().total_cmp(&second.as_f64()),
                };
                truth(match operator {
                    Of::Less => order.is_lt(),
                    Of::LessEq => order.is_le(),
                    Of::Greater => order.is_gt(),
                    _ => order.is_ge(),
                })
            }
            Of::Plus | Of::Minus | Of::Mul | Of::Div | Of::Mod => {
                let (Number::Integer(first), Number::Integer(second)) = (first.as_number()?, second.as_number()?)
                else {
                    return Err(Term::open("it computes with fractions", place));
                };
                let number = match operator {
                    Of::Plus => first.checked_add(second),
                    Of::Minus => first.checked_sub(second),
                    Of::Mul => first.checked_mul(second),
                    Of::Mod => first.checked_rem(second),
                    _ => first.checked_div(second).filter(|_| first.checked_rem(second) == Some(0)),
                };
                let number = number.map(|number| Term::new(Datum::Number(Number::Integer(number)), place));
                number.ok_or_else(|| Term::open("it computes what is no whole number of 64 bits", place))
            }
        }
    }

    fn each(&self, each: &ForExpr, place: Span, here: Here<'_, 'w>) -> Known<Term> {
        let names = (each.intro.key_var.as_ref().map(|name| name.as_str()), each.intro.value_var.as_str());
        let collection = self.eval(&each.intro.collection_expr, here);
        self.spend(collection.size(), place)?;
        let mut values: Vec<Term> = Vec::new();
        let mut members: Vec<(Rc<str>, Term)> = Vec::new();
        for (key, value) in collection.each(place)? {
            self.spend(1, place)?;
            let key = Binding { name: names.0.unwrap_or_default(), term: key, outer: here.bindings };
            let value = Binding { name: names.1, term: value, outer: Some(&key) };
            let here = here.with(&value);
            if let Some(condition) = &each.cond
                && !self.eval(&condition.expr, here).as_bool()?
            {
                continue;
            }
            let value = self.eval(&each.value_expr, here);
            match &each.key_expr {
                Some(key) => members.push((self.eval(key, here).as_text()?, value)),
                None => values.push(value),
            }
        }
        if each.key_expr.is_none() {
            return Ok(Term::list(values, place));
        }
        if !each.grouping {
            return Ok(Term::map(unique(members), place));
        }
        let mut groups: std::collections::BTreeMap<Rc<str>, Vec<Term>> = std::collections::BTreeMap::new();
        for (name, value) in members {
            groups.entry(name).or_default().push(value);
        }
        Ok(Term::map(groups.into_iter().map(|(name, group)| (name, Term::list(group, place))), place))
    }

    fn template(&self, template: &Template, place: Span, here: Here<'_, 'w>) -> Known<Term> {
        // What is put into a text that has nothing else is no text.
        if let Some(Element::Interpolation(only)) = template.as_single_element() {
            return Ok(self.eval(&only.expr, here));
        }
        let mut text = String::new();
        self.fill(template, (place, here), &mut text)?;
        Ok(Term::text(text, place))
    }

    /// Appends what a template comes to.
    fn fill(&self, template: &Template, (place, here): (Span, Here<'_, 'w>), out: &mut String) -> Known<()> {
        for element in template {
            let before = out.len();
            match element {
                Element::Literal(text) => out.push_str(text),
                Element::Interpolation(inner) => {
                    let term = self.eval(&inner.expr, here);
                    self.spend(term.weight(), place)?;
                    out.push_str(&term.as_text()?);
                }
                Element::Directive(directive) => self.directive(directive, (place, here), out)?,
            }
            self.spend((out.len() - before) / 16, place)?;
            if out.len() / 16 > HEAVIEST {
                return Err(Term::open(TOO_MUCH, place));
            }
        }
        Ok(())
    }

    fn directive(&self, directive: &Directive, (place, here): (Span, Here<'_, 'w>), out: &mut String) -> Known<()> {
        let here = Here { depth: here.depth + 1, ..here };
        match directive {
            Directive::If(choice) => {
                if self.eval(&choice.if_expr.cond_expr, here).as_bool()? {
                    self.fill(&choice.if_expr.template, (place, here), out)
                } else {
                    let other = choice.else_expr.as_ref();
                    other.map_or(Ok(()), |other| self.fill(&other.template, (place, here), out))
                }
            }
            Directive::For(each) => {
                let each = &each.for_expr;
                let key_name = each.key_var.as_ref().map_or("", |name| name.as_str());
                let collection = self.eval(&each.collection_expr, here);
                self.spend(collection.size(), place)?;
                for (key, value) in collection.each(place)? {
                    self.spend(1, place)?;
                    let key = Binding { name: key_name, term: key, outer: here.bindings };
                    let value = Binding { name: each.value_var.as_str(), term: value, outer: Some(&key) };
                    self.fill(&each.template, (place, here.with(&value)), out)?;
                }
                Ok(())
            }
        }
    }

    fn call(&self, call: &FuncCall, place: Span, here: Here<'_, 'w>) -> Known<Term> {
        let name = call.name.name.as_str();
        if call.name.is_namespaced() {
            let parts = call.name.namespace.iter().map(|part| part.as_str()).chain([name]).collect::<Vec<_>>();
            return Err(Term::open(format!("`{}` is a function of a provider", parts.join("::")), place));
        }
        if matches!(name, "try" | "can") {
            let terms = call.args.iter().map(|argument| self.eval(argument, here));
            let found = terms.map(Term::known).find(|term| !matches!(term, Err(Term { datum: Datum::Mistake(_), .. })));
            return match (name, found) {
                ("try", Some(found)) => found,
                ("try", None) => Err(Term::mistake("none of what `try` is given has a value", place)),
                (_, Some(Err(open))) => Err(open),
                (_, found) => Ok(Term::new(Datum::Bool(found.is_some()), place)),
            };
        }
        let mut arguments: Vec<Term> = call.args.iter().map(|argument| self.eval(argument, here)).collect();
        if call.args.expand_final()
            && let Some(last) = arguments.pop()
        {
            self.spend(last.size(), place)?;
            arguments.extend(last.as_items()?.iter().cloned());
        }
        self.spend(function::cost(name, &arguments), place)?;
        let argument = |index: usize| {
            let missing = || Term::mistake("an argument is missing", place);
            arguments.get(index).cloned().ok_or_else(missing).and_then(Term::known)
        };
        match name {
            "jsonencode" => {
                let argument = argument(0)?;
                self.encoded.borrow_mut().insert(place);
                Ok(Term::new(Datum::Json(Rc::new(argument)), place))
            }
            "sensitive" => Err(Term::open("it is sensitive", place)),
            "timestamp" | "plantimestamp" | "uuid" | "bcrypt" => {
                Err(Term::open(format!("`{name}` is another one each time that Terraform runs"), place))
            }
            "templatestring" => {
                let (text, given) = (argument(0)?.as_text()?, argument(1)?);
                self.spend(text.len() / 16, place)?;
                self.of_template(&text, given.as_members()?, here, place)
            }
            "file" | "templatefile" | "fileset" => self.of_files(name, &arguments, place, here),
            "yamldecode" => {
                let text = argument(0)?.as_text()?;
                match yaml::documents(place.file, &text, false).map_err(|error| said(&error)) {
                    Ok(documents) => match documents.first() {
                        None => Ok(Term::new(Datum::Null, place)),
                        Some(read) if read.lost.is_empty() => Ok(decoded::term(&read.value, &text, place)),
                        Some(_) => Err(Term::open(UNHELD, place)),
                    },
                    Err(reason) => Err(Term::mistake(format!("its YAML cannot be read: {reason}"), place)),
                }
            }
            _ => of_arguments(name, &arguments, place),
        }
    }

    /// What the functions come to that look at files.
    fn of_files(&self, name: &str, arguments: &[Term], place: Span, here: Here<'_, 'w>) -> Known<Term> {
        let argument =
            |index: usize| arguments.get(index).ok_or_else(|| Term::mistake("an argument is missing", place));
        match name {
            "file" => Ok(Term::text(self.file(argument(0)?, place, here)?, place)),
            "templatefile" => {
                let (text, given) = (self.file(argument(0)?, place, here)?, argument(1)?);
                self.of_template(&text, given.as_members()?, here, place)
            }
            _ => {
                let (folder, pattern) = (argument(0)?.as_text()?, argument(1)?.as_text()?);
                // What lies elsewhere, and what nobody writes in, is not among the files.
                let is_elsewhere = |part: &str| part.starts_with('.') && part != "." || part == "node_modules";
                if pattern.contains(['[', '\\']) || pattern.split('/').any(is_elsewhere) {
                    return Err(Term::open("`fileset` with such a pattern works it out", place));
                }
                let files = self.folder.files(&joined(here.scope.root, &folder));
                let unknown = || format!("`{folder}` is no folder of which all files are read");
                let files = files.ok_or_else(|| Term::open(unknown(), place))?;
                self.spend(files.len().saturating_mul(1 + pattern.len() / 4), place)?;
                function::fitting(files, &pattern, place)
            }
        }
    }

    /// The text of a template with values that its names stand for, and with no others.
    fn of_template(&self, text: &str, given: &[(Rc<str>, Term)], here: Here<'_, 'w>, place: Span) -> Known<Term> {
        let wrong = |error: hcl_edit::parser::Error| {
            Term::mistake(format!("its template cannot be read: {}", error.message()), place)
        };
        let template = parse_template(text).map_err(wrong)?;
        let there = Here { bindings: None, place: Some(place), ..here };
        self.filled(&stripped(&template, true), given, there, place)
    }

    /// A template with values that its names stand for.
    fn filled(&self, template: &Template, given: &[(Rc<str>, Term)], here: Here<'_, 'w>, place: Span) -> Known<Term> {
        let Some(((name, term), rest)) = given.split_first() else { return self.template(template, place, here) };
        if here.depth > DEEPEST {
            return Err(Term::open(TOO_MUCH, place));
        }
        let binding = Binding { name, term: term.clone(), outer: here.bindings };
        self.filled(template, rest, Here { depth: here.depth + 1, ..here.with(&binding) }, place)
    }

    fn file(&self, path: &Term, place: Span, here: Here<'_, 'w>) -> Known<String> {
        let path = path.as_text()?;
        let there = joined(here.scope.root, &path);
        let text = self.folder.read(&there);
        let text = text.ok_or_else(|| Term::open(format!("`{path}` is no text in a folder that is read"), place))?;
        self.spend(text.len() / 16, place)?;
        self.read.borrow_mut().insert(there);
        Ok(text)
    }
}

/// What a function comes to that needs nothing but its arguments.
fn of_arguments(name: &str, arguments: &[Term], place: Span) -> Known<Term> {
    let found = function::call(name, arguments, place)
        .or_else(|| further::call(name, arguments, place))
        .or_else(|| network::call(name, arguments, place));
    found.unwrap_or_else(|| Err(Term::open(format!("`{name}` is no function that plat works out"), place)))
}
