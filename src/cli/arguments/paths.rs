use super::{Arguments, Command, Format, Reports};
use std::path::{Path, PathBuf};

/// The path that stands for standard input or standard output.
pub(in crate::cli) const STANDARD: &str = "-";

impl Arguments {
    /// The arguments, with every path as it is from where the process stands: relative ones start at the folder of `-C`, as if the
    /// command were run there.
    pub(in crate::cli) fn placed(mut self) -> Self {
        let folder = self.directory.clone();
        if folder != Path::new(".") {
            let paths = self.command.paths();
            let all = paths.read.into_iter().chain(paths.written).chain(paths.folders).chain(&mut self.parameter_files);
            for path in all.filter(|path| **path != Path::new(STANDARD)) {
                *path = folder.join(&*path);
            }
        }
        self
    }

    /// Why what goes to standard output would be two documents; nothing where it is one.
    pub(super) fn crowds_standard_output(&mut self) -> Option<String> {
        let count = self.command.paths().written.iter().filter(|path| **path == Path::new(STANDARD)).count();
        match (count, self.form.format()) {
            (0, _) | (1, Format::Human | Format::Github) => None,
            (1, Format::Json) => {
                Some("what `--format` asks for and what goes to `-` are two documents for standard output: give one of them a file".to_owned())
            }
            (_, _) => Some("two files go to standard output: give one of them a name".to_owned()),
        }
    }

    /// Why standard input would be read as two files; nothing where it is one.
    pub(super) fn crowds_standard_input(&mut self) -> Option<String> {
        let files = self.command.paths().read.into_iter().chain(&mut self.parameter_files);
        let count = files.filter(|path| **path == Path::new(STANDARD)).count();
        (count > 1).then(|| "two files are read from standard input: give one of them a name".to_owned())
    }

    /// Whether a file goes to standard output, where nothing else can be then.
    pub(in crate::cli) fn fills_standard_output(&mut self) -> bool {
        self.command.paths().written.iter().any(|path| **path == Path::new(STANDARD))
    }
}

/// The paths that a command was given.
#[derive(Default)]
pub(in crate::cli) struct Paths<'a> {
    /// What is read, files and folders.
    pub(in crate::cli) read: Vec<&'a mut PathBuf>,
    /// The files that are written.
    pub(in crate::cli) written: Vec<&'a mut PathBuf>,
    /// The folders that files are written into.
    pub(in crate::cli) folders: Vec<&'a mut PathBuf>,
}

impl<'a> Paths<'a> {
    fn of(
        read: impl IntoIterator<Item = &'a mut PathBuf>,
        out: Option<&'a mut PathBuf>,
        reports: &'a mut Reports,
    ) -> Self {
        let reports = reports.to.iter_mut().map(|to| &mut to.path);
        let (read, written) = (read.into_iter().collect(), out.into_iter().chain(reports).collect());
        Self { read, written, ..Self::default() }
    }
}

impl Command {
    pub(in crate::cli) fn paths(&mut self) -> Paths<'_> {
        match self {
            Self::Init(init) => Paths { folders: init.folder.as_mut().into_iter().collect(), ..Paths::default() },
            Self::Fmt(fmt) => Paths { read: fmt.files.iter_mut().collect(), ..Paths::default() },
            Self::Import(import) => {
                let paths = Paths::of(import.paths.iter_mut(), None, &mut import.reports);
                Paths { folders: vec![&mut import.out], ..paths }
            }
            Self::Export(export) => Paths { folders: export.out.as_mut().into_iter().collect(), ..Paths::default() },
            Self::Render(render) => Paths { folders: render.out.as_mut().into_iter().collect(), ..Paths::default() },
            Self::Check(check) => Paths::of([], None, &mut check.reports),
            Self::Test(test) => Paths::of([], None, &mut test.reports),
            Self::Diff(diff) => Paths::of([], None, &mut diff.showing.reports),
            Self::Plan(plan) => Paths::of([], plan.out.as_mut(), &mut plan.showing.reports),
            Self::Destroy(destroy) => Paths::of([], destroy.out.as_mut(), &mut destroy.carrying.reports),
            Self::Rollback(rollback) => Paths::of([], rollback.out.as_mut(), &mut rollback.carrying.reports),
            Self::Show(show) => Paths::of([&mut show.file], None, &mut show.showing.reports),
            Self::Apply(apply) => Paths::of(apply.file.as_mut(), None, &mut apply.carrying.reports),
            Self::Explain(_)
            | Self::Drift(_)
            | Self::Why(_)
            | Self::Score(_)
            | Self::Schema(_)
            | Self::Get(_)
            | Self::Runs(_)
            | Self::Proposals(_)
            | Self::Unlock(_)
            | Self::Update(_)
            | Self::Vendor
            | Self::Catalog(_)
            | Self::Lsp
            | Self::Completions(_)
            | Self::Version => Paths::default(),
        }
    }
}
