//! `plat render --out`: the manifests as files of a folder.

use crate::demo::{manifest, new};
use crate::project::Project;

/// What there is below a folder of a project but the list of what was written, sorted.
fn files(project: &Project, folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![project.path(folder)];
    while let Some(around) = open.pop() {
        for entry in std::fs::read_dir(around).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path.strip_prefix(project.path(folder)).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found.retain(|name| name != ".plat-render");
    found.sort();
    found
}

fn place(request: &str) -> String {
    format!("gitops/{}", manifest(request))
}

#[test]
fn each_manifest_is_a_file_where_its_store_has_it() {
    let project = new();
    project.run(["render", "--out", "manifests"]).code(0).stdout("Wrote 2 files.\n");
    assert_eq!(files(&project, "manifests"), [place("api"), place("web")]);
    let printed = project.run(["render", "web"]).code(0).out;
    let (_, content) = printed.split_once('\n').unwrap();
    assert_eq!(project.read(&format!("manifests/{}", place("web"))), content);
    // What is no longer rendered goes, with the folders that it was in alone.
    project.edit("requests.kdl", "request app api {\n    size 2\n}\n", "");
    project.edit("requests.kdl", "size 1", "size 7");
    let removed = "Wrote 1 file. Took away 1 file that is no longer rendered.\n";
    project.run(["render", "--out", "manifests"]).code(0).stdout(removed);
    assert_eq!(files(&project, "manifests"), [place("web")]);
    assert!(!project.path("manifests/gitops/main/resources/default/app/api").exists());
    assert!(project.read(&format!("manifests/{}", place("web"))).contains("size: \"7\""));
    // Where the project has errors the folder stays as it is.
    project.edit("requests.kdl", "size 7", "size many");
    project.run(["render", "--out", "manifests"]).code(3);
    assert_eq!(files(&project, "manifests"), [place("web")]);
}

#[test]
fn a_folder_that_holds_something_else_is_refused() {
    let project = new();
    project.write("manifests/mine.txt", "mine\n");
    let refused = project.run(["render", "--out", "manifests"]).code(64).stdout("");
    refused.complains(["manifests holds mine.txt, which no `plat render --out` has written, and nothing was written"]);
    assert_eq!(files(&project, "manifests"), ["mine.txt"]);
    project.run(["render", "--out", "."]).code(64).complains([" more, which no `plat render --out` has written"]);
    // So is one that somebody added something to.
    project.run(["render", "--out", "other"]).code(0);
    project.write("other/gitops/mine.yaml", "mine\n");
    project.edit("requests.kdl", "request app api {\n    size 2\n}\n", "");
    project.run(["render", "--out", "other"]).code(64).complains(["other holds gitops/mine.yaml, which"]);
    assert_eq!(files(&project, "other").len(), 3);
    // What an earlier run left is written anew, whatever became of it.
    std::fs::remove_file(project.path("other/gitops/mine.yaml")).unwrap();
    project.write(&format!("other/{}", place("web")), "changed\n");
    project.run(["render", "--out", "other"]).code(0);
    assert!(project.read(&format!("other/{}", place("web"))).contains("size: \"1\""));
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let project = new();
    std::fs::create_dir_all(project.path("elsewhere")).unwrap();
    std::fs::create_dir_all(project.path("manifests")).unwrap();
    std::os::unix::fs::symlink(project.path("elsewhere"), project.path("manifests/gitops")).unwrap();
    project.run(["render", "--out", "manifests"]).code(64).complains(["manifests holds gitops, which"]);
    assert!(files(&project, "elsewhere").is_empty());
}

#[test]
fn a_program_is_told_what_was_written_and_no_secret_is_a_file() {
    let project = new();
    let told = project.run(["-C", ".", "render", "web", "--out", "one", "--format", "json"]).code(0);
    assert_eq!(told.out, format!("{{\"type\":\"written\",\"files\":[\"{}\"],\"removed\":[]}}\n", place("web")));
    project.run(["render", "--out", "one", "--watch"]).code(64);
    let told = project.run(["render", "api", "--out", "one", "--format", "json"]).code(0);
    assert!(told.out.ends_with(&format!("\"removed\":[\"{}\"]}}\n", place("web"))), "{told}");
    // Standard output takes them as ever.
    assert_eq!(project.run(["render", "--out", "-"]).code(0).out, project.run(["render"]).out);
}
