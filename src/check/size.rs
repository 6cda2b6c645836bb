//! How much a project asks for, where the work grows faster than its text.

use super::walk::Walks;
use crate::diag::{Diagnostic, code};
use crate::model::{
    Kind, Map, Policy, PolicySubject, PredicateTest, Project, Property, Scorecard, Step, Template, Value,
};
use crate::source::{Origin, Spanned};
use ahash::AHashMap as HashMap;
use std::cell::OnceCell;

/// The most names in one place: properties, members of an object, columns.
const MOST_NAMES: usize = 2_000;
/// The most times that a condition looks at a thing, and at each that its path leads over, all of them together.
const MOST_LOOKS: usize = 100_000_000;
/// The most destinations that requests are weighed for, all of them together.
const MOST_CHOICES: usize = 20_000_000;

/// What is too much for the other rules to look at.
pub(super) fn too_much(project: &Project) -> Vec<Diagnostic> {
    let mut names = Names::default();
    for blueprint in &project.blueprints {
        names.properties(&blueprint.properties);
        names.count(blueprint.relations.len(), |at| blueprint.relations.get(at).map(|relation| relation.span));
    }
    for action in &project.actions {
        names.properties(&action.inputs);
    }
    for promise in &project.promises {
        promise.api.iter().for_each(|api| names.properties(&api.fields));
        promise.steps().for_each(|step| names.step(step));
    }
    for entity in &project.entities {
        names.members(&entity.properties);
        names.members(&entity.relations);
    }
    for request in &project.requests {
        names.members(&request.spec);
    }
    names.found.extend(conditions(project));
    names.found.extend(destinations(project));
    names.found
}

/// Where the conditions of policies and scorecards have too much to look at.
fn conditions(project: &Project) -> Option<Diagnostic> {
    let things = Things::of(project);
    let policies = project.policies.iter().map(|policy| (policy.span, things.looks(policy)));
    let scorecards = project.scorecards.iter().map(|scorecard| (scorecard.span, things.steps(scorecard)));
    let mut left = MOST_LOOKS;
    let too_many = policies.chain(scorecards).find(|(_, looks)| match left.checked_sub(*looks) {
        Some(rest) => {
            left = rest;
            false
        }
        None => true,
    })?;
    let message = format!("up to here conditions are to look at things more than {MOST_LOOKS} times");
    let help = "each condition looks at each thing that its policy is about, and a path at all that its relations lead over: let `of` \
                say which things they are, and follow fewer relations to many";
    Some(Diagnostic::error(code::TOO_MUCH_TO_JUDGE, too_many.0, message).help(help))
}

/// Where policies for files have too much to look at, which shows when it is known how many files there are.
pub fn too_many_looks_at_files(project: &Project, files: usize) -> Option<Diagnostic> {
    let mut of_files = project
        .policies
        .iter()
        .filter(|policy| matches!(policy.subject.value, PolicySubject::File | PolicySubject::Manifest));
    let mut looks = 0_usize;
    let too_many = of_files.find(|policy| {
        looks = looks.saturating_add(files.saturating_mul(1 + policy.tests().len()));
        looks > MOST_LOOKS
    })?;
    let message = format!("up to here conditions are to look at {files} files more than {MOST_LOOKS} times");
    let help = "each condition looks at each file: put conditions together, or deliver fewer files";
    Some(Diagnostic::error(code::TOO_MUCH_TO_JUDGE, too_many.span, message).help(help))
}

/// How many things there are for conditions to look at.
struct Things<'p> {
    project: &'p Project,
    /// Made where something asks for it: most conditions follow no relation.
    walks: OnceCell<Walks<'p>>,
    entities: HashMap<&'p str, usize>,
    requests: HashMap<&'p str, usize>,
    all: usize,
}

impl<'p> Things<'p> {
    fn of(project: &'p Project) -> Self {
        let mut things = Self {
            project,
            walks: OnceCell::new(),
            entities: HashMap::new(),
            requests: HashMap::new(),
            all: project.objects.len() + project.entities.len() + project.requests.len(),
        };
        for entity in &project.entities {
            *things.entities.entry(&entity.blueprint.value).or_default() += 1;
        }
        for request in &project.requests {
            *things.requests.entry(&request.promise.value).or_default() += 1;
        }
        things
    }

    fn walks(&self) -> &Walks<'p> {
        self.walks.get_or_init(|| Walks::of(self.project))
    }

    /// How often a policy looks at something; it is one condition itself.
    fn looks(&self, policy: &Policy) -> usize {
        let tests = policy.tests();
        let looks = self.count(policy).saturating_mul(1 + tests.len());
        // What is too much already is not counted further.
        if looks > MOST_LOOKS || policy.subject.value != PolicySubject::Object(Kind::Entity) {
            return looks;
        }
        let steps = |of: &str| {
            let fields = tests.iter().flat_map(|test| test.fields());
            let each = fields.map(|field| self.walks().each(of, &policy.tense(&field).1));
            each.fold(0, usize::saturating_add)
        };
        match &policy.of {
            Some(of) => looks.saturating_add(steps(&of.value)),
            None => self.walks().blueprints().map(|(of, _)| steps(of)).fold(looks, usize::saturating_add),
        }
    }

    /// How often the paths of a scorecard lead over something. What needs no path is looked at by the column.
    fn steps(&self, scorecard: &Scorecard) -> usize {
        let tests = scorecard.predicates().flat_map(|predicate| predicate.tests());
        let fields = tests.flat_map(PredicateTest::fields).filter(|field| !field.way.is_empty());
        let looks = fields.map(|field| self.walks().together(&scorecard.blueprint.value, &field));
        looks.fold(0, usize::saturating_add)
    }

    /// How many a policy looks at before anything is planned.
    fn count(&self, policy: &Policy) -> usize {
        let of = |counts: &HashMap<&str, usize>| match &policy.of {
            Some(of) => counts.get(&*of.value).copied().unwrap_or_default(),
            None => counts.values().sum(),
        };
        match policy.subject.value {
            PolicySubject::Object(Kind::Entity) => of(&self.entities),
            PolicySubject::Object(Kind::Request) => of(&self.requests),
            // A request has a file at least, mostly.
            PolicySubject::File | PolicySubject::Manifest => self.requests.values().sum(),
            PolicySubject::Object(_) => self.all,
            PolicySubject::Plan => 1,
        }
    }
}

/// Where the requests have too many destinations to choose from.
fn destinations(project: &Project) -> Option<Diagnostic> {
    let last = project.destinations.last()?;
    let pairs = project.destinations.len().saturating_mul(project.requests.len());
    let message = format!(
        "{} requests may go to {} destinations: more than {MOST_CHOICES} choices",
        project.requests.len(),
        project.destinations.len()
    );
    (pairs > MOST_CHOICES)
        .then(|| Diagnostic::error(code::TOO_MUCH_TO_JUDGE, last.span, message).help("make several projects of it"))
}

/// Where there are more names than a place may have.
#[derive(Default)]
struct Names {
    found: Vec<Diagnostic>,
}

impl Names {
    /// Tells the first name that is too much.
    fn count(&mut self, count: usize, place: impl Fn(usize) -> Option<Origin>) {
        if count > MOST_NAMES
            && let Some(span) = place(MOST_NAMES)
        {
            let message = format!("{count} names stand in one place, and at most {MOST_NAMES} may");
            let help =
                "group what belongs together; a list of things with names is better a list, or an object of each";
            self.found.push(Diagnostic::error(code::TOO_MANY_NAMES, span, message).help(help));
        }
    }

    fn properties(&mut self, properties: &[Property]) {
        self.count(properties.len(), |at| properties.get(at).map(|property| property.span));
        for property in properties {
            self.properties(&property.schema.fields);
            property.schema.items.iter().for_each(|items| self.properties(&items.fields));
            property.default.iter().for_each(|default| self.value(&default.value));
        }
    }

    fn members(&mut self, map: &Map) {
        self.count(map.members.len(), |at| map.members.get(at).map(|member| member.name.span));
        map.members.iter().for_each(|member| self.value(&member.value.value));
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Object(map) => self.members(map),
            Value::Array(items) => items.iter().for_each(|item| self.value(&item.value)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Secret(_) => {}
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Table(table) => {
                for row in &table.rows {
                    self.count(row.columns.len(), |at| row.columns.get(at).map(|column| column.0.span));
                    row.columns.iter().for_each(|column| self.template(&column.1));
                }
            }
            Step::Match(_) | Step::Each(_) | Step::If(_) => step.within().for_each(|inner| self.step(inner)),
            Step::Let(one) => self.template(&one.value),
            Step::Resource(resource) => self.template(&resource.body),
            Step::Status { values, .. } => values.iter().for_each(|value| self.template(&value.1)),
            Step::Files(_) => {}
        }
    }

    fn template(&mut self, template: &Spanned<Template>) {
        match &template.value {
            Template::Literal(value) => self.value(value),
            Template::Array(items) => items.iter().for_each(|item| self.template(item)),
            Template::Object(members) => {
                self.count(members.len(), |at| members.get(at).map(|member| member.0.span));
                for member in members {
                    self.template(&member.1);
                }
            }
            Template::Composed(composed) => {
                self.count(composed.parts.len(), |_| Some(template.span));
                let mut templates = Vec::new();
                composed.each_template(&mut |template| templates.push(template), &mut |_| {});
                for template in templates {
                    self.template(template);
                }
            }
            Template::Reference(..) | Template::Text(_) | Template::Foreign { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::check;
    use crate::resolve::{MemoryLoader, resolve};

    fn told(text: &str) -> Vec<&'static str> {
        let project = resolve(&MemoryLoader::new([("plat.kdl", format!("project p\n{text}"))])).unwrap().project;
        check(&project).iter().map(|diagnostic| diagnostic.code.id).collect()
    }

    fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
        (0..count).map(line).collect()
    }

    #[test]
    fn names_in_one_place_are_bounded() {
        let places: [&dyn Fn(usize) -> String; 4] = [
            &|count| format!("blueprint b {{\n{}}}\n", lines(count, |n| format!("property p{n} string\n"))),
            &|count| {
                format!(
                    "blueprint b {{ property o object {{\n{}}}; }}\n",
                    lines(count, |n| format!("field p{n} string\n"))
                )
            },
            &|count| {
                format!(
                    "blueprint b {{ property o object; }}\nentity b e {{ o {{ deep {{\n{}}}; }}; }}\n",
                    lines(count, |n| format!("m{n} 1\n"))
                )
            },
            &|count| {
                let members = lines(count, |n| format!("m{n} $name\n"));
                let api = "api group=g version=v1 kind=P { field a string }";
                format!(
                    "promise p {{ {api}\nworkflow configure {{ resource \"g.io/v1\" A $name {{ data {{\n{members}}}; }} }} }}\n"
                )
            },
        ];
        for place in places {
            assert_eq!(told(&place(2_000)), [""; 0]);
            assert_eq!(told(&place(2_001)), ["E0426"]);
        }
    }

    #[test]
    fn what_is_looked_at_is_bounded() {
        let blueprint = "blueprint b\n";
        let policies = |count| {
            lines(count, |n| {
                format!("policy p{n} for=entity of=b {{ description x; require {{ $title present; }}; }}\n")
            })
        };
        let entities = |count| lines(count, |n| format!("entity b e{n} {{ title x; }}\n"));
        assert_eq!(told(&format!("{blueprint}{}{}", policies(10), entities(2_000))), [""; 0]);
        assert_eq!(told(&format!("{blueprint}{}{}", policies(10_001), entities(5_000))), ["E0544"]);
        let of_one = "blueprint c\nentity c e\n".to_owned() + &policies(10_001).replace("of=b", "of=c");
        assert_eq!(told(&format!("{blueprint}{of_one}{}", entities(5_000))), [""; 0]);
    }

    #[test]
    fn files_are_looked_at_as_many_as_there_are() {
        let policies =
            lines(50, |n| format!("policy p{n} for=file {{ description x; require {{ $path contains x; }}; }}\n"));
        let text = format!("project p\n{policies}policy q for=team {{ require {{ $name is x; }}; }}\n");
        let project = resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap().project;
        assert_eq!(super::too_many_looks_at_files(&project, 1_000_000), None);
        let problem = super::too_many_looks_at_files(&project, 1_000_001).unwrap();
        assert_eq!(problem.code.id, "E0544");
        assert_eq!(Some(problem.primary.origin), project.policies.get(49).map(|policy| policy.span));
    }

    #[test]
    fn what_paths_lead_over_is_looked_at_too() {
        let all = lines(100, |n| format!(" e{n}"));
        let entities = lines(100, |n| format!("entity b e{n} {{ r{all} }}\n"));
        let blueprint = format!("blueprint b {{ property t string; relation r b many; }}\n{entities}");
        let path = format!("{}t", "r.".repeat(20));
        let policies = |count| {
            lines(count, |n| {
                format!("policy p{n} for=entity of=b {{ description x; require {{ {path} contains x; }}; }}\n")
            })
        };
        // A policy leads over ten thousand relations, and from each of a hundred entities over all of these in 19 more steps.
        assert_eq!(told(&format!("{blueprint}{}", policies(5))), [""; 0]);
        assert_eq!(told(&format!("{blueprint}{}", policies(6))), ["E0544"]);
        assert_eq!(told(&format!("{blueprint}{}", policies(6).replace(" of=b", ""))), ["E0544"]);
        let rules = |count| {
            let rules = lines(count, |n| format!("rule r{n} x {{ {path} contains x{n}; }}\n"));
            format!("scorecard s for=b {{ level L {{\n{rules}}}; }}\n")
        };
        assert_eq!(told(&format!("{blueprint}{}", rules(5))), [""; 0]);
        assert_eq!(told(&format!("{blueprint}{}", rules(6))), ["E0544"]);
    }
}
