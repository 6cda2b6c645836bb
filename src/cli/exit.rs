use crate::session::Ending;

/// The process's exit code for how a command ended. The numbers are part of the interface.
pub(super) fn code(ending: Ending) -> u8 {
    told(ending).0
}

/// The exit codes, each with what it means, as the help of plat lists them.
pub(super) fn help() -> String {
    let mut all: Vec<(u8, &str)> = Ending::ALL.into_iter().map(told).collect();
    all.sort_unstable();
    let lines = all.into_iter().map(|(code, means)| format!("\n  {code:<5}{means}"));
    std::iter::once("Exit codes:".to_owned()).chain(lines).collect()
}

fn told(ending: Ending) -> (u8, &'static str) {
    match ending {
        Ending::Success => (0, "success; also with changes, unless `--detailed-exitcode` asks for them"),
        Ending::World => (1, "the world failed: network, credentials, files"),
        Ending::Changes => {
            (2, "changes (`--detailed-exitcode`), unformatted files (`fmt --check`), or a part (`import`)")
        }
        Ending::Configuration => (3, "the project has errors, or there is none; nothing to take in (`import`)"),
        Ending::Stale => (4, "conflict, a saved plan that is stale, or another apply at work; nothing was written"),
        Ending::Refused => (5, "refused by a guard, a policy, a protection, or another project's ownership"),
        Ending::Partial => (6, "partly applied: run it again"),
        Ending::TestFailed => (7, "a test failed"),
        Ending::Usage => (64, "wrong use of the command line, or something is in the way (`import`, `export`)"),
        Ending::Interrupted => (130, "stopped by SIGINT, cleanly"),
        Ending::Terminated => (143, "stopped by SIGTERM or SIGHUP, cleanly"),
    }
}
