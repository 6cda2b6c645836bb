use std::path::PathBuf;

use git2::{AutotagOption, Direction, FetchOptions, Oid, ProxyOptions, RemoteCallbacks, RemoteRedirect, Repository};

use super::cache::Cache;
use super::login::Login;
use super::place::{Freshness, Place, Published, References, Tips, Which, Writing};
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
            let cache = Cache::open(&self.folder, &self.references);
            self.cache = Some(cache.map_err(self.login.origin().failed("open its cache"))?);
        }
        Ok(())
    }

    fn cache(&self) -> Result<&Cache, StoreError> {
        self.cache.as_ref().ok_or_else(|| self.login.origin().missing())
    }

    /// Asks the server where the two references are, and fetches what the cache has not.
    fn fetch(&self) -> Result<Tips, StoreError> {
        let cache = self.cache()?;
        let failed = |error| self.login.failed("fetch", error);
        let mut remote = cache.repository().remote_anonymous(&self.url).map_err(failed)?;
        self.login.begin();
        let mut connection =
            remote.connect_auth(Direction::Fetch, Some(self.callbacks()), Some(proxy())).map_err(failed)?;
        let heads = connection.list().map_err(failed)?;
        let at =
            |which| heads.iter().find(|head| head.name() == self.references.name(which)).map(git2::RemoteHead::oid);
        let tips = Tips { branch: at(Which::Branch), inventory: at(Which::Inventory) };
        if !cache.has(tips) {
            let there = [Which::Branch, Which::Inventory].into_iter().filter(|which| tips.of(*which).is_some());
            let wanted: Vec<_> = there.map(|which| format!("+{0}:{0}", self.references.name(which))).collect();
            connection.remote().download(&wanted, Some(&mut self.options())).map_err(failed)?;
            cache.remember(tips).map_err(self.login.origin().failed("write its cache"))?;
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

    /// A push that was not accepted: by a hook or a rule where the reference is still where it was, else by the race.
    fn unaccepted(
        &mut self,
        which: Which,
        old: Option<Oid>,
        new: Oid,
        reason: String,
    ) -> Result<Published, StoreError> {
        let now = self.look(Freshness::Now)?.of(which);
        if now == Some(new) {
            return Ok(Published::Done);
        }
        if now != old {
            return Ok(Published::Overtaken);
        }
        let (store, reference) = (self.login.origin().store.clone(), self.references.name(which).to_owned());
        Err(StoreError::Refused { store, reference, reason })
    }
}

impl Place for Server {
    fn look(&mut self, freshness: Freshness) -> Result<Tips, StoreError> {
        if let (Freshness::Remembered, Some(seen)) = (freshness, self.seen) {
            return Ok(seen);
        }
        self.open()?;
        let tips = self.fetch()?;
        self.seen = Some(tips);
        Ok(tips)
    }

    fn repository(&self) -> Option<&Repository> {
        self.cache.as_ref().map(Cache::repository)
    }

    fn create(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn publish(&mut self, which: Which, old: Option<Oid>, new: Oid) -> Result<Published, StoreError> {
        let cache = self.cache()?;
        let push = push::Push { url: &self.url, reference: self.references.name(which), old, new };
        match push.run(cache.repository(), &self.login)? {
            Pushed::Accepted => {
                let mut tips = self.seen.unwrap_or_default();
                tips.set(which, new);
                cache.remember(tips).map_err(self.login.origin().failed("write its cache"))?;
                self.seen = Some(tips);
                Ok(Published::Done)
            }
            Pushed::Overtaken => Ok(Published::Overtaken),
            Pushed::Unaccepted(reason) => self.unaccepted(which, old, new, reason),
        }
    }

    fn writing(&self) -> Writing {
        Writing::Pushed
    }
}

/// The proxy that Git's settings or the environment name.
pub(super) fn proxy() -> ProxyOptions<'static> {
    let mut proxy = ProxyOptions::new();
    proxy.auto();
    proxy
}
