//! A row to an entity.

use super::asked::{Asked, each_column, each_program};
use super::typed;
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::function::{self, Output};
use crate::grammar::{NameType, language};
use crate::jq::Program;
use crate::model::{Beyond, Blueprint, Entity, Map, Member, Name, Property, Relation, Template, Value};
use crate::rows::{Columns, Format, Row};
use crate::source::{Origin, Span, Spanned};
use crate::syntax::composed;
use ahash::AHashMap as HashMap;
use std::collections::HashSet;
use std::sync::Arc;

/// What all that is computed of a file may come to in bytes, beside some times what it has.
const LEAST_IN_ALL: usize = 64 << 20;
pub(super) const TIMES: usize = 64;

/// Columns that say what an entity is called, where the block does not.
const IDS: [&str; 2] = ["id", "identifier"];

/// What becomes of what stands in a column, beside what the block makes of it.
#[derive(Clone, Copy)]
pub(super) enum Use<'a> {
    /// Nothing.
    Nowhere,
    /// The block speaks of it, or ignores it.
    Said,
    Title,
    Icon,
    Team,
    Field(Field<'a>),
}

/// What a name of a blueprint is.
#[derive(Clone, Copy)]
pub(super) enum Field<'a> {
    Property(&'a Property),
    Relation(&'a Relation),
}

/// A text that an entity may have.
type Text = Option<Spanned<Box<str>>>;

/// Makes entities of rows.
pub(super) struct Filler<'a> {
    pub(super) asked: &'a Asked,
    pub(super) format: Format,
    text: &'a str,
    fields: HashMap<&'a str, Field<'a>>,
    /// What the entities are of, where that is known.
    blueprint: Option<&'a Blueprint>,
    /// The names that the block speaks of.
    spoken: HashSet<&'a str>,
    /// What becomes of each column.
    pub(super) uses: Vec<Use<'a>>,
    /// Columns by the names that paths have for them, where these are others.
    aliases: HashMap<String, usize>,
    names: [Option<NameType<'static>>; 2],
    /// The texts of jq in the block.
    pub(super) programs: Arc<HashMap<&'a str, (Program, Vec<Name>)>>,
    /// What may still be computed.
    pub(super) left: usize,
    /// Whether that was too much, and whether a row has nothing that it could be called by.
    pub(super) is_full: bool,
    pub(super) lacks_id: bool,
    /// Whether some row says no name that there can be.
    pub(super) lacks_names: bool,
}

/// What a part of the block comes to.
pub(super) struct Got {
    pub(super) value: Spanned<Value>,
    /// Whether it is a text whatever it is to be, and read by the type of that.
    pub(super) is_text: bool,
}

impl<'a> Filler<'a> {
    pub(super) fn new(asked: &'a Asked, format: Format, blueprint: Option<&'a Blueprint>, text: &'a str) -> Self {
        let mut fields = HashMap::new();
        if let Some(blueprint) = blueprint {
            for property in &blueprint.properties {
                fields.entry(&*property.name.value).or_insert(Field::Property(property));
            }
            for relation in &blueprint.relations {
                fields.entry(&*relation.name.value).or_insert(Field::Relation(relation));
            }
        }
        let mut spoken: HashSet<&str> = asked.ignored.iter().map(|name| &*name.value).collect();
        for template in asked.templates() {
            each_column(template, &mut |name| spoken.extend([name]));
        }
        let mut programs = HashMap::new();
        for template in asked.templates() {
            each_program(template, &mut |text, _| {
                // One that is none was told.
                programs.extend(Program::of(text).ok().map(|program| (text, (program.clone(), program.members()))));
            });
        }
        Self {
            asked,
            format,
            text,
            fields,
            blueprint,
            spoken,
            uses: Vec::new(),
            aliases: HashMap::new(),
            names: ["identifier", "team-name"].map(|name| language().name_type(name)),
            programs: programs.into(),
            left: LEAST_IN_ALL + TIMES * text.len(),
            is_full: false,
            lacks_id: false,
            lacks_names: false,
        }
    }

    /// Learns what becomes of the columns that were not met before.
    pub(super) fn learn(&mut self, columns: &Columns) {
        for (number, name) in columns.names().iter().enumerate().skip(self.uses.len()) {
            let name = &*name.value;
            let path = as_path(name);
            let asked = self.asked;
            let fills = match name {
                "title" if asked.title.is_none() => Use::Title,
                "icon" if asked.icon.is_none() => Use::Icon,
                "team" if asked.team.is_none() => Use::Team,
                _ => match self.fields.get(name).filter(|_| !asked.says(name)) {
                    Some(field) => Use::Field(*field),
                    None => Use::Nowhere,
                },
            };
            let is_asked = |members: &[Name]| members.iter().any(|member| **member == *name);
            let is_spoken = self.spoken.contains(name)
                || self.programs.values().any(|program| is_asked(&program.1))
                || path.as_deref().is_some_and(|path| self.spoken.contains(path));
            let is_id = || asked.id.is_none() && id_column(columns) == Some(number);
            let is_ignored = asked.ignored.iter().any(|ignored| *ignored.value == *name);
            self.uses.push(match fills {
                _ if is_ignored => Use::Said,
                Use::Nowhere if is_spoken || self.blueprint.is_none() || is_id() => Use::Said,
                fills => fills,
            });
            if let Some(path) = path.filter(|path| path != name) {
                self.aliases.entry(path).or_insert(number);
            }
        }
    }

    /// The columns that texts of jq ask for, each with the place of its text.
    pub(super) fn members(&self) -> impl Iterator<Item = (Name, Origin)> {
        let mut found = Vec::new();
        for template in self.asked.templates() {
            each_program(template, &mut |text, place| {
                let members = Program::of(text).map(|program| program.members()).unwrap_or_default();
                found.extend(members.into_iter().map(|name| (name, place)));
            });
        }
        found.into_iter()
    }

    /// The number of the column that a path calls by a name.
    pub(super) fn number(&self, columns: &Columns, name: &str) -> Option<usize> {
        columns.get(name).or_else(|| self.aliases.get(name).copied())
    }

    /// The entity that a row is; nothing where it has no name, which is told.
    pub(super) fn entity(&mut self, columns: &Columns, row: &mut Row, diagnostics: &mut Diagnostics) -> Option<Entity> {
        let span = self.first_line(row.span);
        let name = self.name(columns, row, span, diagnostics)?;
        let asked = self.asked;
        let mut said = |template: Option<&Spanned<Template>>| self.got(template?, (columns, row, span), diagnostics);
        let (title, icon, team) = (said(asked.title.as_ref()), said(asked.icon.as_ref()), said(asked.team.as_ref()));
        let mut properties = Vec::with_capacity(asked.members.len() + asked.properties.len() + self.uses.len());
        for (name, template) in asked.members.iter().chain(&asked.properties) {
            if let Some(got) = self.got(template, (columns, row, span), diagnostics) {
                properties.push(Member { name: name.clone(), value: self.typed(&name.value, got) });
            }
        }
        let mut relations = Vec::new();
        for (name, template) in &asked.relations {
            if let Some(got) = self.got(template, (columns, row, span), diagnostics) {
                relations.push(Member { name: name.clone(), value: self.typed(&name.value, got) });
            }
        }
        let [mut title, mut icon] = [title, icon].map(|got| text(got?.value, diagnostics));
        let mut teams = team.map(|team| self.teams(team, diagnostics)).unwrap_or_default();
        self.by_name(columns, row, (&mut title, &mut icon, &mut teams, &mut properties), diagnostics);
        properties.shrink_to_fit();
        Some(Entity {
            blueprint: Spanned::new(asked.blueprint.value.clone(), asked.blueprint.span),
            name,
            span: span.into(),
            title,
            icon,
            teams,
            properties: Map { members: properties },
            relations: Map { members: relations },
            beyond: Beyond::default(),
            lifecycle: asked.lifecycle.clone(),
        })
    }

    /// Fills what is called like a column by what stands in it.
    fn by_name(
        &self,
        columns: &Columns,
        row: &mut Row,
        (title, icon, teams, properties): (&mut Text, &mut Text, &mut Vec<Spanned<Name>>, &mut Vec<Member>),
        diagnostics: &mut Diagnostics,
    ) {
        for number in 0..self.uses.len().min(row.cells.len()) {
            if matches!(self.uses[number], Use::Nowhere | Use::Said) {
                continue;
            }
            let Some(value) = row.take(number) else { continue };
            match self.uses[number] {
                Use::Nowhere | Use::Said => {}
                Use::Title => *title = text(value, diagnostics),
                Use::Icon => *icon = text(value, diagnostics),
                Use::Team => {
                    *teams = self.teams(Got { value, is_text: self.format.is_of_texts() }, diagnostics);
                }
                Use::Field(field) => {
                    let (Field::Property(Property { name, .. }) | Field::Relation(Relation { name, .. })) = field;
                    let name = Spanned::new(name.value.clone(), columns.names()[number].span);
                    let got = Got { value, is_text: self.format.is_of_texts() };
                    properties.push(Member { name, value: of_field(field, got) });
                }
            }
        }
    }

    /// What a row shows of itself: its first line.
    fn first_line(&self, span: Span) -> Span {
        let length = self.text.get(span.range()).and_then(|text| memchr::memchr(b'\n', text.as_bytes()));
        Span { end: length.map_or(span.end, |length| span.start + length as u32), ..span }
    }

    fn name(
        &mut self,
        columns: &Columns,
        row: &Row,
        span: Span,
        diagnostics: &mut Diagnostics,
    ) -> Option<Spanned<Name>> {
        let value = match (&self.asked.id, id_column(columns)) {
            (Some(template), _) => self.got(template, (columns, row, span), diagnostics).map(|got| got.value),
            (None, Some(number)) => row.cell(number).cloned(),
            (None, None) => {
                self.lacks_id = true;
                return None;
            }
        };
        let Some(value) = value else {
            // What is wrong with what the block says was told.
            let message = "this row does not say what its entity is called";
            let problem = Diagnostic::error(code::NAMELESS_ROW, span, message);
            diagnostics.push(problem.help("fill the cell that `id` names, or take the row out"));
            self.lacks_names = true;
            return None;
        };
        let mut name = text(value, diagnostics)?;
        // One that is made of nothing in the row is that of the row all the same.
        if name.span.text().is_none_or(|place| place.file != span.file) {
            name.span = span.into();
        }
        let problem = self.names[0].and_then(|names| names.misfit("name of an entity", &name.value, name.span));
        if problem.is_some() {
            diagnostics.extend(problem);
            self.lacks_names = true;
            return None;
        }
        Some(Spanned::new(Name::from(&*composed(&name.value)), name.span))
    }

    fn teams(&self, got: Got, diagnostics: &mut Diagnostics) -> Vec<Spanned<Name>> {
        let place = got.value.span;
        let value = match got.value.value {
            Value::String(text) if got.is_text => typed::list(&text, place, |item| Value::string(item)),
            value => value,
        };
        let items = match value {
            Value::Array(items) => items,
            value => vec![Spanned::new(value, place)],
        };
        let mut teams = Vec::with_capacity(items.len());
        for item in items {
            let Some(name) = text(item, diagnostics) else { continue };
            match self.names[1].and_then(|names| names.misfit("name of a team", &name.value, name.span)) {
                Some(problem) => diagnostics.push(problem),
                None => teams.push(Spanned::new(Name::from(&*composed(&name.value)), name.span)),
            }
        }
        teams
    }

    /// What a part of the block comes to, by the type of what it is for.
    fn typed(&self, name: &str, got: Got) -> Spanned<Value> {
        match self.fields.get(name) {
            Some(field) => of_field(*field, got),
            None => got.value,
        }
    }

    /// What a part of the block comes to; nothing where it is unset, or wrong, which is told.
    fn got(
        &mut self,
        template: &Spanned<Template>,
        around: (&Columns, &Row, Span),
        diagnostics: &mut Diagnostics,
    ) -> Option<Got> {
        match self.evaluate(template, (around.0, around.1)) {
            Ok(got) => got,
            // A text with something unset in it is unset: where there has to be one, that is told.
            Err(problem) if problem.code == code::UNSET_VALUE => None,
            Err(problem) => {
                diagnostics.push(problem.other(around.2, "for this row"));
                None
            }
        }
    }
}

/// How a path calls a column whose name is no part of one: `_` stands for each other sign. Nothing for the name of none.
pub(super) fn as_path(column: &str) -> Option<String> {
    let is_part = |one: char| one.is_alphanumeric() || matches!(one, '_' | '-');
    let path: String = column.trim().chars().map(|one| if is_part(one) { one } else { '_' }).collect();
    (!path.is_empty()).then_some(path)
}

/// The column that says what an entity is called, where the block does not.
fn id_column(columns: &Columns) -> Option<usize> {
    IDS.into_iter().find_map(|name| columns.get(name))
}

/// A value as that of a property or a relation.
fn of_field(field: Field<'_>, got: Got) -> Spanned<Value> {
    let Got { value, is_text } = got;
    let place = value.span;
    match (&value.value, field) {
        (Value::String(text), Field::Property(property)) if is_text => {
            Spanned::new(typed::by_schema(text, &property.schema, place), place)
        }
        (Value::String(text), Field::Relation(relation)) if is_text && relation.many.is_some() => {
            Spanned::new(typed::list(text, place, |item| Value::string(item)), place)
        }
        _ => value,
    }
}

/// The text of a single value; of another one nothing, which is told.
fn text(value: Spanned<Value>, diagnostics: &mut Diagnostics) -> Option<Spanned<Box<str>>> {
    if let Value::String(text) = value.value {
        return Some(Spanned::new(text, value.span));
    }
    match function::text_of(Output::Value(&value.value)) {
        Ok(text) => Some(Spanned::new(text.into(), value.span)),
        Err(_) => {
            let message = format!("{} stands where a text is needed", value.value.type_name());
            let problem = Diagnostic::error(code::NOT_A_SCALAR, value.span, message);
            diagnostics.push(
                problem.help("write a text there, or say in the block what is taken: `title \"$names | join ', '\"`"),
            );
            None
        }
    }
}
