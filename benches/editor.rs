//! What typing costs in a project of many files: from a keystroke to its problems, over standard input and output as an editor has it.
//!
//! `cargo bench --bench editor [-- FILES...]` makes a project of so many files (100, 1,000 and 10,000 where none are said), of ten entities
//! each, has `plat lsp` read it, and prints how long it takes until the first problems are there, and then how long from a keystroke to the
//! problems of the text that was typed in, at the median and at the 99th of 100: in a leaf (an entity), in a hub (the blueprint that all
//! entities are of) and in a table of a promise; and the most memory that was used. `all` is how long it takes until the rest of the project
//! is told too. With `PLAT_BESIDE=PATH`, an older plat's figures stand behind, taken in turns.

use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

type Failure = Box<dyn std::error::Error>;

/// The binary of this build.
const PLAT: &str = env!("CARGO_BIN_EXE_plat");
/// How often something is typed.
const TYPED: usize = 100;

fn main() -> Result<(), Failure> {
    let older = std::env::var("PLAT_BESIDE").ok();
    let sizes: Vec<usize> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![100, 1_000, 10_000] } else { sizes };
    print(&format!("{:>7} {:<7} {:>9} {:>9} {:>9} {:>9}", "files", "typed", "p50 ms", "p99 ms", "all ms", "MB"));
    for files in sizes {
        let folder = project(files)?;
        for (plat, name) in std::iter::once((PLAT, "")).chain(older.as_deref().map(|older| (older, "  before"))) {
            let mut editor = Editor::start(plat, folder.path())?;
            let first = editor.open("services/s0.kdl")?;
            print(&format!("{files:>7} {:<7} {:>9.1}{name}", "first", ms(first)));
            for (what, file, from, to) in [
                ("leaf", "services/s0.kdl", "title \"Service 0\"", "title \"Service 0x"),
                ("hub", "catalog.kdl", "title Service", "title Servicex"),
                ("table", "promises.kdl", "cpu=1", "cpu=12"),
            ] {
                let (mut times, whole) = editor.type_in(file, from, to)?;
                times.sort_unstable();
                let [half, most] = [times[times.len() / 2], times[times.len() * 99 / 100]].map(ms);
                let memory = editor.memory();
                let whole = ms(whole);
                print(&format!("{files:>7} {what:<7} {half:>9.1} {most:>9.1} {whole:>9.1} {memory:>9.0}{name}"));
            }
        }
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the table is what a benchmark is for")]
fn print(line: &str) {
    println!("{line}");
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// A project of so many files of ten entities, with a scorecard, a promise, and a request for each hundredth file.
fn project(files: usize) -> Result<TempDir, Failure> {
    let folder = TempDir::new()?;
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
    std::fs::create_dir(folder.path().join("services"))?;
    write("plat.kdl", "project demo\nstate-store s git create { url \".plat/s.git\"; }\ndestination d { store s; }\n")?;
    write("catalog.kdl", CATALOG)?;
    write("promises.kdl", PROMISES)?;
    for file in 0..files {
        let mut text = String::new();
        for entity in 0..10 {
            let number = file * 10 + entity;
            let _ = write!(
                text,
                "entity service s{number} {{\n    title \"Service {number}\"\n    team t{}\n    tier {}\n    repository \"https://example.com/{number}\"\n    \
                 uses s{}\n}}\n",
                number % 20,
                if number.is_multiple_of(3) { "critical" } else { "standard" },
                (number * 7 + 1) % (files * 10),
            );
        }
        if file.is_multiple_of(100) {
            let _ = writeln!(text, "request app a{file} {{ size small; }}");
        }
        write(&format!("services/s{file}.kdl"), &text)?;
    }
    Ok(folder)
}

const CATALOG: &str = "blueprint service {
    title Service
    property tier enum required { values critical standard; }
    property repository url
    relation uses service many
}
each n from=0 to=19 { team \"t${n}\" { title \"Team ${n}\"; }; }
scorecard ready for=service {
    level Bronze { rule repository { repository present; }; }
    level Gold { rule tier { tier is critical; }; }
}
";

const PROMISES: &str = "promise app {
    api group=example.com version=v1 kind=App { field size enum default=small { values small large; }; }
    workflow configure {
        table sizes by=$spec.size {
            row small cpu=1
            row large cpu=4
        }
        resource v1 ConfigMap $name { data cpu=\"${sizes.cpu}\"; }
    }
}
";

struct Editor {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    root: String,
    version: i64,
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Editor {
    fn start(plat: &str, folder: &Path) -> Result<Self, Failure> {
        let mut process =
            Command::new(plat).arg("lsp").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = process.stdin.take().ok_or("no input")?;
        let output = BufReader::new(process.stdout.take().ok_or("no output")?);
        let root = format!("file://{}", std::fs::canonicalize(folder)?.display());
        Ok(Self { process, input, output, root, version: 0 })
    }

    /// Opens a text, from the start of the server; how long it takes until its problems are told.
    fn open(&mut self, name: &str) -> Result<Duration, Failure> {
        let begun = Instant::now();
        let folders = json!([{ "uri": self.root, "name": "demo" }]);
        let watched = json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
        let params =
            json!({ "processId": null, "rootUri": self.root, "capabilities": watched, "workspaceFolders": folders });
        self.send(&json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params }))?;
        self.send(&json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} }))?;
        self.show(name)?;
        self.told(name)?;
        Ok(begun.elapsed())
    }

    fn show(&mut self, name: &str) -> Result<(), Failure> {
        self.version += 1;
        let text = self.text(name)?;
        let document = json!({ "uri": self.uri(name), "languageId": "kdl", "version": self.version, "text": text });
        self.note("textDocument/didOpen", &json!({ "textDocument": document }))
    }

    /// Types something and takes it back, again and again; how long each takes until its problems are told, and the last one until those of
    /// the whole project are.
    fn type_in(&mut self, name: &str, from: &str, to: &str) -> Result<(Vec<Duration>, Duration), Failure> {
        self.show(name)?;
        self.told(name)?;
        self.settle()?;
        let text = self.text(name)?;
        let at = text.find(from).ok_or("what is typed over")?;
        let line = text[..at].matches('\n').count();
        let column = at - text[..at].rfind('\n').map_or(0, |end| end + 1);
        let mut times = Vec::new();
        let (mut old, mut new) = (from, to);
        let mut whole = Duration::ZERO;
        for _ in 0..TYPED {
            self.version += 1;
            let range = json!({
                "start": { "line": line, "character": column },
                "end": { "line": line, "character": column + old.len() },
            });
            let document = json!({ "uri": self.uri(name), "version": self.version });
            let change = json!([{ "range": range, "text": new }]);
            let begun = Instant::now();
            self.note("textDocument/didChange", &json!({ "textDocument": document, "contentChanges": change }))?;
            self.told(name)?;
            times.push(begun.elapsed());
            self.settle()?;
            whole = begun.elapsed();
            std::mem::swap(&mut old, &mut new);
        }
        Ok((times, whole))
    }

    /// Waits until the whole project is read: what speaks of all of it is answered then.
    fn settle(&mut self) -> Result<(), Failure> {
        let place =
            json!({ "textDocument": { "uri": self.uri("catalog.kdl") }, "position": { "line": 0, "character": 0 } });
        let mut asked = place;
        asked["context"] = json!({ "includeDeclaration": false });
        self.send(&json!({ "jsonrpc": "2.0", "id": 2, "method": "textDocument/references", "params": asked }))?;
        while self.receive()?["id"] != 2 {}
        Ok(())
    }

    /// Waits for the problems of a text in its newest state.
    fn told(&mut self, name: &str) -> Result<(), Failure> {
        let uri = self.uri(name);
        loop {
            let message = self.receive()?;
            let params = &message["params"];
            if message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == uri
                && params["version"] == self.version
            {
                return Ok(());
            }
        }
    }

    fn text(&self, name: &str) -> Result<String, Failure> {
        Ok(std::fs::read_to_string(Path::new(self.root.trim_start_matches("file://")).join(name))?)
    }

    fn uri(&self, name: &str) -> String {
        format!("{}/{name}", self.root)
    }

    fn note(&mut self, method: &str, params: &Value) -> Result<(), Failure> {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))
    }

    fn send(&mut self, message: &Value) -> Result<(), Failure> {
        let body = serde_json::to_vec(message)?;
        write!(self.input, "Content-Length: {}\r\n\r\n", body.len())?;
        self.input.write_all(&body)?;
        Ok(self.input.flush()?)
    }

    fn receive(&mut self) -> Result<Value, Failure> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line)? == 0 {
                return Err("the server is gone".into());
            }
            match line.trim() {
                "" => break,
                header => length = header.strip_prefix("Content-Length: ").map_or(Ok(length), str::parse)?,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body)?;
        Ok(serde_json::from_slice(&body)?)
    }

    /// The most memory that the server has used so far, in MB.
    fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        most.and_then(|most| most.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or_default() / 1_024.0
    }
}
