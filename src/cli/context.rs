use super::arguments::{Arguments, Form, Format, STANDARD};
use super::meter::{Meter, Watched};
use super::output::Output;
use super::signals;
use super::{Failure, chosen};
use crate::diag::Diagnostics;
use crate::model::{Project, shell_word};
use crate::report::{self, Color, Host, Reader, Style};
use crate::secret::Leak;
use crate::session::{
    Disk, Ending, Environment, Given, Guard, Modules, Session, SessionError, Targets, given_in, without_unreachable,
};
use crate::source::Sources;
use crate::wait::Wait;
use crate::workspace::{Loaded, Progress, Resolved, load_watched, project_file};
use std::collections::BTreeMap;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

/// The variables of a process that are text.
pub(super) type Variables = BTreeMap<String, String>;

/// Those of this process.
pub(super) fn variables() -> Variables {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// What a command needs of its process: its environment as values, and where its output goes.
pub(super) struct Context {
    /// The folder that was named.
    pub(super) directory: PathBuf,
    /// The environment of the project that was named.
    pub(super) env: Option<String>,
    /// What is given for parameters of the project.
    parameters: Vec<(String, String)>,
    /// The folder that holds modules which were fetched, for all projects of who runs this.
    modules: Option<PathBuf>,
    /// The files that say more of that.
    parameter_files: Vec<PathBuf>,
    /// What stood at standard input, where one of them is that.
    read_from_standard_input: OnceLock<Vec<u8>>,
    /// The form of output that was asked for.
    pub(super) form: Form,
    /// Who reads it.
    pub(super) format: Format,
    /// How standard output looks.
    pub(super) style: Style,
    /// How standard error looks.
    error_style: Style,
    /// Whether somebody can be asked.
    pub(super) interactive: bool,
    /// How long work is told.
    pub(super) meter: Meter,
    /// Seconds since 1970 (UTC).
    pub(super) now: i64,
    /// Variables that name credentials.
    pub(super) environment: Environment,
    /// The host that the run is on, where it says so.
    pub(super) host: Option<Host>,
    /// What signals are told to.
    pub(super) wait: Wait,
    /// The way out.
    pub(super) output: Output,
}

impl Context {
    /// The context of this process.
    pub(super) fn of_process(arguments: &mut Arguments, variables: &Variables, environment: Environment) -> Self {
        let form = arguments.form;
        let format = form.format();
        let color = |terminal: bool| {
            let wanted = terminal && variables.get("NO_COLOR").is_none_or(String::is_empty);
            if wanted { Color::Always } else { Color::Never }
        };
        let told = variables.get("COLUMNS").and_then(|columns| columns.parse().ok());
        let width = |terminal: Option<(terminal_size::Width, terminal_size::Height)>| {
            told.or(terminal.map(|size| usize::from(size.0.0))).unwrap_or(100)
        };
        let style = |terminal, size| Style { color: color(terminal), width: width(size), ..Style::PLAIN };
        let (out, error) = (std::io::stdout(), std::io::stderr());
        // A job's log is no terminal, even where it says it is.
        let seen = error.is_terminal()
            && format == Format::Human
            && form != Form::Compact
            && variables.get("CI").is_none_or(String::is_empty)
            && variables.get("TERM").is_none_or(|terminal| terminal != "dumb");
        let error_width = width(terminal_size::terminal_size_of(&error));
        let watched = if seen { Watched::Terminal { width: error_width } } else { Watched::Nobody };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let (out_style, error_style) = (
            style(out.is_terminal(), terminal_size::terminal_size_of(&out)),
            style(error.is_terminal(), terminal_size::terminal_size_of(&error)),
        );
        let reader = |style: Style| match (format, style.color) {
            (Format::Json, _) => Reader::Program,
            (Format::Human | Format::Github, Color::Always) => Reader::Terminal,
            (Format::Human | Format::Github, Color::Never) => Reader::Log,
        };
        let wait = Wait::default();
        signals::listen(&wait);
        let output = Output::new(environment.tripwire().clone()).read_by(reader(out_style), reader(error_style));
        let output = output.stopped_by(wait.clone());
        let output = match form {
            Form::Yaml => output.in_yaml(),
            Form::Human | Form::Json | Form::Name | Form::Github | Form::Compact => output,
        };
        let (output, out_style) =
            if arguments.fills_standard_output() { (output.giving_way(), error_style) } else { (output, out_style) };
        Self {
            directory: arguments.directory.clone(),
            env: arguments.environment.clone().or_else(|| said(variables, ENVIRONMENT)),
            parameters: arguments.parameters.clone(),
            modules: modules_folder(variables),
            parameter_files: arguments.parameter_files.clone(),
            read_from_standard_input: OnceLock::new(),
            form,
            format,
            style: out_style,
            error_style,
            interactive: std::io::stdin().is_terminal() && std::io::stderr().is_terminal(),
            now: i64::try_from(now).unwrap_or(i64::MAX),
            meter: Meter::new(watched, output.clone()),
            host: Host::of(|name| variables.get(name).cloned()),
            wait,
            output,
            environment,
        }
    }

    /// The folder that holds modules which were fetched, for all projects of who runs this.
    pub(super) fn modules(&self) -> Option<PathBuf> {
        self.modules.clone()
    }

    /// The project of the folder, in the environment that is asked for.
    pub(super) fn disk(&self) -> Result<Disk, Failure> {
        self.with_modules(self.without_modules()?)
    }

    /// The same for what needs no more of the texts than the project's own file says, or goes on without what they lack: no module is
    /// fetched for that, which may be where nobody can reach it.
    pub(super) fn without_modules(&self) -> Result<Disk, Failure> {
        chosen::chosen(self.folder()?, self.env.as_deref())
    }

    /// A project with the modules that it has locked, of which those are fetched that are not here.
    pub(super) fn with_modules(&self, disk: Disk) -> Result<Disk, Failure> {
        let modules = Modules { disk: &disk, environment: &self.environment, wait: &self.wait };
        self.meter.begin("Fetching modules", None);
        let brought = modules.bring();
        self.meter.end();
        brought?;
        Ok(disk)
    }

    /// The same in any environment: for what is done with the text alone, or finds out for itself in which.
    pub(super) fn folder(&self) -> Result<Disk, Failure> {
        let given = self.given()?;
        Ok(Disk::discover(&self.directory).map_err(SessionError::from)?.with(given).with_modules(self.modules.clone()))
    }

    /// What is given for parameters of a project.
    pub(super) fn given(&self) -> Result<Vec<Given>, Failure> {
        let is_again = |(index, (name, _)): &(usize, &(String, String))| {
            self.parameters[..*index].iter().any(|one| one.0 == *name)
        };
        if let Some((_, (name, _))) = self.parameters.iter().enumerate().find(is_again) {
            return Err(Failure::Usage(format!("`--param {name}=` is given twice: a parameter has one value")));
        }
        let mut given: Vec<Given> = self.parameters.iter().map(|(name, text)| Given::typed(name, text)).collect();
        for path in &self.parameter_files {
            let more = self.given_in(path)?;
            given.extend(more.into_iter().filter(|more| self.parameters.iter().all(|one| one.0 != more.name)));
        }
        Ok(given)
    }

    /// What a file gives for parameters.
    fn given_in(&self, path: &Path) -> Result<Vec<Given>, Failure> {
        let (name, bytes) = if path == Path::new(STANDARD) {
            (STANDARD_INPUT.to_owned(), self.standard_input()?)
        } else {
            let (name, read) = (path.display().to_string(), std::fs::read(path));
            let bytes = read.map_err(|source| Failure::File { doing: "read", path: name.clone(), source })?;
            (name, bytes)
        };
        match given_in(&name, bytes) {
            Ok(given) => Ok(given),
            Err((problems, sources)) => {
                self.tell(&problems, &sources, Beside::Result)?;
                Err(Failure::Usage(format!("{name} says no parameters that could be given")))
            }
        }
    }

    /// What stands at standard input, which is read once.
    fn standard_input(&self) -> Result<Vec<u8>, Failure> {
        if let Some(read) = self.read_from_standard_input.get() {
            return Ok(read.clone());
        }
        let read = standard_input()?;
        Ok(self.read_from_standard_input.get_or_init(|| read).clone())
    }

    /// What everything passes that is written.
    pub(super) fn guard(&self) -> Guard<'_> {
        Guard { tripwire: self.environment.tripwire(), wait: &self.wait }
    }

    /// Says how many files were taken away that a killed run had left beside those that are written.
    pub(super) fn tell_left_over(&self, count: usize) -> Result<(), Leak> {
        let line = format!("Took away {}, which a killed run had left.", report::counted(count, "file"));
        if count == 0 { Ok(()) } else { self.complain(&line) }
    }

    /// What a project is worked on with.
    pub(super) fn session<'w>(&'w self, disk: &'w Disk, loaded: &'w Loaded) -> Session<'w> {
        Session { disk, loaded, environment: &self.environment, commit: None }
    }

    /// A call of plat that does its work where this one does, as it is typed in a shell.
    pub(super) fn command(&self, words: &str) -> String {
        let env = self.env.iter().map(|name| format!(" --env {}", shell_word(name)));
        let given = self.parameters.iter().map(|(name, value)| format!("{name}={value}"));
        let files = self.parameter_files.iter().map(|path| format!(" --params {}", typed(path, &self.directory)));
        let given: String = env.chain(files).chain(given.map(|one| format!(" --param {}", shell_word(&one)))).collect();
        command(&self.directory, &format!("{words}{given}"))
    }

    /// Loads the project and shows its problems beside the result; nothing where there are errors.
    pub(super) fn load(&self, disk: &Disk) -> Result<Option<Loaded>, Failure> {
        let loaded = self.read(disk)?;
        Ok((!loaded.diagnostics.has_errors()).then_some(loaded))
    }

    /// What the project's own file says of the project, whatever else there is; nothing where it has errors, which are shown.
    pub(super) fn project_file(&self, disk: &Disk) -> Result<Option<Project>, Failure> {
        let Resolved { project, sources, diagnostics, .. } = project_file(disk).map_err(SessionError::from)?;
        if !diagnostics.has_errors() {
            return Ok(Some(project));
        }
        self.tell(&diagnostics, &sources, Beside::Result)?;
        Ok(None)
    }

    /// Loads the project and shows its problems beside the result, errors or not.
    pub(super) fn read(&self, disk: &Disk) -> Result<Loaded, Failure> {
        let loaded = self.load_silently(disk)?;
        self.tell(&loaded.diagnostics, &loaded.sources, Beside::Result)?;
        Ok(loaded)
    }

    /// Loads the project, says nothing of its problems, and shows how far it is where that takes long.
    pub(super) fn load_silently(&self, disk: &Disk) -> Result<Loaded, Failure> {
        let loaded = load_watched(disk, &self.meter);
        self.meter.end();
        Ok(loaded.map_err(SessionError::from)?)
    }

    /// Tells problems in the form that was asked for.
    pub(super) fn tell(&self, diagnostics: &Diagnostics, sources: &Sources, place: Beside) -> Result<(), Leak> {
        let style = match place {
            Beside::Result => self.error_style,
            Beside::Nothing => self.style,
        };
        let (text, reader) = match (self.format, style.color) {
            (Format::Json, _) => (report::json(diagnostics, sources), Reader::Program),
            (Format::Github, _) => (report::github(diagnostics, sources), Reader::Workflow),
            (Format::Human, Color::Always) => (report::human(diagnostics, sources, style), Reader::Terminal),
            (Format::Human, Color::Never) => (report::text(diagnostics, sources), Reader::Log),
        };
        match place {
            Beside::Result => self.output.complain_to(reader, &text),
            Beside::Nothing => self.output.print_to(reader, &text),
        }
    }

    /// What a session came to; the problems that only show where requests stand are shown.
    pub(super) fn settled<T>(&self, result: Result<T, SessionError>, sources: &Sources) -> Result<T, Failure> {
        if let Err(SessionError::Misplaced(problems)) = &result {
            self.tell(problems, sources, Beside::Result)?;
        }
        Ok(result?)
    }

    /// What a look at the targets of a project came to. State stores of others that cannot be looked into, and in which the project has nothing,
    /// do not stop it, and are told.
    pub(super) fn looked<T>(
        &self,
        loaded: &Loaded,
        targets: &mut Targets,
        look: impl FnMut(&mut Targets) -> Result<T, SessionError>,
    ) -> Result<T, Failure> {
        let (looked, left_out) = without_unreachable(loaded, targets, look);
        for error in left_out {
            let told =
                format!("{error}; it is left out: no request comes to it, and no run of this project delivered to it");
            self.complain(&report::clean(&told))?;
        }
        self.settled(looked, &loaded.sources)
    }

    /// Asks on the terminal whether something may be done, and says whether the answer is a plain yes.
    pub(super) fn agrees(&self, question: &str) -> Result<bool, Failure> {
        if !self.interactive {
            let way = "there is no terminal to ask on: `--auto-approve` goes on without asking";
            return Err(Failure::Usage(way.to_owned()));
        }
        self.output.complain(&format!("\n{question} Only `yes` is taken as an answer: "))?;
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer);
        read.map_err(|source| Failure::File { doing: "read", path: "standard input".to_owned(), source })?;
        let agrees = answer.trim() == "yes";
        if !agrees {
            self.complain("Nothing was changed.")?;
        }
        Ok(agrees)
    }

    /// Prints what a command came to, to programs or to people.
    pub(super) fn show(&self, json: impl FnOnce() -> String, text: impl FnOnce() -> String) -> Result<Ending, Failure> {
        self.print(&if self.format == Format::Json { json() } else { text() })?;
        Ok(Ending::Success)
    }

    /// Prints to standard output.
    pub(super) fn print(&self, text: &str) -> Result<(), Leak> {
        self.output.print(text)
    }

    /// Prints a line to standard error.
    pub(super) fn complain(&self, line: &str) -> Result<(), Leak> {
        self.output.complain(&format!("{line}\n"))
    }
}

/// How standard input is called where what stands there is wrong.
pub(super) const STANDARD_INPUT: &str = "<stdin>";

/// All that stands at standard input.
pub(super) fn standard_input() -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    let read = std::io::stdin().lock().read_to_end(&mut text);
    read.map_err(|source| Failure::File { doing: "read", path: "standard input".to_owned(), source })?;
    Ok(text)
}

/// A call of plat for a folder, as it is typed in a shell.
pub(super) fn command(folder: &Path, words: &str) -> String {
    if folder == Path::new(".") {
        return format!("plat {words}");
    }
    format!("plat -C {} {words}", path_word(folder))
}

/// A path as it is typed in a shell: what begins with a dash would be a flag.
fn path_word(path: &Path) -> String {
    let path = path.display().to_string();
    let path = if path.starts_with('-') { format!("./{path}") } else { path };
    shell_word(&path).into_owned()
}

/// A path that was given, as it is typed in a shell behind `-C` of a folder: from there where it lies below.
pub(super) fn typed(path: &Path, folder: &Path) -> String {
    if path == Path::new(STANDARD) {
        return STANDARD.to_owned();
    }
    path_word(path.strip_prefix(folder).unwrap_or(path))
}

/// Whether problems are the result of a command, or stand beside it on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    /// Beside it.
    Result,
    /// They are the result.
    Nothing,
}

/// The variable that names the environment of a project where no `--env` does.
const ENVIRONMENT: &str = "PLAT_ENV";

/// What a variable says, where it says something.
fn said(variables: &Variables, name: &str) -> Option<String> {
    variables.get(name).filter(|value| !value.is_empty()).cloned()
}

/// The folder for modules which were fetched: below the folder of a user's caches, where there is one.
fn modules_folder(variables: &Variables) -> Option<PathBuf> {
    let said = |name: &str| variables.get(name).filter(|folder| Path::new(folder).is_absolute()).map(PathBuf::from);
    let caches = said("XDG_CACHE_HOME").or_else(|| said("HOME").map(|home| home.join(".cache")));
    caches.map(|caches| caches.join("plat/modules"))
}
