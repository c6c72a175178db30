//! A PostgreSQL cluster that speaks nothing but TLS, with an authority of its own.
//!
//! It is made of the programs of the cluster that `MAINSTAY_TEST_POSTGRES` names.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tempfile::TempDir;

use crate::postgres::programs;

/// The role that everything belongs to.
const ROLE: &str = "postgres";
/// Its password: without one there is nothing a connection could be bound to.
const PASSWORD: &str = "not a secret";
/// Settings of a server that outlives no test.
const SETTINGS: &str = "fsync=off\nsynchronous_commit=off\nlisten_addresses='127.0.0.1'\n\
                        ssl=on\nssl_cert_file='server.pem'\nssl_key_file='server.key'\n";
/// Whoever does not encrypt is not let in.
const LET_IN: &str = "hostssl all all 127.0.0.1/32 scram-sha-256\n";

/// A running cluster, whose certificate is for `localhost`; it ends with the value.
#[derive(Debug)]
pub struct Secure {
    folder: TempDir,
    bin: PathBuf,
    port: u16,
}

impl Secure {
    /// Starts one on a free port of loopback.
    ///
    /// # Panics
    /// When there is no cluster whose programs could be used, or one of them fails.
    pub async fn start() -> Self {
        let bin = PathBuf::from(programs().await);
        let folder = tempfile::tempdir().expect("a folder");
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|it| it.local_addr());
        let port = port.expect("a free port").port();
        let cluster = Self { folder, bin, port };
        cluster.make();
        cluster.certify();
        cluster.hand_over();
        cluster.run(
            "pg_ctl",
            &[
                "start", "--wait", "--silent", "--log", "log", "--pgdata", "data",
            ],
        );
        cluster
    }

    /// An address of it, by this name of the machine and with these settings.
    #[must_use]
    pub fn url(&self, host: &str, settings: &str) -> String {
        let (password, port) = (PASSWORD.replace(' ', "%20"), self.port);
        format!("postgres://{ROLE}:{password}@{host}:{port}/postgres?{settings}")
    }

    /// The file with the certificate of its authority.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.path("authority.pem")
    }

    /// A file with the certificate of another authority, which signed nothing here.
    ///
    /// # Panics
    /// When it cannot be written.
    #[must_use]
    pub fn stranger(&self) -> PathBuf {
        fs::write(self.path("stranger.pem"), authority("A stranger").pem()).expect("a file");
        self.path("stranger.pem")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn make(&self) {
        fs::write(self.path("password"), PASSWORD).expect("a password");
        self.hand_over();
        let auth = "--auth=scram-sha-256";
        let role = format!("--username={ROLE}");
        let how = [
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
            "--pwfile=password",
        ];
        self.run(
            "initdb",
            &[&how[..], &[auth, &role, "--pgdata=data"]].concat(),
        );
        let settings = fs::read_to_string(self.path("data/postgresql.conf")).expect("settings");
        let own = format!("port={}\nunix_socket_directories=''\n", self.port);
        fs::write(
            self.path("data/postgresql.conf"),
            settings + SETTINGS + &own,
        )
        .expect("settings");
        fs::write(self.path("data/pg_hba.conf"), LET_IN).expect("who may come in");
    }

    /// Gives the server a certificate, and keeps that of the authority that signed it.
    fn certify(&self) {
        let authority = authority("An authority for tests");
        let key = KeyPair::generate().expect("a key");
        let server = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        let server = server.signed_by(&key, &authority).expect("a certificate");
        fs::write(self.authority(), authority.pem()).expect("a file");
        fs::write(self.path("data/server.pem"), server.pem()).expect("a file");
        fs::write(self.path("data/server.key"), key.serialize_pem()).expect("a file");
        command("chmod", &["600"], &[&self.path("data/server.key")]);
    }

    /// The server refuses to run as root, so root gives the folder away.
    fn hand_over(&self) {
        if is_root() {
            command("chown", &["-R", ROLE], &[self.folder.path()]);
        }
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let path = self.bin.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", ROLE, "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        finish(command.args(arguments).current_dir(self.folder.path()));
    }
}

impl Drop for Secure {
    fn drop(&mut self) {
        self.run(
            "pg_ctl",
            &["stop", "--mode=immediate", "--silent", "--pgdata", "data"],
        );
    }
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut about = CertificateParams::new(Vec::new()).expect("an authority");
    about.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    about.distinguished_name.push(DnType::CommonName, name);
    let key = KeyPair::generate().expect("a key");
    CertifiedIssuer::self_signed(about, key).expect("an authority")
}

fn is_root() -> bool {
    let about = fs::metadata("/proc/self");
    about.is_ok_and(|about| std::os::unix::fs::MetadataExt::uid(&about) == 0)
}

fn command(program: &str, arguments: &[&str], files: &[&Path]) {
    finish(Command::new(program).args(arguments).args(files));
}

/// A server keeps what its starter leaves open, so it is given nothing to hold.
fn finish(command: &mut Command) {
    let command = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let status = command.status();
    assert!(
        status.as_ref().is_ok_and(|it| it.success()),
        "{command:?}: {status:?}"
    );
}
