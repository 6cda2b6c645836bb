use super::{Listing, LoadError, Loader};
use std::collections::BTreeMap;

/// A project's texts in memory, by name: for tests, and for anything else that has no folder.
#[derive(Clone, Debug, Default)]
pub struct MemoryLoader {
    files: BTreeMap<String, Vec<u8>>,
    given: Vec<(String, String)>,
    environment: Option<String>,
}

impl MemoryLoader {
    /// The files of a list of names and contents.
    pub fn new<N: Into<String>, C: Into<Vec<u8>>>(files: impl IntoIterator<Item = (N, C)>) -> Self {
        let files = files.into_iter().map(|(name, content)| (name.into(), content.into())).collect();
        Self { files, given: Vec::new(), environment: None }
    }

    /// The same with what is given for parameters of the project: the name of each, with a text.
    #[must_use]
    pub fn with(self, given: Vec<(String, String)>) -> Self {
        Self { given, ..self }
    }

    /// The same for an environment.
    #[must_use]
    pub fn in_environment(self, name: &str) -> Self {
        Self { environment: Some(name.to_owned()), ..self }
    }
}

impl Loader for MemoryLoader {
    fn files(&self) -> Result<Listing, LoadError> {
        let is_kdl = |name: &&String| std::path::Path::new(name).extension().is_some_and(|end| end == "kdl");
        Ok(self.files.keys().filter(is_kdl).cloned().collect())
    }

    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, LoadError> {
        let missing = || std::io::Error::from(std::io::ErrorKind::NotFound);
        let content = self.files.get(name).ok_or_else(|| LoadError::Io { path: name.to_owned(), source: missing() })?;
        if content.len() as u64 > most {
            return Err(LoadError::TooBig { path: name.to_owned(), most });
        }
        Ok(content.clone())
    }

    fn environment(&self) -> Option<String> {
        self.environment.clone()
    }

    fn given(&self) -> Vec<(String, String)> {
        self.given.clone()
    }

    fn list(&self, folder: &str) -> Result<Listing, LoadError> {
        let folder = folder.trim_end_matches('/');
        let below =
            |name: &&String| folder.is_empty() || name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        Ok(self.files.keys().filter(below).cloned().collect())
    }
}
