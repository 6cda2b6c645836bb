//! The parser beside the `kdl` crate: speed and memory on entities, and hostile texts at two sizes.
//!
//! `cargo bench --bench parser`; `-- --small` reads 1 MB in place of 10 MB. Times are those that the
//! kernel counts for this thread where it tells them (Linux), else wall time; the best of several runs
//! for ours. Memory is the growth of the resident set at its peak, in a fresh process for each parser.

#![expect(clippy::print_stdout, reason = "a benchmark reports")]

use plat::source::FileId;
use plat::syntax;
use std::fmt::Write as _;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

const MEGABYTE: usize = 1 << 20;

/// One parser, by the name that the measuring process is started with.
#[derive(Clone, Copy)]
enum Subject {
    Plat,
    Kdl,
}

impl Subject {
    fn name(self) -> &'static str {
        match self {
            Subject::Plat => "plat",
            Subject::Kdl => "kdl",
        }
    }

    /// Parses and tells how many top-level nodes there were.
    fn parse(self, text: &Arc<str>) -> usize {
        match self {
            Subject::Plat => {
                let (tree, diagnostics) = syntax::parse(FileId(0), text);
                assert!(diagnostics.is_empty(), "the text is sound");
                tree.nodes().count()
            }
            Subject::Kdl => kdl::KdlDocument::parse_v2(text).map_or(0, |document| document.nodes().len()),
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [mode, subject, size] = &*arguments
        && mode == "measure-memory"
    {
        let subject = if subject == "plat" { Subject::Plat } else { Subject::Kdl };
        let text = Arc::from(entities(size.parse().unwrap_or(MEGABYTE)));
        return println!("{}", memory(subject, &text));
    }
    let size = if arguments.iter().any(|argument| argument == "--small") { MEGABYTE } else { 10 * MEGABYTE };
    report_entities(size);
    report_hostile();
}

fn report_entities(size: usize) {
    let text: Arc<str> = Arc::from(entities(size));
    println!("entities, {:.1} MB:", megabytes(text.len()));
    let ours = report_subject(Subject::Plat, &text, size, 7);
    let theirs = report_subject(Subject::Kdl, &text, size, 1);
    println!("  plat is {:.0} times as fast", theirs.as_secs_f64() / ours.as_secs_f64());
}

fn report_subject(subject: Subject, text: &Arc<str>, size: usize, runs: u32) -> Duration {
    let time = best(runs, || assert!(subject.parse(text) > 0, "{} reads the text", subject.name()));
    let memory = measured_memory(subject, size).map_or("unknown".to_owned(), |bytes| {
        format!("{:.1} MB, {:.1} times the text", megabytes(bytes), megabytes(bytes) / megabytes(text.len()))
    });
    let speed = megabytes(text.len()) / time.as_secs_f64();
    println!("  {:5} {:9.1} ms {speed:7.1} MB/s   memory {memory}", subject.name(), time.as_secs_f64() * 1000.0);
    time
}

/// Texts of about a size that were made to be slow or deep.
fn hostile(size: usize) -> Vec<(&'static str, String)> {
    let quoted = |repeated: &str| format!("a \"{}", repeated.repeat(size / repeated.len()));
    vec![
        ("open braces", "a{".repeat(size / 2)),
        ("braces opened and closed", "a{".repeat(size / 3) + &"}".repeat(size / 3)),
        ("one long line", "a ".repeat(size / 2)),
        ("unterminated string", quoted("b ")),
        ("unterminated strings", "a \"b\n".repeat(size / 5)),
        ("unterminated raw strings", "a #\"b\n".repeat(size / 6)),
        ("unterminated multi-line string", format!("a \"\"\"\n{}", "b\n".repeat(size / 2))),
        ("unterminated comments", "/*".repeat(size / 2)),
        ("nested slashdashes", "/-a{".repeat(size / 4)),
        ("nested slashdashed blocks", "a/-{".repeat(size / 4)),
        ("hashes", "#".repeat(size)),
        ("backslashes", "\\ ".repeat(size / 2)),
    ]
}

fn report_hostile() {
    println!("hostile texts of 1 MB and 2 MB, plat alone:");
    for ((name, small), (_, large)) in hostile(MEGABYTE).into_iter().zip(hostile(2 * MEGABYTE)) {
        let time = |text: String| {
            let text = Arc::from(text);
            best(3, || drop(syntax::parse(FileId(0), &text))).as_secs_f64() * 1000.0
        };
        let (small, large) = (time(small), time(large));
        println!("  {name:32} {small:7.2} ms {large:7.2} ms   times {:.1}", large / small);
    }
}

/// Entities with two arguments and twelve children each, up to about a size in bytes.
fn entities(size: usize) -> String {
    let mut out = String::with_capacity(size + 1024);
    let mut index = 0;
    while out.len() < size {
        let _ = write!(
            out,
            "entity service svc-{index:06} {{
    title \"Service number {index}\"
    description \"Does what service {index} does, and \\\"nothing\\\" else\"
    language Go
    tier critical
    owner \"team-{}@example.com\"
    repository \"https://git.example.com/company/svc-{index:06}\"
    slackChannel \"#svc-{index:06}\"
    productionReadiness {}
    hasReadme #true
    sloAvailability 99.{}
    tags backend payments 2024
    dependencies svc-{:06} svc-{:06}
}}
",
            index % 40,
            index % 100,
            index % 90 + 10,
            index / 2,
            index / 3,
        );
        index += 1;
    }
    out
}

#[expect(clippy::cast_precision_loss, reason = "rounded when printed")]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / MEGABYTE as f64
}

/// The least time that a piece of work took; short work is repeated, as the kernel counts in ticks.
fn best(runs: u32, work: impl Fn()) -> Duration {
    let once = || {
        let (start, wall) = (processor_time(), Instant::now());
        let mut repeats = 0;
        while wall.elapsed() < Duration::from_millis(100) || repeats == 0 {
            work();
            repeats += 1;
        }
        let elapsed = wall.elapsed();
        processor_time().zip(start).map_or(elapsed, |(end, start)| end.saturating_sub(start)) / repeats
    };
    (0..runs).map(|_| once()).min().unwrap_or_default()
}

/// Time that this thread had on a processor.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// Peak growth of the resident set, in bytes, as a fresh process of this program measures it.
fn measured_memory(subject: Subject, size: usize) -> Option<usize> {
    let arguments = ["measure-memory".to_owned(), subject.name().to_owned(), size.to_string()];
    let output = Command::new(std::env::current_exe().ok()?).args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok().filter(|bytes| *bytes > 0)
}

fn memory(subject: Subject, text: &Arc<str>) -> usize {
    let before = resident("VmRSS:");
    // Makes the peak start over from here.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    subject.parse(text);
    resident("VmHWM:").saturating_sub(before)
}

/// A figure of the kernel about this process, in bytes; 0 where there is none.
fn resident(field: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse::<usize>().ok()).unwrap_or(0) * 1024
}
