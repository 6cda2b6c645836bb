use super::git_module::released;
use semver::VersionReq;

/// Which versions of something are meant: one to the letter, as Kratix compares them, or a range as Cargo writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Versions {
    /// This one: `v1.2.0`.
    Exactly(Box<str>),
    /// All that are in a range: `^1.2`, `>=1.2, <3`.
    Range(VersionReq),
}

impl Versions {
    /// What a text means: a range, where it begins with a sign of one, or has several parts or a `*`; else the version that it is.
    ///
    /// # Errors
    /// Why it is no range, where it would be one.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_range = text.starts_with(['^', '~', '<', '>', '=']) || text.contains([',', '*']);
        // What the label of a promise may hold.
        let is_version = |text: &str| text.chars().all(|one| one.is_ascii_alphanumeric() || "-_.+".contains(one));
        if !is_range && !text.is_empty() && is_version(text) {
            return Ok(Self::Exactly(text.into()));
        }
        VersionReq::parse(text).map(Self::Range).map_err(|error| error.to_string())
    }

    /// Whether a version, perhaps with a `v` before it, is one of them; a number that it does not say is 0. One before a release is in a range only
    /// where that names one; what is no version is in none.
    pub fn accept(&self, version: &str) -> bool {
        match self {
            Self::Exactly(wanted) => **wanted == *version,
            Self::Range(range) => {
                released(version).or_else(|| released(&filled(version)?)).is_some_and(|version| range.matches(&version))
            }
        }
    }
}

/// A version of one or two numbers with those that it does not say.
fn filled(version: &str) -> Option<String> {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit());
    let parts: Vec<&str> = version.strip_prefix('v').unwrap_or(version).split('.').collect();
    let missing = [".0.0", ".0"].get(parts.len().checked_sub(1)?)?;
    parts.iter().all(|part| is_number(part)).then(|| format!("{version}{missing}"))
}

#[cfg(test)]
mod tests {
    use super::Versions;

    #[test]
    fn a_version_is_the_one_that_is_meant_or_in_the_range() {
        let accepts = |wanted: &str, version: &str| Versions::parse(wanted).unwrap().accept(version);
        assert!(accepts("v1.0.0-beta.3", "v1.0.0-beta.3") && accepts("latest", "latest"));
        assert!(!accepts("1.0.0", "v1.0.0") && !accepts("v1", "v1.0.0"));
        assert!(accepts("^1.2", "v1.9.0") && accepts(">=1.2, <3", "2.0.0") && accepts("1.*", "1.4.2"));
        assert!(accepts("^1.1", "1.2") && accepts(">=1", "v2") && !accepts("^1.1", "1.x"));
        assert!(["", "1.2 || 1.3", "!=1.0"].into_iter().all(|none| Versions::parse(none).is_err()));
        assert!(!accepts("^1.2", "v2.0.0") && !accepts("^1.2", "v1.3.0-beta.1") && !accepts("^1.2", "latest"));
        assert!(accepts(">=1.3.0-beta", "v1.3.0-beta.1") && accepts("=1.2.0", "v1.2.0"));
        assert!(Versions::parse(">=").is_err() && Versions::parse("^latest").is_err());
    }
}
