use rusqlite::Connection;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder with a project in it, which is gone when it is dropped.
pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    /// A project without a file.
    pub(crate) fn new() -> Self {
        let project = Self { folder: TempDir::new().unwrap() };
        fs::create_dir(project.root()).unwrap();
        fs::create_dir(project.outside("home")).unwrap();
        project
    }

    /// One of the examples, as it is in the repository.
    pub(crate) fn example(name: &str) -> Self {
        let project = Self::new();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name), &project.root());
        project
    }

    /// All of this project as it is now, in another folder.
    pub(crate) fn twin(&self) -> Self {
        let project = Self::new();
        copy(&self.root(), &project.root());
        project
    }

    /// The project with one more file.
    pub(crate) fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        self.write(path, text);
        self
    }

    /// Writes a file of the project.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Replaces the only occurrence of a text in a file.
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(from).count(), 1, "{from:?} in {path}");
        self.write(path, text.replacen(from, to, 1));
    }

    /// The text of a file.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// The project's folder.
    pub(crate) fn root(&self) -> PathBuf {
        self.outside("project")
    }

    /// The place of a file of the project.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// A place beside the project's folder.
    pub(crate) fn outside(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// A command that runs in the project's folder.
    pub(crate) fn command<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plat"));
        command.args(arguments).current_dir(self.root()).env_clear().stdin(Stdio::null());
        command.env("HOME", self.outside("home"));
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    /// What a run in the project's folder comes to.
    pub(crate) fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Outcome {
        Outcome::of(&mut self.command(arguments))
    }

    /// The same with a text at its standard input.
    pub(crate) fn run_with_input<'a>(&self, arguments: impl IntoIterator<Item = &'a str>, text: &[u8]) -> Outcome {
        let mut command = self.command(arguments);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut input = process.stdin.take().unwrap();
        let text = text.to_owned();
        let writer = std::thread::spawn(move || input.write_all(&text));
        let output = process.wait_with_output().unwrap();
        writer.join().unwrap().unwrap();
        Outcome::from(output)
    }

    /// Applies without asking, which must succeed.
    pub(crate) fn apply(&self) -> Outcome {
        self.run(["apply", "--auto-approve"]).code(0)
    }

    /// The catalog's database.
    pub(crate) fn catalog(&self) -> Connection {
        Connection::open(self.path(".plat/catalog.db")).unwrap()
    }

    /// Changes one row of the catalog behind plat's back.
    pub(crate) fn sql(&self, statement: &str) {
        assert_eq!(self.catalog().execute(statement, []).unwrap(), 1, "{statement}");
    }

    /// Sets, behind plat's back, a value in the body of an entity. The value is JSON.
    pub(crate) fn set(&self, blueprint: &str, entity: &str, path: &str, value: &str) {
        self.sql(&format!(
            "UPDATE objects SET body = json_set(body, '$.{path}', json('{value}'))
             WHERE (kind, parent, name) = ('entity', '{blueprint}', '{entity}')"
        ));
    }

    /// What one place in the body of an entity holds.
    pub(crate) fn get(&self, blueprint: &str, entity: &str, path: &str) -> Option<String> {
        let question = format!(
            "SELECT body -> '$.{path}' FROM objects
             WHERE (kind, parent, name) = ('entity', '{blueprint}', '{entity}')"
        );
        self.catalog().query_row(&question, [], |row| row.get(0)).unwrap()
    }

    /// Whether the catalog has an object.
    pub(crate) fn has(&self, kind: &str, parent: &str, name: &str) -> bool {
        let question = "SELECT count(*) FROM objects WHERE (kind, parent, name) = (?1, ?2, ?3)";
        let count: i64 = self.catalog().query_row(question, [kind, parent, name], |row| row.get(0)).unwrap();
        count == 1
    }

    /// Every file below the project's folder, the hidden ones too, with its content; folders without.
    pub(crate) fn snapshot(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let entries = walkdir::WalkDir::new(self.root()).into_iter().map(|entry| entry.unwrap().into_path());
        entries.map(|path| (path.clone(), path.is_file().then(|| fs::read(&path).unwrap()))).collect()
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let place = to.join(entry.path().strip_prefix(from).unwrap());
        // What a developer applied in the example itself does not come along.
        if entry.path().starts_with(concat!(env!("CARGO_MANIFEST_DIR"), "/examples"))
            && entry.path().components().any(|part| part.as_os_str() == ".plat")
        {
            continue;
        }
        if entry.file_type().is_dir() {
            fs::create_dir_all(place).unwrap();
        } else {
            fs::copy(entry.path(), place).unwrap();
        }
    }
}

/// What a run came to. Each question that is not answered as expected fails with everything that the run said.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Outcome {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Outcome {
    /// Runs a command to its end.
    pub(crate) fn of(command: &mut Command) -> Self {
        command.output().unwrap().into()
    }

    /// It ended with this code.
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// It printed exactly this.
    #[track_caller]
    pub(crate) fn stdout(self, text: &str) -> Self {
        assert_eq!(self.out, text, "{self}");
        self
    }

    /// It complained with exactly this.
    #[track_caller]
    pub(crate) fn stderr(self, text: &str) -> Self {
        assert_eq!(self.err, text, "{self}");
        self
    }

    /// What it printed holds these texts, in this order.
    #[track_caller]
    pub(crate) fn says<'a>(self, texts: impl IntoIterator<Item = &'a str>) -> Self {
        in_order(&self.out, texts, &self);
        self
    }

    /// What it complained about holds these texts, in this order.
    #[track_caller]
    pub(crate) fn complains<'a>(self, texts: impl IntoIterator<Item = &'a str>) -> Self {
        in_order(&self.err, texts, &self);
        self
    }

    /// Neither output holds a text.
    #[track_caller]
    pub(crate) fn never_says(self, text: &str) -> Self {
        assert!(!self.out.contains(text) && !self.err.contains(text), "{text:?} in {self}");
        self
    }

    /// There was nothing to do.
    #[track_caller]
    pub(crate) fn no_changes(self) -> Self {
        assert!(self.out.starts_with("No changes. ") && self.out.lines().count() == 1, "{self}");
        self.code(0)
    }
}

#[track_caller]
fn in_order<'a>(text: &str, parts: impl IntoIterator<Item = &'a str>, outcome: &Outcome) {
    let mut rest = text;
    for part in parts {
        let start = rest.find(part);
        assert!(start.is_some(), "no {part:?} (in this order) in {outcome}");
        let start = start.unwrap();
        // The end of one line is the start of the next one.
        rest = &rest[start + part.trim_end_matches('\n').len()..];
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "code {:?}\n--- stdout\n{}\n--- stderr\n{}", self.code, self.out, self.err)
    }
}
