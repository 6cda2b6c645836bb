//! Who is said to have written a commit: what the environment says, else Git's configuration, else plat.

use git2::{Config, Error, ObjectType, Oid, Repository};

use super::moment::Moment;

/// Whom commits name where nothing else says whom.
const NAME: &str = "plat";
const EMAIL: &str = "plat@localhost";

/// Who writes commits, as far as the environment says it; all else Git's configuration says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authorship {
    /// Who made the change.
    pub author: Person,
    /// Who made the commit.
    pub committer: Person,
    /// The address of both where nothing else says one.
    pub email: Option<String>,
}

/// Somebody of a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: Option<String>,
    /// The mail address.
    pub email: Option<String>,
    /// When it was, instead of the time of the run.
    pub date: Option<Moment>,
}

impl Authorship {
    /// Reads the variables that Git reads: `GIT_AUTHOR_NAME`, `_EMAIL` and `_DATE`, the same of `GIT_COMMITTER`, and `EMAIL`.
    ///
    /// # Errors
    /// Which variable has a date that cannot be read; and what `variable` says.
    pub fn of<'v>(variable: impl Fn(&str) -> Result<Option<&'v str>, String>) -> Result<Self, String> {
        let person = |whose: &str| {
            let text = |part: &str| Ok::<_, String>(variable(&format!("GIT_{whose}_{part}"))?.map(str::to_owned));
            let unread = || {
                format!(
                    "GIT_{whose}_DATE is no date: it is seconds since 1970 and a zone, or as in 2026-11-22T16:18:02Z"
                )
            };
            let date = text("DATE")?.map(|text| Moment::parse(&text).ok_or_else(unread)).transpose()?;
            Ok::<_, String>(Person { name: text("NAME")?, email: text("EMAIL")?, date })
        };
        Ok(Self {
            author: person("AUTHOR")?,
            committer: person("COMMITTER")?,
            email: variable("EMAIL")?.map(str::to_owned),
        })
    }

    /// Writes a commit of a tree with a message at a time. libgit2 itself would take one for written that the disk did not take.
    pub(crate) fn commit(
        &self,
        repository: &Repository,
        parent: Option<Oid>,
        tree: Oid,
        (message, time): (&str, i64),
    ) -> Result<Oid, Error> {
        let [author, committer] = self.signatures(&repository.config()?.snapshot()?, time);
        let parent = parent.map(|parent| format!("parent {parent}\n")).unwrap_or_default();
        let commit = format!("tree {tree}\n{parent}author {author}\ncommitter {committer}\n\n{message}");
        repository.odb()?.write(ObjectType::Commit, commit.as_bytes())
    }

    /// The author and the committer of a commit of a run that began at `time`, in seconds since 1970 (UTC), as a commit names them.
    /// They are written here, as libgit2 begins anew with 1970 after the year 2106.
    pub(crate) fn signatures(&self, config: &Config, time: i64) -> [String; 2] {
        let sign = |person: &Person, role: &str| {
            let said = |key: String| config.get_string(&key).ok();
            let either = |part: &str| said(format!("{role}.{part}")).or_else(|| said(format!("user.{part}")));
            let name = [person.name.clone(), either("name")];
            let email = [person.email.clone(), either("email"), self.email.clone()];
            let Moment { seconds, offset } = person.date.unwrap_or(Moment { seconds: time, offset: 0 });
            let (sign, behind) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
            let zone = format!("{sign}{:02}{:02}", behind / 60, behind % 60);
            format!("{} <{}> {} {zone}", first(name, NAME), first(email, EMAIL), seconds.max(0))
        };
        [sign(&self.author, "author"), sign(&self.committer, "committer")]
    }
}

/// The first text that is one when what no commit can hold is taken out of it.
fn first(texts: impl IntoIterator<Item = Option<String>>, default: &str) -> String {
    let clean = |text: String| {
        let kept: String = text.chars().filter(|letter| !matches!(letter, '<' | '>') && !letter.is_control()).collect();
        kept.trim_matches(|letter: char| letter.is_whitespace() || ".,:;\"'\\".contains(letter)).to_owned()
    };
    let mut texts = texts.into_iter().flatten().map(clean).filter(|text| !text.is_empty());
    texts.next().unwrap_or_else(|| default.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(variables: &[(&str, &str)], lines: &str) -> [String; 2] {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("config");
        std::fs::write(&file, lines).unwrap();
        let config = Config::open(&file).unwrap();
        let said = |name: &str| Ok(variables.iter().find(|(known, _)| *known == name).map(|(_, value)| *value));
        Authorship::of(said).unwrap().signatures(&config, 7)
    }

    #[test]
    fn the_environment_counts_before_the_configuration_and_plat_comes_last() {
        assert_eq!(signed(&[], ""), ["plat <plat@localhost> 7 +0000"; 2]);
        let user = "[user]\nname = Ada\nemail = ada@example.com\n[author]\nname = Bo\n";
        assert_eq!(signed(&[], user), ["Bo <ada@example.com> 7 +0000", "Ada <ada@example.com> 7 +0000"]);
        let variables = [
            ("GIT_AUTHOR_NAME", " <C>i.\n"),
            ("GIT_AUTHOR_DATE", "1700000000 +0130"),
            ("GIT_COMMITTER_NAME", "<>"),
            ("GIT_COMMITTER_EMAIL", "ci@example.com"),
            ("EMAIL", "nobody@example.com"),
        ];
        assert_eq!(signed(&variables, user), ["Ci <ada@example.com> 1700000000 +0130", "Ada <ci@example.com> 7 +0000"]);
        assert_eq!(signed(&variables[4..], ""), ["plat <nobody@example.com> 7 +0000"; 2]);
    }

    #[test]
    fn a_date_that_is_none_is_told() {
        let error = Authorship::of(|name| Ok((name == "GIT_COMMITTER_DATE").then_some("yesterday"))).unwrap_err();
        assert!(error.starts_with("GIT_COMMITTER_DATE is no date"), "{error}");
    }
}
