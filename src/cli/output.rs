use super::Failure;
use super::arguments::STANDARD;
use crate::file::{Replacement, open_read_pipe};
use crate::report::{Reader, clean, harmless, one_line, yaml};
use crate::secret::{Leak, Passed, Tripwire};
use crate::session::{Ending, stopped};
use crate::wait::Wait;
use std::borrow::Cow;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// The only way out of the process for text and files of a command: what holds a secret does not get through, as a whole.
/// What is printed is made [`harmless`] for its reader. `tests/architecture.rs` holds that nothing else writes.
#[derive(Clone, Debug)]
pub(super) struct Output {
    tripwire: Tripwire,
    /// Who reads standard output.
    out: Reader,
    /// Who reads standard error.
    error: Reader,
    /// How documents for programs are written.
    encoding: Encoding,
    /// Where results go.
    place: Sink,
    /// What signals are told to.
    wait: Wait,
    /// Why not all of the results arrived.
    lost: Arc<OnceLock<std::io::Error>>,
}

/// How documents for programs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Json,
    Yaml,
}

/// Where results go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sink {
    StandardOutput,
    /// Standard output is a file's.
    StandardError,
}

/// For so long somebody may come who reads a pipe.
const LONGEST_WITHOUT_READER: Duration = Duration::from_secs(5);

/// Clears the line that the cursor is on.
const CLEAR: &str = "\r\u{1b}[K";

impl Output {
    /// An output that is watched, of which nobody knows yet who reads it.
    pub(super) fn new(tripwire: Tripwire) -> Self {
        let (out, error, encoding, place) = (Reader::Log, Reader::Log, Encoding::Json, Sink::StandardOutput);
        Self { tripwire, out, error, encoding, place, wait: Wait::default(), lost: Arc::default() }
    }

    /// The same for those who read standard output and standard error.
    pub(super) fn read_by(self, out: Reader, error: Reader) -> Self {
        Self { out, error, ..self }
    }

    /// The same, where no signal leaves the half of a file.
    pub(super) fn stopped_by(self, wait: Wait) -> Self {
        Self { wait, ..self }
    }

    /// The same, with documents for programs as YAML.
    pub(super) fn in_yaml(self) -> Self {
        Self { encoding: Encoding::Yaml, ..self }
    }

    /// The same, with standard output left to a file that goes there.
    pub(super) fn giving_way(self) -> Self {
        Self { place: Sink::StandardError, out: self.error, ..self }
    }

    /// Lets through what goes into an output later or in another form, such as a table that shortens it.
    pub(super) fn pass(&self, text: &str, output: &str) -> Result<(), Leak> {
        self.tripwire.pass(text.as_bytes(), output).map(drop)
    }

    /// Prints to standard output. Where nobody reads any more, there is nobody to tell.
    pub(super) fn print(&self, text: &str) -> Result<(), Leak> {
        self.print_to(self.out, text)
    }

    /// Prints to standard output for another reader than it has otherwise.
    pub(super) fn print_to(&self, reader: Reader, text: &str) -> Result<(), Leak> {
        if self.place == Sink::StandardError {
            return self.complain_to(reader, text);
        }
        self.put(self.tripwire.pass(self.cleaned(text, reader, "standard output")?.as_bytes(), "standard output")?);
        Ok(())
    }

    /// Puts a result where results go. Of a pipe that nobody reads any more nothing is lost.
    fn put(&self, text: Passed<'_>) {
        match write(&mut std::io::stdout().lock(), text) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => drop(self.lost.set(error)),
            Ok(()) | Err(_) => {}
        }
    }

    /// Why not all of the results arrived where they were to go; nothing where they did.
    pub(super) fn lost(&self) -> Option<&std::io::Error> {
        self.lost.get()
    }

    /// Prints a file's text to standard output as it is: for who puts it in the place of the file.
    pub(super) fn print_file(&self, text: &str) -> Result<(), Leak> {
        self.put(self.tripwire.pass(text.as_bytes(), "standard output")?);
        Ok(())
    }

    /// Prints to standard error.
    pub(super) fn complain(&self, text: &str) -> Result<(), Leak> {
        self.complain_to(self.error, text)
    }

    /// Prints to standard error for another reader than it has otherwise.
    pub(super) fn complain_to(&self, reader: Reader, text: &str) -> Result<(), Leak> {
        let text = self.cleaned(text, reader, "standard error")?;
        // Where nobody hears it, there is nobody to tell.
        let _ = write(&mut std::io::stderr().lock(), self.tripwire.pass(text.as_bytes(), "standard error")?);
        Ok(())
    }

    /// Puts a text in the place of the last line of a terminal at standard error.
    pub(super) fn draw(&self, line: &str) -> Result<(), Leak> {
        let line = format!("{CLEAR}{}", harmless(line, Reader::Log));
        let _ = write(&mut std::io::stderr().lock(), self.tripwire.pass(line.as_bytes(), "standard error")?);
        Ok(())
    }

    /// Prints a line to standard error where nothing can fail any more: of one that holds a secret it says that it does.
    pub(super) fn tell(&self, line: &str) {
        if let Err(leak) = self.complain(&format!("{line}\n")) {
            // It holds no value, so that it gets through.
            let _ = self.complain(&format!("{leak}\n"));
        }
    }

    /// Tells a failure with all that caused it, and ends so.
    pub(super) fn fail(&self, failure: &Failure, ending: Ending) -> Ending {
        // Its own line may name any file; what a server said is in its causes.
        let mut text = format!("{}\n", one_line(&failure.to_string()));
        let mut source = std::error::Error::source(failure);
        while let Some(cause) = source {
            text.push_str(&format!("{}\n", clean(&format!("  because: {cause}"))));
            source = cause.source();
        }
        match self.complain(&text) {
            Ok(()) => ending,
            // What kept the words back holds no value, so that it gets through.
            Err(leak) => {
                let _ = self.complain(&format!("{leak}\n"));
                Ending::World
            }
        }
    }

    /// Puts a content in the place of a file: whoever reads it, also after a stop in between, sees all of the old one or all of
    /// the new one. No link is followed to a file, and a pipe or a device is written as it is.
    pub(super) fn replace(&self, path: &Path, content: &str) -> Result<(), Failure> {
        if path == Path::new(STANDARD) {
            return Ok(self.print_file(content)?);
        }
        let content = self.pass_file(path, content)?;
        let failed = |source| Failure::File { doing: "write", path: path.display().to_string(), source };
        let old = std::fs::metadata(path).ok();
        if old.as_ref().is_some_and(|old| !old.is_file()) {
            return put(path, content).map_err(failed);
        }
        let held = self.wait.leave.hold();
        let new = Replacement::of(path, |file| {
            file.write_all(content.bytes())?;
            old.map_or(Ok(()), |old| file.set_permissions(old.permissions()))
        });
        let written = new.and_then(Replacement::replace).map_err(failed);
        drop(held);
        written?;
        Ok(stopped(&self.wait, &format!("with {} written", path.display()))?)
    }

    /// A text for its reader. A secret may hold what is cleaned, so it is looked for before as well.
    fn cleaned<'t>(&self, text: &'t str, reader: Reader, output: &str) -> Result<Cow<'t, str>, Leak> {
        self.pass(text, output)?;
        Ok(match (reader, self.encoding) {
            // What JSON writes as an escape is a character in YAML.
            (Reader::Program, Encoding::Yaml) => Cow::Owned(harmless(&yaml(text), Reader::Log).into_owned()),
            (_, _) => harmless(text, reader),
        })
    }

    /// What goes into a file, and its name.
    fn pass_file<'t>(&self, path: &Path, content: &'t str) -> Result<Passed<'t>, Leak> {
        let name = path.display().to_string();
        self.tripwire.pass(name.as_bytes(), "the name of a file")?;
        self.tripwire.pass(content.as_bytes(), &format!("the file {name}"))
    }
}

fn write(to: &mut impl Write, text: Passed<'_>) -> std::io::Result<()> {
    to.write_all(text.bytes()).and_then(|()| to.flush())
}

/// Writes into what is no plain file.
fn put(path: &Path, content: Passed<'_>) -> std::io::Result<()> {
    let nobody = || std::io::Error::new(ErrorKind::TimedOut, "nobody reads the pipe");
    let opened = Wait::at_most(LONGEST_WITHOUT_READER).until(|| open_read_pipe(path).transpose());
    opened.map_err(|_| nobody())??.write_all(content.bytes())
}
