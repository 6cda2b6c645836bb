//! The copy of a server's repository: whatever happens to it, the next look is as good as the first.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use plat::store::{FileState, Store};

use crate::conformance::draft;
use crate::laws::{change, id};
use crate::process::run;
use crate::scenario::{Trust, scenario};
use crate::slow::{plat, project};
use crate::world::World;
use crate::{WAYS, Way, config, noise, open, repository};

fn cache(world: &World, way: Way, name: &str) -> PathBuf {
    config(world, way.url(world, name), "demo").place.cache
}

/// The files of a cache that are no folders, by path.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

fn write(path: &Path, content: &str) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(path, content).unwrap();
}

#[test]
fn each_file_of_a_cache_may_be_lost_empty_or_broken() {
    scenario("cache::each_file_of_a_cache_may_be_lost_empty_or_broken", Trust::Known, |world| {
        repository(world, "r.git");
        open(world, Way::Http, "r.git").deliver(&draft([change("f", None, Some("1"))])).unwrap();
        let folder = cache(world, Way::Http, "r.git");
        let look = || {
            let mut store = open(world, Way::Http, "r.git");
            let files = store.observe(&["f"]).unwrap().files;
            assert_eq!(files["f"], FileState { live: Some(id("1")), owned: Some(id("1")), ..FileState::default() });
            store.read("f").is_ok_and(|content| content == Some(b"1".to_vec()))
        };
        fs::remove_dir_all(&folder).unwrap();
        assert!(look());
        let names: Vec<PathBuf> =
            files(&folder).iter().map(|path| path.strip_prefix(&folder).unwrap().to_owned()).collect();
        assert!(names.len() > 5, "{names:?}");
        for name in names {
            for damage in ["lost", "empty", "broken"] {
                let path = folder.join(&name);
                if !path.exists() {
                    continue;
                }
                match damage {
                    "lost" => fs::remove_file(&path).unwrap(),
                    "empty" => write(&path, ""),
                    _ => write(&path, "[nonsense"),
                }
                assert!(look(), "{damage} {}", name.display());
            }
        }
    });
}

#[test]
fn a_content_that_cannot_be_read_is_fetched_again() {
    scenario("cache::a_content_that_cannot_be_read_is_fetched_again", Trust::Known, |world| {
        let somebody = repository(world, "r.git");
        let folder = world.folder.join("project");
        fs::create_dir(&folder).unwrap();
        project(&folder, &Way::Http.url(world, "r.git"));
        assert!(plat(&folder).args(["apply", "--auto-approve"]).output().unwrap().status.success());
        let git = |arguments: &[&str]| run(Command::new("git").args(arguments));
        let server = world.repositories().join("r.git").to_str().unwrap().to_owned();
        let files = git(&["--git-dir", &server, "ls-tree", "-r", "--name-only", "main"]);
        somebody.commits(&[(files.lines().next().unwrap(), Some("theirs"))]);
        let plan = || {
            let output = plat(&folder).args(["plan", "--full"]).output().unwrap();
            (output.status.code(), String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr))
        };
        let before = plan();
        assert!(before.1.contains("theirs"), "{before:?}");
        // Each object gets a file of its own, and one of them is broken.
        let cache = folder.join(".plat/git/gitops.git");
        for entry in fs::read_dir(cache.join("objects/pack")).unwrap() {
            let path = entry.unwrap().path();
            let away = world.folder.join(path.file_name().unwrap());
            fs::rename(&path, &away).unwrap();
            if away.extension().is_some_and(|extension| extension == "pack") {
                let mut unpack = Command::new("git");
                unpack.arg("--git-dir").arg(&cache).args(["unpack-objects", "-q"]).stdin(fs::File::open(away).unwrap());
                assert!(unpack.status().unwrap().success());
            }
        }
        let blob = git2::Oid::hash_object(git2::ObjectType::Blob, b"theirs").unwrap().to_string();
        write(&cache.join("objects").join(&blob[..2]).join(&blob[2..]), "nonsense");
        assert_eq!(plan(), before);
    });
}

#[test]
fn what_is_fetched_is_what_there_is_now_and_nothing_before_it() {
    scenario("cache::what_is_fetched_is_what_there_is_now_and_nothing_before_it", Trust::Known, |world| {
        for way in WAYS {
            let name = format!("{way:?}.git");
            let somebody = repository(world, &name);
            let before = somebody.commits(&[("large", Some(&noise(1_000_000)))]);
            somebody.commits(&[("large", None), ("clusters/prod/g", Some("2"))]);
            let mut store = open(world, way, &name);
            assert_eq!(store.observe(&["g"]).unwrap().files["g"].live, Some(id("2")), "{way:?}");
            let folder = cache(world, way, &name);
            assert!(git2::Repository::open_bare(&folder).unwrap().find_commit(before).is_err(), "{way:?}");
            let size: u64 = files(&folder).iter().map(|path| path.metadata().unwrap().len()).sum();
            assert!(size < 100_000, "{way:?}: {size}");
            // What was before comes back, and is asked for then.
            somebody.commits(&[("large", Some(&noise(1_000_000)))]);
            assert_eq!(store.deliver(&draft([change("f", None, Some("1"))])).unwrap().changed, 1, "{way:?}");
            let mut later = open(world, way, &name);
            assert_eq!(later.observe(&["f"]).unwrap().files["f"].owned, Some(id("1")), "{way:?}");
            assert_eq!(somebody.log().len(), 4, "{way:?}");
        }
    });
}

#[test]
fn a_kill_at_any_moment_keeps_no_store_from_the_next_run() {
    scenario("cache::a_kill_at_any_moment_keeps_no_store_from_the_next_run", Trust::Known, |world| {
        let somebody = repository(world, "r.git");
        somebody.commits(&[("large", Some(&noise(3_000_000)))]);
        let folder = world.folder.join("project");
        fs::create_dir(&folder).unwrap();
        project(&folder, &Way::Http.url(world, "r.git"));
        let own = folder.join(".plat");
        for moment in 0..12 {
            let mut plan = plat(&folder).arg("plan").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            thread::sleep(Duration::from_millis(20 * moment));
            plan.kill().unwrap();
            plan.wait().unwrap();
            if moment % 3 == 0 {
                let _ = fs::remove_dir_all(own.join("git/gitops.git"));
            }
        }
        let plan = plat(&folder).args(["plan", "--summary"]).output().unwrap();
        assert!(plan.status.success(), "{}", String::from_utf8_lossy(&plan.stderr));
        let left = files(&own).into_iter().filter(|path| {
            let name = path.to_string_lossy().into_owned();
            [".new/", ".old/", ".lock", "pack_"].iter().any(|part| name.contains(part))
        });
        let left: Vec<PathBuf> = left.collect();
        assert!(left.is_empty(), "{left:?}");
        let mode = fs::metadata(&own).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
    });
}

#[test]
fn a_run_that_is_stopped_keeps_no_other_from_its_copy() {
    scenario("cache::a_run_that_is_stopped_keeps_no_other_from_its_copy", Trust::Known, |world| {
        repository(world, "r.git");
        let folder = world.folder.join("project");
        fs::create_dir(&folder).unwrap();
        project(&folder, &Way::Http.url(world, "r.git"));
        assert!(plat(&folder).arg("plan").stdout(Stdio::null()).status().unwrap().success());
        let somebody = fs::File::options().write(true).open(folder.join(".plat/git/gitops.git.use")).unwrap();
        somebody.lock().unwrap();
        let plan = plat(&folder).arg("plan").env("PLAT_NETWORK_TIMEOUT", "1").output().unwrap();
        drop(somebody);
        let said = String::from_utf8_lossy(&plan.stderr);
        assert_eq!(plan.status.code(), Some(1), "{said}");
        assert!(said.contains("gitops: cannot open the cache of"), "{said}");
    });
}
