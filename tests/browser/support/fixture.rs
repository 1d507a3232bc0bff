//! A few static pages under the strict policy, for the harness to prove itself on.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

const HEADERS: &str = "Connection: close\r\nContent-Security-Policy: default-src 'none'; \
    script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'\r\nCross-Origin-Opener-Policy: same-origin\r\n";

const STYLE: &str = "body { font: 16px sans-serif; background: #fff; color: #111 }
    @media (prefers-color-scheme: dark) { body { background: #111; color: #eee } a { color: #9cf } }
    @media print { #screen { display: none } }
    .tall { height: 3000px } .wide { width: 2000px }";

const SCRIPT: &str = "document.documentElement.dataset.script = 'on';
    const find = selector => document.querySelector(selector);
    const on = (selector, kind, act) => find(selector)?.addEventListener(kind, act);
    const say = text => { find('output').textContent = text };
    on('#open', 'click', () => find('dialog').showModal());
    on('#copy', 'click', async () => {
        try { await navigator.clipboard.writeText('secret ü'); say('Copied') }
        catch { say('Select it') }
    });
    on('#late', 'click', () => setTimeout(() => say('It came'), 150));
    on('#ask', 'click', () => say(confirm('Sure?') ? 'Yes' : 'No'));
    on('#draft', 'input', () => addEventListener('beforeunload', e => e.preventDefault()));
    on('#break', 'click', () => {
        console.error('it is broken');
        fetch('/nowhere').finally(() => { say('Broken'); throw new Error('thrown') });
    });";

const START: &str =
    "<p>Grüße</p><noscript><p id=plain>No script</p></noscript><div class=tall></div>
    <form method=post action=/save>
    <label>Name <input id=name name=name autocomplete=off value=old></label>
    <label>Day <input type=date name=day></label>
    <label>Note <textarea name=note></textarea></label>
    <label>Pick <select name=pick><option value=a>A<option value=b>B</select></label>
    <label><input type=checkbox name=check> Check</label>
    <button id=save>Save</button></form>";

const SCRIPTED: &str = "<p><button id=open>Open</button> <button id=copy>Copy</button>
    <button id=late>Late</button> <button id=ask>Ask</button> <button id=break>Break</button></p>
    <label>Draft <input id=draft></label> <output></output>
    <dialog aria-label=Question><p>Sure?</p>
    <form method=dialog><button id=close>Close</button></form></dialog>
    <p id=screen>Not on paper</p>";

/// Serves the pages until the process ends, and returns the port.
pub(super) fn serve() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("the system must have a free port");
    let port = listener
        .local_addr()
        .expect("a bound socket has an address")
        .port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A browser that went away is none of our business.
            std::thread::spawn(move || drop(answer(stream)));
        }
    });
    port
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        let line = line.to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let path = request.split_whitespace().nth(1).unwrap_or("/");
    let (status, kind, text) = match path {
        "/style.css" => (200, "text/css", STYLE.to_owned()),
        "/script.js" => (200, "text/javascript", SCRIPT.to_owned()),
        "/icon.svg" => (
            200,
            "image/svg+xml",
            "<svg xmlns='http://www.w3.org/2000/svg'/>".to_owned(),
        ),
        "/save" => {
            let to = format!("Location: /saved?{}\r\n", String::from_utf8_lossy(&body));
            return write!(
                stream,
                "HTTP/1.1 303 See\r\nContent-Length: 0\r\n{HEADERS}{to}\r\n"
            );
        }
        _ => {
            let (status, title, main) = page(path);
            (status, "text/html; charset=utf-8", document(title, &main))
        }
    };
    let length = text.len();
    write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\
         Cache-Control: no-store\r\n{HEADERS}\r\n{text}"
    )
}

fn document(title: &str, main: &str) -> String {
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8>\
         <meta name=viewport content='width=device-width'><title>{title}</title>\
         <link rel=stylesheet href=/style.css><link rel=icon href=/icon.svg>\
         <script src=/script.js defer></script>\
         <body><main><h1>{title}</h1>{main}<p><a href=/>Start</a></p></main></html>"
    )
}

fn page(path: &str) -> (u16, &'static str, String) {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    match path {
        "/" => (200, "Start", START.to_owned()),
        "/saved" => (
            200,
            "Saved",
            format!("<p id=sent>{}</p>", query.replace('&', " ")),
        ),
        "/scripted" => (200, "Scripted", SCRIPTED.to_owned()),
        "/inline" => (
            200,
            "Inline",
            "<script>document.title = 'Bad'</script>".to_owned(),
        ),
        "/styled" => (200, "Styled", "<p style='color: red'>Red</p>".to_owned()),
        "/outside" => (
            200,
            "Outside",
            "<img alt=A src=http://example.com/a.png>".to_owned(),
        ),
        "/wide" => (200, "Wide", "<div class=wide>Wide</div>".to_owned()),
        "/poor" => {
            let images = "<img src=/icon.svg><noscript><img id=plain src=/icon.svg></noscript>";
            (200, "Poor", images.to_owned())
        }
        "/refused" => (401, "Refused", "<p>Sign in.</p>".to_owned()),
        "/failed" => (500, "Failed", "<p>Sorry.</p>".to_owned()),
        _ => (404, "Not found", String::new()),
    }
}
