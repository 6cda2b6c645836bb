use super::{Arguments, Command, Format};
use crate::diag::suggest;
use clap::ValueEnum;

/// A form of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Form {
    /// For people
    #[value(aliases = ["table", "text"])]
    Human,
    /// For programs
    Json,
    /// The same as YAML
    Yaml,
    /// Only the addresses, of `plat get`
    Name,
    /// Problems as GitHub annotations, anything else for people
    Github,
    /// Problems of `plat check` a line each, as editors look for them; anything else for people
    Compact,
}

impl Form {
    /// Who it is for.
    pub(in crate::cli) fn format(self) -> Format {
        match self {
            Self::Human | Self::Name | Self::Compact => Format::Human,
            Self::Json | Self::Yaml => Format::Json,
            Self::Github => Format::Github,
        }
    }
}

impl Arguments {
    /// The arguments, with `-o` taken for what it means: a form of output where it is the word of one; else the file of a plan.
    ///
    /// # Errors
    /// Where it can mean neither, what to write instead, in a sentence.
    pub(in crate::cli) fn understood(mut self) -> Result<Self, String> {
        if let Some(word) = self.output.take() {
            match (Form::from_str(&word, true), self.command.out()) {
                (Ok(form), _) => self.form = form,
                (Err(_), Some(Some(_))) => return Err(format!("`-o {word}` and `--out` are the same: one is enough")),
                (Err(_), Some(out)) => *out = Some(word.into()),
                (Err(_), None) => return Err(unknown(&word)),
            }
        }
        if self.form == Form::Name && !matches!(self.command, Command::Get(_)) {
            return Err("only `plat get` prints names alone".to_owned());
        }
        if let Some(two) = self.crowds_standard_output().or_else(|| self.crowds_standard_input()) {
            return Err(two);
        }
        Ok(self)
    }
}

impl Command {
    /// The file that a plan is saved to, where the command makes one that can be.
    fn out(&mut self) -> Option<&mut Option<std::path::PathBuf>> {
        match self {
            Self::Plan(plan) => Some(&mut plan.out),
            Self::Destroy(destroy) => Some(&mut destroy.out),
            Self::Rollback(rollback) => Some(&mut rollback.out),
            _ => None,
        }
    }
}

fn unknown(word: &str) -> String {
    let words: Vec<String> = Form::value_variants()
        .iter()
        .filter_map(|form| Some(form.to_possible_value()?.get_name().to_owned()))
        .collect();
    let near = suggest(word, words.iter().map(String::as_str));
    let near = near.map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
    format!("there is no form of output `{word}`{near} (there are {})", words.join(", "))
}
