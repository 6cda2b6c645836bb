//! A PostgreSQL server of a test's own.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use plat::adapter::postgres::Postgres;
use plat::credentials::Environment;
use plat::model::{DatabaseSchema, DatabaseUrl};
use plat::source::{Origin, Spanned};
use plat::wait::Wait;

use crate::process::{find, free_port, listens, run};

/// Who owns the databases, and whose password it is.
pub(crate) const OWNER: &str = "plat";
pub(crate) const PASSWORD: &str = "correct horse";

/// What stands before a command so that it does not run as root, which the server refuses.
const AS_NOBODY: [&str; 4] = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"];

/// A server that runs until this is dropped, in a folder that goes with it.
pub(crate) struct Database {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) port: u16,
    process: Child,
}

/// Starts a server and hands it to a test; says loudly where there is none to start.
pub(crate) fn with_database(test: &str, body: impl FnOnce(&Database)) {
    with_database_of(test, &[], body);
}

/// The same with settings of its own.
pub(crate) fn with_database_of(test: &str, settings: &[&str], body: impl FnOnce(&Database)) {
    match Database::start(settings) {
        Some(database) => body(&database),
        None => {
            let notice = format!("NOT RUN: {test}: PostgreSQL is missing; .ci/install-servers.sh installs it");
            assert!(std::env::var_os("CI").is_none(), "{notice}");
            // Past the capture of the test's output: it has to be seen.
            std::io::Write::write_all(&mut std::io::stderr(), format!("\n{notice}\n").as_bytes()).unwrap();
        }
    }
}

/// A program of PostgreSQL: of the newest version that is here.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|all| {
            all.flatten().map(|entry| entry.path().join("bin").join(name)).filter(|file| file.is_file()).collect()
        })
        .unwrap_or_default();
    versions.sort();
    versions.pop().or_else(|| find(name))
}

/// A command that does not run as root.
pub(crate) fn as_nobody(program: &Path) -> Command {
    let is_root = run(Command::new("id").arg("-u")) == "0";
    let mut words = AS_NOBODY.iter().filter(|_| is_root).map(Path::new).chain([program]);
    let mut command = Command::new(words.next().unwrap());
    command.args(words);
    command
}

impl Database {
    /// Starts a server with settings of its own beside the usual ones; nothing where there is none.
    pub(crate) fn start(settings: &[&str]) -> Option<Self> {
        let (initdb, psql) = (program("initdb")?, program("psql")?);
        assert!(psql.is_file());
        let folder = tempfile::TempDir::new().unwrap();
        open_to_all(folder.path());
        std::fs::write(folder.path().join("password"), PASSWORD).unwrap();
        let password = format!("--pwfile={}", folder.path().join("password").display());
        let data = folder.path().join("data");
        let mut command = as_nobody(&initdb);
        command.arg("-D").arg(&data).args(["-U", OWNER, "-A", "scram-sha-256", "--no-sync", "-E", "UTF8"]);
        run(command.args(["--locale=C.UTF-8", &password]).stderr(Stdio::null()));
        Some(Self::serve(folder, settings))
    }

    /// Serves what is in a folder.
    pub(crate) fn serve(folder: tempfile::TempDir, settings: &[&str]) -> Self {
        let port = free_port();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let mut command = as_nobody(&program("postgres").unwrap());
        command.arg("-D").arg(folder.path().join("data")).args(["-p", &port.to_string()]);
        let socket = format!("unix_socket_directories={}", folder.path().display());
        let usual = ["listen_addresses=127.0.0.1", &socket, "fsync=off", "full_page_writes=off", "shared_buffers=32MB"];
        for setting in usual.iter().chain(settings) {
            command.args(["-c", setting]);
        }
        let process = command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        assert!(listens(port), "{}", std::fs::read_to_string(folder.path().join("log")).unwrap());
        let database = Self { folder, port, process };
        database.is_ready();
        database
    }

    fn is_ready(&self) {
        let end = Instant::now() + Duration::from_secs(30);
        while !self.psql(OWNER, PASSWORD, "SELECT 1").status().unwrap().success() {
            assert!(Instant::now() < end, "{}", std::fs::read_to_string(self.folder.path().join("log")).unwrap());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn psql(&self, role: &str, password: &str, statements: &str) -> Command {
        let mut command = Command::new(program("psql").unwrap());
        let address = format!("postgres://{role}@127.0.0.1:{}/postgres?sslmode=prefer", self.port);
        command.args(["-XqAt", "-v", "ON_ERROR_STOP=1", &address, "-c", statements]).env("PGPASSWORD", password);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// What statements of the owner print; they have to succeed.
    pub(crate) fn sql(&self, statements: &str) -> String {
        self.sql_of(OWNER, PASSWORD, statements)
    }

    /// What statements of a role print; they have to succeed.
    pub(crate) fn sql_of(&self, role: &str, password: &str, statements: &str) -> String {
        run(self.psql(role, password, statements).stdout(Stdio::piped()).stderr(Stdio::piped()))
    }

    /// Why statements of a role are refused.
    pub(crate) fn refuses(&self, role: &str, password: &str, statements: &str) -> String {
        let done = self.psql(role, password, statements).stderr(Stdio::piped()).output().unwrap();
        assert!(!done.status.success(), "{statements}");
        String::from_utf8_lossy(&done.stderr).into_owned()
    }

    /// The address of the database, without who logs in.
    pub(crate) fn url(&self) -> String {
        format!("postgres://127.0.0.1:{}/postgres", self.port)
    }

    /// Ends the server at once, as a machine that loses its power does.
    pub(crate) fn kill(&mut self) {
        // Its children see that it is gone, and what they share with it goes with the last.
        run(Command::new("kill").args(["-KILL", &self.process.id().to_string()]));
        self.process.wait().unwrap();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if !matches!(self.process.try_wait(), Ok(None)) {
            return;
        }
        let id = self.process.id().to_string();
        // Without a checkpoint, and with what it shares with its children.
        let _ = Command::new("kill").args(["-QUIT", &id]).stderr(Stdio::null()).status();
        let end = Instant::now() + Duration::from_secs(10);
        while matches!(self.process.try_wait(), Ok(None)) {
            if Instant::now() > end {
                let _ = self.process.kill();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Lets others into a folder, and write there: the server is somebody else than the test where that is root.
pub(crate) fn open_to_all(folder: &Path) {
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o777)).unwrap();
}

/// The schema of a database at an address.
pub(crate) fn declared(url: &str, schema: &str) -> DatabaseSchema {
    let said = |text: &str| Spanned::new(text.into(), Origin::Nowhere);
    DatabaseSchema { url: DatabaseUrl::Said(said(url)), schema: said(schema), auth: None }
}

/// What logs in as somebody.
pub(crate) fn login(role: &str, password: &str) -> Environment {
    let variables = [("PLAT_SECRET_CATALOG_USERNAME", role), ("PLAT_SECRET_CATALOG_PASSWORD", password)];
    Environment::new(variables.map(|(name, value)| (name.to_owned(), value.to_owned())))
}

/// The catalog of a schema, as its owner sees it.
pub(crate) fn open(url: &str, schema: &str) -> Postgres {
    open_as(url, schema, &login(OWNER, PASSWORD))
}

/// The catalog of a schema, as somebody sees it.
pub(crate) fn open_as(url: &str, schema: &str, login: &Environment) -> Postgres {
    Postgres::open(&declared(url, schema), login, Path::new("/"), Duration::from_secs(20), &Wait::default()).unwrap()
}
