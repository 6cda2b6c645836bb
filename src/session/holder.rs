/// Who runs it: the address of the job where it is one, else the user and the host. `variable` reads the environment.
pub fn holder(variable: impl Fn(&str) -> Option<String>) -> String {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    let github = || {
        let (server, repository, run) =
            (variable("GITHUB_SERVER_URL")?, variable("GITHUB_REPOSITORY")?, variable("GITHUB_RUN_ID")?);
        Some(format!("{server}/{repository}/actions/runs/{run}"))
    };
    // GitLab, Jenkins and Buildkite.
    let job = || ["CI_JOB_URL", "BUILD_URL", "BUILDKITE_BUILD_URL"].into_iter().find_map(variable);
    let person = || {
        let user = variable("USER").or_else(|| variable("LOGNAME")).unwrap_or_else(|| "somebody".to_owned());
        let host = variable("HOSTNAME").or_else(|| std::fs::read_to_string("/etc/hostname").ok());
        let host = host.map(|host| host.trim().to_owned()).filter(|host| !host.is_empty());
        host.map_or_else(|| user.clone(), |host| format!("{user}@{host}"))
    };
    without_credentials(&github().or_else(job).unwrap_or_else(person))
}

/// An address without a user and a password.
fn without_credentials(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> String {
        holder(|name| variables.iter().find(|row| row.0 == name).map(|row| row.1.to_owned()))
    }

    #[test]
    fn a_job_is_its_address_and_a_person_a_user_and_a_host() {
        assert_eq!(of(&[("USER", "ada"), ("HOSTNAME", "desk")]), "ada@desk");
        assert_eq!(of(&[("USER", "ada"), ("CI_JOB_URL", "https://ci/1")]), "https://ci/1");
        assert_eq!(of(&[("BUILD_URL", "http://u:secret@ci:80/job/1/?a=b@c")]), "http://ci:80/job/1/?a=b@c");
        let github =
            [("GITHUB_SERVER_URL", "https://github.com"), ("GITHUB_REPOSITORY", "a/b"), ("GITHUB_RUN_ID", "7")];
        assert_eq!(of(&github), "https://github.com/a/b/actions/runs/7");
        assert!(of(&github[..2]).starts_with("somebody"));
    }
}
