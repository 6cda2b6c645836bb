//! What a portal works out for the entities of a blueprint is worked out of what there is: the ways of mirrors, the properties of
//! aggregations, and the relations that lead to who owns them (Port's `mirrorProperties`, `aggregationProperties` and `ownership`).

use super::subject::Subjects;
use crate::diag::Diagnostic;
use crate::model::{Declaration, FieldPath, Kind, Leaf, Project, Value};
use crate::source::Spanned;
use std::collections::HashSet;

/// The ways and the names that lead to nothing.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let subjects = Subjects::blueprints(project);
    // What is worked out itself may be shown and counted elsewhere.
    let worked_out: HashSet<&str> =
        project.blueprints.iter().flat_map(|blueprint| &blueprint.worked_out).map(|name| &**name).collect();
    let blueprints = project.objects.iter().filter(|object| object.address.kind == Kind::Blueprint);
    let ways = blueprints.flat_map(ways);
    let known = |path: &FieldPath| match &path.leaf {
        Leaf::Property(name) => worked_out.contains(&**name),
        _ => false,
    };
    let problem = |(start, path): (&str, Spanned<FieldPath>)| match subjects.find(start, &path)? {
        Err(problem) if !known(&path.value) => Some(*problem),
        _ => None,
    };
    ways.filter_map(problem).collect()
}

/// The ways that a blueprint says, each with the blueprint that it starts at.
fn ways(blueprint: &Declaration) -> Vec<(&str, Spanned<FieldPath>)> {
    let (own, body) = (&*blueprint.address.name, &blueprint.body);
    let group = |name: &str| body.get(name).and_then(|group| group.as_object()).map_or(&[][..], |map| &map.members);
    let says = |value: &'_ Spanned<Value>, name: &str| {
        let said = value.as_object()?.get(name)?;
        Some(Spanned::new(FieldPath::of(said.as_str()?), said.span))
    };
    let mut ways: Vec<(&str, Spanned<FieldPath>)> =
        group("mirrors").iter().filter_map(|mirror| Some((own, says(&mirror.value, "path")?))).collect();
    for aggregation in group("aggregations") {
        let target = aggregation.value.as_object().and_then(|map| map.get("target")?.as_str());
        let named = ["property", "measuredBy"].into_iter().filter_map(|name| says(&aggregation.value, name));
        if let Some(target) = target {
            ways.extend(named.map(|way| (target, way)));
        }
    }
    // It leads to an entity: its last name is a relation as the others are.
    ways.extend(body.get("ownership").and_then(|ownership| Some((own, says(ownership, "path")?))));
    ways
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::resolve::{MemoryLoader, resolve};

    fn told(line: &str) -> Vec<String> {
        let text = format!(
            "project p\nblueprint system {{ property tier string; mirror far parts.tier; relation parts part many }}\nblueprint part {{ property tier string }}\n\
             blueprint alert {{ property size number }}\nblueprint service {{ relation system system; {line} }}\n"
        );
        let resolved = resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap();
        let one = |found: crate::diag::Diagnostic| {
            format!(
                "{} [{}] {}",
                found.code,
                resolved.sources.text(found.primary.span()),
                found.help.unwrap_or_default()
            )
        };
        check(&resolved.project).into_iter().map(one).collect()
    }

    #[test]
    fn ways_that_lead_somewhere_are_fine() {
        for line in [
            "mirror a system.tier",
            "mirror a system.$title",
            "mirror a system.parts.tier",
            "mirror a system.far",
            "aggregation n alert sum of=property property=size measured-by=$createdAt",
            "aggregation n alert count of=entities",
            "ownership inherited path=system",
            "ownership direct",
        ] {
            assert_eq!(told(line), [""; 0], "{line}");
        }
    }

    #[test]
    fn ways_that_lead_nowhere_are_told_with_what_is_near() {
        for (line, expected) in [
            ("mirror a sytem.tier", "E0451 [sytem.tier] did you mean `system.tier`?"),
            ("mirror a system.teir", "E0450 [system.teir] did you mean `system.tier`?"),
            ("mirror a system.part.tier", "E0451 [system.part.tier] did you mean `system.parts.tier`?"),
            ("aggregation n alert sum of=property property=sise", "E0450 [sise] did you mean `size`?"),
            ("aggregation n alert count of=entities measured-by=sise", "E0450 [sise] did you mean `size`?"),
            ("ownership inherited path=sytem", "E0450 [sytem] did you mean `system`?"),
        ] {
            assert_eq!(told(line), [expected], "{line}");
        }
    }
}
