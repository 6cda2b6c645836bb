//! What is a set names each of its members once: teams, and the targets of relations.

use crate::diag::{Diagnostic, code};
use crate::model::{Name, Project, Value};
use crate::source::{Origin, Spanned};
use rayon::prelude::*;
use std::collections::HashMap;

/// What is named again in one set. It changes nothing, and may be a slip for another name.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let relations = project.entities.par_iter().flat_map_iter(|entity| {
        let lists = entity.relations.members.iter().filter_map(|member| match &member.value.value {
            Value::Array(targets) => Some((&member.name.value, targets)),
            _ => None,
        });
        let again = lists.flat_map(|(name, targets)| {
            let texts = targets.iter().filter_map(|target| Some((target.value.as_str()?, target.span)));
            let mut again = again(texts, targets.len());
            // Of a relation to one, several are wrong already.
            again.retain(|_| is_many(project, &entity.blueprint.value, name));
            again
        });
        again.chain(names(&entity.teams)).collect::<Vec<_>>()
    });
    let mut found: Vec<Diagnostic> = relations.collect();
    found.extend(project.requests.iter().flat_map(|request| names(&request.teams)));
    found
}

fn is_many(project: &Project, blueprint: &str, relation: &str) -> bool {
    let relation = project.blueprint(blueprint).and_then(|blueprint| blueprint.relation(relation));
    relation.is_some_and(|relation| relation.many.is_some())
}

fn names(names: &[Spanned<Name>]) -> Vec<Diagnostic> {
    again(names.iter().map(|name| (&*name.value, name.span)), names.len())
}

/// The texts that stand in a list again.
fn again<'t>(texts: impl Iterator<Item = (&'t str, Origin)>, count: usize) -> Vec<Diagnostic> {
    if count < 2 {
        return Vec::new();
    }
    let mut first: HashMap<&str, Origin> = HashMap::with_capacity(count);
    let told = |(text, span)| {
        let before = *first.entry(text).or_insert(span);
        (before != span).then(|| {
            Diagnostic::warning(code::ITEM_TWICE, span, format!("`{text}` is named twice"))
                .other(before, "first here")
                .help("take it out, or name the other one that is meant: each counts once")
        })
    };
    texts.filter_map(told).collect()
}

#[cfg(test)]
mod tests {
    use crate::check::tests::problems;

    #[test]
    fn what_is_named_twice_in_a_set_is_told() {
        let text = |teams: &str, targets: &str| {
            format!(
                "blueprint service {{ relation uses service many; property tags array of=string; }}\n\
                 entity service x {{ uses {targets}; team {teams}; tags a a; }}\nentity service y\n\
                 team p\nteam q\n\
                 promise k {{ api group=g.io version=v1 kind=K; }}\nrequest k r {{ metadata {{ team {teams}; }}; }}\n"
            )
        };
        assert_eq!(problems(&text("p q", "x y")), [""; 0]);
        assert_eq!(problems(&text("p p", "x y")), ["E0409 p: `p` is named twice"; 2]);
        assert_eq!(problems(&text("p", "y x y")), ["E0409 y: `y` is named twice"]);
    }
}
