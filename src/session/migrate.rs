//! Taking in what neighbours hold.

use super::disk::Disk;
use super::identity::project_id;
use super::scaffold;
use super::walk::belongs;
use super::{Misuse, SessionError};
use crate::diag::{Diagnostic, Diagnostics, Label, Severity, code};
use crate::grammar::Neighbour;
use crate::migrate::{self, Folder, ImportError, Imported, Otherwise, fault, fits, is_document, named};
use crate::model::Name;
use crate::resolve::{LONGEST_FILE, Listing, LoadError, Loader, PROJECT_FILE};
use crate::source::{Origin, SourceFile, Sources, Span};
use crate::workspace::{Loaded, Unwatched, Workspace};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Component, Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// What to take in.
#[derive(Debug)]
pub struct Import<'a> {
    /// Whose it is.
    pub neighbour: Neighbour,
    /// Files, and folders of such; `-` is what was read of standard input.
    pub paths: &'a [PathBuf],
    /// What was read of standard input, where a path says so.
    pub standard_input: Option<Vec<u8>>,
    /// Patterns of the files and folders in folders that are passed over.
    pub exclude: &'a [String],
    /// The folder of the project, which need not be there yet.
    pub folder: &'a Path,
    /// The environment that the project is read in; its text as it is for all of them, where none is named.
    pub environment: Option<Name>,
    /// Whether what the project says otherwise may be replaced.
    pub overwrite: bool,
}

/// What an import comes to, before anything is written.
#[derive(Debug, Default)]
pub struct Intake {
    /// What was read; nothing where it was refused before.
    pub imported: Imported,
    /// Why none of it may be written.
    pub refused: Option<Misuse>,
    /// The same as problems, in the texts of what was read.
    pub reasons: Diagnostics,
    /// The patterns of what is passed over that fit nothing.
    pub idle: Vec<String>,
}

/// Reads what a neighbour holds as the files of a project. Writes nothing. It is refused where a path holds nothing to read, and where the project
/// says something of it otherwise, or would be wrong with it.
///
/// # Errors
/// Where a path cannot be read.
pub fn import(asked: &Import<'_>) -> Result<Intake, SessionError> {
    let mut intake = Intake::default();
    match take_in(asked, &mut intake) {
        Ok(()) => {}
        Err(SessionError::Misuse(refused)) => {
            if intake.reasons.is_empty() {
                let reason = Diagnostic::error(code::REFUSED_IMPORT, Origin::Nowhere, refused.to_string());
                intake.because(asked.folder.display().to_string(), "", reason);
            }
            intake.refused = Some(refused);
        }
        Err(error) => return Err(error),
    }
    Ok(intake)
}

impl Intake {
    /// Notes why it is refused, by a problem of a text of the project.
    fn because(&mut self, name: String, text: &str, problem: Diagnostic) {
        let Diagnostic { code, message, primary, help, .. } = problem;
        let reason = Diagnostic::error(code, self.place(name, text, primary.span()), message);
        self.reasons.push(Diagnostic { help, ..reason });
    }

    /// A place in a text of the project, among the texts of what was read.
    fn place(&mut self, name: String, text: &str, span: Span) -> Span {
        let sources = &mut self.imported.sources;
        let known = sources.iter().find(|(_, file)| file.name == name).map(|(id, _)| id);
        let file = known.unwrap_or_else(|| sources.add(SourceFile::new(name, text.as_bytes().to_vec())));
        let span = Span { file, ..span };
        let is_there = sources.file(file).text.get(span.range()).is_some();
        if is_there { span } else { Span::start_of(file) }
    }
}

/// # Errors
/// As [`import`], and where it is refused.
fn take_in(asked: &Import<'_>, intake: &mut Intake) -> Result<(), SessionError> {
    let Import { neighbour, paths, folder, .. } = *asked;
    let file = folder.join(PROJECT_FILE);
    let is_new = !file.exists();
    if file.is_dir() {
        return Err(Misuse::FolderInTheWay(file.display().to_string()).into());
    }
    if let Some(around) = around(folder).filter(|_| is_new && holds_texts(folder)) {
        let [folder, around] = [folder, &around].map(|folder| folder.display().to_string());
        return Err(Misuse::Within { folder, around }.into());
    }
    let (sources, passed) = read_all(asked, &mut intake.idle)?;
    let name = scaffold::project_name(folder);
    let project = format!("project {name} {{\n    id {}\n}}\n", project_id(&name));
    let base = folder.is_dir().then(|| Disk::at(folder)).transpose()?;
    let base = base.map(|disk| disk.in_environment(asked.environment.clone()));
    let with_project = |files: &BTreeMap<String, String>| {
        let mut files = files.clone();
        files.extend(is_new.then(|| (PROJECT_FILE.to_owned(), project.clone())));
        files
    };
    let read = |files: &BTreeMap<String, String>, workspace: &mut Workspace| {
        let files = with_project(files);
        let link = link(folder, files.keys());
        link.map_or(Ok(()), |link| Err(ImportError::InTheWay(link)))?;
        Ok(workspace.load(&Beside { base: base.as_ref(), files: &files }, &Unwatched)?)
    };
    let failed = |error| match error {
        ImportError::Load(error) => SessionError::from(error),
        ImportError::InTheWay(link) => Misuse::Link(link).into(),
    };
    intake.imported = migrate::import(neighbour, sources, &Given(paths), &read).map_err(failed)?;
    let imported = &mut intake.imported;
    for (path, what) in passed {
        let id = imported.sources.add(SourceFile::new(path.display().to_string(), Vec::new()));
        let message = format!("{what}, and is not looked into: name what is meant itself");
        imported.problems.push(Diagnostic::warning(code::NOT_RECOGNISED, Span::start_of(id), message));
    }
    refuse_others(asked, intake)?;
    let imported = &mut intake.imported;
    if !imported.objects.is_empty() {
        let before = if is_new {
            Vec::new()
        } else {
            faults(&read(&BTreeMap::new(), &mut Workspace::default()).map_err(failed)?)
        };
        imported.files = with_project(&imported.files);
        let loaded = read(&imported.files, &mut Workspace::default()).map_err(failed)?;
        try_out(folder, &loaded, &before, intake)?;
    }
    Ok(())
}

/// # Errors
/// Where the project says something otherwise than what was read, and that stays.
fn refuse_others(asked: &Import<'_>, intake: &mut Intake) -> Result<(), SessionError> {
    let (imported, folder) = (&intake.imported, asked.folder);
    if !imported.fixed.is_empty() {
        let named = named(&imported.fixed);
        let problem = format!(
            "it has {named} already, and no text of its own says it alone, so that `--overwrite` cannot replace it: say it otherwise where it is made \
             (by a module, `each`, a template, an overlay, a file of data or a value that is put in), take it away there, or take another folder for `--out`"
        );
        return Err(would_break(folder, problem));
    }
    if !imported.others.is_empty() && !asked.overwrite {
        let (others, before) = (imported.others.clone(), imported.before.clone());
        let named = named(&others);
        for Otherwise { address, file, span, .. } in others {
            let reason = Diagnostic::error(code::REFUSED_IMPORT, span, format!("{address} would be another one"));
            let text = before.get(&file).map_or("", |text| text);
            intake.because(folder.join(file).display().to_string(), text, reason.help("`--overwrite` replaces it"));
        }
        return Err(Misuse::Differs(named).into());
    }
    Ok(())
}

/// The folder of the project that a folder, which need not be there yet, lies in.
fn around(folder: &Path) -> Option<PathBuf> {
    let real =
        |folder: &Path| std::fs::canonicalize(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let there = folder.ancestors().find_map(|folder| real(folder).ok())?;
    there.ancestors().find(|folder| folder.join(PROJECT_FILE).is_file()).map(Path::to_owned)
}

/// Whether a project around a folder has a text in it.
fn holds_texts(folder: &Path) -> bool {
    let is_text = |path: &Path| path.extension().is_some_and(|ending| ending == "kdl");
    let shown = |entry: &DirEntry| entry.depth() == 0 || !is_hidden(entry.file_name());
    WalkDir::new(folder).into_iter().filter_entry(shown).filter_map(Result::ok).any(|entry| is_text(entry.path()))
}

/// What is there and is no file to read, with what it is.
type Passed = Vec<(PathBuf, &'static str)>;

/// The texts that are to be read.
fn read_all(asked: &Import<'_>, idle: &mut Vec<String>) -> Result<(Sources, Passed), SessionError> {
    let (mut sources, mut passed) = (Sources::default(), Vec::new());
    for pattern in asked.exclude {
        fault(pattern).map_or(Ok(()), |why| Err(Misuse::Pattern { pattern: pattern.clone(), why }))?;
    }
    // Those that fit something.
    let mut met = BTreeSet::new();
    for path in asked.paths {
        if let Some(text) = asked.standard_input.as_ref().filter(|_| path == Path::new("-")) {
            sources.add(SourceFile::new("<stdin>", text.clone()));
            continue;
        }
        let before = sources.iter().len();
        let (files, is_narrowed) = files(asked, path, &mut passed, &mut met)?;
        for file in files {
            let io = |source| LoadError::Io { path: file.display().to_string(), source };
            let length = std::fs::metadata(&file).map_err(io)?.len();
            if length > LONGEST_FILE {
                return Err(LoadError::TooBig { path: file.display().to_string(), most: LONGEST_FILE }.into());
            }
            sources.add(SourceFile::new(file.display().to_string(), std::fs::read(&file).map_err(io)?));
        }
        if sources.iter().len() == before {
            let path = path.display().to_string();
            return Err(if is_narrowed { Misuse::AllExcluded(path) } else { Misuse::NothingThere(path) }.into());
        }
    }
    let all = asked.exclude.iter().enumerate();
    idle.extend(all.filter(|(index, _)| !met.contains(index)).map(|(_, pattern)| pattern.clone()));
    Ok((sources, passed))
}

fn would_break(folder: &Path, problem: String) -> SessionError {
    Misuse::WouldBreak { folder: folder.display().to_string(), problem }.into()
}

/// The errors and warnings of a project: the code of each, what it says, and its file.
fn faults(loaded: &Loaded) -> Vec<(&'static str, String, String)> {
    let faults = loaded.diagnostics.iter().filter(|problem| problem.severity != Severity::Advice);
    faults.map(|fault| told(loaded, fault)).collect()
}

fn told(loaded: &Loaded, error: &Diagnostic) -> (&'static str, String, String) {
    (error.code.id, error.message.clone(), loaded.sources.file(error.primary.span().file).name.clone())
}

/// Judges the project that a folder comes to with the files; `before` are the errors and warnings that it has without them.
/// What else a check of it would warn of is told.
///
/// # Errors
/// Where it has errors, or does not read one of them.
fn try_out(
    folder: &Path,
    loaded: &Loaded,
    before: &[(&'static str, String, String)],
    intake: &mut Intake,
) -> Result<(), SessionError> {
    let read: HashSet<&str> = loaded.sources.iter().map(|(_, source)| source.name.as_str()).collect();
    if let Some(name) = intake.imported.files.keys().find(|name| !read.contains(name.as_str())) {
        let problem = format!("{name} would be no file of it, as its folder is hidden or a project of its own");
        return Err(would_break(folder, problem));
    }
    let (mut first, mut own) = (None, None);
    for error in loaded.diagnostics.iter().filter(|problem| problem.severity == Severity::Error) {
        let (span, message) = (error.primary.span(), said(loaded, error));
        // What is wrong already is no fault of what is read.
        let is_own = before.contains(&told(loaded, error));
        let told = if is_own { &mut own } else { &mut first };
        told.get_or_insert_with(|| format!("{}: {message}", loaded.sources.location(span)));
        let source = loaded.sources.file(span.file);
        let name =
            if source.is_of_library() { source.name.clone() } else { folder.join(&source.name).display().to_string() };
        let whose =
            if is_own { "the project is wrong without it already" } else { "the project would be wrong with it" };
        let reason = Diagnostic::error(error.code, span, format!("{whose}: {message}"));
        intake.because(name, &source.text, reason);
    }
    let warnings = loaded.diagnostics.iter().filter(|problem| problem.severity == Severity::Warning);
    for warning in warnings.filter(|warning| !before.contains(&told(loaded, warning))) {
        let span = loaded.sources.written(warning.primary.span()).span;
        let source = loaded.sources.file(span.file);
        let span = intake.place(folder.join(&source.name).display().to_string(), &source.text, span);
        let warning =
            Diagnostic { help: warning.help.clone(), ..Diagnostic::warning(warning.code, span, &*warning.message) };
        intake.imported.problems.push(warning);
    }
    let folder_named = folder.display().to_string();
    let wrong_before = own.map(|problem| Misuse::WrongBefore { folder: folder_named, problem }.into());
    first.map(|problem| would_break(folder, problem)).or(wrong_before).map_or(Ok(()), Err)
}

/// What an error of the project says that something is taken into. The `use` that an import needs stays, so that there is another way out.
fn said(loaded: &Loaded, error: &Diagnostic) -> String {
    let is_of_library = |label: &Label| loaded.sources.file(label.span().file).is_of_library();
    let is_taken = error.code == code::DUPLICATE_NAME && error.others.iter().any(is_of_library);
    let way = ": give yours another name, or take in what is read into a project of its own, by another `--out`";
    format!("{} ({}){}", error.message, error.code, if is_taken { way } else { "" })
}

/// The first of some files of a folder, or of the folders that they are in, that is a link.
pub(super) fn link<'n>(folder: &Path, mut names: impl Iterator<Item = &'n String>) -> Option<String> {
    names.find_map(|name| {
        let below = Path::new(name).ancestors().filter(|part| !part.as_os_str().is_empty());
        let link = below.map(|part| folder.join(part)).find(|part| part.is_symlink());
        link.map(|link| link.display().to_string())
    })
}

/// A project with more files, or with other ones; or these alone, where its folder is not there yet.
struct Beside<'a> {
    base: Option<&'a Disk>,
    files: &'a BTreeMap<String, String>,
}

impl Beside<'_> {
    /// Whether a file belongs to the project once it is written, as [`Disk`] has it.
    fn belongs(&self, name: &str) -> bool {
        let is_project = |folder: &str| {
            let file = format!("{folder}{PROJECT_FILE}");
            self.files.contains_key(&file) || self.base.is_some_and(|base| base.root().join(file).is_file())
        };
        belongs(name, is_project)
    }
}

impl Loader for Beside<'_> {
    fn below(&self) -> Option<&dyn Loader> {
        self.base.map(|base| base as &dyn Loader)
    }

    fn files(&self) -> Result<Listing, LoadError> {
        let mut listing = self.base.map_or_else(|| Ok(Listing::default()), Loader::files)?;
        let there: HashSet<String> = listing.files.iter().cloned().collect();
        let more = self.files.keys().filter(|name| !there.contains(*name) && self.belongs(name));
        listing.files.extend(more.cloned());
        listing.files.sort_unstable();
        Ok(listing)
    }

    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, LoadError> {
        match (self.files.get(name), self.base) {
            (Some(text), _) => Ok(text.as_bytes().to_vec()),
            (None, Some(base)) => base.read(name, most),
            (None, None) => Err(LoadError::Io { path: name.to_owned(), source: std::io::ErrorKind::NotFound.into() }),
        }
    }
}

/// The same of texts, by name: for examples and tests.
pub fn import_texts(neighbour: Neighbour, files: &[(&str, &str)]) -> Option<Imported> {
    let mut sources = Sources::default();
    for (name, text) in files {
        sources.add(SourceFile::new(*name, text.as_bytes().to_vec()));
    }
    migrate::import(neighbour, sources, &files, &migrate::alone("project demo\n")).ok()
}

/// The paths that are read, as far as they are folders.
struct Given<'a>(&'a [PathBuf]);

impl Given<'_> {
    /// A path in one of the folders, by whichever links.
    fn inside(&self, path: &str) -> Option<PathBuf> {
        let path = Path::new(if path.is_empty() { "." } else { path }).canonicalize().ok()?;
        let mut folders = self.0.iter().filter(|given| given.is_dir()).filter_map(|given| given.canonicalize().ok());
        folders.any(|folder| path.starts_with(folder)).then_some(path)
    }
}

impl Folder for Given<'_> {
    fn read(&self, path: &str) -> Option<String> {
        let path = self.inside(path).filter(|path| path.is_file())?;
        let is_short = std::fs::metadata(&path).is_ok_and(|data| data.len() <= LONGEST_FILE);
        is_short.then(|| std::fs::read_to_string(&path).ok()).flatten()
    }

    fn files(&self, path: &str) -> Option<Vec<String>> {
        let folder = self.inside(path)?;
        let is_left_out = |part: Component<'_>| is_hidden(part.as_os_str());
        if Path::new(path).components().any(is_left_out) {
            return None;
        }
        let walk = WalkDir::new(&folder).sort_by_file_name().into_iter();
        let mut files = Vec::new();
        for entry in walk.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.file_name())) {
            let entry = entry.ok().filter(|entry| entry.depth() == 0 || !entry.path_is_symlink())?;
            if entry.file_type().is_file() {
                files.push(entry.path().strip_prefix(&folder).ok()?.to_str()?.to_owned());
            }
        }
        Some(files)
    }
}

/// Whether a folder of a name is none that people write in.
fn is_hidden(name: &std::ffi::OsStr) -> bool {
    name.to_str().is_some_and(|name| matches!(name, ".git" | ".plat" | ".terraform" | "node_modules"))
}

/// The files to read below a path, in order, and whether a pattern takes some of what is there out of them; the path itself where it is a file.
/// What is there and cannot be looked into is passed over.
fn files(
    asked: &Import<'_>,
    path: &Path,
    passed: &mut Passed,
    met: &mut BTreeSet<usize>,
) -> Result<(Vec<PathBuf>, bool), LoadError> {
    let (mut files, mut is_narrowed) = (Vec::new(), false);
    let is_wanted = |entry: &DirEntry| {
        let below = entry.path().strip_prefix(path).ok().and_then(Path::to_str).filter(|_| entry.depth() > 0);
        let all = asked.exclude.iter().enumerate();
        let fitting = all.filter(|(_, pattern)| below.is_some_and(|below| is_of(pattern, below)));
        let fitting: Vec<usize> = fitting.map(|(index, _)| index).collect();
        let fits = !fitting.is_empty();
        is_narrowed |= fits;
        met.extend(fitting);
        entry.depth() == 0 || !is_hidden(entry.file_name()) && !fits
    };
    for entry in WalkDir::new(path).sort_by_file_name().into_iter().filter_entry(is_wanted) {
        let entry = entry.map_err(|error| LoadError::Io {
            path: error.path().unwrap_or(path).display().to_string(),
            source: error.into_io_error().unwrap_or_else(|| std::io::ErrorKind::Other.into()),
        })?;
        let name = entry.file_name().to_string_lossy();
        let is_meant = entry.depth() == 0 || is_document(asked.neighbour, &name);
        match entry.path().metadata() {
            Ok(there) if there.is_file() && is_meant => files.push(entry.into_path()),
            Ok(there) if there.is_dir() && entry.path_is_symlink() && entry.depth() > 0 => {
                passed.push((entry.into_path(), "this is a link to a folder"));
            }
            Ok(there) if there.is_file() || there.is_dir() || !is_meant => {}
            Ok(_) => passed.push((entry.into_path(), "this is no file")),
            Err(_) if is_meant => passed.push((entry.into_path(), "this is a link to nothing")),
            Err(_) => {}
        }
    }
    Ok((files, is_narrowed))
}

/// Whether a pattern means what is at a path below a folder: by its name wherever it is, or, with a `/` in it, from the folder on.
fn is_of(pattern: &str, below: &str) -> bool {
    let pattern = pattern.trim_end_matches('/');
    match pattern.strip_prefix('/') {
        Some(pattern) => fits(pattern, below),
        None if pattern.contains('/') => fits(pattern, below),
        None => fits(pattern, below.rsplit('/').next().unwrap_or(below)),
    }
}
