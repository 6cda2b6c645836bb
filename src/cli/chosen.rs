//! The environment of a project that a command works in.

use super::Failure;
use crate::diag::suggest;
use crate::session::{Disk, environments};

/// The project of a folder in the environment that is asked for: there is one where the project declares some, and none where it declares
/// none.
pub(super) fn chosen(disk: Disk, asked: Option<&str>) -> Result<Disk, Failure> {
    let all = environments(&disk);
    match asked {
        None if all.is_empty() => Ok(disk),
        None => {
            let first = all.first().map_or("", |name| &**name);
            Err(Failure::Usage(format!(
                "the project has environments ({}): name one, as in `--env {first}`",
                all.join(", ")
            )))
        }
        Some(name) if all.is_empty() || all.iter().any(|one| **one == *name) => {
            Ok(disk.in_environment(Some(name.into())))
        }
        Some(name) if is_range(name) => Err(Failure::Usage(format!(
            "`--env {name}` names two environments, which `plat diff` compares: name one of {}",
            all.join(", ")
        ))),
        Some(name) => {
            let near = suggest(name, all.iter().map(|one| &**one));
            let help =
                near.map_or_else(|| format!("it has {}", all.join(", ")), |near| format!("did you mean `{near}`?"));
            Err(Failure::Usage(format!("the project has no environment `{name}`: {help}")))
        }
    }
}

/// Whether two environments are named.
fn is_range(name: &str) -> bool {
    name.contains("..")
}

/// The two environments that are compared, where two are asked for.
pub(super) fn compared<'a>(disk: &Disk, asked: Option<&'a str>) -> Result<Option<(&'a str, &'a str)>, Failure> {
    let Some((from, to)) = asked.and_then(|asked| asked.split_once("..")) else { return Ok(None) };
    for name in [from, to] {
        chosen(disk.clone(), Some(name))?;
    }
    Ok(Some((from, to)))
}
