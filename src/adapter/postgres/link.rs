//! The connection to a server: made when it is first needed, kept, and made anew where it was lost.

use super::flaw::Flaw;
use super::target::Target;
use crate::credentials::Environment;
use crate::wait::{Ended, Wait};
use std::cell::{Cell, RefCell};
use std::pin::{Pin, pin};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row};

/// How often one looks whether the run is still wanted.
const TICK: Duration = Duration::from_millis(50);

/// How long what is in flight may still take after an interrupt.
const GRACE: Duration = Duration::from_secs(3);

/// A value that a statement is given, with its type.
pub(super) type Given<'a> = (&'a (dyn ToSql + Sync), Type);

/// The way to a server.
pub(super) struct Link {
    pub(super) target: Target,
    environment: Environment,
    /// How long the server may say nothing.
    patience: Duration,
    pub(super) wait: Wait,
    runtime: Runtime,
    client: RefCell<Option<Client>>,
    /// When a conversation last got on.
    pulse: Cell<Instant>,
}

impl Link {
    /// Nothing is connected to yet.
    ///
    /// # Errors
    /// Where the system gives nothing to wait with.
    pub(super) fn new(
        target: Target,
        environment: Environment,
        patience: Duration,
        wait: Wait,
    ) -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
        let (client, pulse) = (RefCell::new(None), Cell::new(Instant::now()));
        Ok(Self { target, environment, patience, wait, runtime, client, pulse })
    }

    /// Holds a conversation with the server, for as long as it gets on. Where it ends in a fault, so does the connection: what the
    /// server makes of half a conversation nobody knows.
    pub(super) fn converse<T>(&self, conversation: impl AsyncFnOnce(&Talk<'_>) -> Result<T, Flaw>) -> Result<T, Flaw> {
        let client = self.connected()?;
        let talk = Talk { client: &client, link: self, is_guarded: Cell::new(false) };
        talk.beat();
        let said = self.ended(conversation(&talk))?;
        *self.client.borrow_mut() = Some(client);
        Ok(said)
    }

    /// The connection that is kept, or a new one.
    fn connected(&self) -> Result<Client, Flaw> {
        self.pulse.set(Instant::now());
        let client = self.client.borrow_mut().take().filter(|client| !client.is_closed());
        client.map_or_else(|| self.ended(self.target.connect(&self.environment, self.patience)), Ok)
    }

    /// What something comes to that is waited for.
    fn ended<T>(&self, work: impl Future<Output = Result<T, Flaw>>) -> Result<T, Flaw> {
        let mut said = None;
        self.bounded(pin!(async { said = Some(work.await) }))?;
        said.ok_or(Flaw::Silent(self.patience))?
    }

    /// Waits for something for as long as it gets on, and somebody wants it. It is made once for all that is waited for.
    fn bounded(&self, work: Pin<&mut dyn Future<Output = ()>>) -> Result<(), Flaw> {
        self.runtime.block_on(self.until_it_ends(work))
    }

    async fn until_it_ends(&self, mut work: Pin<&mut dyn Future<Output = ()>>) -> Result<(), Flaw> {
        let mut interrupted = None;
        // A lock of another one is waited for as long as that, and the server says nothing meanwhile.
        let patience = self.patience.max(self.wait.limit + GRACE);
        let grace = if self.wait.leave.is_orderly() { GRACE } else { Duration::ZERO };
        loop {
            if tokio::time::timeout(TICK, work.as_mut()).await.is_ok() {
                return Ok(());
            }
            if self.wait.is_interrupted() && interrupted.get_or_insert_with(Instant::now).elapsed() >= grace {
                return Err(Flaw::Locked { ended: Ended::Interrupted, limit: grace });
            }
            if self.pulse.get().elapsed() >= patience {
                return Err(Flaw::Silent(patience));
            }
        }
    }
}

/// A conversation with a server.
pub(super) struct Talk<'a> {
    pub(super) client: &'a Client,
    link: &'a Link,
    /// Whether policies say which rows this role may write.
    pub(super) is_guarded: Cell<bool>,
}

impl Talk<'_> {
    /// It got on.
    pub(super) fn beat(&self) {
        self.link.pulse.set(Instant::now());
    }

    /// The rows of a question.
    pub(super) async fn rows(&self, question: &str, given: &[Given<'_>]) -> Result<Vec<Row>, Flaw> {
        let rows = self.client.query_typed(question, given).await;
        self.beat();
        Ok(rows?)
    }

    /// The row of a question, where there is one.
    pub(super) async fn row(&self, question: &str, given: &[Given<'_>]) -> Result<Option<Row>, Flaw> {
        Ok(self.rows(question, given).await?.pop())
    }

    /// How many rows a statement changed.
    pub(super) async fn execute(&self, statement: &str, given: &[Given<'_>]) -> Result<u64, Flaw> {
        let changed = self.client.execute_typed(statement, given).await;
        self.beat();
        Ok(changed?)
    }

    /// Carries out statements without values.
    pub(super) async fn run(&self, statements: &str) -> Result<(), Flaw> {
        let ended = self.client.batch_execute(statements).await;
        self.beat();
        Ok(ended?)
    }
}
