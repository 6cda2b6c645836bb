//! What a portal works out for the entities of a blueprint is worked out of what there is: the ways of mirrors, the properties of
//! aggregations, and the relations that lead to who owns them (Port's `mirrorProperties`, `aggregationProperties` and `ownership`).

use super::subject::Subjects;
use crate::diag::{Diagnostic, code};
use crate::model::{Declaration, FieldPath, Kind, Leaf, Map, Name, Project};
use crate::source::{Origin, Spanned};
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
    let problem = |(start, path): (&str, Spanned<FieldPath>)| match subjects.find_member(start, &path)? {
        Err(problem) if !known(&path.value) => Some(*problem),
        _ => None,
    };
    let lacks = project.objects.iter().filter(|object| object.address.kind == Kind::Blueprint).flat_map(lacks);
    ways.filter_map(problem).chain(lacks).collect()
}

/// What is worked out without what Port asks for: a mirror without a relation, an aggregation of a property without one, an inherited
/// ownership without its way.
fn lacks(blueprint: &Declaration) -> Vec<Diagnostic> {
    let error = |span: Origin, message: String, help: &str| {
        Diagnostic::error(code::WORKED_OUT_OF_NOTHING, span, message).help(help)
    };
    let mut found = Vec::new();
    for (name, path) in members(blueprint, "mirrors").filter_map(|(name, map)| Some((name, map.get("path")?))) {
        if path.as_str().is_some_and(|path| FieldPath::of(path).way.is_empty()) {
            let help = "write the relation before it, with `.` between them";
            found.push(error(name.span, format!("the mirror `{}` goes through no relation", name.value), help));
        }
    }
    let is_of_property = |map: &Map| map.get("of").and_then(|of| of.as_str()) == Some("property");
    for (name, map) in members(blueprint, "aggregations") {
        if is_of_property(map) && map.get("property").is_none() {
            let message = format!("the aggregation `{}` is of a property, and names none", name.value);
            found.push(error(name.span, message, "write `property=NAME` behind it"));
        }
    }
    let ownership = blueprint.body.get("ownership").and_then(|ownership| ownership.as_object());
    if let Some(kind) = ownership.filter(|map| map.get("path").is_none()).and_then(|map| map.get("type"))
        && kind.as_str() == Some("inherited")
    {
        let message = format!("the ownership of `{}` is inherited, and leads nowhere", blueprint.address.name);
        found.push(error(kind.span, message, "write `path=RELATION` behind it").missing("path"));
    }
    found
}

/// The named things of a group, which are objects.
fn members<'b>(blueprint: &'b Declaration, group: &str) -> impl Iterator<Item = (&'b Spanned<Name>, &'b Map)> {
    let members = blueprint.body.get(group).and_then(|group| group.as_object()).map_or(&[][..], |map| &map.members);
    members.iter().filter_map(|member| Some((&member.name, member.value.as_object()?)))
}

/// The ways that a blueprint says, each with the blueprint that it starts at.
fn ways(blueprint: &Declaration) -> Vec<(&str, Spanned<FieldPath>)> {
    let (own, body) = (&*blueprint.address.name, &blueprint.body);
    let says = |map: &'_ Map, name: &str| {
        let said = map.get(name)?;
        Some(Spanned::new(FieldPath::of(said.as_str()?), said.span))
    };
    let mirrors = members(blueprint, "mirrors");
    let mut ways: Vec<(&str, Spanned<FieldPath>)> =
        mirrors.filter_map(|(_, mirror)| Some((own, says(mirror, "path")?))).collect();
    ways.retain(|(_, way)| !way.value.way.is_empty());
    for (_, aggregation) in members(blueprint, "aggregations") {
        let target = aggregation.get("target").and_then(|target| target.as_str());
        let named = ["property", "measuredBy"].into_iter().filter_map(|name| says(aggregation, name));
        if let Some(target) = target {
            ways.extend(named.map(|way| (target, way)));
        }
    }
    // It leads to an entity: its last name is a relation as the others are.
    ways.extend(body.get("ownership").and_then(|ownership| Some((own, says(ownership.as_object()?, "path")?))));
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
            ("mirror a system.tier.deep", "E0451 [system.tier.deep] "),
            ("mirror a system.parts.$count", "E0451 [system.parts.$count] "),
            ("aggregation n alert sum of=property property=sise", "E0450 [sise] did you mean `size`?"),
            ("aggregation n alert count of=entities measured-by=sise", "E0450 [sise] did you mean `size`?"),
            ("ownership inherited path=sytem", "E0450 [sytem] did you mean `system`?"),
            ("mirror a $title", "E0472 [a] write the relation before it, with `.` between them"),
            ("aggregation n alert sum of=property", "E0472 [n] write `property=NAME` behind it"),
            ("ownership inherited", "E0472 [inherited] write `path=RELATION` behind it"),
        ] {
            assert_eq!(told(line), [expected], "{line}");
        }
    }
}
