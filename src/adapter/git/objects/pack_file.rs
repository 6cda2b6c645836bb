//! A pack that is written into a repository's object database.

use std::io;
use std::io::Write;

use git2::{Error, Odb, OdbPackwriter};

/// So much is written at once. libgit2 makes room at the end of what it is given alone: a part of more than a page would have holes,
/// and to write into a hole of a full disk ends the process.
const STEP: usize = 4096;

/// A pack on its way into a database.
pub(crate) struct PackFile<'o>(OdbPackwriter<'o>);

impl<'o> PackFile<'o> {
    /// Begins one; `beat` is called as it gets on.
    pub(crate) fn begin(database: &'o Odb<'_>, mut beat: impl FnMut() + 'o) -> Result<Self, Error> {
        let mut writer = database.packwriter()?;
        writer.progress(move |_| {
            beat();
            true
        });
        Ok(Self(writer))
    }

    /// Puts it in its place.
    pub(crate) fn commit(mut self) -> Result<(), Error> {
        self.0.commit().map(drop)
    }
}

impl Write for PackFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let step = &bytes[..bytes.len().min(STEP)];
        // Its own error says only that it failed.
        self.0.write_all(step).map_err(|_| io::Error::other(Error::last_error(-1)))?;
        Ok(step.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
