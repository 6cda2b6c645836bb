use super::{Adoption, Guard, Misuse, Reach, Session, SessionError, adopt, write_adoption};
use crate::drift::Drift;
use crate::wait::Wait;
use crate::workspace::{is_known, near, unknown_field};

/// Whether the files have their new texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// They have.
    Yes,
    /// They stay as they are, and what would change is shown.
    DryRun,
}

impl Session<'_> {
    /// Takes what others changed over into the KDL, where one of `asked` names it, and writes it where that is asked for.
    /// `now`, in seconds since 1970 (UTC), is what policies count from; signals are told to `wait`.
    /// Beside it, how many files a killed run had left that are taken away.
    ///
    /// # Errors
    /// Where one of `asked` names nothing, and where the project cannot be read anew or written.
    pub fn take_over(
        &self,
        drift: &Drift,
        (asked, reach): (&[String], Reach),
        (written, now, wait): (Written, i64, &Wait),
    ) -> Result<(Adoption, usize), SessionError> {
        let adoption = adopt(self.disk, self.loaded, drift, (asked, reach), now)?;
        let is_unknown = |asked: &&String| !asked.contains('*') && !is_known(self.loaded, asked);
        if let Some(asked) = adoption.unmet.iter().find(is_unknown) {
            let address = asked.split_once('#').map_or(asked.as_str(), |(address, _)| address);
            if self.loaded.project.externs.declared().any(|one| one.address().to_string() == address) {
                return Err(Misuse::AdoptedElsewhere(address.to_owned()).into());
            }
            return Err(Misuse::Adopted { asked: asked.clone(), near: near(self.loaded, asked) }.into());
        }
        let mut exact = adoption.unmet.iter().filter(|asked| !asked.contains('*'));
        if let Some((asked, near)) = exact.find_map(|asked| Some((asked, unknown_field(self.loaded, asked)?))) {
            return Err(Misuse::Field { asked: asked.clone(), near }.into());
        }
        let guard = Guard { tripwire: self.environment.tripwire(), wait };
        let left_over = match written {
            Written::Yes => write_adoption(self.disk, &adoption.rewrites, guard)?,
            Written::DryRun => 0,
        };
        Ok((adoption, left_over))
    }
}
