//! Servers on this machine for a catalog, and what goes over the wire to them.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::Failure;

/// Who logs in to the database, and with what.
pub(crate) const USER: &str = "plat";
pub(crate) const PASSWORD: &str = "bench-of-catalogs";

/// A server that runs until this is dropped, with its children.
struct Running(Child);

impl Running {
    fn start(command: &mut Command, log: &Path) -> Result<Self, Failure> {
        let log = std::fs::File::create(log)?;
        let command = command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        Ok(Self(command.process_group(0).spawn()?))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.0.wait();
    }
}

/// A server behind something that counts what goes through it.
pub(crate) struct Server {
    /// The port that is counted.
    pub(crate) port: u16,
    through: Arc<AtomicU64>,
    pub(crate) folder: TempDir,
    _running: Vec<Running>,
}

impl Server {
    fn behind(port: u16, folder: TempDir, running: Vec<Running>) -> Result<Self, Failure> {
        let end = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))).is_err() {
            if Instant::now() > end {
                return Err(format!("nobody listens; see the logs in {}", folder.keep().display()).into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let (counted, through) = (listener.local_addr()?.port(), Arc::new(AtomicU64::new(0)));
        let count = Arc::clone(&through);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))) else { continue };
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (Ok(from), Ok(to)) = (from.try_clone(), to.try_clone()) else { continue };
                    let _ = (from.set_nodelay(true), to.set_nodelay(true));
                    let count = Arc::clone(&count);
                    thread::spawn(move || pass(from, to, &count));
                }
            }
        });
        Ok(Self { port: counted, through, folder, _running: running })
    }

    /// How many bytes went through since this was asked last.
    pub(crate) fn bytes(&self) -> f64 {
        f64::from(u32::try_from(self.through.swap(0, Ordering::Relaxed)).unwrap_or(u32::MAX))
    }

    /// `git http-backend` behind nginx.
    pub(crate) fn of_git() -> Result<Self, Failure> {
        let (folder, port) = (TempDir::new()?, free_port()?);
        let place = folder.path().display().to_string();
        for part in ["nginx", "repositories"] {
            std::fs::create_dir(folder.path().join(part))?;
        }
        let backend = Command::new("git").arg("--exec-path").output()?.stdout;
        let backend = String::from_utf8(backend)?.trim().to_owned();
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let temporary = temporary.map(|kind| format!("{kind}_temp_path {place}/nginx/{kind};\n")).concat();
        let user = if is_root()? { "user root;" } else { "" };
        let configuration = format!(
            "{user} daemon off; worker_processes 1; pid {place}/nginx/pid; error_log {place}/nginx/error.log;\n\
             events {{ worker_connections 64; }}\nhttp {{ access_log off; client_max_body_size 0; {temporary}\
             server {{ listen 127.0.0.1:{port}; location / {{ fastcgi_pass unix:{place}/backend.sock; include /etc/nginx/fastcgi_params;\n\
             fastcgi_param SCRIPT_FILENAME {backend}/git-http-backend; fastcgi_param PATH_INFO $uri; fastcgi_read_timeout 600;\n\
             fastcgi_param GIT_PROJECT_ROOT {place}/repositories; fastcgi_param GIT_HTTP_EXPORT_ALL 1;\n\
             fastcgi_param REMOTE_USER bench; fastcgi_request_buffering off; }} }} }}\n"
        );
        std::fs::write(folder.path().join("nginx.conf"), configuration)?;
        let mut fcgi = Command::new("fcgiwrap");
        fcgi.args(["-c", "4", "-s", &format!("unix:{place}/backend.sock")]);
        let mut nginx = Command::new("nginx");
        nginx.args(["-p", &place, "-c", &format!("{place}/nginx.conf")]);
        let running = vec![
            Running::start(&mut fcgi, &folder.path().join("backend.log"))?,
            Running::start(&mut nginx, &folder.path().join("nginx.log"))?,
        ];
        Self::behind(port, folder, running)
    }

    /// An empty repository of that server, in place of what was there.
    pub(crate) fn empty_repository(&self, name: &str) -> Result<(), Failure> {
        let place = self.folder.path().join("repositories").join(name);
        if place.exists() {
            std::fs::remove_dir_all(&place)?;
        }
        for arguments in [&["init", "-q", "--bare", "-b", "main"][..], &["config", "http.receivepack", "true"]] {
            let mut git = Command::new("git");
            match arguments {
                ["init", ..] => git.args(arguments).arg(&place),
                _ => git.arg("-C").arg(&place).args(arguments),
            };
            if !git.status()?.success() {
                return Err("git makes no repository".into());
            }
        }
        Ok(())
    }

    /// PostgreSQL, of the newest version that is here.
    pub(crate) fn of_postgres() -> Result<Self, Failure> {
        let (folder, port) = (TempDir::new()?, free_port()?);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777))?;
        }
        let place = folder.path().display().to_string();
        std::fs::write(folder.path().join("password"), PASSWORD)?;
        let mut initdb = as_nobody(&program("initdb")?)?;
        initdb.args(["-D", &format!("{place}/data"), "-U", USER, "-A", "scram-sha-256", "--no-sync", "-E", "UTF8"]);
        initdb.args(["--locale=C.UTF-8", &format!("--pwfile={place}/password")]);
        if !initdb.stdout(Stdio::null()).stderr(Stdio::null()).status()?.success() {
            return Err("initdb makes no database".into());
        }
        let mut postgres = as_nobody(&program("postgres")?)?;
        postgres.args(["-D", &format!("{place}/data"), "-p", &port.to_string()]);
        let socket = format!("unix_socket_directories={place}");
        for setting in ["listen_addresses=127.0.0.1", &socket, "fsync=off", "full_page_writes=off"] {
            postgres.args(["-c", setting]);
        }
        let running = vec![Running::start(&mut postgres, &folder.path().join("log"))?];
        let server = Self::behind(port, folder, running)?;
        let end = Instant::now() + Duration::from_secs(30);
        while !server.sql("SELECT 1")? {
            if Instant::now() > end {
                return Err("the database does not come up".into());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }

    /// The address of the database, for who logs in otherwise.
    pub(crate) fn database(&self) -> String {
        format!("postgres://127.0.0.1:{}/postgres", self.port)
    }

    /// Whether the database carries some statements out.
    pub(crate) fn sql(&self, statements: &str) -> Result<bool, Failure> {
        let mut psql = Command::new(program("psql")?);
        psql.args(["-Xq", "-U", USER, &self.database(), "-c", statements]).env("PGPASSWORD", PASSWORD);
        Ok(psql.stdout(Stdio::null()).stderr(Stdio::null()).status()?.success())
    }
}

/// Passes on what comes, and counts it.
fn pass(mut from: TcpStream, mut to: TcpStream, count: &AtomicU64) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        count.fetch_add(read as u64, Ordering::Relaxed);
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

fn free_port() -> Result<u16, Failure> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn is_root() -> Result<bool, Failure> {
    Ok(Command::new("id").arg("-u").output()?.stdout == b"0\n")
}

/// A program of PostgreSQL.
fn program(name: &str) -> Result<PathBuf, Failure> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")?.flatten();
    let mut found: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin").join(name)).collect();
    found.retain(|file| file.is_file());
    found.sort();
    found.pop().ok_or_else(|| format!("PostgreSQL is missing: no {name}").into())
}

/// A command that does not run as root, which the database refuses.
fn as_nobody(program: &Path) -> Result<Command, Failure> {
    if !is_root()? {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(program);
    Ok(command)
}
