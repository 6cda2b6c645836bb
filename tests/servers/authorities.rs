//! Whom one trusts to say who a server is.

use std::fs;
use std::process::Command;

use plat::adapter::git::Git;
use plat::store::{Store, StoreError};

use crate::process::run;
use crate::scenario::{Trust, scenario};
use crate::slow::{plat, project};
use crate::world::{PASSWORD, USER, World};
use crate::{Variables, Way, config, environment, repository};

fn seen(world: &World, variables: Variables<'_>) -> Result<(), StoreError> {
    let mut all = vec![("PLAT_SECRET_GIT_USERNAME", USER), ("PLAT_SECRET_GIT_PASSWORD", PASSWORD)];
    all.extend(variables);
    let config = config(world, Way::Https.url(world, "r.git"), "demo");
    Git::open(config, environment(&all))?.observe(&[]).map(drop)
}

#[test]
fn an_authority_that_git_is_told_is_trusted_in_the_place_of_the_others() {
    scenario(
        "authorities::an_authority_that_git_is_told_is_trusted_in_the_place_of_the_others",
        Trust::Unknown,
        |world| {
            repository(world, "r.git");
            let untrusted = |variables: Variables<'_>| match seen(world, variables) {
                Err(StoreError::Untrusted { reason, .. }) => reason,
                other => panic!("{other:?}"),
            };
            assert!(untrusted(&[]).contains("SSL_CERT_FILE"));
            assert!(untrusted(&[("GIT_SSL_NO_VERIFY", "1")]).contains("that Git is told not to verify is not heeded"));
            let authority = world.folder.join("authority.crt").display().to_string();
            seen(world, &[("GIT_SSL_CAINFO", &authority)]).unwrap();
            let other = world.folder.join("other.crt").display().to_string();
            untrusted(&[("GIT_SSL_CAINFO", &other)]);
            for nothing in [world.folder.join("users"), world.folder.join("no-such-file")] {
                let error = seen(world, &[("GIT_SSL_CAINFO", &nothing.display().to_string())]).unwrap_err();
                assert!(error.to_string().contains("`http.sslCAInfo`"), "{error}");
            }
            let told = format!("[http \"https://127.0.0.1:{}/\"]\n\tsslCAInfo = {authority}\n", world.https);
            fs::write(world.folder.join("stranger-home/.gitconfig"), told).unwrap();
            seen(world, &[]).unwrap();
        },
    );
}

#[test]
fn a_machine_without_authorities_speaks_plain_http() {
    scenario("authorities::a_machine_without_authorities_speaks_plain_http", Trust::Known, |world| {
        repository(world, "r.git");
        let empty = world.folder.join("empty");
        fs::write(&empty, "").unwrap();
        for (way, works) in [(Way::Http, true), (Way::Https, false)] {
            let folder = world.folder.join(format!("project-{way:?}"));
            fs::create_dir(&folder).unwrap();
            project(&folder, &way.url(world, "r.git"));
            let output = plat(&folder).arg("plan").env("SSL_CERT_FILE", &empty).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.success(), works, "{said}");
            assert!(works || said.contains("no TLS"), "{said}");
        }
    });
}

#[test]
fn a_folder_of_authorities_counts_too() {
    scenario("authorities::a_folder_of_authorities_counts_too", Trust::Known, |world| {
        repository(world, "r.git");
        let folder = world.folder.join("project");
        fs::create_dir(&folder).unwrap();
        project(&folder, &Way::Https.url(world, "r.git"));
        let authorities = world.folder.join("authorities");
        fs::create_dir(&authorities).unwrap();
        let plan = || {
            let mut plan = plat(&folder);
            plan.arg("plan").env_remove("SSL_CERT_FILE").env("SSL_CERT_DIR", &authorities).output().unwrap()
        };
        assert!(!plan().status.success());
        fs::copy(world.folder.join("authority.crt"), authorities.join("ours.pem")).unwrap();
        run(Command::new("openssl").args(["rehash"]).arg(&authorities));
        let output = plan();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    });
}
