//! `plat check --watch` and `plat render --watch`: what an editor's user has on the side.

use crate::project::Project;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A watch at work, and what it says.
struct Watch {
    process: Child,
    out: BufReader<ChildStdout>,
}

impl Watch {
    /// A check.
    fn of(project: &Project, arguments: &[&str]) -> Self {
        Self::by("check", project, arguments)
    }

    fn by(command: &str, project: &Project, arguments: &[&str]) -> Self {
        let mut command = project.command([command, "--watch"]);
        let mut process = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let out = BufReader::new(process.stdout.take().unwrap());
        Self { process, out }
    }

    /// Everything that it says until a text is in it.
    fn until(&mut self, text: &str) -> String {
        let mut said = String::new();
        while !said.contains(text) {
            assert!(self.out.read_line(&mut said).unwrap() > 0, "{said}");
        }
        said
    }

    /// Interrupts it; gives what it still says.
    fn end(mut self) -> String {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-s", "INT", &id]).status().unwrap().success());
        let mut rest = String::new();
        while self.out.read_line(&mut rest).unwrap() > 0 {}
        assert_eq!(self.process.wait().unwrap().code(), Some(130));
        rest
    }
}

/// Puts a file in its place at once, so that no look of a watch falls between its coming, or its emptying, and its text.
fn put(project: &Project, path: &str, text: &str) {
    let new = project.outside("new");
    std::fs::write(&new, text).unwrap();
    std::fs::rename(new, project.path(path)).unwrap();
}

/// Time in which a watch looks several times.
fn several_looks() {
    std::thread::sleep(std::time::Duration::from_millis(900));
}

fn project() -> Project {
    Project::new().file("plat.kdl", "project demo\n").file("a.kdl", "blueprint service\n")
}

#[test]
fn it_tells_the_problems_anew_when_a_file_has_changed_and_ends_when_it_is_interrupted() {
    let project = project();
    let mut watch = Watch::of(&project, &[]);
    watch.until("No problems.\n");
    project.write("a.kdl", "blueprint service\nentity servic cart\n");
    watch.until("servic");
    project.write("a.kdl", "blueprint service\nentity service cart\n");
    watch.until("No problems.\n");
    // A file that comes is one of the project's.
    project.write("b.kdl", "entity service cart\n");
    watch.until("b.kdl");
    watch.end();
}

#[test]
fn only_what_the_project_reads_is_watched_and_not_what_the_watch_writes() {
    let steps = "promise app {\n    api group=e.com version=v1 kind=App\n    workflow configure {\n        files \"man/*.yaml\"\n    }\n}\n";
    let project = project().file("p.kdl", steps).file("man/a.yaml", "a: 1\n");
    let mut watch = Watch::of(&project, &["--report", "json=r.json"]);
    watch.until("No problems.\n");
    several_looks();
    project.write("notes.txt", "x");
    project.write("node_modules/a/b.js", "x");
    project.write("man/notes.txt", "x");
    several_looks();
    put(&project, "man/b.yaml", "b: 1\n");
    assert_eq!(watch.until("No problems.\n"), "No problems.\n");
    several_looks();
    put(&project, "man/b.yaml", "b: 2\n");
    several_looks();
    assert_eq!(watch.end(), "No problems.\n");
}

#[test]
fn a_report_among_the_files_that_a_step_takes_is_not_watched() {
    let steps = "promise app {\n    api group=e.com version=v1 kind=App\n    workflow configure {\n        files \"man/**\"\n    }\n}\n";
    let project = project().file("p.kdl", steps).file("man/a.yaml", "a: 1\n");
    for report in ["json=man/r.json", "markdown=./man/../man/r.md"] {
        let mut watch = Watch::of(&project, &["--report", report]);
        watch.until("No problems.\n");
        several_looks();
        several_looks();
        put(&project, "man/b.yaml", "b: 1\n");
        watch.until("No problems.\n");
        several_looks();
        assert_eq!(watch.end(), "", "{report}");
        std::fs::remove_file(project.path("man/b.yaml")).unwrap();
    }
}

#[test]
fn a_file_that_is_being_written_is_not_told_as_an_empty_one() {
    let project = project().file("b.kdl", "entity service cart\n");
    let mut watch = Watch::of(&project, &[]);
    watch.until("No problems.\n");
    // A file that stays empty for as long as lies between two looks is one: on a crowded machine some do, and say nothing of what is asked here.
    let apart = std::time::Duration::from_millis(100);
    let mut quick = 0;
    for number in 0..60 {
        let begun = std::time::Instant::now();
        let mut file = std::fs::File::create(project.path("a.kdl")).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(40));
        writeln!(file, "blueprint service\nentity service cart{number}").unwrap();
        let is_quick = begun.elapsed() < apart;
        let said = watch.until("No problems.\n");
        assert!(!is_quick || said == "No problems.\n", "{said}");
        quick += usize::from(is_quick);
        if quick == 12 {
            break;
        }
    }
    assert_eq!(quick, 12);
    assert_eq!(watch.end(), "");
}

#[test]
fn a_file_that_changes_all_the_time_is_told_all_the_same() {
    let project = project();
    let mut watch = Watch::of(&project, &[]);
    watch.until("No problems.\n");
    let is_over = std::sync::atomic::AtomicBool::new(false);
    let over = || is_over.load(std::sync::atomic::Ordering::Relaxed);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in (0..).take_while(|_| !over()) {
                put(&project, "a.kdl", &format!("blueprint service{number}\nentity servic cart\n"));
                std::thread::sleep(std::time::Duration::from_millis(30));
            }
        });
        watch.until("servic");
        is_over.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    watch.end();
}

#[test]
fn a_change_that_keeps_the_length_and_the_time_of_a_file_is_seen() {
    let project = project();
    let mut watch = Watch::of(&project, &[]);
    watch.until("No problems.\n");
    let path = project.path("a.kdl");
    let time = std::fs::metadata(&path).unwrap().modified().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    project.write("a.kdl", "blueprint serv ce\n");
    std::fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    watch.until("a.kdl");
    watch.end();
}

#[test]
fn programs_are_told_where_a_check_ends() {
    for (format, clean, broken) in [
        ("json", "{\"type\":\"checked\",\"errors\":0,\"warnings\":0,\"notes\":0}\n", "\"errors\":1,"),
        ("yaml", "---\nerrors: 0\nnotes: 0\ntype: checked\nwarnings: 0\n", "errors: 1\n"),
        ("github", "checked: 0 errors, 0 warnings, 0 notes\n", "checked: 1 error, "),
    ] {
        let project = project();
        let mut watch = Watch::of(&project, &["--format", format]);
        let end = clean.lines().last().unwrap();
        assert_eq!(watch.until(&format!("{end}\n")), clean);
        project.write("a.kdl", "blueprint service\nentity servic cart\n");
        watch.until(broken);
        project.write("a.kdl", "blueprint service\nentity service cart\n");
        watch.until(&format!("{end}\n"));
        watch.end();
    }
}

#[test]
fn the_files_of_a_module_are_watched_too() {
    let project = Project::new()
        .file("plat.kdl", "project demo\nuse \"./lib/m\"\n")
        .file("lib/m/plat.module.kdl", "module m\n")
        .file("lib/m/a.kdl", "blueprint service\n");
    let mut watch = Watch::of(&project, &[]);
    watch.until("No problems.\n");
    several_looks();
    put(&project, "lib/m/a.kdl", "blueprint service\nentity servic cart\n");
    watch.until("1 error\n");
    several_looks();
    assert_eq!(watch.end(), "");
}

#[test]
fn what_looks_for_problems_a_line_each_sees_where_those_of_one_reading_begin_and_end() {
    let project = project();
    let mut watch = Watch::of(&project, &["--format", "compact"]);
    assert_eq!(watch.until("checked: "), "checking\nchecked: 0 errors, 0 warnings, 0 notes\n");
    put(&project, "a.kdl", "blueprint service\nentity servic cart\n");
    let said = watch.until("checked: ");
    assert!(said.starts_with("checking\n"), "{said}");
    assert!(said.contains("a.kdl:2:8: error[E0302]: "), "{said}");
    assert!(said.ends_with("checked: 1 error, 0 warnings, 0 notes\n"), "{said}");
    watch.end();
}

/// A file that one of the two requests of the platform comes to.
fn manifest(request: &str) -> String {
    format!("gitops:{}  (request:app:default/{request})", crate::demo::manifest(request))
}

#[test]
fn a_rendering_that_is_watched_shows_what_changes() {
    let project = crate::demo::new();
    let mut watch = Watch::by("render", &project, &[]);
    let all = watch.until("size: \"1\"\n");
    assert_eq!(all, project.run(["render"]).code(0).out);
    several_looks();
    put(&project, "requests.kdl", "request app web {\n    size 3\n}\n\nrequest app api {\n    size 2\n}\n");
    let changed = watch.until("+  size: \"3\"\n");
    assert!(changed.starts_with(&format!("#~ {}\n", manifest("web"))) && !changed.contains("/api/"), "{changed}");
    assert!(changed.contains("-  size: \"1\"\n"), "{changed}");
    // What is wrong is told beside it, and what comes next is compared with what was rendered last.
    put(&project, "requests.kdl", "request app web {\n    size 3\n}\n\nrequest app api {\n    size x\n}\n");
    several_looks();
    put(&project, "requests.kdl", "request app web {\n    size 3\n}\n\nrequest app new\n");
    let told = watch.until(&format!("#+ {}\n", manifest("new")));
    assert_eq!(told, format!("#- {}\n#+ {}\n", manifest("api"), manifest("new")));
    watch.until("size: \"1\"\n");
    several_looks();
    put(&project, "services.kdl", "entity service cart\n");
    assert_eq!(watch.until("\n"), "No manifest changes.\n");
    assert_eq!(watch.end(), "");
}

#[test]
fn programs_are_told_where_a_rendering_ends() {
    let project = crate::demo::new();
    let mut watch = Watch::by("render", &project, &["web", "--format", "json"]);
    let end = "{\"type\":\"rendered\",\"manifests\":1,\"errors\":0}\n";
    assert_eq!(watch.until(end), project.run(["render", "web", "--format", "json"]).code(0).out + end);
    several_looks();
    put(&project, "services.kdl", "entity service cart\n");
    assert_eq!(watch.until("\n"), end);
    put(&project, "requests.kdl", "request app web {\n    size x\n}\n");
    assert_eq!(watch.until("\n"), "{\"type\":\"rendered\",\"errors\":1}\n");
    put(&project, "requests.kdl", "request app other\n");
    let gone = watch.until("\"manifests\":0,\"errors\":0}\n");
    assert!(gone.starts_with("{\"type\":\"gone\",\"store\":\"gitops\",\"path\":\"main/"), "{gone}");
    watch.end();
    // One that is nowhere from the start is a mistake of the command line.
    project.run(["render", "nobody", "--watch"]).code(64).complains(["there is no request `nobody`"]);
}
