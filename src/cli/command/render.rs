use crate::cli::arguments::{Format, Render, STANDARD};
use crate::cli::context::Beside;
use crate::cli::{Context, Failure, signals};
use crate::report;
use crate::session::{Disk, Ending, render_again, write_rendered};
use std::path::Path;

/// `plat render`: the manifests of requests, and where they go; `--out DIR` writes each there.
pub(super) fn run(arguments: &Render, context: &Context) -> Result<Ending, Failure> {
    let disk = context.disk()?;
    if arguments.watch {
        return watch(arguments, &disk, context);
    }
    let Some(loaded) = context.load(&disk)? else { return Ok(Ending::Configuration) };
    let placed = loaded.delivered(arguments.request.as_deref())?;
    let Some(folder) = arguments.out.as_deref().filter(|folder| *folder != Path::new(STANDARD)) else {
        return context.show(|| report::manifests_json(&placed), || report::manifests(&placed));
    };
    let filled = write_rendered(folder, &placed, context.guard())?;
    context.tell_left_over(filled.left_over)?;
    context.show(|| report::filled_json(&filled), || report::filled(&filled))
}

/// `plat render --watch`: the same, then what of it changes each time when a file has changed. Where the project has errors these are told,
/// and what was rendered last is what the next rendering is compared with.
fn watch(arguments: &Render, disk: &Disk, context: &Context) -> Result<Ending, Failure> {
    signals::interrupt(&context.wait);
    let mut last: Option<Vec<_>> = None;
    render_again(disk, &context.wait, &context.meter, |loaded| {
        context.meter.end();
        context.tell(&loaded.diagnostics, &loaded.sources, Beside::Result)?;
        let placed = match loaded.delivered(arguments.request.as_deref()) {
            _ if loaded.diagnostics.has_errors() => None,
            Ok(placed) => Some(placed),
            // Whoever writes it anew has to take it away first.
            Err(missing) if last.is_some() => {
                context.complain(&format!("{missing}."))?;
                Some(Vec::new())
            }
            Err(missing) => return Err(missing.into()),
        };
        let is_json = context.format == Format::Json;
        if let Some(placed) = &placed {
            let told = match &last {
                None if is_json => report::manifests_json(placed),
                None => report::manifests(placed),
                Some(last) if is_json => report::manifests_again_json(last, placed),
                Some(last) => report::manifests_again(last, placed, context.style),
            };
            context.print(&told)?;
        }
        // What reads the manifests as they come sees where those of one rendering end.
        if is_json {
            context.print(&report::rendered_json(placed.as_deref(), &loaded.diagnostics))?;
        }
        if let Some(placed) = placed {
            last = Some(placed.into_iter().cloned().collect());
        }
        Ok(context.complain("Watching the files. An interrupt ends it.")?)
    })
}
