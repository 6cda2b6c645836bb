use crate::cli::arguments::Init;
use crate::cli::{Context, Exit, Failure};
use crate::report::one_line;
use std::path::{Path, PathBuf};

/// The files of a new project, which is an example too.
const FILES: &[(&str, &str)] = &[
    ("plat.kdl", include_str!("../../../examples/starter/plat.kdl")),
    ("catalog.kdl", include_str!("../../../examples/starter/catalog.kdl")),
    ("delivery.kdl", include_str!("../../../examples/starter/delivery.kdl")),
    ("tests.kdl", include_str!("../../../examples/starter/tests.kdl")),
    (".gitignore", include_str!("../../../examples/starter/.gitignore")),
];

/// `plat init [DIR]`: a project with an example of each kind. Overwrites nothing.
pub(super) fn run(arguments: &Init, context: &mut Context) -> Result<Exit, Failure> {
    let folder =
        arguments.folder.as_ref().map_or_else(|| context.directory.clone(), |folder| context.directory.join(folder));
    let taken: Vec<PathBuf> = FILES
        .iter()
        .map(|(name, _)| folder.join(name))
        .filter(|path| path.exists() && !path.ends_with(".gitignore"))
        .collect();
    if let Some(path) = taken.first() {
        return Err(Failure::Usage(format!("{} exists already, and nothing was written", path.display())));
    }
    std::fs::create_dir_all(&folder).map_err(|source| failure(&folder, source))?;
    for (name, text) in FILES {
        let path = folder.join(name);
        if !path.exists() {
            context.output.save(&path, text)?;
            context.print(&format!("{}\n", one_line(&path.display().to_string())))?;
        }
    }
    let place = if folder == Path::new(".") {
        String::new()
    } else {
        format!(" -C {}", one_line(&folder.display().to_string()))
    };
    context.print(&format!("\nNext: plat{place} plan, then plat{place} apply\n"))?;
    Ok(Exit::Success)
}

fn failure(path: &Path, source: std::io::Error) -> Failure {
    Failure::File { doing: "write", path: path.display().to_string(), source }
}
