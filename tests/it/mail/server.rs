//! A mail server for a test: aiosmtpd, in a process of its own.

use std::{
    fs,
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    thread::sleep,
    time::{Duration, Instant},
};

use serde::Deserialize;

use super::free_port;

/// A mail as the server took it.
#[derive(Debug, Clone, Deserialize)]
pub struct Taken {
    /// Of the envelope, as is `to`.
    pub sender: String,
    pub to: String,
    /// What the client called itself.
    pub hello: String,
    pub encrypted: bool,
    headers: Vec<(String, String)>,
    pub kind: String,
    pub parts: Vec<String>,
    pub text: String,
    pub html: String,
}

impl Taken {
    /// A header that occurs once.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let all = self.headers.iter();
        let found: Vec<&str> = all
            .filter(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect();
        assert_eq!(found.len(), 1, "{name} in {:?}", self.headers);
        found[0]
    }

    pub fn has(&self, name: &str) -> bool {
        let mut all = self.headers.iter();
        all.any(|(n, _)| n.eq_ignore_ascii_case(name))
    }
}

pub struct MailServer {
    child: Child,
    pub port: u16,
    folder: PathBuf,
}

impl MailServer {
    pub fn start() -> Self {
        Self::start_at(free_port())
    }

    pub fn start_at(port: u16) -> Self {
        Self::run(port, Duration::ZERO, &[])
    }

    /// Takes so long for each mail.
    pub fn slow(delay: Duration) -> Self {
        Self::run(free_port(), delay, &[])
    }

    /// Offers STARTTLS with this certificate, and takes nothing without it.
    pub fn encrypted(pair: &Certificate) -> Self {
        Self::run(free_port(), Duration::ZERO, &pair.arguments("--tls"))
    }

    /// The same, from the first byte.
    pub fn encrypted_at_once(pair: &Certificate) -> Self {
        Self::run(free_port(), Duration::ZERO, &pair.arguments("--smtps"))
    }

    fn run(port: u16, delay: Duration, arguments: &[String]) -> Self {
        let id = uuid::Uuid::now_v7().simple().to_string();
        let folder = std::env::temp_dir().join(format!("keyroom-mails-{id}"));
        fs::create_dir(&folder).expect("a new folder");
        let log = fs::File::create(folder.join("log")).expect("a log");
        let child = Command::new(python())
            .env(
                "PYTHONPATH",
                concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/mail"),
            )
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .args([
                "-m",
                "aiosmtpd",
                "--nosetuid",
                "--smtputf8",
                "--class",
                "keep.Keep",
            ])
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(arguments)
            .arg(&folder)
            .arg(delay.as_secs_f64().to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("Python");
        let mut server = Self {
            child,
            port,
            folder,
        };
        let ready = until(Duration::from_secs(20), || {
            server.has_ended() || server.listens()
        });
        let log = fs::read_to_string(server.folder.join("log")).unwrap_or_default();
        assert!(
            ready && !server.has_ended(),
            "aiosmtpd did not start:\n{log}"
        );
        server
    }

    fn has_ended(&mut self) -> bool {
        let state = self.child.try_wait();
        state.expect("the state of a child").is_some()
    }

    fn listens(&self) -> bool {
        TcpStream::connect(("127.0.0.1", self.port)).is_ok()
    }

    /// In the clear.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// In the order in which they came.
    pub fn mails(&self) -> Vec<Taken> {
        let path = |n: usize| self.folder.join(format!("{n}.json"));
        let read = |n| fs::read(path(n)).ok();
        let files = (1..).map_while(read);
        files
            .map(|file| serde_json::from_slice(&file).expect("a mail"))
            .collect()
    }

    pub fn count(&self) -> usize {
        let entries = fs::read_dir(&self.folder).expect("the folder of the mails");
        let names = entries.map(|entry| entry.expect("a mail").file_name());
        names
            .filter(|name| Path::new(name).extension().is_some_and(|e| e == "json"))
            .count()
    }

    /// Waits until there are `n` mails, and a moment longer for those that should not come.
    #[track_caller]
    pub fn expect(&self, n: usize) -> Vec<Taken> {
        let came = until(Duration::from_secs(30), || self.count() >= n);
        assert!(came, "{} mails of {n} came", self.count());
        sleep(Duration::from_millis(300));
        let mails = self.mails();
        let to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
        assert_eq!(mails.len(), n, "{to:?}");
        mails
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        fs::remove_dir_all(&self.folder).ok();
    }
}

/// False: it never came true.
fn until(longest: Duration, mut is_true: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    while !is_true() {
        if began.elapsed() > longest {
            return false;
        }
        sleep(Duration::from_millis(20));
    }
    true
}

/// Which Python has aiosmtpd: that of the system, where `bin/test` installs it, or another one.
fn python() -> &'static str {
    static PYTHON: OnceLock<&str> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let has_it = |python: &&str| {
            let mut asked = Command::new(python);
            asked.args(["-c", "import aiosmtpd"]).stderr(Stdio::null());
            asked.status().is_ok_and(|status| status.success())
        };
        ["/usr/bin/python3", "python3"].into_iter().find(has_it).expect(
            "aiosmtpd, the mail server of these tests: apt-get install python3-aiosmtpd, or pip install aiosmtpd",
        )
    })
}

/// Of a server called localhost, signed by itself.
pub struct Certificate {
    folder: PathBuf,
}

impl Certificate {
    pub fn fresh() -> Self {
        const CONFIGURATION: &str = "[req]\nprompt=no\ndistinguished_name=name\nx509_extensions=extensions\n\
            [name]\nCN=the mail server of a test\n[extensions]\nsubjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n";
        let id = uuid::Uuid::now_v7().simple().to_string();
        let folder = std::env::temp_dir().join(format!("keyroom-certificate-{id}"));
        fs::create_dir(&folder).expect("a new folder");
        fs::write(folder.join("configuration"), CONFIGURATION).expect("written");
        let made = Command::new("openssl")
            .current_dir(&folder)
            .args([
                "req",
                "-x509",
                "-config",
                "configuration",
                "-days",
                "2",
                "-nodes",
            ])
            .args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
            .args(["-keyout", "key", "-out", "certificate"])
            .output()
            .expect("openssl: apt-get install openssl");
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "{said}");
        Self { folder }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.join("certificate")
    }

    fn arguments(&self, kind: &str) -> [String; 4] {
        let path = |name| self.folder.join(name).display().to_string();
        [
            format!("{kind}cert"),
            path("certificate"),
            format!("{kind}key"),
            path("key"),
        ]
    }
}

impl Drop for Certificate {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).ok();
    }
}
