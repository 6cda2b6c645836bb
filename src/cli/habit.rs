//! What people type who come from other tools, with what to type here.

use super::arguments::Arguments;
use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Commands of other tools that are none here.
const COMMANDS: &[(&[&str], &str)] = &[
    (&["delete", "remove", "rm", "down", "undeploy"], "take its text out and apply, or `plat destroy` for everything"),
    (&["adopt"], "write `adopt ADDRESS` into the project, and apply"),
    (&["refresh", "state-refresh"], "`plat drift` shows what others changed; every plan looks at what is live"),
    (&["deploy", "up", "sync", "install", "upgrade", "update", "push"], "`plat apply`"),
    (&["preview", "dry-run", "what-if", "status"], "`plat plan`"),
    (&["describe", "list", "ls", "state", "inspect"], "`plat get`, or `plat why ADDRESS`"),
    (&["history", "log", "logs"], "`plat runs`"),
    (&["force-unlock"], "`plat unlock`"),
    (&["graph"], "`plat why ADDRESS` tells what a thing refers to, and what refers to it"),
    (&["new", "create", "scaffold"], "`plat init`"),
    (&["template", "build", "synth"], "`plat render`"),
    (&["completion"], "`plat completions SHELL`"),
    (&["output"], "`plat get`, with `-o json` for programs"),
];

/// Flags of other tools that are none here.
const FLAGS: &[(&[&str], &str)] = &[
    (
        &["--only", "--address", "--target"],
        "an apply carries out all of its plan, and shows all of it; `plat plan --only ACTION` and `plat plan --address GLOB` \
         show a part, and `--additive` takes nothing away",
    ),
    (&["--dry-run", "--check"], "`plat plan` shows what an apply would change"),
    (
        &["--force"],
        "a plan that is refused names the flag that allows it; `--on-conflict ours` overwrites what others wrote",
    ),
    (&["--json"], "`--format json`, or `-o json`"),
    (&["--yaml"], "`--format yaml`, or `-o yaml`"),
    (&["--no-color"], "the variable `NO_COLOR`, as in `NO_COLOR=1 plat plan`"),
    (&["--chdir", "--directory", "--cwd", "--project", "-f"], "`-C DIR`, before or behind the command"),
    (&["--verbose", "-v"], "`--full` shows all of a plan"),
    (&["--selector", "-l", "--filter"], "`--where CONDITION`"),
    (&["--destroy"], "`plat destroy`"),
];

/// What to type instead of what could not be understood; nothing where nobody knows.
pub(super) fn tip(error: &clap::Error) -> Option<&'static str> {
    let word = |kind| match error.get(kind) {
        Some(ContextValue::String(word)) => Some(word.as_str()),
        _ => None,
    };
    match error.kind() {
        ErrorKind::InvalidSubcommand => known(COMMANDS, word(ContextKind::InvalidSubcommand)?),
        ErrorKind::UnknownArgument => {
            let argument = word(ContextKind::InvalidArg)?;
            let argument = argument.split('=').next().unwrap_or(argument);
            known(FLAGS, argument)
        }
        _ => None,
    }
}

fn known(habits: &'static [(&[&str], &str)], word: &str) -> Option<&'static str> {
    habits.iter().find(|(words, _)| words.contains(&word)).map(|(_, tip)| *tip)
}

/// What to write in place of a flag of several letters behind one dash, as Go's tools take it: it may mean something else here, as
/// `-out=plan` means `-o ut=plan`.
pub(super) fn one_dash(given: &[String]) -> Option<String> {
    let all = Arguments::command();
    let commands = || std::iter::once(&all).chain(all.get_subcommands());
    let is_flag = |name: &str| commands().any(|one| one.get_arguments().any(|one| one.get_long() == Some(name)));
    let answer = |name: &str| {
        if is_flag(name) {
            return Some(format!("`-{name}` has two dashes here: `--{name}`"));
        }
        known(FLAGS, &format!("--{name}")).map(|tip| format!("there is no flag `-{name}`: {tip}"))
    };
    let name = |word: &'_ String| Some(word.strip_prefix('-')?.split('=').next()?.to_owned());
    let flags = given.iter().skip(1).take_while(|word| *word != "--").filter_map(name);
    flags.filter(|name| name.len() > 1).find_map(|name| answer(&name))
}
