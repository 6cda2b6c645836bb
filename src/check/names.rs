//! The names that values and conditions may say.

use super::words;
use crate::diag::{Code, Diagnostic, code, suggest};
use crate::model::{Kind, Naming, Project, Schema};
use crate::source::Origin;
use crate::syntax::edit::write_string;
use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

/// What a text names.
#[derive(Clone, Copy, Debug)]
pub(super) enum Named<'p> {
    /// A team.
    Team,
    /// A blueprint.
    Blueprint,
    /// An entity of a blueprint.
    Entity(&'p str),
    /// A destination.
    Destination,
    /// A state store.
    Store,
    /// A kind of objects.
    Kind,
}

impl<'s> Named<'s> {
    /// What a value of a schema names, of what a project has to declare. Its users may be known elsewhere.
    pub(super) fn by(schema: &'s Schema) -> Option<Self> {
        schema.naming().and_then(Self::of)
    }

    pub(super) fn of(naming: Naming<'s>) -> Option<Self> {
        match naming {
            Naming::Kind(Kind::Team) => Some(Self::Team),
            Naming::Kind(Kind::Blueprint) => Some(Self::Blueprint),
            Naming::EntityOf(blueprint) => Some(Self::Entity(blueprint)),
            Naming::Kind(_) => None,
        }
    }
}

/// The names of a project. Of a sort of which it declares none it knows nothing: those come from elsewhere.
pub(super) struct Names<'p> {
    project: &'p Project,
    teams: BTreeSet<&'p str>,
    blueprints: BTreeSet<&'p str>,
    /// By their blueprint; collected where somebody asks, as there are many.
    entities: OnceLock<HashMap<&'p str, BTreeSet<&'p str>>>,
    destinations: BTreeSet<&'p str>,
    stores: BTreeSet<&'p str>,
    kinds: BTreeSet<&'static str>,
}

impl<'p> Names<'p> {
    /// The names that a project declares.
    pub(super) fn of(project: &'p Project) -> Self {
        Self {
            project,
            teams: project.teams.iter().map(|team| &*team.name.value).collect(),
            blueprints: project.blueprints.iter().map(|blueprint| &*blueprint.name.value).collect(),
            entities: OnceLock::new(),
            destinations: project.destinations.iter().map(|destination| &*destination.name.value).collect(),
            stores: project.stores.iter().map(|store| &*store.name.value).collect(),
            kinds: Kind::ALL.iter().map(|(kind, _)| kind.word()).collect(),
        }
    }

    fn entities(&self, blueprint: &str) -> Option<&BTreeSet<&'p str>> {
        let collected = self.entities.get_or_init(|| {
            let mut entities: HashMap<&str, BTreeSet<&str>> = HashMap::new();
            for entity in self.project.entities.iter().chain(&self.project.externs.entities) {
                entities.entry(&entity.blueprint.value).or_default().insert(&entity.name.value);
            }
            entities
        });
        collected.get(blueprint)
    }

    /// The problem of a name that nothing has.
    pub(super) fn problem(&self, code: Code, named: Named<'_>, name: &str, span: Origin) -> Option<Diagnostic> {
        let nothing = BTreeSet::new();
        let (known, of) = match named {
            Named::Team => (&self.teams, "team"),
            // Blueprints with an underscore are a portal's own.
            Named::Blueprint if name.starts_with('_') => return None,
            Named::Blueprint => (&self.blueprints, "blueprint"),
            Named::Entity(blueprint) => (self.entities(blueprint).unwrap_or(&nothing), "entity"),
            Named::Destination => (&self.destinations, "destination"),
            Named::Store => (&self.stores, "state store"),
            Named::Kind => (&self.kinds, "kind of objects"),
        };
        let may_be_elsewhere = match named {
            Named::Blueprint => false,
            // A value names what is there, as the target of a relation does. A blueprint that is not there is told where that is said.
            Named::Entity(blueprint) if code == code::VALUE_NAMES_NOTHING => {
                !self.blueprints.contains(blueprint) || self.project.half_read.iter().any(|half| **half == *blueprint)
            }
            _ => known.is_empty(),
        };
        if known.contains(name) || may_be_elsewhere {
            return None;
        }
        let message = match named {
            Named::Entity(blueprint) => format!("there is no entity `{name}` of the blueprint `{blueprint}`"),
            _ => format!("there is no {of} `{name}`"),
        };
        let diagnostic = Diagnostic::error(code, span, message);
        let near = suggest(name, known.iter().copied().take(words::MOST_CANDIDATES));
        Some(match near {
            Some(near) => {
                let help = format!("did you mean `{near}`?");
                diagnostic.help(help).fix(format!("change to `{near}`"), span, write_string(near))
            }
            None => diagnostic.help(one_of(known)),
        })
    }
}

/// How many names a message lists.
const MOST_LISTED: usize = 10;

/// What there is in place of what there is not.
fn one_of(known: &BTreeSet<&str>) -> String {
    let shown = known.iter().take(MOST_LISTED).map(|name| words::quoted(name));
    let rest = known.len().saturating_sub(MOST_LISTED);
    let more = (rest > 0).then(|| format!("{rest} more"));
    if known.is_empty() {
        return "declare it, or leave it out".to_owned();
    }
    format!("there is {}", words::list(shown.chain(more)))
}
