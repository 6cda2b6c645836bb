//! The pipelines that a new project of a team gets: those of the examples, with what differs from one project to another set into them.

use crate::model::{Location, Scheme};

/// The secret that logs in to the repository of a new project's catalog.
pub(super) const SECRET: &str = "repository";

/// The pipelines, which the manual shows too.
const GITHUB: &str = include_str!("../../examples/ci/github/.github/workflows/plat.yml");
const GITLAB: &str = include_str!("../../examples/ci/gitlab/.gitlab-ci.yml");

/// What stands in them for what is the project's own.
const ACTION: &str =
    "uses: company/plat@0000000000000000000000000000000000000000 # the commit of the release that you use";
const VARIABLES: &str = "PLAT_SECRET_GITHUB_CREDENTIALS_";
const TOKENS: [&str; 2] = ["${{ secrets.PLAT_READ_TOKEN }}", "${{ secrets.PLAT_WRITE_TOKEN }}"];
const ENVIRONMENT: &str = " # has the token that may write, for `main` alone, and may ask for an approval";
const MAY_WRITE: [&str; 2] = [
    "{ actions: read, contents: read, pull-requests: read } # the artifact, and which pull request was merged",
    "{ actions: read, contents: write, pull-requests: read } # the artifact, the branches that plat writes, and which pull request was merged",
];
const HOST: &str = "_HOST: github.com";
const COMMANDS: [&str; 3] = ["{ command: plan }", "{ command: apply }", "{ command: drift }"];
const BRANCHES: [&str; 3] = ["[main]", "'refs/heads/main'", "`main`"];
const RIGHTS: &str = "# Each job takes what it needs.\n";
const INPUTS: &str = "    inputs:\n";
const INCLUDE: &str = "include:\n";

worded! {
    /// Whose pipeline a project gets.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Pipeline {
        /// GitHub's.
        Github = "github",
        /// GitLab's.
        Gitlab = "gitlab",
        /// None.
        None = "none",
    }
}

/// What a pipeline knows of its project.
#[derive(Clone, Debug)]
pub struct Place {
    /// Whose it is.
    pub pipeline: Pipeline,
    /// The repository of the catalog.
    pub(super) server: Location,
    /// Its address, as the text has it.
    pub(super) url: String,
    /// Whether that is the repository of the project too.
    pub(super) is_own: bool,
    /// The project's folder in its repository; empty for the root.
    pub(super) below: String,
    /// The branch that is applied.
    pub branch: String,
}

impl Place {
    /// The pipeline that is asked for, else the one of the host that the project's repository is on; else why there is none.
    pub(super) fn with(self, asked: Option<Pipeline>, code: &Location) -> Result<Self, String> {
        let pipeline = match (asked, code) {
            (Some(asked), _) => asked,
            (None, Location::Folder(_)) => return Err("a repository in a folder runs none".to_owned()),
            (None, Location::Server(remote)) => host(&remote.host).ok_or_else(|| {
                format!(
                    "nothing says that {} is GitHub or GitLab, and `--pipeline` writes the one of either",
                    remote.server()
                )
            })?,
        };
        if pipeline == Pipeline::None {
            return Err("`--pipeline none` asks for none".to_owned());
        }
        if pipeline == Pipeline::Github && !is_plain(&self.branch) {
            return Err(format!("the name of the branch `{}` would mean something else in it", self.branch));
        }
        if !self.below.is_empty() && !is_plain(&self.below) {
            return Err(format!("the path of the folder `{}` would mean something else in it", self.below));
        }
        Ok(Self { pipeline, ..self })
    }

    /// Where it is in the repository.
    pub fn path(&self) -> &'static str {
        match self.pipeline {
            Pipeline::Github => ".github/workflows/plat.yml",
            Pipeline::Gitlab | Pipeline::None => ".gitlab-ci.yml",
        }
    }

    /// Its text.
    pub(super) fn text(&self) -> String {
        match self.pipeline {
            Pipeline::Github => self.github(),
            Pipeline::Gitlab | Pipeline::None => self.gitlab(),
        }
    }

    fn github(&self) -> String {
        let repository = env!("CARGO_PKG_REPOSITORY").trim_start_matches("https://github.com/");
        let version = env!("CARGO_PKG_VERSION");
        let action = format!("uses: {repository}@v{version} # or the commit of that tag, which nobody can move");
        let mut text = GITHUB.replace(ACTION, &action);
        if self.is_own {
            text = TOKENS.iter().fold(text, |text, token| text.replace(token, "${{ github.token }}"));
            text = text.replace(MAY_WRITE[0], MAY_WRITE[1]);
            text = text.replace(ENVIRONMENT, " # let `main` alone deploy to it; it may ask for an approval too");
        }
        text = text.replace(VARIABLES, &format!("PLAT_SECRET_{}_", SECRET.to_uppercase()));
        if let Location::Server(remote) = &self.server {
            text = text.replace(HOST, &format!("_HOST: {}", remote.host));
        }
        if !self.below.is_empty() {
            let into = |command: &str| format!("{}, directory: \"{}\" }}", command.trim_end_matches(" }"), self.below);
            text = COMMANDS.iter().fold(text, |text, command| text.replace(command, &into(command)));
        }
        text = BRANCHES.iter().fold(text, |text, word| text.replace(word, &word.replace("main", &self.branch)));
        match self.base() {
            Some(base) => text.replace(
                RIGHTS,
                &format!(
                    "# The text names the repository by SSH, and runs log in to it over HTTPS.\nenv:\n  GIT_CONFIG_COUNT: 1\n  \
                     GIT_CONFIG_KEY_0: url.${{{{ github.server_url }}}}/.insteadOf\n  GIT_CONFIG_VALUE_0: \"{base}\"\n\n{RIGHTS}"
                ),
            ),
            None => text,
        }
    }

    fn gitlab(&self) -> String {
        let mut text = GITLAB.to_owned();
        if !self.below.is_empty() {
            text = text.replace(INPUTS, &format!("{INPUTS}      directory: \"{}\"\n", self.below));
        }
        match self.base() {
            Some(base) => text.replace(
                INCLUDE,
                &format!(
                    "variables: # the text names the repository by SSH, and jobs log in to it over HTTPS\n  GIT_CONFIG_COUNT: \"1\"\n  \
                     GIT_CONFIG_KEY_0: url.$CI_SERVER_URL/.insteadOf\n  GIT_CONFIG_VALUE_0: \"{base}\"\n\n{INCLUDE}"
                ),
            ),
            None => text,
        }
    }

    /// What stands before the path of an address by SSH, where the host that runs the pipeline has the repository too: runs know a token, and no key.
    fn base(&self) -> Option<&str> {
        let Location::Server(remote) = &self.server else { return None };
        let path = remote.path.trim_start_matches('/');
        let base = self.url.strip_suffix(path)?;
        (self.is_own && remote.scheme == Scheme::Ssh && is_plain(base)).then_some(base)
    }
}

/// Whose host it is, where its name says so.
fn host(name: &str) -> Option<Pipeline> {
    let mut parts = name.split('.');
    if parts.clone().any(|part| part == "gitlab") {
        return Some(Pipeline::Gitlab);
    }
    (parts.any(|part| part == "github") || name.ends_with(".ghe.com")).then_some(Pipeline::Github)
}

/// Whether a text is the same in YAML, in the patterns of branches and in expressions.
fn is_plain(text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./@:".contains(letter);
    !text.is_empty() && text.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(url: &str, asked: Option<Pipeline>) -> Result<Place, String> {
        let location = Location::parse(url).unwrap();
        let place = Place {
            pipeline: Pipeline::None,
            server: location.clone(),
            url: url.to_owned(),
            is_own: true,
            below: String::new(),
            branch: "main".to_owned(),
        };
        place.with(asked, &location)
    }

    #[test]
    fn what_is_the_projects_own_is_found_in_the_examples() {
        let of_github = [ACTION, VARIABLES, ENVIRONMENT, MAY_WRITE[0], HOST, RIGHTS];
        for text in of_github.iter().chain(&TOKENS).chain(&COMMANDS).chain(&BRANCHES) {
            assert!(GITHUB.contains(text), "{text}");
        }
        for text in [INPUTS, INCLUDE] {
            assert_eq!(GITLAB.matches(text).count(), 1, "{text}");
        }
        assert_eq!(GITHUB.matches(RIGHTS).count(), 1);
    }

    #[test]
    fn a_host_is_known_by_its_name() {
        let of = |url: &str| place(url, None).map(|place| place.pipeline);
        assert_eq!(of("git@github.com:a/b.git"), Ok(Pipeline::Github));
        assert_eq!(of("https://company.ghe.com/a/b"), Ok(Pipeline::Github));
        assert_eq!(of("https://gitlab.com/a/b"), Ok(Pipeline::Gitlab));
        assert_eq!(of("ssh://git@gitlab.company.com:2222/a/b"), Ok(Pipeline::Gitlab));
        assert!(of("https://git.company.com/a/b").unwrap_err().contains("git.company.com"));
        assert!(of("/srv/a.git").is_err());
        assert_eq!(place("/srv/a.git", Some(Pipeline::Gitlab)).unwrap().pipeline, Pipeline::Gitlab);
    }

    #[test]
    fn a_pipeline_logs_in_where_the_text_leads() {
        let https = place("https://github.com/a/b", None).unwrap().text();
        assert!(https.contains("PLAT_SECRET_REPOSITORY_TOKEN: ${{ github.token }}") && !https.contains("GIT_CONFIG"));
        let ssh = |url: &str| place(url, Some(Pipeline::Github)).unwrap().text();
        assert!(ssh("git@github.com:a/b.git").contains("GIT_CONFIG_VALUE_0: \"git@github.com:\"\n"));
        assert!(ssh("ssh://git@git.example:2222/a").contains("GIT_CONFIG_VALUE_0: \"ssh://git@git.example:2222/\"\n"));
        let gitlab = place("git@gitlab.com:a/b.git", None).unwrap().text();
        assert!(gitlab.contains("GIT_CONFIG_VALUE_0: \"git@gitlab.com:\"\n"), "{gitlab}");
        let other = Place { is_own: false, ..place("https://github.com/a/b", None).unwrap() }.text();
        assert!(other.contains("secrets.PLAT_WRITE_TOKEN") && !other.contains("contents: write"), "{other}");
    }

    #[test]
    fn a_pipeline_knows_its_folder_and_its_branch() {
        let own =
            Place { below: "a/b".into(), branch: "trunk".into(), ..place("https://github.com/a/b", None).unwrap() };
        let text = own.text();
        assert_eq!(text.matches(", directory: \"a/b\" }").count(), 3, "{text}");
        assert!(!text.contains("main") && text.contains("refs/heads/trunk"), "{text}");
        let gitlab = Place { pipeline: Pipeline::Gitlab, ..own }.text();
        assert!(gitlab.contains("directory: \"a/b\"\n"), "{gitlab}");
        let odd = Place { branch: "a'b".into(), ..place("https://github.com/a/b", None).unwrap() };
        assert!(odd.with(Some(Pipeline::Github), &Location::Folder(String::new())).is_err());
    }
}
