//! How much text regular expressions are matched with. One that may be at many places at once does so much for each byte of a text, so
//! that neither the parts of an expression nor the bytes of a text alone show what matching costs.

use super::pattern::Effort;
use super::walk::Walks;
use crate::diag::{Diagnostic, code};
use crate::model::{
    Entity, FieldPath, Given, Kind, Leaf, Map, Policy, PolicySubject, Predicate, PredicateTest, Project, Property,
    Request, Schema, Value,
};
use crate::source::{Origin, Spanned};
use std::collections::{BTreeMap, HashMap};

/// The most places of expressions times bytes of texts, all that are matched in a project.
const MOST: usize = 200_000_000;

/// What a fact is taken to be long, such as an address or the path of a file.
const FACT: usize = 128;

/// The first regular expression up to which all are matched with too much.
pub(super) fn too_much(project: &Project) -> Option<Diagnostic> {
    let mut matching = Matching { left: MOST, last: None, efforts: HashMap::new() };
    matching.schemas(project);
    let (mut of_scorecards, mut of_policies) = (Vec::new(), Vec::new());
    let matches = |test: &&PredicateTest| test.operator.value.matches_a_pattern();
    for scorecard in &project.scorecards {
        let tests = scorecard.predicates().flat_map(Predicate::tests).filter(matches);
        of_scorecards.extend(tests.map(|test| (&*scorecard.blueprint.value, test)));
    }
    for policy in &project.policies {
        of_policies.extend(policy.tests().into_iter().filter(matches).map(|test| (policy, test)));
    }
    // Most projects have none, and nothing is measured for them.
    if !of_scorecards.is_empty() || !of_policies.is_empty() {
        let mut texts = Texts::of(project);
        for (blueprint, test) in of_scorecards {
            let lengths = texts.of_entities(Some(blueprint), &test.field.value);
            matching.test(test, &lengths);
        }
        for (policy, test) in of_policies {
            let lengths = texts.of_policy(policy, &test.field.value);
            matching.test(test, &lengths);
        }
    }
    let message = "up to here regular expressions are matched with too much text";
    let help = "repeat less, and let `max-length` or the condition before it say which texts are meant: an expression costs each of its \
                places for each byte of a text";
    Some(Diagnostic::error(code::TOO_MUCH_TO_MATCH, matching.last?, message).help(help))
}

/// How many bytes texts have together, by the length of each as a power of two.
#[derive(Clone, Default)]
struct Lengths(HashMap<u32, usize>);

impl Lengths {
    fn add(&mut self, length: usize, times: usize) {
        let power = length.max(1).checked_next_power_of_two().map_or(usize::BITS, usize::ilog2);
        let bytes = self.0.entry(power).or_default();
        *bytes = bytes.saturating_add((length + 1).saturating_mul(times));
    }
}

/// What is left for matching.
struct Matching<'p> {
    left: usize,
    /// The first expression for which nothing was.
    last: Option<Origin>,
    efforts: HashMap<&'p str, Option<Effort>>,
}

impl<'p> Matching<'p> {
    /// The values that are judged by properties, inputs and fields.
    fn schemas(&mut self, project: &'p Project) {
        let blueprints =
            project.blueprints.iter().map(|blueprint| (&*blueprint.name.value, watches(&blueprint.properties)));
        let blueprints: HashMap<&str, Watches<'p>> = blueprints.collect();
        let apis = project.promises.iter().map(|promise| (&*promise.name.value, watches(promise.fields())));
        let apis: HashMap<&str, Watches<'p>> = apis.collect();
        project.typed().flat_map(|(_, _, properties)| properties).for_each(|property| self.defaults(property));
        let given = project.tests.iter().flat_map(|test| test.before.iter().chain(&test.given));
        let (mut entities, mut requests): (Vec<&Entity>, Vec<&Request>) =
            (project.entities.iter().collect(), project.requests.iter().collect());
        for given in given {
            match given {
                Given::Entity(entity) => entities.push(entity),
                Given::Request(request) => requests.push(request),
            }
        }
        for entity in entities {
            blueprints
                .get(&*entity.blueprint.value)
                .into_iter()
                .for_each(|watches| self.map(watches, &entity.properties));
        }
        for request in requests {
            apis.get(&*request.promise.value).into_iter().for_each(|watches| self.map(watches, &request.spec));
        }
    }

    /// The defaults of a property and inside of it.
    fn defaults(&mut self, property: &'p Property) {
        if let (Some(default), Some(watch)) = (&property.default, Watch::of(&property.schema)) {
            self.value(&watch, &default.value);
        }
        property.schema.fields.iter().for_each(|field| self.defaults(field));
        property.schema.items.iter().flat_map(|items| &items.fields).for_each(|field| self.defaults(field));
    }

    fn map(&mut self, watches: &Watches<'p>, map: &Map) {
        if watches.is_empty() {
            return;
        }
        for member in &map.members {
            if let Some(watch) = watches.get(&*member.name.value) {
                self.value(watch, &member.value.value);
            }
        }
    }

    fn value(&mut self, watch: &Watch<'p>, value: &Value) {
        match value {
            Value::String(text) => {
                if let Some(pattern) = watch.pattern {
                    let mut lengths = Lengths::default();
                    lengths.add(text.len(), 1);
                    self.take(&pattern.value, pattern.span, &lengths);
                }
            }
            Value::Array(items) => {
                if let Some(watch) = &watch.items {
                    for item in items {
                        self.value(watch, &item.value);
                    }
                }
            }
            Value::Object(map) => {
                self.map(&watch.fields, map);
                let items = watch.items.iter().flat_map(|watch| map.members.iter().map(move |member| (watch, member)));
                items.for_each(|(watch, member)| self.value(watch, &member.value.value));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Secret(_) => {}
        }
    }

    /// The expressions of a condition, with the texts that it looks at.
    fn test(&mut self, test: &'p PredicateTest, lengths: &Lengths) {
        for operand in &test.operands {
            if let Some(text) = operand.value.as_str() {
                self.take(text, operand.span, lengths);
            }
        }
    }

    fn take(&mut self, pattern: &'p str, span: Origin, lengths: &Lengths) {
        let Some(effort) = self.efforts.entry(pattern).or_insert_with(|| Effort::of(pattern)) else { return };
        let cost = lengths.0.iter().map(|(power, bytes)| bytes.saturating_mul(effort.places(*power)));
        let cost = cost.fold(0, usize::saturating_add);
        match self.left.checked_sub(cost) {
            Some(left) => self.left = left,
            None => self.last = self.last.or(Some(span)),
        }
    }
}

/// The expressions that a value and those inside of it are judged by.
struct Watch<'p> {
    pattern: Option<&'p Spanned<Box<str>>>,
    fields: Watches<'p>,
    items: Option<Box<Watch<'p>>>,
}

/// The members with expressions, by name.
type Watches<'p> = HashMap<&'p str, Watch<'p>>;

fn watches(properties: &[Property]) -> Watches<'_> {
    let watched = properties.iter().filter_map(|property| Some((&*property.name.value, Watch::of(&property.schema)?)));
    watched.collect()
}

impl<'p> Watch<'p> {
    /// Those of a schema; nothing where it has none.
    fn of(schema: &'p Schema) -> Option<Self> {
        let pattern = schema.limits.pattern.as_ref();
        let (fields, items) = (watches(&schema.fields), schema.items.as_deref().and_then(Self::of).map(Box::new));
        let has_some = pattern.is_some() || !fields.is_empty() || items.is_some();
        has_some.then_some(Self { pattern, fields, items })
    }
}

/// The texts that conditions look at.
struct Texts<'p> {
    project: &'p Project,
    walks: Walks<'p>,
    entities: HashMap<(&'p str, &'p str), &'p Entity>,
    /// The default of each property that is a text, by blueprint.
    defaults: BTreeMap<(&'p str, &'p str), &'p str>,
    /// Those of one property of a blueprint or promise; without its name, of all.
    known: HashMap<(Kind, Option<&'p str>, &'p str), Lengths>,
    /// Those of other objects.
    bodies: HashMap<Kind, Lengths>,
}

impl<'p> Texts<'p> {
    fn of(project: &'p Project) -> Self {
        let entities = project.entities.iter().map(|entity| ((&*entity.blueprint.value, &*entity.name.value), entity));
        let defaults = project.blueprints.iter().flat_map(|blueprint| {
            let text =
                |property: &'p Property| Some((&*property.name.value, property.default.as_ref()?.value.as_str()?));
            let texts = blueprint.properties.iter().filter_map(text);
            texts.map(|(name, default)| ((&*blueprint.name.value, name), default))
        });
        let mut texts = Self {
            project,
            walks: Walks::of(project),
            entities: entities.collect(),
            defaults: defaults.collect(),
            known: HashMap::new(),
            bodies: HashMap::new(),
        };
        for entity in &project.entities {
            let title = entity.title.iter().map(|title| ("$title", title.value.len()));
            let icon = entity.icon.iter().map(|icon| ("$icon", icon.value.len()));
            let rest = title.chain(icon).chain([("$identifier", entity.name.value.len())]);
            let members = entity.properties.members.iter().chain(&entity.relations.members);
            texts.add(Kind::Entity, &entity.blueprint.value, lengths(members).chain(rest));
        }
        let entities: HashMap<&str, usize> = texts.walks.blueprints().collect();
        for ((blueprint, name), default) in texts.defaults.clone() {
            let times = entities.get(blueprint).copied().unwrap_or_default();
            for owner in [Some(blueprint), None] {
                texts.known.entry((Kind::Entity, owner, name)).or_default().add(default.len(), times);
            }
        }
        for request in &project.requests {
            let name = [("$identifier", request.namespace.value.len() + 1 + request.name.value.len())];
            texts.add(Kind::Request, &request.promise.value, lengths(request.spec.members.iter()).chain(name));
        }
        texts
    }

    fn add(&mut self, kind: Kind, owner: &'p str, texts: impl Iterator<Item = (&'p str, usize)>) {
        for (name, length) in texts.chain([("$fact", FACT)]) {
            for owner in [Some(owner), None] {
                self.known.entry((kind, owner, name)).or_default().add(length, 1);
            }
        }
    }

    /// The texts that a condition of a policy looks at.
    fn of_policy(&mut self, policy: &'p Policy, path: &FieldPath) -> Lengths {
        let path = &*policy.tense(path).1;
        let of = policy.of.as_ref().map(|of| &*of.value);
        match policy.subject.value {
            PolicySubject::Object(Kind::Entity) => self.of_entities(of, path),
            PolicySubject::Object(Kind::Request) => self.of_requests(of, path),
            PolicySubject::Object(kind) => self.bodies(kind),
            PolicySubject::File | PolicySubject::Manifest => {
                let mut lengths = Lengths::default();
                lengths.add(FACT, self.project.requests.len());
                lengths
            }
            PolicySubject::Plan => Lengths::default(),
        }
    }

    /// The texts at the end of a path, of each entity of a blueprint or of all blueprints. A list is matched with nothing.
    fn of_entities(&self, blueprint: Option<&'p str>, path: &FieldPath) -> Lengths {
        if path.way.is_empty() {
            return self.lengths(Kind::Entity, blueprint, &path.leaf);
        }
        let mut lengths = Lengths::default();
        for entity in &self.project.entities {
            if blueprint.is_none_or(|name| *entity.blueprint.value == *name) {
                lengths.add(self.along(entity, path), 1);
            }
        }
        lengths
    }

    /// The texts of a field of the requests of a promise, or of all: of what is in a value, those of all of it.
    fn of_requests(&self, promise: Option<&'p str>, path: &FieldPath) -> Lengths {
        let Some(name) = path.way.first() else { return self.lengths(Kind::Request, promise, &path.leaf) };
        let mut lengths = Lengths::default();
        let requests = self.project.requests.iter();
        for request in requests.filter(|request| promise.is_none_or(|promise| *request.promise.value == *promise)) {
            lengths.add(request.spec.get(name).map_or(0, |value| text_within(value)), 1);
        }
        lengths
    }

    fn lengths(&self, kind: Kind, owner: Option<&'p str>, leaf: &Leaf) -> Lengths {
        let name: &str = match leaf {
            Leaf::Property(name) => name,
            Leaf::Identifier => "$identifier",
            Leaf::Title => "$title",
            Leaf::Icon => "$icon",
            Leaf::Fact(_) => "$fact",
            Leaf::Team | Leaf::UpdatedAt | Leaf::CreatedAt | Leaf::Count => return Lengths::default(),
        };
        self.known.get(&(kind, owner, name)).cloned().unwrap_or_default()
    }

    /// How long the text is that a path leads to along relations to one, or all texts of the value that it goes into.
    fn along(&self, entity: &'p Entity, path: &FieldPath) -> usize {
        let mut at = entity;
        for name in &path.way {
            let Some(target) = self.walks.target(&at.blueprint.value, name) else {
                return at.properties.get(name).map_or(0, |value| text_within(value));
            };
            let next = at.relations.get(name).and_then(|link| self.entities.get(&(target, link.value.as_str()?)));
            let Some(next) = next else { return 0 };
            at = next;
        }
        self.length(at, &path.leaf)
    }

    /// How long a text of an entity is.
    fn length(&self, entity: &'p Entity, leaf: &Leaf) -> usize {
        let text = match leaf {
            Leaf::Property(name) => {
                let member = entity.properties.get(name).or_else(|| entity.relations.get(name));
                let default = || self.defaults.get(&(&*entity.blueprint.value, &**name)).copied();
                member.map_or_else(default, |value| value.value.as_str())
            }
            Leaf::Identifier => Some(&*entity.name.value),
            Leaf::Title => entity.title.as_ref().map(|title| &*title.value),
            Leaf::Icon => entity.icon.as_ref().map(|icon| &*icon.value),
            Leaf::Team | Leaf::UpdatedAt | Leaf::CreatedAt | Leaf::Count | Leaf::Fact(_) => None,
        };
        text.map_or(0, str::len)
    }

    /// All texts of the objects of a kind, as if each were one.
    fn bodies(&mut self, kind: Kind) -> Lengths {
        let measure = || {
            let mut lengths = Lengths::default();
            for object in self.project.declared().iter().filter(|object| object.address().kind == kind) {
                let mut body = Vec::new();
                object.write_body(&mut body);
                lengths.add(body.len(), 1);
            }
            lengths
        };
        self.bodies.entry(kind).or_insert_with(measure).clone()
    }
}

/// How long all texts in a value are together.
fn text_within(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(|item| text_within(&item.value)).sum(),
        Value::Object(map) => map.members.iter().map(|member| text_within(&member.value.value)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Secret(_) => 0,
    }
}

/// The texts among members, by name and length.
fn lengths<'p>(members: impl Iterator<Item = &'p crate::model::Member>) -> impl Iterator<Item = (&'p str, usize)> {
    members.filter_map(|member| Some((&*member.name.value, member.value.value.as_str()?.len())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::{MemoryLoader, resolve};

    /// Makes the values of a text of some length.
    type Values<'v> = &'v dyn Fn(usize) -> String;

    /// Whether a project is too much: one, or nothing.
    fn cost(text: &str) -> usize {
        let project = resolve(&MemoryLoader::new([("plat.kdl", format!("project p\n{text}"))])).unwrap().project;
        let Some(problem) = too_much(&project) else { return 0 };
        assert_eq!(problem.code, code::TOO_MUCH_TO_MATCH);
        1
    }

    const COSTLY: &str = "[ab]*a[ab]{3000}c";

    #[test]
    fn values_times_places_are_bounded_wherever_an_expression_stands() {
        let value = "a".repeat(9_999);
        let entities = |count: usize, line: &str| -> String {
            (0..count).map(|n| format!("entity b e{n} {{ {line} }}\n")).collect()
        };
        // 10,000 bytes and 3,003 places: six are within the bound, and seven are not.
        let text = |count| entities(count, &format!("t {value}"));
        let listed = |count| entities(1, &format!("t {}", format!("{value} ").repeat(count)));
        let within = |count| entities(count, &format!("o {{ t {value}; }}"));
        let inside = |count| entities(count, &format!("t {{ x {value}; }}"));
        let pattern = format!("{{ pattern {COSTLY:?}; }}");
        let condition = format!("t matches {COSTLY:?}");
        let requests =
            |count: usize| -> String { (0..count).map(|n| format!("request q r{n} {{ t {value} }}\n")).collect() };
        let api =
            |field: &str| format!("promise q {{ api group=g.io version=v1 kind=Q {{ field t string {field}; }}; }}\n");
        let pointing = |count: usize| -> String {
            let ones: String = (0..count).map(|n| format!("entity c f{n} {{ b e0 }}\n")).collect();
            format!("blueprint c {{ relation b b }}\nentity b e0 {{ t {value} }}\n{ones}")
        };
        let scorecard = |of: &str, condition: &str| {
            format!("scorecard s for={of} {{ level L {{ rule r x {{ {condition}; }}; }}; }}\n")
        };
        let policy =
            |of: &str, condition: &str| format!("policy p {of} {{ description x; require {{ {condition}; }}; }}\n");
        let plain = "blueprint b { property t string }\n";
        let deep = "blueprint b { property o object { field t string } }\n";
        let cases: [(&str, String, Values<'_>); 12] = [
            ("property", format!("blueprint b {{ property t string {pattern} }}\n"), &text),
            ("items", format!("blueprint b {{ property t array of=string {pattern} }}\n"), &listed),
            ("member", format!("blueprint b {{ property t object {{ field x string {pattern} }} }}\n"), &inside),
            ("field", api(&pattern), &requests),
            ("rule", format!("{plain}{}", scorecard("b", &condition)), &text),
            ("rule by a path", format!("{plain}{}", scorecard("c", &format!("b.{condition}"))), &pointing),
            ("policy", format!("{plain}{}", policy("for=entity of=b", &condition)), &text),
            ("rule into a value", format!("{deep}{}", scorecard("b", &format!("o.{condition}"))), &within),
            ("policy into a value", format!("{deep}{}", policy("for=entity of=b", &format!("o.{condition}"))), &within),
            ("policy of all", format!("{plain}{}", policy("for=entity", &condition)), &text),
            ("policy of requests", format!("{}{}", api(""), policy("for=request of=q", &condition)), &requests),
            (
                "negated",
                format!("{plain}{}", policy("for=entity of=b", &condition.replace("matches", "not-matches"))),
                &text,
            ),
        ];
        for (name, declarations, things) in cases {
            assert_eq!(cost(&format!("{declarations}{}", things(6))), 0, "{name}");
            assert_eq!(cost(&format!("{declarations}{}", things(7))), 1, "{name}");
        }
    }

    #[test]
    fn defaults_and_what_tests_give_are_matched_too() {
        let value = "a".repeat(9_999);
        let property = |n: usize| format!("property t{n} string default={value} {{ pattern {COSTLY:?} }}\n");
        let blueprint = |count: usize| format!("blueprint b {{\n{}}}\n", (0..count).map(property).collect::<String>());
        assert_eq!((cost(&blueprint(6)), cost(&blueprint(7))), (0, 1));
        let given = |count: usize| -> String {
            let tests =
                (0..count).map(|n| format!("test t{n} {{ given entity b e {{ t {value} }}; expect error E0402 }}\n"));
            format!("blueprint b {{ property t string {{ pattern {COSTLY:?} }} }}\n{}", tests.collect::<String>())
        };
        assert_eq!((cost(&given(6)), cost(&given(7))), (0, 1));
    }

    #[test]
    fn what_platforms_have_costs_far_less() {
        let entities: String =
            (0..10_000).map(|n| format!("entity b service-number-{n} {{ t service-number-{n} }}\n")).collect();
        let patterns = ["^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", r"^\\w{1,63}$"];
        let properties = patterns.map(|pattern| format!("property t string {{ pattern \"{pattern}\" }}"));
        for property in properties {
            assert_eq!(cost(&format!("blueprint b {{ {property} }}\n{entities}")), 0);
        }
    }
}
