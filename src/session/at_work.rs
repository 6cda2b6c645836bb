use super::identity::fresh_id;
use super::{
    Disk, Ending, Looked, Misuse, Planning, SessionError, known_allowances, open_targets, open_targets_in, plan_watched,
};
use crate::adapter::git::head_revision;
use crate::apply::Targets;
use crate::credentials::Environment;
use crate::model::{Declared, covers};
use crate::plan::Plan;
use crate::secret::Secret;
use crate::wait::Wait;
use crate::workspace::{Loaded, Progress};

/// A project where it is worked on: its folder, what its texts come to, and the credentials that there are.
#[derive(Clone, Copy)]
pub struct Session<'w> {
    /// The folder.
    pub disk: &'w Disk,
    /// The project, which has no errors.
    pub loaded: &'w Loaded,
    /// The credentials.
    pub environment: &'w Environment,
    /// The commit that the texts are of, where they are not those of the folder.
    pub commit: Option<&'w str>,
}

/// A plan for somebody to look at, to save or to carry out.
#[derive(Debug)]
pub struct Made {
    /// The plan.
    pub plan: Plan,
    /// What it says of itself.
    pub ending: Ending,
    /// Why it names no commit, where nobody knows the one that the text is at.
    pub unnamed: Option<String>,
}

impl Session<'_> {
    /// Opens the targets. What other processes hold on this machine is waited for as `wait` says.
    ///
    /// # Errors
    /// Where one of them cannot be opened, or where it has to be read to find out who the project is and cannot be.
    pub fn open(&self, wait: &Wait) -> Result<Targets, SessionError> {
        let project = &self.loaded.project;
        open_targets(self.disk, project, self.environment, &fresh_id(project), wait)
    }

    /// The same, with the catalog that was looked at already.
    ///
    /// # Errors
    /// Where one of them cannot be opened.
    pub fn open_in(&self, looked: Looked, wait: &Wait) -> Result<Targets, SessionError> {
        let project = &self.loaded.project;
        open_targets_in(self.disk, project, self.environment, &fresh_id(project), wait, looked)
    }

    /// Plans, holds that everything that is allowed is of something, names the commit of the text, and signs with the key where there
    /// is one.
    ///
    /// # Errors
    /// Where a target cannot be read, and where what is allowed is of nothing.
    pub fn plan(
        &self,
        targets: &mut Targets,
        planning: Planning,
        progress: &dyn Progress,
    ) -> Result<Made, SessionError> {
        names_requests(self.loaded, &planning)?;
        let allowed = planning.options.allow_delete.clone();
        let (source, unnamed) = match (self.commit, head_revision(self.disk.root(), &self.loaded.files)) {
            (Some(commit), _) => (Some(commit.to_owned()), None),
            (None, Ok(source)) => (source, None),
            (None, Err(foreign)) => (None, Some(foreign.to_string())),
        };
        let lineage = self.lineage(targets)?;
        let plan = plan_watched(self.loaded, targets, Planning { source, lineage, ..planning }, progress)?;
        known_allowances(&allowed, self.loaded, &plan, targets)?;
        let plan = match plan_key(self.environment)? {
            Some(key) => plan.signed(&key),
            None => plan,
        };
        Ok(Made { ending: Ending::of_plan(&plan), plan, unnamed })
    }
}

/// The key that plans are signed with, where there is one.
pub(super) fn plan_key(environment: &Environment) -> Result<Option<Secret>, Misuse> {
    environment.plan_key().map_err(Misuse::PlanKey)
}

/// Holds that what is to be placed anew is there.
pub(super) fn names_requests(loaded: &Loaded, planning: &Planning) -> Result<(), Misuse> {
    let names_one = |pattern: &String| {
        loaded.project.requests.iter().any(|request| covers(pattern, &request.address().to_string()))
    };
    match planning.options.rebalance.iter().find(|pattern| !names_one(pattern)) {
        Some(pattern) => Err(Misuse::Rebalance(pattern.clone())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::Delivery;
    use crate::session::{Approved, Carrying, Misuse, Notice, Replan, read_plan, scaffold};
    use crate::workspace::{Unwatched, load};
    use std::sync::atomic::Ordering;
    use std::time::Duration;

    /// A project of its own in a folder, without a command line.
    fn project() -> (tempfile::TempDir, Disk) {
        let folder = tempfile::TempDir::new().unwrap();
        for (name, text) in scaffold(folder.path(), None, None).unwrap() {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let disk = Disk::discover(folder.path()).unwrap();
        (folder, disk)
    }

    fn carrying() -> Carrying {
        let (holder, delivery) = ("a server".to_owned(), Delivery::Direct);
        Carrying { holder, now: 1_795_364_282, delivery, lease: Duration::from_mins(1) }
    }

    #[test]
    fn what_the_command_line_does_is_done_by_calls_alone() {
        let (_folder, disk) = project();
        let (loaded, ending) = load(&disk).unwrap().judged(0);
        assert_eq!(ending, Ending::Success, "{:?}", loaded.diagnostics);
        let environment = Environment::new([]);
        let session = Session { disk: &disk, loaded: &loaded, environment: &environment, commit: None };
        let wait = Wait::default();
        let mut targets = session.open(&wait).unwrap();
        let plan = |targets: &mut Targets| session.plan(targets, Planning::default(), &Unwatched).unwrap();
        let first = plan(&mut targets);
        assert_eq!((first.ending, first.ending.without_detail()), (Ending::Changes, Ending::Success));
        let saved = first.plan.to_json();
        let mut steps = 0;
        let count = |notice: Notice<'_>| steps += usize::from(matches!(notice, Notice::Step(_)));
        let carried = session.carry_out(&first.plan, carrying(), (&mut targets, &wait), count).unwrap();
        assert_eq!((carried.ending, carried.run.holder.as_str()), (Ending::Success, "a server"));
        assert!(steps > 0, "nobody was told");
        assert_eq!(plan(&mut targets).ending, Ending::Success);
        // What was approved before is no longer what there is to do.
        let saved = read_plan("saved", &saved, &environment).unwrap();
        session.owns(("saved", &saved), None, &targets.identity).unwrap();
        let again = |targets: &mut Targets, replan| session.approved(saved.clone(), targets, replan, 0).unwrap();
        assert!(
            matches!(again(&mut targets, Replan::Never), Approved::Holds(_)),
            "what is done already can be applied again"
        );
    }

    #[test]
    fn a_run_that_is_stopped_says_who_stopped_it() {
        for (signal, ending) in [(2, Ending::Interrupted), (15, Ending::Terminated)] {
            let (_folder, disk) = project();
            let (loaded, environment) = (load(&disk).unwrap(), Environment::new([]));
            let session = Session { disk: &disk, loaded: &loaded, environment: &environment, commit: None };
            let wait = Wait::default();
            let mut targets = session.open(&wait).unwrap();
            let made = session.plan(&mut targets, Planning::default(), &Unwatched).unwrap();
            wait.interrupt.store(signal, Ordering::Relaxed);
            let carried = session.carry_out(&made.plan, carrying(), (&mut targets, &wait), |_| ()).unwrap();
            assert_eq!(carried.ending, ending);
        }
    }

    #[test]
    fn a_plan_that_others_overtook_says_what_was_written_and_what_to_do() {
        let (folder, disk) = project();
        let (slow, environment, wait) = (load(&disk).unwrap(), Environment::new([]), Wait::default());
        let session = |loaded| Session { disk: &disk, loaded, environment: &environment, commit: None };
        let plan = |loaded| {
            let mut targets = session(loaded).open(&wait).unwrap();
            let made = session(loaded).plan(&mut targets, Planning::default(), &Unwatched).unwrap();
            (made.plan, targets)
        };
        let (overtaken, mut targets) = plan(&slow);
        let file = folder.path().join("catalog.kdl");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("title \"Hello, world\"", "title \"Hello\"")).unwrap();
        let fast = load(&disk).unwrap();
        let (first, mut faster) = plan(&fast);
        let carried = session(&fast).carry_out(&first, carrying(), (&mut faster, &wait), |_| ()).unwrap();
        assert_eq!(carried.ending, Ending::Success);
        let carried = session(&slow).carry_out(&overtaken, carrying(), (&mut targets, &wait), |_| ()).unwrap();
        assert_eq!(carried.ending, Ending::Stale);
        assert_eq!(carried.failed().unwrap_err().to_string(), "the apply failed, and nothing was written; plan again");
    }

    #[test]
    fn what_cannot_be_asked_for_is_misuse() {
        let (_folder, disk) = project();
        let (loaded, environment) = (load(&disk).unwrap(), Environment::new([]));
        let session = Session { disk: &disk, loaded: &loaded, environment: &environment, commit: None };
        let mut targets = session.open(&Wait::default()).unwrap();
        let mut planning = Planning::default();
        planning.options.rebalance.insert("request:none".to_owned());
        let failed = session.plan(&mut targets, planning, &Unwatched).unwrap_err();
        assert!(matches!(failed, SessionError::Misuse(Misuse::Rebalance(_))), "{failed}");
        assert_eq!(failed.ending(), Ending::Usage);
        let other = Plan { project: "other".to_owned(), ..Plan::default() };
        let failed = session.owns(("p.json", &other), None, &targets.identity).unwrap_err();
        let told = format!("p.json is a plan of project other, and this is {}", targets.identity.name);
        assert_eq!((failed.to_string(), failed.ending()), (told, Ending::Usage));
    }
}
