//! A host of Git repositories over HTTP, where one token may read and another one may write.

#[expect(unused, reason = "the servers' own tests do more with processes")]
#[path = "../../servers/process.rs"]
mod process;

use base64::Engine as _;
use git2::Repository;
use process::{Server, find, free_port, listens, run};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// May fetch.
pub(super) const READ: &str = "planted-token-that-may-read";
/// May push too.
pub(super) const WRITE: &str = "planted-token-that-may-write";
/// What it is made of.
pub(super) const PROGRAMS: [&str; 2] = ["nginx", "fcgiwrap"];

/// Whether a server's program is there.
pub(super) fn has(program: &str) -> bool {
    find(program).is_some()
}

/// A host that runs until this is dropped.
pub(super) struct Host {
    folder: PathBuf,
    port: u16,
    _servers: [Server; 2],
}

impl Host {
    /// With empty repositories of these names in a folder.
    pub(super) fn start(folder: PathBuf, repositories: &[&str]) -> Self {
        for name in repositories {
            Repository::init_bare(folder.join("repositories").join(name)).unwrap();
        }
        let port = free_port();
        let mut backend = Command::new(find("fcgiwrap").unwrap());
        backend.args(["-c", "4", "-s"]).arg(format!("unix:{}", folder.join("backend.sock").display()));
        let backend = Server::start(backend.env("HOME", &folder), &folder.join("backend.log"));
        let file = folder.join("nginx.conf");
        fs::write(&file, configuration(&folder, port)).unwrap();
        let mut nginx = Command::new(find("nginx").unwrap());
        let nginx = Server::start(nginx.arg("-p").arg(&folder).arg("-c").arg(file), &folder.join("nginx.log"));
        assert!(listens(port), "{}", fs::read_to_string(folder.join("nginx.log")).unwrap());
        Self { folder, port, _servers: [backend, nginx] }
    }

    /// What it is called in addresses.
    pub(super) fn name(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The address of a repository.
    pub(super) fn url(&self, repository: &str) -> String {
        format!("http://{}/{repository}", self.name())
    }

    /// Where a repository is on the host's disk.
    pub(super) fn repository(&self, name: &str) -> PathBuf {
        self.folder.join("repositories").join(name)
    }
}

fn configuration(folder: &Path, port: u16) -> String {
    let login = |token: &str| {
        let login = base64::engine::general_purpose::STANDARD.encode(format!("x-access-token:{token}"));
        format!("\"Basic {login}\"")
    };
    let backend = run(Command::new("git").arg("--exec-path"));
    let user = if run(Command::new("id").arg("-un")) == "root" { "user root;" } else { "" };
    let folder = folder.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temporary = temporary.map(|kind| format!("{kind}_temp_path {folder}/{kind};\n")).concat();
    format!(
        "{user} daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;\n\
         events {{ worker_connections 64; }}\n\
         http {{ access_log off; client_max_body_size 100m; {temporary}\
         map_hash_bucket_size 256; map $http_authorization $who {{ default \"\"; {read} reader; {write} writer; }}\n\
         map \"$who $request_uri\" $pushes {{ default \"\"; \"~^reader .*git-receive-pack\" 1; }}\n\
         server {{ listen 127.0.0.1:{port};\n\
         location / {{\n\
         if ($who = \"\") {{ add_header WWW-Authenticate 'Basic realm=\"git\"' always; return 401; }}\n\
         if ($pushes) {{ return 403; }}\n\
         fastcgi_pass unix:{folder}/backend.sock; include /etc/nginx/fastcgi_params;\n\
         fastcgi_param SCRIPT_FILENAME {backend}/git-http-backend; fastcgi_param PATH_INFO $uri;\n\
         fastcgi_param GIT_PROJECT_ROOT {folder}/repositories; fastcgi_param GIT_HTTP_EXPORT_ALL 1;\n\
         fastcgi_param REMOTE_USER $who; fastcgi_request_buffering off; }} }} }}\n",
        read = login(READ),
        write = login(WRITE),
    )
}
