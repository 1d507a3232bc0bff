//! The programs of `docs/clients`, run as their readers run them: against a server, with a key that works and one that does
//! not any more.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::support::{
    TestApp,
    make::{self, MadeKey},
    python,
};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/clients");

/// A copy of the folder, with the environment in its `.env`.
struct Project {
    folder: PathBuf,
    base_url: String,
}

impl Project {
    fn of(app: &TestApp) -> Self {
        let id = uuid::Uuid::now_v7().simple().to_string();
        let folder = std::env::temp_dir().join(format!("keyroom-clients-{id}"));
        fs::create_dir(&folder).expect("a new folder");
        for entry in fs::read_dir(FOLDER).expect("the clients") {
            let from = entry.expect("a file").path();
            fs::copy(&from, folder.join(from.file_name().expect("a name"))).expect("a copy");
        }
        let base_url = format!("http://{}/v1", app.address);
        Self { folder, base_url }
    }

    /// Whether it ended well, and everything that it said.
    fn run(&self, program: &[&str], key: &MadeKey) -> (bool, String) {
        let (base_url, secret) = (&self.base_url, &key.secret);
        let env = format!("KEYROOM_BASE_URL={base_url}\nKEYROOM_API_KEY={secret}\n");
        fs::write(self.folder.join(".env"), env).expect("written");
        let mut command = Command::new(program[0]);
        command.args(&program[1..]).current_dir(&self.folder);
        // What is read from `.env` is not given twice.
        if !program
            .iter()
            .any(|word| word.ends_with(".sh") || *word == "app.py")
        {
            command
                .env("KEYROOM_BASE_URL", base_url)
                .env("KEYROOM_API_KEY", secret);
        }
        let done = command.output();
        let done = done.unwrap_or_else(|e| panic!("{}: {e}", program.join(" ")));
        let said = [done.stdout, done.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(
            !said.contains(secret.as_str()),
            "the key is printed: {said}"
        );
        (done.status.success(), said)
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).ok();
    }
}

/// Is there a program that ends well with these words?
fn has(program: &str, words: &[&str]) -> bool {
    let mut asked = Command::new(program);
    asked
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    asked.status().is_ok_and(|status| status.success())
}

#[actix_web::test]
async fn each_says_whose_key_it_is_and_why_it_was_refused() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let good = make::key(&app, "brightwater", "production-server");
    let over = make::key(&app, "brightwater", "staging-server");
    make::deactivated(&app, &over);
    let project = Project::of(&app);
    let python = python::program("python");
    let python = python.to_str().expect("a path");
    let mut programs = vec![
        vec!["sh", "whoami.sh"],
        vec![python, "whoami.py"],
        vec![python, "app.py"],
        vec!["node", "whoami.mjs"],
    ];
    // `bin/test` says where it is not run.
    if has("go", &["version"]) {
        programs.push(vec!["go", "run", "main.go"]);
    }
    for program in programs {
        // The second time as the first.
        for _ in 0..2 {
            let (is_well, said) = project.run(&program, &good);
            assert!(
                is_well && said.contains("production-server"),
                "{program:?}: {said}"
            );
        }
        let (is_well, said) = project.run(&program, &over);
        assert!(
            !is_well && said.contains("key_deactivated"),
            "{program:?}: {said}"
        );
        assert!(said.contains("request"), "{program:?}: {said}");
    }
}

#[actix_web::test]
async fn an_answer_that_is_lost_makes_no_second_key() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let key = make::key(&app, "brightwater", "production-server");
    let mut project = Project::of(&app);
    let lossy = forgetful(&app.address, "POST /v1/secret-keys ");
    project.base_url = format!("http://{lossy}/v1");
    let python = python::program("python");
    let program = [python.to_str().expect("a path"), "app.py"];
    let (is_well, said) = project.run(&program, &key);
    assert!(is_well && said.contains("Made worker"), "{said}");
    let made = "SELECT count(*)::text AS line FROM keys WHERE label = 'worker'";
    assert_eq!(app.sql(|sql| sql.line(made)), "1");
    let twice =
        "SELECT count(*)::text AS line FROM audit_events WHERE action = 'key.secret_replaced'";
    assert_eq!(app.sql(|sql| sql.line(twice)), "1", "it was sent again");
}

#[actix_web::test]
async fn an_answer_that_is_not_keyrooms_is_told_as_that() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let key = make::key(&app, "brightwater", "production-server");
    let mut project = Project::of(&app);
    project.base_url = format!("http://{}", app.address);
    let python = python::program("python");
    let program = [python.to_str().expect("a path"), "app.py"];
    let (is_well, said) = project.run(&program, &key);
    assert!(!is_well && said.contains("not_json"), "{said}");
    assert!(!said.contains("Traceback"), "{said}");
}

/// Passes calls on to a server, and loses the answer to the first that begins so.
fn forgetful(server: &str, begins: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("its number");
    let server = server.to_owned();
    std::thread::spawn(move || {
        let mut loses = true;
        for client in listener.incoming() {
            let mut client = client.expect("a connection");
            let request = call(&client);
            let mut passed = TcpStream::connect(&server).expect("the server");
            passed.write_all(request.as_bytes()).expect("sent");
            let mut answer = Vec::new();
            passed.read_to_end(&mut answer).expect("an answer");
            match loses && request.starts_with(begins) {
                true => loses = false,
                false => client.write_all(&answer).expect("passed on"),
            }
        }
    });
    address
}

/// All of one call, after which the connection ends.
fn call(client: &TcpStream) -> String {
    let mut lines = BufReader::new(client);
    let (mut request, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        lines.read_line(&mut line).expect("a line");
        let header = line.to_lowercase();
        if let Some(number) = header.strip_prefix("content-length:") {
            length = number.trim().parse().expect("a number");
        }
        match header.starts_with("connection:") {
            true => request.push_str("Connection: close\r\n"),
            false => request.push_str(&line),
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    lines.read_exact(&mut body).expect("the body");
    request + &String::from_utf8(body).expect("text")
}
