use std::fs::DirBuilder;
use std::io;
use std::path::Path;

/// Makes a folder, and those above it that are missing, for their user alone.
///
/// # Errors
/// Where one of them cannot be made.
pub fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, MODE);
    builder.create(folder)
}

/// Read, write and enter, for the user.
#[cfg(unix)]
const MODE: u32 = 0o700;
