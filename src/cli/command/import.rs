use crate::cli::arguments::Import;
use crate::cli::context::{Beside, command};
use crate::cli::{Context, Failure};
use crate::model::Kind;
use crate::report::{counted, one_line};
use crate::session::{Ending, import, write_into};

/// `plat import WHAT PATH... --out DIR`: a project of what a neighbour holds. Where it lacks whole objects of that, whoever goes on with it in
/// a script would plan to delete them: that is no plain success.
pub(super) fn run(arguments: &Import, context: &Context) -> Result<Ending, Failure> {
    let imported = import(arguments.what.neighbour(), &arguments.paths, &arguments.out)?;
    context.tell(&imported.problems, &imported.sources, Beside::Result)?;
    write_into(&arguments.out, &imported.files, arguments.overwrite, context.environment.tripwire())?;
    let told: Vec<String> = imported.objects.iter().map(|(kind, number)| counted(*number, &words(*kind))).collect();
    let found = if told.is_empty() { "nothing".to_owned() } else { told.join(", ") };
    let read = counted(imported.sources.iter().len(), "file");
    context.print(&format!("Took in {found} from {read}.\n"))?;
    for (fate, befallen) in &imported.fates {
        let befallen = counts(befallen.iter().map(|(kind, count)| (kind, [count.whole, count.parts, count.of])));
        context.print(&format!("{}: {befallen}.\n", fate.title(arguments.what.neighbour().name())))?;
    }
    if imported.objects.is_empty() {
        return Ok(Ending::Configuration);
    }
    let left_out = counts(imported.left_out().map(|(kind, whole)| (kind, [whole, 0, 0])));
    if !left_out.is_empty() {
        context
            .print(&format!("\nThe project is without {left_out}: left out as a whole, as is told above (E0804).\n"))?;
    }
    let (check, plan) = (command(&arguments.out, "check"), command(&arguments.out, "plan"));
    context.print(&format!("\n{}\n", one_line(&format!("Next: {check}, then {plan}"))))?;
    Ok(if imported.problems.has_errors() {
        Ending::Configuration
    } else if left_out.is_empty() {
        Ending::Success
    } else {
        Ending::Changes
    })
}

/// How much of what: whole objects, and parts of others.
fn counts<'c>(counts: impl Iterator<Item = (&'c Option<Kind>, [usize; 3])>) -> String {
    let told = counts.flat_map(|(kind, [whole, parts, of])| {
        let word = kind.map_or_else(|| "document".to_owned(), words);
        let whole = (whole > 0).then(|| counted(whole, &word));
        let parts = (parts > 0).then(|| format!("{} of {}", counted(parts, "part"), counted(of, &word)));
        whole.into_iter().chain(parts)
    });
    told.collect::<Vec<_>>().join(", ")
}

fn words(kind: Kind) -> String {
    kind.word().replace('-', " ")
}
