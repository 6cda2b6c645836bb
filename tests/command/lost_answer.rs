//! A server of Git whose answers get lost on the way: whether a push arrived is seen where it was to arrive.

use crate::others::bare;
use crate::project::Project;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// What becomes of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It is carried out and answered.
    Answered,
    /// It is carried out, and nobody hears of it.
    Unheard,
    /// It gets lost itself.
    Lost,
}

/// A server of the repositories of a folder.
struct Server {
    port: u16,
    fate: Arc<Mutex<Fate>>,
    pushes: Arc<AtomicUsize>,
}

impl Server {
    fn of(folder: PathBuf) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (fate, pushes) = (Arc::new(Mutex::new(Fate::Answered)), Arc::default());
        let server = Self { port, fate, pushes };
        let (fate, pushes) = (server.fate.clone(), server.pushes.clone());
        thread::spawn(move || {
            for client in listener.incoming() {
                let (folder, fate, pushes) = (folder.clone(), fate.clone(), pushes.clone());
                thread::spawn(move || {
                    let fate = *fate.lock().unwrap_or_else(PoisonError::into_inner);
                    // Whoever has heard enough hangs up.
                    let _ = serve(client.unwrap(), &folder, fate, &pushes);
                });
            }
        });
        server
    }

    fn becomes_of_all(&self, fate: Fate) {
        *self.fate.lock().unwrap() = fate;
        self.pushes.store(0, Ordering::Relaxed);
    }
}

fn serve(mut client: TcpStream, folder: &Path, fate: Fate, pushes: &AtomicUsize) -> std::io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let (mut first, mut kind, mut length) = (String::new(), String::new(), 0);
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim().split_once(": ") else { break };
        match &*name.to_ascii_lowercase() {
            "content-length" => length = value.parse().unwrap(),
            "content-type" => value.clone_into(&mut kind),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let [method, target, _] = first.split_whitespace().collect::<Vec<_>>()[..] else { return Ok(()) };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let is_push = path.ends_with("/git-receive-pack");
    if is_push {
        pushes.fetch_add(1, Ordering::Relaxed);
        if fate == Fate::Lost {
            return Ok(());
        }
    }
    let mut backend = Command::new("git");
    backend.arg("http-backend").env("GIT_PROJECT_ROOT", folder).env("GIT_HTTP_EXPORT_ALL", "1");
    backend.env("REQUEST_METHOD", method).env("PATH_INFO", path).env("QUERY_STRING", query);
    backend.env("CONTENT_TYPE", kind).env("CONTENT_LENGTH", length.to_string()).env("REMOTE_USER", "somebody");
    let mut backend = backend.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    backend.stdin.take().unwrap().write_all(&body)?;
    let answer = backend.wait_with_output()?.stdout;
    if is_push && fate == Fate::Unheard {
        return Ok(());
    }
    let said =
        String::from_utf8_lossy(&answer).lines().find_map(|line| Some(line.strip_prefix("Status: ")?.to_owned()));
    write!(client, "HTTP/1.1 {}\r\nConnection: close\r\n", said.as_deref().unwrap_or("200 OK"))?;
    client.write_all(&answer)
}

/// A project whose catalog and whose deliveries lie on a server.
fn project() -> (Project, Server) {
    let project = Project::new();
    let folder = project.outside("repositories");
    for name in ["catalog.git", "gitops.git"] {
        bare(&folder.join(name));
    }
    let server = Server::of(folder);
    let at = format!("http://127.0.0.1:{}", server.port);
    let text = format!(
        "project p {{\n    id p-1\n    catalog git create {{ url \"{at}/catalog.git\"; }}\n}}
team a
state-store gitops git {{ url \"{at}/gitops.git\"; }}
destination main {{ store gitops; }}
promise app {{
    api group=e.com version=v1 kind=App {{ field size integer default=1; }}
    workflow configure {{ resource v1 ConfigMap $name {{ data size=\"${{spec.size}}\"; }}; }}
}}
request app web
"
    );
    (project.file("plat.kdl", text), server)
}

#[test]
fn a_push_whose_answer_gets_lost_arrived() {
    let (project, server) = project();
    server.becomes_of_all(Fate::Unheard);
    project.apply().says(["Applied 5 objects, 1 file of gitops"]);
    assert!(server.pushes.load(Ordering::Relaxed) > 2);
    server.becomes_of_all(Fate::Answered);
    project.run(["plan"]).no_changes();
    project.run(["unlock"]).code(0).never_says("web");
}

#[test]
fn a_push_that_gets_lost_itself_is_no_success() {
    let (project, server) = project();
    project.apply();
    project.edit("plat.kdl", "request app web", "request app web { size 2; }");
    server.becomes_of_all(Fate::Lost);
    project.run(["apply", "--auto-approve"]).code(1).complains(["cannot push"]);
    server.becomes_of_all(Fate::Answered);
    project.run(["plan"]).says(["~ update 2"]);
    project.apply();
}
