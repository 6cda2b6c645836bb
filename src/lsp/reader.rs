//! The threads that read projects and work out what follows from them: what is typed meanwhile waits for neither.

use super::documents::Overlaid;
use crate::editor::{Consequences, Near, Snapshot};
use crate::file::Stamp;
use crate::resolve::{Listing, LoadError, Loader};
use crate::session::{Disk, Everywhere, seconds_now};
use crate::workspace::Unwatched;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A project that is to be read.
pub(super) struct Job {
    pub(super) disk: Disk,
    /// The texts that are open, by their names in the project.
    pub(super) open: HashMap<String, Arc<str>>,
    /// Whether files may have come or gone since the last time.
    pub(super) is_listed_anew: bool,
    /// Which one of those of the project it is.
    pub(super) number: u64,
    /// Whether all of its texts are as they lie on the disk.
    pub(super) is_saved: bool,
    /// Whether it was told already what is wrong with the text that was typed in, so that the rest may wait for somebody to stop typing.
    pub(super) may_wait: bool,
}

/// A project that was read.
pub(super) struct Read {
    pub(super) root: PathBuf,
    /// The number of the job.
    pub(super) number: u64,
    pub(super) snapshot: Result<Arc<Snapshot>, String>,
    /// How long that took.
    pub(super) takes: Duration,
}

/// What nobody waits for of a project that was read: what its texts are for each other. What follows from it is known then, too.
pub(super) struct Parts {
    pub(super) root: PathBuf,
    pub(super) of: Arc<Snapshot>,
    pub(super) near: Arc<Near>,
}

/// What the threads tell.
pub(super) enum Told {
    Read(Read),
    Parts(Parts),
}

/// The longest that is waited for somebody to stop typing, before all is read that takes longer than that.
const LONGEST_PAUSE: Duration = Duration::from_millis(300);
/// The longest that it is waited while somebody goes on typing.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Reads projects until nobody asks for any.
pub(super) fn run(jobs: &Receiver<Job>, tell: impl Fn(Told) -> bool + Clone + Send + 'static) {
    let mut known: HashMap<PathBuf, Known> = HashMap::new();
    let mut waiting: Vec<Job> = Vec::new();
    // What nobody waits for keeps no text from being read.
    let (reads, read) = channel();
    let tell_later = tell.clone();
    std::thread::spawn(move || aside(move || work_out(&read, tell_later)));
    loop {
        if waiting.is_empty() {
            let Ok(job) = jobs.recv() else { return };
            waiting.push(job);
        }
        let patient = waiting.iter().filter(|job| job.may_wait);
        let pause = patient.filter_map(|job| known.get(job.disk.root())).map(|one| one.takes).max();
        let begun = Instant::now();
        // What is typed over is not read.
        while begun.elapsed() < LONGEST_WAIT
            && let Ok(newer) = jobs.recv_timeout(pause.unwrap_or_default().min(LONGEST_PAUSE))
        {
            newer.join(&mut waiting);
        }
        let job = waiting.remove(0);
        let (root, number, is_saved) = (job.disk.root().to_owned(), job.number, job.is_saved);
        let begun = Instant::now();
        let one = known.entry(root.clone()).or_default();
        let snapshot = one.read(job).map(Arc::new);
        one.takes = begun.elapsed();
        let of = snapshot.clone();
        if !tell(Told::Read(Read { root: root.clone(), number, snapshot, takes: one.takes })) {
            return;
        }
        if let Ok(of) = of
            && reads.send(Whole { root, of, is_saved }).is_err()
        {
            return;
        }
    }
}

/// A project that was read whole.
struct Whole {
    root: PathBuf,
    of: Arc<Snapshot>,
    is_saved: bool,
}

/// What is kept of a project of which something was worked out.
#[derive(Default)]
struct WorkedOut {
    near: Arc<Near>,
    /// What followed from it when all of it was saved.
    saved: Option<Arc<Consequences>>,
}

/// Does what nobody waits for on one core of several, so that those who wait have the others.
fn aside(work: impl FnOnce() + Send) {
    match rayon::ThreadPoolBuilder::new().num_threads(1).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// Works out of each project that was read what nobody waits for; of one that was read again meanwhile, of the newer state alone.
fn work_out(read: &Receiver<Whole>, tell: impl Fn(Told) -> bool) {
    let mut known: HashMap<PathBuf, WorkedOut> = HashMap::new();
    while let Ok(first) = read.recv() {
        let mut newest: Vec<Whole> = vec![first];
        for one in read.try_iter() {
            newest.retain(|older| older.root != one.root || older.is_saved);
            newest.push(one);
        }
        for Whole { root, of, is_saved } in newest {
            let one = known.entry(root.clone()).or_default();
            one.near = Near::of(&of, &one.near).into();
            match &one.saved {
                _ if is_saved => one.saved = Some(of.consequences().clone()),
                Some(saved) => of.compare(saved),
                None => {
                    of.consequences();
                }
            }
            if !tell(Told::Parts(Parts { root, of: of.clone(), near: one.near.clone() })) {
                return;
            }
            // Who asks for them next does not wait for that.
            of.names();
        }
    }
}

impl Job {
    /// Takes the place of another one of the same project.
    fn join(mut self, waiting: &mut Vec<Self>) {
        if let Some(at) = waiting.iter().position(|one| one.disk.root() == self.disk.root()) {
            let older = waiting.remove(at);
            self.is_listed_anew |= older.is_listed_anew;
            self.may_wait &= older.may_wait;
        }
        waiting.push(self);
    }
}

/// Has projects read by a thread: what was read is told there.
pub(super) fn start(tell: impl Fn(Told) -> bool + Clone + Send + 'static) -> Sender<Job> {
    let (jobs, asked) = channel();
    std::thread::spawn(move || run(&asked, tell));
    jobs
}

/// What files hold, each with what tells whether it still does.
type Contents = Mutex<HashMap<String, (Stamp, Arc<[u8]>)>>;

/// A project as it was read last.
#[derive(Default)]
struct Known {
    everywhere: Everywhere,
    contents: Contents,
    files: Mutex<Option<Vec<String>>>,
    /// How long it took the last time.
    takes: Duration,
}

impl Known {
    fn read(&mut self, job: Job) -> Result<Snapshot, String> {
        let Job { disk, open, is_listed_anew, .. } = job;
        if is_listed_anew {
            *self.files.get_mut().unwrap_or_else(PoisonError::into_inner) = None;
        }
        let kept = Kept { disk: &disk, contents: &self.contents, files: &self.files };
        let loader = Overlaid { below: &kept, open: &open };
        let now = seconds_now();
        let read = self.everywhere.judged_apart(&loader, now, &Unwatched);
        let (loaded, others) = read.map_err(|error| error.with_cause())?;
        Ok(Snapshot::new(loaded, now).knowing(others))
    }
}

/// The files of a project on the disk, of which those are read that are not as they were.
struct Kept<'k> {
    disk: &'k Disk,
    contents: &'k Contents,
    /// The texts that there were the last time, where nothing says that it was long ago.
    files: &'k Mutex<Option<Vec<String>>>,
}

impl Loader for Kept<'_> {
    fn below(&self) -> Option<&dyn Loader> {
        Some(self.disk)
    }

    fn files(&self) -> Result<Listing, LoadError> {
        let mut kept = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(files) = &*kept {
            return Ok(files.iter().cloned().collect());
        }
        let listing = self.disk.files()?;
        // What is closed is told again each time.
        *kept = listing.closed.is_empty().then(|| listing.files.clone());
        Ok(listing)
    }

    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, LoadError> {
        let stamp = Stamp::at(&self.disk.root().join(name));
        let lock = || self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(stamp), Some((of, content))) = (&stamp, lock().get(name))
            && of == stamp
            && content.len() as u64 <= most
        {
            return Ok(content.to_vec());
        }
        let content = self.disk.read(name, most)?;
        if let Some(stamp) = stamp {
            lock().insert(name.to_owned(), (stamp, content.as_slice().into()));
        }
        Ok(content)
    }
}
