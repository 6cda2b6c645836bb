use super::{Given, Listing, LoadError, Loader, MODULE_FILE};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A project's texts in memory, by name: for tests, and for anything else that has no folder.
#[derive(Clone, Debug, Default)]
pub struct MemoryLoader {
    files: BTreeMap<String, Vec<u8>>,
    given: Vec<Given>,
    environment: Option<String>,
}

impl MemoryLoader {
    /// The files of a list of names and contents.
    pub fn new<N: Into<String>, C: Into<Vec<u8>>>(files: impl IntoIterator<Item = (N, C)>) -> Self {
        let files = files.into_iter().map(|(name, content)| (name.into(), content.into())).collect();
        Self { files, given: Vec::new(), environment: None }
    }

    /// The same with what is given for parameters of the project.
    #[must_use]
    pub fn with(self, given: Vec<Given>) -> Self {
        Self { given, ..self }
    }

    /// The same for an environment.
    #[must_use]
    pub fn in_environment(self, name: &str) -> Self {
        Self { environment: Some(name.to_owned()), ..self }
    }
}

/// Whether a file is one of KDL, by its name.
fn is_kdl(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|end| end == "kdl")
}

impl Loader for MemoryLoader {
    fn files(&self) -> Result<Listing, LoadError> {
        let modules: Vec<&str> = self.files.keys().filter_map(|name| name.strip_suffix(MODULE_FILE)).collect();
        let is_own = |name: &&String| is_kdl(name) && !modules.iter().any(|folder| name.starts_with(folder));
        Ok(self.files.keys().filter(is_own).cloned().collect())
    }

    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, LoadError> {
        let missing = || std::io::Error::from(std::io::ErrorKind::NotFound);
        let content = self.files.get(name).ok_or_else(|| LoadError::Io { path: name.to_owned(), source: missing() })?;
        if content.len() as u64 > most {
            return Err(LoadError::TooBig { path: name.to_owned(), most });
        }
        Ok(content.clone())
    }

    fn module(&self, folder: &str) -> Result<Vec<(String, Vec<u8>)>, LoadError> {
        let is_inside = |name: &str| name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        if !self.files.contains_key(&format!("{folder}/{MODULE_FILE}")) {
            return Err(LoadError::NoModule(folder.to_owned()));
        }
        let texts = self.files.iter().filter(|(name, _)| is_kdl(name) && is_inside(name));
        Ok(texts.map(|(name, text)| (name.clone(), text.clone())).collect())
    }

    fn files_of_module(&self, folder: &str) -> Result<Arc<dyn Loader + Send>, LoadError> {
        let inside = |(name, text): (&String, &Vec<u8>)| {
            Some((name.strip_prefix(folder)?.strip_prefix('/')?.to_owned(), text.clone()))
        };
        Ok(Arc::new(Self::new(self.files.iter().filter_map(inside))))
    }

    fn environment(&self) -> Option<String> {
        self.environment.clone()
    }

    fn given(&self) -> Vec<Given> {
        self.given.clone()
    }

    fn list(&self, folder: &str) -> Result<Listing, LoadError> {
        let folder = folder.trim_end_matches('/');
        let below =
            |name: &&String| folder.is_empty() || name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        Ok(self.files.keys().filter(below).cloned().collect())
    }
}
