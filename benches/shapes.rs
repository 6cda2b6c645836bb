//! How the cost of a plan grows with each shape of a project: many of one kind, many in one of a kind, and many that refer to
//! each other. A shape whose cost grows faster than its size makes a large platform impossible, however fast a small one is.
//!
//! `cargo bench --bench shapes` (needs valgrind, which counts the instructions of one thread: they are the same in each run) prints,
//! for each shape and each plan of it, the millions of instructions at three sizes, and the exponent of the
//! growth. The constant part, as of the start, is taken out: it is the exponent of what one doubling adds to what the other does. More
//! than 1.1 is marked. Words behind `--` choose the shapes whose names hold one of them; with `PLAT_BESIDE=PATH`, an older plat's
//! figures stand behind.

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

type Failure = Box<dyn std::error::Error>;

/// The binary of this build.
const PLAT: &str = env!("CARGO_BIN_EXE_plat");
/// The most that there are of a shape.
const MOST: usize = 4_000;
/// The most names in one place, of which no more are taken.
const WIDE: usize = 2_000;
/// What grows faster is marked.
const LIMIT: f64 = 1.1;

fn main() -> Result<(), Failure> {
    let older = std::env::var("PLAT_BESIDE").ok();
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    print(&format!("{:<40} {:<8} {:>8} {:>8} {:>8}  exponent", "shape", "plan", "quarter", "half", "all"));
    for shape in SHAPES.iter().filter(|shape| words.is_empty() || words.iter().any(|word| shape.0.contains(word))) {
        let ours = growth(PLAT, shape)?;
        let theirs = older.as_deref().map(|older| growth(older, shape)).transpose()?;
        for (number, (what, counts)) in ours.iter().enumerate() {
            let beside = theirs.as_ref().map(|theirs| format!("   before: {}", row(theirs[number].1)));
            let name = format!("{} {}", shape.1, shape.0);
            print(&format!("{name:<40} {what:<8} {}{}", row(*counts), beside.unwrap_or_default()));
        }
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the table is what a benchmark is for")]
fn print(line: &str) {
    println!("{line}");
}

fn row(counts: [f64; 3]) -> String {
    let [small, middle, large] = counts;
    let exponent = ((large - middle) / (middle - small)).log2();
    let mark = if exponent > LIMIT { " GROWS" } else { "" };
    format!("{small:>8.0} {middle:>8.0} {large:>8.0}  {exponent:>8.2}{mark}")
}

/// What each plan of a shape costs at each size, in millions of instructions.
fn growth(plat: &str, (name, most, make): &Shape) -> Result<[(&'static str, [f64; 3]); 3], Failure> {
    let mut all = [("first", [0.0; 3]), ("nothing", [0.0; 3]), ("delete", [0.0; 3])];
    for (place, size) in [most / 4, most / 2, *most].into_iter().enumerate() {
        let folder = TempDir::new()?;
        let write = |text: &str| std::fs::write(folder.path().join("plat.kdl"), text);
        let [stays, goes] = make(size);
        write(&format!("{stays}{goes}"))?;
        let count = || instructions(plat, folder.path()).map_err(|error| format!("{name}, {size}: {error}"));
        all[0].1[place] = count()?;
        apply(plat, folder.path())?;
        all[1].1[place] = count()?;
        write(&stays)?;
        all[2].1[place] = count()?;
    }
    Ok(all)
}

/// The millions of instructions of a plan.
fn instructions(plat: &str, folder: &Path) -> Result<f64, Failure> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", plat, "-C"]).arg(folder);
    command.args(["plan", "--summary"]).env("RAYON_NUM_THREADS", "1").stdout(Stdio::piped());
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let count = said.lines().find_map(|line| line.split_once("refs:")).map(|(_, count)| count.trim().replace(',', ""));
    match count {
        // A plan that deletes all is refused, and says what it would have done.
        Some(count) if matches!(output.status.code(), Some(0 | 5)) => Ok(count.parse::<f64>()? / 1e6),
        _ => Err(format!("{}{said}", String::from_utf8_lossy(&output.stdout)).into()),
    }
}

fn apply(plat: &str, folder: &Path) -> Result<(), Failure> {
    let output = Command::new(plat).arg("-C").arg(folder).args(["apply", "--auto-approve", "--summary"]).output()?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into()) }
}

/// A name, how many at most, and the text of so many: what stays when all is deleted, and what goes.
type Shape = (&'static str, usize, fn(usize) -> [String; 2]);

const SHAPES: &[Shape] = &[
    ("entities", MOST, |count| each(NODE, count, |number| format!("entity node n-{number} {{ word w-{number}; }}\n"))),
    ("entities of a hub", MOST, |count| {
        let spokes =
            each("", count, |number| format!("entity node n-{number} {{ to hub n-{}; }}\n", (number + 1) % count));
        let all: String = (0..count).map(|number| format!(" n-{number}")).collect();
        [format!("{PROJECT}{NODE}"), format!("entity node hub {{ to{all}; }}\n{}", spokes[1])]
    }),
    ("entities in a chain", MOST, |count| {
        each(NODE, count, |number| format!("entity node n-{number} {{ to n-{}; }}\n", (number + 1).min(count - 1)))
    }),
    ("blueprints", MOST, |count| each("", count, |number| format!("blueprint b-{number}\n"))),
    ("blueprints in a ring", MOST, |count| {
        each("", count, |number| format!("blueprint b-{number} {{ relation to b-{}; }}\n", (number + 1) % count))
    }),
    ("properties of one blueprint", WIDE, |count| {
        let words: String = (0..count).map(|number| format!("    p{number} w\n")).collect();
        let wide = many("blueprint wide", count, |number| format!("property p{number} string\n"));
        [PROJECT.to_owned(), format!("{wide}entity wide one {{\n{words}}}\n")]
    }),
    ("relations of one blueprint", WIDE, |count| {
        let words: String = (0..count).map(|number| format!("    r{number} one\n")).collect();
        let wide = many("blueprint wide", count, |number| format!("relation r{number} node\n"));
        [format!("{PROJECT}{NODE}"), format!("entity node one\n{wide}entity wide two {{\n{words}}}\n")]
    }),
    ("values of one property", WIDE, |count| {
        let values: String = (0..count).map(|number| format!(" v{number}")).collect();
        let entities = each("", count, |number| format!("entity wide e{number} {{ kind v{number}; }}\n"));
        let wide = format!("blueprint wide {{ property kind enum {{ values{values}; }}; }}\n");
        [entities[0].clone(), format!("{wide}{}", entities[1])]
    }),
    ("scorecards of one blueprint", MOST, |count| {
        each(NODE, count, |number| {
            format!("scorecard s{number} for=node {{ level Gold {{ rule r {{ word present; }}; }}; }}\n")
        })
    }),
    ("rules of one scorecard", MOST, |count| {
        let rules = many("level Gold", count, |number| format!("rule r{number} {{ word is w{number}; }}\n"));
        [format!("{PROJECT}{NODE}entity node one\n"), format!("scorecard s for=node {{\n{rules}}}\n")]
    }),
    ("levels of one scorecard", MOST, |count| {
        let levels = |number| format!("level L{number} {{ rule r{number} {{ word is w{number}; }}; }}\n");
        [format!("{PROJECT}{NODE}entity node one\n"), many("scorecard s for=node", count, levels)]
    }),
    ("teams", MOST, |count| each("", count, |number| format!("team t{number} {{ member ana@example.com; }}\n"))),
    ("teams of entities", MOST, |count| {
        each(NODE, count, |number| format!("team t{number}\nentity node n-{number} {{ team t{number}; }}\n"))
    }),
    ("members of one team", WIDE, |count| {
        each("", 1, |_| format!("{}team t {{ member {}; }}\n", users(count), addresses(count)))
    }),
    ("pages in a chain", MOST, |count| {
        each("", count, |number| {
            let parent = if number == 0 { String::new() } else { format!("parent p{}; ", number - 1) };
            format!("page p{number} {{ title P; {parent}widgets {{ - type=markdown title=T markdown=W; }}; }}\n")
        })
    }),
    ("actions", MOST, |count| {
        each(NODE, count, |number| {
            let backend = "backend webhook url=\"https://example.com/hook\" { send name $inputs.name; }";
            format!("action a{number} create node {{ input name string; {backend}; }}\n")
        })
    }),
    ("inputs of one action", WIDE, |count| {
        let sends: String = (0..count).map(|number| format!("send i{number} $inputs.i{number}\n")).collect();
        let backend = format!("backend webhook url=\"https://example.com/hook\" {{\n{sends}}}\n");
        let inputs: String = (0..count).map(|number| format!("input i{number} string\n")).collect();
        [format!("{PROJECT}{NODE}"), format!("action a create node {{\n{inputs}{backend}}}\n")]
    }),
    ("policies", MOST, |count| {
        each(NODE, count, |number| {
            format!("policy p{number} for=entity of=node {{ require {{ word is-not w{number}; }}; }}\n")
        })
    }),
    ("requests of one promise", MOST, |count| {
        each(&format!("{STORE}{PROMISE}destination one {{ store gitops; labels at=x; }}\n"), count, |number| {
            format!("request bucket r{number} namespace=n {{ size {number}; at x; }}\n")
        })
    }),
    ("requests of as many destinations", MOST, |count| {
        each(&format!("{STORE}{PROMISE}"), count, |number| {
            format!(
                "destination d{number} {{ store gitops; labels at=d{number}; }}
                request bucket r{number} namespace=n {{ size {number}; at d{number}; }}\n"
            )
        })
    }),
    ("requests of as many promises", MOST, |count| {
        each(&format!("{STORE}destination one {{ store gitops; labels at=x; }}\n"), count, |number| {
            let promise =
                PROMISE.replace("bucket", &format!("bucket{number}")).replace("Bucket", &format!("Bucket{number}"));
            format!("{promise}request bucket{number} r namespace=n {{ size {number}; at x; }}\n")
        })
    }),
    ("resources of one request", WIDE, |count| {
        let resource =
            |number| format!("resource v1 ConfigMap \"c{number}\" file=f{number}.yaml {{ data size=$spec.size; }}\n");
        let workflow = many("workflow configure", count, resource);
        let api = "api group=example.com version=v1 kind=Wide { field size string; }";
        let text = format!("promise wide {{ {api}\n{workflow}}}\nrequest wide r namespace=n {{ size w; }}\n");
        [format!("{PROJECT}{STORE}destination one {{ store gitops; }}\n"), text]
    }),
    ("rows of one table", WIDE, |count| {
        let rows = many("table t by=$spec.size", count, |number| format!("row s{number} word=w{number}\n"));
        let values: String = (0..count).map(|number| format!(" s{number}")).collect();
        let api =
            format!("api group=example.com version=v1 kind=Wide {{ field size enum required {{ values{values}; }}; }}");
        let resource = "resource v1 ConfigMap $name file=f.yaml { data word=$t.word; }";
        let requests = each("", count, |number| format!("request wide r{number} namespace=n {{ size s{number}; }}\n"));
        let promise = format!("promise wide {{ {api}\nworkflow configure {{\n{rows}{resource}\n}}\n}}\n");
        [format!("{PROJECT}{STORE}destination one {{ store gitops; }}\n"), format!("{promise}{}", requests[1])]
    }),
    ("fields of one request", WIDE, |count| {
        let fields =
            many("api group=example.com version=v1 kind=Wide", count, |number| format!("field f{number} string\n"));
        let data: String = (0..count).map(|number| format!("f{number} $spec.f{number}\n")).collect();
        let resource = format!("resource v1 ConfigMap $name file=f.yaml {{ data {{\n{data}}}\n}}\n");
        let request = many("request wide r namespace=n", count, |number| format!("f{number} w\n"));
        let text = format!("promise wide {{\n{fields}workflow configure {{\n{resource}}}\n}}\n{request}");
        [format!("{PROJECT}{STORE}destination one {{ store gitops; }}\n"), text]
    }),
];

const PROJECT: &str = "project shape\n";
const NODE: &str = "blueprint node { property word string; relation to node many; }\n";
const STORE: &str = "state-store gitops git create { url \".plat/stores/gitops.git\"; }\n";
const PROMISE: &str = "promise bucket {
    api group=example.com version=v1 kind=Bucket { field size integer required; field at string required; }
    schedule at=$spec.at
    workflow configure {
        resource \"s3.example.com/v1\" Bucket $name file=bucket.yaml { spec { size $spec.size; }; }
    }
}
";

/// A project of what stays, and as many of what goes.
fn each(stays: &str, count: usize, goes: impl Fn(usize) -> String) -> [String; 2] {
    [format!("{PROJECT}{stays}"), (0..count).map(goes).collect()]
}

/// A node with as many children.
fn many(node: &str, count: usize, child: impl Fn(usize) -> String) -> String {
    format!("{node} {{\n{}}}\n", (0..count).map(child).collect::<String>())
}

fn addresses(count: usize) -> String {
    (0..count).fold(String::new(), |mut all, number| {
        let _ = write!(all, " u{number}@example.com");
        all
    })
}

fn users(count: usize) -> String {
    (0..count).map(|number| format!("user u{number}@example.com\n")).collect()
}
