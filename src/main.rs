//! The thin binary: everything is in the library.

fn main() -> std::process::ExitCode {
    plat::cli::main()
}
