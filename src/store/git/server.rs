use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use git2::{AutotagOption, Direction, FetchOptions, Oid, ProxyOptions, RemoteCallbacks, RemoteRedirect, Repository};

use super::cache::Cache;
use super::login::Login;
use super::place::{Freshness, Move, Place, Published, References, Tips, Writing};
use super::push::{self, Pushed};
use crate::store::StoreError;

/// A repository on a server, over HTTP or SSH, seen through a cache.
pub(super) struct Server {
    url: String,
    folder: PathBuf,
    references: References,
    login: Login,
    cache: Option<Cache>,
    seen: Option<Tips>,
}

impl Server {
    pub(super) fn new(url: String, folder: PathBuf, references: References, login: Login) -> Self {
        Self { url, folder, references, login, cache: None, seen: None }
    }

    fn open(&mut self) -> Result<(), StoreError> {
        if self.cache.is_none() {
            let cache = Cache::open(&self.folder);
            self.cache = Some(cache.map_err(self.login.origin().failed("open its cache"))?);
        }
        Ok(())
    }

    fn cache(&self) -> Result<&Cache, StoreError> {
        self.cache.as_ref().ok_or_else(|| self.login.origin().missing())
    }

    /// Asks the server where the references are that `wants` names, and fetches what the cache has not.
    fn fetch(&self, wants: &dyn Fn(&str) -> bool) -> Result<Tips, StoreError> {
        let cache = self.cache()?;
        let failed = |error| self.login.failed("fetch", error);
        let mut remote = cache.repository().remote_anonymous(&self.url).map_err(failed)?;
        self.login.begin();
        let mut connection =
            remote.connect_auth(Direction::Fetch, Some(self.callbacks()), Some(proxy())).map_err(failed)?;
        let mut tips = Tips::default();
        for head in connection.list().map_err(failed)?.iter().filter(|head| wants(head.name())) {
            tips.0.insert(head.name().to_owned(), head.oid());
        }
        if !cache.has(&tips) {
            let wanted: Vec<_> = tips.0.keys().map(|name| format!("+{name}:{name}")).collect();
            connection.remote().download(&wanted, Some(&mut self.options())).map_err(failed)?;
            cache.remember(&tips).map_err(self.login.origin().failed("write its cache"))?;
        }
        Ok(tips)
    }

    fn callbacks(&self) -> RemoteCallbacks<'_> {
        let mut callbacks = RemoteCallbacks::new();
        callbacks.credentials(|url, user, allowed| self.login.answer(url, user, allowed));
        callbacks
    }

    fn options(&self) -> FetchOptions<'_> {
        let mut options = FetchOptions::new();
        options.remote_callbacks(self.callbacks()).proxy_options(proxy()).download_tags(AutotagOption::None);
        options.follow_redirects(RemoteRedirect::None);
        options
    }

    /// A push that was not accepted: by a hook or a rule where the references are still where they were, else by the race.
    fn unaccepted(&mut self, moves: &[Move], reference: String, reason: String) -> Result<Published, StoreError> {
        let wants = |name: &str| moves.iter().any(|step| step.reference == name);
        let now = self.fetch(&wants)?;
        if moves.iter().all(|step| now.of(&step.reference) == step.new) {
            return Ok(Published::Done);
        }
        if moves.iter().any(|step| now.of(&step.reference) != step.old) {
            return Ok(Published::Overtaken);
        }
        Err(StoreError::Refused { store: self.login.origin().store.clone(), reference, reason })
    }
}

impl Place for Server {
    fn look(&mut self, freshness: Freshness) -> Result<Tips, StoreError> {
        if let (Freshness::Remembered, Some(seen)) = (freshness, &self.seen) {
            return Ok(seen.clone());
        }
        self.open()?;
        let tips = self.fetch(&|name| self.references.hold(name))?;
        self.seen = Some(tips.clone());
        Ok(tips)
    }

    fn find(&mut self, reference: &str) -> Result<Option<Oid>, StoreError> {
        self.open()?;
        Ok(self.fetch(&|name| name == reference)?.of(reference))
    }

    fn repository(&self) -> Option<&Repository> {
        self.cache.as_ref().map(Cache::repository)
    }

    fn create(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn publish(&mut self, moves: &[Move]) -> Result<Published, StoreError> {
        let cache = self.cache()?;
        match (push::Push { url: &self.url, moves }).run(cache.repository(), &self.login)? {
            Pushed::Accepted => {
                let mut tips = self.seen.clone().unwrap_or_default();
                moves.iter().filter(|step| self.references.hold(&step.reference)).for_each(|step| tips.set(step));
                cache.remember(&tips).map_err(self.login.origin().failed("write its cache"))?;
                self.seen = self.seen.is_some().then_some(tips);
                Ok(Published::Done)
            }
            Pushed::Overtaken => Ok(Published::Overtaken),
            Pushed::Unaccepted { reference, reason } => self.unaccepted(moves, reference, reason),
        }
    }

    fn writing(&self) -> Writing {
        Writing::Pushed
    }

    fn heed(&mut self, _: &Arc<AtomicUsize>) {}
}

/// The proxy that Git's settings or the environment name.
pub(super) fn proxy() -> ProxyOptions<'static> {
    let mut proxy = ProxyOptions::new();
    proxy.auto();
    proxy
}
