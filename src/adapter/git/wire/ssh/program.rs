use std::io::ErrorKind;
use std::process::Command;
use std::sync::{Arc, OnceLock};

use super::key::{KeyFiles, key_option};
use crate::adapter::git::child::withhold;
use crate::adapter::git::preferences::Preferences;
use crate::adapter::git::wire::Failure;
use crate::adapter::git::wire::address::Address;
use crate::adapter::git::wire::running::Running;
use crate::credentials::Environment;

/// The program that connects by SSH: the one that Git itself would run.
#[derive(Clone, Debug)]
pub(in crate::adapter::git::wire) struct Program {
    /// Its name or path; a line for the shell where it may have arguments.
    text: String,
    is_line: bool,
    /// Where it was named, for who has to look there.
    named: &'static str,
    /// How it is told where to, once that is known.
    variant: Arc<OnceLock<Variant>>,
    /// Whether something else than a terminal asks people questions for it.
    may_ask: bool,
}

/// How a program is told where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variant {
    /// As OpenSSH.
    Ssh,
    /// As PuTTY's `plink`.
    Plink,
    /// A host and a command, and nothing else.
    Simple,
}

impl Program {
    /// The program that the user names: for all that Git does by a variable, else in Git's configuration.
    pub(in crate::adapter::git::wire) fn of(preferences: &Preferences, environment: &Environment) -> Self {
        let lines = [
            (environment.of_servers("GIT_SSH_COMMAND"), "GIT_SSH_COMMAND"),
            (preferences.ssh_command(), "core.sshCommand"),
        ];
        let line = lines.into_iter().find_map(|(line, named)| Some((line?, true, named)));
        let program = || (environment.of_servers("GIT_SSH").unwrap_or("ssh"), false, "GIT_SSH");
        let (text, is_line, named) = line.unwrap_or_else(program);
        let word = if is_line { first_word(text) } else { text.to_owned() };
        let told = environment.of_servers("GIT_SSH_VARIANT").or_else(|| preferences.ssh_variant());
        let variant = told.map_or_else(|| Variant::of_program(&word), Variant::told);
        let asks = environment.of_servers("SSH_ASKPASS_REQUIRE");
        Self {
            text: text.to_owned(),
            is_line,
            named,
            variant: Arc::new(variant.map_or_else(OnceLock::new, OnceLock::from)),
            may_ask: asks.is_some_and(|asks| asks.eq_ignore_ascii_case("force")),
        }
    }

    /// The command that runs a service of a repository.
    pub(super) fn command(
        &self,
        address: &Address,
        (service, user): (&str, Option<&str>),
        key: Option<&KeyFiles>,
        running: &Running,
    ) -> Result<Command, Failure> {
        let destination = address.destination(user);
        if destination.starts_with('-') {
            return Err(Failure::Broken("its user begins with `-`, which programs take for an option".to_owned()));
        }
        let variant = self.variant(address.port, &destination, running)?;
        let mut command = self.bare();
        command.args(options(variant, address.port)?);
        match (variant, key) {
            (_, None) => {}
            (Variant::Simple, Some(_)) => {
                let named = self.named;
                return Err(Failure::Denied(format!("the program that {named} names takes no key: name its variant")));
            }
            (Variant::Plink, Some(KeyFiles { askpass: Some(_), .. })) => {
                return Err(Failure::Denied("`plink` takes no passphrase of a key".to_owned()));
            }
            (Variant::Plink, Some(key)) => drop(command.arg("-i").arg(&key.file)),
            (Variant::Ssh, Some(key)) => {
                command.arg("-i").arg(key_option(&key.file)).args(["-o", "IdentitiesOnly=yes"]);
            }
        }
        match key.and_then(|key| key.askpass.as_ref()) {
            // Asked is only what the key is encrypted with, and once.
            Some(program) => {
                command.args(["-o", "NumberOfPasswordPrompts=1", "-o", "PasswordAuthentication=no"]);
                command.args(["-o", "KbdInteractiveAuthentication=no"]);
                command.env("SSH_ASKPASS", program).env("SSH_ASKPASS_REQUIRE", "force");
            }
            None if variant == Variant::Ssh && !self.may_ask => drop(command.args(["-o", "BatchMode=yes"])),
            None => {}
        }
        command.arg(destination).arg(address.command(service));
        Ok(command)
    }

    /// The program with no argument yet.
    fn bare(&self) -> Command {
        let mut command = if self.is_line {
            let mut shell = Command::new("sh");
            shell.arg("-c").arg(format!("{} \"$@\"", self.text)).arg(&self.text);
            shell
        } else {
            Command::new(&self.text)
        };
        withhold(&mut command);
        // Neither is the repository here the one that is meant, nor is another version of the protocol spoken.
        command.env_remove("GIT_DIR").env_remove("GIT_PROTOCOL");
        command
    }

    /// How it is told where to: a program of no known name is asked whether it is OpenSSH's, as Git asks it.
    fn variant(&self, port: Option<u16>, destination: &str, running: &Running) -> Result<Variant, Failure> {
        if let Some(variant) = self.variant.get() {
            return Ok(*variant);
        }
        let mut question = self.bare();
        question.arg("-G").args(options(Variant::Ssh, port)?).arg(destination);
        let answer = running.run(&mut question).map_err(|error| self.unstarted(&error))?;
        let variant = if answer.success() { Variant::Ssh } else { Variant::Simple };
        Ok(*self.variant.get_or_init(|| variant))
    }

    /// What is wrong where it does not start.
    pub(super) fn unstarted(&self, error: &std::io::Error) -> Failure {
        match error.kind() {
            ErrorKind::NotFound => self.missing(),
            _ => Failure::Broken(format!("`{}` cannot be run: {error}", self.shown())),
        }
    }

    /// There is no such program.
    pub(super) fn missing(&self) -> Failure {
        let what = match (self.is_line, &*self.text) {
            (false, "ssh") => "there is no program `ssh`".to_owned(),
            _ => format!("there is no program of what {} names", self.named),
        };
        Failure::Broken(format!(
            "{what}: install OpenSSH's client, name another in GIT_SSH_COMMAND, or take an `https:` address"
        ))
    }

    /// Its name, for messages: a line may hold anything.
    fn shown(&self) -> &str {
        if self.is_line { self.named } else { &self.text }
    }
}

impl Variant {
    /// What a word means that says it; nothing where it has to be found out.
    fn told(word: &str) -> Option<Self> {
        match word {
            "auto" => None,
            "plink" | "putty" | "tortoiseplink" => Some(Self::Plink),
            "simple" => Some(Self::Simple),
            _ => Some(Self::Ssh),
        }
    }

    /// What the name of a program says.
    fn of_program(word: &str) -> Option<Self> {
        let name = word.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
        match name.strip_suffix(".exe").unwrap_or(&name) {
            "ssh" => Some(Self::Ssh),
            "plink" | "tortoiseplink" => Some(Self::Plink),
            _ => None,
        }
    }
}

/// What a program is told before it is told where to: never to ask, where it knows no other way, and the port.
fn options(variant: Variant, port: Option<u16>) -> Result<Vec<String>, Failure> {
    let port = port.map(|port| port.to_string());
    let mut options: Vec<String> = Vec::new();
    let flag = match variant {
        Variant::Ssh => "-p",
        Variant::Plink => {
            options.push("-batch".to_owned());
            "-P"
        }
        Variant::Simple if port.is_some() => {
            return Err(Failure::Broken("a program of the SSH variant `simple` cannot be told a port".to_owned()));
        }
        Variant::Simple => "",
    };
    options.extend(port.into_iter().flat_map(|port| [flag.to_owned(), port]));
    Ok(options)
}

/// The first word of a line for a shell, without what quotes it.
fn first_word(line: &str) -> String {
    let (mut word, mut quote) = (String::new(), None);
    let mut letters = line.trim_start().chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            (letter, Some(end)) if letter == end => quote = None,
            ('\'' | '"', None) => quote = Some(letter),
            ('\\', None | Some('"')) => word.extend(letters.next()),
            (letter, None) if letter.is_whitespace() => break,
            (letter, _) => word.push(letter),
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::git::preferences::tests::{preferences, remote};

    fn program(variables: &[(&str, &str)], lines: &[&str]) -> Program {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Program::of(&preferences(lines), &Environment::new(variables))
    }

    fn arguments(program: &Program, url: &str, key: Option<&KeyFiles>) -> Result<Vec<String>, Failure> {
        let address = Address::of(&remote(url));
        let command = program.command(&address, ("git-upload-pack", None), key, &Running::default())?;
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        Ok(words.map(|word| word.to_string_lossy().into_owned()).collect())
    }

    #[test]
    fn the_variable_counts_before_the_configuration_and_that_before_the_old_variable() {
        let configured = ["core.sshCommand = ssh -F other"];
        let all = [("GIT_SSH_COMMAND", "ssh -v"), ("GIT_SSH", "/bin/ssh")];
        assert_eq!(program(&all, &configured).text, "ssh -v");
        assert_eq!(program(&all[1..], &configured).text, "ssh -F other");
        assert_eq!(program(&all[1..], &[]).text, "/bin/ssh");
        assert_eq!(program(&[], &[]).text, "ssh");
    }

    #[test]
    fn each_variant_is_told_in_its_own_way() {
        let url = "ssh://git@git.example:2222/r.git";
        let told = |variables: &[(&str, &str)]| arguments(&program(variables, &[]), url, None);
        let end = ["git@git.example", "git-upload-pack '/r.git'"].map(str::to_owned);
        let expected = |words: &[&str]| {
            Ok([words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), end.to_vec()].concat())
        };
        assert_eq!(told(&[]), expected(&["ssh", "-p", "2222", "-o", "BatchMode=yes"]));
        assert_eq!(told(&[("SSH_ASKPASS_REQUIRE", "force")]), expected(&["ssh", "-p", "2222"]));
        assert_eq!(told(&[("GIT_SSH", "C:\\P\\PLINK.EXE")]), expected(&["C:\\P\\PLINK.EXE", "-batch", "-P", "2222"]));
        let line = "\"/opt/my ssh/ssh\" -v";
        let shell = format!("{line} \"$@\"");
        let words = ["sh", "-c", &shell, line, "-p", "2222", "-o", "BatchMode=yes"];
        assert_eq!(told(&[("GIT_SSH_COMMAND", line)]), expected(&words));
        assert!(told(&[("GIT_SSH", "x"), ("GIT_SSH_VARIANT", "simple")]).is_err());
    }

    #[test]
    fn a_key_is_named_and_never_told() {
        let key = |askpass: Option<&str>| KeyFiles::named("/a/100%.key", askpass);
        let told = |variables: &[(&str, &str)], askpass| {
            arguments(&program(variables, &[]), "git@git.example:r", Some(&key(askpass))).map(|words| words.join(" "))
        };
        let end = "git@git.example git-upload-pack 'r'";
        let ssh = "ssh -i /a/100%%.key -o IdentitiesOnly=yes -o";
        assert_eq!(told(&[], None), Ok(format!("{ssh} BatchMode=yes {end}")));
        let asks = "NumberOfPasswordPrompts=1 -o PasswordAuthentication=no -o KbdInteractiveAuthentication=no";
        assert_eq!(told(&[], Some("/a/askpass")), Ok(format!("{ssh} {asks} {end}")));
        assert_eq!(told(&[("GIT_SSH", "plink")], None), Ok(format!("plink -batch -i /a/100%.key {end}")));
        assert!(told(&[("GIT_SSH", "plink")], Some("x")).is_err());
        assert!(told(&[("GIT_SSH", "x"), ("GIT_SSH_VARIANT", "simple")], None).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_program_of_another_name_is_asked_what_it_is() {
        for (line, variant) in [("test x = x #", Variant::Ssh), ("exit 1;", Variant::Simple)] {
            let program = program(&[("GIT_SSH_COMMAND", line)], &[]);
            assert_eq!(program.variant(None, "git.example", &Running::default()), Ok(variant), "{line}");
        }
    }

    #[test]
    fn the_first_word_is_the_program() {
        for (line, word) in
            [("ssh", "ssh"), ("  'my ssh' -x", "my ssh"), ("a\\ b c", "a b"), ("\"q\\\"\" z", "q\""), ("", "")]
        {
            assert_eq!(first_word(line), word);
        }
    }
}
