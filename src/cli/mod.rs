//! The command line.

/// Runs the process.
pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
