use crate::cli::arguments::{Format, Test};
use crate::cli::{Context, Failure, reports};
use crate::diag::Diagnostics;
use crate::report::{self, Reader, ReportFormat, Subject};
use crate::session::Ending;
use crate::verify::verify;

/// `plat test`: the project's own tests, offline.
pub(super) fn run(arguments: &Test, context: &Context) -> Result<Ending, Failure> {
    let disk = context.disk()?;
    let loaded = context.read(&disk)?;
    let subject = reports::of_project("test", &loaded);
    if loaded.diagnostics.has_errors() {
        reports::write(&arguments.reports, &subject, &context.output)?;
        return Ok(Ending::Configuration);
    }
    let results = verify(&loaded.project);
    let text = || report::tests(&results, &loaded.sources, context.style);
    context.show(|| report::tests_json(&results, &loaded.sources), text)?;
    let subject = Subject { tests: Some(&results), ..subject };
    if context.format == Format::Github {
        // What the project's text is wrong in was annotated before.
        let alone = Subject { diagnostics: &Diagnostics::new(), ..subject };
        context.output.print_to(Reader::Workflow, &report::report(ReportFormat::Github, &alone))?;
    }
    reports::write(&arguments.reports, &subject, &context.output)?;
    Ok(Ending::of_tests(&results))
}
