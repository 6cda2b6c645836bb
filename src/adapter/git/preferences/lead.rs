use crate::credentials::{Login, Secret};
use crate::model::{Location, Remote, percent_decoded};

use super::Preferences;

/// Where an address leads by the user's settings.
#[derive(Clone, Debug)]
pub(in crate::adapter::git) struct Led {
    /// The address that is connected to, without who logs in over HTTP.
    pub(crate) address: String,
    /// Who logs in, where the settings have it in their address.
    pub(crate) login: Option<Login>,
    /// Whether the settings lead elsewhere.
    pub(crate) is_elsewhere: bool,
}

impl Led {
    /// The address for messages: as it is declared, and where it leads, if that is elsewhere.
    pub(in crate::adapter::git) fn told(&self, declared: &Location, led_to: String) -> String {
        match declared {
            Location::Server(declared) if self.is_elsewhere => format!("{}, by `insteadOf` {led_to}", declared.shown),
            Location::Server(_) | Location::Folder(_) => led_to,
        }
    }
}

/// The address that is connected to for one that is declared: as Git has it, `url.<base>.insteadOf` leads from one to the other. An
/// address stays what it is where the settings cannot be read; who connects is told so.
pub fn real_address(address: &str) -> String {
    Preferences::read().unwrap_or_default().lead(address).address
}

impl Preferences {
    /// Where an address leads. As what is read must be what is written, `pushInsteadOf` counts for both, and before `insteadOf`. Only
    /// an address of a server is led elsewhere.
    pub(crate) fn lead(&self, address: &str) -> Led {
        let stays = || Led { address: address.to_owned(), login: None, is_elsewhere: false };
        let Ok(Location::Server(remote)) = Location::parse(address) else { return stays() };
        let found = self.instead(address, &remote, "pushinsteadof");
        let Some(led) = found.or_else(|| self.instead(address, &remote, "insteadof")) else { return stays() };
        let (address, login) = apart(&led);
        Led { address, login, is_elsewhere: true }
    }

    /// The address with the base of the longest beginning in the place of that. All spellings of an address are led alike, as long
    /// as the settings have the usual one.
    fn instead(&self, address: &str, remote: &Remote, key: &str) -> Option<String> {
        let rules = self.0.iter().filter(|setting| setting.is("url", key));
        let led = rules.flat_map(|rule| {
            let base = rule.subsection.as_deref().unwrap_or_default();
            let usual = with_user(remote);
            [address, &*usual].map(|spelled| {
                let rest = spelled.strip_prefix(&*rule.value)?;
                Some((rule.value.len(), format!("{base}{rest}")))
            })
        });
        // Of two that are as long the first, as Git has it.
        led.flatten().reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, led)| led)
    }
}

/// The usual spelling of an address, with who logs in.
fn with_user(remote: &Remote) -> String {
    let Some(user) = &remote.user else { return remote.shown.clone() };
    match remote.shown.split_once("://") {
        Some((scheme, rest)) => format!("{scheme}://{user}@{rest}"),
        None => format!("{user}@{}", remote.shown),
    }
}

/// An address of the web without who logs in, and who that is.
pub(super) fn apart(address: &str) -> (String, Option<Login>) {
    let whole = || (address.to_owned(), None);
    let Some((scheme, rest)) = address.split_once("://") else { return whole() };
    if !["http", "https"].contains(&&*scheme.to_ascii_lowercase()) {
        return whole();
    }
    let (place, behind) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let Some((login, host)) = place.rsplit_once('@') else { return whole() };
    let (user, password) = login.split_once(':').map_or((login, None), |(user, password)| (user, Some(password)));
    let decoded = |text: &str| percent_decoded(text).unwrap_or_else(|_| text.to_owned());
    let login = Login { user: decoded(user), password: password.map(|password| Secret::new(decoded(password))) };
    (format!("{scheme}://{host}{behind}"), Some(login))
}

#[cfg(test)]
mod tests {
    use super::super::tests::preferences;

    #[test]
    fn the_longest_beginning_leads_and_pushing_counts_first() {
        let told = preferences(&[
            "url.https://mirror.example/.insteadOf = https://git.example/",
            "url.git@git.example:team/.insteadOf = https://git.example/team/",
            "url.ssh://git@push.example/.pushInsteadOf = https://push.example/",
            "url.https://read.example/.insteadOf = https://push.example/",
        ]);
        let lead = |address: &str| told.lead(address).address;
        assert_eq!(lead("https://git.example/o/r.git"), "https://mirror.example/o/r.git");
        assert_eq!(lead("https://git.example/team/r.git"), "git@git.example:team/r.git");
        assert_eq!(lead("https://push.example/r"), "ssh://git@push.example/r");
        assert_eq!(lead("https://other.example/r"), "https://other.example/r");
        assert_eq!(lead("HTTPS://GIT.example:443/o/r.git"), "https://mirror.example/o/r.git");
        assert_eq!(lead("./folder"), "./folder");
    }

    #[test]
    fn who_logs_in_is_taken_out_of_the_address() {
        let told = preferences(&[
            "url.https://ann:p%40ss-planted@git.example/.insteadOf = https://git.example/",
            "url.https://token-planted@bare.example/.insteadOf = https://bare.example/",
        ]);
        let led = told.lead("https://git.example/r");
        let login = led.login.unwrap();
        assert_eq!((&*led.address, &*login.user), ("https://git.example/r", "ann"));
        assert_eq!(login.password.unwrap().expose(), "p@ss-planted");
        let led = told.lead("https://bare.example/r");
        assert_eq!((&*led.address, led.login.unwrap().password.is_none()), ("https://bare.example/r", true));
    }
}
