use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Server, appears, find, free_port, listens, run};

/// Who may log in over HTTP.
pub(crate) const USER: &str = "writer";
/// With what.
pub(crate) const PASSWORD: &str = "correct-horse";
/// What the key `locked` is encrypted with.
pub(crate) const PASSPHRASE: &str = "planted-passphrase-81c2";

/// A folder with repositories, and the ports of the servers that offer them.
pub(crate) struct World {
    pub(crate) folder: PathBuf,
    pub(crate) http: u16,
    pub(crate) https: u16,
    pub(crate) ssh: u16,
    /// The account that sshd lets in: the one that runs the tests.
    account: String,
}

impl World {
    /// Starts the servers. They end when they are dropped.
    pub(crate) fn start(folder: PathBuf) -> (Self, Vec<Server>) {
        for part in ["repositories", "cache", "home/.ssh", "stranger-home/.ssh", "nginx"] {
            fs::create_dir_all(folder.join(part)).unwrap();
        }
        certificates(&folder);
        for (key, passphrase) in [("host", ""), ("client", ""), ("stranger", ""), ("jump", ""), ("locked", PASSPHRASE)]
        {
            run(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", passphrase, "-f"]).arg(folder.join(key)));
        }
        for home in ["home", "stranger-home"] {
            // Not what whoever runs the tests has in a home of their own.
            let home = folder.join(home).join(".ssh");
            let known = home.join("known_hosts").display().to_string();
            let configuration = format!(
                "UserKnownHostsFile {known}\nGlobalKnownHostsFile /dev/null\nIdentityFile {known}.no-key\nUpdateHostKeys no\n"
            );
            fs::write(home.join("config"), configuration).unwrap();
        }
        let account = run(Command::new("id").arg("-un"));
        let world = Self { folder, http: free_port(), https: free_port(), ssh: free_port(), account };
        let servers = vec![world.start_backend(), world.start_nginx(), world.start_sshd()];
        for port in [world.http, world.https, world.ssh] {
            assert!(listens(port), "{}", world.logs());
        }
        world.know_host(world.ssh);
        let facts = format!("{} {} {} {}", world.http, world.https, world.ssh, world.account);
        fs::write(world.folder.join("world"), facts).unwrap();
        (world, servers)
    }

    /// The world that another process started.
    pub(crate) fn load(folder: PathBuf) -> Self {
        let facts = fs::read_to_string(folder.join("world")).unwrap();
        let facts: Vec<_> = facts.split(' ').collect();
        let port = |at: usize| facts[at].parse().unwrap();
        Self { http: port(0), https: port(1), ssh: port(2), account: facts[3].to_owned(), folder }
    }

    pub(crate) fn repositories(&self) -> PathBuf {
        self.folder.join("repositories")
    }

    pub(crate) fn ssh_url(&self, port: u16, repository: &str) -> String {
        format!("ssh://{}@127.0.0.1:{port}{}", self.account, self.repositories().join(repository).display())
    }

    /// Adds to what the user has told `ssh`.
    pub(crate) fn tell_ssh(&self, lines: &str) {
        let file = self.folder.join("home/.ssh/config");
        let told = fs::read_to_string(&file).unwrap();
        fs::write(file, format!("{lines}\n{told}")).unwrap();
    }

    /// Makes the client trust the host key at a port.
    pub(crate) fn know_host(&self, port: u16) {
        let key = fs::read_to_string(self.folder.join("host.pub")).unwrap();
        let key: Vec<_> = key.split(' ').take(2).collect();
        let file = self.folder.join("home/.ssh/known_hosts");
        let mut hosts = fs::read_to_string(&file).unwrap_or_default();
        writeln!(hosts, "[127.0.0.1]:{port} {}", key.join(" ")).unwrap();
        fs::write(file, hosts).unwrap();
    }

    /// Gives a repository a hook.
    pub(crate) fn hook(&self, repository: &str, name: &str, script: &str) {
        let file = self.repositories().join(repository).join("hooks").join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Takes a hook away.
    pub(crate) fn unhook(&self, repository: &str, name: &str) {
        fs::remove_file(self.repositories().join(repository).join("hooks").join(name)).unwrap();
    }

    /// What the servers said.
    pub(crate) fn logs(&self) -> String {
        let logs = ["backend.log", "nginx.log", "nginx/error.log", "sshd.log"];
        logs.map(|log| format!("--- {log}\n{}", fs::read_to_string(self.folder.join(log)).unwrap_or_default())).concat()
    }

    /// Where the SSH agent listens, if there is one.
    pub(crate) fn agent(&self) -> PathBuf {
        self.folder.join("agent")
    }

    /// Starts an SSH agent with the client's key.
    pub(crate) fn start_agent(&self) -> Server {
        let mut command = Command::new(find("ssh-agent").unwrap());
        let server = Server::start(command.arg("-D").arg("-a").arg(self.agent()), &self.folder.join("agent.log"));
        assert!(appears(&self.agent()), "{}", self.logs());
        run(Command::new("ssh-add").arg("-q").arg(self.folder.join("client")).env("SSH_AUTH_SOCK", self.agent()));
        server
    }

    fn start_backend(&self) -> Server {
        let mut command = Command::new(find("fcgiwrap").unwrap());
        command.args(["-c", "4", "-s"]).arg(format!("unix:{}", self.folder.join("backend.sock").display()));
        Server::start(command.env("HOME", self.folder.join("stranger-home")), &self.folder.join("backend.log"))
    }

    fn start_nginx(&self) -> Server {
        let (folder, account) = (self.folder.display(), &self.account);
        let backend = run(Command::new("git").arg("--exec-path"));
        fs::write(self.folder.join("users"), format!("{USER}:{{PLAIN}}{PASSWORD}\n")).unwrap();
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let temporary = temporary.map(|kind| format!("{kind}_temp_path {folder}/nginx/{kind};\n")).concat();
        // Only the superuser can and has to say who the workers are.
        let user = if account == "root" { "user root;" } else { "" };
        let configuration = format!(
            "{user} daemon off; worker_processes 1; pid {folder}/nginx/pid; error_log {folder}/nginx/error.log;\n\
             events {{ worker_connections 64; }}\n\
             http {{ access_log off; client_max_body_size 100m; {temporary}\
             server {{ listen 127.0.0.1:{http}; listen 127.0.0.1:{https} ssl;\n\
             ssl_certificate {folder}/server.crt; ssl_certificate_key {folder}/server.key;\n\
             auth_basic plat; auth_basic_user_file {folder}/users;\n\
             location ~ ^/moved(/.*)$ {{ return 301 $scheme://$http_host$1$is_args$args; }}\n\
             location ~ ^/elsewhere(/.*)$ {{ return 302 http://localhost:{http}$1$is_args$args; }}\n\
             location / {{ fastcgi_pass unix:{folder}/backend.sock; include /etc/nginx/fastcgi_params;\n\
             fastcgi_param SCRIPT_FILENAME {backend}/git-http-backend; fastcgi_param PATH_INFO $uri;\n\
             fastcgi_param GIT_PROJECT_ROOT {folder}/repositories; fastcgi_param GIT_HTTP_EXPORT_ALL 1;\n\
             fastcgi_param REMOTE_USER $remote_user; fastcgi_request_buffering off; }} }} }}\n",
            http = self.http,
            https = self.https,
        );
        let file = self.folder.join("nginx.conf");
        fs::write(&file, configuration).unwrap();
        let mut command = Command::new(find("nginx").unwrap());
        Server::start(command.arg("-p").arg(&self.folder).arg("-c").arg(file), &self.folder.join("nginx.log"))
    }

    fn start_sshd(&self) -> Server {
        if self.account == "root" {
            // Where sshd separates its privileges; a package that starts the server makes it.
            fs::create_dir_all("/run/sshd").unwrap();
        }
        let folder = self.folder.display();
        let key = |name: &str| fs::read_to_string(self.folder.join(name)).unwrap();
        let shell = find("git-shell").unwrap();
        let by_shell = format!("command=\"{} -c \\\"$SSH_ORIGINAL_COMMAND\\\"\",restrict", shell.display());
        let git = ["client.pub", "locked.pub"].map(|name| format!("{by_shell} {}", key(name))).concat();
        let jump = format!("command=\"false\",restrict,port-forwarding {}", key("jump.pub"));
        fs::write(self.folder.join("allowed"), git + &jump).unwrap();
        let configuration = format!(
            "Port {}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile {folder}/sshd.pid\n\
             AuthorizedKeysFile {folder}/allowed\nStrictModes no\nPasswordAuthentication no\n\
             KbdInteractiveAuthentication no\nUsePAM no\nPermitRootLogin forced-commands-only\nMaxStartups 100\n",
            self.ssh
        );
        let file = self.folder.join("sshd_config");
        fs::write(&file, configuration).unwrap();
        // sshd starts itself again and wants its full path for it.
        let mut command = Command::new(find("sshd").unwrap());
        Server::start(command.args(["-D", "-e", "-f"]).arg(file), &self.folder.join("sshd.log"))
    }
}

/// An authority, a certificate of its for this machine, and another authority.
pub(crate) fn certificates(folder: &Path) {
    let openssl = |arguments: &str| {
        let arguments = arguments.split(' ');
        run(Command::new("openssl").args(arguments).current_dir(folder));
    };
    let new = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
    for (name, subject) in [("authority", "/CN=plat-test"), ("other", "/CN=plat-other")] {
        openssl(&format!("{new} -keyout {name}.key -out {name}.crt -subj {subject}"));
    }
    fs::write(folder.join("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n").unwrap();
    openssl(
        "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout server.key -out server.csr -subj /CN=localhost",
    );
    openssl(
        "x509 -req -in server.csr -CA authority.crt -CAkey authority.key -CAcreateserial -days 2 -extfile names -out server.crt",
    );
}
